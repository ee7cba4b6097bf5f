/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts: the title, and the values they were drawn from, which the part caches, as a table: one
 * row a category, one column a series (ECMA-376 part 1, 21.2). */
#include "pptx/pptx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SERIES = 255, MOST_POINTS = 20000, MOST_CELLS = 100000, DIGITS = 15 };

typedef struct series {
    uint32_t name, categories, values, sizes; /* nodes; 0: none */
} series;

typedef struct chart {
    deck *deck;
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

static void put_decimal(deck *d, const decimal *n, int places) {
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
    xtr_text(d->builder, out, at);
}

/* Days since the end of 1899 as a date (Howard Hinnant's civil_from_days). */
static void put_date(deck *d, long days) {
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
    xtr_text(d->builder, out, (size_t)size);
}

/* Of formats, percentages and dates read as something else than the number. */
static void put_value(deck *d, const char *text, size_t size, const char *format) {
    decimal n;
    const char *percent = strchr(format, '%');
    const char *zeros = strchr(format, '.');
    bool date = strchr(format, 'y') != NULL && !strchr(format, '[');
    bool number = size < 40 && read_decimal(text, &n) && n.point > -20 && n.point < 21;
    if (!number) {
        xtr_text(d->builder, text, size);
    } else if (date && n.point <= 7) {
        put_date(d, strtol(text, NULL, 10));
    } else if (percent) {
        int places = zeros && zeros < percent ? (int)strspn(zeros + 1, "0") : 0;
        places = places < DIGITS ? places : DIGITS;
        n.point += n.count ? 2 : 0;
        round_to(&n, places);
        put_decimal(d, &n, places);
        xtr_text(d->builder, "%", 1);
    } else {
        put_decimal(d, &n, 0);
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

static const char *value_at(const xtr__tree *tree, const column *c, uint32_t row, size_t *size) {
    uint32_t point = row < c->count ? c->points[row] : 0;
    uint32_t value = point ? xtr__tree_child(tree, point, C_V) : 0;
    *size = 0;
    return value ? xtr__tree_content(tree, value, size) : "";
}

static void put_cell(chart *c, uint32_t row, uint32_t at, const column *from, uint32_t index) {
    size_t size;
    const char *value = value_at(c->deck->side, from, index, &size);
    xtr_cell_begin(c->deck->builder, &(xtr_cell_info){.row = row, .column = at});
    put_value(c->deck, value, size, from->format);
    xtr_cell_end(c->deck->builder);
}

/* Titles and names: typed in, or cached from the sheet. */
static void put_label(chart *c, uint32_t node) {
    const xtr__tree *tree = c->deck->side;
    char *plain = node ? pptx_plain(tree, node) : NULL;
    if (plain && *plain) {
        xtr_text(c->deck->builder, plain, strlen(plain));
    } else if (node) {
        column names = read_column(tree, node);
        for (uint32_t i = 0; i < names.count; i++) {
            size_t size;
            const char *value = value_at(tree, &names, i, &size);
            xtr_text(c->deck->builder, " ", i > 0);
            xtr_text(c->deck->builder, value, size);
        }
        free(names.points);
    }
    free(plain);
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

static void put_names(chart *c, size_t from, size_t to, uint32_t axis_title) {
    xtr_cell_info cell = {.header = true};
    xtr_cell_begin(c->deck->builder, &cell);
    put_label(c, axis_title);
    xtr_cell_end(c->deck->builder);
    for (size_t i = from; i < to; i++) {
        bool sizes = c->items[i].sizes != 0;
        cell.column++;
        cell.column_span = sizes ? 2 : 1;
        xtr_cell_begin(c->deck->builder, &cell);
        put_label(c, c->items[i].name);
        xtr_cell_end(c->deck->builder);
        cell.column += sizes;
    }
}

/* Writes series from `from` on that have the same categories; returns the first that has not. */
static size_t write_table(chart *c, size_t from, uint32_t axis_title) {
    const xtr__tree *tree = c->deck->side;
    column categories = read_column(tree, c->items[from].categories);
    size_t to = from + 1;
    while (to < c->count && same_categories(tree, &categories, c->items[to].categories))
        to++;
    xtr_table_begin(c->deck->builder, c->box);
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
        xtr_partial(c->deck->builder, XTR_E_LIMIT, c->deck->page, "a chart has more than %d values",
                    MOST_CELLS);
    }
    for (uint32_t row = 0; row < rows && !xtr_job_should_stop(c->deck->job); row++) {
        put_cell(c, row + 1, 0, &categories, row);
        for (size_t i = 0; i < count; i++)
            put_cell(c, row + 1, (uint32_t)i + 1, &columns[i], row);
    }
    xtr_table_end(c->deck->builder);
    for (size_t i = 0; i < count; i++)
        free(columns[i].points);
    free(categories.points);
    return to;
}

static void read_series(chart *c, uint32_t plotted) {
    const xtr__tree *tree = c->deck->side;
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
    xtr_element_begin(c->deck->builder, &(xtr_element_info){.type = XTR_CAPTION, .box = c->box});
    put_label(c, title);
    xtr_element_end(c->deck->builder);
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

void pptx_write_chart(deck *d, int64_t part, xtr_box box) {
    if (!pptx_read(d, d->side, part))
        return;
    uint32_t root = xtr__tree_first(d->side, 0);
    uint32_t top = root ? xtr__tree_child(d->side, root, C_CHART) : 0;
    uint32_t plot = top ? xtr__tree_child(d->side, top, C_PLOT) : 0;
    chart *c = plot ? calloc(1, sizeof *c) : NULL;
    if (!c)
        return;
    c->deck = d;
    c->box = box;
    write_caption(c, xtr__tree_child(d->side, top, C_TITLE));
    write_caption(c, title_of_axis(d->side, plot, true));
    for (uint32_t n = xtr__tree_first(d->side, plot); n; n = xtr__tree_next(d->side, n)) {
        if (xtr__tree_id(d->side, n) == C_PLOTTED)
            read_series(c, n);
    }
    uint32_t axis_title = title_of_axis(d->side, plot, false);
    for (size_t at = 0; at < c->count;)
        at = write_table(c, at, axis_title);
    free(c);
}
