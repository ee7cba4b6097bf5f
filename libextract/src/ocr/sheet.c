/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of a reading as glyphs of a sheet. */
#include "ocr/ocr.h"

#include <string.h>

/* From pixels of a reading to points of a page. */
typedef struct scale {
    float x, y, dx, dy;
} scale;

/* Letters of a word, without the marks that stand on others. */
static uint32_t count_clusters(const char *text, size_t size) {
    uint32_t count = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        count += !count || !xtr__is_mark(c);
    }
    return count;
}

static bool is_rtl(const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        if (xtr__is_rtl(xtr__utf8_next(text, size, &at)))
            return true;
    }
    return false;
}

/* Letters share the width of their word. Those that are read from the right stand so. */
static bool add_word(xtr__sheet *sheet, const char *text, const xtr__read_word *word,
                     const scale *s) {
    uint32_t clusters = count_clusters(text, word->text_size), index = 0;
    bool backwards = is_rtl(text, word->text_size);
    float left = s->x + word->box.x0 * s->dx, width = (word->box.x1 - word->box.x0) * s->dx;
    xtr__glyph *glyph = NULL;
    for (size_t at = 0; at < word->text_size;) {
        uint32_t c = xtr__utf8_next(text, word->text_size, &at);
        uint32_t *codepoint = XTR__PUSH(sheet->budget, &sheet->codepoints);
        if (!codepoint)
            return false;
        *codepoint = c;
        if (glyph && xtr__is_mark(c)) {
            glyph->count++;
            continue;
        }
        glyph = XTR__PUSH(sheet->budget, &sheet->glyphs);
        if (!glyph)
            return false;
        uint32_t place = backwards ? clusters - 1 - index : index;
        float step = width / (float)clusters;
        float slope = word->baseline_right - word->baseline_left;
        float base = word->baseline_left + slope * ((float)place + 0.5F) / (float)clusters;
        *glyph = (xtr__glyph){.x0 = left + step * (float)place,
                              .x1 = left + step * (float)(place + 1),
                              .y = s->y + base * s->dy,
                              .size = word->size * s->dy,
                              .text = (uint32_t)sheet->codepoints.count - 1,
                              .count = 1,
                              .flags = index == 0 ? XTR__GLYPH_SPACED : 0};
        index++;
    }
    return true;
}

static scale scale_of(const xtr__reading *reading, xtr_box place) {
    return (scale){.x = place.x0,
                   .y = place.y0,
                   .dx = (place.x1 - place.x0) / (float)reading->width,
                   .dy = (place.y1 - place.y0) / (float)reading->height};
}

bool xtr__ocr_keep_words(xtr__page_layout *page, xtr__budget *budget, const xtr__reading *reading,
                         xtr_box place) {
    const scale s = scale_of(reading, place);
    size_t at = page->text.count, count = reading->words.count;
    page->words.count = 0;
    if (count == 0)
        return true;
    if (!xtr__reserve(budget, &page->text.items, &page->text.capacity, at + reading->text.count,
                      1) ||
        !xtr__reserve(budget, &page->words.items, &page->words.capacity, count,
                      sizeof *page->words.items))
        return false;
    memcpy(page->text.items + at, reading->text.items, reading->text.count);
    page->text.count += reading->text.count;
    for (size_t i = 0; i < count; i++) {
        xtr__read_word word = reading->words.items[i];
        xtr__read_word_turn(&word, reading->skew, reading->width, reading->height);
        page->words.items[i] =
            (xtr__found_word){.box = {s.x + word.box.x0 * s.dx, s.y + word.box.y0 * s.dy,
                                      s.x + word.box.x1 * s.dx, s.y + word.box.y1 * s.dy},
                              .baseline_left = s.y + word.baseline_left * s.dy,
                              .baseline_right = s.y + word.baseline_right * s.dy,
                              .size = word.size * s.dy,
                              .confidence = word.confidence,
                              .text = (uint32_t)(at + word.text),
                              .text_size = word.text_size,
                              .line = word.line,
                              .paragraph = word.paragraph,
                              .block = word.block,
                              .vertical = word.vertical};
    }
    page->words.count = count;
    page->words_turn = reading->turn;
    page->pixel_width = reading->width;
    page->pixel_height = reading->height;
    return true;
}

bool xtr__ocr_fill_sheet(xtr__sheet *sheet, const xtr__reading *reading, xtr_box place) {
    const scale s = scale_of(reading, place);
    if (!sheet->fonts.count) {
        xtr__font *font = XTR__PUSH(sheet->budget, &sheet->fonts);
        if (!font)
            return false;
        *font = (xtr__font){0};
    }
    for (size_t i = 0; i < reading->words.count; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        if (!add_word(sheet, reading->text.items + word->text, word, &s))
            return false;
    }
    for (size_t i = 0; i < reading->rules.count; i++) {
        const xtr__segment *rule = &reading->rules.items[i];
        xtr__segment *out = XTR__PUSH(sheet->budget, &sheet->segments);
        if (!out)
            return false;
        *out = (xtr__segment){s.x + rule->x0 * s.dx, s.y + rule->y0 * s.dy, s.x + rule->x1 * s.dx,
                              s.y + rule->y1 * s.dy};
    }
    return true;
}
