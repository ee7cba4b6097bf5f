/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many consumers of one runtime, who read, stop reading, cancel and close at moments drawn by lot.
 * What is lost, given twice or waited for for ever fails; sanitizers see the rest. */
#include "libextract.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { CONSUMERS = 3, MOST_DOCUMENTS = 300, MOST_JOBS = 24 };

typedef struct consumer {
    xtr_runtime *runtime;
    uint64_t lot;
    int rounds;
    bool may_close; /* somebody closes the runtime meanwhile */
    uv_thread_t thread;
} consumer;

static unsigned draw(consumer *c, unsigned below) {
    c->lot ^= c->lot << 13;
    c->lot ^= c->lot >> 7;
    c->lot ^= c->lot << 17;
    return (unsigned)(c->lot >> 20) % below;
}

static bool is_closed(const consumer *c, int code) {
    return c->may_close && (code == XTR_E_CLOSED || code == XTR_E_CANCELLED);
}

static xtr_options *mock_options(const char *type) {
    xtr_options *options = xtr_options_new();
    xtr_options_set(options, "mime_type", type, NULL);
    return options;
}

static xtr_source *next_source(void *payload, void **tag) {
    unsigned *left = payload;
    *tag = NULL;
    return (*left)-- > 0 ? xtr_source_new_copy("1", 1) : NULL;
}

/* Each document comes once, as far as they are read. */
static void read_batch(consumer *c) {
    bool seen[MOST_DOCUMENTS] = {false};
    unsigned count = draw(c, MOST_DOCUMENTS), left = count, given = 0;
    unsigned wanted = draw(c, 2) ? count + 1 : draw(c, count + 1);
    xtr_options *options = mock_options(draw(c, 8) ? "mock:empty" : "mock:pages");
    const xtr_stream_config config = {
        .size = sizeof config, .options = options, .in_order = draw(c, 2)};
    xtr_stream *stream;
    xtr_item item;
    int code = xtr_batch_open(&stream, c->runtime, next_source, &left, &config, NULL);
    ck_assert_int_eq(code, XTR_OK);
    while (given < wanted && (code = xtr_stream_next(stream, &item, -1)) == XTR_OK) {
        ck_assert_uint_lt(item.index, count);
        ck_assert(!seen[item.index]);
        ck_assert(!config.in_order || item.index == given);
        ck_assert(!item.code || is_closed(c, item.code));
        seen[item.index] = true;
        given++;
        xtr_result_drop(item.result);
    }
    if (wanted > count) {
        ck_assert_int_eq(code, XTR_END);
        ck_assert_uint_eq(given, count);
    }
    xtr_stream_drop(stream);
    xtr_options_drop(options);
}

/* More pages than may be on their way, so that the job waits now and then. */
static void read_pages(consumer *c) {
    xtr_options *options = mock_options("mock:pages");
    unsigned wanted = draw(c, 2) ? 100 : draw(c, 30);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    xtr_source *source = xtr_source_new_copy("30", 2);
    xtr_stream *stream;
    xtr_item item;
    int code = xtr_pages_open(&stream, c->runtime, source, &config, NULL);
    if (code) {
        ck_assert(is_closed(c, code));
        wanted = 0;
    }
    for (unsigned given = 0; given < wanted; given++) {
        if (draw(c, 8) == 0)
            usleep(100);
        code = xtr_stream_next(stream, &item, -1);
        if (code)
            break;
        ck_assert_uint_eq(item.index, given);
        xtr_result_drop(item.result);
    }
    ck_assert(!code || code == XTR_END || is_closed(c, code));
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

/* Single jobs, some of which are cancelled: each is done, and says what became of it. */
static void cancel_jobs(consumer *c) {
    xtr_job *jobs[MOST_JOBS];
    size_t count = 0;
    xtr_options *options = mock_options(draw(c, 8) ? "mock:empty" : "mock:share");
    xtr_source *source = xtr_source_new_copy("5", 1);
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    while (count < MOST_JOBS) {
        int code = xtr_submit(&jobs[count], c->runtime, &request, NULL);
        if (code) {
            ck_assert(is_closed(c, code));
            break;
        }
        count++;
        if (draw(c, 3) == 0)
            xtr_job_cancel(jobs[draw(c, (unsigned)count)]);
    }
    ck_assert(xtr_jobs_wait_all(jobs, count, -1));
    for (size_t i = 0; i < count; i++) {
        xtr_result *result;
        int code = xtr_job_take(jobs[i], &result, NULL);
        ck_assert(!code || code == XTR_E_CANCELLED || is_closed(c, code));
        xtr_result_drop(result);
        xtr_job_drop(jobs[i]);
    }
    xtr_source_drop(source);
    xtr_options_drop(options);
}

static void consume(void *payload) {
    consumer *c = payload;
    static void (*const rounds[])(consumer *) = {read_batch, read_pages, cancel_jobs};
    for (int i = 0; i < c->rounds; i++)
        rounds[draw(c, 3)](c);
}

static void run_consumers(unsigned threads, uint64_t lot, int rounds, bool closes) {
    consumer consumers[CONSUMERS];
    xtr_runtime *runtime;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    xtr_source *source = xtr_source_new_copy("1", 1);
    xtr_options *options = mock_options("mock:empty");
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    xtr_job *keeper; /* of the runtime's memory, also when that is closed */
    ck_assert_int_eq(xtr_submit(&keeper, runtime, &request, NULL), XTR_OK);
    for (unsigned i = 0; i < CONSUMERS; i++) {
        consumers[i] = (consumer){.runtime = runtime,
                                  .lot = (lot * CONSUMERS + i + 1) * 0x9e3779b97f4a7c15U,
                                  .rounds = rounds,
                                  .may_close = closes};
        ck_assert_int_eq(uv_thread_create(&consumers[i].thread, consume, &consumers[i]), 0);
    }
    if (closes) {
        usleep(500 * (unsigned)(lot % 10));
        xtr_runtime_close(runtime, XTR_CLOSE_CANCEL);
    }
    for (unsigned i = 0; i < CONSUMERS; i++)
        uv_thread_join(&consumers[i].thread);
    if (!closes)
        xtr_runtime_close(runtime, lot % 2 ? XTR_CLOSE_CANCEL : XTR_CLOSE_WAIT);
    xtr_job_drop(keeper);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

static const unsigned thread_counts[] = {1, 2, 8};

TEST(runtime_stress, nothing_is_lost_or_given_twice) {
    for (size_t i = 0; i < 3; i++)
        run_consumers(thread_counts[i], i, is_long() ? 1000 : 20, false);
}

TEST(runtime_stress, a_runtime_may_be_closed_at_any_moment) {
    for (uint64_t i = 0; i < (is_long() ? 300 : 15); i++)
        run_consumers(thread_counts[i % 3], i, 6, true);
}
