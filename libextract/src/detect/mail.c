/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mail: RFC 5322 header fields at the start; mailboxes: RFC 4155 "From " lines before them. */
#include "detect/probe.h"

#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_field(const char *line, size_t size, const char *name) {
    size_t length = strlen(name);
    if (size != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(line[i]) != name[i])
            return false;
    }
    return true;
}

static size_t line_length(const char *text, size_t size) {
    const char *end = memchr(text, '\n', size);
    return end ? (size_t)(end - text) + 1 : size;
}

/* Length of a field name at the start of a line, 0 if there is none (RFC 5322, 2.2). */
static size_t field_name(const char *line, size_t size) {
    size_t length = 0;
    while (length < size && line[length] > 32 && line[length] < 127 && line[length] != ':')
        length++;
    return length < size && line[length] == ':' ? length : 0;
}

typedef struct header {
    int fields, known; /* how many; `known` have names that only mail has */
    bool related;      /* multipart/related: an archived web page */
    bool snapshot;     /* said to be saved by a browser */
} header;

static void count_field(header *h, const char *line, size_t name, size_t size) {
    static const char *const known[] = {"from",
                                        "to",
                                        "subject",
                                        "date",
                                        "received",
                                        "return-path",
                                        "message-id",
                                        "reply-to",
                                        "mime-version",
                                        "delivered-to",
                                        "content-type",
                                        "x-mailer",
                                        "cc",
                                        "sender",
                                        "dkim-signature",
                                        "in-reply-to",
                                        "references",
                                        "x-sender",
                                        "list-id",
                                        "arc-seal",
                                        "envelope-to",
                                        "authentication-results",
                                        "content-transfer-encoding"};
    h->fields++;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        h->known += is_field(line, name, known[i]);
    if (is_field(line, name, "content-type") && memmem(line, size, "multipart/related", 17))
        h->related = true;
    if (is_field(line, name, "snapshot-content-location") ||
        (is_field(line, name, "from") && memmem(line, size, "<Saved by ", 10)))
        h->snapshot = true;
}

/* Counts fields until an empty line; a line that is none of a header makes it no header at all,
 * unless the header had begun well (damaged mail is mail). */
static header read_header(const char *text, size_t size) {
    header h = {0};
    while (size) {
        size_t length = line_length(text, size);
        if (*text == '\n' || *text == '\r')
            break;
        size_t name = field_name(text, length);
        if (name) {
            /* A folded value belongs to its field. */
            size_t whole = length;
            while (whole < size && (text[whole] == ' ' || text[whole] == '\t'))
                whole += line_length(text + whole, size - whole);
            count_field(&h, text, name, whole);
            length = whole;
        } else if (length < size) {
            if (h.known < 4)
                h.known = 0;
            break;
        }
        text += length;
        size -= length;
    }
    return h;
}

/* "From somebody Thu Jan  1 00:00:00 1970" */
static bool is_from_line(const char *line, size_t size) {
    int colons = 0;
    int digits = 0;
    if (size < 24 || memcmp(line, "From ", 5) != 0)
        return false;
    for (size_t i = 5; i < size; i++) {
        colons += line[i] == ':' && line[i - 1] >= '0' && line[i - 1] <= '9';
        digits += line[i] >= '0' && line[i] <= '9';
    }
    return colons >= 1 && digits >= 9;
}

static bool is_number(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] != ' ' && (text[i] < '0' || text[i] > '9'))
            return false;
    }
    return true;
}

xtr_match xtr__probe_mail(const char *text, size_t size) {
    size_t length = line_length(text, size);
    bool mailbox = is_from_line(text, length);
    size_t skip = mailbox ? length : 0;
    /* Apple Mail (.emlx) puts the length of the message on a line before it. */
    if (length > 1 && length < 13 && length < size && is_number(text, length - 2))
        skip = length;
    while (skip < size && (text[skip] == '\n' || text[skip] == '\r'))
        skip++;
    header h = read_header(text + skip, size - skip);
    if (mailbox && h.known >= 2)
        return (xtr_match){"application/mbox", 40 + 8 * h.known};
    if (h.known < 2 || (h.known < 3 && h.known * 2 < h.fields))
        return xtr__no_match;
    if (h.related && h.snapshot)
        return (xtr_match){"multipart/related", 8 * h.known};
    return (xtr_match){"message/rfc822", 8 * h.known};
}
