/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Queue, slots, jobs: what the executors and job.c share.
 *
 * default_mutex and runtime->mutex are never held together, nor are two runtimes'. No function of
 * an extractor is called while a mutex is held, and no callback but those that are brief: a batch's
 * `done`, with runtime->mutex held, then takes the batch's, and with both calls its `wake`.
 *
 * A job is referenced by its owner and, from submit until it is delivered and has left its slot,
 * by the runtime. Its state changes under runtime->mutex:
 *   QUEUED -> RUNNING -> DONE    a slot took it and finished, or its owner or the clock stopped it
 *   QUEUED -> DONE               cancelled before a slot took it
 * Whoever makes it DONE sets the outcome and delivers it: exactly one thread. */
#ifndef XTR_RUNTIME_H
#define XTR_RUNTIME_H

#include "detect/detect.h"
#include "document/document.h"
#include "libextract/extractor.h"
#include "runtime/registry.h"
#include "runtime/source.h"

#include <locale.h>
#include <stdatomic.h>
#include <uv.h>

typedef enum xtr__state { XTR__QUEUED, XTR__RUNNING, XTR__DONE } xtr__state;

enum { XTR__PRIORITIES = 3 };

enum { XTR__MOST_WAITING = 64 }; /* jobs for whose threads others may stand in */

enum { XTR__SHORT_NS = 3000 }; /* a job that is too short for two threads */

enum { XTR__STACK_SIZE = 8 << 20 }; /* of each thread that reads documents */

/** What one running job uses and the next may use again. Belongs to a runtime, not a thread. */
typedef struct xtr__slot {
    struct xtr__slot *next_free;
    void *states[XTR__EXTRACTOR_COUNT]; /* what open_state returned */
    xtr__detector *detector;
    xtr_builder *builder;
    xtr_detection detection;                                /* of the job that runs */
    char known_type[sizeof((xtr_detection *)0)->mime_type]; /* of the last job */
    int known_extractor;                                    /* its place + 1, 0: none */
    bool known_zip;                                         /* whether it is in a ZIP archive */
    unsigned since_look;                                    /* jobs since `looked` */
    uint64_t looked;                                        /* at the time, in uv_hrtime */
    uint64_t begun;                                         /* of the runtime, at that time */
    xtr_error failure;                                      /* and why it fails */

    /* For the clock, under the mutex */
    xtr_job *job;                   /* the running one, or NULL */
    uint64_t deadline;              /* in uv_hrtime, 0: none */
    uint64_t cpu_budget;            /* of the thread in ns, 0: none */
    uint64_t cpu_start, cpu_helped; /* at the start of `job`; used by helpers that have left */
    clockid_t cpu_clock;            /* of the thread that runs `job` or helps */
    xtr_job *helped;                /* a job of another slot that this one works for, or NULL */
    unsigned cpu_threads;           /* how many spend from the budget at once besides helpers */

    /* Worker process */
    struct xtr__worker *worker; /* that waits for the next job, or NULL */
    int wake_fd; /* makes the slot look at its job while that is in a worker; 0: none;
                    set under the mutex */
} xtr__slot;

/** One wait for one or more jobs; has its own mutex because the jobs may be of several runtimes.
 *  Lock order: runtime->mutex, then this one. */
typedef struct xtr__wait {
    uv_mutex_t mutex;
    uv_cond_t done;
    bool fired;
} xtr__wait;

typedef struct xtr__waiter {
    struct xtr__waiter *next; /* in its job's list, under the runtime's mutex */
    xtr__wait *wait;
} xtr__waiter;

/** Where the pages of a streamed document go; see pages.c. */
typedef struct xtr__pages xtr__pages;

/** What two threads write stands apart from what one does: a job that is used again costs the less.
 */
struct xtr_job {
    /* Written by who makes it */
    xtr_runtime *runtime;
    xtr_source *source;
    const xtr_options *options; /* a snapshot */
    xtr_done done;
    void *payload, *tag;
    xtr__pages *pages;   /* where finished pages go when they are streamed, else NULL */
    uint32_t drawn_page; /* whose layout is drawn instead (debug.c); 0: none */
    bool unrendered;     /* its result's content */
    bool is_of_batch; /* so that `done` may be called with the mutex held: it takes its own alone */
    bool was_another; /* what is of its slot is that of the job it was */

