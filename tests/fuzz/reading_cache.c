/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files of the cache of readings: whatever they hold, it is refused or can be laid out, and a
 * reading that was taken is written as it was read. */
#include "ocr/ocr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(const xtr__reading *reading, const uint8_t *data, size_t size) {
    char *written = NULL;
    size_t written_size = 0;
    FILE *file = open_memstream(&written, &written_size);
    bool ok = file && xtr__reading_write(file, reading) && !fclose(file);
    if (!ok || written_size != size || memcmp(written, data, size) != 0)
        abort();
    free(written);
}

static void fill(const xtr__reading *reading, xtr__budget *budget) {
    xtr__sheet sheet = {.budget = budget};
    xtr__sheet_reset(&sheet, 1, 612, 792);
    if (!xtr__ocr_fill_sheet(&sheet, reading, (xtr_box){0, 0, 612, 792}))
        abort();
    xtr__sheet_drop(&sheet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr__budget budget = {0};
    xtr__reading reading = {.budget = &budget};
    if (xtr__reading_parse(&reading, data, size)) {
        write_again(&reading, data, size);
        fill(&reading, &budget);
    }
    xtr__reading_drop(&reading);
    return 0;
}
