/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bookmarks and embedded files. Walked here rather than by MuPDF, whose walk recurses. */
#include "pdf.h"

#include <string.h>

enum { MAX_DEPTH = 32, MAX_ENTRIES = 50000 };

/* Destinations ------------------------------------------------------------------------------ */

static uint32_t page_of_entry(xtr__pdf *pdf, pdf_obj *entry) {
    fz_context *ctx = pdf->ctx;
    uint32_t page = 0;
    fz_var(page);
    fz_try(ctx) {
        pdf_obj *dest = pdf_dict_get(ctx, entry, PDF_NAME(Dest));
        if (dest == NULL) {
            dest = pdf_dict_get(ctx, pdf_dict_get(ctx, entry, PDF_NAME(A)), PDF_NAME(D));
        }
        page = dest != NULL ? xtr__pdf_page_of_destination(pdf, dest) : 0;
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
    return page;
}

/* Outline ----------------------------------------------------------------------------------- */

/** Walks the tree by First, Next and a stack of parents. Rings end at MAX_ENTRIES, or at the
 *  first entry again. Throws. */
static void walk_outline(xtr__pdf *pdf, pdf_obj *root) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *parents[MAX_DEPTH], *first = pdf_dict_get(ctx, root, PDF_NAME(First));
    pdf_obj *entry = first;
    int depth = 0;
    for (int n = 0; entry != NULL && n < MAX_ENTRIES && !xtr_job_should_stop(pdf->job); n++) {
        const char *title = pdf_dict_get_text_string(ctx, entry, PDF_NAME(Title));
        if (title[0] != '\0') {
            xtr_entry(xtr_job_builder(pdf->job), title, depth + 1, page_of_entry(pdf, entry));
        }
        pdf_obj *below = pdf_dict_get(ctx, entry, PDF_NAME(First));
        if (below != NULL && depth < MAX_DEPTH - 1) {
            parents[depth++] = entry;
            entry = below;
            continue;
        }
        entry = pdf_dict_get(ctx, entry, PDF_NAME(Next));
        while (entry == NULL && depth > 0) {
            entry = pdf_dict_get(ctx, parents[--depth], PDF_NAME(Next));
        }
        if (entry != NULL && pdf_objcmp_resolve(ctx, entry, first) == 0) {
            return;
        }
    }
}

void xtr__pdf_write_outline(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    fz_try(ctx) {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc), PDF_NAME(Root));
        pdf_obj *outlines = pdf_dict_get(ctx, root, PDF_NAME(Outlines));
        if (pdf_dict_get(ctx, outlines, PDF_NAME(First)) != NULL) {
            walk_outline(pdf, outlines);
        }
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
}

/* Embedded files ---------------------------------------------------------------------------- */

/** The bytes of an embedded file, NULL when they cannot be had. */
static fz_buffer *load_file(xtr__pdf *pdf, pdf_obj *file, const char *name) {
    fz_context *ctx = pdf->ctx;
    fz_buffer *bytes = NULL;
    fz_var(bytes);
    fz_try(ctx) {
        bytes = pdf_load_stream(ctx, file);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
        xtr_partial(xtr_job_builder(pdf->job), XTR_E_CORRUPT, 0,
                    "%s: the embedded file cannot be decoded", name);
    }
    return bytes;
}

static void write_attachment(xtr__pdf *pdf, pdf_obj *spec) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *files = pdf_dict_get(ctx, spec, PDF_NAME(EF));
    pdf_obj *file = pdf_dict_geta(ctx, files, PDF_NAME(UF), PDF_NAME(F));
    const char *name = pdf_to_text_string(ctx, pdf_dict_geta(ctx, spec, PDF_NAME(UF), PDF_NAME(F)));
    const char *type = pdf_to_name(ctx, pdf_dict_get(ctx, file, PDF_NAME(Subtype)));
    pdf_obj *size = pdf_dict_get(ctx, pdf_dict_get(ctx, file, PDF_NAME(Params)), PDF_NAME(Size));
    const char *about = pdf_dict_get_text_string(ctx, spec, PDF_NAME(Desc));
    if (file == NULL) {
        return;
    }
    const xtr_child_info info = {.name = name,
                                 .mime_type = type[0] != '\0' ? type : NULL,
                                 .description = about[0] != '\0' ? about : NULL,
                                 .size = pdf_is_int(ctx, size) ? pdf_to_int64(ctx, size) : -1};
    fz_buffer *bytes = xtr_job_wants_children(pdf->job) ? load_file(pdf, file, name) : NULL;
    unsigned char *data = NULL;
    size_t length = bytes != NULL ? fz_buffer_storage(ctx, bytes, &data) : 0;
    xtr_child(pdf->job, &info, data, length);
    fz_drop_buffer(ctx, bytes);
}

static void walk_names(xtr__pdf *pdf, pdf_obj *node, int depth, int *left) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *names = pdf_dict_get(ctx, node, PDF_NAME(Names));
    for (int i = 0; i + 1 < pdf_array_len(ctx, names) && (*left)-- > 0; i += 2) {
        write_attachment(pdf, pdf_array_get(ctx, names, i + 1));
    }
    pdf_obj *kids = pdf_dict_get(ctx, node, PDF_NAME(Kids));
    for (int i = 0; depth < MAX_DEPTH && i < pdf_array_len(ctx, kids) && (*left)-- > 0 &&
                    !xtr_job_should_stop(pdf->job);
         i++) {
        walk_names(pdf, pdf_array_get(ctx, kids, i), depth + 1, left);
    }
}

void xtr__pdf_write_attachments(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    int left = MAX_ENTRIES;
    fz_try(ctx) {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc), PDF_NAME(Root));
        pdf_obj *names = pdf_dict_get(ctx, root, PDF_NAME(Names));
        walk_names(pdf, pdf_dict_get(ctx, names, PDF_NAME(EmbeddedFiles)), 0, &left);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
}
