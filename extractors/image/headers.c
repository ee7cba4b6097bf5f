/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Headers of image files: size, depth, resolution and pages. Follows PNG (W3C, third edition), JFIF
 * 1.02 and ITU-T T.81, TIFF 6.0 and BigTIFF, Exif 2.32, GIF89a, BMP (Windows GDI), WebP (RFC 9649),
 * JPEG 2000 (ITU-T T.800), Netpbm, and HEIF (ISO/IEC 23008-12). */
#include "image.h"

#include "detect/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 4096 /* chunks, segments, boxes or directories in one file */

typedef xtr__picture_header picture;
typedef xtr__image_file state;

typedef int (*reader)(state *s);

static int read_png(state *s);
static int read_jpeg(state *s);
static int read_tiff(state *s);
static int read_gif(state *s);
static int read_bmp(state *s);
static int read_webp(state *s);
static int read_pnm(state *s);

static const struct {
    const char *type, *format;
    reader read;
} kinds[] = {
    {"image/png", "png", read_png},
    {"image/jpeg", "jpeg", read_jpeg},
    {"image/tiff", "tiff", read_tiff},
    {"image/gif", "gif", read_gif},
    {"image/bmp", "bmp", read_bmp},
    {"image/webp", "webp", read_webp},
    {"image/jp2", "jp2", xtr__image_read_jp2},
    {"image/jpx", "jpx", xtr__image_read_jp2},
    {"image/j2c", "j2c", xtr__image_read_codestream},
    {"image/x-portable-bitmap", "pbm", read_pnm},
    {"image/x-portable-graymap", "pgm", read_pnm},
    {"image/x-portable-pixmap", "ppm", read_pnm},
    {"image/x-portable-anymap", "pnm", read_pnm},
    {"image/x-portable-arbitrarymap", "pam", read_pnm},
    {"image/avif", "avif", xtr__image_read_heif},
    {"image/heic", "heic", xtr__image_read_heif},
    {"image/heif", "heif", xtr__image_read_heif},
};

/* Helpers ----------------------------------------------------------------------------------- */

bool xtr__image_read_at(const state *s, uint64_t at, void *out, size_t size) {
    return xtr_input_read(s->input, at, out, size) == (int64_t)size;
}

int xtr__image_corrupt(const state *s, const char *what) {
    return xtr_job_fail(s->job, XTR_E_CORRUPT, "damaged %s image: %s", s->format, what);
}

static void add_number(const state *s, const char *key, uint32_t value) {
    char text[16];
    snprintf(text, sizeof text, "%u", value);
    if (value)
        xtr_metadata(s->builder, key, text);
}

/* Resolution in whole and tenths of dots per inch, whatever the locale. */
static void add_dpi(const state *s, double dpi) {
    char text[24];
    unsigned tenths = (unsigned)(dpi * 10 + .5);
    if (tenths % 10)
        snprintf(text, sizeof text, "%u.%u", tenths / 10, tenths % 10);
    else
        snprintf(text, sizeof text, "%u", tenths / 10);
    xtr_metadata(s->builder, "dpi", text);
}

/* Nonsense resolutions are common. */
static bool knows_dpi(const picture *p) {
    return p->dpi_x >= 10 && p->dpi_x <= 20000 && p->dpi_y >= 10 && p->dpi_y <= 20000;
}

int xtr__image_turn_of(const picture *p) {
    /* As Exif has it; mirrored ones are taken for what they mirror. */
    static const int turns[] = {0, 0, 0, 180, 180, 90, 90, 270, 270};
    return p->orientation < sizeof turns / sizeof *turns ? turns[p->orientation] : 0;
}

void xtr__image_size(const picture *p, int turn, float *width, float *height) {
    /* Without a resolution a pixel is a point. */
    bool known = knows_dpi(p);
    bool turned = (xtr__image_turn_of(p) + turn) % 180 != 0;
    float across = (float)(p->width * 72.0 / (known ? p->dpi_x : 72));
    float down = (float)(p->height * 72.0 / (known ? p->dpi_y : 72));
    *width = turned ? down : across;
    *height = turned ? across : down;
}

/* Notes a page; what the first one is like stands in the metadata too. `alone`: the file holds no
 * other. */
