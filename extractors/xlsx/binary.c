/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Binary workbooks (XLSB): the same parts as records ([MS-XLSB] 2.1.4, 2.4), each a type, a size
 * and its data. Records are read one after the other, and only those that are wanted are kept. */
#include "xlsx/xlsx.h"

#include <stdlib.h>
#include <string.h>

enum record_type {
    ROW = 0,
    CELL_RK = 2,
    CELL_ERROR,
    CELL_BOOL,
    CELL_REAL,
    CELL_STRING,
    CELL_SHARED,
    FORMULA_STRING,
    FORMULA_NUMBER,
    FORMULA_BOOL,
    FORMULA_ERROR,
    SHORT_BLANK,
    SHORT_RK,
    SHORT_ERROR,
    SHORT_BOOL,
    SHORT_REAL,
    SHORT_STRING,
    SHORT_SHARED,
    SHARED_ITEM,
    BOOK_NAME = 39,
    FORMAT = 44,
    STYLE = 47,
    CELL_RICH = 62,
    BOOK_PROPERTIES = 153,
    SHEET = 156,
    MERGED = 176,
    OTHER_BOOK = 355,
    THIS_BOOK = 357,
    THIS_SHEET,
    REFERENCES = 362,
    ARRAY_FORMULA = 426,
    SHARED_FORMULA,
    LINK = 494,
    STYLES_BEGIN = 617,
    STYLES_END,
    AUTHOR = 632,
    COMMENT_BEGIN = 635,
    COMMENT_TEXT = 637,
    ADD_INS = 667
};

enum { BUFFER = 64 << 10, MOST_RECORD = 16 << 20, POLL_EVERY = 4096 };

typedef struct records {
    xlsx_book *book;
    xtr__zip_stream *stream;
    unsigned char *buffer;
    size_t at, end;
    unsigned type;
    unsigned char *data; /* of the record */
    size_t size, room;
    xtr__strings text; /* of its strings, as UTF-8 */
    const xtr__opc_relations *relations;
    xtr__strings authors;
    uint32_t row, column, author;
    struct { /* a cell whose formula is in the record that follows */
        unsigned char *data;
        size_t size, room;
        unsigned type;
        bool waits;
    } held;
    unsigned until_poll;
    int code;
    bool in_styles;
} records;

/* Reading ------------------------------------------------------------------------------------- */

/* Up to `size` bytes at once; none at the end or when reading fails. */
static size_t take(records *r, void *out, size_t size) {
    if (r->at == r->end) {
        int64_t got = xtr__zip_stream_read(r->stream, r->buffer, BUFFER);
        if (got < 0)
            r->code = xtr__zip_stream_code(r->stream);
        r->at = 0;
        r->end = got > 0 ? (size_t)got : 0;
    }
    size = size < r->end - r->at ? size : r->end - r->at;
    if (out)
        memcpy(out, r->buffer + r->at, size);
    r->at += size;
    return size;
}

/* A number of seven bits a byte, at most `most` bytes. */
static bool take_number(records *r, uint32_t *out, unsigned most) {
    unsigned char byte = 0x80;
    *out = 0;
    for (unsigned i = 0; i < most && byte & 0x80; i++) {
        if (!take(r, &byte, 1))
            return false;
        *out |= (uint32_t)(byte & 0x7F) << (7 * i);
    }
    return true;
}

static bool keeps(unsigned type) {
    return type <= SHARED_ITEM || type == FORMAT || type == STYLE || type == CELL_RICH ||
           type == BOOK_PROPERTIES || type == SHEET || type == MERGED || type == LINK ||
           type == AUTHOR || type == COMMENT_BEGIN || type == COMMENT_TEXT || type == BOOK_NAME ||
           type == OTHER_BOOK || type == THIS_BOOK || type == THIS_SHEET || type == REFERENCES ||
           type == ARRAY_FORMULA || type == SHARED_FORMULA || type == ADD_INS;
}

