/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Ruby gem: options in, outcomes out.
 *
 * An outcome is a record (a result) or an array [code, errno, message]; libextract.rb makes
 * classes of records and exceptions. Threads of the pool never take the GVL. Waiting is cut in
 * slices: a signal that Ruby sends to itself does not call the unblock function. */
#include <libextract.h>
#include <pthread.h>
#include <ruby.h>
#include <ruby/encoding.h>
#include <ruby/thread.h>
#include <time.h>

enum { SLICE_MS = 50, DEPTH = 16 };

static VALUE utf8(const char *text, size_t size) {
    return rb_enc_interned_str(text, (long)size, rb_utf8_encoding());
}

static VALUE symbol(const char *name) {
    return ID2SYM(rb_intern(name));
}

/* Result to Ruby ---------------------------------------------------------------------------- */

/* Lives on the stack, where the garbage collector finds its values. */
typedef struct tree {
    VALUE module, root;
    VALUE open[DEPTH]; /* hashes and arrays around, the innermost last */
    VALUE key[DEPTH];  /* of the value that comes next, by depth */
    VALUE type[DEPTH]; /* of an object: a symbol; nil of maps and arrays */
    int depth;
} tree;

static int put(tree *t, VALUE value) {
    VALUE around = t->depth ? t->open[t->depth - 1] : Qnil;
    if (NIL_P(around))
        t->root = value;
    else if (RB_TYPE_P(around, T_ARRAY))
        rb_ary_push(around, value);
    else
        rb_hash_aset(around, t->key[t->depth - 1], value);
    return 0;
}

static int begin(tree *t, VALUE value, VALUE type) {
    if (t->depth == DEPTH)
        return -1;
    t->open[t->depth] = value;
    t->type[t->depth++] = type;
    return 0;
}

static int on_object(void *t, const char *type) {
    return begin(t, rb_hash_new(), strcmp(type, "map") == 0 ? Qnil : symbol(type));
}

static int on_array(void *t, size_t count) {
    return begin(t, rb_ary_new_capa((long)count), Qnil);
}

static int on_end(void *payload) {
    tree *t = payload;
    VALUE value = rb_obj_freeze(t->open[--t->depth]), type = t->type[t->depth];
    return put(t, NIL_P(type) ? value : rb_funcall(t->module, rb_intern("record"), 2, type, value));
}

/* Names of fields are symbols. Those of metadata are strings: a document may hold any number. */
static int on_key(void *payload, const char *name) {
    tree *t = payload;
    int top = t->depth - 1;
    t->key[top] = NIL_P(t->type[top]) ? utf8(name, strlen(name)) : symbol(name);
    return 0;
}

static int on_string(void *t, const char *text, size_t size) {
    return put(t, rb_obj_freeze(rb_utf8_str_new(text, (long)size)));
}

static int on_integer(void *t, int64_t value) {
    return put(t, LL2NUM(value));
}

static int on_number(void *t, double value) {
    return put(t, DBL2NUM(value));
}

static int on_boolean(void *t, bool value) {
    return put(t, value ? Qtrue : Qfalse);
}

static int on_bytes(void *t, const void *data, size_t size) {
    return put(t, rb_obj_freeze(rb_str_new(data, (long)size)));
}

static int on_null(void *t) {
    return put(t, Qnil);
}

static const xtr_visitor visitor = {on_object,  on_array,  on_end,     on_key,   on_string,
                                    on_integer, on_number, on_boolean, on_bytes, on_null};

/* Extraction -------------------------------------------------------------------------------- */

typedef struct call {
    VALUE module, path, pairs;
    xtr_options *options;
    xtr_source *source;
    xtr_job *job;
    xtr_result *result;
    xtr_error error;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool done, interrupted; /* under the mutex */
} call;

/* On a thread of the pool; and, for Ruby, when the waiting thread shall look at something else. */
static void on_done(xtr_job *job, void *payload) {
    call *c = payload;
    (void)job;
    pthread_mutex_lock(&c->mutex);
    c->done = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->mutex);
}

