/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The door: limits of resources, no way to files (Landlock), a filter of system calls (seccomp).
 *
 * For tests LIBEXTRACT_SANDBOX, a list of words, changes it: no-landlock, no-seccomp leave a layer
 * out; strict makes the filter kill for whatever it does not expect. */
#include "sandbox.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of <linux/landlock.h>, which older systems lack or have without the later rights. */
enum { LANDLOCK_CREATE = 444, LANDLOCK_RESTRICT = 446, LANDLOCK_VERSION = 1 };

typedef struct landlock_rules {
    uint64_t files, network, scopes;
} landlock_rules;

static bool has_filter;

static bool is_asked(const char *word) {
    const char *words = secure_getenv("LIBEXTRACT_SANDBOX");
    return words && strstr(words, word);
}

/* Landlock ---------------------------------------------------------------------------------- */

/* Denies all that this kernel's version knows to deny: by file rights (13 in version 1, one more
 * in 2, 3 and 5), TCP (4), signals and abstract sockets (6). */
static bool enter_landlock(void) {
    long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION);
    if (version < 1)
        return false;
    int file_rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    const landlock_rules rules = {.files = (UINT64_C(1) << file_rights) - 1,
                                  .network = version >= 4 ? 3 : 0,
                                  .scopes = version >= 6 ? 3 : 0};
    size_t size = version >= 6 ? sizeof rules : version >= 4 ? 16 : 8;
    int fd = (int)syscall(LANDLOCK_CREATE, &rules, size, 0);
    if (fd < 0)
        return false;
    bool entered = !syscall(LANDLOCK_RESTRICT, fd, 0);
    close(fd);
    return entered;
}

/* Limits ------------------------------------------------------------------------------------ */

static bool limit(int what, uint64_t most) {
    struct rlimit bound;
    if (getrlimit((__rlimit_resource_t)what, &bound))
        return false;
    if (bound.rlim_max == RLIM_INFINITY || bound.rlim_max > most)
        bound.rlim_max = most;
    bound.rlim_cur = bound.rlim_max;
    return !setrlimit((__rlimit_resource_t)what, &bound);
}

/* What the process has mapped by now, in bytes: all, and what it may write to. Without stdio, of
 * which each new worker would have to touch a dozen pages. */
static bool read_mapped(uint64_t *all, uint64_t *data) {
    enum { ALL = 0, DATA = 5, COUNT = 7 }; /* of the numbers in statm */
    char text[256] = "";
    uint64_t pages[COUNT];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t size = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0)
        close(file);
    char *at = text;
    for (int i = 0; i < COUNT; i++)
        pages[i] = strtoull(at, &at, 10);
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    *all = pages[ALL] * page;
    *data = pages[DATA] * page;
    return size > 0 && *all && *data;
}

/* Beside what a document may take: stacks, buffers in between, what malloc keeps back. Address
 * space more than that, since malloc reserves it for each thread. */
static bool limit_memory(uint64_t max_memory, unsigned threads) {
    const uint64_t MB = 1 << 20;
    uint64_t all, data;
    if (!max_memory || !read_mapped(&all, &data))
        return !max_memory;
    uint64_t slack = 64 * MB + XTR__AREA_SIZE + threads * 9 * MB;
    return limit(RLIMIT_DATA, data + max_memory + slack) &&
           limit(RLIMIT_AS, all + max_memory + 2 * slack + threads * 128 * MB);
}

/* 64 beside those that are open by now, which with the data of languages may be more than that. */
static uint64_t most_descriptors(void) {
    int next = open("/", O_PATH | O_CLOEXEC);
    if (next < 0)
        return 64;
    uint64_t most = (uint64_t)next + 64;
    close(next);
    return most;
}

static bool enter_limits(uint64_t max_memory, unsigned threads) {
#ifdef XTR_SANITIZED
    max_memory = 0; /* sanitizers map terabytes */
#endif
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_NOFILE, most_descriptors()) && limit_memory(max_memory, threads);
}

/* Door -------------------------------------------------------------------------------------- */

void prepare_sandbox(void) {
    has_filter = !is_asked("no-seccomp") && build_filter(is_asked("strict"));
}

int enter_sandbox(uint64_t max_memory, unsigned threads) {
    int level = 0;
    bool dumpable = !prctl(PR_SET_DUMPABLE, 0);
    if (enter_limits(max_memory, threads) && dumpable)
        level |= XTR__LEVEL_RLIMITS;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return -1;
    if (!is_asked("no-landlock") && enter_landlock())
        level |= XTR__LEVEL_LANDLOCK;
    if (has_filter && enter_filter())
        level |= XTR__LEVEL_SECCOMP;
    return level;
}
