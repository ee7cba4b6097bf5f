/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many pages: shared between slots, streamed, and within a memory limit. */
#include "libextract.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static char *json_with(unsigned threads, const char *name) {
    xtr_runtime *runtime;
    xtr_result *result;
    xtr_error error;
    char *json;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    xtr_source *source = xtr_source_new_path(fixture(name));
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    int code = xtr_extract(&result, runtime, source, NULL, &error);
    ck_assert_msg(!code, "%s", error.message);
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL), XTR_OK);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_runtime_drop(runtime);
    return json;
}

TEST(pdf_pages, four_slots_read_what_one_reads) {
    char *alone = json_with(1, "pdf/long.pdf");
    char *together = json_with(4, "pdf/long.pdf");
    ck_assert_ptr_nonnull(strstr(alone, "Page 40 of many."));
    ck_assert_str_eq(alone, together);
    xtr_free(alone);
    xtr_free(together);
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
