/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/document.h"
#include "render/json.h"
#include "render/result.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr__account unlimited;

static void add(xtr_builder *b, xtr_element_type type, int level, const char *marker,
                const char *text) {
    xtr_element_begin(b, &(xtr_element_info){.type = type, .level = level, .marker = marker});
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}

static void check_as(xtr_builder *b, xtr_format format, xtr_furniture furniture,
                     const char *wanted) {
    xtr_result *result;
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_int_eq(xtr__result_new(&result, document, format, furniture, false), XTR_OK);
    ck_assert_str_eq(xtr_result_content(result, NULL), wanted);
    xtr_result_drop(result);
}

static void check_markdown(xtr_builder *b, const char *wanted) {
    check_as(b, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, wanted);
}

static xtr_builder *with_paragraph(const char *text) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_PARAGRAPH, 0, NULL, text);
    return b;
}

static xtr_builder *with_everything(void) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_HEADER, 0, NULL, "Running head");
    add(b, XTR_HEADING, 2, NULL, "Title");
    add(b, XTR_PARAGRAPH, 0, NULL, "Some text.");
    add(b, XTR_LIST_ITEM, 1, "1.", "first");
    add(b, XTR_LIST_ITEM, 2, "\xE2\x80\xA2", "below");
    add(b, XTR_LIST_ITEM, 1, "a)", "lettered");
    add(b, XTR_QUOTE, 0, NULL, "said\nand done");
    add(b, XTR_CODE, 0, NULL, "if (`x`) {\n  y();\n}");
    add(b, XTR_FOOTNOTE, 0, "1", "A note.");
    add(b, XTR_FOOTER, 0, NULL, "7");
    return b;
}

TEST(render, pictures_that_were_placed_show_their_description) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 1, &(xtr_page_info){.width = 600, .height = 800});
    xtr_image(b, &(xtr_image_info){.format = "png",
                                   .page = 1,
                                   .box = {0, 0, 100, 100},
                                   .data = "bytes",
                                   .data_size = 5,
                                   .description = "a *fox*\nin [x]",
                                   .description_size = 14});
    check_markdown(b, "![a \\*fox\\* in [x]](page-1-image-1.png)\n");
}

/** A page with a text that refers to a note. */
static void add_page_with_note(xtr_builder *b, const char *marker, const char *before) {
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(b, before, strlen(before));
    xtr_style(b, XTR_SUPERSCRIPT, NULL);
    xtr_text(b, marker, strlen(marker));
    xtr_style(b, 0, NULL);
    xtr_text(b, " and more", 9);
    xtr_element_end(b);
    add(b, XTR_FOOTNOTE, 0, marker, "A note.");
    xtr_page_end(b);
}

TEST(render, markdown_links_notes_to_their_marks) {
    xtr_builder *one = xtr__builder_new(0, &unlimited);
    add_page_with_note(one, "1", "Text");
    check_as(one, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, "Text[^1] and more\n\n[^1]: A note.\n");
    xtr_builder *two = xtr__builder_new(0, &unlimited);
    add_page_with_note(two, "1", "Text.");
    add_page_with_note(two, "1", "Text");
    check_as(two, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO,
             "Text.[^1-1] and more\n\n[^1-1]: A note.\n\nText[^2-1] and more\n\n[^2-1]: A "
             "note.\n");
}

/* Text over pages --------------------------------------------------------------------------- */

static void go_on(xtr_builder *b, xtr_element_type type, const char *marker,
                  xtr_continuation continues, unsigned styles, const char *text) {
    xtr_element_begin(
        b, &(xtr_element_info){.type = type, .level = 1, .marker = marker, .continues = continues});
    xtr_style(b, styles, NULL);
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}

/* An item over two pages and a paragraph over three, the middle one of which has nothing else. */
static xtr_builder *with_text_over_pages(void) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    go_on(b, XTR_LIST_ITEM, "1.", XTR_ANEW, 0, "first of");
    add(b, XTR_FOOTNOTE, 0, "*", "A note.");
    add(b, XTR_FOOTER, 0, NULL, "1");
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    go_on(b, XTR_PARAGRAPH, NULL, XTR_AFTER_SPACE, 0, "all *");
    go_on(b, XTR_LIST_ITEM, "2.", XTR_ANEW, 0, "second");
    go_on(b, XTR_PARAGRAPH, NULL, XTR_ANEW, XTR_ITALIC, "It is im-");
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    go_on(b, XTR_PARAGRAPH, NULL, XTR_AFTER_HYPHEN, XTR_ITALIC, "pos-");
    add(b, XTR_IMAGE, 0, NULL, "a picture");
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    go_on(b, XTR_PARAGRAPH, NULL, XTR_AFTER_HYPHEN, XTR_ITALIC, "sible.");
    add(b, XTR_PARAGRAPH, 0, NULL, "The end.");
    return b;
}

