/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text and markup with structure. The first byte says which format the rest is read as. */
#include "extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {
        "text/markdown",
        "application/x-ipynb+json",
        "application/epub+zip",
        "application/x-fictionbook+xml",
        "application/docbook+xml",
        "application/vnd.jats+xml",
        "application/tei+xml",
        "text/x-opml",
        "image/svg+xml",
        "text/vtt",
        "text/x-tex",
        "text/x-typst",
    };
    fuzz_extract_one_of(data, size, types, sizeof types / sizeof *types, NULL);
    return 0;
}
