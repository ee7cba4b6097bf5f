/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fonts. Some writers give every page font objects of its own that say the same: "Helvetica". MuPDF
 * loads each anew, which takes longer than such a page does. pdf_load_font is wrapped
 * (libextract/CMakeLists.txt): fonts that nothing but names describe are loaded once a job.
 *
 * MuPDF measures the outline of every glyph for the box of the text, which nobody here asks for;
 * FreeType reads the outline from the font for that. fz_bound_glyph is wrapped: it gives the
 * glyph's place alone. */
#include "pdf.h"

#include <string.h>

pdf_font_desc *__real_pdf_load_font(fz_context *ctx, pdf_document *doc, pdf_obj *rdb,
                                    pdf_obj *dict);
pdf_font_desc *__wrap_pdf_load_font(fz_context *ctx, pdf_document *doc, pdf_obj *rdb,
                                    pdf_obj *dict);

/** Describes a font in one line. False when it has more to it than names. */
static bool describe(fz_context *ctx, pdf_obj *dict, char *out, size_t size) {
    pdf_obj *names[] = {PDF_NAME(Type), PDF_NAME(Subtype), PDF_NAME(BaseFont), PDF_NAME(Encoding),
                        PDF_NAME(Name)};
    size_t known = sizeof names / sizeof *names, used = 0;
    int found = 0;
    if (pdf_dict_len(ctx, dict) > (int)known)
        return false;
    out[0] = '\0';
    for (size_t i = 0; i < known; i++) {
        pdf_obj *value = pdf_dict_get(ctx, dict, names[i]);
        if (value == NULL)
            continue;
        if (!pdf_is_name(ctx, value))
            return false;
        found++;
        /* The name that resources call it by does not matter. */
        const char *text = i + 1 < known ? pdf_to_name(ctx, value) : "";
        used = fz_strlcat(out, text, size);
        used = fz_strlcat(out, " ", size);
        if (used >= size)
            return false;
    }
    return found == pdf_dict_len(ctx, dict) &&
           !pdf_name_eq(ctx, pdf_dict_get(ctx, dict, names[1]), PDF_NAME(Type0));
}

pdf_font_desc *__wrap_pdf_load_font(fz_context *ctx, pdf_document *doc, pdf_obj *rdb,
                                    pdf_obj *dict) {
    xtr__pdf *pdf = fz_user_context(ctx);
    char key[sizeof pdf->plain_fonts[0].key];
    if (pdf == NULL || !describe(ctx, dict, key, sizeof key))
        return __real_pdf_load_font(ctx, doc, rdb, dict);
    for (size_t i = 0; i < pdf->plain_font_count; i++) {
        if (strcmp(pdf->plain_fonts[i].key, key) == 0)
            return pdf_keep_font(ctx, pdf->plain_fonts[i].font);
    }
    pdf_font_desc *font = __real_pdf_load_font(ctx, doc, rdb, dict);
    if (pdf->plain_font_count < sizeof pdf->plain_fonts / sizeof *pdf->plain_fonts) {
        xtr__plain_font *kept = &pdf->plain_fonts[pdf->plain_font_count++];
        memcpy(kept->key, key, sizeof key);
        kept->font = pdf_keep_font(ctx, font);
    }
    return font;
}

fz_rect __real_fz_bound_glyph(fz_context *ctx, fz_font *font, int glyph, fz_matrix trm);
fz_rect __wrap_fz_bound_glyph(fz_context *ctx, fz_font *font, int glyph, fz_matrix trm);

fz_rect __wrap_fz_bound_glyph(fz_context *ctx, fz_font *font, int glyph, fz_matrix trm) {
    xtr__pdf *pdf = fz_user_context(ctx);
    if (pdf == NULL || pdf->rendering)
        return __real_fz_bound_glyph(ctx, font, glyph, trm);
    return (fz_rect){trm.e, trm.f, trm.e, trm.f};
}

void xtr__pdf_drop_plain_fonts(xtr__pdf *pdf) {
    for (size_t i = 0; i < pdf->plain_font_count; i++)
        pdf_drop_font(pdf->ctx, pdf->plain_fonts[i].font);
    pdf->plain_font_count = 0;
}
