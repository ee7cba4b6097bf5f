/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of data become tables: their cells are placed as the standard says (HTML Living Standard,
 * section 4.9.12). Tables that only arrange a page are read like blocks. */
#include "html/writer.h"

#include <stdlib.h>
#include <strings.h>

enum {
    MAX_COLUMNS = 1000,
    MAX_CELLS = 100000,
    LONG_CELL = 800, /* bytes: text of a page, not of a table */
    MANY_BLOCKS = 4  /* paragraphs and lists in one cell: the same */
};

/* Data or layout ---------------------------------------------------------------------------- */

typedef struct look {
    unsigned rows, cells_of_row, most_cells;
    size_t text, longest; /* bytes of a cell */
    unsigned blocks, most_blocks;
    bool says_data, nested, page_like;
} look;

static void look_at_cell(look *l, const GumboNode *n) {
    l->cells_of_row++;
    l->most_cells = l->cells_of_row > l->most_cells ? l->cells_of_row : l->most_cells;
    l->text = l->blocks = 0;
    l->says_data = l->says_data || n->v.element.tag == GUMBO_TAG_TH ||
                   xtr__html_attribute(n, "scope") || xtr__html_attribute(n, "headers");
}

static void look_at(look *l, const GumboNode *n) {
    switch (n->v.element.tag) {
    case GUMBO_TAG_TR:
        l->rows++;
        l->cells_of_row = 0;
        break;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
        look_at_cell(l, n);
        break;
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TFOOT:
        l->says_data = true;
        break;
    case GUMBO_TAG_TABLE:
        l->nested = true;
        break;
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_NAV:
        l->page_like = true;
        break;
    case GUMBO_TAG_P:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_HR:
        l->blocks++;
        l->most_blocks = l->blocks > l->most_blocks ? l->blocks : l->most_blocks;
        break;
    default:
        break;
    }
}

bool xtr__html_is_data(const GumboNode *table) {
    const char *role = xtr__html_attribute(table, "role");
    const char *summary = xtr__html_attribute(table, "summary");
    if (role && (!strcasecmp(role, "presentation") || !strcasecmp(role, "none")))
        return false;
    look l = {.says_data = (role && (!strcasecmp(role, "table") || !strcasecmp(role, "grid"))) ||
                           (summary && *summary)};
    for (const GumboNode *n = xtr__html_next(table, table, true); n && !l.nested;
         n = xtr__html_next(n, table, true)) {
        if (n->type == GUMBO_NODE_ELEMENT && n->v.element.tag_namespace == GUMBO_NAMESPACE_HTML)
            look_at(&l, n);
        if (n->type == GUMBO_NODE_TEXT)
            l.text += strlen(n->v.text.text);
        l.longest = l.text > l.longest ? l.text : l.longest;
    }
    if (l.says_data)
        return true;
    return !l.nested && !l.page_like && l.rows > 1 && l.most_cells > 1 && l.longest < LONG_CELL &&
           l.most_blocks < MANY_BLOCKS;
}

/* Placing ----------------------------------------------------------------------------------- */

typedef struct cell {
    const GumboNode *node;
    uint32_t row, column, rows, columns;
    bool header;
} cell;

typedef struct grid {
    cell *cells;
    size_t count, capacity;
    uint32_t row;                  /* the next one */
    uint32_t busy[MAX_COLUMNS];    /* the first row in which a column is free */
    uint16_t numbers[MAX_COLUMNS]; /* of columns in which a cell begins */
    uint32_t columns;
    bool failed, cut;
} grid;

static uint32_t span_of(const GumboNode *node, const char *name, uint32_t most) {
    const char *value = xtr__html_attribute(node, name);
    long span = value ? strtol(value, NULL, 10) : 1;
    return span < 1 ? 1 : span > (long)most ? most : (uint32_t)span;
}

static cell *add_cell(grid *g) {
    if (g->count == g->capacity) {
        size_t capacity = 2 * g->capacity + 64;
        cell *cells = realloc(g->cells, capacity * sizeof *cells);
        if (!cells)
            return NULL;
        g->cells = cells;
        g->capacity = capacity;
    }
    return &g->cells[g->count++];
}

