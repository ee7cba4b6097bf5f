/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tagged PDF: what the layout makes of marks and tags that are made up here. */
#include "document/document.h"
#include "layout/layout.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static xtr__account unlimited;
static xtr__budget budget;

static xtr__sheet new_sheet(void) {
    xtr__sheet sheet = {.budget = &budget};
    xtr__sheet_reset(&sheet, 1, 600, 800);
    *XTR__PUSH(&budget, &sheet.fonts) = (xtr__font){0};
    sheet.ordered = true;
    return sheet;
}

/** An element; those that are made later come later in the tree. */
static uint32_t add_tag(xtr__sheet *sheet, xtr__tag_role role, uint8_t level, uint32_t parent) {
    uint32_t number = (uint32_t)sheet->tags.count;
    *XTR__PUSH(&budget, &sheet->tags) = (xtr__tag){.parent = parent,
                                                   .object = number + 1,
                                                   .order = number,
                                                   .text = XTR__NO_TEXT,
                                                   .alt = XTR__NO_TEXT,
                                                   .rows = 1,
                                                   .columns = 1,
                                                   .role = (uint8_t)role,
                                                   .level = level};
    return number;
}

/** The text that follows belongs to `tag`. */
static xtr__marked *mark(xtr__sheet *sheet, uint32_t tag) {
    xtr__marked *next = XTR__PUSH(&budget, &sheet->marks);
    *next = (xtr__marked){.tag = tag, .text = XTR__NO_TEXT};
    sheet->open_mark = (uint16_t)sheet->marks.count;
    return next;
}

/** The text that follows stands for these characters. */
static void mark_replaced(xtr__sheet *sheet, const char *text) {
    *XTR__PUSH(&budget, &sheet->replacements) =
        (xtr__replacement){(uint32_t)sheet->spelled.count, 0};
    size_t size = strlen(text);
    for (size_t at = 0; at < size; sheet->replacements.items[sheet->replacements.count - 1].count++)
        *XTR__PUSH(&budget, &sheet->spelled) = xtr__utf8_next(text, size, &at);
    mark(sheet, XTR__NO_TAG)->text = (uint32_t)sheet->replacements.count - 1;
}

/** Sets text with glyphs half an em wide. */
static void set_text(xtr__sheet *sheet, float x, float y, const char *text) {
    bool spaced = false;
    size_t size = strlen(text);
    for (size_t at = 0; at < size; x += 5) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        if (c != ' ') {
            *XTR__PUSH(&budget, &sheet->glyphs) =
                (xtr__glyph){.x0 = x,
                             .x1 = x + 5,
                             .y = y,
                             .size = 10,
                             .text = (uint32_t)sheet->codepoints.count,
                             .count = 1,
                             .mark = sheet->open_mark,
                             .flags = spaced ? XTR__GLYPH_SPACED : 0};
            *XTR__PUSH(&budget, &sheet->codepoints) = c;
        }
        spaced = c == ' ';
    }
}

static char name_of(const xtr__element *e) {
    switch ((xtr_element_type)e->type) {
    case XTR_HEADING:
        return (char)('0' + e->level);
    case XTR_LIST_ITEM:
        return '-';
    case XTR_CAPTION:
        return 'c';
    case XTR_QUOTE:
        return 'q';
    case XTR_CODE:
        return 'x';
    case XTR_FOOTNOTE:
        return 'n';
    case XTR_TABLE:
        return 't';
    case XTR_HEADER:
    case XTR_FOOTER:
        return 'f';
    default:
        return 'p';
    }
}

/** Lays sheets out as one document and compares its elements: "p:text|1:heading|-:item". */
static void check(xtr__sheet *sheets, size_t count, const char *wanted) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout pages[2];
    for (size_t i = 0; i < count; i++) {
        xtr__scratch_reset(&scratch);
        xtr__replace_text(&sheets[i], &scratch);
        ck_assert(xtr__layout_page(&pages[i], &sheets[i], &scratch, NULL, NULL));
    }
    xtr__survey survey;
    xtr__mark_pages(&survey, pages, count, &scratch);
    xtr_builder *builder = xtr__builder_new(0, &unlimited);
    xtr__open_end end = {.page = NULL};
    for (size_t i = 0; i < count; i++) {
        xtr_page_begin(builder, (uint32_t)i + 1, &(xtr_page_info){.width = 600, .height = 800});
        xtr__write_page(builder, &pages[i], &survey, &scratch, &end);
        xtr_page_end(builder);
    }
    for (size_t i = 0; i < count; i++) {
        xtr__page_layout_drop(&budget, &pages[i]);
        xtr__sheet_drop(&sheets[i]);
    }
    xtr__survey_drop(&survey);
    xtr__document *document = xtr__builder_finish(builder);
    xtr__builder_drop(builder);
    xtr__scratch_drop(&scratch);
    char text[4096] = "";
    for (size_t i = 0; i < document->elements.count; i++) {
        const xtr__element *e = &XTR__ITEMS(document, elements, xtr__element)[i];
        sprintf(text + strlen(text), "%s%c:", i > 0 ? "|" : "", name_of(e));
        strncat(text, xtr__document_text(document) + e->text.at, e->text.size);
    }
    ck_assert_str_eq(text, wanted);
    xtr_free(document);
    ck_assert_uint_eq(budget.used, 0);
}

