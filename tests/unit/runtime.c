/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The runtime with mock documents, over both executors. */
#include "libextract.h"
#include "test.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static uint64_t now_ms(void) {
    return uv_hrtime() / 1000000;
}

static xtr_options *mock_options(const char *type, int64_t timeout) {
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "mime_type", type, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set_integer(options, "timeout", timeout, NULL), XTR_OK);
    return options;
}

typedef struct diary {
    atomic_int done;
    int codes[64];
    int tags[64];
} diary;

static void note(xtr_job *job, void *payload) {
    diary *l = payload;
    xtr_result *result;
    xtr_error error;
    int n = atomic_fetch_add(&l->done, 1);
    l->codes[n] = xtr_job_take(job, &result, &error);
    l->tags[n] = (int)(intptr_t)xtr_job_tag(job);
    xtr_result_drop(result);
}

static xtr_job *submit(xtr_runtime *runtime, const char *type, const char *amount, int64_t timeout,
                       diary *l, const char *priority) {
    static int number;
    xtr_job *job;
    xtr_error error;
    xtr_options *options = mock_options(type, timeout);
    if (priority)
        xtr_options_set(options, "priority", priority, NULL);
    xtr_source *source = xtr_source_new_copy(amount, strlen(amount));
    const xtr_request request = {.size = sizeof request,
                                 .source = source,
                                 .options = options,
                                 .done = l ? note : NULL,
                                 .payload = l,
                                 .tag = (void *)(intptr_t)++number};
    int code = xtr_submit(&job, runtime, &request, &error);
    ck_assert_msg(!code, "%s", error.message);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return job;
}

/* Waits until a slot has taken the job. */
static void wait_until_running(const xtr_job *job) {
    xtr_progress progress = {0};
    while (!progress.pages_total) {
        usleep(1000);
        xtr_job_progress(job, &progress);
    }
}

static xtr_runtime *own_runtime(unsigned threads) {
    xtr_runtime *runtime;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    return runtime;
}

TEST(runtime, blocking_form_returns_the_result) {
    xtr_result *result;
    xtr_options *options = mock_options("mock:empty", 0);
    xtr_source *source = xtr_source_new_copy("1", 1);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, NULL), XTR_OK);
    ck_assert_str_eq(xtr_result_content(result, NULL), "empty\n");
    ck_assert_str_eq(xtr_result_mime_type(result), "mock:empty");
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(runtime, every_job_completes_once) {
    diary l = {0};
    xtr_job *jobs[64];
    xtr_runtime *runtime = own_runtime(4);
    for (int i = 0; i < 64; i++)
        jobs[i] = submit(runtime, "mock:sleep", "2", 0, &l, NULL);
    for (int i = 0; i < 64; i += 3)
        xtr_job_cancel(jobs[i]);
    for (int i = 0; i < 64; i++) {
        ck_assert(xtr_job_wait(jobs[i], -1));
        ck_assert(xtr_job_is_done(jobs[i]));
        xtr_job_cancel(jobs[i]);
        xtr_job_drop(jobs[i]);
    }
    xtr_runtime_drop(runtime);
    ck_assert_int_eq(l.done, 64);
}

TEST(runtime, priorities_go_first) {
    diary l = {0};
    xtr_runtime *runtime = own_runtime(1);
    xtr_job *first = submit(runtime, "mock:sleep", "200", 0, &l, NULL);
    wait_until_running(first);
    xtr_job *low = submit(runtime, "mock:empty", "0", 0, &l, "low");
    xtr_job *normal = submit(runtime, "mock:empty", "0", 0, &l, NULL);
    xtr_job *high = submit(runtime, "mock:empty", "0", 0, &l, "high");
    int wanted[] = {(int)(intptr_t)xtr_job_tag(first), (int)(intptr_t)xtr_job_tag(high),
                    (int)(intptr_t)xtr_job_tag(normal), (int)(intptr_t)xtr_job_tag(low)};
    xtr_runtime_drop(runtime);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(l.tags[i], wanted[i]);
    xtr_job_drop(first);
    xtr_job_drop(low);
    xtr_job_drop(normal);
    xtr_job_drop(high);
}

