/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* PDF (ISO 32000) by MuPDF. MuPDF interprets the page; what is drawn is collected by a device of
 * our own (device.c), laid out (layout.h), and written with what the document says about itself.
 *
 *   open -> collect each page (page.c), a pure function of the page -> finish, once a document
 */
#include "pdf.h"
#include "layout/trace.h"
#include "ocr/ocr.h"

#include <stdlib.h>
#include <string.h>

/* No more than max_pages may ask for; a larger count is a lie. */
enum { MOST_PAGES = 1000000 };

/* What a slot may keep from job to job: more than pages of books need. */
enum { MOST_KEPT = 16 << 20 };

static void *open_state(void) {
    xtr__pdf *pdf = calloc(1, sizeof *pdf);
    if (pdf == NULL) {
        return NULL;
    }
    pdf->scratch.budget = pdf->sheet.budget = &pdf->budget;
    pdf->ctx = xtr__pdf_new_context(pdf);
    if (pdf->ctx == NULL) {
        free(pdf);
        return NULL;
    }
    return pdf;
}

static void drop_state(void *state) {
    xtr__pdf *pdf = state;
    if (pdf != NULL) {
        xtr__sheet_drop(&pdf->sheet);
        xtr__scratch_drop(&pdf->scratch);
        XTR__VECTOR_DROP(&pdf->budget, &pdf->fonts);
        XTR__VECTOR_DROP(&pdf->budget, &pdf->tag_slots);
        XTR__VECTOR_DROP(&pdf->budget, &pdf->advances);
        fz_drop_context(pdf->ctx);
        free(pdf);
    }
}

/* Probe ------------------------------------------------------------------------------------- */

/** The header may stand anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1). */
static bool has_header(const unsigned char *head, size_t size) {
    size_t most = size < 1024 ? size : 1024;
    for (size_t i = 0; i + 5 <= most; i++) {
        if (memcmp(head + i, "%PDF-", 5) == 0) {
            return true;
        }
    }
    return size >= 17 && memcmp(head, "%!PS-Adobe-", 11) == 0 && memcmp(head + 14, " PDF-", 5) == 0;
}

static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    (void)input_size;
    return (xtr_match){"application/pdf", has_header(head, size) ? 40 : 0};
}

/* Opening ----------------------------------------------------------------------------------- */

static int fail_memory(xtr__pdf *pdf) {
    return xtr_job_fail(pdf->job, XTR_E_MEMORY,
                        "needs more memory than it may take: raise max_memory");
}

/** Why a document does not open. */
static int fail_open(xtr__pdf *pdf) {
    if (pdf->budget.denied) {
        return fail_memory(pdf);
    }
    if (xtr_job_should_stop(pdf->job)) {
        return XTR_OK;
    }
    size_t size;
    const unsigned char *head = xtr_input_head(xtr_job_input(pdf->job), &size);
    if (head == NULL) {
        return xtr_job_fail(pdf->job, XTR_E_MEMORY, "out of memory");
    }
    if (!has_header(head, size)) {
        return xtr_job_fail(pdf->job, XTR_E_MISMATCH, "is not a PDF inside");
    }
    if (strstr(pdf->complaint, "encrypt") != NULL || strstr(pdf->complaint, "crypt") != NULL) {
        return xtr_job_fail(pdf->job, XTR_E_UNSUPPORTED,
                            "is encrypted in a way that no password opens: %s", pdf->complaint);
    }
    return xtr_job_fail(pdf->job, XTR_E_CORRUPT, "is damaged beyond reading: %s",
                        pdf->complaint[0] != '\0' ? pdf->complaint : "no pages");
}

/** Opens the document and counts its pages. False when MuPDF gave up. */
static bool load_document(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    fz_stream *stream = NULL;
    bool opened = true;
    fz_var(stream);
    fz_var(opened);
    fz_try(ctx) {
        stream = xtr__pdf_open_stream(pdf);
        pdf->doc = pdf_open_document_with_stream(ctx, stream);
    }
    fz_always(ctx) {
        fz_drop_stream(ctx, stream);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
        opened = false;
    }
    return opened;
}

