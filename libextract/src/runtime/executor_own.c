/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private threads: started one by one as jobs come, ended with the runtime. */
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <stdlib.h>

typedef struct pool {
    uv_cond_t work;
    /* Under the runtime's mutex */
    unsigned started, idle;
    unsigned called;    /* of the idle, woken but not up yet */
    bool lingers;       /* a thread waits awake for the next job */
    atomic_bool wanted; /* the one that lingers */
    uv_thread_t threads[];
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

/* With the mutex held, as it is after it. */
static void sleep_or_linger(xtr_runtime *runtime, bool *rested) {
    pool *own = runtime->state;
    if (runtime->lingers && !own->lingers && !*rested) {
        linger(runtime);
        *rested = true;
        return;
    }
    own->idle++;
    uv_cond_wait(&own->work, &runtime->mutex);
    own->idle--;
    own->called -= own->called > 0;
}

static void pool_main(void *payload) {
    xtr_runtime *runtime = payload;
    bool rested = false; /* lingered in vain since its last job */
    uv_mutex_lock(&runtime->mutex);
    xtr__slot *slot = xtr__slot_take(runtime);
    while (!runtime->closing || xtr__has_work(runtime)) {
        if (!xtr__wants_drain(runtime)) {
            sleep_or_linger(runtime, &rested);
            continue;
        }
        rested = false;
        xtr__drain(runtime, slot);
    }
    xtr__slot_give(runtime, slot);
    uv_mutex_unlock(&runtime->mutex);
}

static int own_open(xtr_runtime *runtime, const xtr_runtime_config *config, xtr_error *error) {
    (void)config;
    pool *own = calloc(1, sizeof *own + runtime->slot_count * sizeof own->threads[0]);
    if (!own)
        return xtr__error_memory(error);
    uv_cond_init(&own->work);
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
    bool idle = own->idle > own->called;
    own->called += idle;
    if (!idle && own->started < xtr__most_drains(runtime)) {
        failed = xtr__thread_start(&own->threads[own->started], pool_main, runtime);
        own->started += !failed;
    }
    /* Fewer threads than asked for are slower; none at all is an error. */
    bool stranded = failed && own->started == 0;
    uv_cond_signal(&own->work);
    uv_mutex_unlock(&runtime->mutex);
    return stranded
               ? xtr__error(error, XTR_E_MEMORY, "cannot start a thread: %s", uv_err_name(failed))
               : XTR_OK;
}

static void own_call_help(xtr_runtime *runtime) {
    pool *own = runtime->state;
    atomic_store_explicit(&own->wanted, own->lingers, memory_order_relaxed);
    unsigned most = xtr__most_drains(runtime) - runtime->attended;
    uv_cond_broadcast(&own->work);
    while (own->started < most &&
           !xtr__thread_start(&own->threads[own->started], pool_main, runtime))
        own->started++;
}

static void own_deliver(xtr_runtime *runtime, xtr_job *job) {
    (void)runtime;
    xtr__deliver_now(job);
}

static void own_close(xtr_runtime *runtime) {
    pool *own = runtime->state;
    uv_mutex_lock(&runtime->mutex);
    uv_cond_broadcast(&own->work);
    /* A job that is being finished may still call for help: threads may come while others go. */
    for (unsigned i = 0; i < own->started; i++) {
        uv_thread_t thread = own->threads[i];
        uv_mutex_unlock(&runtime->mutex);
        uv_thread_join(&thread);
        uv_mutex_lock(&runtime->mutex);
    }
    uv_mutex_unlock(&runtime->mutex);
    uv_cond_destroy(&own->work);
    free(own);
    xtr__runtime_end(runtime);
}

const xtr__executor xtr__executor_own = {own_open,    own_wake, own_call_help,
                                         own_deliver, true,     own_close};