static void add_page(state *s, const picture *p, bool alone) {
    uint32_t number = ++s->pages;
    s->only = alone;
    if (number == 1) {
        add_number(s, "width", p->width);
        add_number(s, "height", p->height);
        add_number(s, "bits_per_sample", p->bits);
        add_number(s, "orientation", p->orientation);
        xtr_metadata(s->builder, "color", p->color ? p->color : "");
        if (knows_dpi(p))
            add_dpi(s, p->dpi_x);
    }
    uint32_t drawn = xtr_job_drawn_page(s->job);
    if (drawn > 0 ? number != drawn : !xtr_pages_include(&xtr_job_options(s->job)->pages, number))
        return;
    picture *kept = XTR__PUSH(&s->slot->budget, &s->pictures);
    if (kept) {
        *kept = *p;
        kept->number = number;
    }
}

int xtr__image_add_only_page(state *s, const picture *p) {
    if (!p->width || !p->height)
        return xtr__image_corrupt(s, "no size in its header");
    add_page(s, p, true);
    return XTR_OK;
}

const char *xtr__image_color_of(unsigned channels) {
    static const char *const names[] = {NULL, "gray", "gray alpha", "rgb", "rgba"};
    return channels < 5 ? names[channels] : NULL;
}

/* TIFF and Exif ----------------------------------------------------------------------------- */

typedef xtr__tiff tiff;

uint64_t xtr__tiff_number(const tiff *t, const unsigned char *p, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)p[i] << 8 * (t->big_endian ? size - 1 - i : i);
    return value;
}

bool xtr__tiff_read(const tiff *t, uint64_t at, void *out, size_t size) {
    return at < t->end - t->base && size <= t->end - t->base - at &&
           xtr__image_read_at(t->file, t->base + at, out, size);
}

static bool open_tiff(tiff *t, uint64_t *first) {
    unsigned char head[16] = {0};
    if (!xtr__tiff_read(t, 0, head, 8))
        return false;
    t->big_endian = head[0] == 'M';
    uint64_t magic = xtr__tiff_number(t, head + 2, 2);
    t->big_tiff = magic == 43;
    if ((memcmp(head, "II", 2) != 0 && memcmp(head, "MM", 2) != 0) || (magic != 42 && magic != 43))
        return false;
    if (t->big_tiff && !xtr__tiff_read(t, 0, head, 16))
        return false;
    *first = t->big_tiff ? xtr__tiff_number(t, head + 8, 8) : xtr__tiff_number(t, head + 4, 4);
    return true;
}

static double rational(const tiff *t, const unsigned char *value) {
    unsigned char pair[8];
    if (t->big_tiff)
        memcpy(pair, value, 8);
    else if (!xtr__tiff_read(t, xtr__tiff_number(t, value, 4), pair, 8))
        return 0;
    double below = (double)xtr__tiff_number(t, pair + 4, 4);
    return below > 0 ? (double)xtr__tiff_number(t, pair, 4) / below : 0;
}

typedef struct directory {
    picture picture;
    uint32_t samples, photometric, unit;
    bool reduced; /* a smaller version of another image */
} directory;

/* The first value of an integer field: BYTE, SHORT, LONG or LONG8. */
static uint64_t field_value(const tiff *t, unsigned type, const unsigned char *value,
                            uint64_t count) {
    unsigned char first[2];
    size_t size = type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : type == 16 ? 8 : 0;
    if (type == 3 && count > (t->big_tiff ? 4 : 2))
        return xtr__tiff_read(t, xtr__tiff_number(t, value, t->big_tiff ? 8 : 4), first, 2)
                   ? xtr__tiff_number(t, first, 2)
                   : 0;
    return size > 4 && !t->big_tiff ? 0 : xtr__tiff_number(t, value, size);
}

static void read_field(const tiff *t, directory *d, const unsigned char *p) {
    unsigned type = (unsigned)xtr__tiff_number(t, p + 2, 2);
    const unsigned char *value = p + (t->big_tiff ? 12 : 8);
    uint64_t count = xtr__tiff_number(t, p + 4, t->big_tiff ? 8 : 4);
    uint64_t whole = field_value(t, type, value, count);
    uint32_t number = whole > UINT32_MAX ? 0 : (uint32_t)whole;
    switch (xtr__tiff_number(t, p, 2)) {
    case 254:
        d->reduced = number & 1;
        break;
    case 256:
        d->picture.width = number;
        break;
    case 257:
        d->picture.height = number;
        break;
    case 258:
        d->picture.bits = number;
        break;
    case 262:
        d->photometric = number;
        break;
    case 274:
        d->picture.orientation = number <= 8 ? number : 0;
        break;
    case 277:
        d->samples = number;
        break;
    case 282:
        d->picture.dpi_x = rational(t, value);
        break;
    case 283:
        d->picture.dpi_y = rational(t, value);
        break;
    case 296:
        d->unit = number;
        break;
    default:
        break;
    }
}

