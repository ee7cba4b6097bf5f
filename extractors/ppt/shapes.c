/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shapes of a slide in reading order ([MS-ODRAW] 2.2, [MS-PPT] 2.7): the title, then the rest
 * by its places. Text of placeholders may stand in the outline, to which the shape then refers. */
#include "ppt/ppt.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SHAPES = 10000, MOST_OUTLINE = 64, MOST_CELLS = 100000, LINE = 20 };

/* Placeholders (2.13.25). */
enum { HOLDER_DATE = 7, HOLDER_NUMBER = 8, HOLDER_FOOTER = 9, HOLDER_HEADER = 10 };

typedef struct shape {
    records body; /* of the shape, or of the group */
    bool group, table;
    unsigned kind, holder; /* of shape, of placeholder */
    int32_t at[4];         /* as stored: left, top, right, bottom */
    xtr_box box;
    bool has_text;
    ppt_text text;
} shape;

typedef struct transform {
    double scale_x, scale_y, move_x, move_y;
} transform;

typedef struct drawing {
    ppt *p;
    ppt_text outline[MOST_OUTLINE];
    uint32_t outline_count;
    uint64_t referred; /* texts of the outline that shapes have shown */
    size_t shapes;     /* so far, of all groups */
    bool footers;
} drawing;

/* Shapes as stored ---------------------------------------------------------------------------- */

static int32_t i32(const unsigned char *p) {
    return (int32_t)ppt_u32(p);
}

static void read_place(records shape_body, int32_t at[4], bool *own) {
    records place = ppt_find(shape_body, ART_CHILD_PLACE, -1);
    *own = false;
    if (place.size >= 16) {
        for (size_t i = 0; i < 4; i++)
            at[i] = i32(place.data + 4 * i);
        return;
    }
    place = ppt_find(shape_body, ART_PLACE, -1);
    *own = place.size >= 8;
    /* Top, left, right, bottom: in two bytes each, or four (2.12.8). */
    static const size_t order[] = {1, 0, 2, 3};
    for (size_t i = 0; i < 4; i++) {
        if (place.size >= 16)
            at[i] = i32(place.data + 4 * order[i]);
        else if (place.size >= 8)
            at[i] = (int16_t)ppt_u16(place.data + 2 * order[i]);
    }
}

static float place(double at, double scale, double move) {
    const double most = 1e6;
    double points = at * scale + move;
    return points > -most && points < most ? (float)points : 0;
}

static xtr_box box_of(const int32_t at[4], const transform *t) {
    return (xtr_box){place(at[0], t->scale_x, t->move_x), place(at[1], t->scale_y, t->move_y),
                     place(at[2], t->scale_x, t->move_x), place(at[3], t->scale_y, t->move_y)};
}

/* The value of an option and, of one that has more, where that is ([MS-ODRAW] 2.2.7 to 2.2.9). */
static bool find_option(records shape_body, unsigned table, unsigned id, uint32_t *value,
                        records *more) {
    record r;
    while (ppt_next(&shape_body, &r)) {
        if (r.type != table)
            continue;
        size_t at = (size_t)r.instance * 6;
        for (size_t i = 0; i < r.instance && (i + 1) * 6 <= r.body.size; i++) {
            unsigned option = ppt_u16(r.body.data + i * 6);
            uint32_t found = ppt_u32(r.body.data + i * 6 + 2);
            bool complex = option & 0x8000;
            if ((option & 0x3FFF) == id) {
                bool fits = complex && at <= r.body.size && found <= r.body.size - at;
                *value = found;
                *more = fits ? (records){r.body.data + at, found} : (records){NULL, 0};
                return true;
            }
            if (complex)
                at = found <= r.body.size && at <= r.body.size ? at + found : SIZE_MAX;
        }
    }
    return false;
}

