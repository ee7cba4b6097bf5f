/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Limits of a runtime, page streams and batches, with mock documents. */
#include "libextract.h"
#include "test.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static uint64_t now_ms(void) {
    return uv_hrtime() / 1000000;
}

static xtr_options *mock_options(const char *type) {
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "mime_type", type, NULL), XTR_OK);
    return options;
}

static xtr_source *amount(const char *digits) {
    return xtr_source_new_copy(digits, strlen(digits));
}

/* Waits until a slot has taken the job. */
static void wait_until_running(const xtr_job *job) {
    xtr_progress progress = {0};
    while (!progress.pages_total) {
        usleep(1000);
        xtr_job_progress(job, &progress);
    }
}

static xtr_runtime *limited(xtr_runtime_config config) {
    xtr_runtime *runtime;
    config.size = sizeof config;
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    return runtime;
}

static int submit(xtr_job **job, xtr_runtime *runtime, const char *type, const char *digits,
                  xtr_when_full when_full) {
    xtr_options *options = mock_options(type);
    xtr_source *source = amount(digits);
    const xtr_request request = {
        .size = sizeof request, .source = source, .options = options, .when_full = when_full};
    int code = xtr_submit(job, runtime, &request, NULL);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return code;
}

/* Limits ------------------------------------------------------------------------------------ */

TEST(limits, a_full_queue_refuses_waits_or_admits) {
    xtr_job *jobs[5];
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 1, .queue = 1});
    ck_assert_int_eq(submit(&jobs[0], runtime, "mock:sleep", "300", XTR_FULL_REFUSE), XTR_OK);
    wait_until_running(jobs[0]);
    ck_assert_int_eq(submit(&jobs[1], runtime, "mock:empty", "0", XTR_FULL_REFUSE), XTR_OK);
    ck_assert_int_eq(submit(&jobs[2], runtime, "mock:empty", "0", XTR_FULL_REFUSE), XTR_E_BUSY);
    ck_assert_ptr_null(jobs[2]);
    ck_assert_int_eq(submit(&jobs[2], runtime, "mock:empty", "0", XTR_FULL_ADMIT), XTR_OK);
    ck_assert(!xtr_job_is_done(jobs[0]));
    ck_assert_int_eq(submit(&jobs[3], runtime, "mock:empty", "0", XTR_FULL_WAIT), XTR_OK);
    ck_assert(xtr_job_is_done(jobs[0]));
    ck_assert(xtr_jobs_wait_all(jobs, 4, 5000));
    xtr_runtime_drop(runtime);
    for (int i = 0; i < 4; i++)
        xtr_job_drop(jobs[i]);
}

TEST(limits, bytes_in_flight_let_one_large_job_in) {
    xtr_job *first, *second;
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 2, .max_bytes = 3});
    ck_assert_int_eq(submit(&first, runtime, "mock:sleep", "000060", XTR_FULL_REFUSE), XTR_OK);
    ck_assert_int_eq(submit(&second, runtime, "mock:empty", "0", XTR_FULL_REFUSE), XTR_E_BUSY);
    ck_assert_int_eq(submit(&second, runtime, "mock:empty", "0", XTR_FULL_WAIT), XTR_OK);
    ck_assert(xtr_job_is_done(first));
    xtr_runtime_drop(runtime);
    xtr_job_drop(first);
    xtr_job_drop(second);
}

TEST(limits, jobs_per_second_space_the_starts) {
    xtr_job *jobs[6];
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 3, .jobs_per_second = 50});
    uint64_t start = now_ms();
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(submit(&jobs[i], runtime, "mock:empty", "0", XTR_FULL_ADMIT), XTR_OK);
    ck_assert(xtr_jobs_wait_all(jobs, 6, 5000));
    ck_assert_uint_ge(now_ms() - start, 98);
    xtr_runtime_drop(runtime);
    for (int i = 0; i < 6; i++)
        xtr_job_drop(jobs[i]);
}

