/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lifetimes, wake-ups and races at the edges of the runtime, with mock documents. */
#include "libextract.h"
#include "runtime/runtime.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static uint64_t now_ms(void) {
    return uv_hrtime() / 1000000;
}

static xtr_runtime *with_threads(unsigned threads) {
    xtr_runtime *runtime;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    return runtime;
}

static xtr_options *mock_options(const char *type) {
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "mime_type", type, NULL), XTR_OK);
    return options;
}

static xtr_job *submit_source(xtr_runtime *runtime, const char *type, xtr_source *source) {
    xtr_job *job;
    xtr_options *options = mock_options(type);
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    ck_assert_int_eq(xtr_submit(&job, runtime, &request, NULL), XTR_OK);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return job;
}

static xtr_job *submit(xtr_runtime *runtime, const char *type, const char *digits) {
    return submit_source(runtime, type, xtr_source_new_copy(digits, strlen(digits)));
}

static void finish(xtr_job *job) {
    ck_assert(xtr_job_wait(job, 5000));
    xtr_job_drop(job);
}

TEST(edges, two_jobs_at_once_do_not_share_one_idle_thread) {
    xtr_runtime *runtime = with_threads(4);
    for (int i = 0; i < 5; i++) {
        finish(submit(runtime, "mock:empty", "0"));
        usleep(5000); /* one thread is idle, three are not started */
        uint64_t start = now_ms();
        xtr_job *jobs[4];
        for (int k = 0; k < 4; k++)
            jobs[k] = submit(runtime, "mock:sleep", "150");
        for (int k = 0; k < 4; k++)
            finish(jobs[k]);
        ck_assert_uint_lt(now_ms() - start, 290);
    }
    xtr_runtime_drop(runtime);
}

/* Of two threads one leaves short jobs to the other; long ones are for both again. */
TEST(edges, long_jobs_behind_short_ones_find_all_threads) {
    enum { SHORT = 20000 };
    static xtr_job *jobs[SHORT + 2];
    xtr_runtime *runtime = with_threads(2);
    xtr_source *source = xtr_source_new_copy("150", 3);
    xtr_options *options[] = {mock_options("mock:empty"), mock_options("mock:sleep")};
    for (int i = 0; i < SHORT + 2; i++) {
        const xtr_request request = {
            .size = sizeof request, .source = source, .options = options[i >= SHORT]};
        ck_assert_int_eq(xtr_submit(&jobs[i], runtime, &request, NULL), XTR_OK);
    }
    ck_assert(xtr_jobs_wait_all(jobs, SHORT, 20000));
    uint64_t start = now_ms();
    ck_assert(xtr_jobs_wait_all(jobs, SHORT + 2, 5000));
    ck_assert_uint_lt(now_ms() - start, 290);
    for (int i = 0; i < SHORT + 2; i++)
        xtr_job_drop(jobs[i]);
    xtr_options_drop(options[0]);
    xtr_options_drop(options[1]);
    xtr_source_drop(source);
    xtr_runtime_drop(runtime);
}

/* How long so many take that are submitted before a thread is free for the first of them. */
static uint64_t ms_of_short_jobs(xtr_runtime *runtime) {
    enum { SHORT = 40000 };
    static xtr_job *jobs[SHORT];
    xtr_source *source = xtr_source_new_copy("0", 1);
    xtr_options *options = mock_options("mock:empty");
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    xtr_job *before = submit(runtime, "mock:sleep", "200");
    for (int i = 0; i < SHORT; i++) {
        ck_assert_int_eq(xtr_submit(&jobs[i], runtime, &request, NULL), XTR_OK);
        jobs[i]->is_of_batch = true; /* the others are left to no one */
    }
    finish(before);
    uint64_t start = now_ms();
    ck_assert(xtr_jobs_wait_all(jobs, SHORT, 20000));
    uint64_t took = now_ms() - start;
    for (int i = 0; i < SHORT; i++)
        xtr_job_drop(jobs[i]);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return took;
}

