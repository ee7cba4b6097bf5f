/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "loop.h"

/* Errors ------------------------------------------------------------------------------------ */

PyObject *error_object(module_state *state, PyObject *input, const xtr_error *error) {
    PyObject *arguments =
        Py_BuildValue("(Oiiy)", input, error->code, error->os_error, error->message);
    PyObject *object = arguments ? PyObject_Call(state->make_error, arguments, NULL) : NULL;
    Py_XDECREF(arguments);
    return object;
}

void *raise_error(module_state *state, PyObject *input, const xtr_error *error) {
    PyObject *object = error_object(state, input, error);
    if (object)
        PyErr_SetObject((PyObject *)Py_TYPE(object), object);
    Py_XDECREF(object);
    return NULL;
}

/* Detection --------------------------------------------------------------------------------- */

/* detect(input, is_path): (MIME type, charset, bits looked at) */
static PyObject *detect(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    module_state *state = state_of(module);
    xtr_detection found;
    xtr_error error;
    xtr_source *source =
        count == 2 ? source_of(state, arguments[0], arguments[1] == Py_True) : NULL;
    int code;
    if (!source)
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    code = xtr_detect(&found, source, &error);
    xtr_source_drop(source);
    Py_END_ALLOW_THREADS;
    trash_empty(state->trash);
    if (code)
        return raise_error(state, arguments[0], &error);
    return Py_BuildValue("(ssi)", found.mime_type, found.charset, found.bits);
}

/* mime_of_name(bytes): str or None */
static PyObject *mime_of_name(PyObject *module, PyObject *name) {
    const char *text = PyBytes_AsString(name);
    (void)module;
    return text ? Py_BuildValue("z", xtr_mime_of_name(text)) : NULL;
}

static PyObject *list_of(const char *const *texts) {
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && texts[i]; i++) {
        PyObject *text = PyUnicode_FromString(texts[i]);
        if (!text || PyList_Append(list, text))
            Py_CLEAR(list);
        Py_XDECREF(text);
    }
    return list;
}

/* extensions_of_mime(str): list */
static PyObject *extensions_of_mime(PyObject *module, PyObject *mime_type) {
    const char *text = PyUnicode_AsUTF8AndSize(mime_type, NULL);
    (void)module;
    return text ? list_of(xtr_extensions_of_mime(text)) : NULL;
}

/* formats(): [(name, title, MIME types, yields)] */
static PyObject *formats(PyObject *module, PyObject *none) {
    size_t count;
    const xtr_format_info *table = xtr_format_table(&count);
    PyObject *list = PyList_New(0);
    (void)module, (void)none;
    for (size_t i = 0; list && i < count; i++) {
        PyObject *entry = Py_BuildValue("(ssNN)", table[i].name, table[i].title,
                                        list_of(table[i].mime_types), list_of(table[i].yields));
        if (!entry || PyList_Append(list, entry))
            Py_CLEAR(list);
        Py_XDECREF(entry);
    }
    return list;
}

static PyObject *version(PyObject *module, PyObject *none) {
    (void)module, (void)none;
    return PyUnicode_FromString(xtr_version());
}

/* Module ------------------------------------------------------------------------------------ */

/* setup(names of the parts of the state, as keywords): what libextract gives the native half. */
static PyObject *setup(PyObject *module, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {
        "make_result", "make_error",      "make_progress",       "warn", "attach", "delegate",
        "tell",        "cancelled_error", "invalid_state_error", NULL};
    module_state *s = state_of(module);
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "$OOOOOOOOO", names, &s->make_result,
                                     &s->make_error, &s->make_progress, &s->warn, &s->attach,
                                     &s->delegate, &s->tell, &s->cancelled_error,
                                     &s->invalid_state_error))
        return NULL;
    PyObject *const given[] = {s->make_result, s->make_error,      s->make_progress,
                               s->warn,        s->attach,          s->delegate,
                               s->tell,        s->cancelled_error, s->invalid_state_error};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        Py_INCREF(given[i]);
    return Py_NewRef(Py_None);
}

