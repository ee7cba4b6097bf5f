/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables (9.1), and charts, which keep their values in one (11, 9.1.2). */
#include "odp/odp.h"

#include <string.h>

enum { MOST_CELLS = 100000, MOST_COLUMNS = 1000, MOST_ROWS = 100000 };

typedef struct grid {
    uint32_t rows, columns;
} grid;

static uint32_t repeats(const xtr__tree *tree, uint32_t cell) {
    int64_t count = xtr__tree_number(tree, cell, ODP_AT_COLUMNS, 1);
    return count < 1 ? 1 : count > MOST_COLUMNS ? MOST_COLUMNS : (uint32_t)count;
}

static bool is_cell(int id) {
    return id == ODP_CELL || id == ODP_COVERED;
}

/* The next row below the table, also in groups of rows, but not in a table inside of a cell. */
static uint32_t next_row(const xtr__tree *tree, uint32_t node, uint32_t table) {
    do
        node = node == table || xtr__tree_id(tree, node) == ODP_HEADER_ROWS
                   ? xtr__tree_walk(tree, node, table)
                   : xtr__tree_after(tree, node, table);
    while (node && xtr__tree_id(tree, node) != ODP_ROW);
    return node;
}

static grid measure(const xtr__tree *tree, uint32_t table) {
    grid g = {0, 0};
    for (uint32_t row = next_row(tree, table, table); row && g.rows < MOST_ROWS;
         row = next_row(tree, row, table)) {
        uint32_t columns = 0;
        for (uint32_t n = xtr__tree_first(tree, row); n; n = xtr__tree_next(tree, n)) {
            /* Empty cells at the end of a row fill the sheet. */
            bool counts = is_cell(xtr__tree_id(tree, n));
            uint32_t count = counts ? repeats(tree, n) : 0;
            columns = columns + count < MOST_COLUMNS ? columns + count : MOST_COLUMNS;
        }
        g.columns = columns > g.columns ? columns : g.columns;
        g.rows++;
    }
    return g;
}

static uint32_t span_of(const xtr__tree *tree, uint32_t cell, int attribute, uint32_t left) {
    int64_t span = xtr__tree_number(tree, cell, attribute, 1);
    return span < 1 ? 1 : span > left ? left : (uint32_t)span;
}

static void write_row(odp *o, const xtr__tree *tree, uint32_t row_node, const grid *g, uint32_t row,
                      bool header) {
    uint32_t column = 0;
    for (uint32_t n = xtr__tree_first(tree, row_node); n; n = xtr__tree_next(tree, n)) {
        int id = xtr__tree_id(tree, n);
        uint32_t count = is_cell(id) ? repeats(tree, n) : 0;
        for (; count && column < g->columns; count--, column++) {
            if (id != ODP_CELL)
                continue;
            xtr_cell_begin(
                o->builder,
                &(xtr_cell_info){.row = row,
                                 .column = column,
                                 .row_span = span_of(tree, n, ODP_AT_ROW_SPAN, g->rows - row),
                                 .column_span =
                                     span_of(tree, n, ODP_AT_COLUMN_SPAN, g->columns - column),
                                 .header = header});
            odp_write_joined(o, tree, n, "\n");
            xtr_cell_end(o->builder);
        }
    }
}

void odp_write_table(odp *o, const xtr__tree *tree, uint32_t table, xtr_box box) {
    grid g = measure(tree, table);
    bool first = xtr__tree_flag(tree, table, ODP_AT_FIRST_ROW, false);
    if (!g.columns)
        return;
    if (g.rows > MOST_CELLS / g.columns) {
        g.rows = MOST_CELLS / g.columns;
        xtr_partial(o->builder, XTR_E_LIMIT, o->page, "a table has more than %d cells", MOST_CELLS);
    }
    uint32_t row = 0;
    xtr_table_begin(o->builder, box);
    for (uint32_t n = next_row(tree, table, table);
         n && row < g.rows && !xtr_job_should_stop(o->job); n = next_row(tree, n, table)) {
        bool header = xtr__tree_id(tree, xtr__tree_parent(tree, n)) == ODP_HEADER_ROWS;
        write_row(o, tree, n, &g, row, header || (first && row == 0));
        row++;
    }
    xtr_table_end(o->builder);
}

void odp_write_chart(odp *o, int64_t part, xtr_box box) {
    int code = xtr__tree_read(o->side, o->zip, (size_t)part, o->names);
    if (code)
        xtr_partial(o->builder, code, o->page, "%s is damaged or too large",
                    xtr__zip_name(o->zip, (size_t)part));
    uint32_t title = xtr__tree_find(o->side, 0, ODP_CHART_TITLE);
    uint32_t table = xtr__tree_find(o->side, 0, ODP_TABLE);
    if (title) {
        xtr_element_begin(o->builder, &(xtr_element_info){.type = XTR_CAPTION, .box = box});
        odp_write_joined(o, o->side, title, " ");
        xtr_element_end(o->builder);
    }
    if (table)
        odp_write_table(o, o->side, table, box);
}
