/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where the documents of a batch go. */
#ifndef CLI_SINK_H
#define CLI_SINK_H

#include "arguments.h"

typedef struct sink sink;

typedef struct sink_kind {
    const char *name; /* as --as says */
    /* Begins with the target; `last` is xtr_batch_last_output. Returns 0 or a code of errors.def,
     * having said why, as the others do. */
    int (*open)(sink *s, const char *last);
    /* Writes an item and acknowledges it, now or later. An error ends the run. */
    int (*write)(sink *s, const xtr_item *item);
    /* Makes safe what was written, and acknowledges it: now and then, and at the end. */
    int (*flush)(sink *s);
    void (*close)(sink *s);
    /* Whether what was acknowledged is still there. On any thread. */
    bool (*has_output)(const char *place, void *sink);
} sink_kind;

struct sink {
    const sink_kind *kind;
    const arguments *given;
    const char *target;
    xtr_stream *stream; /* to acknowledge */
    void *state;        /* of the kind */
    uint64_t unwritten; /* documents for which there was no place; said already */
};

extern const sink_kind sink_tree, sink_lines, sink_sqlite;

/** The kind of this name or, when that is NULL, what the ending of `target` says; NULL: none has
 *  this name. */
const sink_kind *sink_of(const char *name, const char *target);

/** Acknowledges an item. Returns 0 or a code of errors.def, having said why. */
int sink_acknowledge(sink *s, uint64_t receipt, const char *place);

/** What the document of an item is called below the target: its path in the only folder that was
 *  given, else its whole path, without "/" at the start, "." and "..". Yours to free; NULL when out
 *  of memory. */
char *sink_place(const sink *s, const xtr_item *item);

/** What a document inside of another one is called beside its others: its name, after its number
 * when one before it has the same, or when it has none. Yours to free; NULL when out of memory. */
char *sink_child_name(const xtr_result *result, size_t index);

#endif
