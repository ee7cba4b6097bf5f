/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What text, sheets and presentations of OpenDocument share. */
#ifndef XTR_OPENDOCUMENT_H
#define XTR_OPENDOCUMENT_H

#include "container/xml.h"

/** Opens the package of a job. What xtr_job_fail returned: as xtr__zip_open, CORRUPT when it has no
 *  content.xml. *zip is yours. Where its parts are encrypted, the job goes on with what is inside
 *  (xtr__odf_unlock): *goes_on, there is no *zip, and you return at once what this returned. */
int xtr__opendocument_open(xtr__zip **zip, xtr_job *job, bool *goes_on);

/** The metadata of meta.xml, or of a flat document (zip NULL). Damage is a warning. */
void xtr__opendocument_metadata(xtr_job *job, xtr__zip *zip);

/** The name of a style as people see it: "Heading_20_1" is "Heading 1". */
void xtr__opendocument_style_name(char *out, size_t room, const char *name);

/** The part that a reference ("Pictures/a.png", "./Object 1") means, in a folder of it the file
 *  `inside` (or NULL), or -1. */
int64_t xtr__opendocument_find(const xtr__zip *zip, const char *reference, const char *inside);

#endif