TEST(edges, short_jobs_are_not_left_to_a_thread_that_has_a_long_one) {
    xtr_runtime *runtimes[] = {with_threads(1), with_threads(2)};
    uint64_t alone = ms_of_short_jobs(runtimes[0]);
    xtr_job *job = submit(runtimes[1], "mock:sleep", "20000");
    uint64_t beside = ms_of_short_jobs(runtimes[1]);
    ck_assert(!xtr_job_is_done(job));
    ck_assert_uint_lt(beside, 4 * alone + 100);
    xtr_job_cancel(job);
    xtr_job_drop(job);
    xtr_runtime_drop(runtimes[0]);
    xtr_runtime_drop(runtimes[1]);
}

TEST(edges, a_job_that_is_used_again_remembers_nothing) {
    static const char *const pages[] = {"7", "3", "5"};
    xtr_runtime *runtime = with_threads(1);
    xtr_options *options = mock_options("mock:pages");
    xtr_job *job = NULL;
    for (int i = 0; i < 3; i++) {
        xtr_result *result;
        xtr_progress progress;
        xtr_source *source = xtr_source_new_copy(pages[i], 1);
        const xtr_request request = {.size = sizeof request, .source = source, .options = options};
        if (job)
            xtr__job_renew(job, &request);
        else
            ck_assert_int_eq(xtr__job_new(&job, runtime, &request, NULL), XTR_OK);
        ck_assert(!xtr_job_is_done(job));
        ck_assert_int_eq(xtr__submit_all(runtime, &job, 1, NULL), XTR_OK);
        ck_assert(xtr_job_wait(job, 5000));
        xtr_job_progress(job, &progress);
        ck_assert_uint_eq(progress.pages_done, strtoul(pages[i], NULL, 10));
        ck_assert_int_eq(xtr__job_take_over(job, &result, NULL), XTR_OK);
        ck_assert_uint_eq(xtr_result_page_count(result), strtoul(pages[i], NULL, 10));
        while (!xtr__job_empty(job)) /* its slot has it for a moment more */
            usleep(100);
        xtr_result_drop(result);
        xtr_source_drop(source);
    }
    xtr_job_drop(job);
    xtr_options_drop(options);
    xtr_runtime_drop(runtime);
}

TEST(edges, a_long_timeout_is_not_a_short_one) {
    xtr_runtime *runtime = with_threads(1);
    xtr_job *job = submit(runtime, "mock:sleep", "50");
    ck_assert(xtr_job_wait(job, INT64_MAX));
    xtr_job_drop(job);
    job = submit(runtime, "mock:sleep", "50");
    ck_assert(xtr_jobs_wait_all(&job, 1, INT64_MAX / 1000));
    xtr_job_drop(job);
    xtr_runtime_drop(runtime);
}

TEST(edges, a_runtime_may_close_while_its_first_helpers_start) {
    for (int i = 0; i < 20; i++) {
        xtr_runtime *runtime = with_threads(8);
        xtr_job *job = submit(runtime, "mock:share", "40");
        usleep((unsigned)(i * 20));
        xtr_runtime_drop(runtime);
        finish(job);
    }
}

static xtr_source *three(void *payload, void **tag) {
    int *left = payload;
    (void)tag;
    return (*left)-- > 0 ? xtr_source_new_copy("1", 1) : NULL;
}

TEST(edges, a_batch_outlives_its_runtime) {
    int left = 3;
    xtr_stream *stream;
    xtr_item item;
    xtr_runtime *runtime = with_threads(1);
    ck_assert_int_eq(xtr_batch_open(&stream, runtime, three, &left, NULL, NULL), XTR_OK);
    xtr_runtime_drop(runtime);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(xtr_stream_next(stream, &item, 5000), XTR_OK);
        ck_assert_int_eq(item.code, XTR_E_CLOSED);
    }
    ck_assert_int_eq(xtr_stream_next(stream, &item, 5000), XTR_END);
    xtr_stream_drop(stream);
}

