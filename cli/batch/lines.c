/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON Lines: an object for each document, "path" before what the result holds, or "error". The
 * output of a document is called by where its line begins and ends, "0-4711". What a run wrote and
 * did not acknowledge before it ended is cut off by the one that resumes it. */
#include "batch/sink.h"
#include "output.h"
#include "print.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct lines {
    int fd;
    uint64_t size;
} lines;

static bool read_place(const char *place, uint64_t *first, uint64_t *last) {
    return sscanf(place, "%" SCNu64 "-%" SCNu64, first, last) == 2 && *first <= *last;
}

static int open_lines(sink *s, const char *last) {
    uint64_t first;
    lines *l = calloc(1, sizeof *l);
    if (!l)
        return complain(s->target, ENOMEM);
    s->state = l;
    struct stat info;
    l->fd = open(s->target, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (l->fd < 0 || fstat(l->fd, &info))
        return complain(s->target, errno);
    if (!last || !read_place(last, &first, &l->size) || l->size > (uint64_t)info.st_size)
        l->size = 0;
    if (ftruncate(l->fd, (off_t)l->size) || lseek(l->fd, (off_t)l->size, SEEK_SET) < 0)
        return complain(s->target, errno);
    return XTR_OK;
}

static void close_lines(sink *s) {
    lines *l = s->state;
    if (l && l->fd >= 0)
        close(l->fd);
    free(l);
}

static int flush_lines(sink *s) {
    (void)s;
    return XTR_OK;
}

static bool has_output(const char *place, void *payload) {
    const lines *l = ((sink *)payload)->state;
    uint64_t first, last;
    struct stat info;
    return read_place(place, &first, &last) && !fstat(l->fd, &info) &&
           last <= (uint64_t)info.st_size;
}

static void write_failure(printer *p, const xtr_item *item) {
    const xtr_visitor *v = &print_json;
    output_string(p->out, "\"error\":");
    printer inner = {.out = p->out};
    v->begin_object(&inner, "error");
    visit_string(v, &inner, "code", xtr_error_describe(item->code)->name);
    visit_string(v, &inner, "message", item->error.message);
    v->end(&inner);
    output_string(p->out, "}");
}

/* What follows the path in the line of a document with the same content; NULL with errno. */
static char *read_rest(const lines *l, const char *place, size_t *size) {
    uint64_t first, last;
    if (!read_place(place, &first, &last) || last > l->size)
        return NULL;
    size_t length = (size_t)(last - first);
    char *text = malloc(length + 1);
    if (!text || pread(l->fd, text, length, (off_t)first) != (ssize_t)length) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    /* A path in JSON ends at the first quote that no backslash is before. */
    char *end = text + strlen("{\"path\":\"");
    while (*end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    end += strcspn(end, ",");
    end += *end == ',';
    *size = length - (size_t)(end - text);
    memmove(text, end, *size + 1);
    return text;
}

/* The line in memory, yours to free; NULL when out of memory. */
static char *compose(const sink *s, const xtr_item *item, size_t *size) {
    char *line = NULL, *rest = NULL;
    size_t rest_size = 0;
    xtr_error error;
    output out = {.file = open_memstream(&line, size), .name = s->target};
    if (!out.file)
        return NULL;
    printer p = {.out = &out};
    bool fine = true;
    output_string(&out, "{\"path\":");
    print_json.string(&p, item->path, strlen(item->path));
    output_string(&out, ",");
    if (item->code) {
        write_failure(&p, item);
        output_string(&out, "\n");
    } else if (item->same_output) {
        fine = (rest = read_rest(s->state, item->same_output, &rest_size)) != NULL;
        output_write(&out, rest, rest_size);
        free(rest);
    } else if ((fine = !xtr_result_render(&rest, &rest_size, item->result, XTR_FORMAT_JSON,
                                          XTR_FURNITURE_AUTO, &error))) {
        output_write(&out, rest + 1, rest_size - 1);
        xtr_free(rest);
    }
    if (fclose(out.file) || !fine || out.code) {
        free(line);
        return NULL;
    }
    return line;
}

static int write_item(sink *s, const xtr_item *item) {
    lines *l = s->state;
    char place[64];
    size_t size;
    char *line = compose(s, item, &size);
    if (!line)
        return complain(s->target, ENOMEM);
    bool written = write_all(l->fd, line, size);
    int os_error = errno;
    free(line);
    if (!written) {
        (void)!ftruncate(l->fd, (off_t)l->size);
        return complain(s->target, os_error);
    }
    snprintf(place, sizeof place, "%" PRIu64 "-%" PRIu64, l->size, l->size + size);
    l->size += size;
    return sink_acknowledge(s, item->receipt, place);
}

const sink_kind sink_lines = {.name = "jsonl",
                              .open = open_lines,
                              .write = write_item,
                              .flush = flush_lines,
                              .close = close_lines,
                              .has_output = has_output};
