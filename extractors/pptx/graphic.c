/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is not text: tables (ECMA-376 part 1, 21.1.3), pictures and what they are said to show,
 * embedded objects; charts and diagrams are in files of their own. */
#include "container/picture.h"
#include "pptx/pptx.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 100000 };

/* Tables ------------------------------------------------------------------------------------ */

typedef struct grid {
    uint32_t rows, columns;
    bool heads; /* the first row heads the columns */
} grid;

static uint32_t count_of(const xtr__tree *tree, uint32_t parent, int id) {
    uint32_t count = 0;
    for (uint32_t n = xtr__tree_first(tree, parent); n; n = xtr__tree_next(tree, n))
        count += xtr__tree_id(tree, n) == id;
    return count;
}

static grid grid_of(const xtr__tree *tree, uint32_t table) {
    uint32_t properties = xtr__tree_child(tree, table, A_TBL_PR);
    grid g = {.rows = count_of(tree, table, A_TR)};
    g.heads = properties && xtr__tree_flag(tree, properties, AT_FIRST_ROW, false);
    for (uint32_t n = xtr__tree_first(tree, table); n; n = xtr__tree_next(tree, n)) {
        uint32_t cells = xtr__tree_id(tree, n) == A_TR ? count_of(tree, n, A_TC) : 0;
        g.columns = cells > g.columns ? cells : g.columns;
    }
    return g;
}

static uint32_t span_of(const xtr__tree *tree, uint32_t cell, int attribute, uint32_t left) {
    int64_t span = xtr__tree_number(tree, cell, attribute, 1);
    return span < 1 ? 1 : span > left ? left : (uint32_t)span;
}

static void write_row(deck *d, uint32_t row_node, const grid *g, uint32_t row) {
    const xtr__tree *tree = d->tree;
    uint32_t column = 0;
    for (uint32_t n = xtr__tree_first(tree, row_node); n; n = xtr__tree_next(tree, n)) {
        if (xtr__tree_id(tree, n) != A_TC)
            continue;
        bool covered = xtr__tree_flag(tree, n, AT_H_MERGE, false) ||
                       xtr__tree_flag(tree, n, AT_V_MERGE, false);
        if (!covered) {
            xtr_cell_begin(
                d->builder,
                &(xtr_cell_info){.row = row,
                                 .column = column,
                                 .row_span = span_of(tree, n, AT_ROW_SPAN, g->rows - row),
                                 .column_span = span_of(tree, n, AT_GRID_SPAN, g->columns - column),
                                 .header = g->heads && row == 0});
            pptx_write_cell(d, xtr__tree_child(tree, n, A_BODY));
            xtr_cell_end(d->builder);
        }
        column++;
    }
}

static void write_table(deck *d, uint32_t table, xtr_box box) {
    grid g = grid_of(d->tree, table);
    if (!g.columns)
        return;
    if (g.rows > MOST_CELLS / g.columns) {
        g.rows = MOST_CELLS / g.columns;
        xtr_partial(d->builder, XTR_E_LIMIT, d->page, "a table has more than %d cells", MOST_CELLS);
    }
    uint32_t row = 0;
    xtr_table_begin(d->builder, box);
    for (uint32_t n = xtr__tree_first(d->tree, table); n && row < g.rows;
         n = xtr__tree_next(d->tree, n)) {
        if (xtr__tree_id(d->tree, n) == A_TR)
            write_row(d, n, &g, row++);
    }
    xtr_table_end(d->builder);
}

/* Pictures ---------------------------------------------------------------------------------- */

static const char *alt_of(const deck *d, uint32_t shape) {
    uint32_t nonvisual = xtr__tree_first(d->tree, shape);
    uint32_t properties = nonvisual ? xtr__tree_child(d->tree, nonvisual, P_C_NV_PR) : 0;
    const char *text = properties ? xtr__tree_value(d->tree, properties, AT_DESCR) : NULL;
    if (properties && (!text || !*text))
        text = xtr__tree_value(d->tree, properties, AT_TITLE);
    return text && xtr__picture_said(text) ? text : NULL;
}

static void write_image(deck *d, const char *alt, xtr_box box, uint32_t number) {
    xtr_element_begin(d->builder,
                      &(xtr_element_info){.type = XTR_IMAGE, .box = box, .image = number});
    xtr_text(d->builder, alt, xtr__picture_said(alt));
    xtr_element_end(d->builder);
}

void pptx_write_alt(deck *d, uint32_t shape, xtr_box box) {
    const char *alt = alt_of(d, shape);
    if (alt)
        write_image(d, alt, box, 0);
}

