/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Form fields (ISO 32000-1, 12.7): the tree of AcroForm, whose values are inherited. */
#include "pdf.h"

#include <string.h>

enum { MAX_DEPTH = 16, MAX_FIELDS = 50000, NAME_SIZE = 512 };

/** What a field has from those above it. */
typedef struct inherited {
    const char *type; /* Btn, Tx, Ch, Sig or "" */
    pdf_obj *value;
    int flags;
} inherited;

static const char *kind_of_field(const inherited *field) {
    enum { RADIO = 1 << 15, PUSH = 1 << 16 };
    return strcmp(field->type, "Tx") == 0    ? "text"
           : strcmp(field->type, "Ch") == 0  ? "choice"
           : strcmp(field->type, "Sig") == 0 ? "signature"
           : field->flags & PUSH             ? "button"
           : field->flags & RADIO            ? "radio"
                                             : "checkbox";
}

/** The value as text; the first of several choices. "" when there is none. */
static const char *text_of_value(fz_context *ctx, pdf_obj *value) {
    if (pdf_is_array(ctx, value)) {
        value = pdf_array_get(ctx, value, 0);
    }
    return pdf_is_name(ctx, value)     ? pdf_to_name(ctx, value)
           : pdf_is_string(ctx, value) ? pdf_to_text_string(ctx, value)
                                       : "";
}

/** Rich or long text is a stream. */
static void write_stream_value(xtr__pdf *pdf, const char *name, const char *kind, pdf_obj *value,
                               uint32_t page) {
    fz_context *ctx = pdf->ctx;
    fz_buffer *buffer = pdf_load_stream(ctx, value);
    fz_try(ctx) {
        xtr_form_field(xtr_job_builder(pdf->job), name, kind, fz_string_from_buffer(ctx, buffer),
                       page);
    }
    fz_always(ctx) {
        fz_drop_buffer(ctx, buffer);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

static uint32_t page_of_field(xtr__pdf *pdf, pdf_obj *field) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *page = pdf_dict_get(ctx, field, PDF_NAME(P));
    if (page == NULL) {
        page = pdf_dict_get(ctx, pdf_array_get(ctx, pdf_dict_get(ctx, field, PDF_NAME(Kids)), 0),
                            PDF_NAME(P));
    }
    return xtr__pdf_page_of_object(pdf, page);
}

static void write_field(xtr__pdf *pdf, pdf_obj *field, const inherited *has, const char *name) {
    fz_context *ctx = pdf->ctx;
    uint32_t page = page_of_field(pdf, field);
    if (pdf_is_stream(ctx, has->value)) {
        write_stream_value(pdf, name, kind_of_field(has), has->value, page);
        return;
    }
    const char *value = text_of_value(ctx, has->value);
    xtr_form_field(xtr_job_builder(pdf->job), name, kind_of_field(has),
                   value[0] != '\0' ? value : NULL, page);
}

/** A field is a leaf when its kids are not fields with names of their own but its appearances. */
static bool has_named_kids(fz_context *ctx, pdf_obj *kids) {
    return pdf_array_len(ctx, kids) > 0 &&
           pdf_dict_get(ctx, pdf_array_get(ctx, kids, 0), PDF_NAME(T)) != NULL;
}

static void walk_fields(xtr__pdf *pdf, pdf_obj *field, inherited has, char *name, int depth,
                        int *left) {
    fz_context *ctx = pdf->ctx;
    if (depth >= MAX_DEPTH || (*left)-- <= 0 || xtr_job_should_stop(pdf->job)) {
        return;
    }
    size_t end = strlen(name);
    const char *part = pdf_dict_get_text_string(ctx, field, PDF_NAME(T));
    if (part[0] != '\0') {
        fz_strlcat(name, end > 0 ? "." : "", NAME_SIZE);
        fz_strlcat(name, part, NAME_SIZE);
    }
    pdf_obj *type = pdf_dict_get(ctx, field, PDF_NAME(FT));
    pdf_obj *value = pdf_dict_get(ctx, field, PDF_NAME(V));
    pdf_obj *flags = pdf_dict_get(ctx, field, PDF_NAME(Ff));
    has.type = type != NULL ? pdf_to_name(ctx, type) : has.type;
    has.value = value != NULL ? value : has.value;
    has.flags = flags != NULL ? pdf_to_int(ctx, flags) : has.flags;
    pdf_obj *kids = pdf_dict_get(ctx, field, PDF_NAME(Kids));
    if (has_named_kids(ctx, kids)) {
        for (int i = 0; i < pdf_array_len(ctx, kids); i++) {
            walk_fields(pdf, pdf_array_get(ctx, kids, i), has, name, depth + 1, left);
        }
    } else if (name[0] != '\0') {
        write_field(pdf, field, &has, name);
    }
    name[end] = '\0';
}

void xtr__pdf_write_form(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    int left = MAX_FIELDS;
    char name[NAME_SIZE] = "";
    fz_try(ctx) {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc), PDF_NAME(Root));
        pdf_obj *fields =
            pdf_dict_get(ctx, pdf_dict_get(ctx, root, PDF_NAME(AcroForm)), PDF_NAME(Fields));
        for (int i = 0; i < pdf_array_len(ctx, fields); i++) {
            walk_fields(pdf, pdf_array_get(ctx, fields, i), (inherited){.type = ""}, name, 0,
                        &left);
        }
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
}
