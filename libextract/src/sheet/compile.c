/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compiling number formats: a code becomes up to four sections of tokens. */
#include "sheet/tokens.h"

#include <string.h>
#include <strings.h>

typedef struct compiler {
    xtr__number_format *format;
    xtr__section *section;
    xtr__token *tokens;
    size_t count;      /* tokens */
    size_t at, end;    /* in the code */
    int date;          /* the last token that is part of a date, or -1 */
    bool point, digit; /* there was one in this section */
} compiler;

static xtr__token *add(compiler *c, xtr__token_type type, size_t at, size_t size) {
    xtr__token *token = &c->tokens[c->count++];
    *token = (xtr__token){.type = (uint8_t)type, .at = (uint32_t)at, .size = (uint16_t)size};
    return token;
}

static void add_literal(compiler *c, size_t at, size_t size) {
    xtr__token *last = c->count > c->section->first ? &c->tokens[c->count - 1] : NULL;
    if (last && last->type == XTR__T_LITERAL && !last->what && last->at + last->size == at)
        last->size = (uint16_t)(last->size + size);
    else if (size)
        add(c, XTR__T_LITERAL, at, size);
}

/* How many bytes the character at `at` has. */
static size_t character(const compiler *c, size_t at) {
    size_t size = 1;
    while (at + size < c->end && ((unsigned char)c->format->code[at + size] & 0xC0) == 0x80)
        size++;
    return at < c->end ? size : 0;
}

static bool follows(const compiler *c, const char *word) {
    size_t size = strlen(word);
    return c->end - c->at >= size && strncasecmp(c->format->code + c->at, word, size) == 0;
}

static size_t run_of(const compiler *c, const char *letters) {
    size_t size = 0;
    while (c->at + size < c->end && strchr(letters, c->format->code[c->at + size]))
        size++;
    return size;
}

static void add_date(compiler *c, xtr__token_type type, size_t size) {
    bool seconds = type == XTR__T_SECOND || type == XTR__T_ALL_SECONDS;
    if (seconds && c->date >= 0 && c->tokens[c->date].type == XTR__T_MONTH &&
        c->tokens[c->date].size <= 2)
        c->tokens[c->date].type = XTR__T_MINUTE;
    if (type == XTR__T_MONTH && size <= 2 && c->date >= 0 &&
        (c->tokens[c->date].type == XTR__T_HOUR || c->tokens[c->date].type == XTR__T_ALL_HOURS))
        type = XTR__T_MINUTE;
    c->date = (int)c->count;
    add(c, type, c->at, size);
}

/* [>=100] */
static bool read_condition(compiler *c, const char *text, size_t size) {
    static const struct {
        char sign[3];
        xtr__comparison comparison;
    } signs[] = {{"<=", XTR__LESS_EQUAL}, {"<>", XTR__NOT_EQUAL}, {">=", XTR__GREATER_EQUAL},
                 {"<", XTR__LESS},        {">", XTR__GREATER},    {"=", XTR__EQUAL}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i].sign);
        if (size > length && strncmp(text, signs[i].sign, length) == 0 &&
            xtr__number_parse(&c->section->limit, text + length, size - length)) {
            c->section->comparison = signs[i].comparison;
            c->format->conditions = true;
            return true;
        }
    }
    return false;
}

/* [h], [Red], [>=100], [$€-407]: the currency is shown, colours and locales are not. */
static void read_bracket(compiler *c) {
    const char *code = c->format->code;
    size_t from = c->at + 1;
    const char *close = memchr(code + from, ']', c->end - from);
    if (!close) {
        add_literal(c, c->at++, 1);
        return;
    }
    size_t size = (size_t)(close - (code + from));
    c->at = from;
    size_t end = c->end;
    c->end = from + size;
    if (size && code[from] == '$') {
        const char *dash = memchr(code + from, '-', size);
        add_literal(c, from + 1, (dash ? (size_t)(dash - (code + from)) : size) - 1);
    } else if (size && run_of(c, "hH") == size) {
        add_date(c, XTR__T_ALL_HOURS, size);
    } else if (size && run_of(c, "mM") == size) {
        add_date(c, XTR__T_ALL_MINUTES, size);
    } else if (size && run_of(c, "sS") == size) {
        add_date(c, XTR__T_ALL_SECONDS, size);
    } else {
        read_condition(c, code + from, size);
    }
    c->end = end;
    c->at = from + size + 1;
}

