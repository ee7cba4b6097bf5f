/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

#include <time.h>

/* Values ------------------------------------------------------------------------------------ */

napi_value text_value(napi_env env, const char *text, size_t size) {
    napi_value value = NULL;
    napi_create_string_utf8(env, text, size, &value);
    return value;
}

napi_value number_value(napi_env env, double number) {
    napi_value value = NULL;
    napi_create_double(env, number, &value);
    return value;
}

napi_value undefined_value(napi_env env) {
    napi_value value = NULL;
    napi_get_undefined(env, &value);
    return value;
}

bool is_undefined(napi_env env, napi_value value) {
    napi_valuetype type = napi_undefined;
    napi_typeof(env, value, &type);
    return type == napi_undefined;
}

napi_value array_of(napi_env env, const napi_value *values, size_t count) {
    napi_value array = NULL;
    napi_create_array_with_length(env, count, &array);
    for (size_t i = 0; i < count; i++)
        napi_set_element(env, array, (uint32_t)i, values[i]);
    return array;
}

char *copy_text(napi_env env, napi_value value) {
    size_t size = 0;
    char *text = NULL;
    if (!napi_get_value_string_utf8(env, value, NULL, 0, &size) && (text = malloc(size + 1)))
        napi_get_value_string_utf8(env, value, text, size + 1, &size);
    return text;
}

void throw_memory(napi_env env) {
    napi_throw_error(env, "ERR_XTR_MEMORY", "libextract: out of memory");
}

environment *arguments_of(napi_env env, napi_callback_info info, napi_value *arguments,
                          size_t count) {
    void *e = NULL;
    napi_get_cb_info(env, info, &count, arguments, NULL, &e);
    return e;
}

uint64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Detection --------------------------------------------------------------------------------- */

/* detect(kind, input, name): its MIME type, or an error. */
static napi_value detect(napi_env env, napi_callback_info info) {
    napi_value given[3];
    environment *e = arguments_of(env, info, given, 3);
    xtr_detection found;
    xtr_error error = {.code = XTR_E_MEMORY, .message = "out of memory"};
    xtr_source *source = source_of(e, given);
    int code = source ? xtr_detect(&found, source, &error) : XTR_E_MEMORY;
    xtr_source_drop(source);
    return code ? error_value(env, &error)
                : text_value(env, found.mime_type, strlen(found.mime_type));
}

/* mimeOfName(name): a string or undefined */
static napi_value mime_of_name(napi_env env, napi_callback_info info) {
    napi_value given[1];
    arguments_of(env, info, given, 1);
    char *name = copy_text(env, given[0]);
    const char *found = name ? xtr_mime_of_name(name) : NULL;
    free(name);
    return found ? text_value(env, found, strlen(found)) : NULL;
}

static napi_value texts_value(napi_env env, const char *const *texts) {
    napi_value list = NULL;
    napi_create_array(env, &list);
    for (uint32_t i = 0; texts[i]; i++)
        napi_set_element(env, list, i, text_value(env, texts[i], strlen(texts[i])));
    return list;
}

/* extensionsOfMime(type): an array */
static napi_value extensions_of_mime(napi_env env, napi_callback_info info) {
    napi_value given[1];
    arguments_of(env, info, given, 1);
    char *type = copy_text(env, given[0]);
    napi_value list = texts_value(env, xtr_extensions_of_mime(type ? type : ""));
    free(type);
    return list;
}

/* formats(): [[name, title, MIME types, yields], ...] */
static napi_value formats(napi_env env, napi_callback_info info) {
    size_t count;
    const xtr_format_info *table = xtr_format_table(&count);
    napi_value list = NULL;
    (void)info;
    napi_create_array(env, &list);
    for (uint32_t i = 0; i < count; i++) {
        const napi_value entry[] = {text_value(env, table[i].name, strlen(table[i].name)),
                                    text_value(env, table[i].title, strlen(table[i].title)),
                                    texts_value(env, table[i].mime_types),
                                    texts_value(env, table[i].yields)};
        napi_set_element(env, list, i, array_of(env, entry, 4));
    }
    return list;
}

/* Environment ------------------------------------------------------------------------------- */

void wake(void *payload) {
    environment *e = payload;
    if (!atomic_load(&e->awake) && !atomic_exchange(&e->woken, true))
        napi_call_threadsafe_function(e->wake, NULL, napi_tsfn_nonblocking);
}

static void call_turn(napi_env env, napi_value turn, void *payload, void *data) {
    environment *e = payload;
    (void)data;
    if (!env)
        return;
    atomic_store(&e->woken, false);
    napi_call_function(env, undefined_value(env), turn, 0, NULL, NULL);
}

void hold(environment *e, bool more) {
    if (more && !e->held++)
        napi_ref_threadsafe_function(e->env, e->wake);
    else if (!more && !--e->held)
        napi_unref_threadsafe_function(e->env, e->wake);
}