/* Reads the directory at `at`; the position of the next one in *next. */
static bool read_directory(const tiff *t, uint64_t at, directory *d, uint64_t *next) {
    unsigned char field[20];
    size_t count_size = t->big_tiff ? 8 : 2;
    size_t field_size = t->big_tiff ? 20 : 12;
    size_t link_size = t->big_tiff ? 8 : 4;
    *d = (directory){.photometric = 1, .unit = 2, .samples = 1};
    *next = 0;
    if (!xtr__tiff_read(t, at, field, count_size))
        return false;
    uint64_t count = xtr__tiff_number(t, field, count_size);
    at += count_size;
    for (uint64_t i = 0; i < count && i < MAX_STEPS; i++, at += field_size) {
        if (!xtr__tiff_read(t, at, field, field_size))
            return i > 0;
        read_field(t, d, field);
    }
    if (count <= MAX_STEPS && xtr__tiff_read(t, at, field, link_size))
        *next = xtr__tiff_number(t, field, link_size);
    double scale = d->unit == 3 ? 2.54 : d->unit == 2 ? 1 : 0;
    d->picture.dpi_x *= scale;
    d->picture.dpi_y *= scale;
    d->picture.color = d->photometric <= 1   ? "gray"
                       : d->photometric == 3 ? "palette"
                       : d->photometric == 5 ? "cmyk"
                       : d->photometric == 6 ? "ycbcr"
                                             : xtr__image_color_of(d->samples);
    return true;
}

/* Positions of the directories read so far. Only a link back can close a loop, so only such a link
 * is looked up. */
typedef struct visited {
    uint64_t *items;
    size_t count, capacity;
} visited;

static bool visit(visited *v, uint64_t at) {
    for (size_t i = v->count; i-- && v->items[v->count - 1] >= at;) {
        if (v->items[i] == at)
            return false;
    }
    if (v->count == v->capacity) {
        size_t capacity = v->capacity ? 2 * v->capacity : 64;
        uint64_t *grown = realloc(v->items, capacity * sizeof *grown);
        if (!grown)
            return false;
        v->items = grown;
        v->capacity = capacity;
    }
    v->items[v->count++] = at;
    return true;
}

static int read_directories(state *s, const tiff *t, uint64_t at, visited *v) {
    uint32_t most = (uint32_t)xtr_job_options(s->job)->max_pages;
    for (uint32_t index = 0; at && !xtr_job_should_stop(s->job); index++) {
        directory d;
        uint64_t next;
        if (!visit(v, at) || !read_directory(t, at, &d, &next)) {
            if (!s->pages)
                return xtr__image_corrupt(s, "its first directory cannot be read");
            xtr_partial(s->builder, XTR_E_CORRUPT, 0, "damaged after page %u", s->pages);
            return XTR_OK;
        }
        if (most && s->pages >= most) {
            xtr_partial(s->builder, XTR_E_LIMIT, 0, "more than max_pages (%u) pages", most);
            return XTR_OK;
        }
        d.picture.directory = index;
        d.picture.upright = true;
        if (d.picture.width && d.picture.height && !d.reduced)
            add_page(s, &d.picture, !s->pages && !next);
        at = next;
    }
    return s->pages ? XTR_OK : xtr__image_corrupt(s, "no image in it");
}

static int read_tiff(state *s) {
    tiff t = {.file = s, .base = 0, .end = xtr_input_size(s->input)};
    uint64_t at;
    if (!open_tiff(&t, &at))
        return xtr__image_corrupt(s, "no TIFF header");
    visited v = {0};
    xtr__image_read_facts(&t, at);
    int code = read_directories(s, &t, at, &v);
    free(v.items);
    return code;
}