/** Tries the passwords in order. XTR_OK, or why not. */
static int unlock(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    const xtr_list *passwords = &xtr_job_options(pdf->job)->password;
    bool open = false, tried = passwords->count > 0;
    fz_var(open);
    fz_try(ctx) {
        open = !pdf_needs_password(ctx, pdf->doc);
        for (size_t i = 0; i < passwords->count && !open && !xtr__pdf_should_stop(pdf); i++) {
            open = pdf_authenticate_password(ctx, pdf->doc, passwords->items[i]) != 0;
        }
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
        return fail_open(pdf);
    }
    if (!open && xtr__pdf_should_stop(pdf)) {
        return fail_open(pdf);
    }
    return open    ? XTR_OK
           : tried ? xtr_job_fail(pdf->job, XTR_E_PASSWORD_WRONG,
                                  "the password is wrong: pass another one with --password")
                   : xtr_job_fail(pdf->job, XTR_E_PASSWORD_REQUIRED,
                                  "needs a password: pass --password");
}

/** Counts pages, none when the job is stopped; a document that seems to have none is repaired
 * first. */
static int count_pages(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    int count = 0;
    pdf->page_count = 0;
    if (pdf->doc == NULL) {
        return XTR_OK; /* stopped while it was opened */
    }
    fz_var(count);
    /* There is no document when the job stopped while it was opened. */
    for (int attempt = 0; attempt < 2 && count <= 0 && pdf->doc != NULL; attempt++) {
        fz_try(ctx) {
            if (attempt > 0) {
                pdf_repair_xref(ctx, pdf->doc);
            }
            count = pdf_count_pages(ctx, pdf->doc);
        }
        fz_catch(ctx) {
            compat_ignore(ctx);
        }
    }
    pdf->page_count = count > MOST_PAGES ? MOST_PAGES : count > 0 ? (uint32_t)count : 0;
    return count > 0 ? XTR_OK : fail_open(pdf);
}

static int read_layers(xtr__pdf *pdf) {
    bool failed = false;
    fz_var(failed);
    fz_try(pdf->ctx) {
        compat_read_layers(pdf->ctx, pdf->doc);
    }
    fz_catch(pdf->ctx) {
        compat_ignore(pdf->ctx);
        failed = true;
    }
    return failed && xtr__pdf_should_stop(pdf) ? fail_open(pdf) : XTR_OK;
}

static int open_document(xtr__pdf *pdf) {
    int code = load_document(pdf) ? unlock(pdf) : fail_open(pdf);
    /* There is no document when the job stopped while it was opened. */
    return code || pdf->doc == NULL ? code : read_layers(pdf);
}

static void close_document(xtr__pdf *pdf) {
    XTR__VECTOR_DROP(&pdf->budget, &pdf->page_objects);
    XTR__VECTOR_DROP(&pdf->budget, &pdf->labels.ranges);
    XTR__VECTOR_DROP(&pdf->budget, &pdf->shown);
    pdf->mapped = false;
    xtr__pdf_drop_plain_fonts(pdf);
    xtr__pdf_drop_structure(pdf);
    pdf_drop_document(pdf->ctx, pdf->doc);
    fz_empty_store(pdf->ctx);
    pdf->doc = NULL;
}

void xtr__pdf_return_grant(xtr__pdf *pdf) {
    size_t kept = pdf->budget.used > pdf->budget.base ? pdf->budget.used : pdf->budget.base;
    if (pdf->budget.granted > kept) {
        xtr_job_charge(pdf->job, -(int64_t)(pdf->budget.granted - kept));
        pdf->budget.granted = kept;
    }
}

/* Finishing --------------------------------------------------------------------------------- */

