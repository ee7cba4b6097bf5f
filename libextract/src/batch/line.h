/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A line of a journal, written and read. */
#ifndef XTR_LINE_H
#define XTR_LINE_H

#include "batch/journal.h"
#include "document/buffer.h"

/** The line, with its end. False when out of memory. */
bool xtr__line_write(xtr__buffer *out, const xtr__record *record);

/** What xtr__line_write wrote, but message and type; strings are yours to free. */
typedef struct xtr__line {
    char *path, *output, *same_as;
    bool complete; /* it is a record */
    xtr__record record;
} xtr__line;

/** Reads a line; `complete` is false when it is none of a document. False when it is no JSON, or
 *  out of memory. Free with xtr__line_clear in any case. */
bool xtr__line_read(xtr__line *out, const char *text, size_t size);
void xtr__line_clear(xtr__line *line);

/** Names of xtr__status, NULL after the last. */
extern const char *const xtr__status_names[];

#endif
