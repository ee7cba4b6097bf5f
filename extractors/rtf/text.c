/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text of an RTF document: bytes in the charset of their font become UTF-8, and go where the group
 * says. */
#include "document/utf8.h"
#include "rtf/rtf.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CAPTURED = 1 << 20 };

bool rtf_append(rtf *r, buffer *to, const void *bytes, size_t size) {
    if (to->capacity - to->size < size) {
        size_t capacity = 2 * (to->size + size) + 64;
        /* Small ones come and go; what can grow with the document is charged. */
        int64_t more = (int64_t)(capacity - to->capacity);
        if (capacity >= MOST_CAPTURED && !xtr_job_charge(r->job, more)) {
            r->failed = true;
            return false;
        }
        char *grown = realloc(to->bytes, capacity);
        r->failed = r->failed || !grown;
        if (!grown)
            return false;
        to->bytes = grown;
        to->capacity = capacity;
    }
    if (size)
        memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
    return true;
}

/* Where text goes --------------------------------------------------------------------------- */

/* Names of fonts and styles end with a semicolon. */
static void capture_names(rtf *r, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] == ';')
            rtf_name_entry(r);
        else if (r->capture.size < NAME_SIZE * 4)
            rtf_append(r, &r->capture, text + i, 1);
    }
}

static void deliver(rtf *r, const char *text, size_t size) {
    const group *g = rtf_group(r);
    unsigned styles = g->capitals ? g->styles | XTR__PROSE_CAPITALS : g->styles;
    switch (g->to) {
    case TO_BODY:
        if (!g->hidden && !g->deleted)
            xtr__prose_text(r->prose, text, size, styles,
                            g->linked && r->field_count ? r->fields[r->field_count - 1].url : NULL);
        break;
    case TO_FONTS:
    case TO_STYLES:
        capture_names(r, text, size);
        break;
    case TO_FACT:
    case TO_MARKER:
    case TO_INSTRUCTION:
    case TO_AUTHOR:
    case TO_LEVEL_TEXT:
        if (r->capture.size < MOST_CAPTURED)
            rtf_append(r, &r->capture, text, size);
        break;
    default:
        break;
    }
}

static void deliver_character(rtf *r, uint32_t character) {
    char text[4];
    deliver(r, text, xtr__utf8_encode(text, character));
}

/* Decoding ---------------------------------------------------------------------------------- */

static void take(const char *text, size_t size, void *payload) {
    deliver(payload, text, size);
}

static const font *current_font(rtf *r) {
    int index = rtf_group(r)->font;
    return index < 0 ? NULL : &r->fonts[index];
}

static void decode(rtf *r, const xtr__charset *charset) {
    if (r->decoder_of != charset) {
        xtr__decoder_drop(r->decoder);
        r->decoder = NULL;
        r->decoder_of = charset;
        if (xtr__decoder_new(&r->decoder, charset->name))
            r->decoder = NULL;
    }
    if (r->decoder)
        xtr__decoder_feed(r->decoder, (const unsigned char *)r->pending.bytes, r->pending.size,
                          true, take, r);
    else
        deliver(r, "\xEF\xBF\xBD", 3);
}

static void decode_symbols(rtf *r, const font *f) {
    for (size_t i = 0; i < r->pending.size; i++) {
        unsigned char byte = (unsigned char)r->pending.bytes[i];
        uint32_t known = byte < ' ' ? byte : xtr__symbol(f->name, byte);
        if (!known && rtf_group(r)->to == TO_MARKER)
            known = xtr__bullet(f->name, 0xF000U + byte);
        if (known)
            deliver_character(r, known);
    }
}

static bool is_ascii(const buffer *b) {
    for (size_t i = 0; i < b->size; i++) {
        if ((unsigned char)b->bytes[i] >= 0x80)
            return false;
    }
    return true;
}

void rtf_flush(rtf *r) {
    if (r->surrogate) {
        r->surrogate = 0;
        deliver(r, "\xEF\xBF\xBD", 3);
    }
    if (!r->pending.size)
        return;
    int to = rtf_group(r)->to;
    const font *f = to == TO_BODY || to == TO_MARKER ? current_font(r) : NULL;
    const xtr__charset *charset = f && f->decoded_as ? f->decoded_as : r->charset;
    if (f && f->symbol)
        decode_symbols(r, f);
    else if (to == TO_MARKER && r->pending.size == 1 && f)
        deliver_character(r, xtr__bullet(f->name, (unsigned char)r->pending.bytes[0]));
    else if (is_ascii(&r->pending))
        deliver(r, r->pending.bytes, r->pending.size);
    else
        decode(r, charset);
    r->pending.size = 0;
}

/* Adds bytes of text, less those that stand for a character given as \u before. */
void rtf_bytes(rtf *r, const unsigned char *bytes, size_t size) {
    if (r->skip) {
        size_t passed = r->skip < size ? r->skip : size;
        r->skip -= (unsigned)passed;
        bytes += passed;
        size -= passed;
    }
    if (!size)
        return;
    if (r->surrogate)
        rtf_flush(r);
    rtf_append(r, &r->pending, bytes, size);
}

