/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

#include <uv.h>

struct runtime {
    runtime *next, *previous; /* of its environment */
    environment *e;           /* NULL when that has ended */
    xtr_runtime *native;      /* NULL from its closing on */
    bool uv;                  /* on the threads of libuv */
    bool refuses;             /* when it is full */
    bool dropped;             /* nobody has it: reaped once it is closed */
    bool has_closer;
    pthread_t closer; /* waits for the jobs, so that the event loop need not */
    atomic_bool closed;
};

runtime *runtime_of(napi_env env, napi_value handle) {
    void *r = NULL;
    if (!is_undefined(env, handle))
        napi_get_value_external(env, handle, &r);
    return r;
}

int native_runtime(xtr_runtime **out, xtr_when_full *when_full, const runtime *r,
                   xtr_error *error) {
    *out = r ? r->native : NULL;
    *when_full = r && r->refuses ? XTR_FULL_REFUSE : XTR_FULL_ADMIT;
    if (!r || r->native)
        return XTR_OK;
    *error = (xtr_error){.code = XTR_E_CLOSED, .message = "the runtime is closed"};
    return XTR_E_CLOSED;
}

static uv_loop_t *loop_of(napi_env env) {
    uv_loop_t *loop = NULL;
    napi_get_uv_event_loop(env, &loop);
    return loop;
}

bool run_loop(const runtime *r) {
    if (!r || !r->uv)
        return false;
    uv_run(loop_of(r->e->env), UV_RUN_ONCE);
    return true;
}

/* Closing ----------------------------------------------------------------------------------- */

/* On the event loop's thread with libuv, else on the one that closes. */
static void on_closed(void *payload) {
    runtime *r = payload;
    environment *e = r->e;
    atomic_store(&r->closed, true);
    wake(e);
}

typedef struct closing {
    xtr_runtime *native;
    xtr_close how;
} closing;

static void *close_apart(void *payload) {
    closing c = *(closing *)payload;
    free(payload);
    xtr_runtime_close(c.native, c.how);
    return NULL;
}

static void close_native(runtime *r, xtr_close how) {
    xtr_runtime *native = r->native;
    r->native = NULL;
    closing *apart = r->uv ? NULL : malloc(sizeof *apart);
    if (apart) {
        *apart = (closing){native, how};
        r->has_closer = !pthread_create(&r->closer, NULL, close_apart, apart);
        if (r->has_closer)
            return;
        free(apart);
    }
    xtr_runtime_close(native, how);
}

static void unlink_runtime(runtime *r) {
    if (r->next)
        r->next->previous = r->previous;
    if (r->previous)
        r->previous->next = r->next;
    else
        r->e->runtimes = r->next;
}

static void join_closer(runtime *r) {
    if (r->has_closer)
        pthread_join(r->closer, NULL);
    r->has_closer = false;
}

static void finalize(napi_env env, void *data, void *hint) {
    runtime *r = data;
    (void)env, (void)hint;
    if (!r->e) {
        free(r);
        return;
    }
    r->dropped = true;
    r->e->dropped_runtimes++;
    if (r->native)
        close_native(r, XTR_CLOSE_CANCEL);
    else
        wake(r->e);
}

void runtimes_reap(environment *e) {
    if (!e->dropped_runtimes)
        return;
    for (runtime *next, *r = e->runtimes; r; r = next) {
        next = r->next;
        if (!r->dropped || !atomic_load(&r->closed))
            continue;
        join_closer(r);
        unlink_runtime(r);
        free(r);
        e->dropped_runtimes--;
    }
}

void runtimes_end(environment *e) {
    for (runtime *next, *r = e->runtimes; r; r = next) {
        next = r->next;
        if (r->native)
            close_native(r, XTR_CLOSE_CANCEL);
        join_closer(r);
        while (!atomic_load(&r->closed) && run_loop(r))
            ;
        if (r->dropped)
            free(r);
        else
            r->e = NULL;
    }
}

/* Functions --------------------------------------------------------------------------------- */

/* openRuntime(threads, queue, maxBytes, jobsPerSecond, uv, refuses): a handle, or an error. */
napi_value open_runtime(napi_env env, napi_callback_info info) {
    napi_value given[6], handle;
    environment *e = arguments_of(env, info, given, 6);
    double bytes = 0;
    xtr_error error;
    runtime *r = calloc(1, sizeof *r);
    if (!r) {
        throw_memory(env);
        return NULL;
    }
    xtr_runtime_config config = {.size = sizeof config, .closed = on_closed, .payload = r};
    napi_get_value_uint32(env, given[0], &config.threads);
    napi_get_value_uint32(env, given[1], &config.queue);
    napi_get_value_double(env, given[2], &bytes);
    napi_get_value_double(env, given[3], &config.jobs_per_second);
    napi_get_value_bool(env, given[4], &r->uv);
    napi_get_value_bool(env, given[5], &r->refuses);
    config.max_bytes = (uint64_t)bytes;
    if (r->uv) {
        config.executor = XTR_EXECUTOR_UV;
        config.loop = loop_of(env);
    }
    if (xtr_runtime_new(&r->native, &config, &error)) {
        free(r);
        return error_value(env, &error);
    }
    r->e = e;
    r->next = e->runtimes;
    if (r->next)
        r->next->previous = r;
    e->runtimes = r;
    if (!napi_create_external(env, r, finalize, NULL, &handle))
        return handle;
    finalize(env, r, NULL); /* takes it over */
    throw_memory(env);
    return NULL;
}

/* closeRuntime(runtime, cancel): true when it was open. */
napi_value close_runtime(napi_env env, napi_callback_info info) {
    napi_value given[2], value = NULL;
    bool cancelled = false;
    arguments_of(env, info, given, 2);
    runtime *r = runtime_of(env, given[0]);
    bool open = r->native != NULL;
    napi_get_value_bool(env, given[1], &cancelled);
    if (open)
        close_native(r, cancelled ? XTR_CLOSE_CANCEL : XTR_CLOSE_WAIT);
    napi_get_boolean(env, open, &value);
    return value;
}

/* runtimeClosed(runtime): whether its threads have ended. */
napi_value runtime_closed(napi_env env, napi_callback_info info) {
    napi_value given[1], value = NULL;
    arguments_of(env, info, given, 1);
    const runtime *r = runtime_of(env, given[0]);
    napi_get_boolean(env, atomic_load(&r->closed), &value);
    return value;
}
