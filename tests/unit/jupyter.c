/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup.h"

#include <stdlib.h>

static const char type[] = "application/x-ipynb+json";

TEST(jupyter, cells_and_what_they_printed) {
    expect_markdown(
        type,
        "{\"cells\":[{\"cell_type\":\"markdown\",\"source\":[\"# Head\\n\",\"\\n\",\"*text*\"]},"
        "{\"outputs\":[{\"output_type\":\"stream\",\"text\":[\"1\\n\",\"2\\n\"]},"
        "{\"output_type\":\"execute_result\",\"data\":{\"text/html\":\"<b>h</b>\","
        "\"text/plain\":[\"plain\"]}},"
        "{\"output_type\":\"error\",\"ename\":\"E\",\"traceback\":[\"\\u001b[31mbad\\u001b[0m\"]}],"
        "\"source\":\"print(1)\",\"cell_type\":\"code\"},"
        "{\"cell_type\":\"raw\",\"source\":\"as it is\"}],\"nbformat\":4}",
        "# Head\n\n*text*\n\n```\nprint(1)\n```\n\n```\n1\n2\n```\n\n```\nplain\n```\n\n"
        "```\nbad\n```\n\nas it is\n");
}

TEST(jupyter, tables_of_html) {
    expect_markdown(
        type,
        "{\"cells\":[{\"cell_type\":\"code\",\"source\":\"df\",\"outputs\":[{\"data\":{"
        "\"text/plain\":\"  a  b\\n0 1  2\",\"text/html\":[\"<table><tr><th>a</th><th>b\","
        "\"</th></tr><tr><td>1</td><td>2</td></tr></table>\"]}}]}]}",
        "```\ndf\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n");
}

TEST(jupyter, version_3) {
    expect_markdown(
        type,
        "{\"nbformat\":3,\"worksheets\":[{\"cells\":[{\"cell_type\":\"heading\","
        "\"level\":2,\"source\":[\"Head\"]},{\"cell_type\":\"code\",\"input\":[\"1+1\"],"
        "\"outputs\":[{\"output_type\":\"pyout\",\"text\":[\"2\"]}]}]}]}",
        "## Head\n\n```\n1+1\n```\n\n```\n2\n```\n");
}

TEST(jupyter, facts) {
    static const char text[] =
        "{\"metadata\":{\"title\":\"T\",\"authors\":[{\"name\":\"Ann\"},{\"name\":\"Bob\"}],"
        "\"language_info\":{\"name\":\"python\"}},\"cells\":[]}";
    expect_fact(type, text, "title", "T");
    expect_fact(type, text, "authors", "Ann, Bob");
    expect_fact(type, text, "programming_language", "python");
}

TEST(jupyter, damage) {
    xtr_error error;
    static const char cut[] = "{\"cells\":[{\"cell_type\":\"raw\",\"source\":\"kept\"},{\"cell";
    xtr_result *result = markup_result(type, cut, sizeof cut - 1, "text", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_str_eq(xtr_result_content(result, NULL), "kept\n");
    ck_assert(xtr_result_is_partial(result));
    xtr_result_drop(result);
    expect_failure(type, "{\"cells\":[}", XTR_E_CORRUPT);
}

TEST(jupyter, depth_is_limited) {
    enum { SIZE = 100000 };
    char *text = malloc(SIZE + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, '[', SIZE);
    text[SIZE] = '\0';
    expect_failure(type, text, XTR_E_CORRUPT);
    free(text);
}
