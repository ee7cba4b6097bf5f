/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading order by tags. Sorted by the tree, the fragments of a page make runs that go down the
 * page; a run ends where the next fragment stands above, beside, or in another leaf. When there are
 * hardly more runs than leaves, the tree knows the order of the columns; when there are many, it
 * does not know where the text stands, and the order by gutters is kept. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>

#define NONE UINT32_MAX

typedef struct item {
    uint32_t fragment;
    uint32_t order; /* of its block in the tree */
    uint32_t glyph; /* where it was drawn */
    uint32_t leaf;  /* that the gutters put it in */
    uint32_t at;    /* its place by the gutters */
} item;

/** Items that follow each other in the tree and go down the page. */
typedef struct run {
    float x0, x1, top, bottom;
} run;

/* Pages of more fragments are made to be slow. */
enum { MOST_RUNS = 256, MOST_ITEMS = 2000 };

/** The block, or the whole list item, that a tag is part of: its order, or NONE. */
static uint32_t order_of(const xtr__sheet *sheet, uint32_t tag) {
    const xtr__tag *tags = sheet->tags.items;
    uint32_t block = xtr__tag_block(tags, tag);
    if (block == XTR__NO_TAG)
        return NONE;
    uint32_t above = tags[block].parent;
    bool piece = tags[block].role == XTR__TAG_LABEL || tags[block].role == XTR__TAG_BODY;
    bool whole = piece && above != XTR__NO_TAG && tags[above].role == XTR__TAG_ITEM;
    return tags[whole ? above : block].order;
}

static uint32_t order_of_word(const xtr__flow *flow, const xtr__word *word) {
    uint16_t mark = flow->glyphs[word->glyph].mark;
    const xtr__marked *m = mark > 0 ? &flow->sheet->marks.items[mark - 1] : NULL;
    return m == NULL || m->artifact ? NONE : order_of(flow->sheet, m->tag);
}

/** Whether text was drawn in the order it is read: not the labels of figures. */
static bool is_prose(const xtr__flow *flow, const xtr__word *word) {
    uint16_t mark = flow->glyphs[word->glyph].mark;
    uint32_t tag = mark > 0 ? flow->sheet->marks.items[mark - 1].tag : XTR__NO_TAG;
    uint32_t block = xtr__tag_block(flow->sheet->tags.items, tag);
    xtr__tag_role role = block == XTR__NO_TAG ? XTR__TAG_NONE : flow->sheet->tags.items[block].role;
    return role == XTR__TAG_PARAGRAPH || role == XTR__TAG_BODY || role == XTR__TAG_ITEM;
}

/** The order of the longest word of a fragment. */
static item item_of(const xtr__flow *flow, uint32_t fragment, uint32_t leaf) {
    const xtr__fragment *f = &flow->fragments[fragment];
    if (f->count == 0) /* a table: it goes with what stands before it */
        return (item){.fragment = fragment, .order = NONE, .leaf = leaf};
    const xtr__word *longest = &flow->words[f->word];
    for (uint32_t i = 1; i < f->count; i++) {
        const xtr__word *word = &flow->words[f->word + i];
        longest = word->letters > longest->letters ? word : longest;
    }
    return (item){.fragment = fragment,
                  .order = order_of_word(flow, longest),
                  .glyph = is_prose(flow, longest) ? longest->glyph : 0,
                  .leaf = leaf};
}

static int compare_items(const void *a, const void *b) {
    const item *l = a, *r = b;
    return l->order != r->order   ? (l->order < r->order ? -1 : 1)
           : l->glyph != r->glyph ? (l->glyph < r->glyph ? -1 : 1)
                                  : (l->at > r->at) - (l->at < r->at);
}

/** Whether `a` ends above where `b` begins, by more than `lines` em. */
static bool stands_above(const xtr__flow *flow, const item *a, const item *b, float lines) {
    const xtr__fragment *f = &flow->fragments[a->fragment], *g = &flow->fragments[b->fragment];
    float em = fminf(f->size, g->size);
    return f->bottom + lines * em < g->top + 0.3F * em;
}

static bool stands_beside(const xtr__flow *flow, const item *a, const item *b) {
    const xtr__fragment *f = &flow->fragments[a->fragment], *g = &flow->fragments[b->fragment];
    bool row = fminf(f->bottom, g->bottom) - fmaxf(f->top, g->top) > 0.4F * fminf(f->size, g->size);
    return !row && (g->x0 > f->x1 + f->size || g->x1 < f->x0 - f->size);
}

/** Whether the run of `a` ends before `b`. */
static bool ends_run(const xtr__flow *flow, const item *a, const item *b) {
    return a->leaf != b->leaf || stands_above(flow, b, a, 0) ||
           (a->order != b->order && stands_beside(flow, a, b));
}

