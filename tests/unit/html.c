/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* HTML, and tables as HTML and CSV: what is written, and that a parser of the HTML standard reads
 * it without complaint and with the text that was put in. */
#include "document/document.h"
#include "render/marker.h"
#include "render/render.h"
#include "render/result.h"
#include "test.h"

#include <gumbo.h>
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

static xtr__document *finish(xtr_builder *b) {
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_ptr_nonnull(document);
    return document;
}

/* Parsing ----------------------------------------------------------------------------------- */

static void add_text_of(xtr__buffer *out, const GumboNode *node) {
    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE)
        xtr__puts(out, node->v.text.text);
    if (node->type != GUMBO_NODE_ELEMENT)
        return;
    if (node->v.element.tag == GUMBO_TAG_BR)
        xtr__putc(out, '\n');
    for (unsigned i = 0; i < node->v.element.children.length; i++)
        add_text_of(out, node->v.element.children.data[i]);
}

static const GumboNode *find(const GumboNode *node, GumboTag tag) {
    if (node->type != GUMBO_NODE_ELEMENT)
        return NULL;
    const GumboNode *found = node->v.element.tag == tag ? node : NULL;
    for (unsigned i = 0; !found && i < node->v.element.children.length; i++)
        found = find(node->v.element.children.data[i], tag);
    return found;
}

static size_t count_tags(const GumboNode *node) {
    size_t count = node->type == GUMBO_NODE_ELEMENT;
    for (unsigned i = 0; count && i < node->v.element.children.length; i++)
        count += count_tags(node->v.element.children.data[i]);
    return count;
}

static char *text_of(const GumboNode *node) {
    xtr__buffer text = {.data = NULL};
    size_t size;
    add_text_of(&text, node);
    return xtr__buffer_take(&text, &size);
}

static GumboOutput *parse(const char *html, size_t size) {
    GumboOutput *output = gumbo_parse_with_options(&kGumboDefaultOptions, html, size);
    ck_assert_ptr_nonnull(output);
    ck_assert_msg(output->errors.length == 0, "not valid: %.*s", (int)(size < 2000 ? size : 2000),
                  html);
    return output;
}

static char *render(const xtr__document *document, bool fragment) {
    xtr__buffer out = {.data = NULL};
    size_t size;
    xtr__render_html(&out, document, XTR_FURNITURE_AUTO, fragment);
    char *html = xtr__buffer_take(&out, &size);
    ck_assert_ptr_nonnull(html);
    if (!fragment)
        gumbo_destroy_output(&kGumboDefaultOptions, parse(html, size));
    return html;
}

static void check_body(xtr_builder *b, const char *wanted) {
    static const char head[] = "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
                               "<title>Untitled</title>\n</head>\n<body>\n";
    xtr__document *document = finish(b);
    char *whole = render(document, false);
    char *body = render(document, true);
    ck_assert_str_eq(body, wanted);
    ck_assert_int_eq(strncmp(whole, head, strlen(head)), 0);
    ck_assert_int_eq(strncmp(whole + strlen(head), body, strlen(body)), 0);
    ck_assert_str_eq(whole + strlen(head) + strlen(body), "</body>\n</html>\n");
    free(body);
    free(whole);
    free(document);
}

/* Blocks ------------------------------------------------------------------------------------ */

TEST(html, elements_are_what_they_mean) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_HEADER, 0, NULL, "Running head");
    add(b, XTR_PARAGRAPH, 0, NULL, "Two\nlines, 1 < 2 & \"so\".");
    add(b, XTR_QUOTE, 0, NULL, "said");
    add(b, XTR_CODE, 0, NULL, "\nif (a < b)\n  y();\n");
    add(b, XTR_VERBATIM, 0, NULL, "\n  as\n    it is");
    add(b, XTR_FORMULA, 0, NULL, "a = b");
    add(b, XTR_FOOTNOTE, 0, "1", "A note.");
    add(b, XTR_FOOTER, 0, NULL, "7");
    check_body(b, "<p>Two<br>lines, 1 &lt; 2 &amp; &quot;so&quot;.</p>\n"
                  "<blockquote><p>said</p></blockquote>\n"
                  "<pre><code>\nif (a &lt; b)\n  y();</code></pre>\n"
                  "<pre>\n\n  as\n    it is</pre>\n"
                  "<p role=\"math\">a = b</p>\n"
                  "<aside role=\"doc-footnote\"><p><sup>1</sup> A note.</p></aside>\n");
}

