/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parts of ZIP packages (APPNOTE.TXT 6.3.10), unpacked by zlib. Packages store or deflate their
 * parts (ECMA-376 part 2, C.5; OpenDocument 1.3 part 2, 3.2), so that is all that is read.
 *
 * What one part unpacks to is bounded by a ratio to what is stored, which counts from 16 MB on:
 * parts of regular XML, such as sheets of empty cells, are packed a hundredfold and more, and up to
 * that size cost little whatever they are. All that is unpacked of one archive is bounded too. */
#include "container/zip.h"
#include "container/zip_directory.h"
#include "detect/probe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <zlib.h>

enum {
    WINDOW = 32 << 10,     /* of stored bytes */
    RATIO_FROM = 16 << 20, /* unpacked bytes */
    MOST_DEFLATED = 1032,  /* what one stored byte can be */
    CHARGED_FROM = 256 << 10,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
    LOCAL_SIZE = 30
};

struct xtr__zip_stream {
    xtr__zip *zip;
    const xtr__zip_part *part;
    xtr__zip_stream *next_idle;
    uint64_t at, left; /* stored bytes that were not read yet */
    uint64_t done;     /* bytes unpacked */
    uint32_t crc;
    int code;
    bool ended;
    z_stream z; /* keeps its memory from part to part */
    unsigned char window[WINDOW];
};

typedef struct entry {
    uint32_t part; /* from 1; 0: free */
    uint32_t hash;
} entry;

struct xtr__zip {
    xtr_job *job;
    xtr__zip_directory directory;
    entry *index; /* by hash of the name */
    size_t index_mask;
    uint64_t key; /* of the hash */
    uint64_t unpacked;
    xtr__zip_stream *idle;
};

/* Names ------------------------------------------------------------------------------------- */

static unsigned char folded(char c) {
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + 32);
    return c == '\\' ? '/' : (unsigned char)c;
}

static const char *without_root(const char *name) {
    return *name == '/' || *name == '\\' ? name + 1 : name;
}

/* Keyed, so that nobody can make names that meet; each letter is stirred into all bits. */
static uint32_t hash_of(const xtr__zip *zip, const char *name) {
    uint64_t hash = zip->key;
    for (; *name; name++) {
        hash = (hash ^ folded(*name)) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash >> 32);
}

static bool is_same(const char *a, const char *b) {
    while (*a && folded(*a) == folded(*b)) {
        a++;
        b++;
    }
    return !*a && !*b;
}

/* Where the part with this name stands in the index, or would. */
static entry *place_of(const xtr__zip *zip, const char *name, uint32_t hash) {
    for (size_t i = hash;; i++) {
        entry *e = &zip->index[i & zip->index_mask];
        if (!e->part || (e->hash == hash &&
                         is_same(without_root(zip->directory.parts[e->part - 1].name), name)))
            return e;
    }
}

int64_t xtr__zip_find(const xtr__zip *zip, const char *name) {
    name = without_root(name);
    return (int64_t)place_of(zip, name, hash_of(zip, name))->part - 1;
}

/* Of the process: secret to documents, and there without a system call. */
static uint64_t secret_key(void) {
    uint64_t key = 0;
    const void *random = (const void *)getauxval(AT_RANDOM); /* 16 bytes */
    if (random)
        memcpy(&key, random, sizeof key);
    return key;
}

/* Of a job that stops some are missing. */
static bool make_index(xtr__zip *zip) {
    enum { POLL_EVERY = 4096 };
    size_t count = zip->directory.count;
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    int64_t bytes = (int64_t)(size * sizeof *zip->index);
    if (!xtr_job_charge(zip->job, bytes))
        return false;
    zip->directory.charged += bytes;
    zip->index = calloc(size, sizeof *zip->index);
    zip->index_mask = size - 1;
    zip->key = secret_key();
    for (size_t part = 0; zip->index && part < count; part++) {
        if (part % POLL_EVERY == 0 && xtr_job_should_stop(zip->job))
            break;
        const char *name = without_root(zip->directory.parts[part].name);
        uint32_t hash = hash_of(zip, name);
        entry *e = place_of(zip, name, hash);
        if (!e->part)
            *e = (entry){(uint32_t)part + 1, hash};
    }
    return zip->index != NULL;
}

/* Archive ----------------------------------------------------------------------------------- */

