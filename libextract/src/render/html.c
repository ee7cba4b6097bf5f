/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* HTML: a document of the HTML Living Standard (2023), in elements that mean something and without
 * classes, styles or scripts. Pages are sections: <section id="page-3" data-page="3">. */
#include "render/inline.h"
#include "render/marker.h"
#include "render/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 32, MAX_LANGUAGE = 35 /* RFC 5646, section 4.4.1 */ };

typedef struct list {
    char type;     /* of <ol>; 0: <ul> */
    uint32_t next; /* what its next item would be numbered */
} list;

typedef struct writer {
    const xtr__document *document;
    xtr__buffer *out;
    bool drop_furniture;
    xtr__joined joined;
    list lists[MAX_DEPTH]; /* those open, each with an open item */
    int depth;
} writer;

/* Blocks ------------------------------------------------------------------------------------ */

static xtr__range text_of(const writer *w, const xtr__element *e) {
    return xtr__element_text(xtr__document_text(w->document), e);
}

static void put_tag(writer *w, const char *tag, xtr__range text) {
    xtr__puts(w->out, tag);
    xtr__html_direction(w->out, xtr__document_text(w->document) + text.at, text.size);
    xtr__putc(w->out, '>');
}

static void put_inline(writer *w, const xtr__element *e, xtr__place place, unsigned without) {
    xtr__inline text = {.document = w->document,
                        .text = text_of(w, e),
                        .spans = e->spans,
                        .place = place,
                        .without = without};
    xtr__inline_join(&text, &w->joined, e);
    xtr__inline_render_html(w->out, &text);
}

/* An element between two tags; of the first all but its end: "<p". */
static void put_block(writer *w, const xtr__element *e, const char *open, const char *close) {
    put_tag(w, open, text_of(w, e));
    put_inline(w, e, XTR__IN_BLOCK, 0);
    xtr__puts(w->out, close);
}

static void put_heading(writer *w, const xtr__element *e) {
    char level = (char)(e->level < 1 ? '1' : e->level > 6 ? '6' : '0' + e->level);
    const char open[] = {'<', 'h', level, '\0'};
    const char close[] = {'<', '/', 'h', level, '>', '\n', '\0'};
    put_tag(w, open, text_of(w, e));
    put_inline(w, e, XTR__IN_HEADING, XTR_BOLD);
    xtr__puts(w->out, close);
}

/* A line break right behind <pre> would not count. */
static void put_lines(writer *w, const xtr__element *e, bool code) {
    xtr__range text = text_of(w, e);
    put_tag(w, "<pre", text);
    xtr__puts(w->out, code ? "<code>" : "");
    if (!code && xtr__document_text(w->document)[text.at] == '\n')
        xtr__putc(w->out, '\n');
    put_inline(w, e, XTR__IN_PRE, XTR_MONO);
    xtr__puts(w->out, code ? "</code></pre>\n" : "</pre>\n");
}

static void put_footnote(writer *w, const xtr__element *e) {
    xtr__puts(w->out, "<aside role=\"doc-footnote\">");
    put_tag(w, "<p", text_of(w, e));
    if (e->marker.size) {
        xtr__puts(w->out, "<sup>");
        xtr__html_escape(w->out, xtr__document_string(w->document, e->marker), e->marker.size);
        xtr__puts(w->out, "</sup> ");
    }
    put_inline(w, e, XTR__IN_BLOCK, 0);
    xtr__puts(w->out, "</p></aside>\n");
}

/* Figures ----------------------------------------------------------------------------------- */

static void put_table(writer *w, const xtr__element *e) {
    const xtr__table *tables = XTR__ITEMS(w->document, tables, xtr__table);
    xtr__render_table_html(w->out, w->document, &tables[e->table]);
    xtr__putc(w->out, '\n');
}

/* The picture itself is not there: an address that loads nothing shows what it would be. */
static void put_image(writer *w, const xtr__element *e) {
    xtr__range text = text_of(w, e);
    xtr__puts(w->out, "<img src=\"data:,\" alt=\"");
    if (text.size)
        xtr__html_escape(w->out, xtr__document_text(w->document) + text.at, text.size);
    else
        xtr__html_escape(w->out, xtr__document_string(w->document, e->description),
                         e->description.size);
    xtr__puts(w->out, "\">\n");
}

static void put_pictured(writer *w, const xtr__element *e) {
    if (e->type == XTR_IMAGE)
        put_image(w, e);
    else
        put_table(w, e);
}

static bool is_pictured(const xtr__element *e) {
    return e && (e->type == XTR_IMAGE || e->type == XTR_TABLE);
}

