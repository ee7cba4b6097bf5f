/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of a page, on made-up glyphs, lines and boxes. */
#include "pdf_table_page.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Grids ------------------------------------------------------------------------------------- */

TEST(pdf_tables, a_grid_is_read_by_its_lines) {
    xtr__sheet sheet = new_sheet();
    const float y[] = {100, 120, 140, 160};
    set_grid(&sheet, three, 3, y, 3);
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red|12|3");
    set_row(&sheet, at_three, 154, "grey||1");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3/grey||1]");
}

TEST(pdf_tables, cells_grow_over_lines_that_are_not_drawn) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 5; i++)
        rule(&sheet, i == 2 ? 200 : 100, 100 + 20 * (float)i, 400, 100 + 20 * (float)i);
    rule(&sheet, 200, 120, 400, 120);
    rule(&sheet, 100, 100, 100, 180);
    rule(&sheet, 200, 100, 200, 180);
    rule(&sheet, 300, 120, 300, 180); /* not through the first row */
    rule(&sheet, 400, 100, 400, 180);
    set_row(&sheet, at_three, 114, "Fox|Jumps in a year");
    set_row(&sheet, at_three, 134, "red|lazy|quick");
    set_row(&sheet, at_three, 154, "|1|2");
    set_row(&sheet, at_three, 174, "grey|3|4");
    check_page(&sheet, "[*Fox|*Jumps in a year{1x2}/*red{2x1}|*lazy|*quick/*1|*2/grey|3|4]");
}

TEST(pdf_tables, text_around_a_grid_stays_where_it_is) {
    xtr__sheet sheet = new_sheet();
    const float y[] = {100, 120, 140};
    set_text(&sheet, (place){100, 80, 10, PLAIN}, "what comes before the table of foxes");
    set_grid(&sheet, three, 3, y, 2);
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red|12|3");
    set_text(&sheet, (place){100, 160, 10, PLAIN}, "what comes after it");
    check_page(&sheet, "<what comes before the table of foxes>[*Fox|*Jumps|*Dogs/red|12|3]"
                       "<what comes after it>");
}

TEST(pdf_tables, lines_of_a_cell_are_no_rows) {
    xtr__sheet sheet = new_sheet();
    const float y[] = {100, 120, 160, 180};
    set_grid(&sheet, three, 3, y, 3);
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red and|12|3");
    set_row(&sheet, at_three, 146, "very quick");
    set_row(&sheet, at_three, 174, "grey|2|1");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red and very quick|12|3/grey|2|1]");
}

TEST(pdf_tables, gaps_part_columns_between_the_lines_of_a_grid) {
    xtr__sheet sheet = new_sheet();
    const float x[] = {100, 180, 330, 480}, y[] = {100, 130, 180};
    const float words[] = {104, 190, 240, 290, 340, 390, 440}, heads[] = {235, 385};
    set_grid(&sheet, x, 3, y, 2);
    set_row(&sheet, heads, 111, "foxes|dogs");
    set_row(&sheet, words, 124, "year|red|grey|all|red|grey|all");
    set_row(&sheet, words, 144, "first|1.5|22|3|4|5|6");
    set_row(&sheet, words, 158, "second|11|2|3.1|4|5|16");
    set_row(&sheet, words, 172, "third|1|2|3|14|15|6");
    check_page(&sheet, "[*year{2x1}|*foxes{1x3}|*dogs{1x3}/*red|*grey|*all|*red|*grey|*all/"
                       "first|1.5|22|3|4|5|6/second|11|2|3.1|4|5|16/third|1|2|3|14|15|6]");
}

TEST(pdf_tables, heads_close_to_each_other_part_as_the_numbers_below_them_do) {
    xtr__sheet sheet = new_sheet();
    const float x[] = {100, 180, 330, 400}, y[] = {100, 120, 140, 160, 180};
    const float at[] = {104, 190, 240, 290, 350};
    set_grid(&sheet, x, 3, y, 4);
    set_row(&sheet, at, 114, "animal|quickness|laziness|size|legs");
    set_row(&sheet, at, 134, "fox|12.5|3.5|40|4");
    set_row(&sheet, at, 154, "dog|11|33.5|60|4");
    set_row(&sheet, at, 174, "owl|25|3|30|2");
    check_page(&sheet, "[*animal|*quickness|*laziness|*size|*legs/fox|12.5|3.5|40|4/"
                       "dog|11|33.5|60|4/owl|25|3|30|2]");
}

