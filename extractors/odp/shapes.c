/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shapes of a page in reading order: the title, then the rest by its places (10.3, 10.4). */
#include "container/mathml.h"
#include "container/opendocument.h"
#include "container/picture.h"
#include "odp/odp.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 64 };

typedef enum shape_class { CLASS_TEXT, CLASS_TITLE, CLASS_SUBTITLE, CLASS_FURNITURE } shape_class;

typedef struct shape {
    uint32_t node;
    shape_class class;
    xtr_box box;
} shape;

static shape_class class_of(const xtr__tree *tree, uint32_t node) {
    static const struct {
        const char *name;
        shape_class class;
    } classes[] = {{"title", CLASS_TITLE},      {"subtitle", CLASS_SUBTITLE},
                   {"footer", CLASS_FURNITURE}, {"date-time", CLASS_FURNITURE},
                   {"header", CLASS_FURNITURE}, {"page-number", CLASS_FURNITURE}};
    const char *name = xtr__tree_value(tree, node, ODP_AT_CLASS);
    for (size_t i = 0; name && i < sizeof classes / sizeof *classes; i++) {
        if (!strcmp(name, classes[i].name))
            return classes[i].class;
    }
    return CLASS_TEXT;
}

/* What is turned has its place in "rotate (1.57) translate (2cm 3cm)" (19.228). */
static xtr_box own_box(const xtr__tree *tree, uint32_t node) {
    const char *x = xtr__tree_value(tree, node, ODP_AT_X);
    const char *y = xtr__tree_value(tree, node, ODP_AT_Y);
    const char *turned = xtr__tree_value(tree, node, ODP_AT_TRANSFORM);
    float width = odp_length(xtr__tree_value(tree, node, ODP_AT_WIDTH));
    float height = odp_length(xtr__tree_value(tree, node, ODP_AT_HEIGHT));
    const char *moved = turned ? strstr(turned, "translate") : NULL;
    const char *open = moved ? strchr(moved, '(') : NULL;
    if (open) {
        x = open + 1 + strspn(open + 1, " ");
        y = x + strcspn(x, " ,");
        y += strspn(y, " ,");
    }
    float left = odp_length(x), top = odp_length(y);
    return (xtr_box){left, top, left + width, top + height};
}

static bool is_box(const xtr_box *b) {
    return b->x1 > b->x0 || b->y1 > b->y0;
}

static xtr_box box_of(const xtr__tree *tree, uint32_t node) {
    if (xtr__tree_id(tree, node) != ODP_GROUP)
        return own_box(tree, node);
    xtr_box all = {0};
    for (uint32_t n = xtr__tree_walk(tree, node, node); n; n = xtr__tree_walk(tree, n, node)) {
        xtr_box b = own_box(tree, n);
        if (!is_box(&b))
            continue;
        if (!is_box(&all))
            all = b;
        all.x0 = b.x0 < all.x0 ? b.x0 : all.x0;
        all.y0 = b.y0 < all.y0 ? b.y0 : all.y0;
        all.x1 = b.x1 > all.x1 ? b.x1 : all.x1;
        all.y1 = b.y1 > all.y1 ? b.y1 : all.y1;
    }
    return all;
}

/* Pictures ---------------------------------------------------------------------------------- */

static void write_image(odp *o, uint32_t frame, const char *href) {
    const xtr__tree *tree = o->tree;
    uint32_t alt = xtr__tree_child(tree, frame, ODP_DESCRIPTION);
    size_t size = 0;
    const char *text = alt ? xtr__tree_content(tree, alt, &size) : "";
    alt = size ? alt : xtr__tree_child(tree, frame, ODP_TITLE);
    text = alt ? xtr__tree_content(tree, alt, &size) : text;
    xtr_image_info info = {
        .page = o->page, .box = o->box, .description = text, .description_size = size};
    int64_t part = o->zip && href ? xtr__zip_find(o->zip, href) : -1;
    uint32_t number = part >= 0 ? xtr__picture_add(o->job, o->zip, (size_t)part, &info) : 0;
    number = info.data_size ? number : 0;
    if (!size && !number)
        return;
    xtr_element_begin(o->builder,
                      &(xtr_element_info){.type = XTR_IMAGE, .box = o->box, .image = number});
    xtr_text(o->builder, text, size);
    xtr_element_end(o->builder);
}

/* Writing ----------------------------------------------------------------------------------- */

static void write_text(odp *o, uint32_t node, shape_class class) {
    if (!odp_has_text(o->tree, node))
        return;
    if (class == CLASS_TITLE)
        odp_write_title(o, node);
    else
        odp_write_blocks(o, node, class == CLASS_FURNITURE ? XTR_FOOTER : XTR_PARAGRAPH);
}

static void write_object(odp *o, const char *reference) {
    int64_t part = o->zip ? xtr__opendocument_find(o->zip, reference, "content.xml") : -1;
    size_t size;
    char *latex = part >= 0 ? xtr__mathml_read(o->job, o->zip, (size_t)part, &size) : NULL;
    if (!latex) {
        if (part >= 0)
            odp_write_chart(o, part, o->box);
        return;
    }
    xtr_element_begin(o->builder, &(xtr_element_info){.type = XTR_FORMULA, .box = o->box});
    xtr_style(o->builder, XTR_MATH, NULL);
    xtr_text(o->builder, latex, size);
    xtr_style(o->builder, 0, NULL);
    xtr_element_end(o->builder);
    free(latex);
}

