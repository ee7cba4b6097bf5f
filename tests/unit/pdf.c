/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The PDF extractor on small documents, and its layout on glyphs made up here. */
#include "layout/trace.h"
#include "libextract/debug.h"
#include "pdf_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Layout on made-up glyphs ------------------------------------------------------------------ */

static void check_layout(xtr__sheet *sheet, const char *wanted) {
    check_elements(sheet, wanted, SHOW_TEXT);
}

TEST(pdf, words_part_at_gaps_and_spaces) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){100, 100, 10, 0}, "two words");
    set_text(&sheet, (place){146.5F, 100, 10, 0}, "apart"); /* 0.15 em after the last */
    set_text(&sheet, (place){171.8F, 100, 10, 0}, "ly");    /* 0.03 em */
    check_layout(&sheet, "two words apartly");
}

TEST(pdf, text_drawn_twice_counts_once) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){100, 100, 10, 0}, "shadow");
    set_text(&sheet, (place){100.4F, 100.4F, 10, 0}, "shadow");
    check_layout(&sheet, "shadow");
}

static void hide(xtr__sheet *sheet, size_t first) {
    for (size_t i = first; i < sheet->glyphs.count; i++)
        sheet->glyphs.items[i].flags |= XTR__GLYPH_HIDDEN;
}

TEST(pdf, hidden_text_counts_where_there_is_no_other) {
    xtr__sheet mixed = new_sheet();
    set_text(&mixed, (place){100, 100, 10, 0}, "seen");
    set_text(&mixed, (place){100, 200, 10, 0}, "hidden");
    hide(&mixed, 4);
    check_layout(&mixed, "seen");
    xtr__sheet layer = new_sheet();
    set_text(&layer, (place){100, 100, 10, 0}, "hidden");
    hide(&layer, 0);
    check_layout(&layer, "hidden");
}

/** Twelve rows of two columns, drawn row by row as a naive reader would take them. */
static void set_columns(xtr__sheet *sheet) {
    for (int i = 0; i < 6; i++) {
        float y = 200 + 12 * (float)i;
        set_text(sheet, (place){50, y, 10, 0}, "left column has plain words in it");
        set_text(sheet, (place){320, y, 10, 0}, "Right column has other words in it");
    }
}

TEST(pdf, columns_are_read_one_after_the_other) {
    xtr__sheet sheet = new_sheet();
    set_columns(&sheet);
    char wanted[1024] = "";
    for (int i = 0; i < 6; i++)
        strcat(strcat(wanted, i ? " " : ""), "left column has plain words in it");
    for (int i = 0; i < 6; i++)
        strcat(strcat(wanted, i ? " " : "|"), "Right column has other words in it");
    check_layout(&sheet, wanted);
}

TEST(pdf, a_title_over_the_gutter_comes_first) {
    xtr__sheet sheet = new_sheet();
    set_columns(&sheet);
    set_text(&sheet, (place){150, 150, 10, 0}, "a title that stands over both of the columns");
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    ck_assert(xtr__layout_page(&page, &sheet, &scratch, NULL, NULL));
    const xtr__line *first = &page.lines.items[0];
    ck_assert_int_eq(strncmp(page.text.items + first->text, "a title", 7), 0);
    ck_assert_uint_eq(page.lines.count, 13);
    ck_assert_uint_eq(page.lines.items[6].leaf, page.lines.items[1].leaf);
    ck_assert_uint_ne(page.lines.items[7].leaf, page.lines.items[1].leaf);
    xtr__page_layout_drop(&budget, &page);
    xtr__scratch_drop(&scratch);
    xtr__sheet_drop(&sheet);
}

TEST(pdf, columns_whose_words_are_set_apart_are_no_names_and_values) {
    xtr__sheet sheet = new_sheet();
    static const char *const words[] = {"everybody", "workshop", "was", "attended", "music"};
    char wanted[2048] = "";
    for (int i = 0; i < 24; i++) {
        place at = {i < 12 ? 50 : 270, 200 + 12 * (float)(i % 12), 10, 0};
        const char *whole = "a line of forty letters fills its column";
        for (int k = 0; k < 5 && i % 3 == 0; at.x += 5 * (float)strlen(words[k++]) + 8.75F)
            set_text(&sheet, at, words[k]);
        if (i % 3 > 0)
            set_text(&sheet, at, whole);
        strcat(strcat(wanted, i ? " " : ""),
               i % 3 ? whole : "everybody workshop was attended music");
    }
    check_elements(&sheet, wanted, SHOW_TEXT);
}

