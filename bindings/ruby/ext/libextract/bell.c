/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A thread sleeps at its bell. Fibers of a scheduler must not: they wait at queues of Ruby, and one
 * thread for all of a Ractor's fibers, the dispatcher's, sleeps and fills the queue of each whose
 * bell was rung. Lock order: a bell's mutex, its dispatcher's, the bell's where that one sleeps. */
#include "native.h"

#include <ruby/fiber/scheduler.h>
#include <ruby/thread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

typedef struct dispatcher {
    atomic_uint references; /* its object's, and one a bell that hangs on it */
    pthread_mutex_t mutex;
    bell *first; /* of the rung, under the mutex */
    bell own;
    uint64_t count;
    VALUE queues; /* by number: also those of fibers that nobody resumes any more */
} dispatcher;

static unsigned forks;
static bool lingers;
static VALUE dispatcher_class, queue_class;

/* Bells ------------------------------------------------------------------------------------- */

void bell_init(bell *b) {
    sem_init(&b->wake, 0, 0);
    pthread_mutex_init(&b->mutex, NULL);
    b->forks = forks;
}

/* In a forked child nobody rings it, and its mutex may be held for ever. */
static bool is_foreign(const bell *b) {
    return b->forks != forks;
}

static void list(dispatcher *d, bell *b) {
    pthread_mutex_lock(&d->mutex);
    if (!b->listed) {
        b->next = d->first;
        d->first = b;
        b->listed = true;
    }
    pthread_mutex_unlock(&d->mutex);
    bell_ring(&d->own);
}

static void unlist(dispatcher *d, bell *b) {
    pthread_mutex_lock(&d->mutex);
    bell **at = &d->first;
    while (*at && *at != b)
        at = &(*at)->next;
    if (*at)
        *at = b->next;
    b->listed = false;
    pthread_mutex_unlock(&d->mutex);
}

void bell_ring(void *payload) {
    bell *b = payload;
    pthread_mutex_lock(&b->mutex);
    if (!atomic_exchange(&b->rung, true))
        sem_post(&b->wake);
    if (b->dispatcher)
        list(b->dispatcher, b);
    pthread_mutex_unlock(&b->mutex);
}

void bell_reset(bell *b) {
    if (atomic_exchange(&b->rung, false))
        sem_trywait(&b->wake); /* who saw that it was rung did not sleep */
}

/* Threads ----------------------------------------------------------------------------------- */

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Waits awake as long as it takes to go to sleep and wake up. It gives way: the thread that rings
 * may need this processor. Short jobs of a batch come in numbers: who takes each by itself is in
 * the way of the thread that does the next. */
static void linger(bell *b) {
    enum { LINGER_NS = 20000, GATHER_NS = 12000 };
    uint64_t end = nanoseconds() + LINGER_NS;
    while (lingers && !atomic_load(&b->rung) && nanoseconds() < end)
        sched_yield();
    end = b->gathers ? nanoseconds() + GATHER_NS : 0;
    while (lingers && !atomic_load(&b->interrupted) && nanoseconds() < end)
        sched_yield();
}

typedef struct sleeper {
    bell *bell;
    int slice;
} sleeper;

static void *sleep_at_bell(void *payload) {
    const sleeper *s = payload;
    bell *b = s->bell;
    int late = 0;
    linger(b);
    uint64_t end = nanoseconds() + (uint64_t)s->slice * 1000000;
    struct timespec until = {.tv_sec = (time_t)(end / 1000000000),
                             .tv_nsec = (long)(end % 1000000000)};
    while (!atomic_load(&b->rung) && !atomic_load(&b->interrupted) && !late)
        late = s->slice < 0 ? sem_wait(&b->wake) : sem_clockwait(&b->wake, CLOCK_MONOTONIC, &until);
    atomic_store(&b->interrupted, false);
    return NULL;
}

/* Also in a signal handler: were it not safe there, Ruby would start a thread for each wait of a
 * process that has but one. */
static void interrupt(void *payload) {
    bell *b = payload;
    atomic_store(&b->interrupted, true);
    sem_post(&b->wake);
}

static void wait_in_thread(bell *b, int slice) {
    sleeper s = {b, slice};
    rb_nogvl(sleep_at_bell, &s, interrupt, b, RB_NOGVL_UBF_ASYNC_SAFE);
    rb_thread_check_ints();
}

/* Fibers ------------------------------------------------------------------------------------ */

static void release(dispatcher *d) {
    if (atomic_fetch_sub(&d->references, 1) == 1)
        free(d);
}

static void hang(bell *b, dispatcher *d, uint64_t number) {
    atomic_fetch_add(&d->references, 1);
    pthread_mutex_lock(&b->mutex);
    b->dispatcher = d;
    b->number = number;
    if (atomic_load(&b->rung))
        list(d, b);
    pthread_mutex_unlock(&b->mutex);
}

