/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A map from SHA-256 digests, of which the first half is kept: two of a million share it with a
 * chance of one in 10^26. */
#ifndef XTR_DIGESTS_H
#define XTR_DIGESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XTR__KEY_SIZE = 16 };

/** All zero but `value_size`, the bytes of a value, is empty. */
typedef struct xtr__digests {
    size_t value_size;
    unsigned char *slots; /* a byte that says whether it is used, the key, the value */
    size_t count, capacity;
} xtr__digests;

/** The value of a key, or NULL. Borrowed until the next change. */
void *xtr__digests_find(const xtr__digests *map, const unsigned char *key);

/** The same, made of zeros when it is not there. NULL when out of memory. */
void *xtr__digests_put(xtr__digests *map, const unsigned char *key);
void xtr__digests_remove(xtr__digests *map, const unsigned char *key);
void xtr__digests_clear(xtr__digests *map);

#endif
