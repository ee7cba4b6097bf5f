/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text in any charset: plain text, and every format of text that has no extractor of its own, as
 * its source. It is decoded to UTF-8, line ends become "\n", and nothing else is changed.
 *
 * The input is read in windows. Until the first byte outside ASCII all charsets look the same, so
 * the charset is decided on the window that holds it. */
#include "detect/charset.h"
#include "libextract/extractor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW    ((size_t)256 << 10)
#define HEAD_SIZE ((size_t)64 << 10) /* of xtr_input_head, on which detection looked */

typedef struct state {
    xtr_builder *builder;
    const char *charset;   /* NULL while all is ASCII */
    xtr__decoder *decoder; /* NULL while all is ASCII */
    uint64_t lines;        /* line ends so far */
    bool open_line;        /* there is text after the last one */
    bool after_return;     /* the last character was "\r", whose line end is written */
} state;

/* Types: all of mime.def that are text. */
#define OF_TEXT(type)   type,
#define OF_XML(type)    type,
#define OF_BINARY(type) /* not text */
#define OF_ZIP(type)
#define OF_OLE(type)
#define OF_TIFF(type)
#define OF_MP4(type)
#define OF_OGG(type)
#define OF_MAIL(type)
static const char *const mime_types[] = {
#define XTR_MIME_ALIAS(alias, type)
#define XTR_MIME(type, KIND, ...) OF_##KIND(type)
#include "detect/mime.def"
#undef XTR_MIME
#undef XTR_MIME_ALIAS
    NULL,
};

/* Writes decoded text; "\r\n", "\r", form feeds and vertical tabs end a line. */
static void write_text(const char *text, size_t size, void *payload) {
    state *s = payload;
    size_t done = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        bool second = c == '\n' && s->after_return;
        s->after_return = c == '\r';
        bool breaks = c == '\n' || c == '\r' || c == '\f' || c == '\v';
        s->lines += breaks && !second;
        s->open_line = !breaks;
        if (!breaks || c == '\n') {
            if (second) {
                xtr_text(s->builder, text + done, i - done);
                done = i + 1;
            }
            continue;
        }
        xtr_text(s->builder, text + done, i - done);
        xtr_text(s->builder, "\n", 1);
        done = i + 1;
    }
    xtr_text(s->builder, text + done, size - done);
}

/* ASCII without what switches charsets: zero bytes and escapes. */
static bool is_plain_ascii(const unsigned char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (data[i] >= 0x80 || data[i] == 0 || data[i] == 0x1B)
            return false;
    }
    return true;
}

static int open_decoder(xtr_job *job, state *s) {
    int code = xtr__decoder_new(&s->decoder, s->charset);
    if (code == XTR_E_ARGUMENT)
        return xtr_job_fail(job, code, "unknown charset %s", s->charset);
    if (code == XTR_E_MISSING_BACKEND)
        return xtr_job_fail(job, code,
                            "iconv has no table for %s: install locales or glibc's "
                            "charset modules",
                            s->charset);
    return code ? xtr_job_fail(job, code, "out of memory") : XTR_OK;
}

/* Decides on the charset, given the first window (at `at`) that is not plain ASCII. */
static int decide(xtr_job *job, state *s, const unsigned char *window, size_t size, uint64_t at) {
    size_t head = size < HEAD_SIZE ? size : HEAD_SIZE;
    const char *detected = xtr_job_charset(job);
    if (at == 0 && *detected && !is_plain_ascii(window, head))
        s->charset = detected;
    else
        s->charset = xtr__charset_guess(window, size, xtr__charset_declared(window, size));
    if (!s->charset)
        return xtr_job_fail(job, XTR_E_UNSUPPORTED, "is binary, not text (%s)",
                            xtr_job_mime_type(job));
    return open_decoder(job, s);
}

static int read_all(xtr_job *job, state *s, unsigned char *window) {
    xtr_input *input = xtr_job_input(job);
    uint64_t size = xtr_input_size(input);
    for (uint64_t at = 0; at < size && !xtr_job_should_stop(job);) {
        int64_t got = xtr_input_read(input, at, window, WINDOW);
        if (got < 0)
            return xtr_job_fail(job, XTR_E_IO, "reading failed");
        if (got == 0) /* somebody made the file shorter */
            break;
        bool last = at + (uint64_t)got >= size;
        if (!s->decoder && is_plain_ascii(window, (size_t)got)) {
            write_text((const char *)window, (size_t)got, s);
        } else {
            int code = s->decoder ? XTR_OK : decide(job, s, window, (size_t)got, at);
            if (code)
                return code;
            xtr__decoder_feed(s->decoder, window, (size_t)got, last, write_text, s);
        }
        at += (uint64_t)got;
    }
    return XTR_OK;
}

static int run(xtr_job *job) {
    state s = {.builder = xtr_job_builder(job), .charset = xtr_job_options(job)->charset};
    if (s.charset) {
        int code = open_decoder(job, &s);
        if (code)
            return code;
        s.charset = xtr__charset_find(s.charset)->name;
    }
    unsigned char *window = malloc(WINDOW);
    int code = window ? XTR_OK : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (!code) {
        xtr_element_begin(s.builder, &(xtr_element_info){.type = XTR_VERBATIM});
        code = read_all(job, &s, window);
        xtr_element_end(s.builder);
    }
    if (!code) {
        char lines[24];
        snprintf(lines, sizeof lines, "%" PRIu64, s.lines + s.open_line);
        xtr_metadata(s.builder, "charset", s.charset ? s.charset : "US-ASCII");
        xtr_metadata(s.builder, "line_count", lines);
    }
    xtr__decoder_drop(s.decoder);
    free(window);
    return code;
}

const xtr_extractor xtr_extractor_text = {
    .name = "text",
    .title = "Text in any charset",
    .mime_types = mime_types,
    .run = run,
};