static bool reserve(records *r, size_t size) {
    if (size <= r->room)
        return true;
    unsigned char *moved = realloc(r->data, size + size / 2);
    if (moved) {
        r->data = moved;
        r->room = size + size / 2;
    }
    return moved != NULL;
}

/* The next record; false at the end, at damage, or when the job stops. */
static bool next(records *r) {
    uint32_t type, size;
    if (r->until_poll-- == 0) {
        r->until_poll = POLL_EVERY;
        if (xtr_job_should_stop(r->book->job))
            return false;
    }
    if (!take_number(r, &type, 2))
        return false;
    if (!take_number(r, &size, 4)) {
        r->code = r->code ? r->code : XTR_E_CORRUPT;
        return false;
    }
    bool kept = keeps(type) && size <= MOST_RECORD;
    if (kept && !reserve(r, size)) {
        r->code = XTR_E_MEMORY;
        return false;
    }
    r->type = kept ? type : UINT32_MAX;
    r->type = type == STYLES_BEGIN || type == STYLES_END ? type : r->type;
    r->size = kept ? size : 0;
    for (uint32_t done = 0; done < size;) {
        size_t got = take(r, kept ? r->data + done : NULL, size - done);
        if (!got) {
            r->code = r->code ? r->code : XTR_E_CORRUPT;
            return false;
        }
        done += (uint32_t)got;
    }
    return true;
}

static uint32_t u32(const records *r, size_t at) {
    if (at + 4 > r->size)
        return 0;
    const unsigned char *p = r->data + at;
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static unsigned u16(const records *r, size_t at) {
    return at + 2 <= r->size ? r->data[at] | (unsigned)r->data[at + 1] << 8 : 0;
}

static double real(const records *r, size_t at) {
    uint64_t bits = u32(r, at) | (uint64_t)u32(r, at + 4) << 32;
    double value;
    memcpy(&value, &bits, sizeof value);
    return at + 8 <= r->size ? value : 0;
}

/* RkNumber, 2.5.123. */
static double rk(uint32_t bits) {
    double value;
    if (bits & 2) {
        value = (int32_t)bits >> 2;
    } else {
        uint64_t wide = (uint64_t)(bits & ~3U) << 32;
        memcpy(&value, &wide, sizeof value);
    }
    return bits & 1 ? value / 100 : value;
}

static size_t put_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(leads[more] | (c >> (6 * more)));
    for (size_t i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (c >> (6 * (more - i)) & 0x3F));
    return more + 1;
}

/* The string of UTF-16 at *at, which is set behind it: NUL-terminated, until the next one. */
static const char *string(records *r, size_t *at, size_t *size) {
    uint32_t count = u32(r, *at);
    size_t from = *at + 4;
    *size = 0;
    if (*at + 4 > r->size || count == UINT32_MAX || count > (r->size - from) / 2) {
        *at = count == UINT32_MAX ? from : r->size;
        return "";
    }
    *at = from + (size_t)count * 2;
    r->text.size = 0;
    char piece[256];
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t c = u16(r, from + (size_t)i * 2);
        uint32_t low = i + 1 < count ? u16(r, from + (size_t)i * 2 + 2) : 0;
        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i++;
        }
        used += c && c != '\r' ? put_utf8(piece + used, c) : 0;
        if (used + 4 > sizeof piece || i + 1 == count) {
            if (!xtr__strings_add(&r->text, piece, used))
                r->code = XTR_E_MEMORY;
            used = 0;
        }
    }
    *size = r->text.size;
    if (!xtr__strings_add(&r->text, "", 1)) {
        r->code = XTR_E_MEMORY;
        *size = 0;
        return "";
    }
    return r->text.text;
}

/* The text of rich text, 2.5.122, at `at`. */
static const char *rich(records *r, size_t at, size_t *size) {
    at++;
    return string(r, &at, size);
}

/* Cells --------------------------------------------------------------------------------------- */

