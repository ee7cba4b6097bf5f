/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables without a grid: what looks like rows and is no table. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>

static uint32_t length_of(const uint32_t *next, uint32_t head) {
    uint32_t n = 0;
    for (; head != XTR__NO_TOKEN; head = next[head]) {
        n++;
    }
    return n;
}

/** Tokens of the cells that stand in one column alone. */
typedef struct column {
    uint32_t cells, words, lower;
} column;

static column measure_column(const xtr__body *b, const xtr__rows *rows, const uint32_t *next,
                             uint32_t c) {
    column out = {0};
    for (uint32_t i = 0; i < rows->count; i++) {
        const xtr__draft *cell = &rows->cells[i];
        if (cell->column == c && cell->column_span == 1) {
            out.cells++;
            out.words += length_of(next, cell->head);
            out.lower += (b->strips->tokens[cell->head].traits & XTR__LOWER) != 0;
        }
    }
    return out;
}

/** A column in which most cells of several words start in lower case. */
static bool is_running_text(const xtr__body *b, const xtr__rows *rows, const uint32_t *next) {
    for (uint32_t c = 0; c < b->columns; c++) {
        column m = measure_column(b, rows, next, c);
        if (m.cells >= 4 && m.words >= 4 * m.cells && (float)m.lower >= 0.55F * (float)m.cells) {
            return true;
        }
    }
    return false;
}

/** Whether most cells of a column share their left edge (0), right edge (1) or middle (2). */
static bool shares(float *places, float *sorted, uint32_t count) {
    uint32_t near = 0;
    qsort(sorted, count, sizeof *sorted, xtr__compare_floats);
    for (uint32_t i = 0; i < count; i++) {
        near += fabsf(places[i] - sorted[count / 2]) <= 3;
    }
    return (float)near >= 0.55F * (float)count;
}

/** Labels of charts float; the cells of a column share an edge or the middle. */
static bool floats(const xtr__body *b, const xtr__rows *rows, const uint32_t *next) {
    float *places = xtr__scratch_take(b->scratch, (size_t)rows->rows * 6, sizeof *places);
    uint32_t seen = 0, good = 0;
    if (places == NULL) {
        return true;
    }
    for (uint32_t c = 0; c < b->columns; c++) {
        uint32_t count = 0, n = rows->rows;
        for (uint32_t i = 0; i < rows->count; i++) {
            const xtr__draft *cell = &rows->cells[i];
            if (cell->column != c || cell->column_span != 1) {
                continue;
            }
            float x0 = INFINITY, x1 = -INFINITY;
            for (uint32_t t = cell->head; t != XTR__NO_TOKEN; t = next[t]) {
                x0 = fminf(x0, b->strips->tokens[t].x0);
                x1 = fmaxf(x1, b->strips->tokens[t].x1);
            }
            float at[3] = {x0, x1, (x0 + x1) / 2};
            for (uint32_t k = 0; k < 3; k++) {
                places[k * n + count] = places[(k + 3) * n + count] = at[k];
            }
            count++;
        }
        if (count < 3) {
            continue;
        }
        bool shared = false;
        for (uint32_t k = 0; k < 3 && !shared; k++) {
            shared = shares(places + k * n, places + (k + 3) * n, count);
        }
        seen++;
        good += shared;
    }
    return seen > 0 && (float)good < 0.6F * (float)seen;
}

/** Displayed equations: signs of mathematics between words, or numbered lines; a matrix between its
 *  brackets. */
static bool is_mathematics(const xtr__body *b, const xtr__rows *rows, float numeric) {
    uint32_t signs = 0, words = 0, numbered = 0, brackets = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i);
        words += strip->count;
        for (uint32_t k = 0; k < strip->count; k++) {
            uint32_t traits = b->strips->tokens[strip->first + k].traits;
            signs += (traits & XTR__RELATION) != 0;
            brackets += (traits & XTR__TALL_BRACKET) != 0;
        }
        numbered += (xtr__last_token(b->strips, strip)->traits & XTR__EQUATION_NUMBER) != 0;
    }
    bool data =
        numeric >= 0.25F && (float)rows->count >= 0.75F * (float)rows->rows * (float)b->columns;
    return brackets >= 2 || (!data && (float)signs > 0.12F * (float)words) ||
           (signs > 0 && (float)numbered >= 0.2F * (float)b->count);
}

/** Most lines end in a page number that leaders or, where no rules part heads from rows, a single
 *  gap set apart. Pages follow each other. */
