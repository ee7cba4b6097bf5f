/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Image files to grey samples, by Leptonica. */
#include "images.h"

#include <inttypes.h>
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IN_WORDS(number) #number
#define VERSION(a, b, c) IN_WORDS(a) "." IN_WORDS(b) "." IN_WORDS(c)

const char *xtr__leptonica_version(void) {
    return VERSION(LIBLEPT_MAJOR_VERSION, LIBLEPT_MINOR_VERSION, LIBLEPT_PATCH_VERSION);
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

/* Kinds of files that are decoded, of those that Leptonica knows. */
static bool is_decoded(l_int32 format) {
    switch (format) {
    case IFF_BMP:
    case IFF_JFIF_JPEG:
    case IFF_PNG:
    case IFF_PNM:
    case IFF_GIF:
    case IFF_JP2:
    case IFF_WEBP:
        return true;
    default:
        return L_FORMAT_IS_TIFF(format);
    }
}

static uint32_t be32(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Past the sub-blocks at `at` (GIF89a, 15). */
static size_t skip_blocks(const unsigned char *data, size_t size, size_t at) {
    while (at < size && data[at])
        at += 1U + data[at];
    return at + 1;
}

/* Pixels of all frames of a GIF, for all of them are decoded, whatever its header says. */
static uint64_t pixels_of_gif(const unsigned char *data, size_t size) {
    uint64_t pixels = 0;
    size_t at = 13 + (data[10] & 0x80 ? (size_t)6 << (data[10] & 7) : 0);
    while (at < size && (data[at] == 0x2C || data[at] == 0x21)) {
        bool frame = data[at] == 0x2C;
        if (frame && size - at < 10)
            break;
        const unsigned char *c = data + at;
        if (frame)
            pixels += (uint64_t)(c[5] | c[6] << 8) * (uint64_t)(c[7] | c[8] << 8);
        at += frame ? 11 + (c[9] & 0x80 ? (size_t)6 << (c[9] & 7) : 0) : 2;
        at = skip_blocks(data, size, at);
    }
    return pixels;
}

/* Pixels of the largest codestream of a JPEG 2000 file, which is what is decoded, whatever its
 * boxes say (ITU-T T.800, A.5.1). Components beyond four count too. */
static uint64_t pixels_of_jp2(const unsigned char *data, size_t size) {
    uint64_t most = 0;
    const unsigned char *end = data + size;
    for (const unsigned char *c = data; (c = memmem(c, (size_t)(end - c), "\xFF\x4F\xFF\x51", 4));
         c += 4) {
        if (end - c < 42)
            break;
        uint32_t left = be32(c + 16), top = be32(c + 20);
        uint32_t right = be32(c + 8), bottom = be32(c + 12);
        uint64_t channels = (uint64_t)(c[40] << 8 | c[41]), planes = channels / 4 + 1;
        uint64_t pixels =
            right > left && bottom > top ? (uint64_t)(right - left) * (bottom - top) : 0;
        pixels = pixels > UINT64_MAX / planes ? UINT64_MAX : pixels * planes;
        most = pixels > most ? pixels : most;
    }
    return most;
}

/* Pixels that decoding page `page` makes room for; 0 when that cannot be told. */
static uint64_t pixels_of(const unsigned char *data, size_t size, l_int32 format, uint32_t page) {
    l_int32 width = 0, height = 0;
    if (format == IFF_GIF)
        return pixels_of_gif(data, size);
    if (format == IFF_JP2)
        return pixels_of_jp2(data, size);
    l_int32 failed = L_FORMAT_IS_TIFF(format)
                         ? readHeaderMemTiff(data, size, (l_int32)page, &width, &height, NULL, NULL,
                                             NULL, NULL, NULL)
                         : pixReadHeaderMem(data, size, &format, &width, &height, NULL, NULL, NULL);
    return failed || width <= 0 || height <= 0 ? 0 : (uint64_t)width * (uint64_t)height;
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

static int not_decoded(char message[256]) {
    snprintf(message, 256, "its pixels cannot be decoded");
    return XTR_E_CORRUPT;
}

int xtr__image_decode(const unsigned char *data, size_t size, uint32_t page, uint64_t most_pixels,
                      xtr_ocr_image *out, char message[256]) {
    l_int32 format = IFF_UNKNOWN;
    if (size < 13 || findFileFormatBuffer(data, &format) || !is_decoded(format)) {
        snprintf(message, 256, "images of this kind are not decoded");
        return XTR_E_UNSUPPORTED;
    }
    uint64_t pixels = pixels_of(data, size, format, page);
    if (pixels > most_pixels) {
        snprintf(message, 256, "it has more than max_image_pixels (%" PRIu64 ")", most_pixels);
        return XTR_E_LIMIT;
    }
    PIX *pix = !pixels                    ? NULL
               : L_FORMAT_IS_TIFF(format) ? pixReadMemTiff(data, size, (l_int32)page)
                                          : pixReadMem(data, size);
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
