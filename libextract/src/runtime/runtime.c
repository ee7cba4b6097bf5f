/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Queue, slots, deadlines, delivery. The threads come from an executor. */
#include "runtime/runtime.h"
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/options.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Queue ------------------------------------------------------------------------------------- */

static xtr__queue *queue_of(xtr_job *job) {
    return &job->runtime->queues[job->options->priority];
}

static void enqueue(xtr_job *job) {
    xtr__queue *queue = queue_of(job);
    job->previous = queue->last;
    job->next = NULL;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
}

static void dequeue(xtr_job *job) {
    xtr__queue *queue = queue_of(job);
    if (job->previous)
        job->previous->next = job->next;
    else
        queue->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        queue->last = job->previous;
}

static xtr_job *first_job(const xtr_runtime *runtime) {
    for (int i = 0; i < XTR__PRIORITIES; i++) {
        if (runtime->queues[i].first)
            return runtime->queues[i].first;
    }
    return NULL;
}

bool xtr__has_work(const xtr_runtime *runtime) {
    return first_job(runtime) != NULL;
}

/* Completion -------------------------------------------------------------------------------- */

bool xtr__job_finish(xtr_job *job, int code, xtr_result *result, const xtr_error *error) {
    if (job->state == XTR__DONE) {
        xtr_result_drop(result);
        return false;
    }
    job->state = XTR__DONE;
    job->code = code;
    job->result = result;
    if (code)
        job->error = *error;
    return true;
}

void xtr__deliver_now(xtr_job *job) {
    xtr_runtime *runtime = job->runtime;
    if (job->done)
        job->done(job, job->payload);
    uv_mutex_lock(&runtime->mutex);
    job->delivered = true;
    for (xtr__waiter *waiter = job->waiters; waiter; waiter = waiter->next)
        uv_cond_signal(&waiter->done);
    uv_mutex_unlock(&runtime->mutex);
    xtr_job_drop(job);
}

/* Deadlines --------------------------------------------------------------------------------- */

/* Stops one job that is past its deadline; false when there is none. With the mutex held, which
 * it gives back while it delivers. */
static bool stop_one_late(xtr_runtime *runtime, uint64_t now) {
    for (unsigned i = 0; i < runtime->threads; i++) {
        xtr__slot *slot = &runtime->slots[i];
        if (!slot->job || !slot->deadline || slot->deadline > now)
            continue;
        xtr_job *job = slot->job;
        xtr_error error;
        slot->deadline = 0;
        atomic_store(&job->stop, XTR_E_TIMEOUT);
        xtr__error(&error, XTR_E_TIMEOUT, "%s: ran out of time after %lld ms: raise the timeout",
                   xtr__source_name(job->source), (long long)job->options->timeout);
        if (!xtr__job_finish(job, XTR_E_TIMEOUT, NULL, &error))
            continue;
        uv_mutex_unlock(&runtime->mutex);
        runtime->executor->deliver(runtime, job);
        uv_mutex_lock(&runtime->mutex);
        return true;
    }
    return false;
}

static uint64_t earliest_deadline(const xtr_runtime *runtime) {
    uint64_t earliest = UINT64_MAX;
    for (unsigned i = 0; i < runtime->threads; i++) {
        uint64_t deadline = runtime->slots[i].deadline;
        if (deadline && deadline < earliest)
            earliest = deadline;
    }
    return earliest;
}

static void clock_main(void *payload) {
    xtr_runtime *runtime = payload;
    uv_mutex_lock(&runtime->mutex);
    while (!runtime->clock_stops) {
        uint64_t now = uv_hrtime();
        if (stop_one_late(runtime, now))
            continue;
        runtime->clock_next = earliest_deadline(runtime);
        if (runtime->clock_next == UINT64_MAX)
            uv_cond_wait(&runtime->clock_wake, &runtime->mutex);
        else if (runtime->clock_next > now)
            uv_cond_timedwait(&runtime->clock_wake, &runtime->mutex, runtime->clock_next - now);
    }
    uv_mutex_unlock(&runtime->mutex);
}

/* Sets the deadline of a slot that starts a job. With the mutex held. */
static void set_deadline(xtr_runtime *runtime, xtr__slot *slot, int64_t timeout) {
    slot->deadline = timeout ? uv_hrtime() + (uint64_t)timeout * 1000000 : 0;
    if (!slot->deadline)
        return;
    if (!runtime->clock_runs)
        runtime->clock_runs = !xtr__thread_start(&runtime->clock, clock_main, runtime);
    else if (slot->deadline < runtime->clock_next)
        uv_cond_signal(&runtime->clock_wake);
}

/* Ends the clock when no slot is at work any more. With the mutex held. */
static void stop_clock(xtr_runtime *runtime) {
    if (!runtime->clock_runs)
        return;
    runtime->clock_stops = true;
    uv_cond_signal(&runtime->clock_wake);
    uv_mutex_unlock(&runtime->mutex);
    uv_thread_join(&runtime->clock);
    uv_mutex_lock(&runtime->mutex);
    runtime->clock_runs = false;
}

