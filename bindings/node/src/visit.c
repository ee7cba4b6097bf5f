/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

enum { DEPTH = 64, OBJECT = -1, MAP = -2 };

/* Names of fields --------------------------------------------------------------------------- */

/* The names of result.def in camelCase are made once, as an array of JavaScript; where they stand
 * in it is found by the pointers that a visit gives. */
enum { BUCKETS = 512 };
struct keys {
    napi_ref array;
    const char *names[BUCKETS];
    uint32_t places[BUCKETS];
};

static size_t bucket_of(const keys *k, const char *name) {
    size_t i = ((uintptr_t)name ^ (uintptr_t)name >> 9) % BUCKETS;
    while (k->names[i] && k->names[i] != name)
        i = (i + 1) % BUCKETS;
    return i;
}

/* pageNumber for page_number */
static napi_value camel_value(napi_env env, const char *name) {
    char camel[NAME_SIZE];
    size_t n = 0;
    for (const char *c = name; *c && n < NAME_SIZE; c++) {
        bool joins = *c == '_' && c[1] >= 'a' && c[1] <= 'z';
        camel[n++] = joins ? (char)(*++c - 'a' + 'A') : *c;
    }
    return text_value(env, camel, n);
}

keys *keys_new(napi_env env) {
    size_t count;
    const xtr_field_info *fields = xtr_field_table(&count);
    keys *k = calloc(1, sizeof *k);
    napi_value array = NULL, object = NULL;
    napi_create_array(env, &array);
    napi_create_object(env, &object);
    for (uint32_t i = 0; k && i < count && i < BUCKETS / 2; i++) {
        size_t bucket = bucket_of(k, fields[i].name);
        napi_value name = camel_value(env, fields[i].name);
        /* As the name of a property it becomes the one copy that there is of it. */
        napi_set_property(env, object, name, array);
        napi_set_element(env, array, i, name);
        k->names[bucket] = fields[i].name;
        k->places[bucket] = i;
    }
    if (k && !napi_create_reference(env, array, 1, &k->array))
        return k;
    free(k);
    return NULL;
}

void keys_drop(napi_env env, keys *k) {
    if (k)
        napi_delete_reference(env, k->array);
    free(k);
}

/* Result to JavaScript ---------------------------------------------------------------------- */

