/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of a prepared image: in the image that it was made of, and on its page. */
#include "ocr/ocr.h"

#include <math.h>
#include <string.h>

void xtr__read_word_scale(xtr__read_word *word, float by) {
    word->box.x0 *= by;
    word->box.y0 *= by;
    word->box.x1 *= by;
    word->box.y1 *= by;
    word->baseline_left *= by;
    word->baseline_right *= by;
    word->size *= by;
    word->stroke *= by;
}

void xtr__read_word_move(xtr__read_word *word, float dx, float dy) {
    word->box.x0 += dx;
    word->box.x1 += dx;
    word->box.y0 += dy;
    word->box.y1 += dy;
    word->baseline_left += dy;
    word->baseline_right += dy;
}

void xtr__read_word_turn(xtr__read_word *word, float by, uint32_t width, uint32_t height) {
    if (by == 0)
        return;
    float x = (word->box.x0 + word->box.x1 - (float)width) / 2;
    float y = (word->box.y0 + word->box.y1 - (float)height) / 2;
    float right = x * cosf(by) - y * sinf(by) - x;
    float down = x * sinf(by) + y * cosf(by) - y;
    float fall = tanf(by) * (word->box.x1 - word->box.x0) / 2;
    xtr__read_word_move(word, right, down);
    word->baseline_left -= fall;
    word->baseline_right += fall;
}

bool xtr__ocr_keep_words(xtr__page_layout *page, xtr__budget *budget, const xtr__reading *reading,
                         xtr_box place) {
    float dx = (place.x1 - place.x0) / (float)reading->width;
    float dy = (place.y1 - place.y0) / (float)reading->height;
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
            (xtr__found_word){.box = {place.x0 + word.box.x0 * dx, place.y0 + word.box.y0 * dy,
                                      place.x0 + word.box.x1 * dx, place.y0 + word.box.y1 * dy},
                              .baseline_left = place.y0 + word.baseline_left * dy,
                              .baseline_right = place.y0 + word.baseline_right * dy,
                              .size = word.size * dy,
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
