/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures of PDF files with their bytes: the same however the pages were read. */
#include "libextract.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr_result *extract(const char *name, unsigned threads, const char *option,
                           const char *value) {
    xtr_runtime *runtime;
    xtr_result *result = NULL;
    xtr_error error;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    xtr_source *source = xtr_source_new_path(fixture(name));
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "images", "extract", NULL), XTR_OK);
    ck_assert_int_eq(option ? xtr_options_set(options, option, value, NULL) : XTR_OK, XTR_OK);
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    int code = xtr_extract(&result, runtime, source, options, &error);
    ck_assert_msg(!code, "%s", error.message);
    xtr_options_drop(options);
    xtr_source_drop(source);
    xtr_runtime_drop(runtime);
    return result;
}

static char *json_of(const char *name, unsigned threads, const char *option, const char *value) {
    xtr_result *result = extract(name, threads, option, value);
    char *json;
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL), XTR_OK);
    xtr_result_drop(result);
    return json;
}

static unsigned count(const char *text, const char *part) {
    unsigned found = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        found++;
    return found;
}

TEST(pdf_pictures, four_slots_and_a_process_give_what_one_gives) {
    char *alone = json_of("pdf/album.pdf", 1, NULL, NULL);
    char *together = json_of("pdf/album.pdf", 4, NULL, NULL);
    char *process = json_of("pdf/album.pdf", 1, "isolation", "process");
    /* Three a page, and one of them on every page. */
    ck_assert_uint_eq(count(alone, "\"format\":\"png\""), 72);
    ck_assert_uint_eq(count(alone, "\"data\":\""), 49);
    ck_assert_str_eq(alone, together);
    ck_assert_str_eq(alone, process);
    xtr_free(alone);
    xtr_free(together);
    xtr_free(process);
}

TEST(pdf_pictures, streamed_pages_each_have_theirs) {
    xtr_stream *stream;
    xtr_item item;
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "images", "extract", NULL), XTR_OK);
    xtr_source *source = xtr_source_new_path(fixture("pdf/album.pdf"));
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
    xtr_source_drop(source);
    xtr_options_drop(options);
    for (unsigned i = 0; i < 24; i++) {
        char *json, name[64];
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_int_eq(
            xtr_result_render(&json, NULL, item.result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL),
            XTR_OK);
        snprintf(name, sizeof name, "\"name\":\"page-%u-image-1.png\"", i + 1);
        ck_assert_uint_eq(count(json, "\"data\":\""), 3);
        ck_assert_uint_eq(count(json, name), 1);
        xtr_free(json);
        xtr_result_drop(item.result);
    }
    xtr_stream_drop(stream);
}

TEST(pdf_pictures, that_do_not_fit_leave_the_text_alone) {
    xtr_result *result = extract("pdf/pictures.pdf", 1, "max_image_pixels", "1");
    ck_assert(xtr_result_is_partial(result));
    ck_assert_ptr_nonnull(strstr(xtr_result_content(result, NULL), "Below: The quick"));
    ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_LIMIT);
    xtr_result_drop(result);
}

/* Any byte of the file changed: no crash, no hang; what comes out is a document. */
TEST(pdf_pictures, of_damaged_files) {
    size_t size;
    FILE *file = fopen(fixture("pdf/pictures.pdf"), "rb");
    unsigned char *data = malloc(1 << 16);
    ck_assert_ptr_nonnull(file);
    size = fread(data, 1, 1 << 16, file);
    fclose(file);
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "images", "extract", NULL), XTR_OK);
    unsigned results = 0;
    for (size_t at = 0; at < size; at += is_long() ? 1 : 37) {
        xtr_result *result = NULL;
        unsigned char before = data[at];
        data[at] = (unsigned char)(before ^ (at % 2 ? 0xff : 0x01));
        xtr_source *source = xtr_source_new_copy(data, size);
        results += !xtr_extract(&result, NULL, source, options, NULL);
        xtr_result_drop(result);
        xtr_source_drop(source);
        data[at] = before;
    }
    ck_assert_uint_gt(results, 50);
    xtr_options_drop(options);
    free(data);
}
