/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parts as trees, in three growing arrays. The parser limits the depth, but nothing here recurses
 * anyway: nodes know their parents. */
#include "container/tree.h"

#include <stdlib.h>
#include <string.h>

typedef struct node {
    int32_t id;
    uint32_t parent, first, last, next;
    uint32_t at, size; /* text: of bytes; element: of attributes */
} node;

typedef struct attribute {
    int32_t id;
    uint32_t value; /* in bytes */
} attribute;

typedef struct array {
    void *items;
    uint32_t count, capacity;
} array;

struct xtr__tree {
    xtr_job *job;
    xtr__tree_unlisted unlisted;
    bool (*has_text)(int id);
    array nodes, attributes, bytes;
    uint32_t open;      /* the element that is being read */
    uint32_t skipped;   /* depth below an element that is left out */
    uint32_t depth;     /* of elements begun since the last clear, all of them */
    uint64_t passed[4]; /* of those depths that are not in the tree, one bit each */
    int64_t charged, taken;
    int code;
};

enum { CHARGE = 256 << 10, MOST_DEPTH = 255 };

static const node *node_at(const xtr__tree *t, uint32_t index) {
    return (const node *)t->nodes.items + index;
}

/* Room for `more` items; memory is charged in steps. */
static void *grow(xtr__tree *t, array *a, size_t size, size_t more) {
    if (t->code)
        return NULL;
    if (more > UINT32_MAX / 4 || a->count > UINT32_MAX / 4) {
        t->code = XTR_E_MEMORY;
        return NULL;
    }
    if (a->count + more > a->capacity) {
        size_t capacity = a->capacity ? (size_t)a->capacity * 2 : 4096 / size;
        if (capacity < a->count + more)
            capacity = a->count + more;
        int64_t taken = t->taken + (int64_t)((capacity - a->capacity) * size);
        if (taken > t->charged) {
            int64_t step = (taken - t->charged + CHARGE - 1) / CHARGE * CHARGE;
            if (!xtr_job_charge(t->job, step)) {
                t->code = XTR_E_MEMORY;
                return NULL;
            }
            t->charged += step;
        }
        void *items = realloc(a->items, capacity * size);
        if (!items) {
            t->code = XTR_E_MEMORY;
            return NULL;
        }
        t->taken = taken;
        a->items = items;
        a->capacity = (uint32_t)capacity;
    }
    void *item = (char *)a->items + a->count * size;
    a->count += (uint32_t)more;
    return item;
}

xtr__tree *xtr__tree_new(xtr_job *job, xtr__tree_unlisted unlisted, bool (*has_text)(int id)) {
    xtr__tree *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->job = job;
    t->unlisted = unlisted;
    t->has_text = has_text;
    xtr__tree_clear(t);
    if (t->code) {
        xtr__tree_drop(t);
        return NULL;
    }
    return t;
}

void xtr__tree_drop(xtr__tree *t) {
    if (!t)
        return;
    free(t->nodes.items);
    free(t->attributes.items);
    free(t->bytes.items);
    if (t->charged)
        xtr_job_charge(t->job, -t->charged);
    free(t);
}

/* Making ------------------------------------------------------------------------------------ */

void xtr__tree_clear(xtr__tree *t) {
    t->nodes.count = t->attributes.count = t->bytes.count = 0;
    t->open = t->skipped = t->depth = 0;
    memset(t->passed, 0, sizeof t->passed);
    t->code = XTR_OK;
    node *top = grow(t, &t->nodes, sizeof(node), 1);
    if (top)
        *top = (node){.id = 0};
}

static uint32_t add_bytes(xtr__tree *t, const char *text, size_t size) {
    uint32_t at = t->bytes.count;
    char *bytes = grow(t, &t->bytes, 1, size + 1);
    if (!bytes)
        return 0;
    memcpy(bytes, text, size);
    bytes[size] = '\0';
    return at;
}

static node *add_node(xtr__tree *t, int id) {
    uint32_t index = t->nodes.count;
    node *n = grow(t, &t->nodes, sizeof(node), 1);
    if (!n)
        return NULL;
    node *nodes = t->nodes.items;
    node *parent = &nodes[t->open];
    *n = (node){.id = id, .parent = t->open};
    if (parent->last)
        nodes[parent->last].next = index;
    else
        parent->first = index;
    parent->last = index;
    return n;
}

void xtr__tree_begin(xtr__tree *t, const xtr__xml_element *element) {
    if (t->skipped || (!element->id && t->unlisted == XTR__TREE_SKIP) || t->depth >= MOST_DEPTH) {
        t->skipped++;
        return;
    }
    t->depth++;
    uint64_t bit = (uint64_t)1 << (t->depth % 64);
    t->passed[t->depth / 64] &= ~bit;
    node *n = element->id ? add_node(t, element->id) : NULL;
    if (!n) {
        t->passed[t->depth / 64] |= bit;
        return;
    }
    uint32_t index = (uint32_t)(n - (node *)t->nodes.items);
    uint32_t at = t->attributes.count;
    for (size_t i = 0; i < element->attribute_count; i++) {
        const xtr__xml_attribute *from = &element->attributes[i];
        if (!from->id)
            continue;
        uint32_t value = add_bytes(t, from->value, from->size);
        attribute *a = grow(t, &t->attributes, sizeof(attribute), 1);
        if (!a)
            break;
        *a = (attribute){from->id, value};
    }
    n->at = at;
    n->size = t->attributes.count - at;
    t->open = index;
}

