/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text that keeps its places on the page, from glyphs made up here. */
#include "document/document.h"
#include "layout/layout.h"
#include "test.h"

#include <string.h>

static xtr__account unlimited;
static xtr__budget budget;

typedef struct spot {
    float x, y, size;
    uint8_t turn;
} spot;

/** Sets text with glyphs half an em wide, from left to right whatever the script. */
static void set(xtr__sheet *sheet, spot at, const char *text) {
    size_t size = strlen(text);
    bool spaced = false;
    for (size_t i = 0; i < size; at.x += at.size / 2) {
        uint32_t c = xtr__utf8_next(text, size, &i);
        if (c != ' ') {
            *XTR__PUSH(&budget, &sheet->glyphs) =
                (xtr__glyph){.x0 = at.x,
                             .x1 = at.x + at.size / 2,
                             .y = at.y,
                             .size = at.size,
                             .turn = at.turn,
                             .text = (uint32_t)sheet->codepoints.count,
                             .count = 1,
                             .flags = spaced ? XTR__GLYPH_SPACED : 0};
            *XTR__PUSH(&budget, &sheet->codepoints) = c;
        }
        spaced = c == ' ';
    }
}

static xtr__sheet new_sheet(void) {
    xtr__sheet sheet = {.budget = &budget, .keeps_runs = true};
    xtr__sheet_reset(&sheet, 1, 600, 800);
    *XTR__PUSH(&budget, &sheet.fonts) = (xtr__font){0};
    return sheet;
}

/** The page, yours to xtr_free. */
static xtr__document *preserve(xtr__sheet *sheet, const char *furniture) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout page;
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    ck_assert(xtr__layout_page(&page, sheet, &scratch, NULL, NULL));
    for (size_t i = 0; furniture && i < page.lines.count; i++) {
        xtr__line *line = &page.lines.items[i];
        if (!strncmp(page.text.items + line->text, furniture, strlen(furniture)))
            line->flags |= XTR__LINE_FURNITURE;
    }
    xtr__write_preserved(b, &page, furniture != NULL, &scratch);
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    xtr__page_layout_drop(&budget, &page);
    xtr__sheet_drop(sheet);
    xtr__scratch_drop(&scratch);
    ck_assert_uint_eq(budget.used, 0);
    return document;
}

static void check(xtr__sheet *sheet, const char *furniture, const char *wanted) {
    xtr__document *document = preserve(sheet, furniture);
    const xtr__element *e = XTR__ITEMS(document, elements, xtr__element);
    char found[4096] = "";
    ck_assert_uint_eq(document->elements.count, *wanted ? 1 : 0);
    if (*wanted) {
        ck_assert_uint_eq(e->type, XTR_VERBATIM);
        strncat(found, xtr__document_text(document) + e->text.at, e->text.size);
        if (found[strlen(found) - 1] == '\n')
            found[strlen(found) - 1] = '\0';
    }
    ck_assert_str_eq(found, wanted);
    xtr_free(document);
}

TEST(pdf_preserve, cells_keep_their_columns) {
    xtr__sheet sheet = new_sheet();
    for (int row = 0; row < 3; row++) {
        static const char *const names[] = {"Genoa", "New York", "Rotterdam"};
        static const char *const ships[] = {"12", "1 200", "7"};
        float y = 100 + 12 * (float)row;
        set(&sheet, (spot){50, y, 10, 0}, names[row]);
        set(&sheet, (spot){200 - 5 * (float)strlen(ships[row]), y, 10, 0}, ships[row]);
    }
    set(&sheet, (spot){50, 148, 10, 0}, "in all");
    check(&sheet, NULL,
          "Genoa                       12\nNew York                 1 200\n"
          "Rotterdam                    7\n\nin all");
}

TEST(pdf_preserve, long_text_pushes_a_column_in_all_rows) {
    xtr__sheet sheet = new_sheet();
    set(&sheet, (spot){50, 100, 10, 0}, "lines in the size of most of the page:");
    set(&sheet, (spot){280, 100, 10, 0}, "right");
    set(&sheet, (spot){50, 112, 5, 0}, "small print that needs more columns than there is room");
    set(&sheet, (spot){280, 112, 10, 0}, "also");
    set(&sheet, (spot){300, 124, 10, 0}, "further in");
    check(&sheet, NULL,
          "lines in the size of most of the page:                 right\n"
          "small print that needs more columns than there is room also\n"
          "                                                           further in");
}

TEST(pdf_preserve, room_is_empty_lines_up_to_five) {
    xtr__sheet sheet = new_sheet();
    for (int row = 0; row < 3; row++)
        set(&sheet, (spot){100, 100 + 12 * (float)row, 10, 0}, "text");
    set(&sheet, (spot){105, 148, 10, 0}, "after one");
    set(&sheet, (spot){100, 600, 10, 0}, "far below");
    check(&sheet, NULL, "text\ntext\ntext\n\n after one\n\n\n\n\n\nfar below");
}

TEST(pdf_preserve, turned_text_follows_the_page) {
    xtr__sheet sheet = new_sheet();
    set(&sheet, (spot){100, 100, 10, 0}, "most of the page");
    set(&sheet, (spot){300, 30, 10, 3}, "margin");
    check(&sheet, NULL, "most of the page\n\nmargin");
}

TEST(pdf_preserve, right_to_left_lines_end_at_the_right) {
    xtr__sheet sheet = new_sheet();
    set(&sheet, (spot){100, 100, 10, 0}, "\xD7\x90\xD7\x91\xD7\x92\xD7\x93 \xD7\x94\xD7\x95");
    set(&sheet, (spot){120, 112, 10, 0}, "\xD7\x90\xD7\x91\xD7\x92");
    check(&sheet, NULL,
          "\xD7\x95\xD7\x94 \xD7\x93\xD7\x92\xD7\x91\xD7\x90\n    \xD7\x92\xD7\x91\xD7\x90");
}

TEST(pdf_preserve, furniture_may_be_dropped) {
    xtr__sheet sheet = new_sheet();
    set(&sheet, (spot){100, 50, 10, 0}, "Running head");
    set(&sheet, (spot){120, 100, 10, 0}, "text");
    check(&sheet, "Running", "text");
    sheet = new_sheet();
    set(&sheet, (spot){100, 50, 10, 0}, "Running head");
    check(&sheet, "Running", "");
}

/* One letter a row, each further right than the last: a page that is made to be large. */
TEST(pdf_preserve, a_hostile_page_is_bounded) {
    xtr__sheet sheet = new_sheet();
    for (int i = 0; i < 20000; i++)
        set(&sheet, (spot){(float)(i % 600), (float)i * 5e3F, 4, 0}, "x");
    xtr__document *document = preserve(&sheet, NULL);
    ck_assert_uint_lt(document->text.count, 100000);
    xtr_free(document);
    sheet = new_sheet();
    for (int i = 0; i < 1000; i++)
        set(&sheet, (spot){(float)i * 1e4F, (float)i * 5e3F, 4, 0}, "x");
    document = preserve(&sheet, NULL);
    ck_assert_uint_lt(document->text.count, 1000 * 420);
    ck_assert_uint_gt(document->text.count, 1000 * 100);
    xtr_free(document);
}
