/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Headings. Up to four lines of one look are a group; what a heading never is, is vetoed; the rest
 * is scored by its look against the document's body text, its number, its name and the space around
 * it. Levels follow size and weight, over the whole document. */
#include "blocks.h"
#include "trace.h"

#include <math.h>
#include <string.h>

enum { MOST_LINES = 4, MOST_LETTERS = 160, MOST_IN_NUMBER = 32, MOST_LEVELS = 6 };
static const float ENOUGH = 0.699F;

/** The usual look of the document's text. */
typedef struct body {
    float size;
    bool bold;
    uint32_t font; /* that most of it is set in, if one is */
} body;

/** Lines of one look, and their text as characters, joined by spaces. */
typedef struct group {
    const xtr__page_layout *page;
    const xtr__line *first, *last, *before, *after; /* before and after: in the leaf, or NULL */
    uint32_t count;
    uint32_t text[MOST_LETTERS + 2]; /* ends with 0; cut after one too many */
    uint32_t size;
    uint32_t number; /* characters of the number it starts with, with the space behind; 0: none */
    bool caps;
    xtr__verdict *verdict; /* to be filled in, or NULL */
} group;

/* Text -------------------------------------------------------------------------------------- */

/** Whether the characters begin with these words, small and capital letters of ASCII alike. Returns
 *  how many characters that takes, or 0. */
static uint32_t starts_with(const uint32_t *text, const char *words) {
    uint32_t n = 0;
    for (size_t at = 0; words[at] != '\0';) {
        uint32_t want = xtr__utf8_next(words, SIZE_MAX, &at), have = text[n++];
        have += have - 'A' < 26 ? 'a' - 'A' : 0;
        if (have != want)
            return 0;
    }
    return n;
}

static bool is_word(uint32_t c) {
    return xtr__is_letter(c) || xtr__is_digit(c);
}

/** The first of these words (ended by NULL) that the text begins with as a whole: its characters.
 */
static uint32_t word_of(const uint32_t *text, const char *const *words) {
    for (; *words != NULL; words++) {
        uint32_t n = starts_with(text, *words);
        if (n > 0 && !is_word(text[n]))
            return n;
    }
    return 0;
}

static uint32_t digits_at(const uint32_t *text, uint32_t most) {
    uint32_t n = 0;
    while (n < most && text[n] - '0' < 10)
        n++;
    return text[n] - '0' < 10 ? 0 : n;
}

/** "1", "1.", "1.2", "1.2.": the characters before the space, 0 when there is no such number. */
static uint32_t decimal_at(const uint32_t *text) {
    uint32_t n = digits_at(text, 2), part = n;
    for (int depth = 1; part > 0 && text[n] == '.' && depth < 5; depth++) {
        part = digits_at(text + n + 1, 2);
        n += part > 0 ? part + 1 : 0;
    }
    n += n > 0 && text[n] == '.';
    return n > 0 && text[n] == ' ' && text[n + 1] > ' ' ? n : 0;
}

/** "IV.", "A.", "A.1." */
static uint32_t lettered_at(const uint32_t *text) {
    uint32_t n = 0;
    while (n < 5 && (text[n] == 'I' || text[n] == 'V' || text[n] == 'X'))
        n++;
    if (n == 0)
        n = text[0] - 'A' < 26;
    if (n == 0 || text[n] != '.')
        return 0;
    n++;
    for (uint32_t part = digits_at(text + n, 2); part > 0; part = digits_at(text + n, 2))
        n += part + (text[n + part] == '.');
    return text[n] == ' ' ? n : 0;
}

/** "Chapter 3", "Abschnitt IV:", "§ 4" */
static uint32_t named_at(const uint32_t *text) {
    static const char *const names[] = {"chapter",  "section",   "part",     "appendix", "article",
                                        "kapitel",  "abschnitt", "anhang",   "chapitre", "annexe",
                                        "capítulo", "capitulo",  "capitolo", "artikel",  "artículo",
                                        "artigo",   "rozdział",  "глава",    NULL};
    uint32_t n = text[0] == 0xa7 ? 1 : word_of(text, names);
    if (n == 0)
        return 0;
    n += text[n] == ' ';
    uint32_t first = n;
    while (text[n] - '0' < 10 || text[n] - 'A' < 26)
        n++;
    if (n == first || is_word(text[n]))
        return 0;
    return n + (text[n] == '.' || text[n] == ':');
}

