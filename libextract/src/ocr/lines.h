/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines of a reading, while it is put on a sheet. */
#ifndef XTR_OCR_LINES_H
#define XTR_OCR_LINES_H

#include "ocr/ocr.h"

/** Words that a backend took for one line; they follow each other. */
typedef struct xtr__read_line {
    uint32_t first, end; /* words */
    uint32_t letters;
    float confidence; /* 0 to 1, the mean of its letters */
    float size;       /* em, in pixels */
    float stroke;     /* thickness of its letters' strokes, in em; 0 unknown */
    bool wide;        /* mostly ideographs and kana */
    bool rough;       /* its size is: letters of its script have no common height */
    bool bold;
    bool bullet; /* its first word is one, whatever it reads */
    bool vertical;
} xtr__read_line;

/** Gives each line its size: few for a page, by what its letters measure (sizes.c). */
void xtr__size_lines(const xtr__reading *reading, xtr__read_line *lines, uint32_t count);

/** Says which lines are bold: their strokes are thicker than those of most lines. `body` is the
 *  size of most (strokes.c). */
void xtr__weigh_lines(const xtr__reading *reading, xtr__read_line *lines, uint32_t count,
                      float body);

/** Whether a line begins with what was taken for a letter and is a bullet (bullets.c). */
void xtr__find_bullets(const xtr__reading *reading, xtr__read_line *lines, uint32_t count);

#endif
