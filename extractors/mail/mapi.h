/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages of Outlook: properties, whatever file they are in, become a message of RFC 5322, which
 * is then read as any other. */
#ifndef XTR_MAIL_MAPI_H
#define XTR_MAIL_MAPI_H

#include "mail/mail.h"

/** Properties ([MS-OXPROPS]) that matter; all else is passed over. */
enum {
    XTR__MAPI_SUBJECT = 0x0037,
    XTR__MAPI_SUBMIT_TIME = 0x0039,
    XTR__MAPI_DELIVERY_TIME = 0x0E06,
    XTR__MAPI_FROM_NAME = 0x0042,
    XTR__MAPI_FROM_ADDRESS = 0x0065,
    XTR__MAPI_FROM_SMTP = 0x5D02,
    XTR__MAPI_SENDER_NAME = 0x0C1A,
    XTR__MAPI_SENDER_ADDRESS = 0x0C1F,
    XTR__MAPI_SENDER_SMTP = 0x5D01,
    XTR__MAPI_HEADERS = 0x007D,
    XTR__MAPI_DISPLAY_BCC = 0x0E02,
    XTR__MAPI_DISPLAY_CC = 0x0E03,
    XTR__MAPI_DISPLAY_TO = 0x0E04,
    XTR__MAPI_BODY = 0x1000,
    XTR__MAPI_RTF = 0x1009,
    XTR__MAPI_HTML = 0x1013,
    XTR__MAPI_MESSAGE_ID = 0x1035,
    XTR__MAPI_IN_REPLY_TO = 0x1042,
    XTR__MAPI_RECIPIENT_TYPE = 0x0C15,
    XTR__MAPI_NAME = 0x3001,
    XTR__MAPI_ADDRESS = 0x3003,
    XTR__MAPI_SMTP = 0x39FE,
    XTR__MAPI_ATTACH_DATA = 0x3701,
    XTR__MAPI_ATTACH_SHORT_NAME = 0x3704,
    XTR__MAPI_ATTACH_NAME = 0x3707,
    XTR__MAPI_ATTACH_TYPE = 0x370E,
    XTR__MAPI_CODEPAGE = 0x3FFD,
    XTR__MAPI_INTERNET_CODEPAGE = 0x3FDE,
    XTR__MAPI_PROPERTIES = 28,

    XTR__MAPI_LONG = 0x0003, /* types */
    XTR__MAPI_OBJECT = 0x000D,
    XTR__MAPI_STRING8 = 0x001E,
    XTR__MAPI_STRING = 0x001F,
    XTR__MAPI_TIME = 0x0040,
    XTR__MAPI_BINARY = 0x0102,
};

/** The properties of a message, a recipient or an attachment. Text is UTF-8. */
typedef struct xtr__mapi {
    xtr__buffer values[XTR__MAPI_PROPERTIES];
    uint16_t types[XTR__MAPI_PROPERTIES];
    uint32_t codepage; /* of strings of bytes; 0: unknown */
} xtr__mapi;

void xtr__mapi_drop(xtr__mapi *properties);

/** Whether a property of this number would be kept. */
bool xtr__mapi_keeps(uint16_t id);

/** Keeps a property: its value as it is stored, of fixed size or not. Some are not kept. */
void xtr__mapi_set(xtr__mapi *properties, uint16_t id, uint16_t type, xtr__slice value);
xtr__slice xtr__mapi_value(const xtr__mapi *properties, uint16_t id);

/** How a property was stored; 0 when it is not there. */
uint16_t xtr__mapi_type(const xtr__mapi *properties, uint16_t id);

/** A property of 32 bits, or 0. */
uint32_t xtr__mapi_number(const xtr__mapi *properties, uint16_t id);

/** A message that is written, part by part. */
typedef struct xtr__mapi_writer {
    xtr_job *job;
    xtr__buffer out; /* what it holds is counted against the job's memory: it fails beyond that */
    int64_t charged;
    xtr__buffer recipients[3]; /* To, Cc, Bcc */
    int depth;                 /* of messages in messages */
} xtr__mapi_writer;

void xtr__mapi_writer_drop(xtr__mapi_writer *writer);

void xtr__mapi_add_recipient(xtr__mapi_writer *writer, const xtr__mapi *recipient);

/** Writes the head and the body; attachments follow, then the end. */
void xtr__mapi_begin(xtr__mapi_writer *writer, const xtr__mapi *message);
void xtr__mapi_attach(xtr__mapi_writer *writer, const xtr__mapi *attachment, xtr__slice data);

/** The head of an attachment that is a message: what xtr__mapi_begin writes follows. */
void xtr__mapi_attach_message(xtr__mapi_writer *writer);
void xtr__mapi_end(xtr__mapi_writer *writer);

enum { XTR__RTF_MOST = 64 << 20 };

/** Adds what compressed RTF ([MS-OXRTFCP]) holds, unpacked, XTR__RTF_MOST of it at most; false when
 *  it is none. */
bool xtr__rtf_unpack(xtr__buffer *out, xtr__slice packed);

/** Adds the HTML or text that RTF was made of ([MS-OXRTFEX]), or the text of other RTF; UTF-8. True
 *  when it is HTML. A job (NULL: none) is asked whether to stop. */
bool xtr__rtf_original(xtr__buffer *out, xtr_job *job, xtr__slice rtf);

#endif
