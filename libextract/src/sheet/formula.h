/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Formulas of binary workbooks, BIFF8 and BIFF12, as they are typed in. */
#ifndef XTR_SHEET_FORMULA_H
#define XTR_SHEET_FORMULA_H

#include "sheet/tables.h"

/** What formulas refer to by number, in the order of the workbook, and what makes them text. */
typedef struct xtr__formulas {
    bool wide;                  /* BIFF12: rows, columns and counts of more bytes */
    xtr__strings sheets, names; /* of the workbook */
    uint32_t own;               /* which of the books is this one, from 1; 0: none */
    xtr__strings books;         /* where the functions of each begin */
    xtr__strings added;         /* functions of add-ins */
    xtr__strings references;    /* sheets of books */
    xtr__strings shared;        /* formulas of several cells of the sheet at hand */
    struct xtr__formula_work *work;
} xtr__formulas;

void xtr__formulas_begin(xtr__formulas *f, xtr_job *job, bool wide);
void xtr__formulas_end(xtr__formulas *f);

/** Adds the next of each. False when out of memory. */
bool xtr__formulas_add_sheet(xtr__formulas *f, const char *name, size_t size);
bool xtr__formulas_add_name(xtr__formulas *f, const char *name, size_t size);
bool xtr__formulas_add_book(xtr__formulas *f, bool own);
/** Of the last book, which is one of add-ins. */
bool xtr__formulas_add_function(xtr__formulas *f, const char *name, size_t size);
bool xtr__formulas_add_reference(xtr__formulas *f, uint32_t book, int32_t first, int32_t last);

/** A formula as tokens, what stands behind them, and its cell. */
typedef struct xtr__formula {
    const unsigned char *code, *extra;
    size_t size, extra_size;
    uint32_t row, column;
} xtr__formula;

/** Whether the cell is the first of those that share a formula that is still to be told. */
bool xtr__formula_waits(const xtr__formulas *f, const xtr__formula *formula);

/** Tells the formula that cells from this one on share, by cells from top to bottom; one of an
 *  array is that of its first cell alone. False when out of memory. */
bool xtr__formulas_share(xtr__formulas *f, const xtr__formula *formula, bool array);
/** Forgets them, at the end of a sheet. */
void xtr__formulas_unshare(xtr__formulas *f);

/** "=SUM(A1:A9)", borrowed until the next one; NULL for what cannot be spelled: references to other
 *  workbooks and to columns of tables, damage, and what is longer than a formula may be. */
const char *xtr__formula_text(xtr__formulas *f, const xtr__formula *formula, size_t *size);

#endif
