/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Recognised words to the elements of a page. */
#include "ocr/ocr.h"
#include "pdf_sheet.h"

#include <stdlib.h>

/** A page of 600 by 800 points at 144 dots per inch. */
enum { WIDTH = 1200, HEIGHT = 1600 };

static xtr__reading new_reading(void) {
    return (xtr__reading){.budget = &budget, .width = WIDTH, .height = HEIGHT};
}

/** A line of words: where it begins, its baseline, its size in pixels. */
typedef struct set {
    float x, y, size;
    float confidence; /* 0: sure */
    float stroke;
} set;

static bool has_any(const char *word, size_t size, const char *among) {
    for (size_t i = 0; i < size; i++) {
        if (strchr(among, word[i]))
            return true;
    }
    return false;
}

static void add_word(xtr__reading *reading, const xtr__read_word *like, const char *text,
                     size_t size) {
    xtr__read_word *word = XTR__PUSH(&budget, &reading->words);
    *word = *like;
    word->text = (uint32_t)reading->text.count;
    word->text_size = (uint32_t)size;
    for (size_t i = 0; i < size; i++)
        *XTR__PUSH(&budget, &reading->text) = text[i];
}

/** Sets the words of a line, half an em to the letter, boxes as high as their letters. `size` is
 *  wrong by as much as a backend's. */
static void set_line(xtr__reading *reading, set at, const char *text) {
    uint32_t line =
        reading->words.count ? reading->words.items[reading->words.count - 1].line + 1 : 0;
    while (*text) {
        size_t size = strcspn(text, " "), letters = 0;
        for (size_t i = 0; i < size; i++)
            letters += (text[i] & 0xc0) != 0x80;
        bool tall = has_any(text, size, "bdfhklABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\xe4\xe6\xd7");
        xtr__read_word word = {.box = {at.x, at.y - at.size * (tall ? 0.71F : 0.48F),
                                       at.x + at.size / 2 * (float)letters,
                                       at.y + at.size * (has_any(text, size, "gjpqy") ? 0.21F : 0)},
                               .baseline_left = at.y,
                               .baseline_right = at.y,
                               .size = at.size * (line % 3 ? 0.9F : 1.05F),
                               .confidence = at.confidence > 0 ? at.confidence : 0.95F,
                               .line = line,
                               .stroke = at.stroke};
        add_word(reading, &word, text, size);
        at.x = word.box.x1 + at.size * 0.3F;
        text += size + (text[size] == ' ');
    }
}

static const char *const filler = "the quick brown fox jumps over the lazy dog and runs";

static void set_lines(xtr__reading *reading, set at, int count) {
    for (int i = 0; i < count; i++, at.y += 1.2F * at.size)
        set_line(reading, at, filler);
}

static char *filled(char *out, int count) {
    for (int i = 0; i < count; i++)
        strcat(strcat(out, i ? " " : ""), filler);
    return out;
}

/** Compares what a reading becomes, on a page of `width` by `height` points. */
static void check_page(xtr__reading *reading, float width, float height, const char *wanted) {
    xtr__sheet sheet = new_sheet();
    xtr__sheet_reset(&sheet, 1, width, height);
    ck_assert(xtr__ocr_fill_sheet(&sheet, reading, (xtr_box){0, 0, width, height}));
    xtr__reading_drop(reading);
    check_elements(&sheet, wanted, SHOW_TYPES);
}

static void check_reading(xtr__reading *reading, const char *wanted) {
    check_page(reading, 600, 800, wanted);
}

/* Sizes ------------------------------------------------------------------------------------- */

TEST(ocr_sheet, larger_lines_are_headings_and_noise_in_sizes_is_none) {
    char text[2048] = "", all[4096];
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 200, .size = 34}, "About foxes");
    set_lines(&reading, (set){.x = 100, .y = 300, .size = 20}, 8);
    snprintf(all, sizeof all, "h:About foxes|p:%s", filled(text, 8));
    check_reading(&reading, all);
}

TEST(ocr_sheet, a_wrong_resolution_makes_no_difference) {
    static const float widths[] = {60, 600, 6000};
    for (int i = 0; i < 3; i++) {
        char text[2048] = "", all[4096];
        xtr__reading reading = new_reading();
        set_line(&reading, (set){.x = 100, .y = 200, .size = 34}, "About foxes");
        set_lines(&reading, (set){.x = 100, .y = 300, .size = 20}, 8);
        snprintf(all, sizeof all, "h:About foxes|p:%s", filled(text, 8));
        check_page(&reading, widths[i], widths[i] / 3 * 4, all);
    }
}

