/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "loop.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { BUDGET_MS = 2 };

/* Completions ------------------------------------------------------------------------------- */

void loop_add(Loop *loop, Job *job) {
    job->next = loop->jobs;
    job->previous = NULL;
    if (loop->jobs)
        loop->jobs->previous = job;
    loop->jobs = (Job *)Py_NewRef((PyObject *)job);
}

static void take(xtr_job *native, void *payload) {
    Loop *loop = payload;
    Job *job = xtr_job_tag(native);
    if (job->next)
        job->next->previous = job->previous;
    if (job->previous)
        job->previous->next = job->next;
    else
        loop->jobs = job->next;
    job_settle(job, native);
    Py_DECREF((PyObject *)job);
}

static uint64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void settle_done(Loop *loop, int64_t budget) {
    loop->remains = xtr_completions_drain(loop->completions, take, loop, budget);
}

void loop_linger(Loop *loop, const Job *job) {
    enum { LINGER_US = 20, TURN_US = 1000, PAUSES = 32 };
    uint64_t start = microseconds(), now = start;
    if (start > loop->turned + TURN_US)
        return;
    while (job->phase == PENDING && now - start < LINGER_US) {
        if (xtr_job_is_done(job->native))
            settle_done(loop, 0);
        for (int i = 0; i < PAUSES; i++)
            atomic_signal_fence(memory_order_seq_cst);
        now = microseconds();
    }
}

/* drain(): settles what is done, as much as fits 2 ms; True when there is more. */
static PyObject *drain(PyObject *self, PyObject *none) {
    Loop *loop = (Loop *)self;
    (void)none;
    settle_done(loop, BUDGET_MS);
    trash_empty(loop->state->trash);
    loop->turned = microseconds();
    return PyBool_FromLong(loop->remains);
}

static PyObject *fileno_of(PyObject *self, PyObject *none) {
    (void)none;
    return PyLong_FromLong(xtr_completions_fd(((Loop *)self)->completions));
}

int loop_call(Loop *loop, PyObject *callback, PyObject *job, PyObject *context) {
    PyObject *arguments = PyTuple_Pack(2, callback, job);
    PyObject *keywords = context ? Py_BuildValue("{sO}", "context", context) : NULL;
    PyObject *handle = arguments && (keywords || !context)
                           ? PyObject_Call(loop->call_soon, arguments, keywords)
                           : NULL;
    Py_XDECREF(arguments);
    Py_XDECREF(keywords);
    Py_XDECREF(handle);
    return handle ? 0 : -1;
}

/* Life -------------------------------------------------------------------------------------- */

/* Cancels what is at work, and waits for that: the jobs hold their loop and it holds them. A forked
 * child has none of them. */
void loop_end(Loop *loop) {
    if (loop->process != getpid())
        return;
    for (Job *job = loop->jobs; job; job = job->next) {
        job->phase = job->phase == PENDING ? CANCELLED : job->phase;
        Py_CLEAR(job->callbacks);
        xtr_job_cancel(job->native);
    }
    while (loop->jobs) {
        xtr_job *native = loop->jobs->native;
        Py_BEGIN_ALLOW_THREADS;
        xtr_job_wait(native, -1);
        Py_END_ALLOW_THREADS;
        xtr_completions_drain(loop->completions, take, loop, -1);
    }
}

