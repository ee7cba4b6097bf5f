/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Workbooks of Excel before 2007: what is in their cells, and on them. */
#include "compound.h"
#include "sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text of a fixture, yours to free. Options come in pairs of name and value. */
static char *text_of(const char *name, const char *const *settings) {
    xtr_options *options = xtr_options_new();
    xtr_source *source = xtr_source_new_path(fixture(name));
    xtr_result *result;
    xtr_error error;
    for (; *settings; settings += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[0], settings[1], NULL), XTR_OK);
    int code = xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(!code, "%s", error.message);
    ck_assert_str_eq(xtr_result_mime_type(result), "application/vnd.ms-excel");
    char *text = strdup(xtr_result_content(result, NULL));
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return text;
}

/* Whether the JSON of a fixture has a part. */
static void expect_part(const char *name, const char *json, const char *part) {
    ck_assert_msg(strstr(json, part) != NULL, "%s lacks %s", name, part);
}

static const char *const none[] = {NULL};

static const char simple[] = "First\n\n"
                             "plain\trich\t東京\thalf Latin, half Кириллица 😀\tlast & <least>\n"
                             "3.14159\t4/1/12\t1,234.56\t50%\t7.0 km\n"
                             "TRUE\t#DIV/0!\t50%\tfrom a formula\tFALSE\n"
                             "#N/A\t\t<a label of its own>\t\t\n"
                             "merged\t\t\t\tExample\n"
                             "Place\tFile\t\t\t\n\n"
                             "Text in a box: дa\n\n"
                             "Hidden\n\n"
                             "not shown\n\n"
                             "Chart\n\n"
                             "Title of a chart\n\n"
                             "Other\n\n";

TEST(xls, cells_are_as_displayed) {
    char *text = text_of("xls/simple.xls", none);
    ck_assert_msg(!strncmp(text, simple, sizeof simple - 1), "%s", text);
    ck_assert_msg(strstr(text, "out of order") < strstr(text, "alone"), "%s", text);
    ck_assert_msg(strstr(text, "Inside"), "%s", text);
    ck_assert_msg(!strstr(text, "HALT") && !strstr(text, "series") && !strstr(text, "replaced"),
                  "%s", text);
    free(text);
}

TEST(xls, formulas_instead_of_values) {
    const char *const settings[] = {"formulas", "true", NULL};
    char expected[sizeof spelled_formulas + 64];
    size_t size = sizeof spelled_formulas - 2; /* without the second sheet's value */
    snprintf(expected, sizeof expected, "%.*s=EDATE(A1,1)\t=Print_Area\n", (int)size,
             spelled_formulas);
    char *text = text_of("xls/formulas.xls", settings);
    ck_assert_str_eq(text, expected);
    free(text);
    text = text_of("xls/formulas.xls", none);
    ck_assert_ptr_null(strchr(text, '='));
    ck_assert_msg(strstr(text, "of a formula\t3\n"), "%s", text);
    free(text);
}

TEST(xls, hidden_sheets_may_be_left_out) {
    const char *const settings[] = {"hidden_sheets", "false", NULL};
    char *text = text_of("xls/simple.xls", settings);
    ck_assert_msg(!strstr(text, "Hidden") && strstr(text, "Other"), "%s", text);
    free(text);
}

TEST(xls, what_lies_on_the_cells) {
    static const char *const parts[] = {
        "\"text\":\"A note on a cell.\",\"author\":\"Ada\"",
        "\"url\":\"https://example.org/a?b=1&c=2\"",
        "\"url\":\"#Other!A1\"",
        "\"url\":\"C:\\\\old\\\\file.xls\"",
        "\"row\":4,\"column\":0,\"row_span\":1,\"column_span\":3",
    };
    char *json = extract_json(xtr_source_new_path(fixture("xls/simple.xls")), 1, none);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_part("simple.xls", json, parts[i]);
    xtr_free(json);
}

TEST(xls, dates_may_count_from_1904) {
    char *text = text_of("xls/epoch.xls", none);
    ck_assert_str_eq(text, "Dates\n\n1/1/04\t4/1/12\n");
    free(text);
}

TEST(xls, strings_of_old_versions_are_bytes_of_a_code_page) {
    char *text = text_of("xls/cyrillic.xls", none);
    ck_assert_str_eq(text, "Sheet\n\nПривет\tмир\n1.50 руб.\tитог\n");
    free(text);
    char *json = extract_json(xtr_source_new_path(fixture("xls/cyrillic.xls")), 1, none);
    size_t notes = 0;
    for (const char *at = json; (at = strstr(at, "Заметка")) != NULL; at++)
        notes++;
    ck_assert_uint_eq(notes, 300);
    xtr_free(json);
}

TEST(xls, sheets_stand_alone_before_excel_5) {
    static const char *const names[] = {"xls/biff2.xls", "xls/biff3.xls", "xls/biff4.xls"};
    for (size_t i = 0; i < 3; i++) {
        char *text = text_of(names[i], none);
        ck_assert_msg(!strncmp(text, "Größe\t42\n2.50\tTRUE\n", 21), "%s: %s", names[i], text);
        ck_assert_str_eq(text + 21, i ? "text\t\n" : "6.5\t\n");
        free(text);
    }
}

