/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Typst (its reference at typst.app/docs). Markup is read as such; of code, what is content is
 * shown and what computes is not run (code.c). Formulas stay as they are. Other files are not read.
 */
#include "typst/typst.h"

#include "document/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_FORMULA = 16 << 10 };

static const char *const mime_types[] = {"text/x-typst", NULL};

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool starts(const xtr__typst *t, const char *word) {
    size_t size = strlen(word);
    return (size_t)(t->end - t->at) >= size && !memcmp(t->at, word, size);
}

/* Text -------------------------------------------------------------------------------------- */

static bool is_blank(const char *text, size_t size) {
    while (size && is_space(text[size - 1]))
        size--;
    return !size;
}

void xtr__typst_put(xtr__typst *t, const char *text, size_t size) {
    if (t->fact)
        xtr__put(&t->collected, text, size);
    if (t->muted)
        return;
    /* What a computation would make cells of. */
    if (t->in_table && !t->flow->in_cell && !t->flow->in_note && !is_blank(text, size))
        xtr__typst_cell(t);
    xtr__flow_text(t->flow, text, size);
}

void xtr__typst_puts(xtr__typst *t, const char *text) {
    xtr__typst_put(t, text, strlen(text));
}

void xtr__typst_style(xtr__typst *t, unsigned styles) {
    xtr__flow_style(t->flow, styles, t->flow->url);
}

static void end_block(xtr__typst *t) {
    if (t->strong || t->emphasis)
        xtr__typst_style(t, 0);
    t->strong = t->emphasis = false;
    if (!t->muted)
        xtr__flow_end(t->flow);
}

static void end_lists(xtr__typst *t, unsigned left) {
    for (; t->lists > left; t->lists--) {
        if (!t->muted)
            xtr__flow_list_end(t->flow);
    }
}

/* Comments ---------------------------------------------------------------------------------- */

static bool skip_comment(xtr__typst *t) {
    if (starts(t, "//")) {
        const char *end = memchr(t->at, '\n', (size_t)(t->end - t->at));
        t->at = end ? end : t->end;
        return true;
    }
    if (!starts(t, "/*"))
        return false;
    size_t depth = 0;
    while (t->at < t->end) {
        depth += starts(t, "/*");
        bool close = starts(t, "*/");
        t->at += close || starts(t, "/*") ? 2 : 1;
        if (close && !--depth)
            break;
    }
    return true;
}

void xtr__typst_skip(xtr__typst *t, bool lines) {
    while (t->at < t->end) {
        if (*t->at == ' ' || *t->at == '\t' || *t->at == '\r' || (lines && *t->at == '\n'))
            t->at++;
        else if (!skip_comment(t))
            return;
    }
}

/* Raw text and formulas --------------------------------------------------------------------- */

static void write_code(xtr__typst *t, const char *from, const char *to) {
    const char *line = memchr(from, '\n', (size_t)(to - from));
    while (to > from && is_space(to[-1]))
        to--;
    if (line && line < to)
        from = line + 1; /* the language stands before */
    if (t->muted)
        return;
    xtr__flow_block(t->flow, XTR_CODE, 0);
    xtr__typst_put(t, from, (size_t)(to - from));
    xtr__flow_end(t->flow);
}

void xtr__typst_raw(xtr__typst *t) {
    char ticks[64];
    size_t count = 0;
    while (t->at + count < t->end && t->at[count] == '`' && count < sizeof ticks)
        count++;
    if (count == 2) {
        t->at += 2;
        return;
    }
    memset(ticks, '`', count);
    const char *from = t->at + count;
    const char *to = from < t->end ? memmem(from, (size_t)(t->end - from), ticks, count) : NULL;
    if (!to) {
        xtr__typst_put(t, t->at, count);
        t->at = from;
        return;
    }
    t->at = to + count;
    if (count >= 3 && memchr(from, '\n', (size_t)(to - from))) {
        write_code(t, from, to);
        return;
    }
    unsigned styles = t->flow->styles;
    xtr__typst_style(t, styles | XTR_MONO);
    xtr__typst_put(t, from, (size_t)(to - from));
    xtr__typst_style(t, styles);
}

