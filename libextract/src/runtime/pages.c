/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The pages of one document as they are done. The job puts, the consumer takes, a few pages apart.
 *
 * xtr__pages is shared by the stream and its job and lives until both have dropped it. Its mutex is
 * the innermost: nothing else is locked or called while it is held, but `wake`. */
#include "document/document.h"
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/stream.h"

#include <stdlib.h>

enum { AHEAD = 8 }; /* pages a consumer may be behind */

struct xtr__pages {
    atomic_uint references;
    uv_mutex_t mutex;
    uv_cond_t changed;
    xtr_result *ready[AHEAD];
    unsigned first, count;
    bool ended;     /* the job is done */
    bool abandoned; /* the stream was dropped */
    void (*wake)(void *payload);
    void *payload;
};

typedef struct page_stream {
    xtr_stream stream;
    xtr__pages *pages;
    xtr_job *job;
    size_t index;
    bool finished; /* what is left after the last page has been looked at */
} page_stream;

/* Shared part ------------------------------------------------------------------------------- */

static xtr__pages *new_pages(const xtr_stream_config *config) {
    xtr__pages *pages = calloc(1, sizeof *pages);
    if (!pages)
        return NULL;
    pages->references = 1;
    uv_mutex_init(&pages->mutex);
    uv_cond_init(&pages->changed);
    if (config) {
        pages->wake = config->wake;
        pages->payload = config->payload;
    }
    return pages;
}

void xtr__pages_drop(xtr__pages *pages) {
    if (!pages || atomic_fetch_sub_explicit(&pages->references, 1, memory_order_acq_rel) != 1)
        return;
    for (unsigned i = 0; i < pages->count; i++)
        xtr_result_drop(pages->ready[(pages->first + i) % AHEAD]);
    uv_cond_destroy(&pages->changed);
    uv_mutex_destroy(&pages->mutex);
    free(pages);
}

void xtr__pages_wake(xtr__pages *pages) {
    if (!pages)
        return;
    uv_mutex_lock(&pages->mutex);
    uv_cond_broadcast(&pages->changed);
    uv_mutex_unlock(&pages->mutex);
}

static void notify(xtr__pages *pages) {
    uv_cond_broadcast(&pages->changed);
    if (pages->wake && !pages->abandoned)
        pages->wake(pages->payload);
}

static bool must_wait(const xtr__pages *pages, xtr_job *job) {
    return pages->count == AHEAD && !pages->abandoned &&
           !atomic_load_explicit(&job->stop, memory_order_relaxed);
}

/* Waits for the consumer: no time of the job's, and nobody else's thread. With the mutex held. */
static void wait_for_consumer(xtr__pages *pages, xtr_job *job) {
    uint64_t left;
    uv_mutex_unlock(&pages->mutex);
    xtr__clock_pause(job->runtime, job->slot, &left);
    bool paused = xtr__drain_pause(job->runtime);
    uv_mutex_lock(&pages->mutex);
    while (must_wait(pages, job))
        uv_cond_wait(&pages->changed, &pages->mutex);
    uv_mutex_unlock(&pages->mutex);
    xtr__drain_resume(job->runtime, paused);
    xtr__clock_resume(job->runtime, job->slot, left);
    uv_mutex_lock(&pages->mutex);
}

void xtr__pages_put(void *job) {
    xtr_job *putting = job;
    xtr__document *page = xtr__builder_take(putting->builder);
    if (atomic_load(&putting->needs))
        xtr_free(page); /* a page without what was needed to read it */
    else if (xtr__pages_deliver(putting, page))
        xtr__builder_fail(putting->builder, XTR_E_MEMORY);
}

int xtr__pages_deliver(xtr_job *job, xtr__document *document) {
    xtr__pages *pages = job->pages;
    xtr_result *result;
    job->handed++;
    int code = xtr__job_render(job, document, &result);
    if (code)
        return code;
    uv_mutex_lock(&pages->mutex);
    if (must_wait(pages, job))
        wait_for_consumer(pages, job);
    if (pages->count < AHEAD && !pages->abandoned) {
        pages->ready[(pages->first + pages->count++) % AHEAD] = result;
        result = NULL;
        notify(pages);
    }
    uv_mutex_unlock(&pages->mutex);
    xtr_result_drop(result);
    return XTR_OK;
}

