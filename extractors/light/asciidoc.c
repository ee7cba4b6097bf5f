/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* AsciiDoc. Attributes, comments and what only styles blocks are left out. */
#include "light/light.h"

#include <string.h>

static const xtr__mark marks[] = {
    {"**", "**", XTR_BOLD, false, true}, {"__", "__", XTR_ITALIC, false, true},
    {"*", "*", XTR_BOLD, false, false},  {"_", "_", XTR_ITALIC, false, false},
    {"`", "`", XTR_MONO, true, false},   {NULL, NULL, 0, false, false},
};

/* https://address[text] or link:address[text]. */
static size_t read_link(xtr__span s, xtr__span *address, xtr__span *text) {
    bool macro = xtr__span_starts(s, "link:");
    if (!macro && !xtr__span_starts(s, "https://") && !xtr__span_starts(s, "http://"))
        return 0;
    size_t from = macro ? 5 : 0, at = from;
    while (at < s.size && at < 2000 && !strchr(" \n\t[]<>\"", s.text[at]))
        at++;
    *address = *text = (xtr__span){s.text + from, at - from};
    if (at >= s.size || s.text[at] != '[')
        return macro ? 0 : at;
    size_t most = s.size - at < 2000 ? s.size - at : 2000;
    const char *end = memchr(s.text + at, ']', most);
    if (!end)
        return macro ? 0 : at;
    size_t size = (size_t)(end - s.text) - at - 1;
    if (size)
        *text = (xtr__span){s.text + at + 1, size};
    return (size_t)(end - s.text) + 1;
}

/* "* ", "** ", ". ", ".. ": the depth, or 0. */
static size_t depth_of(xtr__span line, char bullet) {
    size_t depth = 0;
    while (depth < line.size && depth < 6 && line.text[depth] == bullet)
        depth++;
    return depth && depth < line.size && line.text[depth] == ' ' ? depth : 0;
}

static bool is_fence(xtr__span line, char c) {
    for (size_t i = 0; i < line.size; i++) {
        if (line.text[i] != c)
            return false;
    }
    return line.size >= 4;
}

static void read_block(xtr__light *l, xtr__lines *lines, xtr__span line) {
    bool ordered;
    size_t stars = depth_of(line, '*'), dots = depth_of(line, '.');
    size_t bullet = xtr__light_bullet(line, "-", &ordered);
    if (stars || dots) {
        /* Numbers inside of bullets are deeper, whatever their count. */
        size_t depth = stars ? stars * 10 : dots * 10 + 5;
        xtr__light_item(l, (int)depth, dots > 0, xtr__span_skip(line, stars + dots + 1));
    } else if (bullet) {
        xtr__light_item(l, 5, ordered, xtr__span_skip(line, bullet));
    } else if (line.size < 64 && (is_fence(line, '-') || is_fence(line, '.') ||
                                  is_fence(line, '+') || xtr__span_starts(line, "```"))) {
        char close[64];
        size_t size = xtr__span_starts(line, "```") ? 3 : line.size;
        memcpy(close, line.text, size);
        close[size] = '\0';
        xtr__light_code(l, lines, close);
    } else if (is_fence(line, '_') || is_fence(line, '=') || is_fence(line, '*')) {
        xtr__light_end(l, true);
    } else if (line.text[0] == '.' && line.size > 1 && line.text[1] != ' ') {
        xtr__light_end(l, true);
        xtr__light_add(l, xtr__span_skip(line, 1));
        xtr__light_end(l, true);
    } else {
        if (!l->paragraph.size && !l->in_item)
            xtr__light_end(l, true);
        xtr__light_add(l, line);
    }
}

static void read(xtr__light *l, xtr__lines *lines, xtr__span line) {
    line = xtr__span_trim(line);
    size_t level = depth_of(line, '=');
    xtr__span name, rest = xtr__span_skip(line, 1);
    if (xtr__span_starts(line, "|===")) {
        bool open = l->any_row;
        xtr__light_table_end(l);
        xtr__light_end(l, true);
        l->any_row = !open;
    } else if (l->any_row) {
        if (line.size)
            xtr__light_row(l, line, !l->in_table);
    } else if (!line.size || (line.size == 1 && *line.text == '+')) {
        xtr__light_end(l, false);
        l->in_item = line.size && l->lists; /* "+": what follows is of the item */
    } else if (level) {
        if (level == 1)
            xtr__light_fact(l, "title", xtr__span_skip(line, 2));
        xtr__light_heading(l, (int)level, xtr__span_skip(line, level));
    } else if (xtr__span_starts(line, "//") && !xtr__span_starts(line, "///")) {
        return;
    } else if (!l->paragraph.size && *line.text == '[' && line.text[line.size - 1] == ']') {
        return;
    } else if (*line.text == ':' && xtr__span_cut(&rest, ':', &name) &&
               !memchr(name.text, ' ', name.size)) {
        if (xtr__span_is(name, "author"))
            xtr__light_fact(l, "authors", rest);
    } else {
        read_block(l, lines, line);
    }
}

const xtr__dialect xtr__asciidoc = {"text/asciidoc", marks, read, read_link};
