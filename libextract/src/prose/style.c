/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "container/style_names.h"
#include "prose/prose.h"
#include "prose/text.h"

#include <string.h>
#include <strings.h>

bool xtr__prose_style_of(const char *name, xtr__prose_paragraph *out) {
    enum { MOST_NAME = 64, DEEPEST_HEADING = 6 };
    static const xtr_element_type types[] = {
        [XTR__STYLE_HEADING] = XTR_HEADING, [XTR__STYLE_TITLE] = XTR_HEADING,
        [XTR__STYLE_CODE] = XTR_CODE,       [XTR__STYLE_QUOTE] = XTR_QUOTE,
        [XTR__STYLE_CAPTION] = XTR_CAPTION,
    };
    char first[MOST_NAME];
    size_t size = strcspn(name, ",;"); /* aliases follow */
    size = size < MOST_NAME ? size : MOST_NAME - 1;
    memcpy(first, name, size);
    first[size] = 0;
    xtr__style_kind kind = XTR__STYLE_PLAIN;
    int level = -1;
    xtr__style_name(&kind, &level, first);
    if (kind == XTR__STYLE_PLAIN && !strcasecmp(first, "subtitle")) {
        kind = XTR__STYLE_HEADING;
        level = 1;
    }
    if (kind == XTR__STYLE_PLAIN)
        return false;
    level = kind == XTR__STYLE_TITLE ? 1 : kind == XTR__STYLE_HEADING ? level + 1 : 0;
    *out = (xtr__prose_paragraph){.type = types[kind],
                                  .level = level < DEEPEST_HEADING ? level : DEEPEST_HEADING};
    return true;
}

uint32_t xtr__prose_capital(uint32_t c) {
    if ((c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7))
        return c - 32;
    if ((c >= 0x3B1 && c <= 0x3CB && c != 0x3C2) || (c >= 0x430 && c <= 0x44F))
        return c - 32;
    if (c == 0xFF)
        return 0x178;
    /* Pairs whose capital is even, then those whose capital is odd. */
    bool even = (c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14A && c <= 0x177) ||
                (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) ||
                (c >= 0x4D0 && c <= 0x52F) || (c >= 0x1E00 && c <= 0x1E95) ||
                (c >= 0x1EA0 && c <= 0x1EFF);
    bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    if (even)
        return c & ~1U;
    if (odd)
        return c - !(c & 1);
    return c >= 0x450 && c <= 0x45F ? c - 80 : c == 0x131 ? 'I' : c;
}
