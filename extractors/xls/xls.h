/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the extractor `xls` share. */
#ifndef XTR_XLS_H
#define XTR_XLS_H

#include "container/crypt.h"
#include "detect/charset.h"
#include "detect/probe.h"
#include "sheet/formula.h"
#include "sheet/number.h"
#include "sheet/writer.h"

#include <stdint.h>

/** Records, by their numbers in [MS-XLS] 2.3 or, before BIFF8, in OpenOffice.org's documentation of
 *  the Excel file format. Those of BIFF2 have lower numbers than those that came after them. */
enum {
    XTR__R_EOF = 0x0A,
    XTR__R_EXTERNSHEET = 0x17,
    XTR__R_NAME = 0x18,
    XTR__R_NOTE = 0x1C,
    XTR__R_DATEMODE = 0x22,
    XTR__R_EXTERNNAME = 0x23,
    XTR__R_FILEPASS = 0x2F,
    XTR__R_CONTINUE = 0x3C,
    XTR__R_CODEPAGE = 0x42,
    XTR__R_OBJ = 0x5D,
    XTR__R_BOUNDSHEET = 0x85,
    XTR__R_MULRK = 0xBD,
    XTR__R_RSTRING = 0xD6,
    XTR__R_XF = 0xE0,
    XTR__R_INTERFACEHDR = 0xE1,
    XTR__R_MERGECELLS = 0xE5,
    XTR__R_SST = 0xFC,
    XTR__R_LABELSST = 0xFD,
    XTR__R_SUPBOOK = 0x1AE,
    XTR__R_TXO = 0x1B6,
    XTR__R_HLINK = 0x1B8,
    XTR__R_ARRAY = 0x221,
    XTR__R_RK = 0x27E,
    XTR__R_SHRFMLA = 0x4BC,
    XTR__R_SERIES = 0x1003,
    XTR__R_SERIESTEXT = 0x100D,
    XTR__R_TEXT = 0x1025
};

/** Kinds of substreams in their BOF record, and of sheets. */
typedef enum xtr__xls_kind {
    XTR__XLS_GLOBALS = 5,
    XTR__XLS_SHEET = 0x10,
    XTR__XLS_CHART = 0x20,
    XTR__XLS_MACROS = 0x40,
    XTR__XLS_OTHER = 0
} xtr__xls_kind;

typedef struct xtr__xls_record {
    unsigned type;
    const unsigned char *data;
    size_t size;
    size_t at, next; /* where it, and the one behind it, begin in the stream */
} xtr__xls_record;

/** Reads the data of a record and of the CONTINUE records behind it as one. */
typedef struct xtr__xls_cursor {
    const struct xtr__xls *book;
    const unsigned char *p, *end; /* of the record at hand */
    size_t next;                  /* the one behind it */
    bool failed;                  /* there was not enough */
} xtr__xls_cursor;

/** UTF-8 in the text of the book. */
typedef struct xtr__xls_span {
    uint32_t at, size;
} xtr__xls_span;

typedef struct xtr__xls_sheet {
    uint32_t at; /* of its BOF */
    uint8_t kind;
    bool hidden;
    xtr__xls_span name;
} xtr__xls_sheet;

typedef struct xtr__xls_format {
    uint32_t id;
    xtr__xls_span code;
    xtr__number_format *compiled; /* or NULL: not needed yet */
} xtr__xls_format;

typedef enum xtr__xls_value {
    XTR__V_EMPTY,
    XTR__V_NUMBER,
    XTR__V_BOOLEAN,
    XTR__V_ERROR,
    XTR__V_TEXT,    /* of this cell */
    XTR__V_FORMULA, /* its text */
    XTR__V_SHARED   /* string `text.at` of the table of strings */
} xtr__xls_value;

typedef struct xtr__xls_cell {
    uint32_t row, order;     /* of two in one place the later one counts */
    uint16_t column, format; /* index of an XF; in BIFF2 the format itself */
    uint8_t value;
    uint8_t code; /* of a boolean or an error */
    union {
        double number;
        xtr__xls_span text;
    } as;
} xtr__xls_cell;

typedef struct xtr__xls_range {
    uint32_t first_row, last_row;
    uint16_t first_column, last_column;
    xtr__xls_span url; /* of a link */
} xtr__xls_range;

typedef struct xtr__xls_note {
    uint32_t row;
    uint16_t column, object;
    xtr__xls_span author, text;
} xtr__xls_note;

/** Text of a drawn object. */
typedef struct xtr__xls_shape {
    uint16_t object;
    bool is_note;
    xtr__xls_span text;
} xtr__xls_shape;

/** An array that grows. */
#define XTR__XLS_LIST(type) \
    struct {                \
        type *items;        \
        size_t count, room; \
    }

typedef struct xtr__xls {
    xtr_job *job;
    xtr_builder *builder;
    unsigned char *stream;
    size_t size;
    unsigned version; /* of BIFF: 2, 3, 4, 5 (and 7), 8 */
    bool epoch_1904;
    bool cut; /* a record ends outside of the stream */
    const xtr__charset *charset;
    const char32_t *bytes; /* characters of a charset of single bytes, else NULL */
    int code;              /* why it can go no further, or XTR_OK */
    int64_t charged;
    xtr__formulas formulas;
    bool in_add_ins; /* the last SUPBOOK was of add-ins */

    XTR__XLS_LIST(char) text;
    XTR__XLS_LIST(xtr__xls_span) strings;
    XTR__XLS_LIST(xtr__xls_sheet) sheets;
    XTR__XLS_LIST(xtr__xls_format) formats; /* in the order of their ids once all are read */
    XTR__XLS_LIST(uint16_t) xfs;            /* id of the format of each */

    /* Of the sheet at hand */
    size_t text_before; /* text of the book without that of the sheet */
    bool sorted;        /* cells come by rows and columns */
    XTR__XLS_LIST(xtr__xls_cell) cells;
    XTR__XLS_LIST(xtr__xls_range) merged;
    XTR__XLS_LIST(xtr__xls_range) links;
    XTR__XLS_LIST(xtr__xls_note) notes;
    XTR__XLS_LIST(xtr__xls_shape) shapes;
    XTR__XLS_LIST(xtr__xls_span) titles; /* of charts */
    uint16_t object;                     /* that was begun last */
    bool is_note, in_series;
} xtr__xls;

