/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables as Markdown: a GFM pipe table, or HTML where that would lose something. */
#include "render/grid.h"
#include "render/inline.h"
#include "render/render.h"

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
        xtr__pass(out);
        if (row)
            continue;
        xtr__puts(out, "\n|");
        for (uint32_t column = 0; column < grid->columns; column++)
            xtr__puts(out, " --- |");
    }
}

void xtr__render_table(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    xtr__grid grid;
    if (xtr__grid_new(&grid, d, table) && !grid.merged && xtr__grid_heads(&grid, cells) <= 1)
        put_pipe_table(out, d, &grid, cells);
    else
        xtr__render_table_html(out, d, table);
    xtr__grid_drop(&grid);
}
