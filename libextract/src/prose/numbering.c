/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "prose/numbering.h"
#include "container/numerals.h"
#include "document/utf8.h"

#include <stdio.h>
#include <string.h>

enum { MOST_NUMBER = 64 };

size_t xtr__number_format(char *out, int format, int32_t number) {
    bool roman = number > 0 && number < 4000;
    bool letters = number > 0 && number <= 26 * MOST_NUMBER;
    if (number > 0 && format == XTR__NUMBER_CHICAGO) {
        static const char *const signs[] = {"*", "\xE2\x80\xA0", "\xE2\x80\xA1", "\xC2\xA7"};
        const char *sign = signs[(number - 1) % 4];
        size_t size = 0;
        for (int32_t n = (number - 1) / 4 % 20; n >= 0; n--) {
            memcpy(out + size, sign, strlen(sign));
            size += strlen(sign);
        }
        return size;
    }
    char text[MOST_NUMBER + 1];
    size_t size;
    if (roman && (format == XTR__NUMBER_UPPER_ROMAN || format == XTR__NUMBER_LOWER_ROMAN))
        size = xtr__roman(text, sizeof text, number, format == XTR__NUMBER_UPPER_ROMAN);
    else if (letters && (format == XTR__NUMBER_UPPER_LETTER || format == XTR__NUMBER_LOWER_LETTER))
        size =
            xtr__letters(text, sizeof text, number, format == XTR__NUMBER_UPPER_LETTER ? 'A' : 'a');
    else
        size = (size_t)snprintf(text, sizeof text, format == XTR__NUMBER_TWO_DIGITS ? "%02d" : "%d",
                                (int)number);
    if (format == XTR__NUMBER_ORDINAL) {
        static const char *const endings[] = {"th", "st", "nd", "rd"};
        int last = number % 10;
        bool teen = number / 10 % 10 == 1;
        size += (size_t)snprintf(text + size, sizeof text - size, "%s",
                                 endings[last > 0 && last < 4 && !teen ? last : 0]);
    }
    memcpy(out, text, size);
    return size;
}

void xtr__numbering_next(xtr__numbering *list, unsigned level, char out[XTR__MARKER_SIZE]) {
    level = level < XTR__LIST_LEVELS ? level : XTR__LIST_LEVELS - 1;
    const xtr__numbering_level *l = &list->levels[level];
    size_t size = 0;
    for (unsigned i = 0; i <= level; i++) {
        if (i == level && list->begun[i])
            list->numbers[i] += list->numbers[i] < INT32_MAX;
        else if (!list->begun[i])
            list->numbers[i] = list->levels[i].start;
        list->begun[i] = true;
    }
    for (unsigned i = level + 1; i < XTR__LIST_LEVELS; i++)
        list->begun[i] = list->begun[i] && !list->levels[i].restarts;
    for (unsigned i = 0; i < l->text_size && size + 2 * MOST_NUMBER < XTR__MARKER_SIZE; i++) {
        uint32_t unit = l->text[i];
        bool number = unit < XTR__LIST_LEVELS && l->format != XTR__NUMBER_BULLET;
        int format = number ? list->levels[unit].format : 0;
        if (!number && (unit & 0xF800) == 0xD800 && i + 1 < l->text_size) {
            uint32_t low = l->text[++i];
            unit = unit < 0xDC00 ? 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF) : 0xFFFD;
        }
        if (!number)
            size += xtr__utf8_encode(out + size, unit);
        else if (format != XTR__NUMBER_NONE && format != XTR__NUMBER_BULLET)
            size += xtr__number_format(out + size, l->legal ? XTR__NUMBER_ARABIC : format,
                                       list->numbers[unit]);
    }
    out[size] = 0;
}
