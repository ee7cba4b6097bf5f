/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private threads: started one by one as jobs come, ended with the runtime. */
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <stdlib.h>

/* One thread. A condition for all of them would do, were it not for glibc before 2.41, which may
 * lose a signal to one when several wait (its bug 25847). */
typedef struct worker {
    xtr_runtime *runtime;
    struct worker *next; /* among those asleep */
    uv_sem_t wake;
    uv_thread_t thread;
} worker;

typedef struct pool {
    /* Under the runtime's mutex */
    unsigned started;
    worker *asleep;     /* whoever takes one out wakes it */
    bool lingers;       /* a thread waits awake for the next job */
    atomic_bool wanted; /* the one that lingers */
    worker workers[];
} pool;

/* Waits awake for the next job: to fall asleep and be woken costs more than a short job. One thread
 * at a time does. With the mutex held, which it gives back meanwhile. */
static void linger(xtr_runtime *runtime) {
    pool *own = runtime->state;
    own->lingers = true;
    uv_mutex_unlock(&runtime->mutex);
    xtr__linger(&own->wanted);
    uv_mutex_lock(&runtime->mutex);
    own->lingers = false;
    atomic_store_explicit(&own->wanted, false, memory_order_relaxed);
}

/* With the mutex held, which it gives back meanwhile. */
static void fall_asleep(xtr_runtime *runtime, worker *self) {
    pool *own = runtime->state;
    self->next = own->asleep;
    own->asleep = self;
    uv_mutex_unlock(&runtime->mutex);
    uv_sem_wait(&self->wake);
    uv_mutex_lock(&runtime->mutex);
}

/* Leaves short jobs to others, and looks again and again whether they still are: nobody else would
 * call for help when one is not. With the mutex held, which it gives back meanwhile. */
static void nap(xtr_runtime *runtime) {
    enum { MS = 1, SHORT = MS * 1000000 / XTR__SHORT_NS };
    uint64_t before;
    do {
        before = runtime->begun;
        uv_mutex_unlock(&runtime->mutex);
        uv_sleep(MS);
        uv_mutex_lock(&runtime->mutex);
    } while (runtime->begun - before > SHORT && !runtime->closing);
}

/* False when nobody sleeps. With the mutex held. */
static bool wake_one(pool *own) {
    worker *woken = own->asleep;
    if (!woken)
        return false;
    own->asleep = woken->next;
    uv_sem_post(&woken->wake);
    return true;
}

static void worker_main(void *payload) {
    worker *self = payload;
    xtr_runtime *runtime = self->runtime;
    const pool *own = runtime->state;
    bool rested = false; /* lingered in vain since its last job, or took a nap */
    uv_mutex_lock(&runtime->mutex);
    xtr__slot *slot = xtr__slot_take(runtime);
    while (!runtime->closing || xtr__has_work(runtime)) {
        if (xtr__wants_drain(runtime)) {
            rested = xtr__drain(runtime, slot, true);
            if (rested)
                nap(runtime);
        } else if (runtime->lingers && !own->lingers && !rested) {
            linger(runtime);
            rested = true;
        } else {
            fall_asleep(runtime, self);
        }
    }
    xtr__slot_give(runtime, slot);
    uv_mutex_unlock(&runtime->mutex);
}

/* One more thread; 0 or a libuv error. With the mutex held. */
static int start_one(xtr_runtime *runtime) {
    pool *own = runtime->state;
    worker *next = &own->workers[own->started];
    int failed = uv_sem_init(&next->wake, 0);
    if (failed)
        return failed;
    next->runtime = runtime;
    failed = xtr__thread_start(&next->thread, worker_main, next);
    if (failed)
        uv_sem_destroy(&next->wake);
    else
        own->started++;
    return failed;
}

static int own_open(xtr_runtime *runtime, const xtr_runtime_config *config, xtr_error *error) {
    (void)config;
    pool *own = calloc(1, sizeof *own + runtime->slot_count * sizeof own->workers[0]);
    if (!own)
        return xtr__error_memory(error);
    runtime->state = own;
    return XTR_OK;
}

static int own_wake(xtr_runtime *runtime, xtr_error *error) {
    pool *own = runtime->state;
    int failed = 0;
    if (runtime->attended) {
        uv_mutex_unlock(&runtime->mutex);
        return XTR_OK;
    }
    if (own->lingers && !atomic_exchange_explicit(&own->wanted, true, memory_order_relaxed)) {
        uv_mutex_unlock(&runtime->mutex);
        return XTR_OK;
    }
    if (!wake_one(own) && own->started < xtr__most_drains(runtime))
        failed = start_one(runtime);
    /* Fewer threads than asked for are slower; none at all is an error. */
    bool stranded = failed && own->started == 0;
    uv_mutex_unlock(&runtime->mutex);
    return stranded
               ? xtr__error(error, XTR_E_MEMORY, "cannot start a thread: %s", uv_err_name(failed))
               : XTR_OK;
}

static void own_call_help(xtr_runtime *runtime) {
    pool *own = runtime->state;
    atomic_store_explicit(&own->wanted, own->lingers, memory_order_relaxed);
    unsigned most = xtr__most_drains(runtime) - runtime->attended;
    while (wake_one(own))
        ;
    while (own->started < most && !start_one(runtime))
        ;
}

static void own_deliver(xtr_runtime *runtime, xtr_job *job) {
    (void)runtime;
    xtr__deliver_now(job);
}

static void own_close(xtr_runtime *runtime) {
    pool *own = runtime->state;
    uv_mutex_lock(&runtime->mutex);
    while (wake_one(own))
        ;
    /* A job that is being finished may still call for help: threads may come while others go. */
    for (unsigned i = 0; i < own->started; i++) {
        uv_mutex_unlock(&runtime->mutex);
        uv_thread_join(&own->workers[i].thread);
        uv_mutex_lock(&runtime->mutex);
    }
    uv_mutex_unlock(&runtime->mutex);
    for (unsigned i = 0; i < own->started; i++)
        uv_sem_destroy(&own->workers[i].wake);
    free(own);
    xtr__runtime_end(runtime);
}

const xtr__executor xtr__executor_own = {own_open,    own_wake, own_call_help,
                                         own_deliver, true,     own_close};
