/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A path that is not UTF-8 is written twice: as it can be read, and its bytes in hexadecimal, under
 * a key that ends in _bytes. */
#include "batch/line.h"
#include "document/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

const char *const xtr__status_names[] = {"complete", "partial", "failed", "skipped", "same", NULL};

/* Writing ----------------------------------------------------------------------------------- */

static void write_string(yajl_gen gen, const char *text, size_t size) {
    char *clean = NULL;
    if (!xtr__utf8_is_clean(text, size, false) && (clean = malloc(3 * size + 1))) {
        size = xtr__utf8_clean(clean, text, size);
        text = clean;
    }
    yajl_gen_string(gen, (const unsigned char *)text, size);
    free(clean);
}

static void write_key(yajl_gen gen, const char *key) {
    yajl_gen_string(gen, (const unsigned char *)key, strlen(key));
}

static void write_text(yajl_gen gen, const char *key, const char *text) {
    if (!text)
        return;
    write_key(gen, key);
    write_string(gen, text, strlen(text));
}

static void write_number(yajl_gen gen, const char *key, uint64_t value) {
    write_key(gen, key);
    yajl_gen_integer(gen, (long long)value);
}

static void write_hex(yajl_gen gen, const char *key, const void *bytes, size_t size) {
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(2 * size + 1);
    if (!hex)
        return;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = ((const unsigned char *)bytes)[i];
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    hex[2 * size] = '\0';
    write_text(gen, key, hex);
    free(hex);
}

/* ISO 8601 with nanoseconds. */
static void write_time(yajl_gen gen, const char *key, int64_t ns) {
    enum { SECOND = 1000000000 };
    char text[64];
    struct tm at;
    int64_t rest = (ns % SECOND + SECOND) % SECOND;
    time_t seconds = (time_t)((ns - rest) / SECOND);
    if (!gmtime_r(&seconds, &at))
        return;
    size_t size = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &at);
    snprintf(text + size, sizeof text - size, ".%09" PRId64 "Z", rest);
    write_text(gen, key, text);
}

static void write_path(yajl_gen gen, const char *key, const char *path) {
    char bytes[32];
    write_text(gen, key, path);
    snprintf(bytes, sizeof bytes, "%s_bytes", key);
    if (path && !xtr__utf8_is_clean(path, strlen(path), false))
        write_hex(gen, bytes, path, strlen(path));
}

static void write_failure(yajl_gen gen, const xtr__record *r) {
    if (!r->code)
        return;
    write_key(gen, "error");
    yajl_gen_map_open(gen);
    write_text(gen, "code", xtr_error_describe(r->code)->name);
    write_text(gen, "message", r->message);
    yajl_gen_map_close(gen);
}

static void write_record(yajl_gen gen, const xtr__record *r) {
    char options[24];
    yajl_gen_map_open(gen);
    write_path(gen, "path", r->path);
    write_number(gen, "size", r->size);
    write_time(gen, "modified", r->modified);
    if (r->has_content)
        write_hex(gen, "sha256", r->content, sizeof r->content);
    snprintf(options, sizeof options, "%016" PRIx64, r->options);
    write_text(gen, "options", options);
    write_text(gen, "status", xtr__status_names[r->status]);
    write_failure(gen, r);
    if (r->changed) {
        write_key(gen, "changed");
        yajl_gen_bool(gen, 1);
    }
    write_path(gen, "same_as", r->same_as);
    write_text(gen, "mime_type", r->mime_type);
    if (r->status == XTR__COMPLETE || r->status == XTR__PARTIAL) {
        write_number(gen, "pages", r->pages);
        write_number(gen, "ocr_pages", r->ocr_pages);
        write_number(gen, "warnings", r->warnings);
    }
    write_number(gen, "ms", (uint64_t)(r->milliseconds + .5));
    write_number(gen, "peak_memory", r->peak_memory);
    write_path(gen, "output", r->output);
    yajl_gen_map_close(gen);
}

bool xtr__line_write(xtr__buffer *out, const xtr__record *record) {
    const unsigned char *text;
    size_t size;
    yajl_gen gen = yajl_gen_alloc(NULL);
    if (!gen)
        return false;
    write_record(gen, record);
    bool whole =
        yajl_gen_get_buf(gen, &text, &size) == yajl_gen_status_ok && size && text[size - 1] == '}';
    if (whole) {
        xtr__put(out, (const char *)text, size);
        xtr__putc(out, '\n');
    }
    yajl_gen_free(gen);
    return whole && !out->failed;
}

/* Reading ----------------------------------------------------------------------------------- */

typedef enum field {
    NONE,
    PATH,
    PATH_BYTES,
    SIZE,
    MODIFIED,
    SHA256,
    OPTIONS,
    STATUS,
    SAME_AS,
    SAME_AS_BYTES,
    OUTPUT,
    OUTPUT_BYTES
} field;

typedef struct reader {
    xtr__line *line;
    field field;
    unsigned depth;
    unsigned seen; /* bits of fields */
} reader;

static int begin_map(void *payload) {
    reader *r = payload;
    r->field = NONE;
    r->depth++;
    return 1;
}

static int end_map(void *payload) {
    ((reader *)payload)->depth--;
    return 1;
}

