/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Right-to-left text. A page shows its glyphs in visual order, so UAX #9, which leads from logical
 * to visual order, is run backwards: runs of one direction are found on the sorted glyphs, and
 * those that read from the right are turned round. Types and mirrored pairs come from FriBidi. */
#include "layout.h"

#include <fribidi.h>
#include <math.h>
#include <stdlib.h>

/* R and L are strong; E is a digit; S a sign that belongs to a number when inside one. */
enum { N, S, E, R, L };

typedef struct seen {
    float middle;
    uint32_t glyph;
} seen;

uint32_t xtr__mirror(uint32_t c) {
    FriBidiChar out;
    return c != 0xab && c != 0xbb && fribidi_get_mirror_char(c, &out) ? out
           : c == 0xab                                                ? 0xbb
           : c == 0xbb                                                ? 0xab
                                                                      : c;
}

static uint8_t direction_of(const uint32_t *text, uint32_t count) {
    FriBidiCharType type = fribidi_get_bidi_type(text[0]);
    if (FRIBIDI_IS_NUMBER(type)) {
        return E;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (xtr__is_rtl(text[i])) {
            return R;
        }
    }
    if (FRIBIDI_IS_STRONG(type)) {
        return FRIBIDI_IS_RTL(type) ? R : L;
    }
    switch (text[0]) {
    case '.':
    case ',':
    case '/':
    case ':':
    case '-':
    case '%':
        return S;
    default:
        return type == FRIBIDI_TYPE_NSM ? R : N;
    }
}

static int compare_seen(const void *a, const void *b) {
    const seen *l = a, *r = b;
    return l->middle != r->middle ? (l->middle < r->middle ? -1 : 1)
                                  : (l->glyph > r->glyph) - (l->glyph < r->glyph);
}

/** Sorts glyphs by their middles and sets spaces; returns the number of cells. */
static uint32_t sort_cells(xtr__placed *cells, uint8_t *kinds, seen *order,
                           const xtr__glyph *glyphs, uint32_t count, const uint32_t *codepoints) {
    qsort(order, count, sizeof *order, compare_seen);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__glyph *g = &glyphs[order[i].glyph];
        if (i > 0) {
            const xtr__glyph *last = &glyphs[order[i - 1].glyph];
            float gap = g->x0 - last->x1;
            bool spaced = (g->flags | last->flags) & XTR__GLYPH_SPACED;
            if (gap > 0.17F * fmaxf(g->size, last->size) || (spaced && gap > 0.1F * g->size)) {
                cells[n] = (xtr__placed){UINT32_MAX, false};
                kinds[n++] = N;
            }
        }
        cells[n] = (xtr__placed){order[i].glyph, false};
        kinds[n++] = direction_of(codepoints + g->text, g->count);
    }
    return n;
}

/** Signs inside numbers become part of them; other neutrals take the direction of both
 *  neighbours, else that of the line. */
static void resolve(uint8_t *kinds, const xtr__placed *cells, uint32_t n, uint8_t base,
                    const xtr__glyph *glyphs, const uint32_t *codepoints) {
    for (uint32_t i = 0; i < n; i++) {
        if (kinds[i] == S) {
            bool before = i > 0 && kinds[i - 1] == E, after = i + 1 < n && kinds[i + 1] == E;
            bool percent = codepoints[glyphs[cells[i].glyph].text] == '%';
            kinds[i] = (before && after) || (percent && (before || after)) ? E : N;
        }
    }
    for (uint32_t i = 0; i < n;) {
        uint32_t end = i;
        while (end < n && kinds[end] == N) {
            end++;
        }
        if (end > i) {
            uint8_t before = i > 0 ? kinds[i - 1] : base, after = end < n ? kinds[end] : base;
            /* Next to neutrals a number counts as right-to-left, unless the line is not. */
            before = before == E ? (base == L ? L : R) : before;
            after = after == E ? (base == L ? L : R) : after;
            for (uint32_t k = i; k < end; k++) {
                kinds[k] = before == after ? before : base;
            }
        }
        i = end > i ? end : i + 1;
    }
}

static void reverse(xtr__placed *cells, uint32_t first, uint32_t end) {
    while (first + 1 < end) {
        xtr__placed cell = cells[first];
        cells[first++] = cells[--end];
        cells[end] = cell;
    }
}

uint32_t xtr__logical_order(xtr__placed *cells, const xtr__glyph *glyphs, const uint32_t *which,
                            uint32_t count, const uint32_t *codepoints, xtr__scratch *scratch,
                            bool *rtl) {
    seen *order = xtr__scratch_take(scratch, count, sizeof *order);
    uint8_t *kinds = xtr__scratch_take(scratch, (size_t)count * 2, 1);
    if (order == NULL || kinds == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        const xtr__glyph *g = &glyphs[which[i]];
        order[i] = (seen){(g->x0 + g->x1) / 2, which[i]};
    }
    uint32_t n = sort_cells(cells, kinds, order, glyphs, count, codepoints);
    uint32_t right = 0, left = 0;
    for (uint32_t i = 0; i < n; i++) {
        right += kinds[i] == R;
        left += kinds[i] == L;
    }
    *rtl = (float)right >= 0.4F * (float)left;
    resolve(kinds, cells, n, *rtl ? R : L, glyphs, codepoints);
    if (*rtl) { /* runs from the right, then each left-to-right run back as it was seen */
        reverse(cells, 0, n);
        for (uint32_t i = 0; i < n / 2; i++) {
            uint8_t kind = kinds[i];
            kinds[i] = kinds[n - 1 - i];
            kinds[n - 1 - i] = kind;
        }
    }
    for (uint32_t i = 0; i < n;) {
        bool from_right = kinds[i] == R;
        uint32_t end = i;
        while (end < n && (kinds[end] == R) == from_right) {
            cells[end++].mirrored = from_right;
        }
        if (from_right != *rtl) {
            reverse(cells, i, end);
        }
        i = end;
    }
    return n;
}
