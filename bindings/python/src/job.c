/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "loop.h"

/* Outcome ----------------------------------------------------------------------------------- */

/* What there is to do is done or given up. */
static void forget_request(Job *job) {
    xtr_source_drop(job->source);
    xtr_options_drop(job->options);
    job->source = NULL;
    job->options = NULL;
}

static void call_back(Job *job) {
    PyObject *callbacks = job->callbacks;
    job->callbacks = NULL;
    for (Py_ssize_t i = 0; callbacks && i < PyList_Size(callbacks); i++) {
        PyObject *entry = PyList_GetItem(callbacks, i);
        PyObject *context = PyTuple_GetItem(entry, 1);
        if (loop_call(job->loop, PyTuple_GetItem(entry, 0), (PyObject *)job,
                      context == Py_None ? NULL : context))
            PyErr_WriteUnraisable((PyObject *)job);
    }
    Py_XDECREF(callbacks);
}

/* The outcome of a native job that is done, as `result` or `error`. */
static void take_outcome(Job *job, xtr_job *native) {
    xtr_result *result;
    xtr_error error;
    if (xtr_job_take(native, &result, &error))
        job->error = error_object(job->state, job->input, &error);
    else
        job->result = result_object(job->state, result);
    if (job->error || job->result)
        return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    job->error = value;
    Py_XDECREF(type);
    Py_XDECREF(traceback);
}

void job_settle(Job *job, xtr_job *native) {
    xtr_job_progress(native, &job->progress);
    if (job->phase == PENDING) {
        job->phase = DONE;
        take_outcome(job, native);
        call_back(job);
    }
    job->native = NULL;
    xtr_job_drop(native);
    Py_CLEAR(job->runtime);
}

/* The result, a new reference, or NULL with the exception it is. */
static PyObject *outcome(const Job *job) {
    if (job->phase == CANCELLED && job->message)
        PyErr_SetObject(job->state->cancelled_error, job->message);
    else if (job->phase == CANCELLED)
        PyErr_SetNone(job->state->cancelled_error);
    else if (job->phase == PENDING)
        PyErr_SetString(job->state->invalid_state_error, "the job is not done");
    else if (job->error)
        PyErr_SetObject((PyObject *)Py_TYPE(job->error), job->error);
    else
        return Py_NewRef(job->result);
    return NULL;
}

/* Submitting -------------------------------------------------------------------------------- */

/* Has the progress told from the job's loop. */
static int tell(Job *job) {
    if (job->on_progress == Py_None)
        return 0;
    PyObject *answer = PyObject_CallFunctionObjArgs(job->state->tell, (PyObject *)job,
                                                    job->on_progress, job->loop->loop, NULL);
    Py_XDECREF(answer);
    return answer ? 0 : -1;
}

/* Submits for a loop or, with NULL, for a thread that waits. A refusal is the job's outcome. -1
 * with an exception. */
static int start(Job *job, Loop *loop) {
    xtr_error error;
    xtr_runtime *runtime;
    xtr_request request = {.size = sizeof request,
                           .source = job->source,
                           .options = job->options,
                           .done = loop ? xtr_completions_push : NULL,
                           .payload = loop ? loop->completions : NULL,
                           .tag = job};
    if (!native_runtime(job->state, job->runtime, &runtime, &request.when_full))
        return -1;
    job->loop = (Loop *)Py_XNewRef((PyObject *)loop);
    if (!xtr_submit(&job->native, runtime, &request, &error)) {
        if (loop && (loop_add(loop, job), tell(job)))
            return -1;
    } else {
        job->phase = DONE;
        job->error = error_object(job->state, job->input, &error);
    }
    forget_request(job);
    return job->phase == DONE && !job->error ? -1 : 0;
}

static Job *new_job(module_state *state, PyObject *const *arguments) {
    Job *job = new_object(state->job);
    if (!job)
        return NULL;
    PyObject *config = arguments[4] != Py_None ? arguments[4] : NULL;
    job->state = state;
    job->runtime = Py_NewRef(arguments[0]);
    job->input = Py_NewRef(arguments[1]);
    job->on_progress = Py_NewRef(arguments[6]);
    job->options = options_of(state, arguments[3], config, arguments[5]);
    if (job->options)
        job->source = source_of(state, arguments[1], arguments[2] == Py_True);
    if (!job->source)
        Py_CLEAR(job);
    return job;
}

/* submit(runtime, input, is_path, mime_type, config, keywords, on_progress): a Job, at work already
 * when an event loop of asyncio runs in this thread. */
PyObject *submit(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    module_state *state = state_of(module);
    Job *job = count == 7 ? new_job(state, arguments) : NULL;
    if (!job)
        return NULL;
    Loop *loop = running_loop(state);
    if (loop ? start(job, loop) : PyErr_Occurred() != NULL)
        Py_CLEAR(job);
    return (PyObject *)job;
}

