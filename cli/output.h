/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Where documents are printed: standard output, or a file that appears whole or not at all. */
typedef struct output {
    FILE *file;
    const char *name;
    char *target;    /* of the finished file; NULL when written in place */
    char *temporary; /* beside it */
    int code;        /* of errors.def, once something could not be written; said already */
    bool broken;     /* nobody reads standard output any more: be quiet and end */
} output;

/** Opens `path`, or standard output for NULL. Returns 0 or a code of errors.def, having said why.
 */
int output_open(output *out, const char *path);
void output_write(output *out, const void *data, size_t size);
void output_string(output *out, const char *text);

/** Hands over what was written so far to readers of standard output. */
void output_flush(output *out);

/** Closes; the file appears when `keep` and all was written, else it stays as it was. Returns 0 or
 *  a code of errors.def, having said why. */
int output_close(output *out, bool keep);

/** Removes the temporary file; safe in a signal handler. */
void output_abandon(void);

/** Writes all of it; false with errno. */
bool write_all(int fd, const void *data, size_t size);

/** Says on standard error why a system call on a file failed. Returns a code of errors.def. */
int complain(const char *name, int os_error);

/** Copies a file name fit for a line on a terminal: control characters become '?'. */
const char *printable(char *buffer, size_t size, const char *name);

#endif
