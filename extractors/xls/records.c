/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Records, and what is longer than one. */
#include "xls/xls.h"

#include <stdlib.h>
#include <string.h>

bool xtr__xls_record_at(xtr__xls *book, size_t at, xtr__xls_record *record) {
    if (at > book->size || book->size - at < 4)
        return false;
    const unsigned char *p = book->stream + at;
    size_t size = xtr__le16(p + 2);
    size_t left = book->size - at - 4;
    *record = (xtr__xls_record){.type = xtr__le16(p), .data = p + 4, .at = at};
    book->cut |= size > left;
    record->size = size < left ? size : left;
    record->next = at + 4 + record->size;
    return true;
}

/* BIFF2, 3, 4, and 5 and later. */
bool xtr__xls_is_bof(unsigned type) {
    return type == 0x0009 || type == 0x0209 || type == 0x0409 || type == 0x0809;
}

/* Cursor ------------------------------------------------------------------------------------ */

xtr__xls_cursor xtr__xls_cursor_of(const xtr__xls *book, const xtr__xls_record *record) {
    return (xtr__xls_cursor){
        .book = book, .p = record->data, .end = record->data + record->size, .next = record->next};
}

bool xtr__xls_next_piece(xtr__xls_cursor *c) {
    const xtr__xls *book = c->book;
    size_t left = c->next < book->size ? book->size - c->next : 0;
    const unsigned char *p = book->stream + c->next;
    if (left < 4 || xtr__le16(p) != XTR__R_CONTINUE) {
        c->failed = true;
        return false;
    }
    size_t size = xtr__le16(p + 2) < left - 4 ? xtr__le16(p + 2) : left - 4;
    c->p = p + 4;
    c->end = c->p + size;
    c->next += 4 + size;
    return true;
}

unsigned xtr__xls_byte(xtr__xls_cursor *c) {
    while (c->p == c->end) {
        if (!xtr__xls_next_piece(c))
            return 0;
    }
    return *c->p++;
}

uint32_t xtr__xls_u16(xtr__xls_cursor *c) {
    if (c->end - c->p >= 2) {
        c->p += 2;
        return xtr__le16(c->p - 2);
    }
    uint32_t low = xtr__xls_byte(c);
    return low | xtr__xls_byte(c) << 8;
}

uint32_t xtr__xls_u32(xtr__xls_cursor *c) {
    uint32_t low = xtr__xls_u16(c);
    return low | xtr__xls_u16(c) << 16;
}

void xtr__xls_skip(xtr__xls_cursor *c, size_t size) {
    while (size > (size_t)(c->end - c->p)) {
        size -= (size_t)(c->end - c->p);
        c->p = c->end;
        if (!xtr__xls_next_piece(c))
            return;
    }
    c->p += size;
}

/* Lists ------------------------------------------------------------------------------------- */

bool xtr__xls_grow(xtr__xls *book, void **items, size_t *room, size_t need, size_t size) {
    size_t more = *room < 64 ? 64 : *room + *room / 2;
    if (book->code)
        return false;
    if (more < need)
        more = need;
    int64_t charge = (int64_t)((more - *room) * size);
    void *grown = more < SIZE_MAX / 2 / size && xtr_job_charge(book->job, charge)
                      ? realloc(*items, more * size)
                      : NULL;
    if (!grown) {
        book->code = xtr_job_fail(book->job, XTR_E_MEMORY,
                                  "needs more memory than it may take: raise max_memory");
        return false;
    }
    book->charged += charge;
    *items = grown;
    *room = more;
    return true;
}
