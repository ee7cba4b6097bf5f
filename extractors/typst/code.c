/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Code of Typst: statements, calls and their arguments. Content in brackets is shown wherever it
 * stands, but in what is only defined; strings where a function shows them. Nothing is computed. */
#include "typst/typst.h"

#include <stdlib.h>
#include <string.h>

typedef enum kind {
    OTHER, /* content is shown */
    DROP,
    LINK,
    IMAGE,
    FIGURE,
    TABLE,
    CELL,
    HEADER,
    INNER, /* of a table in a cell: text, parted by spaces */
    NOTE,
    STYLE,
    HEADING,
    QUOTE,
    ITEMS, /* `value` 1: numbered */
    RAW,
    REFERENCE,
    TEXT, /* strings are shown too */
    BREAK
} kind;

typedef struct call {
    kind how;
    int value;
    xtr__span string; /* the first argument that is one */
    uint32_t level, columns, column_span, row_span;
    bool block;
    bool begun;
    bool shown;              /* content among the arguments was */
    const char *attribution; /* of a quote, which is shown behind it */
} call;

static const struct {
    const char *name;
    kind how;
    int value;
} functions[] = {
    {"link", LINK, 0},
    {"image", IMAGE, 0},
    {"figure", FIGURE, 0},
    {"table", TABLE, 0},
    {"grid", TABLE, 0},
    {"table.cell", CELL, 0},
    {"grid.cell", CELL, 0},
    {"table.header", HEADER, 0},
    {"grid.header", HEADER, 0},
    {"table.footer", HEADER, 1},
    {"grid.footer", HEADER, 1},
    {"table.hline", DROP, 0},
    {"table.vline", DROP, 0},
    {"footnote", NOTE, 0},
    {"strong", STYLE, XTR_BOLD},
    {"emph", STYLE, XTR_ITALIC},
    {"sub", STYLE, XTR_SUBSCRIPT},
    {"super", STYLE, XTR_SUPERSCRIPT},
    {"strike", STYLE, XTR_STRIKE},
    {"heading", HEADING, 0},
    {"quote", QUOTE, 0},
    {"list", ITEMS, 0},
    {"enum", ITEMS, 1},
    {"terms", ITEMS, 0},
    {"raw", RAW, 0},
    {"cite", REFERENCE, 0},
    {"ref", REFERENCE, 0},
    {"text", TEXT, 0},
    {"upper", TEXT, 0},
    {"lower", TEXT, 0},
    {"smallcaps", TEXT, 0},
    {"underline", TEXT, 0},
    {"highlight", TEXT, 0},
    {"linebreak", BREAK, 0},
    {"v", DROP, 0},
    {"h", DROP, 0},
    {"pagebreak", DROP, 0},
    {"colbreak", DROP, 0},
    {"outline", DROP, 0},
    {"bibliography", DROP, 0},
    {"line", DROP, 0},
    {"counter", DROP, 0},
    {"state", DROP, 0},
    {"lorem", DROP, 0},
    {"label", DROP, 0},
    {"rgb", DROP, 0},
    {"luma", DROP, 0},
    {"parbreak", DROP, 0},
    {"metadata", DROP, 0},
};

static void read_expression(xtr__typst *t, call *of);

static bool is_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || (unsigned char)c >= 0x80;
}

static bool at(const xtr__typst *t, char c) {
    return t->at < t->end && *t->at == c;
}

/* "table.header", without a point at its end. */
static xtr__span read_name(xtr__typst *t) {
    const char *from = t->at;
    if (t->at < t->end && *t->at >= '0' && *t->at <= '9')
        return (xtr__span){from, 0};
    while (t->at < t->end &&
           (is_name(*t->at) || (*t->at == '.' && t->at > from && t->end - t->at > 1 &&
                                is_name(t->at[1]) && *t->at != '-')))
        t->at++;
    return (xtr__span){from, (size_t)(t->at - from)};
}