TEST(html, furniture_is_an_option) {
    xtr__buffer out = {.data = NULL};
    size_t size;
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_HEADER, 0, NULL, "Head");
    add(b, XTR_FOOTER, 0, NULL, "7");
    xtr__document *document = finish(b);
    xtr__render_html(&out, document, XTR_FURNITURE_KEEP, true);
    char *html = xtr__buffer_take(&out, &size);
    ck_assert_str_eq(html, "<header><p>Head</p></header>\n<footer><p>7</p></footer>\n");
    free(html);
    free(document);
}

TEST(html, head_has_title_and_language) {
    static const struct {
        const char *language, *wanted;
    } cases[] = {{"de", " lang=\"de\""},
                 {"en-GB, fr", " lang=\"en-GB\""},
                 {"zh-Hant-HK", " lang=\"zh-Hant-HK\""},
                 {"German, perhaps", " lang=\"German\""},
                 {"de\" onload=\"x", " lang=\"de\""},
                 {"en-", ""},
                 {"x", ""},
                 {"1984", ""},
                 {"unintelligible", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[256];
        xtr_builder *b = xtr__builder_new(0, &unlimited);
        xtr_metadata(b, "title", "A </title> & more");
        xtr_metadata(b, "language", cases[i].language);
        xtr__document *document = finish(b);
        char *html = render(document, false);
        snprintf(wanted, sizeof wanted,
                 "<!DOCTYPE html>\n<html%s>\n<head>\n<meta charset=\"utf-8\">\n"
                 "<title>A &lt;/title&gt; &amp; more</title>\n</head>\n<body>\n</body>\n</html>\n",
                 cases[i].wanted);
        ck_assert_str_eq(html, wanted);
        free(html);
        free(document);
    }
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_HEADING, 7, NULL, "First\nheading");
    xtr__document *document = finish(b);
    char *html = render(document, false);
    ck_assert_ptr_nonnull(strstr(html, "<title>First\nheading</title>"));
    ck_assert_ptr_nonnull(strstr(html, "<h6>First<br>heading</h6>"));
    free(html);
    free(document);
}

TEST(html, pages_are_sections) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_PARAGRAPH, 0, NULL, "before");
    xtr_page_begin(b, 3, &(xtr_page_info){.label = "i\"v"});
    add(b, XTR_LIST_ITEM, 1, "-", "item");
    xtr_page_end(b);
    xtr_page_begin(b, 4, &(xtr_page_info){.width = 1});
    xtr_page_end(b);
    add(b, XTR_PARAGRAPH, 0, NULL, "after");
    check_body(b, "<p>before</p>\n"
                  "<section id=\"page-3\" data-page=\"3\" data-label=\"i&quot;v\">\n"
                  "<ul>\n<li>item</li>\n</ul>\n</section>\n"
                  "<section id=\"page-4\" data-page=\"4\">\n</section>\n<p>after</p>\n");
}

