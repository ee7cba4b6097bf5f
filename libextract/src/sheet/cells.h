/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Values of cells as the text that is displayed. */
#ifndef XTR_SHEET_CELLS_H
#define XTR_SHEET_CELLS_H

#include "sheet/number.h"
#include "sheet/writer.h"

/** A cell with a number; a format of NULL is General. */
void xtr__sheet_number(xtr__sheets *w, uint32_t row, uint32_t column,
                       const xtr__number_format *format, double value, bool epoch_1904);

/** The same with the number as the document spells it, in decimal and without a locale; what is no
 *  number is shown as it is. */
void xtr__sheet_spelled(xtr__sheets *w, uint32_t row, uint32_t column,
                        const xtr__number_format *format, const char *text, size_t size,
                        bool epoch_1904);

/** A cell with text, to which its format may add. */
void xtr__sheet_text(xtr__sheets *w, uint32_t row, uint32_t column,
                     const xtr__number_format *format, const char *text, size_t size);

/** The name of an error by its number in binary formats ([MS-XLS] 2.5.10): "#DIV/0!". */
const char *xtr__sheet_error(unsigned code);

#endif
