/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Artifacts (ISO 32000-1, 14.8.2.2): what a document says is no part of it. At the edge of a page,
 * and at the same height as on another page, that is furniture. A letterhead that stands on one
 * page alone stays: it may be all that says what the document is. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_LINES = 16 }; /* of a page that are looked at */

/** Calls a line furniture only where furniture stands. */
static bool is_edge(const xtr__page_layout *page, const xtr__line *line) {
    float height = line->turn & 1 ? page->width : page->height;
    return line->artifact && !(line->flags & XTR__LINE_TURNED) &&
           fminf(line->y, height - line->y) < 0.15F * height;
}

/** A page that says so of much of its text says nothing. */
static bool is_sane(const xtr__page_layout *page) {
    return page->tagging.artifacts > 0 && page->tagging.artifacts * 5 <= page->tagging.letters * 2;
}

static int height_of(const xtr__line *line) {
    return (int)lroundf(fmaxf(-1e6F, fminf(1e6F, line->y)) / 6);
}

typedef struct place {
    int height;
    uint32_t page;
} place;

static int compare_places(const void *a, const void *b) {
    const place *l = a, *r = b;
    return l->height != r->height ? (l->height > r->height) - (l->height < r->height)
                                  : (l->page > r->page) - (l->page < r->page);
}

/** Whether another page has an artifact within a step of this height. */
static bool comes_again(const place *places, size_t count, place at) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places[middle].height < at.height - 1)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < count && places[low].height <= at.height + 1 && places[low].page == at.page)
        low++;
    return low < count && places[low].height <= at.height + 1;
}

static size_t find_places(const xtr__page_layout *page, uint32_t number, place *out) {
    size_t count = 0;
    for (size_t i = 0; i < page->lines.count && count < MOST_LINES; i++) {
        if (is_edge(page, &page->lines.items[i]))
            out[count++] = (place){height_of(&page->lines.items[i]), number};
    }
    return count;
}

void xtr__mark_artifacts(xtr__page_layout *pages, size_t count, xtr__scratch *scratch) {
    size_t some = 0, found = 0;
    for (size_t p = 0; p < count; p++)
        some += is_sane(&pages[p]);
    xtr__scratch_reset(scratch);
    place *places = some > 1 ? xtr__scratch_take(scratch, some * MOST_LINES, sizeof *places) : NULL;
    if (places == NULL)
        return;
    for (size_t p = 0; p < count; p++) {
        if (is_sane(&pages[p]))
            found += find_places(&pages[p], (uint32_t)p, places + found);
    }
    qsort(places, found, sizeof *places, compare_places);
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count && is_sane(&pages[p]); i++) {
            xtr__line *line = &pages[p].lines.items[i];
            if (is_edge(&pages[p], line) &&
                comes_again(places, found, (place){height_of(line), (uint32_t)p}))
                line->flags |= XTR__LINE_FURNITURE;
        }
    }
}
