/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Separated values (RFC 4180, and what else goes by that name): one table. The delimiter is found
 * in the beginning, or a first line such as "sep=;" says it; quotes are doubled in quoted fields,
 * which may hold line ends. The input is decoded and read piece by piece. */
#include "detect/decode.h"
#include "sheet/writer.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE = 64 << 10,
    MOST_ROWS = 200,  /* of the sample */
    MOST_WIDTH = 128, /* fields of a row that are told apart */
    MOST_LINES = 100  /* of a quoted field: more and the quotation mark is a letter */
};

typedef enum place { AT_START, IN_PLAIN, IN_QUOTES, AFTER_QUOTE } place;

typedef struct state {
    xtr_job *job;
    xtr__sheets sheets;
    char *sample; /* NULL once the delimiter is known */
    size_t size;
    char delimiter;
    bool quotes, after_return, in_cell;
    place place;
    uint32_t row, column;
} state;

static const char *const mime_types[] = {"text/csv", "text/tab-separated-values", NULL};

/* From the one that is the least likely to be a part of values. */
static const char delimiters[] = "\t;|,";

/* The delimiter ---------------------------------------------------------------------------- */

typedef struct survey {
    unsigned rows, widths[MOST_WIDTH + 1];
    unsigned lines; /* of the longest quoted field */
    bool open;      /* the sample ends in a quoted field */
} survey;

static void end_row(survey *s, unsigned *width) {
    s->widths[*width < MOST_WIDTH ? *width : MOST_WIDTH]++;
    s->rows++;
    *width = 1;
}

/* How wide the rows of the sample are with this delimiter; empty lines do not count. */
static survey look(const char *text, size_t size, char delimiter, bool quotes) {
    survey s = {.rows = 0};
    unsigned width = 1, lines = 0;
    bool quoted = false, start = true, any = false;
    for (size_t i = 0; i < size && s.rows < MOST_ROWS; i++) {
        char c = text[i];
        if (quoted) {
            bool twice = c == '"' && i + 1 < size && text[i + 1] == '"';
            i += twice;
            quoted = twice || c != '"';
            lines += c == '\n';
            s.lines = lines > s.lines ? lines : s.lines;
        } else if (c == '\n' || c == '\r') {
            if (any)
                end_row(&s, &width);
            start = true;
            any = false;
        } else if (c == delimiter) {
            width++;
            start = any = true;
        } else if (quotes && start && c == '"') {
            quoted = any = true;
            lines = 0;
        } else if (c != ' ') {
            start = false;
            any = true;
        }
    }
    s.open = quoted;
    if (any && !s.rows)
        end_row(&s, &width);
    return s;
}

/* Of 1000 rows how many have the most frequent width, if that is not 1. */
static unsigned agreement(const survey *s) {
    unsigned best = 1;
    for (unsigned i = 2; i <= MOST_WIDTH; i++)
        best = s->widths[i] > s->widths[best] ? i : best;
    return best > 1 && s->rows ? s->widths[best] * 1000 / s->rows : 0;
}

/* Behind a byte order mark. */
static void skip_mark(state *s) {
    if (s->size < 3 || memcmp(s->sample, "\xEF\xBB\xBF", 3) != 0)
        return;
    s->size -= 3;
    memmove(s->sample, s->sample + 3, s->size);
}

/* "sep=;" and where what follows begins, or 0. */
static size_t read_directive(state *s) {
    if (s->size < 6 || memcmp(s->sample, "sep=", 4) != 0 ||
        (s->sample[5] != '\n' && s->sample[5] != '\r'))
        return 0;
    s->delimiter = s->sample[4];
    return s->sample[5] == '\r' && s->size > 6 && s->sample[6] == '\n' ? 7 : 6;
}

static void find_delimiter(state *s) {
    bool tabs = !strcmp(xtr_job_mime_type(s->job), "text/tab-separated-values");
    unsigned most = 0;
    s->delimiter = tabs ? '\t' : ',';
    for (const char *d = delimiters; *d; d++) {
        survey found = look(s->sample, s->size, *d, true);
        unsigned agrees = agreement(&found);
        if (agrees > most) {
            most = agrees;
            s->delimiter = *d;
        }
        if (tabs && most)
            break;
    }
}

