/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Furniture: running heads and feet, page numbers, stamps in the margin. Only what is clearly so
 * is marked, for Markdown leaves it out: text that comes again at the same place on several
 * pages, a page number alone at the edge, and small turned text outside the main text. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* On slides what comes again at the edge is their title or says where one is, so pages must hold
 * some text before their edges count. */
enum { EDGE_LINES = 5, LEAST_PAGES = 4, LEAST_TEXT = 600 };

typedef struct ordered {
    float y;
    uint32_t line;
} ordered;

static int compare_ordered(const void *a, const void *b) {
    const ordered *l = a, *r = b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l->line > r->line) - (l->line < r->line);
}

/** Height of the page in the direction of its main text. */
static float flow_height(const xtr__page_layout *page) {
    bool lying = page->lines.count > 0 && page->lines.items[0].turn & 1;
    return lying ? page->width : page->height;
}

/** The lines of the main flow from top to bottom; returns how many. */
static uint32_t sort_lines(const xtr__page_layout *page, ordered *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < page->lines.count; i++) {
        const xtr__line *line = &page->lines.items[i];
        if (!(line->flags & XTR__LINE_TURNED)) {
            out[count++] = (ordered){line->y, i};
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
static uint32_t edge_lines(const xtr__page_layout *page, ordered *order, uint32_t *out) {
    uint32_t count = sort_lines(page, order), found = 0;
    float band = 0.13F * flow_height(page);
    for (uint32_t i = 0; i < count; i++) {
        const xtr__line *line = &page->lines.items[order[i].line];
        bool top = i < EDGE_LINES && line->y < band;
        bool foot = count - i <= EDGE_LINES && flow_height(page) - line->y < band;
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

static void mark_repeated(xtr__page_layout *pages, size_t count, ordered *order,
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

/* Page numbers ------------------------------------------------------------------------------ */

static bool skip_word(const char **at, const char *end, const char *word) {
    size_t size = strlen(word);
    if ((size_t)(end - *at) < size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char c = (*at)[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (c != word[i]) {
            return false;
        }
    }
    *at += size;
    return true;
}

static void skip_signs(const char **at, const char *end) {
    while (*at < end && strchr(" -.,|[](){}~*_", **at) != NULL) {
        (*at)++;
    }
    while (end - *at >= 3 && (memcmp(*at, "\u2013", 3) == 0 || memcmp(*at, "\u2014", 3) == 0)) {
        *at += 3;
        while (*at < end && **at == ' ') {
            (*at)++;
        }
    }
}

static size_t skip_among(const char **at, const char *end, const char *set, size_t most) {
    size_t n = 0;
    while (*at < end && n <= most && strchr(set, **at) != NULL && **at != '\0') {
        (*at)++;
        n++;
    }
    return n <= most ? n : 0;
}

/** "12", "- 12 -", "Page 3 of 9", "iv". */
static bool is_page_number(const char *text, size_t size) {
    const char *at = text, *end = text + size;
    skip_signs(&at, end);
    (void)(skip_word(&at, end, "page") || skip_word(&at, end, "seite") ||
           skip_word(&at, end, "p.") || skip_word(&at, end, "s."));
    skip_signs(&at, end);
    if (skip_among(&at, end, "0123456789", 4) == 0 && skip_among(&at, end, "ivxlc", 6) == 0) {
        return false;
    }
    skip_signs(&at, end);
    if (skip_word(&at, end, "/") || skip_word(&at, end, "of") || skip_word(&at, end, "von")) {
        skip_signs(&at, end);
        if (skip_among(&at, end, "0123456789", 5) == 0) {
            return false;
        }
    }
    skip_signs(&at, end);
    return at == end;
}

static void mark_page_numbers(xtr__page_layout *page, ordered *order) {
    uint32_t count = sort_lines(page, order);
    float height = flow_height(page);
    for (uint32_t i = 0; count >= 4 && i < 3; i++) {
        for (int foot = 0; foot < 2; foot++) {
            const ordered *outermost = &order[foot ? count - 1 : 0];
            const ordered *o = &order[foot ? count - 1 - i : i];
            xtr__line *line = &page->lines.items[o->line];
            float edge = foot ? height - o->y : o->y;
            if (edge < 0.1F * height && fabsf(o->y - outermost->y) < 40 &&
                is_page_number(page->text.items + line->text, line->text_size)) {
                line->flags |= XTR__LINE_FURNITURE;
            }
        }
    }
}

/* Stamps ------------------------------------------------------------------------------------ */

/** Turned text beside the main text at the very edge, if there is little of it. */
static void mark_stamps(xtr__page_layout *page) {
    xtr_box text = {1e9F, 1e9F, -1e9F, -1e9F};
    size_t turned = 0;
    for (size_t i = 0; i < page->lines.count; i++) {
        const xtr__line *l = &page->lines.items[i];
        xtr_box box = xtr__turn_back((xtr_box){l->x0, l->top, l->x1, l->bottom}, page->width,
                                     page->height, l->turn);
        if (l->flags & XTR__LINE_TURNED) {
            turned += l->text_size;
        } else {
            text = (xtr_box){fminf(text.x0, box.x0), fminf(text.y0, box.y0), fmaxf(text.x1, box.x1),
                             fmaxf(text.y1, box.y1)};
        }
    }
    if (turned == 0 || turned * 10 > page->text.count) {
        return;
    }
    for (size_t i = 0; i < page->lines.count; i++) {
        xtr__line *l = &page->lines.items[i];
        xtr_box box = xtr__turn_back((xtr_box){l->x0, l->top, l->x1, l->bottom}, page->width,
                                     page->height, l->turn);
        float left = box.x1, right = page->width - box.x0;
        bool margin = fminf(left, right) < 0.08F * page->width;
        bool outside = margin && (box.x1 <= text.x0 || box.x0 >= text.x1);
        if (l->flags & XTR__LINE_TURNED && outside) {
            l->flags |= XTR__LINE_FURNITURE;
        }
    }
}

void xtr__mark_furniture(xtr__page_layout *pages, size_t count, xtr__scratch *scratch) {
    size_t most = 1;
    for (size_t p = 0; p < count; p++) {
        most = pages[p].lines.count > most ? pages[p].lines.count : most;
    }
    xtr__scratch_reset(scratch);
    ordered *order = xtr__scratch_take(scratch, most, sizeof *order);
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
    for (size_t p = 0; p < count; p++) {
        mark_page_numbers(&pages[p], order);
        mark_stamps(&pages[p]);
    }
}
