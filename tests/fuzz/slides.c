/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentations of any bytes: compound files as they are, and, since a fuzzer finds no way through
 * checksums and compression, each "%%name" line and what follows it as a part of a package. */
#include "extract.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST_PARTS = 64, MOST_NAME = 100 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const settings[] = {"images", "extract", NULL};

typedef struct archive {
    unsigned char *bytes;
    size_t size;
    struct {
        const uint8_t *name, *data;
        size_t name_size, size, at;
    } parts[MOST_PARTS];
    size_t count;
} archive;

static void put(archive *a, uint64_t value, size_t size) {
    for (; size--; value >>= 8)
        a->bytes[a->size++] = (unsigned char)value;
}

static void put_bytes(archive *a, const void *data, size_t size) {
    memcpy(a->bytes + a->size, data, size);
    a->size += size;
}

static void find_parts(archive *a, const uint8_t *data, size_t size) {
    const uint8_t *end = data + size;
    while (data < end && a->count < MOST_PARTS) {
        const uint8_t *line = memmem(data, (size_t)(end - data), "%%", 2);
        const uint8_t *name_end = line ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        if (!name_end || name_end - line > MOST_NAME)
            return;
        const uint8_t *next = memmem(name_end, (size_t)(end - name_end), "\n%%", 3);
        const uint8_t *part_end = next ? next : end;
        a->parts[a->count].name = line + 2;
        a->parts[a->count].name_size = (size_t)(name_end - line) - 2;
        a->parts[a->count].data = name_end + 1;
        a->parts[a->count++].size = part_end > name_end ? (size_t)(part_end - name_end) - 1 : 0;
        data = part_end;
    }
}

/* What a local header and an entry of the directory share, from the version on. */
static void put_entry(archive *a, size_t i) {
    put(a, 20, 2);
    put(a, 0, 8); /* flags, stored, time, date */
    put(a, crc32(0, a->parts[i].data, (uInt)a->parts[i].size), 4);
    put(a, a->parts[i].size, 4);
    put(a, a->parts[i].size, 4);
    put(a, a->parts[i].name_size, 2);
    put(a, 0, 2);
}

static void pack(archive *a) {
    for (size_t i = 0; i < a->count; i++) {
        a->parts[i].at = a->size;
        put(a, 0x04034B50, 4);
        put_entry(a, i);
        put_bytes(a, a->parts[i].name, a->parts[i].name_size);
        put_bytes(a, a->parts[i].data, a->parts[i].size);
    }
    size_t directory = a->size;
    for (size_t i = 0; i < a->count; i++) {
        put(a, 0x02014B50, 4);
        put(a, 20, 2);
        put_entry(a, i);
        put(a, 0, 10); /* comment, disk, attributes */
        put(a, a->parts[i].at, 4);
        put_bytes(a, a->parts[i].name, a->parts[i].name_size);
    }
    size_t directory_size = a->size - directory;
    put(a, 0x06054B50, 4);
    put(a, 0, 4);
    put(a, a->count, 2);
    put(a, a->count, 2);
    put(a, directory_size, 4);
    put(a, directory, 4);
    put(a, 0, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size >= 8 && !memcmp(data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) {
        fuzz_extract(data, size, "application/vnd.ms-powerpoint", settings);
        return 0;
    }
    archive a = {.bytes = malloc(size + MOST_PARTS * (76 + 2 * MOST_NAME) + 22)};
    if (a.bytes)
        find_parts(&a, data, size);
    if (a.count) {
        bool odf = a.parts[0].name_size == 8 && !memcmp(a.parts[0].name, "mimetype", 8);
        pack(&a);
        fuzz_extract(
            a.bytes, a.size,
            odf ? "application/vnd.oasis.opendocument.presentation"
                : "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            settings);
    }
    free(a.bytes);
    return 0;
}
