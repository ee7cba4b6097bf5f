/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_SHEET_WRITER_H
#define XTR_SHEET_WRITER_H

#include "libextract/extractor.h"

typedef struct xtr__sheet_jump {
    uint32_t row, shift; /* from this row of the sheet on, rows are so many less in the table */
} xtr__sheet_jump;

/** Writes the sheets of a workbook into the document of a job: each is a page with its name as
 *  label and as heading, and its cells are one table. They are written as they come, by row and
 *  column; those without text must not come. Columns that are empty on the left and rows that are
 *  empty above are left out, and of many empty rows between others one remains. A cell that comes
 *  before the last one begins another table. */
typedef struct xtr__sheets {
    xtr_job *job;
    xtr_builder *builder;
    uint32_t number; /* of the sheet, from 1: what xtr_link and xtr_annotation want */
    uint32_t read;   /* sheets so far */
    bool full;       /* no more cells of this sheet are taken: max_table_cells, or the job stops */
    bool in_table, out_of_memory, too_wide;    /* the last two: it has been said */
    uint32_t row, column, shift, first_column; /* of the last cell, as in the sheet */
    uint64_t cells;
    xtr_cell_range *merges;
    xtr__sheet_jump *jumps;
    size_t merge_count, merge_room, jump_count, jump_room;
    int64_t charged;
} xtr__sheets;

void xtr__sheets_begin(xtr__sheets *w, xtr_job *job);
void xtr__sheets_end(xtr__sheets *w);

/** Begins the next sheet. False when it is not wanted (options `pages`, `max_pages`,
 *  `hidden_sheets`) or the job stops: then read nothing of it and do not end it. */
bool xtr__sheet_begin(xtr__sheets *w, const char *name, bool hidden);
void xtr__sheet_end(xtr__sheets *w);

/** Ends the table of the cells so far, if there is one, for elements that stand behind it. */
void xtr__sheet_end_table(xtr__sheets *w);

/** How many of `count` (from 1) cells from this column on the sheet has room for; says so, once a
 *  sheet, when these are not all. */
uint32_t xtr__sheet_columns(xtr__sheets *w, uint32_t column, uint32_t count);

/** Begins a cell, by row and column from 0; what xtr_text adds is in it. False when it is not
 *  taken. */
bool xtr__sheet_cell(xtr__sheets *w, uint32_t row, uint32_t column);

/** A cell with this text at once; none when it is empty. */
void xtr__sheet_put(xtr__sheets *w, uint32_t row, uint32_t column, const char *text, size_t size);

/** Says that these cells are one, at any time before the end of the sheet. */
void xtr__sheet_merge(xtr__sheets *w, const xtr_cell_range *range);

/** "A1:C7" or "B2", with "$" or not; false for what is none. */
bool xtr__sheet_range(xtr_cell_range *out, const char *text, size_t size);

#endif
