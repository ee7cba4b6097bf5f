/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What recognises text: the module with Tesseract, loaded once. */
#include "ocr/ocr.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const xtr__ocr_module *module;
static char reason[256];

/* Beside the library, or where a package puts it. */
static void *open_module(void) {
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
            if (snprintf(path, sizeof path, "%s/%s", file, places[i]) < (int)sizeof path)
                opened = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        }
    }
    free(file);
    return opened;
}

static void load(void) {
    void *opened = open_module();
    const xtr__ocr_module *found = opened ? dlsym(opened, "xtr__ocr_exports") : NULL;
    if (found && found->version == XTR__OCR_MODULE_VERSION)
        module = found;
    else
        snprintf(reason, sizeof reason,
                 "recognising text needs Tesseract: apt-get install libtesseract5 "
                 "tesseract-ocr-eng");
}

const xtr__ocr_module *xtr__ocr_load(char message[256]) {
    pthread_once(&once, load);
    if (!module)
        memcpy(message, reason, sizeof reason);
    return module;
}

const xtr_ocr_backend *xtr__ocr_backend(char message[256]) {
    const xtr__ocr_module *loaded = xtr__ocr_load(message);
    return loaded ? loaded->tesseract : NULL;
}

/* What the module has may end its process on hostile pictures, whatever backend it is. */
bool xtr__ocr_is_here(xtr_job *job) {
    return xtr_job_needs(job, xtr_job_options(job)->ocr_languages);
}

void xtr__ocr_warm(const char *languages) {
    char message[256];
    const xtr_ocr_backend *backend = *languages ? xtr__ocr_backend(message) : NULL;
    if (backend && backend->warm)
        backend->warm(languages);
}
