/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables with a grid: the lines of a frame, without slivers, part it into bands and columns; a cell
 * grows over the lines that are not drawn. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 20000, MOST_HEADER = 10, MOST_LOOKS = 1 << 23 };

/** A grid while it is read. Lines of both directions, and what is drawn of them. */
typedef struct grid {
    xtr__scratch *scratch;
    const xtr__ruling *ruling; /* of the page */
    xtr__edges across, down;   /* of the frame */
    float *x, *y;
    uint32_t columns, rows; /* one less than lines */
    xtr__token *tokens;     /* inside */
    uint32_t token_count;
    uint32_t *next; /* chains tokens of a cell */
    int32_t *owner; /* of each place, a draft */
    xtr__draft *cells;
    uint32_t cell_count;
    bool captioned; /* "Table 3" stands above or below: even a single column is a table */
} grid;

/* Lines of the grid ------------------------------------------------------------------------- */

/** Whether the middle of a token lies between two lines. */
static bool has_token(const grid *g, bool vertical, float from, float to) {
    for (uint32_t i = 0; i < g->token_count; i++) {
        const xtr__token *t = &g->tokens[i];
        float at = vertical ? (t->x0 + t->x1) / 2 : (t->top + t->bottom) / 2;
        if (from < at && at < to) {
            return true;
        }
    }
    return false;
}

/** Lines nearer than `least` with no word between become one: double rules, padding, shading of
 *  paragraphs inside cells. */
static uint32_t drop_slivers(const grid *g, bool vertical, float *lines, uint32_t count,
                             float least) {
    uint32_t kept = 1;
    for (uint32_t i = 1; i < count; i++) {
        float apart = lines[i] - lines[kept - 1];
        bool same = apart < 4;
        if (same || (apart < least && !has_token(g, vertical, lines[kept - 1], lines[i]))) {
            lines[kept - 1] = same || kept > 1 ? (lines[i] + lines[kept - 1]) / 2 : lines[kept - 1];
        } else {
            lines[kept++] = lines[i];
        }
    }
    return kept;
}

/* Columns that gaps part -------------------------------------------------------------------- */

/** Adds what is near to no line yet; returns how many there are then. */
static uint32_t add_lines(float *lines, uint32_t count, const xtr__edge *edges, uint32_t more) {
    for (uint32_t i = 0; i < more; i++) {
        bool known = false;
        for (uint32_t k = 0; k < count && !known; k++) {
            known = fabsf(lines[k] - edges[i].at) < 4;
        }
        if (!known) {
            lines[count++] = edges[i].at;
        }
    }
    return count;
}

/** A copy of edges with room for `more`. */
static xtr__edges copy_edges(xtr__scratch *scratch, const xtr__edges *edges, size_t more) {
    xtr__edges out = {xtr__scratch_take(scratch, edges->count + more, sizeof *out.items),
                      edges->count};
    if (out.items != NULL) {
        memcpy(out.items, edges->items, edges->count * sizeof *out.items);
    }
    return out;
}

static void append_edges(xtr__edges *to, const xtr__edge *edges, uint32_t count) {
    memcpy(to->items + to->count, edges, count * sizeof *edges);
    to->count += count;
}

/** Whether a line between two sides goes through no word. */
static bool is_free(const grid *g, const xtr__gap_lines *l, float at) {
    for (uint32_t i = 0; i < g->token_count; i++) {
        const xtr__token *t = &g->tokens[i];
        float middle = (t->x0 + t->x1) / 2;
        if (l->x0 < middle && middle < l->x1 && t->top + 2 < at && at < t->bottom - 2) {
            return false;
        }
    }
    return true;
}

/** The line below the head of a group of columns goes on through the others, row by row; `alone`:
 *  it does not, for there are too many. */
static void append_across(const grid *g, const xtr__gap_lines *found, bool alone, xtr__edges *to) {
    for (const xtr__gap_lines *l = found; l != NULL; l = l->next) {
        for (uint32_t i = 0; i < l->across_count; i++) {
            for (const xtr__gap_lines *k = alone ? l : found; k != NULL;
                 k = alone ? NULL : k->next) {
                float at = l->across[i].at;
                if (k == l || is_free(g, k, at)) {
                    to->items[to->count++] = (xtr__edge){k->x0, k->x1, at};
                }
            }
        }
    }
}

