/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Records ([MS-PPT] 2.3.1): eight bytes of header, a body that may be records again. */
#include "document/utf8.h"
#include "ppt/ppt.h"

#include <stdlib.h>

uint16_t ppt_u16(const unsigned char *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t ppt_u32(const unsigned char *p) {
    return (uint32_t)ppt_u16(p + 2) << 16 | ppt_u16(p);
}

bool ppt_next(records *from, record *out) {
    if (from->size < 8)
        return false;
    const unsigned char *p = from->data;
    size_t size = ppt_u32(p + 4);
    size = size < from->size - 8 ? size : from->size - 8;
    *out = (record){.version = p[0] & 15u,
                    .instance = (unsigned)ppt_u16(p) >> 4,
                    .type = ppt_u16(p + 2),
                    .body = {p + 8, size}};
    from->data += 8 + size;
    from->size -= 8 + size;
    return true;
}

records ppt_find(records in, unsigned type, int instance) {
    record r;
    while (ppt_next(&in, &r)) {
        if (r.type == type && (instance < 0 || r.instance == (unsigned)instance))
            return r.body;
    }
    return (records){NULL, 0};
}

char *ppt_utf8(records utf16) {
    char *out = malloc(utf16.size / 2 * 3 + 1);
    size_t at = 0;
    for (size_t i = 0; out && i + 2 <= utf16.size; i += 2) {
        uint32_t c = ppt_u16(utf16.data + i);
        uint32_t low = i + 4 <= utf16.size ? ppt_u16(utf16.data + i + 2) : 0;
        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        } else if (c >= 0xD800 && c < 0xE000) {
            c = 0xFFFD;
        }
        if (!c)
            break;
        at += xtr__utf8_encode(out + at, c);
    }
    if (out)
        out[at] = '\0';
    return out;
}
