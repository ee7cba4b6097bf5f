/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The inside of a builder, for builder.c, which fills it, and append.c, which adds whole documents.
 */
#ifndef XTR_BUILDER_H
#define XTR_BUILDER_H

#include "document/document.h"

typedef struct xtr__vector {
    char *items;
    size_t count, capacity; /* in items */
} xtr__vector;

enum {
#define X(name, type) ARRAY_##name,
    XTR__ARRAYS(X)
#undef X
        ARRAY_COUNT
};

struct xtr_builder {
    uint64_t max_text;
    xtr__account *account;
    uint64_t memory; /* taken from it */
    int status;
    const char *mime_type;
    bool partial;
    bool keeps_words;
    bool ending; /* the limits do not hold */
    void (*sink)(void *payload);
    void *sink_payload;
    uint64_t text_taken; /* by the sink: counts against max_text */
    bool in_page, in_element, in_cell;
    uint32_t pages_begun;
    xtr__page page;
    xtr__element element;
    xtr__table table;
    xtr__cell cell;
    xtr__span span; /* the open one; styles 0 and no url: none */
    uint32_t warnings_left_out;
    uint32_t page_images; /* the first image of this page */
    xtr__range file;      /* of data */
    /* Last: what is above is new with each document, these are kept. */
    union {
        struct {
#define X(name, type) xtr__vector name;
            XTR__ARRAYS(X)
#undef X
        };
        xtr__vector arrays[ARRAY_COUNT];
    };
};

extern const size_t xtr__item_size[];

/** Makes room for `more` items; false, and a status, when memory or the limit is gone. */
bool xtr__builder_reserve(xtr_builder *builder, size_t array, size_t more);

/** A clean copy among the strings; the empty string when there is nothing to say. */
xtr__string xtr__builder_string(xtr_builder *builder, const char *text);

/* Where an item is or would be; an array without items has no memory. */
#define ITEM_AT(b, array, type, index) \
    ((b)->array.items ? (type *)(void *)(b)->array.items + (index) : NULL)

#endif