TEST(ocr_sheet, boxes_are_in_points_of_the_page) {
    xtr__reading reading = new_reading();
    xtr__sheet sheet = new_sheet();
    xtr__sheet_reset(&sheet, 1, 6000, 8000);
    set_lines(&reading, (set){.x = 100, .y = 300, .size = 20}, 8);
    ck_assert(xtr__ocr_fill_sheet(&sheet, &reading, (xtr_box){0, 0, 6000, 8000}));
    ck_assert_float_eq_tol(sheet.width * sheet.unit, 6000, 1);
    ck_assert_float_eq_tol(sheet.glyphs.items[0].x0 * sheet.unit, 500, 1);
    xtr__reading_drop(&reading);
    xtr__sheet_drop(&sheet);
}

TEST(ocr_sheet, lines_that_can_hardly_be_right_are_no_headings) {
    char text[2048] = "", all[4096];
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 200, .size = 34, .confidence = 0.2F}, "Avoul laxes");
    set_lines(&reading, (set){.x = 100, .y = 300, .size = 20}, 8);
    snprintf(all, sizeof all, "p:Avoul laxes|p:%s", filled(text, 8));
    check_reading(&reading, all);
}

TEST(ocr_sheet, thick_strokes_make_a_heading) {
    char text[2048] = "", all[4096];
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 260, .size = 20, .stroke = 5}, "About foxes");
    set_lines(&reading, (set){.x = 100, .y = 300, .size = 20, .stroke = 3}, 8);
    snprintf(all, sizeof all, "h:About foxes|p:%s", filled(text, 8));
    check_reading(&reading, all);
}

/* Words ------------------------------------------------------------------------------------- */

TEST(ocr_sheet, words_that_overlap_stay_apart) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 300, .size = 20}, "brown foxes jump");
    reading.words.items[0].box.x1 += 9;
    reading.words.items[1].box.x0 -= 6;
    check_reading(&reading, "p:brown foxes jump");
}

TEST(ocr_sheet, narrow_words_lose_no_letter) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 300, .size = 20}, "aaaaaaaaaaaa foxes");
    reading.words.items[0].box.x1 = reading.words.items[0].box.x0 + 6;
    check_reading(&reading, "p:aaaaaaaaaaaa foxes");
}

TEST(ocr_sheet, chinese_words_have_no_spaces_between) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 300, .size = 20}, "比较 文学 “ 作品 ” 是");
    check_reading(&reading, "p:比较文学“作品”是");
}

TEST(ocr_sheet, arabic_is_read_from_the_right) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 300, .y = 300, .size = 20}, "الثعلب البني 42 fox سريع");
    float right = 700;
    for (size_t i = 0; i < reading.words.count; i++) {
        xtr_box *box = &reading.words.items[i].box;
        float width = box->x1 - box->x0;
        box->x1 = right;
        box->x0 = right - width;
        right = box->x0 - 6;
    }
    check_reading(&reading, "p:الثعلب البني 42 fox سريع");
}

TEST(ocr_sheet, brackets_beside_hebrew_stay_as_they_were_read) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 224, .size = 20}, "(\xd7\x90\xd7\x91)");
    check_reading(&reading, "p:(\xd7\x90\xd7\x91)");
}

TEST(ocr_sheet, lines_without_capitals_have_one_size_and_make_a_paragraph) {
    xtr__reading reading = new_reading();
    const char *const word = "\xd7\x90\xd7\x91\xd7\x92\xd7\x93";
    for (int i = 0; i < 3; i++)
        set_line(&reading, (set){.x = 100, .y = 224 + 36 * (float)i, .size = i == 1 ? 25 : 20},
                 word);
    char all[64];
    snprintf(all, sizeof all, "p:%s %s %s", word, word, word);
    check_reading(&reading, all);
}

TEST(ocr_sheet, vertical_lines_follow_each_other_from_the_right) {
    static const char *const texts[] = {"吾輩は猫である", "名前はまだ無い", "どこで生れたか"};
    xtr__reading reading = new_reading();
    for (int i = 0; i < 3; i++) {
        float x = 700 - 40 * (float)i;
        xtr__read_word word = {.box = {x, 100, x + 22, 100 + 24 * 7},
                               .baseline_left = 268,
                               .baseline_right = 268,
                               .size = 24,
                               .confidence = 0.9F,
                               .line = (uint32_t)i,
                               .vertical = true};
        add_word(&reading, &word, texts[i], strlen(texts[i]));
    }
    check_reading(&reading, "p:吾輩は猫である名前はまだ無いどこで生れたか");
}

