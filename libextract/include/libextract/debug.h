/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What people see who work on extractors. For tools, not for bindings: this interface may change
 * from release to release. */
#ifndef LIBEXTRACT_DEBUG_H
#define LIBEXTRACT_DEBUG_H

#include "libextract.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Draws what the layout makes of page `page` (from 1) of a document, in points, as SVG: its text,
 *  rules, columns, tables, blocks in reading order, and the evidence for each heading. The options
 *  count as for an extraction, but for `format`, `layout` and `isolation`: it is read in this
 *  process. *out is yours: xtr_free. Blocks. Fails with UNSUPPORTED when the document's format has
 *  no layout to draw, ARGUMENT when there is no such page among those asked for, and as
 *  xtr_extract. */
XTR_API int xtr_debug_layout(char **out, size_t *size, xtr_source *source, uint32_t page,
                             const xtr_options *options, xtr_error *error);

#ifdef __cplusplus
}
#endif

#endif
