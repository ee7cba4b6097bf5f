/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encrypted Office documents, and passwords for them. */
#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD "geheim-\xC3\xA4\xF0\x9F\x94\x91"

/* Extracts a fixture with a password (NULL: none); its code, and text or message in `text`. */
static int extract(const char *name, const char *password, const char *isolation, char *text,
                   size_t size) {
    xtr_source *source = xtr_source_new_path(fixture(name));
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    xtr_error error;
    if (password)
        ck_assert_int_eq(xtr_options_set(options, "password", password, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "isolation", isolation, NULL), XTR_OK);
    int code = xtr_extract(&result, NULL, source, options, &error);
    snprintf(text, size, "%s", code ? error.message : xtr_result_content(result, NULL));
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return code;
}

static const char *const packages[] = {
    "encrypted/sha1.bin",     "encrypted/sha256.bin",    "encrypted/sha384.bin",
    "encrypted/standard.bin", "encrypted/unchecked.bin", "encrypted/standard-256.bin",
};

#define PACKAGES (sizeof packages / sizeof *packages)

TEST(encrypted, packages_open_with_their_password) {
    char text[64000];
    for (size_t i = 0; i < PACKAGES; i++) {
        int code = extract(packages[i], PASSWORD, "thread", text, sizeof text);
        ck_assert_msg(!code, "%s: %s", packages[i], text);
        bool is_long = !strncmp(text, "Part 0\n\nPart 1\n", 15) && strstr(text, "\nPart 1999\n");
        ck_assert_msg(is_long || !strcmp(text, "Secret\n\nFound inside.\n"), "%s: %s", packages[i],
                      text);
    }
}

TEST(encrypted, without_a_password_they_ask_for_one) {
    char text[1000];
    for (size_t i = 0; i < PACKAGES; i++) {
        ck_assert_int_eq(extract(packages[i], NULL, "thread", text, sizeof text),
                         XTR_E_PASSWORD_REQUIRED);
        ck_assert_msg(strstr(text, "needs a password: pass --password"), "%s", text);
        ck_assert_int_eq(extract(packages[i], "geheim", "thread", text, sizeof text),
                         XTR_E_PASSWORD_WRONG);
        ck_assert_msg(strstr(text, "password is wrong"), "%s", text);
    }
}

TEST(encrypted, a_process_says_the_same) {
    char here[1000], there[1000];
    for (size_t i = 0; i < 3; i++) {
        const char *password = i == 0 ? NULL : i == 1 ? "wrong" : PASSWORD;
        int code = extract("encrypted/sha256.bin", password, "thread", here, sizeof here);
        ck_assert_int_eq(extract("encrypted/sha256.bin", password, "process", there, sizeof there),
                         code);
        ck_assert_str_eq(here, there);
    }
}

TEST(encrypted, passwords_are_tried_in_order) {
    const char *const settings[] = {"password", "a", "password", PASSWORD, NULL};
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    for (size_t i = 0; settings[i]; i += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[i], settings[i + 1], NULL), XTR_OK);
    xtr_source *source = xtr_source_new_path(fixture("encrypted/sha1.bin"));
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, NULL), XTR_OK);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

TEST(encrypted, what_is_only_protected_opens_without_a_password) {
    char text[1000];
    ck_assert_int_eq(extract("encrypted/velvet.bin", NULL, "thread", text, sizeof text), XTR_OK);
    ck_assert_str_eq(text, "Secret\n\nFound inside.\n");
    ck_assert_int_eq(extract("encrypted/velvet.bin", "wrong", "thread", text, sizeof text), XTR_OK);
}

TEST(encrypted, a_change_is_a_warning) {
    const char *const settings[] = {"password", PASSWORD, NULL};
    char *json = extract_json(xtr_source_new_path(fixture("encrypted/altered.bin")), 1, settings);
    ck_assert_msg(strstr(json, "was changed after it was made"), "%s", json);
    xtr_free(json);
}

TEST(encrypted, parts_of_open_document) {
    static const struct {
        const char *name, *text;
    } documents[] = {{"encrypted/aes.odp", "Hidden by AES."},
                     {"encrypted/aes.ods", "Hidden in a cell."},
                     {"encrypted/blowfish.odp", "Hidden by Blowfish. Hidden by Blowfish."}};
    char text[10000];
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        const char *name = documents[i].name;
        ck_assert_int_eq(extract(name, NULL, "thread", text, sizeof text), XTR_E_PASSWORD_REQUIRED);
        ck_assert_int_eq(extract(name, "wrong", "thread", text, sizeof text), XTR_E_PASSWORD_WRONG);
        int code = extract(name, PASSWORD, "thread", text, sizeof text);
        ck_assert_msg(!code && strstr(text, documents[i].text), "%s: %s", name, text);
        ck_assert_int_eq(extract(name, PASSWORD, "process", text, sizeof text), XTR_OK);
    }
}

TEST(encrypted, parts_that_swell_are_given_up) {
    char text[1000];
    ck_assert_int_eq(extract("encrypted/dense.odt", PASSWORD, "thread", text, sizeof text),
                     XTR_E_LIMIT);
    ck_assert_msg(strstr(text, "max_archive_ratio"), "%s", text);
}

TEST(encrypted, what_no_password_opens_says_so) {
    char text[1000];
    ck_assert_int_eq(extract("encrypted/rights.docx", PASSWORD, "thread", text, sizeof text),
                     XTR_E_UNSUPPORTED);
    ck_assert_msg(strstr(text, "rights management"), "%s", text);
    ck_assert_int_eq(extract("encrypted/cut.bin", PASSWORD, "thread", text, sizeof text),
                     XTR_E_CORRUPT);
    ck_assert_int_eq(extract("encrypted/too-many-spins.bin", PASSWORD, "thread", text, sizeof text),
                     XTR_E_CORRUPT);
}

TEST(encrypted, many_rounds_heed_the_clock) {
    xtr_source *source = xtr_source_new_path(fixture("encrypted/spins.bin"));
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    ck_assert_int_eq(xtr_options_set(options, "timeout", "100ms", NULL), XTR_OK);
    xtr_runtime *runtime;
    ck_assert_int_eq(xtr_runtime_new(&runtime, NULL, NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, runtime, source, options, NULL), XTR_E_TIMEOUT);
    xtr_runtime_drop(runtime); /* waits for the slot, and with it for the test's own limit */
    xtr_options_drop(options);
    xtr_source_drop(source);
}
