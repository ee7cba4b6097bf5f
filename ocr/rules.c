/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ruled lines of an image: long thin runs of ink, across and down, by Leptonica's morphology. Gaps
 * of a broken line are closed, and what is thick is no line. */
#include "images.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

/* At the resolution that lines are looked for at, dots per inch, and in inches. */
#define DPI            150
#define LEAST_RUN      .25 /* of unbroken ink, longer than the strokes of print */
#define MOST_GAP       .1  /* that is closed */
#define LEAST_LENGTH   .4  /* of a line */
#define MOST_THICKNESS .05
#define SURE_LENGTH    1. /* of one that is no stroke of an ideograph */

enum {
    MOST_LINES = 4000,
    MOST_REDUCTION = 8,
    LEAST_CONTRAST = 20,
    THINNESS = 20, /* length to thickness, of what is no stroke of a large letter */
};

static l_int32 dots(double inches) {
    return (l_int32)(inches * DPI + .5);
}

/** What is darker than what is around it, thin and black on white: on any ground, and in any
 *  colour. The darkest dot of a cell stays when the image is made smaller, and so do lines. */
static PIX *find_ink(PIX *grey, l_int32 by) {
    PIX *small = by > 1 ? pixScaleGrayMinMax(grey, by, by, L_CHOOSE_MIN) : pixClone(grey);
    l_int32 side = dots(MOST_THICKNESS) | 1;
    PIX *thin = small ? pixTophat(small, side, side, L_TOPHAT_BLACK) : NULL;
    PIX *light = thin ? pixThresholdToBinary(thin, LEAST_CONTRAST) : NULL;
    PIX *out = light ? pixInvert(NULL, light) : NULL;
    pixDestroy(&small);
    pixDestroy(&thin);
    pixDestroy(&light);
    return out;
}

/** The runs of one direction. */
static PIX *find_runs(PIX *bits, bool down) {
    l_int32 run = dots(LEAST_RUN), gap = dots(MOST_GAP), length = dots(LEAST_LENGTH);
    PIX *open = pixOpenBrick(NULL, bits, down ? 1 : run, down ? run : 1);
    /* A slanted line steps aside by a dot now and then. */
    PIX *joined = open ? pixCloseSafeBrick(NULL, open, down ? 3 : gap, down ? gap : 3) : NULL;
    PIX *out =
        joined ? pixOpenBrick(NULL, joined, down ? 1 : length / 2, down ? length / 2 : 1) : NULL;
    pixDestroy(&open);
    pixDestroy(&joined);
    return out;
}

/** Adds what of the runs is long and thin. Those that are too thick go from the runs, those that
 *  are surely lines to `sure`. False when out of memory. */
static bool add_lines(PIX *runs, bool down, double scale, PIX *sure, xtr__ocr_prepared *out) {
    BOXA *boxes = pixConnCompBB(runs, 8);
    l_int32 count = boxes ? boxaGetCount(boxes) : 0;
    bool whole = boxes != NULL;
    for (l_int32 i = 0; i < count && whole && out->line_count < MOST_LINES; i++) {
        l_int32 x, y, w, h;
        if (boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h))
            continue;
        l_int32 length = down ? h : w, thickness = down ? w : h;
        if (length < dots(LEAST_LENGTH) || thickness * THINNESS > length)
            pixRasterop(runs, x, y, w, h, PIX_CLR, NULL, 0, 0);
        else if (length >= dots(SURE_LENGTH))
            pixRasterop(sure, x, y, w, h, PIX_SET, NULL, 0, 0);
        if (length < dots(LEAST_LENGTH) || thickness > dots(MOST_THICKNESS) + length / 40)
            continue;
        xtr__ocr_line *more = realloc(out->lines, (out->line_count + 1) * sizeof *more);
        if (!more) {
            whole = false;
            break;
        }
        double cx = x + w / 2., cy = y + h / 2.;
        out->lines = more;
        out->lines[out->line_count++] =
            down ? (xtr__ocr_line){(float)(cx * scale), (float)(y * scale), (float)(cx * scale),
                                   (float)((y + h) * scale)}
                 : (xtr__ocr_line){(float)(x * scale), (float)(cy * scale),
                                   (float)((x + w) * scale), (float)(cy * scale)};
    }
    boxaDestroy(&boxes);
    return whole;
}

/** How often the sides of an image may be halved. Without a resolution a page is taken for eight
 *  inches wide. */
static l_int32 reduction_of(PIX *grey) {
    uint32_t dpi = (uint32_t)(pixGetXRes(grey) > 0 ? pixGetXRes(grey) : pixGetWidth(grey) / 8);
    l_int32 by = 1;
    while (by < MOST_REDUCTION && dpi / (uint32_t)by >= 2 * DPI)
        by *= 2;
    return by;
}

/** Where the sure runs of one direction meet any of the other; added to `seeds`. */
static void find_crossings(PIX *sure, PIX *others, PIX *seeds) {
    PIX *wide = pixDilateBrick(NULL, others, 5, 5);
    PIX *met = wide ? pixAnd(NULL, sure, wide) : NULL;
    if (met)
        pixOr(seeds, seeds, met);
    pixDestroy(&wide);
    pixDestroy(&met);
}

/** Paints frames and grids white: the recogniser takes lines beside letters for `|` and `]`, and
 *  leaves out letters that touch them. Lines that cross no other may be strokes: the baselines of
 *  Arabic and the bars of Devanagari are as long. */
static void erase_grids(PIX *grey, PIX *runs[2], PIX *sure[2], l_int32 by) {
    l_int32 no_row = 0, no_column = 0;
    if (!pixZero(sure[0], &no_row) && !pixZero(sure[1], &no_column) && no_row && no_column)
        return;
    PIX *seeds = pixCreateTemplate(runs[0]), *all = pixOr(NULL, runs[0], runs[1]);
    for (int down = 0; seeds && down < 2; down++)
        find_crossings(sure[down], runs[!down], seeds);
    PIX *joined = seeds && all ? pixDilateBrick(NULL, all, 3, 3) : NULL;
    PIX *lines = joined ? pixSeedfillBinary(NULL, seeds, joined, 8) : NULL;
    PIX *mask = lines && by > 1 ? pixExpandReplicate(lines, by) : lines ? pixClone(lines) : NULL;
    if (mask)
        pixSetMasked(grey, mask, 255);
    pixDestroy(&seeds);
    pixDestroy(&all);
    pixDestroy(&joined);
    pixDestroy(&lines);
    pixDestroy(&mask);
}

int xtr__image_rules(PIX *grey, xtr__ocr_prepared *out) {
    l_int32 by = reduction_of(grey);
    if (pixGetWidth(grey) < 2 * by || pixGetHeight(grey) < 2 * by)
        return XTR_OK; /* nothing is left of it when it is made smaller */
    PIX *bits = find_ink(grey, by), *runs[2] = {NULL, NULL}, *sure[2] = {NULL, NULL};
    bool whole = bits != NULL;
    for (int down = 0; down < 2 && whole; down++) {
        runs[down] = find_runs(bits, down);
        sure[down] = pixCreateTemplate(bits);
        whole = runs[down] && sure[down] && add_lines(runs[down], down, by, sure[down], out);
    }
    if (whole)
        erase_grids(grey, runs, sure, by);
    pixDestroy(&bits);
    for (int down = 0; down < 2; down++) {
        pixDestroy(&runs[down]);
        pixDestroy(&sure[down]);
    }
    return whole ? XTR_OK : XTR_E_MEMORY;
}
