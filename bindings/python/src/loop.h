/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LOOP_H
#define LOOP_H

#include "job.h"

/** The completions of one event loop, delivered on its thread. It holds its jobs until they have
 *  been taken. */
struct Loop {
    PyObject_HEAD
    PyObject *weak;
    module_state *state;
    PyObject *loop; /* asyncio's, or what stands for another library's run */
    PyObject *call_soon;
    xtr_completions *completions;
    struct Job *jobs; /* at work */
    long process;
    uint64_t turned; /* when it was last drained from its event loop, in microseconds */
    bool remains;    /* there was more to drain */
};

/** Waits for a job that has just been submitted as long as it takes to go to sleep and wake up:
 * what is done by then needs no turn of the event loop. Never for more than a millisecond between
 * two turns, or who awaits only such jobs would keep the others waiting. */
void loop_linger(Loop *loop, const struct Job *job);

void loop_add(Loop *loop, struct Job *job);

/** Ends its jobs. */
void loop_end(Loop *loop);

/** Calls `callback(job)` from the loop, in `context`. */
int loop_call(Loop *loop, PyObject *callback, PyObject *job, PyObject *context);

/** loop_of(loop): the Loop of an event loop, made when there is none. */
PyObject *loop_of(PyObject *module, PyObject *loop);

#endif
