/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Web pages: what a reader of the page would read, and what a page must not do. */
#include "extract.h"
#include "html/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page of these bytes as Markdown, or as what option `format` says; yours to free. */
static char *render(const char *page, size_t size, const char *type, xtr_format format) {
    xtr_source *source = xtr_source_new_copy(page, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    xtr_error error;
    char *out;
    ck_assert_int_eq(xtr_options_set(options, "mime_type", type, NULL), XTR_OK);
    int code = xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(!code, "%s", error.message);
    ck_assert_int_eq(xtr_result_render(&out, NULL, result, format, XTR_FURNITURE_AUTO, NULL),
                     XTR_OK);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return out;
}

static void expect(const char *page, const char *markdown) {
    char *got = render(page, strlen(page), "text/html", XTR_FORMAT_MARKDOWN);
    ck_assert_str_eq(got, markdown);
    xtr_free(got);
}

static void expect_xml(const char *page, const char *markdown) {
    char *got = render(page, strlen(page), "application/xhtml+xml", XTR_FORMAT_MARKDOWN);
    ck_assert_str_eq(got, markdown);
    xtr_free(got);
}

static void expect_json(const char *page, const char *part) {
    char *got = render(page, strlen(page), "text/html", XTR_FORMAT_JSON);
    ck_assert_msg(strstr(got, part) != NULL, "no %s in %s", part, got);
    xtr_free(got);
}

TEST(web, white_space_collapses_across_elements) {
    expect("<p> a \n b <b> cc </b> <i>\tdd</i>e<span> </span></p>", "a b **cc** *dd*e\n");
    expect("<div>a<div>b</div>c</div>", "a\n\nb\n\nc\n");
    expect("<p>&nbsp;</p><p>&nbsp; a&nbsp;b</p>", "a\u00A0b\n");
    expect("<p style='white-space:pre-line'>a  b\n c", "a b\nc\n");
}

TEST(web, line_breaks) {
    expect("<p>a<br>b <br> c<br></p>d", "a\nb\nc\n\nd\n");
    expect("a<br><br>b<br> <br>\n<br>c", "a\n\nb\n\nc\n");
    expect("<li>a<br><br>b", "- a\n  b\n");
}

TEST(web, headings) {
    expect("<h2>a<br><div>b</div></h2><h6>c</h6><div role=heading aria-level=3>d</div>e",
           "## a b\n\n###### c\n\n### d\n\ne\n");
    expect("<ol><li><h3>a</h3>b</ol>", "### 1. a\n\nb\n");
}

TEST(web, lists_have_the_markers_that_are_shown) {
    expect("<ol start=9><li>a<li value=20>b<li>c</ol>", "9. a\n20. b\n21. c\n");
    expect_json("<ol type=i><li>a<li>b<li>c<li>d</ol>", "\"marker\":\"iv.\"");
    expect_json("<ol type=A start=28><li>a</ol>", "\"marker\":\"AB.\"");
    expect_json("<ol reversed><li>a<li>b</ol>", "\"marker\":\"2.\"");
    expect_json("<ol style='list-style-type: upper-roman'><li>a</ol>", "\"marker\":\"I.\"");
    expect("<ul><li>a<ul><li>b</ul>c</ul>", "- a\n  - b\n\nc\n");
    expect("<ul><li></li><li>a</ul><p>b", "- a\n\nb\n");
    expect("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n  b\n");
}

TEST(web, definitions_and_quotes) {
    expect("<dl><dt>aa<dd>b<dd>c</dl>", "**aa**\n\n- b\n- c\n");
    expect("<blockquote>a<p>b</blockquote>c", "> a\n\n> b\n\nc\n");
    expect("a <q>b</q>", "a “b”\n");
}

TEST(web, code_keeps_its_lines) {
    expect("<pre>\n  a\n\n b\n\n</pre>c", "```\n  a\n\n b\n```\n\nc\n");
    expect("<pre><span>a\n</span>\n<b>b</b></pre>", "```\na\n\nb\n```\n");
    expect("<p>a <code>b  c</code>", "a `b c`\n");
}

TEST(web, tables_of_data) {
    expect("<table><tr><th>a<th>b<tr><td>c<br>d<td>e</table>",
           "| a | b |\n| --- | --- |\n| c<br>d | e |\n");
    expect("<table><tfoot><tr><td>e<td>f</tfoot><tr><td>c<td>d<thead><tr><td>a<td>b</table>",
           "| a | b |\n| --- | --- |\n| c | d |\n| e | f |\n");
    expect_json("<table><tr><th>a<td rowspan=9 colspan=3>b<tr><td>c</table>",
                "\"row_span\":2,\"column_span\":1");
    expect_json("<table><tr><th rowspan=0>a<td>b<tr><td>c<tr><td>d</table>", "\"row_span\":3");
    expect("<table><caption>a</caption><tr><td>b</table>c", "a\n\n| b |\n| --- |\n\nc\n");
    expect("<table><tr><th>a<tr><td><table><tr><td>b<td>c<tr><td>d</table></table>",
           "| a |\n| --- |\n| b c<br>d |\n");
}

TEST(web, tables_that_arrange_a_page) {
    expect("<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>", "a\n\nb\n\nc\n\nd\n");
    expect("<table><tr><td>a<td><h1>b</h1><tr><td>c</table>", "a\n\n# b\n\nc\n");
    expect("<table><tr><td>a<td>b<tr><td>c<td><table><tr><td>1<td>2<tr><td>3<td>4</table></table>",
           "a\n\nb\n\nc\n\n| 1 | 2 |\n| --- | --- |\n| 3 | 4 |\n");
}

TEST(web, what_nobody_sees_is_left_out) {
    expect("a<script>b</script><style>b</style><template>b</template><noscript>b</noscript>"
           "<p hidden>b</p><p style='DISPLAY : none'>b</p><p style='visibility:hidden'>b"
           "<p style='display:nonexistent'>c</p><iframe>b</iframe><video>b</video><title>b</title>",
           "a\n\nc\n");
    expect("<p aria-hidden=true>a</p><p hidden=until-found>b", "a\n\nb\n");
}

TEST(web, scripts_and_comments_end_where_the_standard_says) {
    expect("a<script>if (1 < 2) '</scriptx>'</script >b<!-- <p>c -->d<!--->e<!-- f --!>g<!---->h",
           "abdegh\n");
    /* A script in a comment in a script ends nothing. */
    expect("a<script><!-- w('<script>x</script>'); --></script>b", "ab\n");
    expect("a<script><!-- --> w('<script>x</script>b", "ab\n");
    expect("a<STYLE>b</style>c<script>d", "ac\n");
    expect("a<!-- b", "a\n");
}

TEST(web, attributes_that_say_nothing_may_be_of_any_form) {
    expect("<p data-a='>' data-b=\"<p>\" onclick=x>a</p><img srcset='a b' alt=b data-c>"
           "<a data-x=1 href=u sizes>c</a>",
           "a\n\nb[c](u)\n");
    expect_xml("<p data-a='1'/><p data-b='2' >a</p><img alt='b' data-c='d'/>",
               "a\n\n![b](image)\n");
}

TEST(web, pictures) {
    expect("<p><img src=a.png alt='one  two'></p><p>a <img alt=b> c<img alt=''><img>",
           "![one two](image)\n\na b c\n");
    expect("<figure><img alt=a><figcaption>b<br>c</figcaption></figure>", "![a](image)\n\nb\nc\n");
    expect("<a href=x><img alt=a></a>", "[a](x)\n");
}

TEST(web, links_are_resolved) {
    static const char *const cases[][2] = {{"g", "http://a/b/c/g"},
                                           {"./g/", "http://a/b/c/g/"},
                                           {"/g", "http://a/g"},
                                           {"//g", "http://g"},
                                           {"?y", "http://a/b/c/d;p?y"},
                                           {"#s", "http://a/b/c/d;p?q#s"},
                                           {"../../g", "http://a/g"},
                                           {"../../../g", "http://a/g"},
                                           {"g?y/./x", "http://a/b/c/g?y/./x"},
                                           {"./", "http://a/b/c/"},
                                           {"..", "http://a/b/"},
                                           {"mailto:x", "mailto:x"},
                                           {"g;x=1/../y", "http://a/b/c/y"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *url = xtr__url_resolve("http://a/b/c/d;p?q", cases[i][0]);
        ck_assert_str_eq(url, cases[i][1]);
        free(url);
    }
    expect("<base href='http://a/b/'><a href=' c '>d</a> <a href='javascript:x'>e</a>",
           "[d](http://a/b/c) e\n");
}

TEST(web, notes_are_linked) {
    expect_xml("<p>The fox<a epub:type='noteref' href='#n1'>[1]</a> ran "
               "<sup><a role=\"doc-noteref\" href='#n2'>b</a></sup>.</p>"
               "<aside epub:type='footnote' id='n1' hidden='hidden'><p><a epub:type='backlink' "
               "href='#r'>1.</a> A <i>note</i>.</p><p>And more.</p></aside>"
               "<ol><li role='doc-footnote' id='n2'>Other.</li><li>No note.</li></ol>"
               "<p>After<a epub:type='noteref' href='#gone'>see the last page</a>.</p>",
               "The fox[^1] ran[^b].\n\n[^1]: A *note*.\n    And more.\n\n[^b]: Other.\n\n"
               "1. No note.\n\nAftersee the last page.\n");
    /* An item that a reference leads to says so by that. */
    expect("<p>The fox<a href='#fn1' role='doc-noteref'><sup>1</sup></a> ran.</p>"
           "<section role='doc-endnotes'><ol><li id='fn1'><p>A note.<a href='#fnref1' "
           "role='doc-backlink'>back</a></p></li><li id='fn2'>No note.</li></ol></section>",
           "The fox[^1] ran.\n\n[^1]: A note.\n\n1. No note.\n");
    /* What nothing refers to stays what it is. */
    expect_xml("<p>Text</p><aside epub:type='footnote' id='x'>Aside.</aside>", "Text\n\nAside.\n");
    expect_xml("<section role='doc-endnotes'><p role='doc-endnote' id='e'>A long way."
               "<a role='doc-backlink' href='one.xhtml#r'>7</a></p></section>",
               "7 A long way.\n");
    /* A sign names many notes. */
    expect_xml("<p>One,<a epub:type='noteref' href='#a'>*</a> two.<a epub:type='noteref' "
               "href='#b'>*</a></p><aside epub:type='footnote' id='a'>A.</aside>"
               "<aside epub:type='footnote' id='b'>B.</aside>",
               "One,\\* two.\\*\n\nA.\n\nB.\n");
    /* A note inside of another is text of that. */
    expect("<p>One<a role=doc-noteref href='#a'>1</a> two<a role=doc-noteref href='#b'>2</a></p>"
           "<div role=doc-footnote id=a>A<ul><li id=b>B <a role=doc-backlink>back</a></ul></div>"
           "<a role=doc-backlink>1</a> rest",
           "One[^1] two²\n\n[^1]: A\n\n- B\n\n1 rest\n");
}

TEST(web, forms) {
    expect("<form><label>a</label><input name=b value=c><input type=hidden value=d>"
           "<input type=submit value=e><textarea>f\ng</textarea><button>h</button></form>",
           "a c e f\ng h\n");
    expect_json("<select name=a><option value=b>B<option selected value=c>C</select>",
                "{\"name\":\"a\",\"type\":\"choice\",\"value\":\"c\"}");
    expect_json("<input type=radio name=a value=b>", "{\"name\":\"a\",\"type\":\"radio\"}");
}

TEST(web, ruby_and_formulas) {
    expect("<ruby>漢<rp>(</rp><rt>かん</rt>字<rt>じ</rt></ruby>だ", "漢字(かんじ)だ\n");
    expect("<p>a <math><mi>x</mi><mo>+</mo><mn>1</mn></math> b", "a $x+1$ b\n");
    expect("<math display=block><mi>α</mi></math>", "$$\n\\alpha\n$$\n");
    expect("<p><script type='math/tex; mode=display'>x_1</script>", "$$\nx_1\n$$\n");
    expect("<p>a <script type='math/tex'>x_1</script>", "a $x_1$\n");
}

/* What <math> shows, as LaTeX. */
static void expect_latex(const char *math, const char *latex) {
    char page[2000], truth[2000];
    snprintf(page, sizeof page, "<p>a <math>%s</math> b", math);
    snprintf(truth, sizeof truth, "a $%s$ b\n", latex);
    expect(page, truth);
}

TEST(web, mathml_is_latex) {
    static const char *const cases[][2] = {
        {"<msup><mi>x</mi><mn>2</mn></msup><msub><mn>10</mn><mrow><mi>i</mi><mi>j</mi></mrow></"
         "msub>",
         "x^{2}10_{ij}"},
        {"<msubsup><mi>&alpha;</mi><mn>1</mn><mo>&prime;</mo></msubsup><mi>y</mi>",
         "\\alpha_{1}'y"},
        {"<msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>n</mi></msup>", "{a+b}^{n}"},
        {"<mfrac><mi>a</mi><mrow><mi>&beta;</mi></mrow></mfrac>", "\\frac{a}{\\beta}"},
        {"<mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac>", "{n \\atop k}"},
        {"<mfrac bevelled=true><mi>n</mi><mn>12</mn></mfrac>", "n/12"},
        {"<msqrt><mi>x</mi><mo>-</mo><mn>1</mn></msqrt><mroot><mi>x</mi><mn>3</mn></mroot>",
         "\\sqrt{x-1}\\sqrt[3]{x}"},
        {"<munderover><mo>&Sum;</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></"
         "munderover>"
         "<mi>i</mi>",
         "\\sum_{i=1}^{n}i"},
        {"<munder><mi>lim</mi><mi>x</mi></munder><munder><mi>A</mi><mi>x</mi></munder>",
         "\\lim_{x}\\underset{x}{A}"},
        {"<mover><mi>x</mi><mo>&#x5E;</mo></mover><mover><mi>v</mi><mo>&rarr;</mo></mover>"
         "<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>&#xAF;</mo></mover>"
         "<mover><mo>=</mo><mtext>def</mtext></mover>",
         "\\hat{x}\\vec{v}\\overline{AB}\\overset{\\text{def}}{=}"},
        {"<munder><munder><mi>x</mi><mo>&UnderBrace;</mo></munder><mi>n</mi></munder>",
         "\\underbrace{x}_{n}"},
        {"<mmultiscripts><mi>X</mi><mi>a</mi><mi>b</mi><mi>c</mi><none/><mprescripts/><mn>1</"
         "mn><mn>2"
         "</mn></mmultiscripts>",
         "{}_{1}^{2}X_{a}^{b}{}_{c}"},
        {"<mfenced open='[' close='' separators=';'><mi>a</mi><mi>b</mi><mi>c</mi></mfenced>",
         "\\left[a;b;c\\right."},
        {"<mo>{</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr>"
         "<mtr><mtd><mi>c</mi></mtd></mtr></mtable>",
         "\\{\\begin{matrix}a & b \\\\ c\\end{matrix}"},
        {"<mi>sin</mi><mo>&ApplyFunction;</mo><mi>x</mi><mo>&InvisibleTimes;</mo><mi>dim</"
         "mi><mi>V</mi>",
         "\\sin x\\dim V"},
        {"<mi>id</mi><mo>mod</mo><mi mathvariant=bold>v</mi><mi mathvariant=double-struck>R</mi>",
         "\\mathrm{id}\\operatorname{mod}\\mathbf{v}\\mathbb{R}"},
        {"<mi>x</mi><mtext>&nbsp;for 5% &nbsp;\n</mtext><mo>&amp;</mo><mo>~</mo>",
         "x\\text{ for 5\\% }\\&\\sim"},
        {"<semantics><mi>x</mi><annotation-xml "
         "encoding='MathML-Content'><ci>y</ci></annotation-xml>"
         "<annotation encoding='text/plain'>z</annotation></semantics>",
         "x"},
        {"<mphantom><mfrac><mi>a</mi><mi>b</mi></mfrac></mphantom><maction><mi>x</mi><mi>y</mi></"
         "maction>",
         "x"},
        {"bare <mi>x</mi>", "barex"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_latex(cases[i][0], cases[i][1]);
}

/* Its source is better than what can be made of it, if it is one. */
TEST(web, formulas_by_their_source) {
    expect("<p><math alttext='\\bar x'><mi>x</mi></math>, <math alttext='x bar'><mi>y</mi></math>",
           "$\\bar x$, $y$\n");
    expect("<math display=block><semantics><mi>x</mi><annotation encoding='application/x-tex'>"
           "{\\displaystyle {x}_{1}}</annotation></semantics></math>",
           "$$\n{x}_{1}\n$$\n");
    expect("<p><math alttext='{\\displaystyle x}+{\\displaystyle y}'></math>",
           "${\\displaystyle x}+{\\displaystyle y}$\n");
    expect("<p>a <math alttext='one half'></math>", "a one half\n");
    expect("<table><tr><th>a<th>b<tr><td><math><mi>x</mi></math><td>y</table>",
           "| a | b |\n| --- | --- |\n| $x$ | y |\n");
    expect_json("<p>a <math><mi>x</mi></math>", "\"spans\":[{\"text\":\"x\",\"styles\":\"math\"}]");
}

TEST(web, formulas_with_a_prefix) {
    expect_xml("<p>a <m:math xmlns:m='http://www.w3.org/1998/Math/MathML'><m:msup><m:mi>x</m:mi>"
               "<m:mrow/></m:msup><m:mspace/><m:mfrac><m:mi>y</m:mi><m:mn>2</m:mn></m:mfrac>"
               "</m:math> b</p>",
               "a $x\\frac{y}{2}$ b\n");
}

/* What scripts and servers drew of a formula, for the eye. */
TEST(web, drawn_formulas_come_once) {
    expect("<p>a <span><span><math><mi>x</mi></math></span><span aria-hidden=true>x</span></span>, "
           "<span><nobr aria-hidden=true>y</nobr> <math><mi>y</mi></math></span>, "
           "<b>cc</b> <i aria-hidden=true>dd</i>",
           "a $x$, $y$, **cc** *dd*\n");
    expect("<p>a <span><span style='display: none'><math alttext='{\\displaystyle "
           "x^{2}}'><mi>x</mi></math>"
           "</span><img aria-hidden=true alt='{\\displaystyle x^{2}}'></span>",
           "a $x^{2}$\n");
    expect("<p>a <img alt='{\\displaystyle x}+{\\displaystyle y}'> b",
           "a {\\displaystyle x}+{\\displaystyle y} b\n");
}

/* No tree is too deep, and nothing of its text is lost. */
TEST(web, deep_formulas) {
    enum { DEPTH = 10000 };
    xtr__buffer page = {0};
    xtr__puts(&page, "<p><math>");
    for (int i = 0; i < DEPTH; i++)
        xtr__puts(&page, i < 50 ? "<msqrt>" : "<mrow>");
    xtr__puts(&page, "<mi>x</mi>");
    char *text = xtr__buffer_take(&page, NULL);
    char *got = render(text, strlen(text), "text/html", XTR_FORMAT_TEXT);
    ck_assert_msg(strstr(got, "\\sqrt{\\sqrt{x}}") != NULL, "%s", got);
    xtr_free(got);
    free(text);
}

TEST(web, xhtml_elements_may_be_empty) {
    expect_xml("<?xml version='1.0'?><html><head><title/><script src='a'/></head><body>"
               "<a id='b'/>c<div/><p>d<br/>e</p><![CDATA[<f> & g]]></body></html>",
               "c\n\nd\ne\n\n\\<f> & g\n");
    expect("<title/>a</title>b<div/>c", "b\n\nc\n");
}

TEST(web, facts) {
    static const char *const json = "<script type='application/ld+json'>{\"author\":[{\"name\":"
                                    "\"A\"},{\"name\":\"B\"}],\"publisher\":{\"name\":\"P\"},"
                                    "\"headline\":\"H\",\"datePublished\":\"2020-02-03\"}</script>";
    expect_json(json, "\"authors\":\"A, B\"");
    expect_json(json, "\"site_name\":\"P\"");
    expect_json(json, "\"title\":\"H\"");
    expect_json(json, "\"created\":\"2020-02-03\"");
    expect_json("<title> a \n b</title><meta property=og:title content=c>", "\"title\":\"a b\"");
    expect_json("<html lang=de><time itemprop=datePublished datetime=2019-01-01>x</time>",
                "\"created\":\"2019-01-01\"");
    expect_json("<meta name=date content=yesterday>a", "\"metadata\":{\"charset\":\"UTF-8\"}");
}

TEST(web, charsets) {
    char *got = render("\xFF\xFE<\0p\0>\0\xE9\0", 10, "text/html", XTR_FORMAT_TEXT);
    ck_assert_str_eq(got, "é\n");
    xtr_free(got);
    expect("<meta charset=koi8-r><p>\xF0\xD2\xC9\xD7\xC5\xD4", "Привет\n");
    /* One bad byte does not spoil a page. */
    expect("<p>Zürich, Genève, Bâle, Orbe près d'Yverdon, Môtiers \xFF",
           "Zürich, Genève, Bâle, Orbe "
           "près d'Yverdon, Môtiers "
           "\uFFFD\n");
}

/* The article of a page, as Markdown; yours to free. */
static char *article(const char *page, char *warnings) {
    xtr_source *source = xtr_source_new_copy(page, strlen(page));
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    char *out, *json;
    ck_assert_int_eq(xtr_options_set(options, "mime_type", "text/html", NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "content", "main", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, NULL), XTR_OK);
    ck_assert_int_eq(
        xtr_result_render(&out, NULL, result, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, NULL),
        XTR_OK);
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL), XTR_OK);
    *warnings = strstr(json, "no article was found") ? 'y' : 'n';
    xtr_free(json);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return out;
}

#define SENTENCE                                                                             \
    "Some words, and more of them, stand in this line, for an article, as everybody knows, " \
    "has sentences of a certain length, with commas, and there is no end to what can be said."

static void expect_article(const char *page, const char *markdown) {
    char warned;
    char *got = article(page, &warned);
    ck_assert_str_eq(got, markdown);
    ck_assert_int_eq(warned, 'n');
    xtr_free(got);
}

TEST(web, article_is_where_the_sentences_are) {
    expect_article("<div><a href=a>One</a> <a href=b>Two</a></div><div><p>" SENTENCE "<p>" SENTENCE
                   "<p>" SENTENCE "<p>" SENTENCE "</div><div><a href=c>Three</a></div>",
                   SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n");
    /* Paragraphs by line breaks. */
    expect_article("<table><tr><td><a href=a>One</a><td>" SENTENCE "<br><br>" SENTENCE
                   "<br><br>" SENTENCE "<br><br>" SENTENCE "</table>",
                   SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n");
    /* Parts that are alike belong together. */
    expect_article("<nav><p>" SENTENCE "</nav><section class=a><p>" SENTENCE "<p>" SENTENCE
                   "</section><section class=a><p>" SENTENCE "<p>" SENTENCE "</section>",
                   SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n");
}

TEST(web, article_is_without_what_is_around_it) {
    expect_article("<title>The title of it</title><article><h1>The title of it</h1><p>" SENTENCE
                   "<p>" SENTENCE "<p><img alt=unread><p>" SENTENCE
                   "<ul class=social><li><a href=a>Share</a></ul><aside>Aside</aside>"
                   "<form><input value=x></form><p>" SENTENCE "<div class=comments><p>" SENTENCE
                   "</div></article>",
                   SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n\n" SENTENCE "\n");
}

TEST(web, without_an_article_all_is_given) {
    char warned;
    char *got = article("<div><a href=a>b</a></div>", &warned);
    ck_assert_str_eq(got, "[b](a)\n");
    ck_assert_int_eq(warned, 'y');
    xtr_free(got);
    got = article(" ", &warned);
    ck_assert_str_eq(got, "");
    xtr_free(got);
}

/* Pages that take the parser, or a walk by recursion, more than it has. */
TEST(web, depth_and_open_formatting_are_bounded) {
    static const char *const parts[] = {"<div>x",   "<b id=%d>x<p>", "<table><tr><td>",
                                        "<font>x",  "<ul><li>x",     "<span>x",
                                        "<svg><g>", "<blockquote>"};
    enum { TIMES = 30000 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *page = malloc((size_t)TIMES * 32);
        size_t size = 0;
        for (int k = 0; k < TIMES; k++)
            size += (size_t)sprintf(page + size, parts[i], k); /* NOLINT: ours */
        memcpy(page + size, "end", 3);
        char *got = render(page, size + 3, "text/html", XTR_FORMAT_TEXT);
        ck_assert_msg(strstr(got, "end") != NULL, "%s", parts[i]);
        xtr_free(got);
        free(page);
    }
}

TEST(web, attributes_are_bounded) {
    enum { TIMES = 200000 };
    char *page = malloc((size_t)TIMES * 12);
    size_t size = (size_t)sprintf(page, "<p ");
    for (int k = 0; k < TIMES; k++)
        size += (size_t)sprintf(page + size, "a%d=1 ", k);
    size += (size_t)sprintf(page + size, ">text");
    char *got = render(page, size, "text/html", XTR_FORMAT_TEXT);
    ck_assert_str_eq(got, "text\n");
    xtr_free(got);
    free(page);
}

/* The parser sees names of long texts; none of them may be seen, or change what the page says. */
TEST(web, long_texts_come_back_as_they_were) {
#define LONG "0123456789 of plain text"
    expect("<p>" LONG " &amp; " LONG "&lt;" LONG "</p><b>" LONG "</b> c",
           LONG " & " LONG "<" LONG "\n\n**" LONG "** c\n");
    expect("<p>" LONG "\r\n" LONG, LONG " " LONG "\n");
    expect("<p>" LONG " \xC3\xA9 \xF0\x9F\x98\x80 \xE2\x82\xAC " LONG,
           LONG " \u00E9 \U0001F600 \u20AC " LONG "\n");
    expect("<pre>\n  " LONG "\n\n  " LONG "</pre>", "```\n  " LONG "\n\n  " LONG "\n```\n");
    expect("<p style='white-space: pre-line'>a\n   " LONG "\n   b", "a\n" LONG "\nb\n");
    expect("<svg><desc>d</desc><text><![CDATA[ " LONG " > " LONG " ]]></text></svg>",
           LONG " > " LONG "\n");
    expect("<!DOCTYPE html SYSTEM 'about:legacy-compat, or something longer'><table><td>" LONG
           "</table>",
           LONG "\n");
    expect("<table><tr><td>a</td>" LONG "<td>b</table>", LONG "\n\na\n\nb\n");
    expect("<textarea>\n" LONG "</textarea>", LONG "\n");
}

TEST(web, long_attributes_come_back_as_they_were) {
    expect("<a href='http://a.org/long-enough-to-be-named?b=1&copy=2&amp;c=another-long-one'>a</a>",
           "[a](http://a.org/long-enough-to-be-named?b=1&copy=2&c=another-long-one)\n");
    expect("<a data-x='" LONG "' href=http://a.org/0123456789/0123456789>a</a>",
           "[a](http://a.org/0123456789/0123456789)\n");
    expect("a <p style='color: red; margin: 0; display: none'>b</p>c", "a c\n");
}

TEST(web, names_of_texts_cannot_be_forged) {
    expect("<p>" LONG " " LONG "<p>\uE000@@@@@", LONG " " LONG "\n\n\uE000@@@@@\n");
    expect("<p>" LONG "<p>&#xE000;@@@@@", LONG "\n\n\uE000@@@@@\n");
    expect("<p>" LONG "<p>&#x0e000@@@@@", LONG "\n\n\uE000@@@@@\n");
    expect("<p>" LONG "<p>&#057344;@@@@@", LONG "\n\n\uE000@@@@@\n");
#undef LONG
}

/* Declarations that never end, each inside of those before it. */
TEST(web, time_grows_with_the_size) {
    enum { SIZE = 4 << 20 };
    char *page = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        page[i] = "<!"[i % 2];
    xtr_error error;
    xtr_source *source = xtr_source_new_copy(page, SIZE);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    ck_assert_int_eq(xtr_options_set(options, "mime_type", "text/html", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_OK);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    free(page);
}

TEST(web, memory_is_counted) {
    enum { TIMES = 200000 };
    char *page = malloc((size_t)TIMES * 4);
    xtr_error error;
    xtr_result *result;
    for (int k = 0; k < TIMES; k++)
        memcpy(page + 4 * (size_t)k, "<p>x", 4);
    xtr_source *source = xtr_source_new_copy(page, (size_t)TIMES * 4);
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "mime_type", "text/html", NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "max_memory", "10000000", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_MEMORY);
    xtr_options_drop(options);
    xtr_source_drop(source);
    free(page);
}
