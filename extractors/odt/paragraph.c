/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paragraphs: what they are, and where their text goes when they end. */
#include "container/numerals.h"
#include "odt/odt.h"

#include <string.h>

enum { MOST_LEVEL = 6 };

typedef struct shape {
    xtr_element_type type;
    int level;
    char marker[XTR__ODT_MARKER]; /* empty: none */
} shape;

xtr__odt_paragraph *xtr__odt_open(xtr__odt *o) {
    return o->open && o->open <= XTR__ODT_BOXES ? &o->paragraphs[o->open - 1] : NULL;
}

void xtr__odt_paragraph_begin(xtr__odt *o, const xtr__xml_element *e) {
    o->open++;
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (!p)
        return;
    p->text.size = p->text.run_count = 0;
    p->picture_count = 0;
    p->style = xtr__odt_style_of(&o->styles, 'p', xtr__xml_attribute_of(e, T(STYLE_NAME)));
    const char *heads = xtr__xml_attribute_of(e, T(IS_LIST_HEADER));
    p->level = 0;
    if (e->id == T(H)) {
        p->level = xtr__odt_number(xtr__xml_attribute_of(e, T(OUTLINE_LEVEL)), 1);
        p->level = p->level < 1 ? 1 : p->level;
    }
    p->heads_list = heads && !strcmp(heads, "true");
    p->has_text = p->has_formula = false;
    p->after_space = true;
    p->span_count = 1;
    p->spans[0] = (xtr__odt_span){0, 0};
}

/* Text -------------------------------------------------------------------------------------- */

void xtr__odt_span_begin(xtr__odt *o, const char *style, size_t url) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (!p)
        return;
    if (p->span_count < XTR__ODT_SPANS) {
        xtr__odt_span span = p->spans[p->span_count - 1];
        xtr__odt_style own = xtr__odt_style_of(&o->styles, 't', style);
        span.styles = (span.styles & ~own.said) | own.on;
        span.url = url ? url : span.url;
        p->spans[p->span_count] = span;
    }
    p->span_count++;
}

void xtr__odt_span_end(xtr__odt *o) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (p && p->span_count > 1)
        p->span_count--;
}

void xtr__odt_put(xtr__odt *o, const char *text, size_t size) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (!p || !size)
        return;
    unsigned last = p->span_count - 1;
    const xtr__odt_span *span = &p->spans[last < XTR__ODT_SPANS ? last : XTR__ODT_SPANS - 1];
    unsigned styles = span->styles;
    if (styles & XTR__ODT_HIDDEN)
        return;
    if (p->style.kind == XTR__STYLE_CODE)
        styles &= ~(unsigned)XTR_MONO;
    if (p->level || p->style.kind == XTR__STYLE_TITLE)
        styles &= ~(unsigned)XTR_BOLD;
    xtr__story_add(&o->store, &p->text, text, size, styles, span->url);
    p->has_text = true;
    p->after_space = text[size - 1] == '\n';
}

void xtr__odt_put_collapsed(xtr__odt *o, const char *text, size_t size) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    size_t at = 0;
    while (p && at < size) {
        size_t from = at;
        while (at < size && !strchr(" \t\r\n", text[at]))
            at++;
        xtr__odt_put(o, text + from, at - from);
        if (at == size)
            break;
        while (at < size && strchr(" \t\r\n", text[at]))
            at++;
        if (p->after_space)
            continue;
        xtr__odt_put(o, " ", 1);
        p->after_space = true;
    }
}

/* Shape ------------------------------------------------------------------------------------- */

static void count_heading(xtr__odt *o, int level, char marker[XTR__ODT_MARKER]) {
    if (level > XTR__ODT_LEVELS)
        return;
    const xtr__odt_list_style *outline = &o->styles.outline;
    int *counter = &o->outline[level - 1];
    *counter = *counter ? *counter + 1 : outline->levels[level - 1].start;
    for (int i = level; i < XTR__ODT_LEVELS; i++)
        o->outline[i] = 0;
    xtr__odt_marker(marker, outline, level - 1, o->outline);
}

static int level_of(const xtr__odt_paragraph *p) {
    if (p->level)
        return p->level;
    if (p->style.kind == XTR__STYLE_TITLE)
        return 1;
    return p->style.kind == XTR__STYLE_HEADING ? p->style.level + 1 : 0;
}

static shape shape_of(xtr__odt *o, const xtr__odt_paragraph *p) {
    static const xtr_element_type types[] = {
        [XTR__STYLE_PLAIN] = XTR_PARAGRAPH, [XTR__STYLE_HEADING] = XTR_PARAGRAPH,
        [XTR__STYLE_TITLE] = XTR_HEADING,   [XTR__STYLE_CODE] = XTR_CODE,
        [XTR__STYLE_QUOTE] = XTR_QUOTE,     [XTR__STYLE_CAPTION] = XTR_CAPTION};
    shape s = {.type = types[p->style.kind], .level = level_of(p)};
    xtr__odt_item_marker(o, s.marker);
    bool in_item = o->list_depth && !o->item_marked;
    o->item_marked = true;
    if (s.level) {
        s.type = XTR_HEADING;
        if (p->level && !*s.marker && !p->heads_list && p->text.size)
            count_heading(o, p->level, s.marker);
        s.level = s.level < MOST_LEVEL ? s.level : MOST_LEVEL;
    } else if (in_item && *s.marker) {
        s.type = XTR_LIST_ITEM;
        s.level = (int)o->list_depth;
    } else if (p->has_formula && !p->has_text) {
        s.type = XTR_FORMULA;
    }
    if (o->target == XTR__ODT_TO_HEADER)
        s.type = XTR_HEADER;
    return s;
}