TEST(runtime, cancel_is_seen_at_once_even_by_a_job_that_hangs) {
    diary l = {0};
    xtr_runtime *runtime = own_runtime(1);
    xtr_job *hanging = submit(runtime, "mock:hang", "300", 0, &l, NULL);
    xtr_job *queued = submit(runtime, "mock:empty", "0", 0, &l, NULL);
    wait_until_running(hanging);
    uint64_t start = now_ms();
    xtr_job_cancel(queued);
    xtr_job_cancel(hanging);
    ck_assert(xtr_job_wait(hanging, -1));
    ck_assert_uint_lt(now_ms() - start, 100);
    ck_assert_int_eq(l.done, 2);
    ck_assert_int_eq(l.codes[0], XTR_E_CANCELLED);
    ck_assert_int_eq(l.codes[1], XTR_E_CANCELLED);
    xtr_job_drop(queued);
    xtr_job_drop(hanging);
    xtr_runtime_drop(runtime);
    ck_assert_uint_ge(now_ms() - start, 100);
}

TEST(runtime, deadline_ends_a_job_that_hangs) {
    xtr_runtime *runtime = own_runtime(2);
    uint64_t start = now_ms();
    xtr_error error;
    xtr_result *result;
    xtr_job *slow = submit(runtime, "mock:hang", "500", 400, NULL, NULL);
    xtr_job *job = submit(runtime, "mock:hang", "500", 50, NULL, NULL);
    ck_assert(xtr_job_wait(job, -1));
    uint64_t took = now_ms() - start;
    ck_assert_uint_ge(took, 49);
    ck_assert_uint_lt(took, 450);
    ck_assert_int_eq(xtr_job_take(job, &result, &error), XTR_E_TIMEOUT);
    ck_assert_str_eq(error.message, "input: ran out of time after 50 ms: raise the timeout");
    ck_assert(!xtr_job_wait(slow, 10));
    ck_assert_int_eq(xtr_job_take(slow, &result, &error), XTR_E_BUSY);
    ck_assert(xtr_job_wait(slow, -1));
    xtr_job_drop(slow);
    xtr_job_drop(job);
    xtr_runtime_drop(runtime);
}

TEST(runtime, progress_counts_pages) {
    xtr_progress progress = {0};
    xtr_runtime *runtime = own_runtime(1);
    xtr_job *job = submit(runtime, "mock:pages", "60", 0, NULL, NULL);
    bool seen_between = false;
    while (!xtr_job_wait(job, 5)) {
        xtr_job_progress(job, &progress);
        seen_between |= progress.pages_done > 0 && progress.pages_done < 60;
    }
    xtr_job_progress(job, &progress);
    ck_assert(seen_between);
    ck_assert_uint_eq(progress.pages_done, 60);
    ck_assert_uint_eq(progress.pages_total, 60);
    xtr_job_drop(job);
    xtr_runtime_drop(runtime);
}

TEST(runtime, text_over_the_limit_gives_a_partial_result) {
    xtr_result *result;
    xtr_options *options = mock_options("mock:huge", 0);
    xtr_source *source = xtr_source_new_copy("10", 2);
    ck_assert_int_eq(xtr_options_set(options, "max_text_size", "3MB", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, NULL), XTR_OK);
    ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_LIMIT);
    size_t size;
    xtr_result_content(result, &size);
    ck_assert_uint_ge(size, 3000000);
    ck_assert_uint_le(size, 3000001);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(runtime, a_job_may_outlive_its_runtime) {
    xtr_result *result;
    xtr_runtime *runtime = own_runtime(1);
    xtr_job *job = submit(runtime, "mock:empty", "0", 0, NULL, NULL);
    xtr_runtime_drop(runtime);
    ck_assert(xtr_job_wait(job, 0));
    ck_assert_int_eq(xtr_job_take(job, &result, NULL), XTR_OK);
    xtr_job_drop(job);
    ck_assert_str_eq(xtr_result_content(result, NULL), "empty\n");
    xtr_result_drop(result);
}

