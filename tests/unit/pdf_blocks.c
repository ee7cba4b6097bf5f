/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Blocks of a page: what its lines are part of. */
#include "layout/blocks.h"
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

TEST(pdf_blocks, a_number_alone_below_text_that_ends_early_is_that_of_the_page) {
    static const struct {
        place at;
        const char *text, *joined;
    } last[] = {{{217, 500, 10, PLAIN}, "62", "|below:"},
                {{60, 500, 10, PLAIN}, "62", "|p:"},
                {{217, 482, 10, PLAIN}, "62", " "},
                {{212, 500, 10, PLAIN}, "1854", "|p:"}, /* the year of a title page */
                {{207, 500, 10, PLAIN}, "62 a", "|p:"}};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        xtr__sheet sheet = new_sheet();
        set_lines(&sheet, 60, 120, 30);
        set_text(&sheet, last[i].at, last[i].text);
        char text[4096] = "p:";
        filled(text, 30);
        sprintf(text + strlen(text), "%s%s", last[i].joined, last[i].text);
        check_elements(&sheet, text, SHOW_TYPES);
    }
}

TEST(pdf_blocks, specks_above_a_running_head_are_no_lines) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){60, 8, 10, PLAIN}, "-");
    set_text(&sheet, (place){60, 60, 10, PLAIN}, "400          BRITISH FOXES          [Ch. XIX.");
    set_lines(&sheet, 60, 90, 12);
    char wanted[2048] = "p:-|above:400 BRITISH FOXES [Ch. XIX.|p:";
    char text[1024] = "";
    strcat(wanted, filled(text, 12));
    check_elements(&sheet, wanted, SHOW_TYPES);
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
/* Paragraphs -------------------------------------------------------------------------------- */

static void set_rows(xtr__sheet *sheet, place at, const char *const *rows, float step) {
    for (; *rows; rows++, at.y += step)
        set_text(sheet, at, *rows);
}

#define ROWS(...)           \
    (const char *const[]) { \
        __VA_ARGS__, NULL   \
    }

TEST(pdf_blocks, a_hyphen_of_the_word_itself_is_kept) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN},
             ROWS("a self-adjoint and well-known operator is what we look at here, the self-",
                  "adjoint one, or a well-", "known, an Anglo-", "Saxon, state-of-the-",
                  "art or hyphen-", "ated one of 1990-", "1995, with in- ", "and output, a 12-",
                  "year-old or a 3- ", "to 4-day one"),
             12);
    check_elements(
        &sheet,
        "p:a self-adjoint and well-known operator is what we look at here, the "
        "self-adjoint one, or a well-known, an Anglo-Saxon, state-of-the-art or "
        "hyphenated one of 1990-1995, with in- and output, a 12-year-old or a 3- to 4-day "
        "one",
        SHOW_TYPES);
}

static void add_link(xtr__sheet *sheet, xtr_box box, const char *url) {
    *XTR__PUSH(&budget, &sheet->links) = (xtr__area){box, (uint32_t)sheet->urls.count};
    for (size_t i = 0; i <= strlen(url); i++)
        *XTR__PUSH(&budget, &sheet->urls) = url[i];
}

TEST(pdf_blocks, an_address_with_a_link_on_each_of_its_lines_is_one_word) {
    for (int i = 0; i < 2; i++) {
        xtr__sheet sheet = new_sheet();
        set_rows(
            &sheet, (place){60, 100, 10, PLAIN},
            ROWS("all of it can be read at https://example.org/", "foxes by those who want to"),
            12);
        add_link(&sheet, (xtr_box){185, 92, 290, 102}, "https://example.org/foxes");
        add_link(&sheet, (xtr_box){60, 104, 85, 114},
                 i ? "https://example.org/dogs" : "https://example.org/foxes");
        check_elements(
            &sheet,
            i ? "p:all of it can be read at https://example.org/ foxes by those who want to"
              : "p:all of it can be read at https://example.org/foxes by those who want to",
            SHOW_TYPES);
    }
}

/** Sets a line letter by letter, so far apart; a space is as wide as a letter. */
static void set_spread(xtr__sheet *sheet, place at, const char *text, float apart) {
    for (; *text; text++, at.x += at.size / 2 + apart) {
        const char letter[] = {*text, '\0'};
        if (*text != ' ')
            set_text(sheet, at, letter);
    }
}

