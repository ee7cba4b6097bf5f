/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON (RFC 8259) and JSON Lines, read piece by piece. Records that hang together, flat objects
 * with the same keys in the outermost array, in a member of the outermost object, or line by line,
 * are a table with the keys as its head; everything else is code, laid out with a member a line.
 * Strings are shown as they read, their escapes resolved, so that words are whole; numbers as they
 * are written. What is not well-formed is kept as it is from there on; of JSON Lines, to the end of
 * the line. */
#include "detect/decode.h"
#include "document/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum {
    MOST_DEPTH = 1000,
    MOST_COLUMNS = 100,
    MOST_INDENT = 16, /* levels */
    LONGEST_RECORD = 64 << 10,
    FLUSH_FROM = 64 << 10
};

typedef enum gap { GAP_NONE, GAP_SPACE, GAP_LINE } gap;

typedef struct level {
    bool is_map, is_table; /* whose items may be rows */
    bool opened;           /* its bracket is written */
    bool any, nested;      /* it has items; some are on lines of their own */
} level;

/* A flat object: keys and values, each ended by a zero byte. */
typedef struct record {
    xtr__buffer keys, values;
    unsigned count;
} record;

typedef struct state {
    xtr_job *job;
    xtr_builder *builder;
    yajl_handle json;
    bool lines;
    level levels[MOST_DEPTH + 1]; /* the first holds the values of the file */
    unsigned depth;               /* the innermost */
    xtr__buffer out;              /* of the code, not given to the builder yet */
    bool in_code, fresh, after_key;
    gap gap;
    /* Records */
    record now, head; /* being read; of the table, or the one that may begin one */
    bool recording, held, in_table, no_tables;
    uint32_t row;
    uint64_t cells, records;
    /* Damage */
    xtr__buffer tail; /* behind the last token, of earlier pieces */
    size_t good;      /* behind the last token, in this piece */
    bool seen;        /* there was one in this piece */
    bool raw, too_deep;
} state;

static const char *const mime_types[] = {"application/json", "application/geo+json",
                                         "application/ld+json", "application/jsonl", NULL};

/* Code ------------------------------------------------------------------------------------- */

static void flush(state *s) {
    if (s->out.size)
        xtr_text(s->builder, s->out.data, s->out.size);
    s->out.size = 0;
}

static void put(state *s, const char *text, size_t size) {
    if (!s->in_code) {
        xtr_element_begin(s->builder, &(xtr_element_info){.type = XTR_CODE});
        s->in_code = s->fresh = true;
    }
    if (!s->fresh && s->gap == GAP_SPACE) {
        xtr__putc(&s->out, ' ');
    } else if (!s->fresh && s->gap == GAP_LINE) {
        unsigned indent = s->depth < MOST_INDENT ? s->depth : MOST_INDENT;
        xtr__putc(&s->out, '\n');
        xtr__fill(&s->out, ' ', (size_t)2 * indent);
    }
    s->gap = GAP_NONE;
    s->fresh = false;
    xtr__put(&s->out, text, size);
    if (s->out.size >= FLUSH_FROM)
        flush(s);
}

static void puts_code(state *s, const char *text) {
    put(s, text, strlen(text));
}

static void end_code(state *s) {
    flush(s);
    if (s->in_code)
        xtr_element_end(s->builder);
    s->in_code = false;
    s->gap = GAP_NONE;
}

static void settle(state *s);

/* Before an item of the innermost container: its bracket, or what parts items. */
static void begin_item(state *s, bool nested) {
    level *l = &s->levels[s->depth];
    if (s->after_key) {
        s->after_key = false;
        s->gap = GAP_SPACE;
        return;
    }
    settle(s);
    if (!s->depth) {
        s->gap = GAP_LINE;
    } else if (!l->opened) {
        s->depth--; /* the bracket stands where its container does */
        puts_code(s, l->is_map ? "{" : "[");
        s->depth++;
        l->opened = true;
        s->gap = nested ? GAP_LINE : GAP_NONE;
    } else {
        if (s->in_code && !s->fresh)
            puts_code(s, ",");
        s->gap = nested ? GAP_LINE : GAP_SPACE;
    }
    l->any = true;
    l->nested = l->nested || nested;
}

