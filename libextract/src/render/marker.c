/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/marker.h"

#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_capital(char c) {
    return c <= 'Z';
}

/* Roman numerals as one writes them, at most 3999; 0 when it is none. */
static uint32_t read_roman(const char *text, size_t size) {
    static const struct {
        const char *lower, *upper;
        uint32_t value;
    } signs[] = {{"m", "M", 1000}, {"cm", "CM", 900}, {"d", "D", 500}, {"cd", "CD", 400},
                 {"c", "C", 100},  {"xc", "XC", 90},  {"l", "L", 50},  {"xl", "XL", 40},
                 {"x", "X", 10},   {"ix", "IX", 9},   {"v", "V", 5},   {"iv", "IV", 4},
                 {"i", "I", 1}};
    uint32_t value = 0;
    size_t at = 0;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        const char *sign = is_capital(text[0]) ? signs[i].upper : signs[i].lower;
        size_t length = strlen(sign);
        /* I, X, C and M stand up to three times, all else once. */
        int most = i % 4 == 0 ? 3 : 1;
        for (int n = 0; n < most && size - at >= length && !memcmp(text + at, sign, length); n++) {
            value += signs[i].value;
            at += length;
        }
    }
    return at == size ? value : 0;
}

static xtr__marker read_number(const char *text, size_t size) {
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value * 10 + (uint32_t)(text[i] - '0');
    return (xtr__marker){'1', value};
}

static xtr__marker read_letters(const char *text, size_t size, char open) {
    char alpha = is_capital(text[0]) ? 'A' : 'a';
    char roman = is_capital(text[0]) ? 'I' : 'i';
    uint32_t value = read_roman(text, size);
    bool counts = size > 1 || open == roman || (open != alpha && text[0] == roman);
    if (value && counts)
        return (xtr__marker){roman, value};
    return size == 1 ? (xtr__marker){alpha, (uint32_t)(text[0] - alpha) + 1} : (xtr__marker){0, 0};
}

xtr__marker xtr__marker_read(const char *marker, size_t size, char open) {
    bool opened = size && marker[0] == '(';
    bool closed = size && (marker[size - 1] == ')' || (!opened && marker[size - 1] == '.'));
    const char *text = marker + opened;
    size_t digits = 0;
    size_t letters = 0;
    if (opened && !closed)
        return (xtr__marker){0, 0};
    size -= (size_t)opened + closed;
    while (digits < size && is_digit(text[digits]))
        digits++;
    while (letters < size && is_letter(text[letters]) &&
           is_capital(text[letters]) == is_capital(text[0]))
        letters++;
    if (digits && digits == size && digits <= 9)
        return read_number(text, size);
    /* A letter alone may be a bullet: o. */
    return letters && letters == size && closed ? read_letters(text, size, open)
                                                : (xtr__marker){0, 0};
}

/** Whether a marker is a box to tick, which says whether it is. */
static bool is_box(const char *marker) {
    static const char *const boxes[] = {"\u2610", "\u2611", "\u2612", "\u25fb", "[ ]"};
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        if (!strcmp(marker, boxes[i]))
            return true;
    }
    return false;
}

bool xtr__marker_says_something(const char *marker, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (is_digit(marker[i]) || is_letter(marker[i]))
            return size > 1;
    }
    return size > 4 || is_box(marker);
}