TEST(pdf_tables, columns_of_numbers_need_no_line_between_them) {
    xtr__sheet sheet = new_sheet();
    static const float x[] = {100, 200, 400}, at[] = {110, 230, 290, 350};
    const float y[] = {100, 120, 140, 160, 180, 200};
    set_grid(&sheet, x, 2, y, 5);
    set_text(&sheet, (place){295, 114, 10, PLAIN}, "Jumps");
    set_row(&sheet, at, 134, "Fox|high|wide|far");
    set_row(&sheet, at, 154, "red|12|3.5|1");
    set_row(&sheet, at, 174, "grey|2|1.5|2");
    set_row(&sheet, at, 194, "white|4|5.5|3");
    check_page(&sheet,
               "[*|*Jumps{1x3}/*Fox|*high|*wide|*far/red|12|3.5|1/grey|2|1.5|2/white|4|5.5|3]");
}

TEST(pdf_tables, wide_gaps_in_some_cells_are_no_columns) {
    xtr__sheet sheet = new_sheet();
    const float x[] = {100, 200, 480}, y[] = {100, 120, 140, 160, 180, 200};
    const float words[] = {104, 210, 310};
    set_grid(&sheet, x, 2, y, 5);
    set_row(&sheet, words, 114, "fox|its life and times");
    set_row(&sheet, words, 134, "red|quick|lazy");
    set_row(&sheet, words, 154, "grey|jumps over the lazy dogs");
    set_row(&sheet, words, 174, "white|quick|in winter");
    set_row(&sheet, words, 194, "black|lazy|in the rain");
    check_page(&sheet, "[*fox|*its life and times/red|quick lazy/grey|jumps over the lazy dogs/"
                       "white|quick in winter/black|lazy in the rain]");
}

TEST(pdf_tables, a_band_of_a_grid_may_hold_rows) {
    xtr__sheet sheet = new_sheet();
    const float y[] = {100, 120, 190};
    set_grid(&sheet, three, 3, y, 2);
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red|12|3");
    set_row(&sheet, at_three, 150, "grey|2|1");
    set_row(&sheet, at_three, 166, "white|4|5");
    set_row(&sheet, at_three, 182, "brown|6|7");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3/grey|2|1/white|4|5/brown|6|7]");
}

TEST(pdf_tables, two_rows_of_numbers_may_share_a_band_of_a_grid) {
    xtr__sheet sheet = new_sheet();
    const float y[] = {100, 130, 160, 190};
    set_grid(&sheet, three, 3, y, 3);
    set_row(&sheet, at_three, 112, "Foxes|Jumps|Dogs");
    set_row(&sheet, at_three, 125, "2020|2021|2022");
    set_row(&sheet, at_three, 142, "red|12|3.5");
    set_row(&sheet, at_three, 155, "grey|2|1.5");
    set_row(&sheet, at_three, 172, "white|4 to 5|5.5"); /* one row: a cell of two lines */
    set_row(&sheet, at_three, 185, "fur|in all|");
    check_page(&sheet, "[*Foxes 2020|*Jumps 2021|*Dogs 2022/red|12|3.5/grey|2|1.5/"
                       "white fur|4 to 5 in all|5.5]");
}

TEST(pdf_tables, coloured_boxes_are_a_grid) {
    xtr__sheet sheet = new_sheet();
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            fill(&sheet, three[c], 100 + 20 * (float)r, three[c + 1] - 2, 118 + 20 * (float)r);
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red|12|3");
    set_row(&sheet, at_three, 154, "grey|2|1");
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3/grey|2|1]");
}

static void set_coloured_rows(xtr__sheet *sheet) {
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            fill(sheet, three[c], 100 + 20 * (float)r, three[c + 1] - 2, 118 + 20 * (float)r);
    set_row(sheet, at_three, 114, "red|12|3");
    set_row(sheet, at_three, 134, "grey|2|1");
    set_row(sheet, at_three, 154, "white|4|5");
}

TEST(pdf_tables, heads_right_above_coloured_boxes_belong_to_them) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){100, 60, 10, PLAIN}, "Animals that were seen in the wood last year:");
    set_row(&sheet, at_three, 84, "Colour|Number|");
    set_row(&sheet, at_three, 96, "of fox|of dogs|Jumps");
    set_coloured_rows(&sheet);
    check_page(&sheet, "<Animals that were seen in the wood last year:>"
                       "[*Colour of fox|*Number of dogs|*Jumps/red|12|3/grey|2|1/white|4|5]");
}

