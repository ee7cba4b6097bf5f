/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word documents of any bytes. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_extract(data, size, "application/msword", NULL);
    return 0;
}