TEST(limits, processor_time_is_not_wall_time) {
    xtr_result *result;
    xtr_error error;
    xtr_options *options = mock_options("mock:spin");
    xtr_source *source = amount("5000");
    ck_assert_int_eq(xtr_options_set(options, "cpu_time", "60ms", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_TIMEOUT);
    ck_assert_str_eq(error.message, "input: ran out of processor time after 60 ms: raise cpu_time");
    xtr_source_drop(source);
    source = amount("200");
    xtr_options_set(options, "mime_type", "mock:sleep", NULL);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_OK);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(limits, memory_is_counted_for_a_job) {
    xtr_result *result;
    xtr_error error;
    xtr_options *options = mock_options("mock:oom");
    xtr_source *source = amount("64");
    ck_assert_int_eq(xtr_options_set(options, "max_memory", "32MiB", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_MEMORY);
    ck_assert_str_eq(error.message, "input: needs more memory than it may take");
    ck_assert_int_eq(xtr_options_set(options, "max_memory", "128MiB", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_OK);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(limits, closing_may_cancel) {
    xtr_job *jobs[20];
    xtr_result *result;
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 2});
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(submit(&jobs[i], runtime, "mock:sleep", "2000", XTR_FULL_ADMIT), XTR_OK);
    usleep(10000);
    uint64_t start = now_ms();
    xtr_runtime_close(runtime, XTR_CLOSE_CANCEL);
    ck_assert_uint_lt(now_ms() - start, 500);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(xtr_job_take(jobs[i], &result, NULL), XTR_E_CANCELLED);
        xtr_job_drop(jobs[i]);
    }
}

TEST(waiting, any_returns_the_first_and_all_waits_for_all) {
    xtr_job *jobs[20];
    xtr_runtime *one = limited((xtr_runtime_config){.threads = 20});
    xtr_runtime *two = limited((xtr_runtime_config){.threads = 1});
    for (int i = 0; i < 20; i++)
        submit(&jobs[i], i == 7 ? two : one, "mock:sleep", i == 7 ? "300" : "900", XTR_FULL_ADMIT);
    ck_assert_uint_eq(xtr_jobs_wait_any(jobs, 20, 0), 20);
    ck_assert_uint_eq(xtr_jobs_wait_any(jobs, 20, -1), 7);
    ck_assert(!xtr_jobs_wait_all(jobs, 20, 1));
    ck_assert(xtr_jobs_wait_all(jobs, 20, -1));
    for (int i = 0; i < 20; i++)
        xtr_job_drop(jobs[i]);
    xtr_runtime_drop(one);
    xtr_runtime_drop(two);
}

/* Shared jobs ------------------------------------------------------------------------------- */

static uint64_t time_shared(unsigned threads, char *content, size_t size) {
    xtr_job *job;
    xtr_result *result;
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = threads});
    uint64_t start = now_ms();
    ck_assert_int_eq(submit(&job, runtime, "mock:share", "400", XTR_FULL_ADMIT), XTR_OK);
    ck_assert(xtr_job_wait(job, -1));
    uint64_t took = now_ms() - start;
    ck_assert_int_eq(xtr_job_take(job, &result, NULL), XTR_OK);
    snprintf(content, size, "%s", xtr_result_content(result, NULL));
    xtr_result_drop(result);
    xtr_job_drop(job);
    xtr_runtime_drop(runtime);
    return took;
}

TEST(share, idle_slots_help_and_nothing_changes) {
    char alone[500], together[500];
    uint64_t one = time_shared(1, alone, sizeof alone);
    uint64_t four = time_shared(4, together, sizeof together);
    ck_assert_uint_gt(strlen(alone), 400);
    ck_assert_str_eq(alone, together);
    ck_assert_uint_lt(four, one * 2 / 3);
}

