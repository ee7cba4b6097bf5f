/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The text of image files: each page is decoded, recognised and laid out by the slot that comes to
 * it first. */
#include "image.h"
#include "ocr/ocr.h"

#include <stdlib.h>

enum { LEAST_SIDE = 32 /* pixels */ };

typedef struct recognition {
    xtr__image_state *owner;
    const xtr__picture_header *pages;
    xtr__image_text *out;   /* of each */
    xtr__handover handover; /* layouts that helpers made */
} recognition;

static bool stop_layout(void *payload) {
    xtr__image_state *state = payload;
    return state->budget.denied || xtr_job_should_stop(state->job);
}

/* How the page is turned, as Exif says it: mirrored ones are taken for what they mirror. */
static int turn_of(unsigned orientation) {
    static const int turns[] = {0, 0, 0, 180, 180, 90, 90, 270, 270};
    return orientation < sizeof turns / sizeof *turns ? turns[orientation] : 0;
}

static int decode(xtr__image_state *state, const xtr__picture_header *page, xtr_ocr_image *out,
                  char message[256]) {
    const xtr__ocr_module *module = xtr__ocr_load(message);
    if (!module)
        return XTR_E_MISSING_BACKEND;
    size_t size;
    const unsigned char *data = xtr_input_bytes(xtr_job_input(state->job), &size);
    if (!data)
        return XTR_E_MEMORY;
    int64_t most = xtr_job_options(state->job)->max_image_pixels;
    int code = module->decode(data, size, page->directory, most > 0 ? (uint64_t)most : UINT64_MAX,
                              out, message);
    int turn = page->upright ? 0 : turn_of(page->orientation);
    if (code || !turn)
        return code;
    xtr_ocr_image turned;
    code = module->turn(out, turn, &turned);
    free((void *)(uintptr_t)out->samples);
    *out = turned;
    return code;
}

static void lay_out(xtr__image_state *state, const xtr__picture_header *page,
                    const xtr__reading *reading, xtr__image_text *out) {
    float width, height;
    xtr__image_size(page, &width, &height);
    xtr__sheet_reset(&state->sheet, page->number, width, height);
    xtr__scratch_reset(&state->scratch);
    if (!xtr__ocr_fill_sheet(&state->sheet, reading, (xtr_box){0, 0, width, height}) ||
        !xtr__layout_page(&out->layout, &state->sheet, &state->scratch, stop_layout, state))
        out->trouble = XTR_E_MEMORY; /* or stopped: then nobody asks */
    out->layout.number = page->number;
}

/* Whether there can be a word in it. */
static bool is_large(const xtr__picture_header *page) {
    return page->width >= LEAST_SIDE && page->height >= LEAST_SIDE;
}

static void recognise(xtr__image_state *state, const xtr__picture_header *page,
                      xtr__image_text *out) {
    xtr_ocr_image image = {0};
    xtr__reading reading = {0};
    if (!is_large(page))
        return;
    out->trouble = decode(state, page, &image, out->complaint);
    if (out->trouble == XTR_OK)
        out->trouble =
            xtr__ocr_read(state->job, &state->budget, &image, &reading, out->complaint);
    if (out->trouble == XTR_OK) {
        lay_out(state, page, &reading, out);
        out->recognised = out->layout.lines.count > 0;
        out->confidence = reading.confidence;
    }
    xtr__reading_drop(&reading);
    free((void *)(uintptr_t)image.samples);
}

static void work(xtr_job *job, xtr_share *share, void *payload) {
    recognition *all = payload;
    xtr__image_state *state = xtr_job_state(job);
    bool helps = state != all->owner;
    uint32_t first, last;
    if (helps) {
        state->job = job;
        xtr__budget_begin(&state->budget, job);
    }
    while (xtr_share_next(share, &first, &last)) {
        for (uint32_t i = first; i < last && !xtr_job_should_stop(job); i++) {
            recognise(state, &all->pages[i], &all->out[i]);
            if (helps)
                xtr__budget_give(&state->budget, xtr__page_layout_size(&all->out[i].layout),
                                 &all->handover);
        }
    }
    if (helps)
        xtr__budget_end(&state->budget, job);
}

void xtr__image_recognise(xtr__image_state *state, const xtr__picture_header *pages, uint32_t count,
                          xtr__image_text *out) {
    recognition all = {.owner = state, .pages = pages, .out = out};
    xtr_job_share(state->job, count, 1, work, &all);
    xtr__budget_take(&state->budget, &all.handover);
}
