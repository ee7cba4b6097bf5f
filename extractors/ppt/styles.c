/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What paragraphs and characters look like, as differences from the text styles of the master
 * ([MS-PPT] 2.9.14, 2.9.20, 2.9.36). Of all that only bullets, bold and the like are kept. */
#include "ppt/ppt.h"

#include <stdlib.h>

enum { MOST_MASTERS = 1000 };

static bool skip(records *from, size_t size) {
    if (from->size < size)
        return false;
    from->data += size;
    from->size -= size;
    return true;
}

static bool take16(records *from, uint16_t *out) {
    if (from->size < 2)
        return false;
    *out = ppt_u16(from->data);
    return skip(from, 2);
}

bool ppt_read_paragraph(records *from, ppt_bullet *out) {
    if (from->size < 4)
        return false;
    uint32_t masks = ppt_u32(from->data);
    uint16_t flags = 0, count;
    *out = (ppt_bullet){.set = masks & 1, .has_character = masks & 0x80, .has_font = masks & 0x10};
    /* Fields come in this order when their bits are set; those we do not keep have only a size. */
    bool fits = skip(from, 4) && (!(masks & 0xF) || take16(from, &flags)) &&
                (!out->has_character || take16(from, &out->character)) &&
                (!out->has_font || take16(from, &out->font));
    static const struct {
        uint32_t mask;
        size_t size;
    } fields[] = {{0x40, 2},   {0x20, 4},  {0x800, 2}, {0x1000, 2}, {0x2000, 2},
                  {0x4000, 2}, {0x100, 2}, {0x400, 2}, {0x8000, 2}};
    for (size_t i = 0; fits && i < sizeof fields / sizeof *fields; i++)
        fits = !(masks & fields[i].mask) || skip(from, fields[i].size);
    if (fits && masks & 0x100000)
        fits = take16(from, &count) && skip(from, (size_t)count * 4);
    fits = fits && (!(masks & 0x10000) || skip(from, 2)) && (!(masks & 0xE0000) || skip(from, 2)) &&
           (!(masks & 0x200000) || skip(from, 2));
    out->shown = flags & 1;
    /* A bullet whose font is not its own has the font of the text. */
    if (masks & 2 && !(flags & 2))
        out->has_font = false;
    return fits;
}

bool ppt_read_characters(records *from, unsigned *styles) {
    if (from->size < 4)
        return false;
    uint32_t masks = ppt_u32(from->data);
    uint16_t flags = 0, position = 0;
    bool fits = skip(from, 4) && (!(masks & 0x3EB7) || take16(from, &flags));
    static const struct {
        uint32_t mask;
        size_t size;
    } fields[] = {{0x10000, 2},  {0x200000, 2}, {0x400000, 2},
                  {0x800000, 2}, {0x20000, 2},  {0x40000, 4}};
    for (size_t i = 0; fits && i < sizeof fields / sizeof *fields; i++)
        fits = !(masks & fields[i].mask) || skip(from, fields[i].size);
    fits = fits && (!(masks & 0x80000) || take16(from, &position));
    flags &= (uint16_t)masks;
    *styles = (flags & 1 ? XTR_BOLD : 0u) | (flags & 2 ? XTR_ITALIC : 0u);
    if (position)
        *styles |= (int16_t)position > 0 ? XTR_SUPERSCRIPT : XTR_SUBSCRIPT;
    return fits;
}

/* Masters ----------------------------------------------------------------------------------- */

/* What a level does not say it has from the level above, or from the type it is made after. */
static ppt_bullet merge(ppt_bullet b, const ppt_bullet *base) {
    if (!b.set) {
        b.set = base->set;
        b.shown = base->shown;
    }
    if (!b.has_character) {
        b.has_character = base->has_character;
        b.character = base->character;
    }
    if (!b.has_font) {
        b.has_font = base->has_font;
        b.font = base->font;
    }
    return b;
}

static void read_style(records body, unsigned type, ppt_styles *out) {
    uint16_t levels, level;
    if (!take16(&body, &levels))
        return;
    for (unsigned i = 0; i < levels && i < PPT_LEVELS; i++) {
        ppt_bullet bullet;
        unsigned styles;
        level = (uint16_t)i;
        if (type >= TEXT_CENTER_BODY && !take16(&body, &level))
            return;
        if (!ppt_read_paragraph(&body, &bullet) || !ppt_read_characters(&body, &styles))
            return;
        if (level < PPT_LEVELS)
            out->levels[level] = bullet;
    }
}

static unsigned base_of(unsigned type) {
    bool body = type == TEXT_CENTER_BODY || type == TEXT_HALF_BODY || type == TEXT_QUARTER_BODY;
    return body ? TEXT_BODY : type == TEXT_CENTER_TITLE ? TEXT_TITLE : type;
}

static void read_styles(records body, ppt_master *m) {
    record r;
    while (ppt_next(&body, &r)) {
        if (r.type == PPT_MASTER_STYLE && r.instance < TEXT_TYPES)
            read_style(r.body, r.instance, &m->styles[r.instance]);
    }
    for (unsigned type = 0; type < TEXT_TYPES; type++) {
        const ppt_styles *base = &m->styles[base_of(type)];
        for (unsigned i = 0; i < PPT_LEVELS; i++) {
            ppt_bullet *b = &m->styles[type].levels[i];
            *b = merge(*b, &base->levels[i]);
            if (i)
                *b = merge(*b, &m->styles[type].levels[i - 1]);
        }
    }
}

void ppt_read_masters(ppt *p) {
    records environment = ppt_find(p->document, PPT_ENVIRONMENT, -1);
    records others = ppt_find(environment, PPT_MASTER_STYLE, TEXT_OTHER);
    read_style(others, TEXT_OTHER, &p->others);
    size_t count = p->masters.count < MOST_MASTERS ? p->masters.count : MOST_MASTERS;
    p->styles = calloc(count + 1, sizeof *p->styles);
    for (size_t i = 0; p->styles && i < count; i++) {
        record master = ppt_object(p, p->masters.items[i].persist);
        p->styles[i].id = p->masters.items[i].id;
        if (master.type == PPT_MASTER)
            read_styles(master.body, &p->styles[i]);
        p->style_count++;
    }
}

/* Title masters have no styles of their own; theirs are those of the first. */
const ppt_master *ppt_master_of(const ppt *p, uint32_t id) {
    for (size_t i = 0; i < p->style_count; i++) {
        if (p->styles[i].id == id)
            return &p->styles[i];
    }
    return p->style_count ? &p->styles[0] : NULL;
}
