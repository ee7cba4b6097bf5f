/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables without a grid: the header. Its lines are merged column by column; a heading of several
 * columns is a level of its own above theirs. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_HEADER = 10, MOST_PARTS = 1000 }; /* rows; parts with spanners among them */

bool xtr__is_numeric(const xtr__token *tokens, const uint32_t *next, uint32_t head) {
    uint32_t numbers = 0, all = 0;
    for (uint32_t t = head; t != XTR__NO_TOKEN; t = next[t]) {
        numbers += (tokens[t].traits & XTR__NUMERIC) != 0;
        all++;
    }
    return numbers * 2 >= all;
}

/* Where it ends ----------------------------------------------------------------------------- */

/** Whether a row looks like values: at least half of its cells but the label are numbers, and not
 *  all of them years. */
static bool has_values(const xtr__body *b, const xtr__rows *rows, const uint32_t *next,
                       uint32_t row) {
    const xtr__token *tokens = b->strips->tokens;
    uint32_t first = xtr__row_start(rows, row), end = rows->row_end[row], numeric = 0, others = 0;
    bool years = true;
    if (end - first < 2 || (float)(end - first) < 0.4F * (float)b->columns) {
        return false;
    }
    for (uint32_t i = first; i < end; i++) {
        const xtr__draft *cell = &rows->cells[i];
        if (cell->column == 0) {
            continue;
        }
        others++;
        numeric += xtr__is_numeric(tokens, next, cell->head);
        for (uint32_t t = cell->head; t != XTR__NO_TOKEN; t = next[t]) {
            years = years && tokens[t].traits & XTR__YEAR;
        }
    }
    return numeric * 2 >= others && !years;
}

/** The first row with values, or as many as there are. */
static uint32_t first_values(const xtr__body *b, const xtr__rows *rows, const uint32_t *next) {
    uint32_t row = 0;
    while (row < rows->rows && !has_values(b, rows, next, row)) {
        row++;
    }
    return row;
}

/** Whether all cells of a row but the label are numbers in brackets: those of columns. */
static bool has_column_numbers(const xtr__body *b, const xtr__rows *rows, uint32_t row) {
    uint32_t numbers = 0;
    for (uint32_t i = xtr__row_start(rows, row); i < rows->row_end[row]; i++) {
        const xtr__draft *cell = &rows->cells[i];
        bool number =
            b->strips->tokens[cell->head].traits & XTR__EQUATION_NUMBER && cell->head == cell->tail;
        if (cell->column > 0 && !number) {
            return false;
        }
        numbers += number;
    }
    return numbers >= 2;
}

/** The row below the first rule inside the table that is as long as `share` of it, and with `whole`
 *  reaches over the labels; 0: there is none. */
static uint32_t below_rule(const xtr__body *b, float share, bool whole) {
    float width = b->x1 - b->x0;
    for (uint32_t i = 0; i + 1 < b->count; i++) {
        const xtr__strip *strip = xtr__body_strip(b, i), *below = strip + 1;
        if (b->row[i] == b->row[i + 1]) {
            continue;
        }
        for (uint32_t e = xtr__edge_from(&b->ruling->across, strip->y - 1);
             e < b->ruling->across.count && b->ruling->across.items[e].at < below->y; e++) {
            const xtr__edge *edge = &b->ruling->across.items[e];
            bool labels = edge->from < b->x0 + 0.5F * strip->size;
            if (edge->to - edge->from >= share * width && edge->from < b->x1 && edge->to > b->x0 &&
                (labels || !whole)) {
                return b->row[i] + 1;
            }
        }
    }
    return 0;
}

uint32_t xtr__count_header(const xtr__body *b, const xtr__rows *rows, const uint32_t *next) {
    uint32_t values = first_values(b, rows, next), rule = below_rule(b, 0.9F, true);
    rule = rule > 0 ? rule : below_rule(b, 0.7F, false);
    bool found = values < rows->rows;
    if (found && rule == values + 1 && rule < rows->rows && has_column_numbers(b, rows, values)) {
        return rule;
    }
    if (rule > 0 && rule <= MOST_HEADER && rule < rows->rows && (!found || rule <= values)) {
        return rule;
    }
    if (!found || values == 0 || values >= MOST_HEADER) {
        return 1;
    }
    /* A lone label above the numbers names a section. */
    while (values > 1 && rows->row_end[values - 1] - xtr__row_start(rows, values - 1) == 1 &&
           rows->cells[xtr__row_start(rows, values - 1)].column == 0) {
        values--;
    }
    return values;
}

