/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* On a page, the box of a line reaches over specks and parts of its neighbours when it falls or is
 * bent, and what is recognised is that box, brought to a fixed height: letters get too small. So
 * lines in doubt are cut out, made level, and read by themselves. Measurements:
 * docs/internals/recognition.md. */
#include "strips.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <tesseract/resultiterator.h>

namespace {

using tesseract::ResultIterator;

/* A line is in doubt below this. Pages upside down, or in another script, are below the second:
 * reading their lines again is in vain. */
const float DOUBT = .9F, HOPELESS = .5F;
const float GAP = 1.5F; /* of its height, that parts a line */

/* What a letter must be surer than to count for a reading. */
const float WORTHLESS = .6F;

/* A reading is surer when that is so by this much a letter, in the mean. */
const float MARGIN = .01F;
/* A look that was of use for less than one of so many lines, of the first ones, is not tried on the
 * rest of the page. */
const int FIRST_LINES = 10, PART = 6;

/* In what looks lines in doubt are read again: as they are, and stretched, for many tills print
 * narrow letters; smaller and, when print is faint or in dots, larger. Then their parts by
 * themselves. */
const xtr__look LOOKS[] = {
    {true, false, 1, 1}, {true, false, .9F, .75F}, {true, true, 1.65F, 1.375F}};
const xtr__look LOOK_OF_PARTS = {false, false, 1.2F, 1};

/** Whether a line runs down the page, or up. */
bool is_vertical(const ResultIterator *at) {
    tesseract::Orientation orientation;
    tesseract::WritingDirection direction;
    tesseract::TextlineOrder order;
    float deskew;
    at->Orientation(&orientation, &direction, &order, &deskew);
    return direction == tesseract::WRITING_DIRECTION_TOP_TO_BOTTOM ||
           orientation == tesseract::ORIENTATION_PAGE_LEFT ||
           orientation == tesseract::ORIENTATION_PAGE_RIGHT;
}

xtr__line line_at(const ResultIterator *at) {
    xtr__line line = {};
    int box[4] = {}, base[4];
    float above;
    at->BoundingBox(tesseract::RIL_TEXTLINE, box, box + 1, box + 2, box + 3);
    line.x0 = float(box[0]), line.y0 = float(box[1]);
    line.x1 = float(box[2]), line.y1 = float(box[3]);
    line.baseline = line.y1;
    if (at->Baseline(tesseract::RIL_TEXTLINE, base, base + 1, base + 2, base + 3) &&
        base[2] > base[0]) {
        line.slope = float(base[3] - base[1]) / float(base[2] - base[0]);
        line.baseline = float(base[1]) + line.slope * ((line.x0 + line.x1) / 2 - float(base[0]));
    }
    at->RowAttributes(&line.height, &line.below, &above);
    line.below = std::fabs(line.below);
    return line;
}

/** Where the letters of a word stand; nothing when they do not make up its text. */
std::vector<xtr__line::letter> letters_at(const ResultIterator *at, const std::string &text) {
    std::vector<xtr__line::letter> letters;
    ResultIterator symbol(*at);
    size_t offset = 0;
    do {
        int box[4];
        std::unique_ptr<char[]> one(symbol.GetUTF8Text(tesseract::RIL_SYMBOL));
        size_t size = one ? strlen(one.get()) : 0;
        if (!size || text.compare(offset, size, one.get()) != 0 ||
            !symbol.BoundingBox(tesseract::RIL_SYMBOL, box, box + 1, box + 2, box + 3))
            return {};
        letters.push_back({float(box[0]), float(box[2]), offset, size,
                           symbol.Confidence(tesseract::RIL_SYMBOL) / 100});
        offset += size;
    } while (!symbol.IsAtFinalElement(tesseract::RIL_WORD, tesseract::RIL_SYMBOL) &&
             symbol.Next(tesseract::RIL_SYMBOL));
    if (offset != text.size())
        letters.clear();
    return letters;
}

bool word_at(const ResultIterator *at, bool letters, xtr__line::word *out) {
    std::unique_ptr<char[]> text(at->GetUTF8Text(tesseract::RIL_WORD));
    int box[4], base[4];
    if (!text || !at->BoundingBox(tesseract::RIL_WORD, box, box + 1, box + 2, box + 3))
        return false;
    if (!at->Baseline(tesseract::RIL_WORD, base, base + 1, base + 2, base + 3))
        base[1] = base[3] = box[3];
    float below, above;
    xtr_ocr_word &word = out->about;
    word = xtr_ocr_word{};
    out->text = text.get();
    at->RowAttributes(&word.size, &below, &above);
    word.x0 = float(box[0]), word.y0 = float(box[1]);
    word.x1 = float(box[2]), word.y1 = float(box[3]);
    word.baseline_left = float(base[1]), word.baseline_right = float(base[3]);
    word.confidence = at->Confidence(tesseract::RIL_WORD) / 100;
    word.vertical = is_vertical(at);
    if (letters)
        out->letters = letters_at(at, out->text);
    return true;
}

/** The mean of letters. */
struct Sureness {
    float letters = 0, sum = 0;
    void add(const xtr__line &line) {
        for (const auto &word : line.words) {
            letters += float(word.text.size());
            sum += word.about.confidence * float(word.text.size());
        }
    }
    float mean() const {
        return letters > 0 ? sum / letters : 0;
    }
    /** More letters are better, as long as they are sure. */
    float worth() const {
        return sum - WORTHLESS * letters;
    }
};

Sureness sureness_of(const xtr__line &line) {
    Sureness sureness;
    sureness.add(line);
    return sureness;
}

/* A line by itself -------------------------------------------------------------------------- */

/** Its words, read by themselves; none when that fails. */
xtr__line read_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                     const xtr_ocr_sink *sink, const xtr__line &line, const xtr__look &look) {
    xtr__line out = line;
    out.words.clear();
    xtr__strip strip(image, line, look);
    if (!strip.picture())
        return out;
    xtr__watch watch(sink);
    api->SetImage(strip.picture());
    api->SetSourceResolution(xtr__resolution_of(image));
    if (!api->Recognize(&watch)) {
        for (xtr__line &part : xtr__lines_of(api, true)) {
            for (auto &word : part.words) {
                strip.put_back(&word, line);
                word.about.paragraph = line.words[0].about.paragraph;
                word.about.block = line.words[0].about.block;
                xtr__part_word(
                    std::move(word),
                    [&strip](const auto &a, const auto &b) { return strip.parts(a, b); },
                    &out.words);
            }
        }
    }
    api->Clear();
    return out;
}

