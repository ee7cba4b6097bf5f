/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A large first letter that stands beside two lines or more belongs to the first of them. */
#include "layout.h"

#include <math.h>

enum { MOST_CAPS = 8, BINS = 256 };

static float usual_size(const xtr__glyph *glyphs, uint32_t count) {
    uint32_t bins[BINS] = {0}, best = 0;
    for (uint32_t i = 0; i < count; i++) {
        float bin = glyphs[i].size * 2 + 0.5F;
        bins[bin < BINS - 1 ? (uint32_t)bin : BINS - 1]++;
    }
    for (uint32_t i = 1; i < BINS; i++) {
        best = bins[i] > bins[best] ? i : best;
    }
    return (float)best / 2;
}

static float top_of(const xtr__glyph *glyph) {
    return glyph->y - 0.7F * glyph->size;
}

/** The glyph right of a large letter that begins the line at its top, if there is another line
 *  beside its foot and none right of it is as large. */
static const xtr__glyph *line_beside(const xtr__glyph *glyphs, uint32_t count,
                                     const xtr__glyph *cap, float usual) {
    const xtr__glyph *first = NULL;
    bool below = false;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__glyph *g = &glyphs[i];
        float gap = g->x0 - cap->x1;
        if (g == cap || g->turn != cap->turn || gap < -0.2F * usual || gap > 1.2F * usual) {
            continue;
        }
        if (g->size > 1.5F * usual && fabsf(g->y - cap->y) < 0.5F * cap->size) {
            return NULL; /* a title */
        }
        bool begins = fabsf(top_of(g) - top_of(cap)) < 0.45F * g->size;
        if (begins && (first == NULL || g->x0 < first->x0)) {
            first = g;
        }
        below = below || fabsf(g->y - cap->y) < 0.3F * g->size;
    }
    return first != NULL && below && cap->y - first->y > 0.8F * usual ? first : NULL;
}

void xtr__merge_drop_caps(xtr__glyph *glyphs, uint32_t count, const uint32_t *codepoints) {
    float usual = usual_size(glyphs, count);
    uint32_t looked = 0;
    for (uint32_t i = 0; i < count && looked < MOST_CAPS; i++) {
        xtr__glyph *cap = &glyphs[i];
        if (cap->size < 1.8F * usual || cap->size > 9 * usual ||
            !xtr__is_upper(codepoints[cap->text])) {
            continue;
        }
        looked++;
        const xtr__glyph *first = line_beside(glyphs, count, cap, usual);
        if (first == NULL) {
            continue;
        }
        cap->x0 = first->x0 - 0.6F * first->size;
        cap->x1 = first->x0;
        cap->y = first->y;
        cap->size = first->size;
        cap->font = first->font;
    }
}
