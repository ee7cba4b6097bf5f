/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables between long rules that stand side by side. Reading order cuts between columns of prose
 * alone, for a cut tears tables with wide gaps; that rules end where others begin tells two tables
 * apart. */
#include "tables.h"

#include <math.h>
#include <string.h>

enum {
    LEAST_RULE = 60,
    LEAST_RULES = 3,
    MOST_RULES = 6,
    LEAST_ROWS = 3,
    MOST_HEADER = 4,
    MOST_STACKS = 32
};

/** Rules of the same ends: few, for forms have many. */
typedef struct stack {
    xtr_box box; /* from the first rule to the last */
    uint32_t rules;
    bool beside; /* stands beside another */
} stack;

static stack *stack_of(stack *stacks, uint32_t count, const xtr__edge *edge) {
    for (uint32_t i = 0; i < count; i++) {
        if (fabsf(stacks[i].box.x0 - edge->from) < 6 && fabsf(stacks[i].box.x1 - edge->to) < 6) {
            return &stacks[i];
        }
    }
    return NULL;
}

/** The stacks of a page: none when there are too many. */
static uint32_t find_stacks(const xtr__edges *across, stack stacks[MOST_STACKS]) {
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < across->count; i++) {
        const xtr__edge *e = &across->items[i];
        stack *s = stack_of(stacks, count, e);
        if (s != NULL) {
            s->box.y1 = e->at;
            s->rules++;
        } else if (e->to - e->from >= LEAST_RULE) {
            if (count == MOST_STACKS) {
                return 0;
            }
            stacks[count++] = (stack){.box = {e->from, e->at, e->to, e->at}, .rules = 1};
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (stacks[i].rules >= LEAST_RULES && stacks[i].rules <= MOST_RULES) {
            stacks[kept++] = stacks[i];
        }
    }
    return kept;
}

static bool is_within(const xtr__token *t, const xtr_box *box) {
    return t->x0 > box->x0 - 5 && t->x1 < box->x1 + 5;
}

static bool is_beside(const xtr__token *t, float top, float bottom) {
    float middle = (t->top + t->bottom) / 2;
    return top < middle && middle < bottom;
}

/** Whether two stacks are two tables: no rule reaches over both, and no word stands beside them
 *  that is not inside of a stack. */
static bool are_apart(const stack *stacks, uint32_t count, const stack *a, const stack *b,
                      const xtr__edges *across, const xtr__token *tokens, uint32_t token_count) {
    float top = fmaxf(a->box.y0, b->box.y0), bottom = fminf(a->box.y1, b->box.y1);
    float high = fminf(a->box.y1 - a->box.y0, b->box.y1 - b->box.y0);
    if (fmaxf(a->box.x0, b->box.x0) < fminf(a->box.x1, b->box.x1) + 5 ||
        bottom - top < 0.5F * high || high < 20) {
        return false;
    }
    for (uint32_t i = xtr__edge_from(across, top - 5);
         i < across->count && across->items[i].at < bottom + 5; i++) {
        const xtr__edge *e = &across->items[i];
        if (e->from < fminf(a->box.x1, b->box.x1) && e->to > fmaxf(a->box.x0, b->box.x0)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < token_count; i++) {
        bool inside = !is_beside(&tokens[i], top, bottom);
        for (uint32_t k = 0; k < count && !inside; k++) {
            inside = is_within(&tokens[i], &stacks[k].box);
        }
        if (!inside) {
            return false;
        }
    }
    return true;
}

/** Whether several lines stand between two rules: one alone or with its label are fields of forms.
 */
static bool has_rows(const xtr__edges *across, const stack *s, const xtr__strips *strips) {
    float top = s->box.y0;
    uint32_t bands = 0;
    for (uint32_t i = xtr__edge_from(across, s->box.y0 + 1); i < across->count; i++) {
        const xtr__edge *e = &across->items[i];
        if (e->at > s->box.y1 || e->from > s->box.x1 || e->to < s->box.x0) {
            continue;
        }
        if (fabsf(e->from - s->box.x0) > 6 || fabsf(e->to - s->box.x1) > 6) {
            if (bands > 0) {
                return false;
            }
            continue; /* under heads of several columns */
        }
        uint32_t lines = 0;
        for (uint32_t k = 0; k < strips->count; k++) {
            lines += top < strips->items[k].y && strips->items[k].y < e->at;
        }
        if (bands > 0 ? lines >= LEAST_ROWS : lines > MOST_HEADER) {
            return bands > 0;
        }
        bands += lines > 0;
        top = e->at;
    }
    return false;
}

/** The tables of a stack, and of what stands a little above and below it. */
static xtr__raw_table *read_stack(xtr__effort *effort, const xtr__ruling *ruling, const stack *s,
                                  const xtr__token *tokens, uint32_t count) {
    xtr__scratch *scratch = effort->flow->scratch;
    xtr__token *inside = xtr__scratch_take(scratch, count, sizeof *inside);
    uint32_t n = 0;
    for (uint32_t i = 0; inside != NULL && i < count; i++) {
        if (is_within(&tokens[i], &s->box) &&
            is_beside(&tokens[i], s->box.y0 - 50, s->box.y1 + 50)) {
            inside[n++] = tokens[i];
        }
    }
    if (n == 0) {
        return NULL;
    }
    xtr__strips strips;
    xtr__describe(effort->flow, inside, n);
    if (!xtr__find_strips(scratch, inside, n, &strips) || !has_rows(&ruling->across, s, &strips)) {
        return NULL;
    }
    xtr__join_labels(&strips);
    return xtr__find_stacked_tables(effort, ruling, &strips);
}

xtr__raw_table *xtr__find_stacks(xtr__effort *effort, const xtr__ruling *ruling,
                                 const xtr__token *tokens, uint32_t count, bool *used) {
    stack stacks[MOST_STACKS];
    uint32_t n = find_stacks(&ruling->across, stacks);
    xtr__raw_table *found = NULL;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = i + 1; k < n; k++) {
            if (!xtr__spend(effort, (uint64_t)count * n + ruling->across.count)) {
                return found;
            }
            if (are_apart(stacks, n, &stacks[i], &stacks[k], &ruling->across, tokens, count)) {
                stacks[i].beside = stacks[k].beside = true;
            }
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        xtr__raw_table *tables =
            stacks[i].beside ? read_stack(effort, ruling, &stacks[i], tokens, count) : NULL;
        for (xtr__raw_table *next; tables != NULL; tables = next) {
            next = tables->next;
            for (uint32_t w = 0; w < tables->word_count; w++) {
                used[tables->words[w]] = true;
            }
            tables->next = found;
            found = tables;
        }
    }
    return found;
}
