/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/document.h"

#include <string.h>

const char *xtr__document_metadata(const xtr__document *document, const char *key) {
    const xtr__fact *facts = XTR__ITEMS(document, metadata, xtr__fact);
    for (uint64_t i = 0; i < document->metadata.count; i++) {
        if (!strcmp(xtr__document_string(document, facts[i].key), key))
            return xtr__document_string(document, facts[i].value);
    }
    return NULL;
}

/* Bounds check ------------------------------------------------------------------------------ */

static bool inside(xtr__range range, uint64_t count) {
    return (uint64_t)range.at + range.size <= count;
}

static bool valid_string(const xtr__document *d, xtr__string s) {
    const char *strings = XTR__ITEMS(d, strings, char);
    return (uint64_t)s.at + s.size < d->strings.count && strings[s.at + s.size] == '\0';
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

static bool valid_blocks(const xtr__document *d) {
    const xtr__page *pages = XTR__ITEMS(d, pages, xtr__page);
    for (uint64_t i = 0; i < d->pages.count; i++) {
        if (!valid_string(d, pages[i].label) || !inside(pages[i].content, d->text.count) ||
            !inside(pages[i].elements, d->elements.count) || pages[i].read_by > XTR_READ_OCR)
            return false;
    }
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    for (uint64_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        if (e->type > XTR_VERBATIM || !valid_string(d, e->marker) ||
            !inside(e->text, d->text.count) || !inside(e->spans, d->spans.count) ||
            (e->type == XTR_TABLE && e->table >= d->tables.count))
            return false;
    }
    const xtr__span *spans = XTR__ITEMS(d, spans, xtr__span);
    for (uint64_t i = 0; i < d->spans.count; i++) {
        if (!inside(spans[i].text, d->text.count) || !valid_string(d, spans[i].url))
            return false;
    }
    return true;
}

static bool valid_tables(const xtr__document *d) {
    const xtr__table *tables = XTR__ITEMS(d, tables, xtr__table);
    for (uint64_t i = 0; i < d->tables.count; i++) {
        if (!inside(tables[i].cells, d->cells.count))
            return false;
    }
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell);
    for (uint64_t i = 0; i < d->cells.count; i++) {
        if (!inside(cells[i].text, d->text.count) || !inside(cells[i].spans, d->spans.count))
            return false;
    }
    return true;
}

#define EACH_STRING(d, array, type, member)                             \
    for (uint64_t i = 0; i < (d)->array.count; i++) {                   \
        if (!valid_string((d), XTR__ITEMS((d), array, type)[i].member)) \
            return false;                                               \
    }

static bool valid_strings(const xtr__document *d) {
    EACH_STRING(d, metadata, xtr__fact, key)
    EACH_STRING(d, metadata, xtr__fact, value)
    EACH_STRING(d, outline, xtr__entry, title)
    EACH_STRING(d, links, xtr__link, url)
    EACH_STRING(d, annotations, xtr__annotation, type)
    EACH_STRING(d, annotations, xtr__annotation, text)
    EACH_STRING(d, annotations, xtr__annotation, author)
    EACH_STRING(d, form_fields, xtr__form_field, name)
    EACH_STRING(d, form_fields, xtr__form_field, type)
    EACH_STRING(d, form_fields, xtr__form_field, value)
    EACH_STRING(d, attachments, xtr__attachment, name)
    EACH_STRING(d, attachments, xtr__attachment, mime_type)
    EACH_STRING(d, attachments, xtr__attachment, description)
    EACH_STRING(d, images, xtr__image, format)
    EACH_STRING(d, warnings, xtr__warning, message)
    return valid_string(d, d->mime_type);
}

bool xtr__document_valid(const void *block, size_t size) {
    const xtr__document *d = block;
    return size >= sizeof *d && d->size == size && valid_arrays(d, size) && valid_blocks(d) &&
           valid_tables(d) && valid_strings(d);
}
