/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Page labels (ISO 32000-1, 12.4.2): a number tree of ranges, each with a style and a prefix. */
#include "pdf.h"

#include "container/numerals.h"

#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 16, MAX_RANGES = 10000 };

static void add_range(xtr__pdf *pdf, xtr__labels *labels, int first, pdf_obj *dict) {
    fz_context *ctx = pdf->ctx;
    xtr__label_range *range = first >= 0 && labels->ranges.count < MAX_RANGES
                                  ? XTR__PUSH(&pdf->budget, &labels->ranges)
                                  : NULL;
    if (range == NULL) {
        return;
    }
    int start = pdf_to_int(ctx, pdf_dict_gets(ctx, dict, "St"));
    const char *style = pdf_to_name(ctx, pdf_dict_get(ctx, dict, PDF_NAME(S)));
    *range = (xtr__label_range){.first = (uint32_t)first,
                                .start = start > 0 ? (uint32_t)start : 1,
                                .style = strchr("DRrAa", style[0]) != NULL ? style[0] : '\0'};
    fz_strlcpy(range->prefix, pdf_dict_get_text_string(ctx, dict, PDF_NAME(P)),
               sizeof range->prefix);
}

static void walk(xtr__pdf *pdf, xtr__labels *labels, pdf_obj *node, int depth) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *numbers = pdf_dict_get(ctx, node, PDF_NAME(Nums));
    for (int i = 0; i + 1 < pdf_array_len(ctx, numbers); i += 2) {
        add_range(pdf, labels, pdf_array_get_int(ctx, numbers, i),
                  pdf_array_get(ctx, numbers, i + 1));
    }
    pdf_obj *kids = pdf_dict_get(ctx, node, PDF_NAME(Kids));
    for (int i = 0; depth < MAX_DEPTH && i < pdf_array_len(ctx, kids) &&
                    labels->ranges.count < MAX_RANGES && !xtr_job_should_stop(pdf->job);
         i++) {
        walk(pdf, labels, pdf_array_get(ctx, kids, i), depth + 1);
    }
}

void xtr__pdf_load_labels(xtr__pdf *pdf, xtr__labels *labels) {
    fz_context *ctx = pdf->ctx;
    fz_try(ctx) {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc), PDF_NAME(Root));
        walk(pdf, labels, pdf_dict_gets(ctx, root, "PageLabels"), 0);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
}

const char *xtr__label_of(const xtr__labels *labels, uint32_t index, char out[64]) {
    const xtr__label_range *range = NULL;
    for (size_t i = 0; i < labels->ranges.count; i++) {
        const xtr__label_range *r = &labels->ranges.items[i];
        if (r->first <= index && (range == NULL || r->first >= range->first)) {
            range = r;
        }
    }
    if (range == NULL) {
        return NULL;
    }
    char number[24] = "";
    uint32_t n = range->start + (index - range->first);
    bool roman = range->style == 'R' || range->style == 'r';
    if (range->style == 'D' || (roman && n >= 4000)) {
        snprintf(number, sizeof number, "%u", n);
    } else if (roman) {
        xtr__roman(number, sizeof number, n, range->style == 'R');
    } else if (range->style != '\0' && n > 0) {
        xtr__letters(number, sizeof number, n, range->style);
    }
    snprintf(out, 64, "%s%s", range->prefix, number);
    return out;
}
