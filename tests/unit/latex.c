/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* LaTeX: what commands, environments and macros become. */
#include "markup.h"

#include <stdio.h>
#include <stdlib.h>

#define TEX "text/x-tex"

TEST(latex, document) {
    const char *source =
        "\\documentclass{article} dropped\n"
        "\\title{Foxes \\& dogs\\thanks{Paid.}}\\author{Ann \\'Other\\\\Den \\and Bob}\n"
        "\\date{2024}\n\\begin{document}\\maketitle\n\\begin{abstract}Short.\\end{abstract}\n"
        "\\section{One}\\label{a}First. % comment\nSecond.\n\nThird---``so''.\n"
        "\\subsection*{Two}\\paragraph{Run in.} Text.\n\\end{document}";
    expect_markdown(TEX, source,
                    "# Foxes & dogs[^1]\n\nAnn Óther\nDen\n\nBob\n\n2024\n\nShort.\n\n## One\n\n"
                    "First. Second.\n\nThird—“so”.\n\n### Two\n\n**Run in.** Text.\n\n"
                    "[^1]: Paid.\n");
    expect_fact(TEX, source, "title", "Foxes & dogs");
    expect_fact(TEX, source, "authors", "Ann Óther; Bob");
    expect_fact(TEX, source, "created", "2024");
}

TEST(latex, chapters_stand_above_sections) {
    expect_markdown(TEX, "\\chapter{One}\\section{Two}a", "# One\n\n## Two\n\na\n");
}

TEST(latex, words) {
    expect_markdown(TEX,
                    "\\textbf{bold} {\\it slanted} \\texttt{code} \\emph{so \\textbf{be}} "
                    "\\verb|a_b%| stra\\ss e 50\\% \\ldots",
                    "**bold** *slanted* `code` *so **be*** `a_b%` straße 50% …\n");
    expect_markdown(TEX, "\\href{https://example.org/a\\_b}{den} \\url{https://example.org}",
                    "[den](https://example.org/a_b) <https://example.org>\n");
    expect_markdown(TEX, "see~\\ref{a}, \\citep[see][p.~3]{knuth, lamport}",
                    "see [a], [see knuth, lamport, p. 3]\n");
    expect_markdown(TEX, "a\\vspace{1cm}b \\hskip 1em plus 2pt c \\color{red}d", "ab c d\n");
}

/* What is not known loses nothing. */
TEST(latex, unknown) {
    expect_markdown(TEX, "\\mystery 2024 was \\mystery 12pt good \\parskip-\\baselineskip too",
                    "2024 was good too\n");
    expect_markdown(TEX, "\\mystery{kept} \\begin{odd}also\\end{odd} \\another[x]{a}{b}",
                    "kept also [x]a b\n");
    expect_markdown(TEX, "costs 5$ or {more \\end{odd} } and", "costs 5$ or more and\n");
}

TEST(latex, lists) {
    expect_markdown(TEX,
                    "\\begin{itemize}\\item one\\begin{enumerate}\\item x\n\\item y"
                    "\\end{enumerate}\\item two\n\nmore\\end{itemize}after",
                    "- one\n  1. x\n  2. y\n- two\n\n  more\n\nafter\n");
    expect_markdown(TEX, "\\begin{description}\\item[Fox] runs\\item[Dog] sleeps\\end{description}",
                    "- **Fox** runs\n- **Dog** sleeps\n");
}

TEST(latex, tables) {
    expect_markdown(TEX,
                    "\\begin{tabular}{l|r}\\hline A & B \\\\ \\hline 1 & \\bf two \\\\\n"
                    " & 4\\\\[2pt]\\end{tabular}",
                    "| A | B |\n| --- | --- |\n| 1 | **two** |\n|  | 4 |\n");
    expect_markdown(TEX,
                    "\\begin{longtable}{ll}\\caption{Legs}\\\\ \\multicolumn{2}{c}{both}\\\\"
                    "\\multirow{2}{*}{A}&1\\\\&2\\end{longtable}",
                    "Legs\n\n<table>\n<thead>\n<tr><th scope=\"col\" colspan=\"2\">both</th>"
                    "</tr>\n</thead>\n<tbody>\n<tr><td rowspan=\"2\">A</td><td>1</td></tr>\n"
                    "<tr><td>2</td></tr>\n</tbody>\n</table>\n");
}

TEST(latex, rules_of_tables_are_no_text) {
    expect_markdown(TEX, "\\begin{tabular}{ll}A&B\\\\\n\\cmidrule(lr){1-2}\n1&2\\\\\\end{tabular}",
                    "| A | B |\n| --- | --- |\n| 1 | 2 |\n");
}

