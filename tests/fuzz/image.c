/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Image files of any bytes: what their headers say, their pixels in grey, what is prepared of them
 * for recognition, and that turned. Recognition itself is Tesseract's. */
#include "libextract.h"
#include "ocr/ocr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PIXELS = 1 << 20, PAGES = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void release(xtr_ocr_image *image) {
    free((void *)(uintptr_t)image->samples);
}

/* All samples can be read. */
static void check(const xtr_ocr_image *image) {
    static volatile unsigned sum;
    if (!image->samples || !image->width || !image->height || image->stride < image->width)
        abort();
    for (uint32_t y = 0; y < image->height; y++) {
        const unsigned char *row = image->samples + y * image->stride;
        sum = row[0] + sum + row[image->width - 1];
    }
}

static void check_prepared(const xtr__ocr_module *module, const xtr_ocr_image *image) {
    xtr__ocr_prepared prepared;
    if (module->prepare(image, &prepared) != XTR_OK)
        return;
    if (prepared.image.samples)
        check(&prepared.image);
    if (!(prepared.scale > 0) || !isfinite(prepared.skew))
        abort();
    for (uint32_t i = 0; i < prepared.line_count; i++) {
        const xtr__ocr_line *line = &prepared.lines[i];
        if (!isfinite(line->x0 + line->y0 + line->x1 + line->y1))
            abort();
    }
    release(&prepared.image);
    free(prepared.lines);
}

static void decode(const xtr__ocr_module *module, const uint8_t *data, size_t size, uint32_t page) {
    char message[256];
    xtr_ocr_image image, turned;
    if (module->decode(data, size, page, MOST_PIXELS, &image, message) != XTR_OK)
        return;
    check(&image);
    if ((uint64_t)image.width * image.height > MOST_PIXELS)
        abort();
    check_prepared(module, &image);
    if (module->turn(&image, 90 + (int)(size % 3) * 90, &turned) == XTR_OK) {
        check(&turned);
        release(&turned);
    }
    release(&image);
}

/* The headers, by the extractor. */
static void describe(const uint8_t *data, size_t size) {
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    if (source && options && !xtr_options_set(options, "ocr", "off", NULL) &&
        !xtr_options_set(options, "isolation", "thread", NULL))
        xtr_extract(&result, NULL, source, options, NULL);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

static bool is_image(const uint8_t *data, size_t size) {
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_detection found = {0};
    bool image =
        source && !xtr_detect(&found, source, NULL) && !strncmp(found.mime_type, "image/", 6);
    xtr_source_drop(source);
    return image;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[256];
    const xtr__ocr_module *module = xtr__ocr_load(message);
    if (!module)
        abort();
    if (!is_image(data, size))
        return 0;
    describe(data, size);
    for (uint32_t page = 0; page < PAGES; page++)
        decode(module, data, size, page);
    return 0;
}
