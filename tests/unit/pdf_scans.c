/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents in which some pages are scans: pages of a fixture, drawn, or as they are. */
#include "../../extractors/pdf/compat.h"
#include "extract.h"

#include <stdio.h>
#include <string.h>

enum { DPI = 150 };

/* A page that is a picture of the first one of simple.pdf. */
static pdf_obj *new_scan(fz_context *ctx, pdf_document *doc, fz_pixmap *drawn, float width,
                         float height) {
    fz_image *image = fz_new_image_from_pixmap(ctx, drawn, NULL);
    pdf_obj *object = pdf_add_image(ctx, doc, image);
    pdf_obj *resources = pdf_new_dict(ctx, doc, 1);
    pdf_obj *xobjects = pdf_dict_put_dict(ctx, resources, PDF_NAME(XObject), 1);
    fz_buffer *contents = fz_new_buffer(ctx, 64);
    pdf_dict_puts(ctx, xobjects, "I", object);
    fz_append_printf(ctx, contents, "%g 0 0 %g 0 0 cm /I Do", (double)width, (double)height);
    fz_rect box = {0, 0, width, height};
    pdf_obj *page = pdf_add_page(ctx, doc, box, 0, resources, contents);
    fz_drop_buffer(ctx, contents);
    fz_drop_image(ctx, image);
    pdf_drop_obj(ctx, object);
    pdf_drop_obj(ctx, resources);
    return page;
}

/* `count` pages of text; those in `scans` ("3,5") are scans. Random dots when `noise`. */
static xtr_source *mixed(int count, const char *scans, bool noise) {
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_register_document_handlers(ctx);
    pdf_document *from = pdf_open_document(ctx, fixture("pdf/simple.pdf"));
    pdf_document *doc = pdf_create_document(ctx);
    pdf_page *first = pdf_load_page(ctx, from, 0);
    fz_rect box = fz_bound_page(ctx, &first->super);
    fz_pixmap *drawn = fz_new_pixmap_from_page(
        ctx, &first->super, fz_scale(DPI / 72.0F, DPI / 72.0F), fz_device_gray(ctx), 0);
    uint32_t random = 1;
    for (int i = 0; noise && i < drawn->w * drawn->h; i++) {
        random = random * 1664525 + 1013904223;
        drawn->samples[i] = random >> 28 ? 255 : 0;
    }
    pdf_graft_map *map = pdf_new_graft_map(ctx, doc);
    for (int i = 1; i <= count; i++) {
        char number[16];
        snprintf(number, sizeof number, ",%d,", i);
        if (!strstr(scans, number)) {
            pdf_graft_mapped_page(ctx, map, -1, from, 0);
            continue;
        }
        pdf_obj *page = new_scan(ctx, doc, drawn, box.x1, box.y1);
        pdf_insert_page(ctx, doc, -1, page);
        pdf_drop_obj(ctx, page);
    }
    fz_buffer *file = fz_new_buffer(ctx, 0);
    fz_output *out = fz_new_output_with_buffer(ctx, file);
    pdf_write_options options = pdf_default_write_options;
    options.do_compress = 1;
    pdf_write_document(ctx, doc, out, &options);
    fz_close_output(ctx, out);
    fz_drop_output(ctx, out);
    xtr_source *source = xtr_source_new_copy(file->data, file->len);
    fz_drop_buffer(ctx, file);
    pdf_drop_graft_map(ctx, map);
    fz_drop_pixmap(ctx, drawn);
    fz_drop_page(ctx, &first->super);
    pdf_drop_document(ctx, doc);
    pdf_drop_document(ctx, from);
    fz_drop_context(ctx);
    return source;
}

static char *json_of(xtr_source *source, unsigned threads, const char *name, const char *value) {
    return extract_json(source, threads,
                        (const char *const[]){"isolation", "thread", name, value, NULL});
}

static int count_of(const char *text, const char *part) {
    int count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

TEST(pdf_scans, of_fifty_pages_the_scanned_one_is_recognised) {
    char *json = json_of(mixed(50, ",20,", false), 2, "ocr", "auto");
    ck_assert_int_eq(count_of(json, "\"read_by\":\"ocr\""), 1);
    ck_assert_int_eq(count_of(json, "\"read_by\":\"text\""), 49);
    ck_assert_ptr_nonnull(strstr(json, "\"warnings\":[]"));
    xtr_free(json);
}

TEST(pdf_scans, what_is_off_is_not_recognised) {
    char *json = json_of(mixed(2, ",1,", false), 1, "ocr", "off");
    ck_assert_int_eq(count_of(json, "\"read_by\":\"ocr\""), 0);
    xtr_free(json);
}

TEST(pdf_scans, two_slots_read_what_one_reads) {
    char *alone = json_of(mixed(4, ",1,2,4,", false), 1, "ocr", "auto");
    char *together = json_of(mixed(4, ",1,2,4,", false), 2, "ocr", "auto");
    ck_assert_int_eq(count_of(alone, "\"read_by\":\"ocr\""), 3);
    ck_assert_str_eq(alone, together);
    xtr_free(alone);
    xtr_free(together);
}

TEST(pdf_scans, noise_is_refused_with_its_reason) {
    char *json = json_of(mixed(1, ",1,", true), 1, "ocr", "auto");
    ck_assert_ptr_nonnull(strstr(json, "more specks than letters"));
    ck_assert_ptr_nonnull(strstr(json, "\"LIMIT\""));
    xtr_free(json);
}

TEST(pdf_scans, a_picture_of_too_many_pixels_is_said_to_be_left_out) {
    char *json = json_of(mixed(1, ",1,", false), 1, "max_image_pixels", "1000000");
    ck_assert_ptr_nonnull(strstr(json, "raise max_image_pixels"));
    xtr_free(json);
}

TEST(pdf_scans, memory_of_recognition_counts) {
    char *json = json_of(mixed(2, ",2,", false), 1, "max_memory", "20000000");
    ck_assert_ptr_nonnull(strstr(json, "raise max_memory"));
    ck_assert_int_eq(count_of(json, "\"read_by\":\"text\""), 1);
    xtr_free(json);
}

TEST(pdf_scans, pages_of_a_stream_come_in_order) {
    xtr_stream *stream;
    xtr_item item;
    xtr_options *options = xtr_options_new();
    xtr_source *source = mixed(4, ",2,3,", false);
    ck_assert_int_eq(xtr_options_set(options, "isolation", "thread", NULL), XTR_OK);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_uint_eq(item.index, i);
        ck_assert_uint_gt(strlen(xtr_result_content(item.result, NULL)), 20);
        xtr_result_drop(item.result);
    }
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_END);
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
}
