/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How extensions mostly complete a future, as a peer for bench/python.py: the thread of the pool
 * takes the GIL for each job and calls loop.call_soon_threadsafe(future.set_result, None). */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <libextract.h>
#include <stdlib.h>

typedef struct wish {
    PyObject *call_soon_threadsafe, *set_result;
} wish;

static void done(xtr_job *job, void *payload) {
    wish *w = payload;
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *handle =
        PyObject_CallFunctionObjArgs(w->call_soon_threadsafe, w->set_result, Py_None, NULL);
    if (!handle)
        PyErr_WriteUnraisable(w->call_soon_threadsafe);
    Py_XDECREF(handle);
    Py_DECREF(w->call_soon_threadsafe);
    Py_DECREF(w->set_result);
    PyGILState_Release(state);
    free(w);
    xtr_job_drop(job);
}

/* submit(call_soon_threadsafe, set_result): an empty job. */
static PyObject *submit(PyObject *module, PyObject *arguments) {
    xtr_job *job;
    wish *w = malloc(sizeof *w);
    (void)module;
    if (!w || !PyArg_ParseTuple(arguments, "OO", &w->call_soon_threadsafe, &w->set_result))
        return NULL;
    Py_INCREF(w->call_soon_threadsafe);
    Py_INCREF(w->set_result);
    xtr_options *options = xtr_options_new();
    xtr_options_set(options, "mime_type", "mock:empty", NULL);
    xtr_source *source = xtr_source_new_copy("1", 1);
    const xtr_request request = {
        .size = sizeof request, .source = source, .options = options, .done = done, .payload = w};
    int code = xtr_submit(&job, NULL, &request, NULL);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return code ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static PyMethodDef functions[] = {{"submit", submit, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "python_peer",
                                        .m_methods = functions};

PyMODINIT_FUNC PyInit_python_peer(void) {
    return PyModuleDef_Init(&definition);
}
