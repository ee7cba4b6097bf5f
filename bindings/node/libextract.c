/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Node.js package: options in, outcomes out, one queue an environment.
 *
 * An outcome is a plain object (a result) or an array [code, errno, message]; index.js makes
 * errors of the latter. Threads of the pool touch nothing of JavaScript: they push to a completion
 * queue, which wakes the environment's thread by a thread-safe function. */
#define NAPI_VERSION 8
#include <libextract.h>
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 16, NAME_SIZE = 64 };

/* All of one thread: each worker_thread has its own. */
typedef struct environment {
    napi_threadsafe_function wake;
    xtr_completions *completions;
    struct task *tasks; /* not taken yet */
} environment;

typedef struct task {
    struct task *next, **link; /* in environment.tasks */
    xtr_job *job;
    napi_deferred promise;
} task;

/* Values ------------------------------------------------------------------------------------ */

static napi_value text_value(napi_env env, const char *text, size_t size) {
    napi_value value = NULL;
    napi_create_string_utf8(env, text, size, &value);
    return value;
}

/* "page_number" to "pageNumber". */
static const char *camel(char *out, const char *name) {
    size_t n = 0;
    for (; *name && n < NAME_SIZE - 1; name++) {
        if (*name == '_' && name[1] >= 'a' && name[1] <= 'z')
            out[n++] = (char)(*++name - 'a' + 'A');
        else
            out[n++] = *name;
    }
    out[n] = '\0';
    return out;
}

/* Result to JavaScript ---------------------------------------------------------------------- */

typedef struct tree {
    napi_env env;
    napi_value root, open[DEPTH]; /* objects and arrays around, the innermost last */
    uint32_t count[DEPTH];        /* of items in an array; OBJECT or MAP */
    int depth;
    napi_value key;
} tree;

static const uint32_t OBJECT = UINT32_MAX, MAP = UINT32_MAX - 1;

static int put(tree *t, napi_value value) {
    int top = t->depth - 1;
    if (!value)
        return -1;
    if (top < 0)
        t->root = value;
    else if (t->count[top] >= MAP)
        return napi_set_property(t->env, t->open[top], t->key, value) != napi_ok;
    else
        return napi_set_element(t->env, t->open[top], t->count[top]++, value) != napi_ok;
    return 0;
}

static int begin(tree *t, uint32_t count) {
    napi_value value = NULL;
    if (count >= MAP)
        napi_create_object(t->env, &value);
    else
        napi_create_array(t->env, &value);
    if (t->depth == DEPTH || put(t, value))
        return -1;
    t->open[t->depth] = value;
    t->count[t->depth++] = count;
    return 0;
}

static int on_object(void *payload, const char *type) {
    return begin(payload, strcmp(type, "map") == 0 ? MAP : OBJECT);
}

static int on_array(void *payload, size_t count) {
    (void)count;
    return begin(payload, 0);
}

static int on_end(void *payload) {
    ((tree *)payload)->depth--;
    return 0;
}

