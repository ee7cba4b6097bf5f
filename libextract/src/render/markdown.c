/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CommonMark 0.31 with GFM tables. */
#include "render/render.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Bytes of an ordered marker ("12." or "3)") at the start, or 0 (section 5.2). */
static size_t ordered_marker(const char *text, size_t size) {
    size_t digits = 0;
    while (digits < size && digits < 9 && is_digit(text[digits]))
        digits++;
    if (!digits || digits >= size || (text[digits] != '.' && text[digits] != ')'))
        return 0;
    return digits + 1;
}

/* Where a line would be read as the start of another block: the offset of the sign to escape, or
 * -1 (sections 4 and 5). */
static ptrdiff_t block_sign(const char *line, size_t size) {
    size_t at = 0;
    while (at < size && line[at] == ' ')
        at++;
    if (at == size)
        return -1;
    char c = line[at];
    char after = at + 1 < size ? line[at + 1] : ' ';
    size_t ordered = ordered_marker(line + at, size - at);
    if (ordered && (at + ordered == size || line[at + ordered] == ' '))
        return (ptrdiff_t)(at + ordered - 1);
    if (c == '>' || ((c == '-' || c == '+') && after == ' '))
        return (ptrdiff_t)at;
    if (c == '#') {
        size_t run = strspn(line + at, "#");
        return run <= 6 && (at + run >= size || line[at + run] == ' ') ? (ptrdiff_t)at : -1;
    }
    /* Rules and underlines: a line of nothing but the same sign. */
    if (c == '-' || c == '=') {
        size_t i = at;
        while (i < size && (line[i] == c || line[i] == ' '))
            i++;
        return i == size ? (ptrdiff_t)at : -1;
    }
    return c == '~' && size - at >= 3 && !memcmp(line + at, "~~~", 3) ? (ptrdiff_t)at : -1;
}

/* Copies rendered lines, indents all but the first, escapes what would start a block. */
static void put_lines(xtr__buffer *out, const char *text, size_t size, const char *indent) {
    const char *end = text + size;
    for (bool first = true; text < end; first = false) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t length = stop ? (size_t)(stop - text) : (size_t)(end - text);
        if (!first) {
            xtr__putc(out, '\n');
            xtr__puts(out, indent);
        }
        ptrdiff_t sign = block_sign(text, length);
        if (sign >= 0) {
            xtr__put(out, text, (size_t)sign);
            xtr__putc(out, '\\');
            xtr__put(out, text + sign, length - (size_t)sign);
        } else {
            xtr__put(out, text, length);
        }
        text += length + 1;
    }
}

static xtr__range trimmed(const xtr__document *d, xtr__range text) {
    const char *bytes = xtr__document_text(d);
    while (text.size &&
           (bytes[text.at + text.size - 1] == '\n' || bytes[text.at + text.size - 1] == ' '))
        text.size--;
    while (text.size && (bytes[text.at] == '\n' || bytes[text.at] == ' ')) {
        text.at++;
        text.size--;
    }
    return text;
}

/* The text of an element with its spans, its lines behind `indent`. */
static void put_body(xtr__buffer *out, const xtr__document *d, const xtr__element *e,
                     const char *indent) {
    xtr__buffer line = {.data = NULL};
    xtr__render_inline(&line, d, trimmed(d, e->text), e->spans, 0, true);
    put_lines(out, line.data, line.size, indent);
    out->failed |= line.failed;
    free(line.data);
}

/* A heading is one line, and bold anyway. */
static void put_heading(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    int level = e->level < 1 ? 1 : e->level > 6 ? 6 : e->level;
    xtr__buffer line = {.data = NULL};
    xtr__render_inline(&line, d, trimmed(d, e->text), e->spans, XTR_BOLD, true);
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '\n')
            line.data[i] = ' ';
    }
    xtr__fill(out, '#', (size_t)level);
    xtr__putc(out, ' ');
    xtr__put(out, line.data, line.size);
    /* A closing run of # would be eaten (4.2). */
    if (line.size && line.data[line.size - 1] == '#')
        xtr__puts(out, " #");
    out->failed |= line.failed;
    free(line.data);
}

