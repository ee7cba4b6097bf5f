/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables: rows of cells that end at certain places across the page. Where all rows have
 * as many cells, these are the columns. Elsewhere a column is what lies between two neighbouring
 * ends of cells of any row, and cells span the columns that they cover. */
#include "prose/text.h"

#include <stdlib.h>
#include <string.h>

/* Ends closer than this, in twentieths of a point, are the same: rows that were drawn by hand. */
enum { SAME_END = 90, MOST_COLUMNS = 1024 };

/* A cell that is joined to its left is no cell of its own. */
static void join_left(xtr__prose *prose, row *r) {
    for (size_t i = 0; i < r->count; i++)
        r->cells[i].column_span = 1;
    for (size_t i = r->count; i-- > 1;) {
        cell *c = &r->cells[i];
        if (!c->place.joins_left)
            continue;
        cell *left = c - 1;
        if (c->text.size && left->text.size)
            xtr__story_add(&prose->store, &left->text, "\n", 1, 0, 0);
        xtr__story_copy(&prose->store, &left->text, &c->text, 0, c->text.size);
        left->place.right = c->place.right;
        left->column_span += c->column_span;
        c->column_span = 0;
    }
}

static size_t width_of(const row *r) {
    size_t width = 0;
    for (size_t i = 0; i < r->count; i++)
        width += r->cells[i].column_span;
    return width;
}

static bool all_as_wide(const table *t) {
    for (size_t i = 1; i < t->count; i++) {
        if (width_of(&t->rows[i]) != width_of(&t->rows[0]))
            return false;
    }
    return true;
}

/* Whether the ends of the cells of all rows are known, one to the right of the other. */
static bool has_places(const table *t) {
    for (size_t i = 0; i < t->count; i++) {
        int32_t before = INT32_MIN;
        for (size_t k = 0; k < t->rows[i].count; k++) {
            const cell *c = &t->rows[i].cells[k];
            if (!c->column_span)
                continue;
            if (c->place.right <= before || !c->place.right)
                return false;
            before = c->place.right;
        }
    }
    return true;
}

static int compare(const void *a, const void *b) {
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* The ends of columns, from left to right, the caller's; 0 when there is no room or there are too
 * many. */
static size_t collect_ends(const table *t, int32_t **out) {
    size_t cells = 0;
    for (size_t i = 0; i < t->count; i++)
        cells += t->rows[i].count;
    int32_t *ends = malloc((cells + 1) * sizeof *ends);
    *out = ends;
    if (!ends)
        return 0;
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->rows[i].count; k++) {
            if (t->rows[i].cells[k].column_span)
                ends[count++] = t->rows[i].cells[k].place.right;
        }
    }
    qsort(ends, count, sizeof *ends, compare);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!kept || (int64_t)ends[i] - ends[kept - 1] > SAME_END)
            ends[kept++] = ends[i];
    }
    return kept <= MOST_COLUMNS ? kept : 0;
}

/* The last column that ends where the cell ends. */
static uint32_t column_at(const int32_t *ends, size_t count, int32_t right) {
    size_t low = 0;
    size_t high = count - 1;
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (ends[middle] <= right)
            low = middle;
        else
            high = middle - 1;
    }
    return (uint32_t)low;
}

static void place_by_ends(table *t, const int32_t *ends, size_t count) {
    for (size_t i = 0; i < t->count; i++) {
        uint32_t column = 0;
        for (size_t k = 0; k < t->rows[i].count; k++) {
            cell *c = &t->rows[i].cells[k];
            if (!c->column_span)
                continue;
            uint32_t last = column_at(ends, count, c->place.right);
            last = last < column ? column : last;
            c->column = column;
            c->column_span = last - column + 1;
            column = last + 1;
        }
    }
}

static void place_by_number(table *t) {
    for (size_t i = 0; i < t->count; i++) {
        uint32_t column = 0;
        for (size_t k = 0; k < t->rows[i].count; k++) {
            t->rows[i].cells[k].column = column;
            column += t->rows[i].cells[k].column_span;
        }
    }
}

/* The cell of a row at the same columns, by a search: rows may be wide. */
static cell *same_columns(const row *r, const cell *c) {
    size_t low = 0;
    size_t high = r->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (r->cells[middle].column < c->column)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < r->count && r->cells[low].column == c->column && !r->cells[low].column_span)
        low++;
    bool same = low < r->count && r->cells[low].column == c->column &&
                r->cells[low].column_span == c->column_span;
    return same ? &r->cells[low] : NULL;
}

/* Counts, from below, how many rows each cell goes on; what is joined above is none of its own. */
static void join_above(table *t) {
    for (size_t i = t->count; i--;) {
        for (size_t k = 0; k < t->rows[i].count; k++) {
            cell *c = &t->rows[i].cells[k];
            c->row_span = c->row_span ? c->row_span : 1;
            if (!c->place.joins_above || !c->column_span || !i || c->text.size)
                continue;
            cell *above = same_columns(&t->rows[i - 1], c);
            if (!above)
                continue;
            above->row_span = c->row_span + 1;
            c->column_span = 0;
        }
    }
}

static void put_row(xtr__prose *prose, const row *r, uint32_t number) {
    for (size_t k = 0; k < r->count; k++) {
        const cell *c = &r->cells[k];
        if (!c->column_span)
            continue;
        xtr_cell_begin(prose->store.builder, &(xtr_cell_info){.row = number,
                                                              .column = c->column,
                                                              .row_span = c->row_span,
                                                              .column_span = c->column_span,
                                                              .header = r->header});
        xtr__prose_put(prose, &c->text);
        xtr_cell_end(prose->store.builder);
    }
}

void xtr__prose_put_table(xtr__prose *prose) {
    table *t = &prose->table;
    if (t->open)
        xtr__prose_end_row(prose, 1, NULL, 0, false);
    for (size_t i = 0; i < t->count; i++)
        join_left(prose, &t->rows[i]);
    int32_t *ends = NULL;
    size_t count = all_as_wide(t) || !has_places(t) ? 0 : collect_ends(t, &ends);
    if (count)
        place_by_ends(t, ends, count);
    else
        place_by_number(t);
    free(ends);
    join_above(t);
    xtr_table_begin(prose->store.builder, (xtr_box){0});
    for (size_t i = 0; i < t->count && !xtr_job_should_stop(prose->store.job); i++)
        put_row(prose, &t->rows[i], (uint32_t)i);
    xtr_table_end(prose->store.builder);
    xtr__prose_drop_table(prose, t);
}