TEST(share, busy_slots_do_not_and_a_cancel_ends_all) {
    xtr_job *busy, *shared, *second;
    xtr_result *result;
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 2});
    submit(&busy, runtime, "mock:sleep", "400", XTR_FULL_ADMIT);
    submit(&shared, runtime, "mock:share", "100", XTR_FULL_ADMIT);
    ck_assert(xtr_job_wait(shared, 5000));
    ck_assert(!xtr_job_is_done(busy));
    submit(&second, runtime, "mock:share", "100000", XTR_FULL_ADMIT);
    ck_assert(xtr_job_wait(busy, 5000));
    usleep(20000);
    xtr_job_cancel(second);
    ck_assert_int_eq(xtr_job_take(second, &result, NULL), XTR_E_CANCELLED);
    uint64_t start = now_ms();
    xtr_runtime_drop(runtime);
    ck_assert_uint_lt(now_ms() - start, 500);
    xtr_job_drop(busy);
    xtr_job_drop(shared);
    xtr_job_drop(second);
}

/* Page streams ------------------------------------------------------------------------------ */

static xtr_stream *open_pages(xtr_runtime *runtime, const char *type, const char *digits,
                              const char *timeout) {
    xtr_stream *stream;
    xtr_options *options = mock_options(type);
    xtr_source *source = amount(digits);
    xtr_options_set(options, "timeout", timeout, NULL);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, runtime, source, &config, NULL), XTR_OK);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return stream;
}

TEST(pages, come_in_order_each_once) {
    xtr_item item;
    xtr_statistics statistics;
    xtr_stream *stream = open_pages(NULL, "mock:pages", "50", "0");
    for (size_t i = 0; i < 50; i++) {
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_uint_eq(item.index, i);
        ck_assert(item.provisional);
        ck_assert_str_eq(xtr_result_content(item.result, NULL), "page\n");
        ck_assert_uint_eq(xtr_result_page_count(item.result), 1);
        xtr_result_drop(item.result);
    }
    /* The mock says its name at the end, outside of any page. */
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
    ck_assert(!item.provisional);
    xtr_result_drop(item.result);
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_END);
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_END);
    xtr_stream_statistics(stream, &statistics);
    ck_assert_uint_eq(statistics.pages, 50);
    xtr_stream_drop(stream);
}

TEST(pages, a_slow_consumer_holds_the_producer_back_without_costing_it_time) {
    xtr_item item;
    xtr_stream *stream = open_pages(NULL, "mock:pages", "40", "200ms");
    usleep(400000);
    int pages = 0;
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        ck_assert_int_eq(item.code, XTR_OK);
        pages += (int)xtr_result_page_count(item.result);
        xtr_result_drop(item.result);
    }
    ck_assert_int_eq(item.code, XTR_OK);
    ck_assert_int_eq(pages, 40);
    xtr_stream_drop(stream);
}

TEST(pages, a_deadline_keeps_the_pages_before_it) {
    xtr_item item;
    int pages = 0;
    int code;
    xtr_stream *stream = open_pages(NULL, "mock:pages", "100000", "60ms");
    while ((code = xtr_stream_next(stream, &item, -1)) == XTR_OK) {
        pages++;
        xtr_result_drop(item.result);
    }
    ck_assert_int_eq(code, XTR_E_TIMEOUT);
    ck_assert_ptr_nonnull(strstr(item.error.message, "ran out of time"));
    ck_assert_int_gt(pages, 5);
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_END);
    xtr_stream_drop(stream);
}

TEST(pages, a_dropped_stream_frees_its_slot) {
    xtr_item item;
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 1});
    for (int i = 0; i < 5; i++) {
        xtr_stream *stream = open_pages(runtime, "mock:pages", "100000", "0");
        ck_assert_int_eq(xtr_stream_next(stream, &item, 5000), XTR_OK);
        xtr_result_drop(item.result);
        if (i % 2)
            usleep(30000);
        xtr_stream_drop(stream);
    }
    xtr_runtime_drop(runtime);
}

