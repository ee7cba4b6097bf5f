/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which raised marks in the text refer to which footnotes. */
#ifndef XTR_NOTES_H
#define XTR_NOTES_H

#include "document/document.h"

typedef struct xtr__note {
    uint32_t element, page_number;
    const char *label; /* of the marker: without dot or bracket */
    size_t label_size;
    uint32_t reference; /* where its mark in the text begins, or XTR__NO_REFERENCE */
} xtr__note;

#define XTR__NO_REFERENCE UINT32_MAX

/** The footnotes of a document in order, and those with a mark by its place. */
typedef struct xtr__notes {
    xtr__note *items;
    xtr__note **by_reference;
    size_t count, referenced;
    bool per_page; /* labels come again on other pages */
    bool failed;   /* memory was out */
} xtr__notes;

/** Finds notes and their marks: raised text on the same page that is the label of a note, behind a
 *  word or a sentence, the first of its kind. None when memory is out. */
xtr__notes xtr__notes_find(const xtr__document *document);
void xtr__notes_drop(xtr__notes *notes);

/** The note of an element; NULL if it is none, or has no label. */
const xtr__note *xtr__notes_of_element(const xtr__notes *notes, uint32_t element);

/** The note that raised text at `at` refers to, or NULL. */
const xtr__note *xtr__notes_at(const xtr__notes *notes, uint32_t at);

#endif
