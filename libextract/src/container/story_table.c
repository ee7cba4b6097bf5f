/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of a story. Rows may begin and end inside of the grid, and merged cells may be told by
 * each of their parts, as in Word. */
#include "container/story.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 1024, MOST_CELLS = 100000, MOST_HEADER_ROWS = 20 };

typedef struct cell {
    uint32_t row, column, column_span, row_span;
    size_t first, last; /* of the text */
    bool covered;       /* part of another one */
} cell;

struct xtr__story_table {
    xtr__story_store *store;
    xtr__story text;
    cell *cells;
    size_t count, room;
    size_t row_first;            /* of cells */
    uint32_t row, column;        /* that come next */
    uint32_t header_rows;        /* at the top */
    bool row_heads, row_deleted; /* of the open row */
    bool full, in_cell;
    xtr__story_merge vertical, horizontal; /* of the open cell */
    uint32_t span;
    size_t above[MOST_COLUMNS]; /* the cell that goes on below in this column, from 1; 0: none */
};

xtr__story_table *xtr__story_table_new(xtr__story_store *store) {
    xtr__story_table *t = calloc(1, sizeof *t);
    if (t)
        t->store = store;
    else
        store->failed = true;
    return t;
}

void xtr__story_table_drop(xtr__story_table *t) {
    if (!t)
        return;
    xtr__story_free(t->store, &t->text);
    xtr__story_release(t->store, t->cells, t->room, sizeof *t->cells);
    free(t);
}

void xtr__story_row_begin(xtr__story_table *t) {
    xtr__story_cell_end(t);
    t->row_first = t->count;
    t->column = 0;
    t->row_heads = t->row_deleted = false;
}

static uint32_t clamped(int number) {
    return number < 1 ? 1 : number < MOST_COLUMNS ? (uint32_t)number : MOST_COLUMNS;
}

/* Not inside of a cell, which is in the grid where it began: its span still counts from there. */
void xtr__story_row_skip(xtr__story_table *t, int columns) {
    if (columns < 1 || t->in_cell)
        return;
    uint32_t left = MOST_COLUMNS - t->column;
    uint32_t skipped = clamped(columns);
    t->column += skipped < left ? skipped : left;
}

void xtr__story_row_heads(xtr__story_table *t, bool heads) {
    t->row_heads = heads;
}

void xtr__story_row_delete(xtr__story_table *t) {
    t->row_deleted = true;
}

void xtr__story_cell_span(xtr__story_table *t, int rows, int columns) {
    t->span = clamped(columns);
    if (t->in_cell)
        t->cells[t->count].row_span = clamped(rows);
}

void xtr__story_cell_merge(xtr__story_table *t, xtr__story_merge vertical,
                           xtr__story_merge horizontal) {
    t->vertical = vertical;
    t->horizontal = horizontal;
}

void xtr__story_cell_begin(xtr__story_table *t) {
    xtr__story_cell_end(t); /* cells do not nest */
    t->span = 1;
    t->vertical = t->horizontal = XTR__MERGE_NONE;
    t->full =
        t->full || t->count >= MOST_CELLS || t->column >= MOST_COLUMNS ||
        !xtr__story_grow(t->store, (void **)&t->cells, &t->room, t->count + 1, sizeof *t->cells);
    if (!t->full)
        t->cells[t->count] = (cell){.row = t->row, .row_span = 1, .first = t->text.size};
    t->in_cell = !t->full;
}

xtr__story *xtr__story_cell_text(xtr__story_table *t) {
    return &t->text;
}

bool xtr__story_cell_has_text(const xtr__story_table *t) {
    return t->in_cell && t->text.size > t->cells[t->count].first;
}

void xtr__story_cell_end(xtr__story_table *t) {
    if (!t->in_cell)
        return;
    t->in_cell = false;
    cell *c = &t->cells[t->count];
    c->column = t->column;
    c->column_span =
        t->column + t->span <= MOST_COLUMNS ? t->span : (uint32_t)MOST_COLUMNS - t->column;
    c->last = t->text.size;
    t->column += c->column_span;
    bool follows = t->count > t->row_first;
    size_t above = t->above[c->column];
    if (t->horizontal == XTR__MERGE_GOES_ON && follows) {
        cell *before = &t->cells[t->count - 1];
        before->column_span += c->column_span;
        before->last = c->last;
        return;
    }
    if (t->vertical == XTR__MERGE_GOES_ON && above) {
        cell *top = &t->cells[above - 1];
        top->row_span = t->row - top->row + 1;
        c->covered = true;
    } else {
        for (uint32_t i = 0; i < c->column_span; i++)
            t->above[c->column + i] = 0;
        if (t->vertical != XTR__MERGE_NONE)
            t->above[c->column] = t->count + 1;
    }
    t->count++;
}

void xtr__story_row_end(xtr__story_table *t) {
    xtr__story_cell_end(t);
    if (t->row_deleted) {
        t->count = t->row_first;
        for (size_t i = 0; i < MOST_COLUMNS; i++)
            t->above[i] = t->above[i] > t->count ? 0 : t->above[i];
        return;
    }
    if (t->row_heads && t->header_rows == t->row && t->row < MOST_HEADER_ROWS)
        t->header_rows++;
    if (t->column)
        t->row++;
}

void xtr__story_table_write(xtr__story_table *t, bool first_heads) {
    xtr__story_cell_end(t);
    uint32_t heads = t->header_rows ? t->header_rows : first_heads;
    /* A head that is all of the table heads nothing. */
    heads = heads < t->row ? heads : 0;
    xtr_table_begin(t->store->builder, (xtr_box){0});
    for (size_t i = 0; i < t->count; i++) {
        const cell *c = &t->cells[i];
        if (c->covered)
            continue;
        xtr_cell_begin(t->store->builder, &(xtr_cell_info){.row = c->row,
                                                           .column = c->column,
                                                           .row_span = c->row_span,
                                                           .column_span = c->column_span,
                                                           .header = c->row < heads});
        xtr__story_write(t->store, &t->text, c->first, c->last);
        xtr_cell_end(t->store->builder);
    }
    xtr_table_end(t->store->builder);
    if (t->full)
        xtr_partial(t->store->builder, XTR_E_LIMIT, 0, "a table was cut at %d cells", MOST_CELLS);
}
