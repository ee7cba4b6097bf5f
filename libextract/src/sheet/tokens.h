/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Number formats as they are compiled: what number.c, dates.c and compile.c share. */
#ifndef XTR_TOKENS_H
#define XTR_TOKENS_H

#include "sheet/number.h"

#include <stdint.h>

enum {
    XTR__FORMAT_SECTIONS = 4,
    XTR__FORMAT_SIZE = 400, /* Excel writes up to 255 characters; what is longer is cut */
    XTR__MAX_DECIMALS = 60
};

typedef enum xtr__token_type {
    XTR__T_LITERAL, /* `size` bytes of the code at `at` */
    XTR__T_SPACE,   /* the width of a character */
    XTR__T_DIGIT,   /* `what` is '0', '#' or '?' */
    XTR__T_POINT,
    XTR__T_EXPONENT, /* `what` is '+' or '-'; `size` digits at least */
    XTR__T_FRACTION, /* '/' and its denominator: `at` is it, or 0 for one of `size` digits */
    XTR__T_GENERAL,
    XTR__T_TEXT,
    XTR__T_YEAR, /* from here on parts of dates and times; `size` letters */
    XTR__T_BUDDHIST_YEAR,
    XTR__T_MONTH,
    XTR__T_DAY,
    XTR__T_HOUR,
    XTR__T_MINUTE,
    XTR__T_SECOND,
    XTR__T_SUBSECOND,
    XTR__T_HALF, /* AM/PM, or A/P: `size` letters; `what` is the first */
    XTR__T_ALL_HOURS,
    XTR__T_ALL_MINUTES,
    XTR__T_ALL_SECONDS
} xtr__token_type;

typedef struct xtr__token {
    uint8_t type;
    char what;
    uint16_t size;
    uint32_t at;
} xtr__token;

typedef enum xtr__section_kind {
    XTR__S_LITERAL, /* no place for a value */
    XTR__S_NUMBER,
    XTR__S_FRACTION,
    XTR__S_GENERAL,
    XTR__S_DATE,
    XTR__S_TEXT
} xtr__section_kind;

/** How a condition compares. */
typedef enum xtr__comparison {
    XTR__ALWAYS,
    XTR__LESS,
    XTR__LESS_EQUAL,
    XTR__EQUAL,
    XTR__NOT_EQUAL,
    XTR__GREATER_EQUAL,
    XTR__GREATER
} xtr__comparison;

typedef struct xtr__section {
    xtr__section_kind kind;
    xtr__comparison comparison;
    double limit;
    uint16_t first, end; /* tokens */
    uint16_t digits;     /* placeholders before the point (of a fraction: before its numerator) */
    uint16_t numerator;  /* placeholders of the numerator */
    uint16_t decimals;   /* placeholders behind the point */
    int16_t scale;       /* power of ten by which the value is multiplied: %, commas at the end */
    bool groups, half, shows; /* thousands apart; a clock of 12 hours; anything at all */
    bool elapsed;             /* of a date: only a count of hours, minutes or seconds */
    uint8_t subsecond;        /* digits of a second's fraction */
} xtr__section;

struct xtr__number_format {
    xtr__section sections[XTR__FORMAT_SECTIONS];
    unsigned count;
    bool conditions;
    char code[XTR__FORMAT_SIZE];
    xtr__token tokens[]; /* as many as there are */
};

/** Text of at most XTR__SHOWN_SIZE - 1 bytes; what is more is dropped. */
typedef struct xtr__shown {
    char *out;
    size_t size;
} xtr__shown;

void xtr__shown_put(xtr__shown *s, const char *text, size_t size);
void xtr__shown_char(xtr__shown *s, char c);

/** A date section with its value; false when the value is none (before the epoch, after 9999). */
bool xtr__show_date(xtr__shown *s, const xtr__number_format *format, const xtr__section *section,
                    double value, bool epoch_1904);

/** Compiles the first `size` bytes of `format->code` into its sections and `tokens`, of which there
 *  is room for one a byte. Returns how many there are. */
size_t xtr__number_compile(xtr__number_format *format, xtr__token *tokens, size_t size);

#endif
