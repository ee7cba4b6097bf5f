/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Web pages of any bytes, in both syntaxes, and addresses in them. */
#include "html/writer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void extract(const uint8_t *data, size_t size, const char *type, const char *content) {
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    char *out;
    if (source && options && !xtr_options_set(options, "mime_type", type, NULL) &&
        !xtr_options_set(options, "content", content, NULL) &&
        !xtr_options_set(options, "isolation", "thread", NULL) &&
        !xtr_options_set(options, "max_memory", "200000000", NULL))
        xtr_extract(&result, NULL, source, options, NULL);
    if (result &&
        !xtr_result_render(&out, NULL, result, XTR_FORMAT_MARKDOWN, XTR_FURNITURE_AUTO, NULL))
        xtr_free(out);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    extract(data, size, "text/html", "full");
    extract(data, size, "text/html", "main");
    extract(data, size, "application/xhtml+xml", "full");
    char *address = strndup((const char *)data, size);
    char *url = address ? xtr__url_resolve("http://a/b/c?d#e", address) : NULL;
    char *other = url ? xtr__url_resolve(address, url) : NULL;
    free(other);
    free(url);
    free(address);
    return 0;
}
