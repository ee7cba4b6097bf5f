/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables without a grid: between long rules, or by their gaps alone. */
#include "pdf_table_page.h"

TEST(pdf_ruleless, rows_between_long_rules_with_a_heading_of_two_columns) {
    xtr__sheet sheet = new_sheet();
    rule(&sheet, 100, 100, 400, 100);
    rule(&sheet, 210, 117, 345, 117); /* under the heading of two columns */
    rule(&sheet, 100, 133, 400, 133);
    rule(&sheet, 100, 180, 400, 180);
    set_text(&sheet, (place){260, 113, 10, PLAIN}, "Jumps");
    set_row(&sheet, at_three, 129, "Fox|lazy|quick");
    set_row(&sheet, at_three, 145, "red|12.5|3.1");
    set_row(&sheet, at_three, 159, "grey|2.5|1.7");
    set_row(&sheet, at_three, 173, "white|4.0|5.2");
    check_page(&sheet, "[*Fox{2x1}|*Jumps{1x2}/*lazy|*quick/red|12.5|3.1/grey|2.5|1.7/"
                       "white|4.0|5.2]");
}

TEST(pdf_ruleless, long_rules_may_part_groups_of_rows) {
    xtr__sheet sheet = new_sheet();
    const float rules[] = {100, 118, 162, 206};
    for (int i = 0; i < 4; i++)
        rule(&sheet, 100, rules[i], 400, rules[i]);
    set_row(&sheet, at_three, 113, "Fox|tuned|jumps");
    set_row(&sheet, at_three, 130, "red|no|58.8");
    set_row(&sheet, at_three, 143, "grey|no|58.8 \u00b1 0.3");
    set_row(&sheet, at_three, 156, "white|no|57.9 \u00b1 0.3");
    set_row(&sheet, at_three, 174, "red|yes|57.3");
    set_row(&sheet, at_three, 187, "grey|yes|56.6 \u00b1 0.2");
    set_row(&sheet, at_three, 200, "white|yes|57.0 \u00b1 0.2");
    check_page(&sheet,
               "[*Fox|*tuned|*jumps/red|no|58.8/grey|no|58.8 \u00b1 0.3/white|no|57.9 \u00b1 0.3/"
               "red|yes|57.3/grey|yes|56.6 \u00b1 0.2/white|yes|57.0 \u00b1 0.2]");
}

TEST(pdf_ruleless, numbers_of_columns_are_heads_and_the_rule_over_them_ends_no_header) {
    xtr__sheet sheet = new_sheet();
    const float at[] = {104, 230, 300, 370}, head[] = {240};
    rule(&sheet, 100, 100, 420, 100);
    rule(&sheet, 210, 118, 420, 118); /* over all columns but that of the labels */
    rule(&sheet, 100, 136, 420, 136);
    rule(&sheet, 100, 184, 420, 184);
    set_row(&sheet, head, 113, "years of the fox");
    set_row(&sheet, at, 131, "|(1)|(2)|(3)");
    set_row(&sheet, at, 150, "red|0.25|0.75|1.5");
    set_row(&sheet, at, 164, "grey|2.25|3.5|4.75");
    set_row(&sheet, at, 178, "white|5|6.5|7.25");
    check_page(&sheet, "[*|*years of the fox{1x3}/*|*(1)|*(2)|*(3)/red|0.25|0.75|1.5/"
                       "grey|2.25|3.5|4.75/white|5|6.5|7.25]");
}

TEST(pdf_ruleless, tables_between_rules_that_end_stand_side_by_side) {
    xtr__sheet sheet = new_sheet();
    const float at[] = {104, 180, 320, 400, 470};
    for (int i = 0; i < 3; i++) {
        float y = i == 0 ? 100 : i == 1 ? 118 : 166;
        rule(&sheet, 100, y, 210, y);
        rule(&sheet, 316, y, 500, y);
    }
    set_row(&sheet, at, 113, "fox|count|dog|legs|age");
    set_row(&sheet, at, 132, "red|12|lazy|4|3");
    set_row(&sheet, at, 146, "grey|7|quick|4|11");
    set_row(&sheet, at, 160, "white|31|old|3|15");
    check_page(&sheet, "[*fox|*count/red|12/grey|7/white|31]"
                       "[*dog|*legs|*age/lazy|4|3/quick|4|11/old|3|15]");
}

