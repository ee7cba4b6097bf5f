/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The native half of the Python package: options in, outcomes out, one queue an event loop.
 *
 * An outcome is a capsule around an xtr_result, or a tuple (code, errno, bytes); libextract's
 * __init__.py makes objects and exceptions of them. Threads of the pool never take the GIL: they
 * push to a completion queue, whose descriptor the event loop watches. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <libextract.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_MS = 50, DEPTH = 16, BUDGET_MS = 2 };
static const char JOB[] = "job", RESULT[] = "result", QUEUE[] = "queue";

/* Takes `item` over. */
static int add(PyObject *list, PyObject *item) {
    int failed = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return failed;
}

/* Outcomes ---------------------------------------------------------------------------------- */

static void drop_result(PyObject *capsule) {
    xtr_result_drop(PyCapsule_GetPointer(capsule, RESULT));
}

static PyObject *failure(const xtr_error *error) {
    return Py_BuildValue("(iiy)", error->code, error->os_error, error->message);
}

static PyObject *outcome(xtr_job *job) {
    xtr_error error;
    xtr_result *result;
    if (xtr_job_take(job, &result, &error))
        return failure(&error);
    PyObject *capsule = PyCapsule_New(result, RESULT, drop_result);
    if (!capsule)
        xtr_result_drop(result);
    return capsule;
}

/* Result to Python -------------------------------------------------------------------------- */

typedef struct tree {
    PyObject *root, *key;
    PyObject *open[DEPTH]; /* borrowed: objects and arrays around, the innermost last */
    int depth;
    const char *only; /* the one field of the root that is wanted, or NULL */
    bool skip;
} tree;

/* Takes `value` over. */
static int put(tree *t, PyObject *value) {
    int failed = !value ? -1 : 0;
    PyObject *around = t->depth ? t->open[t->depth - 1] : NULL;
    if (!around)
        t->root = Py_XNewRef(value);
    else if (value)
        failed = PyList_Check(around) ? PyList_Append(around, value)
                                      : PyObject_SetItem(around, t->key, value);
    Py_XDECREF(value);
    return failed;
}

static int begin(tree *t, bool array) {
    PyObject *value = NULL;
    if (t->depth == DEPTH) {
        PyErr_SetString(PyExc_RecursionError, "result is nested too deeply");
        return -1;
    }
    if (!t->skip && put(t, value = array ? PyList_New(0) : PyDict_New()))
        return -1;
    t->open[t->depth++] = value;
    return 0;
}

static int on_object(void *t, const char *type) {
    (void)type;
    return begin(t, false);
}

static int on_array(void *t, size_t count) {
    (void)count;
    return begin(t, true);
}

static int on_end(void *payload) {
    ((tree *)payload)->depth--;
    return 0;
}

static int on_key(void *payload, const char *name) {
    tree *t = payload;
    if (t->only && t->depth == 1)
        t->skip = strcmp(name, t->only) != 0;
    if (t->skip)
        return 0;
    Py_XDECREF(t->key);
    t->key = PyUnicode_InternFromString(name);
    return t->key ? 0 : -1;
}

#define SCALAR(name, arguments, value)                            \
    static int name arguments {                                   \
        return ((tree *)payload)->skip ? 0 : put(payload, value); \
    }
SCALAR(on_string, (void *payload, const char *text, size_t size),
       PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "replace"))
SCALAR(on_integer, (void *payload, int64_t value), PyLong_FromLongLong(value))
SCALAR(on_number, (void *payload, double value), PyFloat_FromDouble(value))
SCALAR(on_boolean, (void *payload, bool value), PyBool_FromLong(value))
SCALAR(on_bytes, (void *payload, const void *data, size_t size),
       PyBytes_FromStringAndSize(data, (Py_ssize_t)size))
SCALAR(on_null, (void *payload), Py_NewRef(Py_None))

static const xtr_visitor visitor = {on_object,  on_array,  on_end,     on_key,   on_string,
                                    on_integer, on_number, on_boolean, on_bytes, on_null};

/* visit(result, name): one field as {name: value}; all of them when the name is None. */
static PyObject *visit_result(PyObject *module, PyObject *arguments) {
    PyObject *capsule;
    tree t = {.root = NULL};
    (void)module;
    if (!PyArg_ParseTuple(arguments, "Oz", &capsule, &t.only))
        return NULL;
    xtr_result *result = PyCapsule_GetPointer(capsule, RESULT);
    int code = result ? xtr_result_visit(result, &visitor, &t) : -1;
    Py_XDECREF(t.key);
    if (code)
        Py_CLEAR(t.root);
    return code && !PyErr_Occurred() ? PyErr_NoMemory() : t.root;
}

/* Jobs -------------------------------------------------------------------------------------- */

/* The capsule of a job points to it; its context is the queue, which outlives its jobs, or NULL. */
static void drop_job(PyObject *capsule) {
    xtr_job_drop(PyCapsule_GetPointer(capsule, JOB));
    Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
}

/* `given` is a list of (name, text or None, integer); 0, a code, or -1 with an exception raised. */
static int set_options(xtr_options *options, PyObject *given, xtr_error *error) {
    int code = 0;
    for (Py_ssize_t i = 0; !code && i < PyList_Size(given); i++) {
        const char *name, *text;
        long long number;
        if (!PyArg_ParseTuple(PyList_GetItem(given, i), "szL", &name, &text, &number))
            code = -1;
        else
            code = text ? xtr_options_set(options, name, text, error)
                        : xtr_options_set_integer(options, name, number, error);
    }
    return code;
}

