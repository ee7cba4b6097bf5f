/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The zygote: has everything open that reading documents needs, and forks workers, which begin with
 * that. It has one thread, reads no document and ends when its host closes the control socket. */
#include "detect/charset.h"
#include "isolate/isolate.h"
#include "ocr/ocr.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_THREADS = 16,
    FIRST_FREE_FD = 10,
    CONTROL = 0, /* what is polled: control, signals, then a lease a ward */
    SIGNALS,
    LEASES
};

/* A worker and the lease its host holds on it. */
typedef struct ward {
    pid_t pid;
    int lease;
    bool ended; /* the lease has, and the worker is dying */
} ward;

typedef struct zygote {
    const xtr__sandbox *sandbox;
    xtr_runtime *runtime; /* what each worker runs its jobs with; no thread of it is started here */
    int signals;
    sigset_t before;
    bool charsets; /* all are open: of each worker from now on */
    ward *wards;
    struct pollfd *polled;
    size_t count, capacity;
} zygote;

/* Warming up -------------------------------------------------------------------------------- */

static void warm_extractors(const char *languages) {
    for (int i = 0; xtr__extractors[i]; i++) {
        if (xtr__extractors[i]->warm)
            xtr__extractors[i]->warm(languages);
    }
}

static unsigned thread_count(void) {
    unsigned threads = uv_available_parallelism();
    return threads < MOST_THREADS ? threads : MOST_THREADS;
}

/* Takes the free blocks of the heap for ever, down to the smallest: of each size until one comes
 * from the heap's end, and in all no more than is free, should this be another malloc, whose blocks
 * have another order. */
static void fill_holes(void) {
    enum { MOST = 128 << 10, SMALL = 1 << 10, LEAST = 24, STEP = 16, CACHED = 256 << 10 };
    const size_t most = mallinfo2().fordblks + CACHED;
    size_t taken = 0;
    const char *volatile end = malloc(2 * MOST), *volatile block;
    for (size_t size = MOST; size >= LEAST; size = size > SMALL ? size / 2 : size - STEP) {
        do {
            block = malloc(size);
            taken += size;
        } while (block && block < end && taken < most);
    }
}

/* Workers begin with the heap as it is here. What they allocate comes from its untouched end: in
 * blocks that were freed among what is warm, each would copy a page of its own. The end begins
 * where a large page does, of which the kernel gives one, if it has any, for hundreds of faults.
 * The thresholds are where they would rise to with use. */
static void arrange_heap(void) {
    enum { LARGE_PAGE = 2 << 20, ROOM = 4 * LARGE_PAGE, HEADER = 16 };
    mallopt(M_MMAP_THRESHOLD, 2 * ROOM);
    mallopt(M_TRIM_THRESHOLD, 4 * ROOM);
    fill_holes();
    static void *volatile kept;
    kept = malloc(ROOM);
    size_t before = -(uintptr_t)kept % LARGE_PAGE;
    if (kept)
        madvise((char *)kept + before, ROOM - LARGE_PAGE, MADV_HUGEPAGE);
    free(kept);
    kept = before > 2 * HEADER ? malloc(before - HEADER) : NULL; /* for ever */
}

static bool warm_up(zygote *z) {
    const xtr_runtime_config config = {.size = sizeof config, .threads = thread_count()};
    tzset();
    xtr__charsets_defer();
    warm_extractors("");
    return !xtr_runtime_new(&z->runtime, &config, NULL) && xtr__runtime_warm(z->runtime);
}

/* The kernel takes workers before it takes their host. */
static void volunteer(void) {
    FILE *score = fopen("/proc/self/oom_score_adj", "we");
    if (!score)
        return;
    fputs("700", score);
    fclose(score);
}

/* Workers ----------------------------------------------------------------------------------- */

static bool grow(zygote *z) {
    if (z->count < z->capacity)
        return true;
    size_t capacity = z->capacity ? z->capacity * 2 : 64;
    ward *wards = realloc(z->wards, capacity * sizeof *wards);
    if (wards)
        z->wards = wards;
    struct pollfd *polled = realloc(z->polled, (LEASES + capacity) * sizeof *polled);
    if (polled)
        z->polled = polled;
    if (!wards || !polled)
        return false;
    z->capacity = capacity;
    return true;
}

static void tell(int lease, pid_t pid, int status) {
    const xtr__fate fate = {pid, status};
    (void)xtr__message_send(lease, &fate, sizeof fate, NULL, 0);
}