static bool is(xtr__span name, const char *word) {
    return name.size == strlen(word) && !memcmp(name.text, word, name.size);
}

/* A string, of which the opening mark is next; what is in it, as written. */
static xtr__span read_string(xtr__typst *t) {
    const char *from = ++t->at;
    while (t->at < t->end && *t->at != '"')
        t->at += *t->at == '\\' && t->end - t->at > 1 ? 2 : 1;
    xtr__span out = {from, (size_t)(t->at - from)};
    t->at += t->at < t->end;
    return out;
}

void xtr__typst_string(xtr__typst *t, xtr__span s) {
    for (size_t i = 0; i < s.size; i += 2) {
        size_t from = i;
        while (i < s.size && s.text[i] != '\\')
            i++;
        xtr__typst_put(t, s.text + from, i - from);
        if (i + 1 < s.size)
            xtr__typst_put(t, s.text[i + 1] == 'n' ? " " : s.text + i + 1, 1);
    }
}

static const xtr__typst_value *value_of(const xtr__typst *t, xtr__span name) {
    for (size_t i = t->value_count; i--;) {
        if (t->values[i].name.size == name.size &&
            !memcmp(t->values[i].name.text, name.text, name.size))
            return &t->values[i];
    }
    return NULL;
}

/* Facts ------------------------------------------------------------------------------------- */

static const char *fact_of(xtr__span name) {
    static const struct {
        const char *name, *key;
    } facts[] = {{"title", "title"},       {"author", "authors"},   {"authors", "authors"},
                 {"keywords", "keywords"}, {"subtitle", "subject"}, {"description", "description"}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (is(name, facts[i].name))
            return facts[i].key;
    }
    return NULL;
}

static void end_fact(xtr__typst *t) {
    xtr__putc(&t->collected, '\0');
    if (!t->collected.failed) {
        xtr__span text = xtr__span_trim((xtr__span){t->collected.data, t->collected.size - 1});
        while (text.size && strchr("; ", text.text[text.size - 1]))
            text.size--;
        t->collected.data[(size_t)(text.text - t->collected.data) + text.size] = '\0';
        xtr_metadata(t->flow->builder, t->fact, text.text);
    }
    t->collected.size = 0;
    t->fact = NULL;
}

/* A value that is a fact; a title given to a template is shown as the heading it becomes. */
static void read_fact(xtr__typst *t, const char *key, bool shown) {
    bool strings = t->strings, title = shown && !strcmp(key, "title");
    if (shown)
        xtr__flow_end(t->flow);
    if (title)
        xtr__flow_block(t->flow, XTR_HEADING, 1);
    t->muted += !shown;
    t->strings = true;
    t->fact = key;
    read_expression(t, NULL);
    end_fact(t);
    t->strings = strings;
    t->muted -= !shown;
    if (shown)
        xtr__flow_end(t->flow);
}

/* Tables ------------------------------------------------------------------------------------ */

static void begin_table(xtr__typst *t, call *c) {
    if (c->begun)
        return;
    c->begun = true;
    if (t->muted || t->in_table)
        return;
    t->in_table = true;
    t->columns = c->columns ? c->columns : 1;
    t->row = 0;
    c->block = true; /* it is this one that ends the table */
    xtr__flow_table_begin(t->flow);
    xtr__flow_row(t->flow);
}

static void begin_cell(xtr__typst *t, const call *c, bool header) {
    xtr__flow *f = t->flow;
    if (t->muted || !t->in_table || f->in_note)
        return;
    for (int i = 0; i < 64; i++) { /* rows that cells above cover */
        uint32_t column = f->column;
        while (column < t->columns && column < XTR__FLOW_COLUMNS && f->taken[column])
            column++;
        if (column < t->columns)
            break;
        f->any_cell = true;
        xtr__flow_row(f);
        t->row++;
    }
    xtr__flow_cell_begin(f, c ? c->row_span : 1, c ? c->column_span : 1, header || !t->row);
}