static uint32_t number_at(const uint32_t *text) {
    uint32_t n = named_at(text);
    n = n > 0 ? n : decimal_at(text);
    n = n > 0 ? n : lettered_at(text);
    return n > 0 ? n + (text[n] == ' ') : 0;
}

static bool has_known_name(const group *g) {
    static const char *const names[] = {"abstract",
                                        "introduction",
                                        "conclusion",
                                        "conclusions",
                                        "summary",
                                        "references",
                                        "bibliography",
                                        "acknowledgments",
                                        "acknowledgements",
                                        "acknowledgment",
                                        "acknowledgement",
                                        "appendix",
                                        "contents",
                                        "table of contents",
                                        "discussion",
                                        "results",
                                        "method",
                                        "methods",
                                        "materials and methods",
                                        "related work",
                                        "zusammenfassung",
                                        "einleitung",
                                        "literatur",
                                        "literaturverzeichnis",
                                        "inhalt",
                                        "inhaltsverzeichnis",
                                        "résumé",
                                        "introducción",
                                        "conclusiones",
                                        "referencias",
                                        "bibliografía",
                                        "introduzione",
                                        "conclusioni",
                                        "bibliografia",
                                        "introdução",
                                        "preface",
                                        "foreword",
                                        "index",
                                        "keyword",
                                        "keywords",
                                        NULL};
    const uint32_t *text = g->text + g->number;
    uint32_t n = word_of(text, names);
    while (n > 0 && text[n] != 0 && !is_word(text[n]))
        n++;
    return n > 0 && text[n] == 0;
}

/** A figure's or table's caption: its name and a number. */
static bool is_caption(const uint32_t *text) {
    static const char *const names[] = {
        "figure",    "fig",     "table",   "tab",     "tabelle", "abb",      "abbildung",
        "algorithm", "listing", "scheme",  "plate",   "chart",   "equation", "eq",
        "figura",    "tabla",   "tableau", "tabella", "рис",     "таблица",  NULL};
    uint32_t n = word_of(text, names);
    if (n == 0)
        return false;
    n += text[n] == '.';
    n += text[n] == ' ';
    return text[n] - '0' < 10 || (text[n] - 'A' < 26 && !xtr__is_lower(text[n + 1]));
}

static bool is_statement(const uint32_t *text) {
    static const char *const names[] = {"theorem",   "lemma",       "proof",      "definition",
                                        "corollary", "proposition", "remark",     "example",
                                        "claim",     "conjecture",  "assumption", "note",
                                        "case",      "step",        NULL};
    return word_of(text, names) > 0;
}

/** A sentence ends inside: a word, its end, and another that starts with a capital. */
static bool has_break(const group *g) {
    for (uint32_t i = 7; i + 3 < g->size; i++) {
        const uint32_t *c = g->text + i;
        if ((c[0] == '.' || c[0] == '!' || c[0] == '?') && c[1] == ' ' && xtr__is_upper(c[2]) &&
            xtr__is_lower(c[3]) && xtr__is_lower(c[-1]) && xtr__is_lower(c[-2]) &&
            xtr__is_lower(c[-3]))
            return true;
    }
    return false;
}

/** Dots that lead to a page number. */
static bool has_leader(const group *g) {
    uint32_t dots = 0, in_a_row = 0, digits = 0;
    for (uint32_t i = 0; i < g->size; i++) {
        bool dot = g->text[i] == '.' || g->text[i] == 0x2026;
        in_a_row = dot ? in_a_row + (g->text[i] == '.' ? 1 : 3) : g->text[i] == ' ' ? in_a_row : 0;
        dots = in_a_row > dots ? in_a_row : dots;
        digits = g->text[i] - '0' < 10 ? digits + 1 : 0;
    }
    return dots >= 4 || (dots == 3 && digits > 0);
}

