/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture of a page that is to be recognised, in grey. A scan is drawn pixel on pixel at the
 * resolution it has; everything else at the one that was asked for. */
#include "pdf.h"

#include <math.h>

enum {
    LEAST_SCAN_DPI = 150,  /* a scan of less is drawn larger: small letters need pixels */
    LEAST_DPI = 70,        /* nobody reads less */
    MOST_PIXELS = 24 << 20 /* of a page: what a recogniser looks at before it can be stopped */
};
static const float LEAST_SCAN = 0.25F; /* of the page */
static const float SMALL = 420 * 595;  /* A5, in square points */

float xtr__raster_dpi(float width, float height, float scan, float wish, int64_t most_pixels) {
    bool own = scan >= LEAST_SCAN_DPI && scan <= wish * 4 / 3;
    float dpi = own ? scan : wish;
    /* A small page is a large one made small: a finer scan of it is drawn with as many pixels. */
    if (scan > dpi && width * height < SMALL)
        dpi = fminf(scan, wish * sqrtf(SMALL / (width * height)));
    float most = most_pixels > 0 && most_pixels < MOST_PIXELS ? (float)most_pixels : MOST_PIXELS;
    float fits = 72 * sqrtf(most / (width * height));
    if (dpi <= fits)
        return dpi;
    return fits >= LEAST_DPI ? fits : 0;
}

/** Of the images that cover much of the page the one with the most pixels a point, if both its
 *  sides have as many; NULL: none. */
static const xtr__extra *find_scan(const xtr__pdf_page *page, float *dpi) {
    const xtr__extra *found = NULL;
    float area = page->width * page->height;
    *dpi = 0;
    for (size_t i = 0; i < page->extras.count; i++) {
        const xtr__extra *e = &page->extras.items[i];
        float width = e->box.x1 - e->box.x0, height = e->box.y1 - e->box.y0;
        if (e->kind != XTR__EXTRA_IMAGE || !(width * height >= LEAST_SCAN * area))
            continue;
        float across = (float)e->width / width * 72, down = (float)e->height / height * 72;
        float turned = (float)e->height / width * 72, up = (float)e->width / height * 72;
        bool upright = fabsf(across - down) <= fabsf(turned - up);
        float x = upright ? across : turned, y = upright ? down : up;
        if (fabsf(x - y) < 0.02F * y && y > *dpi) {
            *dpi = (x + y) / 2;
            found = e;
        }
    }
    return found;
}

/** Draws a page so that points of it are where `ctm` says: all of it, or the part in `box`, without
 * its text. Throws. */
static fz_pixmap *draw(xtr__pdf *pdf, uint32_t index, fz_matrix ctm, const xtr_box *box) {
    fz_context *ctx = pdf->ctx;
    pdf_page *page = NULL;
    fz_pixmap *pixmap = NULL;
    fz_device *dev = NULL;
    fz_var(page);
    fz_var(pixmap);
    fz_var(dev);
    pdf->rendering = true;
    fz_try(ctx) {
        page = pdf_load_page(ctx, pdf->doc, (int)index);
        fz_rect part = box != NULL ? fz_make_rect(box->x0, box->y0, box->x1, box->y1)
                                   : fz_bound_page(ctx, &page->super);
        fz_rect bounds = fz_transform_rect(part, ctm);
        pixmap = fz_new_pixmap_with_bbox(ctx, fz_device_gray(ctx), fz_round_rect(bounds), NULL, 0);
        fz_clear_pixmap_with_value(ctx, pixmap, 255);
        dev = fz_new_draw_device(ctx, fz_identity, pixmap);
        if (box != NULL)
            dev->fill_text = NULL, dev->stroke_text = NULL;
        pdf_run_page(ctx, page, dev, ctm, &pdf->cookie);
        fz_close_device(ctx, dev);
    }
    fz_always(ctx) {
        pdf->rendering = false;
        fz_drop_device(ctx, dev);
        fz_drop_page(ctx, (fz_page *)page);
    }
    fz_catch(ctx) {
        fz_drop_pixmap(ctx, pixmap);
        fz_rethrow(ctx);
    }
    return pixmap;
}

static void draw_on(xtr__pdf *pdf, const xtr__pdf_page *page, fz_matrix ctm, const xtr_box *box,
                    xtr__raster *out) {
    float scale = ctm.a;
    out->pixmap = draw(pdf, page->layout.number - 1, ctm, box);
    out->place.x0 = ((float)out->pixmap->x - ctm.e) / scale;
    out->place.y0 = ((float)out->pixmap->y - ctm.f) / scale;
    out->place.x1 = out->place.x0 + (float)out->pixmap->w / scale;
    out->place.y1 = out->place.y0 + (float)out->pixmap->h / scale;
}

xtr__raster xtr__pdf_draw_raster(xtr__pdf *pdf, const xtr__pdf_page *page) {
    const xtr_options *options = xtr_job_options(pdf->job);
    float scan_dpi;
    const xtr__extra *scan = find_scan(page, &scan_dpi);
    xtr__raster out = {.dpi = xtr__raster_dpi(page->width, page->height, scan_dpi,
                                              (float)options->ocr_dpi, options->max_image_pixels)};
    if (out.dpi == 0)
        return out;
    float scale = out.dpi / 72;
    fz_matrix ctm = fz_scale(scale, scale);
    if (scan != NULL && out.dpi == scan_dpi) { /* its corner on that of a pixel */
        ctm.e = roundf(scan->box.x0 * scale) - scan->box.x0 * scale;
        ctm.f = roundf(scan->box.y0 * scale) - scan->box.y0 * scale;
    }
    draw_on(pdf, page, ctm, NULL, &out);
    return out;
}

xtr__raster xtr__pdf_draw_picture(xtr__pdf *pdf, const xtr__pdf_page *page, xtr_box box) {
    const xtr_options *options = xtr_job_options(pdf->job);
    xtr__raster out = {.dpi = xtr__raster_dpi(box.x1 - box.x0, box.y1 - box.y0, 0,
                                              (float)options->ocr_dpi, options->max_image_pixels)};
    if (out.dpi > 0)
        draw_on(pdf, page, fz_scale(out.dpi / 72, out.dpi / 72), &box, &out);
    return out;
}