TEST(pdf_ruleless, names_and_small_numbers_between_rules_are_no_contents) {
    xtr__sheet sheet = new_sheet();
    const float at[] = {104, 300};
    rule(&sheet, 100, 100, 330, 100);
    rule(&sheet, 100, 118, 330, 118);
    rule(&sheet, 100, 166, 330, 166);
    set_row(&sheet, at, 113, "fox|count");
    set_row(&sheet, at, 132, "red|12");
    set_row(&sheet, at, 146, "grey|17");
    set_row(&sheet, at, 160, "white|31");
    check_page(&sheet, "[*fox|*count/red|12/grey|17/white|31]");
}

TEST(pdf_ruleless, labels_in_the_middle_of_groups_of_rows_are_those_of_all) {
    xtr__sheet sheet = new_sheet();
    const float at[] = {104, 160, 240, 300, 360};
    rule(&sheet, 100, 100, 400, 100);
    rule(&sheet, 100, 118, 400, 118);
    rule(&sheet, 100, 168, 400, 168);
    rule(&sheet, 100, 202, 400, 202);
    set_row(&sheet, at, 113, "land|fox|red|grey|all");
    set_row(&sheet, at, 132, "|old|1.5|2.5|3.5");
    set_row(&sheet, at, 146, "north|young|4.5|5.5|6.5");
    set_row(&sheet, at, 160, "|lazy|7.5|8.5|9.5");
    set_row(&sheet, at, 182, "|old|1|2|3");
    set_row(&sheet, at, 189, "south"); /* between two rows */
    set_row(&sheet, at, 196, "|young|4|5|6");
    check_page(&sheet, "[*land|*fox|*red|*grey|*all/north{3x1}|old|1.5|2.5|3.5/"
                       "young|4.5|5.5|6.5/lazy|7.5|8.5|9.5/south{2x1}|old|1|2|3/young|4|5|6]");
}

TEST(pdf_ruleless, a_wide_cell_between_rules_may_go_on_in_lines_of_prose) {
    xtr__sheet sheet = new_sheet();
    const float at[] = {104, 160, 220, 500};
    rule(&sheet, 100, 100, 540, 100);
    rule(&sheet, 100, 118, 540, 118);
    rule(&sheet, 100, 190, 540, 190);
    set_row(&sheet, at, 113, "key|kind|what it does|cost");
    set_row(&sheet, at, 132, "a1|fox|it runs through the forest and jumps over dogs|12.5");
    set_row(&sheet, at, 144, "||that lie in the sun and do not move for hours");
    set_row(&sheet, at, 160, "a2|dog|nothing|7.5");
    set_row(&sheet, at, 172, "b1|owl|it sits in a tree by night and looks at all|3.5");
    set_row(&sheet, at, 184, "||that goes on below it, be it a fox or a dog");
    check_page(&sheet,
               "[*key|*kind|*what it does|*cost/a1|fox|it runs through the forest and jumps over "
               "dogs that lie in the sun and do not move for hours|12.5/a2|dog|nothing|7.5/b1|owl|"
               "it sits in a tree by night and looks at all that goes on below it, be it a fox or "
               "a dog|3.5]");
}

TEST(pdf_ruleless, a_head_that_leans_over_labels_hides_no_column) {
    xtr__sheet sheet = new_sheet();
    const float heads[] = {104, 150, 230, 300}, at[] = {104, 176, 235, 310};
    rule(&sheet, 100, 100, 370, 100);
    rule(&sheet, 100, 118, 370, 118);
    rule(&sheet, 100, 180, 370, 180);
    set_row(&sheet, heads, 113, "|deputies|chair|all");
    set_row(&sheet, at, 132, "yes|129|0|129");
    set_row(&sheet, at, 146, "no|65||65");
    set_row(&sheet, at, 160, "abstentions|22|0|22");
    set_row(&sheet, at, 174, "absent|18||18");
    check_page(&sheet, "[*deputies{1x2}|*chair|*all/yes|129|0|129/no|65||65/abstentions|22|0|22/"
                       "absent|18||18]");
}
TEST(pdf_ruleless, a_title_over_a_rule_as_long_as_the_table_is_no_heading_of_columns) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){250, 113, 10, PLAIN}, "Year Ended");
    rule(&sheet, 100, 117, 345, 117);
    set_row(&sheet, at_three, 129, "Fox|2024|2025");
    set_row(&sheet, at_three, 145, "red|12.5|3.1");
    set_row(&sheet, at_three, 159, "grey|2.5|1.7");
    set_row(&sheet, at_three, 173, "white|4.0|5.2");
    check_page(&sheet, "<Year Ended>[*Fox|*2024|*2025/red|12.5|3.1/grey|2.5|1.7/"
                       "white|4.0|5.2]");
}

