/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A document on its way through a batch.
 *
 * A job that was cancelled or is out of time is done for its owner while a thread is still busy
 * with it: what that thread knows of the document stays until its source is dropped, which keeps
 * the candidate, and what it wrote is read only once it is through (`is_read`). */
#ifndef XTR_BATCH_DOCUMENT_H
#define XTR_BATCH_DOCUMENT_H

#include "batch/journal.h"
#include "runtime/stream.h"

#include <stdatomic.h>

/** What the thread that reads a document finds out. */
typedef struct xtr__reading {
    uint64_t opened, closed; /* uv_hrtime */
    bool stamped;
    uint64_t size; /* and, as `modified`, of a file that was stamped */
    int64_t modified;
    bool changed;     /* meanwhile */
    bool duplicate;   /* another one has this content */
    bool has_content; /* it was hashed */
    unsigned char content[XTR__DIGEST_SIZE];
} xtr__reading;

typedef struct xtr__candidate {
    struct xtr__candidate *next, *previous; /* in the one list it is in */
    struct xtr__candidates *list;
    struct xtr__documents *batch;
    size_t index; /* of the source it came from */
    void *tag;
    char *path; /* or NULL */
    size_t relative_at;
    bool found;         /* by a walk */
    bool hashes, once;  /* for a journal; contents count */
    xtr_source *source; /* kept, to read it again */
    uint64_t receipt;
    unsigned crashes;

    atomic_uint references; /* its owner's, and that of its source */
    xtr__reading reading;   /* of its thread, until is_read */
    atomic_bool is_read;
    bool holds, abandoned; /* its content; by its owner. Under the mutex of the batch */

    double milliseconds;
    xtr__record record; /* path, message and same_as are those below */

    int code;
    xtr_error *error; /* when `code` is set; NULL: out of memory */
    char *mime_type, *message;
    char *same_as, *same_output;
} xtr__candidate;

/** A list of candidates; each is in one at most. */
typedef struct xtr__candidates {
    xtr__candidate *first, *last;
    size_t count;
} xtr__candidates;

/** A document that takes `source` over; `path` (may be NULL) is copied. NULL when out of memory,
 *  and the source is dropped. */
xtr__candidate *xtr__candidate_new(xtr_source *source, const char *path, size_t relative_at);
void xtr__candidate_drop(xtr__candidate *candidate);

/** Gives up the reference of its source. Any thread. */
void xtr__candidate_release(xtr__candidate *candidate);

/** Takes over what its thread found out, if that is through; whether it is. */
bool xtr__candidate_take_reading(xtr__candidate *candidate);

/** Puts it at the end of a list, out of the one it was in. */
void xtr__candidate_move(xtr__candidate *candidate, xtr__candidates *list);

/** Begins anew: it is to be read again. */
void xtr__candidate_reset(xtr__candidate *candidate);

/** Notes what the result or the error of an item says, for the journal. */
void xtr__candidate_note(xtr__candidate *candidate, const xtr_item *item);

#endif
