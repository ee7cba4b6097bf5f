/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paragraphs: what they are, and where their text goes when they end. */
#include "container/numerals.h"
#include "docx/body.h"

#include <string.h>

enum { NOT_SAID = -1, MOST_LEVEL = 6, BODY_TEXT = 9 };

/* What a paragraph becomes. */
typedef struct shape {
    xtr_element_type type;
    int level;
    char marker[XTR__DOCX_MARKER]; /* empty: none */
} shape;

xtr__docx_paragraph *xtr__docx_open(xtr__docx_reader *r) {
    return r->open && r->open <= XTR__DOCX_BOXES ? &r->paragraphs[r->open - 1] : NULL;
}

static void clear(xtr__docx_paragraph *p) {
    p->text.size = p->text.run_count = 0;
    p->picture_count = 0;
    p->has_text = p->has_math = p->goes_on = false;
}

void xtr__docx_paragraph_begin(xtr__docx_reader *r) {
    r->open++;
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!p)
        return;
    if (!p->goes_on)
        clear(p);
    p->goes_on = false;
    p->style = (xtr__docx_style){.level = NOT_SAID, .number = NOT_SAID, .indent = NOT_SAID};
    p->number = p->indent = p->level = NOT_SAID;
    p->run = p->run_style = (xtr__docx_toggles){0, 0};
    p->in_drawing = p->pictured = false;
    p->alt = 0;
}

/* Text -------------------------------------------------------------------------------------- */

static unsigned styles_of(const xtr__docx_paragraph *p) {
    unsigned on = (p->run_style.on & ~p->run.said) | p->run.on;
    if (p->style.kind == XTR__STYLE_CODE)
        on &= ~(unsigned)XTR_MONO;
    if (p->style.kind == XTR__STYLE_HEADING || p->style.kind == XTR__STYLE_TITLE)
        on &= ~(unsigned)XTR_BOLD;
    return on;
}

void xtr__docx_put(xtr__docx_reader *r, const char *text, size_t size) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!p || !size)
        return;
    unsigned styles = styles_of(p);
    if (styles & XTR__DOCX_HIDDEN)
        return;
    xtr__story_add(&r->d->store, &p->text, text, size, styles, xtr__docx_link(r));
    p->has_text = true;
    r->produced += size;
}

void xtr__docx_put_string(xtr__docx_reader *r, const char *text) {
    xtr__docx_put(r, text, strlen(text));
}

/* Shape ------------------------------------------------------------------------------------- */

static int heading_level(const xtr__docx_paragraph *p) {
    int level = p->level != NOT_SAID ? p->level : p->style.level;
    xtr__style_kind kind = p->style.kind;
    if (kind == XTR__STYLE_TITLE)
        return 1;
    bool may = kind == XTR__STYLE_HEADING || kind == XTR__STYLE_PLAIN;
    if (!may || level < 0 || level >= BODY_TEXT)
        return 0;
    return level < MOST_LEVEL ? level + 1 : MOST_LEVEL;
}

/* Counts its number as well, so once a paragraph. */
static shape shape_of(xtr__docx_reader *r, const xtr__docx_paragraph *p) {
    static const xtr_element_type types[] = {
        [XTR__STYLE_PLAIN] = XTR_PARAGRAPH, [XTR__STYLE_HEADING] = XTR_PARAGRAPH,
        [XTR__STYLE_TITLE] = XTR_HEADING,   [XTR__STYLE_CODE] = XTR_CODE,
        [XTR__STYLE_QUOTE] = XTR_QUOTE,     [XTR__STYLE_CAPTION] = XTR_CAPTION};
    shape s = {.type = types[p->style.kind], .level = heading_level(p)};
    bool own = p->number != NOT_SAID;
    int number = own ? p->number : p->style.number;
    int indent = p->indent != NOT_SAID ? p->indent : p->style.indent;
    bool numbered =
        xtr__docx_number_next(r->d->numbering, number, &indent, own ? NULL : p->style.id, s.marker);
    if (!numbered)
        *s.marker = 0;
    if (s.level) {
        s.type = XTR_HEADING;
    } else if (numbered && (s.type == XTR_PARAGRAPH || s.type == XTR_QUOTE)) {
        s.type = XTR_LIST_ITEM;
        s.level = indent + 1;
    } else if (s.type == XTR_PARAGRAPH && p->has_math && !p->has_text) {
        s.type = XTR_FORMULA;
    }
    if (r->target == XTR__DOCX_TO_HEADER)
        s.type = XTR_HEADER;
    if (r->target == XTR__DOCX_TO_FOOTER)
        s.type = XTR_FOOTER;
    return s;
}

/* Writing ----------------------------------------------------------------------------------- */

static void write_entry(xtr__docx_reader *r, xtr__story *t, size_t first, size_t last, int level) {
    char after = t->text[last]; /* there is always room for one more */
    t->text[last] = 0;
    xtr_entry(r->d->builder, t->text + first, level, 0);
    t->text[last] = after;
}