/* The number of a picture that was given before and still may be referred to. */
static uint32_t shown_before(const deck *d, int64_t part) {
    for (size_t i = 0; i < d->picture_count; i++) {
        const shown *s = &d->pictures[i];
        if (s->part == part && (s->page == d->page || !xtr_job_is_streamed(d->job)))
            return s->number;
    }
    return 0;
}

static void remember(deck *d, int64_t part, uint32_t number) {
    shown *grown = realloc(d->pictures, (d->picture_count + 1) * sizeof *grown);
    if (!grown)
        return;
    d->pictures = grown;
    d->pictures[d->picture_count++] = (shown){part, number, d->page};
}

static uint32_t give_picture(deck *d, size_t part, const char *alt, xtr_box box) {
    xtr_image_info info = {.page = d->page,
                           .box = box,
                           .same_as = shown_before(d, (int64_t)part),
                           .description = alt,
                           .description_size = xtr__picture_said(alt)};
    if (info.same_as)
        return xtr_image(d->builder, &info);
    uint32_t number = xtr__picture_add(d->job, d->zip, part, &info);
    if (number)
        remember(d, (int64_t)part, number);
    return number;
}

void pptx_write_picture(deck *d, uint32_t picture, xtr_box box) {
    uint32_t fill = xtr__tree_child(d->tree, picture, P_BLIP_FILL);
    uint32_t blip = fill ? xtr__tree_child(d->tree, fill, A_BLIP) : 0;
    const char *id = blip ? xtr__tree_value(d->tree, blip, R_EMBED) : NULL;
    int64_t part = id ? pptx_target(d, id) : -1;
    const char *alt = alt_of(d, picture);
    bool described = alt != NULL;
    alt = described ? alt : "";
    uint32_t number = part < 0 ? 0 : give_picture(d, (size_t)part, alt, box);
    bool extracted = xtr_job_options(d->job)->images == XTR_IMAGES_EXTRACT && number;
    if (described || extracted)
        write_image(d, alt, box, extracted ? number : 0);
}

/* Objects ----------------------------------------------------------------------------------- */

/* The document inside, such as a workbook; what old formats wrap in a compound file is read there.
 */
static void give_object(deck *d, size_t part, const char *program) {
    const char *name = xtr__zip_name(d->zip, part);
    const char *slash = strrchr(name, '/');
    unsigned char *data = NULL;
    size_t size = 0;
    if (xtr_job_wants_children(d->job)) {
        int code = xtr__zip_read(d->zip, part, &data, &size);
        if (code)
            xtr_partial(d->builder, code, d->page, "%s could not be unpacked", name);
    }
    xtr_child(d->job,
              &(xtr_child_info){.name = slash ? slash + 1 : name,
                                .description = program,
                                .size = (int64_t)xtr__zip_size(d->zip, part)},
              data, size);
    free(data);
}

static void write_object(deck *d, uint32_t object, xtr_box box) {
    const char *id = xtr__tree_value(d->tree, object, R_ID);
    int64_t part = id ? pptx_target(d, id) : -1;
    if (part >= 0)
        give_object(d, (size_t)part, xtr__tree_value(d->tree, object, AT_PROG_ID));
    uint32_t picture = xtr__tree_child(d->tree, object, P_PIC);
    if (picture)
        pptx_write_picture(d, picture, box);
}

typedef struct frame {
    uint32_t node;
    xtr_box box;
} frame;

static void write_inside(deck *d, uint32_t node, void *payload) {
    const frame *f = payload;
    const char *id;
    switch (xtr__tree_id(d->tree, node)) {
    case A_TBL:
        d->box = f->box;
        write_table(d, node, f->box);
        break;
    case C_CHART:
        id = xtr__tree_value(d->tree, node, R_ID);
        xtr__chart_write(&d->charts, d->zip, id ? pptx_target(d, id) : -1, d->page, f->box);
        break;
    case D_REL_IDS:
        id = xtr__tree_value(d->tree, node, R_DM);
        pptx_write_diagram(d, id ? pptx_target(d, id) : -1, f->box);
        break;
    case P_OLE_OBJ:
        write_object(d, node, f->box);
        break;
    default:
        break;
    }
}

void pptx_write_graphic(deck *d, uint32_t node, xtr_box box) {
    uint32_t graphic = xtr__tree_child(d->tree, node, A_GRAPHIC);
    uint32_t data = graphic ? xtr__tree_child(d->tree, graphic, A_GRAPHIC_DATA) : 0;
    frame f = {node, box};
    if (data && !xtr__tree_find(d->tree, data, A_TBL))
        pptx_write_alt(d, node, box);
    pptx_each(d, data, write_inside, &f);
}
