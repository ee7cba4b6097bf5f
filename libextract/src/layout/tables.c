/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of a flow: those ruled as a grid are found over the whole page before its reading order,
 * in which each then is one box; the others inside the leaves of that order (their place in it:
 * places.c). */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pages with more are drawings, or made to be slow. */
enum { MOST_EDGES = 4000, MOST_WORDS = 20000 };
enum { MOST_STEPS = 1 << 26, SPELL = 1 << 20 }; /* the whole, and some milliseconds of it */
enum { LEAF_WORD = 32 };                        /* steps until a word is in its strip */
static const float FAR = 1e6F;                  /* further than any page reaches */

bool xtr__spend(xtr__effort *effort, uint64_t steps) {
    const xtr__flow *flow = effort->flow;
    if (effort->stopped || steps > effort->left) {
        effort->left = 0;
        return false;
    }
    effort->left -= steps;
    effort->unasked += steps;
    if (effort->unasked >= SPELL) {
        effort->unasked = 0;
        effort->stopped = flow->stop != NULL && flow->stop(flow->payload);
    }
    return !effort->stopped;
}

/* Making a table ---------------------------------------------------------------------------- */

static int compare_drafts(const void *a, const void *b) {
    const xtr__draft *l = a, *r = b;
    return l->row != r->row ? l->row - r->row : l->column - r->column;
}

xtr__raw_table *xtr__finish_table(xtr__scratch *scratch, const xtr__token *tokens,
                                  const uint32_t *next, xtr__draft *cells, uint32_t count,
                                  xtr_box box) {
    xtr__raw_table *table = xtr__scratch_take(scratch, 1, sizeof *table);
    uint32_t words = 0;
    if (table == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t t = cells[i].head; t != XTR__NO_TOKEN; t = next[t]) {
            words++;
        }
    }
    *table = (xtr__raw_table){.box = box, .cell_count = count};
    table->cells = xtr__scratch_take(scratch, count, sizeof *table->cells);
    table->words = xtr__scratch_take(scratch, words, sizeof *table->words);
    if (table->cells == NULL || table->words == NULL) {
        return NULL;
    }
    qsort(cells, count, sizeof *cells, compare_drafts);
    for (uint32_t i = 0; i < count; i++) {
        const xtr__draft *from = &cells[i];
        xtr__raw_cell *to = &table->cells[i];
        *to = (xtr__raw_cell){.row = from->row,
                              .column = from->column,
                              .row_span = from->row_span,
                              .column_span = from->column_span,
                              .header = from->header,
                              .first = table->word_count,
                              .box = from->box};
        bool boxed = from->box.x1 > from->box.x0;
        for (uint32_t t = from->head; t != XTR__NO_TOKEN; t = next[t]) {
            const xtr__token *token = &tokens[t];
            xtr_box word = {token->x0, token->top, token->x1, token->bottom};
            bool first = to->count++ == 0;
            table->words[table->word_count++] = token->word;
            if (!boxed) {
                to->box = first ? word
                                : (xtr_box){fminf(to->box.x0, word.x0), fminf(to->box.y0, word.y0),
                                            fmaxf(to->box.x1, word.x1), fmaxf(to->box.y1, word.y1)};
            }
        }
        uint32_t rows = from->row + from->row_span, columns = from->column + from->column_span;
        table->rows = rows > table->rows ? (uint16_t)rows : table->rows;
        table->columns = columns > table->columns ? (uint16_t)columns : table->columns;
    }
    return table;
}

/* Edges ------------------------------------------------------------------------------------- */

/** Edges of both directions before they are snapped. */
typedef struct edge_lists {
    xtr__edge *across, *down;
    uint32_t across_count, down_count;
} edge_lists;

/** Also what is no number comes to stand somewhere. */
static float nearer(float at) {
    return fminf(fmaxf(at, -FAR), FAR);
}

/** A box of the page in the flow's coordinates, mirrored where it reads from the right. */
static xtr_box place_box(const xtr__flow *flow, xtr_box box) {
    float width = flow->sheet->width, height = flow->sheet->height;
    box = (xtr_box){nearer(box.x0), nearer(box.y0), nearer(box.x1), nearer(box.y1)};
    xtr__turn(&box.x0, &box.y0, width, height, flow->turn);
    xtr__turn(&box.x1, &box.y1, width, height, flow->turn);
    float x0 = fminf(box.x0, box.x1), x1 = fmaxf(box.x0, box.x1);
    return (xtr_box){flow->backwards ? -x1 : x0, fminf(box.y0, box.y1), flow->backwards ? -x0 : x1,
                     fmaxf(box.y0, box.y1)};
}

