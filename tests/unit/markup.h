/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents of text and markup, given as strings, and what is made of them. */
#ifndef XTR_TEST_MARKUP_H
#define XTR_TEST_MARKUP_H

#include "libextract.h"
#include "test.h"

#include <string.h>

static inline xtr_result *markup_result(const char *type, const char *data, size_t size,
                                        const char *format, xtr_error *error) {
    xtr_source *source = xtr_source_new_copy(data, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    ck_assert_int_eq(xtr_options_set(options, "mime_type", type, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "format", format, NULL), XTR_OK);
    xtr_extract(&result, NULL, source, options, error);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return result;
}

/** A document of this type is this Markdown. */
static inline void expect_markdown(const char *type, const char *data, const char *truth) {
    xtr_error error = {0};
    xtr_result *result = markup_result(type, data, strlen(data), "markdown", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert_str_eq(xtr_result_content(result, NULL), truth);
    xtr_result_drop(result);
}

/** One of its facts is this; NULL: there is none. */
static inline void expect_fact(const char *type, const char *data, const char *key,
                               const char *truth) {
    xtr_error error = {0};
    xtr_result *result = markup_result(type, data, strlen(data), "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    const char *value = xtr_result_metadata(result, key);
    if (truth)
        ck_assert_pstr_eq(value, truth);
    else
        ck_assert_ptr_null(value);
    xtr_result_drop(result);
}

/** Reading it fails so. */
static inline void expect_failure(const char *type, const char *data, int code) {
    xtr_error error = {0};
    ck_assert_ptr_null(markup_result(type, data, strlen(data), "text", &error));
    ck_assert_int_eq(error.code, code);
}

#endif
