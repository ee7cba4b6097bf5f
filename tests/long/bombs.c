/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bombs PLAIN.pdf FOLDER [NAME]: every PDF of the folder (or those with NAME in their name), each
 * in a process of its own, with 256 MB and 5 s, in the short form 1 s: it ends in time, says why it
 * stopped, takes no more memory than that and gives all of it back. */
#include "slot.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t MEMORY = 256 << 20;
enum {
    TIMEOUT = 5000,
    SHORT_TIMEOUT = 1000,
    SLACK_MS = 1000,      /* between the deadline and the end as its owner sees it */
    SLACK_KB = 24 << 10,  /* gaps between blocks, buffers of files */
    WORST_FREE_MS = 1000, /* until the slot is free once more */
    ADDRESS_SPACE_MB = 2048,
};

static int64_t timeout_ms(void) {
    return is_long() ? TIMEOUT : SHORT_TIMEOUT;
}

typedef struct report {
    int code;
    bool partial;
    double seconds, free_ms;
    long peak_kb, base_kb;
    long left; /* bytes that were not given back */
    char message[sizeof(((xtr_error *)NULL)->message)];
} report;

static long peak_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static int extract(report *out, xtr_runtime *runtime, const char *path) {
    xtr_result *result;
    xtr_error error = {.message = ""};
    xtr_source *source = xtr_source_new_path(path);
    xtr_options *options = options_with("max_memory", MEMORY);
    xtr_options_set_integer(options, "timeout", timeout_ms(), NULL);
    int code = xtr_extract(&result, runtime, source, options, &error);
    out->partial = !code && xtr_result_is_partial(result);
    const char *why = code ? error.message : "";
    if (out->partial && xtr_result_warning_count(result))
        why = xtr_result_warning(result, 0).message;
    snprintf(out->message, sizeof out->message, "%s", why);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return code;
}

static void measure(report *out, const char *plain, const char *path) {
    xtr_runtime *runtime = open_runtime(1);
    CHECK(!extract(out, runtime, plain), "%s", out->message);
    size_t before = idle_bytes(runtime);
    out->base_kb = peak_kb();
    uint64_t start = uv_hrtime();
    out->code = extract(out, runtime, path);
    uint64_t seen = uv_hrtime();
    out->left = (long)idle_bytes(runtime) - (long)before; /* waits until the slot is free */
    out->seconds = (double)(seen - start) / 1e9;
    out->free_ms = (double)(uv_hrtime() - seen) / 1e6;
    out->peak_kb = peak_kb();
    xtr_runtime_drop(runtime);
}

/* In a child: a crash is this document's own. */
static bool run(report *out, const char *plain, const char *path) {
    int ends[2], status = 0;
    CHECK(!pipe(ends), "pipe");
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit space = {(rlim_t)ADDRESS_SPACE_MB << 20,
                                     (rlim_t)ADDRESS_SPACE_MB << 20};
        if (!SANITIZED)
            setrlimit(RLIMIT_AS, &space);
        memset(out, 0, sizeof *out);
        alarm(60);
        measure(out, plain, path);
        bool sent = write(ends[1], out, sizeof *out) == (ssize_t)sizeof *out;
        exit(!sent); /* not _exit: leaks are looked for */
    }
    close(ends[1]);
    bool got = child > 0 && read(ends[0], out, sizeof *out) == (ssize_t)sizeof *out;
    close(ends[0]);
    waitpid(child, &status, 0);
    if (!got || status)
        snprintf(out->message, sizeof out->message, "the process ended with status %#x", status);
    return got && !status;
}

/* What is wrong with an outcome, or NULL. */
static const char *judge(const report *r) {
    double slower = SANITIZED ? 10 : 1;
    if (r->code && r->code != XTR_E_MEMORY && r->code != XTR_E_LIMIT && r->code != XTR_E_TIMEOUT &&
        r->code != XTR_E_CORRUPT && r->code != XTR_E_UNSUPPORTED &&
        r->code != XTR_E_PASSWORD_REQUIRED)
        return "another error";
    if ((r->code || r->partial) && !r->message[0])
        return "no reason";
    if (r->left != 0)
        return "memory is not given back";
    if (!SANITIZED && r->peak_kb - r->base_kb > MEMORY / 1024 + SLACK_KB)
        return "more memory than allowed";
    if (r->seconds * 1000 > (double)timeout_ms() + SLACK_MS * slower)
        return "late";
    if (r->free_ms > WORST_FREE_MS * slower)
        return "the slot is not free in time";
    return NULL;
}

int main(int argc, char **argv) {
    struct dirent **names;
    int passed = 0, failed = 0;
    CHECK(argc >= 3, "usage: bombs PLAIN.pdf FOLDER [NAME]");
    int count = scandir(argv[2], &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[4096];
        report r;
        snprintf(path, sizeof path, "%s/%s", argv[2], names[i]->d_name);
        if (strstr(path, ".pdf") && (argc < 4 || strstr(names[i]->d_name, argv[3]))) {
            const char *wrong = run(&r, argv[1], path) ? judge(&r) : "crash";
            printf("%-20s %-13s %6.2f s, free after %6.1f ms, %4ld MB%s%s | %s\n", names[i]->d_name,
                   r.code      ? xtr_error_describe(r.code)->name
                   : r.partial ? "partial"
                               : "complete",
                   r.seconds, r.free_ms, (r.peak_kb - r.base_kb) >> 10, wrong ? " WRONG: " : "",
                   wrong ? wrong : "", r.message);
            fflush(stdout);
            passed += !wrong;
            failed += wrong != NULL;
        }
        free(names[i]);
    }
    free(names);
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed;
}
