/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The document with what was recognised as invisible text over its pages. Only these pages change,
 * and by an incremental update (ISO 32000-1, 7.5.6): the bytes of the document stay as they are,
 * unless it had to be repaired. */
#include "pdf.h"

#include <string.h>

/** Puts what was caught as the reason that no PDF is made. XTR_OK when the job is to stop. */
static int fail_caught(xtr__pdf *pdf) {
    char why[160];
    fz_strlcpy(why, fz_caught_message(pdf->ctx), sizeof why);
    compat_ignore(pdf->ctx);
    if (pdf->budget.denied)
        return xtr_job_fail(pdf->job, XTR_E_MEMORY,
                            "needs more memory than it may take: raise max_memory");
    if (xtr_job_should_stop(pdf->job))
        return XTR_OK;
    return xtr_job_fail(pdf->job, XTR_E_CORRUPT, "cannot be written as PDF: %s", why);
}

/* An update is written behind the document, which MuPDF wants to read back. */

static fz_stream *read_back(fz_context *ctx, void *buffer) {
    return fz_open_buffer(ctx, buffer);
}

static void stay_at_end(fz_context *ctx, void *buffer, int64_t offset, int whence) {
    (void)ctx, (void)buffer, (void)offset, (void)whence;
}

static void truncate_nothing(fz_context *ctx, void *buffer) {
    (void)ctx, (void)buffer;
}

/** Whether the document is one that was read, and read without repair. */
static bool is_updatable(const xtr__pdf *pdf) {
    return pdf->doc->file != NULL && !pdf->doc->repair_attempted;
}