TEST(html, figures_hold_their_captions) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_CAPTION, 0, NULL, "Table 1");
    xtr_table_begin(b, (xtr_box){0});
    xtr_cell_begin(b, &(xtr_cell_info){.row = 0});
    xtr_text(b, "a", 1);
    xtr_cell_end(b);
    xtr_table_end(b);
    add(b, XTR_CAPTION, 0, NULL, "Alone");
    add(b, XTR_PARAGRAPH, 0, NULL, "between");
    add(b, XTR_IMAGE, 0, NULL, "a \"fox\"");
    add(b, XTR_CAPTION, 0, NULL, "Figure 1");
    check_body(b, "<figure>\n<figcaption>Table 1</figcaption>\n"
                  "<table>\n<tbody>\n<tr><td>a</td></tr>\n</tbody>\n</table>\n</figure>\n"
                  "<figure>\n<figcaption>Alone</figcaption>\n</figure>\n<p>between</p>\n"
                  "<figure>\n<img src=\"data:,\" alt=\"a &quot;fox&quot;\">\n"
                  "<figcaption>Figure 1</figcaption>\n</figure>\n");
}

TEST(html, pictures_that_were_placed_show_their_description) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 1, &(xtr_page_info){.width = 600, .height = 800});
    xtr_image(b, &(xtr_image_info){.format = "png",
                                   .page = 1,
                                   .box = {0, 0, 100, 100},
                                   .data = "bytes",
                                   .data_size = 5,
                                   .description = "a \"fox\"",
                                   .description_size = 7});
    check_body(b, "<section id=\"page-1\" data-page=\"1\">\n<figure>\n"
                  "<img src=\"data:,\" alt=\"a &quot;fox&quot;\">\n</figure>\n</section>\n");
}

TEST(html, text_over_pages_says_where_the_next_begins) {
    static const struct {
        xtr_continuation continues;
        unsigned styles;
        const char *text;
    } parts[] = {{XTR_ANEW, XTR_ITALIC, "one em-"},
                 {XTR_AFTER_HYPHEN, XTR_ITALIC, "pha\nsis"},
                 {XTR_AFTER_SPACE, 0, "& all"}};
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    for (size_t i = 0; i < 3; i++) {
        xtr_page_begin(b, 0, &(xtr_page_info){.width = 600, .height = 800});
        xtr_element_begin(
            b, &(xtr_element_info){.type = XTR_PARAGRAPH, .continues = parts[i].continues});
        xtr_style(b, parts[i].styles, NULL);
        xtr_text(b, parts[i].text, strlen(parts[i].text));
        xtr_element_end(b);
    }
    check_body(b, "<section id=\"page-1\" data-page=\"1\">\n<p><em>one em"
                  "<span role=\"doc-pagebreak\" data-page=\"2\"></span>pha<br>sis</em> "
                  "<span role=\"doc-pagebreak\" data-page=\"3\"></span>&amp; all</p>\n</section>\n"
                  "<section id=\"page-2\" data-page=\"2\">\n</section>\n"
                  "<section id=\"page-3\" data-page=\"3\">\n</section>\n");
}

TEST(html, blocks_find_their_direction) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_PARAGRAPH, 0, NULL, "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D");
    add(b, XTR_PARAGRAPH, 0, NULL, "Gr\xC3\xBC\xC3\x9F \xE4\xBD\xA0");
    add(b, XTR_LIST_ITEM, 1, "1.", "say \xEF\xBB\xB3");
    check_body(b, "<p dir=\"auto\">\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D</p>\n"
                  "<p>Gr\xC3\xBC\xC3\x9F \xE4\xBD\xA0</p>\n"
                  "<ol>\n<li dir=\"auto\">say \xEF\xBB\xB3</li>\n</ol>\n");
}

/* Lists ------------------------------------------------------------------------------------- */

