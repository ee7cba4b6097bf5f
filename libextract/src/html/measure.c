/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Measures of the elements of a page. */
#include "html/main.h"

#include <stdlib.h>
#include <strings.h>

static bool is_unseen(const GumboNode *node) {
    switch (node->v.element.tag) {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_DATALIST:
        return true;
    default:
        return xtr__html_is_hidden(node);
    }
}

static bool is_container(const GumboNode *node) {
    return xtr__html_is_block(node) && node->v.element.tag != GUMBO_TAG_BR;
}

static xtr__html_part *add_part(xtr__html_main *main, uint32_t *capacity, const GumboNode *node) {
    if (main->count == *capacity) {
        uint32_t more = *capacity ? 2 * *capacity : 1024;
        xtr__html_part *parts = realloc(main->parts, more * sizeof *parts);
        if (!parts)
            return NULL;
        main->parts = parts;
        *capacity = more;
    }
    xtr__html_part *part = &main->parts[main->count];
    *part = (xtr__html_part){.node = node, .weight = xtr__html_weight_of(node)};
    if (is_container(node))
        part->flags |= XTR__PART_BLOCK;
    if (xtr__html_is(node, GUMBO_TAG_TABLE) && xtr__html_is_data(node))
        part->flags |= XTR__PART_DATA;
    /* See xtr__html_part_of. */
    ((GumboNode *)(uintptr_t)node)->v.element.start_pos.offset = main->count;
    return part;
}

/* The number of the part that a node stands in. */
static uint32_t around(const xtr__html_main *main, const GumboNode *node) {
    const GumboNode *parent = node->parent;
    const xtr__html_part *part =
        parent && parent->type == GUMBO_NODE_ELEMENT ? xtr__html_part_of(main, parent) : NULL;
    return part ? (uint32_t)(part - main->parts) : 0;
}

xtr__html_main *xtr__html_measure(xtr_job *job, const GumboNode *page) {
    enum { ASK_EVERY = 2048 };
    xtr__html_main *main = calloc(1, sizeof *main);
    uint32_t capacity = 0, seen = 0;
    bool inside = true, failed = !main;
    for (const GumboNode *n = page; n && !failed; n = xtr__html_next(n, page, inside)) {
        inside = n->type == GUMBO_NODE_DOCUMENT;
        if (n->type != GUMBO_NODE_ELEMENT || is_unseen(n))
            continue;
        inside = true;
        uint32_t parent = around(main, n);
        xtr__html_part *part = add_part(main, &capacity, n);
        failed = !part || (++seen % ASK_EVERY == 0 && xtr_job_should_stop(job));
        if (failed)
            break;
        part->parent = parent;
        if (part->flags & XTR__PART_BLOCK) {
            /* All around it have a block in them. */
            for (uint32_t up = parent; !(main->parts[up].flags & XTR__PART_HAS_BLOCKS);
                 up = main->parts[up].parent)
                main->parts[up].flags |= XTR__PART_HAS_BLOCKS;
        }
        main->count++;
    }
    if (failed || !main->count) {
        xtr__html_main_drop(main);
        return NULL;
    }
    for (uint32_t i = main->count; i--;) {
        xtr__html_part *part = &main->parts[i];
        part->end = part->end ? part->end : i + 1;
        xtr__html_part *up = &main->parts[part->parent];
        if (i && up->end < part->end)
            up->end = part->end;
    }
    xtr__html_sum(main);
    return main;
}

void xtr__html_main_drop(xtr__html_main *main) {
    if (main)
        free(main->parts);
    free(main);
}

/* Sums -------------------------------------------------------------------------------------- */

typedef struct text_sum {
    uint32_t text, commas;
} text_sum;

/* Commas of any script: what lists and navigation have few of. */
static void count_text(text_sum *sum, const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        sum->text += !xtr__html_is_space((char)*p);
        sum->commas += *p == ',';
        if (*p == 0xE3)
            sum->commas += p[1] == 0x80 && p[2] == 0x81; /* U+3001 */
        else if (*p == 0xEF)
            sum->commas += p[1] == 0xBC && p[2] == 0x8C; /* U+FF0C */
        else if (*p == 0xD8)
            sum->commas += p[1] == 0x8C; /* U+060C */
    }
}

static void count_self(xtr__html_part *part) {
    const GumboVector *children = xtr__html_children(part->node);
    text_sum sum = {0};
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_CDATA)
            count_text(&sum, child->v.text.text);
    }
    part->text = part->own = sum.text;
    part->commas = part->own_commas = sum.commas;
    part->links = 0;
    GumboTag tag = part->node->v.element.tag;
    part->paragraphs = tag == GUMBO_TAG_P;
    part->items = tag == GUMBO_TAG_LI;
    part->pictures = tag == GUMBO_TAG_IMG;
    part->fields = tag == GUMBO_TAG_INPUT || tag == GUMBO_TAG_SELECT || tag == GUMBO_TAG_TEXTAREA;
    part->embeds = tag == GUMBO_TAG_OBJECT || tag == GUMBO_TAG_EMBED;
    part->headings = 0;
}

static void add_up(const xtr__html_main *main, const xtr__html_part *part, xtr__html_part *up) {
    (void)main;
    GumboTag tag = part->node->v.element.tag;
    bool link = tag == GUMBO_TAG_A;
    bool heading = tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6;
    const char *href = link ? xtr__html_attribute(part->node, "href") : NULL;
    up->text += part->text;
    up->commas += part->commas;
    /* A link to a place in the page itself counts little. */
    up->links += !link ? part->links : href && *href == '#' ? part->text / 3 : part->text;
    up->headings += heading ? part->text : part->headings;
    up->paragraphs += part->paragraphs;
    up->items += part->items;
    up->pictures += part->pictures;
    up->fields += part->fields;
    up->embeds += part->embeds;
    if (!(part->flags & XTR__PART_BLOCK)) {
        up->own += part->own;
        up->own_commas += part->own_commas;
    }
}

void xtr__html_sum(xtr__html_main *main) {
    for (uint32_t i = 0; i < main->count; i++)
        count_self(&main->parts[i]);
    for (uint32_t i = main->count; --i;) {
        const xtr__html_part *part = &main->parts[i];
        if (!(part->flags & XTR__PART_DROPPED))
            add_up(main, part, &main->parts[part->parent]);
    }
}
