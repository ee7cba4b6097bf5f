/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One job in a worker process. The slot's thread opens the input, hands it over and waits for
 * frames; the eventfd of its slot wakes it when the job is stopped.
 *
 * A worker that crashes costs its document alone, and not all of it: the document is read a second
 * time, page by page in a fresh worker, and what comes before the crash is the result. */
#include "isolate/remote.h"
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/options.h"
#include "runtime/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    GRACE = 25,        /* ms in which a stopped worker may end its job in peace */
    MOST_SERVED = 100, /* documents of one worker: what libraries leak and keep ends with it */
    MOST_LOST = 2      /* workers that may vanish under one document */
};
static const uint64_t MS = 1000000;
static const uint64_t SLACK = 1 << 20; /* of a document beyond what its job may take */

static bool is_fresh(const xtr__remote *r) {
    return r->job->options->isolation == XTR_ISOLATION_FRESH_PROCESS;
}

/* Workers of a slot ------------------------------------------------------------------------- */

static void dismiss(xtr__slot *slot) {
    xtr__worker_drop(slot->worker);
    slot->worker = NULL;
}

/* Whether a worker may read for a request. One that knows languages reads without them too; a fresh
 * one has read nothing. */
static bool suits(const xtr__worker *worker, const xtr__spawn *request, bool fresh) {
    return worker->made_for.max_memory == request->max_memory && !(fresh && worker->served) &&
           worker->made_for.charsets >= request->charsets &&
           (!*request->languages || !strcmp(worker->made_for.languages, request->languages));
}

static int hire(xtr__slot *slot, const xtr__spawn *request, bool fresh, xtr_error *error) {
    if (slot->worker && !suits(slot->worker, request, fresh))
        dismiss(slot);
    return slot->worker ? XTR_OK : xtr__worker_start(&slot->worker, request, error);
}

/* For the next document, while nobody waits for it. */
static void replace(xtr__slot *slot, const xtr__spawn *request) {
    dismiss(slot);
    (void)hire(slot, request, false, NULL);
}

void xtr__remote_leave(xtr_runtime *runtime, xtr__slot *slot) {
    dismiss(slot);
    uv_mutex_lock(&runtime->mutex);
    int fd = slot->wake_fd;
    slot->wake_fd = 0;
    uv_mutex_unlock(&runtime->mutex);
    if (fd)
        close(fd);
}

void xtr__remote_wake(xtr__slot *slot) {
    if (slot->wake_fd)
        (void)eventfd_write(slot->wake_fd, 1);
}

/* What a runtime and a slot need once they have a job for a worker. */
static bool prepare(xtr_runtime *runtime, xtr__slot *slot) {
    if (slot->wake_fd)
        return true;
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd >= 0 && fd < 3) { /* 0 is none */
        int higher = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        close(fd);
        fd = higher;
    }
    if (fd < 0)
        return false;
    uv_mutex_lock(&runtime->mutex);
    slot->wake_fd = fd;
    bool first = !runtime->keeps_zygote;
    runtime->keeps_zygote = true;
    uv_mutex_unlock(&runtime->mutex);
    if (first)
        xtr__zygote_keep();
    return true;
}

/* Frames from the worker -------------------------------------------------------------------- */

static void send_plain(const xtr__remote *r, xtr__frame_type type) {
    const xtr__frame frame = {.type = type};
    (void)xtr__frame_send(r->worker->data, &frame, -1); /* its end is seen when receiving */
}

static void drop_pieces(xtr__remote *r) {
    free(r->pieces);
    r->pieces = NULL;
    r->received = r->total = 0;
}

/* The first piece of a document, for which there is memory as far as its job may take any. */
static bool begin_document(xtr__remote *r, const xtr__frame *frame) {
    uint64_t limit = (uint64_t)r->job->options->max_memory;
    uint64_t most = limit ? limit + SLACK : (uint64_t)1 << 36;
    drop_pieces(r);
    if (frame->at || frame->total > most || frame->total < sizeof *r->document ||
        !(r->pieces = malloc(frame->total + XTR__RESULT_ROOM)))
        return false;
    r->type = frame->type;
    r->total = frame->total;
    return true;
}

