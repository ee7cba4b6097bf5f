/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text that goes on over pages: what elements on several of them say as one. */
#ifndef XTR_JOINED_H
#define XTR_JOINED_H

#include "document/buffer.h"
#include "document/document.h"

/** A stretch of the joined text that is one element's. */
typedef struct xtr__part {
    uint32_t at;     /* in the joined text */
    uint32_t origin; /* the same in the document's */
    uint32_t page_number;
} xtr__part;

/** An element with those that go on with it. */
typedef struct xtr__whole {
    uint32_t element;
    xtr__range text, spans, parts; /* of xtr__joined */
} xtr__whole;

/** All of a document; all zero when nothing goes on. */
typedef struct xtr__joined {
    xtr__buffer text; /* of all wholes, one after the other */
    xtr__span *spans;
    xtr__part *parts;
    xtr__whole *wholes; /* in the order of their elements */
    uint32_t whole_count;
    uint8_t *is_part; /* of each element: whether it is shown with one before */
    bool failed;      /* memory was out, and nothing is joined */
} xtr__joined;

xtr__joined xtr__joined_find(const xtr__document *document);
void xtr__joined_drop(xtr__joined *joined);

/** Whether an element is shown with one before. */
bool xtr__joined_hides(const xtr__joined *joined, uint64_t element);

/** What an element begins, or NULL when it is alone. */
const xtr__whole *xtr__joined_whole(const xtr__joined *joined, uint64_t element);

/** Where the joined text at `at` stands in the document's. */
uint32_t xtr__joined_origin(const xtr__joined *joined, uint32_t at);

#endif