/* Writing ----------------------------------------------------------------------------------- */

void xtr__odt_code_end(xtr__odt *o) {
    if (o->code_open)
        xtr_element_end(o->builder);
    o->code_open = false;
}

static void write_code(xtr__odt *o, const xtr__story *t) {
    if (o->code_open)
        xtr_text(o->builder, "\n", 1);
    else if (t->size)
        xtr_element_begin(o->builder, &(xtr_element_info){.type = XTR_CODE});
    o->code_open = o->code_open || t->size;
    xtr__story_write(&o->store, t, 0, t->size);
}

static void write_element(xtr__odt *o, xtr__story *t, size_t first, size_t last, const shape *s) {
    bool item = s->type == XTR_LIST_ITEM;
    xtr_element_begin(
        o->builder,
        &(xtr_element_info){.type = s->type, .level = s->level, .marker = item ? s->marker : NULL});
    if (*s->marker && !item) {
        xtr_text(o->builder, s->marker, strlen(s->marker));
        xtr_text(o->builder, " ", 1);
    }
    xtr__story_write(&o->store, t, first, last);
    xtr_element_end(o->builder);
    if (s->type == XTR_HEADING) {
        char after = t->text[last];
        t->text[last] = 0;
        xtr_entry(o->builder, t->text + first, s->level, 0);
        t->text[last] = after;
    }
}

static void write_pictures(xtr__odt *o, const xtr__odt_paragraph *p) {
    for (unsigned i = 0; i < p->picture_count; i++) {
        const xtr__odt_picture *picture = &p->pictures[i];
        const char *alt = xtr__story_kept(&o->store, picture->alt);
        bool named = picture->image && xtr_job_options(o->job)->images == XTR_IMAGES_EXTRACT;
        if (!*alt && !named)
            continue;
        xtr_element_begin(o->builder,
                          &(xtr_element_info){.type = XTR_IMAGE, .image = picture->image});
        xtr_text(o->builder, alt, strlen(alt));
        xtr_element_end(o->builder);
    }
}

static void append(xtr__odt *o, xtr__story *to, bool follows, const xtr__odt_paragraph *p,
                   size_t first, size_t last, const shape *s) {
    if (first == last && !p->picture_count)
        return;
    if (follows)
        xtr__story_add(&o->store, to, &o->separator, 1, 0, 0);
    o->separator = '\n';
    if (*s->marker && !xtr__is_bullet(s->marker, strlen(s->marker))) {
        xtr__story_add(&o->store, to, s->marker, strlen(s->marker), 0, 0);
        xtr__story_add(&o->store, to, " ", 1, 0, 0);
    }
    xtr__story_copy(&o->store, to, &p->text, first, last);
    for (unsigned i = 0; i < p->picture_count; i++) {
        const char *alt = xtr__story_kept(&o->store, p->pictures[i].alt);
        if (*alt && (i || first < last))
            xtr__story_add(&o->store, to, " ", 1, 0, 0);
        xtr__story_add(&o->store, to, alt, strlen(alt), 0, 0);
    }
}

static void write(xtr__odt *o, xtr__odt_paragraph *p) {
    shape s = shape_of(o, p);
    size_t first = 0, last = p->text.size;
    xtr__story_trim(&p->text, &first, &last);
    if (o->target == XTR__ODT_TO_NOTES) {
        const xtr__odt_note *note = &o->note_items[o->note_count - 1];
        append(o, &o->notes, o->notes.size > note->first, p, first, last, &s);
    } else if (o->target == XTR__ODT_TO_ANNOTATION) {
        append(o, &o->annotation, o->annotation.size > 0, p, first, last, &s);
    } else if (o->target == XTR__ODT_TO_FOOTERS) {
        append(o, &o->footers, o->footers.size > 0, p, first, last, &s);
    } else if (o->table) {
        append(o, xtr__story_cell_text(o->table), xtr__story_cell_has_text(o->table), p, first,
               last, &s);
    } else if (s.type == XTR_CODE) {
        write_code(o, &p->text);
    } else {
        if (first < last || p->picture_count)
            xtr__odt_code_end(o);
        if (first < last)
            write_element(o, &p->text, first, last, &s);
        write_pictures(o, p);
    }
}

void xtr__odt_paragraph_end(xtr__odt *o) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (p && !o->store.failed)
        write(o, p);
    o->open -= o->open > 0;
    xtr__odt_write_charts(o);
}

/* What stands behind the body: notes and footers. */
void xtr__odt_write_rest(xtr__odt *o) {
    xtr__odt_code_end(o);
    xtr__odt_write_charts(o);
    for (int endnotes = 0; endnotes < 2; endnotes++) {
        for (size_t i = 0; i < o->note_count; i++) {
            const xtr__odt_note *note = &o->note_items[i];
            if (note->endnote != (endnotes == 1))
                continue;
            xtr_element_begin(o->builder,
                              &(xtr_element_info){.type = XTR_FOOTNOTE, .marker = note->marker});
            xtr__story_write(&o->store, &o->notes, note->first, note->last);
            xtr_element_end(o->builder);
        }
    }
    if (!o->footers.size)
        return;
    xtr_element_begin(o->builder, &(xtr_element_info){.type = XTR_FOOTER});
    xtr__story_write(&o->store, &o->footers, 0, o->footers.size);
    xtr_element_end(o->builder);
}