/* Sleeps, some 20 ms each, in a runtime; how long all of them took. */
static uint64_t sleep_often(xtr_runtime *runtime) {
    enum { COUNT = 8 };
    xtr_job *jobs[COUNT];
    uint64_t start = now_ms();
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(submit(&jobs[i], runtime, "mock:sleep", "20", XTR_FULL_ADMIT), XTR_OK);
    ck_assert(xtr_jobs_wait_all(jobs, COUNT, 10000));
    for (int i = 0; i < COUNT; i++)
        xtr_job_drop(jobs[i]);
    return now_ms() - start;
}

TEST(pages, streams_that_wait_for_their_readers_hold_up_nobody) {
    enum { STREAMS = 5, PAGES = 30 };
    xtr_stream *streams[STREAMS];
    xtr_item item;
    xtr_job *job;
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 1});
    for (int i = 0; i < STREAMS; i++)
        streams[i] = open_pages(runtime, "mock:pages", "30", "0");
    for (int page = 0; page < PAGES; page++) {
        for (int i = 0; i < STREAMS; i++) {
            ck_assert_int_eq(xtr_stream_next(streams[i], &item, 10000), XTR_OK);
            ck_assert_uint_eq(item.index, (size_t)page);
            xtr_result_drop(item.result);
        }
        ck_assert_int_eq(submit(&job, runtime, "mock:empty", "0", XTR_FULL_ADMIT), XTR_OK);
        ck_assert(xtr_job_wait(job, 10000));
        xtr_job_drop(job);
    }
    /* Nobody waits any more: one thread again works at a time. */
    for (int i = 0; i < STREAMS; i++) {
        ck_assert_int_eq(xtr_stream_next(streams[i], &item, 10000), XTR_OK);
        xtr_result_drop(item.result);
        ck_assert_int_eq(xtr_stream_next(streams[i], &item, 10000), XTR_END);
        xtr_stream_drop(streams[i]);
    }
    ck_assert_uint_ge(sleep_often(runtime), 160);
    xtr_runtime_drop(runtime);
}

TEST(pages, only_one_stands_in_for_one_who_waits) {
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 1});
    xtr_stream *stream = open_pages(runtime, "mock:pages", "100", "0");
    ck_assert_uint_ge(sleep_often(runtime), 160);
    xtr_stream_drop(stream);
    xtr_runtime_close(runtime, XTR_CLOSE_CANCEL);
}

TEST(pages, a_runtime_closes_over_streams_that_wait) {
    enum { STREAMS = 80 }; /* more than others stand in for */
    xtr_stream *streams[STREAMS];
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 2});
    for (int i = 0; i < STREAMS; i++)
        streams[i] = open_pages(runtime, "mock:pages", "100", "0");
    usleep(300000);
    xtr_runtime_close(runtime, XTR_CLOSE_CANCEL);
    for (int i = 0; i < STREAMS; i++)
        xtr_stream_drop(streams[i]);
}

TEST(pages, a_stream_only_looks_when_told_so) {
    xtr_item item;
    xtr_stream *stream = open_pages(NULL, "mock:sleep", "60", "0");
    ck_assert_int_eq(xtr_stream_next(stream, &item, 0), XTR_E_TIMEOUT);
    ck_assert_int_eq(xtr_stream_next(stream, &item, 5), XTR_E_TIMEOUT);
    ck_assert_int_eq(xtr_stream_next(stream, &item, 5000), XTR_OK);
    ck_assert_str_eq(xtr_result_content(item.result, NULL), "sleep\n");
    ck_assert(!item.provisional);
    xtr_result_drop(item.result);
    xtr_stream_drop(stream);
}

/* Batches ----------------------------------------------------------------------------------- */

typedef struct list {
    size_t next, count;
    size_t asked_early; /* most that were asked for before they were taken */
    const char *(*digits)(size_t index);
    size_t taken;
    const char *path;
} list;

static xtr_source *next_source(void *payload, void **tag) {
    list *l = payload;
    if (l->next == l->count)
        return NULL;
    *tag = (void *)(uintptr_t)(l->next + 100);
    if (l->next - l->taken > l->asked_early)
        l->asked_early = l->next - l->taken;
    return amount(l->digits(l->next++));
}

