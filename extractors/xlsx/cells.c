/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The cells of a worksheet as they come (ECMA-376 part 1, 18.3.1). */
#include "xlsx/xlsx.h"

#include <stdlib.h>
#include <string.h>

/* What a value is: the first letters of its type tell types apart. */
typedef enum cell_type {
    T_NUMBER,
    T_SHARED,
    T_STRING,
    T_INLINE,
    T_BOOLEAN,
    T_ERROR,
    T_DATE
} cell_type;

typedef struct cells_reader {
    xlsx_book *book;
    const xtr__opc_relations *relations;
    xtr__strings text, formula; /* of the open cell */
    uint32_t row, column;       /* of the open cell; before a row's first UINT32_MAX */
    uint32_t style;
    cell_type type;
    bool in_cell, in_value, in_inline, in_text, in_formula, phonetic, failed;
} cells_reader;

static cell_type type_of(const char *name) {
    static const struct {
        char name[10];
        cell_type type;
    } types[] = {{"s", T_SHARED},  {"str", T_STRING}, {"inlineStr", T_INLINE},
                 {"b", T_BOOLEAN}, {"e", T_ERROR},    {"d", T_DATE}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!strcmp(name, types[i].name))
            return types[i].type;
    }
    return T_NUMBER;
}

/* A decimal number of at most nine digits. */
static uint32_t number_of(const char *text, size_t size) {
    uint32_t number = 0;
    for (size_t i = 0; i < size && i < 9 && text[i] >= '0' && text[i] <= '9'; i++)
        number = number * 10 + (uint32_t)(text[i] - '0');
    return number;
}

static void begin_row(cells_reader *r, const xtr__xml_element *element) {
    const char *given = xtr__xml_attribute_of(element, A_R);
    uint32_t row = given ? number_of(given, strlen(given)) : 0;
    r->row = row ? row - 1 : r->row + 1;
    r->column = UINT32_MAX;
}

static void begin_cell(cells_reader *r, const xtr__xml_element *element) {
    r->in_cell = true;
    r->type = T_NUMBER;
    r->style = 0;
    r->text.size = r->formula.size = 0;
    r->column++;
    for (size_t i = 0; i < element->attribute_count; i++) {
        const xtr__xml_attribute *a = &element->attributes[i];
        xtr_cell_range at;
        if (a->id == A_S) {
            r->style = number_of(a->value, a->size);
        } else if (a->id == A_T) {
            r->type = type_of(a->value);
        } else if (a->id == A_R && xtr__sheet_range(&at, a->value, a->size)) {
            r->row = at.first_row;
            r->column = at.first_column;
        }
    }
}

static void write_link(cells_reader *r, const xtr__xml_element *element) {
    const xtr__opc_relation *relation =
        xtr__opc_by_id(r->relations, xtr__xml_attribute_of(element, A_RID));
    if (relation && relation->external && r->book->sheets.number)
        xtr_link(r->book->builder, relation->target, 0, r->book->sheets.number, (xtr_box){0});
}

static void cells_begin(void *payload, const xtr__xml_element *element) {
    cells_reader *r = payload;
    switch (element->id) {
    case E_ROW:
        begin_row(r, element);
        break;
    case E_CELL:
        begin_cell(r, element);
        break;
    case E_VALUE:
        r->in_value = r->in_cell;
        break;
    case E_FORMULA:
        r->in_formula = r->in_cell && r->book->formulas;
        break;
    case E_INLINE:
        r->in_inline = r->in_cell;
        break;
    case E_PHONETIC:
        r->phonetic = true;
        break;
    case E_T:
        r->in_text = r->in_inline && !r->phonetic;
        break;
    case E_MERGED: {
        const char *ref = xtr__xml_attribute_of(element, A_REF);
        xtr_cell_range range;
        if (ref && xtr__sheet_range(&range, ref, strlen(ref)))
            xtr__sheet_merge(&r->book->sheets, &range);
        break;
    }
    case E_LINK:
        write_link(r, element);
        break;
    default:
        break;
    }
}

