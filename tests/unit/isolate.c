/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents in worker processes, with mock documents and workers that lie. */
#include "isolate/remote.h"
#include "libextract.h"
#include "runtime/options.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static xtr_options *isolated(const char *type, const char *isolation) {
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "mime_type", type, NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "isolation", isolation, NULL), XTR_OK);
    return options;
}

static xtr_runtime *one_thread(void) {
    xtr_runtime *runtime;
    const xtr_runtime_config config = {.size = sizeof config, .threads = 1};
    ck_assert_int_eq(xtr_runtime_new(&runtime, &config, NULL), XTR_OK);
    return runtime;
}

static int extract(xtr_runtime *runtime, const char *type, const char *amount,
                   const xtr_options *options, xtr_result **result, xtr_error *error) {
    xtr_options *own = options ? NULL : isolated(type, "process");
    xtr_source *source = xtr_source_new_copy(amount, strlen(amount));
    int code = xtr_extract(result, runtime, source, options ? options : own, error);
    xtr_source_drop(source);
    xtr_options_drop(own);
    return code;
}

static xtr_job *submit(xtr_runtime *runtime, const char *type, const char *amount) {
    xtr_job *job;
    xtr_options *options = isolated(type, "process");
    xtr_source *source = xtr_source_new_copy(amount, strlen(amount));
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    ck_assert_int_eq(xtr_submit(&job, runtime, &request, NULL), XTR_OK);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return job;
}

static void wait_until_running(const xtr_job *job) {
    xtr_progress progress = {0};
    while (!progress.pages_total) {
        usleep(1000);
        xtr_job_progress(job, &progress);
    }
}

static size_t count_descriptors(void) {
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Modes ------------------------------------------------------------------------------------- */

TEST(isolate, all_modes_give_the_same) {
    static const char *const modes[] = {"auto", "thread", "process", "fresh_process"};
    static const char *const types[] = {"mock:empty", "mock:pages", "mock:share", "mock:huge"};
    xtr_runtime *runtime = one_thread();
    for (size_t t = 0; t < 4; t++) {
        xtr_result *first = NULL;
        char *expected = NULL;
        size_t expected_size = 0;
        for (size_t m = 0; m < 4; m++) {
            xtr_result *result;
            char *json;
            size_t size;
            xtr_error error;
            xtr_options *options = isolated(types[t], modes[m]);
            ck_assert_msg(!extract(runtime, types[t], "9", options, &result, &error), "%s",
                          error.message);
            xtr_options_drop(options);
            xtr_result_render(&json, &size, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL);
            if (!expected) {
                expected = json;
                expected_size = size;
                first = result;
                continue;
            }
            ck_assert_uint_eq(size, expected_size);
            ck_assert(!memcmp(json, expected, size));
            xtr_free(json);
            xtr_result_drop(result);
        }
        xtr_free(expected);
        xtr_result_drop(first);
    }
    xtr_runtime_drop(runtime);
}

TEST(isolate, auto_takes_a_process_for_what_may_abort) {
    xtr_result *result;
    xtr_error error;
    xtr_options *options = isolated("mock:abort", "auto");
    ck_assert_int_eq(extract(NULL, NULL, "1", options, &result, &error), XTR_E_CRASHED);
    ck_assert_msg(strstr(error.message, "SIGABRT"), "%s", error.message);
    xtr_options_drop(options);
}

TEST(isolate, errors_and_messages_are_those_of_a_thread) {
    xtr_result *result;
    xtr_error here, there;
    for (int i = 0; i < 2; i++) {
        xtr_options *options = isolated("mock:oom", i ? "process" : "thread");
        xtr_options_set(options, "max_memory", "3MiB", NULL);
        ck_assert_int_eq(extract(NULL, NULL, "9", options, &result, i ? &there : &here),
                         XTR_E_MEMORY);
        xtr_options_drop(options);
    }
    ck_assert_str_eq(here.message, there.message);
}

TEST(isolate, a_missing_program_is_said) {
    xtr_result *result;
    xtr_error error;
    setenv("LIBEXTRACT_WORKER", "/nowhere/extract-worker", 1);
    ck_assert_int_eq(extract(NULL, "mock:empty", "1", NULL, &result, &error),
                     XTR_E_MISSING_BACKEND);
    ck_assert_ptr_nonnull(strstr(error.message, "extract-worker"));
    setenv("LIBEXTRACT_WORKER", "/bin/true", 1);
    ck_assert_int_ne(extract(NULL, "mock:empty", "1", NULL, &result, &error), XTR_OK);
    unsetenv("LIBEXTRACT_WORKER");
    ck_assert_int_eq(extract(NULL, "mock:empty", "1", NULL, &result, &error), XTR_OK);
    xtr_result_drop(result);
}

TEST(isolate, languages_come_with_another_worker) {
    xtr_result *result;
    xtr_error error;
    xtr_runtime *runtime = one_thread();
    ck_assert_msg(!extract(runtime, "mock:needs", "eng+deu", NULL, &result, &error), "%s",
                  error.message);
    xtr_result_drop(result);
    ck_assert_str_eq(runtime->slots[0].worker->made_for.languages, "eng+deu");
    xtr_runtime_drop(runtime);
}

/* The text of a mock document whose pages after the third need a language, page by page. */
static size_t stream_scan(const char *isolation) {
    xtr_stream *stream;
    xtr_item item;
    xtr_options *options = isolated("mock:scan", isolation);
    xtr_source *source = xtr_source_new_copy("3", 1);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
    size_t pages = 0;
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        ck_assert_msg(!item.code, "%s", item.error.message);
        pages += xtr_result_page_count(item.result);
        xtr_result_drop(item.result);
    }
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return pages;
}

