/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Pinned strings ---------------------------------------------------------------------------- */

/* A frozen string whose bytes the pool reads: it is neither collected nor moved until the pool has
 * released it. */
typedef struct pin {
    struct pin *next, *previous; /* of all, under the mutex */
    struct pin *below;           /* in the stack of the released */
    VALUE string;
} pin;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pin pins = {.next = &pins, .previous = &pins};
static _Atomic(pin *) released;

/* On any thread, without the GVL. */
static void unpin(void *payload) {
    pin *p = payload;
    p->below = atomic_load(&released);
    while (!atomic_compare_exchange_weak(&released, &p->below, p))
        ;
}

void unpin_released(void) {
    if (!atomic_load_explicit(&released, memory_order_relaxed))
        return;
    pin *p = atomic_exchange(&released, NULL);
    pthread_mutex_lock(&mutex);
    while (p) {
        pin *below = p->below;
        p->next->previous = p->previous;
        p->previous->next = p->next;
        free(p);
        p = below;
    }
    pthread_mutex_unlock(&mutex);
}

static pin *pin_string(VALUE string) {
    pin *p = malloc(sizeof *p);
    if (!p)
        rb_memerror();
    pthread_mutex_lock(&mutex);
    *p = (pin){.next = pins.next, .previous = &pins, .string = string};
    pins.next->previous = p;
    pins.next = p;
    pthread_mutex_unlock(&mutex);
    return p;
}

/* While all Ractors stand still: none of them does so inside the mutex. */
static void mark_pins(void *payload) {
    (void)payload;
    for (const pin *p = pins.next; p != &pins; p = p->next)
        rb_gc_mark(p->string);
}

static const rb_data_type_t pins_type = {.wrap_struct_name = "libextract pins",
                                         .function = {.dmark = mark_pins},
                                         .flags = RUBY_TYPED_FREE_IMMEDIATELY};

static void lock_pins(void) {
    pthread_mutex_lock(&mutex);
}

static void unlock_pins(void) {
    pthread_mutex_unlock(&mutex);
}

void init_sources(void) {
    pthread_atfork(lock_pins, unlock_pins, unlock_pins);
    rb_gc_register_mark_object(TypedData_Wrap_Struct(rb_cObject, &pins_type, &pins));
}

/* Sources ----------------------------------------------------------------------------------- */

/* No more than this is copied: it costs less than a pin, and it is all that a String of any Ruby
 * has inside its object. That the pool must not read: while Ruby moves objects (GC.auto_compact),
 * to touch one is a fault that only a thread of Ruby can handle. */
enum { COPIED = 4096 };

static xtr_source *source_of_string(VALUE string) {
    if (RSTRING_LEN(string) <= COPIED) {
        xtr_source *copy = xtr_source_new_copy(RSTRING_PTR(string), (size_t)RSTRING_LEN(string));
        if (!copy)
            rb_memerror();
        return copy;
    }
    VALUE share = rb_str_new_frozen(string);
    pin *p = pin_string(share);
    xtr_source *source =
        xtr_source_new_bytes(RSTRING_PTR(share), (size_t)RSTRING_LEN(share), unpin, p);
    if (!source) {
        unpin(p);
        rb_memerror();
    }
    return source;
}

static xtr_source *source_of_path(VALUE object) {
    VALUE path = rb_get_path(object);
    xtr_source *source = xtr_source_new_path(StringValueCStr(path));
    if (!source)
        rb_memerror();
    return source;
}

/* A path for messages, or nil: not every file has one. Frozen: what reads the file may change it.
 */
static VALUE name_of(VALUE file) {
    VALUE name =
        rb_respond_to(file, rb_intern("path")) ? rb_funcall(file, rb_intern("path"), 0) : Qnil;
    return RB_TYPE_P(name, T_STRING) && !memchr(RSTRING_PTR(name), 0, (size_t)RSTRING_LEN(name))
               ? rb_str_new_frozen(name)
               : Qnil;
}

/* The descriptor of a file of the system, which is read where it is; -1 of anything else: a pipe
 * may have bytes in Ruby's buffer, what decompresses has none of what it reads. */
static int descriptor_of(VALUE file) {
    struct stat info;
    if (!RTEST(rb_obj_is_kind_of(file, rb_cIO)))
        return -1;
    int fd = NUM2INT(rb_funcall(file, rb_intern("fileno"), 0));
    if (fstat(fd, &info) || !S_ISREG(info.st_mode))
        return -1;
    rb_io_flush(file); /* what was written, and is in Ruby's buffer still */
    return fd;
}

static xtr_source *source_of_file(VALUE file) {
    xtr_source *source = NULL;
    xtr_error error;
    VALUE name = name_of(file);
    int fd = descriptor_of(file);
    const char *text = NIL_P(name) ? NULL : StringValueCStr(name);
    if (fd < 0) {
        VALUE data = rb_funcall(file, rb_intern("read"), 0);
        source = source_of_string(StringValue(data));
    } else if (xtr_source_open_fd(&source, fd, &error)) {
        raise_error(file, &error);
    }
    if (text && xtr_source_set_name(source, text)) {
        xtr_source_drop(source);
        rb_memerror();
    }
    RB_GC_GUARD(name);
    return source;
}

xtr_source *source_of(VALUE input, bool path) {
    unpin_released();
    if (RB_TYPE_P(input, T_STRING))
        return path ? source_of_path(input) : source_of_string(input);
    bool is_file = RTEST(rb_obj_is_kind_of(input, rb_cIO));
    if (path && !is_file && rb_respond_to(input, rb_intern("to_path")))
        return source_of_path(input);
    if (is_file || rb_respond_to(input, rb_intern("read")))
        return source_of_file(input);
    if (path)
        return source_of_path(input);
    rb_raise(rb_eTypeError,
             "data must be a String or an IO, not %" PRIsVALUE ": to give a path use extract_file",
             rb_obj_class(input));
}