static void read_text_of(drawing *d, records shape_body, shape *out) {
    records box = ppt_find(shape_body, ART_TEXT, -1), from = box;
    out->has_text = ppt_read_text(&from, &out->text);
    records reference = ppt_find(box, PPT_OUTLINE_REFERENCE, -1);
    uint32_t index = reference.size >= 4 ? ppt_u32(reference.data) : MOST_OUTLINE;
    if (index >= d->outline_count)
        return;
    out->text = d->outline[index];
    out->has_text = true;
    d->referred |= (uint64_t)1 << index;
    /* Fields and links stand beside the reference. */
    if (!out->text.rest.size)
        out->text.rest = box;
}

static bool read_shape(drawing *d, const record *r, const transform *t, shape *out) {
    *out = (shape){.body = r->body, .group = r->type == ART_GROUP};
    records own = r->body;
    record first;
    if (out->group) {
        if (!ppt_next(&own, &first) || first.type != ART_SHAPE)
            return false;
        own = first.body;
        uint32_t value;
        records more;
        out->table = find_option(own, ART_MORE_OPTIONS, 0x39F, &value, &more) && value & 1;
    }
    bool outermost;
    read_place(own, out->at, &outermost);
    out->box = box_of(out->at, t);
    record atom;
    for (records from = own; ppt_next(&from, &atom);) {
        if (atom.type == ART_SHAPE_ATOM)
            out->kind = atom.instance;
    }
    records holder = ppt_find(ppt_find(own, ART_DATA, -1), PPT_PLACEHOLDER, -1);
    out->holder = holder.size >= 5 ? holder.data[4] : 0;
    if (!out->group)
        read_text_of(d, own, out);
    return true;
}

/* The children of a group; its first shape is the group itself. *out is yours to free. */
static size_t read_group(drawing *d, records body, const transform *t, shape **out) {
    size_t count = 0, capacity = 0;
    bool first = true;
    record r;
    *out = NULL;
    for (; ppt_next(&body, &r) && d->shapes < MOST_SHAPES && !xtr_job_should_stop(d->p->job);
         first = false) {
        if (first || (r.type != ART_SHAPE && r.type != ART_GROUP))
            continue;
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 16;
            shape *grown = realloc(*out, capacity * sizeof *grown);
            if (!grown)
                return count;
            *out = grown;
        }
        if (read_shape(d, &r, t, &(*out)[count])) {
            count++;
            d->shapes++;
        }
    }
    return count;
}

/* Where the children of a group stand: its own coordinates are those of its place. */
static transform inside(records group, const int32_t at[4], const transform *t) {
    record first;
    if (!ppt_next(&group, &first))
        return *t;
    records own = ppt_find(first.body, ART_GROUP_PLACE, -1);
    if (own.size < 16)
        return *t;
    double left = i32(own.data), top = i32(own.data + 4);
    double width = i32(own.data + 8) - left, height = i32(own.data + 12) - top;
    double scale_x = width > 0 ? ((double)at[2] - at[0]) / width : 1;
    double scale_y = height > 0 ? ((double)at[3] - at[1]) / height : 1;
    return (transform){t->scale_x * scale_x, t->scale_y * scale_y,
                       t->move_x + t->scale_x * (at[0] - left * scale_x),
                       t->move_y + t->scale_y * (at[1] - top * scale_y)};
}

/* Tables: groups of cells whose edges make the grid ------------------------------------------- */

static int compare_numbers(const void *a, const void *b) {
    int32_t p = *(const int32_t *)a, q = *(const int32_t *)b;
    return p < q ? -1 : p > q;
}

static size_t sort_edges(int32_t *edges, size_t count) {
    size_t kept = 0;
    qsort(edges, count, sizeof *edges, compare_numbers);
    for (size_t i = 0; i < count; i++) {
        if (!kept || edges[kept - 1] != edges[i])
            edges[kept++] = edges[i];
    }
    return kept;
}