static void add_across(edge_lists *lists, float x0, float x1, float y) {
    lists->across[lists->across_count++] = (xtr__edge){x0, x1, y};
}

static void add_down(edge_lists *lists, float y0, float y1, float x) {
    lists->down[lists->down_count++] = (xtr__edge){y0, y1, x};
}

static bool inside(const xtr__raw_table *table, xtr_box box) {
    float x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
    return table->box.x0 - 5 < x && x < table->box.x1 + 5 && table->box.y0 - 5 < y &&
           y < table->box.y1 + 5;
}

static bool inside_any(const xtr__raw_table *tables, xtr_box box) {
    while (tables != NULL && !inside(tables, box)) {
        tables = tables->next;
    }
    return tables != NULL;
}

static int compare_fills(const void *a, const void *b) {
    const xtr_box *l = a, *r = b;
    long lx = lroundf(l->x0 / 3), rx = lroundf(r->x0 / 3), lr = lroundf(l->x1 / 3);
    long rr = lroundf(r->x1 / 3);
    return lx != rx         ? (lx < rx ? -1 : 1)
           : lr != rr       ? (lr < rr ? -1 : 1)
           : l->y0 != r->y0 ? (l->y0 < r->y0 ? -1 : 1)
                            : 0;
}

/** Words that are in no table yet. */
typedef struct free_tokens {
    xtr__effort *effort;
    xtr__token *items;
    uint32_t count;
} free_tokens;

static bool holds_text(const free_tokens *tokens, xtr_box box) {
    bool spent = !xtr__spend(tokens->effort, tokens->count);
    for (uint32_t i = 0; i < tokens->count && !spent; i++) {
        const xtr__token *t = &tokens->items[i];
        float x = (t->x0 + t->x1) / 2, y = (t->top + t->bottom) / 2;
        if (x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1) {
            return true;
        }
    }
    return false;
}

/** Boxes of one width above each other. */
typedef struct fill_run {
    size_t first, end;
    float top, bottom;
    bool banded;
} fill_run;

/** Every other row of a table may be coloured: there is text between the boxes of a run. Such bands
 *  part rows, but are no grid. */
static fill_run run_of_fills(const xtr_box *fills, size_t first, size_t count,
                             const free_tokens *tokens) {
    fill_run run = {.first = first, .end = first + 1};
    for (; run.end < count; run.end++) {
        const xtr_box *a = &fills[run.end - 1], *b = &fills[run.end];
        float gap = b->y0 - a->y1, tallest = fmaxf(a->y1 - a->y0, b->y1 - b->y0);
        if (fabsf(a->x0 - b->x0) >= 3 || fabsf(a->x1 - b->x1) >= 3 || gap > 3 * tallest) {
            break;
        }
        run.banded =
            run.banded || (gap > 2 && holds_text(tokens, (xtr_box){a->x0, a->y1, a->x1, b->y0}));
    }
    run.top = fills[first].y0;
    run.bottom = fills[run.end - 1].y1;
    return run;
}

/** Runs of the boxes; those beside a banded one are of the same table, and banded as well. */
static fill_run *find_runs(const xtr__flow *flow, const xtr_box *fills, size_t count,
                           const free_tokens *tokens, size_t *run_count) {
    fill_run *runs = xtr__scratch_take(flow->scratch, count, sizeof *runs);
    bool *banded = xtr__scratch_take(flow->scratch, count, sizeof *banded);
    *run_count = 0;
    if (runs == NULL || banded == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i = runs[*run_count - 1].end) {
        runs[(*run_count)++] = run_of_fills(fills, i, count, tokens);
    }
    for (size_t i = 0; i < *run_count; i++) {
        banded[i] = runs[i].banded;
        for (size_t k = 0; k < *run_count && !banded[i]; k++) {
            banded[i] = runs[k].banded && runs[k].top < runs[i].bottom - 2 &&
                        runs[i].top < runs[k].bottom - 2;
        }
    }
    for (size_t i = 0; i < *run_count; i++) {
        runs[i].banded = banded[i];
    }
    return runs;
}

