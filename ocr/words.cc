/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of a line, parted and joined. */
#include "lines.h"

#include <algorithm>

namespace {

using Letter = xtr__line::letter;
using Word = xtr__line::word;

/** Moves the end of a word, from a letter on, into one of its own. */
Word split(Word *word, size_t first) {
    Word end = *word;
    xtr_ocr_word &a = word->about, &b = end.about;
    float fall = (a.baseline_right - a.baseline_left) / std::max(1.F, a.x1 - a.x0);
    b.x0 = word->letters[first].x0;
    b.baseline_left = a.baseline_left + fall * (b.x0 - a.x0);
    a.baseline_right = a.baseline_left + fall * (word->letters[first - 1].x1 - a.x0);
    a.x1 = word->letters[first - 1].x1;
    size_t at = word->letters[first].at;
    end.text.erase(0, at);
    word->text.erase(at);
    end.letters.erase(end.letters.begin(), end.letters.begin() + std::ptrdiff_t(first));
    word->letters.resize(first);
    for (Letter &letter : end.letters)
        letter.at -= at;
    return end;
}

} // namespace

bool xtr__is_simple(const Word &word) {
    return !word.about.vertical && std::none_of(word.text.begin(), word.text.end(), [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return byte >= 0xD5 && byte != 0xE2; /* E2: quotes and dashes */
    });
}

void xtr__part_word(Word word, const xtr__are_apart &apart, std::vector<Word> *out) {
    auto first = std::ptrdiff_t(out->size());
    for (size_t i = word.letters.size(); i-- > 1;) {
        if (apart(word.letters[i - 1], word.letters[i]))
            out->insert(out->begin() + first, split(&word, i));
    }
    out->insert(out->begin() + first, std::move(word));
}

void xtr__join_words(Word *word, const Word &next) {
    xtr_ocr_word &a = word->about;
    const xtr_ocr_word &b = next.about;
    auto letters = float(word->text.size()), more = float(next.text.size());
    a.confidence = (a.confidence * letters + b.confidence * more) / (letters + more);
    a.x1 = b.x1;
    a.y0 = std::min(a.y0, b.y0);
    a.y1 = std::max(a.y1, b.y1);
    a.baseline_right = b.baseline_right;
    for (Letter letter : next.letters) {
        letter.at += word->text.size();
        word->letters.push_back(letter);
    }
    word->text += next.text;
}
