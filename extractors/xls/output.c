/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A sheet as it is displayed: cells in their order with their links, then what lies on them. */
#include "sheet/cells.h"
#include "xls/xls.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_LINKED = 1 << 16 }; /* cells of a sheet whose text may be a link */

/* A cell with a link. */
typedef struct linked {
    uint32_t row;
    uint16_t column;
    uint32_t link; /* index */
} linked;

typedef struct linked_cells {
    linked *items;
    size_t count, at; /* `at` goes with the cells */
} linked_cells;

/* Values ------------------------------------------------------------------------------------ */

static xtr__xls_span span_of(const xtr__xls *book, const xtr__xls_cell *cell) {
    if (cell->value != XTR__V_SHARED)
        return cell->as.text;
    return cell->as.text.at < book->strings.count ? book->strings.items[cell->as.text.at]
                                                  : (xtr__xls_span){0, 0};
}

static void put_piece(void *payload, const char *text, size_t size) {
    xtr_text(payload, text, size);
}

/* A string in memory of its own, or NULL. */
static char *copy_span(const xtr__xls *book, xtr__xls_span span) {
    return span.size ? strndup(xtr__xls_text_of(book, span), span.size) : NULL;
}

/* Cells ------------------------------------------------------------------------------------- */

static int in_order(const void *a, const void *b) {
    const xtr__xls_cell *one = a, *other = b;
    if (one->row != other->row)
        return one->row < other->row ? -1 : 1;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    return one->order < other->order ? -1 : 1;
}

static bool in_one_place(const xtr__xls_cell *a, const xtr__xls_cell *b) {
    return a->row == b->row && a->column == b->column;
}

static const xtr__xls_range *link_of(const xtr__xls *book, linked_cells *links,
                                     const xtr__xls_cell *cell) {
    while (links->at < links->count && (links->items[links->at].row < cell->row ||
                                        (links->items[links->at].row == cell->row &&
                                         links->items[links->at].column < cell->column)))
        links->at++;
    if (links->at == links->count || links->items[links->at].row != cell->row ||
        links->items[links->at].column != cell->column)
        return NULL;
    return &book->links.items[links->items[links->at].link];
}

/* Text is shown through its format, which may hide it or add to it. */
static void write_text(xtr__xls *book, const xtr__xls_cell *cell, const char *text, size_t size,
                       const xtr__number_format *format, xtr__sheets *out,
                       const xtr__xls_range *link) {
    char *url = link ? copy_span(book, link->url) : NULL;
    if (size && xtr__sheet_cell(out, cell->row, cell->column)) {
        if (url)
            xtr_style(book->builder, 0, url);
        if (format)
            xtr__number_show_text(format, text, size, put_piece, book->builder);
        else
            xtr_text(book->builder, text, size);
        xtr_cell_end(book->builder);
    }
    free(url);
}

static void write_cell(xtr__xls *book, const xtr__xls_cell *cell, xtr__sheets *out,
                       const xtr__xls_range *link) {
    char shown[XTR__SHOWN_SIZE];
    const xtr__number_format *format = NULL;
    const char *text = shown;
    size_t size = 0;
    switch ((xtr__xls_value)cell->value) {
    case XTR__V_EMPTY:
        return;
    case XTR__V_NUMBER:
        format = xtr__xls_format_of(book, cell);
        size = format ? xtr__number_show(shown, format, cell->as.number, book->epoch_1904)
                      : xtr__number_show_general(shown, cell->as.number);
        format = NULL;
        break;
    case XTR__V_BOOLEAN:
        text = cell->code ? "TRUE" : "FALSE";
        size = strlen(text);
        break;
    case XTR__V_ERROR:
        text = xtr__sheet_error(cell->code);
        size = strlen(text);
        break;
    case XTR__V_TEXT:
    case XTR__V_FORMULA:
    case XTR__V_SHARED: {
        xtr__xls_span span = span_of(book, cell);
        format = cell->value == XTR__V_FORMULA ? NULL : xtr__xls_format_of(book, cell);
        text = xtr__xls_text_of(book, span);
        size = span.size;
        break;
    }
    }
    write_text(book, cell, text, size, format, out, link);
}

static void write_cells(xtr__xls *book, xtr__sheets *out, linked_cells *links) {
    xtr__xls_cell *cells = book->cells.items;
    size_t count = book->cells.count;
    if (!book->sorted)
        qsort(cells, count, sizeof *cells, in_order);
    for (size_t i = 0; i < count && !out->full; i++) {
        if (i + 1 < count && in_one_place(&cells[i], &cells[i + 1]))
            continue;
        write_cell(book, &cells[i], out, link_of(book, links, &cells[i]));
    }
}

