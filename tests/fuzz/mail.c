/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mail in all its formats: the first byte says which, the rest is the document. Attachments are
 * extracted when they are mail, too. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {"message/rfc822", "application/mbox", "multipart/related",
                                        "application/vnd.ms-outlook", "application/vnd.ms-tnef"};
    bool extracts = size && data[0] & 0x10;
    const char *const settings[] = {
        "attachments", extracts ? "extract" : "list", "ocr", "off", "max_memory", "64MB", NULL};
    fuzz_extract_one_of(data, size, types, sizeof types / sizeof *types, settings);
    return 0;
}
