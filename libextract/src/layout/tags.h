/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tagged PDF (ISO 32000-1, 14.7 and 14.8): what the structure tree says of the text of a page.
 * Knows nothing of MuPDF.
 *
 *   marked content -> marks, one for each stretch of glyphs; each may name a structure element
 *   structure elements of the page and those above them -> tags, a part of the document's tree
 *
 * Tags are claims. Those of a page are used when they cover its text and agree with where it
 * stands (xtr__trust_tags); what they say of the whole document, when it is plausible.
 */
#ifndef XTR_LAYOUT_TAGS_H
#define XTR_LAYOUT_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#define XTR__NO_TAG  UINT32_MAX
#define XTR__NO_TEXT UINT32_MAX

/** Standard structure types, as far as they make a difference. */
typedef enum xtr__tag_role {
    XTR__TAG_NONE,   /* says nothing of the text, or is unknown: Document, Sect, Div, NonStruct */
    XTR__TAG_INLINE, /* part of a block: Span, Link, Reference */
    XTR__TAG_PARAGRAPH,
    XTR__TAG_TITLE,
    XTR__TAG_HEADING,
    XTR__TAG_LIST,
    XTR__TAG_ITEM,
    XTR__TAG_LABEL,
    XTR__TAG_BODY,
    XTR__TAG_TABLE,
    XTR__TAG_ROW,
    XTR__TAG_CELL,
    XTR__TAG_HEAD_CELL,
    XTR__TAG_CONTENTS,
    XTR__TAG_CAPTION,
    XTR__TAG_FIGURE,
    XTR__TAG_FORMULA,
    XTR__TAG_NOTE,
    XTR__TAG_CODE,
    XTR__TAG_QUOTE,
} xtr__tag_role;

/** A structure element. Those above it come before it. */
typedef struct xtr__tag {
    uint32_t parent;        /* or XTR__NO_TAG */
    uint32_t object;        /* its number: the same on every page */
    uint32_t order;         /* its place in the tree among the tags of the page */
    uint32_t at;            /* the same while it is found out */
    uint32_t text;          /* number of the text that replaces its own, or XTR__NO_TEXT */
    uint32_t alt;           /* of a figure: what is said of it, into the urls, or XTR__NO_TEXT */
    uint32_t image;         /* of a figure: the number of the picture that shows it; 0: none */
    uint16_t rows, columns; /* that a cell spans */
    uint8_t role, level;    /* level: of a heading, 1 to 6, 0 when it does not say */
    uint8_t depth;          /* elements above it */
    bool seen;              /* while lines are looked at */
} xtr__tag;

/** Marked content, with what is true of all that encloses it. */
typedef struct xtr__marked {
    uint32_t tag;  /* or XTR__NO_TAG */
    uint32_t text; /* number of the text that replaces that of its glyphs, or XTR__NO_TEXT */
    bool artifact; /* not part of the document: furniture, decoration */
} xtr__marked;

/** How much of a page is tagged, in letters. */
typedef struct xtr__tagging {
    uint32_t letters, artifacts, tagged; /* tagged: in a block whose role is known */
    bool trusted;                        /* the blocks are where they would be without tags */
    bool ordered;                        /* the tags say in which order they are read */
    bool figures;                        /* some say what they show */
    bool paragraphs;                     /* one block is one paragraph, not one line */
} xtr__tagging;

/** The nearest element with that role at or above `tag`, or XTR__NO_TAG. */
uint32_t xtr__tag_above(const xtr__tag *tags, uint32_t tag, xtr__tag_role role);

/** The nearest element at or above `tag` that is a block of text, or XTR__NO_TAG. */
uint32_t xtr__tag_block(const xtr__tag *tags, uint32_t tag);

#endif
