/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts that all sheets of a workbook share: strings and styles (ECMA-376 part 1, 18.4 and
 * 18.8), and what stands beside cells: comments (18.7), tables (18.5) and charts (20.5). */
#include "container/numerals.h"
#include "document/utf8.h"
#include "xlsx/xlsx.h"

#include <stdlib.h>
#include <string.h>

/* Escapes ------------------------------------------------------------------------------------- */

/* The value of "_xHHHH_" at `text`, or -1. */
static int escaped(const char *text, size_t size) {
    if (size < 7 || text[0] != '_' || (text[1] != 'x' && text[1] != 'X') || text[6] != '_')
        return -1;
    int value = 0;
    for (size_t i = 2; i < 6; i++) {
        int digit = xtr__hex(text[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

size_t xlsx_unescape(char *text, size_t size) {
    const char *found = memchr(text, '_', size);
    size_t out = found ? (size_t)(found - text) : size;
    for (size_t at = out; at < size;) {
        int c = escaped(text + at, size - at);
        if (c < 0) {
            text[out++] = text[at++];
            continue;
        }
        /* A character is shorter than its escape. A line break has "\n" as well. */
        if (c != '\r')
            out += xtr__utf8_encode(text + out, (uint32_t)c);
        at += 7;
    }
    return out;
}

/* Shared strings ------------------------------------------------------------------------------ */

typedef struct strings_reader {
    xlsx_book *book;
    size_t from;
    bool inside, phonetic, in_text, failed;
} strings_reader;

static void strings_begin(void *payload, const xtr__xml_element *element) {
    strings_reader *r = payload;
    if (element->id == E_SI) {
        r->inside = true;
        r->from = r->book->strings.size;
    } else if (element->id == E_PHONETIC) {
        r->phonetic = true;
    } else if (element->id == E_T) {
        r->in_text = r->inside && !r->phonetic;
    }
}

static void strings_end(void *payload, int id, const char *name) {
    (void)name;
    strings_reader *r = payload;
    xtr__strings *s = &r->book->strings;
    if (id == E_T) {
        r->in_text = false;
    } else if (id == E_PHONETIC) {
        r->phonetic = false;
    } else if (id == E_SI && r->inside) {
        r->inside = false;
        if (s->size > r->from)
            s->size = r->from + xlsx_unescape(s->text + r->from, s->size - r->from);
        r->failed = r->failed || !xtr__strings_end(s);
    }
}

static void strings_text(void *payload, const char *text, size_t size) {
    strings_reader *r = payload;
    if (r->in_text && !r->failed)
        r->failed = !xtr__strings_add(&r->book->strings, text, size);
}

void xlsx_read_strings(xlsx_book *book, size_t part) {
    strings_reader r = {.book = book};
    xtr__xml_handler handler = {book->names, strings_begin, strings_end, strings_text};
    int code = xtr__xml_parse_part(book->job, book->zip, part, &handler, &r);
    xlsx_tell(book, r.failed ? XTR_E_MEMORY : code, "shared strings");
}

/* Styles -------------------------------------------------------------------------------------- */

typedef struct styles_reader {
    xlsx_book *book;
    bool in_styles;
} styles_reader;

static unsigned number_of(const char *text) {
    unsigned long number = text ? strtoul(text, NULL, 10) : 0;
    return number < 1000000 ? (unsigned)number : 1000000;
}

static void styles_begin(void *payload, const xtr__xml_element *element) {
    styles_reader *r = payload;
    xtr__formats *formats = &r->book->formats;
    if (element->id == E_FORMAT) {
        const char *code = xtr__xml_attribute_named(element, "formatCode");
        const char *id = xtr__xml_attribute_named(element, "numFmtId");
        if (code && id)
            xtr__formats_define(formats, number_of(id), code, strlen(code));
    } else if (element->id == E_CELL_STYLES) {
        r->in_styles = true;
    } else if (element->id == E_STYLE && r->in_styles) {
        xtr__formats_add_style(formats, number_of(xtr__xml_attribute_named(element, "numFmtId")));
    }
}

static void styles_end(void *payload, int id, const char *name) {
    (void)name;
    styles_reader *r = payload;
    r->in_styles = r->in_styles && id != E_CELL_STYLES;
}

void xlsx_read_styles(xlsx_book *book, size_t part) {
    styles_reader r = {.book = book};
    xtr__xml_handler handler = {book->names, styles_begin, styles_end, NULL};
    xlsx_tell(book, xtr__xml_parse_part(book->job, book->zip, part, &handler, &r), "styles");
}

/* Comments ------------------------------------------------------------------------------------ */

/* Authors and comments are strings, one behind the other, and comments know whose they are. */
typedef struct comments_reader {
    xlsx_book *book;
    xtr__strings authors, text;
    unsigned author;
    bool in_author, in_text, phonetic, failed;
} comments_reader;

static void comments_begin(void *payload, const xtr__xml_element *element) {
    comments_reader *r = payload;
    if (element->id == E_AUTHOR) {
        r->in_author = true;
    } else if (element->id == E_COMMENT) {
        r->author = number_of(xtr__xml_attribute_named(element, "authorId"));
        r->text.size = r->text.count = 0;
    } else if (element->id == E_PHONETIC) {
        r->phonetic = true;
    } else if (element->id == E_T) {
        r->in_text = !r->phonetic;
    }
}

/* The author as a NUL-terminated string: room for its end is in what follows. */
static void write_comment(comments_reader *r) {
    size_t size;
    const char *author = xtr__strings_at(&r->authors, r->author, &size);
    char name[256];
    size = size < sizeof name ? size : sizeof name - 1;
    memcpy(name, author, size);
    name[size] = '\0';
    if (r->text.size)
        r->text.size = xlsx_unescape(r->text.text, r->text.size);
    r->failed = r->failed || !xtr__strings_add(&r->text, "", 1);
    if (!r->failed && r->text.size > 1)
        xtr_annotation(r->book->builder, "Text", r->text.text, size ? name : NULL,
                       r->book->sheets.number, (xtr_box){0});
}

static void comments_end(void *payload, int id, const char *name) {
    (void)name;
    comments_reader *r = payload;
    if (id == E_AUTHOR) {
        r->in_author = false;
        r->failed = r->failed || !xtr__strings_end(&r->authors);
    } else if (id == E_PHONETIC) {
        r->phonetic = false;
    } else if (id == E_T) {
        r->in_text = false;
    } else if (id == E_COMMENT) {
        write_comment(r);
    }
}

static void comments_text(void *payload, const char *text, size_t size) {
    comments_reader *r = payload;
    if (!r->failed && (r->in_author || r->in_text))
        r->failed = !xtr__strings_add(r->in_author ? &r->authors : &r->text, text, size);
}

void xlsx_read_comments(xlsx_book *book, size_t part) {
    comments_reader r = {.book = book, .authors = {.job = book->job}, .text = {.job = book->job}};
    xtr__xml_handler handler = {book->names, comments_begin, comments_end, comments_text};
    int code = xtr__xml_parse_part(book->job, book->zip, part, &handler, &r);
    xlsx_tell(book, r.failed ? XTR_E_MEMORY : code, "comments");
    xtr__strings_free(&r.authors);
    xtr__strings_free(&r.text);
}

/* Tables -------------------------------------------------------------------------------------- */

static void table_begin(void *payload, const xtr__xml_element *element) {
    xlsx_book *book = payload;
    if (element->id != E_TABLE)
        return;
    const char *name = xtr__xml_attribute_named(element, "displayName");
    if (name)
        xtr_entry(book->builder, name, 2, book->sheets.number);
}

static void table_end(void *payload, int id, const char *name) {
    (void)payload, (void)id, (void)name;
}

void xlsx_read_table(xlsx_book *book, size_t part) {
    xtr__xml_handler handler = {book->names, table_begin, table_end, NULL};
    xlsx_tell(book, xtr__xml_parse_part(book->job, book->zip, part, &handler, book), "a table");
}

/* Charts -------------------------------------------------------------------------------------- */

typedef struct drawing_reader {
    xlsx_book *book;
    xtr__opc_relations relations;
} drawing_reader;

static void drawing_begin(void *payload, const xtr__xml_element *element) {
    drawing_reader *r = payload;
    if (element->id != E_CHART || xtr_job_should_stop(r->book->job))
        return;
    const xtr__opc_relation *to =
        xtr__opc_by_id(&r->relations, xtr__xml_attribute_of(element, A_RID));
    if (to)
        xtr__chart_write(&r->book->charts, r->book->zip, to->part, r->book->sheets.number,
                         (xtr_box){0});
}

/* Relationships of several sheets, and several of one, may name the same one. */
void xlsx_read_drawing(xlsx_book *book, size_t part) {
    if (!xtr__charts_take(&book->charts, book->zip, (int64_t)part))
        return;
    drawing_reader r = {.book = book};
    xtr__xml_handler handler = {.names = book->names, .begin = drawing_begin};
    xlsx_tell(book, xtr__opc_relations_read(&r.relations, book->job, book->zip, (int64_t)part),
              "relationships");
    if (xtr__opc_by_type(&r.relations, "chart")) {
        xtr__sheet_end_table(&book->sheets);
        xlsx_tell(book, xtr__xml_parse_part(book->job, book->zip, part, &handler, &r), "a drawing");
    }
    xtr__opc_relations_free(&r.relations);
}
