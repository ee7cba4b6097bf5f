/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* On a page, the box of a line reaches over specks and parts of its neighbours when it falls or is
 * bent, and what is recognised is that box, brought to a fixed height: letters get too small. So
 * lines in doubt are cut out, made level, and read by themselves. Measurements:
 * docs/internals/recognition.md. */
#include "lines.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <leptonica/allheaders.h>
#include <memory>
#include <tesseract/resultiterator.h>

namespace {

using tesseract::ResultIterator;

/* A line is in doubt below this. Pages upside down, or in another script, are below the second:
 * reading their lines again is in vain. */
const float DOUBT = .9F, HOPELESS = .5F;
/* Around a line, of its height. */
const float SIDES = .3F, ABOVE = .15F;
const float GAP = 1.5F;  /* of its height, that parts a line */
const int EDGE = 10;     /* paper around what is cut out, pixels */
const float PAPER = .7F; /* rank, among the pixels of a line, of one that shows paper */

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

bool word_at(const ResultIterator *at, xtr__line::word *out) {
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
};

float sureness_of(const xtr__line &line) {
    Sureness sureness;
    sureness.add(line);
    return sureness.mean();
}

/* A line by itself -------------------------------------------------------------------------- */

struct PixDrop {
    void operator()(struct Pix *pix) const {
        pixDestroy(&pix);
    }
};
using Picture = std::unique_ptr<struct Pix, PixDrop>;

/** What was cut out of an image. Its pixel (x, y) was at x + left, y + top + slope * (x - middle)
 *  there. */
struct Strip {
    Picture pix;
    float left, top, slope, middle;
};

int within(float at, uint32_t most) {
    return int(std::max(0.F, std::min(at, float(most))));
}

/** From x0 to x1 and from y0 to y1, as far as that is in the image. */
Picture cut(const xtr_ocr_image *image, int x0, int y0, int x1, int y1) {
    if (x1 <= x0 || y1 <= y0)
        return nullptr;
    xtr_ocr_image part = *image;
    part.samples += size_t(y0) * image->stride + size_t(x0);
    part.width = uint32_t(x1 - x0);
    part.height = uint32_t(y1 - y0);
    return Picture(xtr__pix_of_grey(&part));
}

/** Makes a strip level, and cuts off what is above and below its letters. */
void level(Strip *strip, const xtr__line &line) {
    int width = pixGetWidth(strip->pix.get()), height = pixGetHeight(strip->pix.get());
    strip->slope = line.slope;
    strip->middle = float(width) / 2;
    Picture sheared(
        pixVShearLI(strip->pix.get(), width / 2, -std::atan(line.slope), L_BRING_IN_WHITE));
    /* It is as it was when the line hardly falls. */
    if (sheared)
        strip->pix = std::move(sheared);
    float base = line.baseline - strip->top, edge = ABOVE * line.height;
    int top = within(base - (line.height - line.below) - edge, uint32_t(height));
    int bottom = within(base + line.below + edge, uint32_t(height));
    std::unique_ptr<struct Box, void (*)(struct Box *)> box(boxCreate(0, top, width, bottom - top),
                                                            [](struct Box *b) { boxDestroy(&b); });
    Picture tight(box ? pixClipRectangle(strip->pix.get(), box.get(), nullptr) : nullptr);
    if (!tight)
        return;
    strip->pix = std::move(tight);
    strip->top += float(top);
}

/** With paper around it. Without a picture when there is nothing to cut out. */
Strip strip_of(const xtr_ocr_image *image, const xtr__line &line, bool levelled) {
    float height = line.y1 - line.y0;
    int x0 = within(line.x0 - SIDES * height, image->width);
    int x1 = within(line.x1 + SIDES * height, image->width);
    int y0 = within(line.y0 - ABOVE * height, image->height);
    int y1 = within(line.y1 + ABOVE * height, image->height);
    Strip strip = {cut(image, x0, y0, x1, y1), float(x0), float(y0), 0, 0};
    if (strip.pix && levelled)
        level(&strip, line);
    l_uint32 paper = 255;
    if (strip.pix && !pixGetRankValue(strip.pix.get(), 1, PAPER, &paper))
        strip.pix.reset(pixAddBorderGeneral(strip.pix.get(), EDGE, EDGE, EDGE, EDGE, paper));
    strip.left -= float(EDGE);
    strip.top -= float(EDGE);
    strip.middle += float(EDGE);
    return strip;
}

/** To where it stood on the page. */
void put_back(xtr_ocr_word *word, const Strip &strip, const xtr__line &line) {
    float middle = (word->x0 + word->x1) / 2;
    float fall = strip.slope * (middle - strip.middle);
    float centre = (line.x0 + line.x1) / 2;
    word->x0 += strip.left;
    word->x1 += strip.left;
    word->y0 += strip.top + fall;
    word->y1 += strip.top + fall;
    word->baseline_left = line.baseline + line.slope * (word->x0 - centre);
    word->baseline_right = line.baseline + line.slope * (word->x1 - centre);
    word->size = line.height;
}

/** Its words, read by themselves; none when that fails. */
xtr__line read_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                     const xtr_ocr_sink *sink, const xtr__line &line, bool levelled) {
    xtr__line out = line;
    out.words.clear();
    Strip strip = strip_of(image, line, levelled);
    if (!strip.pix)
        return out;
    xtr__watch watch(sink);
    api->SetImage(strip.pix.get());
    api->SetSourceResolution(xtr__resolution_of(image));
    if (!api->Recognize(&watch)) {
        for (xtr__line &part : xtr__lines_of(api)) {
            for (auto &word : part.words) {
                put_back(&word.about, strip, line);
                word.about.paragraph = line.words[0].about.paragraph;
                word.about.block = line.words[0].about.block;
                out.words.push_back(std::move(word));
            }
        }
    }
    api->Clear();
    return out;
}

/** Reads it again in two ways, while it is in doubt. */
void read_run_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                    const xtr_ocr_sink *sink, xtr__line *run) {
    float sure = sureness_of(*run);
    for (bool levelled : {true, false}) {
        if (sure >= DOUBT || sink->should_stop(sink->payload))
            return;
        xtr__line again = read_again(api, image, sink, *run, levelled);
        float surer = sureness_of(again);
        if (surer <= sure)
            continue;
        run->words = std::move(again.words);
        sure = surer;
    }
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

} // namespace

std::vector<xtr__line> xtr__lines_of(tesseract::TessBaseAPI *api) {
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
        if (!word_at(at.get(), &word))
            continue;
        word.about.paragraph = paragraphs ? paragraphs - 1 : 0;
        word.about.block = blocks ? blocks - 1 : 0;
        lines.back().words.push_back(std::move(word));
    } while (at->Next(tesseract::RIL_WORD));
    return lines;
}

void xtr__read_doubtful_again(tesseract::TessBaseAPI *api, const xtr_ocr_image *image,
                              const xtr_ocr_sink *sink, std::vector<xtr__line> *lines) {
    Sureness page;
    for (const xtr__line &line : *lines)
        page.add(line);
    if (page.mean() < HOPELESS)
        return;
    api->SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    for (xtr__line &line : *lines) {
        if (line.words.empty() || line.words[0].about.vertical || line.height <= 0)
            continue;
        std::vector<xtr__line::word> words;
        for (xtr__line &run : runs_of(line)) {
            read_run_again(api, image, sink, &run);
            std::move(run.words.begin(), run.words.end(), std::back_inserter(words));
        }
        line.words = std::move(words);
    }
}
