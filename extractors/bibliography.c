/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bibliographies: BibTeX (the format of BibTeX 0.99d and biblatex) and RIS. Each entry is a
 * paragraph that reads as a citation: authors, year, title, where it appeared, publisher, DOI and
 * address; every other field follows, a line each, by its name, so that no word is lost. Accents of
 * LaTeX become letters, strings are put in for their names. */
#include "document/buffer.h"
#include "libextract/extractor.h"
#include "markup/accents.h"
#include "markup/lines.h"
#include "markup/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_FIELDS = 256,
    MOST_STRINGS = 4096,
    LONGEST_VALUE = 1 << 20,
    LONGEST_STRING = 64 << 10,
    LONGEST_ENTRY = 8 << 20
};

/* What citations are made of, in the order of their appearance. */
typedef enum entry_part {
    AUTHOR,
    EDITOR,
    YEAR,
    MAIN_TITLE,
    CONTAINER,
    VOLUME,
    ISSUE,
    FIRST,
    LAST,
    PUBLISHER,
    DOI,
    URL,
    OTHER /* a line of its own */
} entry_part;

typedef struct entry_field {
    entry_part part;
    xtr__span name; /* in the source, or static */
    char *value;
} entry_field;

typedef struct macro {
    xtr__span name;
    char *value;
} macro;

typedef struct state {
    xtr_job *job;
    xtr_builder *builder;
    xtr__span key;
    entry_field fields[MOST_FIELDS];
    size_t count, held; /* fields, and bytes of their values */
    macro *macros;      /* in the order of their names */
    size_t macro_count;
    uint32_t entries;
    bool failed, cut;
} state;

typedef struct naming {
    const char *name;
    entry_part part;
    const char *label; /* of a line; NULL: its own name */
} naming;

static const naming bibtex_names[] = {
    {"author", AUTHOR, NULL},
    {"editor", EDITOR, NULL},
    {"year", YEAR, NULL},
    {"date", YEAR, NULL},
    {"title", MAIN_TITLE, NULL},
    {"journal", CONTAINER, NULL},
    {"journaltitle", CONTAINER, NULL},
    {"booktitle", CONTAINER, NULL},
    {"volume", VOLUME, NULL},
    {"number", ISSUE, NULL},
    {"issue", ISSUE, NULL},
    {"pages", FIRST, NULL},
    {"publisher", PUBLISHER, NULL},
    {"school", PUBLISHER, NULL},
    {"institution", PUBLISHER, NULL},
    {"doi", DOI, NULL},
    {"url", URL, NULL},
};

static const naming ris_names[] = {
    {"AU", AUTHOR, NULL},      {"A1", AUTHOR, NULL},       {"A2", EDITOR, NULL},
    {"ED", EDITOR, NULL},      {"PY", YEAR, NULL},         {"Y1", YEAR, NULL},
    {"TI", MAIN_TITLE, NULL},  {"T1", MAIN_TITLE, NULL},   {"JO", CONTAINER, NULL},
    {"JF", CONTAINER, NULL},   {"T2", CONTAINER, NULL},    {"VL", VOLUME, NULL},
    {"IS", ISSUE, NULL},       {"SP", FIRST, NULL},        {"EP", LAST, NULL},
    {"PB", PUBLISHER, NULL},   {"DO", DOI, NULL},          {"UR", URL, NULL},
    {"AB", OTHER, "Abstract"}, {"N2", OTHER, "Abstract"},  {"KW", OTHER, "Keywords"},
    {"CY", OTHER, "Place"},    {"SN", OTHER, "ISBN/ISSN"}, {"N1", OTHER, "Note"},
    {"LA", OTHER, "Language"}, {"ET", OTHER, "Edition"},   {"DA", OTHER, "Date"},
    {"T3", OTHER, "Series"},   {"AD", OTHER, "Address"},
};

static const char *const mime_types[] = {"text/x-bibtex", "application/x-research-info-systems",
                                         NULL};

static void read_bibtex(state *s, const char *text, size_t size);
static void read_ris(state *s, const char *text, size_t size);

/* Run -------------------------------------------------------------------------------------- */

static void drop_fields(state *s) {
    for (size_t i = 0; i < s->count; i++)
        free(s->fields[i].value);
    s->count = s->held = 0;
}

