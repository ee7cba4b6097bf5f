/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Workbooks of any bytes: as a stream of records, which the extractor also takes without a compound
 * file around it. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const settings[] = {"password", "open", "max_text_size", "10MB", NULL};
    static const char *const with_formulas[] = {"formulas", "true", "max_text_size", "10MB", NULL};
    fuzz_extract(data, size, "application/vnd.ms-excel", settings);
    fuzz_extract(data, size, "application/vnd.ms-excel", with_formulas);
    return 0;
}