/* The style stands before the value, in 24 bits. */
static const xtr__number_format *format_of(const records *r, size_t value) {
    return xtr__formats_style(&r->book->formats, u32(r, value - 4) & 0xFFFFFF);
}

static void write_number(records *r, size_t value, double number) {
    xtr__sheet_number(&r->book->sheets, r->row, r->column, format_of(r, value), number,
                      r->book->epoch_1904);
}

static void write_text(records *r, size_t value, const char *text, size_t size) {
    xtr__sheet_text(&r->book->sheets, r->row, r->column, format_of(r, value), text, size);
}

/* The kinds of short cells, which have no column but follow the one before, as the long ones. */
static unsigned kind_of(const records *r, size_t *value) {
    bool is_short = r->type >= SHORT_BLANK && r->type <= SHORT_SHARED;
    *value = is_short ? 4 : 8;
    switch (r->type) {
    case FORMULA_STRING:
        return CELL_STRING;
    case FORMULA_NUMBER:
        return CELL_REAL;
    case FORMULA_BOOL:
        return CELL_BOOL;
    case FORMULA_ERROR:
        return CELL_ERROR;
    default:
        return is_short ? r->type - SHORT_RK + CELL_RK : r->type;
    }
}

/* Formulas ---------------------------------------------------------------------------------- */

/* The tokens at `at`, and what stands behind them: each with its size before it (2.2.2). */
static bool formula_at(const records *r, size_t at, xtr__formula *out) {
    if (at > r->size || r->size - at < 8 || u32(r, at) > r->size - at - 8)
        return false;
    size_t behind = at + 4 + u32(r, at);
    *out = (xtr__formula){.code = r->data + at + 4,
                          .size = u32(r, at),
                          .extra = r->data + behind + 4,
                          .extra_size = u32(r, behind),
                          .row = r->row,
                          .column = r->column};
    return out->extra_size <= r->size - behind - 4;
}

/* The formula of a cell, which stands behind its value and flags. */
static bool formula_of(const records *r, size_t value, xtr__formula *out) {
    if (!r->book->formulas || r->type < FORMULA_STRING || r->type > FORMULA_ERROR)
        return false;
    uint64_t count = u32(r, value);
    size_t size = r->type == FORMULA_NUMBER ? 8 : 1;
    if (r->type == FORMULA_STRING)
        size = count <= (r->size - value) / 2 ? 4 + 2 * (size_t)count : r->size;
    return formula_at(r, value + size + 2, out);
}

/* Keeps the record of the cell at hand. */
static void hold(records *r) {
    unsigned char *data = r->held.data;
    size_t room = r->held.room;
    r->held.data = r->data;
    r->held.room = r->room;
    r->held.size = r->size;
    r->held.type = r->type;
    r->data = data;
    r->room = room;
    r->size = 0;
}

static void write_value(records *r, unsigned kind, size_t value) {
    size_t size;
    const char *text;
    switch (kind) {
    case CELL_RK:
        write_number(r, value, rk(u32(r, value)));
        break;
    case CELL_REAL:
        write_number(r, value, real(r, value));
        break;
    case CELL_ERROR:
        text = xtr__sheet_error(r->data[value]);
        xtr__sheet_put(&r->book->sheets, r->row, r->column, text, strlen(text));
        break;
    case CELL_BOOL:
        text = r->data[value] ? "TRUE" : "FALSE";
        write_text(r, value, text, strlen(text));
        break;
    case CELL_SHARED:
        text = xtr__strings_at(&r->book->strings, u32(r, value), &size);
        write_text(r, value, text, size);
        break;
    case CELL_RICH:
        text = rich(r, value, &size);
        write_text(r, value, text, size);
        break;
    case CELL_STRING: {
        size_t at = value;
        text = string(r, &at, &size);
        write_text(r, value, text, size);
        break;
    }
    default:
        break;
    }
}

