/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How lines of a paragraph join: by a space, by nothing, or without the hyphen that broke a word.
 * A hyphen of the word itself is kept: the document writes the word with it elsewhere, or what
 * follows is no continuation in lower case. */
#include "blocks.h"

#include <math.h>
#include <string.h>

/* Words with hyphens ------------------------------------------------------------------------ */

enum { MOST_FORMS = 1 << 16, MOST_PROBES = 32 };

/** Whether the byte belongs to a word: letters beyond ASCII do, signs there are taken for some. */
static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_part_byte(char c) {
    return is_word_byte(c) || c == '-';
}

static uint64_t hash_bytes(uint64_t hash, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
        hash = (hash ^ (unsigned char)c) * 0x100000001b3U;
    }
    return hash;
}

static const uint64_t seed = 0xcbf29ce484222325U;

/** The next word with a hyphen inside, from *at on: it goes from *first to *end. */
static bool next_form(const char *text, size_t size, size_t *at, size_t *first, size_t *end) {
    while (*at < size) {
        const char *hyphen = memchr(text + *at, '-', size - *at);
        if (hyphen == NULL) {
            return false;
        }
        size_t i = (size_t)(hyphen - text);
        *at = i + 1;
        if (i == 0 || i + 1 >= size || !is_word_byte(text[i - 1]) || !is_word_byte(text[i + 1])) {
            continue;
        }
        for (*first = i; *first > 0 && is_part_byte(text[*first - 1]);) {
            --*first;
        }
        for (*end = i + 1; *end < size && is_part_byte(text[*end]);) {
            ++*end;
        }
        *at = *end;
        return true;
    }
    return false;
}

/** The slot of a form or one free for it; NULL where too many forms want the same. */
static uint64_t *slot_of(const xtr__survey *survey, uint64_t form) {
    for (uint32_t i = 0; i < MOST_PROBES; i++) {
        uint64_t *slot = &survey->forms[((uint32_t)(form >> 20) + i) & survey->mask];
        if (*slot == 0 || *slot == form) {
            return slot;
        }
    }
    return NULL;
}

static size_t count_hyphens(const xtr__page_layout *page) {
    size_t count = 0;
    for (size_t i = 0; i < page->text.count; i++) {
        count += page->text.items[i] == '-';
    }
    return count;
}

void xtr__survey_words(xtr__survey *survey, const xtr__page_layout *pages, size_t count) {
    size_t hyphens = 0, slots = 16;
    for (size_t p = 0; p < count; p++) {
        hyphens += count_hyphens(&pages[p]);
    }
    hyphens = hyphens < MOST_FORMS ? hyphens : MOST_FORMS;
    while (slots < hyphens * 2) {
        slots *= 2;
    }
    survey->forms =
        hyphens == 0 ? NULL : xtr__budget_resize(survey->budget, NULL, slots * sizeof(uint64_t));
    if (survey->forms == NULL) {
        return;
    }
    memset(survey->forms, 0, slots * sizeof *survey->forms);
    survey->mask = (uint32_t)slots - 1;
    size_t found = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            const xtr__line *line = &pages[p].lines.items[i];
            const char *text = xtr__line_text(&pages[p], line);
            size_t at = 0, first, end;
            while (found < MOST_FORMS && next_form(text, line->text_size, &at, &first, &end)) {
                uint64_t form = hash_bytes(seed, text + first, end - first) | 1;
                uint64_t *slot = slot_of(survey, form);
                if (slot != NULL) {
                    *slot = form;
                }
                found++;
            }
        }
    }
}

/** Whether the document writes the last word of `a`, its hyphen and the first of `b` in one line.
 */
static bool is_known_form(const xtr__survey *survey, const char *a, size_t a_size, const char *b,
                          size_t b_size) {
    size_t first = a_size, end = 0;
    while (first > 0 && is_part_byte(a[first - 1])) {
        first--;
    }
    while (end < b_size && is_part_byte(b[end])) {
        end++;
    }
    if (survey->forms == NULL || first == a_size || end == 0) {
        return false;
    }
    uint64_t form = hash_bytes(hash_bytes(seed, a + first, a_size - first), b, end) | 1;
    const uint64_t *slot = slot_of(survey, form);
    return slot != NULL && *slot == form;
}

/* Hyphens ----------------------------------------------------------------------------------- */

uint32_t xtr__hyphen_size(const char *text, uint32_t size) {
    uint32_t last = xtr__utf8_last(text, size);
    return last == '-' ? 1 : last == 0xad ? 2 : last == 0x2010 ? 3 : 0;
}

/** "ein- und ausgehen": what stands before the hyphen shares its end with a word to come. */
static bool is_shared_end(const char *text, uint32_t size) {
    static const char *const words[] = {"und", "oder", "bis", "and", "or", "to",  "y", "e",
                                        "et",  "ou",   "en",  "of",  "og", "och", NULL};
    uint32_t end = 0;
    while (end < size && is_part_byte(text[end])) {
        end++;
    }
    for (const char *const *word = words; *word != NULL; word++) {
        if (strlen(*word) == end && memcmp(text, *word, end) == 0) {
            return end < size;
        }
    }
    return false;
}

