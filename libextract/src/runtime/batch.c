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

/* Inputs in memory are asked for up to so many bytes only. AHEAD documents are on their way or wait
 * to be taken as long as none of them was LARGE, then FEW. */
enum { WINDOW = 1024, AHEAD = 128, FEW = 32, CHUNK = 64 };
enum { WINDOW_BYTES = 32 << 20, LARGE = 256 << 10 };
static const uint64_t DEFAULT_BYTES = 256 << 20;
/* A source that took longer to come than this, and the next one, do not wait for others. */
static const uint64_t SLOW_NS = 20000;

typedef struct batch batch;

typedef struct entry {
    struct entry *next; /* among the done, the ready or the spare */
    unsigned place;     /* in outstanding */
    batch *batch;
    size_t index;
    void *tag;
    xtr_source *source;
    uint64_t bytes;     /* of the input; of the result once it is ready */
    uint64_t result;    /* bytes, once it is done */
    uint64_t in_memory; /* of the input */
    xtr_job *job;
    bool withdrawn;   /* before it began: it is not given */
    int code;         /* of a submit that failed; `job` is then NULL */
    xtr_error *error; /* NULL when there was no memory for it */
} entry;

/* Entries that are queued in one go: each by itself would cost a look at the queue, and mostly a
 * thread that has gone to sleep since the last one. */
typedef struct chunk {
    entry *entries[CHUNK];
    xtr_job *jobs[CHUNK]; /* NULL when it could not be made */
    unsigned count;
} chunk;

struct batch {
    xtr_stream stream;
    const xtr_options *options; /* a snapshot */
    xtr_next_source next;
    void *next_payload;
    void (*wake)(void *payload);
    void *wake_payload;
    bool in_order;
    uint64_t max_bytes;

    /* On the consumer's thread */
    entry *window[WINDOW]; /* a heap, largest (or, in order, first) on top */
    unsigned window_count;
    uint64_t window_bytes; /* in memory */
    entry **outstanding;   /* submitted and not given, at most `ahead` */
    unsigned outstanding_count, ahead;
    entry *first_ready, *last_ready; /* of these, the done that have been collected */
    unsigned ready;
    chunk chunk;             /* what is to be submitted next */
    entry *spare;            /* to be used again */
    xtr_job *spare_jobs;     /* emptied */
    uint64_t bytes;          /* of the outstanding */
    bool large;              /* one was */
    bool exhausted, starved; /* there is no more source; none yet */
    bool slow;               /* so was the last source; at first */
    bool called;             /* all threads, for what has been submitted */
    size_t asked, given;     /* sources asked for; in order, the index that is next */

