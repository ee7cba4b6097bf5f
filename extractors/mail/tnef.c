/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* TNEF ([MS-OXTNEF]), winmail.dat: a row of attributes, of the message first, then of each
 * attachment; most of what they say is in tables of properties. */
#include "detect/charset.h"
#include "mail/mapi.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t SIGNATURE = 0x223E9F78;

enum {
    HEAD = 6,      /* signature and key */
    ATTRIBUTE = 9, /* level, number and size */
    CHECKSUM = 2,
    GUID = 16,

    AT_SUBJECT = 0x8004, /* attributes, without their types */
    AT_BODY = 0x800C,
    AT_PROPERTIES = 0x9003,
    AT_RECIPIENTS = 0x9004,
    AT_CODEPAGE = 0x9007,
    AT_NEXT_ATTACHMENT = 0x9002,
    AT_TITLE = 0x8010,
    AT_DATA = 0x800F,
    AT_ATTACHMENT = 0x9005
};

typedef struct reader {
    xtr_job *job;
    xtr__mapi_writer writer;
    bool left_out;
} reader;

/* Reading beyond the end gives zeros, and `failed`. */
typedef struct cursor {
    xtr__slice rest;
    bool failed;
} cursor;

static xtr__slice take(cursor *c, size_t size) {
    if (c->failed || size > c->rest.size) {
        c->failed = true;
        return (xtr__slice){"", 0};
    }
    xtr__slice taken = {c->rest.at, size};
    c->rest = xtr__slice_from(c->rest, size);
    return taken;
}

static uint32_t take_number(cursor *c, size_t size) {
    xtr__slice bytes = take(c, size);
    uint32_t number = 0;
    for (size_t i = bytes.size; i-- > 0;)
        number = number << 8 | (unsigned char)bytes.at[i];
    return number;
}

static void align(cursor *c, size_t size) {
    (void)take(c, -size & 3);
}

/* Properties -------------------------------------------------------------------------------- */

/* Of a type of fixed size, else 0. */
static size_t size_of(uint16_t type) {
    switch (type & 0xFFF) {
    case 0x0002: /* 16 bits, filled up */
    case 0x0003:
    case 0x0004:
    case 0x000A:
    case 0x000B:
        return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
        return 8;
    case 0x0048:
        return 16;
    default:
        return 0;
    }
}

static void skip_name(cursor *c) {
    (void)take(c, GUID);
    if (!take_number(c, 4)) {
        (void)take_number(c, 4);
        return;
    }
    uint32_t length = take_number(c, 4);
    (void)take(c, length);
    align(c, length);
}

/* Of several values the first counts. */
static void read_property(cursor *c, xtr__mapi *p) {
    uint16_t type = (uint16_t)take_number(c, 2), id = (uint16_t)take_number(c, 2);
    bool several = type & 0x1000;
    size_t fixed = size_of(type);
    if (id >= 0x8000)
        skip_name(c);
    uint32_t count = several || !fixed ? take_number(c, 4) : 1;
    for (uint32_t i = 0; i < count && !c->failed; i++) {
        size_t size = fixed ? fixed : take_number(c, 4);
        xtr__slice value = take(c, size);
        align(c, size);
        if (i == 0 && !c->failed)
            xtr__mapi_set(p, id, type & 0xFFF, value);
    }
}

static void read_properties(cursor *c, xtr__mapi *p) {
    uint32_t count = take_number(c, 4);
    for (uint32_t i = 0; i < count && !c->failed; i++)
        read_property(c, p);
}

static void read_recipients(reader *r, cursor *c, uint32_t codepage) {
    uint32_t count = take_number(c, 4);
    for (uint32_t i = 0; i < count && !c->failed && !xtr_job_should_stop(r->job); i++) {
        xtr__mapi p = {.codepage = codepage};
        read_properties(c, &p);
        xtr__mapi_add_recipient(&r->writer, &p);
        xtr__mapi_drop(&p);
    }
}

/* Attributes -------------------------------------------------------------------------------- */

static bool next_attribute(cursor *c, uint32_t *id, xtr__slice *data) {
    (void)take(c, 1);
    *id = take_number(c, 4) & 0xFFFF;
    uint32_t size = take_number(c, 4);
    *data = take(c, size);
    bool whole = !c->failed;
    (void)take(c, CHECKSUM);
    return whole;
}