/** The document into `data`. Throws. */
static void write_document(xtr__pdf *pdf, fz_buffer *data) {
    fz_context *ctx = pdf->ctx;
    pdf_write_options options = pdf_default_write_options;
    fz_output *out = NULL;
    fz_var(out);
    fz_try(ctx) {
        options.do_incremental = is_updatable(pdf);
        if (is_updatable(pdf)) {
            size_t size;
            const unsigned char *bytes = xtr_input_bytes(xtr_job_input(pdf->job), &size);
            if (bytes == NULL)
                fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
            fz_append_data(ctx, data, bytes, size);
        }
        out = fz_new_output_with_buffer(ctx, data);
        out->as_stream = read_back;
        out->seek = stay_at_end;
        out->truncate = truncate_nothing;
        pdf_write_document(ctx, pdf->doc, out, &options);
        fz_close_output(ctx, out);
    }
    fz_always(ctx) {
        fz_drop_output(ctx, out);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

int xtr__pdf_write_file(xtr__pdf *pdf, int (*fill)(xtr__pdf *pdf, xtr__layer *layer, void *payload),
                        void *payload) {
    fz_context *ctx = pdf->ctx;
    xtr__layer layer = {0};
    fz_buffer *data = NULL;
    int code = XTR_OK;
    fz_var(layer);
    fz_var(data);
    fz_var(code);
    fz_try(ctx) {
        xtr__layer_begin(&layer, pdf, pdf->doc);
        code = fill(pdf, &layer, payload);
        if (code == XTR_OK) {
            xtr__layer_end(&layer);
            data = fz_new_buffer(ctx, 1 << 16);
            write_document(pdf, data);
            xtr_file(xtr_job_builder(pdf->job), data->data, data->len);
        }
    }
    fz_always(ctx) {
        xtr__layer_drop(&layer);
        fz_drop_buffer(ctx, data);
    }
    fz_catch(ctx) {
        code = fail_caught(pdf);
    }
    return code;
}

/* Pages ------------------------------------------------------------------------------------- */

/** From the page that is upright to its words to the page as it is displayed. */
static fz_matrix standing(const xtr__pdf_page *page) {
    switch (page->turn) {
    case 90:
        return fz_make_matrix(0, 1, -1, 0, page->width, 0);
    case 180:
        return fz_make_matrix(-1, 0, 0, -1, page->width, page->height);
    case 270:
        return fz_make_matrix(0, -1, 1, 0, 0, page->height);
    default:
        return fz_identity;
    }
}

/** A copy of a dictionary, or a new one. Throws. */
static pdf_obj *copy_dict(xtr__pdf *pdf, pdf_obj *dict) {
    return pdf_is_dict(pdf->ctx, dict) ? pdf_copy_dict(pdf->ctx, dict)
                                       : pdf_new_dict(pdf->ctx, pdf->doc, 4);
}

/** Pages share resources, so this one gets its own. Throws. */
static void add_font(xtr__pdf *pdf, pdf_obj *page, pdf_obj *font) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *resources = copy_dict(pdf, pdf_dict_get_inheritable(ctx, page, PDF_NAME(Resources)));
    pdf_dict_put_drop(ctx, page, PDF_NAME(Resources), resources);
    pdf_obj *fonts = copy_dict(pdf, pdf_dict_get(ctx, resources, PDF_NAME(Font)));
    pdf_dict_put_drop(ctx, resources, PDF_NAME(Font), fonts);
    pdf_dict_puts(ctx, fonts, XTR__LAYER_FONT, font);
}

/** What the page draws, and then `text`, from the state that a page begins with. Throws. */
static void add_content(xtr__pdf *pdf, pdf_obj *page, fz_buffer *text) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *before = pdf_dict_get(ctx, page, PDF_NAME(Contents));
    pdf_obj *all = pdf_new_array(ctx, pdf->doc, 4);
    fz_buffer *save = NULL;
    fz_var(save);
    fz_try(ctx) {
        save = fz_new_buffer_from_copied_data(ctx, (const unsigned char *)"q\n", 2);
        pdf_array_push_drop(ctx, all, pdf_add_stream(ctx, pdf->doc, save, NULL, 0));
        if (pdf_is_array(ctx, before)) {
            for (int i = 0; i < pdf_array_len(ctx, before); i++)
                pdf_array_push(ctx, all, pdf_array_get(ctx, before, i));
        } else if (before != NULL) {
            pdf_array_push(ctx, all, before);
        }
        pdf_array_push_drop(ctx, all, xtr__pdf_add_deflated(ctx, pdf->doc, text));
        pdf_dict_put(ctx, page, PDF_NAME(Contents), all);
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, all);
        fz_drop_buffer(ctx, save);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

/** Throws. */
static void add_layer(xtr__pdf *pdf, xtr__layer *layer, const xtr__pdf_page *from) {
    fz_context *ctx = pdf->ctx;
    fz_buffer *content = NULL, *text = NULL;
    pdf_page *page = pdf_load_page(ctx, pdf->doc, (int)from->layout.number - 1);
    fz_var(content);
    fz_var(text);
    fz_try(ctx) {
        fz_rect box;
        fz_matrix ctm;
        pdf_page_transform(ctx, page, &box, &ctm);
        text =
            xtr__layer_draw(layer, &from->layout, fz_concat(standing(from), fz_invert_matrix(ctm)));
        content = fz_new_buffer(ctx, text->len + 4);
        fz_append_string(ctx, content, "\nQ\n");
        fz_append_buffer(ctx, content, text);
        add_font(pdf, page->obj, layer->font);
        add_content(pdf, page->obj, content);
    }
    fz_always(ctx) {
        fz_drop_page(ctx, &page->super);
        fz_drop_buffer(ctx, content);
        fz_drop_buffer(ctx, text);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

static int add_layers(xtr__pdf *pdf, xtr__layer *layer, void *none) {
    (void)none;
    for (size_t i = 0; i < pdf->pages.count; i++) {
        const xtr__pdf_page *page = &pdf->pages.items[i];
        if (page->recognised)
            add_layer(pdf, layer, page);
    }
    return XTR_OK;
}

static bool is_recognised(const xtr__pdf *pdf) {
    for (size_t i = 0; i < pdf->pages.count; i++) {
        if (pdf->pages.items[i].recognised)
            return true;
    }
    return false;
}

int xtr__pdf_make_searchable(xtr__pdf *pdf) {
    if (!is_recognised(pdf)) {
        size_t size;
        const unsigned char *bytes = xtr_input_bytes(xtr_job_input(pdf->job), &size);
        if (bytes == NULL)
            return xtr_job_fail(pdf->job, XTR_E_MEMORY, "out of memory");
        xtr_file(xtr_job_builder(pdf->job), bytes, size);
        return XTR_OK;
    }
    int code = xtr__pdf_reopen(pdf); /* reading pages may have changed objects */
    return code != XTR_OK || pdf->doc == NULL ? code : xtr__pdf_write_file(pdf, add_layers, NULL);
}
