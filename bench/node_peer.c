/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What bench/node.py compares with: our addon with one napi_create_async_work a call. It takes the
 * same documents and options, and the JavaScript around it is the same. Its threads do nothing at
 * all, and the result is always the same one: what it costs is what waiting costs. */
#define NAPI_VERSION 8
#include <libextract.h>
#include <node_api.h>
#include <stdlib.h>

typedef struct call {
    napi_async_work work;
    uint32_t id;
    xtr_source *source;
    xtr_options *options;
} call;

static void execute(napi_env env, void *data) {
    (void)env, (void)data;
}

static xtr_result *extracted;
static napi_ref settle; /* settle(id, handle) */

static void drop(napi_env env, void *result, void *hint) {
    (void)env, (void)hint;
    xtr_result_drop(result);
}

static void complete(napi_env env, napi_status status, void *data) {
    call *c = data;
    napi_value nobody, function, given[2];
    (void)status;
    napi_get_undefined(env, &nobody);
    napi_get_reference_value(env, settle, &function);
    napi_create_uint32(env, c->id, &given[0]);
    napi_create_external(env, xtr_result_keep(extracted), drop, NULL, &given[1]);
    napi_call_function(env, nobody, function, 2, given, NULL);
    napi_delete_async_work(env, c->work);
    xtr_source_drop(c->source);
    xtr_options_drop(c->options);
    free(c);
}

/* submit(id, buffer, mimeType) */
static napi_value submit(napi_env env, napi_callback_info info) {
    size_t count = 3, size;
    napi_value given[3], name;
    void *data;
    char type[80] = "";
    call *c = calloc(1, sizeof *c);
    napi_get_cb_info(env, info, &count, given, NULL, NULL);
    napi_get_value_uint32(env, given[0], &c->id);
    napi_get_buffer_info(env, given[1], &data, &size);
    napi_get_value_string_utf8(env, given[2], type, sizeof type, NULL);
    c->source = xtr_source_new_copy(data, size);
    c->options = xtr_options_new();
    xtr_options_set(c->options, "mime_type", type, NULL);
    napi_create_string_utf8(env, "extract", NAPI_AUTO_LENGTH, &name);
    napi_create_async_work(env, NULL, name, execute, complete, c, &c->work);
    napi_queue_async_work(env, c->work);
    return NULL;
}

/* open(settle): submit */
static napi_value open(napi_env env, napi_callback_info info) {
    size_t count = 1;
    napi_value function, made;
    napi_get_cb_info(env, info, &count, &function, NULL, NULL);
    napi_create_reference(env, function, 1, &settle);
    napi_create_function(env, "submit", NAPI_AUTO_LENGTH, submit, NULL, &made);
    return made;
}

NAPI_MODULE_INIT() {
    xtr_source *source = xtr_source_new_copy("empty", 5);
    if (xtr_extract(&extracted, NULL, source, NULL, NULL))
        napi_throw_error(env, NULL, "the mock document was not extracted");
    xtr_source_drop(source);
    napi_create_function(env, "open", NAPI_AUTO_LENGTH, open, NULL, &exports);
    return exports;
}