TEST(xls, encrypted_ones_open_with_their_password) {
    static const char *const names[] = {"xls/rc4.xls", "xls/capi.xls", "xls/capi-40.xls",
                                        "xls/xor.xls"};
    const char *const settings[] = {"password", "open", NULL};
    char *plain = text_of("xls/simple.xls", none);
    for (size_t i = 0; i < 4; i++) {
        char *text = text_of(names[i], settings);
        ck_assert_msg(!strcmp(text, plain), "%s: %s", names[i], text);
        free(text);
    }
    char *velvet = text_of("xls/velvet.xls", none);
    ck_assert_str_eq(velvet, plain);
    free(velvet);
    free(plain);
    char *old = text_of("xls/xor5.xls", settings);
    ck_assert_str_eq(old, "Sheet\n\nПривет\tмир\n1.50 руб.\tитог\n");
    free(old);
}

TEST(xls, encrypted_ones_ask_for_a_password) {
    static const char *const names[] = {"xls/rc4.xls", "xls/capi.xls", "xls/xor.xls",
                                        "xls/xor5.xls"};
    for (size_t i = 0; i < 8; i++) {
        xtr_options *options = xtr_options_new();
        xtr_source *source = xtr_source_new_path(fixture(names[i / 2]));
        xtr_result *result;
        xtr_error error;
        if (i % 2)
            ck_assert_int_eq(xtr_options_set(options, "password", "shut", NULL), XTR_OK);
        ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error),
                         i % 2 ? XTR_E_PASSWORD_WRONG : XTR_E_PASSWORD_REQUIRED);
        ck_assert_msg(strstr(error.message, "password"), "%s", error.message);
        xtr_options_drop(options);
        xtr_source_drop(source);
    }
}

TEST(xls, damage_costs_what_is_damaged) {
    static const struct {
        const char *name, *part, *warning;
    } damaged[] = {
        {"xls/cut.xls", "half Кириллица", "ends early"},
        {"xls/overlapping.xls", "Again", "sheets overlap"},
        {"xls/lost.xls", "\"content\":\"\"", "\\\"Lost\\\" cannot be found"},
        {"xls/greedy.xls", "\"content\":\"\"", "table of strings ends early"},
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        char *json = extract_json(xtr_source_new_path(fixture(damaged[i].name)), 1, none);
        expect_part(damaged[i].name, json, damaged[i].part);
        expect_part(damaged[i].name, json, damaged[i].warning);
        xtr_free(json);
    }
}

TEST(xls, a_process_says_the_same) {
    const char *const thread[] = {"isolation", "thread", NULL};
    const char *const process[] = {"isolation", "process", NULL};
    char *here = extract_json(xtr_source_new_path(fixture("xls/simple.xls")), 1, thread);
    char *there = extract_json(xtr_source_new_path(fixture("xls/simple.xls")), 1, process);
    ck_assert_str_eq(here, there);
    xtr_free(here);
    xtr_free(there);
}

/* Made here: notes that name an object with many texts, none of which is theirs. */
static size_t put_record(unsigned char *to, size_t at, unsigned type, const void *data,
                         size_t size) {
    compound_put(to + at, (uint32_t)(size << 16 | type));
    memcpy(to + at + 4, data, size);
    return at + 4 + size;
}

TEST(xls, notes_find_their_texts) {
    enum { MANY = 110000 };
    static const unsigned char text[18] = {[10] = 1};
    unsigned char *book = malloc(MANY * 48 + 1024);
    ck_assert_ptr_nonnull(book);
    size_t at = put_record(book, 0, 0x809, "\0\6\5\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    at = put_record(book, at, 0x85, "\x30\0\0\0\0\0\1\0S\0\0\0\0\0\0\0\0\0\0\0", 20);
    at = put_record(book, at, 0x0A, "", 0);
    ck_assert_uint_eq(at, 0x30);
    at = put_record(book, at, 0x809, "\0\6\x10\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    for (int i = 0; i < MANY; i++) {
        if (i == MANY / 2) /* the note's own */
            at = put_record(book, at, 0x5D, "\x15\0\x12\0\x19\0\7\0", 8);
        if (i == 0 || i == MANY / 2 + 1)
            at = put_record(book, at, 0x5D, "\x15\0\x12\0\6\0\7\0", 8);
        at = put_record(book, at, 0x1B6, text, sizeof text);
        at = put_record(book, at, 0x3C, i == MANY / 2 ? "\0N" : "\0x", 2);
    }
    for (int i = 0; i < MANY; i++)
        at = put_record(book, at, 0x1C, "\0\0\0\0\0\0\7\0\0\0\0", 11);
    at = put_record(book, at, 0x0A, "", 0);
    const compound_stream streams[] = {{"Workbook", book, at}};
    char *json = extract_json(compound_of(streams, 1), 1, none);
    ck_assert_ptr_nonnull(strstr(json, "\"text\":\"N\""));
    free(json);
    free(book);
}
