/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_REGISTRY_H
#define XTR_REGISTRY_H

#include "libextract/extractor.h"

enum {
#define XTR_EXTRACTOR(name) XTR__EXTRACTOR_##name,
#include "registry.def"
#undef XTR_EXTRACTOR
    XTR__EXTRACTOR_COUNT
};

/** All extractors in the order of registry.def, then NULL. */
extern const xtr_extractor *const xtr__extractors[XTR__EXTRACTOR_COUNT + 1];

/** The position of the extractor that reads a type, or -1. */
int xtr__extractor_of_mime(const char *mime_type);

#endif
