/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encrypted packages of any bytes: how they are encrypted, keys, and what is then found inside. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const settings[] = {"password", "open", "max_text_size", "10MB", NULL};
    fuzz_extract(data, size, "application/encrypted", settings);
    return 0;
}
