/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Workbooks of Excel 2007 and later. */
#include "job.h"
#include "sheet.h"
#include "sheet/formula.h"
#include "zipped.h"

#include <stdio.h>

static const char first[] = "Wine & more\n\n"
                            "\tItem\tPrice\tWhen\tShare\n"
                            "\tRed wine\t1,234.50 €\t2/14/14\t12.50%\n"
                            "\ttwo lines_\t-1,234.50 €\tTRUE\t#DIV/0!\n"
                            "1\tinline\t\tab\t\n"
                            "\t\t\t\t\n"
                            "\tMerged\t\t2/14/14\t\n"
                            "\t\t\t\t\n"
                            "\t\t1.23457E+22\t\t";

TEST(xlsx, cells_are_as_displayed) {
    char *text = sheet_text(xtr_source_new_path(fixture("sheet/simple.xlsx")), no_settings);
    ck_assert_msg(!strncmp(text, first, sizeof first - 1), "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "\n\nHidden\n\n7"));
    char *strict = sheet_text(xtr_source_new_path(fixture("sheet/strict.xlsx")), no_settings);
    ck_assert_str_eq(strict, text);
    free(strict);
    free(text);
}

TEST(xlsx, dates_count_from_1904) {
    char *text = sheet_text(xtr_source_new_path(fixture("sheet/1904.xlsx")), no_settings);
    ck_assert_ptr_nonnull(strstr(text, "2/15/18"));
    ck_assert_ptr_nonnull(strstr(text, "2/14/14")); /* that is spelled as a date */
    free(text);
}

TEST(xlsx, hidden_sheets_may_be_left_out) {
    const char *const settings[] = {"hidden_sheets", "false", NULL};
    expect_sheet(xtr_source_new_path(fixture("sheet/simple.xlsx")), settings, first);
}

TEST(xlsx, formulas_instead_of_values) {
    const char *const settings[] = {"formulas", "true", NULL};
    char *text = sheet_text(xtr_source_new_path(fixture("sheet/simple.xlsx")), settings);
    ck_assert_ptr_nonnull(strstr(text, "\t=C4*-1\t"));
    ck_assert_ptr_nonnull(strstr(text, "\t=\"a\"&\"b\"\t"));
    free(text);
}

TEST(xlsx, sheets_are_pages) {
    const char *const settings[] = {"pages", "2", NULL};
    expect_sheet(xtr_source_new_path(fixture("sheet/simple.xlsx")), settings, "Hidden\n\n7");
    expect_json("sheet/simple.xlsx", settings, "\"label\":\"Hidden\"");
}

TEST(xlsx, what_stands_beside_cells) {
    static const char *const parts[] = {"\"url\":\"https://example.org/wine\"",
                                        "\"text\":\"Check this\",\"author\":\"Ann\"",
                                        "\"title\":\"Wines\",\"level\":2", "\"title\":\"Cellar\"",
                                        "\"row\":5,\"column\":1,\"row_span\":2,\"column_span\":2"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_json("sheet/simple.xlsx", no_settings, parts[i]);
}

TEST(xlsx, cells_have_a_limit) {
    const char *const settings[] = {"max_table_cells", "6", NULL};
    char *text = sheet_text(xtr_source_new_path(fixture("sheet/simple.xlsx")), settings);
    ck_assert_ptr_nonnull(strstr(text, "\nRed wine\t1,234.50 €\t\t\n"));
    free(text);
    expect_json("sheet/simple.xlsx", settings, "\"status\":\"partial\"");
}

static const char binary[] = "Wine & more\n\n"
                             "Item\tGröße\tinline 😀\t\t\n"
                             "1250.00%\t2/14/14\t-1,234.50\tTRUE\t\n"
                             "0.3\ttwelve\t#N/A\tab\trich\n\n"
                             "Hidden\n\n"
                             "7";

TEST(xlsx, binary_workbooks) {
    expect_sheet(xtr_source_new_path(fixture("sheet/simple.xlsb")), no_settings, binary);
    expect_json("sheet/simple.xlsb", no_settings, "\"url\":\"https://example.org/wine\"");
    expect_json("sheet/simple.xlsb", no_settings, "\"text\":\"Check this\",\"author\":\"Ann\"");
}

/* A sheet and a chart sheet, each with one. */
static void expect_charts(const char *name) {
    static const char charts[] =
        "\n\n7\n\nSales by region\n\nRegion\t2024\tShare\nNorth\t4.3\t12.5%\n"
        "South\t2.5\t\nEast\t-0.5\t100.0%\n\n";
    char *text = sheet_text(xtr_source_new_path(fixture(name)), no_settings);
    ck_assert_msg(strstr(text, charts) != NULL, "%s", text);
    ck_assert_msg(strstr(text, "Hidden\n\nLosses by region\n\nRegion\t2024") != NULL, "%s", text);
    free(text);
}

TEST(xlsx, charts_stand_behind_cells) {
    expect_charts("sheet/chart.xlsx");
    expect_charts("sheet/chart.xlsb");
}

TEST(xlsx, formulas_of_binary_workbooks) {
    const char *const settings[] = {"formulas", "true", NULL};
    expect_sheet(xtr_source_new_path(fixture("sheet/formulas.xlsb")), settings, spelled_formulas);
    char *text = sheet_text(xtr_source_new_path(fixture("sheet/formulas.xlsb")), no_settings);
    ck_assert_ptr_null(strchr(text, '='));
    free(text);
}

/* Each reference once read the whole name of its sheet, however long that is. */
TEST(xlsx, long_names_of_sheets_cost_nothing) {
    enum { SIZE = 16 << 20, FORMULAS = 20000 };
    static const unsigned char tokens[] = {0x3A, 0, 0, 0, 0, 0, 0, 0, 0}; /* PtgRef3d: A1 */
    const xtr__formula formula = {.code = tokens, .size = sizeof tokens};
    bare_job *job = bare_job_open(xtr_source_new_copy("x", 1));
    char *name = malloc(SIZE);
    ck_assert(job && name);
    memset(name, 'a', SIZE);
    xtr__formulas formulas;
    size_t size;
    xtr__formulas_begin(&formulas, &job->job, true);
    ck_assert(xtr__formulas_add_sheet(&formulas, name, SIZE));
    ck_assert(xtr__formulas_add_book(&formulas, true));
    ck_assert(xtr__formulas_add_reference(&formulas, 0, 0, 0));
    for (int i = 0; i < FORMULAS; i++)
        ck_assert_ptr_null(xtr__formula_text(&formulas, &formula, &size));
    xtr__formulas_end(&formulas);
    free(name);
    bare_job_close(job);
}

/* What is unpacked is counted: once, however many relationships name the drawing. */
TEST(xlsx, drawings_are_read_once) {
    enum { RELATIONS = 50, PADDING = 1 << 20 };
#define OFFICE   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGES "http://schemas.openxmlformats.org/package/2006/relationships"
#define MAIN     "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    static const char *const parts[][2] = {
        {"_rels/.rels", "<Relationships xmlns='" PACKAGES "'><Relationship Id='a' Type='" OFFICE
                        "/officeDocument' Target='xl/workbook.xml'/></Relationships>"},
        {"xl/workbook.xml",
         "<workbook xmlns='" MAIN "' xmlns:r='" OFFICE
         "'><sheets><sheet name='One' sheetId='1' r:id='a'/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships xmlns='" PACKAGES "'><Relationship Id='a' Type='" OFFICE
         "/worksheet' Target='sheet.xml'/></Relationships>"},
        {"xl/sheet.xml", "<worksheet xmlns='" MAIN "'><sheetData><row r='1'><c r='A1'><v>7</v></c>"
                         "</row></sheetData></worksheet>"},
        {"xl/_rels/drawing.xml.rels",
         "<Relationships xmlns='" PACKAGES "'><Relationship Id='a' Type='" OFFICE
         "/chart' Target='chart.xml'/></Relationships>"}};
    static const char *const settings[] = {"max_archive_size", "8MB", "isolation", "thread", NULL};
    archive *a = calloc(1, sizeof *a);
    char *drawing, *relations;
    size_t drawing_size, relations_size;
    FILE *out = open_memstream(&drawing, &drawing_size);
    FILE *rels = open_memstream(&relations, &relations_size);
    ck_assert(a && out && rels);
    fprintf(out, "<wsDr>%*s</wsDr>", PADDING, "");
    fputs("<Relationships xmlns='" PACKAGES "'>", rels);
    for (int i = 0; i < RELATIONS; i++)
        fprintf(rels, "<Relationship Id='r%d' Type='" OFFICE "/drawing' Target='drawing.xml'/>", i);
    fputs("</Relationships>", rels);
    fclose(out);
    fclose(rels);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        add(a, parts[i][0], true, parts[i][1], strlen(parts[i][1]));
    add(a, "xl/drawing.xml", true, drawing, drawing_size);
    add(a, "xl/_rels/sheet.xml.rels", true, relations, relations_size);
    finish(a);
    char *json = extract_json(xtr_source_new_copy(a->data, a->size), 1, settings);
    ck_assert_msg(strstr(json, "\"status\":\"complete\"") != NULL, "%s", json);
    free(json);
    free(drawing);
    free(relations);
    free(a);
}
