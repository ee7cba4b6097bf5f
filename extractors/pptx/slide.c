/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bullets and numbers of lists on slides. */
#include "pptx/slide.h"
#include "container/numerals.h"
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

/* What bullets of symbol fonts look like, by the low byte of the character. */
typedef struct symbol {
    unsigned char character;
    const char *looks;
} symbol;

static const symbol wingdings[] = {{0x6C, "●"}, {0x6E, "■"}, {0x6F, "□"}, {0x71, "❑"}, {0x75, "◆"},
                                   {0x76, "❖"}, {0x77, "◆"}, {0x9E, "·"}, {0x9F, "•"}, {0xA7, "▪"},
                                   {0xA8, "◻"}, {0xAB, "★"}, {0xD8, "➢"}, {0xE0, "→"}, {0xE8, "➔"},
                                   {0xF0, "⇨"}, {0xFB, "✗"}, {0xFC, "✓"}, {0xFE, "☑"}, {0, NULL}};

static const symbol symbols[] = {{0x2D, "−"}, {0xA8, "♦"}, {0xAE, "→"},
                                 {0xB7, "•"}, {0xDE, "⇒"}, {0, NULL}};

static const char *look_up(const symbol *table, uint32_t character) {
    while (table->looks && table->character != (character & 0xFF))
        table++;
    return table->looks ? table->looks : "•";
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

void xtr__slide_bullet(char *out, size_t size, uint32_t character, const char *font) {
    bool private_use = character >= 0xF000 && character <= 0xF0FF;
    bool symbol_font = font && !strcmp(font, "Symbol");
    bool dings = font && (!strncmp(font, "Wingdings", 9) || !strncmp(font, "Webdings", 8) ||
                          !strncmp(font, "Monotype Sorts", 14));
    char plain[5] = "";
    const char *shown = plain;
    if (symbol_font && (character < 0x100 || private_use))
        shown = look_up(symbols, character);
    else if (private_use || (dings && character < 0x100))
        shown = look_up(wingdings, character);
    else if (character < 0x20 || character > 0x10FFFF ||
             (character >= 0xD800 && character < 0xE000))
        shown = "•";
    else
        plain[xtr__utf8_encode(plain, character)] = '\0';
    snprintf(out, size, "%s", shown);
}
