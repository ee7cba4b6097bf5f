/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text of shapes: paragraphs, lists in lists, spans, links and fields (5.1, 5.3, 6.1, 7.3). */
#include "odp/odp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SPACES = 1000, MOST_DEPTH = 100 };

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool odp_has_text(const xtr__tree *tree, uint32_t top) {
    for (uint32_t n = top ? xtr__tree_walk(tree, top, top) : 0; n;
         n = xtr__tree_walk(tree, n, top)) {
        int id = xtr__tree_id(tree, n);
        size_t size;
        if (id == ODP_PAGE_NUMBER || id == ODP_FOOTER || id == ODP_HEADER || id == ODP_DATE_TIME)
            return true;
        const char *text = id == XTR__TREE_TEXT ? xtr__tree_content(tree, n, &size) : "";
        for (size_t i = 0; id == XTR__TREE_TEXT && i < size; i++) {
            if (!is_space(text[i]))
                return true;
        }
    }
    return false;
}

/* Inside paragraphs ---------------------------------------------------------------------------- */

typedef struct inline_writer {
    odp *o;
    const xtr__tree *tree;
    const char *line_break;
    bool after_space; /* spaces after one, or at the beginning, are none (6.1.2) */
} inline_writer;

static void put_collapsed(inline_writer *w, const char *text, size_t size) {
    size_t from = 0;
    for (size_t i = 0; i <= size; i++) {
        bool space = i < size && is_space(text[i]);
        if (i < size && !space) {
            w->after_space = false;
            continue;
        }
        if (i > from)
            xtr_text(w->o->builder, text + from, i - from);
        if (space && !w->after_space)
            xtr_text(w->o->builder, " ", 1);
        w->after_space = w->after_space || space;
        from = i + 1;
    }
}

static void put_spaces(inline_writer *w, int64_t count) {
    for (int64_t i = 0; i < count && i < MOST_SPACES; i++)
        xtr_text(w->o->builder, " ", 1);
}

static void put_field(inline_writer *w, const char *text) {
    if (text && *text) {
        xtr_text(w->o->builder, text, strlen(text));
        w->after_space = false;
    }
}

static void note_annotation(odp *o, const xtr__tree *tree, uint32_t node) {
    uint32_t creator = xtr__tree_child(tree, node, ODP_CREATOR);
    size_t size, length = 0;
    const char *author = creator ? xtr__tree_content(tree, creator, &size) : NULL;
    char text[4096] = "";
    for (uint32_t n = xtr__tree_walk(tree, node, node); n; n = xtr__tree_walk(tree, n, node)) {
        if (xtr__tree_id(tree, n) != XTR__TREE_TEXT || xtr__tree_parent(tree, n) == creator)
            continue;
        const char *piece = xtr__tree_content(tree, n, &size);
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", length ? "\n" : "",
                                   piece);
        length = length < sizeof text ? length : sizeof text - 1;
    }
    if (length)
        xtr_annotation(o->builder, "Text", text, author, o->page, (xtr_box){0});
}

static void put_inside(inline_writer *w, uint32_t parent, unsigned styles, const char *url,
                       int depth);

static void put_node(inline_writer *w, uint32_t node, unsigned styles, const char *url, int depth) {
    const xtr__tree *tree = w->tree;
    size_t size;
    const char *text, *href;
    char number[16];
    switch (xtr__tree_id(tree, node)) {
    case XTR__TREE_TEXT:
        text = xtr__tree_content(tree, node, &size);
        xtr_style(w->o->builder, styles, url);
        put_collapsed(w, text, size);
        break;
    case ODP_SPACES:
        put_spaces(w, xtr__tree_number(tree, node, ODP_AT_COUNT, 1));
        break;
    case ODP_TAB:
        xtr_text(w->o->builder, "\t", 1);
        break;
    case ODP_BREAK:
        xtr_text(w->o->builder, w->line_break, 1);
        w->after_space = true;
        break;
    case ODP_PAGE_NUMBER:
        snprintf(number, sizeof number, "%u", w->o->page);
        put_field(w, number);
        break;
    case ODP_SPAN:
        styles |= odp_text_style_of(w->o, xtr__tree_value(tree, node, ODP_AT_LIST_STYLE));
        put_inside(w, node, styles, url, depth + 1);
        break;
    case ODP_LINK:
        href = xtr__tree_value(tree, node, ODP_AT_HREF);
        if (href && *href && *href != '#')
            xtr_link(w->o->builder, href, 0, w->o->page, w->o->box);
        put_inside(w, node, styles, href && *href != '#' ? href : url, depth + 1);
        break;
    case ODP_ANNOTATION:
        note_annotation(w->o, tree, node);
        break;
    case ODP_RUBY_TEXT:
        break;
    default:
        put_inside(w, node, styles, url, depth + 1);
        break;
    }
}

