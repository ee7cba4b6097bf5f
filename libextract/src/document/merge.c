/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is known of a table only when all its cells are there: which are one, and where it begins.
 * Cells come by row and column. */
#include "document/merge.h"

enum { MOST_STEPS = 1 << 22 /* over all ranges: those of hostile documents overlap */ };

/* The first cell at or behind a place. */
static uint32_t lower_bound(const xtr__cell *cells, uint32_t count, uint32_t row, uint32_t column) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const xtr__cell *cell = &cells[middle];
        if (cell->row < row || (cell->row == row && cell->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether a range has no cell but its first, which stands at `at`. */
static bool is_free(const xtr__table *table, const xtr__cell *cells, uint32_t at,
                    const xtr_cell_range *range, uint32_t *steps) {
    uint32_t count = table->cells.size;
    if (at + 1 < count && cells[at + 1].row == range->first_row &&
        cells[at + 1].column <= range->last_column)
        return false;
    for (uint32_t row = range->first_row + 1; row <= range->last_row; row++) {
        if (++*steps > MOST_STEPS)
            return false;
        uint32_t next = lower_bound(cells, count, row, range->first_column);
        if (next < count && cells[next].row == row && cells[next].column <= range->last_column)
            return false;
    }
    return true;
}

void xtr__settle_table(xtr__table *table, xtr__cell *cells, uint32_t first_column,
                       const xtr_cell_range *ranges, size_t count) {
    uint32_t steps = 0;
    for (size_t i = 0; i < count && steps <= MOST_STEPS; i++) {
        xtr_cell_range range = ranges[i];
        range.last_row = range.last_row < table->rows ? range.last_row : table->rows - 1;
        range.last_column =
            range.last_column < table->columns ? range.last_column : table->columns - 1;
        uint32_t at = lower_bound(cells, table->cells.size, range.first_row, range.first_column);
        if (at == table->cells.size || cells[at].row != range.first_row ||
            cells[at].column != range.first_column || range.last_row < range.first_row ||
            range.last_column < range.first_column)
            continue;
        if (!is_free(table, cells, at, &range, &steps))
            continue;
        cells[at].row_span = range.last_row - range.first_row + 1;
        cells[at].column_span = range.last_column - range.first_column + 1;
    }
    for (uint32_t i = 0; first_column && i < table->cells.size; i++)
        cells[i].column -= first_column;
    table->columns -= first_column;
}
