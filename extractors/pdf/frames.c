/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables with a grid: edges that cross make a frame, which may hold one. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float SLACK = 3; /* edges cross when they miss each other by no more */

/* Frames ------------------------------------------------------------------------------------ */

static uint32_t find_root(uint32_t *parent, uint32_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/** Joins the edges that cross: across first, down behind them. */
static uint32_t *join_crossing(xtr__scratch *scratch, const xtr__ruling *r) {
    uint32_t count = r->across.count + r->down.count;
    uint32_t *parent = xtr__scratch_take(scratch, count, sizeof *parent);
    if (parent == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        parent[i] = i;
    }
    for (uint32_t i = 0; i < r->across.count; i++) {
        const xtr__edge *h = &r->across.items[i];
        for (uint32_t k = xtr__edge_from(&r->down, h->from - SLACK);
             k < r->down.count && r->down.items[k].at <= h->to + SLACK; k++) {
            const xtr__edge *v = &r->down.items[k];
            if (v->from - SLACK <= h->at && h->at <= v->to + SLACK) {
                parent[find_root(parent, i)] = find_root(parent, r->across.count + k);
            }
        }
    }
    return parent;
}

/** The edges whose root is `root`, in their order. */
static xtr__edges members(xtr__scratch *scratch, const xtr__edges *edges, uint32_t *parent,
                          uint32_t base, uint32_t root, uint32_t count) {
    xtr__edges out = {xtr__scratch_take(scratch, count, sizeof *out.items), 0};
    for (uint32_t i = 0; out.items != NULL && i < edges->count; i++) {
        if (find_root(parent, base + i) == root) {
            out.items[out.count++] = edges->items[i];
        }
    }
    return out;
}

/* Lines of the grid ------------------------------------------------------------------------- */

/** The different positions of edges, with room for two more. Returns how many. */
static uint32_t distinct(const xtr__edges *edges, float *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < edges->count; i++) {
        if (count == 0 || edges->items[i].at - out[count - 1] > SLACK) {
            out[count++] = edges->items[i].at;
        }
    }
    return count;
}

/** Edges of the other direction that stick out past the outermost lines close the grid. */
static uint32_t close_sides(float *lines, uint32_t count, const xtr__edges *others, float least) {
    float from = INFINITY, to = -INFINITY;
    for (uint32_t i = 0; i < others->count; i++) {
        from = fminf(from, others->items[i].from);
        to = fmaxf(to, others->items[i].to);
    }
    if (lines[0] - from > least) {
        memmove(lines + 1, lines, count * sizeof *lines);
        lines[0] = from;
        count++;
    }
    if (to - lines[count - 1] > least) {
        lines[count++] = to;
    }
    return count;
}

/* All grids of a page ----------------------------------------------------------------------- */

/** Tokens whose middle lies inside the grid's outermost lines. */
static bool take_inside(xtr__scratch *scratch, xtr__frame *f, const xtr__token *tokens,
                        uint32_t count) {
    for (int pass = 0; pass < 2; pass++) {
        f->token_count = 0;
        for (uint32_t i = 0; i < count; i++) {
            float x = (tokens[i].x0 + tokens[i].x1) / 2, y = (tokens[i].top + tokens[i].bottom) / 2;
            if (x < f->x[0] || x > f->x[f->columns] || y < f->y[0] || y > f->y[f->rows]) {
                continue;
            }
            if (pass == 1) {
                f->tokens[f->token_count] = tokens[i];
            }
            f->token_count++;
        }
        if (pass == 0) {
            f->tokens = xtr__scratch_take(scratch, f->token_count, sizeof *f->tokens);
        }
        if (f->tokens == NULL) {
            return false;
        }
    }
    return f->token_count >= 3;
}

/** Whether "Table" and a number stand next to each other just above or below. */
static bool has_caption(const xtr__frame *f, const xtr__token *tokens, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const xtr__token *t = &tokens[i];
        float above = f->y[0] - t->y, below = t->y - f->y[f->rows];
        if (!(t->traits & XTR__TABLE_WORD) || t->x0 > f->x[f->columns] ||
            t->x1 < f->x[0] - 2 * t->size ||
            !((above > 0 && above < 6 * t->size) || (below > 0 && below < 3 * t->size))) {
            continue;
        }
        for (uint32_t k = 0; k < count; k++) {
            const xtr__token *n = &tokens[k];
            float gap = n->x0 - t->x1;
            if (n->traits & XTR__CAPTION_NUMBER && fabsf(n->y - t->y) < 0.36F * t->size &&
                gap >= 0 && gap < t->size) {
                return true;
            }
        }
    }
    return false;
}

