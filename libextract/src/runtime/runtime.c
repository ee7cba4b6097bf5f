/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Queue, limits, slots, delivery. The threads come from an executor. */
#include "runtime/runtime.h"
#include "document/document.h"
#include "isolate/isolate.h"
#include "ocr/ocr.h"
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/options.h"
#include "runtime/stream.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Queue ------------------------------------------------------------------------------------- */

static void enqueue(xtr_job *job) {
    xtr__queue *queue = &job->runtime->queues[job->options->priority];
    job->previous = queue->last;
    job->next = NULL;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
    job->runtime->queued++;
    job->runtime->bytes += job->charge;
}

static void make_room(xtr_runtime *runtime) {
    if (runtime->waiting_for_room)
        uv_cond_broadcast(&runtime->room);
}

static void dequeue(xtr_job *job) {
    xtr__queue *queue = &job->runtime->queues[job->options->priority];
    if (job->previous)
        job->previous->next = job->next;
    else
        queue->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        queue->last = job->previous;
    job->runtime->queued--;
    make_room(job->runtime);
}

/* A job left the queue or its slot for good: its input is no longer in flight. */
static void discharge(xtr_job *job) {
    job->runtime->bytes -= job->charge;
    if (job->charge)
        make_room(job->runtime);
    job->charge = 0;
}

static xtr_job *first_job(const xtr_runtime *runtime) {
    for (int i = 0; i < XTR__PRIORITIES; i++) {
        if (runtime->queues[i].first)
            return runtime->queues[i].first;
    }
    return NULL;
}

bool xtr__has_work(const xtr_runtime *runtime) {
    return first_job(runtime) || xtr__share_open(runtime);
}

/* The next job to start, when its turn has come. With the mutex held, which waiting gives back. */
static xtr_job *next_job(xtr_runtime *runtime) {
    xtr_job *job;
    while ((job = first_job(runtime)) && runtime->pace) {
        uint64_t now = uv_hrtime();
        if (now >= runtime->next_start) {
            runtime->next_start = now + runtime->pace;
            break;
        }
        uv_cond_timedwait(&runtime->paced, &runtime->mutex, runtime->next_start - now);
    }
    return job;
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
    if (code && (job->error = malloc(sizeof *job->error)))
        *job->error = *error;
    return true;
}

/* With the mutex held. */
static void mark_delivered(xtr_job *job) {
    atomic_store_explicit(&job->delivered, true, memory_order_release);
    xtr__wake_waiters(job);
}

void xtr__deliver_now(xtr_job *job) {
    xtr_runtime *runtime = job->runtime;
    if (job->done)
        job->done(job, job->payload);
    uv_mutex_lock(&runtime->mutex);
    mark_delivered(job);
    uv_mutex_unlock(&runtime->mutex);
    xtr_job_drop(job);
}

/* Running ----------------------------------------------------------------------------------- */

/* xtr__deliver_now for one who holds the mutex, and another reference. */
static void deliver_here(xtr_runtime *runtime, xtr_job *job) {
    if (job->done && job->is_of_batch) {
        job->done(job, job->payload);
    } else if (job->done) {
        uv_mutex_unlock(&runtime->mutex);
        job->done(job, job->payload);
        uv_mutex_lock(&runtime->mutex);
    }
    mark_delivered(job);
    atomic_fetch_sub_explicit(&job->references, 1, memory_order_release);
}

/* With the mutex held, which it gives back while the job runs and while it drops `before`, the job
 * that ran before it (or NULL). The job must be dropped in its turn. */
static void run_job(xtr_runtime *runtime, xtr__slot *slot, xtr_job *job, xtr_job *before) {
    xtr_result *result;
    dequeue(job);
    job->state = XTR__RUNNING;
    runtime->begun++;
    job->slot = slot;
    slot->job = job;
    xtr__clock_start(runtime, slot);
    /* The slot's own reference: the job may be delivered, and dropped, while it still runs. */
    atomic_fetch_add_explicit(&job->references, 1, memory_order_relaxed);
    uv_mutex_unlock(&runtime->mutex);

    xtr_job_drop(before);
    int code = xtr__job_execute(job, &result);

    uv_mutex_lock(&runtime->mutex);
    slot->job = NULL;
    xtr__clock_clear(slot);
    discharge(job);
    if (!xtr__job_finish(job, code, result, &slot->failure))
        return;
    if (runtime->executor->delivers_in_place) {
        deliver_here(runtime, job);
        return;
    }
    uv_mutex_unlock(&runtime->mutex);
    runtime->executor->deliver(runtime, job);
    uv_mutex_lock(&runtime->mutex);
}

