/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Isolation: every document gives the same in a process as in a thread, under a filter that kills
 * for whatever is unexpected, and with layers of the sandbox left out; workers and zygotes die at
 * random and no job is lost; documents that take memory without end take none of the host's.
 *
 *   proof-isolation FOLDER...    documents, unless XTR_CORPUS names others */
#include "isolate/isolate.h"
#include "long.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char mark[64] = "LIBEXTRACT_PROOF="; /* in the environment of our zygotes */

/* The same bytes ---------------------------------------------------------------------------- */

typedef struct outcome {
    int code;
    xtr_error error;
    char *json;
    size_t size;
} outcome;

enum { RUNS = 5 }; /* over the folders: one for each choice of layers, and one with all rights */

static struct {
    xtr_runtime *runtime;
    xtr_options *thread, *process, *fresh;
    size_t documents, results, errors, differ;
    size_t run, scans;
} same;

static outcome extract(const char *path, const xtr_options *options) {
    outcome o = {.json = NULL};
    xtr_result *result;
    xtr_source *source = xtr_source_new_path(path);
    o.code = xtr_extract(&result, same.runtime, source, options, &o.error);
    if (!o.code)
        xtr_result_render(&o.json, &o.size, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL);
    xtr_result_drop(o.code ? NULL : result);
    xtr_source_drop(source);
    return o;
}

static void compare_with(const outcome *thread, const char *path, const xtr_options *options) {
    outcome a = *thread, b = extract(path, options);
    bool equal =
        a.code == b.code && a.size == b.size &&
        (a.code ? !strcmp(a.error.message, b.error.message) : !memcmp(a.json, b.json, a.size));
    same.documents++;
    same.results += !b.code;
    same.errors += b.code != 0;
    same.differ += !equal;
    if (!equal)
        printf("%s: thread %d (%s), %s %d (%s)\n", path, a.code,
               a.code ? a.error.message : "a result",
               options == same.fresh ? "fresh process" : "process", b.code,
               b.code ? b.error.message : "a result");
    xtr_free(b.json);
}

/* Scans take seconds to be read. The short form reads one of each kind of pixels, which different
 * libraries decode, and each in one of the runs over the folders only; of PDFs, the mixed one. */
static bool is_left_out(const char *path) {
    const char *name = strstr(path, "/scan/");
    if (is_long() || !name)
        return false;
    if (strncmp(name, "/scan/kind-", 11) != 0)
        return strcmp(name, "/scan/mixed.pdf") != 0 || same.run != RUNS - 1;
    return same.scans++ % RUNS != same.run;
}

static int compare_file(const char *path, const struct stat *info, int type, struct FTW *where) {
    (void)info;
    (void)where;
    if (type != FTW_F || is_left_out(path))
        return 0;
    outcome thread = extract(path, same.thread);
    compare_with(&thread, path, same.process);
    compare_with(&thread, path, same.fresh);
    xtr_free(thread.json);
    return 0;
}

static void prove_same(int count, char **folders) {
    same.runtime = open_runtime(2);
    same.thread = options_with("timeout", 120000);
    same.process = options_with("timeout", 120000);
    xtr_options_set(same.thread, "isolation", "thread", NULL);
    same.fresh = options_with("timeout", 120000);
    xtr_options_set(same.process, "isolation", "process", NULL);
    xtr_options_set(same.fresh, "isolation", "fresh_process", NULL);
    for (int i = 0; i < count; i++)
        nftw(folders[i], compare_file, 16, FTW_PHYS);
    xtr_options_drop(same.thread);
    xtr_options_drop(same.process);
    xtr_options_drop(same.fresh);
    xtr_runtime_drop(same.runtime);
    printf("%zu readings: %zu results, %zu errors, %zu differ from a thread's\n", same.documents,
           same.results, same.errors, same.differ);
    CHECK(same.documents && !same.differ, "%zu differ", same.differ);
}