/** A number far behind the rest, at the end of its last line. */
static bool has_far_number(const group *g) {
    const xtr__line *last = g->first + g->count - 1;
    uint32_t digits = 0;
    while (digits < g->size && g->text[g->size - 1 - digits] - '0' < 10)
        digits++;
    return digits > 0 && digits <= 4 && digits < g->size && g->text[g->size - 1 - digits] == ' ' &&
           last->last_gap > 3 * last->size;
}

static bool has_any(const group *g, const uint32_t *wanted) {
    for (; *wanted != 0; wanted++) {
        for (uint32_t i = 0; i < g->size; i++) {
            if (g->text[i] == *wanted)
                return true;
        }
    }
    return false;
}

/** "(12)" or "(3.4a)" at the end: the number of a formula. */
static bool ends_with_label(const group *g) {
    uint32_t i = g->size;
    if (i < 3 || g->text[--i] != ')')
        return false;
    i -= xtr__is_lower(g->text[i - 1]);
    uint32_t end = i;
    while (i > 0 && (g->text[i - 1] - '0' < 10 || g->text[i - 1] == '.'))
        i--;
    return i < end && i > 0 && g->text[i - 1] == '(';
}

static bool starts_like_item(const group *g) {
    static const uint32_t bullets[] = {0x2022, '-', 0x2013, '*', 0x25e6, 0x25aa, 0};
    const uint32_t *text = g->text;
    for (const uint32_t *b = bullets; *b != 0; b++) {
        if (text[0] == *b && text[1] == ' ')
            return true;
    }
    uint32_t digits = text[0] == '[' ? digits_at(text + 1, 4) : 0;
    bool open = text[0] == '(';
    return (digits > 0 && text[1 + digits] == ']') ||
           (xtr__is_lower(text[open]) && text[open + 1] == ')');
}

/* Groups ------------------------------------------------------------------------------------ */

static bool is_bold(const xtr__line *line) {
    return line->bold > 0.8F;
}

static bool is_italic(const xtr__line *line) {
    return line->italic > 0.8F;
}

/** Adds a line's characters behind a space, up to `most` in all. */
static void add_text(group *g, const xtr__line *line, uint32_t most) {
    const char *text = g->page->text.items + line->text;
    if (g->size > 0 && g->size < most)
        g->text[g->size++] = ' ';
    for (size_t at = 0; at < line->text_size && g->size < most;)
        g->text[g->size++] = xtr__utf8_next(text, line->text_size, &at);
    g->text[g->size] = 0;
}

/** Whether `b` is the next line of the heading that `a` belongs to. */
static bool continues(const group *g, const xtr__line *a, const xtr__line *b) {
    const uint16_t look = XTR__LINE_CAPS | XTR__LINE_SMALL_CAPS | XTR__LINE_UNDERLINED;
    bool alike = fabsf(a->size - b->size) < 0.06F * a->size && is_bold(a) == is_bold(b) &&
                 is_italic(a) == is_italic(b) && a->font == b->font &&
                 (a->flags & look) == (b->flags & look);
    if (!alike || b->y - a->y >= 1.6F * a->size || b->y <= a->y || has_known_name(g))
        return false;
    group next = {.page = g->page};
    add_text(&next, b, MOST_IN_NUMBER);
    return number_at(next.text) == 0;
}

/** The group that starts at `lines[i]`; `end` is where the leaf ends. */
static group group_at(const xtr__page_layout *page, uint32_t i, uint32_t begin, uint32_t end) {
    const xtr__line *lines = page->lines.items;
    group g = {.page = page, .first = &lines[i], .count = 1};
    add_text(&g, g.first, MOST_LETTERS + 1);
    g.number = number_at(g.text);
    while (i + g.count < end && g.count < MOST_LINES &&
           continues(&g, &lines[i + g.count - 1], &lines[i + g.count]))
        add_text(&g, &lines[i + g.count++], MOST_LETTERS + 1);
    g.last = &lines[i + g.count - 1];
    g.before = i > begin ? &lines[i - 1] : NULL;
    g.after = i + g.count < end ? &lines[i + g.count] : NULL;
    g.caps = true;
    for (uint32_t k = 0; k < g.count; k++)
        g.caps = g.caps && (g.first[k].flags & XTR__LINE_CAPS);
    return g;
}

