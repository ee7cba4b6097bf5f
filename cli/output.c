/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "output.h"
#include "libextract.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a signal removes: set and cleared with signals held off. */
static char *volatile pending;

void output_abandon(void) {
    if (pending)
        unlink(pending);
}

const char *printable(char *buffer, size_t size, const char *name) {
    snprintf(buffer, size, "%s", name);
    for (char *c = buffer; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    }
    return buffer;
}

static int code_of_errno(int os_error) {
    return os_error == EACCES || os_error == EPERM || os_error == EROFS ? XTR_E_PERMISSION
           : os_error == ENOENT || os_error == ENOTDIR                  ? XTR_E_NOT_FOUND
           : os_error == EISDIR                                         ? XTR_E_DIRECTORY
                                                                        : XTR_E_IO;
}

int complain(const char *name, int os_error) {
    char buffer[1024];
    int code = code_of_errno(os_error);
    const char *text = code == XTR_E_IO ? strerrordesc_np(os_error) : NULL;
    fprintf(stderr, "extract: %s: %s\n", printable(buffer, sizeof buffer, name),
            text ? text : xtr_error_describe(code)->text);
    return code;
}

static int fail(output *out, int os_error) {
    if (os_error == EPIPE) {
        out->broken = true;
        return 0;
    }
    if (!out->code)
        out->code = complain(out->name, os_error);
    return out->code;
}

/* Opening ------------------------------------------------------------------------------------ */

/* The permissions the finished file shall have: those of the file it replaces, or the usual. */
static mode_t mode_of(const char *target) {
    struct stat info;
    if (!stat(target, &info))
        return info.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Creates the temporary file in the folder of the target, where rename can reach it. */
static int open_temporary(output *out) {
    const char *slash = strrchr(out->target, '/');
    int folder = slash ? (int)(slash - out->target) + 1 : 0;
    if (asprintf(&out->temporary, "%.*s.%s.XXXXXX", folder, out->target,
                 slash ? slash + 1 : out->target) < 0) {
        out->temporary = NULL;
        return fail(out, ENOMEM);
    }
    mode_t mode = mode_of(out->target);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    int fd = mkostemp(out->temporary, O_CLOEXEC);
    int os_error = errno;
    if (fd >= 0)
        pending = out->temporary;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (fd < 0)
        return fail(out, os_error);
    if (fchmod(fd, mode) || !(out->file = fdopen(fd, "w"))) {
        os_error = errno;
        close(fd);
        return fail(out, os_error);
    }
    return 0;
}

int output_open(output *out, const char *path) {
    struct stat info;
    *out = (output){.name = path ? path : "standard output"};
    if (!path) {
        out->file = stdout;
        return 0;
    }
    bool exists = !stat(path, &info);
    if (exists && S_ISDIR(info.st_mode))
        return fail(out, EISDIR);
    if (exists && !S_ISREG(info.st_mode)) { /* a device or pipe: nothing to replace */
        out->file = fopen(path, "we");
        return out->file ? 0 : fail(out, errno);
    }
    /* A link stays a link: what it points to is replaced. */
    out->target = exists ? realpath(path, NULL) : strdup(path);
    return out->target ? open_temporary(out) : fail(out, errno);
}

/* Writing ------------------------------------------------------------------------------------ */

void output_write(output *out, const void *data, size_t size) {
    if (!out->code && !out->broken && fwrite(data, 1, size, out->file) != size)
        fail(out, errno);
}

void output_string(output *out, const char *text) {
    output_write(out, text, strlen(text));
}

void output_flush(output *out) {
    if (!out->code && !out->broken && fflush(out->file))
        fail(out, errno);
}

int output_close(output *out, bool keep) {
    if (out->file && fclose(out->file) && !out->broken)
        fail(out, errno);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    if (pending && keep && !out->code && rename(out->temporary, out->target))
        fail(out, errno);
    if (pending && (!keep || out->code))
        unlink(out->temporary);
    pending = NULL;
    sigprocmask(SIG_SETMASK, &before, NULL);
    free(out->temporary);
    free(out->target);
    return out->code;
}

bool write_all(int fd, const void *data, size_t size) {
    const char *at = data;
    while (size) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return true;
}
