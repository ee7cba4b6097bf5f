/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What characters a font's codes are. MuPDF asks a font's ToUnicode for each of the 65 536 codes
 * that a Type 0 font may have, which takes longer than most pages do. pdf_load_to_unicode is
 * wrapped (libextract/CMakeLists.txt): here each entry of ToUnicode is carried over once, as a
 * range. */
#include "pdf.h"

void __real_pdf_load_to_unicode(fz_context *ctx, pdf_document *doc, pdf_font_desc *font,
                                const char **strings, char *collection, pdf_obj *cmap);
void __wrap_pdf_load_to_unicode(fz_context *ctx, pdf_document *doc, pdf_font_desc *font,
                                const char **strings, char *collection, pdf_obj *cmap);

/** Codes `low` to `high` are the font's glyphs from `out` on. */
typedef struct range {
    unsigned low, high, out;
} range;

static void carry_range(fz_context *ctx, pdf_cmap *to, range codes, range entry) {
    unsigned low = entry.low > codes.low ? entry.low : codes.low;
    unsigned high = entry.high < codes.high ? entry.high : codes.high;
    if (low <= high) {
        pdf_map_range_to_range(ctx, to, codes.out + (low - codes.low),
                               codes.out + (high - codes.low),
                               (int)(entry.out + (low - entry.low)));
    }
}

/** Carries over what `unicode` says of some codes: several characters of one come last, as in
 *  MuPDF's search. */
static void carry(fz_context *ctx, pdf_cmap *to, range codes, const pdf_cmap *unicode) {
    enum { LAST_GLYPH = 0xffff }; /* of a range that goes beyond, MuPDF would take nothing */
    if (codes.out > LAST_GLYPH) {
        return;
    }
    if (codes.high - codes.low > LAST_GLYPH - codes.out) {
        codes.high = codes.low + (LAST_GLYPH - codes.out);
    }
    for (int i = 0; i < unicode->rlen; i++) {
        const pdf_range *r = &unicode->ranges[i];
        carry_range(ctx, to, codes, (range){r->low, r->high, r->out});
    }
    for (int i = 0; i < unicode->xlen; i++) {
        const pdf_xrange *r = &unicode->xranges[i];
        carry_range(ctx, to, codes, (range){r->low, r->high, r->out});
    }
    for (int i = 0; i < unicode->mlen; i++) {
        const pdf_mrange *r = &unicode->mranges[i];
        int *characters = &unicode->dict[r->out + 1], count = unicode->dict[r->out];
        if (codes.low <= r->low && r->low <= codes.high) {
            pdf_map_one_to_many(ctx, to, codes.out + (r->low - codes.low), characters,
                                (size_t)count);
        }
    }
}

static pdf_cmap *compose(fz_context *ctx, const pdf_cmap *encoding, const pdf_cmap *unicode) {
    pdf_cmap *to = pdf_new_cmap(ctx);
    fz_try(ctx) {
        for (int i = 0; i < encoding->rlen; i++) {
            const pdf_range *r = &encoding->ranges[i];
            carry(ctx, to, (range){r->low, r->high, r->out}, unicode);
        }
        for (int i = 0; i < encoding->xlen; i++) {
            const pdf_xrange *r = &encoding->xranges[i];
            carry(ctx, to, (range){r->low, r->high, r->out}, unicode);
        }
        pdf_sort_cmap(ctx, to);
    }
    fz_catch(ctx) {
        pdf_drop_cmap(ctx, to);
        fz_rethrow(ctx);
    }
    return to;
}

/** With few ranges of many codes, as "Identity-H" has: of others each would go through all entries.
 */
static bool is_wide(const pdf_cmap *encoding) {
    enum { FEW = 4 };
    return encoding != NULL && encoding->usecmap == NULL && encoding->mlen == 0 &&
           encoding->rlen + encoding->xlen <= FEW;
}

/** Sets font->to_unicode from the stream; false when that is for MuPDF to do. */
static bool load(fz_context *ctx, pdf_document *doc, pdf_font_desc *font, pdf_obj *stream) {
    pdf_cmap *unicode = pdf_load_embedded_cmap(ctx, doc, stream);
    bool simple = unicode->usecmap == NULL;
    fz_try(ctx) {
        if (simple) {
            font->to_unicode = compose(ctx, font->encoding, unicode);
            font->size += pdf_cmap_size(ctx, font->to_unicode);
        }
    }
    fz_always(ctx) {
        pdf_drop_cmap(ctx, unicode);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return simple;
}

void __wrap_pdf_load_to_unicode(fz_context *ctx, pdf_document *doc, pdf_font_desc *font,
                                const char **strings, char *collection, pdf_obj *cmap) {
    bool is_ours =
        is_wide(font->encoding) && pdf_is_stream(ctx, cmap) && load(ctx, doc, font, cmap);
    __real_pdf_load_to_unicode(ctx, doc, font, strings, is_ours ? NULL : collection,
                               is_ours ? NULL : cmap);
}
