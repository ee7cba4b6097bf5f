/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Visitors over a document that write one format each. */
#ifndef XTR_RENDER_H
#define XTR_RENDER_H

#include "document/buffer.h"
#include "document/document.h"

void xtr__render_text(xtr__buffer *out, const xtr__document *document, xtr_furniture furniture);
void xtr__render_markdown(xtr__buffer *out, const xtr__document *document, xtr_furniture furniture);

/** One table as Markdown, or as HTML when it has spans; ends with a newline. */
void xtr__render_table(xtr__buffer *out, const xtr__document *document, const xtr__table *table);

/** A stretch of text with its styles (but those in `hide`) and links as Markdown, on one line or
 *  (`breaks`) several. */
void xtr__render_inline(xtr__buffer *out, const xtr__document *document, xtr__range text,
                        xtr__range spans, unsigned hide, bool breaks);

/** Whether an element is left out: running headers and footers where they are to be dropped. */
static inline bool xtr__is_dropped(const xtr__element *element, bool drop_furniture) {
    return drop_furniture && (element->type == XTR_HEADER || element->type == XTR_FOOTER);
}

#endif
