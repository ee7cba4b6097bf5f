/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Content-Transfer-Encoding: base64 and quoted-printable (RFC 2045), and uuencoding. */
#include "container/numerals.h"
#include "document/utf8.h"
#include "mail/mime.h"

#include <string.h>

/* One more than what a letter stands for; also those of base64url. */
static const signed char values[256] =
    {
#define ROW(a, n) [a] = n, [a + 1] = n + 1, [a + 2] = n + 2, [a + 3] = n + 3
        ROW('A', 1),  ROW('E', 5),  ROW('I', 9),  ROW('M', 13), ROW('Q', 17),
        ROW('U', 21), ['Y'] = 25,   ['Z'] = 26,   ROW('a', 27), ROW('e', 31),
        ROW('i', 35), ROW('m', 39), ROW('q', 43), ROW('u', 47), ['y'] = 51,
        ['z'] = 52,   ROW('0', 53), ROW('4', 57), ['8'] = 61,   ['9'] = 62,
        ['+'] = 63,   ['/'] = 64,   ['-'] = 63,   ['_'] = 64
#undef ROW
};

void xtr__mime_base64(xtr__buffer *out, xtr__slice text) {
    char piece[768];
    size_t size = 0;
    unsigned bits = 0, group = 0;
    for (size_t i = 0; i < text.size; i++) {
        int value = values[(unsigned char)text.at[i]] - 1;
        if (text.at[i] == '=') /* what follows, of a text that was joined to it, begins anew */
            bits = 0;
        if (value < 0)
            continue;
        group = group << 6 | (unsigned)value;
        bits += 6;
        if (bits < 8)
            continue;
        bits -= 8;
        piece[size++] = (char)(group >> bits & 0xFF);
        if (size == sizeof piece) {
            xtr__put(out, piece, size);
            size = 0;
        }
    }
    xtr__put(out, piece, size);
}

/* A line without its end: spaces there are not the writer's. "=" at its end joins it to the next.
 */
static void put_printable_line(xtr__buffer *out, xtr__slice line) {
    xtr__slice bare = xtr__mime_bare(line);
    while (bare.size && (bare.at[bare.size - 1] == ' ' || bare.at[bare.size - 1] == '\t'))
        bare.size--;
    for (size_t i = 0; i < bare.size; i++) {
        int high = -1, low = -1;
        if (bare.at[i] != '=') {
            const char *next = memchr(bare.at + i, '=', bare.size - i);
            size_t plain = next ? (size_t)(next - bare.at) - i : bare.size - i;
            xtr__put(out, bare.at + i, plain);
            i += plain - 1;
            continue;
        }
        if (i + 1 == bare.size)
            return;
        if (i + 2 < bare.size && (high = xtr__hex(bare.at[i + 1])) >= 0)
            low = xtr__hex(bare.at[i + 2]);
        xtr__putc(out, low >= 0 ? (char)(high * 16 + low) : '=');
        i += low >= 0 ? 2 : 0;
    }
    if (line.size > bare.size)
        xtr__putc(out, '\n');
}

static void put_printable(xtr__buffer *out, xtr__slice text) {
    while (text.size && !out->failed) {
        xtr__slice line = xtr__mime_line(text);
        put_printable_line(out, line);
        text = xtr__slice_from(text, line.size);
    }
}

static void put_uu_line(xtr__buffer *out, xtr__slice line) {
    unsigned left = line.size ? ((unsigned)line.at[0] - 32) & 63 : 0;
    for (size_t i = 1; left; i += 4) {
        unsigned group = 0;
        for (size_t j = 0; j < 4; j++)
            group = group << 6 | (i + j < line.size ? ((unsigned)line.at[i + j] - 32) & 63 : 0);
        const char bytes[] = {(char)(group >> 16), (char)(group >> 8 & 0xFF), (char)(group & 0xFF)};
        unsigned here = left < 3 ? left : 3;
        xtr__put(out, bytes, here);
        left -= here;
    }
}

void xtr__mime_uuencoded(xtr__buffer *out, xtr__slice lines) {
    bool begun = false;
    while (lines.size) {
        xtr__slice line = xtr__mime_line(lines), bare = xtr__mime_bare(line);
        lines = xtr__slice_from(lines, line.size);
        if (begun && xtr__slice_is(bare, "end"))
            return;
        if (begun)
            put_uu_line(out, bare);
        begun = begun || xtr__slice_begins(bare, "begin ");
    }
}

xtr__slice xtr__mime_content(xtr__buffer *out, xtr__slice body, xtr__slice encoding) {
    out->size = 0;
    encoding = xtr__slice_trim(encoding);
    if (xtr__slice_begins(encoding, "base64"))
        xtr__mime_base64(out, body);
    else if (xtr__slice_begins(encoding, "quoted-printable"))
        put_printable(out, body);
    else if (xtr__slice_begins(encoding, "x-uu") || xtr__slice_begins(encoding, "uue"))
        xtr__mime_uuencoded(out, body);
    else
        return body;
    return xtr__slice_of(out);
}

/* UTF-16 in base64 between "+" and "-" or whatever is no base64; "+-" is a plus. */
static size_t put_shifted(xtr__buffer *out, xtr__slice text) {
    unsigned long bits = 0, high = 0;
    unsigned have = 0;
    size_t i = 0;
    for (; i < text.size && text.at[i] != '-' && text.at[i] != '_'; i++) {
        int value = values[(unsigned char)text.at[i]] - 1;
        if (value < 0)
            break;
        bits = (bits << 6 | (unsigned)value) & 0xFFFFFFFF;
        have += 6;
        if (have < 16)
            continue;
        have -= 16;
        unsigned long unit = bits >> have & 0xFFFF;
        char utf8[4];
        if (unit >> 10 == 0x36) {
            high = unit;
            continue;
        }
        bool pair = high && unit >> 10 == 0x37;
        unsigned long c = pair ? 0x10000 + ((high & 0x3FF) << 10) + (unit & 0x3FF) : unit;
        high = 0;
        xtr__put(out, utf8, xtr__utf8_encode(utf8, (uint32_t)(c >> 11 == 0x1B ? 0xFFFD : c)));
    }
    return i + (i < text.size && text.at[i] == '-');
}

void xtr__mime_utf7(xtr__buffer *out, xtr__slice text) {
    for (size_t i = 0; i < text.size;) {
        const char *plus = memchr(text.at + i, '+', text.size - i);
        size_t plain = plus ? (size_t)(plus - text.at) - i : text.size - i;
        xtr__put(out, text.at + i, plain);
        i += plain + 1;
        if (!plus)
            return;
        if (i < text.size && text.at[i] == '-') {
            xtr__putc(out, '+');
            i++;
        } else {
            i += put_shifted(out, xtr__slice_from(text, i));
        }
    }
}
