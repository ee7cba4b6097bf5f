/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

#include <ruby/thread.h>
#include <signal.h>

/* The end of a runtime, on a thread of its own: who waits for it may be interrupted, and the
 * garbage collector must not wait. */
typedef struct closing {
    atomic_uint references;
    xtr_runtime *native;
    xtr_close how;
    bell bell;
} closing;

static void release(closing *c) {
    if (atomic_fetch_sub(&c->references, 1) == 1) {
        bell_end(&c->bell);
        free(c);
    }
}

static void *close_native(void *payload) {
    closing *c = payload;
    xtr_runtime_close(c->native, c->how);
    bell_ring(&c->bell);
    release(c);
    return NULL;
}

/* Signals are for the threads of Ruby. */
static bool start_thread(closing *c) {
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = !pthread_create(&thread, NULL, close_native, c);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pthread_detach(thread);
    return started;
}

/* What one may wait for, or NULL without memory or threads. */
static closing *start_closing(xtr_runtime *native, xtr_close how) {
    closing *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    atomic_init(&c->references, 2);
    c->native = native;
    c->how = how;
    bell_init(&c->bell);
    if (start_thread(c))
        return c;
    free(c);
    return NULL;
}

/* Runtimes ---------------------------------------------------------------------------------- */

typedef struct Runtime {
    xtr_runtime *native; /* NULL before it is opened and once it is closed */
    xtr_when_full when_full;
} Runtime;

static void runtime_free(void *payload) {
    Runtime *r = payload;
    closing *c = r->native ? start_closing(r->native, XTR_CLOSE_CANCEL) : NULL;
    if (c)
        release(c);
    xfree(r);
}

static size_t runtime_size(const void *payload) {
    (void)payload;
    return sizeof(Runtime);
}

static const rb_data_type_t runtime_type = {
    .wrap_struct_name = "libextract runtime",
    .function = {.dfree = runtime_free, .dsize = runtime_size},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED};

static VALUE runtime_allocate(VALUE class) {
    Runtime *r;
    return TypedData_Make_Struct(class, Runtime, &runtime_type, r);
}

xtr_runtime *native_runtime(VALUE object, xtr_when_full *when_full) {
    *when_full = XTR_FULL_ADMIT;
    if (!rb_typeddata_is_kind_of(object, &runtime_type))
        return NULL;
    const Runtime *r = rb_check_typeddata(object, &runtime_type);
    if (!r->native) {
        const xtr_error error = {.code = XTR_E_CLOSED, .message = "the runtime is closed"};
        raise_error(Qnil, &error);
    }
    *when_full = r->when_full;
    return r->native;
}

/* A limit, which a number below 0 is not. */
static VALUE limit(VALUE number) {
    if (RTEST(rb_funcall(number, '<', 1, INT2FIX(0)))) {
        const xtr_error error = {.code = XTR_E_ARGUMENT,
                                 .message = "runtime: a limit cannot be negative"};
        raise_error(Qnil, &error);
    }
    return number;
}

/* open(threads, queue, max_bytes, jobs_per_second, refuse) */
static VALUE runtime_open(VALUE self, VALUE threads, VALUE queue, VALUE max_bytes, VALUE rate,
                          VALUE refuse) {
    Runtime *r = rb_check_typeddata(self, &runtime_type);
    xtr_error error;
    const xtr_runtime_config config = {.size = sizeof config,
                                       .threads = NUM2UINT(limit(threads)),
                                       .queue = NUM2UINT(limit(queue)),
                                       .max_bytes = NUM2ULL(limit(max_bytes)),
                                       .jobs_per_second = NUM2DBL(rate)};
    r->when_full = RTEST(refuse) ? XTR_FULL_REFUSE : XTR_FULL_ADMIT;
    if (!r->native && xtr_runtime_new(&r->native, &config, &error))
        raise_error(Qnil, &error);
    return self;
}

static VALUE wait_for(VALUE payload) {
    closing *c = (closing *)payload;
    while (!atomic_load(&c->bell.rung))
        bell_wait(&c->bell, SLICE_MS);
    return Qnil;
}

static VALUE leave(VALUE payload) {
    release((closing *)payload);
    return Qnil;
}

/* end(cancel) */
static VALUE runtime_end(VALUE self, VALUE cancel) {
    Runtime *r = rb_check_typeddata(self, &runtime_type);
    if (!r->native)
        return Qnil;
    closing *c = start_closing(r->native, RTEST(cancel) ? XTR_CLOSE_CANCEL : XTR_CLOSE_WAIT);
    if (!c)
        rb_raise(rb_eThreadError, "no thread to close the runtime");
    r->native = NULL;
    return rb_ensure(wait_for, (VALUE)c, leave, (VALUE)c);
}

void init_runtimes(VALUE libextract) {
    VALUE class = rb_define_class_under(libextract, "Runtime", rb_cObject);
    rb_define_alloc_func(class, runtime_allocate);
    rb_define_private_method(class, "open", runtime_open, 5);
    rb_define_private_method(class, "end", runtime_end, 1);
}