TEST(pdf_ruleless, labels_that_run_upwards_head_the_columns_below) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){100, 129, 10, PLAIN}, "Fox");
    set_upwards(&sheet, 232, 131, "jumps far");
    set_upwards(&sheet, 322, 131, "sleeps");
    const char *text =
        "The quick brown fox jumps over the lazy dog and runs through the quiet forest";
    set_text(&sheet, (place){100, 400, 10, PLAIN}, text);
    set_upwards(&sheet, 20, 600,
                "Downloaded from the library of a forest that had no books, on a day in May");
    set_row(&sheet, at_three, 145, "red|12.5|3.1");
    set_row(&sheet, at_three, 159, "grey|2.5|1.7");
    set_row(&sheet, at_three, 173, "white|4.0|5.2");
    check_page(&sheet,
               "[*Fox|*jumps far|*sleeps/red|12.5|3.1/grey|2.5|1.7/white|4.0|5.2]"
               "<The quick brown fox jumps over the lazy dog and runs through the quiet forest>"
               "<Downloaded from the library of a forest that had no books, on a day in May>");
}

/* However close the first row stands below them, and whatever stands beside them. */
TEST(pdf_ruleless, labels_that_run_upwards_stay_apart_from_the_first_row) {
    for (float y = 142; y < 150; y += 2) {
        xtr__sheet sheet = new_sheet();
        set_upwards(&sheet, 232, 131, "jumps far");
        set_upwards(&sheet, 322, 131, "sleeps");
        set_row(&sheet, at_three, y, "red|12.5|3.1");
        set_row(&sheet, at_three, y + 14, "grey|2.5|1.7");
        set_row(&sheet, at_three, y + 28, "white|4.0|5.2");
        check_page(&sheet, "[*|*jumps far|*sleeps/red|12.5|3.1/grey|2.5|1.7/white|4.0|5.2]");
    }
}

TEST(pdf_ruleless, heads_well_above_the_middle_of_equal_groups_span_them) {
    static const float x[] = {100, 200, 250, 300, 370, 420, 470};
    xtr__sheet sheet = new_sheet();
    rule(&sheet, 100, 88, 500, 88);
    set_row(&sheet, (const float[]){250, 420}, 100, "Fox|Dog");
    set_row(&sheet, x, 122, "Year|a|b|c|a|b|c");
    rule(&sheet, 100, 128, 500, 128);
    set_row(&sheet, x, 140, "1999|1.1|2.1|3.1|4.1|5.1|6.1");
    set_row(&sheet, x, 154, "2000|1.2|2.2|3.2|4.2|5.2|6.2");
    set_row(&sheet, x, 168, "2001|1.3|2.3|3.3|4.3|5.3|6.3");
    rule(&sheet, 100, 174, 500, 174);
    check_page(&sheet,
               "[*Year{2x1}|*Fox{1x3}|*Dog{1x3}/*a|*b|*c|*a|*b|*c/1999|1.1|2.1|3.1|4.1|5.1|6.1"
               "/2000|1.2|2.2|3.2|4.2|5.2|6.2/2001|1.3|2.3|3.3|4.3|5.3|6.3]");
}

TEST(pdf_ruleless, turned_labels_over_a_sentence_or_nothing_stay_turned) {
    xtr__sheet chart = new_sheet();
    set_upwards(&chart, 232, 131, "jumps far");
    set_upwards(&chart, 322, 131, "sleeps");
    set_text(&chart, (place){160, 145, 10, PLAIN}, "What foxes do on a day in May, in hours");
    check_page(&chart, "<What foxes do on a day in May, in hours><jumps far><sleeps>");
    xtr__sheet axis = new_sheet();
    set_upwards(&axis, 232, 131, "jumps far");
    set_row(&axis, at_three, 145, "red|12.5|3.1");
    set_row(&axis, at_three, 159, "grey|2.5|1.7");
    check_page(&axis, "<red 12.5 3.1><grey 2.5 1.7><jumps far>");
}

