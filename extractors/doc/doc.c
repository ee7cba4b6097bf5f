/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents of Word 97 to 2003, and of Word 6 and 95: [MS-DOC] 2024, and for the older ones what
 * Microsoft published in 1994. The file information block (FIB) at the head of the stream
 * WordDocument says where all else is. The text is a table of pieces in an order of their own;
 * properties are lists of changes (sprms) to those of a style, in pages of 512 bytes, by the place
 * of the text in the file. A paragraph's properties are those of the mark at its end. */
#include "doc/doc.h"
#include "container/crypt.h"
#include "detect/probe.h"

#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"application/msword", NULL};

enum {
    WORD_97 = 0xA5EC,
    WORD_6 = 0xA5DC,
    ENCRYPTED = 0x0100,
    FIRST_TABLE = 0x0200,
    OBFUSCATED = 0x8000,
    CLEAR_HEAD = 68, /* bytes of an encrypted document that are not */
    RC4_BLOCK = 512,
};

/* Bytes ------------------------------------------------------------------------------------- */

uint8_t doc_u8(bytes b, size_t at) {
    return at < b.size ? b.data[at] : 0;
}

uint16_t doc_u16(bytes b, size_t at) {
    return b.size >= 2 && at <= b.size - 2 ? xtr__le16(b.data + at) : 0;
}

uint32_t doc_u32(bytes b, size_t at) {
    return b.size >= 4 && at <= b.size - 4 ? xtr__le32(b.data + at) : 0;
}

/* Up to `size` bytes at `at`: fewer where there are no more. */
bytes doc_part(bytes b, size_t at, size_t size) {
    if (!b.data || at > b.size)
        return (bytes){NULL, 0};
    return (bytes){b.data + at, size < b.size - at ? size : b.size - at};
}

bytes doc_structure(const doc *d, unsigned pair) {
    if (pair >= d->pair_count)
        return (bytes){NULL, 0};
    size_t at = d->pairs_at + 8 * (size_t)pair;
    return doc_part(d->table, doc_u32(d->main, at), doc_u32(d->main, at + 4));
}

plc doc_plc(const doc *d, unsigned pair, size_t item_size) {
    plc p = {.data = doc_structure(d, pair), .item_size = item_size};
    if (p.data.size >= 4)
        p.count = (uint32_t)((p.data.size - 4) / (4 + item_size));
    return p;
}

uint32_t doc_plc_at(const plc *p, uint32_t index) {
    return doc_u32(p->data, 4 * (size_t)index);
}

bytes doc_plc_item(const plc *p, uint32_t index) {
    return doc_part(p->data, 4 * ((size_t)p->count + 1) + p->item_size * index, p->item_size);
}

int64_t doc_plc_find(const plc *p, uint32_t position) {
    uint32_t low = 0;
    uint32_t high = p->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (doc_plc_at(p, middle) < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->count && doc_plc_at(p, low) == position ? (int64_t)low : -1;
}

/* The file information block ---------------------------------------------------------------- */

static void read_fib(doc *d) {
    size_t lengths = d->old ? 0x34 : 0x4C; /* of the parts: ccpText and so on */
    d->pairs_at = d->old ? 0x58 : 0x9A;
    d->pair_count = d->old ? 58 : doc_u16(d->main, 0x98);
    uint64_t at = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        d->part_at[i] = (uint32_t)at;
        at += doc_u32(d->main, lengths + 4 * (size_t)i);
        at = at < INT32_MAX ? at : INT32_MAX;
    }
    d->part_at[PARTS] = (uint32_t)at;
}

/* Text in bytes is of Windows-1252, but that of the old ones of the code page of their language. */
static unsigned codepage_of(const doc *d) {
    static const struct {
        uint16_t language, codepage;
    } others[] = {{0x01, 1256}, {0x02, 1251}, {0x05, 1250}, {0x08, 1253}, {0x0D, 1255},
                  {0x0E, 1250}, {0x11, 932},  {0x12, 949},  {0x15, 1250}, {0x18, 1250},
                  {0x19, 1251}, {0x1B, 1250}, {0x1E, 874},  {0x1F, 1254}, {0x22, 1251},
                  {0x23, 1251}, {0x24, 1250}, {0x25, 1257}, {0x26, 1257}, {0x27, 1257},
                  {0x2A, 1258}, {0x2F, 1251}};
    unsigned language = doc_u16(d->main, 6) & 0x3FF;
    for (size_t i = 0; d->old && i < sizeof others / sizeof *others; i++) {
        if (others[i].language == language)
            return others[i].codepage;
    }
    return 1252;
}

/* Streams ----------------------------------------------------------------------------------- */

/* Reads a stream as far as it goes; empty when there is none. */
static bytes read_stream(doc *d, const char *name, unsigned char **keep, int *code) {
    int64_t found = xtr__ole_find(d->ole, 0, name);
    size_t size = 0;
    *code = found < 0 ? XTR_OK : xtr__ole_read(d->ole, (uint32_t)found, keep, &size);
    if (*code == XTR_E_CORRUPT) {
        xtr_warn(d->builder, *code, 0, "the stream %s ends early", name);
        *code = XTR_OK;
    }
    return (bytes){*keep, size};
}

