/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables without a grid: from strips to gutters, pieces, rows and cells. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Gutters ----------------------------------------------------------------------------------- */

enum { MOST_WIDTH = 10000, MOST_LOOKS = 4 * XTR__MOST_COLUMNS }; /* points; white stretches */

/** Strips that show the columns: with at least half of the runs that rows usually have at most. */
typedef struct rich_strips {
    const xtr__strips *strips;
    const xtr__strip **items;
    uint32_t count;
    float em, x0, x1;
} rich_strips;

/** The runs that rows usually have at most. */
static uint32_t most_runs(const xtr__strip *strips, uint32_t count) {
    uint32_t bins[XTR__MOST_COLUMNS + 1] = {0}, rows = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t runs = strips[i].runs < XTR__MOST_COLUMNS ? strips[i].runs : XTR__MOST_COLUMNS;
        bins[runs]++;
        rows += runs >= 2;
    }
    uint32_t most = XTR__MOST_COLUMNS;
    while (most > 2 && (bins[most] == 0 || (float)bins[most] < 0.15F * (float)rows)) {
        most--;
    }
    return most;
}

/** The fewest runs of a strip that shows the columns. */
static uint32_t least_runs(const xtr__strip *strips, uint32_t count) {
    uint32_t most = most_runs(strips, count);
    return most > 4 ? (most + 1) / 2 : 2;
}

/** Strips at the top with fewer runs than the rows below, all of which have the same and hold
 *  numbers: heads of several columns stand over the gutters between these. */
static uint32_t count_heads(const xtr__strips *strips, uint32_t first, uint32_t count) {
    const xtr__strip *all = strips->items + first;
    uint32_t most = most_runs(all, count), heads = 0, runs = 0, numbers = 0;
    while (heads < 3 && heads < count && all[heads].runs < most) {
        heads++;
    }
    for (uint32_t i = heads; i < count; i++) {
        for (uint32_t k = 0; k < all[i].count; k++) {
            numbers += (strips->tokens[all[i].first + k].traits & XTR__NUMERIC) != 0;
        }
        runs += all[i].runs;
    }
    bool rows = count >= heads + 3 && runs == most * (count - heads);
    return rows && numbers * 5 >= runs * 3 ? heads : 0;
}

/** Strips at the top without a number above rows that have two each: heads may stand closer than
 *  the numbers below them. */
static uint32_t count_worded_heads(const xtr__strips *strips, uint32_t first, uint32_t count) {
    uint32_t heads = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__strip *s = &strips->items[first + i];
        uint32_t numbers = 0;
        for (uint32_t k = 0; k < s->count; k++) {
            numbers += (strips->tokens[s->first + k].traits & XTR__NUMERIC) != 0;
        }
        if (heads == i && numbers == 0) {
            heads++;
        } else if (numbers < 2) {
            return 0;
        }
    }
    return heads <= 3 && count >= heads + 3 ? heads : 0;
}

static bool find_rich(rich_strips *out, xtr__scratch *scratch, const xtr__strips *strips,
                      uint32_t first, uint32_t count, uint32_t heads) {
    const xtr__strip *all = strips->items + first;
    float *sizes = xtr__scratch_take(scratch, count, sizeof *sizes);
    *out = (rich_strips){.strips = strips, .x0 = INFINITY, .x1 = -INFINITY};
    out->items = xtr__scratch_take(scratch, count, sizeof(void *));
    if (sizes == NULL || out->items == NULL) {
        return false;
    }
    for (uint32_t least = least_runs(all, count); out->count < 2 && least >= 2;
         least = least > 2 ? 2 : 0) {
        out->count = 0;
        for (uint32_t i = heads; i < count; i++) {
            if (all[i].runs >= least) {
                out->items[out->count++] = &all[i];
            }
        }
    }
    for (uint32_t i = 0; i < out->count; i++) {
        sizes[i] = out->items[i]->size;
        out->x0 = fminf(out->x0, out->items[i]->x0);
        out->x1 = fmaxf(out->x1, out->items[i]->x1);
    }
    if (out->count < 2 || !(out->x1 - out->x0 < MOST_WIDTH)) {
        return false;
    }
    qsort(sizes, out->count, sizeof *sizes, xtr__compare_floats);
    out->em = sizes[out->count / 2];
    return true;
}

