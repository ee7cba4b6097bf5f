/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MuPDF, and every difference between its versions (1.21 and later) in one place. */
#ifndef XTR_PDF_COMPAT_H
#define XTR_PDF_COMPAT_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <mupdf/fitz.h>
#include <mupdf/pdf.h>
#pragma GCC diagnostic pop

#define COMPAT_AT_LEAST(minor) (FZ_VERSION_MAJOR > 1 || FZ_VERSION_MINOR >= (minor))

/* Since 1.24 errors are finer grained, and one that is caught and not passed on must be said to
 * be ignored, or MuPDF prints it. */
#if COMPAT_AT_LEAST(24)
#define COMPAT_ERROR_FORMAT FZ_ERROR_FORMAT
#define compat_ignore(ctx)  fz_ignore_error(ctx)
#else
#define COMPAT_ERROR_FORMAT FZ_ERROR_GENERIC
#define compat_ignore(ctx)  ((void)(ctx))
#endif

/* Reads what belongs to which layer. MuPDF 1.21 does so when a page first asks, and when that is
 * stopped it leaves a descriptor behind that it has freed: it has to be read under our eyes. */
static inline void compat_read_layers(fz_context *ctx, pdf_document *doc) {
    fz_try(ctx) {
        pdf_count_layer_configs(ctx, doc);
    }
    fz_catch(ctx) {
        doc->ocg = NULL;
        fz_rethrow(ctx);
    }
}

/* The processor that draws a page. Since 1.22 a form's operator does not say where it stands. */
#if COMPAT_AT_LEAST(22)
#define COMPAT_FORM_PARAMETERS pdf_obj *form
#define COMPAT_FORM_ARGUMENTS  form
#else
#define COMPAT_FORM_PARAMETERS pdf_obj *form, pdf_obj *resources
#define COMPAT_FORM_ARGUMENTS  form, resources
#endif

static inline pdf_processor *compat_new_run_processor(fz_context *ctx, pdf_page *page,
                                                      fz_device *dev, fz_matrix ctm,
                                                      fz_default_colorspaces *spaces,
                                                      fz_cookie *cookie) {
#if COMPAT_AT_LEAST(25)
    return pdf_new_run_processor(ctx, page->doc, dev, ctm, -1, "View", NULL, spaces, cookie, NULL,
                                 NULL);
#elif COMPAT_AT_LEAST(22)
    return pdf_new_run_processor(ctx, page->doc, dev, ctm, -1, "View", NULL, spaces, cookie);
#else
    (void)page;
    return pdf_new_run_processor(ctx, dev, ctm, "View", NULL, spaces, cookie);
#endif
}

static inline void compat_process_page(fz_context *ctx, pdf_processor *proc, pdf_page *page,
                                       fz_cookie *cookie) {
    pdf_obj *resources = pdf_page_resources(ctx, page), *contents = pdf_page_contents(ctx, page);
#if COMPAT_AT_LEAST(22)
    pdf_process_contents(ctx, proc, page->doc, resources, contents, cookie, NULL);
#else
    pdf_process_contents(ctx, proc, page->doc, resources, contents, cookie);
#endif
}

#endif
