/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Commands: those of LaTeX, then those of the document, and what is unknown. */
#include "latex/latex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum action {
    DROP,
    KEEP, /* its arguments are text */
    LINE, /* of an algorithm */
    TEXT,
    /* What follows may be given a new meaning by the document, what precedes may not. */
    REDEFINABLE = TEXT,
    PDFSTRING,
    ENSUREMATH,
    STYLE,
    DECLARE,
    DIMENSION,
    HEADING,
    RUN_IN,
    CAPTION,
    NOTE,
    HREF,
    URL,
    REF,
    IMAGE,
    ITEM,
    BEGIN,
    END,
    PAR,
    BREAK,
    MATH,
    DEFINE,
    VERB,
    INPUT,
    FACT,
    AUTHOR, /* `value` 1: what follows is no name */
    AND,
    COLUMNS,
    ROWS,
    IFFALSE
} action;

typedef struct command {
    const char *name, *arguments;
    action action;
    int value;
    const char *text;
} command;

static const command commands[] = {
#define XTR_TEX(name, arguments, action, value, text) {name, arguments, action, value, text},
#include "commands.def"
#undef XTR_TEX
};

static int compare(xtr__span name, const char *other) {
    size_t size = strlen(other);
    int order = memcmp(name.text, other, name.size < size ? name.size : size);
    return order ? order : name.size < size ? -1 : name.size > size;
}

static const command *find(xtr__span name) {
    size_t first = 0, last = sizeof commands / sizeof *commands;
    while (first < last) {
        size_t middle = first + (last - first) / 2;
        int order = compare(name, commands[middle].name);
        if (!order)
            return &commands[middle];
        if (order < 0)
            last = middle;
        else
            first = middle + 1;
    }
    return NULL;
}

static bool open_brace(xtr__tex *t) {
    xtr__tex_frame *f = xtr__tex_top(t);
    const char *from = f->at;
    xtr__tex_skip_space(t);
    if (f->at < f->end && *f->at == '{') {
        f->at++;
        return true;
    }
    f->at = from;
    return false;
}

