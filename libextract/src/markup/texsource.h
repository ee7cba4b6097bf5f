/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_TEXSOURCE_H
#define XTR_TEXSOURCE_H

#include <stddef.h>

/** The formula that TeX is, in it: without the document around that some publishers write, without
 *  dollars or "\\[ \\]" around and without white space. */
const char *xtr__texsource_formula(const char *tex, size_t *size);

#endif
