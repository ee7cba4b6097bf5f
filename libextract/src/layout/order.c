/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading order: a region is cut at the best gutter, a vertical line with prose on both sides.
 * What crosses the gutter (titles, wide rules, pictures) is a wall: walls split the region into
 * bands, and each band is cut or not. Both sides of a cut are regions again. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 12, MAX_PLACES = 64 };

typedef struct region {
    const uint32_t *items; /* fragments by the middle of their boxes, from top to bottom */
    uint32_t count;
} region;

/** What stands between two walls of a gutter. */
typedef struct band {
    uint32_t *left, *right; /* fragments from top to bottom */
    uint32_t left_count, right_count;
} band;

/* Is it prose? ------------------------------------------------------------------------------ */

typedef struct extent {
    float x0, x1, top, bottom;
    uint32_t letters, alphabetic, words;
    bool cjk;
} extent;

static extent extent_of(const xtr__flow *flow, const uint32_t *side, uint32_t count) {
    const xtr__fragment *f = &flow->fragments[side[0]];
    extent out = {.x0 = f->x0, .x1 = f->x1, .top = f->top, .bottom = f->bottom};
    for (uint32_t i = 0; i < count; i++) {
        f = &flow->fragments[side[i]];
        out.x0 = fminf(out.x0, f->x0);
        out.x1 = fmaxf(out.x1, f->x1);
        out.top = fminf(out.top, f->top);
        out.bottom = fmaxf(out.bottom, f->bottom);
        out.letters += f->letters;
        out.alphabetic += f->alphabetic;
        out.words += f->count;
        out.cjk = out.cjk || f->cjk;
    }
    return out;
}

static float middle(const xtr__fragment *f) {
    return f->top + f->bottom;
}

/** Most letters stand in rows that fill the column, or rows hold several words: not the cells of
 *  a table. Counting letters, not rows, lets a column pass that holds a figure full of labels. */
static bool is_prose(const xtr__flow *flow, const uint32_t *side, uint32_t count,
                     const extent *all) {
    if ((float)all->words >= 3.2F * (float)count) {
        return true;
    }
    uint32_t wide = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[side[i]];
        wide += f->x1 - f->x0 > 0.55F * (all->x1 - all->x0) ? f->letters : 0;
    }
    return wide * 2 >= all->letters && (all->letters >= 12 * count || all->cjk);
}

enum { MOST_IN_ROW = 16 };

/** The row of fragment `i` of a side: those on its baseline; on recognised pages, where lines are
 *  whole, all that stand beside it. Returns how many. */
static uint32_t row_of(const xtr__flow *flow, const uint32_t *side, uint32_t count, uint32_t i,
                       const xtr__fragment **row) {
    const xtr__fragment *f = &flow->fragments[side[i]];
    float tolerance = flow->sheet->rows.count > 0 ? INFINITY : 0.3F * f->size;
    uint32_t found = 0;
    row[found++] = f;
    for (int step = -1; step <= 1; step += 2) {
        for (uint32_t k = i + (uint32_t)step; k < count && found < MOST_IN_ROW;
             k += (uint32_t)step) {
            const xtr__fragment *other = &flow->fragments[side[k]];
            if (fabsf(middle(other) - middle(f)) > 1.2F * f->size) {
                break;
            }
            if (fabsf(other->y - f->y) < tolerance) {
                row[found++] = other;
            }
        }
    }
    return found;
}

/** Whether the words of a row are set apart to reach both edges of their column: as far everywhere,
 *  so that no gap between its fragments is wider than the others. */
