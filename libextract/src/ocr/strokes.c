/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How thick the strokes of letters are, and which lines are bold by that. */
#include "ocr/lines.h"

#include <math.h>
#include <stdlib.h>

/* One word ---------------------------------------------------------------------------------- */

enum { LEAST_CONTRAST = 40, MOST_ROWS = 48 };

/** A part of an image. */
typedef struct area {
    uint32_t x0, y0, x1, y1;
} area;

static uint32_t within(float value, uint32_t most) {
    return value > 0 ? (value < (float)most ? (uint32_t)value : most) : 0;
}

static void find_extremes(const xtr_ocr_image *image, area a, int *darkest, int *lightest) {
    *darkest = 255;
    *lightest = 0;
    for (uint32_t y = a.y0; y < a.y1; y++) {
        const unsigned char *row = image->samples + y * image->stride;
        for (uint32_t x = a.x0; x < a.x1; x++) {
            *darkest = row[x] < *darkest ? row[x] : *darkest;
            *lightest = row[x] > *lightest ? row[x] : *lightest;
        }
    }
}

/** Ink of the runs of one row that are as short as stems are: their widths and their number. Grey
 *  pixels beside a run count for their share. */
static void weigh_row(const unsigned char *row, area a, int darkest, int lightest, uint32_t longest,
                      float *ink, uint32_t *runs) {
    float range = (float)(lightest - darkest);
    int middle = (lightest + darkest) / 2;
    for (uint32_t x = a.x0; x < a.x1;) {
        if (row[x] >= middle) {
            x++;
            continue;
        }
        uint32_t from = x;
        float width = from > a.x0 ? (float)(lightest - row[from - 1]) / range : 0;
        for (; x < a.x1 && row[x] < middle; x++)
            width += (float)(lightest - row[x]) / range;
        width += x < a.x1 ? (float)(lightest - row[x]) / range : 0;
        if (x - from <= longest) {
            *ink += width;
            ++*runs;
        }
    }
}

float xtr__ocr_stroke(const xtr_ocr_image *image, xtr_box box) {
    area a = {within(box.x0, image->width), within(box.y0, image->height),
              within(box.x1, image->width), within(box.y1, image->height)};
    if (a.x1 < a.x0 + 3 || a.y1 < a.y0 + 3)
        return 0;
    int darkest, lightest;
    uint32_t height = a.y1 - a.y0, step = 1 + height / MOST_ROWS, runs = 0;
    find_extremes(image, a, &darkest, &lightest);
    if (lightest - darkest < LEAST_CONTRAST)
        return 0;
    float ink = 0;
    for (uint32_t y = a.y0; y < a.y1; y += step)
        weigh_row(image->samples + y * image->stride, a, darkest, lightest, 1 + height * 2 / 5,
                  &ink, &runs);
    return runs > 4 ? ink / (float)runs : 0;
}

/* Lines ------------------------------------------------------------------------------------- */

enum { SAMPLES = 64 };

/** The stroke of the middle one of a line's words, as a share of its size; 0 unknown. */
static float stroke_of_line(const xtr__reading *reading, const xtr__read_line *line) {
    float strokes[SAMPLES] = {0};
    uint32_t count = 0;
    for (uint32_t i = line->first; i < line->end && count < SAMPLES; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        if (word->stroke > 0 && word->stroke < line->size && word->text_size >= 2)
            strokes[count++] = word->stroke;
    }
    qsort(strokes, count, sizeof *strokes, xtr__compare_floats);
    return count > 0 ? strokes[count / 2] / line->size : 0;
}

/** Bins of a two hundredth of an em. */
enum { BINS = 200 };

static uint32_t bin_of(float stroke) {
    float bin = stroke * 200;
    return bin < BINS - 1 ? (uint32_t)bin : BINS - 1;
}

/** The stroke that half of all letters do not exceed; 0 when none is known. */
static float usual_stroke(const xtr__read_line *lines, uint32_t count) {
    uint64_t bins[BINS] = {0}, all = 0, seen = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (lines[i].stroke > 0 && lines[i].confidence > 0.5F) {
            bins[bin_of(lines[i].stroke)] += lines[i].letters;
            all += lines[i].letters;
        }
    }
    for (uint32_t i = 0; i < BINS && all > 0; i++) {
        seen += bins[i];
        if (seen * 2 >= all)
            return ((float)i + 0.5F) / 200;
    }
    return 0;
}

/** Thicker by a third than the usual stroke at this size, and by more than the grid of pixels
 *  explains. A pixel of each stroke is blur, however large the letters are. */
static bool is_bold(const xtr__read_line *line, float usual, float body) {
    float stroke = line->stroke * line->size;
    float expected = 1 + fmaxf(0, usual * body - 1) * line->size / body;
    return line->confidence > 0.7F && line->letters >= 3 && stroke > 1.3F * expected &&
           stroke - expected > 0.6F;
}

void xtr__weigh_lines(const xtr__reading *reading, xtr__read_line *lines, uint32_t count,
                      float body) {
    for (uint32_t i = 0; i < count; i++)
        lines[i].stroke = stroke_of_line(reading, &lines[i]);
    float usual = usual_stroke(lines, count);
    for (uint32_t i = 0; i < count && usual > 0 && body > 0; i++)
        lines[i].bold = is_bold(&lines[i], usual, body);
}