TEST(isolate, pages_before_a_need_are_handed_on_once) {
    static const char *const modes[] = {"thread", "auto", "process", "fresh_process"};
    for (size_t m = 0; m < 4; m++)
        ck_assert_msg(stream_scan(modes[m]) == 6, "%s", modes[m]);
}

TEST(isolate, auto_takes_a_process_for_what_is_needed) {
    xtr_result *result;
    xtr_error error;
    xtr_runtime *runtime = one_thread();
    xtr_options *options = isolated("mock:needs", "auto");
    ck_assert_int_eq(extract(runtime, NULL, "eng", options, &result, &error), XTR_OK);
    xtr_result_drop(result);
    ck_assert_str_eq(runtime->slots[0].worker->made_for.languages, "eng");
    xtr_runtime_drop(runtime);

    /* Without the program it is done in the thread. */
    setenv("LIBEXTRACT_WORKER", "/nowhere/extract-worker", 1);
    runtime = one_thread();
    ck_assert_int_eq(extract(runtime, NULL, "eng", options, &result, &error), XTR_OK);
    xtr_result_drop(result);
    ck_assert_ptr_null(runtime->slots[0].worker);
    unsetenv("LIBEXTRACT_WORKER");
    xtr_runtime_drop(runtime);
    xtr_options_drop(options);
}

static const char *const in_processes[] = {"process", "fresh_process"};

/* Plain text, by what is found out about it. */
static void expect_text(xtr_runtime *runtime, const char *isolation, const char *data, size_t size,
                        const char *expected) {
    xtr_result *result;
    xtr_error error;
    xtr_options *options = xtr_options_new();
    xtr_options_set(options, "isolation", isolation, NULL);
    xtr_source *source = xtr_source_new_copy(data, size);
    ck_assert_msg(!xtr_extract(&result, runtime, source, options, &error), "%s", error.message);
    ck_assert_str_eq(xtr_result_content(result, &size), expected);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

#define GREETING "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x81\x41\x90\xa2\x8a\x45\x81\x42\n"

TEST(isolate, charsets_of_many_bytes_come_with_another_worker) {
    static const char text[] = GREETING GREETING;
    static const char *expected = "こんにちは、世界。\nこんにちは、世界。\n";
    for (size_t i = 0; i < 2; i++) {
        xtr_runtime *runtime = one_thread();
        expect_text(runtime, in_processes[i], "caf\xe9 cr\xe8me\n", 11, "café crème\n");
        ck_assert_uint_eq(runtime->slots[0].worker->made_for.charsets, 0);
        expect_text(runtime, in_processes[i], text, sizeof text - 1, expected);
        ck_assert_uint_eq(runtime->slots[0].worker->made_for.charsets, 1);
        expect_text(runtime, in_processes[i],
                    "\xff\xfe"
                    "A\0B\0\n\0",
                    8, "AB\n");
        expect_text(runtime, "thread", text, sizeof text - 1, expected);
        xtr_runtime_drop(runtime);
    }
}

TEST(isolate, charsets_come_to_a_stream_too) {
    xtr_item item;
    xtr_stream *stream;
    xtr_runtime *runtime = one_thread();
    xtr_options *options = xtr_options_new();
    xtr_options_set(options, "isolation", "process", NULL);
    xtr_source *source = xtr_source_new_copy(GREETING, sizeof GREETING - 1);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, runtime, source, &config, NULL), XTR_OK);
    ck_assert_int_eq(xtr_stream_next(stream, &item, 10000), XTR_OK);
    size_t size;
    ck_assert_str_eq(xtr_result_content(item.result, &size), "こんにちは、世界。\n");
    xtr_result_drop(item.result);
    ck_assert_int_eq(xtr_stream_next(stream, &item, 10000), XTR_END);
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
    xtr_runtime_drop(runtime);
}

