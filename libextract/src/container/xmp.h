/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_XMP_H
#define XTR_XMP_H

#include "libextract/extractor.h"

enum { XTR__MOST_XMP = 4 << 20 }; /* bytes of a packet that is read */

/** Adds the facts of a packet of XMP (ISO 16684-1), whatever its encoding. */
void xtr__xmp_write(xtr_builder *builder, const unsigned char *data, size_t size);

#endif
