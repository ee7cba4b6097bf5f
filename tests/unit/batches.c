/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of a batch over folders; the whole is tested from every language. */
#include "batch/digests.h"
#include "batch/journal.h"
#include "batch/line.h"
#include "batch/walk.h"
#include "runtime/options.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Digests ----------------------------------------------------------------------------------- */

static void key_of(unsigned char key[XTR__KEY_SIZE], unsigned number) {
    memset(key, 0, XTR__KEY_SIZE);
    key[0] = (unsigned char)number; /* so that many share a home */
    memcpy(key + 8, &number, sizeof number);
}

TEST(batches, digests_are_found_until_they_are_removed) {
    xtr__digests map = {.value_size = sizeof(unsigned)};
    unsigned char key[XTR__KEY_SIZE];
    enum { COUNT = 3000 };
    for (unsigned i = 0; i < COUNT; i++) {
        key_of(key, i);
        unsigned *value = xtr__digests_put(&map, key);
        ck_assert_ptr_nonnull(value);
        ck_assert_uint_eq(*value, 0);
        *value = i + 1;
    }
    for (unsigned i = 0; i < COUNT; i += 3) {
        key_of(key, i);
        xtr__digests_remove(&map, key);
        xtr__digests_remove(&map, key);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        key_of(key, i);
        const unsigned *value = xtr__digests_find(&map, key);
        ck_assert_int_eq(value != NULL, i % 3 != 0);
        ck_assert(!value || *value == i + 1);
    }
    ck_assert_uint_eq(map.count, COUNT - COUNT / 3);
    xtr__digests_clear(&map);
    key_of(key, 1);
    ck_assert_ptr_null(xtr__digests_find(&map, key));
}

/* Lines ------------------------------------------------------------------------------------- */

TEST(batches, a_line_is_read_as_it_was_written) {
    const xtr__record record = {.path = "in/gr\xFCn \"a\".pdf",
                                .size = 123456789012,
                                .modified = -1500000000,
                                .has_content = true,
                                .content = {1, 2, 3, 0xFF},
                                .options = 0xFEDCBA9876543210,
                                .status = XTR__PARTIAL,
                                .output = "out/gr\xFCn",
                                .same_as = "in/\n"};
    xtr__buffer text = {.failed = false};
    xtr__line line;
    ck_assert(xtr__line_write(&text, &record));
    ck_assert_ptr_eq(memchr(text.data, '\n', text.size), text.data + text.size - 1);
    ck_assert(xtr__line_read(&line, text.data, text.size - 1));
    ck_assert(line.complete);
    ck_assert_str_eq(line.path, record.path);
    ck_assert_str_eq(line.output, record.output);
    ck_assert_str_eq(line.same_as, record.same_as);
    ck_assert_uint_eq(line.record.size, record.size);
    ck_assert_int_eq(line.record.modified, record.modified);
    ck_assert_uint_eq(line.record.options, record.options);
    ck_assert_int_eq(line.record.status, record.status);
    ck_assert(line.record.has_content && !memcmp(line.record.content, record.content, 32));
    xtr__line_clear(&line);
    free(text.data);
}

TEST(batches, what_is_no_line_is_none) {
    static const char *const others[] = {"",
                                         "{",
                                         "[]",
                                         "7",
                                         "{}",
                                         "{\"path\":\"a\"}",
                                         "{\"path\":\"a\",\"size\":-1,\"status\":\"complete\"}"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        xtr__line line;
        xtr__line_read(&line, others[i], strlen(others[i]));
        ck_assert_msg(!line.complete, "%s", others[i]);
        xtr__line_clear(&line);
    }
}

/* Journal ----------------------------------------------------------------------------------- */

static char journal_path[64];

static xtr_options *journal_options(const char *option) {
    static unsigned number;
    xtr_options *options = xtr_options_new();
    if (!option)
        snprintf(journal_path, sizeof journal_path, "/tmp/libextract-journal-%d-%u", getpid(),
                 number++);
    ck_assert_int_eq(xtr_options_set(options, "journal", journal_path, NULL), XTR_OK);
    if (option)
        ck_assert_int_eq(xtr_options_set(options, option, "true", NULL), XTR_OK);
    return options;
}

static void append(xtr__journal *journal, const char *path, uint64_t size) {
    const xtr__record record = {.path = path, .size = size, .options = 7, .output = "there"};
    uint64_t place;
    ck_assert_int_eq(xtr__journal_append(journal, &record, &place, NULL), XTR_OK);
}

static int reopen(xtr__journal **journal, const char *option, xtr_error *error) {
    xtr_options *options = journal_options(option);
    int code = xtr__journal_open(journal, options, 7, error);
    xtr_options_drop(options);
    return code;
}

TEST(batches, a_journal_remembers_the_last_word) {
    xtr__journal *journal;
    xtr_error error;
    xtr__past past;
    char *path, *output;
    ck_assert_int_eq(reopen(&journal, NULL, &error), XTR_OK);
    append(journal, "a", 1);
    append(journal, "b", 2);
    append(journal, "a", 3);
    ck_assert(!xtr__journal_find(journal, "a", &past)); /* only what was there when it was opened */
    xtr__journal_drop(journal);
    ck_assert_int_eq(reopen(&journal, "resume", &error), XTR_OK);
    ck_assert(xtr__journal_find(journal, "a", &past));
    ck_assert_uint_eq(past.size, 3);
    ck_assert(!xtr__journal_find(journal, "c", &past));
    ck_assert(xtr__journal_find(journal, "b", &past));
    ck_assert(xtr__journal_read(journal, past.place, &path, &output));
    ck_assert_str_eq(path, "b");
    ck_assert_str_eq(output, "there");
    ck_assert_str_eq(xtr__journal_last_output(journal), "there");
    free(path);
    free(output);
    xtr__journal_drop(journal);
    unlink(journal_path);
}

