/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One image: prepared, read, and read again when that went poorly. */
#include "ocr/ocr.h"

#include <stdio.h>

static bool job_stops(void *job) {
    return xtr_job_should_stop(job);
}

static bool job_needs(void *job, const char *languages) {
    return xtr_job_needs(job, languages);
}

int xtr__read_image(const xtr__reader *reader, const xtr_ocr_image *image, xtr__reading *out,
                    char message[256]) {
    *out = (xtr__reading){.budget = reader->budget};
    xtr__way way = {.layout = XTR_OCR_PAGE};
    snprintf(way.languages, sizeof way.languages, "%s", reader->languages);
    if (!reader->needs(reader->payload, way.languages))
        return XTR_E_MISSING_LANGUAGE;
    xtr__ocr_prepared prepared;
    int code = xtr__read_in_way(reader, image, &way, &prepared, out, message);
    if (!code && !out->noise)
        xtr__improve(reader, image, &prepared, &way, out);
    xtr__prepared_drop(&prepared);
    return code;
}

int xtr__ocr_read(xtr_job *job, xtr__budget *budget, const xtr_ocr_image *image,
                  xtr__reading *out, char message[256]) {
    *out = (xtr__reading){.budget = budget};
    message[0] = '\0';
    const xtr__reader reader = {.budget = budget,
                                .module = xtr__ocr_load(message),
                                .backend = xtr__ocr_backend(message),
                                .languages = xtr_job_options(job)->ocr_languages,
                                .should_stop = job_stops,
                                .needs = job_needs,
                                .payload = job};
    if (!reader.module || !reader.backend)
        return XTR_E_MISSING_BACKEND;
    return xtr__read_image(&reader, image, out, message);
}
