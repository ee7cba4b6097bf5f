/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Ruby gem. Ruby code on top of it (lib/libextract/) gives the names, the
 * classes of errors and what surrounds them.
 *
 *   source.c   what Ruby gives as a document, as an xtr_source
 *   options.c  keyword arguments as xtr_options
 *   visit.c    results and tables as Ruby objects
 *   bell.c     what a thread or a fiber waits at
 *   job.c      one extraction
 *   stream.c   pages of a document, documents of a batch
 *   runtime.c  Runtime: threads of one's own
 *   module.c   detection, errors, Init
 *
 * Threads of the pool never take the GVL and touch no Ruby object: they ring bells and leave what
 * they are through with in a stack. Nothing here belongs to one Ractor but dispatchers. */
#ifndef NATIVE_H
#define NATIVE_H

#include <libextract.h>
#include <pthread.h>
#include <ruby.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { SLICE_MS = 50 }; /* between two looks at what interrupts a thread */

/** Documents ------------------------------------------------------------------------------- */

/** The source of what Ruby gave: a path, a String (shared and pinned, not copied), an IO or what
 *  can be read. With `path` a String is a path, else data. Raises. */
xtr_source *source_of(VALUE input, bool path);

/** Lets go of the strings that the pool is through with. */
void unpin_released(void);
void init_sources(void);

/** Options ---------------------------------------------------------------------------------- */

/** Sets options from hashes (or nil), the later one the stronger, and a MIME type (or nil). Raises
 *  TypeError or ValidationError. */
void set_options(xtr_options *options, VALUE mime_type, VALUE config, VALUE keywords);

/** Values ----------------------------------------------------------------------------------- */

/** A Libextract::Result; takes `result` over. */
VALUE result_object(xtr_result *result);

/** An exception of Libextract. `input`: what was given. */
VALUE error_object(VALUE input, const xtr_error *error);
NORETURN(void raise_error(VALUE input, const xtr_error *error));

/** A Libextract::Progress. */
VALUE progress_object(const xtr_progress *progress);

VALUE utf8(const char *text, size_t size);
void init_values(VALUE libextract, VALUE native);

/** Waiting ---------------------------------------------------------------------------------- */

struct dispatcher;

/** Rung by the pool, on any thread. It must not be freed while the pool may ring it. */
typedef struct bell {
    sem_t wake; /* what a signal handler may use */
    atomic_bool rung;
    atomic_bool interrupted; /* the thread that waits shall look at something else */
    bool gathers;            /* who waits takes what comes right behind as well */
    unsigned forks;          /* of the process when it was made */

    /* While a fiber waits */
    pthread_mutex_t mutex;
    struct dispatcher *dispatcher;
    uint64_t number;   /* of its queue in the dispatcher */
    struct bell *next; /* among the dispatcher's rung ones */
    bool listed;       /* there */
} bell;

void bell_init(bell *b);
void bell_end(bell *b);
/** Takes a bell, as callbacks of the library do. */
void bell_ring(void *payload);
/** Makes it as if it had not been rung. */
void bell_reset(bell *b);
/** Waits without the GVL until it is rung, `slice` milliseconds (< 0: no limit) have passed or the
 *  thread is interrupted, and raises what that asks for. Under a Fiber scheduler the fiber alone
 *  waits, until it is rung. */
void bell_wait(bell *b, int slice);
void init_bells(VALUE native);

/** Runtimes, jobs, streams ------------------------------------------------------------------ */

/** The runtime of a Libextract::Runtime; NULL, the shared one, of anything else. Raises when it is
 *  closed. */
xtr_runtime *native_runtime(VALUE runtime, xtr_when_full *when_full);
void init_runtimes(VALUE libextract);
void init_jobs(VALUE native);
void init_streams(VALUE native);

#endif
