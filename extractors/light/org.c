/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Org. Properties, comments and settings of the program are left out. */
#include "light/light.h"

#include <string.h>
#include <strings.h>

static const xtr__mark marks[] = {
    {"*", "*", XTR_BOLD, false, false},   {"/", "/", XTR_ITALIC, false, false},
    {"=", "=", XTR_MONO, true, false},    {"~", "~", XTR_MONO, true, false},
    {"+", "+", XTR_STRIKE, false, false}, {NULL, NULL, 0, false, false},
};

/* [[address][text]] or [[address]]. */
static size_t read_link(xtr__span s, xtr__span *address, xtr__span *text) {
    const char *end;
    if (!xtr__span_starts(s, "[["))
        return 0;
    size_t most = s.size < 2000 ? s.size : 2000;
    end = memmem(s.text, most, "]]", 2);
    if (!end)
        return 0;
    xtr__span inside = {s.text + 2, (size_t)(end - s.text) - 2};
    const char *middle = memmem(inside.text, inside.size, "][", 2);
    size_t size = middle ? (size_t)(middle - inside.text) : inside.size;
    *address = (xtr__span){inside.text, size};
    *text = middle ? xtr__span_skip(inside, size + 2) : inside;
    return (size_t)(end - s.text) + 2;
}

static void read_keyword(xtr__light *l, xtr__lines *lines, xtr__span line) {
    static const char *const blocks[] = {"src", "example", "export", "comment"};
    xtr__span name, rest = xtr__span_skip(line, 2);
    char close[24] = "#+end_";
    if (rest.size > 6 && !strncasecmp(rest.text, "begin_", 6)) {
        rest = xtr__span_skip(rest, 6);
        xtr__span_cut(&rest, ' ', &name);
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
            if (xtr__span_is(name, blocks[i])) {
                strcat(close, blocks[i]);
                xtr__light_code(l, lines, close);
                return;
            }
        }
        xtr__light_end(l, true);
        if (xtr__span_is(name, "quote"))
            xtr__flow_quote_begin(l->flow);
        return;
    }
    if (xtr__span_is(rest, "end_quote")) {
        xtr__light_end(l, true);
        xtr__flow_quote_end(l->flow);
    } else if (xtr__span_cut(&rest, ':', &name)) {
        if (xtr__span_is(name, "title")) {
            xtr__light_fact(l, "title", rest);
            xtr__light_heading(l, 1, rest);
            l->has_title = true;
        } else if (xtr__span_is(name, "author")) {
            xtr__light_fact(l, "authors", rest);
        } else if (xtr__span_is(name, "caption")) {
            xtr__light_end(l, true);
            xtr__light_add(l, rest);
            xtr__light_end(l, true);
        }
    }
}

static void skip_drawer(xtr__lines *lines) {
    xtr__lines ahead = *lines;
    xtr__span line;
    for (int i = 0; i < 200 && xtr__lines_next(&ahead, &line); i++) {
        if (xtr__span_is(xtr__span_trim(line), ":END:")) {
            *lines = ahead;
            return;
        }
    }
}

static void read(xtr__light *l, xtr__lines *lines, xtr__span line) {
    xtr__span trimmed = xtr__span_trim(line);
    bool ordered;
    size_t stars = 0, bullet = xtr__light_bullet(line, "-+", &ordered);
    while (stars < line.size && line.text[stars] == '*')
        stars++;
    if (!xtr__span_starts(trimmed, "|"))
        xtr__light_table_end(l);
    if (stars && stars < line.size && line.text[stars] == ' ') {
        xtr__light_heading(l, (int)(stars < 6 ? stars : 6) + l->has_title,
                           xtr__span_skip(line, stars));
    } else if (xtr__span_starts(trimmed, "#+")) {
        read_keyword(l, lines, trimmed);
    } else if (xtr__span_is(trimmed, ":PROPERTIES:") || xtr__span_is(trimmed, ":LOGBOOK:")) {
        skip_drawer(lines);
    } else if (xtr__span_starts(trimmed, "# ")) {
        return;
    } else if (xtr__span_starts(trimmed, "|")) {
        if (!xtr__span_starts(trimmed, "|-"))
            xtr__light_row(l, trimmed, !l->in_table);
    } else if (bullet) {
        xtr__light_item(l, (int)(xtr__light_indent(line) < 999 ? xtr__light_indent(line) : 999),
                        ordered, xtr__span_skip(line, bullet));
    } else if (!trimmed.size) {
        xtr__light_end(l, false);
    } else {
        if (!l->paragraph.size && l->in_item && !xtr__light_indent(line))
            xtr__light_end(l, true);
        xtr__light_add(l, line);
    }
}

const xtr__dialect xtr__org = {"text/x-org", marks, read, read_link};
