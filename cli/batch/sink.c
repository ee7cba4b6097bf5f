/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "batch/sink.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const sink_kind *const kinds[] = {&sink_tree, &sink_lines, &sink_sqlite};

static const struct {
    const char *ending;
    const sink_kind *kind;
} endings[] = {{".jsonl", &sink_lines},
               {".ndjson", &sink_lines},
               {".sqlite", &sink_sqlite},
               {".sqlite3", &sink_sqlite},
               {".db", &sink_sqlite}};

const sink_kind *sink_of(const char *name, const char *target) {
    size_t size = strlen(target);
    for (size_t i = 0; name && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!strcmp(kinds[i]->name, name))
            return kinds[i];
    }
    for (size_t i = 0; !name && i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i].ending);
        if (size > length && !strcasecmp(target + size - length, endings[i].ending))
            return endings[i].kind;
    }
    return name ? NULL : &sink_tree;
}

int sink_acknowledge(sink *s, uint64_t receipt, const char *place) {
    xtr_error error;
    int code = xtr_batch_acknowledge(s->stream, receipt, place, &error);
    if (code)
        fprintf(stderr, "extract: %s\n", error.message);
    return code;
}

/* A path without "/" at the start, "." and "..". */
static char *plain_path(const char *path) {
    char *place = calloc(1, strlen(path) + 2), *end = place;
    if (!place)
        return NULL;
    while (*path) {
        size_t size = strcspn(path, "/");
        bool says_nothing = !size || (size == 1 && path[0] == '.') ||
                            (size == 2 && path[0] == '.' && path[1] == '.');
        if (!says_nothing) {
            if (end > place)
                *end++ = '/';
            memcpy(end, path, size);
            end += size;
        }
        path += size;
        path += *path == '/';
    }
    return place;
}

char *sink_place(const sink *s, const xtr_item *item) {
    bool only = s->given->file_count == 1 && !s->given->files_from;
    return plain_path(only ? item->relative : item->path);
}

char *sink_child_name(const xtr_result *result, size_t index) {
    char *numbered = NULL;
    const char *given = xtr_result_child(result, index).name;
    bool taken = false;
    for (size_t i = 0; i < index && !taken; i++)
        taken = !strcmp(xtr_result_child(result, i).name, given);
    char *name = plain_path(given);
    if (name && *name && !taken)
        return name;
    if (!name || asprintf(&numbered, "%zu%s%s", index + 1, *name ? "-" : "", name) < 0)
        numbered = NULL;
    free(name);
    return numbered;
}
