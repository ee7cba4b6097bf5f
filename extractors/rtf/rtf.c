/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rich Text Format, specification 1.9.1 (2008) and what came before: groups in braces, control
 * words with a number, and text. A group inherits the formatting of that around it, and gives it
 * back. A word at the beginning of a group may make it a destination: a table of fonts, a footnote,
 * a picture. Destinations that begin with \* and are unknown are passed over.
 *
 * The lexer is here; words.c says what each word does, destinations.c what groups are for, text.c
 * where text goes, tables.c knows fonts, styles and lists. */
#include "rtf/rtf.h"
#include "container/numerals.h"

#include <stdlib.h>
#include <string.h>

static const char signature[] = "{\\rtf";

static const char *const mime_types[] = {"application/rtf", NULL};

static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    (void)input_size;
    size_t length = sizeof signature - 1;
    if (size < length || memcmp(head, signature, length) != 0)
        return (xtr_match){NULL, 0};
    return (xtr_match){mime_types[0], (int)length * 8};
}

/* Lexer ------------------------------------------------------------------------------------- */

static void open_group(rtf *r) {
    rtf_flush(r);
    r->skip = 0;
    if (r->depth + 1 == DEEPEST_GROUP) {
        r->beyond++;
        return;
    }
    group *g = &r->groups[r->depth + 1];
    *g = r->groups[r->depth++];
    g->opens = g->opens_field = g->starred = false;
    g->aside = 0;
}

static void close_group(rtf *r) {
    rtf_flush(r);
    r->skip = 0;
    if (r->beyond) {
        r->beyond--;
        return;
    }
    /* One too many, or the last one: what follows is read as well, often a second document. */
    if (!r->depth)
        return;
    if (r->depth == 1)
        rtf_end_paragraph(r);
    rtf_end(r);
    r->depth--;
}

static bool is_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A word, its number, and the space that ends it. */
static void read_word(rtf *r) {
    enum { LONGEST = 32 };
    size_t from = r->at;
    while (r->at < r->size && is_letter(r->data[r->at]))
        r->at++;
    size_t size = r->at - from;
    bool negative = r->at + 1 < r->size && r->data[r->at] == '-' && r->data[r->at + 1] >= '0' &&
                    r->data[r->at + 1] <= '9';
    r->at += negative;
    size_t digits = r->at;
    int64_t value = 0;
    for (; r->at < r->size && r->data[r->at] >= '0' && r->data[r->at] <= '9'; r->at++)
        value = value < INT32_MAX ? value * 10 + (r->data[r->at] - '0') : value;
    bool has_value = r->at > digits;
    value = value < INT32_MAX ? value : INT32_MAX;
    if (r->at < r->size && r->data[r->at] == ' ')
        r->at++;
    if (size <= LONGEST)
        rtf_word(r, (const char *)r->data + from, size, has_value,
                 (int)(negative ? -value : value));
}

static void read_hex(rtf *r) {
    int high = r->at < r->size ? xtr__hex((char)r->data[r->at]) : -1;
    int low = high >= 0 && r->at + 1 < r->size ? xtr__hex((char)r->data[r->at + 1]) : -1;
    if (low < 0)
        return;
    r->at += 2;
    unsigned char byte = (unsigned char)(high << 4 | low);
    rtf_bytes(r, &byte, 1);
}

static void add_symbol(rtf *r, uint32_t character) {
    if (r->skip)
        r->skip--;
    else
        rtf_character(r, character);
}

/* After a backslash. */
static void read_control(rtf *r) {
    unsigned char c = r->data[r->at];
    if (is_letter(c)) {
        r->skip = 0;
        read_word(r);
        return;
    }
    r->at++;
    switch (c) {
    case '\'':
        read_hex(r);
        break;
    case '\\':
    case '{':
    case '}':
        rtf_bytes(r, &c, 1);
        break;
    case '*':
        rtf_group(r)->starred = true;
        break;
    case '~':
        add_symbol(r, 0xA0);
        break;
    case '_':
        add_symbol(r, 0x2011);
        break;
    case '\r':
    case '\n':
        rtf_word(r, "par", 3, false, 0);
        break;
    default:
        break;
    }
}

