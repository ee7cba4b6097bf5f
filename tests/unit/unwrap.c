/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Jobs that go on with what is inside of their input. */
#include "job.h"
#include "test.h"

#include "libextract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr_source *wrapped(const char *text, size_t size) {
    xtr_source *source = xtr_source_new_copy(text, size);
    ck_assert_int_eq(xtr_source_set_name(source, "outer.bin"), XTR_OK);
    return source;
}

/* Options come in pairs of name and value; NULL ends them. */
static xtr_options *options_of(const char *const *settings) {
    xtr_options *options = xtr_options_new();
    for (; *settings; settings += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[0], settings[1], NULL), XTR_OK);
    return options;
}

static int extract(const char *text, size_t size, const char *const *settings, xtr_result **result,
                   xtr_error *error) {
    xtr_source *source = wrapped(text, size);
    xtr_options *options = options_of(settings);
    int code = xtr_extract(result, NULL, source, options, error);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return code;
}

#define DOCUMENT "%mock-wrap inner.tpl\n%template 1\n@title Inner\n# Head\n"

TEST(unwrap, the_result_is_that_of_what_is_inside) {
    static const char *const modes[] = {"auto", "thread", "process", "fresh_process"};
    for (size_t i = 0; i < 4; i++) {
        const char *const settings[] = {"isolation", modes[i], "format", "markdown", NULL};
        xtr_result *result;
        xtr_error error;
        int code = extract(DOCUMENT, sizeof DOCUMENT - 1, settings, &result, &error);
        ck_assert_msg(!code, "%s", error.message);
        ck_assert_str_eq(xtr_result_mime_type(result), "application/x-libextract-template");
        ck_assert_str_eq(xtr_result_content(result, NULL), "# Head\n");
        ck_assert_str_eq(xtr_result_metadata(result, "title"), "Inner");
        ck_assert_str_eq(xtr_result_metadata(result, "wrapping"), "mock");
        xtr_result_drop(result);
    }
}

TEST(unwrap, the_inner_name_says_what_text_is) {
    const char *const none[] = {NULL};
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(extract("%mock-wrap a.csv\nx,y\n", 21, none, &result, &error), XTR_OK);
    ck_assert_str_eq(xtr_result_mime_type(result), "text/csv");
    xtr_result_drop(result);
}

TEST(unwrap, a_given_type_is_that_of_the_outside) {
    const char *const settings[] = {"mime_type", "mock:wrap", NULL};
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(extract("%mock-wrap \nplain words\n", 24, settings, &result, &error), XTR_OK);
    ck_assert_str_eq(xtr_result_mime_type(result), "text/plain");
    ck_assert_str_eq(xtr_result_content(result, NULL), "plain words\n");
    xtr_result_drop(result);
}

TEST(unwrap, layers_have_a_limit) {
    const char *const none[] = {NULL};
    char text[400] = "";
    xtr_result *result;
    xtr_error error;
    for (int i = 0; i < 8; i++)
        strcat(text, "%mock-wrap \n");
    size_t eight = strlen(text);
    strcat(text, "plain words\n");
    ck_assert_int_eq(extract(text, strlen(text), none, &result, &error), XTR_OK);
    ck_assert_str_eq(xtr_result_content(result, NULL), "plain words\n");
    xtr_result_drop(result);
    strcpy(text + eight, "%mock-wrap \nplain words\n");
    ck_assert_int_eq(extract(text, strlen(text), none, &result, &error), XTR_E_LIMIT);
    ck_assert_msg(strstr(error.message, "outer.bin"), "%s", error.message);
}

TEST(unwrap, limits_count_what_is_inside) {
    static char text[600000] = "%mock-wrap a.txt\n";
    const char *const little[] = {"max_memory", "512KiB", NULL};
    const char *const small[] = {"max_input_size", "599990", NULL};
    xtr_result *result;
    xtr_error error;
    memset(text + 17, 'x', sizeof text - 17);
    ck_assert_int_eq(extract(text, sizeof text, little, &result, &error), XTR_E_MEMORY);
    ck_assert_msg(strstr(error.message, "max_memory"), "%s", error.message);
    ck_assert_int_eq(extract(text, sizeof text, small, &result, &error), XTR_E_LIMIT);
}

/* What was to follow counts until it is given up, whether or not the job went on with it. */
TEST(unwrap, what_is_given_up_costs_no_memory) {
    bare_job *job = bare_job_open(wrapped("x", 1));
    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(xtr_job_continue(&job->job, malloc(100), 100, NULL), XTR_OK);
    ck_assert_int_eq(xtr_job_continue(&job->job, malloc(70), 70, "a"), XTR_OK);
    ck_assert_uint_eq(job->job.memory.used, 70);
    xtr__job_leave_inside(&job->job);
    ck_assert_uint_eq(job->job.memory.used, 0);
    bare_job_close(job);
}

TEST(unwrap, errors_are_those_of_what_is_inside) {
    const char *const none[] = {NULL};
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(extract("%mock-wrap \n\x7F"
                             "ELF\2\1\1\0\0\0\0\0\0\0\0\0",
                             28, none, &result, &error),
                     XTR_E_UNSUPPORTED);
    ck_assert_msg(strstr(error.message, "outer.bin"), "%s", error.message);
    ck_assert_int_eq(extract("%mock-wrap \n", 12, none, &result, &error), XTR_E_EMPTY);
}

TEST(unwrap, what_may_abort_inside_goes_to_a_process) {
    const char *const settings[] = {"isolation", "auto", NULL};
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(extract("%mock-wrap \n%mock-abort", 23, settings, &result, &error),
                     XTR_E_CRASHED);
    ck_assert_msg(strstr(error.message, "SIGABRT"), "%s", error.message);
}

#ifdef XTR_WITH_MUPDF
/* A page of the one kind that comes by pages: a picture, drawn by its points. */
TEST(unwrap, pages_of_what_is_inside_are_streamed) {
    static const char image[] = "%mock-wrap dot.pgm\nP5 1 1 255\n\xFF";
    static const char *const modes[] = {"thread", "process"};
    for (size_t i = 0; i < 2; i++) {
        const char *const settings[] = {"isolation", modes[i], "ocr", "off", NULL};
        xtr_options *options = options_of(settings);
        xtr_source *source = wrapped(image, sizeof image - 1);
        const xtr_stream_config config = {.size = sizeof config, .options = options};
        xtr_stream *stream;
        xtr_item item;
        ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_msg(!item.code, "%s", item.error.message);
        ck_assert_uint_eq(xtr_result_page_count(item.result), 1);
        ck_assert_str_eq(xtr_result_mime_type(item.result), "image/x-portable-graymap");
        xtr_result_drop(item.result);
        xtr_stream_drop(stream);
        xtr_options_drop(options);
        xtr_source_drop(source);
    }
}
#endif