/* Faults ------------------------------------------------------------------------------------ */

static void expect_fault(const char *type, const char *amount, int code, const char *says) {
    for (size_t i = 0; i < 2; i++) {
        xtr_result *result;
        xtr_error error;
        xtr_runtime *runtime = one_thread();
        xtr_options *options = isolated(type, in_processes[i]);
        ck_assert_int_eq(extract(runtime, type, amount, options, &result, &error), code);
        ck_assert_msg(strstr(error.message, says), "%s", error.message);
        /* The next document is none the worse for it. */
        ck_assert_msg(!extract(runtime, "mock:empty", "1", NULL, &result, &error), "%s",
                      error.message);
        xtr_result_drop(result);
        xtr_options_drop(options);
        xtr_runtime_drop(runtime);
    }
}

TEST(isolate, a_crash_names_its_signal) {
    expect_fault("mock:crash", "1", XTR_E_CRASHED, "SIGABRT");
}

TEST(isolate, a_crash_at_once_is_the_documents_own) {
    xtr_result *result;
    xtr_error error;
    xtr_runtime *runtime = one_thread();
    xtr_options *options = isolated("mock:crash", "process");
    for (int i = 0; i < 40; i++) {
        int code = extract(runtime, NULL, "1", options, &result, &error);
        ck_assert_int_eq(code, XTR_E_CRASHED);
        ck_assert_msg(strstr(error.message, "SIGABRT"), "%s", error.message);
    }
    xtr_options_drop(options);
    xtr_runtime_drop(runtime);
}

TEST(isolate, an_exit_is_a_crash) {
    expect_fault("mock:quit", "3", XTR_E_CRASHED, "exit status 3");
}

TEST(isolate, a_worker_opens_no_files) {
    expect_fault("mock:open", "1", XTR_E_PERMISSION, "cannot open files");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(isolate, memory_ends_in_the_worker) {
    xtr_result *result;
    xtr_error error;
    xtr_options *options = isolated("mock:gorge", "process");
    xtr_options_set(options, "max_memory", "64MiB", NULL);
    ck_assert_int_eq(extract(NULL, NULL, "1", options, &result, &error), XTR_E_MEMORY);
    ck_assert_msg(strstr(error.message, "all memory"), "%s", error.message);
    xtr_options_drop(options);
}
#endif

TEST(isolate, pages_before_a_crash_are_kept) {
    xtr_result *result;
    xtr_error error;
    ck_assert_msg(!extract(NULL, "mock:late", "7", NULL, &result, &error), "%s", error.message);
    ck_assert_uint_eq(xtr_result_page_count(result), 7);
    ck_assert(xtr_result_is_partial(result));
    ck_assert_uint_eq(xtr_result_warning_count(result), 1);
    ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_CRASHED);
    ck_assert_str_eq(xtr_result_mime_type(result), "mock:late");
    ck_assert_ptr_nonnull(strstr(xtr_result_warning(result, 0).message, "SIGABRT"));
    ck_assert_str_eq(xtr_result_content(result, NULL),
                     "page\n\npage\n\npage\n\npage\n\npage\n\npage\n\npage\n");
    xtr_result_drop(result);
}

