/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "arguments.h"
#include "output.h"

/** Extracts all files and prints them in order. Returns 0 or the code of the first failure.
 *  *stuck turns true when a job may still hold a thread: leave by _exit, then. */
int extract_files(const arguments *given, output *out, bool *stuck);

/** A source for a file as given on the command line, "-" included. Returns a code of errors.def. */
int open_source(xtr_source **source, const char *file, xtr_error *error);

#endif