/* A frame holds one thing in several forms, the best first: a table before its preview. */
static void write_frame(odp *o, const shape *s) {
    const xtr__tree *tree = o->tree;
    for (uint32_t n = xtr__tree_first(tree, s->node); n; n = xtr__tree_next(tree, n)) {
        const char *href = xtr__tree_value(tree, n, ODP_AT_HREF);
        switch (xtr__tree_id(tree, n)) {
        case ODP_TEXT_BOX:
            write_text(o, n, s->class);
            return;
        case ODP_TABLE:
            odp_write_table(o, tree, n, s->box);
            return;
        case ODP_OBJECT:
            if (href)
                write_object(o, href);
            write_image(o, s->node, NULL);
            return;
        case ODP_IMAGE:
            write_image(o, s->node, href);
            return;
        default:
            break;
        }
    }
}

static void write_group(odp *o, uint32_t parent, int depth);

static void write_shape(odp *o, const shape *s, int depth) {
    o->box = s->box;
    switch (xtr__tree_id(o->tree, s->node)) {
    case ODP_FRAME:
        write_frame(o, s);
        break;
    case ODP_GROUP:
        write_group(o, s->node, depth + 1);
        break;
    default:
        if (odp_has_text(o->tree, s->node))
            write_text(o, s->node, s->class);
        else
            write_image(o, s->node, NULL);
        break;
    }
}

static void write_ordered(odp *o, const shape *shapes, size_t count, int depth) {
    static const shape_class ranks[] = {CLASS_TITLE, CLASS_SUBTITLE, CLASS_TEXT, CLASS_FURNITURE};
    xtr_box *boxes = calloc(count, sizeof *boxes);
    uint32_t *order = calloc(count, sizeof *order);
    for (size_t i = 0; boxes && i < count; i++)
        boxes[i] = shapes[i].box;
    if (boxes && order)
        xtr__slide_order(boxes, count, order);
    for (int rank = 0; boxes && order && rank < 4; rank++) {
        for (size_t i = 0; i < count && !xtr_job_should_stop(o->job); i++) {
            if (shapes[order[i]].class == ranks[rank])
                write_shape(o, &shapes[order[i]], depth);
        }
    }
    free(boxes);
    free(order);
}

static void write_group(odp *o, uint32_t parent, int depth) {
    const xtr__tree *tree = o->tree;
    shape *shapes = NULL;
    size_t count = 0, capacity = 0;
    uint32_t node = depth < MOST_DEPTH ? xtr__tree_first(tree, parent) : 0;
    for (; node; node = xtr__tree_next(tree, node)) {
        int id = xtr__tree_id(tree, node);
        if (id != ODP_FRAME && id != ODP_GROUP && id != ODP_SHAPE)
            continue;
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 16;
            shape *grown = realloc(shapes, capacity * sizeof *grown);
            if (!grown)
                break;
            shapes = grown;
        }
        shapes[count++] = (shape){node, class_of(tree, node), box_of(tree, node)};
    }
    if (count)
        write_ordered(o, shapes, count, depth);
    free(shapes);
}

/* Footers stand on masters, which show what the page has declared. */
static void write_declared(odp *o, uint32_t page, int attribute, xtr_element_type type) {
    const char *name = xtr__tree_value(o->tree, page, attribute);
    const char *text = name ? odp_declaration_of(o, name) : NULL;
    if (!text || !*text)
        return;
    xtr_element_begin(o->builder, &(xtr_element_info){.type = type});
    xtr_text(o->builder, text, strlen(text));
    xtr_element_end(o->builder);
}

static void write_notes(odp *o, uint32_t notes) {
    for (uint32_t n = xtr__tree_first(o->tree, notes); n; n = xtr__tree_next(o->tree, n)) {
        const char *class = xtr__tree_value(o->tree, n, ODP_AT_CLASS);
        o->box = (xtr_box){0};
        if (xtr__tree_id(o->tree, n) == ODP_FRAME && class && !strcmp(class, "notes"))
            odp_write_blocks(o, xtr__tree_child(o->tree, n, ODP_TEXT_BOX), XTR_QUOTE);
    }
}

void odp_write_page(odp *o, uint32_t page) {
    const xtr__tree *tree = o->tree;
    odp_size size = odp_size_of(o, xtr__tree_value(tree, page, ODP_AT_MASTER));
    xtr_page_begin(o->builder, o->page,
                   &(xtr_page_info){.width = size.width,
                                    .height = size.height,
                                    .label = xtr__tree_value(tree, page, ODP_AT_DRAW_NAME),
                                    .read_by = XTR_READ_TEXT});
    write_group(o, page, 0);
    write_declared(o, page, ODP_AT_USE_HEADER, XTR_HEADER);
    write_declared(o, page, ODP_AT_USE_FOOTER, XTR_FOOTER);
    write_declared(o, page, ODP_AT_USE_DATE, XTR_FOOTER);
    for (uint32_t n = xtr__tree_first(tree, page); n; n = xtr__tree_next(tree, n)) {
        if (xtr__tree_id(tree, n) == ODP_NOTES)
            write_notes(o, n);
    }
    xtr_page_end(o->builder);
}
