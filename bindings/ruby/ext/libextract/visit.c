/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

#include <ruby/atomic.h>
#include <ruby/encoding.h>
#include <string.h>

enum { DEPTH = 64 };

static VALUE result_class;
static VALUE records; /* hash: the class of each type of object but the result itself */
static const xtr_field_info *fields; /* of a result: the first of the table */
static size_t field_count;

/* Strings ----------------------------------------------------------------------------------- */

static bool is_ascii(const char *text, size_t size) {
    const uint64_t high = 0x8080808080808080;
    uint64_t eight;
    size_t i = 0;
    for (; i + sizeof eight <= size; i += sizeof eight) {
        memcpy(&eight, text + i, sizeof eight);
        if (eight & high)
            return false;
    }
    while (i < size && !(text[i] & 0x80))
        i++;
    return i == size;
}

/* Frozen. The library writes UTF-8, so Ruby need not look again. */
VALUE utf8(const char *text, size_t size) {
    VALUE string = rb_utf8_str_new(text, (long)size);
    ENC_CODERANGE_SET(string, is_ascii(text, size) ? ENC_CODERANGE_7BIT : ENC_CODERANGE_VALID);
    return rb_obj_freeze(string);
}

static VALUE symbol(const char *name) {
    return ID2SYM(rb_intern(name));
}

/* Result to Ruby ---------------------------------------------------------------------------- */