/** How many strips cover each point of the width. */
static uint32_t *cover_of(xtr__scratch *scratch, const rich_strips *rich, int32_t width) {
    uint32_t *cover = xtr__scratch_take(scratch, (size_t)width + 1, sizeof *cover);
    if (cover == NULL) {
        return NULL;
    }
    memset(cover, 0, ((size_t)width + 1) * sizeof *cover);
    for (uint32_t i = 0; i < rich->count; i++) {
        const xtr__token *t = rich->strips->tokens + rich->items[i]->first;
        int32_t done = 0;
        for (uint32_t k = 0; k < rich->items[i]->count; k++) {
            int32_t from = (int32_t)(t[k].x0 - rich->x0 + 0.5F);
            int32_t to = (int32_t)(t[k].x1 - rich->x0 + 0.5F);
            from = from > done ? from : done;
            to = to < width ? to : width;
            for (int32_t x = from; x < to; x++) {
                cover[x]++;
            }
            done = to > done ? to : done;
        }
    }
    return cover;
}

/** A gutter counts where most strips with text on both sides leave nearly an em there, and few have
 *  words of running text beside each other. */
static bool is_gutter(const rich_strips *rich, xtr__gutter g) {
    uint32_t both = 0, wide = 0, text = 0;
    float middle = (g.x0 + g.x1) / 2;
    for (uint32_t i = 0; i < rich->count; i++) {
        const xtr__token *t = rich->strips->tokens + rich->items[i]->first;
        const xtr__token *left = NULL, *right = NULL;
        for (uint32_t k = 0; k < rich->items[i]->count; k++) {
            if ((t[k].x0 + t[k].x1) / 2 < middle) {
                left = left == NULL || t[k].x1 > left->x1 ? &t[k] : left;
            } else {
                right = right == NULL || t[k].x0 < right->x0 ? &t[k] : right;
            }
        }
        if (left != NULL && right != NULL) {
            bool far = right->x0 - left->x1 >= 0.95F * rich->em;
            both++;
            wide += far;
            text += !far && !((left->traits | right->traits) & XTR__NUMERIC);
        }
    }
    return both >= 2 && (float)both >= 0.15F * (float)rich->count && wide * 2 >= both &&
           text * 3 <= both;
}

/** Whether what stands right of a gutter is a number in every row: spaces between words are not. */
static bool leads_to_numbers(const rich_strips *rich, xtr__gutter g) {
    uint32_t rows = 0;
    for (uint32_t i = 0; i < rich->count; i++) {
        const xtr__token *t = rich->strips->tokens + rich->items[i]->first;
        uint32_t k = 0, end = rich->items[i]->count;
        while (k < end && t[k].x1 <= g.x0 + 1) {
            k++;
        }
        if (k > 0 && k < end) {
            if (!(t[k].traits & XTR__NUMERIC)) {
                return false;
            }
            rows++;
        }
    }
    return rows >= 3;
}

/** Whether all tokens between two gutters are signs of one kind, and there are some. */
static bool all_signs(const rich_strips *rich, float x0, float x1, uint32_t trait) {
    bool any = false;
    for (uint32_t i = 0; i < rich->count; i++) {
        const xtr__token *t = rich->strips->tokens + rich->items[i]->first;
        for (uint32_t k = 0; k < rich->items[i]->count; k++) {
            float middle = (t[k].x0 + t[k].x1) / 2;
            if (middle < x0 || middle > x1) {
                continue;
            }
            if (!(t[k].traits & trait)) {
                return false;
            }
            any = true;
        }
    }
    return any;
}

/** A column of currency signs belongs to the numbers on its right, one of per cents to those on
 *  its left. Returns how many gutters stay. */
