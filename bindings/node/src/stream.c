/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

struct stream {
    stream *next, *previous; /* of its environment */
    environment *e;          /* NULL when that has ended */
    xtr_stream *native;      /* NULL once closed */
    const runtime *runtime;  /* or NULL */
    atomic_bool ready;       /* there may be an item */

    /* While its next item is asked for */
    napi_value pull; /* of a batch */
    bool busy;       /* its inputs may close it meanwhile: */
    bool closing;
};

static stream *stream_of(napi_env env, napi_value handle) {
    void *s = NULL;
    napi_get_value_external(env, handle, &s);
    return s;
}

static void close_native(stream *s) {
    xtr_stream *native = s->native;
    s->closing = s->busy;
    if (s->busy)
        return;
    s->native = NULL;
    xtr_stream_drop(native);
}

static void unlink_stream(stream *s) {
    if (s->next)
        s->next->previous = s->previous;
    if (s->previous)
        s->previous->next = s->next;
    else
        s->e->streams = s->next;
}

static void finalize(napi_env env, void *data, void *hint) {
    stream *s = data;
    (void)env, (void)hint;
    close_native(s);
    if (s->e)
        unlink_stream(s);
    free(s);
}

void streams_stop(environment *e, const runtime *r) {
    for (stream *s = e->streams; s; s = s->next) {
        if (!r || s->runtime == r)
            close_native(s);
    }
}

void streams_end(environment *e) {
    streams_stop(e, NULL);
    for (stream *s = e->streams; s; s = s->next)
        s->e = NULL;
}

/* Opening ----------------------------------------------------------------------------------- */

static xtr_source *source_of_array(environment *e, napi_value described) {
    napi_value parts[3];
    for (uint32_t i = 0; i < 3; i++)
        napi_get_element(e->env, described, i, &parts[i]);
    return source_of(e, parts);
}

/* Calls pull() of a batch: undefined is the end, null means later. */
static xtr_source *next_source(void *payload, void **tag) {
    stream *s = payload;
    napi_env env = s->e->env;
    napi_value described = NULL;
    napi_valuetype type = napi_undefined;
    (void)tag;
    if (s->closing)
        return NULL;
    napi_call_function(env, undefined_value(env), s->pull, 0, NULL, &described);
    napi_typeof(env, described, &type);
    if (s->closing)
        return NULL;
    if (type == napi_null)
        return XTR_SOURCE_LATER;
    return type == napi_object ? source_of_array(s->e, described) : NULL;
}

/* On any thread. */
static void wake_stream(void *payload) {
    stream *s = payload;
    atomic_store(&s->ready, true);
    wake(s->e);
}

static int open_native(stream *s, const napi_value *given, xtr_stream_config *config,
                       xtr_error *error) {
    xtr_runtime *native;
    xtr_when_full unused;
    s->runtime = runtime_of(s->e->env, given[0]);
    int code = native_runtime(&native, &unused, s->runtime, error);
    if (code)
        return code;
    if (is_undefined(s->e->env, given[1]))
        return xtr_batch_open(&s->native, native, next_source, s, config, error);
    xtr_source *source = source_of_array(s->e, given[1]);
    if (source)
        code = xtr_pages_open(&s->native, native, source, config, error);
    else
        *error = (xtr_error){.code = code = XTR_E_MEMORY, .message = "out of memory"};
    xtr_source_drop(source);
    return code;
}

/* openStream(runtime, document, hasOptions, inOrder): of the pages of a document or, without one,
 * of a batch: a handle, or an error. */
napi_value open_stream(napi_env env, napi_callback_info info) {
    napi_value given[4], handle;
    environment *e = arguments_of(env, info, given, 4);
    xtr_error error;
    bool in_order = false;
    napi_get_value_bool(env, given[3], &in_order);
    stream *s = calloc(1, sizeof *s);
    if (!s || napi_create_external(env, s, finalize, NULL, &handle)) {
        free(s);
        throw_memory(env);
        return NULL;
    }
    s->e = e;
    s->next = e->streams;
    if (s->next)
        s->next->previous = s;
    e->streams = s;
    xtr_stream_config config = {.size = sizeof config,
                                .options = options_of(e, given[2]),
                                .wake = wake_stream,
                                .payload = s,
                                .in_order = in_order,
                                .folders = !in_order};
    int code = open_native(s, given, &config, &error);
    return code ? error_value(env, &error) : handle;
}

