/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* META-INF/container.xml and the package document: facts, manifest and spine (EPUB 3.3, section 5;
 * OPF 2.0.1). Elements are known by their local names, since books err in namespaces. */
#include "epub/epub.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ITEMS = 200000, MOST_VALUE = 64 << 10 };

typedef struct reader {
    xtr__epub *book;
    bool in_metadata;
    const char *key; /* of the open fact, NULL: none */
    bool skipped;    /* the open fact is of somebody else */
    xtr__buffer value, authors, subjects;
} reader;

static const struct {
    const char *name, *key;
} facts[] = {
    {"title", "title"},         {"creator", "authors"},       {"language", "language"},
    {"publisher", "publisher"}, {"identifier", "identifier"}, {"description", "description"},
    {"subject", "keywords"},    {"date", "created"},          {"rights", "rights"},
};

static char *copy(xtr__epub *book, const char *text) {
    char *made = text ? strdup(text) : NULL;
    book->failed = book->failed || (text && !made);
    return made;
}

/* Where it is ------------------------------------------------------------------------------- */

static void rootfile(void *payload, const xtr__xml_element *e) {
    xtr__epub *book = payload;
    const char *path =
        strcmp(e->name, "rootfile") ? NULL : xtr__xml_attribute_named(e, "full-path");
    if (path && book->package < 0)
        book->package = xtr__opc_resolve(book->zip, -1, path);
}

static void find_package(xtr__epub *book) {
    const xtr__xml_handler handler = {.begin = rootfile};
    int64_t container = xtr__zip_find(book->zip, "META-INF/container.xml");
    book->package = -1;
    if (container >= 0)
        xtr__xml_parse_part(book->job, book->zip, (size_t)container, &handler, book);
    for (size_t i = 0; book->package < 0 && i < xtr__zip_count(book->zip); i++) {
        const char *name = xtr__zip_name(book->zip, i);
        size_t size = strlen(name);
        if (size > 4 && !strcasecmp(name + size - 4, ".opf"))
            book->package = (int64_t)i;
    }
}

/* Manifest and spine ------------------------------------------------------------------------ */

static bool has_word(const char *value, const char *word) {
    size_t size = strlen(word);
    for (const char *at = value; at && *at; at += strcspn(at, " \t\n"), at += strspn(at, " \t\n")) {
        if (!strncmp(at, word, size) && strchr(" \t\n", at[size]))
            return true;
    }
    return false;
}

static void add_item(xtr__epub *book, const xtr__xml_element *e) {
    const char *id = xtr__xml_attribute_named(e, "id");
    const char *href = xtr__xml_attribute_named(e, "href");
    const char *type = xtr__xml_attribute_named(e, "media-type");
    if (!id || !href || book->item_count >= MOST_ITEMS)
        return;
    if (book->item_count == book->item_room) {
        size_t room = book->item_room ? book->item_room * 2 : 64;
        xtr__epub_item *items = realloc(book->items, room * sizeof *items);
        if (!items) {
            book->failed = true;
            return;
        }
        book->items = items;
        book->item_room = room;
    }
    book->items[book->item_count++] = (xtr__epub_item){
        .id = copy(book, id),
        .href = copy(book, href),
        .type = copy(book, type ? type : ""),
        .part = xtr__opc_resolve(book->zip, book->package, href),
        .nav = has_word(xtr__xml_attribute_named(e, "properties"), "nav"),
    };
}

static void add_to_spine(xtr__epub *book, const xtr__xml_element *e) {
    const char *id = xtr__xml_attribute_named(e, "idref");
    if (!id || book->spine_count >= MOST_ITEMS)
        return;
    if (book->spine_count == book->spine_room) {
        size_t room = book->spine_room ? book->spine_room * 2 : 64;
        char **spine = realloc(book->spine, room * sizeof *spine);
        if (!spine) {
            book->failed = true;
            return;
        }
        book->spine = spine;
        book->spine_room = room;
    }
    book->spine[book->spine_count++] = copy(book, id);
}

static int by_id(const void *a, const void *b) {
    return strcmp(((const xtr__epub_item *)a)->id, ((const xtr__epub_item *)b)->id);
}

const xtr__epub_item *xtr__epub_item_of(const xtr__epub *book, const char *id) {
    xtr__epub_item wanted = {.id = (char *)(uintptr_t)id};
    if (!book->item_count || !id)
        return NULL;
    return bsearch(&wanted, book->items, book->item_count, sizeof wanted, by_id);
}