static void take_down(bell *b) {
    dispatcher *d = b->dispatcher;
    if (!d || is_foreign(b))
        return;
    pthread_mutex_lock(&b->mutex);
    b->dispatcher = NULL;
    unlist(d, b);
    pthread_mutex_unlock(&b->mutex);
    release(d);
}

void bell_end(bell *b) {
    take_down(b);
}

typedef struct fiber {
    bell *bell;
    dispatcher *dispatcher;
    VALUE number, queue;
} fiber;

static VALUE pop(VALUE payload) {
    return rb_funcall(((fiber *)payload)->queue, rb_intern("pop"), 0);
}

static VALUE leave(VALUE payload) {
    fiber *f = (fiber *)payload;
    take_down(f->bell);
    rb_hash_delete(f->dispatcher->queues, f->number);
    return Qnil;
}

static const rb_data_type_t dispatcher_type;

static void wait_in_fiber(bell *b) {
    fiber f = {.bell = b};
    VALUE object = rb_funcall(dispatcher_class, rb_intern("current"), 0);
    f.dispatcher = rb_check_typeddata(object, &dispatcher_type);
    f.queue = rb_class_new_instance(0, NULL, queue_class);
    f.number = ULL2NUM(++f.dispatcher->count);
    rb_hash_aset(f.dispatcher->queues, f.number, f.queue);
    hang(b, f.dispatcher, f.dispatcher->count);
    rb_ensure(pop, (VALUE)&f, leave, (VALUE)&f);
    RB_GC_GUARD(object);
}

void bell_wait(bell *b, int slice) {
    if (atomic_load(&b->rung))
        return;
    if (NIL_P(rb_fiber_scheduler_current()))
        wait_in_thread(b, slice);
    else
        wait_in_fiber(b);
}

/* Dispatcher -------------------------------------------------------------------------------- */

static void dispatcher_mark(void *payload) {
    rb_gc_mark_movable(((dispatcher *)payload)->queues);
}

static void dispatcher_compact(void *payload) {
    dispatcher *d = payload;
    d->queues = rb_gc_location(d->queues);
}

static void dispatcher_free(void *payload) {
    release(payload);
}

static size_t dispatcher_size(const void *payload) {
    (void)payload;
    return sizeof(dispatcher);
}

static const rb_data_type_t dispatcher_type = {.wrap_struct_name = "libextract dispatcher",
                                               .function = {.dmark = dispatcher_mark,
                                                            .dfree = dispatcher_free,
                                                            .dsize = dispatcher_size,
                                                            .dcompact = dispatcher_compact},
                                               .flags = RUBY_TYPED_FREE_IMMEDIATELY |
                                                        RUBY_TYPED_WB_PROTECTED};

static VALUE dispatcher_new(VALUE class) {
    dispatcher *d = calloc(1, sizeof *d);
    if (!d)
        rb_memerror();
    atomic_init(&d->references, 1);
    pthread_mutex_init(&d->mutex, NULL);
    bell_init(&d->own);
    d->queues = Qnil;
    VALUE self = TypedData_Wrap_Struct(class, &dispatcher_type, d);
    RB_OBJ_WRITE(self, &d->queues, rb_hash_new());
    return self;
}

/* The queue of a fiber whose bell was rung, or nil. */
static VALUE take_rung(dispatcher *d) {
    pthread_mutex_lock(&d->mutex);
    bell *b = d->first;
    uint64_t number = b ? b->number : 0;
    if (b) {
        d->first = b->next;
        b->listed = false;
    }
    pthread_mutex_unlock(&d->mutex);
    return b ? rb_hash_lookup(d->queues, ULL2NUM(number)) : Qnil;
}

/* run: fills the queues of fibers whose bells are rung, for ever. */
static VALUE dispatcher_run(VALUE self) {
    dispatcher *d = rb_check_typeddata(self, &dispatcher_type);
    for (;;) {
        VALUE queue;
        bell_reset(&d->own);
        while (!NIL_P(queue = take_rung(d)))
            rb_funcall(queue, rb_intern("push"), 1, Qtrue);
        bell_wait(&d->own, -1);
    }
    return Qnil;
}

static void count_fork(void) {
    forks++;
}

void init_bells(VALUE native) {
    lingers = sysconf(_SC_NPROCESSORS_ONLN) > 1;
    pthread_atfork(NULL, NULL, count_fork);
    queue_class = rb_path2class("Thread::Queue");
    rb_gc_register_mark_object(queue_class);
    dispatcher_class = rb_define_class_under(native, "Dispatcher", rb_cObject);
    rb_gc_register_mark_object(dispatcher_class);
    rb_undef_alloc_func(dispatcher_class);
    rb_define_singleton_method(dispatcher_class, "create", dispatcher_new, 0);
    rb_define_method(dispatcher_class, "run", dispatcher_run, 0);
}
