/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signed messages of S/MIME (RFC 8551) that stand inside of their signature: Cryptographic Message
 * Syntax (RFC 5652) in BER, of which nothing is needed but the octets that were signed. */
#include "mail/parts.h"

#include <string.h>

enum {
    MOST_LEVELS = 8,
    CONTEXT_0 = 0xA0,
    OCTETS = 0x04,
    OCTETS_IN_PIECES = 0x24,
    NO_LENGTH = 0x80
};

/* A value: its tag and content; of no given length it is all that follows. */
static bool take_value(xtr__slice *rest, unsigned *tag, xtr__slice *content) {
    if (rest->size < 2)
        return false;
    unsigned first = (unsigned char)rest->at[1];
    size_t length = first & 0x7F, head = 2;
    *tag = (unsigned char)rest->at[0];
    if (first > NO_LENGTH) {
        size_t bytes = first & 0x7F;
        if (bytes > 4 || rest->size < head + bytes)
            return false;
        for (length = 0; bytes; bytes--)
            length = length << 8 | (unsigned char)rest->at[head++];
    }
    *content = xtr__slice_from(*rest, head);
    if (first != NO_LENGTH && length < content->size)
        content->size = length;
    *rest = xtr__slice_from(*rest, head + content->size);
    return true;
}

static void put_octets(xtr__buffer *out, xtr__slice rest, int level) {
    unsigned tag;
    xtr__slice content;
    while (take_value(&rest, &tag, &content)) {
        if (tag == OCTETS)
            xtr__put_slice(out, content);
        else if (tag == OCTETS_IN_PIECES && level < MOST_LEVELS)
            put_octets(out, content, level + 1);
        else
            return;
    }
}

bool xtr__smime_signed(xtr__buffer *out, xtr__slice message) {
    /* id-data; in a signed message the content follows, in an encrypted one an algorithm */
    static const char data[] = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
    const char *found = memmem(message.at, message.size, data, sizeof data - 1);
    unsigned tag;
    xtr__slice content;
    out->size = 0;
    if (!found)
        return false;
    xtr__slice rest = xtr__slice_from(message, (size_t)(found - message.at) + sizeof data - 1);
    if (!take_value(&rest, &tag, &content) || tag != CONTEXT_0)
        return false;
    put_octets(out, content, 0);
    return out->size > 0;
}