/* submit(queue or None, path, options): a job, or a failure. A job of a queue is referenced until
 * it is taken. Its capsule is made first, to be the tag: it points to nothing useful until then. */
static PyObject *submit(PyObject *module, PyObject *arguments) {
    PyObject *queue, *path, *given;
    xtr_job *job;
    xtr_error error = {.code = XTR_E_MEMORY, .message = "out of memory"};
    if (!PyArg_ParseTuple(arguments, "OO&O!", &queue, PyUnicode_FSConverter, &path, &PyList_Type,
                          &given))
        return NULL;
    PyObject *capsule = PyCapsule_New(module, JOB, NULL);
    xtr_options *options = xtr_options_new();
    xtr_request request = {.size = sizeof request, .options = options, .tag = capsule};
    request.source = xtr_source_new_path(PyBytes_AsString(path));
    if (capsule && queue != Py_None && (request.payload = PyCapsule_GetPointer(queue, QUEUE)))
        request.done = xtr_completions_push;
    int code = PyErr_Occurred() ? -1 : !options || !request.source ? XTR_E_MEMORY : 0;
    if (!code)
        code = set_options(options, given, &error);
    if (!code)
        code = xtr_submit(&job, NULL, &request, &error);
    xtr_source_drop(request.source);
    xtr_options_drop(options);
    Py_DECREF(path);
    if (code) {
        Py_XDECREF(capsule);
        return code > 0 ? failure(&error) : NULL;
    }
    PyCapsule_SetPointer(capsule, job);
    PyCapsule_SetDestructor(capsule, drop_job);
    if (request.done)
        PyCapsule_SetContext(Py_NewRef(capsule), Py_NewRef(queue));
    return capsule;
}

/* wait(job): its outcome. A signal's exception cancels the job. */
static PyObject *wait_job(PyObject *module, PyObject *capsule) {
    xtr_job *job = PyCapsule_GetPointer(capsule, JOB);
    bool done = false, interrupted = false;
    (void)module;
    while (job && !done && !interrupted) {
        Py_BEGIN_ALLOW_THREADS;
        done = xtr_job_wait(job, SLICE_MS);
        Py_END_ALLOW_THREADS;
        interrupted = PyErr_CheckSignals() != 0;
    }
    if (interrupted)
        xtr_job_cancel(job);
    return job && !interrupted ? outcome(job) : NULL;
}

/* cancel(job): after it no thread of the pool touches the job's queue. */
static PyObject *cancel_job(PyObject *module, PyObject *capsule) {
    xtr_job *job = PyCapsule_GetPointer(capsule, JOB);
    (void)module;
    if (!job)
        return NULL;
    xtr_job_cancel(job);
    xtr_job_wait(job, -1);
    return Py_NewRef(Py_None);
}

/* Completion queue of an event loop --------------------------------------------------------- */

static void drop_queue(PyObject *capsule) {
    xtr_completions_drop(PyCapsule_GetPointer(capsule, QUEUE));
}

/* queue(): a queue and the descriptor that is readable while it holds jobs. */
static PyObject *new_queue(PyObject *module, PyObject *none) {
    xtr_completions *queue;
    (void)module, (void)none;
    if (xtr_completions_new(&queue, NULL, NULL, NULL))
        return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(queue, QUEUE, drop_queue);
    if (!capsule)
        xtr_completions_drop(queue);
    return capsule ? Py_BuildValue("(Ni)", capsule, xtr_completions_fd(queue)) : NULL;
}

static void take_job(xtr_job *job, void *list) {
    if (add(list, Py_BuildValue("(NN)", xtr_job_tag(job), outcome(job))))
        PyErr_WriteUnraisable(list);
}

/* take(queue): a list of (job, outcome), as many as fit the budget. */
static PyObject *take_jobs(PyObject *module, PyObject *queue) {
    xtr_completions *completions = PyCapsule_GetPointer(queue, QUEUE);
    PyObject *list = completions ? PyList_New(0) : NULL;
    (void)module;
    if (list)
        xtr_completions_drain(completions, take_job, list, BUDGET_MS);
    return list;
}

/* Module ------------------------------------------------------------------------------------ */

static PyObject *version(PyObject *module, PyObject *none) {
    (void)module, (void)none;
    return PyUnicode_FromString(xtr_version());
}

/* The tables of the library, as xtr_visit_tables gives them. */
static PyObject *tables(PyObject *module, PyObject *none) {
    tree t = {.root = NULL};
    (void)module, (void)none;
    int code = xtr_visit_tables(&visitor, &t);
    Py_XDECREF(t.key);
    if (code)
        Py_CLEAR(t.root);
    return t.root;
}

static PyMethodDef functions[] = {{"submit", submit, METH_VARARGS, NULL},
                                  {"wait", wait_job, METH_O, NULL},
                                  {"queue", new_queue, METH_NOARGS, NULL},
                                  {"take", take_jobs, METH_O, NULL},
                                  {"cancel", cancel_job, METH_O, NULL},
                                  {"visit", visit_result, METH_VARARGS, NULL},
                                  {"tables", tables, METH_NOARGS, NULL},
                                  {"version", version, METH_NOARGS, NULL},
                                  {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_libextract",
                                        .m_methods = functions, .m_slots = slots};

PyMODINIT_FUNC PyInit__libextract(void) {
    return PyModuleDef_Init(&definition);
}
