/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The text of a document and of its parts: pieces, in them runs of equal formatting, in them
 * characters, of which some are marks (2.4.1, 2.8.25). */
#include "doc/doc.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { /* pairs of the FIB */
       FOOTNOTE_MARKS = 2,
       FOOTNOTE_TEXTS = 3,
       COMMENT_MARKS = 4,
       COMMENT_TEXTS = 5,
       HEADER_TEXTS = 11,
       COMMENT_OWNERS = 36,
       SHAPE_MARKS = 40,
       ENDNOTE_MARKS = 46,
       ENDNOTE_TEXTS = 47,
       BOX_TEXTS = 56,
};

enum { /* characters that are marks */
       PICTURE = 0x01,
       NOTE = 0x02,
       COMMENT = 0x05,
       CELL = 0x07,
       SHAPE = 0x08,
       LINE = 0x0B,
       SECTION = 0x0C,
       PARAGRAPH = 0x0D,
       COLUMN = 0x0E,
       FIELD_BEGIN = 0x13,
       FIELD_RESULT = 0x14,
       FIELD_END = 0x15,
       HARD_HYPHEN = 0x1E,
       SOFT_HYPHEN = 0x1F,
       SYMBOL_SIGN = 0x28,
};

/* A stretch of text of one piece and one formatting. */
typedef struct run {
    part of;
    const piece *piece;
    uint32_t position, count; /* of characters */
    uint32_t place;           /* of the first one in the stream */
    character format;
} run;

enum { MOST_BOXES = 4096, MOST_HEADERS = 6 * 256 };

/* Text -------------------------------------------------------------------------------------- */

static const char *url_of(const doc *d) {
    for (unsigned i = d->field_count; i--;) {
        if (d->fields[i].in_result && d->fields[i].url)
            return d->fields[i].url;
    }
    return NULL;
}

static void add_instruction(doc *d, const char *text, size_t size) {
    enum { MOST = 1 << 16 };
    if (!size || d->instruction_size + size > MOST)
        return;
    if (d->instruction_size + size > d->instruction_capacity) {
        size_t more = 2 * (d->instruction_size + size) + 64;
        char *grown = realloc(d->instructions, more);
        d->failed = d->failed || !grown;
        if (!grown)
            return;
        d->instructions = grown;
        d->instruction_capacity = more;
    }
    memcpy(d->instructions + d->instruction_size, text, size);
    d->instruction_size += size;
}

static void add_text(doc *d, const character *c, const char *text, size_t size) {
    if (d->instructing)
        add_instruction(d, text, size);
    else if (!c->hidden && !c->deleted)
        xtr__prose_text(d->prose, text, size, c->styles, url_of(d));
}

static void add_character(doc *d, const character *c, uint32_t shown) {
    char text[4];
    add_text(d, c, text, xtr__utf8_encode(text, shown));
}

static const char *font_name(const doc *d, int font) {
    return font >= 0 && (uint32_t)font < d->font_count ? d->fonts[font] : "";
}

/* Fields ------------------------------------------------------------------------------------ */

static void begin_field(doc *d) {
    if (d->field_count == DEEPEST_FIELD) {
        d->fields_beyond++;
        return;
    }
    d->fields[d->field_count++] = (field){.instruction = d->instruction_size};
    d->instructing++;
}

/* What the instruction says; it is over. */
static uint32_t read_instruction(doc *d, field *f) {
    uint32_t symbol = 0;
    add_instruction(d, "", 1);
    if (d->instruction_size > f->instruction && !d->failed) {
        d->instructions[d->instruction_size - 1] = 0;
        f->url = xtr__prose_read_field(d->instructions + f->instruction, &symbol);
    }
    d->instruction_size = f->instruction;
    d->instructing--;
    return symbol;
}

static void show_result(doc *d) {
    field *f = d->field_count ? &d->fields[d->field_count - 1] : NULL;
    if (!f || f->in_result || d->fields_beyond)
        return;
    read_instruction(d, f);
    f->in_result = true;
}

static void end_field(doc *d, const character *c) {
    if (d->fields_beyond) {
        d->fields_beyond--;
        return;
    }
    if (!d->field_count)
        return;
    field *f = &d->fields[d->field_count - 1];
    uint32_t symbol = f->in_result ? 0 : read_instruction(d, f);
    free(f->url);
    d->field_count--;
    if (symbol)
        add_character(d, c, symbol);
}

/* Paragraphs -------------------------------------------------------------------------------- */