void xtr__typst_cell(xtr__typst *t) {
    begin_cell(t, NULL, false);
}

/* A number, or that of the values in parentheses. */
static uint32_t read_count(xtr__typst *t) {
    uint32_t count = 0;
    if (at(t, '(')) {
        size_t depth = 0;
        bool any = false;
        for (; t->at < t->end; t->at++) {
            depth += *t->at == '(';
            if (*t->at == ')' && !--depth)
                break;
            count += *t->at == ',' && depth == 1 && any;
            any = *t->at == ',' && depth == 1 ? false : any || (*t->at != ' ' && *t->at != '(');
        }
        t->at += t->at < t->end;
        count += any;
    } else {
        while (t->at < t->end && *t->at >= '0' && *t->at <= '9' && count < XTR__FLOW_COLUMNS)
            count = count * 10 + (uint32_t)(*t->at++ - '0');
    }
    return count < XTR__FLOW_COLUMNS ? count : XTR__FLOW_COLUMNS;
}

/* The number of columns: as said, or that of the widths given, as in "(auto,) + (1fr,) * 3". */
static uint32_t read_columns(xtr__typst *t) {
    uint32_t count = 0;
    for (bool more = true; more;) {
        uint32_t term = read_count(t);
        xtr__typst_skip(t, false);
        if (at(t, '*')) {
            t->at++;
            xtr__typst_skip(t, false);
            term *= read_count(t);
            xtr__typst_skip(t, false);
        }
        count += term;
        more = at(t, '+') && count < XTR__FLOW_COLUMNS;
        t->at += more;
        xtr__typst_skip(t, false);
    }
    return count < XTR__FLOW_COLUMNS ? count : XTR__FLOW_COLUMNS;
}

/* Arguments --------------------------------------------------------------------------------- */

/* What is said of an author, beside the name, is shown but not of the fact. */
static void read_part_of_fact(xtr__typst *t, xtr__span name) {
    const char *fact = t->fact;
    bool strings = t->strings, is_fact = is(name, "name"), shown = at(t, '[') || at(t, '"');
    t->strings = is_fact || !t->muted;
    if (shown && !t->muted)
        xtr__flow_puts(t->flow, is_fact ? " " : ", ");
    t->fact = is_fact ? fact : NULL;
    read_expression(t, NULL);
    t->fact = fact;
    t->strings = strings;
}

/* Read now, and shown behind the quote. */
static void read_attribution(xtr__typst *t, call *c) {
    const char *from = t->at;
    t->muted++;
    read_expression(t, NULL);
    t->muted--;
    size_t size = (size_t)(t->at - from);
    t->exhausted = t->exhausted || size > t->budget;
    if (t->muted || size > t->budget)
        return;
    t->budget -= size;
    c->attribution = from;
}

static void write_attribution(xtr__typst *t, const call *c) {
    const char *from = t->at;
    t->at = c->attribution;
    xtr__typst_puts(t, " ");
    read_expression(t, NULL);
    t->at = from;
    if (c->block)
        xtr__flow_end(t->flow);
}

