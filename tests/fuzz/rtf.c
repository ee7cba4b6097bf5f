/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* RTF of any bytes, as text and with its pictures. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const settings[] = {"images", "extract", NULL};
    fuzz_extract(data, size, "application/rtf", settings);
    return 0;
}