static void place_cell(grid *g, const GumboNode *node, uint32_t *column, bool head) {
    while (*column < MAX_COLUMNS && g->busy[*column] > g->row)
        ++*column;
    if (*column == MAX_COLUMNS || g->count == MAX_CELLS) {
        g->cut = true;
        return;
    }
    cell *c = add_cell(g);
    g->failed = g->failed || !c;
    if (!c)
        return;
    const char *rows = xtr__html_attribute(node, "rowspan");
    *c = (cell){.node = node, .row = g->row, .column = *column};
    /* Zero reaches to the end. */
    c->rows = rows && !strcmp(rows, "0") ? 65534 : span_of(node, "rowspan", 65534);
    c->columns = span_of(node, "colspan", MAX_COLUMNS - *column);
    c->header = head || node->v.element.tag == GUMBO_TAG_TH;
    /* Where cells would overlap, the earlier one keeps its place. */
    uint32_t free = 1;
    while (free < c->columns && g->busy[*column + free] <= g->row)
        free++;
    c->columns = free;
    for (uint32_t i = 0; i < c->columns; i++)
        g->busy[*column + i] = g->row + c->rows;
    g->numbers[*column] = 1;
    *column += c->columns;
    g->columns = *column > g->columns ? *column : g->columns;
}

static void place_row(grid *g, const GumboNode *row, bool head) {
    const GumboVector *children = xtr__html_children(row);
    uint32_t column = 0;
    size_t before = g->count;
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (xtr__html_is(child, GUMBO_TAG_TD) || xtr__html_is(child, GUMBO_TAG_TH))
            place_cell(g, child, &column, head);
    }
    if (g->count > before)
        g->row++;
}

/* Cells do not reach out of their group of rows. */
static void end_group(grid *g, size_t first) {
    for (size_t i = first; i < g->count; i++) {
        cell *c = &g->cells[i];
        c->rows = c->rows > g->row - c->row ? g->row - c->row : c->rows;
    }
    for (uint32_t i = 0; i < g->columns; i++)
        g->busy[i] = g->busy[i] > g->row ? g->row : g->busy[i];
}

static void place_group(grid *g, const GumboNode *table, GumboTag tag) {
    const GumboVector *groups = xtr__html_children(table);
    for (unsigned i = 0; i < groups->length; i++) {
        const GumboNode *group = groups->data[i];
        const GumboVector *rows = xtr__html_children(group);
        size_t first = g->count;
        if (!xtr__html_is(group, tag) || xtr__html_is_hidden(group))
            continue;
        for (unsigned k = 0; k < rows->length; k++) {
            if (xtr__html_is(rows->data[k], GUMBO_TAG_TR) && !xtr__html_is_hidden(rows->data[k]))
                place_row(g, rows->data[k], tag == GUMBO_TAG_THEAD);
        }
        end_group(g, first);
    }
}

/* Columns in which no cell begins are none. */
static void number_columns(grid *g) {
    uint16_t number = 0;
    for (uint32_t i = 0; i < g->columns; i++) {
        bool begins = g->numbers[i];
        g->numbers[i] = number;
        number = (uint16_t)(number + begins);
    }
    for (size_t i = 0; i < g->count; i++) {
        cell *c = &g->cells[i];
        uint32_t end = c->column + c->columns;
        uint32_t last = end < g->columns ? g->numbers[end] : number;
        c->column = g->numbers[c->column];
        c->columns = last - c->column;
    }
}

/* Writing ----------------------------------------------------------------------------------- */

static void put_cell(xtr__html_writer *w, const cell *c) {
    xtr_cell_begin(w->builder, &(xtr_cell_info){.row = c->row,
                                                .column = c->column,
                                                .row_span = c->rows,
                                                .column_span = c->columns,
                                                .header = c->header});
    xtr__html_end_block(w);
    w->cell_has_text = false;
    xtr__html_walk(w, c->node);
    xtr_cell_end(w->builder);
}

static void put_captions(xtr__html_writer *w, const GumboNode *table) {
    const GumboVector *children = xtr__html_children(table);
    for (unsigned i = 0; i < children->length; i++) {
        if (xtr__html_is(children->data[i], GUMBO_TAG_CAPTION))
            xtr__html_walk(w, children->data[i]);
    }
}

void xtr__html_put_table(xtr__html_writer *w, const GumboNode *table) {
    grid *g = calloc(1, sizeof *g);
    w->failed = w->failed || !g;
    if (!g)
        return;
    put_captions(w, table);
    place_group(g, table, GUMBO_TAG_THEAD);
    place_group(g, table, GUMBO_TAG_TBODY);
    place_group(g, table, GUMBO_TAG_TFOOT);
    number_columns(g);
    if (g->cut)
        xtr_partial(w->builder, XTR_E_LIMIT, 0, "a table was cut at %d columns or %d cells",
                    MAX_COLUMNS, MAX_CELLS);
    xtr__html_close(w);
    xtr__html_context before = w->now;
    w->now = (xtr__html_context){.type = XTR_PARAGRAPH};
    w->in_cell = true;
    xtr_table_begin(w->builder, (xtr_box){0});
    for (size_t i = 0; i < g->count; i++)
        put_cell(w, &g->cells[i]);
    xtr_table_end(w->builder);
    w->in_cell = false;
    w->now = before;
    xtr__html_end_block(w);
    w->failed = w->failed || g->failed;
    free(g->cells);
    free(g);
}
