/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentations: what comes of the documents of fixtures/make_slides.py, and the order, numbers and
 * bullets of slides whatever their format. */
#include "extract.h"
#include "pptx/slide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *content_of(const char *name, const char *format) {
    char path[512];
    snprintf(path, sizeof path, "%s/slides/%s", XTR_FIXTURES, name);
    xtr_source *source = xtr_source_new_path(path);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    xtr_error error = {0};
    ck_assert_int_eq(xtr_options_set(options, "format", format, NULL), XTR_OK);
    xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    size_t size;
    const char *content = xtr_result_content(result, &size);
    char *copy = strndup(content, size);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return copy;
}

static char *json_of(const char *name, const char *const *settings) {
    char path[512];
    snprintf(path, sizeof path, "%s/slides/%s", XTR_FIXTURES, name);
    return extract_json(xtr_source_new_path(path), 1, settings);
}

static void expect_in(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) != NULL, "%s\nis not in\n%s", part, text);
}

static void expect_not_in(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) == NULL, "%s\nis in\n%s", part, text);
}

TEST(slides, titles_lists_and_styles) {
    char *text = content_of("deck.pptx", "markdown");
    expect_in(text, "# One deck, two lines\n\nAll about slides\n\nBelow\n\n> Say hello.");
    expect_in(text, "- First\n  - Second\n    - Third\n\nNo bullet\n\n- Back\n");
    expect_in(text, "4. Four\n   - a) Deep\n   - b) Deeper\n5. Five\n- I. Roman\n");
    expect_in(text, "**bold** and *italic* and ~~struck~~ and "
                    "[linked](https://example.org/?a=1&b=2) x² H₂O next");
    expect_not_in(text, "Click to edit");
    expect_not_in(text, "Not for sale");
    free(text);
}

TEST(slides, shapes_in_reading_order) {
    char *text = content_of("deck.pptx", "text");
    expect_in(text, "Left, part 1\n\nLeft, part 2\n\nLeft below\n\nRight above\n\nRight below\n\n"
                    "Bottom line\n");
    free(text);
}

TEST(slides, table_with_spans) {
    char *text = content_of("deck.pptx", "html");
    expect_in(text, "<th scope=\"col\" colspan=\"2\">Size</th>");
    expect_in(text, "<td rowspan=\"2\">Oak</td>");
    free(text);
}

TEST(slides, charts_diagrams_and_alternatives) {
    char *text = content_of("deck.pptx", "markdown");
    expect_in(text, "Sales by region\n\n| Region | 2024 | Share |\n| --- | --- | --- |\n"
                    "| North | 4.3 | 12.5% |\n| South | 2.5 |  |\n| East | -0.5 | 100.0% |\n");
    expect_in(text, "| 2024-02-01 | 1e+21 |");
    expect_in(text, "- Plan\n  - Design\n  - Sketch\n- Build\n");
    expect_in(text, "E=mc");
    expect_not_in(text, "E equals");
    free(text);
}

TEST(slides, footers_are_furniture) {
    static const char *const settings[] = {NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "\"type\":\"footer\",\"text\":\"7\"");
    expect_in(json, "\"type\":\"footer\",\"text\":\"Not for sale\"");
    expect_in(json, "\"label\":\"7\"");
    free(json);
}

TEST(slides, beside_the_text) {
    static const char *const settings[] = {NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "\"text\":\"Too long?\",\"author\":\"Grace\",\"page_number\":1");
    expect_in(json, "\"text\":\"Really?\",\"author\":\"Linus\",\"page_number\":3");
    expect_in(json, "\"text\":\"Yes.\",\"author\":\"Linus\",\"page_number\":3");
    expect_in(json, "\"target_page\":1,\"page_number\":2");
    expect_in(json, "\"name\":\"book.xlsx\"");
    expect_in(json, "\"title\":\"A table\",\"level\":1,\"page_number\":4");
    expect_in(json, "\"title\":\"A deck\"");
    expect_in(json, "\"width\":20,\"height\":10,\"format\":\"png\"");
    free(json);
}

TEST(slides, pictures_with_their_words) {
    static const char *const settings[] = {"images", "extract", "format", "markdown",
                                           "pages",  "5",       NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "![A grey square](page-5-image-1.png)");
    expect_in(json, "![](page-5-image-1.png)");
    expect_in(json, "![A sheet](page-5-image-1.png)");
    expect_in(json, "\"data\":");
    free(json);
}

