/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Furniture that one page alone shows: a page number at the edge, a running head that holds one,
 * lines at the edge set apart from the text, and small turned text outside of it. */
#include "furniture.h"

#include <math.h>
#include <string.h>

enum { FEWEST_LINES = 4, MOST_ISOLATED = XTR__MOST_ISOLATED, LONGEST = 130, LEAST_TEXT = 600 };

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

/* Isolated lines ---------------------------------------------------------------------------- */

/** One edge of a page and its lines from there inwards. */
typedef struct edge {
    xtr__page_layout *page;
    const xtr__ordered *order;
    uint32_t count;
    bool foot;
    float left, right; /* of all text */
} edge;

static const char *text_of(const edge *e, const xtr__line *line) {
    return line->text_size > 0 ? e->page->text.items + line->text : "";
}

static xtr__line *edge_line(const edge *e, uint32_t i) {
    return &e->page->lines.items[e->order[e->foot ? e->count - 1 - i : i].line];
}

static float distance(const edge *e, const xtr__line *line) {
    return e->foot ? xtr__flow_height(e->page) - line->y : line->y;
}

/** From line i to the next one inwards. */
static float step_from(const edge *e, uint32_t i) {
    return fabsf(edge_line(e, i + 1)->y - edge_line(e, i)->y);
}

static bool has_page_number(const edge *e, const xtr__line *line) {
    return is_page_number(text_of(e, line), line->text_size);
}

/** Small text that does not fill its line. */
static bool is_small(const edge *e, const xtr__line *line) {
    float ratio = line->size / e->page->body;
    bool plain = ratio <= 1.05F && line->bold < 0.8F;
    bool filled = line->pieces == 1 && line->x1 - line->x0 > 0.85F * (e->right - e->left);
    return line->text_size <= LONGEST && !filled &&
           (plain || (ratio <= 1.2F && (e->foot || line->pieces > 1)));
}

/** Whether a line looks like one of the text: its size, its font, its left edge. */
static bool is_like_text(const edge *e, const xtr__line *line) {
    const xtr__line *middle = edge_line(e, e->count / 2);
    uint32_t last = xtr__utf8_last(text_of(e, line), line->text_size);
    bool indented = line->x0 > e->left + 6 * line->size;
    return line->size > 0.95F * e->page->body && line->pieces == 1 &&
           !(line->flags & XTR__LINE_CAPS) && !has_page_number(e, line) &&
           (last == '.' || (line->font == middle->font && !indented));
}

static bool is_sentence(const edge *e, const xtr__line *line) {
    uint32_t last = xtr__utf8_last(text_of(e, line), line->text_size);
    return line->text_size > 60 && (last == '.' || last == '!' || last == '?' || last == 0x3002);
}

/** How many of the outermost lines stand apart from the text and are no part of it. */
static uint32_t count_isolated(const edge *e) {
    if (distance(e, edge_line(e, 0)) > 0.11F * xtr__flow_height(e->page)) {
        return 0;
    }
    float leading = e->page->leading;
    uint32_t most = 0, found = 0;
    bool smaller = true;
    while (most < MOST_ISOLATED && most + 1 < e->count) {
        const xtr__line *line = edge_line(e, most);
        smaller = smaller && line->size < 0.95F * e->page->body;
        if (line->cell > 0 || !is_small(e, line) || is_like_text(e, line) ||
            (most > 0 && !smaller) || (most > 0 && step_from(e, most - 1) >= 1.35F * leading)) {
            break;
        }
        most++;
        bool apart = step_from(e, most - 1) > 1.55F * leading;
        found = apart && (most == 1 || !is_sentence(e, line)) ? most : found;
    }
    const xtr__line *first = edge_line(e, 0);
    return found == 1 && is_sentence(e, first) ? 0 : found;
}

/* Running heads ----------------------------------------------------------------------------- */

static bool is_number(const char *text, size_t size) {
    const char *at = text;
    return size > 0 && ((size <= 4 && skip_among(&at, text + size, "0123456789", 4) == size) ||
                        (at = text, skip_among(&at, text + size, "ivxlc", 6) == size));
}

