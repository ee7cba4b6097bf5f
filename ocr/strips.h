/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pieces of lines, cut out of a page and made easier to read. No exceptions are caught here. */
#ifndef XTR_OCR_STRIPS_H
#define XTR_OCR_STRIPS_H

#include "lines.h"

#include <leptonica/allheaders.h>
#include <memory>

struct xtr__drop {
    void operator()(struct Pix *pix) const {
        pixDestroy(&pix);
    }
    void operator()(struct Box *box) const {
        boxDestroy(&box);
    }
    void operator()(struct Numa *numbers) const {
        numaDestroy(&numbers);
    }
};
using xtr__picture = std::unique_ptr<struct Pix, xtr__drop>;
using xtr__frame = std::unique_ptr<struct Box, xtr__drop>;
using xtr__numbers = std::unique_ptr<struct Numa, xtr__drop>;

/** How a line is shown to the recogniser. */
struct xtr__look {
    bool close;         /* with its wide gaps made narrow */
    bool clear;         /* smooth, and black on white */
    float across, down; /* scaled by */
};

/** A line that was cut out, and made level. */
class xtr__strip {
  public:
    xtr__strip(const xtr_ocr_image *image, const xtr__line &line, const xtr__look &look);
    /** What is to be read; NULL when there is nothing to cut out, or for want of memory. */
    struct Pix *picture() const {
        return pix.get();
    }
    /** Moves a word of the picture to where it stood on the page. */
    void put_back(xtr__line::word *word, const xtr__line &line) const;
    /** Whether a gap that was made narrow is between two letters that were put back. */
    bool parts(const xtr__line::letter &a, const xtr__line::letter &b) const;

  private:
    /** Paper that was taken out, in pixels of what was cut out. */
    struct gap {
        float at, width;
    };

    void cut(const xtr_ocr_image *image, int x0, int y0, int x1, int y1);
    void make_level(const xtr__line &line);
    void close_gaps(int wide, int narrow);
    void clear();
    void scale(float x, float y);
    void add_paper();
    void replace(struct Pix *next);
    float across_of(float x) const;

    xtr__picture pix;
    float left = 0, top = 0;     /* of its first pixel, on the page */
    float slope = 0, middle = 0; /* it was sheared about */
    float across = 1, down = 1;  /* pixels, by one of what was cut out */
    std::vector<gap> gaps;       /* from the left, by where they were */
};

#endif
