/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Recognition of text, for extractors: an image is prepared, read by a backend, and its words are
 * put on a sheet, which the layout code reads like the glyphs of a PDF.
 *
 *   image -> prepared (ocr/prepare.c) -> words (backend) -> reading     xtr__ocr_read
 *   reading -> sheet -> layout                                          xtr__ocr_fill_sheet
 */
#ifndef XTR_OCR_OCR_H
#define XTR_OCR_OCR_H

#include "layout/layout.h"
#include "ocr/module.h"

/** The module, loaded on first need, or NULL, with the reason. Any thread. */
const xtr__ocr_module *xtr__ocr_load(char message[256]);

/** The backend that recognises, or NULL, with the reason. Any thread. */
const xtr_ocr_backend *xtr__ocr_backend(char message[256]);

/* Recognisers (recognisers.c) --------------------------------------------------------------- */

typedef struct xtr__recogniser xtr__recogniser;

/** One that is idle, or a new one. XTR_OK, or why not. Any thread. */
int xtr__recogniser_take(xtr__recogniser **out, const xtr_ocr_backend *backend,
                         const char *languages, char message[256]);
/** Gives it back, to be taken again. */
void xtr__recogniser_give(xtr__recogniser *recogniser);
void *xtr__recogniser_handle(xtr__recogniser *recogniser);

/* Reading ----------------------------------------------------------------------------------- */

/** A word of a reading. Pixels of the image as it was given, turned upright by the reading's
 *  `turn`. */
typedef struct xtr__read_word {
    xtr_box box;
    float baseline_left, baseline_right;
    float size;
    float confidence;
    uint32_t text, text_size; /* of the reading's text */
    uint32_t line, paragraph, block;
    bool vertical;
} xtr__read_word;

/** What was recognised of an image. */
typedef struct xtr__reading {
    xtr__budget *budget;
    uint32_t width, height; /* of the image, upright */
    int turn;               /* clockwise, as the image stands: 0, 90, 180 or 270 */
    float confidence;       /* 0 to 1, the mean of its letters */
    XTR__VECTOR(xtr__read_word) words;
    XTR__VECTOR(char) text;
    XTR__VECTOR(xtr__segment) rules; /* ruled lines, in pixels as the words */
} xtr__reading;

/** Recognises an image, in the languages of the job's options. XTR_OK, also when the job is to
 *  stop; otherwise why not, with a sentence (XTR_E_LIMIT: it is noise). The reading is yours to drop in any case. */
int xtr__ocr_read(xtr_job *job, xtr__budget *budget, const xtr_ocr_image *image,
                  xtr__reading *out, char message[256]);
void xtr__reading_drop(xtr__reading *reading);

/** Counts the memory that xtr__ocr_read of an image takes against the limit of the job: how much, to
 *  be given back by xtr_job_charge; 0, with a sentence, when it is too much. */
size_t xtr__ocr_charge(xtr_job *job, const xtr_ocr_image *image, char message[256]);

/** Puts a reading on a sheet, where its image stands on the page. False when memory was refused. */
bool xtr__ocr_fill_sheet(xtr__sheet *sheet, const xtr__reading *reading, xtr_box place);

#endif
