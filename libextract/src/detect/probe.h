/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Probes: each looks at content alone and names a type of mime.def, or bids 0 bits. */
#ifndef XTR_PROBE_H
#define XTR_PROBE_H

#include "libextract/extractor.h"

typedef struct xtr__sample {
    xtr_input *input;
    const unsigned char *head; /* the first `size` bytes of the input */
    size_t size;
    uint64_t input_size;
    bool *out_of_memory; /* set by a probe that could not look for want of it */
} xtr__sample;

static const xtr_match xtr__no_match = {NULL, 0};

/** Binary types by bytes at fixed places. */
xtr_match xtr__probe_signature(const xtr__sample *sample);

/** What a ZIP archive is for: its `mimetype` entry, content types, or the names in it. */
xtr_match xtr__probe_zip(const xtr__sample *sample);

/** What a compound file (OLE2) is for: the entries of its root directory. */
xtr_match xtr__probe_ole(const xtr__sample *sample);

/** Text types by their beginning; `text` is UTF-8 or a superset of ASCII, without a BOM. */
xtr_match xtr__probe_text(const char *text, size_t size);

/** XML and HTML by prolog, root element and namespace. */
xtr_match xtr__probe_markup(const char *text, size_t size);

/** Mail (RFC 5322 header fields at the start) and mailboxes. */
xtr_match xtr__probe_mail(const char *text, size_t size);

/* Helpers on bytes that may hold anything */

static inline uint16_t xtr__le16(const unsigned char *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t xtr__le32(const unsigned char *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t xtr__le64(const unsigned char *p) {
    return xtr__le32(p) | (uint64_t)xtr__le32(p + 4) << 32;
}

static inline uint16_t xtr__be16(const unsigned char *p) {
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t xtr__be32(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

#endif