/* On its own when there is white space at both sides. */
void xtr__typst_math(xtr__typst *t) {
    const char *from = t->at + 1, *to = from;
    const char *last = t->end - from > LONGEST_FORMULA ? from + LONGEST_FORMULA : t->end;
    while (to < last && *to != '$')
        to += *to == '\\' && last - to > 1 ? 2 : 1;
    if (to >= last) {
        t->at++;
        xtr__typst_puts(t, "$");
        return;
    }
    t->at = to + 1;
    bool display = to - from > 2 && is_space(*from) && is_space(to[-1]);
    bool block = display && !t->flow->in_cell && !t->flow->in_note && !t->fact && !t->muted;
    xtr__span text = xtr__span_trim((xtr__span){from, (size_t)(to - from)});
    if (block)
        xtr__flow_block(t->flow, XTR_FORMULA, 0);
    unsigned styles = t->flow->styles;
    xtr__typst_style(t, styles | XTR_MATH);
    xtr__typst_put(t, text.text, text.size);
    xtr__typst_style(t, styles);
    if (block)
        xtr__flow_end(t->flow);
}

/* Words ------------------------------------------------------------------------------------- */

/* In a link it is text of that one. */
void xtr__typst_link(xtr__typst *t, xtr__span address) {
    if (t->muted || t->flow->url)
        return;
    size_t size = address.size < sizeof t->url ? address.size : 0;
    memcpy(t->url, address.text, size);
    t->url[size] = '\0';
    xtr__flow_style(t->flow, t->flow->styles, size ? t->url : NULL);
}

static void read_address(xtr__typst *t) {
    const char *from = t->at;
    while (t->at < t->end && !is_space(*t->at) && !strchr("<>\"[]()\\", *t->at))
        t->at++;
    while (t->at > from && strchr(".,;:!?'", t->at[-1]))
        t->at--;
    const char *before = t->flow->url;
    xtr__typst_link(t, (xtr__span){from, (size_t)(t->at - from)});
    xtr__typst_put(t, from, (size_t)(t->at - from));
    xtr__flow_style(t->flow, t->flow->styles, before);
}

static size_t label_size(const char *at, const char *end) {
    size_t size = 0;
    while (at + size < end && size < 200 && (is_word(at[size]) || strchr("_-:.", at[size])))
        size++;
    return size;
}

static void read_reference(xtr__typst *t) {
    size_t size = label_size(t->at + 1, t->end);
    bool word = t->at > t->start && is_word(t->at[-1]);
    if (!size || word) {
        xtr__typst_put(t, t->at++, 1);
        return;
    }
    const char *from = t->at + 1;
    t->at += size + 1;
    while (size > 1 && strchr(".:", from[size - 1])) {
        size--;
        t->at--;
    }
    xtr__typst_puts(t, "[");
    xtr__typst_put(t, from, size);
    xtr__typst_puts(t, "]");
}

/* Beside a word and beside what is none; else it stands for itself. */
static void read_mark(xtr__typst *t, bool *on, unsigned style) {
    bool before = t->at > t->start && is_word(t->at[-1]);
    bool behind = t->at + 1 < t->end && is_word(t->at[1]);
    bool blank = t->at + 1 >= t->end || is_space(t->at[1]);
    if ((before && behind) || (!*on && blank)) {
        xtr__typst_put(t, t->at++, 1);
        return;
    }
    t->at++;
    *on = !*on;
    unsigned styles = t->flow->styles;
    xtr__typst_style(t, *on ? styles | style : styles & ~style);
}

static void read_escape(xtr__typst *t) {
    t->at++;
    if (t->at >= t->end || is_space(*t->at)) {
        if (!t->muted)
            xtr__flow_break(t->flow);
        return;
    }
    if (starts(t, "u{")) {
        char *end, utf8[8];
        unsigned long code = strtoul(t->at + 2, &end, 16);
        if (end > t->at + 2 && end < t->end && *end == '}' && code < 0x110000 &&
            (code < 0xD800 || code > 0xDFFF)) {
            xtr__typst_put(t, utf8, xtr__utf8_encode(utf8, (uint32_t)code));
            t->at = end + 1;
            return;
        }
    }
    xtr__typst_put(t, t->at++, 1);
}

