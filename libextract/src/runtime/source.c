/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/source.h"
#include "runtime/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE ((size_t)64 << 10)

struct xtr_source {
    atomic_uint references;
    char *path; /* or NULL */
    char *name; /* as set, or NULL */
    int fd;     /* or -1 */
    const void *data;
    size_t size;
    void (*release)(void *payload);
    void *payload;
    const xtr__watch *watch;
    void *watch_payload;
    uint64_t known_size; /* of a file; 0: not known */
};

struct xtr_input {
    xtr_source *source;
    int fd; /* of a file, or -1 */
    uint64_t size;
    const unsigned char *data; /* all of it when in memory, else NULL */
    unsigned char *owned;      /* what `data` or `head` points to when it is ours */
    unsigned char *head;
    size_t head_size;
    atomic_ullong *done; /* how far it has been read, or NULL */
};

/* With room for `size` bytes behind it. */
static xtr_source *source_new(size_t size) {
    xtr_source *source = malloc(sizeof *source + size);
    if (source)
        *source = (xtr_source){.references = 1, .fd = -1};
    return source;
}

xtr_source *xtr_source_new_path(const char *path) {
    xtr_source *source = source_new(0);
    if (source && !(source->path = strdup(path))) {
        free(source);
        return NULL;
    }
    return source;
}

xtr_source *xtr_source_new_bytes(const void *data, size_t size, void (*release)(void *),
                                 void *payload) {
    xtr_source *source = source_new(0);
    if (source) {
        source->data = data;
        source->size = size;
        source->release = release;
        source->payload = payload;
    }
    return source;
}

xtr_source *xtr_source_new_copy(const void *data, size_t size) {
    xtr_source *source = size < SIZE_MAX - sizeof *source ? source_new(size) : NULL;
    if (!source)
        return NULL;
    source->data = source + 1;
    source->size = size;
    if (size)
        memcpy(source + 1, data, size);
    return source;
}

int xtr_source_open_fd(xtr_source **out, int fd, xtr_error *error) {
    *out = NULL;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return xtr__error_os(error, errno, "descriptor");
    xtr_source *source = source_new(0);
    if (!source) {
        close(copy);
        return xtr__error_memory(error);
    }
    source->fd = copy;
    *out = source;
    return XTR_OK;
}

int xtr_source_set_name(xtr_source *source, const char *name) {
    char *copy = strdup(name);
    if (!copy)
        return XTR_E_MEMORY;
    free(source->name);
    source->name = copy;
    return XTR_OK;
}

xtr_source *xtr_source_keep(xtr_source *source) {
    atomic_fetch_add_explicit(&source->references, 1, memory_order_relaxed);
    return source;
}

void xtr_source_drop(xtr_source *source) {
    if (!source || atomic_fetch_sub_explicit(&source->references, 1, memory_order_acq_rel) != 1)
        return;
    if (source->release)
        source->release(source->payload);
    if (source->watch)
        source->watch->dropped(source->watch_payload);
    if (source->fd >= 0)
        close(source->fd);
    free(source->path);
    free(source->name);
    free(source);
}

const char *xtr__source_name(const xtr_source *source) {
    if (source->name)
        return source->name;
    return source->path ? source->path : "input";
}

const char *xtr__source_given_name(const xtr_source *source) {
    return source->name ? source->name : source->path;
}

const char *xtr__source_path(const xtr_source *source) {
    return source->path;
}

void xtr__source_set_size(xtr_source *source, uint64_t size) {
    source->known_size = size;
}

void xtr__source_watch(xtr_source *source, const xtr__watch *watch, void *payload) {
    source->watch = watch;
    source->watch_payload = payload;
}

const xtr__watch *xtr__source_watched(const xtr_source *source, void **payload) {
    *payload = source->watch_payload;
    return source->watch;
}

uint64_t xtr__source_size_hint(const xtr_source *source) {
    struct stat info;
    if (source->data)
        return source->size;
    if (source->known_size)
        return source->known_size;
    int failed = source->path ? stat(source->path, &info) : fstat(source->fd, &info);
    return failed || !S_ISREG(info.st_mode) ? 0 : (uint64_t)info.st_size;
}

bool xtr__source_in_memory(const xtr_source *source) {
    return source->data != NULL;
}

