/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "arguments.h"

enum { BATCH_SOME_FAILED = 64, BATCH_NOTHING_DONE = 65 };

/** extract batch: all files below the given paths into a tree, JSON Lines or a database. Returns
 *  the exit code: 0, those above, 130 when it was stopped, or what ended it, of errors.def. */
int extract_batch(const arguments *given);

#endif