/* Running ----------------------------------------------------------------------------------- */

/* With the mutex held, which it gives back while the job runs. */
static void run_job(xtr_runtime *runtime, xtr__slot *slot, xtr_job *job) {
    xtr_result *result;
    dequeue(job);
    job->state = XTR__RUNNING;
    job->slot = slot;
    slot->job = job;
    set_deadline(runtime, slot, job->options->timeout);
    /* The slot's own reference: the job may be delivered, and dropped, while it still runs. */
    atomic_fetch_add_explicit(&job->references, 1, memory_order_relaxed);
    uv_mutex_unlock(&runtime->mutex);

    int code = xtr__job_execute(job, &result);

    uv_mutex_lock(&runtime->mutex);
    slot->job = NULL;
    slot->deadline = 0;
    bool mine = xtr__job_finish(job, code, result, &job->failure);
    uv_mutex_unlock(&runtime->mutex);
    if (mine)
        runtime->executor->deliver(runtime, job);
    xtr_job_drop(job);
    uv_mutex_lock(&runtime->mutex);
}

void xtr__drain(xtr_runtime *runtime, xtr__slot *slot) {
    xtr_job *job;
    /* Whatever the host's locale is, numbers and letters here are those of C. */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    while ((job = first_job(runtime)))
        run_job(runtime, slot, job);
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
}

xtr__slot *xtr__slot_take(xtr_runtime *runtime) {
    xtr__slot *slot = runtime->free_slots;
    runtime->free_slots = slot->next_free;
    return slot;
}

void xtr__slot_give(xtr_runtime *runtime, xtr__slot *slot) {
    slot->next_free = runtime->free_slots;
    runtime->free_slots = slot;
}

static void clear_slot(xtr__slot *slot) {
    for (int i = 0; i < XTR__EXTRACTOR_COUNT; i++) {
        if (slot->states[i] && xtr__extractors[i]->drop_state)
            xtr__extractors[i]->drop_state(slot->states[i]);
    }
    xtr__detector_drop(slot->detector);
}

int xtr__thread_start(uv_thread_t *thread, void (*entry)(void *), void *payload) {
    const uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE,
                                         .stack_size = (size_t)8 << 20};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = uv_thread_create_ex(thread, &options, entry, payload);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        pthread_setname_np(*thread, "libextract");
    return failed;
}

/* Life of a runtime ------------------------------------------------------------------------- */

int xtr_runtime_new(xtr_runtime **out, const xtr_runtime_config *config, xtr_error *error) {
    static const xtr_runtime_config defaults = {.size = sizeof(xtr_runtime_config)};
    *out = NULL;
    if (!config)
        config = &defaults;
    if (config->size != sizeof *config || config->threads > 1024 ||
        (config->executor == XTR_EXECUTOR_UV && !config->loop))
        return xtr__error(error, XTR_E_ARGUMENT,
                          "runtime: size must be set, threads at most 1024, and a loop given for "
                          "libuv's threads");
    xtr_runtime *runtime = calloc(1, sizeof *runtime);
    unsigned threads = config->threads ? config->threads : uv_available_parallelism();
    if (!runtime || !(runtime->slots = calloc(threads, sizeof *runtime->slots))) {
        free(runtime);
        return xtr__error_memory(error);
    }
    runtime->references = 1;
    runtime->threads = threads;
    runtime->clock_next = UINT64_MAX;
    for (unsigned i = threads; i-- > 0;)
        xtr__slot_give(runtime, &runtime->slots[i]);
    uv_mutex_init(&runtime->mutex);
    uv_cond_init(&runtime->clock_wake);
    runtime->executor =
        config->executor == XTR_EXECUTOR_UV ? &xtr__executor_uv : &xtr__executor_own;
    int code = runtime->executor->open(runtime, config, error);
    if (code)
        xtr__runtime_end(runtime);
    else
        *out = runtime;
    return code;
}

void xtr_runtime_drop(xtr_runtime *runtime) {
    if (!runtime)
        return;
    uv_mutex_lock(&runtime->mutex);
    runtime->closing = true;
    uv_mutex_unlock(&runtime->mutex);
    runtime->executor->close(runtime);
}

void xtr__runtime_end(xtr_runtime *runtime) {
    uv_mutex_lock(&runtime->mutex);
    stop_clock(runtime);
    uv_mutex_unlock(&runtime->mutex);
    for (unsigned i = 0; i < runtime->threads; i++)
        clear_slot(&runtime->slots[i]);
    xtr__runtime_release(runtime);
}

void xtr__runtime_release(xtr_runtime *runtime) {
    if (atomic_fetch_sub_explicit(&runtime->references, 1, memory_order_acq_rel) != 1)
        return;
    uv_cond_destroy(&runtime->clock_wake);
    uv_mutex_destroy(&runtime->mutex);
    free(runtime->slots);
    free(runtime);
}

static pthread_mutex_t default_mutex = PTHREAD_MUTEX_INITIALIZER;
static xtr_runtime *default_runtime;

/* A forked child has none of our threads: it leaves the parent's runtime alone and makes its own
 * with the next call. */
