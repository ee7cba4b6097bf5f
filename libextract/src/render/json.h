/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_JSON_H
#define XTR_JSON_H

#include "document/buffer.h"
#include "libextract.h"

/** The whole result as one line of JSON with a newline. `content` is what stands there. False when
 *  out of memory. */
bool xtr__render_json(xtr__buffer *out, const xtr_result *result);

/** The same for anything that gives itself to a visitor. */
bool xtr__write_json(xtr__buffer *out,
                     int (*visit)(const void *what, const xtr_visitor *visitor, void *payload),
                     const void *what);

/** A number with at most three decimals as text, whatever the locale; 32 bytes are enough. Values
 *  that JSON has no sign for, and those beyond 2^53, are written as the nearest that it has. */
void xtr__format_number(char out[32], double value);

#endif
