/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents in vocabularies of XML: FictionBook, DocBook, JATS, TEI, OPML, SVG. */
#include "markup.h"
#include "markup/texsource.h"

#include <stdio.h>
#include <stdlib.h>

static const char fb2[] = "application/x-fictionbook+xml";
static const char docbook[] = "application/docbook+xml";
static const char jats[] = "application/vnd.jats+xml";
static const char tei[] = "application/tei+xml";
static const char opml[] = "text/x-opml";
static const char svg[] = "image/svg+xml";

TEST(vocabulary, fb2_text) {
    expect_markdown(
        fb2,
        "<FictionBook xmlns='http://www.gribuser.ru/xml/fictionbook/2.0' xmlns:l='x'><body>"
        "<title><p>The Fox</p><p>A tale</p></title><epigraph><p>Said <emphasis>once</emphasis>.</p>"
        "</epigraph><section><title><p>One</p></title><p>The fox<a l:href='#n1' "
        "type='note'>[1]</a> "
        "runs, <a l:href='http://e.org/x'>see</a>.</p><poem><stanza><v>line one</v><v>line two</v>"
        "</stanza></poem></section></body><body name='notes'><section "
        "id='n1'><title><p>1</p></title>"
        "<p>A <strong>note</strong>.</p></section></body><binary>AAAA</binary></FictionBook>",
        "# The Fox A tale\n\n> Said *once*.\n\n## One\n\nThe fox[^1] runs, "
        "[see](http://e.org/x).\n\n"
        "line one\nline two\n\n[^1]: A **note**.\n");
}

TEST(vocabulary, fb2_facts) {
    static const char text[] =
        "<FictionBook><description><title-info><author><last-name>Other</last-name><first-name>Ann"
        "</first-name><email>a@b</email></author><author><nickname>x</nickname><first-name>Bob"
        "</first-name></author><book-title>The Fox</book-title><lang>de</lang></title-info>"
        "<document-info><author><first-name>No</first-name></author></document-info></description>"
        "<body><p>Text</p></body></FictionBook>";
    expect_markdown(fb2, text, "Text\n");
    expect_fact(fb2, text, "title", "The Fox");
    expect_fact(fb2, text, "authors", "Ann Other, Bob");
    expect_fact(fb2, text, "language", "de");
}

TEST(vocabulary, docbook_structure) {
    expect_markdown(
        docbook,
        "<article xmlns='http://docbook.org/ns/docbook' xmlns:xl='x'><info><title>The "
        "Manual</title>"
        "</info><section><title>Install</title><para>Run <command>make</command>"
        "<footnote><para>Or not.</para></footnote>.</para><itemizedlist><listitem><para>one</para>"
        "<para>more</para></listitem><listitem><para>two</para><orderedlist><listitem><para>in"
        "</para></listitem></orderedlist></listitem></itemizedlist><programlisting>\nif (x)\n    "
        "y();"
        "\n</programlisting><section><title>Deep</title><para>a <quote>b</quote></para></section>"
        "</section></article>",
        "# The Manual\n\n## Install\n\nRun `make`[^1].\n\n- one\n\n  more\n- two\n  1. in\n\n"
        "```\nif (x)\n    y();\n```\n\n### Deep\n\na “b”\n\n[^1]: Or not.\n");
}

TEST(vocabulary, docbook_tables_of_cals) {
    expect_markdown(
        docbook,
        "<table><title>Cap</title><tgroup cols='3'><colspec colname='a'/><colspec colname='b'/>"
        "<colspec colname='c'/><thead><row><entry>A</entry><entry namest='b' nameend='c'>B</entry>"
        "</row></thead><tbody><row><entry morerows='1'>1</entry><entry>2</entry><entry>3</entry>"
        "</row><row><entry>4</entry><entry>5</entry></row></tbody></tgroup></table>",
        "Cap\n\n<table>\n<thead>\n<tr><th scope=\"col\">A</th><th scope=\"col\" "
        "colspan=\"2\">B</th>"
        "</tr>\n</thead>\n<tbody>\n<tr><td rowspan=\"2\">1</td><td>2</td><td>3</td></tr>\n"
        "<tr><td>4</td><td>5</td></tr>\n</tbody>\n</table>\n");
}

static const char article[] =
    "<article article-type='x'><front><journal-meta><journal-title>J. Fox</journal-title>"
    "</journal-meta><article-meta><article-id>10.1/x</article-id><title-group><article-title>On "
    "<italic>Vulpes</italic></article-title></"
    "title-group><contrib-group><contrib><name><surname>Other"
    "</surname><given-names>Ann B</given-names></name><xref "
    "ref-type='aff'>1</xref></contrib><contrib>"
    "<name><surname>Ex</surname><given-names>Bob</given-names></name></contrib></contrib-group>"
    "<pub-date><day>4</day><month>3</month><year>2021</year></pub-date><kwd-group><kwd>fox</kwd>"
    "</kwd-group></article-meta></front><body><sec><label>1</label><title>Intro</title><p>Text"
    "<xref ref-type='fn'>1</xref> with "
    "<inline-formula><alternatives><tex-math>$x$</tex-math><math>x"
    "</math></alternatives></inline-formula>.</p><fig><label>Figure 1</label><caption><title>Foxes."
    "</title><p>Two.</p></caption></fig><table-wrap><label>Table 1</label><caption><p>Counts</p>"
    "</caption><table><tr><th>a</th></tr><tr><td>1</td></tr></table></table-wrap></sec></"
    "body><back>"
    "<fn-group><fn><label>1</label><p>The "
    "note.</p></fn></fn-group><ref-list><title>References</title>"
    "<ref><label>2</label><element-citation><name><surname>Ex</surname><given-names>B</given-names>"
    "</name><year>1999</year></element-citation></ref></ref-list></back></article>";

