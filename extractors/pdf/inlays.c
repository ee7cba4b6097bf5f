/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures inside pages of text, when they are to be recognised too (ocr_images). Each is drawn
 * without the text that the page sets over it and read by itself; then the page is collected once
 * more, with these words among its own, so that the layout puts them where the picture stands. */
#include "inlays.h"

#include <math.h>

enum { MOST_LOOKED_AT = 512 /* images of a page */ };
/* Less has no word in it, in points. */
static const float LEAST_WIDTH = 36, LEAST_HEIGHT = 12;
/* What stands no further apart is one picture, cut in strips. */
static const float TOUCHING = 1;

/* Which ------------------------------------------------------------------------------------- */

static bool touch(const xtr_box *a, const xtr_box *b) {
    return a->x0 <= b->x1 + TOUCHING && b->x0 <= a->x1 + TOUCHING && a->y0 <= b->y1 + TOUCHING &&
           b->y0 <= a->y1 + TOUCHING;
}

static void extend(xtr_box *a, const xtr_box *b) {
    *a = (xtr_box){fminf(a->x0, b->x0), fminf(a->y0, b->y0), fmaxf(a->x1, b->x1),
                   fmaxf(a->y1, b->y1)};
}

/** Adds a box to those that touch it. Returns how many there are then. */
static uint32_t add_box(xtr_box *boxes, uint32_t count, xtr_box box) {
    for (uint32_t i = 0; i < count;) {
        if (!touch(&boxes[i], &box)) {
            i++;
            continue;
        }
        extend(&box, &boxes[i]);
        boxes[i] = boxes[--count];
        i = 0;
    }
    if (count < XTR__MOST_INLAYS)
        boxes[count++] = box;
    return count;
}

static uint32_t find_pictures(const xtr__pdf_page *page, xtr_box boxes[XTR__MOST_INLAYS]) {
    const xtr_box whole = {0, 0, page->width, page->height};
    uint32_t count = 0, kept = 0;
    for (size_t i = 0; i < page->extras.count && i < MOST_LOOKED_AT; i++) {
        const xtr__extra *e = &page->extras.items[i];
        xtr_box box = {fmaxf(e->box.x0, whole.x0), fmaxf(e->box.y0, whole.y0),
                       fminf(e->box.x1, whole.x1), fminf(e->box.y1, whole.y1)};
        if (e->kind == XTR__EXTRA_IMAGE && box.x1 > box.x0 && box.y1 > box.y0)
            count = add_box(boxes, count, box);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (boxes[i].x1 - boxes[i].x0 >= LEAST_WIDTH && boxes[i].y1 - boxes[i].y0 >= LEAST_HEIGHT)
            boxes[kept++] = boxes[i];
    }
    return kept;
}

bool xtr__pdf_has_inlays(const xtr__pdf_page *page) {
    xtr_box boxes[XTR__MOST_INLAYS];
    return find_pictures(page, boxes) > 0;
}

/* Reading ----------------------------------------------------------------------------------- */

/** Adds what is read of a picture. A photograph may look like noise: that is no trouble. */
static int add_picture(xtr__pdf *pdf, const xtr__pdf_page *page, xtr_box box, xtr__inlays *out,
                       char complaint[256]) {
    fz_context *ctx = pdf->ctx;
    xtr__raster raster = {0};
    xtr__inlay *inlay = &out->items[out->count];
    fz_var(raster);
    fz_try(ctx) {
        raster = xtr__pdf_draw_picture(pdf, page, box);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
    int code = XTR_OK;
    *inlay = (xtr__inlay){.place = raster.place};
    if (raster.pixmap != NULL && !xtr__pdf_should_stop(pdf))
        code = xtr__pdf_read_raster(pdf, &raster, &inlay->reading, complaint);
    fz_drop_pixmap(ctx, raster.pixmap);
    /* Lines that run up or down inside of a page of level ones are labels of axes. */
    if (inlay->reading.words.count > 0 && inlay->reading.turn == 0)
        out->count++;
    else
        xtr__reading_drop(&inlay->reading);
    return code == XTR_E_LIMIT ? XTR_OK : code;
}

int xtr__pdf_read_inlays(xtr__pdf *pdf, const xtr__pdf_page *page, xtr__inlays *out,
                         char complaint[256]) {
    xtr_box boxes[XTR__MOST_INLAYS];
    uint32_t count = find_pictures(page, boxes);
    int code = XTR_OK;
    out->count = 0;
    for (uint32_t i = 0; i < count && code == XTR_OK && !xtr__pdf_should_stop(pdf); i++)
        code = add_picture(pdf, page, boxes[i], out, complaint);
    return code;
}

void xtr__pdf_drop_inlays(xtr__inlays *inlays) {
    for (uint32_t i = 0; i < inlays->count; i++)
        xtr__reading_drop(&inlays->items[i].reading);
    inlays->count = 0;
}

bool xtr__pdf_add_inlays(xtr__pdf *pdf) {
    for (uint32_t i = 0; pdf->inlays != NULL && i < pdf->inlays->count; i++) {
        const xtr__inlay *inlay = &pdf->inlays->items[i];
        if (!xtr__ocr_fill_sheet(&pdf->sheet, &inlay->reading, inlay->place))
            return false;
    }
    return true;
}