float gap_between(const xtr_ocr_word &a, const xtr_ocr_word &b) {
    return std::max(a.x0, b.x0) - std::min(a.x1, b.x1);
}

/** A line, parted where it has wide gaps: words are read into those. */
std::vector<xtr__line> runs_of(const xtr__line &line) {
    std::vector<xtr__line> runs;
    for (const auto &word : line.words) {
        const xtr_ocr_word &about = word.about;
        if (runs.empty() ||
            gap_between(runs.back().words.back().about, about) > GAP * line.height) {
            runs.push_back(line);
            runs.back().words.clear();
            runs.back().x0 = about.x0;
            runs.back().x1 = about.x1;
        }
        xtr__line &run = runs.back();
        run.words.push_back(word);
        run.x0 = std::min(run.x0, about.x0);
        run.x1 = std::max(run.x1, about.x1);
    }
    float centre = (line.x0 + line.x1) / 2;
    for (xtr__line &run : runs)
        run.baseline += line.slope * ((run.x0 + run.x1) / 2 - centre);
    return runs;
}

bool is_in_doubt(const std::vector<xtr__line> &runs) {
    return std::any_of(runs.begin(), runs.end(),
                       [](const xtr__line &run) { return sureness_of(run).mean() < DOUBT; });
}

/** How far a word stands from the middle of a run, with the run for its unit. */
float distance_of(const xtr_ocr_word &word, const xtr__line &run) {
    float off = std::fabs(word.x0 + word.x1 - run.x0 - run.x1) / 2;
    return std::max(0.F, off - (run.x1 - run.x0) / 2);
}

/** The words of a line, each in the run that it stands in. */
std::vector<xtr__line> share_out(xtr__line line, const std::vector<xtr__line> &runs) {
    std::vector<xtr__line> out = runs;
    for (xtr__line &run : out)
        run.words.clear();
    for (auto &word : line.words) {
        auto nearer = [&word](const xtr__line &a, const xtr__line &b) {
            return distance_of(word.about, a) < distance_of(word.about, b);
        };
        std::min_element(out.begin(), out.end(), nearer)->words.push_back(std::move(word));
    }
    return out;
}

std::string text_without_spaces(const xtr__line &line) {
    std::string text;
    for (const auto &word : line.words)
        text += word.text;
    return text;
}

/** Takes another reading when it is surer, unless it leaves out most. One that says the same makes
 *  the first surer: its spaces are those of the page as it is. Returns whether it was of use. */
