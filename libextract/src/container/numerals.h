/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_NUMERALS_H
#define XTR_NUMERALS_H

#include <stddef.h>

/** A number as lists, notes and pages print it, in a format of ST_NumberFormat (ECMA-376 part 1,
 *  17.18.59); decimal where the format or the number is another one. Empty for "none" and "bullet".
 */
void xtr__numeral(char *out, size_t room, int value, const char *format);

#endif
