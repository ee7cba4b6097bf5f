/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

#include <math.h>
#include <ruby/encoding.h>
#include <stdio.h>
#include <string.h>

typedef struct setting {
    xtr_options *options;
    const xtr_option_info *info;
    xtr_error error;
} setting;

static const xtr_option_info *find_option(const char *name) {
    size_t count;
    const xtr_option_info *table = xtr_option_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(table[i].name, name))
            return &table[i];
    }
    return NULL;
}

/* Whole numbers of any size: what is beyond the library's range it refuses as out of range. */
static int64_t integer_of(VALUE value) {
    if (FIXNUM_P(value))
        return FIX2LONG(value);
    return RBIGNUM_NEGATIVE_P(value) ? INT64_MIN : INT64_MAX;
}

/* Seconds; however short, not 0, which means for ever. */
static int64_t milliseconds_of(VALUE value) {
    double seconds = NUM2DBL(rb_funcall(value, rb_intern("to_f"), 0));
    double ms = ceil(seconds * 1000 - 1e-6);
    if (seconds > 0 && ms < 1)
        return 1;
    return ms < -9e18 ? INT64_MIN : ms < 9e18 ? (int64_t)ms : INT64_MAX;
}

static int set_text(setting *s, VALUE value) {
    VALUE text = RB_SYMBOL_P(value) ? rb_sym2str(value) : value;
    text = rb_str_export_to_enc(text, rb_utf8_encoding());
    return xtr_options_set(s->options, s->info->name, StringValueCStr(text), &s->error);
}

/* 1..3, 1...4 or 12.. as the library writes pages. */
static int set_range(setting *s, VALUE range) {
    char text[64];
    VALUE first, last;
    int open_end;
    rb_range_values(range, &first, &last, &open_end);
    int64_t begin = NIL_P(first) ? 1 : integer_of(rb_to_int(first));
    int64_t end = NIL_P(last) ? 0 : integer_of(rb_to_int(last));
    if (open_end && end > 0)
        end--;
    int size = snprintf(text, sizeof text, "%lld-", (long long)begin);
    if (!NIL_P(last))
        snprintf(text + size, sizeof text - (size_t)size, "%lld", (long long)end);
    return xtr_options_set(s->options, s->info->name, text, &s->error);
}

/* Also what stands for a number, as ActiveSupport's durations do. */
static bool is_number(VALUE value) {
    return RTEST(rb_funcall(value, rb_intern("is_a?"), 1, rb_cNumeric));
}

static int set_value(setting *s, VALUE value) {
    const char *name = s->info->name;
    xtr_type type = s->info->type;
    if (RB_TYPE_P(value, T_STRING) || RB_SYMBOL_P(value))
        return set_text(s, value);
    if (type == XTR_BOOLEAN && (value == Qtrue || value == Qfalse))
        return xtr_options_set_integer(s->options, name, value == Qtrue, &s->error);
    if (type == XTR_DURATION && is_number(value))
        return xtr_options_set_integer(s->options, name, milliseconds_of(value), &s->error);
    if (type == XTR_PAGES && RTEST(rb_obj_is_kind_of(value, rb_cRange)))
        return set_range(s, value);
    if (type == XTR_BOOLEAN || !RB_INTEGER_TYPE_P(value))
        rb_raise(rb_eTypeError, "option '%s' cannot be a %" PRIsVALUE, name, rb_obj_class(value));
    return xtr_options_set_integer(s->options, name, integer_of(value), &s->error);
}

static int set_option(VALUE key, VALUE value, VALUE payload) {
    setting *s = (setting *)payload;
    VALUE text = RB_SYMBOL_P(key) ? rb_sym2str(key) : key;
    const char *name = StringValueCStr(text);
    int code = 0;
    s->info = find_option(name);
    if (!s->info) /* says what may have been meant */
        code = xtr_options_set(s->options, name, "", &s->error);
    else if (RB_TYPE_P(value, T_ARRAY) && s->info->type == XTR_LIST)
        for (long i = 0; !code && i < RARRAY_LEN(value); i++)
            code = set_value(s, rb_ary_entry(value, i));
    else if (!NIL_P(value))
        code = set_value(s, value);
    if (code)
        raise_error(Qnil, &s->error);
    return ST_CONTINUE;
}

void set_options(xtr_options *options, VALUE mime_type, VALUE config, VALUE keywords) {
    setting s = {.options = options};
    if (!options)
        rb_memerror();
    if (!NIL_P(config))
        rb_hash_foreach(config, set_option, (VALUE)&s);
    if (!NIL_P(keywords))
        rb_hash_foreach(keywords, set_option, (VALUE)&s);
    if (!NIL_P(mime_type))
        set_option(ID2SYM(rb_intern("mime_type")), mime_type, (VALUE)&s);
}
