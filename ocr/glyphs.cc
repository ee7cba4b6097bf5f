/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The recogniser goes by what stands beside a letter: alone in its column, or struck through as a
 * zero may be, it is read in many ways. But what looks alike on a page is the same, so a letter in
 * doubt becomes what those are that look like it. Measurements: docs/internals/recognition.md. */
#include "strips.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstring>
#include <map>

namespace {

using Letter = xtr__line::letter;
using Word = xtr__line::word;

/* Letters below the first are in doubt, those below the second say nothing of others. */
const float DOUBT = .97F, UNSURE = .7F;
/* Correlation of two letters, from which on they look alike. */
const float ALIKE = .8F;
/* What letters that look alike have to be, and what the letter was read as may be, of their votes.
 */
const float MOST = .7F, OWN = .15F;
const int FEWEST = 2; /* that agree */
/* By how much sizes differ, of them, and in pixels; and places above the baseline. */
const float SIZE = .08F, FOOT = .1F, PIXEL = 1.5F;
enum {
    ACROSS = 12, /* cells */
    DOWN = 16,
    LEAST_WIDTH = 3, /* of a letter, pixels; what is smaller is a sign like others */
    LEAST_HEIGHT = 6,
    MOST_GLYPHS = 6000
};

struct Glyph {
    Word *word;
    Letter *letter;
    std::string text;
    float width, height, foot;              /* pixels; how far it stands above the baseline */
    std::array<float, ACROSS * DOWN> cells; /* their mean is 0, their length 1 */
};

bool near(float a, float b, float share) {
    return std::fabs(a - b) <= PIXEL + share * std::max(a, b);
}

/** The correlation of two letters of one size, which stand alike; or 0. */
float likeness(const Glyph &a, const Glyph &b) {
    if (!near(a.width, b.width, SIZE) || !near(a.height, b.height, SIZE) ||
        std::fabs(a.foot - b.foot) > 2 * PIXEL + FOOT * a.height)
        return 0;
    float sum = 0;
    for (size_t i = 0; i < a.cells.size(); i++)
        sum += a.cells[i] * b.cells[i];
    return sum;
}

/** The ink of a letter, as a box of the page; NULL when it is too little. */
xtr__frame ink_of(struct Pix *bits, const Word &word, const Letter &letter) {
    int left = int(letter.x0), top = int(word.about.y0) - 1;
    xtr__frame around(boxCreate(left, top, int(letter.x1) - left, int(word.about.y1) + 1 - top));
    struct Box *ink = nullptr;
    if (!around || pixClipBoxToForeground(bits, around.get(), nullptr, &ink))
        return nullptr;
    xtr__frame found(ink);
    l_int32 width = 0, height = 0;
    boxGetGeometry(ink, nullptr, nullptr, &width, &height);
    return width >= LEAST_WIDTH && height >= LEAST_HEIGHT ? std::move(found) : nullptr;
}

/** Brings a letter to so many cells, whatever its size and how dark it is. */
bool fill_cells(struct Pix *page, struct Box *ink, Glyph *out) {
    xtr__picture part(pixClipRectangle(page, ink, nullptr));
    xtr__picture small(part ? pixScaleToSize(part.get(), ACROSS, DOWN) : nullptr);
    if (!small || pixGetWidth(small.get()) != ACROSS || pixGetHeight(small.get()) != DOWN)
        return false;
    float sum = 0, square = 0;
    for (size_t i = 0; i < out->cells.size(); i++) {
        l_uint32 value = 0;
        pixGetPixel(small.get(), l_int32(i % ACROSS), l_int32(i / ACROSS), &value);
        out->cells[i] = float(value);
        sum += float(value);
    }
    for (float &cell : out->cells) {
        cell -= sum / float(out->cells.size());
        square += cell * cell;
    }
    for (float &cell : out->cells)
        cell /= std::sqrt(std::max(square, 1.F));
    return true;
}

bool glyph_of(struct Pix *page, struct Pix *bits, Word *word, Letter *letter, Glyph *out) {
    xtr__frame ink = ink_of(bits, *word, *letter);
    if (!ink || !fill_cells(page, ink.get(), out))
        return false;
    l_int32 x, y, width, height;
    boxGetGeometry(ink.get(), &x, &y, &width, &height);
    const xtr_ocr_word &about = word->about;
    float fall = (about.baseline_right - about.baseline_left) / std::max(1.F, about.x1 - about.x0);
    out->word = word;
    out->letter = letter;
    out->text = word->text.substr(letter->at, letter->size);
    out->width = float(width);
    out->height = float(height);
    out->foot = about.baseline_left + fall * (float(x) - about.x0) - float(y + height);
    return true;
}

std::vector<Glyph> glyphs_of(struct Pix *page, struct Pix *bits, std::vector<xtr__line> *lines) {
    std::vector<Glyph> glyphs;
    for (xtr__line &line : *lines) {
        for (Word &word : line.words) {
            for (Letter &letter : word.letters) {
                Glyph glyph = {};
                if (xtr__is_simple(word) && glyphs.size() < MOST_GLYPHS &&
                    glyph_of(page, bits, &word, &letter, &glyph))
                    glyphs.push_back(std::move(glyph));
            }
        }
    }
    return glyphs;
}

/** Numbers, codes, and what stands alone: in words the recogniser is helped by the other letters.
 */
bool is_code(const std::string &text, size_t letters) {
    return letters == 1 ||
           std::any_of(text.begin(), text.end(), [](unsigned char c) { return isdigit(c); });
}

/** Neither letter, nor digit, nor usual in text: few signs are as frequent as digits that are taken
 * for them. */
bool is_odd(const std::string &text) {
    auto first = static_cast<unsigned char>(text[0]);
    bool sign = first < 0x80 ? !isalnum(first) : first == 0xC2 || first >= 0xE2;
    return sign && !strchr(".,:;-'\"()/*", first);
}

bool is_in_doubt(const Glyph &glyph) {
    const Word &word = *glyph.word;
    return is_odd(glyph.text) || (is_code(word.text, word.letters.size()) &&
                                  (word.letters.size() == 1 || glyph.letter->confidence < DOUBT));
}

bool may_vote(const Glyph &glyph) {
    return glyph.word->letters.size() > 1 && glyph.letter->confidence >= UNSURE;
}

struct Votes {
    float weight = 0;
    int count = 0;
};

/** What a letter is to those that look like it; its own text when they are not of one mind. */
std::string elect(const Glyph &glyph, const std::vector<Glyph> &glyphs) {
    std::map<std::string, Votes> votes;
    float sum = 0;
    for (const Glyph &voter : glyphs) {
        float like = &voter != &glyph && may_vote(voter) ? likeness(glyph, voter) : 0;
        if (like < ALIKE)
            continue;
        float weight = (like - ALIKE) * (like - ALIKE);
        votes[voter.text].weight += weight;
        votes[voter.text].count++;
        sum += weight;
    }
    for (const auto &party : votes) {
        if (party.second.weight >= MOST * sum && party.second.count >= FEWEST &&
            votes[glyph.text].weight <= OWN * sum &&
            !islower(static_cast<unsigned char>(party.first[0])))
            return party.first;
    }
    return glyph.text;
}

void rename(const Glyph &glyph, const std::string &text) {
    Letter &letter = *glyph.letter;
    glyph.word->text.replace(letter.at, letter.size, text);
    for (Letter &other : glyph.word->letters) {
        if (other.at > letter.at)
            other.at += text.size() - letter.size;
    }
    letter.size = text.size();
}

} // namespace

void xtr__compare_letters(const xtr_ocr_image *image, std::vector<xtr__line> *lines) {
    xtr__picture page(xtr__pix_of_grey(image));
    xtr__picture bits(page ? xtr__bits_of_grey(page.get()) : nullptr);
    if (!bits)
        return;
    std::vector<Glyph> glyphs = glyphs_of(page.get(), bits.get(), lines);
    std::vector<std::string> texts;
    for (const Glyph &glyph : glyphs)
        texts.push_back(is_in_doubt(glyph) ? elect(glyph, glyphs) : glyph.text);
    for (size_t i = 0; i < glyphs.size(); i++) {
        if (texts[i] != glyphs[i].text)
            rename(glyphs[i], texts[i]);
    }
}
