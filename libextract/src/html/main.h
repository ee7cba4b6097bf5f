/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The article of a page: what it is about, without navigation, advertising, comments. */
#ifndef XTR_HTML_MAIN_H
#define XTR_HTML_MAIN_H

#include "html/writer.h"

#include <stdint.h>

enum {
    XTR__PART_DROPPED = 1, /* not of the article, with all that is in it */
    XTR__PART_BLOCK = 2,   /* begins a block */
    XTR__PART_HAS_BLOCKS = 4,
    XTR__PART_CANDIDATE = 8,
    XTR__PART_CHOSEN = 16,
    XTR__PART_DATA = 32 /* a table of data */
};

/** An element, measured. Parts stand in the order of the page, so what is inside of one follows
 *  it, up to `end`. Texts are counted in bytes without white space. */
typedef struct xtr__html_part {
    const GumboNode *node;
    uint32_t parent, end;
    unsigned flags;
    int weight;               /* by its names: above 0 speaks for it, below against it */
    uint32_t text, links;     /* in it, and of that in links */
    uint32_t own, own_commas; /* of its own lines: what stands in it and in no block inside */
    uint32_t commas, paragraphs, items, pictures, fields, embeds, headings;
    float score;
} xtr__html_part;

struct xtr__html_main {
    xtr__html_part *parts;
    uint32_t count;
    uint32_t top;
};
typedef struct xtr__html_main xtr__html_main;

/** Measures all elements that are seen; NULL when out of memory or there are none. */
xtr__html_main *xtr__html_measure(xtr_job *job, const GumboNode *page);

/** Adds up again what is in each part, without what is dropped. */
void xtr__html_sum(xtr__html_main *main);

/** What its class, id, role and tag say about an element. */
int xtr__html_weight_of(const GumboNode *node);
bool xtr__html_is_unlikely(const GumboNode *node);

/** Drops from the chosen parts what is not of the article. */
void xtr__html_clean(xtr__html_main *main, const char *title, bool strictly);

/** Finds the article; NULL when there is none, or memory is gone. */
xtr__html_main *xtr__html_main_find(xtr_job *job, const GumboNode *page, const char *title);
void xtr__html_main_drop(xtr__html_main *main);

/** The part of an element, or NULL for one that nobody sees. */
static inline xtr__html_part *xtr__html_part_of(const xtr__html_main *main, const GumboNode *node) {
    /* The parser's note of where a tag stood: nobody reads it, so it holds the number. */
    uint32_t number = node->v.element.start_pos.offset;
    bool known = number < main->count && main->parts[number].node == node;
    return known ? &main->parts[number] : NULL;
}

#endif
