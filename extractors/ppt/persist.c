/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where the objects of a presentation are: each save may append, so the newest edit says where the
 * newest of each is, and leads to the edit before it ([MS-PPT] 2.3.3 to 2.3.6). */
#include "ppt/ppt.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_EDITS = 10000, MOST_OBJECTS = 1 << 20, ENCRYPTED = (int)0xF3D1C4DF };

static record record_at(const ppt *p, uint32_t offset) {
    record r = {.type = 0};
    if (offset < p->size) {
        records from = {p->data + offset, p->size - offset};
        if (!ppt_next(&from, &r))
            r.type = 0;
    }
    return r;
}

static void set_offset(ppt *p, uint32_t id, uint32_t offset) {
    if (id >= MOST_OBJECTS)
        return;
    if (id >= p->offset_count) {
        uint32_t count = id + 1 + id / 2;
        uint32_t *grown = realloc(p->offsets, count * sizeof *grown);
        if (!grown)
            return;
        memset(grown + p->offset_count, 0, (count - p->offset_count) * sizeof *grown);
        p->offsets = grown;
        p->offset_count = count;
    }
    /* The newest comes first. The document may be at 0, so offsets are kept one higher. */
    if (!p->offsets[id])
        p->offsets[id] = offset + 1;
}

/* Far outside when there is none. */
static uint32_t offset_of(const ppt *p, uint32_t id) {
    return id < p->offset_count ? p->offsets[id] - 1 : UINT32_MAX;
}

static void read_directory(ppt *p, records body) {
    while (body.size >= 4) {
        uint32_t first = ppt_u32(body.data) & 0xFFFFF, count = ppt_u32(body.data) >> 20;
        body.data += 4;
        body.size -= 4;
        for (uint32_t i = 0; i < count && body.size >= 4; i++) {
            set_offset(p, first + i, ppt_u32(body.data));
            body.data += 4;
            body.size -= 4;
        }
    }
}

/* Follows the edits; the newest names the document and, if there is one, what it is encrypted by.
 */
static bool read_edits(ppt *p, uint32_t offset, uint32_t *document, uint32_t *crypt) {
    size_t left = p->size; /* each edit has a directory of its own: all fit into the stream */
    *document = *crypt = 0;
    for (int i = 0; i < MOST_EDITS && !xtr_job_should_stop(p->job); i++) {
        record edit = record_at(p, offset);
        if (edit.type != PPT_EDIT || edit.body.size < 20)
            break;
        uint32_t before = ppt_u32(edit.body.data + 8);
        record directory = record_at(p, ppt_u32(edit.body.data + 12));
        size_t size = directory.type == PPT_DIRECTORY ? directory.body.size : 0;
        if (size > left) {
            xtr_partial(p->builder, XTR_E_CORRUPT, 0, "the list of its edits is damaged");
            break;
        }
        left -= size;
        if (size)
            read_directory(p, directory.body);
        if (!*document)
            *document = ppt_u32(edit.body.data + 16);
        if (!*crypt && edit.body.size >= 32)
            *crypt = ppt_u32(edit.body.data + 28);
        if (!before || before >= offset)
            break;
        offset = before;
    }
    return *document != 0;
}

/* Without a usable edit: directories and the document in the order of the stream. */
static void scan(ppt *p) {
    records from = {p->data, p->size};
    record r;
    while (ppt_next(&from, &r)) {
        if (r.type == PPT_DIRECTORY)
            read_directory(p, r.body);
        else if (r.type == PPT_DOCUMENT)
            p->document = r.body;
    }
}

static int unlock(ppt *p, uint32_t persist) {
    record info = record_at(p, offset_of(p, persist));
    if (info.type != PPT_CRYPT)
        return xtr_job_fail(p->job, XTR_E_CORRUPT, "does not say how it is encrypted");
    int code = xtr__crypt_open(&p->crypt, p->job, info.body.data, info.body.size);
    if (code)
        return code;
    if (xtr__crypt_method_of(p->crypt) != XTR__CRYPT_RC4_CAPI)
        return xtr_job_fail(p->job, XTR_E_UNSUPPORTED, "is encrypted in an unknown way");
    p->decrypted = calloc(p->offset_count, sizeof *p->decrypted);
    if (!p->decrypted)
        return xtr_job_fail(p->job, XTR_E_MEMORY, "out of memory");
    return xtr__crypt_unlock(p->crypt);
}

/* Each object has a key of its own, and its header is encrypted too (2.3.7). */
static void decrypt(ppt *p, uint32_t persist, uint32_t offset) {
    if (!p->crypt || p->decrypted[persist] || offset > p->size || p->size - offset < 8)
        return;
    p->decrypted[persist] = true;
    unsigned char *at = p->data + offset;
    xtr__crypt_rc4(p->crypt, persist, 0, at, 8);
    size_t size = ppt_u32(at + 4), most = p->size - offset - 8;
    xtr__crypt_rc4(p->crypt, persist, 8, at + 8, size < most ? size : most);
}

record ppt_object(ppt *p, uint32_t persist) {
    uint32_t offset = offset_of(p, persist);
    if (offset >= p->size)
        return (record){.type = 0};
    decrypt(p, persist, offset);
    return record_at(p, offset);
}

/* "Current User" says where the newest edit is (2.3.2), and whether all is encrypted. */
static bool read_current_user(xtr__ole *ole, uint32_t *edit, bool *encrypted) {
    int64_t entry = xtr__ole_find(ole, 0, "Current User");
    unsigned char *data = NULL;
    size_t size = 0;
    if (entry >= 0)
        xtr__ole_read(ole, (uint32_t)entry, &data, &size);
    bool found = data && size >= 20 && ppt_u16(data + 2) == 0x0FF6;
    *edit = found ? ppt_u32(data + 16) : 0;
    *encrypted = found && ppt_u32(data + 12) == (uint32_t)ENCRYPTED;
    free(data);
    return found;
}

/* The last edit of the stream, for when "Current User" is lost. */
static uint32_t last_edit(const ppt *p) {
    records from = {p->data, p->size};
    record r;
    uint32_t found = 0;
    while (ppt_next(&from, &r)) {
        if (r.type == PPT_EDIT)
            found = (uint32_t)(r.body.data - 8 - p->data);
    }
    return found;
}

int ppt_open(ppt *p, xtr__ole *ole) {
    uint32_t edit, document, crypt;
    bool encrypted;
    if (!read_current_user(ole, &edit, &encrypted) || record_at(p, edit).type != PPT_EDIT)
        edit = last_edit(p);
    bool known = read_edits(p, edit, &document, &crypt);
    if (crypt || encrypted) {
        int code = unlock(p, crypt);
        if (code)
            return code;
    }
    record found = known ? ppt_object(p, document) : (record){.type = 0};
    if (found.type == PPT_DOCUMENT)
        p->document = found.body;
    else
        scan(p);
    if (!p->document.size)
        return xtr_job_fail(p->job, XTR_E_CORRUPT, "has no presentation in it");
    return XTR_OK;
}
