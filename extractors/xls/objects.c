/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What lies on the cells of a sheet: merged ranges, links, notes, drawn objects and charts. */
#include "xls/xls.h"

#include <string.h>

enum {
    OBJ_COMMON = 0x15, /* the first part of an OBJ record */
    OBJ_NOTE = 0x19,   /* type of an object */
    MOST_OBJECTS = 1 << 18
};

/* Ranges ------------------------------------------------------------------------------------ */

static bool is_range(const xtr__xls_range *range) {
    return range->first_row <= range->last_row && range->first_column <= range->last_column;
}

static xtr__xls_range read_range(xtr__xls_cursor *c) {
    xtr__xls_range range = {.first_row = xtr__xls_u16(c)};
    range.last_row = xtr__xls_u16(c);
    range.first_column = (uint16_t)xtr__xls_u16(c);
    range.last_column = (uint16_t)xtr__xls_u16(c);
    return range;
}

static void read_merged(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    for (uint32_t left = xtr__xls_u16(&c); left && !book->code; left--) {
        xtr__xls_range range = read_range(&c);
        if (c.failed)
            return;
        xtr__xls_range *added = is_range(&range) ? xtr__xls_add(book, book->merged) : NULL;
        if (added)
            *added = range;
    }
}

/* Links ([MS-OSHARED] 2.3.7) ---------------------------------------------------------------- */

enum {
    HAS_MONIKER = 0x01,
    HAS_PLACE = 0x08,
    HAS_NAME = 0x10,
    HAS_FRAME = 0x80,
    MONIKER_IS_TEXT = 0x100,
    MOST_URL = 4096 /* characters */
};

static const unsigned char url_moniker[16] = {0xE0, 0xC9, 0xEA, 0x79, 0xF9, 0xBA, 0xCE, 0x11,
                                              0x8C, 0x82, 0x00, 0xAA, 0x00, 0x4B, 0xA9, 0x0B};
static const unsigned char file_moniker[16] = {0x03, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                               0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46};

/* A count of characters and UTF-16. */
static xtr__xls_span read_counted(xtr__xls *book, xtr__xls_cursor *c) {
    uint32_t count = xtr__xls_u32(c);
    uint32_t used = count < MOST_URL ? count : MOST_URL;
    xtr__xls_span span = xtr__xls_wide(book, c, used);
    xtr__xls_skip(c, 2 * (size_t)(count - used));
    return span;
}

/* 2.3.7.8: a path in bytes and, after it, perhaps the same in UTF-16. */
static xtr__xls_span read_file(xtr__xls *book, xtr__xls_cursor *c) {
    xtr__xls_skip(c, 2);
    uint32_t count = xtr__xls_u32(c);
    if (count > MOST_URL) {
        c->failed = true;
        return (xtr__xls_span){0, 0};
    }
    xtr__xls_span path = xtr__xls_narrow(book, c, count);
    xtr__xls_skip(c, 2 + 2 + 16 + 4);
    uint32_t size = xtr__xls_u32(c);
    if (size >= 6 && !c->failed) {
        uint32_t bytes = xtr__xls_u32(c);
        xtr__xls_skip(c, 2);
        xtr__xls_span wide = xtr__xls_wide(book, c, bytes / 2 < MOST_URL ? bytes / 2 : MOST_URL);
        return c->failed || !wide.size ? path : wide;
    }
    return path;
}

static xtr__xls_span read_moniker(xtr__xls *book, xtr__xls_cursor *c, uint32_t flags) {
    unsigned char kind[16];
    if (flags & MONIKER_IS_TEXT)
        return read_counted(book, c);
    for (size_t i = 0; i < sizeof kind; i++)
        kind[i] = (unsigned char)xtr__xls_byte(c);
    if (!memcmp(kind, file_moniker, sizeof kind))
        return read_file(book, c);
    if (memcmp(kind, url_moniker, sizeof kind) != 0) {
        c->failed = true;
        return (xtr__xls_span){0, 0};
    }
    uint32_t size = xtr__xls_u32(c);
    uint32_t count = size / 2 < MOST_URL ? size / 2 : MOST_URL;
    xtr__xls_span url = xtr__xls_wide(book, c, count);
    xtr__xls_skip(c, size - 2 * (size_t)count);
    return url;
}

