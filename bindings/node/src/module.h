/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Node.js package. JavaScript on top of it (lib/) gives the names, the
 * classes and the promises.
 *
 *   options.c  [name, value, ...] as xtr_options: the same ones often come again
 *   source.c   what JavaScript gives as a document, as an xtr_source
 *   visit.c    results and tables as JavaScript values
 *   job.c      one document: for a promise, or waited for
 *   stream.c   pages of a document, documents of a batch
 *   runtime.c  threads of one's own
 *   module.c   the environment: what wakes the event loop, and its end
 *
 * Each environment (the main thread, a worker_thread) has its own of everything. Threads of the
 * pool touch nothing of JavaScript: they push to completion queues and wake the environment. Values
 * of JavaScript that fail to be made are NULL, which the next call refuses in turn. */
#ifndef MODULE_H
#define MODULE_H

#define NAPI_VERSION 8
#include <libextract.h>
#include <node_api.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 80 };

typedef struct trash trash;
typedef struct stream stream;
typedef struct runtime runtime;
typedef struct keys keys;

/* How a job has ended: one of the two, or neither when out of memory. */
typedef struct outcome {
    xtr_result *result;
    xtr_error *error;
} outcome;

typedef struct results {
    size_t count, bytes;
    outcome items[];
} results;

/* A job for a promise; its id is its place. */
typedef struct slot {
    xtr_job *job;
    const runtime *runtime; /* or NULL */
    size_t next;            /* of those that are free, or done */
} slot;

typedef struct environment {
    napi_env env;
    napi_threadsafe_function wake; /* calls turn() of lib/loop.js */
    atomic_bool woken;             /* that call is on its way */
    atomic_bool awake;             /* turn() comes without being called */
    xtr_completions *completions;
    size_t held;     /* see hold() */
    uint64_t turned; /* microseconds: when turn() was over */

    /* Jobs: job.c */
    slot *slots;
    size_t slot_count, first_free;
    size_t latest;                           /* submitted last */
    size_t first_done, last_done, done_left; /* taken from the queue, and not handed out yet */
    int32_t *done;                           /* handed out: see drain() */
    size_t handed;
    napi_ref done_array;
    stream *streams;
    runtime *runtimes;
    size_t dropped_runtimes; /* to be reaped */
    trash *trash;
    keys *keys;
    xtr_options *options; /* of calls that have some */
} environment;

/** The environment and the arguments of a call; those that are missing are undefined. */
environment *arguments_of(napi_env env, napi_callback_info info, napi_value *arguments,
                          size_t count);

/** Has turn() of lib/loop.js called. On any thread. */
void wake(void *environment);

/** Counts what keeps the event loop from ending: one more, or one less. */
void hold(environment *e, bool more);

uint64_t microseconds(void);

/** Values ----------------------------------------------------------------------------------- */

napi_value text_value(napi_env env, const char *text, size_t size);
napi_value number_value(napi_env env, double number);
napi_value undefined_value(napi_env env);
bool is_undefined(napi_env env, napi_value value);
void throw_memory(napi_env env);

/** A string of JavaScript, yours to free; NULL when it is none. */
char *copy_text(napi_env env, napi_value value);

/** [name, kind, number, errno, message]: what lib/errors.js makes an error of. */
napi_value error_value(napi_env env, const xtr_error *error);

napi_value array_of(napi_env env, const napi_value *values, size_t count);

/** The names of the fields of results, made once. */
keys *keys_new(napi_env env);
void keys_drop(napi_env env, keys *keys);

/** Outcomes that JavaScript has one handle for: to have many costs more than small results do.
 * `room` is the most that are added. results_add takes `result` over; results_handle the whole. */
results *results_new(size_t room);
void results_add(results *r, int code, xtr_result *result, const xtr_error *error);
napi_value results_handle(napi_env env, results *r);

napi_value read_size(napi_env env, napi_callback_info info);
napi_value drop_results(napi_env env, napi_callback_info info);
napi_value read_failure(napi_env env, napi_callback_info info);
napi_value visit_field(napi_env env, napi_callback_info info);
napi_value visit_result(napi_env env, napi_callback_info info);
napi_value render_result(napi_env env, napi_callback_info info);
napi_value visit_tables(napi_env env, napi_callback_info info);
napi_value visit_doctor(napi_env env, napi_callback_info info);

/** Documents ------------------------------------------------------------------------------- */

/** The options that were set last when a call has some, else NULL. Borrowed until others are set.
 */
const xtr_options *options_of(const environment *e, napi_value has_options);
napi_value set_options(napi_env env, napi_callback_info info);
napi_value read_option(napi_env env, napi_callback_info info);

/** The source of a kind (enum source_kind in source.c), an input and a name. NULL when out of
 *  memory. */
xtr_source *source_of(environment *e, const napi_value described[3]);

/** Buffers that were taken over, and that the pool is through with: it leaves them here. */
trash *trash_new(environment *e);
void trash_empty(environment *e);
/** Waits until all are given back, and frees. */
void trash_drop(environment *e);

/** Jobs ------------------------------------------------------------------------------------- */

napi_value submit(napi_env env, napi_callback_info info);
napi_value run(napi_env env, napi_callback_info info);
napi_value cancel(napi_env env, napi_callback_info info);
napi_value progress(napi_env env, napi_callback_info info);
napi_value drain(napi_env env, napi_callback_info info);
/** Cancels those of a runtime; NULL: all. */
void jobs_stop(environment *e, const runtime *runtime);
/** The same; no thread of the pool touches a job afterwards. */
void jobs_end(environment *e);

/** Streams and runtimes ---------------------------------------------------------------------- */

napi_value open_stream(napi_env env, napi_callback_info info);
napi_value next_item(napi_env env, napi_callback_info info);
napi_value stream_ready(napi_env env, napi_callback_info info);
napi_value close_stream(napi_env env, napi_callback_info info);
napi_value statistics(napi_env env, napi_callback_info info);
/** Closes those of a runtime; NULL: all. */
void streams_stop(environment *e, const runtime *runtime);
/** The same; their handles may live on. */
void streams_end(environment *e);

napi_value open_runtime(napi_env env, napi_callback_info info);
napi_value close_runtime(napi_env env, napi_callback_info info);
napi_value runtime_closed(napi_env env, napi_callback_info info);
/** The runtime behind a handle; NULL for undefined, the shared one. */
runtime *runtime_of(napi_env env, napi_value handle);
/** NULL in *out for the shared one. Fails with CLOSED. */
int native_runtime(xtr_runtime **out, xtr_when_full *when_full, const runtime *runtime,
                   xtr_error *error);
/** Lets the event loop of a runtime with executor uv go on once, for who waits for it. False when
 *  it has threads of its own. */
bool run_loop(const runtime *runtime);
/** Frees those that nobody has and that are closed. */
void runtimes_reap(environment *e);
void runtimes_end(environment *e);

#endif