/** A number of one to four digits, but no year, at `at`: its length. */
static uint32_t page_number_at(const uint32_t *text) {
    uint32_t n = digits_at(text, 4);
    bool year =
        n == 4 && ((text[0] == '1' && text[1] == '9') || (text[0] == '2' && text[1] == '0'));
    return year ? 0 : n;
}

/** A page number and the name of the work or its author, at the edge of the page and not as large
 * as a title. It comes again on other pages, but of some documents there is only one. */
static bool is_running_head(const group *g, body usual) {
    float height = g->first->turn & 1 ? g->page->width : g->page->height;
    bool edge = g->first->y < 0.11F * height || g->first->y > 0.89F * height;
    if (!edge || g->count > 1 || g->first->size > 1.6F * usual.size || g->size < 3)
        return false;
    uint32_t leading = page_number_at(g->text), start = g->size;
    if (leading >= 2 && g->text[leading] == ' ' && !is_bold(g->first))
        return true;
    while (start > 0 && g->text[start - 1] - '0' < 10)
        start--;
    bool trailing = start > 0 && g->text[start - 1] == ' ' && page_number_at(g->text + start) > 0;
    return trailing && (g->caps || g->first->pieces > 1);
}

/** Whether the text is too little, too long or not text enough for a heading. */
static bool is_no_text(const group *g) {
    uint32_t letters = 0, digits = 0, largest = 0;
    for (uint32_t i = 0; i < g->size; i++) {
        letters += xtr__is_letter(g->text[i]);
        digits += xtr__is_digit(g->text[i]);
        largest = g->text[i] > largest ? g->text[i] : largest;
    }
    return g->size == 0 || g->size > MOST_LETTERS || letters < (largest > 0x1100 ? 2 : 3) ||
           digits > letters;
}

static bool starts_in_lower_case(const group *g) {
    uint32_t first = g->number;
    while (first < g->size && !is_word(g->text[first]))
        first++;
    return xtr__is_lower(g->text[first]);
}

static bool has_address(const group *g) {
    static const uint32_t address[] = {'@', 0};
    for (uint32_t i = 0; i < g->size; i++) {
        if (starts_with(g->text + i, "://") > 0)
            return true;
    }
    return has_any(g, address);
}

/** Whether there is a word of three letters or more. */
static bool has_words(const group *g) {
    uint32_t letters = 0;
    for (uint32_t i = 0; i < g->size && letters < 3; i++)
        letters = xtr__is_letter(g->text[i]) ? letters + 1 : 0;
    return letters == 3;
}

/** Signs in a font of mathematics, or a relation between letters. */
static bool is_formula(const group *g) {
    static const uint32_t relations[] = {'=', 0x2264, 0x2265, 0x2208, 0x2192, 0x2211, 0x222b, 0};
    return g->first->math > 0.5F ||
           (has_any(g, relations) && (g->first->math > 0.1F || !has_words(g)));
}

static bool has_pieces(const group *g) {
    for (uint32_t k = 0; k < g->count; k++) {
        if (g->first[k].pieces > 2 || g->first[k].flags & (XTR__LINE_APART | XTR__LINE_TURNED))
            return true;
    }
    return false;
}

/** What is never a heading: what it is instead, or NULL. */
static const char *veto_of(const group *g, body usual) {
    if (is_no_text(g))
        return "not the text of a heading";
    uint32_t last = g->text[g->size - 1];
    if (last == ',' || last == ';' || last == '-' || last == 0x2010)
        return "goes on";
    return g->first->flags & XTR__LINE_DOUBTFUL ? "hardly recognised"
           : starts_in_lower_case(g)            ? "starts in lower case"
           : has_break(g)                       ? "several sentences"
           : has_leader(g) || has_far_number(g) ? "entry of a table of contents"
           : has_address(g)                     ? "address"
           : is_formula(g)                      ? "formula"
           : has_pieces(g)                      ? "set in pieces or turned"
           : is_caption(g->text)                ? "caption"
           : ends_with_label(g)                 ? "numbered formula"
           : starts_like_item(g)                ? "item of a list"
           : is_running_head(g, usual)          ? "running head"
                                                : NULL;
}

