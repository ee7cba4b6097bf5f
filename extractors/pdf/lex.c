/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tokens (ISO 32000-1, 7.2 and 7.3). MuPDF reads them byte by byte through a function, which takes
 * a quarter of the time of a page. pdf_lex is wrapped (libextract/CMakeLists.txt): a token that
 * lies whole in the window of its stream and is of a plain form is read here; MuPDF reads all
 * others, and sees the stream as if nobody had looked. */
#include "pdf.h"

#include <string.h>

enum { WHITE = 1, DELIMITER = 2, DIGIT = 4, SIGN = 8 };

/* Every other byte is regular. */
static const unsigned char kinds[256] = {
    ['\0'] = WHITE,    ['\t'] = WHITE,    ['\n'] = WHITE,    ['\f'] = WHITE,    ['\r'] = WHITE,
    [' '] = WHITE,     ['('] = DELIMITER, [')'] = DELIMITER, ['<'] = DELIMITER, ['>'] = DELIMITER,
    ['['] = DELIMITER, [']'] = DELIMITER, ['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER,
    ['%'] = DELIMITER, ['0'] = DIGIT,     ['1'] = DIGIT,     ['2'] = DIGIT,     ['3'] = DIGIT,
    ['4'] = DIGIT,     ['5'] = DIGIT,     ['6'] = DIGIT,     ['7'] = DIGIT,     ['8'] = DIGIT,
    ['9'] = DIGIT,     ['+'] = SIGN,      ['-'] = SIGN,      ['.'] = SIGN};

pdf_token __real_pdf_lex(fz_context *ctx, fz_stream *f, pdf_lexbuf *buf);
pdf_token __wrap_pdf_lex(fz_context *ctx, fz_stream *f, pdf_lexbuf *buf);

/** Where a token that begins at `at` has been read to; NULL: not here. */
typedef const unsigned char *position;

static bool ends_token(unsigned char c) {
    return (kinds[c] & (WHITE | DELIMITER)) != 0;
}

/** Up to nine digits on each side of the point. */
static position read_number(position at, position end, pdf_lexbuf *buf, pdf_token *token) {
    enum { MOST_DIGITS = 9 };
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    bool negative = *at == '-';
    int64_t whole = 0, part = 0;
    at += *at == '-' || *at == '+';
    position first = at;
    while (at < end && kinds[*at] == DIGIT)
        whole = whole * 10 + (*at++ - '0');
    size_t digits = (size_t)(at - first), decimals = 0;
    bool real = at < end && *at == '.';
    if (digits > MOST_DIGITS)
        return NULL;
    if (real) {
        first = ++at;
        while (at < end && kinds[*at] == DIGIT)
            part = part * 10 + (*at++ - '0');
        decimals = (size_t)(at - first);
    }
    if (at == end || !ends_token(*at) || decimals > MOST_DIGITS || digits + decimals == 0)
        return NULL;
    if (real) {
        double value = ((double)whole * powers[decimals] + (double)part) / powers[decimals];
        buf->f = (float)(negative ? -value : value);
    } else {
        buf->i = negative ? -whole : whole;
    }
    *token = real ? PDF_TOK_REAL : PDF_TOK_INT;
    return at;
}

/** A run of regular bytes without a number sign, which escapes others. */
static position read_name(position at, position end, pdf_lexbuf *buf) {
    enum { MOST_BYTES = 64 };
    char *out = buf->scratch;
    position stop = end - at > MOST_BYTES ? at + MOST_BYTES : end;
    stop = stop - at < (ptrdiff_t)buf->size ? stop : at + buf->size - 1;
    while (at < stop && !ends_token(*at) && *at != '#')
        *out++ = (char)*at++;
    if (at == stop || *at == '#')
        return NULL;
    *out = '\0';
    buf->len = (size_t)(out - buf->scratch);
    return at;
}

/** An operator, in printable bytes; of the words that MuPDF knows, which are longer, only R. */
static position read_keyword(position at, position end, pdf_lexbuf *buf, pdf_token *token) {
    position after = read_name(at, end, buf);
    if (after == NULL || after - at > 3 || (after - at == 3 && *at == 'o'))
        return NULL;
    for (position c = at; c < after; c++) {
        if (*c <= ' ' || *c > '~')
            return NULL;
    }
    *token = after - at == 1 && *at == 'R' ? PDF_TOK_R : PDF_TOK_KEYWORD;
    return after;
}

/** A literal string, without its first parenthesis, that holds neither another nor an escape. */
static position read_string(position at, position end, pdf_lexbuf *buf) {
    char *out = buf->scratch;
    position stop = end - at < (ptrdiff_t)buf->size ? end : at + buf->size;
    while (at < stop && *at != ')' && *at != '(' && *at != '\\')
        *out++ = (char)*at++;
    if (at == stop || *at != ')')
        return NULL;
    buf->len = (size_t)(out - buf->scratch);
    return at + 1;
}

static int value_of_hex(unsigned char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/** A hexadecimal string, without its first bracket, of whole bytes and nothing else. */
static position read_hex(position at, position end, pdf_lexbuf *buf) {
    char *out = buf->scratch, *most = out + buf->size;
    for (; end - at >= 2 && *at != '>' && out < most; at += 2) {
        int high = value_of_hex(at[0]), low = value_of_hex(at[1]);
        if (high < 0 || low < 0)
            return NULL;
        *out++ = (char)(high << 4 | low);
    }
    if (at == end || *at != '>')
        return NULL;
    buf->len = (size_t)(out - buf->scratch);
    return at + 1;
}

static position read_token(position at, position end, pdf_lexbuf *buf, pdf_token *token) {
    switch (*at) {
    case '[':
        *token = PDF_TOK_OPEN_ARRAY;
        return at + 1;
    case ']':
        *token = PDF_TOK_CLOSE_ARRAY;
        return at + 1;
    case '/':
        *token = PDF_TOK_NAME;
        return read_name(at + 1, end, buf);
    case '(':
        *token = PDF_TOK_STRING;
        return read_string(at + 1, end, buf);
    case '<':
        *token = PDF_TOK_STRING;
        return at + 1 < end && at[1] != '<' ? read_hex(at + 1, end, buf) : NULL;
    default:
        break;
    }
    return kinds[*at] & (DIGIT | SIGN) ? read_number(at, end, buf, token)
           : kinds[*at] == 0           ? read_keyword(at, end, buf, token)
                                       : NULL;
}

pdf_token __wrap_pdf_lex(fz_context *ctx, fz_stream *f, pdf_lexbuf *buf) {
    position at = f->rp, end = f->wp;
    pdf_token token;
    while (at < end && kinds[*at] == WHITE)
        at++;
    position after = at < end ? read_token(at, end, buf, &token) : NULL;
    if (after == NULL)
        return __real_pdf_lex(ctx, f, buf);
    f->rp += after - f->rp;
    return token;
}
