/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/flow.h"
#include "markup/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In notes: begins one, whose label ends with a zero byte; styles follow. Text has none of them. */
enum { NOTE = 1, STYLE = 2, MOST_NOTES = 64 << 20 };

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static xtr__flow_list *list_of(xtr__flow *f) {
    unsigned shown = f->depth < XTR__FLOW_LISTS ? f->depth : XTR__FLOW_LISTS;
    return shown ? &f->lists[shown - 1] : NULL;
}

void xtr__flow_start(xtr__flow *f, xtr_job *job) {
    *f = (xtr__flow){.job = job, .builder = xtr_job_builder(job), .fresh = true};
}

/* Elements ---------------------------------------------------------------------------------- */

static void close_element(xtr__flow *f) {
    if (f->open)
        xtr_element_end(f->builder);
    f->open = false;
}

static void open_element(xtr__flow *f) {
    xtr__flow_list *list = list_of(f);
    xtr_element_info info = {.type = f->type, .level = f->level, .marker = f->marker};
    char number[16];
    bool item = list && list->state == XTR__ITEM_NEW && f->type == XTR_PARAGRAPH;
    if (list)
        list->state = item ? XTR__ITEM_OPEN : XTR__ITEM_NONE;
    if (item) {
        info.type = XTR_LIST_ITEM;
        info.level = (int)(f->depth < XTR__FLOW_LISTS ? f->depth : XTR__FLOW_LISTS);
        snprintf(number, sizeof number, "%u%c", list->number, list->delimiter);
        info.marker = list->marker ? list->marker : list->ordered ? number : "-";
    } else if (f->quotes && f->type == XTR_PARAGRAPH) {
        info.type = XTR_QUOTE;
    }
    xtr_element_begin(f->builder, &info);
    f->open = true;
}

/* Whether the open element is an item that a paragraph goes on with. */
static bool goes_on(xtr__flow *f, xtr_element_type type) {
    const xtr__flow_list *list = list_of(f);
    return f->open && list && list->state == XTR__ITEM_OPEN && type == XTR_PARAGRAPH;
}

static void raw(xtr__flow *f, const char *text, size_t size) {
    if (f->in_note)
        xtr__put(&f->notes, text, size);
    else
        xtr_text(f->builder, text, size);
}

/* What parts blocks that share one place: an item, a cell, a note. */
static void part(xtr__flow *f) {
    if (!f->fresh)
        raw(f, "\n\n", f->in_cell && !f->in_note ? 1 : 2);
    f->fresh = true;
    f->space = false;
}

void xtr__flow_block(xtr__flow *f, xtr_element_type type, int level) {
    f->keep = type == XTR_CODE || type == XTR_VERBATIM;
    if (f->in_note || f->in_cell) {
        part(f);
        return;
    }
    f->type = type;
    f->level = level;
    f->marker[0] = '\0';
    if (goes_on(f, type)) {
        part(f);
        return;
    }
    xtr__flow_end(f);
    f->type = type;
    f->level = level;
    f->keep = type == XTR_CODE || type == XTR_VERBATIM;
}

void xtr__flow_marked(xtr__flow *f, xtr_element_type type, const char *marker) {
    xtr__flow_block(f, type, 0);
    snprintf(f->marker, sizeof f->marker, "%s", marker);
}

void xtr__flow_end(xtr__flow *f) {
    f->keep = false;
    if (f->in_note || f->in_cell) {
        part(f);
        return;
    }
    if (goes_on(f, XTR_PARAGRAPH)) {
        part(f);
        return;
    }
    close_element(f);
    f->fresh = true;
    f->space = false;
    f->type = XTR_PARAGRAPH;
    f->level = 0;
    f->marker[0] = '\0';
}

/* Ends the block whatever shares its place. */
static void leave(xtr__flow *f) {
    xtr__flow_list *list = list_of(f);
    if (list && list->state == XTR__ITEM_OPEN)
        list->state = XTR__ITEM_NONE;
    xtr__flow_end(f);
}

/* Text -------------------------------------------------------------------------------------- */

static void put(xtr__flow *f, const char *text, size_t size) {
    if (f->in_note) {
        if (f->note_styles != f->styles) {
            const char code[2] = {STYLE, (char)(f->styles + 32)};
            f->note_styles = f->styles;
            xtr__put(&f->notes, code, 2);
        }
        if (f->notes.size > MOST_NOTES) {
            xtr_partial(f->builder, XTR_E_LIMIT, 0, "notes were cut: they are too long");
            return;
        }
        for (size_t i = 0; i < size; i++) {
            if ((unsigned char)text[i] >= 32 || is_space(text[i]))
                xtr__putc(&f->notes, text[i]);
        }
        return;
    }
    if (!f->in_cell && !f->open)
        open_element(f);
    xtr_style(f->builder, f->styles, f->url);
    xtr_text(f->builder, text, size);
}