static uint32_t join_signs(const rich_strips *rich, xtr__gutter *gutters, uint32_t count) {
    bool drop[XTR__MOST_COLUMNS] = {false};
    for (uint32_t c = 0; c <= count; c++) {
        float x0 = c > 0 ? gutters[c - 1].x0 : -INFINITY;
        float x1 = c < count ? gutters[c].x1 : INFINITY;
        if (c < count && all_signs(rich, x0, x1, XTR__CURRENCY)) {
            drop[c] = true;
        } else if (c > 0 && all_signs(rich, x0, x1, XTR__PERCENT)) {
            drop[c - 1] = true;
        }
    }
    uint32_t kept = 0;
    for (uint32_t c = 0; c < count; c++) {
        if (!drop[c]) {
            gutters[kept++] = gutters[c];
        }
    }
    return kept;
}

/** White stretches that nearly all rows leave free, as intervals; the first `heads` strips do not
 *  count. */
static uint32_t find_free(xtr__scratch *scratch, const xtr__strips *strips, uint32_t first,
                          uint32_t count, uint32_t heads, xtr__gutter out[XTR__MOST_COLUMNS]) {
    rich_strips rich;
    if (!find_rich(&rich, scratch, strips, first, count, heads)) {
        return 0;
    }
    int32_t width = (int32_t)(rich.x1 - rich.x0) + 2;
    uint32_t *cover = cover_of(scratch, &rich, width), found = 0, limit = rich.count * 12 / 100;
    if (cover == NULL) {
        return 0;
    }
    uint32_t looks = 0;
    for (int32_t x = 0, start; x < width; x++) {
        for (start = x; x < width && cover[x] <= limit; x++) {
        }
        xtr__gutter g = {rich.x0 + (float)start, rich.x0 + (float)x};
        if (start == 0 || x == width || g.x1 - g.x0 < 0.2F * rich.em ||
            (g.x1 - g.x0 < 0.35F * rich.em && !leads_to_numbers(&rich, g))) {
            continue;
        }
        if (found == XTR__MOST_COLUMNS - 1 || ++looks > MOST_LOOKS) {
            return 0;
        }
        if (is_gutter(&rich, g)) {
            out[found++] = g;
        }
    }
    return join_signs(&rich, out, found);
}

uint32_t xtr__find_gutters(xtr__scratch *scratch, const xtr__strips *strips, uint32_t first,
                           uint32_t count, xtr__gutter out[XTR__MOST_COLUMNS]) {
    uint32_t heads = count_heads(strips, first, count);
    heads = heads > 0 ? heads : count_worded_heads(strips, first, count);
    uint32_t found = find_free(scratch, strips, first, count, 0, out);
    if (heads > 0) {
        xtr__gutter below[XTR__MOST_COLUMNS];
        uint32_t more = find_free(scratch, strips, first, count, heads, below);
        if (more > found) {
            memcpy(out, below, more * sizeof *out);
            found = more;
        }
    }
    return found;
}

/* Pieces ------------------------------------------------------------------------------------ */

/** The columns a stretch of tokens covers: not the gutters it leans into. */
static xtr__piece place_piece(const xtr__token *tokens, uint32_t first, uint32_t end,
                              const xtr__gutter *gutters, uint32_t columns) {
    float x0 = tokens[first].x0 + 1, x1 = -INFINITY, low = -1e9F;
    for (uint32_t i = first; i < end; i++) {
        x1 = fmaxf(x1, tokens[i].x1 - 1);
    }
    xtr__piece out = {.first = UINT16_MAX, .token = first, .count = end - first};
    for (uint32_t c = 0; c < columns; c++) {
        float high = c + 1 < columns ? gutters[c].x0 : 1e9F;
        if (fminf(x1, high) - fmaxf(x0, low) > fminf(3, 0.2F * (high - low))) {
            out.first = out.first == UINT16_MAX ? (uint16_t)c : out.first;
            out.last = (uint16_t)c;
        }
        low = c + 1 < columns ? gutters[c].x1 : low;
    }
    if (out.first == UINT16_MAX) {
        out.first = 0;
        while (out.first + 1U < columns &&
               gutters[out.first].x0 + gutters[out.first].x1 <= x0 + x1) {
            out.first++;
        }
        out.last = out.first;
    }
    return out;
}

/** The token before which a run is cut at a gutter: the widest gap that touches it, if any of
 *  `least` em does. */
