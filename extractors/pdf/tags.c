/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The structure tree (ISO 32000-1, 14.7), from below: the parent tree says what element the content
 * of a page belongs to, and each element what stands above it. So a page costs what stands on it,
 * whatever the size of the tree, and is the same whichever slot reads it. */
#include "pdf.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_DEPTH = 64,         /* of elements, and of nodes of the parent tree */
    MAX_ROLES = 8,          /* steps of the role map */
    MOST_TAGS = 65535,      /* of a page */
    MOST_KIDS = 100000,     /* looked at for a page, beside those of large elements */
    LARGE = 256,            /* kids of an element whose places are kept from page to page */
    MOST_OBJECTS = 1 << 20, /* of a document whose places are kept */
    MOST_SPANNED = 1000,    /* rows or columns of a cell */
    MOST_SAID = 4096,       /* bytes of what is said of a figure */
    MOST_IN_ALL = 1 << 20   /* and of all urls of a page, before no more is kept */
};

/* Roles ------------------------------------------------------------------------------------- */

typedef struct role_name {
    const char *name;
    uint8_t role, level;
} role_name;

/** Sorted by name. */
static const role_name standard[] = {
    {"Annot", XTR__TAG_INLINE, 0},       {"Art", XTR__TAG_NONE, 0},
    {"BibEntry", XTR__TAG_PARAGRAPH, 0}, {"BlockQuote", XTR__TAG_QUOTE, 0},
    {"Caption", XTR__TAG_CAPTION, 0},    {"Code", XTR__TAG_CODE, 0},
    {"Div", XTR__TAG_NONE, 0},           {"Document", XTR__TAG_NONE, 0},
    {"Em", XTR__TAG_INLINE, 0},          {"FENote", XTR__TAG_NOTE, 0},
    {"Figure", XTR__TAG_FIGURE, 0},      {"Form", XTR__TAG_INLINE, 0},
    {"Formula", XTR__TAG_FORMULA, 0},    {"H", XTR__TAG_HEADING, 0},
    {"H1", XTR__TAG_HEADING, 1},         {"H2", XTR__TAG_HEADING, 2},
    {"H3", XTR__TAG_HEADING, 3},         {"H4", XTR__TAG_HEADING, 4},
    {"H5", XTR__TAG_HEADING, 5},         {"H6", XTR__TAG_HEADING, 6},
    {"Index", XTR__TAG_NONE, 0},         {"L", XTR__TAG_LIST, 0},
    {"LBody", XTR__TAG_BODY, 0},         {"LI", XTR__TAG_ITEM, 0},
    {"Lbl", XTR__TAG_LABEL, 0},          {"Link", XTR__TAG_INLINE, 0},
    {"NonStruct", XTR__TAG_NONE, 0},     {"Note", XTR__TAG_NOTE, 0},
    {"P", XTR__TAG_PARAGRAPH, 0},        {"Part", XTR__TAG_NONE, 0},
    {"Private", XTR__TAG_NONE, 0},       {"Quote", XTR__TAG_INLINE, 0},
    {"Reference", XTR__TAG_INLINE, 0},   {"Ruby", XTR__TAG_INLINE, 0},
    {"Sect", XTR__TAG_NONE, 0},          {"Span", XTR__TAG_INLINE, 0},
    {"Strong", XTR__TAG_INLINE, 0},      {"Sub", XTR__TAG_INLINE, 0},
    {"TBody", XTR__TAG_NONE, 0},         {"TD", XTR__TAG_CELL, 0},
    {"TFoot", XTR__TAG_NONE, 0},         {"TH", XTR__TAG_HEAD_CELL, 0},
    {"THead", XTR__TAG_NONE, 0},         {"TOC", XTR__TAG_NONE, 0},
    {"TOCI", XTR__TAG_CONTENTS, 0},      {"TR", XTR__TAG_ROW, 0},
    {"Table", XTR__TAG_TABLE, 0},        {"Title", XTR__TAG_TITLE, 0},
    {"Warichu", XTR__TAG_INLINE, 0},
};

static int compare_names(const void *name, const void *entry) {
    return strcmp(name, ((const role_name *)entry)->name);
}

static const role_name *find_role(const char *name) {
    return bsearch(name, standard, sizeof standard / sizeof *standard, sizeof *standard,
                   compare_names);
}

