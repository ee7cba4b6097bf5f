/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Other ways to read a page, when what was read makes little sense: it lies on its side or on its
 * head, what is set in lines was taken for columns, its letters are old. Each way is tried on a
 * small part, where most was read, taken as one block of level lines; that tells print from print
 * upside down even by twenty letters, which the legacy engine's detection of orientation does
 * not. Only the best is then tried on all of the page. */
#include "ocr/ocr.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A reading is poor when fewer of its letters are legible, or more run down the page. */
#define POOR   .5
#define TILTED .2
/* German print of our days is read with more confidence, Fraktur by data of such print with less.
 * A part tells little of which letters a page has, so all of it is read. */
#define MODERN .85F
/* Another way must be this much better, by more than chance gives. */
#define BETTER 1.25
#define CHANCE 4.0
/* What another way reads makes no sense with fewer legible letters. */
#define SENSE .4
/* So sure a trial ends the search. */
#define SURE .6

enum { ENOUGH_LETTERS = 80, SURE_LETTERS = 30, MOST_STEPS = 64 };

/** The best reading so far, and what it was made of. */
typedef struct attempt {
    const xtr__reader *reader;
    const xtr_ocr_image *image;
    xtr__ocr_prepared *prepared;
    xtr__way *way;
    xtr__reading *reading;
} attempt;

double xtr__worth(const xtr__legibility *l) {
    double down = l->letters > 0 ? l->vertical / l->letters : 0;
    return l->legible * (1 - down * .7);
}

bool xtr__is_poor(const xtr__reading *reading) {
    const xtr__legibility *l = &reading->legibility;
    return l->legible < l->letters * POOR || l->vertical > l->letters * TILTED;
}

/* Parts of a page --------------------------------------------------------------------------- */

/* Words that are cut by its edge read poorly in it, so they do not count. */
static bool holds(xtr_box part, const xtr__read_word *word) {
    return word->box.x0 >= part.x0 && word->box.x1 <= part.x1 && word->box.y0 >= part.y0 &&
           word->box.y1 <= part.y1;
}

static xtr__legibility legibility_of(const xtr__reading *reading, xtr_box part) {
    xtr__legibility sum = {0};
    for (size_t i = 0; i < reading->words.count; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        if (holds(part, word))
            xtr__weigh(&sum, word, reading->text.items + word->text);
    }
    return sum;
}

/* The square with the most letters. */
static xtr_box densest_square(const xtr__reading *reading, float side, double *letters) {
    float width = (float)reading->width, height = (float)reading->height;
    float step = fmaxf(side / 2, fmaxf(width, height) / MOST_STEPS);
    xtr_box best = {0, 0, width, height};
    *letters = 0;
    for (float y = 0; y + step <= height; y += step) {
        for (float x = 0; x + step <= width; x += step) {
            const xtr_box square = {x, y, fminf(x + side, width), fminf(y + side, height)};
            double found = legibility_of(reading, square).letters;
            if (found > *letters) {
                *letters = found;
                best = square;
            }
        }
    }
    return best;
}

/* The smallest that holds enough letters: small ones are read in no time. */
static xtr_box choose_part(const xtr__reading *reading) {
    float shorter = fminf((float)reading->width, (float)reading->height);
    for (float side = shorter / 4; side <= shorter; side *= 2) {
        double letters;
        xtr_box part = densest_square(reading, side, &letters);
        if (letters >= ENOUGH_LETTERS)
            return part;
    }
    return (xtr_box){0, 0, (float)reading->width, (float)reading->height};
}

static uint32_t within(float at, uint32_t most) {
    return at <= 0 ? 0 : at >= (float)most ? most : (uint32_t)at;
}

/* Shares the samples. */
static xtr_ocr_image crop(const attempt *a, xtr_box part) {
    const xtr_ocr_image *from = &a->prepared->image;
    float scale = a->prepared->scale;
    float dx = ((float)from->width - (float)a->reading->width * scale) / 2;
    float dy = ((float)from->height - (float)a->reading->height * scale) / 2;
    uint32_t x0 = within(part.x0 * scale + dx, from->width);
    uint32_t y0 = within(part.y0 * scale + dy, from->height);
    uint32_t x1 = within(part.x1 * scale + dx, from->width);
    uint32_t y1 = within(part.y1 * scale + dy, from->height);
    xtr_ocr_image out = *from;
    out.samples += y0 * from->stride + x0;
    out.width = x1 - x0;
    out.height = y1 - y0;
    return out;
}

/* Trials ------------------------------------------------------------------------------------ */

/* Where words of a part are whole. */
static xtr_box within_edges(const xtr__reading *part) {
    float width = (float)part->width, height = (float)part->height;
    float edge = fminf(width, height) / 64;
    return (xtr_box){edge, edge, width - edge, height - edge};
}

