/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text and markup with structure. The first byte says which format the rest is read as. */
#include "libextract.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = {
    "text/markdown",           "application/x-ipynb+json",
    "application/epub+zip",    "application/x-fictionbook+xml",
    "application/docbook+xml", "application/vnd.jats+xml",
    "application/tei+xml",     "text/x-opml",
    "image/svg+xml",           "text/vtt",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    const char *type = types[data[0] % (sizeof types / sizeof *types)];
    xtr_source *source = xtr_source_new_bytes(data + 1, size - 1, NULL, NULL);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    if (source && options && !xtr_options_set(options, "mime_type", type, NULL) &&
        !xtr_options_set(options, "format", "markdown", NULL) &&
        !xtr_options_set(options, "isolation", "thread", NULL))
        xtr_extract(&result, NULL, source, options, NULL);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return 0;
}
