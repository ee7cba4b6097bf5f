/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Visitors over a document that write one format each. */
#ifndef XTR_RENDER_H
#define XTR_RENDER_H

#include "document/buffer.h"
#include "document/document.h"

void xtr__render_text(xtr__buffer *out, const xtr__document *document, xtr_furniture furniture);
void xtr__render_markdown(xtr__buffer *out, const xtr__document *document, xtr_furniture furniture);

/** A whole HTML document, or with `fragment` what its body would hold. */
void xtr__render_html(xtr__buffer *out, const xtr__document *document, xtr_furniture furniture,
                      bool fragment);

/** One table as Markdown: a pipe table, or HTML when cells span several rows or columns or several
 *  rows head the table. */
void xtr__render_table(xtr__buffer *out, const xtr__document *document, const xtr__table *table);
void xtr__render_table_html(xtr__buffer *out, const xtr__document *document,
                            const xtr__table *table);
void xtr__render_table_csv(xtr__buffer *out, const xtr__document *document,
                           const xtr__table *table);

/** Whether an element is left out: running headers and footers where they are to be dropped. */
static inline bool xtr__is_dropped(const xtr__element *element, bool drop_furniture) {
    return drop_furniture && (element->type == XTR_HEADER || element->type == XTR_FOOTER);
}

static inline bool xtr__is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t';
}

/** A stretch of text without the white space around it. */
static inline xtr__range xtr__trim(const char *text, xtr__range range) {
    while (range.size && xtr__is_space(text[range.at + range.size - 1]))
        range.size--;
    while (range.size && xtr__is_space(text[range.at])) {
        range.at++;
        range.size--;
    }
    return range;
}

/** What an element shows: its text without the space around it; verbatim text and code lose only
 *  the line breaks at their end. */
static inline xtr__range xtr__element_text(const char *text, const xtr__element *element) {
    xtr__range range = element->text;
    if (element->type != XTR_VERBATIM && element->type != XTR_CODE)
        return xtr__trim(text, range);
    while (range.size && text[range.at + range.size - 1] == '\n')
        range.size--;
    return range;
}

#endif