static void write_words(xtr__flow *f, const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        size_t from = at;
        while (at < size && is_space(text[at]))
            at++;
        f->space = f->space || at > from;
        from = at;
        /* Words with single spaces between are written at once. */
        while (at < size && (!is_space(text[at]) ||
                             (text[at] == ' ' && at + 1 < size && !is_space(text[at + 1]))))
            at++;
        if (at == from)
            return;
        if (f->space && !f->fresh)
            put(f, " ", 1);
        f->fresh = f->space = false;
        put(f, text + from, at - from);
    }
}

void xtr__flow_text(xtr__flow *f, const char *text, size_t size) {
    if (f->in_table && !f->in_cell && !f->in_note)
        return; /* between cells is nothing but white space, or damage */
    if (!f->keep) {
        write_words(f, text, size);
        return;
    }
    /* A line end right behind what opens the block is the markup's. */
    if (f->fresh && size && text[0] == '\n') {
        text++;
        size--;
    }
    if (size) {
        put(f, text, size);
        f->fresh = false;
    }
}

void xtr__flow_puts(xtr__flow *f, const char *text) {
    xtr__flow_text(f, text, strlen(text));
}

void xtr__flow_break(xtr__flow *f) {
    if (!f->fresh)
        put(f, "\n", 1);
    f->space = false;
}

void xtr__flow_style(xtr__flow *f, unsigned styles, const char *url) {
    /* White space before a style is not of it. */
    bool before = f->space && !f->fresh && (f->open || f->in_cell || f->in_note);
    if ((styles != f->styles || url != f->url) && before && (styles || url)) {
        put(f, " ", 1);
        f->space = false;
        f->styles = styles;
        f->url = url;
        return;
    }
    f->styles = styles;
    f->url = url;
}

/* Lists and quotes -------------------------------------------------------------------------- */

void xtr__flow_list_begin(xtr__flow *f, bool ordered, uint32_t first, char delimiter) {
    leave(f);
    f->depth++;
    if (f->depth <= XTR__FLOW_LISTS)
        *list_of(f) = (xtr__flow_list){ordered, delimiter, first - 1, NULL, XTR__ITEM_NONE};
}

void xtr__flow_list_end(xtr__flow *f) {
    leave(f);
    f->depth -= f->depth > 0;
    /* What follows in the outer item is of it no more. */
    xtr__flow_list *list = list_of(f);
    if (list && list->state == XTR__ITEM_OPEN)
        list->state = XTR__ITEM_NONE;
}

void xtr__flow_item_begin(xtr__flow *f, const char *marker) {
    leave(f);
    xtr__flow_list *list = list_of(f);
    if (!list)
        return;
    list->state = XTR__ITEM_NEW;
    list->marker = marker;
    list->number++;
}

void xtr__flow_item_end(xtr__flow *f) {
    leave(f);
    xtr__flow_list *list = list_of(f);
    if (list)
        list->state = XTR__ITEM_NONE;
}

void xtr__flow_quote_begin(xtr__flow *f) {
    leave(f);
    f->quotes++;
}

void xtr__flow_quote_end(xtr__flow *f) {
    leave(f);
    f->quotes -= f->quotes > 0;
}

/* Tables ------------------------------------------------------------------------------------ */

void xtr__flow_table_begin(xtr__flow *f) {
    if (f->in_table || f->in_note) {
        f->skipped++;
        part(f);
        return;
    }
    leave(f);
    xtr_table_begin(f->builder, (xtr_box){0});
    f->in_table = true;
    f->any_cell = false;
    f->row = f->column = f->columns = 0;
    memset(f->taken, 0, sizeof f->taken);
}

void xtr__flow_table_end(xtr__flow *f) {
    if (f->skipped) {
        f->skipped--;
        part(f);
        return;
    }
    xtr__flow_cell_end(f);
    if (f->in_table)
        xtr_table_end(f->builder);
    f->in_table = false;
    f->fresh = true;
    f->space = false;
}

void xtr__flow_row(xtr__flow *f) {
    if (f->skipped) {
        part(f);
        return;
    }
    xtr__flow_cell_end(f);
    if (!f->any_cell)
        return; /* the first row */
    f->row++;
    f->column = 0;
    f->any_cell = false;
    for (uint32_t i = 0; i < f->columns; i++)
        f->taken[i] -= f->taken[i] > 0;
}