static bytes modifier_of(const doc *d, const piece *p) {
    bool complex = p->modifier & 1;
    size_t index = p->modifier >> 1;
    return complex && index < d->modifier_count ? d->modifiers[index] : (bytes){NULL, 0};
}

static bytes sprms_of(const doc *d, const span *s) {
    return s ? doc_part(d->main, s->at, s->size) : (bytes){NULL, 0};
}

static xtr__prose_paragraph prose_of(doc *d, const paragraph *p, const style *s, char *marker) {
    xtr__prose_paragraph out = {.type = XTR_PARAGRAPH};
    if (s && s->special)
        out = s->makes;
    if (p->outline < NO_OUTLINE)
        out = (xtr__prose_paragraph){.type = XTR_HEADING,
                                     .level = p->outline < 6 ? p->outline + 1 : 6};
    marker[0] = 0;
    bool text = xtr__prose_has_text(d->prose);
    xtr__numbering *numbering = text ? doc_list(d, p->list) : NULL;
    if (numbering)
        xtr__numbering_next(numbering, (unsigned)p->level, marker);
    else if (text && p->left > 0 && p->first < 0 && out.type != XTR_HEADING)
        xtr__prose_take_marker(d->prose, marker, XTR__MARKER_SIZE);
    if (*marker) {
        out.marker = marker;
        if (out.type != XTR_HEADING) {
            out.type = XTR_LIST_ITEM;
            out.level = numbering ? p->level + 1 : 1;
        }
    }
    return out;
}

static void end_row(doc *d, unsigned depth, bytes sprms) {
    xtr__prose_cell cells[MOST_CELLS];
    bool header;
    size_t count = doc_row_cells(d, sprms, cells, &header);
    xtr__prose_end_row(d->prose, depth, cells, count, header);
}

/* A mark that ends a paragraph, a cell or a row: by its own properties. */
static void end_paragraph(doc *d, const run *r, uint32_t mark, uint32_t place) {
    const span *found = doc_span_at(&d->paragraphs, place);
    const style *s = doc_style(d, found ? found->style : 0);
    paragraph p = {.outline = NO_OUTLINE};
    if (s)
        p = s->paragraph;
    bytes sprms = sprms_of(d, found);
    doc_apply_paragraph(d, &p, sprms);
    doc_apply_paragraph(d, &p, modifier_of(d, r->piece));
    unsigned depth = p.depth > 0 ? (unsigned)p.depth : p.in_table;
    char marker[XTR__MARKER_SIZE];
    d->in_paragraph = false;
    if (mark == CELL && p.row_end) {
        end_row(d, depth ? depth : 1, sprms);
        return;
    }
    if (mark == PARAGRAPH && p.inner_row_end) {
        end_row(d, depth > 1 ? depth : 2, sprms);
        return;
    }
    xtr__prose_paragraph out = prose_of(d, &p, s, marker);
    if (mark == CELL)
        xtr__prose_end_cell(d->prose, &out, 1);
    else if (mark == PARAGRAPH && p.inner_cell)
        xtr__prose_end_cell(d->prose, &out, depth > 1 ? depth : 2);
    else
        xtr__prose_end_paragraph(d->prose, &out, depth);
}

/* Anchors ----------------------------------------------------------------------------------- */

static void read_aside(doc *d, part of, const plc *texts, uint32_t index, xtr__prose_aside kind,
                       const char *label) {
    if (d->nesting == DEEPEST_PART || index >= texts->count)
        return;
    uint32_t from = d->part_at[of] + doc_plc_at(texts, index);
    uint32_t to = d->part_at[of] + doc_plc_at(texts, index + 1);
    to = to < d->part_at[of + 1] ? to : d->part_at[of + 1];
    xtr__prose_begin_aside(d->prose, kind);
    if (from >= d->part_at[of] && from < to)
        doc_read_story(d, from, to, of);
    xtr__prose_end_aside(d->prose, label);
}

