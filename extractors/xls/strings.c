/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Strings of workbooks: bytes of a code page up to BIFF7; in BIFF8 UTF-16, or only its low bytes
 * where all high ones are 0 ([MS-XLS] 2.5.293, 2.5.294, 2.4.265). */
#include "xls/xls.h"

#include <stdlib.h>
#include <string.h>

enum { OF_UTF16 = 1, WITH_PHONETICS = 4, WITH_RUNS = 8 }; /* flags */

static const size_t MOST_TEXT = (size_t)UINT32_MAX - (1 << 20); /* spans are of 32 bits */

/* Room for `size` more bytes of text, or NULL. */
static char *reserve(xtr__xls *book, size_t size) {
    size_t need = book->text.count + size;
    if (need > MOST_TEXT && !book->code)
        book->code = xtr_job_fail(book->job, XTR_E_LIMIT, "holds more than 4 GB of text");
    if (book->code || (need > book->text.room &&
                       !xtr__xls_grow(book, (void **)&book->text.items, &book->text.room, need, 1)))
        return NULL;
    return book->text.items + book->text.count;
}

static char *put_character(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

/* Text that is being written. */
typedef struct writer {
    xtr__xls *book;
    size_t start;
    uint32_t high; /* surrogate that waits for its other half, or 0 */
} writer;

static writer writer_new(xtr__xls *book) {
    return (writer){.book = book, .start = book->text.count};
}

static xtr__xls_span finish(writer *w) {
    xtr__xls *book = w->book;
    char *out = w->high ? reserve(book, 4) : NULL;
    if (out)
        book->text.count = (size_t)(put_character(out, 0xFFFD) - book->text.items);
    return (xtr__xls_span){(uint32_t)w->start, (uint32_t)(book->text.count - w->start)};
}

/* Low bytes of UTF-16 are Latin-1. */
static void put_low(writer *w, const unsigned char *p, size_t count) {
    char *out = reserve(w->book, 2 * count);
    if (!out)
        return;
    size_t i = 0;
    while (i < count && p[i] < 0x80)
        i++;
    memcpy(out, p, i);
    out += i;
    for (; i < count; i++)
        out = put_character(out, p[i]);
    w->book->text.count = (size_t)(out - w->book->text.items);
}

static void put_wide(writer *w, const unsigned char *p, size_t count) {
    char *out = reserve(w->book, 3 * count + 4);
    if (!out)
        return;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = xtr__le16(p + 2 * i);
        if (w->high && c >= 0xDC00 && c < 0xE000) {
            c = 0x10000 + ((w->high - 0xD800) << 10) + (c - 0xDC00);
            w->high = 0;
        } else if (w->high) {
            out = put_character(out, 0xFFFD);
            w->high = 0;
        }
        if (c >= 0xD800 && c < 0xDC00)
            w->high = c;
        else
            out = put_character(out, c >= 0xDC00 && c < 0xE000 ? 0xFFFD : c);
    }
    w->book->text.count = (size_t)(out - w->book->text.items);
}

static void put_decoded(const char *text, size_t size, void *payload) {
    writer *w = payload;
    char *out = reserve(w->book, size);
    if (!out)
        return;
    memcpy(out, text, size);
    w->book->text.count += size;
}

/* Bytes of the code page; a charset that iconv has no table of is taken for Latin-1. */
static void put_bytes(writer *w, const unsigned char *p, size_t count) {
    xtr__decoder *decoder = NULL;
    size_t i = 0;
    while (i < count && p[i] < 0x80)
        i++;
    if (i == count || !w->book->charset) {
        put_low(w, p, count);
    } else if (w->book->bytes) {
        char *out = reserve(w->book, 3 * count);
        for (i = 0; out && i < count; i++)
            out = put_character(out, w->book->bytes[p[i]] ? w->book->bytes[p[i]] : 0xFFFD);
        if (out)
            w->book->text.count = (size_t)(out - w->book->text.items);
    } else if (!xtr__decoder_new(&decoder, w->book->charset->name)) {
        xtr__decoder_feed(decoder, p, count, true, put_decoded, w);
        xtr__decoder_drop(decoder);
    } else {
        put_low(w, p, count);
    }
}

/* Reading ----------------------------------------------------------------------------------- */

