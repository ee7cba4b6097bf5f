/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "prose/prose.h"
#include "container/numerals.h"
#include "document/utf8.h"
#include "prose/text.h"

#include <stdlib.h>
#include <string.h>

/* Memory ------------------------------------------------------------------------------------ */

xtr__prose *xtr__prose_new(xtr_job *job) {
    xtr__prose *prose = calloc(1, sizeof *prose);
    if (prose)
        prose->store = (xtr__story_store){.job = job, .builder = xtr_job_builder(job)};
    return prose;
}

static void drop_lines(xtr__prose *prose, lines *l) {
    for (size_t i = 0; i < l->count; i++)
        xtr__story_free(&prose->store, &l->items[i].text);
    xtr__story_release(&prose->store, l->items, l->capacity, sizeof *l->items);
    *l = (lines){0};
}

static void drop_row(xtr__prose *prose, row *r) {
    for (size_t i = 0; i < r->count; i++)
        xtr__story_free(&prose->store, &r->cells[i].text);
    xtr__story_release(&prose->store, r->cells, r->capacity, sizeof *r->cells);
}

void xtr__prose_drop_table(xtr__prose *prose, table *t) {
    for (size_t i = 0; i < t->count; i++)
        drop_row(prose, &t->rows[i]);
    xtr__story_release(&prose->store, t->rows, t->capacity, sizeof *t->rows);
    *t = (table){0};
}

void xtr__prose_drop(xtr__prose *prose) {
    if (!prose)
        return;
    for (size_t i = 0; i < MOST_ASIDES; i++) {
        xtr__story_free(&prose->store, &prose->contexts[i].text);
        drop_lines(prose, &prose->contexts[i].lines);
        drop_lines(prose, &prose->contexts[i].boxes);
    }
    xtr__prose_drop_table(prose, &prose->table);
    drop_lines(prose, &prose->table_boxes);
    drop_lines(prose, &prose->notes);
    drop_lines(prose, &prose->headers);
    drop_lines(prose, &prose->footers);
    xtr__story_store_end(&prose->store);
    free(prose);
}

int xtr__prose_status(const xtr__prose *prose) {
    return prose->store.failed ? XTR_E_MEMORY : XTR_OK;
}

/* Text -------------------------------------------------------------------------------------- */

static size_t leading_spaces(const xtr__story *t) {
    size_t first = 0, last = t->size;
    xtr__story_trim(t, &first, &last);
    return first;
}

/* Takes away spaces at the end. */
static void trim_end(xtr__story *t) {
    size_t first = 0, last = t->size;
    xtr__story_trim(t, &first, &last);
    xtr__story_cut(t, first < last ? last : 0);
}

void xtr__prose_put(xtr__prose *prose, const xtr__story *t) {
    xtr__story_write(&prose->store, t, leading_spaces(t), t->size);
}

static void append(xtr__prose *prose, xtr__story *to, const char *plain) {
    xtr__story_add(&prose->store, to, plain, strlen(plain), 0, 0);
}

static void append_text(xtr__prose *prose, xtr__story *to, const xtr__story *from) {
    xtr__story_copy(&prose->store, to, from, 0, from->size);
}

static size_t keep_url(xtr__prose *prose, const char *url) {
    if (!url || !*url)
        return 0;
    if (!prose->url || strcmp(xtr__story_kept(&prose->store, prose->url), url) != 0)
        prose->url = xtr__story_keep(&prose->store, url);
    return prose->url;
}

static context *current(xtr__prose *prose) {
    return &prose->contexts[prose->depth];
}

void xtr__prose_text(xtr__prose *prose, const char *bytes, size_t size, unsigned styles,
                     const char *url) {
    xtr__story *to = &current(prose)->text;
    unsigned shown = styles & ~(unsigned)XTR__PROSE_CAPITALS;
    size_t kept = keep_url(prose, url);
    if (shown == styles) {
        xtr__story_add(&prose->store, to, bytes, size, styles, kept);
        return;
    }
    for (size_t at = 0, length; at < size; at += length) {
        char capital[4];
        uint32_t character = xtr__prose_capital(xtr__utf8_decode(bytes + at, &length));
        xtr__story_add(&prose->store, to, capital, xtr__utf8_encode(capital, character), shown,
                       kept);
    }
}

bool xtr__prose_has_text(const xtr__prose *prose) {
    const xtr__story *t = &prose->contexts[prose->depth].text;
    return leading_spaces(t) < t->size;
}

/* Markers that were typed ------------------------------------------------------------------- */

static bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "3.", "(iv)", "2.1": digits, or a letter or two, and what sets them off. */
static bool is_number(const char *bytes, size_t size) {
    enum { LETTERS = 4 };
    size_t from = bytes[0] == '(';
    size_t at = from;
    size_t digits = 0;
    while (at < size && (is_alphanumeric(bytes[at]) || bytes[at] == '.')) {
        digits += bytes[at] >= '0' && bytes[at] <= '9';
        at++;
    }
    if (at == from || bytes[from] == '.')
        return false;
    bool closed = at + 1 == size && (bytes[at] == ')' || bytes[at] == ':');
    bool dotted = at == size && bytes[at - 1] == '.';
    return (closed || dotted || (digits && at == size)) && (digits || at - from <= LETTERS);
}

/* Takes away the first bytes. */
static void cut_front(xtr__prose *prose, xtr__story *t, size_t size) {
    xtr__story rest = {.text = NULL};
    xtr__story_copy(&prose->store, &rest, t, size, t->size);
    xtr__story_free(&prose->store, t);
    *t = rest;
}

bool xtr__prose_take_marker(xtr__prose *prose, char *out, size_t room) {
    enum { LONGEST = 12 };
    xtr__story *t = &current(prose)->text;
    size_t from = leading_spaces(t);
    size_t at = from;
    while (at < t->size && at - from < LONGEST && !strchr(" \t\n", t->text[at]))
        at++;
    size_t end = at;
    while (end < t->size && t->text[end] == ' ')
        end++;
    if (at == from || end == t->size || t->text[end] != '\t' || at - from >= room ||
        !(xtr__is_bullet(t->text + from, at - from) || is_number(t->text + from, at - from)))
        return false;
    memcpy(out, t->text + from, at - from);
    out[at - from] = 0;
    cut_front(prose, t, end + 1);
    return true;
}

/* Paragraphs -------------------------------------------------------------------------------- */

static void end_code(xtr__prose *prose) {
    if (prose->open_code)
        xtr_element_end(prose->store.builder);
    prose->open_code = false;
}

static void put_code(xtr__prose *prose, const xtr__story *t) {
    if (prose->open_code)
        xtr_text(prose->store.builder, "\n", 1);
    else
        xtr_element_begin(prose->store.builder, &(xtr_element_info){.type = XTR_CODE});
    prose->open_code = true;
    xtr_text(prose->store.builder, t->text, t->size);
}

/* Running heads come before the text they stand over. */
static void put_headers(xtr__prose *prose) {
    for (; prose->headers_put < prose->headers.count; prose->headers_put++) {
        xtr_element_begin(prose->store.builder, &(xtr_element_info){.type = XTR_HEADER});
        xtr__prose_put(prose, &prose->headers.items[prose->headers_put].text);
        xtr_element_end(prose->store.builder);
    }
}

/* Puts out a paragraph of the text itself. */
static void put_paragraph(xtr__prose *prose, const xtr__story *t, xtr_element_type type, int level,
                          const char *marker) {
    if (type == XTR_CODE) {
        put_code(prose, t);
        return;
    }
    end_code(prose);
    put_headers(prose);
    bool heading = type == XTR_HEADING;
    bool marked = marker && *marker;
    xtr_element_begin(
        prose->store.builder,
        &(xtr_element_info){.type = type, .level = level, .marker = heading ? NULL : marker});
    if (heading && marked) {
        xtr_style(prose->store.builder, 0, NULL);
        xtr_text(prose->store.builder, marker, strlen(marker));
        xtr_text(prose->store.builder, " ", 1);
    }
    xtr__prose_put(prose, t);
    xtr_element_end(prose->store.builder);
}

static void put_lines(xtr__prose *prose, lines *l) {
    for (size_t i = 0; i < l->count; i++) {
        const line *item = &l->items[i];
        put_paragraph(prose, &item->text, item->type, item->level,
                      xtr__story_kept(&prose->store, item->marker));
    }
    drop_lines(prose, l);
}

/* Moves a line to the end of `to`: the text of `from` is empty then. */
static void move_line(xtr__prose *prose, lines *to, line *from) {
    if (!xtr__story_grow(&prose->store, (void **)&to->items, &to->capacity, to->count + 1,
                         sizeof *to->items))
        return;
    to->items[to->count++] = *from;
    from->text = (xtr__story){.text = NULL};
}

static void move_lines(xtr__prose *prose, lines *to, lines *from) {
    for (size_t i = 0; i < from->count; i++)
        move_line(prose, to, &from->items[i]);
}

/* Keeps text as a line, and leaves it empty. */
static void keep_line(xtr__prose *prose, lines *to, xtr__story *from,
                      const xtr__prose_paragraph *paragraph) {
    line new = {.text = *from,
                .type = paragraph->type,
                .level = paragraph->level,
                .marker = xtr__story_keep(&prose->store, paragraph->marker)};
    move_line(prose, to, &new);
    *from = new.text;
}

/* Adds the open paragraph to a cell, its number in front: a bullet says no more than a new line
 * does. */