void rtf_character(rtf *r, uint32_t character) {
    rtf_flush(r);
    deliver_character(r, character);
}

void rtf_unicode(rtf *r, int value) {
    uint32_t unit = (uint32_t)value & 0xFFFF;
    uint32_t character = value > 0xFFFF && value < 0x110000 ? (uint32_t)value : unit;
    if (r->surrogate && (unit & 0xFC00) == 0xDC00) {
        character = 0x10000 + ((r->surrogate & 0x3FF) << 10) + (unit & 0x3FF);
        r->surrogate = 0;
        deliver_character(r, character);
        return;
    }
    rtf_flush(r);
    if ((character & 0xFFFFFC00) == 0xD800) {
        r->surrogate = character;
        return;
    }
    const font *f = current_font(r);
    if (character >= 0xF000 && character <= 0xF0FF && f) {
        uint32_t known = rtf_group(r)->to == TO_MARKER ? xtr__bullet(f->name, character)
                                                       : xtr__symbol(f->name, character);
        character = known ? known : character;
    }
    deliver_character(r, (character & 0xFFFFF800) == 0xD800 ? 0xFFFD : character);
}

/* Paragraphs, cells, rows ------------------------------------------------------------------- */

/* How deep an item is whose list says nothing of levels: by its indent among those around it. */
static int level_by_indent(rtf *r, int left) {
    enum { SAME = 60, MOST = sizeof r->indents / sizeof *r->indents };
    while (r->indent_count && r->indents[r->indent_count - 1] > left + SAME)
        r->indent_count--;
    bool same = r->indent_count && left - r->indents[r->indent_count - 1] <= SAME;
    if (!same && r->indent_count < MOST)
        r->indents[r->indent_count++] = left;
    return (int)r->indent_count;
}

static void trim_marker(char *marker) {
    size_t from = strspn(marker, " \t\n");
    size_t size = strlen(marker + from);
    while (size && strchr(" \t\n", marker[from + size - 1]))
        size--;
    memmove(marker, marker + from, size);
    marker[size] = 0;
}

static xtr__prose_paragraph paragraph_of(rtf *r) {
    const group *g = rtf_group(r);
    const style *s = rtf_style_of(r, g->style);
    xtr__prose_paragraph p = {.type = XTR_PARAGRAPH};
    if (s && s->special)
        p = s->paragraph;
    int outline = g->outline != NO_OUTLINE ? g->outline : s ? s->outline : NO_OUTLINE;
    if (outline >= 0 && outline < 9)
        p = (xtr__prose_paragraph){.type = XTR_HEADING, .level = outline < 6 ? outline + 1 : 6};
    trim_marker(r->marker);
    int number = g->list ? g->list : s ? s->list : 0;
    int level = g->list ? g->list_level : s ? s->list_level : 0;
    bool text = xtr__prose_has_text(r->prose);
    xtr__numbering *numbering = number && text && !*r->marker ? rtf_list_of(r, number) : NULL;
    if (numbering) {
        xtr__numbering_next(numbering, (unsigned)level, r->marker);
        trim_marker(r->marker);
    }
    /* Older writers typed the marker, in front of the indent. */
    if (!*r->marker && text && g->left > 0 && g->first < 0)
        xtr__prose_take_marker(r->prose, r->marker, sizeof r->marker);
    if (*r->marker) {
        p.marker = r->marker;
        if (p.type != XTR_HEADING) {
            p.type = XTR_LIST_ITEM;
            p.level = number ? level + 1 : level_by_indent(r, g->left);
        }
    } else if (text) {
        r->indent_count = 0;
    }
    return p;
}

/* Tables in tables have a depth of their own; others may lack \intbl. */
static unsigned depth_of(rtf *r) {
    const group *g = rtf_group(r);
    if (g->in_table || r->in_row)
        return g->depth > 1 ? (unsigned)g->depth : 1;
    return 0;
}

void rtf_end_paragraph(rtf *r) {
    xtr__prose_paragraph p = paragraph_of(r);
    xtr__prose_end_paragraph(r->prose, &p, depth_of(r));
    r->marker[0] = 0;
}

void rtf_end_cell(rtf *r, bool inner) {
    xtr__prose_paragraph p = paragraph_of(r);
    unsigned depth = depth_of(r);
    xtr__prose_end_cell(r->prose, &p, !inner ? 1 : depth > 2 ? depth : 2);
    r->marker[0] = 0;
}

void rtf_end_row(rtf *r, bool inner) {
    const rowshape *row = inner ? &r->inner_row : &r->row;
    unsigned depth = depth_of(r);
    xtr__prose_end_row(r->prose,
                       !inner      ? 1
                       : depth > 2 ? depth
                                   : 2,
                       row->cells, row->count, row->header);
    r->in_row = r->in_row && inner;
}
