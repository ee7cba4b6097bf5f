/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables without a grid: where they stand in a leaf. Between long rules that are stacked
 * (booktabs), or as a run of lines that share a gap. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct finder {
    xtr__effort *effort;
    xtr__scratch *scratch;
    const xtr__ruling *ruling; /* what concerns the leaf */
    const xtr__strips *strips;
    bool *taken;    /* strips of a table that was found */
    uint32_t *next; /* chains tokens of cells: of one table at a time */
    xtr__raw_table *found;
} finder;

static const xtr__strip *strip_at(const finder *f, uint32_t i) {
    return &f->strips->items[i];
}

static const xtr__token *tokens_of(const finder *f, const xtr__strip *strip) {
    return f->strips->tokens + strip->first;
}

enum { TRY = 20000, TRY_WORD = 256 }; /* steps that a table takes, and each of its words */

/** Whether a rule under a run of a strip heads several columns: it is longer than the run, and not
 *  as long as the table is wide. */
static bool is_headed_run(const finder *f, const xtr__strip *strip, float x0, float x1,
                          float width) {
    const xtr__edges *across = &f->ruling->across;
    for (uint32_t i = xtr__edge_from(across, strip->y - 1);
         i < across->count && across->items[i].at < strip[1].y - 0.5F * strip[1].size; i++) {
        const xtr__edge *e = &across->items[i];
        float length = e->to - e->from, middle = (x0 + x1) / 2;
        if (length > 1.2F * (x1 - x0) && length < 0.9F * width && e->from < x0 + 3 &&
            e->to > x1 - 3 && fabsf((e->from + e->to) / 2 - middle) < 0.1F * length) {
            return true;
        }
    }
    return false;
}

/** Where the table that begins with strip `first` does: lines above whose parts each stand in the
 *  middle over a rule of their own are heads of several columns. */
static uint32_t add_heads(const finder *f, uint32_t first, uint32_t last) {
    float x0 = INFINITY, x1 = -INFINITY;
    for (uint32_t i = first; i <= last; i++) {
        x0 = fminf(x0, strip_at(f, i)->x0);
        x1 = fmaxf(x1, strip_at(f, i)->x1);
    }
    for (int taken = 0; taken < 3 && first > 0 && !f->taken[first - 1]; taken++) {
        const xtr__strip *s = strip_at(f, first - 1);
        uint32_t end = s->first + s->count, next;
        bool heads = s->runs <= 8 && s->x0 > x0 - 3 && s->x1 < x1 + 3 &&
                     s[1].y - s->y < 2.5F * fmaxf(s->size, s[1].size);
        for (uint32_t at = s->first; at < end && heads; at = next) {
            next = xtr__run_end(f->strips->tokens, at, end, 1);
            heads = next - at <= 8 && is_headed_run(f, s, f->strips->tokens[at].x0,
                                                    f->strips->tokens[next - 1].x1, x1 - x0);
        }
        if (!heads) {
            break;
        }
        first--;
    }
    return first;
}

/** The table of strips `first` to `last`, or NULL. */
static xtr__raw_table *make_table(finder *f, uint32_t first, uint32_t last, bool ruled) {
    const xtr__strip *end = strip_at(f, last);
    uint64_t words = end->first + end->whole - strip_at(f, first)->first;
    if (!xtr__spend(f->effort, TRY + words * TRY_WORD)) {
        return NULL;
    }
    xtr__savepoint before = xtr__scratch_save(f->scratch);
    xtr__raw_table *table = xtr__make_text_table(f->scratch, f->ruling, f->strips, first,
                                                 last - first + 1, ruled, f->next);
    if (table == NULL) {
        xtr__scratch_rewind(f->scratch, before);
    }
    return table;
}

static bool is_caption(const finder *f, const xtr__strip *strip) {
    const xtr__token *t = tokens_of(f, strip);
    return xtr__is_caption(t, strip->count > 1 ? t + 1 : NULL);
}

