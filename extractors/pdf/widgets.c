/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fields of forms as they are seen (ISO 32000-1, 12.5.6.19). Text and choices are drawn by their
 * appearances. A box to tick is drawn in lines, with or without a tick of any look: it becomes a
 * character that says which. */
#include "pdf.h"

#include <math.h>
#include <string.h>

enum { EMPTY_BOX = 0x2610, TICKED_BOX = 0x2611, MOST_BOXES = 1000 };

static bool is_tick_box(fz_context *ctx, pdf_annot *widget) {
    enum pdf_widget_type type = pdf_widget_type(ctx, widget);
    return type == PDF_WIDGET_TYPE_CHECKBOX || type == PDF_WIDGET_TYPE_RADIOBUTTON;
}

static bool is_shown(fz_context *ctx, pdf_annot *widget) {
    int hidden = PDF_ANNOT_IS_HIDDEN | PDF_ANNOT_IS_NO_VIEW;
    return (pdf_annot_flags(ctx, widget) & hidden) == 0;
}

static bool is_ticked(fz_context *ctx, pdf_annot *widget) {
    const char *state =
        pdf_to_name(ctx, pdf_dict_get(ctx, pdf_annot_obj(ctx, widget), PDF_NAME(AS)));
    return state[0] != '\0' && strcmp(state, "Off") != 0;
}

/** How far the text that a glyph may begin is from a box; what stands left of it is hardly its. */
static float distance(const xtr__glyph *glyph, fz_rect box) {
    enum { WRONG_SIDE = 10 };
    float behind = glyph->x0 - box.x1, before = box.x0 - glyph->x1;
    return behind > before ? fmaxf(behind, 0) : WRONG_SIDE * glyph->size + before;
}

/** Whether one glyph rather than another begins the text of a box: it is nearer, or about as near
 *  and in a line above. */
static bool is_nearer(const xtr__glyph *glyph, const xtr__glyph *other, fz_rect box) {
    float half = 0.5F * glyph->size, farther = distance(glyph, box) - distance(other, box);
    if (fabsf(farther) < half && fabsf(glyph->y - other->y) > half) {
        return glyph->y < other->y;
    }
    return farther < 0;
}

/** The glyph of the page (of its first `count`) that begins the text beside a box. On scans, whose
 *  text is still to be recognised, and where all is drawn by fields there is none: NULL. */
static const xtr__glyph *find_beside(const xtr__sheet *sheet, size_t count, fz_rect box) {
    const xtr__glyph *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const xtr__glyph *g = &sheet->glyphs.items[i];
        float middle = g->y - 0.3F * g->size, reach = 0.35F * g->size;
        bool beside = g->turn == 0 && middle > box.y0 - reach && middle < box.y1 + reach;
        if (beside && (found == NULL || is_nearer(g, found, box))) {
            found = g;
        }
    }
    return found;
}

/** Draws the character in the place of the box, on the line of the text beside it. Throws. */
static void draw_box(xtr__pdf *pdf, fz_device *dev, fz_font *font, pdf_annot *widget, fz_rect place,
                     const xtr__glyph *beside) {
    fz_context *ctx = pdf->ctx;
    int glyph = fz_encode_character(ctx, font, 'm');
    float size = beside->size, width = size * fz_advance_glyph(ctx, font, glyph, 0);
    float x = place.x0;
    if (beside->x0 > x) { /* a space before its text */
        x = fminf(place.x1, beside->x0 - 0.2F * size) - width;
    }
    fz_matrix at = {size, 0, 0, -size, x, beside->y};
    fz_text *text = fz_new_text(ctx);
    fz_try(ctx) {
        pdf->advance = 0; /* that of the glyph */
        fz_show_glyph(ctx, text, font, at, glyph, is_ticked(ctx, widget) ? TICKED_BOX : EMPTY_BOX,
                      0, 0, FZ_BIDI_LTR, FZ_LANG_UNSET);
        fz_fill_text(ctx, dev, text, fz_identity, fz_device_gray(ctx), (const float[]){0}, 1,
                     fz_default_color_params);
    }
    fz_always(ctx) {
        fz_drop_text(ctx, text);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

void xtr__pdf_run_widgets(xtr__pdf *pdf, pdf_page *page, fz_device *dev) {
    fz_context *ctx = pdf->ctx;
    size_t glyphs = pdf->sheet.glyphs.count, boxes = 0;
    fz_font *font = NULL;
    fz_var(font);
    fz_try(ctx) {
        for (pdf_annot *widget = pdf_first_widget(ctx, page);
             widget != NULL && !xtr__pdf_should_stop(pdf); widget = pdf_next_widget(ctx, widget)) {
            if (!is_tick_box(ctx, widget)) {
                pdf_run_annot(ctx, widget, dev, fz_identity, &pdf->cookie);
                continue;
            }
            fz_rect place = pdf_bound_annot(ctx, widget);
            bool shown = is_shown(ctx, widget) && boxes++ < MOST_BOXES;
            const xtr__glyph *beside = shown ? find_beside(&pdf->sheet, glyphs, place) : NULL;
            if (beside != NULL) {
                font = font != NULL ? font : fz_new_base14_font(ctx, "Helvetica");
                draw_box(pdf, dev, font, widget, place, beside);
            }
        }
    }
    fz_always(ctx) {
        fz_drop_font(ctx, font);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}
