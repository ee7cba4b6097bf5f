/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What holds for all sheets: code page, epoch, formats, the list of sheets and the table of
 * strings. Before BIFF5 a file is one sheet, in which these records stand among the cells. */
#include "xls/xls.h"

#include <stdlib.h>
#include <string.h>

enum {
    BIFF2_FORMAT = 0x1E, /* and of BIFF3 */
    BIFF4_FORMAT = 0x41E,
    BIFF3_XF = 0x243,
    BIFF4_XF = 0x443,
    MOST_FORMATS = 0x10000,
    FIRST_OWN = 164 /* formats below it are built in */
};

static void set_codepage(xtr__xls *book, uint32_t codepage) {
    if (codepage == 367)
        codepage = 20127; /* ASCII */
    const xtr__charset *set = xtr__charset_of_codepage(codepage);
    if (!set || set->unit > 1)
        return;
    book->charset = set;
    book->bytes = xtr__charset_simple(set) ? xtr__charset_bytes(set) : NULL;
}

static void read_bound_sheet(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_sheet sheet = {.at = xtr__xls_u32(&c)};
    sheet.hidden = (xtr__xls_byte(&c) & 3) != 0;
    sheet.kind = (uint8_t)xtr__xls_byte(&c);
    sheet.name = xtr__xls_string(book, &c, 1);
    if (!c.failed && xtr__xls_spells(book) &&
        !xtr__formulas_add_sheet(&book->formulas, xtr__xls_text_of(book, sheet.name),
                                 sheet.name.size))
        book->code = xtr_job_fail(book->job, XTR_E_MEMORY, "out of memory");
    xtr__xls_sheet *added = c.failed ? NULL : xtr__xls_add(book, book->sheets);
    if (added)
        *added = sheet;
}

static void add_format(xtr__xls *book, uint32_t id, xtr__xls_span code) {
    xtr__xls_format *format =
        book->formats.count < MOST_FORMATS ? xtr__xls_add(book, book->formats) : NULL;
    if (format)
        *format = (xtr__xls_format){.id = id, .code = code};
}

/* Before BIFF5 formats are numbered as they come. */
static void read_format(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    uint32_t id = (uint32_t)book->formats.count;
    if (record->type == BIFF4_FORMAT)
        id = book->version >= 5 ? xtr__xls_u16(&c) : (xtr__xls_skip(&c, 2), id);
    xtr__xls_span code = xtr__xls_string(book, &c, book->version >= 8 ? 2 : 1);
    if (!c.failed)
        add_format(book, id, code);
}

static void add_xf(xtr__xls *book, const xtr__xls_record *record, size_t at, bool wide) {
    bool fits = record->size >= at + 1 + wide;
    uint16_t *xf = xtr__xls_add(book, book->xfs);
    if (xf)
        *xf = !fits ? 0 : wide ? xtr__le16(record->data + at) : record->data[at];
}

static void read_global(xtr__xls *book, const xtr__xls_record *record) {
    switch (record->type) {
    case XTR__R_CODEPAGE:
        if (record->size >= 2 && book->version < 8)
            set_codepage(book, xtr__le16(record->data));
        break;
    case XTR__R_DATEMODE:
        book->epoch_1904 = record->size >= 2 && xtr__le16(record->data) == 1;
        break;
    case XTR__R_BOUNDSHEET:
        read_bound_sheet(book, record);
        break;
    case BIFF2_FORMAT:
    case BIFF4_FORMAT:
        read_format(book, record);
        break;
    case BIFF3_XF:
    case BIFF4_XF:
        add_xf(book, record, 1, false);
        break;
    case XTR__R_XF:
        add_xf(book, record, 2, true);
        break;
    case XTR__R_SUPBOOK:
    case XTR__R_EXTERNNAME:
    case XTR__R_EXTERNSHEET:
    case XTR__R_NAME:
        xtr__xls_read_referred(book, record);
        break;
    case XTR__R_SST:
        if (!book->strings.count)
            xtr__xls_read_strings(book, record);
        break;
    default:
        break;
    }
}

