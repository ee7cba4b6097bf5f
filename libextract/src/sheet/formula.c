/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Formulas are tokens in reverse Polish order ([MS-XLS] 2.5.198, [MS-XLSB] 2.5.97). They are found
 * from the first to the last, and spelled from the last to the first, so that an operator is known
 * before its operands, into a buffer that fills from its end. */
#include "sheet/formula.h"
#include "detect/probe.h"
#include "document/utf8.h"
#include "sheet/cells.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum token_id { /* without their class */
                EXP = 0x01,
                FIRST_BINARY = 0x03,
                LAST_BINARY = 0x11,
                PLUS,
                MINUS,
                PERCENT,
                PAREN,
                MISSING,
                STR,
                ATTR = 0x19,
                ERR = 0x1C,
                BOOL,
                INT,
                NUM,
                ARRAY,
                FUNC,
                FUNC_VAR,
                NAME,
                REF,
                AREA,
                MEM_AREA,
                MEM_ERR,
                MEM_NO_MEM,
                MEM_FUNC,
                REF_ERR,
                AREA_ERR,
                REF_N,
                AREA_N,
                NAME_X = 0x39,
                REF_3D,
                AREA_3D,
                REF_ERR_3D,
                AREA_ERR_3D,
                IDS
};

/* What stands in tokens of ATTR. */
enum { ATTR_CHOOSE = 0x04, ATTR_SUM = 0x10 };

enum { MOST_TOKENS = 8192, MOST_TEXT = 16 << 10, USER_DEFINED = 255, VARIES = -1 };

typedef struct token {
    uint8_t id;
    uint32_t at, extra; /* where its data begin, and those behind the tokens */
} token;

/* An operator or a function, of whose operands so many are not yet spelled. */
typedef struct pending {
    uint32_t token, left;
} pending;

typedef struct xtr__formula_work {
    token tokens[MOST_TOKENS];
    pending stack[MOST_TOKENS];
    char text[MOST_TEXT];  /* fills from its end */
    char piece[MOST_TEXT]; /* one operand */
    size_t count, depth, left, used;
    bool failed;
} work;

typedef struct reference {
    uint32_t book;
    int32_t first, last;
} reference;

typedef struct shared {
    uint32_t row, column;
    uint32_t size, extra_size;
    bool array;
} shared;

static const struct {
    const char *name;
    int arguments;
} functions[] = {
#define FUNCTION(number, name, arguments) [number] = {name, arguments},
#include "sheet/functions.def"
#undef FUNCTION
};

enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* Tables ------------------------------------------------------------------------------------ */

void xtr__formulas_begin(xtr__formulas *f, xtr_job *job, bool wide) {
    *f = (xtr__formulas){.wide = wide,
                         .sheets = {.job = job},
                         .names = {.job = job},
                         .books = {.job = job},
                         .added = {.job = job},
                         .references = {.job = job},
                         .shared = {.job = job}};
}

void xtr__formulas_end(xtr__formulas *f) {
    xtr__strings_free(&f->sheets);
    xtr__strings_free(&f->names);
    xtr__strings_free(&f->books);
    xtr__strings_free(&f->added);
    xtr__strings_free(&f->references);
    xtr__strings_free(&f->shared);
    free(f->work);
    f->work = NULL;
}

bool xtr__formulas_add_sheet(xtr__formulas *f, const char *name, size_t size) {
    return xtr__strings_add(&f->sheets, name, size) && xtr__strings_end(&f->sheets);
}

bool xtr__formulas_add_name(xtr__formulas *f, const char *name, size_t size) {
    return xtr__strings_add(&f->names, name, size) && xtr__strings_end(&f->names);
}

bool xtr__formulas_add_book(xtr__formulas *f, bool own) {
    const uint32_t first = (uint32_t)f->added.count;
    if (!xtr__strings_add(&f->books, (const char *)&first, sizeof first))
        return false;
    f->own = own ? (uint32_t)(f->books.size / sizeof first) : f->own;
    return true;
}

bool xtr__formulas_add_function(xtr__formulas *f, const char *name, size_t size) {
    return xtr__strings_add(&f->added, name, size) && xtr__strings_end(&f->added);
}

