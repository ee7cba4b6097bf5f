/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup.h"

TEST(subtitles, srt) {
    expect_markdown(
        "application/x-subrip",
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}The <i>quick</i> fox\r\njumps\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\n- 5 < 6 & 7\r\n",
        "The *quick* fox\njumps\n\n\\- 5 < 6 & 7\n");
}

TEST(subtitles, vtt) {
    expect_markdown(
        "text/vtt",
        "WEBVTT - fox\n\nNOTE not shown\n\nSTYLE\n::cue { color: red }\n\nname\n"
        "00:01.000 --> 00:02.000 align:start\n<v Ann>It &amp; <b>more</b> <00:01.500>now\n",
        "Ann: It & **more** now\n");
}

/* Tags and times that never end. */
TEST(subtitles, hostile) {
    expect_markdown("text/vtt", "00:00 --> 1\n<<<<&&&{\\{\\\n-->", "<<<<&&&{\\\\{\\\\\n-->\n");
    expect_markdown("application/x-subrip", "00:00 --> 00:01", "");
    static char line[2 << 20] = "00:00 --> 1\n";
    memset(line + 12, '<', sizeof line - 13);
    xtr_error error;
    xtr_result_drop(markup_result("text/vtt", line, sizeof line - 1, "text", &error));
}