/* Orientation and resolution of a photograph. */
void xtr__image_read_exif(const state *s, picture *p, uint64_t at, uint64_t size) {
    unsigned char mark[6];
    unsigned skip =
        size > 6 && xtr__image_read_at(s, at, mark, 6) && !memcmp(mark, "Exif\0", 6) ? 6 : 0;
    tiff t = {.file = s, .base = at + skip, .end = at + size};
    uint64_t first;
    uint64_t next;
    directory d;
    if (!open_tiff(&t, &first) || !read_directory(&t, first, &d, &next))
        return;
    xtr__image_read_facts(&t, first);
    p->orientation = d.picture.orientation;
    if (!(p->dpi_x > 0)) {
        p->dpi_x = d.picture.dpi_x;
        p->dpi_y = d.picture.dpi_y;
    }
}

/* PNG --------------------------------------------------------------------------------------- */

static int read_png(state *s) {
    static const unsigned char channels[] = {1, 0, 3, 3, 2, 0, 4};
    unsigned char c[25];
    if (!xtr__image_read_at(s, 8, c, sizeof c) || memcmp(c + 4, "IHDR", 4) != 0)
        return xtr__image_corrupt(s, "no header chunk");
    picture p = {.width = xtr__be32(c + 8), .height = xtr__be32(c + 12), .bits = c[16]};
    p.color = c[17] == 3 ? "palette" : c[17] < 7 ? xtr__image_color_of(channels[c[17]]) : NULL;
    uint64_t at = 33;
    for (int i = 0; i < MAX_STEPS && xtr__image_read_at(s, at, c, 8); i++) {
        uint32_t size = xtr__be32(c);
        if (!memcmp(c + 4, "IEND", 4))
            break;
        if (!memcmp(c + 5, "TXt", 3) || !memcmp(c + 4, "tEXt", 4)) {
            xtr__image_read_png_text(s, c + 4, at + 8, size);
        } else if (!memcmp(c + 4, "eXIf", 4)) {
            xtr__image_read_exif(s, &p, at + 8, size);
        } else if (!memcmp(c + 4, "pHYs", 4) && size == 9 && xtr__image_read_at(s, at + 8, c, 9) &&
                   c[8] == 1) {
            p.dpi_x = xtr__be32(c) * .0254;
            p.dpi_y = xtr__be32(c + 4) * .0254;
        }
        at += 12 + (uint64_t)size;
    }
    return xtr__image_add_only_page(s, &p);
}

/* JPEG -------------------------------------------------------------------------------------- */

static void read_segment(const state *s, picture *p, uint64_t at, unsigned marker, unsigned size) {
    unsigned char c[14], name[29];
    bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame && size >= 6 && xtr__image_read_at(s, at, c, 6)) {
        p->bits = c[0];
        p->height = xtr__be16(c + 1);
        p->width = xtr__be16(c + 3);
        p->color = c[5] == 4 ? "cmyk" : c[5] == 3 ? "ycbcr" : xtr__image_color_of(c[5]);
    } else if (marker == 0xE0 && size >= 12 && xtr__image_read_at(s, at, c, 12) &&
               !memcmp(c, "JFIF", 5)) {
        double scale = c[7] == 1 ? 1 : c[7] == 2 ? 2.54 : 0;
        p->dpi_x = xtr__be16(c + 8) * scale;
        p->dpi_y = xtr__be16(c + 10) * scale;
    } else if (marker == 0xEE && size >= 12 && xtr__image_read_at(s, at, c, 5)) {
        p->inverted = !memcmp(c, "Adobe", 5); /* comes before the frame, if it comes */
    } else if (marker == 0xE1 && size > 14 && xtr__image_read_at(s, at, c, 6) &&
               !memcmp(c, "Exif\0", 6)) {
        xtr__image_read_exif(s, p, at, size);
    } else if (marker == 0xE1 && size > 29 && xtr__image_read_at(s, at, name, 29) &&
               !memcmp(name, "http://ns.adobe.com/xap/1.0/", 29)) {
        xtr__image_read_xmp(s, at + 29, size - 29);
    } else if (marker == 0xED && size > 14 && xtr__image_read_at(s, at, c, 14) &&
               !memcmp(c, "Photoshop 3.0", 14)) {
        xtr__image_read_resources(s, at + 14, size - 14);
    } else if (marker == 0xFE) {
        xtr__image_read_comment(s, at, size);
    }
}