TEST(render, text_over_pages_is_one) {
    check_as(with_text_over_pages(), XTR_FORMAT_TEXT, XTR_FURNITURE_DROP,
             "1. first of all *\n\n* A note.\n\n2. second\n\nIt is impossible.\n\na picture\n\n"
             "The end.\n");
    check_as(
        with_text_over_pages(), XTR_FORMAT_TEXT, XTR_FURNITURE_KEEP,
        "1. first of all *\n\n* A note.\n\n1\n\n2. second\n\nIt is impossible.\n\na picture\n\n"
        "The end.\n");
    check_markdown(with_text_over_pages(),
                   "1. first of all *\n\n\\* A note.\n\n2. second\n\n*It is impossible.*\n\n"
                   "![a picture](image)\n\nThe end.\n");
}

TEST(render, pages_and_elements_keep_their_own_text) {
    xtr_builder *b = with_text_over_pages();
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    const xtr__page *pages = XTR__ITEMS(d, pages, xtr__page);
    ck_assert_mem_eq(xtr__document_text(d) + pages[2].content.at, "pos-\na picture\n", 15);
    ck_assert_uint_eq(pages[2].content.size, 15);
    ck_assert(xtr__document_valid(d, d->size));
    xtr__element *elements = (xtr__element *)(void *)((char *)d + d->elements.at);
    ck_assert_uint_eq(elements[6].continues, XTR_AFTER_HYPHEN);
    elements[6].continues++;
    ck_assert(!xtr__document_valid(d, d->size));
    free(d);
}

TEST(render, what_has_nothing_to_go_on_from_stands_alone) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    go_on(b, XTR_PARAGRAPH, NULL, XTR_AFTER_SPACE, 0, "begins");
    go_on(b, XTR_PARAGRAPH, NULL, XTR_AFTER_HYPHEN, 0, "the same page"); /* no page between */
    check_markdown(b, "begins\n\nthe same page\n");
}

TEST(render, notes_are_found_in_text_over_pages) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    go_on(b, XTR_PARAGRAPH, NULL, XTR_ANEW, 0, "This goes");
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 100, .height = 100});
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH, .continues = XTR_AFTER_SPACE});
    xtr_text(b, "on", 2);
    xtr_style(b, XTR_SUPERSCRIPT, NULL);
    xtr_text(b, "1", 1);
    xtr_style(b, 0, NULL);
    xtr_text(b, " here.", 6);
    xtr_element_end(b);
    add(b, XTR_FOOTNOTE, 0, "1", "A note.");
    check_markdown(b, "This goes on[^1] here.\n\n[^1]: A note.\n");
}

/* Notes ------------------------------------------------------------------------------------- */

TEST(render, exponents_are_no_marks_of_notes) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add_page_with_note(b, "2", "with x");
    check_as(b, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, "with x\u00b2 and more\n\n2 A note.\n");
}

TEST(render, text_has_everything_in_order) {
    check_as(
        with_everything(), XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO,
        "Running head\n\nTitle\n\nSome text.\n\n1. first\n  \xE2\x80\xA2 below\na) lettered\n\n"
        "said\nand done\n\nif (`x`) {\n  y();\n}\n\n1 A note.\n\n7\n");
    check_as(xtr__builder_new(0, &unlimited), XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO, "");
}

TEST(render, markdown_has_structure_and_no_furniture) {
    check_markdown(with_everything(),
                   "## Title\n\nSome text.\n\n1. first\n   - below\n- a) lettered\n\n"
                   "> said\n> and done\n\n```\nif (`x`) {\n  y();\n}\n```\n\n1 A note.\n");
}

TEST(render, furniture_is_an_option) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_HEADER, 0, NULL, "Head");
    add(b, XTR_PARAGRAPH, 0, NULL, "Body");
    check_as(b, XTR_FORMAT_TEXT, XTR_FURNITURE_DROP, "Body\n");
    b = xtr__builder_new(0, &unlimited);
    add(b, XTR_HEADER, 0, NULL, "Head");
    add(b, XTR_PARAGRAPH, 0, NULL, "Body");
    check_as(b, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_KEEP, "Head\n\nBody\n");
}

