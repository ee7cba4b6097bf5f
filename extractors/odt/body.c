/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Content and styles of OpenDocument text (ODF 1.3 part 3, 5 to 10) in one pass. A paragraph is
 * written when it ends; what stands in its frames comes before it, and notes and annotations are
 * recorded. Tracked changes are read as accepted: what was deleted stands apart. */
#include "odt/odt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void skip(xtr__odt *o) {
    o->skip = o->depth;
}

/* Boxes ------------------------------------------------------------------------------------- */

/* Until the element ends, paragraphs are others than the open one, and go elsewhere. */
static void box_begin(xtr__odt *o, xtr__odt_target target) {
    if (o->box_count == XTR__ODT_BOXES || o->open >= XTR__ODT_BOXES) {
        skip(o);
        return;
    }
    o->boxes[o->box_count++] = (xtr__odt_box){o->depth, o->open, o->target, o->list_depth};
    o->target = target;
    o->list_depth = 0;
}

static bool box_end(xtr__odt *o, unsigned depth) {
    if (!o->box_count || o->boxes[o->box_count - 1].depth != depth)
        return false;
    const xtr__odt_box *box = &o->boxes[--o->box_count];
    o->target = box->target;
    o->list_depth = box->list_depth;
    o->item_marked = true;
    o->separator = '\n';
    return true;
}

/* Notes ------------------------------------------------------------------------------------- */

static void note_begin(xtr__odt *o, const xtr__xml_element *e) {
    const char *class = xtr__xml_attribute_of(e, T(NOTE_CLASS));
    if (!xtr__story_grow(&o->store, (void **)&o->note_items, &o->note_room, o->note_count + 1,
                         sizeof *o->note_items) ||
        o->target == XTR__ODT_TO_NOTES) {
        skip(o);
        return;
    }
    o->note_items[o->note_count++] =
        (xtr__odt_note){.endnote = e->id == T(ENDNOTE) || (class && !strcmp(class, "endnote")),
                        .first = o->notes.size,
                        .last = o->notes.size};
}

static void cite(xtr__odt *o, const char *text, size_t size) {
    xtr__odt_note *note = &o->note_items[o->note_count - 1];
    size_t at = strlen(note->marker);
    size = size < sizeof note->marker - at ? size : sizeof note->marker - at - 1;
    memcpy(note->marker + at, text, size);
    note->marker[at + size] = 0;
}

static void citation_end(xtr__odt *o) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    o->in_citation = false;
    if (!p || !o->note_count)
        return;
    const char *marker = o->note_items[o->note_count - 1].marker;
    xtr__story_add(&o->store, &p->text, marker, strlen(marker), XTR_SUPERSCRIPT, 0);
    p->has_text = true;
    p->after_space = false;
}

static void annotation_end(xtr__odt *o) {
    xtr__story *t = &o->annotation;
    if (t->size) {
        t->text[t->size] = 0;
        xtr_annotation(o->builder, "Comment", t->text, *o->author ? o->author : NULL, 0,
                       (xtr_box){0});
    }
    xtr__story_cut(t, 0);
}

/* Tables ------------------------------------------------------------------------------------ */

static bool is_flat(const xtr__odt *o) {
    return o->tables > 1 || o->target != XTR__ODT_TO_BODY;
}

static void table_begin(xtr__odt *o) {
    o->separator = '\n';
    if (++o->tables > 1 || o->target != XTR__ODT_TO_BODY)
        return;
    o->heading_rows = false;
    o->table = xtr__story_table_new(&o->store);
}

static void table_end(xtr__odt *o) {
    o->tables -= o->tables > 0;
    o->separator = '\n';
    if (o->tables || !o->table)
        return;
    xtr__story_table *table = o->table;
    o->table = NULL;
    if (!o->store.failed) {
        xtr__odt_code_end(o);
        xtr__story_table_write(table, false);
    }
    xtr__story_table_drop(table);
    xtr__odt_write_charts(o);
}

