/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bullets and numbers of lists on slides. */
#include "pptx/slide.h"
#include "container/numerals.h"
#include "container/symbol.h"
#include "document/utf8.h"

#include <stdio.h>
#include <string.h>

/* [MS-PPT] 2.9.35 and ECMA-376 part 1, 20.1.10.61: kind of number, and what is before and behind.
 */
static const struct {
    const char *name;
    char kind;
    const char *before, *behind;
} schemes[] = {
    {"alphaLcPeriod", 'a', "", "."},     {"alphaUcPeriod", 'A', "", "."},
    {"arabicParenR", '1', "", ")"},      {"arabicPeriod", '1', "", "."},
    {"romanLcParenBoth", 'i', "(", ")"}, {"romanLcParenR", 'i', "", ")"},
    {"romanLcPeriod", 'i', "", "."},     {"romanUcPeriod", 'I', "", "."},
    {"alphaLcParenBoth", 'a', "(", ")"}, {"alphaLcParenR", 'a', "", ")"},
    {"alphaUcParenBoth", 'A', "(", ")"}, {"alphaUcParenR", 'A', "", ")"},
    {"arabicParenBoth", '1', "(", ")"},  {"arabicPlain", '1', "", ""},
    {"romanUcParenBoth", 'I', "(", ")"}, {"romanUcParenR", 'I', "", ")"},
};

enum { SCHEMES = sizeof schemes / sizeof *schemes };

unsigned xtr__slide_scheme(const char *name) {
    for (unsigned i = 0; name && i < SCHEMES; i++) {
        if (!strcmp(schemes[i].name, name))
            return i;
    }
    return XTR__SLIDE_ARABIC_PERIOD;
}

void xtr__slide_number(char *out, size_t size, unsigned scheme, uint32_t n) {
    char number[24];
    scheme = scheme < SCHEMES ? scheme : XTR__SLIDE_ARABIC_PERIOD;
    char kind = n && n <= 3999 ? schemes[scheme].kind : '1';
    if (kind == 'a' || kind == 'A')
        xtr__letters(number, sizeof number, n, kind);
    else if (kind == 'i' || kind == 'I')
        xtr__roman(number, sizeof number, n, kind == 'I');
    else
        snprintf(number, sizeof number, "%u", n);
    snprintf(out, size, "%s%s%s", schemes[scheme].before, number, schemes[scheme].behind);
}

static void forget_below(xtr__slide_counter *counter, unsigned level) {
    for (unsigned i = level; i < XTR__SLIDE_LEVELS; i++)
        counter->levels[i].counts = false;
}

uint32_t xtr__slide_count(xtr__slide_counter *counter, unsigned level, unsigned scheme,
                          uint32_t start) {
    level = level < XTR__SLIDE_LEVELS ? level : XTR__SLIDE_LEVELS - 1;
    forget_below(counter, level + 1);
    bool goes_on = counter->levels[level].counts && counter->levels[level].scheme == scheme &&
                   counter->levels[level].start == start;
    uint32_t number = goes_on ? counter->levels[level].number + 1 : start;
    counter->levels[level].counts = true;
    counter->levels[level].scheme = scheme;
    counter->levels[level].start = start;
    counter->levels[level].number = number;
    return number;
}

void xtr__slide_uncounted(xtr__slide_counter *counter, unsigned level) {
    forget_below(counter, level);
}

uint32_t xtr__slide_character(const char *text) {
    const unsigned char *c = (const unsigned char *)text;
    size_t more = *c >= 0xF0 ? 3 : *c >= 0xE0 ? 2 : *c >= 0xC0 ? 1 : 0;
    uint32_t value = more ? *c & (0x3Fu >> more) : *c;
    for (size_t i = 1; i <= more; i++) {
        if ((c[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (c[i] & 0x3F);
    }
    return value;
}

/* Fonts whose letters are signs. */
static bool has_signs(const char *font) {
    return !strcmp(font, "Symbol") || !strncmp(font, "Wingdings", 9) ||
           !strncmp(font, "Webdings", 8) || !strncmp(font, "Monotype Sorts", 14);
}

void xtr__slide_bullet(char *out, size_t size, uint32_t character, const char *font) {
    enum { BULLET = 0x2022 };
    bool private_use = character >= 0xF000 && character <= 0xF0FF;
    bool sign = private_use || (font && character < 0x100 && has_signs(font));
    bool none =
        character < 0x20 || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000);
    uint32_t shown = font ? xtr__symbol(font, character) : 0;
    if (!shown && private_use && (!font || !has_signs(font)))
        shown = xtr__symbol("Wingdings", character); /* most are */
    char text[5];
    shown = shown ? shown : sign || none ? BULLET : character;
    text[xtr__utf8_encode(text, shown)] = '\0';
    snprintf(out, size, "%s", text);
}