static void push(state *s, bool map) {
    begin_item(s, true);
    bool table = !map && s->depth < 2;
    s->levels[++s->depth] = (level){.is_map = map, .is_table = table};
}

static void pop(state *s) {
    settle(s);
    level *l = &s->levels[s->depth--];
    if (l->opened) {
        s->gap = l->nested && !s->fresh ? GAP_LINE : GAP_NONE;
        puts_code(s, l->is_map ? "}" : "]");
    } else if (!l->any) {
        puts_code(s, l->is_map ? "{}" : "[]");
    } else {
        s->gap = GAP_NONE; /* all of it is a table */
    }
}

static void write_string(state *s, const char *text, size_t size) {
    puts_code(s, "\"");
    put(s, text, size);
    puts_code(s, "\"");
}

static void write_key(state *s, const char *key, size_t size) {
    begin_item(s, true);
    write_string(s, key, size);
    puts_code(s, ":");
    s->after_key = true;
}

/* Records ---------------------------------------------------------------------------------- */

static void clear(record *r) {
    r->keys.size = r->values.size = 0;
    r->count = 0;
}

/* Values begin with what they are: a string, or anything else. */
static void write_value(state *s, const char *value) {
    begin_item(s, false);
    if (*value == 's')
        write_string(s, value + 1, strlen(value + 1));
    else
        puts_code(s, value + 1);
}

/* The members so far, as those of a map that is open. */
static void write_members(state *s, const record *r) {
    const char *key = r->keys.data, *value = r->values.data;
    const char *end = value ? value + r->values.size : value;
    for (unsigned i = 0; i < r->count; i++) {
        write_key(s, key, strlen(key));
        key += strlen(key) + 1;
        if (value >= end)
            return;
        write_value(s, value);
        value += strlen(value) + 1;
    }
}

static void write_record(state *s, const record *r) {
    push(s, true);
    write_members(s, r);
    pop(s);
}

/* Ends the table, and writes the record that found no second one. */
static void settle(state *s) {
    if (s->in_table)
        xtr_table_end(s->builder);
    s->in_table = false;
    if (s->held) {
        s->held = false;
        write_record(s, &s->head);
    }
}

/* The object that is read is no row. */
static void dissolve(state *s) {
    if (!s->recording)
        return;
    s->recording = false;
    push(s, true);
    write_members(s, &s->now);
    clear(&s->now);
}

/* Finds the columns of a record in the head. */
static bool fits(const record *head, const record *r, uint32_t *columns) {
    const char *names[MOST_COLUMNS];
    const char *at = head->keys.data;
    bool taken[MOST_COLUMNS] = {false};
    for (unsigned i = 0; i < head->count; i++, at += strlen(at) + 1)
        names[i] = at;
    if (r->count > head->count || r->count * 2 < head->count)
        return false;
    at = r->keys.data;
    for (unsigned i = 0, guess = 0; i < r->count; i++, at += strlen(at) + 1) {
        unsigned tries = 0;
        for (; tries < head->count && strcmp(names[guess], at) != 0; tries++)
            guess = (guess + 1) % head->count;
        if (tries == head->count || taken[guess])
            return false;
        taken[guess] = true;
        columns[i] = guess;
    }
    return true;
}

static void write_cell(state *s, uint32_t column, bool header, const char *text) {
    if (!*text)
        return;
    xtr_cell_begin(s->builder, &(xtr_cell_info){.row = s->row, .column = column, .header = header});
    xtr_text(s->builder, text, strlen(text));
    xtr_cell_end(s->builder);
}

/* Cells are written by column. */
static void write_row(state *s, const record *r, const uint32_t *columns) {
    const char *values[MOST_COLUMNS] = {NULL};
    const char *at = r->values.data;
    for (unsigned i = 0; i < r->count; i++, at += strlen(at) + 1)
        values[columns[i]] = strcmp(at, "-null") != 0 ? at + 1 : "";
    for (uint32_t i = 0; i < s->head.count; i++) {
        if (values[i])
            write_cell(s, i, false, values[i]);
    }
    s->cells += s->head.count;
    s->row++;
}