/* ".00" behind seconds is their fraction, else the point of the number. */
static void read_point(compiler *c) {
    size_t zeros = 0;
    while (c->at + 1 + zeros < c->end && c->format->code[c->at + 1 + zeros] == '0')
        zeros++;
    if (zeros && c->date >= 0 && !c->digit) {
        size_t size = zeros < 6 ? zeros : 6;
        add(c, XTR__T_SUBSECOND, c->at, size);
        c->section->subsecond = (uint8_t)size;
        c->at += zeros + 1;
    } else if (c->point) {
        add_literal(c, c->at++, 1);
    } else {
        c->point = true;
        add(c, XTR__T_POINT, c->at++, 1);
    }
}

/* "/" and a denominator behind digits. */
static bool read_fraction(compiler *c) {
    if (c->count == c->section->first || c->tokens[c->count - 1].type != XTR__T_DIGIT)
        return false;
    c->at++;
    size_t size = run_of(c, "0123456789#?");
    if (!size) {
        c->at--;
        return false;
    }
    uint32_t fixed = 0;
    bool any = false;
    for (size_t i = 0; i < size && i < 7; i++) {
        char digit = c->format->code[c->at + i];
        any = any || (digit >= '1' && digit <= '9');
        fixed = fixed * 10 + (digit >= '0' && digit <= '9' ? (uint32_t)(digit - '0') : 0);
    }
    add(c, XTR__T_FRACTION, any ? fixed : 0, size < 7 ? size : 7);
    c->at += size;
    return true;
}

/* "E+00" behind digits; else "e" is a year. */
static void read_e(compiler *c) {
    char sign = c->at + 1 < c->end ? c->format->code[c->at + 1] : 0;
    if (c->digit && (sign == '+' || sign == '-')) {
        size_t at = c->at;
        c->at += 2;
        size_t size = run_of(c, "0#?");
        add(c, XTR__T_EXPONENT, at, size ? size : 1)->what = sign;
        c->at += size;
        return;
    }
    size_t size = run_of(c, "eE");
    add_date(c, XTR__T_YEAR, size);
    c->tokens[c->date].size = 4;
    c->at += size;
}

/* Letters of dates; false for others. */
static bool read_letters(compiler *c) {
    static const struct {
        char letters[3];
        uint8_t type;
    } parts[] = {{"yY", XTR__T_YEAR}, {"mM", XTR__T_MONTH},  {"dD", XTR__T_DAY},
                 {"hH", XTR__T_HOUR}, {"sS", XTR__T_SECOND}, {"bB", XTR__T_BUDDHIST_YEAR}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = run_of(c, parts[i].letters);
        if (size) {
            add_date(c, parts[i].type, size);
            c->at += size;
            return true;
        }
    }
    size_t weekday = run_of(c, "aA");
    if (follows(c, "AM/PM") || follows(c, "A/P")) {
        size_t size = follows(c, "A/P") ? 3 : 5;
        add(c, XTR__T_HALF, c->at, size)->what = c->format->code[c->at];
        c->section->half = true;
        c->at += size;
    } else if (weekday >= 3) {
        add_date(c, XTR__T_DAY, weekday);
        c->at += weekday;
    } else {
        return false;
    }
    return true;
}

/* A backslash, an underscore, an asterisk or a quotation mark. */
static void read_escape(compiler *c, char kind) {
    size_t at = ++c->at;
    const char *quote = memchr(c->format->code + at, '"', c->end - at);
    size_t size = kind != '"' ? character(c, at)
                  : quote     ? (size_t)(quote - (c->format->code + at))
                              : c->end - at;
    if (kind == '_')
        add(c, XTR__T_SPACE, at, 1);
    else if (kind != '*')
        add_literal(c, at, size);
    c->at += size + (kind == '"' && quote);
}

static void read_token(compiler *c) {
    char next = c->format->code[c->at];
    if (strchr("\\_*\"", next)) {
        read_escape(c, next);
    } else if (next == '[') {
        read_bracket(c);
    } else if (strchr("0#?", next)) {
        add(c, XTR__T_DIGIT, c->at++, 1)->what = next;
        c->digit = true;
    } else if (next == '.') {
        read_point(c);
    } else if (next == ',') { /* what it means is seen at the end: settle_commas */
        add(c, XTR__T_LITERAL, c->at++, 1)->what = ',';
    } else if (next == '%') {
        if (c->section->scale < 100)
            c->section->scale = (int16_t)(c->section->scale + 2);
        add_literal(c, c->at++, 1);
    } else if (next == '@') {
        add(c, XTR__T_TEXT, c->at++, 1);
    } else if (follows(c, "General")) {
        add(c, XTR__T_GENERAL, c->at, 7);
        c->at += 7;
    } else if (next == 'e' || next == 'E') {
        read_e(c);
    } else if (next == 'g' || next == 'G') { /* the name of an era, which only Japanese has */
        c->at += run_of(c, "gG");
    } else if (!(next == '/' && read_fraction(c)) && !read_letters(c)) {
        size_t size = character(c, c->at);
        add_literal(c, c->at, size);
        c->at += size;
    }
}

