/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files of Outlook ([MS-OXMSG]): a compound file with a storage for the message, each recipient and
 * each attachment, and in each a table of properties and a stream for each one that is long. */
#include "container/ole.h"
#include "mail/mapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROPERTY_SIZE = 16,
    MOST_MESSAGES = 1000,
    HEAD_OF_FILE = 32, /* of the table of properties */
    HEAD_OF_MESSAGE = 24,
    HEAD_OF_OTHERS = 8
};

typedef struct reader {
    xtr_job *job;
    xtr__ole *ole;
    xtr__mapi_writer writer;
    unsigned messages;
    bool left_out;
    int code; /* why some of it was not read */
} reader;

static unsigned little_endian(const unsigned char *p, size_t size) {
    unsigned number = 0;
    while (size--)
        number = number << 8 | p[size];
    return number;
}

/* Reads a stream: yours to free, NULL when there is nothing. */
static unsigned char *read_bytes(reader *r, int64_t entry, size_t *size) {
    unsigned char *data = NULL;
    *size = 0;
    int code = entry >= 0 ? xtr__ole_read(r->ole, (uint32_t)entry, &data, size) : XTR_OK;
    r->code = r->code ? r->code : code;
    return data;
}

/* Properties of fixed size: type, number, flags and value. */
static void read_table(reader *r, uint32_t storage, size_t head, xtr__mapi *p) {
    size_t size;
    int64_t entry = xtr__ole_find(r->ole, storage, "__properties_version1.0");
    unsigned char *data = read_bytes(r, entry, &size);
    for (size_t at = head; data && at + PROPERTY_SIZE <= size; at += PROPERTY_SIZE) {
        uint16_t type = (uint16_t)little_endian(data + at, 2);
        uint16_t id = (uint16_t)little_endian(data + at + 2, 2);
        if (type == XTR__MAPI_LONG || type == XTR__MAPI_TIME)
            xtr__mapi_set(p, id, type, (xtr__slice){(const char *)data + at + 8, 8});
    }
    free(data);
}

/* "__substg1.0_0037001F": a property of any size. Attachments are read when their turn comes. */
static void read_stream(reader *r, uint32_t index, const char *name, xtr__mapi *p) {
    unsigned id, type;
    size_t size;
    if (strncmp(name, "__substg1.0_", 12) != 0 || sscanf(name + 12, "%4x%4x", &id, &type) != 2 ||
        id == XTR__MAPI_ATTACH_DATA || !xtr__mapi_keeps((uint16_t)id))
        return;
    unsigned char *data = read_bytes(r, index, &size);
    if (data)
        xtr__mapi_set(p, (uint16_t)id, (uint16_t)type, (xtr__slice){(const char *)data, size});
    free(data);
}

/* The first entry of a storage, 0: none. */
static uint32_t first_in(reader *r, uint32_t storage) {
    xtr__ole_entry entry;
    return xtr__ole_entry_at(r->ole, storage, &entry) ? entry.child : 0;
}

static void read_properties(reader *r, uint32_t storage, size_t head, xtr__mapi *p) {
    xtr__ole_entry entry;
    read_table(r, storage, head, p);
    for (uint32_t i = first_in(r, storage);
         i && xtr__ole_entry_at(r->ole, i, &entry) && !xtr_job_should_stop(r->job);
         i = entry.next) {
        if (!entry.storage)
            read_stream(r, i, entry.name, p);
    }
}

static void read_message(reader *r, uint32_t storage, size_t head);

static void read_attachment(reader *r, uint32_t storage) {
    xtr__mapi p = {.codepage = 0};
    size_t size;
    read_properties(r, storage, HEAD_OF_OTHERS, &p);
    int64_t bytes = xtr__ole_find(r->ole, storage, "__substg1.0_37010102");
    int64_t message = xtr__ole_find(r->ole, storage, "__substg1.0_3701000D");
    if (message >= 0 && xtr__ole_find(r->ole, (uint32_t)message, "__properties_version1.0") >= 0) {
        xtr__mapi_attach_message(&r->writer);
        read_message(r, (uint32_t)message, HEAD_OF_MESSAGE);
    } else {
        unsigned char *data = read_bytes(r, bytes, &size);
        xtr__mapi_attach(&r->writer, &p, (xtr__slice){data ? (const char *)data : "", size});
        free(data);
    }
    xtr__mapi_drop(&p);
}

static void read_recipient(reader *r, uint32_t storage) {
    xtr__mapi p = {.codepage = 0};
    read_properties(r, storage, HEAD_OF_OTHERS, &p);
    xtr__mapi_add_recipient(&r->writer, &p);
    xtr__mapi_drop(&p);
}

/* Calls `read` for the storages inside of one whose names begin so. */
static void each_storage(reader *r, uint32_t parent, const char *prefix,
                         void (*read)(reader *, uint32_t)) {
    xtr__ole_entry entry;
    for (uint32_t i = first_in(r, parent);
         i && xtr__ole_entry_at(r->ole, i, &entry) && !xtr_job_should_stop(r->job);
         i = entry.next) {
        if (entry.storage && !strncmp(entry.name, prefix, strlen(prefix)))
            read(r, i);
    }
}

static void read_message(reader *r, uint32_t storage, size_t head) {
    xtr__mapi p = {.codepage = 0};
    if (r->writer.depth >= XTR__MAIL_DEPTH / 2 || ++r->messages > MOST_MESSAGES) {
        r->left_out = true;
        return;
    }
    read_properties(r, storage, head, &p);
    each_storage(r, storage, "__recip_version1.0_", read_recipient);
    xtr__mapi_begin(&r->writer, &p);
    xtr__mapi_drop(&p);
    each_storage(r, storage, "__attach_version1.0_", read_attachment);
    xtr__mapi_end(&r->writer);
}

int xtr__mail_msg(xtr_job *job) {
    reader r = {.job = job, .writer = {.job = job}};
    int code = xtr__ole_open(&r.ole, job);
    if (code)
        return code;
    if (xtr__ole_find(r.ole, 0, "__properties_version1.0") < 0)
        code = xtr_job_fail(job, XTR_E_CORRUPT, "is no message of Outlook");
    else
        read_message(&r, 0, HEAD_OF_FILE);
    xtr__ole_drop(r.ole);
    if (r.left_out)
        xtr_partial(xtr_job_builder(job), XTR_E_LIMIT, 0,
                    "messages were left out: too many, or too deep");
    if (r.code)
        xtr_partial(xtr_job_builder(job), r.code, 0,
                    r.code == XTR_E_MEMORY ? "parts were left out: they need too much memory"
                                           : "the file is damaged: parts of it cannot be read");
    if (!code && r.writer.out.failed)
        code = xtr_job_fail(job, XTR_E_MEMORY, "needs more memory than it may take");
    if (!code)
        code = xtr__mail_message(job, xtr__slice_of(&r.writer.out), false);
    xtr__mapi_writer_drop(&r.writer);
    return code;
}
