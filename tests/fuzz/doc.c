/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word documents of any bytes. */
#include "libextract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    if (source && options && !xtr_options_set(options, "isolation", "thread", NULL) &&
        !xtr_options_set(options, "format", "markdown", NULL) &&
        !xtr_options_set(options, "mime_type", "application/msword", NULL))
        xtr_extract(&result, NULL, source, options, NULL);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return 0;
}