TEST(vocabulary, jats_text) {
    expect_markdown(jats, article,
                    "# On *Vulpes*\n\n## 1 Intro\n\nText[^1] with $x$.\n\nFigure 1 Foxes. Two.\n\n"
                    "Table 1 Counts\n\n| a |\n| --- |\n| 1 |\n\n## References\n\n2 Ex B 1999\n\n"
                    "[^1]: The note.\n");
}

TEST(vocabulary, formulas) {
    static const char jats_text[] =
        "<article xmlns:mml='http://www.w3.org/1998/Math/MathML'><body><p>Of <inline-formula>"
        "<alternatives><tex-math>\\documentclass{minimal}\n\\begin{document}$$x_1$$\\end{document}"
        "</tex-math><mml:math><mml:mi>y</mml:mi></mml:math></alternatives></inline-formula> and "
        "<bold><mml:math><mml:msup><mml:mi>z</mml:mi><mml:mn>2</mml:mn></"
        "mml:msup><mml:annotation>no"
        "</mml:annotation></mml:math></bold>, so<disp-formula><mml:math><mml:mfrac><mml:mi>a"
        "</mml:mi><mml:mi>b</mml:mi></mml:mfrac></mml:math></disp-formula></p>"
        "<p>But<fn><p>Note <mml:math><mml:mi>c</mml:mi></mml:math>.</p></fn></p></body></article>";
    expect_markdown(
        jats, jats_text,
        "Of $x_1$ and $z^{2}$, so\n\n$$\n\\frac{a}{b}\n$$\n\nBut[^1]\n\n[^1]: Note $c$.\n");
    expect_markdown(
        docbook,
        "<article><para>a <inlineequation><math><mi>x</mi></math></inlineequation></para>"
        "<equation><math><mi>y</mi></math></equation><para>z</para></article>",
        "a $x$\n\n$$\ny\n$$\n\nz\n");
    expect_markdown(
        tei,
        "<TEI><text><body><p>a <formula><math><mi>x</mi></math></formula></p></body></text></TEI>",
        "a $x$\n");
}

TEST(vocabulary, tex_without_what_is_around) {
    static const char *const cases[][2] = {{" \\(x\\)\n", "x"},
                                           {"$", "$"},
                                           {"$$", ""},
                                           {"$a$ + $b$", "$a$ + $b$"},
                                           {"\\begin{document} \\[ y \\] \\end{document}", "y"},
                                           {"\\begin{document}z", "z"},
                                           {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        const char *got = xtr__texsource_formula(cases[i][0], &size);
        ck_assert_msg(size == strlen(cases[i][1]) && !memcmp(got, cases[i][1], size), "%.*s for %s",
                      (int)size, got, cases[i][0]);
    }
}

TEST(vocabulary, jats_facts) {
    expect_fact(jats, article, "title", "On Vulpes");
    expect_fact(jats, article, "authors", "Ann B Other, Bob Ex");
    expect_fact(jats, article, "created", "2021-03-04");
    expect_fact(jats, article, "journal", "J. Fox");
    expect_fact(jats, article, "keywords", "fox");
}

TEST(vocabulary, tei) {
    static const char text[] =
        "<TEI><teiHeader><fileDesc><titleStmt><title>Ed</title></titleStmt><publicationStmt>"
        "<date when='1999-01-01'>in 99</date></publicationStmt><sourceDesc><p>no</p></sourceDesc>"
        "</fileDesc></teiHeader><text><body><div><head>Head</head><p>It is <choice><sic>teh</sic>"
        "<corr>the</corr></choice> end.</p><lg><l>one</l><l>two</l></lg></div></body></text></TEI>";
    expect_markdown(tei, text, "# Head\n\nIt is the end.\n\none\ntwo\n");
    expect_fact(tei, text, "title", "Ed");
    expect_fact(tei, text, "created", "1999-01-01");
}

TEST(vocabulary, opml) {
    expect_markdown(opml,
                    "<opml><head><title>Feeds</title></head><body><outline text='News'><outline "
                    "text='A feed' xmlUrl='http://e.org/f'/></outline><outline text='Last'/></body>"
                    "</opml>",
                    "# Feeds\n\n- News\n  - [A feed](http://e.org/f)\n- Last\n");
}

TEST(vocabulary, svg) {
    expect_markdown(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg'><title>Chart</title><style>.a{}</style>"
        "<text>Hello <tspan>big</tspan><tspan>world</tspan></text><text>2020</text></svg>",
        "Chart\n\nHello big world\n\n2020\n");
}

TEST(vocabulary, damage) {
    xtr_error error;
    static const char cut[] = "<article><title>Head</title><para>Some text";
    xtr_result *result = markup_result(docbook, cut, sizeof cut - 1, "text", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_str_eq(xtr_result_content(result, NULL), "Head\n\nSome text\n");
    ck_assert(xtr_result_is_partial(result));
    xtr_result_drop(result);
    expect_failure(docbook, "no XML", XTR_E_CORRUPT);
}

/* Depth, and spans that reach over all rows and columns. */
TEST(vocabulary, hostile) {
    enum { DEPTH = 5000, ROWS = 20000 };
    char *text = malloc(DEPTH * 16);
    char *at = text;
    xtr_error error;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < DEPTH; i++)
        at += sprintf(at, "<list><item>");
    xtr_result *result = markup_result(tei, text, (size_t)(at - text), "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    xtr_result_drop(result);
    free(text);
    at = text = malloc(ROWS * 48);
    ck_assert_ptr_nonnull(text);
    at += sprintf(at, "<table>");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "<tr><td colspan='1000' rowspan='65534'>");
    result = markup_result(docbook, text, (size_t)(at - text), "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    xtr_result_drop(result);
    free(text);
}
