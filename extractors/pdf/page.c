/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One page: interpreted by MuPDF onto the sheet, laid out, and what stands beside its text. */
#include "pdf.h"

#include <math.h>
#include <string.h>

bool xtr__pdf_should_stop(xtr__pdf *pdf) {
    bool stop = pdf->budget.denied || xtr_job_should_stop(pdf->job);
    if (stop) {
        pdf->cookie.abort = 1;
    }
    return stop;
}

static bool stop_layout(void *pdf) {
    return xtr__pdf_should_stop(pdf);
}

static uint32_t add_string(xtr__budget *budget, char **items, size_t *count, size_t *capacity,
                           const char *text, size_t size) {
    if (!xtr__reserve(budget, items, capacity, *count + size + 1, 1)) {
        return 0;
    }
    uint32_t at = (uint32_t)*count;
    memcpy(*items + at, text, size);
    (*items)[at + size] = '\0';
    *count += size + 1;
    return at;
}

uint32_t xtr__pdf_url(xtr__pdf *pdf, const char *url) {
    return add_string(&pdf->budget, &pdf->sheet.urls.items, &pdf->sheet.urls.count,
                      &pdf->sheet.urls.capacity, url, strlen(url));
}

uint32_t xtr__pdf_string_sized(xtr__pdf *pdf, xtr__pdf_page *page, const char *text, size_t size) {
    if (page->strings.count == 0 &&
        (XTR__PUSH(&pdf->budget, &page->strings) == NULL || (page->strings.items[0] = '\0'))) {
        return 0;
    }
    if (size == 0) {
        return 0;
    }
    return add_string(&pdf->budget, &page->strings.items, &page->strings.count,
                      &page->strings.capacity, text, size);
}

uint32_t xtr__pdf_string(xtr__pdf *pdf, xtr__pdf_page *page, const char *text) {
    return xtr__pdf_string_sized(pdf, page, text, text == NULL ? 0 : strlen(text));
}

size_t xtr__pdf_page_size(const xtr__pdf_page *page) {
    return xtr__page_layout_size(&page->layout) + xtr__block_size(page->extras.items) +
           xtr__block_size(page->strings.items) + xtr__block_size(page->data.items);
}

void xtr__pdf_drop_page(xtr__pdf *pdf, xtr__pdf_page *page) {
    xtr__page_layout_drop(&pdf->budget, &page->layout);
    XTR__VECTOR_DROP(&pdf->budget, &page->extras);
    XTR__VECTOR_DROP(&pdf->budget, &page->strings);
    XTR__VECTOR_DROP(&pdf->budget, &page->data);
}

/* Annotations --------------------------------------------------------------------- */

static xtr_box box_of_rect(fz_rect r) {
    return (xtr_box){r.x0, r.y0, r.x1, r.y1};
}

void xtr__pdf_collect_notes(xtr__pdf *pdf, xtr__pdf_page *out, pdf_page *page) {
    fz_context *ctx = pdf->ctx;
    fz_rect mediabox;
    fz_matrix ctm;
    pdf_page_transform(ctx, page, &mediabox, &ctm);
    for (pdf_annot *annot = pdf_first_annot(ctx, page); annot != NULL;
         annot = pdf_next_annot(ctx, annot)) {
        enum pdf_annot_type type = pdf_annot_type(ctx, annot);
        if (type == PDF_ANNOT_LINK || type == PDF_ANNOT_WIDGET || type == PDF_ANNOT_POPUP ||
            xtr__pdf_should_stop(pdf)) {
            continue;
        }
        pdf_obj *dict = pdf_annot_obj(ctx, annot);
        const char *text = pdf_dict_get_text_string(ctx, dict, PDF_NAME(Contents));
        const char *author = pdf_dict_get_text_string(ctx, dict, PDF_NAME(T));
        const char *name = pdf_to_name(ctx, pdf_dict_get(ctx, dict, PDF_NAME(Subtype)));
        xtr__extra *extra = XTR__PUSH(&pdf->budget, &out->extras);
        if (extra == NULL) {
            return;
        }
        fz_rect rect = pdf_dict_get_rect(ctx, dict, PDF_NAME(Rect));
        *extra =
            (xtr__extra){.kind = XTR__EXTRA_NOTE, .box = box_of_rect(fz_transform_rect(rect, ctm))};
        extra->strings[0] = xtr__pdf_string(pdf, out, name);
        extra->strings[1] = xtr__pdf_string(pdf, out, text);
        extra->strings[2] = xtr__pdf_string(pdf, out, author);
    }
}