static void write_extras(xtr_builder *builder, const xtr__pdf_page *page) {
    uint32_t number = page->layout.number;
    for (size_t i = 0; i < page->extras.count; i++) {
        const xtr__extra *e = &page->extras.items[i];
        const char *text[3];
        for (int k = 0; k < 3; k++) {
            const char *s = page->strings.count > 0 ? page->strings.items + e->strings[k] : "";
            text[k] = s[0] != '\0' ? s : NULL;
        }
        if (e->kind == XTR__EXTRA_LINK) {
            xtr_link(builder, text[0], e->target, number, e->box);
        } else if (e->kind == XTR__EXTRA_NOTE) {
            xtr_annotation(builder, text[0], text[1], text[2], number, e->box);
        }
    }
}

static void write_warnings(xtr__pdf *pdf, const xtr__pdf_page *page) {
    xtr_builder *builder = xtr_job_builder(pdf->job);
    const xtr__page_layout *text = &page->layout;
    const char *why = page->complaint[0] != '\0' ? page->complaint : "damaged";
    if (page->trouble == XTR_E_MEMORY) {
        xtr_partial(builder, XTR_E_MEMORY, text->number,
                    "needs more memory than it may take: raise max_memory");
    } else if (page->trouble != 0) {
        xtr_partial(builder, page->trouble, text->number, "cannot be read whole: %s", why);
    } else if (page->complaint[0] != '\0') {
        xtr_warn(builder, XTR_E_CORRUPT, text->number, "%s", why);
    }
    if (text->visible >= 20 && text->unmapped * 10 > text->visible * 3) {
        xtr_warn(builder, XTR_E_CORRUPT, text->number,
                 "the fonts of this page do not say what their glyphs mean");
    }
    if (page->recognised)
        xtr__ocr_warn_of_doubt(builder, text->number, page->confidence);
    if (page->recognition_trouble != XTR_OK) {
        xtr_partial(builder, page->recognition_trouble, text->number,
                    "its text was not recognised: %s",
                    page->recognition_complaint[0] != '\0' ? page->recognition_complaint : why);
    }
}

static void write_pages(xtr__pdf *pdf, const xtr__survey *survey) {
    xtr_builder *builder = xtr_job_builder(pdf->job);
    bool drop = xtr_job_options(pdf->job)->furniture == XTR_FURNITURE_DROP;
    xtr__open_end end = {.page = NULL};
    xtr__pdf_begin_pictures(pdf);
    for (size_t i = 0; i < pdf->pages.count && !xtr_job_should_stop(pdf->job); i++) {
        const xtr__pdf_page *page = &pdf->pages.items[i];
        const xtr__page_layout *text = &page->layout;
        char label[64];
        xtr_page_info info = {
            .width = page->turn % 180 != 0 ? page->height : page->width,
            .height = page->turn % 180 != 0 ? page->width : page->height,
            .rotation = page->rotation,
            .label = xtr__label_of(&pdf->labels, text->number - 1, label),
            .read_by = page->recognised        ? XTR_READ_OCR
                       : text->lines.count > 0 ? XTR_READ_TEXT
                                               : XTR_READ_NONE,
            .confidence = page->confidence,
            .pixel_width = text->pixel_width,
            .pixel_height = text->pixel_height,
        };
        xtr_page_begin(builder, text->number, &info);
        xtr__pdf_write_images(pdf, page);
        if (xtr_job_preserves_layout(pdf->job)) {
            xtr__write_preserved(builder, text, drop, &pdf->scratch);
        } else {
            xtr__write_page(builder, text, survey, &pdf->scratch, &end);
        }
        xtr__write_words(builder, text);
        write_extras(builder, page);
        write_warnings(pdf, page);
        xtr_page_end(builder); /* a streamed page goes with its links and warnings */
    }
}

/** What lines are is told by those of all pages. */
static xtr__survey mark_lines(xtr__pdf *pdf) {
    size_t count = pdf->pages.count;
    xtr__survey survey = {.budget = &pdf->budget};
    xtr__page_layout *pages = xtr__budget_resize(&pdf->budget, NULL, (count + 1) * sizeof *pages);
    if (pages == NULL) {
        return survey;
    }
    for (size_t i = 0; i < count; i++) {
        pages[i] = pdf->pages.items[i].layout; /* shares the lines, which are marked */
    }
    xtr__mark_pages(&survey, pages, count, &pdf->scratch);
    xtr__budget_resize(&pdf->budget, pages, 0);
    return survey;
}