/* Merging ----------------------------------------------------------------------------------- */

/** A piece of the header. */
typedef struct part {
    uint32_t strip;
    uint16_t first, last; /* columns */
    bool spans;           /* heads several columns, and text stands below it */
    xtr__draft cell;
    float x0, x1;
} part;

/** A heading of several columns, of one line or more. */
typedef struct spanner {
    uint32_t from, to; /* strips */
    uint32_t depth;    /* how many stand above it */
    xtr__draft cell;
} spanner;

typedef struct merger {
    const xtr__body *b;
    const xtr__gutter *extent;
    uint32_t strips;
    uint32_t *next;
    part *parts;
    spanner *spanners;
    uint32_t part_count, spanner_count;
} merger;

static bool contains(const xtr__draft *a, const xtr__draft *b) {
    return a->column <= b->column && b->column + b->column_span <= a->column + a->column_span;
}

static float right_of(const xtr__token *tokens, const xtr__piece *p) {
    float right = -INFINITY;
    for (uint32_t i = 0; i < p->count; i++) {
        right = fmaxf(right, tokens[p->token + i].x1);
    }
    return right;
}

/** Whether each piece sits over its column: left, right or middle agree. */
static bool sit_well(const merger *m, const xtr__piece *pieces, uint32_t count) {
    const xtr__token *tokens = m->b->strips->tokens;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__gutter *e = &m->extent[pieces[i].first];
        if (pieces[i].first != pieces[i].last || e->x0 > e->x1) {
            return false;
        }
        float left = tokens[pieces[i].token].x0 - e->x0;
        float right = right_of(tokens, &pieces[i]) - e->x1;
        float off = fminf(fminf(fabsf(left), fabsf(right)), fabsf(left + right) / 2);
        if (off > 0.6F * tokens[pieces[i].token].size) {
            return false;
        }
    }
    return true;
}

static void add_part(merger *m, uint32_t strip, const xtr__piece *p) {
    const xtr__token *tokens = m->b->strips->tokens;
    m->parts[m->part_count++] = (part){.strip = strip,
                                       .first = p->first,
                                       .last = p->last,
                                       .cell = xtr__draft_piece(p, m->next),
                                       .x0 = tokens[p->token].x0,
                                       .x1 = right_of(tokens, p)};
}

/** All pieces of the header; one over several columns is cut at narrow gaps when its parts then
 *  sit over their columns. */
static bool collect_parts(merger *m) {
    const xtr__body *b = m->b;
    uint32_t tokens = 0;
    for (uint32_t i = 0; i < m->strips; i++) {
        tokens += xtr__body_strip(b, i)->count;
    }
    m->parts = xtr__scratch_take(b->scratch, tokens, sizeof *m->parts);
    m->spanners = xtr__scratch_take(b->scratch, tokens, sizeof *m->spanners);
    xtr__piece *cut = xtr__scratch_take(b->scratch, tokens, sizeof *cut);
    if (m->parts == NULL || m->spanners == NULL || cut == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < m->strips; i++) {
        for (uint32_t k = xtr__piece_start(b, i); k < b->piece_end[i]; k++) {
            const xtr__piece *p = &b->pieces[k];
            uint32_t count = p->first == p->last
                                 ? 1
                                 : xtr__cut_run(b->strips->tokens, p->token, p->token + p->count,
                                                b->gutters, b->columns, 0.33F, cut);
            if (count < 2 || !sit_well(m, cut, count)) {
                add_part(m, i, p);
                continue;
            }
            for (uint32_t c = 0; c < count; c++) {
                add_part(m, i, &cut[c]);
            }
        }
    }
    return true;
}

/** Left and right of a column with half of the gutters beside it. */
static xtr__gutter column_of(const xtr__body *b, uint32_t c) {
    return (xtr__gutter){c > 0 ? (b->gutters[c - 1].x0 + b->gutters[c - 1].x1) / 2 : b->x0 - 2,
                         c + 1 < b->columns ? (b->gutters[c].x0 + b->gutters[c].x1) / 2
                                            : b->x1 + 2};
}

/** Whether a rule covers a column: most of what stands in it, or its middle. */
static bool rules_column(const merger *m, const xtr__edge *rule, uint32_t c) {
    xtr__gutter column = column_of(m->b, c), words = m->extent[c];
    bool filled = words.x0 <= words.x1;
    float width = filled ? words.x1 - words.x0 : column.x1 - column.x0;
    float middle = (words.x0 + words.x1) / 2;
    return fminf(rule->to, column.x1) - fmaxf(rule->from, column.x0) > width / 2 ||
           (filled && rule->from - 3 <= middle && middle <= rule->to + 3);
}