static bool is_stretched(const xtr__flow *flow, const xtr__fragment *const *row, uint32_t count,
                         const extent *all) {
    float x0 = INFINITY, x1 = -INFINITY, taken = 0, widest = 0, edge = row[0]->size;
    uint32_t words = 0, letters = 0;
    for (uint32_t i = 0; i < count; i++) {
        float gap = INFINITY;
        for (uint32_t k = 0; k < count; k++) {
            gap = row[k]->x0 > row[i]->x0 ? fminf(gap, row[k]->x0 - row[i]->x1) : gap;
        }
        widest = isfinite(gap) ? fmaxf(widest, gap) : widest;
        x0 = fminf(x0, row[i]->x0);
        x1 = fmaxf(x1, row[i]->x1);
        letters += row[i]->alphabetic;
        for (uint32_t k = 0; k < row[i]->count; k++, words++) {
            const xtr__word *word = &flow->words[row[i]->word + k];
            taken += word->x1 - word->x0;
        }
    }
    return words > 1 && letters >= 2 * words && x0 < all->x0 + edge && x1 > all->x1 - edge &&
           widest < 1.6F * (x1 - x0 - taken) / (float)(words - 1);
}

/** Whether the row of fragment `i` of a side nearly fills its column. On recognised pages a side of
 *  several columns does: it is none of keys and values. */
static bool fills(const xtr__flow *flow, const uint32_t *side, uint32_t count, const extent *all,
                  uint32_t i, bool *stretched) {
    const xtr__fragment *row[MOST_IN_ROW];
    uint32_t fragments = row_of(flow, side, count, i, row);
    float sum = 0, least = 0.7F * (all->x1 - all->x0);
    for (uint32_t k = 0; k < fragments; k++) {
        sum += row[k]->x1 - row[k]->x0;
    }
    bool whole = flow->sheet->rows.count > 0;
    *stretched = !whole && fragments > 1 && is_stretched(flow, row, fragments, all);
    return whole ? sum > least : row[0]->x1 - row[0]->x0 > least;
}

/** Whether rows from `top` to `bottom`, where the other side stands too, fill their column: enough
 * of them nearly do, or most of them when those count whose words are stretched to it. */
static bool is_filled(const xtr__flow *flow, const uint32_t *side, uint32_t count,
                      const extent *all, float top, float bottom) {
    uint32_t rows = 0, full = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[side[i]];
        if (f->bottom > top && f->top < bottom) {
            bool stretched, whole = fills(flow, side, count, all, i, &stretched);
            rows++;
            full += whole;
            most += whole || stretched;
        }
    }
    return rows > 0 && ((float)full >= 0.4F * (float)rows || most * 2 >= rows);
}

/** Share of the shorter side's rows that have a row of the other side on their baseline. */
static float aligned(const xtr__flow *flow, const band *b, float tolerance) {
    bool swap = b->left_count > b->right_count;
    const uint32_t *a = swap ? b->right : b->left, *o = swap ? b->left : b->right;
    uint32_t count = swap ? b->right_count : b->left_count;
    uint32_t others = swap ? b->left_count : b->right_count;
    uint32_t partners = 0, start = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[a[i]];
        /* Boxes are about an em high, so partners are neighbours by the middle as well. */
        while (start < others && middle(&flow->fragments[o[start]]) < middle(f) - 4 * f->size) {
            start++;
        }
        for (uint32_t j = start; j < others; j++) {
            const xtr__fragment *other = &flow->fragments[o[j]];
            if (middle(other) > middle(f) + 4 * f->size) {
                break;
            }
            if (fabsf(other->y - f->y) < tolerance * f->size) {
                partners++;
                break;
            }
        }
    }
    return (float)partners / (float)count;
}

static bool is_columns(const xtr__flow *flow, const uint32_t *side, uint32_t count,
                       const extent *other);

/** Whether rows of both sides stand on the same baselines, and those of one of them nearly never
 *  fill it: keys and values, which are read by rows. A side that is columns of prose is filled by
 *  no row either; `deep` says to look for them. */
