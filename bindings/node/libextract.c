/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Node.js package: options in, outcomes out, one queue an environment.
 *
 * An outcome is a plain object (a result) or an array that index.js makes an error of. Threads of
 * the pool touch nothing of JavaScript: they push to a completion queue, which wakes the
 * environment's thread by a thread-safe function. */
#define NAPI_VERSION 8
#include <libextract.h>
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 16, NAME_SIZE = 80, OBJECT = -1, MAP = -2 };

/* All of one thread: each worker_thread has its own. */
typedef struct environment {
    napi_threadsafe_function wake;
    xtr_completions *completions;
    size_t pending; /* jobs that were not taken yet: they keep the event loop going */
} environment;

/* Result to JavaScript ---------------------------------------------------------------------- */

static napi_value text_value(napi_env env, const char *text, size_t size) {
    napi_value value = NULL;
    napi_create_string_utf8(env, text, size, &value);
    return value;
}

typedef struct tree {
    napi_env env;
    napi_value root, open[DEPTH]; /* objects and arrays around, the innermost last */
    int count[DEPTH];             /* of items in an array; OBJECT or MAP */
    int depth;
    napi_value key;
} tree;

static int put(tree *t, napi_value value) {
    int top = t->depth - 1;
    if (top < 0)
        return (t->root = value) ? 0 : -1;
    if (t->count[top] < 0)
        return (int)napi_set_property(t->env, t->open[top], t->key, value);
    return (int)napi_set_element(t->env, t->open[top], (uint32_t)t->count[top]++, value);
}

static int begin(tree *t, napi_status (*create)(napi_env, napi_value *), int count) {
    napi_value value = NULL;
    if (t->depth == DEPTH || create(t->env, &value) || put(t, value))
        return -1;
    t->open[t->depth] = value;
    t->count[t->depth++] = count;
    return 0;
}

static int on_object(void *t, const char *type) {
    return begin(t, napi_create_object, strcmp(type, "map") == 0 ? MAP : OBJECT);
}

static int on_array(void *t, size_t count) {
    (void)count;
    return begin(t, napi_create_array, 0);
}

static int on_end(void *payload) {
    ((tree *)payload)->depth--;
    return 0;
}

/* Names of fields in camelCase; those of a map as they are. */
static int on_key(void *payload, const char *name) {
    tree *t = payload;
    char camel[NAME_SIZE];
    size_t n = 0;
    for (const char *c = name; *c && n < NAME_SIZE; c++) {
        bool joins = *c == '_' && c[1] >= 'a' && c[1] <= 'z';
        camel[n++] = joins ? (char)(*++c - 'a' + 'A') : *c;
    }
    bool is_map = t->count[t->depth - 1] == MAP;
    t->key = is_map ? text_value(t->env, name, NAPI_AUTO_LENGTH) : text_value(t->env, camel, n);
    return t->key ? 0 : -1;
}

#define SCALAR(name, arguments, create)  \
    static int name arguments {          \
        napi_env env = ((tree *)t)->env; \
        napi_value value = NULL;         \
        create;                          \
        return put(t, value);            \
    }
SCALAR(on_string, (void *t, const char *text, size_t size), value = text_value(env, text, size))
SCALAR(on_integer, (void *t, int64_t number), napi_create_int64(env, number, &value))
SCALAR(on_number, (void *t, double number), napi_create_double(env, number, &value))
SCALAR(on_boolean, (void *t, bool truth), napi_get_boolean(env, truth, &value))
SCALAR(on_bytes, (void *t, const void *data, size_t size),
       napi_create_buffer_copy(env, size, data, NULL, &value))
SCALAR(on_null, (void *t), napi_get_null(env, &value))

static const xtr_visitor visitor = {on_object,  on_array,  on_end,     on_key,   on_string,
                                    on_integer, on_number, on_boolean, on_bytes, on_null};