/* What lies on the cells -------------------------------------------------------------------- */

static int by_place(const void *a, const void *b) {
    const linked *one = a, *other = b;
    if (one->row != other->row)
        return one->row < other->row ? -1 : 1;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    return one->link < other->link ? -1 : 1;
}

/* The cells of links; a link of very many gives the first ones. */
static linked_cells find_linked(const xtr__xls *book) {
    linked_cells found = {.items = NULL};
    if (!book->links.count || !(found.items = malloc(MOST_LINKED * sizeof *found.items)))
        return found;
    for (uint32_t i = 0; i < book->links.count; i++) {
        const xtr__xls_range *link = &book->links.items[i];
        uint32_t width = (uint32_t)link->last_column - link->first_column + 1;
        uint64_t area = (uint64_t)width * (link->last_row - link->first_row + 1);
        for (uint64_t j = 0; j < area && found.count < MOST_LINKED; j++)
            found.items[found.count++] =
                (linked){.row = link->first_row + (uint32_t)(j / width),
                         .column = (uint16_t)(link->first_column + j % width),
                         .link = i};
    }
    qsort(found.items, found.count, sizeof *found.items, by_place);
    return found;
}

static void write_links(const xtr__xls *book, const xtr__sheets *out) {
    for (size_t i = 0; i < book->links.count && !xtr_job_should_stop(book->job); i++) {
        char *url = copy_span(book, book->links.items[i].url);
        if (url)
            xtr_link(book->builder, url, 0, out->number, (xtr_box){0});
        free(url);
    }
}

/* Notes first among the shapes of one object. */
static int by_object(const void *a, const void *b) {
    const xtr__xls_shape *one = a, *other = b;
    if (one->object != other->object)
        return one->object < other->object ? -1 : 1;
    if (one->is_note != other->is_note)
        return one->is_note ? -1 : 1;
    return one->text.at < other->text.at ? -1 : one->text.at > other->text.at;
}

/* The text of a note of BIFF8 is that of an object. */
static xtr__xls_span text_of_note(const xtr__xls *book, const xtr__xls_note *note) {
    size_t low = 0, high = book->shapes.count;
    if (note->text.size)
        return note->text;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (book->shapes.items[middle].object < note->object)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < book->shapes.count && book->shapes.items[low].object == note->object &&
                 book->shapes.items[low].is_note;
    return found ? book->shapes.items[low].text : (xtr__xls_span){0, 0};
}

static void write_notes(const xtr__xls *book, const xtr__sheets *out) {
    for (size_t i = 0; i < book->notes.count && !xtr_job_should_stop(book->job); i++) {
        char *text = copy_span(book, text_of_note(book, &book->notes.items[i]));
        char *author = copy_span(book, book->notes.items[i].author);
        if (text)
            xtr_annotation(book->builder, "Text", text, author, out->number, (xtr_box){0});
        free(text);
        free(author);
    }
}

static void write_paragraph(const xtr__xls *book, xtr__xls_span text) {
    xtr_element_begin(book->builder, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(book->builder, xtr__xls_text_of(book, text), text.size);
    xtr_element_end(book->builder);
}

static void write_texts(const xtr__xls *book) {
    for (size_t i = 0; i < book->shapes.count && !xtr_job_should_stop(book->job); i++) {
        if (!book->shapes.items[i].is_note)
            write_paragraph(book, book->shapes.items[i].text);
    }
    for (size_t i = 0; i < book->titles.count && !xtr_job_should_stop(book->job); i++)
        write_paragraph(book, book->titles.items[i]);
}

void xtr__xls_write_sheet(xtr__xls *book, xtr__sheets *out) {
    linked_cells links = find_linked(book);
    for (size_t i = 0; i < book->merged.count; i++) {
        const xtr__xls_range *range = &book->merged.items[i];
        xtr__sheet_merge(out, &(xtr_cell_range){.first_row = range->first_row,
                                                .last_row = range->last_row,
                                                .first_column = range->first_column,
                                                .last_column = range->last_column});
    }
    write_cells(book, out, &links);
    free(links.items);
    xtr__sheet_end_table(out);
    write_texts(book);
    if (book->shapes.count)
        qsort(book->shapes.items, book->shapes.count, sizeof *book->shapes.items, by_object);
    write_links(book, out);
    write_notes(book, out);
}
