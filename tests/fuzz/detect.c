/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Detection on any bytes: the type, and the charset and text if it is text. */
#include "detect/detect.h"
#include "detect/charset.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_detection found;
    if (source && !xtr_detect(&found, source, NULL) && found.charset[0]) {
        char *text;
        size_t length;
        if (xtr__charset_decode(&text, &length, found.charset, data, size) == XTR_OK)
            free(text);
    }
    xtr_source_drop(source);
    return 0;
}