/** From where to where the words of each column stand; false when there are too many columns. */
static bool extents_of(const xtr__raw_table *table, xtr__gutter *extents) {
    for (uint32_t c = 0; c < table->columns && c < XTR__MOST_COLUMNS; c++) {
        extents[c] = (xtr__gutter){INFINITY, -INFINITY};
    }
    for (uint32_t i = 0; i < table->cell_count && table->columns <= XTR__MOST_COLUMNS; i++) {
        const xtr__raw_cell *cell = &table->cells[i];
        if (cell->column_span == 1 && cell->count > 0) {
            xtr__gutter *e = &extents[cell->column];
            e->x0 = fminf(e->x0, cell->box.x0);
            e->x1 = fmaxf(e->x1, cell->box.x1);
        }
    }
    return table->columns <= XTR__MOST_COLUMNS;
}

/** Whether words from `x0` to `x1` begin, end or are centred where those of a column are. */
static bool sits_over(const xtr__gutter *column, float x0, float x1, float slack) {
    float left = x0 - column->x0, right = x1 - column->x1;
    return fminf(fminf(fabsf(left), fabsf(right)), fabsf(left + right) / 2) < slack;
}

/** Whether the line right above a table heads all of its columns, the first alone may have no head:
 *  words that stand closer than those of the rows, but each over its column. */
static bool is_close_head(const finder *f, uint32_t strip, const xtr__raw_table *table) {
    const xtr__strip *s = strip_at(f, strip);
    const xtr__token *t = tokens_of(f, s);
    xtr__gutter extents[XTR__MOST_COLUMNS];
    if (s->count < 3 || s->count > 4U * table->columns || is_caption(f, s) ||
        t[s->count - 1].traits & XTR__STOPS || s[1].y - s->y > 1.8F * fmaxf(s->size, s[1].size) ||
        !extents_of(table, extents)) {
        return false;
    }
    uint32_t column = 0, heads = 0, next;
    for (uint32_t at = 0; at < s->count; at = next, column++) {
        while (column < table->columns && t[at].x0 > extents[column].x1) {
            column++;
        }
        if (column == table->columns) {
            return false;
        }
        float edge = column + 1U < table->columns ? extents[column + 1].x0 : INFINITY;
        for (next = at + 1; next < s->count && t[next].x1 < edge;) {
            next++;
        }
        bool apart = next == s->count || t[next].x0 - t[next - 1].x1 > 0.33F * s->size;
        if (!apart || next - at > 4 ||
            !sits_over(&extents[column], t[at].x0, t[next - 1].x1, 0.6F * s->size)) {
            return false;
        }
        heads++;
    }
    return heads >= 3 && heads + 1U >= table->columns && column == table->columns;
}

/** Tries strips `first` to `last` as a table, with the heads above them or without. */
static void try_table(finder *f, uint32_t first, uint32_t last, bool ruled) {
    uint32_t top = add_heads(f, first, last);
    xtr__raw_table *table = make_table(f, top, last, ruled);
    if (table == NULL && top < first) {
        top = first;
        table = make_table(f, top, last, ruled);
    }
    if (table == NULL) {
        return;
    }
    if (top > 0 && !f->taken[top - 1] && is_close_head(f, top - 1, table)) {
        xtr__raw_table *headed = make_table(f, top - 1, last, ruled);
        table = headed != NULL ? headed : table;
        top -= headed != NULL;
    }
    for (uint32_t i = top; i <= last; i++) {
        f->taken[i] = true;
    }
    table->next = f->found;
    f->found = table;
}

/* Gaps -------------------------------------------------------------------------------------- */