static void write_text(cells_reader *r, const char *text, size_t size) {
    xtr__sheet_text(&r->book->sheets, r->row, r->column,
                    xtr__formats_style(&r->book->formats, r->style), text, size);
}

static void write_number(cells_reader *r) {
    const xtr__number_format *format = xtr__formats_style(&r->book->formats, r->style);
    double value;
    if (r->type == T_DATE && xtr__strings_add(&r->text, "", 1) &&
        xtr__number_from_date(&value, r->text.text, r->book->epoch_1904)) {
        xtr__sheet_number(&r->book->sheets, r->row, r->column, format, value, r->book->epoch_1904);
        return;
    }
    xtr__sheet_spelled(&r->book->sheets, r->row, r->column, format, r->text.text,
                       r->text.size - (r->type == T_DATE), r->book->epoch_1904);
}

/* A formula that others share is spelled in the first of its cells only; the others show values. */
static void end_cell(cells_reader *r) {
    r->in_cell = false;
    if (r->formula.size && !r->failed) {
        xtr__sheet_put(&r->book->sheets, r->row, r->column, r->formula.text, r->formula.size);
        return;
    }
    if (!r->text.size || r->failed)
        return;
    size_t size;
    const char *text;
    switch (r->type) {
    case T_SHARED:
        text = xtr__strings_at(&r->book->strings, number_of(r->text.text, r->text.size), &size);
        write_text(r, text, size);
        break;
    case T_STRING:
    case T_INLINE:
        r->text.size = xlsx_unescape(r->text.text, r->text.size);
        write_text(r, r->text.text, r->text.size);
        break;
    case T_BOOLEAN:
        text = r->text.text[0] == '0' || r->text.text[0] == 'f' ? "FALSE" : "TRUE";
        write_text(r, text, strlen(text));
        break;
    case T_ERROR:
        xtr__sheet_put(&r->book->sheets, r->row, r->column, r->text.text, r->text.size);
        break;
    case T_NUMBER:
    case T_DATE:
        write_number(r);
        break;
    }
}

static void cells_end(void *payload, int id, const char *name) {
    (void)name;
    cells_reader *r = payload;
    switch (id) {
    case E_CELL:
        if (r->in_cell)
            end_cell(r);
        break;
    case E_VALUE:
        r->in_value = false;
        break;
    case E_FORMULA:
        r->in_formula = false;
        break;
    case E_INLINE:
        r->in_inline = false;
        break;
    case E_PHONETIC:
        r->phonetic = false;
        break;
    case E_T:
        r->in_text = false;
        break;
    default:
        break;
    }
}

static void cells_text(void *payload, const char *text, size_t size) {
    cells_reader *r = payload;
    if (r->failed || r->book->sheets.full)
        return;
    if (r->in_formula)
        r->failed = (!r->formula.size && !xtr__strings_add(&r->formula, "=", 1)) ||
                    !xtr__strings_add(&r->formula, text, size);
    else if (r->in_value || r->in_text)
        r->failed = !xtr__strings_add(&r->text, text, size);
}

void xlsx_read_cells(xlsx_book *book, size_t part, const xtr__opc_relations *relations) {
    cells_reader r = {.book = book,
                      .relations = relations,
                      .text = {.job = book->job},
                      .formula = {.job = book->job},
                      .row = UINT32_MAX,
                      .column = UINT32_MAX};
    xtr__xml_handler handler = {book->names, cells_begin, cells_end, cells_text};
    int code =
        xtr__xml_parse_part_until(book->job, book->zip, part, &handler, &r, &book->sheets.full);
    xlsx_tell(book, r.failed ? XTR_E_MEMORY : code, "sheet");
    xtr__strings_free(&r.text);
    xtr__strings_free(&r.formula);
}
