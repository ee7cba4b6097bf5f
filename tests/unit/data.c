/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Contacts, calendars, bibliographies, settings and data. */
#include "markup.h"

#include <stdio.h>
#include <stdlib.h>

#define VCARD "text/vcard"
#define ICAL  "text/calendar"
#define BIB   "text/x-bibtex"
#define RIS   "application/x-research-info-systems"

TEST(data, contacts) {
    const char *card =
        "BEGIN:VCARD\r\nVERSION:2.1\r\n"
        "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\r\n"
        "ORG:Acme;R&D\r\nTEL;WORK;VOICE:+49 30 123\r\n"
        "ADR;HOME;ENCODING=QUOTED-PRINTABLE:;;Main=20St=\r\nreet 5;Berlin;;10115;\r\n"
        "item1.EMAIL;TYPE=INTERNET,HOME:j@example.org\r\nBDAY:19700131\r\n"
        "PHOTO;ENCODING=b:AAAA\r\n BBBB\r\nX-ABUID:1\r\nX-SKYPE:jm\r\n"
        "NOTE:Likes\\, say\\, tea\\nand cof\r\n fee\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\nFN:Ann\nTEL:1\n";
    expect_markdown(
        VCARD, card,
        "## Jörg Müller\n\nOrganization: Acme, R&D\nTelephone (work, voice): +49 30 123\n"
        "Address (home): Main Street 5, Berlin, 10115\nEmail (home): j@example.org\n"
        "Birthday: 1970-01-31\nSkype: jm\n\nLikes, say, tea\nand coffee\n\n"
        "## Ann\n\nTelephone: 1\n");
    expect_fact(VCARD, card, "contact_count", "2");
}

TEST(data, calendars) {
    const char *calendar =
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Work\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
        "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20240131T100000\r\nDTEND:20240131T110530Z\r\n"
        "SUMMARY:Meeting\r\nORGANIZER;CN=\"Doe, A: B\":mailto:ann@example.org\r\n"
        "BEGIN:VALARM\r\nDESCRIPTION:alarm\r\nEND:VALARM\r\nDESCRIPTION:Long\\ntext\r\n"
        "EXDATE;VALUE=DATE:20240201,20240202\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    expect_markdown(ICAL, calendar,
                    "# Work\n\n## Meeting\n\nStart: 2024-01-31 10:00 (Europe/Berlin)\n"
                    "End: 2024-01-31 11:05:30 UTC\nOrganizer: Doe, A: B \\<ann@example.org>\n"
                    "Except on: 2024-02-01, 2024-02-02\n\nLong\ntext\n");
    expect_fact(ICAL, calendar, "title", "Work");
    expect_fact(ICAL, calendar, "event_count", "1");
}

/* Lines that hold nothing, encodings that end too early, ends of what did not begin. */
TEST(data, contacts_hostile) {
    expect_markdown(VCARD, "END:X\n:\n;:\n.:\nBEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:a=4\n",
                    "## a=4\n");
    expect_markdown(VCARD, "BEGIN:VCARD\nN:;\nADR:;;\nBDAY:1\nTEL;=:\\\n",
                    "Birthday: 1\nTelephone: \\\\\n");
}

TEST(data, bibtex) {
    const char *source =
        "@string{acm = \"ACM Press\"}\n@comment{not shown}\n@article{knuth84,\n"
        "  author = {Donald E. Knuth and G{\\\"o}del, Kurt},\n"
        "  title = \"The {TeX}book: \\'etude of Stra{\\ss}e \\v{C}\",\n"
        "  journal = {Comput. J.}, volume = 27, number = 2, pages = {97--111}, year = 1984,\n"
        "  publisher = acm # \" NY\",\n  abstract = {Line one\n   line two 50\\% \\& more},\n"
        "  doi={10.1/x}, url={https://example.org/a} }\nsaid between\n@book(b, title={B})";
    expect_markdown(
        BIB, source,
        "[knuth84] Donald E. Knuth; Gödel, Kurt (1984). The TeXbook: étude of Straße Č. "
        "Comput. J., 27(2), 97–111. ACM Press NY. doi:10.1/x <https://example.org/a>\n"
        "abstract: Line one line two 50% & more\n\nsaid between\n\n[b] B.\n");
    expect_fact(BIB, source, "entry_count", "2");
    expect_markdown(BIB, "@", "");
    expect_markdown(BIB, "@a{", "");
    expect_markdown(BIB, "@a{k,note={x", "[k]\nnote: x\n");
}