static bool read_sign(xtr__typst *t) {
    static const struct {
        const char *mark, *text;
    } signs[] = {{"---", "—"}, {"--", "–"}, {"...", "…"}, {"~", " "}, {"-?", "\u00AD"}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (starts(t, signs[i].mark)) {
            xtr__typst_puts(t, signs[i].text);
            t->at += strlen(signs[i].mark);
            return true;
        }
    }
    return false;
}

static void read_inline(xtr__typst *t) {
    size_t size;
    switch (*t->at) {
    case '#':
        xtr__typst_code(t);
        return;
    case '*':
        read_mark(t, &t->strong, XTR_BOLD);
        return;
    case '_':
        read_mark(t, &t->emphasis, XTR_ITALIC);
        return;
    case '`':
        xtr__typst_raw(t);
        return;
    case '$':
        xtr__typst_math(t);
        return;
    case '\\':
        read_escape(t);
        return;
    case '@':
        read_reference(t);
        return;
    case '<':
        size = label_size(t->at + 1, t->end);
        if (size && t->at + size + 1 < t->end && t->at[size + 1] == '>') {
            t->at += size + 2;
            return;
        }
        break;
    case 'h':
        if (starts(t, "https://") || starts(t, "http://")) {
            read_address(t);
            return;
        }
        break;
    case '/':
        if (skip_comment(t))
            return;
        break;
    default:
        if (read_sign(t))
            return;
        break;
    }
    xtr__typst_put(t, t->at++, 1);
}

/* Blocks ------------------------------------------------------------------------------------ */

/* The rest of the line, and what begins in it. */
static void read_line(xtr__typst *t) {
    size_t open = 0;
    while (t->at < t->end && *t->at != '\n' && !xtr_job_should_stop(t->job)) {
        open += *t->at == '[';
        if (*t->at == ']' && !open--)
            return;
        read_inline(t);
    }
}

static void read_heading(xtr__typst *t, size_t level, unsigned base) {
    t->at += level;
    end_lists(t, base);
    end_block(t);
    if (!t->muted)
        xtr__flow_block(t->flow, XTR_HEADING, level < 6 ? (int)level : 6);
    read_line(t);
    end_block(t);
}

static void begin_item(xtr__typst *t, size_t indent, bool ordered, unsigned base) {
    end_block(t);
    while (t->lists > base &&
           (t->indents[t->lists - 1] > indent ||
            (t->indents[t->lists - 1] == indent && t->ordered[t->lists - 1] != ordered)))
        end_lists(t, t->lists - 1);
    bool deeper = t->lists <= base || t->indents[t->lists - 1] < indent;
    if (deeper && t->lists < XTR__FLOW_LISTS) {
        if (!t->muted)
            xtr__flow_list_begin(t->flow, ordered, 1, '.');
        t->ordered[t->lists] = ordered;
        t->indents[t->lists++] = indent;
    }
    if (!t->muted)
        xtr__flow_item_begin(t->flow, NULL);
}

/* "/ Term: what it is" */
static void read_term(xtr__typst *t) {
    unsigned styles = t->flow->styles;
    xtr__typst_style(t, styles | XTR_BOLD);
    while (t->at < t->end && *t->at != ':' && *t->at != '\n')
        read_inline(t);
    xtr__typst_style(t, styles);
    if (t->at < t->end && *t->at == ':')
        xtr__typst_put(t, t->at++, 1);
}

static size_t number_size(const xtr__typst *t) {
    size_t size = 0;
    while (t->at + size < t->end && size < 9 && t->at[size] >= '0' && t->at[size] <= '9')
        size++;
    return size && t->end - t->at > (ptrdiff_t)size + 1 && t->at[size] == '.' &&
                   t->at[size + 1] == ' '
               ? size + 2
               : 0;
}

/* What a line begins with. */
static void begin_line(xtr__typst *t, size_t indent, unsigned base) {
    size_t level = 0;
    while (t->at + level < t->end && t->at[level] == '=' && level < 20)
        level++;
    bool spaced = t->end - t->at > 1 && t->at[1] == ' ';
    size_t number = number_size(t);
    if (level && t->at + level < t->end && t->at[level] == ' ') {
        read_heading(t, level, base);
    } else if (spaced && (*t->at == '-' || *t->at == '+' || *t->at == '/')) {
        bool term = *t->at == '/';
        begin_item(t, indent, *t->at == '+', base);
        t->at += 2;
        if (term)
            read_term(t);
    } else if (number) {
        begin_item(t, indent, true, base);
        t->at += number;
    } else if (t->lists > base && indent <= t->indents[t->lists - 1]) {
        while (t->lists > base && indent <= t->indents[t->lists - 1])
            end_lists(t, t->lists - 1);
        end_block(t);
    }
}

