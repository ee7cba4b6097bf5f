/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text that is found and selected but not seen (ISO 32000-1, 9.3.6: rendering mode 3), over the
 * words of a picture. Its font has one glyph, which is empty, and a code for each character in use;
 * what they mean stands in its ToUnicode map alone. */
#include "pdf.h"

#include "document/utf8.h"

#include <math.h>
#include <string.h>

enum {
    ADVANCE = 500, /* of the glyph, in thousandths of em */
    MOST_CODES = 0xFFFF,
    CODES_AT_ONCE = 100 /* of a block of a ToUnicode map (Adobe technical note 5014) */
};

/* A TrueType font in words of 32 bits: its tables glyf, head, hhea, hmtx, loca and maxp. */
static const uint32_t font_file[] = {
    0x10000,    0x60040, 0x20020, 0x676c7966, 0,         0x6c,    4,          0x68656164,
    0x6108433d, 0x70,    0x36,    0x68686561, 0x516012e, 0xa8,    0x24,       0x686d7478,
    0x1f40000,  0xcc,    4,       0x6c6f6361, 0,         0xd0,    4,          0x6d617870,
    0x20002,    0xd4,    0x20,    0,          0x10000,   0x10000, 0x67069192, 0x5f0f3cf5,
    0x3e8,      0,       0,       0,          0,         0xff38,  0x1f40320,  8,
    0x20000,    0,       0x10000, 0x320ff38,  0x1f4,     0,       0x1f40001,  0,
    0,          0,       1,       0x1f40000,  0,         0x10000, 0x10000,    0,
    2,          0,       0,       0,          0,
};

/* Characters -------------------------------------------------------------------------------- */

/** The code of a character; 0 when there are too many. Throws. */
static unsigned code_of(xtr__layer *layer, uint32_t c) {
    fz_context *ctx = layer->pdf->ctx;
    uint16_t **row = &layer->codes[c >> 8 & 0x1FFF];
    if (*row == NULL)
        *row = fz_calloc(ctx, 256, sizeof **row);
    if ((*row)[c & 0xFF] == 0 && layer->count < MOST_CODES) {
        if (layer->count == layer->capacity) {
            size_t capacity = layer->capacity > 0 ? 2 * layer->capacity : 256;
            layer->characters =
                fz_realloc(ctx, layer->characters, capacity * sizeof *layer->characters);
            layer->capacity = capacity;
        }
        layer->characters[layer->count++] = c;
        (*row)[c & 0xFF] = (uint16_t)layer->count;
    }
    return (*row)[c & 0xFF];
}

static void reverse(uint32_t *text, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        uint32_t c = text[i];
        text[i] = text[count - 1 - i];
        text[count - 1 - i] = c;
    }
}

/** The order in which a page shows the characters of a word: those of right-to-left scripts the
 *  other way round, but for numbers and what else runs from left to right. */
static void to_visual(uint32_t *text, size_t count) {
    bool rtl = false;
    for (size_t i = 0; i < count; i++)
        rtl = rtl || xtr__is_rtl(text[i]);
    if (!rtl)
        return;
    reverse(text, count);
    for (size_t i = 0; i < count; i++) {
        size_t end = i;
        for (size_t k = i; k < count && !xtr__is_rtl(text[k]); k++)
            end = xtr__is_digit(text[k]) || xtr__is_letter(text[k]) ? k + 1 : end;
        if (end == i || !(xtr__is_digit(text[i]) || xtr__is_letter(text[i]))) {
            text[i] = xtr__mirror(text[i]);
            continue;
        }
        reverse(text + i, end - i);
        i = end - 1;
    }
}

/* Words ------------------------------------------------------------------------------------- */

typedef struct line_word {
    const xtr__found_word *word;
    const xtr__found_word *next; /* of the same line, or NULL */
    const char *text;            /* of the page */
} line_word;

/** Where a word stands on its page, y downwards: its text runs along x of this. */
static fz_matrix place_of(const xtr__found_word *word, float *length, float *size) {
    const xtr_box *b = &word->box;
    if (word->vertical) {
        *length = b->y1 - b->y0;
        *size = b->x1 - b->x0;
        return fz_make_matrix(0, 1, 1, 0, b->x0 + 0.2F * *size, b->y0);
    }
    float width = b->x1 - b->x0, rise = word->baseline_right - word->baseline_left;
    float height = b->y1 - b->y0;
    rise = fabsf(rise) < 0.2F * width ? rise : 0;
    *length = hypotf(width, rise);
    *size = word->size > 0.3F * height && word->size < 3 * height ? word->size : height;
    float cosine = width / *length, sine = rise / *length;
    return fz_make_matrix(cosine, sine, sine, -cosine, b->x0, word->baseline_left);
}

