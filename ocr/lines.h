/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines of words, as Tesseract reads them. No exceptions are caught here. */
#ifndef XTR_OCR_LINES_H
#define XTR_OCR_LINES_H

#include "images.h"

#include <string>
#include <tesseract/baseapi.h>
#include <vector>

struct xtr__line {
    struct word {
        xtr_ocr_word about; /* all but its text */
        std::string text;
    };
    std::vector<word> words;
    float x0, y0, x1, y1;  /* pixels */
    float baseline, slope; /* in the middle of the line, and how far it falls a pixel */
    float height, below;   /* of the tallest letters with what hangs down, and of that */
};

/** What was recognised. */
std::vector<xtr__line> xtr__lines_of(tesseract::TessBaseAPI *api);

/** Reads lines that are in doubt once more, each by itself, and keeps what is surer. */
void xtr__read_doubtful_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                              const xtr_ocr_sink *sink, std::vector<xtr__line> *lines);

#endif
