/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_book(const char *name, const char *option, const char *value) {
    char path[512];
    snprintf(path, sizeof path, XTR_FIXTURES "/epub/%s", name);
    xtr_source *source = xtr_source_new_path(path);
    ck_assert_ptr_nonnull(source);
    return extract_json(source, 1, (const char *const[]){option, value, NULL});
}

static void expect_part(const char *json, const char *part) {
    ck_assert_msg(strstr(json, part) != NULL, "%s is not in %s", part, json);
}

TEST(epub, spine_order_and_labels) {
    char *json = read_book("book.epub", "format", "markdown");
    expect_part(json,
                "\"content\":\"![The Fox and the Dog](image)\\n\\n# One\\n\\nThe fox met the dog, "
                "[they say](https://example.org/).\\n\\n## Inside\\n\\nMore.\\n\\nBeside.\\n\\n"
                "# Two\\n\\nThe end.\\n\"");
    expect_part(json, "{\"number\":2,\"label\":\"One\"");
    expect_part(json, "{\"number\":5,\"label\":\"Two\"");
    free(json);
}

TEST(epub, facts) {
    char *json = read_book("book.epub", "format", "text");
    expect_part(json, "\"title\":\"The Fox & the Dog\"");
    expect_part(json, "\"authors\":\"Ann Other, Bob Example\"");
    expect_part(json, "\"keywords\":\"Foxes, Dogs\"");
    expect_part(json, "\"created\":\"2024-05-06\"");
    expect_part(json, "\"modified\":\"2025-01-02T03:04:05Z\"");
    free(json);
}

TEST(epub, outline_of_both_kinds) {
    char *json = read_book("book.epub", "format", "text");
    expect_part(json, "\"outline\":[{\"title\":\"One\",\"level\":1,\"page_number\":2},"
                      "{\"title\":\"Inside one\",\"level\":2,\"page_number\":2},"
                      "{\"title\":\"Later\",\"level\":1},"
                      "{\"title\":\"Two\",\"level\":2,\"page_number\":5}]");
    free(json);
    json = read_book("old.epub", "format", "text");
    expect_part(json, "\"outline\":[{\"title\":\"Part\",\"level\":1,\"page_number\":1},"
                      "{\"title\":\"Chapter\",\"level\":2,\"page_number\":1}]");
    free(json);
}

TEST(epub, links_inside_lead_to_pages) {
    char *json = read_book("book.epub", "format", "text");
    expect_part(json, "{\"target_page\":5,\"page_number\":2}");
    free(json);
}

TEST(epub, pages_can_be_chosen) {
    char *json = read_book("book.epub", "pages", "5");
    expect_part(json, "\"content\":\"Two\\n\\nThe end.\\n\"");
    free(json);
}

TEST(epub, pictures_stand_where_they_are) {
    char *json = read_book("book.epub", "images", "extract");
    expect_part(json, "\"image\":\"page-1-image-1.png\"");
    expect_part(json, "\"text\":\"The fox met the dog, they say.\"");
    expect_part(json, "\"image\":\"page-2-image-1.png\"");
    free(json);
    static const char *const settings[] = {"images", "extract", "format", "markdown", NULL};
    char *book = extract_json(xtr_source_new_path(XTR_FIXTURES "/epub/book.epub"), 1, settings);
    expect_part(book, "More.\\n\\n![a dot](page-2-image-1.png)\\n");
    free(book);
}

TEST(epub, a_missing_part_is_a_warning) {
    char *json = read_book("book.epub", "format", "text");
    expect_part(json, "\"status\":\"complete\"");
    expect_part(json, "a part of the book is missing: text/gone.xhtml");
    free(json);
}

static void expect_lock(const char *name, const char *scheme) {
    char path[512];
    snprintf(path, sizeof path, XTR_FIXTURES "/epub/%s", name);
    xtr_source *source = xtr_source_new_path(path);
    xtr_result *result = NULL;
    xtr_error error = {0};
    ck_assert_int_eq(xtr_extract(&result, NULL, source, NULL, &error), XTR_E_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, scheme));
    xtr_source_drop(source);
}

TEST(epub, locked_books_say_by_whom) {
    expect_lock("adept.epub", "Adobe ADEPT");
    expect_lock("lcp.epub", "Readium LCP");
}
