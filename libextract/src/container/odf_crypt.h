/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_ODF_CRYPT_H
#define XTR_ODF_CRYPT_H

#include "container/zip.h"

/** Opens an OpenDocument package whose parts are encrypted (OpenDocument 1.3 part 2, 4.8): the job
 *  then goes on with the same package in plain (xtr_job_continue). *goes_on says that it is
 *  encrypted: then return at once what this returns, which is XTR_OK or what xtr_job_fail returned:
 * PASSWORD_REQUIRED, PASSWORD_WRONG, UNSUPPORTED, CORRUPT, LIMIT, MEMORY. */
int xtr__odf_unlock(xtr_job *job, xtr__zip *zip, bool *goes_on);

#endif
