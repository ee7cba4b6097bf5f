/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_OLE_H
#define XTR_OLE_H

#include "libextract/extractor.h"

/** The input of a job as a compound file ([MS-CFB]): storages and streams by name. */
typedef struct xtr__ole xtr__ole;

/** *out is yours: xtr__ole_drop. Otherwise what xtr_job_fail returned: CORRUPT, MEMORY. Loops and
 *  sectors outside the file end a chain; they fail nothing but the stream they are in. */
int xtr__ole_open(xtr__ole **out, xtr_job *job);

/** The same of an input, without a job that is told or charged: CORRUPT or MEMORY. */
int xtr__ole_load(xtr__ole **out, xtr_input *input);
void xtr__ole_drop(xtr__ole *ole);

/** An entry of the directory, by index. */
typedef struct xtr__ole_entry {
    const char
        *name; /* UTF-8, borrowed; control characters as they are ("\005SummaryInformation") */
    bool storage;
    uint64_t size;   /* of a stream */
    uint32_t parent; /* index of its storage; 0 is the root */
    uint32_t child;  /* the first one inside of a storage, 0: none */
    uint32_t next;   /* of the same storage, by index, 0: none */
    unsigned char class_id[16];
} xtr__ole_entry;

/** Entry 0 is the root; false past the last. Unused entries have an empty name. */
bool xtr__ole_entry_at(const xtr__ole *ole, uint32_t index, xtr__ole_entry *out);

/** The child of storage `parent` (0: the root) with this name, without regard to ASCII case, or -1.
 */
int64_t xtr__ole_find(const xtr__ole *ole, uint32_t parent, const char *name);

/** Reads all of a stream into *data, NUL-terminated and yours to free. CORRUPT when its chain ends
 *  early (what could be read is given all the same, and *data is then not NULL), MEMORY. It counts
 *  against the job's max_memory until `ole` is dropped, so that many streams that are said to be
 *  the same sectors end somewhere. */
int xtr__ole_read(xtr__ole *ole, uint32_t entry, unsigned char **data, size_t *size);

/** Up to `size` bytes at `at`, fewer at the end or at damage only; -1 when reading fails. */
int64_t xtr__ole_read_at(xtr__ole *ole, uint32_t entry, uint64_t at, void *buffer, size_t size);

/** Adds what \005SummaryInformation and \005DocumentSummaryInformation say ([MS-OLEPS]) to the
 *  metadata; what they lack or what is damaged is left out. */
void xtr__ole_properties(xtr__ole *ole, xtr_builder *builder);

#endif
