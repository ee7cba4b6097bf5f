/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Packages of any bytes: the directory, each part, each part as XML; and the bytes as XML. */
#include "container/xml.h"
#include "document/document.h"
#include "runtime/runtime.h"
#include "runtime/source.h"

#include <stdlib.h>

enum { MOST_PARTS = 50, MOST_UNPACKED = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Elements end as they began. */
static void begin(void *payload, const xtr__xml_element *element) {
    unsigned *depth = payload;
    if (++*depth != element->depth || *depth > XTR__XML_DEPTH)
        abort();
    for (size_t i = 0; i < element->attribute_count; i++) {
        if (element->attributes[i].value[element->attributes[i].size])
            abort();
    }
}

static void end(void *payload, int id, const char *name) {
    unsigned *depth = payload;
    (void)id;
    if (!(*depth)-- || !name)
        abort();
}

static const xtr__xml_handler handler = {.begin = begin, .end = end};

static void read_parts(xtr_job *job) {
    xtr__zip *zip;
    if (xtr__zip_open(&zip, job) != XTR_OK)
        return;
    for (size_t i = 0; i < xtr__zip_count(zip) && i < MOST_PARTS; i++) {
        unsigned char *part;
        size_t size;
        unsigned depth = 0;
        if (xtr__zip_find(zip, xtr__zip_name(zip, i)) < 0)
            abort();
        if (xtr__zip_read(zip, i, &part, &size) == XTR_OK && part[size])
            abort();
        free(part);
        (void)xtr__xml_parse_part(job, zip, i, &handler, &depth);
        if (depth)
            abort();
    }
    xtr__zip_drop(zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr_runtime runtime = {.threads = 1};
    xtr__slot slot = {.next_free = NULL};
    xtr_options *options = xtr_options_new();
    xtr_source *source = xtr_source_new_copy(data, size);
    xtr_job job = {.runtime = &runtime, .slot = &slot, .options = options, .source = source};
    if (!options || !source ||
        xtr__input_open(&job.input, source, 0, NULL, &slot.failure) != XTR_OK)
        goto out;
    options->max_archive_size = MOST_UNPACKED;
    unsigned depth = 0;
    (void)xtr__xml_parse_input(&job, &handler, &depth);
    if (depth)
        abort();
    read_parts(&job);
    if (atomic_load(&job.memory.used))
        abort();
    xtr__input_drop(job.input);
out:
    xtr_source_drop(source);
    xtr_options_drop(options);
    return 0;
}
