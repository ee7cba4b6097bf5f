/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What recognises text: the module with Tesseract, loaded once, and backends that a program
 * registers. One mutex guards the list of these; it is the innermost. */
#include "ocr/ocr.h"
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Module ------------------------------------------------------------------------------------ */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const xtr__ocr_module *module;
static char reason[256];

/* Beside the library, or where a package puts it; `is_there` when it is, but cannot be loaded. */
static void *open_module(bool *is_there) {
    static const char *const places[] = {"libextract-ocr.so", "../lib/libextract-ocr.so",
                                         "libextract/libextract-ocr.so"};
    Dl_info library;
    if (!dladdr((const void *)(uintptr_t)xtr_version, &library) || !library.dli_fname)
        return NULL;
    char *file = realpath(library.dli_fname, NULL);
    char *slash = file ? strrchr(file, '/') : NULL;
    void *opened = NULL;
    if (slash) {
        *slash = '\0';
        for (size_t i = 0; !opened && i < sizeof places / sizeof *places; i++) {
            char path[4096];
            if (snprintf(path, sizeof path, "%s/%s", file, places[i]) >= (int)sizeof path)
                continue;
            opened = dlopen(path, RTLD_NOW | RTLD_LOCAL);
            *is_there |= !access(path, F_OK);
        }
    }
    free(file);
    return opened;
}

static void load(void) {
    bool is_there = false;
    void *opened = open_module(&is_there);
    const xtr__ocr_module *found = opened ? dlsym(opened, "xtr__ocr_exports") : NULL;
    if (found && found->version == XTR__OCR_MODULE_VERSION)
        module = found;
    else if (is_there && !opened)
        snprintf(reason, sizeof reason,
                 "recognising text needs Tesseract: apt-get install libtesseract5 "
                 "tesseract-ocr-eng");
    else
        snprintf(reason, sizeof reason,
                 "recognising text needs libextract-ocr.so of this version: apt-get install "
                 "libtesseract-dev libleptonica-dev, and build libextract anew");
}

const xtr__ocr_module *xtr__ocr_load(char message[256]) {
    pthread_once(&once, load);
    if (!module)
        memcpy(message, reason, sizeof reason);
    return module;
}

/* Registered backends ----------------------------------------------------------------------- */

static const char BUILT_IN[] = "tesseract";

typedef struct entry {
    struct entry *next;
    xtr_ocr_backend backend; /* its name is this one's: */
    char name[32];
    unsigned users;
} entry;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static entry *entries; /* in the order of their registration */

static void before_fork(void) {
    pthread_mutex_lock(&mutex);
}

static void after_fork(void) {
    pthread_mutex_unlock(&mutex);
}

/* Those who used them are not here. */
static void forget_users(void) {
    for (entry *e = entries; e; e = e->next)
        e->users = 0;
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork, forget_users);
}

static void lock(void) {
    static pthread_once_t forks = PTHREAD_ONCE_INIT;
    pthread_once(&forks, watch_forks);
    pthread_mutex_lock(&mutex);
}

static void unlock(void) {
    pthread_mutex_unlock(&mutex);
}

/* Where a backend stands, or the end. With the mutex held. */
static entry **find(const char *name) {
    entry **at = &entries;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

static bool is_name(const char *name) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t length = name ? strspn(name, letters) : 0;
    return length && length < sizeof((entry *)0)->name && !name[length];
}

static const char *find_fault(const xtr_ocr_backend *backend) {
    if (!backend || backend->size != sizeof *backend)
        return "size is not set";
    if (!is_name(backend->name))
        return "a name is up to 31 small letters, digits, _ and -";
    if (!backend->open || !backend->drop || !backend->recognise)
        return "open, drop and recognise must be there";
    if (backend->flags)
        return "it is called in this process, so it may not have flags";
    return NULL;
}

int xtr_ocr_register(const xtr_ocr_backend *backend, xtr_error *error) {
    const char *fault = find_fault(backend);
    if (fault)
        return xtr__error(error, XTR_E_ARGUMENT, "ocr backend: %s", fault);
    entry *added = calloc(1, sizeof *added);
    if (!added)
        return xtr__error_memory(error);
    added->backend = *backend;
    added->backend.name = strcpy(added->name, backend->name);
    lock();
    entry **at = find(added->name);
    bool taken = *at || !strcmp(added->name, BUILT_IN);
    if (!taken) {
        *at = added;
        added = NULL;
    }
    unlock();
    if (!added)
        return XTR_OK;
    free(added);
    return xtr__error(error, XTR_E_ARGUMENT, "ocr backend: there is one called %s", backend->name);
}

int xtr_ocr_unregister(const char *name, xtr_error *error) {
    lock();
    entry **at = find(name);
    entry *found = *at;
    bool busy = found && found->users;
    if (found && !busy)
        *at = found->next;
    unlock();
    if (busy)
        return xtr__error(error, XTR_E_BUSY, "ocr backend: %s is recognising", name);
    if (!found)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "ocr backend: none that was registered is called %s", name);
    xtr__recognisers_drop_of(&found->backend);
    free(found);
    return XTR_OK;
}

