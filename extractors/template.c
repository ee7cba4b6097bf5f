/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The model to copy for a new format. It reads a made-up one, which is tested like any other:
 *
 *     %template 1            the first line; 1 is the version
 *     @title A title         metadata
 *     # Heading              one to six # give the level
 *     - Item                 list item
 *     | a | b |              table row; the first one of a table heads it
 *     Anything else          paragraph: lines up to an empty one
 *
 * This paragraph says what the format is and which specification the code follows. The rest of
 * the file keeps the order of all extractors: state, tables, probe, run, helpers, and the
 * xtr_extractor at the foot. To add a format, copy the file, add a line to registry.def and, for
 * a type that is not there yet, one to mime.def; then write tests/unit/NAME.c. */
#include "libextract/extractor.h"

#include <string.h>

/* State: everything `run` knows lives in a struct on its stack, never in a global. */
typedef struct state {
    xtr_job *job;
    xtr_builder *builder;
    bool in_paragraph, in_table;
    uint32_t row;
} state;

/* Tables: constants of the format. */
static const char signature[] = "%template 1\n";

static const char *const mime_types[] = {"application/x-libextract-template", NULL};

static void read_line(state *s, const char *line, size_t size);
static void end_block(state *s);

/* Probe: bids the bits it compared, 0 for "not mine". Its input is hostile and may be short. */
static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    (void)input_size;
    size_t length = sizeof signature - 1;
    if (size < length || memcmp(head, signature, length) != 0)
        return (xtr_match){NULL, 0};
    return (xtr_match){mime_types[0], (int)length * 8};
}

/* Run: reads the input, writes to the builder, and asks now and then whether to stop. Builder
 * functions cannot fail; xtr_job_fail is for a document that cannot be read at all. */
static int run(xtr_job *job) {
    size_t size;
    const char *text = (const char *)xtr_input_bytes(xtr_job_input(job), &size);
    if (!text)
        return xtr_job_fail(job, XTR_E_IO, "reading failed");
    size_t at = sizeof signature - 1;
    /* A caller may name the type of anything: what is not of the format says so. */
    if (size < at || memcmp(text, signature, at) != 0)
        return xtr_job_fail(job, XTR_E_MISMATCH, "does not begin with \"%%template 1\"");
    state s = {.job = job, .builder = xtr_job_builder(job)};
    while (at < size && !xtr_job_should_stop(job)) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        read_line(&s, text + at, length);
        at += length + 1;
    }
    end_block(&s);
    return XTR_OK;
}

/* Helpers: one thing each, in the order of their use. */

static void write_element(state *s, xtr_element_info info, const char *text, size_t size) {
    xtr_element_begin(s->builder, &info);
    xtr_text(s->builder, text, size);
    xtr_element_end(s->builder);
}

static void read_metadata(state *s, const char *line, size_t size) {
    char key[32];
    char value[256];
    const char *space = memchr(line, ' ', size);
    size_t length = space ? (size_t)(space - line) : size;
    size_t rest = space ? size - length - 1 : 0;
    if (length >= sizeof key || rest >= sizeof value) {
        xtr_warn(s->builder, XTR_E_CORRUPT, 0, "metadata line too long");
        return;
    }
    memcpy(key, line, length);
    key[length] = 0;
    if (space)
        memcpy(value, space + 1, rest);
    value[rest] = 0;
    xtr_metadata(s->builder, key, value);
}

static void read_row(state *s, const char *line, size_t size) {
    if (!s->in_table)
        xtr_table_begin(s->builder, (xtr_box){0});
    s->row = s->in_table ? s->row + 1 : 0;
    s->in_table = true;
    uint32_t column = 0;
    for (size_t at = 1; at < size; column++) {
        const char *bar = memchr(line + at, '|', size - at);
        size_t end = bar ? (size_t)(bar - line) : size;
        size_t from = at;
        size_t to = end;
        while (from < to && line[from] == ' ')
            from++;
        while (to > from && line[to - 1] == ' ')
            to--;
        xtr_cell_begin(s->builder,
                       &(xtr_cell_info){.row = s->row, .column = column, .header = s->row == 0});
        xtr_text(s->builder, line + from, to - from);
        xtr_cell_end(s->builder);
        at = end + 1;
    }
}

static void end_block(state *s) {
    if (s->in_paragraph)
        xtr_element_end(s->builder);
    if (s->in_table)
        xtr_table_end(s->builder);
    s->in_paragraph = s->in_table = false;
}

static void read_paragraph(state *s, const char *line, size_t size) {
    if (s->in_paragraph)
        xtr_text(s->builder, " ", 1);
    else
        xtr_element_begin(s->builder, &(xtr_element_info){.type = XTR_PARAGRAPH});
    s->in_paragraph = true;
    xtr_text(s->builder, line, size);
}

static void read_line(state *s, const char *line, size_t size) {
    size_t level = 0;
    while (level < size && level < 6 && line[level] == '#')
        level++;
    char first = size ? line[0] : 0;
    if (first == '|') {
        if (s->in_paragraph)
            end_block(s);
        read_row(s, line, size);
        return;
    }
    bool goes_on = s->in_paragraph && first && first != '@' && first != '-' && !level;
    if (!goes_on)
        end_block(s);
    if (level && level < size && line[level] == ' ')
        write_element(s, (xtr_element_info){.type = XTR_HEADING, .level = (int)level},
                      line + level + 1, size - level - 1);
    else if (first == '-' && size > 2)
        write_element(s, (xtr_element_info){.type = XTR_LIST_ITEM, .level = 1, .marker = "-"},
                      line + 2, size - 2);
    else if (first == '@')
        read_metadata(s, line + 1, size - 1);
    else if (first)
        read_paragraph(s, line, size);
}

/* Foot: what the engine sees. `open_state` and `drop_state` are for what is costly to make. */
const xtr_extractor xtr_extractor_template = {
    .name = "template",
    .title = "Model of an extractor",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .probe = probe,
    .run = run,
};