TEST(render, markdown_escapes_only_what_would_be_markup) {
    struct {
        const char *text, *wanted;
    } cases[] = {
        {"2 * 3 = 6, a_b_c, x < y, R&D", "2 * 3 = 6, a_b_c, x < y, R&D\n"},
        {"*not* _so_ `this`", "\\*not\\* \\_so\\_ \\`this\\`\n"},
        {"<b> and &amp; and [x](y)", "\\<b> and \\&amp; and [x\\](y)\n"},
        {"# no heading", "\\# no heading\n"},
        {"#hashtag", "#hashtag\n"},
        {"1. no list\n2) nor this", "1\\. no list\n2) nor this\n"},
        {"1.5 is a number", "1.5 is a number\n"},
        {"- dash\n+ plus\n> more", "\\- dash\n\\+ plus\n\\> more\n"},
        {"-5 degrees", "-5 degrees\n"},
        {"Title\n===\n---", "Title\n\\===\n\\---\n"},
        {"C:\\dir and \\*", "C:\\dir and \\\\*\n"},
        {"a | b", "a | b\n"},
        {"[open and [17]", "[open and [17]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_markdown(with_paragraph(cases[i].text), cases[i].wanted);
}

static void styled(xtr_builder *b, unsigned styles, const char *url, const char *text) {
    xtr_style(b, styles, url);
    xtr_text(b, text, strlen(text));
}

TEST(render, styles_stand_against_words) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    styled(b, XTR_BOLD, NULL, "bold ");
    styled(b, XTR_ITALIC, NULL, " italic");
    styled(b, 0, NULL, " H");
    styled(b, XTR_SUBSCRIPT, NULL, "2");
    styled(b, 0, NULL, "O ");
    styled(b, XTR_SUPERSCRIPT, NULL,
           "\xE2\x88\x92"
           "12");
    styled(b, XTR_SUBSCRIPT, NULL, "th");
    styled(b, 0, NULL, " ");
    styled(b, XTR_ITALIC, NULL, "x");
    styled(b, 0, NULL, " ");
    styled(b, XTR_MONO, NULL, "a`b");
    styled(b, 0, NULL, " see ");
    styled(b, XTR_BOLD, "https://example.org/a b", "here");
    styled(b, 0, NULL, " wo");
    styled(b, XTR_ITALIC, NULL, "(rd)");
    styled(b, 0, NULL, "s");
    check_markdown(
        b,
        "**bold**  *italic* H\xE2\x82\x82O \xE2\x81\xBB\xC2\xB9\xC2\xB2<sub>th</sub> x ``a`b`` see "
        "[**here**](https://example.org/a%20b) wo(rd)s\n");
}

static void cell(xtr_builder *b, uint32_t row, uint32_t column, uint32_t span, const char *text) {
    xtr_cell_begin(
        b, &(xtr_cell_info){.row = row, .column = column, .column_span = span, .header = !row});
    xtr_text(b, text, strlen(text));
    xtr_cell_end(b);
}

TEST(render, tables_are_pipes_or_html) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    cell(b, 0, 0, 1, "Name");
    cell(b, 0, 1, 1, "a|b");
    cell(b, 1, 1, 1, "two\nlines");
    xtr_table_end(b);
    add(b, XTR_PARAGRAPH, 0, NULL, "After.");
    check_markdown(b, "| Name | a\\|b |\n| --- | --- |\n|  | two<br>lines |\n\nAfter.\n");

    b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    cell(b, 0, 0, 2, "A & B");
    cell(b, 1, 0, 1, "1 < 2");
    cell(b, 1, 1, 1, "3");
    xtr_table_end(b);
    check_markdown(b, "<table>\n<thead>\n<tr><th scope=\"col\" colspan=\"2\">A &amp; B</th></tr>\n"
                      "</thead>\n<tbody>\n<tr><td>1 &lt; 2</td><td>3</td></tr>\n</tbody>\n"
                      "</table>\n");

    b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    cell(b, 0, 0, 1, "x\ty");
    cell(b, 0, 1, 1, "z");
    cell(b, 1, 0, 1, "w");
    check_as(b, XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO, "x y\tz\nw\t\n");
}