/* An image, a table, a caption, or one of the former with its caption, which may stand above or
 * below it. Returns whether `next` was put as well. */
static bool put_figure(writer *w, const xtr__element *e, const xtr__element *next) {
    const xtr__element *caption = e->type == XTR_CAPTION ? e : NULL;
    bool both = caption ? is_pictured(next) : next && next->type == XTR_CAPTION;
    if (e->type == XTR_TABLE && !both) {
        put_table(w, e);
        return false;
    }
    xtr__puts(w->out, "<figure>\n");
    if (!caption)
        put_pictured(w, e);
    if (caption || both)
        put_block(w, caption ? caption : next, "<figcaption", "</figcaption>\n");
    if (caption && both)
        put_pictured(w, next);
    xtr__puts(w->out, "</figure>\n");
    return both;
}

/* Lists ------------------------------------------------------------------------------------- */

static void close_lists(writer *w, int depth) {
    while (w->depth > depth)
        xtr__puts(w->out, w->lists[--w->depth].type ? "</li>\n</ol>\n" : "</li>\n</ul>\n");
}

static void put_number(writer *w, const char *name, uint32_t value) {
    char text[32];
    snprintf(text, sizeof text, " %s=\"%" PRIu32 "\"", name, value);
    xtr__puts(w->out, text);
}

static void open_list(writer *w, xtr__marker marker) {
    if (w->depth && w->out->size && w->out->data[w->out->size - 1] != '\n')
        xtr__putc(w->out, '\n');
    xtr__puts(w->out, marker.type ? "<ol" : "<ul");
    if (marker.type && marker.type != '1') {
        const char type[] = {' ', 't', 'y', 'p', 'e', '=', '"', marker.type, '"', '\0'};
        xtr__puts(w->out, type);
    }
    if (marker.type && marker.value != 1)
        put_number(w, "start", marker.value);
    xtr__puts(w->out, ">\n");
    w->lists[w->depth++] = (list){.type = marker.type, .next = marker.value};
}

static void put_item(writer *w, const xtr__element *e) {
    const char *text = xtr__document_string(w->document, e->marker);
    int level = e->level < 1 ? 1 : e->level > MAX_DEPTH ? MAX_DEPTH : e->level;
    /* Nothing to hang from: one level deeper than the last is the most. */
    if (level > w->depth + 1)
        level = w->depth + 1;
    close_lists(w, level);
    const list *open = level == w->depth ? &w->lists[level - 1] : NULL;
    xtr__marker marker = xtr__marker_read(text, e->marker.size, open ? open->type : 0);
    if (open && open->type == marker.type && (!marker.type || marker.value >= open->next)) {
        xtr__puts(w->out, "</li>\n");
    } else {
        close_lists(w, level - 1);
        open_list(w, marker);
    }
    list *of = &w->lists[level - 1];
    xtr__puts(w->out, "<li");
    if (of->type && marker.value != of->next)
        put_number(w, "value", marker.value);
    of->next = marker.value + 1;
    put_tag(w, "", text_of(w, e));
    if (!of->type && xtr__marker_says_something(text, e->marker.size)) {
        xtr__html_escape(w->out, text, e->marker.size);
        xtr__putc(w->out, ' ');
    }
    put_inline(w, e, XTR__IN_BLOCK, 0);
}

/* Elements ---------------------------------------------------------------------------------- */

/* Returns whether `next` (NULL: none) was put as well. */
static bool put_element(writer *w, const xtr__element *e, const xtr__element *next) {
    if (e->type != XTR_LIST_ITEM)
        close_lists(w, 0);
    switch ((xtr_element_type)e->type) {
    case XTR_HEADING:
        put_heading(w, e);
        break;
    case XTR_LIST_ITEM:
        put_item(w, e);
        break;
    case XTR_TABLE:
    case XTR_IMAGE:
    case XTR_CAPTION:
        return put_figure(w, e, next);
    case XTR_CODE:
    case XTR_VERBATIM:
        put_lines(w, e, e->type == XTR_CODE);
        break;
    case XTR_QUOTE:
        put_block(w, e, "<blockquote><p", "</p></blockquote>\n");
        break;
    case XTR_FOOTNOTE:
        put_footnote(w, e);
        break;
    case XTR_PARAGRAPH:
        put_block(w, e, "<p", "</p>\n");
        break;
    case XTR_FORMULA:
        put_block(w, e, "<p role=\"math\"", "</p>\n");
        break;
    case XTR_HEADER:
        put_block(w, e, "<header><p", "</p></header>\n");
        break;
    case XTR_FOOTER:
        put_block(w, e, "<footer><p", "</p></footer>\n");
        break;
    }
    return false;
}

