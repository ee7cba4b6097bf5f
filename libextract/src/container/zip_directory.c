/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The directory of a ZIP archive (APPNOTE.TXT 6.3.10, 4.3.12 to 4.3.16). Where the central one is
 * missing or damaged, a new one is made of the local headers (4.3.7), which are looked for from
 * the start of the file. Offsets are relative to the archive, which may stand behind other data. */
#include "container/zip_directory.h"
#include "detect/probe.h"

#include <stdlib.h>
#include <string.h>

enum {
    CENTRAL_SIZE = 46,
    LOCAL_SIZE = 30,
    END_SIZE = 22,
    STREAMED = 8,      /* flag: sizes follow the data */
    WINDOW = 64 << 10, /* of the search for local headers */
    MOST_SCANNED_NAMES = 1 << 24
};

typedef struct reading {
    xtr__zip_directory *directory;
    xtr_job *job;
    xtr_input *input;
    uint64_t input_size;
    size_t most;       /* parts; 0: no limit */
    size_t names_size; /* of directory->names, while it is rebuilt */
    size_t names_room;
    /* What was read last while it is rebuilt, which goes on from the start to the end. */
    unsigned char *window;
    uint64_t window_at;
    size_t window_size;
} reading;

typedef struct extent {
    uint64_t at, size, count;
    uint64_t shift; /* of all offsets */
} extent;

static bool read_at(reading *r, uint64_t at, void *buffer, size_t size) {
    return at <= r->input_size && size <= r->input_size - at &&
           xtr_input_read(r->input, at, buffer, size) == (int64_t)size;
}

static bool charge(reading *r, size_t bytes) {
    if (!xtr_job_charge(r->job, (int64_t)bytes))
        return false;
    r->directory->charged += (int64_t)bytes;
    return true;
}

static xtr__zip_part *add_part(reading *r, int *code) {
    xtr__zip_directory *d = r->directory;
    if (r->most && d->count >= r->most) {
        *code = XTR_E_LIMIT;
        return NULL;
    }
    if (d->count == d->capacity) {
        size_t capacity = d->capacity ? d->capacity * 2 : 64;
        size_t more = (capacity - d->capacity) * sizeof *d->parts;
        xtr__zip_part *parts = charge(r, more) ? realloc(d->parts, capacity * sizeof *parts) : NULL;
        if (!parts) {
            *code = XTR_E_MEMORY;
            return NULL;
        }
        d->parts = parts;
        d->capacity = capacity;
    }
    return &d->parts[d->count++];
}

/* Central directory ------------------------------------------------------------------------- */

/* The record of 64 bits (4.3.14) that stands before its locator, if there is one. */
static void read_end64(reading *r, uint64_t end_at, extent *e) {
    unsigned char locator[20], record[56];
    if (end_at < sizeof locator || !read_at(r, end_at - 20, locator, sizeof locator) ||
        memcmp(locator, "PK\6\7", 4) != 0)
        return;
    uint64_t at = xtr__le64(locator + 8);
    if ((!read_at(r, at, record, sizeof record) || memcmp(record, "PK\6\6", 4) != 0) &&
        (end_at < 76 || !read_at(r, at = end_at - 76, record, sizeof record) ||
         memcmp(record, "PK\6\6", 4) != 0))
        return;
    *e = (extent){.at = xtr__le64(record + 48),
                  .size = xtr__le64(record + 40),
                  .count = xtr__le64(record + 32)};
}

static bool is_directory(reading *r, uint64_t at, uint64_t size) {
    unsigned char signature[4];
    return size >= CENTRAL_SIZE && size <= r->input_size && at <= r->input_size - size &&
           read_at(r, at, signature, 4) && !memcmp(signature, "PK\1\2", 4);
}

/* The directory that an end record (4.3.16) at `end_at` speaks of. */
static bool find_extent(reading *r, const unsigned char *end, uint64_t end_at, extent *e) {
    *e = (extent){
        .at = xtr__le32(end + 16), .size = xtr__le32(end + 12), .count = xtr__le16(end + 10)};
    if (e->at == UINT32_MAX || e->size == UINT32_MAX || e->count == UINT16_MAX)
        read_end64(r, end_at, e);
    if (is_directory(r, e->at, e->size))
        return true;
    uint64_t at = end_at - e->size; /* with junk before the archive */
    if (e->size > end_at || at < e->at || !is_directory(r, at, e->size))
        return false;
    e->shift = at - e->at;
    e->at = at;
    return true;
}

