/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_FRONT_MATTER_H
#define XTR_FRONT_MATTER_H

#include "libextract/extractor.h"

/** The size of the front matter that a text begins with: lines of YAML between "---" and "---" or
 *  "...", of which each value becomes a fact of the document. 0 when there is none. */
size_t xtr__front_matter_read(xtr_builder *builder, const char *text, size_t size);

#endif
