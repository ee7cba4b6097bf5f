/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages whose text has to be recognised: which they are, and what is read of their picture. They
 * are shared among slots one by one, once all pages have been read. */
#include "ocr/ocr.h"
#include "pdf.h"

#include <math.h>
#include <string.h>

enum { DPI = 300 };

/** What recognition makes of a page. */
typedef struct recognised {
    xtr__page_layout layout;
    float confidence;
    int turn;    /* of the text, clockwise as the page is displayed, in degrees */
    int trouble; /* number of errors.def */
    char complaint[256];
} recognised;

typedef struct recognition {
    xtr__pdf *owner;
    const uint32_t *which;  /* pages, by index into the owner's */
    recognised *out;        /* of each */
    xtr__handover handover; /* layouts that helpers made */
} recognition;

/* Routing ----------------------------------------------------------------------------------- */

bool xtr__pdf_wants_recognition(const xtr__pdf *pdf, const xtr__pdf_page *page) {
    switch ((xtr_ocr)xtr_job_options(pdf->job)->ocr) {
    case XTR_OCR_FORCE:
        return true;
    case XTR_OCR_OFF:
        return false;
    case XTR_OCR_AUTO:
        break;
    }
    return page->layout.lines.count == 0 && page->pictures;
}

/* Picture of a page ------------------------------------------------------------------------- */

/** The page in grey. Yours to drop. Throws. */
static fz_pixmap *render(xtr__pdf *pdf, uint32_t index) {
    fz_context *ctx = pdf->ctx;
    pdf_page *page = NULL;
    fz_pixmap *pixmap = NULL;
    fz_device *dev = NULL;
    fz_matrix ctm = fz_scale(DPI / 72.0F, DPI / 72.0F);
    fz_var(page);
    fz_var(pixmap);
    fz_var(dev);
    pdf->rendering = true;
    fz_try(ctx) {
        page = pdf_load_page(ctx, pdf->doc, (int)index);
        fz_rect bounds = fz_transform_rect(fz_bound_page(ctx, &page->super), ctm);
        pixmap = fz_new_pixmap_with_bbox(ctx, fz_device_gray(ctx), fz_round_rect(bounds), NULL, 0);
        fz_clear_pixmap_with_value(ctx, pixmap, 255);
        dev = fz_new_draw_device(ctx, fz_identity, pixmap);
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

static bool stop_layout(void *pdf) {
    return xtr__pdf_should_stop(pdf);
}

static void read_pixmap(xtr__pdf *pdf, const fz_pixmap *pixmap, recognised *out) {
    const xtr_ocr_image image = {.samples = pixmap->samples,
                                 .width = (uint32_t)pixmap->w,
                                 .height = (uint32_t)pixmap->h,
                                 .stride = (size_t)pixmap->stride,
                                 .dpi = DPI};
    xtr__reading reading;
    out->trouble = xtr__ocr_read(pdf->job, &pdf->budget, &image, &reading, out->complaint);
    out->confidence = reading.confidence;
    out->turn = reading.turn;
    float width = (float)reading.width * 72 / DPI, height = (float)reading.height * 72 / DPI;
    xtr__sheet_reset(&pdf->sheet, out->layout.number, width, height);
    if (out->trouble == XTR_OK) {
        xtr__scratch_reset(&pdf->scratch);
        if (!xtr__ocr_fill_sheet(&pdf->sheet, &reading, (xtr_box){0, 0, width, height}) ||
            !xtr__layout_page(&out->layout, &pdf->sheet, &pdf->scratch, stop_layout, pdf))
            out->trouble = XTR_E_MEMORY; /* or stopped: then nobody asks */
        else if (xtr_job_wants_words(pdf->job) &&
                 !xtr__ocr_keep_words(&out->layout, &pdf->budget, &reading,
                                      (xtr_box){0, 0, width, height}))
            out->trouble = XTR_E_MEMORY;
    }
    xtr__reading_drop(&reading);
}

static void recognise(xtr__pdf *pdf, uint32_t index, recognised *out) {
    fz_context *ctx = pdf->ctx;
    fz_pixmap *pixmap = NULL;
    fz_var(pixmap);
    pdf->cookie = (fz_cookie){0};
    fz_try(ctx) {
        pixmap = render(pdf, index);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
        out->trouble = pdf->budget.denied ? XTR_E_MEMORY : XTR_E_CORRUPT;
        return;
    }
    out->layout.number = index + 1;
    read_pixmap(pdf, pixmap, out);
    fz_drop_pixmap(ctx, pixmap);
}

void xtr__pdf_recognise_again(xtr__pdf *pdf, const xtr__pdf_page *page) {
    recognised again = {.trouble = XTR_OK};
    recognise(pdf, page->layout.number - 1, &again);
    xtr__page_layout_drop(&pdf->budget, &again.layout);
}

/* All of a document ------------------------------------------------------------------------- */

static void recognise_range(xtr__pdf *pdf, recognition *all, uint32_t first, uint32_t last) {
    for (uint32_t i = first; i < last && !xtr__pdf_should_stop(pdf); i++) {
        recognised *out = &all->out[i];
        recognise(pdf, all->owner->pages.items[all->which[i]].layout.number - 1, out);
        if (pdf != all->owner)
            xtr__budget_give(&pdf->budget, xtr__page_layout_size(&out->layout), &all->handover);
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
    page->rotation = (page->rotation + 360 - turn) % 360;
    for (size_t i = 0; i < page->extras.count; i++) {
        xtr_box *box = &page->extras.items[i].box;
        *box = xtr__turn_back(*box, page->layout.width, page->layout.height, (360 - turn) / 90 % 4);
    }
}

/** Takes what was recognised in the place of what the page said. */
static void take(xtr__pdf *pdf, xtr__pdf_page *page, recognised *from) {
    if (from->layout.number == 0 || from->trouble != XTR_OK) {
        page->recognition_trouble = from->trouble;
        memcpy(page->recognition_complaint, from->complaint, sizeof from->complaint);
        xtr__page_layout_drop(&pdf->budget, &from->layout);
        return;
    }
    xtr__page_layout_drop(&pdf->budget, &page->layout);
    page->layout = from->layout;
    page->recognised = page->layout.lines.count > 0;
    page->confidence = from->confidence;
    turn_upright(page, from->turn);
}

void xtr__pdf_recognise_pages(xtr__pdf *pdf) {
    XTR__VECTOR(uint32_t) which = {0};
    for (uint32_t i = 0; i < pdf->pages.count; i++) {
        uint32_t *index = xtr__pdf_wants_recognition(pdf, &pdf->pages.items[i])
                              ? XTR__PUSH(&pdf->budget, &which)
                              : NULL;
        if (index != NULL)
            *index = i;
    }
    size_t count = which.count > 0 && xtr__ocr_is_here(pdf->job) ? which.count : 0;
    recognised *out =
        count > 0 ? xtr__budget_resize(&pdf->budget, NULL, count * sizeof *out) : NULL;
    if (out != NULL) {
        recognition all = {.owner = pdf, .which = which.items, .out = out};
        memset(out, 0, count * sizeof *out);
        xtr_job_share(pdf->job, (uint32_t)count, 1, work, &all);
        xtr__budget_take(&pdf->budget, &all.handover);
        for (size_t i = 0; i < count; i++)
            take(pdf, &pdf->pages.items[which.items[i]], &out[i]);
    }
    xtr__budget_resize(&pdf->budget, out, 0);
    XTR__VECTOR_DROP(&pdf->budget, &which);
}
