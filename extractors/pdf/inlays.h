/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures inside a page of text, and what was read of them. */
#ifndef XTR_PDF_INLAYS_H
#define XTR_PDF_INLAYS_H

#include "ocr/ocr.h"
#include "pdf.h"

enum { XTR__MOST_INLAYS = 64 /* of a page */ };

typedef struct xtr__inlay {
    xtr__reading reading;
    xtr_box place; /* points of the page */
} xtr__inlay;

struct xtr__inlays {
    xtr__inlay items[XTR__MOST_INLAYS + 1];
    uint32_t count;
};

/* recognise.c */
/** Reads what a raster shows. XTR_OK, or why not, with a sentence; the reading is yours to drop in
 * any case. */
int xtr__pdf_read_raster(xtr__pdf *pdf, const xtr__raster *raster, xtr__reading *out,
                         char complaint[256]);

#endif