/* `may_wait`: for a record that tells its formula. */
static void read_cell(records *r, bool may_wait) {
    enum { FORMULA_COSTS = 64 }; /* as much time as so many values */
    size_t value, size;
    unsigned kind = kind_of(r, &value);
    xtr__formula formula;
    const char *text = NULL;
    if (r->size <= value)
        return;
    if (formula_of(r, value, &formula)) {
        r->until_poll = r->until_poll > FORMULA_COSTS ? r->until_poll - FORMULA_COSTS : 0;
        if (may_wait && xtr__formula_waits(&r->book->spelled, &formula)) {
            hold(r);
            r->held.waits = true;
            return;
        }
        text = xtr__formula_text(&r->book->spelled, &formula, &size);
    }
    if (text)
        xtr__sheet_put(&r->book->sheets, r->row, r->column, text, size);
    else
        write_value(r, kind, value);
}

/* The cell that was kept, once its formula is known, or is not told. */
static void release(records *r) {
    if (!r->held.waits)
        return;
    unsigned type = r->type;
    size_t size = r->size, held = r->held.size;
    unsigned held_type = r->held.type;
    hold(r);
    r->type = held_type;
    r->size = held;
    read_cell(r, false);
    hold(r);
    r->held.waits = false;
    r->type = type;
    r->size = size;
}

/* 2.4.675 and 2.4.671: of the cell before it. */
static void share_formula(records *r) {
    xtr__formula formula;
    bool array = r->type == ARRAY_FORMULA;
    if (r->held.waits && formula_at(r, array ? 17 : 16, &formula) &&
        !xtr__formulas_share(&r->book->spelled, &formula, array))
        r->code = XTR_E_MEMORY;
}

static void read_link(records *r) {
    size_t at = 16, size;
    const char *id = string(r, &at, &size);
    const xtr__opc_relation *relation = size ? xtr__opc_by_id(r->relations, id) : NULL;
    if (relation && relation->external)
        xtr_link(r->book->builder, relation->target, 0, r->book->sheets.number, (xtr_box){0});
}

static void on_cells(records *r) {
    if (r->type == ARRAY_FORMULA || r->type == SHARED_FORMULA)
        share_formula(r);
    release(r);
    if (r->type == ROW) {
        r->row = u32(r, 0);
        r->column = UINT32_MAX;
    } else if (r->type == MERGED && r->size >= 16) {
        xtr__sheet_merge(&r->book->sheets,
                         &(xtr_cell_range){u32(r, 0), u32(r, 8), u32(r, 4), u32(r, 12)});
    } else if (r->type == LINK) {
        read_link(r);
    } else if (r->type < SHARED_ITEM || r->type == CELL_RICH) {
        bool is_short = r->type >= SHORT_BLANK && r->type <= SHORT_SHARED;
        r->column = is_short ? r->column + 1 : u32(r, 0);
        read_cell(r, true);
    }
}

/* Other parts --------------------------------------------------------------------------------- */

/* What formulas refer to: sheets of books (2.4.667), each of which is a record before. */
static bool read_references(records *r) {
    bool done = true;
    uint32_t count = u32(r, 0);
    for (size_t at = 4; done && count-- && at + 12 <= r->size; at += 12)
        done = xtr__formulas_add_reference(&r->book->spelled, u32(r, at), (int32_t)u32(r, at + 4),
                                           (int32_t)u32(r, at + 8));
    return done;
}

static bool read_name(records *r) {
    size_t at = 9, size;
    const char *name = string(r, &at, &size);
    return xtr__formulas_add_name(&r->book->spelled, name, size);
}

static bool read_sheet(records *r) {
    size_t at = 8, size;
    char relation[128];
    const char *text = string(r, &at, &size);
    size = size < sizeof relation ? size : sizeof relation - 1;
    memcpy(relation, text, size);
    relation[size] = '\0';
    text = string(r, &at, &size);
    xlsx_add_sheet(r->book, text, relation, u32(r, 0) != 0);
    return !r->book->formulas || xtr__formulas_add_sheet(&r->book->spelled, text, size);
}

