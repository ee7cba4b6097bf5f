/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shapes of a slide, a group or a page of notes in reading order: the title, then the rest by
 * its places, footers last (ECMA-376 part 1, 19.3.1). */
#include "pptx/pptx.h"

#include <stdlib.h>

typedef struct shape {
    uint32_t node, nonvisual; /* p:sp and p:nvSpPr, ... */
    holder_kind kind;
    uint32_t index; /* of a placeholder */
    xtr_box box;
} shape;

typedef struct group {
    int64_t layout;
    transform place;
    shape *shapes;
    size_t count, capacity;
} group;

static uint32_t nonvisual_of(const deck *d, uint32_t node) {
    static const int ids[] = {P_NV_SP, P_NV_PIC, P_NV_GRP, P_NV_FRAME, P_NV_CXN};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        uint32_t found = xtr__tree_child(d->tree, node, ids[i]);
        if (found)
            return found;
    }
    return 0;
}

static uint32_t xfrm_of(const deck *d, uint32_t node) {
    uint32_t own = xtr__tree_child(d->tree, node, P_XFRM);
    if (own)
        return own;
    uint32_t properties = xtr__tree_child(d->tree, node, P_SP_PR);
    if (!properties)
        properties = xtr__tree_child(d->tree, node, P_GRP_SP_PR);
    return properties ? xtr__tree_child(d->tree, properties, A_XFRM) : 0;
}

static const holder *holder_below(const deck *d, int64_t layout, const shape *s) {
    return s->kind ? pptx_find_holder(d, layout, s->kind, s->index) : NULL;
}

static const holder *holder_of_master(const deck *d, int64_t layout, const shape *s) {
    if (!s->kind || layout < 0)
        return NULL;
    return pptx_find_holder(d, d->sheets[layout].above, s->kind, UINT32_MAX);
}

/* Its own place, or that of the placeholder it stands for. */
static xtr_box place_of(const deck *d, const group *g, const shape *s) {
    uint32_t xfrm = xfrm_of(d, s->node);
    if (xfrm)
        return pptx_box(d->tree, xfrm, &g->place);
    const holder *h = holder_below(d, g->layout, s);
    if (!h || !h->has_box)
        h = holder_of_master(d, g->layout, s);
    return h && h->has_box ? h->box : (xtr_box){0};
}

static void collect(deck *d, uint32_t node, void *payload) {
    group *g = payload;
    int id = xtr__tree_id(d->tree, node);
    if (id != P_SP && id != P_PIC && id != P_GRP_SP && id != P_GRAPHIC_FRAME && id != P_CXN_SP)
        return;
    if (g->count == g->capacity) {
        size_t capacity = g->capacity ? g->capacity * 2 : 16;
        shape *grown = realloc(g->shapes, capacity * sizeof *grown);
        if (!grown)
            return;
        g->shapes = grown;
        g->capacity = capacity;
    }
    shape s = {.node = node, .nonvisual = nonvisual_of(d, node)};
    uint32_t nv_pr = s.nonvisual ? xtr__tree_child(d->tree, s.nonvisual, P_NV_PR) : 0;
    uint32_t placeholder = nv_pr ? xtr__tree_child(d->tree, nv_pr, P_PH) : 0;
    s.kind = pptx_holder_kind(d->tree, placeholder);
    s.index = placeholder ? (uint32_t)xtr__tree_number(d->tree, placeholder, AT_IDX, 0) : 0;
    s.box = place_of(d, g, &s);
    g->shapes[g->count++] = s;
}

/* Writing ----------------------------------------------------------------------------------- */

static text_style style_of(const deck *d, int64_t layout, const shape *s, const list_style *own) {
    text_style style = {.chain = {own}, .count = 1};
    const holder *below = holder_below(d, layout, s);
    const holder *master = holder_of_master(d, layout, s);
    int64_t above = layout < 0 ? -1 : d->sheets[layout].above;
    if (below)
        style.chain[style.count++] = &below->style;
    if (master)
        style.chain[style.count++] = &master->style;
    if (!s->kind || above < 0) {
        style.chain[style.count++] = &d->defaults;
        return style;
    }
    const sheet *m = &d->sheets[above];
    bool body = s->kind == HOLDER_BODY || s->kind == HOLDER_SUBTITLE;
    style.chain[style.count++] = body ? &m->body : s->kind == HOLDER_TITLE ? &m->title : &m->other;
    return style;
}

