/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tokens that are read here are those that MuPDF reads. */
#include "test.h"

#include <mupdf/pdf.h>
#include <stdlib.h>
#include <string.h>

pdf_token __real_pdf_lex(fz_context *ctx, fz_stream *f, pdf_lexbuf *buf);

enum { MOST_TOKENS = 256 };

typedef struct seen {
    pdf_token token;
    int64_t integer;
    float real;
    char text[256];
    size_t size;
    int64_t position;
} seen;

static size_t read_all(fz_context *ctx, const char *text, size_t size, bool mupdf, seen *out) {
    fz_stream *f = fz_open_memory(ctx, (const unsigned char *)text, size);
    pdf_lexbuf *buf = malloc(sizeof *buf);
    pdf_lexbuf_init(ctx, buf, PDF_LEXBUF_SMALL);
    size_t count = 0;
    pdf_token token;
    do {
        seen *s = &out[count++];
        *s = (seen){.token = PDF_TOK_EOF};
        token = mupdf ? __real_pdf_lex(ctx, f, buf) : pdf_lex(ctx, f, buf);
        s->token = token;
        s->integer = token == PDF_TOK_INT ? buf->i : 0;
        s->real = token == PDF_TOK_REAL ? buf->f : 0;
        /* A bad number is a keyword whose length MuPDF leaves unsaid. */
        if (token == PDF_TOK_NAME || token == PDF_TOK_KEYWORD || token == PDF_TOK_STRING) {
            s->size = token == PDF_TOK_KEYWORD ? strlen(buf->scratch) : buf->len;
            memcpy(s->text, buf->scratch, s->size < sizeof s->text ? s->size : sizeof s->text);
        }
        s->position = fz_tell(ctx, f);
    } while (token != PDF_TOK_EOF && count < MOST_TOKENS);
    pdf_lexbuf_fin(ctx, buf);
    free(buf);
    fz_drop_stream(ctx, f);
    return count;
}

static void check_same(fz_context *ctx, const char *text, size_t size) {
    static seen ours[MOST_TOKENS], theirs[MOST_TOKENS];
    size_t count = read_all(ctx, text, size, false, ours);
    ck_assert_uint_eq(read_all(ctx, text, size, true, theirs), count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(ours[i].token == theirs[i].token && ours[i].integer == theirs[i].integer &&
                          ours[i].size == theirs[i].size &&
                          !memcmp(ours[i].text, theirs[i].text, sizeof ours[i].text) &&
                          ours[i].position == theirs[i].position,
                      "token %zu of \"%.*s\": %d %zu \"%s\" at %ld, not %d %zu \"%s\" at %ld", i,
                      (int)size, text, ours[i].token, ours[i].size, ours[i].text,
                      (long)ours[i].position, theirs[i].token, theirs[i].size, theirs[i].text,
                      (long)theirs[i].position);
        float step = ours[i].real * 1.3e-7F;
        ck_assert_float_le(ours[i].real - theirs[i].real, step < 0 ? -step : step);
        ck_assert_float_le(theirs[i].real - ours[i].real, step < 0 ? -step : step);
    }
}

TEST(pdf_lex, tokens_are_those_of_mupdf) {
    static const char *const texts[] = {
        "1 0 obj << /Type /Page /A#42 (x) /Kids [1 0 R 2 0 R] >> endobj stream endstream ",
        "BT /F1 12 Tf 1.5 -.25 Td (Hello) Tj [(a) -120 (b\\)c) 3.] TJ (a(b)c) ' ET\nq Q f* W n ",
        "<48656c6C6f> Tj <4865 6c> <486> <> <zz> << >> true false null R trailer xref startxref ",
        "+5 -7 --7 -+3 1- 1.2.3 .5 5. . - + 123456789 1234567890 0.1234567891 1e5 0x10 -0 00012 ",
        /* The last name is longer than is read here. */
        ("% comment\r 1 ) 2 > 3 {4} /a/b//c /Name(x) /very"
         "0123456789012345678901234567890123456789012345678901234567890123456789 R1 RG obj0 "),
        "(no end", "<41", "/", "", " ", "12", "(x\ry) (\xff\x00)", "BI /W 1 ID \x01\x02 EI"};
    fz_context *ctx = fz_new_context(NULL, NULL, 1 << 20);
    fz_set_warning_callback(ctx, NULL, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t size = strlen(texts[i]) + 1; size-- > 0;)
            check_same(ctx, texts[i], size);
    }
    fz_drop_context(ctx);
}

TEST(pdf_lex, any_soup_of_bytes_is_read_alike) {
    static const char bytes[] = "0123456789.-+ \n\t()<>[]{}/%#\\aRfo";
    fz_context *ctx = fz_new_context(NULL, NULL, 1 << 20);
    fz_set_warning_callback(ctx, NULL, NULL);
    uint32_t random = 7;
    for (int round = 0; round < 20000; round++) {
        char text[40];
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * 1664525U + 1013904223U;
            text[i] = bytes[(random >> 16) % (sizeof bytes - 1)];
        }
        check_same(ctx, text, sizeof text);
    }
    fz_drop_context(ctx);
}
