/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Marks of list items: bullets, and numbers in digits, letters, Roman or Chinese writing. */
#include "blocks.h"

#include <string.h>

enum { MOST = 12 }; /* characters that are looked at */

/** The first characters of a line, and where each begins. */
typedef struct head {
    uint32_t text[MOST + 1];
    uint32_t at[MOST + 1];
    uint32_t count;
} head;

static head head_of(const char *text, uint32_t size) {
    head h = {.count = 0};
    size_t at = 0;
    while (h.count < MOST && at < size) {
        h.at[h.count] = (uint32_t)at;
        h.text[h.count++] = xtr__utf8_next(text, size, &at);
    }
    h.at[h.count] = (uint32_t)at;
    return h;
}

/* Bullets ----------------------------------------------------------------------------------- */

bool xtr__is_tick_box(uint32_t c) {
    return (c >= 0x2610 && c <= 0x2612) || c == 0x25fb;
}

static bool is_among(uint32_t c, const uint32_t *set) {
    while (*set != 0 && *set != c) {
        set++;
    }
    return *set != 0;
}

/** Round and square bullets, boxes to tick, and bullets of symbol fonts, which have private code
 *  points. */
static bool is_bullet(uint32_t c) {
    static const uint32_t bullets[] = {0x2022, 0x25cf, 0x25aa, 0x25e6, 0x2023, 0x25a0, 0x25a1,
                                       0x25cb, 0x25ab, 0x2043, 0x204c, 0x25b8, 0x25b6, 0x27a4,
                                       0x2756, 0x25c6, 0x25c7, 0x30fb, 0xff65, 0x274d, 0x274f,
                                       0x2750, 0x2751, 0x2752, 0x29eb, 0x2b25, 0x2b27, 0xf0b7,
                                       0xf0a7, 0xf0a8, 0xf0d8, 0xf076, 0xf0fc, 0xf02d, 0};
    return is_among(c, bullets) || xtr__is_tick_box(c);
}

/** What may be a bullet among others of its kind. */
static bool may_be_bullet(uint32_t c) {
    static const uint32_t bullets[] = {'-',    '*',    '+',    'o',    0xb7,   0x2013,
                                       0x2014, 0x2212, 0x2219, 0x22c5, 0x27a2, 0x2713,
                                       0x2714, 0x2192, 0x21d2, 0x2217, 0x2605, 0};
    return is_among(c, bullets);
}

static xtr__mark bullet_at(const head *h) {
    bool certain = is_bullet(h->text[0]), spaced = h->count > 2 && h->text[1] == ' ';
    bool beside = h->count > 1 && (spaced || xtr__is_letter(h->text[1]));
    if (!(certain ? beside : spaced && may_be_bullet(h->text[0]))) {
        return (xtr__mark){0};
    }
    return (xtr__mark){.size = h->at[1], .shape = h->text[0], .bullet = true, .certain = certain};
}

/* Numbers ----------------------------------------------------------------------------------- */

/** The value of a decimal digit of any script, or -1. */
static int digit_value(uint32_t c) {
    static const uint32_t zeros[] = {'0',   0x660, 0x6f0, 0x966, 0x9e6, 0xa66,  0xae6,  0xb66,
                                     0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0x1040, 0x17e0, 0xff10};
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        if (c - zeros[i] < 10) {
            return (int)(c - zeros[i]);
        }
    }
    return -1;
}

/** The value of a Roman numeral of one case, 0 if it is none. */
static int roman_value(const uint32_t *text, uint32_t count, uint32_t base) {
    static const struct {
        char letter;
        int value;
    } numerals[] = {{'i', 1}, {'v', 5}, {'x', 10}, {'l', 50}, {'c', 100}};
    int sum = 0, last = 0;
    for (uint32_t i = count; i-- > 0;) {
        int value = 0;
        for (size_t k = 0; k < sizeof numerals / sizeof *numerals; k++) {
            value =
                text[i] - base == (uint32_t)(numerals[k].letter - 'a') ? numerals[k].value : value;
        }
        if (value == 0) {
            return 0;
        }
        sum += value < last ? -value : value;
        last = value > last ? value : last;
    }
    return sum;
}

static int chinese_value(uint32_t c) {
    static const uint32_t numerals[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
                                        0x516d, 0x4e03, 0x516b, 0x4e5d, 0x5341};
    for (int i = 0; i < 10; i++) {
        if (c == numerals[i]) {
            return i + 1;
        }
    }
    return 0;
}