/** Adds lines where only gaps part the columns of the text. False when memory is gone. */
static bool part_columns(grid *g) {
    bool failed;
    xtr__gap_lines *found = xtr__find_gap_lines(g->scratch, g->tokens, g->token_count, g->x,
                                                g->columns, g->y, g->rows, &failed);
    size_t down = 0, across = 0, groups = 0;
    for (const xtr__gap_lines *l = found; l != NULL; l = l->next) {
        down += l->down_count;
        across += l->across_count;
        groups++;
    }
    if (failed || down == 0) {
        return !failed;
    }
    bool alone = across * groups * g->token_count > MOST_LOOKS;
    float *x = xtr__scratch_take(g->scratch, g->columns + 1 + down, sizeof *x);
    float *y = xtr__scratch_take(g->scratch, g->rows + 1 + across, sizeof *y);
    xtr__edges drawn_down = copy_edges(g->scratch, &g->down, down);
    xtr__edges drawn_across = copy_edges(g->scratch, &g->across, alone ? across : across * groups);
    if (x == NULL || y == NULL || drawn_down.items == NULL || drawn_across.items == NULL) {
        return false;
    }
    memcpy(x, g->x, (g->columns + 1) * sizeof *x);
    memcpy(y, g->y, (g->rows + 1) * sizeof *y);
    for (const xtr__gap_lines *l = found; l != NULL; l = l->next) {
        g->columns = add_lines(x, g->columns + 1, l->down, l->down_count) - 1;
        g->rows = add_lines(y, g->rows + 1, l->across, l->across_count) - 1;
        append_edges(&drawn_down, l->down, l->down_count);
    }
    append_across(g, found, alone, &drawn_across);
    qsort(x, g->columns + 1, sizeof *x, xtr__compare_floats);
    qsort(y, g->rows + 1, sizeof *y, xtr__compare_floats);
    g->x = x;
    g->y = y;
    g->down = xtr__snap(g->scratch, drawn_down.items, drawn_down.count);
    g->across = xtr__snap(g->scratch, drawn_across.items, drawn_across.count);
    return g->down.items != NULL && g->across.items != NULL;
}

/* Bands that hold several rows -------------------------------------------------------------- */

