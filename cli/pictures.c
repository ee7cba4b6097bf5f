/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* --images-dir: pictures as files. A visit of the images sees the name of each, then its bytes. */
#include "pictures.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = 256 };

typedef struct writer {
    const char *path, *inside;
    int folder;   /* -1: not open yet */
    bool is_name; /* the next string is one */
    char name[NAME_SIZE];
    int code;
} writer;

/* Names come from the library, which may have them from a process that a document took over. */
static bool is_safe(const char *name) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    return *name && *name != '.' && !name[strspn(name, letters)];
}

/* Makes a folder, where there is none, and opens it. */
static int open_folder(int parent, const char *name, int flags) {
    if (mkdirat(parent, name, 0777) && errno != EEXIST)
        return -1;
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
}

static bool open_folders(writer *w) {
    w->folder = open_folder(AT_FDCWD, w->path, 0);
    if (w->folder >= 0 && w->inside) {
        int inner = open_folder(w->folder, w->inside, O_NOFOLLOW);
        int os_error = errno;
        close(w->folder);
        w->folder = inner;
        errno = os_error;
    }
    if (w->folder < 0)
        w->code = complain(w->path, errno);
    return w->folder >= 0;
}

/* A new file in the place of an old one: what a link points to is left alone. */
static int write_picture(void *payload, const void *data, size_t size) {
    writer *w = payload;
    if (!is_safe(w->name) || (w->folder < 0 && !open_folders(w)))
        return w->code;
    unlinkat(w->folder, w->name, 0);
    int fd = openat(w->folder, w->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    bool done = fd >= 0 && write_all(fd, data, size);
    int os_error = errno;
    if (fd >= 0 && close(fd) && done) {
        done = false;
        os_error = errno;
    }
    if (!done)
        w->code = complain(w->name, os_error);
    return w->code;
}

static int begin_object(void *payload, const char *type) {
    (void)type;
    ((writer *)payload)->name[0] = '\0';
    return 0;
}

static int begin_array(void *payload, size_t count) {
    (void)payload, (void)count;
    return 0;
}

static int end(void *payload) {
    (void)payload;
    return 0;
}

static int key(void *payload, const char *name) {
    ((writer *)payload)->is_name = !strcmp(name, "name");
    return 0;
}

static int string(void *payload, const char *text, size_t size) {
    writer *w = payload;
    if (w->is_name && size < NAME_SIZE) {
        memcpy(w->name, text, size);
        w->name[size] = '\0';
    }
    return 0;
}

static int integer(void *payload, int64_t value) {
    (void)payload, (void)value;
    return 0;
}

static int number(void *payload, double value) {
    (void)payload, (void)value;
    return 0;
}

static int boolean(void *payload, bool value) {
    (void)payload, (void)value;
    return 0;
}

int pictures_write(const char *folder, const char *inside, const xtr_result *result) {
    static const xtr_visitor visitor = {begin_object, begin_array, end,     key,           string,
                                        integer,      number,      boolean, write_picture, end};
    writer w = {.path = folder, .inside = inside, .folder = -1};
    size_t count;
    const xtr_field_info *fields = xtr_field_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(fields[i].object, "result") && !strcmp(fields[i].name, "images"))
            xtr_result_visit_field(result, i, &visitor, &w);
    }
    if (w.folder >= 0)
        close(w.folder);
    return w.code;
}
