/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_RESULT_H
#define XTR_RESULT_H

#include "document/document.h"

/** A result around a document, which is taken over in any case. Its content is rendered at once, or
 *  when it is written. Fails with MEMORY, and with LIMIT when there was no room for the file. */
int xtr__result_new(xtr_result **out, xtr__document *document, xtr_format format,
                    xtr_furniture furniture, bool unrendered);

/** A format beside those of xtr_format: HTML of a page in a stream, without head and body. */
enum { XTR__HTML_FRAGMENT = 1000 };

/** Whether a format shows where words stand, and so needs them in its document. */
static inline bool xtr__shows_words(xtr_format format) {
    return format == XTR_FORMAT_HOCR || format == XTR_FORMAT_ALTO || format == XTR_FORMAT_TSV ||
           format == XTR_FORMAT_PDF;
}

/** Borrowed. */
const xtr__document *xtr__result_document(const xtr_result *result);

size_t xtr__result_ocr_pages(const xtr_result *result);

/** Whether it holds nothing but facts: no text, nothing beside it, no warning. */
bool xtr__result_is_empty(const xtr_result *result);

#endif