static uint32_t band_of(const float *lines, uint32_t count, float at) {
    uint32_t low = 0, high = count; /* lines 1 to count - 1 part the bands 0 to count - 1 */
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (lines[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/** What tells whether a band between two lines holds several rows. */
typedef struct band_look {
    uint32_t strips, full, words, digits, occupied;
    uint32_t numbered; /* strips with a label, and nothing but numbers in half of all columns */
    uint64_t columns;
    float nearest, wide; /* steps */
} band_look;

/** The columns in which a strip has text, and those in which it has more than numbers. */
static void look_at_strip(const grid *g, const xtr__strips *band, const xtr__strip *s,
                          uint64_t *columns, uint64_t *words) {
    *columns = *words = 0;
    for (uint32_t k = 0; k < s->count; k++) {
        const xtr__token *t = &band->tokens[s->first + k];
        uint64_t column = UINT64_C(1) << band_of(g->x, g->columns, (t->x0 + t->x1) / 2);
        *columns |= column;
        *words |= t->traits & XTR__NUMERIC ? 0 : column;
    }
}

static uint32_t size_of(uint64_t set) {
    return (uint32_t)__builtin_popcountll(set);
}

static bool look_at_band(const grid *g, const xtr__strips *band, band_look *look) {
    *look = (band_look){.strips = band->count, .nearest = INFINITY};
    uint64_t *columns = xtr__scratch_take(g->scratch, band->count, sizeof *columns);
    uint64_t *words = xtr__scratch_take(g->scratch, band->count, sizeof *words);
    float *steps = xtr__scratch_take(g->scratch, band->count, sizeof *steps);
    if (columns == NULL || words == NULL || steps == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < band->count; i++) {
        const xtr__strip *s = &band->items[i];
        look_at_strip(g, band, s, &columns[i], &words[i]);
        for (uint32_t k = 0; k < s->count; k++) {
            look->digits += (band->tokens[s->first + k].traits & XTR__DIGITS) != 0;
        }
        look->words += s->count;
        look->columns |= columns[i];
        look->occupied += size_of(columns[i]);
        if (i > 0) {
            steps[i - 1] = (s->y - s[-1].y) / fmaxf(s->size, s[-1].size);
            look->nearest = fminf(look->nearest, steps[i - 1]);
        }
    }
    uint32_t all = size_of(look->columns);
    for (uint32_t i = 0; i < band->count; i++) {
        uint32_t n = size_of(columns[i]);
        look->full += n >= 2 && (float)n >= 0.6F * (float)all;
        look->numbered += n == all && (columns[i] & 1) != 0 && 2 * size_of(words[i]) <= n;
    }
    look->wide = xtr__wide_step(g->scratch, steps, band->count - 1);
    return true;
}

/** Rows of short or numeric cells, line by line, or of text parted by wider steps; of two lines
 * only rows of numbers, and not in the head. Never where lines are nearer than lines can stand:
 * these are cells set in the middle of one row. */
static bool holds_rows(const band_look *look, uint32_t bands, bool head) {
    if (look->strips < 2 || (look->columns & (look->columns - 1)) == 0 || look->nearest < 0.85F) {
        return false;
    }
    if (look->strips == 2) {
        return look->numbered == 2 && !head;
    }
    bool short_cells = look->words <= 3 * look->occupied && bands <= 4;
    bool numbers = (float)look->digits > 0.4F * (float)look->words;
    bool lines = look->full >= (numbers ? 2 : 3) && (float)look->full >= 0.6F * (float)look->strips;
    return (lines && (numbers || short_cells)) || (bands <= 4 && look->wide > 0 && look->full >= 2);
}

/** Adds lines where a band splits into rows; returns how many. `marks` has room for one a token. */
static uint32_t split_band(const grid *g, const xtr__strips *band, float *marks) {
    static const xtr__ruling none = {0};
    xtr__gutter gutters[XTR__MOST_COLUMNS];
    for (uint32_t i = 1; i < g->columns; i++) {
        gutters[i - 1] = (xtr__gutter){g->x[i], g->x[i]};
    }
    xtr__body b = {.scratch = g->scratch,
                   .ruling = &none,
                   .strips = band,
                   .count = band->count,
                   .gutters = gutters,
                   .columns = g->columns};
    uint32_t count = 0;
    if (!xtr__cut_body(&b) || !xtr__find_rows(&b)) {
        return 0;
    }
    for (uint32_t i = 0; i + 1 < band->count; i++) {
        if (b.row[i] != b.row[i + 1]) {
            marks[count++] = (band->items[i].bottom + band->items[i + 1].top) / 2;
        }
    }
    return count;
}

static int compare_heights(const void *a, const void *b) {
    const xtr__token *l = a, *r = b;
    float x = l->top + l->bottom, y = r->top + r->bottom;
    return x != y ? (x < y ? -1 : 1) : (l->word > r->word) - (l->word < r->word);
}

/** Adds the lines between rows that no rule parts. False when memory is gone. */
static bool split_bands(grid *g) {
    xtr__token *copy = xtr__scratch_take(g->scratch, g->token_count, sizeof *copy);
    float *lines =
        xtr__scratch_take(g->scratch, g->rows + 1 + (size_t)g->token_count, sizeof *lines);
    if (copy == NULL || lines == NULL) {
        return false;
    }
    memcpy(copy, g->tokens, g->token_count * sizeof *copy);
    qsort(copy, g->token_count, sizeof *copy, compare_heights);
    memcpy(lines, g->y, (g->rows + 1) * sizeof *lines);
    uint32_t count = g->rows + 1, bands = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0, end; i < g->token_count; i = end) {
            uint32_t band = band_of(g->y, g->rows, (copy[i].top + copy[i].bottom) / 2);
            for (end = i + 1; end < g->token_count; end++) {
                if (band_of(g->y, g->rows, (copy[end].top + copy[end].bottom) / 2) != band) {
                    break;
                }
            }
            xtr__strips strips;
            band_look look;
            bands += pass == 0;
            if (pass == 0 || end - i < 3) {
                continue;
            }
            xtr__token *inside = xtr__scratch_take(g->scratch, end - i, sizeof *inside);
            if (inside == NULL) {
                return false;
            }
            memcpy(inside, copy + i, (end - i) * sizeof *inside);
            if (!xtr__find_strips(g->scratch, inside, end - i, &strips) ||
                !look_at_band(g, &strips, &look)) {
                return false;
            }
            if (holds_rows(&look, bands, i == 0)) {
                count += split_band(g, &strips, lines + count);
            }
        }
    }
    xtr__edge *edges =
        xtr__scratch_take(g->scratch, g->across.count + (size_t)count, sizeof *edges);
    if (edges == NULL) {
        return false;
    }
    /* The new lines are as good as drawn. */
    memcpy(edges, g->across.items, g->across.count * sizeof *edges);
    for (uint32_t i = g->rows + 1; i < count; i++) {
        edges[g->across.count++] = (xtr__edge){g->x[0], g->x[g->columns], lines[i]};
    }
    g->across = xtr__snap(g->scratch, edges, g->across.count);
    qsort(lines, count, sizeof *lines, xtr__compare_floats);
    g->y = lines;
    g->rows = count - 1;
    return g->across.items != NULL;
}

/* Cells ------------------------------------------------------------------------------------- */

/** Whether most of the stretch `from` to `to` of a line is drawn. */
static bool is_drawn(const xtr__edges *edges, float at, float from, float to) {
    float drawn = 0;
    for (uint32_t i = xtr__edge_from(edges, at - 4.5F);
         i < edges->count && edges->items[i].at <= at + 4.5F; i++) {
        drawn += fmaxf(0, fminf(to, edges->items[i].to) - fmaxf(from, edges->items[i].from));
    }
    return drawn >= 0.6F * (to - from);
}

static bool open_right(const grid *g, uint32_t r, uint32_t c) {
    return !is_drawn(&g->down, g->x[c + 1], g->y[r], g->y[r + 1]);
}

static bool open_below(const grid *g, uint32_t r, uint32_t c) {
    return !is_drawn(&g->across, g->y[r + 1], g->x[c], g->x[c + 1]);
}

/** Whether the `width` places below (r, c) belong to the same cell. */
static bool grows_down(const grid *g, uint32_t r, uint32_t c, uint32_t width) {
    for (uint32_t k = 0; k < width; k++) {
        if (!open_below(g, r, c + k) || g->owner[(r + 1) * g->columns + c + k] >= 0 ||
            (k + 1 < width && !open_right(g, r + 1, c + k))) {
            return false;
        }
    }
    return true;
}

static void grow_cell(grid *g, uint32_t r, uint32_t c) {
    uint32_t width = 1, height = 1;
    while (c + width < g->columns && g->owner[r * g->columns + c + width] < 0 &&
           open_right(g, r, c + width - 1)) {
        width++;
    }
    while (r + height < g->rows && grows_down(g, r + height - 1, c, width)) {
        height++;
    }
    for (uint32_t y = r; y < r + height; y++) {
        for (uint32_t x = c; x < c + width; x++) {
            g->owner[y * g->columns + x] = (int32_t)g->cell_count;
        }
    }
    g->cells[g->cell_count++] = (xtr__draft){.row = (uint16_t)r,
                                             .column = (uint16_t)c,
                                             .row_span = (uint16_t)height,
                                             .column_span = (uint16_t)width,
                                             .head = XTR__NO_TOKEN};
}

static void put_token(grid *g, xtr__draft *cell, uint32_t token) {
    g->next[token] = XTR__NO_TOKEN;
    if (cell->head == XTR__NO_TOKEN) {
        cell->head = token;
    } else {
        g->next[cell->tail] = token;
    }
    cell->tail = token;
}

/** The column of all words of a run, or -1 when it stands in several. */
static int column_of_run(const grid *g, const xtr__token *t, uint32_t first, uint32_t end) {
    uint32_t a = band_of(g->x, g->columns, t[first].x0 + 2);
    uint32_t b = band_of(g->x, g->columns, t[end - 1].x1 - 2);
    return a == b ? (int)a : -1;
}

/** A wide cell whose runs each stand inside one column, and not all in the same, spans nothing:
 *  rows that are banded or half ruled have no lines between their cells. */
static bool split_cell(grid *g, uint32_t index) {
    xtr__draft cell = g->cells[index];
    uint32_t count = 0, columns = 0;
    int last = -1;
    for (uint32_t t = cell.head; t != XTR__NO_TOKEN; t = g->next[t]) {
        count++;
    }
    xtr__token *copy = xtr__scratch_take(g->scratch, count, sizeof *copy);
    uint32_t *index_of = xtr__scratch_take(g->scratch, count, sizeof *index_of);
    xtr__strips strips;
    if (copy == NULL || index_of == NULL) {
        return false;
    }
    uint32_t n = 0;
    for (uint32_t t = cell.head; t != XTR__NO_TOKEN; t = g->next[t]) {
        copy[n] = g->tokens[t];
        index_of[n] = t;
        copy[n].word = n; /* found again by its place in the chain */
        n++;
    }
    if (count < 2 || !xtr__find_strips(g->scratch, copy, count, &strips)) {
        return count < 2;
    }
    for (uint32_t i = 0; i < strips.count; i++) {
        const xtr__strip *s = &strips.items[i];
        uint32_t end = s->first + s->whole, next;
        for (uint32_t at = s->first; at < end; at = next) {
            next = xtr__run_end(copy, at, end, 0.7F);
            int column = column_of_run(g, copy, at, next);
            if (column < (int)cell.column || column >= cell.column + cell.column_span) {
                return true;
            }
            columns += column != last;
            last = column;
        }
    }
    if (columns < 2) {
        return true;
    }
    xtr__draft *parts = g->cells + g->cell_count;
    for (uint32_t k = 0; k < cell.column_span; k++) {
        parts[k] = cell;
        parts[k].column = (uint16_t)(cell.column + k);
        parts[k].column_span = 1;
        parts[k].head = XTR__NO_TOKEN;
    }
    for (uint32_t i = 0; i < strips.count; i++) {
        const xtr__strip *s = &strips.items[i];
        uint32_t end = s->first + s->whole, next;
        for (uint32_t at = s->first; at < end; at = next) {
            next = xtr__run_end(copy, at, end, 0.7F);
            int column = column_of_run(g, copy, at, next);
            for (uint32_t k = at; k < next; k++) {
                put_token(g, &parts[column - cell.column], index_of[copy[k].word]);
            }
        }
    }
    g->cells[index] = parts[0];
    memmove(parts, parts + 1, (cell.column_span - 1U) * sizeof *parts);
    g->cell_count += cell.column_span - 1U;
    return true;
}

static bool find_cells(grid *g) {
    size_t places = (size_t)g->rows * g->columns;
    g->owner = xtr__scratch_take(g->scratch, places, sizeof *g->owner);
    g->cells = xtr__scratch_take(g->scratch, places + g->columns, sizeof *g->cells);
    g->next = xtr__scratch_take(g->scratch, g->token_count, sizeof *g->next);
    if (g->owner == NULL || g->cells == NULL || g->next == NULL) {
        return false;
    }
    memset(g->owner, 0xff, places * sizeof *g->owner);
    for (uint32_t r = 0; r < g->rows; r++) {
        for (uint32_t c = 0; c < g->columns; c++) {
            if (g->owner[r * g->columns + c] < 0) {
                grow_cell(g, r, c);
            }
        }
    }
    for (uint32_t i = 0; i < g->token_count; i++) {
        const xtr__token *t = &g->tokens[i];
        uint32_t c = band_of(g->x, g->columns, (t->x0 + t->x1) / 2);
        uint32_t r = band_of(g->y, g->rows, (t->top + t->bottom) / 2);
        put_token(g, &g->cells[g->owner[r * g->columns + c]], i);
    }
    for (uint32_t i = 0, count = g->cell_count; i < count; i++) {
        if (g->cells[i].column_span > 1 && g->cells[i].head != XTR__NO_TOKEN && !split_cell(g, i)) {
            return false;
        }
    }
    return true;
}

/* What stays -------------------------------------------------------------------------------- */

/** Renumbers lines by which of them hold the start of a cell with text. */
static uint32_t number_used(const grid *g, bool rows, uint16_t *number, uint32_t lines) {
    uint32_t count = 0;
    memset(number, 0, (lines + 1) * sizeof *number);
    for (uint32_t i = 0; i < g->cell_count; i++) {
        const xtr__draft *c = &g->cells[i];
        if (c->head != XTR__NO_TOKEN) {
            number[rows ? c->row : c->column] = 1;
        }
    }
    for (uint32_t i = 0; i < lines; i++) {
        uint16_t used = number[i];
        number[i] = (uint16_t)count;
        count += used;
    }
    number[lines] = (uint16_t)count;
    return count;
}

/** Rows and columns in which no cell with text starts vanish; spans shrink. Lines keep their
 *  places for the boxes of cells. */
static bool drop_empty(grid *g, uint32_t *rows, uint32_t *columns) {
    uint16_t *row = xtr__scratch_take(g->scratch, g->rows + 1, sizeof *row);
    uint16_t *column = xtr__scratch_take(g->scratch, g->columns + 1, sizeof *column);
    if (row == NULL || column == NULL) {
        return false;
    }
    *rows = number_used(g, true, row, g->rows);
    *columns = number_used(g, false, column, g->columns);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->cell_count; i++) {
        xtr__draft c = g->cells[i];
        uint32_t right = c.column + c.column_span, bottom = c.row + c.row_span;
        c.box = (xtr_box){g->x[c.column], g->y[c.row], g->x[right], g->y[bottom]};
        c.row_span = (uint16_t)(row[bottom] - row[c.row]);
        c.column_span = (uint16_t)(column[right] - column[c.column]);
        c.row = row[c.row];
        c.column = column[c.column];
        if (c.row_span > 0 && c.column_span > 0) {
            g->cells[kept++] = c;
        }
    }
    g->cell_count = kept;
    return true;
}