static void find_version(xtr__xls *book, const xtr__xls_record *bof) {
    uint16_t version = bof->size >= 2 ? xtr__le16(bof->data) : 0;
    book->version = bof->type == 0x0009   ? 2
                    : bof->type == 0x0209 ? 3
                    : bof->type == 0x0409 ? 4
                    : version == 0x0500   ? 5
                                          : 8;
}

static int by_id(const void *a, const void *b) {
    const xtr__xls_format *one = a, *other = b;
    if (one->id != other->id)
        return one->id < other->id ? -1 : 1;
    return one->code.at < other->code.at ? -1 : one->code.at > other->code.at;
}

int xtr__xls_read_globals(xtr__xls *book) {
    enum { LOOK = 1024 };
    xtr__xls_record record;
    if (!xtr__xls_record_at(book, 0, &record) || !xtr__xls_is_bof(record.type))
        return xtr_job_fail(book->job, XTR_E_CORRUPT, "does not begin like a workbook");
    find_version(book, &record);
    set_codepage(book, 1252);
    unsigned depth = 1;
    for (size_t i = 1; depth && !book->code && xtr__xls_record_at(book, record.next, &record);
         i++) {
        if (i % LOOK == 0 && xtr_job_should_stop(book->job))
            return XTR_OK;
        if (record.type == XTR__R_EOF)
            depth--;
        else if (xtr__xls_is_bof(record.type))
            depth++;
        int code = record.type == XTR__R_FILEPASS ? xtr__xls_unlock(book, &record) : XTR_OK;
        if (code)
            return code;
        read_global(book, &record);
    }
    if (book->formats.count)
        qsort(book->formats.items, book->formats.count, sizeof *book->formats.items, by_id);
    return book->code;
}

/* Formats of cells -------------------------------------------------------------------------- */

/* The last of those that have this id, or NULL. */
static xtr__xls_format *find_format(const xtr__xls *book, uint32_t id) {
    size_t low = 0, high = book->formats.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (book->formats.items[middle].id <= id)
            low = middle + 1;
        else
            high = middle;
    }
    return low && book->formats.items[low - 1].id == id ? &book->formats.items[low - 1] : NULL;
}

static void compile(xtr__xls *book, xtr__xls_format *format) {
    const char *builtin = xtr__number_format_builtin(format->id);
    if (format->code.size)
        format->compiled =
            xtr__number_format_new(xtr__xls_text_of(book, format->code), format->code.size);
    else
        format->compiled = xtr__number_format_new(builtin ? builtin : "General",
                                                  strlen(builtin ? builtin : "General"));
}

/* One that the file does not list gets its place in the order. */
static xtr__xls_format *add_builtin(xtr__xls *book, uint32_t id) {
    size_t at = 0;
    add_format(book, id, (xtr__xls_span){0, 0});
    if (book->code || !book->formats.count)
        return NULL;
    size_t last = book->formats.count - 1;
    xtr__xls_format added = book->formats.items[last];
    if (added.id != id)
        return NULL; /* there were too many */
    while (at < last && book->formats.items[at].id <= id)
        at++;
    memmove(&book->formats.items[at + 1], &book->formats.items[at],
            (last - at) * sizeof *book->formats.items);
    book->formats.items[at] = added;
    return &book->formats.items[at];
}

const xtr__number_format *xtr__xls_format_of(xtr__xls *book, const xtr__xls_cell *cell) {
    uint32_t id = cell->format;
    if (book->version > 2)
        id = cell->format < book->xfs.count ? book->xfs.items[cell->format] : 0;
    if (!id)
        return NULL;
    xtr__xls_format *format = find_format(book, id);
    if (!format && id < FIRST_OWN)
        format = add_builtin(book, id);
    if (!format)
        return NULL;
    if (!format->compiled)
        compile(book, format);
    return format->compiled;
}

void xtr__xls_drop_formats(xtr__xls *book) {
    for (size_t i = 0; i < book->formats.count; i++)
        xtr__number_format_drop(book->formats.items[i].compiled);
}
