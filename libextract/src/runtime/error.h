/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_ERROR_H
#define XTR_ERROR_H

#include "libextract.h"
#include <stdarg.h>

/** Fills `error` (may be NULL) with a one-line message, cut at a whole character when it is too
 *  long, and returns `code`. The message is printf's; line breaks become spaces. */
int xtr__error(xtr_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int xtr__error_v(xtr_error *error, int code, const char *format, va_list arguments);

/** The same for a failed system call: the code follows from `os_error` (an errno), the message is
 *  "name: its text". */
int xtr__error_os(xtr_error *error, int os_error, const char *name);

/** XTR_E_MEMORY with its usual message. */
int xtr__error_memory(xtr_error *error);

#endif
