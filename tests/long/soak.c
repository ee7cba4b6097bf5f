/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* soak [JOBS [SEED]]: mock jobs of all kinds, cancelled, late, dropped, streamed, batched and
 * forked at random over both executors. Every job completes exactly once; memory ends where it
 * began. */
#include "long.h"

#include <malloc.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 4000, KINDS = 64, HANDED = 256, SLACK_BYTES = 1 << 20 };

static uint64_t seed;
static xtr_options *kinds[KINDS]; /* combinations of type, deadline and priority */
static uint64_t jobs_done, children, streams, batches, runtimes;

static uint64_t below(uint64_t most) {
    return next_random(&seed) % most;
}

static bool chance(unsigned percent) {
    return below(100) < percent;
}

static void make_kinds(void) {
    /* Mostly the quick ones: what is soaked is the runtime. */
    static const char *const types[] = {"empty", "spin", "sleep", "pages", "share", "huge", "hang"};
    for (int i = 0; i < KINDS; i++) {
        char type[32];
        snprintf(type, sizeof type, "mock:%s", chance(90) ? "empty" : types[below(7)]);
        kinds[i] = options_with("timeout", chance(30) ? 1 + (int64_t)below(3) : 0);
        xtr_options_set(kinds[i], "mime_type", type, NULL);
        if (chance(10))
            xtr_options_set_integer(kinds[i], "cpu_time", 1, NULL);
        xtr_options_set(kinds[i], "priority", (const char *[]){"high", "normal", "low"}[below(3)],
                        NULL);
    }
}

/* One round ---- */

typedef struct entry {
    atomic_uint completions;
    bool queued; /* completes through the queue */
} entry;

typedef struct round {
    xtr_runtime *runtime;
    xtr_completions *queue;
    entry entries[MOST];
    xtr_job *kept[MOST]; /* not dropped yet */
    size_t count, queued, kept_count;
    uv_mutex_t mutex;
    xtr_job *handed[HANDED]; /* to the thread that cancels */
    size_t handed_count;
    bool over;
} round;

static void count_one(xtr_job *job, void *payload) {
    xtr_result *result;
    entry *e = payload;
    int code = xtr_job_take(job, &result, NULL);
    CHECK(code != XTR_E_BUSY, "completed but not done");
    xtr_result_drop(result);
    atomic_fetch_add(&e->completions, 1);
}

static void take_one(xtr_job *job, void *payload) {
    round *r = payload;
    count_one(job, xtr_job_tag(job));
    r->queued--;
    xtr_job_drop(job);
}

static void wait_queued(round *r) {
    while (r->queued) {
        struct pollfd ready = {.fd = xtr_completions_fd(r->queue), .events = POLLIN};
        CHECK(poll(&ready, 1, 60000) == 1, "a completion is lost: %zu to come", r->queued);
        xtr_completions_drain(r->queue, take_one, r, 1);
    }
}

/* A running job is cancelled while the round goes on. */
static void cancel_main(void *payload) {
    round *r = payload;
    for (;;) {
        uv_mutex_lock(&r->mutex);
        xtr_job *job = r->handed_count ? r->handed[--r->handed_count] : NULL;
        bool over = r->over;
        uv_mutex_unlock(&r->mutex);
        if (job) {
            xtr_job_cancel(job);
            xtr_job_drop(job);
        } else if (over) {
            return;
        } else {
            usleep(200);
        }
    }
}

static bool hand_over(round *r, xtr_job *job) {
    uv_mutex_lock(&r->mutex);
    bool room = r->handed_count < HANDED;
    if (room)
        r->handed[r->handed_count++] = job;
    uv_mutex_unlock(&r->mutex);
    return room;
}

static void submit_one(round *r, bool loop) {
    static const char amount[] = "2";
    entry *e = &r->entries[r->count];
    xtr_error error;
    xtr_job *job;
    xtr_source *source = xtr_source_new_bytes(amount, 1, NULL, NULL);
    e->completions = 0;
    e->queued = !loop && chance(30);
    const xtr_request request = {
        .size = sizeof request,
        .source = source,
        .options = kinds[below(KINDS)],
        .done = e->queued ? xtr_completions_push : count_one,
        .payload = e->queued ? (void *)r->queue : (void *)e,
        .tag = e,
        .when_full = loop ? XTR_FULL_ADMIT : (xtr_when_full)below(3),
    };
    int code = xtr_submit(&job, r->runtime, &request, &error);
    xtr_source_drop(source);
    if (code) {
        CHECK(code == XTR_E_BUSY && request.when_full == XTR_FULL_REFUSE, "%s", error.message);
        return;
    }
    r->count++;
    if (chance(10))
        xtr_job_cancel(job);
    if (e->queued)
        r->queued++; /* the queue's consumer drops it */
    else if (chance(30))
        xtr_job_drop(job);
    else if (loop || chance(50) || !hand_over(r, job))
        r->kept[r->kept_count++] = job;
}