/** The next gap of at least `least` points between words, after token *at: moves *at on. */
static bool next_gap(const finder *f, const xtr__strip *strip, float least, uint32_t *at,
                     xtr__gutter *gap) {
    const xtr__token *t = tokens_of(f, strip);
    for (; *at + 1 < strip->count; ++*at) {
        if (t[*at + 1].x0 - t[*at].x1 >= least) {
            *gap = (xtr__gutter){t[*at].x1, t[*at + 1].x0};
            ++*at;
            return true;
        }
    }
    return false;
}

/** Whether two strips have a gap in common. */
static bool share_gap(const finder *f, const xtr__strip *a, const xtr__strip *b) {
    float em = 0.5F * fminf(a->size, b->size);
    xtr__gutter p, q;
    if (!xtr__spend(f->effort, (uint64_t)a->runs * b->count + a->count)) {
        return false;
    }
    for (uint32_t i = 0; next_gap(f, a, a->size, &i, &p);) {
        for (uint32_t k = 0; next_gap(f, b, b->size, &k, &q);) {
            if (fminf(p.x1, q.x1) - fmaxf(p.x0, q.x0) >= em) {
                return true;
            }
        }
    }
    return false;
}

/** Whether the words of a strip stand in every gap of another. */
static bool crosses_all(const finder *f, const xtr__strip *strip, const xtr__strip *gaps) {
    xtr__gutter g;
    if (!xtr__spend(f->effort, (uint64_t)gaps->count * strip->count)) {
        return false;
    }
    for (uint32_t i = 0; next_gap(f, gaps, strip->size, &i, &g);) {
        bool crossed = false;
        for (uint32_t k = 0; k < strip->count && !crossed; k++) {
            const xtr__token *t = tokens_of(f, strip) + k;
            crossed = t->x0 < g.x1 - 1 && t->x1 > g.x0 + 1;
        }
        if (!crossed) {
            return false;
        }
    }
    return true;
}

/** Whether a line is set larger than a row: what it begins is another table. */
static bool is_title(const finder *f, const xtr__strip *strip, const xtr__strip *row) {
    uint32_t letters = 0;
    for (uint32_t i = 0; i < strip->count; i++) {
        letters += tokens_of(f, strip)[i].letters;
    }
    return strip->runs == 1 && letters > 3 && strip->size > 1.15F * row->size;
}

/* Between rules ----------------------------------------------------------------------------- */

enum { LEAST_RULE = 60 }; /* points */

/** Whether a line begins where a later part of the row above it does: it goes on in that cell, if
 *  that has few lines. Two parts may be an item and its text. */
static bool is_in_cell(const finder *f, uint32_t index) {
    enum { MOST_LINES = 4 };
    const xtr__strip *s = strip_at(f, index), *above = s - 1;
    while (above > f->strips->items && s - above <= MOST_LINES && above->runs == 1 &&
           fabsf(above->x0 - s->x0) < 3) {
        above--;
    }
    if (s - above > MOST_LINES || above->runs < 3) {
        return false;
    }
    uint32_t at = above->first, end = above->first + above->count;
    while ((at = xtr__run_end(f->strips->tokens, at, end, 1)) < end) {
        if (fabsf(f->strips->tokens[at].x0 - s->x0) < 3) {
            return true;
        }
    }
    return false;
}

/** Whether running text stands between two rules, or text that sticks out of them. */
static bool is_broken(const finder *f, const xtr__edge *a, const xtr__edge *b) {
    uint32_t band = 0, prose = 0;
    for (uint32_t i = 0; i < f->strips->count; i++) {
        const xtr__strip *s = strip_at(f, i);
        if (s->y <= a->at || s->y >= b->at + 1 || s->x1 <= a->from || s->x0 >= a->to) {
            continue;
        }
        if (s->x0 < a->from - 15 || s->x1 > a->to + 15) {
            return true;
        }
        band++;
        prose += s->runs == 1 && s->count >= 7 && s->x1 - s->x0 > 0.5F * (a->to - a->from) &&
                 (i == 0 || !is_in_cell(f, i));
    }
    return prose > 0 && prose * 4 >= band;
}

