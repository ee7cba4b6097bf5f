/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

struct Runtime {
    PyObject_HEAD
    module_state *state;
    xtr_runtime *native; /* NULL once closed */
    xtr_when_full when_full;
};

bool native_runtime(module_state *state, PyObject *runtime, xtr_runtime **out,
                    xtr_when_full *when_full) {
    *out = NULL;
    if (when_full)
        *when_full = XTR_FULL_ADMIT;
    if (runtime == Py_None)
        return true;
    if (Py_TYPE(runtime) != state->runtime) {
        PyErr_SetString(PyExc_TypeError, "not a Runtime");
        return false;
    }
    *out = ((Runtime *)runtime)->native;
    if (when_full)
        *when_full = ((Runtime *)runtime)->when_full;
    if (!*out) {
        xtr_error error = {.code = XTR_E_CLOSED, .message = "the runtime is closed"};
        raise_error(state, Py_None, &error);
    }
    return *out != NULL;
}

/* open_runtime(threads, queue, max_bytes, jobs_per_second, refuse) */
PyObject *open_runtime(PyObject *module, PyObject *arguments) {
    module_state *state = state_of(module);
    xtr_runtime_config config = {.size = sizeof config};
    unsigned long long max_bytes;
    int refuse;
    xtr_error error;
    if (!PyArg_ParseTuple(arguments, "IIKdp", &config.threads, &config.queue, &max_bytes,
                          &config.jobs_per_second, &refuse))
        return NULL;
    config.max_bytes = max_bytes;
    Runtime *runtime = new_object(state->runtime);
    if (!runtime)
        return NULL;
    runtime->state = state;
    runtime->when_full = refuse ? XTR_FULL_REFUSE : XTR_FULL_ADMIT;
    if (!xtr_runtime_new(&runtime->native, &config, &error))
        return (PyObject *)runtime;
    Py_DECREF((PyObject *)runtime);
    return raise_error(state, Py_None, &error);
}

static void close_native(Runtime *runtime, xtr_close how) {
    xtr_runtime *native = runtime->native;
    runtime->native = NULL;
    Py_BEGIN_ALLOW_THREADS;
    xtr_runtime_close(native, how);
    Py_END_ALLOW_THREADS;
}

/* close(cancel) */
static PyObject *close_runtime(PyObject *self, PyObject *cancel) {
    close_native((Runtime *)self, cancel == Py_True ? XTR_CLOSE_CANCEL : XTR_CLOSE_WAIT);
    return Py_NewRef(Py_None);
}

static void runtime_dealloc(PyObject *self) {
    close_native((Runtime *)self, XTR_CLOSE_CANCEL);
    free_object(self);
}

static PyMethodDef methods[] = {{"close", close_runtime, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {
    {Py_tp_dealloc, runtime_dealloc}, {Py_tp_methods, methods}, {0, NULL}};
PyType_Spec runtime_spec = {.name = "libextract._libextract.Runtime",
                            .basicsize = sizeof(Runtime),
                            .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                            .slots = slots};
