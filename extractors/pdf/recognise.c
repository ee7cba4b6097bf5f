/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages whose text has to be recognised (route.c says which) are drawn (raster.c) and read. They
 * are shared among slots one by one, once all pages have been collected. */
#include "inlays.h"

#include <stdio.h>
#include <string.h>

/** What recognition makes of a page. */
typedef struct recognised {
    xtr__page_layout layout;
    xtr__evidence evidence;
    float confidence;
    int turn;    /* of the text, clockwise as the page is displayed, in degrees */
    int trouble; /* number of errors.def */
    char complaint[256];
} recognised;

typedef struct recognition {
    xtr__pdf *owner;
    const uint32_t *which; /* pages, by index into the owner's */
    recognised *out;       /* of each */
    atomic_uint done;      /* pages of the document */
    uint32_t total;
    xtr__handover handover; /* layouts that helpers made */
} recognition;

/* One page ---------------------------------------------------------------------------------- */

static void fail(recognised *out, int code, const char *why) {
    out->trouble = code;
    snprintf(out->complaint, sizeof out->complaint, "%s", why);
}

/** The quarters by which boxes of a page are turned back to stand on the page as it is read. */
static int upright(int turn) {
    return (360 - turn) / 90 % 4;
}

static bool stop_layout(void *pdf) {
    return xtr__pdf_should_stop(pdf);
}

/** The text of a page that lies on its side is laid out on the page as it is read. */
static void lay_out(xtr__pdf *pdf, const xtr__pdf_page *page, const xtr__reading *reading,
                    xtr_box place, recognised *out) {
    bool lies = reading->turn % 180 != 0;
    float width = lies ? page->height : page->width;
    float height = lies ? page->width : page->height;
    place = xtr__turn_back(place, width, height, upright(reading->turn));
    out->turn = reading->turn;
    xtr__sheet_reset(&pdf->sheet, page->layout.number, width, height);
    xtr__scratch_reset(&pdf->scratch);
    if (!xtr__ocr_fill_sheet(&pdf->sheet, reading, place) ||
        !xtr__layout_page(&out->layout, &pdf->sheet, &pdf->scratch, stop_layout, pdf))
        out->trouble = XTR_E_MEMORY; /* or stopped: then nobody asks */
    else if (xtr_job_wants_words(pdf->job) &&
             !xtr__ocr_keep_words(&out->layout, &pdf->budget, reading, place))
        out->trouble = XTR_E_MEMORY;
    xtr__weigh_text(&out->evidence, &out->layout);
}

int xtr__pdf_read_raster(xtr__pdf *pdf, const xtr__raster *raster, xtr__reading *out,
                         char complaint[256]) {
    const fz_pixmap *pixmap = raster->pixmap;
    const xtr_ocr_image image = {.samples = pixmap->samples,
                                 .width = (uint32_t)pixmap->w,
                                 .height = (uint32_t)pixmap->h,
                                 .stride = (size_t)pixmap->stride,
                                 .dpi = (uint32_t)(raster->dpi + 0.5F)};
    size_t charged = xtr__ocr_charge(pdf->job, &image, complaint);
    if (charged == 0)
        return XTR_E_MEMORY;
    int code = xtr__ocr_read(pdf->job, &pdf->budget, &image, out, complaint);
    xtr_job_charge(pdf->job, -(int64_t)charged);
    return code;
}

static void read_page(xtr__pdf *pdf, const xtr__pdf_page *page, const xtr__raster *raster,
                      recognised *out) {
    xtr__reading reading = {0};
    out->trouble = xtr__pdf_read_raster(pdf, raster, &reading, out->complaint);
    out->confidence = reading.confidence;
    if (out->trouble == XTR_OK)
        lay_out(pdf, page, &reading, raster->place, out);
    xtr__reading_drop(&reading);
}

static void recognise(xtr__pdf *pdf, const xtr__pdf_page *page, recognised *out) {
    fz_context *ctx = pdf->ctx;
    xtr__raster raster = {0};
    fz_var(raster);
    pdf->cookie = (fz_cookie){0};
    pdf->left_out = false;
    fz_try(ctx) {
        raster = xtr__pdf_draw_raster(pdf, page);
    }
    fz_catch(ctx) {
        out->trouble = pdf->budget.denied ? XTR_E_MEMORY : XTR_E_CORRUPT;
        compat_ignore(ctx);
    }
    out->layout.number = page->layout.number;
    if (pdf->left_out)
        fail(out, XTR_E_LIMIT, "its picture has too many pixels: raise max_image_pixels");
    else if (out->trouble == XTR_OK && raster.pixmap == NULL)
        fail(out, XTR_E_LIMIT, "it is too large for the pixels it may have");
    else if (out->trouble == XTR_OK && !xtr__pdf_should_stop(pdf))
        read_page(pdf, page, &raster, out);
    if (out->trouble == XTR_E_MEMORY && out->complaint[0] == '\0')
        fail(out, XTR_E_MEMORY, "out of memory");
    fz_drop_pixmap(ctx, raster.pixmap);
}