static void decrypt(xtr__crypt *crypt, unsigned char *data, size_t size, size_t clear) {
    if (size > clear)
        xtr__crypt_rc4_stream(crypt, RC4_BLOCK, clear, data + clear, size - clear);
}

static int unlock(doc *d, unsigned flags) {
    xtr__crypt *crypt;
    uint32_t key = doc_u32(d->main, 14);
    bool xors = (flags & OBFUSCATED) != 0 || d->old;
    int code = xors ? xtr__crypt_open_xor(&crypt, d->job, (uint16_t)key, (uint16_t)(key >> 16))
                    : xtr__crypt_open(&crypt, d->job, d->table.data,
                                      key < d->table.size ? key : d->table.size);
    if (code)
        return code;
    code = xtr__crypt_unlock(crypt);
    if (!code && !xtr_job_should_stop(d->job)) {
        if (xors) {
            for (size_t i = 0; i < 3; i++) {
                size_t size = i == 0 ? d->main.size : i == 1 ? d->table.size : d->data.size;
                size_t clear = i == 0 ? CLEAR_HEAD : 0;
                if (d->streams[i] && size > clear)
                    xtr__crypt_xor_text(crypt, clear, d->streams[i] + clear, size - clear);
            }
        } else {
            decrypt(crypt, d->streams[0], d->main.size, CLEAR_HEAD);
            decrypt(crypt, d->streams[1], d->table.size, key);
            decrypt(crypt, d->streams[2], d->data.size, 0);
        }
    }
    xtr__crypt_drop(crypt);
    return code;
}

static int read_streams(doc *d) {
    int code;
    d->main = read_stream(d, "WordDocument", &d->streams[0], &code);
    if (code)
        return xtr_job_fail(d->job, code, "out of memory");
    unsigned magic = doc_u16(d->main, 0);
    if (d->main.size < 0x58 || (magic != WORD_97 && magic != WORD_6))
        return xtr_job_fail(d->job, XTR_E_UNSUPPORTED,
                            "is no document of Word 6 or later: its head is unknown");
    unsigned flags = doc_u16(d->main, 10);
    d->old = magic == WORD_6 || doc_u16(d->main, 2) < 105;
    d->table = d->main;
    if (!d->old)
        d->table = read_stream(d, flags & FIRST_TABLE ? "1Table" : "0Table", &d->streams[1], &code);
    if (!code)
        d->data = read_stream(d, "Data", &d->streams[2], &code);
    if (code)
        return xtr_job_fail(d->job, code, "out of memory");
    return flags & ENCRYPTED ? unlock(d, flags) : XTR_OK;
}

/* Run --------------------------------------------------------------------------------------- */

static void drop(doc *d) {
    for (uint32_t i = 0; i < d->override_count; i++)
        free(d->overrides[i].own);
    while (d->field_count)
        free(d->fields[--d->field_count].url);
    for (size_t i = 0; i < 3; i++)
        free(d->streams[i]);
    xtr__ole_drop(d->ole);
    xtr__prose_drop(d->prose);
    free(d->pieces);
    free(d->modifiers);
    free(d->paragraphs.items);
    free(d->characters_spans.items);
    free(d->styles);
    free(d->fonts);
    free(d->lists);
    free(d->overrides);
    free(d->box_shown);
    free(d->instructions);
}

static int read_document(doc *d) {
    int code = read_streams(d);
    if (code)
        return code;
    read_fib(d);
    d->charset = xtr__charset_of_codepage(codepage_of(d));
    d->characters = xtr__charset_bytes(
        xtr__charset_simple(d->charset) ? d->charset : xtr__charset_of_codepage(1252));
    xtr__ole_properties(d->ole, d->builder);
    code = doc_read_pieces(d);
    if (code == XTR_E_CORRUPT)
        return xtr_job_fail(d->job, code, "the table of its pieces is damaged");
    if (code)
        return xtr_job_fail(d->job, code, "out of memory");
    doc_read_spans(d);
    doc_read_fonts(d);
    doc_read_styles(d);
    doc_read_lists(d);
    doc_read_all(d);
    if (d->cut)
        xtr_partial(d->builder, XTR_E_LIMIT, 0,
                    "has too many changes of formatting in one place: not all were read");
    code = d->failed ? XTR_E_MEMORY : xtr__prose_status(d->prose);
    return code ? xtr_job_fail(d->job, code, "out of memory") : XTR_OK;
}

static int run(xtr_job *job) {
    doc d = {.job = job, .builder = xtr_job_builder(job)};
    int code = xtr__ole_open(&d.ole, job);
    if (code)
        return code;
    if (xtr__ole_find(d.ole, 0, "WordDocument") < 0) {
        code = xtr_job_fail(job, XTR_E_MISMATCH, "has no stream WordDocument");
    } else {
        d.prose = xtr__prose_new(job);
        code = d.prose ? read_document(&d) : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    drop(&d);
    return code;
}

const xtr_extractor xtr_extractor_doc = {
    .name = "doc",
    .title = "Word 6 to 2003",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