static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec) {
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    if (type && PyModule_AddType(module, (PyTypeObject *)type))
        Py_CLEAR(type);
    return (PyTypeObject *)type;
}

static int execute(PyObject *module) {
    module_state *s = state_of(module);
    s->trash = trash_new();
    s->loops = PyDict_New();
    s->job = add_type(module, &job_spec);
    s->loop = add_type(module, &loop_spec);
    s->stream = add_type(module, &stream_spec);
    s->runtime = add_type(module, &runtime_spec);
    bool ok = s->trash && s->loops && s->job && s->loop && s->stream && s->runtime;
    return ok ? 0 : -1;
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    module_state *s = state_of(module);
    PyObject *const held[] = {(PyObject *)s->job,
                              (PyObject *)s->loop,
                              (PyObject *)s->stream,
                              (PyObject *)s->runtime,
                              s->make_result,
                              s->make_error,
                              s->make_progress,
                              s->warn,
                              s->attach,
                              s->delegate,
                              s->tell,
                              s->running_loop,
                              s->cancelled_error,
                              s->invalid_state_error,
                              s->loops};
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++)
        Py_VISIT(held[i]);
    return 0;
}

static int clear(PyObject *module) {
    module_state *s = state_of(module);
    PyObject *loop, *ours;
    Py_ssize_t at = 0;
    while (s->loops && PyDict_Next(s->loops, &at, &loop, &ours))
        loop_end((Loop *)ours);
    Py_CLEAR(s->loops);
    Py_CLEAR(s->make_result);
    Py_CLEAR(s->make_error);
    Py_CLEAR(s->make_progress);
    Py_CLEAR(s->warn);
    Py_CLEAR(s->attach);
    Py_CLEAR(s->delegate);
    Py_CLEAR(s->tell);
    Py_CLEAR(s->running_loop);
    Py_CLEAR(s->cancelled_error);
    Py_CLEAR(s->invalid_state_error);
    Py_CLEAR(s->job);
    Py_CLEAR(s->loop);
    Py_CLEAR(s->stream);
    Py_CLEAR(s->runtime);
    return 0;
}

static void release(void *module) {
    module_state *s = state_of(module);
    clear(module);
    if (s->trash)
        trash_drop(s->trash);
}

#define FAST(function) (PyCFunction)(void (*)(void)) function, METH_FASTCALL
static PyMethodDef functions[] = {
    {"setup", (PyCFunction)(void (*)(void))setup, METH_VARARGS | METH_KEYWORDS, NULL},
    {"submit", FAST(submit), NULL},
    {"run", FAST(run), NULL},
    {"open_stream", FAST(open_stream), NULL},
    {"open_runtime", open_runtime, METH_VARARGS, NULL},
    {"loop_of", loop_of, METH_O, NULL},
    {"visit", FAST(visit_result), NULL},
    {"render", FAST(render_result), NULL},
    {"detect", FAST(detect), NULL},
    {"mime_of_name", mime_of_name, METH_O, NULL},
    {"extensions_of_mime", extensions_of_mime, METH_O, NULL},
    {"formats", formats, METH_NOARGS, NULL},
    {"tables", visit_tables, METH_NOARGS, NULL},
    {"doctor", visit_doctor, METH_NOARGS, NULL},
    {"version", version, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

/* Later than the limited API: Python 3.12 asks whether a sub-interpreter may have a GIL of its own
 * (Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED). */
enum { MULTIPLE_INTERPRETERS = 3, PER_INTERPRETER_GIL = 2, PYTHON_3_12 = 0x030c0000 };
static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, execute}, {0, NULL}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,  .m_name = "_libextract", .m_size = sizeof(module_state),
    .m_methods = functions, .m_slots = module_slots, .m_traverse = traverse,
    .m_clear = clear,       .m_free = release};

PyMODINIT_FUNC PyInit__libextract(void) {
    if (Py_Version >= PYTHON_3_12)
        module_slots[1] =
            (PyModuleDef_Slot){MULTIPLE_INTERPRETERS, (void *)(intptr_t)PER_INTERPRETER_GIL};
    return PyModuleDef_Init(&definition);
}
