/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Roles of lines by their tags, which go before their look. A paragraph says nothing: programs tag
 * everything as one. */
#include "blocks.h"

#include <string.h>

enum { MOST_MARK = 32 }; /* bytes, and a NUL */

/** The nearest element above a line that says what it is, or XTR__NO_TAG. */
static uint32_t telling_tag(const xtr__page_layout *page, const xtr__line *line) {
    uint32_t tag = xtr__tag_of_line(page, line);
    for (; tag != XTR__NO_TAG; tag = page->tags.items[tag].parent) {
        switch (page->tags.items[tag].role) {
        case XTR__TAG_ITEM:
        case XTR__TAG_CAPTION:
        case XTR__TAG_QUOTE:
        case XTR__TAG_CODE:
        case XTR__TAG_FORMULA:
        case XTR__TAG_NOTE:
            return tag;
        case XTR__TAG_CELL:
        case XTR__TAG_HEAD_CELL:
            return XTR__NO_TAG;
        default:
            break;
        }
    }
    return XTR__NO_TAG;
}

/** Bytes of what is tagged as the label of a line. */
static uint32_t tagged_label(const xtr__page_layout *page, const xtr__line *line) {
    const char *text = xtr__line_text(page, line);
    size_t size = 0;
    for (uint32_t i = 0; i < line->label && size < line->text_size; i++)
        xtr__utf8_next(text, line->text_size, &size);
    return (uint32_t)size;
}

/** Bytes of what comes before the first space when it ends like a number or is one sign, or 0. */
static uint32_t likely_label(const char *text, uint32_t size) {
    const char *space = memchr(text, ' ', size < MOST_MARK ? size : MOST_MARK);
    size_t at = 0, label = space != NULL ? (size_t)(space - text) : 0;
    uint32_t first = label > 0 ? xtr__utf8_next(text, label, &at) : 0;
    bool sign = at == label && !xtr__is_letter(first) && !xtr__is_digit(first);
    return label > 0 && (sign || strchr(".):", text[label - 1]) != NULL) ? (uint32_t)label : 0;
}

/** Bytes of the mark of an item or note: what is tagged as its label, or looks like one. */
static uint8_t mark_of(const xtr__page_layout *page, const xtr__line *line) {
    const char *text = xtr__line_text(page, line);
    uint32_t size = tagged_label(page, line);
    if (size == 0 && line->role == XTR__ROLE_NOTE)
        size = xtr__note_mark(page, line, true);
    if (size == 0 && line->role == XTR__ROLE_ITEM) {
        size = xtr__mark_at(text, line->text_size).size;
        size = size > 0 ? size : likely_label(text, line->text_size);
    }
    return (uint8_t)(size < MOST_MARK && size < line->text_size ? size : 0);
}

/** Whether the line before is of the same note. */
static bool goes_on(const xtr__page_layout *page, uint32_t i, uint32_t note) {
    uint32_t before = i > 0 ? page->lines.items[i - 1].tag : XTR__NO_TAG;
    return xtr__tag_above(page->tags.items, before, XTR__TAG_NOTE) == note;
}

static xtr__role role_of(const xtr__page_layout *page, uint32_t i, uint32_t tag) {
    switch (page->tags.items[tag].role) {
    case XTR__TAG_ITEM:
        return page->lines.items[i].starts_item ? XTR__ROLE_ITEM : XTR__ROLE_NONE;
    case XTR__TAG_CAPTION:
        return XTR__ROLE_CAPTION;
    case XTR__TAG_QUOTE:
        return XTR__ROLE_QUOTE;
    case XTR__TAG_CODE:
        return XTR__ROLE_CODE;
    case XTR__TAG_FORMULA:
        return XTR__ROLE_FORMULA;
    default:
        return goes_on(page, i, tag) ? XTR__ROLE_NOTE_REST : XTR__ROLE_NOTE;
    }
}

void xtr__mark_tagged(xtr__page_layout *page) {
    for (uint32_t i = 0; page->tagging.trusted && i < page->lines.count; i++) {
        xtr__line *line = &page->lines.items[i];
        uint32_t tag = telling_tag(page, line);
        if (tag == XTR__NO_TAG || line->cell > 0 || line->text_size == 0 ||
            line->flags & (XTR__LINE_FURNITURE | XTR__LINE_HEADING) ||
            (page->tags.items[tag].role == XTR__TAG_ITEM && !page->tagging.paragraphs))
            continue;
        line->role = (uint8_t)role_of(page, i, tag);
        line->mark = mark_of(page, line);
    }
}
