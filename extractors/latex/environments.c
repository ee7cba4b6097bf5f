/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Environments, and the cells of tables. */
#include "latex/latex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind {
    PLAIN, /* a block of its own */
    DOCUMENT,
    ITEMS, /* `value` 1: numbered */
    QUOTE,
    CODE,    /* as it stands */
    COMMENT, /* left out */
    TABLE,
    FORMULA, /* `inside`: what it is inside of a formula */
    TITLED   /* its argument is a heading */
} kind;

static const struct {
    const char *name, *arguments; /* as in commands.def; "r": in braces or one character */
    kind how;
    int value;
    const char *inside;
} environments[] = {
    {"document", "", DOCUMENT, 0, NULL},      {"itemize", "o", ITEMS, 0, NULL},
    {"enumerate", "o", ITEMS, 1, NULL},       {"description", "o", ITEMS, 0, NULL},
    {"compactitem", "o", ITEMS, 0, NULL},     {"compactenum", "o", ITEMS, 1, NULL},
    {"trivlist", "", ITEMS, 0, NULL},         {"list", "dd", ITEMS, 0, NULL},
    {"thebibliography", "d", ITEMS, 1, NULL}, {"quote", "", QUOTE, 0, NULL},
    {"quotation", "", QUOTE, 0, NULL},        {"verse", "", QUOTE, 0, NULL},
    {"displayquote", "o", QUOTE, 0, NULL},    {"verbatim", "", CODE, 0, NULL},
    {"Verbatim", "o", CODE, 0, NULL},         {"alltt", "", CODE, 0, NULL},
    {"lstlisting", "o", CODE, 0, NULL},       {"minted", "od", CODE, 0, NULL},
    {"tikzpicture", "", CODE, 0, NULL},       {"filecontents", "od", COMMENT, 0, NULL},
    {"comment", "", COMMENT, 0, NULL},        {"tabular", "od", TABLE, 0, NULL},
    {"tabular*", "dod", TABLE, 0, NULL},      {"tabularx", "dod", TABLE, 0, NULL},
    {"tabulary", "dod", TABLE, 0, NULL},      {"tabu", "od", TABLE, 0, NULL},
    {"longtable", "od", TABLE, 0, NULL},      {"supertabular", "od", TABLE, 0, NULL},
    {"tblr", "od", TABLE, 0, NULL},           {"math", "", FORMULA, 0, NULL},
    {"displaymath", "", FORMULA, 1, NULL},    {"equation", "", FORMULA, 1, NULL},
    {"align", "", FORMULA, 1, "aligned"},     {"flalign", "", FORMULA, 1, "aligned"},
    {"alignat", "d", FORMULA, 1, "aligned"},  {"eqnarray", "", FORMULA, 1, "aligned"},
    {"gather", "", FORMULA, 1, "gathered"},   {"multline", "", FORMULA, 1, "gathered"},
    {"dmath", "o", FORMULA, 1, NULL},         {"figure", "o", PLAIN, 0, NULL},
    {"table", "o", PLAIN, 0, NULL},           {"sidewaystable", "o", PLAIN, 0, NULL},
    {"algorithm", "o", PLAIN, 0, NULL},       {"wrapfigure", "odod", PLAIN, 0, NULL},
    {"wraptable", "odod", PLAIN, 0, NULL},    {"subfigure", "od", PLAIN, 0, NULL},
    {"subtable", "od", PLAIN, 0, NULL},       {"minipage", "oood", PLAIN, 0, NULL},
    {"multicols", "d", PLAIN, 0, NULL},       {"column", "od", PLAIN, 0, NULL},
    {"columns", "o", PLAIN, 0, NULL},         {"adjustwidth", "dd", PLAIN, 0, NULL},
    {"spacing", "d", PLAIN, 0, NULL},         {"frame", "oo", TITLED, 0, NULL},
    {"block", "o", TITLED, 1, NULL},          {"algorithmic", "o", PLAIN, 0, NULL},
    {"center", "", PLAIN, 0, NULL},           {"flushleft", "", PLAIN, 0, NULL},
    {"flushright", "", PLAIN, 0, NULL},       {"abstract", "", PLAIN, 0, NULL},
};

enum { COUNT = sizeof environments / sizeof *environments, LONGEST_NAME = 31 };

static void skip_arguments(xtr__tex *t, const char *arguments) {
    xtr__span ignored;
    for (; *arguments; arguments++) {
        if (*arguments == 'o')
            (void)xtr__tex_optional(t, &ignored);
        else
            (void)xtr__tex_braced(t, &ignored);
    }
}

/* What stands up to the end of the environment; without an end nothing is read. */
static bool read_body(xtr__tex *t, xtr__span name, xtr__span *body) {
    char end[LONGEST_NAME + 8];
    snprintf(end, sizeof end, "\\end{%.*s}", (int)name.size, name.text);
    return xtr__tex_until(t, end, body);
}

static void write_code(xtr__tex *t, xtr__span body) {
    if (t->preamble)
        return;
    xtr__flow_block(t->flow, XTR_CODE, 0);
    body = xtr__span_trim_end(body);
    xtr__tex_put(t, body.text, body.size);
    xtr__flow_end(t->flow);
}

static void open_document(xtr__tex *t) {
    size_t size;
    t->preamble = false;
    xtr__tex_open(t, XTR__TEX_NOTHING, "document");
    if (!t->front.size)
        return;
    char *text = xtr__buffer_take(&t->front, &size);
    (void)xtr__tex_push(t, text, size);
}