static void mark_and_write(xtr__pdf *pdf) {
    xtr__survey survey = mark_lines(pdf);
    write_pages(pdf, &survey);
    xtr__survey_drop(&survey);
}

static xtr__pdf_page *find_page(xtr__pdf *pdf, uint32_t number) {
    for (size_t i = 0; i < pdf->pages.count; i++) {
        if (pdf->pages.items[i].layout.number == number) {
            return &pdf->pages.items[i];
        }
    }
    return NULL;
}

/** Draws a page as it is among the others. It is read once more for what only its sheet knows. */
static int draw_page(xtr__pdf *pdf) {
    uint32_t number = xtr_job_drawn_page(pdf->job);
    xtr__pdf_page *page = find_page(pdf, number), again = {0};
    xtr__trace trace = {.budget = &pdf->budget};
    if (page == NULL) {
        return pdf->budget.denied
                   ? fail_memory(pdf)
                   : xtr_job_fail(pdf->job, XTR_E_ARGUMENT, "has no page %u to draw", number);
    }
    page->layout.trace = &trace;
    xtr__survey survey = mark_lines(pdf);
    xtr__survey_drop(&survey);
    if (page->recognised) {
        xtr__pdf_recognise_again(pdf, page);
    } else {
        xtr__pdf_collect(pdf, number - 1, &again);
        xtr__pdf_drop_page(pdf, &again);
    }
    bool whole = xtr__draw_page(pdf->job, &page->layout, &pdf->sheet, &pdf->scratch);
    XTR__VECTOR_DROP(&pdf->budget, &trace.verdicts);
    return whole && !pdf->budget.denied
               ? XTR_OK
               : xtr_job_fail(pdf->job, pdf->budget.denied ? XTR_E_MEMORY : XTR_E_LIMIT,
                              "page %u is more than can be drawn", number);
}

/** Gives back what the document held, so that the text found before memory was gone can be written.
 */
static int save_text(xtr__pdf *pdf) {
    bool found = false;
    for (size_t i = 0; i < pdf->pages.count; i++) {
        found = found || pdf->pages.items[i].layout.text.count > 0;
    }
    if (!found) {
        return fail_memory(pdf);
    }
    close_document(pdf);
    xtr__pdf_return_grant(pdf);
    pdf->budget.grow = NULL; /* what is left to do is small */
    mark_and_write(pdf);
    return XTR_OK;
}

/** The sequential stage, once a document. */
static int finish(xtr__pdf *pdf) {
    if (pdf->budget.denied) {
        return save_text(pdf);
    }
    if (pdf->page_count == 0) {
        return fail_open(pdf); /* it did not open once more, or was stopped */
    }
    if (pdf->labels.ranges.count == 0) {
        xtr__pdf_load_labels(pdf, &pdf->labels);
    }
    mark_and_write(pdf);
    return XTR_OK;
}

/** What belongs to no page. */
static void write_rest(xtr__pdf *pdf) {
    xtr__pdf_write_outline(pdf);
    xtr__pdf_write_form(pdf);
    xtr__pdf_write_attachments(pdf);
    if (pdf->budget.denied) {
        xtr_partial(xtr_job_builder(pdf->job), XTR_E_MEMORY, 0,
                    "needs more memory than it may take: raise max_memory");
    }
}