static int read_jpeg(state *s) {
    picture p = {0};
    uint64_t at = 2;
    unsigned char c[4];
    for (int i = 0; i < MAX_STEPS && !p.width && xtr__image_read_at(s, at, c, 4); i++) {
        if (c[0] != 0xFF)
            return xtr__image_corrupt(s, "no marker where one must be");
        if (c[1] == 0xFF || c[1] == 0x01 || (c[1] >= 0xD0 && c[1] <= 0xD8)) {
            at += c[1] == 0xFF ? 1 : 2;
            continue;
        }
        unsigned size = xtr__be16(c + 2);
        if (size < 2 || c[1] == 0xD9 || c[1] == 0xDA)
            break;
        read_segment(s, &p, at + 4, c[1], size - 2);
        at += 2 + (uint64_t)size;
    }
    return xtr__image_add_only_page(s, &p);
}

/* GIF, BMP, WebP, Netpbm -------------------------------------------------------------------- */

/* What is said before the first picture, in blocks of up to 255 bytes; XMP stands there as it is,
 * so that its bytes are sizes, and ends with 258 bytes of a ramp. */
static void read_gif_extensions(const state *s, uint64_t at) {
    static const unsigned char xmp[] = "!\xFF\x0BXMP DataXMP";
    unsigned char c[14];
    for (int i = 0; i < MAX_STEPS && xtr__image_read_at(s, at, c, 3) && c[0] == '!'; i++) {
        uint64_t from = at + 2;
        bool comment = c[1] == 0xFE && c[2];
        bool packet = c[1] == 0xFF && xtr__image_read_at(s, at, c, 14) && !memcmp(c, xmp, 14);
        if (comment)
            xtr__image_read_comment(s, from + 1, c[2]);
        for (at = from; i < MAX_STEPS && xtr__image_read_at(s, at, c, 1) && c[0]; i++)
            at += 1U + c[0];
        at++;
        if (packet && at > from + 12 + 258)
            xtr__image_read_xmp(s, from + 12, at - from - 12 - 258);
    }
}

static int read_gif(state *s) {
    unsigned char c[13];
    if (!xtr__image_read_at(s, 0, c, sizeof c) || memcmp(c, "GIF8", 4) != 0)
        return xtr__image_corrupt(s, "no GIF header");
    picture p = {.width = xtr__le16(c + 6), .height = xtr__le16(c + 8), .color = "palette"};
    p.bits = c[10] & 0x80 ? (c[10] & 7U) + 1 : 0;
    read_gif_extensions(s, 13 + (p.bits ? 3U << p.bits : 0));
    return xtr__image_add_only_page(s, &p);
}

static int read_bmp(state *s) {
    unsigned char c[54] = {0};
    if (!xtr__image_read_at(s, 0, c, 26) || memcmp(c, "BM", 2) != 0)
        return xtr__image_corrupt(s, "no BMP header");
    picture p = {0};
    uint32_t depth;
    if (xtr__le32(c + 14) == 12) {
        p.width = xtr__le16(c + 18);
        p.height = xtr__le16(c + 20);
        depth = xtr__le16(c + 24);
    } else {
        if (!xtr__image_read_at(s, 0, c, sizeof c))
            return xtr__image_corrupt(s, "its header is cut off");
        uint32_t height = xtr__le32(c + 22);
        p.width = xtr__le32(c + 18);
        p.height = height & 0x80000000U ? ~height + 1U : height; /* negative: top row first */
        depth = xtr__le16(c + 28);
        p.dpi_x = xtr__le32(c + 38) * .0254;
        p.dpi_y = xtr__le32(c + 42) * .0254;
    }
    if (p.width & 0x80000000U)
        return xtr__image_corrupt(s, "its width is negative");
    p.color = depth <= 8 ? "palette" : depth == 32 ? "rgba" : "rgb";
    p.bits = depth <= 8 ? depth : depth == 16 ? 5 : 8;
    return xtr__image_add_only_page(s, &p);
}

static void read_webp_chunks(const state *s, picture *p) {
    unsigned char c[8];
    uint64_t at = 12;
    for (int i = 0; i < MAX_STEPS && xtr__image_read_at(s, at, c, 8); i++) {
        uint32_t size = xtr__le32(c + 4);
        if (!memcmp(c, "EXIF", 4))
            xtr__image_read_exif(s, p, at + 8, size);
        else if (!memcmp(c, "XMP ", 4))
            xtr__image_read_xmp(s, at + 8, size);
        at += 8 + (uint64_t)size + size % 2;
    }
}

