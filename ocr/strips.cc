/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "strips.h"

#include <algorithm>
#include <cmath>

namespace {

/* Around a line, of its height. */
const float SIDES = .3F, ABOVE = .15F;
const int EDGE = 10; /* paper around what is cut out, pixels */
/* Ranks, among the pixels of a line, of one that shows paper and of one that shows ink. */
const float PAPER = .7F, INK = .02F;
const l_int32 LEAST_CONTRAST = 20;
/* Gaps that are wider than the first become the second, in heights of the line. */
const float WIDE = 1, NARROW = .6F;

int within(float at, uint32_t most) {
    return int(std::max(0.F, std::min(at, float(most))));
}

} // namespace

/** A step that failed is left out. */
void xtr__strip::replace(struct Pix *next) {
    if (next)
        pix.reset(next);
}

/** From x0 to x1 and from y0 to y1, as far as that is in the image. */
void xtr__strip::cut(const xtr_ocr_image *image, int x0, int y0, int x1, int y1) {
    if (x1 <= x0 || y1 <= y0)
        return;
    xtr_ocr_image part = *image;
    part.samples += size_t(y0) * image->stride + size_t(x0);
    part.width = uint32_t(x1 - x0);
    part.height = uint32_t(y1 - y0);
    replace(xtr__pix_of_grey(&part));
    left = float(x0);
    top = float(y0);
}

/** And cuts off what is above and below its letters. */
void xtr__strip::make_level(const xtr__line &line) {
    int width = pixGetWidth(pix.get()), height = pixGetHeight(pix.get());
    slope = line.slope;
    middle = float(width) / 2;
    /* It is as it was when the line hardly falls. */
    replace(pixVShearLI(pix.get(), width / 2, -std::atan(line.slope), L_BRING_IN_WHITE));
    float base = line.baseline - top, edge = ABOVE * line.height;
    int above = within(base - (line.height - line.below) - edge, uint32_t(height));
    int below = within(base + line.below + edge, uint32_t(height));
    xtr__frame frame(boxCreate(0, above, width, below - above));
    struct Pix *tight = frame ? pixClipRectangle(pix.get(), frame.get(), nullptr) : nullptr;
    if (tight)
        top += float(above);
    replace(tight);
}

/** Into wide gaps words are read, and letters that stand alone are misread. */
void xtr__strip::close_gaps(int wide, int narrow) {
    xtr__picture bits(xtr__bits_of_grey(pix.get())), closed(pixCreateTemplate(pix.get()));
    xtr__numbers ink(bits ? pixCountPixelsByColumn(bits.get()) : nullptr);
    if (!ink || !closed)
        return;
    int width = pixGetWidth(pix.get()), height = pixGetHeight(pix.get()), to = 0;
    auto copy = [&](int from, int count) {
        pixRasterop(closed.get(), to, 0, count, height, PIX_SRC, pix.get(), from, 0);
        to += count;
    };
    auto is_blank = [&](int x) {
        l_int32 dark = 0;
        return !numaGetIValue(ink.get(), x, &dark) && !dark;
    };
    for (int from = 0, next; from < width; from = next) {
        bool blank = is_blank(from);
        for (next = from + 1; next < width && is_blank(next) == blank;)
            next++;
        int taken =
            blank && from > 0 && next < width && next - from > wide ? next - from - narrow : 0;
        int first = (next - from - taken) / 2;
        if (taken)
            gaps.push_back({float(from + first), float(taken)});
        copy(from, first);
        copy(from + first + taken, next - from - first - taken);
    }
    xtr__frame frame(boxCreate(0, 0, to, height));
    struct Pix *tight = frame ? pixClipRectangle(closed.get(), frame.get(), nullptr) : nullptr;
    if (!tight)
        gaps.clear();
    replace(tight);
}

void xtr__strip::clear() {
    replace(pixBlockconv(pix.get(), 1, 1));
    l_uint32 ink = 0, paper = 255;
    if (!pixGetRankValue(pix.get(), 1, INK, &ink) &&
        !pixGetRankValue(pix.get(), 1, PAPER, &paper) && l_int32(paper - ink) >= LEAST_CONTRAST)
        replace(pixGammaTRC(nullptr, pix.get(), 1, l_int32(ink), l_int32(paper)));
}

void xtr__strip::scale(float x, float y) {
    struct Pix *scaled =
        x < 1 || y < 1 ? pixScaleAreaMap(pix.get(), x, y) : pixScaleGrayLI(pix.get(), x, y);
    if (!scaled)
        return;
    across = x;
    down = y;
    replace(scaled);
}

void xtr__strip::add_paper() {
    l_uint32 paper = 255;
    struct Pix *framed = pixGetRankValue(pix.get(), 1, PAPER, &paper)
                             ? nullptr
                             : pixAddBorderGeneral(pix.get(), EDGE, EDGE, EDGE, EDGE, paper);
    pix.reset(framed);
}

xtr__strip::xtr__strip(const xtr_ocr_image *image, const xtr__line &line, const xtr__look &look) {
    float height = line.y1 - line.y0;
    cut(image, within(line.x0 - SIDES * height, image->width),
        within(line.y0 - ABOVE * height, image->height),
        within(line.x1 + SIDES * height, image->width),
        within(line.y1 + ABOVE * height, image->height));
    if (!pix)
        return;
    make_level(line);
    if (look.close)
        close_gaps(int(WIDE * line.height), int(NARROW * line.height));
    if (look.clear)
        clear();
    if (look.across != 1 || look.down != 1)
        scale(look.across, look.down);
    add_paper();
}

/** From the picture to the page, across. */
float xtr__strip::across_of(float x) const {
    x = (x - float(EDGE)) / across;
    for (const gap &closed : gaps) {
        if (x > closed.at)
            x += closed.width;
    }
    return x + left;
}

void xtr__strip::put_back(xtr__line::word *word, const xtr__line &line) const {
    xtr_ocr_word &about = word->about;
    about.x0 = across_of(about.x0);
    about.x1 = across_of(about.x1);
    float fall = slope * ((about.x0 + about.x1) / 2 - left - middle);
    float centre = (line.x0 + line.x1) / 2;
    about.y0 = (about.y0 - float(EDGE)) / down + top + fall;
    about.y1 = (about.y1 - float(EDGE)) / down + top + fall;
    about.baseline_left = line.baseline + line.slope * (about.x0 - centre);
    about.baseline_right = line.baseline + line.slope * (about.x1 - centre);
    about.size = line.height;
    for (xtr__line::letter &letter : word->letters) {
        letter.x0 = across_of(letter.x0);
        letter.x1 = across_of(letter.x1);
    }
}

bool xtr__strip::parts(const xtr__line::letter &a, const xtr__line::letter &b) const {
    float from = (a.x0 + a.x1) / 2 - left, to = (b.x0 + b.x1) / 2 - left;
    return std::any_of(gaps.begin(), gaps.end(), [=](const gap &closed) {
        return from < closed.at + closed.width && to > closed.at + closed.width;
    });
}