bool take_if_surer(xtr__line again, xtr__line *run) {
    Sureness then = sureness_of(again), now = sureness_of(*run);
    bool surer = then.worth() > now.worth() + MARGIN * now.letters;
    if (text_without_spaces(again) == text_without_spaces(*run)) {
        for (auto &word : run->words)
            word.about.confidence = std::max(word.about.confidence, then.mean());
    } else if (surer && then.letters * 2 >= now.letters) {
        run->words = std::move(again.words);
    } else {
        return false;
    }
    return surer;
}

bool take_surer(std::vector<xtr__line> again, std::vector<xtr__line> *runs) {
    bool surer = false;
    for (size_t i = 0; i < runs->size(); i++)
        surer |= take_if_surer(std::move(again[i]), &(*runs)[i]);
    return surer;
}

/** What a look was good for on a page. */
struct Trial {
    int lines = 0, better = 0;
    void add(bool was_better) {
        lines++;
        better += was_better;
    }
    bool goes_on() const {
        return lines < FIRST_LINES || better * PART >= lines;
    }
};

/** Reads the lines of a page again. */
class Rereading {
  public:
    Rereading(tesseract::TessBaseAPI *tesseract, const xtr_ocr_image *page, const xtr_ocr_sink *to)
        : api(tesseract), image(page), sink(to) {
    }
    void read(xtr__line *line) {
        std::vector<xtr__line> runs = runs_of(*line);
        /* Looks are for print that is narrow or faint, and scripts that are written with spaces. */
        bool simple = std::all_of(line->words.begin(), line->words.end(), xtr__is_simple);
        for (size_t i = 0; i < (simple ? std::size(LOOKS) : 1); i++)
            read_in(LOOKS[i], &trials[i], *line, &runs);
        line->words.clear();
        for (xtr__line &run : runs) {
            read_part(&run);
            std::move(run.words.begin(), run.words.end(), std::back_inserter(line->words));
        }
    }

  private:
    bool should_stop() const {
        return sink->should_stop(sink->payload);
    }
    void read_in(const xtr__look &look, Trial *trial, const xtr__line &line,
                 std::vector<xtr__line> *runs) {
        if (!is_in_doubt(*runs) || !trial->goes_on() || should_stop())
            return;
        xtr__line again = read_again(api, image, sink, line, look);
        trial->add(take_surer(share_out(std::move(again), *runs), runs));
    }
    void read_part(xtr__line *run) {
        if (sureness_of(*run).mean() >= DOUBT || !of_parts.goes_on() || should_stop())
            return;
        of_parts.add(take_if_surer(read_again(api, image, sink, *run, LOOK_OF_PARTS), run));
    }

    tesseract::TessBaseAPI *api;
    const xtr_ocr_image *image;
    const xtr_ocr_sink *sink;
    Trial trials[std::size(LOOKS)], of_parts;
};

} // namespace

std::vector<xtr__line> xtr__lines_of(tesseract::TessBaseAPI *api, bool letters) {
    std::vector<xtr__line> lines;
    uint32_t paragraphs = 0, blocks = 0;
    std::unique_ptr<ResultIterator> at(api->GetIterator());
    if (!at)
        return lines;
    do {
        xtr__line::word word;
        if (at->Empty(tesseract::RIL_WORD))
            continue;
        blocks += at->IsAtBeginningOf(tesseract::RIL_BLOCK);
        paragraphs += at->IsAtBeginningOf(tesseract::RIL_PARA);
        if (lines.empty() || at->IsAtBeginningOf(tesseract::RIL_TEXTLINE))
            lines.push_back(line_at(at.get()));
        if (!word_at(at.get(), letters, &word))
            continue;
        word.about.paragraph = paragraphs ? paragraphs - 1 : 0;
        word.about.block = blocks ? blocks - 1 : 0;
        lines.back().words.push_back(std::move(word));
    } while (at->Next(tesseract::RIL_WORD));
    return lines;
}

float xtr__sureness_of(const std::vector<xtr__line> &lines) {
    Sureness page;
    for (const xtr__line &line : lines)
        page.add(line);
    return page.mean();
}

void xtr__read_doubtful_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                              const xtr_ocr_sink *sink, std::vector<xtr__line> *lines) {
    if (xtr__sureness_of(*lines) < HOPELESS)
        return;
    api->SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    Rereading rereading(api, image, sink);
    for (xtr__line &line : *lines) {
        if (!line.words.empty() && !line.words[0].about.vertical && line.height > 0)
            rereading.read(&line);
    }
}