int xtr__zip_open(xtr__zip **out, xtr_job *job) {
    xtr__zip *zip = calloc(1, sizeof *zip);
    int code = XTR_E_MEMORY;
    *out = NULL;
    if (zip) {
        zip->job = job;
        code = xtr__zip_directory_read(&zip->directory, job);
    }
    if (!code && !zip->directory.count)
        code = XTR_E_CORRUPT;
    if (!code && !make_index(zip))
        code = XTR_E_MEMORY;
    if (!code) {
        *out = zip;
        return XTR_OK;
    }
    xtr__zip_drop(zip);
    if (code == XTR_E_LIMIT)
        return xtr_job_fail(job, code, "holds more than %lld files: raise max_archive_entries",
                            (long long)xtr_job_options(job)->max_archive_entries);
    return xtr_job_fail(
        job, code, code == XTR_E_CORRUPT ? "is no ZIP archive, or a damaged one" : "out of memory");
}

void xtr__zip_drop(xtr__zip *zip) {
    if (!zip)
        return;
    while (zip->idle) {
        xtr__zip_stream *stream = zip->idle;
        zip->idle = stream->next_idle;
        inflateEnd(&stream->z);
        free(stream);
    }
    xtr__zip_directory_free(&zip->directory, zip->job);
    free(zip->index);
    free(zip);
}

size_t xtr__zip_count(const xtr__zip *zip) {
    return zip->directory.count;
}

const char *xtr__zip_name(const xtr__zip *zip, size_t part) {
    return zip->directory.parts[part].name;
}

uint64_t xtr__zip_size(const xtr__zip *zip, size_t part) {
    const xtr__zip_part *p = &zip->directory.parts[part];
    return p->size == UINT64_MAX ? 0 : p->size;
}

/* Streams ----------------------------------------------------------------------------------- */

static xtr__zip_stream *take_stream(xtr__zip *zip) {
    xtr__zip_stream *stream = zip->idle;
    if (stream) {
        zip->idle = stream->next_idle;
        inflateReset(&stream->z);
        return stream;
    }
    stream = malloc(sizeof *stream);
    if (!stream)
        return NULL;
    stream->zip = zip;
    stream->z = (z_stream){.next_in = NULL};
    if (inflateInit2(&stream->z, -MAX_WBITS) == Z_OK)
        return stream;
    free(stream);
    return NULL;
}

/* The data follows the local header, whose own names may be longer than the directory's. */
static int find_data(xtr__zip_stream *s) {
    xtr_input *input = xtr_job_input(s->zip->job);
    unsigned char header[LOCAL_SIZE];
    uint64_t size = xtr_input_size(input);
    if (s->part->at > size || size - s->part->at < LOCAL_SIZE ||
        xtr_input_read(input, s->part->at, header, LOCAL_SIZE) != LOCAL_SIZE ||
        memcmp(header, "PK\3\4", 4) != 0)
        return XTR_E_CORRUPT;
    s->at = s->part->at + LOCAL_SIZE + xtr__le16(header + 26) + xtr__le16(header + 28);
    if (s->at > size)
        return XTR_E_CORRUPT;
    s->left = s->part->stored_size < size - s->at ? s->part->stored_size : size - s->at;
    return XTR_OK;
}

int xtr__zip_stream_open(xtr__zip_stream **out, xtr__zip *zip, size_t part) {
    const xtr__zip_part *p = &zip->directory.parts[part];
    *out = NULL;
    if (p->flags & 1)
        return XTR_E_PASSWORD_REQUIRED;
    if (p->method != METHOD_STORED && p->method != METHOD_DEFLATED)
        return XTR_E_UNSUPPORTED;
    xtr__zip_stream *s = take_stream(zip);
    if (!s)
        return XTR_E_MEMORY;
    s->part = p;
    s->done = 0;
    s->crc = 0;
    s->code = XTR_OK;
    s->ended = false;
    s->z.avail_in = 0;
    int code = find_data(s);
    if (code)
        xtr__zip_stream_drop(s);
    else
        *out = s;
    return code;
}

void xtr__zip_stream_drop(xtr__zip_stream *stream) {
    if (!stream)
        return;
    stream->next_idle = stream->zip->idle;
    stream->zip->idle = stream;
}

int xtr__zip_stream_code(const xtr__zip_stream *stream) {
    return stream->code;
}

static int64_t fail(xtr__zip_stream *s, int code) {
    s->code = code;
    return -1;
}

/* Fewer than wanted only at the end of what is stored. */
static size_t read_stored(xtr__zip_stream *s, unsigned char *buffer, size_t size) {
    size_t want = s->left < size ? (size_t)s->left : size;
    int64_t got = want ? xtr_input_read(xtr_job_input(s->zip->job), s->at, buffer, want) : 0;
    if (got < 0)
        s->code = XTR_E_IO;
    size_t read = got > 0 ? (size_t)got : 0;
    s->left = read < want ? 0 : s->left - read;
    s->at += read;
    return read;
}

