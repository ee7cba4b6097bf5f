/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many producers, one consumer. The consumer is woken once for each time the queue stops being
 * empty, however many jobs arrive before it looks. */
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct xtr_completions {
    uv_mutex_t mutex;
    xtr_job *first, *last;
    void (*wake)(void *payload);
    void *payload;
    int fd; /* or -1 with `wake` */
    unsigned generation;
};

int xtr_completions_new(xtr_completions **out, void (*wake)(void *), void *payload,
                        xtr_error *error) {
    *out = NULL;
    xtr_completions *queue = calloc(1, sizeof *queue);
    if (!queue)
        return xtr__error_memory(error);
    queue->fd = wake ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!wake && queue->fd < 0) {
        free(queue);
        return xtr__error_os(error, errno, "event descriptor");
    }
    uv_mutex_init(&queue->mutex);
    queue->wake = wake;
    queue->payload = payload;
    queue->generation = xtr__generation();
    *out = queue;
    return XTR_OK;
}

void xtr_completions_push(xtr_job *job, void *payload) {
    xtr_completions *queue = payload;
    uv_mutex_lock(&queue->mutex);
    bool first = !queue->first;
    job->next_done = NULL;
    if (queue->last)
        queue->last->next_done = job;
    else
        queue->first = job;
    queue->last = job;
    /* Under the mutex: the consumer that takes the last job may drop the queue right after. */
    if (first && queue->wake)
        queue->wake(queue->payload);
    else if (first)
        (void)eventfd_write(queue->fd, 1);
    uv_mutex_unlock(&queue->mutex);
}

int xtr_completions_fd(const xtr_completions *queue) {
    return queue->fd;
}

/* All that are done, linked; the queue is empty. */
static xtr_job *take_all(xtr_completions *queue, xtr_job **last) {
    eventfd_t drained;
    uv_mutex_lock(&queue->mutex);
    xtr_job *first = queue->first;
    *last = queue->last;
    queue->first = queue->last = NULL;
    if (first && queue->fd >= 0)
        (void)eventfd_read(queue->fd, &drained);
    uv_mutex_unlock(&queue->mutex);
    return first;
}

/* What the budget did not suffice for goes before what was pushed meanwhile. */
static void put_back(xtr_completions *queue, xtr_job *first, xtr_job *last) {
    uv_mutex_lock(&queue->mutex);
    last->next_done = queue->first;
    if (!queue->last)
        queue->last = last;
    queue->first = first;
    if (queue->fd >= 0)
        (void)eventfd_write(queue->fd, 1);
    uv_mutex_unlock(&queue->mutex);
}

bool xtr_completions_drain(xtr_completions *queue, xtr_done each, void *payload, int64_t budget) {
    if (queue->generation != xtr__generation())
        return false;
    uint64_t end = xtr__end_of(budget);
    xtr_job *last, *job = take_all(queue, &last);
    while (job) {
        /* Jobs that `each` drops are gone, and the link with them. */
        xtr_job *next = job == last ? NULL : job->next_done;
        each(job, payload);
        job = next;
        if (job && end != UINT64_MAX && uv_hrtime() >= end) {
            put_back(queue, job, last);
            return true;
        }
    }
    return false;
}

void xtr_completions_drop(xtr_completions *queue) {
    if (!queue)
        return;
    if (queue->generation != xtr__generation()) {
        /* The parent's: its mutex may be held for ever. The descriptor is the child's own copy. */
        if (queue->fd >= 0)
            close(queue->fd);
        return;
    }
    if (queue->fd >= 0)
        close(queue->fd);
    uv_mutex_destroy(&queue->mutex);
    free(queue);
}
