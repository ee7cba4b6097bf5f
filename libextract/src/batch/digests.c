/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Open addressing with linear probing (Knuth, volume 3, 6.4, algorithms L and R). A digest is
 * already as random as a hash can be. */
#include "batch/digests.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAD = 16 + XTR__KEY_SIZE,
    FIRST_CAPACITY = 1024
}; /* the mark takes 16: values are aligned */

static size_t slot_size(const xtr__digests *map) {
    return HEAD + map->value_size;
}

static unsigned char *slot_at(const xtr__digests *map, size_t i) {
    return map->slots + i * slot_size(map);
}

static size_t home_of(const xtr__digests *map, const unsigned char *key) {
    uint64_t hash;
    memcpy(&hash, key, sizeof hash);
    return (size_t)hash & (map->capacity - 1);
}

/* The slot of a key, or the free one where it belongs. */
static size_t place_of(const xtr__digests *map, const unsigned char *key) {
    size_t i = home_of(map, key);
    while (*slot_at(map, i) && memcmp(slot_at(map, i) + 16, key, XTR__KEY_SIZE) != 0)
        i = (i + 1) & (map->capacity - 1);
    return i;
}

void *xtr__digests_find(const xtr__digests *map, const unsigned char *key) {
    if (!map->capacity)
        return NULL;
    unsigned char *slot = slot_at(map, place_of(map, key));
    return *slot ? slot + HEAD : NULL;
}

static bool grow(xtr__digests *map) {
    xtr__digests larger = {.value_size = map->value_size,
                           .capacity = map->capacity ? 2 * map->capacity : FIRST_CAPACITY,
                           .count = map->count};
    larger.slots = calloc(larger.capacity, slot_size(map));
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < map->capacity; i++) {
        const unsigned char *slot = slot_at(map, i);
        if (*slot)
            memcpy(slot_at(&larger, place_of(&larger, slot + 16)), slot, slot_size(map));
    }
    free(map->slots);
    *map = larger;
    return true;
}

void *xtr__digests_put(xtr__digests *map, const unsigned char *key) {
    if (4 * (map->count + 1) > 3 * map->capacity && !grow(map))
        return NULL;
    unsigned char *slot = slot_at(map, place_of(map, key));
    if (!*slot) {
        *slot = 1;
        memcpy(slot + 16, key, XTR__KEY_SIZE);
        map->count++;
    }
    return slot + HEAD;
}

/* Those behind it move up where their way from home leads over it. */
void xtr__digests_remove(xtr__digests *map, const unsigned char *key) {
    if (!map->capacity)
        return;
    size_t mask = map->capacity - 1, hole = place_of(map, key);
    if (!*slot_at(map, hole))
        return;
    for (size_t i = (hole + 1) & mask; *slot_at(map, i); i = (i + 1) & mask) {
        size_t home = home_of(map, slot_at(map, i) + 16);
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        memcpy(slot_at(map, hole), slot_at(map, i), slot_size(map));
        hole = i;
    }
    memset(slot_at(map, hole), 0, slot_size(map));
    map->count--;
}

void xtr__digests_clear(xtr__digests *map) {
    free(map->slots);
    map->slots = NULL;
    map->count = map->capacity = 0;
}