TEST(pdf, three_columns_on_the_same_baselines) {
    xtr__sheet sheet = new_sheet();
    char wanted[2048] = "";
    for (int i = 0; i < 8; i++)
        for (int column = 0; column < 3; column++)
            set_text(&sheet, (place){50 + 170 * (float)column, 200 + 12 * (float)i, 10, 0},
                     "words that fill all of a column");
    for (int i = 0; i < 24; i++)
        strcat(strcat(wanted, i ? " " : ""), "words that fill all of a column");
    check_elements(&sheet, wanted, SHOW_TEXT);
}

TEST(pdf, authors_side_by_side_are_read_before_the_columns) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){150, 120, 20, 0}, "A title over both columns");
    set_text(&sheet, (place){125, 160, 10, 0}, "Ada Fox");
    set_text(&sheet, (place){102.5F, 172, 10, 0}, "University Road");
    set_text(&sheet, (place){395, 160, 10, 0}, "Grace Dog");
    set_text(&sheet, (place){380, 172, 10, 0}, "Lazy Brown Lane");
    set_columns(&sheet);
    char wanted[1024] =
        "A title over both columns|Ada Fox University Road|Grace Dog Lazy Brown Lane";
    for (int i = 0; i < 6; i++)
        strcat(strcat(wanted, i ? " " : "|"), "left column has plain words in it");
    for (int i = 0; i < 6; i++)
        strcat(strcat(wanted, i ? " " : "|"), "Right column has other words in it");
    check_elements(&sheet, wanted, SHOW_TEXT);
}

TEST(pdf, names_and_values_are_read_by_rows) {
    xtr__sheet sheet = new_sheet();
    static const char *const rows[][2] = {{"Name", "Ada"}, {"Born", "1815"}, {"Died", "1852"}};
    for (int i = 0; i < 3; i++) {
        set_text(&sheet, (place){50, 200 + 12 * (float)i, 10, 0}, rows[i][0]);
        set_text(&sheet, (place){320, 200 + 12 * (float)i, 10, 0}, rows[i][1]);
    }
    check_layout(&sheet, "Name\tAda\nBorn\t1815\nDied\t1852");
}

TEST(pdf, hyphens_at_line_ends_join) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){50, 200, 10, 0}, "this is a hyphen-");
    set_text(&sheet, (place){50, 212, 10, 0}, "ated word and an Anglo-");
    set_text(&sheet, (place){50, 224, 10, 0}, "Saxon and the end");
    check_layout(&sheet, "this is a hyphenated word and an Anglo-Saxon and the end");
}

TEST(pdf, fractions_are_read_as_they_were_drawn) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){50, 200, 10, 2}, "y");
    set_text(&sheet, (place){60, 200, 10, 2}, "=");
    set_text(&sheet, (place){70, 193, 10, 2}, "ab");
    set_text(&sheet, (place){70, 207, 10, 2}, "cd");
    set_text(&sheet, (place){84, 200, 10, 2}, "z");
    check_layout(&sheet, "y = ab cd z");
}

/** Four lines of text at this height. */
static void set_paragraph(xtr__sheet *sheet, float y) {
    for (int i = 0; i < 4; i++)
        set_text(sheet, (place){60, y + 12 * (float)i, 10, 0},
                 "the quick brown fox jumps over the lazy dog and runs away from it all");
}

TEST(pdf, headings_by_size_weight_and_number) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){60, 60, 20, 0}, "A Long Title That Goes On");
    set_text(&sheet, (place){60, 84, 20, 0}, "In Another Line");
    set_paragraph(&sheet, 120);
    set_text(&sheet, (place){60, 190, 12, BOLD}, "1.2 Results of the Survey");
    set_paragraph(&sheet, 210);
    set_text(&sheet, (place){60, 280, 10, BOLD}, "Acknowledgments");
    set_paragraph(&sheet, 296);
    check_elements(&sheet,
                   "1:A Long Title That Goes On In Another Line|2:1.2 Results of the Survey|"
                   "3:Acknowledgments",
                   SHOW_HEADINGS);
}