/** Ideographs are written without spaces, so nothing may look like one between them: their words
 *  reach to the next. */
static bool reaches_next(const line_word *at, float size) {
    const xtr__found_word *word = at->word, *next = at->next;
    size_t start = 0;
    if (next == NULL || word->vertical || next->text_size == 0)
        return false;
    float gap = next->box.x0 - word->box.x1;
    return gap > 0 && gap < size &&
           xtr__is_cjk(xtr__utf8_last(at->text + word->text, word->text_size)) &&
           xtr__is_cjk(xtr__utf8_next(at->text + next->text, next->text_size, &start));
}

/** By how much a word is to be shorter, so that programs that look at gaps alone see one between it
 *  and the next. */
static float missing_gap(const line_word *at, float size, float length) {
    const xtr_box *word = &at->word->box, *next = &at->next->box;
    float gap = next->x0 > word->x0 ? next->x0 - word->x1 : word->x0 - next->x1;
    return at->word->vertical ? 0 : fminf(fmaxf(0.2F * size - gap, 0), 0.3F * length);
}

static float rounded(float value) {
    return roundf(value * 1e4F) / 1e4F;
}

/** Characters of the word into the layer's, in the order they are shown. */
static size_t spell(xtr__layer *layer, const char *text, size_t size) {
    size_t count = 0;
    if (size + 1 > layer->most_shown) {
        layer->shown = fz_realloc(layer->pdf->ctx, layer->shown, (size + 1) * sizeof *layer->shown);
        layer->most_shown = size + 1;
    }
    for (size_t at = 0; at < size;)
        layer->shown[count++] = xtr__utf8_next(text, size, &at);
    to_visual(layer->shown, count);
    return count;
}

/** Marks stand on the character before them and take no width. */
static size_t count_wide(const uint32_t *text, size_t count) {
    size_t wide = 0;
    for (size_t i = 0; i < count; i++)
        wide += !xtr__is_mark(text[i]);
    return wide;
}

/** Throws. */
static void draw_word(xtr__layer *layer, fz_buffer *out, const line_word *at, fz_matrix ctm) {
    fz_context *ctx = layer->pdf->ctx;
    float length, size;
    fz_matrix m = place_of(at->word, &length, &size);
    size_t count = spell(layer, at->text + at->word->text, at->word->text_size);
    size_t wide = count_wide(layer->shown, count);
    if (wide == 0 || !(length > 0.01F) || !(size > 0.01F) || length > 1e5F || size > 1e5F)
        return;
    bool joined = reaches_next(at, size);
    length = joined ? at->next->box.x0 - at->word->box.x0 : length;
    bool behind = at->next != NULL && !joined && at->next->box.x0 > at->word->box.x0;
    bool before = at->next != NULL && at->next->box.x0 < at->word->box.x0;
    float missing = behind || before ? missing_gap(at, size, length) : 0;
    length -= missing;
    float advance = length / (float)wide, stretch = 100 * advance / (size * ADVANCE / 1000);
    if (before) { /* the gap is on its left */
        memmove(layer->shown + 1, layer->shown, count * sizeof *layer->shown);
        m = fz_pre_translate(m, missing - advance, 0);
    }
    if (before || behind)
        layer->shown[before ? 0 : count] = ' ';
    count += before || behind;
    m = fz_concat(m, ctm);
    fz_append_printf(ctx, out, "%g %g %g %g %g %g Tm /%s %g Tf %g Tz <", rounded(m.a), rounded(m.b),
                     rounded(m.c), rounded(m.d), rounded(m.e), rounded(m.f), XTR__LAYER_FONT,
                     rounded(size), rounded(stretch));
    for (size_t i = 0; i < count; i++)
        fz_append_printf(ctx, out, "%04x", code_of(layer, layer->shown[i]));
    fz_append_string(ctx, out, "> Tj\n");
}