/** What the role map makes of a type, unless it is a standard one itself. */
static void set_role(xtr__pdf *pdf, xtr__tag *tag, pdf_obj *type) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *map = pdf_dict_gets(ctx, pdf->structure, "RoleMap");
    const role_name *found = find_role(pdf_to_name(ctx, type));
    for (int i = 0; found == NULL && i < MAX_ROLES && pdf_is_name(ctx, type); i++) {
        type = pdf_dict_get(ctx, map, type);
        found = find_role(pdf_to_name(ctx, type));
    }
    if (found != NULL) {
        tag->role = found->role;
        tag->level = found->level;
    }
}

/* The root ---------------------------------------------------------------------------------- */

/** The root of a document that says it is tagged, and not that its tags are suspect, or NULL. */
static pdf_obj *structure_of(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    if (!pdf->structure_known) {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc), PDF_NAME(Root));
        pdf_obj *tree = pdf_dict_gets(ctx, root, "StructTreeRoot");
        pdf_obj *info = pdf_dict_gets(ctx, root, "MarkInfo");
        bool tagged = pdf_to_bool(ctx, pdf_dict_gets(ctx, info, "Marked")) &&
                      !pdf_to_bool(ctx, pdf_dict_gets(ctx, info, "Suspects"));
        pdf->structure = tagged && pdf_is_dict(ctx, tree) ? pdf_keep_obj(ctx, tree) : NULL;
        pdf->structure_known = true;
    }
    return pdf->structure;
}

void xtr__pdf_drop_structure(xtr__pdf *pdf) {
    pdf_drop_obj(pdf->ctx, pdf->structure);
    pdf->structure = NULL;
    pdf->structure_known = false;
    XTR__VECTOR_DROP(&pdf->budget, &pdf->places);
}

/* Parent tree ------------------------------------------------------------------------------- */

