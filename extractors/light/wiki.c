/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MediaWiki. Templates are shown as they are written: nobody but the wiki knows what they say. */
#include "light/light.h"

#include <string.h>
#include <strings.h>

static const xtr__mark marks[] = {
    {"'''''", "'''''", XTR_BOLD | XTR_ITALIC, false, true},
    {"'''", "'''", XTR_BOLD, false, true},
    {"''", "''", XTR_ITALIC, false, true},
    {"<code>", "</code>", XTR_MONO, false, true},
    {"<nowiki>", "</nowiki>", 0, true, true},
    {"<s>", "</s>", XTR_STRIKE, false, true},
    {"<sup>", "</sup>", XTR_SUPERSCRIPT, false, true},
    {"<sub>", "</sub>", XTR_SUBSCRIPT, false, true},
    {NULL, NULL, 0, false, false},
};

/* [[Page|text]] is text alone; [https://address text] is a link. */
static size_t read_link(xtr__span s, xtr__span *address, xtr__span *text) {
    bool page = xtr__span_starts(s, "[[");
    size_t most = s.size < 2000 ? s.size : 2000;
    if (!page && !xtr__span_starts(s, "[http"))
        return 0;
    const char *end = memmem(s.text, most, page ? "]]" : "]", page ? 2 : 1);
    if (!end)
        return 0;
    xtr__span rest = {s.text + 1 + page, (size_t)(end - s.text) - 1 - page};
    bool named = xtr__span_cut(&rest, page ? '|' : ' ', address);
    *text = named ? rest : *address;
    if (page)
        *address = (xtr__span){"", 0};
    return (size_t)(end - s.text) + 1 + page;
}

static void read_list(xtr__light *l, xtr__span line) {
    size_t depth = 0;
    while (depth < line.size && depth < 20 && strchr("*#:;", line.text[depth]))
        depth++;
    bool ordered = line.text[depth - 1] == '#';
    xtr__light_item(l, (int)depth, ordered, xtr__span_skip(line, depth));
}

/* name=value or name="value", and more of them: whether there is nothing else. */
static bool are_attributes(xtr__span s) {
    for (s = xtr__span_trim(s); s.size; s = xtr__span_trim(s)) {
        size_t name = 0;
        while (name < s.size &&
               ((s.text[name] | 32) >= 'a' ? (s.text[name] | 32) <= 'z' : s.text[name] == '-'))
            name++;
        if (!name || name + 1 >= s.size || s.text[name] != '=')
            return false;
        s = xtr__span_skip(s, name + 1);
        bool quoted = *s.text == '"' || *s.text == '\'';
        const char *quote = quoted ? memchr(s.text + 1, *s.text, s.size - 1) : NULL;
        size_t size = quote ? (size_t)(quote + 1 - s.text) : 0;
        while (!quote && size < s.size && s.text[size] != ' ' && s.text[size] != '\t')
            size++;
        s = xtr__span_skip(s, size);
    }
    return true;
}

/* Attributes of a cell stand before a bar of their own. */
static xtr__span without_attributes(xtr__span cell) {
    xtr__span rest = cell, before;
    return xtr__span_cut(&rest, '|', &before) && are_attributes(before) ? rest : cell;
}

/* Before the table, as long as nothing of it was written; else it is text as any. */
static void write_caption(xtr__light *l, xtr__span text) {
    if (l->flow->any_cell || l->flow->row) {
        xtr__flow_cell_begin(l->flow, 1, 1, false);
        xtr__light_inline(l, text);
        return;
    }
    xtr__flow_table_end(l->flow);
    xtr__flow_block(l->flow, XTR_CAPTION, 0);
    xtr__light_inline(l, text);
    xtr__flow_end(l->flow);
    xtr__flow_table_begin(l->flow);
}

static void write_cells(xtr__light *l, xtr__span line, bool header) {
    const char *mark = header ? "!!" : "||";
    while (line.size) {
        const char *next = memmem(line.text, line.size, mark, 2);
        size_t size = next ? (size_t)(next - line.text) : line.size;
        xtr__flow_cell_begin(l->flow, 1, 1, header);
        xtr__light_inline(l, xtr__span_trim(without_attributes((xtr__span){line.text, size})));
        line = xtr__span_skip(line, size + (next ? 2 : 0));
    }
}

static void read_table(xtr__light *l, xtr__span line) {
    if (xtr__span_starts(line, "|}")) {
        xtr__light_table_end(l);
    } else if (xtr__span_starts(line, "|-")) {
        xtr__flow_row(l->flow);
    } else if (xtr__span_starts(line, "|+")) {
        write_caption(l, xtr__span_trim(without_attributes(xtr__span_skip(line, 2))));
    } else if (*line.text == '|' || *line.text == '!') {
        write_cells(l, xtr__span_skip(line, 1), *line.text == '!');
    } else {
        if (!l->flow->in_cell)
            xtr__flow_cell_begin(l->flow, 1, 1, false);
        xtr__flow_text(l->flow, "\n", 1);
        xtr__light_inline(l, line);
    }
}

static void read(xtr__light *l, xtr__lines *lines, xtr__span line) {
    size_t level = 0;
    line = xtr__span_trim_end(line);
    while (2 * level + 2 < line.size && level < 6 && line.text[level] == '=' &&
           line.text[line.size - 1 - level] == '=')
        level++;
    bool heading = level > 0;
    if (l->in_table) {
        if (line.size)
            read_table(l, xtr__span_trim(line));
    } else if (heading) {
        xtr__light_heading(l, (int)level, (xtr__span){line.text + level, line.size - 2 * level});
    } else if (xtr__span_starts(line, "{|")) {
        xtr__light_end(l, true);
        xtr__flow_table_begin(l->flow);
        l->in_table = true;
    } else if (xtr__span_is(line, "<pre>")) {
        xtr__light_code(l, lines, "</pre>");
    } else if (xtr__span_starts(line, "<syntaxhighlight") && line.text[line.size - 1] == '>') {
        xtr__light_code(l, lines, "</syntaxhighlight>");
    } else if (line.size && strchr("*#:;", *line.text)) {
        read_list(l, line);
    } else if (!line.size) {
        xtr__light_end(l, true);
    } else {
        if (l->lists)
            xtr__light_end(l, true);
        xtr__light_add(l, line);
    }
}

const xtr__dialect xtr__wiki = {"text/x-wiki", marks, read, read_link};