static bool find_directory(reading *r, extent *e) {
    enum { MOST_TAIL = 65535 + END_SIZE };
    size_t size = r->input_size < MOST_TAIL ? (size_t)r->input_size : MOST_TAIL;
    unsigned char *tail = size >= END_SIZE ? malloc(size) : NULL;
    uint64_t base = r->input_size - size;
    bool found = false;
    if (tail && read_at(r, base, tail, size)) {
        for (size_t i = size - END_SIZE + 1; i-- > 0 && !found;)
            found = !memcmp(tail + i, "PK\5\6", 4) && find_extent(r, tail + i, base + i, e);
    }
    free(tail);
    return found;
}

/* Values of 64 bits (4.5.3), in this order, for each that does not fit the header. */
static void read_extra64(xtr__zip_part *part, const unsigned char *extra, size_t size) {
    while (size >= 4) {
        size_t length = xtr__le16(extra + 2);
        if (length > size - 4)
            return;
        if (xtr__le16(extra) == 1) {
            uint64_t *const values[] = {&part->size, &part->stored_size, &part->at};
            const unsigned char *p = extra + 4;
            for (size_t i = 0; i < 3; i++) {
                if (*values[i] != UINT32_MAX || length < 8)
                    continue;
                *values[i] = xtr__le64(p);
                p += 8;
                length -= 8;
            }
            return;
        }
        extra += 4 + length;
        size -= 4 + length;
    }
}

/* False when the directory is damaged here. */
static bool read_entries(reading *r, const extent *e, int *code) {
    unsigned char *p = (unsigned char *)r->directory->names;
    size_t left = (size_t)e->size;
    while (left >= CENTRAL_SIZE && !memcmp(p, "PK\1\2", 4)) {
        size_t name = xtr__le16(p + 28);
        size_t extra = xtr__le16(p + 30);
        size_t total = CENTRAL_SIZE + name + extra + xtr__le16(p + 32);
        if (total > left)
            return false;
        xtr__zip_part *part = add_part(r, code);
        if (!part)
            return true;
        *part = (xtr__zip_part){.flags = xtr__le16(p + 8),
                                .method = xtr__le16(p + 10),
                                .crc = xtr__le32(p + 16),
                                .stored_size = xtr__le32(p + 20),
                                .size = xtr__le32(p + 24),
                                .at = xtr__le32(p + 42)};
        read_extra64(part, p + CENTRAL_SIZE + name, extra);
        part->at += e->shift;
        /* One to the left, over bytes that were read, there is room for the end. */
        part->name = memmove(p + CENTRAL_SIZE - 1, p + CENTRAL_SIZE, name);
        p[CENTRAL_SIZE - 1 + name] = 0;
        p += total;
        left -= total;
        r->directory->central_size += total;
    }
    return r->directory->count == e->count || r->directory->count % 65536 == e->count;
}

/* False when there is none, or a damaged one. */
static bool read_central(reading *r, int *code) {
    extent e;
    if (!find_directory(r, &e))
        return false;
    char *names = charge(r, (size_t)e.size) ? malloc((size_t)e.size) : NULL;
    r->directory->names = names;
    if (!names) {
        *code = XTR_E_MEMORY;
        return true;
    }
    return read_at(r, e.at, names, (size_t)e.size) && read_entries(r, &e, code);
}

/* Rebuilding -------------------------------------------------------------------------------- */

/* `size` bytes of the input, a few, which stay until the next call; NULL at its end, and when the
 * job is to stop. */
static const unsigned char *look(reading *r, uint64_t at, size_t size) {
    if (at >= r->window_at && at - r->window_at + size <= r->window_size)
        return r->window + (at - r->window_at);
    if (at + size > r->input_size || xtr_job_should_stop(r->job))
        return NULL;
    int64_t got = xtr_input_read(r->input, at, r->window, WINDOW);
    r->window_at = at;
    r->window_size = got > 0 ? (size_t)got : 0;
    return r->window_size >= size ? r->window : NULL;
}

/* The next "PK" with one of these third and fourth bytes, from `at`; the input's end when none. */
static uint64_t find_signature(reading *r, uint64_t at, bool any) {
    const unsigned char *p;
    while ((p = look(r, at, 4)) != NULL) {
        const unsigned char *end = r->window + r->window_size - 3;
        while (p < end && (p = memchr(p, 'P', (size_t)(end - p))) != NULL) {
            bool local = !memcmp(p, "PK\3\4", 4);
            if (local || (any && (!memcmp(p, "PK\1\2", 4) || !memcmp(p, "PK\7\x08", 4))))
                return r->window_at + (uint64_t)(p - r->window);
            p++;
        }
        at = r->window_at + r->window_size - 3;
    }
    return r->input_size;
}

