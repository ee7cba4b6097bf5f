/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of contents: the navigation document of EPUB 3 (7.4.2) or the NCX of EPUB 2. */
#include "epub/epub.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TITLE = 1024, MOST_ENTRIES = 100000 };

typedef struct reader {
    xtr__epub *book;
    int64_t part; /* that addresses are relative to */
    int level;
    bool in_toc, in_title;
    bool has_target;
    uint32_t page;
    xtr__buffer title;
    uint32_t entries;
} reader;

static void set_target(reader *r, const char *address) {
    int64_t part = address && *address ? xtr__opc_resolve(r->book->zip, r->part, address) : -1;
    r->page = part >= 0 ? r->book->page_of_part[part] : 0;
    r->has_target = true;
}

static void add_title(reader *r, const char *text, size_t size) {
    for (size_t i = 0; i < size && r->title.size < MOST_TITLE; i++) {
        bool blank = text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
        bool after = r->title.size && r->title.data[r->title.size - 1] == ' ';
        if (!blank || (r->title.size && !after))
            xtr__putc(&r->title, blank ? ' ' : text[i]);
    }
}

static void write_entry(reader *r) {
    xtr__epub *book = r->book;
    while (r->title.size && r->title.data[r->title.size - 1] == ' ')
        r->title.size--;
    char *title = r->title.size ? xtr__buffer_take(&r->title, NULL) : NULL;
    r->title.size = 0;
    if (!title || r->entries++ >= MOST_ENTRIES) {
        free(title);
        return;
    }
    xtr_entry(book->builder, title, r->level < 1 ? 1 : r->level, r->page);
    if (r->page && r->page <= book->page_count && !book->labels[r->page - 1])
        book->labels[r->page - 1] = title;
    else
        free(title);
}

/* Navigation document ----------------------------------------------------------------------- */

static void nav_begin(void *payload, const xtr__xml_element *e) {
    reader *r = payload;
    if (!strcmp(e->name, "nav")) {
        const char *type = xtr__xml_attribute_named(e, "type");
        r->in_toc = type && strstr(type, "toc") == type;
        r->level = 0;
    }
    if (!r->in_toc)
        return;
    bool link = !strcmp(e->name, "a");
    bool list = !strcmp(e->name, "ol");
    if (list && r->in_title) {
        r->in_title = false;
        write_entry(r);
    }
    r->level += list;
    if (link || (!strcmp(e->name, "span") && !r->in_title && r->level)) {
        r->in_title = true;
        r->title.size = 0;
        set_target(r, link ? xtr__xml_attribute_named(e, "href") : NULL);
    } else if (!strcmp(e->name, "img") && r->in_title) {
        const char *text = xtr__xml_attribute_named(e, "alt");
        add_title(r, text ? text : "", text ? strlen(text) : 0);
    }
}

static void nav_end(void *payload, int id, const char *name) {
    reader *r = payload;
    (void)id;
    if (!strcmp(name, "nav"))
        r->in_toc = r->in_title = false;
    r->level -= r->in_toc && r->level > 0 && !strcmp(name, "ol");
    bool ends = !strcmp(name, "a") || !strcmp(name, "li") || !strcmp(name, "ol");
    if (r->in_title && ends) {
        r->in_title = false;
        write_entry(r);
    }
}

static void nav_text(void *payload, const char *text, size_t size) {
    reader *r = payload;
    if (r->in_title)
        add_title(r, text, size);
}

/* NCX --------------------------------------------------------------------------------------- */

static void ncx_flush(reader *r) {
    if (r->title.size)
        write_entry(r);
    r->has_target = false;
    r->page = 0;
}

static void ncx_begin(void *payload, const xtr__xml_element *e) {
    reader *r = payload;
    if (!strcmp(e->name, "navMap")) {
        r->in_toc = true;
    } else if (r->in_toc && !strcmp(e->name, "navPoint")) {
        ncx_flush(r);
        r->level++;
    } else if (r->in_toc && !strcmp(e->name, "navLabel")) {
        r->in_title = true;
        r->title.size = 0;
    } else if (r->in_toc && !strcmp(e->name, "content")) {
        set_target(r, xtr__xml_attribute_named(e, "src"));
        ncx_flush(r);
    }
}

static void ncx_end(void *payload, int id, const char *name) {
    reader *r = payload;
    (void)id;
    if (!strcmp(name, "navMap")) {
        r->in_toc = false;
    } else if (!strcmp(name, "navLabel")) {
        r->in_title = false;
    } else if (r->in_toc && !strcmp(name, "navPoint")) {
        ncx_flush(r);
        r->level -= r->level > 0;
    }
}

void xtr__epub_read_outline(xtr__epub *book) {
    const xtr__epub_item *item = xtr__epub_item_of(book, book->toc);
    const xtr__xml_handler nav = {.begin = nav_begin, .end = nav_end, .text = nav_text};
    const xtr__xml_handler ncx = {.begin = ncx_begin, .end = ncx_end, .text = nav_text};
    reader r = {.book = book};
    for (size_t i = 0; i < book->item_count && !r.entries; i++) {
        r.part = book->items[i].part;
        if (book->items[i].nav && r.part >= 0)
            xtr__xml_parse_part(book->job, book->zip, (size_t)r.part, &nav, &r);
    }
    r.part = item ? item->part : -1;
    for (size_t i = 0; !r.entries && r.part < 0 && i < book->item_count; i++) {
        if (!strcmp(book->items[i].type, "application/x-dtbncx+xml"))
            r.part = book->items[i].part;
    }
    r.level = 0;
    if (!r.entries && r.part >= 0)
        xtr__xml_parse_part(book->job, book->zip, (size_t)r.part, &ncx, &r);
    free(r.title.data);
}