/* What ends a run of text. */
static bool is_mark(unsigned char c) {
    return c == '{' || c == '}' || c == '\\' || c == '\r' || c == '\n';
}

static void read_text(rtf *r) {
    size_t from = r->at;
    while (r->at < r->size && !is_mark(r->data[r->at]))
        r->at++;
    int to = rtf_group(r)->to;
    if (to == TO_PICTURE)
        rtf_add_digits(r, r->data + from, r->at - from);
    else if (to != TO_NOTHING && to != TO_SHAPE)
        rtf_bytes(r, r->data + from, r->at - from);
}

static void read_all(rtf *r) {
    enum { PIECE = 1 << 14 };
    size_t look = 0;
    while (r->at < r->size && !r->failed && xtr__prose_status(r->prose) == XTR_OK) {
        if (r->at >= look) {
            look = r->at + PIECE;
            if (xtr_job_should_stop(r->job))
                break;
        }
        switch (r->data[r->at]) {
        case '{':
            r->at++;
            open_group(r);
            break;
        case '}':
            r->at++;
            close_group(r);
            break;
        case '\\':
            r->at++;
            if (r->at < r->size)
                read_control(r);
            break;
        case '\r':
        case '\n':
            r->at++;
            break;
        default:
            read_text(r);
            break;
        }
    }
}

/* Run --------------------------------------------------------------------------------------- */

static void finish(rtf *r) {
    rtf_flush(r);
    while (r->depth)
        close_group(r);
    if (xtr__prose_has_text(r->prose))
        rtf_end_paragraph(r);
    xtr__prose_finish(r->prose);
}

static void drop(rtf *r) {
    while (r->field_count)
        free(r->fields[--r->field_count].url);
    xtr__decoder_drop(r->decoder);
    xtr__prose_drop(r->prose);
    free(r->fonts);
    free(r->styles);
    free(r->lists);
    free(r->overrides);
    free(r->pending.bytes);
    free(r->capture.bytes);
    free(r->picture.data.bytes);
    free(r);
}

static rtf *open_document(xtr_job *job) {
    rtf *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->job = job;
    r->builder = xtr_job_builder(job);
    r->words = xtr_job_state(job);
    r->prose = xtr__prose_new(job);
    r->codepage = 1252;
    r->charset = xtr__charset_of_codepage(1252);
    r->endnote_format = XTR__NUMBER_LOWER_ROMAN;
    r->groups[0] = (group){.uc = 1, .outer = TO_NOTHING, .font = -1, .outline = NO_OUTLINE};
    if (!r->prose) {
        drop(r);
        return NULL;
    }
    return r;
}

static int run(xtr_job *job) {
    size_t size;
    const unsigned char *data = xtr_input_bytes(xtr_job_input(job), &size);
    if (!data)
        return xtr_job_fail(job, XTR_E_IO, "reading failed");
    size_t at = 0;
    while (at < size && strchr(" \t\r\n\xEF\xBB\xBF", data[at]) && data[at])
        at++;
    if (size - at < sizeof signature - 1 || memcmp(data + at, signature, sizeof signature - 1) != 0)
        return xtr_job_fail(job, XTR_E_MISMATCH, "does not begin with {\\rtf");
    rtf *r = open_document(job);
    if (!r)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    r->data = data;
    r->size = size;
    r->at = at;
    read_all(r);
    if (r->depth && r->at >= r->size)
        xtr_warn(r->builder, XTR_E_CORRUPT, 0, "the document ends within a group: it is cut off");
    finish(r);
    int code = r->failed ? XTR_E_MEMORY : xtr__prose_status(r->prose);
    drop(r);
    return code ? xtr_job_fail(job, code, "out of memory") : XTR_OK;
}

static void *open_state(void) {
    return rtf_words_new();
}

const xtr_extractor xtr_extractor_rtf = {
    .name = "rtf",
    .title = "Rich Text Format",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_IMAGES,
    .probe = probe,
    .run = run,
    .open_state = open_state,
    .drop_state = free,
};
