/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What bench/runtime.py measures in process: one measurement a run, its number on stdout.
 *
 *   bench-runtime documents THREADS FILE...   seconds to extract all files
 *   bench-runtime empty THREADS COUNT         empty jobs a second, all queued and then waited for
 *   bench-runtime roundtrip COUNT             time of one empty job against uv_queue_work's
 *   bench-runtime stream MS FILE              pages taken by a consumer that sleeps MS after each
 *   bench-runtime stops COUNT FILE            milliseconds from a cancel, at COUNT moments, until
 * the only slot is free: the median and the most
 */
#include "libextract.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <uv.h>

static void check(int code, const xtr_error *error) {
    if (code) {
        fprintf(stderr, "bench-runtime: %s\n", error->message);
        exit(1);
    }
}

static double seconds(void) {
    return (double)uv_hrtime() / 1e9;
}

static xtr_runtime *open_runtime(unsigned threads) {
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    xtr_runtime *runtime;
    xtr_error error;
    check(xtr_runtime_new(&runtime, &config, &error), &error);
    return runtime;
}

/* Documents --------------------------------------------------------------------------------- */

static xtr_source *next_file(void *payload, void **tag) {
    char ***files = payload;
    *tag = NULL;
    return **files ? xtr_source_new_path(*(*files)++) : NULL;
}

static double extract_all(unsigned threads, char **files, const xtr_stream_config *config) {
    xtr_runtime *runtime = open_runtime(threads);
    xtr_stream *stream;
    xtr_item item;
    xtr_error error;
    double start = seconds();
    check(xtr_batch_open(&stream, runtime, next_file, &files, config, &error), &error);
    while (xtr_stream_next(stream, &item, -1) != XTR_END)
        xtr_result_drop(item.result);
    double taken = seconds() - start;
    xtr_stream_drop(stream);
    xtr_runtime_drop(runtime);
    return taken;
}

static double processor_seconds(int who) {
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Wall and processor time, that of worker processes included: as a subreaper this program inherits
 * their zygote, which waits for all of them before it ends. */
static void extract_isolated(const char *isolation, unsigned threads, char **files) {
    xtr_options *options = xtr_options_new();
    xtr_error error;
    check(xtr_options_set(options, "isolation", isolation, &error), &error);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    double own = processor_seconds(RUSAGE_SELF);
    double wall = extract_all(threads, files, &config);
    while (wait(NULL) > 0)
        ;
    own = processor_seconds(RUSAGE_SELF) - own;
    printf("%.6f %.6f\n", wall, own + processor_seconds(RUSAGE_CHILDREN));
    xtr_options_drop(options);
}

static size_t stream_pages(long ms, const char *file) {
    const struct timespec nap = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    xtr_source *source = xtr_source_new_path(file);
    xtr_stream *stream;
    xtr_item item;
    xtr_error error;
    size_t pages = 0;
    check(xtr_pages_open(&stream, NULL, source, NULL, &error), &error);
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        xtr_result_drop(item.result);
        nanosleep(&nap, NULL);
        pages++;
    }
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    return pages;
}

/* Empty jobs -------------------------------------------------------------------------------- */

typedef struct empty {
    xtr_source *source;
    xtr_options *options;
} empty;

static empty open_empty(void) {
    empty e = {xtr_source_new_copy("0", 1), xtr_options_new()};
    xtr_error error;
    check(xtr_options_set(e.options, "mime_type", "mock:empty", &error), &error);
    return e;
}

static void drop_empty(empty e) {
    xtr_options_drop(e.options);
    xtr_source_drop(e.source);
}

static xtr_job *submit(xtr_runtime *runtime, const empty *e, xtr_done done, void *payload) {
    const xtr_request request = {.size = sizeof request,
                                 .source = e->source,
                                 .options = e->options,
                                 .done = done,
                                 .payload = payload};
    xtr_job *job;
    xtr_error error;
    check(xtr_submit(&job, runtime, &request, &error), &error);
    return job;
}

static void take(xtr_job *job, void *payload) {
    atomic_size_t *done = payload;
    xtr_result *result;
    xtr_error error;
    check(xtr_job_take(job, &result, &error), &error);
    xtr_result_drop(result);
    xtr_job_drop(job);
    atomic_fetch_add(done, 1);
}

/* As a host does it: each result is taken, and dropped, when its job is done. */
static double empty_jobs_per_second(unsigned threads, size_t count) {
    xtr_runtime *runtime = open_runtime(threads);
    empty e = open_empty();
    atomic_size_t done = 0;
    double start = seconds();
    for (size_t i = 0; i < count; i++)
        submit(runtime, &e, take, &done);
    xtr_runtime_close(runtime, XTR_CLOSE_WAIT);
    double taken = seconds() - start;
    if (done != count)
        exit(1);
    drop_empty(e);
    return (double)count / taken;
}