TEST(pdf, a_slightly_larger_line_in_a_font_of_its_own_is_a_heading) {
    static const char *const lines[] = {
        "What the lazy dogs do all day while the foxes stay far away",
        "What the quick foxes do at night when all dogs lie asleep"};
    xtr__sheet sheet = new_sheet();
    set_paragraph(&sheet, 60);
    for (int i = 0; i < 2; i++) { /* nearly as wide as the column */
        float y = 140 + 100 * (float)i;
        set_text(&sheet, (place){60, y, 10.9F, i == 0 ? PLAIN : MATH}, lines[i]);
        set_paragraph(&sheet, y + 14);
    }
    sheet.fonts.items[MATH].flags = 0;
    check_elements(&sheet, "1:What the quick foxes do at night when all dogs lie asleep",
                   SHOW_HEADINGS);
}

TEST(pdf, a_line_alone_above_a_table_may_be_a_heading) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){50, 200, 13, PLAIN}, "Results of a year");
    for (int i = 0; i < 6; i++)
        for (int column = 0; column < 3; column++)
            set_text(&sheet, (place){120 + 100 * (float)column, 230 + 14 * (float)i, 10, PLAIN},
                     column ? "1204" : "the north");
    check_elements(&sheet, "1:Results of a year", SHOW_HEADINGS);
}

TEST(pdf, authors_below_a_title_are_no_headings) {
    xtr__sheet sheet = new_sheet();
    const char *text = "the quick brown fox jumps over the lazy dog and runs away from it.";
    set_text(&sheet, (place){210, 100, 20, PLAIN}, "A title of a page");
    set_text(&sheet, (place){240, 130, 14, PLAIN}, "Ada and Grace Fox");
    set_text(&sheet, (place){244.5F, 150, 10, PLAIN}, "Institute of Old Words");
    set_text(&sheet, (place){130, 190, 14, PLAIN}, "Overview");
    for (int i = 0; i < 12; i++)
        set_text(&sheet, (place){130, 210 + 12 * (float)i, 10, PLAIN}, text);
    set_text(&sheet, (place){130, 380, 14, PLAIN}, "Details");
    for (int i = 0; i < 12; i++)
        set_text(&sheet, (place){130, 400 + 12 * (float)i, 10, PLAIN}, text);
    check_elements(&sheet, "1:A title of a page|2:Overview|2:Details", SHOW_HEADINGS);
}

TEST(pdf, the_last_line_of_a_paragraph_is_no_heading) {
    xtr__sheet sheet = new_sheet();
    set_paragraph(&sheet, 60);
    set_text(&sheet, (place){60, 108, 10, BOLD}, "AND RUNS AWAY");
    set_paragraph(&sheet, 140);
    set_text(&sheet, (place){60, 188, 10, PLAIN}, "and ends.");
    set_text(&sheet, (place){60, 200, 10, BOLD}, "AND THEN");
    set_paragraph(&sheet, 220);
    check_elements(&sheet, "1:AND THEN", SHOW_HEADINGS);
}

TEST(pdf, a_line_that_ends_the_sentence_above_is_no_heading_however_large) {
    xtr__sheet sheet = new_sheet();
    set_paragraph(&sheet, 60);
    set_paragraph(&sheet, 140);
    for (int i = 0; i < 4; i++)
        set_text(&sheet, (place){60, 220 + 12 * (float)i, 12, PLAIN},
                 "Written by friends of the Society for the");
    set_text(&sheet, (place){60, 268, 12, PLAIN}, "Care of Foxes.");
    set_text(&sheet, (place){60, 310, 12, PLAIN}, "Care of Dogs.");
    set_paragraph(&sheet, 328);
    check_elements(&sheet, "1:Care of Dogs.", SHOW_HEADINGS);
}

TEST(pdf, underlined_lines_are_headings_and_underlined_links_are_none) {
    xtr__sheet sheet = new_sheet();
    static const char *const lines[] = {"RULES OF PROCEDURE", "RULES OF PLAY", "PAGES OF RULES"};
    for (int i = 0; i < 3; i++) {
        float y = 60 + 80 * (float)i, end = 60 + 5 * (float)strlen(lines[i]);
        set_text(&sheet, (place){60, y, 10, 0}, lines[i]);
        set_paragraph(&sheet, y + 12);
        if (i != 1) {
            *XTR__PUSH(&budget, &sheet.segments) = (xtr__segment){60, y + 1.5F, end, y + 1.5F};
        }
    }
    *XTR__PUSH(&budget, &sheet.links) = (xtr__area){{60, 210, 130, 224}, 0};
    for (const char *c = "https://example.org/"; c != NULL; c = *c ? c + 1 : NULL)
        *XTR__PUSH(&budget, &sheet.urls) = *c;
    check_elements(&sheet, "1:RULES OF PROCEDURE", SHOW_HEADINGS);
}

