/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "prose/prose.h"
#include "prose/text.h"

#include <string.h>
#include <strings.h>

enum { DEEPEST_HEADING = 6 };

bool xtr__prose_style_of(const char *name, xtr__prose_paragraph *out) {
    static const struct {
        const char *name;
        xtr_element_type type;
        int level;
    } styles[] = {
        {"title", XTR_HEADING, 1},
        {"subtitle", XTR_HEADING, 2},
        {"caption", XTR_CAPTION, 0},
        {"quote", XTR_QUOTE, 0},
        {"intense quote", XTR_QUOTE, 0},
        {"block text", XTR_QUOTE, 0},
        {"quotations", XTR_QUOTE, 0},
        {"html preformatted", XTR_CODE, 0},
        {"preformatted text", XTR_CODE, 0},
        {"source code", XTR_CODE, 0},
        {"code", XTR_CODE, 0},
    };
    size_t size = strcspn(name, ",;"); /* aliases follow */
    while (size && name[size - 1] == ' ')
        size--;
    if (size > 7 && !strncasecmp(name, "heading", 7)) {
        size_t at = 7 + (name[7] == ' ');
        if (at + 1 == size && name[at] >= '1' && name[at] <= '9') {
            int level = name[at] - '0';
            *out = (xtr__prose_paragraph){
                .type = XTR_HEADING, .level = level < DEEPEST_HEADING ? level : DEEPEST_HEADING};
            return true;
        }
    }
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        if (strlen(styles[i].name) == size && !strncasecmp(styles[i].name, name, size)) {
            *out = (xtr__prose_paragraph){.type = styles[i].type, .level = styles[i].level};
            return true;
        }
    }
    return false;
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
