/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Data as text. The first byte says which format the rest is read as. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {
        "text/vcard",        "text/calendar",
        "text/x-bibtex",     "application/x-research-info-systems",
        "text/x-ini",        "application/toml",
        "application/yaml",  "application/json",
        "application/jsonl", "application/xml",
        "text/x-rst",        "text/x-org",
        "text/asciidoc",     "text/x-wiki",
    };
    fuzz_extract_one_of(data, size, types, sizeof types / sizeof *types, NULL);
    return 0;
}