void xtr__odt_tables_end(xtr__odt *o) {
    o->tables = o->table != NULL;
    table_end(o);
}

static void row_begin(xtr__odt *o) {
    o->nested_first = true;
    if (!o->table || is_flat(o))
        return;
    xtr__story_row_begin(o->table);
    xtr__story_row_heads(o->table, o->heading_rows);
}

static void cell_begin(xtr__odt *o, const xtr__xml_element *e) {
    if (is_flat(o)) {
        o->separator = o->nested_first ? '\n' : '\t';
        o->nested_first = false;
        return;
    }
    if (!o->table)
        return;
    int columns = xtr__odt_number(xtr__xml_attribute_of(e, T(COLUMNS_SPANNED)), 1);
    xtr__story_cell_begin(o->table);
    xtr__story_cell_span(o->table, xtr__odt_number(xtr__xml_attribute_of(e, T(ROWS_SPANNED)), 1),
                         columns);
    o->spanned = columns - 1;
}

/* The cell itself has taken the columns that it spans in its row. */
static void covered(xtr__odt *o, const xtr__xml_element *e) {
    skip(o);
    if (!o->table || is_flat(o))
        return;
    int count = xtr__odt_number(xtr__xml_attribute_of(e, T(COLUMNS_REPEATED)), 1);
    int before = count < o->spanned ? count : o->spanned;
    o->spanned -= before;
    xtr__story_row_skip(o->table, count - before);
}

/* Elements ---------------------------------------------------------------------------------- */

static bool is_left_out(int id) {
    switch (id) {
    case T(TRACKED):
    case T(FORMS):
    case T(BINARY):
    case T(SCRIPTS):
    case T(LISTENERS):
    case T(TOC_SOURCE):
    case T(ILL_SOURCE):
    case T(TABLE_SOURCE):
    case T(OBJECT_SOURCE):
    case T(USER_SOURCE):
    case T(ALPHA_SOURCE):
    case T(BIB_SOURCE):
        return true;
    default:
        return false;
    }
}

static void spaces(xtr__odt *o, const xtr__xml_element *e) {
    int count = xtr__odt_number(xtr__xml_attribute_of(e, T(C)), 1);
    for (int i = 0; i < count && i < 1000; i++)
        xtr__odt_put(o, " ", 1);
}

static void link_begin(xtr__odt *o, const xtr__xml_element *e) {
    const char *url = xtr__xml_attribute_of(e, T(HREF));
    size_t kept = url && *url != '#' ? xtr__story_keep(&o->store, url) : 0;
    if (kept)
        xtr_link(o->builder, url, 0, 0, (xtr_box){0});
    xtr__odt_span_begin(o, NULL, kept);
}

static void frame_begin(xtr__odt *o) {
    o->framed = o->frame_pictured = false;
    o->frame_part = -1;
    o->alt = 0;
}

/* A picture waits for its description, which comes behind it. */
static void frame_end(xtr__odt *o) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    uint32_t image = o->frame_pictured && o->frame_part >= 0
                         ? xtr__odt_image(o, o->frame_part, xtr__story_kept(&o->store, o->alt))
                         : 0;
    if (o->frame_pictured && p && p->picture_count < XTR__ODT_PICTURES)
        p->pictures[p->picture_count++] = (xtr__odt_picture){image, o->alt};
    o->frame_pictured = false;
    o->framed = true;
    o->alt = 0;
}

static void frame_element(xtr__odt *o, const xtr__xml_element *e) {
    const char *reference = xtr__xml_attribute_of(e, T(HREF));
    if (o->framed) {
        skip(o); /* another form of the same */
    } else if (e->id == T(IMAGE)) {
        o->framed = true;
        o->frame_pictured = true;
        o->frame_part = xtr__opendocument_find(o->zip, reference, NULL);
    } else {
        o->framed = xtr__odt_formula(o, reference);
        if (!o->framed)
            xtr__odt_chart(o, reference);
        skip(o);
    }
}

