/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

#include <ruby/thread.h>
#include <string.h>

static VALUE libextract;

/* Errors, progress -------------------------------------------------------------------------- */

VALUE error_object(VALUE input, const xtr_error *error) {
    VALUE message = rb_utf8_str_new_cstr(error->message);
    return rb_funcall(libextract, rb_intern("make_error"), 4, input, INT2NUM(error->code),
                      INT2NUM(error->os_error), message);
}

void raise_error(VALUE input, const xtr_error *error) {
    rb_exc_raise(error_object(input, error));
}

VALUE progress_object(const xtr_progress *p) {
    VALUE class = rb_const_get(libextract, rb_intern("Progress"));
    return rb_funcall(class, rb_intern("new"), 4, UINT2NUM(p->pages_done), UINT2NUM(p->pages_total),
                      ULL2NUM(p->bytes_done), ULL2NUM(p->bytes_total));
}

/* Detection --------------------------------------------------------------------------------- */

typedef struct look {
    xtr_source *source;
    xtr_detection found;
    xtr_error error;
    int code;
} look;

static void *detect_without_gvl(void *payload) {
    look *l = payload;
    l->code = xtr_detect(&l->found, l->source, &l->error);
    return NULL;
}

static VALUE run_detect(VALUE payload) {
    rb_thread_call_without_gvl(detect_without_gvl, (void *)payload, NULL, NULL);
    return Qnil;
}

static VALUE drop_source(VALUE payload) {
    xtr_source_drop(((look *)payload)->source);
    unpin_released();
    return Qnil;
}

/* detect(input, is_path): the MIME type */
static VALUE detect(VALUE module, VALUE input, VALUE is_path) {
    look l = {.source = source_of(input, RTEST(is_path))};
    (void)module;
    rb_ensure(run_detect, (VALUE)&l, drop_source, (VALUE)&l);
    if (l.code)
        raise_error(input, &l.error);
    return utf8(l.found.mime_type, strlen(l.found.mime_type));
}

/* mime_of_name(path): String or nil */
static VALUE mime_of_name(VALUE module, VALUE path) {
    const char *type = xtr_mime_of_name(StringValueCStr(path));
    (void)module;
    return type ? utf8(type, strlen(type)) : Qnil;
}

static VALUE array_of(const char *const *texts) {
    VALUE array = rb_ary_new();
    for (size_t i = 0; texts[i]; i++)
        rb_ary_push(array, utf8(texts[i], strlen(texts[i])));
    return array;
}

static VALUE extensions_of_mime(VALUE module, VALUE mime_type) {
    (void)module;
    return array_of(xtr_extensions_of_mime(StringValueCStr(mime_type)));
}

/* formats: [[name, title, MIME types, yields], ...] */
static VALUE formats(VALUE module) {
    size_t count;
    const xtr_format_info *table = xtr_format_table(&count);
    VALUE array = rb_ary_new();
    (void)module;
    for (size_t i = 0; i < count; i++)
        rb_ary_push(array,
                    rb_ary_new_from_args(4, utf8(table[i].name, strlen(table[i].name)),
                                         utf8(table[i].title, strlen(table[i].title)),
                                         array_of(table[i].mime_types), array_of(table[i].yields)));
    return array;
}

/* Module ------------------------------------------------------------------------------------ */

void Init_native(void);

RUBY_FUNC_EXPORTED void Init_native(void) {
    rb_ext_ractor_safe(true);
    libextract = rb_define_module("Libextract");
    rb_gc_register_mark_object(libextract);
    VALUE native = rb_define_module_under(libextract, "Native");
    rb_define_const(libextract, "VERSION", utf8(xtr_version(), strlen(xtr_version())));
    rb_define_singleton_method(native, "detect", detect, 2);
    rb_define_singleton_method(native, "mime_of_name", mime_of_name, 1);
    rb_define_singleton_method(native, "extensions_of_mime", extensions_of_mime, 1);
    rb_define_singleton_method(native, "formats", formats, 0);
    init_sources();
    init_bells(native);
    init_values(libextract, native);
    init_runtimes(libextract);
    init_jobs(native);
    init_streams(native);
}
