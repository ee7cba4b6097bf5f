/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/utf8.h"

#include <string.h>

/* Bytes of the well-formed character at `s`, or 0 and in *bad the length of the maximal part of
 * a character that it is. */
static size_t character_size(const unsigned char *s, size_t size, size_t *bad) {
    unsigned char lead = s[0];
    unsigned char low = 0x80, high = 0xBF; /* of the second byte: excludes long forms, surrogates */
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    *bad = 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    if (size < 2 || s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++) {
        *bad = i;
        if (size <= i || (s[i] & 0xC0) != 0x80)
            return 0;
    }
    return need;
}

/* Whether all of eight bytes are printable ASCII: the high bit of the first that is not is set by
 * itself, by adding 1 (DEL) or by taking a space away (controls). */
static bool are_printable(const unsigned char *s) {
    const uint64_t ones = 0x0101010101010101;
    uint64_t eight;
    memcpy(&eight, s, sizeof eight);
    return !((eight | (eight + ones) | (eight - 0x20 * ones)) & (0x80 * ones));
}

static bool is_plain(unsigned char c) {
    return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t';
}

/* How many bytes from `s` on are printable ASCII, tab or newline. */
static size_t plain_run(const unsigned char *s, size_t size) {
    size_t i = 0;
    while (i < size) {
        if (size - i >= 8 && are_printable(s + i))
            i += 8;
        else if (is_plain(s[i]))
            i++;
        else
            break;
    }
    return i;
}

/* Bytes of the character beyond ASCII at `s` if it may stay; else 0 and in *bad the bytes to take
 * away, for which U+FFFD stands when they are *malformed. */
static size_t clean_character(const unsigned char *s, size_t size, size_t *bad, bool *malformed) {
    size_t length = character_size(s, size, bad);
    bool control = length == 2 && s[0] == 0xC2 && s[1] < 0xA0;
    bool mark = length == 3 && s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF;
    *malformed = !length;
    if (!control && !mark)
        return length;
    *bad = length;
    return 0;
}

size_t xtr__utf8_clean(char *out, const char *text, size_t size) {
    const unsigned char *s = (const unsigned char *)text;
    char *o = out;
    while (size) {
        size_t run = plain_run(s, size);
        memcpy(o, s, run);
        o += run;
        s += run;
        size -= run;
        if (!size)
            break;
        size_t skip = 1;
        if (s[0] >= 0x80) {
            bool malformed;
            size_t length = clean_character(s, size, &skip, &malformed);
            if (length) {
                memcpy(o, s, length);
                o += length;
            } else if (malformed) {
                memcpy(o, "\xEF\xBF\xBD", 3);
                o += 3;
            }
            skip = length ? length : skip;
        }
        s += skip;
        size -= skip;
    }
    return (size_t)(o - out);
}

bool xtr__utf8_is_clean(const char *text, size_t size, bool zeros) {
    const unsigned char *s = (const unsigned char *)text;
    while (size) {
        size_t run = plain_run(s, size), bad;
        bool malformed;
        s += run;
        size -= run;
        if (!size)
            break;
        size_t length =
            *s >= 0x80 ? clean_character(s, size, &bad, &malformed) : (size_t)(zeros && *s == 0);
        if (!length)
            return false;
        s += length;
        size -= length;
    }
    return true;
}

size_t xtr__utf8_floor(const char *text, size_t size) {
    size_t end = size;
    while (end > 0 && size - end < 4 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return size - end < 4 && (end > 0 || size <= 3) ? end : size;
}

uint32_t xtr__utf8_decode(const char *text, size_t *length) {
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80) {
        *length = 1;
        return s[0];
    }
    if (s[0] < 0xE0) {
        *length = 2;
        return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    }
    if (s[0] < 0xF0) {
        *length = 3;
        return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    }
    *length = 4;
    return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
           (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
}

size_t xtr__utf8_encode(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}
