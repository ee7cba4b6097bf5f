/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Furniture: running heads and feet, page numbers, stamps in the margin. Only what is clearly so
 * is marked, for Markdown leaves it out. Here: what several pages have at the same place. What one
 * page alone tells is found in edges.c. */
#include "furniture.h"

#include <math.h>
#include <stdlib.h>

/* On slides what comes again at the edge is their title or says where one is, so pages must hold
 * some text before their edges count. */
enum { EDGE_LINES = 5, LEAST_PAGES = 4, LEAST_TEXT = 600 };

static int compare_ordered(const void *a, const void *b) {
    const xtr__ordered *l = a, *r = b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l->line > r->line) - (l->line < r->line);
}

float xtr__flow_height(const xtr__page_layout *page) {
    bool lying = page->lines.count > 0 && page->lines.items[0].turn & 1;
    return lying ? page->width : page->height;
}

uint32_t xtr__sort_lines(const xtr__page_layout *page, xtr__ordered *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < page->lines.count; i++) {
        const xtr__line *line = &page->lines.items[i];
        if (!(line->flags & XTR__LINE_TURNED)) {
            out[count++] = (xtr__ordered){line->y, i};
        }
    }
    qsort(out, count, sizeof *out, compare_ordered);
    return count;
}

/* Repeated text ----------------------------------------------------------------------------- */

/** Hash of a line's text in which every number is the same, and of its height on the page. */
static uint64_t key_of(const xtr__page_layout *page, const xtr__line *line, int offset) {
    const char *text = page->text.items + line->text;
    uint64_t hash = 0xcbf29ce484222325U;
    bool number = false;
    for (uint32_t i = 0; i < line->text_size; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (!(digit && number)) {
            hash = (hash ^ (digit ? '#' : (unsigned char)text[i])) * 0x100000001b3U;
        }
        number = digit;
    }
    return (hash ^ (uint64_t)((int64_t)lroundf(line->y / 12) + offset)) * 0x100000001b3U;
}

/** Calls for each line that may be furniture: among the outer lines, near the edge, not large. */
static uint32_t edge_lines(const xtr__page_layout *page, xtr__ordered *order, uint32_t *out) {
    uint32_t count = xtr__sort_lines(page, order), found = 0;
    float height = xtr__flow_height(page), band = 0.13F * height;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__line *line = &page->lines.items[order[i].line];
        /* The outermost line may stand further inside. */
        bool top = i < EDGE_LINES && line->y < (i == 0 ? 0.17F * height : band);
        bool foot =
            count - i <= EDGE_LINES && height - line->y < (i + 1 == count ? 0.17F * height : band);
        if ((top || foot) && line->size < 1.12F * page->body && line->text_size > 0) {
            out[found++] = order[i].line;
        }
    }
    return found;
}

static int compare_keys(const void *a, const void *b) {
    uint64_t l = *(const uint64_t *)a, r = *(const uint64_t *)b;
    return (l > r) - (l < r);
}

static uint32_t occurrences(const uint64_t *keys, size_t count, uint64_t key) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    uint32_t n = 0;
    while (low + n < count && keys[low + n] == key) {
        n++;
    }
    return n;
}

static void mark_repeated(xtr__page_layout *pages, size_t count, xtr__ordered *order,
                          xtr__scratch *scratch) {
    uint64_t *keys = xtr__scratch_take(scratch, count * 2 * EDGE_LINES, sizeof *keys);
    uint32_t edges[2 * EDGE_LINES];
    size_t key_count = 0;
    if (keys == NULL) {
        return;
    }
    for (size_t p = 0; p < count; p++) {
        size_t first = key_count;
        uint32_t found = edge_lines(&pages[p], order, edges);
        for (uint32_t i = 0; i < found; i++) {
            uint64_t key = key_of(&pages[p], &pages[p].lines.items[edges[i]], 0);
            bool known = false; /* counts once a page */
            for (size_t k = first; k < key_count; k++) {
                known = known || keys[k] == key;
            }
            if (!known) {
                keys[key_count++] = key;
            }
        }
    }
    qsort(keys, key_count, sizeof *keys, compare_keys);
    for (size_t p = 0; p < count; p++) {
        uint32_t found = edge_lines(&pages[p], order, edges);
        for (uint32_t i = 0; i < found; i++) {
            xtr__line *line = &pages[p].lines.items[edges[i]];
            uint32_t near = 0;
            for (int offset = -1; offset <= 1; offset++) {
                near += occurrences(keys, key_count, key_of(&pages[p], line, offset));
            }
            line->flags |= near >= LEAST_PAGES ? XTR__LINE_FURNITURE : 0;
        }
    }
}

/* Isolated lines ---------------------------------------------------------------------------- */

enum { PLACES = 64 };

/** Lines set apart at an edge: of a few pages all count, of more those at a place where several
 *  pages have some. */
static void mark_isolated(xtr__page_layout *pages, size_t count, xtr__ordered *order) {
    uint32_t places[2][PLACES + 2] = {{0}}, least = count / 5 > 3 ? (uint32_t)(count / 5) : 3;
    xtr__isolated found[2 * XTR__MOST_ISOLATED];
    for (int pass = 0; pass < 2; pass++) {
        for (size_t p = 0; p < count; p++) {
            uint32_t n = xtr__isolated_lines(&pages[p], order, found);
            for (uint32_t i = 0; i < n; i++) {
                int at = found[i].place < PLACES ? found[i].place + 1 : PLACES;
                uint32_t *place = &places[found[i].foot][at];
                if (pass == 0) {
                    ++*place;
                } else if (count < LEAST_PAGES || place[-1] + place[0] + place[1] >= least) {
                    found[i].line->flags |= XTR__LINE_FURNITURE;
                }
            }
        }
    }
}

void xtr__mark_furniture(xtr__page_layout *pages, size_t count, xtr__scratch *scratch) {
    size_t most = 1;
    for (size_t p = 0; p < count; p++) {
        most = pages[p].lines.count > most ? pages[p].lines.count : most;
    }
    xtr__scratch_reset(scratch);
    xtr__ordered *order = xtr__scratch_take(scratch, most, sizeof *order);
    if (order == NULL) {
        return;
    }
    size_t text = 0;
    for (size_t p = 0; p < count; p++) {
        text += pages[p].text.count;
    }
    if (count >= LEAST_PAGES && text / count >= LEAST_TEXT) {
        mark_repeated(pages, count, order, scratch);
    }
    if (count < LEAST_PAGES || text / count >= LEAST_TEXT) {
        mark_isolated(pages, count, order);
    }
    for (size_t p = 0; p < count; p++) {
        xtr__mark_edges(&pages[p], order);
    }
}
