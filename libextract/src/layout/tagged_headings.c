/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Headings by their tags. Authors tag fewer headings than there are, so text that is tagged as a
 * paragraph may still look like one; but what is tagged as a heading nearly always is one, and what
 * is tagged as part of a table, a list or a figure is none. */
#include "layout.h"

#include <string.h>

enum { MOST_LEVELS = 7 }; /* title, and six */

static bool is_tagged(const xtr__page_layout *page, uint32_t i) {
    xtr__tag_role role = xtr__tag_role_of_line(page, &page->lines.items[i]);
    return (role == XTR__TAG_HEADING || role == XTR__TAG_TITLE) && page->lines.items[i].cell == 0 &&
           !(page->lines.items[i].flags & XTR__LINE_FURNITURE);
}

/** Lines from `i` on that belong to the same element. */
static uint32_t lines_of(const xtr__page_layout *page, uint32_t i) {
    uint32_t count = 1;
    while (i + count < page->lines.count &&
           page->lines.items[i + count].tag == page->lines.items[i].tag)
        count++;
    return count;
}

/** What the document tags as headings, in bytes of text but for `elements` and `seen`. */
typedef struct claims {
    size_t text, headings;
    uint32_t elements, seen; /* seen: look like headings too */
} claims;

static claims measure_claims(const xtr__page_layout *pages, size_t count) {
    claims c = {0};
    for (size_t p = 0; p < count; p++) {
        const xtr__page_layout *page = &pages[p];
        for (uint32_t i = 0; page->tagging.trusted && i < page->lines.count; i++) {
            const xtr__line *line = &page->lines.items[i];
            c.text += line->text_size;
            if (!is_tagged(page, i))
                continue;
            bool first = i == 0 || line[-1].tag != line->tag;
            c.headings += line->text_size;
            c.elements += first;
            c.seen += first && line->flags & XTR__LINE_HEADING;
        }
    }
    return c;
}

/** All text as headings, or headings that do not look like any, are a lie. Short documents may
 *  consist of little else. */
static bool is_plausible(const claims *c) {
    bool few = c->headings * 10 <= c->text * 3;
    bool terse = c->headings < 60 * (size_t)c->elements && c->headings * 10 <= c->text * 7;
    return c->elements > 0 && (few || terse || c->elements == 1) &&
           (c->elements < 5 || c->seen * 4 >= c->elements);
}

/** Whether the tag of a line says that it is something else than a heading. In lists only what does
 *  not stand out: numbered headings are often tagged as items. */
static bool is_other(const xtr__page_layout *page, const xtr__line *line) {
    static const uint8_t others[] = {XTR__TAG_CELL,    XTR__TAG_HEAD_CELL, XTR__TAG_CONTENTS,
                                     XTR__TAG_CAPTION, XTR__TAG_FIGURE,    XTR__TAG_FORMULA,
                                     XTR__TAG_NOTE,    XTR__TAG_CODE};
    uint32_t tag = xtr__tag_of_line(page, line);
    for (size_t i = 0; i < sizeof others; i++) {
        if (xtr__tag_above(page->tags.items, tag, (xtr__tag_role)others[i]) != XTR__NO_TAG)
            return true;
    }
    bool plain = line->bold < 0.8F && line->size < 1.06F * page->body;
    return plain && xtr__tag_above(page->tags.items, tag, XTR__TAG_ITEM) != XTR__NO_TAG;
}

static void unmark_others(xtr__page_layout *page) {
    for (uint32_t i = 0; i < page->lines.count; i++) {
        xtr__line *line = &page->lines.items[i];
        if (!(line->flags & XTR__LINE_HEADING) ||
            !(line->artifact || line->cell > 0 || is_other(page, line)))
            continue;
        line->flags &= (uint16_t) ~(XTR__LINE_HEADING | XTR__LINE_CONTINUES);
        if (i + 1 < page->lines.count)
            line[1].flags &= (uint16_t)~XTR__LINE_CONTINUES;
    }
}

/** Marks a heading of `count` lines. */
static void mark(xtr__page_layout *page, uint32_t first, uint32_t count, uint8_t level) {
    for (uint32_t k = 0; k < count; k++) {
        xtr__line *line = &page->lines.items[first + k];
        line->flags |= XTR__LINE_HEADING;
        line->flags = (uint16_t)(k > 0 ? line->flags | XTR__LINE_CONTINUES
                                       : line->flags & ~XTR__LINE_CONTINUES);
        line->level = level;
    }
    if (first + count < page->lines.count)
        page->lines.items[first + count].flags &= (uint16_t)~XTR__LINE_CONTINUES;
}

/** Marks the tagged headings of a page. Levels count from 1, the title too; those of an H, which
 *  does not say, are left to its look. */
static void mark_tagged(xtr__page_layout *page) {
    for (uint32_t i = 0, count; i < page->lines.count; i += count) {
        const xtr__line *line = &page->lines.items[i];
        count = lines_of(page, i);
        if (!is_tagged(page, i) || xtr__reads_unlike_heading(page, i, count) ||
            line->size < 0.88F * page->body)
            continue;
        const xtr__tag *tag = &page->tags.items[line->tag];
        bool title = tag->role == XTR__TAG_TITLE;
        mark(page, i, count, (uint8_t)(title ? 1 : tag->level > 0 ? tag->level + 1 : 0));
    }
}

/** Levels without gaps, from 1. */
static void close_gaps(xtr__page_layout *pages, size_t count) {
    uint8_t used[MOST_LEVELS + 1] = {0}, next = 1;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++)
            used[pages[p].lines.items[i].level] = 1;
    }
    for (uint32_t level = 1; level <= MOST_LEVELS; level++)
        used[level] = (uint8_t)(used[level] ? next++ : 0);
    used[0] = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < pages[p].lines.count; i++) {
            xtr__line *line = &pages[p].lines.items[i];
            line->level = used[line->level] < MOST_LEVELS ? used[line->level] : MOST_LEVELS - 1;
        }
    }
}

void xtr__mark_tagged_headings(xtr__page_layout *pages, size_t count) {
    claims c = measure_claims(pages, count);
    bool plausible = is_plausible(&c);
    for (size_t p = 0; p < count; p++) {
        unmark_others(&pages[p]);
        if (plausible && pages[p].tagging.trusted)
            mark_tagged(&pages[p]);
    }
    close_gaps(pages, count);
}
