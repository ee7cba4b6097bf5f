/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A page as text that keeps its places: runs become rows of characters, from top to bottom, each
 * run where it stands, in units of the width that characters of the page mostly have.
 *
 * A run with more characters than there is room for pushes what is right of it further right, in
 * all rows alike, so that what stands in one column on the page does so in the text. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a page may ask for in spaces and empty lines; one of more rows is made to be large. */
enum { MOST_COLUMNS = 400, MOST_ROWS = 2000, MOST_BLANK = 5, BINS = 400 };

/** A run on its way into the text. */
typedef struct place {
    float x0, y, size;
    uint32_t run, row, column;
    uint32_t width; /* in columns */
} place;

typedef struct preserver {
    const xtr__page_layout *page;
    place *places;
    uint32_t count, rows;
    float wide, left; /* width of a column, and where the first one is */
} preserver;

static const char *text_of(const preserver *p, const place *at) {
    return p->page->text.items + p->page->runs.items[at->run].text;
}

static uint32_t size_of(const preserver *p, const place *at) {
    return p->page->runs.items[at->run].text_size;
}

/* Widths ------------------------------------------------------------------------------------ */

/** Columns that text takes in a terminal: ideographs take two, marks none. */
static uint32_t columns_of(const char *text, size_t size) {
    uint32_t columns = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        columns += xtr__is_cjk(c) ? 2 : !xtr__is_mark(c);
    }
    return columns;
}

static float width_of(const preserver *p, const place *at) {
    const xtr__run *run = &p->page->runs.items[at->run];
    return at->width > 0 ? (run->x1 - run->x0) / (float)at->width : 0;
}

/** The width that half of the characters exceed. */
static float median_width(const preserver *p) {
    const float step = 0.1F;
    uint64_t bins[BINS] = {0}, total = 0, below = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        float bin = width_of(p, &p->places[i]) / step;
        if (bin >= 1 && bin < BINS) {
            bins[(uint32_t)bin] += p->places[i].width;
            total += p->places[i].width;
        }
    }
    uint32_t bin = 0;
    while (bin + 1 < BINS && (below += bins[bin]) * 2 <= total)
        bin++;
    return total > 0 ? ((float)bin + 0.5F) * step : 0.5F * fmaxf(p->page->body, 1);
}

/** The mean of widths near the median: exact where a font has but one. */
static void measure(preserver *p) {
    float median = median_width(p);
    double sum = 0, columns = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        float width = width_of(p, &p->places[i]);
        if (fabsf(width - median) < 0.05F * median + 0.1F) {
            sum += (double)width * p->places[i].width;
            columns += p->places[i].width;
        }
    }
    p->wide = columns > 0 ? (float)(sum / columns) : median;
}

/* Rows -------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b) {
    const place *l = a, *r = b;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : (l->run > r->run) - (l->run < r->run);
}

static void find_rows(preserver *p) {
    float y = 0, size = 0;
    qsort(p->places, p->count, sizeof *p->places, compare_rows);
    for (uint32_t i = 0; i < p->count; i++) {
        place *at = &p->places[i];
        if (i == 0 || at->y - y > 0.4F * fminf(size, at->size)) {
            y = at->y;
            size = at->size;
            p->rows++;
        }
        at->row = p->rows - 1;
    }
}

/* Columns ----------------------------------------------------------------------------------- */

static int compare_columns(const void *a, const void *b) {
    const place *l = a, *r = b;
    return l->x0 != r->x0 ? (l->x0 < r->x0 ? -1 : 1) : (l->run > r->run) - (l->run < r->run);
}

static uint32_t limited(float column) {
    return column > 0 ? (uint32_t)fminf(column, MOST_COLUMNS) : 0;
}

/** From left to right; runs that begin at one place form a group, which begins in one column:
 *  behind what stands left of any of them. False when memory is gone. */
static bool find_columns(preserver *p, xtr__scratch *scratch) {
    uint32_t *ends = xtr__scratch_take(scratch, p->rows, sizeof *ends); /* of rows, so far */
    if (ends == NULL)
        return false;
    memset(ends, 0, p->rows * sizeof *ends);
    qsort(p->places, p->count, sizeof *p->places, compare_columns);
    p->left = p->places[0].x0;
    float pushed = 0;
    for (uint32_t i = 0, end; i < p->count; i = end) {
        float natural = roundf((p->places[i].x0 - p->left) / p->wide);
        float column = natural + pushed;
        end = i;
        do {
            column = fmaxf(column, (float)ends[p->places[end++].row]);
        } while (end < p->count && p->places[end].x0 - p->places[i].x0 < 0.5F * p->wide);
        pushed = fminf(column - natural, MOST_COLUMNS);
        for (uint32_t k = i; k < end; k++) {
            place *at = &p->places[k];
            at->column = limited(fmaxf(column, (float)ends[at->row]));
            ends[at->row] = at->column + at->width + 1;
        }
    }
    return true;
}

