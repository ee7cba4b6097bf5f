/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables by their tags, where their rows stand below each other and their cells beside each other.
 * They are taken out of the text like those that are ruled, and before these. */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 256, MOST_LETTERS = 300, LEAST_CELLS = 3 };
#define NONE UINT32_MAX

/** A cell while its table is judged. */
typedef struct found {
    xtr__raw_cell cell;
    uint32_t table; /* tag */
    uint32_t tag, letters;
    float x0, x1, top, bottom; /* of its text */
} found;

typedef struct finder {
    xtr__flow *flow;
    const xtr__tag *tags;
    uint32_t *tables, *cells; /* by tag: the outermost table and its cell; cells then: of `found` */
    found *found;
    uint32_t count;
} finder;

/* Cells ------------------------------------------------------------------------------------- */

static bool is_cell(const xtr__tag *tag) {
    return tag->role == XTR__TAG_CELL || tag->role == XTR__TAG_HEAD_CELL;
}

/** Says of each tag which outermost table and which of its cells it belongs to. */
static bool place_tags(finder *f, const xtr__sheet *sheet) {
    bool any = false;
    for (uint32_t i = 0; i < sheet->tags.count; i++) {
        const xtr__tag *tag = &f->tags[i];
        f->tables[i] = f->cells[i] = NONE;
        if (tag->parent != XTR__NO_TAG) {
            f->tables[i] = f->tables[tag->parent];
            f->cells[i] = f->cells[tag->parent];
        }
        if (f->tables[i] == NONE && tag->role == XTR__TAG_TABLE)
            f->tables[i] = i;
        bool row = tag->parent != XTR__NO_TAG && f->tags[tag->parent].role == XTR__TAG_ROW;
        if (f->tables[i] != NONE && f->cells[i] == NONE && is_cell(tag) && row) {
            f->cells[i] = i;
            f->count++;
            any = true;
        }
    }
    return any;
}

static int compare_found(const void *a, const void *b, void *payload) {
    const xtr__tag *tags = payload;
    uint32_t l = tags[((const found *)a)->tag].order, r = tags[((const found *)b)->tag].order;
    return (l > r) - (l < r);
}

/** The cells in the order of the tree, with their rows and columns; what spans rows keeps its
 *  columns in those below. */
static void place_cells(finder *f) {
    uint32_t n = 0, row = 0, column = 0, table = NONE, last_row = NONE, busy[MOST_COLUMNS];
    for (uint32_t i = 0; i < f->flow->sheet->tags.count; i++) {
        if (f->cells[i] == i)
            f->found[n++] = (found){.tag = i, .x0 = 1e9F, .x1 = -1e9F};
    }
    qsort_r(f->found, n, sizeof *f->found, compare_found, (void *)f->tags);
    for (uint32_t i = 0; i < n; i++) {
        const xtr__tag *tag = &f->tags[f->found[i].tag];
        if (f->tables[f->found[i].tag] != table) {
            table = f->tables[f->found[i].tag];
            memset(busy, 0, sizeof busy);
            row = column = 0;
        } else if (tag->parent != last_row) {
            for (uint32_t k = 0; k < MOST_COLUMNS; k++)
                busy[k] -= busy[k] > 0;
            row++;
            column = 0;
        }
        last_row = tag->parent;
        while (column < MOST_COLUMNS && busy[column] > 0)
            column++;
        f->found[i].cell = (xtr__raw_cell){.row = (uint16_t)(row < UINT16_MAX ? row : UINT16_MAX),
                                           .column = (uint16_t)column,
                                           .row_span = tag->rows,
                                           .column_span = tag->columns,
                                           .header = tag->role == XTR__TAG_HEAD_CELL};
        f->found[i].table = table;
        for (uint32_t k = 0; k < tag->columns && column < MOST_COLUMNS; k++)
            busy[column++] = tag->rows;
    }
    for (uint32_t i = 0; i < n; i++)
        f->cells[f->found[i].tag] = i;
    /* Parents come before their children, so those now have a number. */
    for (uint32_t i = 0; i < f->flow->sheet->tags.count; i++) {
        uint32_t parent = f->tags[i].parent;
        if (f->cells[i] != NONE && f->found[f->cells[i] < n ? f->cells[i] : 0].tag != i)
            f->cells[i] = f->cells[parent];
    }
}

