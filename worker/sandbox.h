/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "isolate/isolate.h"

/** As xtr__sandbox. What the kernel does not have is left out, and missing in the level. */
void prepare_sandbox(void);
int enter_sandbox(uint64_t max_memory, unsigned threads);

/** Builds the filter of system calls for all workers; `strict`: what is not expected kills. False
 *  when that cannot be. */
bool build_filter(bool strict);

/** Puts it on this process, for good. False when the kernel refuses. */
bool enter_filter(void);

#endif
