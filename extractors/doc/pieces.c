/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where the text of a document is (2.8.35, PlcPcd), and where its properties (2.9.33 and 2.9.176,
 * pages of ChpxFkp and PapxFkp). */
#include "doc/doc.h"

#include <stdlib.h>
#include <string.h>

enum {
    CLX = 33,
    CHARACTER_PAGES = 12,
    PARAGRAPH_PAGES = 13,
    PAGE = 512,
    MOST_PIECES = 1 << 22,
    COMPRESSED = 1 << 30,
};

/* Pieces ------------------------------------------------------------------------------------ */

/* A document of Word 6 that was saved whole: its text is in one place. */
static int read_one_piece(doc *d) {
    uint32_t from = doc_u32(d->main, 0x18);
    uint32_t to = doc_u32(d->main, 0x1C);
    to = to < d->main.size ? to : (uint32_t)d->main.size;
    if (!d->old || to <= from || from >= d->main.size)
        return XTR_E_CORRUPT;
    d->pieces = malloc(sizeof *d->pieces);
    if (!d->pieces)
        return XTR_E_MEMORY;
    d->pieces[d->piece_count++] = (piece){.to = to - from, .at = from};
    return XTR_OK;
}

static int read_table(doc *d, bytes data) {
    plc p = {.data = data, .item_size = 8};
    p.count = data.size >= 4 ? (uint32_t)((data.size - 4) / 12) : 0;
    if (p.count > MOST_PIECES)
        return XTR_E_CORRUPT;
    d->pieces = malloc((p.count + (size_t)1) * sizeof *d->pieces);
    if (!d->pieces)
        return XTR_E_MEMORY;
    for (uint32_t i = 0; i < p.count; i++) {
        bytes item = doc_plc_item(&p, i);
        uint32_t at = doc_u32(item, 2);
        piece one = {.from = doc_plc_at(&p, i),
                     .to = doc_plc_at(&p, i + 1),
                     .modifier = doc_u16(item, 6),
                     .wide = !d->old && !(at & COMPRESSED)};
        one.at = d->old || one.wide ? at & ~(uint32_t)COMPRESSED : (at & ~(uint32_t)COMPRESSED) / 2;
        /* Characters that the file is too short for are none. */
        uint32_t unit = one.wide ? 2 : 1;
        uint64_t room = one.at < d->main.size ? (d->main.size - one.at) / unit : 0;
        bool ascending = !d->piece_count || one.from >= d->pieces[d->piece_count - 1].to;
        if (one.to <= one.from || !ascending || !room)
            continue;
        if (one.to - one.from > room)
            one.to = one.from + (uint32_t)room;
        d->pieces[d->piece_count++] = one;
    }
    return d->piece_count ? XTR_OK : XTR_E_CORRUPT;
}

static bool add_modifier(doc *d, bytes sprms) {
    bytes *grown = realloc(d->modifiers, (d->modifier_count + 1) * sizeof *grown);
    if (!grown)
        return false;
    d->modifiers = grown;
    d->modifiers[d->modifier_count++] = sprms;
    return true;
}

int doc_read_pieces(doc *d) {
    enum { MODIFIER = 1, TABLE = 2, MOST_MODIFIERS = 1 << 15 };
    bytes clx = doc_structure(d, CLX);
    for (size_t at = 0; at < clx.size;) {
        unsigned kind = clx.data[at];
        if (kind == TABLE)
            return read_table(d, doc_part(clx, at + 5, doc_u32(clx, at + 1)));
        size_t size = doc_u16(clx, at + 1);
        if (kind != MODIFIER || d->modifier_count == MOST_MODIFIERS)
            break;
        if (!add_modifier(d, doc_part(clx, at + 3, size)))
            return XTR_E_MEMORY;
        at += 3 + size;
    }
    return read_one_piece(d);
}

/* Pages of properties ----------------------------------------------------------------------- */

