/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/escape.h"
#include "render/render.h"

#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c) {
    return is_digit(c) || is_letter(c);
}

static bool is_punctuation(char c) {
    return c > ' ' && c < 0x7F && !is_word(c);
}

static bool twice(const char *text, size_t size, char c) {
    const char *first = memchr(text, c, size);
    return first && memchr(first + 1, c, size - (size_t)(first + 1 - text));
}

void xtr__escape_start(xtr__escape *e, xtr__buffer *out, const xtr__inline *what, unsigned styles) {
    const char *text = xtr__inline_text(what) + what->text.at;
    size_t size = what->text.size;
    *e = (xtr__escape){.out = out,
                       .start = text,
                       .end = text + size,
                       .place = what->place,
                       .prefix = what->prefix ? what->prefix : "",
                       .line = out->size,
                       .first = true,
                       .star = styles & (XTR_BOLD | XTR_ITALIC) || twice(text, size, '*'),
                       .underscore = twice(text, size, '_'),
                       .tilde = styles & XTR_STRIKE || twice(text, size, '~'),
                       .dollar = styles & XTR_MATH,
                       .backtick = styles & (XTR_MONO | XTR_MATH) || twice(text, size, '`')};
}

/* Line starts ------------------------------------------------------------------------------- */

static bool ends_word(const xtr__escape *e, const char *p) {
    return p == e->end || xtr__is_space(*p);
}

/* How many times `c` comes before the line ends, with only `others` between; 0 if not so. */
static size_t line_of(const xtr__escape *e, const char *p, char c, const char *others) {
    size_t count = 0;
    for (; p < e->end && *p != '\n'; p++) {
        if (*p == c)
            count++;
        else if (!strchr(others, *p))
            return 0;
    }
    return count;
}

static bool starts_heading(const xtr__escape *e, const char *p) {
    const char *c = p;
    while (c < e->end && *c == '#')
        c++;
    return c - p <= 6 && ends_word(e, c);
}

static bool starts_block(const xtr__escape *e, const char *p) {
    bool first = e->first;
    switch (*p) {
    case '#':
        return starts_heading(e, p);
    case '>':
        return true;
    case '+':
        return ends_word(e, p + 1);
    case '-':
        return ends_word(e, p + 1) || line_of(e, p, '-', " \t") >= 3 ||
               (!first && line_of(e, p, '-', "|: \t"));
    case '*':
        return ends_word(e, p + 1) || line_of(e, p, '*', " \t") >= 3;
    case '_':
        return line_of(e, p, '_', " \t") >= 3;
    case '=':
        return !first && line_of(e, p, '=', " \t");
    case '|':
    case ':':
        return !first && line_of(e, p, '-', "|: \t");
    case '~':
        return e->end - p >= 3 && p[1] == '~' && p[2] == '~';
    case '[':
        return first && memmem(p, (size_t)(e->end - p), "]:", 2);
    default:
        return false;
    }
}

/* "12. " or "12) " would be a list; inside a paragraph only one that starts at 1 would. */
static const char *number_end(const xtr__escape *e, const char *p) {
    const char *c = p;
    unsigned value = 0;
    while (c < e->end && is_digit(*c) && c - p < 9)
        value = value * 10 + (unsigned)(*c++ - '0');
    bool marker = c > p && c < e->end && (*c == '.' || *c == ')') && ends_word(e, c + 1);
    return marker && (e->first || value == 1) ? c : NULL;
}

/* Escapes what would make the line something else; returns where to go on. */
static const char *add_line_start(xtr__escape *e, const char *p, const char *to) {
    const char *number = number_end(e, p);
    if (number && number < to) {
        xtr__put(e->out, p, (size_t)(number - p));
        p = number;
    } else if (!starts_block(e, p)) {
        return p;
    }
    xtr__putc(e->out, '\\');
    xtr__putc(e->out, *p);
    return p + 1;
}

