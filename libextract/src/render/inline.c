/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text inside a block as CommonMark 0.31: escapes only what would be read as markup. */
#include "render/render.h"

#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

typedef struct mark {
    unsigned style;
    const char *open, *close;
} mark;

static const mark marks[] = {
    {XTR_BOLD, "**", "**"},
    {XTR_ITALIC, "*", "*"},
    {XTR_STRIKE, "~~", "~~"},
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static bool is_word(unsigned char c) {
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* &name; or &#number; (2.5): whether HTML knows the name is not asked. */
static bool is_reference(const char *text, size_t size) {
    size_t i = 1;
    if (i < size && text[i] == '#')
        i++;
    size_t first = i;
    while (i < size && i < 40 && is_word((unsigned char)text[i]))
        i++;
    return i > first && i < size && text[i] == ';';
}

/* [text](, a link, or [name]: and [^name], which refer. */
static bool is_link(const char *text, size_t size) {
    const char *close = memchr(text, ']', size);
    if (!close)
        return false;
    char after = close + 1 < text + size ? close[1] : ' ';
    return after == '(' || after == '[' || after == ':' || text[1] == '^';
}

/* Whether the sign at text[i] would be markup if it stood there bare. Section 6 of the
 * specification; `*` and `_` only where they can open or close (6.4). */
static bool is_markup(const char *text, size_t i, size_t size) {
    char c = text[i];
    char before = i ? text[i - 1] : ' ';
    char after = i + 1 < size ? text[i + 1] : ' ';
    switch (c) {
    case '\\':
        return strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", after) != NULL && after != '\0';
    case '*':
        return !(is_space(before) && is_space(after));
    case '_':
        return !(is_space(before) && is_space(after)) &&
               !(is_word((unsigned char)before) && is_word((unsigned char)after));
    case '`':
        return true;
    case '<':
        return is_letter(after) || after == '/' || after == '!' || after == '?';
    case '&':
        return is_reference(text + i, size - i);
    case '~':
        return before == '~' || after == '~';
    case '[':
        return is_link(text + i, size - i);
    default:
        return false;
    }
}

static void put_escaped(xtr__buffer *out, const char *text, size_t size, bool breaks) {
    size_t from = 0;
    for (size_t i = 0; i < size;) {
        /* Most text is not markup: stop at a sign that may be. */
        i += strcspn(text + i, "\\*_`<&~[|\n") < size - i ? strcspn(text + i, "\\*_`<&~[|\n")
                                                          : size - i;
        if (i >= size)
            break;
        bool bar = text[i] == '|' && !breaks;
        if (text[i] == '\n') {
            xtr__put(out, text + from, i - from);
            xtr__puts(out, breaks ? "\n" : "<br>");
            from = i + 1;
        } else if (bar || is_markup(text, i, size)) {
            xtr__put(out, text + from, i - from);
            xtr__putc(out, '\\');
            from = i;
        }
        i++;
    }
    xtr__put(out, text + from, size - from);
}

/* Code keeps its text; the fence is longer than any run of backticks in it (6.3). */
static void put_code(xtr__buffer *out, const char *text, size_t size) {
    size_t longest = 0;
    for (size_t i = 0, run = 0; i < size; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    bool pad = longest > 0;
    xtr__fill(out, '`', longest + 1);
    if (pad)
        xtr__putc(out, ' ');
    xtr__put(out, text, size);
    if (pad)
        xtr__putc(out, ' ');
    xtr__fill(out, '`', longest + 1);
}

static void put_url(xtr__buffer *out, const char *url) {
    bool plain = !strpbrk(url, " <>()\n") && *url;
    if (plain) {
        xtr__puts(out, url);
        return;
    }
    xtr__putc(out, '<');
    for (const char *c = url; *c; c++) {
        if (*c == '<' || *c == '>')
            xtr__putc(out, '\\');
        if (*c != '\n')
            xtr__putc(out, *c);
    }
    xtr__putc(out, '>');
}

/* Emphasis is of words: variables and signs, which formulas slant, are left as they are. */
static bool has_words(const char *text, size_t size) {
    size_t run = 0;
    for (size_t i = 0, length; i < size && run < 2; i += length) {
        uint32_t c = xtr__utf8_decode(text + i, &length);
        bool sign = c < 0x80 ? !is_word((unsigned char)c)
                             : c < 0xC0 || (c >= 0x2000 && c < 0x2E80) || c >= 0x1D400;
        run = sign ? 0 : run + 1;
    }
    return run == 2;
}

/* Markdown has no mark for raised and lowered text; Unicode has characters for numbers. What it has
 * none for stays on the line, as in a text file. */
static bool put_shifted(xtr__buffer *out, const char *text, size_t size, bool up) {
    static const char signs[] = "0123456789+-=()";
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷",
                                         "⁸", "⁹", "⁺", "⁻", "⁼", "⁽", "⁾"};
    static const char *const lowered[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇",
                                          "₈", "₉", "₊", "₋", "₌", "₍", "₎"};
    xtr__buffer shifted = {.data = NULL};
    size_t length;
    for (size_t i = 0; i < size; i += length) {
        uint32_t c = xtr__utf8_decode(text + i, &length);
        char sign = c == 0x2212 ? '-' : c < 0x80 ? (char)c : ' ';
        const char *at = strchr(signs, sign);
        if (!at) {
            free(shifted.data);
            return false;
        }
        xtr__puts(&shifted, (up ? raised : lowered)[at - signs]);
    }
    xtr__put(out, shifted.data, shifted.size);
    out->failed |= shifted.failed;
    free(shifted.data);
    return true;
}

/* Whether `*` marks would open and close here: not beside a letter outside, not around signs. */
static bool flanks(const char *text, xtr__range whole, size_t at, size_t end) {
    unsigned char before = at > whole.at ? (unsigned char)text[at - 1] : ' ';
    unsigned char after = end < whole.at + whole.size ? (unsigned char)text[end] : ' ';
    unsigned char first = (unsigned char)text[at];
    unsigned char last = (unsigned char)text[end - 1];
    return (is_word(first) || !is_word(before)) && (is_word(last) || !is_word(after));
}

static void put_words(xtr__buffer *out, const char *text, size_t size, unsigned styles,
                      bool breaks) {
    if (styles & (XTR_SUPERSCRIPT | XTR_SUBSCRIPT) &&
        put_shifted(out, text, size, styles & XTR_SUPERSCRIPT))
        return;
    if (styles & XTR_MONO && !memchr(text, '\n', size))
        put_code(out, text, size);
    else
        put_escaped(out, text, size, breaks);
}

static void put_styled(xtr__buffer *out, const xtr__document *d, xtr__range whole,
                       const xtr__span *span, unsigned hide, bool breaks) {
    const char *text = xtr__document_text(d);
    size_t at = span->text.at;
    size_t end = at + span->text.size;
    /* Marks stand against the words: the spaces around them stay outside. */
    while (at < end && is_space(text[at]))
        at++;
    while (end > at && is_space(text[end - 1]))
        end--;
    put_escaped(out, text + span->text.at, at - span->text.at, breaks);
    if (at == end)
        return;
    const char *url = span->url.size ? xtr__document_string(d, span->url) : NULL;
    unsigned styles = span->styles & ~hide;
    if (!flanks(text, whole, at, end) || !has_words(text + at, end - at))
        styles &= ~(unsigned)(XTR_BOLD | XTR_ITALIC | XTR_STRIKE);
    size_t count = sizeof marks / sizeof marks[0];
    if (url)
        xtr__putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (styles & marks[i].style)
            xtr__puts(out, marks[i].open);
    }
    put_words(out, text + at, end - at, styles, breaks);
    for (size_t i = count; i-- > 0;) {
        if (styles & marks[i].style)
            xtr__puts(out, marks[i].close);
    }
    if (url) {
        xtr__puts(out, "](");
        put_url(out, url);
        xtr__putc(out, ')');
    }
    put_escaped(out, text + end, span->text.at + span->text.size - end, breaks);
}

void xtr__render_inline(xtr__buffer *out, const xtr__document *d, xtr__range text, xtr__range spans,
                        unsigned hide, bool breaks) {
    const char *bytes = xtr__document_text(d);
    const xtr__span *span = XTR__ITEMS(d, spans, xtr__span) + spans.at;
    uint32_t at = text.at;
    uint32_t end = text.at + text.size;
    for (uint32_t i = 0; i < spans.size; i++) {
        if (span[i].text.at < at || span[i].text.at + span[i].text.size > end)
            continue;
        put_escaped(out, bytes + at, span[i].text.at - at, breaks);
        put_styled(out, d, text, &span[i], hide, breaks);
        at = span[i].text.at + span[i].text.size;
    }
    put_escaped(out, bytes + at, end - at, breaks);
}