    atomic_uint references;
    atomic_bool delivered; /* the callback has returned; set under runtime->mutex */
    atomic_int stop;       /* 0, or the error that the extractor should stop for */
    _Atomic(char *) needs; /* languages that it cannot go on without here, or NULL */

    /* Under runtime->mutex */
    xtr__state state;
    uint64_t charge; /* bytes of input that count against the runtime's limit */
    xtr_job *next, *previous;
    xtr__waiter *waiters;
    xtr__slot *slot;

    /* Written once by whoever makes it DONE */
    int code;
    xtr_result *result;
    xtr_error *error;   /* when `code` is set; NULL when there was no memory for it */
    xtr_job *next_done; /* in a completion queue or the loop's list */

    xtr__account memory;

    /* Of the slot alone from here on, but that others may look at these */
    atomic_uint beats; /* how often its extractor asked whether to stop: a sign of life */
    atomic_uint pages_done, pages_total;
    atomic_ullong bytes_done, bytes_total;

    xtr_job *owner;  /* of a helper: the job it works for (share.c); of a child: the job whose
                        document it stands in (child.c); else NULL */
    int depth;       /* of a child: how many documents are around it */
    void *own_state; /* of a child: of its extractor, when the slot's is in use */
    uint64_t children, children_size; /* of the outermost job: how many there were, and of how many
                                         bytes */
    int extractor;
    xtr_input *input;
    xtr_source *follows; /* what the extractor found to go on with (xtr_job_continue), or NULL */
    xtr_input *outer;    /* the job's own while `input` is something inside of it, else NULL */
    unsigned layers;     /* how often it went on */
    xtr_builder *builder;
    int refusal;     /* why it fails whatever comes of it, or XTR_OK; with the slot's failure */
    unsigned handed; /* pages that its stream or, in a second reading, its builder has */
};

/** Supplies threads that call xtr__drain, and carries completions to their thread. */
typedef struct xtr__executor {
    int (*open)(xtr_runtime *runtime, const xtr_runtime_config *config, xtr_error *error);
    /* Called after a job was queued, with the mutex held, which it gives back. An error means that
     * no thread will ever come. */
    int (*wake)(xtr_runtime *runtime, xtr_error *error);
    /* Brings slots that are idle to xtr__drain. With the mutex held. */
    void (*call_help)(xtr_runtime *runtime);
    void (*deliver)(xtr_runtime *runtime, xtr_job *job);
    bool delivers_in_place; /* `deliver` is xtr__deliver_now */
    /* Called once, with `closing` set: calls xtr__runtime_end when the last job has left. */
    void (*close)(xtr_runtime *runtime);
} xtr__executor;

typedef struct xtr__queue {
    xtr_job *first, *last;
} xtr__queue;

struct xtr_runtime {
    atomic_uint references; /* the owner's and one a job: a job may outlive its runtime */
    unsigned generation;    /* of the process: another one after a fork */
    uv_mutex_t mutex;
    const xtr__executor *executor;
    void *state;      /* of the executor */
    unsigned threads; /* most slots at work: of `slot_count` those whose jobs do not wait */
    unsigned slot_count;
    unsigned draining; /* calls of xtr__drain */
    uint64_t begun;    /* jobs that ever were */
    unsigned waiting;  /* of them, for consumers of pages; others stand in for them */
    xtr__slot *slots;  /* `threads` of them */
    xtr__slot *free_slots;
    xtr__queue queues[XTR__PRIORITIES];
    xtr_share *shares; /* jobs that would have help */
    bool closing;
    bool lingers; /* who waits does so awake for a moment: there are processors enough */

    /* Worker processes */
    bool keeps_zygote;        /* for its jobs; under the mutex */
    char *languages;          /* in a worker: what it was warmed with; else NULL */
    bool leaves_unrendered;   /* in a worker: documents go to the host, which renders them */
    atomic_uint most_helpers; /* of one job */
    bool attended;            /* jobs are run by who submits them, by xtr__drain; threads only
                                 help */
    void (*beat)(xtr_job *job, void *payload); /* each time a job asks whether to stop; on any of
                                                  its threads; or NULL */
    void *beat_payload;