static void open_titled(xtr__tex *t, const char *name, bool minor) {
    xtr__tex_frame *f = xtr__tex_top(t);
    xtr__tex_open(t, XTR__TEX_NOTHING, name);
    if (f->at >= f->end || *f->at != '{' || t->preamble)
        return;
    f->at++;
    xtr__flow_block(t->flow, XTR_HEADING, t->base + 1 + minor);
    xtr__tex_open(t, XTR__TEX_BLOCK, "");
}

static void open_table(xtr__tex *t, const char *name) {
    bool own = !t->flow->in_note && !t->flow->in_table && !t->preamble;
    if (!own && !t->table.depth) {
        xtr__tex_open(t, XTR__TEX_NOTHING, name); /* in a note: text */
        return;
    }
    if (!t->table.depth)
        t->table = (xtr__tex_table){.row_span = 1, .column_span = 1, .styles = t->flow->styles};
    xtr__tex_open(t, XTR__TEX_TABLE, name);
    if (t->groups[t->group_count - 1].end == XTR__TEX_TABLE)
        t->table.depth++;
}

static void open_known(xtr__tex *t, size_t which, const char *name) {
    switch (environments[which].how) {
    case DOCUMENT:
        open_document(t);
        return;
    case PLAIN:
        if (!t->preamble && !t->fact && !t->table.depth)
            xtr__flow_end(t->flow);
        xtr__tex_open(t, XTR__TEX_BLOCK, name);
        return;
    case ITEMS:
        xtr__tex_open(t, t->preamble ? XTR__TEX_NOTHING : XTR__TEX_LIST, name);
        if (!t->preamble)
            xtr__flow_list_begin(t->flow, environments[which].value, 1, '.');
        return;
    case QUOTE:
        xtr__tex_open(t, XTR__TEX_QUOTE, name);
        xtr__flow_quote_begin(t->flow);
        return;
    case TITLED:
        open_titled(t, name, environments[which].value);
        return;
    case TABLE:
        open_table(t, name);
        return;
    default:
        xtr__tex_open(t, XTR__TEX_NOTHING, name);
        return;
    }
}

static bool read_whole(xtr__tex *t, size_t which, xtr__span name) {
    const kind how = environments[which].how;
    xtr__span body;
    if ((how != CODE && how != COMMENT && how != FORMULA) || !read_body(t, name, &body))
        return false;
    if (how == CODE)
        write_code(t, body);
    else if (how == FORMULA)
        xtr__tex_formula(t, body, environments[which].value, environments[which].inside);
    return true;
}

void xtr__tex_begin(xtr__tex *t) {
    xtr__span name;
    char text[LONGEST_NAME + 1];
    if (!xtr__tex_braced(t, &name))
        return;
    name = xtr__span_trim(name);
    const xtr__tex_macro *m = xtr__tex_find(t, "\\begin ", name);
    name.size = name.size < LONGEST_NAME ? name.size : LONGEST_NAME;
    memcpy(text, name.text, name.size);
    text[name.size] = '\0';
    xtr__span plain = name;
    plain.size -= name.size && name.text[name.size - 1] == '*';
    for (size_t i = 0; i < COUNT; i++) {
        bool formula = environments[i].how == FORMULA || environments[i].how == PLAIN;
        if (!xtr__span_is(name, environments[i].name) &&
            !(formula && xtr__span_is(plain, environments[i].name)))
            continue;
        xtr__tex_skip_overlay(t);
        skip_arguments(t, environments[i].arguments);
        if (!read_whole(t, i, name))
            open_known(t, i, text);
        return;
    }
    unsigned before = t->group_count;
    xtr__tex_open(t, XTR__TEX_NOTHING, text);
    if (m && t->group_count > before && xtr__tex_expand(t, m))
        t->groups[before].end_body = m->end;
}

/* Tables ------------------------------------------------------------------------------------ */

static void start_row(xtr__tex *t) {
    if (t->table.in_row)
        return;
    if (!t->table.begun)
        xtr__flow_table_begin(t->flow);
    t->table.begun = t->table.in_row = true;
    xtr__flow_row(t->flow);
    t->table.column = 0;
}

void xtr__tex_in_cell(xtr__tex *t) {
    xtr__tex_table *table = &t->table;
    if (table->in_cell)
        return;
    start_row(t);
    xtr__flow_cell_at(t->flow, table->column, table->row_span, table->column_span, !table->row);
    table->in_cell = true;
}

/* Ends the cell, or makes it if nothing stood in it and none above covers its place. */
static void end_cell(xtr__tex *t) {
    xtr__tex_table *table = &t->table;
    start_row(t);
    bool covered = table->column < XTR__FLOW_COLUMNS && t->flow->taken[table->column];
    if (!table->in_cell && !covered)
        xtr__tex_in_cell(t);
    xtr__flow_style(t->flow, table->styles, NULL);
    if (table->in_cell)
        xtr__flow_cell_end(t->flow);
    table->column += table->column_span;
    table->in_cell = false;
    table->row_span = table->column_span = 1;
}

void xtr__tex_cell(xtr__tex *t) {
    if (t->table.depth == 1 && !t->flow->in_note && !t->preamble)
        end_cell(t);
    else
        xtr__tex_puts(t, t->table.depth ? " " : "&");
}

void xtr__tex_row(xtr__tex *t) {
    if (!t->table.in_row && !t->table.in_cell)
        return;
    end_cell(t);
    t->table.in_row = false;
    t->table.row++;
}

void xtr__tex_table_end(xtr__tex *t) {
    xtr__tex_table *table = &t->table;
    if (table->depth > 1) {
        table->depth--;
        return;
    }
    if (table->in_cell)
        xtr__tex_row(t);
    if (table->begun)
        xtr__flow_table_end(t->flow);
    *table = (xtr__tex_table){0};
}
