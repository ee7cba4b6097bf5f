/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

/* As in lib/sources.js. */
enum source_kind { PATH, BYTES, TRANSFERRED };

/* What the pool is through with ------------------------------------------------------------- */

typedef struct borrowed {
    struct borrowed *next;
    trash *trash;
    napi_ref buffer;
} borrowed;

/* What any thread adds to. It lives as long as its environment, which waits for all to be back. */
struct trash {
    pthread_mutex_t mutex;
    pthread_cond_t came;
    borrowed *first;
    size_t out;
    atomic_bool some;
    environment *e;
};

trash *trash_new(environment *e) {
    trash *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->e = e;
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->came, NULL);
    return t;
}

/* On any thread. */
static void give_back(void *payload) {
    borrowed *b = payload;
    trash *t = b->trash;
    pthread_mutex_lock(&t->mutex);
    b->next = t->first;
    t->first = b;
    t->out--;
    atomic_store(&t->some, true);
    /* Under the mutex: the environment ends when all are back. */
    wake(t->e);
    pthread_cond_signal(&t->came);
    pthread_mutex_unlock(&t->mutex);
}

void trash_empty(environment *e) {
    trash *t = e->trash;
    if (!atomic_load_explicit(&t->some, memory_order_relaxed))
        return;
    pthread_mutex_lock(&t->mutex);
    borrowed *all = t->first;
    t->first = NULL;
    atomic_store(&t->some, false);
    pthread_mutex_unlock(&t->mutex);
    while (all) {
        borrowed *next = all->next;
        napi_delete_reference(e->env, all->buffer);
        free(all);
        all = next;
    }
}

void trash_drop(environment *e) {
    trash *t = e->trash;
    pthread_mutex_lock(&t->mutex);
    while (t->out)
        pthread_cond_wait(&t->came, &t->mutex);
    pthread_mutex_unlock(&t->mutex);
    trash_empty(e);
    pthread_cond_destroy(&t->came);
    pthread_mutex_destroy(&t->mutex);
    free(t);
}

/* Sources ----------------------------------------------------------------------------------- */

static xtr_source *source_of_path(napi_env env, napi_value text) {
    char *path = copy_text(env, text);
    xtr_source *source = path ? xtr_source_new_path(path) : NULL;
    free(path);
    return source;
}

/* The memory behind a Uint8Array or ArrayBuffer. */
static void look_at(napi_env env, napi_value input, void **data, size_t *size) {
    if (napi_get_typedarray_info(env, input, NULL, size, data, NULL, NULL))
        napi_get_arraybuffer_info(env, input, data, size);
}

static xtr_source *source_of_bytes(napi_env env, napi_value bytes) {
    void *data = NULL;
    size_t size = 0;
    look_at(env, bytes, &data, &size);
    return xtr_source_new_copy(data, size);
}

/* Memory that nobody else can reach: it is read where it is. */
static xtr_source *source_of_transferred(environment *e, napi_value buffer) {
    void *data = NULL;
    size_t size = 0;
    look_at(e->env, buffer, &data, &size);
    borrowed *b = calloc(1, sizeof *b);
    if (!b || napi_create_reference(e->env, buffer, 1, &b->buffer)) {
        free(b);
        return NULL;
    }
    b->trash = e->trash;
    xtr_source *source = xtr_source_new_bytes(data, size, give_back, b);
    if (!source) {
        napi_delete_reference(e->env, b->buffer);
        free(b);
        return NULL;
    }
    pthread_mutex_lock(&e->trash->mutex);
    e->trash->out++;
    pthread_mutex_unlock(&e->trash->mutex);
    return source;
}

static xtr_source *named(napi_env env, xtr_source *source, napi_value text) {
    char *name = source ? copy_text(env, text) : NULL;
    if (name && xtr_source_set_name(source, name)) {
        xtr_source_drop(source);
        source = NULL;
    }
    free(name);
    return source;
}

xtr_source *source_of(environment *e, const napi_value described[3]) {
    int32_t kind = PATH;
    napi_get_value_int32(e->env, described[0], &kind);
    trash_empty(e);
    if (kind == PATH)
        return source_of_path(e->env, described[1]);
    return named(e->env,
                 kind == BYTES ? source_of_bytes(e->env, described[1])
                               : source_of_transferred(e, described[1]),
                 described[2]);
}
