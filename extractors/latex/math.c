/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Formulas: LaTeX as it is, but for the macros of the document, labels and comments. */
#include "latex/latex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16, LONGEST_OPTION = 256 };

/* The size of the group that `s` begins with, or 0. */
static size_t span_group(xtr__tex *t, xtr__span s) {
    size_t depth = 0, most = s.size < t->budget ? s.size : t->budget, i = 0;
    for (; i < most; i++) {
        if (s.text[i] == '\\')
            i++;
        else if (s.text[i] == '{')
            depth++;
        else if (s.text[i] == '}' && !--depth)
            break;
    }
    (void)xtr__tex_afford(t, i < most ? i : most);
    return i < most ? i + 1 : 0;
}

/* An argument at the start of `s`, in braces or a character or a command; the size it takes. */
static size_t read_argument(xtr__tex *t, xtr__span s, xtr__span *argument) {
    size_t skipped = 0;
    while (skipped < s.size && (s.text[skipped] == ' ' || s.text[skipped] == '\n'))
        skipped++;
    s = xtr__span_skip(s, skipped);
    *argument = (xtr__span){"", 0};
    if (!s.size)
        return skipped;
    if (*s.text == '{') {
        size_t size = span_group(t, s);
        if (size)
            *argument = (xtr__span){s.text + 1, size - 2};
        return skipped + size;
    }
    *argument = (xtr__span){s.text, *s.text == '\\' ? xtr__tex_command_size(s) : 1};
    return skipped + argument->size;
}

static void write_math(xtr__tex *t, xtr__buffer *out, xtr__span s, unsigned depth);

/* A macro with its arguments; the size they take behind its name. */
static size_t write_macro(xtr__tex *t, xtr__buffer *out, const xtr__tex_macro *m, xtr__span rest,
                          unsigned depth) {
    xtr__span arguments[9] = {{"", 0}};
    size_t taken = 0;
    xtr__buffer body = {0};
    for (unsigned i = 0; i < m->arguments && i < 9; i++) {
        xtr__span left = xtr__span_skip(rest, taken);
        const char *end =
            i == 0 && m->preset && left.size && *left.text == '['
                ? memchr(left.text, ']', left.size < LONGEST_OPTION ? left.size : LONGEST_OPTION)
                : NULL;
        if (end) {
            arguments[i] = (xtr__span){left.text + 1, (size_t)(end - left.text) - 1};
            taken += arguments[i].size + 2;
        } else if (i == 0 && m->preset) {
            arguments[i] = (xtr__span){m->preset, strlen(m->preset)};
        } else {
            taken += read_argument(t, left, &arguments[i]);
        }
    }
    for (size_t i = 0; i < m->body_size; i++) {
        unsigned number = (unsigned)(m->body[i + 1] - '1');
        if (m->body[i] != '#' || number >= m->arguments) {
            xtr__putc(&body, m->body[i]);
            continue;
        }
        if (!xtr__tex_afford(t, arguments[number].size))
            break;
        xtr__put(&body, arguments[number].text, arguments[number].size);
        i++;
    }
    if (!body.failed)
        write_math(t, out, (xtr__span){body.data, body.size}, depth + 1);
    free(body.data);
    return taken;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_left_out(xtr__span name) {
    static const char *const names[] = {"\\nonumber", "\\notag", "\\displaystyle", "\\allowbreak"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (xtr__span_is(name, names[i]))
            return true;
    }
    return false;
}

static size_t write_command(xtr__tex *t, xtr__buffer *out, xtr__span s, unsigned depth) {
    xtr__span name = {s.text, xtr__tex_command_size(s)};
    xtr__span rest = xtr__span_skip(s, name.size), ignored;
    const xtr__tex_macro *m = xtr__tex_find(t, "", xtr__span_skip(name, 1));
    if (m && depth < DEEPEST && xtr__tex_afford(t, m->body_size + 16)) {
        size_t taken = write_macro(t, out, m, rest, depth);
        bool word = out->size && rest.size > taken && name.size > 2;
        if (word && is_letter(rest.text[taken]))
            xtr__putc(out, ' '); /* a letter behind a command of letters is not of its name */
        return name.size + taken;
    }
    if (xtr__span_is(name, "\\label"))
        return name.size + read_argument(t, rest, &ignored);
    if (!is_left_out(name))
        xtr__put(out, name.text, name.size);
    return name.size;
}

static void write_math(xtr__tex *t, xtr__buffer *out, xtr__span s, unsigned depth) {
    for (size_t i = 0; i < s.size;) {
        xtr__span rest = xtr__span_skip(s, i);
        if (*rest.text == '\\') {
            i += write_command(t, out, rest, depth);
        } else if (*rest.text == '%') {
            const char *end = memchr(rest.text, '\n', rest.size);
            i += end ? (size_t)(end - rest.text) + 1 : rest.size;
        } else {
            xtr__putc(out, s.text[i++]);
        }
    }
}

/* "^{2}" and "_x": what is only raised or lowered is a word beside a word, not a formula. */
static bool write_shifted(xtr__tex *t, xtr__span text) {
    unsigned styles = t->flow->styles,
             shifted = *text.text == '^' ? XTR_SUPERSCRIPT : XTR_SUBSCRIPT;
    if (text.size < 2 || (*text.text != '^' && *text.text != '_'))
        return false;
    bool braces = text.text[1] == '{' && text.size > 3 && text.text[text.size - 1] == '}';
    if (!braces && text.size != 2)
        return false;
    xtr__span inner = {text.text + 1 + braces, text.size - 1 - 2 * (size_t)braces};
    for (size_t i = 0; i < inner.size; i++) {
        if (!isalnum((unsigned char)inner.text[i]) && !strchr(",*+-", inner.text[i]))
            return false;
    }
    xtr__tex_style(t, styles | shifted);
    xtr__tex_put(t, inner.text, inner.size);
    xtr__tex_style(t, styles);
    return true;
}

static void write_formula(xtr__tex *t, xtr__span text, bool display, const char *environment) {
    bool block = display && !t->flow->in_note && !t->table.depth && !t->fact;
    unsigned styles = t->flow->styles;
    if (!display && write_shifted(t, text))
        return;
    if (block)
        xtr__flow_block(t->flow, XTR_FORMULA, 0);
    xtr__tex_style(t, styles | XTR_MATH);
    if (environment) {
        xtr__tex_puts(t, "\\begin{");
        xtr__tex_puts(t, environment);
        xtr__tex_puts(t, "} ");
    }
    xtr__tex_put(t, text.text, text.size);
    if (environment) {
        xtr__tex_puts(t, " \\end{");
        xtr__tex_puts(t, environment);
        xtr__tex_puts(t, "}");
    }
    xtr__tex_style(t, styles);
    if (block)
        xtr__flow_end(t->flow);
}

void xtr__tex_formula(xtr__tex *t, xtr__span text, bool display, const char *environment) {
    xtr__buffer out = {0};
    if (t->preamble)
        return;
    write_math(t, &out, text, 0);
    xtr__span made = xtr__span_trim((xtr__span){out.data, out.size});
    bool paused = t->fact_paused; /* "^1" is the mark of a name, not of it */
    t->fact_paused = paused || (made.size && *made.text == '^' && xtr__tex_names(t));
    if (made.size)
        write_formula(t, made, display, environment);
    t->fact_paused = paused;
    t->out_of_memory = t->out_of_memory || out.failed;
    free(out.data);
}