TEST(latex, lines_in_cells) {
    expect_markdown(TEX, "\\begin{tabular}{lp{1cm}}a&b\\newline c\\\\1&2\\end{tabular}",
                    "| a | b<br>c |\n| --- | --- |\n| 1 | 2 |\n");
}

TEST(latex, slides) {
    expect_markdown(
        TEX,
        "\\begin{frame}<1>[fragile]{One}\\begin{itemize}\\item<1-> a\\item \\only<2>{b} "
        "\\alert<+->{c} 1<2\\end{itemize}\\end{frame}",
        "## One\n\n- a\n- b c 1<2\n");
}

TEST(latex, authors) {
    const char *source = "\\author{Ann$^{1}$, Bob\\textsuperscript{1,2}}text";
    expect_fact(TEX, source, "authors", "Ann, Bob");
    expect_markdown(TEX, source, "Ann¹, Bob<sup>1,2</sup>\n\ntext\n");
    expect_fact(TEX,
                "\\author{\\IEEEauthorblockN{Ann}\\IEEEauthorblockA{Den}\\and "
                "\\IEEEauthorblockN{Bob}\\IEEEauthorblockA{Wood}}text",
                "authors", "Ann; Bob");
}

TEST(latex, environments_are_blocks) {
    expect_markdown(TEX, "a\n\\begin{center}b\\end{center}\nc", "a\n\nb\n\nc\n");
}

TEST(latex, units) {
    expect_markdown(TEX, "\\SI{10}{\\kilo\\metre\\per\\second\\squared} \\qty{5}{\\micro\\litre}",
                    "10 km/s² 5 µl\n");
}

TEST(latex, algorithms) {
    expect_markdown(TEX,
                    "\\begin{algorithmic}[1]\n\\Require $n$\n\\For{$i<n$}\n\\State $x$\n"
                    "\\EndFor\n\\end{algorithmic}",
                    "Require: $n$\nfor $i<n$\n$x$\nend for\n");
}

/* A heading without braces opens nothing, and closes nothing either. */
TEST(latex, headings_without_text) {
    expect_markdown(TEX, "\\begin{itemize}\\item a \\paragraph b\\end{itemize}c",
                    "- a\n\n  b\n\nc\n");
}

TEST(latex, paths_lead_nowhere) {
    expect_markdown(TEX, "see \\path{/usr/bin_x}.", "see `/usr/bin_x`.\n");
}

TEST(latex, links_in_links) {
    expect_markdown(TEX, "\\href{https://a.org}{one \\url{https://b.org} two} three",
                    "[one https://b.org two](https://a.org) three\n");
}

/* A document that shows how documents begin. */
TEST(latex, a_beginning_that_is_quoted) {
    expect_markdown(TEX, "One\n\\begin{verbatim}\n\\begin{document}\n\\end{verbatim}\ntwo",
                    "One\n\n```\n\\begin{document}\n```\n\ntwo\n");
}

/* Text may hold characters that end strings. */
TEST(latex, zero_characters) {
    static const char source[] = "A\\texorpdfstring{one\0two three four five}{x} end";
    char wide[2 * sizeof source] = "\xFF\xFE";
    for (size_t i = 0; i + 1 < sizeof source; i++)
        wide[2 * i + 2] = source[i];
    xtr_error error = {0};
    xtr_result *result = markup_result(TEX, wide, sizeof wide, "text", &error);
    size_t size;
    ck_assert_msg(result != NULL, "%s", error.message);
    const char *content = xtr_result_content(result, &size);
    ck_assert_ptr_nonnull(memmem(content, size, "two three four five end", 23));
    xtr_result_drop(result);
}

TEST(latex, pictures_and_code) {
    expect_markdown(TEX,
                    "\\begin{figure}[ht]\\centering\\includegraphics[width=1cm]{fox.png}"
                    "\\caption[x]{A fox.}\\end{figure}",
                    "![fox.png](image)\n\nA fox.\n");
    expect_markdown(TEX, "\\begin{lstlisting}[language=C]\nint a; % b\n  c\n\\end{lstlisting}x",
                    "```\nint a; % b\n  c\n```\n\nx\n");
    expect_markdown(TEX, "a\\begin{comment}b\\end{comment}c\\iffalse d\\fi e", "ace\n");
}

