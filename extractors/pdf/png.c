/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* PNG (W3C, third edition) of a pixmap, in the smallest of its types that keeps every pixel: black
 * and white in one bit, grey, grey with alpha, RGB or RGBA in eight. */
#include "pdf.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { EFFORT = 6, PIXELS_AT_ONCE = 1 << 16 };

typedef struct painter {
    xtr__pdf *pdf;
    const fz_pixmap *pixmap, *mask;
    int width, height;
    unsigned char *row; /* RGBA, not multiplied */
    bool bilevel, grey, opaque;
    size_t pixel_size, row_size; /* bytes as stored */
    unsigned char *packed, *before, *tried, *best;
} painter;

static unsigned char unmultiplied(unsigned char value, unsigned char alpha) {
    unsigned whole = alpha == 0 ? 0 : (value * 255U + alpha / 2U) / alpha;
    return (unsigned char)(whole > 255 ? 255 : whole);
}

/** One pixel of the pixmap. A stencil paints black on white. */
static void paint_pixel(const fz_pixmap *pixmap, const unsigned char *in, unsigned char out[4]) {
    int colours = pixmap->n - pixmap->alpha;
    out[3] = pixmap->alpha && colours > 0 ? in[colours] : 255;
    for (int i = 0; i < 3; i++) {
        unsigned char value =
            colours == 0 ? (unsigned char)(255 - in[0]) : in[colours == 3 ? i : 0];
        out[i] = out[3] == 255 ? value : unmultiplied(value, out[3]);
    }
}

/** The place in `size` of the pixel at `at` of `whole`. */
static size_t scaled(int at, int size, int whole) {
    return (size_t)(size == whole ? at : (int)((int64_t)at * size / whole));
}

static void paint_row(const painter *p, int y) {
    const fz_pixmap *from = p->pixmap, *mask = p->mask;
    const unsigned char *in = from->samples + scaled(y, from->h, p->height) * (size_t)from->stride;
    for (int x = 0; x < p->width; x++)
        paint_pixel(from, in + scaled(x, from->w, p->width) * from->n, p->row + 4 * (size_t)x);
    if (mask == NULL)
        return;
    const unsigned char *seen =
        mask->samples + scaled(y, mask->h, p->height) * (size_t)mask->stride;
    for (int x = 0; x < p->width; x++) {
        unsigned alpha = p->row[4 * (size_t)x + 3] * seen[scaled(x, mask->w, p->width) * mask->n];
        p->row[4 * (size_t)x + 3] = (unsigned char)(alpha / 255);
    }
}

/** Paints row `y`, having asked now and then whether to stop. Throws. */
static void next_row(fz_context *ctx, const painter *p, int y) {
    int rows = PIXELS_AT_ONCE / p->width + 1;
    if (y % rows == 0 && xtr__pdf_should_stop(p->pdf))
        fz_throw(ctx, FZ_ERROR_TRYLATER, "stopped");
    paint_row(p, y);
}

/** Finds out what the picture needs. Throws. */
static void classify(fz_context *ctx, painter *p) {
    p->bilevel = p->grey = p->opaque = true;
    for (int y = 0; y < p->height && (p->grey || p->opaque); y++) {
        next_row(ctx, p, y);
        for (int x = 0; x < p->width; x++) {
            const unsigned char *c = p->row + 4 * (size_t)x;
            p->opaque = p->opaque && c[3] == 255;
            p->grey = p->grey && c[0] == c[1] && c[1] == c[2];
            p->bilevel = p->bilevel && (c[0] == 0 || c[0] == 255);
        }
    }
    p->bilevel = p->bilevel && p->grey && p->opaque;
    p->pixel_size = (p->grey ? 1U : 3U) + !p->opaque;
    p->row_size = p->bilevel ? ((size_t)p->width + 7) / 8 : (size_t)p->width * p->pixel_size;
}

/** The samples of the row. */
static void pack_row(const painter *p, unsigned char *out) {
    const size_t width = (size_t)p->width, colours = p->grey ? 1 : 3;
    if (p->bilevel) {
        memset(out, 0, p->row_size);
        for (size_t x = 0; x < width; x++)
            out[x / 8] |= (unsigned char)((p->row[4 * x] & 0x80) >> x % 8);
        return;
    }
    for (size_t x = 0; x < width; x++) {
        memcpy(out, p->row + 4 * x, colours);
        out += colours;
        if (!p->opaque)
            *out++ = p->row[4 * x + 3];
    }
}

