/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of made-up glyphs, and what becomes of them. */
#ifndef XTR_TEST_PDF_SHEET_H
#define XTR_TEST_PDF_SHEET_H

#include "document/document.h"
#include "document/utf8.h"
#include "layout/layout.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static xtr__account unlimited;
static xtr__budget budget;

static inline xtr__sheet new_sheet(void) {
    xtr__sheet sheet = {.budget = &budget};
    xtr__sheet_reset(&sheet, 1, 600, 800);
    static const uint32_t flags[] = {0, XTR__FONT_BOLD, XTR__FONT_MATH, XTR__FONT_MONO,
                                     XTR__FONT_ITALIC};
    for (uint32_t i = 0; i < sizeof flags / sizeof *flags; i++)
        *XTR__PUSH(&budget, &sheet.fonts) = (xtr__font){.flags = flags[i], .name = i};
    return sheet;
}

/** Fonts of a sheet. */
enum { PLAIN, BOLD, MATH, MONO, ITALIC };

typedef struct place {
    float x, y, size;
    uint16_t font;
} place;

/** Sets text with glyphs half an em wide. */
static inline void set_text(xtr__sheet *sheet, place at, const char *text) {
    bool spaced = false;
    size_t length;
    for (; *text; text += length, at.x += at.size / 2) {
        uint32_t c = xtr__utf8_decode(text, &length);
        if (c == ' ') {
            spaced = true;
            continue;
        }
        *XTR__PUSH(&budget, &sheet->glyphs) =
            (xtr__glyph){.x0 = at.x,
                         .x1 = at.x + at.size / 2,
                         .y = at.y,
                         .size = at.size,
                         .font = at.font,
                         .text = (uint32_t)sheet->codepoints.count,
                         .count = 1,
                         .flags = spaced ? XTR__GLYPH_SPACED : 0};
        *XTR__PUSH(&budget, &sheet->codepoints) = c;
        spaced = false;
    }
}

typedef enum show { SHOW_TEXT, SHOW_HEADINGS, SHOW_TYPES } show;

/** Adds an element as "text", headings alone as "level:text", or all as "type marker:text"; one
 * that goes on from the page before as "type+space:text" and the like. */
static inline void describe(char *out, const xtr__document *document, const xtr__element *e,
                            show what) {
    static const char *const types[] = {"p",   "h",       "li",    "table", "code", "quote", "math",
                                        "cap", "picture", "above", "below", "note", "rows"};
    static const char *const going_on[] = {"", "+space", "+nothing", "+hyphen"};
    if (what == SHOW_HEADINGS && e->type != XTR_HEADING)
        return;
    strcat(out, *out ? "|" : "");
    if (what == SHOW_HEADINGS)
        sprintf(out + strlen(out), "%d:", e->level);
    if (what == SHOW_TYPES && e->type == XTR_LIST_ITEM)
        sprintf(out + strlen(out), "%d", e->level);
    if (what == SHOW_TYPES)
        sprintf(out + strlen(out), "%s%s%s%s:", types[e->type], going_on[e->continues],
                e->marker.size ? " " : "", xtr__document_string(document, e->marker));
    strncat(out, xtr__document_text(document) + e->text.at, e->text.size);
}

/** Lays sheets out as the pages of a document, writes them, and compares their elements, apart by
 *  "|". */
static inline void check_pages(xtr__sheet *sheets, size_t count, const char *wanted, show what) {
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout pages[8];
    for (size_t i = 0; i < count; i++)
        ck_assert(xtr__layout_page(&pages[i], &sheets[i], &scratch, NULL, NULL));
    xtr__survey survey;
    xtr__mark_pages(&survey, pages, count, &scratch);
    xtr_builder *builder = xtr__builder_new(0, &unlimited);
    xtr__open_end end = {.page = NULL};
    for (size_t i = 0; i < count; i++) {
        xtr_page_begin(builder, 0, &(xtr_page_info){.width = 600, .height = 800});
        xtr__write_page(builder, &pages[i], &survey, &scratch, &end);
        xtr_page_end(builder);
    }
    xtr__survey_drop(&survey);
    xtr__document *document = xtr__builder_finish(builder);
    xtr__builder_drop(builder);
    char text[8192] = "";
    for (size_t i = 0; i < document->elements.count; i++)
        describe(text, document, &XTR__ITEMS(document, elements, xtr__element)[i], what);
    ck_assert_str_eq(text, wanted);
    xtr_free(document);
    for (size_t i = 0; i < count; i++) {
        xtr__page_layout_drop(&budget, &pages[i]);
        xtr__sheet_drop(&sheets[i]);
    }
    xtr__scratch_drop(&scratch);
    ck_assert_uint_eq(budget.used, 0);
}

static inline void check_elements(xtr__sheet *sheet, const char *wanted, show what) {
    check_pages(sheet, 1, wanted, what);
}

#endif
