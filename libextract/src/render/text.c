/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Plain text: blocks apart by a blank line, list items on lines of their own, table rows as tab
 * separated values. */
#include "render/grid.h"
#include "render/joined.h"
#include "render/render.h"

enum { MAX_DEPTH = 16 };

/* One field of a row: its own tabs and line breaks would be taken for the table's. */
static void put_field(xtr__buffer *out, const char *text, xtr__range range) {
    size_t start = out->size;
    xtr__range field = xtr__trim(text, range);
    xtr__put(out, text + field.at, field.size);
    for (size_t i = start; i < out->size; i++) {
        if (out->data[i] == '\t' || out->data[i] == '\n')
            out->data[i] = ' ';
    }
}

static void put_grid(xtr__buffer *out, const xtr__document *d, const xtr__grid *grid,
                     const xtr__cell *cells) {
    const int32_t *slot = grid->slots;
    for (uint32_t row = 0; row < grid->rows; row++) {
        if (row)
            xtr__putc(out, '\n');
        for (uint32_t column = 0; column < grid->columns; column++, slot++) {
            if (column)
                xtr__putc(out, '\t');
            if (*slot > 0)
                put_field(out, xtr__document_text(d), cells[*slot - 1].text);
        }
        xtr__pass(out);
    }
}

static void put_table(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    xtr__grid grid;
    if (xtr__grid_new(&grid, d, table)) {
        put_grid(out, d, &grid, cells);
        xtr__grid_drop(&grid);
        return;
    }
    for (uint32_t i = 0; i < table->cells.size; i++) {
        if (i)
            xtr__putc(out, cells[i].row != cells[i - 1].row ? '\n' : '\t');
        put_field(out, xtr__document_text(d), cells[i].text);
        xtr__pass(out);
    }
}

static void put_element(xtr__buffer *out, const xtr__document *d, const xtr__element *e,
                        const char *text, xtr__range range) {
    if (e->type == XTR_TABLE) {
        put_table(out, d, XTR__ITEMS(d, tables, xtr__table) + e->table);
        return;
    }
    if (e->type == XTR_LIST_ITEM && e->level > 1)
        xtr__fill(out, ' ', 2 * (size_t)(e->level < MAX_DEPTH ? e->level - 1 : MAX_DEPTH));
    if (e->marker.size) {
        xtr__put(out, xtr__document_string(d, e->marker), e->marker.size);
        xtr__putc(out, ' ');
    }
    xtr__put_through(out, text + range.at, range.size);
}

void xtr__render_text(xtr__buffer *out, const xtr__document *d, xtr_furniture furniture) {
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    const xtr__element *before = NULL;
    xtr__joined joined = xtr__joined_find(d);
    out->failed = out->failed || joined.failed;
    for (uint64_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        xtr__range range = xtr__element_text(xtr__document_text(d), e);
        if (!range.size || xtr__joined_hides(&joined, i) ||
            xtr__is_dropped(e, furniture == XTR_FURNITURE_DROP))
            continue;
        if (before) {
            bool list = e->type == XTR_LIST_ITEM && before->type == XTR_LIST_ITEM;
            xtr__puts(out, list ? "\n" : "\n\n");
        }
        const xtr__whole *whole = xtr__joined_whole(&joined, i);
        put_element(out, d, e, whole ? joined.text.data : xtr__document_text(d),
                    whole ? whole->text : range);
        before = e;
    }
    if (before)
        xtr__putc(out, '\n');
    xtr__joined_drop(&joined);
}
