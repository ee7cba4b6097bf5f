/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The zygote is nobody's child: the host starts it through an intermediate that shares its memory,
 * sends no signal when it ends and is waited for by __WCLONE alone, so that no wait of the host's
 * ever sees either. It ends when its control socket closes, and all workers with it.
 *
 * One mutex guards the zygote and the list of workers. It is the innermost. */
#include "isolate/isolate.h"
#include "runtime/error.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_THREAD__
/* The sanitizer takes clone for a fork, after which it looks at no thread any more. */
int __clone(int (*function)(void *), void *stack, int flags, void *payload, ...);
#define clone __clone
#endif

enum {
    FIRST_FREE_FD = 10, /* above those that the zygote's own ends go to */
    STACK_SIZE = 128 << 10,
    PATIENCE =
        3000, /* ms for the zygote to say what it knows; one that has gone says nothing at once */
    MOST_STARTS = 5 /* of zygotes that end at once, before it is given up */
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int control = -1; /* of the zygote, or -1 */
static unsigned keepers;
static xtr__worker *workers;

/* Forks ------------------------------------------------------------------------------------- */

/* In a fork of the host: these descriptors are copies that would keep the parent's processes. What
 * a thread of the parent was just making for itself stays open, and ends nothing. */
static void forget_all(void) {
    for (xtr__worker *w = workers; w; w = w->next) {
        close(w->data);
        close(w->lease);
        close(w->area);
        w->data = w->lease = w->area = -1;
    }
    workers = NULL;
    if (control >= 0)
        close(control);
    control = -1;
    keepers = 0;
    pthread_mutex_unlock(&mutex);
}

static void before_fork(void) {
    pthread_mutex_lock(&mutex);
}

static void after_fork(void) {
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork, forget_all);
}

/* Nobody forks while somebody holds the mutex. */
static void lock(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&mutex);
}

static void unlock(void) {
    pthread_mutex_unlock(&mutex);
}

/* Program ----------------------------------------------------------------------------------- */

static bool is_program(char *path, size_t size, const char *folder, const char *name) {
    return snprintf(path, size, "%s/%s", folder, name) < (int)size && !access(path, X_OK);
}

/* Beside the library, or where a package puts it. */
static bool find_program(char *path, size_t size) {
    static const char *const places[] = {"extract-worker", "../lib/extract-worker",
                                         "libextract/extract-worker"};
    const char *named = secure_getenv("LIBEXTRACT_WORKER");
    if (named)
        return snprintf(path, size, "%s", named) < (int)size && !access(path, X_OK);
    Dl_info library;
    if (!dladdr((const void *)(uintptr_t)xtr_version, &library) || !library.dli_fname)
        return false;
    char *file = realpath(library.dli_fname, NULL);
    char *slash = file ? strrchr(file, '/') : NULL;
    bool found = false;
    if (slash) {
        *slash = '\0';
        for (size_t i = 0; !found && i < sizeof places / sizeof places[0]; i++)
            found = is_program(path, size, file, places[i]);
    }
    free(file);
    return found;
}

bool xtr__worker_is_installed(void) {
    char path[4096];
    return find_program(path, sizeof path);
}

/* Every function is looked up before the zygote forks, not by each worker again; pages are shared
 * among threads, and nothing inside of a page. */
static char bind_now[] = "LD_BIND_NOW=1", one_thread[] = "OMP_THREAD_LIMIT=1";

/* Of the host's environment what a worker has a use for. */
static bool is_passed(const char *variable) {
    if (getauxval(AT_SECURE))
        return false;
    static const char *const names[] = {
        "LD_LIBRARY_PATH=", "TZ=",           "TESSDATA_PREFIX=", "MAGIC=",
        "LIBEXTRACT_",      "ASAN_OPTIONS=", "UBSAN_OPTIONS=",   "TSAN_OPTIONS="};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!strncmp(variable, names[i], strlen(names[i])))
            return true;
    }
    return false;
}

