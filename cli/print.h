/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "libextract.h"
#include "output.h"

enum { PRINT_DEPTH = 16 };

/** Prints what is visited; begin with all zero but `out`. */
typedef struct printer {
    output *out;
    int depth;               /* of open objects and arrays, at most PRINT_DEPTH */
    bool array[PRINT_DEPTH]; /* what is open at each depth */
    bool filled[PRINT_DEPTH];
    bool after_key;
} printer;

/** As JSON on one line, without a newline at its end. The payload is a printer. */
extern const xtr_visitor print_json;

/** For people: a line "key: value" each, what belongs to a key indented below it. */
extern const xtr_visitor print_lines;

/** A key and its text; the text may be NULL, then nothing is visited. */
int visit_string(const xtr_visitor *visitor, void *payload, const char *key, const char *text);

#endif
