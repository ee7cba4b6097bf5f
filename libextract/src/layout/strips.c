/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables: tokens to strips, and ruled lines to edges. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>

/* Strips ------------------------------------------------------------------------------------ */

static int compare_baselines(const void *a, const void *b) {
    const xtr__token *l = a, *r = b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l->word > r->word) - (l->word < r->word);
}

/** From left to right, leaders last. */
static int compare_places(const void *a, const void *b) {
    const xtr__token *l = a, *r = b;
    int order = (l->traits & XTR__LEADER ? 1 : 0) - (r->traits & XTR__LEADER ? 1 : 0);
    return order != 0       ? order
           : l->x0 != r->x0 ? (l->x0 < r->x0 ? -1 : 1)
                            : (l->word > r->word) - (l->word < r->word);
}

uint32_t xtr__run_end(const xtr__token *tokens, uint32_t at, uint32_t end, float gap) {
    for (at++; at < end; at++) {
        float em = fmaxf(5, fminf(tokens[at].size, tokens[at - 1].size));
        if (tokens[at].x0 - tokens[at - 1].x1 >= gap * em) {
            break;
        }
    }
    return at;
}

/** Measures a strip whose tokens are in place. `sizes` has room for as many. */
static void measure_strip(xtr__strip *strip, const xtr__token *tokens, float *sizes) {
    const xtr__token *t = tokens + strip->first;
    float largest = 0;
    strip->x0 = INFINITY;
    strip->x1 = -INFINITY;
    strip->top = INFINITY;
    strip->bottom = -INFINITY;
    for (uint32_t i = 0; i < strip->whole; i++) {
        bool leader = t[i].traits & XTR__LEADER;
        strip->count += !leader;
        strip->leads = strip->leads || t[i].traits & (XTR__LEADER | XTR__LEADS);
        sizes[i] = t[i].size;
        strip->top = fminf(strip->top, t[i].top);
        strip->bottom = fmaxf(strip->bottom, t[i].bottom);
        if (t[i].size > largest) {
            largest = t[i].size;
            strip->y = t[i].y;
        }
    }
    strip->count = strip->count > 0 ? strip->count : strip->whole;
    for (uint32_t i = 0; i < strip->count; i++) {
        strip->x0 = fminf(strip->x0, t[i].x0);
        strip->x1 = fmaxf(strip->x1, t[i].x1);
    }
    qsort(sizes, strip->whole, sizeof *sizes, xtr__compare_floats);
    strip->size = sizes[strip->whole / 2];
    uint32_t end = strip->first + strip->count;
    for (uint32_t at = strip->first; at < end; at = xtr__run_end(tokens, at, end, 1)) {
        strip->runs++;
    }
}

bool xtr__find_strips(xtr__scratch *scratch, xtr__token *tokens, uint32_t count, xtr__strips *out) {
    *out = (xtr__strips){.tokens = tokens, .token_count = count};
    out->items = xtr__scratch_take(scratch, count, sizeof *out->items);
    float *sizes = xtr__scratch_take(scratch, count, sizeof *sizes);
    if (out->items == NULL || sizes == NULL) {
        return false;
    }
    xtr__sort(tokens, count, sizeof *tokens, compare_baselines);
    for (uint32_t i = 0; i < count;) {
        float y = tokens[i].y, size = tokens[i].size;
        uint32_t end = i + 1;
        for (; end < count && tokens[end].y - y <= 0.36F * fmaxf(size, tokens[end].size); end++) {
            if (tokens[end].size > size) {
                size = tokens[end].size;
                y = tokens[end].y;
            }
        }
        xtr__sort(tokens + i, end - i, sizeof *tokens, compare_places);
        xtr__strip *strip = &out->items[out->count++];
        *strip = (xtr__strip){.first = i, .whole = end - i};
        measure_strip(strip, tokens, sizes);
        i = end;
    }
    return true;
}

bool xtr__is_of_numbers(const xtr__strips *strips, const xtr__strip *strip) {
    uint32_t numeric = 0, end = strip->first + strip->count, next;
    for (uint32_t at = strip->first; at < end; at = next) {
        next = xtr__run_end(strips->tokens, at, end, 1);
        uint32_t numbers = 0;
        for (uint32_t i = at; i < next; i++) {
            numbers += (strips->tokens[i].traits & XTR__NUMERIC) != 0;
        }
        numeric += numbers * 2 >= next - at;
    }
    return strip->runs >= 3 && (float)numeric >= 0.6F * (float)strip->runs;
}