/* [name, kind, number, errno, message] */
static napi_value failure(napi_env env, const xtr_error *error) {
    const xtr_error_info *info = xtr_error_describe(error->code);
    tree t = {.env = env};
    on_array(&t, 5);
    on_string(&t, info->name, NAPI_AUTO_LENGTH);
    on_string(&t, info->kind, NAPI_AUTO_LENGTH);
    on_integer(&t, error->code);
    on_integer(&t, error->os_error);
    on_string(&t, error->message, NAPI_AUTO_LENGTH);
    return t.root;
}

static napi_value outcome(napi_env env, xtr_job *job) {
    xtr_result *result;
    xtr_error error;
    tree t = {.env = env};
    if (xtr_job_take(job, &result, &error))
        return failure(env, &error);
    int stopped = xtr_result_visit(result, &visitor, &t);
    xtr_result_drop(result);
    if (!stopped)
        return t.root;
    error = (xtr_error){.code = XTR_E_MEMORY, .message = "the result does not fit a string"};
    return failure(env, &error);
}

/* Jobs -------------------------------------------------------------------------------------- */

/* A string of JavaScript, yours to free; NULL when it is none. */
static char *copy_text(napi_env env, napi_value value) {
    size_t size = 0;
    char *text = NULL;
    if (!napi_get_value_string_utf8(env, value, NULL, 0, &size) && (text = malloc(size + 1)))
        napi_get_value_string_utf8(env, value, text, size + 1, &size);
    return text;
}

/* `pairs` is [name, text or integer, name, ...]. */
static int set_options(xtr_options *options, napi_env env, napi_value pairs, xtr_error *error) {
    uint32_t count = 0;
    int code = XTR_OK;
    napi_get_array_length(env, pairs, &count);
    for (uint32_t i = 0; i + 1 < count && !code; i += 2) {
        char name[NAME_SIZE] = "";
        napi_value key, value;
        int64_t number = 0;
        napi_get_element(env, pairs, i, &key);
        napi_get_element(env, pairs, i + 1, &value);
        napi_get_value_string_utf8(env, key, name, sizeof name, NULL);
        char *text = copy_text(env, value);
        if (text)
            code = xtr_options_set(options, name, text, error);
        else if (!napi_get_value_int64(env, value, &number))
            code = xtr_options_set_integer(options, name, number, error);
        else
            code = XTR_E_MEMORY;
        free(text);
    }
    return code;
}

/* On a thread of the pool. */
static void wake(void *payload) {
    napi_call_threadsafe_function(((environment *)payload)->wake, NULL, napi_tsfn_nonblocking);
}

/* The thread ends: afterwards no thread of the pool touches the job, nor wakes its environment. */
static void stop_job(void *job) {
    xtr_job_cancel(job);
    xtr_job_wait(job, -1);
}

/* What run returns: cancels the job, which was not taken yet. */
static napi_value cancel(napi_env env, napi_callback_info info) {
    void *job;
    napi_get_cb_info(env, info, NULL, NULL, NULL, &job);
    xtr_job_cancel(job);
    return NULL;
}

/* run(path, pairs, id): a function that cancels, or a failure. With the id 0 it waits: an outcome.
 */
static napi_value run(napi_env env, napi_callback_info info) {
    size_t count = 3;
    napi_value given[3], value = NULL;
    int64_t id = 0;
    environment *e;
    xtr_job *job = NULL;
    xtr_error error = {.code = XTR_E_MEMORY, .message = "out of memory"};
    napi_get_cb_info(env, info, &count, given, NULL, (void **)&e);
    napi_get_value_int64(env, given[2], &id);
    char *path = copy_text(env, given[0]);
    xtr_options *options = xtr_options_new();
    xtr_request request = {.size = sizeof request,
                           .source = path ? xtr_source_new_path(path) : NULL,
                           .options = options,
                           .done = id ? xtr_completions_push : NULL,
                           .payload = e->completions,
                           .tag = (void *)(intptr_t)id};
    int code = options && request.source ? set_options(options, env, given[1], &error) : error.code;
    if (!code)
        code = xtr_submit(&job, NULL, &request, &error);
    xtr_source_drop(request.source);
    xtr_options_drop(options);
    free(path);
    if (!code && id) {
        if (!e->pending++)
            napi_ref_threadsafe_function(env, e->wake);
        napi_add_env_cleanup_hook(env, stop_job, job);
        napi_create_function(env, "cancel", NAPI_AUTO_LENGTH, cancel, job, &value);
        return value;
    }
    value = !code && xtr_job_wait(job, -1) ? outcome(env, job) : failure(env, &error);
    xtr_job_drop(job);
    return value;
}