/* With the mutex held, which it gives back meanwhile. */
static void drop_outside(xtr_runtime *runtime, xtr_job *job) {
    uv_mutex_unlock(&runtime->mutex);
    xtr_job_drop(job);
    uv_mutex_lock(&runtime->mutex);
}

/* Drops a job at once when its memory should not wait for another to start. */
static xtr_job *drop_unless_busy(xtr_runtime *runtime, xtr_job *job) {
    if (!job || (first_job(runtime) && !runtime->pace))
        return job;
    drop_outside(runtime, job);
    return NULL;
}

unsigned xtr__most_drains(const xtr_runtime *runtime) {
    return runtime->threads + runtime->waiting;
}

/* Somebody who waited works again, and so does who stood in for them: one too many, which leaves
 * after its job. At the end all work is done by whoever is there. */
static bool is_crowded(const xtr_runtime *runtime) {
    return runtime->draining > xtr__most_drains(runtime) && !runtime->closing;
}

bool xtr__wants_drain(const xtr_runtime *runtime) {
    return xtr__has_work(runtime) &&
           (runtime->draining < xtr__most_drains(runtime) || runtime->closing);
}

bool xtr__drain_pause(xtr_runtime *runtime) {
    uv_mutex_lock(&runtime->mutex);
    bool paused = runtime->waiting < XTR__MOST_WAITING;
    runtime->waiting += paused;
    if (paused && xtr__has_work(runtime))
        runtime->executor->call_help(runtime);
    uv_mutex_unlock(&runtime->mutex);
    return paused;
}

void xtr__drain_resume(xtr_runtime *runtime, bool paused) {
    uv_mutex_lock(&runtime->mutex);
    runtime->waiting -= paused;
    uv_mutex_unlock(&runtime->mutex);
}

/* Of jobs that take no longer a batch has not more by a second thread, which is in the way of the
 * first, at the mutex and in memory, and of the consumer's. Who is alone with them, for others are
 * at long jobs or wait, is in nobody's way; others that begin only a few come to the mutex too
 * late. */
static bool is_in_the_way(const xtr_runtime *runtime, xtr__slot *slot, const xtr_job *job) {
    enum { LOOK = 32, FEW = 2 };
    if (!job->is_of_batch || ++slot->since_look < LOOK)
        return false;
    uint64_t now = uv_hrtime();
    bool are_short = now - slot->looked < LOOK * XTR__SHORT_NS;
    bool is_alone = runtime->begun - slot->begun < LOOK + FEW;
    slot->looked = now;
    slot->begun = runtime->begun;
    slot->since_look = 0;
    return are_short && !is_alone;
}