TEST(pdf, what_looks_like_a_heading_and_is_none) {
    static const char *const lines[] = {"Figure 3: What was found",
                                        "Table 2. Numbers",
                                        "Contents ....... 12",
                                        "x = y + 2 (12)",
                                        "dB = \u2212 cE",
                                        "[3] Miller and others",
                                        "write to me@example.org",
                                        "and goes on, ",
                                        "12 34 56 78 a",
                                        "it starts in lower case",
                                        "A sentence ends. Then another one follows it",
                                        "- an item of a list"};
    xtr__sheet sheet = new_sheet();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        set_text(&sheet, (place){60, 40 + 62 * (float)i, 12, BOLD}, lines[i]);
        set_paragraph(&sheet, 58 + 62 * (float)i);
    }
    check_elements(&sheet, "", SHOW_HEADINGS);
}

TEST(pdf, a_running_head_of_a_single_page_is_no_heading) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){60, 40, 10, 0}, "ANNALS OF MODELS 19");
    set_paragraph(&sheet, 90);
    check_elements(&sheet, "", SHOW_HEADINGS);
}

/** What the layout says of the lines of a sheet, apart by "|". */
static void check_verdicts(xtr__sheet *sheet, const char *wanted) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__trace trace = {.budget = &budget};
    xtr__page_layout page;
    xtr__survey survey;
    char text[2048] = "";
    ck_assert(xtr__layout_page(&page, sheet, &scratch, NULL, NULL));
    page.trace = &trace;
    xtr__mark_pages(&survey, &page, 1, &scratch);
    for (size_t i = 0; i < trace.verdicts.count; i++) {
        const xtr__verdict *v = &trace.verdicts.items[i];
        float sum = 0;
        char *end = text + strlen(text);
        end += sprintf(end, "%s%u: %s%s", i ? "|" : "", v->line_count, v->heading ? "yes" : "no",
                       v->veto ? ", " : "");
        end += sprintf(end, "%s", v->veto ? v->veto : "");
        for (uint32_t k = 0; k < v->count; k++) {
            sum += v->points[k].points;
            end += sprintf(end, "%s%s", k ? ", " : " by ", v->points[k].why);
        }
        ck_assert_float_eq_tol(sum, v->sum, 0.001F);
        ck_assert_int_eq(v->heading, v->veto == NULL && v->sum > trace.enough);
        ck_assert_int_eq(v->heading, (page.lines.items[v->line].flags & XTR__LINE_HEADING) != 0);
    }
    ck_assert_str_eq(text, wanted);
    xtr__survey_drop(&survey);
    XTR__VECTOR_DROP(&budget, &trace.verdicts);
    xtr__page_layout_drop(&budget, &page);
    xtr__sheet_drop(sheet);
    xtr__scratch_drop(&scratch);
    ck_assert_uint_eq(budget.used, 0);
}

TEST(pdf, headings_say_why_they_are_some) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){60, 60, 12, BOLD}, "1.2 Results of the Survey");
    set_text(&sheet, (place){60, 90, 10, BOLD}, "Table 2. Numbers");
    set_paragraph(&sheet, 130);
    check_verdicts(&sheet,
                   "1: yes by size, bold, number, number with a style, space above, space below, "
                   "ends early|1: no, caption by bold, space above, space below, ends early|"
                   "4: no, not the text of a heading by space above, ends early, long");
}

TEST(pdf, leaders_become_a_space) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, (place){50, 200, 10, 0}, "Chapter ......... 7 and . . . more");
    check_layout(&sheet, "Chapter 7 and ... more");
}

TEST(pdf, many_words_in_one_row_take_linear_time) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 20000; i++)
        set_text(&sheet, (place){(float)i / 40, 300, 10, 0}, i % 2 ? "a b" : "c d");
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    ck_assert(xtr__layout_page(&page, &sheet, &scratch, NULL, NULL));
    xtr__page_layout_drop(&budget, &page);
    xtr__scratch_drop(&scratch);
    xtr__sheet_drop(&sheet);
}

