/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Image files that are made of boxes: JPEG 2000 (ITU-T T.800) and HEIF (ISO/IEC 23008-12). */
#include "image.h"

#include "detect/probe.h"

#include <string.h>

#define MAX_STEPS 4096 /* boxes or items in one file */

typedef xtr__picture_header picture;
typedef xtr__image_file state;

typedef struct box {
    uint64_t content, end; /* positions in the file */
    char type[4];
} box;

/* The box at `at`, which must lie before `end`. */
static bool read_box(const state *s, uint64_t at, uint64_t end, box *b) {
    unsigned char c[16];
    if (at + 8 > end || !xtr__image_read_at(s, at, c, 8))
        return false;
    uint64_t size = xtr__be32(c);
    b->content = at + 8;
    memcpy(b->type, c + 4, 4);
    if (size == 1) {
        if (!xtr__image_read_at(s, at, c, 16))
            return false;
        size = (uint64_t)xtr__be32(c + 8) << 32 | xtr__be32(c + 12);
        b->content = at + 16;
    }
    b->end = size == 0 || size > end - at ? end : at + size;
    return b->end >= b->content && (size == 0 || size >= 8);
}

/* The first box of a type between two positions. */
static bool find_box(const state *s, uint64_t at, uint64_t end, const char *type, box *b) {
    for (int i = 0; i < MAX_STEPS && read_box(s, at, end, b); i++) {
        if (!memcmp(b->type, type, 4))
            return true;
        at = b->end;
    }
    return false;
}

/* Size marker segment of a JPEG 2000 codestream (T.800, A.5.1). */
static bool read_siz(const state *s, uint64_t at, picture *p) {
    unsigned char c[43];
    if (!xtr__image_read_at(s, at, c, sizeof c) || memcmp(c, "\xFF\x4F\xFF\x51", 4) != 0)
        return false;
    uint32_t right = xtr__be32(c + 8);
    uint32_t bottom = xtr__be32(c + 12);
    uint32_t left = xtr__be32(c + 16);
    uint32_t top = xtr__be32(c + 20);
    p->width = right > left ? right - left : 0;
    p->height = bottom > top ? bottom - top : 0;
    p->bits = (c[42] & 0x7FU) + 1;
    p->color = xtr__image_color_of(xtr__be16(c + 40));
    return true;
}

int xtr__image_read_codestream(state *s) {
    picture p = {0};
    if (!read_siz(s, 0, &p))
        return xtr__image_corrupt(s, "no size marker");
    return xtr__image_add_only_page(s, &p);
}

/* Resolution: dots per metre as fraction and exponent (T.800, I.5.3.7). */
static void read_resolution(const state *s, const box *header, picture *p) {
    box res;
    box value;
    unsigned char c[10];
    if (!find_box(s, header->content, header->end, "res ", &res) ||
        (!find_box(s, res.content, res.end, "resd", &value) &&
         !find_box(s, res.content, res.end, "resc", &value)) ||
        !xtr__image_read_at(s, value.content, c, sizeof c))
        return;
    double *out[] = {&p->dpi_y, &p->dpi_x};
    for (size_t i = 0; i < 2; i++) {
        double below = xtr__be16(c + 4 * i + 2);
        double dots = below > 0 ? xtr__be16(c + 4 * i) / below * .0254 : 0;
        signed char exponent = (signed char)c[8 + i];
        for (; exponent > 0; exponent--)
            dots *= 10;
        for (; exponent < 0; exponent++)
            dots /= 10;
        *out[i] = dots;
    }
}

static void read_uuid(const state *s, picture *p, const box *b) {
    static const unsigned char xmp[] =
        "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
    unsigned char id[16];
    uint64_t size = b->end - b->content;
    if (size <= 16 || !xtr__image_read_at(s, b->content, id, 16))
        return;
    if (!memcmp(id, xmp, 16))
        xtr__image_read_xmp(s, b->content + 16, size - 16);
    else if (!memcmp(id, "JpgTiffExif->JP2", 16))
        xtr__image_read_exif(s, p, b->content + 16, size - 16);
}

int xtr__image_read_jp2(state *s) {
    int boxes = 0;
    uint64_t size = xtr_input_size(s->input);
    box header;
    box found;
    unsigned char c[14];
    picture p = {0};
    if (find_box(s, 0, size, "jp2h", &header) &&
        find_box(s, header.content, header.end, "ihdr", &found) &&
        xtr__image_read_at(s, found.content, c, sizeof c)) {
        p.height = xtr__be32(c);
        p.width = xtr__be32(c + 4);
        p.color = xtr__image_color_of(xtr__be16(c + 8));
        p.bits = c[10] == 255 ? 0 : (c[10] & 0x7FU) + 1;
        read_resolution(s, &header, &p);
    }
    for (uint64_t at = 0; at < size && read_box(s, at, size, &found); at = found.end) {
        if (!memcmp(found.type, "uuid", 4))
            read_uuid(s, &p, &found);
        if (found.end <= at || ++boxes > MAX_STEPS)
            break;
    }
    if (!p.width && find_box(s, 0, size, "jp2c", &found)) {
        (void)read_siz(s, found.content, &p);
    }
    return xtr__image_add_only_page(s, &p);
}