static void read_line_end(xtr__typst *t, unsigned base) {
    size_t lines = 0, indent = 0;
    for (; t->at < t->end && is_space(*t->at); t->at++) {
        lines += *t->at == '\n';
        indent = *t->at == '\n' ? 0 : indent + 1;
    }
    if (lines > 1)
        end_block(t);
    else
        xtr__typst_puts(t, " ");
    if (t->at < t->end)
        begin_line(t, indent, base);
}

/* Lists that are open before it, `base`, stay open. */
static void read_markup(xtr__typst *t, bool inside, unsigned base) {
    size_t open = 0, indent = 0;
    if (!inside) {
        for (; t->at < t->end && *t->at == ' '; t->at++)
            indent++;
        if (t->at < t->end)
            begin_line(t, indent, base);
    }
    while (t->at < t->end && !xtr_job_should_stop(t->job)) {
        size_t plain = 0;
        while (t->at + plain < t->end && !strchr("\n[]#*_`$\\@<h/-.~", t->at[plain]))
            plain++;
        if (plain) {
            xtr__typst_put(t, t->at, plain);
            t->at += plain;
            continue;
        }
        open += *t->at == '[';
        if (*t->at == ']' && inside && !open--) {
            t->at++;
            break;
        }
        if (*t->at == '\n')
            read_line_end(t, base);
        else
            read_inline(t);
    }
    end_lists(t, base);
}

void xtr__typst_content(xtr__typst *t) {
    bool strong = t->strong, emphasis = t->emphasis;
    if (t->depth >= XTR__TYPST_DEEPEST) {
        t->exhausted = true;
        xtr__typst_puts(t, "[");
        return;
    }
    t->depth++;
    t->strong = t->emphasis = false;
    /* A list or a heading may begin right behind the bracket. */
    const char *from = t->at;
    xtr__typst_skip(t, true);
    const char *line = t->at;
    while (line > from && line[-1] != '\n')
        line--;
    unsigned base = t->lists;
    if (t->at < t->end)
        begin_line(t, line > from ? (size_t)(t->at - line) : 0, base);
    read_markup(t, true, base);
    t->strong = strong;
    t->emphasis = emphasis;
    t->depth--;
}

/* A name that stands for content or a string is read in its place. */
void xtr__typst_read_value(xtr__typst *t, const xtr__typst_value *value) {
    if (t->depth >= XTR__TYPST_DEEPEST || value->value.size > t->budget) {
        t->exhausted = true;
        return;
    }
    t->budget -= value->value.size;
    const char *at = t->at, *end = t->end;
    if (*value->value.text == '"') {
        xtr__typst_string(t, (xtr__span){value->value.text + 1, value->value.size - 2});
        return;
    }
    t->at = value->value.text + 1;
    t->end = value->value.text + value->value.size;
    xtr__typst_content(t);
    t->at = at;
    t->end = end;
}

static int read_source(xtr__flow *flow, const char *text, size_t size) {
    xtr__typst *t = calloc(1, sizeof *t);
    if (!t)
        return xtr_job_fail(flow->job, XTR_E_MEMORY, "out of memory");
    t->job = flow->job;
    t->flow = flow;
    t->start = t->at = text;
    t->end = text + size;
    t->budget = 4 * size + (1 << 20);
    read_markup(t, false, 0);
    if (t->exhausted)
        xtr_partial(flow->builder, XTR_E_LIMIT, 0,
                    "what is nested too deep, or stands for too much, is left as it is");
    int code =
        t->collected.failed ? xtr_job_fail(flow->job, XTR_E_MEMORY, "out of memory") : XTR_OK;
    free(t->collected.data);
    free(t);
    return code;
}

static int run(xtr_job *job) {
    return xtr__flow_read(job, read_source);
}

const xtr_extractor xtr_extractor_typst = {
    .name = "typst",
    .title = "Typst",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