static bool is_form(const xtr__flow *flow, const band *b, const extent *l, const extent *r,
                    bool deep) {
    float top = fmaxf(l->top, r->top), bottom = fminf(l->bottom, r->bottom);
    bool left = !is_filled(flow, b->left, b->left_count, l, top, bottom);
    bool right = !is_filled(flow, b->right, b->right_count, r, top, bottom);
    if ((!left && !right) || aligned(flow, b, 0.3F) <= 0.7F) {
        return false;
    }
    return !deep || (left && !is_columns(flow, b->left, b->left_count, r)) ||
           (right && !is_columns(flow, b->right, b->right_count, l));
}

/** Height of text standing side by side when both sides are prose, or long lists that have
 *  nothing to do with each other; else 0. */
static float gain_of(const xtr__flow *flow, const band *b, bool deep) {
    if (b->left_count < 2 || b->right_count < 2) {
        return 0;
    }
    extent l = extent_of(flow, b->left, b->left_count);
    extent r = extent_of(flow, b->right, b->right_count);
    float shared = fminf(l.bottom, r.bottom) - fmaxf(l.top, r.top);
    float size = fminf(flow->fragments[b->left[0]].size, flow->fragments[b->right[0]].size);
    if (shared < 2.5F * size) {
        return 0;
    }
    bool prose =
        is_prose(flow, b->left, b->left_count, &l) && is_prose(flow, b->right, b->right_count, &r);
    bool lists = !prose && b->left_count >= 8 && b->right_count >= 8 &&
                 l.alphabetic > 6 * b->left_count && r.alphabetic > 6 * b->right_count &&
                 aligned(flow, b, 0.15F) < 0.5F;
    return (prose || lists) && !is_form(flow, b, &l, &r, deep) ? shared : 0;
}

/* Bands ------------------------------------------------------------------------------------- */

typedef float (*on_band)(const xtr__flow *flow, const band *b, const uint32_t *wall, void *payload);

/** Whether a fragment is the small mark of the footnote that a wall begins. */
static bool is_mark_of(const xtr__fragment *f, const xtr__fragment *wall) {
    float shared = fminf(f->bottom, wall->bottom) - fmaxf(f->top, wall->top);
    return f->letters <= 3 && f->size < 0.9F * wall->size && f->x1 < wall->x0 + 1 &&
           shared > 0.5F * (f->bottom - f->top);
}

/** Walks the bands of a region from top to bottom: `visit` is called for each band and the wall
 *  below it (NULL for a wall that is no text, and at the end). Returns the sum of its answers. */
static float walk_bands(const xtr__flow *flow, region r, float x, uint32_t *room, on_band visit,
                        void *payload) {
    band b = {.left = room, .right = room + r.count};
    float sum = 0;
    uint32_t mask = 0;
    for (uint32_t i = 0; i < r.count; i++) {
        const xtr__fragment *f = &flow->fragments[r.items[i]];
        for (; mask < flow->mask_count; mask++) {
            const xtr_box *m = &flow->masks[mask].box;
            if (m->y0 + m->y1 > middle(f)) {
                break;
            }
            if (m->x0 < x - 20 && m->x1 > x + 20) {
                sum += visit(flow, &b, NULL, payload);
                b.left_count = b.right_count = 0;
            }
        }
        if (f->x0 < x - 1.5F && f->x1 > x + 1.5F) {
            const uint32_t *last = b.left + b.left_count - 1;
            bool marked = b.left_count > 0 && is_mark_of(&flow->fragments[*last], f);
            uint32_t mark = marked ? *last : 0;
            b.left_count -= marked;
            sum += visit(flow, &b, &r.items[i], payload);
            b.left_count = b.right_count = 0;
            if (marked) { /* it is read with the wall, not in the column above */
                b.left[b.left_count++] = mark;
            }
        } else if (f->x1 < x + 1.6F) {
            b.left[b.left_count++] = r.items[i];
        } else {
            b.right[b.right_count++] = r.items[i];
        }
    }
    return sum + visit(flow, &b, NULL, payload);
}