typedef struct taking {
    environment *e;
    napi_env env;
    napi_value settle;
} taking;

static void take(xtr_job *job, void *payload) {
    taking *t = payload;
    napi_env env = t->env;
    napi_handle_scope scope;
    napi_value undefined, given[2];
    napi_open_handle_scope(env, &scope);
    napi_get_undefined(env, &undefined);
    napi_create_int64(env, (intptr_t)xtr_job_tag(job), &given[0]);
    given[1] = outcome(env, job);
    napi_remove_env_cleanup_hook(env, stop_job, job);
    xtr_job_drop(job);
    if (!--t->e->pending)
        napi_unref_threadsafe_function(env, t->e->wake);
    napi_call_function(env, undefined, t->settle, 2, given, NULL);
    napi_close_handle_scope(env, scope);
}

/* drain(settle, ms): settle(id, outcome) for jobs that are done, and whether some remain. */
static napi_value drain(napi_env env, napi_callback_info info) {
    size_t count = 2;
    int64_t budget = 0;
    napi_value given[2], more = NULL;
    taking t = {.env = env};
    napi_get_cb_info(env, info, &count, given, NULL, (void **)&t.e);
    t.settle = given[0];
    napi_get_value_int64(env, given[1], &budget);
    napi_get_boolean(env, xtr_completions_drain(t.e->completions, take, &t, budget), &more);
    return more;
}

/* Module ------------------------------------------------------------------------------------ */

/* The tables of the library, as xtr_visit_tables gives them. */
static napi_value tables(napi_env env) {
    tree t = {.env = env};
    return xtr_visit_tables(&visitor, &t) ? NULL : t.root;
}

static void drop(xtr_job *job, void *payload) {
    (void)payload;
    xtr_job_drop(job);
}

/* The thread ends. Hooks run last to first: stop_job was called for each job. */
static void close_environment(void *payload) {
    environment *e = payload;
    xtr_completions_drain(e->completions, drop, NULL, -1);
    xtr_completions_drop(e->completions);
    napi_release_threadsafe_function(e->wake, napi_tsfn_abort);
    free(e);
}

/* open(onDone): the native half, with a queue of which onDone() is told. */
static napi_value open_environment(napi_env env, napi_callback_info info) {
    size_t count = 1;
    napi_value on_done, native = NULL, name = text_value(env, "libextract", NAPI_AUTO_LENGTH);
    environment *e = calloc(1, sizeof *e);
    const napi_property_descriptor properties[] = {
        {"run", 0, run, 0, 0, 0, napi_default, e},
        {"drain", 0, drain, 0, 0, 0, napi_default, e},
        {"tables", 0, 0, 0, 0, tables(env), napi_default, 0},
        {"version", 0, 0, 0, 0, text_value(env, xtr_version(), NAPI_AUTO_LENGTH), napi_default, 0}};
    napi_get_cb_info(env, info, &count, &on_done, NULL, NULL);
    if (!e || xtr_completions_new(&e->completions, wake, e, NULL) ||
        napi_create_threadsafe_function(env, on_done, NULL, name, 0, 1, NULL, NULL, NULL, NULL,
                                        &e->wake)) {
        napi_throw_error(env, NULL, "libextract: out of memory");
        return NULL;
    }
    napi_unref_threadsafe_function(env, e->wake);
    napi_add_env_cleanup_hook(env, close_environment, e);
    napi_create_object(env, &native);
    napi_define_properties(env, native, sizeof properties / sizeof *properties, properties);
    return native;
}

NAPI_MODULE_INIT() {
    napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_environment, NULL, &exports);
    return exports;
}
