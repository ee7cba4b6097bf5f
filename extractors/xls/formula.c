/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Formulas of BIFF8 as they are typed in, when they are asked for: what they refer to ([MS-XLS]
 * 2.4.271, 2.4.106, 2.4.105, 2.4.150), and those of cells. Older ones are not read. */
#include "xls/xls.h"

#include <string.h>

static void fail_memory(xtr__xls *book) {
    if (!book->code)
        book->code = xtr_job_fail(book->job, XTR_E_MEMORY, "out of memory");
}

static bool read_references(xtr__xls *book, const xtr__xls_record *record) {
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    uint32_t count = xtr__xls_u16(&c);
    bool done = true;
    while (count-- && done && !c.failed) {
        uint32_t of = xtr__xls_u16(&c);
        int32_t first = (int16_t)xtr__xls_u16(&c), last = (int16_t)xtr__xls_u16(&c);
        done = c.failed || xtr__formulas_add_reference(&book->formulas, of, first, last);
    }
    return done;
}

/* Those that are built in are numbers. */
static bool read_name(xtr__xls *book, const xtr__xls_record *record) {
    enum { BUILT_IN = 0x20 };
    static const char *const built_in[] = {
        "Consolidate_Area", "Auto_Open",       "Auto_Close",   "Extract",        "Database",
        "Criteria",         "Print_Area",      "Print_Titles", "Recorder",       "Data_Form",
        "Auto_Activate",    "Auto_Deactivate", "Sheet_Title",  "_FilterDatabase"};
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    bool is_built_in = xtr__xls_u16(&c) & BUILT_IN;
    xtr__xls_skip(&c, 1);
    uint32_t count = xtr__xls_byte(&c);
    xtr__xls_skip(&c, 10);
    xtr__xls_span span = xtr__xls_characters(book, &c, count);
    const char *name = xtr__xls_text_of(book, span);
    if (is_built_in && span.size == 1) {
        unsigned number = (unsigned char)*name;
        span.size = 0;
        if (number < sizeof built_in / sizeof *built_in) {
            name = built_in[number];
            span.size = (uint32_t)strlen(name);
        }
    }
    return xtr__formulas_add_name(&book->formulas, name, span.size);
}

static bool read_book(xtr__xls *book, const xtr__xls_record *record) {
    enum { OWN = 0x0401, ADD_INS = 0x3A01 };
    unsigned kind = record->size >= 4 ? xtr__le16(record->data + 2) : 0;
    book->in_add_ins = kind == ADD_INS;
    return xtr__formulas_add_book(&book->formulas, kind == OWN);
}

static bool read_function(xtr__xls *book, const xtr__xls_record *record) {
    if (!book->in_add_ins)
        return true;
    xtr__xls_cursor c = xtr__xls_cursor_of(book, record);
    xtr__xls_skip(&c, 6);
    xtr__xls_span name = xtr__xls_string(book, &c, 1);
    return xtr__formulas_add_function(&book->formulas, xtr__xls_text_of(book, name), name.size);
}

void xtr__xls_read_referred(xtr__xls *book, const xtr__xls_record *record) {
    bool done = true;
    if (!xtr__xls_spells(book))
        return;
    switch (record->type) {
    case XTR__R_SUPBOOK:
        done = read_book(book, record);
        break;
    case XTR__R_EXTERNNAME:
        done = read_function(book, record);
        break;
    case XTR__R_EXTERNSHEET:
        done = read_references(book, record);
        break;
    default:
        done = read_name(book, record);
        break;
    }
    if (!done)
        fail_memory(book);
}

/* Tokens with their size before them, and what is behind. */
static bool formula_at(const xtr__xls_record *record, size_t at, xtr__formula *out) {
    if (record->size < at + 2)
        return false;
    size_t size = xtr__le16(record->data + at);
    at += 2;
    if (size > record->size - at)
        return false;
    out->code = record->data + at;
    out->size = size;
    out->extra = out->code + size;
    out->extra_size = record->size - at - size;
    return true;
}

bool xtr__xls_formula_of(const xtr__xls *book, const xtr__xls_record *record,
                         const xtr__xls_cell *cell, xtr__formula *out) {
    out->row = cell->row;
    out->column = cell->column;
    return xtr__xls_spells(book) && formula_at(record, 20, out);
}

bool xtr__xls_spell(xtr__xls *book, xtr__xls_cell *cell, const xtr__formula *formula) {
    size_t size;
    const char *text = xtr__formula_text(&book->formulas, formula, &size);
    if (!text)
        return false;
    cell->value = XTR__V_FORMULA;
    cell->as.text = xtr__xls_add_text(book, text, size);
    return true;
}

void xtr__xls_share_formula(xtr__xls *book, const xtr__xls_record *record,
                            const xtr__formula *first) {
    bool array = record->type == XTR__R_ARRAY;
    xtr__formula formula = *first;
    if (formula_at(record, array ? 12 : 8, &formula) &&
        !xtr__formulas_share(&book->formulas, &formula, array))
        fail_memory(book);
}