static size_t inflate_some(xtr__zip_stream *s, unsigned char *buffer, size_t size) {
    z_stream *z = &s->z;
    z->next_out = buffer;
    z->avail_out = (uInt)(size < UINT32_MAX ? size : UINT32_MAX);
    uInt room = z->avail_out;
    while (z->avail_out && !s->ended && !s->code) {
        if (!z->avail_in) {
            z->next_in = s->window;
            z->avail_in = (uInt)read_stored(s, s->window, WINDOW);
            if (!z->avail_in) {
                s->code = s->code ? s->code : XTR_E_CORRUPT; /* cut short */
                break;
            }
        }
        int result = inflate(z, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            s->ended = true;
        else if (result != Z_OK)
            s->code = result == Z_MEM_ERROR ? XTR_E_MEMORY : XTR_E_CORRUPT;
    }
    return room - z->avail_out;
}

bool xtr__zip_is_dense(const xtr_options *options, uint64_t unpacked, uint64_t packed) {
    uint64_t ratio = (uint64_t)options->max_archive_ratio;
    return ratio && unpacked > RATIO_FROM && unpacked / ratio > packed;
}

static int check_limits(const xtr__zip_stream *s) {
    const xtr_options *options = xtr_job_options(s->zip->job);
    uint64_t all = (uint64_t)options->max_archive_size;
    return xtr__zip_is_dense(options, s->done, s->part->stored_size) ||
                   (all && s->zip->unpacked > all)
               ? XTR_E_LIMIT
               : XTR_OK;
}

/* What came before damage is given first; the next call says -1. */
int64_t xtr__zip_stream_read(xtr__zip_stream *s, void *buffer, size_t size) {
    if (s->code)
        return -1;
    if (s->ended || !size)
        return 0;
    size_t got;
    if (s->part->method == METHOD_STORED) {
        got = read_stored(s, buffer, size);
        s->ended = got < size || !s->left;
    } else {
        got = inflate_some(s, buffer, size);
    }
    s->done += got;
    s->zip->unpacked += got;
    s->crc = (uint32_t)crc32_z(s->crc, buffer, got);
    int limit = check_limits(s);
    if (limit)
        return fail(s, limit);
    bool known = s->part->size != UINT64_MAX;
    if (s->ended && !s->code && known && (s->done != s->part->size || s->crc != s->part->crc))
        s->code = XTR_E_CORRUPT;
    return got || !s->code ? (int64_t)got : -1;
}

/* Whole parts ------------------------------------------------------------------------------- */

typedef struct whole {
    unsigned char *data;
    size_t size, room;
    int64_t charged;
} whole;

static int make_room(xtr_job *job, whole *w, size_t room) {
    int64_t more = room >= CHARGED_FROM ? (int64_t)room - w->charged : 0;
    if (!xtr_job_charge(job, more))
        return XTR_E_MEMORY;
    w->charged += more;
    unsigned char *data = realloc(w->data, room + 1);
    if (!data)
        return XTR_E_MEMORY;
    w->data = data;
    w->room = room;
    return XTR_OK;
}

/* There is room for more than the part says that it is. */
static int read_all(xtr__zip_stream *s, whole *w) {
    for (;;) {
        bool known = s->part->size != UINT64_MAX;
        if (w->size == w->room) {
            int code =
                known ? XTR_E_CORRUPT : make_room(s->zip->job, w, w->room + w->room / 2 + 4096);
            if (code)
                return code;
        }
        int64_t got = xtr__zip_stream_read(s, w->data + w->size, w->room - w->size);
        if (got <= 0)
            return s->code;
        w->size += (size_t)got;
    }
}

/* Room for what the part says that it is, if that can be; one byte more tells the end. */
static size_t first_room(const xtr__zip_stream *s) {
    uint64_t most = s->left < UINT32_MAX ? s->left * MOST_DEFLATED : s->left;
    uint64_t size = s->part->size;
    if (size == UINT64_MAX)
        size = s->left * 4;
    return (size_t)(size < most ? size : most) + 1;
}

int xtr__zip_read(xtr__zip *zip, size_t part, unsigned char **data, size_t *size) {
    xtr__zip_stream *s;
    whole w = {.data = NULL};
    *data = NULL;
    *size = 0;
    int code = xtr__zip_stream_open(&s, zip, part);
    if (code)
        return code;
    size_t room = first_room(s);
    uint64_t most = (uint64_t)xtr_job_options(zip->job)->max_archive_size;
    if (most && (zip->unpacked > most || room > most - zip->unpacked + 1))
        code = XTR_E_LIMIT;
    else
        code = make_room(zip->job, &w, room);
    if (!code)
        code = read_all(s, &w);
    xtr_job_charge(zip->job, -w.charged);
    xtr__zip_stream_drop(s);
    if (code) {
        free(w.data);
        return code;
    }
    w.data[w.size] = 0;
    *data = w.data;
    *size = w.size;
    return XTR_OK;
}