TEST(isolate, a_hanging_worker_is_cancelled_and_replaced) {
    xtr_result *result;
    xtr_error error;
    xtr_runtime *runtime = one_thread();
    xtr_job *job = submit(runtime, "mock:hang", "60000");
    wait_until_running(job);
    uint64_t before = uv_hrtime();
    xtr_job_cancel(job);
    ck_assert(xtr_job_is_done(job));
    xtr_job_drop(job);
    ck_assert_msg(!extract(runtime, "mock:empty", "1", NULL, &result, &error), "%s", error.message);
    ck_assert_uint_lt((uv_hrtime() - before) / 1000000, 500);
    xtr_result_drop(result);
    xtr_runtime_drop(runtime);
}

TEST(isolate, a_stopped_worker_is_used_again) {
    xtr_result *result;
    xtr_runtime *runtime = one_thread();
    ck_assert_int_eq(extract(runtime, "mock:empty", "1", NULL, &result, NULL), XTR_OK);
    xtr_result_drop(result);
    const xtr__worker *worker = runtime->slots[0].worker;
    xtr_job *job = submit(runtime, "mock:sleep", "60000");
    wait_until_running(job);
    xtr_job_cancel(job);
    xtr_job_drop(job);
    ck_assert_int_eq(extract(runtime, "mock:empty", "1", NULL, &result, NULL), XTR_OK);
    xtr_result_drop(result);
    ck_assert_ptr_eq(runtime->slots[0].worker, worker);
    ck_assert_uint_ge(worker->served, 3);
    xtr_runtime_drop(runtime);
}

/* A job that is stopped while its result comes over ends once: the next gets its own answer. */
TEST(isolate, a_stopped_result_answers_nobody_else) {
    xtr_runtime *runtime = one_thread();
    for (int i = 0; i < (is_long() ? 300 : 40); i++) {
        xtr_result *result;
        xtr_error error;
        xtr_job *job = submit(runtime, "mock:huge", "90");
        usleep((useconds_t)(i * 1371 % 60000));
        xtr_job_cancel(job);
        xtr_job_drop(job);
        for (int next = 0; next < 3; next++) {
            char amount[] = {(char)('1' + next), '\0'};
            ck_assert_msg(!extract(runtime, "mock:pages", amount, NULL, &result, &error), "%s",
                          error.message);
            ck_assert_uint_eq(xtr_result_page_count(result), (size_t)next + 1);
            xtr_result_drop(result);
        }
    }
    xtr_runtime_drop(runtime);
}

TEST(isolate, a_fresh_process_has_read_nothing) {
    xtr_result *result;
    xtr_runtime *runtime = one_thread();
    xtr_options *fresh = isolated("mock:empty", "fresh_process");
    pid_t before = 0;
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(extract(runtime, "mock:empty", "1", i % 2 ? fresh : NULL, &result, NULL),
                         XTR_OK);
        xtr_result_drop(result);
        pid_t worker = xtr__worker_pid(runtime->slots[0].worker);
        ck_assert(worker && (i % 2 == 0 || worker != before));
        ck_assert_uint_eq(runtime->slots[0].worker->served, i % 2 ? 0 : 1);
        before = worker;
    }
    xtr_options_drop(fresh);
    xtr_runtime_drop(runtime);
}

static void expect_timeout(const char *type, const char *option, const char *says) {
    for (size_t i = 0; i < 2; i++) {
        xtr_result *result;
        xtr_error error;
        xtr_options *options = isolated(type, in_processes[i]);
        xtr_options_set(options, option, "200ms", NULL);
        ck_assert_int_eq(extract(NULL, NULL, "60000", options, &result, &error), XTR_E_TIMEOUT);
        ck_assert_msg(strstr(error.message, says), "%s", error.message);
        xtr_options_drop(options);
    }
}

TEST(isolate, silence_is_told_from_time) {
    expect_timeout("mock:hang", "silence", "raise silence");
    expect_timeout("mock:sleep", "timeout", "raise the timeout");
    expect_timeout("mock:spin", "cpu_time", "raise cpu_time");
}