static void read_named(xtr__typst *t, call *c, xtr__span name) {
    xtr__typst_skip(t, true);
    const char *key = fact_of(name);
    bool inner = c->how == OTHER;
    if (c->how == TABLE && is(name, "columns")) {
        c->columns = read_columns(t);
    } else if (is(name, "level") || is(name, "colspan") || is(name, "rowspan")) {
        uint32_t value = read_columns(t);
        *(is(name, "level")     ? &c->level
          : is(name, "colspan") ? &c->column_span
                                : &c->row_span) = value;
    } else if (is(name, "block")) {
        c->block = at(t, 't');
    } else if (c->how == QUOTE && is(name, "attribution")) {
        read_attribution(t, c);
    } else if (c->how == FIGURE && is(name, "caption")) {
        xtr__flow_end(t->flow);
        if (!t->muted)
            xtr__flow_block(t->flow, XTR_CAPTION, 0);
        read_expression(t, NULL);
        xtr__flow_end(t->flow);
    } else if (inner && key && !t->fact && c->value) {
        read_fact(t, key, c->value > 1);
        return;
    } else if (t->fact) {
        read_part_of_fact(t, name);
        return;
    } else {
        bool strings = t->strings, part = inner && c->value > 1 && !t->muted;
        t->strings = false;
        read_expression(t, NULL);
        t->strings = strings;
        if (part)
            xtr__flow_end(t->flow);
        return;
    }
    read_expression(t, NULL); /* whatever is left of it */
}

static void read_positional(xtr__typst *t, call *c) {
    size_t collected = t->fact ? t->collected.size : 0;
    if (collected && t->collected.data[collected - 1] != ' ')
        xtr__typst_puts(t, "; "); /* another author */
    const kind how = c->how;
    bool content = at(t, '[') || at(t, '$') || at(t, '"') || (t->at < t->end && is_name(*t->at));
    xtr__span call_name = {t->at, (size_t)(t->end - t->at)};
    bool part = xtr__span_starts(call_name, "table.") || xtr__span_starts(call_name, "grid.") ||
                xtr__span_starts(call_name, "..");
    if (how == INNER || (how == OTHER && c->shown))
        xtr__typst_puts(t, " ");
    c->shown = c->shown || at(t, '[');
    if (how == TABLE)
        begin_table(t, c);
    if ((how == TABLE || how == HEADER) && !part && content && t->in_table) {
        bool strings = t->strings;
        t->strings = true;
        begin_cell(t, NULL, how == HEADER && !c->value);
        read_expression(t, NULL);
        if (!t->muted)
            xtr__flow_cell_end(t->flow);
        t->strings = strings;
    } else if (how == ITEMS && content && !t->muted) {
        xtr__flow_item_begin(t->flow, NULL);
        read_expression(t, NULL);
        xtr__flow_item_end(t->flow);
    } else if (at(t, '"') && !c->string.text) {
        bool later = how == LINK || how == IMAGE || how == RAW;
        c->string = read_string(t);
        if (!later && (t->strings || how == TEXT || how == STYLE || how == HEADING || how == NOTE ||
                       how == CELL || how == INNER || how == QUOTE))
            xtr__typst_string(t, c->string);
        read_expression(t, c);
    } else {
        read_expression(t, c);
    }
}

/* What stands in parentheses, of which the opening one is next: of a call, or a list. */
static void read_arguments(xtr__typst *t, call *c) {
    if (t->depth >= XTR__TYPST_DEEPEST) {
        t->exhausted = true;
        t->at++;
        return;
    }
    call list = {.how = OTHER};
    c = c ? c : &list;
    t->depth++;
    for (t->at++; t->at < t->end && !xtr_job_should_stop(t->job);) {
        xtr__typst_skip(t, true);
        if (at(t, ')'))
            break;
        if (at(t, ',') || at(t, ';') || at(t, ']') || at(t, '}')) {
            t->at++;
            continue;
        }
        const char *from = t->at;
        xtr__span name = read_name(t);
        xtr__typst_skip(t, true);
        if (name.size && at(t, ':')) {
            t->at++;
            read_named(t, c, name);
        } else {
            t->at = from;
            read_positional(t, c);
        }
    }
    t->at += t->at < t->end;
    t->depth--;
}

/* Calls ------------------------------------------------------------------------------------- */

