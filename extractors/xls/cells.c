/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Cells with what they hold, or, of formulas, with what they came to last, or were typed in as. */
#include "xls/xls.h"

#include <string.h>

/* Records of cells; their numbers in BIFF2, and from BIFF3 on. Those of formulas are their own in
 * BIFF3 and BIFF4. */
enum {
    BIFF2_INTEGER = 0x02,
    BIFF2_NUMBER = 0x03,
    BIFF2_LABEL = 0x04,
    BIFF2_BOOLERR = 0x05,
    FORMULA = 0x06,
    BIFF2_STRING = 0x07,
    NUMBER = 0x203,
    LABEL = 0x204,
    BOOLERR = 0x205,
    BIFF3_FORMULA = 0x206,
    STRING = 0x207,
    BIFF4_FORMULA = 0x406
};

/* The parts of the state of a substream that cells need. */
typedef struct reader {
    xtr__xls *book;
    xtr__xls_cell *waits; /* the cell whose text comes in a STRING record, or NULL */
    xtr__xls_cell *first; /* the cell whose formula comes in a record of its own, or NULL */
    xtr__formula formula; /* of it */
} reader;

static xtr__xls_cell *add_cell(xtr__xls *book, uint32_t row, uint32_t column, uint32_t format) {
    const xtr__xls_cell *last =
        book->cells.count ? &book->cells.items[book->cells.count - 1] : NULL;
    book->sorted &= !last || last->row < row || (last->row == row && last->column < column);
    xtr__xls_cell *cell = xtr__xls_add(book, book->cells);
    if (cell)
        *cell = (xtr__xls_cell){.row = row,
                                .column = (uint16_t)column,
                                .format = (uint16_t)format,
                                .order = (uint32_t)book->cells.count};
    return cell;
}

/* Row, column and format. In BIFF2 three bytes of attributes name the format itself. */
static xtr__xls_cell *begin_cell(xtr__xls *book, xtr__xls_cursor *c) {
    uint32_t row = xtr__xls_u16(c);
    uint32_t column = xtr__xls_u16(c);
    uint32_t format;
    if (book->version == 2) {
        xtr__xls_skip(c, 1);
        format = xtr__xls_byte(c) & 0x3F;
        xtr__xls_skip(c, 1);
    } else {
        format = xtr__xls_u16(c);
    }
    return c->failed ? NULL : add_cell(book, row, column, format);
}

static void set_number(xtr__xls_cell *cell, double number) {
    cell->value = XTR__V_NUMBER;
    cell->as.number = number;
}

static double double_at(const unsigned char *p) {
    uint64_t bits = xtr__le64(p);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double read_double(xtr__xls_cursor *c) {
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)xtr__xls_byte(c);
    return double_at(bytes);
}

/* [MS-XLS] 2.5.217: an integer of 30 bits or the upper half of a double, perhaps times 100. */
static double rk(uint32_t bits) {
    double number;
    if (bits & 2) {
        number = (double)((int32_t)bits >> 2);
    } else {
        uint64_t whole = (uint64_t)(bits & 0xFFFFFFFC) << 32;
        memcpy(&number, &whole, sizeof number);
    }
    return bits & 1 ? number / 100 : number;
}

static void read_multiple(xtr__xls *book, const xtr__xls_record *record) {
    if (record->size < 6)
        return;
    uint32_t row = xtr__le16(record->data);
    uint32_t column = xtr__le16(record->data + 2);
    for (size_t at = 4; at + 8 <= record->size; at += 6, column++) {
        xtr__xls_cell *cell = add_cell(book, row, column, xtr__le16(record->data + at));
        if (cell)
            set_number(cell, rk(xtr__le32(record->data + at + 2)));
    }
}

static void set_code(xtr__xls_cell *cell, unsigned code, bool is_error) {
    cell->value = is_error ? XTR__V_ERROR : XTR__V_BOOLEAN;
    cell->code = (uint8_t)code;
}

/* The result of a formula, 2.5.133: a number unless its upper two bytes are all ones. */
static void read_result(reader *r, xtr__xls_cell *cell, xtr__xls_cursor *c) {
    unsigned char result[8];
    for (size_t i = 0; i < sizeof result; i++)
        result[i] = (unsigned char)xtr__xls_byte(c);
    if (xtr__le16(result + 6) != 0xFFFF) {
        set_number(cell, double_at(result));
        return;
    }
    switch (result[0]) {
    case 0:
        r->waits = cell;
        break;
    case 1:
    case 2:
        set_code(cell, result[2], result[0] == 2);
        break;
    default: /* an empty string */
        break;
    }
}

static void show_formula(reader *r, xtr__xls_cell *cell) {
    if (xtr__xls_spell(r->book, cell, &r->formula))
        r->waits = NULL;
}

