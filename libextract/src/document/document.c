/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/document.h"
#include "document/utf8.h"

#include <string.h>

const char *xtr__document_metadata(const xtr__document *document, const char *key) {
    const xtr__fact *facts = XTR__ITEMS(document, metadata, xtr__fact);
    for (uint64_t i = 0; i < document->metadata.count; i++) {
        if (!strcmp(xtr__document_string(document, facts[i].key), key))
            return xtr__document_string(document, facts[i].value);
    }
    return NULL;
}

uint64_t xtr__document_text_size(const xtr__document *document) {
    uint64_t size = document->text.count;
    const xtr__child *children = XTR__ITEMS(document, children, xtr__child);
    for (uint64_t i = 0; i < document->children.count; i++) {
        if (!children[i].code)
            size += xtr__document_text_size(xtr__document_child(document, &children[i]));
    }
    return size;
}

/* A block from somewhere else ---------------------------------------------------------------- */

/* What is checked besides bounds: items are in order and share nothing but strings, so that the
 * work on a document is bounded by its size; text is clean UTF-8, cut between characters. */
typedef struct checker {
    const xtr__document *d;
    bool ok;
    int depth;
    uint64_t shared; /* bytes of strings that items refer to, in all documents */
} checker;

static const uint64_t MAX_FACTS = 10000; /* of metadata: keys are looked up one by one */
static const uint64_t MAX_SHARED = (uint64_t)256 << 20; /* beside each string once */

static void check(checker *c, bool holds) {
    c->ok = c->ok && holds;
}

/* A range begins where the one before it ended, or later. */
static void check_range(checker *c, xtr__range range, const xtr__array *array, uint64_t *end) {
    uint64_t last = (uint64_t)range.at + range.size;
    check(c, range.at >= *end && last <= array->count);
    *end = last;
}

static bool between_characters(const xtr__document *d, uint64_t at) {
    return at >= d->text.count || ((unsigned char)xtr__document_text(d)[at] & 0xC0) != 0x80;
}

static void check_text(checker *c, xtr__range range, uint64_t *end) {
    check_range(c, range, &c->d->text, end);
    check(c, c->ok && between_characters(c->d, range.at) &&
                 between_characters(c->d, (uint64_t)range.at + range.size));
}

static void check_string(checker *c, xtr__string s) {
    const char *strings = XTR__ITEMS(c->d, strings, char);
    uint64_t end = (uint64_t)s.at + s.size;
    c->shared += s.size;
    check(c, end < c->d->strings.count && strings[end] == '\0' &&
                 (!s.at || strings[s.at - 1] == '\0'));
}

static bool valid_arrays(const xtr__document *d, size_t size) {
    bool ok = true;
#define X(name, type)                                                                  \
    ok = ok && d->name.at % 8 == 0 && d->name.at >= sizeof *d && d->name.at <= size && \
         d->name.count <= (size - d->name.at) / sizeof(type);
    XTR__ARRAYS(X)
#undef X
    return ok;
}

static void check_blocks(checker *c) {
    const xtr__document *d = c->d;
    uint64_t text = 0, words = 0, elements = 0, spans = 0, span_text = 0, next_table = 0;
    for (uint64_t i = 0; c->ok && i < d->pages.count; i++) {
        const xtr__page *page = &XTR__ITEMS(d, pages, xtr__page)[i];
        check_string(c, page->label);
        check_text(c, page->content, &text);
        check_range(c, page->elements, &d->elements, &elements);
        check_range(c, page->words, &d->words, &words);
        check(c, page->read_by <= XTR_READ_OCR);
    }
    text = 0;
    for (uint64_t i = 0; c->ok && i < d->elements.count; i++) {
        const xtr__element *e = &XTR__ITEMS(d, elements, xtr__element)[i];
        check(c, e->type <= XTR_VERBATIM && e->continues <= XTR_AFTER_HYPHEN);
        check_string(c, e->marker);
        check_string(c, e->image);
        check_string(c, e->description);
        check_text(c, e->text, &text);
        check_range(c, e->spans, &d->spans, &spans);
        if (e->type != XTR_TABLE)
            continue;
        check(c, e->table >= next_table && e->table < d->tables.count);
        next_table = (uint64_t)e->table + 1;
    }
    for (uint64_t i = 0; c->ok && i < d->spans.count; i++) {
        const xtr__span *span = &XTR__ITEMS(d, spans, xtr__span)[i];
        check_text(c, span->text, &span_text);
        check_string(c, span->url);
    }
}