static void begin_call(xtr__typst *t, call *c) {
    if (t->muted)
        return;
    if (c->how == HEADING || (c->how == QUOTE && c->block))
        xtr__flow_end(t->flow);
    if (c->how == HEADING)
        xtr__flow_block(t->flow, XTR_HEADING, c->level < 1 ? 1 : c->level > 6 ? 6 : (int)c->level);
    if (c->how == QUOTE && c->block)
        xtr__flow_quote_begin(t->flow);
    if (c->how == STYLE)
        xtr__typst_style(t, t->flow->styles | (unsigned)c->value);
    if (c->how == LINK && c->string.text)
        xtr__typst_link(t, c->string);
    if (c->how == CELL)
        begin_cell(t, c, false);
}

static void write_image(xtr__typst *t, const call *c) {
    xtr_image(t->flow->builder, &(xtr_image_info){0});
    bool alone = t->flow->fresh && !t->flow->in_cell && !t->flow->in_note;
    if (alone)
        xtr__flow_block(t->flow, XTR_IMAGE, 0);
    xtr__typst_string(t, c->string);
    if (alone)
        xtr__flow_end(t->flow);
}

static void write_raw(xtr__typst *t, const call *c) {
    unsigned styles = t->flow->styles;
    if (c->block)
        xtr__flow_block(t->flow, XTR_CODE, 0);
    else
        xtr__typst_style(t, styles | XTR_MONO);
    xtr__typst_string(t, c->string);
    if (c->block)
        xtr__flow_end(t->flow);
    else
        xtr__typst_style(t, styles);
}

static void end_call(xtr__typst *t, call *c, bool content) {
    if (t->muted)
        return;
    if (c->how == HEADING)
        xtr__flow_end(t->flow);
    if (c->how == QUOTE && c->block)
        xtr__flow_quote_end(t->flow);
    if (c->attribution)
        write_attribution(t, c);
    if (c->how == LINK && !content && c->string.text)
        xtr__typst_string(t, c->string);
    if (c->how == IMAGE && c->string.text)
        write_image(t, c);
    if (c->how == RAW && c->string.text)
        write_raw(t, c);
    if (c->how == NOTE)
        xtr__flow_note_end(t->flow);
    if (c->how == CELL)
        xtr__flow_cell_end(t->flow);
    if (c->how == ITEMS)
        xtr__flow_list_end(t->flow);
    if (c->how == FIGURE)
        xtr__flow_end(t->flow);
    if (c->how == BREAK)
        xtr__flow_break(t->flow);
    if (c->how == TABLE && c->begun && c->block) {
        xtr__flow_table_end(t->flow);
        t->in_table = false;
    }
}

/* Behind the name of a function: its arguments, and its content. */
static void read_call(xtr__typst *t, call *c) {
    unsigned styles = t->flow->styles;
    const char *url = t->flow->url;
    bool content = false, muted = c->how == DROP;
    t->muted += muted;
    if (!t->muted && c->how == NOTE)
        xtr__flow_note_begin(t->flow, NULL, 0, true);
    if (!t->muted && c->how == ITEMS)
        xtr__flow_list_begin(t->flow, c->value, 1, '.');
    if (c->how == STYLE || c->how == HEADING)
        c->level = c->level ? c->level : 1;
    bool early = c->how == STYLE || c->how == CELL; /* what is in parentheses is of it too */
    if (early && !(c->how == CELL))
        begin_call(t, c);
    if (at(t, '('))
        read_arguments(t, c);
    if (!early || c->how == CELL)
        begin_call(t, c);
    while (at(t, '[')) {
        bool item = c->how == ITEMS && !t->muted;
        if ((c->shown && c->how == OTHER) || c->how == INNER)
            xtr__typst_puts(t, " ");
        bool cell = c->how == TABLE;
        if (cell)
            begin_table(t, c);
        if (cell && t->in_table)
            begin_cell(t, NULL, false);
        if (item)
            xtr__flow_item_begin(t->flow, NULL);
        content = c->shown = true;
        t->at++;
        xtr__typst_content(t);
        if (cell && t->in_table && !t->muted)
            xtr__flow_cell_end(t->flow);
        if (item)
            xtr__flow_item_end(t->flow);
    }
    end_call(t, c, content);
    xtr__flow_style(t->flow, styles, url);
    t->muted -= muted;
}

