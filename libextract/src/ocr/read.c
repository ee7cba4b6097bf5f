/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One image: prepared, read, and read again when that went poorly. */
#include "ocr/ocr.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool must_stop(void *job) {
    return xtr__recognisers_are_ending() || xtr_job_should_stop(job);
}

/* Detection is believed from here on. */
#define SURE .5F

/* What a page is written in, when the user does not say: the script is detected, and its languages
 * are those whose data is installed. Scripts that resemble Latin are believed when they are sure;
 * else both are tried. The rest goes to `others`. How the page lies is found out on the way. Fails
 * only where nothing can ever be detected. */
static int detect(const xtr__reader *reader, const xtr__ocr_prepared *prepared, xtr__way *way,
                  char others[256], char message[256]) {
    static const char *const unlike_latin[] = {"Han", "Japanese", "Korean", "Hangul"};
    char found[256];
    xtr_ocr_orientation orientation = {0};
    int code = XTR_E_UNSUPPORTED;
    if (reader->backend->orient)
        code = reader->backend->orient(&prepared->image, &orientation, message);
    if (code)
        return code == XTR_E_MISSING_LANGUAGE ? code : XTR_OK;
    if (orientation.turn_confidence >= SURE)
        way->turn = orientation.turn;
    if (!*orientation.script ||
        !xtr__languages_of_script(reader->backend, orientation.script, found) ||
        !strcmp(found, way->languages))
        return XTR_OK;
    bool sure = orientation.script_confidence >= SURE;
    for (size_t i = 0; i < sizeof unlike_latin / sizeof *unlike_latin; i++)
        sure |= !strcmp(orientation.script, unlike_latin[i]);
    strcpy(others, sure ? way->languages : found);
    if (sure)
        strcpy(way->languages, found);
    return XTR_OK;
}

int xtr__read_image(const xtr__reader *reader, const xtr_ocr_image *image, xtr__reading *out,
                    char message[256]) {
    *out = (xtr__reading){.budget = reader->budget};
    xtr__way way = {.layout = XTR_OCR_PAGE};
    char others[256] = "";
    int code = xtr__languages_resolve(reader->backend, reader->languages, way.languages, message);
    if (code)
        return code;
    xtr__ocr_prepared prepared;
    code = xtr__prepare_in_way(reader, image, &way, &prepared);
    if (!code && prepared.noise) {
        snprintf(message, 256,
                 "it is noise, or a picture in dots: it has more specks than letters");
        code = XTR_E_LIMIT;
    }
    if (!code && xtr__languages_are_auto(reader->languages)) {
        code = detect(reader, &prepared, &way, others, message);
        if (!code && way.turn) {
            xtr__prepared_drop(&prepared);
            code = xtr__prepare_in_way(reader, image, &way, &prepared);
        }
    }
    if (!code) {
        code = xtr__read_prepared(reader, image, &prepared, &way, out, message);
        if (!code) {
            xtr__improve(reader, image, others, &prepared, &way, out);
            xtr__read_missed(reader, &prepared, &way, out);
        }
    }
    xtr__prepared_drop(&prepared);
    return code;
}

/* Of print in the right language two thirds and more are sure, of anything else a third. */
#define DOUBTFUL .5F

void xtr__ocr_warn_of_doubt(xtr_builder *builder, uint32_t page, float confidence) {
    if (confidence < DOUBTFUL)
        xtr_warn(builder, XTR_E_CORRUPT, page,
                 "little of its text can be right: it may be in a language that ocr_languages does "
                 "not name, written by hand, or a picture");
}

static int read_cached(const xtr__reader *reader, const xtr_options *options,
                       const xtr_ocr_image *image, xtr__reading *out, char message[256]) {
    xtr__cache_key key;
    int folder = xtr__cache_open(options->ocr_cache);
    if (folder < 0)
        return xtr__read_image(reader, image, out, message);
    xtr__cache_name(&key, options, reader->module, image);
    int code = XTR_OK;
    if (!xtr__cache_load(folder, &key, out)) {
        code = xtr__read_image(reader, image, out, message);
        if (!code && !reader->should_stop(reader->payload))
            xtr__cache_store(folder, (uint64_t)options->ocr_cache_size, &key, out);
    }
    close(folder);
    return code;
}

int xtr__ocr_read(xtr_job *job, xtr__budget *budget, const xtr_ocr_image *image, xtr__reading *out,
                  char message[256]) {
    const xtr_options *options = xtr_job_options(job);
    *out = (xtr__reading){.budget = budget};
    message[0] = '\0';
    xtr__reader reader = {.budget = budget,
                          .module = xtr__ocr_load(message),
                          .languages = options->ocr_languages,
                          .should_stop = must_stop,
                          .payload = job};
    if (!reader.module)
        return XTR_E_MISSING_BACKEND;
    int code = xtr__ocr_backend_take(&reader.backend, options->ocr_backend, message);
    if (code)
        return code;
    bool cached = options->ocr_cache && reader.backend == reader.module->tesseract;
    code = cached ? read_cached(&reader, options, image, out, message)
                  : xtr__read_image(&reader, image, out, message);
    xtr__ocr_backend_give(reader.backend);
    return code;
}
