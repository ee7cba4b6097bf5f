/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Images without their data. Text needs only where an image stands and how large it is, but MuPDF
 * reads the data of each image it shows and decodes JPEG 2000 at once. pdf_load_image is wrapped
 * (libextract/CMakeLists.txt) and gives contexts of this extractor an image that has no data. */
#include "pdf.h"

#include <string.h>

/* Pixels of an image whose decoder does not ask whether to stop: JPEG 2000 and JBIG2. */
enum { MOST_DEAF = 40 << 20 };

typedef struct bare_image {
    fz_image super;
    const char *format; /* static */
    int object;
} bare_image;

fz_image *__real_pdf_load_image(fz_context *ctx, pdf_document *doc, pdf_obj *obj);
fz_image *__wrap_pdf_load_image(fz_context *ctx, pdf_document *doc, pdf_obj *obj);

static fz_pixmap *no_pixmap(fz_context *ctx, fz_image *image, fz_irect *area, int w, int h,
                            int *factor) {
    (void)image, (void)area, (void)w, (void)h, (void)factor;
    fz_throw(ctx, FZ_ERROR_GENERIC, "this image has no data");
}

static size_t bare_size(fz_context *ctx, fz_image *image) {
    (void)ctx, (void)image;
    return sizeof(bare_image);
}

static void drop_bare(fz_context *ctx, fz_image *image) {
    (void)ctx, (void)image; /* MuPDF drops the base itself */
}

const char *xtr__pdf_filter_format(fz_context *ctx, pdf_obj *dict) {
    pdf_obj *filter = pdf_dict_get(ctx, dict, PDF_NAME(Filter));
    if (pdf_is_array(ctx, filter)) {
        filter = pdf_array_get(ctx, filter, pdf_array_len(ctx, filter) - 1);
    }
    return pdf_name_eq(ctx, filter, PDF_NAME(DCTDecode))        ? "jpeg"
           : pdf_name_eq(ctx, filter, PDF_NAME(JPXDecode))      ? "jp2"
           : pdf_name_eq(ctx, filter, PDF_NAME(JBIG2Decode))    ? "jbig2"
           : pdf_name_eq(ctx, filter, PDF_NAME(CCITTFaxDecode)) ? "fax"
                                                                : "";
}

static int bounded(int value) {
    return value < 0 ? 0 : value > 1 << 24 ? 1 << 24 : value;
}

/** Whether an image may be decoded to draw it. */
static bool is_drawable(xtr__pdf *pdf, pdf_obj *obj) {
    const char *format = xtr__pdf_filter_format(pdf->ctx, obj);
    int64_t most = xtr_job_options(pdf->job)->max_image_pixels;
    int64_t width = pdf_dict_get_int(pdf->ctx, obj, PDF_NAME(Width));
    int64_t height = pdf_dict_get_int(pdf->ctx, obj, PDF_NAME(Height));
    bool deaf = strcmp(format, "jp2") == 0 || strcmp(format, "jbig2") == 0;
    if (deaf && (most == 0 || most > MOST_DEAF)) {
        most = MOST_DEAF;
    }
    return most == 0 || width * height <= most;
}

fz_image *__wrap_pdf_load_image(fz_context *ctx, pdf_document *doc, pdf_obj *obj) {
    xtr__pdf *pdf = fz_user_context(ctx);
    if (pdf == NULL || (pdf->rendering && is_drawable(pdf, obj))) {
        return __real_pdf_load_image(ctx, doc, obj);
    }
    pdf->left_out = pdf->rendering;
    int width = pdf_dict_get_int(ctx, obj, PDF_NAME(Width));
    int height = pdf_dict_get_int(ctx, obj, PDF_NAME(Height));
    bool mask = pdf_dict_get_bool(ctx, obj, PDF_NAME(ImageMask));
    /* What has no colours is drawn as a stencil. */
    fz_colorspace *colours = mask ? NULL : fz_device_gray(ctx);
    bare_image *out =
        fz_new_derived_image(ctx, bounded(width), bounded(height), 1, colours, 72, 72, 0, mask,
                             NULL, NULL, NULL, bare_image, no_pixmap, bare_size, drop_bare);
    out->format = xtr__pdf_filter_format(ctx, obj);
    out->object = pdf_to_num(ctx, obj);
    return &out->super;
}

fz_image *xtr__pdf_load_image(fz_context *ctx, pdf_document *doc, pdf_obj *obj) {
    return __real_pdf_load_image(ctx, doc, obj);
}

int xtr__pdf_image_object(fz_image *image) {
    return image->get_pixmap == no_pixmap ? ((bare_image *)image)->object : 0;
}

const char *xtr__pdf_image_format(fz_context *ctx, fz_image *image) {
    if (image->get_pixmap == no_pixmap) {
        return ((bare_image *)image)->format;
    }
    fz_compressed_buffer *data = fz_compressed_image_buffer(ctx, image);
    switch (data != NULL ? data->params.type : FZ_IMAGE_UNKNOWN) {
    case FZ_IMAGE_JPEG:
        return "jpeg";
    case FZ_IMAGE_JPX:
        return "jp2";
    case FZ_IMAGE_JBIG2:
        return "jbig2";
    case FZ_IMAGE_FAX:
        return "fax";
    default:
        return "";
    }
}
