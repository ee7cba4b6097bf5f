/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A worker: one document after the other, as an ordinary job of a runtime of its own. The main
 * thread speaks with the host while the job runs. Results go out as documents; the host renders. */
#include "detect/charset.h"
#include "isolate/isolate.h"
#include "render/result.h"
#include "runtime/options.h"
#include "runtime/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { TICK = 50 }; /* ms between two looks at the progress */

typedef struct worker {
    xtr_runtime *runtime;
    char *area;
    int wake; /* an eventfd: the job has something */
    bool stopped;
    uint32_t job;             /* number of the one at work */
    xtr__frame progress;      /* as it was told last */
    atomic_uint_fast64_t due; /* when it is told next by a job that tells it itself, in ms */
} worker;

/* Frames ------------------------------------------------------------------------------------ */

static void send_frame(const worker *w, const xtr__frame *frame) {
    xtr__frame numbered = *frame;
    numbered.job = w->job;
    if (!xtr__frame_send(XTR__DATA_FD, &numbered, -1))
        _exit(0);
}

/* The next frame; the host's going ends the worker. */
static void receive_frame(xtr__frame *frame, int *fd) {
    if (xtr__frame_receive(XTR__DATA_FD, frame, fd) != 1)
        _exit(0);
}

/* A frame that says how far a job is; NULL has no progress. */
static xtr__frame begin_frame(xtr__frame_type type, const xtr_job *job) {
    xtr_progress now = {0};
    if (job)
        xtr_job_progress(job, &now);
    return (xtr__frame){
        .type = type,
        .pages_done = now.pages_done,
        .pages_total = now.pages_total,
        .bytes_done = now.bytes_done,
        .peak_memory = job ? atomic_load_explicit(&job->memory.peak, memory_order_relaxed) : 0,
        .bytes_total = now.bytes_total,
        .beats = job ? atomic_load_explicit(&job->beats, memory_order_relaxed) : 0,
    };
}

static void send_progress(worker *w, const xtr_job *job, bool first) {
    const xtr__frame frame = begin_frame(XTR__FRAME_PROGRESS, job);
    if (!first && !memcmp(&frame, &w->progress, sizeof frame))
        return;
    w->progress = frame;
    send_frame(w, &frame);
}

/* Waits until the host has read a piece; false when it wants no more. */
static bool wait_taken(worker *w) {
    xtr__frame frame;
    do
        receive_frame(&frame, NULL);
    while (frame.type != XTR__FRAME_TAKEN && frame.type != XTR__FRAME_STOP);
    w->stopped = w->stopped || frame.type == XTR__FRAME_STOP;
    return !w->stopped;
}

/* Sends a document piece by piece. After the last piece of a result the host sends nothing. */
static void send_document(worker *w, xtr__frame_type type, const xtr_job *job,
                          const xtr_result *result) {
    const xtr__document *document = xtr__result_document(result);
    xtr__frame frame = begin_frame(type, job);
    frame.total = document->size;
    while (frame.at < frame.total) {
        uint64_t left = frame.total - frame.at;
        frame.size = left < XTR__AREA_SIZE ? left : XTR__AREA_SIZE;
        memcpy(w->area, (const char *)document + frame.at, frame.size);
        send_frame(w, &frame);
        frame.at += frame.size;
        if ((frame.at < frame.total || type == XTR__FRAME_PAGE) && !wait_taken(w))
            return;
    }
}

/* Jobs -------------------------------------------------------------------------------------- */

/* The library's own job and, when pages come one by one, the stream it belongs to. */
typedef struct task {
    xtr_stream *pages;
    xtr_job *job;
} task;

static void wake(void *payload) {
    (void)eventfd_write(((worker *)payload)->wake, 1);
}

static void on_done(xtr_job *job, void *payload) {
    (void)job;
    wake(payload);
}

/* What the host wrote into the area: name, its zero, options; without a name nothing before the
 * zero. */
static int read_request(const worker *w, const xtr__frame *frame, int fd, xtr_source **source,
                        xtr_options **options, xtr_error *error) {
    int code = xtr_source_open_fd(source, fd, error);
    size_t name = strnlen(w->area, frame->size) + 1;
    if (!code && name <= frame->size)
        *options = xtr__options_unpack(w->area + name, frame->size - name);
    if (!code && !*options)
        code = XTR_E_INTERNAL;
    if (!code && name > 1)
        code = xtr_source_set_name(*source, w->area);
    if (code)
        return code;
    (*options)->isolation = XTR_ISOLATION_THREAD;
    (*options)->timeout = (*options)->cpu_time = 0; /* the host's to keep */
    return XTR_OK;
}