/* Stops ------------------------------------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_to_end(xtr_runtime *runtime, const empty *e) {
    xtr_job *job = submit(runtime, e, NULL, NULL);
    xtr_job_wait(job, -1);
    xtr_job_drop(job);
}

/* Cancels a document at moments that are spread over the time it takes; the next job of the only
 * slot tells when that is free. */
static void measure_stops(size_t count, const char *file) {
    xtr_runtime *runtime = open_runtime(1);
    empty document = {xtr_source_new_path(file), xtr_options_new()}, next = open_empty();
    double *taken = calloc(count, sizeof *taken);
    xtr_error error;
    check(xtr_options_set(document.options, "isolation", "thread", &error), &error);
    run_to_end(runtime, &document); /* loads what it needs */
    double start = seconds();
    run_to_end(runtime, &document);
    double whole = seconds() - start;
    for (size_t i = 0; i < count; i++) {
        xtr_job *job = submit(runtime, &document, NULL, NULL);
        xtr_job_wait(job, (int64_t)(whole * 1000 * ((double)i + 0.5) / (double)count));
        start = seconds();
        xtr_job_cancel(job);
        xtr_job_drop(job);
        run_to_end(runtime, &next);
        taken[i] = (seconds() - start) * 1000;
    }
    qsort(taken, count, sizeof *taken, compare_doubles);
    printf("%.1f %.1f\n", taken[count / 2], taken[count - 1]);
    free(taken);
    drop_empty(document);
    drop_empty(next);
    xtr_runtime_drop(runtime);
}

/* One by one -------------------------------------------------------------------------------- */

static double own_round_trips(xtr_runtime *runtime, const empty *e, size_t count) {
    double start = seconds();
    for (size_t i = 0; i < count; i++) {
        xtr_job *job = submit(runtime, e, NULL, NULL);
        xtr_job_wait(job, -1);
        xtr_job_drop(job);
    }
    return (seconds() - start) / (double)count;
}

static void no_work(uv_work_t *work) {
    (void)work;
}

static void again(uv_work_t *work, int status) {
    size_t *left = work->data;
    (void)status;
    if (--*left)
        uv_queue_work(work->loop, work, no_work, again);
}

static double uv_round_trips(size_t count) {
    uv_loop_t loop;
    size_t left = count;
    uv_work_t work = {.data = &left};
    uv_loop_init(&loop);
    double start = seconds();
    uv_queue_work(&loop, &work, no_work, again);
    uv_run(&loop, UV_RUN_DEFAULT);
    double taken = seconds() - start;
    uv_loop_close(&loop);
    return taken / (double)count;
}

/* The smallest of five ratios' own and libuv's times, taken in turn: the machine's noise only
 * adds. */
static double round_trip_ratio(size_t count) {
    xtr_runtime *runtime = open_runtime(0);
    empty e = open_empty();
    double own = 1e9, theirs = 1e9;
    for (int i = 0; i < 6; i++) {
        double a = own_round_trips(runtime, &e, count);
        double b = uv_round_trips(count);
        own = a < own ? a : own;
        theirs = b < theirs ? b : theirs;
    }
    drop_empty(e);
    xtr_runtime_drop(runtime);
    fprintf(stderr, "round trip: own %.1f us, uv_queue_work %.1f us\n", own * 1e6, theirs * 1e6);
    return own / theirs;
}

int main(int argc, char **argv) {
    const char *what = argc > 2 ? argv[1] : "";
    const xtr_stream_config plain = {.size = sizeof plain};
    if (!strcmp(what, "documents") && argc > 3)
        printf("%.6f\n", extract_all((unsigned)atoi(argv[2]), argv + 3, &plain));
    else if (!strcmp(what, "isolation") && argc > 4)
        extract_isolated(argv[2], (unsigned)atoi(argv[3]), argv + 4);
    else if (!strcmp(what, "empty") && argc == 4)
        printf("%.0f\n", empty_jobs_per_second((unsigned)atoi(argv[2]), (size_t)atol(argv[3])));
    else if (!strcmp(what, "roundtrip"))
        printf("%.4f\n", round_trip_ratio((size_t)atol(argv[2])));
    else if (!strcmp(what, "stops") && argc == 4)
        measure_stops((size_t)atol(argv[2]), argv[3]);
    else if (!strcmp(what, "stream") && argc == 4)
        printf("%zu\n", stream_pages(atol(argv[2]), argv[3]));
    else
        return 2;
    return 0;
}
