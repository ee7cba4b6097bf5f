/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of authors, their institutions and dates below the title are set larger than text, as
 * headings are, but nothing follows that they head: lines below the middle of which they stand, or
 * the first heading. */
#include "layout.h"

#include <math.h>

enum { MOST_LINES = 16, MOST_LETTERS = 70 };

static bool is_heading(const xtr__line *line) {
    return line->flags & XTR__LINE_HEADING;
}

/** The lines of the heading that starts with line `i`. */
static uint32_t heading_lines(const xtr__page_layout *page, uint32_t i) {
    uint32_t count = 1;
    while (i + count < page->lines.count &&
           page->lines.items[i + count].flags & XTR__LINE_CONTINUES) {
        count++;
    }
    return count;
}

/** The first heading of a page when no other is as large, and it is larger than text; else as many
 *  lines as there are. */
static uint32_t find_title(const xtr__page_layout *page) {
    uint32_t count = (uint32_t)page->lines.count, title = 0;
    while (title < count && !is_heading(&page->lines.items[title])) {
        title++;
    }
    for (uint32_t i = title; i < count; i++) {
        const xtr__line *line = &page->lines.items[i], *first = &page->lines.items[title];
        if (is_heading(line) && !(line->flags & XTR__LINE_CONTINUES) && i > title &&
            line->size > 0.95F * first->size) {
            return count;
        }
    }
    return title < count && page->lines.items[title].size > 1.25F * page->body ? title : count;
}

/** Where the short lines below a title end: at text, a table, a list, or a heading that has a
 * number or a usual name. */
static uint32_t end_of_block(const xtr__page_layout *page, uint32_t first) {
    uint32_t end = first;
    for (; end < page->lines.count && end < first + MOST_LINES; end++) {
        const xtr__line *line = &page->lines.items[end];
        if (line->cell > 0 || line->role != XTR__ROLE_NONE || line->text_size > MOST_LETTERS ||
            line->flags & (XTR__LINE_TURNED | XTR__LINE_FURNITURE) ||
            (is_heading(line) && xtr__is_named_heading(page, end))) {
            break;
        }
    }
    return end;
}

static bool is_bold(const xtr__line *line) {
    return line->bold > 0.8F;
}

/** Whether a heading is followed by what it cannot head. */
static bool heads_nothing(const xtr__page_layout *page, uint32_t last, uint32_t end) {
    if (last + 1 >= page->lines.count) {
        return false;
    }
    const xtr__line *line = &page->lines.items[last], *next = line + 1;
    if (is_heading(next)) {
        bool higher = next->size > 1.03F * line->size ||
                      (is_bold(next) && !is_bold(line) && next->size > 0.97F * line->size);
        return higher || (last + 1 == end && xtr__is_named_heading(page, end));
    }
    for (; next < page->lines.items + end && !is_heading(next); next++) {
        float off = fabsf(line->x0 + line->x1 - next->x0 - next->x1) / 2;
        if (off > 0.3F * line->size) {
            return false;
        }
        if (fabsf(line->x0 - next->x0) > 0.25F * line->size) {
            return true; /* in the middle, not below each other at the left by chance */
        }
    }
    return false;
}

void xtr__unmark_bylines(xtr__page_layout *page) {
    uint32_t title = find_title(page);
    if (title == page->lines.count) {
        return;
    }
    uint32_t first = title + heading_lines(page, title), end = end_of_block(page, first);
    for (uint32_t i = end; i-- > first;) {
        xtr__line *line = &page->lines.items[i];
        uint32_t last = i + heading_lines(page, i) - 1;
        if (is_heading(line) && !(line->flags & XTR__LINE_CONTINUES) &&
            line->size > 1.05F * page->body && heads_nothing(page, last, end)) {
            for (uint32_t k = i; k <= last; k++) {
                page->lines.items[k].flags &= (uint16_t) ~(XTR__LINE_HEADING | XTR__LINE_CONTINUES);
            }
        }
    }
}
