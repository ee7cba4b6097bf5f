/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Recognisers cost a tenth of a second to make and are kept while nobody uses them, as far as their
 * memory goes; who was idle longest is dropped first. All idle ones go with the last runtime.
 *
 * The mutex guards list and counts, and is the innermost; no backend is called while it is held.
 * A fork of the process has the list of its parent, which it leaves alone: it may hold what only
 * the parent's threads can use.
 *
 * Libraries of C++ tear down their own state at exit, under threads that still recognise. Hence a
 * function at exit, which comes before theirs: it makes them stop and waits for them. */
#include "ocr/ocr.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXIT_PATIENCE = 2 /* s for those who recognise when the process ends */ };
static const size_t MOST_IDLE = (size_t)256 << 20;   /* bytes */
static const size_t UNKNOWN_SIZE = (size_t)32 << 20; /* of one whose backend does not say */

struct xtr__recogniser {
    xtr__recogniser *next;
    const xtr_ocr_backend *backend;
    void *handle;
    size_t memory;
    char languages[256];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t given = PTHREAD_COND_INITIALIZER;
static xtr__recogniser *idle; /* the last used first */
static xtr__recogniser *of_parent;
static size_t in_use;
static unsigned keepers;
static atomic_bool exiting;

/* Forks and exit ---------------------------------------------------------------------------- */

static void before_fork(void) {
    pthread_mutex_lock(&mutex);
}

static void after_fork(void) {
    pthread_mutex_unlock(&mutex);
}

static void forget_all(void) {
    xtr__recogniser **end = &idle;
    while (*end)
        end = &(*end)->next;
    *end = of_parent;
    of_parent = idle;
    idle = NULL;
    in_use = 0;
    keepers = 0;
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork, forget_all);
}

void xtr__recognisers_watch_forks(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
}

static void lock(void) {
    xtr__recognisers_watch_forks();
    pthread_mutex_lock(&mutex);
}

static void unlock(void) {
    pthread_mutex_unlock(&mutex);
}

static void drop(xtr__recogniser *r) {
    r->backend->drop(r->handle);
    free(r);
}

static void drop_list(xtr__recogniser *list) {
    while (list) {
        xtr__recogniser *next = list->next;
        drop(list);
        list = next;
    }
}

static void drop_idle(void) {
    lock();
    xtr__recogniser *list = idle;
    idle = NULL;
    unlock();
    drop_list(list);
}

static void end_all(void) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += EXIT_PATIENCE;
    atomic_store(&exiting, true);
    lock();
    while (in_use && !pthread_cond_timedwait(&given, &mutex, &end))
        ;
    bool all = !in_use;
    unlock();
    if (all)
        drop_idle();
}

bool xtr__recognisers_are_ending(void) {
    return atomic_load_explicit(&exiting, memory_order_relaxed);
}

/* After a recogniser was made: what its library registered for the exit itself is called later. */
static void watch_exit(void) {
    (void)atexit(end_all);
}

/* Life -------------------------------------------------------------------------------------- */

static xtr__recogniser *take_idle(const xtr_ocr_backend *backend, const char *languages) {
    lock();
    xtr__recogniser **at = &idle;
    while (*at && ((*at)->backend != backend || strcmp((*at)->languages, languages) != 0))
        at = &(*at)->next;
    xtr__recogniser *found = *at;
    if (found)
        *at = found->next;
    in_use++; /* by who makes one too */
    unlock();
    return found;
}

static void leave(void) {
    lock();
    in_use--;
    pthread_cond_broadcast(&given);
    unlock();
}

static int make(xtr__recogniser **out, const xtr_ocr_backend *backend, const char *languages,
                char message[256]) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    xtr__recogniser *r = calloc(1, sizeof *r);
    if (!r || strlen(languages) >= sizeof r->languages) {
        free(r);
        strcpy(message, "out of memory");
        return XTR_E_MEMORY;
    }
    r->backend = backend;
    strcpy(r->languages, languages);
    int code = backend->open(&r->handle, languages, message);
    if (code) {
        free(r);
        return code;
    }
    pthread_once(&once, watch_exit);
    size_t memory = backend->memory ? backend->memory(languages) : 0;
    r->memory = memory ? memory : UNKNOWN_SIZE;
    *out = r;
    return XTR_OK;
}

int xtr__recogniser_take(xtr__recogniser **out, const xtr_ocr_backend *backend,
                         const char *languages, char message[256]) {
    *out = take_idle(backend, languages);
    int code = *out ? XTR_OK : make(out, backend, languages, message);
    if (code)
        leave();
    return code;
}

/* Cuts off what is too much of the list, from its end. With the mutex held. */
static xtr__recogniser *cut(void) {
    size_t memory = 0;
    xtr__recogniser **at = &idle;
    while (*at && (memory += (*at)->memory) <= MOST_IDLE)
        at = &(*at)->next;
    xtr__recogniser *rest = *at;
    *at = NULL;
    return rest;
}

void xtr__recogniser_give(xtr__recogniser *r) {
    lock();
    r->next = idle;
    idle = r;
    xtr__recogniser *too_many = cut();
    unlock();
    drop_list(too_many);
    leave(); /* last: at exit it is waited for */
}

void *xtr__recogniser_handle(xtr__recogniser *r) {
    return r->handle;
}

/* Who keeps them ---------------------------------------------------------------------------- */

void xtr__recognisers_drop_of(const xtr_ocr_backend *backend) {
    xtr__recogniser *dropped = NULL;
    lock();
    for (xtr__recogniser **at = &idle; *at;) {
        xtr__recogniser *r = *at;
        if (r->backend != backend) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        r->next = dropped;
        dropped = r;
    }
    unlock();
    drop_list(dropped);
}

void xtr__recognisers_keep(void) {
    lock();
    keepers++;
    unlock();
}

void xtr__recognisers_release(void) {
    lock();
    bool last = keepers && --keepers == 0;
    unlock();
    if (last)
        drop_idle();
}

size_t xtr__recognisers_idle(size_t *memory) {
    size_t count = 0;
    *memory = 0;
    lock();
    for (const xtr__recogniser *r = idle; r; r = r->next, count++)
        *memory += r->memory;
    unlock();
    return count;
}