static void add_sides_of(edge_lists *lists, const xtr_box *fills, size_t first, size_t end) {
    for (size_t k = first; k < end; k++) {
        /* Rows may stand a little apart. */
        bool apart = k + 1 < end && fills[k + 1].y0 - fills[k].y1 < 15;
        float bottom = apart ? fmaxf(fills[k].y1, fills[k + 1].y0) : fills[k].y1;
        add_across(lists, fills[k].x0, fills[k].x1, fills[k].y0);
        add_across(lists, fills[k].x0, fills[k].x1, fills[k].y1);
        add_down(lists, fills[k].y0, bottom, fills[k].x0);
        add_down(lists, fills[k].y0, bottom, fills[k].x1);
    }
}

/** The sides of coloured boxes outside of the tables that were found. */
static bool add_fills(const xtr__flow *flow, const xtr__raw_table *found, const free_tokens *tokens,
                      edge_lists *lists) {
    const xtr__sheet *sheet = flow->sheet;
    xtr_box *fills = xtr__scratch_take(flow->scratch, sheet->fills.count, sizeof *fills);
    size_t count = 0;
    for (size_t i = 0; fills != NULL && i < sheet->fills.count; i++) {
        xtr_box b = place_box(flow, sheet->fills.items[i]);
        if (!inside_any(found, b)) {
            fills[count++] = b;
        }
    }
    if (fills == NULL || count > MOST_EDGES) {
        return fills != NULL;
    }
    qsort(fills, count, sizeof *fills, compare_fills);
    size_t run_count;
    const fill_run *runs = find_runs(flow, fills, count, tokens, &run_count);
    for (size_t i = 0; i < run_count; i++) {
        if (!runs[i].banded) {
            add_sides_of(lists, fills, runs[i].first, runs[i].end);
        }
    }
    return runs != NULL;
}

static bool take_lists(const xtr__flow *flow, edge_lists *lists) {
    size_t segments = flow->sheet->segments.count, fills = flow->sheet->fills.count;
    *lists = (edge_lists){
        .across = xtr__scratch_take(flow->scratch, segments + 2 * fills, sizeof(xtr__edge)),
        .down = xtr__scratch_take(flow->scratch, segments + 2 * fills, sizeof(xtr__edge))};
    return lists->across != NULL && lists->down != NULL;
}

static void add_segments(const xtr__flow *flow, edge_lists *lists) {
    for (size_t i = 0; i < flow->sheet->segments.count; i++) {
        const xtr__segment *s = &flow->sheet->segments.items[i];
        xtr_box b = place_box(flow, (xtr_box){s->x0, s->y0, s->x1, s->y1});
        if (b.x1 - b.x0 > b.y1 - b.y0) {
            add_across(lists, b.x0, b.x1, (b.y0 + b.y1) / 2);
        } else {
            add_down(lists, b.y0, b.y1, (b.x0 + b.x1) / 2);
        }
    }
}

/** Words from top to bottom. */
typedef struct sorted_words {
    const xtr__word **items;
    uint32_t count;
    float largest;
} sorted_words;

static int compare_baselines(const void *a, const void *b) {
    const xtr__word *l = *(const xtr__word *const *)a, *r = *(const xtr__word *const *)b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l > r) - (l < r);
}

static bool sort_words(const xtr__flow *flow, sorted_words *out) {
    *out = (sorted_words){.count = flow->word_count <= MOST_WORDS ? flow->word_count : 0};
    out->items = xtr__scratch_take(flow->scratch, out->count, sizeof(void *));
    for (uint32_t i = 0; out->items != NULL && i < out->count; i++) {
        out->items[i] = &flow->words[i];
        out->largest = fmaxf(out->largest, flow->words[i].size);
    }
    if (out->items != NULL) {
        qsort(out->items, out->count, sizeof(void *), compare_baselines);
    }
    return out->items != NULL;
}