static int read_key(void *payload, const unsigned char *key, size_t size) {
    static const char *const names[] = {"",         "path",          "path_bytes", "size",
                                        "modified", "sha256",        "options",    "status",
                                        "same_as",  "same_as_bytes", "output",     "output_bytes"};
    reader *r = payload;
    r->field = NONE;
    for (size_t i = 1; i < sizeof names / sizeof names[0] && r->depth == 1; i++) {
        if (strlen(names[i]) == size && !memcmp(names[i], key, size))
            r->field = (field)i;
    }
    return 1;
}

static int read_integer(void *payload, long long value) {
    reader *r = payload;
    if (r->field == SIZE && value >= 0) {
        r->line->record.size = (uint64_t)value;
        r->seen |= 1U << SIZE;
    }
    return 1;
}

static int value_of_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Into `size` bytes at most; how many, or -1. */
static int64_t read_hex(unsigned char *out, size_t room, const char *text, size_t size) {
    if (size % 2 || size / 2 > room)
        return -1;
    for (size_t i = 0; i < size; i += 2) {
        int high = value_of_digit(text[i]), low = value_of_digit(text[i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i / 2] = (unsigned char)(high << 4 | low);
    }
    return (int64_t)(size / 2);
}

static bool read_time(int64_t *out, const char *text) {
    struct tm at = {0};
    long ns = 0;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &at);
    if (!rest || sscanf(rest, ".%9ldZ", &ns) != 1)
        return false;
    return !__builtin_mul_overflow((int64_t)timegm(&at), (int64_t)1000000000, out) &&
           !__builtin_add_overflow(*out, ns, out);
}

static bool read_status(xtr__status *out, const char *text) {
    for (int i = 0; xtr__status_names[i]; i++) {
        if (!strcmp(xtr__status_names[i], text)) {
            *out = (xtr__status)i;
            return true;
        }
    }
    return false;
}

/* Takes `text` over when true. */
static bool keep(char **to, char *text) {
    free(*to);
    *to = text;
    return true;
}

/* The same of a path in hexadecimal, which stands behind the one that can be read. */
static bool keep_bytes(char **to, char *text, size_t size) {
    int64_t bytes = read_hex((unsigned char *)text, size, text, size);
    if (bytes < 0 || memchr(text, 0, (size_t)bytes))
        return false;
    text[bytes] = '\0';
    return keep(to, text);
}

/* Takes `text` over when true. */
static bool read_field(reader *r, char *text, size_t size) {
    xtr__record *record = &r->line->record;
    unsigned bit = 1U << r->field;
    switch (r->field) {
    case PATH:
        r->seen |= bit;
        return keep(&r->line->path, text);
    case PATH_BYTES:
        return keep_bytes(&r->line->path, text, size);
    case SAME_AS:
        return keep(&r->line->same_as, text);
    case SAME_AS_BYTES:
        return keep_bytes(&r->line->same_as, text, size);
    case OUTPUT:
        return keep(&r->line->output, text);
    case OUTPUT_BYTES:
        return keep_bytes(&r->line->output, text, size);
    case SHA256:
        record->has_content = read_hex(record->content, sizeof record->content, text, size) ==
                              (int64_t)sizeof record->content;
        return false;
    case MODIFIED:
        r->seen |= read_time(&record->modified, text) ? bit : 0;
        return false;
    case OPTIONS:
        r->seen |= sscanf(text, "%16" SCNx64, &record->options) == 1 ? bit : 0;
        return false;
    case STATUS:
        r->seen |= read_status(&record->status, text) ? bit : 0;
        return false;
    case NONE:
    case SIZE:
        break;
    }
    return false;
}

static int read_string(void *payload, const unsigned char *bytes, size_t size) {
    reader *r = payload;
    if (r->field == NONE || memchr(bytes, 0, size))
        return 1;
    char *text = strndup((const char *)bytes, size);
    if (!text)
        return 0;
    if (!read_field(r, text, size))
        free(text);
    return 1;
}

bool xtr__line_read(xtr__line *out, const char *text, size_t size) {
    static const yajl_callbacks callbacks = {.yajl_integer = read_integer,
                                             .yajl_string = read_string,
                                             .yajl_start_map = begin_map,
                                             .yajl_map_key = read_key,
                                             .yajl_end_map = end_map};
    static const unsigned needed =
        1U << PATH | 1U << SIZE | 1U << MODIFIED | 1U << OPTIONS | 1U << STATUS;
    *out = (xtr__line){.complete = false};
    reader r = {.line = out};
    yajl_handle parser = yajl_alloc(&callbacks, NULL, &r);
    if (!parser)
        return false;
    bool fine = yajl_parse(parser, (const unsigned char *)text, size) == yajl_status_ok &&
                yajl_complete_parse(parser) == yajl_status_ok;
    yajl_free(parser);
    out->complete = fine && (r.seen & needed) == needed;
    out->record.path = out->path;
    out->record.output = out->output;
    out->record.same_as = out->same_as;
    return fine;
}

void xtr__line_clear(xtr__line *line) {
    free(line->path);
    free(line->output);
    free(line->same_as);
    *line = (xtr__line){.complete = false};
}