static PyObject *progress_object(const Job *job, const xtr_progress *p) {
    PyObject *numbers =
        Py_BuildValue("(IIKK)", p->pages_done, p->pages_total, (unsigned long long)p->bytes_done,
                      (unsigned long long)p->bytes_total);
    PyObject *object = numbers ? PyObject_Call(job->state->make_progress, numbers, NULL) : NULL;
    Py_XDECREF(numbers);
    return object;
}

/* Tells the progress, when it has changed. */
static int report(Job *job) {
    xtr_progress now;
    xtr_job_progress(job->native, &now);
    if (job->on_progress == Py_None || !memcmp(&now, &job->progress, sizeof now))
        return 0;
    job->progress = now;
    PyObject *progress = progress_object(job, &now);
    PyObject *answer =
        progress ? PyObject_CallFunctionObjArgs(job->on_progress, progress, NULL) : NULL;
    Py_XDECREF(progress);
    Py_XDECREF(answer);
    return answer ? 0 : -1;
}

/* run(runtime, input, is_path, mime_type, config, keywords, on_progress): the result, waited for
 * without the GIL. An exception of a signal or of on_progress stops the job. */
PyObject *run(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    Job *job = count == 7 ? new_job(state_of(module), arguments) : NULL;
    bool done = false, interrupted = false;
    if (!job || start(job, NULL)) {
        Py_XDECREF((PyObject *)job);
        return NULL;
    }
    while (job->native && !done && !interrupted) {
        Py_BEGIN_ALLOW_THREADS;
        done = xtr_job_wait(job->native, SLICE_MS);
        Py_END_ALLOW_THREADS;
        interrupted = PyErr_CheckSignals() || report(job);
    }
    if (interrupted)
        xtr_job_cancel(job->native);
    else if (done)
        job_settle(job, job->native);
    PyObject *result = interrupted ? NULL : outcome(job);
    trash_empty(job->state->trash);
    Py_DECREF((PyObject *)job);
    return result;
}

/* Coroutine --------------------------------------------------------------------------------- */

/* First step: finds out where it is awaited. */
static int bind(Job *job) {
    Loop *loop = running_loop(job->state);
    if (loop)
        return start(job, loop);
    if (!PyErr_Occurred())
        job->delegate = PyObject_CallFunctionObjArgs(job->state->delegate, (PyObject *)job, NULL);
    return job->delegate ? 0 : -1;
}

static PySendResult step(PyObject *self, PyObject *value, PyObject **out) {
    Job *job = (Job *)self;
    *out = NULL;
    if (job->phase == PENDING && !job->loop && !job->delegate && bind(job))
        return PYGEN_ERROR;
    if (job->delegate)
        return PyIter_Send(job->delegate, value, out);
    if (job->phase == PENDING && job->native && !job->waited) {
        job->waited = true;
        loop_linger(job->loop, job);
    }
    job->blocking = job->phase == PENDING;
    *out = job->blocking ? Py_NewRef(self) : outcome(job);
    return job->blocking ? PYGEN_NEXT : *out ? PYGEN_RETURN : PYGEN_ERROR;
}

static PyObject *send(PyObject *self, PyObject *value) {
    PyObject *out;
    if (step(self, value, &out) != PYGEN_RETURN)
        return out;
    PyObject *arguments = PyTuple_Pack(1, out);
    PyObject *stop = arguments ? PyObject_Call(PyExc_StopIteration, arguments, NULL) : NULL;
    if (stop)
        PyErr_SetObject(PyExc_StopIteration, stop);
    Py_XDECREF(stop);
    Py_XDECREF(arguments);
    Py_DECREF(out);
    return NULL;
}

static PyObject *iternext(PyObject *self) {
    return send(self, Py_None);
}

static bool cancel_job(Job *job, PyObject *message) {
    if (job->phase != PENDING)
        return false;
    job->phase = CANCELLED;
    job->message = message == Py_None ? NULL : Py_XNewRef(message);
    forget_request(job);
    if (job->native)
        xtr_job_cancel(job->native);
    if (job->loop)
        call_back(job);
    return true;
}

static PyObject *throw_into(PyObject *self, PyObject *arguments) {
    Job *job = (Job *)self;
    PyObject *type, *value = NULL, *traceback = NULL;
    if (job->delegate) {
        PyObject *method = PyObject_GetAttrString(job->delegate, "throw");
        PyObject *out = method ? PyObject_Call(method, arguments, NULL) : NULL;
        Py_XDECREF(method);
        return out;
    }
    if (!PyArg_ParseTuple(arguments, "O|OO", &type, &value, &traceback))
        return NULL;
    cancel_job(job, NULL);
    if (PyExceptionInstance_Check(type))
        PyErr_SetObject((PyObject *)Py_TYPE(type), type);
    else
        PyErr_SetObject(type, value == Py_None ? NULL : value);
    return NULL;
}