/** The first two words of a cell, and how many letters it has with spaces. */
static uint32_t read_cell(const grid *g, const xtr__draft *cell, const xtr__token **first,
                          const xtr__token **second) {
    uint32_t letters = 0;
    *first = *second = NULL;
    for (uint32_t i = cell->head; i != XTR__NO_TOKEN; i = g->next[i]) {
        const xtr__token *t = &g->tokens[i];
        letters += t->letters + 1U;
        bool before = *first == NULL || t->y < (*first)->y - 0.36F * t->size ||
                      (t->y < (*first)->y + 0.36F * t->size && t->x0 < (*first)->x0);
        bool next = *second == NULL || t->y < (*second)->y - 0.36F * t->size ||
                    (t->y < (*second)->y + 0.36F * t->size && t->x0 < (*second)->x0);
        if (before) {
            *second = *first;
            *first = t;
        } else if (next) {
            *second = t;
        }
    }
    return letters;
}

/** The only cell of a row, when it is as wide as the table and one row high; else NULL. */
static const xtr__draft *lone_cell(const grid *g, uint32_t row, uint32_t columns) {
    for (uint32_t i = 0; i < g->cell_count; i++) {
        const xtr__draft *c = &g->cells[i];
        if (c->row <= row && row < c->row + c->row_span) {
            return c->row == row && c->row_span == 1 && c->column_span == columns ? c : NULL;
        }
    }
    return NULL;
}

