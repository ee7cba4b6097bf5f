/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Waiting for jobs. */
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <sched.h>
#include <stdlib.h>

void xtr__wake_waiters(xtr_job *job) {
    for (xtr__waiter *waiter = job->waiters; waiter; waiter = waiter->next) {
        uv_mutex_lock(&waiter->wait->mutex);
        waiter->wait->fired = true;
        uv_cond_signal(&waiter->wait->done);
        uv_mutex_unlock(&waiter->wait->mutex);
    }
}

static bool is_delivered(const xtr_job *job) {
    return atomic_load_explicit(&job->delivered, memory_order_acquire);
}

/* The first job that is delivered, or `count`. */
static size_t first_done(xtr_job *const *jobs, size_t count) {
    size_t i = 0;
    while (i < count && !is_delivered(jobs[i]))
        i++;
    return i;
}

static void join(xtr_job *job, xtr__waiter *waiter, xtr__wait *wait) {
    uv_mutex_lock(&job->runtime->mutex);
    *waiter = (xtr__waiter){job->waiters, wait};
    job->waiters = waiter;
    /* Delivered between the look and now: nobody else would fire. */
    if (job->delivered) {
        uv_mutex_lock(&wait->mutex);
        wait->fired = true;
        uv_mutex_unlock(&wait->mutex);
    }
    uv_mutex_unlock(&job->runtime->mutex);
}

static void leave(xtr_job *job, xtr__waiter *waiter) {
    uv_mutex_lock(&job->runtime->mutex);
    xtr__waiter **at = &job->waiters;
    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
    uv_mutex_unlock(&job->runtime->mutex);
}

static void sleep_until(xtr__wait *wait, uint64_t end) {
    uv_mutex_lock(&wait->mutex);
    while (!wait->fired) {
        uint64_t now = uv_hrtime();
        if (now >= end)
            break;
        if (end == UINT64_MAX)
            uv_cond_wait(&wait->done, &wait->mutex);
        else
            uv_cond_timedwait(&wait->done, &wait->mutex, end - now);
    }
    uv_mutex_unlock(&wait->mutex);
}

uint64_t xtr__end_of(int64_t timeout) {
    if (timeout <= 0)
        return timeout ? UINT64_MAX : 0;
    uint64_t now = uv_hrtime();
    if ((uint64_t)timeout > (UINT64_MAX - now) / 1000000)
        return UINT64_MAX;
    return now + (uint64_t)timeout * 1000000;
}

static void wait_registered(xtr_job *const *jobs, size_t count, xtr__waiter *waiters,
                            uint64_t end) {
    xtr__wait wait = {.fired = false};
    uv_mutex_init(&wait.mutex);
    uv_cond_init(&wait.done);
    for (size_t i = 0; i < count; i++)
        join(jobs[i], &waiters[i], &wait);
    sleep_until(&wait, end);
    for (size_t i = 0; i < count; i++)
        leave(jobs[i], &waiters[i]);
    uv_cond_destroy(&wait.done);
    uv_mutex_destroy(&wait.mutex);
}

static bool is_foreign(xtr_job *const *jobs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (xtr__runtime_is_foreign(jobs[i]->runtime))
            return true;
    }
    return false;
}

void xtr__linger(const atomic_bool *flag) {
    if (atomic_load_explicit(flag, memory_order_acquire))
        return;
    const uint64_t end = uv_hrtime() + 20000;
    while (!atomic_load_explicit(flag, memory_order_acquire) && uv_hrtime() < end)
        sched_yield(); /* who is waited for may need this processor */
}

/* Registers with all jobs and sleeps; without memory for that, with some of them for 10 ms. */
static void wait_once(xtr_job *const *jobs, size_t count, uint64_t end) {
    enum { FEW = 16 };
    xtr__waiter few[FEW];
    xtr__waiter *waiters = count <= FEW ? few : calloc(count, sizeof *waiters);
    if (!waiters) {
        uint64_t slice = uv_hrtime() + 10000000;
        wait_registered(jobs, FEW, few, slice < end ? slice : end);
        return;
    }
    wait_registered(jobs, count, waiters, end);
    if (waiters != few)
        free(waiters);
}

size_t xtr_jobs_wait_any(xtr_job *const *jobs, size_t count, int64_t timeout) {
    if (!count || is_foreign(jobs, count))
        return count;
    size_t first = first_done(jobs, count);
    uint64_t end = xtr__end_of(timeout);
    while (first == count && timeout && (end == UINT64_MAX || uv_hrtime() < end)) {
        wait_once(jobs, count, end);
        first = first_done(jobs, count);
    }
    return first;
}

bool xtr_job_wait(xtr_job *job, int64_t timeout) {
    if (timeout && !xtr__runtime_is_foreign(job->runtime) && job->runtime->lingers)
        xtr__linger(&job->delivered);
    return xtr_jobs_wait_any(&job, 1, timeout) == 0;
}

bool xtr_jobs_wait_all(xtr_job *const *jobs, size_t count, int64_t timeout) {
    uint64_t end = xtr__end_of(timeout);
    /* From the last, which is mostly the last to be done: those before it need no sleep then. */
    for (size_t i = count; i-- > 0;) {
        if (is_delivered(jobs[i]))
            continue;
        uint64_t now = uv_hrtime();
        int64_t left = end == UINT64_MAX ? -1 : end > now ? (int64_t)((end - now) / 1000000) : 0;
        if (!xtr_job_wait(jobs[i], left))
            return false;
    }
    return true;
}

bool xtr_job_is_done(const xtr_job *job) {
    if (xtr__runtime_is_foreign(job->runtime))
        return false;
    if (is_delivered(job))
        return true;
    uv_mutex_lock(&job->runtime->mutex);
    bool done = job->state == XTR__DONE;
    uv_mutex_unlock(&job->runtime->mutex);
    return done;
}

/* Why a job failed. */
static void tell_error(const xtr_job *job, xtr_error *error) {
    if (error && job->error)
        *error = *job->error;
    else
        xtr__error(error, job->code, "%s: %s", xtr__source_name(job->source),
                   xtr_error_describe(job->code)->text);
}

int xtr_job_take(xtr_job *job, xtr_result **out, xtr_error *error) {
    *out = NULL;
    if (!xtr_job_is_done(job))
        return xtr__error(error, XTR_E_BUSY, "%s: not done yet", xtr__source_name(job->source));
    if (job->code)
        tell_error(job, error);
    else
        *out = xtr_result_keep(job->result);
    return job->code;
}

int xtr__job_take_over(xtr_job *job, xtr_result **out, xtr_error *error) {
    *out = job->result;
    job->result = NULL;
    if (job->code)
        tell_error(job, error);
    return job->code;
}