/** Strips between two rules: false when none, or others stand among them. */
static bool strips_between(const finder *f, const xtr__edge *top, const xtr__edge *bottom,
                           uint32_t *first, uint32_t *last) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->strips->count; i++) {
        const xtr__strip *s = strip_at(f, i);
        if (top->at < s->y && s->y < bottom->at + 1 && !f->taken[i] && s->x0 >= top->from - 15 &&
            s->x1 <= top->to + 15) {
            *first = count++ == 0 ? i : *first;
            *last = i;
        }
    }
    return count >= 2 && *last - *first + 1 == count;
}

/** Whether a short rule stands between a strip and the next: it parts a heading of columns. */
static bool has_short_rule(const finder *f, const xtr__strip *strip, float width) {
    const xtr__edges *across = &f->ruling->across;
    for (uint32_t i = xtr__edge_from(across, strip->y - 1);
         i < across->count && across->items[i].at < strip[1].y; i++) {
        float length = across->items[i].to - across->items[i].from;
        if (length > 20 && length < 0.8F * width) {
            return true;
        }
    }
    return false;
}

/** Numbers right under the first rule: the header stands above it. */
static uint32_t extend_up(const finder *f, uint32_t first, uint32_t last) {
    const xtr__strip *top = strip_at(f, first);
    uint32_t at = first;
    for (int taken = 0;
         xtr__is_of_numbers(f->strips, top) && taken < 5 && at > 0 && !f->taken[at - 1]; taken++) {
        const xtr__strip *s = strip_at(f, at - 1);
        if (s[1].y - s->y > 2.8F * s->size || is_caption(f, s)) {
            break;
        }
        bool shared = false;
        for (uint32_t i = at; i <= last && i < at + 6 && !shared; i++) {
            shared = share_gap(f, s, strip_at(f, i));
        }
        bool alone = s->runs == 1;
        if (alone ? s->count > 6 || !has_short_rule(f, s, top->x1 - top->x0) : !shared) {
            break;
        }
        at--;
    }
    return at;
}

/** Totals below the last rule. */
static uint32_t extend_down(const finder *f, uint32_t last) {
    for (int taken = 0; taken < 3 && last + 1 < f->strips->count && !f->taken[last + 1]; taken++) {
        const xtr__strip *s = strip_at(f, last + 1), *above = s - 1;
        if (s->y - above->y > 2 * s->size || s->runs < 3 || s->runs * 2 < above->runs ||
            !share_gap(f, s, above)) {
            break;
        }
        last++;
    }
    return last;
}

static void try_between(finder *f, const xtr__edge *top, const xtr__edge *bottom) {
    uint32_t first = 0, last = 0, several = 0;
    if (!xtr__spend(f->effort, f->strips->count) ||
        !strips_between(f, top, bottom, &first, &last)) {
        return;
    }
    first = extend_up(f, first, last);
    last = extend_down(f, last);
    for (uint32_t i = first; i <= last; i++) {
        several += strip_at(f, i)->runs >= 2;
    }
    if (several >= 2 && (float)several >= 0.3F * (float)(last - first + 1)) {
        try_table(f, first, last, true);
    }
}

/** Rules of about the same ends, from each that is in no stack yet: tables stand between the
 *  first and the last of those that no running text parts. */
static void find_between_rules(finder *f) {
    const xtr__edges *across = &f->ruling->across;
    bool *used = xtr__scratch_take(f->scratch, across->count, sizeof *used);
    if (used == NULL) {
        return;
    }
    for (uint32_t i = 0; i < across->count; i++) {
        used[i] = across->items[i].to - across->items[i].from < LEAST_RULE;
    }
    for (uint32_t i = 0; i < across->count && xtr__spend(f->effort, across->count); i++) {
        const xtr__edge *top = &across->items[i], *last = top;
        for (uint32_t k = i + 1; !used[i] && k < across->count; k++) {
            const xtr__edge *edge = &across->items[k];
            if (used[k] || fabsf(edge->from - last->from) >= 12 ||
                fabsf(edge->to - last->to) >= 12) {
                continue;
            }
            used[k] = true;
            if (!xtr__spend(f->effort, f->strips->count)) {
                return;
            }
            if (is_broken(f, last, edge)) {
                if (last > top) {
                    try_between(f, top, last);
                }
                top = edge;
            }
            last = edge;
        }
        if (last > top) {
            try_between(f, top, last);
        }
    }
}