/** The cell (of `found`) that a word belongs to. */
static uint32_t cell_of_word(const finder *f, const xtr__word *word) {
    uint16_t mark = f->flow->glyphs[word->glyph].mark;
    uint32_t tag = mark > 0 ? f->flow->sheet->marks.items[mark - 1].tag : XTR__NO_TAG;
    return tag == XTR__NO_TAG ? NONE : f->cells[tag];
}

static void measure_cells(finder *f) {
    for (uint32_t i = 0; i < f->flow->word_count; i++) {
        const xtr__word *word = &f->flow->words[i];
        uint32_t at = cell_of_word(f, word);
        if (at == NONE)
            continue;
        found *c = &f->found[at];
        c->top = c->letters > 0 ? fminf(c->top, word->top) : word->top;
        c->bottom = c->letters > 0 ? fmaxf(c->bottom, word->bottom) : word->bottom;
        c->x0 = fminf(c->x0, word->x0);
        c->x1 = fmaxf(c->x1, word->x1);
        c->letters += word->letters;
    }
}

/* Judgement --------------------------------------------------------------------------------- */

/** Whether most rows only go on with what the row above says: programs that guess tags make a row
 *  of each line of text. */
static bool is_of_lines(const finder *f, uint32_t first, uint32_t end, uint32_t columns) {
    uint32_t rows = 0, lines = 0;
    for (uint32_t i = first, row_end; i < end; i = row_end) {
        uint32_t filled = 0;
        bool starts = false;
        for (row_end = i; row_end < end && f->found[row_end].cell.row == f->found[i].cell.row;
             row_end++) {
            const found *c = &f->found[row_end];
            filled += c->letters > 0;
            starts = starts || (c->letters > 0 && c->cell.column == 0);
        }
        rows++;
        lines += filled > 0 && !starts && filled * 2 < columns;
    }
    return lines * 2 > rows;
}

/** Whether cells `first` to `end` (of `found`) are a table to the eye: several rows and columns,
 *  below and beside each other, of little text each. */
static bool stands_as_table(const finder *f, uint32_t first, uint32_t end) {
    uint32_t columns = 0, cells = 0, letters = 0, pairs = 0, right = 0, left = 0, down = 0, up = 0;
    const found *last = NULL, *above = NULL;
    for (uint32_t i = first; i < end; i++) {
        const found *c = &f->found[i];
        columns = (uint32_t)(c->cell.column + c->cell.column_span) > columns
                      ? (uint32_t)(c->cell.column + c->cell.column_span)
                      : columns;
        if (c->letters == 0)
            continue;
        cells++;
        letters += c->letters;
        if (last != NULL && last->cell.row == c->cell.row) {
            pairs++;
            right += c->x0 >= last->x1 - 2;
            left += c->x1 <= last->x0 + 2;
        } else if (above != NULL) {
            down += c->top >= above->top + 2;
            up += c->top < above->top + 2;
        }
        if (last == NULL || last->cell.row != c->cell.row)
            above = c;
        last = c;
    }
    uint32_t beside = right > left ? right : left;
    return cells >= LEAST_CELLS && columns >= 2 && down >= 1 && pairs >= 1 &&
           letters <= MOST_LETTERS * cells && beside * 10 >= pairs * 9 && up * 9 <= down &&
           !is_of_lines(f, first, end, columns);
}

/* Tables ------------------------------------------------------------------------------------ */

