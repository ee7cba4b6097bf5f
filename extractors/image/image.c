/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Images: what their headers say (headers.c), text by recognition (recognise.c). A file that is one
 * picture is also what its extraction gives. */
#include "image.h"

#include "ocr/ocr.h"

#include <stdlib.h>
#include <string.h>

typedef xtr__picture_header picture;
typedef xtr__image_file state;

static const char *const mime_types[] = {"image/png",
                                         "image/jpeg",
                                         "image/tiff",
                                         "image/gif",
                                         "image/bmp",
                                         "image/webp",
                                         "image/jp2",
                                         "image/jpx",
                                         "image/j2c",
                                         "image/x-portable-bitmap",
                                         "image/x-portable-graymap",
                                         "image/x-portable-pixmap",
                                         "image/x-portable-anymap",
                                         "image/x-portable-arbitrarymap",
                                         "image/avif",
                                         "image/heic",
                                         "image/heif",
                                         NULL};

/* The file as the picture it holds, when that was asked for. */
static void take_bytes(const state *s, xtr_image_info *image) {
    if (xtr_job_options(s->job)->images == XTR_IMAGES_EXTRACT)
        image->data = xtr_input_bytes(s->input, &image->data_size);
}

static void write_page(state *s, const picture *p, const xtr__image_text *text,
                       const xtr__survey *survey, xtr__open_end *end) {
    xtr_page_info info = {.read_by = text->recognised ? XTR_READ_OCR : XTR_READ_NONE,
                          .rotation = (xtr__image_turn_of(p) + 360 - text->turn) % 360,
                          .confidence = text->confidence,
                          .pixel_width = text->layout.pixel_width,
                          .pixel_height = text->layout.pixel_height};
    xtr__image_size(p, text->turn, &info.width, &info.height);
    xtr_page_begin(s->builder, p->number, &info);
    xtr__write_page(s->builder, &text->layout, survey, &s->slot->scratch, end);
    xtr__write_words(s->builder, &text->layout);
    xtr_image_info image = {.format = s->format,
                            .width = p->width,
                            .height = p->height,
                            .page = p->number,
                            .box = {0, 0, info.width, info.height}};
    if (s->only)
        take_bytes(s, &image);
    xtr_image(s->builder, &image);
    if (text->recognised)
        xtr__ocr_warn_of_doubt(s->builder, p->number, text->confidence);
    if (text->trouble)
        xtr_partial(s->builder, text->trouble, p->number, "its text was not recognised: %s",
                    text->complaint);
    xtr_page_end(s->builder);
}

/* What lines are is told by those of all pages. */
static void write_pages(state *s, xtr__image_text *texts) {
    xtr__budget *budget = &s->slot->budget;
    size_t count = s->pictures.count;
    xtr__survey survey = {.budget = budget};
    xtr__page_layout *pages = xtr__budget_resize(budget, NULL, (count + 1) * sizeof *pages);
    if (!pages)
        return;
    for (size_t i = 0; i < count; i++)
        pages[i] = texts[i].layout; /* shares the lines, which are marked */
    xtr__mark_pages(&survey, pages, count, &s->slot->scratch);
    xtr__budget_resize(budget, pages, 0);
    xtr__open_end end = {.page = NULL};
    for (size_t i = 0; i < count && !xtr_job_should_stop(s->job); i++)
        write_page(s, &s->pictures.items[i], &texts[i], &survey,
                   xtr_job_is_streamed(s->job) ? NULL : &end);
    xtr__survey_drop(&survey);
}

static int read_text(state *s) {
    xtr__budget *budget = &s->slot->budget;
    uint32_t count = (uint32_t)s->pictures.count;
    xtr__image_text *texts = xtr__budget_resize(budget, NULL, (count + 1) * sizeof *texts);
    int code = XTR_OK;
    if (!texts)
        return XTR_OK;
    memset(texts, 0, (count + 1) * sizeof *texts);
    if (xtr_job_options(s->job)->ocr != XTR_OCR_OFF)
        xtr__image_recognise(s->slot, s->pictures.items, count, texts);
    write_pages(s, texts);
    if (xtr_job_options(s->job)->format == XTR_FORMAT_PDF)
        code = xtr__image_make_searchable(s->job, s->pictures.items, texts, count, s->format);
    for (uint32_t i = 0; i < count; i++)
        xtr__page_layout_drop(budget, &texts[i].layout);
    xtr__budget_resize(budget, texts, 0);
    return code;
}

static int read_file(state *s) {
    int code = xtr__image_read_headers(s);
    if (code)
        return code;
    if (xtr_job_drawn_page(s->job) > 0)
        return xtr__image_draw(s->slot, s->pictures.items, (uint32_t)s->pictures.count);
    code = read_text(s);
    if (code)
        return code;
    return s->slot->budget.denied
               ? xtr_job_fail(s->job, XTR_E_MEMORY,
                              "needs more memory than it may take: raise max_memory")
               : XTR_OK;
}

static int run(xtr_job *job) {
    state s = {.job = job,
               .input = xtr_job_input(job),
               .builder = xtr_job_builder(job),
               .slot = xtr_job_state(job)};
    s.slot->job = job;
    s.slot->facts = XTR__IMAGE_FACTS;
    xtr__budget_begin(&s.slot->budget, job);
    int code = read_file(&s);
    XTR__VECTOR_DROP(&s.slot->budget, &s.pictures);
    xtr__budget_end(&s.slot->budget, job);
    return code;
}

static void *open_state(void) {
    xtr__image_state *slot = calloc(1, sizeof *slot);
    if (slot)
        slot->sheet.budget = slot->scratch.budget = &slot->budget;
    return slot;
}

static void drop_state(void *dropped) {
    xtr__image_state *slot = dropped;
    xtr__sheet_drop(&slot->sheet);
    xtr__scratch_drop(&slot->scratch);
    free(slot);
}

const xtr_extractor xtr_extractor_image = {
    .name = "image",
    .title = "Images",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES | XTR_YIELDS_IMAGES | XTR_YIELDS_OCR,
    .run = run,
    .open_state = open_state,
    .drop_state = drop_state,
    .warm = xtr__ocr_warm,
    .flags = XTR_DRAWS_LAYOUT | XTR_FINDS_WORDS,
};
