/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A line of a journal, of any bytes; one that is read is written and read again as the same. */
#include "batch/line.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr__line line, again;
    xtr__buffer text = {.failed = false};
    xtr__line_read(&line, (const char *)data, size);
    if (line.complete && xtr__line_write(&text, &line.record)) {
        if (!xtr__line_read(&again, text.data, text.size - 1) || !again.complete ||
            strcmp(again.path, line.path) != 0 || again.record.size != line.record.size)
            abort();
        xtr__line_clear(&again);
    }
    free(text.data);
    xtr__line_clear(&line);
    return 0;
}
