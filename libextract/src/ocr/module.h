/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The module libextract-ocr.so: what needs Tesseract and Leptonica, which bring forty libraries
 * along. Loaded on first need; its only symbol is xtr__ocr_exports. */
#ifndef XTR_OCR_MODULE_H
#define XTR_OCR_MODULE_H

#include "libextract/extractor.h"
#include "libextract/ocr.h"

enum { XTR__OCR_MODULE_VERSION = 1 };

/** A straight line of an image, along one of its sides. Pixels. */
typedef struct xtr__ocr_line {
    float x0, y0, x1, y1;
} xtr__ocr_line;

/** What the preparation of an image found, and did. */
typedef struct xtr__ocr_prepared {
    xtr_ocr_image image;  /* its samples are yours to free */
    float skew;           /* by which it was turned back, clockwise, in radians; about its centre */
    float scale;          /* its pixels a pixel of the original */
    bool inverted;        /* it was light on dark */
    bool noise;           /* it holds no text, only noise */
    bool letters;         /* it holds enough parts of a letter's size to be text */
    xtr__ocr_line *lines; /* ruled ones; yours to free */
    uint32_t line_count;
} xtr__ocr_prepared;

typedef struct xtr__ocr_module {
    int version; /* XTR__OCR_MODULE_VERSION */
    const xtr_ocr_backend *tesseract;
    const char *(*version_of_tesseract)(void);
    const char *(*version_of_leptonica)(void);
    /** Another number when the data of languages is another. */
    uint64_t (*data_stamp)(void);
    const char *(*data_folder)(void); /* where the data of languages is looked for */

    /** Decodes an image file to grey, of a TIFF its directory `page` (from 0); samples are yours to
     * free. XTR_OK, XTR_E_CORRUPT, XTR_E_UNSUPPORTED, XTR_E_LIMIT (more than `most_pixels`) or
     * XTR_E_MEMORY. */
    int (*decode)(const unsigned char *data, size_t size, uint32_t page, uint64_t most_pixels,
                  xtr_ocr_image *out, char message[256]);

    /** Turns an image by `turn` degrees clockwise (90, 180 or 270). Samples are yours to free. */
    int (*turn)(const xtr_ocr_image *image, int turn, xtr_ocr_image *out);

    /** Makes an image fit to be recognised. */
    int (*prepare)(const xtr_ocr_image *image, xtr__ocr_prepared *out);

    /** Where a prepared image shows letters and none of the words of a reading: at most `most`
     *  pieces of lines, in whole pixels, inside of the image. How many. */
    uint32_t (*find_missed)(const xtr_ocr_image *image, const xtr_box *words, uint32_t count,
                            xtr_box *out, uint32_t most);
} xtr__ocr_module;

#endif