/* The pieces as the document they make, NULL when they make none. */
static xtr__document *end_document(xtr__remote *r) {
    xtr__document *document = (xtr__document *)(void *)r->pieces;
    uint64_t most = (uint64_t)r->job->options->max_text_size;
    if (!xtr__document_valid(document, r->total) ||
        (most && xtr__document_text_size(document) > most))
        return NULL;
    r->pieces = NULL;
    drop_pieces(r);
    return document;
}

/* A page is the stream's or, without one, goes to the builder. */
static void take_page(xtr__remote *r, xtr__document *page) {
    xtr_job *job = r->job;
    if (!r->pages++)
        snprintf(r->job->slot->detection.mime_type, sizeof r->job->slot->detection.mime_type, "%s",
                 xtr__document_string(page, page->mime_type));
    if (r->pages <= job->handed) {
        free(page); /* of an earlier reading, which needed another worker to go on */
    } else if (job->pages) {
        r->code = xtr__pages_deliver(job, page);
        r->last_sign = uv_hrtime(); /* it may have waited for the consumer */
    } else {
        xtr__builder_append(job->builder, page);
        job->handed++;
        free(page);
    }
}

static xtr__ending take_piece(xtr__remote *r, const xtr__frame *frame) {
    bool follows = r->received && frame->type == r->type && frame->total == r->total &&
                   frame->at == r->received;
    if ((frame->type == XTR__FRAME_PAGE && !r->streamed) || (!follows && !begin_document(r, frame)))
        return XTR__LIED;
    if (pread(r->worker->area, r->pieces + frame->at, frame->size, 0) != (ssize_t)frame->size)
        return XTR__LIED;
    r->received += frame->size;
    if (r->received == r->total) {
        xtr__document *document = end_document(r);
        if (!document)
            return XTR__LIED;
        if (frame->type == XTR__FRAME_RESULT) {
            r->document = document;
            return XTR__ANSWERED;
        }
        take_page(r, document);
        if (r->code)
            return XTR__FAILED;
    }
    send_plain(r, XTR__FRAME_TAKEN);
    return XTR__GOES_ON;
}

static void note_start(xtr__remote *r) {
    const xtr_job *job = r->job;
    if (!r->started && job->options->cpu_time)
        xtr__clock_follow(job->runtime, job->slot, xtr__worker_pid(r->worker), r->threads);
    r->started = true;
}

static void take_progress(const xtr__remote *r, const xtr__frame *frame) {
    xtr_job *job = r->job;
    xtr_job_set_progress(job, frame->pages_done, frame->pages_total);
    atomic_store_explicit(&job->bytes_total, frame->bytes_total, memory_order_relaxed);
    if (frame->peak_memory > atomic_load_explicit(&job->memory.peak, memory_order_relaxed))
        atomic_store_explicit(&job->memory.peak, frame->peak_memory, memory_order_relaxed);
    if (frame->bytes_done > atomic_load_explicit(&job->bytes_done, memory_order_relaxed))
        atomic_store_explicit(&job->bytes_done, frame->bytes_done, memory_order_relaxed);
}

/* Whether an extractor may fail so: what the host itself finds out, a worker cannot tell it. */
static bool is_of_documents(int code) {
    switch (code) {
    case XTR_E_TIMEOUT:
    case XTR_E_CRASHED:
    case XTR_E_BUSY:
    case XTR_E_CLOSED:
    case XTR_E_CANCELLED:
        return false;
    default:
        return xtr_error_describe(code)->code == code;
    }
}

static xtr__ending take_outcome(xtr__remote *r, const xtr__frame *frame) {
    if (!frame->code)
        return r->streamed ? XTR__ANSWERED : XTR__LIED;
    if (!is_of_documents(frame->code))
        return XTR__LIED;
    r->code = xtr__error(&r->job->slot->failure, frame->code, "%s", frame->text);
    r->job->slot->failure.os_error = frame->os_error;
    return XTR__ANSWERED;
}

/* Each may be needed once; the pages that came before are not handed on again. */
static xtr__ending take_needs(xtr__remote *r, const xtr__frame *frame) {
    if (frame->flags == XTR__NEEDS_CHARSETS && !*frame->text && !r->request.charsets) {
        r->request.charsets = 1;
        return XTR__NEEDS;
    }
    if (!xtr__are_languages(frame->text) || *r->request.languages)
        return XTR__LIED;
    memcpy(r->request.languages, frame->text, strlen(frame->text));
    return XTR__NEEDS;
}

