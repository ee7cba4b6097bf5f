/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_ZIP_H
#define XTR_ZIP_H

#include "libextract/extractor.h"

/** The input of a job as a ZIP package whose parts are read by name. One thread at a time. */
typedef struct xtr__zip xtr__zip;

/** Whether a part is packed more than max_archive_ratio times, which counts from 16 MB on. */
bool xtr__zip_is_dense(const xtr_options *options, uint64_t unpacked, uint64_t packed);

/** Opens the job's input. *out is yours: xtr__zip_drop. Otherwise what xtr_job_fail returned:
 *  CORRUPT, LIMIT (max_archive_entries), MEMORY. A damaged directory is rebuilt from the local
 *  headers where that is possible. */
int xtr__zip_open(xtr__zip **out, xtr_job *job);
void xtr__zip_drop(xtr__zip *zip);

/** Parts in the order of the directory. Names borrowed, UTF-8, as stored. */
size_t xtr__zip_count(const xtr__zip *zip);
const char *xtr__zip_name(const xtr__zip *zip, size_t part);
uint64_t xtr__zip_size(const xtr__zip *zip, size_t part);

/** The part with this name, without regard to ASCII case, a leading "/" or "\" for "/" (ECMA-376
 *  part 2, 6.2.2.3), or -1. The first of several. */
int64_t xtr__zip_find(const xtr__zip *zip, const char *name);

/** Reads all of a part into *data, NUL-terminated and yours to free. Fails with CORRUPT (damaged;
 *  what could be unpacked is not given), UNSUPPORTED (neither stored nor deflated), LIMIT
 *  (max_archive_ratio of a part, or max_archive_size of all that was unpacked so far),
 *  PASSWORD_REQUIRED, MEMORY; nothing is said to the job. There must be room for it in max_memory;
 *  what you keep is yours to charge. */
int xtr__zip_read(xtr__zip *zip, size_t part, unsigned char **data, size_t *size);

/** The same piece by piece, for parts that may be large. A stream must be dropped before its zip.
 *  *out is NULL when it fails. */
typedef struct xtr__zip_stream xtr__zip_stream;
int xtr__zip_stream_open(xtr__zip_stream **out, xtr__zip *zip, size_t part);
/** Up to `size` bytes; 0 at the end; -1 when damaged, over a limit or out of memory: then
 *  xtr__zip_stream_code says which. */
int64_t xtr__zip_stream_read(xtr__zip_stream *stream, void *buffer, size_t size);
int xtr__zip_stream_code(const xtr__zip_stream *stream);
void xtr__zip_stream_drop(xtr__zip_stream *stream);

#endif