static void drop_kept(round *r) {
    while (r->kept_count)
        xtr_job_drop(r->kept[--r->kept_count]);
}

static void check_all(const round *r) {
    for (size_t i = 0; i < r->count; i++)
        CHECK(r->entries[i].completions == 1, "job %zu of %zu completed %u times (queued: %d)", i,
              r->count, r->entries[i].completions, r->entries[i].queued);
    jobs_done += r->count;
}

static void own_round(round *r, size_t jobs) {
    uv_thread_t canceller;
    xtr_error error;
    const xtr_runtime_config config = {
        .size = sizeof config,
        .threads = 1 + (unsigned)below(4),
        .queue = chance(30) ? 1 + (unsigned)below(100) : 0,
        .max_bytes = chance(20) ? 1 + below(50) : 0,
        .jobs_per_second = chance(10) ? 200000 : 0,
    };
    CHECK(!xtr_runtime_new(&r->runtime, &config, &error), "%s", error.message);
    CHECK(!xtr_completions_new(&r->queue, NULL, NULL, &error), "%s", error.message);
    r->over = false;
    uv_thread_create(&canceller, cancel_main, r);
    while (r->count < jobs) {
        submit_one(r, false);
        if (chance(5))
            xtr_completions_drain(r->queue, take_one, r, 1);
        if (r->kept_count && chance(1))
            CHECK(xtr_jobs_wait_any(r->kept, r->kept_count, 60000) < r->kept_count, "none is done");
    }
    if (chance(30))
        CHECK(xtr_jobs_wait_all(r->kept, r->kept_count, 60000), "not all are done");
    uv_mutex_lock(&r->mutex);
    r->over = true;
    uv_mutex_unlock(&r->mutex);
    uv_thread_join(&canceller);
    if (chance(20))
        drop_kept(r); /* before the close: the runtime alone holds them */
    xtr_runtime_close(r->runtime, chance(50) ? XTR_CLOSE_CANCEL : XTR_CLOSE_WAIT);
    wait_queued(r);
    drop_kept(r);
    xtr_completions_drop(r->queue);
}

static void loop_round(round *r, size_t jobs) {
    uv_loop_t loop;
    xtr_error error;
    uv_loop_init(&loop);
    const xtr_runtime_config config = {.size = sizeof config,
                                       .threads = 1 + (unsigned)below(4),
                                       .executor = XTR_EXECUTOR_UV,
                                       .loop = &loop};
    CHECK(!xtr_runtime_new(&r->runtime, &config, &error), "%s", error.message);
    while (r->count < jobs) {
        submit_one(r, true);
        if (chance(2))
            uv_run(&loop, UV_RUN_NOWAIT);
        if (r->kept_count && chance(5))
            xtr_job_cancel(r->kept[below(r->kept_count)]);
    }
    if (chance(50))
        uv_run(&loop, UV_RUN_DEFAULT);
    xtr_runtime_close(r->runtime, chance(50) ? XTR_CLOSE_CANCEL : XTR_CLOSE_WAIT);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(!uv_loop_close(&loop), "the loop is still in use");
    drop_kept(r);
}

/* Streams ---- */

static xtr_options *mock(const char *type) {
    xtr_options *options = options_with("timeout", 0);
    xtr_options_set(options, "mime_type", type, NULL);
    return options;
}

static void take_some(xtr_stream *stream, size_t most) {
    xtr_item item;
    for (size_t i = 0; i < most && xtr_stream_next(stream, &item, 60000) == XTR_OK; i++)
        xtr_result_drop(item.result);
    xtr_stream_drop(stream);
}

