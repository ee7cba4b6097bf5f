/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts: the title, and the values they were drawn from, which the part caches, as a table: one
 * row a category, one column a series (ECMA-376 part 1, 21.2). */
#include "container/chart.h"

#include <stdio.h>
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

enum { MOST_SERIES = 255, MOST_POINTS = 20000, MOST_CELLS = 100000, DIGITS = 15 };

typedef struct series {
    uint32_t name, categories, values, sizes; /* nodes; 0: none */
} series;

typedef struct chart {
    xtr_job *job;
    xtr_builder *builder;
    const xtr__tree *tree;
    uint32_t page;
    xtr_box box;
    series items[MOST_SERIES];
    size_t count;
} chart;

/* Numbers as they are shown ------------------------------------------------------------------- */

typedef struct decimal {
    char digits[DIGITS + 1];
    int count, point; /* digits before the point; may be below 0 */
    bool negative;
} decimal;

/* Reads a number as xsd:double; false if it is none. More digits than a double holds are rounded:
 * 4.2999999999999998 is 4.3. */
static bool read_decimal(const char *text, decimal *out) {
    const char *c = text;
    bool dot = false, any = false;
    *out = (decimal){.negative = *c == '-'};
    c += *c == '-' || *c == '+';
    bool up = false, cut = false;
    for (; (*c >= '0' && *c <= '9') || (*c == '.' && !dot); c++) {
        if (*c == '.') {
            dot = true;
            continue;
        }
        any = true;
        bool leading = *c == '0' && !out->count;
        if (!leading && out->count < DIGITS) {
            out->digits[out->count++] = *c;
        } else if (!leading && !cut) {
            cut = true;
            up = *c >= '5';
        }
        out->point += leading ? (dot ? -1 : 0) : (dot ? 0 : 1);
    }
    if (*c == 'e' || *c == 'E') {
        char *end;
        long exponent = strtol(c + 1, &end, 10);
        if (end == c + 1 || exponent < -400 || exponent > 400)
            return false;
        out->point += (int)exponent;
        c = end;
    }
    if (!any || *c)
        return false;
    int i = out->count;
    for (; up && i > 0; i--) {
        up = out->digits[i - 1] == '9';
        out->digits[i - 1] = up ? '0' : (char)(out->digits[i - 1] + 1);
    }
    if (up && out->count) {
        memmove(out->digits + 1, out->digits, DIGITS - 1);
        out->digits[0] = '1';
        out->point++;
    }
    while (out->count && out->digits[out->count - 1] == '0')
        out->count--;
    return true;
}

/* Rounds to so many digits behind the point. */
static void round_to(decimal *d, int places) {
    int keep = d->point + places;
    if (keep >= d->count)
        return;
    bool up = keep >= 0 && d->digits[keep] >= '5';
    d->count = keep > 0 ? keep : 0;
    for (int i = d->count; up && i > 0; i--) {
        up = d->digits[i - 1] == '9';
        d->digits[i - 1] = up ? '0' : (char)(d->digits[i - 1] + 1);
    }
    if (up) {
        memmove(d->digits + 1, d->digits, DIGITS - 1);
        d->digits[0] = '1';
        d->count++;
        d->point++;
    }
}

static void put_decimal(xtr_builder *b, const decimal *n, int places) {
    char out[64];
    size_t at = 0;
    if (n->negative && n->count)
        out[at++] = '-';
    if (n->point <= 0)
        out[at++] = '0';
    for (int i = 0; i < n->point; i++)
        out[at++] = i < n->count ? n->digits[i] : '0';
    int behind = n->count - n->point > places ? n->count - n->point : places;
    if (behind > 0)
        out[at++] = '.';
    for (int i = n->point; i < n->point + behind; i++)
        out[at++] = i >= 0 && i < n->count ? n->digits[i] : '0';
    xtr_text(b, out, at);
}

/* Days since the end of 1899 as a date (Howard Hinnant's civil_from_days). */
static void put_date(xtr_builder *b, long days) {
    long z = days - 25569 + 719468;
    long era = (z >= 0 ? z : z - 146096) / 146097;
    long day_of_era = z - era * 146097;
    long year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long shifted = (5 * day_of_year + 2) / 153;
    long day = day_of_year - (153 * shifted + 2) / 5 + 1;
    long month = shifted < 10 ? shifted + 3 : shifted - 9;
    char out[48];
    int size = snprintf(out, sizeof out, "%04ld-%02ld-%02ld",
                        year_of_era + era * 400 + (month <= 2), month, day);
    xtr_text(b, out, (size_t)size);
}

