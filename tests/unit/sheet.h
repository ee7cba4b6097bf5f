/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spreadsheets from fixtures and from bytes, as text and as JSON. */
#ifndef XTR_TEST_SHEET_H
#define XTR_TEST_SHEET_H

#include "extract.h"

#include <stdlib.h>
#include <string.h>

/** The text of a source, which it drops; yours to free. Options come in pairs; NULL ends them. */
static inline char *sheet_text(xtr_source *source, const char *const *settings) {
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    xtr_error error;
    for (; *settings; settings += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[0], settings[1], NULL), XTR_OK);
    int code = xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(!code, "%s", error.message);
    char *text = strdup(xtr_result_content(result, NULL));
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return text;
}

static inline void expect_sheet(xtr_source *source, const char *const *settings,
                                const char *truth) {
    char *text = sheet_text(source, settings);
    size_t size = strlen(text);
    while (size && text[size - 1] == '\n')
        text[--size] = '\0';
    ck_assert_str_eq(text, truth);
    free(text);
}

/** The JSON of a fixture has this part. */
static inline void expect_json(const char *name, const char *const *settings, const char *part) {
    char *json = extract_json(xtr_source_new_path(fixture(name)), 1, settings);
    ck_assert_msg(strstr(json, part) != NULL, "%s\nlacks %s", json, part);
    free(json);
}

static const char *const no_settings[] = {NULL};

/* Of both binary formats: fixtures/make_sheet.py, Tokens. What cannot be spelled shows its value.
 */
static const char spelled_formulas[] =
    "It's one\n\n"
    "=SUM(A1:$B$9)*2\t=\"say \"\"ö\"\"\"&$C$5\t=ROWS({1.5,\"x\";TRUE,#N/A})\t"
    "=-('It''s one'!A1+'It''s one:Two'!A2)\t=rate+0.1\t=MY.SUM(1,\"a\")\t=IF(A1<=3,,TRUE)\t"
    "=SUM(AB:AB)\t=NOW()+5%\t=#REF!\t11\t12\n"
    "\t=A2*2\t=B2*2\t=C2*2\t\t\t\t\t\t\t\t\n"
    "=A1:B1\t11\t12\t\t\t\t\t\t\t\t\t\n\n"
    "Two\n\n7";

#endif