/** The first word whose baseline is at `y` or below. */
static uint32_t word_from(const sorted_words *words, float y) {
    uint32_t low = 0, high = words->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (words->items[middle]->y < y) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Whether an edge underlines text: just below a baseline, and as long as the words on it. */
static bool is_underline(xtr__effort *effort, const sorted_words *words, const xtr__edge *edge) {
    bool backwards = effort->flow->backwards;
    float covered = 0, from = INFINITY, to = -INFINITY;
    uint32_t first = word_from(words, edge->at - 0.3F * words->largest);
    uint32_t end = word_from(words, edge->at + 0.05F * words->largest);
    bool spent = !xtr__spend(effort, end - first);
    for (uint32_t i = first; i < end && !spent; i++) {
        const xtr__word *w = words->items[i];
        float below = edge->at - w->y;
        float x0 = backwards ? -w->x1 : w->x0, x1 = backwards ? -w->x0 : w->x1;
        if (below > -0.05F * w->size && below < 0.3F * w->size && x1 > edge->from &&
            x0 < edge->to) {
            covered += fminf(x1, edge->to) - fmaxf(x0, edge->from);
            from = fminf(from, x0);
            to = fmaxf(to, x1);
        }
    }
    return covered > 0.7F * (edge->to - edge->from) && edge->from > from - 3 && edge->to < to + 3;
}

/** Takes the underlines out of the edges. */
static bool drop_underlines(xtr__effort *effort, xtr__edges *across, xtr__edges *underlines) {
    xtr__scratch *scratch = effort->flow->scratch;
    underlines->items = xtr__scratch_take(scratch, across->count, sizeof *underlines->items);
    underlines->count = 0;
    xtr__savepoint before = xtr__scratch_save(scratch);
    sorted_words words;
    if (underlines->items == NULL || !sort_words(effort->flow, &words)) {
        return false;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < across->count; i++) {
        if (is_underline(effort, &words, &across->items[i])) {
            underlines->items[underlines->count++] = across->items[i];
        } else {
            across->items[kept++] = across->items[i];
        }
    }
    across->count = kept;
    xtr__scratch_rewind(scratch, before);
    return true;
}

static bool is_underlined(const xtr__line *line, const xtr__flow *flow) {
    const xtr__edges *all = &flow->ruling->underlines;
    float x0 = flow->backwards ? -line->x1 : line->x0, x1 = flow->backwards ? -line->x0 : line->x1;
    for (uint32_t i = xtr__edge_from(all, line->y - 0.05F * line->size);
         i < all->count && all->items[i].at < line->y + 0.3F * line->size; i++) {
        if (all->items[i].from < x0 + 3 && all->items[i].to > x1 - 3) {
            return true;
        }
    }
    return false;
}

void xtr__mark_underlined(xtr__page_layout *out, uint32_t first, const xtr__flow *flow) {
    bool any = flow->ruling != NULL && flow->ruling->underlines.count > 0;
    for (uint32_t i = first; any && i < out->lines.count; i++) {
        xtr__line *line = &out->lines.items[i];
        line->flags |= is_underlined(line, flow) ? XTR__LINE_UNDERLINED : 0;
    }
}

static bool snap_lists(xtr__effort *effort, edge_lists *lists, xtr__ruling *out) {
    const xtr__flow *flow = effort->flow;
    out->across = xtr__snap(flow->scratch, lists->across, lists->across_count);
    out->down = xtr__snap(flow->scratch, lists->down, lists->down_count);
    if (out->across.count > MOST_EDGES || out->down.count > MOST_EDGES) {
        out->across.count = out->down.count = 0;
    }
    return out->across.items != NULL && out->down.items != NULL &&
           drop_underlines(effort, &out->across, &out->underlines);
}

/** The ruled lines of the flow, and what else tells of tables. */
static bool make_ruling(xtr__effort *effort, xtr__ruling *out) {
    const xtr__flow *flow = effort->flow;
    edge_lists drawn, sides;
    const xtr__sheet *sheet = flow->sheet;
    xtr_box *drawings = xtr__scratch_take(flow->scratch, sheet->drawings.count, sizeof *drawings);
    *out = (xtr__ruling){.drawings = drawings,
                         .drawing_count = (uint32_t)sheet->drawings.count,
                         .recognised = sheet->rows.count > 0};
    if (drawings == NULL || !take_lists(flow, &drawn) || !take_lists(flow, &sides)) {
        return false;
    }
    for (size_t i = 0; i < sheet->drawings.count; i++) {
        drawings[i] = place_box(flow, sheet->drawings.items[i]);
    }
    add_segments(flow, &drawn);
    for (size_t i = 0; i < sheet->fills.count; i++) {
        xtr_box b = place_box(flow, sheet->fills.items[i]);
        add_across(&sides, b.x0, b.x1, b.y0);
        add_across(&sides, b.x0, b.x1, b.y1);
    }
    out->bands = xtr__snap(flow->scratch, sides.across, sides.across_count);
    return out->bands.items != NULL && snap_lists(effort, &drawn, out);
}

/** The same with the sides of coloured boxes outside the tables found so far. */
static bool add_sides(const xtr__raw_table *found, const free_tokens *tokens, xtr__ruling *out) {
    const xtr__flow *flow = tokens->effort->flow;
    edge_lists lists;
    *out = *flow->ruling;
    out->rules = &flow->ruling->across;
    if (!take_lists(flow, &lists)) {
        return false;
    }
    add_segments(flow, &lists);
    return add_fills(flow, found, tokens, &lists) && snap_lists(tokens->effort, &lists, out);
}

/* Ruled tables ------------------------------------------------------------------------------ */

static xtr__token place_token(const xtr__flow *flow, uint32_t index) {
    const xtr__word *w = &flow->words[index];
    return (xtr__token){.x0 = flow->backwards ? -w->x1 : w->x0,
                        .x1 = flow->backwards ? -w->x0 : w->x1,
                        .top = w->top,
                        .bottom = w->bottom,
                        .y = w->y,
                        .size = w->size,
                        .word = index,
                        .letters = w->letters};
}

static xtr__token make_token(const xtr__flow *flow, uint32_t index) {
    xtr__token token = place_token(flow, index);
    xtr__describe(flow, &token, 1);
    return token;
}

static bool has_grid(const xtr__ruling *r) {
    return r->across.count >= 2 && r->down.count >= 1;
}

/** Two tables of three rules each, side by side. */
static bool has_stacks(const xtr__ruling *r) {
    return r->across.count >= 6;
}

/** Puts the words of tables behind all others and lists the tables. */
static bool set_apart(xtr__flow *flow, xtr__raw_table *found, const bool *used) {
    xtr__word *words = xtr__scratch_take(flow->scratch, flow->word_count, sizeof *words);
    uint32_t *moved = xtr__scratch_take(flow->scratch, flow->word_count, sizeof *moved);
    for (const xtr__raw_table *t = found; t != NULL; t = t->next) {
        flow->table_count++;
    }
    flow->tables = xtr__scratch_take(flow->scratch, flow->table_count, sizeof(void *));
    if (words == NULL || moved == NULL || flow->tables == NULL) {
        return false;
    }
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < flow->word_count; i++) {
            if (used[i] == (pass == 1)) {
                moved[i] = count;
                words[count++] = flow->words[i];
            }
        }
        flow->free_words = pass == 0 ? count : flow->free_words;
    }
    flow->words = words;
    for (uint32_t t = 0; found != NULL; found = found->next) {
        for (uint32_t i = 0; i < found->word_count; i++) {
            found->words[i] = moved[found->words[i]];
        }
        flow->tables[t++] = found;
    }
    return true;
}

