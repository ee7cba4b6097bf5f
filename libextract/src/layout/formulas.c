/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Formulas: rows whose pieces stand above each other (fractions, limits, scripts), which rows of a
 * leaf are one of them, and the order in which their words are read. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const xtr__word *word_at(const xtr__flow *flow, uint32_t index) {
    return &flow->words[index];
}

/* Order of words ---------------------------------------------------------------------------- */

/* Longer rows are no formulas but pages made to be slow. */
enum { MOST_STACKED = 400 };

/** Words of a row on one baseline without a wide gap: a piece of a formula. */
typedef struct segment {
    float x0, x1, y, size;
    uint32_t last;    /* glyph of its last word */
    uint32_t cluster; /* segments that stand above each other */
    bool main;        /* on the baseline of the line */
} segment;

/** Finds the segments of words that are sorted by x; segment_of[i] is that of word i. False when
 *  words of a segment were drawn in another order than they stand. */
static bool find_segments(const xtr__flow *flow, const xtr__line *line, const uint32_t *words,
                          uint32_t count, segment *segments, uint32_t *segment_count,
                          uint32_t *segment_of) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *w = word_at(flow, words[i]);
        uint32_t k = n;
        while (k > 0 && !(fabsf(w->y - segments[k - 1].y) < 0.15F * line->size &&
                          w->x0 - segments[k - 1].x1 < 0.85F * line->size)) {
            k--;
        }
        if (k == 0) {
            bool main = fabsf(w->y - line->y) < 0.15F * line->size;
            segments[n++] = (segment){.x0 = w->x0,
                                      .x1 = w->x1,
                                      .y = w->y,
                                      .size = w->size,
                                      .last = w->glyph,
                                      .main = main};
            segment_of[i] = n - 1;
            continue;
        }
        segment *s = &segments[k - 1];
        if (w->glyph < s->last) {
            return false;
        }
        s->last = w->glyph;
        s->x1 = fmaxf(s->x1, w->x1);
        segment_of[i] = k - 1;
    }
    /* Segments begin from left to right: what overlaps those so far stands above or below. */
    float end = -1e9F;
    for (uint32_t i = 0, cluster = 0; i < n; i++) {
        cluster += segments[i].x0 > end - 0.1F * line->size;
        end = fmaxf(end, segments[i].x1);
        segments[i].cluster = cluster;
    }
    *segment_count = n;
    return true;
}

typedef struct drawn {
    uint32_t cluster, glyph, word;
    bool main;
} drawn;

static int compare_drawn(const void *a, const void *b) {
    const drawn *l = a, *r = b;
    return l->cluster != r->cluster ? (l->cluster < r->cluster ? -1 : 1)
                                    : (l->glyph > r->glyph) - (l->glyph < r->glyph);
}

void xtr__unstack(const xtr__flow *flow, const xtr__line *line, uint32_t *words, uint32_t count) {
    segment segments[MOST_STACKED];
    uint32_t segment_of[MOST_STACKED], segment_count;
    drawn order[MOST_STACKED];
    bool level = true;
    for (uint32_t i = 0; i < count && level; i++) {
        level = fabsf(word_at(flow, words[i])->y - line->y) < 0.15F * line->size;
    }
    if (level || count > MOST_STACKED ||
        !find_segments(flow, line, words, count, segments, &segment_count, segment_of)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const segment *s = &segments[segment_of[i]];
        order[i] = (drawn){s->cluster, word_at(flow, words[i])->glyph, words[i], s->main};
    }
    qsort(order, count, sizeof *order, compare_drawn);
    /* Out of turn: a script that comes after text to its right. */
    float right = -1e9F;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *w = word_at(flow, order[i].word);
        if (!order[i].main && right > w->x1) {
            return;
        }
        right = order[i].main ? fmaxf(right, w->x0) : right;
    }
    for (uint32_t i = 0; i < count; i++) {
        words[i] = order[i].word;
    }
}

/* Rows that are one ------------------------------------------------------------------------ */

/** What merging rows needs to know of one. */
typedef struct profile {
    float y, size;
    uint32_t group, weight;
    bool math;
} profile;

static int compare_profiles(const void *a, const void *b) {
    const profile *l = a, *r = b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l->group > r->group) - (l->group < r->group);
}

static bool has_math(const xtr__flow *flow, const xtr__fragment *f) {
    for (uint32_t i = 0; i < f->count; i++) {
        const xtr__word *word = word_at(flow, f->word + i);
        if (flow->sheet->fonts.items[flow->glyphs[word->glyph].font].flags & XTR__FONT_MATH) {
            return true;
        }
    }
    return false;
}

bool xtr__merge_formulas(const xtr__flow *flow, const uint32_t *leaf, uint32_t count,
                         uint32_t *group, uint32_t *groups) {
    profile *rows = xtr__scratch_take(flow->scratch, *groups, sizeof *rows);
    uint32_t *renumbered = xtr__scratch_take(flow->scratch, *groups, sizeof *renumbered);
    if (rows == NULL || renumbered == NULL) {
        return false;
    }
    memset(rows, 0, *groups * sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[leaf[i]];
        profile *of = &rows[group[i]];
        of->group = group[i];
        of->math = of->math || has_math(flow, f);
        if (f->letters > of->weight) {
            of->weight = f->letters;
            of->y = f->y;
            of->size = f->size;
        }
    }
    xtr__sort(rows, *groups, sizeof *rows, compare_profiles);
    uint32_t merged = 0;
    float top = 0;
    for (uint32_t i = 0; i < *groups; i++) {
        float em = i > 0 ? fmaxf(rows[i].size, rows[i - 1].size) : 0;
        bool joins = i > 0 && rows[i].y - rows[i - 1].y < 0.85F * em && rows[i].y - top < 3 * em &&
                     (rows[i].math || rows[i - 1].math);
        merged += i > 0 && !joins;
        top = joins ? top : rows[i].y;
        renumbered[rows[i].group] = merged;
    }
    for (uint32_t i = 0; i < count; i++) {
        group[i] = renumbered[group[i]];
    }
    *groups = *groups > 0 ? merged + 1 : 0;
    return true;
}