static bool is_digit(const compiler *c, size_t i) {
    return c->tokens[i].type == XTR__T_DIGIT;
}

/* A comma between digits sets thousands apart, behind the last digit it divides by thousand, and
 * elsewhere it is a comma. */
static void settle_commas(compiler *c) {
    size_t first = c->section->first;
    size_t last_digit = first, point = c->count;
    bool any = false;
    for (size_t i = first; i < c->count; i++) {
        if (is_digit(c, i)) {
            last_digit = i;
            any = true;
        } else if (c->tokens[i].type == XTR__T_POINT) {
            point = i;
        }
    }
    bool before = false;
    size_t last_integer = first;
    for (size_t i = first; i < point && i < c->count; i++)
        last_integer = is_digit(c, i) ? i : last_integer;
    for (size_t i = first; i < c->count; i++) {
        xtr__token *t = &c->tokens[i];
        before = before || is_digit(c, i);
        if (t->type != XTR__T_LITERAL || t->what != ',' || !before || !any)
            continue;
        if (i < last_integer)
            c->section->groups = true;
        else if ((i > last_digit || i < point) && c->section->scale > -100)
            c->section->scale = (int16_t)(c->section->scale - 3);
        else
            continue;
        t->size = 0;
    }
}

/* Digits before the point, behind it, and of a numerator. */
static void count_digits(compiler *c) {
    xtr__section *s = c->section;
    bool behind = false;
    for (size_t i = s->first; i < c->count; i++) {
        xtr__token_type type = c->tokens[i].type;
        behind = behind || type == XTR__T_POINT;
        if (type == XTR__T_DIGIT && behind)
            s->decimals++;
        else if (type == XTR__T_DIGIT)
            s->digits++;
        if (type == XTR__T_FRACTION && !s->numerator) {
            size_t from = i;
            while (from > s->first && is_digit(c, from - 1))
                from--;
            s->numerator = (uint16_t)(i - from);
            s->digits = (uint16_t)(s->digits > s->numerator ? s->digits - s->numerator : 0);
        }
    }
}

/* Words of a currency that nobody quoted are no dates: "0 USD". */
static void end_section(compiler *c) {
    xtr__section *s = c->section;
    bool kinds[XTR__T_ALL_SECONDS + 1] = {false};
    bool dates = false;
    s->end = (uint16_t)c->count;
    s->shows = s->end > s->first;
    settle_commas(c);
    count_digits(c);
    for (size_t i = s->first; i < s->end; i++) {
        xtr__token *t = &c->tokens[i];
        if (c->digit && t->type >= XTR__T_YEAR)
            *t = (xtr__token){.type = XTR__T_LITERAL, .at = t->at, .size = t->size};
        kinds[t->type] = true;
        dates = dates || t->type >= XTR__T_YEAR;
        s->elapsed = s->elapsed || t->type >= XTR__T_ALL_HOURS;
    }
    s->kind = kinds[XTR__T_GENERAL]    ? XTR__S_GENERAL
              : kinds[XTR__T_FRACTION] ? XTR__S_FRACTION
              : c->digit               ? XTR__S_NUMBER
              : dates                  ? XTR__S_DATE
              : kinds[XTR__T_TEXT]     ? XTR__S_TEXT
                                       : XTR__S_LITERAL;
}

/* Where the section that begins at `at` ends: at a ";" that is not quoted. */
static size_t section_end(const char *code, size_t at, size_t size) {
    bool quoted = false, bracketed = false;
    for (; at < size; at++) {
        if (quoted) {
            quoted = code[at] != '"';
        } else if (bracketed) {
            bracketed = code[at] != ']';
        } else if (code[at] == '\\' || code[at] == '_' || code[at] == '*') {
            at++;
        } else if (code[at] == ';') {
            return at;
        } else {
            quoted = code[at] == '"';
            bracketed = code[at] == '[' && memchr(code + at, ']', size - at);
        }
    }
    return size;
}

size_t xtr__number_compile(xtr__number_format *format, xtr__token *tokens, size_t size) {
    compiler c = {.format = format, .tokens = tokens};
    for (size_t at = 0; at <= size && format->count < XTR__FORMAT_SECTIONS;) {
        c.section = &format->sections[format->count++];
        *c.section = (xtr__section){.first = (uint16_t)c.count};
        c.at = at;
        c.end = section_end(format->code, at, size);
        c.date = -1;
        c.point = c.digit = false;
        at = c.end + 1;
        while (c.at < c.end)
            read_token(&c);
        end_section(&c);
    }
    return c.count;
}