static bool refuse(void *payload, size_t bytes) {
    (void)payload, (void)bytes;
    return false;
}

TEST(pdf, a_refused_allocation_ends_the_layout_without_leaks) {
    for (size_t limit = 20000; limit < 200000; limit += 3001) {
        xtr__sheet sheet = new_sheet();
        set_columns(&sheet);
        budget.granted = budget.used + limit;
        budget.grow = refuse;
        xtr__scratch scratch = {.budget = &budget};
        xtr__page_layout page;
        xtr__layout_page(&page, &sheet, &scratch, NULL, NULL);
        xtr__page_layout_drop(&budget, &page);
        xtr__scratch_drop(&scratch);
        xtr__sheet_drop(&sheet);
        ck_assert_uint_eq(budget.used, 0);
        budget.grow = NULL;
    }
}

/* Directions -------------------------------------------------------------------------------- */

/** Seen text, from left to right in cells half an em wide, to read text. */
static void check_order(const uint32_t *seen, size_t count, const uint32_t *wanted, bool rtl) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__glyph glyphs[64];
    uint32_t which[64], n = 0;
    for (size_t i = 0; i < count; i++) {
        if (seen[i] == ' ')
            continue;
        which[n] = n;
        glyphs[n++] = (xtr__glyph){.x0 = (float)i * 5,
                                   .x1 = (float)i * 5 + 5,
                                   .size = 10,
                                   .text = (uint32_t)i,
                                   .count = 1};
    }
    xtr__placed cells[128];
    bool from_right;
    uint32_t out = xtr__logical_order(cells, glyphs, which, n, seen, &scratch, &from_right);
    ck_assert_uint_eq(out, count);
    ck_assert_int_eq(from_right, rtl);
    for (uint32_t i = 0; i < out; i++) {
        uint32_t c = cells[i].glyph == UINT32_MAX ? ' ' : seen[glyphs[cells[i].glyph].text];
        ck_assert_uint_eq(cells[i].mirrored ? xtr__mirror(c) : c, wanted[i]);
    }
    xtr__scratch_drop(&scratch);
}

enum { ALEF = 0x5d0, BET = 0x5d1, GIMEL = 0x5d2 };

TEST(pdf, hebrew_is_turned_round_and_numbers_are_not) {
    const uint32_t seen[] = {GIMEL, ' ', '1', '2', '.', '5', ' ', BET, ALEF};
    const uint32_t wanted[] = {ALEF, BET, ' ', '1', '2', '.', '5', ' ', GIMEL};
    check_order(seen, 9, wanted, true);
}

TEST(pdf, brackets_are_mirrored_in_right_to_left_text) {
    const uint32_t seen[] = {'(', GIMEL, ')', ' ', BET, ALEF};
    const uint32_t wanted[] = {ALEF, BET, ' ', '(', GIMEL, ')'};
    check_order(seen, 6, wanted, true);
}

TEST(pdf, latin_inside_hebrew_stays) {
    const uint32_t seen[] = {GIMEL, ' ', 'a', 'b', ' ', BET, ALEF};
    const uint32_t wanted[] = {ALEF, BET, ' ', 'a', 'b', ' ', GIMEL};
    check_order(seen, 7, wanted, true);
}

TEST(pdf, presentation_forms_are_written_out) {
    uint32_t out[18];
    ck_assert_uint_eq(xtr__plain_form(0xfb01, out), 2);
    ck_assert(out[0] == 'f' && out[1] == 'i');
    ck_assert_uint_eq(xtr__plain_form(0xfefb, out), 2); /* lam with alef */
    ck_assert(out[0] == 0x644 && out[1] == 0x627);
    ck_assert_uint_eq(xtr__plain_form(0xfb2a, out), 2); /* shin with its dot */
    ck_assert(out[0] == 0x5e9 && out[1] == 0x5c1);
    ck_assert_uint_eq(xtr__plain_form(0x2f54, out), 1); /* the radical of water */
    ck_assert_uint_eq(out[0], 0x6c34);
    ck_assert_uint_eq(xtr__plain_form('x', out), 1);
}

/* Documents --------------------------------------------------------------------------------- */

