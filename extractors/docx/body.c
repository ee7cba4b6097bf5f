/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parts with paragraphs (ECMA-376 part 1, 17.2 and 17.3): body, headers, footers, notes, comments.
 * Read in one pass: a paragraph is written when it ends, and what stands in its text boxes before
 * it. Of tracked changes (17.13.5) the accepted state is read; of alternatives (part 3, 7.5) the
 * first that gives something. */
#include "docx/body.h"
#include "container/picture.h"
#include "container/symbol.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

static void skip(xtr__docx_reader *r) {
    r->skip = r->depth;
}

/* Properties -------------------------------------------------------------------------------- */

static void paragraph_property(xtr__docx_reader *r, xtr__docx_paragraph *p,
                               const xtr__xml_element *e) {
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    switch (e->id) {
    case W(PSTYLE):
        if (value)
            p->style = *xtr__docx_style_of(r->d->styles, value);
        break;
    case W(ILVL):
        p->indent = xtr__docx_number(value, 0);
        break;
    case W(NUMID):
        p->number = xtr__docx_number(value, -1);
        break;
    case W(OUTLINELVL):
        p->level = xtr__docx_number(value, -1);
        break;
    case W(DEL):
    case W(MOVEFROM):
        p->goes_on = r->run_properties != 0;
        break;
    case W(FRAMEPR):
        value = xtr__xml_attribute_of(e, W(DROPCAP));
        p->goes_on = p->goes_on || (value && strcmp(value, "none") != 0);
        break;
    default:
        break;
    }
}

static void run_property(xtr__docx_reader *r, xtr__docx_paragraph *p, const xtr__xml_element *e) {
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    if (e->id == W(RSTYLE) && value)
        p->run_style = xtr__docx_style_of(r->d->styles, value)->toggles;
    else
        (void)xtr__docx_toggle(&p->run, e);
}

/* Tables ------------------------------------------------------------------------------------ */

static bool is_nested(const xtr__docx_reader *r) {
    return r->tables > 1 || r->target != XTR__DOCX_TO_BODY;
}

static void table_begin(xtr__docx_reader *r) {
    if (++r->tables > 1 || r->target != XTR__DOCX_TO_BODY)
        return;
    r->table = xtr__story_table_new(&r->d->store);
    r->style_heads = false;
    r->first_row = true;
    r->separator = '\n';
}

static void table_end(xtr__docx_reader *r) {
    r->tables--;
    r->separator = '\n';
    if (r->tables || !r->table)
        return;
    xtr__story_table *table = r->table;
    r->table = NULL;
    if (!r->d->store.failed) {
        xtr__docx_code_end(r);
        xtr__story_table_write(table, r->style_heads && r->first_row);
        r->produced++;
    }
    xtr__story_table_drop(table);
    xtr__docx_write_charts(r);
}

static void look(xtr__docx_reader *r, const xtr__xml_element *e) {
    const char *first = xtr__xml_attribute_of(e, W(FIRSTROW));
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    r->first_row = first ? xtr__docx_is_on(first) : value && strtol(value, NULL, 16) & 0x20;
}

static xtr__story_merge merge_of(const char *value) {
    return value && !strcmp(value, "restart") ? XTR__MERGE_BEGINS : XTR__MERGE_GOES_ON;
}

