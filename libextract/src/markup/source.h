/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKUP_SOURCE_H
#define XTR_MARKUP_SOURCE_H

#include "libextract/extractor.h"

/** The job's input as UTF-8, decoded from the charset that was given, declared or found, without a
 *  byte order mark; adds the fact `charset`. *text is NUL-terminated and yours to drop. XTR_OK, or
 *  what xtr_job_fail returned. */
int xtr__source_text(xtr_job *job, char **text, size_t *size);

/** Frees it, and gives its memory back to the job: other documents of the job follow. */
void xtr__source_drop(xtr_job *job, char *text, size_t size);

#endif
