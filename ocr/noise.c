/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random dots and pictures in dots hold a recogniser for half a minute before it can be stopped: it
 * looks at each speck, and a page of them has as many as a hundred pages have letters. So specks
 * are counted first. Where they crowd on a part of the page that part is painted over; where they
 * crowd nearly everywhere, the page is not read.
 *
 * Densest pages of text have some 6 000 connected components, as A4 at 300 dpi; noise has 30 000 to
 * 600 000. Dots over print, as of a bad copy, are taken away first: they are smaller than a stroke
 * is wide. What is left has to be print. */
#include "images.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

enum {
    MANY = 20000, /* components: with fewer no recogniser is slow */
    SOME = 1000,  /* so few are noise when most are dots */
    SPECK = 9,    /* pixels at 300 dpi; commas are smaller, letters are not */
    DOT = 2,      /* the same, smaller than any letter that is read */
    TILES = 16,   /* along each side */
    /* Specks of a tile, by a thousand of its pixels; text has a twentieth of that. */
    CROWD = 2,
    /* Specks and dark pixels of a page that are not dots over print, by a thousand pixels: random
     * dots have more of the ones or of the others, unless they are few enough to be taken away. */
    MOST_SPECKS = 40,
    MOST_INK = 250,
    FEWEST_LETTERS = 20 /* components larger than a speck, that make a page worth reading */
};

typedef struct screen {
    l_int32 width, height;       /* of a tile */
    l_int32 count, specks, dots; /* components; those that are no larger than a speck, or a dot */
    l_int32 crowd[TILES][TILES]; /* specks of a tile */
    bool used[TILES][TILES];
} screen;

static void count_components(screen *s, PIX *bits, uint32_t dpi) {
    l_int32 by = dpi > 300 ? (l_int32)dpi : 300, x, y, width, height;
    BOXA *boxes = pixConnCompBB(bits, 8);
    *s = (screen){.width = pixGetWidth(bits) / TILES + 1,
                  .height = pixGetHeight(bits) / TILES + 1,
                  .count = boxes ? boxaGetCount(boxes) : 0};
    for (l_int32 i = 0; i < s->count; i++) {
        boxaGetBoxGeometry(boxes, i, &x, &y, &width, &height);
        l_int32 row = y / s->height, column = x / s->width, size = L_MAX(width, height) * 300;
        s->used[row][column] = true;
        s->crowd[row][column] += size <= SPECK * by;
        s->specks += size <= SPECK * by;
        s->dots += size <= DOT * by;
    }
    boxaDestroy(&boxes);
}

/** Too many for a page of print, or most of them too small: letters of screens are no larger than
 *  specks, but larger than dots. */
static bool is_odd(const screen *s) {
    return s->count > MANY || (s->count > SOME && s->dots > s->count / 2);
}

static bool is_crowded(const screen *s, int row, int column) {
    return (int64_t)s->crowd[row][column] * 1000 > (int64_t)s->width * s->height * CROWD;
}

/* White, which is 255 of 8 bits and 0 of one. */
static void paint_over(const screen *s, PIX *pix) {
    l_int32 white = pixGetDepth(pix) == 1 ? PIX_CLR : PIX_SET;
    for (int row = 0; row < TILES; row++) {
        for (int column = 0; column < TILES; column++) {
            if (is_crowded(s, row, column))
                pixRasterop(pix, column * s->width, row * s->height, s->width, s->height, white,
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

/* What of `bits` has no square of `side` pixels in it. Or NULL. */
static PIX *find_dots(PIX *bits, l_int32 side) {
    PIX *seed = pixOpenBrick(NULL, bits, side, side);
    PIX *kept = seed ? pixSeedfillBinary(NULL, seed, bits, 8) : NULL;
    PIX *dots = kept ? pixSubtract(NULL, bits, kept) : NULL;
    pixDestroy(&seed);
    pixDestroy(&kept);
    return dots;
}

/* Makes black dots white and, in ink, white ones black. */
static void take_dots_away(PIX *grey, PIX *bits, uint32_t dpi) {
    l_int32 side = 2 + (l_int32)(dpi / 600);
    for (int white = 0; white < 2; white++) {
        PIX *dots = find_dots(bits, side);
        if (dots) {
            pixSetMasked(grey, dots, white ? 0 : 255);
            pixSubtract(bits, bits, dots);
        }
        pixDestroy(&dots);
        pixInvert(bits, bits);
    }
}

static bool may_be_over_print(const screen *s, PIX *bits) {
    int64_t area = (int64_t)pixGetWidth(bits) * pixGetHeight(bits);
    l_int32 ink = 0;
    return (int64_t)s->specks * 1000 <= area * MOST_SPECKS && !pixCountPixels(bits, &ink, NULL) &&
           (int64_t)ink * 1000 <= area * MOST_INK;
}

bool xtr__image_is_noise(PIX *grey, PIX *bits) {
    uint32_t dpi = (uint32_t)pixGetXRes(grey);
    screen s;
    count_components(&s, bits, dpi);
    if (!is_odd(&s))
        return false;
    bool all_over = is_crowded_all_over(&s);
    if (all_over && !may_be_over_print(&s, bits))
        return true;
    take_dots_away(grey, bits, dpi);
    count_components(&s, bits, dpi);
    bool odd = is_odd(&s);
    if (all_over && (s.count - s.specks < FEWEST_LETTERS || (odd && is_crowded_all_over(&s))))
        return true;
    if (odd) {
        paint_over(&s, grey);
        paint_over(&s, bits);
    }
    return false;
}