static float measure(const xtr__flow *flow, const band *b, const uint32_t *wall, void *payload) {
    (void)wall;
    return gain_of(flow, b, *(const bool *)payload);
}

/* Gutters ----------------------------------------------------------------------------------- */

typedef struct place {
    float x;
    uint32_t votes;
} place;

static int compare_integers(const void *a, const void *b) {
    int l = *(const int *)a, r = *(const int *)b;
    return (l > r) - (l < r);
}

/** Adds the places where at least three edges lie within two bins of 3 points. `step` is 1 for
 *  left edges (the gutter is left of them) and -1 for right edges. */
static uint32_t find_places(place *places, uint32_t count, int *bins, uint32_t bin_count,
                            int step) {
    qsort(bins, bin_count, sizeof *bins, compare_integers);
    for (uint32_t i = 0; i < bin_count;) {
        uint32_t same = i, next;
        while (same < bin_count && bins[same] == bins[i]) {
            same++;
        }
        uint32_t votes = same - i;
        if (step > 0) {
            for (next = same; next < bin_count && bins[next] == bins[i] + 1; next++) {
                votes++;
            }
        } else {
            for (next = i; next > 0 && bins[next - 1] == bins[i] - 1; next--) {
                votes++;
            }
        }
        if (votes >= 3) {
            place found = {(float)bins[i] * 3 + (step > 0 ? -2.5F : 4.0F), votes};
            uint32_t at = count;
            if (count < MAX_PLACES) {
                count++;
            } else { /* the place with the fewest votes goes */
                at = 0;
                for (uint32_t k = 1; k < MAX_PLACES; k++) {
                    at = places[k].votes < places[at].votes ? k : at;
                }
                if (places[at].votes >= votes) {
                    i = same;
                    continue;
                }
            }
            places[at] = found;
        }
        i = same;
    }
    return count;
}

/** Where to cut a region, or NAN. `deep`: a side may be cut again. */
static float best_gutter(const xtr__flow *flow, region r, bool deep) {
    uint32_t *room = xtr__scratch_take(flow->scratch, (size_t)r.count * 2, sizeof *room);
    int *bins = xtr__scratch_take(flow->scratch, r.count, sizeof *bins);
    if (room == NULL || bins == NULL) {
        return NAN;
    }
    place places[MAX_PLACES];
    uint32_t count = 0;
    for (int side = 0; side < 2; side++) {
        for (uint32_t i = 0; i < r.count; i++) {
            const xtr__fragment *f = &flow->fragments[r.items[i]];
            bins[i] = (int)lroundf(fmaxf(-1e6F, fminf(1e6F, side ? f->x1 : f->x0)) / 3);
        }
        count = find_places(places, count, bins, r.count, side ? -1 : 1);
    }
    extent all = extent_of(flow, r.items, r.count);
    float margin = 0.08F * (all.x1 - all.x0), best = 0, at = NAN;
    for (uint32_t i = 0; i < count; i++) {
        float x = places[i].x;
        if (x <= all.x0 + margin || x >= all.x1 - margin ||
            (flow->stop != NULL && flow->stop(flow->payload))) {
            continue;
        }
        float gain = walk_bands(flow, r, x, room, measure, &deep);
        if (gain > best) {
            best = gain;
            at = x;
        }
    }
    return at;
}

/** Whether a side is two columns of prose, each as wide as the other side or half as wide. A table
 *  with long cells has columns of other widths. */
static bool is_columns(const xtr__flow *flow, const uint32_t *side, uint32_t count,
                       const extent *other) {
    xtr__savepoint before = xtr__scratch_save(flow->scratch);
    float x = count >= 4 ? best_gutter(flow, (region){side, count}, false) : NAN;
    xtr__scratch_rewind(flow->scratch, before);
    if (isnan(x)) {
        return false;
    }
    extent all = extent_of(flow, side, count);
    float pitch = (all.x1 - all.x0) / 2, off = 0.1F * pitch, width = other->x1 - other->x0;
    return fabsf(x - all.x0 - pitch) < off &&
           (fabsf(width - pitch) < off || fabsf(width - 2 * pitch) < off);
}

