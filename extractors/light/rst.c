/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reStructuredText. Levels of headings are in the order in which their lines appear. Tables whose
 * columns are drawn by spaces are code. */
#include "light/light.h"

#include <string.h>

static const xtr__mark marks[] = {
    {"``", "``", XTR_MONO, true, false},
    {"**", "**", XTR_BOLD, false, false},
    {"*", "*", XTR_ITALIC, false, false},
    {NULL, NULL, 0, false, false},
};

/* [label]_, which refers to a note. */
static size_t read_mark(xtr__span s, xtr__span *address, xtr__span *label) {
    enum { LONGEST = 30 };
    size_t size = 1;
    while (size < s.size && size <= LONGEST && !strchr("[] \t\n", s.text[size]))
        size++;
    *address = (xtr__span){NULL, 0};
    *label = (xtr__span){s.text + 1, size - 1};
    return size > 1 && s.size - size > 1 && s.text[size] == ']' && s.text[size + 1] == '_'
               ? size + 2
               : 0;
}

/* `text <address>`_ or :role:`text`. */
static size_t read_link(xtr__span s, xtr__span *address, xtr__span *text) {
    if (s.size && *s.text == '[')
        return read_mark(s, address, text);
    size_t most = s.size < 2000 ? s.size : 2000;
    if (s.size < 3 || *s.text != '`' || s.text[1] == '`')
        return 0;
    const char *end = memchr(s.text + 1, '`', most - 1);
    if (!end)
        return 0;
    xtr__span inside = {s.text + 1, (size_t)(end - s.text) - 1};
    size_t size = inside.size + 2;
    while (size < s.size && s.text[size] == '_' && size < inside.size + 4)
        size++;
    const char *open = inside.size ? memchr(inside.text, '<', inside.size) : NULL;
    *address = (xtr__span){"", 0};
    *text = inside;
    if (open && inside.text[inside.size - 1] == '>') {
        size_t before = (size_t)(open - inside.text);
        *address = (xtr__span){open + 1, inside.size - before - 2};
        *text = before ? xtr__span_trim((xtr__span){inside.text, before}) : *address;
    }
    return size;
}

/* A line of one punctuation mark, as those under headings. */
static bool is_rule(xtr__span line) {
    line = xtr__span_trim_end(line);
    if (line.size < 2 || !strchr("=-`:.'\"~^_*+#<>", *line.text))
        return false;
    for (size_t i = 1; i < line.size; i++) {
        if (line.text[i] != *line.text)
            return false;
    }
    return true;
}

/* The level of this kind of line: they are numbered as they come. */
static int level_of(xtr__light *l, char mark, bool over) {
    char kind = over ? (char)-mark : mark; /* punctuation is ASCII */
    unsigned i = 0;
    while (i < l->kind_count && l->kinds[i] != kind)
        i++;
    if (i == l->kind_count && i < sizeof l->kinds)
        l->kinds[l->kind_count++] = kind;
    return (int)i + 1;
}

static void write_heading(xtr__light *l, xtr__span text, char mark, bool over) {
    int level = level_of(l, mark, over);
    if (!l->has_title)
        xtr__light_fact(l, "title", text);
    l->has_title = true;
    xtr__light_heading(l, level, text);
}

static void read_directive(xtr__light *l, xtr__lines *lines, xtr__span line) {
    static const char *const codes[] = {"code",           "code-block", "sourcecode",
                                        "parsed-literal", "math",       "highlight"};
    const char *mark = memmem(line.text, line.size, "::", 2);
    xtr__light_end(l, !l->in_item);
    if (!mark)
        return; /* a comment, a target */
    xtr__span name = xtr__span_trim((xtr__span){line.text + 2, (size_t)(mark - line.text) - 2});
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (xtr__span_is(name, codes[i])) {
            xtr__light_code(l, lines, NULL);
            return;
        }
    }
    xtr__light_add(l, xtr__span_skip(line, (size_t)(mark + 2 - line.text)));
}