/* Lives on the stack, where the garbage collector finds its values. */
typedef struct tree {
    bool plain; /* hashes that may be changed instead of records */
    VALUE root;
    VALUE open[DEPTH];  /* hashes and arrays around, the innermost last */
    VALUE key[DEPTH];   /* of the value that comes next, by depth */
    VALUE class[DEPTH]; /* of the record that an object becomes, or nil */
    bool map[DEPTH];
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

static int begin(tree *t, VALUE value, VALUE class, bool map) {
    if (t->depth == DEPTH)
        return -1;
    t->open[t->depth] = value;
    t->class[t->depth] = class;
    t->map[t->depth++] = map;
    return 0;
}

static int on_object(void *payload, const char *type) {
    tree *t = payload;
    VALUE class = t->plain || NIL_P(records) ? Qnil : rb_hash_lookup(records, symbol(type));
    return begin(t, rb_hash_new(), class, !strcmp(type, "map"));
}

static int on_array(void *t, size_t count) {
    return begin(t, rb_ary_new_capa((long)count), Qnil, false);
}

static VALUE record(VALUE class, VALUE data) {
    VALUE object = rb_obj_alloc(class);
    rb_ivar_set(object, rb_intern("@data"), data);
    return rb_obj_freeze(object);
}

static int on_end(void *payload) {
    tree *t = payload;
    VALUE value = t->open[--t->depth], class = t->class[t->depth];
    if (!t->plain)
        rb_obj_freeze(value);
    return put(t, NIL_P(class) ? value : record(class, value));
}

/* Names of fields are symbols. Those of metadata are strings: a document may hold any number. */
static int on_key(void *payload, const char *name) {
    tree *t = payload;
    int top = t->depth - 1;
    t->key[top] = t->map[top] ? utf8(name, strlen(name)) : symbol(name);
    return 0;
}

static int on_string(void *t, const char *text, size_t size) {
    return put(t, utf8(text, size));
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

static VALUE finish(const tree *t, int code) {
    if (code)
        rb_raise(rb_eRuntimeError, "libextract: the result is nested too deeply");
    return t->root;
}

/* Results ----------------------------------------------------------------------------------- */

/* Frozen from the start. A value is made when it is first asked for; should two Ractors ask at
 * once, one of their values stays. */
typedef struct Result {
    xtr_result *native; /* NULL when it was marshalled */
    size_t size;        /* of `native` */
    VALUE *values;      /* of the fields of a result, Qundef until asked for; NULL: none was */
} Result;

static void result_mark(void *payload) {
    const Result *r = payload;
    for (size_t i = 0; r->values && i < field_count; i++) {
        if (r->values[i] != Qundef)
            rb_gc_mark_movable(r->values[i]);
    }
}

static void result_compact(void *payload) {
    Result *r = payload;
    for (size_t i = 0; r->values && i < field_count; i++) {
        if (r->values[i] != Qundef)
            r->values[i] = rb_gc_location(r->values[i]);
    }
}

static void result_free(void *payload) {
    Result *r = payload;
    rb_gc_adjust_memory_usage(-(ssize_t)r->size);
    xtr_result_drop(r->native);
    xfree(r->values);
    xfree(r);
}

static size_t result_size(const void *payload) {
    const Result *r = payload;
    return sizeof *r + (r->values ? field_count * sizeof(VALUE) : 0) + r->size;
}

static const rb_data_type_t result_type = {
    .wrap_struct_name = "libextract result",
    .function = {.dmark = result_mark,
                 .dfree = result_free,
                 .dsize = result_size,
                 .dcompact = result_compact},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED | RUBY_TYPED_FROZEN_SHAREABLE};

static VALUE result_allocate(VALUE class) {
    Result *r;
    return TypedData_Make_Struct(class, Result, &result_type, r);
}

static VALUE *values_of(Result *r) {
    if (r->values)
        return r->values;
    VALUE *values = ALLOC_N(VALUE, field_count);
    for (size_t i = 0; i < field_count; i++)
        values[i] = Qundef;
    if (RUBY_ATOMIC_PTR_CAS(r->values, NULL, values))
        xfree(values);
    return r->values;
}

VALUE result_object(xtr_result *result) {
    VALUE self = result_allocate(result_class);
    Result *r = rb_check_typeddata(self, &result_type);
    r->native = result;
    r->size = xtr_result_size(result);
    rb_gc_adjust_memory_usage((ssize_t)r->size);
    return rb_obj_freeze(self);
}

/* field(index): the value of a field. */
static VALUE result_field(VALUE self, VALUE index) {
    Result *r = rb_check_typeddata(self, &result_type);
    size_t i = NUM2SIZET(index);
    tree t = {.root = Qnil};
    if (i >= field_count)
        rb_raise(rb_eIndexError, "no field %zu", i);
    VALUE *values = values_of(r);
    if (values[i] != Qundef || !r->native)
        return values[i] == Qundef ? Qnil : values[i];
    VALUE value = finish(&t, xtr_result_visit_field(r->native, i, &visitor, &t));
    if (RUBY_ATOMIC_VALUE_CAS(values[i], Qundef, value) == Qundef)
        RB_OBJ_WRITTEN(self, Qundef, value);
    return values[i];
}

/* plain: all of it as hashes and arrays; nil when it was marshalled. */
static VALUE result_plain(VALUE self) {
    Result *r = rb_check_typeddata(self, &result_type);
    tree t = {.plain = true, .root = Qnil};
    return r->native ? finish(&t, xtr_result_visit(r->native, &visitor, &t)) : Qnil;
}

/* render(format): the whole as xtr_format says; nil when it was marshalled. */
static VALUE result_render(VALUE self, VALUE format) {
    Result *r = rb_check_typeddata(self, &result_type);
    char *text;
    size_t size;
    if (!r->native)
        return Qnil;
    if (xtr_result_render(&text, &size, r->native, (xtr_format)NUM2INT(format), XTR_FURNITURE_AUTO,
                          NULL))
        rb_memerror();
    VALUE string = utf8(text, size);
    xtr_free(text);
    return string;
}

/* restore(values): the values of the fields, of one that was marshalled. */
static VALUE result_restore(VALUE self, VALUE values) {
    Result *r = rb_check_typeddata(self, &result_type);
    rb_check_frozen(self);
    VALUE *own = values_of(r);
    for (size_t i = 0; i < field_count; i++)
        RB_OBJ_WRITE(self, &own[i], rb_ary_entry(values, (long)i));
    return rb_obj_freeze(self);
}

/* Tables ------------------------------------------------------------------------------------ */

static VALUE tables(VALUE module) {
    tree t = {.root = Qnil};
    (void)module;
    return finish(&t, xtr_visit_tables(&visitor, &t));
}

static VALUE doctor(VALUE module) {
    tree t = {.plain = true, .root = Qnil};
    (void)module;
    return finish(&t, xtr_doctor(&visitor, &t));
}

/* records = hash */
static VALUE set_records(VALUE module, VALUE hash) {
    (void)module;
    rb_gc_register_mark_object(hash);
    return records = hash;
}

void init_values(VALUE libextract, VALUE native) {
    size_t count;
    fields = xtr_field_table(&count);
    while (field_count < count && !strcmp(fields[field_count].object, "result"))
        field_count++;
    records = Qnil;
    VALUE record_class = rb_define_class_under(libextract, "Record", rb_cObject);
    result_class = rb_define_class_under(libextract, "Result", record_class);
    rb_gc_register_mark_object(result_class);
    rb_define_alloc_func(result_class, result_allocate);
    rb_define_private_method(result_class, "field", result_field, 1);
    rb_define_private_method(result_class, "plain", result_plain, 0);
    rb_define_private_method(result_class, "render", result_render, 1);
    rb_define_private_method(result_class, "restore", result_restore, 1);
    rb_define_singleton_method(native, "tables", tables, 0);
    rb_define_singleton_method(native, "doctor", doctor, 0);
    rb_define_singleton_method(native, "records=", set_records, 1);
}