static const char *short_naps(size_t index) {
    static const char *const naps[] = {"1", "3", "0", "5", "2"};
    return naps[index % 5];
}

static xtr_stream *open_batch(list *l, const char *type, bool in_order) {
    xtr_stream *stream;
    xtr_options *options = mock_options(type);
    const xtr_stream_config config = {
        .size = sizeof config, .options = options, .in_order = in_order};
    ck_assert_int_eq(xtr_batch_open(&stream, NULL, next_source, l, &config, NULL), XTR_OK);
    xtr_options_drop(options);
    return stream;
}

TEST(batch, every_source_gives_one_item) {
    enum { COUNT = 300 };
    bool seen[COUNT] = {false};
    list l = {.count = COUNT, .digits = short_naps};
    xtr_stream *stream = open_batch(&l, "mock:sleep", false);
    xtr_item item;
    xtr_statistics statistics;
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        ck_assert_int_eq(item.code, XTR_OK);
        ck_assert_uint_eq((uintptr_t)item.tag, item.index + 100);
        ck_assert(!seen[item.index]);
        seen[item.index] = true;
        xtr_result_drop(item.result);
    }
    for (int i = 0; i < COUNT; i++)
        ck_assert(seen[i]);
    xtr_stream_statistics(stream, &statistics);
    ck_assert_uint_eq(statistics.documents, COUNT);
    ck_assert_uint_eq(statistics.complete, COUNT);
    ck_assert_uint_eq(statistics.bytes, COUNT * strlen("sleep\n"));
    xtr_stream_drop(stream);
}

TEST(batch, in_order_keeps_the_order_and_asks_for_no_more_than_needed) {
    list l = {.count = 200, .digits = short_naps};
    xtr_stream *stream = open_batch(&l, "mock:sleep", true);
    xtr_item item;
    for (; xtr_stream_next(stream, &item, -1) == XTR_OK; l.taken++) {
        ck_assert_uint_eq(item.index, l.taken);
        xtr_result_drop(item.result);
    }
    ck_assert_uint_eq(l.taken, 200);
    ck_assert_uint_le(l.asked_early, 130);
    xtr_stream_drop(stream);
}

static const char *large(size_t index) {
    static char zeros[300 << 10];
    (void)index;
    memset(zeros, '0', sizeof zeros - 1);
    return zeros;
}

TEST(batch, of_large_documents_few_are_on_their_way) {
    list l = {.count = 200, .digits = large};
    xtr_stream *stream = open_batch(&l, "mock:empty", true);
    xtr_item item;
    for (; xtr_stream_next(stream, &item, -1) == XTR_OK; l.taken++)
        xtr_result_drop(item.result);
    ck_assert_uint_eq(l.taken, 200);
    ck_assert_uint_le(l.asked_early, 40);
    xtr_stream_drop(stream);
}

/* The second source waits until somebody reads the first. */
static xtr_source *source_after_the_first_is_read(void *payload, void **tag) {
    list *l = payload;
    (void)tag;
    if (l->next == 2)
        return NULL;
    if (l->next++ == 0)
        return xtr_source_new_path(l->path);
    int pipe = open(l->path, O_WRONLY);
    ck_assert_int_eq(write(pipe, "1", 1), 1);
    close(pipe);
    return amount("1");
}

TEST(batch, a_source_that_is_slow_holds_no_other_back) {
    char path[] = "/tmp/libextract-pipe-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    list l = {.path = path};
    xtr_options *options = mock_options("mock:sleep");
    const xtr_stream_config config = {.size = sizeof config, .options = options, .in_order = true};
    xtr_stream *stream;
    xtr_item item;
    ck_assert_int_eq(
        xtr_batch_open(&stream, NULL, source_after_the_first_is_read, &l, &config, NULL), XTR_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_int_eq(item.code, XTR_OK);
        xtr_result_drop(item.result);
    }
    ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_END);
    xtr_stream_drop(stream);
    xtr_options_drop(options);
    unlink(path);
}

static void post(void *payload) {
    uv_sem_post(payload);
}