static bool is_contents(const xtr__body *b, bool ruled) {
    uint32_t entries = 0, page = 0, back = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i);
        const xtr__token *last = xtr__last_token(b->strips, strip);
        if (strip->runs > 3 || !(strip->leads || (b->columns == 2 && !ruled)) ||
            !(last->traits & XTR__PAGE_NUMBER)) {
            continue;
        }
        back += last->number > 0 && last->number < page;
        page = last->number > 0 ? last->number : page;
        /* A title may begin with its own number. */
        uint32_t end = strip->count > 1 ? strip->count - 1 : 1, begin = end > 1, numbers = 0;
        for (uint32_t k = begin; k < end; k++) {
            numbers += (b->strips->tokens[strip->first + k].traits & XTR__NUMERIC) != 0;
        }
        entries += numbers * 2 < end - begin;
    }
    return entries * 2 >= b->count && back * 5 <= entries;
}

/** Two columns, the first of which holds bullets or numbers of a list. */
static bool is_list(const xtr__body *b, const xtr__rows *rows, const uint32_t *next) {
    uint32_t marks = 0, first = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        const xtr__draft *cell = &rows->cells[i];
        uint32_t traits = b->strips->tokens[cell->head].traits;
        bool plain_number = traits & XTR__NUMERIC && !(traits & XTR__LEADS);
        first += cell->column == 0;
        marks += cell->column == 0 && next[cell->head] == XTR__NO_TOKEN &&
                 traits & XTR__LIST_MARK && !plain_number;
    }
    return b->columns == 2 && first > 0 && marks * 2 >= rows->rows;
}

enum { GAPS = 400, FEWEST_GAPS = 8 };

/** Gaps between neighbours on a baseline: inside of cells, and from cell to cell. */
typedef struct gaps {
    float inside[GAPS], between[GAPS];
    uint32_t inside_count, between_count;
} gaps;

static void measure_gaps(const xtr__body *b, const uint32_t *next, gaps *out) {
    for (uint32_t i = 0; i < b->count; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i);
        for (uint32_t k = strip->first; k + 1 < strip->first + strip->count; k++) {
            const xtr__token *t = &b->strips->tokens[k];
            float gap = (t[1].x0 - t->x1) / t->size;
            if (next[k] == k + 1 && out->inside_count < GAPS)
                out->inside[out->inside_count++] = gap;
            else if (next[k] != k + 1 && out->between_count < GAPS)
                out->between[out->between_count++] = gap;
        }
    }
}

/** Text set wide, as on receipts: many cells stand hardly further apart than words do. */
static bool is_loose_text(const xtr__body *b, const uint32_t *next) {
    gaps *g = xtr__scratch_take(b->scratch, 1, sizeof *g);
    if (g == NULL) {
        return true;
    }
    *g = (gaps){.inside_count = 0};
    measure_gaps(b, next, g);
    if (g->inside_count < FEWEST_GAPS || g->between_count < FEWEST_GAPS) {
        return false;
    }
    qsort(g->inside, g->inside_count, sizeof *g->inside, xtr__compare_floats);
    float word = fmaxf(g->inside[g->inside_count / 2], 0.25F);
    uint32_t narrow = 0;
    for (uint32_t i = 0; i < g->between_count; i++) {
        narrow += g->between[i] < 2 * word;
    }
    return narrow * 3 > g->between_count;
}

bool xtr__is_no_table(const xtr__body *b, const xtr__rows *rows, const uint32_t *next, bool ruled) {
    uint32_t several = 0, numbers = 0, words = 0;
    for (uint32_t r = 0; r < rows->rows; r++) {
        several += rows->row_end[r] - xtr__row_start(rows, r) >= 2;
    }
    if (rows->rows < (ruled ? 2 : 3) || several < 2 || (float)several < 0.4F * (float)rows->rows) {
        return true;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        numbers += xtr__is_numeric(b->strips->tokens, next, rows->cells[i].head);
        words += length_of(next, rows->cells[i].head);
    }
    float numeric = (float)numbers / (float)rows->count, per = (float)words / (float)rows->count;
    if (is_list(b, rows, next) || is_contents(b, ruled) ||
        (b->ruling->recognised && is_loose_text(b, next))) {
        return true;
    }
    return !ruled && ((rows->rows <= 3 && numeric < 0.2F) || (per > 8 && numeric < 0.2F) ||
                      (b->columns == 2 && per > 5 && numeric < 0.15F) ||
                      (float)rows->count < 0.45F * (float)rows->rows * (float)b->columns ||
                      is_running_text(b, rows, next) || floats(b, rows, next) ||
                      is_mathematics(b, rows, numeric));
}
