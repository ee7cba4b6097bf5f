/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mock format whose library may abort: what `isolation: auto` takes a process for. */
#include "libextract/extractor.h"

#include <stdlib.h>

static const char *const mime_types[] = {"mock:abort", NULL};

static int run(xtr_job *job) {
    (void)job;
    abort();
}

const xtr_extractor xtr_extractor_mock_abort = {
    .name = "mock_abort",
    .title = "A mock document that aborts",
    .mime_types = mime_types,
    .run = run,
    .flags = XTR_MAY_ABORT,
};
