/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "prose/prose.h"
#include "container/numerals.h"
#include "document/utf8.h"
#include "prose/text.h"

#include <stdlib.h>
#include <string.h>

enum { CHARGE_STEP = 256 << 10, LEAST = 64 };

/* Memory ------------------------------------------------------------------------------------ */

/* Takes bytes from the job's account, or gives them back when negative, in large steps. */
static bool charge(xtr__prose *prose, int64_t bytes) {
    int64_t owed = prose->taken + bytes - prose->charged;
    if ((owed >= CHARGE_STEP || owed <= -CHARGE_STEP) && !xtr_job_charge(prose->job, owed))
        return false;
    prose->taken += bytes;
    if (owed >= CHARGE_STEP || owed <= -CHARGE_STEP)
        prose->charged = prose->taken;
    return true;
}

static void release(xtr__prose *prose, void *items, size_t bytes) {
    free(items);
    (void)charge(prose, -(int64_t)bytes);
}

/* A string that is released by drop_string, or NULL. */
static char *keep_string(xtr__prose *prose, const char *string) {
    size_t size = strlen(string) + 1;
    char *copy = charge(prose, (int64_t)size) ? malloc(size) : NULL;
    if (copy)
        memcpy(copy, string, size);
    prose->failed = prose->failed || !copy;
    return copy;
}

static void drop_string(xtr__prose *prose, char *string) {
    if (string)
        release(prose, string, strlen(string) + 1);
}

bool xtr__prose_grow(xtr__prose *prose, void **items, size_t *capacity, size_t needed,
                     size_t size) {
    if (needed <= *capacity)
        return true;
    size_t least = LEAST / size;
    size_t more = needed < least ? least : needed + needed / 2;
    void *grown = NULL;
    if (!prose->failed && more < INT64_MAX / size &&
        charge(prose, (int64_t)((more - *capacity) * size)))
        grown = realloc(*items, more * size);
    if (!grown) {
        prose->failed = true;
        return false;
    }
    *items = grown;
    *capacity = more;
    return true;
}

xtr__prose *xtr__prose_new(xtr_job *job) {
    xtr__prose *prose = calloc(1, sizeof *prose);
    if (prose) {
        prose->job = job;
        prose->builder = xtr_job_builder(job);
    }
    return prose;
}

static void drop_text(xtr__prose *prose, text *t) {
    release(prose, t->bytes, t->capacity);
    release(prose, t->runs, t->run_capacity * sizeof *t->runs);
}

static void drop_lines(xtr__prose *prose, lines *l) {
    for (size_t i = 0; i < l->count; i++) {
        drop_text(prose, &l->items[i].text);
        drop_string(prose, l->items[i].marker);
    }
    release(prose, l->items, l->capacity * sizeof *l->items);
    *l = (lines){0};
}

static void drop_row(xtr__prose *prose, row *r) {
    for (size_t i = 0; i < r->count; i++)
        drop_text(prose, &r->cells[i].text);
    release(prose, r->cells, r->capacity * sizeof *r->cells);
}

void xtr__prose_drop_table(xtr__prose *prose, table *t) {
    for (size_t i = 0; i < t->count; i++)
        drop_row(prose, &t->rows[i]);
    release(prose, t->rows, t->capacity * sizeof *t->rows);
    *t = (table){0};
}

void xtr__prose_drop(xtr__prose *prose) {
    if (!prose)
        return;
    for (size_t i = 0; i < MOST_ASIDES; i++) {
        drop_text(prose, &prose->contexts[i].text);
        drop_lines(prose, &prose->contexts[i].lines);
        drop_lines(prose, &prose->contexts[i].boxes);
    }
    xtr__prose_drop_table(prose, &prose->table);
    drop_lines(prose, &prose->table_boxes);
    drop_lines(prose, &prose->notes);
    drop_lines(prose, &prose->headers);
    drop_lines(prose, &prose->footers);
    for (uint32_t i = 0; i < prose->url_count; i++)
        free(prose->urls[i]);
    free(prose->urls);
    xtr_job_charge(prose->job, -prose->charged);
    free(prose);
}

int xtr__prose_status(const xtr__prose *prose) {
    return prose->failed ? XTR_E_MEMORY : XTR_OK;
}

/* Text -------------------------------------------------------------------------------------- */

