/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentations of PowerPoint 97 to 2003 ([MS-PPT]), in a compound file: records in one stream, of
 * which the newest edit says where the objects are. A slide is a page: its title heads it, the text
 * of its shapes follows in reading order, last the speaker's notes as quotes. Masters are left
 * out; hidden slides are not, since they are part of the document. */
#include "ppt/ppt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"application/vnd.ms-powerpoint", NULL};

enum { MOST_ENTRIES = 1 << 20 };

/* Lists ------------------------------------------------------------------------------------- */

/* Slides, masters or notes (2.4.14). */
static ppt_list read_list(records document, int instance) {
    ppt_list list = {NULL, 0};
    records from = ppt_find(document, PPT_TEXT_LIST, instance);
    size_t capacity = 0;
    record r;
    while (ppt_next(&from, &r)) {
        ppt_entry *last = list.count ? &list.items[list.count - 1] : NULL;
        if (r.type != PPT_SLIDE_PERSIST || r.body.size < 16) {
            if (last)
                last->texts.size = (size_t)(from.data - last->texts.data);
            continue;
        }
        if (list.count == capacity) {
            capacity = capacity ? capacity * 2 : 32;
            ppt_entry *grown =
                capacity > MOST_ENTRIES ? NULL : realloc(list.items, capacity * sizeof *grown);
            if (!grown)
                return list;
            list.items = grown;
        }
        list.items[list.count++] = (ppt_entry){.persist = ppt_u32(r.body.data),
                                               .id = ppt_u32(r.body.data + 12),
                                               .texts = {from.data, 0}};
    }
    return list;
}

static int by_id(const void *a, const void *b) {
    const ppt_entry *one = a, *other = b;
    return (one->id > other->id) - (one->id < other->id);
}

static void read_fonts(ppt *p) {
    records from = ppt_find(ppt_find(p->document, PPT_ENVIRONMENT, -1), PPT_FONTS_LIST, -1);
    record r;
    p->fonts = from.size ? calloc(PPT_FONTS, sizeof *p->fonts) : NULL;
    while (p->fonts && ppt_next(&from, &r)) {
        if (r.type == PPT_FONT && !p->fonts[r.instance].size)
            p->fonts[r.instance] = r.body;
    }
}

static void read_document(ppt *p) {
    records atom = ppt_find(p->document, PPT_DOCUMENT_ATOM, -1);
    p->first_number = 1;
    if (atom.size >= 34) {
        uint32_t width = ppt_u32(atom.data), height = ppt_u32(atom.data + 4);
        p->width = width < 100000 ? (float)width / 8 : 0;
        p->height = height < 100000 ? (float)height / 8 : 0;
        p->first_number = ppt_u16(atom.data + 32);
    }
    p->slides = read_list(p->document, 0);
    p->masters = read_list(p->document, 1);
    p->notes = read_list(p->document, 2);
    if (p->notes.count)
        qsort(p->notes.items, p->notes.count, sizeof *p->notes.items, by_id);
    p->document_footers = ppt_find(p->document, PPT_HEADERS_FOOTERS, 3);
    ppt_read_links(p);
    read_fonts(p);
    ppt_read_masters(p);
}

/* Slides ------------------------------------------------------------------------------------ */

/* Comments are in the tag of PowerPoint 2002 (2.5.20 to 2.5.24). */
static void write_comments(ppt *p, records slide) {
    records tags = ppt_find(slide, PPT_TAGS, -1);
    record tag, r;
    while (ppt_next(&tags, &tag)) {
        records data = ppt_find(tag.body, PPT_TAG_DATA, -1);
        while (tag.type == PPT_TAG && ppt_next(&data, &r)) {
            if (r.type != PPT_COMMENT)
                continue;
            char *author = ppt_utf8(ppt_find(r.body, PPT_STRING, 0));
            char *text = ppt_utf8(ppt_find(r.body, PPT_STRING, 1));
            if (text && *text)
                xtr_annotation(p->builder, "Text", text, author, p->page, (xtr_box){0});
            free(author);
            free(text);
        }
    }
}