static uint32_t cut_at(const xtr__token *tokens, uint32_t first, uint32_t end, xtr__gutter g,
                       float least) {
    float widest = 0;
    uint32_t at = 0;
    for (uint32_t i = first + 1; i < end; i++) {
        float gap = tokens[i].x0 - tokens[i - 1].x1;
        if (gap > widest && tokens[i - 1].x1 - 1 <= g.x1 && tokens[i].x0 + 1 >= g.x0) {
            widest = gap;
            at = i;
        }
    }
    return at > 0 && widest >= least * tokens[at].size ? at : 0;
}

uint32_t xtr__cut_run(const xtr__token *tokens, uint32_t first, uint32_t end,
                      const xtr__gutter *gutters, uint32_t columns, float least, xtr__piece *out) {
    xtr__piece whole = place_piece(tokens, first, end, gutters, columns);
    uint32_t count = 0, start = first;
    for (uint32_t c = whole.first; c < whole.last; c++) {
        /* Cuts come from left to right: a gap may touch two gutters, but is cut once. */
        uint32_t at = cut_at(tokens, first, end, gutters[c], least);
        if (at > start) {
            out[count++] = place_piece(tokens, start, at, gutters, columns);
            start = at;
        }
    }
    out[count++] = place_piece(tokens, start, end, gutters, columns);
    return count;
}

uint32_t xtr__cut_strip(const xtr__strips *strips, const xtr__strip *strip,
                        const xtr__gutter *gutters, uint32_t columns, float least,
                        xtr__piece *out) {
    uint32_t end = strip->first + strip->count, count = 0, next;
    for (uint32_t at = strip->first; at < end; at = next) {
        next = xtr__run_end(strips->tokens, at, end, 1);
        count += xtr__cut_run(strips->tokens, at, next, gutters, columns, least, out + count);
    }
    return count;
}

bool xtr__cut_body(xtr__body *b) {
    uint32_t tokens = 0, count = 0;
    b->x0 = INFINITY;
    b->x1 = -INFINITY;
    for (uint32_t i = 0; i < b->count; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i);
        tokens += strip->count;
        b->x0 = fminf(b->x0, strip->x0);
        b->x1 = fmaxf(b->x1, strip->x1);
    }
    b->pieces = xtr__scratch_take(b->scratch, tokens, sizeof *b->pieces);
    b->piece_end = xtr__scratch_take(b->scratch, b->count, sizeof *b->piece_end);
    if (b->pieces == NULL || b->piece_end == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < b->count; i++) {
        count += xtr__cut_strip(b->strips, xtr__body_strip(b, i), b->gutters, b->columns, 0.45F,
                                b->pieces + count);
        b->piece_end[i] = count;
    }
    return true;
}

/* Rows -------------------------------------------------------------------------------------- */

float xtr__wide_step(xtr__scratch *scratch, const float *steps, uint32_t count) {
    float *sorted = xtr__scratch_take(scratch, count, sizeof *sorted);
    if (sorted == NULL) {
        return 0;
    }
    memcpy(sorted, steps, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, xtr__compare_floats);
    for (uint32_t i = 0; i + 1 < count; i++) {
        float p = sorted[i], q = sorted[i + 1];
        /* i + 1 steps are small, the rest large. */
        if (q >= 1.3F * p && q - p >= 0.3F && p >= 0.9F && p <= 1.6F && i >= 1 &&
            (float)(count - i - 1) >= fmaxf(1, 0.2F * (float)count)) {
            return (p + q) / 2;
        }
    }
    return 0;
}

static uint64_t columns_of(const xtr__body *b, uint32_t strip) {
    uint64_t out = 0;
    for (uint32_t i = xtr__piece_start(b, strip); i < b->piece_end[strip]; i++) {
        out |= UINT64_C(1) << b->pieces[i].first;
    }
    return out;
}

static uint32_t size_of(uint64_t set) {
    return (uint32_t)__builtin_popcountll(set);
}

/** What separates strips of a body. */
typedef struct spacing {
    float *steps; /* in em, from each strip to the next */
    bool *ruled;
    bool dense; /* rules alone part rows */
    float jump; /* wide steps part rows; 0: steps tell nothing */
} spacing;