/* Whether a user without rights can get at what it takes. */
static bool can_start_workers(void) {
    xtr_error error;
    int level = xtr__isolation_level(&error);
    if (level < 0)
        printf("as nobody: %s\n", error.message);
    return level >= 0;
}

/* In processes of their own: what LIBEXTRACT_SANDBOX says is read by a zygote as it starts, and
 * rights that were given up do not come back. */
static void prove_layers(int count, char **folders) {
    static const char *const without[] = {"", "no-seccomp", "no-landlock",
                                          "no-seccomp no-landlock"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        enum { NOBODY = 65534 };
        fflush(stdout);
        pid_t child = fork();
        CHECK(child >= 0, "fork");
        if (!child) {
            bool root = !geteuid();
            setenv("LIBEXTRACT_SANDBOX", without[i], 1);
            CHECK(!root || (!setgid(NOBODY) && !setuid(NOBODY)), "setuid");
            printf("as %s, layers left out: %s\n", root ? "nobody" : "user",
                   *without[i] ? without[i] : "none");
            same.run = i;
            if (can_start_workers())
                prove_same(count, folders);
            exit(0);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && !status, "without %s", without[i]);
    }
}

/* Processes --------------------------------------------------------------------------------- */

static bool read_file(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i < got; i++)
        text[i] = text[i] ? text[i] : '\n';
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static pid_t parent_of(pid_t pid) {
    char path[64], text[512];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (!read_file(path, text, sizeof text) || !strstr(text, "(extract-worker)"))
        return 0;
    sscanf(strrchr(text, ')') + 1, " %*c %d", &parent);
    return parent;
}

/* Our zygote: of our making by its environment, and no worker. */
static bool is_zygote(pid_t pid) {
    char path[64], text[16384];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    return parent_of(pid) && read_file(path, text, sizeof text) && strstr(text, mark);
}

/* Our zygotes, or the workers they have. A worker lets nobody read its environment but root. */
static size_t find_processes(bool zygotes, pid_t *found, size_t most) {
    size_t count = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; count < most && (entry = readdir(folder));) {
        pid_t pid = atoi(entry->d_name);
        pid_t parent = pid > 0 ? parent_of(pid) : 0;
        bool worker = parent && is_zygote(parent);
        if (parent && (zygotes ? !worker && is_zygote(pid) : worker))
            found[count++] = pid;
    }
    closedir(folder);
    return count;
}