void xtr__docx_code_end(xtr__docx_reader *r) {
    if (r->code_open)
        xtr_element_end(r->d->builder);
    r->code_open = false;
}

/* Lines of code are paragraphs of their own. */
static void write_code(xtr__docx_reader *r, xtr__story *t) {
    if (r->code_open)
        xtr_text(r->d->builder, "\n", 1);
    else if (t->size)
        xtr_element_begin(r->d->builder, &(xtr_element_info){.type = XTR_CODE});
    r->code_open = r->code_open || t->size;
    xtr__story_write(&r->d->store, t, 0, t->size);
}

static void write_element(xtr__docx_reader *r, xtr__story *t, size_t first, size_t last,
                          const shape *s) {
    bool marked = *s->marker && s->type != XTR_LIST_ITEM;
    xtr_element_begin(r->d->builder,
                      &(xtr_element_info){.type = s->type,
                                          .level = s->level,
                                          .marker = s->type == XTR_LIST_ITEM ? s->marker : NULL});
    if (marked) {
        xtr_text(r->d->builder, s->marker, strlen(s->marker));
        xtr_text(r->d->builder, " ", 1);
    }
    xtr__story_write(&r->d->store, t, first, last);
    xtr_element_end(r->d->builder);
    if (s->type == XTR_HEADING && r->target == XTR__DOCX_TO_BODY)
        write_entry(r, t, first, last, s->level);
}

static void write_pictures(xtr__docx_reader *r, const xtr__docx_paragraph *p) {
    for (unsigned i = 0; i < p->picture_count; i++) {
        const xtr__docx_picture *picture = &p->pictures[i];
        const char *alt = xtr__story_kept(&r->d->store, picture->alt);
        bool named = picture->image && xtr_job_options(r->d->job)->images == XTR_IMAGES_EXTRACT;
        if (!*alt && !named)
            continue;
        xtr_element_begin(r->d->builder,
                          &(xtr_element_info){.type = XTR_IMAGE, .image = picture->image});
        xtr_text(r->d->builder, alt, strlen(alt));
        xtr_element_end(r->d->builder);
    }
}

/* Into a cell, a note or a comment, behind what it has. */
static void append(xtr__docx_reader *r, xtr__story *to, bool follows, xtr__docx_paragraph *p,
                   size_t first, size_t last, const shape *s) {
    if (first == last && !p->picture_count)
        return;
    if (follows)
        xtr__story_add(&r->d->store, to, &r->separator, 1, 0, 0);
    r->separator = '\n';
    /* A bullet says no more than the new line does. */
    if (*s->marker && !xtr__is_bullet(s->marker, strlen(s->marker))) {
        xtr__story_add(&r->d->store, to, s->marker, strlen(s->marker), 0, 0);
        xtr__story_add(&r->d->store, to, " ", 1, 0, 0);
    }
    xtr__story_copy(&r->d->store, to, &p->text, first, last);
    for (unsigned i = 0; i < p->picture_count; i++) {
        const char *alt = xtr__story_kept(&r->d->store, p->pictures[i].alt);
        if (*alt && (i || first < last))
            xtr__story_add(&r->d->store, to, " ", 1, 0, 0);
        xtr__story_add(&r->d->store, to, alt, strlen(alt), 0, 0);
    }
}

static void write(xtr__docx_reader *r, xtr__docx_paragraph *p) {
    shape s = shape_of(r, p);
    size_t first = 0, last = p->text.size;
    xtr__story_trim(&p->text, &first, &last);
    if (r->table) {
        append(r, xtr__story_cell_text(r->table), xtr__story_cell_has_text(r->table), p, first,
               last, &s);
        return;
    }
    if (r->target == XTR__DOCX_TO_RECORD) {
        size_t from = r->in_record ? r->records->items[r->records->count - 1].first : 0;
        if (r->in_record)
            append(r, &r->records->text, r->records->text.size > from, p, first, last, &s);
        return;
    }
    if (s.type == XTR_CODE) {
        write_code(r, &p->text);
        return;
    }
    if (first < last || p->picture_count)
        xtr__docx_code_end(r);
    if (first < last)
        write_element(r, &p->text, first, last, &s);
    write_pictures(r, p);
}

void xtr__docx_paragraph_end(xtr__docx_reader *r) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (p && !p->goes_on && !r->d->store.failed)
        write(r, p);
    r->open--;
    xtr__docx_write_charts(r);
}

void xtr__docx_paragraphs_end(xtr__docx_reader *r) {
    xtr__docx_paragraph *next = r->open < XTR__DOCX_BOXES ? &r->paragraphs[r->open] : NULL;
    if (next && next->goes_on && !r->d->store.failed) {
        write(r, next);
        next->goes_on = false;
    }
}