/* HEIF -------------------------------------------------------------------------------------- */

/* Reads big-endian numbers one after the other. */
typedef struct cursor {
    const state *s;
    uint64_t at, end;
    bool ok;
} cursor;

static uint64_t next(cursor *c, unsigned size) {
    unsigned char bytes[8];
    uint64_t value = 0;
    c->ok = c->ok && size <= 8 && c->end - c->at >= size &&
            xtr__image_read_at(c->s, c->at, bytes, size);
    for (unsigned i = 0; c->ok && i < size; i++)
        value = value << 8 | bytes[i];
    c->at += c->ok ? size : 0;
    return value;
}

typedef struct items {
    uint64_t exif, xmp; /* their numbers; 0: none */
} items;

/* What there is beside the pictures (ISO/IEC 14496-12, 8.11.6). */
static items find_items(const state *s, const box *meta) {
    items found = {0};
    box list, entry;
    if (!find_box(s, meta->content + 4, meta->end, "iinf", &list))
        return found;
    cursor c = {s, list.content, list.end, true};
    uint64_t at = list.content + (next(&c, 1) ? 8 : 6);
    for (int i = 0; i < MAX_STEPS && read_box(s, at, list.end, &entry); i++) {
        at = entry.end;
        cursor e = {s, entry.content, entry.end, !memcmp(entry.type, "infe", 4)};
        uint64_t version = next(&e, 4) >> 24;
        uint64_t number = next(&e, version == 3 ? 4 : 2);
        (void)next(&e, 2);
        uint64_t type = next(&e, 4);
        if (e.ok && version >= 2 && type == 0x45786966) /* "Exif" */
            found.exif = number;
        if (e.ok && version >= 2 && type == 0x6D696D65) /* "mime" */
            found.xmp = number;
    }
    return found;
}

/* Each is looked for once. */
static void read_item(const state *s, items *found, uint64_t number, uint64_t at, uint64_t size) {
    unsigned char c[4];
    picture unused = {0}; /* how a picture of HEIF is turned, a property of it says */
    if (number && number == found->xmp) {
        found->xmp = 0;
        xtr__image_read_xmp(s, at, size);
    }
    if (!number || number != found->exif || size < 8 || !xtr__image_read_at(s, at, c, 4))
        return;
    found->exif = 0;
    uint64_t skip = 4 + (uint64_t)xtr__be32(c);
    if (skip < size)
        xtr__image_read_exif(s, &unused, at + skip, size - skip);
}

/* Where items lie (8.11.3), of which only those in one piece of this file are read. */
static void read_items(const state *s, const box *meta) {
    box list;
    items found = find_items(s, meta);
    if ((!found.exif && !found.xmp) || !find_box(s, meta->content + 4, meta->end, "iloc", &list))
        return;
    cursor c = {s, list.content, list.end, true};
    uint64_t version = next(&c, 4) >> 24, sizes = next(&c, 2);
    unsigned offset = sizes >> 12 & 15, length = sizes >> 8 & 15, base = sizes >> 4 & 15;
    unsigned index = version ? sizes & 15 : 0, wide = version < 2 ? 2 : 4;
    uint64_t count = next(&c, wide);
    for (uint64_t i = 0; c.ok && i < count && i < MAX_STEPS; i++) {
        uint64_t number = next(&c, wide), method = version ? next(&c, 2) & 15 : 0;
        (void)next(&c, 2);
        uint64_t start = next(&c, base), extents = next(&c, 2);
        for (uint64_t j = 0; c.ok && j < extents && j < MAX_STEPS; j++) {
            (void)next(&c, index);
            uint64_t at = next(&c, offset), size = next(&c, length);
            if (c.ok && extents == 1 && !method && size < UINT32_MAX && at < UINT64_MAX / 4 &&
                start < UINT64_MAX / 4)
                read_item(s, &found, number, start + at, size);
        }
    }
}

/* The largest of the image's spatial extents: others are tiles, thumbnails and alpha planes. */
int xtr__image_read_heif(state *s) {
    uint64_t size = xtr_input_size(s->input);
    box meta, b;
    picture p = {0};
    unsigned char c[12];
    if (!find_box(s, 0, size, "meta", &meta) ||
        !find_box(s, meta.content + 4, meta.end, "iprp", &b) ||
        !find_box(s, b.content, b.end, "ipco", &b))
        return xtr__image_corrupt(s, "no properties in it");
    uint64_t end = b.end;
    uint64_t at = b.content;
    for (int i = 0; i < MAX_STEPS && read_box(s, at, end, &b); i++) {
        at = b.end;
        if (memcmp(b.type, "ispe", 4) != 0 || !xtr__image_read_at(s, b.content, c, sizeof c))
            continue;
        uint64_t area = (uint64_t)xtr__be32(c + 4) * xtr__be32(c + 8);
        if (area > (uint64_t)p.width * p.height) {
            p.width = xtr__be32(c + 4);
            p.height = xtr__be32(c + 8);
        }
    }
    read_items(s, &meta);
    return xtr__image_add_only_page(s, &p);
}