/** Cells `first` to `end` (of `found`) as a table; their words are noted in `used`. */
static xtr__raw_table *make_table(const finder *f, uint32_t first, uint32_t end,
                                  const uint32_t *words, bool *used) {
    const xtr__flow *flow = f->flow;
    uint32_t count = f->found[end - 1].cell.first + f->found[end - 1].cell.count;
    xtr__raw_table *table = xtr__scratch_take(flow->scratch, 1, sizeof *table);
    xtr__raw_cell *cells = xtr__scratch_take(flow->scratch, end - first, sizeof *cells);
    uint32_t *own =
        xtr__scratch_take(flow->scratch, count - f->found[first].cell.first, sizeof *own);
    if (table == NULL || cells == NULL || own == NULL)
        return NULL;
    uint32_t base = f->found[first].cell.first;
    *table = (xtr__raw_table){.cells = cells, .words = own, .cell_count = end - first};
    table->word_count = count - base;
    table->box = (xtr_box){1e9F, 1e9F, -1e9F, -1e9F};
    for (uint32_t i = first; i < end; i++) {
        const found *c = &f->found[i];
        xtr__raw_cell *cell = &cells[i - first];
        *cell = c->cell;
        cell->first -= base;
        uint32_t row = (uint32_t)cell->row + cell->row_span;
        uint32_t column = (uint32_t)cell->column + cell->column_span;
        table->rows = row > table->rows && row < UINT16_MAX ? (uint16_t)row : table->rows;
        table->columns = column > table->columns ? (uint16_t)column : table->columns;
        if (c->letters == 0)
            continue;
        float x0 = flow->backwards ? -c->x1 : c->x0, x1 = flow->backwards ? -c->x0 : c->x1;
        cell->box = (xtr_box){x0, c->top, x1, c->bottom};
        table->box = (xtr_box){fminf(table->box.x0, x0), fminf(table->box.y0, c->top),
                               fmaxf(table->box.x1, x1), fmaxf(table->box.y1, c->bottom)};
    }
    for (uint32_t k = 0; k < table->word_count; k++) {
        own[k] = words[base + k];
        used[own[k]] = true;
    }
    return table;
}

/** The words of all cells, one cell after the other. */
static bool sort_words(finder *f, uint32_t *words) {
    uint32_t *next = xtr__scratch_take(f->flow->scratch, f->count, sizeof *next);
    if (next == NULL)
        return false;
    for (uint32_t i = 0; i < f->flow->word_count; i++) {
        uint32_t at = cell_of_word(f, &f->flow->words[i]);
        if (at != NONE)
            f->found[at].cell.count++;
    }
    for (uint32_t i = 0, at = 0; i < f->count; i++) {
        next[i] = f->found[i].cell.first = at;
        at += f->found[i].cell.count;
    }
    for (uint32_t i = 0; i < f->flow->word_count; i++) {
        uint32_t at = cell_of_word(f, &f->flow->words[i]);
        if (at != NONE)
            words[next[at]++] = i;
    }
    return true;
}

xtr__raw_table *xtr__find_tagged_tables(xtr__flow *flow, bool *used) {
    const xtr__sheet *sheet = flow->sheet;
    uint32_t tags = (uint32_t)sheet->tags.count;
    xtr__raw_table *list = NULL;
    if (!sheet->ordered)
        return NULL;
    finder f = {.flow = flow, .tags = sheet->tags.items};
    f.tables = xtr__scratch_take(flow->scratch, tags, sizeof *f.tables);
    f.cells = xtr__scratch_take(flow->scratch, tags, sizeof *f.cells);
    if (f.tables == NULL || f.cells == NULL || !place_tags(&f, sheet))
        return NULL;
    f.found = xtr__scratch_take(flow->scratch, f.count, sizeof *f.found);
    uint32_t *words = xtr__scratch_take(flow->scratch, flow->word_count, sizeof *words);
    if (f.found == NULL || words == NULL)
        return NULL;
    place_cells(&f);
    measure_cells(&f);
    if (!sort_words(&f, words))
        return NULL;
    for (uint32_t i = 0, end; i < f.count; i = end) {
        for (end = i; end < f.count && f.found[end].table == f.found[i].table;)
            end++;
        xtr__raw_table *table =
            stands_as_table(&f, i, end) ? make_table(&f, i, end, words, used) : NULL;
        if (table != NULL) {
            table->next = list;
            list = table;
        }
    }
    return list;
}
