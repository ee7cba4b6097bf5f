/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paragraphs that are more than that: captions, quotes, and lines that stay lines. */
#include "blocks.h"

#include <math.h>
#include <string.h>

/* Captions ---------------------------------------------------------------------------------- */

/** Bytes of the word a caption starts with, 0 if there is none. */
static size_t caption_word(const char *text, size_t size) {
    static const char *const words[] = {
        "figure",   "fig.",      "fig",     "table",   "tab.",    "scheme",  "plate",     "chart",
        "listing",  "algorithm", "box",     "map",     "exhibit", "photo",   "abbildung", "abb.",
        "tabelle",  "bild",      "figura",  "figur",   "tabla",   "tableau", "tabella",   "tabela",
        "quadro",   "rysunek",   "rys.",    "obrázek", "obr.",    "tabulka", "ábra",      "kuva",
        "taulukko", "Рис.",      "Рисунок", "Таблица", "Табл.",   "Малюнок", "Таблиця",   "Εικόνα",
        "Πίνακας",  "Şekil",     "Tablo",   "Hình",    "Bảng",    "図",      "表",        "圖",
        "图",       "그림",      "표",      "รูปที่",     "ตารางที่",  "चित्र",    "तालिका",    "شكل",
        "جدول",     "الشكل",     "الجدول",  "איור",    "טבלה",    NULL};
    for (const char *const *word = words; *word != NULL; word++) {
        size_t n = strlen(*word), i = 0;
        while (i < n && i < size) {
            char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
            if (c != (*word)[i] && text[i] != (*word)[i]) {
                break;
            }
            i++;
        }
        if (i == n) {
            return n;
        }
    }
    return 0;
}

static bool is_number_part(uint32_t c) {
    return xtr__is_digit(c) || c == 'I' || c == 'V' || c == 'X' || c - 'A' < 8 || c == 'S';
}

/** "Figure 3", "Table II", "Abb. 2.1", "図1": bytes, 0 if it is none. *closed: a dot, colon or dash
 *  ends it, or there is nothing more. */
static size_t caption_label(const char *text, size_t size, bool *closed) {
    size_t at = caption_word(text, size), digits = 0;
    if (at == 0) {
        return 0;
    }
    while (at < size && text[at] == ' ') {
        at++;
    }
    size_t end = at;
    while (end < size) {
        size_t next = end;
        uint32_t c = xtr__utf8_next(text, size, &next);
        bool inner =
            (c == '.' || c == '-') && next < size && text[next] >= '0' && text[next] <= '9';
        if (!is_number_part(c) && !(digits > 0 && inner)) {
            break;
        }
        digits++;
        end = next;
    }
    if (digits == 0 || digits > 8) {
        return 0;
    }
    size_t next = end;
    uint32_t c = end < size ? xtr__utf8_next(text, size, &next) : 0;
    if (xtr__is_letter(c) && !xtr__is_cjk(c)) {
        return 0; /* a word that begins like a number */
    }
    *closed = c == 0 || c == '.' || c == ':' || c == '|' || c == 0x2013 || c == 0x2014 ||
              c == 0xff1a || c == 0x3000;
    return end;
}

/** Whether the label of a caption is set in another style than the rest. */
static bool has_own_style(const xtr__page_layout *page, const xtr__line *line, size_t label) {
    const xtr__stretch *first = &page->stretches.items[line->stretches];
    return line->stretch_count > 1 && first->styles & (XTR_BOLD | XTR_ITALIC) &&
           first->size >= label && first->size <= label + 3;
}

bool xtr__is_captioned(const xtr__page_layout *page, const xtr__text_block *b) {
    const xtr__line *line = &page->lines.items[b->first];
    bool closed = false;
    size_t label = caption_label(xtr__line_text(page, line), line->text_size, &closed);
    return label > 0 && b->size < 2000 &&
           (closed || line->size < 0.96F * page->body || has_own_style(page, line, label));
}

/* Quotes ------------------------------------------------------------------------------------ */

/** Text indented on both sides and smaller or in italics, between lines that are not. */
static bool is_quote(const xtr__blocks *w, const xtr__text_block *b) {
    const xtr__line *lines = w->page->lines.items;
    uint32_t count = 0, italic = 0, small = 0;
    float left = INFINITY, right = -INFINITY;
    for (int32_t i = b->first; i != XTR__NO_LINE; i = w->next[i]) {
        if (lines[i].flags & XTR__LINE_RTL || lines[i].leaf != lines[b->first].leaf) {
            return false;
        }
        left = fminf(left, lines[i].x0);
        right = fmaxf(right, lines[i].x1);
        italic += lines[i].italic > 0.8F;
        small += lines[i].size < 0.96F * w->page->body;
        count++;
    }
    float em = w->page->body;
    return count >= 2 && (italic == count || small == count) && left - b->column.left > 1.2F * em &&
           b->column.right - right > 0.8F * em && b->column.right - b->column.left > 25 * em &&
           right - left > 15 * em;
}

/** A quote stands between paragraphs of the same column. */
static bool is_between_text(const xtr__blocks *w, uint32_t i) {
    const xtr__line *lines = w->page->lines.items;
    for (int side = -1; side <= 1; side += 2) {
        uint32_t k = i + (uint32_t)side; /* wraps below 0: then not < count */
        if (k >= w->count || w->items[k].type != XTR_PARAGRAPH ||
            lines[w->items[k].first].leaf != lines[w->items[i].first].leaf ||
            lines[w->items[k].first].size < 0.97F * w->page->body ||
            lines[w->items[k].first].x0 - w->items[k].column.left > 2.5F * w->page->body) {
            return false;
        }
    }
    return true;
}

/* Verse ------------------------------------------------------------------------------------- */

/** Short lines that each start anew, as in verse and addresses, stay lines. */
static bool is_of_lines(const xtr__blocks *w, const xtr__text_block *b) {
    const xtr__line *lines = w->page->lines.items;
    float width = b->column.right - b->column.left;
    uint32_t count = 0, anew = 0;
    for (int32_t i = b->first; i != XTR__NO_LINE; i = w->next[i]) {
        size_t at = 0;
        const char *text = xtr__line_text(w->page, &lines[i]);
        uint32_t c = xtr__utf8_next(text, lines[i].text_size, &at);
        if (lines[i].x1 - lines[i].x0 > 0.6F * width || lines[i].leaf != lines[b->first].leaf ||
            xtr__hyphen_size(text, lines[i].text_size) > 0) {
            return false;
        }
        anew += xtr__is_upper(c) || xtr__is_digit(c);
        count++;
    }
    return count >= 3 && anew * 5 >= count * 4 && width > 25 * w->page->body;
}

void xtr__name_blocks(xtr__blocks *w) {
    for (uint32_t i = 0; i < w->count; i++) {
        xtr__text_block *b = &w->items[i];
        if (b->type != XTR_PARAGRAPH) {
            continue;
        }
        b->lines = is_of_lines(w, b);
        if (xtr__is_captioned(w->page, b)) {
            b->type = XTR_CAPTION;
        } else if (is_quote(w, b) && is_between_text(w, i)) {
            b->type = XTR_QUOTE;
        }
    }
}
