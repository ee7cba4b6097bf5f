/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Why lines are a heading, or are not: what headings.c says of a page whose layout has a trace. */
#ifndef XTR_LAYOUT_TRACE_H
#define XTR_LAYOUT_TRACE_H

#include "layout.h"

/** One piece of evidence. */
typedef struct xtr__point {
    const char *why;
    float points;
} xtr__point;

enum { XTR__MOST_POINTS = 16 };

/** What was found of lines that were looked at as one heading. */
typedef struct xtr__verdict {
    uint32_t line, line_count; /* of the page */
    const char *veto;          /* what it is instead; NULL: nothing speaks against it */
    float sum;
    bool heading;
    uint32_t count;
    xtr__point points[XTR__MOST_POINTS];
} xtr__verdict;

typedef struct xtr__trace {
    xtr__budget *budget;
    float enough; /* a heading has more */
    XTR__VECTOR(xtr__verdict) verdicts;
} xtr__trace;

/** Writes the picture of a page's layout, which has a trace. The sheet is that of the page. False
 *  when it is not whole (draw.c). */
bool xtr__draw_page(xtr_job *job, const xtr__page_layout *page, const xtr__sheet *sheet,
                    xtr__scratch *scratch);

#endif
