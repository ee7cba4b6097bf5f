/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_ODF_H
#define XTR_ODF_H

#include "container/xml.h"

/** Opens an OpenDocument package: content.xml is *content, and what meta.xml says goes into the
 *  metadata. What xtr_job_fail returned: as xtr__zip_open and xtr__odf_unlock, or CORRUPT when it
 *  has no content. *zip is yours; NULL with XTR_OK when it was encrypted: the job goes on with it
 * in plain, so return. */
int xtr__odf_open(xtr__zip **zip, size_t *content, xtr_job *job);

/** Reads office:meta from the elements of a flat document as they pass: call it for each element
 *  that begins and ends and for text. It is cheap outside of office:meta. */
typedef struct xtr__odf_meta {
    xtr_builder *builder;
    bool inside;
    const char *key; /* of the metadata, while its element is open */
    size_t size;
    char value[2048];
} xtr__odf_meta;

void xtr__odf_meta_begin(xtr__odf_meta *meta, const char *name);
void xtr__odf_meta_end(xtr__odf_meta *meta, const char *name);
void xtr__odf_meta_text(xtr__odf_meta *meta, const char *text, size_t size);

#endif
