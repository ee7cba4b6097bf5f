/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Readings on disk. */
#include "ocr/ocr.h"
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static xtr__budget budget;

static xtr__reading sample(void) {
    xtr__reading r = {
        .budget = &budget, .width = 200, .height = 100, .turn = 90, .confidence = .5F};
    xtr__read_word *word = XTR__PUSH(&budget, &r.words);
    *word = (xtr__read_word){.box = {1, 2, 3, 4}, .size = 2, .confidence = .25F, .text_size = 4};
    ck_assert(xtr__reserve(&budget, &r.text.items, &r.text.capacity, 4, 1));
    memcpy(r.text.items, "word", 4);
    r.text.count = 4;
    xtr__segment *rule = XTR__PUSH(&budget, &r.rules);
    *rule = (xtr__segment){0, 50, 200, 50};
    return r;
}

static int new_folder(char path[32]) {
    strcpy(path, "/tmp/xtr-cache-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
    int folder = xtr__cache_open(path);
    ck_assert_int_ge(folder, 0);
    return folder;
}

static xtr__cache_key key_of(char letter) {
    xtr__cache_key key;
    memset(key.name, letter, 64);
    strcpy(key.name + 64, ".reading");
    return key;
}

static int count_files(const char *path) {
    int count = -2; /* . and .. */
    DIR *dir = opendir(path);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void remove_folder(const char *path) {
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", path);
    ck_assert_int_eq(system(command), 0);
}

TEST(ocr_cache, what_is_stored_comes_back) {
    char path[32];
    int folder = new_folder(path);
    xtr__cache_key key = key_of('a'), other = key_of('b');
    xtr__reading stored = sample(), loaded = {.budget = &budget};
    ck_assert(!xtr__cache_load(folder, &key, &loaded));
    xtr__cache_store(folder, 1 << 20, &key, &stored);
    ck_assert(!xtr__cache_load(folder, &other, &loaded));
    ck_assert(xtr__cache_load(folder, &key, &loaded));
    ck_assert_uint_eq(loaded.width, 200);
    ck_assert_int_eq(loaded.turn, 90);
    ck_assert_uint_eq(loaded.words.count, 1);
    ck_assert_float_eq(loaded.words.items[0].box.x1, 3);
    ck_assert_float_eq(loaded.words.items[0].confidence, .25F);
    ck_assert_mem_eq(loaded.text.items, "word", 4);
    ck_assert_float_eq(loaded.rules.items[0].y1, 50);
    ck_assert_int_eq(count_files(path), 1); /* nothing is left beside it */
    xtr__reading_drop(&stored);
    xtr__reading_drop(&loaded);
    remove_folder(path);
}

TEST(ocr_cache, damage_is_no_reading) {
    char *whole;
    size_t size;
    xtr__reading stored = sample();
    FILE *file = open_memstream(&whole, &size);
    ck_assert(xtr__reading_write(file, &stored));
    fclose(file);
    for (size_t cut = 0; cut < size; cut++) {
        xtr__reading loaded = {.budget = &budget};
        ck_assert(!xtr__reading_parse(&loaded, whole, cut));
        xtr__reading_drop(&loaded);
    }
    for (size_t at = 0; at < size; at++) { /* what is taken in spite of it is sound */
        xtr__reading loaded = {.budget = &budget};
        whole[at] = (char)~whole[at];
        if (xtr__reading_parse(&loaded, whole, size)) {
            ck_assert_uint_le(loaded.words.items[0].text + loaded.words.items[0].text_size, 4);
            ck_assert(loaded.confidence >= 0 && loaded.confidence <= 1);
        }
        whole[at] = (char)~whole[at];
        xtr__reading_drop(&loaded);
    }
    xtr__reading_drop(&stored);
    free(whole);
}

TEST(ocr_cache, the_oldest_go_and_strangers_stay) {
    char path[32];
    int folder = new_folder(path);
    xtr__reading stored = sample(), loaded = {.budget = &budget};
    close(openat(folder, "a letter of mine", O_CREAT | O_WRONLY, 0600));
    for (char letter = 'a'; letter <= 'd'; letter++) {
        xtr__cache_key key = key_of(letter);
        xtr__cache_store(folder, 1 << 20, &key, &stored);
        usleep(20000);
    }
    xtr__cache_key first = key_of('a'), second = key_of('b'), fifth = key_of('e');
    struct stat about;
    ck_assert(!fstatat(folder, first.name, &about, 0));
    ck_assert(xtr__cache_load(folder, &first, &loaded)); /* and so is used last */
    xtr__reading_drop(&loaded);
    xtr__cache_store(folder, (uint64_t)about.st_size * 4, &fifth, &stored);
    ck_assert(!xtr__cache_load(folder, &second, &loaded));
    ck_assert(xtr__cache_load(folder, &first, &loaded));
    ck_assert_int_eq(count_files(path), 5);
    xtr__reading_drop(&loaded);
    xtr__reading_drop(&stored);
    remove_folder(path);
}

TEST(ocr_cache, no_link_is_followed) {
    char path[32];
    int folder = new_folder(path);
    xtr__cache_key key = key_of('a'), link = key_of('b'), hole = key_of('c');
    xtr__reading stored = sample(), loaded = {.budget = &budget};
    xtr__cache_store(folder, 1 << 20, &key, &stored);
    ck_assert_int_eq(symlinkat(key.name, folder, link.name), 0);
    ck_assert_int_eq(mkfifoat(folder, hole.name, 0600), 0);
    ck_assert(!xtr__cache_load(folder, &link, &loaded));
    ck_assert(!xtr__cache_load(folder, &hole, &loaded));
    xtr__reading_drop(&stored);
    remove_folder(path);
}

/* Through the whole: options. */
TEST(ocr_cache, it_is_for_threads) {
    static const char *const modes[] = {"auto", "process", "fresh_process", "thread"};
    for (size_t m = 0; m < 4; m++) {
        xtr_result *result;
        xtr_error error;
        xtr_options *options = xtr_options_new();
        xtr_source *source = xtr_source_new_copy("text", 4);
        xtr_options_set(options, "isolation", modes[m], NULL);
        xtr_options_set(options, "ocr_cache", m == 3 ? "/nowhere/at/all" : "/tmp", NULL);
        ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_ARGUMENT);
        ck_assert_msg(strstr(error.message, "ocr_cache"), "%s", error.message);
        xtr_source_drop(source);
        xtr_options_drop(options);
    }
}
