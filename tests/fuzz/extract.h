/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How fuzz targets extract a document of any bytes. */
#ifndef FUZZ_EXTRACT_H
#define FUZZ_EXTRACT_H

#include "libextract.h"

#include <stdlib.h>

/* A setting that is refused would leave a target without what it is about. */
static inline void fuzz_set(xtr_options *options, const char *name, const char *value) {
    if (xtr_options_set(options, name, value, NULL))
        abort();
}

/** Extracts as `type` to Markdown, and renders that as JSON; `more` (NULL: none) are names of
 *  options, each before its value, with NULL behind the last. */
static inline void fuzz_extract(const void *data, size_t size, const char *type,
                                const char *const *more) {
    xtr_source *source = xtr_source_new_copy(data, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    char *json;
    if (!source || !options)
        abort();
    fuzz_set(options, "mime_type", type);
    fuzz_set(options, "isolation", "thread");
    fuzz_set(options, "format", "markdown");
    fuzz_set(options, "max_memory", "200MB");
    for (; more && more[0]; more += 2)
        fuzz_set(options, more[0], more[1]);
    if (!xtr_extract(&result, NULL, source, options, NULL) &&
        !xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL))
        xtr_free(json);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

/** The same with the first byte saying which of the types the rest is. */
static inline void fuzz_extract_one_of(const uint8_t *data, size_t size, const char *const *types,
                                       size_t count, const char *const *more) {
    if (size)
        fuzz_extract(data + 1, size - 1, types[data[0] % count], more);
}

#endif