static void read_link(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_range range = read_range(&c);
    xtr__xls_skip(&c, 16 + 4); /* class and version */
    uint32_t flags = xtr__xls_u32(&c);
    if (flags & HAS_NAME)
        (void)read_counted(book, &c);
    if (flags & HAS_FRAME)
        (void)read_counted(book, &c);
    if (flags & HAS_MONIKER)
        range.url = read_moniker(book, &c, flags);
    if (flags & HAS_PLACE && !c.failed) {
        xtr__xls_span place = read_counted(book, &c);
        if (!c.failed && place.size)
            range.url = xtr__xls_join(book, range.url, "#", place);
    }
    bool usable = range.url.size && is_range(&range) && book->links.count < MOST_OBJECTS;
    xtr__xls_range *added = usable ? xtr__xls_add(book, book->links) : NULL;
    if (added)
        *added = range;
}

/* Notes and text boxes ---------------------------------------------------------------------- */

/* BIFF8 names the object that holds the text; before, the text stands here, a piece a record. */
static void read_note(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_note note = {.row = xtr__xls_u16(&c)};
    note.column = (uint16_t)xtr__xls_u16(&c);
    if (book->version >= 8) {
        xtr__xls_skip(&c, 2);
        note.object = (uint16_t)xtr__xls_u16(&c);
        note.author = xtr__xls_string(book, &c, 2);
    } else {
        uint32_t size = xtr__xls_u16(&c);
        size_t here = (size_t)(c.end - c.p);
        note.text = xtr__xls_characters(book, &c, size < here ? size : (uint32_t)here);
    }
    bool goes_on = book->version < 8 && note.row == 0xFFFF && book->notes.count;
    if (goes_on) {
        xtr__xls_note *last = &book->notes.items[book->notes.count - 1];
        last->text = xtr__xls_join(book, last->text, "", note.text);
        return;
    }
    xtr__xls_note *added =
        book->notes.count < MOST_OBJECTS ? xtr__xls_add(book, book->notes) : NULL;
    if (added)
        *added = note;
}

static void begin_object(xtr__xls *book, const xtr__xls_record *record) {
    bool known = book->version >= 8 && record->size >= 8 && xtr__le16(record->data) == OBJ_COMMON;
    book->is_note = known && xtr__le16(record->data + 4) == OBJ_NOTE;
    book->object = known ? xtr__le16(record->data + 6) : 0;
}

/* The text of the object begun last stands in a CONTINUE record behind this one. */
static void read_shape(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_skip(&c, 10);
    uint32_t count = xtr__xls_u16(&c);
    if (c.failed || !count)
        return;
    c.p = c.end;
    xtr__xls_shape shape = {.object = book->object,
                            .is_note = book->is_note,
                            .text = xtr__xls_characters(book, &c, count)};
    bool usable = shape.text.size && book->shapes.count < MOST_OBJECTS;
    xtr__xls_shape *added = usable ? xtr__xls_add(book, book->shapes) : NULL;
    if (added)
        *added = shape;
}

/* Titles; names of series repeat what the cells say. */
static void read_title(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    if (book->in_series || book->titles.count >= MOST_OBJECTS)
        return;
    xtr__xls_skip(&c, 2);
    xtr__xls_span text = xtr__xls_string(book, &c, 1);
    xtr__xls_span *added = text.size ? xtr__xls_add(book, book->titles) : NULL;
    if (added)
        *added = text;
}

void xtr__xls_read_object(xtr__xls *book, const xtr__xls_record *record) {
    switch (record->type) {
    case XTR__R_MERGECELLS:
        read_merged(book, record);
        break;
    case XTR__R_HLINK:
        read_link(book, record);
        break;
    case XTR__R_NOTE:
        read_note(book, record);
        break;
    case XTR__R_OBJ:
        begin_object(book, record);
        break;
    case XTR__R_TXO:
        read_shape(book, record);
        break;
    case XTR__R_SERIES:
    case XTR__R_TEXT:
        book->in_series = record->type == XTR__R_SERIES;
        break;
    case XTR__R_SERIESTEXT:
        read_title(book, record);
        break;
    default:
        break;
    }
}