static void begin_table(state *s) {
    uint32_t same[MOST_COLUMNS];
    const char *key = s->head.keys.data;
    end_code(s);
    xtr_table_begin(s->builder, (xtr_box){0});
    s->held = false;
    s->in_table = true;
    s->row = 0;
    for (uint32_t i = 0; i < s->head.count; i++, key += strlen(key) + 1) {
        write_cell(s, i, true, key);
        same[i] = i;
    }
    s->row = 1;
    write_row(s, &s->head, same);
}

static bool has_room(state *s) {
    int64_t most = xtr_job_options(s->job)->max_table_cells;
    if (most > 0 && s->cells + s->now.count > (uint64_t)most && !s->no_tables) {
        s->no_tables = true;
        xtr_warn(s->builder, XTR_E_LIMIT, 0,
                 "has more than %" PRId64 " cells: the other records are code (max_table_cells)",
                 most);
    }
    return !s->no_tables;
}

/* A row, the beginning of a table, or what waits for one like it. */
static void end_record(state *s) {
    uint32_t columns[MOST_COLUMNS];
    if (!s->now.count || !has_room(s)) {
        dissolve(s);
        pop(s);
        return;
    }
    s->recording = false;
    s->levels[s->depth].any = true;
    if ((s->held || s->in_table) && fits(&s->head, &s->now, columns)) {
        if (s->held)
            begin_table(s);
        write_row(s, &s->now, columns);
    } else {
        settle(s);
        record unused = s->head;
        s->head = s->now;
        s->now = unused;
        s->held = true;
    }
    clear(&s->now);
}

static void add_to_record(xtr__buffer *out, char kind, const char *text, size_t size) {
    if (kind)
        xtr__putc(out, kind);
    for (size_t i = 0; i < size; i++) {
        if (text[i])
            xtr__putc(out, text[i]);
    }
    xtr__putc(out, '\0');
}

/* Tokens ----------------------------------------------------------------------------------- */

static void mark(state *s) {
    s->good = yajl_get_bytes_consumed(s->json);
    s->seen = true;
}

static int go_on(state *s) {
    mark(s);
    return !xtr_job_should_stop(s->job);
}

static int scalar(state *s, char kind, const char *text, size_t size) {
    mark(s);
    if (s->recording && s->now.values.size + size < LONGEST_RECORD) {
        add_to_record(&s->now.values, kind, text, size);
        return 1;
    }
    dissolve(s);
    begin_item(s, s->levels[s->depth].is_map);
    if (kind == 's')
        write_string(s, text, size);
    else
        put(s, text, size);
    s->records += !s->depth;
    return 1;
}

static int on_string(void *payload, const unsigned char *text, size_t size) {
    return scalar(payload, 's', (const char *)text, size);
}

static int on_number(void *payload, const char *text, size_t size) {
    return scalar(payload, '-', text, size);
}

static int on_null(void *payload) {
    return scalar(payload, '-', "null", 4);
}

static int on_boolean(void *payload, int value) {
    return value ? scalar(payload, '-', "true", 4) : scalar(payload, '-', "false", 5);
}

static int on_key(void *payload, const unsigned char *key, size_t size) {
    state *s = payload;
    mark(s);
    if (s->recording && s->now.count < MOST_COLUMNS && s->now.keys.size + size < LONGEST_RECORD) {
        add_to_record(&s->now.keys, 0, (const char *)key, size);
        s->now.count++;
        return 1;
    }
    dissolve(s);
    write_key(s, (const char *)key, size);
    return 1;
}

static int begin(state *s, bool map) {
    dissolve(s);
    s->too_deep = s->depth >= MOST_DEPTH - 1;
    if (s->too_deep)
        return 0; /* not good: it is kept as it is */
    if (map && s->levels[s->depth].is_table && !s->no_tables)
        s->recording = true;
    else
        push(s, map);
    return go_on(s);
}

static int on_map(void *payload) {
    return begin(payload, true);
}

static int on_array(void *payload) {
    return begin(payload, false);
}

static int on_map_end(void *payload) {
    state *s = payload;
    if (s->recording)
        end_record(s);
    else
        pop(s);
    s->records += !s->depth;
    return go_on(s);
}

static int on_array_end(void *payload) {
    state *s = payload;
    pop(s);
    s->records += !s->depth;
    return go_on(s);
}

/* Pieces ----------------------------------------------------------------------------------- */

