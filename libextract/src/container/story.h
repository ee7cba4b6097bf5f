/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text with styles and tables that are kept until their place is known. */
#ifndef XTR_STORY_H
#define XTR_STORY_H

#include "libextract/extractor.h"

typedef struct xtr__story_run {
    size_t at; /* where it begins; it ends where the next one does */
    unsigned styles;
    size_t url; /* a kept string, 0: none */
} xtr__story_run;

typedef struct xtr__story {
    char *text; /* with room for one more byte */
    size_t size, room;
    xtr__story_run *runs;
    size_t run_count, run_room;
} xtr__story;

/** What the texts of a document share. xtr__story_store_end gives back what is charged still: after
 *  it nothing of the store is released. */
typedef struct xtr__story_store {
    xtr_job *job;
    xtr_builder *builder;
    bool failed;            /* out of memory: all else does nothing */
    int64_t taken, charged; /* bytes that are held; of them or about as many the job knows */
    xtr__story strings;     /* each with its end */
} xtr__story_store;

void xtr__story_store_end(xtr__story_store *store);

/** The place of a copy among the strings; 0 for NULL, an empty one, or when out of memory. */
size_t xtr__story_keep(xtr__story_store *store, const char *string);
/** A kept string; "" for 0. Borrowed until the next one is kept. */
const char *xtr__story_kept(const xtr__story_store *store, size_t place);

/** Room for `need` items; false, and `failed`, when there is none. */
bool xtr__story_grow(xtr__story_store *store, void **items, size_t *room, size_t need,
                     size_t item_size);
/** Frees what grew, and gives its memory back to the job. */
void xtr__story_release(xtr__story_store *store, void *items, size_t room, size_t item_size);
void xtr__story_add(xtr__story_store *store, xtr__story *text, const char *more, size_t size,
                    unsigned styles, size_t url);
/** Adds a stretch of another text with its styles. */
void xtr__story_copy(xtr__story_store *store, xtr__story *to, const xtr__story *from, size_t first,
                     size_t last);
/** Leaves out what comes from `size` on. */
void xtr__story_cut(xtr__story *text, size_t size);
/** Writes a stretch of text into the open element or cell. */
void xtr__story_write(xtr__story_store *store, const xtr__story *text, size_t first, size_t last);
/** Narrows a stretch to what is between its spaces, tabs and line ends. */
void xtr__story_trim(const xtr__story *text, size_t *first, size_t *last);
void xtr__story_free(xtr__story_store *store, xtr__story *text);

/* Tables: cells are kept until the last row, for what a cell spans may be told by the rows below.
 */
typedef struct xtr__story_table xtr__story_table;

typedef enum xtr__story_merge {
    XTR__MERGE_NONE,
    XTR__MERGE_BEGINS,
    XTR__MERGE_GOES_ON /* part of the cell above, or before */
} xtr__story_merge;

/** NULL, and `failed`, when out of memory. */
xtr__story_table *xtr__story_table_new(xtr__story_store *store);
void xtr__story_table_drop(xtr__story_table *table);
void xtr__story_row_begin(xtr__story_table *table);
/** Of the open row, before its first cell. */
void xtr__story_row_skip(xtr__story_table *table, int columns);
void xtr__story_row_heads(xtr__story_table *table, bool heads);
void xtr__story_row_delete(xtr__story_table *table);
void xtr__story_row_end(xtr__story_table *table);
void xtr__story_cell_begin(xtr__story_table *table);
/** Of the open cell, at any time. */
void xtr__story_cell_span(xtr__story_table *table, int rows, int columns);
void xtr__story_cell_merge(xtr__story_table *table, xtr__story_merge vertical,
                           xtr__story_merge horizontal);
void xtr__story_cell_end(xtr__story_table *table);
/** What the text of the open cell is added to, and whether it has some. */
xtr__story *xtr__story_cell_text(xtr__story_table *table);
bool xtr__story_cell_has_text(const xtr__story_table *table);
/** Writes it as an element; without rows that say so, the first heads it if `first_heads`. */
void xtr__story_table_write(xtr__story_table *table, bool first_heads);

#endif