/* Filters of a row (section 9): what a byte differs by from the one on the left, the one above, or
 * whichever of three is nearest. */
enum { PLAIN, SUB, UP, PAETH = 4, FILTERS };

static unsigned char nearest(int left, int above, int corner) {
    int to_left = abs(above - corner), to_above = abs(left - corner);
    int to_corner = abs(left + above - 2 * corner);
    return (unsigned char)(to_left <= to_above && to_left <= to_corner ? left
                           : to_above <= to_corner                     ? above
                                                                       : corner);
}

/** The row through a filter. */
static void filter_row(const painter *p, int filter, unsigned char *out) {
    const unsigned char *row = p->packed, *above = p->before;
    const size_t size = p->row_size, step = p->bilevel ? 1 : p->pixel_size;
    const size_t first = step < size ? step : size;
    out[0] = (unsigned char)filter;
    out++;
    memcpy(out, row, size);
    if (filter == SUB) {
        for (size_t i = first; i < size; i++)
            out[i] = (unsigned char)(row[i] - row[i - step]);
    } else if (filter == UP) {
        for (size_t i = 0; i < size; i++)
            out[i] = (unsigned char)(row[i] - above[i]);
    } else if (filter == PAETH) {
        for (size_t i = 0; i < first; i++)
            out[i] = (unsigned char)(row[i] - above[i]);
        for (size_t i = first; i < size; i++)
            out[i] = (unsigned char)(row[i] - nearest(row[i - step], above[i], above[i - step]));
    }
}

/** How much a filter left to say, roughly: in bits where bytes change, else the sum of what they
 *  are. */
static size_t measure(const painter *p, const unsigned char *row) {
    size_t left = 0;
    for (size_t i = 1; p->bilevel && i <= p->row_size; i++)
        left += row[i] != row[i - 1];
    for (size_t i = 1; !p->bilevel && i <= p->row_size; i++)
        left += row[i] < 128 ? row[i] : 256U - row[i];
    return left;
}

/** The row of `packed` as it is stored: by the filter that leaves least. */
static unsigned char *store_row(painter *p) {
    static const int filters[] = {PLAIN, SUB, UP, PAETH};
    size_t least = SIZE_MAX, count = p->bilevel ? 3 : 4;
    for (size_t i = 0; i < count; i++) {
        filter_row(p, filters[i], p->tried);
        size_t left = measure(p, p->tried);
        if (left >= least)
            continue;
        unsigned char *best = p->tried;
        p->tried = p->best;
        p->best = best;
        least = left;
    }
    unsigned char *row = p->packed;
    p->packed = p->before;
    p->before = row;
    return p->best;
}

static void put_number(unsigned char out[4], size_t value) {
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (24 - 8 * i));
}

/** Sets the size of the chunk that starts at `at` and ends the buffer, and adds its checksum. */
static void end_chunk(fz_context *ctx, fz_buffer *out, size_t at) {
    unsigned char sum[4];
    if (out->len - at - 8 > INT32_MAX)
        fz_throw(ctx, COMPAT_ERROR_FORMAT, "too large for PNG");
    put_number(out->data + at, out->len - at - 8);
    put_number(sum, crc32(0, out->data + at + 4, (uInt)(out->len - at - 4)));
    fz_append_data(ctx, out, sum, 4);
}

static void put_header(fz_context *ctx, fz_buffer *out, const painter *p) {
    unsigned char c[] = "\0\0\0\0IHDR\0\0\0\0\0\0\0\0\0\0\0\0";
    put_number(c + 8, (size_t)p->width);
    put_number(c + 12, (size_t)p->height);
    c[16] = p->bilevel ? 1 : 8;
    c[17] = (unsigned char)((p->grey ? 0 : 2) + (p->opaque ? 0 : 4));
    fz_append_data(ctx, out, "\x89PNG\r\n\x1a\n", 8);
    fz_append_data(ctx, out, c, 21);
    end_chunk(ctx, out, 8);
}

static void *take_memory(void *ctx, uInt count, uInt size) {
    return fz_malloc_no_throw(ctx, (size_t)count * size);
}

static void give_memory(void *ctx, void *block) {
    fz_free(ctx, block);
}

