/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_OPTIONS_H
#define XTR_OPTIONS_H

#include "document/buffer.h"
#include "libextract/extractor.h"

/** What `options` (NULL: the defaults) say now, in a snapshot that no later setting changes; its
 *  mime_type is in canonical spelling. Shared by all who ask between two settings, and counted:
 *  xtr__options_release it, on any thread. NULL when out of memory. */
const xtr_options *xtr__options_snapshot(const xtr_options *options);
void xtr__options_release(const xtr_options *snapshot);

/** All values, for a worker process of the same version. */
void xtr__options_pack(xtr__buffer *out, const xtr_options *options);

/** A number for all values that change what comes of a document: two that differ have, all but
 *  certainly, different ones. The same for the same values in every version that has these options.
 *  Left out are those that say which documents are read (include, max_size and the like), where and
 *  how soon (isolation, priority, caches), what is done with a journal, limits of time, which fail
 *  a document or change nothing, and passwords, which are nobody's to know. */
uint64_t xtr__options_fingerprint(const xtr_options *options);

/** Options from what xtr__options_pack wrote, yours to drop; NULL when they are not that, or when
 *  out of memory. Never reads outside of `size` bytes. */
xtr_options *xtr__options_unpack(const void *packed, size_t size);

#endif
