/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One pass over an image, in one way: its words, and how much sense they make. */
#include "ocr/ocr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Letters of words that are surer than this are probably right: of upright print more than two
 * thirds are, of print that is read upside down one in fifteen. */
#define LEGIBLE .6F
/* Letters under this are mostly wrong. */
#define UNSURE .4F

/* Words of a line that are further apart, in their height, do not hold together. */
#define APART 1.5F

enum { SPECK_LETTERS = 8 /* bytes */ };

typedef struct collector {
    const xtr__reader *reader;
    xtr__reading *reading;
    bool denied;
    const xtr_ocr_image *image; /* that is read */
} collector;

void xtr__reading_drop(xtr__reading *reading) {
    if (!reading->budget)
        return;
    XTR__VECTOR_DROP(reading->budget, &reading->words);
    XTR__VECTOR_DROP(reading->budget, &reading->text);
    XTR__VECTOR_DROP(reading->budget, &reading->rules);
}

void xtr__prepared_drop(xtr__ocr_prepared *prepared) {
    free((void *)(uintptr_t)prepared->image.samples);
    free(prepared->lines);
    *prepared = (xtr__ocr_prepared){0};
}

static bool should_stop(void *payload) {
    collector *c = payload;
    return c->denied || c->reader->should_stop(c->reader->payload);
}

/* Signs say nothing about sense: ruled lines are read as such, and surely, whichever way up. */
static double count_letters(const char *text, size_t size) {
    double count = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        count += xtr__is_letter(c) || xtr__is_digit(c) || xtr__is_mark(c);
    }
    return count;
}

void xtr__weigh(xtr__legibility *legibility, const xtr__read_word *word, const char *text) {
    double letters = count_letters(text, word->text_size);
    double confidence = (double)word->confidence * letters;
    legibility->letters += letters;
    legibility->confidence += confidence;
    legibility->legible += word->confidence > LEGIBLE ? confidence : 0;
    legibility->vertical += word->vertical ? letters : 0;
}

static void add_word(void *payload, const xtr_ocr_word *word) {
    collector *c = payload;
    xtr__reading *to = c->reading;
    size_t at = to->text.count;
    if (!word->text_size)
        return;
    xtr__read_word *out = XTR__PUSH(to->budget, &to->words);
    if (!out ||
        !xtr__reserve(to->budget, &to->text.items, &to->text.capacity, at + word->text_size, 1)) {
        to->words.count -= out != NULL;
        c->denied = true;
        return;
    }
    memcpy(to->text.items + at, word->text, word->text_size);
    to->text.count += word->text_size;
    *out = (xtr__read_word){.box = {word->x0, word->y0, word->x1, word->y1},
                            .baseline_left = word->baseline_left,
                            .baseline_right = word->baseline_right,
                            .size = word->size,
                            .confidence = word->confidence,
                            .text = (uint32_t)at,
                            .text_size = (uint32_t)word->text_size,
                            .line = word->line,
                            .paragraph = word->paragraph,
                            .block = word->block,
                            .vertical = word->vertical};
    out->stroke = xtr__ocr_stroke(c->image, out->box);
    xtr__weigh(&to->legibility, out, word->text);
}

static bool stand_together(const xtr__read_word *a, const xtr__read_word *b) {
    float gap = fmaxf(a->box.x0, b->box.x0) - fminf(a->box.x1, b->box.x1);
    return a->line == b->line && (a->vertical || gap <= APART * fmaxf(a->size, b->size));
}

/* Marks by themselves that nobody could read are noise around pictures, edges and stains: their few
 * letters are all unsure. */
static bool is_speck(const xtr__reading *reading, size_t first, size_t last) {
    size_t letters = 0;
    for (size_t i = first; i < last; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        letters += word->text_size;
        if (word->confidence >= UNSURE || letters > SPECK_LETTERS)
            return false;
    }
    return true;
}

