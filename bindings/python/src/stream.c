/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

#include <sys/eventfd.h>
#include <unistd.h>

/* The pages of a document, or the documents of a batch. For one thread at a time. */
typedef struct Stream {
    PyObject_HEAD
    module_state *state;
    xtr_stream *native; /* NULL once closed */
    int wake;           /* an eventfd: there may be something */
    bool busy;          /* a thread is in next() */
    PyThreadState *thread;

    PyObject *input;   /* the document or, of a batch, an iterator of documents */
    bool batch, path;  /* path: a str is one */
    PyObject *inputs;  /* of a batch: those at work, by index */
    Py_ssize_t asked;  /* inputs so far */
    PyObject *failure; /* exception of the iterator, or of what it gave */
} Stream;

static void wake(void *payload) {
    (void)eventfd_write(((Stream *)payload)->wake, 1);
}

/* Keeps the exception that is raised. */
static void keep_failure(Stream *s) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value && traceback)
        PyException_SetTraceback(value, traceback);
    s->failure = value;
    Py_XDECREF(type);
    Py_XDECREF(traceback);
}

static xtr_source *next_source_of(Stream *s) {
    PyObject *item = s->failure ? NULL : PyIter_Next(s->input);
    PyObject *index = item ? PyLong_FromSsize_t(s->asked++) : NULL;
    xtr_source *source = NULL;
    if (index && !PyDict_SetItem(s->inputs, index, item))
        source = source_of(s->state, item, s->path);
    if (!source && PyErr_Occurred())
        keep_failure(s);
    Py_XDECREF(index);
    Py_XDECREF(item);
    return source;
}

/* Called from xtr_stream_next, which next() has called without the GIL. */
static xtr_source *next_source(void *payload, void **tag) {
    Stream *s = payload;
    (void)tag;
    PyEval_RestoreThread(s->thread);
    xtr_source *source = next_source_of(s);
    s->thread = PyEval_SaveThread();
    return source;
}

/* Opening ----------------------------------------------------------------------------------- */

static int open_native(Stream *s, PyObject *runtime_object, xtr_stream_config *config) {
    xtr_error error;
    xtr_runtime *runtime;
    if (!native_runtime(s->state, runtime_object, &runtime, NULL))
        return -1;
    xtr_source *source = s->batch ? NULL : source_of(s->state, s->input, s->path);
    if (!source && !s->batch)
        return -1;
    int code = s->batch ? xtr_batch_open(&s->native, runtime, next_source, s, config, &error)
                        : xtr_pages_open(&s->native, runtime, source, config, &error);
    xtr_source_drop(source);
    if (code)
        raise_error(s->state, s->input, &error);
    return code ? -1 : 0;
}

/* open_stream(runtime, input, batch, is_path, mime_type, config, keywords, in_order): of a batch
 * the input is an iterator. */
PyObject *open_stream(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    module_state *state = state_of(module);
    Stream *s = count == 8 ? new_object(state->stream) : NULL;
    if (!s)
        return NULL;
    s->state = state;
    s->input = Py_NewRef(arguments[1]);
    s->batch = arguments[2] == Py_True;
    s->path = arguments[3] == Py_True;
    s->inputs = PyDict_New();
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    xtr_options *options = options_of(state, arguments[4],
                                      arguments[5] != Py_None ? arguments[5] : NULL, arguments[6]);
    xtr_stream_config config = {.size = sizeof config,
                                .options = options,
                                .wake = wake,
                                .payload = s,
                                .in_order = arguments[7] == Py_True,
                                .folders = s->batch && s->path && arguments[7] != Py_True};
    if (s->wake < 0)
        PyErr_SetFromErrno(PyExc_OSError);
    else if (options && s->inputs && !open_native(s, arguments[0], &config)) {
        xtr_options_drop(options);
        return (PyObject *)s;
    }
    xtr_options_drop(options);
    Py_DECREF((PyObject *)s);
    return NULL;
}

/* Reading ----------------------------------------------------------------------------------- */

static PyObject *string_or_none(const char *path) {
    return path ? PyUnicode_DecodeFSDefault(path) : Py_NewRef(Py_None);
}

/* What was given or, of a folder that was, the path of the file that was found in it. */
static PyObject *input_of(Stream *s, const xtr_item *item) {
    if (!s->batch)
        return Py_NewRef(s->input);
    if (item->found)
        return string_or_none(item->path);
    PyObject *key = PyLong_FromSize_t(item->index);
    PyObject *input = key ? Py_XNewRef(PyDict_GetItemWithError(s->inputs, key)) : NULL;
    if (input)
        PyDict_DelItem(s->inputs, key);
    Py_XDECREF(key);
    return input || PyErr_Occurred() ? input : Py_NewRef(Py_None);
}

static PyObject *item_object(Stream *s, xtr_item *item) {
    PyObject *input = input_of(s, item);
    if (!input) {
        xtr_result_drop(item->result);
        return NULL;
    }
    PyObject *none = Py_None;
    PyObject *value = item->code     ? error_object(s->state, input, &item->error)
                      : item->result ? result_object(s->state, item->result)
                                     : Py_NewRef(none);
    PyObject *same_as = value ? string_or_none(item->same_as) : NULL;
    PyObject *object = same_as ? Py_BuildValue("(nOOOOO)", (Py_ssize_t)item->index, input,
                                               item->code ? none : value, item->code ? value : none,
                                               item->provisional ? Py_True : Py_False, same_as)
                               : NULL;
    Py_DECREF(input);
    Py_XDECREF(same_as);
    Py_XDECREF(value);
    return object;
}

