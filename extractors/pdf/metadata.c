/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a PDF says about itself: Info dictionary, catalog, encryption, and XMP where those are
 * silent (a key that is there already is not replaced). */
#include "pdf.h"

#include "container/xmp.h"

#include <stdio.h>
#include <string.h>

/* Dates ------------------------------------------------------------------------------------- */

/** Reads `count` figures; -1 when they are not there. */
static int figures(const char **at, int count) {
    int out = 0;
    for (int i = 0; i < count; i++) {
        if ((*at)[i] < '0' || (*at)[i] > '9') {
            return -1;
        }
        out = out * 10 + ((*at)[i] - '0');
    }
    *at += count;
    return out;
}

/** D:YYYYMMDDHHmmSSOHH'mm' as ISO 8601, as far as it goes. False when it is no date. */
static bool iso_date(const char *text, char *out, size_t size) {
    text += strncmp(text, "D:", 2) == 0 ? 2 : 0;
    int year = figures(&text, 4), month = figures(&text, 2),
        day = month < 0 ? -1 : figures(&text, 2);
    int hour = day < 0 ? -1 : figures(&text, 2), minute = hour < 0 ? -1 : figures(&text, 2);
    int second = minute < 0 ? -1 : figures(&text, 2);
    if (year < 0 || month > 12 || day > 31 || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    char zone[16] = "";
    if (*text == 'Z') {
        strcpy(zone, "Z");
    } else if (*text == '+' || *text == '-') {
        char sign = *text++;
        int hours = figures(&text, 2);
        text += *text == '\'';
        int minutes = hours < 0 ? -1 : figures(&text, 2);
        if (hours >= 0 && hours < 24 && minutes < 60) {
            snprintf(zone, sizeof zone, "%c%02d:%02d", sign, hours, minutes < 0 ? 0 : minutes);
        }
    }
    if (month < 1) {
        snprintf(out, size, "%04d", year);
    } else if (day < 1) {
        snprintf(out, size, "%04d-%02d", year, month);
    } else if (minute < 0) {
        snprintf(out, size, "%04d-%02d-%02d", year, month, day);
    } else {
        snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d%s", year, month, day, hour, minute,
                 second < 0 ? 0 : second, zone);
    }
    return true;
}

/* Info and catalog -------------------------------------------------------------------------- */

static void write_info(xtr__pdf *pdf, pdf_obj *info) {
    fz_context *ctx = pdf->ctx;
    xtr_builder *builder = xtr_job_builder(pdf->job);
    const struct {
        const char *key;
        pdf_obj *name;
        bool date;
    } facts[] = {
        {"title", PDF_NAME(Title), false},         {"authors", PDF_NAME(Author), false},
        {"subject", PDF_NAME(Subject), false},     {"keywords", PDF_NAME(Keywords), false},
        {"creator", PDF_NAME(Creator), false},     {"producer", PDF_NAME(Producer), false},
        {"created", PDF_NAME(CreationDate), true}, {"modified", PDF_NAME(ModDate), true},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const char *text = pdf_dict_get_text_string(ctx, info, facts[i].name);
        char date[96];
        if (!facts[i].date) {
            xtr_metadata(builder, facts[i].key, text);
        } else if (iso_date(text, date, sizeof date)) {
            xtr_metadata(builder, facts[i].key, date);
        }
    }
}

static void write_permissions(xtr__pdf *pdf, bool encrypted) {
    static const struct {
        fz_permission which;
        const char *name;
    } names[] = {
        {FZ_PERMISSION_PRINT, "print"},
        {FZ_PERMISSION_EDIT, "modify"},
        {FZ_PERMISSION_COPY, "copy"},
        {FZ_PERMISSION_ANNOTATE, "annotate"},
    };
    char list[64] = "";
    for (size_t i = 0; encrypted && i < sizeof names / sizeof *names; i++) {
        if (fz_has_permission(pdf->ctx, &pdf->doc->super, names[i].which)) {
            fz_strlcat(list, list[0] != '\0' ? ", " : "", sizeof list);
            fz_strlcat(list, names[i].name, sizeof list);
        }
    }
    if (encrypted) {
        xtr_metadata(xtr_job_builder(pdf->job), "permissions", list[0] != '\0' ? list : "none");
    }
}

static void write_document(xtr__pdf *pdf, pdf_obj *trailer, pdf_obj *root) {
    fz_context *ctx = pdf->ctx;
    xtr_builder *builder = xtr_job_builder(pdf->job);
    char text[64];
    if (fz_lookup_metadata(ctx, &pdf->doc->super, FZ_META_FORMAT, text, sizeof text) > 4) {
        xtr_metadata(builder, "pdf_version", text + 4); /* after "PDF " */
    }
    snprintf(text, sizeof text, "%u", pdf->page_count);
    xtr_metadata(builder, "page_count", text);
    bool encrypted = pdf_dict_get(ctx, trailer, PDF_NAME(Encrypt)) != NULL;
    xtr_metadata(builder, "encrypted", encrypted ? "true" : "false");
    write_permissions(pdf, encrypted);
    pdf_obj *mark_info = pdf_dict_gets(ctx, root, "MarkInfo");
    bool tagged = pdf_to_bool(ctx, pdf_dict_gets(ctx, mark_info, "Marked"));
    xtr_metadata(builder, "tagged", tagged ? "true" : "false");
    xtr_metadata(builder, "language", pdf_dict_get_text_string(ctx, root, PDF_NAME(Lang)));
}

static void write_xmp(xtr__pdf *pdf, pdf_obj *root) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *stream = pdf_dict_get(ctx, root, PDF_NAME(Metadata));
    if (!pdf_is_stream(ctx, stream)) {
        return;
    }
    fz_buffer *buffer = pdf_load_stream(ctx, stream);
    unsigned char *data;
    size_t size = fz_buffer_storage(ctx, buffer, &data);
    if (size <= XTR__MOST_XMP) {
        xtr__xmp_write(xtr_job_builder(pdf->job), data, size);
    }
    fz_drop_buffer(ctx, buffer);
}

void xtr__pdf_write_metadata(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *trailer = pdf_trailer(ctx, pdf->doc);
    /* Each part for itself: a damaged one leaves the others. */
    for (int part = 0; part < 3; part++) {
        fz_try(ctx) {
            pdf_obj *root = pdf_dict_get(ctx, trailer, PDF_NAME(Root));
            if (part == 0) {
                write_document(pdf, trailer, root);
            } else if (part == 1) {
                write_info(pdf, pdf_dict_get(ctx, trailer, PDF_NAME(Info)));
            } else {
                write_xmp(pdf, root);
            }
        }
        fz_catch(ctx) {
            compat_ignore(ctx);
        }
    }
}
