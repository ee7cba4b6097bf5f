/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mock format whose library may abort: what `isolation: auto` takes a process for. */
#include "libextract/extractor.h"

#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"mock:abort", NULL};

/* For documents that are found inside of others. */
static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    (void)input_size;
    return (xtr_match){mime_types[0], size >= 11 && !memcmp(head, "%mock-abort", 11) ? 88 : 0};
}

static int run(xtr_job *job) {
    (void)job;
    abort();
}

const xtr_extractor xtr_extractor_mock_abort = {
    .name = "mock_abort",
    .title = "A mock document that aborts",
    .mime_types = mime_types,
    .probe = probe,
    .run = run,
    .flags = XTR_MAY_ABORT,
};
