/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many pages: shared between slots, streamed, and within a memory limit. */
#include "extract.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *json_with(unsigned threads, const char *name, const char *isolation) {
    return extract_json(xtr_source_new_path(fixture(name)), threads,
                        (const char *const[]){"isolation", isolation, NULL});
}

TEST(pdf_pages, four_slots_read_what_one_reads) {
    char *alone = json_with(1, "pdf/long.pdf", "thread");
    char *together = json_with(4, "pdf/long.pdf", "thread");
    ck_assert_ptr_nonnull(strstr(alone, "Page 40 of many."));
    ck_assert_str_eq(alone, together);
    xtr_free(alone);
    xtr_free(together);
}

TEST(pdf_pages, tags_say_the_same_on_four_slots_and_in_a_process) {
    char *alone = json_with(1, "pdf/tagged_book.pdf", "thread");
    char *together = json_with(4, "pdf/tagged_book.pdf", "thread");
    char *process = json_with(2, "pdf/tagged_book.pdf", "process");
    ck_assert_ptr_nonnull(strstr(alone, "{\"type\":\"heading\",\"text\":\"Chapter 24\""));
    ck_assert_ptr_nonnull(strstr(alone, "{\"type\":\"footnote\",\"text\":\"Note 24\""));
    ck_assert_str_eq(alone, together);
    ck_assert_str_eq(alone, process);
    xtr_free(alone);
    xtr_free(together);
    xtr_free(process);
}

TEST(pdf_pages, streamed_pages_are_all_there) {
    xtr_stream *stream;
    xtr_item item;
    xtr_source *source = xtr_source_new_path(fixture("pdf/long.pdf"));
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, NULL, NULL), XTR_OK);
    xtr_source_drop(source);
    for (size_t i = 0; i < 40; i++) {
        char start[32];
        snprintf(start, sizeof start, "Page %zu of many.", i + 1);
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_uint_eq(item.index, i);
        ck_assert(item.provisional);
        ck_assert_ptr_nonnull(strstr(xtr_result_content(item.result, NULL), start));
        xtr_result_drop(item.result);
    }
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_END);
    xtr_stream_drop(stream);
}

TEST(pdf_pages, streamed_pages_have_their_own_text) {
    xtr_stream *stream;
    xtr_item item;
    xtr_source *source = xtr_source_new_path(fixture("pdf/over_pages.pdf"));
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, NULL, NULL), XTR_OK);
    xtr_source_drop(source);
    static const char *const wanted[] = {"for it is in-\n", "7\n\nexhaustible, and",
                                         "forest until"};
    for (size_t i = 0; i < 3; i++) {
        char *json;
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_ptr_nonnull(strstr(xtr_result_content(item.result, NULL), wanted[i]));
        ck_assert_int_eq(
            xtr_result_render(&json, NULL, item.result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL),
            XTR_OK);
        ck_assert_ptr_null(strstr(json, "\"continues\""));
        xtr_free(json);
        xtr_result_drop(item.result);
    }
    xtr_stream_drop(stream);
}

TEST(pdf_pages, streamed_html_is_in_fragments) {
    xtr_stream *stream;
    xtr_item item;
    xtr_options *options = xtr_options_new();
    xtr_source *source = xtr_source_new_path(fixture("pdf/long.pdf"));
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_options_set(options, "format", "html", NULL), XTR_OK);
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
    for (int i = 1; i <= 2; i++) {
        char start[64];
        snprintf(start, sizeof start, "<section id=\"page-%d\" data-page=\"%d\">\n<", i, i);
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        const char *content = xtr_result_content(item.result, NULL);
        ck_assert_int_eq(strncmp(content, start, strlen(start)), 0);
        ck_assert_str_eq(content + strlen(content) - 11, "</section>\n");
        xtr_result_drop(item.result);
    }
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(pdf_pages, what_belongs_to_no_page_comes_with_the_first) {
    xtr_stream *stream;
    xtr_item item;
    char *json;
    size_t count = 0;
    xtr_source *source = xtr_source_new_path(fixture("pdf/interactive.pdf"));
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, NULL, NULL), XTR_OK);
    xtr_source_drop(source);
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        ck_assert_int_eq(
            xtr_result_render(&json, NULL, item.result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL),
            XTR_OK);
        ck_assert_uint_eq(xtr_result_page_count(item.result), 1);
        ck_assert(!!strstr(json, "\"outline\":[]") == (count > 0));
        ck_assert(!!strstr(json, "\"form_fields\":[]") == (count > 0));
        xtr_free(json);
        xtr_result_drop(item.result);
        count++;
    }
    ck_assert_uint_gt(count, 1);
    xtr_stream_drop(stream);
}

