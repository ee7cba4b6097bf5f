/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

#include <math.h>

static const xtr_option_info *find_option(const char *name) {
    size_t count;
    const xtr_option_info *table = xtr_option_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(table[i].name, name))
            return &table[i];
    }
    return NULL;
}

/* Whole numbers of any size: what is beyond the library's range it refuses as out of range. */
static int64_t integer_of(PyObject *value) {
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    return overflow > 0 ? INT64_MAX : overflow < 0 ? INT64_MIN : number;
}

/* Seconds; however short, not 0, which means for ever. */
static int64_t milliseconds_of(double seconds) {
    double ms = ceil(seconds * 1000 - 1e-6);
    return ms < 9e18 ? (int64_t)ms : INT64_MAX;
}

static int refuse(const xtr_option_info *info, PyObject *value) {
    PyErr_Format(PyExc_TypeError, "option '%s' cannot be a %R", info->name,
                 (PyObject *)Py_TYPE(value));
    return -1;
}

/* 0, a code with `error`, or -1 with an exception. */
static int set_value(xtr_options *options, const xtr_option_info *info, PyObject *value,
                     xtr_error *error) {
    if (PyUnicode_Check(value)) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(value, &size);
        if (text && strlen(text) == (size_t)size)
            return xtr_options_set(options, info->name, text, error);
        if (text)
            PyErr_Format(PyExc_ValueError, "option '%s' cannot contain a null character",
                         info->name);
        return -1;
    }
    if (PyBool_Check(value) != (info->type == XTR_BOOLEAN))
        return refuse(info, value);
    if (info->type == XTR_DURATION && (PyFloat_Check(value) || PyLong_Check(value)))
        return xtr_options_set_integer(options, info->name,
                                       milliseconds_of(PyFloat_AsDouble(value)), error);
    if (!PyIndex_Check(value) && !PyBool_Check(value))
        return refuse(info, value);
    PyObject *number = PyNumber_Index(value);
    if (!number)
        return -1;
    int code = xtr_options_set_integer(options, info->name, integer_of(number), error);
    Py_DECREF(number);
    return code;
}

static int set_items(xtr_options *options, const xtr_option_info *info, PyObject *items,
                     xtr_error *error) {
    int code = 0;
    for (Py_ssize_t i = 0; !code && i < PySequence_Size(items); i++) {
        PyObject *item = PySequence_GetItem(items, i);
        code = item ? set_value(options, info, item, error) : -1;
        Py_XDECREF(item);
    }
    return code;
}

static int set_option(xtr_options *options, PyObject *key, PyObject *value, xtr_error *error) {
    const char *name = PyUnicode_Check(key) ? PyUnicode_AsUTF8AndSize(key, NULL) : NULL;
    if (!name) {
        PyErr_SetString(PyExc_TypeError, "names of options must be strings");
        return -1;
    }
    const xtr_option_info *info = find_option(name);
    if (!info) {
        xtr_options_set(options, name, "", error); /* says what may have been meant */
        PyErr_SetString(PyExc_TypeError, error->message);
        return -1;
    }
    if (value == Py_None)
        return 0;
    if (info->type == XTR_LIST && (PyList_Check(value) || PyTuple_Check(value)))
        return set_items(options, info, value, error);
    return set_value(options, info, value, error);
}

static int set_all(xtr_options *options, PyObject *given, xtr_error *error) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int code = 0;
    while (given && !code && PyDict_Next(given, &at, &key, &value))
        code = set_option(options, key, value, error);
    return code;
}

xtr_options *options_of(module_state *state, PyObject *mime_type, PyObject *config,
                        PyObject *keywords) {
    xtr_error error = {.code = XTR_OK};
    xtr_options *options = xtr_options_new();
    if (!options)
        return (void *)PyErr_NoMemory();
    int code = set_all(options, config, &error);
    if (!code)
        code = set_all(options, keywords, &error);
    if (!code && mime_type != Py_None)
        code = set_value(options, find_option("mime_type"), mime_type, &error);
    if (!code)
        return options;
    xtr_options_drop(options);
    return code > 0 ? raise_error(state, Py_None, &error) : NULL;
}
