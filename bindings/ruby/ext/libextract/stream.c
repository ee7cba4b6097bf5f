/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

/* The pages of a document, or the documents of a batch. An object, so that it ends also when nobody
 * resumes the Enumerator that reads it. Looking never blocks, so the GVL is kept meanwhile. */
typedef struct Stream {
    bell bell;
    xtr_stream *native;
    xtr_options *options;
    VALUE input;  /* the document or, of a batch, an Array or Enumerator of documents */
    VALUE inputs; /* of an Enumerator: hash of those at work, by index */
    bool batch, path;
    VALUE outcomes; /* Array of results and errors, or nil when there is a block */
    long asked;     /* inputs so far */
    int state;      /* of what the inputs raised: the stream is over */
} Stream;

static VALUE stream_class;

static void end(Stream *s) {
    xtr_stream_drop(s->native);
    xtr_options_drop(s->options);
    s->native = NULL;
    s->options = NULL;
    bell_end(&s->bell);
}

static void stream_mark(void *payload) {
    const Stream *s = payload;
    rb_gc_mark_movable(s->input);
    rb_gc_mark_movable(s->inputs);
    rb_gc_mark_movable(s->outcomes);
}

static void stream_compact(void *payload) {
    Stream *s = payload;
    s->input = rb_gc_location(s->input);
    s->inputs = rb_gc_location(s->inputs);
    s->outcomes = rb_gc_location(s->outcomes);
}

static void stream_free(void *payload) {
    end(payload);
    xfree(payload);
}

static size_t stream_size(const void *payload) {
    (void)payload;
    return sizeof(Stream);
}

static const rb_data_type_t stream_type = {.wrap_struct_name = "libextract stream",
                                           .function = {.dmark = stream_mark,
                                                        .dfree = stream_free,
                                                        .dsize = stream_size,
                                                        .dcompact = stream_compact},
                                           .flags = RUBY_TYPED_FREE_IMMEDIATELY |
                                                    RUBY_TYPED_WB_PROTECTED};

/* Inputs of a batch ------------------------------------------------------------------------- */

static VALUE next_of(VALUE enumerator) {
    return rb_funcall(enumerator, rb_intern("next"), 0);
}

static VALUE nothing(VALUE none, VALUE error) {
    (void)none, (void)error;
    return Qundef;
}

/* Qundef after the last. */
static VALUE next_input(const Stream *s) {
    if (!RB_TYPE_P(s->input, T_ARRAY))
        return rb_rescue2(next_of, s->input, nothing, Qnil, rb_eStopIteration, (VALUE)0);
    return s->asked < RARRAY_LEN(s->input) ? rb_ary_entry(s->input, s->asked) : Qundef;
}

static VALUE next_source_of(VALUE payload) {
    Stream *s = (Stream *)payload;
    VALUE input = next_input(s);
    if (input == Qundef)
        return 0;
    if (!RB_TYPE_P(s->input, T_ARRAY))
        rb_hash_aset(s->inputs, LONG2NUM(s->asked), input);
    s->asked++;
    return (VALUE)source_of(input, s->path);
}

static VALUE path_or_nil(const char *path) {
    return path ? rb_filesystem_str_new_cstr(path) : Qnil;
}

/* What was given or, of a folder that was, the path of the file that was found in it. */
static VALUE input_of(const Stream *s, const xtr_item *item) {
    size_t index = item->index;
    if (!s->batch)
        return s->input;
    if (item->found)
        return path_or_nil(item->path);
    return RB_TYPE_P(s->input, T_ARRAY) ? rb_ary_entry(s->input, (long)index)
                                        : rb_hash_delete(s->inputs, SIZET2NUM(index));
}

/* Called from xtr_stream_next: nothing may unwind it. */
static xtr_source *next_source(void *payload, void **tag) {
    Stream *s = payload;
    (void)tag;
    VALUE source = s->state ? 0 : rb_protect(next_source_of, (VALUE)s, &s->state);
    return s->state ? NULL : (xtr_source *)source;
}

/* Reading ----------------------------------------------------------------------------------- */