/* Input ------------------------------------------------------------------------------------- */

static int fail_size(const xtr_input *input, uint64_t max_size, xtr_error *error) {
    return xtr__error(error, XTR_E_LIMIT,
                      "%s: larger than max_input_size (%llu bytes): raise it to read this input",
                      xtr__source_name(input->source), (unsigned long long)max_size);
}

/* Waits until there is something to read, or the end: whoever writes may take for ever. */
static int wait_readable(int fd, const atomic_int *stop, xtr_error *error) {
    enum { LOOK = 20 }; /* ms */
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int code = 0;
    while (!(stop && (code = atomic_load(stop)) != 0) && poll(&wait, 1, LOOK) == 0)
        ;
    return code ? xtr__error(error, code, "stopped") : XTR_OK;
}

/* Reads a pipe, socket or device to its end: only files can be read in place. */
static int read_stream(xtr_input *input, uint64_t max_size, const atomic_int *stop, bool is_fifo,
                       xtr_error *error) {
    size_t capacity = 0;
    size_t size = 0;
    int flags = fcntl(input->fd, F_GETFL);
    bool blocks = flags >= 0 && !(flags & O_NONBLOCK);
    /* A FIFO that nobody writes to yet would seem to end at once. */
    bool wait = blocks || (is_fifo && stop != NULL);
    for (;;) {
        if (size == capacity) {
            capacity = capacity ? capacity * 2 : HEAD_SIZE;
            unsigned char *grown = realloc(input->owned, capacity);
            if (!grown)
                return xtr__error_memory(error);
            input->owned = grown;
        }
        int code = wait ? wait_readable(input->fd, stop, error) : XTR_OK;
        if (code)
            return code;
        ssize_t got = read(input->fd, input->owned + size, capacity - size);
        wait = blocks || (got < 0 && errno == EAGAIN);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return xtr__error_os(error, errno, xtr__source_name(input->source));
        if (got == 0)
            break;
        size += (size_t)got;
        if (max_size && size > max_size)
            return fail_size(input, max_size, error);
    }
    input->data = input->owned;
    input->size = size;
    return XTR_OK;
}

static int open_file(xtr_input *input, uint64_t max_size, const atomic_int *stop,
                     xtr_error *error) {
    const xtr_source *source = input->source;
    const char *name = xtr__source_name(source);
    struct stat info;
    /* O_NONBLOCK: to open a FIFO nobody writes to must not hold the thread; files ignore it. */
    input->fd = source->path ? open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
                             : fcntl(source->fd, F_DUPFD_CLOEXEC, 3);
    if (input->fd < 0 || fstat(input->fd, &info) < 0)
        return xtr__error_os(error, errno, name);
    if (S_ISDIR(info.st_mode))
        return xtr__error_os(error, EISDIR, name);
    if (!S_ISREG(info.st_mode))
        return read_stream(input, max_size, stop, source->path && S_ISFIFO(info.st_mode), error);
    input->size = (uint64_t)info.st_size;
    return XTR_OK;
}

int xtr__input_open(xtr_input **out, const xtr_source *source, uint64_t max_size,
                    const atomic_int *stop, xtr_error *error) {
    *out = NULL;
    xtr_input *input = malloc(sizeof *input);
    if (!input)
        return xtr__error_memory(error);
    /* A source is counted by whoever uses it; its contents stay as they are. */
    *input = (xtr_input){.source = xtr_source_keep((xtr_source *)source), .fd = -1};
    int code = XTR_OK;
    if (source->path || source->fd >= 0) {
        code = open_file(input, max_size, stop, error);
    } else {
        input->data = source->data;
        input->size = source->size;
    }
    if (!code && max_size && input->size > max_size)
        code = fail_size(input, max_size, error);
    if (!code && input->size == 0)
        code = xtr__error(error, XTR_E_EMPTY, "%s: the input is empty", xtr__source_name(source));
    if (code) {
        xtr__input_drop(input);
        return code;
    }
    *out = input;
    return XTR_OK;
}

void xtr__input_drop(xtr_input *input) {
    if (!input)
        return;
    if (input->fd >= 0)
        close(input->fd);
    free(input->owned);
    free(input->head);
    xtr_source_drop(input->source);
    free(input);
}

