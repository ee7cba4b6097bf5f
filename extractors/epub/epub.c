/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Books: EPUB 2 (OPS, OPF and OCF 2.0.1) and EPUB 3.3. Each document of the spine is a page, in the
 * order of the spine; those that are not linear keep their place, for they are text like the
 * others. Nothing outside the package is fetched, and a page's label is what the table of contents
 * calls it. */
#include "epub/epub.h"
#include "html/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"application/epub+zip", NULL};

typedef struct page {
    xtr__epub *book;
    const xtr__epub_item *item;
    uint32_t number;
} page;

/* What pages refer to ----------------------------------------------------------------------- */

/* RFC 3986, 3.1: whether an address names its scheme, and so does not lead into the book. */
static bool has_scheme(const char *address) {
    size_t size =
        strspn(address, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return (size && address[size] == ':') || !strncmp(address, "//", 2);
}

static const char *read_link(void *payload, const char *address) {
    const page *p = payload;
    if (has_scheme(address))
        return address;
    int64_t part =
        *address == '#' ? p->item->part : xtr__opc_resolve(p->book->zip, p->item->part, address);
    uint32_t target = part >= 0 ? p->book->page_of_part[part] : 0;
    if (target)
        xtr_link(p->book->builder, NULL, target, p->number, (xtr_box){0});
    return NULL;
}

static uint32_t read_image(void *payload, const char *address, const char *text) {
    static const char *const formats[][2] = {{"jpg", "jpeg"}, {"jpeg", "jpeg"}, {"png", "png"},
                                             {"gif", "gif"},  {"webp", "webp"}, {"svg", "svg"}};
    const page *p = payload;
    xtr__epub *book = p->book;
    int64_t part = has_scheme(address) ? -1 : xtr__opc_resolve(book->zip, p->item->part, address);
    if (part < 0)
        return 0;
    xtr_image_info info = {
        .page = p->number, .description = text, .description_size = text ? strlen(text) : 0};
    const char *dot = strrchr(xtr__zip_name(book->zip, (size_t)part), '.');
    for (size_t i = 0; dot && i < sizeof formats / sizeof *formats; i++)
        info.format = strcasecmp(dot + 1, formats[i][0]) ? info.format : formats[i][1];
    unsigned char *data = NULL;
    bool wanted = xtr_job_options(book->job)->images == XTR_IMAGES_EXTRACT && info.format;
    if (wanted && !book->locked[part] &&
        xtr__zip_read(book->zip, (size_t)part, &data, &info.data_size) == XTR_OK)
        info.data = data;
    if (!info.data)
        info.data_size = 0;
    uint32_t number = xtr_image(book->builder, &info);
    free(data);
    return info.data ? number : 0;
}

/* Pages ------------------------------------------------------------------------------------- */

/* Whether there is anything but tags: a cover may be a picture and nothing else. */
static bool has_text(const char *data, size_t size) {
    const char *at = memmem(data, size, "<body", 5), *end = data + size;
    at = at ? at : data;
    while (at < end) {
        const char *tag = memchr(at, '<', (size_t)(end - at));
        for (const char *stop = tag ? tag : end; at < stop; at++) {
            if ((unsigned char)*at > ' ')
                return true;
        }
        at = tag ? memchr(tag, '>', (size_t)(end - tag)) : NULL;
        if (!at)
            return false;
        at++;
    }
    return false;
}

static int read_page(page *p) {
    xtr__epub *book = p->book;
    xtr_builder *builder = book->builder;
    unsigned char *data = NULL;
    size_t size = 0;
    bool picture = p->item && !strncmp(p->item->type, "image/", 6) &&
                   strcmp(p->item->type, "image/svg+xml") != 0;
    bool there = p->item && p->item->part >= 0;
    if (!there) {
        xtr_warn(builder, XTR_E_CORRUPT, p->number, "a part of the book is missing: %s",
                 p->item ? p->item->href : book->spine[p->number - 1]);
        return XTR_OK;
    }
    if (picture) {
        read_image(p, p->item->href, NULL);
        return XTR_OK;
    }
    int code = xtr__zip_read(book->zip, (size_t)p->item->part, &data, &size);
    if (code == XTR_E_MEMORY)
        return xtr_job_fail(book->job, code, "out of memory");
    if (code) {
        xtr_partial(builder, code, p->number, "a part of the book cannot be read: %s",
                    p->item->href);
        return XTR_OK;
    }
    const xtr__html_source source = {
        .data = data,
        .size = size,
        .xml = strcmp(p->item->type, "text/html") != 0,
        .without_facts = true,
        .mute_images = has_text((const char *)data, size),
        .with_fallbacks = true,
        .hooks = {.link = read_link, .image = read_image, .payload = p},
    };
    if (size)
        code = xtr__html_read(book->job, &source);
    free(data);
    return code;
}

static int read_pages(xtr__epub *book) {
    const xtr_options *options = xtr_job_options(book->job);
    int64_t left = options->max_pages;
    int code = XTR_OK;
    for (uint32_t i = 0; i < book->page_count && !code && !xtr_job_should_stop(book->job); i++) {
        if (!xtr_pages_include(&options->pages, i + 1))
            continue;
        if (options->max_pages && left-- == 0) {
            xtr_partial(book->builder, XTR_E_LIMIT, 0,
                        "has more than %lld pages: only so many were read (max_pages)",
                        (long long)options->max_pages);
            break;
        }
        page p = {book, xtr__epub_item_of(book, book->spine[i]), i + 1};
        xtr_page_begin(book->builder, i + 1,
                       &(xtr_page_info){.label = book->labels[i], .read_by = XTR_READ_TEXT});
        code = read_page(&p);
        xtr_page_end(book->builder);
        xtr_job_set_progress(book->job, i + 1, book->page_count);
    }
    return code;
}

/* A book without a spine: all its documents, as the manifest lists them. */
static void make_spine(xtr__epub *book) {
    book->spine = calloc(book->item_count + 1, sizeof *book->spine);
    book->failed = book->failed || !book->spine;
    for (size_t i = 0; book->spine && i < book->item_count; i++) {
        if (strstr(book->items[i].type, "html") && !book->items[i].nav) {
            char *id = strdup(book->items[i].id);
            book->failed = book->failed || !id;
            book->spine[book->spine_count] = id;
            book->spine_count += id != NULL;
        }
    }
    xtr_warn(book->builder, XTR_E_CORRUPT, 0, "the book does not say the order of its parts");
}

static int number_pages(xtr__epub *book) {
    if (!book->spine_count)
        make_spine(book);
    book->page_count = (uint32_t)book->spine_count;
    book->labels = calloc(book->spine_count + 1, sizeof *book->labels);
    if (!book->labels || book->failed)
        return xtr_job_fail(book->job, XTR_E_MEMORY, "out of memory");
    for (uint32_t i = 0; i < book->page_count; i++) {
        const xtr__epub_item *item = xtr__epub_item_of(book, book->spine[i]);
        if (!item || item->part < 0)
            continue;
        if (book->locked[item->part])
            return xtr_job_fail(book->job, XTR_E_UNSUPPORTED,
                                "is locked by digital rights management: %s",
                                xtr__epub_scheme(book));
        if (!book->page_of_part[item->part])
            book->page_of_part[item->part] = i + 1;
    }
    return XTR_OK;
}

static int read_book(xtr__epub *book) {
    size_t parts = xtr__zip_count(book->zip);
    char count[16];
    book->page_of_part = calloc(parts + 1, sizeof *book->page_of_part);
    book->locked = calloc(parts + 1, sizeof *book->locked);
    if (!book->page_of_part || !book->locked)
        return xtr_job_fail(book->job, XTR_E_MEMORY, "out of memory");
    xtr__epub_read_locks(book);
    int code = xtr__epub_read_package(book);
    if (!code)
        code = number_pages(book);
    if (code)
        return code;
    xtr__epub_read_outline(book);
    snprintf(count, sizeof count, "%u", book->page_count);
    xtr_metadata(book->builder, "page_count", count);
    return read_pages(book);
}

static void drop(xtr__epub *book) {
    for (size_t i = 0; i < book->item_count; i++) {
        free(book->items[i].id);
        free(book->items[i].href);
        free(book->items[i].type);
    }
    for (size_t i = 0; i < book->spine_count; i++)
        free(book->spine[i]);
    for (size_t i = 0; book->labels && i < book->page_count; i++)
        free(book->labels[i]);
    free(book->items);
    free(book->spine);
    free(book->labels);
    free(book->toc);
    free(book->page_of_part);
    free(book->locked);
    xtr__zip_drop(book->zip);
}

static int run(xtr_job *job) {
    xtr__epub book = {.job = job, .builder = xtr_job_builder(job)};
    int code = xtr__zip_open(&book.zip, job);
    if (code)
        return code;
    code = read_book(&book);
    drop(&book);
    return code;
}

const xtr_extractor xtr_extractor_epub = {
    .name = "epub",
    .title = "EPUB books",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES | XTR_YIELDS_IMAGES,
    .run = run,
};