/* Cutting ----------------------------------------------------------------------------------- */

typedef struct cutter {
    xtr__flow *flow;
    uint32_t written; /* of flow->sequence */
    uint32_t *plain;  /* uncut bands and walls, gathered until the next cut */
    uint32_t plain_count, whole;
    int depth;
    const xtr__fragment *wall; /* the one above, or NULL */
} cutter;

static uint32_t order_region(xtr__flow *flow, uint32_t written, region r, int depth);

static uint32_t write_leaf(xtr__flow *flow, uint32_t written, region r) {
    flow->leaves[flow->leaf_count++] = written;
    memcpy(flow->sequence + written, r.items, r.count * sizeof *r.items);
    return written + r.count;
}

static void flush_plain(cutter *c) {
    region r = {c->plain, c->plain_count};
    if (r.count > 0) {
        c->written = r.count < c->whole ? order_region(c->flow, c->written, r, c->depth + 1)
                                        : write_leaf(c->flow, c->written, r);
        /* What was read stays where it is: the region above still points there. */
        c->plain += c->plain_count;
        c->plain_count = 0;
    }
}

/** Merges two runs that are each ordered from top to bottom. */
static void add_plain(cutter *c, const band *b) {
    uint32_t l = 0, r = 0;
    const xtr__fragment *f = c->flow->fragments;
    while (l < b->left_count || r < b->right_count) {
        bool left = r == b->right_count ||
                    (l < b->left_count && middle(&f[b->left[l]]) <= middle(&f[b->right[r]]));
        c->plain[c->plain_count++] = left ? b->left[l++] : b->right[r++];
    }
}

enum { MOST_CENTRED = 12, LEAST_BODY = 4 };

/** How many of the first fragments of a side stand in the middle of each other, away from its left
 *  edge, and are smaller than the wall above. */
static uint32_t count_centred(const xtr__flow *flow, const uint32_t *side, uint32_t count,
                              const xtr__fragment *wall) {
    extent all = extent_of(flow, side, count);
    const xtr__fragment *first = &flow->fragments[side[0]];
    uint32_t n = 0;
    for (; n < count; n++) {
        const xtr__fragment *f = &flow->fragments[side[n]];
        float off = fabsf(f->x0 + f->x1 - first->x0 - first->x1) / 2;
        if (off > 0.3F * f->size || f->x0 < all.x0 + 0.05F * (all.x1 - all.x0) ||
            f->size > 0.8F * wall->size) {
            break;
        }
    }
    return n >= 2 && n <= MOST_CENTRED && n + LEAST_BODY <= count ? n : 0;
}

/** Takes authors that stand side by side below a title, over both columns of text, off a band: they
 *  are read before either column. */
static band take_authors(const cutter *c, band *b) {
    band out = {.left = b->left, .right = b->right};
    const xtr__fragment *f = c->flow->fragments;
    uint32_t left = c->wall != NULL ? count_centred(c->flow, b->left, b->left_count, c->wall) : 0;
    uint32_t right = left > 0 ? count_centred(c->flow, b->right, b->right_count, c->wall) : 0;
    if (right == 0) {
        return out;
    }
    float bottom = fmaxf(f[b->left[left - 1]].bottom, f[b->right[right - 1]].bottom);
    if (bottom > fminf(f[b->left[left]].top, f[b->right[right]].top) + 1) {
        return out;
    }
    out.left_count = left;
    out.right_count = right;
    b->left += left;
    b->right += right;
    b->left_count -= left;
    b->right_count -= right;
    return out;
}