TEST(slides, objects_are_children) {
    static const char *const settings[] = {"attachments", "extract", "pages", "5", NULL};
    char *json = json_of("deck.pptx", settings);
    const char *children = strstr(json, "\"children\":[{");
    ck_assert_ptr_nonnull(children);
    expect_in(children, "book.xlsx");
    free(json);
}

TEST(slides, some_pages) {
    static const char *const settings[] = {"pages", "4", NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "\"number\":4");
    expect_not_in(json, "\"number\":5");
    expect_not_in(json, "One deck");
    free(json);
}

TEST(slides, threads_and_processes_agree) {
    static const char *const thread[] = {"isolation", "thread", "images", "extract", NULL};
    static const char *const process[] = {"isolation", "process", "images", "extract", NULL};
    char *a = json_of("deck.pptx", thread);
    char *b = json_of("deck.pptx", process);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
}

TEST(slides, strict_namespaces) {
    char *text = content_of("strict.pptx", "markdown");
    ck_assert_str_eq(text, "# Strictly\n\n- One\n");
    free(text);
}

TEST(slides, damage_keeps_the_rest) {
    static const char *const settings[] = {NULL};
    char *json = json_of("damaged.pptx", settings);
    expect_in(json, "\"status\":\"partial\"");
    expect_in(json, "slide 2 is missing");
    expect_in(json, "\"number\":3");
    free(json);
}

/* PowerPoint 97 to 2003: fixtures/make_ppt.py -------------------------------------------------- */

TEST(slides, binary_text_of_shapes_and_outline) {
    char *text = content_of("deck.ppt", "markdown");
    expect_in(text, "# One deck, two lines\n\nAll about slides\n\n"
                    "Page 3, **see** [**here**](https://example.org/) *or back*\n\n"
                    "![A grey square](image)\n\n> Say hello.\n\n> Then wait.\n");
    expect_in(text, "# Lists in the outline\n\n- First\n  - Second\n\nNone\n\n- Über\n");
    expect_in(text, "In a group\n\nIn a group, below\n");
    expect_not_in(text, "Replaced");
    free(text);
}

TEST(slides, binary_table) {
    char *text = content_of("deck.ppt", "html");
    expect_in(text, "<td colspan=\"2\">Wide</td><td rowspan=\"2\">Tall</td>");
    expect_in(text, "<td>a</td><td>b</td>");
    free(text);
}

TEST(slides, binary_beside_the_text) {
    static const char *const settings[] = {NULL};
    char *json = json_of("deck.ppt", settings);
    expect_in(json, "\"title\":\"Ein Vortrag\"");
    expect_in(json, "\"text\":\"Too long?\",\"author\":\"Grace\",\"page_number\":1");
    expect_in(json, "\"target_page\":1,\"page_number\":1");
    expect_in(json, "\"type\":\"footer\",\"text\":\"Not for sale\"");
    expect_in(json, "\"title\":\"A table\",\"level\":1,\"page_number\":3");
    free(json);
}

TEST(slides, binary_threads_and_processes_agree) {
    static const char *const thread[] = {"isolation", "thread", NULL};
    static const char *const process[] = {"isolation", "process", NULL};
    char *a = json_of("deck.ppt", thread);
    char *b = json_of("deck.ppt", process);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
}

TEST(slides, lost_edit_leads_to_the_one_before) {
    char *text = content_of("cut.ppt", "text");
    expect_in(text, "One deck, two lines");
    expect_in(text, "Replaced");
    free(text);
}

/* OpenDocument: fixtures/make_odp.py ---------------------------------------------------------- */

static const char open_text[] =
    "# One deck, two lines\n\nAll about slides\n\n"
    "**bold** and *italic* x²  [here](https://example.org/) page 1\n\n> Say hello.\n\n"
    "> Then wait.\n\n- First\n  - Second\n- Third\n\ngoes on\n\n3. Three\n   - (a) Deep\n4. "
    "Four\n\n"
    "Plain\n\nLeft\n\nRight\n\n";

