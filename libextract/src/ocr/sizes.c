/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sizes of recognised lines. A backend's own measure varies from line to line; capitals and
 * ascenders of a line reach equally high, and lines of a page come in few sizes. */
#include "ocr/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shares of an em in common fonts. */
#define CAPITAL   0.71F /* capitals, digits, ascenders */
#define X_HEIGHT  0.48F /* letters without */
#define IDEOGRAPH 0.9F  /* the ink of the larger ones */
#define ROW       0.95F /* from ascender to descender */
#define CASELESS  1.0F  /* boxes of words in Arabic, Hebrew and the scripts of India */

/* Words of a line that are measured, and the largest size there is, in pixels. */
enum { SAMPLES = 64, MOST_SIZE = 20000 };

/* What letters reach ------------------------------------------------------------------------ */

/** What can be measured of a word. */
typedef struct reach {
    bool tall;     /* a capital, a digit or an ascender */
    bool small;    /* letters between baseline and x-height alone, above */
    bool wide;     /* ideographs or kana alone */
    bool caseless; /* letters of a script without capitals, such as Arabic: they reach anywhere */
    uint32_t all;  /* characters */
} reach;

static bool is_tall(uint32_t c) {
    return xtr__is_digit(c) || xtr__is_upper(c) || (c < 128 && strchr("bdfhkl", (int)c) != NULL);
}

static reach reach_of(const char *text, size_t size) {
    reach out = {.small = true};
    uint32_t wide = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        out.tall = out.tall || (c != 0 && is_tall(c));
        out.small = out.small && c != 0 && c < 128 && strchr("acegmnopqrsuvwxyz", (int)c) != NULL;
        wide += xtr__is_cjk(c) && xtr__is_letter(c); /* signs are narrow */
        out.caseless = out.caseless || (xtr__is_letter(c) && !xtr__is_cjk(c) && !xtr__is_lower(c) &&
                                        !xtr__is_upper(c));
        out.all++;
    }
    out.wide = wide == out.all;
    out.small = out.small && out.all >= 2;
    return out;
}

/* One line ---------------------------------------------------------------------------------- */

typedef struct samples {
    float items[SAMPLES];
    uint32_t count;
} samples;

static void add_sample(samples *s, float value) {
    if (s->count < SAMPLES && value > 0 && value < MOST_SIZE)
        s->items[s->count++] = value;
}

/** The value below which `share` of the samples are. */
static float rank_of(samples *s, float share) {
    qsort(s->items, s->count, sizeof *s->items, xtr__compare_floats);
    return s->items[(uint32_t)(share * (float)(s->count - 1))];
}

static float size_of_line(const xtr__reading *reading, xtr__read_line *line) {
    samples tall = {.count = 0}, small = {.count = 0}, wide = {.count = 0}, row = {.count = 0};
    samples caseless = {.count = 0};
    for (uint32_t i = line->first; i < line->end; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        reach r = reach_of(reading->text.items + word->text, word->text_size);
        float ascent = (word->baseline_left + word->baseline_right) / 2 - word->box.y0;
        float across = word->vertical ? word->box.x1 - word->box.x0 : word->box.y1 - word->box.y0;
        add_sample(&row, word->size / ROW);
        float along = word->vertical ? word->box.y1 - word->box.y0 : word->box.x1 - word->box.x0;
        /* Ideographs are square: a rule in the box makes a word higher, spacing makes it longer. */
        if (r.wide)
            add_sample(&wide, r.all > 1 ? fminf(across / IDEOGRAPH, along / ((float)r.all - 0.1F))
                                        : across / IDEOGRAPH);
        else if (r.caseless)
            add_sample(&caseless, across / CASELESS);
        else if (r.tall)
            add_sample(&tall, ascent / CAPITAL);
        else if (r.small)
            add_sample(&small, ascent / X_HEIGHT);
    }
    float usual = row.count > 0 ? rank_of(&row, 0.5F) : 0;
    line->rough = caseless.count > tall.count + small.count + wide.count;
    if (line->rough)
        return fmaxf(rank_of(&caseless, 0.5F), 1);
    float size = wide.count > 0 && wide.count >= tall.count + small.count ? rank_of(&wide, 0.7F)
                 : tall.count > 0                                         ? rank_of(&tall, 0.5F)
                 : small.count > 0                                        ? rank_of(&small, 0.5F)
                                                                          : usual;
    /* What is twice as large as its row holds more than its letters: a rule, a picture. */
    return usual > 0 ? fminf(fmaxf(size, 0.4F * usual), 1.8F * usual) : fmaxf(size, 1);
}