/* A note, with the number that Word counts or the mark that its author chose. */
static void add_note(doc *d, const run *r, uint32_t unit, uint32_t index, bool at_end) {
    char label[72];
    size_t size;
    if (unit == NOTE) {
        int number = at_end ? ++d->endnote_number : ++d->footnote_number;
        size = xtr__number_format(label, at_end ? XTR__NUMBER_LOWER_ROMAN : XTR__NUMBER_ARABIC,
                                  number);
    } else {
        bool lone = (unit & 0xF800) == 0xD800;
        size = xtr__utf8_encode(label, lone || unit < ' ' ? 0xFFFD : unit);
    }
    label[size] = 0;
    character c = r->format;
    c.styles |= XTR_SUPERSCRIPT;
    add_text(d, &c, label, size);
    if (!c.deleted && !c.hidden)
        read_aside(d, at_end ? ENDNOTES : FOOTNOTES, at_end ? &d->endnote_text : &d->footnote_text,
                   index, XTR__ASIDE_NOTE, label);
}

/* The name of the author of a comment; they are one after the other. */
static void comment_owner(const doc *d, uint32_t index, char *out, size_t room) {
    bytes owners = doc_structure(d, COMMENT_OWNERS);
    enum { MOST = 1024 };
    unsigned number = doc_u16(doc_plc_item(&d->comments, index), 20);
    size_t at = 0;
    for (unsigned i = 0; i < number && i < MOST && at < owners.size; i++)
        at += 2 + 2 * (size_t)doc_u16(owners, at);
    size_t length = doc_u16(owners, at);
    size_t size = 0;
    for (size_t i = 0; i < length && size + 4 < room; i++) {
        uint32_t c = doc_u16(owners, at + 2 + 2 * i);
        size += xtr__utf8_encode(out + size, (c & 0xF800) == 0xD800 || !c ? 0xFFFD : c);
    }
    out[size] = 0;
}

static void add_comment(doc *d, uint32_t index) {
    char owner[NAME_SIZE * 3];
    owner[0] = 0;
    if (!d->old)
        comment_owner(d, index, owner, sizeof owner);
    read_aside(d, COMMENTS, &d->comment_text, index, XTR__ASIDE_COMMENT, owner);
}

/* The boxes of a shape, by its number. */
static void add_boxes(doc *d, uint32_t position) {
    int64_t found = doc_plc_find(&d->shapes, position);
    if (found < 0)
        return;
    uint32_t shape = doc_u32(doc_plc_item(&d->shapes, (uint32_t)found), 0);
    /* Shapes may be many, and so may be boxes. */
    for (uint32_t i = 0; d->box_shown && i < d->boxes.count && !xtr_job_should_stop(d->job); i++) {
        if (d->box_shown[i] || doc_u32(doc_plc_item(&d->boxes, i), 14) != shape)
            continue;
        d->box_shown[i] = true;
        read_aside(d, BOXES, &d->boxes, i, XTR__ASIDE_BOX, NULL);
    }
}

/* Whether a note or comment is anchored here; then it has been read. */
static bool add_anchored(doc *d, const run *r, uint32_t unit, uint32_t position) {
    int64_t found = doc_plc_find(&d->footnotes, position);
    if (found >= 0) {
        add_note(d, r, unit, (uint32_t)found, false);
        return true;
    }
    found = doc_plc_find(&d->endnotes, position);
    if (found >= 0) {
        add_note(d, r, unit, (uint32_t)found, true);
        return true;
    }
    found = doc_plc_find(&d->comments, position);
    if (found < 0)
        return false;
    add_comment(d, (uint32_t)found);
    return unit == COMMENT;
}

/* The first position from here on where something is anchored. */
static uint32_t next_anchor(const doc *d, uint32_t position) {
    const plc *const all[] = {&d->footnotes, &d->endnotes, &d->comments};
    uint32_t next = UINT32_MAX;
    for (size_t k = 0; k < 3; k++) {
        uint32_t low = 0;
        uint32_t high = all[k]->count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (doc_plc_at(all[k], middle) < position)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < all[k]->count && doc_plc_at(all[k], low) < next)
            next = doc_plc_at(all[k], low);
    }
    return next;
}

/* Runs -------------------------------------------------------------------------------------- */

static void add_symbol(doc *d, const character *c) {
    uint32_t unit = c->symbol;
    uint32_t known = xtr__symbol(font_name(d, c->symbol_font), unit);
    if (known || (unit & 0xF800) != 0xD800)
        add_character(d, c, known ? known : unit);
}