TEST(pdf_pages, a_memory_limit_gives_an_error_or_a_part_and_never_more) {
    int refused = 0, partial = 0;
    xtr_source *source = xtr_source_new_path(fixture("pdf/long.pdf"));
    for (int64_t limit = 100000; limit <= 6000000; limit += 300000) {
        xtr_result *result;
        xtr_error error;
        xtr_options *options = xtr_options_new();
        ck_assert_int_eq(xtr_options_set_integer(options, "max_memory", limit, NULL), XTR_OK);
        int code = xtr_extract(&result, NULL, source, options, &error);
        ck_assert_msg(!code || code == XTR_E_MEMORY, "%s", error.message);
        refused += code != XTR_OK;
        partial += !code && xtr_result_is_partial(result);
        xtr_result_drop(result);
        xtr_options_drop(options);
    }
    ck_assert_int_gt(refused, 0);
    ck_assert_int_lt(refused + partial, 20);
    xtr_source_drop(source);
}

/* The outcome of long.pdf under a limit: pages of text, or minus the error. */
static int pages_within(unsigned threads, int64_t limit) {
    xtr_runtime *runtime;
    xtr_result *result;
    int pages = 0;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    xtr_options *options = xtr_options_new();
    xtr_source *source = xtr_source_new_path(fixture("pdf/long.pdf"));
    ck_assert_int_eq(xtr_options_set_integer(options, "max_memory", limit, NULL), XTR_OK);
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    int code = xtr_extract(&result, runtime, source, options, NULL);
    for (const char *at = code ? "" : xtr_result_content(result, NULL);
         (at = strstr(at, " of many.")) != NULL; at++)
        pages++;
    ck_assert_msg(code || pages == 40 || xtr_result_is_partial(result), "%d pages", pages);
    xtr_result_drop(result);
    xtr_runtime_drop(runtime);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return code ? -code : pages;
}

TEST(pdf_pages, help_loses_nothing_when_memory_is_short) {
    /* Below half a megabyte the document hardly opens, and whether a first page is found varies. */
    for (int64_t limit = 500000; limit <= 1400000; limit += 50000) {
        int alone = pages_within(1, limit), together = pages_within(4, limit);
        ck_assert_msg(together >= alone, "%lld bytes: %d and %d", (long long)limit, alone,
                      together);
    }
}

TEST(pdf_pages, a_job_stopped_while_it_opens_just_ends) {
    xtr_source *source = xtr_source_new_path(fixture("pdf/long.pdf"));
    for (unsigned i = 0; i < 300; i++) {
        xtr_job *job;
        const xtr_request request = {.size = sizeof request, .source = source};
        ck_assert_int_eq(xtr_submit(&job, NULL, &request, NULL), XTR_OK);
        usleep(i * 7);
        xtr_job_cancel(job);
        ck_assert(xtr_job_wait(job, 5000));
        xtr_job_drop(job);
    }
    xtr_source_drop(source);
}

TEST(pdf_pages, a_stream_says_that_memory_was_short) {
    int cut = 0;
    xtr_source *source = xtr_source_new_path(fixture("pdf/long.pdf"));
    for (int64_t limit = 200000; limit <= 1000000; limit += 20000) {
        xtr_stream *stream;
        xtr_item item;
        int pages = 0, partial = 0, code;
        xtr_options *options = xtr_options_new();
        ck_assert_int_eq(xtr_options_set_integer(options, "max_memory", limit, NULL), XTR_OK);
        const xtr_stream_config config = {.size = sizeof config, .options = options};
        ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
        while ((code = xtr_stream_next(stream, &item, -1)) == XTR_OK) {
            pages += strstr(xtr_result_content(item.result, NULL), " of many.") != NULL;
            partial += xtr_result_is_partial(item.result);
            xtr_result_drop(item.result);
        }
        ck_assert_msg(pages == 40 || partial || code == XTR_E_MEMORY,
                      "%lld bytes: %d pages and not a word", (long long)limit, pages);
        cut += pages < 40;
        xtr_stream_drop(stream);
        xtr_options_drop(options);
    }
    ck_assert_int_gt(cut, 0);
    xtr_source_drop(source);
}
