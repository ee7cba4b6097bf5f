/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Backends that a program registers, and recognisers that are kept: with a backend that reads the
 * same words out of every picture. */
#include "libextract/ocr.h"
#include "ocr/ocr.h"
#include "test.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MB = 1 << 20, WIDTH = 200, HEIGHT = 100 };

static atomic_int opened, dropped;
static int code_of_unregister; /* while it recognises */

static int fake_open(void **out, const char *languages, char message[256]) {
    if (!strcmp(languages, "none")) {
        snprintf(message, 256, "the fake backend knows no language %s", languages);
        return XTR_E_MISSING_LANGUAGE;
    }
    atomic_fetch_add(&opened, 1);
    *out = malloc(1);
    return XTR_OK;
}

static void fake_drop(void *recogniser) {
    atomic_fetch_add(&dropped, 1);
    free(recogniser);
}

static int fake_recognise(void *recogniser, const xtr_ocr_image *image, xtr_ocr_layout layout,
                          const xtr_ocr_sink *sink, char message[256]) {
    (void)recogniser, (void)layout, (void)message;
    const char *const words[] = {"Fake", "words"};
    for (uint32_t i = 0; i < 2; i++) {
        const xtr_ocr_word word = {.text = words[i],
                                   .text_size = strlen(words[i]),
                                   .x0 = 10 + 80 * (float)i,
                                   .y0 = 10,
                                   .x1 = 80 + 80 * (float)i,
                                   .y1 = 30,
                                   .baseline_left = 30,
                                   .baseline_right = 30,
                                   .size = 20,
                                   .confidence = .5F};
        ck_assert_uint_gt(image->width, 0);
        sink->add(sink->payload, &word);
    }
    code_of_unregister = xtr_ocr_unregister("fake", NULL);
    return XTR_OK;
}

static size_t fake_memory(const char *languages) {
    (void)languages;
    return (size_t)60 * MB;
}

static const xtr_ocr_backend fake = {.size = sizeof fake,
                                     .name = "fake",
                                     .open = fake_open,
                                     .drop = fake_drop,
                                     .recognise = fake_recognise,
                                     .memory = fake_memory};

/* A white picture, read by the backend of this name. */
static int read_picture(xtr_runtime *runtime, const char *backend, const char *isolation,
                        const char *languages, xtr_result **result, xtr_error *error) {
    char data[32 + WIDTH * HEIGHT];
    int head = snprintf(data, 32, "P5 %d %d 255\n", WIDTH, HEIGHT);
    memset(data + head, 255, WIDTH * HEIGHT);
    memset(data + head + 20 * WIDTH, 0, 8 * WIDTH); /* a bar: it is not empty */
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "ocr_backend", backend, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "ocr_languages", languages, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "isolation", isolation, NULL), XTR_OK);
    xtr_source *source = xtr_source_new_copy(data, (size_t)head + WIDTH * HEIGHT);
    int code = xtr_extract(result, runtime, source, options, error);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return code;
}

static xtr_runtime *one_thread(void) {
    xtr_runtime *runtime;
    const xtr_runtime_config config = {.size = sizeof config, .threads = 1};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    return runtime;
}

TEST(ocr_backends, a_registered_one_reads) {
    static const char *const modes[] = {"auto", "thread"};
    ck_assert_int_eq(xtr_ocr_register(&fake, NULL), XTR_OK);
    for (size_t m = 0; m < 2; m++) {
        xtr_result *result;
        xtr_error error;
        size_t size;
        xtr_runtime *runtime = one_thread();
        ck_assert_msg(!read_picture(runtime, "fake", modes[m], "eng", &result, &error), "%s",
                      error.message);
        const char *content = xtr_result_content(result, &size);
        ck_assert_msg(strstr(content, "Fake words"), "%s", content);
        xtr_result_drop(result);
        xtr_runtime_drop(runtime);
        /* It was in use, and is not any more. */
        ck_assert_int_eq(code_of_unregister, XTR_E_BUSY);
    }
    ck_assert_int_eq(xtr_ocr_unregister("fake", NULL), XTR_OK);
    ck_assert_int_eq(atomic_load(&opened), atomic_load(&dropped));
    ck_assert_int_eq(xtr_ocr_unregister("fake", NULL), XTR_E_ARGUMENT);
}

TEST(ocr_backends, another_process_does_not_have_it) {
    static const char *const modes[] = {"process", "fresh_process"};
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(xtr_ocr_register(&fake, NULL), XTR_OK);
    for (size_t m = 0; m < 2; m++) {
        ck_assert_int_eq(read_picture(NULL, "fake", modes[m], "eng", &result, &error),
                         XTR_E_ARGUMENT);
        ck_assert_msg(strstr(error.message, "isolation thread"), "%s", error.message);
    }
}

