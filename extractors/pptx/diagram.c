/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SmartArt: the text of its data model, as the list one types it in (ECMA-376 part 1, 21.4.3). The
 * drawing made of it is not looked at. */
#include "pptx/pptx.h"

#include <stdlib.h>
#include <string.h>

typedef struct point {
    const char *id;
    uint32_t node;
    bool seen;
} point;

typedef struct connection {
    const char *from, *to;
    int64_t order;
} connection;

typedef struct model {
    deck *deck;
    xtr_box box;
    point *points;           /* by id */
    connection *connections; /* by where they come from, and order */
    size_t point_count, connection_count;
} model;

static int compare_points(const void *a, const void *b) {
    const point *p = a, *q = b;
    return strcmp(p->id, q->id);
}

static int compare_connections(const void *a, const void *b) {
    const connection *p = a, *q = b;
    int order = strcmp(p->from, q->from);
    return order ? order : p->order < q->order ? -1 : p->order > q->order;
}

static size_t count_of(const xtr__tree *tree, uint32_t list, int id) {
    size_t count = 0;
    for (uint32_t n = list ? xtr__tree_first(tree, list) : 0; n; n = xtr__tree_next(tree, n))
        count += xtr__tree_id(tree, n) == id;
    return count;
}

static bool is_type(const xtr__tree *tree, uint32_t node, const char *preset, const char *type) {
    const char *value = xtr__tree_value(tree, node, AT_TYPE);
    return !strcmp(value ? value : preset, type);
}

static bool read_model(model *m, uint32_t root) {
    const xtr__tree *tree = m->deck->side;
    uint32_t points = xtr__tree_child(tree, root, D_PT_LST);
    uint32_t connections = xtr__tree_child(tree, root, D_CXN_LST);
    m->points = calloc(count_of(tree, points, D_PT) + 1, sizeof *m->points);
    m->connections = calloc(count_of(tree, connections, D_CXN) + 1, sizeof *m->connections);
    if (!m->points || !m->connections)
        return false;
    for (uint32_t n = points ? xtr__tree_first(tree, points) : 0; n; n = xtr__tree_next(tree, n)) {
        const char *id = xtr__tree_value(tree, n, AT_MODEL_ID);
        bool text = is_type(tree, n, "node", "node") || is_type(tree, n, "node", "asst") ||
                    is_type(tree, n, "node", "doc");
        if (id && text && xtr__tree_id(tree, n) == D_PT)
            m->points[m->point_count++] = (point){.id = id, .node = n};
    }
    for (uint32_t n = connections ? xtr__tree_first(tree, connections) : 0; n;
         n = xtr__tree_next(tree, n)) {
        const char *from = xtr__tree_value(tree, n, AT_SRC);
        const char *to = xtr__tree_value(tree, n, AT_DEST);
        if (from && to && xtr__tree_id(tree, n) == D_CXN && is_type(tree, n, "parOf", "parOf"))
            m->connections[m->connection_count++] =
                (connection){from, to, xtr__tree_number(tree, n, AT_SRC_ORD, 0)};
    }
    qsort(m->points, m->point_count, sizeof *m->points, compare_points);
    qsort(m->connections, m->connection_count, sizeof *m->connections, compare_connections);
    return true;
}

static void write_point(model *m, const point *p, int level) {
    xtr_builder *builder = m->deck->builder;
    char *text = pptx_plain(m->deck->side, p->node);
    if (text && *text) {
        xtr_element_begin(builder,
                          &(xtr_element_info){
                              .type = XTR_LIST_ITEM, .level = level, .marker = "•", .box = m->box});
        xtr_text(builder, text, strlen(text));
        xtr_element_end(builder);
    }
    free(text);
}

/* The first connection from a point. */
static size_t first_from(const model *m, const char *id) {
    size_t low = 0, high = m->connection_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(m->connections[middle].from, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum { MOST_LEVELS = 30 };

/* Writes what is below a point; a point is written once, wherever else the file has it. */
static void write_below(model *m, point *top) {
    size_t next[MOST_LEVELS];
    const char *from[MOST_LEVELS];
    int level = 0;
    next[0] = first_from(m, top->id);
    from[0] = top->id;
    while (level >= 0 && !xtr_job_should_stop(m->deck->job)) {
        size_t at = next[level]++;
        if (at >= m->connection_count || strcmp(m->connections[at].from, from[level]) != 0) {
            level--;
            continue;
        }
        const point key = {.id = m->connections[at].to};
        point *p = bsearch(&key, m->points, m->point_count, sizeof key, compare_points);
        if (!p || p->seen)
            continue;
        p->seen = true;
        write_point(m, p, level + 1);
        if (level + 1 < MOST_LEVELS) {
            level++;
            next[level] = first_from(m, p->id);
            from[level] = p->id;
        }
    }
}

void pptx_write_diagram(deck *d, int64_t part, xtr_box box) {
    model m = {.deck = d, .box = box};
    if (!pptx_read(d, d->side, part))
        return;
    uint32_t root = xtr__tree_first(d->side, 0);
    if (root && xtr__tree_id(d->side, root) == D_MODEL && read_model(&m, root)) {
        for (size_t i = 0; i < m.point_count; i++) {
            if (is_type(d->side, m.points[i].node, "node", "doc")) {
                m.points[i].seen = true;
                write_below(&m, &m.points[i]);
            }
        }
        /* What hangs from nothing is said all the same. */
        for (size_t i = 0; i < m.point_count; i++) {
            if (!m.points[i].seen)
                write_point(&m, &m.points[i], 1);
        }
    }
    free(m.points);
    free(m.connections);
}