void xtr__prose_append(xtr__prose *prose, text *to, const char *bytes, size_t size, unsigned styles,
                       uint32_t url) {
    void *items = to->bytes;
    bool room = size && xtr__prose_grow(prose, &items, &to->capacity, to->size + size, 1);
    to->bytes = items;
    if (!room)
        return;
    const run *last = to->run_count ? &to->runs[to->run_count - 1] : NULL;
    if (!last || last->styles != styles || last->url != url) {
        items = to->runs;
        room =
            xtr__prose_grow(prose, &items, &to->run_capacity, to->run_count + 1, sizeof *to->runs);
        to->runs = items;
        if (!room)
            return;
        to->runs[to->run_count++] = (run){to->size, url, styles};
    }
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

void xtr__prose_append_text(xtr__prose *prose, text *to, const text *from) {
    for (size_t i = 0; i < from->run_count; i++) {
        const run *r = &from->runs[i];
        size_t end = i + 1 < from->run_count ? r[1].at : from->size;
        if (end > r->at)
            xtr__prose_append(prose, to, from->bytes + r->at, end - r->at, r->styles, r->url);
    }
}

void xtr__prose_clear(text *t) {
    t->size = t->run_count = 0;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

/* Takes away spaces at the end, and runs that began there. */
void xtr__prose_trim(text *t) {
    while (t->size && is_space(t->bytes[t->size - 1]))
        t->size--;
    while (t->run_count && t->runs[t->run_count - 1].at >= t->size)
        t->run_count--;
}

static size_t leading_spaces(const text *t) {
    size_t at = 0;
    while (at < t->size && is_space(t->bytes[at]))
        at++;
    return at;
}

void xtr__prose_put(xtr__prose *prose, const text *t) {
    size_t from = leading_spaces(t);
    for (size_t i = 0; i < t->run_count; i++) {
        const run *r = &t->runs[i];
        size_t end = i + 1 < t->run_count ? r[1].at : t->size;
        size_t at = r->at > from ? r->at : from;
        if (end <= at)
            continue;
        xtr_style(prose->builder, r->styles, r->url ? prose->urls[r->url - 1] : NULL);
        xtr_text(prose->builder, t->bytes + at, end - at);
    }
}

static uint32_t number_of_url(xtr__prose *prose, const char *url) {
    if (!url || !*url)
        return 0;
    if (prose->url_count && !strcmp(prose->urls[prose->url_count - 1], url))
        return prose->url_count;
    size_t capacity = prose->url_capacity;
    void *items = prose->urls;
    bool room =
        xtr__prose_grow(prose, &items, &capacity, prose->url_count + 1, sizeof *prose->urls);
    prose->urls = items;
    prose->url_capacity = (uint32_t)capacity;
    char *copy = room ? keep_string(prose, url) : NULL;
    if (!copy)
        return 0;
    prose->urls[prose->url_count++] = copy;
    return prose->url_count;
}

static context *current(xtr__prose *prose) {
    return &prose->contexts[prose->depth];
}

void xtr__prose_text(xtr__prose *prose, const char *bytes, size_t size, unsigned styles,
                     const char *url) {
    text *to = &current(prose)->text;
    unsigned shown = styles & ~(unsigned)XTR__PROSE_CAPITALS;
    uint32_t number = number_of_url(prose, url);
    if (shown == styles) {
        xtr__prose_append(prose, to, bytes, size, styles, number);
        return;
    }
    for (size_t at = 0, length; at < size; at += length) {
        char capital[4];
        uint32_t character = xtr__prose_capital(xtr__utf8_decode(bytes + at, &length));
        xtr__prose_append(prose, to, capital, xtr__utf8_encode(capital, character), shown, number);
    }
}

bool xtr__prose_has_text(const xtr__prose *prose) {
    const text *t = &prose->contexts[prose->depth].text;
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
static void cut_front(text *t, size_t size) {
    size_t kept = 0;
    for (size_t i = 0; i < t->run_count; i++) {
        size_t end = i + 1 < t->run_count ? t->runs[i + 1].at : t->size;
        if (end <= size)
            continue;
        run r = t->runs[i];
        r.at = r.at > size ? r.at - size : 0;
        t->runs[kept++] = r;
    }
    t->run_count = kept;
    t->size -= size;
    memmove(t->bytes, t->bytes + size, t->size);
}

bool xtr__prose_take_marker(xtr__prose *prose, char *out, size_t room) {
    enum { LONGEST = 12 };
    text *t = &current(prose)->text;
    size_t from = leading_spaces(t);
    size_t at = from;
    while (at < t->size && at - from < LONGEST && !is_space(t->bytes[at]))
        at++;
    size_t end = at;
    while (end < t->size && t->bytes[end] == ' ')
        end++;
    if (at == from || end == t->size || t->bytes[end] != '\t' || at - from >= room ||
        !(xtr__is_bullet(t->bytes + from, at - from) || is_number(t->bytes + from, at - from)))
        return false;
    memcpy(out, t->bytes + from, at - from);
    out[at - from] = 0;
    cut_front(t, end + 1);
    return true;
}

/* Paragraphs -------------------------------------------------------------------------------- */

static void end_code(xtr__prose *prose) {
    if (prose->open_code)
        xtr_element_end(prose->builder);
    prose->open_code = false;
}

static void put_code(xtr__prose *prose, const text *t) {
    if (prose->open_code)
        xtr_text(prose->builder, "\n", 1);
    else
        xtr_element_begin(prose->builder, &(xtr_element_info){.type = XTR_CODE});
    prose->open_code = true;
    xtr_text(prose->builder, t->bytes, t->size);
}

/* Running heads come before the text they stand over. */
static void put_headers(xtr__prose *prose) {
    for (; prose->headers_put < prose->headers.count; prose->headers_put++) {
        xtr_element_begin(prose->builder, &(xtr_element_info){.type = XTR_HEADER});
        xtr__prose_put(prose, &prose->headers.items[prose->headers_put].text);
        xtr_element_end(prose->builder);
    }
}

/* Puts out a paragraph of the text itself. */
static void put_paragraph(xtr__prose *prose, const text *t, xtr_element_type type, int level,
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
        prose->builder,
        &(xtr_element_info){.type = type, .level = level, .marker = heading ? NULL : marker});
    if (heading && marked) {
        xtr_style(prose->builder, 0, NULL);
        xtr_text(prose->builder, marker, strlen(marker));
        xtr_text(prose->builder, " ", 1);
    }
    xtr__prose_put(prose, t);
    xtr_element_end(prose->builder);
}

static void put_lines(xtr__prose *prose, lines *l) {
    for (size_t i = 0; i < l->count; i++) {
        const line *item = &l->items[i];
        put_paragraph(prose, &item->text, item->type, item->level, item->marker);
    }
    drop_lines(prose, l);
}

/* Moves text to the end of `to`: `from` is empty then. */
static void keep_line(xtr__prose *prose, lines *to, text *from,
                      const xtr__prose_paragraph *paragraph) {
    void *items = to->items;
    bool room = xtr__prose_grow(prose, &items, &to->capacity, to->count + 1, sizeof *to->items);
    to->items = items;
    if (!room)
        return;
    bool marked = paragraph->marker && *paragraph->marker;
    to->items[to->count++] =
        (line){.text = *from,
               .type = paragraph->type,
               .level = paragraph->level,
               .marker = marked ? keep_string(prose, paragraph->marker) : NULL};
    *from = (text){0};
}

/* Adds the open paragraph to a cell, its number in front: a bullet says no more than a new line
 * does. */
static void end_in_cell(xtr__prose *prose, cell *into, const char *marker) {
    text *t = &current(prose)->text;
    xtr__prose_trim(t);
    if (t->size && into->text.size && into->text.bytes[into->text.size - 1] != '\n')
        xtr__prose_append(prose, &into->text, "\n", 1, 0, 0);
    if (t->size && marker && *marker && !xtr__is_bullet(marker, strlen(marker))) {
        xtr__prose_append(prose, &into->text, marker, strlen(marker), 0, 0);
        xtr__prose_append(prose, &into->text, " ", 1, 0, 0);
    }
    xtr__prose_append_text(prose, &into->text, t);
    xtr__prose_clear(t);
    lines *boxes = &prose->contexts[0].boxes;
    for (size_t i = 0; i < boxes->count; i++) {
        line *l = &boxes->items[i];
        keep_line(prose, &prose->table_boxes, &l->text,
                  &(xtr__prose_paragraph){l->type, l->level, l->marker});
    }
    drop_lines(prose, boxes);
}

static void end_in_aside(xtr__prose *prose, const xtr__prose_paragraph *paragraph) {
    context *c = current(prose);
    xtr__prose_trim(&c->text);
    if (xtr__prose_has_text(prose))
        keep_line(prose, &c->lines, &c->text, paragraph);
    xtr__prose_clear(&c->text);
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
    text *t = &prose->contexts[0].text;
    /* Empty lines of code are part of it. */
    if (paragraph->type == XTR_CODE && (prose->open_code || xtr__prose_has_text(prose))) {
        put_code(prose, t);
    } else {
        xtr__prose_trim(t);
        if (xtr__prose_has_text(prose))
            put_paragraph(prose, t, paragraph->type, paragraph->level, paragraph->marker);
    }
    xtr__prose_clear(t);
    put_lines(prose, &prose->contexts[0].boxes);
}

/* Cells and rows ---------------------------------------------------------------------------- */

/* What is set apart by more than spaces where a table has no place. */
static void separate(xtr__prose *prose, text *t, const char *separator) {
    if (t->size)
        xtr__prose_append(prose, t, separator, 1, 0, 0);
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
        xtr__prose_trim(&into->text);
        row *r = &prose->table.rows[prose->table.count - 1];
        void *items = r->cells;
        if (xtr__prose_grow(prose, &items, &r->capacity, r->count + 1, sizeof *r->cells))
            ((cell *)items)[r->count++] = (cell){0};
        r->cells = items;
        return;
    }
    /* The cell of an inner table follows the one before it on their line. */
    text *t = &prose->contexts[0].text;
    xtr__prose_trim(t);
    xtr__prose_append_text(prose, &into->text, t);
    xtr__prose_clear(t);
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
            xtr__prose_trim(&into->text);
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
        drop_text(prose, &r->cells[r->count].text);
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
    void *items = t->rows;
    end_code(prose);
    if (!t->open) {
        bool room = xtr__prose_grow(prose, &items, &t->capacity, t->count + 1, sizeof *t->rows);
        t->rows = items;
        if (!room)
            return NULL;
        t->rows[t->count++] = (row){0};
        t->open = true;
    }
    row *r = &t->rows[t->count - 1];
    if (!r->count) {
        items = r->cells;
        bool room = xtr__prose_grow(prose, &items, &r->capacity, 1, sizeof *r->cells);
        r->cells = items;
        if (!room)
            return NULL;
        r->cells[r->count++] = (cell){0};
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
    text all = {0};
    for (size_t i = 0; i < from->count; i++) {
        if (i)
            xtr__prose_append(prose, &all, "\n", 1, 0, 0);
        if (from->items[i].marker) {
            xtr__prose_append(prose, &all, from->items[i].marker, strlen(from->items[i].marker), 0,
                              0);
            xtr__prose_append(prose, &all, " ", 1, 0, 0);
        }
        xtr__prose_append_text(prose, &all, &from->items[i].text);
    }
    if (all.size)
        keep_line(prose, to, &all, &(xtr__prose_paragraph){.type = XTR_FOOTNOTE, .marker = label});
    drop_text(prose, &all);
}

static bool is_there(const lines *in, const text *t) {
    for (size_t i = 0; i < in->count; i++) {
        const text *other = &in->items[i].text;
        if (other->size == t->size && !memcmp(other->bytes, t->bytes, t->size))
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
    text all = {0};
    for (size_t i = 0; i < from->count; i++) {
        if (i)
            xtr__prose_append(prose, &all, "\n", 1, 0, 0);
        xtr__prose_append(prose, &all, from->items[i].text.bytes, from->items[i].text.size, 0, 0);
    }
    xtr__prose_append(prose, &all, "", 1, 0, 0);
    if (all.size > 1)
        xtr_annotation(prose->builder, "comment", all.bytes, author, 0, (xtr_box){0});
    drop_text(prose, &all);
}

static void keep_box(xtr__prose *prose, context *c) {
    context *below = c - 1;
    lines *to = prose->depth > 1 ? &below->lines : &below->boxes;
    for (size_t i = 0; i < c->lines.count; i++) {
        line *l = &c->lines.items[i];
        keep_line(prose, to, &l->text, &(xtr__prose_paragraph){l->type, l->level, l->marker});
    }
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
