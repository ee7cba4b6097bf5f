/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/grid.h"

#include <stdlib.h>

/* Marks a cell's slots; false when one is taken, so that all cells together cost one pass. */
static bool place(xtr__grid *grid, const xtr__cell *cell, int32_t number) {
    if (cell->row >= grid->rows || cell->column >= grid->columns ||
        cell->row_span > grid->rows - cell->row || cell->column_span > grid->columns - cell->column)
        return false;
    for (uint32_t row = 0; row < cell->row_span; row++) {
        int32_t *slot = grid->slots + (size_t)(cell->row + row) * grid->columns + cell->column;
        for (uint32_t column = 0; column < cell->column_span; column++) {
            if (slot[column] != XTR__SLOT_EMPTY)
                return false;
            slot[column] = row || column ? XTR__SLOT_COVERED : number;
        }
    }
    grid->merged = grid->merged || cell->row_span > 1 || cell->column_span > 1;
    return true;
}

bool xtr__grid_new(xtr__grid *grid, const xtr__document *document, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(document, cells, xtr__cell) + table->cells.at;
    uint64_t area = (uint64_t)table->rows * table->columns;
    *grid = (xtr__grid){.rows = table->rows, .columns = table->columns};
    if (!area || area > 256 + 32 * (uint64_t)table->cells.size || table->cells.size > INT32_MAX)
        return false;
    grid->slots = calloc(area, sizeof *grid->slots);
    if (!grid->slots)
        return false;
    for (uint32_t i = 0; i < table->cells.size; i++) {
        if (!place(grid, &cells[i], (int32_t)i + 1)) {
            xtr__grid_drop(grid);
            return false;
        }
    }
    return true;
}

/* How far down the cells of a row reach when they are heads, but for empty ones; else 0. */
static uint32_t head_end(const xtr__grid *grid, const xtr__cell *cells, uint32_t row) {
    const int32_t *slot = grid->slots + (size_t)row * grid->columns;
    uint32_t end = row + 1;
    bool heads = false;
    for (uint32_t column = 0; column < grid->columns; column++, slot++) {
        heads = heads || *slot == XTR__SLOT_COVERED;
        if (*slot <= 0)
            continue;
        const xtr__cell *cell = &cells[*slot - 1];
        if (!cell->header && cell->text.size)
            return 0;
        heads = heads || cell->header;
        end = row + cell->row_span > end ? row + cell->row_span : end;
    }
    return heads ? end : 0;
}

bool xtr__grid_is_head(const xtr__grid *grid, const xtr__cell *cells, uint32_t row) {
    return head_end(grid, cells, row) != 0;
}

uint32_t xtr__grid_heads(const xtr__grid *grid, const xtr__cell *cells) {
    uint32_t heads = 0;
    uint32_t end = 0;
    for (uint32_t reach; heads < grid->rows && (reach = head_end(grid, cells, heads)); heads++)
        end = reach > end ? reach : end;
    return end > heads ? 0 : heads;
}

void xtr__grid_drop(xtr__grid *grid) {
    free(grid->slots);
    grid->slots = NULL;
}