/* ".. [label] text", a footnote or a citation, with the indented lines behind it. */
static bool read_note(xtr__light *l, xtr__lines *lines, xtr__span line) {
    xtr__span rest = xtr__span_trim(xtr__span_skip(line, 2)), label;
    if (!xtr__span_starts(rest, "["))
        return false;
    rest = xtr__span_skip(rest, 1);
    if (!xtr__span_cut(&rest, ']', &label) || !label.size || (rest.size && *rest.text != ' '))
        return false;
    xtr__light_end(l, true);
    xtr__flow_note_begin(l->flow, label.text, label.size, false);
    xtr__light_add(l, rest);
    xtr__lines ahead = *lines;
    while (xtr__lines_next(&ahead, &line) && xtr__light_indent(line) && xtr__span_trim(line).size &&
           !xtr_job_should_stop(l->job)) {
        xtr__light_add(l, line);
        *lines = ahead;
    }
    xtr__light_end(l, true);
    xtr__flow_note_end(l->flow);
    return true;
}

/* Whether the line behind this one is a rule that makes it a heading. */
static bool is_heading(xtr__lines *lines, xtr__span line, char *mark) {
    xtr__lines ahead = *lines;
    xtr__span next;
    bool indented = line.size && xtr__light_indent(line);
    if (indented || !xtr__lines_next(&ahead, &next) || !is_rule(next) || next.size < line.size / 2)
        return false;
    *mark = *next.text;
    *lines = ahead;
    return true;
}

static void read_text(xtr__light *l, xtr__lines *lines, xtr__span line) {
    bool ordered, literal = line.size > 1 && !memcmp(line.text + line.size - 2, "::", 2);
    size_t bullet = xtr__light_bullet(line, "-*+", &ordered);
    char mark;
    if (!l->paragraph.size && !bullet && is_heading(lines, line, &mark)) {
        write_heading(l, line, mark, false);
        return;
    }
    if (bullet) {
        xtr__light_item(l, (int)(xtr__light_indent(line) < 999 ? xtr__light_indent(line) : 999),
                        ordered, xtr__span_skip(line, bullet));
        return;
    }
    if (!l->paragraph.size && l->in_item && !xtr__light_indent(line))
        xtr__light_end(l, true);
    if (literal)
        line.size--;
    if (!literal || line.size > 1)
        xtr__light_add(l, line);
    if (literal)
        xtr__light_code(l, lines, NULL);
}

/* "+---+===+": nothing but what tables are drawn with. */
static bool is_border(xtr__span s) {
    for (size_t i = 0; i < s.size; i++) {
        if (!s.text[i] || !strchr("+-=", s.text[i]))
            return false;
    }
    return xtr__span_starts(s, "+-") || xtr__span_starts(s, "+=");
}

static void read(xtr__light *l, xtr__lines *lines, xtr__span line) {
    line = xtr__span_trim_end(line);
    xtr__span trimmed = xtr__span_trim(line);
    bool bar = xtr__span_starts(trimmed, "|") && trimmed.text[trimmed.size - 1] == '|';
    bool border = is_border(trimmed);
    if (!bar && !border)
        xtr__light_table_end(l);
    if (border) {
        l->any_row = true;
    } else if (bar && l->any_row) {
        xtr__light_row(l, trimmed, !l->in_table);
    } else if (!trimmed.size) {
        xtr__light_end(l, false);
    } else if (is_rule(line) && !l->paragraph.size) {
        xtr__lines ahead = *lines;
        xtr__span title, under;
        if (xtr__lines_next(&ahead, &title) && xtr__lines_next(&ahead, &under) && is_rule(under) &&
            *under.text == *line.text) {
            *lines = ahead;
            write_heading(l, title, *line.text, true);
        }
    } else if (xtr__span_starts(trimmed, ".. ") && read_note(l, lines, trimmed)) {
        return;
    } else if (xtr__span_starts(trimmed, ".. ")) {
        read_directive(l, lines, trimmed);
    } else {
        read_text(l, lines, line);
    }
}

const xtr__dialect xtr__rst = {"text/x-rst", marks, read, read_link};
