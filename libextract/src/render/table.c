/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables: a GFM pipe table, or HTML where cells span rows or columns. */
#include "render/grid.h"
#include "render/inline.h"
#include "render/render.h"

#include <inttypes.h>
#include <stdio.h>

static void put_pipe_cell(xtr__buffer *out, const xtr__document *d, const xtr__cell *cell) {
    xtr__inline text = {.document = d,
                        .text = xtr__trim(xtr__document_text(d), cell->text),
                        .spans = cell->spans,
                        .place = XTR__IN_CELL,
                        .without = cell->header ? XTR_BOLD : 0};
    xtr__inline_render(out, &text);
}

static void put_pipe_table(xtr__buffer *out, const xtr__document *d, const xtr__grid *grid,
                           const xtr__cell *cells) {
    const int32_t *slot = grid->slots;
    for (uint32_t row = 0; row < grid->rows; row++) {
        xtr__puts(out, row ? "\n|" : "|");
        for (uint32_t column = 0; column < grid->columns; column++, slot++) {
            xtr__putc(out, ' ');
            if (*slot > 0)
                put_pipe_cell(out, d, &cells[*slot - 1]);
            xtr__puts(out, " |");
        }
        if (row)
            continue;
        xtr__puts(out, "\n|");
        for (uint32_t column = 0; column < grid->columns; column++)
            xtr__puts(out, " --- |");
    }
}

static void put_html_text(xtr__buffer *out, const char *text, xtr__range range) {
    const char *p = text + range.at;
    const char *end = p + range.size;
    for (; p < end; p++) {
        if (*p == '\n')
            xtr__puts(out, "<br>");
        else if (*p == '&')
            xtr__puts(out, "&amp;");
        else if (*p == '<')
            xtr__puts(out, "&lt;");
        else if (*p == '>')
            xtr__puts(out, "&gt;");
        else
            xtr__putc(out, *p);
    }
}

static void put_span(xtr__buffer *out, const char *name, uint32_t span) {
    char text[40];
    if (span < 2)
        return;
    snprintf(text, sizeof text, " %s=\"%" PRIu32 "\"", name, span);
    xtr__puts(out, text);
}

static void put_html_cell(xtr__buffer *out, const xtr__document *d, const xtr__cell *cell) {
    xtr__puts(out, cell->header ? "<th" : "<td");
    put_span(out, "rowspan", cell->row_span);
    put_span(out, "colspan", cell->column_span);
    xtr__putc(out, '>');
    put_html_text(out, xtr__document_text(d), xtr__trim(xtr__document_text(d), cell->text));
    xtr__puts(out, cell->header ? "</th>" : "</td>");
}

static void put_html_rows(xtr__buffer *out, const xtr__document *d, const xtr__grid *grid,
                          const xtr__cell *cells) {
    const int32_t *slot = grid->slots;
    for (uint32_t row = 0; row < grid->rows; row++) {
        xtr__puts(out, "<tr>");
        for (uint32_t column = 0; column < grid->columns; column++, slot++) {
            if (*slot > 0)
                put_html_cell(out, d, &cells[*slot - 1]);
            else if (*slot == XTR__SLOT_EMPTY)
                xtr__puts(out, "<td></td>");
        }
        xtr__puts(out, "</tr>\n");
    }
}

/* Cells without an order that holds: as they come, spanning nothing. */
static void put_loose_rows(xtr__buffer *out, const xtr__document *d, const xtr__cell *cells,
                           uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        xtr__cell cell = cells[i];
        cell.row_span = cell.column_span = 1;
        if (!i || cell.row != cells[i - 1].row)
            xtr__puts(out, i ? "</tr>\n<tr>" : "<tr>");
        put_html_cell(out, d, &cell);
    }
    if (count)
        xtr__puts(out, "</tr>\n");
}

void xtr__render_table(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    xtr__grid grid;
    bool regular = xtr__grid_new(&grid, d, table);
    if (regular && !grid.merged) {
        put_pipe_table(out, d, &grid, cells);
    } else {
        xtr__puts(out, "<table>\n");
        if (regular)
            put_html_rows(out, d, &grid, cells);
        else
            put_loose_rows(out, d, cells, table->cells.size);
        xtr__puts(out, "</table>");
    }
    xtr__grid_drop(&grid);
}