TEST(pdf_tables, a_line_of_text_above_coloured_boxes_is_no_head) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){100, 96, 10, PLAIN}, "Animals that were seen in the wood last year:");
    set_coloured_rows(&sheet);
    check_page(&sheet, "<Animals that were seen in the wood last year:>"
                       "[*red|*12|*3/grey|2|1/white|4|5]");
}

TEST(pdf_tables, coloured_bands_part_rows_and_are_no_grid) {
    xtr__sheet sheet = new_sheet();
    static const char *const rows[] = {"Fox|Jumps|Dogs", "red|12|3",  "grey|2|1", "white|4|5",
                                       "brown|6|7",      "black|8|9", "blue|1|2"};
    for (int i = 0; i < 7; i++) {
        float y = 100 + 20 * (float)i;
        if (i % 2)
            fill(&sheet, 100, y, 400, y + 20);
        set_row(&sheet, at_three, y + 14, rows[i]);
    }
    check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3/grey|2|1/white|4|5/brown|6|7/black|8|9/"
                       "blue|1|2]");
}

static void set_single_column(xtr__sheet *sheet) {
    const float x[] = {100, 400}, y[] = {100, 120, 140, 160};
    set_grid(sheet, x, 1, y, 3);
    set_row(sheet, at_three, 114, "Foxes");
    set_row(sheet, at_three, 134, "the red fox");
    set_row(sheet, at_three, 154, "the grey fox");
}

TEST(pdf_tables, a_single_column_is_a_table_with_a_caption_alone) {
    xtr__sheet plain = new_sheet();
    set_single_column(&plain);
    check_no_table(&plain);
    xtr__sheet captioned = new_sheet();
    set_text(&captioned, (place){100, 90, 10, PLAIN}, "Table 3: names");
    set_single_column(&captioned);
    check_page(&captioned, "<Table 3: names>[*Foxes/the red fox/the grey fox]");
}

TEST(pdf_tables, cells_at_places_that_are_no_numbers_are_none) {
    xtr__sheet sheet = new_sheet();
    const float y[] = {100, 120, 140}, wrong[] = {NAN, INFINITY, -INFINITY, 1e30F};
    for (int i = 0; i < 4; i++) {
        rule(&sheet, wrong[i], 100, 400, 100);
        rule(&sheet, 100, wrong[i], 100, wrong[3 - i]);
        fill(&sheet, wrong[i], wrong[3 - i], wrong[i], 200);
        curve(&sheet, wrong[i], wrong[i], wrong[i], wrong[i]);
    }
    set_grid(&sheet, three, 3, y, 2);
    set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
    set_row(&sheet, at_three, 134, "red|12|3");
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    ck_assert(xtr__layout_page(&page, &sheet, &scratch, NULL, NULL));
    ck_assert_uint_eq(page.lines.count, 6);
    xtr__page_layout_drop(&budget, &page);
    xtr__sheet_drop(&sheet);
    xtr__scratch_drop(&scratch);
}

/* Directions -------------------------------------------------------------------------------- */

TEST(pdf_tables, a_table_on_a_turned_page) {
    for (uint8_t turn = 1; turn < 4; turn++) {
        xtr__sheet sheet = new_sheet();
        const float y[] = {100, 120, 140};
        set_grid(&sheet, three, 3, y, 2);
        set_row(&sheet, at_three, 114, "Fox|Jumps|Dogs");
        set_row(&sheet, at_three, 134, "red|12|3");
        turn_page(&sheet, turn);
        check_page(&sheet, "[*Fox|*Jumps|*Dogs/red|12|3]");
    }
}

TEST(pdf_tables, columns_of_hebrew_follow_each_other_from_the_right) {
    xtr__sheet grid = new_sheet();
    const float y[] = {100, 120, 140};
    set_grid(&grid, three, 3, y, 2);
    set_row(&grid, at_three, 114, "ג|ב|א");
    set_row(&grid, at_three, 134, "3|12|ד");
    check_page(&grid, "[*א|*ב|*ג/ד|12|3]");
    xtr__sheet gaps = new_sheet();
    rule(&gaps, 100, 100, 400, 100);
    rule(&gaps, 100, 120, 400, 120);
    rule(&gaps, 100, 180, 400, 180);
    set_row(&gaps, at_three, 114, "גגגג|בבבב|אאאא");
    set_row(&gaps, at_three, 134, "33|12|דדדד");
    set_row(&gaps, at_three, 150, "34|13|הההה");
    set_row(&gaps, at_three, 166, "35|14|וווו");
    check_page(&gaps, "[*אאאא|*בבבב|*גגגג/דדדד|12|33/הההה|13|34/וווו|14|35]");
}

