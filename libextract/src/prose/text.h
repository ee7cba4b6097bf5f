/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private to the module: paragraphs and tables that wait. */
#ifndef XTR_PROSE_TEXT_H
#define XTR_PROSE_TEXT_H

#include "container/story.h"
#include "prose/prose.h"

typedef struct line { /* a paragraph of an aside, or of a table's cell that has ended */
    xtr__story text;
    xtr_element_type type;
    int level;
    size_t marker; /* a kept string, 0: none */
} line;

typedef struct lines {
    line *items;
    size_t count, capacity;
} lines;

typedef struct cell {
    xtr__story text;
    xtr__prose_cell place;
    uint32_t column, column_span, row_span; /* column_span 0: joined to another */
} cell;

typedef struct row {
    cell *cells;
    size_t count, capacity;
    bool header;
} row;

typedef struct table {
    row *rows; /* the last one is open if `open` */
    size_t count, capacity;
    bool open;
} table;

enum { MOST_ASIDES = 16 };

typedef struct context {
    xtr__prose_aside kind; /* of no meaning at the bottom */
    xtr__story text;       /* the open paragraph */
    lines lines;           /* of an aside */
    lines boxes;           /* anchored in the open paragraph */
} context;

struct xtr__prose {
    xtr__story_store store;
    context contexts[MOST_ASIDES];
    unsigned depth;    /* of asides; 0: the text itself */
    unsigned ignored;  /* asides beyond the deepest */
    table table;       /* of the text itself */
    lines table_boxes; /* anchored in it */
    lines notes, headers, footers;
    size_t headers_put; /* of the headers, which are kept so that none comes twice */
    size_t url;         /* the last one, a kept string */
    bool open_code;     /* an element of code, to which the next line may belong */
};

/** The capital of a letter of the Latin, Greek and Cyrillic scripts; others are themselves. */
uint32_t xtr__prose_capital(uint32_t character);
/** Puts text into the open element or cell. */
void xtr__prose_put(xtr__prose *prose, const xtr__story *text);
/** Puts out the table and forgets it. */
void xtr__prose_put_table(xtr__prose *prose);
void xtr__prose_drop_table(xtr__prose *prose, table *t);
cell *xtr__prose_open_cell(xtr__prose *prose);

#endif