/* hold(more) */
static napi_value hold_from_script(napi_env env, napi_callback_info info) {
    napi_value given[1];
    bool more = false;
    environment *e = arguments_of(env, info, given, 1);
    napi_get_value_bool(env, given[0], &more);
    hold(e, more);
    return NULL;
}

/* stop(): the process ends; what is at work is given up. Threads of libuv are waited for by
 * Node.js. */
static napi_value stop(napi_env env, napi_callback_info info) {
    environment *e = arguments_of(env, info, NULL, 0);
    jobs_stop(e, NULL);
    streams_stop(e, NULL);
    return NULL;
}

/* stopRuntime(runtime): the same for what is at work in one. */
static napi_value stop_runtime(napi_env env, napi_callback_info info) {
    napi_value given[1];
    environment *e = arguments_of(env, info, given, 1);
    const runtime *r = runtime_of(env, given[0]);
    jobs_stop(e, r);
    streams_stop(e, r);
    return NULL;
}

/* The thread ends: a worker_thread that was terminated, too. Nothing of ours touches the
 * environment afterwards; handles that still exist are finalized later. */
static void end_environment(void *payload) {
    environment *e = payload;
    streams_end(e);
    jobs_end(e);
    runtimes_end(e);
    xtr_completions_drop(e->completions);
    trash_drop(e);
    napi_release_threadsafe_function(e->wake, napi_tsfn_abort);
    napi_delete_reference(e->env, e->done_array);
    keys_drop(e->env, e->keys);
    xtr_options_drop(e->options);
    free(e);
}

static environment *new_environment(napi_env env, napi_value turn, napi_value done) {
    environment *e = calloc(1, sizeof *e);
    napi_value name = text_value(env, "libextract", NAPI_AUTO_LENGTH);
    if (!e)
        return NULL;
    e->env = env;
    e->trash = trash_new(e);
    e->keys = keys_new(env);
    if (e->trash && e->keys && !xtr_completions_new(&e->completions, wake, e, NULL) &&
        !napi_get_typedarray_info(env, done, NULL, NULL, (void **)&e->done, NULL, NULL) &&
        !napi_create_reference(env, done, 1, &e->done_array) &&
        !napi_create_threadsafe_function(env, turn, NULL, name, 0, 1, NULL, NULL, e, call_turn,
                                         &e->wake)) {
        napi_unref_threadsafe_function(env, e->wake);
        /* Hooks run last to first: before the end of the thread-safe function. */
        napi_add_env_cleanup_hook(env, end_environment, e);
        return e;
    }
    if (e->trash)
        trash_drop(e);
    keys_drop(env, e->keys);
    xtr_completions_drop(e->completions);
    free(e);
    return NULL;
}

/* open(turn, done): the native half, which calls turn() when there is something to do, and tells by
 * the Int32Array `done` what drain() gives. */
static napi_value open(napi_env env, napi_callback_info info) {
    napi_value given[2], native = NULL;
    arguments_of(env, info, given, 2);
    environment *e = new_environment(env, given[0], given[1]);
    if (!e) {
        throw_memory(env);
        return NULL;
    }
#define FUNCTION(name, function) \
    { name, 0, function, 0, 0, 0, napi_default, e }
    const napi_property_descriptor properties[] = {
        FUNCTION("submit", submit),
        FUNCTION("run", run),
        FUNCTION("cancel", cancel),
        FUNCTION("progress", progress),
        FUNCTION("drain", drain),
        FUNCTION("hold", hold_from_script),
        FUNCTION("stop", stop),
        FUNCTION("stopRuntime", stop_runtime),
        FUNCTION("size", read_size),
        FUNCTION("drop", drop_results),
        FUNCTION("failure", read_failure),
        FUNCTION("field", visit_field),
        FUNCTION("whole", visit_result),
        FUNCTION("render", render_result),
        FUNCTION("setOptions", set_options),
        FUNCTION("option", read_option),
        FUNCTION("openStream", open_stream),
        FUNCTION("nextItem", next_item),
        FUNCTION("streamReady", stream_ready),
        FUNCTION("closeStream", close_stream),
        FUNCTION("statistics", statistics),
        FUNCTION("openRuntime", open_runtime),
        FUNCTION("closeRuntime", close_runtime),
        FUNCTION("runtimeClosed", runtime_closed),
        FUNCTION("detect", detect),
        FUNCTION("mimeOfName", mime_of_name),
        FUNCTION("extensionsOfMime", extensions_of_mime),
        FUNCTION("formats", formats),
        FUNCTION("tables", visit_tables),
        FUNCTION("doctor", visit_doctor),
        {"version", 0, 0, 0, 0, text_value(env, xtr_version(), NAPI_AUTO_LENGTH), napi_default, 0}};
    napi_create_object(env, &native);
    napi_define_properties(env, native, sizeof properties / sizeof *properties, properties);
    return native;
}

NAPI_MODULE_INIT() {
    napi_create_function(env, "open", NAPI_AUTO_LENGTH, open, NULL, &exports);
    return exports;
}
