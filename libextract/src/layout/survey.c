/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a document is like as a whole, and the roles of its lines. */
#include "blocks.h"

/** Whether nearly all text is set in a font of one width. */
static bool is_typewritten(const xtr__page_layout *pages, size_t count) {
    size_t mono = 0, all = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            const xtr__line *line = &pages[p].lines.items[i];
            all += line->text_size;
            mono += line->mono > 0.8F ? line->text_size : 0;
        }
    }
    return mono * 4 > all * 3;
}

/** How Korean lines end: whether spaces were drawn there, and whether they fill their columns. */
static void survey_line_ends(xtr__survey *survey, const xtr__page_layout *pages, size_t count) {
    size_t lines = 0, spaced = 0, full = 0;
    for (size_t p = 0; p < count; p++) {
        uint32_t end = 0;
        xtr__column column = {0};
        for (uint32_t i = 0; i + 1 < pages[p].lines.count; i++) {
            if (i == end) {
                column = xtr__leaf_extent(&pages[p], i, &end);
            }
            const xtr__line *line = &pages[p].lines.items[i];
            if (i + 1 < end && xtr__ends_in_hangul(&pages[p], line)) {
                lines++;
                spaced += (line[1].flags & XTR__LINE_SPACED) != 0;
                full += xtr__free_end(line, column) < 1.05F * line->size;
            }
        }
    }
    survey->spaced = spaced * 10 > lines && spaced > 1;
    survey->unbroken = full * 4 > lines * 3;
}

void xtr__mark_pages(xtr__survey *out, xtr__page_layout *pages, size_t count,
                     xtr__scratch *scratch) {
    *out = (xtr__survey){.budget = scratch->budget, .mono = is_typewritten(pages, count)};
    xtr__mark_furniture(pages, count, scratch);
    xtr__mark_artifacts(pages, count, scratch);
    for (size_t p = 0; p < count && !out->mono; p++) {
        xtr__mark_code(&pages[p]);
    }
    xtr__mark_headings(pages, count, scratch);
    for (size_t p = 0; p < count; p++) {
        xtr__mark_tagged(&pages[p]);
        xtr__mark_formulas(&pages[p]);
        xtr__mark_notes(&pages[p]);
    }
    xtr__mark_lists(pages, count);
    xtr__survey_words(out, pages, count);
    survey_line_ends(out, pages, count);
}

void xtr__survey_drop(xtr__survey *survey) {
    xtr__budget_resize(survey->budget, survey->forms, 0);
    survey->forms = NULL;
}
