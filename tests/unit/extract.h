/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Extraction in one call, for tests of what comes out. */
#ifndef XTR_TEST_EXTRACT_H
#define XTR_TEST_EXTRACT_H

#include "libextract.h"
#include "test.h"

/** The result of a source, which it drops, as JSON: yours to free. Options come in pairs of name
 * and value; NULL ends them. */
static inline char *extract_json(xtr_source *source, unsigned threads,
                                 const char *const *settings) {
    xtr_runtime *runtime;
    xtr_result *result;
    xtr_error error;
    char *json;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    xtr_options *options = xtr_options_new();
    for (; *settings; settings += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[0], settings[1], NULL), XTR_OK);
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    int code = xtr_extract(&result, runtime, source, options, &error);
    ck_assert_msg(!code, "%s", error.message);
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL), XTR_OK);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    xtr_runtime_drop(runtime);
    return json;
}

#endif
