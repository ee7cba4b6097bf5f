/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/words.h"
#include "render/json.h"

#include <math.h>

enum { DPI = 300 };

static const float MOST_PIXELS = 1e9F;

int32_t xtr__pixels(float points, float scale) {
    float pixels = rintf(points * scale);
    return !(pixels > 0) ? 0 : (int32_t)fminf(pixels, MOST_PIXELS);
}

void xtr__put_number(xtr__buffer *out, double value) {
    char text[32];
    xtr__format_number(text, value);
    xtr__puts(out, text);
}

void xtr__put_attribute(xtr__buffer *out, const char *name, double value) {
    xtr__putc(out, ' ');
    xtr__puts(out, name);
    xtr__puts(out, "=\"");
    xtr__put_number(out, value);
    xtr__putc(out, '"');
}

typedef struct walk {
    const xtr__word_writer *writer;
    void *payload;
    xtr__region at; /* places and serials of what is open */
} walk;

static float scale_of(uint32_t pixels, float points) {
    return pixels && points > 0 ? (float)pixels / points : DPI / 72.0F;
}

/* What parts the words of a level from each other. */
static uint32_t key_of(const xtr__page_word *word, xtr__level level) {
    return level == XTR__LEVEL_BLOCK       ? word->block
           : level == XTR__LEVEL_PARAGRAPH ? word->paragraph
                                           : word->line;
}

static uint32_t count_alike(const xtr__page_word *words, uint32_t count, xtr__level level) {
    uint32_t end = 1;
    while (level != XTR__LEVEL_WORD && end < count &&
           key_of(&words[end], level) == key_of(words, level))
        end++;
    return end;
}

static void measure(xtr__region *region) {
    xtr_box box = region->words[0].bounding_box;
    for (uint32_t i = 1; i < region->count; i++) {
        const xtr_box *next = &region->words[i].bounding_box;
        box = (xtr_box){fminf(box.x0, next->x0), fminf(box.y0, next->y0), fmaxf(box.x1, next->x1),
                        fmaxf(box.y1, next->y1)};
    }
    region->x0 = xtr__pixels(box.x0, region->dx);
    region->y0 = xtr__pixels(box.y0, region->dy);
    region->x1 = xtr__pixels(box.x1, region->dx);
    region->y1 = xtr__pixels(box.y1, region->dy);
}

static void walk_level(walk *w, xtr__level level, const xtr__page_word *words, uint32_t count) {
    w->at.places[level] = 0;
    for (uint32_t i = 0, size; i < count; i += size) {
        size = count_alike(words + i, count - i, level);
        w->at.places[level]++;
        w->at.serials[level]++;
        for (unsigned below = level + 1; below <= XTR__LEVEL_WORD; below++)
            w->at.places[below] = 0;
        xtr__region region = w->at;
        region.level = level;
        region.words = words + i;
        region.count = size;
        measure(&region);
        w->writer->begin(w->payload, &region);
        if (level < XTR__LEVEL_WORD)
            walk_level(w, level + 1, words + i, size);
        if (w->writer->end)
            w->writer->end(w->payload, &region);
    }
}

static void walk_page(walk *w, const xtr__page *page, const xtr__page_word *words) {
    w->at = (xtr__region){.level = XTR__LEVEL_PAGE,
                          .page = page,
                          .words = words,
                          .count = page->words.size,
                          .dx = scale_of(page->pixel_width, page->width),
                          .dy = scale_of(page->pixel_height, page->height)};
    w->at.x1 = xtr__pixels(page->width, w->at.dx);
    w->at.y1 = xtr__pixels(page->height, w->at.dy);
    w->at.places[XTR__LEVEL_PAGE] = w->at.serials[XTR__LEVEL_PAGE] = page->number;
    const xtr__region region = w->at;
    w->writer->begin(w->payload, &region);
    walk_level(w, XTR__LEVEL_BLOCK, words, page->words.size);
    if (w->writer->end)
        w->writer->end(w->payload, &region);
}

void xtr__walk_words(const xtr__document *d, const xtr__word_writer *writer, void *payload) {
    walk w = {.writer = writer, .payload = payload};
    for (uint64_t i = 0; i < d->pages.count; i++) {
        const xtr__page *page = &XTR__ITEMS(d, pages, xtr__page)[i];
        walk_page(&w, page, XTR__ITEMS(d, words, xtr__page_word) + page->words.at);
    }
}