TEST(html, lists_nest_and_keep_their_numbers) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    add(b, XTR_LIST_ITEM, 2, "3.", "three");
    add(b, XTR_LIST_ITEM, 1, "4.", "four");
    add(b, XTR_LIST_ITEM, 2, "\xE2\x80\xA2", "below");
    add(b, XTR_LIST_ITEM, 2, "b)", "letter");
    add(b, XTR_LIST_ITEM, 2, "d)", "later");
    add(b, XTR_LIST_ITEM, 1, "5.", "five");
    add(b, XTR_LIST_ITEM, 1, "1.", "anew");
    add(b, XTR_LIST_ITEM, 1, "\xC2\xA7 3", "section");
    check_body(b, "<ol start=\"3\">\n<li>three</li>\n<li>four\n"
                  "<ul>\n<li>below</li>\n</ul>\n"
                  "<ol type=\"a\" start=\"2\">\n<li>letter</li>\n<li value=\"4\">later</li>\n"
                  "</ol>\n</li>\n<li>five</li>\n</ol>\n<ol>\n<li>anew</li>\n</ol>\n"
                  "<ul>\n<li>\xC2\xA7 3 section</li>\n</ul>\n");
}

TEST(html, markers_count) {
    static const struct {
        const char *marker;
        char open, type;
        uint32_t value;
    } cases[] = {{"1.", 0, '1', 1},        {"(12)", 0, '1', 12},
                 {"7", 0, '1', 7},         {"a)", 0, 'a', 1},
                 {"i)", 0, 'i', 1},        {"i)", 'a', 'a', 9},
                 {"v.", 0, 'a', 22},       {"v.", 'i', 'i', 5},
                 {"XIV.", 0, 'I', 14},     {"B.", 0, 'A', 2},
                 {"(iii)", 0, 'i', 3},     {"iiii.", 0, 0, 0},
                 {"ab)", 0, 0, 0},         {"o", 0, 0, 0},
                 {"1.2.", 0, 0, 0},        {"", 0, 0, 0},
                 {"(", 0, 0, 0},           {")", 0, 0, 0},
                 {"1234567890.", 0, 0, 0}, {"Iv.", 0, 0, 0},
                 {"[3]", 0, 0, 0},         {"mmmcmxcix.", 0, 'i', 3999},
                 {"\xE2\x80\xA2", 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xtr__marker found =
            xtr__marker_read(cases[i].marker, strlen(cases[i].marker), cases[i].open);
        ck_assert_msg(found.type == cases[i].type && found.value == cases[i].value, "%s: %d %u",
                      cases[i].marker, found.type, found.value);
    }
}

/* Inlines ----------------------------------------------------------------------------------- */

static void styled(xtr_builder *b, unsigned styles, const char *url, const char *text) {
    xtr_style(b, styles, url);
    xtr_text(b, text, strlen(text));
}

TEST(html, styles_nest) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    styled(b, XTR_BOLD, NULL, "one ");
    styled(b, XTR_BOLD | XTR_ITALIC, NULL, "two");
    styled(b, 0, NULL, " H");
    styled(b, XTR_SUBSCRIPT, NULL, "2");
    styled(b, XTR_SUPERSCRIPT | XTR_MONO, NULL, "a");
    styled(b, XTR_STRIKE, NULL, " no");
    styled(b, 0, NULL, " ");
    styled(b, XTR_BOLD, "https://example.org/?a=1&b=\"2\" x", "here");
    check_body(b, "<p><strong>one <em>two</em></strong> H<sub>2</sub><sup><code>a</code></sup>"
                  " <s>no</s> <a href=\"https://example.org/?a=1&amp;b=%222%22%20x\">"
                  "<strong>here</strong></a></p>\n");
}

