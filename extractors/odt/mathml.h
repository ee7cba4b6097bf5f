/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MATHML_H
#define XTR_MATHML_H

#include "container/xml.h"

/** A part that is MathML as LaTeX, yours to free; NULL when it is none, is empty or damaged. */
char *xtr__mathml_read(xtr_job *job, xtr__zip *zip, size_t part, size_t *size);

#endif