/** Collects a page once more with the words of its pictures, if there are any. */
static void recognise_inlays(xtr__pdf *pdf, const xtr__pdf_page *page, recognised *out) {
    xtr__inlays inlays;
    xtr__pdf_page again = {.trouble = XTR_OK};
    pdf->cookie = (fz_cookie){0};
    out->trouble = xtr__pdf_read_inlays(pdf, page, &inlays, out->complaint);
    if (inlays.count > 0 && !xtr__pdf_should_stop(pdf)) {
        pdf->inlays = &inlays;
        xtr__pdf_collect(pdf, page->layout.number - 1, &again);
        pdf->inlays = NULL;
        if (again.trouble == page->trouble) { /* else there may be less than there was */
            out->layout = again.layout;
            out->layout.number = page->layout.number;
            again.layout = (xtr__page_layout){0};
        }
        xtr__pdf_drop_page(pdf, &again);
    }
    xtr__pdf_drop_inlays(&inlays);
}

void xtr__pdf_recognise_again(xtr__pdf *pdf, const xtr__pdf_page *page) {
    recognised again = {.trouble = XTR_OK};
    recognise(pdf, page, &again);
    xtr__page_layout_drop(&pdf->budget, &again.layout);
}

/* All of a document ------------------------------------------------------------------------- */

static void recognise_range(xtr__pdf *pdf, recognition *all, uint32_t first, uint32_t last) {
    for (uint32_t i = first; i < last && !xtr__pdf_should_stop(pdf); i++) {
        recognised *out = &all->out[i];
        const xtr__pdf_page *page = &all->owner->pages.items[all->which[i]];
        if (page->route == XTR__ROUTE_INLAYS)
            recognise_inlays(pdf, page, out);
        else
            recognise(pdf, page, out);
        if (pdf != all->owner)
            xtr__budget_give(&pdf->budget, xtr__page_layout_size(&out->layout), &all->handover);
        xtr_job_set_progress(pdf->job, atomic_fetch_add(&all->done, 1) + 1, all->total);
    }
}

static void work(xtr_job *job, xtr_share *share, void *payload) {
    recognition *all = payload;
    xtr__pdf *pdf = xtr_job_state(job);
    uint32_t first, last;
    if (pdf != all->owner && !xtr__pdf_begin_helping(pdf, job))
        return;
    while (xtr_share_next(share, &first, &last))
        recognise_range(pdf, all, first, last);
    if (pdf != all->owner)
        xtr__pdf_end(pdf);
}

/** Turns what else stands on a page like its text. */
static void turn_upright(xtr__pdf_page *page, int turn) {
    float width = turn % 180 != 0 ? page->height : page->width;
    float height = turn % 180 != 0 ? page->width : page->height;
    page->turn = turn;
    page->rotation = (page->rotation + 360 - turn) % 360;
    for (size_t i = 0; i < page->extras.count; i++) {
        xtr_box *box = &page->extras.items[i].box;
        *box = xtr__turn_back(*box, width, height, upright(turn));
    }
}

/** Takes what was recognised in the place of what the page said, where that is better. */
static void take(xtr__pdf *pdf, xtr__pdf_page *page, recognised *from) {
    bool read = from->layout.number > 0 && from->trouble == XTR_OK;
    if (!read) {
        page->recognition_trouble = from->trouble;
        memcpy(page->recognition_complaint, from->complaint, sizeof from->complaint);
    }
    if (!read ||
        !xtr__pdf_prefers(page->route, &page->evidence, &from->evidence, from->confidence)) {
        xtr__page_layout_drop(&pdf->budget, &from->layout);
        return;
    }
    xtr__page_layout_drop(&pdf->budget, &page->layout);
    page->layout = from->layout;
    if (page->route == XTR__ROUTE_INLAYS)
        return;
    page->recognised = page->layout.lines.count > 0;
    page->confidence = from->confidence;
    turn_upright(page, from->turn);
}

static void recognise_all(xtr__pdf *pdf, recognition *all, uint32_t count) {
    memset(all->out, 0, count * sizeof *all->out);
    xtr_job_share(pdf->job, count, 1, work, all);
    xtr__budget_take(&pdf->budget, &all->handover);
    for (uint32_t i = 0; i < count; i++)
        take(pdf, &pdf->pages.items[all->which[i]], &all->out[i]);
}

void xtr__pdf_recognise_pages(xtr__pdf *pdf, uint32_t done, uint32_t total) {
    XTR__VECTOR(uint32_t) which = {0};
    for (uint32_t i = 0; i < pdf->pages.count; i++) {
        uint32_t *index =
            pdf->pages.items[i].route != XTR__ROUTE_TEXT ? XTR__PUSH(&pdf->budget, &which) : NULL;
        if (index != NULL)
            *index = i;
    }
    recognition all = {.owner = pdf, .which = which.items, .done = done, .total = total};
    if (which.count > 0 && xtr__ocr_is_here(pdf->job))
        all.out = xtr__budget_resize(&pdf->budget, NULL, which.count * sizeof *all.out);
    if (all.out != NULL)
        recognise_all(pdf, &all, (uint32_t)which.count);
    if (pdf->budget.denied)
        xtr_partial(xtr_job_builder(pdf->job), XTR_E_MEMORY, 0,
                    "needs more memory than it may take: raise max_memory");
    xtr__budget_resize(&pdf->budget, all.out, 0);
    XTR__VECTOR_DROP(&pdf->budget, &which);
}