bool xtr__drain(xtr_runtime *runtime, xtr__slot *slot, bool may_leave) {
    bool leaves = false;
    xtr_job *job, *before = NULL;
    /* Whatever the host's locale is, numbers and letters here are those of C. */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t host = plain ? uselocale(plain) : (locale_t)0;
    xtr_share *share = NULL;
    runtime->draining++;
    while (!leaves && !is_crowded(runtime) &&
           ((job = next_job(runtime)) || (share = xtr__share_open(runtime)))) {
        if (job) {
            run_job(runtime, slot, job, before);
            leaves = may_leave && is_in_the_way(runtime, slot, job) && runtime->draining > 1;
            before = drop_unless_busy(runtime, job);
        } else {
            xtr__share_help(runtime, slot, share);
        }
    }
    runtime->draining--;
    if (before)
        drop_outside(runtime, before);
    if (plain) {
        uselocale(host);
        freelocale(plain);
    }
    return leaves;
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

static void clear_slot(xtr_runtime *runtime, xtr__slot *slot) {
    for (int i = 0; i < XTR__EXTRACTOR_COUNT; i++) {
        if (slot->states[i] && xtr__extractors[i]->drop_state)
            xtr__extractors[i]->drop_state(slot->states[i]);
    }
    xtr__detector_drop(slot->detector);
    xtr__builder_drop(slot->builder);
    xtr__remote_leave(runtime, slot);
}

bool xtr__runtime_warm(xtr_runtime *runtime) {
    for (unsigned i = 0; i < runtime->threads; i++) {
        xtr__slot *slot = &runtime->slots[i];
        if (!(slot->detector = xtr__detector_new()))
            return false;
        xtr__detector_warm(slot->detector);
        for (int j = 0; xtr__extractors[j]; j++) {
            const xtr_extractor *extractor = xtr__extractors[j];
            if (extractor->open_state && !(slot->states[j] = extractor->open_state()))
                return false;
        }
    }
    return true;
}

unsigned xtr__idle_slots(const xtr_runtime *runtime) {
    unsigned busy = 0, most = xtr__most_drains(runtime);
    for (unsigned i = 0; i < runtime->slot_count; i++)
        busy += runtime->slots[i].job || runtime->slots[i].helped;
    return busy < most ? most - busy : 0;
}

int xtr__thread_start(uv_thread_t *thread, void (*entry)(void *), void *payload) {
    const uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE,
                                         .stack_size = XTR__STACK_SIZE};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = uv_thread_create_ex(thread, &options, entry, payload);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        pthread_setname_np(*thread, "libextract");
    return failed;
}

/* Forks ------------------------------------------------------------------------------------- */

static pthread_mutex_t default_mutex = PTHREAD_MUTEX_INITIALIZER;
static xtr_runtime *default_runtime;

/* Counts forks on the way to this process. A child has none of its parent's threads: it leaves the
 * parent's runtimes and jobs alone and makes a default runtime of its own with the next call. */
static atomic_uint generation;

static void before_fork(void) {
    pthread_mutex_lock(&default_mutex);
}

static void after_fork_parent(void) {
    pthread_mutex_unlock(&default_mutex);
}

static void after_fork_child(void) {
    default_runtime = NULL;
    atomic_fetch_add(&generation, 1);
    pthread_mutex_unlock(&default_mutex);
}

/* Before a fork, what was registered last is called first: the lock order is this mutex, then the
 * recognisers'. */
