/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Markup by lines: Org (orgmode.org/worg/org-syntax), AsciiDoc (its language documentation),
 * MediaWiki (mediawiki.org/wiki/Help:Formatting) and reStructuredText (its specification in
 * Docutils). Headings, lists, tables, code, links and emphasis are kept; what a dialect says in
 * other ways is text, so that no word is lost. Dialects are in files of their own. */
#include "light/light.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEPS_PER_LOOK = 1024,
    LONGEST_MARKED = 2000, /* bytes between two marks */
    MOST_MARKS = 16        /* of a dialect */
};

static const xtr__dialect *const dialects[] = {&xtr__org, &xtr__asciidoc, &xtr__wiki, &xtr__rst};

static const char *const mime_types[] = {"text/x-org", "text/asciidoc", "text/x-wiki", "text/x-rst",
                                         NULL};

static const xtr__dialect *dialect_of(const char *mime_type) {
    size_t i = 0;
    while (i + 1 < sizeof dialects / sizeof *dialects && strcmp(dialects[i]->mime_type, mime_type))
        i++;
    return dialects[i];
}

static int read_source(xtr__flow *flow, const char *text, size_t size) {
    xtr_job *job = flow->job;
    xtr__light light = {.job = job, .flow = flow, .dialect = dialect_of(xtr_job_mime_type(job))};
    xtr__lines lines = {text, text + size};
    xtr__span line;
    while (xtr__lines_next(&lines, &line) && !xtr_job_should_stop(job))
        light.dialect->read(&light, &lines, line);
    xtr__light_table_end(&light);
    xtr__light_end(&light, true);
    int code = light.paragraph.failed ? xtr_job_fail(job, XTR_E_MEMORY, "out of memory") : XTR_OK;
    free(light.paragraph.data);
    return code;
}

static int run(xtr_job *job) {
    return xtr__flow_read(job, read_source);
}

/* Words ------------------------------------------------------------------------------------ */

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t';
}

/* Where a mark may end in a text: before `upto` only at `found` or before that, if at all. So that
 * no place is looked at again for each mark that begins. */
typedef struct search {
    const char *found, *upto;
} search;

/* The first place from `at` on where the mark may end, whole before `end`; NULL: none. */
static const char *find_close(const xtr__mark *mark, xtr__span s, const char *at, const char *end,
                              search *known) {
    size_t close = strlen(mark->close);
    if (known->found && known->found >= at)
        return known->found + close <= end ? known->found : NULL;
    for (at = known->upto > at ? known->upto : at; at + close <= end; at++) {
        at = memmem(at, (size_t)(end - at), mark->close, close);
        if (!at)
            break;
        const char *behind = at + close;
        bool ends = !is_blank(at[-1]) && (behind >= s.text + s.size || !is_word(*behind));
        if (mark->anywhere || ends)
            return known->found = known->upto = at;
    }
    known->upto = end - close + 1;
    return NULL;
}

/* The size of what is between the mark at the start of `s` and its other one, or 0. */
static size_t marked(const xtr__mark *mark, xtr__span s, bool in_word, search *known) {
    size_t open = strlen(mark->open), close = strlen(mark->close);
    if (!xtr__span_starts(s, mark->open) || s.size <= open + close)
        return 0;
    if (!mark->anywhere && (in_word || is_blank(s.text[open])))
        return 0;
    size_t most = s.size - open < LONGEST_MARKED ? s.size - open : LONGEST_MARKED;
    const char *from = s.text + open;
    const char *at = find_close(mark, s, from + 1, from + most, known);
    return at ? (size_t)(at - from) : 0;
}

static void write_link(xtr__light *l, xtr__span address, xtr__span text) {
    if (!address.text) {
        xtr__flow_mark(l->flow, text.text, text.size);
        return;
    }
    size_t size = address.size < sizeof l->url ? address.size : 0;
    unsigned styles = l->flow->styles;
    memcpy(l->url, address.text, size);
    l->url[size] = '\0';
    xtr__flow_style(l->flow, styles, size ? l->url : NULL);
    xtr__flow_text(l->flow, text.text, text.size);
    xtr__flow_style(l->flow, styles, NULL);
}