static void write_text_shape(deck *d, int64_t layout, const shape *s) {
    uint32_t body = xtr__tree_child(d->tree, s->node, P_BODY);
    if (!pptx_has_text(d, body)) {
        pptx_write_alt(d, s->node, s->box);
        return;
    }
    if (s->kind == HOLDER_TITLE) {
        pptx_write_title(d, body, s->box);
        return;
    }
    list_style own;
    pptx_read_levels(d->tree, xtr__tree_child(d->tree, body, A_LST_STYLE), &own);
    text_style style = style_of(d, layout, s, &own);
    xtr_element_type type = s->kind == HOLDER_FOOTER   ? XTR_FOOTER
                            : s->kind == HOLDER_HEADER ? XTR_HEADER
                                                       : XTR_PARAGRAPH;
    pptx_write_body(d, body, &(body_info){.type = type, .style = &style, .box = s->box});
}

/* Where the children of a group stand (20.1.7.5, 20.1.7.6). */
static transform inside(const deck *d, uint32_t node, const transform *t) {
    uint32_t xfrm = xfrm_of(d, node);
    if (!xfrm)
        return *t;
    uint32_t off = xtr__tree_child(d->tree, xfrm, A_OFF);
    uint32_t ext = xtr__tree_child(d->tree, xfrm, A_EXT);
    uint32_t child_off = xtr__tree_child(d->tree, xfrm, A_CH_OFF);
    uint32_t child_ext = xtr__tree_child(d->tree, xfrm, A_CH_EXT);
    if (!off || !ext || !child_off || !child_ext)
        return *t;
    double width = (double)xtr__tree_number(d->tree, child_ext, AT_CX, 0);
    double height = (double)xtr__tree_number(d->tree, child_ext, AT_CY, 0);
    double scale_x = width > 0 ? (double)xtr__tree_number(d->tree, ext, AT_CX, 0) / width : 1;
    double scale_y = height > 0 ? (double)xtr__tree_number(d->tree, ext, AT_CY, 0) / height : 1;
    double x = (double)xtr__tree_number(d->tree, off, AT_X, 0) -
               (double)xtr__tree_number(d->tree, child_off, AT_X, 0) * scale_x;
    double y = (double)xtr__tree_number(d->tree, off, AT_Y, 0) -
               (double)xtr__tree_number(d->tree, child_off, AT_Y, 0) * scale_y;
    return (transform){t->scale_x * scale_x, t->scale_y * scale_y, t->move_x + t->scale_x * x,
                       t->move_y + t->scale_y * y};
}

static void write_group(deck *d, uint32_t parent, int64_t layout, transform place);

static void write_shape(deck *d, const group *g, const shape *s) {
    uint32_t properties = s->nonvisual ? xtr__tree_child(d->tree, s->nonvisual, P_C_NV_PR) : 0;
    pptx_note_link(d, properties, s->box);
    switch (xtr__tree_id(d->tree, s->node)) {
    case P_PIC:
        pptx_write_picture(d, s->node, s->box);
        break;
    case P_GRAPHIC_FRAME:
        pptx_write_graphic(d, s->node, s->box);
        break;
    case P_GRP_SP:
        pptx_write_alt(d, s->node, s->box);
        write_group(d, s->node, g->layout, inside(d, s->node, &g->place));
        break;
    default:
        write_text_shape(d, g->layout, s);
        break;
    }
}

/* Title, subtitle, the rest, footers. */
static int rank_of(const shape *s) {
    return s->kind == HOLDER_TITLE      ? 0
           : s->kind == HOLDER_SUBTITLE ? 1
           : s->kind == HOLDER_FOOTER   ? 3
                                        : 2;
}

static void write_all(deck *d, const group *g) {
    xtr_box *boxes = calloc(g->count, sizeof *boxes);
    uint32_t *order = calloc(g->count, sizeof *order);
    for (size_t i = 0; boxes && i < g->count; i++)
        boxes[i] = g->shapes[i].box;
    if (boxes && order)
        xtr__slide_order(boxes, g->count, order);
    for (int rank = 0; boxes && order && rank < 4; rank++) {
        for (size_t i = 0; i < g->count && !xtr_job_should_stop(d->job); i++) {
            const shape *s = &g->shapes[order[i]];
            if (rank_of(s) == rank)
                write_shape(d, g, s);
        }
    }
    free(boxes);
    free(order);
}

/* As deep as groups nest, which the parser of XML limits. */
static void write_group(deck *d, uint32_t parent, int64_t layout, transform place) {
    group g = {.layout = layout, .place = place};
    pptx_each(d, parent, collect, &g);
    if (g.count)
        write_all(d, &g);
    free(g.shapes);
}

void pptx_write_shapes(deck *d, uint32_t sp_tree, int64_t layout) {
    write_group(d, sp_tree, layout, pptx_emu);
}
