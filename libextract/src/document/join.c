/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables that go on over the next page become one: the last block of a page and the first of the
 * next are tables of the same columns, at the same place, and the second has the same head, or
 * none. Running heads and notes between are looked over. A head that is repeated goes. */
#include "document/join.h"

#include <math.h>
#include <string.h>

typedef struct joiner {
    xtr__joining *d;
    uint32_t elements, tables, cells; /* kept so far */
    xtr__table *open;                 /* the last block of the page before, or NULL */
    const xtr__page *open_page;
} joiner;

static bool is_flow(const xtr__element *e) {
    return e->type != XTR_HEADER && e->type != XTR_FOOTER && e->type != XTR_FOOTNOTE;
}

static xtr__cell *cells_of(const joiner *j, const xtr__table *t) {
    return j->d->cells + t->cells.at;
}

/* Heads ------------------------------------------------------------------------------------- */

/* How many of a table's cells, which come by row, are its head. */
static uint32_t head_cells(const joiner *j, const xtr__table *t) {
    uint32_t n = 0;
    while (n < t->cells.size && cells_of(j, t)[n].header)
        n++;
    return n;
}

static uint32_t head_rows(const joiner *j, const xtr__table *t, uint32_t cells) {
    return cells < t->cells.size ? cells_of(j, t)[cells].row : t->rows;
}

static bool same_text(const joiner *j, xtr__range a, xtr__range b) {
    return a.size == b.size && !memcmp(j->d->text + a.at, j->d->text + b.at, a.size);
}

static bool same_head(const joiner *j, const xtr__table *a, const xtr__table *b, uint32_t cells) {
    const xtr__cell *l = cells_of(j, a), *r = cells_of(j, b);
    for (uint32_t i = 0; i < cells; i++) {
        if (l[i].row != r[i].row || l[i].column != r[i].column ||
            l[i].column_span != r[i].column_span || !same_text(j, l[i].text, r[i].text))
            return false;
    }
    return true;
}

/* Whether most cells but the labels hold digits: what was taken for a head is the next row. */
static bool has_values(const joiner *j, const xtr__table *t, uint32_t cells) {
    uint32_t others = 0, values = 0;
    for (uint32_t i = 0; i < cells; i++) {
        const xtr__cell *c = &cells_of(j, t)[i];
        bool digit = false;
        for (uint32_t k = 0; k < c->text.size; k++)
            digit = digit || (unsigned char)(j->d->text[c->text.at + k] - '0') < 10;
        others += c->column > 0;
        values += c->column > 0 && digit;
    }
    return others && values * 2 >= others;
}

/* Joining ----------------------------------------------------------------------------------- */

/* Whether a table at the top of a page has the place and the columns of the open one. */
static bool fits(const joiner *j, const xtr__table *t, const xtr__page *page) {
    const xtr__table *open = j->open;
    if (!open || open->columns != t->columns || page->number != j->open_page->number + 1)
        return false;
    const xtr_box *a = &open->bounding_box, *b = &t->bounding_box;
    float slack = fmaxf(12, 0.05F * (a->x1 - a->x0));
    return a->x1 > a->x0 && fabsf(a->x0 - b->x0) < slack && fabsf(a->x1 - b->x1) < slack &&
           b->y0 < 0.4F * page->height;
}

/* Adds the rows of a table, whose cells follow those kept, to the open one. False when it begins
 * anew: it has a head of its own. */
static bool join(joiner *j, const xtr__table *t) {
    uint32_t cells = head_cells(j, t), open_cells = head_cells(j, j->open), skip = 0;
    if (cells && cells == open_cells && same_head(j, j->open, t, cells))
        skip = cells;
    else if (cells && (!has_values(j, t, cells) || has_values(j, j->open, open_cells)))
        return false;
    uint32_t first_row = skip ? head_rows(j, t, cells) : 0;
    for (uint32_t i = skip; i < t->cells.size; i++) {
        xtr__cell cell = cells_of(j, t)[i];
        cell.row = j->open->rows + cell.row - first_row;
        cell.header = false;
        j->d->cells[j->cells++] = cell;
    }
    j->open->cells.size = j->cells - j->open->cells.at;
    j->open->rows += t->rows - first_row;
    return true;
}

static xtr__table *keep_table(joiner *j, xtr__table table) {
    memmove(j->d->cells + j->cells, cells_of(j, &table), table.cells.size * sizeof(xtr__cell));
    table.cells.at = j->cells;
    j->cells += table.cells.size;
    j->d->tables[j->tables] = table;
    return &j->d->tables[j->tables++];
}

/* Keeps elements `first` to `end` - 1 but those that go on with a table. `page` is NULL outside of
 * pages. */
static void keep_elements(joiner *j, uint32_t first, uint32_t end, const xtr__page *page) {
    bool begun = false; /* the first block of the page was seen */
    xtr__table *last = NULL;
    for (uint32_t i = first; i < end; i++) {
        xtr__element e = j->d->elements[i];
        xtr__table table = {.rows = 0};
        if (e.type == XTR_TABLE)
            table = j->d->tables[e.table];
        if (e.type == XTR_TABLE && page && !begun && fits(j, &table, page) && join(j, &table)) {
            last = j->open;
            begun = true;
            continue;
        }
        if (e.type == XTR_TABLE) {
            e.table = j->tables;
            last = keep_table(j, table);
        } else if (is_flow(&e)) {
            last = NULL;
        }
        begun = begun || is_flow(&e);
        j->d->elements[j->elements++] = e;
    }
    j->open = last;
    j->open_page = page;
}

void xtr__join_tables(xtr__joining *d) {
    joiner j = {.d = d};
    uint32_t at = 0;
    for (uint32_t p = 0; p < d->page_count; p++) {
        xtr__page *page = &d->pages[p];
        uint32_t end = page->elements.at + page->elements.size, first;
        if (page->elements.at > at)
            keep_elements(&j, at, page->elements.at, NULL);
        first = j.elements;
        keep_elements(&j, page->elements.at, end, page);
        page->elements = (xtr__range){first, j.elements - first};
        at = end;
    }
    keep_elements(&j, at, d->element_count, NULL);
    d->element_count = j.elements;
    d->table_count = j.tables;
    d->cell_count = j.cells;
}
