/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Layouts and masters: the places and bullets that placeholders of slides inherit (ECMA-376 part 1,
 * 19.3.1.36, 21.1.2.4). Each is read once, however many slides stand on it. */
#include "pptx/pptx.h"

#include <stdlib.h>
#include <string.h>

/* English metric units to points. */
const transform pptx_emu = {1.0 / 12700, 1.0 / 12700, 0, 0};

enum { MOST_SHEETS = 2000, MOST_HOLDERS = 1000, MOST_START = 32767 };

bullet pptx_read_bullet(const xtr__tree *tree, uint32_t properties) {
    bullet b = {.kind = BULLET_UNSET, .start = 1};
    const char *font = NULL;
    uint32_t child = xtr__tree_first(tree, properties);
    for (; child; child = xtr__tree_next(tree, child)) {
        const char *character;
        int64_t start;
        switch (xtr__tree_id(tree, child)) {
        case A_BU_FONT:
            font = xtr__tree_value(tree, child, AT_TYPEFACE);
            break;
        case A_BU_NONE:
            b.kind = BULLET_NONE;
            break;
        case A_BU_CHAR:
            b.kind = BULLET_CHARACTER;
            character = xtr__tree_value(tree, child, AT_CHAR);
            xtr__slide_bullet(b.text, sizeof b.text,
                              character ? xtr__slide_character(character) : 0, font);
            break;
        case A_BU_BLIP:
            b.kind = BULLET_CHARACTER;
            xtr__slide_bullet(b.text, sizeof b.text, 0, NULL);
            break;
        case A_BU_AUTO:
            b.kind = BULLET_NUMBER;
            b.scheme = xtr__slide_scheme(xtr__tree_value(tree, child, AT_TYPE));
            start = xtr__tree_number(tree, child, AT_START, 1);
            b.start = start < 1 ? 1 : start > MOST_START ? MOST_START : (uint32_t)start;
            break;
        default:
            break;
        }
    }
    return b;
}

void pptx_read_levels(const xtr__tree *tree, uint32_t node, list_style *out) {
    memset(out, 0, sizeof *out);
    uint32_t child = node ? xtr__tree_first(tree, node) : 0;
    for (; child; child = xtr__tree_next(tree, child)) {
        int level = xtr__tree_id(tree, child) - A_LVL1;
        if (level >= 0 && level < XTR__SLIDE_LEVELS)
            out->levels[level] = pptx_read_bullet(tree, child);
    }
}

holder_kind pptx_holder_kind(const xtr__tree *tree, uint32_t placeholder) {
    static const struct {
        const char *type;
        holder_kind kind;
    } kinds[] = {{"title", HOLDER_TITLE}, {"ctrTitle", HOLDER_TITLE}, {"subTitle", HOLDER_SUBTITLE},
                 {"dt", HOLDER_FOOTER},   {"ftr", HOLDER_FOOTER},     {"sldNum", HOLDER_FOOTER},
                 {"hdr", HOLDER_HEADER},  {"sldImg", HOLDER_IMAGE}};
    if (!placeholder)
        return HOLDER_NONE;
    const char *type = xtr__tree_value(tree, placeholder, AT_TYPE);
    for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; i++) {
        if (!strcmp(type, kinds[i].type))
            return kinds[i].kind;
    }
    return HOLDER_BODY;
}

/* Far outside every slide is nowhere; so is what is no number. */
static float place(double at, double scale, double move) {
    const double most = 1e6;
    double points = at * scale + move;
    return points > -most && points < most ? (float)points : 0;
}

xtr_box pptx_box(const xtr__tree *tree, uint32_t xfrm, const transform *t) {
    uint32_t at = xfrm ? xtr__tree_child(tree, xfrm, A_OFF) : 0;
    uint32_t size = xfrm ? xtr__tree_child(tree, xfrm, A_EXT) : 0;
    if (!at || !size)
        return (xtr_box){0};
    double x = (double)xtr__tree_number(tree, at, AT_X, 0);
    double y = (double)xtr__tree_number(tree, at, AT_Y, 0);
    double width = (double)xtr__tree_number(tree, size, AT_CX, 0);
    double height = (double)xtr__tree_number(tree, size, AT_CY, 0);
    double turns = (double)xtr__tree_number(tree, xfrm, AT_ROT, 0) / 5400000;
    int quarter = (int)(turns < 0 || turns >= 8 ? 0 : turns + 0.5);
    if (quarter % 2) {
        /* Turned about its middle. */
        x += (width - height) / 2;
        y += (height - width) / 2;
        double swap = width;
        width = height;
        height = swap;
    }
    return (xtr_box){place(x, t->scale_x, t->move_x), place(y, t->scale_y, t->move_y),
                     place(x + width, t->scale_x, t->move_x),
                     place(y + height, t->scale_y, t->move_y)};
}