/** What has no block goes with what stands before it in its leaf, or else behind. */
static void adopt(item *items, uint32_t first, uint32_t end) {
    for (uint32_t i = first + 1; i < end; i++) {
        if (items[i].order == NONE) {
            items[i].order = items[i - 1].order;
            items[i].glyph = items[i - 1].glyph;
        }
    }
    for (uint32_t i = end; i-- > first + 1;) {
        if (items[i - 1].order == NONE) {
            items[i - 1].order = items[i].order;
            items[i - 1].glyph = items[i].glyph;
        }
    }
}

/** Sorts the items by the tree. False when too many letters have no block. */
static bool sort_items(const xtr__flow *flow, item *items, uint32_t count) {
    uint32_t tagged = 0, letters = 0;
    for (uint32_t leaf = 0; leaf < flow->leaf_count; leaf++) {
        for (uint32_t i = flow->leaves[leaf]; i < flow->leaves[leaf + 1]; i++) {
            const xtr__fragment *f = &flow->fragments[flow->sequence[i]];
            items[i] = item_of(flow, flow->sequence[i], leaf);
            items[i].at = i;
            bool artifact = f->count > 0 && items[i].order == NONE &&
                            xtr__is_artifact(flow, &flow->words[f->word]);
            letters += artifact ? 0 : f->letters;
            tagged += items[i].order != NONE ? f->letters : 0;
        }
        adopt(items, flow->leaves[leaf], flow->leaves[leaf + 1]);
    }
    qsort(items, count, sizeof *items, compare_items);
    return tagged > 0 && tagged >= letters - letters / 20;
}

/** Finds the runs; their number, or MOST_RUNS + 1 when there are more. */
static uint32_t find_runs(const xtr__flow *flow, const item *items, uint32_t count, run *runs) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[items[i].fragment];
        bool next = i == 0 || ends_run(flow, &items[i - 1], &items[i]);
        if (next && found == MOST_RUNS)
            return MOST_RUNS + 1;
        if (next) {
            runs[found++] = (run){f->x0, f->x1, f->top, f->bottom};
        } else {
            run *r = &runs[found - 1];
            *r = (run){fminf(r->x0, f->x0), fmaxf(r->x1, f->x1), fminf(r->top, f->top),
                       fmaxf(r->bottom, f->bottom)};
        }
    }
    return found;
}

/** Whether a run is read after one that stands below it. */
static bool climbs(const run *runs, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = i + 1; k < count; k++) {
            float shared = fminf(runs[i].x1, runs[k].x1) - fmaxf(runs[i].x0, runs[k].x0);
            float narrow = fminf(runs[i].x1 - runs[i].x0, runs[k].x1 - runs[k].x0);
            if (shared > 0.2F * narrow && runs[k].bottom < runs[i].top + 4)
                return true;
        }
    }
    return false;
}

/** Whether more than a few fragments are read after what stands below them. */
static bool is_mixed(const xtr__flow *flow, const item *items, uint32_t count) {
    uint32_t mixed = 0;
    for (uint32_t k = 1; k < count && mixed * 50 <= count; k++) {
        const xtr__fragment *f = &flow->fragments[items[k].fragment];
        for (uint32_t i = 0; i < k; i++) {
            const xtr__fragment *g = &flow->fragments[items[i].fragment];
            float shared = fminf(f->x1, g->x1) - fmaxf(f->x0, g->x0);
            if (f->bottom < g->top + 0.3F * g->size &&
                shared > 0.5F * fminf(f->x1 - f->x0, g->x1 - g->x0)) {
                mixed++;
                break;
            }
        }
    }
    return mixed * 50 > count;
}

/** Whether the tree contradicts the gutters somewhere, and no more often than columns do. */
static bool is_better(const xtr__flow *flow, const item *items, uint32_t count) {
    run runs[MOST_RUNS];
    bool against = false;
    for (uint32_t i = 1; i < count && !against; i++) {
        const item *last = &items[i - 1], *next = &items[i];
        /* Inside of a block only from the foot of a column to the head of the next. */
        float lines = next->order != last->order ? 0 : 4;
        against = next->leaf < last->leaf ||
                  (next->leaf == last->leaf && stands_above(flow, next, last, lines));
    }
    uint32_t found = against ? find_runs(flow, items, count, runs) : MOST_RUNS + 1;
    return found <= MOST_RUNS && found <= flow->leaf_count + flow->leaf_count / 2 + 3 &&
           !climbs(runs, found) && !is_mixed(flow, items, count);
}

bool xtr__order_by_tags(xtr__flow *flow) {
    uint32_t count = flow->leaves[flow->leaf_count];
    if (!flow->sheet->ordered || count < 2 || count > MOST_ITEMS)
        return true;
    item *items = xtr__scratch_take(flow->scratch, count, sizeof *items);
    if (items == NULL)
        return false;
    if (!sort_items(flow, items, count) || !is_better(flow, items, count))
        return true;
    flow->leaf_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || ends_run(flow, &items[i - 1], &items[i]))
            flow->leaves[flow->leaf_count++] = i;
        flow->sequence[i] = items[i].fragment;
    }
    flow->leaves[flow->leaf_count] = count;
    return true;
}
