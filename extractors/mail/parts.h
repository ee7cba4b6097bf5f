/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of a message as a tree, and which of them are its body (RFC 2046, RFC 8621). */
#ifndef XTR_MAIL_PARTS_H
#define XTR_MAIL_PARTS_H

#include "mail/mail.h"

enum { XTR__MAIL_TYPE_SIZE = 80 };

typedef struct xtr__mail_part {
    xtr__entity entity;
    char type[XTR__MAIL_TYPE_SIZE]; /* "text/html", in lower case */
    uint32_t first, next;           /* parts of a multipart; 0: none */
    bool attached;                  /* Content-Disposition: attachment */
    bool named;                     /* it has a file name */
} xtr__mail_part;

typedef struct xtr__mail_list {
    uint32_t *items;
    uint32_t count, capacity;
} xtr__mail_list;

typedef struct xtr__mail_parts {
    xtr__mail_part *items; /* the message itself first */
    uint32_t count, capacity;
    bool failed;   /* out of memory */
    bool left_out; /* there were too many, or too deep */
    xtr__buffer field, value;
    xtr__mail_list html, text;  /* the body in either form */
    xtr__mail_list attachments; /* all that is neither */
} xtr__mail_parts;

/** Takes a message apart. False when out of memory. Drop it in any case. */
bool xtr__mail_parts_read(xtr__mail_parts *parts, xtr_job *job, xtr__slice whole);
void xtr__mail_parts_drop(xtr__mail_parts *parts);

void xtr__mail_list_add(xtr__mail_parts *parts, xtr__mail_list *list, uint32_t index);

/** The value of a field of a part, borrowed until the next call. */
xtr__slice xtr__mail_part_field(xtr__mail_parts *parts, const xtr__mail_part *part,
                                const char *name);

/** Puts the file name of a part into `out`, which is emptied; false when it has none. */
bool xtr__mail_part_name(xtr__mail_parts *parts, const xtr__mail_part *part, xtr__buffer *out);

/** The content of a part without its transfer encoding: itself, or what is put into `out`. */
xtr__slice xtr__mail_part_content(xtr__mail_parts *parts, const xtr__mail_part *part,
                                  xtr__buffer *out);

/** Puts what is signed in a message of S/MIME into `out`, which is emptied; false when there is
 *  nothing, or it is encrypted. */
bool xtr__smime_signed(xtr__buffer *out, xtr__slice message);

#endif