static xtr__raw_table *append(xtr__raw_table *list, xtr__raw_table *more) {
    xtr__raw_table *last = list;
    if (list == NULL) {
        return more;
    }
    while (last->next != NULL) {
        last = last->next;
    }
    last->next = more;
    return list;
}

/** Drawn lines first; then, among the words left, also the sides of coloured boxes. Mixed in one
 *  pass these would break good grids. */
static bool find_grids(xtr__flow *flow, xtr__effort *effort) {
    xtr__scratch *scratch = flow->scratch;
    free_tokens tokens = {effort,
                          xtr__scratch_take(scratch, flow->word_count, sizeof *tokens.items), 0};
    bool *used = xtr__scratch_take(scratch, flow->word_count, sizeof *used);
    if (tokens.items == NULL || used == NULL) {
        return false;
    }
    memset(used, 0, flow->word_count * sizeof *used);
    xtr__raw_table *tagged = xtr__find_tagged_tables(flow, used);
    for (uint32_t i = 0; i < flow->word_count; i++) {
        if (!used[i]) {
            tokens.items[tokens.count++] = place_token(flow, i);
        }
    }
    xtr__raw_table *found =
        append(tagged, xtr__find_grids(effort, flow->ruling, tokens.items, &tokens.count, used));
    xtr__ruling filled;
    if (flow->sheet->fills.count > 0 && add_sides(found, &tokens, &filled) && has_grid(&filled)) {
        found = append(found, xtr__find_grids(effort, &filled, tokens.items, &tokens.count, used));
    }
    found = append(found, xtr__find_stacks(effort, flow->ruling, tokens.items, tokens.count, used));
    return !effort->stopped && (found == NULL || set_apart(flow, found, used));
}