static const char *add_line_break(xtr__escape *e, const char *p, const char *to) {
    unsigned breaks = 0;
    for (; p < to && xtr__is_space(*p); p++)
        breaks += *p == '\n';
    if (e->place != XTR__IN_BLOCK) {
        xtr__puts(e->out, e->place == XTR__IN_CELL ? "<br>" : " ");
        return p;
    }
    xtr__putc(e->out, '\n');
    if (breaks > 1) {
        size_t prefix = strlen(e->prefix);
        while (prefix && e->prefix[prefix - 1] == ' ')
            prefix--;
        xtr__put(e->out, e->prefix, prefix);
        xtr__putc(e->out, '\n');
    }
    e->first = breaks > 1;
    xtr__puts(e->out, e->prefix);
    e->line = e->out->size;
    return p;
}

/* Inside lines ------------------------------------------------------------------------------ */

/* A character beside a run of delimiters; where a part ends there may be markup instead. */
static char beside(const xtr__escape *e, const char *p, bool at_part_end) {
    if (at_part_end && (e->in_markup || (p >= e->start && p < e->end)))
        return 'x';
    return p < e->start || p >= e->end ? ' ' : *p;
}

/* Section 6.2: a run beside white space on both sides is text, and so is _ inside a word. */
static bool can_flank(const xtr__escape *e, const char *from, const char *p, const char *run_end,
                      const char *to) {
    char before = beside(e, p - 1, p == from);
    char after = beside(e, run_end, run_end == to);
    if (xtr__is_space(before) && xtr__is_space(after))
        return false;
    return *p != '_' || !is_word(before) || !is_word(after) || p == from || run_end == to;
}

static bool is_entity(const char *p, const char *end) {
    const char *c = p + 1;
    c += c < end && *c == '#';
    const char *name = c;
    while (c < end && (is_letter(*c) || is_digit(*c)) && c - name < 32)
        c++;
    return c > name && c < end && *c == ';';
}

/* Trailing #s of a heading would be taken for its closing sequence (section 4.2). */
static bool closes_heading(const xtr__escape *e, const char *p) {
    if (e->place != XTR__IN_HEADING || (p > e->start && !xtr__is_space(p[-1])))
        return false;
    while (p < e->end && *p == '#')
        p++;
    return p == e->end;
}

static bool is_markup(const xtr__escape *e, const char *p, const char *to) {
    char next = p + 1 < e->end ? p[1] : '\0';
    switch (*p) {
    case '\\':
        return p + 1 == to || is_punctuation(next) || next == '\n';
    case '`':
        return e->backtick;
    case '$':
        return e->dollar;
    case '[':
        return e->in_link || next == '^';
    case ']':
        return e->in_link || next == '(';
    case '<':
        return is_letter(next) || next == '/' || next == '!' || next == '?';
    case '&':
        return is_entity(p, e->end);
    case '|':
        return e->place == XTR__IN_CELL;
    case '#':
        return closes_heading(e, p);
    default:
        return false;
    }
}

static const char *add_run(xtr__escape *e, const char *from, const char *p, const char *to) {
    const char *end = p;
    while (end < to && *end == *p)
        end++;
    bool paired = *p == '*' ? e->star : *p == '_' ? e->underscore : e->tilde;
    bool escape = paired && can_flank(e, from, p, end, to);
    for (; p < end; p++) {
        if (escape)
            xtr__putc(e->out, '\\');
        xtr__putc(e->out, *p);
    }
    return end;
}

static const char *add_special(xtr__escape *e, const char *from, const char *p, const char *to) {
    if (*p == '\n')
        return add_line_break(e, p, to);
    if (*p == '*' || *p == '_' || *p == '~')
        return add_run(e, from, p, to);
    if (is_markup(e, p, to))
        xtr__putc(e->out, '\\');
    xtr__putc(e->out, *p);
    return p + 1;
}

void xtr__escape_add(xtr__escape *e, const char *from, const char *to) {
    static const bool special[256] = {
        ['\n'] = true, ['\\'] = true, ['`'] = true, ['*'] = true, ['_'] = true,
        ['['] = true,  [']'] = true,  ['<'] = true, ['&'] = true, ['~'] = true,
        ['|'] = true,  ['#'] = true,  ['$'] = true,
    };
    const char *p = from;
    while (p < to) {
        if (e->place == XTR__IN_BLOCK && e->out->size == e->line)
            p = add_line_start(e, p, to);
        const char *plain = p;
        while (p < to && !special[(unsigned char)*p])
            p++;
        xtr__put(e->out, plain, (size_t)(p - plain));
        if (p < to)
            p = add_special(e, from, p, to);
    }
}