TEST(isolate, who_asks_whether_to_stop_is_not_silent) {
    for (size_t i = 0; i < 2; i++) {
        xtr_result *result;
        xtr_options *options = isolated("mock:sleep", in_processes[i]);
        xtr_options_set(options, "silence", "200ms", NULL);
        ck_assert_int_eq(extract(NULL, NULL, "600", options, &result, NULL), XTR_OK);
        xtr_result_drop(result);
        xtr_options_drop(options);
    }
}

/* The only job of a worker runs on its main thread, which tells how far it is. */
TEST(isolate, progress_comes_from_every_process) {
    for (size_t i = 0; i < 2; i++) {
        xtr_job *job;
        xtr_progress progress = {0};
        xtr_options *options = isolated("mock:pages", in_processes[i]);
        xtr_source *source = xtr_source_new_copy("300", 3);
        const xtr_request request = {.size = sizeof request, .source = source, .options = options};
        ck_assert_int_eq(xtr_submit(&job, NULL, &request, NULL), XTR_OK);
        while (!xtr_job_is_done(job) && progress.pages_done < 2)
            xtr_job_progress(job, &progress);
        ck_assert_uint_lt(progress.pages_done, 300);
        ck_assert(xtr_job_wait(job, -1));
        xtr_job_progress(job, &progress);
        ck_assert_uint_eq(progress.pages_done, 300);
        xtr_job_drop(job);
        xtr_source_drop(source);
        xtr_options_drop(options);
    }
}

TEST(isolate, pages_stream_out_of_a_worker) {
    xtr_stream *stream;
    xtr_item item;
    xtr_options *options = isolated("mock:pages", "process");
    xtr_source *source = xtr_source_new_copy("30", 2);
    const xtr_stream_config config = {.size = sizeof config, .options = options};
    ck_assert_int_eq(xtr_pages_open(&stream, NULL, source, &config, NULL), XTR_OK);
    size_t pages = 0;
    while (xtr_stream_next(stream, &item, -1) == XTR_OK) {
        pages += xtr_result_page_count(item.result);
        xtr_result_drop(item.result);
    }
    ck_assert_uint_eq(pages, 30);
    xtr_stream_drop(stream);
    xtr_source_drop(source);
    xtr_options_drop(options);
}

TEST(isolate, killed_workers_and_zygotes_are_replaced) {
    xtr_result *result;
    xtr_error error;
    xtr_runtime *runtime = one_thread();
    ck_assert_int_eq(extract(runtime, "mock:empty", "1", NULL, &result, &error), XTR_OK);
    xtr_result_drop(result);
    for (int i = 0; i < 10; i++) {
        pid_t worker = xtr__worker_pid(runtime->slots[0].worker);
        xtr_job *job = submit(runtime, "mock:sleep", "300");
        wait_until_running(job);
        kill(worker, SIGKILL);
        xtr_job_wait(job, -1);
        ck_assert_int_eq(xtr_job_take(job, &result, &error), XTR_E_CRASHED);
        ck_assert_msg(strstr(error.message, "SIGKILL"), "%s", error.message);
        xtr_job_drop(job);
    }
    /* An idle worker's death is nobody's document's fault. */
    ck_assert_int_eq(extract(runtime, "mock:empty", "1", NULL, &result, &error), XTR_OK);
    xtr_result_drop(result);
    kill(xtr__worker_pid(runtime->slots[0].worker), SIGKILL);
    usleep(50000);
    ck_assert_msg(!extract(runtime, "mock:empty", "1", NULL, &result, &error), "%s", error.message);
    xtr_result_drop(result);
    xtr_runtime_drop(runtime);
}

/* A quiet guest ----------------------------------------------------------------------------- */

static volatile sig_atomic_t children_seen;

static void on_child(int number) {
    children_seen += number == SIGCHLD;
}

TEST(isolate, a_host_sees_no_child_and_keeps_no_descriptor) {
    xtr_result *result;
    signal(SIGCHLD, on_child);
    size_t before = count_descriptors();
    for (int i = 0; i < 5; i++) {
        xtr_runtime *runtime = one_thread();
        ck_assert_int_eq(extract(runtime, "mock:pages", "2", NULL, &result, NULL), XTR_OK);
        xtr_result_drop(result);
        ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
        ck_assert_int_eq(errno, ECHILD);
        xtr_runtime_drop(runtime);
    }
    ck_assert_uint_eq(count_descriptors(), before);
    ck_assert_int_eq(children_seen, 0);
}