/* What xtr_stream_next says within `timeout` ms. */
static int look(Stream *s, xtr_item *item, int64_t timeout) {
    s->busy = true;
    s->thread = PyEval_SaveThread();
    int code = xtr_stream_next(s->native, item, timeout);
    PyEval_RestoreThread(s->thread);
    s->busy = false;
    return code;
}

/* The stream's own failure is an error of its only document, or one of all. */
static PyObject *give(Stream *s, int code, xtr_item *item) {
    if (code == XTR_OK)
        return item_object(s, item);
    if (s->failure) {
        PyErr_SetObject((PyObject *)Py_TYPE(s->failure), s->failure);
        return NULL;
    }
    if (code == XTR_END)
        return PyTuple_New(0);
    return raise_error(s->state, s->batch ? Py_None : s->input, &item->error);
}

/* next(wait): (index, input, result, error, provisional, same_as); () at the end; None when there
 * is nothing yet and it shall not wait. */
static PyObject *next(PyObject *self, PyObject *wait) {
    Stream *s = (Stream *)self;
    xtr_item item = {.code = XTR_OK};
    eventfd_t count;
    int code = XTR_E_TIMEOUT;
    if (!s->native || s->busy) {
        if (!s->native)
            return PyTuple_New(0);
        PyErr_SetString(PyExc_ValueError, "the stream is being read by another thread");
        return NULL;
    }
    (void)eventfd_read(s->wake, &count);
    do {
        item.code = XTR_OK;
        code = look(s, &item, wait == Py_True ? SLICE_MS : 0);
        if (PyErr_CheckSignals()) {
            xtr_result_drop(item.result);
            return NULL;
        }
        /* A document that has no time left fails so as well. */
    } while (code == XTR_E_TIMEOUT && !item.code && wait == Py_True);
    trash_empty(s->state->trash);
    return code == XTR_E_TIMEOUT && !item.code ? Py_NewRef(Py_None) : give(s, code, &item);
}

static PyObject *statistics(PyObject *self, PyObject *none) {
    const Stream *s = (Stream *)self;
    xtr_statistics n = {0};
    (void)none;
    if (s->native)
        xtr_stream_statistics(s->native, &n);
    return Py_BuildValue("{sKsKsKsKsKsKsKsKsKsKsd}", "documents", (unsigned long long)n.documents,
                         "pages", (unsigned long long)n.pages, "bytes", (unsigned long long)n.bytes,
                         "complete", (unsigned long long)n.complete, "partial",
                         (unsigned long long)n.partial, "failed", (unsigned long long)n.failed,
                         "skipped", (unsigned long long)n.skipped, "same",
                         (unsigned long long)n.same, "unchanged", (unsigned long long)n.unchanged,
                         "too_large", (unsigned long long)n.too_large, "seconds", n.seconds);
}

static PyObject *fileno_of(PyObject *self, PyObject *none) {
    (void)none;
    return PyLong_FromLong(((Stream *)self)->wake);
}

/* Life -------------------------------------------------------------------------------------- */

static int stream_traverse(PyObject *self, visitproc visit, void *arg) {
    Stream *s = (Stream *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(s->input);
    Py_VISIT(s->inputs);
    Py_VISIT(s->failure);
    return 0;
}

static int stream_clear(PyObject *self) {
    Stream *s = (Stream *)self;
    Py_CLEAR(s->input);
    Py_CLEAR(s->inputs);
    Py_CLEAR(s->failure);
    return 0;
}

static void end(Stream *s) {
    xtr_stream *native = s->native;
    s->native = NULL;
    Py_BEGIN_ALLOW_THREADS;
    xtr_stream_drop(native);
    Py_END_ALLOW_THREADS;
}

static PyObject *close_stream(PyObject *self, PyObject *none) {
    Stream *s = (Stream *)self;
    (void)none;
    if (s->busy) {
        PyErr_SetString(PyExc_ValueError, "the stream is being read by another thread");
        return NULL;
    }
    end(s);
    return Py_NewRef(Py_None);
}

static void stream_dealloc(PyObject *self) {
    Stream *s = (Stream *)self;
    PyObject_GC_UnTrack(self);
    end(s);
    if (s->wake >= 0)
        close(s->wake);
    stream_clear(self);
    free_object(self);
}

static PyMethodDef methods[] = {{"next", next, METH_O, NULL},
                                {"statistics", statistics, METH_NOARGS, NULL},
                                {"fileno", fileno_of, METH_NOARGS, NULL},
                                {"close", close_stream, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, stream_dealloc},
                              {Py_tp_traverse, stream_traverse},
                              {Py_tp_clear, stream_clear},
                              {Py_tp_methods, methods},
                              {0, NULL}};
PyType_Spec stream_spec = {.name = "libextract._libextract.Stream",
                           .basicsize = sizeof(Stream),
                           .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                    Py_TPFLAGS_DISALLOW_INSTANTIATION,
                           .slots = slots};