static void begin_inline(xtr__odt *o, const xtr__xml_element *e) {
    switch (e->id) {
    case T(SPAN):
        xtr__odt_span_begin(o, xtr__xml_attribute_of(e, T(STYLE_NAME)), 0);
        break;
    case T(A):
        link_begin(o, e);
        break;
    case T(S):
        spaces(o, e);
        break;
    case T(TAB):
    case T(TAB_STOP):
        xtr__odt_put(o, "\t", 1);
        break;
    case T(LINE_BREAK):
        xtr__odt_put(o, "\n", 1);
        break;
    case T(NOTE):
    case T(FOOTNOTE):
    case T(ENDNOTE):
        note_begin(o, e);
        break;
    case T(CITATION):
    case T(FOOTNOTE_CITATION):
    case T(ENDNOTE_CITATION):
        o->in_citation = o->note_count > 0;
        break;
    case T(NOTE_BODY):
    case T(FOOTNOTE_BODY):
    case T(ENDNOTE_BODY):
        if (o->note_count)
            box_begin(o, XTR__ODT_TO_NOTES);
        else
            skip(o); /* of no note */
        break;
    case T(ANNOTATION):
        *o->author = 0;
        box_begin(o, XTR__ODT_TO_ANNOTATION);
        break;
    case T(RUBY_TEXT):
        o->ruby_at = xtr__odt_open(o) ? xtr__odt_open(o)->text.size : 0;
        break;
    case T(CREATOR):
    case T(DATE):
        o->metadata = e->id;
        break;
    case T(FRAME):
        frame_begin(o);
        break;
    case T(IMAGE):
    case T(OBJECT):
        frame_element(o, e);
        break;
    case T(TITLE):
    case T(DESC):
        o->description = e->id;
        xtr__story_cut(&o->described, 0);
        break;
    case T(TEXT_BOX):
    case T(SHAPE):
    case T(RECT):
    case T(ELLIPSE):
        box_begin(o, o->target);
        break;
    default:
        break;
    }
}

static bool begin_block(xtr__odt *o, const xtr__xml_element *e) {
    switch (e->id) {
    case T(P):
    case T(H):
        xtr__odt_paragraph_begin(o, e);
        return true;
    case T(LIST):
    case T(ORDERED):
    case T(UNORDERED):
        xtr__odt_list_begin(o, e);
        return true;
    case T(LIST_ITEM):
    case T(LIST_HEADER):
        xtr__odt_item_begin(o, e);
        return true;
    case T(TABLE):
        table_begin(o);
        return true;
    case T(HEADER_ROWS):
        o->heading_rows = o->heading_rows || !is_flat(o);
        return true;
    case T(ROW):
        row_begin(o);
        return true;
    case T(CELL):
        cell_begin(o, e);
        return true;
    case T(COVERED):
        covered(o, e);
        return true;
    default:
        return false;
    }
}

static void furniture_begin(xtr__odt *o, int id) {
    bool header = id == T(HEADER) || id == T(HEADER_LEFT) || id == T(HEADER_FIRST);
    bool footer = id == T(FOOTER) || id == T(FOOTER_LEFT) || id == T(FOOTER_FIRST);
    if (id == T(BODY))
        o->target = XTR__ODT_TO_BODY;
    else if (header)
        o->target = XTR__ODT_TO_HEADER;
    else if (footer)
        o->target = XTR__ODT_TO_FOOTERS;
    else
        return;
    o->in_body = true;
}

static void begin(void *payload, const xtr__xml_element *e) {
    xtr__odt *o = payload;
    o->depth++;
    if (o->skip || !e->id)
        return;
    if (is_left_out(e->id)) {
        skip(o);
    } else if (!o->in_body) {
        xtr__odt_styles_begin(&o->styles, e);
        furniture_begin(o, e->id);
    } else if (!begin_block(o, e)) {
        begin_inline(o, e);
    }
}

/* Ends -------------------------------------------------------------------------------------- */

