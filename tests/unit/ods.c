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

/* A few bytes that are said to be 2^48 cells, most of which no sheet has. */
TEST(ods, repeated_cells_have_a_limit) {
    static const char flat[] =
        "<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' office:mimetype='"
        "application/vnd.oasis.opendocument.spreadsheet'><office:body><office:spreadsheet>"
        "<table:table table:name='T'><table:table-row table:number-rows-repeated='16777216'>"
        "<table:table-cell table:number-columns-repeated='1048576'/>"
        "<table:table-cell table:number-columns-repeated='16777216'><text:p>x</text:p>"
        "</table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>end"
        "</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
        "</office:body></office:document>";
    char *json = extract_json(xtr_source_new_copy(flat, sizeof flat - 1), 1, no_settings);
    ck_assert_msg(strstr(json, "has more than 1048576 columns") != NULL, "%s", json);
    ck_assert_msg(strstr(json, "\"text\":\"end\"") != NULL, "%s", json);
    free(json);
}

TEST(ods, charts_stand_behind_cells) {
    expect_sheet(xtr_source_new_path(fixture("sheet/chart.ods")), no_settings,
                 "One\n\n7\n\nSales by region\n\n\tSales\nNorth\t4.3");
}
