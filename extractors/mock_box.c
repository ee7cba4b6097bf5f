/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mock document that holds documents: "%box 1", then for each a line with its size and name and
 * its bytes. Detected by its first line, so that boxes in boxes can be made. */
#include "libextract/extractor.h"

#include <stdlib.h>
#include <string.h>

static const char signature[] = "%box 1\n";
static const char *const mime_types[] = {"mock:box", NULL};

static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    size_t length = sizeof signature - 1;
    (void)input_size;
    return size >= length && !memcmp(head, signature, length)
               ? (xtr_match){mime_types[0], (int)length * 8}
               : (xtr_match){NULL, 0};
}

static int run(xtr_job *job) {
    size_t size;
    const char *bytes = (const char *)xtr_input_bytes(xtr_job_input(job), &size);
    size_t at = sizeof signature - 1;
    xtr_builder *b = xtr_job_builder(job);
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(b, "a box", 5);
    xtr_element_end(b);
    while (bytes && at < size && !xtr_job_should_stop(job)) {
        char line[80] = "", *name;
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t length = end ? (size_t)(end - bytes) - at : sizeof line;
        if (length >= sizeof line)
            return xtr_job_fail(job, XTR_E_CORRUPT, "not a box");
        memcpy(line, bytes + at, length);
        size_t child = strtoull(line, &name, 10);
        at += length + 1;
        if (child > size - at)
            return xtr_job_fail(job, XTR_E_CORRUPT, "cut off");
        const xtr_child_info info = {.name = name + (*name == ' '), .size = (int64_t)child};
        xtr_child(job, &info, xtr_job_wants_children(job) ? bytes + at : NULL, child);
        at += child;
    }
    return XTR_OK;
}

const xtr_extractor xtr_extractor_mock_box = {
    .name = "mock_box",
    .title = "A mock document that holds others",
    .mime_types = mime_types,
    .probe = probe,
    .run = run,
};