/* In the new process: keeps its two descriptors, closes the door, and reads documents. */
_Noreturn static void become_worker(zygote *z, const xtr__spawn *request, const int fds[3],
                                    pid_t parent) {
    /* It does not outlive the zygote, which may have died before this took effect. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        _exit(1);
    int data = fcntl(fds[0], F_DUPFD, FIRST_FREE_FD);
    int area = fcntl(fds[2], F_DUPFD, FIRST_FREE_FD);
    if (dup2(data, XTR__DATA_FD) < 0 || dup2(area, XTR__AREA_FD) < 0 ||
        close_range(XTR__AREA_FD + 1, ~0U, 0))
        _exit(1);
    sigprocmask(SIG_SETMASK, &z->before, NULL);
    if (*request->languages)
        warm_extractors(request->languages);
    z->runtime->languages = strdup(request->languages);
    /* Each thread may have a recogniser of them, whose memory no job is charged for. */
    uint64_t most = request->max_memory;
    if (most)
        most += z->runtime->threads * xtr__ocr_room(request->languages);
    int level = z->runtime->languages ? z->sandbox->enter(most, z->runtime->threads) : -1;
    if (level < 0)
        _exit(1);
    xtr__worker_serve(z->runtime, level);
}

static void add_worker(zygote *z, const xtr__spawn *request, const int fds[3]) {
    pid_t self = getpid();
    if (!grow(z)) {
        tell(fds[1], 0, -ENOMEM);
        close(fds[1]);
        return;
    }
    /* Without the handlers of fork(): in each worker the runtime goes on being its own. */
    pid_t pid = _Fork();
    if (!pid)
        become_worker(z, request, fds, self);
    tell(fds[1], pid > 0 ? pid : 0, pid > 0 ? 0 : -errno);
    if (pid > 0)
        z->wards[z->count++] = (ward){.pid = pid, .lease = fds[1]};
    else
        close(fds[1]);
}

/* One request; false when the host has gone. */
static bool serve_host(zygote *z) {
    xtr__spawn request;
    int fds[XTR__MOST_FDS];
    ssize_t got = xtr__message_receive(XTR__CONTROL_FD, &request, sizeof request, fds);
    bool whole = got == (ssize_t)sizeof request && fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0;
    if (whole) {
        request.languages[sizeof request.languages - 1] = '\0';
        if (request.charsets && !z->charsets)
            xtr__charsets_open();
        z->charsets = z->charsets || request.charsets;
        add_worker(z, &request, fds);
        fds[1] = -1; /* the ward's */
    }
    for (size_t i = 0; i < XTR__MOST_FDS; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    return got > 0;
}

static void bury(zygote *z, pid_t pid, int status) {
    for (size_t i = 0; i < z->count; i++) {
        if (z->wards[i].pid != pid)
            continue;
        tell(z->wards[i].lease, pid, status);
        close(z->wards[i].lease);
        z->wards[i] = z->wards[--z->count];
        return;
    }
}

static void bury_dead(zygote *z) {
    struct signalfd_siginfo info;
    int status;
    pid_t pid;
    (void)read(z->signals, &info, sizeof info);
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        bury(z, pid, status);
}

/* Kills those whose lease has ended, once; their number is theirs until they are buried. */
static void end_leases(const zygote *z) {
    for (size_t i = 0; i < z->count; i++) {
        if (!z->polled[LEASES + i].revents)
            continue;
        kill(z->wards[i].pid, SIGKILL);
        z->wards[i].ended = true;
    }
}

static void poll_all(zygote *z) {
    z->polled[CONTROL] = (struct pollfd){.fd = XTR__CONTROL_FD, .events = POLLIN};
    z->polled[SIGNALS] = (struct pollfd){.fd = z->signals, .events = POLLIN};
    for (size_t i = 0; i < z->count; i++) {
        int lease = z->wards[i].ended ? -1 : z->wards[i].lease; /* -1 is not looked at */
        z->polled[LEASES + i] = (struct pollfd){.fd = lease, .events = POLLIN};
    }
    while (poll(z->polled, LEASES + z->count, -1) < 0 && errno == EINTR)
        ;
}

static void serve(zygote *z) {
    bool goes_on = true;
    while (goes_on) {
        poll_all(z);
        end_leases(z);
        if (z->polled[SIGNALS].revents)
            bury_dead(z);
        if (z->polled[CONTROL].revents)
            goes_on = serve_host(z);
    }
    for (size_t i = 0; i < z->count; i++)
        kill(z->wards[i].pid, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        ;
}

/* As many files as may be open; a stack as that of other threads that read documents. */
static void set_limits(void) {
    struct rlimit files, stack;
    if (!getrlimit(RLIMIT_NOFILE, &files)) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (!getrlimit(RLIMIT_STACK, &stack) && stack.rlim_max >= XTR__STACK_SIZE) {
        stack.rlim_cur = XTR__STACK_SIZE;
        setrlimit(RLIMIT_STACK, &stack);
    }
}

int xtr__worker_main(const xtr__sandbox *sandbox) {
    zygote z = {.sandbox = sandbox};
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &z.before);
    z.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (z.signals < 0 || !grow(&z) || chdir("/"))
        return EXIT_FAILURE;
    fcntl(XTR__CONTROL_FD, F_SETFD, FD_CLOEXEC);
    set_limits();
    volunteer();
    if (!warm_up(&z))
        return EXIT_FAILURE;
    if (sandbox->prepare)
        sandbox->prepare();
    arrange_heap();
    serve(&z);
    return EXIT_SUCCESS;
}