/** "state-of-the-", "self-": parts of words that are written with hyphens. */
static bool keeps_hyphen(const char *text, uint32_t size) {
    uint32_t first = size;
    while (first > 0 && is_word_byte(text[first - 1])) {
        first--;
    }
    bool inner = first > 1 && text[first - 1] == '-' && is_word_byte(text[first - 2]);
    return inner || (size - first == 4 && memcmp(text + first, "self", 4) == 0);
}

static xtr__join join_at_hyphen(const xtr__survey *survey, const char *a, uint32_t a_size,
                                uint32_t hyphen, const char *b, uint32_t b_size) {
    size_t at = 0;
    uint32_t last = xtr__utf8_last(a, a_size - hyphen), first = xtr__utf8_next(b, b_size, &at);
    bool letters = xtr__is_letter(last) && xtr__is_letter(first);
    if (is_shared_end(b, b_size)) {
        return XTR__JOIN_SPACE;
    }
    if (!letters) {
        bool number = xtr__is_digit(last) && (xtr__is_digit(first) || xtr__is_letter(first));
        return number || xtr__is_letter(last) ? XTR__JOIN_NOTHING : XTR__JOIN_SPACE;
    }
    if (hyphen == 2 && !xtr__is_upper(first)) {
        return XTR__JOIN_HYPHEN; /* U+00AD says so */
    }
    bool kept = !xtr__is_lower(first) || keeps_hyphen(a, a_size - hyphen) ||
                (hyphen == 1 && is_known_form(survey, a, a_size, b, b_size));
    return kept ? XTR__JOIN_NOTHING : XTR__JOIN_HYPHEN;
}

/* Other lines ------------------------------------------------------------------------------- */

static bool is_hangul(uint32_t c) {
    return (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff);
}

bool xtr__ends_in_hangul(const xtr__page_layout *page, const xtr__line *line) {
    return is_hangul(xtr__utf8_last(xtr__line_text(page, line), line->text_size));
}

/** Thai, Lao, Burmese and Khmer, which have spaces between sentences alone. */
static bool is_unspaced(uint32_t c) {
    return (c >= 0xe00 && c <= 0xeff) || (c >= 0x1000 && c <= 0x109f) ||
           (c >= 0x1780 && c <= 0x17ff);
}

/** Korean is broken inside words too: then its lines end within a letter of the edge, and no space
 *  was drawn at the break. Over pages nobody knows, and a space does least harm. */
static bool is_inside_word(const xtr__survey *survey, xtr__line_at a, xtr__line_at b,
                           xtr__column column) {
    bool full = xtr__free_end(a.line, column) < 1.05F * a.line->size;
    return full && a.page == b.page &&
           (survey->spaced ? !(b.line->flags & XTR__LINE_SPACED) : survey->unbroken);
}

/** An address that is a link to one place is one word. */
static bool is_one_address(xtr__line_at a, xtr__line_at b) {
    if (a.line->stretch_count == 0 || b.line->stretch_count == 0) {
        return false;
    }
    const xtr__stretch *s = &a.page->stretches.items[a.line->stretches + a.line->stretch_count - 1];
    const xtr__stretch *t = &b.page->stretches.items[b.line->stretches];
    const char *text = a.page->text.items + s->at;
    return s->url != XTR__NO_URL && t->url != XTR__NO_URL &&
           strcmp(a.page->urls.items + s->url, b.page->urls.items + t->url) == 0 &&
           memchr(text, ' ', s->size) == NULL &&
           (memmem(text, s->size, "://", 3) != NULL || memmem(text, s->size, "www.", 4) != NULL);
}

xtr__join xtr__join_lines(const xtr__survey *survey, xtr__line_at from, xtr__line_at to,
                          xtr__column column) {
    const xtr__line *a = from.line, *b = to.line;
    const char *text = xtr__line_text(from.page, a), *following = xtr__line_text(to.page, b);
    uint32_t hyphen = xtr__hyphen_size(text, a->text_size);
    if (is_one_address(from, to)) {
        return XTR__JOIN_NOTHING;
    }
    if (hyphen > 0 && hyphen < a->text_size && b->text_size > 0) {
        return join_at_hyphen(survey, text, a->text_size, hyphen, following, b->text_size);
    }
    size_t at = 0;
    uint32_t last = xtr__utf8_last(text, a->text_size);
    uint32_t first = xtr__utf8_next(following, b->text_size, &at);
    if (xtr__is_cjk(last) && xtr__is_cjk(first)) {
        return XTR__JOIN_NOTHING;
    }
    if (is_unspaced(last) && is_unspaced(first)) {
        return b->flags & XTR__LINE_SPACED ? XTR__JOIN_SPACE : XTR__JOIN_NOTHING;
    }
    bool korean = is_hangul(last) && is_hangul(first);
    return korean && is_inside_word(survey, from, to, column) ? XTR__JOIN_NOTHING : XTR__JOIN_SPACE;
}
