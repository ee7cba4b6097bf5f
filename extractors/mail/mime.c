/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Header fields (RFC 5322, RFC 6532), parameters (RFC 2045, RFC 2231) and encoded words (RFC 2047),
 * read as leniently as mail is written: raw bytes of any charset, words inside of quotes, lines
 * that are none. */
#include "mail/mime.h"
#include "container/numerals.h"
#include "detect/charset.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool xtr__slice_begins(xtr__slice slice, const char *text) {
    size_t length = strlen(text);
    return slice.size >= length && !strncasecmp(slice.at, text, length);
}

bool xtr__slice_is(xtr__slice slice, const char *text) {
    return slice.size == strlen(text) && xtr__slice_begins(slice, text);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

xtr__slice xtr__slice_trim(xtr__slice slice) {
    while (slice.size && is_blank(*slice.at)) {
        slice.at++;
        slice.size--;
    }
    while (slice.size && is_blank(slice.at[slice.size - 1]))
        slice.size--;
    return slice;
}

/* Lines and fields -------------------------------------------------------------------------- */

/* Looks no further than the end of the line: lines may end by CR alone, or not at all. */
xtr__slice xtr__mime_line(xtr__slice slice) {
    size_t size = 0;
    while (size < slice.size && slice.at[size] != '\n' && slice.at[size] != '\r')
        size++;
    if (size + 1 < slice.size && slice.at[size] == '\r' && slice.at[size + 1] == '\n')
        size++;
    size += size < slice.size;
    return (xtr__slice){slice.at, size};
}

xtr__slice xtr__mime_bare(xtr__slice line) {
    while (line.size && (line.at[line.size - 1] == '\n' || line.at[line.size - 1] == '\r'))
        line.size--;
    return line;
}

/* The length of the name that a field begins with, 0 when the line begins none. */
static size_t name_length(xtr__slice line) {
    size_t i = 0;
    while (i < line.size && line.at[i] > ' ' && line.at[i] < 0x7F && line.at[i] != ':')
        i++;
    size_t name = i;
    while (i < line.size && (line.at[i] == ' ' || line.at[i] == '\t'))
        i++;
    return name && i < line.size && line.at[i] == ':' ? name : 0;
}

static bool is_folded(xtr__slice line) {
    return line.size && (*line.at == ' ' || *line.at == '\t');
}

/* A line that is none of a header ends it, unless the header goes on behind it. */
static bool is_header_line(xtr__slice rest, xtr__slice line) {
    if (name_length(line) || is_folded(line))
        return true;
    xtr__slice next = xtr__mime_line(xtr__slice_from(rest, line.size));
    return name_length(next) > 0;
}

xtr__entity xtr__mime_split(xtr__slice whole) {
    xtr__slice rest = whole;
    while (rest.size) {
        xtr__slice line = xtr__mime_line(rest), bare = xtr__mime_bare(line);
        xtr__slice header = {whole.at, (size_t)(rest.at - whole.at)};
        if (!xtr__slice_trim(bare).size)
            return (xtr__entity){header, xtr__slice_from(rest, line.size)};
        if (!is_header_line(rest, line))
            return (xtr__entity){header, rest};
        rest = xtr__slice_from(rest, line.size);
    }
    return (xtr__entity){whole, rest};
}

/* The field that a header begins with, with the lines that are folded into it. */
static xtr__slice whole_field(xtr__slice header) {
    size_t size = xtr__mime_line(header).size;
    for (;;) {
        xtr__slice next = xtr__mime_line(xtr__slice_from(header, size));
        if (!is_folded(next))
            return (xtr__slice){header.at, size};
        size += next.size;
    }
}

/* The value of the next field of this name, which is taken off with what is before it. */
static bool take_field(xtr__slice *header, const char *name, xtr__slice *value) {
    size_t length = strlen(name);
    while (header->size) {
        xtr__slice field = whole_field(*header);
        *header = xtr__slice_from(*header, field.size);
        if (name_length(field) != length || strncasecmp(field.at, name, length) != 0)
            continue;
        const char *colon = memchr(field.at, ':', field.size);
        *value = xtr__slice_from(field, (size_t)(colon - field.at) + 1);
        return true;
    }
    return false;
}

static void put_unfolded(xtr__buffer *out, xtr__slice value) {
    while (value.size) {
        xtr__slice line = xtr__mime_line(value);
        value = xtr__slice_from(value, line.size);
        line = xtr__slice_trim(line);
        if (out->size && line.size)
            xtr__putc(out, ' ');
        xtr__put_slice(out, line);
    }
}

bool xtr__mime_field(xtr__buffer *out, xtr__slice header, const char *name, unsigned nth) {
    xtr__slice value;
    out->size = 0;
    do {
        if (!take_field(&header, name, &value))
            return false;
    } while (nth--);
    put_unfolded(out, value);
    return true;
}

bool xtr__mime_last_field(xtr__buffer *out, xtr__slice header, const char *name) {
    xtr__slice value, last = {"", 0};
    out->size = 0;
    while (take_field(&header, name, &value)) {
        if (xtr__slice_trim(value).size)
            last = value;
    }
    put_unfolded(out, last);
    return out->size > 0;
}

/* Charsets ---------------------------------------------------------------------------------- */

void xtr__mime_text(xtr__buffer *out, xtr__slice bytes, const char *charset) {
    const xtr__charset *set = charset && *charset ? xtr__charset_find(charset) : NULL;
    const unsigned char *data = (const unsigned char *)bytes.at;
    char *text;
    size_t size;
    if (charset && (!strcasecmp(charset, "utf-7") || !strcasecmp(charset, "unicode-1-1-utf-7"))) {
        xtr__mime_utf7(out, bytes);
        return;
    }
    if (!set && xtr__utf8_is_clean(bytes.at, bytes.size, false)) {
        xtr__put_slice(out, bytes);
        return;
    }
    const char *guess = xtr__charset_guess(data, bytes.size, set ? set->name : NULL);
    if (!guess)
        guess = set ? set->name : "windows-1252";
    if (xtr__charset_decode(&text, &size, guess, data, bytes.size)) {
        xtr__put_slice(out, bytes); /* what is malformed the builder cleans */
        return;
    }
    xtr__put(out, text, size);
    free(text);
}

/* Encoded words ----------------------------------------------------------------------------- */

enum { CHARSET_SIZE = 40 };

typedef struct word {
    char charset[CHARSET_SIZE];
    char encoding; /* B or Q */
    xtr__slice text;
    size_t size; /* of the whole word */
} word;

/* "=?charset*language?B?text?=". A question mark may stand in the text of a broken one. */
static bool read_word(word *w, xtr__slice at) {
    if (at.size < 8 || at.at[0] != '=' || at.at[1] != '?')
        return false;
    size_t i = 2, n = 0;
    for (; i < at.size && at.at[i] != '?' && at.at[i] != '*'; i++) {
        if (n + 1 == CHARSET_SIZE || (unsigned char)at.at[i] <= ' ')
            return false;
        w->charset[n++] = at.at[i];
    }
    w->charset[n] = '\0';
    while (i < at.size && at.at[i] != '?')
        i++;
    if (i + 3 >= at.size || at.at[i + 2] != '?')
        return false;
    w->encoding = (char)(at.at[i + 1] & ~0x20);
    if (w->encoding != 'B' && w->encoding != 'Q')
        return false;
    w->text = xtr__slice_from(at, i + 3);
    const char *end = memmem(w->text.at, w->text.size, "?=", 2);
    if (!end)
        return false;
    w->text.size = (size_t)(end - w->text.at);
    w->size = (size_t)(end - at.at) + 2;
    return true;
}

static void put_word(xtr__buffer *bytes, const word *w) {
    if (w->encoding == 'B') {
        xtr__mime_base64(bytes, w->text);
        return;
    }
    for (size_t i = 0; i < w->text.size; i++) {
        char c = w->text.at[i];
        int high = -1, low = -1;
        if (c == '=' && i + 2 < w->text.size && (high = xtr__hex(w->text.at[i + 1])) >= 0)
            low = xtr__hex(w->text.at[i + 2]);
        if (low >= 0) {
            xtr__putc(bytes, (char)(high * 16 + low));
            i += 2;
        } else {
            xtr__putc(bytes, (char)(c == '_' ? ' ' : c));
        }
    }
}

/* The next encoded word, when nothing but space is before it: that space means nothing. */
static size_t space_before_word(xtr__slice text, word *w) {
    size_t space = 0;
    while (space < text.size && is_blank(text.at[space]))
        space++;
    return read_word(w, xtr__slice_from(text, space)) ? space : SIZE_MAX;
}

/* Words one after the other: characters may be split between those of a charset. */
static size_t put_words(xtr__buffer *out, xtr__slice text, word w) {
    xtr__buffer bytes = {.data = NULL};
    word next = w;
    size_t size = 0, space = 0;
    do {
        if (size && strcasecmp(next.charset, w.charset) != 0) {
            xtr__mime_text(out, xtr__slice_of(&bytes), w.charset);
            bytes.size = 0;
        }
        w = next;
        put_word(&bytes, &w);
        size += space + w.size;
    } while ((space = space_before_word(xtr__slice_from(text, size), &next)) != SIZE_MAX);
    xtr__mime_text(out, xtr__slice_of(&bytes), w.charset);
    free(bytes.data);
    return size;
}

/* Fields are UTF-8 (RFC 6532) or, of old programs, in the charset of the text. */
static void put_raw(xtr__buffer *out, xtr__slice text, const char *charset) {
    bool clean = xtr__utf8_is_clean(text.at, text.size, false);
    xtr__mime_text(out, text, clean ? NULL : charset);
}

/* Behind the last "?=" no word ends: nobody shall look there for the end of each that begins. */
static xtr__slice up_to_last_word(xtr__slice text) {
    while (text.size && (text.size < 2 || memcmp(text.at + text.size - 2, "?=", 2) != 0))
        text.size--;
    return text;
}

void xtr__mime_words(xtr__buffer *out, xtr__slice text, const char *charset) {
    size_t plain = 0;
    xtr__slice words = up_to_last_word(text);
    for (size_t i = 0; i < words.size;) {
        word w;
        const char *next = memmem(words.at + i, words.size - i, "=?", 2);
        i = next ? (size_t)(next - words.at) : words.size;
        if (i == words.size || !read_word(&w, xtr__slice_from(words, i))) {
            i += i < words.size ? 2 : 0;
            continue;
        }
        put_raw(out, (xtr__slice){text.at + plain, i - plain}, charset);
        i += put_words(out, xtr__slice_from(words, i), w);
        plain = i;
    }
    put_raw(out, xtr__slice_from(text, plain), charset);
}

/* Parameters -------------------------------------------------------------------------------- */

typedef struct parameter {
    xtr__slice name;
    xtr__buffer value; /* quotes and escapes resolved */
} parameter;

/* The next parameter behind a semicolon; what is left of the field, of no size at its end. */
static xtr__slice next_parameter(xtr__slice field, parameter *p) {
    p->value.size = 0;
    p->name.size = 0;
    while (field.size && (is_blank(*field.at) || *field.at == ';'))
        field = xtr__slice_from(field, 1);
    size_t i = 0;
    while (i < field.size && field.at[i] != '=' && field.at[i] != ';')
        i++;
    p->name = xtr__slice_trim((xtr__slice){field.at, i});
    field = xtr__slice_from(field, i);
    if (!field.size || *field.at == ';')
        return field;
    field = xtr__slice_from(field, 1);
    while (field.size && is_blank(*field.at))
        field = xtr__slice_from(field, 1);
    bool quoted = field.size && *field.at == '"';
    for (i = quoted; i < field.size && (quoted ? field.at[i] != '"' : field.at[i] != ';'); i++) {
        if (quoted && field.at[i] == '\\' && i + 1 < field.size)
            i++;
        xtr__putc(&p->value, field.at[i]);
    }
    field = xtr__slice_from(field, i + quoted);
    while (!quoted && p->value.size && is_blank(p->value.data[p->value.size - 1]))
        p->value.size--;
    const char *semicolon = quoted && field.size ? memchr(field.at, ';', field.size) : field.at;
    return semicolon ? xtr__slice_from(field, (size_t)(semicolon - field.at))
                     : xtr__slice_from(field, field.size);
}

static void put_percent_decoded(xtr__buffer *out, xtr__slice text) {
    for (size_t i = 0; i < text.size; i++) {
        int high = -1, low = -1;
        if (text.at[i] == '%' && i + 2 < text.size && (high = xtr__hex(text.at[i + 1])) >= 0)
            low = xtr__hex(text.at[i + 2]);
        xtr__putc(out, low >= 0 ? (char)(high * 16 + low) : text.at[i]);
        i += low >= 0 ? 2 : 0;
    }
}

/* "utf-8'en'" before an extended value: its charset, and what follows. */
static xtr__slice take_charset(xtr__slice value, char charset[CHARSET_SIZE]) {
    const char *first = memchr(value.at, '\'', value.size);
    const char *second =
        first ? memchr(first + 1, '\'', value.size - (size_t)(first + 1 - value.at)) : NULL;
    if (!second)
        return value;
    size_t size = (size_t)(first - value.at);
    size = size < CHARSET_SIZE ? size : CHARSET_SIZE - 1;
    memcpy(charset, value.at, size);
    charset[size] = '\0';
    return xtr__slice_from(value, (size_t)(second - value.at) + 1);
}

/* Adds the bytes of one section ("name*0*", "name*1") when there is it. */
static bool put_section(xtr__buffer *bytes, xtr__slice field, const char *name, int section,
                        char charset[CHARSET_SIZE]) {
    parameter p = {.value = {.data = NULL}};
    size_t length = strlen(name);
    bool found = false;
    while (!found && field.size) {
        field = next_parameter(field, &p);
        xtr__slice rest = xtr__slice_from(p.name, length);
        if (!xtr__slice_begins(p.name, name) || !rest.size || *rest.at != '*')
            continue;
        bool extended = rest.at[rest.size - 1] == '*';
        char *end = NULL;
        char digits[12] = "";
        rest = xtr__slice_from(rest, 1);
        memcpy(digits, rest.at, rest.size < 11 ? rest.size : 11);
        long number = rest.size ? strtol(digits, &end, 10) : 0;
        if (number != section || (rest.size && end == digits && *digits != '*'))
            continue;
        xtr__slice value = xtr__slice_of(&p.value);
        if (extended && section == 0)
            value = take_charset(value, charset);
        if (extended)
            put_percent_decoded(bytes, value);
        else
            xtr__put_slice(bytes, value);
        found = true;
    }
    free(p.value.data);
    return found;
}

static bool put_extended(xtr__buffer *out, xtr__slice field, const char *name) {
    enum { MOST_SECTIONS = 100 };
    xtr__buffer bytes = {.data = NULL};
    char charset[CHARSET_SIZE] = "";
    int section = 0;
    while (section < MOST_SECTIONS && put_section(&bytes, field, name, section, charset))
        section++;
    if (section)
        xtr__mime_text(out, xtr__slice_of(&bytes), charset);
    free(bytes.data);
    return section > 0;
}

bool xtr__mime_parameter(xtr__buffer *out, xtr__slice field, const char *name) {
    parameter p = {.value = {.data = NULL}};
    const char *semicolon = memchr(field.at, ';', field.size);
    bool found = false;
    out->size = 0;
    field =
        semicolon ? xtr__slice_from(field, (size_t)(semicolon - field.at)) : (xtr__slice){"", 0};
    if (put_extended(out, field, name))
        return true;
    while (!found && field.size) {
        field = next_parameter(field, &p);
        found = xtr__slice_is(p.name, name);
    }
    if (found)
        xtr__mime_words(out, xtr__slice_of(&p.value), NULL);
    free(p.value.data);
    return found;
}