TEST(html, only_safe_links_lead_somewhere) {
    static const struct {
        const char *url;
        bool safe;
    } cases[] = {{"http://a/", true},
                 {"HTTPS://a/", true},
                 {"mailto:a@b", true},
                 {"tel:+1", true},
                 {"ftp://a/", true},
                 {"#page-2", true},
                 {"javascript:alert(1)", false},
                 {"JaVaScRiPt:alert(1)", false},
                 {" javascript:alert(1)", false},
                 {"java\tscript:alert(1)", false},
                 {"data:text/html,x", false},
                 {"vbscript:x", false},
                 {"file:///etc/passwd", false},
                 {"//example.org/", false},
                 {"other.pdf", false},
                 {"http", false},
                 {"http:", false},
                 {"#", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xtr_builder *b = xtr__builder_new(0, &unlimited);
        xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
        styled(b, 0, cases[i].url, "text");
        xtr_element_end(b);
        xtr__document *document = finish(b);
        char *html = render(document, true);
        ck_assert_msg(!strstr(html, "href") == !cases[i].safe, "%s: %s", cases[i].url, html);
        ck_assert_ptr_nonnull(strstr(html, "text"));
        free(html);
        free(document);
    }
}

/* Hostile text ------------------------------------------------------------------------------ */

static const char hostile[] = "</p></title></pre><script>alert(1)</script><!-- --> ]]> "
                              "\" onload='x' & &amp; &#60;b&#62; <img src=x onerror=alert(1)>";

/* In each kind of element: the parser sees the elements that we wrote and the text that was there.
 */
TEST(html, text_cannot_break_out) {
    for (int type = XTR_PARAGRAPH; type <= XTR_VERBATIM; type++) {
        if (type == XTR_TABLE || type == XTR_HEADER || type == XTR_FOOTER)
            continue;
        size_t tags[2];
        for (int round = 0; round < 2; round++) {
            const char *text = round ? hostile : "x";
            xtr_builder *b = xtr__builder_new(0, &unlimited);
            xtr_metadata(b, "title", text);
            xtr_page_begin(b, 1, &(xtr_page_info){.label = text});
            add(b, (xtr_element_type)type, 1, type == XTR_LIST_ITEM ? "-" : text, text);
            xtr_page_end(b);
            xtr__document *document = finish(b);
            char *html = render(document, false);
            GumboOutput *output = parse(html, strlen(html));
            tags[round] = count_tags(output->root);
            char *title = text_of(find(output->root, GUMBO_TAG_TITLE));
            char *found = text_of(find(output->root, GUMBO_TAG_BODY));
            ck_assert_str_eq(title, text);
            ck_assert_msg(type == XTR_IMAGE || strstr(found, text) != NULL, "%d: %s", type, found);
            free(found);
            free(title);
            gumbo_destroy_output(&kGumboDefaultOptions, output);
            free(html);
            free(document);
        }
        ck_assert_uint_eq(tags[0], tags[1]);
    }
}

/* Tables ------------------------------------------------------------------------------------ */

static void cell(xtr_builder *b, xtr_cell_info info, const char *text) {
    xtr_cell_begin(b, &info);
    xtr_text(b, text, strlen(text));
    xtr_cell_end(b);
}

static void check_table(xtr_builder *b, const char *markdown, const char *html, const char *csv) {
    xtr_table_end(b);
    xtr__document *document = finish(b);
    const xtr__table *table = XTR__ITEMS(document, tables, xtr__table);
    xtr__buffer out[3] = {{.data = NULL}};
    const char *wanted[] = {markdown, html, csv};
    xtr__render_table(&out[0], document, table);
    xtr__render_table_html(&out[1], document, table);
    xtr__render_table_csv(&out[2], document, table);
    for (int i = 0; i < 3; i++) {
        size_t size;
        char *found = xtr__buffer_take(&out[i], &size);
        ck_assert_str_eq(found, wanted[i]);
        free(found);
    }
    free(document);
}

static xtr_builder *with_table(void) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    return b;
}

TEST(tables, plain_ones_are_pipes) {
    xtr_builder *b = with_table();
    cell(b, (xtr_cell_info){.row = 0, .column = 0}, "a\\|b, c");
    cell(b, (xtr_cell_info){.row = 0, .column = 1}, "say \"so\"");
    cell(b, (xtr_cell_info){.row = 1, .column = 1}, "two\nlines");
    check_table(b, "| a\\\\\\|b, c | say \"so\" |\n| --- | --- |\n|  | two<br>lines |",
                "<table>\n<tbody>\n<tr><td>a\\|b, c</td><td>say &quot;so&quot;</td></tr>\n"
                "<tr><td></td><td>two<br>lines</td></tr>\n</tbody>\n</table>",
                "\"a\\|b, c\",\"say \"\"so\"\"\"\r\n,\"two\nlines\"\r\n");
}