/* A quoted field that does not end, or ends many lines later, begins with a letter. */
static void find_quotes(state *s, bool whole) {
    survey found = look(s->sample, s->size, s->delimiter, true);
    s->quotes = found.lines < MOST_LINES && !(found.open && whole);
}

/* Fields ----------------------------------------------------------------------------------- */

static void add(state *s, const char *text, size_t size) {
    if (!size)
        return;
    if (!s->in_cell)
        s->in_cell = xtr__sheet_cell(&s->sheets, s->row, s->column);
    if (s->in_cell)
        xtr_text(s->sheets.builder, text, size);
}

static void end_field(state *s, bool line) {
    if (s->in_cell)
        xtr_cell_end(s->sheets.builder);
    s->in_cell = false;
    s->place = AT_START;
    s->column = line ? 0 : s->column + 1;
    s->row += line;
}

/* What is not special: to the next character that may be. */
static size_t plain(const state *s, const char *text, size_t size) {
    size_t i = 0;
    if (s->place == IN_QUOTES) {
        while (i < size && text[i] != '"' && text[i] != '\r')
            i++;
        return i;
    }
    while (i < size && text[i] != s->delimiter && text[i] != '\n' && text[i] != '\r')
        i++;
    return i;
}

static void read_quoted(state *s, char c) {
    if (s->place == IN_QUOTES) {
        if (c == '"')
            s->place = AFTER_QUOTE;
        else if (c != '\r')
            add(s, &c, 1);
        return;
    }
    s->place = c == '"' ? IN_QUOTES : IN_PLAIN;
    if (c == '"')
        add(s, "\"", 1);
}

static bool ends_field(const state *s, char c) {
    return s->place != IN_QUOTES && (c == s->delimiter || c == '\n' || c == '\r');
}

static void read_fields(state *s, const char *text, size_t size) {
    for (size_t i = 0; i < size && !s->sheets.full;) {
        char c = text[i];
        bool second = c == '\n' && s->after_return;
        s->after_return = c == '\r' && s->place != IN_QUOTES;
        if (second) {
            i++;
        } else if (ends_field(s, c)) {
            end_field(s, c != s->delimiter);
            i++;
        } else if (s->place == AFTER_QUOTE && c != '"') {
            s->place = IN_PLAIN;
        } else if (s->place == AFTER_QUOTE || (s->place == IN_QUOTES && (c == '"' || c == '\r'))) {
            read_quoted(s, c);
            i++;
        } else if (s->place == AT_START && (c == ' ' || (c == '"' && s->quotes))) {
            s->place = c == ' ' ? AT_START : IN_QUOTES;
            i++;
        } else {
            s->place = s->place == AT_START ? IN_PLAIN : s->place;
            size_t length = plain(s, text + i, size - i);
            add(s, text + i, length);
            i += length;
        }
    }
}

/* Run -------------------------------------------------------------------------------------- */

/* Reads the sample, once it is large enough or all there is. */
static void end_sample(state *s, bool whole) {
    skip_mark(s);
    size_t from = read_directive(s);
    if (!from)
        find_delimiter(s);
    find_quotes(s, whole);
    char *sample = s->sample;
    s->sample = NULL;
    read_fields(s, sample + from, s->size - from);
    free(sample);
}

static void on_text(const char *text, size_t size, void *payload) {
    state *s = payload;
    if (!s->sample) {
        read_fields(s, text, size);
        return;
    }
    size_t room = SAMPLE - s->size;
    size_t taken = size < room ? size : room;
    memcpy(s->sample + s->size, text, taken);
    s->size += taken;
    if (s->size < SAMPLE)
        return;
    end_sample(s, false);
    read_fields(s, text + taken, size - taken);
}

static int run(xtr_job *job) {
    state s = {.job = job, .sample = malloc(SAMPLE)};
    if (!s.sample)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    const char *charset;
    xtr__sheets_begin(&s.sheets, job);
    int code = xtr__decode_input(&charset, job, on_text, &s);
    if (s.sample)
        end_sample(&s, true);
    if (s.in_cell)
        xtr_cell_end(s.sheets.builder);
    xtr__sheet_end(&s.sheets);
    xtr__sheets_end(&s.sheets);
    if (!code)
        xtr_metadata(xtr_job_builder(job), "charset", charset ? charset : "US-ASCII");
    return code;
}

const xtr_extractor xtr_extractor_csv = {
    .name = "csv",
    .title = "Separated values",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_TABLES,
    .run = run,
};
