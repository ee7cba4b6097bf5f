/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many documents through one runtime, with a bounded number on the way.
 *
 * The consumer's thread asks for sources and submits them; threads of the pool only note that a job
 * is done. So a consumer that stops taking results stops the work after what is on its way, and a
 * list of a million sources is never held. In order of completion, the largest of the next WINDOW
 * sources goes first, so that a long document does not start last. */
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/options.h"
#include "runtime/stream.h"

#include <stdlib.h>

/* Inputs in memory are asked for up to so many bytes only. */
enum { WINDOW = 1024, LEAST_AHEAD = 32, WINDOW_BYTES = 32 << 20 };
static const uint64_t DEFAULT_BYTES = 256 << 20;

typedef struct batch batch;

typedef struct entry {
    struct entry *next; /* among the done */
    unsigned place;     /* in outstanding */
    batch *batch;
    size_t index;
    void *tag;
    xtr_source *source;
    uint64_t bytes;     /* of the input; of the result once it is done */
    uint64_t in_memory; /* of the input */
    xtr_job *job;
    int code; /* of a submit that failed; `job` is then NULL */
    xtr_error error;
} entry;

struct batch {
    xtr_stream stream;
    const xtr_options *options; /* a snapshot */
    xtr_next_source next;
    void *next_payload;
    void (*wake)(void *payload);
    void *wake_payload;
    bool in_order;
    uint64_t max_bytes;
    unsigned max_entries;

    /* On the consumer's thread */
    entry *window[WINDOW]; /* a heap, largest (or, in order, first) on top */
    unsigned window_count;
    uint64_t window_bytes; /* in memory */
    entry **outstanding;   /* submitted and not given, at most max_entries */
    unsigned outstanding_count;
    bool exhausted, starved; /* there is no more source; none yet */
    size_t asked, given;     /* sources asked for; in order, the index that is next */

    uv_mutex_t mutex;
    uv_cond_t changed;
    entry *first_done, *last_done;
    unsigned running, done; /* submitted and not done; done and not taken */
    uint64_t bytes;
};

/* Window ------------------------------------------------------------------------------------ */

static bool goes_before(const batch *b, const entry *x, const entry *y) {
    if (!b->in_order && x->bytes != y->bytes)
        return x->bytes > y->bytes;
    return x->index < y->index;
}

static void swap(entry **x, entry **y) {
    entry *kept = *x;
    *x = *y;
    *y = kept;
}

static void window_push(batch *b, entry *e) {
    unsigned i = b->window_count++;
    b->window[i] = e;
    for (unsigned above; i > 0; i = above) {
        above = (i - 1) / 2;
        if (!goes_before(b, b->window[i], b->window[above]))
            break;
        swap(&b->window[i], &b->window[above]);
    }
}

static entry *window_pop(batch *b) {
    entry *top = b->window[0];
    b->window_bytes -= top->in_memory;
    b->window[0] = b->window[--b->window_count];
    for (unsigned i = 0, child; (child = 2 * i + 1) < b->window_count; i = child) {
        if (child + 1 < b->window_count && goes_before(b, b->window[child + 1], b->window[child]))
            child++;
        if (!goes_before(b, b->window[child], b->window[i]))
            break;
        swap(&b->window[child], &b->window[i]);
    }
    return top;
}

static int fill_window(batch *b) {
    /* In order there is nothing to choose from. */
    unsigned most = b->in_order ? 1 : WINDOW;
    b->starved = false;
    while (!b->exhausted && b->window_count < most && b->window_bytes < WINDOW_BYTES) {
        void *tag = NULL;
        /* Before the source: one that has been asked for is never lost. */
        entry *e = calloc(1, sizeof *e);
        if (!e)
            return XTR_E_MEMORY;
        xtr_source *source = b->next(b->next_payload, &tag);
        if (!source || source == XTR_SOURCE_LATER) {
            free(e);
            b->exhausted = !source;
            b->starved = source != NULL;
            break;
        }
        *e = (entry){.batch = b, .index = b->asked++, .tag = tag, .source = source};
        e->bytes = xtr__source_size_hint(source);
        e->in_memory = xtr__source_in_memory(source) ? e->bytes : 0;
        b->window_bytes += e->in_memory;
        window_push(b, e);
    }
    return XTR_OK;
}

/* Work -------------------------------------------------------------------------------------- */

static void add_done(batch *b, entry *e) {
    e->next = NULL;
    if (b->last_done)
        b->last_done->next = e;
    else
        b->first_done = e;
    b->last_done = e;
    b->done++;
    uv_cond_signal(&b->changed);
}

static void on_done(xtr_job *job, void *payload) {
    entry *e = payload;
    batch *b = e->batch;
    xtr_result *result;
    size_t size = 0;
    if (xtr_job_take(job, &result, NULL) == XTR_OK)
        xtr_result_content(result, &size);
    xtr_result_drop(result);
    uv_mutex_lock(&b->mutex);
    b->bytes += size - e->bytes;
    e->bytes = size;
    b->running--;
    add_done(b, e);
    if (b->wake)
        b->wake(b->wake_payload);
    uv_mutex_unlock(&b->mutex);
}

static void submit(batch *b, entry *e) {
    const xtr_request request = {.size = sizeof request,
                                 .source = e->source,
                                 .options = b->options,
                                 .done = on_done,
                                 .payload = e};
    e->place = b->outstanding_count++;
    b->outstanding[e->place] = e;
    uv_mutex_lock(&b->mutex);
    b->bytes += e->bytes;
    b->running++;
    uv_mutex_unlock(&b->mutex);
    e->code = xtr_submit(&e->job, b->stream.runtime, &request, &e->error);
    if (!e->code)
        return;
    uv_mutex_lock(&b->mutex);
    b->running--;
    add_done(b, e);
    uv_mutex_unlock(&b->mutex);
}