static char **worker_environment(void) {
    size_t count = 0;
    while (environ && environ[count])
        count++;
    char **filtered = calloc(count + 3, sizeof *filtered);
    size_t kept = 0;
    if (filtered) {
        filtered[kept++] = bind_now;
        filtered[kept++] = one_thread;
    }
    for (size_t i = 0; filtered && i < count; i++) {
        if (is_passed(environ[i]))
            filtered[kept++] = environ[i];
    }
    return filtered;
}

/* Start of the zygote ----------------------------------------------------------------------- */

typedef struct start {
    char program[4096];
    char **environment;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int failed; /* errno of posix_spawn */
} start;

/* In the intermediate, on a stack of its own in the host's memory; the thread that made it waits.
 */
__attribute__((no_sanitize("address", "undefined", "thread"))) static int
spawn_zygote(void *payload) {
    start *s = payload;
    pid_t zygote;
    char name[] = "extract-worker";
    char *arguments[] = {name, NULL};
    s->failed =
        posix_spawn(&zygote, s->program, &s->files, &s->attributes, arguments, s->environment);
    return 0;
}

static int describe(start *s, int socket) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int failed = posix_spawn_file_actions_init(&s->files);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&s->attributes);
    if (failed) {
        posix_spawn_file_actions_destroy(&s->files);
        return failed;
    }
    posix_spawnattr_setflags(&s->attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    posix_spawnattr_setsigdefault(&s->attributes, &all);
    posix_spawnattr_setsigmask(&s->attributes, &none);
    for (int fd = 0; !failed && fd < 3; fd++)
        failed = posix_spawn_file_actions_addopen(&s->files, fd, "/dev/null", O_RDWR, 0);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&s->files, socket, XTR__CONTROL_FD);
    if (!failed)
        failed = posix_spawn_file_actions_addclosefrom_np(&s->files, XTR__CONTROL_FD + 1);
    return failed;
}

/* Runs spawn_zygote in the intermediate. No signal handler of the host's may run in there. */
static int run_intermediate(start *s) {
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return errno;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = clone(spawn_zygote, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK, s);
    int failed = child < 0 ? errno : 0;
    while (child > 0 && waitpid(child, NULL, (int)__WCLONE) < 0 && errno == EINTR)
        ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, STACK_SIZE);
    return failed ? failed : s->failed;
}

static int start_process(start *s, int socket) {
    int failed = describe(s, socket);
    if (!failed)
        failed = run_intermediate(s);
    posix_spawnattr_destroy(&s->attributes);
    posix_spawn_file_actions_destroy(&s->files);
    return failed;
}

/* With the mutex held. */
static int start_zygote(xtr_error *error) {
    start s = {.failed = 0};
    int ends[2];
    if (!find_program(s.program, sizeof s.program))
        return xtr__error(error, XTR_E_MISSING_BACKEND,
                          "the program extract-worker is not beside the library: install it, name "
                          "it in LIBEXTRACT_WORKER, or choose isolation thread");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return xtr__error_os(error, errno, "worker process");
    int far = fcntl(ends[1], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    close(ends[1]);
    s.environment = worker_environment();
    int failed = far < 0 ? errno : !s.environment ? ENOMEM : start_process(&s, far);
    free(s.environment);
    if (far >= 0)
        close(far);
    if (failed) {
        close(ends[0]);
        return xtr__error(error, XTR_E_MISSING_BACKEND, "%s cannot be started: %s", s.program,
                          strerrordesc_np(failed));
    }
    control = ends[0];
    return XTR_OK;
}

static void end_zygote(void) {
    if (control >= 0)
        close(control);
    control = -1;
}

void xtr__zygote_keep(void) {
    lock();
    keepers++;
    unlock();
}

void xtr__zygote_release(void) {
    lock();
    if (keepers && --keepers == 0)
        end_zygote();
    unlock();
}

/* Workers ----------------------------------------------------------------------------------- */

static void close_pair(int ends[2]) {
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
        ends[i] = -1;
    }
}

