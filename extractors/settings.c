/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files of settings: INI and its kin (properties, desktop entries, systemd units), the registry's
 * .reg, TOML 1.0 and YAML 1.2. Each section is a heading and what it holds is code, kept as it is,
 * comments too: names and values are found as they were written, and nothing is expanded, so that
 * anchors of YAML cannot multiply. YAML has no sections but documents, which are code each. */
#include "libextract/extractor.h"
#include "markup/lines.h"
#include "markup/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which string of TOML a line begins in: none, """ or '''. */
typedef enum string_state { NO_STRING, BASIC, LITERAL } string_state;

typedef struct state {
    xtr_job *job;
    xtr_builder *builder;
    const char *from; /* of the code that is not written yet; NULL: none */
    const char *to;   /* behind its last line that is not blank */
    string_state string;
    int brackets; /* of arrays of TOML that go on */
    uint64_t lines;
} state;

static const char *const mime_types[] = {"text/x-ini", "text/x-ms-regedit", "application/toml",
                                         "application/yaml", NULL};

static void read_line(state *s, xtr__span line, bool toml, bool yaml);
static void write_code(state *s);

static int run(xtr_job *job) {
    char *text, count[24];
    size_t size;
    int code = xtr__source_text(job, &text, &size);
    if (code)
        return code;
    state s = {.job = job, .builder = xtr_job_builder(job)};
    bool toml = !strcmp(xtr_job_mime_type(job), "application/toml");
    bool yaml = !strcmp(xtr_job_mime_type(job), "application/yaml");
    xtr__lines lines = {text, text + size};
    xtr__span line;
    for (; xtr__lines_next(&lines, &line) && !xtr_job_should_stop(job); s.lines++)
        read_line(&s, line, toml, yaml);
    write_code(&s);
    snprintf(count, sizeof count, "%llu", (unsigned long long)s.lines);
    xtr_metadata(s.builder, "line_count", count);
    xtr__source_drop(job, text, size);
    return XTR_OK;
}

/* The lines so far, with line ends of one kind. */
static void write_code(state *s) {
    if (!s->from)
        return;
    xtr__lines lines = {s->from, s->to};
    xtr__span line;
    xtr_element_begin(s->builder, &(xtr_element_info){.type = XTR_CODE});
    for (bool any = false; xtr__lines_next(&lines, &line); any = true) {
        if (any)
            xtr_text(s->builder, "\n", 1);
        xtr_text(s->builder, line.text, line.size);
    }
    xtr_element_end(s->builder);
    s->from = NULL;
}

/* What a line of TOML leaves open: strings of several lines, brackets of arrays. */
static void follow(state *s, xtr__span line) {
    char quote = 0;
    for (size_t i = 0; i < line.size; i++) {
        char c = line.text[i];
        bool three = line.size - i > 2 && (c == '"' || c == '\'') && line.text[i + 1] == c &&
                     line.text[i + 2] == c;
        if (s->string) {
            bool ends = three && c == (s->string == BASIC ? '"' : '\'');
            i += ends ? 2 : c == '\\' && s->string == BASIC;
            s->string = ends ? NO_STRING : s->string;
        } else if (quote) {
            i += c == '\\' && quote == '"';
            quote = c == quote ? 0 : quote;
        } else if (three) {
            s->string = c == '"' ? BASIC : LITERAL;
            i += 2;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            break;
        } else {
            s->brackets += c == '[';
            s->brackets -= c == ']' && s->brackets;
        }
    }
}

/* "[name]" or "[[name]]", with nothing but a comment behind it. */
static bool read_section(xtr__span line, bool toml, xtr__span *name) {
    line = xtr__span_trim(line);
    if (line.size < 3 || line.text[0] != '[')
        return false;
    const char *close = memrchr(line.text, ']', line.size);
    if (toml) {
        const char *comment = memchr(line.text, '#', line.size);
        size_t size = comment ? (size_t)(comment - line.text) : line.size;
        close = memrchr(line.text, ']', size);
    }
    if (!close)
        return false;
    xtr__span rest = xtr__span_trim(xtr__span_skip(line, (size_t)(close + 1 - line.text)));
    if (rest.size && *rest.text != '#' && *rest.text != ';')
        return false;
    *name = (xtr__span){line.text + 1, (size_t)(close - line.text) - 1};
    if (toml && name->size > 2 && name->text[0] == '[' && name->text[name->size - 1] == ']')
        *name = (xtr__span){name->text + 1, name->size - 2};
    *name = xtr__span_trim(*name);
    return name->size > 0;
}

/* Tables of TOML are inside those whose names begin theirs. */
static int level_of(xtr__span name, bool toml) {
    int level = 1;
    for (size_t i = 0; toml && i < name.size; i++)
        level += name.text[i] == '.';
    return level < 6 ? level : 6;
}

static void write_section(state *s, xtr__span line, xtr__span name, int level) {
    write_code(s);
    xtr_element_begin(s->builder, &(xtr_element_info){.type = XTR_HEADING, .level = level});
    xtr_text(s->builder, name.text, name.size);
    xtr_element_end(s->builder);
    /* A comment behind it is the first of its lines. */
    const char *comment = name.text + name.size;
    while (comment < line.text + line.size && *comment != '#' && *comment != ';')
        comment++;
    if (comment < line.text + line.size) {
        s->from = comment;
        s->to = line.text + line.size;
    }
}

static void read_line(state *s, xtr__span line, bool toml, bool yaml) {
    xtr__span name;
    bool outside = !s->string && !s->brackets;
    if (yaml && xtr__span_is(xtr__span_trim_end(line), "---")) {
        write_code(s);
        return;
    }
    if (!yaml && outside && read_section(line, toml, &name)) {
        write_section(s, line, name, level_of(name, toml));
        return;
    }
    if (toml)
        follow(s, line);
    if (!xtr__span_trim(line).size)
        return;
    s->from = s->from ? s->from : line.text;
    s->to = line.text + line.size;
}

const xtr_extractor xtr_extractor_settings = {
    .name = "settings",
    .title = "Settings",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE,
    .run = run,
};
