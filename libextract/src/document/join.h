/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Joining tables over pages, on the arrays of a document that is being built. */
#ifndef XTR_JOIN_H
#define XTR_JOIN_H

#include "document/document.h"

typedef struct xtr__joining {
    xtr__page *pages;
    xtr__element *elements;
    xtr__table *tables;
    xtr__cell *cells;
    const char *text;
    uint32_t page_count, element_count, table_count, cell_count;
} xtr__joining;

/** Makes tables that go on over the next page one; the counts that change are set. The text of a
 *  joined table's element stays that of its first page; its cells have all of it. */
void xtr__join_tables(xtr__joining *arrays);

#endif
