/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/notes.h"
#include "document/utf8.h"
#include "render/render.h"

#include <stdlib.h>
#include <string.h>

/* Notes of one page that a mark is compared with: more are no notes. */
enum { MOST_OF_PAGE = 256 };

/* The marker without dot or bracket; 0 when it cannot be a label. */
static size_t label_size(const char *marker, size_t size) {
    while (size && strchr(".):", marker[size - 1]))
        size--;
    for (size_t i = 0; i < size; i++) {
        if (strchr(" \t\n[]^\\", marker[i]))
            return 0;
    }
    return size;
}

static size_t collect(const xtr__document *d, xtr__note *out) {
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    size_t count = 0;
    for (uint32_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        const char *marker = xtr__document_string(d, e->marker);
        size_t label = e->type == XTR_FOOTNOTE ? label_size(marker, e->marker.size) : 0;
        if (label && out)
            out[count] = (xtr__note){i, e->page_number, marker, label, XTR__NO_REFERENCE};
        count += label > 0;
    }
    return count;
}

/* Marks ------------------------------------------------------------------------------------- */

static uint32_t character_before(const char *text, uint32_t at, uint32_t first) {
    if (at <= first)
        return 0;
    uint32_t from = at - 1;
    while (from > first && ((unsigned char)text[from] & 0xC0) == 0x80)
        from--;
    size_t length;
    return xtr__utf8_decode(text + from, &length);
}

/* A mark stands behind a word or a sentence; behind a single letter a number is an exponent. */
static bool may_refer(const char *text, uint32_t at, uint32_t first) {
    uint32_t c = character_before(text, at, first);
    if (c >= 0x80)
        return true;
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter)
        return c && strchr(".,;:!?)]\"'", (int)c) != NULL;
    uint32_t other = character_before(text, at - 1, first);
    return other >= 0x80 || (other >= 'a' && other <= 'z') || (other >= 'A' && other <= 'Z');
}

static xtr__note *note_of(xtr__notes *notes, size_t first, uint32_t page, const char *text,
                          xtr__range range) {
    for (size_t i = first; i < notes->count && i - first < MOST_OF_PAGE; i++) {
        xtr__note *note = &notes->items[i];
        if (note->page_number != page)
            break;
        if (range.size && note->label_size == range.size &&
            !memcmp(note->label, text + range.at, range.size))
            return note->reference == XTR__NO_REFERENCE ? note : NULL;
    }
    return NULL;
}

static void find_references(xtr__notes *notes, const xtr__document *d) {
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    const xtr__span *spans = XTR__ITEMS(d, spans, xtr__span);
    const char *text = xtr__document_text(d);
    size_t first = 0;
    for (uint32_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        while (first < notes->count && notes->items[first].page_number < e->page_number)
            first++;
        if (e->type == XTR_FOOTNOTE || e->type == XTR_FORMULA || e->type == XTR_CODE)
            continue;
        for (uint32_t k = 0; k < e->spans.size; k++) {
            const xtr__span *s = &spans[e->spans.at + k];
            xtr__range range = xtr__trim(text, s->text);
            if (!(s->styles & XTR_SUPERSCRIPT) || !may_refer(text, range.at, e->text.at))
                continue;
            xtr__range label = {range.at, (uint32_t)label_size(text + range.at, range.size)};
            xtr__note *note = note_of(notes, first, e->page_number, text, label);
            if (note) {
                note->reference = range.at;
                notes->by_reference[notes->referenced++] = note;
            }
        }
    }
}

static int compare_labels(const void *a, const void *b) {
    const xtr__note *l = *(xtr__note *const *)a, *r = *(xtr__note *const *)b;
    size_t size = l->label_size < r->label_size ? l->label_size : r->label_size;
    int order = memcmp(l->label, r->label, size);
    return order ? order : (l->label_size > r->label_size) - (l->label_size < r->label_size);
}

static int compare_references(const void *a, const void *b) {
    uint32_t l = (*(xtr__note *const *)a)->reference, r = (*(xtr__note *const *)b)->reference;
    return (l > r) - (l < r);
}

xtr__notes xtr__notes_find(const xtr__document *d) {
    xtr__notes notes = {.count = collect(d, NULL)};
    if (!notes.count)
        return notes;
    notes.items = malloc(notes.count * sizeof *notes.items);
    notes.by_reference = malloc(notes.count * sizeof *notes.by_reference);
    if (!notes.items || !notes.by_reference) {
        xtr__notes_drop(&notes);
        notes.failed = true;
        return notes;
    }
    collect(d, notes.items);
    find_references(&notes, d);
    qsort(notes.by_reference, notes.referenced, sizeof *notes.by_reference, compare_labels);
    for (size_t i = 1; i < notes.referenced; i++) {
        xtr__note **pair = &notes.by_reference[i - 1];
        notes.per_page = notes.per_page || !compare_labels(&pair[0], &pair[1]);
    }
    qsort(notes.by_reference, notes.referenced, sizeof *notes.by_reference, compare_references);
    return notes;
}

void xtr__notes_drop(xtr__notes *notes) {
    free(notes->items);
    free(notes->by_reference);
    *notes = (xtr__notes){.count = 0};
}

/* Look-ups ---------------------------------------------------------------------------------- */

const xtr__note *xtr__notes_of_element(const xtr__notes *notes, uint32_t element) {
    size_t low = 0, high = notes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (notes->items[middle].element < element)
            low = middle + 1;
        else
            high = middle;
    }
    return low < notes->count && notes->items[low].element == element ? &notes->items[low] : NULL;
}

const xtr__note *xtr__notes_at(const xtr__notes *notes, uint32_t at) {
    size_t low = 0, high = notes->referenced;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (notes->by_reference[middle]->reference < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < notes->referenced && notes->by_reference[low]->reference == at
               ? notes->by_reference[low]
               : NULL;
}
