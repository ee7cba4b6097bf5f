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

size_t xtr_completions_take(xtr_completions *queue, xtr_job **jobs, size_t capacity) {
    size_t count = 0;
    uv_mutex_lock(&queue->mutex);
    for (; count < capacity && queue->first; count++) {
        jobs[count] = queue->first;
        queue->first = jobs[count]->next_done;
    }
    if (!queue->first) {
        eventfd_t drained;
        queue->last = NULL;
        if (queue->fd >= 0)
            (void)eventfd_read(queue->fd, &drained);
    }
    uv_mutex_unlock(&queue->mutex);
    return count;
}

void xtr_completions_drop(xtr_completions *queue) {
    if (!queue)
        return;
    if (queue->fd >= 0)
        close(queue->fd);
    uv_mutex_destroy(&queue->mutex);
    free(queue);
}
