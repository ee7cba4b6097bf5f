/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A job that no runtime runs, for tests of what extractors use. */
#ifndef XTR_TEST_JOB_H
#define XTR_TEST_JOB_H

#include "document/document.h"
#include "runtime/runtime.h"
#include "runtime/source.h"

#include <stdlib.h>

typedef struct bare_job {
    xtr_job job;
    xtr_runtime runtime;
    xtr__slot slot;
    xtr_options *options;
} bare_job;

/** Opens a source, which it keeps until bare_job_close; NULL when that fails. */
static inline bare_job *bare_job_open(xtr_source *source) {
    bare_job *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->options = xtr_options_new();
    b->job.runtime = &b->runtime;
    b->job.slot = &b->slot;
    b->job.source = source;
    b->job.options = b->options;
    b->job.builder = xtr__builder_new(1 << 20, &b->job.memory);
    if (xtr__input_open(&b->job.input, source, 0, NULL, &b->slot.failure) == XTR_OK)
        return b;
    xtr__builder_drop(b->job.builder);
    xtr_options_drop(b->options);
    xtr_source_drop(source);
    free(b);
    return NULL;
}

static inline void bare_job_close(bare_job *b) {
    xtr__builder_drop(b->job.builder);
    xtr__input_drop(b->job.input);
    xtr_options_drop(b->options);
    xtr_source_drop(b->job.source);
    free(b);
}

#endif
