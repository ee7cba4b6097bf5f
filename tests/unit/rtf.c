/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* RTF, through the public interface: what a document becomes as Markdown. */
#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr_result *extract(const void *data, size_t size, const char *const *settings) {
    xtr_source *source = xtr_source_new_copy(data, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    xtr_error error = {0};
    ck_assert_int_eq(xtr_options_set(options, "format", "markdown", NULL), XTR_OK);
    for (; settings && *settings; settings += 2)
        ck_assert_int_eq(xtr_options_set(options, settings[0], settings[1], NULL), XTR_OK);
    ck_assert_msg(!xtr_extract(&result, NULL, source, options, &error), "%s", error.message);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return result;
}

/* Compares Markdown of a document whose head and last brace are given here. */
static void expect_sized(const char *body, size_t body_size, const char *truth) {
    static const char head[] = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}"
                               "{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset2 Symbol;}"
                               "{\\f3\\fcharset128 Mincho;}{\\f4\\fcharset2 Wingdings;}}"
                               "{\\stylesheet{Normal;}{\\s1 heading 1;}{\\s2 Code;}}";
    size_t size = sizeof head - 1 + body_size;
    char *data = malloc(size + 1);
    memcpy(data, head, sizeof head - 1);
    memcpy(data + sizeof head - 1, body, body_size);
    data[size] = '}';
    xtr_result *result = extract(data, size + 1, NULL);
    size_t got;
    const char *text = xtr_result_content(result, &got);
    while (got && text[got - 1] == '\n')
        got--;
    char *shown = strndup(text, got);
    ck_assert_str_eq(shown, truth);
    free(shown);
    free(data);
    xtr_result_drop(result);
}

static void expect(const char *body, const char *truth) {
    expect_sized(body, strlen(body), truth);
}

TEST(rtf, charsets_are_those_of_fonts) {
    expect("\\f1\\'ec\\'e8\\'f0 \\f0 gr\\'fc\\'df \\f3\\'93\\'fa\\'96{\\f3 }{\\f3\\'96\\'7b}",
           "мир grüß 日\xEF\xBF\xBD本");
    expect("\\f3\\'93\\'fa\r\n\\'96\\'7b", "日本");
    expect("{\\f2 abc\\'b7}{\\f4\\'fc}", "αβχ•✓");
}

TEST(rtf, a_code_page_is_meant_where_fonts_know_of_none) {
    static const char text[] = "{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0\\fcharset0 Arial;}}\\f0 "
                               "\\'ec\\'e8\\'f0}";
    xtr_result *result = extract(text, sizeof text - 1, NULL);
    ck_assert_str_eq(xtr_result_content(result, NULL), "мир\n");
    xtr_result_drop(result);
}

TEST(rtf, unicode_passes_over_what_stands_for_it) {
    expect("\\u8364?x \\uc0\\u8364 y \\uc2\\u8364\\'80ab", "€x €y €b");
    expect("\\u-10179\\'3f\\u-8704\\'3f!", "😀!");
    expect("{\\uc0 \\u8364}?", "€?");
    expect("\\u55357 xy", "\xEF\xBF\xBDy");
    expect("a\\u8364\\par b", "a€\n\nb");
}

TEST(rtf, groups_give_formatting_back) {
    expect("{\\b one {\\i two}} three {\\strike four}", "**one *two*** three ~~four~~");
    expect("x{\\super 2}{\\b0\\v not}{\\deleted not} {\\*\\unknown not}{\\caps gr\\'fcn}",
           "x² GRÜN");
}

TEST(rtf, fields_show_their_results) {
    expect("{\\field{\\*\\fldinst HYPERLINK \"http://a.example/\" }{\\fldrslt here}}",
           "[here](http://a.example/)");
    expect(
        "{\\field{\\*\\fldinst {HYPERLINK }{\\\\l \"mark\"}}{\\fldrslt here}} {\\field{\\*\\fldinst"
        " SYMBOL 97 \\\\f \"Symbol\"}}",
        "here α");
    expect("{\\field{\\*\\fldinst HYPERLINK \"http://a.example/\"}{\\fldrslt{\\field{\\*\\fldinst"
           " PAGE}{\\fldrslt 1}} x}} y",
           "1 [x](http://a.example/) y");
}

TEST(rtf, headings_by_style_and_by_outline) {
    expect("\\s1 One\\par\\pard\\outlinelevel2 Three\\par\\pard text",
           "# One\n\n### Three\n\ntext");
    expect("\\s2 int a;\\par  int b;\\par\\pard\\s0 text", "```\nint a;\n int b;\n```\n\ntext");
}

TEST(rtf, list_items_have_the_marker_that_is_shown) {
    expect("{\\listtext 4.\\tab}\\ls1\\ilvl0 four\\par{\\listtext\\f2\\'b7\\tab}\\ls1\\ilvl1 five",
           "4. four\n   - five");
    expect("{\\pntext\\'95\\tab}one\\par{\\pntext\\'95\\tab}two", "- one\n- two");
    expect("\\pard\\fi-360\\li360 1.\\tab one\\par\\fi-360\\li720 a)\\tab two\\par",
           "1. one\n   - a) two");
}