/* A character that is a mark or stands for another; false if it is text. */
static bool add_mark(doc *d, const run *r, uint32_t unit, uint32_t index) {
    const character *c = &r->format;
    switch (unit) {
    case PARAGRAPH:
    case SECTION:
    case CELL:
        end_paragraph(d, r, unit, r->place + index * (r->piece->wide ? 2 : 1));
        return true;
    case FIELD_BEGIN:
        begin_field(d);
        return true;
    case FIELD_RESULT:
        show_result(d);
        return true;
    case FIELD_END:
        end_field(d, c);
        return true;
    case SHAPE:
        if (r->of == MAIN && c->special)
            add_boxes(d, r->position + index);
        return true;
    case LINE:
    case COLUMN:
        add_character(d, c, '\n');
        return true;
    case HARD_HYPHEN:
        add_character(d, c, 0x2011);
        return true;
    case SYMBOL_SIGN:
        if (c->has_symbol && c->special)
            add_symbol(d, c);
        return c->has_symbol && c->special;
    default:
        return unit < ' ' && unit != '\t';
    }
}

static uint32_t unit_at(const doc *d, const run *r, uint32_t index) {
    const unsigned char *at = d->main.data + r->place;
    return r->piece->wide ? (uint32_t)(at[2 * (size_t)index] | at[2 * (size_t)index + 1] << 8)
                          : at[index];
}

/* A character of text; *index is at its last unit then. */
static uint32_t character_at(const doc *d, const run *r, uint32_t unit, uint32_t *index) {
    if (!r->piece->wide) {
        uint32_t known = d->old ? xtr__symbol(font_name(d, r->format.font), unit) : 0;
        uint32_t plain = d->characters[unit];
        return known && d->fonts ? known : plain ? plain : 0xFFFD;
    }
    if ((unit & 0xF800) == 0xD800) {
        uint32_t low = *index + 1 < r->count ? unit_at(d, r, *index + 1) : 0;
        bool pair = unit < 0xDC00 && (low & 0xFC00) == 0xDC00;
        *index += pair;
        return pair ? 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF) : 0xFFFD;
    }
    if (unit >= 0xF000 && unit <= 0xF0FF) {
        uint32_t known = xtr__symbol(font_name(d, r->format.font), unit);
        return known ? known : unit;
    }
    return unit;
}

/* Text in a charset of two bytes a character, up to a mark; returns how many units. */
static uint32_t add_double_bytes(doc *d, const run *r, uint32_t index) {
    uint32_t end = index;
    while (end < r->count && unit_at(d, r, end) >= ' ')
        end++;
    char *text;
    size_t size;
    if (!xtr__charset_decode(&text, &size, d->charset->name, d->main.data + r->place + index,
                             end - index)) {
        add_text(d, &r->format, text, size);
        free(text);
    }
    return end - index;
}

static void add_run(doc *d, const run *r) {
    enum { LOOK = 4096 };
    char text[512];
    size_t size = 0;
    uint32_t anchor = r->of == MAIN ? next_anchor(d, r->position) : UINT32_MAX;
    bool bytes_only = !r->piece->wide && !xtr__charset_simple(d->charset);
    for (uint32_t i = 0; i < r->count && !d->failed; i++) {
        if (i % LOOK == LOOK - 1 && xtr_job_should_stop(d->job))
            break;
        uint32_t unit = unit_at(d, r, i);
        bool anchored = r->position + i == anchor;
        bool marked = unit < ' ' || unit == SYMBOL_SIGN || anchored;
        if (size && (marked || size + 4 > sizeof text)) {
            add_text(d, &r->format, text, size);
            size = 0;
        }
        if (anchored) {
            bool whole = add_anchored(d, r, unit, anchor);
            anchor = next_anchor(d, anchor + 1);
            if (whole)
                continue;
        }
        if (marked && add_mark(d, r, unit, i))
            continue;
        if (bytes_only && unit >= 0x80) {
            add_text(d, &r->format, text, size);
            size = 0;
            i += add_double_bytes(d, r, i) - 1;
            continue;
        }
        size += xtr__utf8_encode(text + size, character_at(d, r, unit, &i));
    }
    add_text(d, &r->format, text, size);
}

/* Stories ----------------------------------------------------------------------------------- */

