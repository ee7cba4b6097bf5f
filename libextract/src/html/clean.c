/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is inside the article and yet not of it: forms, lists of links, buttons to share, related
 * articles, the title once more. */
#include "html/main.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

enum { SHORT_PART = 500, FEW_COMMAS = 10, MOST_TITLE = 400 };

static void drop(xtr__html_part *part) {
    part->flags |= XTR__PART_DROPPED;
}

/* Titles ------------------------------------------------------------------------------------ */

/* Whether most of the words of a heading are of the title. */
static bool repeats(const char *title, const char *heading) {
    size_t all = 0, same = 0;
    while (*heading) {
        size_t size = 0;
        while (heading[size] && !isspace((unsigned char)heading[size]))
            size++;
        for (const char *at = title; size && *at;) {
            size_t length = 0;
            while (at[length] && !isspace((unsigned char)at[length]))
                length++;
            if (length == size && !strncasecmp(at, heading, size)) {
                same += size;
                break;
            }
            at += length + (at[length] != 0);
        }
        all += size;
        heading += size + (heading[size] != 0);
    }
    return all && same * 4 > all * 3;
}

static bool repeats_title(const xtr__html_part *part, const char *title) {
    xtr__buffer text = {0};
    if (!title)
        return false;
    xtr__html_text_of(&text, part->node, MOST_TITLE);
    char *heading = xtr__buffer_take(&text, NULL);
    bool same = heading && repeats(title, heading);
    free(heading);
    return same;
}

/* By what it holds -------------------------------------------------------------------------- */

static float links_share(const xtr__html_part *part) {
    return part->text ? (float)part->links / (float)part->text : 0;
}

static bool is_inside(const xtr__html_main *main, uint32_t number, GumboTag tag) {
    for (uint32_t up = main->parts[number].parent; up; up = main->parts[up].parent) {
        if (xtr__html_is(main->parts[up].node, tag))
            return true;
    }
    return false;
}

static bool is_in_data(const xtr__html_main *main, uint32_t number) {
    for (uint32_t up = main->parts[number].parent; up; up = main->parts[up].parent) {
        if (main->parts[up].flags & XTR__PART_DATA)
            return true;
    }
    return false;
}

static bool is_weighed(const xtr__html_part *part) {
    switch (part->node->v.element.tag) {
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_TD:
        return true;
    case GUMBO_TAG_TABLE:
        return !(part->flags & XTR__PART_DATA);
    default:
        return false;
    }
}

/* Whether a part with few commas looks like anything but text. */
static bool looks_wrong(const xtr__html_main *main, uint32_t number) {
    const xtr__html_part *part = &main->parts[number];
    GumboTag tag = part->node->v.element.tag;
    bool list = tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL;
    bool figure = is_inside(main, number, GUMBO_TAG_FIGURE);
    float share = links_share(part);
    if (!figure && part->pictures > 1 && part->paragraphs * 2 < part->pictures && part->text < 100)
        return true;
    if (!list && part->items > part->paragraphs + 100)
        return true;
    if (part->fields > part->paragraphs / 3)
        return true;
    if (!list && !figure && part->text < 25 && part->headings * 10 < part->text * 9 &&
        (!part->pictures || part->pictures > 2) && share > 0)
        return true;
    if (share > (part->weight < 25 ? 0.2F : 0.5F) && !(list && share < 0.5F))
        return true;
    return part->embeds > 1 || (part->embeds == 1 && part->text < 75);
}

static bool is_share_button(const xtr__html_part *part) {
    const char *class = xtr__html_attribute(part->node, "class");
    const char *id = xtr__html_attribute(part->node, "id");
    bool named = (class && strcasestr(class, "share")) || (id && strcasestr(id, "share"));
    return named && part->text < SHORT_PART;
}

static bool is_never(const xtr__html_part *part) {
    switch (part->node->v.element.tag) {
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_OBJECT:
        return true;
    default:
        return false;
    }
}

static bool is_of_it(const xtr__html_main *main, uint32_t number, const char *title,
                     bool strictly) {
    const xtr__html_part *part = &main->parts[number];
    GumboTag tag = part->node->v.element.tag;
    if (is_never(part) || is_share_button(part))
        return false;
    if ((tag == GUMBO_TAG_H1 || tag == GUMBO_TAG_H2) &&
        ((strictly && part->weight < 0) || repeats_title(part, title)))
        return false;
    if (!strictly || !is_weighed(part) || is_in_data(main, number) ||
        is_inside(main, number, GUMBO_TAG_PRE))
        return true;
    if (part->weight < 0)
        return false;
    return part->commas >= FEW_COMMAS || !looks_wrong(main, number);
}

/* Inner parts are looked at first, so that what is wrong with one does not spoil those around it;
 * their sums are made anew as they go. */
static void take_from(xtr__html_main *main, uint32_t number) {
    const xtr__html_part *part = &main->parts[number];
    for (uint32_t up = part->parent;; up = main->parts[up].parent) {
        xtr__html_part *around = &main->parts[up];
        around->text -= part->text < around->text ? part->text : around->text;
        around->links -= part->links < around->links ? part->links : around->links;
        around->commas -= part->commas < around->commas ? part->commas : around->commas;
        around->pictures -= part->pictures < around->pictures ? part->pictures : around->pictures;
        around->fields -= part->fields < around->fields ? part->fields : around->fields;
        if (!up)
            return;
    }
}

void xtr__html_clean(xtr__html_main *main, const char *title, bool strictly) {
    for (uint32_t i = main->count; i--;) {
        uint32_t up = i;
        while (up && !(main->parts[up].flags & (XTR__PART_CHOSEN | XTR__PART_DROPPED)))
            up = main->parts[up].parent;
        if (up == i || !(main->parts[up].flags & XTR__PART_CHOSEN) ||
            (main->parts[up].flags & XTR__PART_DROPPED))
            continue;
        if (!is_of_it(main, i, title, strictly)) {
            drop(&main->parts[i]);
            take_from(main, i);
        }
    }
}
