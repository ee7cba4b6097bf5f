/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Characters of formulas as LaTeX. */
#ifndef XTR_LATEX_H
#define XTR_LATEX_H

#include <stdbool.h>
#include <stddef.h>

/** The command for the character that `text` begins with, static, and in *length (may be NULL) the
 *  bytes of the character; NULL when it stands for itself. */
const char *xtr__latex_letter(const char *text, size_t size, size_t *length);

/** What a character of plain text, in \text{}, is written as; NULL when it stands for itself. */
const char *xtr__latex_escaped(char character);

/** Whether LaTeX has a command of this name for a function: sin, lim. */
bool xtr__latex_is_function(const char *text, size_t size);

#endif