static void watch_forks(void) {
    xtr__recognisers_watch_forks();
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

unsigned xtr__generation(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    return atomic_load_explicit(&generation, memory_order_relaxed);
}

bool xtr__runtime_is_foreign(const xtr_runtime *runtime) {
    return runtime->generation != xtr__generation();
}

/* Life of a runtime ------------------------------------------------------------------------- */

static int check_config(const xtr_runtime_config *config, xtr_error *error) {
    if (config->size != sizeof *config)
        return xtr__error(error, XTR_E_ARGUMENT, "runtime: size of the configuration is not set");
    if (config->threads > 1024)
        return xtr__error(error, XTR_E_ARGUMENT, "runtime: at most 1024 threads");
    if (!(config->jobs_per_second >= 0) || config->jobs_per_second > 1e9)
        return xtr__error(error, XTR_E_ARGUMENT, "runtime: jobs_per_second cannot be negative");
    if (config->executor == XTR_EXECUTOR_UV && !config->loop)
        return xtr__error(error, XTR_E_ARGUMENT, "runtime: libuv's threads need a loop");
    return XTR_OK;
}

void xtr__brief_mutex_init(uv_mutex_t *mutex) {
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
#ifdef __GLIBC__
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
    pthread_mutex_init(mutex, &kind);
    pthread_mutexattr_destroy(&kind);
}

static void init_runtime(xtr_runtime *runtime, const xtr_runtime_config *config) {
    runtime->references = 1;
    runtime->generation = xtr__generation();
    runtime->clock_next = UINT64_MAX;
    runtime->most_helpers = UINT_MAX;
    runtime->lingers = uv_available_parallelism() > 1;
    runtime->max_queued = config->queue;
    runtime->max_bytes = config->max_bytes;
    if (config->jobs_per_second > 0)
        runtime->pace = (uint64_t)(1e9 / config->jobs_per_second);
    for (unsigned i = runtime->slot_count; i-- > 0;)
        xtr__slot_give(runtime, &runtime->slots[i]);
    xtr__brief_mutex_init(&runtime->mutex);
    uv_cond_init(&runtime->clock_wake);
    uv_cond_init(&runtime->room);
    uv_cond_init(&runtime->paced);
    runtime->executor =
        config->executor == XTR_EXECUTOR_UV ? &xtr__executor_uv : &xtr__executor_own;
}

int xtr_runtime_new(xtr_runtime **out, const xtr_runtime_config *config, xtr_error *error) {
    static const xtr_runtime_config defaults = {.size = sizeof(xtr_runtime_config)};
    *out = NULL;
    if (!config)
        config = &defaults;
    int code = check_config(config, error);
    if (code)
        return code;
    xtr_runtime *runtime = calloc(1, sizeof *runtime);
    unsigned threads = config->threads ? config->threads : uv_available_parallelism();
    unsigned slots = threads + XTR__MOST_WAITING;
    if (!runtime || !(runtime->slots = calloc(slots, sizeof *runtime->slots))) {
        free(runtime);
        return xtr__error_memory(error);
    }
    runtime->threads = threads;
    runtime->slot_count = slots;
    init_runtime(runtime, config);
    xtr__recognisers_keep();
    code = runtime->executor->open(runtime, config, error);
    if (code) {
        xtr__runtime_end(runtime);
        return code;
    }
    runtime->closed = config->closed;
    runtime->closed_payload = config->payload;
    *out = runtime;
    return XTR_OK;
}

/* Any job that is not done, referenced; NULL when there is none. With the mutex held. */
static xtr_job *some_job(xtr_runtime *runtime) {
    xtr_job *job = first_job(runtime);
    for (unsigned i = 0; !job && i < runtime->slot_count; i++) {
        xtr_job *running = runtime->slots[i].job;
        job = running && running->state == XTR__RUNNING ? running : NULL;
    }
    if (job)
        atomic_fetch_add_explicit(&job->references, 1, memory_order_relaxed);
    return job;
}

void xtr_runtime_close(xtr_runtime *runtime, xtr_close how) {
    xtr_job *job;
    if (!runtime || xtr__runtime_is_foreign(runtime))
        return;
    uv_mutex_lock(&runtime->mutex);
    runtime->closing = true;
    uv_cond_broadcast(&runtime->room);
    while (how == XTR_CLOSE_CANCEL && (job = some_job(runtime))) {
        uv_mutex_unlock(&runtime->mutex);
        xtr_job_cancel(job);
        xtr_job_drop(job);
        uv_mutex_lock(&runtime->mutex);
    }
    uv_cond_broadcast(&runtime->paced);
    uv_mutex_unlock(&runtime->mutex);
    runtime->executor->close(runtime);
}

void xtr_runtime_drop(xtr_runtime *runtime) {
    xtr_runtime_close(runtime, XTR_CLOSE_WAIT);
}

void xtr__runtime_end(xtr_runtime *runtime) {
    uv_mutex_lock(&runtime->mutex);
    xtr__clock_stop(runtime);
    uv_mutex_unlock(&runtime->mutex);
    for (unsigned i = 0; i < runtime->slot_count; i++)
        clear_slot(runtime, &runtime->slots[i]);
    xtr__recognisers_release();
    if (runtime->keeps_zygote)
        xtr__zygote_release();
    if (runtime->closed)
        runtime->closed(runtime->closed_payload);
    xtr__runtime_release(runtime);
}

void xtr__runtime_release(xtr_runtime *runtime) {
    if (atomic_fetch_sub_explicit(&runtime->references, 1, memory_order_acq_rel) != 1)
        return;
    uv_cond_destroy(&runtime->clock_wake);
    uv_cond_destroy(&runtime->room);
    uv_cond_destroy(&runtime->paced);
    uv_mutex_destroy(&runtime->mutex);
    free(runtime->languages);
    free(runtime->slots);
    free(runtime);
}

int xtr__runtime_resolve(xtr_runtime **runtime, xtr_error *error) {
    if (*runtime)
        return XTR_OK;
    pthread_mutex_lock(&default_mutex);
    *runtime = default_runtime;
    pthread_mutex_unlock(&default_mutex);
    if (*runtime)
        return XTR_OK;
    /* Made without the mutex: a fork takes it after others that a new runtime needs. */
    xtr_runtime *made;
    int code = xtr_runtime_new(&made, NULL, error);
    if (code)
        return code;
    pthread_mutex_lock(&default_mutex);
    if (!default_runtime) {
        default_runtime = made;
        made = NULL;
    }
    *runtime = default_runtime;
    pthread_mutex_unlock(&default_mutex);
    xtr_runtime_drop(made); /* another thread was faster */
    return XTR_OK;
}

/* Jobs of a runtime ------------------------------------------------------------------------- */

/* Takes over what `options` and `runtime` are counted by. */
static void init_job(xtr_job *job, xtr_runtime *runtime, const xtr_options *options,
                     const xtr_request *request) {
    memset(job, 0, offsetof(xtr_job, beats));
    atomic_init(&job->references, 2); /* others see it under the mutex, once it is queued */
    job->runtime = runtime;
    job->source = xtr_source_keep(request->source);
    job->options = options;
    job->done = request->done;
    job->payload = request->payload;
    job->tag = request->tag;
    job->unrendered = request->unrendered;
    if (runtime->max_bytes)
        job->charge = xtr__source_size_hint(request->source);
}

int xtr__job_new(xtr_job **out, xtr_runtime *runtime, const xtr_request *request,
                 xtr_error *error) {
    *out = malloc(sizeof **out);
    const xtr_options *options = *out ? xtr__options_snapshot(request->options) : NULL;
    if (!options) {
        free(*out);
        *out = NULL;
        return xtr__error_memory(error);
    }
    atomic_fetch_add_explicit(&runtime->references, 1, memory_order_relaxed);
    init_job(*out, runtime, options, request);
    xtr__job_forget(*out);
    return XTR_OK;
}

void xtr__job_renew(xtr_job *job, const xtr_request *request) {
    init_job(job, job->runtime, job->options, request);
    job->was_another = true;
}

static bool is_full(const xtr_runtime *runtime, const xtr_job *job) {
    if (runtime->max_queued && runtime->queued >= runtime->max_queued)
        return true;
    return runtime->max_bytes && runtime->bytes &&
           runtime->bytes + job->charge > runtime->max_bytes;
}

/* With the mutex held, which waiting gives back. */
static int find_room(xtr_runtime *runtime, const xtr_job *job, xtr_when_full when_full,
                     xtr_error *error) {
    if (when_full == XTR_FULL_REFUSE && is_full(runtime, job) && !runtime->closing)
        return xtr__error(error, XTR_E_BUSY, "%s: the queue is full",
                          xtr__source_name(job->source));
    while (when_full == XTR_FULL_WAIT && is_full(runtime, job) && !runtime->closing) {
        runtime->waiting_for_room++;
        uv_cond_wait(&runtime->room, &runtime->mutex);
        runtime->waiting_for_room--;
    }
    return runtime->closing ? xtr__error(error, XTR_E_CLOSED, "the runtime is closed") : XTR_OK;
}

static int check_request(const xtr_runtime *runtime, const xtr_request *request, xtr_error *error) {
    if (xtr__runtime_is_foreign(runtime))
        return xtr__error(error, XTR_E_CLOSED, "the runtime was made before a fork: make another");
    if (request->when_full == XTR_FULL_WAIT && runtime->executor == &xtr__executor_uv)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "request: waiting for room would block the loop that makes it");
    return XTR_OK;
}