static void unblock(void *payload) {
    call *c = payload;
    pthread_mutex_lock(&c->mutex);
    c->interrupted = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->mutex);
}

static void *wait_slice(void *payload) {
    call *c = payload;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += SLICE_MS * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    pthread_mutex_lock(&c->mutex);
    int failed = 0;
    while (!c->done && !c->interrupted && !failed)
        failed = pthread_cond_clockwait(&c->changed, &c->mutex, CLOCK_MONOTONIC, &end);
    c->interrupted = false;
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

static VALUE failure(const xtr_error *error) {
    return rb_ary_new_from_args(3, INT2NUM(error->code), INT2NUM(error->os_error),
                                rb_utf8_str_new_cstr(error->message));
}

/* `pairs` is [[name, text or integer], ...]. */
static int set_options(call *c) {
    int code = 0;
    for (long i = 0; !code && i < RARRAY_LEN(c->pairs); i++) {
        VALUE pair = rb_ary_entry(c->pairs, i);
        VALUE name = rb_ary_entry(pair, 0), value = rb_ary_entry(pair, 1);
        if (RB_TYPE_P(value, T_STRING))
            code = xtr_options_set(c->options, StringValueCStr(name), StringValueCStr(value),
                                   &c->error);
        else
            code = xtr_options_set_integer(c->options, StringValueCStr(name), NUM2LL(value),
                                           &c->error);
    }
    return code;
}

static VALUE run(VALUE payload) {
    call *c = (call *)payload;
    tree t = {.module = c->module, .root = Qnil};
    c->options = xtr_options_new();
    c->source = xtr_source_new_path(StringValueCStr(c->path));
    if (!c->options || !c->source)
        rb_memerror();
    const xtr_request request = {.size = sizeof request,
                                 .source = c->source,
                                 .options = c->options,
                                 .done = on_done,
                                 .payload = c};
    if (set_options(c) || xtr_submit(&c->job, NULL, &request, &c->error))
        return failure(&c->error);
    while (!xtr_job_wait(c->job, 0)) {
        rb_thread_call_without_gvl(wait_slice, c, unblock, c);
        rb_thread_check_ints();
    }
    if (xtr_job_take(c->job, &c->result, &c->error))
        return failure(&c->error);
    if (xtr_result_visit(c->result, &visitor, &t))
        rb_raise(rb_eRuntimeError, "libextract: the result is nested too deeply");
    return t.root;
}

/* Also when an exception unwinds: after xtr_job_wait no thread of the pool touches the call. */
static VALUE clean_up(VALUE payload) {
    call *c = (call *)payload;
    if (c->job) {
        xtr_job_cancel(c->job);
        xtr_job_wait(c->job, -1);
    }
    xtr_job_drop(c->job);
    xtr_result_drop(c->result);
    xtr_source_drop(c->source);
    xtr_options_drop(c->options);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->mutex);
    return Qnil;
}

/* run(path, pairs): an outcome. */
static VALUE run_native(VALUE module, VALUE path, VALUE pairs) {
    call c = {.module = module, .path = rb_get_path(path), .pairs = pairs};
    pthread_mutex_init(&c.mutex, NULL);
    pthread_cond_init(&c.changed, NULL);
    return rb_ensure(run, (VALUE)&c, clean_up, (VALUE)&c);
}

/* Module ------------------------------------------------------------------------------------ */

/* The tables of the library, as xtr_visit_tables gives them. */
static VALUE tables(VALUE module) {
    tree t = {.module = module, .root = Qnil};
    if (xtr_visit_tables(&visitor, &t))
        rb_memerror();
    return t.root;
}

void Init_native(void);

RUBY_FUNC_EXPORTED void Init_native(void) {
    rb_ext_ractor_safe(true);
    VALUE module = rb_define_module("Libextract");
    rb_define_singleton_method(module, "run", run_native, 2);
    rb_define_singleton_method(module, "tables", tables, 0);
    rb_define_const(module, "VERSION", rb_obj_freeze(rb_utf8_str_new_cstr(xtr_version())));
}
