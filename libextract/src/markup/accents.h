/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKUP_ACCENTS_H
#define XTR_MARKUP_ACCENTS_H

#include <stddef.h>

/** What a command of LaTeX for one character at the start of `text` ("\"u", "\'{e}", "\ss ",
 *  "\&") stands for, as UTF-8 in `out`, NUL-terminated. Returns the size of the command with its
 *  argument, 0 when it is none of these. */
size_t xtr__accent_read(const char *text, size_t size, char out[8]);

#endif
