/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of a prepared image, in the image that it was made of. */
#include "ocr/ocr.h"

#include <math.h>

void xtr__read_word_scale(xtr__read_word *word, float by) {
    word->box.x0 *= by;
    word->box.y0 *= by;
    word->box.x1 *= by;
    word->box.y1 *= by;
    word->baseline_left *= by;
    word->baseline_right *= by;
    word->size *= by;
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
