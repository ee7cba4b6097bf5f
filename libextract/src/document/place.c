/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where pictures stand among the elements of their page: by their boxes, whatever made the
 * elements. A picture follows the nearest block above it in its column; one that fills the page
 * comes first, for everything stands on it. One that an element shows already is left alone. */
#include "document/document.h"

#include <math.h>
#include <stdlib.h>

/* In points: smaller ones are bullets and rules. One without a place is behind all else. */
static const float LEAST_SIDE = 10;

typedef struct place {
    uint32_t before; /* of the elements */
    uint32_t image;
    float x, y;
} place;

static bool is_flow(const xtr__element *e) {
    const xtr_box *b = &e->bounding_box;
    bool furniture = e->type == XTR_HEADER || e->type == XTR_FOOTER;
    return !furniture && b->x1 > b->x0 && b->y1 > b->y0;
}

/* Whether two boxes stand in one column: they share a third of the narrower one's width. */
static bool same_column(const xtr_box *a, const xtr_box *b) {
    float shared = fminf(a->x1, b->x1) - fmaxf(a->x0, b->x0);
    return shared > fminf(a->x1 - a->x0, b->x1 - b->x0) / 3;
}

static bool fills(const xtr_box *b, const xtr__page *page) {
    float width = fminf(b->x1, page->width) - fmaxf(b->x0, 0);
    float height = fminf(b->y1, page->height) - fmaxf(b->y0, 0);
    return width > 0 && height > 0 && width * height > 0.8F * page->width * page->height;
}

static float middle(const xtr_box *b) {
    return (b->y0 + b->y1) / 2;
}

/* The number of elements that come before the picture. */
static uint32_t place_of(const xtr__element *elements, uint32_t count, const xtr_box *box,
                         const xtr__page *page) {
    if (fills(box, page))
        return 0;
    const uint32_t none = UINT32_MAX;
    uint32_t above = none, below = none, first_lower = none;
    for (uint32_t i = 0; i < count; i++) {
        const xtr_box *b = &elements[i].bounding_box;
        if (!is_flow(&elements[i]))
            continue;
        bool higher = middle(b) < middle(box);
        if (!higher && first_lower == none)
            first_lower = i;
        if (!same_column(b, box))
            continue;
        if (higher && (above == none || b->y1 >= elements[above].bounding_box.y1))
            above = i;
        if (!higher && (below == none || b->y0 < elements[below].bounding_box.y0))
            below = i;
    }
    return above != none         ? above + 1
           : below != none       ? below
           : first_lower != none ? first_lower
                                 : count;
}

static int compare(const void *a, const void *b) {
    const place *p = a, *q = b;
    if (p->before != q->before)
        return p->before < q->before ? -1 : 1;
    if (p->y < q->y || p->y > q->y)
        return p->y < q->y ? -1 : 1;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return p->image < q->image ? -1 : 1;
}

/* Whether an element of the page shows it already. */
static bool is_shown(const xtr__element *elements, uint32_t count, const xtr__image *image) {
    for (uint32_t i = 0; i < count; i++) {
        if (elements[i].image.size && elements[i].image.at == image->name.at)
            return true;
    }
    return false;
}

static bool is_worth_it(const xtr__image *image, const xtr__page *page) {
    const xtr_box *b = &image->bounding_box;
    bool large = b->x1 - b->x0 >= LEAST_SIDE && b->y1 - b->y0 >= LEAST_SIDE;
    bool somewhere = b->x1 > b->x0 || b->y1 > b->y0;
    return image->name.size && (large || !somewhere || fills(b, page));
}

uint32_t xtr__place_images(xtr__element *elements, uint32_t count, const xtr__image *images,
                           uint32_t image_count, const xtr__page *page, const xtr__element *end) {
    place places[xtr__placed_most] = {{0}};
    uint32_t left = 0;
    for (uint32_t i = 0; i < image_count && left < xtr__placed_most; i++) {
        const xtr_box *box = &images[i].bounding_box;
        if (is_worth_it(&images[i], page) && !is_shown(elements, count, &images[i]))
            places[left++] = (place){place_of(elements, count, box, page), i, box->x0, box->y0};
    }
    qsort(places, left, sizeof *places, compare);
    uint32_t whole = count + left;
    /* From the back, so that each element moves once. */
    for (uint32_t at = count; left; at--) {
        const xtr__element *next = at < count ? &elements[at + left] : end;
        for (; left && places[left - 1].before == at; left--) {
            const xtr__image *image = &images[places[left - 1].image];
            elements[at + left - 1] = (xtr__element){.type = XTR_IMAGE,
                                                     .page_number = page->number,
                                                     .bounding_box = image->bounding_box,
                                                     .text = {next->text.at, 0},
                                                     .spans = {next->spans.at, 0},
                                                     .image = image->name,
                                                     .description = image->description};
        }
        if (left)
            elements[at + left - 1] = elements[at - 1];
    }
    return whole;
}