static void ruby_text_end(xtr__odt *o) {
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (!p || p->text.size <= o->ruby_at)
        return;
    size_t size = p->text.size - o->ruby_at;
    o->ruby_size = size < sizeof o->ruby ? size : 0;
    memcpy(o->ruby, p->text.text + o->ruby_at, o->ruby_size);
    xtr__story_cut(&p->text, o->ruby_at);
    if (!o->ruby_size)
        return;
    xtr__odt_put(o, "(", 1);
    xtr__odt_put(o, o->ruby, o->ruby_size);
    xtr__odt_put(o, ")", 1);
}

static void description_end(xtr__odt *o) {
    xtr__story *t = &o->described;
    bool better = o->description == T(DESC) || !o->alt;
    o->description = 0;
    if (!t->size || !better)
        return;
    t->text[t->size] = 0;
    o->alt = xtr__story_keep(&o->store, t->text);
}

static void end_block(xtr__odt *o, int id) {
    switch (id) {
    case T(P):
    case T(H):
        xtr__odt_paragraph_end(o);
        break;
    case T(LIST):
    case T(ORDERED):
    case T(UNORDERED):
        xtr__odt_list_end(o);
        break;
    case T(TABLE):
        table_end(o);
        break;
    case T(HEADER_ROWS):
        o->heading_rows = o->heading_rows && is_flat(o);
        break;
    case T(ROW):
        if (o->table && !is_flat(o))
            xtr__story_row_end(o->table);
        break;
    case T(CELL):
        if (o->table && !is_flat(o))
            xtr__story_cell_end(o->table);
        break;
    case T(BODY):
    case T(HEADER):
    case T(HEADER_LEFT):
    case T(HEADER_FIRST):
    case T(FOOTER):
    case T(FOOTER_LEFT):
    case T(FOOTER_FIRST):
        o->in_body = false;
        break;
    default:
        break;
    }
}

static void end_inline(xtr__odt *o, int id) {
    switch (id) {
    case T(SPAN):
    case T(A):
        xtr__odt_span_end(o);
        break;
    case T(CITATION):
    case T(FOOTNOTE_CITATION):
    case T(ENDNOTE_CITATION):
        citation_end(o);
        break;
    case T(NOTE_BODY):
    case T(FOOTNOTE_BODY):
    case T(ENDNOTE_BODY):
        if (o->note_count)
            o->note_items[o->note_count - 1].last = o->notes.size;
        break;
    case T(ANNOTATION):
        annotation_end(o);
        break;
    case T(RUBY_TEXT):
        ruby_text_end(o);
        break;
    case T(CREATOR):
    case T(DATE):
        o->metadata = 0;
        break;
    case T(FRAME):
        frame_end(o);
        break;
    case T(TITLE):
    case T(DESC):
        description_end(o);
        break;
    default:
        break;
    }
}

static void end(void *payload, int id, const char *name) {
    xtr__odt *o = payload;
    unsigned depth = o->depth--;
    (void)name;
    if (o->skip) {
        o->skip = o->skip == depth ? 0 : o->skip;
        return;
    }
    if (!o->in_body) {
        xtr__odt_styles_end(&o->styles, id);
        return;
    }
    (void)box_end(o, depth);
    end_block(o, id);
    end_inline(o, id);
}

static void text(void *payload, const char *more, size_t size) {
    xtr__odt *o = payload;
    if (o->skip || !o->in_body)
        return;
    if (o->description) {
        xtr__story_add(&o->store, &o->described, more, size, 0, 0);
    } else if (o->metadata) {
        size_t at = strlen(o->author);
        if (o->metadata == T(CREATOR))
            snprintf(o->author + at, sizeof o->author - at, "%.*s", (int)(size < 128 ? size : 128),
                     more);
    } else if (o->in_citation) {
        cite(o, more, size);
    } else {
        /* Between the paragraphs of a box there is only space. */
        bool outside = o->box_count && o->open == o->boxes[o->box_count - 1].open;
        if (!outside)
            xtr__odt_put_collapsed(o, more, size);
    }
}

const xtr__xml_handler xtr__odt_handler = {.begin = begin, .end = end, .text = text};