static int read_message(reader *r, xtr__slice whole);

typedef struct attachment {
    bool open;
    xtr__mapi p;
    xtr__slice data;
} attachment;

/* A message inside has the identifier of its interface before it. */
static void end_attachment(reader *r, attachment *a) {
    xtr__slice object = xtr__mapi_value(&a->p, XTR__MAPI_ATTACH_DATA);
    bool has_guid = xtr__mapi_type(&a->p, XTR__MAPI_ATTACH_DATA) == XTR__MAPI_OBJECT;
    xtr__slice inside = xtr__slice_from(object, has_guid ? GUID : 0);
    cursor signature = {.rest = inside};
    bool is_message = has_guid && take_number(&signature, 4) == SIGNATURE;
    if (a->open && is_message && r->writer.depth < XTR__MAIL_DEPTH / 2) {
        xtr__mapi_attach_message(&r->writer);
        (void)read_message(r, inside);
    } else if (a->open) {
        r->left_out = r->left_out || is_message;
        xtr__mapi_attach(&r->writer, &a->p, a->data.size ? a->data : inside);
    }
    xtr__mapi_drop(&a->p);
    *a = (attachment){.open = false};
}

static void read_attachments(reader *r, cursor c, uint32_t codepage) {
    attachment a = {.open = false};
    uint32_t id;
    xtr__slice data;
    while (c.rest.size && !xtr_job_should_stop(r->job) && next_attribute(&c, &id, &data)) {
        cursor inner = {.rest = data};
        if (id == AT_NEXT_ATTACHMENT) {
            end_attachment(r, &a);
            a.open = true;
            a.p.codepage = codepage;
        } else if (id == AT_TITLE) {
            xtr__mapi_set(&a.p, XTR__MAPI_ATTACH_SHORT_NAME, XTR__MAPI_STRING8, data);
        } else if (id == AT_DATA) {
            a.data = data;
        } else if (id == AT_ATTACHMENT) {
            read_properties(&inner, &a.p);
        }
    }
    end_attachment(r, &a);
}

static int read_message(reader *r, xtr__slice whole) {
    cursor start = {.rest = whole};
    if (take_number(&start, 4) != SIGNATURE)
        return xtr_job_fail(r->job, XTR_E_MISMATCH, "is no TNEF");
    (void)take(&start, HEAD - 4);
    xtr__mapi p = {.codepage = 0};
    uint32_t id;
    xtr__slice data, subject = {"", 0}, body = {"", 0};
    for (cursor c = start; c.rest.size && next_attribute(&c, &id, &data);) {
        cursor inner = {.rest = data};
        if (id == AT_CODEPAGE)
            p.codepage = take_number(&inner, 4);
        else if (id == AT_PROPERTIES)
            read_properties(&inner, &p);
        else if (id == AT_RECIPIENTS)
            read_recipients(r, &inner, p.codepage);
        else if (id == AT_SUBJECT)
            subject = data;
        else if (id == AT_BODY)
            body = data;
    }
    xtr__mapi_set(&p, XTR__MAPI_SUBJECT, XTR__MAPI_STRING8, subject);
    xtr__mapi_set(&p, XTR__MAPI_BODY, XTR__MAPI_STRING8, body);
    xtr__mapi_begin(&r->writer, &p);
    read_attachments(r, start, p.codepage);
    xtr__mapi_end(&r->writer);
    xtr__mapi_drop(&p);
    return XTR_OK;
}

int xtr__mail_tnef(xtr_job *job, xtr__slice whole) {
    reader r = {.job = job, .writer = {.job = job}};
    int64_t taken = (int64_t)whole.size; /* of properties */
    if (!xtr_job_charge(job, taken))
        return xtr_job_fail(job, XTR_E_MEMORY, "needs more memory than it may take");
    int code = read_message(&r, whole);
    if (!code && r.writer.out.failed)
        code = xtr_job_fail(job, XTR_E_MEMORY, "needs more memory than it may take");
    if (!code)
        code = xtr__mail_message(job, xtr__slice_of(&r.writer.out), false);
    if (r.left_out)
        xtr_partial(xtr_job_builder(job), XTR_E_LIMIT, 0, "messages were left out: too deep");
    xtr__mapi_writer_drop(&r.writer);
    xtr_job_charge(job, -taken);
    return code;
}
