/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables: a GFM pipe table, or HTML where cells span rows or columns. */
#include "render/render.h"

#include <stdio.h>
#include <stdlib.h>

static bool has_spans(const xtr__cell *cells, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (cells[i].row_span > 1 || cells[i].column_span > 1)
            return true;
    }
    return false;
}

static void put_cell(xtr__buffer *out, const xtr__document *d, const xtr__cell *cell) {
    xtr__range text = cell->text;
    const char *bytes = xtr__document_text(d);
    while (text.size && bytes[text.at + text.size - 1] == '\n')
        text.size--;
    xtr__render_inline(out, d, text, cell->spans, 0, false);
}

static void put_rule(xtr__buffer *out, uint32_t columns) {
    xtr__puts(out, "|");
    for (uint32_t i = 0; i < columns; i++)
        xtr__puts(out, " --- |");
    xtr__puts(out, "\n");
}

/* Rows are padded to their number of columns, but a claim of a million columns is not believed
 * beyond what the cells of the table could fill. */
static void put_pipes(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    uint32_t count = table->cells.size;
    uint32_t next = 0;
    for (uint32_t row = 0; row < table->rows && next < count; row++) {
        uint32_t column = 0;
        xtr__puts(out, "|");
        while (next < count && cells[next].row <= row) {
            for (; column < cells[next].column; column++)
                xtr__puts(out, "  |");
            xtr__putc(out, ' ');
            put_cell(out, d, &cells[next++]);
            xtr__puts(out, " |");
            column++;
        }
        for (; column < table->columns; column++)
            xtr__puts(out, "  |");
        xtr__putc(out, '\n');
        if (row == 0)
            put_rule(out, table->columns);
    }
}

static void put_span(xtr__buffer *out, const char *name, uint32_t span) {
    char text[40];
    if (span < 2)
        return;
    snprintf(text, sizeof text, " %s=\"%u\"", name, span);
    xtr__puts(out, text);
}

static void put_html_text(xtr__buffer *out, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        switch (text[i]) {
        case '&':
            xtr__puts(out, "&amp;");
            break;
        case '<':
            xtr__puts(out, "&lt;");
            break;
        case '>':
            xtr__puts(out, "&gt;");
            break;
        case '\n':
            xtr__puts(out, "<br>");
            break;
        default:
            xtr__putc(out, text[i]);
        }
    }
}

static void put_html(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    xtr__puts(out, "<table>\n");
    for (uint32_t i = 0; i < table->cells.size; i++) {
        bool first = !i || cells[i].row > cells[i - 1].row;
        if (first)
            xtr__puts(out, i ? "</tr>\n<tr>" : "<tr>");
        xtr__puts(out, cells[i].header ? "<th" : "<td");
        put_span(out, "rowspan", cells[i].row_span);
        put_span(out, "colspan", cells[i].column_span);
        xtr__putc(out, '>');
        put_html_text(out, xtr__document_text(d) + cells[i].text.at, cells[i].text.size);
        xtr__puts(out, cells[i].header ? "</th>" : "</td>");
    }
    xtr__puts(out, table->cells.size ? "</tr>\n</table>\n" : "</table>\n");
}

/* A row far out or a wide empty table would print mostly padding. */
static bool is_sparse(const xtr__table *table) {
    uint64_t area = (uint64_t)table->rows * table->columns;
    return area > 1000 && area / 50 > table->cells.size;
}

void xtr__render_table(xtr__buffer *out, const xtr__document *d, const xtr__table *table) {
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell) + table->cells.at;
    if (has_spans(cells, table->cells.size) || is_sparse(table))
        put_html(out, d, table);
    else
        put_pipes(out, d, table);
}