static const xtr__mark *mark_at(const xtr__light *l, xtr__span s, bool in_word, search *known,
                                size_t *size) {
    for (const xtr__mark *m = l->dialect->marks; m->open; m++, known++) {
        *size = marked(m, s, in_word, known);
        if (*size)
            return m;
    }
    return NULL;
}

/* Words between marks of one kind may have marks of others in them: three deep. */
static void write_words(xtr__light *l, xtr__span s, unsigned depth) {
    size_t from = 0;
    search known[MOST_MARKS] = {{NULL, NULL}};
    for (size_t i = 0; i < s.size;) {
        if (++l->steps % STEPS_PER_LOOK == 0 && xtr_job_should_stop(l->job))
            return;
        xtr__span rest = xtr__span_skip(s, i), address, text;
        bool in_word = i && is_word(s.text[i - 1]);
        size_t inside, length = l->dialect->link(rest, &address, &text);
        const xtr__mark *m = length || depth > 3 ? NULL : mark_at(l, rest, in_word, known, &inside);
        if (!length && !m) {
            i++;
            continue;
        }
        xtr__flow_text(l->flow, s.text + from, i - from);
        if (length) {
            write_link(l, address, text);
        } else {
            unsigned styles = l->flow->styles;
            xtr__span part = {rest.text + strlen(m->open), inside};
            xtr__flow_style(l->flow, styles | m->style, NULL);
            if (m->verbatim)
                xtr__flow_text(l->flow, part.text, part.size);
            else
                write_words(l, part, depth + 1);
            xtr__flow_style(l->flow, styles, NULL);
            length = strlen(m->open) + inside + strlen(m->close);
        }
        i += length;
        from = i;
    }
    xtr__flow_text(l->flow, s.text + from, s.size - from);
}

void xtr__light_inline(xtr__light *l, xtr__span text) {
    write_words(l, text, 0);
}

/* Blocks ----------------------------------------------------------------------------------- */

void xtr__light_end(xtr__light *l, bool lists) {
    if (l->paragraph.size) {
        xtr__flow_block(l->flow, XTR_PARAGRAPH, 0);
        xtr__light_inline(l, (xtr__span){l->paragraph.data, l->paragraph.size});
        xtr__flow_end(l->flow);
        l->paragraph.size = 0;
    }
    for (; lists && l->lists; l->lists--)
        xtr__flow_list_end(l->flow);
    l->in_item = l->in_item && !lists;
}

void xtr__light_add(xtr__light *l, xtr__span line) {
    line = xtr__span_trim(line);
    if (l->paragraph.size && line.size)
        xtr__putc(&l->paragraph, '\n');
    xtr__put(&l->paragraph, line.text, line.size);
}

void xtr__light_fact(xtr__light *l, const char *key, xtr__span value) {
    xtr__buffer text = {0};
    value = xtr__span_trim(value);
    xtr__put(&text, value.text, value.size);
    xtr__putc(&text, '\0');
    if (!text.failed)
        xtr_metadata(l->flow->builder, key, text.data);
    free(text.data);
}

void xtr__light_heading(xtr__light *l, int level, xtr__span text) {
    text = xtr__span_trim(text);
    xtr__light_table_end(l);
    xtr__light_end(l, true);
    xtr__flow_block(l->flow, XTR_HEADING, level < 1 ? 1 : level < 6 ? level : 6);
    xtr__light_inline(l, text);
    xtr__flow_end(l->flow);
}