TEST(latex, formulas) {
    const char *source = "\\newcommand{\\R}{\\mathbb{R}}\\newcommand{\\v}[1]{\\mathbf{#1}}"
                         "$x\\in\\R$ and \\(\\v{a}b\\)\\[E=mc^2\\label{e}\\]after";
    expect_markdown(TEX, source,
                    "$x\\in\\mathbb{R}$ and $\\mathbf{a}b$\n\n$$\nE=mc^2\n$$\n\nafter\n");
    xtr_error error = {0};
    const char *rows = "\\begin{align*}a&=b\\nonumber\\\\c&=d\\end{align*}";
    xtr_result *result = markup_result(TEX, rows, strlen(rows), "text", &error);
    char *json;
    ck_assert_ptr_nonnull(result);
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, &error),
        XTR_OK);
    ck_assert_ptr_nonnull(strstr(json, "\"formula\""));
    ck_assert_ptr_nonnull(strstr(json, "\\\\begin{aligned} a&=b"));
    xtr_free(json);
    xtr_result_drop(result);
}

TEST(latex, macros) {
    expect_markdown(TEX,
                    "\\newcommand{\\fox}[2][quick]{the #1 \\emph{#2} fox}\\def\\dog#1{lazy #1}"
                    "\\let\\cat\\dog \\fox{red}, \\fox[slow]{old}, \\dog{x}, \\cat{y}.",
                    "the quick *red* fox, the slow *old* fox, lazy x, lazy y.\n");
    expect_markdown(TEX,
                    "\\newenvironment{note}[1][Note]{\\textbf{#1:} }{ (end)}\\newtheorem{thm}{"
                    "Theorem}\\begin{note}a\\end{note}\\begin{thm}b\\end{thm}",
                    "**Note:** a (end)\n\n**Theorem.** b\n");
}

/* They come to an end, and the rest is read. */
TEST(latex, macros_without_end) {
    static const char *const sources[] = {"\\newcommand{\\a}{\\a}\\a rest",
                                          "\\newcommand{\\a}{\\a\\a x}\\a rest",
                                          "\\newcommand{\\a}[1]{#1#1#1#1}\\a{\\a{\\a{\\a{\\a{\\a{"
                                          "\\a{\\a{\\a{\\a{\\a{\\a{y}}}}}}}}}}}} "
                                          "rest",
                                          "\\newcommand{\\a}{\\a\\a}$\\a$ rest"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        xtr_error error = {0};
        xtr_result *result = markup_result(TEX, sources[i], strlen(sources[i]), "text", &error);
        size_t size;
        ck_assert_ptr_nonnull(result);
        const char *content = xtr_result_content(result, &size);
        ck_assert_ptr_nonnull(strstr(content, "rest"));
        ck_assert_uint_lt(size, 8 << 20);
        ck_assert_uint_eq(xtr_result_warning_count(result), 1);
        ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_LIMIT);
        xtr_result_drop(result);
    }
}

TEST(latex, too_many_macros_are_told) {
    enum { COUNT = 10001 };
    static char source[COUNT * 24];
    size_t size = 0;
    for (int i = 0; i < COUNT; i++)
        size += (size_t)sprintf(source + size, "\\def\\a{b}");
    xtr_error error = {0};
    xtr_result *result = markup_result(TEX, source, size, "text", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_uint_eq(xtr_result_warning_count(result), 1);
    ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_LIMIT);
    xtr_result_drop(result);
}

TEST(latex, other_files_are_named) {
    xtr_error error = {0};
    xtr_result *result = markup_result(TEX, "a\\input{chapter}b", 17, "text", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_str_eq(xtr_result_content(result, NULL), "ab\n");
    ck_assert_ptr_nonnull(strstr(xtr_result_warning(result, 0).message, "chapter"));
    xtr_result_drop(result);
}

/* A table that is searched by halves. */
TEST(latex, commands_are_sorted) {
    static const char *const names[] = {
#define XTR_TEX(name, arguments, action, value, text) name,
#include "../../extractors/latex/commands.def"
#undef XTR_TEX
    };
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(strcmp(names[i - 1], names[i]) < 0, "%s before %s", names[i - 1], names[i]);
}

TEST(latex, styles_are_code) {
    expect_markdown(TEX, "\\ProvidesPackage{x}\n\\newcommand{\\a}{b}\n",
                    "```\n\\ProvidesPackage{x}\n\\newcommand{\\a}{b}\n```\n");
}

/* Signs in it are not Markdown's, those of the text around it are. */
TEST(latex, formulas_are_not_escaped) {
    expect_markdown(TEX, "for \\$5: $a_1*b_2*c$, H$_2$O, m$^{-1}$, $x^2$",
                    "for \\$5: $a_1*b_2*c$, H₂O, m⁻¹, $x^2$\n");
    expect_markdown(TEX, "a $x\\ $ b, $y\\\\$", "a `x\\` b, $y\\\\$\n");
    expect_markdown(TEX, "\\begin{tabular}{l}$|a|$\\\\b\\end{tabular}",
                    "| `\\|a\\|` |\n| --- |\n| b |\n");
}