static bool take_star(xtr__tex *t) {
    xtr__tex_frame *f = xtr__tex_top(t);
    bool star = f->at < f->end && *f->at == '*';
    f->at += star;
    return star;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "pt", not as the beginning of a word. */
static bool is_unit(const char *at, const char *end) {
    static const char units[] = "pt mm cm in ex em bp pc dd cc sp mu";
    for (const char *unit = units; end - at >= 2 && unit < units + sizeof units; unit += 3) {
        if (!memcmp(at, unit, 2))
            return end - at == 2 || !is_letter(at[2]);
    }
    return false;
}

/* "1em plus .5ex", "-\baselineskip", "=0pt". `sure`: a number alone is one too. */
static void skip_dimension(xtr__tex *t, bool sure) {
    xtr__tex_frame *f = xtr__tex_top(t);
    const char *at = f->at;
    bool equals = at < f->end && *at == '=';
    at += equals;
    while (at < f->end && (*at == ' ' || *at == '-'))
        at++;
    const char *number = at;
    while (at < f->end && ((*at >= '0' && *at <= '9') || *at == '.' || *at == ','))
        at++;
    if (at == number) {
        if (sure && at < f->end && *at == '\\')
            f->at = at;
        return;
    }
    const char *unit = at;
    while (unit < f->end && *unit == ' ')
        unit++;
    bool measured = is_unit(unit, f->end);
    if (!measured && !sure && !equals)
        return;
    f->at = measured ? unit + 2 : at;
    for (size_t i = 0; i < 2; i++) {
        static const char *const words[] = {" plus", " minus"};
        size_t size = strlen(words[i]);
        if ((size_t)(f->end - f->at) > size && !memcmp(f->at, words[i], size)) {
            f->at += size;
            skip_dimension(t, true);
        }
    }
}

/* "<2->", of slides: when it is shown. */
void xtr__tex_skip_overlay(xtr__tex *t) {
    enum { LONGEST = 30 };
    xtr__tex_frame *f = xtr__tex_top(t);
    size_t most = (size_t)(f->end - f->at), size = 1;
    most = most < LONGEST ? most : LONGEST;
    bool number = false;
    if (!most || *f->at != '<')
        return;
    for (; size < most && (is_letter(f->at[size]) || memchr("0123456789+-,.|@:", f->at[size], 17));
         size++)
        number = number || !is_letter(f->at[size]);
    if (number && size < most && f->at[size] == '>')
        f->at += size + 1;
}

static void skip_parentheses(xtr__tex *t) {
    enum { LONGEST = 100 };
    xtr__tex_frame *f = xtr__tex_top(t);
    size_t most = (size_t)(f->end - f->at);
    bool open = most && *f->at == '(';
    const char *close = open ? memchr(f->at, ')', most < LONGEST ? most : LONGEST) : NULL;
    f->at = close ? close + 1 : f->at;
}

/* Blocks ------------------------------------------------------------------------------------ */

static bool open_block(xtr__tex *t, xtr_element_type type, int level, xtr__tex_end end) {
    if (!open_brace(t))
        return false;
    if (!t->preamble)
        xtr__flow_block(t->flow, type, level);
    xtr__tex_open(t, end, "");
    return true;
}

static void read_heading(xtr__tex *t, int depth) {
    int level = t->base + depth - (t->has_chapters || !depth ? 1 : 2);
    level = level < t->base ? t->base : level;
    (void)open_block(t, XTR_HEADING, level < 6 ? level : 6, XTR__TEX_BLOCK);
}

/* A title or the like: a fact and, in the document, shown; of the preamble it is kept until then.
 */
static void read_fact(xtr__tex *t, const command *c, xtr__span name) {
    xtr__span text;
    if (t->preamble) {
        if (!xtr__tex_braced(t, &text))
            return;
        xtr__puts(&t->front, "\\");
        xtr__put(&t->front, name.text, name.size);
        xtr__puts(&t->front, "{");
        xtr__put(&t->front, text.text, text.size);
        xtr__puts(&t->front, "}");
        return;
    }
    bool title = !strcmp(c->text, "title"), more = t->fact != NULL || !*c->text;
    bool opened = open_block(t, title ? XTR_HEADING : XTR_PARAGRAPH, title,
                             more ? XTR__TEX_BLOCK : XTR__TEX_FACT);
    if (opened && !more && t->group_count && t->groups[t->group_count - 1].end == XTR__TEX_FACT)
        t->fact = c->text;
}

static void read_and(xtr__tex *t) {
    t->fact_paused = false;
    if (t->fact)
        xtr__puts(&t->collected, "; ");
    if (!t->preamble)
        xtr__flow_end(t->flow);
}

static void read_break(xtr__tex *t, bool in_cell) {
    xtr__span ignored;
    (void)take_star(t);
    (void)xtr__tex_optional(t, &ignored);
    if (t->fact && !xtr__tex_names(t))
        xtr__putc(&t->collected, ' ');
    else if (t->fact)
        t->fact_paused = true; /* an affiliation */
    if (t->table.depth == 1 && !t->flow->in_note && !in_cell)
        xtr__tex_row(t);
    else if (!t->preamble && (!t->table.depth || t->table.in_cell))
        xtr__flow_break(t->flow);
}

static void read_item(xtr__tex *t) {
    xtr__tex_frame *f = xtr__tex_top(t);
    if (t->preamble)
        return;
    xtr__flow_item_begin(t->flow, NULL);
    const char *at = f->at;
    while (at < f->end && (*at == ' ' || *at == '\n'))
        at++;
    if (at >= f->end || *at != '[')
        return;
    xtr__span label;
    f->at = at;
    char *text;
    xtr__buffer term = {0};
    if (!xtr__tex_optional(t, &label))
        return;
    xtr__puts(&term, "\\textbf{");
    xtr__put(&term, label.text, label.size);
    xtr__puts(&term, "} ");
    size_t size;
    text = xtr__buffer_take(&term, &size);
    (void)xtr__tex_push(t, text, size);
}

/* Words ------------------------------------------------------------------------------------- */

static void put_unescaped(xtr__buffer *out, xtr__span address) {
    for (size_t i = 0; i < address.size; i++) {
        i += address.text[i] == '\\' && i + 1 < address.size;
        xtr__putc(out, address.text[i]);
    }
}

/* What follows leads to this address, unless it is in a link already. */
static void write_link(xtr__tex *t, const xtr__buffer *address) {
    if (t->preamble || t->flow->url || !address->size || address->size >= sizeof t->url)
        return;
    memcpy(t->url, address->data, address->size);
    t->url[address->size] = '\0';
    xtr__flow_style(t->flow, t->flow->styles, t->url);
}

static void read_href(xtr__tex *t) {
    xtr__span address;
    xtr__buffer text = {0};
    if (!xtr__tex_braced(t, &address) || !open_brace(t))
        return;
    xtr__tex_open(t, XTR__TEX_NOTHING, "");
    put_unescaped(&text, address);
    write_link(t, &text);
    t->out_of_memory = t->out_of_memory || text.failed;
    free(text.data);
}

static void read_url(xtr__tex *t) {
    xtr__span address;
    if (!xtr__tex_braced(t, &address))
        return;
    const char *before = t->flow->url;
    xtr__buffer text = {0};
    put_unescaped(&text, address);
    write_link(t, &text);
    xtr__tex_put(t, text.data, text.size);
    xtr__flow_style(t->flow, t->flow->styles, before);
    t->out_of_memory = t->out_of_memory || text.failed;
    free(text.data);
}

/* A citation or a reference: its keys in brackets, between what stands in brackets before them. */
static void read_reference(xtr__tex *t) {
    xtr__span keys, notes[2];
    xtr__buffer text = {0};
    size_t size;
    int count = 0;
    (void)take_star(t);
    while (count < 2 && xtr__tex_optional(t, &notes[count]))
        count++;
    if (!xtr__tex_braced(t, &keys))
        return;
    xtr__puts(&text, "[");
    if (count == 2 && notes[0].size) {
        xtr__put(&text, notes[0].text, notes[0].size);
        xtr__puts(&text, " ");
    }
    while (keys.size) {
        xtr__span key;
        bool more = xtr__span_cut(&keys, ',', &key);
        key = xtr__span_trim(key);
        xtr__put(&text, key.text, key.size);
        xtr__puts(&text, more ? ", " : "");
    }
    if (count && notes[count - 1].size) {
        xtr__puts(&text, ", ");
        xtr__put(&text, notes[count - 1].text, notes[count - 1].size);
    }
    xtr__puts(&text, "]");
    char *taken = xtr__buffer_take(&text, &size);
    (void)xtr__tex_push(t, taken, size);
}

static void read_image(xtr__tex *t) {
    xtr__span name, ignored;
    (void)take_star(t);
    while (xtr__tex_optional(t, &ignored))
        continue;
    if (!xtr__tex_braced(t, &name) || t->preamble)
        return;
    xtr_image(t->flow->builder, &(xtr_image_info){0});
    if (t->table.depth || t->flow->in_note || !t->flow->fresh) {
        xtr__tex_put(t, name.text, name.size);
        return;
    }
    xtr__flow_block(t->flow, XTR_IMAGE, 0);
    xtr__tex_put(t, name.text, name.size);
    xtr__flow_end(t->flow);
}

static void read_verbatim_word(xtr__tex *t) {
    xtr__tex_frame *f = xtr__tex_top(t);
    (void)take_star(t);
    if (f->at >= f->end)
        return;
    const char close = *f->at == '{' ? '}' : *f->at, *from = f->at + 1;
    size_t most = (size_t)(f->end - from);
    const char *end = memchr(from, close, most < 1000 ? most : 1000);
    if (!end)
        return;
    unsigned styles = t->flow->styles;
    f->at = end + 1;
    xtr__tex_style(t, styles | XTR_MONO);
    xtr__tex_put(t, from, (size_t)(end - from));
    xtr__tex_style(t, styles);
}

static void open_style(xtr__tex *t, unsigned style, xtr__tex_end end) {
    if (!open_brace(t))
        return;
    xtr__tex_open(t, end, "");
    xtr__tex_style(t, t->flow->styles | style);
}

static void open_note(xtr__tex *t) {
    if (!open_brace(t))
        return;
    bool shown = !t->preamble;
    if (shown && t->table.depth && !t->flow->in_note)
        xtr__tex_in_cell(t);
    xtr__tex_open(t, shown ? XTR__TEX_NOTE : XTR__TEX_NOTHING, "");
    if (shown) {
        xtr__flow_note_begin(t->flow, NULL, 0, true);
        xtr__flow_style(t->flow, 0, NULL);
    }
}

static void note_file(xtr__tex *t) {
    xtr__span name;
    if (!xtr__tex_braced(t, &name) || name.size > 200)
        return;
    xtr_warn(t->flow->builder, XTR_E_NOT_FOUND, 0, "\"%.*s\" is another file, which is not read",
             (int)name.size, name.text);
}

/* Two arguments of which the first is for paper. */
static void read_pdf_string(xtr__tex *t) {
    xtr__span paper, screen;
    if (!xtr__tex_braced(t, &paper))
        return;
    (void)xtr__tex_braced(t, &screen);
    xtr__buffer text = {0};
    size_t size;
    xtr__put(&text, paper.text, paper.size);
    char *taken = xtr__buffer_take(&text, &size);
    (void)xtr__tex_push(t, taken, size);
}

static void read_span(xtr__tex *t, uint32_t *span) {
    xtr__span number, ignored;
    if (!xtr__tex_braced(t, &number))
        return;
    uint32_t value = 0;
    for (size_t i = 0; i < number.size && i < 4 && number.text[i] >= '0' && number.text[i] <= '9';
         i++)
        value = value * 10 + (uint32_t)(number.text[i] - '0');
    *span = value > 1 ? value : 1;
    (void)xtr__tex_optional(t, &ignored);
    (void)xtr__tex_argument(t, &ignored);
    (void)xtr__tex_optional(t, &ignored);
}

/* ------------------------------------------------------------------------------------------- */

static void read_math(xtr__tex *t, bool display) {
    xtr__span text;
    if (xtr__tex_until(t, display ? "\\]" : "\\)", &text))
        xtr__tex_formula(t, text, display, NULL);
}

static void act_on_block(xtr__tex *t, const command *c, xtr__span name) {
    xtr__span text;
    switch (c->action) {
    case HEADING:
        read_heading(t, c->value);
        return;
    case RUN_IN:
        if (!t->preamble)
            xtr__flow_end(t->flow);
        open_style(t, XTR_BOLD, XTR__TEX_RUN_IN);
        return;
    case CAPTION:
        if (t->table.begun)
            return; /* text of a cell */
        t->table.caption = open_block(t, XTR_CAPTION, 0, XTR__TEX_BLOCK);
        return;
    case NOTE:
        open_note(t);
        return;
    case IMAGE:
        read_image(t);
        return;
    case ITEM:
        read_item(t);
        return;
    case BEGIN:
        xtr__tex_begin(t);
        return;
    case END:
        if (xtr__tex_braced(t, &text))
            xtr__tex_close_environment(t, text);
        return;
    case PAR:
        if (!t->preamble && !t->fact && !t->table.depth)
            xtr__flow_end(t->flow);
        return;
    case BREAK:
        read_break(t, c->value);
        return;
    case FACT:
        read_fact(t, c, name);
        return;
    case AUTHOR:
        t->fact_paused = c->value;
        if (c->value && !t->preamble)
            xtr__flow_break(t->flow);
        return;
    case AND:
        read_and(t);
        return;
    case COLUMNS:
        read_span(t, &t->table.column_span);
        return;
    case ROWS:
        read_span(t, &t->table.row_span);
        return;
    default:
        return;
    }
}

static void act(xtr__tex *t, const command *c, xtr__span name) {
    xtr__span text;
    switch (c->action) {
    case DROP:
    case KEEP:
        return;
    case LINE:
        if (!t->preamble)
            xtr__flow_break(t->flow);
        xtr__tex_puts(t, c->text);
        return;
    case TEXT:
        xtr__tex_puts(t, c->text);
        return;
    case PDFSTRING:
        read_pdf_string(t);
        return;
    case ENSUREMATH:
        if (xtr__tex_braced(t, &text))
            xtr__tex_formula(t, text, false, NULL);
        return;
    case STYLE:
        open_style(t, (unsigned)c->value, XTR__TEX_NOTHING);
        return;
    case DECLARE:
        xtr__tex_style(t, c->value ? t->flow->styles | (unsigned)c->value : 0);
        return;
    case DIMENSION:
        skip_dimension(t, true);
        return;
    case HREF:
        read_href(t);
        return;
    case URL:
        read_url(t);
        return;
    case REF:
        read_reference(t);
        return;
    case MATH:
        read_math(t, c->value);
        return;
    case DEFINE:
        (void)take_star(t);
        xtr__tex_define(t, (xtr__tex_definition)c->value);
        return;
    case VERB:
        read_verbatim_word(t);
        return;
    case INPUT:
        note_file(t);
        return;
    case IFFALSE:
        if (xtr__tex_until(t, "\\fi", &text))
            xtr__tex_skip_space(t);
        return;
    default:
        act_on_block(t, c, name);
        return;
    }
}

static bool is_citation(xtr__span name) {
    size_t size = name.size;
    return size >= 4 && (!memcmp(name.text, "cite", 4) || !memcmp(name.text + size - 4, "cite", 4));
}

void xtr__tex_command(xtr__tex *t, xtr__span name) {
    xtr__span ignored;
    const command *c = find(name);
    const xtr__tex_macro *m = c && c->action > REDEFINABLE ? NULL : xtr__tex_find(t, "", name);
    xtr__tex_frame *f = xtr__tex_top(t);
    bool word = name.size > 1 || (name.size && is_letter(*name.text));
    if (m) {
        if (xtr__tex_expand(t, m))
            return;
        c = NULL;
    }
    if (word && f->at < f->end && *f->at == '*' && c && c->action != VERB)
        f->at++;
    if (word && (!c || c->action != VERB))
        xtr__tex_skip_overlay(t);
    /* A word ends at a space, which is not shown. */
    while (word && f->at < f->end && (*f->at == ' ' || *f->at == '\t') && (!c || c->action != VERB))
        f->at++;
    if (!c && is_citation(name)) {
        read_reference(t);
        return;
    }
    if (!c) {
        if (word)
            skip_dimension(t, false);
        return;
    }
    for (const char *a = c->arguments; *a; a++) {
        if (*a == 'o')
            (void)xtr__tex_optional(t, &ignored);
        else if (*a == 'p')
            skip_parentheses(t);
        else
            (void)xtr__tex_braced(t, &ignored);
    }
    act(t, c, name);
}