/** Compresses what the stream was given to the end of `out`. Throws. */
static void deflate_to(fz_context *ctx, fz_buffer *out, z_stream *z, int flush) {
    unsigned char piece[16384];
    int status = Z_OK;
    do {
        z->next_out = piece;
        z->avail_out = sizeof piece;
        status = deflate(z, flush);
        fz_append_data(ctx, out, piece, sizeof piece - z->avail_out);
    } while (status == Z_OK && z->avail_out == 0);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        fz_throw(ctx, FZ_ERROR_GENERIC, "cannot compress");
}

/** Throws. */
static void put_rows(fz_context *ctx, fz_buffer *out, painter *p) {
    size_t at = out->len;
    z_stream z = {.zalloc = take_memory, .zfree = give_memory, .opaque = ctx};
    fz_append_data(ctx, out, "\0\0\0\0IDAT", 8);
    /* Runs alone: what zlib searches for differs between its versions, and in Node.js the library
     * finds that of Node.js. */
    if (deflateInit2(&z, EFFORT, Z_DEFLATED, MAX_WBITS, 9, Z_RLE) != Z_OK)
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    fz_try(ctx) {
        for (int y = 0; y < p->height; y++) {
            next_row(ctx, p, y);
            pack_row(p, p->packed);
            z.next_in = store_row(p);
            z.avail_in = (uInt)p->row_size + 1;
            deflate_to(ctx, out, &z, Z_NO_FLUSH);
        }
        deflate_to(ctx, out, &z, Z_FINISH);
    }
    fz_always(ctx) {
        deflateEnd(&z);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    end_chunk(ctx, out, at);
    fz_append_data(ctx, out, "\0\0\0\0IEND", 8);
    end_chunk(ctx, out, out->len - 8);
}

xtr__picture xtr__pdf_encode_png(xtr__pdf *pdf, const fz_pixmap *pixmap, const fz_pixmap *mask) {
    fz_context *ctx = pdf->ctx;
    painter p = {.pdf = pdf, .pixmap = pixmap, .mask = mask};
    p.width = mask != NULL && mask->w > pixmap->w ? mask->w : pixmap->w;
    p.height = mask != NULL && mask->h > pixmap->h ? mask->h : pixmap->h;
    unsigned char *rows = NULL;
    fz_buffer *out = NULL;
    fz_var(rows);
    fz_var(out);
    fz_try(ctx) {
        size_t size = 4 * (size_t)p.width + 1;
        rows = fz_calloc(ctx, 5, size);
        p.row = rows;
        p.packed = rows + size;
        p.before = rows + 2 * size;
        p.tried = rows + 3 * size;
        p.best = rows + 4 * size;
        out = fz_new_buffer(ctx, 4096);
        classify(ctx, &p);
        put_header(ctx, out, &p);
        put_rows(ctx, out, &p);
    }
    fz_always(ctx) {
        fz_free(ctx, rows);
    }
    fz_catch(ctx) {
        fz_drop_buffer(ctx, out);
        fz_rethrow(ctx);
    }
    return (xtr__picture){out, "png", (uint32_t)p.width, (uint32_t)p.height};
}

/* Streams of a PDF -------------------------------------------------------------------------- */

pdf_obj *xtr__pdf_add_deflated(fz_context *ctx, pdf_document *doc, fz_buffer *data) {
    z_stream z = {.zalloc = take_memory, .zfree = give_memory, .opaque = ctx};
    pdf_obj *out = NULL, *dict = NULL;
    fz_buffer *packed = NULL;
    fz_var(out);
    fz_var(dict);
    fz_var(packed);
    if (deflateInit2(&z, EFFORT, Z_DEFLATED, MAX_WBITS, 9, Z_RLE) != Z_OK) /* as above */
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    fz_try(ctx) {
        packed = fz_new_buffer(ctx, data->len / 2 + 64);
        for (size_t at = 0, size; at < data->len; at += size) {
            size = data->len - at < INT32_MAX ? data->len - at : INT32_MAX;
            z.next_in = data->data + at;
            z.avail_in = (uInt)size;
            deflate_to(ctx, packed, &z, Z_NO_FLUSH);
        }
        deflate_to(ctx, packed, &z, Z_FINISH);
        dict = pdf_new_dict(ctx, doc, 2);
        pdf_dict_put(ctx, dict, PDF_NAME(Filter), PDF_NAME(FlateDecode));
        out = pdf_add_stream(ctx, doc, packed, dict, 1);
    }
    fz_always(ctx) {
        deflateEnd(&z);
        pdf_drop_obj(ctx, dict);
        fz_drop_buffer(ctx, packed);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

/** White pixels are ones. Throws. */
static fz_buffer *fax_of(fz_context *ctx, const fz_pixmap *pixmap) {
    size_t row = ((size_t)pixmap->w + 7) / 8;
    unsigned char *bits = fz_calloc(ctx, (size_t)pixmap->h, row);
    fz_buffer *out = NULL;
    for (int y = 0; y < pixmap->h; y++) {
        const unsigned char *in = pixmap->samples + (size_t)y * (size_t)pixmap->stride;
        for (int x = 0; x < pixmap->w; x++, in += pixmap->n)
            bits[(size_t)y * row + (size_t)x / 8] |=
                (unsigned char)(in[0] != 0 ? 0x80 >> x % 8 : 0);
    }
    fz_try(ctx) {
        out = fz_compress_ccitt_fax_g4(ctx, bits, pixmap->w, pixmap->h);
    }
    fz_always(ctx) {
        fz_free(ctx, bits);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

enum { BITS = 24, COLOUR_TYPE = 25 }; /* of the header: bytes of the file */

/** Says how the pixels of a file of xtr__pdf_encode_png are stored. Throws. */
static void describe_pixels(fz_context *ctx, pdf_obj *dict, const xtr__picture *png, bool fax) {
    int bits = png->data->data[BITS], colours = png->data->data[COLOUR_TYPE] == 0 ? 1 : 3;
    pdf_dict_put(ctx, dict, PDF_NAME(Type), PDF_NAME(XObject));
    pdf_dict_put(ctx, dict, PDF_NAME(Subtype), PDF_NAME(Image));
    pdf_dict_put_int(ctx, dict, PDF_NAME(Width), png->width);
    pdf_dict_put_int(ctx, dict, PDF_NAME(Height), png->height);
    pdf_dict_put_int(ctx, dict, PDF_NAME(BitsPerComponent), bits);
    pdf_dict_put(ctx, dict, PDF_NAME(ColorSpace),
                 colours == 1 ? PDF_NAME(DeviceGray) : PDF_NAME(DeviceRGB));
    pdf_dict_put(ctx, dict, PDF_NAME(Filter),
                 fax ? PDF_NAME(CCITTFaxDecode) : PDF_NAME(FlateDecode));
    pdf_obj *parameters = pdf_dict_put_dict(ctx, dict, PDF_NAME(DecodeParms), 4);
    pdf_dict_put_int(ctx, parameters, PDF_NAME(Columns), png->width);
    if (fax) {
        pdf_dict_put_int(ctx, parameters, PDF_NAME(K), -1);
        pdf_dict_put_int(ctx, parameters, PDF_NAME(Rows), png->height);
        return;
    }
    pdf_dict_put_int(ctx, parameters, PDF_NAME(Predictor), 15);
    pdf_dict_put_int(ctx, parameters, PDF_NAME(Colors), colours);
    pdf_dict_put_int(ctx, parameters, PDF_NAME(BitsPerComponent), bits);
}

pdf_obj *xtr__pdf_add_pixels(xtr__pdf *pdf, const fz_pixmap *pixmap) {
    enum { HEAD = 41, TAIL = 16 }; /* bytes before the data of the file's one IDAT, and behind */
    fz_context *ctx = pdf->ctx;
    xtr__picture png = xtr__pdf_encode_png(pdf, pixmap, NULL);
    fz_buffer *data = NULL;
    pdf_obj *dict = NULL, *out = NULL;
    fz_var(data);
    fz_var(dict);
    fz_try(ctx) {
        bool fax = png.data->data[BITS] == 1;
        dict = pdf_new_dict(ctx, pdf->doc, 10);
        describe_pixels(ctx, dict, &png, fax);
        data = fax ? fax_of(ctx, pixmap)
                   : fz_new_buffer_from_copied_data(ctx, png.data->data + HEAD,
                                                    png.data->len - HEAD - TAIL);
        out = pdf_add_stream(ctx, pdf->doc, data, dict, 1);
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, dict);
        fz_drop_buffer(ctx, data);
        fz_drop_buffer(ctx, png.data);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}
