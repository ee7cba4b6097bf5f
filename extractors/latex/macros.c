/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Macros and environments that a document defines. What they stand for is read in their place;
 * xtr__tex_push bounds how deep and how much. */
#include "latex/latex.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_MACROS = 10000 };

static unsigned bucket_of(const char *prefix, xtr__span name) {
    unsigned hash = *prefix ? 7 : 1;
    for (size_t i = 0; i < name.size; i++)
        hash = hash * 31 + (unsigned char)name.text[i];
    return hash % XTR__TEX_BUCKETS;
}

const xtr__tex_macro *xtr__tex_find(const xtr__tex *t, const char *prefix, xtr__span name) {
    size_t before = strlen(prefix);
    for (const xtr__tex_macro *m = t->macros[bucket_of(prefix, name)]; m; m = m->next) {
        if (!strncmp(m->name, prefix, before) && strlen(m->name + before) == name.size &&
            !memcmp(m->name + before, name.text, name.size))
            return m;
    }
    return NULL;
}

static char *copy(xtr__span s) {
    char *out = malloc(s.size + 1);
    if (out) {
        memcpy(out, s.text, s.size);
        out[s.size] = '\0';
    }
    return out;
}

static void drop(xtr__tex_macro *m) {
    free(m->name);
    free(m->body);
    free(m->end);
    free(m->preset);
    free(m);
}

void xtr__tex_drop_macros(xtr__tex *t) {
    for (size_t i = 0; i < XTR__TEX_BUCKETS; i++) {
        while (t->macros[i]) {
            xtr__tex_macro *m = t->macros[i];
            t->macros[i] = m->next;
            drop(m);
        }
    }
}

typedef struct definition {
    xtr__span name, body, end, preset;
    bool has_end, has_preset;
    unsigned arguments;
} definition;

/* One of the same name is hidden, not dropped: its end may still be needed. */
static void add(xtr__tex *t, const char *prefix, const definition *d) {
    size_t before = strlen(prefix);
    t->exhausted = t->exhausted || t->macro_count == MOST_MACROS;
    if (t->macro_count == MOST_MACROS || !d->name.size || !xtr__tex_afford(t, d->body.size))
        return;
    t->macro_count++;
    xtr__tex_macro *m = calloc(1, sizeof *m);
    if (m) {
        m->name = malloc(before + d->name.size + 1);
        m->body = copy(d->body);
        m->end = d->has_end ? copy(d->end) : NULL;
        m->preset = d->has_preset ? copy(d->preset) : NULL;
        m->body_size = d->body.size;
        m->arguments = d->arguments;
    }
    if (!m || !m->name || !m->body || (d->has_end && !m->end) || (d->has_preset && !m->preset)) {
        t->out_of_memory = true;
        if (m)
            drop(m);
        return;
    }
    memcpy(m->name, prefix, before);
    memcpy(m->name + before, d->name.text, d->name.size);
    m->name[before + d->name.size] = '\0';
    xtr__tex_macro **bucket = &t->macros[bucket_of(prefix, d->name)];
    m->next = *bucket;
    *bucket = m;
}

/* Definitions ------------------------------------------------------------------------------- */

/* "\name", in braces or not, without its backslash. */
static bool read_name(xtr__tex *t, xtr__span *name) {
    if (!xtr__tex_braced(t, name))
        return false;
    *name = xtr__span_trim(*name);
    if (name->size < 2 || *name->text != '\\')
        return false;
    *name = xtr__span_skip(*name, 1);
    return true;
}

/* [count][preset] */
static void read_arguments(xtr__tex *t, definition *d) {
    xtr__span count;
    if (xtr__tex_optional(t, &count) && count.size == 1 && *count.text >= '0' && *count.text <= '9')
        d->arguments = (unsigned)(*count.text - '0');
    d->has_preset = d->arguments && xtr__tex_optional(t, &d->preset);
}

/* "#1#2" before the body; other ones have texts between their arguments, and no meaning here. */
static bool read_parameters(xtr__tex *t, unsigned *count) {
    xtr__tex_frame *f = xtr__tex_top(t);
    bool plain = true;
    for (*count = 0; f->at < f->end && *f->at != '{' && *f->at != '\n'; f->at++) {
        bool next = *f->at == '#' && f->end - f->at > 1 && f->at[1] == (char)('1' + *count);
        plain = plain && (next || *f->at == ' ');
        *count += next;
        f->at += next;
    }
    return plain && *count < 10;
}

