/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compound files made here ([MS-CFB]), of a few streams in one storage. */
#ifndef XTR_TEST_COMPOUND_H
#define XTR_TEST_COMPOUND_H

#include "libextract.h"
#include "test.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { COMPOUND_SECTOR = 512, COMPOUND_SMALLEST = 4096, COMPOUND_MOST = 3 };

/** Zeros follow a stream that is smaller than COMPOUND_SMALLEST. */
typedef struct compound_stream {
    const char *name;
    const void *data;
    size_t size;
} compound_stream;

static inline void compound_put(unsigned char *p, uint32_t value) {
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> 8 * i);
}

static inline size_t compound_sectors(const compound_stream *s) {
    size_t size = s->size < COMPOUND_SMALLEST ? COMPOUND_SMALLEST : s->size;
    return (size + COMPOUND_SECTOR - 1) / COMPOUND_SECTOR;
}

/* `right` and `child` are numbers of entries, or -1. */
static inline void compound_entry(unsigned char *e, const char *name, int kind, int right,
                                  int child, uint32_t first, size_t size) {
    for (size_t i = 0; name[i]; i++)
        e[2 * i] = (unsigned char)name[i];
    e[64] = (unsigned char)(2 * strlen(name) + 2);
    e[66] = (unsigned char)kind;
    e[67] = 1;
    compound_put(e + 68, UINT32_MAX);
    compound_put(e + 72, (uint32_t)right);
    compound_put(e + 76, (uint32_t)child);
    compound_put(e + 116, first);
    compound_put(e + 120, (uint32_t)size);
}

/* A chain of sectors in the table; returns the one behind it. */
static inline uint32_t compound_chain(unsigned char *table, uint32_t first, size_t count) {
    for (size_t i = 0; i < count; i++, first++)
        compound_put(table + 4 * (size_t)first, i + 1 < count ? first + 1 : 0xFFFFFFFE);
    return first;
}

/** A file of up to COMPOUND_MOST streams, by the length of their names. */
static inline xtr_source *compound_of(const compound_stream *streams, size_t count) {
    enum { PER_SECTOR = COMPOUND_SECTOR / 4 };
    size_t sectors = 1, tables = 1;
    for (size_t i = 0; i < count; i++)
        sectors += compound_sectors(&streams[i]);
    while (tables * PER_SECTOR < sectors + tables)
        tables++;
    ck_assert(count <= COMPOUND_MOST && tables <= 109);
    size_t size = (1 + tables + sectors) * COMPOUND_SECTOR;
    unsigned char *file = calloc(1, size), *table = file + COMPOUND_SECTOR;
    ck_assert_ptr_nonnull(file);
    memcpy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    memcpy(file + 24, "\x3E\0\3\0\xFE\xFF\x09\0\6\0", 10);
    compound_put(file + 44, (uint32_t)tables);
    compound_put(file + 48, (uint32_t)tables); /* the directory is behind the tables */
    compound_put(file + 56, COMPOUND_SMALLEST);
    compound_put(file + 60, 0xFFFFFFFE);
    compound_put(file + 68, 0xFFFFFFFE);
    memset(file + 76, 0xFF, COMPOUND_SECTOR - 76);
    memset(table, 0xFF, tables * COMPOUND_SECTOR);
    for (size_t i = 0; i < tables; i++) {
        compound_put(file + 76 + 4 * i, (uint32_t)i);
        compound_put(table + 4 * i, 0xFFFFFFFD);
    }
    unsigned char *directory = table + tables * COMPOUND_SECTOR;
    uint32_t at = compound_chain(table, (uint32_t)tables, 1);
    compound_entry(directory, "Root Entry", 5, -1, 1, 0xFFFFFFFE, 0);
    for (size_t i = 0; i < count; i++) {
        const compound_stream *s = &streams[i];
        size_t stored = s->size < COMPOUND_SMALLEST ? COMPOUND_SMALLEST : s->size;
        compound_entry(directory + 128 * (i + 1), s->name, 2, i + 1 < count ? (int)i + 2 : -1, -1,
                       at, stored);
        memcpy(file + (size_t)(at + 1) * COMPOUND_SECTOR, s->data, s->size);
        at = compound_chain(table, at, compound_sectors(s));
    }
    xtr_source *source = xtr_source_new_copy(file, size);
    free(file);
    return source;
}

#endif
