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
};

void loop_add(Loop *loop, struct Job *job);

/** Ends its jobs. */
void loop_end(Loop *loop);

/** Calls `callback(job)` from the loop, in `context`. */
int loop_call(Loop *loop, PyObject *callback, PyObject *job, PyObject *context);

/** loop_of(loop): the Loop of an event loop, made when there is none. */
PyObject *loop_of(PyObject *module, PyObject *loop);

#endif
