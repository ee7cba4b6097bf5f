/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/joined.h"
#include "document/utf8.h"
#include "render/render.h"

#include <stdlib.h>
#include <string.h>

/* Pairs ------------------------------------------------------------------------------------- */

/* Text and what goes on from it, one pair after the other. */
typedef struct pairs {
    const xtr__document *document;
    uint64_t at;
    const xtr__element *first, *next;
} pairs;

static bool is_text(const xtr__element *e) {
    return e->type == XTR_PARAGRAPH || e->type == XTR_LIST_ITEM || e->type == XTR_QUOTE;
}

static bool next_pair(pairs *p) {
    const xtr__element *elements = XTR__ITEMS(p->document, elements, xtr__element);
    while (p->at < p->document->elements.count) {
        const xtr__element *e = &elements[p->at++];
        if (!is_text(e))
            continue;
        p->first = p->next;
        p->next = e;
        if (e->continues && p->first && p->first->page_number < e->page_number)
            return true;
    }
    return false;
}

/* Text -------------------------------------------------------------------------------------- */

/* Without the last character, which is a hyphen. */
static void cut_hyphen(xtr__joined *j, xtr__whole *w) {
    size_t size = j->text.size;
    while (size > w->text.at && ((unsigned char)j->text.data[--size] & 0xC0) == 0x80)
        continue;
    j->text.size = size;
    for (uint32_t i = w->spans.size; i > 0; i--) {
        xtr__range *last = &j->spans[w->spans.at + i - 1].text;
        if (last->at + last->size > size)
            last->size = last->at < size ? (uint32_t)size - last->at : 0;
    }
}

static void add_part(xtr__joined *j, xtr__whole *w, const xtr__document *d, const xtr__element *e) {
    const char *text = xtr__document_text(d);
    const xtr__span *spans = XTR__ITEMS(d, spans, xtr__span) + e->spans.at;
    xtr__range from = xtr__element_text(text, e);
    uint32_t at = (uint32_t)j->text.size;
    j->parts[w->parts.at + w->parts.size++] = (xtr__part){at, from.at, e->page_number};
    for (uint32_t i = 0; i < e->spans.size; i++) {
        uint32_t first = spans[i].text.at, end = first + spans[i].text.size;
        first = first > from.at ? first : from.at;
        end = end < from.at + from.size ? end : from.at + from.size;
        if (first >= end)
            continue;
        xtr__span *span = &j->spans[w->spans.at + w->spans.size++];
        *span = spans[i];
        span->text = (xtr__range){at + first - from.at, end - first};
    }
    xtr__put(&j->text, text + from.at, from.size);
    w->text.size = (uint32_t)j->text.size - w->text.at;
}

static xtr__whole *begin(xtr__joined *j, const xtr__document *d, const xtr__element *e) {
    const xtr__whole *last = j->whole_count ? &j->wholes[j->whole_count - 1] : NULL;
    xtr__whole *w = &j->wholes[j->whole_count++];
    *w = (xtr__whole){.element = (uint32_t)(e - XTR__ITEMS(d, elements, xtr__element)),
                      .text = {(uint32_t)j->text.size, 0},
                      .spans = {last ? last->spans.at + last->spans.size : 0, 0},
                      .parts = {last ? last->parts.at + last->parts.size : 0, 0}};
    add_part(j, w, d, e);
    return w;
}

static void go_on(xtr__joined *j, xtr__whole *w, const xtr__document *d, const xtr__element *e) {
    if (e->continues == XTR_AFTER_HYPHEN)
        cut_hyphen(j, w);
    else if (e->continues == XTR_AFTER_SPACE)
        xtr__putc(&j->text, ' ');
    add_part(j, w, d, e);
    j->is_part[e - XTR__ITEMS(d, elements, xtr__element)] = true;
}

/* All --------------------------------------------------------------------------------------- */

/* Room for all pairs as if each stood alone. */
static void make_room(xtr__joined *j, const xtr__document *d) {
    size_t count = 0, spans = 0;
    for (pairs p = {.document = d}; next_pair(&p); count++)
        spans += (size_t)p.first->spans.size + p.next->spans.size;
    if (!count)
        return;
    j->wholes = malloc(count * sizeof *j->wholes);
    j->parts = malloc(2 * count * sizeof *j->parts);
    j->spans = malloc((spans + 1) * sizeof *j->spans);
    j->is_part = calloc(d->elements.count, sizeof *j->is_part);
    j->failed = !j->wholes || !j->parts || !j->spans || !j->is_part;
}

xtr__joined xtr__joined_find(const xtr__document *d) {
    xtr__joined j = {.whole_count = 0};
    xtr__whole *open = NULL;
    make_room(&j, d);
    for (pairs p = {.document = d}; j.is_part && !j.failed && next_pair(&p);) {
        bool goes_on = j.is_part[p.first - XTR__ITEMS(d, elements, xtr__element)];
        open = goes_on ? open : begin(&j, d, p.first);
        go_on(&j, open, d, p.next);
        j.failed = j.text.failed;
    }
    if (j.failed) {
        xtr__joined_drop(&j);
        j.failed = true;
    }
    return j;
}

void xtr__joined_drop(xtr__joined *j) {
    free(j->text.data);
    free(j->spans);
    free(j->parts);
    free(j->wholes);
    free(j->is_part);
    *j = (xtr__joined){.whole_count = 0};
}

/* Look-ups ---------------------------------------------------------------------------------- */

bool xtr__joined_hides(const xtr__joined *j, uint64_t element) {
    return j->is_part && j->is_part[element];
}

const xtr__whole *xtr__joined_whole(const xtr__joined *j, uint64_t element) {
    size_t low = 0, high = j->whole_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (j->wholes[middle].element < element)
            low = middle + 1;
        else
            high = middle;
    }
    return low < j->whole_count && j->wholes[low].element == element ? &j->wholes[low] : NULL;
}

uint32_t xtr__joined_origin(const xtr__joined *j, uint32_t at) {
    const xtr__whole *last = &j->wholes[j->whole_count - 1];
    size_t low = 0, high = last->parts.at + last->parts.size;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (j->parts[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return j->parts[low].origin + at - j->parts[low].at;
}
