/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts: the title, and the values they were drawn from, which the part caches, as a table: one
 * row a category, one column a series (ECMA-376 part 1, 21.2). */
#include "container/chart.h"
#include "sheet/number.h"

#include <stdlib.h>
#include <string.h>

enum {
    NONE,
#define CHART_NAME(id, name) id,
#define CHART_SAME(id, name)
#include "container/chart.def"
#undef CHART_NAME
#undef CHART_SAME
    C_PLOTTED
};

/* Transitional and strict. */
static const xtr__xml_space spaces[] = {
    {"a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
    {"a", "http://purl.oclc.org/ooxml/drawingml/main"},
    {"c", "http://schemas.openxmlformats.org/drawingml/2006/chart"},
    {"c", "http://purl.oclc.org/ooxml/drawingml/chart"},
};

static const xtr__xml_name names[] = {
#define CHART_NAME(id, name) {name, id},
#define CHART_SAME           CHART_NAME
#include "container/chart.def"
#undef CHART_NAME
#undef CHART_SAME
};

static bool has_text(int id) {
    return id == A_T || id == C_V || id == C_FORMAT;
}

enum { MOST_SERIES = 255, MOST_POINTS = 20000, MOST_CELLS = 100000 };

typedef struct series {
    uint32_t name, categories, values, sizes; /* nodes; 0: none */
} series;

typedef struct chart {
    xtr_job *job;
    xtr_builder *builder;
    const xtr__tree *tree;
    uint32_t page;
    bool epoch_1904;
    xtr_box box;
    series items[MOST_SERIES];
    size_t count;
} chart;

/* The cached data of a series ----------------------------------------------------------------- */

/* The cache below c:cat, c:val, c:tx, ...: of several levels the innermost, which comes first. */
static uint32_t cache_of(const xtr__tree *tree, uint32_t node) {
    for (uint32_t n = node ? xtr__tree_walk(tree, node, node) : 0; n;
         n = xtr__tree_walk(tree, n, node)) {
        switch (xtr__tree_id(tree, n)) {
        case C_STR_CACHE:
        case C_NUM_CACHE:
        case C_STR_LIT:
        case C_NUM_LIT:
        case C_LVL:
            return n;
        default:
            break;
        }
    }
    return 0;
}

typedef struct column {
    uint32_t *points; /* c:pt by index; 0: none */
    uint32_t count;
    xtr__number_format *format; /* NULL: text, which stays as it is written */
} column;

static size_t size_of(const column *c) {
    return c->count * sizeof *c->points;
}

static void drop_column(chart *c, column *from) {
    if (from->points)
        xtr_job_charge(c->job, -(int64_t)size_of(from));
    free(from->points);
    xtr__number_format_drop(from->format);
    *from = (column){NULL, 0, NULL};
}

static uint32_t count_points(chart *c, uint32_t cache) {
    const xtr__tree *tree = c->tree;
    uint32_t count = 0;
    bool cut = false;
    for (uint32_t n = cache ? xtr__tree_first(tree, cache) : 0; n; n = xtr__tree_next(tree, n)) {
        int64_t index = xtr__tree_number(tree, n, AT_IDX, -1);
        if (xtr__tree_id(tree, n) != C_PT)
            continue;
        cut = cut || index >= MOST_POINTS;
        if (index >= count && index < MOST_POINTS)
            count = (uint32_t)index + 1;
    }
    if (cut)
        xtr_partial(c->builder, XTR_E_LIMIT, c->page, "a series of a chart was cut at %d values",
                    MOST_POINTS);
    return count;
}

static bool make_format(chart *c, column *to, uint32_t cache) {
    int id = xtr__tree_id(c->tree, cache);
    if (id != C_NUM_CACHE && id != C_NUM_LIT)
        return true;
    uint32_t code = xtr__tree_child(c->tree, cache, C_FORMAT);
    size_t size = 0;
    const char *text = code ? xtr__tree_content(c->tree, code, &size) : "";
    to->format = xtr__number_format_new(text, size);
    return to->format != NULL;
}

static column read_column(chart *c, uint32_t node) {
    const xtr__tree *tree = c->tree;
    uint32_t cache = cache_of(tree, node);
    column read = {NULL, count_points(c, cache), NULL};
    if (!read.count)
        return read;
    if (xtr_job_charge(c->job, (int64_t)size_of(&read))) {
        read.points = calloc(read.count, sizeof *read.points);
        if (!read.points)
            xtr_job_charge(c->job, -(int64_t)size_of(&read));
    }
    if (!read.points || !make_format(c, &read, cache)) {
        drop_column(c, &read);
        xtr_partial(c->builder, XTR_E_MEMORY, c->page, "a chart was cut: out of memory");
        return read;
    }
    for (uint32_t n = xtr__tree_first(tree, cache); n; n = xtr__tree_next(tree, n)) {
        int64_t index = xtr__tree_number(tree, n, AT_IDX, -1);
        if (xtr__tree_id(tree, n) == C_PT && index >= 0 && index < read.count)
            read.points[index] = n;
    }
    return read;
}

static bool has_row(const column *c, uint32_t row) {
    return row < c->count && c->points[row];
}

static const char *value_at(const xtr__tree *tree, const column *c, uint32_t row, size_t *size) {
    uint32_t point = has_row(c, row) ? c->points[row] : 0;
    uint32_t value = point ? xtr__tree_child(tree, point, C_V) : 0;
    *size = 0;
    return value ? xtr__tree_content(tree, value, size) : "";
}

static void put_cell(chart *c, uint32_t row, uint32_t at, const column *from, uint32_t index) {
    size_t size;
    const char *text = value_at(c->tree, from, index, &size);
    char shown[XTR__SHOWN_SIZE];
    double value;
    if (from->format && xtr__number_parse(&value, text, size)) {
        size = xtr__number_show(shown, from->format, value, c->epoch_1904);
        text = shown;
    }
    xtr_cell_begin(c->builder, &(xtr_cell_info){.row = row, .column = at});
    xtr_text(c->builder, text, size);
    xtr_cell_end(c->builder);
}

/* The text of all runs below a node, with spaces between paragraphs; false when there is none. */
static bool put_plain(chart *c, uint32_t top) {
    bool any = false, space = false;
    for (uint32_t n = top; n; n = xtr__tree_walk(c->tree, n, top)) {
        int id = xtr__tree_id(c->tree, n);
        size_t size = 0;
        const char *text = id == A_T ? xtr__tree_content(c->tree, n, &size) : "";
        space = (space || id == A_P || id == A_BR) && any;
        if (!size)
            continue;
        xtr_text(c->builder, " ", space);
        xtr_text(c->builder, text, size);
        any = true;
        space = false;
    }
    return any;
}

/* Titles and names: typed in, or cached from the sheet. */
static void put_label(chart *c, uint32_t node) {
    if (!node || put_plain(c, node))
        return;
    column labels = read_column(c, node);
    for (uint32_t i = 0; i < labels.count; i++) {
        size_t size;
        const char *value = value_at(c->tree, &labels, i, &size);
        xtr_text(c->builder, " ", i > 0);
        xtr_text(c->builder, value, size);
    }
    drop_column(c, &labels);
}

/* Tables ------------------------------------------------------------------------------------ */

static bool same_categories(chart *c, const column *a, uint32_t node) {
    column b = read_column(c, node);
    bool same = a->count == b.count || !b.count;
    for (uint32_t i = 0; same && i < b.count; i++) {
        size_t size_a, size_b;
        const char *value_a = value_at(c->tree, a, i, &size_a);
        const char *value_b = value_at(c->tree, &b, i, &size_b);
        same = size_a == size_b && !memcmp(value_a, value_b, size_a);
    }
    drop_column(c, &b);
    return same;
}

static bool any_has_row(const column *columns, size_t count, uint32_t row) {
    for (size_t i = 0; i < count; i++) {
        if (has_row(&columns[i], row))
            return true;
    }
    return false;
}

static void put_names(chart *c, size_t from, size_t to, uint32_t axis_title) {
    xtr_cell_info cell = {.header = true};
    xtr_cell_begin(c->builder, &cell);
    put_label(c, axis_title);
    xtr_cell_end(c->builder);
    for (size_t i = from; i < to; i++) {
        bool sizes = c->items[i].sizes != 0;
        cell.column++;
        cell.column_span = sizes ? 2 : 1;
        xtr_cell_begin(c->builder, &cell);
        put_label(c, c->items[i].name);
        xtr_cell_end(c->builder);
        cell.column += sizes;
    }
}

/* Writes series from `from` on that have the same categories; returns the first that has not. */
static size_t write_table(chart *c, size_t from, uint32_t axis_title) {
    column categories = read_column(c, c->items[from].categories);
    size_t to = from + 1;
    while (to < c->count && same_categories(c, &categories, c->items[to].categories))
        to++;
    xtr_table_begin(c->builder, c->box);
    put_names(c, from, to, axis_title);
    column columns[2 * MOST_SERIES];
    size_t count = 0;
    uint32_t rows = categories.count;
    for (size_t i = from; i < to; i++) {
        columns[count++] = read_column(c, c->items[i].values);
        if (c->items[i].sizes)
            columns[count++] = read_column(c, c->items[i].sizes);
    }
    for (size_t i = 0; i < count; i++)
        rows = columns[i].count > rows ? columns[i].count : rows;
    uint32_t written = 0, most = (uint32_t)(MOST_CELLS / (count + 1));
    for (uint32_t row = 0; row < rows && !xtr_job_should_stop(c->job); row++) {
        if (!has_row(&categories, row) && !any_has_row(columns, count, row))
            continue;
        if (written == most) {
            xtr_partial(c->builder, XTR_E_LIMIT, c->page, "a chart has more than %d values",
                        MOST_CELLS);
            break;
        }
        put_cell(c, ++written, 0, &categories, row);
        for (size_t i = 0; i < count; i++)
            put_cell(c, written, (uint32_t)i + 1, &columns[i], row);
    }
    xtr_table_end(c->builder);
    for (size_t i = 0; i < count; i++)
        drop_column(c, &columns[i]);
    drop_column(c, &categories);
    return to;
}

static void read_series(chart *c, uint32_t plotted) {
    const xtr__tree *tree = c->tree;
    for (uint32_t n = xtr__tree_first(tree, plotted); n; n = xtr__tree_next(tree, n)) {
        if (xtr__tree_id(tree, n) != C_SER)
            continue;
        if (c->count == MOST_SERIES) {
            xtr_partial(c->builder, XTR_E_LIMIT, c->page, "a chart was cut at %d series",
                        MOST_SERIES);
            return;
        }
        uint32_t categories = xtr__tree_child(tree, n, C_CAT);
        uint32_t values = xtr__tree_child(tree, n, C_VAL);
        c->items[c->count++] =
            (series){.name = xtr__tree_child(tree, n, C_TX),
                     .categories = categories ? categories : xtr__tree_child(tree, n, C_XVAL),
                     .values = values ? values : xtr__tree_child(tree, n, C_YVAL),
                     .sizes = xtr__tree_child(tree, n, C_SIZE)};
    }
}

static void write_caption(chart *c, uint32_t title) {
    if (!title)
        return;
    xtr_element_begin(c->builder, &(xtr_element_info){.type = XTR_CAPTION, .box = c->box});
    put_label(c, title);
    xtr_element_end(c->builder);
}

static uint32_t title_of_axis(const xtr__tree *tree, uint32_t plot, bool of_values) {
    bool first = true;
    for (uint32_t n = xtr__tree_first(tree, plot); n; n = xtr__tree_next(tree, n)) {
        int id = xtr__tree_id(tree, n);
        bool values = id == C_VAL_AX && !first;
        bool categories = id == C_CAT_AX || id == C_DATE_AX || (id == C_VAL_AX && first);
        first = first && !categories;
        if (of_values ? values : categories)
            return xtr__tree_child(tree, n, C_TITLE);
    }
    return 0;
}

static void write_chart(chart *c, uint32_t top, uint32_t plot) {
    write_caption(c, xtr__tree_child(c->tree, top, C_TITLE));
    write_caption(c, title_of_axis(c->tree, plot, true));
    for (uint32_t n = xtr__tree_first(c->tree, plot); n; n = xtr__tree_next(c->tree, n)) {
        if (xtr__tree_id(c->tree, n) == C_PLOTTED)
            read_series(c, n);
    }
    uint32_t axis_title = title_of_axis(c->tree, plot, false);
    for (size_t at = 0; at < c->count && !xtr_job_should_stop(c->job);)
        at = write_table(c, at, axis_title);
}

/* Parts -------------------------------------------------------------------------------------- */

static void tell(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page, int code) {
    if (code)
        xtr_partial(xtr_job_builder(charts->job), code, page, "%s is damaged or too large",
                    xtr__zip_name(zip, (size_t)part));
}

bool xtr__charts_take(xtr__charts *charts, xtr__zip *zip, int64_t part) {
    if (!charts->taken)
        charts->taken = calloc(xtr__zip_count(zip) + 1, sizeof *charts->taken);
    if (part < 0 || !charts->taken || charts->taken[part])
        return false;
    charts->taken[part] = true;
    return true;
}

bool xtr__charts_read(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page,
                      const xtr__chart_names *known, bool (*has)(int id)) {
    if (!charts->names)
        charts->names =
            xtr__xml_names_new(known->spaces, known->space_count, known->names, known->name_count);
    if (!charts->tree)
        charts->tree = xtr__tree_new(charts->job, known->unlisted, has);
    bool ready = charts->names && charts->tree;
    tell(charts, zip, part, page,
         ready ? xtr__tree_read(charts->tree, zip, (size_t)part, charts->names) : XTR_E_MEMORY);
    return ready && xtr__tree_first(charts->tree, 0) != 0;
}

void xtr__chart_write(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page,
                      xtr_box box) {
    static const xtr__chart_names known = {spaces, sizeof spaces / sizeof *spaces, names,
                                           sizeof names / sizeof *names, XTR__TREE_SKIP};
    if (!xtr__charts_take(charts, zip, part) ||
        !xtr__charts_read(charts, zip, part, page, &known, has_text))
        return;
    uint32_t root = xtr__tree_first(charts->tree, 0);
    uint32_t top = xtr__tree_child(charts->tree, root, C_CHART);
    uint32_t plot = top ? xtr__tree_child(charts->tree, top, C_PLOT) : 0;
    chart *c = plot ? calloc(1, sizeof *c) : NULL;
    if (plot && !c)
        tell(charts, zip, part, page, XTR_E_MEMORY);
    if (!c)
        return;
    c->job = charts->job;
    c->builder = xtr_job_builder(charts->job);
    c->tree = charts->tree;
    c->page = page;
    uint32_t epoch = xtr__tree_child(c->tree, root, C_1904);
    c->epoch_1904 = epoch && xtr__tree_flag(c->tree, epoch, AT_VAL, true);
    c->box = box;
    write_chart(c, top, plot);
    free(c);
}

void xtr__charts_end(xtr__charts *charts) {
    xtr__xml_names_drop(charts->names);
    xtr__tree_drop(charts->tree);
    free(charts->taken);
    *charts = (xtr__charts){.job = charts->job};
}
