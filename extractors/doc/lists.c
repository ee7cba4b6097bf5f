/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists (2.9.192, PlfLst) and their uses (2.9.181, PlfLfo), whose numbers Word counts each time. */
#include "doc/doc.h"

#include <stdlib.h>
#include <string.h>

enum { LISTS = 73, USES = 74, LIST_SIZE = 28, LEVEL_SIZE = 28, USE_SIZE = 16, FONT = 0x4A4F };

/* The font of the characters of a bullet. */
static const char *font_of(doc *d, bytes sprms) {
    int font = -1;
    sprm s;
    for (changes c = {.sprms = sprms}; doc_next_sprm(d, &c, &s);)
        font = s.code == FONT ? doc_u16(s.operand, 0) : font;
    return font >= 0 && (uint32_t)font < d->font_count ? d->fonts[font] : "";
}

/* A level (2.9.150, LVL); returns its size, 0 when it is cut off. */
static size_t read_level(doc *d, xtr__numbering_level *l, bytes data) {
    if (data.size < LEVEL_SIZE + 2)
        return 0;
    unsigned flags = doc_u8(data, 5);
    l->start = (int32_t)doc_u32(data, 0);
    l->format = doc_u8(data, 4);
    l->legal = (flags & 4) != 0;
    l->restarts = (flags & 8) == 0;
    size_t characters = doc_u8(data, 24);
    size_t paragraphs = doc_u8(data, 25);
    const char *font = font_of(d, doc_part(data, LEVEL_SIZE + paragraphs, characters));
    size_t at = LEVEL_SIZE + paragraphs + characters;
    size_t length = doc_u16(data, at);
    l->text_size = 0;
    for (size_t i = 0; i < length && i < XTR__LEVEL_TEXT; i++) {
        uint16_t unit = doc_u16(data, at + 2 + 2 * i);
        if (l->format == XTR__NUMBER_BULLET)
            unit = (uint16_t)xtr__bullet(font, unit);
        l->text[l->text_size++] = unit;
    }
    return at + 2 + 2 * length;
}

static void read_lists(doc *d) {
    bytes head = doc_structure(d, LISTS);
    uint32_t count = doc_u16(head, 0);
    if (head.size < 2 || count > (head.size - 2) / LIST_SIZE)
        return;
    d->lists = calloc(count + 1, sizeof *d->lists);
    /* The levels of all lists follow the table, which does not count them in. */
    size_t at = (size_t)(head.data - d->table.data) + head.size;
    for (; d->lists && d->list_count < count; d->list_count++) {
        size_t entry = 2 + LIST_SIZE * (size_t)d->list_count;
        list *l = &d->lists[d->list_count];
        l->id = doc_u32(head, entry);
        unsigned levels = doc_u8(head, entry + 26) & 1 ? 1 : XTR__LIST_LEVELS;
        for (unsigned i = 0; i < levels; i++) {
            size_t size =
                read_level(d, &l->numbering.levels[i], doc_part(d->table, at, d->table.size));
            if (!size)
                return;
            at += size;
        }
    }
}

static int index_of(const doc *d, uint32_t id) {
    for (uint32_t i = 0; i < d->list_count; i++) {
        if (d->lists[i].id == id)
            return (int)i;
    }
    return -1;
}

/* A use that changes levels counts for itself (2.9.135, LFOLVL). */
static size_t read_changes(doc *d, override *o, bytes data, unsigned count) {
    size_t at = 4;
    if (count && o->list >= 0)
        o->own = malloc(sizeof *o->own);
    if (o->own)
        *o->own = d->lists[o->list].numbering;
    for (unsigned i = 0; i < count && at + 8 <= data.size; i++) {
        uint32_t flags = doc_u32(data, at + 4);
        unsigned level = flags & 15;
        xtr__numbering_level ignored = {0};
        xtr__numbering_level *l =
            o->own && level < XTR__LIST_LEVELS ? &o->own->levels[level] : &ignored;
        if (flags & 16)
            l->start = (int32_t)doc_u32(data, at);
        at += 8;
        if (flags & 32) {
            size_t size = read_level(d, l, doc_part(data, at, data.size));
            if (!size)
                break;
            at += size;
        }
    }
    return at;
}

void doc_read_lists(doc *d) {
    if (d->old)
        return;
    read_lists(d);
    bytes uses = doc_structure(d, USES);
    uint32_t count = doc_u32(uses, 0);
    enum { MOST = 2048 };
    if (uses.size < 4 || count > (uses.size - 4) / USE_SIZE || count > MOST)
        return;
    d->overrides = calloc(count + 1, sizeof *d->overrides);
    size_t at = 4 + USE_SIZE * (size_t)count;
    for (; d->overrides && d->override_count < count; d->override_count++) {
        size_t entry = 4 + USE_SIZE * (size_t)d->override_count;
        override *o = &d->overrides[d->override_count];
        o->id = doc_u32(uses, entry);
        o->list = index_of(d, o->id);
        at += read_changes(d, o, doc_part(uses, at, uses.size), doc_u8(uses, entry + 12) & 15);
    }
}

/* The list that a paragraph with this number is in, or NULL. */
xtr__numbering *doc_list(doc *d, int number) {
    if (number < 1 || (uint32_t)number > d->override_count)
        return NULL;
    override *o = &d->overrides[number - 1];
    return o->own ? o->own : o->list >= 0 ? &d->lists[o->list].numbering : NULL;
}