/** Whether a strip is a row of numbers by itself: most of what stands behind its label are numbers,
 *  or half of it when no column is empty and these hold hardly anything else. */
static bool is_row_of_numbers(const xtr__body *b, uint32_t strip) {
    uint32_t first = xtr__piece_start(b, strip), end = b->piece_end[strip], others = 0, numeric = 0;
    uint32_t pure = 0;
    for (uint32_t i = first; i < end; i++) {
        const xtr__piece *p = &b->pieces[i];
        uint32_t numbers = 0;
        for (uint32_t k = 0; k < p->count; k++) {
            numbers += (b->strips->tokens[p->token + k].traits & XTR__NUMERIC) != 0;
        }
        others += p->first > 0;
        numeric += p->first > 0 && numbers * 2 >= p->count;
        pure += p->first > 0 && numbers * 2 > p->count;
    }
    if (end - first == b->columns && pure > 0 && pure * 2 >= others) {
        return true;
    }
    return end - first >= 2 && (float)(end - first) >= 0.6F * (float)b->columns &&
           (float)numeric >= 0.6F * (float)others;
}

/** Whether rules part groups of rows, not rows: most of what stands between two holds several
 *  rows of numbers. */
static bool parts_groups(const xtr__body *b, const bool *ruled) {
    uint32_t groups = 0, mixed = 0;
    for (uint32_t i = 0, end; i < b->count; i = end) {
        uint32_t rows = is_row_of_numbers(b, i);
        for (end = i + 1; end < b->count && !ruled[end - 1]; end++) {
            rows += is_row_of_numbers(b, end);
        }
        groups += end - i > 1;
        mixed += rows > 1;
    }
    return mixed > 0 && mixed * 2 >= groups;
}

static bool measure_spacing(const xtr__body *b, spacing *s) {
    uint32_t gaps = b->count - 1, rules = 0;
    float quarter = (b->x1 - b->x0) / 4;
    s->steps = xtr__scratch_take(b->scratch, b->count, sizeof *s->steps);
    s->ruled = xtr__scratch_take(b->scratch, b->count, sizeof *s->ruled);
    if (s->steps == NULL || s->ruled == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < gaps; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i), *next = strip + 1;
        s->steps[i] = (next->y - strip->y) / fmaxf(strip->size, next->size);
        float top = strip->y - 2, x0 = b->x0 + quarter, x1 = b->x1 - quarter;
        s->ruled[i] = xtr__is_ruled(&b->ruling->across, top, next->y, x0, x1) ||
                      xtr__is_ruled(&b->ruling->bands, top, next->y, x0, x1);
        rules += s->ruled[i];
    }
    s->dense = rules >= 2 && (float)rules >= 0.28F * (float)gaps && !parts_groups(b, s->ruled);
    s->jump = xtr__wide_step(b->scratch, s->steps, gaps);
    return true;
}

/** Whether a strip goes on with the row above, by what stands in its columns: fewer cells, only
 *  under filled ones, text, and not the label column. */
static bool continues_row(const xtr__body *b, uint32_t strip, uint64_t have, uint64_t mine,
                          float step) {
    uint32_t lower = 0, first = xtr__piece_start(b, strip), end = b->piece_end[strip];
    const xtr__token *tokens = b->strips->tokens;
    for (uint32_t i = first; i < end; i++) {
        lower += (tokens[b->pieces[i].token].traits & XTR__LOWER) != 0;
    }
    if ((mine & ~have) != 0 || step > 1.45F || size_of(have) < 2) {
        return false;
    }
    uint32_t n = size_of(mine), all = size_of(have);
    bool fewer = n <= 1 || n * 2 <= all || (n < all && lower * 2 >= n);
    bool text = false;
    const xtr__strip *s = xtr__body_strip(b, strip);
    for (uint32_t i = 0; i < s->count && !text; i++) {
        text = !(tokens[s->first + i].traits & XTR__NUMERIC);
    }
    if (mine == 1) {
        return fewer && (tokens[s->first].traits & XTR__LOWER) != 0;
    }
    return fewer && text && (mine & 1) == 0;
}

