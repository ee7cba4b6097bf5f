/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts of OpenDocument, which keep their values in a table (1.3 part 3, 11 and 9.1.2). */
#include "container/chart.h"

enum { MOST_CELLS = 100000, MOST_COLUMNS = 1024 };

enum { NONE, CHART, TITLE, TABLE, HEADER_ROWS, ROW, CELL, PARAGRAPH, REPEATED, BODY, CHART_BODY };

/* OpenDocument and OpenOffice 1. */
static const xtr__xml_space spaces[] = {
    {"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
    {"office", "http://openoffice.org/2000/office"},
    {"chart", "urn:oasis:names:tc:opendocument:xmlns:chart:1.0"},
    {"chart", "http://openoffice.org/2000/chart"},
    {"table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"},
    {"table", "http://openoffice.org/2000/table"},
    {"text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"},
    {"text", "http://openoffice.org/2000/text"},
};

static const xtr__xml_name names[] = {
    {"chart:chart", CHART},
    {"chart:title", TITLE},
    {"chart:subtitle", TITLE},
    {"table:table", TABLE},
    {"table:table-row", ROW},
    {"table:table-header-rows", HEADER_ROWS},
    {"table:table-cell", CELL},
    {"text:p", PARAGRAPH},
    {"table:number-columns-repeated", REPEATED},
};

static const xtr__xml_name kinds[] = {
    {"office:body", BODY}, {"office:chart", CHART_BODY}, {"chart:chart", CHART_BODY}};

static const xtr__chart_names known = {spaces, sizeof spaces / sizeof *spaces, names,
                                       sizeof names / sizeof *names, XTR__TREE_THROUGH};

static bool has_text(int id) {
    return id == PARAGRAPH;
}

/* The paragraphs of an element, one behind the other. */
static void put_text(xtr_builder *b, const xtr__tree *tree, uint32_t top) {
    bool any = false, space = false;
    for (uint32_t n = xtr__tree_walk(tree, top, top); n; n = xtr__tree_walk(tree, n, top)) {
        int id = xtr__tree_id(tree, n);
        size_t size = 0;
        const char *text = id == XTR__TREE_TEXT ? xtr__tree_content(tree, n, &size) : "";
        space = (space || id == PARAGRAPH) && any;
        if (!size)
            continue;
        xtr_text(b, " ", space);
        xtr_text(b, text, size);
        any = true;
        space = false;
    }
}

/* How many cells it has room for; the last ones are often empty and repeated. */
static uint32_t write_row(xtr_builder *b, const xtr__tree *tree, uint32_t node, uint32_t row) {
    bool header = xtr__tree_id(tree, xtr__tree_parent(tree, node)) == HEADER_ROWS;
    uint32_t column = 0, count = 0;
    for (uint32_t n = xtr__tree_first(tree, node); n && column < MOST_COLUMNS;
         n = xtr__tree_next(tree, n)) {
        if (xtr__tree_id(tree, n) != CELL)
            continue;
        int64_t repeated = xtr__tree_number(tree, n, REPEATED, 1);
        xtr_cell_begin(b, &(xtr_cell_info){.row = row, .column = column, .header = header});
        put_text(b, tree, n);
        xtr_cell_end(b);
        column += repeated > 1 && repeated < MOST_COLUMNS ? (uint32_t)repeated : 1;
        count++;
    }
    return count;
}

static void write_table(xtr__charts *charts, uint32_t table, uint32_t page, xtr_box box) {
    const xtr__tree *tree = charts->tree;
    xtr_builder *b = xtr_job_builder(charts->job);
    uint32_t row = 0, cells = 0;
    xtr_table_begin(b, box);
    for (uint32_t n = xtr__tree_walk(tree, table, table);
         n && cells < MOST_CELLS && !xtr_job_should_stop(charts->job);
         n = xtr__tree_walk(tree, n, table)) {
        if (xtr__tree_id(tree, n) == ROW)
            cells += write_row(b, tree, n, row++);
    }
    xtr_table_end(b);
    if (cells >= MOST_CELLS)
        xtr_partial(b, XTR_E_LIMIT, page, "a chart has more than %d values", MOST_CELLS);
}

/* What an object is, its body says first: other ones may be large. */
typedef struct kind {
    bool in_body, is_chart, known;
} kind;

static void kind_begin(void *payload, const xtr__xml_element *element) {
    kind *k = payload;
    k->is_chart = k->is_chart || (k->in_body && element->id == CHART_BODY);
    k->known = k->known || k->in_body;
    k->in_body = k->in_body || element->id == BODY;
}

static bool is_chart(xtr_job *job, xtr__zip *zip, size_t part) {
    kind k = {.in_body = false};
    xtr__xml_names *of_kinds = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, kinds,
                                                  sizeof kinds / sizeof *kinds);
    const xtr__xml_handler handler = {.names = of_kinds, .begin = kind_begin};
    if (of_kinds)
        (void)xtr__xml_parse_part_until(job, zip, part, &handler, &k, &k.known);
    xtr__xml_names_drop(of_kinds);
    return k.is_chart;
}

void xtr__chart_write_odf(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page,
                          xtr_box box) {
    if (!xtr__charts_take(charts, zip, part) || !is_chart(charts->job, zip, (size_t)part) ||
        !xtr__charts_read(charts, zip, part, page, &known, has_text))
        return;
    xtr_builder *b = xtr_job_builder(charts->job);
    const xtr__tree *tree = charts->tree;
    uint32_t chart = xtr__tree_find(tree, 0, CHART);
    uint32_t table = chart ? xtr__tree_find(tree, chart, TABLE) : 0;
    for (uint32_t n = chart; n; n = xtr__tree_walk(tree, n, chart)) {
        if (xtr__tree_id(tree, n) != TITLE || !xtr__tree_find(tree, n, PARAGRAPH))
            continue;
        xtr_element_begin(b, &(xtr_element_info){.type = XTR_CAPTION, .box = box});
        put_text(b, tree, n);
        xtr_element_end(b);
    }
    if (table)
        write_table(charts, table, page, box);
}