TEST(ocr_backends, one_that_is_not_there_is_named) {
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(read_picture(NULL, "nobody", "auto", "eng", &result, &error), XTR_E_ARGUMENT);
    ck_assert_msg(strstr(error.message, "nobody"), "%s", error.message);
}

TEST(ocr_backends, what_it_lacks_stands_in_the_result) {
    xtr_result *result;
    ck_assert_int_eq(xtr_ocr_register(&fake, NULL), XTR_OK);
    ck_assert_int_eq(read_picture(NULL, "fake", "auto", "none", &result, NULL), XTR_OK);
    char *json;
    size_t size;
    xtr_result_render(&json, &size, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL);
    ck_assert_msg(strstr(json, "knows no language none"), "%s", json);
    xtr_free(json);
    xtr_result_drop(result);
}

TEST(ocr_backends, nonsense_is_not_registered) {
    static const char *const names[] = {NULL,
                                        "",
                                        "Big",
                                        "with space",
                                        "tesseract",
                                        "fake",
                                        "a-name-of-more-than-thirty-one-letters"};
    ck_assert_int_eq(xtr_ocr_register(&fake, NULL), XTR_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        xtr_ocr_backend named = fake;
        named.name = names[i];
        ck_assert_int_eq(xtr_ocr_register(&named, NULL), XTR_E_ARGUMENT);
    }
    ck_assert_int_eq(xtr_ocr_register(NULL, NULL), XTR_E_ARGUMENT);
    ck_assert_int_eq(xtr_ocr_register(&(xtr_ocr_backend){.size = 8, .name = "small"}, NULL),
                     XTR_E_ARGUMENT);
    ck_assert_int_eq(
        xtr_ocr_register(&(xtr_ocr_backend){.size = sizeof fake, .name = "idle"}, NULL),
        XTR_E_ARGUMENT);
    ck_assert_int_eq(xtr_ocr_unregister("tesseract", NULL), XTR_E_ARGUMENT);
}

static void append(void *payload, const char *name) {
    strcat(payload, name);
    strcat(payload, " ");
}

TEST(ocr_backends, all_are_listed) {
    char names[256] = "";
    ck_assert_int_eq(xtr_ocr_register(&fake, NULL), XTR_OK);
    xtr_ocr_list(append, names);
    ck_assert_str_eq(names, "tesseract fake ");
}

/* Recognisers ------------------------------------------------------------------------------- */

static void take_and_give(const char *languages, int at_once) {
    char message[256];
    xtr__recogniser *taken[8];
    for (int i = 0; i < at_once; i++)
        ck_assert_int_eq(xtr__recogniser_take(&taken[i], &fake, languages, message), XTR_OK);
    for (int i = 0; i < at_once; i++)
        xtr__recogniser_give(taken[i]);
}

TEST(recognisers, a_thousand_in_many_languages_stay_bounded) {
    size_t memory;
    for (int i = 0; i < 1000; i++) {
        char languages[16];
        snprintf(languages, sizeof languages, "l%d", i % 7);
        take_and_give(languages, i % 8 + 1);
        ck_assert_uint_le(xtr__recognisers_idle(&memory), 4); /* of 60 MB each */
        ck_assert_uint_le(memory, (size_t)256 * MB);
    }
    int kept = (int)xtr__recognisers_idle(&memory);
    ck_assert_int_gt(kept, 0);
    ck_assert_int_eq(atomic_load(&opened) - atomic_load(&dropped), kept);
}

TEST(recognisers, who_was_used_last_is_kept) {
    take_and_give("eng", 1);
    for (int i = 0; i < 3; i++)
        take_and_give(i == 0 ? "deu" : i == 1 ? "fra" : "ita", 1);
    take_and_give("eng", 1);
    take_and_give("por", 1); /* one too many: deu goes */
    int before = atomic_load(&opened);
    take_and_give("eng", 1);
    ck_assert_int_eq(atomic_load(&opened), before);
    take_and_give("deu", 1);
    ck_assert_int_eq(atomic_load(&opened), before + 1);
}

TEST(recognisers, they_go_with_the_last_runtime) {
    size_t memory;
    xtr_runtime *first = one_thread(), *second = one_thread();
    take_and_give("eng", 2);
    xtr_runtime_drop(first);
    ck_assert_uint_eq(xtr__recognisers_idle(&memory), 2);
    xtr_runtime_drop(second);
    ck_assert_uint_eq(xtr__recognisers_idle(&memory), 0);
    ck_assert_int_eq(atomic_load(&opened), atomic_load(&dropped));
}

TEST(recognisers, a_fork_leaves_those_of_its_parent_alone) {
    size_t memory;
    take_and_give("eng", 2);
    pid_t child = fork();
    if (!child) {
        int before = atomic_load(&opened);
        bool clean = !xtr__recognisers_idle(&memory);
        take_and_give("eng", 1);
        _exit(clean && atomic_load(&opened) == before + 1 ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_eq(xtr__recognisers_idle(&memory), 2);
}