void xtr_ocr_list(void (*add)(void *payload, const char *name), void *payload) {
    char names[64][sizeof((entry *)0)->name];
    size_t count = 0;
    lock();
    for (const entry *e = entries; e && count < 64; e = e->next)
        memcpy(names[count++], e->name, sizeof e->name);
    unlock();
    add(payload, BUILT_IN);
    for (size_t i = 0; i < count; i++)
        add(payload, names[i]);
}

/* Use --------------------------------------------------------------------------------------- */

static bool is_built_in(const char *name) {
    return !name || !*name || !strcmp(name, BUILT_IN);
}

int xtr__ocr_backend_take(const xtr_ocr_backend **out, const char *name, char message[256]) {
    if (is_built_in(name)) {
        const xtr__ocr_module *loaded = xtr__ocr_load(message);
        *out = loaded ? loaded->tesseract : NULL;
        return loaded ? XTR_OK : XTR_E_MISSING_BACKEND;
    }
    lock();
    entry *found = *find(name);
    if (found)
        found->users++;
    unlock();
    *out = found ? &found->backend : NULL;
    if (found)
        return XTR_OK;
    snprintf(message, 256, "no backend called %s is registered: see ocr_backend", name);
    return XTR_E_ARGUMENT;
}

void xtr__ocr_backend_give(const xtr_ocr_backend *backend) {
    lock();
    for (entry *e = entries; e; e = e->next)
        e->users -= backend == &e->backend;
    unlock();
}

int xtr__cache_open(const char *folder) {
    (void)mkdir(folder, 0700);
    if (access(folder, W_OK | X_OK))
        return -1;
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* What a worker process stores or says of one document would be believed of others. */
static int check_cache(const xtr_options *options, char message[256]) {
    if (!options->ocr_cache)
        return XTR_OK;
    if (options->isolation != XTR_ISOLATION_THREAD) {
        snprintf(
            message, 256,
            "ocr_cache needs isolation thread: a process that a document took over could store "
            "false text for others");
        return XTR_E_ARGUMENT;
    }
    int folder = xtr__cache_open(options->ocr_cache);
    if (folder < 0) {
        snprintf(message, 256, "ocr_cache: %.160s: %s", options->ocr_cache, strerrordesc_np(errno));
        return XTR_E_ARGUMENT;
    }
    close(folder);
    return XTR_OK;
}

static int check_backend(const xtr_options *options, char message[256]) {
    const xtr_ocr_backend *backend;
    if (is_built_in(options->ocr_backend))
        return XTR_OK;
    if (options->isolation == XTR_ISOLATION_PROCESS ||
        options->isolation == XTR_ISOLATION_FRESH_PROCESS) {
        snprintf(message, 256,
                 "the backend %s is this program's, which another process does not have: choose "
                 "isolation thread",
                 options->ocr_backend);
        return XTR_E_ARGUMENT;
    }
    int code = xtr__ocr_backend_take(&backend, options->ocr_backend, message);
    if (!code)
        xtr__ocr_backend_give(backend);
    return code;
}

int xtr__ocr_check(const xtr_options *options, char message[256]) {
    if (options->ocr == XTR_OCR_OFF)
        return XTR_OK;
    int code = check_backend(options, message);
    return code ? code : check_cache(options, message);
}

/* Why a job that is told to recognise cannot, or XTR_OK. What was opened for that is kept. */
static int find_lack(const xtr_options *options, char message[256]) {
    const xtr_ocr_backend *backend;
    xtr__recogniser *recogniser;
    int code = xtr__ocr_backend_take(&backend, options->ocr_backend, message);
    if (code)
        return code;
    char languages[256];
    code = xtr__languages_resolve(backend, options->ocr_languages, languages, message);
    if (!code)
        code = xtr__recogniser_take(&recogniser, backend, languages, message);
    if (!code)
        xtr__recogniser_give(recogniser);
    xtr__ocr_backend_give(backend);
    return code;
}

bool xtr__ocr_is_here(xtr_job *job) {
    const xtr_options *options = xtr_job_options(job);
    char message[256] = "";
    if (is_built_in(options->ocr_backend) && !xtr_job_needs(job, options->ocr_languages))
        return false;
    int code = options->ocr == XTR_OCR_FORCE ? find_lack(options, message) : XTR_OK;
    if (code)
        job->refusal = xtr_job_fail(job, code, "%s", message);
    return !code;
}

void xtr__ocr_warm(const char *languages) {
    char message[256];
    const xtr__ocr_module *loaded = *languages ? xtr__ocr_load(message) : NULL;
    if (loaded)
        loaded->tesseract->warm(languages);
}

uint64_t xtr__ocr_room(const char *languages) {
    char message[256], names[256];
    const xtr__ocr_module *loaded = *languages ? xtr__ocr_load(message) : NULL;
    return loaded && !xtr__languages_resolve(loaded->tesseract, languages, names, message)
               ? loaded->tesseract->memory(names)
               : 0;
}