void xtr__light_item(xtr__light *l, int indent, bool ordered, xtr__span text) {
    xtr__light_end(l, false);
    while (l->lists && l->indents[l->lists - 1] > indent) {
        xtr__flow_list_end(l->flow);
        l->lists--;
    }
    bool other = l->lists && l->indents[l->lists - 1] == indent &&
                 l->flow->lists[l->lists - 1].ordered != ordered;
    if (other) {
        xtr__flow_list_end(l->flow);
        l->lists--;
    }
    bool deeper = !l->lists || l->indents[l->lists - 1] < indent;
    if (deeper && l->lists < XTR__FLOW_LISTS) {
        xtr__flow_list_begin(l->flow, ordered, 1, '.');
        l->indents[l->lists++] = indent;
    }
    xtr__flow_item_begin(l->flow, NULL);
    l->in_item = true;
    xtr__light_add(l, text);
}

size_t xtr__light_bullet(xtr__span line, const char *bullets, bool *ordered) {
    size_t at = xtr__light_indent(line), from = at;
    *ordered = false;
    if (line.size - at > 1 && line.text[at] && strchr(bullets, line.text[at]) &&
        line.text[at + 1] == ' ')
        return at + 2;
    while (at < line.size && at - from < 9 && line.text[at] >= '0' && line.text[at] <= '9')
        at++;
    at += at == from && at < line.size && line.text[at] == '#';
    *ordered = at > from && line.size - at > 1 && (line.text[at] == '.' || line.text[at] == ')') &&
               line.text[at + 1] == ' ';
    return *ordered ? at + 2 : 0;
}

size_t xtr__light_indent(xtr__span line) {
    size_t at = 0;
    while (at < line.size && (line.text[at] == ' ' || line.text[at] == '\t'))
        at++;
    return at;
}

void xtr__light_code(xtr__light *l, xtr__lines *lines, const char *close) {
    xtr__span line;
    size_t blank = 0, least = 0;
    xtr__lines before = *lines;
    xtr__light_end(l, !l->in_item);
    if (l->in_item)
        xtr__flow_item_end(l->flow); /* its number counts on */
    xtr__flow_block(l->flow, XTR_CODE, 0);
    for (bool any = false; xtr__lines_next(lines, &line) && !xtr_job_should_stop(l->job);
         before = *lines) {
        xtr__span trimmed = xtr__span_trim(line);
        size_t indent = xtr__light_indent(line);
        if (close && trimmed.size == strlen(close) && xtr__span_is(trimmed, close))
            break;
        if (!close && trimmed.size && !indent) {
            *lines = before;
            break;
        }
        if (!trimmed.size) {
            blank += any;
            continue;
        }
        least = any || close ? least : indent;
        for (; blank; blank--)
            xtr__flow_text(l->flow, "\n", 1);
        if (any)
            xtr__flow_text(l->flow, "\n", 1);
        line = xtr__span_skip(xtr__span_trim_end(line), indent < least ? indent : least);
        xtr__flow_text(l->flow, line.text, line.size);
        any = true;
    }
    xtr__flow_end(l->flow);
}

/* Tables ----------------------------------------------------------------------------------- */

void xtr__light_row(xtr__light *l, xtr__span line, bool header) {
    line = xtr__span_trim(line);
    if (!l->in_table) {
        xtr__light_end(l, true);
        xtr__flow_table_begin(l->flow);
        l->in_table = true;
    }
    xtr__flow_row(l->flow);
    if (line.size && line.text[line.size - 1] == '|')
        line.size--;
    xtr__span rest = line.size ? xtr__span_skip(line, *line.text == '|') : line, cell;
    while (rest.size) {
        xtr__span_cut(&rest, '|', &cell);
        xtr__flow_cell_begin(l->flow, 1, 1, header);
        xtr__light_inline(l, xtr__span_trim(cell));
        xtr__flow_cell_end(l->flow);
    }
}

void xtr__light_table_end(xtr__light *l) {
    if (l->in_table)
        xtr__flow_table_end(l->flow);
    l->in_table = l->any_row = false;
}

const xtr_extractor xtr_extractor_light = {
    .name = "light",
    .title = "Markup by lines",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