TEST(batches, a_torn_line_is_cut_off) {
    xtr__journal *journal;
    xtr_error error;
    xtr__past past;
    struct stat before, after;
    ck_assert_int_eq(reopen(&journal, NULL, &error), XTR_OK);
    append(journal, "a", 1);
    xtr__journal_drop(journal);
    stat(journal_path, &before);
    FILE *file = fopen(journal_path, "a");
    fputs("{\"path\":\"b\",\"size\":2,", file);
    fclose(file);
    ck_assert_int_eq(reopen(&journal, "resume", &error), XTR_OK);
    ck_assert(xtr__journal_find(journal, "a", &past));
    xtr__journal_drop(journal);
    stat(journal_path, &after);
    ck_assert_int_eq(before.st_size, after.st_size);
    unlink(journal_path);
}

TEST(batches, a_journal_is_refused_when_it_must_be) {
    xtr__journal *journal, *other;
    xtr_error error;
    ck_assert_int_eq(reopen(&journal, NULL, &error), XTR_OK);
    append(journal, "a", 1);
    ck_assert_int_eq(reopen(&other, "resume", &error), XTR_E_BUSY);
    xtr__journal_drop(journal);
    xtr_options *options = xtr_options_new();
    xtr_options_set(options, "journal", journal_path, NULL);
    ck_assert_int_eq(xtr__journal_open(&other, options, 7, &error), XTR_E_ARGUMENT);
    xtr_options_drop(options);
    ck_assert_int_eq(reopen(&journal, "force", &error), XTR_OK);
    xtr__past past;
    ck_assert(!xtr__journal_find(journal, "a", &past));
    xtr__journal_drop(journal);
    FILE *file = fopen(journal_path, "w");
    fputs("Dear diary,\n", file);
    fclose(file);
    ck_assert_int_eq(reopen(&journal, "resume", &error), XTR_E_CORRUPT);
    unlink(journal_path);
    ck_assert_int_eq(mkdir(journal_path, 0700), 0);
    ck_assert_int_ne(reopen(&journal, "resume", &error), XTR_OK);
    rmdir(journal_path);
}

/* Walk -------------------------------------------------------------------------------------- */

static unsigned count_files(xtr__walk *walk, const char *folder, unsigned *errors) {
    unsigned count = 0;
    xtr__file file;
    *errors = 0;
    ck_assert_int_eq(xtr__walk_enter(walk, folder), 0);
    while (xtr__walk_next(walk, &file)) {
        count += !file.os_error;
        *errors += file.os_error != 0;
        ck_assert(!strncmp(file.path, folder, strlen(folder)));
        ck_assert_ptr_nonnull(strstr(file.path, file.relative));
    }
    return count;
}

TEST(batches, a_walk_follows_links_as_told_and_never_in_circles) {
    char root[] = "/tmp/libextract-walk-XXXXXX", command[512];
    unsigned errors;
    ck_assert_ptr_nonnull(mkdtemp(root));
    snprintf(command, sizeof command,
             "cd %s && mkdir -p a/b && touch a/f a/b/g && ln -s .. a/b/up && ln -s ../f a/b/link &&"
             " ln -s none a/dangling && mkfifo a/pipe",
             root);
    ck_assert_int_eq(system(command), 0);
    static const struct {
        const char *symlinks;
        unsigned files, errors;
    } cases[] = {{"files", 3, 1}, {"follow", 3, 1}, {"skip", 2, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xtr_options *options = xtr_options_new();
        xtr_options_set(options, "symlinks", cases[i].symlinks, NULL);
        xtr__walk *walk = xtr__walk_new(options, NULL);
        for (int twice = 0; twice < 2; twice++) {
            ck_assert_uint_eq(count_files(walk, root, &errors), cases[i].files);
            ck_assert_uint_eq(errors, cases[i].errors);
        }
        ck_assert_int_eq(xtr__walk_enter(walk, "/nowhere"), ENOENT);
        xtr__walk_drop(walk);
        xtr_options_drop(options);
    }
    snprintf(command, sizeof command, "rm -r %s", root);
    ck_assert_int_eq(system(command), 0);
}

TEST(batches, other_options_are_another_fingerprint) {
    xtr_options *options = xtr_options_new();
    uint64_t usual = xtr__options_fingerprint(options);
    xtr_options_set(options, "journal", "x", NULL);
    xtr_options_set(options, "isolation", "process", NULL);
    xtr_options_set(options, "timeout", "3", NULL);
    xtr_options_set(options, "password", "x", NULL);
    ck_assert_uint_eq(xtr__options_fingerprint(options), usual);
    xtr_options_set(options, "format", "markdown", NULL);
    uint64_t other = xtr__options_fingerprint(options);
    ck_assert_uint_ne(other, usual);
    xtr_options_set(options, "pages", "1-3", NULL);
    ck_assert_uint_ne(xtr__options_fingerprint(options), other);
    other = xtr__options_fingerprint(options);
    xtr_options_set(options, "max_memory", "100MB", NULL); /* a document may be cut for it */
    ck_assert_uint_ne(xtr__options_fingerprint(options), other);
    xtr_options_drop(options);
}