static void read_named_thing(xtr__typst *t) {
    xtr__span name = read_name(t);
    call c = {.column_span = 1, .row_span = 1};
    if (!at(t, '(') && !at(t, '[')) {
        const xtr__typst_value *value = value_of(t, name);
        if (value)
            xtr__typst_read_value(t, value);
        return;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (is(name, functions[i].name)) {
            c.how = functions[i].how;
            c.value = functions[i].value;
        }
    }
    bool inner = c.how == TABLE && t->in_table;
    t->inner += inner;
    if (t->inner && (c.how == TABLE || c.how == CELL || c.how == HEADER))
        c.how = INNER;
    read_call(t, &c);
    t->inner -= inner;
}

/* Expressions ------------------------------------------------------------------------------- */

/* A block in braces, of which the opening one is next: what is content in it is shown. */
static void read_block(xtr__typst *t) {
    if (t->depth >= XTR__TYPST_DEEPEST) {
        t->exhausted = true;
        t->at++;
        return;
    }
    t->depth++;
    t->at++;
    while (t->at < t->end && !at(t, '}') && !xtr_job_should_stop(t->job)) {
        const char *from = t->at;
        xtr__typst_skip(t, true);
        if (at(t, '}'))
            break;
        xtr__typst_code(t);
        if (t->at == from)
            t->at++;
    }
    t->at += t->at < t->end;
    t->depth--;
}

/* One part of an expression; false: what is next ends it. */
static bool read_operand(xtr__typst *t, call *of) {
    xtr__span string;
    switch (*t->at) {
    case ',':
    case ')':
    case ']':
    case '}':
    case ';':
    case '\n':
        return false;
    case '[':
        t->at++;
        xtr__typst_content(t);
        return true;
    case '(':
        read_arguments(t, NULL);
        return true;
    case '{':
        read_block(t);
        return true;
    case '$':
        xtr__typst_math(t);
        return true;
    case '`':
        xtr__typst_raw(t);
        return true;
    case '"':
        string = read_string(t);
        if (t->strings)
            xtr__typst_string(t, string);
        return true;
    case '<': {
        const char *end = memchr(t->at, '>', (size_t)(t->end - t->at < 200 ? t->end - t->at : 200));
        if (of && of->how == REFERENCE && end) {
            xtr__typst_puts(t, "[");
            xtr__typst_put(t, t->at + 1, (size_t)(end - t->at) - 1);
            xtr__typst_puts(t, "]");
        }
        t->at = end ? end + 1 : t->at + 1;
        return true;
    }
    default:
        break;
    }
    if (is_name(*t->at) && !(*t->at >= '0' && *t->at <= '9') && *t->at != '-')
        read_named_thing(t);
    else
        t->at++;
    return true;
}

/* Up to what ends it: a comma, a bracket that is not its own, or the end of its line. */
static void read_expression(xtr__typst *t, call *of) {
    while (t->at < t->end && !xtr_job_should_stop(t->job)) {
        xtr__typst_skip(t, false);
        if (t->at >= t->end)
            return;
        if (!read_operand(t, of))
            return;
    }
}

/* Statements -------------------------------------------------------------------------------- */

static void read_let(xtr__typst *t) {
    xtr__typst_skip(t, false);
    xtr__span name = read_name(t);
    bool function = at(t, '(');
    t->muted++;
    if (function)
        read_arguments(t, NULL);
    xtr__typst_skip(t, false);
    if (at(t, '=')) {
        t->at++;
        xtr__typst_skip(t, true);
        const char *from = t->at;
        bool plain = at(t, '[') || at(t, '"');
        if (plain)
            (void)read_operand(t, NULL);
        xtr__span value = {from, (size_t)(t->at - from)};
        bool kept = plain && !function && name.size && value.size > 1;
        if (kept && t->value_count < XTR__TYPST_VALUES)
            t->values[t->value_count++] = (xtr__typst_value){name, value};
        else if (kept)
            t->exhausted = true;
        read_expression(t, NULL);
    }
    t->muted--;
}