/* records.c */

/** The record at `at`; false at the end of the stream. One that is cut is given as far as it goes.
 */
bool xtr__xls_record_at(xtr__xls *book, size_t at, xtr__xls_record *record);
bool xtr__xls_is_bof(unsigned type);

/** Goes on to the CONTINUE record behind the one at hand; false, and `failed`, when there is none.
 */
bool xtr__xls_next_piece(xtr__xls_cursor *c);

xtr__xls_cursor xtr__xls_cursor_of(const xtr__xls *book, const xtr__xls_record *record);
unsigned xtr__xls_byte(xtr__xls_cursor *c);
uint32_t xtr__xls_u16(xtr__xls_cursor *c);
uint32_t xtr__xls_u32(xtr__xls_cursor *c);
void xtr__xls_skip(xtr__xls_cursor *c, size_t size);

/** Makes room for one more in a list: its place, zeroed, or NULL; then `code` is set. */
#define xtr__xls_add(book, list)                                                               \
    ((list).count < (list).room || xtr__xls_grow((book), (void **)&(list).items, &(list).room, \
                                                 (list).count + 1, sizeof *(list).items)       \
         ? &(list).items[(list).count++]                                                       \
         : NULL)
bool xtr__xls_grow(xtr__xls *book, void **items, size_t *room, size_t need, size_t size);

/* strings.c */

/** The string of `count` characters at the cursor: UTF-16 or its low bytes as the flags before it
 *  say (BIFF8), else bytes of the code page. */
xtr__xls_span xtr__xls_characters(xtr__xls *book, xtr__xls_cursor *c, uint32_t count);

/** A string whose length, of `width` bytes, stands before it; in BIFF8 with its flags, and with
 * what follows of formatting and phonetics skipped. */
xtr__xls_span xtr__xls_string(xtr__xls *book, xtr__xls_cursor *c, unsigned width);

/** `count` units of UTF-16 up to the first zero. */
xtr__xls_span xtr__xls_wide(xtr__xls *book, xtr__xls_cursor *c, uint32_t count);
/** `count` bytes of the code page up to the first zero. */
xtr__xls_span xtr__xls_narrow(xtr__xls *book, xtr__xls_cursor *c, uint32_t count);

/** Joins two spans, with `between` in the middle. */
xtr__xls_span xtr__xls_join(xtr__xls *book, xtr__xls_span a, const char *between, xtr__xls_span b);

/** Reads the table of strings. */
void xtr__xls_read_strings(xtr__xls *book, const xtr__xls_record *record);

/** Text that is UTF-8 already. */
xtr__xls_span xtr__xls_add_text(xtr__xls *book, const char *text, size_t size);

/* globals.c */

/** Reads what holds for all sheets, from the BOF at the start. XTR_OK or what xtr_job_fail
 * returned; decrypts the stream when it is encrypted. */
int xtr__xls_read_globals(xtr__xls *book);

/** The format of a cell, NULL for General. */
const xtr__number_format *xtr__xls_format_of(xtr__xls *book, const xtr__xls_cell *cell);
void xtr__xls_drop_formats(xtr__xls *book);

/* unlock.c */

/** Decrypts all records behind FILEPASS. XTR_OK or what xtr_job_fail returned. */
int xtr__xls_unlock(xtr__xls *book, const xtr__xls_record *filepass);

/* cells.c */

/** Reads the substream that begins at `at`, after its BOF, into the lists of the book. Returns
 * where it ends. */
size_t xtr__xls_read_sheet(xtr__xls *book, size_t at);

/* formula.c */

/** Reads a record of what formulas refer to: SUPBOOK, EXTERNNAME, EXTERNSHEET or
 *  NAME. */
void xtr__xls_read_referred(xtr__xls *book, const xtr__xls_record *record);

/** The formula of a record of a cell; false when there is none, or none is wanted. */
bool xtr__xls_formula_of(const xtr__xls *book, const xtr__xls_record *record,
                         const xtr__xls_cell *cell, xtr__formula *out);
/** Makes it what the cell shows; false when it cannot be spelled. */
bool xtr__xls_spell(xtr__xls *book, xtr__xls_cell *cell, const xtr__formula *formula);
/** Reads the formula that `first` and other cells share, from SHRFMLA or ARRAY. */
void xtr__xls_share_formula(xtr__xls *book, const xtr__xls_record *record,
                            const xtr__formula *first);

/* objects.c */

/** Reads notes, drawn objects, links, merged cells and titles of charts; others are passed over. */
void xtr__xls_read_object(xtr__xls *book, const xtr__xls_record *record);

/* output.c */

/** Writes the sheet at hand. */
void xtr__xls_write_sheet(xtr__xls *book, xtr__sheets *out);

/** Whether formulas are wanted, and known. */
static inline bool xtr__xls_spells(const xtr__xls *book) {
    return book->version == 8 && xtr_job_options(book->job)->formulas;
}

static inline const char *xtr__xls_text_of(const xtr__xls *book, xtr__xls_span span) {
    return book->text.items ? book->text.items + span.at : "";
}

#endif