/** A short rule under a part says which columns it heads. */
static void widen_by_rule(const merger *m, part *p) {
    const xtr__body *b = m->b;
    const xtr__strip *strip = xtr__body_strip(b, p->strip);
    float bottom = p->strip + 1 < m->strips ? strip[1].y + 1 : xtr__body_strip(b, m->strips - 1)->y;
    for (uint32_t i = xtr__edge_from(&b->ruling->across, strip->y - 2);
         i < b->ruling->across.count && b->ruling->across.items[i].at < bottom; i++) {
        const xtr__edge *rule = &b->ruling->across.items[i];
        float length = rule->to - rule->from;
        if (length >= 0.9F * (b->x1 - b->x0) || length <= (p->x1 - p->x0) / 2 ||
            rule->from >= p->x1 || rule->to <= p->x0) {
            continue;
        }
        for (uint32_t c = 0; c < b->columns; c++) {
            if (rules_column(m, rule, c)) {
                p->first = c < p->first ? (uint16_t)c : p->first;
                p->last = c > p->last ? (uint16_t)c : p->last;
            }
        }
        return;
    }
}

/** The first of `n` columns over whose middle a part stands; `columns` of the table: none. */
static uint32_t centred_over(const merger *m, const part *p, uint32_t n) {
    float size = m->b->strips->tokens[p->cell.head].size, middle = (p->x0 + p->x1) / 2;
    uint32_t at = p->first;
    for (uint32_t c = at + 1 > n ? at + 1 - n : 0; c <= at && c + n <= m->b->columns; c++) {
        const xtr__gutter *left = &m->extent[c], *right = &m->extent[c + n - 1];
        if (fabsf((left->x0 + right->x1) / 2 - middle) < 0.7F * size) {
            return c;
        }
    }
    return m->b->columns;
}

/** Parts `from` to `end`, those of one strip, head groups of columns when each stands, well above
 *  the next strip, over the middle of as many. */
static void widen_centred(merger *m, uint32_t from, uint32_t end) {
    const xtr__strip *strip = xtr__body_strip(m->b, m->parts[from].strip);
    if (end - from < 2 || m->parts[from].strip + 1 >= m->strips ||
        strip[1].y - strip->y < 1.8F * strip->size) {
        return;
    }
    for (uint32_t n = 2; n <= m->b->columns / (end - from); n++) {
        uint32_t after = 0, i = from;
        for (; i < end && m->parts[i].first == m->parts[i].last; i++) {
            uint32_t first = centred_over(m, &m->parts[i], n);
            if (first < after || first == m->b->columns) {
                break;
            }
            after = first + n;
        }
        for (i = i == end ? from : end; i < end; i++) {
            m->parts[i].first = (uint16_t)centred_over(m, &m->parts[i], n);
            m->parts[i].last = (uint16_t)(m->parts[i].first + n - 1);
        }
    }
}

/** Marks the parts that head several columns and have text of a single one below them. */
static void mark_spanners(merger *m) {
    for (uint32_t i = 0, end; i < m->part_count; i = end) {
        for (end = i + 1; end < m->part_count && m->parts[end].strip == m->parts[i].strip; end++) {
        }
        widen_centred(m, i, end);
    }
    for (uint32_t i = 0; i < m->part_count && m->part_count <= MOST_PARTS; i++) {
        part *p = &m->parts[i], wide = *p;
        widen_by_rule(m, &wide);
        for (uint32_t k = 0; k < m->part_count && wide.last > wide.first && !p->spans; k++) {
            const part *below = &m->parts[k];
            p->spans = below->strip > p->strip && below->first == below->last && !below->spans &&
                       below->first >= wide.first && below->first <= wide.last;
        }
        if (p->spans) {
            p->cell.column = wide.first;
            p->cell.column_span = (uint16_t)(wide.last - wide.first + 1);
        }
    }
}

/** Gathers spanners: those that overlap and are not nested, and those over the same columns, are
 *  one. */
