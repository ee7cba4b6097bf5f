/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word's binary documents, through the public interface. */
#include "compound.h"
#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 17 };

static size_t load(unsigned char *data) {
    FILE *file = fopen(fixture("doc/made.doc"), "rb");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(data, 1, ROOM, file);
    fclose(file);
    return size;
}

/* The code of an extraction; *text, if any, is the caller's. */
static int extract(const void *data, size_t size, const char *format, char **text,
                   xtr_error *error) {
    xtr_source *source = xtr_source_new_copy(data, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    ck_assert_int_eq(xtr_options_set(options, "format", format, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "mime_type", "application/msword", NULL), XTR_OK);
    int code = xtr_extract(&result, NULL, source, options, error);
    if (text)
        *text = code ? NULL : strdup(xtr_result_content(result, NULL));
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return code;
}

static void expect(const char *part) {
    static unsigned char data[ROOM];
    size_t size = load(data);
    xtr_error error = {0};
    char *text;
    ck_assert_msg(!extract(data, size, "markdown", &text, &error), "%s", error.message);
    ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
    free(text);
}

TEST(doc, headings_by_what_their_style_is) {
    expect("# Chapter one\n\nPlain, ");
}

TEST(doc, runs_have_their_formatting) {
    expect("Plain, **bold**, ***both***.[^1] x².\n\n");
    expect("\n> *Quoted*\n");
}

TEST(doc, fields_and_symbols) {
    expect("[a link](http://a.example/) and 日本 😀α\nnext line‑end\n");
}

TEST(doc, lists_are_counted) {
    expect("3. Three\n   - 3a) Inner\n     - Bullet\n4. Four\n");
}

TEST(doc, tables_with_joined_cells) {
    expect("<tr><td>A</td><td rowspan=\"2\">B</td></tr>\n<tr><td>C</td></tr>\n"
           "<tr><td colspan=\"2\">wide</td></tr>");
}

TEST(doc, pieces_may_be_bytes) {
    expect("The end: café “quoted”.");
}

TEST(doc, notes_and_running_heads) {
    expect("[^1]: What it says.");
    static unsigned char data[ROOM];
    char *text;
    size_t size = load(data);
    ck_assert_int_eq(extract(data, size, "text", &text, NULL), XTR_OK);
    ck_assert_int_eq(strncmp(text, "Running head\n\nChapter one\n", 26), 0);
    ck_assert_ptr_null(strstr(text, "hidden"));
    ck_assert_ptr_null(strstr(text, "gone"));
    free(text);
}

TEST(doc, properties_of_the_file) {
    static const char *const none[] = {NULL};
    char *json = extract_json(xtr_source_new_path(fixture("doc/made.doc")), 1, none);
    ck_assert_ptr_nonnull(strstr(json, "\"title\":\"Made\",\"authors\":\"Rea\""));
    free(json);
}

/* The stream WordDocument begins right after the header of the file. */
TEST(doc, a_locked_document_asks_for_a_password) {
    static unsigned char data[ROOM];
    xtr_error error = {0};
    size_t size = load(data);
    unsigned char *fib = memmem(data, size, "\xEC\xA5\xC1", 3);
    ck_assert_ptr_nonnull(fib);
    fib[11] |= 0x01; /* fEncrypted */
    fib[11] |= 0x80; /* fObfuscated */
    fib[14] = 1;
    ck_assert_int_eq(extract(data, size, "text", NULL, &error), XTR_E_PASSWORD_REQUIRED);
    ck_assert_ptr_nonnull(strstr(error.message, "needs a password: pass --password"));
}

TEST(doc, other_compound_files_are_refused) {
    xtr_error error = {0};
    static unsigned char data[ROOM];
    FILE *file = fopen(fixture("ole/small.ole"), "rb");
    size_t size = fread(data, 1, ROOM, file);
    fclose(file);
    ck_assert_int_eq(extract(data, size, "text", NULL, &error), XTR_E_MISMATCH);
    ck_assert_int_eq(extract("text", 4, "text", NULL, &error), XTR_E_CORRUPT);
}

/* Each byte of the FIB and, in steps, of the rest: nothing but an answer or an error. */
TEST(doc, damage_does_no_harm) {
    static unsigned char data[ROOM];
    size_t size = load(data);
    size_t fib = (size_t)((unsigned char *)memmem(data, size, "\xEC\xA5\xC1", 3) - data);
    for (size_t at = fib; at < size; at += at < fib + 1024 ? 3 : 37) {
        unsigned char before = data[at];
        char *text;
        data[at] = (unsigned char)~before;
        int code = extract(data, size, "text", &text, NULL);
        ck_assert(code == XTR_OK || code == XTR_E_CORRUPT || code == XTR_E_UNSUPPORTED ||
                  code == XTR_E_PASSWORD_REQUIRED);
        free(text);
        data[at] = before;
    }
}

TEST(doc, is_the_same_in_a_process) {
    static const char *const in_thread[] = {"isolation", "thread", NULL};
    static const char *const in_process[] = {"isolation", "process", NULL};
    char *one = extract_json(xtr_source_new_path(fixture("doc/made.doc")), 1, in_thread);
    char *other = extract_json(xtr_source_new_path(fixture("doc/made.doc")), 1, in_process);
    ck_assert_str_eq(one, other);
    free(one);
    free(other);
}

/* Of Word 6, in one piece that is said to end far behind the file. */
TEST(doc, text_ends_with_the_file) {
    static unsigned char data[ROOM];
    size_t size = load(data);
    unsigned char *fib = memmem(data, size, "\xEC\xA5\xC1", 3);
    ck_assert_ptr_nonnull(fib);
    memcpy(fib, "\xDC\xA5\x65", 3);
    memcpy(fib + 0x18, "\x00\x08\x00\x00\xFF\xFF\xFF\x7F", 8);
    memset(fib + 0x34, 0, 0x300);
    memcpy(fib + 0x34, "\xFF\xFF\xFF\x3F", 4);
    char *text;
    ck_assert_int_eq(extract(data, size, "text", &text, NULL), XTR_OK);
    ck_assert_uint_lt(strlen(text), 4 * size);
    free(text);
}

static size_t put(unsigned char *to, size_t at, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++)
        to[at + i] = (unsigned char)(value >> 8 * i);
    return at + size;
}