static void define_environment(xtr__tex *t, bool theorem) {
    definition d = {.has_end = true};
    xtr__span ignored;
    xtr__buffer body = {0};
    if (!xtr__tex_braced(t, &d.name))
        return;
    if (!theorem) {
        read_arguments(t, &d);
        if (xtr__tex_braced(t, &d.body) && xtr__tex_braced(t, &d.end))
            add(t, "\\begin ", &d);
        return;
    }
    (void)xtr__tex_optional(t, &ignored);
    if (!xtr__tex_braced(t, &d.body))
        return;
    (void)xtr__tex_optional(t, &ignored);
    xtr__puts(&body, "\\par\\textbf{");
    xtr__put(&body, d.body.text, d.body.size);
    xtr__puts(&body, ".} ");
    d.body = (xtr__span){body.data, body.size};
    d.end = (xtr__span){"\\par ", 5};
    if (!body.failed)
        add(t, "\\begin ", &d);
    free(body.data);
}

static void define_operator(xtr__tex *t) {
    definition d = {0};
    xtr__buffer body = {0};
    xtr__span text;
    if (!read_name(t, &d.name) || !xtr__tex_braced(t, &text))
        return;
    xtr__puts(&body, "\\operatorname{");
    xtr__put(&body, text.text, text.size);
    xtr__putc(&body, '}');
    d.body = (xtr__span){body.data, body.size};
    if (!body.failed)
        add(t, "", &d);
    free(body.data);
}

void xtr__tex_define(xtr__tex *t, xtr__tex_definition how) {
    definition d = {0};
    if (how == XTR__TEX_NEWENVIRONMENT || how == XTR__TEX_NEWTHEOREM) {
        define_environment(t, how == XTR__TEX_NEWTHEOREM);
        return;
    }
    if (how == XTR__TEX_OPERATOR) {
        define_operator(t);
        return;
    }
    if (!read_name(t, &d.name))
        return;
    bool known = true;
    if (how == XTR__TEX_NEWCOMMAND)
        read_arguments(t, &d);
    else if (how == XTR__TEX_DEF)
        known = read_parameters(t, &d.arguments);
    xtr__tex_frame *f = xtr__tex_top(t);
    if (how == XTR__TEX_LET && f->at < f->end && *f->at == '=')
        f->at++;
    /* Of a macro that \let copies, the arguments are read by what it stands for. */
    if ((how == XTR__TEX_LET ? xtr__tex_argument(t, &d.body) : xtr__tex_braced(t, &d.body)) &&
        known)
        add(t, "", &d);
}

/* Expansion --------------------------------------------------------------------------------- */

static void substitute(xtr__buffer *out, const xtr__tex_macro *m, const xtr__span *arguments) {
    const char *at = m->body, *end = m->body + m->body_size;
    while (at < end) {
        const char *mark = memchr(at, '#', (size_t)(end - at));
        if (!mark || mark + 1 == end) {
            xtr__put(out, at, (size_t)(end - at));
            return;
        }
        xtr__put(out, at, (size_t)(mark - at));
        unsigned number = (unsigned)(mark[1] - '1');
        if (number < m->arguments)
            xtr__put(out, arguments[number].text, arguments[number].size);
        else
            xtr__putc(out, '#');
        at = mark + 1 + (number < m->arguments || mark[1] == '#');
    }
}

/* What it may come to, before it is made: a body may name an argument often. */
static bool affordable(xtr__tex *t, const xtr__tex_macro *m, const xtr__span *arguments) {
    size_t size = m->body_size;
    const char *at = m->body, *end = m->body + m->body_size;
    for (; (at = memchr(at, '#', (size_t)(end - at))) != NULL; at++) {
        unsigned number = (unsigned)(at[1] - '1');
        size += number < m->arguments ? arguments[number].size : 0;
    }
    if (size <= t->budget)
        return true;
    t->exhausted = true;
    return false;
}

bool xtr__tex_expand(xtr__tex *t, const xtr__tex_macro *m) {
    xtr__span arguments[9] = {{"", 0}};
    xtr__tex_frame *f = xtr__tex_top(t);
    const char *from = f->at;
    unsigned first = 0;
    xtr__buffer out = {0};
    if (m->arguments && m->preset) {
        first = 1;
        if (!xtr__tex_optional(t, &arguments[0]))
            arguments[0] = (xtr__span){m->preset, strlen(m->preset)};
    }
    for (unsigned i = first; i < m->arguments && i < 9; i++) {
        if (!xtr__tex_argument(t, &arguments[i]))
            arguments[i] = (xtr__span){"", 0};
    }
    if (affordable(t, m, arguments)) {
        substitute(&out, m, arguments);
        size_t size;
        char *text = out.failed ? NULL : xtr__buffer_take(&out, &size);
        if (text && xtr__tex_push(t, text, size))
            return true;
        t->out_of_memory = t->out_of_memory || !text;
    }
    free(out.failed ? out.data : NULL);
    f->at = from;
    return false;
}
