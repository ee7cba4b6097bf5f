/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_NUMERALS_H
#define XTR_NUMERALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The value of a hexadecimal digit, or -1. */
static inline int xtr__hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** What lists, notes and pages count with: Roman digits of 1 to 3999 (others are 0 characters), and
 *  the letters from `first` on, "aa" after "z", then "bb". Terminated, and cut to the room. The
 *  number of characters. */
size_t xtr__roman(char *out, size_t room, int64_t value, bool upper);
size_t xtr__letters(char *out, size_t room, int64_t value, char first);

/** A number as lists, notes and pages print it, in a format of ST_NumberFormat (ECMA-376 part 1,
 *  17.18.59); decimal where the format or the number is another one. Empty for "none" and "bullet".
 */
void xtr__numeral(char *out, size_t room, int value, const char *format);

/** Whether this is a bullet: it marks an item of a list and says nothing else. */
bool xtr__is_bullet(const char *text, size_t size);

#endif