/* What is no table -------------------------------------------------------------------------- */

TEST(pdf_tables, contents_are_no_table) {
    xtr__sheet sheet = new_sheet();
    static const char *const names[] = {"Red foxes", "Grey foxes and dogs", "Jumps", "On dogs",
                                        "Quick ones"};
    for (int i = 0; i < 5; i++) {
        float y = 100 + 14 * (float)i;
        set_text(&sheet, (place){100, y, 10, PLAIN}, names[i]);
        set_text(&sheet, (place){250, y, 10, PLAIN}, ".....................");
        char number[8];
        snprintf(number, sizeof number, "%d", 3 + 7 * i);
        set_text(&sheet, (place){400, y, 10, PLAIN}, number);
    }
    check_no_table(&sheet);
}

TEST(pdf_tables, contents_with_numbers_are_no_table) {
    static const float x[] = {100, 125, 250, 400};
    xtr__sheet sheet = new_sheet();
    set_row(&sheet, x, 100, "39.1|Foxes|.....................|252");
    set_row(&sheet, x, 114, "39.2|Dogs|.....................|253");
    set_row(&sheet, x, 128, "39.3|Jumps|.....................|259");
    set_row(&sheet, x, 148, "40|Sleep||261");
    set_row(&sheet, x, 168, "41|Forests and nights||262");
    check_no_table(&sheet);
}

TEST(pdf_tables, lists_are_no_table) {
    static const char *const marks[][6] = {{"1.", "2.", "3.", "4.", "5.", "6."},
                                           {"一", "二", "三", "四", "五", "六"}};
    for (int kind = 0; kind < 2; kind++) {
        xtr__sheet sheet = new_sheet();
        for (int i = 0; i < 6; i++) {
            float y = 100 + 14 * (float)i;
            set_text(&sheet, (place){100, y, 10, PLAIN}, marks[kind][i]);
            set_text(&sheet, (place){130, y, 10, PLAIN}, "the fox jumps");
        }
        check_no_table(&sheet);
    }
}

TEST(pdf_tables, columns_of_prose_are_no_table) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 12; i++) {
        set_text(&sheet, (place){50, 100 + 12 * (float)i, 10, PLAIN},
                 "the quick brown fox jumps over the lazy dogs");
        set_text(&sheet, (place){320, 100 + 12 * (float)i, 10, PLAIN},
                 "and runs away from it as fast as it can run");
    }
    check_no_table(&sheet);
}

TEST(pdf_tables, equations_are_no_table) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 5; i++) {
        const float x[] = {150, 230, 280, 400};
        char row[64];
        snprintf(row, sizeof row, "x + y|=|z - %d|(%d)", i, i + 1);
        set_row(&sheet, x, 100 + 16 * (float)i, row);
    }
    check_no_table(&sheet);
}

TEST(pdf_tables, labels_of_a_chart_are_no_table) {
    xtr__sheet sheet = new_sheet();
    /* Nothing stands under anything else. */
    static const float x[5][3] = {
        {100, 210, 330}, {114, 226, 345}, {91, 199, 312}, {123, 235, 357}, {105, 190, 321}};
    static const char *const labels[] = {"fox|dog|owl", "lion|tiger|bear", "cat|wolf|deer",
                                         "ant|bee|wasp", "hen|duck|goose"};
    for (int i = 0; i < 5; i++)
        set_row(&sheet, x[i], 100 + 14 * (float)i, labels[i]);
    check_no_table(&sheet);
}

TEST(pdf_tables, cards_of_prose_are_no_table) {
    xtr__sheet sheet = new_sheet();
    for (int card = 0; card < 4; card++) {
        float left = 50 + 270 * (float)(card % 2), top = 100 + 160 * (float)(card / 2);
        fill(&sheet, left, top, left + 268, top + 158);
        for (int i = 0; i < 11; i++)
            set_text(&sheet, (place){left + 10, top + 20 + 12 * (float)i, 10, PLAIN},
                     "the quick brown fox jumps over the lazy dogs");
    }
    check_no_table(&sheet);
}

TEST(pdf_tables, a_plot_with_grid_lines_and_a_curve_is_no_table) {
    for (int drawn = 0; drawn < 2; drawn++) {
        xtr__sheet sheet = new_sheet();
        const float y[] = {100, 120, 140, 160};
        set_grid(&sheet, three, 3, y, 3);
        set_row(&sheet, at_three, 114, "10|20|30");
        set_row(&sheet, at_three, 134, "11|21|31");
        set_row(&sheet, at_three, 154, "12|22|32");
        if (drawn) {
            curve(&sheet, 120, 105, 390, 150);
            check_no_table(&sheet);
        } else {
            check_page(&sheet, "[*10|*20|*30/11|21|31/12|22|32]");
        }
    }
}