typedef struct tree {
    napi_env env;
    const keys *names;            /* or NULL */
    napi_value key_array;         /* of those */
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
    size_t bucket = t->names ? bucket_of(t->names, name) : 0;
    if (t->count[t->depth - 1] == MAP)
        t->key = text_value(t->env, name, NAPI_AUTO_LENGTH);
    else if (!t->names || !t->names->names[bucket])
        t->key = camel_value(t->env, name);
    else if (napi_get_element(t->env, t->key_array, t->names->places[bucket], &t->key))
        return -1;
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

static napi_value finish(const tree *t, int stopped) {
    bool pending = false;
    if (!stopped)
        return t->root;
    napi_is_exception_pending(t->env, &pending);
    if (!pending)
        napi_throw_range_error(t->env, "ERR_STRING_TOO_LONG",
                               "a value of the result is too large for JavaScript");
    return NULL;
}

/* Results ----------------------------------------------------------------------------------- */

static void empty(napi_env env, results *r) {
    int64_t now;
    napi_adjust_external_memory(env, -(int64_t)r->bytes, &now);
    for (size_t i = 0; i < r->count; i++) {
        xtr_result_drop(r->items[i].result);
        free(r->items[i].error);
    }
    r->count = r->bytes = 0;
}

static void free_results(napi_env env, void *data, void *hint) {
    (void)hint;
    empty(env, data);
    free(data);
}

results *results_new(size_t room) {
    return calloc(1, sizeof(results) + room * sizeof(outcome));
}

void results_add(results *r, int code, xtr_result *result, const xtr_error *error) {
    outcome *o = &r->items[r->count++];
    o->result = result;
    if (!code)
        r->bytes += xtr_result_size(result);
    else if ((o->error = malloc(sizeof *o->error)))
        *o->error = *error;
}

napi_value results_handle(napi_env env, results *r) {
    napi_value handle = NULL;
    int64_t now;
    napi_adjust_external_memory(env, (int64_t)r->bytes, &now);
    if (napi_create_external(env, r, free_results, NULL, &handle))
        free_results(env, r, NULL);
    return handle;
}

static results *results_of(napi_env env, napi_value handle) {
    void *r = NULL;
    napi_get_value_external(env, handle, &r);
    return r;
}

/* The outcome that stands at given[1] of the results given[0]. */
static const outcome *outcome_of(napi_env env, const napi_value *given) {
    uint32_t place = 0;
    napi_get_value_uint32(env, given[1], &place);
    return &results_of(env, given[0])->items[place];
}

static tree result_tree(const environment *e) {
    tree t = {.env = e->env, .names = e->keys};
    napi_get_reference_value(e->env, e->keys->array, &t.key_array);
    return t;
}

/* size(results): how many bytes they hold. */
napi_value read_size(napi_env env, napi_callback_info info) {
    napi_value given[1];
    arguments_of(env, info, given, 1);
    return number_value(env, (double)results_of(env, given[0])->bytes);
}

/* drop(results): frees them; nothing else may be asked of them. */
napi_value drop_results(napi_env env, napi_callback_info info) {
    napi_value given[1];
    arguments_of(env, info, given, 1);
    empty(env, results_of(env, given[0]));
    return NULL;
}

/* failure(results, place): the error there, undefined when there is a result. */
napi_value read_failure(napi_env env, napi_callback_info info) {
    napi_value given[2];
    arguments_of(env, info, given, 2);
    const xtr_error memory = {.code = XTR_E_MEMORY, .message = "out of memory"};
    const outcome *o = outcome_of(env, given);
    return o->result ? NULL : error_value(env, o->error ? o->error : &memory);
}

/* field(results, place, field): its value. */
napi_value visit_field(napi_env env, napi_callback_info info) {
    napi_value given[3];
    uint32_t field = 0;
    const environment *e = arguments_of(env, info, given, 3);
    tree t = result_tree(e);
    napi_get_value_uint32(env, given[2], &field);
    return finish(&t, xtr_result_visit_field(outcome_of(env, given)->result, field, &visitor, &t));
}

/* whole(results, place): all of it. */
napi_value visit_result(napi_env env, napi_callback_info info) {
    napi_value given[2];
    const environment *e = arguments_of(env, info, given, 2);
    tree t = result_tree(e);
    return finish(&t, xtr_result_visit(outcome_of(env, given)->result, &visitor, &t));
}

/* render(results, place, format): the whole as xtr_format says, a string. */
napi_value render_result(napi_env env, napi_callback_info info) {
    tree t = {.env = env};
    napi_value given[3];
    int32_t format = XTR_FORMAT_TEXT;
    char *text;
    size_t size;
    arguments_of(env, info, given, 3);
    napi_get_value_int32(env, given[2], &format);
    if (xtr_result_render(&text, &size, outcome_of(env, given)->result, (xtr_format)format,
                          XTR_FURNITURE_AUTO, NULL)) {
        throw_memory(env);
        return NULL;
    }
    int stopped = on_string(&t, text, size);
    xtr_free(text);
    return finish(&t, stopped);
}

/* Tables ------------------------------------------------------------------------------------ */

napi_value visit_tables(napi_env env, napi_callback_info info) {
    tree t = {.env = env};
    (void)info;
    return finish(&t, xtr_visit_tables(&visitor, &t));
}

napi_value visit_doctor(napi_env env, napi_callback_info info) {
    tree t = {.env = env};
    (void)info;
    return finish(&t, xtr_doctor(&visitor, &t));
}

napi_value error_value(napi_env env, const xtr_error *error) {
    const xtr_error_info *info = xtr_error_describe(error->code);
    tree t = {.env = env};
    on_array(&t, 5);
    on_string(&t, info->name, strlen(info->name));
    on_string(&t, info->kind, strlen(info->kind));
    on_integer(&t, error->code);
    on_integer(&t, error->os_error);
    on_string(&t, error->message, strlen(error->message));
    return t.root;
}