TEST(ocr_sheet, blank_words_show_nothing) {
    xtr__reading reading = new_reading();
    xtr__read_word blank = {.box = {0, 0, WIDTH, 200}, .size = 200, .confidence = 0.95F};
    add_word(&reading, &blank, " ", 1);
    set_line(&reading, (set){.x = 100, .y = 300, .size = 20}, "brown foxes jump");
    check_reading(&reading, "p:brown foxes jump");
}

/* Structure --------------------------------------------------------------------------------- */

TEST(ocr_sheet, columns_with_a_narrow_gutter) {
    static const char *const lines[] = {"the quick brown fox jumps over the lazy dog and runs",
                                        "a sleepy old owl sits in a tall tree and looks down",
                                        "many small red fish swim under the ice and are cold"};
    char wanted[4096] = "p:";
    xtr__reading reading = new_reading();
    for (int column = 0; column < 3; column++) {
        for (int i = 0; i < 10; i++) {
            set_line(&reading,
                     (set){.x = 40 + 376 * (float)column, .y = 200 + 15 * (float)i, .size = 12},
                     lines[column]);
            strcat(strcat(wanted, column || i ? " " : ""), lines[column]);
        }
    }
    check_reading(&reading, wanted);
}

TEST(ocr_sheet, a_disc_read_as_a_letter_is_a_bullet) {
    xtr__reading reading = new_reading();
    set_lines(&reading, (set){.x = 100, .y = 200, .size = 20}, 4);
    for (int i = 0; i < 3; i++) {
        size_t first = reading.words.count;
        set_line(&reading, (set){.x = 120, .y = 320 + 24 * (float)i, .size = 20},
                 i == 1 ? "o Brown foxes jump" : "e Brown foxes jump");
        xtr_box *disc = &reading.words.items[first].box;
        disc->y1 -= 4;
    }
    char text[2048] = "", all[4096];
    snprintf(all, sizeof all,
             "p:%s|1li \u2022:Brown foxes jump|1li \u2022:Brown foxes jump|1li \u2022:Brown foxes "
             "jump",
             filled(text, 4));
    check_reading(&reading, all);
}

TEST(ocr_sheet, a_word_of_one_letter_is_no_bullet) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 300, .size = 20}, "o brown foxes jump");
    check_reading(&reading, "p:o brown foxes jump");
}

static void add_rule(xtr__reading *reading, float x0, float y0, float x1, float y1) {
    *XTR__PUSH(&budget, &reading->rules) = (xtr__segment){x0, y0, x1, y1};
}

TEST(ocr_sheet, rules_make_a_table_and_are_no_text) {
    xtr__reading reading = new_reading();
    for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 2; column++) {
            char text[8];
            snprintf(text, sizeof text, "cell%d%d", row, column);
            set_line(&reading,
                     (set){.x = 110 + 200 * (float)column, .y = 224 + 32 * (float)row, .size = 20},
                     text);
        }
        set_line(&reading, (set){.x = 295, .y = 224 + 32 * (float)row, .size = 20}, "|");
    }
    for (int i = 0; i < 4; i++)
        add_rule(&reading, 100, 200 + 32 * (float)i, 500, 200 + 32 * (float)i);
    for (int i = 0; i < 3; i++)
        add_rule(&reading, 100 + 200 * (float)i, 200, 100 + 200 * (float)i, 296);
    xtr__sheet sheet = new_sheet();
    xtr__page_layout page;
    xtr__scratch scratch = {.budget = &budget};
    ck_assert(xtr__ocr_fill_sheet(&sheet, &reading, (xtr_box){0, 0, 600, 800}));
    ck_assert(xtr__layout_page(&page, &sheet, &scratch, NULL, NULL));
    ck_assert_uint_eq(page.tables.count, 1);
    ck_assert_uint_eq(page.tables.items[0].rows, 3);
    ck_assert_uint_eq(page.tables.items[0].columns, 2);
    ck_assert_uint_eq(page.text.count, 6 * strlen("cell00"));
    xtr__page_layout_drop(&budget, &page);
    xtr__scratch_drop(&scratch);
    xtr__sheet_drop(&sheet);
    xtr__reading_drop(&reading);
}

/* Strokes ----------------------------------------------------------------------------------- */