TEST(pdf_blocks, letters_set_apart_are_words) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 100, 2);
    set_spread(&sheet, (place){60, 150, 10, PLAIN}, "Foxes of the north", 2.5F);
    set_spread(&sheet, (place){60, 180, 10, PLAIN}, "ABCDE", 2.5F); /* too few to tell */
    char wanted[1024] = "p:";
    strcat(filled(wanted, 2), "|p:Foxes of the north|p:A B C D E");
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, other_hyphens_at_line_ends) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN},
             ROWS("with a soft hy\u00ad", "phen and another hy\u2010", "phen of 2017\u00ad2021"),
             12);
    check_elements(&sheet, "p:with a soft hyphen and another hyphen of 2017-2021", SHOW_TYPES);
}

TEST(pdf_blocks, paragraphs_by_indent_and_by_free_end) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN}, ROWS(filler, filler, "it ends here."), 12);
    const char *end = "and here the quick brown fox ends right at the edge of its column.";
    set_rows(&sheet, (place){60, 136, 10, PLAIN}, ROWS(end), 12);
    set_rows(&sheet, (place){75, 148, 10, PLAIN}, ROWS("Indented, fox jumps over the lazy dog"),
             12);
    set_rows(&sheet, (place){60, 160, 10, PLAIN}, ROWS(filler), 12);
    char one[512] = "p:", wanted[2048];
    filled(one, 2);
    snprintf(wanted, sizeof wanted,
             "%s it ends here.|p:%s|p:Indented, fox jumps over the lazy dog %s", one, end, filler);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, a_hanging_line_belongs_to_its_paragraph) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN}, ROWS(filler), 12);
    set_rows(&sheet, (place){75, 112, 10, PLAIN}, ROWS("own letter."), 12);
    char wanted[512];
    snprintf(wanted, sizeof wanted, "p:%s own letter.", filler);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, entries_of_which_the_lines_hang_are_paragraphs) {
    xtr__sheet sheet = new_sheet();
    const char *full = "Reynard, A. and Vixen, B. On the habits of foxes that live in the cities";
    for (int i = 0; i < 3; i++) {
        float y = 100 + 24 * (float)i;
        set_text(&sheet, (place){60, y, 10, PLAIN}, full);
        set_text(&sheet, (place){80, y + 12, 10, PLAIN}, "and at night. Journal of Foxes, 1885.");
    }
    char one[256], wanted[1024];
    snprintf(one, sizeof one, "p:%s and at night. Journal of Foxes, 1885.", full);
    snprintf(wanted, sizeof wanted, "%s|%s|%s", one, one, one);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, korean_lines_break_inside_words) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN},
             ROWS("모든 인간은 태어날 때부터 자유로우며 그 존",
                  "엄과 권리에 있어 동등하다 인간은 천부적으",
                  "로 이성과 양심을 부여받았으며 서로 형제애"),
             14);
    check_elements(&sheet,
                   "p:모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다 인간은 "
                   "천부적으로 이성과 양심을 부여받았으며 서로 형제애",
                   SHOW_TYPES);
}

TEST(pdf_blocks, verse_and_addresses_stay_lines) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 100, 6);
    set_rows(&sheet, (place){60, 190, 10, PLAIN},
             ROWS("Ada Lovelace", "12 Saint James's Square", "London", "England"), 12);
    char wanted[2048] = "p:";
    strcat(filled(wanted, 6), "|p:Ada Lovelace\n12 Saint James's Square\nLondon\nEngland");
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, a_large_first_letter_belongs_to_its_line) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){60, 116, 27, PLAIN}, "O");
    set_rows(&sheet, (place){76, 104, 10, PLAIN},
             ROWS("nce upon a time there was a fox that jumped over dogs",
                  "that were all lazy and slept the day long in the sun"),
             12);
    set_lines(&sheet, 60, 128, 3);
    char wanted[1024] = "", more[512] = "";
    snprintf(wanted, sizeof wanted,
             "p:Once upon a time there was a fox that jumped over dogs that were all lazy and "
             "slept the day long in the sun %s",
             filled(more, 3));
    check_elements(&sheet, wanted, SHOW_TYPES);
}

/* Lists ------------------------------------------------------------------------------------- */

