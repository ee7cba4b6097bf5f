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

static const struct {
    unsigned bit;
    const char *name;
} yields[] = {
#define XTR_YIELD(NAME, bit, name, doc) {bit, name},
#include "libextract/yields.def"
#undef XTR_YIELD
};

enum { YIELDS = sizeof yields / sizeof *yields };

/* Constants once written; the compiler cannot copy fields of other constants. */
static xtr_format_info formats[XTR__EXTRACTOR_COUNT];
static const char *yielded[XTR__EXTRACTOR_COUNT][YIELDS + 1];

__attribute__((constructor)) static void fill_formats(void) {
    for (int i = 0; xtr__extractors[i]; i++) {
        const xtr_extractor *e = xtr__extractors[i];
        for (size_t j = 0, count = 0; j < YIELDS; j++) {
            if (e->yields & yields[j].bit)
                yielded[i][count++] = yields[j].name;
        }
        formats[i] = (xtr_format_info){e->name, e->title, e->mime_types, yielded[i]};
    }
}

const xtr_format_info *xtr_format_table(size_t *count) {
    *count = XTR__EXTRACTOR_COUNT;
    return formats;
}
