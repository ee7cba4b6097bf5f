/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What page streams (pages.c) and batches (batch.c) share. */
#ifndef XTR_STREAM_H
#define XTR_STREAM_H

#include "runtime/runtime.h"

typedef struct xtr__stream_kind {
    /* As xtr_stream_next; `end` in uv_hrtime, UINT64_MAX: never. */
    int (*next)(xtr_stream *stream, xtr_item *out, uint64_t end);
    void (*drop)(xtr_stream *stream);
} xtr__stream_kind;

/** First member of each kind of stream. */
struct xtr_stream {
    const xtr__stream_kind *kind;
    xtr_runtime *runtime; /* kept: a stream may outlive it */
    xtr_statistics statistics;
    uint64_t opened; /* uv_hrtime */
};

void xtr__stream_init(xtr_stream *stream, const xtr__stream_kind *kind, xtr_runtime *runtime);

/** Waits on a condition until `end`; false when the time is over. With the mutex held. */
bool xtr__wait_until(uv_cond_t *condition, uv_mutex_t *mutex, uint64_t end);

/** XTR_OK, or ARGUMENT when the size of the configuration is not set. */
int xtr__stream_check(const xtr_stream_config *config, xtr_error *error);

/** A batch without folders and journal: see xtr_batch_open. `runtime` has threads of its own. */
int xtr__batch_open(xtr_stream **out, xtr_runtime *runtime, xtr_next_source next, void *payload,
                    const xtr_stream_config *config, xtr_error *error);

/** Takes no more sources; those that no slot has taken yet are dropped. */
void xtr__batch_finish(xtr_stream *stream);

/** The sink of a streamed job (payload: the job): packs the page that has just ended and hands it
 *  over, waiting while the consumer is behind. On the job's thread. */
void xtr__pages_put(void *job);

/** The same for a page that is packed already, or NULL: it takes `document` over in any case.
 *  XTR_OK, or MEMORY. */
int xtr__pages_deliver(xtr_job *job, xtr__document *document);

/** The job behind a page stream. Borrowed. */
xtr_job *xtr__pages_job(const xtr_stream *stream);

/** Lets a sink that waits look at its job again. NULL is ignored. */
void xtr__pages_wake(xtr__pages *pages);
void xtr__pages_drop(xtr__pages *pages);

#endif