/* Replacement text -------------------------------------------------------------------------- */

TEST(pdf_tags, replacement_of_equal_length_goes_letter_by_letter) {
    xtr__sheet sheet = new_sheet();
    mark_replaced(&sheet, "EFFECTS of");
    set_text(&sheet, 50, 100, "eFFects of");
    check(&sheet, 1, "p:EFFECTS of");
}

TEST(pdf_tags, replacement_takes_the_place_of_all_its_glyphs) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, 50, 100, "su");
    mark_replaced(&sheet, "ffi");
    set_text(&sheet, 60, 100, "#");
    sheet.open_mark = 0;
    set_text(&sheet, 65, 100, "cient");
    check(&sheet, 1, "p:sufficient");
}

TEST(pdf_tags, spaces_around_a_replacement_are_no_part_of_it) {
    xtr__sheet sheet = new_sheet();
    mark_replaced(&sheet, "   a    ");
    set_text(&sheet, 50, 100, "##");
    sheet.open_mark = 0;
    set_text(&sheet, 60, 100, "b");
    check(&sheet, 1, "p:ab");
}

TEST(pdf_tags, replacement_about_something_else_is_ignored) {
    xtr__sheet sheet = new_sheet();
    mark_replaced(&sheet, "this is much longer than what is to be seen on the page");
    set_text(&sheet, 50, 100, "short");
    check(&sheet, 1, "p:short");
}

TEST(pdf_tags, replacement_of_glyphs_without_meaning_may_be_long) {
    xtr__sheet sheet = new_sheet();
    mark_replaced(&sheet, "the coat of arms of the city");
    set_text(&sheet, 50, 100, "\uE001");
    check(&sheet, 1, "p:the coat of arms of the city");
}

TEST(pdf_tags, nothing_replaces_a_hyphen_alone) {
    xtr__sheet sheet = new_sheet();
    set_text(&sheet, 50, 100, "exam");
    mark_replaced(&sheet, "");
    set_text(&sheet, 70, 100, "-");
    sheet.open_mark = 0;
    set_text(&sheet, 80, 100, "and");
    mark_replaced(&sheet, "");
    set_text(&sheet, 100, 100, "a word");
    check(&sheet, 1, "p:exam and a word");
}

/* Blocks ------------------------------------------------------------------------------------ */

static void set_paragraph(xtr__sheet *sheet, float y, uint32_t tag) {
    mark(sheet, tag);
    set_text(sheet, 50, y, "the quick brown fox jumps over the lazy dog and runs away from");
    set_text(sheet, 50, y + 12, "all of it");
}

static const char PARAGRAPH[] =
    "p:the quick brown fox jumps over the lazy dog and runs away from all of it";

TEST(pdf_tags, headings_need_no_look) {
    xtr__sheet sheet = new_sheet();
    uint32_t root = add_tag(&sheet, XTR__TAG_NONE, 0, XTR__NO_TAG);
    mark(&sheet, add_tag(&sheet, XTR__TAG_HEADING, 2, root));
    set_text(&sheet, 50, 88, "plain as text");
    set_paragraph(&sheet, 100, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, root));
    set_paragraph(&sheet, 124, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, root));
    char wanted[400];
    sprintf(wanted, "1:plain as text|%s|%s", PARAGRAPH, PARAGRAPH);
    check(&sheet, 1, wanted);
}

TEST(pdf_tags, all_text_as_headings_is_a_lie) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 3; i++)
        set_paragraph(&sheet, 100 + 40 * (float)i,
                      add_tag(&sheet, XTR__TAG_HEADING, 1, XTR__NO_TAG));
    char wanted[400];
    sprintf(wanted, "%s|%s|%s", PARAGRAPH, PARAGRAPH, PARAGRAPH);
    check(&sheet, 1, wanted);
}

