/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers and bullets of lists, which word processors count anew each time they show them. */
#ifndef XTR_NUMBERING_H
#define XTR_NUMBERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    XTR__LIST_LEVELS = 9,
    XTR__LEVEL_TEXT = 32,
    XTR__MARKER_SIZE = 256,
};

/** Formats of numbers as Word numbers them ([MS-OSHARED] 2.2.1.3, MSONFC); others are shown in
 *  Arabic digits. */
enum {
    XTR__NUMBER_ARABIC = 0,
    XTR__NUMBER_UPPER_ROMAN = 1,
    XTR__NUMBER_LOWER_ROMAN = 2,
    XTR__NUMBER_UPPER_LETTER = 3,
    XTR__NUMBER_LOWER_LETTER = 4,
    XTR__NUMBER_ORDINAL = 5,
    XTR__NUMBER_CHICAGO = 9,
    XTR__NUMBER_TWO_DIGITS = 22,
    XTR__NUMBER_BULLET = 23,
    XTR__NUMBER_NONE = 255
};

typedef struct xtr__numbering_level {
    int format;
    int32_t start;
    bool legal;    /* all numbers in Arabic digits */
    bool restarts; /* after an item of a level above */
    uint8_t text_size;
    uint16_t text[XTR__LEVEL_TEXT]; /* UTF-16; 0 to 8 stand for the number of that level */
} xtr__numbering_level;

typedef struct xtr__numbering {
    xtr__numbering_level levels[XTR__LIST_LEVELS];
    int32_t numbers[XTR__LIST_LEVELS];
    bool begun[XTR__LIST_LEVELS];
} xtr__numbering;

/** Counts the next item at a level (from 0) and writes its marker, NUL-terminated UTF-8. */
void xtr__numbering_next(xtr__numbering *list, unsigned level, char out[XTR__MARKER_SIZE]);

/** Writes a number in a format; returns its size, at most 64. `out` is not terminated. */
size_t xtr__number_format(char *out, int format, int32_t number);

#endif