xtr__ending xtr__remote_accept(xtr__remote *r, const xtr__frame *frame) {
    bool ready = frame->type == XTR__FRAME_READY;
    if (!xtr__frame_valid(frame) || (!ready && frame->job != r->number))
        return XTR__LIED;
    r->last_sign = uv_hrtime();
    switch (frame->type) {
    case XTR__FRAME_READY:
        return strcmp(frame->text, xtr_version()) ? XTR__LOST : XTR__GOES_ON;
    case XTR__FRAME_PROGRESS:
        note_start(r);
        take_progress(r, frame);
        return XTR__GOES_ON;
    case XTR__FRAME_PAGE:
        return take_piece(r, frame);
    case XTR__FRAME_RESULT:
        take_progress(r, frame);
        return take_piece(r, frame);
    case XTR__FRAME_NEEDS:
        return take_needs(r, frame);
    default:
        take_progress(r, frame);
        return take_outcome(r, frame);
    }
}

/* Conversation ------------------------------------------------------------------------------ */

/* Writes name and options into the area; their size, or 0 when they do not fit. */
static size_t write_request(const xtr__remote *r) {
    const char *name = xtr__source_given_name(r->job->source);
    xtr__buffer request = {.data = NULL};
    xtr__put(&request, name, name ? strlen(name) : 0);
    xtr__put(&request, "", 1);
    xtr__options_pack(&request, r->job->options);
    bool ok = !request.failed && request.size <= XTR__AREA_SIZE &&
              pwrite(r->worker->area, request.data, request.size, 0) == (ssize_t)request.size;
    free(request.data);
    return ok ? request.size : 0;
}

static int send_job(xtr__remote *r) {
    xtr_job *job = r->job;
    int input;
    int code = xtr__input_share(&input, job->input, &job->slot->failure);
    if (code)
        return code;
    r->number = ++r->worker->served;
    xtr__frame frame = {.type = XTR__FRAME_JOB,
                        .job = r->number,
                        .flags = r->streamed   ? XTR__JOB_STREAMED
                                 : is_fresh(r) ? XTR__JOB_LAST
                                               : 0,
                        .size = write_request(r)};
    uv_mutex_lock(&job->runtime->mutex);
    frame.helpers = xtr__idle_slots(job->runtime);
    uv_mutex_unlock(&job->runtime->mutex);
    r->threads = frame.helpers + 1;
    if (!frame.size)
        code = xtr_job_fail(job, XTR_E_ARGUMENT, "the options are too large for a process");
    else if (!xtr__frame_send(r->worker->data, &frame, input) && errno != EPIPE &&
             errno != ECONNRESET) /* whose end is seen when receiving */
        code = xtr__error_os(&job->slot->failure, errno, "worker process");
    close(input);
    return code;
}

/* Milliseconds until the worker has been silent for too long; -1: it may be silent for ever. */
static int until_silence(const xtr__remote *r) {
    uint64_t most = (uint64_t)r->job->options->silence * MS;
    uint64_t now = uv_hrtime();
    if (!most)
        return -1;
    return now >= r->last_sign + most ? 0 : (int)((r->last_sign + most - now) / MS + 1);
}

/* Waits for the worker or for a stop; false when it was silent for too long. */
static bool wait_for_news(const xtr__remote *r) {
    struct pollfd waits[] = {{.fd = r->worker->data, .events = POLLIN},
                             {.fd = r->job->slot->wake_fd, .events = POLLIN}};
    eventfd_t count;
    int timeout = until_silence(r);
    if (!timeout)
        return false;
    if (poll(waits, 2, timeout) > 0 && waits[1].revents)
        (void)eventfd_read(r->job->slot->wake_fd, &count);
    return true;
}

/* The worker has gone. A killed one that had no document yet, or one that nobody knows about
 * because the zygote went with it, says nothing of the document. */
static xtr__ending find_fate(xtr__remote *r) {
    r->status = xtr__worker_status(r->worker);
    return r->started && r->status != -1 ? XTR__CRASHED : XTR__LOST;
}