TEST(tables, several_rows_of_heads_are_html) {
    xtr_builder *b = with_table();
    cell(b, (xtr_cell_info){.row = 0, .column = 1, .header = true}, "2024");
    cell(b, (xtr_cell_info){.row = 1, .column = 0}, "");
    cell(b, (xtr_cell_info){.row = 1, .column = 1, .header = true}, "Q1");
    cell(b, (xtr_cell_info){.row = 2, .column = 0, .header = true}, "North");
    cell(b, (xtr_cell_info){.row = 2, .column = 1}, "7");
    static const char html[] =
        "<table>\n<thead>\n<tr><td></td><th scope=\"col\">2024</th></tr>\n"
        "<tr><td></td><th scope=\"col\">Q1</th></tr>\n</thead>\n<tbody>\n"
        "<tr><th scope=\"row\">North</th><td>7</td></tr>\n</tbody>\n</table>";
    check_table(b, html, html, ",2024\r\n,Q1\r\nNorth,7\r\n");
}

TEST(tables, cells_that_span_keep_their_places) {
    xtr_builder *b = with_table();
    cell(b, (xtr_cell_info){.row = 0, .column = 0, .row_span = 2, .header = true}, "Name");
    cell(b, (xtr_cell_info){.row = 0, .column = 1, .column_span = 2, .header = true}, "Ports");
    cell(b, (xtr_cell_info){.row = 1, .column = 1}, "a");
    cell(b, (xtr_cell_info){.row = 1, .column = 2}, "b");
    /* The head reaches into a row that is none: no group of rows may hold it. */
    static const char html[] =
        "<table>\n<tbody>\n<tr><th scope=\"col\" rowspan=\"2\">Name</th>"
        "<th scope=\"col\" colspan=\"2\">Ports</th></tr>\n<tr><td>a</td><td>b</td></tr>\n"
        "</tbody>\n</table>";
    check_table(b, html, html, "Name,Ports,\r\n,a,b\r\n");
}

TEST(tables, cells_in_no_order_come_as_they_are) {
    xtr_builder *b = with_table();
    cell(b, (xtr_cell_info){.row = 0, .column = 0, .column_span = 2}, "over");
    cell(b, (xtr_cell_info){.row = 0, .column = 1}, "lap");
    cell(b, (xtr_cell_info){.row = 1, .column = 0}, "c");
    static const char html[] =
        "<table>\n<tr><td>over</td><td>lap</td></tr>\n<tr><td>c</td></tr>\n</table>";
    check_table(b, html, html, "over,lap\r\nc\r\n");
}

TEST(tables, cells_keep_styles_and_safe_links) {
    xtr_builder *b = with_table();
    xtr_cell_begin(b, &(xtr_cell_info){.row = 0, .header = true});
    styled(b, XTR_BOLD, NULL, "head");
    xtr_cell_end(b);
    xtr_cell_begin(b, &(xtr_cell_info){.row = 1});
    styled(b, XTR_ITALIC, "https://a/", "here");
    styled(b, 0, "javascript:x", " not");
    xtr_cell_end(b);
    check_table(b, "| head |\n| --- |\n| [*here*](https://a/) [not](javascript:x) |",
                "<table>\n<thead>\n<tr><th scope=\"col\">head</th></tr>\n</thead>\n<tbody>\n"
                "<tr><td><a href=\"https://a/\"><em>here</em></a> not</td></tr>\n</tbody>\n"
                "</table>",
                "head\r\nhere not\r\n");
}
