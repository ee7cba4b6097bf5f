/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKDOWN_H
#define XTR_MARKDOWN_H

#include "markup/flow.h"

/** Writes Markdown into a flow. XTR_OK, also when the job should stop; LIMIT, MEMORY. */
int xtr__markdown_write(xtr__flow *flow, const char *text, size_t size);

#endif
