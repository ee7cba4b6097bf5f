/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MuPDF's memory, counted against the limit of the running job. FreeType 2.12 does not survive a
 * refused allocation, so nothing is refused while MuPDF holds FZ_LOCK_FREETYPE. The locks do
 * nothing else: each slot has a context of its own, and HarfBuzz and OpenJPEG are the system's. */
#include "pdf.h"

/* Fonts and cross-reference data that MuPDF may keep from page to page. */
enum { STORE_BYTES = 24 << 20 };

enum { ALLOCATIONS_PER_QUESTION = 16 };

/** Repairs, object streams, fonts and trees do not ask whether to stop, but all of them allocate:
 *  a job that is to stop gets nothing any more. */
static bool must_refuse(xtr__pdf *pdf) {
    bool asks = pdf->cookie.abort || ++pdf->allocations % ALLOCATIONS_PER_QUESTION == 0;
    return asks && pdf->job != NULL && pdf->budget.undeniable == 0 && xtr__pdf_should_stop(pdf);
}

static void *allocate(void *user, size_t size) {
    xtr__pdf *pdf = user;
    return size == 0 || must_refuse(pdf) ? NULL : xtr__budget_resize(&pdf->budget, NULL, size);
}

static void *reallocate(void *user, void *block, size_t size) {
    xtr__pdf *pdf = user;
    return size > 0 && must_refuse(pdf) ? NULL : xtr__budget_resize(&pdf->budget, block, size);
}

static void release(void *user, void *block) {
    xtr__pdf *pdf = user;
    xtr__budget_resize(&pdf->budget, block, 0);
}

static void lock(void *user, int which) {
    xtr__pdf *pdf = user;
    pdf->budget.undeniable += which == FZ_LOCK_FREETYPE;
}

static void unlock(void *user, int which) {
    xtr__pdf *pdf = user;
    pdf->budget.undeniable -= which == FZ_LOCK_FREETYPE;
}

static void note_error(void *user, const char *message) {
    xtr__pdf *pdf = user;
    if (pdf->complaint[0] == '\0') {
        fz_strlcpy(pdf->complaint, message, sizeof pdf->complaint);
    }
}

static void ignore_warning(void *user, const char *message) {
    (void)user, (void)message;
}

fz_context *xtr__pdf_new_context(xtr__pdf *pdf) {
    const fz_alloc_context memory = {pdf, allocate, reallocate, release};
    const fz_locks_context locks = {pdf, lock, unlock};
    fz_context *ctx = fz_new_context(&memory, &locks, STORE_BYTES);
    if (ctx != NULL) {
        fz_set_user_context(ctx, pdf);
        fz_set_error_callback(ctx, note_error, pdf);
        fz_set_warning_callback(ctx, ignore_warning, pdf);
    }
    return ctx;
}