/* Reading ----------------------------------------------------------------------------------- */

static napi_value path_value(napi_env env, const char *path) {
    return path ? text_value(env, path, strlen(path)) : undefined_value(env);
}

static napi_value outcome_value(napi_env env, const xtr_item *item) {
    if (item->same_as)
        return undefined_value(env);
    results *r = results_new(1);
    if (!r) {
        xtr_result_drop(item->result);
        throw_memory(env);
        return NULL;
    }
    results_add(r, item->code, item->result, &item->error);
    return results_handle(env, r);
}

/* [index, results, path, sameAs]: one outcome; the path of a file that was found in a folder, and
 * that of one with the same content, there is no result then. */
static napi_value item_value(napi_env env, const xtr_item *item) {
    napi_value found = outcome_value(env, item);
    if (!found)
        return NULL;
    const napi_value values[] = {number_value(env, (double)item->index), found,
                                 path_value(env, item->found ? item->path : NULL),
                                 path_value(env, item->same_as)};
    return array_of(env, values, 4);
}

/* nextItem(stream, pull, wait): [index, results, path, sameAs]; undefined when there is none yet
 * and it shall not wait; null at the end; the error that ended the stream as [-1, error]. */
napi_value next_item(napi_env env, napi_callback_info info) {
    napi_value given[3], value = NULL;
    arguments_of(env, info, given, 3);
    stream *s = stream_of(env, given[0]);
    xtr_item item = {.code = XTR_OK};
    bool wait = false;
    napi_get_value_bool(env, given[2], &wait);
    s->pull = given[1];
    s->busy = true;
    int code = s->native ? xtr_stream_next(s->native, &item, wait ? -1 : 0) : XTR_END;
    s->busy = false;
    if (s->closing) {
        xtr_result_drop(item.result);
        close_native(s);
        code = XTR_END;
    }
    /* A document that has no time left fails so as well. */
    if (code == XTR_E_TIMEOUT && !item.code)
        return NULL;
    if (code == XTR_OK)
        return item_value(env, &item);
    if (code == XTR_END) {
        napi_get_null(env, &value);
        return value;
    }
    const napi_value pair[] = {number_value(env, -1), error_value(env, &item.error)};
    return array_of(env, pair, 2);
}

/* streamReady(stream): whether there may be an item since this was asked last. */
napi_value stream_ready(napi_env env, napi_callback_info info) {
    napi_value given[1], value = NULL;
    arguments_of(env, info, given, 1);
    napi_get_boolean(env, atomic_exchange(&stream_of(env, given[0])->ready, false), &value);
    return value;
}

/* closeStream(stream) */
napi_value close_stream(napi_env env, napi_callback_info info) {
    napi_value given[1];
    arguments_of(env, info, given, 1);
    close_native(stream_of(env, given[0]));
    return NULL;
}

/* statistics(stream): [documents, pages, bytes, complete, partial, failed, seconds, skipped, same,
 * unchanged, tooLarge] */
napi_value statistics(napi_env env, napi_callback_info info) {
    napi_value given[1];
    xtr_statistics n = {0};
    arguments_of(env, info, given, 1);
    const stream *s = stream_of(env, given[0]);
    if (!s->native)
        return NULL;
    xtr_stream_statistics(s->native, &n);
    const double numbers[] = {(double)n.documents, (double)n.pages,    (double)n.bytes,
                              (double)n.complete,  (double)n.partial,  (double)n.failed,
                              n.seconds,           (double)n.skipped,  (double)n.same,
                              (double)n.unchanged, (double)n.too_large};
    enum { COUNT = sizeof numbers / sizeof numbers[0] };
    napi_value values[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        values[i] = number_value(env, numbers[i]);
    return array_of(env, values, COUNT);
}
