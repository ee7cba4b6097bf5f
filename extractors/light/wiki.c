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

/* Attributes of a cell stand before a bar of their own. */
static xtr__span without_attributes(xtr__span cell) {
    const char *bar = memchr(cell.text, '|', cell.size);
    const char *equals = bar ? memchr(cell.text, '=', (size_t)(bar - cell.text)) : NULL;
    bool link = bar && memmem(cell.text, (size_t)(bar - cell.text), "[[", 2);
    return equals && !link ? xtr__span_skip(cell, (size_t)(bar + 1 - cell.text)) : cell;
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
        return;
    } else if (*line.text == '|' || *line.text == '!') {
        write_cells(l, xtr__span_skip(line, 1), *line.text == '!');
    } else {
        xtr__flow_text(l->flow, "\n", 1);
        xtr__light_inline(l, line);
    }
}

static void read(xtr__light *l, xtr__lines *lines, xtr__span line) {
    size_t level = 0;
    line = xtr__span_trim_end(line);
    while (level < line.size && level < 6 && line.text[level] == '=')
        level++;
    bool heading = level && line.size > 2 * level && line.text[line.size - 1] == '=';
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