const xtr_source *xtr__input_source(const xtr_input *input) {
    return input->source;
}

bool xtr__input_stamp(const xtr_input *input, uint64_t *size, int64_t *modified) {
    struct stat info;
    if (input->fd < 0 || fstat(input->fd, &info))
        return false;
    *size = (uint64_t)info.st_size;
    *modified = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    return true;
}

uint64_t xtr_input_size(const xtr_input *input) {
    return input->size;
}

const char *xtr_input_name(const xtr_input *input) {
    const char *name = xtr__source_given_name(input->source);
    if (!name)
        return NULL;
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

static bool copy_all(int to, xtr_input *input) {
    enum { PIECE = 1 << 16 };
    char *piece = malloc(PIECE);
    uint64_t at = 0;
    int64_t got = piece ? 1 : -1;
    while (got > 0 && (got = xtr_input_read(input, at, piece, PIECE)) > 0) {
        for (int64_t done = 0; done < got;) {
            ssize_t put = write(to, piece + done, (size_t)(got - done));
            if (put < 0 && errno != EINTR) {
                free(piece);
                return false;
            }
            done += put > 0 ? put : 0;
        }
        at += (uint64_t)got;
    }
    free(piece);
    return got == 0;
}

/* A file that the caller opened is opened anew: its descriptor may write, and its position is the
 * caller's. */
int xtr__input_share(int *fd, xtr_input *input, xtr_error *error) {
    char path[40];
    *fd = -1;
    if (input->fd >= 0 && !input->data) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", input->fd);
        *fd = input->source->path ? fcntl(input->fd, F_DUPFD_CLOEXEC, 3)
                                  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        if (*fd >= 0)
            return XTR_OK;
    }
    int copy = memfd_create("libextract-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (copy < 0 || !copy_all(copy, input) ||
        fcntl(copy, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)) {
        int os_error = errno;
        if (copy >= 0)
            close(copy);
        return xtr__error_os(error, os_error, xtr__source_name(input->source));
    }
    *fd = copy;
    return XTR_OK;
}

void xtr__input_report(xtr_input *input, atomic_ullong *done, atomic_ullong *total) {
    atomic_store_explicit(total, input->size, memory_order_relaxed);
    input->done = done;
}

/* One thread writes, others look: no need for more than a plain store. */
static void note_reading(const xtr_input *input, uint64_t end) {
    if (input->done && atomic_load_explicit(input->done, memory_order_relaxed) < end)
        atomic_store_explicit(input->done, end, memory_order_relaxed);
}

int64_t xtr_input_read(xtr_input *input, uint64_t at, void *buffer, size_t size) {
    if (at >= input->size)
        return 0;
    if (size > input->size - at)
        size = (size_t)(input->size - at);
    note_reading(input, at + size);
    if (input->data) {
        memcpy(buffer, input->data + at, size);
        return (int64_t)size;
    }
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(input->fd, (char *)buffer + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0) /* somebody made the file shorter */
            break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

const unsigned char *xtr_input_head(xtr_input *input, size_t *size) {
    *size = 0;
    if (input->data) {
        *size = input->size < HEAD_SIZE ? (size_t)input->size : HEAD_SIZE;
        return input->data;
    }
    if (!input->head) {
        size_t want = input->size < HEAD_SIZE ? (size_t)input->size : HEAD_SIZE;
        input->head = malloc(want ? want : 1);
        if (!input->head)
            return NULL;
        int64_t got = xtr_input_read(input, 0, input->head, want);
        if (got < 0) {
            free(input->head);
            input->head = NULL;
            return (const unsigned char *)"";
        }
        input->head_size = (size_t)got;
    }
    *size = input->head_size;
    return input->head;
}

const unsigned char *xtr_input_bytes(xtr_input *input, size_t *size) {
    *size = 0;
    if (!input->data) {
        unsigned char *all = malloc((size_t)input->size);
        int64_t got = all ? xtr_input_read(input, 0, all, (size_t)input->size) : -1;
        if (got < 0) {
            free(all);
            return NULL;
        }
        input->owned = all;
        input->data = all;
        input->size = (uint64_t)got;
    }
    note_reading(input, input->size);
    *size = (size_t)input->size;
    return input->data;
}
