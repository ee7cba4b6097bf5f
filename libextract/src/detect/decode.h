/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_DECODE_H
#define XTR_DECODE_H

#include "detect/charset.h"
#include "libextract/extractor.h"

/** Decodes the input of a job to UTF-8, piece by piece, by the charset that the caller gave or
 *  detection finds. *charset is its name, static, or NULL when all is ASCII. XTR_OK, also when the
 *  job should stop, or what xtr_job_fail returned. */
int xtr__decode_input(const char **charset, xtr_job *job, xtr__decoded write, void *payload);

#endif
