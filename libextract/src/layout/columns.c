/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Columns of a grid that gaps alone part. LaTeX's "|l|ccc|" draws lines between groups of columns;
 * the columns of a group show by their gutters, as those of a table without a grid do. What stands
 * above the first line of text that shows them is the head of the group. */
#include "tables.h"

#include <string.h>

/** A group: the tokens between two lines of the grid. */
typedef struct group {
    const xtr__strips *strips;
    xtr__gutter gutters[XTR__MOST_COLUMNS];
    uint32_t columns;
    uint64_t *crossed; /* of each strip: the gutters that it leans over */
    uint32_t first;    /* strip that shows the columns */
    uint32_t parted;   /* strips that do */
} group;

static uint32_t band_at(const float *y, uint32_t rows, float at) {
    uint32_t band = 0;
    while (band + 1 < rows && y[band + 1] <= at) {
        band++;
    }
    return band;
}

static float middle_of(const xtr__strip *s) {
    return (s->top + s->bottom) / 2;
}

/** What speaks for columns in a group. */
typedef struct evidence {
    uint32_t tokens, pieces;  /* of the strips that show columns */
    uint32_t values, numbers; /* pieces right of the first column, below the first strip */
    uint32_t stacked;         /* strips that share a band with the one before */
    uint32_t below;           /* strips from the first that shows columns on */
    bool torn;                /* text runs over gutters in the midst of others */
} evidence;

static bool is_number(const xtr__token *tokens, const xtr__piece *p) {
    uint32_t numbers = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        numbers += (tokens[p->token + i].traits & XTR__NUMERIC) != 0;
    }
    return numbers * 2 >= p->count;
}

/** Whether a strip stands in one band with that before or after it. */
enum { ALONE, FOLLOWS, LEADS };

static unsigned near_of(const xtr__strips *strips, uint32_t index, const float *y, uint32_t rows) {
    const xtr__strip *s = &strips->items[index];
    uint32_t band = band_at(y, rows, middle_of(s));
    bool follows = index > 0 && band_at(y, rows, middle_of(s - 1)) == band;
    bool leads = index + 1 < strips->count && band_at(y, rows, middle_of(s + 1)) == band;
    return (follows ? FOLLOWS : 0) | (leads ? LEADS : 0);
}

/** Cuts a strip into `pieces`, and notes what it says. */
static void look_at_strip(group *g, uint32_t index, unsigned near, xtr__piece *pieces,
                          evidence *e) {
    const xtr__strip *s = &g->strips->items[index];
    uint32_t count = xtr__cut_strip(g->strips, s, g->gutters, g->columns, 0.45F, pieces);
    uint64_t crossed = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t c = pieces[i].first; c < pieces[i].last; c++) {
            crossed |= UINT64_C(1) << c;
        }
    }
    uint32_t numbers = 0;
    for (uint32_t i = 1; i < count; i++) {
        numbers += is_number(g->strips->tokens, &pieces[i]);
    }
    /* By gaps of an em, or into numbers. */
    bool cut = count >= 2 && crossed == 0;
    bool parted = cut && (s->runs >= count || numbers + 1 == count);
    g->crossed[index] = crossed;
    if (cut && e->below == 0) {
        g->first = index;
    }
    e->below += cut || e->below > 0;
    g->parted += parted;
    e->torn = e->torn || (e->below > 0 && crossed != 0 && near != ALONE);
    for (uint32_t i = 0; parted && i < count; i++) {
        e->tokens += pieces[i].count;
        e->pieces++;
        bool value = g->parted > 1 && pieces[i].first > 0; /* the first may be heads */
        e->values += value;
        e->numbers += value && is_number(g->strips->tokens, &pieces[i]);
    }
    e->stacked += parted && (near & FOLLOWS) != 0;
}

/** Whether lines of short pieces, or of numbers where each stands between rules, make columns. */
static bool are_columns(const group *g, const evidence *e, uint32_t lines) {
    bool often = g->parted >= 3 && g->parted * 3 >= e->below * 2 && g->parted * 5 >= lines * 2;
    bool loose = e->stacked * 2 >= g->parted && e->tokens <= 3 * e->pieces;
    return often && !e->torn && (loose || (float)e->numbers >= 0.8F * (float)e->values);
}

/** Finds the columns of a group in a grid of so many lines of text; `out->columns` is 1 when it has
 *  no more. False when memory is gone. */
static bool read_group(xtr__scratch *scratch, const xtr__strips *strips, uint32_t lines,
                       const float *y, uint32_t rows, group *out) {
    *out = (group){.strips = strips, .columns = 1};
    xtr__piece *pieces = xtr__scratch_take(scratch, strips->token_count, sizeof *pieces);
    out->crossed = xtr__scratch_take(scratch, strips->count, sizeof *out->crossed);
    if (pieces == NULL || out->crossed == NULL) {
        return false;
    }
    out->columns = xtr__find_gutters(scratch, strips, 0, strips->count, out->gutters) + 1;
    evidence e = {0};
    for (uint32_t i = 0; out->columns > 1 && i < strips->count; i++) {
        look_at_strip(out, i, near_of(strips, i, y, rows), pieces, &e);
    }
    if (!are_columns(out, &e, lines)) {
        out->columns = 1;
    }
    for (uint32_t i = 0; i < out->first && out->columns > 1; i++) {
        out->crossed[i] = (UINT64_C(1) << (out->columns - 1)) - 1;
    }
    return true;
}

