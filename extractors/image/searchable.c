/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A PDF of an image file: each page is its picture with what was recognised as invisible text over
 * it. JPEG and JPEG 2000 stay as they are; what is black and white becomes CCITT group 4,
 * everything else PNG's filters and deflate. */
#include "image.h"
#include "ocr/ocr.h"
#include "pdf/pdf.h"

#include <stdlib.h>
#include <string.h>

typedef struct book {
    const xtr__picture_header *pages;
    const xtr__image_text *texts;
    uint32_t count;
    const char *format;
    const unsigned char *data; /* the file */
    size_t size;
} book;

/* Pictures ---------------------------------------------------------------------------------- */

/** What MuPDF does not decode, by the module that recognises, in grey. Throws. */
static fz_pixmap *decode_grey(xtr__pdf *pdf, const book *from, const xtr__picture_header *page) {
    fz_context *ctx = pdf->ctx;
    char message[256] = "images of this kind are not decoded";
    xtr_ocr_image image = {0};
    const xtr__ocr_module *module = xtr__ocr_load(message);
    fz_pixmap *out = NULL;
    uint64_t most = (uint64_t)page->width * page->height;
    if (module == NULL ||
        module->decode(from->data, from->size, page->directory, most, &image, message) != XTR_OK)
        fz_throw(ctx, COMPAT_ERROR_FORMAT, "%s", message);
    fz_try(ctx) {
        out = fz_new_pixmap(ctx, fz_device_gray(ctx), (int)image.width, (int)image.height, NULL, 0);
        for (uint32_t y = 0; y < image.height; y++)
            memcpy(out->samples + (size_t)y * (size_t)out->stride, image.samples + y * image.stride,
                   image.width);
    }
    fz_always(ctx) {
        free((void *)(uintptr_t)image.samples);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

/** Throws. */
static fz_pixmap *decode_colours(xtr__pdf *pdf, const book *from, const xtr__picture_header *page) {
    fz_context *ctx = pdf->ctx;
    fz_pixmap *out = NULL;
    if (strcmp(from->format, "tiff") == 0)
        return fz_load_tiff_subimage(ctx, from->data, from->size, (int)page->directory);
    fz_buffer *data = fz_new_buffer_from_shared_data(ctx, from->data, from->size);
    fz_image *image = NULL;
    fz_var(out);
    fz_var(image);
    fz_try(ctx) {
        image = fz_new_image_from_buffer(ctx, data);
        out = fz_get_pixmap_from_image(ctx, image, NULL, NULL, NULL, NULL);
    }
    fz_always(ctx) {
        fz_drop_image(ctx, image);
        fz_drop_buffer(ctx, data);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

/** Throws. */
static fz_pixmap *decode(xtr__pdf *pdf, const book *from, const xtr__picture_header *page) {
    fz_context *ctx = pdf->ctx;
    fz_pixmap *out = NULL;
    fz_var(out);
    fz_try(ctx) {
        out = decode_colours(pdf, from, page);
    }
    fz_catch(ctx) {
        if (pdf->budget.denied || xtr_job_should_stop(pdf->job))
            fz_rethrow(ctx);
        compat_ignore(ctx);
    }
    return out != NULL ? out : decode_grey(pdf, from, page);
}

/** On white. The colours of a pixmap are multiplied by its alpha already. */
static void flatten(const fz_pixmap *in, fz_pixmap *out) {
    int colours = out->n;
    for (int y = 0; y < in->h; y++) {
        const unsigned char *from = in->samples + (size_t)y * (size_t)in->stride;
        unsigned char *to = out->samples + (size_t)y * (size_t)out->stride;
        for (int x = 0; x < in->w; x++, from += in->n) {
            for (int i = 0; i < colours; i++)
                *to++ = (unsigned char)(from[i] + 255 - from[colours]);
        }
    }
}

/** In grey or RGB, opaque. Takes `in` over. Throws. */
static fz_pixmap *to_plain(fz_context *ctx, fz_pixmap *in) {
    fz_pixmap *rgb = NULL, *out = NULL;
    fz_var(rgb);
    fz_var(out);
    fz_try(ctx) {
        fz_colorspace *space = fz_pixmap_colorspace(ctx, in);
        int colours = in->n - in->alpha - in->s;
        bool plain = in->s == 0 && ((fz_colorspace_is_gray(ctx, space) && colours == 1) ||
                                    (fz_colorspace_is_rgb(ctx, space) && colours == 3));
        rgb = plain ? fz_keep_pixmap(ctx, in)
                    : fz_convert_pixmap(ctx, in, fz_device_rgb(ctx), NULL, NULL,
                                        fz_default_color_params, in->alpha);
        out = rgb->alpha
                  ? fz_new_pixmap(ctx, fz_pixmap_colorspace(ctx, rgb), rgb->w, rgb->h, NULL, 0)
                  : fz_keep_pixmap(ctx, rgb);
        if (rgb->alpha)
            flatten(rgb, out);
    }
    fz_always(ctx) {
        fz_drop_pixmap(ctx, in);
        fz_drop_pixmap(ctx, rgb);
    }
    fz_catch(ctx) {
        fz_drop_pixmap(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/** Says that a picture counts paper, not ink. Throws. */
static void invert(xtr__pdf *pdf, pdf_obj *picture) {
    pdf_obj *ranges = pdf_dict_put_array(pdf->ctx, picture, PDF_NAME(Decode), 8);
    for (int i = 0; i < 8; i++)
        pdf_array_push_int(pdf->ctx, ranges, (i + 1) % 2);
}

/** A JPEG or JPEG 2000 as it is. Throws. */
static pdf_obj *add_compressed(xtr__pdf *pdf, const book *from, const xtr__picture_header *page) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *out = NULL;
    fz_buffer *data = fz_new_buffer_from_shared_data(ctx, from->data, from->size);
    fz_image *image = NULL;
    fz_var(out);
    fz_var(image);
    fz_try(ctx) {
        image = fz_new_image_from_buffer(ctx, data);
        out = pdf_add_image(ctx, pdf->doc, image);
        if (page->inverted && fz_colorspace_is_cmyk(ctx, image->colorspace))
            invert(pdf, out);
    }
    fz_always(ctx) {
        fz_drop_image(ctx, image);
        fz_drop_buffer(ctx, data);
    }
    fz_catch(ctx) {
        pdf_drop_obj(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/** Throws. */
static pdf_obj *add_picture(xtr__pdf *pdf, const book *from, const xtr__picture_header *page) {
    fz_context *ctx = pdf->ctx;
    int64_t most = xtr_job_options(pdf->job)->max_image_pixels;
    if (strcmp(from->format, "jpeg") == 0 || strcmp(from->format, "jp2") == 0)
        return add_compressed(pdf, from, page);
    if (most > 0 && (uint64_t)page->width * page->height > (uint64_t)most)
        fz_throw(ctx, COMPAT_ERROR_FORMAT, "%u x %u pixels are too many: raise max_image_pixels",
                 page->width, page->height);
    fz_pixmap *pixmap = to_plain(ctx, decode(pdf, from, page));
    pdf_obj *out = NULL;
    fz_try(ctx) {
        out = xtr__pdf_add_pixels(pdf, pixmap);
    }
    fz_always(ctx) {
        fz_drop_pixmap(ctx, pixmap);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

/* Pages ------------------------------------------------------------------------------------- */

/** Where a picture stands that fills a page of this size when it is turned clockwise. */
static fz_matrix filling(int turn, float width, float height) {
    switch (turn) {
    case 90:
        return fz_make_matrix(0, -height, width, 0, 0, height);
    case 180:
        return fz_make_matrix(-width, 0, 0, -height, width, height);
    case 270:
        return fz_make_matrix(0, height, -width, 0, width, 0);
    default:
        return fz_make_matrix(width, 0, 0, height, 0, 0);
    }
}

/** Throws. */
static fz_buffer *draw_page(xtr__layer *layer, const xtr__image_text *text, fz_matrix place,
                            float height) {
    fz_context *ctx = layer->pdf->ctx;
    fz_buffer *words =
        xtr__layer_draw(layer, &text->layout, fz_make_matrix(1, 0, 0, -1, 0, height));
    fz_buffer *out = NULL;
    fz_var(out);
    fz_try(ctx) {
        out = fz_new_buffer(ctx, words->len + 100);
        fz_append_printf(ctx, out, "q %g %g %g %g %g %g cm /Picture Do Q\n", place.a, place.b,
                         place.c, place.d, place.e, place.f);
        fz_append_buffer(ctx, out, words);
    }
    fz_always(ctx) {
        fz_drop_buffer(ctx, words);
    }
    fz_catch(ctx) {
        fz_drop_buffer(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/** Takes the picture over. Throws. */
static pdf_obj *make_resources(xtr__layer *layer, pdf_obj *picture) {
    fz_context *ctx = layer->pdf->ctx;
    pdf_obj *out = NULL;
    fz_var(out);
    fz_try(ctx) {
        out = pdf_new_dict(ctx, layer->doc, 2);
        pdf_obj *pictures = pdf_dict_put_dict(ctx, out, PDF_NAME(XObject), 1);
        pdf_dict_puts(ctx, pictures, "Picture", picture);
        pdf_obj *fonts = pdf_dict_put_dict(ctx, out, PDF_NAME(Font), 1);
        pdf_dict_puts(ctx, fonts, XTR__LAYER_FONT, layer->font);
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, picture);
    }
    fz_catch(ctx) {
        pdf_drop_obj(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/** Throws. */
static void add_page(xtr__pdf *pdf, xtr__layer *layer, const book *from, uint32_t index) {
    fz_context *ctx = pdf->ctx;
    const xtr__picture_header *header = &from->pages[index];
    const xtr__image_text *text = &from->texts[index];
    float across, down;
    pdf_obj *resources = NULL, *page = NULL, *content = NULL;
    fz_buffer *drawn = NULL;
    xtr__image_size(header, text->layout.words_turn, &across, &down);
    int turn = (xtr__image_turn_of(header) + 360 - text->layout.words_turn) % 360;
    fz_var(resources);
    fz_var(page);
    fz_var(content);
    fz_var(drawn);
    fz_try(ctx) {
        resources = make_resources(layer, add_picture(pdf, from, header));
        drawn = draw_page(layer, text, filling(turn, across, down), down);
        page = pdf_add_page(ctx, pdf->doc, fz_make_rect(0, 0, across, down), 0, resources, NULL);
        content = xtr__pdf_add_deflated(ctx, pdf->doc, drawn);
        pdf_dict_put(ctx, page, PDF_NAME(Contents), content);
        pdf_insert_page(ctx, pdf->doc, -1, page);
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, resources);
        pdf_drop_obj(ctx, content);
        pdf_drop_obj(ctx, page);
        fz_drop_buffer(ctx, drawn);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

static int add_pages(xtr__pdf *pdf, xtr__layer *layer, void *payload) {
    const book *from = payload;
    for (uint32_t i = 0; i < from->count; i++) {
        if (xtr__pdf_should_stop(pdf))
            fz_throw(pdf->ctx, FZ_ERROR_TRYLATER, "stopped");
        add_page(pdf, layer, from, i);
    }
    return XTR_OK;
}

int xtr__image_make_searchable(xtr_job *job, const xtr__picture_header *pages,
                               const xtr__image_text *texts, uint32_t count, const char *format) {
    book from = {.pages = pages, .texts = texts, .count = count, .format = format};
    from.data = xtr_input_bytes(xtr_job_input(job), &from.size);
    xtr__pdf *pdf = from.data != NULL ? xtr__pdf_open(job) : NULL;
    if (pdf == NULL)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    int code = xtr__pdf_create(pdf) ? xtr__pdf_write_file(pdf, add_pages, &from)
                                    : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    xtr__pdf_close(pdf);
    return code;
}
