/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What words look like, for tables: number, list mark, leader and so on. Patterns are written out
 * by hand over codepoints: there are a dozen, tried on every word of a table. */
#include "tables.h"

#include <string.h>
#include <uchar.h>

enum { MOST = 48 }; /* codepoints that are looked at; longer words have no pattern */

typedef struct text {
    const uint32_t *c;
    uint32_t count;
} text;

static bool among(uint32_t c, const char32_t *set) {
    while (*set != 0 && *set != c) {
        set++;
    }
    return *set != 0;
}

static uint32_t skip(text t, uint32_t at, const char32_t *set) {
    while (at < t.count && among(t.c[at], set)) {
        at++;
    }
    return at;
}

static uint32_t skip_digits(text t, uint32_t at) {
    while (at < t.count && xtr__is_digit(t.c[at])) {
        at++;
    }
    return at;
}

static uint32_t lower(uint32_t c) {
    return c - 'A' < 26 ? c + 32 : c;
}

static bool is(text t, const char *word) {
    uint32_t i = 0;
    while (i < t.count && word[i] != '\0' && lower(t.c[i]) == (unsigned char)word[i]) {
        i++;
    }
    return i == t.count && word[i] == '\0';
}

static bool is_any(text t, const char *const *words) {
    while (*words != NULL && !is(t, *words)) {
        words++;
    }
    return *words != NULL;
}

/** "-1,234.5", "(12%)", "$3", "10.2a"; "-", "n/a", "...". */
static bool is_number(text t) {
    uint32_t at = skip(t, 0, U"([-\u2013\u2014\u2212+\u00b1~<>\u2264\u2265$\u20ac\u00a3\u00a5");
    if (at < t.count && xtr__is_digit(t.c[at])) {
        uint32_t end;
        while ((end = skip_digits(t, skip(t, at, U".,:/%-\u2013\u066b\u066c"))) > at) {
            at = end;
        }
        for (end = at; end < t.count && end - at < 3; end++) {
            if (lower(t.c[end]) - 'a' >= 26 && !among(t.c[end], U")]%*\u2020\u2021")) {
                break;
            }
        }
        return end == t.count;
    }
    return skip(t, 0, U"-\u2013\u2014.\u2026*") == t.count || is(t, "n/a") || is(t, "na");
}

static bool is_year(text t) {
    uint32_t at = t.count > 2 && lower(t.c[0]) == 'f' && lower(t.c[1]) == 'y' ? 2 : 0;
    if (skip_digits(t, at) != at + 4 ||
        !((t.c[at] == '1' && t.c[at + 1] == '9') || (t.c[at] == '2' && t.c[at + 1] == '0'))) {
        return false;
    }
    at += 4;
    return at == t.count ||
           (among(t.c[at], U"-\u2013/") && at + 1 < t.count && skip_digits(t, at + 1) == t.count);
}

static bool is_relation(text t) {
    if (t.count == 1 && among(t.c[0], U"=<>\u2264\u2265\u2248\u223c\u2243\u2261\u221d\u2192+")) {
        return true;
    }
    for (uint32_t i = 0; i < t.count; i++) {
        uint32_t c = t.c[i];
        if (among(c, U"\u221a\u2202\u2211\u222b\u2207\u221e\u2208\u2282\u2225\u27e8\u27e9\ufffd") ||
            (c >= 0x1d400 && c <= 0x1d7ff) || (c >= 0xf8e6 && c <= 0xf8ff) ||
            (c == '=' && i > 0 && i + 1 < t.count)) {
            return true;
        }
    }
    return t.count > 1 && among(t.c[0], U"=<>\u2264\u2265");
}

static bool is_tall_bracket(const xtr__flow *flow, const xtr__word *word, text t) {
    const xtr__glyph *glyph = &flow->glyphs[word->glyph];
    return t.count == 1 && among(t.c[0], U"()[]{}") &&
           flow->sheet->fonts.items[glyph->font].flags & XTR__FONT_MATH;
}