/* The first element from *at on that is shown, and *at behind it; NULL when there is none. */
static const xtr__element *next_shown(const writer *w, uint64_t *at, uint64_t end) {
    const xtr__element *elements = XTR__ITEMS(w->document, elements, xtr__element);
    while (*at < end) {
        const xtr__element *e = &elements[(*at)++];
        if (xtr__joined_hides(&w->joined, *at - 1))
            continue;
        if ((text_of(w, e).size || e->description.size) && !xtr__is_dropped(e, w->drop_furniture))
            return e;
    }
    return NULL;
}

static void put_elements(writer *w, uint64_t first, uint64_t end) {
    uint64_t at = first;
    const xtr__element *e = next_shown(w, &at, end);
    while (e) {
        const xtr__element *next = next_shown(w, &at, end);
        e = put_element(w, e, next) ? next_shown(w, &at, end) : next;
        xtr__pass(w->out);
    }
    close_lists(w, 0);
}

/* Documents --------------------------------------------------------------------------------- */

static void put_page(writer *w, const xtr__page *page) {
    char tag[80];
    snprintf(tag, sizeof tag, "<section id=\"page-%" PRIu32 "\" data-page=\"%" PRIu32 "\"",
             page->number, page->number);
    xtr__puts(w->out, tag);
    if (page->label.size) {
        xtr__puts(w->out, " data-label=\"");
        xtr__html_escape(w->out, xtr__document_string(w->document, page->label), page->label.size);
        xtr__putc(w->out, '"');
    }
    xtr__puts(w->out, ">\n");
    put_elements(w, page->elements.at, (uint64_t)page->elements.at + page->elements.size);
    xtr__puts(w->out, "</section>\n");
}

static void put_body(writer *w) {
    const xtr__page *pages = XTR__ITEMS(w->document, pages, xtr__page);
    uint64_t at = 0;
    for (uint64_t i = 0; i < w->document->pages.count; i++) {
        put_elements(w, at, pages[i].elements.at);
        put_page(w, &pages[i]);
        at = (uint64_t)pages[i].elements.at + pages[i].elements.size;
    }
    put_elements(w, at, w->document->elements.count);
}

/* The first of the languages that the document says it is in, when it is a tag of BCP 47. */
static size_t language_size(const char *language) {
    size_t size = 0;
    bool letters = true;
    for (; size <= MAX_LANGUAGE; size++) {
        char c = language[size];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(size > 1 && ((c >= '0' && c <= '9') || c == '-')))
            break;
        letters = letters && letter;
    }
    char last = size ? language[size - 1] : '-';
    return last == '-' || size < 2 || size > MAX_LANGUAGE || (letters && size > 8) ? 0 : size;
}

/* A document must have a title: its own, else its first heading. */
static void put_title(writer *w) {
    const xtr__element *elements = XTR__ITEMS(w->document, elements, xtr__element);
    const char *title = xtr__document_metadata(w->document, "title");
    xtr__range text = {0, 0};
    for (uint64_t i = 0; !text.size && i < w->document->elements.count; i++) {
        if (elements[i].type == XTR_HEADING)
            text = text_of(w, &elements[i]);
    }
    xtr__puts(w->out, "<title>");
    if (title)
        xtr__html_escape(w->out, title, strlen(title));
    else if (text.size)
        xtr__html_escape(w->out, xtr__document_text(w->document) + text.at, text.size);
    else
        xtr__puts(w->out, "Untitled");
    xtr__puts(w->out, "</title>\n");
}

static void put_head(writer *w) {
    const char *language = xtr__document_metadata(w->document, "language");
    size_t size = language ? language_size(language) : 0;
    xtr__puts(w->out, "<!DOCTYPE html>\n<html");
    if (size) {
        xtr__puts(w->out, " lang=\"");
        xtr__put(w->out, language, size);
        xtr__putc(w->out, '"');
    }
    xtr__puts(w->out, ">\n<head>\n<meta charset=\"utf-8\">\n");
    put_title(w);
    xtr__puts(w->out, "</head>\n");
}

void xtr__render_html(xtr__buffer *out, const xtr__document *d, xtr_furniture furniture,
                      bool fragment) {
    writer w = {.document = d,
                .out = out,
                .drop_furniture = furniture != XTR_FURNITURE_KEEP,
                .joined = xtr__joined_find(d)};
    out->failed = out->failed || w.joined.failed;
    if (!fragment) {
        put_head(&w);
        xtr__puts(out, "<body>\n");
    }
    put_body(&w);
    if (!fragment)
        xtr__puts(out, "</body>\n</html>\n");
    xtr__joined_drop(&w.joined);
}
