/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names for plain text. The parser takes each character through its tokenizer and its tree, which
 * is most of the time that a page takes; yet of text without markup all it has to know is that it
 * is there and is not white space. So a stretch of it is given to the parser as a short name, a
 * private character with five digits, and comes back in the tree. A stretch begins with what is no
 * white space, holds nothing that the standard would change (references, CR, controls, what is not
 * well-formed), and is never in text that the parser itself reads: names, raw text. */
#include "html/tree.h"

#include <stdlib.h>

#define MARK "\xEE\x80\x80" /* U+E000 */

enum {
    MARK_SIZE = sizeof MARK - 1,
    DIGITS = XTR__RUN_NAME - MARK_SIZE,
    DIGIT_BITS = 5,
    FIRST_DIGIT = '@',
    SHORTEST = 16, /* bytes: less is not worth a name */
    MOST_RUNS = 1 << (DIGITS * DIGIT_BITS)
};

/* Names --------------------------------------------------------------------------------------- */

static bool has_mark(const char *text, size_t size) {
    const char *end = text + size;
    for (const char *p = text; (p = memchr(p, (unsigned char)MARK[0], (size_t)(end - p))); p++) {
        if ((size_t)(end - p) >= MARK_SIZE && !memcmp(p, MARK, MARK_SIZE))
            return true;
    }
    return false;
}

bool xtr__html_may_name(const char *text, size_t size) {
    if (has_mark(text, size))
        return false;
    const char *end = text + size;
    for (const char *p = text; (p = memmem(p, (size_t)(end - p), "&#", 2));) {
        char number[16] = {0};
        p += 2;
        while (p < end && *p == '0')
            p++;
        bool hexadecimal = p < end && (*p | 32) == 'x';
        p += hexadecimal;
        while (p < end && *p == '0')
            p++;
        memcpy(number, p, (size_t)(end - p) < 5 ? (size_t)(end - p) : 5);
        if (strtoul(number, NULL, hexadecimal ? 16 : 10) >> 4 == 0xE000 >> 4)
            return false;
    }
    return true;
}

static void put_name(xtr__html_tamed *page, size_t number) {
    char digits[DIGITS];
    for (int i = DIGITS; i--; number >>= DIGIT_BITS)
        digits[i] = (char)(FIRST_DIGIT + (number & ((1 << DIGIT_BITS) - 1)));
    xtr__put(&page->text, MARK, MARK_SIZE);
    xtr__put(&page->text, digits, DIGITS);
}

const char *xtr__html_find_run(const xtr__html_tamed *page, const char *text, xtr__html_run *run) {
    const char *name = page->runs.size ? strstr(text, MARK) : NULL;
    size_t number = 0;
    for (int i = 0; name && i < DIGITS; i++) {
        unsigned digit = (unsigned char)name[MARK_SIZE + i] - (unsigned)FIRST_DIGIT;
        if (digit >> DIGIT_BITS)
            return NULL;
        number = number << DIGIT_BITS | digit;
    }
    if (!name || number >= page->runs.size / sizeof *run)
        return NULL;
    memcpy(run, page->runs.data + number * sizeof *run, sizeof *run);
    return name;
}

/* Plain text ---------------------------------------------------------------------------------- */

/* The bytes of the plain character at `p` that is not ASCII, or 0. Of the well-formed ones (Unicode
 * table 3-7) all but C1 controls, and those that end a plane or are near them. */
static size_t long_character(const unsigned char *p, const unsigned char *end) {
    size_t left = (size_t)(end - p);
    bool second = left > 1 && (p[1] & 0xC0) == 0x80;
    bool third = second && left > 2 && (p[2] & 0xC0) == 0x80;
    if (*p >= 0xC2 && *p < 0xE0)
        return second && (*p > 0xC2 || p[1] >= 0xA0) ? 2 : 0;
    if (*p == 0xE0)
        return third && p[1] >= 0xA0 ? 3 : 0;
    if (*p == 0xED)
        return third && p[1] < 0xA0 ? 3 : 0;
    return *p > 0xE0 && *p < 0xEE && third ? 3 : 0;
}

/* Past the plain text that begins at `p`. */
static const char *plain_end(const char *text, const char *limit) {
    const unsigned char *p = (const unsigned char *)text, *end = (const unsigned char *)limit;
    while (p < end) {
        bool ascii = (*p >= 0x20 && *p < 0x7F && *p != '&') || *p == '\n' || *p == '\t';
        size_t size = ascii ? 1 : *p < 0x80 ? 0 : long_character(p, end);
        if (!size)
            break;
        p += size;
    }
    return (const char *)p;
}

/* Past what cannot begin a stretch: a reference with what follows, on which its meaning hangs in an
 * attribute, white space, or anything else that is not plain. */
static const char *rough_end(const char *p, const char *end) {
    if (*p++ != '&')
        return p;
    while (p < end &&
           ((*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z') || *p == '#'))
        p++;
    return p < end && *p != '&' ? p + 1 : p;
}

void xtr__html_name_runs(xtr__html_tamed *page, const char *text, size_t size, bool collapse) {
    const char *end = text + size, *copied = text;
    for (const char *p = text; p < end;) {
        if (collapse && p > text && xtr__html_is_space(*p) && xtr__html_is_space(p[-1])) {
            xtr__put(&page->text, copied, (size_t)(p - copied));
            while (p < end && xtr__html_is_space(*p))
                p++;
            copied = p;
            continue;
        }
        const char *stop = xtr__html_is_space(*p) ? p : plain_end(p, end);
        size_t number = page->runs.size / sizeof(xtr__html_run);
        if (stop - p < SHORTEST || number == MOST_RUNS) {
            p = stop == end ? end : rough_end(stop, end);
            continue;
        }
        xtr__html_run run = {p, (size_t)(stop - p)};
        xtr__put(&page->text, copied, (size_t)(p - copied));
        xtr__put(&page->runs, (const char *)&run, sizeof run);
        put_name(page, number);
        copied = p = stop;
    }
    xtr__put(&page->text, copied, (size_t)(end - copied));
}