/* How many edges are before this place. */
static uint32_t edges_before(const int32_t *edges, size_t count, int32_t at) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (edges[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static int compare_cells(const void *a, const void *b) {
    const shape *p = a, *q = b;
    if (p->at[1] != q->at[1])
        return p->at[1] < q->at[1] ? -1 : 1;
    return p->at[0] < q->at[0] ? -1 : p->at[0] > q->at[0];
}

static void write_cells(drawing *d, const shape *cells, size_t count, int32_t *edges, xtr_box box) {
    int32_t *lefts = edges, *tops = edges + count;
    for (size_t i = 0; i < count; i++) {
        lefts[i] = cells[i].at[0];
        tops[i] = cells[i].at[1];
    }
    size_t columns = sort_edges(lefts, count), rows = sort_edges(tops, count);
    if (rows > MOST_CELLS / columns) {
        xtr_partial(d->p->builder, XTR_E_LIMIT, d->p->page, "a table has more than %d cells",
                    MOST_CELLS);
        return;
    }
    xtr_table_begin(d->p->builder, box);
    for (size_t i = 0; i < count && !xtr_job_should_stop(d->p->job); i++) {
        const shape *s = &cells[i];
        /* Two cells at one place are none. */
        if (i && s->at[0] == s[-1].at[0] && s->at[1] == s[-1].at[1])
            continue;
        xtr_cell_info cell = {.row = edges_before(tops, rows, s->at[1]),
                              .column = edges_before(lefts, columns, s->at[0])};
        uint32_t bottom = edges_before(tops, rows, s->at[3]);
        uint32_t right = edges_before(lefts, columns, s->at[2]);
        cell.row_span = bottom > cell.row ? bottom - cell.row : 1;
        cell.column_span = right > cell.column ? right - cell.column : 1;
        xtr_cell_begin(d->p->builder, &cell);
        if (s->has_text)
            ppt_write_cell(d->p, &s->text);
        xtr_cell_end(d->p->builder);
    }
    xtr_table_end(d->p->builder);
}

static void write_table(drawing *d, shape *children, size_t count, xtr_box box) {
    size_t cells = 0;
    for (size_t i = 0; i < count; i++) {
        if (!children[i].group && children[i].kind != LINE)
            children[cells++] = children[i];
    }
    int32_t *edges = cells ? calloc(cells * 2, sizeof *edges) : NULL;
    if (!edges)
        return;
    qsort(children, cells, sizeof *children, compare_cells);
    write_cells(d, children, cells, edges, box);
    free(edges);
}

/* Writing ----------------------------------------------------------------------------------- */

static bool is_title(const ppt_text *text) {
    return text->type == TEXT_TITLE || text->type == TEXT_CENTER_TITLE;
}

static bool is_furniture(const shape *s) {
    return s->holder >= HOLDER_DATE && s->holder <= HOLDER_HEADER;
}

static int rank_of(const shape *s) {
    return s->has_text && is_title(&s->text) ? 0 : is_furniture(s) ? 2 : 1;
}

static void write_alt(drawing *d, const shape *s) {
    uint32_t value;
    records more;
    if (!find_option(s->body, ART_OPTIONS, 0x381, &value, &more) || more.size < 2)
        return;
    char *text = ppt_utf8(more);
    if (text) {
        xtr_element_begin(d->p->builder, &(xtr_element_info){.type = XTR_IMAGE, .box = s->box});
        if (*text)
            xtr_text(d->p->builder, text, strlen(text));
        xtr_element_end(d->p->builder);
    }
    free(text);
}

static void write_group(drawing *d, records body, transform t, bool table, xtr_box box, int depth);

static void write_shape(drawing *d, const shape *s, const transform *t, int depth) {
    if (s->group) {
        if (depth < PPT_MOST_DEPTH)
            write_group(d, s->body, inside(s->body, s->at, t), s->table, s->box, depth + 1);
        return;
    }
    if (!s->has_text || ppt_is_blank(&s->text)) {
        write_alt(d, s);
        return;
    }
    xtr_element_type type = is_title(&s->text)           ? XTR_HEADING
                            : s->holder == HOLDER_HEADER ? XTR_HEADER
                            : is_furniture(s)            ? XTR_FOOTER
                                                         : XTR_PARAGRAPH;
    d->footers = d->footers || is_furniture(s);
    ppt_write_text(d->p, &s->text, type, s->box);
}

static void write_ordered(drawing *d, const shape *shapes, size_t count, const transform *t,
                          int depth) {
    xtr_box *boxes = calloc(count, sizeof *boxes);
    uint32_t *order = calloc(count, sizeof *order);
    for (size_t i = 0; boxes && i < count; i++)
        boxes[i] = shapes[i].box;
    if (boxes && order)
        xtr__slide_order(boxes, count, order);
    for (int rank = 0; boxes && order && rank < 3; rank++) {
        for (size_t i = 0; i < count && !xtr_job_should_stop(d->p->job); i++) {
            if (rank_of(&shapes[order[i]]) == rank)
                write_shape(d, &shapes[order[i]], t, depth);
        }
    }
    free(boxes);
    free(order);
}

static void write_group(drawing *d, records body, transform t, bool table, xtr_box box, int depth) {
    shape *shapes;
    size_t count = read_group(d, body, &t, &shapes);
    if (count && table)
        write_table(d, shapes, count, box);
    else if (count)
        write_ordered(d, shapes, count, &t, depth);
    free(shapes);
}

/* Texts of the outline that no shape shows, which come of other programs. */
static void write_outline(drawing *d) {
    for (uint32_t i = 0; i < d->outline_count; i++) {
        const ppt_text *text = &d->outline[i];
        if (!(d->referred >> i & 1))
            ppt_write_text(d->p, text, is_title(text) ? XTR_HEADING : XTR_PARAGRAPH, (xtr_box){0});
    }
}

/* What the slide, or the document, says that its footers are (2.4.15). */
static void write_footers(drawing *d) {
    records atom = ppt_find(d->p->footers, PPT_HEADERS_FOOTERS_ATOM, -1);
    unsigned flags = atom.size >= 4 ? ppt_u16(atom.data + 2) : 0;
    static const struct {
        unsigned flags;
        int instance;
    } texts[] = {{1 | 4, 0}, {32, 2}};
    for (size_t i = 0; i < 2; i++) {
        records text = ppt_find(d->p->footers, PPT_STRING, texts[i].instance);
        char *string = (flags & texts[i].flags) == texts[i].flags ? ppt_utf8(text) : NULL;
        xtr_element_begin(d->p->builder, &(xtr_element_info){.type = XTR_FOOTER});
        if (string && *string)
            xtr_text(d->p->builder, string, strlen(string));
        xtr_element_end(d->p->builder);
        free(string);
    }
}

/* 576 units an inch. */
static const transform to_points = {1.0 / 8, 1.0 / 8, 0, 0};

static records shapes_of(records body) {
    records container = ppt_find(body, PPT_DRAWING, -1);
    return ppt_find(ppt_find(container, ART_DRAWING, -1), ART_GROUP, -1);
}

void ppt_write_shapes(ppt *p, records slide, records outline) {
    drawing d = {.p = p};
    shape *shapes;
    while (d.outline_count < MOST_OUTLINE && ppt_read_text(&outline, &d.outline[d.outline_count]))
        d.outline_count++;
    size_t count = read_group(&d, shapes_of(slide), &to_points, &shapes);
    /* Now it is known which texts the outermost shapes refer to; those in groups never do. */
    write_outline(&d);
    if (count)
        write_ordered(&d, shapes, count, &to_points, 0);
    free(shapes);
    if (!d.footers)
        write_footers(&d);
}

void ppt_write_notes(ppt *p, records notes) {
    drawing d = {.p = p};
    shape *shapes;
    size_t count = read_group(&d, shapes_of(notes), &to_points, &shapes);
    for (size_t i = 0; i < count; i++) {
        if (shapes[i].has_text && shapes[i].text.type == TEXT_NOTES)
            ppt_write_text(p, &shapes[i].text, XTR_QUOTE, (xtr_box){0});
    }
    free(shapes);
}