TEST(isolate, a_fork_of_the_host_has_workers_of_its_own) {
    xtr_result *result;
    int status;
    ck_assert_int_eq(extract(NULL, "mock:empty", "1", NULL, &result, NULL), XTR_OK);
    xtr_result_drop(result);
    pid_t child = fork();
    if (!child)
        _exit(extract(NULL, "mock:empty", "1", NULL, &result, NULL));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(extract(NULL, "mock:empty", "1", NULL, &result, NULL), XTR_OK);
    xtr_result_drop(result);
}

/* Workers that lie -------------------------------------------------------------------------- */

typedef struct liar {
    xtr_runtime *runtime;
    xtr_source *source;
    xtr_options *options;
    xtr__slot slot;
    xtr_job job;
    xtr__worker worker;
    int far;
    xtr__remote remote;
} liar;

static void liar_setup(liar *l) {
    int ends[2];
    memset(l, 0, sizeof *l);
    l->runtime = one_thread();
    l->source = xtr_source_new_copy("1", 1);
    l->options = isolated("mock:empty", "process");
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    l->far = ends[1];
    l->worker.data = ends[0];
    l->worker.area = memfd_create("area", 0);
    ck_assert_int_eq(ftruncate(l->worker.area, XTR__AREA_SIZE), 0);
    l->job.runtime = l->runtime;
    l->job.source = l->source;
    l->job.options = l->options;
    l->job.slot = &l->slot;
    l->remote = (xtr__remote){.job = &l->job, .worker = &l->worker};
}

static void liar_end(liar *l) {
    free(l->remote.document);
    free(l->remote.pieces);
    close(l->worker.area);
    close(l->worker.data);
    close(l->far);
    xtr_options_drop(l->options);
    xtr_source_drop(l->source);
    xtr_runtime_drop(l->runtime);
}

static xtr__document *small_document(void) {
    static xtr__account unlimited;
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(b, "text", 4);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    return d;
}

static xtr__ending tell(liar *l, xtr__frame frame) {
    return xtr__remote_accept(&l->remote, &frame);
}

TEST(isolate, frames_that_make_no_sense_are_lies) {
    liar l;
    liar_setup(&l);
    const uint64_t header = sizeof(xtr__document);
    const xtr__frame lies[] = {
        {.type = 0},
        {.type = XTR__FRAME_JOB},
        {.type = 99},
        {.type = XTR__FRAME_DONE},
        {.type = XTR__FRAME_DONE, .code = 77},
        {.type = XTR__FRAME_DONE, .code = XTR_E_CANCELLED},
        {.type = XTR__FRAME_DONE, .code = XTR_E_BUSY},
        {.type = XTR__FRAME_DONE, .code = XTR_E_CORRUPT, .job = 1}, /* another's */
        {.type = XTR__FRAME_NEEDS},
        {.type = XTR__FRAME_NEEDS, .text = "../../etc/passwd"},
        {.type = XTR__FRAME_DONE, .code = XTR_E_CORRUPT, .text = "two\nlines"},
        {.type = XTR__FRAME_PAGE, .total = header, .size = header},
        {.type = XTR__FRAME_RESULT, .total = header, .size = header}, /* all zero */
        {.type = XTR__FRAME_RESULT, .total = 8, .size = 8},
        {.type = XTR__FRAME_RESULT, .total = UINT64_MAX, .size = 8},
        {.type = XTR__FRAME_RESULT, .total = header, .at = 8, .size = 8},
        {.type = XTR__FRAME_RESULT, .total = header, .at = UINT64_MAX, .size = 8},
        {.type = XTR__FRAME_RESULT, .total = header, .size = header + 1},
        {.type = XTR__FRAME_RESULT, .total = UINT64_C(1) << 30, .size = XTR__AREA_SIZE + 1},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        ck_assert_msg(tell(&l, lies[i]) == XTR__LIED, "lie %zu", i);
        ck_assert_ptr_null(l.remote.document);
    }
    xtr__frame endless = {.type = XTR__FRAME_DONE, .code = XTR_E_CORRUPT};
    memset(endless.text, 'x', sizeof endless.text);
    ck_assert_int_eq(tell(&l, endless), XTR__LIED);
    liar_end(&l);
}