TEST(render, styles_that_meet_stay_apart) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    styled(b, XTR_BOLD, NULL, "one");
    styled(b, 0, NULL, " ");
    styled(b, XTR_BOLD, NULL, "two ");
    styled(b, XTR_BOLD | XTR_ITALIC, NULL, "three");
    styled(b, 0, NULL, " * ");
    styled(b, XTR_MONO, NULL, "a");
    styled(b, XTR_MONO | XTR_BOLD, NULL, "b");
    styled(b, 0, NULL, " wow!");
    styled(b, 0, "https://example.org/", "link [1]");
    styled(b, 0, NULL, " ");
    styled(b, 0, "https://example.com/", "https://example.com/");
    check_markdown(b, "**one two *three*** * `a`b wow\\![link \\[1\\]](https://example.org/) "
                      "<https://example.com/>\n");
}

TEST(render, list_items_hang_from_those_above) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_LIST_ITEM, 3, "-", "far in, with nothing above");
    add(b, XTR_LIST_ITEM, 1, "100.", "wide");
    add(b, XTR_LIST_ITEM, 2, NULL, "- below\nand on");
    add(b, XTR_LIST_ITEM, 1 << 30, "iv.", "deep");
    check_markdown(b, "- far in, with nothing above\n\n100. wide\n     - \\- below\n       and on\n"
                      "       - iv. deep\n");
    b = xtr__builder_new(0, &unlimited);
    add(b, XTR_LIST_ITEM, INT32_MAX, "-", "deep");
    check_as(b, XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO, "                                - deep\n");
}

TEST(render, merged_cells_and_holes_keep_their_columns) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    cell(b, 0, 0, 2, "wide");
    cell(b, 1, 1, 1, "right");
    check_markdown(
        b, "<table>\n<thead>\n<tr><th scope=\"col\" colspan=\"2\">wide</th></tr>\n</thead>\n"
           "<tbody>\n<tr><td></td><td>right</td></tr>\n</tbody>\n</table>\n");

    b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    cell(b, 0, 0, 2, "over");
    cell(b, 0, 1, 1, "lap");
    check_markdown(b, "<table>\n<tr><th scope=\"col\">over</th><th scope=\"col\">lap</th></tr>\n"
                      "</table>\n");
}

TEST(render, brackets_without_end_cost_no_time) {
    const size_t size = 1 << 21;
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, '[', size);
    text[size] = '\0';
    xtr__document *document;
    xtr_result *result;
    xtr_builder *b = with_paragraph(text);
    document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_int_eq(
        xtr__result_new(&result, document, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, false), XTR_OK);
    xtr_result_drop(result);
    free(text);
}

TEST(render, a_far_cell_costs_no_padding) {
    xtr_result *result;
    size_t size;
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    cell(b, 0, 0, 1, "a");
    cell(b, 1000000, 16000, 1, "b");
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_int_eq(
        xtr__result_new(&result, document, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, false), XTR_OK);
    xtr_result_content(result, &size);
    ck_assert_uint_lt(size, 200);
    xtr_result_drop(result);
}

/* JSON -------------------------------------------------------------------------------------- */

TEST(json, numbers_do_not_depend_on_anything) {
    struct {
        double value;
        const char *wanted;
    } cases[] = {{0, "0"},        {-0.0, "0"},
                 {1.5, "1.5"},    {-12.3456, "-12.346"},
                 {0.9996, "1"},   {1e300, "9007199254740992"},
                 {-0.0001, "0"},  {612, "612"},
                 {0.0 / 0.0, "0"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32];
        xtr__format_number(text, cases[i].value);
        ck_assert_str_eq(text, cases[i].wanted);
    }
}

static xtr_result *small_result(xtr_format format) {
    xtr_result *result;
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_set_mime_type(b, "text/plain");
    xtr_metadata(b, "title", "T\"1\"");
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 10.5f, .height = 20, .read_by = XTR_READ_TEXT});
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_HEADING, .level = 1, .box = {1, 2, 3, 4}});
    styled(b, XTR_BOLD | XTR_ITALIC, NULL, "Hi");
    xtr_page_end(b);
    xtr_attachment(b, "a.txt", NULL, -1, NULL);
    xtr_partial(b, XTR_E_CORRUPT, 1, "bad");
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_int_eq(xtr__result_new(&result, document, format, XTR_FURNITURE_AUTO, false), XTR_OK);
    return result;
}