/** The words between two lines: whether running text is among them. */
static bool holds_prose(xtr__scratch *scratch, xtr_box box, const xtr__token *tokens,
                        uint32_t count) {
    uint32_t inside = 0, prose = 0;
    xtr__token *copy = xtr__scratch_take(scratch, count, sizeof *copy);
    xtr__strips strips;
    for (uint32_t i = 0; copy != NULL && i < count; i++) {
        const xtr__token *t = &tokens[i];
        if (t->x1 > box.x0 && t->x0 < box.x1 && t->y > box.y0 && t->y < box.y1) {
            copy[inside++] = *t;
        }
    }
    if (copy == NULL || !xtr__find_strips(scratch, copy, inside, &strips)) {
        return true;
    }
    for (uint32_t i = 0; i < strips.count; i++) {
        const xtr__strip *s = &strips.items[i];
        prose += s->runs == 1 && s->count >= 7 && s->x1 - s->x0 > 0.5F * (box.x1 - box.x0);
    }
    return prose * 4 >= strips.count;
}

/** Whether coloured cells are only part of a table between two long rules (booktabs), which holds
 *  more rows than they do. */
static bool is_part(xtr__scratch *scratch, const xtr__edges *rules, const xtr__raw_table *table,
                    const xtr__token *tokens, uint32_t count) {
    float height = table->box.y1 - table->box.y0;
    for (uint32_t i = 0; i < rules->count; i++) {
        const xtr__edge *top = &rules->items[i];
        for (uint32_t k = i + 1; k < rules->count && top->at < table->box.y0 + 3; k++) {
            const xtr__edge *bottom = &rules->items[k];
            xtr_box box = {top->from, top->at, top->to, bottom->at + 1};
            if (bottom->at < table->box.y1 - 3 || bottom->at - top->at < 1.4F * height ||
                fabsf(top->from - bottom->from) >= 12 || fabsf(top->to - bottom->to) >= 12 ||
                top->from > table->box.x0 + 12 || top->to < table->box.x1 - 12) {
                continue;
            }
            return !holds_prose(scratch, box, tokens, count);
        }
    }
    return false;
}

static xtr__raw_table *read_frame(xtr__scratch *scratch, const xtr__ruling *ruling,
                                  xtr__edges across, xtr__edges down, const xtr__token *tokens,
                                  uint32_t count) {
    xtr__frame f = {.across = across, .down = down};
    f.x = xtr__scratch_take(scratch, down.count + 2, sizeof *f.x);
    f.y = xtr__scratch_take(scratch, across.count + 2, sizeof *f.y);
    if (f.x == NULL || f.y == NULL) {
        return NULL;
    }
    f.columns = close_sides(f.x, distinct(&down, f.x), &across, 10) - 1;
    f.rows = close_sides(f.y, distinct(&across, f.y), &down, 8) - 1;
    f.captioned = has_caption(&f, tokens, count);
    xtr__raw_table *table =
        take_inside(scratch, &f, tokens, count) ? xtr__read_grid(scratch, ruling, &f) : NULL;
    bool part = table != NULL && ruling->rules != NULL &&
                is_part(scratch, ruling->rules, table, tokens, count);
    return part ? NULL : table;
}

/** Takes the tokens of a table out of those that are left. */
static uint32_t take_out(const xtr__raw_table *table, xtr__token *tokens, uint32_t count,
                         bool *used) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < table->word_count; i++) {
        used[table->words[i]] = true;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!used[tokens[i].word]) {
            tokens[kept++] = tokens[i];
        }
    }
    return kept;
}

xtr__raw_table *xtr__find_grids(xtr__scratch *scratch, const xtr__ruling *ruling,
                                xtr__token *tokens, uint32_t *count, bool *used) {
    uint32_t edges = ruling->across.count + ruling->down.count;
    uint32_t *parent = join_crossing(scratch, ruling);
    uint32_t *across = xtr__scratch_take(scratch, edges, sizeof *across);
    uint32_t *down = xtr__scratch_take(scratch, edges, sizeof *down);
    xtr__raw_table *found = NULL;
    if (parent == NULL || across == NULL || down == NULL) {
        return NULL;
    }
    memset(across, 0, edges * sizeof *across);
    memset(down, 0, edges * sizeof *down);
    for (uint32_t i = 0; i < edges; i++) {
        ++(i < ruling->across.count ? across : down)[find_root(parent, i)];
    }
    for (uint32_t i = 0; i<edges && * count> 0; i++) {
        if (across[i] < 2 || down[i] < 1) {
            continue;
        }
        xtr__edges h = members(scratch, &ruling->across, parent, 0, i, across[i]);
        xtr__edges v = members(scratch, &ruling->down, parent, ruling->across.count, i, down[i]);
        xtr__raw_table *table = h.items != NULL && v.items != NULL
                                    ? read_frame(scratch, ruling, h, v, tokens, *count)
                                    : NULL;
        if (table != NULL) {
            table->next = found;
            found = table;
            *count = take_out(table, tokens, *count, used);
        }
    }
    return found;
}
