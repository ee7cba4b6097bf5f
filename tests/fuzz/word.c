/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word documents and OpenDocument text: as they are, or each "%%name" line and what follows it as a
 * stored part of a package without a directory, so that a fuzzer need not get checksums right. */
#include "extract.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NAME = 100, LOCAL_SIZE = 30 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const settings[] = {"images", "extract", "max_archive_size", "8MB", NULL};

/* The size of what stands before the next part. */
static size_t part_size(const uint8_t *data, size_t size) {
    const uint8_t *next = size ? memmem(data, size, "\n%%", 3) : NULL;
    return next ? (size_t)(next - data) + 1 : size;
}

/* Local headers with sizes that follow: no checksum, no size. */
static size_t pack(uint8_t *out, const uint8_t *data, size_t size) {
    size_t at = 0;
    while (size > 2 && data[0] == '%' && data[1] == '%') {
        const uint8_t *line = memchr(data, '\n', size);
        size_t name = line ? (size_t)(line - data) - 2 : 0;
        if (!name || name > MOST_NAME)
            break;
        size_t part = part_size(data + name + 3, size - name - 3);
        memset(out + at, 0, LOCAL_SIZE);
        memcpy(out + at, "PK\3\4\24\0\10", 7);
        out[at + 26] = (uint8_t)name;
        memcpy(out + at + LOCAL_SIZE, data + 2, name);
        memcpy(out + at + LOCAL_SIZE + name, data + name + 3, part);
        at += LOCAL_SIZE + name + part;
        data += name + 3 + part;
        size -= name + 3 + part;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char word[] =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    static const char text[] = "application/vnd.oasis.opendocument.text";
    uint8_t *package = malloc(size * (LOCAL_SIZE + 1) + 1);
    size_t packed = package ? pack(package, data, size) : 0;
    const uint8_t *from = packed ? package : data;
    size_t from_size = packed ? packed : size;
    bool open = from_size && memmem(from, from_size, "content.xml", 11);
    fuzz_extract(from, from_size, open ? text : word, settings);
    if (!packed && size && data[0] == '<')
        fuzz_extract(data, size, "application/vnd.oasis.opendocument.text-flat-xml", settings);
    free(package);
    return 0;
}
