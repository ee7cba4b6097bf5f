/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKDOWN_NOTES_H
#define XTR_MARKDOWN_NOTES_H

#include <stdbool.h>
#include <stddef.h>

/** Footnotes of Markdown, which MD4C does not know: "[^label]: text" and the lines that belong to
 *  it, cut out of the text. */
typedef struct xtr__markdown_note {
    const char *label; /* in the source */
    size_t label_size;
    char *text; /* without indentation */
    size_t size;
    size_t order; /* of its definition */
} xtr__markdown_note;

typedef struct xtr__markdown_notes {
    xtr__markdown_note *items; /* sorted by label */
    size_t count;
    char *rest; /* the text without them; NULL: there were none */
    size_t rest_size;
} xtr__markdown_notes;

/** False when out of memory. The labels point into `text`. */
bool xtr__markdown_notes_find(xtr__markdown_notes *out, const char *text, size_t size);
void xtr__markdown_notes_drop(xtr__markdown_notes *notes);

/** The note with this label, or NULL. */
const xtr__markdown_note *xtr__markdown_note_of(const xtr__markdown_notes *notes, const char *label,
                                                size_t size);

#endif