TEST(json, holds_the_whole_result_and_leaves_out_what_says_nothing) {
    xtr_result *result = small_result(XTR_FORMAT_JSON);
    char *json;
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL), XTR_OK);
    ck_assert_str_eq(
        json, "{\"content\":\"Hi\\n\",\"mime_type\":\"text/plain\",\"status\":\"partial\","
              "\"metadata\":{\"title\":\"T\\\"1\\\"\"},"
              "\"pages\":[{\"number\":1,\"width\":10.5,\"height\":20,\"read_by\":\"text\","
              "\"content\":\"Hi\"}],"
              "\"elements\":[{\"type\":\"heading\",\"text\":\"Hi\",\"level\":1,\"page_number\":1,"
              "\"bounding_box\":[1,2,3,4],"
              "\"spans\":[{\"text\":\"Hi\",\"styles\":\"bold italic\"}]}],"
              "\"tables\":[],\"outline\":[],\"links\":[],\"annotations\":[],\"form_fields\":[],"
              "\"attachments\":[{\"name\":\"a.txt\"}],\"images\":[],"
              "\"warnings\":[{\"code\":\"CORRUPT\",\"message\":\"bad\",\"page_number\":1}],"
              "\"children\":[]}\n");
    xtr_free(json);
    xtr_result_drop(result);
}

static int countdown(void *payload) {
    return --*(int *)payload == 0 ? 77 : 0;
}

static int on_name(void *payload, const char *name) {
    (void)name;
    return countdown(payload);
}

static int on_count(void *payload, size_t count) {
    (void)count;
    return countdown(payload);
}

static int on_text(void *payload, const char *text, size_t size) {
    ck_assert_uint_eq(strnlen(text, size), size);
    return countdown(payload);
}

static int on_integer(void *payload, int64_t value) {
    (void)value;
    return countdown(payload);
}

static int on_number(void *payload, double value) {
    (void)value;
    return countdown(payload);
}

static int on_boolean(void *payload, bool value) {
    (void)value;
    return countdown(payload);
}

static int on_bytes(void *payload, const void *data, size_t size) {
    (void)data;
    (void)size;
    return countdown(payload);
}

TEST(visitor, any_call_may_stop_the_visit) {
    const xtr_visitor visitor = {on_name,    on_count,  countdown,  on_name,  on_text,
                                 on_integer, on_number, on_boolean, on_bytes, countdown};
    xtr_result *result = small_result(XTR_FORMAT_TEXT);
    int steps = 0;
    for (int stop = 1;; stop++) {
        int left = stop;
        int code = xtr_result_visit(result, &visitor, &left);
        if (code == 0)
            break;
        ck_assert_int_eq(code, 77);
        ck_assert_int_eq(left, 0);
        steps++;
    }
    ck_assert_int_gt(steps, 50);
    xtr_result_drop(result);
}

static int on_width(void *payload, double value) {
    double *width = payload;
    *width = *width > 0 ? *width : value; /* the first number is the page's width */
    return 0;
}

static int ignore_name(void *payload, const char *name) {
    (void)payload;
    (void)name;
    return 0;
}

static int ignore_count(void *payload, size_t count) {
    (void)payload;
    (void)count;
    return 0;
}

static int ignore(void *payload) {
    (void)payload;
    return 0;
}

static int ignore_text(void *payload, const char *text, size_t size) {
    (void)text;
    return ignore_count(payload, size);
}

static int ignore_integer(void *payload, int64_t value) {
    (void)value;
    return ignore(payload);
}

static int ignore_boolean(void *payload, bool value) {
    (void)value;
    return ignore(payload);
}

static int ignore_bytes(void *payload, const void *data, size_t size) {
    (void)data;
    return ignore_count(payload, size);
}

static size_t place_of(const char *name) {
    size_t count, i = 0;
    const xtr_field_info *table = xtr_field_table(&count);
    while (i < count && strcmp(table[i].name, name) != 0)
        i++;
    return i;
}

TEST(visitor, numbers_are_as_written) {
    const xtr_visitor visitor = {ignore_name,  ignore_count,   ignore,   ignore_name,
                                 ignore_text,  ignore_integer, on_width, ignore_boolean,
                                 ignore_bytes, ignore};
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 72.1f, .height = 20});
    xtr_page_end(b);
    xtr__document *document = xtr__builder_finish(b);
    xtr_result *result;
    double width = 0;
    xtr__builder_drop(b);
    ck_assert_int_eq(xtr__result_new(&result, document, XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO, false),
                     0);
    ck_assert_int_eq(xtr_result_visit(result, &visitor, &width), 0);
    ck_assert_double_eq(width, 72.1);
    width = 0;
    ck_assert_int_eq(xtr_result_visit_field(result, place_of("tables"), &visitor, &width), 0);
    ck_assert_double_eq(width, 0);
    ck_assert_int_eq(xtr_result_visit_field(result, place_of("pages"), &visitor, &width), 0);
    ck_assert_double_eq(width, 72.1);
    const size_t wrong[] = {place_of("width"), 10000};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(xtr_result_visit_field(result, wrong[i], &visitor, &width),
                         XTR_E_ARGUMENT);
    ck_assert_uint_gt(xtr_result_size(result), sizeof *document);
    xtr_result_drop(result);
}

