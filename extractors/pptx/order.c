/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading order of the shapes on a slide: the slide is cut again and again along its widest gap,
 * above from below or left from right (recursive XY-cut, Nagy and Seth 1984). What overlaps stays
 * in the order of the file, which is that of making, or of whoever put it right for screen readers.
 */
#include "pptx/slide.h"

#include <stdlib.h>

enum { MOST_BOXES = 400 };

/* Text keeps away from the edges of its shape by so much, in points (ECMA-376, 21.1.2.1.1). */
static const float INSET_X = 7.2F, INSET_Y = 3.6F;

typedef struct item {
    uint32_t index;
    float from[2], to[2]; /* by axis: x, y */
} item;

static float inset(float side, float most) {
    return side / 4 < most ? side / 4 : most;
}

static item item_of(const xtr_box *b, uint32_t index) {
    float dx = inset(b->x1 - b->x0, INSET_X), dy = inset(b->y1 - b->y0, INSET_Y);
    return (item){index, {b->x0 + dx, b->y0 + dy}, {b->x1 - dx, b->y1 - dy}};
}

static int by_index(const void *a, const void *b) {
    const item *p = a, *q = b;
    return p->index < q->index ? -1 : p->index > q->index;
}

static int by_axis(const item *p, const item *q, int axis) {
    if (p->from[axis] < q->from[axis] || p->from[axis] > q->from[axis])
        return p->from[axis] < q->from[axis] ? -1 : 1;
    return by_index(p, q);
}

static int by_x(const void *a, const void *b) {
    return by_axis(a, b, 0);
}

static int by_y(const void *a, const void *b) {
    return by_axis(a, b, 1);
}

/* The widest gap along an axis: its width, below 0 for none, and how many items are before it. The
 * items are left sorted. */
static float widest_gap(item *items, size_t count, int axis, size_t *before) {
    qsort(items, count, sizeof *items, axis ? by_y : by_x);
    float widest = -1, end = items[0].to[axis];
    for (size_t i = 1; i < count; i++) {
        float gap = items[i].from[axis] - end;
        if (gap >= 0 && gap > widest) {
            widest = gap;
            *before = i;
        }
        end = items[i].to[axis] > end ? items[i].to[axis] : end;
    }
    return widest;
}

/* Recurses into the smaller part only, so at most log2(MOST_BOXES) deep. */
static void cut(item *items, size_t count) {
    while (count > 1) {
        size_t columns = 0, rows = 0;
        float gap_x = widest_gap(items, count, 0, &columns);
        float gap_y = widest_gap(items, count, 1, &rows);
        if (gap_x < 0 && gap_y < 0)
            break;
        size_t first = rows;
        if (gap_x > gap_y) {
            qsort(items, count, sizeof *items, by_x);
            first = columns;
        }
        size_t rest = count - first;
        cut(first <= rest ? items : items + first, first <= rest ? first : rest);
        items += first <= rest ? first : 0;
        count = first <= rest ? rest : first;
    }
    if (count > 1)
        qsort(items, count, sizeof *items, by_index);
}

void xtr__slide_order(const xtr_box *boxes, size_t count, uint32_t *order) {
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    item *items = count > 1 && count <= MOST_BOXES ? malloc(count * sizeof *items) : NULL;
    if (!items)
        return;
    size_t placed = 0;
    for (size_t i = 0; i < count; i++) {
        const xtr_box *b = &boxes[i];
        if (b->x1 > b->x0 || b->y1 > b->y0)
            items[placed++] = item_of(b, (uint32_t)i);
    }
    if (placed)
        cut(items, placed);
    /* Boxes that are nowhere go with the one before them in the file. */
    size_t at = 0;
    for (size_t i = 0; i < count && boxes[i].x1 <= boxes[i].x0 && boxes[i].y1 <= boxes[i].y0; i++)
        order[at++] = (uint32_t)i;
    for (size_t i = 0; i < placed; i++) {
        order[at++] = items[i].index;
        for (size_t j = items[i].index + 1;
             j < count && boxes[j].x1 <= boxes[j].x0 && boxes[j].y1 <= boxes[j].y0; j++)
            order[at++] = (uint32_t)j;
    }
    free(items);
}
