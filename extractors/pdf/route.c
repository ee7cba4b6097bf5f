/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which pages have to be recognised: told by what was collected of a page alone. The figures are
 * chosen on pages of some thousand documents, where text that can be read is never read anew. */
#include "pdf.h"

#include <string.h>

enum {
    FEW_LETTERS = 16,     /* of a page whose text is elsewhere: its number, a label */
    STAMPED_LETTERS = 60, /* of a stamp on a scan */
    EDGE_LETTERS = 400,   /* of a header and a footer */
    LEAST_WORDS = 12,     /* to judge by */
    LEAST_SLIPS = 6,      /* of a layer that is worth a second reading */
    LEAST_SHAPES = 40,    /* of text that was turned into curves */
    LONGEST_WORD = 24
};
static const float LEAST_PICTURE = 0.06F; /* of the page: less is a logo */
static const float COVERING = 0.6F;
static const float LEAST_CONFIDENCE = 0.6F; /* below: read in the wrong language */

/* Evidence ---------------------------------------------------------------------------------- */

/** A word while it is read. */
typedef struct word {
    uint32_t length, letters, digits, vowels, accented, inner_signs, turns;
    uint32_t only; /* its first character */
    bool upper, lower, last_lower, last_digit, last_turn, other;
} word;

static bool is_vowel(uint32_t c) {
    return c >= 0xc0 || (c < 128 && strchr("aeiouyAEIOUY", (int)c) != NULL);
}

static void add_character(word *w, uint32_t c) {
    static const char glue[] = "-'/.,:()&";
    bool letter = (c < 128 && xtr__is_letter(c)) || (c >= 0xc0 && c < 0x250 && xtr__is_letter(c));
    bool upper = letter && xtr__is_upper(c);
    w->only = w->length++ == 0 ? c : w->only;
    w->last_digit = c >= '0' && c <= '9';
    w->digits += w->last_digit;
    w->last_turn = (w->last_turn && !letter) || (upper && w->last_lower && w->letters > 2);
    if (!letter) {
        w->other = w->other || c >= 0x250 || xtr__is_digit(c) ||
                   (c < 128 && w->letters > 0 && strchr(glue, (int)c) != NULL);
        w->inner_signs += w->letters > 0;
        w->last_lower = false;
        return;
    }
    w->letters++;
    w->vowels += is_vowel(c);
    w->accented += c >= 0xc0;
    w->turns += upper && w->last_lower;
    w->upper = w->upper || upper;
    w->lower = w->lower || !upper;
    w->last_lower = !upper;
}

/** What a recogniser makes of specks and letters it cannot read: lone signs and consonants inside
 *  a line, a digit or a capital at the end of a word. */
static bool is_slip(const word *w, bool begins_line) {
    if (w->length == 1)
        return !begins_line && w->only < 128 && strchr("'\"\\^~_`|.,bcdfghjlmnpqrtx", (int)w->only);
    if (w->length == 1 + w->digits && w->digits == 1)
        return w->lower && w->last_digit;
    return w->turns == 1 && w->last_turn;
}

/** Words of Latin letters are judged; those with digits, joins and other scripts are not. */
static void judge_word(xtr__evidence *e, const word *w) {
    if (w->letters < 3 || w->length > LONGEST_WORD || w->other)
        return;
    bool shouted = w->upper && !w->lower && w->letters <= 5;
    bool strange = (w->vowels == 0 && !shouted) || w->turns > 1 ||
                   (w->letters > 3 && w->accented * 2 > w->letters);
    e->words++;
    e->strange_words += strange;
    e->latin += w->letters;
    e->vowels += w->vowels;
}

void xtr__judge_text(xtr__evidence *e, const char *text, size_t size) {
    word w = {0};
    bool begins_line = true;
    for (size_t at = 0; at <= size;) {
        uint32_t c = at < size ? xtr__utf8_next(text, size, &at) : (at++, (uint32_t)'\n');
        if (c != '\n' && !xtr__is_space(c)) {
            add_character(&w, c);
            continue;
        }
        if (w.length > 0) {
            judge_word(e, &w);
            e->tokens++;
            e->slips += is_slip(&w, begins_line);
            begins_line = false;
        }
        begins_line = begins_line || c == '\n';
        w = (word){0};
    }
}

