/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spreadsheets of OpenDocument, in a package and flat. */
#include "sheet.h"

static const char wine[] = "Wine\n\n"
                           "Item\tPrice\tNote\n"
                           "Red wine\t1.234,50 €\ttwo lines  !\n"
                           "same\tsame\t0.3\n"
                           "same\tsame\t0.3\n"
                           "merged\t\tTRUE\n"
                           "\t\tend";

TEST(ods, cells_are_as_displayed) {
    static const char *const names[] = {"sheet/simple.ods", "sheet/simple.fods"};
    const char *const settings[] = {"hidden_sheets", "false", NULL};
    for (size_t i = 0; i < 2; i++) {
        expect_sheet(xtr_source_new_path(fixture(names[i])), settings, wine);
        char *text = sheet_text(xtr_source_new_path(fixture(names[i])), no_settings);
        ck_assert_ptr_nonnull(strstr(text, "\n\nHidden\n\n7"));
        free(text);
    }
}

TEST(ods, what_stands_beside_cells) {
    static const char *const parts[] = {
        "\"url\":\"https://example.org/wine\"", "\"text\":\"Check this\",\"author\":\"Ann\"",
        "\"title\":\"Cellar\"", "\"row\":4,\"column\":0,\"row_span\":2,\"column_span\":2"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        expect_json("sheet/simple.ods", no_settings, parts[i]);
        expect_json("sheet/simple.fods", no_settings, parts[i]);
    }
}

TEST(ods, formulas_instead_of_values) {
    const char *const settings[] = {"formulas", "true", NULL};
    char *text = sheet_text(xtr_source_new_path(fixture("sheet/simple.ods")), settings);
    ck_assert_ptr_nonnull(strstr(text, "Red wine\t=C6*-1\ttwo lines"));
    free(text);
}

/* How it is encrypted, is not said. */
TEST(ods, encrypted_ones_say_so) {
    xtr_source *source = xtr_source_new_path(fixture("sheet/encrypted.ods"));
    xtr_result *result = NULL;
    xtr_error error;
    ck_assert_int_eq(xtr_extract(&result, NULL, source, NULL, &error), XTR_E_UNSUPPORTED);
    xtr_source_drop(source);
}
