/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text that goes on over the page. */
#include "layout/blocks.h"
#include "pdf_sheet.h"

static const char *const filler =
    "the quick brown fox jumps over the lazy dog and runs away from it";

enum { LEFT = 60, LAST = 700, STEP = 12 };

/** Two pages of which the first ends with `last`, behind three full lines, and the second begins
 * with `first`, before as many. */
static void set_pages(xtr__sheet sheets[2], const char *last, const char *first) {
    for (int i = 0; i < 2; i++) {
        sheets[i] = new_sheet();
        sheets[i].number = 1 + (uint32_t)i;
        for (int k = 0; k < 3; k++) {
            float y = i ? 100 + STEP * (float)(k + 1) : LAST - STEP * (float)(k + 1);
            set_text(&sheets[i], (place){LEFT, y, 10, PLAIN}, filler);
        }
    }
    set_text(&sheets[0], (place){LEFT, LAST, 10, PLAIN}, last);
    set_text(&sheets[1], (place){LEFT, 100, 10, PLAIN}, first);
}

/** Whether the second of such pages goes on as `how` ("", "+space", ...). */
static void check(const char *last, const char *first, const char *how) {
    xtr__sheet sheets[2];
    char wanted[2048];
    set_pages(sheets, last, first);
    snprintf(wanted, sizeof wanted, "p:%s %s %s %s|p%s:%s %s %s %s", filler, filler, filler, last,
             how, first, filler, filler, filler);
    check_pages(sheets, 2, wanted, SHOW_TYPES);
}

#define FULL "and it may be said of all of them that they ran as far as they"

TEST(pdf_turn, sentences_go_on_in_lower_case) {
    check(FULL, "could in the night and", "+space");
    check(FULL, "(could) in the night and", "+space");
    check(FULL, "\u201ccould\u201d in the night and", "+space");
    check(FULL, "25 miles in the night and", "+space");
}

TEST(pdf_turn, what_begins_anew_stays_apart) {
    check(FULL, "Could they do so or not", "");
    check(FULL, "25 Miles in the night and", "");
    check("and it may be said of all of them that they ran as far as it.",
          "could they do so or not", "");
    check("and it may be said of all of them", "could they do so or not", ""); /* had room */
}

TEST(pdf_turn, words_lose_the_hyphen_that_broke_them) {
    check("and it may be said of all of them that they ran as far as pos-", "sible in the night",
          "+hyphen");
    check("and it may be said of all of them that they ran as far as self-", "evident in the night",
          "+nothing");
}

TEST(pdf_turn, scripts_without_capitals_fill_the_line) {
    xtr__sheet sheets[2];
    char wanted[512];
    const char *line = "\u72d0\u72f8\u8df3\u8fc7\u61d2\u72d7\u8dd1\u8fdb\u5b89\u9759\u7684\u68ee"
                       "\u6797\u76f4\u5230\u591c\u665a\u4e86\u90a3\u4e48";
    for (int i = 0; i < 2; i++) {
        sheets[i] = new_sheet();
        sheets[i].number = 1 + (uint32_t)i;
        for (int k = 0; k < 2; k++)
            set_text(&sheets[i], (place){LEFT, (i ? 100 : 680) + 12 * (float)k, 10, PLAIN}, line);
    }
    snprintf(wanted, sizeof wanted, "p:%s%s|p+nothing:%s%s", line, line, line, line);
    check_pages(sheets, 2, wanted, SHOW_TYPES);
}

TEST(pdf_turn, other_sizes_and_weights_are_other_text) {
    for (int i = 0; i < 2; i++) {
        xtr__sheet sheets[2] = {new_sheet(), new_sheet()};
        sheets[1].number = 2;
        char wanted[1024];
        for (int k = 0; k < 3; k++) {
            set_text(&sheets[0], (place){LEFT, 676 + STEP * (float)k, 10, PLAIN}, filler);
            set_text(&sheets[1], (place){LEFT, 100 + STEP * (float)k, i ? 10 : 8, i ? BOLD : PLAIN},
                     filler);
        }
        snprintf(wanted, sizeof wanted, "p:%s %s %s|p:%s %s %s", filler, filler, filler, filler,
                 filler, filler);
        check_pages(sheets, 2, wanted, SHOW_TYPES);
    }
}

TEST(pdf_turn, notes_and_page_numbers_are_passed_over) {
    xtr__sheet sheets[2];
    char wanted[2048];
    set_pages(sheets, FULL, "could in the night and");
    set_text(&sheets[0], (place){LEFT, 736, 6, PLAIN}, "1");
    set_text(&sheets[0], (place){LEFT + 4, 740, 8, PLAIN}, "A note at the foot");
    set_text(&sheets[0], (place){300, 780, 10, PLAIN}, "1");
    set_text(&sheets[1], (place){300, 780, 10, PLAIN}, "2");
    snprintf(wanted, sizeof wanted,
             "p:%s %s %s %s|note 1:A note at the foot|below:1|"
             "p+space:could in the night and %s %s %s|below:2",
             filler, filler, filler, FULL, filler, filler, filler);
    check_pages(sheets, 2, wanted, SHOW_TYPES);
}

TEST(pdf_turn, items_of_lists_go_on) {
    xtr__sheet sheets[2] = {new_sheet(), new_sheet()};
    sheets[1].number = 2;
    char wanted[1024];
    set_text(&sheets[0], (place){LEFT, 676, 10, PLAIN}, "1.");
    set_text(&sheets[0], (place){LEFT + 20, 676, 10, PLAIN}, filler);
    set_text(&sheets[0], (place){LEFT, 688, 10, PLAIN}, "2.");
    set_text(&sheets[0], (place){LEFT + 20, 688, 10, PLAIN}, filler);
    set_text(&sheets[0], (place){LEFT + 20, 700, 10, PLAIN}, FULL);
    set_text(&sheets[1], (place){LEFT + 20, 100, 10, PLAIN}, "could in the night.");
    set_text(&sheets[1], (place){LEFT, 112, 10, PLAIN}, "3.");
    set_text(&sheets[1], (place){LEFT + 20, 112, 10, PLAIN}, filler);
    snprintf(wanted, sizeof wanted, "1li 1.:%s|1li 2.:%s %s|p+space:could in the night.|1li 3.:%s",
             filler, filler, FULL, filler);
    check_pages(sheets, 2, wanted, SHOW_TYPES);
}

TEST(pdf_turn, pages_that_end_early_or_do_not_follow_stay_apart) {
    for (int i = 0; i < 2; i++) {
        xtr__sheet sheets[2];
        char wanted[2048];
        set_pages(sheets, FULL, "could in the night and");
        if (i)
            sheets[1].number = 7;
        for (size_t k = 0; !i && k < sheets[0].glyphs.count; k++)
            sheets[0].glyphs.items[k].y -= 500;
        snprintf(wanted, sizeof wanted, "p:%s %s %s %s|p:could in the night and %s %s %s", filler,
                 filler, filler, FULL, filler, filler, filler);
        check_pages(sheets, 2, wanted, SHOW_TYPES);
    }
}
