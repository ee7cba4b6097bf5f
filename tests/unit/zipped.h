/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ZIP archives made byte by byte, so that each part of them can be wrong. */
#ifndef XTR_TEST_ZIPPED_H
#define XTR_TEST_ZIPPED_H

#include "test.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct archive {
    unsigned char data[1 << 22], central[1 << 14];
    size_t size, central_size;
    unsigned count;
} archive;

static inline void put(unsigned char *p, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        p[i] = (unsigned char)(value >> 8 * i);
}

static inline size_t deflated(unsigned char *out, size_t room, const void *data, size_t size) {
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)data,
                  .avail_in = (uInt)size,
                  .next_out = out,
                  .avail_out = (uInt)room};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

/* The same fields stand in the local header from 4 and in the central one from 6. */
static inline void put_fields(unsigned char *p, const char *name, uint16_t method, uint32_t crc,
                              size_t stored, size_t size) {
    put(p, 20, 2);
    put(p + 4, method, 2);
    put(p + 10, crc, 4);
    put(p + 14, (uint32_t)stored, 4);
    put(p + 18, (uint32_t)size, 4);
    put(p + 22, (uint32_t)strlen(name), 2);
}

static inline void add(archive *a, const char *name, bool packs, const void *data, size_t size) {
    unsigned char *local = a->data + a->size;
    unsigned char *central = a->central + a->central_size;
    size_t length = strlen(name);
    unsigned char *body = local + 30 + length;
    size_t stored = size;
    if (packs)
        stored = deflated(body, sizeof a->data - a->size - 30 - length, data, size);
    else
        memcpy(body, data, size);
    uint32_t crc = (uint32_t)crc32(0, data, (uInt)size);
    memcpy(local, "PK\3\4", 4);
    put_fields(local + 4, name, packs ? 8 : 0, crc, stored, size);
    memcpy(local + 30, name, length);
    memcpy(central, "PK\1\2", 4);
    put_fields(central + 6, name, packs ? 8 : 0, crc, stored, size);
    put(central + 42, (uint32_t)a->size, 4);
    memcpy(central + 46, name, length);
    a->size += 30 + length + stored;
    a->central_size += 46 + length;
    a->count++;
}

static inline void finish(archive *a) {
    unsigned char *end = a->data + a->size + a->central_size;
    memcpy(a->data + a->size, a->central, a->central_size);
    memcpy(end, "PK\5\6", 4);
    put(end + 8, a->count, 2);
    put(end + 10, a->count, 2);
    put(end + 12, (uint32_t)a->central_size, 4);
    put(end + 16, (uint32_t)a->size, 4);
    a->size += a->central_size + 22;
}

#endif