/* `count` characters that may go on in CONTINUE records, each of which then begins with flags. */
static xtr__xls_span read_unicode(xtr__xls *book, xtr__xls_cursor *c, uint32_t count, bool wide) {
    writer w = writer_new(book);
    while (count && !book->code) {
        if (c->p == c->end) {
            if (!xtr__xls_next_piece(c))
                break;
            if (c->p < c->end)
                wide = *c->p++ & OF_UTF16;
            continue;
        }
        size_t unit = wide ? 2 : 1;
        size_t here = (size_t)(c->end - c->p) / unit;
        size_t step = here < count ? here : count;
        if (wide)
            put_wide(&w, c->p, step);
        else
            put_low(&w, c->p, step);
        c->p += step * unit;
        count -= (uint32_t)step;
        if (!step) /* half a character at the end of a record */
            c->p = c->end;
    }
    return finish(&w);
}

/* Bytes, up to the first zero if `text` ends there. */
static xtr__xls_span read_bytes(xtr__xls *book, xtr__xls_cursor *c, uint32_t count, size_t unit,
                                bool ends) {
    writer w = writer_new(book);
    bool ended = false;
    while (count && !book->code) {
        if ((size_t)(c->end - c->p) < unit) {
            c->p = c->end;
            if (!xtr__xls_next_piece(c))
                break;
            continue;
        }
        size_t here = (size_t)(c->end - c->p) / unit;
        size_t step = here < count ? here : count, used = 0;
        while (used < step &&
               !(ends && !c->p[used * unit] && (unit == 1 || !c->p[used * unit + 1])))
            used++;
        if (ended)
            used = 0;
        if (unit == 2)
            put_wide(&w, c->p, used);
        else
            put_bytes(&w, c->p, used);
        ended = ended || used < step;
        c->p += step * unit;
        count -= (uint32_t)step;
    }
    return finish(&w);
}

xtr__xls_span xtr__xls_wide(xtr__xls *book, xtr__xls_cursor *c, uint32_t count) {
    return read_bytes(book, c, count, 2, true);
}

xtr__xls_span xtr__xls_narrow(xtr__xls *book, xtr__xls_cursor *c, uint32_t count) {
    return read_bytes(book, c, count, 1, true);
}

xtr__xls_span xtr__xls_characters(xtr__xls *book, xtr__xls_cursor *c, uint32_t count) {
    if (book->version < 8)
        return read_bytes(book, c, count, 1, false);
    bool wide = count && xtr__xls_byte(c) & OF_UTF16;
    return read_unicode(book, c, count, wide);
}

xtr__xls_span xtr__xls_string(xtr__xls *book, xtr__xls_cursor *c, unsigned width) {
    uint32_t count = width == 1 ? xtr__xls_byte(c) : xtr__xls_u16(c);
    if (book->version < 8)
        return read_bytes(book, c, count, 1, false);
    unsigned flags = xtr__xls_byte(c);
    uint32_t runs = flags & WITH_RUNS ? xtr__xls_u16(c) : 0;
    uint32_t phonetics = flags & WITH_PHONETICS ? xtr__xls_u32(c) : 0;
    xtr__xls_span span = read_unicode(book, c, count, flags & OF_UTF16);
    if (runs || phonetics)
        xtr__xls_skip(c, (size_t)runs * 4 + phonetics);
    return span;
}

xtr__xls_span xtr__xls_add_text(xtr__xls *book, const char *text, size_t size) {
    writer w = writer_new(book);
    put_decoded(text, size, &w);
    return finish(&w);
}

xtr__xls_span xtr__xls_join(xtr__xls *book, xtr__xls_span a, const char *between, xtr__xls_span b) {
    size_t size = strlen(between);
    size_t start = book->text.count;
    char *out = reserve(book, a.size + size + b.size);
    if (!out)
        return a;
    memcpy(out, xtr__xls_text_of(book, a), a.size);
    memcpy(out + a.size, between, size);
    memcpy(out + a.size + size, xtr__xls_text_of(book, b), b.size);
    book->text.count += a.size + size + b.size;
    return (xtr__xls_span){(uint32_t)start, (uint32_t)(book->text.count - start)};
}

void xtr__xls_read_strings(xtr__xls *book, const xtr__xls_record *record) {
    enum { LOOK = 1024 };
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_skip(&c, 4); /* how many cells refer to them */
    uint32_t count = xtr__xls_u32(&c);
    for (uint32_t i = 0; i < count && !book->code; i++) {
        if (i % LOOK == 0 && xtr_job_should_stop(book->job))
            return;
        xtr__xls_span string = xtr__xls_string(book, &c, 2);
        xtr__xls_span *span = xtr__xls_add(book, book->strings);
        if (span)
            *span = string;
        if (c.failed) { /* what is there is kept */
            xtr_warn(book->builder, XTR_E_CORRUPT, 0, "the table of strings ends early");
            return;
        }
    }
}