bool xtr__find_ruled_tables(xtr__flow *flow) {
    xtr__effort effort = {.flow = flow, .left = MOST_STEPS};
    flow->ruling = xtr__scratch_take(flow->scratch, 1, sizeof *flow->ruling);
    if (flow->ruling == NULL || !make_ruling(&effort, flow->ruling)) {
        return false;
    }
    bool any = has_grid(flow->ruling) || has_stacks(flow->ruling) || flow->sheet->fills.count > 0 ||
               flow->sheet->ordered;
    return !any || flow->word_count > MOST_WORDS || find_grids(flow, &effort);
}

xtr_box xtr__mirror_back(const xtr__flow *flow, xtr_box b) {
    return flow->backwards ? (xtr_box){-b.x1, b.y0, -b.x0, b.y1} : b;
}

xtr_box xtr__table_box(const xtr__flow *flow, uint32_t table) {
    return xtr__mirror_back(flow, flow->tables[table]->box);
}

/* Tables of a leaf -------------------------------------------------------------------------- */

/** Whether two rows or more of a leaf hold several fragments. Those of a leaf come by their
 *  middles, so parts of a row are neighbours. */
static bool may_hold_table(const xtr__flow *flow, uint32_t first, uint32_t end) {
    uint32_t pairs = 0;
    for (uint32_t i = first + 1; i < end && pairs < 2; i++) {
        const xtr__fragment *a = &flow->fragments[flow->sequence[i - 1]];
        const xtr__fragment *b = &flow->fragments[flow->sequence[i]];
        pairs += fabsf(a->y - b->y) <= 0.36F * fmaxf(a->size, b->size);
    }
    return pairs >= 2;
}

/** The part of the flow's ruling that concerns some tokens, with lines typed in hyphens, which
 *  are taken out of the tokens. */
static bool rule_leaf(const xtr__flow *flow, xtr__token *tokens, uint32_t *count,
                      xtr__ruling *out) {
    xtr_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    uint32_t typed = 0, kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        const xtr__token *t = &tokens[i];
        typed += (t->traits & XTR__TYPED_RULE) != 0;
        box = (xtr_box){fminf(box.x0, t->x0), fminf(box.y0, t->top), fmaxf(box.x1, t->x1),
                        fmaxf(box.y1, t->bottom)};
    }
    const xtr__edges *all = &flow->ruling->across;
    xtr__edge *edges = xtr__scratch_take(flow->scratch, all->count + (size_t)typed, sizeof *edges);
    *out = *flow->ruling;
    out->across = (xtr__edges){edges, 0};
    for (uint32_t i = xtr__edge_from(all, box.y0 - 30);
         edges != NULL && i < all->count && all->items[i].at < box.y1 + 30; i++) {
        if (all->items[i].from < box.x1 && all->items[i].to > box.x0) {
            edges[out->across.count++] = all->items[i];
        }
    }
    for (uint32_t i = 0; edges != NULL && i < *count; i++) {
        const xtr__token *t = &tokens[i];
        if (t->traits & XTR__TYPED_RULE) {
            edges[out->across.count++] = (xtr__edge){t->x0, t->x1, t->y - 0.3F * t->size};
        } else {
            tokens[kept++] = *t;
        }
    }
    *count = kept;
    if (typed > 0 && edges != NULL) {
        out->across = xtr__snap(flow->scratch, edges, out->across.count);
    }
    return out->across.items != NULL && out->across.count <= MOST_EDGES;
}

