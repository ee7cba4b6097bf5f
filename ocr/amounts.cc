/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Amounts of money. All of a page have the same sign before their last two digits; in worn print a
 * recogniser takes a point for a comma, or does not see it: "74,90", "6 00". */
#include "lines.h"

#include <algorithm>
#include <cctype>

namespace {

using Line = xtr__line;
using Word = xtr__line::word;

const unsigned FEWEST = 3, TIMES = 3; /* amounts with the one sign, and how many more than others */
const float DOUBT = .97F;             /* words that are surer stay as they are */
/* In heights of the line: what is apart, and how far a lost point parts its digits at most. */
const float APART = 1.5F, LOST = 1.1F;

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/** Where the sign of an amount stands in a word, or npos: behind digits, and before two at the end.
 */
size_t sign_of(const std::string &text) {
    size_t size = text.size();
    if (size < 4 || !is_digit(text[size - 1]) || !is_digit(text[size - 2]) ||
        (text[size - 3] != '.' && text[size - 3] != ',') || !is_digit(text[size - 4]))
        return std::string::npos;
    /* Dates and codes have more signs. */
    bool plain = std::all_of(text.begin(), text.end() - 3,
                             [](char c) { return is_digit(c) || c == '.' || c == ','; });
    return plain ? size - 3 : std::string::npos;
}

/** The sign that nearly all amounts have, or NUL. */
char usual_sign(const std::vector<Line> &lines) {
    unsigned points = 0, commas = 0;
    for (const Line &line : lines) {
        for (const Word &word : line.words) {
            size_t at = sign_of(word.text);
            points += at != std::string::npos && word.text[at] == '.';
            commas += at != std::string::npos && word.text[at] == ',';
        }
    }
    return points >= FEWEST && points >= TIMES * commas   ? '.'
           : commas >= FEWEST && commas >= TIMES * points ? ','
                                                          : '\0';
}

bool is_number(const Word &word, size_t least, size_t most) {
    return word.text.size() >= least && word.text.size() <= most &&
           std::all_of(word.text.begin(), word.text.end(), is_digit);
}

/** Whether words i and i + 1 are an amount whose sign was not seen: they stand close, and apart
 * from others. */
bool has_lost_sign(const Line &line, size_t i) {
    const Word &left = line.words[i], &right = line.words[i + 1];
    if (!is_number(left, 1, 3) || !is_number(right, 2, 2) || left.about.vertical ||
        std::min(left.about.confidence, right.about.confidence) >= DOUBT ||
        right.about.x0 - left.about.x1 > LOST * line.height)
        return false;
    float apart = APART * line.height;
    return (i == 0 || left.about.x0 - line.words[i - 1].about.x1 > apart) &&
           (i + 2 == line.words.size() || line.words[i + 2].about.x0 - right.about.x1 > apart);
}

void join_amount(Line *line, size_t i, char sign) {
    Word *left = &line->words[i];
    const Word &right = line->words[i + 1];
    if (!left->letters.empty())
        left->letters.push_back(
            {left->about.x1, right.about.x0, left->text.size(), 1, left->about.confidence});
    left->text += sign;
    xtr__join_words(left, right);
    line->words.erase(line->words.begin() + std::ptrdiff_t(i) + 1);
}

} // namespace

void xtr__mend_amounts(std::vector<Line> *lines) {
    char sign = usual_sign(*lines);
    if (sign == '\0')
        return;
    for (Line &line : *lines) {
        for (size_t i = 0; i < line.words.size(); i++) {
            if (i + 1 < line.words.size() && has_lost_sign(line, i))
                join_amount(&line, i, sign);
            Word &word = line.words[i];
            size_t at = sign_of(word.text);
            if (at != std::string::npos && word.about.confidence < DOUBT)
                word.text[at] = sign;
        }
    }
}
