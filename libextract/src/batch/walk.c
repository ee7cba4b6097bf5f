/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A walk keeps one open directory for each level it is below its root, and nothing of their
 * entries but the one it is at: a folder of a million files costs no more than an empty one. */
#include "batch/walk.h"
#include "document/buffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each level holds a descriptor. */
enum { MOST_LEVELS = 256 };

typedef struct place {
    dev_t device;
    ino_t inode;
} place;

typedef struct level {
    DIR *entries;
    size_t path_size; /* of its path with the slash at its end */
    place place;
} level;

struct xtr__walk {
    const xtr_options *options;
    char *except; /* or NULL */
    place excepted[2];
    unsigned excepted_count;
    level levels[MOST_LEVELS];
    unsigned depth;
    size_t root_size;
    xtr__buffer path; /* NUL-terminated when it was given */
    uint64_t too_large;
};

static bool is_at(const struct stat *info, const place *there) {
    return info->st_dev == there->device && info->st_ino == there->inode;
}

static void pass_over(xtr__walk *walk, const char *path) {
    struct stat info;
    if (path && !stat(path, &info))
        walk->excepted[walk->excepted_count++] = (place){info.st_dev, info.st_ino};
}

xtr__walk *xtr__walk_new(const xtr_options *options, const char *except) {
    xtr__walk *walk = calloc(1, sizeof *walk);
    if (!walk || (except && !(walk->except = strdup(except)))) {
        free(walk);
        return NULL;
    }
    walk->options = options;
    return walk;
}

void xtr__walk_drop(xtr__walk *walk) {
    if (!walk)
        return;
    while (walk->depth)
        closedir(walk->levels[--walk->depth].entries);
    free(walk->except);
    free(walk->path.data);
    free(walk);
}

uint64_t xtr__walk_too_large(const xtr__walk *walk) {
    return walk->too_large;
}

/* Filters ----------------------------------------------------------------------------------- */

/* A pattern with a slash is about the path below the root, one without about the name; * and ?
 * match any character. */
static bool is_among(const xtr_list *patterns, const char *relative) {
    const char *slash = strrchr(relative, '/');
    const char *name = slash ? slash + 1 : relative;
    for (size_t i = 0; i < patterns->count; i++) {
        const char *pattern = patterns->items[i];
        const char *subject = strchr(pattern, '/') ? relative : name;
        if (!fnmatch(pattern + (*pattern == '/'), subject, FNM_CASEFOLD))
            return true;
    }
    return false;
}

static bool is_included(const xtr_options *options, const char *relative) {
    return (!options->include.count || is_among(&options->include, relative)) &&
           !is_among(&options->exclude, relative);
}

bool xtr__walk_wants(const xtr__walk *walk, const char *path, uint64_t size) {
    return (!walk->options->max_size || size <= (uint64_t)walk->options->max_size) &&
           is_included(walk->options, path);
}

static bool is_excepted(const xtr__walk *walk, const struct stat *info) {
    for (unsigned i = 0; i < walk->excepted_count; i++) {
        if (is_at(info, &walk->excepted[i]))
            return true;
    }
    return false;
}

/* Walking ----------------------------------------------------------------------------------- */

static bool set_path(xtr__walk *walk, size_t keep, const char *more) {
    xtr__buffer *path = &walk->path;
    path->size = keep;
    path->failed = false;
    xtr__puts(path, more);
    xtr__putc(path, '\0');
    if (!path->failed)
        path->size--;
    return !path->failed;
}

/* The folder is on the way from the root to here already: a link leads back. */
static bool is_above(const xtr__walk *walk, const struct stat *info) {
    for (unsigned i = 0; i < walk->depth; i++) {
        if (is_at(info, &walk->levels[i].place))
            return true;
    }
    return false;
}

