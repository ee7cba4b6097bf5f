/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One image: prepared, and read. */
#include "ocr/ocr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words come in pixels of what was prepared and are kept in those of the image. */
typedef struct collector {
    xtr_job *job;
    xtr__reading *reading;
    const xtr__ocr_prepared *prepared;
    double confidence; /* sums over letters */
    double letters;
    bool denied;
} collector;

void xtr__reading_drop(xtr__reading *reading) {
    if (!reading->budget)
        return;
    XTR__VECTOR_DROP(reading->budget, &reading->words);
    XTR__VECTOR_DROP(reading->budget, &reading->text);
    XTR__VECTOR_DROP(reading->budget, &reading->rules);
}

static bool should_stop(void *payload) {
    collector *c = payload;
    return c->denied || xtr_job_should_stop(c->job);
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
    float scale = 1 / c->prepared->scale;
    *out = (xtr__read_word){
        .box = {word->x0 * scale, word->y0 * scale, word->x1 * scale, word->y1 * scale},
        .baseline_left = word->baseline_left * scale,
        .baseline_right = word->baseline_right * scale,
        .size = word->size * scale,
        .confidence = word->confidence,
        .text = (uint32_t)at,
        .text_size = (uint32_t)word->text_size,
        .line = word->line,
        .paragraph = word->paragraph,
        .block = word->block,
        .vertical = word->vertical};
    c->confidence += (double)word->confidence * (double)word->text_size;
    c->letters += (double)word->text_size;
}

static int read_prepared(collector *c, const xtr_ocr_backend *backend, char message[256]) {
    const char *languages = xtr_job_options(c->job)->ocr_languages;
    xtr__recogniser *recogniser;
    int code = xtr__recogniser_take(&recogniser, backend, languages, message);
    if (code)
        return code;
    const xtr_ocr_sink sink = {.payload = c, .add = add_word, .should_stop = should_stop};
    code = backend->recognise(xtr__recogniser_handle(recogniser), &c->prepared->image, XTR_OCR_PAGE,
                              &sink, message);
    xtr__recogniser_give(recogniser);
    return code ? code : c->denied ? XTR_E_MEMORY : XTR_OK;
}

int xtr__ocr_read(xtr_job *job, xtr__budget *budget, const xtr_ocr_image *image, xtr__reading *out,
                  char message[256]) {
    *out = (xtr__reading){.budget = budget, .width = image->width, .height = image->height};
    message[0] = '\0';
    const xtr__ocr_module *module = xtr__ocr_load(message);
    const xtr_ocr_backend *backend = xtr__ocr_backend(message);
    if (!module || !backend)
        return XTR_E_MISSING_BACKEND;
    if (!xtr_job_needs(job, xtr_job_options(job)->ocr_languages))
        return XTR_E_MISSING_LANGUAGE;
    xtr__ocr_prepared prepared;
    int code = module->prepare(image, &prepared);
    if (code)
        return code;
    collector c = {.job = job, .reading = out, .prepared = &prepared};
    if (prepared.noise) {
        code = XTR_E_LIMIT;
        snprintf(message, 256,
                 "it is noise, or a picture in dots: it has more specks than letters");
    } else {
        code = read_prepared(&c, backend, message);
    }
    out->confidence = c.letters > 0 ? (float)(c.confidence / c.letters) : 0;
    free((void *)(uintptr_t)prepared.image.samples);
    free(prepared.lines);
    return code;
}
