/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/entity.h"
#include "container/numerals.h"
#include "document/utf8.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum { LONGEST = 32 };

static unsigned number_of(const char *digits, size_t size, unsigned base) {
    unsigned code = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)xtr__hex(digits[i]); /* -1: above any base */
        if (digit >= base || code > 0x10FFFF)
            return 0;
        code = code * base + digit;
    }
    return code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0xFFFD : code;
}

size_t xtr__entity_read(const char *text, size_t size, char out[8]) {
    char name[LONGEST + 1];
    size_t most = size < LONGEST + 2 ? size : LONGEST + 2;
    const char *end = size && text[0] == '&' ? memchr(text, ';', most) : NULL;
    size_t length = end ? (size_t)(end - text) - 1 : 0;
    unsigned code = 0;
    if (!length)
        return 0;
    memcpy(name, text + 1, length);
    name[length] = '\0';
    if (name[0] == '#' && (name[1] == 'x' || name[1] == 'X')) {
        code = number_of(name + 2, length - 2, 16);
    } else if (name[0] == '#') {
        code = number_of(name + 1, length - 1, 10);
    } else if (!strcmp(name, "apos")) { /* of XML and HTML 5 */
        code = '\'';
    } else {
        const htmlEntityDesc *known = htmlEntityLookup((const xmlChar *)name);
        code = known ? known->value : 0;
    }
    if (!code)
        return 0;
    out[xtr__utf8_encode(out, code)] = '\0';
    return length + 2;
}
