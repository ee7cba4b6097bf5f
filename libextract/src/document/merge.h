/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MERGE_H
#define XTR_MERGE_H

#include "document/document.h"

/** Makes the cells of a table that are known to be one so, as far as it has no other in them, and
 *  takes away its first columns, in which there must be none. Ranges reach no farther than the
 *  table. */
void xtr__settle_table(xtr__table *table, xtr__cell *cells, uint32_t first_column,
                       const xtr_cell_range *ranges, size_t count);

#endif