    /* Limits */
    unsigned queued, max_queued;
    uint64_t bytes, max_bytes; /* of queued and running jobs */
    uv_cond_t room;            /* for those who wait to submit */
    unsigned waiting_for_room;
    uint64_t pace, next_start; /* ns between two starts, and when the next may be */
    uv_cond_t paced;

    void (*closed)(void *payload);
    void *closed_payload;

    /* Clock: stops what is past its deadline. Started with the first deadline. */
    uv_thread_t clock;
    bool clock_runs, clock_stops;
    uv_cond_t clock_wake;
    uint64_t clock_next; /* when it looks next; UINT64_MAX: when it is woken */
};

extern const xtr__executor xtr__executor_own, xtr__executor_uv;

/** Runs queued jobs on a slot until there is none. If it may leave, it leaves those to another
 * drain that are too short for two, and says so: see to it that somebody looks again. Called with
 * the mutex held and returns with it held. */
bool xtr__drain(xtr_runtime *runtime, xtr__slot *slot, bool may_leave);
bool xtr__has_work(const xtr_runtime *runtime);

/** Whether there is work for one more drain: it has work, and fewer are at work than there may be.
 *  With the mutex held. */
bool xtr__wants_drain(const xtr_runtime *runtime);

/** How many drains there may be at this moment, those included that wait. With the mutex held. */
unsigned xtr__most_drains(const xtr_runtime *runtime);

/** A job begins, and ends, to wait for who reads its pages: another drain may stand in for its own,
 *  which goes on at once when it ends. True when one may; xtr__drain_resume wants to know. */
bool xtr__drain_pause(xtr_runtime *runtime);
void xtr__drain_resume(xtr_runtime *runtime, bool paused);

/** A share with parts left, or NULL; with the mutex held. */
xtr_share *xtr__share_open(const xtr_runtime *runtime);

/** Works for a share until no part is left. With the mutex held, which it gives back meanwhile. */
void xtr__share_help(xtr_runtime *runtime, xtr__slot *slot, xtr_share *share);

/** Notes that this thread begins, and ends, to work for slot->helped. With the mutex held. */
void xtr__clock_help(xtr_runtime *runtime, xtr__slot *slot);
void xtr__clock_leave(xtr__slot *slot);

/** Sets the deadline and budget of a slot that starts a job; and takes them away. With the mutex
 *  held. */
void xtr__clock_start(xtr_runtime *runtime, xtr__slot *slot);
void xtr__clock_clear(xtr__slot *slot);

/** From now on a slot's job spends the time of a process, in `threads` threads at most. */
void xtr__clock_follow(xtr_runtime *runtime, xtr__slot *slot, pid_t process, unsigned threads);

/** Moves a slot's deadline by the time its job could not go on. */
void xtr__clock_pause(xtr_runtime *runtime, xtr__slot *slot, uint64_t *left);
void xtr__clock_resume(xtr_runtime *runtime, xtr__slot *slot, uint64_t left);

/** Ends the clock when no slot is at work any more. With the mutex held. */
void xtr__clock_stop(xtr_runtime *runtime);

/** Waits awake until the flag is set, some 20 us at most. */
void xtr__linger(const atomic_bool *flag);
/** The moment in uv_hrtime that is `timeout` milliseconds from now; 0 when that is now,
 *  UINT64_MAX: never (< 0, or further than the clock goes). */
uint64_t xtr__end_of(int64_t timeout);

/** Wakes who waits for a job. With the mutex held. */
void xtr__wake_waiters(xtr_job *job);

/** Whether this process is a fork of the one that made the runtime: its threads are not here and
 *  its mutex may be held for ever. */
bool xtr__runtime_is_foreign(const xtr_runtime *runtime);

/** Counts the forks between the first use of the library and this process. */
unsigned xtr__generation(void);

/** Makes ready all that slots make on first need, so that jobs open nothing. Before the first job.
 *  False when out of memory. */
bool xtr__runtime_warm(xtr_runtime *runtime);

/** Slots that neither run a job nor help with one. With the mutex held. */
unsigned xtr__idle_slots(const xtr_runtime *runtime);

/** The runtime to use for `runtime` or, when NULL, the default one. */
int xtr__runtime_resolve(xtr_runtime **runtime, xtr_error *error);

/** xtr_submit with a place for streamed pages (or NULL), which is taken over in any case. */
int xtr__submit(xtr_job **out, xtr_runtime *runtime, const xtr_request *request, xtr__pages *pages,
                xtr_error *error);

