/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_DETECT_H
#define XTR_DETECT_H

#include "libextract/extractor.h"

/** What detection keeps from document to document: one for each slot, for one thread at a time. */
typedef struct xtr__detector xtr__detector;

/** NULL when out of memory. Cheap: libmagic's data are loaded when first needed. */
xtr__detector *xtr__detector_new(void);
/** Loads them now. */
void xtr__detector_warm(xtr__detector *detector);
void xtr__detector_drop(xtr__detector *detector);

/** Finds the type of an input from its content and name. Fails with IO, MEMORY. */
int xtr__detect_input(xtr__detector *detector, xtr_input *input, xtr_detection *out,
                      xtr_error *error);

#endif
