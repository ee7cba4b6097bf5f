/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables as HTML, one row a line and no line empty: Markdown may hold it as it is. */
#include "render/grid.h"
#include "render/inline.h"
#include "render/render.h"

#include <inttypes.h>
#include <stdio.h>

static void put_span(xtr__buffer *out, const char *name, uint32_t span) {
    char text[40];
    if (span < 2)
        return;
    snprintf(text, sizeof text, " %s=\"%" PRIu32 "\"", name, span);
    xtr__puts(out, text);
}

/* `scope` of a cell that heads others: col or row. */
static void put_cell(xtr__buffer *out, const xtr__document *d, const xtr__cell *cell,
                     const char *scope) {
    xtr__inline text = {.document = d,
                        .text = xtr__trim(xtr__document_text(d), cell->text),
                        .spans = cell->spans,
                        .place = XTR__IN_CELL,
                        .without = cell->header ? XTR_BOLD : 0};
    xtr__puts(out, cell->header ? "<th scope=\"" : "<td");
    if (cell->header) {
        xtr__puts(out, scope);
        xtr__putc(out, '"');
    }
    put_span(out, "rowspan", cell->row_span);
    put_span(out, "colspan", cell->column_span);
    xtr__html_direction(out, xtr__document_text(d) + text.text.at, text.text.size);
    xtr__putc(out, '>');
    xtr__inline_render_html(out, &text);
    xtr__puts(out, cell->header ? "</th>" : "</td>");
}

static void put_rows(xtr__buffer *out, const xtr__document *d, const xtr__grid *grid,
                     const xtr__cell *cells, uint32_t first, uint32_t end) {
    const int32_t *slot = grid->slots + (size_t)first * grid->columns;
    for (uint32_t row = first; row < end; row++) {
        const char *scope = xtr__grid_is_head(grid, cells, row) ? "col" : "row";
        xtr__puts(out, "<tr>");
        for (uint32_t column = 0; column < grid->columns; column++, slot++) {
            if (*slot > 0)
                put_cell(out, d, &cells[*slot - 1], scope);
            else if (*slot == XTR__SLOT_EMPTY)
                xtr__puts(out, "<td></td>");
        }
        xtr__puts(out, "</tr>\n");
        xtr__pass(out);
    }
}

/* Rows that head the table are a group of their own, which no cell may leave. */
static void put_grid(xtr__buffer *out, const xtr__document *d, const xtr__grid *grid,
                     const xtr__cell *cells) {
    uint32_t heads = xtr__grid_heads(grid, cells);
    if (heads) {
        xtr__puts(out, "<thead>\n");
        put_rows(out, d, grid, cells, 0, heads);
        xtr__puts(out, "</thead>\n");
    }
    if (heads == grid->rows)
        return;
    xtr__puts(out, "<tbody>\n");
    put_rows(out, d, grid, cells, heads, grid->rows);
    xtr__puts(out, "</tbody>\n");
}

/* Cells without an order that holds: as they come, spanning nothing. */
static void put_loose_rows(xtr__buffer *out, const xtr__document *d, const xtr__cell *cells,
                           uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        xtr__cell cell = cells[i];
        cell.row_span = cell.column_span = 1;
        if (!i || cell.row != cells[i - 1].row)
            xtr__puts(out, i ? "</tr>\n<tr>" : "<tr>");
        put_cell(out, d, &cell, cell.row ? "row" : "col");
        xtr__pass(out);
    }
    if (count)
        xtr__puts(out, "</tr>\n");
}

void xtr__render_table_html(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    xtr__grid grid;
    xtr__puts(out, "<table>\n");
    if (xtr__grid_new(&grid, d, table))
        put_grid(out, d, &grid, cells);
    else
        put_loose_rows(out, d, cells, table->cells.size);
    xtr__puts(out, "</table>");
    xtr__grid_drop(&grid);
}