/** Whether a strip stands to the left of two rows of numbers and half way between them. */
static bool is_label_between(const xtr__strips *strips, uint32_t index) {
    const xtr__strip *s = &strips->items[index], *above = s - 1, *below = s + 1;
    float left = fminf(above->x0, below->x0);
    return s->runs == 1 && s->count == s->whole && above->count == above->whole &&
           s->x1 < left - 0.3F * s->size && s->y - above->y < 0.8F * s->size &&
           below->y - s->y < 0.8F * s->size && below->y - above->y > 0.8F * s->size &&
           xtr__is_of_numbers(strips, above) && xtr__is_of_numbers(strips, below);
}

void xtr__join_labels(xtr__strips *strips) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < strips->count; i++) {
        bool joins = i > 0 && i + 1 < strips->count && is_label_between(strips, i);
        if (!joins) {
            strips->items[kept++] = strips->items[i];
            continue;
        }
        const xtr__strip *label = &strips->items[i];
        xtr__strip *row = &strips->items[kept - 1];
        row->count += label->count;
        row->whole += label->whole;
        row->runs += label->runs;
        row->x0 = label->x0;
        row->bottom = fmaxf(row->bottom, label->bottom);
        xtr__sort(strips->tokens + row->first, row->count, sizeof *strips->tokens, compare_places);
    }
    strips->count = kept;
}

/* Edges ------------------------------------------------------------------------------------- */

enum { LEAST_EDGE = 6 };             /* points */
static const float NEAR = 3;         /* positions as near as this are one */
static const float NEIGHBOUR = 1.5F; /* and each as near to the next */

static int compare_edges(const void *a, const void *b) {
    const xtr__edge *l = a, *r = b;
    return l->at != r->at ? (l->at < r->at ? -1 : 1) : (l->from > r->from) - (l->from < r->from);
}

static int compare_starts(const void *a, const void *b) {
    const xtr__edge *l = a, *r = b;
    return l->from != r->from ? (l->from < r->from ? -1 : 1) : (l->to > r->to) - (l->to < r->to);
}

/** Joins edges of one position, `count` at `group`, into `out`; returns how many stay. Dotted
 *  lines are many short ones, so length counts after joining. */
static uint32_t join_edges(xtr__edge *group, uint32_t count, xtr__edge *out) {
    double sum = 0;
    uint32_t joined = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += (double)group[i].at;
    }
    float at = (float)(sum / count);
    qsort(group, count, sizeof *group, compare_starts);
    for (uint32_t i = 0; i < count;) {
        xtr__edge edge = {group[i].from, group[i].to, at};
        for (i++; i < count && group[i].from <= edge.to + NEAR; i++) {
            edge.to = fmaxf(edge.to, group[i].to);
        }
        if (edge.to - edge.from >= LEAST_EDGE) {
            out[joined++] = edge;
        }
    }
    return joined;
}

xtr__edges xtr__snap(xtr__scratch *scratch, xtr__edge *items, uint32_t count) {
    xtr__edges out = {xtr__scratch_take(scratch, count, sizeof *items), 0};
    if (out.items == NULL) {
        return out;
    }
    qsort(items, count, sizeof *items, compare_edges);
    for (uint32_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && items[end].at - items[end - 1].at <= NEIGHBOUR &&
                              items[end].at - items[first].at <= NEAR;) {
            end++;
        }
        out.count += join_edges(items + first, end - first, out.items + out.count);
    }
    return out;
}

static bool crosses_any(const float *lines, uint32_t count, float from, float to) {
    for (uint32_t i = 1; i < count; i++) {
        if (from < lines[i] - 5 && to > lines[i] + 5) {
            return true;
        }
    }
    return false;
}

bool xtr__is_drawn_over(const xtr__ruling *ruling, xtr_box box, const float *x, uint32_t columns,
                        const float *y, uint32_t rows) {
    for (uint32_t i = 0; i < ruling->drawing_count; i++) {
        const xtr_box *d = &ruling->drawings[i];
        float wide = fminf(d->x1, box.x1) - fmaxf(d->x0, box.x0);
        float high = fminf(d->y1, box.y1) - fmaxf(d->y0, box.y0);
        if (wide < 0 || high < 0 || fmaxf(wide, high) < 10) {
            continue;
        }
        if (columns == 0 || crosses_any(x, columns, d->x0, d->x1) ||
            crosses_any(y, rows, d->y0, d->y1)) {
            return true;
        }
    }
    return false;
}

uint32_t xtr__edge_from(const xtr__edges *edges, float at) {
    uint32_t low = 0, high = edges->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (edges->items[middle].at < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool xtr__is_ruled(const xtr__edges *across, float top, float bottom, float x0, float x1) {
    for (uint32_t i = xtr__edge_from(across, top);
         i < across->count && across->items[i].at < bottom; i++) {
        if (across->items[i].from <= x0 && across->items[i].to >= x1) {
            return true;
        }
    }
    return false;
}
