/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Footnotes: smaller text at the foot of a column that starts with a raised number or a sign, or
 * stands under a short rule. */
#include "blocks.h"

#include <math.h>
#include <string.h>

/** Bytes of the sign a note starts with: a star, a dagger, a double dagger, a paragraph. */
static uint32_t sign_size(const char *text, uint32_t size) {
    size_t at = 0, end = 0;
    while (at < size && at < 9) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        if (c != '*' && c != 0x2217 && c != 0x2020 && c != 0x2021 && c != 0xa7 && c != 0xb6) {
            break;
        }
        end = at;
    }
    return (uint32_t)end;
}

static uint32_t digits_size(const char *text, uint32_t size) {
    uint32_t n = 0;
    while (n < size && n < 4 && text[n] >= '0' && text[n] <= '9') {
        n++;
    }
    return n < 4 ? n : 0;
}

uint32_t xtr__note_mark(const xtr__page_layout *page, const xtr__line *line, bool plain) {
    const char *text = xtr__line_text(page, line);
    const xtr__stretch *first = &page->stretches.items[line->stretches];
    uint32_t sign = sign_size(text, line->text_size);
    uint32_t digits = digits_size(text, line->text_size);
    if (line->stretch_count > 1 && first->styles & XTR_SUPERSCRIPT && first->size < 8) {
        bool letter = first->size == 1 && text[0] >= 'a' && text[0] <= 'z';
        return first->size == sign || first->size == digits || letter ? first->size : 0;
    }
    if (sign > 0 && sign < line->text_size) {
        return sign;
    }
    bool closed =
        digits > 0 && digits < line->text_size && (text[digits] == '.' || text[digits] == ')');
    uint32_t end = digits + closed;
    return plain && digits > 0 && end + 1 < line->text_size && text[end] == ' ' ? end : 0;
}

/** Where the notes at the foot of a leaf begin; `end` if there are none. */
static uint32_t first_note(const xtr__page_layout *page, uint32_t first, uint32_t end) {
    const xtr__line *lines = page->lines.items;
    uint32_t start = end, marked = end;
    bool ruled = false;
    for (uint32_t i = end; i-- > first && !ruled;) {
        const xtr__line *line = &lines[i];
        if (line->flags & XTR__LINE_FURNITURE || line->text_size == 0) {
            continue;
        }
        if (line->size >= 0.95F * page->body || line->role != XTR__ROLE_NONE || line->cell > 0 ||
            line->flags & (XTR__LINE_TURNED | XTR__LINE_RTL)) {
            break;
        }
        start = i;
        ruled = line->flags & XTR__LINE_RULED;
        marked = xtr__note_mark(page, line, ruled) > 0 ? i : marked;
    }
    if (ruled) {
        return marked < end ? start : end;
    }
    bool apart = marked > first && marked < end &&
                 lines[marked].y - lines[marked - 1].y > 1.2F * page->leading;
    return marked == first || apart || (marked < end && marked == start) ? marked : end;
}

/** Notes stand in the lower half and take less than that of a column that holds other text. */
static bool stands_at_foot(const xtr__page_layout *page, const xtr__line *line) {
    return line->y > 0.4F * (line->turn & 1 ? page->width : page->height);
}

void xtr__mark_notes(xtr__page_layout *page) {
    xtr__line *lines = page->lines.items;
    uint32_t end = 0;
    for (uint32_t i = 0; i < page->lines.count; i = end) {
        xtr__leaf_extent(page, i, &end);
        uint32_t start = first_note(page, i, end);
        if (start == end || !stands_at_foot(page, &lines[start])) {
            continue;
        }
        bool plain = lines[start].flags & XTR__LINE_RULED;
        for (uint32_t k = start; k < end; k++) {
            uint32_t mark = lines[k].text_size > 0 ? xtr__note_mark(page, &lines[k], plain) : 0;
            lines[k].role = mark > 0 || k == start ? XTR__ROLE_NOTE : XTR__ROLE_NOTE_REST;
            lines[k].mark = (uint8_t)mark;
        }
    }
}
