/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Labels of columns that run upwards or downwards, where columns are narrower than what heads them.
 * Those that stand side by side over columns of the main text are laid down above these, each as
 * wide as its letters are high, so that tables find them like any head. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>

/* A page with more labels is a drawing; looked at are the nearest glyphs below. */
enum { MOST_LABELS = 64, MOST_LETTERS = 60, MOST_BELOW = 2000, MOST_ROWS = 5 };
static const float DEPTH = 10; /* how far below columns are looked for, in em */

/** Turned text that lies on one line, where it stands in the main text's coordinates. */
typedef struct label {
    uint32_t first, count; /* glyphs */
    float x, size;         /* the middle of its width, its em */
    float top, foot;
    bool used;
} label;

typedef struct labels {
    xtr__glyph *glyphs;
    uint32_t count;
    const xtr__sheet *sheet;
    uint8_t turn; /* of the main text */
    label items[MOST_LABELS];
    uint32_t label_count;
    xtr__glyph *below; /* glyphs of the main text under the labels that are looked at */
} labels;

/* Finding them ------------------------------------------------------------------------------ */

static bool goes_on(const xtr__glyph *a, const xtr__glyph *b) {
    float gap = b->x0 - a->x1;
    return a->turn == b->turn && fabsf(a->y - b->y) < 0.3F * a->size &&
           fabsf(a->size - b->size) < 0.3F * a->size && gap > -0.3F * a->size && gap < a->size;
}

/** A box of turned glyphs in the main text's coordinates. */
static xtr_box to_main(const labels *l, xtr_box box, uint8_t turn) {
    float width = l->sheet->width, height = l->sheet->height;
    box = xtr__turn_back(box, width, height, turn);
    xtr__turn(&box.x0, &box.y0, width, height, l->turn);
    xtr__turn(&box.x1, &box.y1, width, height, l->turn);
    return (xtr_box){fminf(box.x0, box.x1), fminf(box.y0, box.y1), fmaxf(box.x0, box.x1),
                     fmaxf(box.y0, box.y1)};
}

static void add_label(labels *l, uint32_t first, uint32_t end) {
    const xtr__glyph *a = &l->glyphs[first], *b = &l->glyphs[end - 1];
    xtr_box box = to_main(
        l, (xtr_box){a->x0, a->y - 0.75F * a->size, b->x1, a->y + 0.22F * a->size}, a->turn);
    l->items[l->label_count++] = (label){.first = first,
                                         .count = end - first,
                                         .x = (box.x0 + box.x1) / 2,
                                         .size = a->size,
                                         .top = box.y0,
                                         .foot = box.y1};
}

/** False when there are none, or so many that the page is a drawing. */
static bool find_labels(labels *l) {
    for (uint32_t i = 0, end; i < l->count; i = end) {
        const xtr__glyph *glyphs = l->glyphs;
        end = i + 1;
        if (((glyphs[i].turn ^ l->turn) & 1) == 0) {
            continue;
        }
        while (end < l->count && goes_on(&glyphs[end - 1], &glyphs[end])) {
            end++;
        }
        if (end - i > MOST_LETTERS) { /* a note in the margin */
            continue;
        }
        if (l->label_count == MOST_LABELS) {
            return false;
        }
        add_label(l, i, end);
    }
    return l->label_count > 1;
}

/* What stands below ------------------------------------------------------------------------- */

static int compare_labels(const void *a, const void *b) {
    const label *l = *(label *const *)a, *r = *(label *const *)b;
    return l->x != r->x ? (l->x < r->x ? -1 : 1) : (l > r) - (l < r);
}

/** The labels beside one of them, from left to right. */
static uint32_t find_row(labels *l, const label *like, label **row) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < l->label_count; i++) {
        label *o = &l->items[i];
        float shared = fminf(o->foot, like->foot) - fmaxf(o->top, like->top);
        float shorter = fminf(o->foot - o->top, like->foot - like->top);
        if (!o->used && shared > 0.5F * shorter &&
            l->glyphs[o->first].turn == l->glyphs[like->first].turn) {
            row[count++] = o;
        }
    }
    qsort(row, count, sizeof(void *), compare_labels);
    return count;
}

static int compare_below(const void *a, const void *b) {
    const xtr__glyph *l = a, *r = b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l->x0 > r->x0) - (l->x0 < r->x0);
}

static int compare_across(const void *a, const void *b) {
    const xtr__glyph *l = a, *r = b;
    return l->x0 != r->x0 ? (l->x0 < r->x0 ? -1 : 1) : (l->text > r->text) - (l->text < r->text);
}

/** Glyphs of the main text under a row of labels, by their lines from the top. */
static uint32_t find_below(labels *l, label *const *row, uint32_t count, float foot) {
    float size = row[0]->size, left = row[0]->x - 4 * size, right = row[count - 1]->x + 4 * size;
    uint32_t found = 0;
    for (uint32_t i = 0; i < l->count && found < MOST_BELOW; i++) {
        const xtr__glyph *g = &l->glyphs[i];
        if (g->turn == l->turn && g->y > foot + 0.3F * size && g->y < foot + DEPTH * size &&
            g->x1 > left && g->x0 < right) {
            l->below[found++] = *g;
        }
    }
    qsort(l->below, found, sizeof *l->below, compare_below);
    return found;
}