/** "(2.3)", "(A1)". */
static bool is_equation_number(text t) {
    if (t.count < 3 || t.c[0] != '(' || t.c[t.count - 1] != ')') {
        return false;
    }
    uint32_t at = t.c[1] - 'A' < 26 ? 2 : 1, end = t.count - 1;
    end -= end > at && t.c[end - 1] - 'a' < 26;
    while (at < end) {
        uint32_t next = skip_digits(t, at);
        if (next == at || next == end || t.c[next] != '.') {
            return next == end && next > at;
        }
        at = next + 1;
    }
    return false;
}

/** "12", "iv", "A-3". */
static bool is_page_number(text t) {
    if (t.count > 0 && t.count <= 3 && skip_digits(t, 0) == t.count) {
        return true;
    }
    if (t.count > 0 && skip(t, 0, U"ivxl") == t.count) {
        return true;
    }
    uint32_t at = t.count > 1 && t.c[0] - 'A' < 26 ? 1 : 0;
    at += at > 0 && t.c[at] == '-';
    return at > 0 && at < t.count && skip_digits(t, at) == t.count;
}

/** A bullet, "1", "1.2.", "a)", "(iv)", "[3]". */
static bool is_list_mark(text t) {
    static const char32_t bullets[] =
        U"\u2022\u25cf\u25aa\u25a0\u25e6\u2023\u00b7\u2013\u2014-*o\u00bb\u27a2\u2713\uf0b7\uf0a7";
    static const char32_t numerals[] =
        U"\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341";
    if (t.count == 1 && (among(t.c[0], bullets) || among(t.c[0], numerals))) {
        return true;
    }
    if (t.count >= 3 && t.c[0] == '[' && skip_digits(t, 1) == t.count - 1) {
        return t.c[t.count - 1] == ']';
    }
    uint32_t at = skip_digits(t, 0);
    while (at > 0 && at < t.count && t.c[at] == '.') {
        at = skip_digits(t, at + 1);
    }
    if (at > 0 && at == t.count) {
        return true;
    }
    uint32_t first = t.count > 0 && t.c[0] == '(';
    if (t.count < first + 2 || !among(t.c[t.count - 1], U".)")) {
        return false;
    }
    text inner = {t.c + first, t.count - first - 1};
    bool word = inner.count <= 3;
    for (uint32_t i = 0; i < inner.count && word; i++) {
        word = xtr__is_letter(inner.c[i]) || xtr__is_digit(inner.c[i]);
    }
    return word || skip(inner, 0, U"ivxlcIVXLC") == inner.count;
}

static uint32_t leaders(text t) {
    bool dots = skip(t, 0, U".\u00b7\u2026_") == t.count && t.count >= 3;
    if (dots || (t.count == 1 && t.c[0] == '.')) {
        return XTR__LEADER;
    }
    bool ends = t.count > 4;
    for (uint32_t i = 1; ends && i <= 4; i++) {
        ends = t.c[t.count - i] == '.';
    }
    return ends ? XTR__LEADS : 0;
}

static uint32_t words(text t) {
    static const char *const captions[] = {"figure", "fig",       "exhibit",  "chart", "box",
                                           "abb",    "abbildung", "appendix", NULL};
    static const char *const tables[] = {"table", "tab",     "tableau", "tabelle",
                                         "tabla", "tabella", NULL};
    static const char *const notes[] = {"source",  "sources", "note",    "notes", "quelle",
                                        "quellen", "fuente",  "fuentes", "fonte", NULL};
    static const char *const signs[] = {"$", "us$", "($", "-$", NULL};
    static const char *const percents[] = {"%", ")", ")%", "%)", NULL};
    uint32_t out = 0;
    uint32_t dots = t.count > 1 && among(t.c[t.count - 1], U".:");
    text word = {t.c, t.count - dots};
    out |= is_any(word, captions) ? XTR__CAPTION_WORD : 0;
    out |= is_any(word, tables) ? XTR__CAPTION_WORD | XTR__TABLE_WORD : 0;
    bool colon = t.count > 1 && t.c[t.count - 1] == ':';
    out |= (colon && is_any((text){t.c, t.count - 1}, notes)) ||
                   (t.count > 0 && among(t.c[0], U"*\u2020\u2021"))
               ? XTR__NOTE_WORD
               : 0;
    out |= is_any(t, signs) || (t.count == 1 && among(t.c[0], U"\u20ac\u00a3\u00a5"))
               ? XTR__CURRENCY
               : 0;
    out |= is_any(t, percents) ? XTR__PERCENT : 0;
    return out;
}

