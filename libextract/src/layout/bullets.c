/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bullets that are drawn instead of written, as browsers do: small filled shapes, two or more above
 * each other and alike, each right before the text of a line and of its colour. Signs of a legend
 * have colours of their own. They become glyphs. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_DOTS = 100 };  /* pages with more are drawings */
enum { LEAST_GLYPHS = 3 }; /* of an item; points of a drawing have a letter or two */
enum { BULLET = 0x2022 };

/** A dot and the glyph that the text begins with beside it, or NULL. */
typedef struct bullet {
    const xtr__dot *dot;
    const xtr__glyph *beside;
} bullet;

static bool is_rtl(const xtr__sheet *sheet, const xtr__glyph *glyph) {
    return xtr__is_rtl(sheet->codepoints.items[glyph->text]);
}

static bool is_near(uint32_t a, uint32_t b) {
    return abs((int)(a & 0xff) - (int)(b & 0xff)) < 48;
}

static bool has_colour(const xtr__glyph *glyph, uint32_t colour) {
    return is_near(glyph->colour, colour) && is_near(glyph->colour >> 8, colour >> 8) &&
           is_near(glyph->colour >> 16, colour >> 16);
}

/** Whether a dot stands in the middle of the small letters of a glyph's row, as bullets do. */
static bool is_in_row(xtr_box dot, const xtr__glyph *glyph) {
    float above = glyph->y - (dot.y0 + dot.y1) / 2;
    return glyph->turn == 0 && glyph->count > 0 && above > 0.1F * glyph->size &&
           above < 0.6F * glyph->size && dot.y1 - dot.y0 < 0.65F * glyph->size;
}

/** Whether glyphs follow a first one of a row, or stand before it, as those of a word do. */
static bool starts_word(const xtr__sheet *sheet, xtr_box dot, const xtr__glyph *first) {
    float middle = (first->x0 + first->x1) / 2;
    uint32_t near = 0;
    for (size_t i = 0; i < sheet->glyphs.count; i++) {
        const xtr__glyph *glyph = &sheet->glyphs.items[i];
        bool wide = glyph->count > 0 && xtr__is_cjk(sheet->codepoints.items[glyph->text]);
        if (is_in_row(dot, glyph) &&
            fabsf((glyph->x0 + glyph->x1) / 2 - middle) < 2 * first->size) {
            near += wide ? 2 : 1;
        }
    }
    return near >= LEAST_GLYPHS;
}

/** The glyph that a dot is the bullet of: near on the side of the text, and nothing is near on the
 *  other. */
static const xtr__glyph *find_beside(const xtr__sheet *sheet, xtr_box dot) {
    const xtr__glyph *left = NULL, *right = NULL;
    for (size_t i = 0; i < sheet->glyphs.count; i++) {
        const xtr__glyph *glyph = &sheet->glyphs.items[i];
        if (!is_in_row(dot, glyph)) {
            continue;
        }
        if (glyph->x0 >= dot.x1 && (right == NULL || glyph->x0 < right->x0)) {
            right = glyph;
        } else if (glyph->x0 < dot.x1 && (left == NULL || glyph->x1 > left->x1)) {
            left = glyph;
        }
    }
    float before = left != NULL ? (dot.x0 - left->x1) / left->size : INFINITY;
    float behind = right != NULL ? (right->x0 - dot.x1) / right->size : INFINITY;
    bool backwards = left != NULL && is_rtl(sheet, left) && before < behind;
    float near = backwards ? before : behind, far = backwards ? behind : before;
    const xtr__glyph *first = backwards ? left : right;
    return near > 0.15F && near < 3.5F && far > fmaxf(1.2F, near) &&
                   is_rtl(sheet, first) == backwards && starts_word(sheet, dot, first)
               ? first
               : NULL;
}

static bool are_alike(const bullet *a, const bullet *b) {
    const xtr_box *p = &a->dot->box, *q = &b->dot->box;
    return a->beside != NULL && b->beside != NULL && fabsf(p->x0 - q->x0) < 1 &&
           fabsf(p->x1 - q->x1) < 1 && fabsf(p->y1 - p->y0 - q->y1 + q->y0) < 1 &&
           fabsf(a->beside->y - b->beside->y) > a->beside->size / 2;
}

static void add_glyph(xtr__sheet *sheet, xtr_box dot, xtr__glyph beside) {
    uint32_t at = (uint32_t)sheet->codepoints.count;
    uint32_t *text = XTR__PUSH(sheet->budget, &sheet->codepoints);
    xtr__glyph *to = text != NULL ? XTR__PUSH(sheet->budget, &sheet->glyphs) : NULL;
    if (to == NULL) {
        return;
    }
    *text = BULLET;
    *to = beside;
    to->x0 = dot.x0;
    to->x1 = dot.x1;
    to->text = at;
    to->count = 1;
}

void xtr__add_bullets(xtr__sheet *sheet) {
    bullet all[MOST_DOTS];
    bool listed[MOST_DOTS] = {false};
    size_t count = sheet->dots.count;
    if (count < 2 || count > MOST_DOTS || sheet->ordered) {
        return; /* tags tell of lists themselves */
    }
    for (size_t i = 0; i < count; i++) {
        const xtr__dot *dot = &sheet->dots.items[i];
        const xtr__glyph *beside = find_beside(sheet, dot->box);
        bool same = beside != NULL && has_colour(beside, dot->colour);
        all[i] = (bullet){dot, same ? beside : NULL};
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count && !listed[i]; k++) {
            listed[i] = are_alike(&all[i], &all[k]);
        }
    }
    size_t beside[MOST_DOTS]; /* glyphs move when some are added */
    for (size_t i = 0; i < count; i++) {
        beside[i] = listed[i] ? (size_t)(all[i].beside - sheet->glyphs.items) : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (listed[i]) {
            add_glyph(sheet, sheet->dots.items[i].box, sheet->glyphs.items[beside[i]]);
        }
    }
}
