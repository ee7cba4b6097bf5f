/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Typst: markup, and what of its code is content. */
#include "markup.h"

#define TYPST "text/x-typst"

TEST(typst, words) {
    expect_markdown(TYPST, "*bold _both_* and _leaning_ `code` snake_case 5 * 3",
                    "**bold *both*** and *leaning* `code` snake_case 5 * 3\n");
    expect_markdown(TYPST,
                    "\\#no \\u{41} so -- or --- well...\\\nline // gone\n/* a /* b */ c */end",
                    "#no A so – or — well…\nline end\n");
    expect_markdown(TYPST, "see @one and a@example.org, https://example.org/x. <here>",
                    "see [one] and a@example.org, <https://example.org/x>.\n");
    expect_markdown(TYPST, "#link(\"https://example.org\")[den] #emph[lean] H#sub[2]O #h(1em)end",
                    "[den](https://example.org) *lean* H₂O end\n");
}

TEST(typst, blocks) {
    expect_markdown(TYPST, "= One\ntext\nmore\n\n== Two <two>\nlast",
                    "# One\n\ntext more\n\n## Two\n\nlast\n");
    expect_markdown(TYPST, "- one\n  more\n  + deep\n- two\n/ Fox: runs\nafter",
                    "- one more\n  1. deep\n- two\n- **Fox**: runs\n\nafter\n");
    expect_markdown(TYPST, "```c\nint a;\n  b;\n```\n#quote(block: true)[said]",
                    "```\nint a;\n  b;\n```\n\n> said\n");
    expect_markdown(TYPST, "a $x^2$ b\n\n$ E = m c^2 $", "a $x^2$ b\n\n$$\nE = m c^2\n$$\n");
    expect_markdown(TYPST, "word#footnote[note _so_] b", "word[^1] b\n\n[^1]: note *so*\n");
}

TEST(typst, tables) {
    expect_markdown(
        TYPST,
        "#figure(table(columns: (auto, 1fr),\n  table.header([A], [B]),\n  [1], \"2\",\n),"
        " caption: [Legs])",
        "| A | B |\n| --- | --- |\n| 1 | 2 |\n\nLegs\n");
    expect_markdown(
        TYPST,
        "#table(columns: 2, table.cell(colspan: 2)[both], table.cell(rowspan: 2)[a],"
        " [1], [2])",
        "<table>\n<thead>\n<tr><th scope=\"col\" colspan=\"2\">both</th></tr>\n</thead>\n"
        "<tbody>\n<tr><td rowspan=\"2\">a</td><td>1</td></tr>\n<tr><td>2</td></tr>\n"
        "</tbody>\n</table>\n");
    expect_markdown(TYPST, "#figure(\n  image(\"fox.png\", width: 80%),\n  caption: [A fox.],\n)",
                    "![fox.png](image)\n\nA fox.\n");
}

TEST(typst, columns_that_are_repeated) {
    expect_markdown(TYPST, "#table(columns: (auto,) + (1fr,) * 2, [a], [b], [c], [1], [2], [3])",
                    "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n");
}

/* One in a cell is text of the cell. */
TEST(typst, tables_in_tables) {
    expect_markdown(TYPST, "#grid(columns: 2, [A #table(columns: 2, [x], \"y\") B], [C])",
                    "| A x y B | C |\n| --- | --- |\n");
    expect_markdown(TYPST, "#table(columns: 2, ..range(4).map(i => [cell #i]))",
                    "| cell |\n| --- |\n");
    expect_markdown(TYPST, "#grid(columns: 2, figure(image(\"a.png\"), caption: [one]), [two])",
                    "| a.png<br>one | two |\n| --- | --- |\n");
}

TEST(typst, content_in_arguments) {
    expect_markdown(TYPST, "#stack(dir: ltr, [left], [right]) #f(([a], [b]))", "left right a b\n");
    expect_markdown(TYPST, "#work(at: 1)[\n  - a\n  - b\n    - c\n]", "- a\n- b\n  - c\n");
    expect_markdown(TYPST, "#table(columns: 2, [a], [b], [1], [2], table.footer([x], [y]))",
                    "| a | b |\n| --- | --- |\n| 1 | 2 |\n| x | y |\n");
}

TEST(typst, strings) {
    expect_markdown(TYPST, "#let a = \"W \\\"X\\\"\"\n#a", "W \"X\"\n");
}

TEST(typst, quotes) {
    expect_markdown(TYPST, "Before\n#quote(block: true, attribution: [Plato])[I know.]\nafter",
                    "Before\n\n> I know.\n\nPlato\n\nafter\n");
}

TEST(typst, links_in_links) {
    expect_markdown(TYPST, "#link(\"https://a.org\")[one https://b.org two] three",
                    "[one https://b.org two](https://a.org) three\n");
}

/* Nothing is computed, and no content is lost. */
TEST(typst, code) {
    expect_markdown(TYPST, "#let fox = [the *quick* fox]\n#let n = \"N\"\nSee #fox and #n.",
                    "See the **quick** fox and N.\n");
    expect_markdown(TYPST,
                    "#set text(size: 12pt)\n#show heading: it => [#it]\n#if x > 1 [yes] else [no]",
                    "yes no\n");
    expect_markdown(TYPST, "#mystery(\"a\", [kept], size: 1pt)[also] #{ let a = 1; [inside] }",
                    "kept also inside\n");
}

TEST(typst, facts) {
    const char *source = "#set document(title: \"Foxes\", author: (\"Ann\", \"Bob\"))\n"
                         "#show: paper.with(title: [The *foxes*], abstract: [Short.])\ntext";
    expect_fact(TYPST, source, "title", "Foxes");
    expect_fact(TYPST, source, "authors", "Ann; Bob");
    expect_markdown(TYPST, source, "# The foxes\n\nShort.\n\ntext\n");
    source = "#show: ieee.with(title: [T], authors: ((name: \"Ann\", department: [Den]), "
             "(name: \"Bob\", organization: [Wood])))\ntext";
    expect_fact(TYPST, source, "authors", "Ann; Bob");
    expect_markdown(TYPST, source, "# T\n\nAnn, Den; Bob, Wood\n\ntext\n");
}

/* It comes to an end, and the rest is read. */
TEST(typst, without_end) {
    static const char *const sources[] = {"#let a = [x #a]\n#a rest",
                                          "#f(#f(#f([[",
                                          "#table(columns: (((",
                                          "``` rest",
                                          "/* rest",
                                          "#{ #[ #( rest",
                                          "#if ",
                                          "#",
                                          "#let",
                                          "#show:",
                                          "#set",
                                          "<",
                                          "@",
                                          "\\",
                                          "#\"",
                                          "$",
                                          "= "};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        xtr_error error = {0};
        xtr_result *result = markup_result(TYPST, sources[i], strlen(sources[i]), "text", &error);
        ck_assert_msg(result != NULL, "%s: %s", sources[i], error.message);
        if (!i) {
            ck_assert_ptr_nonnull(strstr(xtr_result_content(result, NULL), "rest"));
            ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_LIMIT);
        }
        xtr_result_drop(result);
    }
}