/* With the mutex held. A zygote that has died is found out by sending to it. */
static int ask_zygote(const xtr__spawn *request, const int fds[3], xtr_error *error) {
    for (int tries = 0; tries < MOST_STARTS; tries++) {
        int code = control < 0 ? start_zygote(error) : XTR_OK;
        if (code)
            return code;
        if (xtr__message_send(control, request, sizeof *request, fds, 3))
            return XTR_OK;
        if (errno != EPIPE && errno != ECONNRESET)
            return xtr__error_os(error, errno, "worker process");
        end_zygote();
    }
    return xtr__error(error, XTR_E_MISSING_BACKEND,
                      "extract-worker ends as soon as it is started: run `extract doctor`");
}

static void enlist(xtr__worker *w) {
    w->next = workers;
    if (workers)
        workers->previous = w;
    workers = w;
}

static int open_area(void) {
    int area = memfd_create("libextract-area", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (area >= 0 && (ftruncate(area, XTR__AREA_SIZE) ||
                      fcntl(area, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))) {
        int os_error = errno;
        close(area);
        errno = os_error;
        return -1;
    }
    return area;
}

int xtr__worker_start(xtr__worker **out, const xtr__spawn *request, xtr_error *error) {
    *out = NULL;
    xtr__worker *w = calloc(1, sizeof *w);
    if (!w)
        return xtr__error_memory(error);
    int data[2] = {-1, -1}, lease[2] = {-1, -1};
    w->made_for = *request;
    w->area = open_area();
    int code = XTR_OK;
    if (w->area < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, data) ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, lease) ||
        fcntl(data[0], F_SETFL, O_NONBLOCK) || fcntl(lease[0], F_SETFL, O_NONBLOCK))
        code = xtr__error_os(error, errno, "worker process");
    if (!code) {
        lock();
        code = ask_zygote(request, (const int[]){data[1], lease[1], w->area}, error);
        if (!code) {
            w->data = data[0];
            w->lease = lease[0];
            data[0] = lease[0] = -1;
            enlist(w);
        }
        unlock();
    }
    close_pair(data);
    close_pair(lease);
    if (code) {
        if (w->area >= 0)
            close(w->area);
        free(w);
        return code;
    }
    *out = w;
    return XTR_OK;
}

void xtr__worker_drop(xtr__worker *w) {
    if (!w)
        return;
    lock();
    if (w->next)
        w->next->previous = w->previous;
    if (w->previous)
        w->previous->next = w->next;
    else
        workers = w->next;
    /* Not close alone: a process that the host has just forked may hold a copy. */
    shutdown(w->lease, SHUT_RDWR);
    close(w->lease);
    close(w->data);
    close(w->area);
    unlock();
    free(w);
}

/* Reads what the zygote tells of a worker; false when there is nothing more, or not in time. */
static bool read_fate(const xtr__worker *w, xtr__fate *fate) {
    struct pollfd wait = {.fd = w->lease, .events = POLLIN};
    int fds[XTR__MOST_FDS];
    int any;
    do
        any = poll(&wait, 1, PATIENCE);
    while (any < 0 && errno == EINTR);
    if (any <= 0)
        return false;
    ssize_t got = xtr__message_receive(w->lease, fate, sizeof *fate, fds);
    return got == (ssize_t)sizeof *fate;
}

pid_t xtr__worker_pid(xtr__worker *w) {
    xtr__fate fate;
    if (!w->pid && read_fate(w, &fate))
        w->pid = fate.pid;
    return w->pid;
}

int xtr__worker_status(xtr__worker *w) {
    xtr__fate fate;
    if (!xtr__worker_pid(w) || !read_fate(w, &fate))
        return -1;
    return fate.status;
}
