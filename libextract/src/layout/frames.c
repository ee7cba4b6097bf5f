/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables with a grid: edges that cross make a frame, which may hold one. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_CAPTIONS = 200,
    MOST_RULES = 64,  /* that are looked at above and below of coloured cells */
    FRAME_WORD = 128, /* steps that a word takes in a frame */
};
static const float SLACK = 3; /* edges cross when they miss each other by no more */
static const float SLIVER = 12, MOST_ABOVE = 60; /* width of no column; height of heads */

/** What all frames of a page are read with. */
typedef struct finder {
    xtr__effort *effort;
    xtr__scratch *scratch;
    const xtr__ruling *ruling;
    xtr__token *tokens; /* in no table yet */
    uint32_t count;
    xtr__token *captions; /* words "Table" with a number behind */
    uint32_t caption_count;
} finder;

/* Frames ------------------------------------------------------------------------------------ */

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
                parent[xtr__find_root(parent, i)] = xtr__find_root(parent, r->across.count + k);
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
        if (xtr__find_root(parent, base + i) == root) {
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

/** Whether a number stands right behind a word. */
static bool is_numbered(const finder *all, const xtr__token *t) {
    for (uint32_t i = 0; i < all->count; i++) {
        const xtr__token *n = &all->tokens[i];
        float gap = n->x0 - t->x1;
        if (n->traits & XTR__CAPTION_NUMBER && fabsf(n->y - t->y) < 0.36F * t->size && gap >= 0 &&
            gap < t->size) {
            return true;
        }
    }
    return false;
}

static bool find_captions(finder *all) {
    all->captions = xtr__scratch_take(all->scratch, MOST_CAPTIONS, sizeof *all->captions);
    uint32_t looks = 0;
    for (uint32_t i = 0; all->captions != NULL && i < all->count && looks < MOST_CAPTIONS; i++) {
        const xtr__token *t = &all->tokens[i];
        if (!(t->traits & XTR__TABLE_WORD) || !xtr__spend(all->effort, all->count)) {
            continue;
        }
        looks++;
        if (is_numbered(all, t)) {
            all->captions[all->caption_count++] = *t;
        }
    }
    return all->captions != NULL;
}

/** Whether "Table" and a number stand next to each other just above or below. */
static bool has_caption(const finder *all, const xtr__frame *f) {
    for (uint32_t i = 0; i < all->caption_count; i++) {
        const xtr__token *t = &all->captions[i];
        float above = f->y[0] - t->y, below = t->y - f->y[f->rows];
        if (t->x0 <= f->x[f->columns] && t->x1 >= f->x[0] - 2 * t->size &&
            ((above > 0 && above < 6 * t->size) || (below > 0 && below < 3 * t->size))) {
            return true;
        }
    }
    return false;
}

/** The words between two lines: whether running text is among them. */
static bool holds_prose(const finder *all, xtr_box box) {
    uint32_t inside = 0, prose = 0;
    xtr__token *copy = xtr__scratch_take(all->scratch, all->count, sizeof *copy);
    xtr__strips strips;
    for (uint32_t i = 0; copy != NULL && i < all->count; i++) {
        const xtr__token *t = &all->tokens[i];
        if (t->x1 > box.x0 && t->x0 < box.x1 && t->y > box.y0 && t->y < box.y1) {
            copy[inside++] = *t;
        }
    }
    if (copy == NULL || !xtr__spend(all->effort, (uint64_t)inside * FRAME_WORD) ||
        !xtr__find_strips(all->scratch, copy, inside, &strips)) {
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
static bool is_part(const finder *all, const xtr__raw_table *table) {
    const xtr__edges *rules = all->ruling->rules;
    float height = table->box.y1 - table->box.y0;
    uint32_t above = xtr__edge_from(rules, table->box.y0 + 3);
    uint32_t below = xtr__edge_from(rules, table->box.y1 - 3);
    uint32_t end = below + MOST_RULES < rules->count ? below + MOST_RULES : rules->count;
    for (uint32_t i = above > MOST_RULES ? above - MOST_RULES : 0; i < above; i++) {
        const xtr__edge *top = &rules->items[i];
        for (uint32_t k = below > i ? below : i + 1; k < end; k++) {
            const xtr__edge *bottom = &rules->items[k];
            xtr_box box = {top->from, top->at, top->to, bottom->at + 1};
            if (bottom->at - top->at < 1.4F * height || fabsf(top->from - bottom->from) >= 12 ||
                fabsf(top->to - bottom->to) >= 12 || top->from > table->box.x0 + 12 ||
                top->to < table->box.x1 - 12) {
                continue;
            }
            return !holds_prose(all, box);
        }
    }
    return false;
}

/* Heads above ------------------------------------------------------------------------------- */

/** How many columns of a frame hold runs of a strip; 0 when a run reaches over a line. */
static uint32_t columns_held(const xtr__frame *f, const xtr__strips *strips,
                             const xtr__strip *strip) {
    uint32_t held = 0, column = 0, last = UINT32_MAX, end = strip->first + strip->whole, next;
    for (uint32_t at = strip->first; at < end; at = next) {
        next = xtr__run_end(strips->tokens, at, end, 0.7F);
        while (column + 1 < f->columns && f->x[column + 1] <= strips->tokens[at].x0 + 2) {
            column++;
        }
        if (strips->tokens[at].x0 + 2 < f->x[column] ||
            strips->tokens[next - 1].x1 - 2 > f->x[column + 1]) {
            return 0;
        }
        held += column != last;
        last = column;
    }
    return held;
}

/** The words that stand over a frame, up to `most` points above it. */
static bool find_above(const finder *all, const xtr__frame *f, float most, xtr__strips *out) {
    xtr__token *copy = xtr__scratch_take(all->scratch, all->count, sizeof *copy);
    uint32_t count = 0;
    for (uint32_t i = 0; copy != NULL && i < all->count; i++) {
        const xtr__token *t = &all->tokens[i];
        float x = (t->x0 + t->x1) / 2;
        if (x > f->x[0] && x < f->x[f->columns] && t->bottom < f->y[0] + 4 &&
            t->y > f->y[0] - most) {
            copy[count++] = *t;
        }
    }
    return copy != NULL && xtr__spend(all->effort, (uint64_t)count * FRAME_WORD) &&
           xtr__find_strips(all->scratch, copy, count, out);
}

/** Heads of columns may stand right above the coloured cells: lines of which each part stands over
 *  one column are a row of their own. `f->y` has room for its line. */
static bool add_head(const finder *all, xtr__frame *f) {
    xtr__strips strips;
    uint32_t wide = 0;
    for (uint32_t i = 0; i < f->columns; i++) {
        wide += f->x[i + 1] - f->x[i] >= SLIVER;
    }
    if (!find_above(all, f, MOST_ABOVE, &strips)) {
        return false;
    }
    float top = f->y[0];
    uint32_t most = 0;
    for (uint32_t i = strips.count; i-- > 0;) {
        const xtr__strip *s = &strips.items[i];
        bool first = i + 1 == strips.count;
        float step = first ? f->y[0] - s->y : s[1].y - s->y;
        uint32_t held = columns_held(f, &strips, s);
        const xtr__token *t = strips.tokens + s->first;
        if (step > (first ? 1.6F : 1.3F) * s->size || held == 0 ||
            xtr__is_caption(t, s->count > 1 ? t + 1 : NULL)) {
            break;
        }
        top = s->top - 1;
        most = held > most ? held : most;
    }
    if (most < 2 || most * 2 < wide) {
        return false;
    }
    memmove(f->y + 1, f->y, (f->rows + 1) * sizeof *f->y);
    f->y[0] = top;
    f->rows++;
    return true;
}

/** The table in a frame, with a head above it or without one, or NULL. */
static xtr__raw_table *read_frame(const finder *all, xtr__edges across, xtr__edges down,
                                  bool headed) {
    xtr__scratch *scratch = all->scratch;
    xtr__frame f = {.across = across, .down = down};
    f.x = xtr__scratch_take(scratch, down.count + 2, sizeof *f.x);
    f.y = xtr__scratch_take(scratch, across.count + 3, sizeof *f.y);
    if (f.x == NULL || f.y == NULL) {
        return NULL;
    }
    f.columns = close_sides(f.x, distinct(&down, f.x), &across, 10) - 1;
    f.rows = close_sides(f.y, distinct(&across, f.y), &down, 8) - 1;
    f.captioned = has_caption(all, &f);
    if (headed && !add_head(all, &f)) {
        return NULL;
    }
    if (!take_inside(scratch, &f, all->tokens, all->count) ||
        !xtr__spend(all->effort, (uint64_t)f.token_count * (FRAME_WORD + f.columns + f.rows))) {
        return NULL;
    }
    xtr__raw_table *table = xtr__read_grid(scratch, all->ruling, &f);
    bool part = table != NULL && all->ruling->rules != NULL && is_part(all, table);
    return part ? NULL : table;
}

/** The table in the frame of the edges whose root is `root`, or NULL. */
static xtr__raw_table *try_frame(const finder *all, uint32_t *parent, uint32_t root,
                                 uint32_t across, uint32_t down) {
    const xtr__ruling *r = all->ruling;
    xtr__savepoint before = xtr__scratch_save(all->scratch);
    xtr__edges h = members(all->scratch, &r->across, parent, 0, root, across);
    xtr__edges v = members(all->scratch, &r->down, parent, r->across.count, root, down);
    xtr__raw_table *table =
        h.items != NULL && v.items != NULL ? read_frame(all, h, v, false) : NULL;
    if (table == NULL) {
        xtr__scratch_rewind(all->scratch, before);
        return NULL;
    }
    xtr__raw_table *headed = read_frame(all, h, v, true);
    return headed != NULL && headed->columns == table->columns ? headed : table;
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

xtr__raw_table *xtr__find_grids(xtr__effort *effort, const xtr__ruling *ruling, xtr__token *tokens,
                                uint32_t *count, bool *used) {
    xtr__scratch *scratch = effort->flow->scratch;
    finder all = {
        .effort = effort, .scratch = scratch, .ruling = ruling, .tokens = tokens, .count = *count};
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
        ++(i < ruling->across.count ? across : down)[xtr__find_root(parent, i)];
    }
    bool described = false; /* most pages with lines have no frame */
    for (uint32_t i = 0; i < edges && all.count > 0; i++) {
        if (across[i] < 2 || down[i] < 1) {
            continue;
        }
        if (!described) {
            xtr__describe(effort->flow, tokens, all.count);
            described = true;
            if (!find_captions(&all)) {
                return NULL;
            }
        }
        if (!xtr__spend(effort, (uint64_t)all.count + edges)) {
            break;
        }
        xtr__raw_table *table = try_frame(&all, parent, i, across[i], down[i]);
        if (table != NULL) {
            table->next = found;
            found = table;
            all.count = take_out(table, tokens, all.count, used);
        }
    }
    *count = all.count;
    return found;
}