static void check_tables(checker *c) {
    const xtr__document *d = c->d;
    uint64_t cells = 0, text = 0, spans = 0;
    for (uint64_t i = 0; c->ok && i < d->tables.count; i++)
        check_range(c, XTR__ITEMS(d, tables, xtr__table)[i].cells, &d->cells, &cells);
    for (uint64_t i = 0; c->ok && i < d->cells.count; i++) {
        const xtr__cell *cell = &XTR__ITEMS(d, cells, xtr__cell)[i];
        check_text(c, cell->text, &text);
        check_range(c, cell->spans, &d->spans, &spans);
    }
}

#define EACH_STRING(c, array, type, member)                       \
    for (uint64_t i = 0; (c)->ok && i < (c)->d->array.count; i++) \
        check_string((c), XTR__ITEMS((c)->d, array, type)[i].member);

static void check_strings(checker *c) {
    EACH_STRING(c, metadata, xtr__fact, key)
    EACH_STRING(c, metadata, xtr__fact, value)
    EACH_STRING(c, words, xtr__page_word, text)
    EACH_STRING(c, outline, xtr__entry, title)
    EACH_STRING(c, links, xtr__link, url)
    EACH_STRING(c, annotations, xtr__annotation, type)
    EACH_STRING(c, annotations, xtr__annotation, text)
    EACH_STRING(c, annotations, xtr__annotation, author)
    EACH_STRING(c, form_fields, xtr__form_field, name)
    EACH_STRING(c, form_fields, xtr__form_field, type)
    EACH_STRING(c, form_fields, xtr__form_field, value)
    EACH_STRING(c, attachments, xtr__attachment, name)
    EACH_STRING(c, attachments, xtr__attachment, mime_type)
    EACH_STRING(c, attachments, xtr__attachment, description)
    EACH_STRING(c, images, xtr__image, format)
    EACH_STRING(c, images, xtr__image, name)
    EACH_STRING(c, images, xtr__image, description)
    EACH_STRING(c, warnings, xtr__warning, message)
    check_string(c, c->d->mime_type);
}

static void check_images(checker *c) {
    uint64_t data = 0;
    for (uint64_t i = 0; c->ok && i < c->d->images.count; i++)
        check_range(c, XTR__ITEMS(c->d, images, xtr__image)[i].data, &c->d->data, &data);
    if (c->d->file.size)
        check_range(c, c->d->file, &c->d->data, &data);
    check(c, !c->d->file.size || (data < c->d->data.count && !XTR__ITEMS(c->d, data, char)[data]));
}

static void check_document(checker *c, const void *block, size_t size);

/* Documents inside of this one share nothing, so that each of them, and what is inside of it, is
 * smaller than this one. */
static void check_children(checker *c) {
    const xtr__document *d = c->d;
    uint64_t nested = 0;
    for (uint64_t i = 0; c->ok && i < d->children.count; i++) {
        const xtr__child *child = &XTR__ITEMS(d, children, xtr__child)[i];
        check_string(c, child->name);
        check_string(c, child->message);
        check_range(c, child->document, &d->nested, &nested);
        if (!c->ok || child->code)
            continue;
        check(c, c->depth < XTR__MOST_DEPTH);
        c->depth++;
        check_document(c, xtr__document_child(d, child), child->document.size * sizeof(uint64_t));
        c->depth--;
        c->d = d;
    }
}

static void check_document(checker *c, const void *block, size_t size) {
    const xtr__document *d = block;
    check(c, size >= sizeof *d && size % 8 == 0);
    check(c, c->ok && d->size == size && valid_arrays(d, size));
    if (!c->ok)
        return;
    c->d = d;
    c->ok = xtr__utf8_is_clean(xtr__document_text(d), d->text.count, false) &&
            xtr__utf8_is_clean(XTR__ITEMS(d, strings, char), d->strings.count, true);
    check_blocks(c);
    check_tables(c);
    check_strings(c);
    check_images(c);
    check(c, d->metadata.count <= MAX_FACTS);
    check_children(c);
}

bool xtr__document_valid(const void *block, size_t size) {
    checker c = {.ok = true};
    check_document(&c, block, size);
    return c.ok && c.shared <= MAX_SHARED + size;
}