/* Drops a job that is in no queue, with the runtime's reference. */
static void discard(xtr_job **job) {
    (*job)->references = 1;
    xtr_job_drop(*job);
    *job = NULL;
}

/* Takes back a job that no thread could be started for; false when one came after all. */
static bool withdraw(xtr_job *job) {
    uv_mutex_lock(&job->runtime->mutex);
    bool queued = job->state == XTR__QUEUED;
    if (queued) {
        dequeue(job);
        discharge(job);
    }
    uv_mutex_unlock(&job->runtime->mutex);
    return queued;
}

int xtr__submit(xtr_job **out, xtr_runtime *runtime, const xtr_request *request, xtr__pages *pages,
                xtr_error *error) {
    *out = NULL;
    if (!request || request->size != sizeof *request || !request->source) {
        xtr__pages_drop(pages);
        return xtr__error(error, XTR_E_ARGUMENT, "request: size and source must be set");
    }
    xtr_job *job = NULL;
    int code = xtr__runtime_resolve(&runtime, error);
    if (!code)
        code = check_request(runtime, request, error);
    if (!code)
        code = xtr__job_new(&job, runtime, request, error);
    if (code) {
        xtr__pages_drop(pages);
        return code;
    }
    job->pages = pages;
    *out = job;
    uv_mutex_lock(&runtime->mutex);
    code = find_room(runtime, job, request->when_full, error);
    if (code) {
        uv_mutex_unlock(&runtime->mutex);
    } else {
        enqueue(job);
        code = runtime->executor->wake(runtime, error);
        if (code && !withdraw(job))
            code = XTR_OK;
    }
    if (code)
        discard(out);
    return code;
}