/** Captions above and notes below, in one cell over all columns, are no part of the table. */
static void trim(const grid *g, uint32_t columns, uint32_t *first, uint32_t *end) {
    const xtr__draft *c;
    const xtr__token *one, *two;
    for (; *first + 2 < *end && (c = lone_cell(g, *first, columns)) != NULL; ++*first) {
        uint32_t letters = read_cell(g, c, &one, &two);
        if (one != NULL && !xtr__is_caption(one, two) && letters <= 101) {
            break;
        }
    }
    uint32_t last = *end;
    while (last > *first + 1 && lone_cell(g, last - 1, columns) != NULL) {
        last--;
    }
    for (; last < *end && last > *first + 1; last++) {
        c = lone_cell(g, last, columns);
        uint32_t letters = read_cell(g, c, &one, &two);
        if (letters > 81 || (one != NULL && one->traits & XTR__NOTE_WORD)) {
            *end = last;
        }
    }
}

/** Keeps the cells of rows `first` to `end` - 1; counts those with text and those that span. */
static void keep_rows(grid *g, uint32_t first, uint32_t end, uint32_t columns, uint32_t *filled,
                      uint32_t *spanning) {
    uint32_t kept = 0;
    *filled = *spanning = 0;
    for (uint32_t i = 0; i < g->cell_count; i++) {
        xtr__draft c = g->cells[i];
        if (c.row < first || c.row >= end) {
            continue;
        }
        c.row = (uint16_t)(c.row - first);
        *filled += c.head != XTR__NO_TOKEN;
        *spanning += c.row_span > 1 || (c.column_span > 1 && c.column_span < columns);
        g->cells[kept++] = c;
    }
    g->cell_count = kept;
}

