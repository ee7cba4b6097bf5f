/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The syntax of messages: header fields, parameters, encoded words, encodings of content. */
#ifndef XTR_MAIL_MIME_H
#define XTR_MAIL_MIME_H

#include "document/buffer.h"
#include "libextract/extractor.h"

/** Bytes of the input, or of a buffer. */
typedef struct xtr__slice {
    const char *at;
    size_t size;
} xtr__slice;

/** A message or a part of one: its header without the empty line, and what follows that. */
typedef struct xtr__entity {
    xtr__slice header, body;
} xtr__entity;

xtr__entity xtr__mime_split(xtr__slice whole);

/** The first line of a slice with its end, which may be CR LF, LF or CR. */
xtr__slice xtr__mime_line(xtr__slice slice);

/** A line without its end. */
xtr__slice xtr__mime_bare(xtr__slice line);

/** Puts the value of a field, unfolded and trimmed, into `out`, which is emptied; false when there
 *  is none. `nth` counts fields of the same name from 0. */
bool xtr__mime_field(xtr__buffer *out, xtr__slice header, const char *name, unsigned nth);

/** The same of the last field of the name that says anything, as RFC 8621 has it (section 4.1.3).
 */
bool xtr__mime_last_field(xtr__buffer *out, xtr__slice header, const char *name);

/** Puts the value of a parameter of a field (RFC 2045, RFC 2231), as UTF-8, into `out`, which is
 *  emptied; false when there is none. */
bool xtr__mime_parameter(xtr__buffer *out, xtr__slice field, const char *name);

/** Adds text of a field as UTF-8: encoded words (RFC 2047) decoded, other bytes as they are or,
 * when they are no UTF-8, of this charset ("" or NULL: unknown). */
void xtr__mime_words(xtr__buffer *out, xtr__slice text, const char *charset);

/** Adds bytes of a charset ("" or NULL: unknown) as UTF-8. One that is unknown, or that the bytes
 *  cannot be, gives way to the likeliest. */
void xtr__mime_text(xtr__buffer *out, xtr__slice bytes, const char *charset);

/** Adds text in UTF-7 (RFC 2152). */
void xtr__mime_utf7(xtr__buffer *out, xtr__slice text);

/** Content without its transfer encoding: itself, or what is put into `out`, which is emptied. */
xtr__slice xtr__mime_content(xtr__buffer *out, xtr__slice body, xtr__slice encoding);

/** Adds what base64 and uuencoding stand for, whatever else is between. */
void xtr__mime_base64(xtr__buffer *out, xtr__slice text);
void xtr__mime_uuencoded(xtr__buffer *out, xtr__slice lines);

/** ASCII without regard to case. */
bool xtr__slice_is(xtr__slice slice, const char *text);
bool xtr__slice_begins(xtr__slice slice, const char *text);
xtr__slice xtr__slice_trim(xtr__slice slice);

static inline xtr__slice xtr__slice_from(xtr__slice slice, size_t at) {
    return at < slice.size ? (xtr__slice){slice.at + at, slice.size - at}
                           : (xtr__slice){slice.at + slice.size, 0};
}

static inline xtr__slice xtr__slice_of(const xtr__buffer *buffer) {
    return (xtr__slice){buffer->data ? buffer->data : "", buffer->size};
}

static inline void xtr__put_slice(xtr__buffer *out, xtr__slice slice) {
    xtr__put(out, slice.at, slice.size);
}

#endif