/* "set f(...)": only what a document says of itself is used. */
static void read_set(xtr__typst *t) {
    xtr__typst_skip(t, false);
    xtr__span name = read_name(t);
    call c = {.value = is(name, "document")};
    t->muted++;
    if (at(t, '('))
        read_arguments(t, &c);
    read_expression(t, NULL);
    t->muted--;
}

/* "show: template.with(title: [...])" gives a template what it shows; other rules only change how
 * things look. */
static void read_show(xtr__typst *t) {
    xtr__typst_skip(t, false);
    bool everything = at(t, ':');
    if (!everything) {
        t->muted++;
        read_expression(t, NULL);
        t->muted--;
        return;
    }
    t->at++;
    xtr__typst_skip(t, true);
    (void)read_name(t);
    call c = {.value = 2};
    if (at(t, '('))
        read_arguments(t, &c);
    read_expression(t, NULL);
    if (!t->muted)
        xtr__flow_end(t->flow);
}

static void read_file(xtr__typst *t) {
    xtr__typst_skip(t, false);
    if (at(t, '"')) {
        xtr__span name = read_string(t);
        if (name.size < 200 && *name.text != '@') /* a package has no text */
            xtr_warn(t->flow->builder, XTR_E_NOT_FOUND, 0,
                     "\"%.*s\" is another file, which is not read", (int)name.size, name.text);
    }
    t->muted++;
    read_expression(t, NULL);
    t->muted--;
}

/* A condition, which is not asked, and the branches that depend on it, all of them. */
static void read_branches(xtr__typst *t) {
    t->muted++;
    while (t->at < t->end && !strchr("[{\n", *t->at)) {
        xtr__typst_skip(t, false);
        if (t->at < t->end && !strchr("[{\n", *t->at) && !read_operand(t, NULL))
            t->at++;
    }
    t->muted--;
    if (at(t, '[') || at(t, '{'))
        (void)read_operand(t, NULL);
    const char *from = t->at;
    xtr__typst_skip(t, false);
    if (!is(read_name(t), "else"))
        t->at = from;
    else if (t->depth < XTR__TYPST_DEEPEST) {
        t->depth++;
        xtr__typst_puts(t, " ");
        read_branches(t);
        t->depth--;
    }
}

/* Whether a statement was read. */
static bool read_statement(xtr__typst *t) {
    const char *from = t->at;
    xtr__span word = read_name(t);
    if (is(word, "let"))
        read_let(t);
    else if (is(word, "set"))
        read_set(t);
    else if (is(word, "show"))
        read_show(t);
    else if (is(word, "import") || is(word, "include"))
        read_file(t);
    else if (is(word, "context") || is(word, "return"))
        read_expression(t, NULL);
    else if (is(word, "if") || is(word, "for") || is(word, "while"))
        read_branches(t);
    else
        t->at = from;
    return t->at > from;
}

void xtr__typst_code(xtr__typst *t) {
    bool hash = at(t, '#');
    t->at += hash;
    if (t->at >= t->end)
        return;
    if (is_name(*t->at) && read_statement(t)) {
        t->at += at(t, ';');
        return;
    }
    if (*t->at == '"') {
        xtr__typst_string(t, read_string(t));
    } else if (is_name(*t->at) && *t->at != '-') {
        read_named_thing(t);
    } else if (strchr("[({$`", *t->at)) {
        (void)read_operand(t, NULL);
    } else if (hash) {
        xtr__typst_puts(t, "#");
    } else {
        t->at++;
    }
    if (hash)
        t->at += at(t, ';');
}
