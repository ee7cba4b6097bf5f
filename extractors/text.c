/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text in any charset: plain text, and every format of text that has no extractor of its own, as
 * its source. It is decoded to UTF-8, line ends become "\n", and nothing else is changed. */
#include "detect/decode.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct state {
    xtr_builder *builder;
    uint64_t lines;    /* line ends so far */
    bool open_line;    /* there is text after the last one */
    bool after_return; /* the last character was "\r", whose line end is written */
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

static int run(xtr_job *job) {
    state s = {.builder = xtr_job_builder(job)};
    const char *charset;
    xtr_element_begin(s.builder, &(xtr_element_info){.type = XTR_VERBATIM});
    int code = xtr__decode_input(&charset, job, write_text, &s);
    xtr_element_end(s.builder);
    if (!code) {
        char lines[24];
        snprintf(lines, sizeof lines, "%" PRIu64, s.lines + s.open_line);
        xtr_metadata(s.builder, "charset", charset ? charset : "US-ASCII");
        xtr_metadata(s.builder, "line_count", lines);
    }
    return code;
}

const xtr_extractor xtr_extractor_text = {
    .name = "text",
    .title = "Text in any charset",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT,
    .run = run,
};
