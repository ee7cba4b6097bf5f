/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sheet/cells.h"

#include <string.h>

void xtr__sheet_number(xtr__sheets *w, uint32_t row, uint32_t column,
                       const xtr__number_format *format, double value, bool epoch_1904) {
    char shown[XTR__SHOWN_SIZE];
    size_t size = format ? xtr__number_show(shown, format, value, epoch_1904)
                         : xtr__number_show_general(shown, value);
    xtr__sheet_put(w, row, column, shown, size);
}

/* Whether General shows a number just as it is spelled: up to 11 characters, no exponent, no zero
 * that could be left out. */
static bool is_general(const char *text, size_t size) {
    size_t at = size && *text == '-';
    size_t digits = size - at;
    if (!digits || digits > 11 || text[at] == '.' ||
        (text[at] == '0' && digits > 1 && text[at + 1] != '.'))
        return false;
    if (at && digits == 1 && text[at] == '0')
        return false;
    bool point = false;
    for (; at < size; at++) {
        if (text[at] == '.' && !point)
            point = true;
        else if (text[at] < '0' || text[at] > '9')
            return false;
    }
    return !point || (text[size - 1] != '0' && text[size - 1] != '.');
}

void xtr__sheet_spelled(xtr__sheets *w, uint32_t row, uint32_t column,
                        const xtr__number_format *format, const char *text, size_t size,
                        bool epoch_1904) {
    double value;
    if ((!format && is_general(text, size)) || !xtr__number_parse(&value, text, size))
        xtr__sheet_put(w, row, column, text, size);
    else
        xtr__sheet_number(w, row, column, format, value, epoch_1904);
}

typedef struct writing {
    xtr__sheets *w;
    uint32_t row, column;
    bool begun, refused;
} writing;

/* The cell begins with its first text: it may be that none is shown. */
static void put_piece(void *payload, const char *text, size_t size) {
    writing *p = payload;
    if (!size || p->refused)
        return;
    p->refused = !p->begun && !xtr__sheet_cell(p->w, p->row, p->column);
    p->begun = !p->refused;
    if (p->begun)
        xtr_text(p->w->builder, text, size);
}

void xtr__sheet_text(xtr__sheets *w, uint32_t row, uint32_t column,
                     const xtr__number_format *format, const char *text, size_t size) {
    if (!format || !size) {
        xtr__sheet_put(w, row, column, text, size);
        return;
    }
    writing p = {.w = w, .row = row, .column = column};
    xtr__number_show_text(format, text, size, put_piece, &p);
    if (p.begun)
        xtr_cell_end(w->builder);
}

const char *xtr__sheet_error(unsigned code) {
    switch (code) {
    case 0x00:
        return "#NULL!";
    case 0x07:
        return "#DIV/0!";
    case 0x0F:
        return "#VALUE!";
    case 0x17:
        return "#REF!";
    case 0x1D:
        return "#NAME?";
    case 0x24:
        return "#NUM!";
    case 0x2A:
        return "#N/A";
    case 0x2B:
        return "#GETTING_DATA";
    default:
        return "#UNKNOWN!";
    }
}
