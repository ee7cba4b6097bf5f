/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What looks like letters and stands in no word: Tesseract's analysis of a page leaves out cells of
 * tables, numbers at its edge and lone lines. */
#include "images.h"

#include <leptonica/allheaders.h>
#include <math.h>

/* Pixels; letters of a prepared image have a median height of 22. */
enum {
    LEAST_HEIGHT = 11,
    MOST_HEIGHT = 66,
    SPACE = 30, /* between words of a piece, at most */
    EDGE = 10,  /* of paper around a piece */
    FEWEST_LETTERS = 2,
    MOST_PARTS = 20000, /* more are no letters */
};

static void clear_word(PIX *bits, const xtr_box *word) {
    float pad = fminf((word->y1 - word->y0) / 5, EDGE);
    l_int32 x = (l_int32)(word->x0 - pad), y = (l_int32)(word->y0 - pad);
    l_int32 w = (l_int32)(word->x1 + pad) - x + 1, h = (l_int32)(word->y1 + pad) - y + 1;
    pixRasterop(bits, x, y, w, h, PIX_CLR, NULL, 0, 0);
}

static bool is_letter(l_int32 width, l_int32 height) {
    return height >= LEAST_HEIGHT && height <= MOST_HEIGHT && width <= 12 * height &&
           height <= 8 * width;
}

/** Boxes of the parts that are of the size of a letter, or of letters that hang together. */
static BOXA *find_letters(PIX *bits) {
    BOXA *parts = pixConnCompBB(bits, 8);
    l_int32 count = parts ? boxaGetCount(parts) : 0;
    BOXA *out = count <= MOST_PARTS ? boxaCreate(count + 1) : NULL;
    for (l_int32 i = 0; out && i < count; i++) {
        l_int32 x, y, w, h;
        if (!boxaGetBoxGeometry(parts, i, &x, &y, &w, &h) && is_letter(w, h))
            boxaAddBox(out, boxCreate(x, y, w, h), L_INSERT);
    }
    boxaDestroy(&parts);
    return out;
}

/** Boxes around letters that stand in a row. */
static BOXA *join_letters(const PIX *like, BOXA *letters) {
    PIX *mask = pixCreate(pixGetWidth(like), pixGetHeight(like), 1);
    PIX *filled = mask ? pixMaskBoxa(NULL, mask, letters, L_SET_PIXELS) : NULL;
    PIX *rows = filled ? pixCloseSafeBrick(NULL, filled, SPACE, 1) : NULL;
    BOXA *out = rows ? pixConnCompBB(rows, 8) : NULL;
    pixDestroy(&mask);
    pixDestroy(&filled);
    pixDestroy(&rows);
    return out;
}

static uint32_t choose_pieces(BOXA *letters, BOXA *rows, PIX *bits, xtr_box *out, uint32_t most) {
    uint32_t used = 0;
    for (l_int32 i = 0; i < boxaGetCount(rows) && used < most; i++) {
        l_int32 x, y, w, h, count = 0;
        BOX *row = boxaGetBox(rows, i, L_CLONE);
        boxaContainedInBoxCount(letters, row, &count);
        boxGetGeometry(row, &x, &y, &w, &h);
        boxDestroy(&row);
        if (count < FEWEST_LETTERS || h > MOST_HEIGHT)
            continue;
        out[used++] = (xtr_box){(float)L_MAX(x - EDGE, 0), (float)L_MAX(y - EDGE, 0),
                                (float)L_MIN(x + w + EDGE, pixGetWidth(bits)),
                                (float)L_MIN(y + h + EDGE, pixGetHeight(bits))};
    }
    return used;
}

uint32_t xtr__image_missed(const xtr_ocr_image *image, const xtr_box *words, uint32_t count,
                           xtr_box *out, uint32_t most) {
    PIX *grey = xtr__pix_of_grey(image);
    PIX *bits = grey ? xtr__bits_of_grey(grey) : NULL;
    for (uint32_t i = 0; bits && i < count; i++)
        clear_word(bits, &words[i]);
    BOXA *letters = bits ? find_letters(bits) : NULL;
    BOXA *rows =
        letters && boxaGetCount(letters) >= FEWEST_LETTERS ? join_letters(bits, letters) : NULL;
    uint32_t found = rows ? choose_pieces(letters, rows, bits, out, most) : 0;
    boxaDestroy(&letters);
    boxaDestroy(&rows);
    pixDestroy(&grey);
    pixDestroy(&bits);
    return found;
}
