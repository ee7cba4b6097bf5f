/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Markdown: CommonMark 0.31 with GFM's tables, strikethrough and footnotes. */
#include "render/inline.h"
#include "render/marker.h"
#include "render/render.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 32 };

typedef struct writer {
    const xtr__document *document;
    xtr__buffer *out;
    const xtr__element *before; /* the last element shown */
    /* How far the text of the open list items is indented, by level; depth 0: no list. */
    size_t indent[MAX_DEPTH + 1];
    bool numbered[MAX_DEPTH + 1];
    int depth;
    xtr__notes notes;
    xtr__joined joined;
} writer;

/* Blocks ------------------------------------------------------------------------------------ */

static void put_inline(writer *w, const xtr__element *e, xtr__place place, const char *prefix) {
    xtr__inline text = {.document = w->document,
                        .text = xtr__element_text(xtr__document_text(w->document), e),
                        .spans = e->spans,
                        .place = place,
                        .without = e->type == XTR_HEADING ? XTR_BOLD : 0,
                        .prefix = prefix,
                        .notes = &w->notes};
    xtr__inline_join(&text, &w->joined, e);
    xtr__inline_render(w->out, &text);
}

static void put_heading(writer *w, const xtr__element *e) {
    int level = e->level < 1 ? 1 : e->level > 6 ? 6 : e->level;
    xtr__fill(w->out, '#', (size_t)level);
    xtr__putc(w->out, ' ');
    put_inline(w, e, XTR__IN_HEADING, "");
}

/* A fence longer than any run of backticks inside. */
static void put_code(writer *w, xtr__range range) {
    const char *text = xtr__document_text(w->document) + range.at;
    size_t fence = 3;
    size_t run = 0;
    for (uint32_t i = 0; i < range.size; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        fence = run >= fence ? run + 1 : fence;
    }
    xtr__fill(w->out, '`', fence);
    xtr__putc(w->out, '\n');
    xtr__put_through(w->out, text, range.size);
    xtr__putc(w->out, '\n');
    xtr__fill(w->out, '`', fence);
}

static bool is_space(const char *text, uint32_t from, uint32_t to) {
    while (from < to && xtr__is_space(text[from]))
        from++;
    return from >= to;
}

/* Whether all of an element's text is formulas. */
static bool is_math(const writer *w, const xtr__element *e) {
    const xtr__span *spans = XTR__ITEMS(w->document, spans, xtr__span) + e->spans.at;
    const char *text = xtr__document_text(w->document);
    xtr__range all = xtr__element_text(text, e);
    uint32_t at = all.at;
    for (uint32_t i = 0; i < e->spans.size; i++) {
        if (!(spans[i].styles & XTR_MATH) || !is_space(text, at, spans[i].text.at))
            return false;
        at = spans[i].text.at + spans[i].text.size;
    }
    return e->spans.size && is_space(text, at, all.at + all.size);
}

/* Display math: no line of it may be empty. */
static void put_math(writer *w, const xtr__element *e) {
    const xtr__span *spans = XTR__ITEMS(w->document, spans, xtr__span) + e->spans.at;
    const char *text = xtr__document_text(w->document);
    for (uint32_t i = 0; i < e->spans.size; i++) {
        xtr__range range = xtr__trim(text, spans[i].text);
        xtr__puts(w->out, i ? "\n$$\n" : "$$\n");
        for (uint32_t at = range.at; at < range.at + range.size; at++) {
            if (text[at] != '\n' || text[at - 1] != '\n')
                xtr__putc(w->out, text[at]);
        }
        xtr__puts(w->out, "\n$$");
    }
}

/* The digits and "." or ")" of a marker that Markdown knows: "12.", "(3)" as "3)"; 0 if none. */
static size_t number_size(const char *marker) {
    size_t digits = strspn(marker, "0123456789");
    bool ends = (marker[digits] == '.' || marker[digits] == ')') && !marker[digits + 1];
    return digits && digits <= 9 && ends ? digits + 1 : 0;
}

static void put_list_item(writer *w, const xtr__element *e) {
    const char *marker = xtr__document_string(w->document, e->marker);
    int level = e->level < 1 ? 1 : e->level > MAX_DEPTH ? MAX_DEPTH : e->level;
    size_t number = number_size(marker);
    /* Nothing to hang from: one level deeper than the last is the most. */
    if (level > w->depth + 1)
        level = w->depth + 1;
    size_t indent = w->indent[level - 1];
    xtr__fill(w->out, ' ', indent);
    xtr__put(w->out, number ? marker : "-", number ? number : 1);
    xtr__putc(w->out, ' ');
    if (!number && xtr__marker_says_something(marker, e->marker.size)) {
        xtr__put(w->out, marker, e->marker.size);
        xtr__putc(w->out, ' ');
    }
    w->depth = level;
    w->indent[level] = indent + (number ? number : 1) + 1;
    w->numbered[level] = number > 0;
    char prefix[MAX_DEPTH * 11 + 1];
    memset(prefix, ' ', w->indent[level]);
    prefix[w->indent[level]] = '\0';
    put_inline(w, e, XTR__IN_BLOCK, prefix);
}