static void end_in_cell(xtr__prose *prose, cell *into, const char *marker) {
    xtr__story *t = &current(prose)->text;
    trim_end(t);
    if (t->size && into->text.size && into->text.text[into->text.size - 1] != '\n')
        append(prose, &into->text, "\n");
    if (t->size && marker && *marker && !xtr__is_bullet(marker, strlen(marker))) {
        append(prose, &into->text, marker);
        append(prose, &into->text, " ");
    }
    append_text(prose, &into->text, t);
    xtr__story_cut(t, 0);
    lines *boxes = &prose->contexts[0].boxes;
    move_lines(prose, &prose->table_boxes, boxes);
    drop_lines(prose, boxes);
}

static void end_in_aside(xtr__prose *prose, const xtr__prose_paragraph *paragraph) {
    context *c = current(prose);
    trim_end(&c->text);
    if (xtr__prose_has_text(prose))
        keep_line(prose, &c->lines, &c->text, paragraph);
    xtr__story_cut(&c->text, 0);
}

static void end_table(xtr__prose *prose) {
    if (prose->table.count) {
        end_code(prose);
        put_headers(prose);
        xtr__prose_put_table(prose);
        put_lines(prose, &prose->table_boxes);
    }
}

void xtr__prose_end_paragraph(xtr__prose *prose, const xtr__prose_paragraph *paragraph,
                              unsigned depth) {
    if (prose->depth) {
        end_in_aside(prose, paragraph);
        return;
    }
    if (depth) {
        cell *into = xtr__prose_open_cell(prose);
        if (into)
            end_in_cell(prose, into, paragraph->marker);
        return;
    }
    end_table(prose);
    xtr__story *t = &prose->contexts[0].text;
    /* Empty lines of code are part of it. */
    if (paragraph->type == XTR_CODE && (prose->open_code || xtr__prose_has_text(prose))) {
        put_code(prose, t);
    } else {
        trim_end(t);
        if (xtr__prose_has_text(prose))
            put_paragraph(prose, t, paragraph->type, paragraph->level, paragraph->marker);
    }
    xtr__story_cut(t, 0);
    put_lines(prose, &prose->contexts[0].boxes);
}

/* Cells and rows ---------------------------------------------------------------------------- */

/* What is set apart by more than spaces where a table has no place. */
static void separate(xtr__prose *prose, xtr__story *t, const char *separator) {
    if (t->size)
        append(prose, t, separator);
}

void xtr__prose_end_cell(xtr__prose *prose, const xtr__prose_paragraph *paragraph, unsigned depth) {
    if (prose->depth) {
        separate(prose, &current(prose)->text, "\t");
        return;
    }
    cell *into = xtr__prose_open_cell(prose);
    if (!into)
        return;
    if (depth < 2) {
        end_in_cell(prose, into, paragraph->marker);
        trim_end(&into->text);
        row *r = &prose->table.rows[prose->table.count - 1];
        if (xtr__story_grow(&prose->store, (void **)&r->cells, &r->capacity, r->count + 1,
                            sizeof *r->cells))
            r->cells[r->count++] = (cell){.column = 0};
        return;
    }
    /* The cell of an inner table follows the one before it on their line. */
    xtr__story *t = &prose->contexts[0].text;
    trim_end(t);
    append_text(prose, &into->text, t);
    xtr__story_cut(t, 0);
    separate(prose, &into->text, "\t");
}

void xtr__prose_end_row(xtr__prose *prose, unsigned depth, const xtr__prose_cell *cells,
                        size_t count, bool header) {
    if (prose->depth) {
        end_in_aside(prose, &(xtr__prose_paragraph){.type = XTR_PARAGRAPH});
        return;
    }
    if (depth > 1) {
        cell *into = xtr__prose_open_cell(prose);
        if (into) {
            trim_end(&into->text);
            separate(prose, &into->text, "\n");
        }
        return;
    }
    if (!prose->table.open)
        return;
    row *r = &prose->table.rows[prose->table.count - 1];
    /* Text after the last cell mark is a cell that was not ended. */
    if (xtr__prose_has_text(prose))
        xtr__prose_end_cell(prose, &(xtr__prose_paragraph){.type = XTR_PARAGRAPH}, 1);
    if (r->count && !r->cells[r->count - 1].text.size) {
        r->count--;
        xtr__story_free(&prose->store, &r->cells[r->count].text);
    }
    for (size_t i = 0; i < r->count; i++)
        r->cells[i].place = i < count ? cells[i] : (xtr__prose_cell){.right = 0};
    r->header = header;
    prose->table.open = false;
    if (!r->count) {
        prose->table.count--;
        drop_row(prose, r);
    }
}

