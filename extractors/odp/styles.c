/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Styles that say what text is: bullets and numbers of lists, bold and the like; and the sizes of
 * pages. A name may be given in styles.xml and again in content.xml, which then counts. */
#include "odp/odp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STYLES = 20000, MOST_START = 32767 };

/* Adds an item whose name is copied. NULL when there is no room. */
static void *add(odp_names *to, size_t size, const char *name) {
    if (!name || to->count >= MOST_STYLES)
        return NULL;
    if ((to->count & (to->count - 1)) == 0) {
        void *grown = realloc(to->items, (to->count ? to->count * 2 : 1) * size);
        if (!grown)
            return NULL;
        to->items = grown;
    }
    odp_named named = {strdup(name), (uint32_t)to->count};
    if (!named.name)
        return NULL;
    char *item = (char *)to->items + to->count++ * size;
    memset(item, 0, size);
    memcpy(item, &named, sizeof named);
    to->sorted = false;
    return item;
}

static int compare(const void *a, const void *b) {
    const odp_named *p = a, *q = b;
    int order = strcmp(p->name, q->name);
    return order ? order : p->order < q->order ? -1 : p->order > q->order;
}

/* The last one with this name. */
static void *find(odp_names *in, size_t size, const char *name) {
    if (!name || !in->count)
        return NULL;
    if (!in->sorted)
        qsort(in->items, in->count, size, compare);
    in->sorted = true;
    size_t low = 0, high = in->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const odp_named *named = (const void *)((char *)in->items + middle * size);
        if (strcmp(named->name, name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return NULL;
    odp_named *found = (void *)((char *)in->items + (low - 1) * size);
    return strcmp(found->name, name) ? NULL : found;
}

#define ADD(list, type, name)  ((type *)add((list), sizeof(type), (name)))
#define FIND(list, type, name) ((type *)find((list), sizeof(type), (name)))

/* Digits, without regard to the host's locale. */
float odp_length(const char *text) {
    static const struct {
        const char *unit;
        float points;
    } units[] = {{"cm", 28.34646F}, {"mm", 2.834646F}, {"in", 72},
                 {"pt", 1},         {"pc", 12},        {"px", 0.75F}};
    if (!text)
        return 0;
    bool negative = *text == '-';
    text += negative;
    float value = 0, place = 1;
    int digits = 0;
    bool behind = false;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !behind); text++) {
        if (*text == '.') {
            behind = true;
            continue;
        }
        if (++digits > 12)
            continue;
        value = value * 10 + (float)(*text - '0');
        place *= behind ? 10 : 1;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!strncmp(text, units[i].unit, 2)) {
            value = value / place * units[i].points;
            return value > 1e6F ? 0 : negative ? -value : value;
        }
    }
    return 0;
}

/* Lists ------------------------------------------------------------------------------------- */

static void read_bullet(const xtr__tree *tree, uint32_t node, odp_level *out) {
    const char *character = xtr__tree_value(tree, node, ODP_AT_BULLET);
    uint32_t text = xtr__tree_child(tree, node, ODP_TEXT_PROPERTIES);
    const char *family = text ? xtr__tree_value(tree, text, ODP_AT_FAMILY) : NULL;
    out->shown = character && *character && *character != ' ';
    if (out->shown)
        xtr__slide_bullet(out->bullet, sizeof out->bullet, xtr__slide_character(character),
                          family && *family == '\'' ? family + 1 : family);
}

static void read_number(const xtr__tree *tree, uint32_t node, odp_level *out) {
    const char *format = xtr__tree_value(tree, node, ODP_AT_NUM_FORMAT);
    const char *before = xtr__tree_value(tree, node, ODP_AT_NUM_PREFIX);
    const char *behind = xtr__tree_value(tree, node, ODP_AT_NUM_SUFFIX);
    int64_t start = xtr__tree_number(tree, node, ODP_AT_START, 1);
    out->shown = format && *format;
    out->format = out->shown && strchr("aAiI", *format) ? *format : '1';
    out->start = start < 0 || start > MOST_START ? 1 : (uint32_t)start;
    snprintf(out->before, sizeof out->before, "%s", before ? before : "");
    snprintf(out->behind, sizeof out->behind, "%s", behind ? behind : "");
}

static void read_list_style(odp *o, uint32_t node) {
    odp_list_style *style =
        ADD(&o->list_styles, odp_list_style, xtr__tree_value(o->tree, node, ODP_AT_STYLE_NAME));
    uint32_t child = style ? xtr__tree_first(o->tree, node) : 0;
    for (; child; child = xtr__tree_next(o->tree, child)) {
        int64_t level = xtr__tree_number(o->tree, child, ODP_AT_LEVEL, 0);
        if (level < 1 || level > ODP_LEVELS)
            continue;
        odp_level *out = &style->levels[level - 1];
        int id = xtr__tree_id(o->tree, child);
        if (id == ODP_LEVEL_BULLET) {
            read_bullet(o->tree, child, out);
        } else if (id == ODP_LEVEL_NUMBER) {
            read_number(o->tree, child, out);
        } else if (id == ODP_LEVEL_IMAGE) {
            out->shown = true;
            xtr__slide_bullet(out->bullet, sizeof out->bullet, 0, NULL);
        }
    }
}