/* Whether an item would be text of the bullet above it: of numbers only 1 ends a paragraph. */
static bool needs_gap(const writer *w, const xtr__element *e) {
    const char *marker = xtr__document_string(w->document, e->marker);
    int level = e->level < 1 ? 1 : e->level;
    return level <= w->depth && !w->numbered[level] && number_size(marker) &&
           strtoul(marker, NULL, 10) != 1;
}

/* A definition that nothing refers to is not shown, so such a note is a paragraph. */
static void put_footnote(writer *w, const xtr__element *e) {
    const xtr__element *elements = XTR__ITEMS(w->document, elements, xtr__element);
    const xtr__note *note = xtr__notes_of_element(&w->notes, (uint32_t)(e - elements));
    bool linked = note && note->reference != XTR__NO_REFERENCE;
    if (linked) {
        xtr__puts(w->out, "[^");
        xtr__inline_label(w->out, &w->notes, note);
        xtr__puts(w->out, "]: ");
    } else if (e->marker.size) {
        const char *marker = xtr__document_string(w->document, e->marker);
        bool label = note && marker[0] >= '0' && marker[0] <= '9';
        if (!label && marker[0] < 'A')
            xtr__putc(w->out, '\\');
        xtr__put(w->out, marker, label ? note->label_size : e->marker.size);
        xtr__putc(w->out, ' ');
    }
    put_inline(w, e, XTR__IN_BLOCK, linked ? "    " : "");
}

static void put_image(writer *w, const xtr__element *e, xtr__range range) {
    xtr__inline said = {.document = w->document,
                        .text = e->description,
                        .is_string = true,
                        .place = XTR__IN_HEADING,
                        .prefix = ""};
    xtr__puts(w->out, "![");
    if (range.size)
        put_inline(w, e, XTR__IN_HEADING, "");
    else
        xtr__inline_render(w->out, &said);
    xtr__puts(w->out, "](");
    xtr__puts(w->out, e->image.size ? xtr__document_string(w->document, e->image) : "image");
    xtr__putc(w->out, ')');
}

static void put_element(writer *w, const xtr__element *e, xtr__range range) {
    switch ((xtr_element_type)e->type) {
    case XTR_HEADING:
        put_heading(w, e);
        break;
    case XTR_LIST_ITEM:
        put_list_item(w, e);
        break;
    case XTR_TABLE:
        xtr__render_table(w->out, w->document,
                          XTR__ITEMS(w->document, tables, xtr__table) + e->table);
        break;
    case XTR_CODE:
        put_code(w, range);
        break;
    case XTR_QUOTE:
        xtr__puts(w->out, "> ");
        put_inline(w, e, XTR__IN_BLOCK, "> ");
        break;
    case XTR_IMAGE:
        put_image(w, e, range);
        break;
    case XTR_FOOTNOTE:
        put_footnote(w, e);
        break;
    case XTR_VERBATIM:
        xtr__put_through(w->out, xtr__document_text(w->document) + range.at, range.size);
        break;
    case XTR_FORMULA:
        if (is_math(w, e)) {
            put_math(w, e);
            break;
        }
        put_inline(w, e, XTR__IN_BLOCK, "");
        break;
    case XTR_PARAGRAPH:
    case XTR_CAPTION:
    case XTR_HEADER:
    case XTR_FOOTER:
        put_inline(w, e, XTR__IN_BLOCK, "");
        break;
    }
}

void xtr__render_markdown(xtr__buffer *out, const xtr__document *d, xtr_furniture furniture) {
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    writer w = {
        .document = d, .out = out, .notes = xtr__notes_find(d), .joined = xtr__joined_find(d)};
    out->failed = out->failed || w.notes.failed || w.joined.failed;
    for (uint64_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        xtr__range range = xtr__element_text(xtr__document_text(d), e);
        if ((!range.size && !e->image.size) || xtr__joined_hides(&w.joined, i) ||
            xtr__is_dropped(e, furniture != XTR_FURNITURE_KEEP))
            continue;
        bool item = e->type == XTR_LIST_ITEM;
        bool list = item && w.before && w.before->type == XTR_LIST_ITEM;
        if (w.before)
            xtr__puts(out, list && !needs_gap(&w, e) ? "\n" : "\n\n");
        if (!list)
            w.depth = 0;
        put_element(&w, e, range);
        xtr__pass(out);
        w.before = e;
    }
    if (w.before)
        xtr__putc(out, '\n');
    xtr__notes_drop(&w.notes);
    xtr__joined_drop(&w.joined);
}