cell *xtr__prose_open_cell(xtr__prose *prose) {
    table *t = &prose->table;
    end_code(prose);
    if (!t->open) {
        if (!xtr__story_grow(&prose->store, (void **)&t->rows, &t->capacity, t->count + 1,
                             sizeof *t->rows))
            return NULL;
        t->rows[t->count++] = (row){0};
        t->open = true;
    }
    row *r = &t->rows[t->count - 1];
    if (!r->count) {
        if (!xtr__story_grow(&prose->store, (void **)&r->cells, &r->capacity, 1, sizeof *r->cells))
            return NULL;
        r->cells[r->count++] = (cell){.column = 0};
    }
    return &r->cells[r->count - 1];
}

/* Asides ------------------------------------------------------------------------------------ */

void xtr__prose_begin_aside(xtr__prose *prose, xtr__prose_aside kind) {
    if (prose->depth + 1 == MOST_ASIDES) {
        prose->ignored++;
        return;
    }
    prose->contexts[++prose->depth].kind = kind;
}

/* A note is one element, whatever paragraphs it has. */
static void keep_joined(xtr__prose *prose, lines *to, const lines *from, const char *label) {
    xtr__story all = {.text = NULL};
    for (size_t i = 0; i < from->count; i++) {
        if (i)
            append(prose, &all, "\n");
        if (from->items[i].marker) {
            append(prose, &all, xtr__story_kept(&prose->store, from->items[i].marker));
            append(prose, &all, " ");
        }
        append_text(prose, &all, &from->items[i].text);
    }
    if (all.size)
        keep_line(prose, to, &all, &(xtr__prose_paragraph){.type = XTR_FOOTNOTE, .marker = label});
    xtr__story_free(&prose->store, &all);
}

static bool is_there(const lines *in, const xtr__story *t) {
    for (size_t i = 0; i < in->count; i++) {
        const xtr__story *other = &in->items[i].text;
        if (other->size == t->size && !memcmp(other->text, t->text, t->size))
            return true;
    }
    return false;
}

/* Running heads of each section are mostly the same ones. */
static void keep_furniture(xtr__prose *prose, lines *to, lines *from, xtr_element_type type) {
    enum { MOST = 64 };
    for (size_t i = 0; i < from->count && to->count < MOST; i++) {
        if (!is_there(to, &from->items[i].text))
            keep_line(prose, to, &from->items[i].text, &(xtr__prose_paragraph){.type = type});
    }
}

static void add_comment(xtr__prose *prose, const lines *from, const char *author) {
    xtr__story all = {.text = NULL};
    for (size_t i = 0; i < from->count; i++) {
        if (i)
            append(prose, &all, "\n");
        append_text(prose, &all, &from->items[i].text);
    }
    xtr__story_add(&prose->store, &all, "", 1, 0, 0);
    if (all.size > 1)
        xtr_annotation(prose->store.builder, "comment", all.text, author, 0, (xtr_box){0});
    xtr__story_free(&prose->store, &all);
}

static void keep_box(xtr__prose *prose, context *c) {
    context *below = c - 1;
    lines *to = prose->depth > 1 ? &below->lines : &below->boxes;
    move_lines(prose, to, &c->lines);
}

void xtr__prose_end_aside(xtr__prose *prose, const char *label) {
    if (prose->ignored) {
        prose->ignored--;
        return;
    }
    if (!prose->depth)
        return;
    context *c = current(prose);
    end_in_aside(prose, &(xtr__prose_paragraph){.type = XTR_PARAGRAPH});
    switch (c->kind) {
    case XTR__ASIDE_NOTE:
        keep_joined(prose, &prose->notes, &c->lines, label);
        break;
    case XTR__ASIDE_BOX:
        keep_box(prose, c);
        break;
    case XTR__ASIDE_HEADER:
        keep_furniture(prose, &prose->headers, &c->lines, XTR_HEADER);
        break;
    case XTR__ASIDE_FOOTER:
        keep_furniture(prose, &prose->footers, &c->lines, XTR_FOOTER);
        break;
    case XTR__ASIDE_COMMENT:
        add_comment(prose, &c->lines, label);
        break;
    }
    drop_lines(prose, &c->lines);
    prose->depth--;
}

void xtr__prose_finish(xtr__prose *prose) {
    while (prose->depth)
        xtr__prose_end_aside(prose, NULL);
    if (prose->table.open && xtr__prose_has_text(prose))
        xtr__prose_end_cell(prose, &(xtr__prose_paragraph){.type = XTR_PARAGRAPH}, 1);
    if (prose->table.open)
        xtr__prose_end_row(prose, 1, NULL, 0, false);
    xtr__prose_end_paragraph(prose, &(xtr__prose_paragraph){.type = XTR_PARAGRAPH}, 0);
    end_code(prose);
    put_headers(prose);
    put_lines(prose, &prose->notes);
    put_lines(prose, &prose->footers);
}