TEST(pdf_blocks, items_nest_by_their_indent) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 76, 1);
    set_text(&sheet, (place){70, 100, 10, PLAIN}, "\u2022 first");
    set_text(&sheet, (place){90, 112, 10, PLAIN}, "\u2013 inner one");
    set_text(&sheet, (place){90, 124, 10, PLAIN}, "\u2013 inner two");
    set_text(&sheet, (place){70, 136, 10, PLAIN}, "\uf0b7 second");
    char wanted[1024];
    snprintf(wanted, sizeof wanted,
             "p:%s|1li \u2022:first|2li \u2013:inner one|2li \u2013:inner two|1li \u2022:second",
             filler);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, marks_may_stand_far_from_their_items) {
    static const char *const items[][2] = {
        {"a.", "Cats"},
        {"b.", "Dogs that are too lazy for this"},
        {"c.", "Foxes that jump over all of the dogs in the whole of the forest"}};
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 76, 1);
    for (int i = 0; i < 3; i++) {
        set_text(&sheet, (place){70, 100 + 12 * (float)i, 10, PLAIN}, items[i][0]);
        set_text(&sheet, (place){110, 100 + 12 * (float)i, 10, PLAIN}, items[i][1]);
    }
    set_text(&sheet, (place){110, 136, 10, PLAIN}, "and run home.");
    char wanted[1024];
    snprintf(wanted, sizeof wanted, "p:%s|1li a.:%s|1li b.:%s|1li c.:%s and run home.", filler,
             items[0][1], items[1][1], items[2][1]);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, items_by_numbers_in_many_writings) {
    static const char *const lists[][2] = {{"1. one", "2. two"},
                                           {"1) one", "2) two"},
                                           {"(1) one", "(2) two"},
                                           {"a) one", "b) two"},
                                           {"(i) one", "(ii) two"},
                                           {"IV. one", "V. two"},
                                           {"V. one", "VI. two"},
                                           {"A. one", "B. two"},
                                           {"[11] one", "[12] two"},
                                           {"\u2460 one", "\u2461 two"},
                                           {"\u4e00\u3001one", "\u4e8c\u3001two"},
                                           {"\u0661. one", "\u0662. two"},
                                           {"\u05d0. one", "\u05d1. two"}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        xtr__sheet sheet = new_sheet();
        set_text(&sheet, (place){70, 100, 10, PLAIN}, lists[i][0]);
        set_text(&sheet, (place){70, 112, 10, PLAIN}, lists[i][1]);
        xtr__mark one = xtr__mark_at(lists[i][0], (uint32_t)strlen(lists[i][0]));
        xtr__mark two = xtr__mark_at(lists[i][1], (uint32_t)strlen(lists[i][1]));
        ck_assert_msg(one.size > 0 && xtr__mark_follows(one, two), "%s", lists[i][0]);
        ck_assert(!xtr__mark_follows(two, one));
        char wanted[256];
        snprintf(wanted, sizeof wanted, "1li %.*s:one|1li %.*s:two", (int)one.size, lists[i][0],
                 (int)two.size, lists[i][1]);
        check_elements(&sheet, wanted, SHOW_TYPES);
    }
}

TEST(pdf_blocks, numbers_out_of_sequence_are_text) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN},
             ROWS("12. March was the day, as all of those who were there remember it well,",
                  "7. April was another one"),
             12);
    check_elements(&sheet,
                   "p:12. March was the day, as all of those who were there remember it well, "
                   "7. April was another one",
                   SHOW_TYPES);
}

TEST(pdf_blocks, drawn_bullets_stand_above_each_other) {
    for (int apart = 0; apart < 2; apart++) {
        xtr__sheet sheet = new_sheet();
        set_rows(&sheet, (place){70, 100, 10, PLAIN}, ROWS("one thing", "another thing"), 12);
        for (int i = 0; i < 2; i++) {
            float x = 60 - 3 * (float)(i * apart), y = 97 + 12 * (float)i;
            *XTR__PUSH(&budget, &sheet.dots) =
                (xtr__dot){{x - 1.5F, y - 1.5F, x + 1.5F, y + 1.5F}, 0};
        }
        xtr__add_bullets(&sheet);
        check_elements(&sheet,
                       apart ? "p:one thing another thing"
                             : "1li \u2022:one thing|1li \u2022:another thing",
                       SHOW_TYPES);
    }
}