TEST(pdf_tables, underlines_rule_no_table) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 6; i++) {
        float y = 100 + 30 * (float)i;
        set_text(&sheet, (place){100, y, 10, PLAIN}, "underlined words of foxes");
        rule(&sheet, 100, y + 1.5F, 225, y + 1.5F);
        set_text(&sheet, (place){100, y + 14, 10, PLAIN}, "and others");
    }
    check_no_table(&sheet);
}

/** How often each byte is in the text of a document, without space and hyphens. */
static void count_bytes(const char *path, const char *layout, size_t counts[256]) {
    xtr_source *source = xtr_source_new_path(path);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    size_t size;
    ck_assert_int_eq(xtr_options_set(options, "layout", layout, NULL), XTR_OK);
    if (xtr_extract(&result, NULL, source, options, NULL) == XTR_OK) {
        const char *text = xtr_result_content(result, &size);
        for (size_t i = 0; i < size; i++)
            counts[strchr(" \n\t\f-", text[i]) ? 0 : (unsigned char)text[i]]++;
        xtr_result_drop(result);
    }
    xtr_options_drop(options);
    xtr_source_drop(source);
    counts[0] = 0;
}

TEST(pdf_tables, no_character_is_lost_or_doubled) {
    size_t documents = 0;
    DIR *folder = opendir(fixture("pdf"));
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *file; (file = readdir(folder));) {
        size_t tables[256] = {0}, plain[256] = {0}, all = 0;
        char name[300];
        snprintf(name, sizeof name, "pdf/%s", file->d_name);
        /* Tags have text of their own, for pictures. */
        if (!strstr(name, ".pdf") || strstr(name, "tagged"))
            continue;
        count_bytes(fixture(name), "reading", tables);
        count_bytes(fixture(name), "preserve", plain); /* which looks for none */
        for (size_t i = 0; i < 256; i++) {
            ck_assert_msg(tables[i] == plain[i], "%s: %zu times %#zx with tables, %zu without",
                          name, tables[i], i, plain[i]);
            all += plain[i];
        }
        documents += all > 0;
    }
    closedir(folder);
    ck_assert_uint_gt(documents, 10);
}

/* Bounds ------------------------------------------------------------------------------------ */

static bool count_questions(void *payload) {
    ++*(int *)payload;
    return false;
}

TEST(pdf_tables, the_search_asks_whether_to_stop) {
    xtr__sheet sheet = new_sheet();
    /* Boxes inside each other: the words are looked at in each of them again. They stand so near
     * that all other loops of the layout ask once, at its end. */
    for (int i = 0; i < 100; i++) {
        const float a = (float)i * 4, x[] = {a, 900 - a};
        set_grid(&sheet, x, 1, x, 1);
    }
    for (int i = 0; i < 800; i++)
        set_text(&sheet, (place){410 + (float)(i % 20) * 1.5F, 410 + (float)(i / 20) * 2, 1, PLAIN},
                 "ab");
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    int asked = 0;
    ck_assert(xtr__layout_page(&page, &sheet, &scratch, count_questions, &asked));
    ck_assert_int_gt(asked, 5);
    xtr__page_layout_drop(&budget, &page);
    xtr__sheet_drop(&sheet);
    xtr__scratch_drop(&scratch);
}

TEST(pdf_tables, a_rewound_scratch_has_what_was_taken_before) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__savepoint empty = xtr__scratch_save(&scratch);
    char *kept = xtr__scratch_take(&scratch, 100, 1);
    memset(kept, 'x', 100);
    xtr__savepoint point = xtr__scratch_save(&scratch);
    size_t used = budget.used;
    char *first = xtr__scratch_take(&scratch, 16, 1);
    ck_assert_ptr_nonnull(xtr__scratch_take(&scratch, 1 << 20, 1));
    ck_assert_uint_gt(budget.used, used + (1 << 20));
    xtr__scratch_rewind(&scratch, point);
    ck_assert_uint_eq(budget.used, used);
    ck_assert_ptr_eq(xtr__scratch_take(&scratch, 16, 1), first);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(kept[i], 'x');
    xtr__scratch_rewind(&scratch, empty);
    ck_assert_uint_eq(budget.used, 0);
}