TEST(runtime, bad_requests_are_refused) {
    xtr_runtime *runtime;
    xtr_job *job;
    const xtr_runtime_config loopless = {.size = sizeof loopless, .executor = XTR_EXECUTOR_UV};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &loopless, NULL), XTR_E_ARGUMENT);
    ck_assert_ptr_null(runtime);
    const xtr_request empty = {.size = sizeof empty};
    ck_assert_int_eq(xtr_submit(&job, NULL, &empty, NULL), XTR_E_ARGUMENT);
    ck_assert_ptr_null(job);
}

TEST(runtime, a_forked_child_gets_threads_of_its_own) {
    xtr_job *job = submit(NULL, "mock:empty", "0", 0, NULL, NULL);
    ck_assert(xtr_job_wait(job, -1));
    xtr_job_drop(job);
    pid_t child = fork();
    if (child == 0) {
        job = submit(NULL, "mock:empty", "0", 0, NULL, NULL);
        _exit(xtr_job_wait(job, 5000) ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

/* Completion queue -------------------------------------------------------------------------- */

static bool is_readable(const xtr_completions *queue, int timeout) {
    struct pollfd wait = {.fd = xtr_completions_fd(queue), .events = POLLIN};
    return poll(&wait, 1, timeout) == 1;
}

static void count_done(xtr_job *job, void *payload) {
    ck_assert(xtr_job_is_done(job));
    xtr_job_drop(job);
    ++*(int *)payload;
}

/* As a host that makes something of each result, 1 ms long. */
static void count_slowly(xtr_job *job, void *payload) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    count_done(job, payload);
}

static void submit_many(xtr_runtime *runtime, xtr_completions *queue, int count, const char *type) {
    xtr_options *options = mock_options(type, 0);
    xtr_source *source = xtr_source_new_copy("1", 1);
    for (int i = 0; i < count; i++) {
        xtr_job *job;
        const xtr_request request = {.size = sizeof request,
                                     .source = source,
                                     .options = options,
                                     .done = xtr_completions_push,
                                     .payload = queue};
        ck_assert_int_eq(xtr_submit(&job, runtime, &request, NULL), XTR_OK);
    }
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(completions, one_descriptor_for_many_jobs) {
    enum { COUNT = 40 };
    xtr_completions *queue;
    xtr_runtime *runtime = own_runtime(3);
    ck_assert_int_eq(xtr_completions_new(&queue, NULL, NULL, NULL), XTR_OK);
    submit_many(runtime, queue, COUNT, "mock:sleep");
    int seen = 0;
    while (seen < COUNT) {
        ck_assert(is_readable(queue, 5000));
        xtr_completions_drain(queue, count_done, &seen, -1);
    }
    ck_assert(!is_readable(queue, 0));
    xtr_runtime_drop(runtime);
    xtr_completions_drop(queue);
}

TEST(completions, a_budget_ends_a_drain_and_loses_nothing) {
    enum { COUNT = 30 };
    int seen = 0, drains = 1;
    xtr_completions *queue;
    xtr_runtime *runtime = own_runtime(1);
    ck_assert_int_eq(xtr_completions_new(&queue, NULL, NULL, NULL), XTR_OK);
    submit_many(runtime, queue, COUNT, "mock:empty");
    xtr_runtime_drop(runtime); /* all are done */
    while (xtr_completions_drain(queue, count_slowly, &seen, 5)) {
        ck_assert_int_gt(seen, 0);
        ck_assert(is_readable(queue, 0));
        drains++;
    }
    ck_assert_int_eq(seen, COUNT);
    ck_assert_int_ge(drains, 4);
    ck_assert(!is_readable(queue, 0));
    xtr_completions_drop(queue);
}

TEST(completions, a_fork_leaves_the_queue_alone) {
    int seen = 0;
    xtr_completions *queue;
    xtr_runtime *runtime = own_runtime(1);
    ck_assert_int_eq(xtr_completions_new(&queue, NULL, NULL, NULL), XTR_OK);
    submit_many(runtime, queue, 3, "mock:empty");
    xtr_runtime_drop(runtime);
    pid_t child = fork();
    if (child == 0) {
        bool more = xtr_completions_drain(queue, count_done, &seen, -1);
        xtr_completions_drop(queue);
        _exit(more || seen);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(!xtr_completions_drain(queue, count_done, &seen, -1));
    ck_assert_int_eq(seen, 3);
    xtr_completions_drop(queue);
}

/* libuv's pool ------------------------------------------------------------------------------ */

typedef struct uv_test {
    uv_loop_t loop;
    uv_thread_t thread;
    xtr_runtime *runtime;
    int left, done, wrong_thread;
    int codes[200];
    int closed;
} uv_test;

static xtr_job *submit_to_loop(uv_test *test, const char *type, int64_t timeout);

static void on_loop(xtr_job *job, void *payload) {
    uv_test *test = payload;
    xtr_result *result;
    uv_thread_t here = uv_thread_self();
    test->wrong_thread += !uv_thread_equal(&here, &test->thread);
    test->codes[test->done++] = xtr_job_take(job, &result, NULL);
    xtr_result_drop(result);
    xtr_job_drop(job);
    if (test->left-- > 0)
        submit_to_loop(test, "mock:empty", 0);
}

static xtr_job *submit_to_loop(uv_test *test, const char *type, int64_t timeout) {
    xtr_job *job;
    xtr_options *options = mock_options(type, timeout);
    xtr_source *source = xtr_source_new_copy("200", 3);
    const xtr_request request = {.size = sizeof request,
                                 .source = source,
                                 .options = options,
                                 .done = on_loop,
                                 .payload = test};
    ck_assert_int_eq(xtr_submit(&job, test->runtime, &request, NULL), XTR_OK);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return job;
}

static void on_closed(void *payload) {
    ((uv_test *)payload)->closed++;
}

static void open_loop(uv_test *test, unsigned threads) {
    ck_assert_int_eq(uv_loop_init(&test->loop), 0);
    test->thread = uv_thread_self();
    const xtr_runtime_config config = {.size = sizeof config,
                                       .threads = threads,
                                       .executor = XTR_EXECUTOR_UV,
                                       .loop = &test->loop,
                                       .closed = on_closed,
                                       .payload = test};
    ck_assert_int_eq(xtr_runtime_new(&test->runtime, &config, NULL), XTR_OK);
}

TEST(executor_uv, jobs_complete_on_the_loop_and_then_it_ends) {
    uv_test test = {.left = 150};
    open_loop(&test, 2);
    for (int i = 0; i < 4; i++)
        submit_to_loop(&test, "mock:empty", 0);
    ck_assert_int_eq(uv_run(&test.loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(test.done, 154);
    ck_assert_int_eq(test.wrong_thread, 0);
    xtr_runtime_drop(test.runtime);
    ck_assert_int_eq(test.closed, 0);
    ck_assert_int_eq(uv_run(&test.loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(test.closed, 1);
    ck_assert_int_eq(uv_loop_close(&test.loop), 0);
}

TEST(executor_uv, idle_threads_of_the_pool_help) {
    uv_test test = {.left = 0};
    open_loop(&test, 4);
    uint64_t start = now_ms();
    submit_to_loop(&test, "mock:share", 0);
    ck_assert_int_eq(uv_run(&test.loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(test.done, 1);
    ck_assert_uint_lt(now_ms() - start, 190);
    xtr_runtime_drop(test.runtime);
    ck_assert_int_eq(uv_run(&test.loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(uv_loop_close(&test.loop), 0);
}

TEST(executor_uv, cancel_and_deadline) {
    uv_test test = {.left = 0};
    open_loop(&test, 1);
    uint64_t start = now_ms();
    submit_to_loop(&test, "mock:hang", 40);
    xtr_job *queued = submit_to_loop(&test, "mock:sleep", 0);
    xtr_job_cancel(queued);
    while (test.done < 2)
        uv_run(&test.loop, UV_RUN_ONCE);
    ck_assert_uint_lt(now_ms() - start, 150);
    ck_assert_int_eq(test.codes[0], XTR_E_CANCELLED);
    ck_assert_int_eq(test.codes[1], XTR_E_TIMEOUT);
    xtr_runtime_drop(test.runtime);
    ck_assert_int_eq(uv_run(&test.loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(uv_loop_close(&test.loop), 0);
}