static bool add_span(doc *d, spans *s, span one) {
    if (s->count == s->capacity) {
        size_t more = s->capacity ? 2 * s->capacity : 256;
        int64_t room = (int64_t)((more - s->capacity) * sizeof(span));
        span *grown = xtr_job_charge(d->job, room) ? realloc(s->items, more * sizeof *grown) : NULL;
        if (!grown) {
            d->failed = true;
            return false;
        }
        s->items = grown;
        s->capacity = more;
    }
    s->items[s->count++] = one;
    return true;
}

/* The sprms of a run of characters, from a page that begins at `at`. */
static span character_span(const doc *d, size_t at, unsigned index, unsigned count) {
    span s = {.size = 0};
    size_t place = 2 * (size_t)doc_u8(d->main, at + 4 * ((size_t)count + 1) + index);
    if (place && place < PAGE) {
        s.at = (uint32_t)(at + place + 1);
        s.size = doc_u8(d->main, at + place);
    }
    return s;
}

static span paragraph_span(const doc *d, size_t at, unsigned index, unsigned count) {
    span s = {.size = 0};
    size_t entry = d->old ? 7 : 13;
    size_t place = 2 * (size_t)doc_u8(d->main, at + 4 * ((size_t)count + 1) + entry * index);
    if (!place || place >= PAGE)
        return s;
    size_t words = doc_u8(d->main, at + place);
    size_t size = 2 * words;
    size_t begin = at + place + 1;
    if (!d->old) {
        size = words ? 2 * words - 1 : 2 * (size_t)doc_u8(d->main, begin++);
    }
    if (size < 2)
        return s;
    s.style = doc_u16(d->main, begin);
    s.at = (uint32_t)(begin + 2);
    s.size = (uint16_t)(size - 2);
    return s;
}

static void read_page(doc *d, spans *s, uint32_t number, bool of_paragraphs) {
    uint64_t at = (uint64_t)number * PAGE;
    if (at + PAGE > d->main.size)
        return;
    size_t begin = (size_t)at;
    unsigned count = d->main.data[begin + PAGE - 1];
    size_t entry = of_paragraphs ? (d->old ? 7 : 13) : 1;
    while (count && 4 * ((size_t)count + 1) + entry * count > PAGE - 1)
        count--;
    for (unsigned i = 0; i < count; i++) {
        span one =
            of_paragraphs ? paragraph_span(d, begin, i, count) : character_span(d, begin, i, count);
        one.from = doc_u32(d->main, begin + 4 * (size_t)i);
        one.to = doc_u32(d->main, begin + 4 * ((size_t)i + 1));
        if (one.to > one.from && !add_span(d, s, one))
            return;
    }
}

static int compare(const void *a, const void *b) {
    const span *left = a;
    const span *right = b;
    return (left->from > right->from) - (left->from < right->from);
}

static void read_pages(doc *d, spans *s, unsigned pair, bool of_paragraphs) {
    plc p = doc_plc(d, pair, d->old ? 2 : 4);
    /* A page is named once: more names than pages are damage. */
    uint32_t pages = (uint32_t)(d->main.size / PAGE);
    for (uint32_t i = 0; i < p.count && i < pages && !xtr_job_should_stop(d->job); i++) {
        bytes item = doc_plc_item(&p, i);
        read_page(d, s, d->old ? doc_u16(item, 0) : doc_u32(item, 0) & 0x3FFFFF, of_paragraphs);
    }
    if (s->count)
        qsort(s->items, s->count, sizeof *s->items, compare);
}

void doc_read_spans(doc *d) {
    read_pages(d, &d->paragraphs, PARAGRAPH_PAGES, true);
    read_pages(d, &d->characters_spans, CHARACTER_PAGES, false);
}

/* The span of a place, or NULL. Mostly it is that of the last one, or the next. */
const span *doc_span_at(spans *s, uint32_t place) {
    for (size_t i = s->last; i < s->count && i < s->last + 2; i++) {
        if (s->items[i].from <= place && place < s->items[i].to) {
            s->last = i;
            return &s->items[i];
        }
    }
    size_t low = 0;
    size_t high = s->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->items[middle].from <= place)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || place >= s->items[low - 1].to)
        return NULL;
    s->last = low - 1;
    return &s->items[low - 1];
}