/** The value of `key` in the sorted pairs of a leaf, or NULL. */
static pdf_obj *find_number(fz_context *ctx, pdf_obj *numbers, int key) {
    int low = 0, high = pdf_array_len(ctx, numbers) / 2;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int at = pdf_array_get_int(ctx, numbers, middle * 2);
        if (at == key)
            return pdf_array_get(ctx, numbers, middle * 2 + 1);
        if (at < key)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/** The first of the sorted nodes that does not end before `key`, or NULL. */
static pdf_obj *find_node(fz_context *ctx, pdf_obj *nodes, int key) {
    int low = 0, high = pdf_array_len(ctx, nodes);
    while (low < high) {
        int middle = low + (high - low) / 2;
        pdf_obj *limits = pdf_dict_get(ctx, pdf_array_get(ctx, nodes, middle), PDF_NAME(Limits));
        if (pdf_array_get_int(ctx, limits, 1) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return pdf_array_get(ctx, nodes, low);
}

pdf_obj *xtr__pdf_parents_of(xtr__pdf *pdf, pdf_obj *content) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *tree = structure_of(pdf);
    pdf_obj *key = tree != NULL ? pdf_dict_get(ctx, content, PDF_NAME(StructParents)) : NULL;
    if (!pdf_is_int(ctx, key))
        return NULL;
    pdf_obj *node = pdf_dict_gets(ctx, tree, "ParentTree");
    for (int depth = 0; depth < MAX_DEPTH && node != NULL; depth++) {
        pdf_obj *numbers = pdf_dict_get(ctx, node, PDF_NAME(Nums));
        if (numbers != NULL) {
            pdf_obj *found = find_number(ctx, numbers, pdf_to_int(ctx, key));
            return pdf_is_array(ctx, found) ? pdf_keep_obj(ctx, found) : NULL;
        }
        node = find_node(ctx, pdf_dict_get(ctx, node, PDF_NAME(Kids)), pdf_to_int(ctx, key));
    }
    return NULL;
}

/* Tags -------------------------------------------------------------------------------------- */

/** Where the number of an object is, or would be, in the hash. */
static uint32_t *slot_of(xtr__pdf *pdf, uint32_t object) {
    size_t mask = pdf->tag_slots.count - 1;
    size_t at = object * 0x9e3779b1U & mask;
    while (pdf->tag_slots.items[at] != XTR__NO_TAG &&
           pdf->sheet.tags.items[pdf->tag_slots.items[at]].object != object)
        at = (at + 1) & mask;
    return &pdf->tag_slots.items[at];
}

/** Keeps the hash at most half full: it is made anew at twice its size. Throws. */
static void grow_slots(xtr__pdf *pdf) {
    size_t count = pdf->sheet.tags.count, size = 64;
    while (size < (count + 1) * 4)
        size *= 2;
    if (!xtr__reserve(&pdf->budget, &pdf->tag_slots.items, &pdf->tag_slots.capacity, size,
                      sizeof *pdf->tag_slots.items))
        fz_throw(pdf->ctx, FZ_ERROR_MEMORY, "out of memory");
    pdf->tag_slots.count = size;
    memset(pdf->tag_slots.items, 0xff, size * sizeof *pdf->tag_slots.items);
    for (uint32_t i = 0; i < count; i++)
        *slot_of(pdf, pdf->sheet.tags.items[i].object) = i;
}

static uint32_t find_tag(xtr__pdf *pdf, uint32_t object) {
    return pdf->sheet.tags.count > 0 ? *slot_of(pdf, object) : XTR__NO_TAG;
}

static uint16_t span_of(fz_context *ctx, pdf_obj *attributes, const char *name) {
    int span = pdf_to_int(ctx, pdf_dict_gets(ctx, attributes, name));
    return (uint16_t)(span < 1 ? 1 : span > MOST_SPANNED ? MOST_SPANNED : span);
}

/** Attributes are a dictionary, or an array of them with numbers between. */
static void set_spans(xtr__pdf *pdf, xtr__tag *tag, pdf_obj *attributes) {
    fz_context *ctx = pdf->ctx;
    int count = pdf_is_array(ctx, attributes) ? pdf_array_len(ctx, attributes) : 1;
    for (int i = 0; i < count && i < MAX_ROLES; i++) {
        pdf_obj *one = count == 1 && pdf_is_dict(ctx, attributes)
                           ? attributes
                           : pdf_array_get(ctx, attributes, i);
        uint16_t rows = span_of(ctx, one, "RowSpan"), columns = span_of(ctx, one, "ColSpan");
        tag->rows = rows > tag->rows ? rows : tag->rows;
        tag->columns = columns > tag->columns ? columns : tag->columns;
    }
}

/** What is said of a figure, among the urls, or XTR__NO_TEXT. */
static uint32_t alt_of(xtr__pdf *pdf, pdf_obj *figure) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *alt = pdf_dict_get(ctx, figure, PDF_NAME(Alt));
    bool sane = pdf_is_string(ctx, alt) && pdf_to_str_len(ctx, alt) < MOST_SAID &&
                pdf->sheet.urls.count < MOST_IN_ALL;
    const char *text = sane ? pdf_to_text_string(ctx, alt) : "";
    return text[0] != '\0' ? xtr__pdf_url(pdf, text) : XTR__NO_TEXT;
}

/** Puts an element on the sheet. Throws. */
static uint32_t add_tag(xtr__pdf *pdf, pdf_obj *element, uint32_t parent) {
    fz_context *ctx = pdf->ctx;
    xtr__sheet *sheet = &pdf->sheet;
    xtr__tag tag = {
        .parent = parent, .object = (uint32_t)pdf_to_num(ctx, element), .rows = 1, .columns = 1};
    tag.depth = parent == XTR__NO_TAG ? 0 : (uint8_t)(sheet->tags.items[parent].depth + 1);
    set_role(pdf, &tag, pdf_dict_get(ctx, element, PDF_NAME(S)));
    if (tag.role == XTR__TAG_CELL || tag.role == XTR__TAG_HEAD_CELL)
        set_spans(pdf, &tag, pdf_dict_get(ctx, element, PDF_NAME(A)));
    tag.alt = tag.role == XTR__TAG_FIGURE ? alt_of(pdf, element) : XTR__NO_TEXT;
    tag.text = xtr__pdf_replacement(pdf, pdf_dict_get(ctx, element, PDF_NAME(ActualText)));
    if ((sheet->tags.count + 1) * 2 > pdf->tag_slots.count || sheet->tags.count == 0)
        grow_slots(pdf);
    xtr__tag *out = XTR__PUSH(&pdf->budget, &sheet->tags);
    if (out == NULL)
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    *out = tag;
    *slot_of(pdf, tag.object) = (uint32_t)sheet->tags.count - 1;
    return (uint32_t)sheet->tags.count - 1;
}

/** Puts an element and all that stands above it on the sheet, unless it is there. One below itself,
 *  or deeper than anything sane, says nothing. Throws. */
static uint32_t tag_of_element(xtr__pdf *pdf, pdf_obj *element) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *chain[MAX_DEPTH];
    uint32_t above = XTR__NO_TAG;
    int count = 0;
    for (pdf_obj *at = element; count <= MAX_DEPTH; at = pdf_dict_get(ctx, at, PDF_NAME(P))) {
        int number = pdf_to_num(ctx, at);
        if (number <= 0 || !pdf_is_name(ctx, pdf_dict_get(ctx, at, PDF_NAME(S))))
            break; /* the root */
        above = find_tag(pdf, (uint32_t)number);
        if (above != XTR__NO_TAG)
            break;
        if (count < MAX_DEPTH)
            chain[count] = at;
        count++;
    }
    int depth = above == XTR__NO_TAG ? 0 : pdf->sheet.tags.items[above].depth + 1;
    if (pdf->sheet.tags.count + (size_t)count > MOST_TAGS)
        return XTR__NO_TAG;
    if (count + depth > MAX_DEPTH) {
        uint32_t lie = add_tag(pdf, element, XTR__NO_TAG);
        pdf->sheet.tags.items[lie].role = XTR__TAG_NONE;
        return lie;
    }
    while (count > 0)
        above = add_tag(pdf, chain[--count], above);
    return above;
}