static void put_code(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    const char *text = xtr__document_text(d) + e->text.at;
    size_t longest = 2;
    for (size_t i = 0, run = 0; i < e->text.size; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    xtr__fill(out, '`', longest + 1);
    xtr__putc(out, '\n');
    xtr__put(out, text, e->text.size);
    if (e->text.size && text[e->text.size - 1] != '\n')
        xtr__putc(out, '\n');
    xtr__fill(out, '`', longest + 1);
}

static void put_list_item(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    char indent[64];
    const char *marker = xtr__document_string(d, e->marker);
    size_t ordered = ordered_marker(marker, e->marker.size);
    size_t depth = e->level > 1 ? (size_t)e->level - 1 : 0;
    size_t width = (depth > 12 ? 12 : depth) * 4;
    bool numbered = ordered && ordered == e->marker.size;
    /* What Markdown has no mark for, such as "a)" or "(iv)", stays readable as text. */
    bool other = e->marker.size && !numbered && (unsigned char)marker[0] < 0x80 &&
                 !strchr("-*+o", marker[0]);
    xtr__fill(out, ' ', width);
    if (numbered)
        xtr__put(out, marker, ordered);
    else
        xtr__putc(out, '-');
    xtr__putc(out, ' ');
    if (other) {
        xtr__put(out, marker, e->marker.size);
        xtr__putc(out, ' ');
    }
    width += numbered ? ordered + 1 : 2;
    memset(indent, ' ', sizeof indent);
    indent[width < sizeof indent ? width : sizeof indent - 1] = '\0';
    put_body(out, d, e, indent);
}

static void put_footnote(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    if (e->marker.size) {
        xtr__puts(out, "[^");
        xtr__put(out, xtr__document_string(d, e->marker), e->marker.size);
        xtr__puts(out, "]: ");
    }
    put_body(out, d, e, e->marker.size ? "    " : "");
}

static void put_image(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    xtr__puts(out, "![");
    put_body(out, d, e, "");
    xtr__puts(out, "](image)");
}

static void put_element(xtr__buffer *out, const xtr__document *d, const xtr__element *e) {
    switch (e->type) {
    case XTR_HEADING:
        put_heading(out, d, e);
        break;
    case XTR_LIST_ITEM:
        put_list_item(out, d, e);
        break;
    case XTR_TABLE:
        xtr__render_table(out, d, &XTR__ITEMS(d, tables, xtr__table)[e->table]);
        break;
    case XTR_CODE:
        put_code(out, d, e);
        break;
    case XTR_QUOTE:
        xtr__puts(out, "> ");
        put_body(out, d, e, "> ");
        break;
    case XTR_FOOTNOTE:
        put_footnote(out, d, e);
        break;
    case XTR_IMAGE:
        put_image(out, d, e);
        break;
    case XTR_VERBATIM:
        xtr__put(out, xtr__document_text(d) + e->text.at, e->text.size);
        break;
    default:
        put_body(out, d, e, "");
    }
}

void xtr__render_markdown(xtr__buffer *out, const xtr__document *d, xtr_furniture furniture) {
    const xtr__element *elements = XTR__ITEMS(d, elements, xtr__element);
    const xtr__element *before = NULL;
    for (uint64_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &elements[i];
        if (!e->text.size || xtr__is_dropped(e, furniture != XTR_FURNITURE_KEEP))
            continue;
        if (before) {
            bool list = before->type == XTR_LIST_ITEM && e->type == XTR_LIST_ITEM;
            bool ended = out->size && out->data[out->size - 1] == '\n';
            xtr__puts(out, &"\n\n"[(size_t)list + (size_t)ended]);
        }
        put_element(out, d, e);
        before = e;
    }
    if (before && out->size && out->data[out->size - 1] != '\n')
        xtr__putc(out, '\n');
}
