/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sheets as tables: merged cells, ranges. What the writer does is seen in tests of its formats. */
#include "job.h"
#include "sheet/writer.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static xtr__account unlimited;

static void put(xtr_builder *b, uint32_t row, uint32_t column) {
    xtr_cell_begin(b, &(xtr_cell_info){.row = row, .column = column});
    xtr_text(b, "x", 1);
    xtr_cell_end(b);
}

/* Cells at B1, C2 and D5, and what these ranges make of them. */
static xtr__document *settle(const xtr_cell_range *ranges, size_t count) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    put(b, 0, 1);
    put(b, 1, 2);
    put(b, 4, 3);
    xtr__builder_settle_table(b, 1, ranges, count);
    xtr_table_end(b);
    xtr__document *d = xtr__builder_finish(b);
    ck_assert(xtr__document_valid(d, d->size));
    xtr__builder_drop(b);
    return d;
}

static void expect_spans(const xtr_cell_range *range, unsigned cell, unsigned rows,
                         unsigned columns) {
    xtr__document *d = settle(range, 1);
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(cells[i].row_span, i == cell ? rows : 1);
        ck_assert_uint_eq(cells[i].column_span, i == cell ? columns : 1);
    }
    xtr_free(d);
}

TEST(sheet, merged_cells_span) {
    expect_spans(&(xtr_cell_range){1, 2, 3, 3}, 1, 3, 2);
    expect_spans(&(xtr_cell_range){0, 1, 0, 2}, 0, 1, 2);
}

TEST(sheet, merged_cells_end_with_the_table) {
    expect_spans(&(xtr_cell_range){0, 1, 0, 16000}, 0, 1, 3);
    expect_spans(&(xtr_cell_range){4, 3, 1000000, 3}, 2, 1, 1);
}

TEST(sheet, merged_cells_hide_no_others) {
    expect_spans(&(xtr_cell_range){0, 1, 1, 2}, 0, 1, 1);
    expect_spans(&(xtr_cell_range){0, 1, 4, 3}, 0, 1, 1);
    expect_spans(&(xtr_cell_range){3, 0, 4, 1}, 0, 1, 1);
}

TEST(sheet, empty_columns_on_the_left_go) {
    xtr__document *d = settle(NULL, 0);
    const xtr__cell *cells = XTR__ITEMS(d, cells, xtr__cell);
    ck_assert_uint_eq(XTR__ITEMS(d, tables, xtr__table)->columns, 3);
    ck_assert_uint_eq(cells[0].column, 0);
    ck_assert_uint_eq(cells[2].column, 2);
    xtr_free(d);
}

TEST(sheet, ranges) {
    xtr_cell_range r;
    ck_assert(xtr__sheet_range(&r, "B3:$AA$10", 9));
    ck_assert_uint_eq(r.first_row, 2);
    ck_assert_uint_eq(r.first_column, 1);
    ck_assert_uint_eq(r.last_row, 9);
    ck_assert_uint_eq(r.last_column, 26);
    ck_assert(xtr__sheet_range(&r, "XFD1048576", 10));
    ck_assert_uint_eq(r.first_row, 1048575);
    ck_assert_uint_eq(r.last_column, 16383);
    static const char *const wrong[] = {"",
                                        "A",
                                        "1",
                                        "A0",
                                        "A1:",
                                        "A1:B",
                                        "1A",
                                        "A1 ",
                                        ":A1",
                                        "AAAAAAAAAAAAAAAAAA1",
                                        "A99999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!xtr__sheet_range(&r, wrong[i], strlen(wrong[i])), "%s", wrong[i]);
}

/* No room for the table's first row, but for a merged range. */
TEST(sheet, out_of_memory_is_said_once) {
    bare_job *b = bare_job_open(xtr_source_new_copy("x", 1));
    xtr__sheets sheets;
    xtr__sheets_begin(&sheets, &b->job);
    ck_assert(xtr__sheet_begin(&sheets, "S", false));
    xtr__sheet_merge(&sheets, &(xtr_cell_range){0, 0, 1, 1});
    b->job.memory.limit = b->job.memory.used + 1;
    xtr__sheet_put(&sheets, 0, 0, "x", 1);
    xtr__sheet_end(&sheets);
    xtr__sheets_end(&sheets);
    bare_job_close(b);
}
