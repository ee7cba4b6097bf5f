/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/registry.h"

#include <string.h>

#define XTR_EXTRACTOR(name) extern const xtr_extractor xtr_extractor_##name;
#include "registry.def"
#undef XTR_EXTRACTOR

const xtr_extractor *const xtr__extractors[XTR__EXTRACTOR_COUNT + 1] = {
#define XTR_EXTRACTOR(name) &xtr_extractor_##name,
#include "registry.def"
#undef XTR_EXTRACTOR
    NULL,
};

int xtr__extractor_of_mime(const char *mime_type) {
    for (int i = 0; xtr__extractors[i]; i++) {
        for (const char *const *type = xtr__extractors[i]->mime_types; *type; type++) {
            if (!strcmp(*type, mime_type))
                return i;
        }
    }
    return -1;
}

/* A constant once written; the compiler cannot copy fields of other constants. */
static xtr_format_info formats[XTR__EXTRACTOR_COUNT];

__attribute__((constructor)) static void fill_formats(void) {
    for (int i = 0; xtr__extractors[i]; i++)
        formats[i] = (xtr_format_info){xtr__extractors[i]->name, xtr__extractors[i]->title,
                                       xtr__extractors[i]->mime_types};
}

const xtr_format_info *xtr_format_table(size_t *count) {
    *count = XTR__EXTRACTOR_COUNT;
    return formats;
}