static PyObject *close_coroutine(PyObject *self, PyObject *none) {
    Job *job = (Job *)self;
    (void)none;
    if (job->delegate)
        return PyObject_CallMethod(job->delegate, "close", NULL);
    cancel_job(job, NULL);
    return Py_NewRef(Py_None);
}

static PyObject *itself(PyObject *self) {
    return Py_NewRef(self);
}

/* Future ------------------------------------------------------------------------------------ */

static PyObject *cancel(PyObject *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"msg", NULL};
    PyObject *message = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O:cancel", names, &message))
        return NULL;
    return PyBool_FromLong(cancel_job((Job *)self, message));
}

static PyObject *done(PyObject *self, PyObject *none) {
    (void)none;
    return PyBool_FromLong(((Job *)self)->phase != PENDING);
}

static PyObject *cancelled(PyObject *self, PyObject *none) {
    (void)none;
    return PyBool_FromLong(((Job *)self)->phase == CANCELLED);
}

static PyObject *result(PyObject *self, PyObject *none) {
    (void)none;
    return outcome((Job *)self);
}

static PyObject *exception(PyObject *self, PyObject *none) {
    Job *job = (Job *)self;
    (void)none;
    if (job->phase != DONE)
        return outcome(job);
    return Py_NewRef(job->error ? job->error : Py_None);
}

static PyObject *add_done_callback(PyObject *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"", "context", NULL};
    Job *job = (Job *)self;
    PyObject *callback, *context = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|$O:add_done_callback", names,
                                     &callback, &context))
        return NULL;
    if (job->phase != PENDING && job->loop) {
        if (loop_call(job->loop, callback, self, context == Py_None ? NULL : context))
            return NULL;
        return Py_NewRef(Py_None);
    }
    PyObject *entry = PyTuple_Pack(2, callback, context);
    if (entry && (job->callbacks || (job->callbacks = PyList_New(0))) &&
        !PyList_Append(job->callbacks, entry)) {
        Py_DECREF(entry);
        return Py_NewRef(Py_None);
    }
    Py_XDECREF(entry);
    return NULL;
}

static PyObject *remove_done_callback(PyObject *self, PyObject *callback) {
    Job *job = (Job *)self;
    PyObject *kept = PyList_New(0);
    Py_ssize_t removed = 0;
    for (Py_ssize_t i = 0; kept && job->callbacks && i < PyList_Size(job->callbacks); i++) {
        PyObject *entry = PyList_GetItem(job->callbacks, i);
        int same = PyObject_RichCompareBool(PyTuple_GetItem(entry, 0), callback, Py_EQ);
        if (same < 0 || (!same && PyList_Append(kept, entry)))
            Py_CLEAR(kept);
        removed += same == 1;
    }
    if (!kept)
        return NULL;
    Py_XDECREF(job->callbacks);
    job->callbacks = kept;
    return PyLong_FromSsize_t(removed);
}

static PyObject *get_loop(PyObject *self, PyObject *none) {
    const Job *job = (Job *)self;
    (void)none;
    if (job->loop)
        return Py_NewRef(job->loop->loop);
    PyErr_SetString(PyExc_RuntimeError, "the job is not awaited yet");
    return NULL;
}

/* Binds it to a loop that is not asyncio's. */
static PyObject *bind_to(PyObject *self, PyObject *loop) {
    Job *job = (Job *)self;
    if (Py_TYPE(loop) != job->state->loop || job->loop || job->phase != PENDING) {
        PyErr_SetString(PyExc_RuntimeError, "the job is bound already");
        return NULL;
    }
    return start(job, (Loop *)loop) ? NULL : Py_NewRef(Py_None);
}

/* isfuture() is true of what has this and not None in it: before it is bound it is none. */
static PyObject *get_blocking(PyObject *self, void *closure) {
    const Job *job = (Job *)self;
    (void)closure;
    return job->loop ? PyBool_FromLong(job->blocking) : Py_NewRef(Py_None);
}

static int set_blocking(PyObject *self, PyObject *value, void *closure) {
    (void)closure;
    int blocking = value ? PyObject_IsTrue(value) : 0;
    ((Job *)self)->blocking = blocking == 1;
    return blocking < 0 ? -1 : 0;
}

/* What asyncio.gather asks a cancelled future, up to Python 3.11 and from 3.12 on. */
static PyObject *get_message(PyObject *self, void *closure) {
    const Job *job = (Job *)self;
    (void)closure;
    return Py_NewRef(job->message ? job->message : Py_None);
}

