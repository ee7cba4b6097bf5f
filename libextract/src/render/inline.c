/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/inline.h"
#include "document/utf8.h"
#include "render/escape.h"
#include "render/segments.h"

#include <stdio.h>
#include <string.h>

/* Levels that delimiters mark: code is not one of them, as nothing can be inside it, nor is what is
 * raised or lowered. */
static const char *const delimiters[XTR__ITALIC + 1] = {"[", "~~", "**", "*"};

typedef struct writer {
    xtr__segments in;
    xtr__buffer *out;
    xtr__escape escape;
} writer;

/* Characters ------------------------------------------------------------------------------ */

/* Where characters lie that are, or may be, white space, punctuation or symbols: those beside
 * which a delimiter run may not do what it should. The rest are letters, marks and digits. */
static bool is_letter(uint32_t c) {
    static const struct {
        uint16_t first, last;
    } others[] = {
        {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
        {0xF7, 0xF7},     {0x37E, 0x37E},   {0x387, 0x387},   {0x55A, 0x55F},   {0x589, 0x58F},
        {0x5BE, 0x5BE},   {0x5C0, 0x5C6},   {0x5F3, 0x5F4},   {0x600, 0x61F},   {0x66A, 0x66D},
        {0x6D4, 0x6D4},   {0x964, 0x965},   {0xE2F, 0xE2F},   {0xE4F, 0xE5B},   {0x104A, 0x104F},
        {0x1680, 0x1680}, {0x17D4, 0x17DB}, {0x2000, 0x206F}, {0x20A0, 0x2BFF}, {0x2E00, 0x303F},
        {0x30A0, 0x30A0}, {0x30FB, 0x30FB}, {0xD800, 0xF8FF}, {0xFD3E, 0xFD3F}, {0xFE10, 0xFE6F},
        {0xFF00, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}};
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (c >= others[i].first && c <= others[i].last)
            return false;
    }
    return c < 0x1F000;
}

/* Emphasis is of words: variables and signs, which formulas slant, are left as they are. */
static bool has_words(const char *from, const char *to) {
    size_t run = 0;
    for (size_t length; from < to && run < 2; from += length) {
        uint32_t c = xtr__utf8_decode(from, &length);
        bool sign =
            c < 0x80 ? !is_letter(c) : c < 0xC0 || (c >= 0x2000 && c < 0x2E80) || c >= 0x1D400;
        run = sign ? 0 : run + 1;
    }
    return run == 2;
}

/* Segments ---------------------------------------------------------------------------------- */

/* The next segment from span *index on that shows; false at the end. */
static bool next_segment(const writer *w, uint32_t *index, xtr__text_segment *out) {
    while (xtr__segment_next(&w->in, index, out)) {
        if (!has_words(out->from, out->to))
            out->styles &= ~(unsigned)(XTR_BOLD | XTR_ITALIC | XTR_STRIKE);
        if (out->styles || out->url.size)
            return true;
    }
    return false;
}

/* Delimiters -------------------------------------------------------------------------------- */

static uint32_t character_at(const char *p) {
    size_t length;
    return xtr__utf8_decode(p, &length);
}

static const char *character_before(const char *p) {
    for (p--; ((unsigned char)*p & 0xC0) == 0x80;)
        p--;
    return p;
}

/* Section 6.2: a run works when a letter is on its inner side, or else white space or ASCII
 * punctuation on its outer side. Code is punctuation, and
 * so may raised and lowered text be. */
static bool works(bool inner_is_text, uint32_t inner, uint32_t outer) {
    /* cmark-gfm looks through ~ at what is behind it. */
    bool sign = inner != '~' && outer != '~' && outer < 0x80 && !is_letter(outer);
    return (inner_is_text && is_letter(inner)) || sign;
}

/* Whether a level's delimiters stand beside a segment's text itself, not beside other signs. */
static bool touches_text(const xtr__text_segment *s, xtr__level level) {
    unsigned between = XTR_MONO | XTR_MATH | XTR_SUPERSCRIPT | XTR_SUBSCRIPT;
    if (level == XTR__STRIKE)
        between |= XTR_BOLD | XTR_ITALIC;
    return !(s->styles & between);
}

/* The last of the segments after `s`, from span `index` on, in which a level stays open inside
 * those that are. Of very many, one that is far enough away: who sends a million of them shall not
 * have each looked at a million times. */
static xtr__text_segment last_of(const writer *w, xtr__text_segment s, uint32_t index,
                                 xtr__level level) {
    enum { FAR_AWAY = 1000 };
    xtr__text_segment next;
    for (int looked = 0; looked < FAR_AWAY && next_segment(w, &index, &next); looked++) {
        bool stays = xtr__is_gap(s.to, next.from) && xtr__segment_has(&next, level) &&
                     xtr__same_url(&w->in, next.url, s.url);
        for (int i = 0; i < w->in.depth; i++)
            stays = stays && xtr__segment_has(&next, w->in.open[i].level);
        if (!stays)
            break;
        s = next;
    }
    return s;
}

