/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What mail of all formats shares: how a message is written, and messages of RFC 5322. */
#ifndef XTR_MAIL_H
#define XTR_MAIL_H

#include "mail/mime.h"

/* Writing (write.c) ------------------------------------------------------------------------- */

typedef enum xtr__mail_field {
    XTR__MAIL_SUBJECT,
    XTR__MAIL_FROM,
    XTR__MAIL_SENDER,
    XTR__MAIL_REPLY_TO,
    XTR__MAIL_TO,
    XTR__MAIL_CC,
    XTR__MAIL_BCC,
    XTR__MAIL_DATE,
    XTR__MAIL_ATTACHMENTS, /* names, joined by commas */
    XTR__MAIL_FIELDS
} xtr__mail_field;

/** A message's head as text, UTF-8; an empty one is left out. */
typedef struct xtr__mail_head {
    xtr__buffer fields[XTR__MAIL_FIELDS];
    char created[32]; /* ISO 8601, "" when there is none */
} xtr__mail_head;

void xtr__mail_head_drop(xtr__mail_head *head);

/** Writes the head as a block of lines, "Subject: ..."; without the subject when that is a heading
 *  already. */
void xtr__mail_write_head(xtr_builder *builder, const xtr__mail_head *head, bool without_subject);

/** The facts of the message that a document is. */
void xtr__mail_write_facts(xtr_builder *builder, const xtr__mail_head *head);

/** Writes plain text: stretches between empty lines, and quoted ones. `flowed` is format=flowed of
 *  RFC 3676, `joined` its DelSp. */
void xtr__mail_write_plain(xtr_builder *builder, xtr__slice text, bool flowed, bool joined);

/** Writes a body of HTML in UTF-8; what cannot be read is said by a warning. */
void xtr__mail_write_html(xtr_job *job, xtr__slice html);

/** Writes one line that says what is not there. */
void xtr__mail_write_note(xtr_builder *builder, const char *text);

/** "Thu, 13 Feb 1997 11:33:10 -0700" as ISO 8601, or "". */
void xtr__mail_date(char out[32], xtr__slice date);

/* Formats ----------------------------------------------------------------------------------- */

enum { XTR__MAIL_DEPTH = 20 }; /* of messages and parts in each other */

/** Writes a message of RFC 5322: of a mailbox, its subject is a heading and its facts are not those
 *  of the document. XTR_OK, or what xtr_job_fail returned. */
int xtr__mail_message(xtr_job *job, xtr__slice whole, bool in_mailbox);

/** Reads a compound file of Outlook ([MS-OXMSG]). */
int xtr__mail_msg(xtr_job *job);

/** Reads TNEF ([MS-OXTNEF]): what it holds of a message, and its attachments. */
int xtr__mail_tnef(xtr_job *job, xtr__slice whole);

#endif