static xtr__ending converse(xtr__remote *r) {
    xtr__ending ending = XTR__GOES_ON;
    xtr__frame frame;
    r->started = false;
    r->pages = 0;
    r->last_sign = uv_hrtime();
    drop_pieces(r);
    r->code = send_job(r);
    if (r->code)
        return XTR__ANSWERED;
    while (ending == XTR__GOES_ON) {
        if (atomic_load(&r->job->stop))
            return XTR__STOPPED;
        int got = xtr__frame_receive(r->worker->data, &frame, NULL);
        if (got > 0)
            ending = xtr__remote_accept(r, &frame);
        else if (got == 0)
            ending = find_fate(r);
        else if (!wait_for_news(r))
            ending = XTR__SILENT;
    }
    return ending;
}

/* Whether a valid frame is the last of its job. */
static bool ends(const xtr__frame *frame) {
    return frame->type == XTR__FRAME_DONE || frame->type == XTR__FRAME_NEEDS ||
           (frame->type == XTR__FRAME_RESULT && frame->at + frame->size == frame->total);
}

/* Gives a stopped worker the time to end its job; true when it did and can have the next. */
static bool part_in_peace(const xtr__remote *r) {
    struct pollfd wait = {.fd = r->worker->data, .events = POLLIN};
    xtr__frame frame;
    uint64_t end = uv_hrtime() + GRACE * MS;
    send_plain(r, XTR__FRAME_STOP);
    for (uint64_t now = uv_hrtime(); now < end; now = uv_hrtime()) {
        int got = xtr__frame_receive(r->worker->data, &frame, NULL);
        if (got == 0 || (got > 0 && (!xtr__frame_valid(&frame) || frame.job != r->number)))
            return false;
        if (got > 0 && ends(&frame))
            return true;
        if (got < 0)
            (void)poll(&wait, 1, (int)((end - now) / MS + 1));
    }
    return false;
}

/* Outcomes ---------------------------------------------------------------------------------- */

/* "SIGSEGV", or what else ended it. */
static void name_end(char *name, size_t size, int status) {
    const char *signal = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;
    if (signal)
        snprintf(name, size, "SIG%s", signal);
    else if (WIFSIGNALED(status))
        snprintf(name, size, "signal %d", WTERMSIG(status));
    else
        snprintf(name, size, "exit status %d", WEXITSTATUS(status));
}