/* Without rules ----------------------------------------------------------------------------- */

/** A bullet or number and its text. */
static bool is_item(const finder *f, const xtr__strip *strip) {
    const xtr__token *t = tokens_of(f, strip);
    return strip->runs == 2 && t->traits & XTR__LIST_MARK && strip->count >= 4 &&
           xtr__run_end(t, 0, strip->count, 1) == 1;
}

/* Longer lines are no rows but pages made to be slow. */
enum { MOST_IN_ROW = 500 };

static bool is_row(const finder *f, uint32_t i) {
    const xtr__strip *strip = strip_at(f, i);
    return strip->runs >= 2 && strip->count <= MOST_IN_ROW && !is_item(f, strip);
}

static float median_step(const finder *f) {
    float *steps = xtr__scratch_take(f->scratch, f->strips->count, sizeof *steps);
    uint32_t count = 0;
    for (uint32_t i = 1; steps != NULL && i < f->strips->count; i++) {
        float step = strip_at(f, i)->y - strip_at(f, i - 1)->y;
        if (step > 2) {
            steps[count++] = step;
        }
    }
    if (count == 0) {
        return 12;
    }
    qsort(steps, count, sizeof *steps, xtr__compare_floats);
    return steps[count / 2];
}

static bool rule_between(const finder *f, const xtr__strip *a, const xtr__strip *b) {
    const xtr__edges *across = &f->ruling->across;
    float width = fmaxf(a->x1, b->x1) - fminf(a->x0, b->x0);
    for (uint32_t i = xtr__edge_from(across, a->y - 2);
         i < across->count && across->items[i].at < b->y; i++) {
        if (across->items[i].to - across->items[i].from > 0.3F * width) {
            return true;
        }
    }
    return false;
}

/** The last strip of the run of rows that starts with `first`, which `end` bounds; `first` when no
 *  other belongs to it. Up to three strips that are no rows may lie between. */
static uint32_t find_run(const finder *f, uint32_t first, uint32_t end, float step) {
    uint32_t members[3] = {first, first, first}, last = first, others = 0;
    for (uint32_t i = first + 1; i < end && others <= 3; i++) {
        const xtr__strip *s = strip_at(f, i);
        float gap = s->y - strip_at(f, others == 0 ? last : i - 1)->y;
        if (gap > fmaxf(3.2F * s->size, 2.6F * step) && !rule_between(f, s - 1, s)) {
            break;
        }
        bool shared = false;
        for (int k = 0; k < 3 && is_row(f, i) && !shared; k++) {
            shared = share_gap(f, strip_at(f, members[k]), s);
        }
        if (shared) {
            members[0] = members[1];
            members[1] = members[2];
            members[2] = last = i;
            others = 0;
        } else {
            const xtr__strip *row = strip_at(f, members[2]);
            if (is_title(f, s, row) || (s->count >= 7 && s->runs == 1 && crosses_all(f, s, row))) {
                break;
            }
            others++;
        }
    }
    return last;
}

/** The first token of the last run of a strip. */
static uint32_t last_run(const finder *f, const xtr__strip *strip) {
    uint32_t at = strip->first, end = strip->first + strip->count, next;
    while ((next = xtr__run_end(f->strips->tokens, at, end, 1)) < end) {
        at = next;
    }
    return at;
}