const odp_list_style *odp_list_style_of(odp *o, const char *name) {
    return FIND(&o->list_styles, odp_list_style, name);
}

/* Text -------------------------------------------------------------------------------------- */

static unsigned styles_of(const xtr__tree *tree, uint32_t text) {
    static const char *const monos[] = {"Courier",          "Consolas",      "Liberation Mono",
                                        "DejaVu Sans Mono", "Menlo",         "Monaco",
                                        "Source Code",      "Noto Sans Mono"};
    unsigned styles = 0;
    const char *weight = xtr__tree_value(tree, text, ODP_AT_WEIGHT);
    const char *slant = xtr__tree_value(tree, text, ODP_AT_SLANT);
    const char *strike = xtr__tree_value(tree, text, ODP_AT_STRIKE);
    const char *position = xtr__tree_value(tree, text, ODP_AT_POSITION);
    const char *font = xtr__tree_value(tree, text, ODP_AT_FONT);
    font = font ? font : xtr__tree_value(tree, text, ODP_AT_FAMILY);
    if (weight && (!strcmp(weight, "bold") || (*weight >= '7' && *weight <= '9')))
        styles |= XTR_BOLD;
    if (slant && (!strcmp(slant, "italic") || !strcmp(slant, "oblique")))
        styles |= XTR_ITALIC;
    if (strike && strcmp(strike, "none") != 0)
        styles |= XTR_STRIKE;
    if (position && !strncmp(position, "super", 5))
        styles |= XTR_SUPERSCRIPT;
    if (position && !strncmp(position, "sub", 3))
        styles |= XTR_SUBSCRIPT;
    for (size_t i = 0; font && i < sizeof monos / sizeof *monos; i++) {
        if (!strncmp(font + (*font == '\''), monos[i], strlen(monos[i])))
            styles |= XTR_MONO;
    }
    return styles;
}

unsigned odp_text_style_of(odp *o, const char *name) {
    const odp_text_style *found = FIND(&o->text_styles, odp_text_style, name);
    return found ? found->styles : 0;
}

/* Pages ------------------------------------------------------------------------------------- */

static void read_layout(odp *o, uint32_t node) {
    uint32_t properties = xtr__tree_child(o->tree, node, ODP_PAGE_PROPERTIES);
    odp_size *size =
        properties ? ADD(&o->sizes, odp_size, xtr__tree_value(o->tree, node, ODP_AT_STYLE_NAME))
                   : NULL;
    if (!size)
        return;
    size->width = odp_length(xtr__tree_value(o->tree, properties, ODP_AT_PAGE_WIDTH));
    size->height = odp_length(xtr__tree_value(o->tree, properties, ODP_AT_PAGE_HEIGHT));
}

static void add_pair(odp_names *to, const char *name, const char *value) {
    odp_pair *pair = value ? ADD(to, odp_pair, name) : NULL;
    if (pair)
        pair->value = strdup(value);
}

odp_size odp_size_of(odp *o, const char *master) {
    const odp_pair *found = FIND(&o->masters, odp_pair, master);
    const odp_size *size = found ? FIND(&o->sizes, odp_size, found->value) : NULL;
    return size ? *size : (odp_size){{NULL, 0}, 0, 0};
}

const char *odp_declaration_of(odp *o, const char *name) {
    const odp_pair *found = FIND(&o->declarations, odp_pair, name);
    return found ? found->value : NULL;
}

/* Whatever `tree` is of. */
void odp_read_style(odp *o) {
    uint32_t node = xtr__tree_first(o->tree, 0);
    if (!node)
        return;
    const char *name = xtr__tree_value(o->tree, node, ODP_AT_STYLE_NAME);
    size_t size;
    switch (xtr__tree_id(o->tree, node)) {
    case ODP_LIST_STYLE:
        read_list_style(o, node);
        break;
    case ODP_STYLE: {
        uint32_t text = xtr__tree_child(o->tree, node, ODP_TEXT_PROPERTIES);
        unsigned styles = text ? styles_of(o->tree, text) : 0;
        odp_text_style *style = styles ? ADD(&o->text_styles, odp_text_style, name) : NULL;
        if (style)
            style->styles = styles;
        break;
    }
    case ODP_PAGE_LAYOUT:
        read_layout(o, node);
        break;
    case ODP_MASTER:
        add_pair(&o->masters, name, xtr__tree_value(o->tree, node, ODP_AT_LAYOUT));
        break;
    default: /* a declaration */
        add_pair(&o->declarations, xtr__tree_value(o->tree, node, ODP_AT_DECL_NAME),
                 xtr__tree_content(o->tree, node, &size));
        break;
    }
}

static void drop_names(odp_names *list, size_t size, bool pairs) {
    for (size_t i = 0; i < list->count; i++) {
        void *item = (char *)list->items + i * size;
        free(((odp_named *)item)->name);
        if (pairs)
            free(((odp_pair *)item)->value);
    }
    free(list->items);
}

void odp_drop_styles(odp *o) {
    drop_names(&o->list_styles, sizeof(odp_list_style), false);
    drop_names(&o->text_styles, sizeof(odp_text_style), false);
    drop_names(&o->sizes, sizeof(odp_size), false);
    drop_names(&o->masters, sizeof(odp_pair), true);
    drop_names(&o->declarations, sizeof(odp_pair), true);
}
