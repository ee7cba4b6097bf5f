/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compound files of any bytes: all entries, all streams, and their property sets. */
#include "container/ole.h"
#include "document/document.h"
#include "runtime/source.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(xtr__ole *ole, size_t size) {
    xtr__ole_entry entry;
    for (uint32_t i = 0; xtr__ole_entry_at(ole, i, &entry); i++) {
        unsigned char *stream;
        unsigned char byte;
        size_t length;
        if (entry.parent >= i && i && xtr__ole_find(ole, entry.parent, entry.name) < 0 &&
            *entry.name)
            abort();
        xtr__ole_read(ole, i, &stream, &length);
        if (length > size)
            abort();
        xtr__ole_read_at(ole, i, length / 2, &byte, 1);
        free(stream);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_input *input = NULL;
    xtr__account unlimited = {0};
    xtr__ole *ole;
    if (source && size && !xtr__input_open(&input, source, 0, NULL, NULL) &&
        !xtr__ole_load(&ole, input)) {
        read_all(ole, size);
        xtr_builder *builder = xtr__builder_new(0, &unlimited);
        if (builder)
            xtr__ole_properties(ole, builder);
        xtr__builder_drop(builder);
        xtr__ole_drop(ole);
    }
    xtr__input_drop(input);
    xtr_source_drop(source);
    return 0;
}
