/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Image files to grey samples, by Leptonica. */
#include "images.h"

#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>

const char *xtr__leptonica_version(void) {
    static char text[32];
    if (!*text)
        snprintf(text, sizeof text, "%d.%d.%d", LIBLEPT_MAJOR_VERSION, LIBLEPT_MINOR_VERSION,
                 LIBLEPT_PATCH_VERSION);
    return text;
}

/* Grey and back ----------------------------------------------------------------------------- */

PIX *xtr__pix_of_grey(const xtr_ocr_image *image) {
    PIX *pix = pixCreateNoInit((l_int32)image->width, (l_int32)image->height, 8);
    if (!pix)
        return NULL;
    l_uint32 *line = pixGetData(pix);
    l_int32 words = pixGetWpl(pix);
    for (uint32_t y = 0; y < image->height; y++, line += words) {
        const unsigned char *row = image->samples + y * image->stride;
        for (uint32_t x = 0; x < image->width; x++)
            SET_DATA_BYTE(line, x, row[x]);
    }
    pixSetResolution(pix, (l_int32)image->dpi, (l_int32)image->dpi);
    return pix;
}

int xtr__grey_of_pix(PIX *pix, uint32_t dpi, xtr_ocr_image *out) {
    uint32_t width = (uint32_t)pixGetWidth(pix), height = (uint32_t)pixGetHeight(pix);
    unsigned char *samples = malloc((size_t)width * height);
    if (!samples)
        return XTR_E_MEMORY;
    const l_uint32 *line = pixGetData(pix);
    l_int32 words = pixGetWpl(pix);
    bool bits = pixGetDepth(pix) == 1;
    unsigned char *to = samples;
    for (uint32_t y = 0; y < height; y++, line += words, to += width) {
        for (uint32_t x = 0; x < width; x++)
            to[x] = bits ? (GET_DATA_BIT(line, x) ? 0 : 255) : GET_DATA_BYTE(line, x);
    }
    *out = (xtr_ocr_image){
        .samples = samples, .width = width, .height = height, .stride = width, .dpi = dpi};
    return XTR_OK;
}

/* Decoding ---------------------------------------------------------------------------------- */

static bool is_tiff(const unsigned char *data, size_t size) {
    l_int32 format = 0;
    return size >= 12 && !findFileFormatBuffer(data, &format) && L_FORMAT_IS_TIFF(format);
}

/** With its palette, when that has transparent colours, spelt out in its pixels. Yours to drop. */
static PIX *spell_out(PIX *pix) {
    l_int32 opaque = 1;
    PIXCMAP *colours = pixGetColormap(pix);
    return colours && !pixcmapIsOpaque(colours, &opaque) && !opaque
               ? pixRemoveColormap(pix, REMOVE_CMAP_WITH_ALPHA)
               : pixClone(pix);
}

/* Any depth and colours to 8 bits of grey; what is transparent shows white. */
static PIX *to_grey(PIX *pix) {
    PIX *spelt = spell_out(pix);
    if (!spelt)
        return NULL;
    PIX *opaque =
        pixGetSpp(spelt) == 4 ? pixAlphaBlendUniform(spelt, 0xffffff00U) : pixClone(spelt);
    PIX *grey = opaque ? pixConvertTo8(opaque, 0) : NULL;
    pixDestroy(&spelt);
    pixDestroy(&opaque);
    return grey;
}

/** Size of a page, without its pixels. */
static bool read_size(const unsigned char *data, size_t size, uint32_t page, l_int32 *width,
                      l_int32 *height) {
    l_int32 failed = is_tiff(data, size)
                         ? readHeaderMemTiff(data, size, (l_int32)page, width, height, NULL, NULL,
                                             NULL, NULL, NULL)
                         : pixReadHeaderMem(data, size, NULL, width, height, NULL, NULL, NULL);
    return !failed && *width > 0 && *height > 0;
}

static int not_decoded(char message[256]) {
    snprintf(message, 256, "its pixels cannot be decoded");
    return XTR_E_CORRUPT;
}

int xtr__image_decode(const unsigned char *data, size_t size, uint32_t page, uint64_t most_pixels,
                      xtr_ocr_image *out, char message[256]) {
    l_int32 format = IFF_UNKNOWN, width = 0, height = 0;
    if (size < 12 || findFileFormatBuffer(data, &format) || format == IFF_UNKNOWN) {
        snprintf(message, 256, "images of this kind are not decoded");
        return XTR_E_UNSUPPORTED;
    }
    if (!read_size(data, size, page, &width, &height))
        return not_decoded(message);
    if ((uint64_t)width * (uint64_t)height > most_pixels) {
        snprintf(message, 256, "%d by %d pixels are too many", width, height);
        return XTR_E_LIMIT;
    }
    PIX *pix =
        is_tiff(data, size) ? pixReadMemTiff(data, size, (l_int32)page) : pixReadMem(data, size);
    PIX *grey = pix ? to_grey(pix) : NULL;
    l_int32 dpi = pix ? pixGetXRes(pix) : 0;
    pixDestroy(&pix);
    if (!grey)
        return not_decoded(message);
    int code = xtr__grey_of_pix(grey, dpi > 0 ? (uint32_t)dpi : 0, out);
    pixDestroy(&grey);
    return code;
}

int xtr__image_turn(const xtr_ocr_image *image, int turn, xtr_ocr_image *out) {
    PIX *pix = xtr__pix_of_grey(image);
    PIX *turned = pix ? pixRotateOrth(pix, turn / 90) : NULL;
    int code = turned ? xtr__grey_of_pix(turned, image->dpi, out) : XTR_E_MEMORY;
    pixDestroy(&pix);
    pixDestroy(&turned);
    return code;
}
