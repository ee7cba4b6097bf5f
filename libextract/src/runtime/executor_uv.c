/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libuv's own threadpool, through a loop the caller runs.
 *
 * A drain occupies a thread of the pool until the queue is empty. It is given back only in
 * after_drain, on the loop's thread, which looks at the queue again under the mutex: a job queued
 * while the drain was ending is not lost. Completions are gathered under the mutex and carried to
 * the loop's thread by one uv_async_t, which keeps the loop alive while jobs are pending. */
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <stdlib.h>

typedef struct bridge {
    uv_loop_t *loop;
    uv_async_t arrived;
    xtr_job *first_done, *last_done; /* under the runtime's mutex */
    unsigned drains;                 /* on the loop's thread */
    uint64_t pending;                /* jobs not delivered; on the loop's thread */
    bool closing;                    /* on the loop's thread */
} bridge;

typedef struct drain {
    uv_work_t work;
    xtr_runtime *runtime;
    xtr__slot *slot;
} drain;

static void on_closed(uv_handle_t *handle) {
    xtr_runtime *runtime = handle->data;
    free(runtime->state);
    xtr__runtime_end(runtime);
}

static void close_when_idle(xtr_runtime *runtime) {
    bridge *uv = runtime->state;
    if (uv->closing && !uv->pending && !uv->drains)
        uv_close((uv_handle_t *)&uv->arrived, on_closed);
}

static void run_drain(uv_work_t *work) {
    drain *item = work->data;
    uv_mutex_lock(&item->runtime->mutex);
    (void)xtr__drain(item->runtime, item->slot, false);
    uv_mutex_unlock(&item->runtime->mutex);
}

/* A drain that finds more work queues itself again, which cannot fail: the jobs are not stranded.
 */
static void after_drain(uv_work_t *work, int status) {
    drain *item = work->data;
    xtr_runtime *runtime = item->runtime;
    bridge *uv = runtime->state;
    (void)status;
    uv_mutex_lock(&runtime->mutex);
    bool more = xtr__has_work(runtime) && uv->drains <= xtr__most_drains(runtime);
    if (!more)
        xtr__slot_give(runtime, item->slot);
    uv_mutex_unlock(&runtime->mutex);
    if (more) {
        (void)uv_queue_work(uv->loop, &item->work, run_drain, after_drain);
        return;
    }
    free(item);
    uv->drains--;
    close_when_idle(runtime);
}

static int start_drain(xtr_runtime *runtime) {
    bridge *uv = runtime->state;
    drain *item = calloc(1, sizeof *item);
    if (!item)
        return UV_ENOMEM;
    uv_mutex_lock(&runtime->mutex);
    item->slot = xtr__slot_take(runtime);
    uv_mutex_unlock(&runtime->mutex);
    item->work.data = item;
    item->runtime = runtime;
    uv->drains++;
    int failed = uv_queue_work(uv->loop, &item->work, run_drain, after_drain);
    if (failed) {
        uv->drains--;
        uv_mutex_lock(&runtime->mutex);
        xtr__slot_give(runtime, item->slot);
        uv_mutex_unlock(&runtime->mutex);
        free(item);
    }
    return failed;
}

/* As many drains as there are threads while there is work: help was called for. */
static void start_wanted(xtr_runtime *runtime) {
    bridge *uv = runtime->state;
    uv_mutex_lock(&runtime->mutex);
    bool wanted = xtr__has_work(runtime);
    unsigned most = xtr__most_drains(runtime);
    uv_mutex_unlock(&runtime->mutex);
    while (wanted && uv->drains < most)
        wanted = !start_drain(runtime);
}

static void on_arrived(uv_async_t *async) {
    xtr_runtime *runtime = async->data;
    bridge *uv = runtime->state;
    uv_mutex_lock(&runtime->mutex);
    xtr_job *job = uv->first_done;
    uv->first_done = uv->last_done = NULL;
    uv_mutex_unlock(&runtime->mutex);
    while (job) {
        xtr_job *next = job->next;
        if (--uv->pending == 0)
            uv_unref((uv_handle_t *)async);
        xtr__deliver_now(job);
        job = next;
    }
    start_wanted(runtime);
    close_when_idle(runtime);
}

static int uv_open(xtr_runtime *runtime, const xtr_runtime_config *config, xtr_error *error) {
    bridge *uv = calloc(1, sizeof *uv);
    int failed = uv ? uv_async_init(config->loop, &uv->arrived, on_arrived) : UV_ENOMEM;
    if (failed) {
        free(uv);
        return xtr__error(error, failed == UV_ENOMEM ? XTR_E_MEMORY : XTR_E_IO,
                          "cannot use the loop: %s", uv_err_name(failed));
    }
    uv->loop = config->loop;
    uv->arrived.data = runtime;
    uv_unref((uv_handle_t *)&uv->arrived);
    runtime->state = uv;
    return XTR_OK;
}

static int uv_wake(xtr_runtime *runtime, xtr_error *error) {
    bridge *uv = runtime->state;
    unsigned most = xtr__most_drains(runtime);
    uv_mutex_unlock(&runtime->mutex);
    int failed = uv->drains < most ? start_drain(runtime) : 0;
    if (failed && !uv->drains)
        return xtr__error(error, XTR_E_MEMORY, "cannot queue work: %s", uv_err_name(failed));
    if (uv->pending++ == 0)
        uv_ref((uv_handle_t *)&uv->arrived);
    return XTR_OK;
}

static void uv_call_help(xtr_runtime *runtime) {
    bridge *uv = runtime->state;
    uv_async_send(&uv->arrived);
}

/* A job is off the priority queue by now: its link serves the list of the done. */
static void uv_deliver(xtr_runtime *runtime, xtr_job *job) {
    bridge *uv = runtime->state;
    uv_mutex_lock(&runtime->mutex);
    job->next = NULL;
    if (uv->last_done)
        uv->last_done->next = job;
    else
        uv->first_done = job;
    uv->last_done = job;
    uv_async_send(&uv->arrived);
    uv_mutex_unlock(&runtime->mutex);
}

static void uv_shut(xtr_runtime *runtime) {
    bridge *uv = runtime->state;
    uv->closing = true;
    close_when_idle(runtime);
}

const xtr__executor xtr__executor_uv = {uv_open, uv_wake, uv_call_help, uv_deliver, false, uv_shut};
