/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private to the module: text with its runs. */
#ifndef XTR_PROSE_TEXT_H
#define XTR_PROSE_TEXT_H

#include "prose/prose.h"

typedef struct run {
    size_t at;    /* where it begins; it ends where the next one begins */
    uint32_t url; /* number in `urls`, 0: none */
    unsigned styles;
} run;

typedef struct text {
    char *bytes;
    size_t size, capacity;
    run *runs;
    size_t run_count, run_capacity;
} text;

typedef struct line { /* a paragraph of an aside, or of a table's cell that has ended */
    text text;
    xtr_element_type type;
    int level;
    char *marker;
} line;

typedef struct lines {
    line *items;
    size_t count, capacity;
} lines;

typedef struct cell {
    text text;
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
    text text;             /* the open paragraph */
    lines lines;           /* of an aside */
    lines boxes;           /* anchored in the open paragraph */
} context;

struct xtr__prose {
    xtr_job *job;
    xtr_builder *builder;
    context contexts[MOST_ASIDES];
    unsigned depth;    /* of asides; 0: the text itself */
    unsigned ignored;  /* asides beyond the deepest */
    table table;       /* of the text itself */
    lines table_boxes; /* anchored in it */
    lines notes, headers, footers;
    size_t headers_put; /* of the headers, which are kept so that none comes twice */
    char **urls;
    uint32_t url_count, url_capacity;
    bool open_code; /* an element of code, to which the next line may belong */
    bool failed;
    int64_t taken, charged; /* bytes that are held; of them or about as many the job knows */
};

/** Room for `more` items of `size` bytes in an array; false, and `failed`, when there is none. */
bool xtr__prose_grow(xtr__prose *prose, void **items, size_t *capacity, size_t needed, size_t size);
void xtr__prose_append(xtr__prose *prose, text *to, const char *bytes, size_t size, unsigned styles,
                       uint32_t url);
void xtr__prose_append_text(xtr__prose *prose, text *to, const text *from);
void xtr__prose_clear(text *t);
void xtr__prose_trim(text *t);
/** The capital of a letter of the Latin, Greek and Cyrillic scripts; others are themselves. */
uint32_t xtr__prose_capital(uint32_t character);
/** Puts text into the open element or cell. */
void xtr__prose_put(xtr__prose *prose, const text *t);
/** Puts out the table and forgets it. */
void xtr__prose_put_table(xtr__prose *prose);
void xtr__prose_drop_table(xtr__prose *prose, table *t);
cell *xtr__prose_open_cell(xtr__prose *prose);

#endif
