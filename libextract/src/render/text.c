/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Plain text: what is read, in reading order, a blank line between blocks. */
#include "render/render.h"

#include <string.h>

static void put_table(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    for (uint32_t i = 0; i < table->cells.size; i++) {
        if (i)
            xtr__putc(out, cells[i].row > cells[i - 1].row ? '\n' : '\t');
        const char *text = xtr__document_text(d) + cells[i].text.at;
        size_t left = cells[i].text.size;
        /* A row is a line and a tab ends a cell, whatever stands in it. */
        while (left) {
            const char *end = text;
            while ((size_t)(end - text) < left && *end != '\n' && *end != '\t')
                end++;
            size_t size = (size_t)(end - text);
            xtr__put(out, text, size);
            if (size < left)
                xtr__putc(out, ' ');
            size += size < left;
            text += size;
            left -= size;
        }
    }
}

static void put_element(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    if (e->type == XTR_TABLE) {
        put_table(out, d, &XTR__ITEMS(d, tables, xtr__table)[e->table]);
        return;
    }
    if (e->type == XTR_LIST_ITEM && e->level > 1)
        xtr__fill(out, ' ', (size_t)(e->level - 1) * 2);
    if (e->marker.size) {
        xtr__put(out, xtr__document_string(d, e->marker), e->marker.size);
        xtr__putc(out, ' ');
    }
    const char *text = xtr__document_text(d) + e->text.at;
    size_t size = e->text.size;
    while (size && text[size - 1] == '\n')
        size--;
    xtr__put(out, text, size);
}

void xtr__render_text(xtr__buffer *out, const xtr__document *d, xtr_furniture furniture) {
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    const xtr__element *before = NULL;
    for (uint64_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        if (!e->text.size || xtr__is_dropped(e, furniture == XTR_FURNITURE_DROP))
            continue;
        bool list = before && before->type == XTR_LIST_ITEM && e->type == XTR_LIST_ITEM;
        if (before)
            xtr__puts(out, list ? "\n" : "\n\n");
        put_element(out, d, e);
        before = e;
    }
    if (before)
        xtr__putc(out, '\n');
}
