/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the recognition module share. */
#ifndef XTR_OCR_IMAGES_H
#define XTR_OCR_IMAGES_H

#include "ocr/module.h"

#ifdef __cplusplus
extern "C" {
#endif

struct Pix;

/* images.c */
/** A copy of grey samples as an image of Leptonica, 8 bits deep, or NULL: out of memory. */
struct Pix *xtr__pix_of_grey(const xtr_ocr_image *image);
/** The other way. XTR_OK or XTR_E_MEMORY. `pix` is 1 or 8 bits deep. */
int xtr__grey_of_pix(struct Pix *pix, uint32_t dpi, xtr_ocr_image *out);

int xtr__image_decode(const unsigned char *data, size_t size, uint32_t page, uint64_t most_pixels,
                      xtr_ocr_image *out, char message[256]);
int xtr__image_turn(const xtr_ocr_image *image, int turn, xtr_ocr_image *out);
const char *xtr__leptonica_version(void);

/* prepare.c */
int xtr__image_prepare(const xtr_ocr_image *image, xtr__ocr_prepared *out);

/** Ink is 1. Threshold of Otsu. Or NULL. */
struct Pix *xtr__bits_of_grey(struct Pix *grey);

/* missed.c */
uint32_t xtr__image_missed(const xtr_ocr_image *image, const xtr_box *words, uint32_t count,
                           xtr_box *out, uint32_t most);

/* rules.c */
/** Moves the ruled lines of `grey` to `out`: those that can be no letters get white. XTR_OK or
 *  XTR_E_MEMORY. */
int xtr__image_rules(struct Pix *grey, xtr__ocr_prepared *out);

/* noise.c */
/** Whether an image, 8 bits deep, is nothing but specks; `bits` is its ink. Otherwise parts that
 * are get white in both, and specks over print are taken away. */
bool xtr__image_is_noise(struct Pix *grey, struct Pix *bits);

/* tesseract.cc */
extern const xtr_ocr_backend xtr__ocr_tesseract;
const char *xtr__tesseract_version(void);
const char *xtr__tesseract_data(void);
uint64_t xtr__tesseract_stamp(void);

#ifdef __cplusplus
}
#endif
#endif
