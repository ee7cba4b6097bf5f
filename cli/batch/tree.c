/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A tree of files like that of the documents: a/report.pdf becomes a/report.pdf.md.
 *
 * A file appears whole: it is written without a name (O_TMPFILE) and linked into its place, so that
 * a process that is killed leaves nothing of it. Where the file system cannot do that, it is
 * written under a name with a dot before it. With pictures, each document has a folder of its own
 * (a/report.pdf.d), because Markdown names them without one; there, too, are the documents that
 * were found inside of it. */
#include "batch/sink.h"
#include "output.h"
#include "pictures.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const extensions[] = {
    [AS_TEXT] = ".txt",  [AS_MARKDOWN] = ".md",   [AS_JSON] = ".json", [AS_HTML] = ".html",
    [AS_HOCR] = ".hocr", [AS_ALTO] = ".alto.xml", [AS_TSV] = ".tsv",   [AS_PDF] = ".pdf"};

typedef struct tree {
    int root; /* of the target */
} tree;

static int open_tree(sink *s, const char *last) {
    tree *t = calloc(1, sizeof *t);
    (void)last;
    if (!t)
        return complain(s->target, ENOMEM);
    if (mkdir(s->target, 0777) && errno != EEXIST) {
        free(t);
        return complain(s->target, errno);
    }
    t->root = open(s->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (t->root < 0) {
        free(t);
        return complain(s->target, errno);
    }
    s->state = t;
    return XTR_OK;
}

static void close_tree(sink *s) {
    tree *t = s->state;
    if (t)
        close(t->root);
    free(t);
}

static int flush_tree(sink *s) {
    (void)s;
    return XTR_OK;
}

static bool has_output(const char *place, void *payload) {
    const tree *t = ((sink *)payload)->state;
    return !faccessat(t->root, place, F_OK, 0);
}

/* Files -------------------------------------------------------------------------------------- */

/* Makes the folders on the way to a file. */
static bool make_folders(int root, char *path) {
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = !mkdirat(root, path, 0777) || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

typedef struct draft {
    int fd;
    char *temporary; /* its name; NULL: it has none */
} draft;

static bool open_draft(draft *d, int root, const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
    *d = (draft){.fd = -1};
    if (!folder)
        return false;
    d->fd = openat(root, folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (d->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) &&
        asprintf(&d->temporary, "%s/.extract-%ld.tmp", folder, (long)getpid()) >= 0)
        d->fd = openat(root, d->temporary, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
    free(folder);
    return d->fd >= 0;
}

/* The draft takes its place, and that of what was there. */
static bool keep_draft(const draft *d, int root, const char *path) {
    char link[40];
    if (d->temporary)
        return !renameat(root, d->temporary, root, path);
    snprintf(link, sizeof link, "/proc/self/fd/%d", d->fd);
    if (!linkat(AT_FDCWD, link, root, path, AT_SYMLINK_FOLLOW))
        return true;
    return errno == EEXIST && !unlinkat(root, path, 0) &&
           !linkat(AT_FDCWD, link, root, path, AT_SYMLINK_FOLLOW);
}

static void close_draft(draft *d, int root, bool kept) {
    int os_error = errno;
    if (d->fd >= 0)
        close(d->fd);
    if (d->temporary && !kept)
        unlinkat(root, d->temporary, 0);
    free(d->temporary);
    errno = os_error;
}

static bool copy_file(int to, int root, const char *from) {
    char piece[1 << 16];
    ssize_t got = -1;
    int fd = openat(root, from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    while (fd >= 0 && (got = copy_file_range(fd, NULL, to, NULL, SSIZE_MAX / 2, 0)) > 0)
        ;
    if (fd >= 0 && got < 0) /* not from one file system to another, of old */
        while ((got = read(fd, piece, sizeof piece)) > 0 && write_all(to, piece, (size_t)got))
            ;
    int os_error = errno;
    if (fd >= 0)
        close(fd);
    errno = os_error;
    return fd >= 0 && !got;
}

/* Documents ---------------------------------------------------------------------------------- */

static uint64_t hash_of(const char *text) { /* FNV-1a */
    uint64_t hash = 0xCBF29CE484222325U;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3U;
    return hash;
}

/* What a document is called below the target, without what is put behind that. A name as long as
 * names may be is cut, and a number put behind it. */
static char *short_name(char *place) {
    enum { ROOM = 16, NUMBER = 17 }; /* for extensions; ~ and the number */
    char *slash = strrchr(place, '/'), *name = slash ? slash + 1 : place, *path = NULL;
    if (strlen(name) + ROOM <= NAME_MAX)
        return place;
    if (asprintf(&path, "%.*s%.*s~%016" PRIx64, (int)(name - place), place,
                 NAME_MAX - ROOM - NUMBER, name, hash_of(name)) < 0)
        path = NULL;
    free(place);
    return path;
}

static char *place_of(const sink *s, const xtr_item *item) {
    char *place = sink_place(s, item);
    return place ? short_name(place) : NULL;
}

/* The file of the document at `place`. */
static char *file_of(const sink *s, const char *place) {
    char *path = NULL;
    const char *slash = strrchr(place, '/'), *name = slash ? slash + 1 : place;
    int size = s->given->pictures
                   ? asprintf(&path, "%s.d/%s%s", place, name, extensions[s->given->layout])
                   : asprintf(&path, "%s%s", place, extensions[s->given->layout]);
    return size < 0 ? NULL : path;
}

static bool write_content(int fd, const sink *s, const xtr_result *result) {
    size_t size;
    if (s->given->layout == AS_JSON) {
        char *json;
        xtr_error error;
        if (xtr_result_render(&json, &size, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, &error)) {
            errno = ENOMEM;
            return false;
        }
        bool fine = write_all(fd, json, size);
        xtr_free(json);
        return fine;
    }
    const char *text = xtr_result_content(result, &size);
    bool ends = !size || text[size - 1] == '\n' || s->given->layout == AS_PDF;
    return write_all(fd, text, size) && (ends || write_all(fd, "\n", 1));
}

/* A result or, where that is NULL, a copy of the file `same`. False with errno. */
static bool write_file(const sink *s, char *path, const xtr_result *result, const char *same) {
    const tree *t = s->state;
    draft d = {.fd = -1};
    bool kept = make_folders(t->root, path) && open_draft(&d, t->root, path) &&
                (result ? write_content(d.fd, s, result) : copy_file(d.fd, t->root, same)) &&
                keep_draft(&d, t->root, path);
    close_draft(&d, t->root, kept);
    return kept;
}

static int write_pictures(const sink *s, const char *path, const xtr_result *result) {
    char *folder = NULL;
    const char *slash = strrchr(path, '/');
    if (!s->given->pictures || !result || !slash)
        return XTR_OK;
    if (asprintf(&folder, "%s/%.*s", s->target, (int)(slash - path), path) < 0)
        return complain(path, ENOMEM);
    int code = pictures_write(folder, NULL, result);
    free(folder);
    return code;
}

/* What is about this document alone: another may have its place. */
static bool is_about_name(int os_error) {
    return os_error == EISDIR || os_error == ENOTDIR || os_error == ENAMETOOLONG ||
           os_error == EEXIST || os_error == EILSEQ || os_error == EINVAL;
}

/* Writes a document and its pictures. What is about its name alone is said, and *unwritten set. */
static int write_document(sink *s, char *path, const xtr_result *result, const char *same,
                          bool *unwritten) {
    if (path && write_file(s, path, result, same))
        return write_pictures(s, path, result);
    int os_error = path ? errno : ENOMEM;
    int code = complain(path ? path : s->target, os_error);
    *unwritten = is_about_name(os_error);
    s->unwritten += *unwritten;
    return *unwritten ? XTR_OK : code;
}

/* The documents inside of one are in a folder beside it, report.zip.d; in JSON they are inside. */
static int write_children(sink *s, const char *place, const xtr_result *result) {
    int code = XTR_OK;
    for (size_t i = 0; i < xtr_result_child_count(result) && !code; i++) {
        const xtr_child_result child = xtr_result_child(result, i);
        char *name = sink_child_name(result, i), *inside = NULL;
        bool unwritten;
        if (!child.result || s->given->layout == AS_JSON) {
            free(name);
            continue;
        }
        if (!name || asprintf(&inside, "%s.d/%s", place, name) < 0)
            inside = NULL;
        free(name);
        inside = inside ? short_name(inside) : NULL;
        char *path = inside ? file_of(s, inside) : NULL;
        code = write_document(s, path, child.result, NULL, &unwritten);
        if (!code && inside)
            code = write_children(s, inside, child.result);
        free(inside);
        free(path);
    }
    return code;
}

/* What an earlier run made of a document that fails now is out of date. */
static int write_failure(sink *s, const xtr_item *item, const char *path) {
    const tree *t = s->state;
    if (path)
        unlinkat(t->root, path, 0);
    return sink_acknowledge(s, item->receipt, NULL);
}

static int write_item(sink *s, const xtr_item *item) {
    bool unwritten = false;
    char *place = place_of(s, item), *path = place ? file_of(s, place) : NULL;
    int code;
    if (item->code) {
        code = write_failure(s, item, path);
    } else {
        code = write_document(s, path, item->result, item->same_output, &unwritten);
        if (!code && item->result)
            code = write_children(s, place, item->result);
        if (!code && !unwritten)
            code = sink_acknowledge(s, item->receipt, path);
    }
    free(place);
    free(path);
    return code;
}

const sink_kind sink_tree = {.name = "tree",
                             .open = open_tree,
                             .write = write_item,
                             .flush = flush_tree,
                             .close = close_tree,
                             .has_output = has_output};