static bool delimiters_work(const writer *w, const xtr__text_segment *first, uint32_t index,
                            xtr__level level) {
    const char *start = w->in.text + w->in.what->text.at;
    const char *end = start + w->in.what->text.size;
    bool opened = w->in.depth && w->in.open[w->in.depth - 1].level != XTR__LINK;
    /* A run of the same sign right before would run together with this one; only an enclosing
     * level that starts here too may. */
    if (w->out->size && w->out->data[w->out->size - 1] == *delimiters[level] && !opened)
        return false;
    xtr__text_segment last = last_of(w, *first, index, level);
    uint32_t before = first->from > start ? character_at(character_before(first->from)) : ' ';
    uint32_t after = last.to < end ? character_at(last.to) : ' ';
    return works(touches_text(first, level), character_at(first->from), before) &&
           works(touches_text(&last, level), character_at(character_before(last.to)), after);
}

/* Links ------------------------------------------------------------------------------------- */

static bool is_balanced(const char *url, size_t size) {
    int depth = 0;
    for (size_t i = 0; i < size && depth >= 0; i++)
        depth += url[i] == '(' ? 1 : url[i] == ')' ? -1 : 0;
    return depth == 0;
}

static void add_destination(writer *w, xtr__string string) {
    static const char digits[] = "0123456789ABCDEF";
    const char *url = xtr__document_string(w->in.what->document, string);
    bool balanced = is_balanced(url, string.size);
    for (size_t i = 0; i < string.size; i++) {
        unsigned char c = (unsigned char)url[i];
        bool parenthesis = c == '(' || c == ')';
        if (c <= ' ' || c == '<' || c == '>' || c == '\\' || c == '|' ||
            (parenthesis && !balanced)) {
            char code[3] = {'%', digits[c >> 4], digits[c & 15]};
            xtr__put(w->out, code, 3);
        } else {
            xtr__putc(w->out, (char)c);
        }
    }
}

static bool is_uri(const char *text, size_t size) {
    static const char *const schemes[] = {"http://", "https://", "ftp://", "mailto:"};
    bool known = false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        known =
            known || (size > strlen(schemes[i]) && !memcmp(text, schemes[i], strlen(schemes[i])));
    for (size_t i = 0; i < size && known; i++)
        known = (unsigned char)text[i] > ' ' && text[i] != '<' && text[i] != '>';
    return known;
}

/* A link whose text is its address, alone: <https://...>. */
static bool add_autolink(writer *w, const xtr__text_segment *s) {
    size_t size = (size_t)(s->to - s->from);
    const char *url = xtr__document_string(w->in.what->document, s->url);
    if (s->styles || w->in.depth || s->url.size != size || memcmp(url, s->from, size) ||
        !is_uri(url, size) || w->in.what->place == XTR__IN_CELL)
        return false;
    xtr__putc(w->out, '<');
    xtr__put(w->out, url, size);
    xtr__putc(w->out, '>');
    return true;
}

/* Levels ------------------------------------------------------------------------------------ */

static void open_level(writer *w, const xtr__text_segment *s, xtr__level level) {
    /* "!" before a link would make it an image. */
    if (level == XTR__LINK && w->out->size && w->out->data[w->out->size - 1] == '!') {
        w->out->size--;
        xtr__puts(w->out, "\\!");
    }
    xtr__puts(w->out, delimiters[level]);
    xtr__push_level(&w->in, s, level);
    w->escape.in_link = w->escape.in_link || level == XTR__LINK;
}

static void close_level(writer *w) {
    xtr__level level = w->in.open[--w->in.depth].level;
    if (level != XTR__LINK) {
        xtr__puts(w->out, delimiters[level]);
        return;
    }
    w->escape.in_link = false;
    xtr__puts(w->out, "](");
    add_destination(w, w->in.open[w->in.depth].url);
    xtr__putc(w->out, ')');
}

/* Closes all levels that do not go on in `next` (NULL: none does). */
static void close_levels(writer *w, const xtr__text_segment *next) {
    int kept = xtr__levels_kept(&w->in, next);
    while (w->in.depth > kept)
        close_level(w);
}

/* Text -------------------------------------------------------------------------------------- */

