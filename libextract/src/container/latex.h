/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Formulas as LaTeX: what readers of formulas share. */
#ifndef XTR_LATEX_H
#define XTR_LATEX_H

#include "document/buffer.h"

/** The command for the character that `text` begins with, static, and in *length (may be NULL) the
 *  bytes of the character; NULL when it stands for itself. */
const char *xtr__latex_letter(const char *text, size_t size, size_t *length);

/** Whether LaTeX has a command of this name for a function: sin, lim. */
bool xtr__latex_is_function(const char *text, size_t size);

/** Whether a script may hang on it without braces around: a letter, a command, a number. */
bool xtr__latex_is_one(const char *latex, size_t size);

/** The command for a mark above, which may be as wide as what it stands on; NULL when there is
 * none. */
const char *xtr__latex_accent(const char *mark, size_t size, bool wide);

/** Appends LaTeX; no formula is longer than a megabyte, or the buffer has failed. */
void xtr__latex_put(xtr__buffer *out, const char *latex, size_t size);
void xtr__latex_puts(xtr__buffer *out, const char *latex);
/** The characters of a formula, by commands; text that is no formula, in \text{}; one side of a
 *  fence, "\left" or "\right", whose character may be "". */
void xtr__latex_put_letters(xtr__buffer *out, const char *text, size_t size);
void xtr__latex_put_text(xtr__buffer *out, const char *text, size_t size);
void xtr__latex_put_fence(xtr__buffer *out, const char *side, const char *character);

#endif
