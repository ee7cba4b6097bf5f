/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines of program code, by their font, and of displayed formulas, by their signs. */
#include "blocks.h"

#include <math.h>

/* Code -------------------------------------------------------------------------------------- */

static bool is_mono(const xtr__line *line) {
    return line->mono > 0.8F && line->advance > 0 && line->cell == 0 && line->text_size > 0 &&
           !(line->flags & (XTR__LINE_FURNITURE | XTR__LINE_RTL));
}

/** A list of names set in a font of one width. */
static bool is_item(const xtr__page_layout *page, const xtr__line *line) {
    xtr__mark mark = xtr__mark_at(xtr__line_text(page, line), line->text_size);
    return mark.bullet && mark.shape >= 0x80;
}

/** An address that was set in a font of one width is no code. */
static bool is_address(const xtr__page_layout *page, const xtr__line *line) {
    const char *text = xtr__line_text(page, line);
    for (uint32_t i = 0; i + 2 < line->text_size; i++) {
        if (text[i] == '@' || (text[i] == ':' && text[i + 1] == '/' && text[i + 2] == '/')) {
            return true;
        }
    }
    return false;
}

/** Whether one line alone, set apart from others, is code and not a word of a title. */
static bool is_apart(const xtr__page_layout *page, uint32_t i) {
    const xtr__line *line = &page->lines.items[i];
    const xtr__line *before = i > 0 ? line - 1 : NULL;
    const xtr__line *after = i + 1 < page->lines.count ? line + 1 : NULL;
    bool above =
        before == NULL || before->leaf != line->leaf || line->y - before->y > 1.3F * page->leading;
    bool below =
        after == NULL || after->leaf != line->leaf || after->y - line->y > 1.3F * page->leading;
    return above && below && before != NULL && line->size < 1.1F * page->body &&
           line->text_size >= 3;
}

void xtr__mark_code(xtr__page_layout *page) {
    xtr__line *lines = page->lines.items;
    for (uint32_t i = 0; i < page->lines.count;) {
        uint32_t end = i;
        while (end < page->lines.count && is_mono(&lines[end]) &&
               lines[end].leaf == lines[i].leaf &&
               (end == i || lines[end].y - lines[end - 1].y < 3.2F * lines[i].size)) {
            end++;
        }
        bool code = end - i >= 2 || (end - i == 1 && is_apart(page, i));
        code = code && !is_item(page, &lines[i]) && !(end - i <= 2 && is_address(page, &lines[i]));
        for (uint32_t k = i; code && k < end; k++) {
            lines[k].role = XTR__ROLE_CODE;
        }
        i = end > i ? end : i + 1;
    }
}

/* Formulas ---------------------------------------------------------------------------------- */

static bool is_relation(uint32_t c) {
    return c == '=' || c == '<' || c == '>' || (c >= 0x2190 && c <= 0x22ff) || c == 0x2a7d ||
           c == 0x2a7e || c == 0x27e8 || c == 0x27f6;
}

/** The number of a formula, "(12)" or "(3.4a)", at the end of a text. */
static bool ends_with_label(const char *text, uint32_t size) {
    uint32_t i = size;
    if (i < 3 || text[--i] != ')') {
        return false;
    }
    i -= text[i - 1] >= 'a' && text[i - 1] <= 'z';
    uint32_t end = i;
    while (i > 0 && ((text[i - 1] >= '0' && text[i - 1] <= '9') || text[i - 1] == '.')) {
        i--;
    }
    return i < end && i > 0 && text[i - 1] == '(';
}

/** Share of the letters that stand in words of four or more: of prose nearly all. */
static float share_of_words(const char *text, uint32_t size, bool *relation) {
    uint32_t letters = 0, of_words = 0, run = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        bool letter = xtr__is_letter(c);
        *relation = *relation || is_relation(c);
        letters += letter;
        run = letter ? run + 1 : 0;
        of_words += run == 4 ? 4 : run > 4;
    }
    return letters > 0 ? (float)of_words / (float)letters : 0;
}

static bool is_formula(const xtr__page_layout *page, const xtr__line *line, xtr__column column) {
    const uint16_t others = XTR__LINE_FURNITURE | XTR__LINE_HEADING | XTR__LINE_RTL;
    if (line->math < 0.12F || line->cell > 0 || line->flags & others ||
        line->role != XTR__ROLE_NONE) {
        return false;
    }
    const char *text = xtr__line_text(page, line);
    bool relation = false;
    float words = share_of_words(text, line->text_size, &relation);
    bool label = ends_with_label(text, line->text_size);
    bool indented = line->x0 - column.left > 1.5F * line->size;
    return words < 0.4F && indented && (relation || line->math > 0.4F) &&
           (label || xtr__free_end(line, column) > 1.5F * line->size);
}

void xtr__mark_formulas(xtr__page_layout *page) {
    xtr__column column = {0};
    uint32_t end = 0;
    for (uint32_t i = 0; i < page->lines.count; i++) {
        if (i == end) {
            column = xtr__leaf_extent(page, i, &end);
        }
        if (is_formula(page, &page->lines.items[i], column)) {
            page->lines.items[i].role = XTR__ROLE_FORMULA;
        }
    }
}
