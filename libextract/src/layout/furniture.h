/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parts of furniture detection. */
#ifndef XTR_LAYOUT_FURNITURE_H
#define XTR_LAYOUT_FURNITURE_H

#include "layout.h"

/** A line of a page by its baseline. */
typedef struct xtr__ordered {
    float y;
    uint32_t line;
} xtr__ordered;

/** The lines of the main flow from top to bottom, `out` with room for all; returns how many. */
uint32_t xtr__sort_lines(const xtr__page_layout *page, xtr__ordered *out);

/** Height of the page in the direction of its main text. */
float xtr__flow_height(const xtr__page_layout *page);

enum { XTR__MOST_ISOLATED = 4 };

/** A line at an edge that stands apart from the text. */
typedef struct xtr__isolated {
    xtr__line *line;
    int place; /* distance from the edge in steps of 12 points */
    bool foot;
} xtr__isolated;

/** Finds up to XTR__MOST_ISOLATED lines at each edge; returns how many in all. */
uint32_t xtr__isolated_lines(xtr__page_layout *page, xtr__ordered *order, xtr__isolated *out);

/** Marks page numbers, running heads with one, and stamps of one page hold beside its text. `order`
 * has room for all lines. */
void xtr__mark_edges(xtr__page_layout *page, xtr__ordered *order);

#endif
