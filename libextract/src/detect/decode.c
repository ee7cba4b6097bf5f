/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The input is read in windows. Until the first byte outside ASCII all charsets look the same, so
 * the charset is decided on the window that holds it. */
#include "detect/decode.h"

#include <stdlib.h>

#define WINDOW    ((size_t)256 << 10)
#define HEAD_SIZE ((size_t)64 << 10) /* of xtr_input_head, on which detection looked */

typedef struct state {
    const char *charset;   /* NULL while all is ASCII */
    xtr__decoder *decoder; /* NULL while all is ASCII */
    xtr__decoded write;
    void *payload;
} state;

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
            s->write((const char *)window, (size_t)got, s->payload);
        } else {
            int code = s->decoder ? XTR_OK : decide(job, s, window, (size_t)got, at);
            if (code)
                return code;
            xtr__decoder_feed(s->decoder, window, (size_t)got, last, s->write, s->payload);
        }
        at += (uint64_t)got;
    }
    return XTR_OK;
}

int xtr__decode_input(const char **charset, xtr_job *job, xtr__decoded write, void *payload) {
    state s = {.charset = xtr_job_options(job)->charset, .write = write, .payload = payload};
    if (s.charset) {
        int code = open_decoder(job, &s);
        if (code)
            return code;
        s.charset = xtr__charset_find(s.charset)->name;
    }
    unsigned char *window = malloc(WINDOW);
    int code =
        window ? read_all(job, &s, window) : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    *charset = s.charset;
    xtr__decoder_drop(s.decoder);
    free(window);
    return code;
}
