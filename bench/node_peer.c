/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What bench/node.py compares with: an addon of the usual kind, one napi_create_async_work a call.
 * It takes a document and options as ours does, and its threads do nothing at all: what it costs is
 * what waiting costs. */
#define NAPI_VERSION 8
#include <libextract.h>
#include <node_api.h>
#include <stdlib.h>

typedef struct call {
    napi_async_work work;
    napi_deferred promise;
    xtr_source *source;
    xtr_options *options;
} call;

static void execute(napi_env env, void *data) {
    (void)env, (void)data;
}

static xtr_result *extracted;

static void drop(napi_env env, void *result, void *hint) {
    (void)env, (void)hint;
    xtr_result_drop(result);
}

static void complete(napi_env env, napi_status status, void *data) {
    call *c = data;
    napi_value handle;
    (void)status;
    napi_create_external(env, xtr_result_keep(extracted), drop, NULL, &handle);
    napi_resolve_deferred(env, c->promise, handle);
    napi_delete_async_work(env, c->work);
    xtr_source_drop(c->source);
    xtr_options_drop(c->options);
    free(c);
}

/* extract(buffer, mimeType): a promise */
static napi_value extract(napi_env env, napi_callback_info info) {
    size_t count = 2, size;
    napi_value given[2], promise, name;
    void *data;
    char type[80] = "";
    call *c = calloc(1, sizeof *c);
    napi_get_cb_info(env, info, &count, given, NULL, NULL);
    napi_get_buffer_info(env, given[0], &data, &size);
    napi_get_value_string_utf8(env, given[1], type, sizeof type, NULL);
    c->source = xtr_source_new_copy(data, size);
    c->options = xtr_options_new();
    xtr_options_set(c->options, "mime_type", type, NULL);
    napi_create_promise(env, &c->promise, &promise);
    napi_create_string_utf8(env, "extract", NAPI_AUTO_LENGTH, &name);
    napi_create_async_work(env, NULL, name, execute, complete, c, &c->work);
    napi_queue_async_work(env, c->work);
    return promise;
}

NAPI_MODULE_INIT() {
    xtr_source *source = xtr_source_new_copy("empty", 5);
    if (xtr_extract(&extracted, NULL, source, NULL, NULL))
        napi_throw_error(env, NULL, "the mock document was not extracted");
    xtr_source_drop(source);
    napi_create_function(env, "extract", NAPI_AUTO_LENGTH, extract, NULL, &exports);
    return exports;
}