/** Lines typed in hyphens inside a table are its rules, no text of it. */
static void use_typed_rules(const xtr__flow *flow, const xtr__raw_table *tables,
                            const uint32_t *items, uint32_t count, bool *used) {
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[items[i]];
        for (uint32_t k = 0; k < f->count; k++) {
            xtr__token t = make_token(flow, f->word + k);
            xtr_box box = {t.x0, t.top, t.x1, t.bottom};
            if (t.traits & XTR__TYPED_RULE && inside_any(tables, box)) {
                used[t.word] = true;
            }
        }
    }
}

static xtr__raw_table *find_among(xtr__effort *effort, const uint32_t *items, uint32_t count) {
    const xtr__flow *flow = effort->flow;
    uint32_t words = 0;
    for (uint32_t i = 0; i < count; i++) {
        words += flow->fragments[items[i]].count;
    }
    if (words > MOST_WORDS || !xtr__spend(effort, (uint64_t)words * LEAF_WORD)) {
        return NULL;
    }
    xtr__token *tokens = xtr__scratch_take(flow->scratch, words, sizeof *tokens);
    xtr__ruling ruling;
    xtr__strips strips;
    if (tokens == NULL) {
        return NULL;
    }
    words = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *f = &flow->fragments[items[i]];
        for (uint32_t k = 0; k < f->count; k++) {
            if (!xtr__is_listed(flow, &flow->words[f->word + k])) {
                tokens[words++] = make_token(flow, f->word + k);
            }
        }
    }
    if (!rule_leaf(flow, tokens, &words, &ruling) ||
        !xtr__find_strips(flow->scratch, tokens, words, &strips)) {
        return NULL;
    }
    xtr__join_labels(&strips);
    return xtr__find_text_tables(effort, &ruling, &strips);
}

/** Whether a ruled table stands inside of one that was found around it. */
static bool holds_ruled(const xtr__flow *flow, const xtr__raw_table *found) {
    for (; found != NULL; found = found->next) {
        for (uint32_t i = 0; i < flow->table_count; i++) {
            xtr_box ruled = flow->tables[i]->box;
            float x = (ruled.x0 + ruled.x1) / 2, y = (ruled.y0 + ruled.y1) / 2;
            if (x > found->box.x0 && x < found->box.x1 && y > found->box.y0 && y < found->box.y1) {
                return true;
            }
        }
    }
    return false;
}

/** The tables above, between and below the ruled ones of a leaf. */
static xtr__raw_table *find_between(xtr__effort *effort, const uint32_t *items, uint32_t count) {
    xtr__raw_table *found = NULL;
    for (uint32_t first = 0, end; first < count; first = end + 1) {
        for (end = first; end < count && effort->flow->fragments[items[end]].count > 0;) {
            end++;
        }
        if (end > first) {
            found = append(found, find_among(effort, items + first, end - first));
        }
    }
    return found;
}

static xtr__raw_table *find_in_leaf(xtr__effort *effort, const uint32_t *items, uint32_t count,
                                    bool *used) {
    const xtr__flow *flow = effort->flow;
    xtr__raw_table *found = find_among(effort, items, count);
    if (holds_ruled(flow, found)) {
        found = find_between(effort, items, count);
    }
    for (const xtr__raw_table *t = found; t != NULL; t = t->next) {
        for (uint32_t i = 0; i < t->word_count; i++) {
            used[t->words[i]] = true;
        }
    }
    if (found != NULL) {
        use_typed_rules(flow, found, items, count, used);
    }
    return found;
}

bool xtr__find_leaf_tables(xtr__raw_table **found, bool *used, size_t *room,
                           const xtr__flow *flow) {
    xtr__effort effort = {.flow = flow, .left = MOST_STEPS};
    *room = flow->leaf_count + 1;
    for (uint32_t i = 0; i < flow->table_count; i++) {
        *room += flow->tables[i]->cell_count + 2;
    }
    for (uint32_t i = 0; i < flow->leaf_count; i++) {
        uint32_t first = flow->leaves[i], end = flow->leaves[i + 1];
        found[i] = may_hold_table(flow, first, end)
                       ? find_in_leaf(&effort, flow->sequence + first, end - first, used)
                       : NULL;
        for (const xtr__raw_table *t = found[i]; t != NULL; t = t->next) {
            *room += t->cell_count + 2;
        }
    }
    return !effort.stopped;
}
