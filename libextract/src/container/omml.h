/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Office Math, the formulas of all formats of Office Open XML, as LaTeX. */
#ifndef XTR_OMML_H
#define XTR_OMML_H

#include <stdbool.h>
#include <stddef.h>

/** Ids of names; formats list them beside their own, which are below. */
enum {
    XTR__OMML_NONE = 1 << 12,
#define XTR__OMML_NAME(id, name) XTR__OMML_##id,
#define XTR__OMML_SAME(id, name)
#include "container/omml.def"
#undef XTR__OMML_NAME
#undef XTR__OMML_SAME
    XTR__OMML_PROPERTIES
};

typedef struct xtr__omml xtr__omml;

/** NULL when out of memory. */
xtr__omml *xtr__omml_new(void);
void xtr__omml_drop(xtr__omml *math);

/** Begins a formula: what is in an oMath follows, element by element. */
void xtr__omml_clear(xtr__omml *math);
/** `value` is that of m:val, or NULL. */
void xtr__omml_begin(xtr__omml *math, int id, const char *value);
void xtr__omml_text(xtr__omml *math, const char *text, size_t size);
void xtr__omml_end(xtr__omml *math, int id);
/** LaTeX of what was read; borrowed. */
const char *xtr__omml_result(const xtr__omml *math, size_t *size);

#endif