/** Whether glyphs of a line, from left to right, stand under two labels with a gap between. */
static bool parts(const xtr__glyph *line, uint32_t count, const label *a, const label *b) {
    bool left = false, right = false;
    float end = -INFINITY, gap = 0;
    for (uint32_t i = 0; i < count; i++) {
        left = left || (line[i].x1 > a->x - a->size && line[i].x0 < a->x + a->size);
        right = right || (line[i].x1 > b->x - b->size && line[i].x0 < b->x + b->size);
        gap = fmaxf(gap, fminf(line[i].x0, b->x) - fmaxf(end, a->x));
        end = fmaxf(end, line[i].x1);
    }
    return left && right && gap > 0.5F * a->size;
}

/** Whether one of the next lines has a column for nearly each label. */
static bool head_columns(labels *l, label *const *row, uint32_t count, float foot) {
    uint32_t below = find_below(l, row, count, foot), first = 0;
    for (int line = 0; line < MOST_ROWS && first < below; line++) {
        uint32_t end = first + 1, apart = 0;
        while (end < below && l->below[end].y - l->below[first].y < 0.3F * row[0]->size) {
            end++;
        }
        qsort(l->below + first, end - first, sizeof *l->below, compare_across);
        for (uint32_t i = 0; i + 1 < count; i++) {
            apart += parts(l->below + first, end - first, row[i], row[i + 1]);
        }
        if (apart * 4 >= (count - 1) * 3) {
            return true;
        }
        first = end;
    }
    return false;
}

/* Laying them down -------------------------------------------------------------------------- */

/** Whether text of the main line at `y` stands where one of the labels would be. */
static bool is_taken(const labels *l, label *const *row, uint32_t count, float y, float width) {
    for (uint32_t i = 0; i < l->count; i++) {
        const xtr__glyph *g = &l->glyphs[i];
        if (g->turn != l->turn || fabsf(g->y - y) > 0.3F * row[0]->size) {
            continue;
        }
        for (uint32_t k = 0; k < count; k++) {
            if (g->x1 > row[k]->x - width / 2 && g->x0 < row[k]->x + width / 2) {
                return true;
            }
        }
    }
    return false;
}

/** The baseline of the main text that is nearest to the feet when it is that of heads beside, not
 *  of a row right below; else one of their own. */
static float baseline_at(const labels *l, label *const *row, uint32_t count, float foot,
                         float width) {
    float own = foot - 0.2F * row[0]->size, best = own, least = 1.2F * row[0]->size;
    for (uint32_t i = 0; i < l->count; i++) {
        const xtr__glyph *g = &l->glyphs[i];
        if (g->turn == l->turn && fabsf(g->y - foot) < least) {
            least = fabsf(g->y - foot);
            best = g->y;
        }
    }
    return is_taken(l, row, count, best, width) ? own : best;
}

static void lay_down(labels *l, const label *o, float y, float width) {
    xtr__glyph *glyphs = l->glyphs + o->first;
    float from = glyphs[0].x0, length = fmaxf(glyphs[o->count - 1].x1 - from, 1), end = from;
    float scale = width / length;
    for (uint32_t i = 0; i < o->count; i++) {
        xtr__glyph *g = &glyphs[i];
        bool apart = i > 0 && g->x0 - end > 0.15F * g->size;
        end = g->x1;
        g->x0 = o->x - width / 2 + (g->x0 - from) * scale;
        g->x1 = o->x - width / 2 + (g->x1 - from) * scale;
        g->y = y;
        g->turn = l->turn;
        g->flags |= i == 0 || apart ? XTR__GLYPH_SPACED : 0;
    }
}

static void lay_down_row(labels *l, const label *like) {
    label *row[MOST_LABELS];
    uint32_t count = find_row(l, like, row);
    float foot = -INFINITY, width = like->size;
    for (uint32_t i = 0; i < count; i++) {
        row[i]->used = true;
        foot = fmaxf(foot, row[i]->foot);
        if (i > 0) {
            width = fminf(width, 0.8F * (row[i]->x - row[i - 1]->x));
        }
    }
    if (count > 1 && width > 0.5F * like->size && head_columns(l, row, count, foot)) {
        float y = baseline_at(l, row, count, foot, width);
        for (uint32_t i = 0; i < count; i++) {
            lay_down(l, row[i], y, width);
        }
    }
}

void xtr__lay_down_labels(xtr__glyph *glyphs, uint32_t count, uint8_t turn, const xtr__sheet *sheet,
                          xtr__scratch *scratch) {
    labels l = {.glyphs = glyphs, .count = count, .turn = turn, .sheet = sheet};
    if (!find_labels(&l)) {
        return;
    }
    l.below = xtr__scratch_take(scratch, MOST_BELOW, sizeof *l.below);
    for (uint32_t i = 0; l.below != NULL && i < l.label_count; i++) {
        if (!l.items[i].used) {
            lay_down_row(&l, &l.items[i]);
        }
    }
}