/** A job that is not queued yet. */
int xtr__job_new(xtr_job **out, xtr_runtime *runtime, const xtr_request *request, xtr_error *error);

/** Empties a job that is done so that it can be renewed; false when somebody else has it still, and
 *  it can only be dropped. */
bool xtr__job_empty(xtr_job *job);

/** As if no slot had had the job. */
void xtr__job_forget(xtr_job *job);

/** An emptied job as xtr__job_new makes one for this request, but for its options: those stay. */
void xtr__job_renew(xtr_job *job, const xtr_request *request);

/** Queues jobs of xtr__job_new in one go, however full the queue is, and calls one thread: for
 * short jobs more would cost more than they do. NULL is passed over. On an error those that are not
 * queued have been dropped, and NULL stands in their place. */
int xtr__submit_all(xtr_runtime *runtime, xtr_job **jobs, unsigned count, xtr_error *error);

/** Calls all threads when jobs are queued. */
void xtr__call_all(xtr_runtime *runtime);

/** Calls `done`, marks the job delivered and gives up the runtime's reference. */
void xtr__deliver_now(xtr_job *job);

/** Ends the clock, empties the slots and gives up the owner's reference; for executors, last. */
void xtr__runtime_end(xtr_runtime *runtime);

/** A slot nobody uses; there is one for each drain there may be. With the mutex held. */
xtr__slot *xtr__slot_take(xtr_runtime *runtime);
void xtr__slot_give(xtr_runtime *runtime, xtr__slot *slot);

/** A mutex that is held for moments: who finds it taken tries again before falling asleep. */
void xtr__brief_mutex_init(uv_mutex_t *mutex);

/** Starts a thread with our stack size, name and no signals. 0 or a libuv error. */
int xtr__thread_start(uv_thread_t *thread, void (*entry)(void *), void *payload);

/** Makes who waits for something of a job look at it again: it has been stopped. Without the mutex.
 */
void xtr__job_wake(xtr_job *job);

/** A document to a result, rendered as the job's options say. Takes `document` over in any case;
 *  NULL is out of memory. Returns the job's code. */
int xtr__job_render(xtr_job *job, xtr__document *document, xtr_result **out);

/** What the job's builder holds to a result. Returns the job's code. */
int xtr__job_build(xtr_job *job, xtr_result **out);

/** Gives the job a builder. Returns the job's code. */
int xtr__job_begin(xtr_job *job);

/** The job that counts: a helper works for its owner, and a child for the outermost document's. */
static inline xtr_job *xtr__job_root(xtr_job *job) {
    while (job->owner)
        job = job->owner;
    return job;
}

/** Finds the type of the job's input, and the extractor with its state. Returns the job's code. */
int xtr__job_find_reader(xtr_job *job);

/** Runs the job's extractor and, as long as that only unwraps, the one of what is inside. Returns
 *  the job's code; OK as well when what is inside is for a worker. */
int xtr__job_read(xtr_job *job);

/** Whether the document is for a worker process to read. */
bool xtr__job_is_remote(const xtr_job *job);

/** Back to the job's own input. */
void xtr__job_leave_inside(xtr_job *job);

/** Drops the state of the extractor that is the job's own, if there is one. */
void xtr__job_drop_own_state(xtr_job *job);

/** What the job's builder holds as a document, or the job's code. */
int xtr__job_finish_builder(xtr_job *job, xtr__document **out);

/** Extracts on this thread; the outcome goes to *out or job->slot->failure. Returns its code. */
int xtr__job_execute(xtr_job *job, xtr_result **out);

/** What came of a job that is delivered and that nobody else looks at: xtr_job_take, but that the
 * job has no result any more. */
int xtr__job_take_over(xtr_job *job, xtr_result **out, xtr_error *error);

/** Cancels a job that no slot has taken yet; whether it did. */
bool xtr__job_withdraw(xtr_job *job);

/** Makes a job DONE unless it is: true when this call did, and the caller must then deliver. With
 *  the mutex held. Takes `result` over in any case. */
bool xtr__job_finish(xtr_job *job, int code, xtr_result *result, const xtr_error *error);

void xtr__runtime_release(xtr_runtime *runtime);

#endif