static void put_inside(inline_writer *w, uint32_t parent, unsigned styles, const char *url,
                       int depth) {
    uint32_t node = depth < MOST_DEPTH ? xtr__tree_first(w->tree, parent) : 0;
    for (; node; node = xtr__tree_next(w->tree, node))
        put_node(w, node, styles, url, depth);
    xtr_style(w->o->builder, 0, NULL);
}

static void put_paragraph(odp *o, const xtr__tree *tree, uint32_t node, const char *line_break) {
    inline_writer w = {o, tree, line_break, true};
    unsigned styles = odp_text_style_of(o, xtr__tree_value(tree, node, ODP_AT_LIST_STYLE));
    put_inside(&w, node, styles, NULL, 0);
}

void odp_write_joined(odp *o, const xtr__tree *tree, uint32_t parent, const char *between) {
    bool begun = false;
    for (uint32_t n = xtr__tree_walk(tree, parent, parent); n;) {
        int id = xtr__tree_id(tree, n);
        if (id != ODP_P && id != ODP_H) {
            n = xtr__tree_walk(tree, n, parent);
            continue;
        }
        if (odp_has_text(tree, n)) {
            if (begun)
                xtr_text(o->builder, between, 1);
            put_paragraph(o, tree, n, between);
            begun = true;
        }
        n = xtr__tree_after(tree, n, parent);
    }
}

/* Blocks ------------------------------------------------------------------------------------ */

typedef struct block_writer {
    odp *o;
    xtr_element_type type;
    xtr__slide_counter counter;
} block_writer;

static void write_paragraph(block_writer *b, uint32_t node, const xtr_element_info *info) {
    if (!odp_has_text(b->o->tree, node))
        return;
    xtr_element_begin(b->o->builder, info);
    put_paragraph(b->o, b->o->tree, node, "\n");
    xtr_element_end(b->o->builder);
}

/* The marker of an item, which counts it; "" for none. */
static void mark(block_writer *b, uint32_t item, const odp_list_style *style, unsigned level,
                 char *out, size_t size) {
    const odp_level *l = style ? &style->levels[level] : NULL;
    *out = '\0';
    if (!l || !l->shown || !l->format) {
        xtr__slide_uncounted(&b->counter, level);
        if (!l || l->shown)
            snprintf(out, size, "%s", l ? l->bullet : "•");
        return;
    }
    unsigned scheme = l->format == 'a'   ? 0
                      : l->format == 'A' ? 1
                      : l->format == 'i' ? 6
                      : l->format == 'I' ? 7
                                         : XTR__SLIDE_ARABIC_PERIOD;
    int64_t start = xtr__tree_number(b->o->tree, item, ODP_AT_START, -1);
    if (start >= 0 && start < 32768)
        xtr__slide_uncounted(&b->counter, level);
    uint32_t first = start >= 0 && start < 32768 ? (uint32_t)start : l->start;
    uint32_t number = xtr__slide_count(&b->counter, level, scheme, first);
    char digits[24];
    xtr__slide_number(digits, sizeof digits, scheme, number);
    snprintf(out, size, "%s%.*s%s", l->before, (int)strlen(digits) - 1, digits, l->behind);
}

