/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Web pages of any bytes, in both syntaxes, and addresses in them. */
#include "extract.h"
#include "html/writer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const main_content[] = {"content", "main", NULL};
    fuzz_extract(data, size, "text/html", NULL);
    fuzz_extract(data, size, "text/html", main_content);
    fuzz_extract(data, size, "application/xhtml+xml", NULL);
    char *address = strndup((const char *)data, size);
    char *url = address ? xtr__url_resolve("http://a/b/c?d#e", address) : NULL;
    char *other = url ? xtr__url_resolve(address, url) : NULL;
    free(other);
    free(url);
    free(address);
    return 0;
}