/* Strings that double: the entry ends at a limit. */
TEST(data, bibtex_bomb) {
    char source[8192];
    size_t size = (size_t)snprintf(source, sizeof source, "@string{a0=\"0123456789abcdef\"}\n");
    for (int i = 1; i < 60; i++)
        size += (size_t)snprintf(source + size, sizeof source - size, "@string{a%d=a%d#a%d}\n", i,
                                 i - 1, i - 1);
    snprintf(source + size, sizeof source - size, "@a{k, title=a59, note=a9}");
    xtr_error error = {0};
    xtr_result *result = markup_result(BIB, source, strlen(source), "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert(xtr_result_is_partial(result));
    ck_assert_uint_lt(strlen(xtr_result_content(result, NULL)), 20000);
    xtr_result_drop(result);
}

/* What is defined last counts; what is too long is said. */
TEST(data, bibtex_strings) {
    enum { STRINGS = 4000, VALUES = 1000000 };
    expect_markdown(BIB, "@string{a={1}} @string{B={2}} @string{A={3}} @misc{k, note = a # b # c}",
                    "[k]\nnote: 32c\n");
    char *source = malloc(STRINGS * 24 + VALUES * 2 + 32), *at = source;
    for (int i = 0; i < STRINGS; i++)
        at += sprintf(at, "@string{a%d={x}}\n", i);
    at += sprintf(at, "@misc{k, note=");
    for (int i = 0; i < VALUES; i++)
        at += sprintf(at, "a#");
    xtr_error error = {0};
    xtr_result_drop(markup_result(BIB, source, (size_t)(at - source), "text", &error));
    memset(source, 'x', VALUES * 2);
    memcpy(source, "@misc{k,note={", 14);
    xtr_result *result = markup_result(BIB, source, VALUES * 2, "json", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert(xtr_result_is_partial(result));
    xtr_result_drop(result);
    free(source);
}

TEST(data, ris) {
    const char *source = "TY  - JOUR\r\nAU  - Doe, Jane\r\nAU  - Roe, R.\r\nTI  - On foxes\r\n"
                         "JO  - Zoo J\r\nPY  - 2020\r\nSP  - 1\r\nEP  - 9\r\nKW  - fox\r\n"
                         "AB  - Foxes run.\r\nZZ  - own\r\nER  - \r\nTY  - BOOK\r\nTI  - B";
    expect_markdown(RIS, source,
                    "Doe, Jane; Roe, R. (2020). On foxes. Zoo J, 1–9.\nKeywords: fox\n"
                    "Abstract: Foxes run.\nZZ: own\n\nB.\n");
    expect_fact(RIS, source, "entry_count", "2");
}

TEST(data, settings) {
    expect_markdown("text/x-ini", "; c\r\n[s 1]\r\nk=v\r\n\r\nl=[x] y\r\n[t] ; more\r\n[]\r\n",
                    "```\n; c\n```\n\n# s 1\n\n```\nk=v\n\nl=[x] y\n```\n\n# t\n\n```\n; more\n[]\n"
                    "```\n");
    expect_markdown("text/x-ms-regedit", "REGEDIT4\r\n\r\n[HKEY_X\\A]\r\n\"a\"=dword:1\r\n",
                    "```\nREGEDIT4\n```\n\n# HKEY_X\\A\n\n```\n\"a\"=dword:1\n```\n");
    expect_markdown(
        "application/toml",
        "title = \"x\" # [c\na = [\n[1,2],\n]\n[owner]\nname = \"\"\"\n[not]\n\"\"\"\n"
        "[owner.sub] # deep\nz = 1\n[[products]]\nk = 'v'\n",
        "```\ntitle = \"x\" # [c\na = [\n[1,2],\n]\n```\n\n# owner\n\n```\n"
        "name = \"\"\"\n[not]\n\"\"\"\n```\n\n## owner.sub\n\n```\n# deep\nz = 1\n```\n\n"
        "# products\n\n```\nk = 'v'\n```\n");
    expect_markdown("application/yaml", "# c\na:\n  - [b]\n---\nx: *y\n",
                    "```\n# c\na:\n  - [b]\n```\n\n```\nx: *y\n```\n");
}

#define JSON  "application/json"
#define JSONL "application/jsonl"

TEST(data, json_tables) {
    expect_markdown(JSON,
                    "[{\"a\":1,\"b\":\"x\\ny \\u00e9\"},{\"b\":null,\"a\":12345678901234567890123},"
                    "{\"a\":2}]",
                    "| a | b |\n| --- | --- |\n| 1 | x<br>y é |\n| 12345678901234567890123 |  |\n"
                    "| 2 |  |\n");
    expect_markdown(JSON, "{\"n\":1,\"rows\":[{\"a\":1},{\"a\":2},{\"c\":[1]}],\"end\":true}",
                    "```\n{\n  \"n\": 1,\n  \"rows\":\n```\n\n| a |\n| --- |\n| 1 |\n| 2 |\n\n"
                    "```\n[\n    {\n      \"c\": [1]\n    }\n  ],\n  \"end\": true\n}\n```\n");
    /* One record is no table, nor are those without anything in common. */
    expect_markdown(JSON, "[{\"a\":1.50},{\"b\":\"\"}]",
                    "```\n[\n  {\n    \"a\": 1.50\n  },\n  {\n    \"b\": \"\"\n  }\n]\n```\n");
}

TEST(data, json_code) {
    expect_markdown(
        JSON, "{\"t\":[\"a\",1e400,null],\"e\":{},\"f\":[],\"d\":{\"y\":[[1,2],[3]]}}",
        "```\n{\n  \"t\": [\"a\", 1e400, null],\n  \"e\": {},\n  \"f\": [],\n  \"d\": {\n"
        "    \"y\": [\n      [1, 2],\n      [3]\n    ]\n  }\n}\n```\n");
    expect_markdown(JSON, "\"\\\"q\\\"\"", "```\n\"\"q\"\"\n```\n");
    expect_markdown(JSON, "{\"a\": [1, 2, // comment\n 3], \"b\": tru",
                    "```\n{\n  \"a\": [1, 2, // comment\n 3], \"b\": tru\n```\n");
    expect_markdown(JSON, "not JSON", "```\nnot JSON\n```\n");
}

TEST(data, json_lines) {
    const char *source =
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\nbad {\"a\":3\n{\"a\":4}\n7\n";
    expect_markdown(JSONL, source,
                    "| a | b |\n| --- | --- |\n| 1 | x |\n| 2 | y |\n\n"
                    "```\nbad {\"a\":3\n{\n  \"a\": 4\n}\n7\n```\n");
    expect_fact(JSONL, source, "record_count", "4");
}

/* Levels are counted, not followed; what is deeper is kept as it is. */
TEST(data, json_deep) {
    enum { DEPTH = 1000000 };
    char *deep = malloc(DEPTH + 1);
    memset(deep, '[', DEPTH);
    deep[DEPTH] = '\0';
    xtr_error error = {0};
    xtr_result *result = markup_result(JSON, deep, DEPTH, "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert(xtr_result_is_partial(result));
    const char *text = xtr_result_content(result, NULL);
    size_t brackets = 0;
    for (; *text; text++)
        brackets += *text == '[';
    ck_assert_uint_eq(brackets, DEPTH);
    xtr_result_drop(result);
    free(deep);
}

/* More cells than are wanted: the other records are code. */
TEST(data, json_cells) {
    xtr_source *source = xtr_source_new_copy("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", 24);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    xtr_error error = {0};
    ck_assert_int_eq(xtr_options_set(options, "mime_type", JSONL, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "max_table_cells", "2", NULL), XTR_OK);
    xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert_str_eq(xtr_result_content(result, NULL), "a\n1\n2\n\n{\n  \"a\": 3\n}\n");
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

#define XML "application/xml"

TEST(data, xml) {
    const char *source =
        "<rss><channel><title>Feed \xD1\x8F</title>"
        "<link>http://x</link>\n<item><title>One</title><description>&lt;p&gt;Hello "
        "&lt;b&gt;bold&lt;/b&gt;&lt;/p&gt;</description></item>\n<item name=\"nm\" id=\"7\">"
        "<p>Mixed <b>bold <i>it</i></b> text.</p><p><b>Start</b> then</p><x>5</x>"
        "<y>6 &lt; 7</y></item>\n</channel></rss>";
    expect_markdown(
        "application/rss+xml", source,
        "# Feed я\n\nhttp://x\n\n## One\n\nHello **bold**\n\nnm\n\nMixed bold it text.\n\n"
        "Start then\n\n5\n\n6 < 7\n");
    expect_markdown(XML, "<?xml version=\"1.0\" encoding=\"koi8-r\"?><a>\xD1</a>", "я\n");
    expect_fact("application/rss+xml", source, "title", "Feed я");
}

/* Settings in attributes alone, and what is no XML, are shown as they are. */
TEST(data, xml_source) {
    expect_markdown(XML, "<a><b v=\"1\"/></a>", "```\n<a><b v=\"1\"/></a>\n```\n");
    expect_markdown(XML, "words", "```\nwords\n```\n");
}

/* Of an element that says nothing else they are the text. */
TEST(data, xml_attributes) {
    expect_markdown(XML,
                    "<config><note>Ours</note><property name=\"port\" value=\"8080\"/>"
                    "<server id=\"7\" host=\"a.b\"><listen on=\"caf&eacute;\"/></server>"
                    "<entry key=\"db\" kind=\"s\">file</entry>"
                    "<p class=\"x\">In <b on=\"no\">text</b></p></config>",
                    "Ours\n\nname: port, value: 8080\n\nhost: a.b\n\non: café\n\ndb\n\nfile\n\n"
                    "In text\n");
}

/* Entities that multiply, and elements without end, are stopped. */
TEST(data, xml_bombs) {
    enum { DEPTH = 200000 };
    expect_markdown(XML,
                    "<!DOCTYPE a [<!ENTITY b \"xxxxxxxxxx\"><!ENTITY c \"&b;&b;&b;&b;\">]>"
                    "<a>before &c;&c; after</a>",
                    "before after\n");
    char *deep = malloc((size_t)DEPTH * 3 + 1);
    for (size_t i = 0; i < DEPTH; i++)
        memcpy(deep + i * 3, "<a>", 3);
    deep[DEPTH * 3] = '\0';
    xtr_error error = {0};
    xtr_result *result = markup_result(XML, deep, strlen(deep), "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    ck_assert(xtr_result_is_partial(result));
    xtr_result_drop(result);
    free(deep);
}

TEST(data, org) {
    const char *source =
        "#+TITLE: My doc\n#+AUTHOR: Ann\n* Head *one*\n:PROPERTIES:\n:ID: 1\n:END:\n"
        "Some /italic/ with [[https://x.org][a link]] and =code=.\nSecond line.\n\n- item one\n"
        "  more of it\n- item two\n  1. sub\n- item three\n\nAfter 3*4*5 it.\n| a | b "
        "|\n|---+---|\n"
        "| 1 | 2 |\n#+BEGIN_SRC python\ndef f():\n    return 1\n\nf()\n#+END_SRC\n"
        "#+begin_quote\nQuoted.\n#+end_quote\n";
    expect_markdown("text/x-org", source,
                    "# My doc\n\n## Head one\n\nSome *italic* with [a link](https://x.org) and "
                    "`code`. Second line.\n\n- item one more of it\n- item two\n  1. sub\n"
                    "- item three\n\nAfter 3\\*4\\*5 it.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
                    "```\ndef f():\n    return 1\n\nf()\n```\n\n> Quoted.\n");
    expect_fact("text/x-org", source, "authors", "Ann");
}

TEST(data, asciidoc) {
    expect_markdown(
        "text/asciidoc",
        "= Title\n:author: Ann\n\n== Section *x*\n\nA https://x.org[link], _emph_, "
        "`code`.\n\n* one\n** sub\n* two\n\n[source,c]\n----\nint x;\n  y\n----\n\n"
        ".Caption\n|===\n|A |B\n\n|1 |2\n|===\n\n. first\n+\nmore\n\nEnd.\n",
        "# Title\n\n## Section x\n\nA [link](https://x.org), *emph*, `code`.\n\n- one\n"
        "  - sub\n- two\n\n```\nint x;\n  y\n```\n\nCaption\n\n| A | B |\n| --- | --- |\n"
        "| 1 | 2 |\n\n1. first\n\n   more\n\nEnd.\n");
}

TEST(data, mediawiki) {
    expect_markdown("text/x-wiki",
                    "== Head ==\nSome '''bold''' and ''it'' with [[Page|text]] and "
                    "[https://x.org site].\n\n* one\n** sub\n# num\n{| class=\"w\"\n|-\n! A !! B\n"
                    "|-\n| 1 || style=\"x\" | 2\n|}\n<pre>\ncode  here\n</pre>\nEnd {{t|x}}.",
                    "## Head\n\nSome **bold** and *it* with text and [site](https://x.org).\n\n"
                    "- one\n  - sub\n1. num\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n"
                    "```\ncode  here\n```\n\nEnd {{t|x}}.\n");
}

TEST(data, mediawiki_loses_no_text) {
    expect_markdown("text/x-wiki",
                    "{| class=\"w\"\n|+ align=left | The caption\n| x = 1 | y || a=b | c\n|}\n"
                    "{|\nBefore\n|-\n| d\n|}\n==ab=",
                    "The caption\n\n| x = 1 \\| y | c |\n| --- | --- |\n\n"
                    "| Before |\n| --- |\n| d |\n\n# =ab\n");
}

TEST(data, rst_loses_no_text) {
    expect_markdown(
        "text/x-rst",
        "See [1]_ and [CIT]_.\n\n.. [1] The note\n   goes *on*.\n.. [CIT] Book.\n\n.. a comment\n\n"
        "+-5 degrees\n",
        "See[^1] and[^CIT].\n\n+-5 degrees\n\n[^1]: The note goes *on*.\n\n[^CIT]: Book.\n");
}

TEST(data, tables_say_where_they_were_cut) {
    enum { CELLS = 1100 };
    static const char *const types[] = {"text/x-wiki", "text/html"};
    static const char *const heads[] = {"{|\n|", "<table><tr><td>1<td>2<tr>"};
    static const char *const cells[] = {"|x|", "<td>x"};
    for (size_t i = 0; i < 2; i++) {
        char data[CELLS * 8];
        char *at = data + sprintf(data, "%s", heads[i]);
        for (int k = 0; k < CELLS; k++)
            at += sprintf(at, "%s", cells[i]);
        xtr_error error = {0};
        xtr_result *result = markup_result(types[i], data, strlen(data), "text", &error);
        ck_assert_msg(result != NULL, "%s", error.message);
        ck_assert_msg(xtr_result_is_partial(result), "%s", types[i]);
        xtr_result_drop(result);
    }
}

TEST(data, rst) {
    const char *source =
        "=====\nTitle\n=====\n\nSection\n-------\n\nSome *em* **strong** ``code`` and `link "
        "<https://x.org>`_. Next::\n\n    literal\n      block\n\n* one\n* two\n\n  - sub\n\n"
        "+----+----+\n| a  | b  |\n+====+====+\n| 1  | 2  |\n+----+----+\n\n"
        ".. code-block:: python\n\n   def f():\n       pass\n\n.. note:: Watch "
        "out.\n\nSub\n~~~\nEnd.\n";
    expect_markdown(
        "text/x-rst", source,
        "# Title\n\n## Section\n\nSome *em* **strong** `code` and "
        "[link](https://x.org). Next:\n\n```\nliteral\n  block\n```\n\n- one\n- two\n"
        "  - sub\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```\ndef f():\n    pass\n```\n\n"
        "Watch out.\n\n### Sub\n\nEnd.\n");
    expect_fact("text/x-rst", source, "title", "Title");
}

/* However many marks a paragraph has that do not end. */
TEST(data, light_takes_time_by_its_size) {
    enum { SIZE = 6 << 20 };
    char *data = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = "*a "[i % 3];
    xtr_error error = {0};
    xtr_result *result = markup_result("text/asciidoc", data, SIZE, "text", &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    xtr_result_drop(result);
    free(data);
}

/* Marks, lists and tables without end. */
TEST(data, light_hostile) {
    static const char *const types[] = {"text/x-org", "text/asciidoc", "text/x-wiki", "text/x-rst"};
    static const char *const pieces[] = {"*a ", "[[",  "{|\n|", "* \n",   "`",
                                         ".. ", "=\n", "|",     "<pre>\n"};
    enum { SIZE = 200000 };
    char *data = malloc(SIZE + 16);
    for (size_t piece = 0; piece < sizeof pieces / sizeof *pieces; piece++) {
        size_t length = strlen(pieces[piece]), size = 0;
        for (; size < SIZE; size += length)
            memcpy(data + size, pieces[piece], length);
        data[size] = '\0';
        for (size_t i = 0; i < 4; i++) {
            xtr_error error = {0};
            xtr_result *result = markup_result(types[i], data, size, "markdown", &error);
            ck_assert_msg(result != NULL, "%s", error.message);
            xtr_result_drop(result);
        }
    }
    free(data);
}
