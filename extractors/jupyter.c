/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Jupyter notebooks (nbformat 3 and 4): cells of Markdown, code with what it printed, and raw text.
 * The JSON is read as a stream, of which the path of keys says what a string is; arrays do not
 * count, since a text may be one string or many. A cell is written when it ends, for its parts come
 * in any order. Of the forms of one output the first of Markdown, plain text, LaTeX and HTML is
 * taken. */
#include "document/buffer.h"
#include "html/html.h"
#include "libextract/extractor.h"
#include "markup/markdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum { MOST_DEPTH = 256, LONGEST_PATH = 128, PIECE = 64 << 10 };

/* Forms of an output, the best first. */
enum { FORM_MARKDOWN, FORM_PLAIN, FORM_LATEX, FORM_HTML, FORMS };

typedef struct state {
    xtr__flow *flow;
    char path[LONGEST_PATH + 1]; /* keys, joined by "/" */
    size_t size;                 /* of the path; more than LONGEST_PATH: none that is known */
    size_t sizes[MOST_DEPTH];    /* of the path where a map or array began */
    size_t depth;
    bool too_deep;
    char type[16];
    uint32_t level;
    xtr__buffer source, printed, authors; /* `printed`: outputs, apart by zero bytes */
    xtr__buffer forms[FORMS];
    bool has_cells;
    int failed; /* what xtr_job_fail returned */
} state;

static const char *const mime_types[] = {"application/x-ipynb+json", NULL};

static bool is_path(const state *s, const char *path) {
    return s->size <= LONGEST_PATH && !strcmp(s->path, path);
}

static void cut_path(state *s, size_t size) {
    s->size = size;
    if (size <= LONGEST_PATH)
        s->path[size] = '\0';
}

/* Writing ----------------------------------------------------------------------------------- */

/* Without the sequences that colour a terminal (ECMA-48, 5.4). */
static void put_without_colours(xtr__buffer *out, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\033' && i + 1 < size && text[i + 1] == '[') {
            for (i += 2; i < size && (text[i] < 0x40 || text[i] > 0x7E);)
                i++;
        } else if (text[i]) {
            xtr__putc(out, text[i]);
        }
    }
}

static void write_code(state *s, const char *text, size_t size) {
    while (size && strchr("\n\r\t ", text[size - 1]))
        size--;
    xtr__flow_block(s->flow, XTR_CODE, 0);
    xtr__flow_text(s->flow, text, size);
    xtr__flow_end(s->flow);
}

static void end_output(state *s) {
    const xtr__buffer *html = &s->forms[FORM_HTML];
    bool table = html->size && memmem(html->data, html->size, "<table", 6);
    for (int i = table ? FORM_HTML : 0; i < FORMS; i++) {
        xtr__buffer *form = &s->forms[i];
        if (form->size) {
            xtr__putc(&s->printed, (char)('0' + i));
            put_without_colours(&s->printed, form->data, form->size);
            xtr__putc(&s->printed, '\0');
            break;
        }
    }
    for (int i = 0; i < FORMS; i++)
        s->forms[i].size = 0;
}

static void write_html(state *s, const char *text, size_t size) {
    const xtr__html_source source = {
        .data = text, .size = size, .charset = "utf-8", .without_facts = true};
    if (xtr_job_should_stop(s->flow->job))
        return;
    xtr__flow_end(s->flow);
    s->failed = xtr__html_read(s->flow->job, &source);
}

static void write_outputs(state *s) {
    const char *at = s->printed.data;
    const char *end = at ? at + s->printed.size : NULL;
    while (at < end && !s->failed) {
        const char *stop = memchr(at, '\0', (size_t)(end - at));
        size_t size = (size_t)((stop ? stop : end) - at) - 1;
        if (*at == '0' + FORM_PLAIN)
            write_code(s, at + 1, size);
        else if (*at == '0' + FORM_HTML)
            write_html(s, at + 1, size);
        else
            xtr__markdown_write(s->flow, at + 1, size);
        at += size + 2;
    }
}

static void end_cell(state *s) {
    const char *source = s->source.data ? s->source.data : "";
    size_t size = s->source.size;
    s->has_cells = true;
    if (!strcmp(s->type, "markdown")) {
        if (xtr__markdown_write(s->flow, source, size))
            xtr_partial(s->flow->builder, XTR_E_MEMORY, 0, "a cell could not be parsed");
    } else if (!strcmp(s->type, "heading")) {
        xtr__flow_block(s->flow, XTR_HEADING, s->level < 1 || s->level > 6 ? 1 : (int)s->level);
        xtr__flow_text(s->flow, source, size);
        xtr__flow_end(s->flow);
    } else if (!strcmp(s->type, "raw")) {
        xtr__flow_block(s->flow, XTR_VERBATIM, 0);
        xtr__flow_text(s->flow, source, size);
        xtr__flow_end(s->flow);
    } else {
        write_code(s, source, size);
        write_outputs(s);
    }
    s->source.size = s->printed.size = 0;
    s->type[0] = '\0';
    s->level = 1;
}

/* Reading ----------------------------------------------------------------------------------- */

static void read_fact(state *s, const char *text, size_t size) {
    static const struct {
        const char *path, *key;
    } facts[] = {{"metadata/title", "title"},
                 {"metadata/language_info/name", "programming_language"},
                 {"metadata/kernelspec/language", "programming_language"},
                 {"metadata/kernelspec/display_name", "kernel"}};
    char value[512];
    if (is_path(s, "metadata/authors/name") || is_path(s, "metadata/authors")) {
        if (s->authors.size)
            xtr__puts(&s->authors, ", ");
        xtr__put(&s->authors, text, size);
    }
    for (size_t i = 0; i < sizeof facts / sizeof *facts && size < sizeof value; i++) {
        if (is_path(s, facts[i].path)) {
            memcpy(value, text, size);
            value[size] = '\0';
            xtr_metadata(s->flow->builder, facts[i].key, value);
        }
    }
}