static void write_columns(cutter *c, const band *b) {
    region left = {b->left, b->left_count}, right = {b->right, b->right_count};
    bool backwards = c->flow->backwards;
    c->written = order_region(c->flow, c->written, backwards ? right : left, c->depth + 1);
    c->written = order_region(c->flow, c->written, backwards ? left : right, c->depth + 1);
}

static float emit(const xtr__flow *flow, const band *b, const uint32_t *wall, void *payload) {
    cutter *c = payload;
    if (gain_of(flow, b, true) > 0) {
        flush_plain(c);
        band body = *b, authors = take_authors(c, &body);
        write_columns(c, &authors);
        write_columns(c, &body);
    } else {
        add_plain(c, b);
    }
    if (wall != NULL) {
        c->plain[c->plain_count++] = *wall;
    }
    c->wall = wall != NULL ? &flow->fragments[*wall] : NULL;
    return 0;
}

static uint32_t order_region(xtr__flow *flow, uint32_t written, region r, int depth) {
    if (r.count == 0 || flow->scratch->failed) {
        return written;
    }
    float x = depth < MAX_DEPTH && r.count >= 4 ? best_gutter(flow, r, true) : NAN;
    uint32_t *room =
        isnan(x) ? NULL : xtr__scratch_take(flow->scratch, (size_t)r.count * 3, sizeof *room);
    if (room == NULL) {
        return write_leaf(flow, written, r);
    }
    cutter c = {.flow = flow,
                .written = written,
                .plain = room + 2 * (size_t)r.count,
                .whole = r.count,
                .depth = depth};
    walk_bands(flow, r, x, room, emit, &c);
    flush_plain(&c);
    return c.written;
}

typedef struct ranked {
    float at;
    uint32_t item;
} ranked;

static int compare_ranks(const void *a, const void *b) {
    const ranked *l = a, *r = b;
    return l->at != r->at ? (l->at < r->at ? -1 : 1) : (l->item > r->item) - (l->item < r->item);
}

/** Whether `b`, whose middle is lower, is a table that stands beside the table `a` and before it.
 */
static bool stands_before(const xtr__flow *flow, const xtr__fragment *a, const xtr__fragment *b) {
    float shared = fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top);
    float least = fminf(a->bottom - a->top, b->bottom - b->top);
    bool before = flow->backwards ? b->x0 > a->x1 : b->x1 < a->x0;
    return a->count == 0 && b->count == 0 && before && shared > 0.5F * least;
}

/** Ruled tables that stand side by side are read one after the other as they stand in a line of
 *  text: their middles differ by their rows, or by next to nothing. */
static void put_tables_in_line(const xtr__flow *flow, uint32_t *items, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t k = i; k > 0 && stands_before(flow, &flow->fragments[items[k - 1]],
                                                    &flow->fragments[items[k]]);
             k--) {
            uint32_t item = items[k];
            items[k] = items[k - 1];
            items[k - 1] = item;
        }
    }
}

bool xtr__find_order(xtr__flow *flow) {
    uint32_t count = flow->fragment_count;
    ranked *ranks = xtr__scratch_take(flow->scratch, count, sizeof *ranks);
    uint32_t *items = xtr__scratch_take(flow->scratch, count, sizeof *items);
    flow->sequence = xtr__scratch_take(flow->scratch, count, sizeof *flow->sequence);
    flow->leaves = xtr__scratch_take(flow->scratch, (size_t)count + 1, sizeof *flow->leaves);
    if (ranks == NULL || items == NULL || flow->sequence == NULL || flow->leaves == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        ranks[i] = (ranked){middle(&flow->fragments[i]), i};
    }
    qsort(ranks, count, sizeof *ranks, compare_ranks);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = ranks[i].item;
    }
    put_tables_in_line(flow, items, count);
    uint32_t written = order_region(flow, 0, (region){items, count}, 0);
    flow->leaves[flow->leaf_count] = written;
    return !flow->scratch->failed;
}