uint32_t xtr__pdf_tag_of_content(xtr__pdf *pdf, int id) {
    pdf_obj *element = pdf_array_get(pdf->ctx, pdf->marking.parents, id);
    return tag_of_element(pdf, element);
}

/* Rows -------------------------------------------------------------------------------------- */

/** Cells without content are on no page by themselves, but take their place in a row that is. */
static void complete_row(xtr__pdf *pdf, uint32_t row, int *left) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *element = NULL;
    fz_var(element);
    fz_try(ctx) {
        element = pdf_new_indirect(ctx, pdf->doc, (int)pdf->sheet.tags.items[row].object, 0);
        pdf_obj *kids = pdf_dict_get(ctx, element, PDF_NAME(K));
        int count = pdf_array_len(ctx, kids);
        for (int i = 0; i < count && (*left)-- > 0 && pdf->sheet.tags.count < MOST_TAGS &&
                        !xtr__pdf_should_stop(pdf);
             i++) {
            pdf_obj *kid = pdf_array_get(ctx, kids, i);
            int number = pdf_to_num(ctx, kid);
            bool cell = number > 0 && pdf_is_name(ctx, pdf_dict_get(ctx, kid, PDF_NAME(S)));
            if (cell && find_tag(pdf, (uint32_t)number) == XTR__NO_TAG)
                add_tag(pdf, kid, row);
        }
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, element);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

void xtr__pdf_complete_rows(xtr__pdf *pdf) {
    uint32_t count = (uint32_t)pdf->sheet.tags.count;
    int left = MOST_KIDS;
    for (uint32_t i = 0; i < count; i++) {
        if (pdf->sheet.tags.items[i].role == XTR__TAG_ROW &&
            pdf->sheet.tags.items[i].depth < MAX_DEPTH - 1)
            complete_row(pdf, i, &left);
    }
}

/* Order ------------------------------------------------------------------------------------- */

/** Keeps the places of all kids of a large element by their numbers, until another is asked for:
 *  most elements of a book may be kids of one. False when numbers are too high. Throws. */
static bool keep_places(xtr__pdf *pdf, uint32_t parent, pdf_obj *kids) {
    fz_context *ctx = pdf->ctx;
    int count = pdf_array_len(ctx, kids), highest = 0;
    if (pdf->places.count > 0 && pdf->places_of == parent)
        return true;
    for (int i = 0; i < count; i++) {
        int number = pdf_to_num(ctx, pdf_array_get(ctx, kids, i));
        highest = number > highest ? number : highest;
    }
    if (highest >= MOST_OBJECTS || xtr__pdf_should_stop(pdf))
        return false;
    if (!xtr__reserve(&pdf->budget, &pdf->places.items, &pdf->places.capacity, (size_t)highest + 1,
                      sizeof *pdf->places.items))
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    pdf->places_of = parent;
    pdf->places.count = (size_t)highest + 1;
    memset(pdf->places.items, 0xff, pdf->places.count * sizeof *pdf->places.items);
    for (int i = count; i-- > 0;) /* the first place counts */
        pdf->places.items[pdf_to_num(ctx, pdf_array_get(ctx, kids, i))] = (uint32_t)i;
    return true;
}

/** Places the children (numbers of tags) of a large element. */
static bool place_by_number(xtr__pdf *pdf, const uint32_t *children, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        xtr__tag *tag = &pdf->sheet.tags.items[children[i]];
        tag->order = tag->object < pdf->places.count ? pdf->places.items[tag->object] : XTR__NO_TAG;
        if (tag->order == XTR__NO_TAG)
            return false;
    }
    return true;
}

