/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Searchable PDFs, there and back: pages of a fixture are drawn, recognised, and read again from
 * the PDF that was made of them. */
#include "libextract/extractor.h"
#include "pdf/compat.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { DPI = 150 };

/* The first page of a PDF as a picture in PNM. Yours to drop. */
static fz_buffer *draw(fz_context *ctx, const char *path) {
    fz_register_document_handlers(ctx);
    fz_document *doc = fz_open_document(ctx, path);
    fz_matrix ctm = fz_scale(DPI / 72.0F, DPI / 72.0F);
    fz_pixmap *pixmap = fz_new_pixmap_from_page_number(ctx, doc, 0, ctm, fz_device_gray(ctx), 0);
    fz_buffer *out = fz_new_buffer(ctx, 1 << 20);
    fz_output *to = fz_new_output_with_buffer(ctx, out);
    fz_write_pixmap_as_pnm(ctx, to, pixmap);
    fz_close_output(ctx, to);
    fz_drop_output(ctx, to);
    fz_drop_pixmap(ctx, pixmap);
    fz_drop_document(ctx, doc);
    return out;
}

static xtr_result *extract(const void *data, size_t size, const char *const *settings) {
    xtr_error error;
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_result *result = NULL;
    xtr_options *options = xtr_options_new();
    for (; *settings; settings += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[0], settings[1], &error), XTR_OK);
    int code = xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(code == XTR_OK, "%s", error.message);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return result;
}

static bool can_recognise(const xtr_result *result) {
    for (size_t i = 0; i < xtr_result_warning_count(result); i++) {
        int code = xtr_result_warning(result, i).code;
        if (code == XTR_E_MISSING_BACKEND || code == XTR_E_MISSING_LANGUAGE)
            return false;
    }
    return true;
}

/* Text of the PDF, whose own words are not recognised again, is what was recognised. */
static void check_back(const xtr_result *pdf) {
    char *text;
    size_t size, text_size;
    const char *bytes = xtr_result_content(pdf, &size);
    const char *const off[] = {"ocr", "off", NULL};
    ck_assert_int_eq(
        xtr_result_render(&text, &text_size, pdf, XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO, NULL),
        XTR_OK);
    ck_assert_ptr_nonnull(strstr(text, "quick brown fox"));
    ck_assert(size > 8 && !memcmp(bytes, "%PDF-", 5) && !bytes[size]);
    xtr_result *back = extract(bytes, size, off);
    ck_assert_str_eq(xtr_result_content(back, NULL), text);
    xtr_result_drop(back);
    xtr_free(text);
}

TEST(searchable, a_picture_has_its_words_in_the_pdf_of_it) {
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_buffer *picture = draw(ctx, fixture("pdf/simple.pdf"));
    const char *const as_pdf[] = {"format", "pdf", NULL};
    xtr_result *pdf = extract(picture->data, picture->len, as_pdf);
    if (can_recognise(pdf))
        check_back(pdf);
    xtr_result_drop(pdf);
    fz_drop_buffer(ctx, picture);
    fz_drop_context(ctx);
}

TEST(searchable, a_scanned_pdf_keeps_its_bytes_and_gets_its_words) {
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_buffer *picture = draw(ctx, fixture("pdf/simple.pdf"));
    const char *const silent[] = {"format", "pdf", "ocr", "off", NULL};
    const char *const as_pdf[] = {"format", "pdf", NULL};
    xtr_result *scan = extract(picture->data, picture->len, silent);
    size_t size, grown;
    const char *bytes = xtr_result_content(scan, &size);
    xtr_result *pdf = extract(bytes, size, as_pdf);
    if (can_recognise(pdf)) {
        const char *updated = xtr_result_content(pdf, &grown);
        ck_assert_uint_gt(grown, size);
        ck_assert_mem_eq(updated, bytes, size);
        check_back(pdf);
    }
    xtr_result_drop(scan);
    xtr_result_drop(pdf);
    fz_drop_buffer(ctx, picture);
    fz_drop_context(ctx);
}