    uv_mutex_t mutex;
    uv_cond_t changed;
    entry *first_done, *last_done;
    bool wanted; /* there was nothing to collect since `wake` was called last */
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

static entry *new_entry(batch *b) {
    entry *e = b->spare;
    if (!e)
        return calloc(1, sizeof *e);
    b->spare = e->next;
    *e = (entry){.batch = b};
    return e;
}

/* To be used again, unless the slot that ran it has it still. */
static void give_up_job(batch *b, xtr_job *job) {
    if (!job || !xtr__job_empty(job)) {
        xtr_job_drop(job);
        return;
    }
    job->next = b->spare_jobs;
    b->spare_jobs = job;
}

static void free_entry(batch *b, entry *e) {
    give_up_job(b, e->job);
    xtr_source_drop(e->source);
    free(e->error);
    e->next = b->spare;
    b->spare = e;
}

static int fill_window(batch *b) {
    /* In order there is nothing to choose from. */
    unsigned most = b->in_order ? 1 : WINDOW;
    b->starved = false;
    while (!b->exhausted && b->window_count < most && b->window_bytes < WINDOW_BYTES) {
        void *tag = NULL;
        /* Before the source: one that has been asked for is never lost. */
        entry *e = new_entry(b);
        if (!e)
            return XTR_E_MEMORY;
        xtr_source *source = b->next(b->next_payload, &tag);
        if (!source || source == XTR_SOURCE_LATER) {
            free_entry(b, e);
            b->exhausted = !source;
            b->starved = source != NULL;
            break;
        }
        e->batch = b;
        e->index = b->asked++;
        e->tag = tag;
        e->source = source;
        e->bytes = xtr__source_size_hint(source);
        e->in_memory = xtr__source_in_memory(source) ? e->bytes : 0;
        b->window_bytes += e->in_memory;
        window_push(b, e);
    }
    return XTR_OK;
}

/* Work -------------------------------------------------------------------------------------- */

static void on_done(xtr_job *job, void *payload) {
    entry *e = payload;
    batch *b = e->batch;
    size_t size = 0;
    if (job->result)
        xtr_result_content(job->result, &size);
    e->result = size;
    e->next = NULL;
    uv_mutex_lock(&b->mutex);
    if (b->last_done)
        b->last_done->next = e;
    else
        b->first_done = e;
    b->last_done = e;
    uv_cond_signal(&b->changed);
    if (b->wake && b->wanted) {
        b->wanted = false;
        b->wake(b->wake_payload);
    }
    uv_mutex_unlock(&b->mutex);
}

static void add_ready(batch *b, entry *e) {
    e->next = NULL;
    if (b->last_ready)
        b->last_ready->next = e;
    else
        b->first_ready = e;
    b->last_ready = e;
    b->ready++;
    b->bytes += e->result - e->bytes;
    b->large = b->large || e->result > LARGE;
    e->bytes = e->result;
}

/* Takes over what is done; false when nothing was. With the mutex held, which it gives back. */
static bool collect(batch *b) {
    entry *e = b->first_done;
    bool any = e != NULL;
    b->first_done = b->last_done = NULL;
    b->wanted = !any;
    uv_mutex_unlock(&b->mutex);
    while (e) {
        entry *next = e->next;
        add_ready(b, e);
        e = next;
    }
    return any;
}

static int new_job(batch *b, const xtr_request *request, xtr_job **out) {
    *out = b->spare_jobs;
    if (!*out)
        return xtr__job_new(out, b->stream.runtime, request, NULL);
    b->spare_jobs = (*out)->next;
    xtr__job_renew(*out, request);
    return XTR_OK;
}

static void make_job(batch *b, entry *e) {
    chunk *c = &b->chunk;
    const xtr_request request = {.size = sizeof request,
                                 .source = e->source,
                                 .options = b->options,
                                 .done = on_done,
                                 .payload = e};
    e->place = b->outstanding_count++;
    b->outstanding[e->place] = e;
    e->code = new_job(b, &request, &c->jobs[c->count]);
    if (!e->code)
        c->jobs[c->count]->is_of_batch = true;
    c->entries[c->count++] = e;
    b->bytes += e->bytes;
    b->large = b->large || e->bytes > LARGE;
}

static void submit(batch *b) {
    chunk *c = &b->chunk;
    xtr_error error;
    if (!c->count)
        return;
    b->called = false;
    int code = xtr__submit_all(b->stream.runtime, c->jobs, c->count, &error);
    for (unsigned i = 0; i < c->count; i++) {
        entry *e = c->entries[i];
        e->job = c->jobs[i];
        if (e->job)
            continue;
        if (!e->code && (e->error = malloc(sizeof error)))
            *e->error = error;
        if (!e->code)
            e->code = code;
        e->result = 0;
        add_ready(b, e);
    }
    c->count = 0;
}

static unsigned most_ahead(const batch *b) {
    return b->large ? b->ahead / (AHEAD / FEW) : b->ahead;
}

static bool has_room(const batch *b) {
    return !b->outstanding_count ||
           (b->outstanding_count < most_ahead(b) && b->bytes + b->window[0]->bytes <= b->max_bytes);
}

/* Not before half of what may be on its way has been taken: then many can go at once. */
static int work_ahead(batch *b) {
    if (b->outstanding_count > most_ahead(b) / 2)
        return XTR_OK;
    int code;
    uint64_t before = uv_hrtime();
    uv_mutex_lock(&b->mutex);
    (void)collect(b);
    while (!(code = fill_window(b)) && b->window_count && has_room(b)) {
        uint64_t now = uv_hrtime();
        bool slow = now - before > SLOW_NS;
        before = now;
        make_job(b, window_pop(b));
        if (slow || b->slow || b->chunk.count == CHUNK)
            submit(b);
        b->slow = slow;
    }
    submit(b);
    return code;
}

/* Consumer ---------------------------------------------------------------------------------- */

/* Unlinks the entry that is to be given next, or NULL. */
static entry *take_ready(batch *b) {
    entry *before = NULL;
    entry *e = b->first_ready;
    while (e && b->in_order && e->index != b->given) {
        before = e;
        e = e->next;
    }
    if (!e)
        return NULL;
    if (before)
        before->next = e->next;
    else
        b->first_ready = e->next;
    if (b->last_ready == e)
        b->last_ready = before;
    b->ready--;
    b->given++;
    b->bytes -= e->bytes;
    return e;
}

static void leave_outstanding(batch *b, const entry *e) {
    entry *last = b->outstanding[--b->outstanding_count];
    last->place = e->place;
    b->outstanding[e->place] = last;
}

/* Its callback must be over before the entry is freed. */
static void drop_withdrawn(batch *b, entry *e) {
    leave_outstanding(b, e);
    xtr_job_wait(e->job, -1);
    free_entry(b, e);
}

static void give(batch *b, entry *e, xtr_item *out) {
    leave_outstanding(b, e);
    out->index = e->index;
    out->tag = e->tag;
    out->code = e->code;
    out->peak_memory = e->job ? atomic_load(&e->job->memory.peak) : 0;
    out->result = NULL;
    if (e->error)
        out->error = *e->error;
    else if (e->code)
        xtr__error_memory(&out->error);
    if (e->job) {
        /* The entry is freed next: its callback must be over. */
        xtr_job_wait(e->job, -1);
        out->code = xtr__job_take_over(e->job, &out->result, &out->error);
    }
    free_entry(b, e);
}

/* Waits for what is not collected yet, and collects it; false when the time is over. */
static bool wait_for_done(batch *b, uint64_t end) {
    if (!b->called && b->outstanding_count - b->ready > 1) {
        xtr__call_all(b->stream.runtime);
        b->called = true;
    }
    uv_mutex_lock(&b->mutex);
    bool in_time = b->first_done || xtr__wait_until(&b->changed, &b->mutex, end);
    return collect(b) || in_time;
}

static int next_document(xtr_stream *stream, xtr_item *out, uint64_t end) {
    batch *b = (batch *)stream;
    for (;;) {
        int code = work_ahead(b);
        if (code)
            return code;
        entry *e = take_ready(b);
        if (e && e->withdrawn) {
            drop_withdrawn(b, e);
            continue;
        }
        if (e) {
            give(b, e, out);
            (void)work_ahead(b);
            return XTR_OK;
        }
        bool idle = !b->outstanding_count && !b->window_count;
        if (idle && b->exhausted)
            return XTR_END;
        if (!wait_for_done(b, idle && b->starved ? 0 : end))
            return XTR_E_TIMEOUT;
    }
}

static void free_batch(batch *b) {
    for (entry *e; (e = b->spare); free(e))
        b->spare = e->next;
    for (xtr_job *job; (job = b->spare_jobs); xtr_job_drop(job))
        b->spare_jobs = job->next;
    xtr__options_release(b->options);
    free(b->outstanding);
    free(b);
}

static batch *new_batch(xtr_runtime *runtime, const xtr_stream_config *config) {
    batch *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->max_bytes = DEFAULT_BYTES;
    b->slow = true;
    b->ahead = runtime->threads * 16 > AHEAD ? runtime->threads * 16 : AHEAD;
    b->outstanding = calloc(b->ahead, sizeof(entry *));
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
    xtr__brief_mutex_init(&b->mutex);
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
    xtr__batch_finish(stream);
    b->in_order = false;
    submit(b); /* when a source was asked for and never came */
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

void xtr__batch_finish(xtr_stream *stream) {
    batch *b = (batch *)stream;
    b->exhausted = true;
    while (b->window_count)
        free_entry(b, window_pop(b));
    for (unsigned i = 0; i < b->outstanding_count; i++) {
        entry *e = b->outstanding[i];
        if (e->job && xtr__job_withdraw(e->job))
            e->withdrawn = true;
    }
}

int xtr__batch_open(xtr_stream **out, xtr_runtime *runtime, xtr_next_source next, void *payload,
                    const xtr_stream_config *config, xtr_error *error) {
    static const xtr__stream_kind kind = {next_document, drop_batch};
    *out = NULL;
    batch *b = new_batch(runtime, config);
    if (!b)
        return xtr__error_memory(error);
    xtr__stream_init(&b->stream, &kind, runtime);
    b->next = next;
    b->next_payload = payload;
    *out = &b->stream;
    return XTR_OK;
}