/** The outermost line with a page number at one end, set apart by more than the gap of words. */
static bool is_running_head(const edge *e) {
    const xtr__line *line = edge_line(e, 0);
    const char *text = text_of(e, line);
    const char *first = memchr(text, ' ', line->text_size);
    const char *last = memrchr(text, ' ', line->text_size);
    float step = step_from(e, 0) / e->page->leading;
    bool small = line->size < 0.93F * e->page->body;
    /* Wide margins move a head inwards, but then it is spread. */
    float spread = fmaxf(line->first_gap, line->last_gap);
    float band = (spread > 2 * line->size ? 0.17F : 0.12F) * xtr__flow_height(e->page);
    if (first == NULL || first == last || line->text_size > 110 || distance(e, line) > band ||
        step <= (small ? 0.95F : 1.1F)) {
        return false;
    }
    size_t leading = (size_t)(first - text), trailing = line->text_size - 1 - (size_t)(last - text);
    if (is_number(last + 1, trailing)) {
        return line->last_gap > fmaxf(0.8F * line->size, 1.8F * line->word_gap) ||
               line->flags & XTR__LINE_CAPS;
    }
    /* One digit and a word space are more often the number of a section. */
    return is_number(text, leading) &&
           (line->first_gap > 2 * line->size ||
            (line->first_gap > fmaxf(0.8F * line->size, 1.8F * line->word_gap) && leading > 1 &&
             line->bold < 0.5F));
}

static bool has_words(const edge *e, const xtr__line *line) {
    const char *text = text_of(e, line);
    for (size_t at = 0; at < line->text_size;) {
        uint32_t c = xtr__utf8_next(text, line->text_size, &at);
        if (xtr__is_letter(c) || xtr__is_digit(c)) {
            return true;
        }
    }
    return false;
}

/** Specks at the edge of a scan are no lines. */
static void skip_specks(edge *e) {
    for (int i = 0; i < 3 && e->count > FEWEST_LINES && !has_words(e, edge_line(e, 0)); i++) {
        e->order += !e->foot;
        e->count--;
    }
}

static edge edge_of(xtr__page_layout *page, const xtr__ordered *order, uint32_t count, bool foot) {
    edge e = {page, order, count, foot, INFINITY, -INFINITY};
    for (uint32_t i = 0; i < count; i++) {
        const xtr__line *line = &page->lines.items[order[i].line];
        e.left = fminf(e.left, line->x0);
        e.right = fmaxf(e.right, line->x1);
    }
    skip_specks(&e);
    return e;
}

uint32_t xtr__isolated_lines(xtr__page_layout *page, xtr__ordered *order, xtr__isolated *out) {
    uint32_t count = xtr__sort_lines(page, order), found = 0;
    if (count < FEWEST_LINES || page->text.count < LEAST_TEXT) {
        return 0;
    }
    for (int foot = 0; foot < 2; foot++) {
        edge e = edge_of(page, order, count, foot);
        uint32_t n = count_isolated(&e);
        for (uint32_t i = 0; i < n; i++) {
            xtr__line *line = edge_line(&e, i);
            float height = fmaxf(0, distance(&e, line));
            out[found++] = (xtr__isolated){line, (int)fminf(height / 12, 1000), foot};
        }
    }
    return found;
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

/** A page number below text that ends before the page does: the last line, in the middle, apart.
 *  Four digits alone are the year of a title page. */
static bool is_early_foot(const edge *e, const xtr__line *line) {
    float off = (line->x0 + line->x1 - e->left - e->right) / 2;
    const char *digits = text_of(e, line);
    bool year = line->text_size == 4 && skip_among(&digits, digits + 4, "0123456789", 4) == 4;
    return e->foot && line == edge_line(e, 0) && line->cell == 0 && !year &&
           e->page->text.count >= LEAST_TEXT && line->bold < 0.5F &&
           line->size < 1.05F * e->page->body && fabsf(off) < line->size &&
           step_from(e, 0) > 1.8F * e->page->leading && has_page_number(e, line);
}

/** Page numbers and heads with one among the outermost lines. */
static void mark_numbers(xtr__page_layout *page, xtr__ordered *order) {
    uint32_t count = xtr__sort_lines(page, order);
    for (int foot = 0; count >= FEWEST_LINES && foot < 2; foot++) {
        edge e = edge_of(page, order, count, foot);
        const xtr__line *first = edge_line(&e, 0);
        for (uint32_t i = 0; i < 3; i++) {
            xtr__line *line = edge_line(&e, i);
            /* The last word of a paragraph may be a year. */
            bool outermost = distance(&e, line) < 0.1F * xtr__flow_height(page) &&
                             fabsf(line->y - first->y) < 40 &&
                             step_from(&e, i) > 1.05F * page->leading;
            if ((outermost && has_page_number(&e, line)) || is_early_foot(&e, line) ||
                (i == 0 && is_running_head(&e))) {
                line->flags |= XTR__LINE_FURNITURE;
            }
        }
    }
}

void xtr__mark_edges(xtr__page_layout *page, xtr__ordered *order) {
    mark_numbers(page, order);
    mark_stamps(page);
}
