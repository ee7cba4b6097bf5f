/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Recognisers cost a tenth of a second to make and are kept while nobody uses them. */
#include "ocr/ocr.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_IDLE = 4 };

struct xtr__recogniser {
    xtr__recogniser *next;
    const xtr_ocr_backend *backend;
    void *handle;
    char languages[256];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static xtr__recogniser *idle; /* the last used first */

static void drop(xtr__recogniser *r) {
    r->backend->drop(r->handle);
    free(r);
}

static xtr__recogniser *take_idle(const xtr_ocr_backend *backend, const char *languages) {
    pthread_mutex_lock(&mutex);
    xtr__recogniser **at = &idle;
    while (*at && ((*at)->backend != backend || strcmp((*at)->languages, languages) != 0))
        at = &(*at)->next;
    xtr__recogniser *found = *at;
    if (found)
        *at = found->next;
    pthread_mutex_unlock(&mutex);
    return found;
}

int xtr__recogniser_take(xtr__recogniser **out, const xtr_ocr_backend *backend,
                         const char *languages, char message[256]) {
    *out = take_idle(backend, languages);
    if (*out)
        return XTR_OK;
    xtr__recogniser *r = calloc(1, sizeof *r);
    if (!r || strlen(languages) >= sizeof r->languages) {
        free(r);
        return XTR_E_MEMORY;
    }
    r->backend = backend;
    strcpy(r->languages, languages);
    int code = backend->open(&r->handle, languages, message);
    if (code)
        free(r);
    else
        *out = r;
    return code;
}

void xtr__recogniser_give(xtr__recogniser *r) {
    pthread_mutex_lock(&mutex);
    r->next = idle;
    idle = r;
    xtr__recogniser **at = &idle;
    for (int i = 0; i < MOST_IDLE && *at; i++)
        at = &(*at)->next;
    xtr__recogniser *oldest = *at;
    *at = NULL;
    pthread_mutex_unlock(&mutex);
    if (oldest)
        drop(oldest);
}

void *xtr__recogniser_handle(xtr__recogniser *r) {
    return r->handle;
}
