/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKUP_FACTS_H
#define XTR_MARKUP_FACTS_H

#include "container/xml.h"
#include "document/buffer.h"

/** Facts that are the text of elements. Parts of names are put in the order of speech, parts of
 *  dates into that of ISO 8601; authors and keywords are many. All zero is empty. */
typedef struct xtr__facts {
    const char *key; /* of the open one; NULL: none */
    unsigned depth;  /* elements inside it, itself counted */
    unsigned muted;  /* elements inside that do not belong to it */
    int part;        /* of a name or date; see facts.c */
    unsigned part_depth;
    xtr__buffer value, last_name;
    xtr__buffer authors, keywords;
    char date[3][8]; /* year, month, day */
} xtr__facts;

/** An element begins; `key` NULL: it is no fact of its own; `mute`: nor part of one. */
void xtr__facts_begin(xtr__facts *facts, const xtr__xml_element *e, const char *key, bool mute);
void xtr__facts_text(xtr__facts *facts, const char *text, size_t size);
void xtr__facts_end(xtr__facts *facts, xtr_builder *builder);
void xtr__facts_finish(xtr__facts *facts, xtr_builder *builder);

#endif