TEST(pdf_blocks, drawn_bullets_stand_before_letters_as_wide_as_high) {
    xtr__sheet sheet = new_sheet();
    static const char *const letters[] = {"水", "道", "局", "火", "山", "灰"};
    for (int i = 0; i < 6; i++)
        set_text(&sheet, (place){70 + 10 * (float)(i % 3), 100 + 12 * (float)(i / 3), 10, PLAIN},
                 letters[i]);
    for (int i = 0; i < 2; i++)
        *XTR__PUSH(&budget, &sheet.dots) =
            (xtr__dot){{58.5F, 95.5F + 12 * (float)i, 61.5F, 98.5F + 12 * (float)i}, 0};
    xtr__add_bullets(&sheet);
    check_elements(&sheet, "1li \u2022:水道局|1li \u2022:火山灰", SHOW_TYPES);
}

TEST(pdf_blocks, initials_of_names_are_no_marks) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, PLAIN},
             ROWS("A. Miller, A review of foxes.", "B. Smith, A survey of dogs.", "C. Dean agreed.",
                  "D. Moss did not."),
             12);
    check_elements(&sheet,
                   "p:A. Miller, A review of foxes. B. Smith, A survey of dogs. C. Dean agreed.|"
                   "p:D. Moss did not.",
                   SHOW_TYPES);
}

TEST(pdf_blocks, a_list_goes_on_over_pages) {
    xtr__sheet sheets[2] = {new_sheet(), new_sheet()};
    set_lines(&sheets[0], 60, 100, 2);
    set_text(&sheets[0], (place){70, 136, 10, PLAIN}, "3. at the foot of a page");
    set_text(&sheets[1], (place){70, 100, 10, PLAIN}, "4. at the top of the next");
    char wanted[512] = "p:";
    strcat(filled(wanted, 2), "|1li 3.:at the foot of a page|1li 4.:at the top of the next");
    check_pages(sheets, 2, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, an_item_holds_several_paragraphs) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 40, 4);
    set_text(&sheet, (place){60, 100, 10, PLAIN}, "1.");
    set_text(&sheet, (place){80, 100, 10, PLAIN}, "An item of a list.");
    set_text(&sheet, (place){80, 124, 10, PLAIN}, "Its second paragraph.");
    set_text(&sheet, (place){60, 136, 10, PLAIN}, "2.");
    set_text(&sheet, (place){80, 136, 10, PLAIN}, "Another item");
    set_text(&sheet, (place){80, 148, 10, PLAIN}, "of two lines.");
    set_text(&sheet, (place){60, 172, 10, PLAIN}, "No item any more.");
    char text[512] = "p:", wanted[1024];
    snprintf(wanted, sizeof wanted,
             "%s|1li 1.:An item of a list.\n\nIts second paragraph.|1li 2.:Another item of two "
             "lines.|p:No item any more.",
             filled(text, 4));
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, speech_with_dashes_is_no_list) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 2; i++) {
        set_rows(&sheet, (place){75, 100 + 24 * (float)i, 10, PLAIN},
                 ROWS("\u2013 the quick brown fox jumps over the lazy dog and runs away from"), 12);
        set_rows(&sheet, (place){60, 112 + 24 * (float)i, 10, PLAIN}, ROWS("it all, he said."), 12);
    }
    const char *speech =
        "p:\u2013 the quick brown fox jumps over the lazy dog and runs away from it all, he said.";
    char wanted[512];
    snprintf(wanted, sizeof wanted, "%s|%s", speech, speech);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

/* Code, formulas, captions, notes, quotes --------------------------------------------------- */

TEST(pdf_blocks, code_keeps_lines_spaces_and_indents) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 76, 3);
    set_rows(&sheet, (place){60, 130, 10, MONO}, ROWS("int main(void) {"), 12);
    set_rows(&sheet, (place){80, 142, 10, MONO}, ROWS("int  a = 1;"), 12);
    set_rows(&sheet, (place){60, 166, 10, MONO}, ROWS("}"), 12);
    char wanted[1024] = "p:";
    strcat(filled(wanted, 3), "|code:int main(void) {\n    int  a = 1;\n\n}");
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, a_typewritten_document_is_no_code) {
    xtr__sheet sheet = new_sheet();
    set_rows(&sheet, (place){60, 100, 10, MONO},
             ROWS("Dear Sir,  with two spaces", "this is a letter"), 12);
    check_elements(&sheet, "p:Dear Sir, with two spaces this is a letter", SHOW_TYPES);
}

