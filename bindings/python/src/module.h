/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Python package. Python code on top of it (libextract/) gives the names,
 * the classes of errors and results, and what other event loops than asyncio's need.
 *
 *   source.c   what Python gives as a document, as an xtr_source
 *   options.c  keyword arguments as xtr_options
 *   visit.c    results and tables as Python objects
 *   job.c      Job: a coroutine, a future of asyncio, or what a thread waits for
 *   loop.c     Loop: the completions of one event loop
 *   stream.c   Stream: pages of a document, documents of a batch
 *   runtime.c  Runtime: threads of one's own
 *
 * Threads of the pool never take the GIL and touch no Python object: they push to completion
 * queues and write to descriptors. */
#ifndef MODULE_H
#define MODULE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <structmember.h>

#include <libextract.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_MS = 50 }; /* between two looks at signals */

typedef struct trash trash;
typedef struct Loop Loop;

/* What a module of one interpreter has. */
typedef struct module_state {
    PyTypeObject *job, *loop, *stream, *runtime;
    PyObject *make_result, *make_error; /* of libextract: see setup() */
    PyObject *make_progress, *warn, *attach, *delegate, *tell;
    PyObject *running_loop; /* asyncio's function, or NULL while asyncio is not loaded */
    PyObject *cancelled_error, *invalid_state_error;
    PyObject *loops; /* a Loop for each event loop: dict */
    Loop *last_loop; /* borrowed: the one asked for last */
    trash *trash;
} module_state;

/** Documents ------------------------------------------------------------------------------- */

/** The source of what Python gave: a path, bytes (kept, not copied), another buffer (copied), a
 *  file. With `path` a str is a path; else it is refused. NULL with an exception. */
xtr_source *source_of(module_state *state, PyObject *input, bool path);

/** Objects that the pool is through with: it leaves them here, and they are dropped at the next
 *  opportunity by a thread that has the GIL. */
trash *trash_new(void);
void trash_empty(trash *trash);
void trash_drop(trash *trash);

/** Options ---------------------------------------------------------------------------------- */

/** Options from a MIME type (may be None) and dicts (may be NULL), the later ones the stronger.
 *  NULL with TypeError or ValidationError. */
xtr_options *options_of(module_state *state, PyObject *mime_type, PyObject *config,
                        PyObject *keywords);

/** Values ----------------------------------------------------------------------------------- */

/** A result of libextract; takes `result` over. */
PyObject *result_object(module_state *state, xtr_result *result);

/** An exception of libextract. `input`: what was given. */
PyObject *error_object(module_state *state, PyObject *input, const xtr_error *error);
/** Raises it; returns NULL. */
void *raise_error(module_state *state, PyObject *input, const xtr_error *error);

/** Functions of the module: see module.c. */
PyObject *visit_result(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *render_result(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *visit_tables(PyObject *module, PyObject *none);
PyObject *visit_doctor(PyObject *module, PyObject *none);

/** Runtimes, jobs, loops, streams ----------------------------------------------------------- */

typedef struct Runtime Runtime;
/** The runtime behind a Runtime object or None, NULL for the shared one, and what it does when it
 * is full (may be NULL). False with an exception when it is closed. */
bool native_runtime(module_state *state, PyObject *runtime, xtr_runtime **out,
                    xtr_when_full *when_full);

PyObject *submit(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *run(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *open_stream(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *open_runtime(PyObject *module, PyObject *arguments);

/** The Loop of the event loop that runs in this thread, borrowed; NULL without an exception when
 *  none runs. */
Loop *running_loop(module_state *state);

extern PyType_Spec job_spec, loop_spec, stream_spec, runtime_spec;

static inline module_state *state_of(PyObject *module) {
    return PyModule_GetState(module);
}

/** For tp_dealloc of a heap type: frees the memory. */
static inline void free_object(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/** A new, zeroed object of a type; its own members are the caller's to fill. */
static inline void *new_object(PyTypeObject *type) {
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    return allocate(type, 0);
}

#endif