TEST(batch, wakes_whoever_found_nothing) {
    list l = {.count = 60, .digits = short_naps};
    uv_sem_t woken;
    xtr_options *options = mock_options("mock:sleep");
    xtr_stream_config config = {
        .size = sizeof config, .options = options, .wake = post, .payload = &woken};
    xtr_stream *stream;
    xtr_item item;
    ck_assert_int_eq(uv_sem_init(&woken, 0), 0);
    ck_assert_int_eq(xtr_batch_open(&stream, NULL, next_source, &l, &config, NULL), XTR_OK);
    for (int code; (code = xtr_stream_next(stream, &item, 0)) != XTR_END;) {
        if (code == XTR_E_TIMEOUT) {
            uv_sem_wait(&woken);
            continue;
        }
        l.taken++;
        xtr_result_drop(item.result);
    }
    ck_assert_uint_eq(l.taken, 60);
    xtr_stream_drop(stream);
    xtr_options_drop(options);
    uv_sem_destroy(&woken);
}

static const char *longer_and_longer(size_t index) {
    static const char zeros[] = "0000000000000000000000000000000000000000";
    return zeros + 40 - (index + 1);
}

TEST(batch, the_largest_goes_first) {
    list l = {.count = 40, .digits = longer_and_longer};
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 1});
    xtr_options *options = mock_options("mock:empty");
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    xtr_stream *stream;
    xtr_item item;
    ck_assert_int_eq(xtr_batch_open(&stream, runtime, next_source, &l, &config, NULL), XTR_OK);
    for (size_t i = 40; i-- > 0;) {
        ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
        ck_assert_uint_eq(item.index, i);
        xtr_result_drop(item.result);
    }
    xtr_stream_drop(stream);
    xtr_options_drop(options);
    xtr_runtime_drop(runtime);
}

static xtr_source *bad_source(void *payload, void **tag) {
    list *l = payload;
    (void)tag;
    if (l->next == l->count)
        return NULL;
    return l->next++ % 3 == 1 ? xtr_source_new_path("/nowhere/at/all") : amount("1");
}

TEST(batch, a_bad_item_touches_no_other) {
    list l = {.count = 600}; /* many more than are on their way at once */
    xtr_options *options = mock_options("mock:empty");
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    xtr_stream *stream;
    xtr_item item;
    xtr_statistics statistics;
    ck_assert_int_eq(xtr_batch_open(&stream, NULL, bad_source, &l, &config, NULL), XTR_OK);
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        ck_assert_int_eq(item.code, item.index % 3 == 1 ? XTR_E_NOT_FOUND : XTR_OK);
        if (item.code)
            ck_assert_str_eq(item.error.message, "/nowhere/at/all: no such file");
        xtr_result_drop(item.result);
    }
    xtr_stream_statistics(stream, &statistics);
    ck_assert_uint_eq(statistics.failed, 200);
    ck_assert_uint_eq(statistics.complete, 400);
    xtr_stream_drop(stream);
    xtr_options_drop(options);
}

/* Every second time there is none yet. */
static xtr_source *slow_source(void *payload, void **tag) {
    list *l = payload;
    (void)tag;
    if (l->next == l->count)
        return NULL;
    return l->next++ % 2 == 0 ? XTR_SOURCE_LATER : amount("1");
}

TEST(batch, sources_may_come_later) {
    list l = {.count = 20};
    xtr_options *options = mock_options("mock:sleep");
    xtr_stream_config config = {.size = sizeof config, .options = options};
    xtr_stream *stream;
    xtr_item item;
    size_t given = 0, waited = 0;
    ck_assert_int_eq(xtr_batch_open(&stream, NULL, slow_source, &l, &config, NULL), XTR_OK);
    for (int code; (code = xtr_stream_next(stream, &item, -1)) != XTR_END;) {
        ck_assert(code == XTR_OK || code == XTR_E_TIMEOUT);
        given += code == XTR_OK;
        waited += code == XTR_E_TIMEOUT;
        xtr_result_drop(item.result);
    }
    ck_assert_uint_eq(given, 10);
    ck_assert_uint_ge(waited, 1);
    xtr_stream_drop(stream);
    xtr_options_drop(options);
}