static bool has_room(batch *b) {
    uv_mutex_lock(&b->mutex);
    const entry *next = b->window[0];
    bool room = b->running + b->done < b->max_entries &&
                (!(b->running + b->done) || b->bytes + next->bytes <= b->max_bytes);
    uv_mutex_unlock(&b->mutex);
    return room;
}

static int work_ahead(batch *b) {
    for (;;) {
        int code = fill_window(b);
        if (code || !b->window_count || !has_room(b))
            return code;
        submit(b, window_pop(b));
    }
}

/* Consumer ---------------------------------------------------------------------------------- */

/* Unlinks the done entry that is to be given next, or NULL. With the mutex held. */
static entry *take_done(batch *b) {
    entry *before = NULL;
    entry *e = b->first_done;
    while (e && b->in_order && e->index != b->given) {
        before = e;
        e = e->next;
    }
    if (!e)
        return NULL;
    if (before)
        before->next = e->next;
    else
        b->first_done = e->next;
    if (b->last_done == e)
        b->last_done = before;
    b->done--;
    b->given++;
    b->bytes -= e->bytes;
    return e;
}

static void free_entry(entry *e) {
    xtr_job_drop(e->job);
    xtr_source_drop(e->source);
    free(e);
}

static void give(batch *b, entry *e, xtr_item *out) {
    entry *last = b->outstanding[--b->outstanding_count];
    last->place = e->place;
    b->outstanding[e->place] = last;
    out->index = e->index;
    out->tag = e->tag;
    out->code = e->code;
    out->error = e->error;
    if (e->job) {
        /* The entry is freed next: its callback must be over. */
        xtr_job_wait(e->job, -1);
        out->code = xtr_job_take(e->job, &out->result, &out->error);
    }
    free_entry(e);
}

static int next_document(xtr_stream *stream, xtr_item *out, uint64_t end) {
    batch *b = (batch *)stream;
    for (;;) {
        int code = work_ahead(b);
        if (code)
            return code;
        uv_mutex_lock(&b->mutex);
        entry *e = take_done(b);
        bool idle = !e && !b->running && !b->done && !b->window_count;
        bool over = idle && b->exhausted;
        if (idle && b->starved)
            end = 0;
        bool waited = e || over || xtr__wait_until(&b->changed, &b->mutex, end);
        uv_mutex_unlock(&b->mutex);
        if (e) {
            give(b, e, out);
            (void)work_ahead(b);
            return XTR_OK;
        }
        if (over)
            return XTR_END;
        if (!waited)
            return XTR_E_TIMEOUT;
    }
}

static void free_batch(batch *b) {
    xtr__options_release(b->options);
    free(b->outstanding);
    free(b);
}

static batch *new_batch(xtr_runtime *runtime, const xtr_stream_config *config) {
    batch *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->max_bytes = DEFAULT_BYTES;
    b->max_entries = runtime->threads * 4 > LEAST_AHEAD ? runtime->threads * 4 : LEAST_AHEAD;
    b->outstanding = calloc(b->max_entries, sizeof(entry *));
    b->options = xtr__options_snapshot(config ? config->options : NULL);
    if (!b->outstanding || !b->options) {
        free_batch(b);
        return NULL;
    }
    if (config) {
        b->wake = config->wake;
        b->wake_payload = config->payload;
        b->in_order = config->in_order;
        b->max_bytes = config->max_bytes ? config->max_bytes : DEFAULT_BYTES;
    }
    uv_mutex_init(&b->mutex);
    uv_cond_init(&b->changed);
    return b;
}

/* Cancels what runs; each job's callback then comes, and its entry is freed as done. */
static void drop_batch(xtr_stream *stream) {
    batch *b = (batch *)stream;
    xtr_item item;
    uv_mutex_lock(&b->mutex);
    b->wake = NULL;
    uv_mutex_unlock(&b->mutex);
    b->exhausted = true;
    while (b->window_count)
        free_entry(window_pop(b));
    b->in_order = false;
    for (unsigned i = 0; i < b->outstanding_count; i++) {
        if (b->outstanding[i]->job)
            xtr_job_cancel(b->outstanding[i]->job);
    }
    while (next_document(stream, &item, UINT64_MAX) == XTR_OK)
        xtr_result_drop(item.result);
    uv_cond_destroy(&b->changed);
    uv_mutex_destroy(&b->mutex);
    free_batch(b);
}

int xtr_batch_open(xtr_stream **out, xtr_runtime *runtime, xtr_next_source next, void *payload,
                   const xtr_stream_config *config, xtr_error *error) {
    static const xtr__stream_kind kind = {next_document, drop_batch};
    *out = NULL;
    int code = xtr__stream_check(config, error);
    if (!code)
        code = xtr__runtime_resolve(&runtime, error);
    if (code)
        return code;
    if (!next || runtime->executor == &xtr__executor_uv)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "batch: needs sources and a runtime with threads of its own");
    batch *b = new_batch(runtime, config);
    if (!b)
        return xtr__error_memory(error);
    xtr__stream_init(&b->stream, &kind, runtime);
    b->next = next;
    b->next_payload = payload;
    *out = &b->stream;
    return XTR_OK;
}