void xtr__flow_cell_at(xtr__flow *f, uint32_t column, uint32_t row_span, uint32_t column_span,
                       bool header) {
    if (f->in_table && !f->skipped && column >= XTR__FLOW_COLUMNS)
        xtr_partial(f->builder, XTR_E_LIMIT, 0, "a table was cut at %d columns", XTR__FLOW_COLUMNS);
    if (f->skipped || !f->in_table || column >= XTR__FLOW_COLUMNS) {
        f->space = true;
        return;
    }
    xtr__flow_cell_end(f);
    row_span = row_span < 1 ? 1 : row_span > 65534 ? 65534 : row_span;
    uint32_t most = XTR__FLOW_COLUMNS - column;
    column_span = column_span < 1 ? 1 : column_span > most ? most : column_span;
    for (uint32_t i = column; i < column + column_span; i++)
        f->taken[i] = row_span;
    f->column = column + column_span;
    f->columns = f->column > f->columns ? f->column : f->columns;
    xtr_cell_begin(f->builder, &(xtr_cell_info){.row = f->row,
                                                .column = column,
                                                .row_span = row_span,
                                                .column_span = column_span,
                                                .header = header});
    f->in_cell = f->fresh = f->any_cell = true;
    f->space = f->keep = false;
}

void xtr__flow_cell_begin(xtr__flow *f, uint32_t row_span, uint32_t column_span, bool header) {
    uint32_t column = f->column;
    while (column < XTR__FLOW_COLUMNS && f->taken[column])
        column++;
    xtr__flow_cell_at(f, column, row_span, column_span, header);
}

void xtr__flow_cell_end(xtr__flow *f) {
    if (f->skipped || !f->in_cell)
        return;
    xtr_cell_end(f->builder);
    f->in_cell = false;
    f->fresh = true;
    f->space = f->keep = false;
}

/* Notes ------------------------------------------------------------------------------------- */

void xtr__flow_mark(xtr__flow *f, const char *label, size_t size) {
    unsigned styles = f->styles;
    const char *url = f->url;
    f->space = false;
    xtr__flow_style(f, XTR_SUPERSCRIPT, NULL);
    xtr__flow_text(f, label, size);
    xtr__flow_style(f, styles, url);
}

void xtr__flow_note_begin(xtr__flow *f, const char *label, size_t size, bool mark) {
    char number[16];
    if (f->in_note++)
        return;
    f->note_count++;
    if (!label || !size || size >= sizeof f->marker) {
        size = (size_t)snprintf(number, sizeof number, "%u", f->note_count);
        label = number;
    }
    f->in_note = 0;
    if (mark)
        xtr__flow_mark(f, label, size);
    f->in_note = 1;
    xtr__putc(&f->notes, NOTE);
    xtr__put(&f->notes, label, size);
    xtr__putc(&f->notes, '\0');
    f->note_styles = 0;
    f->fresh = true;
    f->space = false;
}

void xtr__flow_note_end(xtr__flow *f) {
    if (f->in_note && !--f->in_note)
        f->fresh = f->space = false; /* of the text around the note */
}

static void write_note(xtr__flow *f, const char *at, const char *end) {
    while (end > at && is_space(end[-1]))
        end--;
    while (at < end) {
        const char *style = memchr(at, STYLE, (size_t)(end - at));
        size_t size = (size_t)((style ? style : end) - at);
        xtr_text(f->builder, at, size);
        at += size;
        if (style) {
            xtr_style(f->builder, end - at > 1 ? (unsigned char)at[1] - 32u : 0, NULL);
            at += end - at > 1 ? 2 : 1;
        }
    }
}

void xtr__flow_finish(xtr__flow *f) {
    f->in_note = f->skipped = 0;
    xtr__flow_table_end(f);
    f->depth = 0;
    leave(f);
    const char *at = f->notes.data;
    const char *end = at ? at + f->notes.size : NULL;
    while (at && at < end && !xtr_job_should_stop(f->job)) {
        const char *label = at + 1;
        const char *text = label + strlen(label) + 1;
        const char *next = memchr(text, NOTE, (size_t)(end - text));
        next = next ? next : end;
        xtr_element_begin(f->builder, &(xtr_element_info){.type = XTR_FOOTNOTE, .marker = label});
        write_note(f, text, next);
        xtr_element_end(f->builder);
        at = next;
    }
    free(f->notes.data);
    f->notes = (xtr__buffer){0};
}

int xtr__flow_read(xtr_job *job, xtr__flow_reader *read) {
    char *text;
    size_t size;
    int code = xtr__source_text(job, &text, &size);
    if (code)
        return code;
    xtr__flow *flow = malloc(sizeof *flow);
    if (flow) {
        xtr__flow_start(flow, job);
        code = read(flow, text, size);
        xtr__flow_finish(flow);
    } else {
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    free(flow);
    xtr__source_drop(job, text, size);
    return code;
}
