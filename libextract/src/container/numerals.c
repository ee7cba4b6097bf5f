/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "container/numerals.h"
#include "document/utf8.h"

#include <stdio.h>
#include <string.h>

size_t xtr__roman(char *out, size_t room, int64_t value, bool upper) {
    static const struct {
        int value;
        const char *upper, *lower;
    } digits[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"}, {400, "CD", "cd"},
                  {100, "C", "c"},  {90, "XC", "xc"},  {50, "L", "l"},  {40, "XL", "xl"},
                  {10, "X", "x"},   {9, "IX", "ix"},   {5, "V", "v"},   {4, "IV", "iv"},
                  {1, "I", "i"}};
    size_t at = 0;
    for (size_t i = 0; value < 4000 && i < sizeof digits / sizeof *digits; i++) {
        for (; value >= digits[i].value; value -= digits[i].value) {
            for (const char *c = upper ? digits[i].upper : digits[i].lower; *c && at + 1 < room;)
                out[at++] = *c++;
        }
    }
    out[at] = 0;
    return at;
}

size_t xtr__letters(char *out, size_t room, int64_t value, char first) {
    size_t count = value < 1 ? 0 : (size_t)(value - 1) / 26 + 1;
    count = count < room ? count : room - 1;
    memset(out, first + (char)((value - 1) % 26), count);
    out[count] = 0;
    return count;
}

static void put_chinese(char *out, size_t room, int value) {
    static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    if (value > 99)
        snprintf(out, room, "%d", value);
    else if (value < 10)
        snprintf(out, room, "%s", digits[value]);
    else
        snprintf(out, room, "%s十%s", value < 20 ? "" : digits[value / 10], digits[value % 10]);
}

/* Circled digits and the like, one character each from `first` on. */
static void put_one_of(char *out, size_t room, int value, int count, uint32_t first) {
    uint32_t c = first + (uint32_t)value - 1;
    if (value > count)
        snprintf(out, room, "%d", value);
    else if (room > 4)
        out[xtr__utf8_encode(out, c)] = 0;
}

static const char *ordinal_ending(int value) {
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    int tens = value % 100, ones = value % 10;
    return tens > 10 && tens < 14 ? "th" : endings[ones < 4 ? ones : 0];
}

void xtr__numeral(char *out, size_t room, int value, const char *format) {
    *out = 0;
    if (!strcmp(format, "none") || !strcmp(format, "bullet"))
        return;
    if (value < 1 || value > 32767 || !*format || !strcmp(format, "decimal"))
        snprintf(out, room, "%d", value);
    else if (value < 4000 && (!strcmp(format, "lowerRoman") || !strcmp(format, "upperRoman")))
        xtr__roman(out, room, value, *format == 'u');
    else if (!strcmp(format, "lowerLetter") || !strcmp(format, "upperLetter"))
        xtr__letters(out, room, value, *format == 'u' ? 'A' : 'a');
    else if (!strcmp(format, "decimalZero"))
        snprintf(out, room, "%02d", value);
    else if (!strcmp(format, "ordinal"))
        snprintf(out, room, "%d%s", value, ordinal_ending(value));
    else if (!strncmp(format, "decimalEnclosedCircle", 21))
        put_one_of(out, room, value, 20, 0x2460);
    else if (!strcmp(format, "decimalEnclosedParen"))
        put_one_of(out, room, value, 20, 0x2474);
    else if (!strcmp(format, "decimalEnclosedFullstop"))
        put_one_of(out, room, value, 20, 0x2488);
    else if (!strncmp(format, "chineseCounting", 15) || !strncmp(format, "ideographDigital", 16) ||
             !strncmp(format, "japaneseCounting", 16) || !strncmp(format, "taiwaneseCounting", 17))
        put_chinese(out, room, value);
    else if (!strcmp(format, "russianLower"))
        put_one_of(out, room, value, 32, 0x430);
    else if (!strcmp(format, "russianUpper"))
        put_one_of(out, room, value, 32, 0x410);
    else
        snprintf(out, room, "%d", value);
}

bool xtr__is_bullet(const char *text, size_t size) {
    static const char *const bullets[] = {"-",
                                          "*",
                                          "\xC2\xB7",
                                          "\xE2\x80\xA2",
                                          "\xE2\x80\x93",
                                          "\xE2\x80\x94",
                                          "\xE2\x96\xAA",
                                          "\xE2\x96\xA0",
                                          "\xE2\x97\xA6",
                                          "\xE2\x97\x8F",
                                          "\xE2\x97\x8B"};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        if (strlen(bullets[i]) == size && !memcmp(bullets[i], text, size))
            return true;
    }
    return false;
}