static void write_blocks(block_writer *b, uint32_t parent, const odp_list_style *style, int level,
                         int depth);

/* The first paragraph of an item has its marker, the rest go on below. */
static void write_item(block_writer *b, uint32_t item, const odp_list_style *style, int level,
                       int depth) {
    const xtr__tree *tree = b->o->tree;
    bool marked = xtr__tree_id(tree, item) == ODP_LIST_HEADER;
    for (uint32_t n = xtr__tree_first(tree, item); n; n = xtr__tree_next(tree, n)) {
        int id = xtr__tree_id(tree, n);
        bool paragraph = id == ODP_P || id == ODP_H;
        if (!paragraph) {
            if (id == ODP_LIST)
                write_blocks(b, n, style, level + 1, depth + 1);
            continue;
        }
        char marker[48] = "";
        if (!marked && odp_has_text(tree, n))
            mark(b, item, style, (unsigned)level, marker, sizeof marker);
        marked = marked || *marker;
        bool list = *marker && b->type == XTR_PARAGRAPH;
        write_paragraph(b, n,
                        &(xtr_element_info){.type = list ? XTR_LIST_ITEM : b->type,
                                            .level = list ? level + 1 : 0,
                                            .marker = list ? marker : NULL,
                                            .box = b->o->box});
    }
}

/* `level` is that of the list `parent`, or -1 outside of lists. */
static void write_blocks(block_writer *b, uint32_t parent, const odp_list_style *style, int level,
                         int depth) {
    const xtr__tree *tree = b->o->tree;
    if (depth > MOST_DEPTH)
        return;
    if (level >= 0) {
        const odp_list_style *own =
            odp_list_style_of(b->o, xtr__tree_value(tree, parent, ODP_AT_LIST_STYLE));
        style = own ? own : style;
        if (level == 0 && !xtr__tree_flag(tree, parent, ODP_AT_CONTINUE, false))
            xtr__slide_uncounted(&b->counter, 0);
        level = level < ODP_LEVELS ? level : ODP_LEVELS - 1;
    }
    for (uint32_t n = xtr__tree_first(tree, parent); n; n = xtr__tree_next(tree, n)) {
        switch (xtr__tree_id(tree, n)) {
        case ODP_P:
        case ODP_H:
            write_paragraph(b, n, &(xtr_element_info){.type = b->type, .box = b->o->box});
            break;
        case ODP_LIST:
            write_blocks(b, n, style, level + 1, depth + 1);
            break;
        case ODP_ITEM:
        case ODP_LIST_HEADER:
            write_item(b, n, style, level < 0 ? 0 : level, depth);
            break;
        default:
            break;
        }
    }
}

void odp_write_blocks(odp *o, uint32_t parent, xtr_element_type type) {
    block_writer b = {.o = o, .type = type};
    write_blocks(&b, parent, NULL, -1, 0);
}

static void add_entry(odp *o, uint32_t parent) {
    char title[512] = "";
    size_t length = 0, size;
    for (uint32_t n = xtr__tree_walk(o->tree, parent, parent); n && length + 1 < sizeof title;
         n = xtr__tree_walk(o->tree, n, parent)) {
        int id = xtr__tree_id(o->tree, n);
        const char *text = id == XTR__TREE_TEXT ? xtr__tree_content(o->tree, n, &size) : NULL;
        bool apart = (id == ODP_P || id == ODP_BREAK) && length && title[length - 1] != ' ';
        size_t room = sizeof title - 1 - length;
        if (text)
            size = size < room ? size : room;
        memcpy(title + length, text ? text : " ", text ? size : apart);
        length += text ? size : apart;
    }
    title[length] = '\0';
    xtr_entry(o->builder, title, 1, o->page);
}

void odp_write_title(odp *o, uint32_t parent) {
    add_entry(o, parent);
    xtr_element_begin(o->builder,
                      &(xtr_element_info){.type = XTR_HEADING, .level = 1, .box = o->box});
    odp_write_joined(o, o->tree, parent, " ");
    xtr_element_end(o->builder);
}