TEST(batch, a_dropped_batch_cancels_what_runs) {
    list l = {.count = 1000, .digits = short_naps};
    xtr_item item;
    for (int i = 0; i < 3; i++) {
        l.next = 0;
        xtr_stream *stream = open_batch(&l, "mock:sleep", i == 1);
        for (int n = 0; n < i * 5; n++) {
            ck_assert_int_eq(xtr_stream_next(stream, &item, -1), XTR_OK);
            xtr_result_drop(item.result);
        }
        xtr_stream_drop(stream);
    }
}

static const char *few_hang(size_t index) {
    return index % 6 == 2 ? "25" : "0";
}

/* Its slot has the job, and the source, for a while after the item was given. */
TEST(batch, a_job_out_of_time_is_not_used_again_while_its_slot_has_it) {
    list l = {.count = 600, .digits = few_hang};
    xtr_runtime *runtime = limited((xtr_runtime_config){.threads = 2});
    xtr_options *options = mock_options("mock:hang");
    ck_assert_int_eq(xtr_options_set(options, "timeout", "5ms", NULL), XTR_OK);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    xtr_stream *stream;
    xtr_item item;
    size_t hung = 0;
    ck_assert_int_eq(xtr_batch_open(&stream, runtime, next_source, &l, &config, NULL), XTR_OK);
    for (size_t given = 0; given < 400; given++) {
        ck_assert_int_eq(xtr_stream_next(stream, &item, 20000), XTR_OK);
        ck_assert(item.code == XTR_E_TIMEOUT || item.code == XTR_OK);
        hung += item.code == XTR_E_TIMEOUT;
        xtr_result_drop(item.result);
    }
    ck_assert_uint_ge(hung, 1);
    xtr_stream_drop(stream);
    xtr_runtime_drop(runtime);
    xtr_options_drop(options);
}

static const char *long_naps(size_t index) {
    (void)index;
    return "300";
}

TEST(batch, finishing_ends_what_runs_and_leaves_out_what_waits) {
    list l = {.count = 100, .digits = long_naps};
    xtr_stream *stream = open_batch(&l, "mock:sleep", false);
    xtr_item item;
    size_t given = 0;
    ck_assert_int_eq(xtr_stream_next(stream, &item, 100), XTR_E_TIMEOUT);
    xtr_batch_finish(stream);
    xtr_batch_finish(stream); /* once more ends no more */
    ck_assert_int_eq(xtr_stream_next(stream, &item, 0), XTR_E_TIMEOUT);
    ck_assert_int_eq(item.code, XTR_OK);
    for (; xtr_stream_next(stream, &item, -1) == XTR_OK; given++) {
        ck_assert_int_eq(item.code, XTR_OK);
        xtr_result_drop(item.result);
    }
    ck_assert_uint_gt(given, 0);
    ck_assert_uint_lt(given, 50);
    xtr_stream_drop(stream);
}

TEST(batch, streams_are_left_alone_in_a_forked_child) {
    list l = {.count = 300, .digits = short_naps};
    xtr_item item;
    int status;
    xtr_stream *streams[2] = {open_batch(&l, "mock:sleep", false),
                              open_pages(NULL, "mock:pages", "50", "0")};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(xtr_stream_next(streams[i], &item, -1), XTR_OK);
        xtr_result_drop(item.result);
    }
    pid_t child = fork();
    if (child == 0) {
        bool closed = true;
        for (int i = 0; i < 2; i++) {
            closed = closed && xtr_stream_next(streams[i], &item, -1) == XTR_E_CLOSED;
            xtr_stream_drop(streams[i]);
        }
        _exit(!closed);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(xtr_stream_next(streams[i], &item, -1), XTR_OK);
        xtr_result_drop(item.result);
        xtr_stream_drop(streams[i]);
    }
}