/** Whether a strip goes on with running text that stands alone above it: the other cells of the row
 *  are set in the middle beside that. */
static bool is_beside(const xtr__body *b, uint32_t strip, uint64_t have, uint64_t mine) {
    const xtr__piece *above = &b->pieces[xtr__piece_start(b, strip - 1)];
    const xtr__token *t = b->strips->tokens + above->token;
    return size_of(have) == 1 && !(have & 1) && (mine & have) && above->count >= 4 &&
           !(t->traits & XTR__NUMERIC);
}

/** Whether a strip is a row by itself: with its label and other cells or, where the first column
 *  labels groups of rows, with a name and numbers. */
static bool is_whole(const xtr__body *b, uint32_t strip, uint64_t mine) {
    const xtr__piece *first = &b->pieces[xtr__piece_start(b, strip)];
    bool named = !(b->strips->tokens[first->token].traits & XTR__NUMERIC);
    return mine & 1 ? size_of(mine) >= 3 || is_row_of_numbers(b, strip)
                    : named && size_of(mine) >= 3 && is_row_of_numbers(b, strip);
}

static bool starts_row(const xtr__body *b, const spacing *s, uint32_t strip, uint64_t have) {
    uint64_t mine = columns_of(b, strip);
    float step = s->steps[strip - 1];
    if (step < 0.8F) {
        return false; /* nearer than lines can stand: cells set in the middle of the row */
    }
    if (s->dense || s->ruled[strip - 1]) {
        return s->ruled[strip - 1];
    }
    if (s->jump > 0 && step >= s->jump) {
        return true;
    }
    if (s->jump > 0 && (is_beside(b, strip, have, mine) ||
                        (size_of(mine) <= size_of(have) && !is_whole(b, strip, mine)))) {
        return false;
    }
    return !continues_row(b, strip, have, mine, step);
}

bool xtr__find_rows(xtr__body *b) {
    spacing s;
    b->row = xtr__scratch_take(b->scratch, b->count, sizeof *b->row);
    if (b->row == NULL || !measure_spacing(b, &s)) {
        return false;
    }
    uint64_t have = columns_of(b, 0);
    b->row[0] = 0;
    for (uint32_t i = 1; i < b->count; i++) {
        bool new = starts_row(b, &s, i, have);
        b->row[i] = b->row[i - 1] + new;
        have = (new ? 0 : have) | columns_of(b, i);
    }
    b->rows = b->row[b->count - 1] + 1;
    return true;
}

/* Cells ------------------------------------------------------------------------------------- */

/** Puts the chain of one draft at the end of another's. */
static void append_chain(xtr__draft *to, const xtr__draft *from, uint32_t *next) {
    if (from->head == XTR__NO_TOKEN) {
        return;
    }
    if (to->head == XTR__NO_TOKEN) {
        to->head = from->head;
    } else {
        next[to->tail] = from->head;
    }
    to->tail = from->tail;
}

void xtr__merge_drafts(xtr__draft *to, const xtr__draft *from, uint32_t *next) {
    uint32_t a = to->column < from->column ? to->column : from->column;
    uint32_t to_end = to->column + to->column_span, from_end = from->column + from->column_span;
    append_chain(to, from, next);
    to->column = (uint16_t)a;
    to->column_span = (uint16_t)((to_end > from_end ? to_end : from_end) - a);
}

xtr__draft xtr__draft_piece(const xtr__piece *p, uint32_t *next) {
    for (uint32_t i = 0; i < p->count; i++) {
        next[p->token + i] = i + 1 < p->count ? p->token + i + 1 : XTR__NO_TOKEN;
    }
    return (xtr__draft){.column = p->first,
                        .row_span = 1,
                        .column_span = (uint16_t)(p->last - p->first + 1),
                        .head = p->token,
                        .tail = p->token + p->count - 1};
}