static int read_string(void *payload, const unsigned char *bytes, size_t size) {
    static const struct {
        const char *path;
        int form;
    } outputs[] = {{"cells/outputs/data/text/markdown", FORM_MARKDOWN},
                   {"cells/outputs/data/text/plain", FORM_PLAIN},
                   {"cells/outputs/data/text/latex", FORM_LATEX},
                   {"cells/outputs/data/text/html", FORM_HTML},
                   {"cells/outputs/text", FORM_PLAIN},
                   {"cells/outputs/html", FORM_HTML},
                   {"cells/outputs/latex", FORM_LATEX}};
    state *s = payload;
    const char *text = (const char *)bytes;
    if (is_path(s, "cells/source") || is_path(s, "cells/input")) {
        xtr__put(&s->source, text, size);
    } else if (is_path(s, "cells/cell_type")) {
        snprintf(s->type, sizeof s->type, "%.*s", size < sizeof s->type ? (int)size : 0, text);
    } else if (is_path(s, "cells/outputs/traceback")) {
        xtr__put(&s->forms[FORM_PLAIN], text, size);
        xtr__putc(&s->forms[FORM_PLAIN], '\n');
    } else if (is_path(s, "cells/outputs/data/image/png")) {
        xtr_image(s->flow->builder, &(xtr_image_info){.format = "png"});
    } else if (is_path(s, "cells/outputs/data/image/jpeg")) {
        xtr_image(s->flow->builder, &(xtr_image_info){.format = "jpeg"});
    } else {
        read_fact(s, text, size);
    }
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        if (is_path(s, outputs[i].path))
            xtr__put(&s->forms[outputs[i].form], text, size);
    }
    return 1;
}

static int read_number(void *payload, const char *digits, size_t size) {
    state *s = payload;
    if (is_path(s, "cells/level"))
        s->level = size == 1 ? (uint32_t)(digits[0] - '0') : 1;
    return 1;
}

static int begin(void *payload) {
    state *s = payload;
    if (s->depth >= MOST_DEPTH) {
        s->too_deep = true;
        return 0;
    }
    s->sizes[s->depth++] = s->size;
    return 1;
}

static int end_array(void *payload) {
    state *s = payload;
    cut_path(s, s->sizes[--s->depth]);
    return 1;
}

static int end_map(void *payload) {
    state *s = payload;
    cut_path(s, s->sizes[--s->depth]);
    if (is_path(s, "cells/outputs"))
        end_output(s);
    else if (is_path(s, "cells"))
        end_cell(s);
    return !s->failed && !xtr_job_should_stop(s->flow->job);
}

/* The worksheets of version 3 are one notebook. */
static int read_key(void *payload, const unsigned char *key, size_t size) {
    state *s = payload;
    size_t at = s->sizes[s->depth - 1];
    if (!at && size == 10 && !memcmp(key, "worksheets", 10))
        size = 0;
    if (at + size + 1 > LONGEST_PATH) {
        s->size = LONGEST_PATH + 1;
        return 1;
    }
    if (at && size)
        s->path[at++] = '/';
    memcpy(s->path + at, key, size);
    cut_path(s, at + size);
    return 1;
}

static int parse(state *s, const char *text, size_t size) {
    static const yajl_callbacks callbacks = {
        .yajl_number = read_number,
        .yajl_string = read_string,
        .yajl_start_map = begin,
        .yajl_map_key = read_key,
        .yajl_end_map = end_map,
        .yajl_start_array = begin,
        .yajl_end_array = end_array,
    };
    yajl_handle json = yajl_alloc(&callbacks, NULL, s);
    if (!json)
        return xtr_job_fail(s->flow->job, XTR_E_MEMORY, "out of memory");
    yajl_config(json, yajl_dont_validate_strings, 1);
    yajl_status status = yajl_status_ok;
    for (size_t at = 0; at < size && status == yajl_status_ok; at += PIECE) {
        size_t piece = size - at < PIECE ? size - at : PIECE;
        status = yajl_parse(json, (const unsigned char *)text + at, piece);
        if (xtr_job_should_stop(s->flow->job))
            break;
    }
    if (status == yajl_status_ok)
        status = yajl_complete_parse(json);
    yajl_free(json);
    if (s->failed)
        return s->failed;
    if (status == yajl_status_ok || xtr_job_should_stop(s->flow->job))
        return XTR_OK;
    if (!s->has_cells)
        return xtr_job_fail(s->flow->job, XTR_E_CORRUPT, "is no notebook: not well-formed JSON");
    xtr_partial(s->flow->builder, s->too_deep ? XTR_E_LIMIT : XTR_E_CORRUPT, 0,
                s->too_deep ? "the notebook is nested too deeply"
                            : "the notebook is damaged: its end is missing");
    return XTR_OK;
}

static int read_source(xtr__flow *flow, const char *text, size_t size) {
    state s = {.flow = flow, .level = 1};
    int code = parse(&s, text, size);
    if (s.authors.size) {
        char *authors = xtr__buffer_take(&s.authors, NULL);
        xtr_metadata(flow->builder, "authors", authors);
        free(authors);
    }
    free(s.source.data);
    free(s.printed.data);
    free(s.authors.data);
    for (int i = 0; i < FORMS; i++)
        free(s.forms[i].data);
    return code;
}

static int run(xtr_job *job) {
    return xtr__flow_read(job, read_source);
}

const xtr_extractor xtr_extractor_jupyter = {
    .name = "jupyter",
    .title = "Jupyter notebook",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
