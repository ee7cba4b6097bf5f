/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spans of a text as segments of one style, and the levels of markup that are open around them. */
#ifndef XTR_SEGMENTS_H
#define XTR_SEGMENTS_H

#include "render/inline.h"

/* From the outermost to the innermost, where they start together. */
typedef enum xtr__level {
    XTR__LINK,
    XTR__STRIKE,
    XTR__BOLD,
    XTR__ITALIC,
    XTR__RAISED,
    XTR__LOWERED,
    XTR__CODE,
    XTR__LEVELS
} xtr__level;

/** A stretch of one style: a span, or several that only white space on one line parts. */
typedef struct xtr__text_segment {
    const char *from, *to;
    unsigned styles;
    xtr__string url;
} xtr__text_segment;

typedef struct xtr__segments {
    const xtr__inline *what;
    const char *text; /* of the document */
    const xtr__span *spans;
    struct {
        xtr__level level;
        xtr__string url;
    } open[XTR__LEVELS];
    int depth;
} xtr__segments;

xtr__segments xtr__segments_of(const xtr__inline *what);

/** The next segment with styles from span *index on, as the spans have it; false at the end. It may
 *  begin before the end of the last one: spans may overlap. */
bool xtr__segment_next(const xtr__segments *in, uint32_t *index, xtr__text_segment *out);

bool xtr__segment_has(const xtr__text_segment *segment, xtr__level level);
bool xtr__same_url(const xtr__segments *in, xtr__string a, xtr__string b);

/** Whether nothing but white space on one line lies between. */
bool xtr__is_gap(const char *from, const char *to);

bool xtr__is_open(const xtr__segments *in, xtr__level level);
void xtr__push_level(xtr__segments *in, const xtr__text_segment *segment, xtr__level level);

/** How many of the open levels go on in `next` (NULL: none does). */
int xtr__levels_kept(const xtr__segments *in, const xtr__text_segment *next);

#endif