/** Where a strip ends: at the next line of the grid, or half way to the next strip of its band. */
static float end_of(const xtr__strips *strips, uint32_t index, const float *y, uint32_t rows) {
    const xtr__strip *s = &strips->items[index];
    return near_of(strips, index, y, rows) & LEADS ? (s->bottom + s[1].top) / 2
                                                   : y[band_at(y, rows, middle_of(s)) + 1];
}

static float start_of(const xtr__strips *strips, uint32_t index, const float *y, uint32_t rows) {
    const xtr__strip *s = &strips->items[index];
    return near_of(strips, index, y, rows) & FOLLOWS ? end_of(strips, index - 1, y, rows)
                                                     : y[band_at(y, rows, middle_of(s))];
}

/** A gutter is a line below the head, but where a strip leans over it. */
static void draw_gutter(const group *g, uint32_t gutter, const float *y, uint32_t rows,
                        xtr__gap_lines *out) {
    float at = (g->gutters[gutter].x0 + g->gutters[gutter].x1) / 2;
    float from = start_of(g->strips, g->first, y, rows);
    for (uint32_t i = g->first; i < g->strips->count; i++) {
        if (g->crossed[i] >> gutter & 1) {
            float to = start_of(g->strips, i, y, rows);
            if (to > from) {
                out->down[out->down_count++] = (xtr__edge){from, to, at};
            }
            from = end_of(g->strips, i, y, rows);
        }
    }
    if (y[rows] > from) {
        out->down[out->down_count++] = (xtr__edge){from, y[rows], at};
    }
}

static xtr__gap_lines *draw_lines(xtr__scratch *scratch, const group *g, const float *sides,
                                  const float *y, uint32_t rows) {
    const xtr__strips *strips = g->strips;
    uint32_t crossing = 0;
    for (uint32_t i = 0; i < strips->count; i++) {
        crossing += g->crossed[i] != 0;
    }
    xtr__gap_lines *out = xtr__scratch_take(scratch, 1, sizeof *out);
    xtr__edge *down =
        xtr__scratch_take(scratch, (g->columns - 1) * ((size_t)crossing + 1), sizeof *down);
    xtr__edge *across = xtr__scratch_take(scratch, 2 * (size_t)crossing + 1, sizeof *across);
    if (out == NULL || down == NULL || across == NULL) {
        return NULL;
    }
    *out = (xtr__gap_lines){.x0 = sides[0], .x1 = sides[1], .down = down, .across = across};
    for (uint32_t c = 0; c + 1 < g->columns; c++) {
        draw_gutter(g, c, y, rows, out);
    }
    /* A head is parted from what stands under it. */
    for (uint32_t i = 0; i < g->first; i++) {
        if (near_of(strips, i, y, rows) & LEADS && g->crossed[i] != g->crossed[i + 1]) {
            across[out->across_count++] =
                (xtr__edge){sides[0], sides[1], end_of(strips, i, y, rows)};
        }
    }
    return out;
}

xtr__gap_lines *xtr__find_gap_lines(xtr__scratch *scratch, const xtr__token *tokens, uint32_t count,
                                    const float *x, uint32_t columns, const float *y, uint32_t rows,
                                    bool *failed) {
    xtr__gap_lines *found = NULL;
    xtr__token *inside = xtr__scratch_take(scratch, count, sizeof *inside);
    xtr__strips strips;
    *failed = inside == NULL;
    if (!*failed) {
        memcpy(inside, tokens, count * sizeof *inside);
        *failed = !xtr__find_strips(scratch, inside, count, &strips);
    }
    uint32_t lines = *failed ? 0 : strips.count;
    for (uint32_t c = 0; c < columns && !*failed; c++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < count; i++) {
            float middle = (tokens[i].x0 + tokens[i].x1) / 2;
            if (x[c] < middle && middle <= x[c + 1]) {
                inside[n++] = tokens[i];
            }
        }
        xtr__savepoint before = xtr__scratch_save(scratch);
        group g = {.columns = 1};
        *failed = n > 0 && (!xtr__find_strips(scratch, inside, n, &strips) ||
                            !read_group(scratch, &strips, lines, y, rows, &g));
        xtr__gap_lines *drawn = NULL;
        if (!*failed && g.columns > 1) {
            drawn = draw_lines(scratch, &g, x + c, y, rows);
            *failed = drawn == NULL;
        }
        if (drawn == NULL) {
            xtr__scratch_rewind(scratch, before);
            continue;
        }
        drawn->next = found;
        found = drawn;
    }
    return found;
}
