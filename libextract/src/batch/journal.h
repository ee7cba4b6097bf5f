/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_JOURNAL_H
#define XTR_JOURNAL_H

#include "libextract/extractor.h"

/** The journal of batches: a file of JSON Lines, one for each document that is done, to which lines
 *  are only added. The last line about a path counts. While it is open no other run may have it.
 *  Not for two threads at once. */
typedef struct xtr__journal xtr__journal;

enum { XTR__DIGEST_SIZE = 32 }; /* of SHA-256 */

typedef enum xtr__status {
    XTR__COMPLETE,
    XTR__PARTIAL,
    XTR__FAILED,
    XTR__SKIPPED, /* not of the types asked for */
    XTR__SAME     /* as another */
} xtr__status;

/** What is known of a document. Strings may be NULL. */
typedef struct xtr__record {
    const char *path; /* any bytes */
    uint64_t size;    /* when it was opened */
    int64_t modified; /* the same, ns since 1970 */
    bool changed;     /* while it was read */
    bool has_content;
    unsigned char content[XTR__DIGEST_SIZE];
    uint64_t options; /* a fingerprint of those that matter */
    xtr__status status;
    int code;            /* of FAILED and SKIPPED */
    const char *message; /* the same */
    const char *mime_type;
    uint64_t pages, ocr_pages, warnings;
    double milliseconds;
    uint64_t peak_memory; /* bytes */
    const char *output, *same_as;
} xtr__record;

/** Opens the file that option `journal` names. One that is there and not empty is read when resume
 *  or retry_failed says so, and emptied with force. Fails with ARGUMENT (it is there), BUSY
 * (another run has it), CORRUPT (it is no journal), IO, PERMISSION, MEMORY. */
int xtr__journal_open(xtr__journal **out, const xtr_options *options, uint64_t fingerprint,
                      xtr_error *error);
void xtr__journal_drop(xtr__journal *journal);

/** Adds a line, in one write; *place says where it is. Fails with IO, MEMORY. */
int xtr__journal_append(xtr__journal *journal, const xtr__record *record, uint64_t *place,
                        xtr_error *error);

/** What the last record that was there said of its output; NULL: nothing. Borrowed. */
const char *xtr__journal_last_output(const xtr__journal *journal);

/** What the journal knew of a path when it was opened. */
typedef struct xtr__past {
    uint64_t size;
    int64_t modified;
    uint64_t options;
    uint64_t place;
    xtr__status status;
} xtr__past;
bool xtr__journal_find(const xtr__journal *journal, const char *path, xtr__past *out);

/** Documents by content, to extract each once: who holds a content is a record of the journal or
 *  a document at work. */
typedef struct xtr__holder {
    void *document; /* at work, or NULL */
    uint64_t place; /* else of its record */
} xtr__holder;

/** The holder of this content, or NULL. Until the next call of xtr__journal_hold. */
xtr__holder *xtr__journal_holder(xtr__journal *journal,
                                 const unsigned char content[XTR__DIGEST_SIZE]);

/** Makes a holder, or replaces it. False when out of memory. */
bool xtr__journal_hold(xtr__journal *journal, const unsigned char content[XTR__DIGEST_SIZE],
                       xtr__holder holder);
void xtr__journal_release(xtr__journal *journal, const unsigned char content[XTR__DIGEST_SIZE]);

/** Path and output of the record at `place`, yours to free; NULL where it has none. False when it
 *  cannot be read. Any thread. */
bool xtr__journal_read(const xtr__journal *journal, uint64_t place, char **path, char **output);

#endif
