/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_LIGHT_H
#define XTR_LIGHT_H

#include "document/buffer.h"
#include "markup/flow.h"
#include "markup/lines.h"

/** What the readers of markup by lines share: the paragraph that is collected, and what is open. */
typedef struct xtr__light {
    xtr_job *job;
    xtr__flow *flow;
    const struct xtr__dialect *dialect;
    xtr__buffer paragraph; /* its lines, joined by "\n" */
    unsigned lists;        /* open ones, with their indentation or depth in `indents` */
    int indents[XTR__FLOW_LISTS];
    bool in_item, in_table, has_title;
    bool any_row;   /* a table is open, by a line of its own, whether or not it has rows */
    char kinds[16]; /* of lines under headings, in the order of their levels */
    unsigned kind_count;
    unsigned steps; /* through words, to ask now and then whether to stop */
    char url[2048];
} xtr__light;

/** Marks around words: both sides are the same but for case where `close` says otherwise. */
typedef struct xtr__mark {
    const char *open, *close;
    unsigned style;
    bool verbatim; /* what is inside is not read */
    bool anywhere; /* also inside of words */
} xtr__mark;

typedef struct xtr__dialect {
    const char *mime_type;
    const xtr__mark *marks; /* longer ones first; ended by a NULL `open` */
    /** Reads a line, and those behind it that belong to it. */
    void (*read)(xtr__light *light, xtr__lines *lines, xtr__span line);
    /** Reads a link at the start of `s`: its size, 0 when it is none. An address of NULL: the text
     *  is the label of a note. */
    size_t (*link)(xtr__span s, xtr__span *address, xtr__span *text);
} xtr__dialect;

extern const xtr__dialect xtr__org, xtr__asciidoc, xtr__wiki, xtr__rst;

/** Writes words with their styles and links to the flow. */
void xtr__light_inline(xtr__light *light, xtr__span text);

/** Ends the paragraph; lists too with `lists`. */
void xtr__light_end(xtr__light *light, bool lists);
void xtr__light_add(xtr__light *light, xtr__span line);
void xtr__light_heading(xtr__light *light, int level, xtr__span text);
/** An item at this indentation, or depth. */
void xtr__light_item(xtr__light *light, int indent, bool ordered, xtr__span text);
/** "- ", "* ", "+ ", "1. ", "1) ", "#. ": the size of the marker with its space, or 0. */
size_t xtr__light_bullet(xtr__span line, const char *bullets, bool *ordered);
/** Lines as code up to one that is `close`, which is left out; without `close`, as long as they
 *  are indented or blank. */
void xtr__light_code(xtr__light *light, xtr__lines *lines, const char *close);
/** A row of cells parted by bars. */
void xtr__light_row(xtr__light *light, xtr__span line, bool header);
void xtr__light_table_end(xtr__light *light);
void xtr__light_fact(xtr__light *light, const char *key, xtr__span value);
size_t xtr__light_indent(xtr__span line);

#endif
