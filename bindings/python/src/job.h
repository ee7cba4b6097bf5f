/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef JOB_H
#define JOB_H

#include "module.h"

typedef enum phase { PENDING, DONE, CANCELLED } phase;

/** One extraction. Until it is bound to an event loop it only knows what to do: then it is as a
 *  coroutine that has not begun. Bound to a loop it is a future of that loop. */
typedef struct Job {
    PyObject_HEAD
    PyObject *weak;
    module_state *state;
    phase phase;
    bool waited;           /* somebody has awaited it */
    bool blocking;         /* asyncio's mark: it is awaited just now */
    xtr_job *native;       /* until its outcome is taken */
    xtr_progress progress; /* as it was last asked for */
    Loop *loop;
    struct Job *next, *previous; /* of its loop's jobs at work */

    /* What to do, until it is submitted */
    PyObject *runtime, *input, *on_progress; /* the last may be None */
    xtr_source *source;
    xtr_options *options;

    PyObject *result, *error, *message; /* message: of cancel() */
    PyObject *callbacks;                /* list of (callback, context), or NULL */
    PyObject *delegate;                 /* coroutine for a library that is not asyncio */
} Job;

/** The native job is done and the caller's: settles, and calls back. */
void job_settle(Job *job, xtr_job *native);

#endif