bool xtr__formulas_add_reference(xtr__formulas *f, uint32_t book, int32_t first, int32_t last) {
    const reference r = {book, first, last};
    return xtr__strings_add(&f->references, (const char *)&r, sizeof r);
}

/* Shared formulas --------------------------------------------------------------------------- */

/* The cell that a token of EXP names: in BIFF12 its column stands behind the tokens. */
static bool shared_place(const xtr__formulas *f, const xtr__formula *formula, uint32_t *row,
                         uint32_t *column) {
    if (!formula->size || formula->code[0] != EXP || formula->size < 5 ||
        (f->wide && formula->extra_size < 4))
        return false;
    *row = f->wide ? xtr__le32(formula->code + 1) : xtr__le16(formula->code + 1);
    *column = f->wide ? xtr__le32(formula->extra) : xtr__le16(formula->code + 3);
    return true;
}

/* By rows and columns, as they come; among those of a damaged sheet some are not found. */
static const char *find_shared(const xtr__formulas *f, uint32_t row, uint32_t column, shared *out) {
    size_t low = 0, high = f->shared.count;
    while (low < high) {
        size_t middle = (low + high) / 2, size;
        const char *data = xtr__strings_at(&f->shared, middle, &size);
        memcpy(out, data, sizeof *out);
        if (out->row == row && out->column == column)
            return data + sizeof *out;
        if (out->row < row || (out->row == row && out->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool xtr__formula_waits(const xtr__formulas *f, const xtr__formula *formula) {
    uint32_t row, column;
    shared found;
    return shared_place(f, formula, &row, &column) && row == formula->row &&
           column == formula->column && !find_shared(f, row, column, &found);
}

bool xtr__formulas_share(xtr__formulas *f, const xtr__formula *formula, bool array) {
    shared head = {.row = formula->row,
                   .column = formula->column,
                   .size = (uint32_t)formula->size,
                   .extra_size = (uint32_t)formula->extra_size,
                   .array = array};
    return xtr__strings_add(&f->shared, (const char *)&head, sizeof head) &&
           xtr__strings_add(&f->shared, (const char *)formula->code, formula->size) &&
           xtr__strings_add(&f->shared, (const char *)formula->extra, formula->extra_size) &&
           xtr__strings_end(&f->shared);
}

/* So that a formula that cannot be spelled costs nothing for each of its cells. */
static void forget(xtr__strings *list, const unsigned char *code) {
    char *head = list->text + (code - (const unsigned char *)list->text) - sizeof(shared);
    memset(head + offsetof(shared, size), 0, sizeof(uint32_t));
}

void xtr__formulas_unshare(xtr__formulas *f) {
    f->shared.size = f->shared.count = 0;
}

/* Pieces ------------------------------------------------------------------------------------ */

static void put(work *w, const char *text, size_t size) {
    w->failed = w->failed || size > sizeof w->piece - w->used;
    if (w->failed)
        return;
    memcpy(w->piece + w->used, text, size);
    w->used += size;
}

static void put_string(work *w, const char *text) {
    put(w, text, strlen(text));
}

/* Before what is spelled already. */
static void prepend(work *w, const char *text, size_t size) {
    w->failed = w->failed || size > w->left;
    if (w->failed)
        return;
    w->left -= size;
    memcpy(w->text + w->left, text, size);
}

static void prepend_string(work *w, const char *text) {
    prepend(w, text, strlen(text));
}

static void prepend_piece(work *w) {
    prepend(w, w->piece, w->used);
    w->used = 0;
}

static void put_character(work *w, uint32_t c) {
    char text[4];
    put(w, text, xtr__utf8_encode(text, c));
    if (c == '"')
        put(w, text, 1);
}

/* In quotes; `unit` bytes a character, which are UTF-16 or its low bytes. */
static void put_quoted(work *w, const unsigned char *p, size_t count, size_t unit) {
    put(w, "\"", 1);
    for (size_t i = 0; i < count && !w->failed; i++) {
        uint32_t c = unit == 2 ? xtr__le16(p + 2 * i) : p[i];
        uint32_t low = unit == 2 && i + 1 < count ? xtr__le16(p + 2 * i + 2) : 0;
        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i++;
        } else if (c >= 0xD800 && c < 0xE000) {
            c = 0xFFFD;
        }
        if (c >= ' ' || c == '\n')
            put_character(w, c);
    }
    put(w, "\"", 1);
}

/* With 15 digits, and with a point whatever the locale. */
static void put_number(work *w, const unsigned char *p) {
    uint64_t bits = xtr__le64(p);
    double value;
    char text[40];
    memcpy(&value, &bits, sizeof value);
    snprintf(text, sizeof text, "%.15G", value);
    for (const char *c = text; *c;) {
        size_t size = strspn(c, "0123456789+-E");
        put(w, c, size);
        c += size;
        size = strcspn(c, "0123456789+-E");
        put(w, ".", size > 0);
        c += size;
    }
}

static void put_column(work *w, uint32_t column) {
    char text[8];
    size_t at = sizeof text;
    for (column++; column && at; column = (column - 1) / 26)
        text[--at] = (char)('A' + (column - 1) % 26);
    put(w, text + at, sizeof text - at);
}

static void put_whole(work *w, uint32_t number) {
    char text[16];
    put(w, text, (size_t)snprintf(text, sizeof text, "%u", number));
}

/* References -------------------------------------------------------------------------------- */

typedef struct place {
    uint32_t row, column;
    bool row_moves, column_moves; /* no "$" */
} place;

/* Of rows and columns there are powers of two. */
static uint32_t last_row(const xtr__formulas *f) {
    return f->wide ? 0xFFFFF : 0xFFFF;
}

static uint32_t last_column(const xtr__formulas *f) {
    return f->wide ? 0x3FFF : 0xFF;
}

/* RgceLoc, or RgceLocRel (2.5.198.109, 2.5.198.111), which counts from `cell` unless it is NULL. */
static place place_of(const xtr__formulas *f, const unsigned char *row, const unsigned char *column,
                      const xtr__formula *cell) {
    unsigned bits = xtr__le16(column);
    place p = {.row = f->wide ? xtr__le32(row) : xtr__le16(row),
               .column = bits,
               .row_moves = bits >> 15 & 1,
               .column_moves = bits >> 14 & 1};
    p.row += cell && p.row_moves ? cell->row : 0;
    p.column += cell && p.column_moves ? cell->column : 0;
    p.row &= last_row(f);
    p.column &= last_column(f);
    return p;
}

static void put_place(work *w, const place *p, bool with_row, bool with_column) {
    if (with_column) {
        put(w, "$", !p->column_moves);
        put_column(w, p->column);
    }
    if (with_row) {
        put(w, "$", !p->row_moves);
        put_whole(w, p->row + 1);
    }
}

static void put_reference(xtr__formulas *f, const unsigned char *p, const xtr__formula *cell) {
    place at = place_of(f, p, p + (f->wide ? 4 : 2), cell);
    put_place(f->work, &at, true, true);
}

/* Whole columns, "A:A", and whole rows have no more than these. */
static void put_area(xtr__formulas *f, const unsigned char *p, const xtr__formula *cell) {
    size_t unit = f->wide ? 4 : 2;
    place from = place_of(f, p, p + 2 * unit, cell);
    place to = place_of(f, p + unit, p + 2 * unit + 2, cell);
    bool all_rows = from.row == 0 && to.row == last_row(f);
    bool all_columns = from.column == 0 && to.column == last_column(f);
    put_place(f->work, &from, !all_rows, all_rows || !all_columns);
    put(f->work, ":", 1);
    put_place(f->work, &to, !all_rows, all_rows || !all_columns);
}

/* Names that are not words stand between apostrophes; so does "A1". */
static bool is_word(const char *name, size_t size) {
    xtr_cell_range range;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)name[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        bool digit = (c >= '0' && c <= '9') || c == '.';
        if (!letter && c != '_' && c < 0x80 && !(digit && i))
            return false;
    }
    return size && !xtr__sheet_range(&range, name, size);
}

static void put_doubled(work *w, const char *text, size_t size) {
    for (size_t i = 0; i < size && !w->failed; i++) {
        put(w, text + i, 1);
        put(w, "'", text[i] == '\'');
    }
}

static bool find_reference(const xtr__formulas *f, unsigned index, reference *out) {
    if (index >= f->references.size / sizeof *out)
        return false;
    memcpy(out, f->references.text + index * sizeof *out, sizeof *out);
    return true;
}

/* "Sheet!" or "'First one:Last one'!". Nothing, when it is of the workbook as a whole. */
static void put_sheets(xtr__formulas *f, const reference *r) {
    enum { WHOLE = -2 };
    work *w = f->work;
    if (r->first == WHOLE)
        return;
    size_t size = 0, last_size = 0;
    const char *first = xtr__strings_at(&f->sheets, (size_t)(uint32_t)r->first, &size);
    const char *last = xtr__strings_at(&f->sheets, (size_t)(uint32_t)r->last, &last_size);
    bool several = r->first != r->last;
    /* Not looked at for each reference: a name may be as long as the workbook. */
    w->failed = w->failed || !size || !last_size || size > MOST_TEXT || last_size > MOST_TEXT;
    if (w->failed)
        return;
    bool words = is_word(first, size) && is_word(last, last_size);
    put(w, "'", !words);
    put_doubled(w, first, size);
    put(w, ":", several);
    put_doubled(w, last, several ? last_size : 0);
    put(w, "'", !words);
    put(w, "!", 1);
}

/* Sheets of this workbook alone. */
static void put_reference_to(xtr__formulas *f, unsigned index) {
    reference r;
    if (find_reference(f, index, &r) && r.book < UINT32_MAX && r.book + 1 == f->own)
        put_sheets(f, &r);
    else
        f->work->failed = true;
}

static void put_listed(work *w, const xtr__strings *list, size_t index) {
    size_t size;
    const char *name = xtr__strings_at(list, index, &size);
    w->failed = w->failed || !size;
    put(w, name, size);
}

static void put_name(xtr__formulas *f, const unsigned char *p) {
    put_listed(f->work, &f->names, (size_t)xtr__le32(p) - 1);
}

/* A name of this workbook, perhaps of a sheet of it, or a function of an add-in. */
static void put_far_name(xtr__formulas *f, const unsigned char *p) {
    reference r;
    uint32_t bounds[2] = {0, (uint32_t)f->added.count}, index = xtr__le32(p + 2);
    size_t books = f->books.size / sizeof *bounds;
    if (!find_reference(f, xtr__le16(p), &r) || r.book >= books) {
        f->work->failed = true;
        return;
    }
    if (r.book + 1 == f->own) {
        put_sheets(f, &r);
        put_name(f, p + 2);
        return;
    }
    memcpy(bounds, f->books.text + r.book * sizeof *bounds,
           sizeof *bounds * (r.book + 1 < books ? 2 : 1));
    if (index && index <= bounds[1] - bounds[0])
        put_listed(f->work, &f->added, (size_t)bounds[0] + index - 1);
    else
        f->work->failed = true;
}

/* Arrays ------------------------------------------------------------------------------------ */

/* The string at `at`, whose length stands before it; in BIFF8 with a byte of flags. `width`: bytes
 * of the length. 0 when it does not fit, else where it ends. */
static size_t read_string(const xtr__formulas *f, const unsigned char *data, size_t size, size_t at,
                          size_t width, bool spell) {
    size_t head = width + !f->wide;
    if (size - at < head)
        return 0;
    size_t count = width == 1 ? data[at] : xtr__le16(data + at);
    size_t unit = f->wide || data[at + width] & 1 ? 2 : 1;
    at += head;
    if (count * unit > size - at)
        return 0;
    if (spell)
        put_quoted(f->work, data + at, count, unit);
    return at + count * unit;
}

/* A value of an array (SerAr, 2.5.192.112 and its kinds, which BIFF12 numbers in another way). */
static size_t read_value(const xtr__formulas *f, const xtr__formula *formula, size_t at,
                         bool spell) {
    enum { NIL = 0x00, NUMBER = 0x01, STRING = 0x02, BOOLEAN = 0x04, ERROR_VALUE = 0x10 };
    static const unsigned char kinds[] = {NUMBER, STRING, BOOLEAN, NIL, ERROR_VALUE};
    const unsigned char *p = formula->extra + at;
    size_t left = formula->extra_size - at;
    if (left < 2)
        return 0;
    unsigned kind = !f->wide ? p[0] : p[0] < sizeof kinds ? kinds[p[0]] : UINT8_MAX;
    if (kind == STRING)
        return read_string(f, formula->extra, formula->extra_size, at + 1, 2, spell);
    size_t size = !f->wide || kind == NUMBER ? 8 : kind == ERROR_VALUE ? 4 : 1;
    if (left - 1 < size ||
        (kind != NIL && kind != NUMBER && kind != BOOLEAN && kind != ERROR_VALUE))
        return 0;
    if (spell && kind == NUMBER)
        put_number(f->work, p + 1);
    else if (spell && kind == BOOLEAN)
        put_string(f->work, p[1] ? "TRUE" : "FALSE");
    else if (spell && kind == ERROR_VALUE)
        put_string(f->work, xtr__sheet_error(p[1]));
    return at + 1 + size;
}

/* An array constant, "{1,2;3,4}": where it ends, or 0. */
static size_t read_array(const xtr__formulas *f, const xtr__formula *formula, size_t at,
                         bool spell) {
    size_t head = f->wide ? 8 : 3;
    if (formula->extra_size - at < head)
        return 0;
    const unsigned char *p = formula->extra + at;
    uint64_t columns = f->wide ? xtr__le32(p + 4) : p[0] + 1U;
    uint64_t rows = f->wide ? xtr__le32(p) : xtr__le16(p + 1) + 1U;
    uint64_t count = columns * rows;
    at += head;
    if (spell)
        put(f->work, "{", 1);
    for (uint64_t i = 0; i < count && at && !f->work->failed; i++) {
        if (spell && i)
            put(f->work, i % columns ? "," : ";", 1);
        at = read_value(f, formula, at, spell);
    }
    if (spell)
        put(f->work, "}", 1);
    return at;
}

/* Finding tokens ---------------------------------------------------------------------------- */

/* Bytes behind the byte of a token: in BIFF8, and in BIFF12. */
static const unsigned char sizes[IDS][2] = {
    [ERR] = {1, 1},        [BOOL] = {1, 1},       [INT] = {2, 2},          [NUM] = {8, 8},
    [ARRAY] = {7, 14},     [FUNC] = {2, 2},       [FUNC_VAR] = {3, 3},     [NAME] = {4, 4},
    [REF] = {4, 6},        [AREA] = {8, 12},      [MEM_AREA] = {6, 6},     [MEM_ERR] = {6, 6},
    [MEM_NO_MEM] = {6, 6}, [MEM_FUNC] = {2, 2},   [REF_ERR] = {4, 6},      [AREA_ERR] = {8, 12},
    [REF_N] = {4, 6},      [AREA_N] = {8, 12},    [NAME_X] = {6, 6},       [REF_3D] = {6, 8},
    [AREA_3D] = {10, 14},  [REF_ERR_3D] = {6, 8}, [AREA_ERR_3D] = {10, 14}};

/* Where the data of a token end, or 0. */
static size_t token_end(const xtr__formulas *f, const xtr__formula *formula, unsigned id,
                        size_t at) {
    size_t left = formula->size - at;
    bool plain = id >= FIRST_BINARY && id <= MISSING;
    if (id == STR)
        return read_string(f, formula->code, formula->size, at, f->wide ? 2 : 1, false);
    size_t size = sizes[id][f->wide];
    if (id == ATTR) {
        if (left < 3)
            return 0;
        bool choose = formula->code[at] & ATTR_CHOOSE;
        size = 3 + (choose ? 2 * ((size_t)xtr__le16(formula->code + at + 1) + 1) : 0);
    }
    return (!size && !plain) || size > left ? 0 : at + size;
}

/* What stands behind the tokens belongs to some of them, in their order: passes over it. */
static bool pass_extra(const xtr__formulas *f, const xtr__formula *formula, unsigned id,
                       size_t *at) {
    size_t width = f->wide ? 4 : 2, left = formula->extra_size - *at;
    if (id == ARRAY)
        return (*at = read_array(f, formula, *at, false)) != 0;
    if (id != MEM_AREA)
        return true;
    if (left < width)
        return false;
    const unsigned char *p = formula->extra + *at;
    size_t count = f->wide ? xtr__le32(p) : xtr__le16(p);
    *at += width + count * 4 * width;
    return count <= (left - width) / (4 * width);
}

static bool is_spelled(const xtr__formula *formula, unsigned id, size_t at) {
    return id == ATTR ? formula->code[at] == ATTR_SUM : id < MEM_AREA || id > MEM_FUNC;
}

static bool find_tokens(xtr__formulas *f, const xtr__formula *formula) {
    work *w = f->work;
    size_t at = 0, extra = 0;
    w->count = 0;
    while (at < formula->size) {
        unsigned id = formula->code[at++];
        if (id >= 0x20 && id < 0x80)
            id = (id & 0x1F) | 0x20; /* without its class */
        if (id >= IDS || w->count == MOST_TOKENS)
            return false;
        size_t end = token_end(f, formula, id, at), behind = extra;
        if (!end || !pass_extra(f, formula, id, &behind))
            return false;
        if (is_spelled(formula, id, at))
            w->tokens[w->count++] = (token){(uint8_t)id, (uint32_t)at, (uint32_t)extra};
        at = end;
        extra = behind;
    }
    return true;
}

/* Spelling ---------------------------------------------------------------------------------- */

static unsigned function_of(const token *t, const unsigned char *p) {
    unsigned number = t->id == FUNC ? xtr__le16(p) : xtr__le16(p + 1);
    return number < FUNCTIONS && functions[number].name ? number : UINT16_MAX;
}

/* A function whose name is its first operand. */
static bool is_user_defined(const token *t, const unsigned char *p) {
    return t->id == FUNC_VAR && xtr__le16(p + 1) == USER_DEFINED;
}

/* How many; -1 for a function that is not known. */
static int operands_of(const xtr__formulas *f, const token *t, const unsigned char *p) {
    if (t->id >= FIRST_BINARY && t->id <= LAST_BINARY)
        return 2;
    if ((t->id >= PLUS && t->id <= PAREN) || t->id == ATTR)
        return 1;
    if (t->id != FUNC && t->id != FUNC_VAR)
        return 0;
    int count = t->id == FUNC_VAR ? p[0] & (f->wide ? 0xFF : 0x7F) : VARIES;
    if (is_user_defined(t, p))
        return count ? count : -1;
    unsigned number = function_of(t, p);
    if (number == UINT16_MAX)
        return -1;
    return t->id == FUNC ? functions[number].arguments : count;
}

/* What is behind, between and before operands. */
static void spell_behind(work *w, const token *t, const unsigned char *p, int operands) {
    if (t->id == PERCENT)
        prepend_string(w, "%");
    else if (is_user_defined(t, p) && operands == 1)
        prepend_string(w, "()");
    else if (t->id == PAREN || t->id == ATTR || t->id == FUNC || t->id == FUNC_VAR)
        prepend_string(w, ")");
}

static void spell_between(work *w, const token *t, const unsigned char *p, uint32_t left) {
    static const char operators[][3] = {
        "+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"};
    if (t->id <= LAST_BINARY)
        prepend_string(w, operators[t->id - FIRST_BINARY]);
    else
        prepend_string(w, is_user_defined(t, p) && left == 1 ? "(" : ",");
}

static void spell_before(work *w, const token *t, const unsigned char *p) {
    if (t->id == MINUS || t->id == PLUS) {
        prepend_string(w, t->id == MINUS ? "-" : "+");
    } else if (t->id == PAREN) {
        prepend_string(w, "(");
    } else if (t->id == ATTR) {
        prepend_string(w, "SUM(");
    } else if ((t->id == FUNC || t->id == FUNC_VAR) && !is_user_defined(t, p)) {
        prepend_string(w, "(");
        prepend_string(w, functions[function_of(t, p)].name);
    }
}

static void put_operand(xtr__formulas *f, const xtr__formula *formula, const token *t,
                        const unsigned char *p) {
    work *w = f->work;
    if (t->id > NAME_X)
        put_reference_to(f, xtr__le16(p));
    switch (t->id) {
    case STR:
        read_string(f, formula->code, formula->size, t->at, f->wide ? 2 : 1, true);
        break;
    case ERR:
        put_string(w, xtr__sheet_error(p[0]));
        break;
    case BOOL:
        put_string(w, p[0] ? "TRUE" : "FALSE");
        break;
    case INT:
        put_whole(w, xtr__le16(p));
        break;
    case NUM:
        put_number(w, p);
        break;
    case ARRAY:
        read_array(f, formula, t->extra, true);
        break;
    case NAME:
        put_name(f, p);
        break;
    case NAME_X:
        put_far_name(f, p);
        break;
    case REF:
    case REF_N:
        put_reference(f, p, t->id == REF_N ? formula : NULL);
        break;
    case REF_3D:
        put_reference(f, p + 2, NULL);
        break;
    case AREA:
    case AREA_N:
        put_area(f, p, t->id == AREA_N ? formula : NULL);
        break;
    case AREA_3D:
        put_area(f, p + 2, NULL);
        break;
    case REF_ERR:
    case AREA_ERR:
    case REF_ERR_3D:
    case AREA_ERR_3D:
        put_string(w, "#REF!");
        break;
    case FUNC:
    case FUNC_VAR:
        put_string(w, functions[function_of(t, p)].name);
        put(w, "()", 2);
        break;
    default: /* MISSING */
        break;
    }
    prepend_piece(w);
}

/* An operand is whole: so may be those that it was the first of. */
static void close_operands(work *w, const unsigned char *code) {
    while (w->depth) {
        pending *p = &w->stack[w->depth - 1];
        const token *t = &w->tokens[p->token];
        if (--p->left) {
            spell_between(w, t, code + t->at, p->left);
            return;
        }
        spell_before(w, t, code + t->at);
        w->depth--;
    }
}

static bool spell(xtr__formulas *f, const xtr__formula *formula) {
    work *w = f->work;
    w->left = sizeof w->text;
    w->used = w->depth = 0;
    w->failed = !w->count;
    for (size_t i = w->count; i-- > 0 && !w->failed;) {
        const token *t = &w->tokens[i];
        const unsigned char *p = formula->code + t->at;
        int operands = operands_of(f, t, p);
        if (operands < 0 || (!w->depth && i + 1 < w->count))
            return false; /* unknown, or operands that nothing takes */
        if (operands) {
            spell_behind(w, t, p, operands);
            w->stack[w->depth++] = (pending){(uint32_t)i, (uint32_t)operands};
            continue;
        }
        put_operand(f, formula, t, p);
        close_operands(w, formula->code);
    }
    prepend_string(w, "=");
    return !w->failed && !w->depth;
}

const char *xtr__formula_text(xtr__formulas *f, const xtr__formula *formula, size_t *size) {
    xtr__formula own = *formula;
    uint32_t row, column;
    shared head;
    if (!f->work)
        f->work = malloc(sizeof *f->work);
    if (!f->work)
        return NULL;
    if (shared_place(f, formula, &row, &column)) {
        const char *code = find_shared(f, row, column, &head);
        if (!code || (head.array && (row != own.row || column != own.column)))
            return NULL;
        own.code = (const unsigned char *)code;
        own.size = head.size;
        own.extra = own.code + head.size;
        own.extra_size = head.extra_size;
    }
    f->work->failed = false;
    if (!find_tokens(f, &own) || !spell(f, &own)) {
        if (own.code != formula->code)
            forget(&f->shared, own.code);
        return NULL;
    }
    *size = sizeof f->work->text - f->work->left;
    return f->work->text + f->work->left;
}