/* Of the outermost table alone. */
static void table_element(xtr__docx_reader *r, const xtr__xml_element *e) {
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    switch (e->id) {
    case W(TR):
        xtr__story_row_begin(r->table);
        break;
    case W(TC):
        xtr__story_cell_begin(r->table);
        r->vertical = r->horizontal = XTR__MERGE_NONE;
        break;
    case W(TBLSTYLE):
        r->style_heads = value && xtr__docx_style_of(r->d->styles, value)->heads_rows;
        break;
    case W(TBLLOOK):
        look(r, e);
        break;
    case W(TBLHEADER):
        xtr__story_row_heads(r->table, xtr__docx_is_on(value));
        break;
    case W(GRIDBEFORE):
        xtr__story_row_skip(r->table, xtr__docx_number(value, 0));
        break;
    case W(GRIDSPAN):
        xtr__story_cell_span(r->table, 1, xtr__docx_number(value, 1));
        break;
    case W(VMERGE):
        r->vertical = merge_of(value);
        xtr__story_cell_merge(r->table, r->vertical, r->horizontal);
        break;
    case W(HMERGE):
        r->horizontal = merge_of(value);
        xtr__story_cell_merge(r->table, r->vertical, r->horizontal);
        break;
    default:
        xtr__story_row_delete(r->table);
    }
}

/* Cells of tables in tables become text with tabs, rows become lines. */
static void nested_element(xtr__docx_reader *r, const xtr__xml_element *e) {
    if (e->id == W(TR))
        r->nested_first = true;
    if (e->id == W(TC)) {
        r->separator = r->nested_first ? '\n' : '\t';
        r->nested_first = false;
    }
}

static void table_part(xtr__docx_reader *r, const xtr__xml_element *e) {
    if (!r->tables)
        return;
    if (is_nested(r))
        nested_element(r, e);
    else if (r->table)
        table_element(r, e);
}

/* Elements ---------------------------------------------------------------------------------- */

static void math_begin(xtr__docx_reader *r) {
    if (!r->math)
        r->math = xtr__omml_new();
    if (!r->math || !xtr__docx_open(r)) {
        skip(r);
        return;
    }
    xtr__omml_clear(r->math);
    r->math_depth = r->depth;
}

static void math_end(xtr__docx_reader *r) {
    size_t size;
    const char *latex = xtr__omml_result(r->math, &size);
    xtr__docx_paragraph *p = xtr__docx_open(r);
    r->math_depth = 0;
    if (!p || !size)
        return;
    if (p->has_math && !p->has_text)
        xtr__story_add(&r->d->store, &p->text, "\n", 1, 0, 0);
    xtr__story_add(&r->d->store, &p->text, latex, size, XTR_MATH, 0);
    p->has_math = true;
    r->produced += size;
}

static void symbol(xtr__docx_reader *r, const xtr__xml_element *e) {
    enum { UNKNOWN = 0xFFFD, MOST = 0xD800 };
    const char *font = xtr__xml_attribute_of(e, W(FONT));
    const char *code = xtr__xml_attribute_of(e, W(CHAR));
    uint32_t c = code ? (uint32_t)strtoul(code, NULL, 16) : 0;
    uint32_t known = font ? xtr__symbol(font, c) : 0;
    char text[4];
    c = known ? known : c >= ' ' && c < MOST ? c : UNKNOWN;
    xtr__docx_put(r, text, xtr__utf8_encode(text, c));
}

/* What stands in a run. */
static void run_element(xtr__docx_reader *r, const xtr__xml_element *e) {
    const char *type = xtr__xml_attribute_of(e, W(TYPE));
    if (e->id == W(FLDCHAR)) {
        type = xtr__xml_attribute_of(e, W(FLDCHARTYPE));
        xtr__docx_field_char(r, type ? type : "");
        return;
    }
    if (e->id == W(INSTRTEXT))
        r->into = XTR__DOCX_INTO_INSTRUCTION;
    if (xtr__docx_in_instruction(r))
        return;
    switch (e->id) {
    case W(T):
        r->into = XTR__DOCX_INTO_RUN;
        break;
    case W(TAB):
    case W(PTAB):
        xtr__docx_put(r, "\t", 1);
        break;
    case W(BR):
    case W(CR):
        if (!type || !strcmp(type, "textWrapping"))
            xtr__docx_put(r, "\n", 1);
        break;
    case W(NOBREAKHYPHEN):
        xtr__docx_put_string(r, "\xE2\x80\x91");
        break;
    case W(SYM):
        symbol(r, e);
        break;
    case W(FOOTNOTEREFERENCE):
    case W(ENDNOTEREFERENCE):
        xtr__docx_refer(r, e);
        break;
    default:
        break;
    }
}