static bool was_killed(int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int fail_crashed(const xtr__remote *r) {
    char end[32];
    name_end(end, sizeof end, r->status);
    if (was_killed(r->status))
        return xtr_job_fail(r->job, XTR_E_CRASHED,
                            "the process that read it was killed (%s): by the system, when memory "
                            "ran out, or by somebody",
                            end);
    if (WIFSIGNALED(r->status) && WTERMSIG(r->status) == SIGSYS)
        return xtr_job_fail(r->job, XTR_E_CRASHED,
                            "the process that read it was ended for what its sandbox forbids (%s)",
                            end);
    return xtr_job_fail(r->job, XTR_E_CRASHED, "the process that read it crashed (%s)", end);
}

/* The result of a second reading, when it came to anything. */
static int keep_pages(xtr__remote *r, int first_status, xtr_result **out) {
    char end[32];
    xtr_job *job = r->job;
    if (!job->handed) {
        r->status = first_status;
        return fail_crashed(r);
    }
    if (r->document) {
        xtr__builder_append(job->builder, r->document);
        free(r->document);
        r->document = NULL;
    }
    name_end(end, sizeof end, first_status);
    xtr_partial(job->builder, XTR_E_CRASHED, 0,
                "the process that read it crashed (%s): the pages were read again one by one, as "
                "far as that went",
                end);
    return xtr__job_build(job, out);
}

static int render(xtr__remote *r, xtr_result **out) {
    xtr__document *document = r->document;
    r->document = NULL;
    if (document)
        return xtr__job_render(r->job, document, out);
    if (r->code)
        return r->code;
    /* A streamed document of which nothing is left. */
    int code = xtr__job_begin(r->job);
    return code ? code : xtr__job_build(r->job, out);
}

/* The worker has served, or is no good any more; the next one starts while nobody waits for it. */
static void settle(xtr__remote *r, bool usable) {
    xtr__slot *slot = r->job->slot;
    if (!usable || is_fresh(r) || r->worker->served >= MOST_SERVED)
        replace(slot, &r->request);
    r->worker = NULL;
}

/* One reading, by as many workers as vanish under it. */
static int read_once(xtr__remote *r, xtr__ending *ending) {
    xtr__slot *slot = r->job->slot;
    for (int lost = 0; lost < MOST_LOST; lost++) {
        int code = hire(slot, &r->request, is_fresh(r), &slot->failure);
        if (code)
            return code;
        r->worker = slot->worker;
        *ending = converse(r);
        if (*ending != XTR__LOST)
            return XTR_OK;
        dismiss(slot);
    }
    return XTR_OK;
}

/* Until a worker has all that it needs for it. */
static int read_document(xtr__remote *r, xtr__ending *ending) {
    int code = read_once(r, ending);
    while (!code && *ending == XTR__NEEDS) {
        settle(r, true);
        code = read_once(r, ending);
    }
    return code;
}

static bool can_be_read_by_pages(const xtr__remote *r) {
    return !r->streamed && r->job->options->format != XTR_FORMAT_PDF;
}

static int second_reading(xtr__remote *r, xtr_result **out) {
    xtr__ending ending;
    int first_status = r->status;
    r->streamed = true;
    int code = xtr__job_begin(r->job);
    if (!code)
        code = read_document(r, &ending);
    if (code)
        return code;
    xtr__builder_set_mime_type(r->job->builder, r->job->slot->detection.mime_type);
    settle(r, ending == XTR__ANSWERED);
    return ending == XTR__STOPPED ? XTR_E_CANCELLED : keep_pages(r, first_status, out);
}

/* What comes of a reading that ended so. */
static int conclude(xtr__remote *r, xtr__ending ending, xtr_result **out) {
    xtr_job *job = r->job;
    switch (ending) {
    case XTR__ANSWERED:
        settle(r, true);
        return render(r, out);
    case XTR__STOPPED:
        settle(r, !is_fresh(r) && part_in_peace(r));
        return atomic_load(&job->stop);
    case XTR__SILENT:
        settle(r, false);
        return xtr_job_fail(job, XTR_E_TIMEOUT, "no sign of life for %lld ms: raise silence",
                            (long long)job->options->silence);
    case XTR__CRASHED:
        settle(r, false);
        return was_killed(r->status) || !can_be_read_by_pages(r) ? fail_crashed(r)
                                                                 : second_reading(r, out);
    case XTR__LIED:
        settle(r, false);
        return xtr_job_fail(job, XTR_E_CRASHED,
                            "the process that read it sent what makes no sense, and was ended");
    case XTR__FAILED:
        settle(r, false);
        return xtr__error_memory(&job->slot->failure);
    default:
        return xtr_job_fail(job, XTR_E_CRASHED, "no process that could read it stays alive");
    }
}

int xtr__remote_run(xtr_job *job, xtr_result **out) {
    xtr__remote r = {.job = job,
                     .request.max_memory = (uint64_t)job->options->max_memory,
                     .streamed = job->pages != NULL};
    xtr__ending ending = XTR__LOST;
    const char *needs = atomic_load(&job->needs); /* in this process it was not read to its end */
    if (needs)
        memcpy(r.request.languages, needs, strlen(needs));
    job->slot->detection = (xtr_detection){.bits = 0};
    if (!prepare(job->runtime, job->slot))
        return xtr__error_os(&job->slot->failure, errno, "worker process");
    int code = read_document(&r, &ending);
    if (!code)
        code = conclude(&r, ending, out);
    drop_pieces(&r);
    free(r.document);
    return code;
}

/* Doctor ------------------------------------------------------------------------------------ */

int xtr__isolation_level(xtr_error *error) {
    static const xtr__spawn request = {.max_memory = 1 << 30};
    xtr__worker *worker;
    xtr__frame frame;
    int level = -1;
    xtr__zygote_keep();
    int code = xtr__worker_start(&worker, &request, error);
    if (!code) {
        struct pollfd wait = {.fd = worker->data, .events = POLLIN};
        int any;
        do
            any = poll(&wait, 1, 10000);
        while (any < 0 && errno == EINTR);
        if (any > 0 && xtr__frame_receive(worker->data, &frame, NULL) > 0 &&
            frame.type == XTR__FRAME_READY && xtr__frame_valid(&frame))
            level = frame.code;
        else
            xtr__error(error, XTR_E_MISSING_BACKEND, "extract-worker does not answer");
    }
    xtr__worker_drop(worker);
    xtr__zygote_release();
    return level;
}
