/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables as comma-separated values (RFC 4180). A cell that spans several stands in the first place,
 * the others are empty. */
#include "render/grid.h"
#include "render/render.h"

#include <string.h>

static void put_field(xtr__buffer *out, const char *text, xtr__range range) {
    xtr__range field = xtr__trim(text, range);
    const char *p = text + field.at;
    const char *end = p + field.size;
    bool quoted = false;
    for (const char *c = p; c < end && !quoted; c++)
        quoted = *c == ',' || *c == '"' || *c == '\n';
    if (quoted)
        xtr__putc(out, '"');
    for (const char *quote; p < end && (quote = memchr(p, '"', (size_t)(end - p))); p = quote + 1) {
        xtr__put(out, p, (size_t)(quote + 1 - p));
        xtr__putc(out, '"');
    }
    xtr__put(out, p, (size_t)(end - p));
    if (quoted)
        xtr__putc(out, '"');
}

static void put_grid(xtr__buffer *out, const xtr__document *d, const xtr__grid *grid,
                     const xtr__cell *cells) {
    const int32_t *slot = grid->slots;
    for (uint32_t row = 0; row < grid->rows; row++) {
        for (uint32_t column = 0; column < grid->columns; column++, slot++) {
            if (column)
                xtr__putc(out, ',');
            if (*slot > 0)
                put_field(out, xtr__document_text(d), cells[*slot - 1].text);
        }
        xtr__puts(out, "\r\n");
    }
}

/* Cells without an order that holds: as they come. */
static void put_loose_rows(xtr__buffer *out, const xtr__document *d, const xtr__cell *cells,
                           uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            xtr__puts(out, cells[i].row != cells[i - 1].row ? "\r\n" : ",");
        put_field(out, xtr__document_text(d), cells[i].text);
    }
    if (count)
        xtr__puts(out, "\r\n");
}

void xtr__render_table_csv(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    xtr__grid grid;
    if (xtr__grid_new(&grid, d, table))
        put_grid(out, d, &grid, cells);
    else
        put_loose_rows(out, d, cells, table->cells.size);
    xtr__grid_drop(&grid);
}