static size_t keep_description(xtr__docx_reader *r, const char *text) {
    char *said = strndup(text, xtr__picture_said(text));
    size_t kept = xtr__story_keep(&r->d->store, said);
    free(said);
    return kept;
}

static void drawing_element(xtr__docx_reader *r, xtr__docx_paragraph *p,
                            const xtr__xml_element *e) {
    const char *alt = xtr__xml_attribute_of(e, e->id == W(SHAPE) ? W(ALT) : W(DESCR));
    const char *relation = xtr__xml_attribute_of(e, W(R_EMBED));
    switch (e->id) {
    case W(DOCPR):
    case W(CNVPR):
    case W(SHAPE):
        if (alt && *alt)
            p->alt = keep_description(r, alt);
        break;
    case W(BLIP):
        xtr__docx_picture_add(r, relation && *relation ? relation
                                                       : xtr__xml_attribute_of(e, W(R_LINK)));
        break;
    case W(IMAGEDATA):
        xtr__docx_picture_add(r, xtr__xml_attribute_of(e, W(R_ID)));
        break;
    case W(CHART):
        xtr__docx_chart(r, xtr__xml_attribute_of(e, W(R_ID)));
        break;
    case W(RELIDS):
        xtr__docx_diagram(r, xtr__xml_attribute_of(e, W(R_DM)));
        break;
    default:
        break;
    }
}

static void ruby_text_end(xtr__docx_reader *r) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!p || p->text.size < r->ruby_at)
        return;
    size_t size = p->text.size - r->ruby_at;
    r->ruby_size = size < sizeof r->ruby ? size : 0;
    if (r->ruby_size)
        memcpy(r->ruby, p->text.text + r->ruby_at, r->ruby_size);
    xtr__story_cut(&p->text, r->ruby_at);
}

/* The reading, which comes first in the file, stands behind what it is of. */
static void ruby_end(xtr__docx_reader *r) {
    if (!r->ruby_size)
        return;
    xtr__docx_put(r, "(", 1);
    xtr__docx_put(r, r->ruby, r->ruby_size);
    xtr__docx_put(r, ")", 1);
    r->ruby_size = 0;
}

/* Whatever stands in properties is none but a property: no paragraph begins or ends there. */
static bool in_properties(const xtr__docx_reader *r) {
    return r->paragraph_properties || r->run_properties;
}

static bool begin_properties(xtr__docx_reader *r, xtr__docx_paragraph *p,
                             const xtr__xml_element *e) {
    unsigned *opens = e->id == W(PPR)   ? &r->paragraph_properties
                      : e->id == W(RPR) ? &r->run_properties
                                        : NULL;
    if (opens)
        *opens = *opens ? *opens : r->depth;
    else if (p && r->paragraph_properties)
        paragraph_property(r, p, e);
    else if (p && r->run_properties)
        run_property(r, p, e);
    return in_properties(r);
}

static bool end_properties(xtr__docx_reader *r, unsigned depth) {
    bool within = in_properties(r);
    if (r->paragraph_properties == depth)
        r->paragraph_properties = 0;
    if (r->run_properties == depth)
        r->run_properties = 0;
    return within;
}

static bool is_left_out(const xtr__xml_element *e) {
    switch (e->id) {
    case W(SECTPR):
    case W(RPRCHANGE):
    case W(PPRCHANGE):
    case W(TBLPRCHANGE):
    case W(TBLPREXCHANGE):
    case W(TRPRCHANGE):
    case W(TCPRCHANGE):
    case W(TBLGRID):
    case W(SDTPR):
        return true;
    default:
        return false;
    }
}