/** Finds the places of `count` children (numbers of tags) of `parent` among its kids; false when
 * one of them is not there, or there are too many to look at. Throws. */
static bool place_children(xtr__pdf *pdf, uint32_t parent, const uint32_t *children, uint32_t count,
                           int *left) {
    fz_context *ctx = pdf->ctx;
    xtr__tag *tags = pdf->sheet.tags.items;
    pdf_obj *element = NULL;
    uint32_t number = parent != XTR__NO_TAG ? tags[parent].object : 0, found = 0;
    fz_var(element);
    fz_var(found);
    fz_try(ctx) {
        pdf_obj *tree = pdf->structure;
        if (parent != XTR__NO_TAG)
            tree = element = pdf_new_indirect(ctx, pdf->doc, (int)number, 0);
        pdf_obj *kids = pdf_dict_get(ctx, tree, PDF_NAME(K));
        int kid_count = pdf_array_len(ctx, kids);
        bool large = kid_count >= LARGE && keep_places(pdf, number, kids);
        if (large && place_by_number(pdf, children, count))
            found = count;
        for (int i = 0; !large && found < count && i < kid_count && (*left)-- > 0; i++) {
            int kid = pdf_to_num(ctx, pdf_array_get(ctx, kids, i));
            uint32_t tag = kid > 0 ? find_tag(pdf, (uint32_t)kid) : XTR__NO_TAG;
            if (tag != XTR__NO_TAG && tags[tag].parent == parent &&
                tags[tag].order == XTR__NO_TAG) {
                tags[tag].order = (uint32_t)i;
                found++;
            }
        }
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, element);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return found == count;
}

/** Compares two of the tags (numbers) by their place in the tree: what stands above comes first. */
static int compare_places(const void *a, const void *b, void *payload) {
    const xtr__tag *tags = payload;
    uint32_t l = *(const uint32_t *)a, r = *(const uint32_t *)b;
    int deeper = tags[l].depth - tags[r].depth;
    while (tags[l].depth > tags[r].depth)
        l = tags[l].parent;
    while (tags[r].depth > tags[l].depth)
        r = tags[r].parent;
    if (l == r)
        return deeper;
    while (tags[l].parent != tags[r].parent) {
        l = tags[l].parent;
        r = tags[r].parent;
    }
    return (tags[l].order > tags[r].order) - (tags[l].order < tags[r].order);
}

static int compare_parents(const void *a, const void *b, void *payload) {
    const xtr__tag *tags = payload;
    uint32_t l = *(const uint32_t *)a, r = *(const uint32_t *)b;
    return tags[l].parent != tags[r].parent ? (tags[l].parent < tags[r].parent ? -1 : 1)
                                            : (l > r) - (l < r);
}

/** Sorts the tags by their parents and finds their places among their siblings. Throws. */
static bool place_tags(xtr__pdf *pdf, uint32_t *sorted, uint32_t count) {
    xtr__tag *tags = pdf->sheet.tags.items;
    int left = MOST_KIDS;
    qsort_r(sorted, count, sizeof *sorted, compare_parents, tags);
    for (uint32_t i = 0, end; i < count; i = end) {
        uint32_t parent = tags[sorted[i]].parent;
        for (end = i + 1; end < count && tags[sorted[end]].parent == parent;)
            end++;
        if (end - i > 1 &&
            (xtr__pdf_should_stop(pdf) || !place_children(pdf, parent, sorted + i, end - i, &left)))
            return false;
    }
    return true;
}

void xtr__pdf_order_tags(xtr__pdf *pdf) {
    xtr__sheet *sheet = &pdf->sheet;
    uint32_t count = (uint32_t)sheet->tags.count;
    uint32_t *sorted = xtr__scratch_take(&pdf->scratch, count, sizeof *sorted);
    sheet->ordered = false;
    if (count == 0 || sorted == NULL)
        return;
    for (uint32_t i = 0; i < count; i++) {
        sheet->tags.items[i].order = XTR__NO_TAG;
        sorted[i] = i;
    }
    if (!place_tags(pdf, sorted, count))
        return;
    qsort_r(sorted, count, sizeof *sorted, compare_places, sheet->tags.items);
    for (uint32_t i = 0; i < count; i++)
        sheet->tags.items[sorted[i]].at = i;
    for (uint32_t i = 0; i < count; i++)
        sheet->tags.items[i].order = sheet->tags.items[i].at;
    sheet->ordered = true;
}
