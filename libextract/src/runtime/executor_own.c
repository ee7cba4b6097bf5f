/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private threads: started one by one as jobs come, ended with the runtime. */
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <stdlib.h>

typedef struct pool {
    uv_cond_t work;
    unsigned started, idle; /* under the runtime's mutex */
    uv_thread_t threads[];
} pool;

static void pool_main(void *payload) {
    xtr_runtime *runtime = payload;
    pool *own = runtime->state;
    uv_mutex_lock(&runtime->mutex);
    xtr__slot *slot = xtr__slot_take(runtime);
    while (!runtime->closing || xtr__has_work(runtime)) {
        if (!xtr__has_work(runtime)) {
            own->idle++;
            uv_cond_wait(&own->work, &runtime->mutex);
            own->idle--;
        }
        xtr__drain(runtime, slot);
    }
    xtr__slot_give(runtime, slot);
    uv_mutex_unlock(&runtime->mutex);
}

static int own_open(xtr_runtime *runtime, const xtr_runtime_config *config, xtr_error *error) {
    (void)config;
    pool *own = calloc(1, sizeof *own + runtime->threads * sizeof own->threads[0]);
    if (!own)
        return xtr__error_memory(error);
    uv_cond_init(&own->work);
    runtime->state = own;
    return XTR_OK;
}

static int own_wake(xtr_runtime *runtime, xtr_error *error) {
    pool *own = runtime->state;
    int failed = 0;
    /* An idle thread that was signalled but has not woken yet is not there for a second job. */
    bool idle = own->idle >= runtime->queued;
    if (!idle && own->started < runtime->threads) {
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
    uv_cond_broadcast(&own->work);
    while (own->started < runtime->threads &&
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

const xtr__executor xtr__executor_own = {own_open, own_wake, own_call_help, own_deliver, own_close};
