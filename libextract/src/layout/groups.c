/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Labels of groups of rows. Between rules, the only label of several rows often stands in their
 * middle, beside one of them or between two: it is that of all. */
#include "tables.h"

#include <math.h>
#include <string.h>

/** Rows from `first` to `end` - 1, between two rules. */
typedef struct group {
    uint32_t first, end;
} group;

static float height_of(const xtr__body *b, uint32_t row) {
    uint32_t i = 0;
    while (b->row[i] < row) {
        i++;
    }
    return xtr__body_strip(b, i)->y;
}

/** Whether a rule parts a row from the next. */
static bool is_ruled_off(const xtr__body *b, uint32_t row) {
    float quarter = (b->x1 - b->x0) / 4;
    for (uint32_t i = 0; i + 1 < b->count; i++) {
        if (b->row[i] == row && b->row[i + 1] == row + 1) {
            const xtr__strip *strip = xtr__body_strip(b, i);
            return xtr__is_ruled(&b->ruling->across, strip->y - 2, strip[1].y, b->x0 + quarter,
                                 b->x1 - quarter);
        }
    }
    return false;
}

/** The cell of the label that stands alone in the first column of a group, or XTR__NO_TOKEN. */
static uint32_t only_label(const xtr__rows *rows, group g) {
    uint32_t label = XTR__NO_TOKEN;
    for (uint32_t r = g.first; r < g.end; r++) {
        uint32_t first = xtr__row_start(rows, r);
        if (first == rows->row_end[r] || rows->cells[first].column > 0) {
            continue;
        }
        if (label != XTR__NO_TOKEN || rows->cells[first].column_span > 1) {
            return XTR__NO_TOKEN;
        }
        label = first;
    }
    return label;
}

static bool is_in_middle(const xtr__body *b, const xtr__rows *rows, const uint32_t *next, group g,
                         uint32_t label) {
    const xtr__token *t = b->strips->tokens;
    uint32_t head = rows->cells[label].head;
    float top = t[head].y, bottom = top;
    for (uint32_t i = head; i != XTR__NO_TOKEN; i = next[i]) {
        top = fminf(top, t[i].y);
        bottom = fmaxf(bottom, t[i].y);
    }
    float middle = (height_of(b, g.first) + height_of(b, g.end - 1)) / 2;
    return fabsf((top + bottom) / 2 - middle) < 0.3F * t[head].size;
}

bool xtr__spread_labels(const xtr__body *b, const xtr__rows *rows, const uint32_t *next,
                        uint32_t header, xtr__spread *out) {
    out->label = xtr__scratch_take(b->scratch, rows->rows, sizeof *out->label);
    out->height = xtr__scratch_take(b->scratch, rows->rows, sizeof *out->height);
    if (out->label == NULL || out->height == NULL) {
        return false;
    }
    memset(out->height, 0, rows->rows * sizeof *out->height);
    uint32_t spread = 0;
    group g = {header, header};
    for (; g.first < rows->rows && g.first - header < XTR__MOST_GROUPED; g.first = g.end) {
        for (g.end = g.first + 1; g.end < rows->rows && !is_ruled_off(b, g.end - 1);) {
            g.end++;
        }
        uint32_t label = g.end - g.first > 1 ? only_label(rows, g) : XTR__NO_TOKEN;
        if (label != XTR__NO_TOKEN && is_in_middle(b, rows, next, g, label)) {
            out->label[g.first] = label;
            out->height[g.first] = g.end - g.first;
            spread++;
        }
    }
    if (spread < 2) { /* one may stand there by chance */
        memset(out->height, 0, rows->rows * sizeof *out->height);
    }
    return true;
}