TEST(slides, open_document) {
    char *text = content_of("deck.odp", "markdown");
    ck_assert_int_eq(strncmp(text, open_text, sizeof open_text - 1), 0);
    expect_in(text, "<th scope=\"col\" colspan=\"2\">Size</th>");
    expect_in(text, "<tr><td>Oak</td><td>x</td><td>x</td></tr>");
    expect_in(text, "Sales by region\n\n|  | Sales |\n| --- | --- |\n| North | 4.3 |\n");
    expect_in(text, "![A grey square](image)");
    expect_not_in(text, "Click to edit");
    free(text);
}

TEST(slides, flat_open_document) {
    char *text = content_of("deck.fodp", "markdown");
    ck_assert_int_eq(strncmp(text, open_text, sizeof open_text - 1), 0);
    free(text);
}

TEST(slides, open_document_beside_the_text) {
    static const char *const settings[] = {"images", "extract", NULL};
    char *json = json_of("deck.odp", settings);
    expect_in(json, "\"title\":\"A deck\"");
    expect_in(json, "\"keywords\":\"one, two\"");
    expect_in(json, "\"width\":720,\"height\":540");
    expect_in(json, "\"label\":\"Start\"");
    expect_in(json, "\"type\":\"footer\",\"text\":\"Not for sale\"");
    expect_in(json, "\"text\":\"Too long?\",\"author\":\"Grace\",\"page_number\":1");
    expect_in(json, "\"image\":\"page-3-image-1.png\"");
    free(json);
}

TEST(slides, open_document_threads_and_processes_agree) {
    static const char *const thread[] = {"isolation", "thread", NULL};
    static const char *const process[] = {"isolation", "process", NULL};
    char *a = json_of("deck.odp", thread);
    char *b = json_of("deck.odp", process);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
}

/* What slides have in common ------------------------------------------------------------------ */

static void expect_order(const xtr_box *boxes, size_t count, const char *expected) {
    uint32_t order[16];
    char got[17] = "";
    xtr__slide_order(boxes, count, order);
    for (size_t i = 0; i < count; i++)
        got[i] = (char)('a' + order[i]);
    got[count] = '\0';
    ck_assert_str_eq(got, expected);
}

TEST(slides, order) {
    /* Two columns under a heading over both, and what is nowhere behind the one before it. */
    const xtr_box columns[] = {{300, 100, 500, 200}, {0, 100, 200, 200},   {0, 0, 0, 0},
                               {0, 210, 200, 300},   {300, 210, 500, 300}, {0, 0, 500, 40}};
    expect_order(columns, 6, "fbcdae");
    /* Rows that are farther apart than their columns. */
    const xtr_box rows[] = {
        {120, 300, 220, 400}, {0, 300, 100, 400}, {120, 0, 220, 100}, {0, 0, 100, 100}};
    expect_order(rows, 4, "dcba");
    /* What overlaps stays as it is. */
    const xtr_box heap[] = {{0, 50, 100, 150}, {0, 0, 100, 100}};
    expect_order(heap, 2, "ab");
    expect_order(columns, 0, "");
}

static void expect_number(unsigned scheme, uint32_t n, const char *expected) {
    char marker[24];
    xtr__slide_number(marker, sizeof marker, scheme, n);
    ck_assert_str_eq(marker, expected);
}

TEST(slides, numbers) {
    expect_number(xtr__slide_scheme("arabicPeriod"), 12, "12.");
    expect_number(xtr__slide_scheme("romanLcParenBoth"), 1994, "(mcmxciv)");
    expect_number(xtr__slide_scheme("alphaUcParenR"), 28, "BB)");
    expect_number(xtr__slide_scheme("arabicPlain"), 0, "0");
    expect_number(xtr__slide_scheme("thaiNumPeriod"), 3, "3.");
    expect_number(4, 1000000, "(1000000)");
}

static void expect_bullet(uint32_t character, const char *font, const char *expected) {
    char bullet[12];
    xtr__slide_bullet(bullet, sizeof bullet, character, font);
    ck_assert_str_eq(bullet, expected);
}

TEST(slides, bullets) {
    expect_bullet(0xA7, "Wingdings", "▪");
    expect_bullet(0xF0FC, NULL, "✓");
    expect_bullet(0xB7, "Symbol", "•");
    expect_bullet(0x2013, "Arial", "–");
    expect_bullet(0x07, "Arial", "•");
    expect_bullet(0xD800, NULL, "•");
    expect_bullet(0x1F600, NULL, "😀");
}
