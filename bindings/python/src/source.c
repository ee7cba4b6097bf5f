/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

#include <stdatomic.h>

/* What the pool is through with ------------------------------------------------------------- */

typedef struct borrowed {
    struct borrowed *next;
    trash *trash;
    PyObject *object;
} borrowed;

/* A stack that any thread pushes to. It lives as long as its module or anything borrowed. */
struct trash {
    _Atomic(borrowed *) top;
    atomic_size_t references;
};

trash *trash_new(void) {
    trash *t = calloc(1, sizeof *t);
    if (t)
        atomic_init(&t->references, 1);
    return t;
}

static void trash_release(trash *t) {
    if (atomic_fetch_sub(&t->references, 1) == 1)
        free(t);
}

void trash_empty(trash *t) {
    if (!atomic_load_explicit(&t->top, memory_order_relaxed))
        return;
    borrowed *all = atomic_exchange(&t->top, NULL);
    while (all) {
        borrowed *next = all->next;
        Py_DECREF(all->object);
        free(all);
        trash_release(t);
        all = next;
    }
}

void trash_drop(trash *t) {
    trash_empty(t);
    trash_release(t);
}

/* On any thread, without the GIL. */
static void give_back(void *payload) {
    borrowed *b = payload;
    b->next = atomic_load(&b->trash->top);
    while (!atomic_compare_exchange_weak(&b->trash->top, &b->next, b))
        ;
}

/* Sources ----------------------------------------------------------------------------------- */

static xtr_source *source_of_bytes(module_state *state, PyObject *bytes) {
    borrowed *b = malloc(sizeof *b);
    char *data;
    Py_ssize_t size;
    if (!b || PyBytes_AsStringAndSize(bytes, &data, &size)) {
        free(b);
        return NULL;
    }
    *b = (borrowed){.trash = state->trash, .object = Py_NewRef(bytes)};
    atomic_fetch_add(&state->trash->references, 1);
    xtr_source *source = xtr_source_new_bytes(data, (size_t)size, give_back, b);
    if (!source)
        give_back(b);
    return source;
}

/* Something that can be written to may change while it is read. */
static xtr_source *source_of_buffer(PyObject *object) {
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE))
        return NULL;
    xtr_source *source = xtr_source_new_copy(view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return source;
}

static xtr_source *source_of_path(PyObject *object) {
    PyObject *path;
    if (!PyUnicode_FSConverter(object, &path))
        return NULL;
    xtr_source *source = xtr_source_new_path(PyBytes_AsString(path));
    Py_DECREF(path);
    return source;
}

/* The descriptor of a file of the system, -1 when the object is none: what decompresses or decodes
 * one has a descriptor too, of something else than it reads. */
static int descriptor_of(PyObject *file) {
    PyObject *raw = PyObject_GetAttrString(file, "raw");
    PyErr_Clear();
    PyObject *io = PyImport_ImportModule("io");
    PyObject *type = io ? PyObject_GetAttrString(io, "FileIO") : NULL;
    PyObject *number = type && PyObject_IsInstance(raw ? raw : file, type) == 1
                           ? PyObject_CallMethod(file, "fileno", NULL)
                           : NULL;
    int fd = number ? (int)PyLong_AsLong(number) : -1;
    PyErr_Clear();
    Py_XDECREF(number);
    Py_XDECREF(type);
    Py_XDECREF(io);
    Py_XDECREF(raw);
    return fd;
}

static bool name_source(xtr_source *source, PyObject *file) {
    PyObject *name = PyObject_GetAttrString(file, "name");
    PyObject *path = NULL;
    bool ok = true;
    if (name && (PyUnicode_Check(name) || PyBytes_Check(name)) &&
        PyUnicode_FSConverter(name, &path))
        ok = !xtr_source_set_name(source, PyBytes_AsString(path));
    PyErr_Clear();
    Py_XDECREF(path);
    Py_XDECREF(name);
    return ok;
}

static xtr_source *source_of_file(module_state *state, PyObject *file) {
    xtr_source *source = NULL;
    xtr_error error;
    int fd = descriptor_of(file);
    if (fd >= 0) {
        if (xtr_source_open_fd(&source, fd, &error))
            return raise_error(state, file, &error);
    } else {
        PyObject *data = PyObject_CallMethod(file, "read", NULL);
        if (data && PyBytes_Check(data))
            source = source_of_bytes(state, data);
        else if (data)
            PyErr_SetString(PyExc_TypeError, "the file must be opened in binary mode");
        Py_XDECREF(data);
    }
    if (source && !name_source(source, file)) {
        xtr_source_drop(source);
        source = NULL;
    }
    return source;
}

static bool has(PyObject *object, const char *name) {
    PyObject *value = PyObject_GetAttrString(object, name);
    PyErr_Clear();
    Py_XDECREF(value);
    return value != NULL;
}

xtr_source *source_of(module_state *state, PyObject *input, bool path) {
    xtr_source *source = NULL;
    trash_empty(state->trash);
    if (path && (PyUnicode_Check(input) || PyBytes_Check(input)))
        source = source_of_path(input);
    else if (PyBytes_CheckExact(input))
        source = source_of_bytes(state, input);
    else if (PyObject_CheckBuffer(input) && !path)
        source = source_of_buffer(input);
    else if (has(input, "read"))
        source = source_of_file(state, input);
    else if (path)
        source = source_of_path(input);
    else
        PyErr_Format(
            PyExc_TypeError,
            "data must be bytes-like or a binary file, not %R: to give a path use extract_file",
            (PyObject *)Py_TYPE(input));
    if (!source && !PyErr_Occurred())
        PyErr_NoMemory();
    return source;
}