TEST(visitor, fields_of_an_object_stand_together) {
    size_t count;
    const xtr_field_info *table = xtr_field_table(&count);
    ck_assert_str_eq(table[0].object, "result");
    for (size_t i = 1; i < count; i++) {
        if (!strcmp(table[i].object, table[i - 1].object))
            continue;
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(table[j].object, table[i].object);
    }
}

/* Parts that are small and parts that are handed over as they are. */
static xtr__document *large_document(void) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    size_t size = 300000;
    char *code = malloc(size + 1), number[16];
    for (size_t i = 0; i < size; i++)
        code[i] = i % 61 == 60 ? '\n' : (char)('a' + i % 26);
    code[size] = '\0';
    for (int i = 0; i < 3000; i++)
        add(b, i % 3 ? XTR_PARAGRAPH : XTR_LIST_ITEM, 1, "-", "# not a *heading*, but some words");
    add(b, XTR_CODE, 0, NULL, code);
    add(b, XTR_VERBATIM, 0, NULL, code);
    xtr_table_begin(b, (xtr_box){0});
    for (uint32_t i = 0; i < 9000; i++) {
        xtr_cell_begin(b, &(xtr_cell_info){.row = i / 3, .column = i % 3, .header = i < 3});
        snprintf(number, sizeof number, "%u|", (unsigned)i);
        xtr_text(b, number, strlen(number));
        xtr_cell_end(b);
    }
    xtr_table_end(b);
    add(b, XTR_PARAGRAPH, 0, NULL, "The end.");
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    free(code);
    return document;
}

typedef struct sink {
    xtr__buffer text;
    size_t pieces, most;
} sink;

static int take_piece(void *payload, const void *data, size_t size) {
    sink *s = payload;
    if (s->pieces++ == s->most)
        return -7;
    xtr__put(&s->text, data, size);
    return 0;
}

static int take_no_text(void *payload, const char *text, size_t size) {
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(size, 0);
    ++*(int *)payload;
    return 0;
}

TEST(render, unrendered_content_is_an_empty_string) {
    static const xtr_visitor visitor = {.string = take_no_text};
    xtr_result *result;
    int seen = 0;
    xtr__document *document = large_document();
    ck_assert_int_eq(xtr__result_new(&result, document, XTR_FORMAT_TEXT, XTR_FURNITURE_AUTO, true),
                     0);
    size_t count, place = 0;
    const xtr_field_info *fields = xtr_field_table(&count);
    while (strcmp(fields[place].name, "content"))
        place++;
    ck_assert_int_eq(xtr_result_visit_field(result, place, &visitor, &seen), 0);
    ck_assert_int_eq(seen, 1);
    xtr_result_drop(result);
}

TEST(render, content_is_written_piece_by_piece) {
    static const xtr_format formats[] = {XTR_FORMAT_TEXT, XTR_FORMAT_MARKDOWN, XTR_FORMAT_HTML};
    for (size_t i = 0; i < 3; i++) {
        xtr_result *whole, *unrendered;
        sink all = {.most = 1000}, few = {.most = 2};
        ck_assert_int_eq(
            xtr__result_new(&whole, large_document(), formats[i], XTR_FURNITURE_AUTO, false), 0);
        ck_assert_int_eq(
            xtr__result_new(&unrendered, large_document(), formats[i], XTR_FURNITURE_AUTO, true),
            0);
        ck_assert_str_eq(xtr_result_content(unrendered, NULL), "");
        ck_assert_int_eq(xtr_result_write(unrendered, take_piece, &all, NULL), XTR_OK);
        ck_assert_uint_gt(all.pieces, 3);
        char *text = xtr__buffer_take(&all.text, NULL);
        ck_assert_str_eq(text, xtr_result_content(whole, NULL));
        free(text);
        ck_assert_int_eq(xtr_result_write(unrendered, take_piece, &few, NULL), -7);
        ck_assert_uint_eq(few.pieces, 3);
        free(few.text.data);
        xtr_result_drop(whole);
        xtr_result_drop(unrendered);
    }
}