static int on_key(void *payload, const char *name) {
    tree *t = payload;
    char buffer[NAME_SIZE];
    bool is_map = t->count[t->depth - 1] == MAP;
    t->key = text_value(t->env, is_map ? name : camel(buffer, name), NAPI_AUTO_LENGTH);
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

static napi_value failure(napi_env env, const xtr_error *error) {
    tree t = {.env = env};
    on_array(&t, 3);
    on_integer(&t, error->code);
    on_integer(&t, error->os_error);
    on_string(&t, error->message, strlen(error->message));
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

/* `pairs` is [name, text, name, ...]. */
static int set_options(xtr_options *options, napi_env env, napi_value pairs, xtr_error *error) {
    uint32_t count = 0;
    int code = XTR_OK;
    napi_get_array_length(env, pairs, &count);
    for (uint32_t i = 0; i + 1 < count && !code; i += 2) {
        napi_value key, value;
        napi_get_element(env, pairs, i, &key);
        napi_get_element(env, pairs, i + 1, &value);
        char *name = copy_text(env, key), *text = copy_text(env, value);
        code = name && text ? xtr_options_set(options, name, text, error) : XTR_E_MEMORY;
        free(name);
        free(text);
    }
    return code;
}

/* On a thread of the pool. */
static void wake(void *payload) {
    napi_call_threadsafe_function(((environment *)payload)->wake, NULL, napi_tsfn_nonblocking);
}

static napi_value enlist(napi_env env, environment *e, task *t) {
    napi_value external = NULL;
    if (!e->tasks)
        napi_ref_threadsafe_function(env, e->wake);
    if ((t->next = e->tasks))
        t->next->link = &t->next;
    t->link = &e->tasks;
    e->tasks = t;
    napi_create_external(env, t, NULL, NULL, &external);
    return external;
}

static void drop_task(task *t) {
    if (t->link && (*t->link = t->next))
        t->next->link = t->link;
    xtr_job_drop(t->job);
    free(t);
}

/* run(path, pairs): an outcome; run(path, pairs, started): a promise of one, after started(job to
 * cancel). */
static napi_value run(napi_env env, napi_callback_info info) {
    size_t count = 3;
    napi_value arguments[3], value = NULL, external;
    environment *e;
    xtr_error error = {.code = XTR_E_MEMORY, .message = "out of memory"};
    napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&e);
    task *t = calloc(1, sizeof *t);
    char *path = copy_text(env, arguments[0]);
    xtr_request request = {.size = sizeof request, .options = xtr_options_new(), .tag = t};
    if (count > 2) {
        request.done = xtr_completions_push;
        request.payload = e->completions;
    }
    int code = XTR_E_MEMORY;
    if (t && path && request.options && (request.source = xtr_source_new_path(path)))
        code = set_options((xtr_options *)request.options, env, arguments[1], &error);
    if (!code)
        code = xtr_submit(&t->job, NULL, &request, &error);
    xtr_source_drop(request.source);
    xtr_options_drop((xtr_options *)request.options);
    free(path);
    if (!code && count > 2) {
        napi_create_promise(env, &t->promise, &value);
        external = enlist(env, e, t);
        napi_call_function(env, arguments[2], arguments[2], 1, &external, NULL);
        return value;
    }
    value = !code && xtr_job_wait(t->job, -1) ? outcome(env, t->job) : failure(env, &error);
    if (t)
        drop_task(t);
    return value;
}

/* take(): fulfils the promise of a job that is done; whether there was one. */
static napi_value take(napi_env env, napi_callback_info info) {
    environment *e;
    xtr_job *job;
    napi_value any;
    napi_get_cb_info(env, info, NULL, NULL, NULL, (void **)&e);
    size_t count = xtr_completions_take(e->completions, &job, 1);
    if (count) {
        task *t = xtr_job_tag(job);
        napi_resolve_deferred(env, t->promise, outcome(env, job));
        drop_task(t);
        if (!e->tasks)
            napi_unref_threadsafe_function(env, e->wake);
    }
    napi_get_boolean(env, count > 0, &any);
    return any;
}

/* cancel(job): of a job that was not taken. */
static napi_value cancel(napi_env env, napi_callback_info info) {
    size_t count = 1;
    napi_value external;
    void *t;
    napi_get_cb_info(env, info, &count, &external, NULL, NULL);
    if (!napi_get_value_external(env, external, &t))
        xtr_job_cancel(((task *)t)->job);
    return NULL;
}

/* Module ------------------------------------------------------------------------------------ */

static napi_value tables(napi_env env) {
    tree t = {.env = env};
    xtr_visit_tables(&visitor, &t);
    return t.root;
}

/* The thread ends: after xtr_job_wait no thread of the pool wakes it. */
static void close_environment(void *payload) {
    environment *e = payload;
    xtr_job *job;
    for (task *t = e->tasks; t; t = t->next) {
        xtr_job_cancel(t->job);
        xtr_job_wait(t->job, -1);
    }
    while (xtr_completions_take(e->completions, &job, 1))
        drop_task(xtr_job_tag(job));
    xtr_completions_drop(e->completions);
    napi_release_threadsafe_function(e->wake, napi_tsfn_abort);
    free(e);
}

/* open(drain): makes the queue, whose jobs drain() takes. */
static napi_value open_environment(napi_env env, napi_callback_info info) {
    size_t count = 1;
    napi_value drain;
    environment *e;
    napi_get_cb_info(env, info, &count, &drain, NULL, (void **)&e);
    napi_value name = text_value(env, "libextract", NAPI_AUTO_LENGTH);
    if (xtr_completions_new(&e->completions, wake, e, NULL) ||
        napi_create_threadsafe_function(env, drain, NULL, name, 0, 1, NULL, NULL, NULL, NULL,
                                        &e->wake))
        napi_throw_error(env, NULL, "libextract: out of memory");
    else {
        napi_unref_threadsafe_function(env, e->wake);
        napi_add_env_cleanup_hook(env, close_environment, e);
    }
    return NULL;
}

NAPI_MODULE_INIT() {
    environment *e = calloc(1, sizeof *e);
    napi_property_descriptor properties[] = {
        {"open", 0, open_environment, 0, 0, 0, napi_default, e},
        {"run", 0, run, 0, 0, 0, napi_default, e},
        {"take", 0, take, 0, 0, 0, napi_default, e},
        {"cancel", 0, cancel, 0, 0, 0, napi_default, e},
        {"tables", 0, 0, 0, 0, tables(env), napi_default, 0},
        {"version", 0, 0, 0, 0, text_value(env, xtr_version(), NAPI_AUTO_LENGTH), napi_default, 0}};
    if (!e ||
        napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties))
        napi_throw_error(env, NULL, "libextract: out of memory");
    return exports;
}