static void read_formula(reader *r, xtr__xls_cell *cell, const xtr__xls_record *record) {
    if (!xtr__xls_formula_of(r->book, record, cell, &r->formula))
        return;
    if (xtr__formula_waits(&r->book->formulas, &r->formula))
        r->first = cell;
    else
        show_formula(r, cell);
}

/* Told behind the first of the cells that share it. */
static void read_shared(reader *r, const xtr__xls_record *record) {
    if (!r->first)
        return;
    xtr__xls_share_formula(r->book, record, &r->formula);
    show_formula(r, r->first);
    r->first = NULL;
}

static void set_text(xtr__xls_cell *cell, xtr__xls_span text) {
    cell->value = text.size ? XTR__V_TEXT : XTR__V_EMPTY;
    cell->as.text = text;
}

static void read_cell(reader *r, const xtr__xls_record *record, xtr__xls_value kind) {
    xtr__xls *book = r->book;
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_cell *cell = begin_cell(book, &c);
    if (!cell)
        return;
    switch (kind) {
    case XTR__V_TEXT:
        set_text(cell, xtr__xls_string(book, &c, book->version == 2 ? 1 : 2));
        break;
    case XTR__V_SHARED:
        cell->value = XTR__V_SHARED;
        cell->as.text.at = xtr__xls_u32(&c);
        break;
    case XTR__V_BOOLEAN: {
        unsigned code = xtr__xls_byte(&c);
        set_code(cell, code, xtr__xls_byte(&c) != 0);
        break;
    }
    case XTR__V_ERROR: /* stands for formulas */
        read_result(r, cell, &c);
        if (!c.failed)
            read_formula(r, cell, record);
        break;
    case XTR__V_NUMBER:
        set_number(cell, record->type == BIFF2_INTEGER ? xtr__xls_u16(&c)
                         : record->type == XTR__R_RK   ? rk(xtr__xls_u32(&c))
                                                       : read_double(&c));
        break;
    case XTR__V_EMPTY:
    case XTR__V_FORMULA:
        break;
    }
    if (c.failed)
        cell->value = XTR__V_EMPTY;
}

/* The text that a formula came to. */
static void read_string(reader *r, const xtr__xls_record *record) {
    xtr__xls *book = r->book;
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    if (r->waits)
        set_text(r->waits, xtr__xls_string(book, &c, book->version == 2 ? 1 : 2));
    r->waits = NULL;
}

static void read_record(reader *r, const xtr__xls_record *record) {
    bool is_cell = true;
    xtr__xls_value kind = XTR__V_EMPTY;
    switch (record->type) {
    case XTR__R_LABELSST:
        kind = XTR__V_SHARED;
        break;
    case BIFF2_LABEL:
    case LABEL:
    case XTR__R_RSTRING:
        kind = XTR__V_TEXT;
        break;
    case BIFF2_INTEGER:
    case BIFF2_NUMBER:
    case NUMBER:
    case XTR__R_RK:
        kind = XTR__V_NUMBER;
        break;
    case BIFF2_BOOLERR:
    case BOOLERR:
        kind = XTR__V_BOOLEAN;
        break;
    case FORMULA:
    case BIFF3_FORMULA:
    case BIFF4_FORMULA:
        kind = XTR__V_ERROR;
        break;
    default:
        is_cell = false;
        break;
    }
    if (is_cell) {
        r->waits = r->first = NULL;
        read_cell(r, record, kind);
    } else if (record->type == XTR__R_SHRFMLA || record->type == XTR__R_ARRAY) {
        read_shared(r, record);
    } else if (record->type == XTR__R_MULRK) {
        r->waits = r->first = NULL;
        read_multiple(r->book, record);
    } else if (record->type == BIFF2_STRING || record->type == STRING) {
        read_string(r, record);
    } else {
        xtr__xls_read_object(r->book, record);
    }
}

static void clear(xtr__xls *book) {
    book->text.count = book->text_before;
    book->sorted = true;
    book->cells.count = book->merged.count = book->links.count = 0;
    book->notes.count = book->shapes.count = book->titles.count = 0;
    xtr__formulas_unshare(&book->formulas);
    book->is_note = book->in_series = false;
    book->object = 0;
}

size_t xtr__xls_read_sheet(xtr__xls *book, size_t at) {
    enum { LOOK = 1024 };
    xtr__xls_record record;
    reader r = {.book = book};
    unsigned depth = 1; /* charts stand in sheets as substreams of their own */
    clear(book);
    for (size_t i = 1; depth && !book->code && xtr__xls_record_at(book, at, &record);
         i++, at = record.next) {
        if (i % LOOK == 0 && xtr_job_should_stop(book->job))
            break;
        if (record.type == XTR__R_EOF)
            depth--;
        else if (xtr__xls_is_bof(record.type))
            depth++;
        else if (depth == 1)
            read_record(&r, &record);
        else
            xtr__xls_read_object(book, &record);
    }
    return at;
}