static void write_notes(ppt *p, uint32_t id) {
    const ppt_entry key = {.id = id};
    const ppt_entry *found = id && p->notes.count
                                 ? bsearch(&key, p->notes.items, p->notes.count, sizeof key, by_id)
                                 : NULL;
    record notes = found ? ppt_object(p, found->persist) : (record){.type = 0};
    if (notes.type == PPT_NOTES)
        ppt_write_notes(p, notes.body);
}

static void write_slide(ppt *p, const ppt_entry *entry) {
    char label[16];
    snprintf(label, sizeof label, "%u", p->first_number + p->page - 1);
    xtr_page_begin(
        p->builder, p->page,
        &(xtr_page_info){
            .width = p->width, .height = p->height, .label = label, .read_by = XTR_READ_TEXT});
    record slide = ppt_object(p, entry->persist);
    if (slide.type != PPT_SLIDE) {
        xtr_partial(p->builder, XTR_E_CORRUPT, p->page, "slide %u is missing", p->page);
        slide.body = (records){NULL, 0};
    }
    records atom = ppt_find(slide.body, PPT_SLIDE_ATOM, -1);
    p->master = ppt_master_of(p, atom.size >= 16 ? ppt_u32(atom.data + 12) : 0);
    p->footers = ppt_find(slide.body, PPT_HEADERS_FOOTERS, -1);
    if (!p->footers.size)
        p->footers = p->document_footers;
    ppt_write_shapes(p, slide.body, entry->texts);
    write_comments(p, slide.body);
    write_notes(p, atom.size >= 20 ? ppt_u32(atom.data + 16) : 0);
    xtr_page_end(p->builder);
}

static void write_slides(ppt *p) {
    const xtr_options *options = xtr_job_options(p->job);
    int64_t left = options->max_pages > 0 ? options->max_pages : INT64_MAX;
    uint32_t total = (uint32_t)p->slides.count;
    for (uint32_t i = 0; i < total && !xtr_job_should_stop(p->job); i++) {
        if (!xtr_pages_include(&options->pages, i + 1))
            continue;
        if (left-- == 0) {
            xtr_partial(p->builder, XTR_E_LIMIT, 0,
                        "has more than %" PRId64 " pages: only so many were read (max_pages)",
                        options->max_pages);
            break;
        }
        p->page = i + 1;
        write_slide(p, &p->slides.items[i]);
        xtr_job_set_progress(p->job, i + 1, total);
    }
    char count[16];
    snprintf(count, sizeof count, "%u", total);
    xtr_metadata(p->builder, "page_count", count);
}

static void drop(ppt *p) {
    free(p->slides.items);
    free(p->masters.items);
    free(p->notes.items);
    free(p->links);
    free(p->fonts);
    free(p->styles);
    free(p->offsets);
    free(p->decrypted);
    free(p->data);
    xtr__crypt_drop(p->crypt);
}

/* A presentation in the format of PowerPoint 95 may stand beside the one we read (2.1). */
static int read_stream(ppt *p, xtr__ole *ole) {
    int64_t entry = xtr__ole_find(ole, 0, "PP97_DUALSTORAGE");
    uint32_t storage = entry < 0 ? 0 : (uint32_t)entry;
    entry = xtr__ole_find(ole, storage, "PowerPoint Document");
    if (entry < 0)
        return xtr_job_fail(p->job, XTR_E_CORRUPT, "has no presentation in it");
    int code = xtr__ole_read(ole, (uint32_t)entry, &p->data, &p->size);
    if (!p->data)
        return xtr_job_fail(p->job, code ? code : XTR_E_CORRUPT, "the presentation is unreadable");
    if (code)
        xtr_partial(p->builder, code, 0, "the presentation ends early");
    return XTR_OK;
}

static int run(xtr_job *job) {
    ppt p = {.job = job, .builder = xtr_job_builder(job)};
    xtr__ole *ole;
    int code = xtr__ole_open(&ole, job);
    if (code)
        return code;
    code = read_stream(&p, ole);
    if (!code)
        code = ppt_open(&p, ole);
    if (!code && !xtr_job_should_stop(job)) {
        xtr__ole_properties(ole, p.builder);
        read_document(&p);
        write_slides(&p);
    }
    drop(&p);
    xtr__ole_drop(ole);
    return code;
}

const xtr_extractor xtr_extractor_ppt = {
    .name = "ppt",
    .title = "PowerPoint 97-2003 presentation",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES,
    .run = run,
};