/* Pages ------------------------------------------------------------------------------------- */

/** A page that the sheet can hold; anything else has the size of a letter. */
static void start_sheet(xtr__pdf *pdf, xtr__pdf_page *out, uint32_t index, pdf_page *page) {
    fz_context *ctx = pdf->ctx;
    fz_rect bounds = fz_bound_page(ctx, &page->super);
    float width = bounds.x1 - bounds.x0, height = bounds.y1 - bounds.y0;
    bool sane = width > 0 && width < 1e6F && height > 0 && height < 1e6F;
    xtr__sheet_reset(&pdf->sheet, index + 1, sane ? width : 612, sane ? height : 792);
    int turn = pdf_to_int(ctx, pdf_dict_get_inheritable(ctx, page->obj, PDF_NAME(Rotate)));
    out->rotation = ((turn % 360) + 360) % 360;
}

/** Runs the page onto the sheet. Throws. */
static void run_page(xtr__pdf *pdf, xtr__pdf_page *out, uint32_t index) {
    fz_context *ctx = pdf->ctx;
    pdf_page *page = NULL;
    fz_device *dev = NULL;
    fz_var(page);
    fz_var(dev);
    fz_try(ctx) {
        page = pdf_load_page(ctx, pdf->doc, (int)index);
        start_sheet(pdf, out, index, page);
        xtr__pdf_collect_links(pdf, out, page);
        xtr__pdf_collect_notes(pdf, out, page);
        dev = xtr__pdf_new_device(pdf, out);
        xtr__pdf_run_contents(pdf, page, dev);
        size_t dots = pdf->sheet.dots.count;
        pdf_run_page_annots(ctx, page, dev, fz_identity, &pdf->cookie);
        xtr__pdf_run_widgets(pdf, page, dev);
        pdf->sheet.dots.count = dots; /* what is marked in a form is no bullet */
        fz_close_device(ctx, dev);
    }
    fz_always(ctx) {
        fz_drop_device(ctx, dev);
        fz_drop_page(ctx, (fz_page *)page);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

static void choose_route(xtr__pdf_page *out, const xtr_options *options) {
    out->route = XTR__ROUTE_TEXT;
    if (options->ocr == XTR_OCR_OFF) {
        return;
    }
    xtr__weigh_text(&out->evidence, &out->layout);
    out->route = xtr__pdf_route(&out->evidence, (xtr_ocr)options->ocr);
    if (out->route == XTR__ROUTE_TEXT && options->ocr_images && xtr__pdf_has_inlays(out)) {
        out->route = XTR__ROUTE_INLAYS;
    }
}

void xtr__pdf_collect(xtr__pdf *pdf, uint32_t index, xtr__pdf_page *out) {
    fz_context *ctx = pdf->ctx;
    pdf->cookie = (fz_cookie){0};
    pdf->complaint[0] = '\0';
    xtr__sheet_reset(&pdf->sheet, index + 1, 612, 792);
    fz_try(ctx) {
        run_page(pdf, out, index);
    }
    fz_catch(ctx) {
        out->trouble = XTR_E_CORRUPT;
        compat_ignore(ctx);
    }
    if ((pdf->cookie.errors > 0 || pdf->complaint[0] != '\0') && pdf->sheet.glyphs.count == 0) {
        out->trouble = XTR_E_CORRUPT;
    }
    xtr__scratch_reset(&pdf->scratch);
    fz_try(ctx) {
        xtr__pdf_complete_rows(pdf);
        xtr__pdf_order_tags(pdf);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
    xtr__pdf_describe_images(pdf, out);
    xtr__replace_text(&pdf->sheet, &pdf->scratch);
    xtr__add_bullets(&pdf->sheet);
    if (!xtr__pdf_add_inlays(pdf)) {
        out->trouble = XTR_E_MEMORY;
    }
    /* What was drawn before the page failed is text all the same. */
    if (!xtr__layout_page(&out->layout, &pdf->sheet, &pdf->scratch, stop_layout, pdf)) {
        out->trouble = XTR_E_MEMORY; /* or stopped: then nobody asks */
    }
    if (pdf->budget.denied) {
        out->trouble = XTR_E_MEMORY;
    }
    out->width = out->layout.width;
    out->height = out->layout.height;
    choose_route(out, xtr_job_options(pdf->job));
    xtr__pdf_drop_fonts(pdf);
    memcpy(out->complaint, pdf->complaint, sizeof out->complaint);
}