TEST(isolate, what_is_changed_while_it_is_read_is_found_out) {
    liar l;
    xtr__document *d = small_document();
    liar_setup(&l);
    for (uint64_t i = 0; i < d->size; i++) {
        const xtr__frame frame = {.type = XTR__FRAME_RESULT, .total = d->size, .size = d->size};
        char changed = (char)(((const char *)d)[i] ^ 0x55);
        ck_assert_int_eq(pwrite(l.worker.area, d, d->size, 0), (ssize_t)d->size);
        ck_assert_int_eq(pwrite(l.worker.area, &changed, 1, (off_t)i), 1);
        xtr__ending ending = tell(&l, frame);
        ck_assert(ending == XTR__LIED || ending == XTR__ANSWERED);
        if (ending == XTR__LIED)
            continue;
        xtr_result *result;
        xtr__document *taken = l.remote.document;
        l.remote.document = NULL;
        ck_assert_int_eq(xtr__job_render(&l.job, taken, &result), XTR_OK);
        xtr_result_drop(result);
    }
    xtr_free(d);
    liar_end(&l);
}

TEST(isolate, descriptors_that_come_uncalled_are_closed) {
    liar l;
    int fd = 0;
    xtr__frame frame = {.type = XTR__FRAME_PROGRESS};
    liar_setup(&l);
    size_t before = count_descriptors();
    for (int i = 0; i < 20; i++) {
        ck_assert(xtr__message_send(l.far, &frame, i % 2 ? sizeof frame : 0, &fd, 1));
        xtr__frame_receive(l.worker.data, &frame, NULL);
    }
    ck_assert_uint_eq(count_descriptors(), before);
    liar_end(&l);
}

TEST(isolate, half_a_result_is_no_answer) {
    liar l;
    xtr__document *d = small_document();
    liar_setup(&l);
    ck_assert_int_eq(
        tell(&l, (xtr__frame){.type = XTR__FRAME_RESULT, .total = d->size, .size = d->size - 1}),
        XTR__GOES_ON);
    ck_assert_ptr_null(l.remote.document);
    xtr_free(d);
    liar_end(&l);
}

TEST(isolate, an_area_that_shrinks_is_a_lie) {
    liar l;
    xtr__document *d = small_document();
    liar_setup(&l);
    ck_assert_int_eq(ftruncate(l.worker.area, 8), 0); /* sealed, it could not */
    ck_assert_int_eq(
        tell(&l, (xtr__frame){.type = XTR__FRAME_RESULT, .total = d->size, .size = d->size}),
        XTR__LIED);
    xtr_free(d);
    liar_end(&l);
}

TEST(isolate, the_area_cannot_be_shrunk_or_grown) {
    xtr__worker *worker;
    const xtr__spawn request = {.max_memory = 0};
    ck_assert_int_eq(xtr__worker_start(&worker, &request, NULL), XTR_OK);
    ck_assert_int_ne(ftruncate(worker->area, 0), 0);
    ck_assert_int_ne(ftruncate(worker->area, XTR__AREA_SIZE + 1), 0);
    xtr__worker_drop(worker);
}

/* Packing ----------------------------------------------------------------------------------- */

TEST(isolate, options_survive_the_way_and_damage_is_refused) {
    xtr_options *options = isolated("text/plain", "process");
    xtr_options_set(options, "pages", "1-3,7", NULL);
    xtr_options_set(options, "password", "a", NULL);
    xtr_options_set(options, "password", "", NULL);
    xtr__buffer packed = {.data = NULL}, again = {.data = NULL};
    xtr__options_pack(&packed, options);
    xtr_options *copy = xtr__options_unpack(packed.data, packed.size);
    ck_assert_ptr_nonnull(copy);
    xtr__options_pack(&again, copy);
    ck_assert_uint_eq(packed.size, again.size);
    ck_assert(!memcmp(packed.data, again.data, packed.size));
    for (size_t size = 0; size < packed.size; size++) {
        char *part = malloc(size ? size : 1);
        memcpy(part, packed.data, size);
        ck_assert_ptr_null(xtr__options_unpack(part, size));
        free(part);
    }
    free(packed.data);
    free(again.data);
    xtr_options_drop(copy);
    xtr_options_drop(options);
}