static int run(xtr_job *job) {
    char *text, count[16];
    size_t size;
    int code = xtr__source_text(job, &text, &size);
    if (code)
        return code;
    state *s = calloc(1, sizeof *s);
    if (!s) {
        xtr__source_drop(job, text, size);
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    s->job = job;
    s->builder = xtr_job_builder(job);
    if (!strcmp(xtr_job_mime_type(job), mime_types[0]))
        read_bibtex(s, text, size);
    else
        read_ris(s, text, size);
    if (s->cut)
        xtr_partial(s->builder, XTR_E_LIMIT, 0, "a value is too long: it is cut");
    snprintf(count, sizeof count, "%u", s->entries);
    xtr_metadata(s->builder, "entry_count", count);
    code = s->failed ? xtr_job_fail(job, XTR_E_MEMORY, "out of memory") : XTR_OK;
    for (size_t i = 0; i < s->macro_count; i++)
        free(s->macros[i].value);
    free(s->macros);
    drop_fields(s);
    free(s);
    xtr__source_drop(job, text, size);
    return code;
}

/* Entries ---------------------------------------------------------------------------------- */

/* Takes over the value. */
static void add_field(state *s, entry_part part, xtr__span name, char *value) {
    size_t size = value ? strlen(value) : 0;
    bool full = s->count == MOST_FIELDS || s->held + size > LONGEST_ENTRY;
    if (!size || full) {
        s->failed = s->failed || !value;
        if (full)
            xtr_partial(s->builder, XTR_E_LIMIT, 0, "an entry is too long: it is cut");
        free(value);
        return;
    }
    s->held += size;
    s->fields[s->count++] = (entry_field){part, name, value};
}

/* All values of a part, joined. */
static bool put_part(xtr__buffer *out, const state *s, entry_part part, const char *before,
                     const char *between, const char *after) {
    bool any = false;
    for (size_t i = 0; i < s->count; i++) {
        if (s->fields[i].part != part)
            continue;
        xtr__puts(out, any ? between : before);
        xtr__puts(out, s->fields[i].value);
        any = true;
    }
    if (any)
        xtr__puts(out, after);
    return any;
}

/* A full stop, unless there is one. */
static void end_sentence(xtr__buffer *out) {
    char last = out->size ? out->data[out->size - 1] : '.';
    if (last != '.' && last != '?' && last != '!')
        xtr__putc(out, '.');
}

static void put_citation(xtr__buffer *out, const state *s) {
    bool authors = put_part(out, s, AUTHOR, "", "; ", "");
    put_part(out, s, EDITOR, authors ? ". " : "", "; ", " (ed.)");
    put_part(out, s, YEAR, out->size ? " (" : "(", "; ", ")");
    end_sentence(out);
    put_part(out, s, MAIN_TITLE, out->size ? " " : "", ". ", "");
    end_sentence(out);
    size_t from = out->size;
    put_part(out, s, CONTAINER, " ", ". ", "");
    put_part(out, s, VOLUME, out->size > from ? ", " : " ", ", ", "");
    put_part(out, s, ISSUE, "(", ", ", ")");
    bool pages = put_part(out, s, FIRST, out->size > from ? ", " : " ", ", ", "");
    put_part(out, s, LAST, pages ? "\u2013" : " ", ", ", "");
    end_sentence(out);
    if (put_part(out, s, PUBLISHER, " ", ", ", ""))
        end_sentence(out);
    put_part(out, s, DOI, " doi:", ", ", "");
}

static void write_text(state *s, xtr_element_type type, const char *text, size_t size) {
    xtr_element_begin(s->builder, &(xtr_element_info){.type = type});
    xtr_text(s->builder, text, size);
    xtr_element_end(s->builder);
}

static void write_other(state *s, xtr__buffer *out) {
    for (size_t i = 0; i < s->count; i++) {
        const entry_field *f = &s->fields[i];
        if (f->part != OTHER)
            continue;
        xtr__puts(out, "\n");
        xtr__put(out, f->name.text, f->name.size);
        xtr__puts(out, ": ");
        xtr__puts(out, f->value);
    }
}

/* The citation, then addresses as links, then the other fields. */
static void end_entry(state *s) {
    if (!s->count && !s->key.size)
        return;
    xtr__buffer out = {0};
    if (s->key.size) {
        xtr__putc(&out, '[');
        xtr__put(&out, s->key.text, s->key.size);
        xtr__puts(&out, "]");
    }
    xtr__buffer citation = {0}, rest = {0};
    put_citation(&citation, s);
    if (citation.size && out.size)
        xtr__putc(&out, ' ');
    xtr__put(&out, citation.data ? citation.data : "", citation.size);
    write_other(s, &rest);
    xtr_element_begin(s->builder, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(s->builder, out.data, out.size);
    for (size_t i = 0; i < s->count; i++) {
        if (s->fields[i].part != URL)
            continue;
        xtr_text(s->builder, " ", 1);
        xtr_style(s->builder, 0, s->fields[i].value);
        xtr_text(s->builder, s->fields[i].value, strlen(s->fields[i].value));
        xtr_style(s->builder, 0, NULL);
    }
    xtr_text(s->builder, rest.data ? rest.data : "", rest.size);
    xtr_element_end(s->builder);
    s->failed = s->failed || out.failed || citation.failed || rest.failed;
    free(out.data);
    free(citation.data);
    free(rest.data);
    s->entries++;
    s->key = (xtr__span){NULL, 0};
    drop_fields(s);
}

static const naming *naming_of(const naming *names, size_t count, xtr__span name) {
    for (size_t i = 0; i < count; i++) {
        if (xtr__span_is(name, names[i].name))
            return &names[i];
    }
    return NULL;
}

/* BibTeX ----------------------------------------------------------------------------------- */

typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_space(cursor *c) {
    while (c->at < c->end && strchr(" \t\n", *c->at) && *c->at)
        c->at++;
}

static xtr__span read_name(cursor *c) {
    const char *from = c->at;
    while (c->at < c->end && *c->at && !strchr(" \t\n,={}()\"#%'", *c->at))
        c->at++;
    return (xtr__span){from, (size_t)(c->at - from)};
}

/* Without braces, with letters for accents, white space being one space. */
static void put_latex(state *s, xtr__buffer *out, const char *text, size_t size) {
    size_t i = 0;
    while (i < size && out->size < LONGEST_VALUE) {
        char letter[8];
        size_t command = text[i] == '\\' ? xtr__accent_read(text + i, size - i, letter) : 0;
        char c = text[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '~';
        if (command) {
            xtr__puts(out, letter);
            i += command;
        } else if (c == '-' && i + 1 < size && text[i + 1] == '-') {
            xtr__puts(out, "\u2013");
            i += 2;
        } else {
            if (space && out->size && out->data[out->size - 1] != ' ')
                xtr__putc(out, ' ');
            else if (!space && c != '{' && c != '}')
                xtr__putc(out, c);
            i++;
        }
    }
    s->cut = s->cut || i < size;
}

/* "..." or {...}, in which braces nest; the end of the text ends it too. */
static xtr__span read_delimited(cursor *c) {
    bool quoted = *c->at++ == '"';
    const char *from = c->at;
    unsigned depth = 0;
    for (; c->at < c->end; c->at++) {
        char now = *c->at;
        if (now == '\\' && c->at + 1 < c->end) {
            c->at++;
        } else if (!depth && now == (quoted ? '"' : '}')) {
            break;
        } else {
            depth += now == '{';
            depth -= now == '}' && depth;
        }
    }
    xtr__span inside = {from, (size_t)(c->at - from)};
    c->at += c->at < c->end;
    return inside;
}

/* Where a macro stands, or would. */
static size_t place_of(const state *s, xtr__span name, bool *found) {
    size_t from = 0, to = s->macro_count;
    *found = false;
    while (from < to && !*found) {
        size_t middle = from + (to - from) / 2;
        xtr__span other = s->macros[middle].name;
        size_t both = name.size < other.size ? name.size : other.size;
        int order = strncasecmp(name.text, other.text, both);
        *found = !order && name.size == other.size;
        if (*found)
            return middle;
        if (order < 0 || (!order && name.size < other.size))
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}

/* Values joined by "#"; yours to free. */
static char *read_value(state *s, cursor *c) {
    xtr__buffer out = {0};
    while (!xtr_job_should_stop(s->job)) {
        skip_space(c);
        if (c->at < c->end && (*c->at == '"' || *c->at == '{')) {
            xtr__span inside = read_delimited(c);
            put_latex(s, &out, inside.text, inside.size);
        } else {
            bool found;
            xtr__span name = read_name(c);
            size_t place = place_of(s, name, &found);
            if (!found || !name.size)
                put_latex(s, &out, name.text, name.size);
            else if (out.size < LONGEST_VALUE)
                xtr__puts(&out, s->macros[place].value);
            else
                s->cut = true;
        }
        skip_space(c);
        if (c->at >= c->end || *c->at != '#')
            break;
        c->at++;
    }
    while (out.size && out.data[out.size - 1] == ' ')
        out.size--;
    xtr__putc(&out, '\0');
    return xtr__buffer_take(&out, NULL);
}

/* Names joined by "and" become a list. */
static char *with_semicolons(char *value) {
    xtr__buffer out = {0};
    for (const char *at = value; at && *at;) {
        const char *next = strstr(at, " and ");
        xtr__put(&out, at, next ? (size_t)(next - at) : strlen(at));
        if (next)
            xtr__puts(&out, "; ");
        at = next ? next + 5 : NULL;
    }
    xtr__putc(&out, '\0');
    free(value);
    return xtr__buffer_take(&out, NULL);
}

static void add_macro(state *s, xtr__span name, char *value) {
    /* A string may be made of others, twice as long each time. */
    if (s->macro_count == MOST_STRINGS || (value && strlen(value) > LONGEST_STRING)) {
        xtr_partial(s->builder, XTR_E_LIMIT, 0, "strings are too many or too long");
        free(value);
        return;
    }
    bool found;
    if (!s->macros)
        s->macros = malloc(MOST_STRINGS * sizeof *s->macros);
    if (!s->macros || !value) {
        s->failed = true;
        free(value);
        return;
    }
    macro *place = s->macros + place_of(s, name, &found);
    if (found)
        free(place->value);
    else
        memmove(place + 1, place, (size_t)(s->macros + s->macro_count++ - place) * sizeof *place);
    *place = (macro){name, value};
}

/* "name = value, ..." to the end of the entry. */
static void read_fields(state *s, cursor *c, bool strings) {
    size_t count = sizeof bibtex_names / sizeof *bibtex_names;
    while (c->at < c->end && !xtr_job_should_stop(s->job)) {
        skip_space(c);
        xtr__span name = read_name(c);
        skip_space(c);
        if (c->at >= c->end || *c->at == '}' || *c->at == ')' || *c->at == '@')
            break;
        if (*c->at != '=') {
            c->at++; /* a comma, or damage */
            continue;
        }
        c->at++;
        char *value = read_value(s, c);
        if (strings) {
            add_macro(s, name, value);
            continue;
        }
        const naming *known = naming_of(bibtex_names, count, name);
        entry_part part = known ? known->part : OTHER;
        bool people = value && (part == AUTHOR || part == EDITOR);
        add_field(s, part, name, people ? with_semicolons(value) : value);
    }
    if (c->at < c->end && *c->at != '@')
        c->at++;
}

static void read_entry(state *s, cursor *c) {
    skip_space(c);
    xtr__span type = read_name(c);
    skip_space(c);
    if (c->at >= c->end || (*c->at != '{' && *c->at != '('))
        return;
    if (xtr__span_is(type, "comment") || xtr__span_is(type, "preamble")) {
        if (*c->at == '{')
            read_delimited(c);
        return;
    }
    c->at++;
    bool strings = xtr__span_is(type, "string");
    if (!strings) {
        skip_space(c);
        const char *from = c->at;
        while (c->at < c->end && *c->at != ',' && *c->at != '}' && *c->at != ')' && *c->at != '\n')
            c->at++;
        s->key = xtr__span_trim((xtr__span){from, (size_t)(c->at - from)});
    }
    read_fields(s, c, strings);
    if (!strings)
        end_entry(s);
}

/* Text between entries is a comment, but said by somebody. */
static void read_bibtex(state *s, const char *text, size_t size) {
    cursor c = {text, text + size};
    while (c.at < c.end && !xtr_job_should_stop(s->job)) {
        const char *entry = memchr(c.at, '@', (size_t)(c.end - c.at));
        xtr__span between = {c.at, (size_t)((entry ? entry : c.end) - c.at)};
        between = xtr__span_trim(between);
        if (between.size)
            write_text(s, XTR_PARAGRAPH, between.text, between.size);
        c.at = entry ? entry + 1 : c.end;
        if (entry)
            read_entry(s, &c);
    }
}

/* RIS -------------------------------------------------------------------------------------- */

static char *copy_of(xtr__span s) {
    char *copy = malloc(s.size + 1);
    if (copy) {
        memcpy(copy, s.text, s.size);
        copy[s.size] = '\0';
    }
    return copy;
}

/* "TY  - JOUR": two letters or digits, two spaces, a hyphen. */
static bool is_tag(xtr__span line) {
    return line.size >= 5 && line.text[2] == ' ' && line.text[3] == ' ' && line.text[4] == '-';
}

static void read_ris(state *s, const char *text, size_t size) {
    size_t count = sizeof ris_names / sizeof *ris_names;
    xtr__lines lines = {text, text + size};
    xtr__span line;
    while (xtr__lines_next(&lines, &line) && !xtr_job_should_stop(s->job)) {
        xtr__span tag = {line.text, 2};
        if (!is_tag(line)) {
            /* A line that goes on, or what is around the entries. */
            xtr__span more = xtr__span_trim(line);
            if (more.size)
                add_field(s, OTHER, (xtr__span){"Text", 4}, copy_of(more));
            continue;
        }
        xtr__span value = xtr__span_trim(xtr__span_skip(line, 5));
        if (xtr__span_is(tag, "ER") || xtr__span_is(tag, "TY")) {
            end_entry(s);
            s->key = (xtr__span){NULL, 0};
            continue;
        }
        const naming *known = naming_of(ris_names, count, tag);
        xtr__span name =
            known && known->label ? (xtr__span){known->label, strlen(known->label)} : tag;
        add_field(s, known ? known->part : OTHER, name, copy_of(value));
    }
    end_entry(s);
}

const xtr_extractor xtr_extractor_bibliography = {
    .name = "bibliography",
    .title = "Bibliographies",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_METADATA,
    .run = run,
};