bool xtr__reads_unlike_heading(const xtr__page_layout *page, uint32_t first, uint32_t count) {
    group g = {.page = page, .first = &page->lines.items[first], .count = count};
    for (uint32_t i = 0; i < count && i <= MOST_LINES; i++)
        add_text(&g, &page->lines.items[first + i], MOST_LETTERS + 1);
    return count > MOST_LINES || g.size > MOST_LETTERS || has_break(&g) || has_leader(&g) ||
           is_caption(g.text);
}

bool xtr__is_named_heading(const xtr__page_layout *page, uint32_t line) {
    group g = {.page = page, .first = &page->lines.items[line], .count = 1};
    add_text(&g, g.first, MOST_LETTERS + 1);
    g.number = number_at(g.text);
    return g.number > 0 || has_known_name(&g);
}

/* Score ------------------------------------------------------------------------------------- */

typedef struct column {
    float left, right;
} column;

/** Notes evidence when somebody asks for it. Returns the points. */
static float point(const group *g, const char *why, float points) {
    xtr__verdict *verdict = g->verdict;
    if (verdict != NULL && points != 0 && verdict->count < XTR__MOST_POINTS)
        verdict->points[verdict->count++] = (xtr__point){why, points};
    return points;
}

static float of_size(float ratio) {
    return ratio > 1.35F   ? 0.75F
           : ratio > 1.15F ? 0.6F
           : ratio > 1.06F ? 0.4F
           : ratio < 0.88F ? -0.3F
           : ratio < 0.96F ? -0.15F
                           : 0;
}

static float of_space(const group *g, float ratio, bool numbered_and_styled) {
    float leading = g->page->leading, score = 0;
    float above = g->before != NULL ? g->first->y - g->before->y : INFINITY;
    if (above > 1.35F * leading)
        score += point(g, "space above", 0.2F);
    else if (above < 1.1F * leading && ratio < 1.1F)
        score += point(g, "no space above", numbered_and_styled ? -0.15F : -0.25F);
    if (g->after != NULL && g->after->y - g->last->y > 1.2F * leading)
        score += point(g, "space below", 0.1F);
    return score;
}

static float of_place(const group *g, column c) {
    float width = fmaxf(1, c.right - c.left), score = 0;
    float lead = g->first->x0 - c.left, tail = c.right - g->first->x1;
    if (lead > 0.08F * width && fabsf(lead - tail) < 0.06F * width + 4)
        score += point(g, "centred", 0.15F);
    float free = g->last->flags & XTR__LINE_RTL ? g->last->x0 - c.left : c.right - g->last->x1;
    if (free > 0.12F * width || g->count > 1)
        score += point(g, "ends early", 0.1F);
    else if (free < 0.04F * width)
        score += point(g, "full line", -0.2F);
    return score;
}

static float of_text(const group *g) {
    uint32_t words = 0, letters = 0, last = g->text[g->size - 1];
    float score = point(g, "known name", has_known_name(g) ? 0.4F : 0);
    for (uint32_t i = 0; i <= g->size; i++) {
        letters = xtr__is_letter(g->text[i]) ? letters + 1 : 0;
        words += letters == 2;
    }
    if (words > 6 && (last == '.' || last == ':' || last == '?' || last == '!'))
        score += point(g, "sentence", -0.25F);
    if (is_statement(g->text))
        score += point(g, "theorem or the like", -0.4F);
    if (g->size > 90)
        score += point(g, "long", -0.2F);
    return score;
}

/** Links are underlined wherever they stand. */
static bool is_link(const group *g) {
    const xtr__stretch *stretches = g->page->stretches.items + g->first->stretches;
    for (uint32_t i = 0; i < g->first->stretch_count; i++) {
        if (stretches[i].url != XTR__NO_URL)
            return true;
    }
    return false;
}

/** Whether it is set in another font than most text, the line above, and what follows. */
static bool has_own_font(const group *g, body usual) {
    uint32_t font = g->first->font;
    return font != usual.font && (g->before == NULL || g->before->font != font) &&
           g->after != NULL && g->after->font == usual.font;
}

