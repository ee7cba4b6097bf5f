/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sources (what a caller names) and inputs (what a job has opened). */
#ifndef XTR_SOURCE_H
#define XTR_SOURCE_H

#include "libextract/extractor.h"

#include <stdatomic.h>

/** The name of a source for messages: path, given name, or "input". Borrowed from the source. */
const char *xtr__source_name(const xtr_source *source);

/** The path of a file, or NULL. Borrowed from the source. */
const char *xtr__source_path(const xtr_source *source);

/** Tells the size of a file that its maker has looked at, to spare another look. */
void xtr__source_set_size(xtr_source *source, uint64_t size);

/** Looks on as a job reads the source, on the thread of the job's slot. */
typedef struct xtr__watch {
    /* The input is open. Not XTR_OK ends the job, with slot->failure. */
    int (*opened)(xtr_job *job, void *payload);
    void (*closed)(void *payload);  /* after each `opened` */
    void (*dropped)(void *payload); /* the source is no more: once */
} xtr__watch;
void xtr__source_watch(xtr_source *source, const xtr__watch *watch, void *payload);

/** What watches it, or NULL. */
const xtr__watch *xtr__source_watched(const xtr_source *source, void **payload);

/** Size and time of the last change (ns since 1970) of an open file; false when it is none. */
bool xtr__input_stamp(const xtr_input *input, uint64_t *size, int64_t *modified);

/** Size in bytes of what the source holds as far as a look tells, else 0. */
uint64_t xtr__source_size_hint(const xtr_source *source);

/** Whether it is memory, not a file. */
bool xtr__source_in_memory(const xtr_source *source);

/** Opens a source for one job. Pipes are read to their end here. An input keeps its source. Fails
 *  with NOT_FOUND, PERMISSION, DIRECTORY, EMPTY, LIMIT (over `max_size`, 0: none), IO, MEMORY; with
 *  *stop (NULL: nobody stops it) once that is not 0. */
int xtr__input_open(xtr_input **out, const xtr_source *source, uint64_t max_size,
                    const atomic_int *stop, xtr_error *error);

/** What an input was opened from. Borrowed. */
const xtr_source *xtr__input_source(const xtr_input *input);

/** Tells through these counters how far the input has been read, and how large it is. */
void xtr__input_report(xtr_input *input, atomic_ullong *done, atomic_ullong *total);
void xtr__input_drop(xtr_input *input);

/** Opens the whole input for another process, to read only: the file, or a sealed copy in memory.
 *  *fd is yours to close. Fails with IO, MEMORY. */
int xtr__input_share(int *fd, xtr_input *input, xtr_error *error);

/** The name as it was given, path or name; NULL when there is none. Borrowed from the source. */
const char *xtr__source_given_name(const xtr_source *source);

#endif