/* Of formats, percentages and dates read as something else than the number. */
static void put_value(xtr_builder *b, const char *text, size_t size, const char *format) {
    decimal n;
    const char *percent = strchr(format, '%');
    const char *zeros = strchr(format, '.');
    bool date = strchr(format, 'y') != NULL && !strchr(format, '[');
    bool number = size < 40 && read_decimal(text, &n) && n.point > -20 && n.point < 21;
    if (!number) {
        xtr_text(b, text, size);
    } else if (date && n.point <= 7) {
        put_date(b, strtol(text, NULL, 10));
    } else if (percent) {
        int places = zeros && zeros < percent ? (int)strspn(zeros + 1, "0") : 0;
        places = places < DIGITS ? places : DIGITS;
        n.point += n.count ? 2 : 0;
        round_to(&n, places);
        put_decimal(b, &n, places);
        xtr_text(b, "%", 1);
    } else {
        put_decimal(b, &n, 0);
    }
}

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

static const char *format_of(const xtr__tree *tree, uint32_t cache) {
    uint32_t format = cache ? xtr__tree_child(tree, cache, C_FORMAT) : 0;
    size_t size;
    return format ? xtr__tree_content(tree, format, &size) : "";
}

typedef struct column {
    uint32_t *points; /* c:pt by index; 0: none */
    uint32_t count;
    const char *format;
} column;

static column read_column(const xtr__tree *tree, uint32_t node) {
    column c = {NULL, 0, ""};
    uint32_t cache = cache_of(tree, node);
    for (uint32_t n = cache ? xtr__tree_first(tree, cache) : 0; n; n = xtr__tree_next(tree, n)) {
        int64_t index = xtr__tree_number(tree, n, AT_IDX, -1);
        if (xtr__tree_id(tree, n) == C_PT && index >= c.count && index < MOST_POINTS)
            c.count = (uint32_t)index + 1;
    }
    c.points = c.count ? calloc(c.count, sizeof *c.points) : NULL;
    if (!c.points) {
        c.count = 0;
        return c;
    }
    c.format = format_of(tree, cache);
    for (uint32_t n = xtr__tree_first(tree, cache); n; n = xtr__tree_next(tree, n)) {
        int64_t index = xtr__tree_number(tree, n, AT_IDX, -1);
        if (xtr__tree_id(tree, n) == C_PT && index >= 0 && index < c.count)
            c.points[index] = n;
    }
    return c;
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
    const char *value = value_at(c->tree, from, index, &size);
    xtr_cell_begin(c->builder, &(xtr_cell_info){.row = row, .column = at});
    put_value(c->builder, value, size, from->format);
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
    column labels = read_column(c->tree, node);
    for (uint32_t i = 0; i < labels.count; i++) {
        size_t size;
        const char *value = value_at(c->tree, &labels, i, &size);
        xtr_text(c->builder, " ", i > 0);
        xtr_text(c->builder, value, size);
    }
    free(labels.points);
}

/* Tables ------------------------------------------------------------------------------------ */

static bool same_categories(const xtr__tree *tree, const column *a, uint32_t node) {
    column b = read_column(tree, node);
    bool same = a->count == b.count || !b.count;
    for (uint32_t i = 0; same && i < b.count; i++) {
        size_t size_a, size_b;
        const char *value_a = value_at(tree, a, i, &size_a);
        const char *value_b = value_at(tree, &b, i, &size_b);
        same = size_a == size_b && !memcmp(value_a, value_b, size_a);
    }
    free(b.points);
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
    const xtr__tree *tree = c->tree;
    column categories = read_column(tree, c->items[from].categories);
    size_t to = from + 1;
    while (to < c->count && same_categories(tree, &categories, c->items[to].categories))
        to++;
    xtr_table_begin(c->builder, c->box);
    put_names(c, from, to, axis_title);
    column columns[2 * MOST_SERIES];
    size_t count = 0;
    uint32_t rows = categories.count;
    for (size_t i = from; i < to; i++) {
        columns[count++] = read_column(tree, c->items[i].values);
        if (c->items[i].sizes)
            columns[count++] = read_column(tree, c->items[i].sizes);
    }
    for (size_t i = 0; i < count; i++)
        rows = columns[i].count > rows ? columns[i].count : rows;
    if (rows > MOST_CELLS / (count + 1)) {
        rows = (uint32_t)(MOST_CELLS / (count + 1));
        xtr_partial(c->builder, XTR_E_LIMIT, c->page, "a chart has more than %d values",
                    MOST_CELLS);
    }
    uint32_t written = 0;
    for (uint32_t row = 0; row < rows && !xtr_job_should_stop(c->job); row++) {
        if (!has_row(&categories, row) && !any_has_row(columns, count, row))
            continue;
        put_cell(c, ++written, 0, &categories, row);
        for (size_t i = 0; i < count; i++)
            put_cell(c, written, (uint32_t)i + 1, &columns[i], row);
    }
    xtr_table_end(c->builder);
    for (size_t i = 0; i < count; i++)
        free(columns[i].points);
    free(categories.points);
    return to;
}

static void read_series(chart *c, uint32_t plotted) {
    const xtr__tree *tree = c->tree;
    for (uint32_t n = xtr__tree_first(tree, plotted); n; n = xtr__tree_next(tree, n)) {
        if (xtr__tree_id(tree, n) != C_SER || c->count == MOST_SERIES)
            continue;
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