TEST(pdf_blocks, displayed_formulas) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 100, 3);
    set_text(&sheet, (place){200, 145, 10, MATH}, "a = b + c");
    set_text(&sheet, (place){375, 145, 10, PLAIN}, "(12)");
    set_lines(&sheet, 60, 166, 3);
    char wanted[2048] = "p:", more[1024] = "";
    strcat(strcat(filled(wanted, 3), "|math:a = b + c (12)|p:"), filled(more, 3));
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, entries_of_contents_are_paragraphs) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){60, 100, 10, PLAIN}, "Red foxes and their dogs . . . . . . . . 252");
    set_text(&sheet, (place){60, 112, 10, PLAIN},
             "Jumps ....................................... iv");
    set_text(&sheet, (place){60, 124, 10, BOLD}, "7 Sleep and night                         261");
    set_text(&sheet, (place){60, 136, 10, PLAIN}, "A sentence that goes on ... and on in 1999");
    set_text(&sheet, (place){60, 148, 10, PLAIN}, "until it ends");
    check_elements(&sheet,
                   "p:Red foxes and their dogs 252|p:Jumps iv|p:7 Sleep and night 261|"
                   "p:A sentence that goes on ... and on in 1999 until it ends",
                   SHOW_TYPES);
}

TEST(pdf_blocks, captions_have_a_name_and_a_number) {
    static const char *const captions[] = {"Figure 3: What was found", "Table 2. Numbers",
                                           "Abb. 4.1: Ein Fuchs", "\u56f31\uff1aNorth",
                                           "\u0420\u0438\u0441. 5. Fox"};
    for (size_t i = 0; i < sizeof captions / sizeof *captions; i++) {
        xtr__sheet sheet = new_sheet();
        set_lines(&sheet, 60, 100, 3);
        set_text(&sheet, (place){60, 160, 10, PLAIN}, captions[i]);
        char wanted[1024] = "p:";
        strcat(strcat(filled(wanted, 3), "|cap:"), captions[i]);
        check_elements(&sheet, wanted, SHOW_TYPES);
    }
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 100, 3);
    set_text(&sheet, (place){60, 160, 10, PLAIN}, "Figure 3 shows what was found");
    char wanted[1024] = "p:";
    strcat(filled(wanted, 3), "|p:Figure 3 shows what was found");
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, notes_at_the_foot) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 300, 8);
    set_text(&sheet, (place){60, 426, 5, PLAIN}, "1");
    set_text(&sheet, (place){64, 430, 8, PLAIN}, "The first note");
    set_text(&sheet, (place){60, 440, 8, PLAIN}, "in two lines.");
    set_text(&sheet, (place){60, 446, 5, PLAIN}, "2");
    set_text(&sheet, (place){64, 450, 8, PLAIN}, "The second note.");
    char wanted[2048] = "p:";
    strcat(filled(wanted, 8), "|note 1:The first note in two lines.|note 2:The second note.");
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, notes_over_two_columns_keep_their_marks) {
    static const char *const rest =
        ": a note that is as wide as both of the columns above, which their gutter does not part";
    xtr__sheet sheet = new_sheet();
    char wanted[4096] = "p:";
    for (int i = 0; i < 20; i++) {
        set_text(&sheet, (place){i < 10 ? 60 : 310, 300 + 12 * (float)(i % 10), 10, PLAIN},
                 "the quick brown fox jumps over the lazy dogs");
        strcat(wanted, i > 0 ? " " : "");
        strcat(wanted, "the quick brown fox jumps over the lazy dogs");
    }
    for (int i = 0; i < 3; i++) {
        char mark[2] = {(char)('5' + i)}, note[128];
        float y = 440 + 11 * (float)i;
        snprintf(note, sizeof note, "Note %s%s", mark, rest);
        set_text(&sheet, (place){60, y - 3, 5, PLAIN}, mark);
        set_text(&sheet, (place){76, y, 8, PLAIN}, note);
        sprintf(wanted + strlen(wanted), "|note %s:%s", mark, note);
    }
    check_elements(&sheet, wanted, SHOW_TYPES);
}

TEST(pdf_blocks, quotes_are_set_in_and_smaller) {
    xtr__sheet sheet = new_sheet();
    set_lines(&sheet, 60, 100, 4);
    set_rows(&sheet, (place){90, 160, 9, PLAIN},
             ROWS("what one said is set apart from the rest of it on both", "sides"), 11);
    set_lines(&sheet, 60, 195, 4);
    char wanted[2048] = "p:", more[1024] = "";
    strcat(filled(wanted, 4),
           "|quote:what one said is set apart from the rest of it on both sides|p:");
    strcat(wanted, filled(more, 4));
    check_elements(&sheet, wanted, SHOW_TYPES);
}