/** Rows at the top are header as long as their cells span several columns of the next. */
static void mark_header(grid *g, uint32_t rows, uint32_t columns) {
    uint32_t header = 1;
    for (bool deeper = true; deeper && header < rows && header < MOST_HEADER;) {
        deeper = false;
        for (uint32_t i = 0; i < g->cell_count; i++) {
            const xtr__draft *c = &g->cells[i];
            bool spans = c->row == header - 1 && c->column_span > 1 && c->column_span < columns;
            deeper = deeper || spans || (c->row < header && c->row + c->row_span > header);
        }
        header += deeper;
    }
    for (uint32_t i = 0; i < g->cell_count; i++) {
        g->cells[i].header = g->cells[i].row < header && header < rows;
    }
}

static xtr_box box_of_cells(const grid *g) {
    xtr_box out = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (uint32_t i = 0; i < g->cell_count; i++) {
        const xtr_box *b = &g->cells[i].box;
        out = (xtr_box){fminf(out.x0, b->x0), fminf(out.y0, b->y0), fmaxf(out.x1, b->x1),
                        fmaxf(out.y1, b->y1)};
    }
    return out;
}

/** Coloured boxes of running text, side by side, are no cells. */
static bool is_text(const grid *g) {
    uint32_t cells = 0, words = 0, numbers = 0;
    for (uint32_t i = 0; i < g->cell_count; i++) {
        cells += g->cells[i].head != XTR__NO_TOKEN;
        for (uint32_t t = g->cells[i].head; t != XTR__NO_TOKEN; t = g->next[t]) {
            words++;
            numbers += (g->tokens[t].traits & XTR__NUMERIC) != 0;
        }
    }
    return words > 15 * cells && numbers * 5 < words;
}