/* Each letter is a piece that names the same list of changes, in which each names a style that is
 * another long list. */
TEST(doc, long_lists_of_changes_have_a_limit) {
    enum { PIECES = 10000, CHANGES = 4000, TEXT_AT = 2048 };
    static unsigned char main_stream[4096], table[1 << 20];
    size_t at = put(table, 0, 1, 1);
    at = put(table, at, 4 * CHANGES, 2);
    for (int i = 0; i < CHANGES; i++)
        at = put(table, at, 0x00004A30, 4); /* the style 0 */
    at = put(table, at, 2, 1);
    at = put(table, at, 12 * PIECES + 4, 4);
    for (uint32_t i = 0; i <= PIECES; i++)
        at = put(table, at, i, 4);
    for (uint32_t i = 0; i < PIECES; i++) {
        at = put(table, at, 0, 2);
        at = put(table, at, 2 * TEXT_AT | 1 << 30, 4);
        at = put(table, at, 1, 2);
    }
    size_t styles = at;
    at = put(table, at, 6, 2);
    at = put(table, at, 1, 2); /* of which there is one */
    at = put(table, at, 10, 2);
    at = put(table, at, 0, 2);
    at = put(table, at, 10 + 4 + 2 + 3 * CHANGES, 2);
    at = put(table, at, 0xFFF2u << 16 | 0xFFE, 4); /* of characters */
    at = put(table, at, 0, 6);
    at = put(table, at, 0, 4);
    at = put(table, at, 3 * CHANGES, 2);
    for (int i = 0; i < CHANGES; i++)
        at = put(table, at, 0x010835, 3); /* bold */
    put(main_stream, 0, 0x00C1A5EC, 4);
    put(main_stream, 10, 0x0200, 2);
    put(main_stream, 0x4C, PIECES, 4);
    put(main_stream, 0x98, 93, 2);
    put(main_stream, 0x9A + 8 * 33 + 4, (uint32_t)styles, 4);
    put(main_stream, 0x9A + 8, (uint32_t)styles, 4);
    put(main_stream, 0x9A + 12, (uint32_t)(at - styles), 4);
    put(main_stream, TEXT_AT, 'a', 1);
    const compound_stream streams[] = {{"1Table", table, at},
                                       {"WordDocument", main_stream, sizeof main_stream}};
    const char *const settings[] = {"format", "markdown", NULL};
    char *json = extract_json(compound_of(streams, 2), 1, settings);
    ck_assert_ptr_nonnull(strstr(json, "\"content\":\"**aaaa"));
    ck_assert_ptr_nonnull(strstr(json, "too many changes of formatting"));
    free(json);
}