void xtr__tree_end(xtr__tree *t) {
    if (t->skipped) {
        t->skipped--;
        return;
    }
    if (!t->depth)
        return;
    bool passed = t->passed[t->depth / 64] >> (t->depth % 64) & 1;
    t->depth--;
    if (!passed)
        t->open = node_at(t, t->open)->parent;
}

void xtr__tree_text(xtr__tree *t, const char *text, size_t size) {
    if (t->skipped || !size)
        return;
    const node *open = node_at(t, t->open);
    if (t->has_text && !t->has_text(open->id))
        return;
    /* A piece goes on where the last one ended, over the NUL that ended it. */
    const node *last = open->last ? node_at(t, open->last) : NULL;
    if (last && last->id == XTR__TREE_TEXT && last->at + last->size + 1 == t->bytes.count) {
        t->bytes.count--;
        if (!grow(t, &t->bytes, 1, size + 1)) {
            t->bytes.count++;
            return;
        }
        char *end = (char *)t->bytes.items + last->at + last->size;
        memcpy(end, text, size);
        end[size] = '\0';
        ((node *)t->nodes.items)[open->last].size += (uint32_t)size;
        return;
    }
    uint32_t at = add_bytes(t, text, size);
    node *n = add_node(t, XTR__TREE_TEXT);
    if (!n)
        return;
    n->at = at;
    n->size = (uint32_t)size;
}

int xtr__tree_code(const xtr__tree *t) {
    return t->code;
}

static void on_begin(void *payload, const xtr__xml_element *element) {
    xtr__tree_begin(payload, element);
}

static void on_end(void *payload, int id, const char *name) {
    (void)id;
    (void)name;
    xtr__tree_end(payload);
}

static void on_text(void *payload, const char *text, size_t size) {
    xtr__tree_text(payload, text, size);
}

int xtr__tree_read(xtr__tree *t, xtr__zip *zip, size_t part, const xtr__xml_names *names) {
    const xtr__xml_handler handler = {names, on_begin, on_end, on_text};
    xtr__tree_clear(t);
    int code = xtr__xml_parse_part(t->job, zip, part, &handler, t);
    return t->code ? t->code : code;
}

/* Reading ----------------------------------------------------------------------------------- */

int xtr__tree_id(const xtr__tree *t, uint32_t index) {
    return node_at(t, index)->id;
}

uint32_t xtr__tree_first(const xtr__tree *t, uint32_t index) {
    return node_at(t, index)->first;
}

uint32_t xtr__tree_next(const xtr__tree *t, uint32_t index) {
    return node_at(t, index)->next;
}

uint32_t xtr__tree_parent(const xtr__tree *t, uint32_t index) {
    return node_at(t, index)->parent;
}

uint32_t xtr__tree_after(const xtr__tree *t, uint32_t index, uint32_t top) {
    while (index != top && !node_at(t, index)->next)
        index = node_at(t, index)->parent;
    return index == top ? 0 : node_at(t, index)->next;
}

uint32_t xtr__tree_walk(const xtr__tree *t, uint32_t index, uint32_t top) {
    uint32_t first = node_at(t, index)->first;
    return first ? first : xtr__tree_after(t, index, top);
}

uint32_t xtr__tree_child(const xtr__tree *t, uint32_t index, int id) {
    uint32_t child = node_at(t, index)->first;
    while (child && node_at(t, child)->id != id)
        child = node_at(t, child)->next;
    return child;
}

uint32_t xtr__tree_find(const xtr__tree *t, uint32_t index, int id) {
    uint32_t found = xtr__tree_walk(t, index, index);
    while (found && node_at(t, found)->id != id)
        found = xtr__tree_walk(t, found, index);
    return found;
}

const char *xtr__tree_value(const xtr__tree *t, uint32_t index, int id) {
    const node *n = node_at(t, index);
    if (n->id == XTR__TREE_TEXT)
        return NULL;
    for (uint32_t i = 0; i < n->size; i++) {
        const attribute *a = (const attribute *)t->attributes.items + n->at + i;
        if (a->id == id)
            return (const char *)t->bytes.items + a->value;
    }
    return NULL;
}

int64_t xtr__tree_number(const xtr__tree *t, uint32_t index, int id, int64_t other) {
    const char *value = xtr__tree_value(t, index, id);
    if (!value)
        return other;
    char *end;
    int64_t number = strtoll(value, &end, 10);
    return end == value ? other : number;
}

bool xtr__tree_flag(const xtr__tree *t, uint32_t index, int id, bool other) {
    const char *value = xtr__tree_value(t, index, id);
    if (!value)
        return other;
    return !strcmp(value, "1") || !strcmp(value, "true") || !strcmp(value, "on") ||
           !strcmp(value, "t");
}

const char *xtr__tree_content(const xtr__tree *t, uint32_t index, size_t *size) {
    const node *n = node_at(t, index);
    if (n->id != XTR__TREE_TEXT && n->first)
        n = node_at(t, n->first);
    bool text = n->id == XTR__TREE_TEXT;
    *size = text ? n->size : 0;
    return text ? (const char *)t->bytes.items + n->at : "";
}
