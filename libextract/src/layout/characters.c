/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Properties of characters by the Unicode tables MuPDF carries (UCDN), never by the locale. */
#include "layout.h"

#include <mupdf/ucdn.h>

bool xtr__is_letter(uint32_t c) {
    if (c < 0x80) {
        return (c | 0x20) - 'a' < 26;
    }
    switch (ucdn_get_general_category(c)) {
    case UCDN_GENERAL_CATEGORY_LL:
    case UCDN_GENERAL_CATEGORY_LU:
    case UCDN_GENERAL_CATEGORY_LT:
    case UCDN_GENERAL_CATEGORY_LM:
    case UCDN_GENERAL_CATEGORY_LO:
        return true;
    default:
        return false;
    }
}

bool xtr__is_lower(uint32_t c) {
    if (c >= 0x10d0 && c <= 0x10ff) {
        return false; /* Georgian has a case in Unicode, but starts no sentence with another */
    }
    return c < 0x80 ? c - 'a' < 26 : ucdn_get_general_category(c) == UCDN_GENERAL_CATEGORY_LL;
}

bool xtr__is_upper(uint32_t c) {
    return c < 0x80 ? c - 'A' < 26 : ucdn_get_general_category(c) == UCDN_GENERAL_CATEGORY_LU;
}

bool xtr__is_digit(uint32_t c) {
    return c < 0x80 ? c - '0' < 10 : ucdn_get_general_category(c) == UCDN_GENERAL_CATEGORY_ND;
}

bool xtr__is_mark(uint32_t c) {
    return c >= 0x300 && ucdn_get_combining_class(c) != 0;
}

bool xtr__is_space(uint32_t c) {
    return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200b) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

bool xtr__is_cjk(uint32_t c) {
    return (c >= 0x3000 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xff00 && c <= 0xffef) || (c >= 0x20000 && c <= 0x3ffff);
}

bool xtr__is_rtl(uint32_t c) {
    return c >= 0x590 &&
           (c <= 0x8ff || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefe) ||
            (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff));
}

/** Shapes of other characters: ligatures, Arabic letters, radicals drawn like the ideographs they
 *  come from, and signs of vertical text. */
static bool is_form(uint32_t c) {
    return (c >= 0xfb00 && c <= 0xfdff) || (c >= 0xfe70 && c < 0xfeff) ||
           (c >= 0x2f00 && c <= 0x2fd5) || (c >= 0xfe10 && c <= 0xfe19) ||
           (c >= 0xfe30 && c <= 0xfe4f);
}

size_t xtr__plain_form(uint32_t c, uint32_t out[18]) {
    bool form = is_form(c);
    int count = form ? ucdn_compat_decompose(c, out) : 0;
    if (count <= 0) {
        uint32_t base, mark;
        if (form && ucdn_decompose(c, &base, &mark)) {
            /* Letters with points: composed forms that NFC leaves apart. */
            size_t n = xtr__plain_form(base, out);
            if (mark != 0 && n < 18) {
                out[n++] = mark;
            }
            return n;
        }
        out[0] = c;
        return 1;
    }
    for (int i = 0; i < count; i++) {
        out[i] = out[i] == 0x17f ? 's' : out[i]; /* long s of the st ligature */
    }
    return (size_t)count;
}

uint32_t xtr__utf8_next(const char *text, size_t size, size_t *at) {
    unsigned char first = (unsigned char)text[(*at)++];
    if (first < 0xc0) {
        return first;
    }
    uint32_t c = first < 0xe0 ? first & 0x1f : first < 0xf0 ? first & 0x0f : first & 0x07;
    while (*at < size && ((unsigned char)text[*at] & 0xc0) == 0x80) {
        c = c << 6 | ((unsigned char)text[(*at)++] & 0x3f);
    }
    return c;
}

uint32_t xtr__utf8_last(const char *text, size_t size) {
    if (size == 0) {
        return 0;
    }
    size_t at = size - 1;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80) {
        at--;
    }
    return xtr__utf8_next(text, size, &at);
}
