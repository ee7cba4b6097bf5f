/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Headers of the pictures that documents hold: PNG, JPEG, GIF, BMP, WebP, TIFF, EMF, WMF, SVG. */
#include "container/picture.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct head {
    const unsigned char *bytes;
    size_t size;
} head;

static uint32_t big16(const unsigned char *p) {
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t big32(const unsigned char *p) {
    return big16(p) << 16 | big16(p + 2);
}

static uint32_t little16(const unsigned char *p) {
    return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t little32(const unsigned char *p) {
    return little16(p + 2) << 16 | little16(p);
}

static bool begins(const head *h, const char *with, size_t size) {
    return h->size >= size && !memcmp(h->bytes, with, size);
}

/* The frame header (ITU-T T.81, B.2.2): any SOF but those of tables and extensions. */
static void read_jpeg(const head *h, xtr__picture *p) {
    for (size_t at = 2; at + 9 < h->size && h->bytes[at] == 0xFF;) {
        unsigned marker = h->bytes[at + 1];
        if (marker == 0xFF) {
            at++;
            continue;
        }
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
            marker != 0xCC) {
            p->height = big16(h->bytes + at + 5);
            p->width = big16(h->bytes + at + 7);
            return;
        }
        at += 2 + big16(h->bytes + at + 2);
    }
}

static void read_webp(const head *h, xtr__picture *p) {
    const unsigned char *b = h->bytes;
    if (!memcmp(b + 12, "VP8X", 4)) {
        p->width = 1 + (little32(b + 24) & 0xFFFFFF);
        p->height = 1 + (little32(b + 26) >> 8);
    } else if (!memcmp(b + 12, "VP8 ", 4)) {
        p->width = little16(b + 26) & 0x3FFF;
        p->height = little16(b + 28) & 0x3FFF;
    } else if (!memcmp(b + 12, "VP8L", 4)) {
        uint32_t bits = little32(b + 21);
        p->width = 1 + (bits & 0x3FFF);
        p->height = 1 + (bits >> 14 & 0x3FFF);
    }
}

static void read_bmp(const head *h, xtr__picture *p) {
    int32_t height = (int32_t)little32(h->bytes + 22);
    p->width = little32(h->bytes + 18);
    p->height = height < 0 ? 0 - (uint32_t)height : (uint32_t)height;
}

xtr__picture xtr__picture_of(const void *bytes, size_t size) {
    const head h = {bytes, size};
    xtr__picture p = {NULL, 0, 0};
    if (begins(&h, "\x89PNG\r\n\x1A\n", 8) && size >= 24) {
        p = (xtr__picture){"png", big32(h.bytes + 16), big32(h.bytes + 20)};
    } else if (begins(&h, "\xFF\xD8\xFF", 3)) {
        p.format = "jpeg";
        read_jpeg(&h, &p);
    } else if (begins(&h, "GIF8", 4) && size >= 10) {
        p = (xtr__picture){"gif", little16(h.bytes + 6), little16(h.bytes + 8)};
    } else if (begins(&h, "BM", 2) && size >= 26) {
        p.format = "bmp";
        read_bmp(&h, &p);
    } else if (begins(&h, "RIFF", 4) && size >= 32 && !memcmp(h.bytes + 8, "WEBP", 4)) {
        p.format = "webp";
        read_webp(&h, &p);
    } else if (begins(&h, "II*\0", 4) || begins(&h, "MM\0*", 4)) {
        p.format = "tiff";
    } else if (begins(&h, "\x01\0\0\0", 4) && size >= 44 && !memcmp(h.bytes + 40, " EMF", 4)) {
        p.format = "emf";
    } else if (begins(&h, "\xD7\xCD\xC6\x9A", 4) || begins(&h, "\x01\0\x09\0", 4)) {
        p.format = "wmf";
    } else if (begins(&h, "<svg", 4) || (begins(&h, "<?xml", 5) && size > 5)) {
        p.format = "svg";
    }
    return p;
}

size_t xtr__picture_said(const char *description) {
    static const char *const added[] = {"AI-generated content may be incorrect.",
                                        "Description automatically generated"};
    size_t size = strlen(description);
    for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
        size_t length = strlen(added[i]);
        if (size >= length && !memcmp(description + size - length, added[i], length))
            size -= length;
        while (size && strchr(" \t\r\n", description[size - 1]))
            size--;
    }
    return size;
}

/* Of a picture that is not wanted only what says how large it is. */
static int read_head(xtr__zip *zip, size_t part, unsigned char **data, size_t *size) {
    enum { HEAD = 64 << 10 };
    xtr__zip_stream *stream;
    unsigned char *bytes = malloc(HEAD);
    int code = bytes ? xtr__zip_stream_open(&stream, zip, part) : XTR_E_MEMORY;
    if (code) {
        free(bytes);
        return code;
    }
    size_t count = 0;
    int64_t got = 1;
    while (count < HEAD && got > 0) {
        got = xtr__zip_stream_read(stream, bytes + count, HEAD - count);
        count += got > 0 ? (size_t)got : 0;
    }
    xtr__zip_stream_drop(stream);
    *data = bytes;
    *size = count;
    return XTR_OK;
}

uint32_t xtr__picture_add(xtr_job *job, xtr__zip *zip, size_t part, xtr_image_info *info) {
    bool wanted = xtr_job_options(job)->images == XTR_IMAGES_EXTRACT;
    unsigned char *data = NULL;
    size_t size = 0;
    int code = wanted ? xtr__zip_read(zip, part, &data, &size) : read_head(zip, part, &data, &size);
    if (code) {
        xtr_partial(xtr_job_builder(job), code, info->page, "a picture could not be read: %s",
                    xtr_error_describe(code)->text);
        return 0;
    }
    xtr__picture picture = xtr__picture_of(data, size);
    wanted = wanted && picture.format;
    info->format = picture.format;
    info->width = picture.width;
    info->height = picture.height;
    info->data = wanted ? data : NULL;
    info->data_size = wanted ? size : 0;
    uint32_t number = xtr_image(xtr_job_builder(job), info);
    info->data = NULL;
    free(data);
    return number;
}