TEST(pdf_ruleless, rows_that_share_their_gaps) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){100, 70, 10, PLAIN},
             "the quick brown fox jumps over the lazy dog and runs away");
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 128, "red|12|3");
    set_row(&sheet, at_three, 142, "grey|2|1");
    set_row(&sheet, at_three, 156, "white|4|5");
    set_text(&sheet, (place){100, 200, 10, PLAIN},
             "the quick brown fox jumps over the lazy dog and runs away");
    check_page(&sheet, "<the quick brown fox jumps over the lazy dog and runs away>"
                       "[*Fox|*Jumps|*Dogs/red|12|3/grey|2|1/white|4|5]"
                       "<the quick brown fox jumps over the lazy dog and runs away>");
}

static void set_years(xtr__sheet *sheet, bool ruled) {
    set_text(sheet, (place){60, 76, 10, PLAIN}, "What the shop sold:");
    set_text(sheet, (place){275, 96, 10, PLAIN}, "Year Ended");
    if (ruled)
        rule(sheet, 200, 99, 400, 99);
    set_row(sheet, (const float[]){210, 350}, 112, "2023|2024");
    const float x[] = {60, 220, 360};
    set_row(sheet, x, 128, "Bread|12|13");
    set_row(sheet, x, 144, "Cheese|24|25");
    set_row(sheet, x, 160, "Wine|36|37");
}

TEST(pdf_ruleless, a_rule_under_a_line_makes_it_head_several_columns) {
    xtr__sheet sheet = new_sheet();
    set_years(&sheet, true);
    check_page(&sheet, "<What the shop sold:>"
                       "[*|*Year Ended{1x2}/*|*2023|*2024/Bread|12|13/Cheese|24|25/Wine|36|37]");
    sheet = new_sheet();
    set_years(&sheet, false);
    check_page(&sheet, "<What the shop sold:><Year Ended>"
                       "[*|*2023|*2024/Bread|12|13/Cheese|24|25/Wine|36|37]");
}

TEST(pdf_ruleless, a_cell_goes_on_in_the_next_line) {
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red|over the|3");
    set_row(&sheet, at_three, 146, "|lazy dog|");
    set_row(&sheet, at_three, 166, "grey|over it|1");
    set_row(&sheet, at_three, 186, "white|under the|5");
    set_row(&sheet, at_three, 198, "|quick dog|");
    set_row(&sheet, at_three, 218, "black|under it|7");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|over the lazy dog|3/grey|over it|1/"
                       "white|under the quick dog|5/black|under it|7]");
}

TEST(pdf_ruleless, a_larger_line_between_rows_begins_another_table) {
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 128, "red|12|3");
    set_row(&sheet, at_three, 142, "grey|2|1");
    set_text(&sheet, (place){100, 170, 14, PLAIN}, "Cats");
    set_row(&sheet, at_three, 190, "Cat|Sleeps|Mice");
    set_row(&sheet, at_three, 204, "black|7|8");
    set_row(&sheet, at_three, 218, "white|4|5");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3/grey|2|1]<Cats>"
                       "[*Cat|*Sleeps|*Mice/black|7|8/white|4|5]");
}

TEST(pdf_ruleless, heads_that_stand_close_belong_to_their_columns) {
    const float rows[] = {100, 140, 180}, heads[] = {95, 133, 171};
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, heads, 114, "Colour|Jumped|Dogs");
    set_row(&sheet, rows, 128, "red|1204|31");
    set_row(&sheet, rows, 142, "grey|2310|41");
    set_row(&sheet, rows, 156, "white|6551|30");
    check_page(&sheet, "[*Colour|*Jumped|*Dogs/red|1204|31/grey|2310|41/white|6551|30]");
    sheet = new_sheet();
    set_row(&sheet, heads, 114, "Colour|Jumped|Dogs:");
    set_row(&sheet, rows, 128, "red|1204|31");
    set_row(&sheet, rows, 142, "grey|2310|41");
    set_row(&sheet, rows, 156, "white|6551|30");
    check_page(&sheet, "<Colour Jumped Dogs:>[*red|*1204|*31/grey|2310|41/white|6551|30]");
}