static void open_native(Stream *s, VALUE runtime_object, bool in_order) {
    xtr_error error;
    xtr_when_full unused;
    xtr_runtime *runtime = native_runtime(runtime_object, &unused);
    const xtr_stream_config config = {.size = sizeof config,
                                      .options = s->options,
                                      .wake = bell_ring,
                                      .payload = &s->bell,
                                      .in_order = in_order,
                                      .folders = s->batch && s->path && !in_order};
    xtr_source *source = s->batch ? NULL : source_of(s->input, s->path);
    int code = s->batch ? xtr_batch_open(&s->native, runtime, next_source, s, &config, &error)
                        : xtr_pages_open(&s->native, runtime, source, &config, &error);
    xtr_source_drop(source);
    if (code)
        raise_error(s->batch ? Qnil : s->input, &error);
}

/* What xtr_stream_next says, but that it has nothing yet. */
static int next_item(Stream *s, xtr_item *item) {
    for (;;) {
        int code = xtr_stream_next(s->native, item, 0);
        if (s->state) {
            xtr_result_drop(item->result);
            rb_jump_tag(s->state);
        }
        /* A document that has no time left fails so as well. */
        if (code != XTR_E_TIMEOUT || item->code)
            return code;
        bell_wait(&s->bell, SLICE_MS);
        bell_reset(&s->bell);
    }
}

static void give_item(const Stream *s, xtr_item *item) {
    VALUE result = item->result ? result_object(item->result) : Qnil;
    VALUE input = input_of(s, item);
    VALUE same_as = path_or_nil(item->same_as);
    VALUE error = item->code ? error_object(input, &item->error) : Qnil;
    unpin_released();
    if (NIL_P(s->outcomes))
        rb_yield_values(5, SIZET2NUM(item->index), input, result, error, same_as);
    else
        rb_ary_push(s->outcomes, item->code ? error : result);
}

static VALUE statistics_of(const Stream *s) {
    xtr_statistics n;
    xtr_stream_statistics(s->native, &n);
    VALUE hash = rb_hash_new();
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"documents", n.documents}, {"pages", n.pages},     {"bytes", n.bytes},
                  {"complete", n.complete},   {"partial", n.partial}, {"failed", n.failed},
                  {"skipped", n.skipped},     {"same", n.same},       {"unchanged", n.unchanged},
                  {"too_large", n.too_large}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        rb_hash_aset(hash, ID2SYM(rb_intern(counts[i].name)), ULL2NUM(counts[i].value));
    rb_hash_aset(hash, ID2SYM(rb_intern("seconds")), DBL2NUM(n.seconds));
    return hash;
}

static VALUE read_all(VALUE payload) {
    Stream *s = (Stream *)payload;
    xtr_item item;
    int code;
    while (!(code = next_item(s, &item)))
        give_item(s, &item);
    if (code != XTR_END)
        raise_error(s->batch ? Qnil : s->input, &item.error);
    return NIL_P(s->outcomes) ? statistics_of(s) : s->outcomes;
}

static VALUE stop(VALUE payload) {
    end((Stream *)payload);
    unpin_released();
    return Qnil;
}

/* each(runtime, input, batch, is_path, mime_type, config, keywords, in_order): yields index, input,
 * result, error and same_as of each item, statistics at the end; without a block an array of
 * results and errors. */
static VALUE each(int count, VALUE *arguments, VALUE module) {
    Stream *s;
    (void)module;
    rb_check_arity(count, 8, 8);
    VALUE self = TypedData_Make_Struct(stream_class, Stream, &stream_type, s);
    bell_init(&s->bell);
    /* Whoever is given results may change the array meanwhile. */
    bool is_array = RTEST(arguments[2]) && RB_TYPE_P(arguments[1], T_ARRAY);
    RB_OBJ_WRITE(self, &s->input, is_array ? rb_ary_dup(arguments[1]) : arguments[1]);
    RB_OBJ_WRITE(self, &s->inputs, rb_hash_new());
    RB_OBJ_WRITE(self, &s->outcomes, rb_block_given_p() ? Qnil : rb_ary_new());
    s->batch = s->bell.gathers = RTEST(arguments[2]);
    s->path = RTEST(arguments[3]);
    s->options = xtr_options_new();
    set_options(s->options, arguments[4], arguments[5], arguments[6]);
    open_native(s, arguments[0], RTEST(arguments[7]));
    VALUE statistics = rb_ensure(read_all, (VALUE)s, stop, (VALUE)s);
    RB_GC_GUARD(self);
    return statistics;
}

void init_streams(VALUE native) {
    stream_class = rb_define_class_under(native, "Stream", rb_cObject);
    rb_gc_register_mark_object(stream_class);
    rb_undef_alloc_func(stream_class);
    rb_define_singleton_method(native, "each", each, -1);
}
