/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_RESULT_H
#define XTR_RESULT_H

#include "document/document.h"

/** A result around a document, which is taken over in any case; its content is rendered at once.
 *  Fails with MEMORY. */
int xtr__result_new(xtr_result **out, xtr__document *document, xtr_format format,
                    xtr_furniture furniture);

/** Whether anything would be printed. */
bool xtr__result_has_text(const xtr_result *result);

#endif