fz_buffer *xtr__layer_draw(xtr__layer *layer, const xtr__page_layout *page, fz_matrix ctm) {
    fz_context *ctx = layer->pdf->ctx;
    fz_buffer *out = fz_new_buffer(ctx, 4096);
    fz_try(ctx) {
        fz_append_string(ctx, out, "q BT 3 Tr\n");
        for (size_t i = 0; i < page->words.count; i++) {
            const xtr__found_word *word = &page->words.items[i];
            bool last = i + 1 == page->words.count || word[1].line != word->line;
            const line_word at = {word, last ? NULL : word + 1, page->text.items};
            if (i % 256 == 0 && xtr__pdf_should_stop(layer->pdf))
                fz_throw(ctx, FZ_ERROR_TRYLATER, "stopped");
            draw_word(layer, out, &at, ctm);
        }
        fz_append_string(ctx, out, "ET Q\n");
    }
    fz_catch(ctx) {
        fz_drop_buffer(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/* Font -------------------------------------------------------------------------------------- */

/** A stream of its own. Takes `data` over. Throws. */
static pdf_obj *add_stream(xtr__layer *layer, fz_buffer *data) {
    fz_context *ctx = layer->pdf->ctx;
    pdf_obj *out = NULL;
    fz_var(out);
    fz_try(ctx) {
        out = xtr__pdf_add_deflated(ctx, layer->doc, data);
    }
    fz_always(ctx) {
        fz_drop_buffer(ctx, data);
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
    return out;
}

static void append_meanings(fz_context *ctx, fz_buffer *out, const xtr__layer *layer) {
    for (size_t i = 0; i < layer->count; i++) {
        uint32_t c = layer->characters[i];
        size_t left = layer->count - i;
        if (i % CODES_AT_ONCE == 0)
            fz_append_printf(ctx, out, "%d beginbfchar\n",
                             (int)(left < CODES_AT_ONCE ? left : CODES_AT_ONCE));
        fz_append_printf(ctx, out, "<%04x> <", (unsigned)i + 1);
        if (c > 0xFFFF)
            fz_append_printf(ctx, out, "%04x%04x> \n", 0xD800 + ((c - 0x10000) >> 10),
                             0xDC00 + ((c - 0x10000) & 0x3FF));
        else
            fz_append_printf(ctx, out, "%04x>\n", c);
        if (left == 1 || i % CODES_AT_ONCE == CODES_AT_ONCE - 1)
            fz_append_string(ctx, out, "endbfchar\n");
    }
}

/** What the codes mean (Adobe technical note 5014). Throws. */
static fz_buffer *make_meanings(xtr__layer *layer) {
    fz_context *ctx = layer->pdf->ctx;
    fz_buffer *out = fz_new_buffer(ctx, 1024 + 16 * layer->count);
    fz_try(ctx) {
        fz_append_string(
            ctx, out,
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n");
        append_meanings(ctx, out, layer);
        fz_append_string(ctx, out,
                         "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    }
    fz_catch(ctx) {
        fz_drop_buffer(ctx, out);
        fz_rethrow(ctx);
    }
    return out;
}

/** The font as a file. Throws. */
static fz_buffer *make_file(fz_context *ctx) {
    fz_buffer *out = fz_new_buffer(ctx, sizeof font_file);
    for (size_t i = 0; i < sizeof font_file / sizeof *font_file; i++)
        fz_append_int32_be(ctx, out, (int)font_file[i]);
    return out;
}

/** All codes show the one glyph. Throws. */
static fz_buffer *make_glyph_map(xtr__layer *layer) {
    fz_context *ctx = layer->pdf->ctx;
    size_t size = 2 * (layer->count + 1);
    unsigned char *zeros = fz_calloc(ctx, 1, size);
    return fz_new_buffer_from_data(ctx, zeros, size); /* frees them when it throws */
}

/** Throws. */
static pdf_obj *add_descriptor(xtr__layer *layer) {
    fz_context *ctx = layer->pdf->ctx;
    pdf_obj *descriptor = pdf_add_new_dict(ctx, layer->doc, 12);
    fz_try(ctx) {
        pdf_dict_put(ctx, descriptor, PDF_NAME(Type), PDF_NAME(FontDescriptor));
        pdf_dict_put_name(ctx, descriptor, PDF_NAME(FontName), XTR__LAYER_FONT);
        pdf_dict_put_int(ctx, descriptor, PDF_NAME(Flags), 5); /* all of one width; symbols */
        pdf_dict_put_rect(ctx, descriptor, PDF_NAME(FontBBox), fz_make_rect(0, -200, ADVANCE, 800));
        pdf_dict_put_int(ctx, descriptor, PDF_NAME(ItalicAngle), 0);
        pdf_dict_put_int(ctx, descriptor, PDF_NAME(Ascent), 800);
        pdf_dict_put_int(ctx, descriptor, PDF_NAME(Descent), -200);
        pdf_dict_put_int(ctx, descriptor, PDF_NAME(CapHeight), 800);
        pdf_dict_put_int(ctx, descriptor, PDF_NAME(StemV), 80);
        pdf_dict_put_drop(ctx, descriptor, PDF_NAME(FontFile2), add_stream(layer, make_file(ctx)));
    }
    fz_catch(ctx) {
        pdf_drop_obj(ctx, descriptor);
        fz_rethrow(ctx);
    }
    return descriptor;
}

/** Codes that differ from the usual advance: marks have none. Throws. */
static void put_widths(xtr__layer *layer, pdf_obj *font) {
    fz_context *ctx = layer->pdf->ctx;
    pdf_obj *widths = pdf_dict_put_array(ctx, font, PDF_NAME(W), 4);
    for (size_t i = 0; i < layer->count; i++) {
        if (!xtr__is_mark(layer->characters[i]))
            continue;
        for (int k = 0; k < 2; k++)
            pdf_array_push_int(ctx, widths, (int64_t)i + 1);
        pdf_array_push_int(ctx, widths, 0);
    }
}

/** Throws. */
static pdf_obj *add_descendant(xtr__layer *layer) {
    fz_context *ctx = layer->pdf->ctx;
    pdf_obj *font = pdf_add_new_dict(ctx, layer->doc, 8);
    fz_try(ctx) {
        pdf_dict_put(ctx, font, PDF_NAME(Type), PDF_NAME(Font));
        pdf_dict_put(ctx, font, PDF_NAME(Subtype), PDF_NAME(CIDFontType2));
        pdf_dict_put_name(ctx, font, PDF_NAME(BaseFont), XTR__LAYER_FONT);
        pdf_dict_put_int(ctx, font, PDF_NAME(DW), ADVANCE);
        put_widths(layer, font);
        pdf_obj *system = pdf_dict_put_dict(ctx, font, PDF_NAME(CIDSystemInfo), 3);
        pdf_dict_put_string(ctx, system, PDF_NAME(Registry), "Adobe", 5);
        pdf_dict_put_string(ctx, system, PDF_NAME(Ordering), "Identity", 8);
        pdf_dict_put_int(ctx, system, PDF_NAME(Supplement), 0);
        pdf_dict_put_drop(ctx, font, PDF_NAME(CIDToGIDMap),
                          add_stream(layer, make_glyph_map(layer)));
        pdf_dict_put_drop(ctx, font, PDF_NAME(FontDescriptor), add_descriptor(layer));
    }
    fz_catch(ctx) {
        pdf_drop_obj(ctx, font);
        fz_rethrow(ctx);
    }
    return font;
}

/* Life -------------------------------------------------------------------------------------- */

void xtr__layer_begin(xtr__layer *layer, xtr__pdf *pdf, pdf_document *doc) {
    *layer = (xtr__layer){.pdf = pdf, .doc = doc};
    layer->font = pdf_add_new_dict(pdf->ctx, doc, 6);
}

void xtr__layer_end(xtr__layer *layer) {
    fz_context *ctx = layer->pdf->ctx;
    pdf_obj *font = layer->font;
    pdf_dict_put(ctx, font, PDF_NAME(Type), PDF_NAME(Font));
    pdf_dict_put(ctx, font, PDF_NAME(Subtype), PDF_NAME(Type0));
    pdf_dict_put_name(ctx, font, PDF_NAME(BaseFont), XTR__LAYER_FONT);
    pdf_dict_put_name(ctx, font, PDF_NAME(Encoding), "Identity-H");
    pdf_obj *descendants = pdf_dict_put_array(ctx, font, PDF_NAME(DescendantFonts), 1);
    pdf_array_push_drop(ctx, descendants, add_descendant(layer));
    pdf_dict_put_drop(ctx, font, PDF_NAME(ToUnicode), add_stream(layer, make_meanings(layer)));
}

void xtr__layer_drop(xtr__layer *layer) {
    if (layer->pdf == NULL)
        return;
    fz_context *ctx = layer->pdf->ctx;
    for (size_t i = 0; i < sizeof layer->codes / sizeof *layer->codes; i++)
        fz_free(ctx, layer->codes[i]);
    fz_free(ctx, layer->characters);
    fz_free(ctx, layer->shown);
    pdf_drop_obj(ctx, layer->font);
}
