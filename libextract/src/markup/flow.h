/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_FLOW_H
#define XTR_FLOW_H

#include "document/buffer.h"
#include "libextract/extractor.h"

/** Writes what markup says, blocks that nest and text among them, as elements that do not: an
 * item's first paragraph is the item and the next ones are joined to it, paragraphs in quotes are
 * quotes, notes are kept for the end. White space is one space, as in all markup, but where it
 * counts. */

enum { XTR__FLOW_LISTS = 32, XTR__FLOW_COLUMNS = 1000 };

typedef enum xtr__item_state { XTR__ITEM_NONE, XTR__ITEM_NEW, XTR__ITEM_OPEN } xtr__item_state;

typedef struct xtr__flow_list {
    bool ordered;
    char delimiter; /* behind numbers */
    uint32_t number;
    const char *marker; /* of this item instead; static */
    xtr__item_state state;
} xtr__flow_list;

typedef struct xtr__flow {
    xtr_job *job;
    xtr_builder *builder;
    xtr_element_type type; /* of the next element, or of the open one */
    int level;
    char marker[32]; /* of the next footnote */
    bool open;       /* an element is open */
    bool keep;       /* white space counts */
    bool space;      /* white space before the next character */
    bool fresh;      /* nothing was written of this block yet */
    unsigned styles;
    const char *url; /* borrowed from whoever set it */
    unsigned quotes;
    xtr__flow_list lists[XTR__FLOW_LISTS];
    unsigned depth;   /* of lists; deeper ones count, and are shown as the last */
    unsigned skipped; /* tables inside cells */
    bool in_table, in_cell, any_cell;
    uint32_t row, column, columns;     /* where the next cell stands */
    uint32_t taken[XTR__FLOW_COLUMNS]; /* rows that a cell above still covers */
    unsigned in_note;                  /* text goes to `notes` */
    xtr__buffer notes;                 /* see xtr__flow_note */
    uint32_t note_count;
    unsigned note_styles;
} xtr__flow;

/** Writes `text`, which ends with a zero byte, to a flow that was started and is finished behind
 * it. Returns XTR_OK or what xtr_job_fail returned. */
typedef int xtr__flow_reader(xtr__flow *flow, const char *text, size_t size);
/** Has `read` write the job's source, decoded as xtr__source_text says. Returns what it returned,
 * or what xtr_job_fail did. */
int xtr__flow_read(xtr_job *job, xtr__flow_reader *read);

void xtr__flow_start(xtr__flow *flow, xtr_job *job);
/** Ends what is open and writes the notes. */
void xtr__flow_finish(xtr__flow *flow);

/** The text that follows is in a block of this type: PARAGRAPH, HEADING, CODE, ... */
void xtr__flow_block(xtr__flow *flow, xtr_element_type type, int level);
/** The same, with a marker: a footnote's. */
void xtr__flow_marked(xtr__flow *flow, xtr_element_type type, const char *marker);
/** Ends the block; text that follows without another one is a paragraph. */
void xtr__flow_end(xtr__flow *flow);

void xtr__flow_text(xtr__flow *flow, const char *text, size_t size);
void xtr__flow_puts(xtr__flow *flow, const char *text);
void xtr__flow_break(xtr__flow *flow);
/** Of the text that follows; the address is borrowed until the next call. */
void xtr__flow_style(xtr__flow *flow, unsigned styles, const char *url);

void xtr__flow_list_begin(xtr__flow *flow, bool ordered, uint32_t first, char delimiter);
void xtr__flow_list_end(xtr__flow *flow);
/** `marker` is static; NULL: the number, or a bullet. */
void xtr__flow_item_begin(xtr__flow *flow, const char *marker);
void xtr__flow_item_end(xtr__flow *flow);
void xtr__flow_quote_begin(xtr__flow *flow);
void xtr__flow_quote_end(xtr__flow *flow);

void xtr__flow_table_begin(xtr__flow *flow);
void xtr__flow_table_end(xtr__flow *flow);
void xtr__flow_row(xtr__flow *flow);
/** The next free place of the row; spans of 0 count as 1. */
void xtr__flow_cell_begin(xtr__flow *flow, uint32_t row_span, uint32_t column_span, bool header);
/** At this column, counted from 0. */
void xtr__flow_cell_at(xtr__flow *flow, uint32_t column, uint32_t row_span, uint32_t column_span,
                       bool header);
void xtr__flow_cell_end(xtr__flow *flow);

/** The label as a raised mark. */
void xtr__flow_mark(xtr__flow *flow, const char *label, size_t size);
/** What follows is a note, written at the end. A label of NULL: the next number. */
void xtr__flow_note_begin(xtr__flow *flow, const char *label, size_t size, bool mark);
void xtr__flow_note_end(xtr__flow *flow);

#endif