static int loop_traverse(PyObject *self, visitproc visit, void *arg) {
    Loop *loop = (Loop *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(loop->loop);
    Py_VISIT(loop->call_soon);
    return 0;
}

static int loop_clear(PyObject *self) {
    Loop *loop = (Loop *)self;
    if (loop->completions) {
        loop_end(loop);
        xtr_completions_drop(loop->completions);
        loop->completions = NULL;
    }
    if (loop->state->last_loop == loop)
        loop->state->last_loop = NULL;
    Py_CLEAR(loop->loop);
    Py_CLEAR(loop->call_soon);
    return 0;
}

static void loop_dealloc(PyObject *self) {
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    loop_clear(self);
    free_object(self);
}

static Loop *new_loop(module_state *state, PyObject *asyncio_loop) {
    xtr_error error;
    Loop *loop = new_object(state->loop);
    if (!loop)
        return NULL;
    loop->state = state;
    loop->process = getpid();
    loop->loop = Py_NewRef(asyncio_loop);
    loop->call_soon = PyObject_GetAttrString(asyncio_loop, "call_soon");
    if (loop->call_soon && xtr_completions_new(&loop->completions, NULL, NULL, &error))
        raise_error(state, Py_None, &error);
    PyObject *attached =
        loop->completions
            ? PyObject_CallFunctionObjArgs(state->attach, asyncio_loop, (PyObject *)loop, NULL)
            : NULL;
    if (!attached)
        Py_CLEAR(loop);
    Py_XDECREF(attached);
    return loop;
}

/* Forgets loops that have been closed, and those of a parent process. */
static int forget_closed(module_state *state) {
    PyObject *all = PyDict_Items(state->loops);
    for (Py_ssize_t i = 0; all && i < PyList_Size(all); i++) {
        PyObject *item = PyList_GetItem(all, i);
        PyObject *key = PyTuple_GetItem(item, 0);
        Loop *loop = (Loop *)PyTuple_GetItem(item, 1);
        PyObject *closed = PyObject_CallMethod(key, "is_closed", NULL);
        bool gone = !closed || PyObject_IsTrue(closed) == 1 || loop->process != getpid();
        PyErr_Clear();
        Py_XDECREF(closed);
        if (gone && state->last_loop == loop)
            state->last_loop = NULL;
        if (gone)
            loop_end(loop);
        if (gone && PyDict_DelItem(state->loops, key))
            PyErr_Clear();
    }
    Py_XDECREF(all);
    return all ? 0 : -1;
}

static Loop *find_loop(module_state *state, PyObject *asyncio_loop) {
    Loop *loop = (Loop *)PyDict_GetItemWithError(state->loops, asyncio_loop);
    if (loop && loop->process == getpid())
        return loop;
    if (PyErr_Occurred() || forget_closed(state))
        return NULL;
    loop = new_loop(state, asyncio_loop);
    if (loop && PyDict_SetItem(state->loops, asyncio_loop, (PyObject *)loop))
        Py_CLEAR(loop);
    Py_XDECREF((PyObject *)loop); /* the dict holds it */
    return loop;
}

Loop *running_loop(module_state *state) {
    if (!state->running_loop) {
        PyObject *modules = PyImport_GetModuleDict();
        PyObject *asyncio = PyDict_GetItemString(modules, "asyncio");
        if (!asyncio ||
            !(state->running_loop = PyObject_GetAttrString(asyncio, "_get_running_loop"))) {
            PyErr_Clear();
            return NULL;
        }
    }
    PyObject *current = PyObject_CallNoArgs(state->running_loop);
    if (!current || current == Py_None) {
        Py_XDECREF(current);
        return NULL;
    }
    Loop *loop = state->last_loop;
    if (!loop || loop->loop != current || loop->process != getpid())
        state->last_loop = loop = find_loop(state, current);
    Py_DECREF(current);
    return loop;
}

PyObject *loop_of(PyObject *module, PyObject *loop) {
    return Py_XNewRef((PyObject *)find_loop(state_of(module), loop));
}

static PyMethodDef methods[] = {{"drain", drain, METH_NOARGS, NULL},
                                {"fileno", fileno_of, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static PyMemberDef weak[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Loop, weak), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, loop_dealloc}, {Py_tp_traverse, loop_traverse},
                              {Py_tp_clear, loop_clear},     {Py_tp_methods, methods},
                              {Py_tp_members, weak},         {0, NULL}};
PyType_Spec loop_spec = {.name = "libextract._libextract.Loop",
                         .basicsize = sizeof(Loop),
                         .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                  Py_TPFLAGS_DISALLOW_INSTANTIATION,
                         .slots = slots};
