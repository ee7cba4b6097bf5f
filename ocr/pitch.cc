/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Typewriters, tills and printers of dots give each letter the same width, and a space too. Which
 * letters have a space between them shows in how far apart their middles are; the recogniser, which
 * goes by the gaps, takes "2 X" for "2X". */
#include "lines.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace {

using Letter = xtr__line::letter;
using Word = xtr__line::word;

/* Letters are this much as far apart as usual. */
const float ALIKE = .15F;
/* Print is of one pitch when that goes for so many of its letters, and of its narrow ones. */
const float MOST = .8F;
const size_t FEWEST = 12, FEWEST_NARROW = 5;
/* Lines are of one print when their heights differ by no more. */
const float SAME_HEIGHT = .1F;
/* In pitches: from here on a place is left out, and up to here none is. */
const float APART = 1.7F, TOGETHER = 1.3F;
const float GAP = .7F; /* of blank paper, where a place is left out */

/** How far apart letters of a word are. */
struct Steps {
    std::vector<float> all, narrow; /* those beside a narrow letter, which print of many pitches
                                       sets closer */
    void add(const Steps &other) {
        all.insert(all.end(), other.all.begin(), other.all.end());
        narrow.insert(narrow.end(), other.narrow.begin(), other.narrow.end());
    }
};

float middle_of(const Letter &letter) {
    return (letter.x0 + letter.x1) / 2;
}

bool is_narrow(const Word &word, const Letter &letter) {
    return letter.size == 1 && strchr("iIlj.,:;'!|", word.text[letter.at]);
}

/** Whether it is known where its letters stand, side by side. */
bool is_placed(const Word &word) {
    return !word.letters.empty() && xtr__is_simple(word);
}

Steps steps_of(const xtr__line &line) {
    Steps steps;
    for (const Word &word : line.words) {
        for (size_t i = 1; xtr__is_simple(word) && i < word.letters.size(); i++) {
            const Letter &a = word.letters[i - 1], &b = word.letters[i];
            float step = middle_of(b) - middle_of(a);
            steps.all.push_back(step);
            if (is_narrow(word, a) != is_narrow(word, b))
                steps.narrow.push_back(step);
        }
    }
    return steps;
}

bool are_alike(const std::vector<float> &steps, float pitch) {
    auto alike = std::count_if(steps.begin(), steps.end(), [pitch](float step) {
        return std::fabs(step - pitch) <= ALIKE * pitch;
    });
    return float(alike) >= MOST * float(steps.size());
}

/** How far apart the letters of a print are, or 0 when they are so in many ways, or few. */
float pitch_of(Steps steps) {
    if (steps.all.size() < FEWEST || steps.narrow.size() < FEWEST_NARROW)
        return 0;
    auto median = steps.all.begin() + std::ptrdiff_t(steps.all.size() / 2);
    std::nth_element(steps.all.begin(), median, steps.all.end());
    float pitch = *median;
    return pitch > 0 && are_alike(steps.all, pitch) && are_alike(steps.narrow, pitch) ? pitch : 0;
}

/** Of each line: its own, or that of all lines of its height. */
std::vector<float> pitches_of(const std::vector<xtr__line> &lines) {
    std::vector<Steps> steps;
    std::vector<float> pitches;
    for (const xtr__line &line : lines)
        steps.push_back(steps_of(line));
    for (size_t i = 0; i < lines.size(); i++) {
        float pitch = pitch_of(steps[i]);
        Steps alike;
        for (size_t k = 0; pitch == 0 && k < lines.size(); k++) {
            if (std::fabs(lines[k].height - lines[i].height) <= SAME_HEIGHT * lines[i].height)
                alike.add(steps[k]);
        }
        pitches.push_back(pitch != 0 ? pitch : pitch_of(std::move(alike)));
    }
    return pitches;
}

/** Whether a place is left out. Boxes of letters that touch are wrong, and too wide. */
bool is_apart(const Letter &a, const Letter &b, float pitch) {
    return middle_of(b) - middle_of(a) >= APART * pitch && b.x0 - a.x1 >= GAP * pitch;
}

/** Whether no place is left out between two words. */
bool are_together(const Word &a, const Word &b, float pitch) {
    float step = middle_of(b.letters.front()) - middle_of(a.letters.back());
    return step > 0 && step <= TOGETHER * pitch;
}

void space(xtr__line *line, float pitch) {
    std::vector<Word> out;
    for (Word &word : line->words) {
        bool simple = is_placed(word), after = !out.empty() && is_placed(out.back());
        if (!simple) {
            out.push_back(std::move(word));
            continue;
        }
        if (after && are_together(out.back(), word, pitch)) {
            Word whole = std::move(out.back());
            out.pop_back();
            xtr__join_words(&whole, word);
            word = std::move(whole);
        }
        xtr__part_word(
            std::move(word),
            [pitch](const Letter &a, const Letter &b) { return is_apart(a, b, pitch); }, &out);
    }
    line->words = std::move(out);
}

} // namespace

void xtr__space_by_pitch(std::vector<xtr__line> *lines) {
    std::vector<float> pitches = pitches_of(*lines);
    for (size_t i = 0; i < lines->size(); i++) {
        if (pitches[i] > 0)
            space(&(*lines)[i], pitches[i]);
    }
}
