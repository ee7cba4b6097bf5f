/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Adds whole documents to one that is built: behind what is there, or inside of it. */
#include "document/builder.h"

#include <string.h>

/* Behind ------------------------------------------------------------------------------------ */

static void move_range(xtr__range *range, size_t by) {
    range->at += (uint32_t)by;
}

#define EACH_NEW(b, from, array, type)                                \
    for (type *item = ITEM_AT(b, array, type, (from)[ARRAY_##array]), \
              *end = ITEM_AT(b, array, type, (b)->array.count);       \
         item < end; item++)

static void move_text(xtr_builder *b, const size_t *from) {
    EACH_NEW(b, from, pages, xtr__page) {
        move_range(&item->label, from[ARRAY_strings]);
        move_range(&item->content, from[ARRAY_text]);
        move_range(&item->elements, from[ARRAY_elements]);
        move_range(&item->words, from[ARRAY_words]);
    }
    EACH_NEW(b, from, elements, xtr__element) {
        move_range(&item->marker, from[ARRAY_strings]);
        move_range(&item->image, from[ARRAY_strings]);
        move_range(&item->description, from[ARRAY_strings]);
        move_range(&item->text, from[ARRAY_text]);
        move_range(&item->spans, from[ARRAY_spans]);
        item->table += item->type == XTR_TABLE ? (uint32_t)from[ARRAY_tables] : 0;
    }
    EACH_NEW(b, from, spans, xtr__span) {
        move_range(&item->url, from[ARRAY_strings]);
        move_range(&item->text, from[ARRAY_text]);
    }
    EACH_NEW(b, from, tables, xtr__table)
    move_range(&item->cells, from[ARRAY_cells]);
    EACH_NEW(b, from, cells, xtr__cell) {
        move_range(&item->text, from[ARRAY_text]);
        move_range(&item->spans, from[ARRAY_spans]);
    }
}

static void move_strings(xtr_builder *b, const size_t *from) {
    size_t by = from[ARRAY_strings];
    EACH_NEW(b, from, words, xtr__page_word)
    move_range(&item->text, by);
    EACH_NEW(b, from, outline, xtr__entry)
    move_range(&item->title, by);
    EACH_NEW(b, from, links, xtr__link)
    move_range(&item->url, by);
    EACH_NEW(b, from, annotations, xtr__annotation) {
        move_range(&item->type, by);
        move_range(&item->text, by);
        move_range(&item->author, by);
    }
    EACH_NEW(b, from, form_fields, xtr__form_field) {
        move_range(&item->name, by);
        move_range(&item->type, by);
        move_range(&item->value, by);
    }
    EACH_NEW(b, from, attachments, xtr__attachment) {
        move_range(&item->name, by);
        move_range(&item->mime_type, by);
        move_range(&item->description, by);
    }
    EACH_NEW(b, from, images, xtr__image) {
        move_range(&item->format, by);
        move_range(&item->name, by);
        move_range(&item->description, by);
        move_range(&item->data, from[ARRAY_data]);
    }
    EACH_NEW(b, from, warnings, xtr__warning)
    move_range(&item->message, by);
    EACH_NEW(b, from, children, xtr__child) {
        move_range(&item->name, by);
        move_range(&item->message, by);
        move_range(&item->document, from[ARRAY_nested]);
    }
}

void xtr__builder_append(xtr_builder *b, const xtr__document *d) {
    const xtr__array *arrays = &d->text;
    size_t from[ARRAY_COUNT];
    for (uint64_t i = 0; i < d->metadata.count && !b->status; i++) {
        xtr__fact fact = XTR__ITEMS(d, metadata, xtr__fact)[i];
        xtr_metadata(b, xtr__document_string(d, fact.key), xtr__document_string(d, fact.value));
    }
    uint64_t text = xtr__document_text_size(d);
    if (text > xtr__builder_text_left(b))
        b->status = XTR_E_LIMIT;
    /* All or nothing: the items refer to each other. */
    for (size_t i = 0; i < ARRAY_COUNT; i++) {
        if (!xtr__builder_reserve(b, i, arrays[i].count))
            return;
    }
    for (size_t i = 0; i < ARRAY_COUNT; i++) {
        xtr__vector *v = &b->arrays[i];
        from[i] = v->count;
        if (i == ARRAY_metadata || !arrays[i].count)
            continue;
        memcpy(v->items + v->count * xtr__item_size[i], (const char *)d + arrays[i].at,
               arrays[i].count * xtr__item_size[i]);
        v->count += arrays[i].count;
    }
    b->text_taken += text - d->text.count;
    b->partial = b->partial || d->partial;
    move_text(b, from);
    move_strings(b, from);
}

/* Inside ------------------------------------------------------------------------------------ */

uint64_t xtr__builder_text_left(const xtr_builder *b) {
    return b->max_text - b->text_taken - b->text.count;
}

void xtr__builder_add_child(xtr_builder *b, const char *name, int code, const char *message,
                            const xtr__document *document) {
    size_t size = document ? document->size / sizeof(uint64_t) : 0;
    uint64_t text = document ? xtr__document_text_size(document) : 0;
    if (b->status)
        return;
    xtr__child child = {.name = xtr__builder_string(b, name),
                        .code = code,
                        .message = xtr__builder_string(b, message),
                        .document = {(uint32_t)b->nested.count, (uint32_t)size}};
    if (text > xtr__builder_text_left(b) || !xtr__builder_reserve(b, ARRAY_nested, size) ||
        !xtr__builder_reserve(b, ARRAY_children, 1)) {
        b->status = XTR_OK;
        xtr_partial(b, XTR_E_LIMIT, 0, "attachments were left out: raise max_memory");
        return;
    }
    if (size)
        memcpy(b->nested.items + b->nested.count * sizeof(uint64_t), document, document->size);
    b->nested.count += size;
    b->text_taken += text;
    memcpy(b->children.items + b->children.count++ * sizeof child, &child, sizeof child);
}