TEST(pdf_tags, tags_of_little_text_are_not_used) {
    xtr__sheet sheet = new_sheet();
    mark(&sheet, add_tag(&sheet, XTR__TAG_HEADING, 2, XTR__NO_TAG));
    set_text(&sheet, 50, 88, "plain as text");
    sheet.open_mark = 0;
    set_text(&sheet, 50, 100, "goes on in text without any tag which is most of what is here");
    check(&sheet, 1,
          "p:plain as text goes on in text without any tag which is most of what is here");
}

TEST(pdf_tags, items_have_the_level_and_label_of_their_tags) {
    xtr__sheet sheet = new_sheet();
    uint32_t list = add_tag(&sheet, XTR__TAG_LIST, 0, XTR__NO_TAG), item;
    item = add_tag(&sheet, XTR__TAG_ITEM, 0, list);
    mark(&sheet, add_tag(&sheet, XTR__TAG_LABEL, 0, item));
    set_text(&sheet, 50, 100, "ad a");
    uint32_t body = add_tag(&sheet, XTR__TAG_BODY, 0, item);
    mark(&sheet, body);
    set_text(&sheet, 80, 100, "first thing that");
    set_text(&sheet, 50, 112, "goes on");
    item = add_tag(&sheet, XTR__TAG_ITEM, 0, add_tag(&sheet, XTR__TAG_LIST, 0, body));
    mark(&sheet, add_tag(&sheet, XTR__TAG_BODY, 0, item));
    set_text(&sheet, 50, 124, "second thing");
    check(&sheet, 1, "-:first thing that goes on|-:second thing");
}

TEST(pdf_tags, captions_by_their_tags) {
    xtr__sheet sheet = new_sheet();
    set_paragraph(&sheet, 100, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, XTR__NO_TAG));
    mark(&sheet, add_tag(&sheet, XTR__TAG_CAPTION, 0, XTR__NO_TAG));
    set_text(&sheet, 50, 124, "A fox, painted.");
    char wanted[400];
    sprintf(wanted, "%s|c:A fox, painted.", PARAGRAPH);
    check(&sheet, 1, wanted);
}

TEST(pdf_tags, quotes_and_code_need_no_look) {
    xtr__sheet sheet = new_sheet();
    set_paragraph(&sheet, 100, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, XTR__NO_TAG));
    uint32_t quote = add_tag(&sheet, XTR__TAG_QUOTE, 0, XTR__NO_TAG);
    mark(&sheet, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, quote));
    set_text(&sheet, 50, 124, "To be, or not to be.");
    mark(&sheet, add_tag(&sheet, XTR__TAG_CODE, 0, XTR__NO_TAG));
    set_text(&sheet, 50, 136, "while (true)");
    set_text(&sheet, 60, 148, "be();");
    char wanted[400];
    sprintf(wanted, "%s|q:To be, or not to be.|x:while (true)\n  be();", PARAGRAPH);
    check(&sheet, 1, wanted);
}

TEST(pdf_tags, notes_stand_where_they_are_tagged) {
    xtr__sheet sheet = new_sheet();
    uint32_t note = add_tag(&sheet, XTR__TAG_NOTE, 0, XTR__NO_TAG);
    mark(&sheet, add_tag(&sheet, XTR__TAG_LABEL, 0, note));
    set_text(&sheet, 50, 100, "+");
    mark(&sheet, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, note));
    set_text(&sheet, 65, 100, "A note as large as");
    set_text(&sheet, 50, 112, "the text.");
    mark(&sheet, add_tag(&sheet, XTR__TAG_NOTE, 0, XTR__NO_TAG));
    set_text(&sheet, 50, 124, "2 Another.");
    set_paragraph(&sheet, 136, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, XTR__NO_TAG));
    char wanted[400];
    sprintf(wanted, "n:A note as large as the text.|n:Another.|%s", PARAGRAPH);
    check(&sheet, 1, wanted);
}

TEST(pdf_tags, paragraphs_of_an_item_are_its_own) {
    xtr__sheet sheet = new_sheet();
    uint32_t list = add_tag(&sheet, XTR__TAG_LIST, 0, XTR__NO_TAG);
    uint32_t item = add_tag(&sheet, XTR__TAG_ITEM, 0, list);
    mark(&sheet, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, item));
    set_text(&sheet, 50, 100, "one thing");
    mark(&sheet, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, item));
    set_text(&sheet, 50, 112, "and more of it");
    item = add_tag(&sheet, XTR__TAG_ITEM, 0, list);
    mark(&sheet, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, item));
    set_text(&sheet, 50, 124, "another thing");
    mark(&sheet, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, XTR__NO_TAG));
    set_text(&sheet, 50, 136, "no thing");
    check(&sheet, 1, "-:one thing\n\nand more of it|-:another thing|p:no thing");
}