/** Extracts a fixture as JSON; NULL and the error's code when that fails. */
static char *json_of(const char *name, const char *const *options, int *code) {
    xtr_options *o = xtr_options_new();
    for (; options && options[0]; options += 2)
        ck_assert_int_eq(xtr_options_set(o, options[0], options[1], NULL), XTR_OK);
    xtr_source *source = xtr_source_new_path(fixture(name));
    xtr_runtime *runtime;
    ck_assert_int_eq(xtr_runtime_new(&runtime, NULL, NULL), XTR_OK);
    xtr_result *result = NULL;
    xtr_error error = {0};
    *code = xtr_extract(&result, runtime, source, o, &error);
    char *json = NULL;
    if (!*code)
        ck_assert_int_eq(
            xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL),
            XTR_OK);
    else
        ck_assert_ptr_nonnull(strstr(error.message, name + 4)); /* without "pdf/" */
    xtr_result_drop(result);
    xtr_runtime_drop(runtime);
    xtr_source_drop(source);
    xtr_options_drop(o);
    return json;
}

/** Each part must stand in the JSON, after the one before. */
static void check_json(const char *name, const char *const *options, const char *const *parts) {
    int code;
    char *json = json_of(name, options, &code);
    ck_assert_int_eq(code, XTR_OK);
    const char *at = json;
    for (; *parts; parts++) {
        const char *found = strstr(at, *parts);
        ck_assert_msg(found != NULL, "%s: no %s in %s", name, *parts, json);
        at = found;
    }
    xtr_free(json);
}

#define PARTS(...)          \
    (const char *const[]) { \
        __VA_ARGS__, NULL   \
    }

TEST(pdf, text_and_metadata) {
    check_json("pdf/simple.pdf", NULL,
               PARTS("\"complete\"", "\"2024-02-29T12:34:56+01:00\"", "hyphenated and is joined",
                     "\"bold\""));
    check_json("pdf/simple.pdf", NULL, PARTS("A simple document"));
    check_json("pdf/simple.pdf", NULL, PARTS("Ada Lovelace"));
    check_json("pdf/simple.pdf", NULL, PARTS("en-GB"));
    check_json("pdf/xmp.pdf", NULL, PARTS("First Author; Second Author"));
    check_json("pdf/xmp.pdf", NULL, PARTS("An XMP title"));
}

TEST(pdf, columns_of_a_document) {
    check_json("pdf/columns.pdf", NULL,
               PARTS("A title over both", "Left column.", "until night.\\n\\nRight column."));
}

TEST(pdf, right_to_left_document) {
    check_json("pdf/right_to_left.pdf", NULL,
               PARTS("שלום עולם, זה מסמך בעברית (עם סוגריים)", "בשנת 2024 נכתבו 12.5 עמודים",
                     "كتب الطالب الدرس"));
}

TEST(pdf, labels_and_furniture) {
    check_json("pdf/furniture.pdf", NULL,
               PARTS("\"ii\"", "\"A-9\"", "\"header\"", "Annual report", "\"footer\"", "\"1\""));
}

TEST(pdf, only_the_pages_asked_for) {
    int code;
    char *json = json_of("pdf/furniture.pdf", PARTS("pages", "2,4"), &code);
    ck_assert_ptr_nonnull(strstr(json, "Page 2, paragraph"));
    ck_assert_ptr_nonnull(strstr(json, "Page 4, paragraph"));
    ck_assert_ptr_null(strstr(json, "Page 3, paragraph"));
    xtr_free(json);
}

TEST(pdf, turned_pages_and_turned_text) {
    check_json("pdf/rotated.pdf", NULL,
               PARTS("until night.", "Text that runs upwards. The quick brown fox"));
}

TEST(pdf, underscores_may_be_rules) {
    check_json("pdf/underscores.pdf", NULL, PARTS("fz_new fz__main fzbar Name: Date fz old"));
}

TEST(pdf, slanted_text_is_words_and_heads_of_columns) {
    check_json("pdf/slanted.pdf", NULL,
               PARTS("CONFIDENTIAL until May", "| Fox | Jumps far | Completion | Sleep |"));
}

TEST(pdf, lists) {
    check_json("pdf/lists.pdf", NULL,
               PARTS("\"list_item\"", "from all sides at once;", "\"list_item\"", "\"food.\"",
                     "What to do:", "\"list_item\"", "Walk.", "\"1.\""));
}

