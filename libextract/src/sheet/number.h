/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_NUMBER_H
#define XTR_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/** A number format of a spreadsheet (ECMA-376 part 1, 18.8.30 and 18.8.31), compiled once and
 *  applied to many values. Any thread, once made. */
typedef struct xtr__number_format xtr__number_format;

/** Compiles a code such as "#,##0.00;[Red](#,##0.00)", in UTF-8. What is no format shows as
 *  General. NULL when out of memory. Yours to drop. */
xtr__number_format *xtr__number_format_new(const char *code, size_t size);
void xtr__number_format_drop(xtr__number_format *format);

/** The code of a built-in format as Excel in English shows it, or NULL. Static. */
const char *xtr__number_format_builtin(unsigned id);

/** Whether it shows numbers as General does. */
bool xtr__number_format_is_general(const xtr__number_format *format);

/** Whether the first section shows a date or a time. */
bool xtr__number_format_is_date(const xtr__number_format *format);

enum { XTR__SHOWN_SIZE = 1024 }; /* no shown number is longer, with its NUL */

/** A number as it is displayed in a column that is wide enough, without space around it, into `out`
 *  of XTR__SHOWN_SIZE bytes. `epoch_1904`: dates count from 1 January 1904. A date that cannot be
 *  shown, which Excel fills with #, is shown as General. Returns its length. */
size_t xtr__number_show(char *out, const xtr__number_format *format, double value, bool epoch_1904);

/** The same as General: up to 11 characters, or fewer digits and an exponent. */
size_t xtr__number_show_general(char *out, double value);

/** Text as displayed, in pieces: the fourth section, or one with "@", may add to or hide it. */
void xtr__number_show_text(const xtr__number_format *format, const char *text, size_t size,
                           void (*put)(void *payload, const char *text, size_t size),
                           void *payload);

/** A decimal number, whatever the locale; false for what is none. */
bool xtr__number_parse(double *value, const char *text, size_t size);

/** The serial number of a date as ISO 8601 ("2014-02-14T08:27:48.765Z", "2014-02-14"); false for
 *  what is none. */
bool xtr__number_from_date(double *value, const char *text, bool epoch_1904);

#endif