static size_t piece_at(const doc *d, uint32_t position) {
    size_t low = 0;
    size_t high = d->piece_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (d->pieces[middle].to <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What is formatted alike from here on: up to a mark that ends a paragraph, since the next one may
 * have another style. */
static void limit_run(doc *d, run *r, uint32_t to) {
    enum { UNKNOWN = 256 };
    uint32_t unit = r->piece->wide ? 2 : 1;
    uint32_t end = to < r->piece->to ? to : r->piece->to;
    r->count = end - r->position;
    const span *s = doc_span_at(&d->characters_spans, r->place);
    uint32_t most = s ? (s->to - r->place) / unit : UNKNOWN;
    most = most ? most : 1;
    r->count = r->count < most ? r->count : most;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t c = unit_at(d, r, i);
        if (c == PARAGRAPH || c == CELL || c == SECTION) {
            r->count = i + 1;
            break;
        }
    }
    if (!d->in_paragraph) {
        const span *of = doc_span_at(&d->paragraphs, r->place);
        const style *named = doc_style(d, of ? of->style : 0);
        d->of_style = named ? named->character : (character){.hidden = false};
        d->in_paragraph = true;
    }
    r->format = d->of_style;
    doc_apply_character(d, &r->format, &d->of_style, sprms_of(d, s));
    doc_apply_character(d, &r->format, &d->of_style, modifier_of(d, r->piece));
}

/* Fields that a part leaves open end with it, whatever is around it. */
static void end_fields(doc *d, unsigned count) {
    while (d->field_count > count) {
        field *f = &d->fields[--d->field_count];
        d->instruction_size = f->instruction;
        free(f->url);
    }
}

void doc_read_story(doc *d, uint32_t from, uint32_t to, part of) {
    unsigned fields = d->field_count;
    unsigned instructing = d->instructing;
    uint64_t beyond = d->fields_beyond;
    bool in_paragraph = d->in_paragraph;
    const character of_style = d->of_style;
    d->instructing = 0;
    d->fields_beyond = 0;
    d->in_paragraph = false;
    d->nesting++;
    for (size_t i = piece_at(d, from); i < d->piece_count && d->pieces[i].from < to; i++) {
        const piece *p = &d->pieces[i];
        from = from > p->from ? from : p->from;
        while (from < p->to && from < to && !d->failed && !xtr_job_should_stop(d->job)) {
            run r = {.of = of, .piece = p, .position = from};
            r.place = p->at + (from - p->from) * (p->wide ? 2 : 1);
            limit_run(d, &r, to);
            add_run(d, &r);
            from += r.count;
        }
    }
    end_fields(d, fields);
    d->nesting--;
    d->instructing = instructing;
    d->fields_beyond = beyond;
    d->in_paragraph = in_paragraph;
    d->of_style = of_style;
}

/* Six separators of notes, then six stories a section: heads of even, odd pages, their feet, those
 * of first pages (2.8.22). */
static void read_headers(doc *d) {
    plc texts = doc_plc(d, HEADER_TEXTS, 0);
    static const xtr__prose_aside kinds[] = {XTR__ASIDE_HEADER, XTR__ASIDE_HEADER,
                                             XTR__ASIDE_FOOTER, XTR__ASIDE_FOOTER,
                                             XTR__ASIDE_HEADER, XTR__ASIDE_FOOTER};
    for (uint32_t i = d->old ? 0 : 6; i < texts.count && i < MOST_HEADERS; i++)
        read_aside(d, HEADERS, &texts, i, d->old ? XTR__ASIDE_HEADER : kinds[i % 6], NULL);
}

void doc_read_all(doc *d) {
    d->footnotes = doc_plc(d, FOOTNOTE_MARKS, 2);
    d->footnote_text = doc_plc(d, FOOTNOTE_TEXTS, 0);
    d->comments = doc_plc(d, COMMENT_MARKS, d->old ? 20 : 30);
    d->comment_text = doc_plc(d, COMMENT_TEXTS, 0);
    if (!d->old) {
        d->endnotes = doc_plc(d, ENDNOTE_MARKS, 2);
        d->endnote_text = doc_plc(d, ENDNOTE_TEXTS, 0);
        d->shapes = doc_plc(d, SHAPE_MARKS, 26);
        d->boxes = doc_plc(d, BOX_TEXTS, 22);
        d->boxes.count = d->boxes.count < MOST_BOXES ? d->boxes.count : MOST_BOXES;
        d->box_shown = calloc(d->boxes.count + (size_t)1, sizeof *d->box_shown);
    }
    read_headers(d);
    doc_read_story(d, 0, d->part_at[FOOTNOTES], MAIN);
    /* Boxes of groups of shapes, whose anchors do not name them. */
    for (uint32_t i = 0; d->box_shown && i < d->boxes.count; i++) {
        if (!d->box_shown[i])
            read_aside(d, BOXES, &d->boxes, i, XTR__ASIDE_BOX, NULL);
    }
    xtr__prose_finish(d->prose);
}