/* The end of data without a known size: the next header, or the descriptor (4.3.9) that says so. */
static uint64_t find_end(reading *r, uint64_t from) {
    for (uint64_t at = from;; at += 4) {
        at = find_signature(r, at, true);
        const unsigned char *record = look(r, at, 12);
        if (!record || record[2] != 7 || xtr__le32(record + 8) == (uint32_t)(at - from))
            return at;
    }
}

/* Room for a name of `size` bytes among those of the rebuilt directory. They may move: parts get
 * theirs when all are there. */
static char *add_name(reading *r, size_t size) {
    xtr__zip_directory *d = r->directory;
    if (r->names_size + size + 1 > r->names_room) {
        size_t room = (r->names_room + size) * 2 + 4096;
        char *names = room < MOST_SCANNED_NAMES && charge(r, room - r->names_room)
                          ? realloc(d->names, room)
                          : NULL;
        if (!names)
            return NULL;
        d->names = names;
        r->names_room = room;
    }
    char *name = d->names + r->names_size;
    r->names_size += size + 1;
    name[size] = 0;
    return name;
}

static bool is_plausible(const unsigned char *header, uint64_t at, uint64_t input_size) {
    size_t name = xtr__le16(header + 26);
    return name && name < 4096 && header[5] == 0 && xtr__le16(header + 8) < 100 &&
           at + LOCAL_SIZE + name + xtr__le16(header + 28) <= input_size;
}

/* Adds the part whose local header is at `at` and gives the place behind it. */
static uint64_t add_local(reading *r, uint64_t at, const unsigned char *header, int *code) {
    size_t name_size = xtr__le16(header + 26);
    uint64_t data_at = at + LOCAL_SIZE + name_size + xtr__le16(header + 28);
    uint64_t left = r->input_size - data_at;
    char *name = add_name(r, name_size);
    xtr__zip_part *part = name ? add_part(r, code) : NULL;
    if (!part || !read_at(r, at + LOCAL_SIZE, name, name_size)) {
        *code = *code ? *code : XTR_E_MEMORY;
        return r->input_size;
    }
    for (char *c = name; (c = memchr(c, 0, (size_t)(name + name_size - c))) != NULL;)
        *c = '_';
    *part = (xtr__zip_part){.at = at,
                            .flags = xtr__le16(header + 6),
                            .method = xtr__le16(header + 8),
                            .crc = xtr__le32(header + 14),
                            .stored_size = xtr__le32(header + 18),
                            .size = xtr__le32(header + 22)};
    bool known = !(part->flags & STREAMED) && part->stored_size != UINT32_MAX;
    if (known && part->stored_size <= left)
        return data_at + part->stored_size;
    part->size = UINT64_MAX;
    part->stored_size = known ? left : find_end(r, data_at) - data_at;
    return data_at + part->stored_size;
}

static int rebuild(reading *r) {
    const unsigned char *header;
    uint64_t at = 0;
    r->window = malloc(WINDOW);
    int code = r->window ? XTR_OK : XTR_E_MEMORY;
    while (!code && (header = look(r, at = find_signature(r, at, false), LOCAL_SIZE)) != NULL) {
        if (is_plausible(header, at, r->input_size))
            at = add_local(r, at, header, &code);
        else
            at += 4;
    }
    free(r->window);
    char *name = r->directory->names;
    for (size_t i = 0; i < r->directory->count; i++) {
        r->directory->parts[i].name = name;
        name += strlen(name) + 1;
    }
    return code;
}

int xtr__zip_directory_read(xtr__zip_directory *directory, xtr_job *job) {
    int code = XTR_OK;
    reading r = {.directory = directory,
                 .job = job,
                 .input = xtr_job_input(job),
                 .input_size = xtr_input_size(xtr_job_input(job)),
                 .most = (size_t)xtr_job_options(job)->max_archive_entries};
    if (read_central(&r, &code) || code)
        return code;
    xtr__zip_directory damaged = *directory;
    *directory = (xtr__zip_directory){.names = NULL};
    code = rebuild(&r);
    if (code || directory->count >= damaged.count) {
        xtr__zip_directory_free(&damaged, job);
        return code;
    }
    xtr__zip_directory_free(directory, job);
    *directory = damaged;
    return XTR_OK;
}

void xtr__zip_directory_free(xtr__zip_directory *directory, xtr_job *job) {
    free(directory->parts);
    free(directory->names);
    xtr_job_charge(job, -directory->charged);
}
