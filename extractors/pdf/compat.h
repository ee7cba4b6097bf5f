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

#endif