/** Most words: ASCII letters alone, and too many of them for a number or mark. */
static bool is_plain(text t) {
    bool plain = t.count >= 4 && !among(t.c[0], U"ivxlIVXL");
    for (uint32_t i = 0; i < t.count && plain; i++) {
        plain = lower(t.c[i]) - 'a' < 26;
    }
    return plain;
}

uint32_t xtr__traits_of(const xtr__flow *flow, const xtr__word *word) {
    uint32_t buffer[MOST] = {0}, count = 0, out = 0;
    for (uint32_t i = 0; i < word->count && count < MOST; i++) {
        const xtr__glyph *glyph = &flow->glyphs[word->glyph + i];
        for (uint32_t k = 0; k < glyph->count && count < MOST; k++) {
            uint32_t c = flow->sheet->codepoints.items[glyph->text + k];
            out |= xtr__is_digit(c) ? XTR__DIGITS : 0;
            buffer[count++] = c;
        }
    }
    text t = {buffer, count};
    out |= xtr__is_lower(buffer[0]) ? XTR__LOWER : 0;
    if (is_plain(t)) {
        return word->letters > MOST ? out : out | (out ? 0 : XTR__CAPTION_NUMBER) | words(t);
    }
    out |= count >= 8 && skip(t, 0, U"-\u2013\u2014_=") == count ? XTR__TYPED_RULE : 0;
    out |= leaders(t);
    if (word->letters > MOST) {
        return out;
    }
    bool digit = xtr__is_digit(buffer[0]), capital = buffer[0] - 'A' < 26;
    out |= digit || capital ? XTR__CAPTION_NUMBER : 0;
    out |= is_number(t) ? XTR__NUMERIC : 0;
    out |= is_year(t) ? XTR__YEAR : 0;
    out |= is_relation(t) ? XTR__RELATION : 0;
    out |= is_tall_bracket(flow, word, t) ? XTR__TALL_BRACKET : 0;
    out |= is_list_mark(t) ? XTR__LIST_MARK : 0;
    out |= is_page_number(t) ? XTR__PAGE_NUMBER : 0;
    out |= is_equation_number(t) ? XTR__EQUATION_NUMBER : 0;
    out |= count > 0 && among(buffer[count - 1], U".:;,?!\u3002\uff0c\uff1a") ? XTR__STOPS : 0;
    return out | words(t);
}

/** The value of a word of Latin digits; 0 of any other. */
static uint32_t number_of(const xtr__flow *flow, const xtr__word *word) {
    uint32_t number = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        const xtr__glyph *glyph = &flow->glyphs[word->glyph + i];
        uint32_t c = glyph->count == 1 ? flow->sheet->codepoints.items[glyph->text] - '0' : 10;
        if (c > 9) {
            return 0;
        }
        number = number * 10 + c;
    }
    return number;
}

void xtr__describe(const xtr__flow *flow, xtr__token *tokens, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        xtr__token *t = &tokens[i];
        if (!(t->traits & XTR__DESCRIBED)) {
            const xtr__word *word = &flow->words[t->word];
            t->traits = xtr__traits_of(flow, word) | XTR__DESCRIBED;
            t->number = t->traits & XTR__PAGE_NUMBER ? number_of(flow, word) : 0;
        }
    }
}

bool xtr__is_caption(const xtr__token *first, const xtr__token *second) {
    return first->traits & XTR__CAPTION_WORD && second != NULL &&
           second->traits & XTR__CAPTION_NUMBER;
}