/** The lines below the last row in which its last cell goes on: they begin where it does. */
static uint32_t add_rest(const finder *f, uint32_t last, uint32_t end) {
    const xtr__strip *row = strip_at(f, last);
    const xtr__token *t = f->strips->tokens;
    uint32_t at = last_run(f, row);
    if (last > 0 && row->y - row[-1].y < 0.8F * row->size) { /* set in the middle beside it */
        uint32_t above = last_run(f, row - 1);
        row -= t[above].x0 > t[at].x1;
        at = t[above].x0 > t[at].x1 ? above : at;
    }
    float x0 = t[at].x0, y = row->y;
    bool text = at + 4 <= row->first + row->count,
         inner = at > row->first || row < strip_at(f, last);
    for (; text && inner && last + 1 < end; last++) {
        const xtr__strip *s = strip_at(f, last + 1);
        if (s->runs != 1 || fabsf(s->x0 - x0) > 3 || s->x1 > row->x1 + 2 * s->size ||
            s->y - y > 1.45F * s->size || s->size > 1.1F * row->size) {
            break;
        }
        y = s->y;
    }
    return last;
}

static void find_by_gaps(finder *f) {
    float step = median_step(f);
    for (uint32_t i = 0; i < f->strips->count;) {
        uint32_t end = i;
        while (end < f->strips->count && !f->taken[end]) {
            end++;
        }
        while (i < end && xtr__spend(f->effort, 1)) {
            uint32_t last = is_row(f, i) ? find_run(f, i, end, step) : i;
            if (last > i) {
                last = add_rest(f, last, end);
                try_table(f, i, last, false);
            }
            i = last + 1;
        }
        i = end + 1;
    }
}

static int compare_tables(const void *a, const void *b) {
    const xtr__raw_table *l = *(xtr__raw_table *const *)a, *r = *(xtr__raw_table *const *)b;
    return (l->box.y0 > r->box.y0) - (l->box.y0 < r->box.y0);
}

/** Puts a list of tables in the order of their tops. */
static xtr__raw_table *sort_tables(xtr__scratch *scratch, xtr__raw_table *list) {
    uint32_t count = 0;
    for (const xtr__raw_table *t = list; t != NULL; t = t->next) {
        count++;
    }
    xtr__raw_table **order = xtr__scratch_take(scratch, count, sizeof(void *));
    if (order == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++, list = list->next) {
        order[i] = list;
    }
    qsort(order, count, sizeof(void *), compare_tables);
    for (uint32_t i = count; i-- > 0;) {
        order[i]->next = list;
        list = order[i];
    }
    return list;
}

static bool begin(finder *f, xtr__effort *effort, const xtr__ruling *ruling,
                  const xtr__strips *strips) {
    xtr__scratch *scratch = effort->flow->scratch;
    *f = (finder){.effort = effort, .scratch = scratch, .ruling = ruling, .strips = strips};
    f->taken = xtr__scratch_take(scratch, strips->count, sizeof *f->taken);
    f->next = xtr__scratch_take(scratch, strips->token_count, sizeof *f->next);
    if (f->taken == NULL || f->next == NULL) {
        return false;
    }
    memset(f->taken, 0, strips->count * sizeof *f->taken);
    return true;
}

xtr__raw_table *xtr__find_stacked_tables(xtr__effort *effort, const xtr__ruling *ruling,
                                         const xtr__strips *strips) {
    finder f;
    if (!begin(&f, effort, ruling, strips)) {
        return NULL;
    }
    find_between_rules(&f);
    return f.found;
}

xtr__raw_table *xtr__find_text_tables(xtr__effort *effort, const xtr__ruling *ruling,
                                      const xtr__strips *leaf) {
    finder f;
    if (!begin(&f, effort, ruling, leaf)) {
        return NULL;
    }
    find_between_rules(&f);
    find_by_gaps(&f);
    return sort_tables(f.scratch, f.found);
}