uint32_t xtr__add_draft(xtr__draft *row, uint32_t count, xtr__draft cell, uint32_t *next) {
    for (uint32_t i = 0; i < count;) {
        if (!xtr__drafts_overlap(&row[i], &cell)) {
            i++;
            continue;
        }
        xtr__merge_drafts(&row[i], &cell, next);
        cell = row[i];
        row[i] = row[--count];
        i = 0;
    }
    row[count] = cell;
    return count + 1;
}

static int compare_columns(const void *a, const void *b) {
    return ((const xtr__draft *)a)->column - ((const xtr__draft *)b)->column;
}

/** The cells of all rows. */
static bool collect_rows(const xtr__body *b, xtr__rows *out, uint32_t *next) {
    out->cells = xtr__scratch_take(b->scratch, b->piece_end[b->count - 1], sizeof *out->cells);
    out->row_end = xtr__scratch_take(b->scratch, b->rows, sizeof *out->row_end);
    if (out->cells == NULL || out->row_end == NULL) {
        return false;
    }
    out->count = 0;
    out->rows = b->rows;
    for (uint32_t i = 0; i < b->count;) {
        uint32_t first = out->count, count = 0, row = b->row[i];
        for (; i < b->count && b->row[i] == row; i++) {
            for (uint32_t k = xtr__piece_start(b, i); k < b->piece_end[i]; k++) {
                count = xtr__add_draft(out->cells + first, count,
                                       xtr__draft_piece(&b->pieces[k], next), next);
            }
        }
        qsort(out->cells + first, count, sizeof *out->cells, compare_columns);
        out->count = first + count;
        out->row_end[row] = out->count;
    }
    return true;
}

/** Extent of the words that stand in one column alone, from row `first` on. */
static void measure_columns(const xtr__body *b, const xtr__rows *rows, uint32_t first,
                            const uint32_t *next, xtr__gutter *extent) {
    for (uint32_t c = 0; c < b->columns; c++) {
        extent[c] = (xtr__gutter){INFINITY, -INFINITY};
    }
    for (uint32_t i = first > 0 ? rows->row_end[first - 1] : 0; i < rows->count; i++) {
        const xtr__draft *cell = &rows->cells[i];
        for (uint32_t t = cell->head; cell->column_span == 1 && t != XTR__NO_TOKEN; t = next[t]) {
            xtr__gutter *e = &extent[cell->column];
            e->x0 = fminf(e->x0, b->strips->tokens[t].x0);
            e->x1 = fmaxf(e->x1, b->strips->tokens[t].x1);
        }
    }
}

static xtr__draft empty_cell(uint32_t row, uint32_t column) {
    return (xtr__draft){.row = (uint16_t)row,
                        .column = (uint16_t)column,
                        .row_span = 1,
                        .column_span = 1,
                        .head = XTR__NO_TOKEN};
}

/** A row below the header, with the empty cells between, as row `row` of the table. Returns how
 * many cells. `column` is the first that it fills. */
static uint32_t copy_row(const xtr__body *b, const xtr__rows *rows, uint32_t r, uint32_t row,
                         uint32_t column, xtr__draft *out) {
    uint32_t i = xtr__row_start(rows, r), end = rows->row_end[r], count = 0;
    bool label = end - i == 1 && rows->cells[i].column == 0;
    for (; i < end; i++) {
        xtr__draft cell = rows->cells[i];
        if (cell.column < column) {
            continue; /* it stands for several rows */
        }
        for (; column < cell.column; column++) {
            out[count++] = empty_cell(row, column);
        }
        cell.row = (uint16_t)row;
        if (label && cell.column_span < b->columns) {
            cell.column_span = 1; /* long text next to empty cells spans nothing */
        }
        column = cell.column + cell.column_span;
        out[count++] = cell;
    }
    for (; column < b->columns; column++) {
        out[count++] = empty_cell(row, column);
    }
    return count;
}

/** Copies the rows below the header. Returns how many cells. */
static uint32_t copy_rows(const xtr__body *b, const xtr__rows *rows, const xtr__spread *spread,
                          uint32_t header, uint32_t first_row, xtr__draft *out) {
    uint32_t count = 0, labelled = header; /* rows before have the label of a group */
    for (uint32_t r = header; r < rows->rows; r++) {
        uint32_t row = first_row + r - header;
        if (spread->height[r] > 0) {
            labelled = r + spread->height[r];
            out[count] = rows->cells[spread->label[r]];
            out[count].row = (uint16_t)row;
            out[count++].row_span = (uint16_t)spread->height[r];
        }
        count += copy_row(b, rows, r, row, r < labelled ? 1 : 0, out + count);
    }
    return count;
}