/* Descends into the folder that `path` names; 0 or an errno. */
static int descend(xtr__walk *walk, int above, const char *name, int flags) {
    struct stat info;
    if (walk->depth == MOST_LEVELS)
        return ELOOP;
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | flags);
    if (fd < 0)
        return errno;
    if (fstat(fd, &info)) {
        int os_error = errno;
        close(fd);
        return os_error;
    }
    if (is_above(walk, &info) || is_excepted(walk, &info)) {
        close(fd);
        return 0;
    }
    level next = {.entries = fdopendir(fd), .place = {info.st_dev, info.st_ino}};
    size_t size = walk->path.size;
    bool slash = size && walk->path.data[size - 1] == '/';
    if (!next.entries || !set_path(walk, size, slash ? "" : "/")) {
        next.entries ? closedir(next.entries) : close(fd);
        return ENOMEM;
    }
    next.path_size = walk->path.size;
    walk->levels[walk->depth++] = next;
    return 0;
}

int xtr__walk_enter(xtr__walk *walk, const char *folder) {
    if (!set_path(walk, 0, folder))
        return ENOMEM;
    walk->excepted_count = 0;
    pass_over(walk, walk->except);
    pass_over(walk, walk->options->journal);
    int os_error = descend(walk, AT_FDCWD, folder, 0);
    walk->root_size = walk->path.size;
    return os_error;
}

static void describe(const xtr__walk *walk, xtr__file *out, const struct stat *info, int os_error) {
    *out = (xtr__file){.path = walk->path.data,
                       .relative = walk->path.data + walk->root_size,
                       .os_error = os_error};
    if (info) {
        out->size = (uint64_t)info->st_size;
        out->modified = (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
    }
}

/* What a link leads to, as far as links are followed; 0, an errno, or -1 to pass it over. */
static int look(const xtr__walk *walk, int folder, const char *name, struct stat *info) {
    if (fstatat(folder, name, info, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? -1 : errno; /* gone since it was listed */
    if (!S_ISLNK(info->st_mode))
        return 0;
    if (walk->options->symlinks == XTR_SYMLINKS_SKIP)
        return -1;
    if (fstatat(folder, name, info, 0))
        return errno;
    return S_ISDIR(info->st_mode) && walk->options->symlinks != XTR_SYMLINKS_FOLLOW ? -1 : 0;
}

/* Looks at one entry: true when it is something to give. */
static bool visit(xtr__walk *walk, const char *name, xtr__file *out) {
    struct stat info = {0};
    level *at = &walk->levels[walk->depth - 1];
    if (!set_path(walk, at->path_size, name)) {
        *out = (xtr__file){.path = "", .relative = "", .os_error = ENOMEM};
        return true;
    }
    const char *relative = walk->path.data + walk->root_size;
    int folder = dirfd(at->entries);
    int os_error = look(walk, folder, name, &info);
    if (os_error > 0) {
        describe(walk, out, NULL, os_error);
        return is_included(walk->options, relative);
    }
    if (os_error < 0 || is_excepted(walk, &info))
        return false;
    if (S_ISDIR(info.st_mode)) {
        bool links = walk->options->symlinks == XTR_SYMLINKS_FOLLOW;
        if (is_among(&walk->options->exclude, relative))
            return false;
        os_error = descend(walk, folder, name, links ? 0 : O_NOFOLLOW);
        describe(walk, out, NULL, os_error);
        return os_error != 0;
    }
    if (!S_ISREG(info.st_mode) || !is_included(walk->options, relative))
        return false;
    bool fits = xtr__walk_wants(walk, relative, (uint64_t)info.st_size);
    walk->too_large += !fits;
    describe(walk, out, &info, 0);
    return fits;
}

static bool is_passed_over(const xtr__walk *walk, const char *name) {
    if (name[0] != '.')
        return false;
    return !walk->options->hidden || !name[1] || (name[1] == '.' && !name[2]);
}

bool xtr__walk_next(xtr__walk *walk, xtr__file *out) {
    while (walk->depth) {
        level *at = &walk->levels[walk->depth - 1];
        errno = 0;
        const struct dirent *entry = readdir(at->entries);
        if (!entry) {
            int os_error = errno;
            closedir(at->entries);
            walk->depth--;
            if (os_error && set_path(walk, at->path_size, "")) {
                describe(walk, out, NULL, os_error);
                return true;
            }
        } else if (!is_passed_over(walk, entry->d_name) && visit(walk, entry->d_name, out)) {
            return true;
        }
    }
    return false;
}
