/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The PDF extractor's state in the only slot of a runtime. */
#ifndef XTR_LONG_SLOT_H
#define XTR_LONG_SLOT_H

#include "long.h"
#include "pdf/pdf.h"

#include <unistd.h>

/** NULL until the slot has read a PDF. The runtime must have one thread, and no job. */
static inline xtr__pdf *pdf_of(xtr_runtime *runtime) {
    int pdf = xtr__extractor_of_mime("application/pdf");
    uv_mutex_lock(&runtime->mutex);
    while (runtime->slots[0].job) { /* done for its owner, not yet gone */
        uv_mutex_unlock(&runtime->mutex);
        usleep(200);
        uv_mutex_lock(&runtime->mutex);
    }
    xtr__pdf *state = runtime->slots[0].states[pdf];
    uv_mutex_unlock(&runtime->mutex);
    return state;
}

/** Bytes the state holds without what it keeps to use again: the same after each job. */
static inline size_t idle_bytes(xtr_runtime *runtime) {
    xtr__pdf *pdf = pdf_of(runtime);
    if (!pdf)
        return 0;
    xtr__sheet_drop(&pdf->sheet);
    xtr__scratch_drop(&pdf->scratch);
    XTR__VECTOR_DROP(&pdf->budget, &pdf->fonts);
    XTR__VECTOR_DROP(&pdf->budget, &pdf->tag_slots);
    XTR__VECTOR_DROP(&pdf->budget, &pdf->advances);
    return pdf->budget.used;
}

#endif