static void on_done(xtr_job *job, void *payload) {
    xtr__pages *pages = payload;
    (void)job;
    uv_mutex_lock(&pages->mutex);
    pages->ended = true;
    notify(pages);
    uv_mutex_unlock(&pages->mutex);
}

/* Consumer ---------------------------------------------------------------------------------- */

/* What was written outside of pages, when there is something: a document without pages is one item,
 * and a limit that ended the document is said. */
static int take_rest(page_stream *s, xtr_item *out) {
    s->finished = true;
    xtr_result *rest;
    int code = xtr_job_take(s->job, &rest, &out->error);
    if (code) {
        out->code = code;
        return code;
    }
    if (xtr__result_is_empty(rest) && s->index) {
        xtr_result_drop(rest);
        return XTR_END;
    }
    out->index = s->index++;
    out->result = rest;
    return XTR_OK;
}

static int next_page(xtr_stream *stream, xtr_item *out, uint64_t end) {
    page_stream *s = (page_stream *)stream;
    xtr__pages *pages = s->pages;
    if (s->finished)
        return XTR_END;
    uv_mutex_lock(&pages->mutex);
    while (!pages->count && !pages->ended) {
        if (!xtr__wait_until(&pages->changed, &pages->mutex, end))
            break;
    }
    bool any = pages->count > 0;
    bool ended = pages->ended;
    if (any) {
        out->result = pages->ready[pages->first];
        pages->first = (pages->first + 1) % AHEAD;
        pages->count--;
        uv_cond_broadcast(&pages->changed);
    }
    uv_mutex_unlock(&pages->mutex);
    if (!any)
        return ended ? take_rest(s, out) : XTR_E_TIMEOUT;
    out->index = s->index++;
    out->provisional = true;
    return XTR_OK;
}

static void drop_pages(xtr_stream *stream) {
    page_stream *s = (page_stream *)stream;
    uv_mutex_lock(&s->pages->mutex);
    s->pages->abandoned = true; /* from now on nobody calls `wake` */
    uv_cond_broadcast(&s->pages->changed);
    uv_mutex_unlock(&s->pages->mutex);
    xtr_job_cancel(s->job);
    xtr_job_drop(s->job);
    xtr__pages_drop(s->pages);
    free(s);
}

xtr_job *xtr__pages_job(const xtr_stream *stream) {
    return ((const page_stream *)stream)->job;
}

int xtr_pages_open(xtr_stream **out, xtr_runtime *runtime, xtr_source *source,
                   const xtr_stream_config *config, xtr_error *error) {
    static const xtr__stream_kind kind = {next_page, drop_pages};
    *out = NULL;
    int code = xtr__stream_check(config, error);
    if (!code && config && config->options && config->options->format == XTR_FORMAT_PDF)
        code = xtr__error(error, XTR_E_ARGUMENT,
                          "a PDF is made of the whole document: it cannot be streamed by pages");
    if (!code)
        code = xtr__runtime_resolve(&runtime, error);
    if (code)
        return code;
    page_stream *s = calloc(1, sizeof *s);
    if (!s || !(s->pages = new_pages(config))) {
        free(s);
        return xtr__error_memory(error);
    }
    const xtr_request request = {.size = sizeof request,
                                 .source = source,
                                 .options = config ? config->options : NULL,
                                 .done = on_done,
                                 .payload = s->pages};
    atomic_fetch_add(&s->pages->references, 1);
    code = xtr__submit(&s->job, runtime, &request, s->pages, error);
    if (code) {
        /* The job's reference went with the job, or was never taken over. */
        xtr__pages_drop(s->pages);
        free(s);
        return code;
    }
    xtr__stream_init(&s->stream, &kind, runtime);
    *out = &s->stream;
    return XTR_OK;
}