/* What a way makes of a part of what was prepared. */
static xtr__legibility try_way(const attempt *a, const xtr_ocr_image *part, const xtr__way *way) {
    char ignored[256];
    xtr__legibility found = {0};
    xtr__reading reading = {0};
    xtr_ocr_image turned = *part;
    int turn = (a->way->turn + 360 - way->turn) % 360;
    xtr__way block = *way;
    block.layout = XTR_OCR_BLOCK;
    if (turn && a->reader->module->turn(part, turn, &turned))
        return found;
    if (!xtr__read_as_is(a->reader, &turned, &block, &reading, ignored))
        found = legibility_of(&reading, within_edges(&reading));
    xtr__reading_drop(&reading);
    if (turn)
        free((void *)(uintptr_t)turned.samples);
    return found;
}

/* The way that is better on a part than the reading is there, or NULL. */
static const xtr__way *choose_way(const attempt *a, const xtr__way *ways, size_t count) {
    const xtr__reader *reader = a->reader;
    xtr_box part = choose_part(a->reading);
    xtr_ocr_image image = crop(a, part);
    xtr__legibility now = legibility_of(a->reading, part);
    double best = xtr__worth(&now) * BETTER + CHANCE;
    const xtr__way *chosen = NULL;
    if (!image.width || !image.height)
        return NULL;
    for (size_t i = 0; i < count && !reader->should_stop(reader->payload); i++) {
        xtr__legibility found = try_way(a, &image, &ways[i]);
        double worth = xtr__worth(&found);
        if (worth <= best || found.legible < found.letters * SENSE)
            continue;
        best = worth;
        chosen = &ways[i];
        if (found.letters >= SURE_LETTERS && found.legible >= found.letters * SURE)
            break;
    }
    return chosen;
}

/* Reads all of the image in another way, and keeps the better reading. */
static void adopt(attempt *a, const xtr__way *way) {
    char ignored[256];
    const xtr__reader *reader = a->reader;
    xtr__reading reading = {0};
    xtr__ocr_prepared prepared;
    int code = xtr__prepare_in_way(reader, a->image, way, &prepared);
    if (!code)
        code = xtr__read_prepared(reader, a->image, &prepared, way, &reading, ignored);
    bool whole = !code && !reader->should_stop(reader->payload);
    if (whole && xtr__worth(&reading.legibility) > xtr__worth(&a->reading->legibility)) {
        xtr__reading_drop(a->reading);
        xtr__prepared_drop(a->prepared);
        *a->reading = reading;
        *a->prepared = prepared;
        *a->way = *way;
        return;
    }
    xtr__reading_drop(&reading);
    xtr__prepared_drop(&prepared);
}

/* Ways -------------------------------------------------------------------------------------- */

/* Tesseract reads lines that run down the page as they are, and those that run up on their head. */
static void try_turns(attempt *a) {
    static const int level[] = {180, 0, 90, 270}, down[] = {90, 270, 0, 180},
                     up[] = {270, 90, 0, 180};
    const xtr__legibility *l = &a->reading->legibility;
    const int *turns = l->vertical < l->letters / 2  ? level
                       : l->legible > l->letters / 2 ? down
                                                     : up;
    xtr__way ways[4];
    for (int i = 0; i < 4; i++) {
        ways[i] = *a->way;
        ways[i].turn = (a->way->turn + turns[i]) % 360;
        ways[i].layout = turns[i] ? XTR_OCR_PAGE : XTR_OCR_BLOCK;
    }
    const xtr__way *way = choose_way(a, ways, 4);
    if (way)
        adopt(a, way);
}

/* What is set in lines may be taken for columns of signs. */
static void try_block(attempt *a) {
    xtr__way way = *a->way;
    way.layout = XTR_OCR_BLOCK;
    if (a->way->layout != XTR_OCR_BLOCK && choose_way(a, &way, 1))
        adopt(a, &way);
}

static void try_languages(attempt *a, const char *languages) {
    xtr__way way = *a->way;
    snprintf(way.languages, sizeof way.languages, "%s", languages);
    if (choose_way(a, &way, 1))
        adopt(a, &way);
}

void xtr__improve(const xtr__reader *reader, const xtr_ocr_image *image, const char *others,
                  xtr__ocr_prepared *prepared, xtr__way *way, xtr__reading *reading) {
    attempt a = {reader, image, prepared, way, reading};
    char old[256];
    /* Small print on its side may be taken for no text at all. */
    bool overlooked = !reading->words.count && prepared->letters;
    if (overlooked || xtr__is_poor(reading))
        try_turns(&a);
    if (*others && xtr__is_poor(reading))
        try_languages(&a, others);
    if (reading->turn && xtr__is_poor(reading))
        try_block(&a);
    if (reading->confidence < MODERN &&
        xtr__languages_with_old_letters(reader->backend, way->languages, old)) {
        xtr__way both = *way;
        snprintf(both.languages, sizeof both.languages, "%s", old);
        adopt(&a, &both);
    }
}