TEST(pdf, drawn_bullets_begin_items_and_signs_of_a_legend_do_not) {
    check_json("pdf/drawn.pdf", PARTS("format", "markdown"),
               PARTS("What to bring:\\n\\n- A tent that keeps the rain out.\\n- Food.\\n"
                     "  - Bread\\n  - Cheese\\n\\nHow much of it:\\n\\nIn the morning In",
                     "What to drink:\\n\\n- Tea.\\n- Milk."));
}

TEST(pdf, large_signs_of_mathematics_are_text_and_a_matrix_is_no_table) {
    check_json("pdf/signs.pdf", PARTS("format", "markdown"),
               PARTS("The sum \u2211 x of all.\\n",
                     "The product f (u) and the root \u221a2 of \u00f1 here.",
                     "[ 1   0   4 ]\\n\\n1   0   4\\n1   0   4\\n1   0   4"));
}

TEST(pdf, scripts_are_raised_from_the_letter_they_stand_at) {
    check_json("pdf/signs.pdf", PARTS("format", "markdown"), PARTS("R = x\u00b2 y\u00b3 z"));
}

TEST(pdf, letters_of_fonts_of_symbols_are_signs_and_boxes_to_tick_say_whether_they_are) {
    check_json(
        "pdf/symbols.pdf", PARTS("format", "markdown"),
        PARTS("What is in the bag \u2714 and what is not \u2780 yet:\\n\\n- A tent.\\n- Food.\\n",
              "- \u25fb The dishes.\\n- \u2611 The beds.\\n",
              "- \u2610 The fox, who knows the way through the forest and goes first.\\n"
              "- \u2611 The dog.\\n\\nIs it far? \u2611 Yes \u2610 No\\n\\nWords from Wingdings "
              "stay."));
}

TEST(pdf, codes_of_bitmap_fonts_are_those_of_tex) {
    check_json("pdf/bitmaps.pdf", PARTS("format", "markdown"),
               PARTS("\u201cDifferent fields\u201d \u2013 an office\\n",
                     "- flowers of a first list\\n- of more figures\\n",
                     "The \u201cdifferent\u201d field \u2013 five."));
}

TEST(pdf, letters_below_each_other_are_a_line) {
    check_json("pdf/standing.pdf", PARTS("format", "markdown"),
               PARTS("春はあけぼのやうやう白くなりゆく山ぎは少しあかりて紫だちたる",
                     "水、行く川の流れは絶えず。人の心もまた月と、"));
}

TEST(pdf, what_stands_beside_the_text) {
    check_json("pdf/interactive.pdf", NULL,
               PARTS("the project page", "https://example.org/project"));
    check_json("pdf/interactive.pdf", NULL, PARTS("Chapter (one)", "Section"));
    check_json("pdf/interactive.pdf", NULL, PARTS("A remark", "Grace"));
    check_json("pdf/interactive.pdf", NULL, PARTS("person.name", "text", "Ada"));
    check_json("pdf/interactive.pdf", NULL, PARTS("agree", "checkbox", "Yes"));
    check_json("pdf/interactive.pdf", NULL, PARTS("table.csv", "text/csv", "8", "Numbers"));
}

TEST(pdf, an_image_without_text_is_read_by_nothing) {
    check_json("pdf/image_only.pdf", NULL, PARTS("\"read_by\":\"none\"", "\"warnings\":[]"));
}

TEST(pdf, encrypted_documents_open_with_their_password) {
    static const char *const names[] = {"pdf/rc4-40.pdf", "pdf/aes-256.pdf"};
    for (int i = 0; i < 2; i++) {
        int code;
        ck_assert_ptr_null(json_of(names[i], NULL, &code));
        ck_assert_int_eq(code, XTR_E_PASSWORD_REQUIRED);
        ck_assert_ptr_null(json_of(names[i], PARTS("password", "wrong"), &code));
        ck_assert_int_eq(code, XTR_E_PASSWORD_WRONG);
        check_json(names[i], PARTS("password", "wrong", "password", "open"),
                   PARTS("The quick brown fox"));
        check_json(names[i], PARTS("password", "owner"), PARTS("The quick brown fox"));
    }
}

TEST(pdf, damage_keeps_what_can_be_read) {
    check_json("pdf/truncated.pdf", NULL, PARTS("\"partial\"", "Page 1, paragraph 4", "CORRUPT"));
}

