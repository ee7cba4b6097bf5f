/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bullets: recognisers know letters, and read a disc as e, o or a sign. A lone one before a gap is
 * a bullet when it floats above the baseline, as no letter does, or when lines begin with several
 * of them under each other. */
#include "ocr/lines.h"

#include <math.h>

/** What a disc, a ring, a square or an arrow is read as. */
static bool may_be_bullet(uint32_t c) {
    static const uint32_t read_as[] = {'e',  'o',  'O',  '*',    '@',    '.',  '=',
                                       '>',  '~',  0xa2, 0xa9,   0xab,   0xae, 0xb0,
                                       0xb7, 0xbb, 0xb3, 0x2018, 0x201c, 0};
    for (const uint32_t *at = read_as; *at; at++) {
        if (*at == c)
            return true;
    }
    return false;
}

static const xtr__read_word *first_word(const xtr__reading *reading, const xtr__read_line *line) {
    return &reading->words.items[line->first];
}

/** A lone sign, smaller than a capital, before a gap. */
static bool is_candidate(const xtr__reading *reading, const xtr__read_line *line) {
    const xtr__read_word *word = first_word(reading, line);
    size_t at = 0;
    if (line->end - line->first < 2 || line->vertical ||
        !may_be_bullet(xtr__utf8_next(reading->text.items + word->text, word->text_size, &at)) ||
        at != word->text_size)
        return false;
    float gap = word[1].box.x0 - word->box.x1, height = word->box.y1 - word->box.y0;
    return gap > 0.3F * line->size && height < 0.65F * line->size &&
           word->box.x1 - word->box.x0 < 0.8F * line->size;
}

static bool floats(const xtr__reading *reading, const xtr__read_line *line) {
    const xtr__read_word *word = first_word(reading, line);
    float raised = word->baseline_left - word->box.y1;
    return raised > 0.08F * line->size && raised < 0.4F * line->size;
}

/** Whether a line close by begins in the same way. */
static bool has_neighbour(const xtr__reading *reading, const xtr__read_line *lines, uint32_t count,
                          uint32_t i) {
    enum { NEAR = 6 };
    float x = first_word(reading, &lines[i])->box.x0;
    for (uint32_t k = i > NEAR ? i - NEAR : 0; k < count && k <= i + NEAR; k++) {
        if (k != i && is_candidate(reading, &lines[k]) &&
            fabsf(first_word(reading, &lines[k])->box.x0 - x) < 0.5F * lines[i].size)
            return true;
    }
    return false;
}

void xtr__find_bullets(const xtr__reading *reading, xtr__read_line *lines, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        lines[i].bullet = is_candidate(reading, &lines[i]) &&
                          (floats(reading, &lines[i]) || has_neighbour(reading, lines, count, i));
}