xtr__raw_table *xtr__read_grid(xtr__scratch *scratch, const xtr__ruling *ruling,
                               const xtr__frame *frame) {
    grid whole = {.scratch = scratch,
                  .ruling = ruling,
                  .across = frame->across,
                  .down = frame->down,
                  .x = frame->x,
                  .y = frame->y,
                  .columns = frame->columns,
                  .rows = frame->rows,
                  .tokens = frame->tokens,
                  .token_count = frame->token_count,
                  .captioned = frame->captioned};
    grid *g = &whole;
    g->columns = drop_slivers(g, true, g->x, g->columns + 1, 12) - 1;
    g->rows = drop_slivers(g, false, g->y, g->rows + 1, 5) - 1;
    if (g->rows < 1 || g->columns < 1 || (size_t)g->rows * g->columns > MOST_CELLS) {
        return NULL;
    }
    if (g->columns >= 2 && !part_columns(g)) {
        return NULL;
    }
    if (g->columns >= 2 && g->columns <= XTR__MOST_COLUMNS && !split_bands(g)) {
        return NULL;
    }
    uint32_t rows, columns, filled, spanning;
    if ((size_t)g->rows * g->columns > 4 * MOST_CELLS || !find_cells(g) ||
        !drop_empty(g, &rows, &columns)) {
        return NULL;
    }
    uint32_t first = 0, end = rows;
    if (columns > 1) {
        trim(g, columns, &first, &end);
    }
    keep_rows(g, first, end, columns, &filled, &spanning);
    rows = end - first;
    if (g->ruling->rules != NULL && is_text(g)) {
        return NULL;
    }
    bool wide = columns >= 2 || (g->captioned && rows >= 3);
    if (rows < 2 || !wide || filled < 3 || filled * 4 < g->cell_count ||
        xtr__is_drawn_over(g->ruling, box_of_cells(g), g->x, g->columns, g->y, g->rows) ||
        (spanning > 4 && (float)spanning > 0.4F * (float)g->cell_count)) {
        return NULL;
    }
    mark_header(g, rows, columns);
    return xtr__finish_table(g->scratch, g->tokens, g->next, g->cells, g->cell_count,
                             box_of_cells(g));
}
