/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Makes an image fit to be recognised: dark on light, evenly lit, without the dark edges of the
 * scanner, level, and its letters of the size that Tesseract was trained with. Each step looks
 * first whether it is needed: a page that needs none is only copied.
 * Measurements: docs/internals/recognition.md. */
#include "images.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>

enum {
    MOST_PIXELS = 40 << 20, /* of what is handed on */
    MOST_SIDE = 32000,      /* of it; Tesseract counts in 16 bits */
    MIDDLE = 3000,          /* side of the part of a page in which letters are measured, pixels */
    LEAST_SIDE = 16,        /* what is smaller holds no letter, and Leptonica's tiles do not fit */
    FEWEST_LETTERS = 30,    /* to trust their height */
    BEST_HEIGHT = 22,       /* of letters, capitals and small ones together; pixels */
    USUAL_DPI = 300,        /* at which print has letters of that height: what it is said to have */
    TILE = 16,              /* of the map of the background, pixels */
    LIGHT = 200,            /* what the background becomes */
};

static const float LEAST_SKEW = 0.3F, MOST_SKEW = 7; /* degrees; Leptonica's search ends there */
static const float SURE_SKEW = 3;                    /* ratio of Leptonica's scores */
static const float MOST_SCALE = 3, LEAST_UP = 1.2F, LEAST_DOWN = 0.8F;

/** Puts `next` in the place of *pix. A step that failed, of which next is NULL, is left out. */
static bool replace(PIX **pix, PIX *next) {
    if (!next)
        return false;
    pixDestroy(pix);
    *pix = next;
    return true;
}

PIX *xtr__bits_of_grey(PIX *grey) {
    NUMA *histogram = pixGetGrayHistogram(grey, 1);
    l_int32 threshold = 0;
    PIX *bits = NULL;
    if (histogram &&
        !numaSplitDistribution(histogram, 0.1F, &threshold, NULL, NULL, NULL, NULL, NULL))
        bits = pixThresholdToBinary(grey, threshold);
    numaDestroy(&histogram);
    return bits;
}

/* Light ------------------------------------------------------------------------------------- */

/** Most of a page is paper: where most of it is dark, the page is light on dark. */
static bool is_dark(PIX *bits) {
    l_int32 ink = 0;
    uint64_t area = (uint64_t)pixGetWidth(bits) * (uint64_t)pixGetHeight(bits);
    return !pixCountPixels(bits, &ink, NULL) && (uint64_t)ink * 10 > area * 6;
}

/** Whether the paper is much darker in one place than in another. `map` has a pixel a tile. */
static bool is_uneven(PIX *map) {
    l_uint32 dark = 0, light = 0;
    return !pixGetRankValue(map, 1, 0.05F, &dark) && !pixGetRankValue(map, 1, 0.95F, &light) &&
           dark * 10 < light * 7;
}

/** Makes the page what it would be in even light. False when its light is even. */
static bool even_out(PIX **grey) {
    PIX *map = NULL;
    if (pixGetBackgroundGrayMap(*grey, NULL, TILE, TILE, 40, TILE * TILE / 4, &map) ||
        !is_uneven(map)) {
        pixDestroy(&map);
        return false;
    }
    PIX *inverse = pixGetInvBackgroundMap(map, LIGHT, 2, 2);
    bool made =
        replace(grey, inverse ? pixApplyInvBackgroundGrayMap(*grey, inverse, TILE, TILE) : NULL);
    pixDestroy(&inverse);
    pixDestroy(&map);
    return made;
}

/* Edges ------------------------------------------------------------------------------------- */

/** The dark mass that touches an edge, at a quarter of the size; letters are too thin for it. With
 *  holes it is no shadow but a banner, whose text they are. */
static PIX *find_edges(PIX *bits) {
    PIX *small = pixReduceRankBinaryCascade(bits, 3, 3, 0, 0);
    PIX *solid = small ? pixOpenBrick(NULL, small, 5, 5) : NULL;
    PIX *edges = solid ? pixExtractBorderConnComps(solid, 8) : NULL;
    PIX *holes = edges ? pixHolesByFilling(edges, 4) : NULL;
    l_int32 dark = 0, light = 0;
    bool found = holes && !pixCountPixels(edges, &dark, NULL) &&
                 !pixCountPixels(holes, &light, NULL) && dark > 0 && light * 50 < dark;
    pixDestroy(&small);
    pixDestroy(&solid);
    pixDestroy(&holes);
    if (!found)
        pixDestroy(&edges);
    return edges;
}

/** Paints dark edges light, in the grey page and in its bits. */
static void whiten_edges(PIX *grey, PIX *bits) {
    PIX *edges = find_edges(bits);
    PIX *wide = edges ? pixDilateBrick(NULL, edges, 5, 5) : NULL;
    PIX *mask = wide ? pixExpandReplicate(wide, 4) : NULL;
    if (mask) {
        pixSetMasked(grey, mask, 255);
        pixSubtract(bits, bits, mask);
    }
    pixDestroy(&edges);
    pixDestroy(&wide);
    pixDestroy(&mask);
}

/* Skew -------------------------------------------------------------------------------------- */