/** Whether the line above is full and ends no sentence: its paragraph goes on. */
static bool goes_on(const group *g, column c) {
    const xtr__line *above = g->before;
    if (above == NULL || above->flags & (XTR__LINE_HEADING | XTR__LINE_RTL) || above->cell > 0 ||
        above->text_size < 20 || above->leaf != g->first->leaf)
        return false;
    float step = g->first->y - above->y, free = c.right - above->x1;
    return step < 1.1F * g->page->leading &&
           fabsf(above->size - g->first->size) < 0.06F * above->size &&
           free < 0.04F * (c.right - c.left) &&
           !xtr__ends_sentence(g->page->text.items + above->text, above->text_size);
}

/** Whether it ends a sentence that the line above, of the same look, left open. */
static bool ends_what_is_above(const group *g) {
    const xtr__line *above = g->before;
    if (above == NULL || above->flags & XTR__LINE_HEADING || above->cell > 0 ||
        above->text_size < 20 || g->text[g->size - 1] != '.')
        return false;
    uint32_t last = xtr__utf8_last(xtr__line_text(g->page, above), above->text_size);
    return g->first->y - above->y < 1.3F * g->page->leading &&
           fabsf(above->size - g->first->size) < 0.06F * above->size &&
           is_bold(above) == is_bold(g->first) && (xtr__is_lower(last) || last == ',');
}

/** Evidence that a group is a heading. */
static float score_of(const group *g, body usual, column c) {
    float ratio = g->first->size / usual.size, score = point(g, "size", of_size(ratio));
    bool bold = true, italic = true, small_caps = g->first->flags & XTR__LINE_SMALL_CAPS;
    for (uint32_t k = 0; k < g->count; k++) {
        bold = bold && is_bold(&g->first[k]);
        italic = italic && is_italic(&g->first[k]);
    }
    uint32_t letters = 0;
    for (uint32_t i = 0; i < g->size; i++)
        letters += xtr__is_letter(g->text[i]);
    bool caps = g->caps && letters >= 4;
    score += point(g, "bold", bold && !usual.bold ? 0.55F : 0);
    score += point(g, "capitals", small_caps ? 0.3F : caps ? 0.25F : 0);
    bool alone = (g->before == NULL || g->before->italic < 0.5F) &&
                 (g->after == NULL || g->after->italic < 0.5F);
    score += point(g, "italic", italic && alone ? 0.2F : 0);
    bool underlined = g->first->flags & XTR__LINE_UNDERLINED && !is_link(g);
    score += point(g, "underlined", underlined ? 0.35F : 0);
    bool own = !bold && !italic && ratio > 1.06F && g->size <= 60 && has_own_font(g, usual);
    score += point(g, "font of its own", own ? 0.3F : 0);
    bool styled = ratio > 1.06F || caps || small_caps || bold || italic || underlined;
    score += point(g, "number", g->number > 0 ? 0.3F : 0);
    score += point(g, "number with a style", g->number > 0 && styled ? 0.35F : 0);
    bool item = g->number > 0 && !styled && g->text[g->size - 1] == '.';
    score += point(g, "plain numbered sentence", item ? -0.2F : 0);
    score += point(g, "goes on from the line above", goes_on(g, c) ? -0.3F : 0);
    score += point(g, "ends the sentence above", ends_what_is_above(g) ? -0.5F : 0);
    return score + of_space(g, ratio, g->number > 0 && styled) + of_place(g, c) + of_text(g);
}

/* Columns ----------------------------------------------------------------------------------- */

typedef struct leaf {
    uint32_t first, end; /* lines */
    column extent;
} leaf;

static column extent_of(const xtr__page_layout *page, uint32_t first, uint32_t end) {
    column c = {INFINITY, -INFINITY};
    for (uint32_t i = first; i < end; i++) {
        const xtr__line *line = &page->lines.items[i];
        if (line->flags & (XTR__LINE_FURNITURE | XTR__LINE_TURNED) || line->cell > 0)
            continue;
        c.left = fminf(c.left, line->x0);
        c.right = fmaxf(c.right, line->x1);
    }
    return c;
}

