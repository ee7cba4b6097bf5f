/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The extractors text and template, through the public interface. */
#include "test.h"

#include "libextract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Extracts bytes under a name; the result, or NULL and *error. */
static xtr_result *extract(const char *name, const void *data, size_t size, const char *charset,
                           xtr_error *error) {
    xtr_source *source = xtr_source_new_copy(data, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    ck_assert_int_eq(xtr_source_set_name(source, name), XTR_OK);
    if (charset)
        ck_assert_int_eq(xtr_options_set(options, "charset", charset, error), XTR_OK);
    xtr_extract(&result, NULL, source, options, error);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return result;
}

/* Compares the text; whether it ends in a line break is up to the renderer. */
static void expect(const char *name, const void *data, size_t size, const char *charset,
                   const char *truth) {
    xtr_error error = {0};
    xtr_result *result = extract(name, data, size, charset, &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    size_t got;
    const char *text = xtr_result_content(result, &got);
    if (got && text[got - 1] == '\n')
        got--;
    ck_assert_uint_eq(got, strlen(truth));
    ck_assert_mem_eq(text, truth, got);
    xtr_result_drop(result);
}

TEST(text, line_ends_become_one) {
    expect("a.txt", "one\r\ntwo\rthree\nfour\n\nsix", 24, NULL, "one\ntwo\nthree\nfour\n\nsix");
}

TEST(text, charset_is_detected_or_given) {
    expect("a.txt", "caf\xE9 cr\xE8me", 10, NULL, "café crème");
    expect("a.txt", "caf\xE9", 4, "ISO-8859-7", "cafι");
    expect("a.txt",
           "\xFF\xFE"
           "a\0\xE9\0",
           6, NULL, "aé");
}

TEST(text, facts) {
    xtr_error error;
    xtr_result *result = extract("a.txt", "one\ntwo\nthree", 13, NULL, &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_str_eq(xtr_result_metadata(result, "charset"), "US-ASCII");
    ck_assert_str_eq(xtr_result_metadata(result, "line_count"), "3");
    ck_assert_str_eq(xtr_result_mime_type(result), "text/plain");
    xtr_result_drop(result);
}

TEST(text, unknown_charset_is_an_argument_error) {
    xtr_error error;
    ck_assert_ptr_null(extract("a.txt", "abc", 3, "klingon", &error));
    ck_assert_int_eq(error.code, XTR_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "klingon"));
}

/* The first byte outside ASCII stands far behind what detection looks at, and characters of three
 * bytes lie across every border between windows. */
TEST(text, charset_is_decided_where_it_matters) {
    size_t ascii = 300000;
    size_t count = 200000;
    unsigned char *data = malloc(ascii + 3 * count);
    ck_assert_ptr_nonnull(data);
    memset(data, 'a', ascii);
    for (size_t i = 0; i < count; i++)
        memcpy(data + ascii + 3 * i, "\xE2\x82\xAC", 3);
    xtr_error error;
    xtr_result *result = extract("a.txt", data, ascii + 3 * count, NULL, &error);
    ck_assert_ptr_nonnull(result);
    size_t size;
    const char *text = xtr_result_content(result, &size);
    ck_assert_ptr_null(strstr(text, "\uFFFD"));
    ck_assert_mem_eq(text, data, ascii + 3 * count);
    ck_assert_str_eq(xtr_result_metadata(result, "charset"), "UTF-8");
    xtr_result_drop(result);
    free(data);
}

TEST(text, binary_is_refused) {
    char data[4000];
    xtr_error error;
    memset(data, 'a', sizeof data);
    memcpy(data + 3000, "\0\1\2\3", 4);
    xtr_source *source = xtr_source_new_copy(data, sizeof data);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    ck_assert_int_eq(xtr_options_set(options, "mime_type", "text/plain", &error), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, "binary"));
    xtr_options_drop(options);
    xtr_source_drop(source);
}

static const char model[] = "%template 1\n@title A model\n# First\nSome text\ngoes on\n\n- one\n"
                            "- two\n| a | b |\n| 1 |  2  |\nlast";

TEST(template, reads_its_format) {
    xtr_error error = {0};
    xtr_result *result = extract("model", model, sizeof model - 1, NULL, &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert_str_eq(xtr_result_mime_type(result), "application/x-libextract-template");
    ck_assert_str_eq(xtr_result_metadata(result, "title"), "A model");
    char *markdown;
    ck_assert_int_eq(
        xtr_result_render(&markdown, NULL, result, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, &error),
        XTR_OK);
    ck_assert_ptr_nonnull(strstr(markdown, "# First"));
    ck_assert_ptr_nonnull(strstr(markdown, "Some text goes on"));
    ck_assert_ptr_nonnull(strstr(markdown, "- two"));
    ck_assert_ptr_nonnull(strstr(markdown, "| a"));
    xtr_free(markdown);
    xtr_result_drop(result);
}

TEST(template, every_cut_is_read) {
    for (size_t size = 12; size < sizeof model; size++) {
        xtr_error error = {0};
        xtr_result *result = extract("model", model, size, NULL, &error);
        ck_assert_msg(result != NULL, "%s", error.message);
        xtr_result_drop(result);
    }
}
