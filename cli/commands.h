/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "arguments.h"
#include "output.h"

/** The type of each file. Returns 0 or the code of the first failure. */
int detect_files(const arguments *given, output *out);

/** What this build can extract. */
int print_formats(const arguments *given, output *out);

/** A picture of how a page is laid out. Sets *stuck when a thread may still be at work. */
int debug_layout(const arguments *given, output *out, bool *stuck);

/** Versions, languages, sandbox. */
int print_doctor(const arguments *given, output *out);

#endif
