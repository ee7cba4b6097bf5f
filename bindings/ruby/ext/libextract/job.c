/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "native.h"

#include <ruby/fiber/scheduler.h>
#include <string.h>

/* One extraction. An object, so that it ends also when nobody resumes the fiber that waits. */
typedef struct Job {
    bell bell;
    xtr_job *native;
    xtr_source *source;
    xtr_options *options;
    xtr_progress progress; /* as it was last told */
    VALUE input, on_progress;
} Job;

static VALUE job_class;

/* Also when it is not done: then it is cancelled, which makes it so at once. */
static void end(Job *job) {
    if (job->native) {
        xtr_job_cancel(job->native);
        xtr_job_wait(job->native, -1); /* its callback uses the bell */
    }
    xtr_job_drop(job->native);
    xtr_source_drop(job->source);
    xtr_options_drop(job->options);
    job->native = NULL;
    job->source = NULL;
    job->options = NULL;
    bell_end(&job->bell);
}

static void job_mark(void *payload) {
    const Job *job = payload;
    rb_gc_mark_movable(job->input);
    rb_gc_mark_movable(job->on_progress);
}

static void job_compact(void *payload) {
    Job *job = payload;
    job->input = rb_gc_location(job->input);
    job->on_progress = rb_gc_location(job->on_progress);
}

static void job_free(void *payload) {
    end(payload);
    xfree(payload);
}

static size_t job_size(const void *payload) {
    (void)payload;
    return sizeof(Job);
}

static const rb_data_type_t job_type = {
    .wrap_struct_name = "libextract job",
    .function = {.dmark = job_mark, .dfree = job_free, .dsize = job_size, .dcompact = job_compact},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED};

static void on_done(xtr_job *native, void *payload) {
    (void)native;
    bell_ring(payload);
}

static void start(Job *job, VALUE runtime) {
    xtr_error error;
    xtr_request request = {.size = sizeof request,
                           .source = job->source,
                           .options = job->options,
                           .done = on_done,
                           .payload = &job->bell};
    xtr_runtime *native = native_runtime(runtime, &request.when_full);
    if (xtr_submit(&job->native, native, &request, &error))
        raise_error(job->input, &error);
}

/* Tells the progress, when it has changed. */
static void report(Job *job) {
    xtr_progress now;
    xtr_job_progress(job->native, &now);
    if (!memcmp(&now, &job->progress, sizeof now))
        return;
    job->progress = now;
    rb_funcall(job->on_progress, rb_intern("call"), 1, progress_object(&now));
}

/* A fiber at its bell would sleep until the end. */
static void wait_for_progress(Job *job) {
    if (NIL_P(rb_fiber_scheduler_current()))
        bell_wait(&job->bell, SLICE_MS);
    else
        rb_funcall(rb_mKernel, rb_intern("sleep"), 1, DBL2NUM(SLICE_MS / 1000.0));
    report(job);
}

static VALUE wait_for(VALUE payload) {
    Job *job = (Job *)payload;
    xtr_result *result;
    xtr_error error;
    while (!atomic_load(&job->bell.rung)) {
        if (NIL_P(job->on_progress))
            bell_wait(&job->bell, SLICE_MS);
        else
            wait_for_progress(job);
    }
    if (xtr_job_take(job->native, &result, &error))
        raise_error(job->input, &error);
    return result_object(result);
}

static VALUE stop(VALUE payload) {
    end((Job *)payload);
    unpin_released();
    return Qnil;
}

/* run(runtime, input, is_path, mime_type, config, keywords, on_progress): the result. Whatever
 * unwinds it (an error, Thread#kill, a timeout) stops the job. */
static VALUE run(int count, VALUE *arguments, VALUE module) {
    Job *job;
    (void)module;
    rb_check_arity(count, 7, 7);
    VALUE self = TypedData_Make_Struct(job_class, Job, &job_type, job);
    bell_init(&job->bell);
    RB_OBJ_WRITE(self, &job->input, arguments[1]);
    RB_OBJ_WRITE(self, &job->on_progress, arguments[6]);
    job->options = xtr_options_new();
    set_options(job->options, arguments[3], arguments[4], arguments[5]);
    job->source = source_of(arguments[1], RTEST(arguments[2]));
    start(job, arguments[0]);
    VALUE result = rb_ensure(wait_for, (VALUE)job, stop, (VALUE)job);
    RB_GC_GUARD(self);
    return result;
}

void init_jobs(VALUE native) {
    job_class = rb_define_class_under(native, "Job", rb_cObject);
    rb_gc_register_mark_object(job_class);
    rb_undef_alloc_func(job_class);
    rb_define_singleton_method(native, "run", run, -1);
}
