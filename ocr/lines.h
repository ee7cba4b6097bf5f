/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines of words, as Tesseract reads them. No exceptions are caught here. */
#ifndef XTR_OCR_LINES_H
#define XTR_OCR_LINES_H

#include "images.h"

#include <functional>
#include <string>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <vector>

/** Tesseract's way to ask whether to stop. The sink outlives it. */
struct xtr__watch : tesseract::ETEXT_DESC {
    explicit xtr__watch(const xtr_ocr_sink *sink) {
        cancel_this = const_cast<xtr_ocr_sink *>(sink);
        cancel = [](void *asked, int) {
            auto s = static_cast<const xtr_ocr_sink *>(asked);
            return s->should_stop(s->payload);
        };
    }
};

/** The resolution that Tesseract is told: what it refuses, or warns of, is none. */
inline int xtr__resolution_of(const xtr_ocr_image *image) {
    return image->dpi >= 70 && image->dpi <= 2400 ? int(image->dpi) : 300;
}

struct xtr__line {
    /** What is one box to Tesseract; a letter with its accents, or a sign. */
    struct letter {
        float x0, x1;
        size_t at, size; /* in the text of its word, bytes */
        float confidence;
    };
    struct word {
        xtr_ocr_word about; /* all but its text */
        std::string text;
        std::vector<letter> letters; /* none where they are not known */
    };
    std::vector<word> words;
    float x0, y0, x1, y1;  /* pixels */
    float baseline, slope; /* in the middle of the line, and how far it falls a pixel */
    float height, below;   /* of the tallest letters with what hangs down, and of that */
};

/** What was recognised; where each letter stands, which takes time, if that is asked for. */
std::vector<xtr__line> xtr__lines_of(tesseract::TessBaseAPI *api, bool letters);

/** Reads lines that are in doubt once more, each by itself, and keeps what is surer. */
void xtr__read_doubtful_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                              const xtr_ocr_sink *sink, std::vector<xtr__line> *lines);

/** The mean of their letters. */
float xtr__sureness_of(const std::vector<xtr__line> &lines);

/* words.cc */
/** Whether a word is of a script whose letters stand side by side, from the left: Latin, Greek,
 *  Cyrillic, digits. */
bool xtr__is_simple(const xtr__line::word &word);

using xtr__are_apart =
    std::function<bool(const xtr__line::letter &left, const xtr__line::letter &right)>;
/** Parts a word where its letters are apart, and adds what comes of it. */
void xtr__part_word(xtr__line::word word, const xtr__are_apart &apart,
                    std::vector<xtr__line::word> *out);
/** Adds the next word of a line to a word, without a space. */
void xtr__join_words(xtr__line::word *word, const xtr__line::word &next);

/* glyphs.cc */
/** Gives letters in doubt the text of those that look like them. */
void xtr__compare_letters(const xtr_ocr_image *image, std::vector<xtr__line> *lines);

/* pitch.cc */
/** Puts the spaces right where all letters are as far apart, as in print of typewriters and tills:
 *  where the place of a letter is left out there is a space, and elsewhere there is none. */
void xtr__space_by_pitch(std::vector<xtr__line> *lines);

/* amounts.cc */
/** Gives amounts in doubt the sign before their last digits that nearly all of the page have. */
void xtr__mend_amounts(std::vector<xtr__line> *lines);

#endif