static int start(worker *w, const xtr__frame *frame, int fd, task *t, xtr_error *error) {
    xtr_source *source = NULL;
    xtr_options *options = NULL;
    *t = (task){.job = NULL};
    error->code = XTR_OK;
    int code = read_request(w, frame, fd, &source, &options, error);
    if (!code && frame->flags & XTR__JOB_STREAMED) {
        const xtr_stream_config config = {
            .size = sizeof config, .options = options, .wake = wake, .payload = w};
        code = xtr_pages_open(&t->pages, w->runtime, source, &config, error);
        t->job = code ? NULL : xtr__pages_job(t->pages);
    } else if (!code) {
        const xtr_request request = {.size = sizeof request,
                                     .source = source,
                                     .options = options,
                                     .done = on_done,
                                     .payload = w};
        code = xtr_submit(&t->job, w->runtime, &request, error);
    }
    xtr_source_drop(source);
    xtr_options_drop(options);
    return code;
}

/* How a job ended that was not stopped; run() tells of the others. */
static void send_outcome(worker *w, const xtr_job *job, int code, const xtr_result *result,
                         const xtr_error *error) {
    bool missed = xtr__charsets_missed();
    if (result && !missed) {
        send_document(w, XTR__FRAME_RESULT, job, result);
        return;
    }
    xtr__frame frame = begin_frame(XTR__FRAME_DONE, job);
    frame.code = code;
    if (missed) {
        frame.type = XTR__FRAME_NEEDS;
        frame.flags = XTR__NEEDS_CHARSETS;
    } else if (code && job && job->needs) {
        frame.type = XTR__FRAME_NEEDS;
        snprintf(frame.text, sizeof frame.text, "%s", job->needs);
    } else if (code) {
        frame.os_error = error->os_error;
        snprintf(frame.text, sizeof frame.text, "%s", error->message);
    }
    send_frame(w, &frame);
}

/* Hands on what a stream has. False at its end. */
static bool pump_pages(worker *w, const task *t) {
    xtr_item item;
    int code;
    while ((code = xtr_stream_next(t->pages, &item, 0)) == XTR_OK && item.provisional) {
        bool missed = xtr__charsets_missed();
        if (missed)
            send_outcome(w, t->job, XTR_OK, NULL, NULL);
        else
            send_document(w, XTR__FRAME_PAGE, t->job, item.result);
        xtr_result_drop(item.result);
        if (missed)
            return false;
        if (w->stopped)
            return true; /* the job is cancelled next */
    }
    if (code == XTR_E_TIMEOUT)
        return true;
    send_outcome(w, t->job, code == XTR_END ? XTR_OK : code, code ? NULL : item.result,
                 &item.error);
    if (!code)
        xtr_result_drop(item.result);
    return false;
}

static bool pump_result(worker *w, const task *t) {
    xtr_result *result = NULL;
    xtr_error error;
    if (!xtr_job_is_done(t->job))
        return true;
    int code = xtr_job_take(t->job, &result, &error);
    send_outcome(w, t->job, code, result, &error);
    xtr_result_drop(result);
    return false;
}

/* Whether there were any. */
static bool forget_wakes(const worker *w) {
    eventfd_t count;
    return !eventfd_read(w->wake, &count);
}

/* Waits for the host or the job. */
static void wait_for_news(worker *w, xtr_job *job) {
    struct pollfd waits[] = {{.fd = XTR__DATA_FD, .events = POLLIN},
                             {.fd = w->wake, .events = POLLIN}};
    xtr__frame frame;
    if (poll(waits, 2, TICK) < 0)
        return;
    if (waits[0].revents) {
        receive_frame(&frame, NULL);
        w->stopped = w->stopped || frame.type == XTR__FRAME_STOP;
    }
    if (waits[1].revents && forget_wakes(w) && !job->pages)
        xtr_job_wait(job, TICK); /* its callback was called: it is done as soon as that returns */
}

