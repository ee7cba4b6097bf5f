/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An image as a file of its own. JPEG and JPEG 2000 stay as they are; everything else, and a JPEG
 * of which a mask hides something, becomes a PNG. JPEG 2000 is never decoded. */
#include "pdf.h"

#include <string.h>

enum {
    /* Each scan of a JPEG goes over all of its pixels again. */
    MOST_SCANNED = 1000000000,
    ROWS_AT_ONCE = 64
};

static bool is_small(const xtr__pdf *pdf, const fz_image *image) {
    int64_t most = xtr_job_options(pdf->job)->max_image_pixels;
    return most == 0 || (int64_t)image->w * image->h <= most;
}

/** Throws. */
static void check_size(xtr__pdf *pdf, const fz_image *image) {
    if (!is_small(pdf, image))
        fz_throw(pdf->ctx, COMPAT_ERROR_FORMAT,
                 "a picture of %d x %d pixels was left out: raise max_image_pixels", image->w,
                 image->h);
}

/* Pixels ------------------------------------------------------------------------------------ */

/** Into `out`, a band at a time: functions of colour spaces are slow and ask nobody. Throws. */
static void convert_bands(xtr__pdf *pdf, fz_pixmap *out, fz_pixmap *in) {
    fz_context *ctx = pdf->ctx;
    for (int y = 0; y < in->h; y += ROWS_AT_ONCE) {
        fz_irect area = {in->x, in->y + y, in->x + in->w, in->y + y + ROWS_AT_ONCE};
        area.y1 = area.y1 < in->y + in->h ? area.y1 : in->y + in->h;
        fz_pixmap *band = fz_new_pixmap_from_pixmap(ctx, in, &area);
        fz_pixmap *converted = NULL;
        fz_var(converted);
        fz_try(ctx) {
            if (xtr__pdf_should_stop(pdf))
                fz_throw(ctx, FZ_ERROR_TRYLATER, "stopped");
            converted = fz_convert_pixmap(ctx, band, fz_device_rgb(ctx), NULL, NULL,
                                          fz_default_color_params, 1);
            for (int row = 0; row < converted->h; row++)
                memcpy(out->samples + (size_t)(y + row) * (size_t)out->stride,
                       converted->samples + (size_t)row * (size_t)converted->stride,
                       (size_t)out->w * out->n);
        }
        fz_always(ctx) {
            fz_drop_pixmap(ctx, band);
            fz_drop_pixmap(ctx, converted);
        }
        fz_catch(ctx) {
            fz_rethrow(ctx);
        }
    }
}