int xtr__submit_all(xtr_runtime *runtime, xtr_job **jobs, unsigned count, xtr_error *error) {
    uv_mutex_lock(&runtime->mutex);
    bool closed = runtime->closing;
    for (unsigned i = 0; !closed && i < count; i++) {
        if (jobs[i])
            enqueue(jobs[i]);
    }
    int code;
    if (closed) {
        uv_mutex_unlock(&runtime->mutex);
        code = xtr__error(error, XTR_E_CLOSED, "the runtime is closed");
    } else {
        code = runtime->executor->wake(runtime, error);
    }
    for (unsigned i = 0; code && i < count; i++) {
        if (jobs[i] && (closed || withdraw(jobs[i])))
            discard(&jobs[i]);
    }
    return code;
}

void xtr__call_all(xtr_runtime *runtime) {
    uv_mutex_lock(&runtime->mutex);
    if (first_job(runtime))
        runtime->executor->call_help(runtime);
    uv_mutex_unlock(&runtime->mutex);
}

int xtr_submit(xtr_job **out, xtr_runtime *runtime, const xtr_request *request, xtr_error *error) {
    return xtr__submit(out, runtime, request, NULL, error);
}

/* Whether it ends by this. */
static bool cancel(xtr_job *job, bool running_too) {
    xtr_runtime *runtime = job->runtime;
    xtr_error error;
    xtr__error(&error, XTR_E_CANCELLED, "%s: cancelled", xtr__source_name(job->source));
    uv_mutex_lock(&runtime->mutex);
    bool queued = job->state == XTR__QUEUED;
    if (queued) {
        dequeue(job);
        discharge(job);
    }
    bool mine = (queued || running_too) && xtr__job_finish(job, XTR_E_CANCELLED, NULL, &error);
    if (mine)
        atomic_store(&job->stop, XTR_E_CANCELLED);
    uv_mutex_unlock(&runtime->mutex);
    if (!mine)
        return false;
    xtr__job_wake(job);
    runtime->executor->deliver(runtime, job);
    return true;
}

void xtr_job_cancel(xtr_job *job) {
    if (!xtr__runtime_is_foreign(job->runtime))
        (void)cancel(job, true);
}

bool xtr__job_withdraw(xtr_job *job) {
    return !xtr__runtime_is_foreign(job->runtime) && cancel(job, false);
}

int xtr_extract(xtr_result **out, xtr_runtime *runtime, xtr_source *source,
                const xtr_options *options, xtr_error *error) {
    const xtr_request request = {
        .size = sizeof request, .source = source, .options = options, .when_full = XTR_FULL_WAIT};
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