/* The host is told that a stopped job has ended when it really has: its slot must be free. */
static void wait_idle(xtr_runtime *runtime) {
    bool idle = false;
    while (!idle) {
        uv_mutex_lock(&runtime->mutex);
        idle = xtr__idle_slots(runtime) == xtr__most_drains(runtime); /* those too that wait */
        uv_mutex_unlock(&runtime->mutex);
        if (!idle)
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

/* The job tells its progress by itself, on whichever of its threads it has just asked whether to
 * stop. */
static void beat(xtr_job *job, void *payload) {
    enum { BEATS = 16 }; /* jobs ask every 25 ms at the latest, mostly much more often */
    worker *w = payload;
    struct timespec now;
    if (atomic_load_explicit(&job->beats, memory_order_relaxed) % BEATS != 0)
        return;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    uint64_t due = atomic_load_explicit(&w->due, memory_order_relaxed);
    if (ms < due || !atomic_compare_exchange_strong(&w->due, &due, ms + TICK))
        return;
    const xtr__frame frame = begin_frame(XTR__FRAME_PROGRESS, job);
    send_frame(w, &frame);
}

/* The only job of a worker runs on its main thread: a thread for it, with a heap of its own, would
 * cost a tenth of what the whole worker does. */
_Noreturn static void run_last(worker *w, const task *t) {
    xtr_runtime *runtime = w->runtime;
    uv_mutex_lock(&runtime->mutex);
    (void)xtr__drain(runtime, xtr__slot_take(runtime), false);
    uv_mutex_unlock(&runtime->mutex);
    runtime->beat = NULL;
    (void)pump_result(w, t);
    _exit(0);
}

/* Whether the main thread may use as much stack as any other that reads documents. */
static bool has_stack(void) {
    struct rlimit stack;
    return !getrlimit(RLIMIT_STACK, &stack) && stack.rlim_cur >= XTR__STACK_SIZE;
}

/* Before a job that run_last runs. */
static void attend(worker *w) {
    w->runtime->attended = true;
    w->runtime->beat_payload = w;
    w->runtime->beat = beat;
}

static void run(worker *w, const xtr__frame *frame, int fd) {
    task t;
    xtr_error error;
    bool last = frame->flags & XTR__JOB_LAST && has_stack();
    w->stopped = false;
    w->job = frame->job;
    (void)forget_wakes(w); /* of the job before */
    atomic_store(&w->runtime->most_helpers, frame->helpers);
    if (last)
        attend(w);
    send_progress(w, NULL, true); /* before the job, which may end the process at once */
    int code = start(w, frame, fd, &t, &error);
    close(fd);
    if (code) {
        send_outcome(w, NULL, code, NULL, &error);
        return;
    }
    if (last)
        run_last(w, &t);
    bool (*pump)(worker *, const struct task *) = t.pages ? pump_pages : pump_result;
    while (!w->stopped && pump(w, &t)) {
        wait_for_news(w, t.job);
        if (!xtr_job_is_done(t.job))
            send_progress(w, t.job, false);
    }
    if (w->stopped) {
        xtr_job_cancel(t.job);
        wait_idle(w->runtime);
        send_frame(w, &(xtr__frame){.type = XTR__FRAME_DONE, .code = XTR_E_CANCELLED});
    }
    if (t.pages)
        xtr_stream_drop(t.pages);
    else
        xtr_job_drop(t.job);
}

_Noreturn void xtr__worker_serve(xtr_runtime *runtime, int level) {
    worker w = {.runtime = runtime, .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    xtr__frame frame = {.type = XTR__FRAME_READY, .code = level};
    w.area = mmap(NULL, XTR__AREA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, XTR__AREA_FD, 0);
    if (w.wake < 0 || w.area == MAP_FAILED)
        _exit(1);
    runtime->leaves_unrendered = true;
    runtime->lingers = false; /* it would only take time from the other workers */
    snprintf(frame.text, sizeof frame.text, "%s", xtr_version());
    send_frame(&w, &frame);
    for (;;) {
        int fd;
        receive_frame(&frame, &fd);
        if (frame.type == XTR__FRAME_JOB && fd >= 0 && frame.size <= XTR__AREA_SIZE)
            run(&w, &frame, fd);
        else if (fd >= 0)
            close(fd);
    }
}