static void before_fork(void) {
    pthread_mutex_lock(&default_mutex);
}

static void after_fork_parent(void) {
    pthread_mutex_unlock(&default_mutex);
}

static void after_fork_child(void) {
    default_runtime = NULL;
    pthread_mutex_unlock(&default_mutex);
}

static int open_default(xtr_runtime **out, xtr_error *error) {
    static bool watched;
    int code = XTR_OK;
    pthread_mutex_lock(&default_mutex);
    if (!default_runtime)
        code = xtr_runtime_new(&default_runtime, NULL, error);
    *out = default_runtime;
    if (!code && !watched)
        watched = !pthread_atfork(before_fork, after_fork_parent, after_fork_child);
    pthread_mutex_unlock(&default_mutex);
    return code;
}

/* Jobs of a runtime ------------------------------------------------------------------------- */

int xtr_submit(xtr_job **out, xtr_runtime *runtime, const xtr_request *request, xtr_error *error) {
    *out = NULL;
    if (!request || request->size != sizeof *request || !request->source)
        return xtr__error(error, XTR_E_ARGUMENT, "request: size and source must be set");
    if (!runtime) {
        int code = open_default(&runtime, error);
        if (code)
            return code;
    }
    xtr_job *job = calloc(1, sizeof *job);
    if (!job || !(job->options = xtr__options_copy(request->options))) {
        free(job);
        return xtr__error_memory(error);
    }
    job->references = 2;
    job->runtime = runtime;
    atomic_fetch_add_explicit(&runtime->references, 1, memory_order_relaxed);
    job->source = xtr_source_keep(request->source);
    job->done = request->done;
    job->payload = request->payload;
    job->tag = request->tag;
    *out = job;
    uv_mutex_lock(&runtime->mutex);
    int code = XTR_OK;
    if (runtime->closing) {
        uv_mutex_unlock(&runtime->mutex);
        code = xtr__error(error, XTR_E_CLOSED, "the runtime is closed");
    } else {
        enqueue(job);
        code = runtime->executor->wake(runtime, error);
    }
    if (code) {
        *out = NULL;
        job->references = 1;
        xtr_job_drop(job);
    }
    return code;
}

void xtr_job_cancel(xtr_job *job) {
    xtr_runtime *runtime = job->runtime;
    xtr_error error;
    xtr__error(&error, XTR_E_CANCELLED, "%s: cancelled", xtr__source_name(job->source));
    uv_mutex_lock(&runtime->mutex);
    if (job->state == XTR__QUEUED)
        dequeue(job);
    bool mine = xtr__job_finish(job, XTR_E_CANCELLED, NULL, &error);
    if (mine)
        atomic_store(&job->stop, XTR_E_CANCELLED);
    uv_mutex_unlock(&runtime->mutex);
    if (mine)
        runtime->executor->deliver(runtime, job);
}

bool xtr_job_is_done(const xtr_job *job) {
    uv_mutex_t *mutex = &job->runtime->mutex;
    uv_mutex_lock(mutex);
    bool done = job->state == XTR__DONE;
    uv_mutex_unlock(mutex);
    return done;
}

static void unlink_waiter(xtr_job *job, xtr__waiter *waiter) {
    xtr__waiter **at = &job->waiters;
    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
}

bool xtr_job_wait(xtr_job *job, int64_t timeout) {
    uv_mutex_t *mutex = &job->runtime->mutex;
    uint64_t end = timeout < 0 ? UINT64_MAX : uv_hrtime() + (uint64_t)timeout * 1000000;
    uv_mutex_lock(mutex);
    if (!job->delivered && timeout) {
        xtr__waiter waiter = {.next = job->waiters};
        uv_cond_init(&waiter.done);
        job->waiters = &waiter;
        while (!job->delivered) {
            uint64_t now = uv_hrtime();
            if (now >= end)
                break;
            if (end == UINT64_MAX)
                uv_cond_wait(&waiter.done, mutex);
            else
                uv_cond_timedwait(&waiter.done, mutex, end - now);
        }
        unlink_waiter(job, &waiter);
        uv_cond_destroy(&waiter.done);
    }
    bool done = job->delivered;
    uv_mutex_unlock(mutex);
    return done;
}

int xtr_job_take(xtr_job *job, xtr_result **out, xtr_error *error) {
    *out = NULL;
    if (!xtr_job_is_done(job))
        return xtr__error(error, XTR_E_BUSY, "%s: not done yet", xtr__source_name(job->source));
    if (job->code) {
        if (error)
            *error = job->error;
        return job->code;
    }
    *out = xtr_result_keep(job->result);
    return XTR_OK;
}

int xtr_extract(xtr_result **out, xtr_runtime *runtime, xtr_source *source,
                const xtr_options *options, xtr_error *error) {
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    xtr_job *job;
    *out = NULL;
    int code = xtr_submit(&job, runtime, &request, error);
    if (code)
        return code;
    xtr_job_wait(job, -1);
    code = xtr_job_take(job, out, error);
    xtr_job_drop(job);
    return code;
}
