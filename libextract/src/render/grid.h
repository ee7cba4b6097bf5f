/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A table's cells by row and column. */
#ifndef XTR_GRID_H
#define XTR_GRID_H

#include "document/document.h"

enum { XTR__SLOT_EMPTY = 0, XTR__SLOT_COVERED = -1 };

typedef struct xtr__grid {
    uint32_t rows, columns;
    bool merged;    /* some cell covers more than its own slot */
    int32_t *slots; /* rows * columns: a cell's number from 1, EMPTY, or COVERED by another cell */
} xtr__grid;

/** Lays the cells out. False when they have no such order: they overlap, leave the table, or the
 *  table is nearly all holes (output must not grow beyond what was put in); or when out of memory.
 *  Then show them as they come. */
bool xtr__grid_new(xtr__grid *grid, const xtr__document *document, const xtr__table *table);

/** Whether a row holds nothing but cells that head their columns, and empty ones. */
bool xtr__grid_is_head(const xtr__grid *grid, const xtr__cell *cells, uint32_t row);

/** How many such rows are at the top; none when a cell of theirs reaches below them. */
uint32_t xtr__grid_heads(const xtr__grid *grid, const xtr__cell *cells);

void xtr__grid_drop(xtr__grid *grid);

#endif