/* 0 when a child of a fork can use and drop its parent's stream without waiting for ever. */
static int in_child(xtr_stream *stream) {
    xtr_item item;
    pid_t child = fork();
    if (child == 0) {
        alarm(3);
        int code = xtr_stream_next(stream, &item, -1);
        xtr_stream_drop(stream);
        _exit(code == XTR_E_CLOSED ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

TEST(edges, a_forked_child_does_not_wait_for_streams_of_its_parent) {
    int left = 3;
    xtr_stream *batch, *pages;
    xtr_item item;
    xtr_runtime *runtime = with_threads(2);
    xtr_options *options = mock_options("mock:sleep");
    xtr_source *source = xtr_source_new_copy("500", 3);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_batch_open(&batch, runtime, three, &left, &config, NULL), XTR_OK);
    ck_assert_int_eq(xtr_stream_next(batch, &item, 0), XTR_E_TIMEOUT);
    ck_assert_int_eq(xtr_pages_open(&pages, runtime, source, &config, NULL), XTR_OK);
    ck_assert_int_eq(in_child(batch), 0);
    ck_assert_int_eq(in_child(pages), 0);
    xtr_stream_drop(batch);
    xtr_stream_drop(pages);
    xtr_source_drop(source);
    xtr_options_drop(options);
    xtr_runtime_drop(runtime);
}

TEST(edges, a_page_stream_on_a_loop_may_be_dropped) {
    uv_loop_t loop;
    xtr_runtime *runtime;
    xtr_stream *stream;
    ck_assert_int_eq(uv_loop_init(&loop), 0);
    const xtr_runtime_config config = {
        .size = sizeof config, .threads = 1, .executor = XTR_EXECUTOR_UV, .loop = &loop};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    xtr_options *options = mock_options("mock:pages");
    xtr_source *source = xtr_source_new_copy("1000", 4);
    const xtr_stream_config pages = {.size = sizeof pages, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, runtime, source, &pages, NULL), XTR_OK);
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
    xtr_runtime_drop(runtime);
    ck_assert_int_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(uv_loop_close(&loop), 0);
}

static void count_done(xtr_job *job, void *payload) {
    (void)job;
    ++*(int *)payload;
}

TEST(edges, a_page_stream_on_a_loop_holds_up_nobody) {
    uv_loop_t loop;
    xtr_runtime *runtime;
    xtr_stream *stream;
    xtr_item item;
    xtr_job *job;
    int done = 0;
    ck_assert_int_eq(uv_loop_init(&loop), 0);
    const xtr_runtime_config config = {
        .size = sizeof config, .threads = 1, .executor = XTR_EXECUTOR_UV, .loop = &loop};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    xtr_options *options = mock_options("mock:pages"), *empty = mock_options("mock:empty");
    xtr_source *source = xtr_source_new_copy("40", 2);
    const xtr_stream_config pages = {.size = sizeof pages, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, runtime, source, &pages, NULL), XTR_OK);
    const xtr_request request = {.size = sizeof request,
                                 .source = source,
                                 .options = empty,
                                 .done = count_done,
                                 .payload = &done};
    for (int i = 0; i < 40; i++) {
        ck_assert_int_eq(xtr_submit(&job, runtime, &request, NULL), XTR_OK);
        while (done <= i)
            uv_run(&loop, UV_RUN_ONCE);
        xtr_job_drop(job);
        ck_assert_int_eq(xtr_stream_next(stream, &item, 10000), XTR_OK);
        xtr_result_drop(item.result);
    }
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
    xtr_options_drop(empty);
    xtr_runtime_drop(runtime);
    ck_assert_int_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(uv_loop_close(&loop), 0);
}

TEST(edges, a_job_that_reads_a_pipe_can_be_cancelled) {
    int ends[2];
    xtr_source *source;
    xtr_runtime *runtime = with_threads(1);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(xtr_source_open_fd(&source, ends[0], NULL), XTR_OK);
    xtr_job *job = submit_source(runtime, "mock:empty", source);
    usleep(20000);
    uint64_t start = now_ms();
    xtr_job_cancel(job);
    xtr_runtime_drop(runtime);
    ck_assert_uint_lt(now_ms() - start, 200);
    xtr_job_drop(job);
    close(ends[0]);
    close(ends[1]);
}