/** By how much lines fall to the right, in degrees; 0 when they hardly do, or nobody knows. */
static float skew_of(PIX *bits) {
    l_float32 angle = 0, sure = 0;
    if (pixFindSkew(bits, &angle, &sure) || sure < SURE_SKEW)
        return 0;
    angle = -angle; /* Leptonica says by how much to turn it back, clockwise */
    return fabsf(angle) < LEAST_SKEW || fabsf(angle) > MOST_SKEW ? 0 : angle;
}

static void level(PIX **grey, PIX *bits, xtr__ocr_prepared *out) {
    float skew = skew_of(bits) * (float)M_PI / 180;
    if (skew != 0 &&
        replace(grey, pixRotate(*grey, -skew, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0)))
        out->skew = skew;
}

/* Size -------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b) {
    l_int32 x = *(const l_int32 *)a, y = *(const l_int32 *)b;
    return (x > y) - (x < y);
}

/** Boxes of the connected parts in the middle of a page; bounded, for a page may be all specks. */
static BOXA *find_parts(PIX *bits) {
    l_int32 width = pixGetWidth(bits), height = pixGetHeight(bits);
    l_int32 w = L_MIN(width, MIDDLE), h = L_MIN(height, MIDDLE);
    BOX *box = boxCreate((width - w) / 2, (height - h) / 2, w, h);
    PIX *middle = box ? pixClipRectangle(bits, box, NULL) : NULL;
    BOXA *parts = middle ? pixConnCompBB(middle, 8) : NULL;
    pixDestroy(&middle);
    boxDestroy(&box);
    return parts;
}

/** The height that half of all is up to, when each counts as often as it is high: print of dots,
 * and broken print, have more parts than letters. Sorted. */
static float middle_of(const l_int32 *heights, l_int32 count) {
    int64_t sum = 0, below = 0;
    for (l_int32 i = 0; i < count; i++)
        sum += heights[i];
    l_int32 at = 0;
    for (; at + 1 < count && (below += heights[at]) * 2 < sum;)
        at++;
    return (float)heights[at];
}

/** The height of what may be letters, in pixels; 0: too few of them. */
static float letter_height(PIX *bits) {
    BOXA *boxes = find_parts(bits);
    l_int32 count = boxes ? boxaGetCount(boxes) : 0, used = 0;
    l_int32 *heights = count ? malloc((size_t)count * sizeof *heights) : NULL;
    for (l_int32 i = 0; heights && i < count; i++) {
        l_int32 width, height;
        boxaGetBoxGeometry(boxes, i, NULL, NULL, &width, &height);
        if (height >= 5 && height <= 200 && width <= 3 * height && height <= 6 * width)
            heights[used++] = height;
    }
    boxaDestroy(&boxes);
    if (used)
        qsort(heights, (size_t)used, sizeof *heights, compare);
    /* Frames and pictures are higher than letters and would count for many. */
    l_int32 letters = used;
    while (letters > 0 && heights[letters - 1] > 4 * heights[used / 2])
        letters--;
    float middle = used >= FEWEST_LETTERS ? middle_of(heights, letters) : 0;
    free(heights);
    return middle;
}

/** What to scale an image by, for its letters to be of the best height. */
static float best_scale(PIX *bits, float letters) {
    float scale = letters > 0 ? BEST_HEIGHT / letters : 1;
    if (scale < LEAST_UP && scale > LEAST_DOWN)
        scale = 1;
    float width = (float)pixGetWidth(bits), height = (float)pixGetHeight(bits);
    float most = fminf(sqrtf(MOST_PIXELS / width / height), MOST_SIDE / fmaxf(width, height));
    return fminf(fminf(fmaxf(scale, 1 / MOST_SCALE), MOST_SCALE), most);
}

static void resize(PIX **grey, PIX *bits, xtr__ocr_prepared *out) {
    float letters = letter_height(bits), scale = best_scale(bits, letters);
    PIX *scaled = NULL;
    out->letters = letters > 0;
    if (scale > 1)
        scaled = pixScaleGrayLI(*grey, scale, scale);
    else if (scale < 1)
        scaled = pixScaleAreaMap(*grey, scale, scale);
    if (replace(grey, scaled))
        out->scale = scale;
}

/* All of it --------------------------------------------------------------------------------- */

static void clean(PIX **grey, xtr__ocr_prepared *out) {
    if (pixGetWidth(*grey) < LEAST_SIDE || pixGetHeight(*grey) < LEAST_SIDE)
        return;
    PIX *bits = xtr__bits_of_grey(*grey);
    if (bits && is_dark(bits)) {
        out->inverted = true;
        pixInvert(*grey, *grey);
        pixInvert(bits, bits);
    }
    out->noise = bits && xtr__image_is_noise(*grey, bits);
    if (bits && !out->noise && even_out(grey))
        replace(&bits, xtr__bits_of_grey(*grey));
    if (!bits || out->noise) {
        pixDestroy(&bits);
        return;
    }
    whiten_edges(*grey, bits);
    resize(grey, bits, out);
    level(grey, bits, out);
    pixDestroy(&bits);
}

int xtr__image_prepare(const xtr_ocr_image *image, xtr__ocr_prepared *out) {
    *out = (xtr__ocr_prepared){.scale = 1};
    PIX *pix = xtr__pix_of_grey(image);
    if (!pix)
        return XTR_E_MEMORY;
    clean(&pix, out);
    int code = xtr__image_rules(pix, out);
    if (!code)
        code = xtr__grey_of_pix(pix, USUAL_DPI, &out->image);
    pixDestroy(&pix);
    return code;
}
