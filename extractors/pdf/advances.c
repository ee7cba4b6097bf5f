/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How far the pen moves with each glyph, as the PDF says. MuPDF's texts only keep where glyphs
 * stand, and a font program, when asked, reads the outline of each. pdf_lookup_hmtx, which MuPDF
 * asks before it shows a glyph, and fz_show_glyph are wrapped (libextract/CMakeLists.txt). */
#include "pdf.h"

#define GLYPH_PARAMETERS                                                                  \
    fz_context *ctx, fz_text *text, fz_font *font, fz_matrix trm, int glyph, int unicode, \
        int wmode, int bidi_level, fz_bidi_direction markup_dir, fz_text_language language

/* One operator may show millions of glyphs before anything is drawn. */
enum { GLYPHS_PER_QUESTION = 64 };

pdf_hmtx __real_pdf_lookup_hmtx(fz_context *ctx, pdf_font_desc *font, int cid);
pdf_hmtx __wrap_pdf_lookup_hmtx(fz_context *ctx, pdf_font_desc *font, int cid);
void __real_fz_show_glyph(GLYPH_PARAMETERS);
void __wrap_fz_show_glyph(GLYPH_PARAMETERS);

pdf_hmtx __wrap_pdf_lookup_hmtx(fz_context *ctx, pdf_font_desc *font, int cid) {
    pdf_hmtx found = __real_pdf_lookup_hmtx(ctx, font, cid);
    xtr__pdf *pdf = fz_user_context(ctx);
    if (pdf != NULL)
        pdf->advance = (float)found.w / 1000;
    return found;
}

/** Whether the glyph shown last is the only one of its text. */
static bool is_first(const fz_text *text) {
    return text->head == text->tail && text->head->len == 1;
}

void __wrap_fz_show_glyph(GLYPH_PARAMETERS) {
    xtr__pdf *pdf = fz_user_context(ctx);
    if (pdf != NULL && ++pdf->shown_glyphs % GLYPHS_PER_QUESTION == 0 && xtr__pdf_should_stop(pdf))
        fz_throw(ctx, FZ_ERROR_TRYLATER, "stopped");
    __real_fz_show_glyph(ctx, text, font, trm, glyph, unicode, wmode, bidi_level, markup_dir,
                         language);
    if (pdf == NULL)
        return;
    if (is_first(text)) {
        pdf->advances_of = text;
        pdf->advances.count = 0;
    }
    float *advance = pdf->advances_of == text ? XTR__PUSH(&pdf->budget, &pdf->advances) : NULL;
    if (advance != NULL)
        *advance = pdf->advance;
    else
        pdf->advances_of = NULL;
}

const float *xtr__pdf_advances(const xtr__pdf *pdf, const fz_text *text) {
    size_t glyphs = 0;
    for (const fz_text_span *span = text->head; span != NULL; span = span->next)
        glyphs += (size_t)span->len;
    return pdf->advances_of == text && pdf->advances.count == glyphs ? pdf->advances.items : NULL;
}
