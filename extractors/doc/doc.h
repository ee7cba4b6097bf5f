/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private to the extractor of Word's binary documents. */
#ifndef XTR_DOC_H
#define XTR_DOC_H

#include "container/ole.h"
#include "container/symbol.h"
#include "detect/charset.h"
#include "prose/numbering.h"
#include "prose/prose.h"

enum {
    MOST_CELLS = 64, /* of a row ([MS-DOC] 2.6.3, sprmTDefTable) */
    NAME_SIZE = 64,
    NO_OUTLINE = 9, /* body text */
    NO_STYLE = 0xFFF,
};

/* Bytes of which any may be missing: reading outside gives 0. */
typedef struct bytes {
    const unsigned char *data;
    size_t size;
} bytes;

uint8_t doc_u8(bytes b, size_t at);
uint16_t doc_u16(bytes b, size_t at);
uint32_t doc_u32(bytes b, size_t at);
bytes doc_part(bytes b, size_t at, size_t size);

/* A PLC (2.2.2): n + 1 positions, ascending, then n items. */
typedef struct plc {
    bytes data;
    uint32_t count;
    size_t item_size;
} plc;

uint32_t doc_plc_at(const plc *p, uint32_t index);
bytes doc_plc_item(const plc *p, uint32_t index);
/* The index of the item at just this position, or -1. */
int64_t doc_plc_find(const plc *p, uint32_t position);

/* Properties of text at places in the file. */
typedef struct span {
    uint32_t from, to;
    uint32_t at; /* of the sprms, in the stream of the document */
    uint16_t size;
    uint16_t style; /* of paragraphs */
} span;

typedef struct spans {
    span *items;
    size_t count, capacity;
    size_t last; /* found last */
} spans;

typedef struct piece {
    uint32_t from, to; /* positions of characters */
    uint32_t at;       /* where the first one is in the stream */
    bool wide;         /* UTF-16, else bytes */
    uint16_t modifier;
} piece;

typedef struct paragraph {
    unsigned style;
    int outline, list, level, depth;
    bool in_table, row_end, inner_cell, inner_row_end;
    int left, first;
} paragraph;

typedef struct character {
    unsigned styles; /* of xtr_style, and XTR__PROSE_CAPITALS */
    bool hidden, deleted, special;
    int font;
    bool has_symbol;
    uint16_t symbol_font, symbol;
} character;

typedef struct style {
    bool known, resolved;
    uint8_t kind; /* 1: of paragraphs, 2: of characters */
    unsigned sti, base;
    bytes of_paragraph, of_character; /* sprms */
    bool special;
    xtr__prose_paragraph makes;
    paragraph paragraph; /* when resolved */
    character character;
} style;

typedef struct list {
    uint32_t id;
    xtr__numbering numbering;
} list;

typedef struct override {
    uint32_t id;
    int list;            /* index, or -1 */
    xtr__numbering *own; /* where it begins anew */
} override;

typedef struct field {
    bool in_result;
    size_t instruction; /* where it begins in `instructions` */
    char *url;
} field;

/* The parts of a document, one after the other (2.4.1). */
typedef enum part { MAIN, FOOTNOTES, HEADERS, MACROS, COMMENTS, ENDNOTES, BOXES, PARTS } part;

enum { DEEPEST_FIELD = 32, DEEPEST_PART = 4 };

typedef struct doc {
    xtr_job *job;
    xtr_builder *builder;
    xtr__prose *prose;
    xtr__ole *ole;
    bool old; /* Word 6 or 95 */
    unsigned char *streams[3];
    bytes main, table, data; /* streams */
    size_t pairs_at;         /* of the FIB: where the places of structures begin */
    uint32_t pair_count;
    uint32_t part_at[PARTS + 1];
    const xtr__charset *charset; /* of text in bytes */
    const char32_t *characters;

    piece *pieces;
    size_t piece_count;
    bytes *modifiers;
    size_t modifier_count;
    spans paragraphs, characters_spans;
    style *styles;
    uint32_t style_count;
    char (*fonts)[NAME_SIZE];
    uint32_t font_count;
    list *lists;
    uint32_t list_count;
    override *overrides;
    uint32_t override_count;

    plc footnotes, footnote_text, endnotes, endnote_text, comments, comment_text, shapes, boxes;
    bool *box_shown;
    int footnote_number, endnote_number;
    unsigned nesting;     /* of parts */
    unsigned instructing; /* fields whose instruction is open */
    character of_style;   /* of the open paragraph */
    bool in_paragraph;
    field fields[DEEPEST_FIELD];
    unsigned field_count;
    uint64_t fields_beyond;
    char *instructions;
    size_t instruction_size, instruction_capacity;
    bool failed, cut; /* cut: a list of changes was not read to its end */
} doc;

/* doc.c */
bytes doc_structure(const doc *d, unsigned pair);
plc doc_plc(const doc *d, unsigned pair, size_t item_size);

/* pieces.c */
int doc_read_pieces(doc *d);
void doc_read_spans(doc *d);
const span *doc_span_at(spans *s, uint32_t place);

/* sprm.c */
typedef struct sprm {
    uint16_t code;
    bytes operand; /* without its size */
} sprm;
/** A list of changes while it is read. */
typedef struct changes {
    bytes sprms;
    size_t at;
    unsigned count;
} changes;
bool doc_next_sprm(doc *d, changes *from, sprm *out);
void doc_apply_paragraph(doc *d, paragraph *p, bytes sprms);
void doc_apply_character(doc *d, character *c, const character *of_style, bytes sprms);
size_t doc_row_cells(doc *d, bytes sprms, xtr__prose_cell cells[MOST_CELLS], bool *header);

/* styles.c */
void doc_read_styles(doc *d);
void doc_read_fonts(doc *d);
const style *doc_style(doc *d, unsigned index);

/* lists.c */
void doc_read_lists(doc *d);
xtr__numbering *doc_list(doc *d, int number);

/* story.c */
void doc_read_story(doc *d, uint32_t from, uint32_t to, part of);
void doc_read_all(doc *d);

#endif