/* Section 6.1: a fence longer than any run of backticks inside. */
static void add_code(writer *w, const char *from, const char *to) {
    size_t longest = 0;
    size_t run = 0;
    for (const char *p = from; p < to; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    bool pad = *from == '`' || to[-1] == '`';
    xtr__fill(w->out, '`', longest + 1);
    if (pad)
        xtr__putc(w->out, ' ');
    for (const char *p = from; p < to; p++) {
        if (*p == '|' && w->in.what->place == XTR__IN_CELL)
            xtr__putc(w->out, '\\');
        xtr__putc(w->out, *p == '\n' ? ' ' : *p);
    }
    if (pad)
        xtr__putc(w->out, ' ');
    xtr__fill(w->out, '`', longest + 1);
}

static bool ends_escaping(const char *from, const char *to) {
    const char *end = to;
    while (to > from && to[-1] == '\\')
        to--;
    return (end - to) % 2;
}

/* Inside of dollars, as GitHub and others have it, nothing is escaped and lines are words. False
 * when it could not be told from what is around it. */
static bool add_math(writer *w, const char *from, const char *to) {
    size_t size = (size_t)(to - from);
    if (memchr(from, '$', size) || ends_escaping(from, to) ||
        (memchr(from, '|', size) && w->in.what->place == XTR__IN_CELL))
        return false;
    xtr__putc(w->out, '$');
    for (const char *p = from; p < to; p++)
        xtr__putc(w->out, *p == '\n' ? ' ' : *p);
    xtr__putc(w->out, '$');
    return true;
}

/* Markdown has no mark for raised and lowered text. Numbers have characters of their own in
 * Unicode, which read well anywhere; the rest becomes HTML, which Markdown allows. */
static bool add_shifted(writer *w, const char *from, const char *to, bool up) {
    static const char signs[] = "0123456789+-=()";
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷",
                                         "⁸", "⁹", "⁺", "⁻", "⁼", "⁽", "⁾"};
    static const char *const lowered[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇",
                                          "₈", "₉", "₊", "₋", "₌", "₍", "₎"};
    size_t start = w->out->size;
    for (size_t length; from < to; from += length) {
        uint32_t c = xtr__utf8_decode(from, &length);
        char sign = c == 0x2212 ? '-' : c < 0x80 ? (char)c : ' ';
        const char *at = strchr(signs, sign);
        if (!at) {
            w->out->size = start;
            return false;
        }
        xtr__puts(w->out, (up ? raised : lowered)[at - signs]);
    }
    return true;
}

static void add_words(writer *w, const xtr__text_segment *s) {
    if (s->styles & XTR_MATH && add_math(w, s->from, s->to))
        return;
    bool runs_together = w->out->size && w->out->data[w->out->size - 1] == '`';
    if (s->styles & (XTR_MONO | XTR_MATH) && !runs_together) {
        add_code(w, s->from, s->to);
        return;
    }
    w->escape.in_markup = w->in.depth > 0;
    xtr__escape_add(&w->escape, s->from, s->to);
    w->escape.in_markup = false;
}

void xtr__inline_label(xtr__buffer *out, const xtr__notes *notes, const xtr__note *note) {
    char page[16];
    if (notes->per_page) {
        snprintf(page, sizeof page, "%u-", (unsigned)note->page_number);
        xtr__puts(out, page);
    }
    xtr__put(out, note->label, note->label_size);
}

static bool add_reference(writer *w, const xtr__text_segment *s) {
    const xtr__notes *notes = w->in.what->notes;
    uint32_t at = (uint32_t)(s->from - w->in.text);
    if (w->in.what->joined)
        at = xtr__joined_origin(w->in.what->joined, at);
    const xtr__note *note = notes && s->styles & XTR_SUPERSCRIPT ? xtr__notes_at(notes, at) : NULL;
    if (!note || w->in.depth)
        return false;
    xtr__puts(w->out, "[^");
    xtr__inline_label(w->out, notes, note);
    xtr__putc(w->out, ']');
    return true;
}

static void add_segment(writer *w, const xtr__text_segment *s, uint32_t index) {
    if (add_autolink(w, s) || add_reference(w, s))
        return;
    for (xtr__level level = XTR__LINK; level <= XTR__ITALIC; level++) {
        if (xtr__segment_has(s, level) && !xtr__is_open(&w->in, level) &&
            (level == XTR__LINK || delimiters_work(w, s, index, level)))
            open_level(w, s, level);
    }
    const unsigned shifted = XTR_SUPERSCRIPT | XTR_SUBSCRIPT;
    bool up = s->styles & XTR_SUPERSCRIPT;
    if (!(s->styles & shifted)) {
        add_words(w, s);
    } else if (!add_shifted(w, s->from, s->to, up)) {
        xtr__puts(w->out, up ? "<sup>" : "<sub>");
        add_words(w, s);
        xtr__puts(w->out, up ? "</sup>" : "</sub>");
    }
}

static unsigned styles_of(const writer *w) {
    unsigned styles = 0;
    for (uint32_t i = 0; i < w->in.what->spans.size; i++)
        styles |= w->in.spans[i].styles & ~w->in.what->without;
    return styles;
}

void xtr__inline_render(xtr__buffer *out, const xtr__inline *what) {
    writer w = {.in = xtr__segments_of(what), .out = out};
    const char *p = w.in.text + what->text.at;
    const char *end = p + what->text.size;
    uint32_t index = 0;
    xtr__text_segment s;
    xtr__escape_start(&w.escape, out, what, styles_of(&w));
    while (next_segment(&w, &index, &s)) {
        if (s.from < p)
            continue;
        close_levels(&w, xtr__is_gap(p, s.from) ? &s : NULL);
        xtr__escape_add(&w.escape, p, s.from);
        add_segment(&w, &s, index);
        p = s.to;
    }
    close_levels(&w, NULL);
    xtr__escape_add(&w.escape, p, end);
}
