/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "libextract.h"

/** Draws the one line on the terminal that says where we are, in place of the one before. */
void progress_show(const char *file, size_t number, size_t count, const xtr_progress *pages);

/** The same with a line of one's own, cut to what the terminal has room for. */
void progress_line(const char *line);

/** Wipes the line, if one is drawn; safe in a signal handler. */
void progress_clear(void);

#endif
