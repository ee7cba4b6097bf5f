/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Worker processes: documents that cannot take their host down. docs/internals/isolation.md tells
 * the whole.
 *
 *   remote.c   host: one job in a worker
 *   spawn.c    host: the zygote, and workers from it
 *   zygote.c   the process that forks the workers
 *   worker.c   a worker: reads documents
 *   frame.c    what passes between them
 * The sandbox itself is in the program, worker/sandbox.c. */
#ifndef XTR_ISOLATE_H
#define XTR_ISOLATE_H

#include "isolate/frame.h"
#include "runtime/runtime.h"

/* Host -------------------------------------------------------------------------------------- */

/** A worker process as its host sees it. For one thread at a time. */
typedef struct xtr__worker {
    struct xtr__worker *next, *previous; /* all of this process */
    int data, lease, area;
    xtr__spawn made_for;
    unsigned served; /* jobs that it was given */
    pid_t pid;       /* once known */
} xtr__worker;

/** Asks the zygote, which is started when there is none, for a worker; does not wait for it. Fails
 *  with MISSING_BACKEND (no program, or none that runs), IO, MEMORY. */
int xtr__worker_start(xtr__worker **out, const xtr__spawn *request, xtr_error *error);

/** Whether the program that workers are made of is there. Any thread. */
bool xtr__worker_is_installed(void);

/** Ends a worker, whatever it does, and does not wait for that. NULL is ignored. */
void xtr__worker_drop(xtr__worker *worker);

/** The worker's process number, waiting for it 3 s at most; 0 when there is none. */
pid_t xtr__worker_pid(xtr__worker *worker);

/** How a worker that has gone ended: a status of wait(2), -1 when nobody knows, because the zygote
 *  has gone too or could not fork. Waits 3 s at most. */
int xtr__worker_status(xtr__worker *worker);

/** Keeps the zygote, once there is one, until it is released as often as it was kept. */
void xtr__zygote_keep(void);
void xtr__zygote_release(void);

/** Runs a job in a worker; as xtr__job_execute. */
int xtr__remote_run(xtr_job *job, xtr_result **out);

/** Ends what a slot has of workers. */
void xtr__remote_leave(xtr_runtime *runtime, xtr__slot *slot);

/** Makes a slot whose job has been stopped look at it. With the mutex held. */
void xtr__remote_wake(xtr__slot *slot);

/** What holds a worker: xtr__level flags; or -1 and why there is none. */
int xtr__isolation_level(xtr_error *error);

/* Other side -------------------------------------------------------------------------------- */

enum { XTR__LEVEL_RLIMITS = 1, XTR__LEVEL_SECCOMP = 2, XTR__LEVEL_LANDLOCK = 4 };

/** How the program closes the door, in two steps: what takes time, once in the zygote; and the
 *  door itself, in each worker before its first document. */
typedef struct xtr__sandbox {
    void (*prepare)(void);
    int (*enter)(uint64_t max_memory, unsigned threads); /* xtr__level flags; -1: it cannot be */
} xtr__sandbox;

/** All of the program extract-worker. Returns its exit status. */
__attribute__((visibility("default"))) int xtr__worker_main(const xtr__sandbox *sandbox);

/** Reads documents from XTR__DATA_FD until the host has gone. */
_Noreturn void xtr__worker_serve(xtr_runtime *runtime, int level);

#endif