/* All lines --------------------------------------------------------------------------------- */

/** Bins of a hundredth of the logarithm, from 1 to 3000 pixels. */
enum { BINS = 800 };
#define STEP 0.01F

/* Sizes that are one all the same. */
#define LEAST_APART 0.06F
#define MOST_APART  0.12F
#define ROUGH_APART 0.35F /* of lines in scripts without capitals */

static uint32_t bin_of(float size) {
    float bin = size > 1 ? logf(size) / STEP : 0;
    return bin < BINS - 1 ? (uint32_t)bin : BINS - 1;
}

/** How far a size may be off, in bins: a pixel in its capitals, or some hundredths, of which some
 *  scripts need `least`. */
static uint32_t reach_of_bin(uint32_t bin, float least) {
    float pixel = 1 / (CAPITAL * expf((float)bin * STEP));
    return (uint32_t)(fmaxf(fminf(pixel, MOST_APART), least) / STEP);
}

/** The bins around which most lies, from the heaviest on, take what is near. */
static void find_sizes(const float *weights, uint32_t *nearest, float least) {
    bool taken[BINS] = {false};
    for (;;) {
        uint32_t best = BINS;
        for (uint32_t i = 0; i < BINS; i++) {
            if (!taken[i] && weights[i] > 0 && (best == BINS || weights[i] > weights[best]))
                best = i;
        }
        if (best == BINS)
            return;
        uint32_t near = reach_of_bin(best, least);
        for (uint32_t i = best > near ? best - near : 0; i <= best + near && i < BINS; i++) {
            if (!taken[i])
                nearest[i] = best;
            taken[i] = true;
        }
    }
}

/** Each bin with its neighbours, so that a size that falls on the edge of two counts as one. */
static void smooth(const float *bins, float *out) {
    for (uint32_t i = 0; i < BINS; i++) {
        out[i] = 0;
        for (uint32_t k = i > 2 ? i - 2 : 0; bins[i] > 0 && k <= i + 2 && k < BINS; k++)
            out[i] += bins[k];
    }
}

void xtr__size_lines(const xtr__reading *reading, xtr__read_line *lines, uint32_t count) {
    float bins[BINS] = {0}, weights[BINS];
    uint32_t nearest[BINS];
    uint64_t wide = 0, rough = 0, all = 0;
    for (uint32_t i = 0; i < count; i++) {
        lines[i].size = size_of_line(reading, &lines[i]);
        wide += lines[i].wide ? lines[i].letters : 0;
        rough += lines[i].rough ? lines[i].letters : 0;
        all += lines[i].letters;
        bins[bin_of(lines[i].size)] += (float)lines[i].letters * (0.1F + lines[i].confidence);
    }
    smooth(bins, weights);
    for (uint32_t i = 0; i < BINS; i++)
        nearest[i] = i;
    find_sizes(weights, nearest,
               rough * 2 > all  ? ROUGH_APART
               : wide * 2 > all ? MOST_APART
                                : LEAST_APART);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bin = bin_of(lines[i].size);
        if (lines[i].size > 1)
            lines[i].size = expf(((float)nearest[bin] + 0.5F) * STEP);
    }
}