TEST(rtf, tables_with_joined_cells) {
    expect(
        "\\trowd\\cellx10\\cellx20\\intbl a\\cell b\\cell\\row\\intbl c\\cell d\\cell\\row\\pard e",
        "| a | b |\n| --- | --- |\n| c | d |\n\ne");
    expect("\\trowd\\cellx1000\\clmrg\\cellx2000\\cellx3000\\intbl a\\cell\\cell b\\cell\\row"
           "\\trowd\\cellx1000\\cellx2000\\cellx3000\\intbl c\\cell d\\cell e\\cell\\row",
           "<table>\n<tbody>\n<tr><td colspan=\"2\">a</td><td>b</td></tr>\n"
           "<tr><td>c</td><td>d</td><td>e</td></tr>\n</tbody>\n</table>");
    /* Without \intbl, without the last row's end. */
    expect(
        "\\trowd\\cellx10\\cellx20 a\\cell b\\cell\\row\\trowd\\cellx10\\cellx20 c\\cell d\\cell",
        "| a | b |\n| --- | --- |\n| c | d |");
}

TEST(rtf, rows_of_other_widths_share_columns) {
    expect("\\trowd\\cellx3000\\intbl all\\cell\\row\\trowd\\cellx1000\\cellx3000\\intbl a\\cell b"
           "\\cell\\row",
           "<table>\n<tbody>\n<tr><td colspan=\"2\">all</td></tr>\n<tr><td>a</td><td>b</td></tr>\n"
           "</tbody>\n</table>");
}

TEST(rtf, notes_come_at_the_end) {
    expect("One{\\super\\chftn}{\\footnote{\\super\\chftn} first\\par second}, two{\\super\\chftn}"
           "{\\*\\footnote other}.\\par after",
           "One[^1], two[^2].\n\nafter\n\n[^1]: first\n    second\n\n[^2]: other");
}

TEST(rtf, a_box_follows_its_paragraph) {
    expect(
        "\\trowd\\cellx10\\intbl a\\cell\\row\\pard text{\\shp{\\*\\shpinst{\\sp{\\sn n}{\\sv v}}"
        "{\\shptxt box\\par}}{\\shprslt no}} goes on\\par next",
        "| a |\n| --- |\n\ntext goes on\n\nbox\n\nnext");
}

TEST(rtf, pictures_are_listed_or_given) {
    static const char *const settings[] = {"images", "extract", NULL};
    xtr_source *source = xtr_source_new_path(fixture("rtf/made.rtf"));
    char *json = extract_json(source, 1, settings);
    ck_assert_ptr_nonnull(strstr(json, "\"width\":4,\"height\":3,\"format\":\"png\""));
    ck_assert_ptr_nonnull(strstr(json, "iVBORw0KGgo"));
    free(json);
    expect("{\\pict\\wmetafile8 00112233}text{\\bin5 }\\{}}", "text");
}

TEST(rtf, hostile_nesting_ends) {
    enum { DEPTH = 200000 };
    char *body = malloc(2 * DEPTH + 16);
    memset(body, '{', DEPTH);
    memcpy(body + DEPTH, "deep", 4);
    memset(body + DEPTH + 4, '}', DEPTH);
    body[2 * DEPTH + 4] = 0;
    expect(body, "deep");
    free(body);
    expect("a\\bin2147483647 b", "a");
    expect("}}}text\\u\\'\\'z\\", "text}");
}

/* Each table of fonts once looked at all fonts before it, and at all groups around it. */
TEST(rtf, many_tables_of_fonts) {
    enum { FONTS = 12000, TABLES = 60000 };
    char *body;
    size_t size;
    FILE *out = open_memstream(&body, &size);
    fputs("{\\fonttbl", out);
    for (int i = 9; i < FONTS; i++)
        fprintf(out, "{\\f%d\\fcharset0 N;}", i);
    fputs("}", out);
    for (int i = 0; i < TABLES; i++)
        fputs("{\\fonttbl}", out);
    fputs("{\\fonttbl{\\f20000\\fcharset204 C;}}\\f20000\\'ec\\'e8\\'f0", out);
    fclose(out);
    expect(body, "мир");
    free(body);
}

TEST(rtf, is_the_same_in_a_process) {
    static const char *const in_thread[] = {"isolation", "thread", NULL};
    static const char *const in_process[] = {"isolation", "process", NULL};
    char *one = extract_json(xtr_source_new_path(fixture("rtf/made.rtf")), 1, in_thread);
    char *other = extract_json(xtr_source_new_path(fixture("rtf/made.rtf")), 1, in_process);
    ck_assert_str_eq(one, other);
    free(one);
    free(other);
}
