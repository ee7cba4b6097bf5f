/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How far a batch is, and what came of it, for whoever watches standard error. */
#ifndef CLI_GAUGE_H
#define CLI_GAUGE_H

#include "arguments.h"

typedef struct gauge gauge;

/** Counts files meanwhile, on a thread of its own, when somebody watches. NULL when out of memory.
 */
gauge *gauge_new(const arguments *given, const char *except);
void gauge_drop(gauge *gauge);

/** Notes what came of a document. */
void gauge_note(gauge *gauge, const xtr_item *item);

/** Shows how far it is, when it is time to. */
void gauge_show(gauge *gauge, const xtr_statistics *statistics);

/** Takes the bar away, for lines to follow. */
void gauge_clear(gauge *gauge);

/** Says at the end what came of all: by status and by type, the slowest, and errors by kind. */
void gauge_sum_up(gauge *gauge, const xtr_statistics *statistics);

#endif