/* Writing ----------------------------------------------------------------------------------- */

static int compare_written(const void *a, const void *b) {
    const place *l = a, *r = b;
    if (l->row != r->row)
        return l->row < r->row ? -1 : 1;
    return l->column != r->column ? (l->column < r->column ? -1 : 1) : compare_columns(a, b);
}

static void put_times(xtr_builder *builder, char c, uint32_t count) {
    char text[64];
    memset(text, c, sizeof text);
    while (count > 0) {
        uint32_t some = count < sizeof text ? count : (uint32_t)sizeof text;
        xtr_text(builder, text, some);
        count -= some;
    }
}

/** The line break that ends a row, and empty lines as the page has room. */
static void put_break(xtr_builder *builder, const preserver *p, float from, float to) {
    float lines = roundf((to - from) / fmaxf(p->page->leading, 4)) - 1;
    bool bounded = p->rows <= MOST_ROWS;
    put_times(builder, '\n', 1 + (lines > 0 && bounded ? (uint32_t)fminf(lines, MOST_BLANK) : 0));
}

static void put_places(xtr_builder *builder, const preserver *p) {
    uint32_t column = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const place *at = &p->places[i];
        bool first = i == 0 || at->row != p->places[i - 1].row;
        if (first && i > 0)
            put_break(builder, p, p->places[i - 1].y, at->y);
        column = first ? 0 : column;
        uint32_t wanted = p->rows <= MOST_ROWS ? at->column : 0;
        uint32_t least = first ? 0 : column + 1;
        put_times(builder, ' ', (wanted > least ? wanted : least) - column);
        column = (wanted > least ? wanted : least) + at->width;
        xtr_text(builder, text_of(p, at), size_of(p, at));
    }
}

/* Pages ------------------------------------------------------------------------------------- */

static bool is_shown(const xtr__line *line, bool drop_furniture) {
    return line->text_size > 0 && !(drop_furniture && line->flags & XTR__LINE_FURNITURE);
}

static void find_places(preserver *p, bool drop_furniture) {
    for (uint32_t i = 0; i < p->page->runs.count; i++) {
        const xtr__run *run = &p->page->runs.items[i];
        const xtr__line *line = &p->page->lines.items[run->line];
        if (!is_shown(line, drop_furniture) || line->flags & XTR__LINE_TURNED ||
            run->text_size == 0)
            continue;
        place *at = &p->places[p->count++];
        *at = (place){.x0 = run->x0, .y = run->y, .size = line->size, .run = i};
        at->width = columns_of(text_of(p, at), run->text_size);
    }
}

/** Lines from the right end where they end on the page. */
static void align_right(preserver *p) {
    for (uint32_t i = 0; i < p->count; i++) {
        const xtr__run *run = &p->page->runs.items[p->places[i].run];
        if (p->page->lines.items[run->line].flags & XTR__LINE_RTL)
            p->places[i].x0 = run->x1 - (float)p->places[i].width * p->wide;
    }
}

static void put_turned(xtr_builder *builder, const preserver *p, bool drop_furniture) {
    bool first = true;
    for (size_t i = 0; i < p->page->lines.count; i++) {
        const xtr__line *line = &p->page->lines.items[i];
        if (!(line->flags & XTR__LINE_TURNED) || !is_shown(line, drop_furniture))
            continue;
        put_times(builder, '\n', first && p->count > 0 ? 2 : !first);
        xtr_text(builder, p->page->text.items + line->text, line->text_size);
        first = false;
    }
}

void xtr__write_preserved(xtr_builder *builder, const xtr__page_layout *page, bool drop_furniture,
                          xtr__scratch *scratch) {
    preserver p = {.page = page};
    xtr__scratch_reset(scratch);
    p.places = xtr__scratch_take(scratch, page->runs.count, sizeof *p.places);
    if (p.places == NULL)
        return;
    find_places(&p, drop_furniture);
    xtr_element_begin(builder, &(xtr_element_info){.type = XTR_VERBATIM});
    if (p.count > 0) {
        measure(&p);
        align_right(&p);
        find_rows(&p);
        if (find_columns(&p, scratch)) {
            qsort(p.places, p.count, sizeof *p.places, compare_written);
            put_places(builder, &p);
        }
    }
    put_turned(builder, &p, drop_furniture);
    xtr_element_end(builder);
}
