/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of the charsets, made from what iconv says of each byte. */
#include "detect/charset.h"
#include "detect/probe.h"

#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdatomic.h>

typedef struct table {
    atomic_bool loaded; /* constant from then on */
    bool simple;
    char32_t characters[256];
} table;

static table tables[XTR__MOST_CHARSETS]; /* as xtr__charsets */

/* What a byte is on its own, 0 for nothing. `simple` becomes false if it may be more or less than
 * a character, depending on what follows. */
static char32_t read_byte(iconv_t handle, int byte, bool *simple) {
    char data = (char)byte;
    unsigned char character[4] = {0};
    char *in = &data;
    size_t left = 1;
    char *out = (char *)character;
    size_t room = sizeof character;
    iconv(handle, NULL, NULL, NULL, NULL);
    iconv(handle, &in, &left, &out, &room);
    bool malformed = left && errno == EILSEQ;
    /* Sets with combining characters hold a letter back to see what follows. */
    if (room == sizeof character && !malformed) {
        *simple = false;
        iconv(handle, NULL, NULL, &out, &room);
    }
    return xtr__le32(character);
}

static void load(table *t, const xtr__charset *set) {
    iconv_t handle = iconv_open("UTF-32LE", set->iconv);
    t->simple = handle != (iconv_t)-1;
    if (t->simple) {
        for (int i = 0; i < 256; i++)
            t->characters[i] = read_byte(handle, i, &t->simple);
        iconv_close(handle);
    }
    atomic_store_explicit(&t->loaded, true, memory_order_release);
}

static const table *loaded(const xtr__charset *set) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    table *t = &tables[set - xtr__charsets];
    if (atomic_load_explicit(&t->loaded, memory_order_acquire))
        return t;
    pthread_mutex_lock(&mutex);
    if (!atomic_load_explicit(&t->loaded, memory_order_relaxed))
        load(t, set);
    pthread_mutex_unlock(&mutex);
    return t;
}

const char32_t *xtr__charset_bytes(const xtr__charset *set) {
    return loaded(set)->characters;
}

bool xtr__charset_simple(const xtr__charset *set) {
    return loaded(set)->simple;
}

static bool deferred;
static atomic_bool missed;

bool xtr__charset_ready(const xtr__charset *set) {
    bool ready = !deferred || xtr__charset_simple(set);
    if (!ready)
        atomic_store_explicit(&missed, true, memory_order_relaxed);
    return ready;
}

void xtr__charsets_defer(void) {
    for (const xtr__charset *set = xtr__charsets; set->name; set++)
        (void)loaded(set);
    deferred = true;
}

void xtr__charsets_open(void) {
    for (const xtr__charset *set = xtr__charsets; set->name; set++) {
        if (xtr__charset_simple(set))
            continue;
        /* glibc opens a file for each, and keeps it while a handle is open. */
        (void)iconv_open("UTF-8", set->iconv);
        (void)iconv_open("UTF-32LE", set->iconv);
    }
    deferred = false;
}

bool xtr__charsets_missed(void) {
    return atomic_load_explicit(&missed, memory_order_relaxed);
}
