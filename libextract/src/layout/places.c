/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables in the reading order: every cell becomes a leaf of its own, so its text is made like all
 * other text. */
#include "tables.h"

#include <string.h>

/** The new order of a flow in which cells are leaves. */
typedef struct placer {
    xtr__flow *flow;
    xtr__page_layout *out;
    const bool *used; /* words of tables that are not ruled */
    xtr__fragment *fragments;
    uint32_t *sequence, *leaves, *leaf_cells;
    uint32_t fragment_count, written, leaf_count;
} placer;

static void begin_leaf(placer *p, uint32_t cell) {
    p->leaves[p->leaf_count] = p->written;
    p->leaf_cells[p->leaf_count++] = cell;
}

static void put_word(placer *p, uint32_t word) {
    p->fragments[p->fragment_count] = xtr__word_fragment(p->flow, word);
    p->sequence[p->written++] = p->fragment_count++;
}

/** A fragment, or what tables left of it. */
static void put_fragment(placer *p, uint32_t index) {
    const xtr__fragment *f = &p->flow->fragments[index];
    uint32_t left = 0;
    for (uint32_t k = 0; k < f->count; k++) {
        left += !p->used[f->word + k];
    }
    if (left == f->count) {
        p->sequence[p->written++] = index;
        return;
    }
    for (uint32_t k = 0; k < f->count; k++) {
        if (!p->used[f->word + k]) {
            put_word(p, f->word + k);
        }
    }
}

static bool put_table(placer *p, const xtr__raw_table *table) {
    xtr__budget *budget = p->flow->sheet->budget;
    xtr__page_table *to = XTR__PUSH(budget, &p->out->tables);
    if (to == NULL) {
        return false;
    }
    *to = (xtr__page_table){.first_cell = (uint32_t)p->out->cells.count,
                            .cell_count = table->cell_count,
                            .rows = table->rows,
                            .columns = table->columns,
                            .turn = p->flow->turn,
                            .box = xtr__mirror_back(p->flow, table->box)};
    for (uint32_t i = 0; i < table->cell_count; i++) {
        const xtr__raw_cell *from = &table->cells[i];
        xtr__table_cell *cell = XTR__PUSH(budget, &p->out->cells);
        if (cell == NULL) {
            return false;
        }
        *cell = (xtr__table_cell){.row = from->row,
                                  .column = from->column,
                                  .row_span = from->row_span,
                                  .column_span = from->column_span,
                                  .header = from->header,
                                  .table = (uint32_t)p->out->tables.count - 1,
                                  .box = xtr__mirror_back(p->flow, from->box)};
        if (from->count > 0) {
            begin_leaf(p, (uint32_t)p->out->cells.count);
        }
        for (uint32_t k = 0; k < from->count; k++) {
            put_word(p, table->words[from->first + k]);
        }
    }
    return true;
}

static float middle_of(const xtr__fragment *f) {
    return (f->top + f->bottom) / 2;
}

/** The next table of a leaf: a fragment that stands for one, or of the list of those found. */
static const xtr__raw_table *table_at(const placer *p, uint32_t item) {
    const xtr__fragment *f = &p->flow->fragments[item];
    return f->count == 0 ? p->flow->tables[f->word] : NULL;
}

/** Writes a leaf in which tables were found: what stands above each, its cells, and the rest. */
static bool put_leaf(placer *p, const uint32_t *items, uint32_t count,
                     const xtr__raw_table *found) {
    bool open = false;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__raw_table *ruled = table_at(p, items[i]);
        float at = middle_of(&p->flow->fragments[items[i]]);
        for (; found != NULL && (found->box.y0 + found->box.y1) / 2 <= at; found = found->next) {
            if (!put_table(p, found)) {
                return false;
            }
            open = false;
        }
        if (ruled != NULL) {
            if (!put_table(p, ruled)) {
                return false;
            }
            open = false;
            continue;
        }
        if (!open) {
            begin_leaf(p, 0);
        }
        uint32_t before = p->written;
        put_fragment(p, items[i]);
        open = open || p->written > before;
        p->leaf_count -= !open; /* nothing of the fragment is left */
    }
    for (; found != NULL; found = found->next) {
        if (!put_table(p, found)) {
            return false;
        }
    }
    return true;
}

bool xtr__place_tables(xtr__page_layout *out, xtr__flow *flow) {
    xtr__scratch *scratch = flow->scratch;
    xtr__raw_table **found = xtr__scratch_take(scratch, flow->leaf_count, sizeof(void *));
    bool *used = xtr__scratch_take(scratch, flow->word_count, sizeof *used);
    if (found == NULL || used == NULL) {
        return false;
    }
    memset(used, 0, flow->word_count * sizeof *used);
    size_t room;
    if (!xtr__find_leaf_tables(found, used, &room, flow)) {
        return false;
    }
    if (room == (size_t)flow->leaf_count + 1) {
        return !scratch->failed;
    }
    size_t fragments = (size_t)flow->fragment_count + flow->word_count;
    placer p = {.flow = flow, .out = out, .used = used, .fragment_count = flow->fragment_count};
    p.fragments = xtr__scratch_take(scratch, fragments, sizeof *p.fragments);
    p.sequence = xtr__scratch_take(scratch, fragments, sizeof *p.sequence);
    p.leaves = xtr__scratch_take(scratch, room + 1, sizeof *p.leaves);
    p.leaf_cells = xtr__scratch_take(scratch, room + 1, sizeof *p.leaf_cells);
    if (p.fragments == NULL || p.sequence == NULL || p.leaves == NULL || p.leaf_cells == NULL) {
        return false;
    }
    memcpy(p.fragments, flow->fragments, flow->fragment_count * sizeof *p.fragments);
    for (uint32_t i = 0; i < flow->leaf_count; i++) {
        if (!put_leaf(&p, flow->sequence + flow->leaves[i], flow->leaves[i + 1] - flow->leaves[i],
                      found[i])) {
            return false;
        }
    }
    p.leaves[p.leaf_count] = p.written;
    flow->fragments = p.fragments;
    flow->fragment_count = p.fragment_count;
    flow->sequence = p.sequence;
    flow->leaves = p.leaves;
    flow->leaf_cells = p.leaf_cells;
    flow->leaf_count = p.leaf_count;
    return true;
}