static void alternate(xtr__docx_reader *r, const xtr__xml_element *e) {
    if (e->id == W(ALTERNATE))
        r->alternates[r->alternate_count++] = r->produced;
    else if (r->alternate_count && r->alternates[r->alternate_count - 1] != r->produced)
        skip(r);
}

/* Containers and blocks; false when it is none of them. */
static bool begin_block(xtr__docx_reader *r, const xtr__xml_element *e) {
    switch (e->id) {
    case W(P):
        xtr__docx_paragraph_begin(r);
        return true;
    case W(TBL):
        table_begin(r);
        return true;
    case W(TR):
    case W(TC):
    case W(TBLSTYLE):
    case W(TBLLOOK):
    case W(TBLHEADER):
    case W(GRIDBEFORE):
    case W(GRIDSPAN):
    case W(VMERGE):
    case W(HMERGE):
        table_part(r, e);
        return true;
    case W(FOOTNOTE):
    case W(ENDNOTE):
    case W(COMMENT):
        xtr__docx_record_begin(r, e);
        return true;
    case W(ALTERNATE):
    case W(CHOICE):
    case W(FALLBACK):
        alternate(r, e);
        return true;
    case W(TXBX):
        if (r->open >= XTR__DOCX_BOXES)
            skip(r);
        else if (r->open)
            r->paragraphs[r->open - 1].pictured = true; /* its text says what it is */
        return true;
    default:
        return false;
    }
}

static void begin_inline(xtr__docx_reader *r, xtr__docx_paragraph *p, const xtr__xml_element *e) {
    switch (e->id) {
    case W(R):
        p->run = p->run_style = (xtr__docx_toggles){0, 0};
        break;
    case W(HYPERLINK):
    case W(FLDSIMPLE):
        xtr__docx_link_begin(r, e);
        break;
    case W(DRAWING):
    case W(PICT):
    case W(OBJECT):
        xtr__docx_drawing_begin(r);
        break;
    case W(RT):
        r->ruby_at = p->text.size;
        break;
    case W(CHECKBOX):
        r->in_checkbox = true;
        r->checked = false;
        break;
    case W(DEFAULT):
    case W(CHECKED):
        if (r->in_checkbox)
            r->checked = xtr__docx_is_on(xtr__xml_attribute_of(e, W(VAL)));
        break;
    case XTR__OMML_MATH:
        math_begin(r);
        break;
    default:
        drawing_element(r, p, e);
        run_element(r, e);
    }
}

static void begin(void *payload, const xtr__xml_element *e) {
    xtr__docx_reader *r = payload;
    xtr__docx_paragraph *p = xtr__docx_open(r);
    r->depth++;
    if (r->skip || !e->id)
        return;
    if (r->math_depth) {
        xtr__omml_begin(r->math, e->id, xtr__xml_attribute_of(e, XTR__OMML_VAL));
        return;
    }
    if (is_left_out(e)) {
        skip(r);
        return;
    }
    if (begin_properties(r, p, e))
        return;
    bool in_row = r->tables && !p;
    if (e->id == W(DEL) || e->id == W(MOVEFROM)) {
        if (in_row)
            table_part(r, e); /* the row's own; a container of rows does not exist */
        else
            skip(r);
        return;
    }
    if (!begin_block(r, e) && p)
        begin_inline(r, p, e);
}

/* Ends -------------------------------------------------------------------------------------- */

static void end_cell(xtr__docx_reader *r, int id) {
    if (id == W(TC))
        xtr__docx_paragraphs_end(r);
    if (!r->table || is_nested(r))
        return;
    if (id == W(TC))
        xtr__story_cell_end(r->table);
    else
        xtr__story_row_end(r->table);
}