static int read_webp(state *s) {
    unsigned char c[30] = {0};
    if (!xtr__image_read_at(s, 0, c, 25) || memcmp(c, "RIFF", 4) != 0 ||
        memcmp(c + 8, "WEBP", 4) != 0)
        return xtr__image_corrupt(s, "no WebP header");
    (void)xtr_input_read(s->input, 0, c, sizeof c);
    picture p = {.bits = 8, .color = "rgb"};
    if (!memcmp(c + 12, "VP8X", 4)) {
        read_webp_chunks(s, &p);
        p.width = (xtr__le32(c + 24) & 0xFFFFFF) + 1;
        p.height = (xtr__le32(c + 26) >> 8) + 1;
        p.color = c[20] & 0x10 ? "rgba" : "rgb";
    } else if (!memcmp(c + 12, "VP8L", 4) && c[20] == 0x2F) {
        uint32_t bits = xtr__le32(c + 21);
        p.width = (bits & 0x3FFF) + 1;
        p.height = (bits >> 14 & 0x3FFF) + 1;
        p.color = bits >> 28 & 1 ? "rgba" : "rgb";
    } else if (!memcmp(c + 12, "VP8 ", 4) && !memcmp(c + 23, "\x9D\x01\x2A", 3)) {
        p.width = xtr__le16(c + 26) & 0x3FFF;
        p.height = xtr__le16(c + 28) & 0x3FFF;
    }
    return xtr__image_add_only_page(s, &p);
}

/* The next number of a Netpbm header; comments run to the end of their line. */
static uint32_t next_number(const unsigned char *head, size_t size, size_t *at) {
    bool comment = false;
    while (*at < size && (comment || head[*at] < '0' || head[*at] > '9')) {
        comment = head[*at] == '#' || (comment && head[*at] != '\n');
        ++*at;
    }
    uint64_t value = 0;
    while (*at < size && head[*at] >= '0' && head[*at] <= '9' && value < UINT32_MAX)
        value = value * 10 + (head[(*at)++] - '0');
    return value < UINT32_MAX ? (uint32_t)value : 0;
}

static uint32_t bits_for(uint32_t maximum) {
    uint32_t bits = 0;
    for (; maximum; maximum >>= 1)
        bits++;
    return bits;
}

static uint32_t pam_field(const unsigned char *head, size_t size, const char *name) {
    const unsigned char *found = memmem(head, size, name, strlen(name));
    size_t at = found ? (size_t)(found - head) + strlen(name) : size;
    return next_number(head, size, &at);
}

static int read_pnm(state *s) {
    size_t size;
    const unsigned char *head = xtr_input_head(s->input, &size);
    size_t at = 2;
    if (size < 8 || head[0] != 'P' || head[1] < '1' || head[1] > '7')
        return xtr__image_corrupt(s, "no Netpbm header");
    picture p = {0};
    if (head[1] == '7') {
        p.width = pam_field(head, size, "WIDTH ");
        p.height = pam_field(head, size, "HEIGHT ");
        p.bits = bits_for(pam_field(head, size, "MAXVAL "));
        p.color = xtr__image_color_of(pam_field(head, size, "DEPTH "));
    } else {
        unsigned kind = (head[1] - (unsigned)'1') % 3;
        p.width = next_number(head, size, &at);
        p.height = next_number(head, size, &at);
        p.bits = kind == 0 ? 1 : bits_for(next_number(head, size, &at));
        p.color = kind == 2 ? "rgb" : "gray";
    }
    return xtr__image_add_only_page(s, &p);
}

int xtr__image_read_headers(xtr__image_file *file) {
    const char *type = xtr_job_mime_type(file->job);
    reader read = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!strcmp(kinds[i].type, type)) {
            read = kinds[i].read;
            file->format = kinds[i].format;
        }
    }
    if (!read)
        return xtr_job_fail(file->job, XTR_E_UNSUPPORTED, "not an image type: %s", type);
    int code = read(file);
    char pages[16];
    snprintf(pages, sizeof pages, "%u", file->pages);
    if (!code)
        xtr_metadata(file->builder, "page_count", pages);
    return code;
}