static void page_stream(xtr_runtime *runtime) {
    xtr_stream *stream;
    xtr_error error;
    xtr_options *options = mock("mock:pages");
    xtr_source *source = xtr_source_new_copy("20", 2);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    CHECK(!xtr_pages_open(&stream, runtime, source, &config, &error), "%s", error.message);
    xtr_source_drop(source);
    xtr_options_drop(options);
    take_some(stream, below(25));
    streams++;
}

static xtr_source *next_source(void *payload, void **tag) {
    size_t *left = payload;
    *tag = NULL;
    return (*left)-- ? xtr_source_new_copy("1", 1) : NULL;
}

static void batch(xtr_runtime *runtime) {
    xtr_stream *stream;
    xtr_error error;
    size_t left = below(2000);
    xtr_options *options = mock(chance(80) ? "mock:empty" : "mock:none");
    const xtr_stream_config config = {.size = sizeof config,
                                      .options = options,
                                      .in_order = chance(50),
                                      .max_bytes = chance(50) ? 10 : 0};
    CHECK(!xtr_batch_open(&stream, runtime, next_source, &left, &config, &error), "%s",
          error.message);
    xtr_options_drop(options);
    take_some(stream, chance(50) ? SIZE_MAX : below(1000));
    batches++;
}

/* Forks -----------------------------------------------------------------------------------------
 */

/* The child has the parent's default runtime with jobs in flight, and none of its threads. */
static void extract_in_child(void) {
    xtr_result *result;
    xtr_error error;
    xtr_options *options = mock("mock:empty");
    xtr_source *source = xtr_source_new_copy("1", 1);
    alarm(60);
    int code = xtr_extract(&result, NULL, source, options, &error);
    _exit(code != XTR_OK || strcmp(xtr_result_content(result, NULL), "empty\n") != 0);
}

static void fork_once(void) {
    xtr_job *jobs[8];
    int status;
    xtr_options *options = mock("mock:spin");
    xtr_source *source = xtr_source_new_copy("3", 1);
    for (int i = 0; i < 8; i++) {
        const xtr_request request = {.size = sizeof request, .source = source, .options = options};
        CHECK(!xtr_submit(&jobs[i], NULL, &request, NULL), "submit");
    }
    pid_t child = fork();
    if (child == 0)
        extract_in_child();
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "child: %#x", status);
    CHECK(xtr_jobs_wait_all(jobs, 8, 60000), "the parent's jobs");
    for (int i = 0; i < 8; i++)
        xtr_job_drop(jobs[i]);
    xtr_source_drop(source);
    xtr_options_drop(options);
    children++;
}

/* All -------------------------------------------------------------------------------------------
 */

static void one_round(uint64_t wanted) {
    static round r;
    r.count = r.queued = r.kept_count = r.handed_count = 0;
    uv_mutex_init(&r.mutex);
    size_t jobs = 1 + below(wanted / 50 < MOST ? wanted / 50 : MOST);
    if (chance(70))
        own_round(&r, jobs);
    else
        loop_round(&r, jobs);
    uv_mutex_destroy(&r.mutex);
    check_all(&r);
    runtimes++;
    if (chance(40)) {
        xtr_runtime *runtime = chance(50) ? open_runtime(1 + (unsigned)below(3)) : NULL;
        for (uint64_t i = below(4); i > 0; i--)
            page_stream(runtime);
        if (chance(50))
            batch(runtime);
        xtr_runtime_drop(runtime);
    }
    if (chance(30))
        fork_once();
}

static size_t bytes_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

int main(int argc, char **argv) {
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : is_long() ? 1000000 : 20000;
    seed = argc > 2 ? strtoull(argv[2], NULL, 10) : uv_hrtime();
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    make_kinds();
    while (jobs_done < wanted / 10)
        one_round(wanted);
    fork_once(); /* the default runtime has started all it will */
    size_t before = bytes_in_use();
    while (jobs_done < wanted)
        one_round(wanted);
    size_t after = bytes_in_use();
    for (int i = 0; i < KINDS; i++)
        xtr_options_drop(kinds[i]);
    printf("%llu jobs, %llu runtimes, %llu page streams, %llu batches, %llu children; "
           "%zu bytes before, %zu after\n",
           (unsigned long long)jobs_done, (unsigned long long)runtimes, (unsigned long long)streams,
           (unsigned long long)batches, (unsigned long long)children, before, after);
    CHECK(after < before + SLACK_BYTES, "memory grew");
    return 0;
}
