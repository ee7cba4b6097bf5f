/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Image files as they are decoded for recognition. */
#include "ocr/ocr.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct file {
    unsigned char data[1 << 17];
    size_t size;
} file;

static void read_file(file *f, const char *name) {
    FILE *from = fopen(fixture(name), "rb");
    ck_assert_ptr_nonnull(from);
    f->size = fread(f->data, 1, sizeof f->data, from);
    ck_assert_uint_lt(f->size, sizeof f->data);
    fclose(from);
}

static int decode(const file *f, uint32_t page, uint64_t most, uint32_t *width, uint32_t *height) {
    char message[256] = "";
    xtr_ocr_image image = {0};
    const xtr__ocr_module *module = xtr__ocr_load(message);
    ck_assert_msg(module != NULL, "%s", message);
    int code = module->decode(f->data, f->size, page, most, &image, message);
    ck_assert_msg(code == XTR_OK || message[0], "no sentence for %d", code);
    *width = image.width;
    *height = image.height;
    free((void *)(uintptr_t)image.samples);
    return code;
}

#define MOST 100000000

TEST(ocr_images, each_page_of_a_tiff_has_its_own_size) {
    static file f;
    uint32_t width, height;
    read_file(&f, "scan/sizes.tif");
    ck_assert_int_eq(decode(&f, 0, MOST, &width, &height), XTR_OK);
    ck_assert_uint_eq(width, 900);
    ck_assert_int_eq(decode(&f, 1, MOST, &width, &height), XTR_OK);
    ck_assert_uint_eq(width, 1240);
    ck_assert_int_eq(decode(&f, 0, 900 * 300, &width, &height), XTR_OK);
    ck_assert_int_eq(decode(&f, 1, 900 * 300, &width, &height), XTR_E_LIMIT);
    ck_assert_int_eq(decode(&f, 2, MOST, &width, &height), XTR_E_CORRUPT);
}

/* All frames of a GIF are decoded, though only the first is read. */
TEST(ocr_images, what_frames_of_a_gif_take_is_limited) {
    static file f;
    uint32_t width, height;
    read_file(&f, "scan/kind-palette.gif");
    ck_assert_int_eq(decode(&f, 0, 900 * 300, &width, &height), XTR_OK);
    unsigned char *frame =
        memmem(f.data + 13, f.size - 13, "\x2C\x00\x00\x00\x00\x84\x03\x2C\x01", 9);
    ck_assert_ptr_nonnull(frame);
    memset(frame + 5, 0xFF, 4); /* 65535 by 65535 */
    ck_assert_int_eq(decode(&f, 0, MOST, &width, &height), XTR_E_LIMIT);
}

TEST(ocr_images, the_size_in_the_codestream_of_jpeg_2000_counts) {
    static file f;
    uint32_t width, height;
    read_file(&f, "scan/kind-gray.jp2");
    ck_assert_int_eq(decode(&f, 0, 900 * 300, &width, &height), XTR_OK);
    unsigned char *siz = memmem(f.data, f.size, "\xFF\x4F\xFF\x51", 4);
    ck_assert_ptr_nonnull(siz);
    siz[9] = siz[13] = 0xFF; /* sixteen million wide and high */
    ck_assert_int_eq(decode(&f, 0, MOST, &width, &height), XTR_E_LIMIT);
}

TEST(ocr_images, other_kinds_are_not_decoded) {
    static file f;
    uint32_t width, height;
    read_file(&f, "image/still.avif");
    ck_assert_int_eq(decode(&f, 0, MOST, &width, &height), XTR_E_UNSUPPORTED);
    f.size = 0;
    ck_assert_int_eq(decode(&f, 0, MOST, &width, &height), XTR_E_UNSUPPORTED);
}

TEST(ocr_images, a_cut_file_is_damaged) {
    static file f;
    uint32_t width, height;
    read_file(&f, "scan/kind-gray.png");
    for (size_t whole = f.size; f.size > 100; f.size /= 2) {
        int code = decode(&f, 0, MOST, &width, &height);
        ck_assert_int_eq(code, f.size == whole ? XTR_OK : XTR_E_CORRUPT);
    }
}

static bool never(void *payload) {
    (void)payload;
    return false;
}

/** Moves each column down, the middle most, as paper does that is not flat. Yours to free. */
static xtr_ocr_image bend(const xtr_ocr_image *image, float by) {
    unsigned char *samples = malloc((size_t)image->width * image->height);
    for (uint32_t x = 0; x < image->width; x++) {
        float across = 2 * (float)x / (float)image->width - 1;
        uint32_t down = (uint32_t)(by * (1 - across * across));
        for (uint32_t y = 0; y < image->height; y++)
            samples[y * image->width + x] =
                y < down ? 230 : image->samples[(y - down) * image->stride + x];
    }
    xtr_ocr_image out = *image;
    out.samples = samples;
    out.stride = image->width;
    return out;
}

TEST(ocr_images, words_of_bent_lines_stand_in_the_image) {
    static file f;
    char message[256] = "";
    xtr__budget budget = {0};
    xtr__reading reading;
    const xtr__ocr_module *module = xtr__ocr_load(message);
    const xtr__way way = {.layout = XTR_OCR_PAGE, .languages = "eng"};
    xtr_ocr_image image = {0};
    ck_assert_msg(module != NULL, "%s", message);
    const xtr__reader reader = {
        .budget = &budget, .module = module, .backend = module->tesseract, .should_stop = never};
    read_file(&f, "scan/receipt.jpg");
    ck_assert_int_eq(module->decode(f.data, f.size, 0, MOST, &image, message), XTR_OK);
    xtr_ocr_image bent = bend(&image, 45);
    ck_assert_int_eq(xtr__read_as_is(&reader, &bent, &way, &reading, message), XTR_OK);
    ck_assert_float_gt(reading.confidence, .8F);
    for (size_t i = 0; i < reading.words.count; i++) {
        const xtr_box *box = &reading.words.items[i].box;
        ck_assert(box->x0 >= 0 && box->x1 <= (float)bent.width && box->y0 < box->y1);
    }
    xtr__reading_drop(&reading);
    free((void *)(uintptr_t)bent.samples);
    free((void *)(uintptr_t)image.samples);
}