/** Whether a line stands where headers, footers and stamps of numbers do. */
static bool is_at_edge(const xtr__page_layout *page, const xtr__line *line) {
    float middle = (line->top + line->bottom) / 2,
          height = line->turn % 2 ? page->width : page->height;
    return middle < 0.1F * height || middle > 0.9F * height;
}

void xtr__weigh_text(xtr__evidence *e, const xtr__page_layout *text) {
    e->letters = (uint32_t)text->visible;
    e->unmapped = (uint32_t)text->unmapped;
    e->hidden = text->hidden && text->lines.count > 0;
    for (size_t i = 0; i < text->lines.count; i++) {
        const xtr__line *line = &text->lines.items[i];
        if (is_at_edge(text, line))
            e->edge += line->text_size;
        xtr__judge_text(e, text->text.items + line->text, line->text_size);
    }
}

/* Route ------------------------------------------------------------------------------------- */

/** No language writes so: the fonts say the wrong characters, or a poor recogniser did. Languages
 *  have 35 to 50 vowels in 100 letters, shifted alphabets 10 to 20. */
static bool is_gibberish(const xtr__evidence *e, uint32_t tenths) {
    return e->words >= LEAST_WORDS &&
           (e->strange_words * 10 > e->words * tenths || e->vowels * 9 < e->latin * 2);
}

static bool is_unmapped(const xtr__evidence *e) {
    return e->letters >= 20 && e->unmapped * 10 > e->letters * 3;
}

static xtr__route route_shown(const xtr__evidence *e) {
    if (is_unmapped(e) || is_gibberish(e, 6))
        return XTR__ROUTE_GARBAGE;
    if (e->letters < FEW_LETTERS)
        return e->pictures >= LEAST_PICTURE ? XTR__ROUTE_PICTURE
               : e->shapes >= LEAST_SHAPES  ? XTR__ROUTE_CURVES
                                            : XTR__ROUTE_TEXT;
    bool little = e->letters < STAMPED_LETTERS ||
                  (e->letters < EDGE_LETTERS && e->edge * 10 >= e->letters * 9);
    return e->pictures >= COVERING && little ? XTR__ROUTE_SCAN : XTR__ROUTE_TEXT;
}

static bool has_slips(const xtr__evidence *e) {
    return e->slips >= LEAST_SLIPS && e->slips * UINT64_C(100) > e->tokens;
}

/** Of a page whose text is a layer under its pictures. */
static xtr__route route_hidden(const xtr__evidence *e) {
    bool poor = e->letters < FEW_LETTERS || is_unmapped(e) || is_gibberish(e, 3) || has_slips(e);
    return poor && e->pictures >= LEAST_PICTURE ? XTR__ROUTE_LAYER : XTR__ROUTE_TEXT;
}

xtr__route xtr__pdf_route(const xtr__evidence *e, xtr_ocr wish) {
    bool blank = e->letters == 0 && e->pictures == 0 && e->shapes == 0;
    switch (wish) {
    case XTR_OCR_FORCE:
        return blank ? XTR__ROUTE_TEXT : XTR__ROUTE_FORCED;
    case XTR_OCR_OFF:
        return XTR__ROUTE_TEXT;
    case XTR_OCR_AUTO:
        break;
    }
    return e->hidden ? route_hidden(e) : route_shown(e);
}

bool xtr__pdf_prefers(xtr__route route, const xtr__evidence *said, const xtr__evidence *read,
                      float confidence) {
    switch (route) {
    case XTR__ROUTE_TEXT:
        return false;
    case XTR__ROUTE_FORCED:
        return read->letters > 0;
    case XTR__ROUTE_PICTURE:
    case XTR__ROUTE_CURVES:
    case XTR__ROUTE_SCAN:
        return read->letters > 0 && read->letters >= said->letters;
    case XTR__ROUTE_LAYER:
        return read->letters * 2 >= said->letters &&
               (read->strange_words + read->slips) * (uint64_t)said->tokens <=
                   (said->strange_words + said->slips) * (uint64_t)read->tokens;
    case XTR__ROUTE_INLAYS:
        return true;
    case XTR__ROUTE_GARBAGE:
        return read->letters > 0 && confidence >= LEAST_CONFIDENCE;
    }
    return false;
}
