/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Separated values. */
#include "sheet.h"

#include <stdio.h>

static void expect(const char *name, const char *data, size_t size, const char *truth) {
    xtr_source *source = xtr_source_new_copy(data, size);
    ck_assert_int_eq(xtr_source_set_name(source, name), XTR_OK);
    expect_sheet(source, no_settings, truth);
}

#define EXPECT(name, data, truth) expect(name, data, sizeof(data) - 1, truth)

TEST(csv, delimiters_are_found) {
    EXPECT("a.csv", "a,b\n1,2\n", "a\tb\n1\t2");
    EXPECT("a.csv", "a;b\n1,5;2,5\n3,5;4,5", "a\tb\n1,5\t2,5\n3,5\t4,5");
    EXPECT("a.csv", "a\tb, c\n1\t2, 3\n", "a\tb, c\n1\t2, 3");
    EXPECT("a.csv", "a|b\n1|2\n", "a\tb\n1\t2");
    EXPECT("a.csv", "a\nb\nc\n", "a\nb\nc");
    EXPECT("a.csv", "sep=/\r\na/b,c\r\n", "a\tb,c");
    EXPECT("a.tsv", "a,b\tc\n1\t2\n", "a,b\tc\n1\t2");
}

TEST(csv, quotes) {
    EXPECT("a.csv", "a,\"b,c\"\n\"x \"\"y\"\"\nz\", 2\n", "a\tb,c\nx \"y\" z\t2");
    EXPECT("a.csv", "\"a\",\"\",\"c\"\n1,2,3", "a\t\tc\n1\t2\t3");
    EXPECT("a.tsv", "a\tb\n\"5\t6\n", "a\tb\n\"5\t6"); /* inches: it never ends */
    EXPECT("a.csv", "a,b\n1\"2,\"3\"4\n", "a\tb\n1\"2\t34");
}

TEST(csv, line_ends_and_empty_lines) {
    EXPECT("a.csv", "\r\n\r\na,b\r\n\r\n1,2\r3,4\n", "a\tb\n\t\n1\t2\n3\t4");
}

TEST(csv, charset_is_detected) {
    expect_sheet(xtr_source_new_path(fixture("sheet/semicolons.csv")), no_settings,
                 "Größe\tPreis\n1,5\tx \"y\" z");
    EXPECT("a.csv", "\xEF\xBB\xBF\"a\",b\n1,2\n", "a\tb\n1\t2");
}

/* A field lies across the pieces that are read; rows come by many thousands. */
TEST(csv, large_files) {
    enum { ROWS = 60000 };
    size_t room = (size_t)ROWS * 40, size = 0;
    char *data = malloc(room);
    for (int i = 0; i < ROWS; i++)
        size += (size_t)snprintf(data + size, room - size, "%d,\"value, %d\",x\n", i, i);
    xtr_source *source = xtr_source_new_copy(data, size);
    ck_assert_int_eq(xtr_source_set_name(source, "a.csv"), XTR_OK);
    char *text = sheet_text(source, no_settings);
    const char *at = text;
    for (int i = 0; i < ROWS; i++) {
        char row[64];
        int length = snprintf(row, sizeof row, "%d\tvalue, %d\tx\n", i, i);
        ck_assert_msg(!strncmp(at, row, (size_t)length), "row %d: %.40s", i, at);
        at += length;
    }
    free(text);
    free(data);
}
