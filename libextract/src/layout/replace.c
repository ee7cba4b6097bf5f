/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Replacement text (ISO 32000-1, 14.9.4): what the glyphs of a ligature, a drop cap or a word
 * broken at the end of a line stand for. It takes the place of what their fonts say, unless it is
 * so much longer or shorter than well-mapped glyphs that it must be about something else. */
#include "layout.h"

#include <math.h>
#include <string.h>

/** The glyphs that a replacement stands for. */
typedef struct replaced {
    uint32_t first, glyphs; /* the first of them, and how many */
    uint32_t count;         /* of their codepoints */
    uint32_t letters;       /* of the replacement, without spaces */
    uint32_t written;       /* of those, so far */
    bool unmapped;          /* the fonts do not say what some of them mean */
    bool right_to_left;
    bool used;
} replaced;

static uint32_t text_of(const xtr__sheet *sheet, const xtr__glyph *glyph) {
    return glyph->mark > 0 ? sheet->marks.items[glyph->mark - 1].text : XTR__NO_TEXT;
}

static bool is_unmapped(uint32_t c) {
    return c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

static void measure_glyphs(const xtr__sheet *sheet, replaced *all) {
    for (uint32_t i = 0; i < sheet->glyphs.count; i++) {
        const xtr__glyph *glyph = &sheet->glyphs.items[i];
        uint32_t text = text_of(sheet, glyph);
        if (text == XTR__NO_TEXT)
            continue;
        replaced *r = &all[text];
        r->first = r->glyphs++ == 0 ? i : r->first;
        r->count += glyph->count;
        for (uint32_t k = 0; k < glyph->count; k++) {
            uint32_t c = sheet->codepoints.items[glyph->text + k];
            r->unmapped = r->unmapped || is_unmapped(c);
            r->right_to_left = r->right_to_left || xtr__is_rtl(c);
        }
    }
}

static void measure_texts(const xtr__sheet *sheet, replaced *all) {
    for (size_t i = 0; i < sheet->replacements.count; i++) {
        const xtr__replacement *text = &sheet->replacements.items[i];
        bool lost = false;
        for (uint32_t k = 0; k < text->count; k++) {
            uint32_t c = sheet->spelled.items[text->at + k];
            all[i].letters += !xtr__is_space(c) && c >= ' ';
            all[i].right_to_left = all[i].right_to_left || xtr__is_rtl(c);
            lost = lost || is_unmapped(c);
        }
        uint32_t have = all[i].count, want = all[i].letters;
        bool sane = want <= 3 * have + 20 && have <= 3 * want + 20;
        bool mark = want == 0 && have <= 2; /* a hyphen that is no part of the word */
        all[i].used = all[i].glyphs > 0 && !lost && (want > 0 ? sane || all[i].unmapped : mark);
    }
}

/** The next character of the replacement that is no space, or 0. */
static uint32_t next_letter(const xtr__sheet *sheet, uint32_t text, replaced *r) {
    const xtr__replacement *from = &sheet->replacements.items[text];
    while (r->written < from->count) {
        uint32_t c = sheet->spelled.items[from->at + r->written++];
        if (!xtr__is_space(c) && c >= ' ')
            return c;
    }
    return 0;
}

/** All of a replacement on its first glyph, which becomes as wide as all of them on its line. */
static bool put_whole(xtr__sheet *sheet, uint32_t text, xtr__glyph *glyph, const replaced *r) {
    const xtr__replacement *from = &sheet->replacements.items[text];
    uint32_t at = (uint32_t)sheet->codepoints.count, count = 0, spaces = 0;
    for (uint32_t k = 0; k < from->count; k++) {
        uint32_t c = sheet->spelled.items[from->at + k];
        bool space = xtr__is_space(c) || c < ' ';
        spaces += space;
        if (space && (count == 0 || spaces > 1))
            continue;
        uint32_t *to = XTR__PUSH(sheet->budget, &sheet->codepoints);
        if (to == NULL)
            return false;
        *to = space ? ' ' : c;
        spaces = space;
        count++;
    }
    glyph->text = at;
    glyph->count = (uint16_t)(count - (count > 0 && spaces > 0)); /* one at the end at most */
    for (uint32_t i = r->first; i < sheet->glyphs.count && i < r->first + r->glyphs; i++) {
        const xtr__glyph *other = &sheet->glyphs.items[i];
        bool same = text_of(sheet, other) == text && other->turn == glyph->turn &&
                    fabsf(other->y - glyph->y) < 0.5F * glyph->size;
        glyph->x0 = same ? fminf(glyph->x0, other->x0) : glyph->x0;
        glyph->x1 = same ? fmaxf(glyph->x1, other->x1) : glyph->x1;
    }
    return true;
}

/** Whether the glyph stays. */
static bool replace(xtr__sheet *sheet, uint32_t text, replaced *r, uint32_t index) {
    xtr__glyph *glyph = &sheet->glyphs.items[index];
    if (r->letters == r->count && !r->right_to_left) { /* letter by letter */
        for (uint32_t k = 0; k < glyph->count; k++)
            sheet->codepoints.items[glyph->text + k] = next_letter(sheet, text, r);
        return true;
    }
    return index == r->first && r->letters > 0 &&
           (put_whole(sheet, text, glyph, r) || glyph->count > 0);
}

void xtr__replace_text(xtr__sheet *sheet, xtr__scratch *scratch) {
    size_t count = sheet->replacements.count;
    replaced *all = count > 0 ? xtr__scratch_take(scratch, count, sizeof *all) : NULL;
    if (all == NULL)
        return;
    memset(all, 0, count * sizeof *all);
    measure_glyphs(sheet, all);
    measure_texts(sheet, all);
    for (uint32_t i = 0; i < sheet->glyphs.count; i++) {
        uint32_t text = text_of(sheet, &sheet->glyphs.items[i]);
        if (text != XTR__NO_TEXT && all[text].used && !replace(sheet, text, &all[text], i))
            sheet->glyphs.items[i].count = 0;
    }
    size_t kept = 0;
    for (size_t i = 0; i < sheet->glyphs.count; i++) {
        sheet->glyphs.items[kept] = sheet->glyphs.items[i];
        kept += sheet->glyphs.items[i].count > 0;
    }
    sheet->glyphs.count = kept;
}
