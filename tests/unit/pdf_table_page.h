/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of made-up glyphs, lines and boxes, and the tables that are found on them. */
#ifndef XTR_TEST_PDF_TABLE_PAGE_H
#define XTR_TEST_PDF_TABLE_PAGE_H

#include "pdf_sheet.h"

#include <string.h>

/** Three columns, and where their words begin. */
static const float three[] = {100, 200, 300, 400}, at_three[] = {110, 210, 310};

/* Pages ------------------------------------------------------------------------------------- */

static inline void rule(xtr__sheet *sheet, float x0, float y0, float x1, float y1) {
    *XTR__PUSH(&budget, &sheet->segments) = (xtr__segment){x0, y0, x1, y1};
}

static inline void fill(xtr__sheet *sheet, float x0, float y0, float x1, float y1) {
    *XTR__PUSH(&budget, &sheet->fills) = (xtr_box){x0, y0, x1, y1};
}

static inline void curve(xtr__sheet *sheet, float x0, float y0, float x1, float y1) {
    *XTR__PUSH(&budget, &sheet->drawings) = (xtr_box){x0, y0, x1, y1};
}

/** All lines of a grid. */
static inline void set_grid(xtr__sheet *sheet, const float *x, size_t columns, const float *y,
                            size_t rows) {
    for (size_t i = 0; i <= rows; i++)
        rule(sheet, x[0], y[i], x[columns], y[i]);
    for (size_t i = 0; i <= columns; i++)
        rule(sheet, x[i], y[0], x[i], y[rows]);
}

/** Words of a row, each at its x, apart by "|". */
static inline void set_row(xtr__sheet *sheet, const float *x, float y, const char *cells) {
    char text[256];
    for (const char *end; cells; cells = end ? end + 1 : NULL, x++) {
        end = strchr(cells, '|');
        snprintf(text, sizeof text, "%.*s", end ? (int)(end - cells) : 255, cells);
        if (*text)
            set_text(sheet, (place){*x, y, 10, PLAIN}, text);
    }
}

/** Turns a page that was set as if it read to the right. */
static inline void turn_page(xtr__sheet *sheet, uint8_t turn) {
    for (size_t i = 0; i < sheet->glyphs.count; i++)
        sheet->glyphs.items[i].turn = turn;
    for (size_t i = 0; i < sheet->segments.count; i++) {
        xtr__segment *s = &sheet->segments.items[i];
        xtr_box b = xtr__turn_back((xtr_box){s->x0, s->y0, s->x1, s->y1}, sheet->width,
                                   sheet->height, turn);
        *s = (xtr__segment){b.x0, b.y0, b.x1, b.y1};
    }
}

/** Words that run upwards from a place. */
static inline void set_upwards(xtr__sheet *sheet, float x, float y, const char *text) {
    size_t first = sheet->glyphs.count;
    xtr__turn(&x, &y, sheet->width, sheet->height, 3);
    set_text(sheet, (place){x, y, 10, PLAIN}, text);
    for (size_t i = first; i < sheet->glyphs.count; i++)
        sheet->glyphs.items[i].turn = 3;
}

/* What is found ----------------------------------------------------------------------------- */

static inline void describe_cell(char *out, const xtr__page_layout *page,
                                 const xtr__table_cell *cell) {
    if (cell->header)
        strcat(out, "*");
    for (uint32_t i = 0; i < cell->line_count; i++) {
        const xtr__line *line = &page->lines.items[cell->first_line + i];
        strcat(out, i ? " " : "");
        strncat(out, page->text.items + line->text, line->text_size);
    }
    if (cell->row_span > 1 || cell->column_span > 1)
        sprintf(out + strlen(out), "{%ux%u}", cell->row_span, cell->column_span);
}

/** Lines outside of tables as they are; tables as "[cell|cell/cell|cell]": a star before the text
 *  of a header, rows and columns of a cell that spans behind it. */
static inline void describe_page(char *out, const xtr__page_layout *page) {
    uint32_t table = 0;
    for (size_t i = 0; i < page->lines.count; i++) {
        const xtr__line *line = &page->lines.items[i];
        if (line->cell == 0) {
            strcat(out, "<");
            strncat(out, page->text.items + line->text, line->text_size);
            strcat(out, ">");
            continue;
        }
        if (page->cells.items[line->cell - 1].table < table)
            continue;
        const xtr__page_table *t = &page->tables.items[table++];
        strcat(out, "[");
        for (uint32_t k = 0; k < t->cell_count; k++) {
            const xtr__table_cell *cell = &page->cells.items[t->first_cell + k];
            strcat(out, k == 0 ? "" : cell[-1].row < cell->row ? "/" : "|");
            describe_cell(out, page, cell);
        }
        strcat(out, "]");
    }
    ck_assert_uint_eq(table, page->tables.count);
}

/** Lays a page out, lets go of it, and compares. */
static inline void check_page(xtr__sheet *sheet, const char *wanted) {
    static char text[1 << 16];
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    ck_assert(xtr__layout_page(&page, sheet, &scratch, NULL, NULL));
    text[0] = '\0';
    describe_page(text, &page);
    ck_assert_str_eq(text, wanted);
    xtr__page_layout_drop(&budget, &page);
    xtr__sheet_drop(sheet);
    xtr__scratch_drop(&scratch);
    ck_assert_uint_eq(budget.used, 0);
}

static inline void check_no_table(xtr__sheet *sheet) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    ck_assert(xtr__layout_page(&page, sheet, &scratch, NULL, NULL));
    ck_assert_uint_gt(page.lines.count, 0);
    ck_assert_uint_eq(page.tables.count, 0);
    for (size_t i = 0; i < page.lines.count; i++)
        ck_assert_uint_eq(page.lines.items[i].cell, 0);
    xtr__page_layout_drop(&budget, &page);
    xtr__sheet_drop(sheet);
    xtr__scratch_drop(&scratch);
}

#endif