/* A scan of twice the size, upside down: its letters are so large that layout takes another unit.
 */
TEST(searchable, large_turned_pages_have_their_words_in_place) {
    static const char mark[] = "/Type /Page /Parent", more[] = "/Rotate 180 /UserUnit 2 ";
    const char *const as_pdf[] = {"format", "pdf", "isolation", "thread", NULL};
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_buffer *file = fz_read_file(ctx, fixture("scan/scan.pdf")), *large = fz_new_buffer(ctx, 16);
    const unsigned char *at = memmem(file->data, file->len, mark, sizeof mark - 1);
    ck_assert_ptr_nonnull(at);
    size_t before = (size_t)(at - file->data);
    fz_append_data(ctx, large, file->data, before);
    fz_append_string(ctx, large, more);
    fz_append_data(ctx, large, at, file->len - before);
    xtr_result *pdf = extract(large->data, large->len, as_pdf);
    if (can_recognise(pdf)) {
        const char *const off[] = {"ocr", "off", NULL};
        size_t size;
        const char *bytes = xtr_result_content(pdf, &size);
        xtr_result *back = extract(bytes, size, off);
        ck_assert_ptr_nonnull(
            strstr(xtr_result_content(back, NULL), "careful record of every vessel"));
        xtr_result_drop(back);
    }
    xtr_result_drop(pdf);
    fz_drop_buffer(ctx, large);
    fz_drop_buffer(ctx, file);
    fz_drop_context(ctx);
}

/* What a fixture looks like as a PDF: how light its first page is, on the whole. */
static double lightness_of(const char *name, const char *has) {
    const char *const as_pdf[] = {"format", "pdf", "ocr", "off", "isolation", "thread", NULL};
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_buffer *file = fz_read_file(ctx, fixture(name));
    xtr_result *pdf = extract(file->data, file->len, as_pdf);
    size_t size;
    const char *bytes = xtr_result_content(pdf, &size);
    ck_assert_ptr_nonnull(memmem(bytes, size, has, strlen(has)));
    fz_stream *stream = fz_open_memory(ctx, (const unsigned char *)bytes, size);
    fz_register_document_handlers(ctx);
    fz_document *doc = fz_open_document_with_stream(ctx, "pdf", stream);
    fz_pixmap *pixmap =
        fz_new_pixmap_from_page_number(ctx, doc, 0, fz_identity, fz_device_gray(ctx), 0);
    double sum = 0;
    for (int y = 0; y < pixmap->h; y++) {
        for (int x = 0; x < pixmap->w; x++)
            sum += pixmap->samples[y * pixmap->stride + x];
    }
    sum /= (double)pixmap->w * pixmap->h;
    fz_drop_pixmap(ctx, pixmap);
    fz_drop_document(ctx, doc);
    fz_drop_stream(ctx, stream);
    xtr_result_drop(pdf);
    fz_drop_buffer(ctx, file);
    fz_drop_context(ctx);
    return sum;
}

TEST(searchable, pictures_look_as_they_did) {
    ck_assert_double_gt(lightness_of("scan/kind-cmyk.jpg", "/DCTDecode"), 200);
    ck_assert_double_gt(lightness_of("scan/kind-rgb.png", "/Width 900"), 200);
    /* Not the small copy that stands before it. */
    ck_assert_double_gt(lightness_of("scan/thumbnail.tif", "/Width 900"), 200);
}

TEST(searchable, a_pdf_of_text_stays_as_it_is) {
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_buffer *file = fz_read_file(ctx, fixture("pdf/simple.pdf"));
    const char *const as_pdf[] = {"format", "pdf", NULL};
    size_t size;
    xtr_result *pdf = extract(file->data, file->len, as_pdf);
    const char *bytes = xtr_result_content(pdf, &size);
    ck_assert_uint_eq(size, file->len);
    ck_assert_mem_eq(bytes, file->data, size);
    xtr_result_drop(pdf);
    fz_drop_buffer(ctx, file);
    fz_drop_context(ctx);
}
