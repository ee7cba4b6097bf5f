/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

enum { DEPTH = 64 };
static const char RESULT[] = "result";

/* Result to Python -------------------------------------------------------------------------- */

typedef struct tree {
    PyObject *root, *key;
    PyObject *open[DEPTH]; /* borrowed: objects and arrays around, the innermost last */
    int depth;
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
    if (put(t, value = array ? PyList_New(0) : PyDict_New()))
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
    Py_XDECREF(t->key);
    t->key = PyUnicode_InternFromString(name);
    return t->key ? 0 : -1;
}

#define SCALAR(name, arguments, value) \
    static int name arguments {        \
        return put(payload, value);    \
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

/* Results ----------------------------------------------------------------------------------- */

static void drop_result(PyObject *capsule) {
    xtr_result_drop(PyCapsule_GetPointer(capsule, RESULT));
}

PyObject *result_object(module_state *state, xtr_result *result) {
    PyObject *capsule = PyCapsule_New(result, RESULT, drop_result);
    if (!capsule) {
        xtr_result_drop(result);
        return NULL;
    }
    PyObject *object = PyObject_CallFunctionObjArgs(state->make_result, capsule, NULL);
    if (object && xtr_result_warning_count(result))
        Py_XDECREF(PyObject_CallFunctionObjArgs(state->warn, object, NULL));
    Py_DECREF(capsule);
    if (object && PyErr_Occurred())
        Py_CLEAR(object);
    return object;
}

static PyObject *finish(tree *t, int code) {
    Py_XDECREF(t->key);
    if (!code)
        return t->root;
    Py_XDECREF(t->root);
    return PyErr_Occurred() ? NULL : PyErr_NoMemory();
}

/* visit(result, place): the value of one field; all of them as a dict when the place is None. */
PyObject *visit_result(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    tree t = {.root = NULL};
    (void)module;
    xtr_result *result = count == 2 ? PyCapsule_GetPointer(arguments[0], RESULT) : NULL;
    if (!result)
        return NULL;
    if (arguments[1] == Py_None)
        return finish(&t, xtr_result_visit(result, &visitor, &t));
    size_t place = PyLong_AsSize_t(arguments[1]);
    return PyErr_Occurred() ? NULL
                            : finish(&t, xtr_result_visit_field(result, place, &visitor, &t));
}

/* render(result, format): the whole as xtr_format says, str. */
PyObject *render_result(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    char *text;
    size_t size;
    (void)module;
    xtr_result *result = count == 2 ? PyCapsule_GetPointer(arguments[0], RESULT) : NULL;
    long format = result ? PyLong_AsLong(arguments[1]) : -1;
    if (!result || PyErr_Occurred())
        return NULL;
    if (xtr_result_render(&text, &size, result, (xtr_format)format, XTR_FURNITURE_AUTO, NULL))
        return PyErr_NoMemory();
    PyObject *out = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "replace");
    xtr_free(text);
    return out;
}

/* Tables ------------------------------------------------------------------------------------ */

PyObject *visit_tables(PyObject *module, PyObject *none) {
    tree t = {.root = NULL};
    (void)module, (void)none;
    return finish(&t, xtr_visit_tables(&visitor, &t));
}

PyObject *visit_doctor(PyObject *module, PyObject *none) {
    tree t = {.root = NULL};
    (void)module, (void)none;
    return finish(&t, xtr_doctor(&visitor, &t));
}