static int read_document(xtr__pdf *pdf) {
    int status = open_document(pdf);
    if (status == XTR_OK) {
        status = count_pages(pdf);
    }
    if (status != XTR_OK || pdf->page_count == 0) {
        return status;
    }
    xtr__pdf_write_metadata(pdf);
    if (xtr_job_is_streamed(pdf->job)) {
        write_rest(pdf);                                 /* goes with the first page */
        return xtr__pdf_collect_one_by_one(pdf, finish); /* each page is finished alone */
    }
    status = xtr__pdf_collect_all(pdf);
    if (status != XTR_OK || pdf->doc == NULL) { /* it may be stopped while opened again */
        return status;
    }
    if (xtr_job_drawn_page(pdf->job) > 0) {
        return draw_page(pdf);
    }
    status = finish(pdf);
    if (status == XTR_OK && pdf->doc != NULL) {
        write_rest(pdf);
        if (xtr_job_options(pdf->job)->format == XTR_FORMAT_PDF) {
            status = xtr__pdf_make_searchable(pdf);
        }
    }
    return status;
}

/* A job on a slot --------------------------------------------------------------------------- */

/** What the state of a slot held before the job is the slot's own, and small. */
static void begin(xtr__pdf *pdf, xtr_job *job) {
    pdf->job = job;
    pdf->sheet.keeps_runs = xtr_job_preserves_layout(job);
    pdf->sheet.keeps_words = xtr_job_wants_words(job);
    pdf->page_count = 0;
    pdf->complaint[0] = '\0';
    xtr__budget_begin(&pdf->budget, job);
}

void xtr__pdf_end(xtr__pdf *pdf) {
    for (size_t i = 0; i < pdf->pages.count; i++) {
        xtr__pdf_drop_page(pdf, &pdf->pages.items[i]);
    }
    XTR__VECTOR_DROP(&pdf->budget, &pdf->pages);
    close_document(pdf);
    if (pdf->budget.used > MOST_KEPT) {
        xtr__sheet_drop(&pdf->sheet);
        xtr__scratch_drop(&pdf->scratch);
        XTR__VECTOR_DROP(&pdf->budget, &pdf->tag_slots);
        XTR__VECTOR_DROP(&pdf->budget, &pdf->advances);
    }
    /* The job, if this was a helper, goes on without what the slot keeps. */
    xtr__budget_end(&pdf->budget, pdf->job);
    pdf->job = NULL;
}

bool xtr__pdf_begin_helping(xtr__pdf *pdf, xtr_job *job) {
    begin(pdf, job);
    if (open_document(pdf) == XTR_OK && count_pages(pdf) == XTR_OK && pdf->page_count > 0) {
        return true;
    }
    xtr__pdf_end(pdf);
    return false;
}

int xtr__pdf_reopen(xtr__pdf *pdf) {
    close_document(pdf);
    xtr__pdf_return_grant(pdf);
    pdf->budget.denied = false;
    int status = open_document(pdf);
    return status == XTR_OK ? count_pages(pdf) : status;
}

xtr__pdf *xtr__pdf_open(xtr_job *job) {
    xtr__pdf *pdf = open_state();
    if (pdf != NULL) {
        begin(pdf, job);
    }
    return pdf;
}

void xtr__pdf_close(xtr__pdf *pdf) {
    xtr__pdf_end(pdf);
    drop_state(pdf);
}

bool xtr__pdf_create(xtr__pdf *pdf) {
    fz_try(pdf->ctx) {
        pdf->doc = pdf_create_document(pdf->ctx);
    }
    fz_catch(pdf->ctx) {
        compat_ignore(pdf->ctx);
        pdf->doc = NULL;
    }
    return pdf->doc != NULL;
}

static int run(xtr_job *job) {
    xtr__pdf *pdf = xtr_job_state(job);
    begin(pdf, job);
    int status = read_document(pdf);
    xtr__pdf_end(pdf);
    return status;
}

static const char *const mime_types[] = {"application/pdf", "application/x-pdf", NULL};

const xtr_extractor xtr_extractor_pdf = {
    .name = "pdf",
    .title = "Portable Document Format",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES | XTR_YIELDS_IMAGES | XTR_YIELDS_CHILDREN | XTR_YIELDS_OCR,
    .probe = probe,
    .run = run,
    .open_state = open_state,
    .drop_state = drop_state,
    .warm = xtr__ocr_warm,
    .flags = XTR_DRAWS_LAYOUT | XTR_FINDS_WORDS,
};