/** Leaders go with the token on their left. Tails of cells are no longer right then. */
static void chain_leaders(const xtr__body *b, uint32_t *next) {
    const xtr__token *t = b->strips->tokens;
    for (uint32_t i = 0; i < b->count; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i);
        uint32_t at = strip->first, end = strip->first + strip->count;
        for (uint32_t l = end; l < strip->first + strip->whole; l++) {
            while (at + 1 < end && t[at + 1].x0 <= t[l].x0) {
                at++;
            }
            next[l] = next[at];
            next[at] = l;
        }
    }
}

/** A column in which nothing stands alone is none: text that is wider than its gaps made it. */
static bool cut_columns(xtr__body *b, xtr__gutter *gutters) {
    xtr__savepoint before = xtr__scratch_save(b->scratch);
    for (bool again = true; again;) {
        uint64_t alone = 0;
        xtr__scratch_rewind(b->scratch, before);
        if (!xtr__cut_body(b)) {
            return false;
        }
        for (uint32_t i = 0; i < b->piece_end[b->count - 1]; i++) {
            alone |=
                b->pieces[i].first == b->pieces[i].last ? UINT64_C(1) << b->pieces[i].first : 0;
        }
        again = false;
        for (uint32_t c = 0; c < b->columns && b->columns > 2 && !again; c++) {
            if (alone >> c & 1) {
                continue;
            }
            uint32_t gutter = c > 0 ? c - 1 : 0;
            memmove(gutters + gutter, gutters + gutter + 1,
                    (b->columns - 2 - gutter) * sizeof *gutters);
            b->columns--;
            again = true;
        }
    }
    return true;
}

xtr__raw_table *xtr__make_text_table(xtr__scratch *scratch, const xtr__ruling *ruling,
                                     const xtr__strips *strips, uint32_t first, uint32_t count,
                                     bool ruled, uint32_t *next) {
    xtr__gutter gutters[XTR__MOST_COLUMNS], extent[XTR__MOST_COLUMNS];
    xtr__body b = {.scratch = scratch,
                   .ruling = ruling,
                   .strips = strips,
                   .first = first,
                   .count = count,
                   .gutters = gutters};
    xtr__rows rows;
    xtr__savepoint before = xtr__scratch_save(scratch);
    b.columns = xtr__find_gutters(scratch, strips, first, count, gutters) + 1;
    xtr__scratch_rewind(scratch, before);
    if (b.columns < 2 || !cut_columns(&b, gutters) || !xtr__find_rows(&b) ||
        !collect_rows(&b, &rows, next) || xtr__is_no_table(&b, &rows, next, ruled)) {
        return NULL;
    }
    uint32_t header = xtr__count_header(&b, &rows, next), strip = 0, header_rows;
    measure_columns(&b, &rows, header, next, extent);
    while (strip < count && b.row[strip] < header) {
        strip++;
    }
    size_t room = ((size_t)rows.rows + strip + 2) * b.columns;
    xtr__draft *cells = xtr__scratch_take(scratch, room, sizeof *cells);
    xtr__spread spread;
    if (cells == NULL || !xtr__spread_labels(&b, &rows, next, header, &spread)) {
        return NULL;
    }
    uint32_t n = xtr__merge_header(&b, strip, extent, next, cells, &header_rows);
    n += copy_rows(&b, &rows, &spread, header, header_rows, cells + n);
    chain_leaders(&b, next);
    xtr_box box = {b.x0, xtr__body_strip(&b, 0)->top, b.x1, xtr__body_strip(&b, count - 1)->bottom};
    if (xtr__is_drawn_over(ruling, box, NULL, 0, NULL, 0)) {
        return NULL;
    }
    return xtr__finish_table(scratch, strips->tokens, next, cells, n, box);
}