TEST(pdf, what_is_no_pdf_is_refused) {
    int code;
    ck_assert_ptr_null(json_of("pdf/not_a_pdf.pdf", PARTS("mime_type", "application/pdf"), &code));
    ck_assert_int_eq(code, XTR_E_MISMATCH);
}

TEST(pdf, memory_is_bounded) {
    int code;
    ck_assert_ptr_null(json_of("pdf/furniture.pdf", PARTS("max_memory", "100000"), &code));
    ck_assert_int_eq(code, XTR_E_MEMORY);
}

/* The layout as a picture ------------------------------------------------------------------- */

/** Draws a page of a fixture; NULL and the error's code when that fails. */
static char *picture_of(const char *name, uint32_t page, const char *const *options, int *code) {
    xtr_options *o = xtr_options_new();
    for (; options && options[0]; options += 2)
        ck_assert_int_eq(xtr_options_set(o, options[0], options[1], NULL), XTR_OK);
    xtr_source *source = xtr_source_new_path(fixture(name));
    xtr_error error = {0};
    char *picture;
    size_t size;
    *code = xtr_debug_layout(&picture, &size, source, page, o, &error);
    ck_assert_int_eq(*code, error.code);
    ck_assert_int_eq(*code != 0, picture == NULL);
    if (picture)
        ck_assert_uint_eq(strlen(picture), size);
    xtr_source_drop(source);
    xtr_options_drop(o);
    return picture;
}

static void check_picture(const char *name, uint32_t page, const char *const *options,
                          const char *const *parts) {
    int code;
    char *picture = picture_of(name, page, options, &code);
    ck_assert_int_eq(code, XTR_OK);
    const char *at = picture;
    for (; *parts; parts++) {
        at = strstr(at, *parts);
        ck_assert_msg(at != NULL, "%s: no %s in %s", name, *parts, picture);
    }
    xtr_free(picture);
}

static void check_no_picture(const char *name, uint32_t page, const char *const *options,
                             int wanted) {
    int code;
    char *picture = picture_of(name, page, options, &code);
    ck_assert_int_eq(code, wanted);
    xtr_free(picture);
}

TEST(pdf, a_layout_is_drawn) {
    check_picture("pdf/rotated.pdf", 2, NULL,
                  PARTS("<svg ", "rotate(270)", "1 paragraph", "</svg>\n"));
    check_picture(
        "pdf/tables.pdf", 1, NULL,
        PARTS("id=\"rules\"", "<line ", "row 1, column 1, header", " table</text>", "</svg>"));
    check_picture("pdf/tagged.pdf", 1, NULL, PARTS("no heading; its tag says heading"));
    check_picture("pdf/furniture.pdf", 2, NULL, PARTS("page 2</title>", " header</text>"));
    check_picture("pdf/columns.pdf", 1, NULL, PARTS("id=\"columns\"", "id=\"gutters\"", "<rect "));
    check_picture("pdf/simple.pdf", 1, NULL, PARTS("fill-opacity=\"0.2\">\n</g>"));
}

TEST(pdf, a_layout_is_that_of_markdown_whatever_the_options_say) {
    int code;
    char *plain = picture_of("pdf/tables.pdf", 1, NULL, &code);
    char *other =
        picture_of("pdf/tables.pdf", 1,
                   PARTS("format", "html", "layout", "preserve", "isolation", "process"), &code);
    ck_assert_str_eq(plain, other);
    xtr_free(plain);
    xtr_free(other);
}

TEST(pdf, no_layout_to_draw) {
    check_no_picture("pdf/simple.pdf", 2, NULL, XTR_E_ARGUMENT);
    check_no_picture("pdf/simple.pdf", 0, NULL, XTR_E_ARGUMENT);
    check_no_picture("pdf/furniture.pdf", 2, PARTS("pages", "3-"), XTR_E_ARGUMENT);
    check_no_picture("pdf/aes-256.pdf", 1, NULL, XTR_E_PASSWORD_REQUIRED);
    check_no_picture("pdf/missing.pdf", 1, NULL, XTR_E_NOT_FOUND);
    check_no_picture("pdf/simple.pdf", 1, PARTS("mime_type", "text/plain"), XTR_E_UNSUPPORTED);
    check_no_picture("pdf/simple.pdf", 1, PARTS("max_text_size", "2000"), XTR_E_LIMIT);
    check_picture("pdf/aes-256.pdf", 1, PARTS("password", "open"), PARTS("</svg>"));
}