/** In RGB, unless it is grey, RGB or a stencil already. Takes `in` over. Throws. */
static fz_pixmap *to_rgb(xtr__pdf *pdf, fz_pixmap *in) {
    fz_context *ctx = pdf->ctx;
    fz_colorspace *space = fz_pixmap_colorspace(ctx, in);
    int colours = in->n - in->alpha;
    if (space == NULL || (fz_colorspace_is_gray(ctx, space) && colours == 1) ||
        (fz_colorspace_is_rgb(ctx, space) && colours == 3))
        return in;
    fz_pixmap *out = NULL;
    fz_var(out);
    fz_try(ctx) {
        out = fz_new_pixmap(ctx, fz_device_rgb(ctx), in->w, in->h, NULL, in->alpha);
        convert_bands(pdf, out, in);
    }
    fz_always(ctx) {
        fz_drop_pixmap(ctx, in);
    }
    fz_catch(ctx) {
        fz_drop_pixmap(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/** The mask of an image, or NULL when everything is seen. Throws. */
static fz_pixmap *load_mask(xtr__pdf *pdf, const fz_image *image) {
    fz_context *ctx = pdf->ctx;
    if (image->mask == NULL)
        return NULL;
    check_size(pdf, image->mask);
    fz_pixmap *mask = fz_get_pixmap_from_image(ctx, image->mask, NULL, NULL, NULL, NULL);
    for (int y = 0; y < mask->h; y++) {
        const unsigned char *row = mask->samples + (size_t)y * (size_t)mask->stride;
        for (int x = 0; x < mask->w; x++) {
            if (row[x * mask->n] != 255)
                return mask;
        }
    }
    fz_drop_pixmap(ctx, mask);
    return NULL;
}

/** Throws. */
static xtr__picture encode_pixels(xtr__pdf *pdf, fz_image *image, const fz_pixmap *mask) {
    fz_context *ctx = pdf->ctx;
    check_size(pdf, image);
    xtr__picture out = {0};
    fz_pixmap *pixmap = to_rgb(pdf, fz_get_pixmap_from_image(ctx, image, NULL, NULL, NULL, NULL));
    fz_try(ctx) {
        out = xtr__pdf_encode_png(pdf, pixmap, mask);
    }
    fz_always(ctx) {
        fz_drop_pixmap(ctx, pixmap);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

/* Files ------------------------------------------------------------------------------------- */

static bool begins_with(const fz_buffer *data, const char *bytes, size_t size) {
    return data->len > size && memcmp(data->data, bytes, size) == 0;
}

static xtr__picture keep_file(fz_context *ctx, fz_buffer *data, const char *format, int width,
                              int height) {
    return (xtr__picture){fz_keep_buffer(ctx, data), format, (uint32_t)width, (uint32_t)height};
}

/** The JPEG file that an image is made of, or NULL. */
static fz_buffer *jpeg_of(fz_context *ctx, fz_image *image) {
    fz_compressed_buffer *data = fz_compressed_image_buffer(ctx, image);
    bool jpeg = data != NULL && data->params.type == FZ_IMAGE_JPEG &&
                begins_with(data->buffer, "\xff\xd8", 2);
    return jpeg ? data->buffer : NULL;
}

/** Whether decoding a JPEG ends in good time. */
static bool is_decodable(const xtr__pdf *pdf, const fz_image *image, const fz_buffer *jpeg) {
    const unsigned char *at = jpeg->data, *end = at + jpeg->len;
    int64_t scanned = 0;
    while ((at = memmem(at, (size_t)(end - at), "\xff\xda", 2)) != NULL && scanned < MOST_SCANNED) {
        scanned += (int64_t)image->w * image->h + 1;
        at += 2;
    }
    return is_small(pdf, image) && scanned < MOST_SCANNED;
}

xtr__picture xtr__pdf_encode_image(xtr__pdf *pdf, fz_image *image) {
    fz_context *ctx = pdf->ctx;
    fz_buffer *jpeg = jpeg_of(ctx, image);
    if (jpeg != NULL &&
        ((image->mask == NULL && !image->use_colorkey) || !is_decodable(pdf, image, jpeg)))
        return keep_file(ctx, jpeg, "jpeg", image->w, image->h);
    fz_pixmap *mask = load_mask(pdf, image);
    xtr__picture out = {0};
    fz_var(mask);
    fz_var(jpeg);
    fz_try(ctx) {
        out = jpeg != NULL && mask == NULL && !image->use_colorkey
                  ? keep_file(ctx, jpeg, "jpeg", image->w, image->h)
                  : encode_pixels(pdf, image, mask);
    }
    fz_always(ctx) {
        fz_drop_pixmap(ctx, mask);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

/** The stream of an object, which must be a file already. Throws. */
static xtr__picture keep_stream(xtr__pdf *pdf, pdf_obj *object) {
    static const char jp2[] = "\0\0\0\x0cjP  \r\n\x87\n";
    fz_context *ctx = pdf->ctx;
    int width = pdf_dict_get_int(ctx, object, PDF_NAME(Width));
    int height = pdf_dict_get_int(ctx, object, PDF_NAME(Height));
    fz_compressed_buffer *data =
        pdf_load_compressed_stream(ctx, pdf->doc, pdf_to_num(ctx, object), 0);
    const char *format = begins_with(data->buffer, jp2, sizeof jp2 - 1)     ? "jp2"
                         : begins_with(data->buffer, "\xff\x4f\xff\x51", 4) ? "j2c"
                         : begins_with(data->buffer, "\xff\xd8", 2)         ? "jpeg"
                                                                            : NULL;
    xtr__picture out = {0};
    if (format != NULL)
        out = keep_file(ctx, data->buffer, format, width, height);
    fz_drop_compressed_buffer(ctx, data);
    if (format == NULL)
        fz_throw(ctx, COMPAT_ERROR_FORMAT, "it is not of the format it says");
    return out;
}

static bool is(fz_context *ctx, pdf_obj *dict, const char *format) {
    return strcmp(xtr__pdf_filter_format(ctx, dict), format) == 0;
}

/** Throws. */
static xtr__picture encode_xobject(xtr__pdf *pdf, pdf_obj *object) {
    fz_context *ctx = pdf->ctx;
    bool masked = is(ctx, pdf_dict_get(ctx, object, PDF_NAME(SMask)), "jp2") ||
                  is(ctx, pdf_dict_get(ctx, object, PDF_NAME(Mask)), "jp2");
    if (is(ctx, object, "jp2") || (masked && is(ctx, object, "jpeg")))
        return keep_stream(pdf, object);
    if (masked)
        fz_throw(ctx, COMPAT_ERROR_FORMAT, "its mask is JPEG 2000");
    xtr__picture out = {0};
    fz_image *image = xtr__pdf_load_image(ctx, pdf->doc, object);
    fz_try(ctx) {
        out = xtr__pdf_encode_image(pdf, image);
    }
    fz_always(ctx) {
        fz_drop_image(ctx, image);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

xtr__picture xtr__pdf_encode_object(xtr__pdf *pdf, int object) {
    fz_context *ctx = pdf->ctx;
    xtr__picture out = {0};
    pdf_obj *reference = pdf_new_indirect(ctx, pdf->doc, object, 0);
    fz_try(ctx) {
        out = encode_xobject(pdf, reference);
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, reference);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}