TEST(pdf_tags, cells_that_stand_as_a_table_are_one) {
    xtr__sheet sheet = new_sheet();
    uint32_t table = add_tag(&sheet, XTR__TAG_TABLE, 0, XTR__NO_TAG);
    for (int r = 0; r < 3; r++) {
        uint32_t row = add_tag(&sheet, XTR__TAG_ROW, 0, table);
        for (int c = 0; c < 2; c++) {
            mark(&sheet, add_tag(&sheet, XTR__TAG_CELL, 0, row));
            set_text(&sheet, 50 + 80 * (float)c, 100 + 14 * (float)r, c ? "right" : "left");
        }
    }
    check(&sheet, 1, "t:left\tright\nleft\tright\nleft\tright");
}

TEST(pdf_tags, cells_that_stand_elsewhere_are_no_table) {
    xtr__sheet sheet = new_sheet();
    uint32_t table = add_tag(&sheet, XTR__TAG_TABLE, 0, XTR__NO_TAG);
    for (int r = 0; r < 3; r++) {
        uint32_t row = add_tag(&sheet, XTR__TAG_ROW, 0, table);
        for (int c = 0; c < 2; c++) {
            mark(&sheet, add_tag(&sheet, XTR__TAG_CELL, 0, row));
            set_text(&sheet, 50, 100 + 30 * (float)(2 * r + c), c ? "below" : "above");
        }
    }
    check(&sheet, 1, "p:above|p:below|p:above|p:below|p:above|p:below");
}

TEST(pdf_tags, a_row_of_each_line_is_no_row) {
    static const char *const lines[][4] = {
        {"Place", "Name", "1901", "1902"},
        {"North", "a small", "12", "34"},
        {"", "town in", "", ""},
        {"", "the hills", "", ""},
        {"South", "a large", "56", "78"},
        {"", "city by", "", ""},
        {"", "the sea", "", ""},
        {"West", "a hamlet", "91", "23"},
        {"", "on top", "", ""},
        {"", "of a rock", "", ""},
        {"East", "a fort", "45", "67"},
        {"", "behind", "", ""},
        {"", "the river", "", ""},
    };
    xtr__sheet sheet = new_sheet();
    uint32_t table = add_tag(&sheet, XTR__TAG_TABLE, 0, XTR__NO_TAG);
    float y = 100;
    for (size_t r = 0; r < sizeof lines / sizeof *lines; r++) {
        uint32_t row = add_tag(&sheet, XTR__TAG_ROW, 0, table);
        y += *lines[r][0] ? 18 : 11;
        if (*lines[r][0])
            *XTR__PUSH(&budget, &sheet.segments) = (xtr__segment){40, y - 12, 520, y - 12};
        for (int c = 0; c < 4; c++) {
            mark(&sheet, add_tag(&sheet, XTR__TAG_CELL, 0, row));
            set_text(&sheet, 50 + 120 * (float)c, y, lines[r][c]);
        }
    }
    *XTR__PUSH(&budget, &sheet.segments) = (xtr__segment){40, y + 6, 520, y + 6};
    check(&sheet, 1,
          "t:Place\tName\t1901\t1902\nNorth\ta small town in the hills\t12\t34\n"
          "South\ta large city by the sea\t56\t78\nWest\ta hamlet on top of a rock\t91\t23\n"
          "East\ta fort behind the river\t45\t67");
}

/* Artifacts --------------------------------------------------------------------------------- */

/** A page with text, and what is marked as an artifact at this height. */
static xtr__sheet page_with_artifact(float y, const char *text) {
    xtr__sheet sheet = new_sheet();
    set_paragraph(&sheet, 200, add_tag(&sheet, XTR__TAG_PARAGRAPH, 0, XTR__NO_TAG));
    mark(&sheet, XTR__NO_TAG)->artifact = true;
    set_text(&sheet, 50, y, text);
    return sheet;
}

TEST(pdf_tags, artifacts_at_one_height_are_furniture) {
    xtr__sheet sheets[2] = {page_with_artifact(40, "One chapter"),
                            page_with_artifact(40, "Another")};
    char wanted[400];
    sprintf(wanted, "f:One chapter|%s|f:Another|%s", PARAGRAPH, PARAGRAPH);
    check(sheets, 2, wanted);
}

TEST(pdf_tags, artifacts_elsewhere_are_text) {
    xtr__sheet sheets[2] = {page_with_artifact(40, "A letterhead"),
                            page_with_artifact(400, "A stamp")};
    char wanted[400];
    sprintf(wanted, "p:A letterhead|%s|%s|p:A stamp", PARAGRAPH, PARAGRAPH);
    check(sheets, 2, wanted);
}
