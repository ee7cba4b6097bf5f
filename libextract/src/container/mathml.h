/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentation MathML, the formulas of OpenDocument and of web pages, as LaTeX. */
#ifndef XTR_MATHML_H
#define XTR_MATHML_H

#include "container/xml.h"

/** Ids of elements; 0: another one, of which only what is in it counts. */
enum {
    XTR__MATHML_OTHER,
#define MATHML(id, name) XTR__MATHML_##id,
#include "container/mathml.def"
#undef MATHML
};

typedef struct xtr__mathml xtr__mathml;

/** NULL when out of memory. */
xtr__mathml *xtr__mathml_new(void);
void xtr__mathml_drop(xtr__mathml *math);

/** The id of an element by its name without a prefix. */
int xtr__mathml_id(const char *name, size_t size);

/** The value of an attribute of an element, or NULL. */
typedef const char *xtr__mathml_attribute(const void *element, const char *name);

/** Elements and text as they come, well nested; of what is nested deeper than a hundred elements
 *  the text alone counts. */
void xtr__mathml_begin(xtr__mathml *math, int id, xtr__mathml_attribute *of, const void *element);
void xtr__mathml_text(xtr__mathml *math, const char *text, size_t size);
void xtr__mathml_end(xtr__mathml *math);
/** LaTeX of what was read, NUL-terminated, yours to free; NULL when that is nothing, too much, or
 *  memory was gone. */
char *xtr__mathml_take(xtr__mathml *math, size_t *size);

/** A part that is MathML as LaTeX, yours to free; NULL when it is none, is empty or damaged. */
char *xtr__mathml_read(xtr_job *job, xtr__zip *zip, size_t part, size_t *size);

#endif