/* Lines, paragraphs and blocks count from 0 again, without those that were dropped. */
static void renumber(xtr__read_word *words, size_t count) {
    uint32_t line = 0, paragraph = 0, block = 0;
    xtr__read_word last = count > 0 ? words[0] : (xtr__read_word){0};
    for (size_t i = 0; i < count; i++) {
        bool new_block = words[i].block != last.block;
        bool new_paragraph = new_block || words[i].paragraph != last.paragraph;
        bool new_line = new_paragraph || words[i].line != last.line;
        last = words[i];
        words[i].block = block += new_block;
        words[i].paragraph = paragraph += new_paragraph;
        words[i].line = line += new_line;
    }
}

static void drop_specks(xtr__reading *reading) {
    size_t kept = 0, count = reading->words.count;
    xtr__read_word *words = reading->words.items;
    reading->legibility = (xtr__legibility){0};
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first + 1; last < count && stand_together(&words[last - 1], &words[last]);)
            last++;
        if (is_speck(reading, first, last))
            continue;
        for (size_t i = first; i < last; i++) {
            words[kept++] = words[i];
            xtr__weigh(&reading->legibility, &words[i], reading->text.items + words[i].text);
        }
    }
    reading->words.count = kept;
    renumber(words, kept);
}

int xtr__read_as_is(const xtr__reader *reader, const xtr_ocr_image *image, const xtr__way *way,
                    xtr__reading *out, char message[256]) {
    collector c = {.reader = reader, .reading = out, .image = image};
    xtr__recogniser *recogniser;
    *out = (xtr__reading){.budget = reader->budget,
                          .width = image->width,
                          .height = image->height,
                          .turn = way->turn};
    int code = xtr__recogniser_take(&recogniser, reader->backend, way->languages, message);
    if (code)
        return code;
    const xtr_ocr_sink sink = {.payload = &c, .add = add_word, .should_stop = should_stop};
    code = reader->backend->recognise(xtr__recogniser_handle(recogniser), image, way->layout, &sink,
                                      message);
    xtr__recogniser_give(recogniser);
    drop_specks(out);
    if (out->legibility.letters > 0)
        out->confidence = (float)(out->legibility.confidence / out->legibility.letters);
    return code ? code : c.denied ? XTR_E_MEMORY : XTR_OK;
}

/* From pixels of what was prepared to those of what it was prepared from: their centres agree. The
 * ruled lines come along. False when memory was refused. */
static bool scale_back(xtr__reading *reading, const xtr__ocr_prepared *from, uint32_t width,
                       uint32_t height) {
    float by = 1 / from->scale;
    float dx = ((float)width - (float)from->image.width * by) / 2;
    float dy = ((float)height - (float)from->image.height * by) / 2;
    for (size_t i = 0; i < reading->words.count; i++) {
        xtr__read_word *word = &reading->words.items[i];
        xtr__read_word_scale(word, by);
        xtr__read_word_move(word, dx, dy);
    }
    for (uint32_t i = 0; i < from->line_count; i++) {
        xtr__segment *rule = XTR__PUSH(reading->budget, &reading->rules);
        if (!rule)
            return false;
        const xtr__ocr_line *line = &from->lines[i];
        *rule = (xtr__segment){line->x0 * by + dx, line->y0 * by + dy, line->x1 * by + dx,
                               line->y1 * by + dy};
    }
    reading->width = width;
    reading->height = height;
    reading->skew = from->skew;
    return true;
}

int xtr__prepare_in_way(const xtr__reader *reader, const xtr_ocr_image *image, const xtr__way *way,
                        xtr__ocr_prepared *out) {
    xtr_ocr_image turned;
    *out = (xtr__ocr_prepared){0};
    if (!way->turn)
        return reader->module->prepare(image, out);
    int code = reader->module->turn(image, 360 - way->turn, &turned);
    if (code)
        return code;
    code = reader->module->prepare(&turned, out);
    free((void *)(uintptr_t)turned.samples);
    return code;
}

int xtr__read_prepared(const xtr__reader *reader, const xtr_ocr_image *image,
                       const xtr__ocr_prepared *prepared, const xtr__way *way, xtr__reading *out,
                       char message[256]) {
    bool lies = way->turn % 180 != 0;
    int code = xtr__read_as_is(reader, &prepared->image, way, out, message);
    bool whole = scale_back(out, prepared, lies ? image->height : image->width,
                            lies ? image->width : image->height);
    return code ? code : whole ? XTR_OK : XTR_E_MEMORY;
}
