/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Blocks of a page: what its lines are part of. */
#include "pdf_sheet.h"

static const char *const filler =
    "the quick brown fox jumps over the lazy dog and runs away from it";

/** Lines of text from this height on. */
static void set_lines(xtr__sheet *sheet, float x, float y, int count) {
    for (int i = 0; i < count; i++)
        set_text(sheet, (place){x, y + 12 * (float)i, 10, PLAIN}, filler);
}

/** The filler `count` times over, as a paragraph shows it. */
static char *filled(char *out, int count) {
    for (int i = 0; i < count; i++)
        strcat(strcat(out, i ? " " : ""), filler);
    return out;
}

/* Furniture --------------------------------------------------------------------------------- */

/** What stands at the edges of a page of text. */
static void check_edges(place head, const char *above, place foot, const char *below,
                        const char *wanted) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, head, above);
    set_lines(&sheet, 60, 120, 12);
    set_text(&sheet, foot, below);
    char text[2048] = "p:";
    filled(text, 12);
    char all[4096];
    snprintf(all, sizeof all, wanted, text);
    check_elements(&sheet, all, SHOW_TYPES);
}

TEST(pdf_blocks, small_lines_apart_at_the_edges_are_furniture) {
    check_edges((place){200, 40, 8, PLAIN}, "Journal of Foxes, volume 3",
                (place){60, 770, 8, PLAIN}, "Downloaded on 5 May",
                "above:Journal of Foxes, volume 3|%s|below:Downloaded on 5 May");
}

TEST(pdf_blocks, a_line_of_the_text_itself_is_no_furniture) {
    check_edges((place){60, 80, 10, PLAIN}, "it goes on from the page before.",
                (place){60, 730, 10, PLAIN}, "We can also show that",
                "p:it goes on from the page before.|%s|p:We can also show that");
}

TEST(pdf_blocks, running_heads_with_a_number_at_an_end) {
    check_edges((place){60, 60, 10, BOLD}, "A Study of Foxes                         7",
                (place){300, 770, 10, PLAIN}, "7", "above:A Study of Foxes 7|%s|below:7");
    check_edges((place){60, 60, 10, BOLD}, "7                              A Study of Foxes",
                (place){300, 770, 10, PLAIN}, "- 7 -", "above:7 A Study of Foxes|%s|below:- 7 -");
}

TEST(pdf_blocks, the_number_of_a_section_is_no_page_number) {
    check_edges((place){60, 85, 10, BOLD}, "7 A Study of Foxes", (place){60, 770, 10, PLAIN}, "8",
                "h:7 A Study of Foxes|%s|below:8");
}

TEST(pdf_blocks, a_year_that_ends_a_paragraph_is_no_page_number) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 638, 12);
    set_text(&sheet, (place){60, 782, 10, PLAIN}, "1984.");
    char text[2048] = "p:";
    strcat(filled(text, 12), " 1984.");
    check_elements(&sheet, text, SHOW_TYPES);
}