static void end_element(xtr__docx_reader *r, int id) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    switch (id) {
    case W(P):
        xtr__docx_paragraph_end(r);
        break;
    case W(TBL):
        table_end(r);
        break;
    case W(TR):
    case W(TC):
        end_cell(r, id);
        break;
    case W(T):
    case W(INSTRTEXT):
        r->into = XTR__DOCX_INTO_NOTHING;
        break;
    case W(HYPERLINK):
    case W(FLDSIMPLE):
        if (p)
            xtr__docx_link_end(r);
        break;
    case W(DRAWING):
    case W(PICT):
    case W(OBJECT):
        xtr__docx_drawing_end(r);
        break;
    case W(RT):
        ruby_text_end(r);
        break;
    case W(RUBY):
        ruby_end(r);
        break;
    case W(CHECKBOX):
        r->in_checkbox = false;
        xtr__docx_put_string(r, r->checked ? "☒" : "☐");
        break;
    case W(ALTERNATE):
        r->alternate_count -= r->alternate_count > 0;
        break;
    case W(FOOTNOTE):
    case W(ENDNOTE):
    case W(COMMENT):
        xtr__docx_paragraphs_end(r);
        xtr__docx_record_end(r);
        break;
    case W(TXBX):
    case W(BODY):
        xtr__docx_paragraphs_end(r);
        break;
    default:
        break;
    }
}

static void end(void *payload, int id, const char *name) {
    xtr__docx_reader *r = payload;
    unsigned depth = r->depth--;
    (void)name;
    if (r->skip) {
        r->skip = r->skip == depth ? 0 : r->skip;
        return;
    }
    if (r->math_depth == depth)
        math_end(r);
    else if (r->math_depth)
        xtr__omml_end(r->math, id);
    else if (!end_properties(r, depth))
        end_element(r, id);
}

/* Line breaks of the file are spaces. */
static void put_text(xtr__docx_reader *r, const char *text, size_t size) {
    while (size) {
        size_t plain = 0;
        while (plain < size && text[plain] != '\n' && text[plain] != '\r')
            plain++;
        xtr__docx_put(r, text, plain);
        if (plain < size)
            xtr__docx_put(r, " ", 1);
        plain += plain < size;
        text += plain;
        size -= plain;
    }
}

static void text(void *payload, const char *more, size_t size) {
    xtr__docx_reader *r = payload;
    if (r->skip)
        return;
    if (r->math_depth) {
        xtr__omml_text(r->math, more, size);
        return;
    }
    if (r->into == XTR__DOCX_INTO_INSTRUCTION)
        xtr__docx_instruct(r, more, size);
    if (r->into != XTR__DOCX_INTO_RUN)
        return;
    if (r->custom) {
        xtr__docx_note *note = &r->d->notes[r->custom - 1];
        size_t length = size < sizeof note->marker ? size : sizeof note->marker - 1;
        memcpy(note->marker, more, length);
        note->marker[length] = 0;
        r->custom = 0;
    }
    put_text(r, more, size);
}

int xtr__docx_read_part(xtr__docx *d, int64_t part, xtr__docx_target target,
                        xtr__docx_records *records) {
    const xtr__xml_handler handler = {.names = d->names, .begin = begin, .end = end, .text = text};
    xtr__docx_reader *r = calloc(1, sizeof *r);
    if (!r)
        return XTR_E_MEMORY;
    *r = (xtr__docx_reader){
        .d = d, .part = part, .target = target, .records = records, .separator = '\n'};
    int code = xtr__opc_relations_read(&r->relations, d->job, d->zip, part);
    if (code != XTR_E_MEMORY)
        code = xtr__xml_parse_part(d->job, d->zip, (size_t)part, &handler, r);
    xtr__docx_code_end(r);
    xtr__docx_write_charts(r);
    xtr__story_release(&d->store, r->charts, r->chart_room, sizeof *r->charts);
    for (size_t i = 0; i < XTR__DOCX_BOXES; i++)
        xtr__story_free(&d->store, &r->paragraphs[i].text);
    xtr__omml_drop(r->math);
    xtr__story_table_drop(r->table);
    xtr__opc_relations_free(&r->relations);
    free(r);
    return d->store.failed ? XTR_E_MEMORY : code;
}
