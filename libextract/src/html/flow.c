/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The flow of text into elements. White space is collapsed as CSS does it (CSS Text 3, section 4),
 * and what separates waits until there is something to separate: a space, a line break, the end
 * of a block. */
#include "html/writer.h"

#include <stdlib.h>

void xtr__html_end_block(xtr__html_writer *w) {
    w->ended = true;
    w->space = false;
    w->breaks = 0;
    w->fresh = true;
}

void xtr__html_close(xtr__html_writer *w) {
    xtr__html_end_block(w);
    if (w->open)
        xtr_element_end(w->builder);
    w->open = false;
}

static void put_marker(xtr__html_writer *w) {
    w->pending = 0;
    if (!*w->marker)
        return;
    xtr_text(w->builder, w->marker, strlen(w->marker));
    xtr_text(w->builder, " ", 1);
}

/* Elements begin with their first text: what has none leaves nothing. */
static void begin_element(xtr__html_writer *w) {
    bool item = w->pending && w->pending == w->now.join;
    bool plain = w->now.type == XTR_PARAGRAPH || w->now.type == XTR_QUOTE;
    xtr_element_info info = {.type = w->now.type};
    if (item && plain) {
        info.type = XTR_LIST_ITEM;
        info.level = w->now.list_level;
        info.marker = *w->marker ? w->marker : NULL;
    }
    if (info.type == XTR_HEADING)
        info.level = w->now.level;
    if (info.type == XTR_FOOTNOTE)
        info.marker = w->note;
    if (w->open)
        xtr_element_end(w->builder);
    xtr_element_begin(w->builder, &info);
    w->open = true;
    w->open_type = info.type;
    w->open_join = w->now.join;
    if (item && plain)
        w->pending = 0;
}

static void put_breaks(xtr__html_writer *w, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        xtr_text(w->builder, "\n", 1);
    w->fresh = true;
    w->space = false;
}

/* Two line breaks end a paragraph: so paragraphs were made before there was <p>. */
static bool breaks_paragraph(const xtr__html_writer *w) {
    return w->breaks > 1 && !w->in_cell && w->now.space == XTR__COLLAPSE &&
           (w->open_type == XTR_PARAGRAPH || w->open_type == XTR_QUOTE);
}

static void begin_in_cell(xtr__html_writer *w) {
    if (w->cell_has_text && (w->ended || w->breaks))
        put_breaks(w, 1);
    if (w->pending && w->pending == w->now.join)
        put_marker(w);
    w->cell_has_text = true;
}

/* Makes room for text: opens what it belongs to and writes what waits. */
static void begin_text(xtr__html_writer *w) {
    if (w->in_cell) {
        begin_in_cell(w);
    } else if (!w->open || (w->ended && (!w->now.join || w->now.join != w->open_join)) ||
               breaks_paragraph(w)) {
        begin_element(w);
        w->fresh = true;
        w->space = false;
        /* A heading inside of an item: its number is part of it. */
        if (w->pending && w->pending == w->now.join && w->open_type == XTR_HEADING)
            put_marker(w);
    } else if (w->ended) {
        put_breaks(w, 1);
    } else if (w->breaks) {
        put_breaks(w, w->now.space == XTR__KEEP ? w->breaks : 1);
    }
    if (w->space && !w->fresh)
        xtr_text(w->builder, " ", 1);
    w->space = w->ended = w->fresh = false;
    w->breaks = 0;
    xtr_style(w->builder, w->now.styles, w->now.linked ? w->address : NULL);
}

void xtr__html_put(xtr__html_writer *w, const char *text, size_t size) {
    if (!size)
        return;
    begin_text(w);
    xtr_text(w->builder, text, size);
}

void xtr__html_break(xtr__html_writer *w) {
    w->space = false;
    if (!w->ended)
        w->breaks++;
}

/* Line breaks at the end wait, like others. */
static void put_kept(xtr__html_writer *w, const char *text) {
    if (w->ended || !w->open)
        text += strspn(text, "\n");
    size_t size = strlen(text), end = size;
    while (end && text[end - 1] == '\n')
        end--;
    for (size_t i = 0; i < end && w->breaks; i++) {
        /* What waits here is counted exactly. */
        if (text[i] != '\n')
            break;
        w->breaks++;
        text++;
        end--;
        size--;
        i--;
    }
    xtr__html_put(w, text, end);
    if (!w->ended)
        w->breaks += (unsigned)(size - end);
}

/* Spaces that do not break, and soft hyphens, are nothing at the beginning of a block. */
static const char *skip_blank(const char *text) {
    for (;;) {
        if (xtr__html_is_space(*text))
            text++;
        else if (!memcmp(text, "\xC2\xA0", text[0] ? 2 : 1) ||
                 (text[0] == '\xC2' && text[1] == '\xAD'))
            text += 2;
        else
            return text;
    }
}

/* One text node, or a line of it. */
static void put_collapsed(xtr__html_writer *w, const char *text, const char *end) {
    xtr__buffer *out = &w->scratch;
    out->size = 0;
    if (w->ended || (!w->open && !w->in_cell))
        text = skip_blank(text);
    const char *p = text;
    while (p < end && xtr__html_is_space(*p))
        p++;
    w->space = w->space || p > text;
    if (p >= end)
        return;
    begin_text(w);
    xtr__expect(out, (size_t)(end - p));
    while (p < end) {
        const char *word = p;
        while (p < end && !xtr__html_is_space(*p))
            p++;
        xtr__put(out, word, (size_t)(p - word));
        const char *gap = p;
        while (p < end && xtr__html_is_space(*p))
            p++;
        if (p < end)
            xtr__putc(out, ' ');
        else
            w->space = p > gap;
    }
    xtr_text(w->builder, out->data, out->size);
    w->failed = w->failed || out->failed;
}

void xtr__html_put_text(xtr__html_writer *w, const char *text) {
    if (w->now.space == XTR__KEEP) {
        put_kept(w, text);
        return;
    }
    while (w->now.space == XTR__KEEP_LINES && strchr(text, '\n')) {
        const char *end = strchr(text, '\n');
        put_collapsed(w, text, end);
        xtr__html_break(w);
        text = end + 1;
    }
    put_collapsed(w, text, text + strlen(text));
}

void xtr__html_put_element(xtr__html_writer *w, xtr_element_type type, const char *text) {
    if (!*text)
        return;
    xtr__html_close(w);
    xtr_element_begin(w->builder, &(xtr_element_info){.type = type});
    xtr_style(w->builder, w->now.styles, NULL);
    xtr_text(w->builder, text, strlen(text));
    xtr_element_end(w->builder);
}