/* Sheets ------------------------------------------------------------------------------------ */

static void read_holder(const xtr__tree *tree, uint32_t shape, sheet *s) {
    uint32_t nv = xtr__tree_first(tree, shape);
    uint32_t nv_pr = nv ? xtr__tree_child(tree, nv, P_NV_PR) : 0;
    uint32_t placeholder = nv_pr ? xtr__tree_child(tree, nv_pr, P_PH) : 0;
    if (!placeholder || s->count >= MOST_HOLDERS)
        return;
    holder *grown = realloc(s->holders, (s->count + 1) * sizeof *grown);
    if (!grown)
        return;
    s->holders = grown;
    holder *h = &grown[s->count++];
    uint32_t properties = xtr__tree_child(tree, shape, P_SP_PR);
    uint32_t xfrm = properties ? xtr__tree_child(tree, properties, A_XFRM) : 0;
    uint32_t body = xtr__tree_child(tree, shape, P_BODY);
    *h = (holder){.kind = pptx_holder_kind(tree, placeholder),
                  .index = (uint32_t)xtr__tree_number(tree, placeholder, AT_IDX, 0),
                  .has_box = xfrm != 0,
                  .box = pptx_box(tree, xfrm, &pptx_emu)};
    pptx_read_levels(tree, body ? xtr__tree_child(tree, body, A_LST_STYLE) : 0, &h->style);
}

static void read_sheet(const xtr__tree *tree, sheet *s) {
    uint32_t root = xtr__tree_first(tree, 0);
    uint32_t shapes = root ? xtr__tree_find(tree, root, P_SP_TREE) : 0;
    for (uint32_t n = shapes; n; n = xtr__tree_walk(tree, n, shapes)) {
        if (xtr__tree_id(tree, n) == P_SP)
            read_holder(tree, n, s);
    }
    uint32_t styles = root ? xtr__tree_child(tree, root, P_TX_STYLES) : 0;
    if (!styles)
        return;
    pptx_read_levels(tree, xtr__tree_child(tree, styles, P_TITLE_STYLE), &s->title);
    pptx_read_levels(tree, xtr__tree_child(tree, styles, P_BODY_STYLE), &s->body);
    pptx_read_levels(tree, xtr__tree_child(tree, styles, P_OTHER_STYLE), &s->other);
}

static int64_t find_sheet(const deck *d, int64_t part) {
    for (size_t i = 0; i < d->sheet_count; i++) {
        if ((int64_t)d->sheets[i].part == part)
            return (int64_t)i;
    }
    return -1;
}

/* Reads one; its master, if it is a layout, is *above. */
static int64_t add_sheet(deck *d, int64_t part, int64_t *above) {
    *above = -1;
    if (part < 0 || d->sheet_count >= MOST_SHEETS)
        return -1;
    sheet *grown = realloc(d->sheets, (d->sheet_count + 1) * sizeof *grown);
    if (!grown)
        return -1;
    d->sheets = grown;
    sheet *s = &grown[d->sheet_count];
    *s = (sheet){.part = (size_t)part, .above = -1};
    if (pptx_read(d, d->side, part))
        read_sheet(d->side, s);
    *above = pptx_target_from(d, part, "slideMaster");
    return (int64_t)d->sheet_count++;
}

int64_t pptx_sheet_of(deck *d, int64_t part) {
    int64_t found = part < 0 ? -1 : find_sheet(d, part);
    if (found >= 0 || part < 0)
        return found;
    int64_t master;
    int64_t layout = add_sheet(d, part, &master);
    if (layout < 0)
        return -1;
    int64_t above = master < 0 || master == part ? -1 : find_sheet(d, master);
    if (above < 0 && master >= 0 && master != part) {
        int64_t unused;
        above = add_sheet(d, master, &unused);
    }
    d->sheets[layout].above = above;
    return layout;
}

/* By number, as slides refer to layouts; by kind, as layouts refer to masters. */
const holder *pptx_find_holder(const deck *d, int64_t at, holder_kind kind, uint32_t index) {
    if (at < 0)
        return NULL;
    const sheet *s = &d->sheets[at];
    const holder *same_kind = NULL;
    for (size_t i = 0; i < s->count; i++) {
        const holder *h = &s->holders[i];
        bool body = kind == HOLDER_BODY || kind == HOLDER_SUBTITLE;
        bool matches = h->kind == kind || (body && h->kind == HOLDER_BODY);
        if (matches && h->index == index)
            return h;
        if (matches && !same_kind)
            same_kind = h;
    }
    return same_kind;
}