TEST(pdf_ruleless, heads_over_gutters_do_not_close_them) {
    const float rows[] = {100, 150, 200, 250, 300};
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, (const float[]){100, 162, 262}, 114, "Fox|Elephants|Crocodile");
    set_row(&sheet, rows, 128, "|2022|2023|2022|2023");
    set_row(&sheet, rows, 142, "red|1204|2310|4115|3105");
    set_row(&sheet, rows, 156, "grey|2310|4115|3105|1204");
    set_row(&sheet, rows, 170, "white|6551|3005|1204|2310");
    check_page(&sheet, "[*Fox{2x1}|*Elephants{1x2}|*Crocodile{1x2}/*2022|*2023|*2022|*2023/"
                       "red|1204|2310|4115|3105/grey|2310|4115|3105|1204/"
                       "white|6551|3005|1204|2310]");
}

TEST(pdf_ruleless, cells_in_the_middle_beside_text_of_several_lines) {
    const float x[] = {100, 140, 220};
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, x, 110, "Step|Who|What is to be done");
    for (int i = 0; i < 3; i++) {
        float y = 130 + 50 * (float)i;
        set_row(&sheet, x, y, "||The quick brown fox jumps over the lazy dog");
        set_row(&sheet, x, y + 13, "1|Clerk|and it runs away from there as fast as it can");
        set_row(&sheet, x, y + 26, "||before the dog is up.");
    }
    const char *cell = "1|Clerk|The quick brown fox jumps over the lazy dog and it runs away from "
                       "there as fast as it can before the dog is up.";
    char wanted[1024];
    snprintf(wanted, sizeof wanted, "[*Step|*Who|*What is to be done/%s/%s/%s]", cell, cell, cell);
    check_page(&sheet, wanted);
}

TEST(pdf_ruleless, signs_of_money_belong_to_their_numbers) {
    xtr__sheet sheet = new_sheet();
    const float x[] = {100, 200, 214, 300, 314};
    set_row(&sheet, x, 114, "Fox||2019||2020");
    set_row(&sheet, x, 128, "red|$|12|$|13");
    set_row(&sheet, x, 142, "grey|$|21|$|22");
    set_row(&sheet, x, 156, "white|$|31|$|32");
    check_page(&sheet, "[*Fox|*2019|*2020/red|$ 12|$ 13/grey|$ 21|$ 22/white|$ 31|$ 32]");
}

TEST(pdf_ruleless, rules_typed_in_hyphens_are_no_text_of_a_table) {
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_text(&sheet, (place){110, 126, 10, PLAIN},
             "-----------------------------------------------");
    set_row(&sheet, at_three, 138, "red|12|3");
    set_row(&sheet, at_three, 152, "grey|2|1");
    set_row(&sheet, at_three, 166, "white|4|5");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3/grey|2|1/white|4|5]");
}

TEST(pdf_ruleless, a_table_stays_in_its_column) {
    xtr__sheet sheet = new_sheet();
    static const char line[] = "the quick brown fox jumps over the lazy dog";
    const float x[] = {60, 120, 200}, y[] = {144, 160, 176};
    const float lines[] = {55, 115, 195, 270};
    for (int i = 0; i < 24; i++) {
        if (i < 6 || i > 10)
            set_text(&sheet, (place){55, 72 + 12 * (float)i, 10, PLAIN}, line);
        set_text(&sheet, (place){320, 72 + 12 * (float)i, 10, PLAIN}, line);
    }
    set_grid(&sheet, lines, 3, y, 2);
    set_row(&sheet, x, 156, "Fox|Jumps|Dogs");
    set_row(&sheet, x, 172, "red|12|3");
    char wanted[4096] = "";
    for (int i = 0; i < 43; i++) {
        if (i == 6)
            strcat(wanted, "[*Fox|*Jumps|*Dogs/red|12|3]");
        strcat(strcat(strcat(wanted, "<"), line), ">");
    }
    check_page(&sheet, wanted);
}