/* Facts ------------------------------------------------------------------------------------- */

static void open_fact(reader *r, const xtr__xml_element *e) {
    const char *role = xtr__xml_attribute_named(e, "role");
    const char *event = xtr__xml_attribute_named(e, "event");
    const char *property = xtr__xml_attribute_named(e, "property");
    r->key = NULL;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (!strcmp(e->name, facts[i].name))
            r->key = facts[i].key;
    }
    if (!strcmp(e->name, "meta") && property && !strcmp(property, "dcterms:modified"))
        r->key = "modified";
    if (r->key && event && !strcmp(event, "modification"))
        r->key = "modified";
    r->skipped = r->key && !strcmp(e->name, "creator") && role && strcmp(role, "aut") != 0;
    r->value.size = 0;
}

static void trim(xtr__buffer *value) {
    size_t out = 0;
    bool space = false;
    for (size_t i = 0; i < value->size; i++) {
        char c = value->data[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank && space && out)
            value->data[out++] = ' ';
        if (!blank)
            value->data[out++] = c;
        space = blank;
    }
    value->size = out;
}

static void append(xtr__buffer *list, const xtr__buffer *value) {
    if (list->size > MOST_VALUE)
        return;
    if (list->size)
        xtr__puts(list, ", ");
    xtr__put(list, value->data, value->size);
}

static void close_fact(reader *r) {
    const char *key = r->key;
    r->key = NULL;
    trim(&r->value);
    if (!key || r->skipped || !r->value.size)
        return;
    if (!strcmp(key, "authors")) {
        append(&r->authors, &r->value);
    } else if (!strcmp(key, "keywords")) {
        append(&r->subjects, &r->value);
    } else {
        xtr__putc(&r->value, '\0');
        if (!r->value.failed)
            xtr_metadata(r->book->builder, key, r->value.data);
    }
}

static void write_list(xtr__epub *book, const char *key, xtr__buffer *list) {
    char *text = list->size ? xtr__buffer_take(list, NULL) : NULL;
    xtr_metadata(book->builder, key, text);
    free(text);
    free(list->data);
}

/* The document ------------------------------------------------------------------------------ */

static void begin(void *payload, const xtr__xml_element *e) {
    reader *r = payload;
    if (!strcmp(e->name, "metadata"))
        r->in_metadata = true;
    else if (r->in_metadata)
        open_fact(r, e);
    else if (!strcmp(e->name, "item"))
        add_item(r->book, e);
    else if (!strcmp(e->name, "itemref"))
        add_to_spine(r->book, e);
    else if (!strcmp(e->name, "spine") && !r->book->toc)
        r->book->toc = copy(r->book, xtr__xml_attribute_named(e, "toc"));
}

static void end(void *payload, int id, const char *name) {
    reader *r = payload;
    (void)id;
    if (!strcmp(name, "metadata"))
        r->in_metadata = false;
    else if (r->in_metadata)
        close_fact(r);
}

static void text(void *payload, const char *piece, size_t size) {
    reader *r = payload;
    if (r->key && r->value.size < MOST_VALUE)
        xtr__put(&r->value, piece, size);
}

int xtr__epub_read_package(xtr__epub *book) {
    const xtr__xml_handler handler = {.begin = begin, .end = end, .text = text};
    find_package(book);
    if (book->package < 0)
        return xtr_job_fail(book->job, XTR_E_CORRUPT, "has no package document, so it is no book");
    if (book->locked[book->package])
        return xtr_job_fail(book->job, XTR_E_UNSUPPORTED,
                            "is locked by digital rights management: %s", xtr__epub_scheme(book));
    reader r = {.book = book};
    int code = xtr__xml_parse_part(book->job, book->zip, (size_t)book->package, &handler, &r);
    write_list(book, "authors", &r.authors);
    write_list(book, "keywords", &r.subjects);
    free(r.value.data);
    if (code && !book->item_count)
        return xtr_job_fail(book->job, code, "its package document cannot be read");
    if (code)
        xtr_partial(book->builder, code, 0, "the package document is damaged");
    if (book->failed)
        return xtr_job_fail(book->job, XTR_E_MEMORY, "out of memory");
    if (book->item_count)
        qsort(book->items, book->item_count, sizeof *book->items, by_id);
    return XTR_OK;
}