/** The first letter of one alphabet after another. */
static uint32_t alphabet_of(uint32_t c) {
    return c - 'a' < 26      ? 'a'
           : c - 'A' < 26    ? 'A'
           : c - 0x430 < 32  ? 0x430
           : c - 0x5d0 < 10  ? 0x5d0
           : c - 0xac00 == 0 ? 0xac00
                             : 0;
}

/** Reads a number at `first` into the mark; returns the characters that takes. */
static uint32_t read_number(const head *h, uint32_t first, xtr__mark *out) {
    uint32_t n = first;
    while (n < h->count && n - first < 4 && digit_value(h->text[n]) >= 0) {
        out->value = out->value * 10 + digit_value(h->text[n++]);
    }
    if (n > first) {
        out->shape = '0';
        return n - first;
    }
    uint32_t alphabet = alphabet_of(h->text[first]);
    if (alphabet == 'a' || alphabet == 'A') {
        while (n < h->count && n - first < 7 && h->text[n] - alphabet < 26) {
            n++;
        }
        out->roman = roman_value(h->text + first, n - first, alphabet);
        out->value = n - first == 1 ? (int)(h->text[first] - alphabet) + 1 : 0;
        out->shape = alphabet;
        return out->value > 0 || out->roman > 0 ? n - first : 0;
    }
    if (alphabet > 0) {
        out->value = (int)(h->text[first] - alphabet) + 1;
        out->shape = alphabet;
        return 1;
    }
    out->value = chinese_value(h->text[first]);
    out->shape = 0x4e00;
    return out->value > 0;
}

/** Whether the bracket or dot `close` ends a number that `open` (0: nothing) began. */
static bool closes(uint32_t open, uint32_t close, const xtr__mark *mark, uint32_t digits) {
    switch (open) {
    case '(':
    case 0xff08:
        return close == ')' || close == 0xff09;
    case '[':
        return close == ']' && mark->shape == '0';
    default:
        /* "2024." may end a sentence. */
        return close == ')' || close == 0xff09 || close == 0x3001 || close == 0xff0e ||
               (close == '.' && digits < 4);
    }
}

/** ① to ⑳, which need nothing around them. */
static xtr__mark circled_at(const head *h) {
    uint32_t c = h->text[0];
    int value = c - 0x2460 < 20   ? (int)(c - 0x2460) + 1
                : c - 0x2776 < 10 ? (int)(c - 0x2776) + 1
                                  : 0;
    return value > 0 && h->count > 1
               ? (xtr__mark){.size = h->at[1], .shape = 0x2460, .value = value}
               : (xtr__mark){0};
}

static xtr__mark number_at(const head *h) {
    xtr__mark out = {0};
    uint32_t open = h->text[0] == '(' || h->text[0] == '[' || h->text[0] == 0xff08 ? h->text[0] : 0;
    uint32_t first = open != 0, n = first < h->count ? read_number(h, first, &out) : 0;
    uint32_t end = first + n;
    if (n == 0 || end + 1 >= h->count || !closes(open, h->text[end], &out, n)) {
        return (xtr__mark){0};
    }
    uint32_t close = h->text[end], behind = h->text[end + 1];
    out.initial = out.shape == 'A' && n == 1 && open == 0 && close == '.';
    bool wide = close > 0x3000;
    bool apart = behind == ' ' && end + 2 < h->count && h->text[end + 2] != ' ';
    if (!apart && !(wide && behind != ' ') && !xtr__is_cjk(behind)) {
        return (xtr__mark){0};
    }
    out.size = h->at[end + 1];
    out.shape = out.shape << 8 ^ close << 1 ^ open;
    return out;
}

xtr__mark xtr__mark_at(const char *text, uint32_t size) {
    head h = head_of(text, size);
    if (h.count < 2) {
        return (xtr__mark){0};
    }
    xtr__mark out = bullet_at(&h);
    out = out.size > 0 ? out : circled_at(&h);
    return out.size > 0 ? out : number_at(&h);
}

bool xtr__mark_follows(xtr__mark mark, xtr__mark next) {
    if (mark.shape != next.shape || mark.bullet != next.bullet) {
        return false;
    }
    return mark.bullet || (mark.value > 0 && next.value == mark.value + 1) ||
           (mark.roman > 0 && next.roman == mark.roman + 1);
}
