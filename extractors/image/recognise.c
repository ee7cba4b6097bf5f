/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The text of image files: each page is decoded, recognised and laid out by the slot that comes to
 * it first. */
#include "image.h"
#include "layout/trace.h"
#include "ocr/ocr.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_SIDE = 32 /* pixels */ };

typedef struct recognition {
    xtr__image_state *owner;
    const xtr__picture_header *pages;
    xtr__image_text *out;   /* of each */
    xtr__handover handover; /* layouts that helpers made */
    uint32_t count;
    atomic_uint done;
} recognition;

static bool stop_layout(void *payload) {
    xtr__image_state *state = payload;
    return state->budget.denied || xtr_job_should_stop(state->job);
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
    int turn = page->upright ? 0 : xtr__image_turn_of(page);
    if (code || !turn)
        return code;
    xtr_ocr_image turned = {0};
    code = module->turn(out, turn, &turned);
    free((void *)(uintptr_t)out->samples);
    *out = turned;
    return code;
}

static void lay_out(xtr__image_state *state, const xtr__picture_header *page,
                    const xtr__reading *reading, xtr__image_text *out) {
    float width, height;
    xtr__image_size(page, reading->turn, &width, &height);
    xtr__sheet_reset(&state->sheet, page->number, width, height);
    xtr__scratch_reset(&state->scratch);
    if (!xtr__ocr_fill_sheet(&state->sheet, reading, (xtr_box){0, 0, width, height}) ||
        !xtr__layout_page(&out->layout, &state->sheet, &state->scratch, stop_layout, state))
        out->trouble = XTR_E_MEMORY; /* or stopped: then nobody asks */
    else if (xtr_job_wants_words(state->job) &&
             !xtr__ocr_keep_words(&out->layout, &state->budget, reading,
                                  (xtr_box){0, 0, width, height}))
        out->trouble = XTR_E_MEMORY;
    out->layout.number = page->number;
}

/* Whether there can be a word in it. */
static bool is_large(const xtr__picture_header *page) {
    return page->width >= LEAST_SIDE && page->height >= LEAST_SIDE;
}

/* Memory is asked for by the size in the header, before anything is decoded. */
static int read_image(xtr__image_state *state, const xtr__picture_header *page, xtr__reading *out,
                      char complaint[256]) {
    xtr_ocr_image image = {.width = page->width, .height = page->height};
    int64_t most = xtr_job_options(state->job)->max_image_pixels;
    if (most > 0 && (uint64_t)page->width * page->height > (uint64_t)most) {
        snprintf(complaint, 256, "it has more than max_image_pixels (%" PRId64 ")", most);
        return XTR_E_LIMIT;
    }
    size_t charged = xtr__ocr_charge(state->job, &image, complaint);
    if (!charged)
        return XTR_E_MEMORY;
    int code = decode(state, page, &image, complaint);
    if (!code) {
        code = xtr__ocr_read(state->job, &state->budget, &image, out, complaint);
        free((void *)(uintptr_t)image.samples);
    }
    xtr_job_charge(state->job, -(int64_t)charged);
    return code;
}

static void recognise(xtr__image_state *state, const xtr__picture_header *page,
                      xtr__image_text *out) {
    xtr__reading reading = {0};
    if (!is_large(page))
        return;
    out->trouble = read_image(state, page, &reading, out->complaint);
    if (out->trouble == XTR_OK) {
        lay_out(state, page, &reading, out);
        out->recognised = out->layout.lines.count > 0;
        out->confidence = reading.confidence;
        out->turn = reading.turn;
    }
    if (out->trouble == XTR_E_MEMORY && !out->complaint[0])
        strcpy(out->complaint, "out of memory");
    xtr__reading_drop(&reading);
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
            xtr_job_set_progress(job, atomic_fetch_add(&all->done, 1) + 1, all->count);
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
    bool any = false;
    for (uint32_t i = 0; i < count && !any; i++)
        any = is_large(&pages[i]);
    if (!any || !xtr__ocr_is_here(state->job))
        return;
    recognition all = {.owner = state, .pages = pages, .out = out, .count = count};
    xtr_job_set_progress(state->job, 0, count);
    xtr_job_share(state->job, count, 1, work, &all);
    xtr__budget_take(&state->budget, &all.handover);
}

int xtr__image_draw(xtr__image_state *state, const xtr__picture_header *pages, uint32_t count) {
    uint32_t number = xtr_job_drawn_page(state->job);
    if (count != 1)
        return xtr_job_fail(state->job, XTR_E_ARGUMENT, "has no page %u to draw", number);
    xtr__image_text text = {.trouble = XTR_OK};
    xtr__trace trace = {.budget = &state->budget};
    xtr__survey survey = {.budget = &state->budget};
    recognise(state, pages, &text);
    text.layout.trace = &trace;
    int code = text.trouble ? xtr_job_fail(state->job, text.trouble, "%s", text.complaint) : XTR_OK;
    if (!code) {
        xtr__mark_pages(&survey, &text.layout, 1, &state->scratch);
        if (!xtr__draw_page(state->job, &text.layout, &state->sheet, &state->scratch))
            code =
                xtr_job_fail(state->job, XTR_E_LIMIT, "page %u is more than can be drawn", number);
    }
    xtr__survey_drop(&survey);
    XTR__VECTOR_DROP(&state->budget, &trace.verdicts);
    xtr__page_layout_drop(&state->budget, &text.layout);
    return code;
}