static void merge_spanners(merger *m) {
    for (uint32_t i = 0; i < m->part_count; i++) {
        part *p = &m->parts[i];
        if (!p->spans) {
            continue;
        }
        spanner made = {.from = p->strip, .to = p->strip, .cell = p->cell};
        for (uint32_t k = 0; k < m->spanner_count; k++) {
            spanner *s = &m->spanners[k];
            bool same = contains(&s->cell, &made.cell) && contains(&made.cell, &s->cell);
            if (same ||
                (xtr__drafts_overlap(&s->cell, &made.cell) && !contains(&s->cell, &made.cell))) {
                made.from = s->from;
                xtr__draft cell = s->cell;
                xtr__merge_drafts(&cell, &made.cell, m->next);
                made.cell = cell;
                *s = m->spanners[--m->spanner_count];
                k = UINT32_MAX; /* begins again */
            }
        }
        m->spanners[m->spanner_count++] = made;
    }
    for (uint32_t i = 0; i < m->spanner_count; i++) {
        for (uint32_t k = 0; k < m->spanner_count; k++) {
            m->spanners[i].depth += k != i && contains(&m->spanners[k].cell, &m->spanners[i].cell);
        }
        if (m->spanners[i].depth >= m->strips) {
            m->spanners[i].depth = m->strips - 1;
        }
    }
}

/** The spanner of several lines that a part stands between, or NULL. */
static spanner *around(const merger *m, const part *p) {
    for (uint32_t i = 0; i < m->spanner_count; i++) {
        spanner *s = &m->spanners[i];
        if (contains(&s->cell, &p->cell) && p->strip > s->from && p->strip < s->to) {
            return s;
        }
    }
    return NULL;
}

/** Leaves reach from below the deepest spanner over them to the last row of the header. */
static uint32_t place_leaves(const merger *m, xtr__draft *leaves, uint32_t rows) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->part_count; i++) {
        part *p = &m->parts[i];
        spanner *s = p->spans ? NULL : around(m, p);
        if (s != NULL) {
            uint16_t column = s->cell.column, span = s->cell.column_span;
            xtr__merge_drafts(&s->cell, &p->cell, m->next);
            s->cell.column = column;
            s->cell.column_span = span;
        } else if (!p->spans) {
            count = xtr__add_draft(leaves, count, p->cell, m->next);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t top = 0;
        for (uint32_t k = 0; k < m->spanner_count; k++) {
            const spanner *s = &m->spanners[k];
            if (xtr__drafts_overlap(&s->cell, &leaves[i]) && s->depth + 1 > top) {
                top = s->depth + 1;
            }
        }
        leaves[i].row = (uint16_t)top;
        leaves[i].row_span = (uint16_t)(rows - top);
    }
    return count;
}

/** Adds an empty cell wherever no other one is. */
static uint32_t fill_gaps(const xtr__body *b, xtr__draft *cells, uint32_t count, uint32_t rows) {
    uint32_t whole = count;
    for (uint32_t row = 0; row < rows; row++) {
        uint64_t taken = 0;
        for (uint32_t i = 0; i < count; i++) {
            const xtr__draft *c = &cells[i];
            for (uint32_t k = 0; row >= c->row && row < c->row + c->row_span && k < c->column_span;
                 k++) {
                taken |= UINT64_C(1) << (c->column + k);
            }
        }
        for (uint32_t c = 0; c < b->columns; c++) {
            if (!(taken >> c & 1)) {
                cells[whole++] = (xtr__draft){.row = (uint16_t)row,
                                              .column = (uint16_t)c,
                                              .row_span = 1,
                                              .column_span = 1,
                                              .head = XTR__NO_TOKEN};
            }
        }
    }
    return whole;
}

uint32_t xtr__merge_header(const xtr__body *b, uint32_t strips, const xtr__gutter *extent,
                           uint32_t *next, xtr__draft *out, uint32_t *rows) {
    merger m = {.b = b, .extent = extent, .strips = strips, .next = next};
    *rows = 0;
    if (strips == 0 || !collect_parts(&m)) {
        return 0;
    }
    mark_spanners(&m);
    merge_spanners(&m);
    *rows = 1;
    for (uint32_t i = 0; i < m.spanner_count; i++) {
        *rows = m.spanners[i].depth + 2 > *rows ? m.spanners[i].depth + 2 : *rows;
    }
    uint32_t count = place_leaves(&m, out, *rows);
    for (uint32_t i = 0; i < m.spanner_count; i++) {
        out[count] = m.spanners[i].cell;
        out[count].row_span = 1;
        out[count++].row = (uint16_t)m.spanners[i].depth;
    }
    count = fill_gaps(b, out, count, *rows);
    for (uint32_t i = 0; i < count; i++) {
        out[i].header = true;
    }
    return count;
}