static void on_book(records *r) {
    bool done = true;
    switch (r->type) {
    case BOOK_PROPERTIES:
        r->book->epoch_1904 = u32(r, 0) & 1;
        break;
    case SHEET:
        done = read_sheet(r);
        break;
    case BOOK_NAME:
        done = !r->book->formulas || read_name(r);
        break;
    case OTHER_BOOK:
    case THIS_SHEET:
    case ADD_INS:
    case THIS_BOOK:
        done =
            !r->book->formulas || xtr__formulas_add_book(&r->book->spelled, r->type == THIS_BOOK);
        break;
    case REFERENCES:
        done = !r->book->formulas || read_references(r);
        break;
    default:
        break;
    }
    r->code = done ? r->code : XTR_E_MEMORY;
}

static void on_strings(records *r) {
    if (r->type != SHARED_ITEM)
        return;
    size_t size;
    const char *text = rich(r, 0, &size);
    if (!xtr__strings_add(&r->book->strings, text, size) || !xtr__strings_end(&r->book->strings))
        r->code = XTR_E_MEMORY;
}

static void on_styles(records *r) {
    size_t at = 2, size;
    if (r->type == STYLES_BEGIN || r->type == STYLES_END) {
        r->in_styles = r->type == STYLES_BEGIN;
    } else if (r->type == STYLE && r->in_styles) {
        xtr__formats_add_style(&r->book->formats, u16(r, 2));
    } else if (r->type == FORMAT) {
        const char *code = string(r, &at, &size);
        xtr__formats_define(&r->book->formats, u16(r, 0), code, size);
    }
}

static void on_comments(records *r) {
    size_t at = 0, size;
    if (r->type == AUTHOR) {
        const char *name = string(r, &at, &size);
        if (!xtr__strings_add(&r->authors, name, size) || !xtr__strings_add(&r->authors, "", 1) ||
            !xtr__strings_end(&r->authors))
            r->code = XTR_E_MEMORY;
    } else if (r->type == COMMENT_BEGIN) {
        r->author = u32(r, 0);
    } else if (r->type == COMMENT_TEXT) {
        const char *author = xtr__strings_at(&r->authors, r->author, &size);
        size_t length;
        const char *text = rich(r, 0, &length);
        if (length)
            xtr_annotation(r->book->builder, "Text", text, size > 1 ? author : NULL,
                           r->book->sheets.number, (xtr_box){0});
    }
}

static void read_part(xlsx_book *book, size_t part, const char *what, void (*on)(records *r),
                      const xtr__opc_relations *relations) {
    records r = {.book = book,
                 .relations = relations,
                 .column = UINT32_MAX,
                 .text = {.job = book->job},
                 .authors = {.job = book->job}};
    r.code = xtr__zip_stream_open(&r.stream, book->zip, part);
    r.buffer = malloc(BUFFER);
    if (!r.code && !r.buffer)
        r.code = XTR_E_MEMORY;
    while (!r.code && !book->sheets.full && next(&r))
        on(&r);
    release(&r);
    xtr__formulas_unshare(&book->spelled);
    xlsx_tell(book, r.code, what);
    xtr__zip_stream_drop(r.stream);
    free(r.buffer);
    free(r.data);
    free(r.held.data);
    xtr__strings_free(&r.text);
    xtr__strings_free(&r.authors);
}

void xlsx_read_binary_book(xlsx_book *book, size_t part) {
    read_part(book, part, "list of sheets", on_book, NULL);
}

void xlsx_read_binary_strings(xlsx_book *book, size_t part) {
    read_part(book, part, "shared strings", on_strings, NULL);
}

void xlsx_read_binary_styles(xlsx_book *book, size_t part) {
    read_part(book, part, "styles", on_styles, NULL);
}

void xlsx_read_binary_cells(xlsx_book *book, size_t part, const xtr__opc_relations *relations) {
    read_part(book, part, "sheet", on_cells, relations);
}

void xlsx_read_binary_comments(xlsx_book *book, size_t part) {
    read_part(book, part, "comments", on_comments, NULL);
}
