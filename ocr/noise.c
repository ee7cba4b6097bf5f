/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random dots and pictures in dots hold a recogniser for half a minute before it can be stopped: it
 * looks at each speck, and a page of them has as many as a hundred pages have letters. So specks
 * are counted first. Where they crowd on a part of the page that part is painted over; where they
 * crowd nearly everywhere, the page is not read.
 *
 * Densest pages of text have some 6 000 connected components, as A4 at 300 dpi; noise has 30 000 to
 * 600 000. */
#include "images.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

enum {
    MANY = 20000, /* components: with fewer no recogniser is slow */
    SOME = 1000,  /* so few are noise when hardly one is larger than a speck */
    SPECK = 9,    /* pixels at 300 dpi; commas are smaller, letters are not */
    TILES = 16,   /* along each side */
    /* Specks of a tile, by a thousand of its pixels; text has a twentieth of that. */
    CROWD = 2
};

/* Black where it is darker than what parts paper from ink. */
static BOXA *find_components(PIX *grey) {
    NUMA *histogram = pixGetGrayHistogram(grey, 4);
    l_int32 threshold = 128;
    if (histogram)
        numaSplitDistribution(histogram, 0.1F, &threshold, NULL, NULL, NULL, NULL, NULL);
    PIX *bits = pixThresholdToBinary(grey, threshold > 0 && threshold < 255 ? threshold : 128);
    BOXA *boxes = bits ? pixConnCompBB(bits, 8) : NULL;
    numaDestroy(&histogram);
    pixDestroy(&bits);
    return boxes;
}

typedef struct screen {
    l_int32 width, height; /* of a tile */
    l_int32 specks[TILES][TILES];
    bool used[TILES][TILES];
} screen;

/* Returns how many there are. */
static l_int32 count_specks(screen *s, BOXA *boxes, l_int32 largest) {
    l_int32 count = boxaGetCount(boxes), specks = 0, x, y, width, height;
    for (l_int32 i = 0; i < count; i++) {
        boxaGetBoxGeometry(boxes, i, &x, &y, &width, &height);
        l_int32 row = y / s->height, column = x / s->width;
        s->used[row][column] = true;
        bool speck = width <= largest && height <= largest;
        s->specks[row][column] += speck;
        specks += speck;
    }
    return specks;
}

static bool is_crowded(const screen *s, int row, int column) {
    return (int64_t)s->specks[row][column] * 1000 > (int64_t)s->width * s->height * CROWD;
}

static void paint_over(const screen *s, PIX *grey) {
    for (int row = 0; row < TILES; row++) {
        for (int column = 0; column < TILES; column++) {
            if (is_crowded(s, row, column))
                pixRasterop(grey, column * s->width, row * s->height, s->width, s->height, PIX_SET,
                            NULL, 0, 0);
        }
    }
}

/* Whether specks crowd on most of what is not blank. */
static bool is_crowded_all_over(const screen *s) {
    int used = 0, crowded = 0;
    for (int i = 0; i < TILES * TILES; i++) {
        used += s->used[i / TILES][i % TILES];
        crowded += is_crowded(s, i / TILES, i % TILES);
    }
    return crowded * 2 > used;
}

bool xtr__image_is_noise(PIX *grey, uint32_t dpi) {
    BOXA *boxes = find_components(grey);
    l_int32 count = boxes ? boxaGetCount(boxes) : 0;
    bool noise = false;
    if (count > SOME) {
        screen s = {.width = pixGetWidth(grey) / TILES + 1,
                    .height = pixGetHeight(grey) / TILES + 1};
        l_int32 specks = count_specks(&s, boxes, dpi > 300 ? (l_int32)(SPECK * dpi / 300) : SPECK);
        bool odd = count > MANY || specks > count / 100 * 97;
        noise = odd && is_crowded_all_over(&s);
        if (odd && !noise)
            paint_over(&s, grey);
    }
    boxaDestroy(&boxes);
    return noise;
}
