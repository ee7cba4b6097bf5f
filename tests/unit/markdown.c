/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup.h"

#include <stdlib.h>

static const char type[] = "text/markdown";

/* What is written in the way we write it comes out as it went in. */
TEST(markdown, goes_round) {
    static const char text[] = "# Head *one*\n\n"
                               "Words that are **bold**, *slanted*, ~~struck~~, `code` and [a "
                               "link](http://example.org/).\n\n"
                               "- one\n"
                               "  1. first\n"
                               "  2. second\n"
                               "- two\n\n"
                               "  more of two\n"
                               "- three\n\n"
                               "7. seven\n"
                               "8. eight\n\n"
                               "> said once\n\n"
                               "| a | b |\n| --- | --- |\n| 1 | x \\| y |\n\n"
                               "```\nint x;\n\n    indented\n```\n\n"
                               "The end.[^a]\n\n"
                               "[^a]: A *note*.\n\n    And more of it.\n";
    expect_markdown(type, text, text);
}

TEST(markdown, tasks) {
    expect_markdown(type, "* [ ] open\n* [X] done\n", "- [ ] open\n- [x] done\n");
}

TEST(markdown, line_breaks_and_entities) {
    expect_markdown(type, "one\ntwo  \nthree &eacute; &#x41; &nope; AT&amp;T\n",
                    "one two\nthree é A \\&nope; AT&T\n");
}

TEST(markdown, pictures) {
    expect_markdown(type, "![A *fox*](fox.png)\n\nA ![small](a.png) one\n",
                    "![A fox](image)\n\nA small one\n");
}

TEST(markdown, formulas) {
    expect_markdown(type, "It is $a_1 + b_1$, for $5 and $6.\n\n$$\nE = mc^2\n$$\n",
                    "It is $a_1 + b_1$, for $5 and $6.\n\nE = mc^2\n");
}

TEST(markdown, html_is_its_text) {
    expect_markdown(type,
                    "<div class=\"x\">\n<b>Bold</b> &lt;x&gt;<!-- no -->\n<script>\nvar no;\n"
                    "</script>\n</div>\n\na<br>b <sup>2</sup>\n",
                    "**Bold** \\<x>\n\na\nb ²\n");
}

/* A tag may go on in the next line; what only looks like one is text. */
TEST(markdown, html_loses_no_text) {
    expect_markdown(type, "<div\nclass=\"x\">one</div>\n", "one\n");
    expect_markdown(type, "<div>\na < b & c <= d\n</div>\n", "a < b & c <= d\n");
    expect_markdown(type, "<div>\nend <b\n", "end \\<b\n");
    expect_markdown(type, "<!-- not\nshown -->\nshown <!-- open\n", "shown \\<!-- open\n");
}

TEST(markdown, notes) {
    expect_markdown(type, "One[^n] and [^none].\n\n```\n[^n]: code\n```\n\n[^n]: Note\nlazy\n",
                    "One[^n] and \\[^none].\n\n```\n[^n]: code\n```\n\n[^n]: Note lazy\n");
}

TEST(markdown, front_matter) {
    static const char text[] = "---\ntitle: A \"title\"\nauthor:\n- Ann\n- Bob\ndraft: ''\n"
                               "lang: de\nparams: {a: b}\n---\nText.\n";
    expect_markdown(type, text, "Text.\n");
    expect_fact(type, text, "title", "A \"title\"");
    expect_fact(type, text, "authors", "Ann, Bob");
    expect_fact(type, text, "language", "de");
    expect_fact(type, text, "draft", NULL);
}

TEST(markdown, rules_are_no_front_matter) {
    expect_markdown(type, "---\nNo map, but text\n---\nText.\n", "## No map, but text\n\nText.\n");
}

TEST(markdown, charset) {
    expect_markdown(type,
                    "# Caf\xE9 cr\xE8me br\xFBl\xE9"
                    "e\n",
                    "# Café crème brûlée\n");
}

/* Each of them took some parser quadratic time or all of the stack. */
TEST(markdown, hostile) {
    static const char *const pieces[] = {"[", "> ",  "*a ", "`a``", "- ", "[^1]: x\n",
                                         "<", "&#1", "|a",  "[a](", "![", "$a$$"};
    enum { SIZE = 200000 };
    char *text = malloc(SIZE + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t piece = strlen(pieces[i]);
        for (size_t at = 0; at < SIZE; at++)
            text[at] = pieces[i][at % piece];
        xtr_error error = {0};
        xtr_result *result = markup_result(type, text, SIZE, "text", &error);
        ck_assert_msg(result != NULL, "%s: %s", pieces[i], error.message);
        xtr_result_drop(result);
    }
    static const char head[] = "[^1]: x\n\n";
    char *many = malloc(4 * SIZE + sizeof head);
    size_t at = sizeof head - 1;
    memcpy(many, head, at);
    while (at < 4 * SIZE) {
        many[at++] = '[';
        many[at++] = '^';
    }
    many[at++] = ']';
    xtr_error error;
    xtr_result_drop(markup_result(type, many, at, "text", &error));
    free(many);
    free(text);
}
