/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_WALK_H
#define XTR_WALK_H

#include "libextract/extractor.h"

/** The files below folders, one after the other: what is not read yet is not held. */
typedef struct xtr__walk xtr__walk;

typedef struct xtr__file {
    const char *path;     /* borrowed until the walk goes on */
    const char *relative; /* the part of it below its root */
    uint64_t size;        /* bytes */
    int64_t modified;     /* ns since 1970 */
    int os_error;         /* not 0: this could not be looked at or opened (a folder), and why */
} xtr__file;

/** Options include, exclude, hidden, symlinks and max_size say which files; `options` must outlive
 *  the walk. What `except` (a file or folder; may be NULL) names is passed over, and the journal.
 *  NULL when out of memory. */
xtr__walk *xtr__walk_new(const xtr_options *options, const char *except);
void xtr__walk_drop(xtr__walk *walk);

/** Begins with another folder, after the last one is done. Its own name is not looked at. 0 or an
 *  errno; ENOTDIR when it is no folder. */
int xtr__walk_enter(xtr__walk *walk, const char *folder);

/** The next file, in no order; false when the folder is done. */
bool xtr__walk_next(xtr__walk *walk, xtr__file *out);

/** Whether a file given by itself is among those that max_size, include and exclude name. */
bool xtr__walk_wants(const xtr__walk *walk, const char *path, uint64_t size);

/** Files that were passed over for max_size so far. */
uint64_t xtr__walk_too_large(const xtr__walk *walk);

#endif