static bool open_parser(state *s) {
    static const yajl_callbacks callbacks = {
        .yajl_null = on_null,
        .yajl_boolean = on_boolean,
        .yajl_number = on_number,
        .yajl_string = on_string,
        .yajl_start_map = on_map,
        .yajl_map_key = on_key,
        .yajl_end_map = on_map_end,
        .yajl_start_array = on_array,
        .yajl_end_array = on_array_end,
    };
    if (s->json)
        yajl_free(s->json);
    s->json = yajl_alloc(&callbacks, NULL, s);
    if (!s->json)
        return false;
    yajl_config(s->json, yajl_dont_validate_strings, 1);
    yajl_config(s->json, yajl_allow_multiple_values, 1);
    s->tail.size = 0;
    return true;
}

/* What was read so far is left open: the rest follows as it is. */
static void abandon(state *s) {
    dissolve(s);
    settle(s);
    level *l = &s->levels[s->depth];
    if (s->depth && !l->opened && !s->after_key)
        puts_code(s, l->is_map ? "{" : "[");
    s->after_key = false;
    s->gap = s->depth ? GAP_NONE : GAP_LINE;
    if (s->too_deep)
        xtr_partial(s->builder, XTR_E_LIMIT, 0,
                    "values are nested too deeply: they are not laid out");
    else
        xtr_warn(s->builder, XTR_E_CORRUPT, 0,
                 "is not well-formed JSON: some of it is as it stands");
    s->raw = true;
    s->too_deep = false;
    if (!s->seen && s->tail.size)
        put(s, s->tail.data, s->tail.size);
    s->tail.size = 0;
}

/* Damaged text; returns how much of it, to the end of its line where lines count. */
static size_t write_raw(state *s, const char *text, size_t size) {
    const char *end = s->lines ? memchr(text, '\n', size) : NULL;
    size_t length = end ? (size_t)(end - text) : size;
    if (length)
        put(s, text, length);
    if (!end)
        return length;
    s->depth = 0;
    s->gap = GAP_LINE;
    s->raw = !open_parser(s);
    return length + 1;
}

static void on_text(const char *text, size_t size, void *payload) {
    state *s = payload;
    while (size && !xtr_job_should_stop(s->job)) {
        size_t done = size;
        if (s->raw) {
            done = write_raw(s, text, size);
        } else {
            s->seen = false;
            yajl_status status = yajl_parse(s->json, (const unsigned char *)text, size);
            size_t good = s->seen ? s->good : 0;
            if (status == yajl_status_ok) {
                if (s->seen)
                    s->tail.size = 0;
                xtr__put(&s->tail, text + good, size - good);
            } else if (!xtr_job_should_stop(s->job)) {
                abandon(s);
                done = good;
            }
        }
        text += done;
        size -= done;
    }
}

static void finish(state *s) {
    s->seen = false;
    if (!s->raw && yajl_complete_parse(s->json) != yajl_status_ok && !xtr_job_should_stop(s->job))
        abandon(s);
    if (s->recording)
        dissolve(s);
    settle(s);
    end_code(s);
}

static void drop(state *s) {
    xtr__buffer *all[] = {&s->out,       &s->now.keys,    &s->now.values,
                          &s->head.keys, &s->head.values, &s->tail};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]->data);
    if (s->json)
        yajl_free(s->json);
    free(s);
}

static int run(xtr_job *job) {
    state *s = calloc(1, sizeof *s);
    const char *charset;
    char count[24];
    if (!s || (s->job = job, !open_parser(s))) {
        free(s);
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    s->builder = xtr_job_builder(job);
    s->lines = !strcmp(xtr_job_mime_type(job), "application/jsonl");
    s->levels[0].is_table = true;
    int code = xtr__decode_input(&charset, job, on_text, s);
    finish(s);
    if (!code && (s->out.failed || s->tail.failed || s->now.values.failed || s->now.keys.failed))
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (!code) {
        snprintf(count, sizeof count, "%" PRIu64, s->records);
        xtr_metadata(s->builder, "charset", charset ? charset : "US-ASCII");
        xtr_metadata(s->builder, "record_count", s->lines ? count : "");
    }
    drop(s);
    return code;
}

const xtr_extractor xtr_extractor_json = {
    .name = "json",
    .title = "JSON and JSON Lines",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
