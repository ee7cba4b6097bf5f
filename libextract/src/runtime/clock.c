/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One thread a runtime that ends jobs past their deadline or budget of processor time. It sleeps
 * until the earliest moment at which one could be. */
#include "runtime/error.h"
#include "runtime/stream.h"

#include <pthread.h>
#include <time.h>

static const uint64_t MS = 1000000;

static uint64_t read_clock(clockid_t id) {
    struct timespec now;
    if (clock_gettime(id, &now))
        return 0;
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t used_since(const xtr__slot *slot) {
    uint64_t now = read_clock(slot->cpu_clock);
    return now > slot->cpu_start ? now - slot->cpu_start : 0;
}

/* The wall time that a slot's job may still take before it can be over its budget: neither it nor
 * any of its helpers uses more processor time than passes on the wall. */
static uint64_t cpu_left(const xtr_runtime *runtime, const xtr__slot *slot) {
    uint64_t used = used_since(slot) + slot->cpu_helped;
    uint64_t workers = slot->cpu_threads;
    for (unsigned i = 0; i < runtime->slot_count; i++) {
        if (runtime->slots[i].helped == slot->job) {
            used += used_since(&runtime->slots[i]);
            workers++;
        }
    }
    /* No closer look than a millisecond: a job that waits would be looked at without end. */
    return used >= slot->cpu_budget ? 0 : (slot->cpu_budget - used) / workers + MS;
}

/* The moment at which a slot's job may be over its limits. */
static uint64_t due(const xtr_runtime *runtime, const xtr__slot *slot, uint64_t now) {
    uint64_t at = slot->deadline ? slot->deadline : UINT64_MAX;
    if (slot->cpu_budget) {
        uint64_t at_cpu = now + cpu_left(runtime, slot);
        at = at_cpu < at ? at_cpu : at;
    }
    return at;
}

/* Stops one job that is past its time; false when there is none. With the mutex held, which it
 * gives back while it delivers. */
static bool stop_one_late(xtr_runtime *runtime, uint64_t now) {
    for (unsigned i = 0; i < runtime->slot_count; i++) {
        xtr__slot *slot = &runtime->slots[i];
        xtr_job *job = slot->job;
        if (!job || due(runtime, slot, now) > now)
            continue;
        bool wall = slot->deadline && slot->deadline <= now;
        xtr_error error;
        xtr__clock_clear(slot);
        atomic_store(&job->stop, XTR_E_TIMEOUT);
        xtr__error(&error, XTR_E_TIMEOUT, "%s: ran out of %s after %lld ms: raise %s",
                   xtr__source_name(job->source), wall ? "time" : "processor time",
                   (long long)(wall ? job->options->timeout : job->options->cpu_time),
                   wall ? "the timeout" : "cpu_time");
        if (!xtr__job_finish(job, XTR_E_TIMEOUT, NULL, &error))
            continue;
        uv_mutex_unlock(&runtime->mutex);
        xtr__job_wake(job);
        runtime->executor->deliver(runtime, job);
        uv_mutex_lock(&runtime->mutex);
        return true;
    }
    return false;
}

static uint64_t earliest(const xtr_runtime *runtime, uint64_t now) {
    uint64_t at = UINT64_MAX;
    for (unsigned i = 0; i < runtime->slot_count; i++) {
        if (!runtime->slots[i].job)
            continue;
        uint64_t slot_at = due(runtime, &runtime->slots[i], now);
        at = slot_at < at ? slot_at : at;
    }
    return at;
}

static void clock_main(void *payload) {
    xtr_runtime *runtime = payload;
    uv_mutex_lock(&runtime->mutex);
    while (!runtime->clock_stops) {
        uint64_t now = uv_hrtime();
        if (stop_one_late(runtime, now))
            continue;
        runtime->clock_next = earliest(runtime, now);
        if (runtime->clock_next == UINT64_MAX)
            uv_cond_wait(&runtime->clock_wake, &runtime->mutex);
        else if (runtime->clock_next > now)
            uv_cond_timedwait(&runtime->clock_wake, &runtime->mutex, runtime->clock_next - now);
    }
    uv_mutex_unlock(&runtime->mutex);
}

static void watch(xtr_runtime *runtime, const xtr__slot *slot, uint64_t now) {
    uint64_t at = due(runtime, slot, now);
    if (!runtime->clock_runs) {
        runtime->clock_runs = !xtr__thread_start(&runtime->clock, clock_main, runtime);
    } else if (at < runtime->clock_next) {
        runtime->clock_next = at; /* it is called once */
        uv_cond_signal(&runtime->clock_wake);
    }
}

/* The moment that a job's limits count from; 0 when it has none. Of a long time a few milliseconds
 * do not matter, and the coarse clock costs a short job less. */
static uint64_t start_of(const xtr_options *options) {
    enum { LONG_MS = 10000 };
    if (!options->timeout && !options->cpu_time)
        return 0;
    bool coarse = options->timeout >= LONG_MS && !options->cpu_time;
    return coarse ? read_clock(CLOCK_MONOTONIC_COARSE) : uv_hrtime();
}

void xtr__clock_start(xtr_runtime *runtime, xtr__slot *slot) {
    const xtr_options *options = slot->job->options;
    uint64_t now = start_of(options);
    slot->deadline = options->timeout ? now + (uint64_t)options->timeout * MS : 0;
    if (options->cpu_time && !pthread_getcpuclockid(pthread_self(), &slot->cpu_clock)) {
        slot->cpu_budget = (uint64_t)options->cpu_time * MS;
        slot->cpu_start = read_clock(slot->cpu_clock);
        slot->cpu_helped = 0;
        slot->cpu_threads = 1;
    }
    if (slot->deadline || slot->cpu_budget)
        watch(runtime, slot, now);
}

void xtr__clock_help(xtr_runtime *runtime, xtr__slot *slot) {
    pthread_getcpuclockid(pthread_self(), &slot->cpu_clock);
    slot->cpu_start = read_clock(slot->cpu_clock);
    /* One more spends from the budget: it may be spent before the clock would look. */
    if (slot->helped->slot->cpu_budget)
        watch(runtime, slot->helped->slot, uv_hrtime());
}

void xtr__clock_leave(xtr__slot *slot) {
    slot->helped->slot->cpu_helped += used_since(slot);
}

void xtr__clock_follow(xtr_runtime *runtime, xtr__slot *slot, pid_t process, unsigned threads) {
    clockid_t id;
    if (clock_getcpuclockid(process, &id))
        return;
    uv_mutex_lock(&runtime->mutex);
    if (slot->cpu_budget) {
        slot->cpu_helped += used_since(slot);
        slot->cpu_clock = id;
        slot->cpu_start = read_clock(id);
        slot->cpu_threads = threads;
        watch(runtime, slot, uv_hrtime());
    }
    uv_mutex_unlock(&runtime->mutex);
}

void xtr__clock_clear(xtr__slot *slot) {
    slot->deadline = 0;
    slot->cpu_budget = 0;
}

void xtr__clock_pause(xtr_runtime *runtime, xtr__slot *slot, uint64_t *left) {
    uv_mutex_lock(&runtime->mutex);
    uint64_t now = uv_hrtime();
    *left = !slot->deadline ? 0 : slot->deadline > now ? slot->deadline - now : 1;
    slot->deadline = 0;
    uv_mutex_unlock(&runtime->mutex);
}

void xtr__clock_resume(xtr_runtime *runtime, xtr__slot *slot, uint64_t left) {
    uv_mutex_lock(&runtime->mutex);
    if (left) {
        uint64_t now = uv_hrtime();
        slot->deadline = now + left;
        watch(runtime, slot, now);
    }
    uv_mutex_unlock(&runtime->mutex);
}

void xtr__clock_stop(xtr_runtime *runtime) {
    if (!runtime->clock_runs)
        return;
    runtime->clock_stops = true;
    uv_cond_signal(&runtime->clock_wake);
    uv_mutex_unlock(&runtime->mutex);
    uv_thread_join(&runtime->clock);
    uv_mutex_lock(&runtime->mutex);
    runtime->clock_runs = false;
}