static size_t count_descriptors(void) {
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Kills ------------------------------------------------------------------------------------- */

enum { MOST_JOBS = 100000 };
static atomic_uint completions[MOST_JOBS];
static atomic_size_t done, crashed, wrong;

static void on_done(xtr_job *job, void *payload) {
    xtr_result *result;
    xtr_error error;
    (void)payload;
    int code = xtr_job_take(job, &result, &error);
    atomic_fetch_add(&completions[(size_t)(uintptr_t)xtr_job_tag(job)], 1);
    if (code == XTR_E_CRASHED)
        atomic_fetch_add(&crashed, 1);
    else if (code)
        atomic_fetch_add(&wrong, 1);
    if (code && code != XTR_E_CRASHED)
        printf("a killed job failed so: %s\n", error.message);
    if (!code)
        xtr_result_drop(result);
    xtr_job_drop(job);
    atomic_fetch_add(&done, 1);
}

static void submit(xtr_runtime *runtime, size_t number) {
    static const char *const types[] = {"mock:sleep", "mock:pages", "mock:spin", "mock:huge"};
    xtr_options *options = xtr_options_new();
    xtr_source *source = xtr_source_new_copy("8", 1);
    xtr_job *job;
    xtr_options_set(options, "mime_type", types[number % 4], NULL);
    xtr_options_set(options, "isolation", number % 8 ? "process" : "fresh_process", NULL);
    const xtr_request request = {.size = sizeof request,
                                 .source = source,
                                 .options = options,
                                 .done = on_done,
                                 .tag = (void *)(uintptr_t)number};
    CHECK(!xtr_submit(&job, runtime, &request, NULL), "submit");
    xtr_source_drop(source);
    xtr_options_drop(options);
}

static void prove_kills(size_t kills, uint64_t seconds) {
    uint64_t seed = uv_hrtime();
    uint64_t end = seed + seconds * 1000000000;
    pid_t found[64];
    size_t submitted = 0, killed = 0, before = count_descriptors();
    xtr_runtime *runtime = open_runtime(4);
    while (killed < kills || uv_hrtime() < end) {
        while (submitted < MOST_JOBS && submitted - atomic_load(&done) < 16)
            submit(runtime, submitted++);
        usleep((useconds_t)(next_random(&seed) % 15000));
        bool zygote = next_random(&seed) % 20 == 0;
        size_t count = find_processes(zygote, found, 64);
        if (count)
            killed += !kill(found[next_random(&seed) % count], SIGKILL);
    }
    xtr_runtime_drop(runtime);
    for (size_t i = 0; i < submitted; i++)
        CHECK(atomic_load(&completions[i]) == 1, "job %zu completed %u times", i,
              atomic_load(&completions[i]));
    size_t left = 1;
    for (int i = 0; left && i < 1000; i++) { /* a zygote that is being started ends afterwards */
        usleep(10000);
        left = find_processes(true, found, 64) + find_processes(false, found, 64);
    }
    printf("%zu kills: %zu jobs, %zu crashed, %zu wrong; %zu processes and %zd descriptors left\n",
           killed, submitted, atomic_load(&crashed), atomic_load(&wrong), left,
           (ssize_t)(count_descriptors() - before));
    CHECK(!atomic_load(&wrong) && !left && count_descriptors() == before, "something was left");
}

/* Memory ------------------------------------------------------------------------------------ */

static long peak_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Under a sanitizer nothing limits a worker's memory. */
static void prove_memory(int documents) {
    xtr_runtime *runtime = open_runtime(2);
    xtr_options *options = options_with("max_memory", (int64_t)256 << 20);
    xtr_source *source = xtr_source_new_copy("1", 1);
    xtr_options_set(options, "mime_type", "mock:gorge", NULL);
    xtr_options_set(options, "isolation", "process", NULL);
    long before = peak_kb();
    for (int i = 0; i < documents; i++) {
        xtr_result *result;
        int code = xtr_extract(&result, runtime, source, options, NULL);
        CHECK(code == XTR_E_MEMORY, "code %d", code);
    }
    long grown = peak_kb() - before;
    printf("%d documents that take memory without end: the host grew by %ld KB\n", documents,
           grown);
    CHECK(grown < 8192, "%ld KB", grown);
    xtr_options_drop(options);
    xtr_source_drop(source);
    xtr_runtime_drop(runtime);
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(mark + strlen(mark), sizeof mark - strlen(mark), "%d", (int)getpid());
    putenv(mark);
    prove_layers(argc - 1, argv + 1);
    setenv("LIBEXTRACT_SANDBOX", "strict", 1);
    const int full = XTR__LEVEL_RLIMITS | XTR__LEVEL_SECCOMP | XTR__LEVEL_LANDLOCK;
    int level = xtr__isolation_level(NULL);
    printf("level of the sandbox: %d of %d\n", level, full);
    CHECK(level >= 0 && (level == full || !is_long()), "the sandbox is not whole");
    if (!SANITIZED)
        prove_memory(is_long() ? 20 : 3);
    else
        unsetenv("LIBEXTRACT_SANDBOX"); /* a sanitizer calls what it likes */
    char *corpus = getenv("XTR_CORPUS");
    same.run = RUNS - 1;
    if (corpus && *corpus)
        prove_same(1, &corpus);
    else
        prove_same(argc - 1, argv + 1);
    prove_kills(is_long() ? 200 : 15, is_long() ? 120 : 0);
    return 0;
}