static uint32_t find_leaves(const xtr__page_layout *page, leaf *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < page->lines.count;) {
        uint32_t end = i + 1;
        while (end < page->lines.count && page->lines.items[end].leaf == page->lines.items[i].leaf)
            end++;
        if (page->lines.items[i].cell == 0) /* cells are leaves, of which there may be thousands */
            out[count++] = (leaf){i, end, extent_of(page, i, end)};
        i = end;
    }
    return count;
}

/** The column that a leaf stands in: leaves above and below it count, a leaf of two lines is no
 *  measure; without any it is as wide as the page. */
static column column_of(const leaf *leaves, uint32_t count, const leaf *l, column whole) {
    column c = l->extent;
    bool alone = l->end - l->first <= 2;
    float page = whole.right - whole.left;
    if (c.right - c.left >= 0.6F * page)
        return c;
    for (uint32_t i = 0; i < count; i++) {
        column o = leaves[i].extent;
        float shared = fminf(o.right, c.right) - fmaxf(o.left, c.left);
        alone = alone && (&leaves[i] == l || shared <= 0);
        if (o.right - o.left < 0.62F * page &&
            shared > 0.8F * fminf(o.right - o.left, c.right - c.left))
            c = (column){fminf(c.left, o.left), fmaxf(c.right, o.right)};
    }
    return alone ? whole : c;
}

/* Document ---------------------------------------------------------------------------------- */

enum { BINS = 256 }; /* of half a point */

static body usual_look(const xtr__page_layout *pages, size_t count) {
    uint64_t sizes[BINS] = {0}, bold = 0, all = 0, votes = 0;
    size_t best = 0;
    uint32_t font = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            const xtr__line *line = &pages[p].lines.items[i];
            float bin = line->size * 2 + 0.5F;
            sizes[bin < BINS - 1 ? (size_t)bin : BINS - 1] +=
                line->cell > 0 ? line->text_size / 4 : line->text_size;
            bold += line->bold > 0.5F ? line->text_size : 0;
            if (line->font != font && votes < line->text_size) { /* Boyer and Moore's majority */
                font = line->font;
                votes = line->text_size - votes;
            } else {
                votes = line->font == font ? votes + line->text_size : votes - line->text_size;
            }
            all += line->text_size;
        }
    }
    for (size_t i = 1; i < BINS; i++)
        best = sizes[i] > sizes[best] ? i : best;
    return (body){best > 0 ? (float)best / 2 : 10, bold * 2 > all, font};
}

/** Whether a group is a heading, and why when the page has a trace. */
static bool is_heading(const group *g, body usual, column c) {
    xtr__trace *trace = g->page->trace;
    const char *veto = veto_of(g, usual);
    if (trace == NULL)
        return veto == NULL && score_of(g, usual, c) > ENOUGH;
    xtr__verdict verdict = {
        .line = (uint32_t)(g->first - g->page->lines.items), .line_count = g->count, .veto = veto};
    group told = *g;
    told.verdict = &verdict;
    verdict.sum = g->size > 0 ? score_of(&told, usual, c) : 0;
    verdict.heading = veto == NULL && verdict.sum > ENOUGH;
    trace->enough = ENOUGH;
    xtr__verdict *kept = XTR__PUSH(trace->budget, &trace->verdicts);
    if (kept != NULL)
        *kept = verdict;
    return verdict.heading;
}

/** Marks the headings of a page with the rank of their look, larger ones first. */
static void mark_page(xtr__page_layout *page, body usual, leaf *leaves) {
    uint32_t count = find_leaves(page, leaves);
    column whole = extent_of(page, 0, (uint32_t)page->lines.count);
    for (size_t i = 0; i < page->tables.count; i++) {
        const xtr__page_table *table = &page->tables.items[i];
        whole.left = fminf(whole.left, table->turn == 0 ? table->box.x0 : whole.left);
        whole.right = fmaxf(whole.right, table->turn == 0 ? table->box.x1 : whole.right);
    }
    for (uint32_t l = 0; l < count; l++) {
        column c = column_of(leaves, count, &leaves[l], whole);
        for (uint32_t i = leaves[l].first; i < leaves[l].end;) {
            xtr__line *line = &page->lines.items[i];
            if (line->flags & XTR__LINE_FURNITURE || line->text_size == 0 || line->cell > 0 ||
                line->role != XTR__ROLE_NONE) {
                i++;
                continue;
            }
            group g = group_at(page, i, leaves[l].first, leaves[l].end);
            if (is_heading(&g, usual, c)) {
                line->flags |= XTR__LINE_HEADING;
                for (uint32_t k = 1; k < g.count; k++)
                    line[k].flags |= XTR__LINE_HEADING | XTR__LINE_CONTINUES;
            }
            i += g.count;
        }
    }
}