static PyObject *make_cancelled_error(PyObject *self, PyObject *none) {
    const Job *job = (Job *)self;
    (void)none;
    return PyObject_CallFunctionObjArgs(job->state->cancelled_error, job->message, NULL);
}

static PyObject *get_progress(PyObject *self, void *closure) {
    Job *job = (Job *)self;
    (void)closure;
    if (job->native)
        xtr_job_progress(job->native, &job->progress);
    return progress_object(job, &job->progress);
}

static PyObject *get_input(PyObject *self, void *closure) {
    (void)closure;
    return Py_NewRef(((Job *)self)->input);
}

static PyObject *represent(PyObject *self) {
    static const char *const phases[] = {"pending", "done", "cancelled"};
    const Job *job = (Job *)self;
    const char *now = job->phase == DONE && job->error ? "failed" : phases[job->phase];
    if (PyUnicode_Check(job->input))
        return PyUnicode_FromFormat("<libextract.Job %s %R>", now, job->input);
    return PyUnicode_FromFormat("<libextract.Job %s>", now);
}

/* Type -------------------------------------------------------------------------------------- */

static int job_traverse(PyObject *self, visitproc visit, void *arg) {
    Job *job = (Job *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT((PyObject *)job->loop);
    Py_VISIT(job->runtime);
    Py_VISIT(job->input);
    Py_VISIT(job->on_progress);
    Py_VISIT(job->result);
    Py_VISIT(job->error);
    Py_VISIT(job->message);
    Py_VISIT(job->callbacks);
    Py_VISIT(job->delegate);
    return 0;
}

static int job_clear(PyObject *self) {
    Job *job = (Job *)self;
    forget_request(job);
    Py_CLEAR(job->runtime);
    Py_CLEAR(job->input);
    Py_CLEAR(job->on_progress);
    Py_CLEAR(job->result);
    Py_CLEAR(job->error);
    Py_CLEAR(job->message);
    Py_CLEAR(job->callbacks);
    Py_CLEAR(job->delegate);
    Py_CLEAR(job->loop);
    return 0;
}

static void job_dealloc(PyObject *self) {
    Job *job = (Job *)self;
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    xtr_job_drop(job->native);
    job_clear(self);
    free_object(self);
}

static PyMethodDef methods[] = {
    {"send", send, METH_O, NULL},
    {"throw", throw_into, METH_VARARGS, NULL},
    {"close", close_coroutine, METH_NOARGS, NULL},
    {"cancel", (PyCFunction)(void (*)(void))cancel, METH_VARARGS | METH_KEYWORDS,
     "cancel($self, msg=None)\n--\n\nStops the extraction. False when it was done already."},
    {"done", done, METH_NOARGS, "done($self)\n--\n\nWhether there is an outcome."},
    {"cancelled", cancelled, METH_NOARGS, "cancelled($self)\n--\n\nWhether it was cancelled."},
    {"result", result, METH_NOARGS, "result($self)\n--\n\nThe result of a job that is done."},
    {"exception", exception, METH_NOARGS,
     "exception($self)\n--\n\nThe error of a job that is done."},
    {"add_done_callback", (PyCFunction)(void (*)(void))add_done_callback,
     METH_VARARGS | METH_KEYWORDS,
     "add_done_callback($self, callback, /, *, context=None)\n--\n\n"},
    {"remove_done_callback", remove_done_callback, METH_O, NULL},
    {"get_loop", get_loop, METH_NOARGS, NULL},
    {"_make_cancelled_error", make_cancelled_error, METH_NOARGS, NULL},
    {"_bind", bind_to, METH_O, NULL},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef members[] = {
    {"_asyncio_future_blocking", get_blocking, set_blocking, NULL, NULL},
    {"_cancel_message", get_message, NULL, NULL, NULL},
    {"progress", get_progress, NULL, "How far it is: a Progress.", NULL},
    {"input", get_input, NULL, "What was given: a path, data or a file.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef weak[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Job, weak), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {
    {Py_tp_dealloc, job_dealloc}, {Py_tp_traverse, job_traverse}, {Py_tp_clear, job_clear},
    {Py_tp_methods, methods},     {Py_tp_members, weak},          {Py_tp_getset, members},
    {Py_tp_repr, represent},      {Py_am_await, itself},          {Py_am_send, step},
    {Py_tp_iter, itself},         {Py_tp_iternext, iternext},     {0, NULL}};
PyType_Spec job_spec = {.name = "libextract.Job",
                        .basicsize = sizeof(Job),
                        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                 Py_TPFLAGS_DISALLOW_INSTANTIATION,
                        .slots = slots};