/** Two by two cells with a frame; what stands in the first begins with `name`. */
static void set_table(xtr__reading *reading, float x, float y, const char *name) {
    for (int i = 0; i < 3; i++) {
        add_rule(reading, x, y + 32 * (float)i, x + 400, y + 32 * (float)i);
        add_rule(reading, x + 200 * (float)i, y, x + 200 * (float)i, y + 64);
    }
    for (int i = 0; i < 4; i++) {
        char text[8];
        snprintf(text, sizeof text, "%s%d", name, i);
        set_line(reading,
                 (set){.x = x + 10 + 200 * (float)(i % 2),
                       .y = y + 24 + 32 * (float)(i / 2),
                       .size = 20},
                 text);
    }
}

TEST(ocr_sheet, tables_side_by_side_are_read_from_the_left) {
    xtr__reading reading = new_reading();
    set_table(&reading, 100, 203, "left");
    set_table(&reading, 600, 200, "right");
    check_reading(&reading,
                  "table:left0\tleft1\nleft2\tleft3|table:right0\tright1\nright2\tright3");
}

TEST(ocr_sheet, no_table_is_found_around_a_ruled_one) {
    xtr__reading reading = new_reading();
    set_line(&reading, (set){.x = 100, .y = 180, .size = 20}, "First:");
    set_line(&reading, (set){.x = 500, .y = 180, .size = 20}, "Second:");
    set_table(&reading, 100, 200, "cell");
    for (int i = 0; i < 3; i++) {
        set_line(&reading, (set){.x = 100, .y = 300 + 26 * (float)i, .size = 20}, "Name:");
        set_line(&reading, (set){.x = 500, .y = 300 + 26 * (float)i, .size = 20}, "Value");
    }
    xtr__sheet sheet = new_sheet();
    xtr__page_layout page;
    xtr__scratch scratch = {.budget = &budget};
    ck_assert(xtr__ocr_fill_sheet(&sheet, &reading, (xtr_box){0, 0, 600, 800}));
    ck_assert(xtr__layout_page(&page, &sheet, &scratch, NULL, NULL));
    for (size_t i = 0; i < page.tables.count; i++)
        ck_assert(page.tables.items[i].box.y0 >= 95 || page.tables.items[i].box.y1 <= 100);
    xtr__page_layout_drop(&budget, &page);
    xtr__scratch_drop(&scratch);
    xtr__sheet_drop(&sheet);
    xtr__reading_drop(&reading);
}

TEST(ocr_sheet, strokes_are_as_thick_as_they_are_drawn) {
    for (uint32_t thick = 2; thick < 7; thick++) {
        unsigned char samples[40 * 80];
        for (uint32_t i = 0; i < sizeof samples; i++)
            samples[i] = i % 80 % 20 < thick ? 20 : 240;
        xtr_ocr_image image = {.samples = samples, .width = 80, .height = 40, .stride = 80};
        ck_assert_float_eq_tol(xtr__ocr_stroke(&image, (xtr_box){0, 0, 80, 40}), (float)thick,
                               0.2F);
    }
}

/* Rules of images --------------------------------------------------------------------------- */

#ifdef XTR_WITH_TESSERACT
enum { ACROSS = 900, DOWN = 600 };

static void draw_box(unsigned char *samples, int x0, int y0, int x1, int y1, unsigned char grey) {
    for (int y = y0; y < y1; y++)
        memset(samples + y * ACROSS + x0, grey, (size_t)(x1 - x0));
}

TEST(ocr_sheet, light_and_broken_lines_are_rules_and_letters_are_none) {
    char message[256];
    const xtr__ocr_module *module = xtr__ocr_load(message);
    unsigned char *samples = malloc(ACROSS * DOWN);
    memset(samples, 250, ACROSS * DOWN);
    draw_box(samples, 100, 100, 800, 102, 190);
    draw_box(samples, 100, 300, 440, 302, 40);
    draw_box(samples, 448, 300, 800, 302, 40);
    draw_box(samples, 100, 100, 102, 302, 40);
    for (int i = 0; i < 20; i++)
        draw_box(samples, 200 + 24 * i, 200, 203 + 24 * i, 230, 20);
    draw_box(samples, 200, 400, 700, 500, 20); /* a picture */
    const xtr_ocr_image image = {
        .samples = samples, .width = ACROSS, .height = DOWN, .stride = ACROSS, .dpi = 150};
    xtr__ocr_prepared prepared;
    ck_assert_ptr_nonnull(module);
    ck_assert_int_eq(module->prepare(&image, &prepared), XTR_OK);
    ck_assert_uint_eq(prepared.line_count, 3);
    float length = prepared.lines[1].x1 - prepared.lines[1].x0;
    ck_assert_float_eq_tol(length / prepared.scale, 700, 4);
    free((void *)(uintptr_t)prepared.image.samples);
    free(prepared.lines);
    free(samples);
}
#endif