/** Size and weight of a heading as one number: the larger, the higher. */
static uint32_t rank_of(const xtr__line *line) {
    float size = line->size < 1000 ? line->size : 1000;
    return (uint32_t)lroundf(size) * 2 + is_bold(line);
}

/** A look of headings that have their level from a tag. */
typedef struct look {
    uint32_t rank;
    uint8_t level;
} look;

enum { MOST_LOOKS = 16 };

/** The looks of tagged headings, highest first; of headings alike the higher level counts. */
static uint32_t find_looks(const xtr__page_layout *pages, size_t count, look *looks) {
    uint32_t found = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            const xtr__line *line = &pages[p].lines.items[i];
            if (line->level == 0 || !(line->flags & XTR__LINE_HEADING))
                continue;
            uint32_t at = 0, rank = rank_of(line);
            while (at < found && looks[at].rank > rank)
                at++;
            if (at < found && looks[at].rank == rank) {
                looks[at].level = line->level < looks[at].level ? line->level : looks[at].level;
            } else if (found < MOST_LOOKS) {
                memmove(looks + at + 1, looks + at, (found++ - at) * sizeof *looks);
                looks[at] = (look){rank, line->level};
            }
        }
    }
    return found;
}

/** The level of what looks alike, or one below the next higher look. */
static uint8_t level_of_look(const look *looks, uint32_t count, uint32_t rank) {
    uint8_t level = 1;
    for (uint32_t i = 0; i < count && looks[i].rank >= rank; i++)
        level = (uint8_t)(looks[i].level + (looks[i].rank > rank));
    return level < MOST_LEVELS ? level : MOST_LEVELS;
}

/** Ranks of all headings that have no level yet, the largest there are, from the largest down. */
static void find_ranks(const xtr__page_layout *pages, size_t count, uint32_t *ranks) {
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            const xtr__line *line = &pages[p].lines.items[i];
            uint32_t rank = line->flags & XTR__LINE_HEADING ? rank_of(line) : 0, at = 0;
            while (at < MOST_LEVELS && ranks[at] > rank)
                at++;
            if (rank > 0 && at < MOST_LEVELS && ranks[at] != rank) {
                memmove(ranks + at + 1, ranks + at, (MOST_LEVELS - 1 - at) * sizeof *ranks);
                ranks[at] = rank;
            }
        }
    }
}

/** Gives the headings that have none yet their levels: that of tagged ones that look alike, or in
 *  the order of their ranks. */
static void set_levels(xtr__page_layout *pages, size_t count) {
    uint32_t ranks[MOST_LEVELS] = {0};
    look looks[MOST_LOOKS + 1];
    uint32_t tagged = find_looks(pages, count, looks);
    find_ranks(pages, count, ranks);
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            xtr__line *line = &pages[p].lines.items[i];
            if (line->level > 0 || !(line->flags & XTR__LINE_HEADING))
                continue;
            uint32_t at = 0;
            while (at + 1 < MOST_LEVELS && ranks[at] > rank_of(line))
                at++;
            line->level =
                tagged > 0 ? level_of_look(looks, tagged, rank_of(line)) : (uint8_t)(at + 1);
        }
    }
}

void xtr__mark_headings(xtr__page_layout *pages, size_t count, xtr__scratch *scratch) {
    body usual = usual_look(pages, count);
    for (size_t p = 0; p < count; p++) {
        xtr__scratch_reset(scratch);
        leaf *leaves = xtr__scratch_take(scratch, pages[p].lines.count + 1, sizeof *leaves);
        if (leaves == NULL)
            return;
        mark_page(&pages[p], usual, leaves);
    }
    if (count > 0) {
        xtr__unmark_bylines(&pages[0]);
    }
    xtr__mark_tagged_headings(pages, count);
    set_levels(pages, count);
}
