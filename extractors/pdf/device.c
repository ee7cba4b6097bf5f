/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The device that MuPDF draws a page on: it keeps glyphs, ruled lines and boxes of images, and
 * paints nothing. MuPDF's own text device gives neither lines nor images with their styles. */
#include "pdf.h"

#include <math.h>
#include <mupdf/ucdn.h>
#include <string.h>

typedef struct collector {
    fz_device super;
    xtr__pdf *pdf;
    xtr__pdf_page *page;
    const fz_text *drawn; /* kept: filled text that is stroked or clipped next is the same text */
    bool spaced;          /* a space came after the last glyph */
    bool attachable;      /* parts of a cluster may follow the last glyph */
    bool accent;          /* the last glyph may be the accent of the next */
    int masked;           /* > 0: inside a soft mask, which shows nothing */
    fz_point pivot, line, last; /* of slanted text: where it, its line, its last glyph began */
    fz_point along;             /* its direction, of length 1 */
    xtr__segment rules;         /* short ones right behind the last glyph, on its baseline */
    uint32_t rule_count;
    fz_point above; /* where the last glyph was set */
    bool downwards; /* it is of a line that runs down */
    bool alone;     /* it is a letter of Chinese or Japanese set alone */
} collector;

enum { MOST_IN_CLUSTER = 32 };
static const float LEAST_SLANT = 0.17F; /* sine of ten degrees: scans lie askew by less */

/* Fonts ------------------------------------------------------------------------------------- */

static char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool name_has(const char *name, const char *part) {
    for (; *name != '\0'; name++) {
        size_t i = 0;
        while (part[i] != '\0' && ascii_lower(name[i]) == part[i]) {
            i++;
        }
        if (part[i] == '\0') {
            return true;
        }
    }
    return false;
}

static bool name_has_any(const char *name, const char *const *parts) {
    for (; *parts != NULL; parts++) {
        if (name_has(name, *parts)) {
            return true;
        }
    }
    return false;
}

static uint32_t flags_of_font(fz_context *ctx, fz_font *font, const char *name) {
    static const char *const bold[] = {"bold",
                                       "black",
                                       "heavy",
                                       "demi",
                                       "semib",
                                       "cmbx",
                                       "sfbx",
                                       "cmssbx",
                                       "ecbx",
                                       "-bd",
                                       "nimbusromno9l-medi",
                                       NULL};
    static const char *const italic[] = {"ital", "obli", "slant", "cmti", "cmsl",
                                         "sfti", "sfsl", "ecti",  "-it",  NULL};
    static const char *const mono[] = {"mono",   "courier",    "cmtt", "sftt",
                                       "consol", "typewriter", NULL};
    static const char *const math[] = {"cmmi", "cmsy", "cmex", "msbm", "msam", "symbol",
                                       "math", "mtmi", "mtsy", "rsfs", "eufm", NULL};
    static const char *const symbols[] = {"dingbats", "wingdings", "symbol", NULL};
    uint32_t flags = 0;
    flags |= name_has_any(name, bold) || fz_font_is_bold(ctx, font) ? XTR__FONT_BOLD : 0;
    flags |= name_has_any(name, italic) || fz_font_is_italic(ctx, font) ? XTR__FONT_ITALIC : 0;
    flags |= name_has_any(name, mono) || fz_font_is_monospaced(ctx, font) ? XTR__FONT_MONO : 0;
    flags |= fz_font_is_serif(ctx, font) ? XTR__FONT_SERIF : 0;
    flags |= name_has_any(name, math) ? XTR__FONT_MATH : 0;
    flags |= name_has_any(name, symbols) ? XTR__FONT_SYMBOLS : 0;
    return flags;
}

static uint32_t hash_name(const char *name) {
    uint32_t hash = 0x811c9dc5U;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * 0x01000193U;
    }
    return hash;
}

/** The number of a font on this sheet. The font is kept, so its address stays its own. */
static uint16_t font_number(fz_context *ctx, xtr__pdf *pdf, fz_font *font) {
    for (size_t i = pdf->fonts.count; i > 0; i--) {
        if (pdf->fonts.items[i - 1].font == font) {
            return (uint16_t)(i - 1);
        }
    }
    if (pdf->fonts.count == UINT16_MAX) {
        return 0;
    }
    const char *name = fz_font_name(ctx, font);
    const char *tag = strchr(name, '+');
    name = tag != NULL && tag - name == 6 ? tag + 1 : name;
    xtr__font *out = XTR__PUSH(&pdf->budget, &pdf->sheet.fonts);
    xtr__pdf_font *kept = out != NULL ? XTR__PUSH(&pdf->budget, &pdf->fonts) : NULL;
    if (kept == NULL) {
        pdf->sheet.fonts.count = pdf->fonts.count;
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    }
    *out = (xtr__font){flags_of_font(ctx, font, name), hash_name(name)};
    *kept = (xtr__pdf_font){fz_keep_font(ctx, font), (uint8_t)xtr__pdf_tex_codes(ctx, font)};
    return (uint16_t)(pdf->fonts.count - 1);
}

void xtr__pdf_drop_fonts(xtr__pdf *pdf) {
    for (size_t i = 0; i < pdf->fonts.count; i++) {
        fz_drop_font(pdf->ctx, pdf->fonts.items[i].font);
    }
    pdf->fonts.count = 0;
}

/** Type 3 fonts have an em of any size (bitmaps in pixels); their boxes tell how large they are
 *  shown. */
static float em_of_font(fz_context *ctx, fz_font *font) {
    if (fz_font_t3_procs(ctx, font) == NULL) {
        return 1;
    }
    fz_rect box = fz_font_bbox(ctx, font);
    float height = fabsf(box.y1 - box.y0);
    return height > 0.001F && height < 1000 && (height < 0.4F || height > 2.5F) ? height : 1;
}

/* Glyphs ------------------------------------------------------------------------------------ */

/** What the glyphs of a span have in common. */
typedef struct pen {
    fz_font *font;
    float wide, size;
    uint32_t colour;
    uint16_t number; /* of the font */
    uint8_t turn, flags;
    bool vertical, slanted;
    bool alone;     /* the span has hardly a glyph besides */
    fz_point along; /* where the baseline goes: of length 1 */
} pen;

/** Adds to the text of the last glyph; one that would stay without any goes. Throws. */
static void add_codepoint(fz_context *ctx, xtr__pdf *pdf, uint32_t c) {
    xtr__sheet *sheet = &pdf->sheet;
    uint32_t *out = XTR__PUSH(&pdf->budget, &sheet->codepoints);
    if (out == NULL) {
        sheet->glyphs.count -= sheet->glyphs.items[sheet->glyphs.count - 1].count == 0;
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    }
    *out = c;
}

/** Adds the written-out form of `c` to the last glyph. */
static void append_text(fz_context *ctx, xtr__pdf *pdf, uint32_t c) {
    uint32_t plain[18];
    size_t n = xtr__plain_form(c, plain);
    for (size_t i = 0; i < n; i++) {
        xtr__glyph *glyph = &pdf->sheet.glyphs.items[pdf->sheet.glyphs.count - 1];
        if (glyph->count < MOST_IN_CLUSTER && !(n > 1 && xtr__is_space(plain[i]))) {
            add_codepoint(ctx, pdf, plain[i]);
            glyph->count++;
        }
    }
}

/** Whether a combining mark at (x, y) belongs to the last glyph. Those of the Latin script that
 *  take room, or stand apart, belong to the next. */
static bool marks_last(const xtr__sheet *sheet, const pen *p, uint32_t c, float x, float y,
                       float advance) {
    if (!xtr__is_mark(c) || sheet->glyphs.count == 0) {
        return false;
    }
    const xtr__glyph *last = &sheet->glyphs.items[sheet->glyphs.count - 1];
    bool latin = c < 0x370;
    float reach = 0.6F * p->size, right = latin ? 0.08F * p->size : reach;
    return last->turn == p->turn && fabsf(y - last->y) < p->size && x >= last->x0 - reach &&
           x <= last->x1 + right && !(latin && advance > 0.1F);
}

/** The combining form of an accent that fonts draw as a glyph of its own, or 0. */
static uint32_t combining(uint32_t c) {
    static const uint16_t forms[][2] = {
        {0x60, 0x300},  {0xb4, 0x301},  {0x2c6, 0x302}, {0x2dc, 0x303}, {0xaf, 0x304},
        {0x2d8, 0x306}, {0x2d9, 0x307}, {0xa8, 0x308},  {0x2da, 0x30a}, {0x2dd, 0x30b},
        {0x2c7, 0x30c}, {0xb8, 0x327},  {0x2db, 0x328}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (forms[i][0] == c) {
            return forms[i][1];
        }
    }
    return xtr__is_mark(c) && c < 0x370 ? c : 0;
}

/** TeX draws an accent, or the stroke of a negation, and then its letter at the same place. Takes
 *  such an accent, if it is the last glyph, away again: returns it, or 0. */
static uint32_t take_accent(collector *dev, const pen *p, float x, float y, float x1) {
    xtr__sheet *sheet = &dev->pdf->sheet;
    if (!dev->accent || dev->spaced || sheet->glyphs.count == 0) {
        return 0;
    }
    const xtr__glyph *accent = &sheet->glyphs.items[sheet->glyphs.count - 1];
    float middle = (accent->x0 + accent->x1) / 2;
    if (accent->turn != p->turn || fabsf(accent->y - y) > 0.6F * p->size ||
        middle < x - 0.1F * p->size || middle >= x1) {
        return 0;
    }
    uint32_t mark = combining(sheet->codepoints.items[accent->text]);
    dev->spaced = accent->flags & XTR__GLYPH_SPACED;
    sheet->codepoints.count = accent->text;
    sheet->glyphs.count--;
    return mark;
}

/** Adds an accent to the last glyph, as one character where there is one. */
static void put_accent(fz_context *ctx, xtr__pdf *pdf, uint32_t mark) {
    uint32_t *last = &pdf->sheet.codepoints.items[pdf->sheet.codepoints.count - 1];
    uint32_t base = *last == 0x131 ? 'i' : *last == 0x237 ? 'j' : *last, composed;
    if (ucdn_compose(&composed, base, mark)) {
        *last = composed;
    } else {
        append_text(ctx, pdf, mark);
    }
}

/** In em. */
static float advance_of(fz_context *ctx, const pen *p, const fz_text_item *item,
                        const float *known) {
    if (item->gid < 0)
        return 0;
    float advance = known != NULL && !p->vertical ? *known : 0;
    if (!(advance > 0))
        advance = fz_advance_glyph(ctx, p->font, item->gid, p->vertical);
    return advance > -100 && advance < 100 ? advance : 0;
}

/** How far a point is along and across a direction, from another point. */
static fz_point measure(fz_point from, fz_point to, fz_point along) {
    float x = to.x - from.x, y = to.y - from.y;
    return (fz_point){x * along.x + y * along.y, y * along.x - x * along.y};
}

/** Slanted text is stood up where it begins, so that its letters make words: as labels of columns
 *  and marks across a page are, it is then text that runs upwards or downwards. Lines that begin
 *  straight below each other turn as one. */
static fz_point stand_up(collector *dev, const pen *p, fz_point at) {
    float turned = fabsf(p->along.x - dev->along.x) + fabsf(p->along.y - dev->along.y);
    fz_point step = measure(dev->last, at, p->along), down = measure(dev->line, at, p->along);
    bool same_line = fabsf(step.x) < 2.5F * p->size && fabsf(step.y) < 0.5F * p->size;
    bool next_line = fabsf(down.x) < 0.2F * fabsf(down.y) && fabsf(down.y) < 2.5F * p->size;
    if (turned > 0.02F || !(same_line || next_line)) {
        dev->pivot = at;
    }
    if (turned > 0.02F || !same_line) {
        dev->line = at;
    }
    dev->last = at;
    dev->along = p->along;
    fz_point off = measure(dev->pivot, at, p->along);
    return p->turn == 3 ? (fz_point){dev->pivot.x + off.y, dev->pivot.y - off.x}
                        : (fz_point){dev->pivot.x - off.y, dev->pivot.y + off.x};
}

/* Of the characters that signs of mathematics may have instead of their own. */
enum { FIRST_UNKNOWN = 0xf8e5 };

/** Sums, integrals, roots. */
static bool is_operator(uint32_t c) {
    return (c >= 0x220f && c <= 0x22ff) || (c >= 0x2a00 && c <= 0x2a06);
}

/* Underscores that are rules: so TeX draws them -------------------------------------------- */

/** Whether a point lies right behind another, as the next letter of a word does. */
static bool is_behind(float from, float to, float em) {
    return to > from - 0.05F * em && to < from + 0.2F * em;
}

/** Remembers a rule that was drawn if it may be an underscore behind the last glyph. */
static void note_rule(collector *dev, const xtr__segment *rule) {
    const xtr__sheet *sheet = &dev->pdf->sheet;
    const xtr__glyph *last =
        sheet->glyphs.count > 0 ? &sheet->glyphs.items[sheet->glyphs.count - 1] : NULL;
    bool goes_on = dev->rule_count > 0;
    if (last == NULL || last->turn != 0 || dev->spaced ||
        !is_behind(goes_on ? dev->rules.x1 : last->x1, rule->x0, last->size)) {
        return;
    }
    float length = (rule->x1 - rule->x0) / last->size, up = (last->y - rule->y0) / last->size;
    if (length > 0.2F && length < 0.65F && fabsf(up) < 0.1F && rule->y1 - rule->y0 < 0.5F) {
        dev->rules =
            (xtr__segment){goes_on ? dev->rules.x0 : rule->x0, rule->y0, rule->x1, rule->y1};
        dev->rule_count++;
    }
}

/** Adds them once a glyph at (x, y) follows as a letter of the same word. Throws. */
static void put_underscores(fz_context *ctx, collector *dev, const pen *p, float x, float y) {
    xtr__sheet *sheet = &dev->pdf->sheet;
    const xtr__glyph last = sheet->glyphs.items[sheet->glyphs.count - 1];
    uint32_t count = dev->rule_count;
    dev->rule_count = 0;
    if (p->turn != 0 || dev->spaced || fabsf(y - last.y) > 0.1F * last.size ||
        !is_behind(dev->rules.x1, x, last.size)) {
        return;
    }
    float width = (dev->rules.x1 - dev->rules.x0) / (float)count;
    for (uint32_t i = 0; i < count; i++) {
        xtr__glyph *glyph = XTR__PUSH(&dev->pdf->budget, &sheet->glyphs);
        if (glyph == NULL) {
            fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
        }
        *glyph = last;
        glyph->x0 = dev->rules.x0 + (float)i * width;
        glyph->x1 = glyph->x0 + width;
        glyph->text = (uint32_t)sheet->codepoints.count;
        glyph->count = 0;
        glyph->flags &= (uint8_t)~XTR__GLYPH_SPACED;
        append_text(ctx, dev->pdf, '_');
    }
}

/** `known` is how far the pen moves, in em; NULL: unknown. */
static void add_glyph(fz_context *ctx, collector *dev, const pen *p, const fz_text_item *item,
                      fz_point at, const float *known) {
    xtr__pdf *pdf = dev->pdf;
    xtr__sheet *sheet = &pdf->sheet;
    uint32_t c = item->ucs < 0 ? 0xfffd : (uint32_t)item->ucs;
    if (item->gid == item->ucs) {
        c = xtr__pdf_tex_character(pdf->fonts.items[p->number].codes, c);
    }
    if (item->gid < 0 && dev->attachable && sheet->glyphs.count > 0) {
        append_text(ctx, pdf, c);
        return;
    }
    bool on_page =
        at.x >= -2 && at.x <= sheet->width + 2 && at.y >= -2 && at.y <= sheet->height + 2;
    uint32_t flags = pdf->sheet.fonts.items[p->number].flags;
    if (flags & XTR__FONT_SYMBOLS && item->gid >= 0) {
        c = xtr__pdf_symbol(ctx, p->font, item->gid, c, p->alone);
    }
    float down = 0;
    bool piece = false; /* of a tall bracket or root, which stands for nothing by itself */
    if (c >= FIRST_UNKNOWN && flags & XTR__FONT_MATH) {
        c = c != 0xfffd                 ? xtr__pdf_whole_of_piece(c)
            : item->gid >= 0 && on_page ? xtr__pdf_large_sign(ctx, p->font, item->gid, &down)
                                        : 0;
        piece = c == 0;
        dev->spaced = dev->spaced || is_operator(c);
    }
    if (item->ucs < 0 || !on_page || piece) {
        dev->attachable = false;
        return;
    }
    if (xtr__is_space(c)) {
        dev->rule_count = 0;
        dev->spaced = true;
        dev->attachable = false;
        return;
    }
    fz_point stood = p->slanted ? stand_up(dev, p, at) : at;
    float x = stood.x, y = stood.y;
    xtr__turn(&x, &y, sheet->width, sheet->height, p->turn);
    y += down * p->size;
    if (dev->rule_count > 0) {
        put_underscores(ctx, dev, p, x, y);
    }
    float advance = advance_of(ctx, p, item, known);
    if (!dev->spaced && marks_last(sheet, p, c, x, y, advance)) {
        append_text(ctx, pdf, c);
        return;
    }
    float x1 = x + advance * p->wide;
    uint32_t mark = take_accent(dev, p, x, y, x1);
    xtr__glyph *glyph = XTR__PUSH(&pdf->budget, &sheet->glyphs);
    if (glyph == NULL) {
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    }
    *glyph = (xtr__glyph){.x0 = x,
                          .x1 = x1,
                          .y = y,
                          .size = p->size,
                          .text = (uint32_t)sheet->codepoints.count,
                          .colour = p->colour,
                          .font = p->number,
                          .mark = sheet->open_mark,
                          .turn = p->turn,
                          .flags = p->flags};
    glyph->flags |= dev->spaced ? XTR__GLYPH_SPACED : 0;
    dev->spaced = false;
    dev->attachable = true;
    append_text(ctx, pdf, c);
    if (sheet->glyphs.items[sheet->glyphs.count - 1].count == 0) {
        sheet->glyphs.count--; /* the form of a space */
    } else if (mark != 0) {
        put_accent(ctx, pdf, mark);
    }
    dev->accent = mark == 0 && combining(c) != 0;
}

enum { MOST_STEPS = 16 }; /* from letter to letter of a span that are looked at */

/** Letters and signs of Chinese and Japanese. */
static bool is_square(int c) {
    return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xfe10 && c <= 0xfe1f) || (c >= 0xfe30 && c <= 0xfe4f) ||
           (c >= 0xff00 && c <= 0xffef) || (c >= 0x20000 && c <= 0x3ffff);
}

/** Whether a letter at `to` stands right below one at `from`. */
static bool steps_down(fz_point from, fz_point to, float em) {
    return fabsf(to.x - from.x) < 0.05F * em && to.y - from.y > 0.85F * em &&
           to.y - from.y < 1.2F * em;
}

static fz_point place_of(const fz_text_item *item, fz_matrix ctm) {
    return fz_transform_point_xy(item->x, item->y, ctm);
}

/** Whether a span goes down the page letter by letter, as text of a vertical font does where MuPDF
 *  takes another font for it: letters of Chinese or Japanese, an em apart. One of a single letter
 *  goes on with what is right above, or begins what is right below. */
static bool runs_down(const collector *dev, const fz_text_span *span, fz_matrix ctm, float em) {
    const fz_text_item *item = span->items;
    if (span->wmode || span->len == 0 || !is_square(item->ucs)) {
        return span->wmode;
    }
    if (span->len == 1) {
        const fz_text_item *next =
            span->next != NULL && span->next->len > 0 ? span->next->items : NULL;
        fz_point at = place_of(item, ctm);
        return ((dev->downwards || dev->alone) && steps_down(dev->above, at, em)) ||
               (next != NULL && is_square(next->ucs) && steps_down(at, place_of(next, ctm), em));
    }
    bool down = false;
    for (int i = 1; i < span->len && i < MOST_STEPS && is_square(item[i].ucs); i++) {
        fz_point last = place_of(&item[i - 1], ctm), next = place_of(&item[i], ctm);
        if (fabsf(next.y - last.y) < 0.05F * em && fabsf(next.x - last.x) > 0.3F * em) {
            return false;
        }
        down = down || steps_down(last, next, em);
    }
    return down;
}

/** A letter set alone right above one that runs down is the first of its line. */
static void turn_last(collector *dev, fz_point below) {
    xtr__sheet *sheet = &dev->pdf->sheet;
    xtr__glyph *last =
        sheet->glyphs.count > 0 ? &sheet->glyphs.items[sheet->glyphs.count - 1] : NULL;
    if (last == NULL || !dev->alone || last->turn != 0 ||
        !steps_down(dev->above, below, last->size)) {
        return;
    }
    float x = dev->above.x, y = dev->above.y;
    xtr__turn(&x, &y, sheet->width, sheet->height, 1);
    last->x0 = x;
    last->x1 = x + last->size;
    last->y = y;
    last->turn = 1;
}

/** False for spans too small to see or out of all measure. `down` then says how it runs. */
static bool set_pen(fz_context *ctx, collector *dev, pen *p, const fz_text_span *span,
                    fz_matrix ctm, bool *down) {
    float ax = span->trm.a * ctm.a + span->trm.b * ctm.c;
    float ay = span->trm.a * ctm.b + span->trm.b * ctm.d;
    float bx = span->trm.c * ctm.a + span->trm.d * ctm.c;
    float by = span->trm.c * ctm.b + span->trm.d * ctm.d;
    float wide = sqrtf(ax * ax + ay * ay), high = sqrtf(bx * bx + by * by);
    p->size = high * em_of_font(ctx, span->font);
    *down = runs_down(dev, span, ctm, p->size);
    p->wide = *down ? high : wide;
    if (!(p->size >= 0.5F && p->size < 1e5F && wide >= 0.01F && wide < 1e5F)) {
        return false;
    }
    p->turn = ax > fabsf(ay) ? 0 : -ax > fabsf(ay) ? 2 : ay < 0 ? 3 : 1;
    p->along = (fz_point){ax / wide, ay / wide};
    p->slanted = !*down && fminf(fabsf(p->along.x), fabsf(p->along.y)) > LEAST_SLANT;
    p->flags |= p->slanted ? XTR__GLYPH_SLANTED : 0;
    p->turn = *down ? 1 : p->slanted ? (ay < 0 ? 3 : 1) : p->turn;
    p->vertical = span->wmode;
    p->alone = span->len <= 2;
    p->font = span->font;
    p->number = font_number(ctx, dev->pdf, span->font);
    return true;
}

static void add_text(fz_context *ctx, fz_device *super, const fz_text *text, fz_matrix ctm,
                     uint32_t colour, uint8_t flags) {
    collector *dev = (collector *)super;
    if (xtr__pdf_should_stop(dev->pdf) || dev->masked > 0) {
        return;
    }
    const float *known = xtr__pdf_advances(dev->pdf, text);
    size_t before = 0; /* glyphs of the spans before */
    for (const fz_text_span *span = text->head; span != NULL;
         before += (size_t)span->len, span = span->next) {
        pen p = {.colour = colour, .flags = flags};
        bool down;
        if (!set_pen(ctx, dev, &p, span, ctm, &down)) {
            continue;
        }
        if (down && !span->wmode) {
            turn_last(dev, place_of(span->items, ctm));
        }
        /* MuPDF draws some glyphs of Type 3 fonts at once and then says their text is ignored. */
        if (flags & XTR__GLYPH_HIDDEN && fz_font_t3_procs(ctx, span->font) != NULL) {
            p.flags &= (uint8_t)~XTR__GLYPH_HIDDEN;
        }
        for (int i = 0; i < span->len; i++) {
            if (i % 1024 == 1023 && xtr__pdf_should_stop(dev->pdf)) {
                return;
            }
            const fz_text_item *item = &span->items[i];
            add_glyph(ctx, dev, &p, item, place_of(item, ctm),
                      known != NULL ? &known[before + (size_t)i] : NULL);
            dev->above = place_of(item, ctm);
        }
        dev->downwards = down;
        dev->alone = !down && span->len == 1 && is_square(span->items->ucs);
    }
}

static uint32_t colour_of(fz_colorspace *space, const float *color, fz_context *ctx) {
    int n = space != NULL && color != NULL ? fz_colorspace_n(ctx, space) : 0;
    float rgb[3] = {0, 0, 0};
    if (n == 1 && fz_colorspace_is_gray(ctx, space)) {
        rgb[0] = rgb[1] = rgb[2] = color[0];
    } else if (n == 3) {
        memcpy(rgb, color, sizeof rgb);
    } else if (n == 4) {
        for (int i = 0; i < 3; i++) {
            rgb[i] = 1 - fminf(1, color[i] + color[3]);
        }
    }
    uint32_t out = 0;
    for (int i = 0; i < 3; i++) {
        out = out << 8 | (uint32_t)(fmaxf(0, fminf(1, rgb[i])) * 255);
    }
    return out;
}

/** Nearly white: what covers, not what is drawn. */
static bool is_white(uint32_t colour) {
    return (colour >> 16) >= 252 && (colour >> 8 & 0xff) >= 252 && (colour & 0xff) >= 252;
}

static void remember(fz_context *ctx, collector *dev, const fz_text *text) {
    const fz_text *before = dev->drawn;
    dev->drawn = fz_keep_text(ctx, text);
    fz_drop_text(ctx, before);
}

static void fill_text(fz_context *ctx, fz_device *super, const fz_text *text, fz_matrix ctm,
                      fz_colorspace *space, const float *color, float alpha,
                      fz_color_params params) {
    (void)params;
    remember(ctx, (collector *)super, text);
    add_text(ctx, super, text, ctm, colour_of(space, color, ctx),
             alpha == 0 ? XTR__GLYPH_HIDDEN : 0);
}

/** Text in outlines alone, or filled by a pattern or picture; else a second copy. */
static void add_outlined(fz_context *ctx, fz_device *super, const fz_text *text, fz_matrix ctm) {
    collector *dev = (collector *)super;
    if (text != dev->drawn) {
        remember(ctx, dev, text);
        add_text(ctx, super, text, ctm, 0, 0);
    }
}

static void stroke_text(fz_context *ctx, fz_device *super, const fz_text *text,
                        const fz_stroke_state *stroke, fz_matrix ctm, fz_colorspace *space,
                        const float *color, float alpha, fz_color_params params) {
    (void)stroke, (void)space, (void)color, (void)alpha, (void)params;
    add_outlined(ctx, super, text, ctm);
}

static void clip_text(fz_context *ctx, fz_device *super, const fz_text *text, fz_matrix ctm,
                      fz_rect scissor) {
    (void)scissor;
    add_outlined(ctx, super, text, ctm);
}

static void clip_stroke_text(fz_context *ctx, fz_device *super, const fz_text *text,
                             const fz_stroke_state *stroke, fz_matrix ctm, fz_rect scissor) {
    (void)stroke, (void)scissor;
    add_outlined(ctx, super, text, ctm);
}

static void ignore_text(fz_context *ctx, fz_device *super, const fz_text *text, fz_matrix ctm) {
    add_text(ctx, super, text, ctm, 0, XTR__GLYPH_HIDDEN);
}

/* Lines and images -------------------------------------------------------------------------- */

static void add_path(collector *dev, const fz_path *path, fz_matrix ctm,
                     const fz_stroke_state *stroke, uint32_t colour, bool shown) {
    xtr__sheet *sheet = &dev->pdf->sheet;
    size_t before = sheet->segments.count, dots = sheet->dots.count;
    dev->page->evidence.shapes += xtr__pdf_add_path(dev->pdf, path, ctm, stroke, shown);
    if (sheet->segments.count == before + 1) {
        note_rule(dev, &sheet->segments.items[before]);
    }
    for (; dots < sheet->dots.count; dots++) {
        sheet->dots.items[dots].colour = colour;
    }
}

static void fill_path(fz_context *ctx, fz_device *super, const fz_path *path, int even_odd,
                      fz_matrix ctm, fz_colorspace *space, const float *color, float alpha,
                      fz_color_params params) {
    (void)even_odd, (void)params;
    collector *dev = (collector *)super;
    if (!xtr__pdf_should_stop(dev->pdf) && dev->masked == 0) {
        uint32_t colour = colour_of(space, color, ctx);
        add_path(dev, path, ctm, NULL, colour, alpha > 0 && !is_white(colour));
    }
}

static void stroke_path(fz_context *ctx, fz_device *super, const fz_path *path,
                        const fz_stroke_state *stroke, fz_matrix ctm, fz_colorspace *space,
                        const float *color, float alpha, fz_color_params params) {
    (void)params;
    collector *dev = (collector *)super;
    if (!xtr__pdf_should_stop(dev->pdf) && dev->masked == 0) {
        add_path(dev, path, ctm, stroke, colour_of(space, color, ctx), alpha > 0);
    }
}

/** Counts the part of a picture that shows on the page. */
static void add_area(collector *dev, xtr_box box) {
    const xtr__sheet *sheet = &dev->pdf->sheet;
    float width = fminf(box.x1, sheet->width) - fmaxf(box.x0, 0);
    float height = fminf(box.y1, sheet->height) - fmaxf(box.y0, 0);
    if (width > 0 && height > 0) {
        dev->page->evidence.pictures += width * height / (sheet->width * sheet->height);
    }
}

static void add_image(fz_context *ctx, collector *dev, fz_image *image, fz_matrix ctm, bool wall) {
    xtr__pdf *pdf = dev->pdf;
    if (xtr__pdf_should_stop(pdf) || dev->masked > 0) {
        return;
    }
    fz_rect r = fz_transform_rect(fz_unit_rect, ctm);
    xtr_box box = {r.x0, r.y0, r.x1, r.y1};
    add_area(dev, box);
    if (xtr__pdf_add_thin_box(pdf, box)) {
        return; /* a line drawn as a picture */
    }
    xtr__area *area = wall ? XTR__PUSH(&pdf->budget, &pdf->sheet.pictures) : NULL;
    if (area != NULL) {
        *area = (xtr__area){box, XTR__NO_URL};
    }
    xtr__extra *extra = XTR__PUSH(&pdf->budget, &dev->page->extras);
    if (extra != NULL) {
        *extra = (xtr__extra){.kind = XTR__EXTRA_IMAGE,
                              .box = box,
                              .width = (uint32_t)image->w,
                              .height = (uint32_t)image->h,
                              .object = xtr__pdf_image_object(image),
                              .figure = xtr__pdf_open_figure(pdf)};
        extra->strings[0] = xtr__pdf_string(pdf, dev->page, xtr__pdf_image_format(ctx, image));
        xtr__pdf_keep_inline(pdf, dev->page, extra, image);
    }
}

static void fill_image(fz_context *ctx, fz_device *dev, fz_image *image, fz_matrix ctm, float alpha,
                       fz_color_params params) {
    (void)alpha, (void)params;
    /* Walls of columns are those alone that stand in the content. */
    add_image(ctx, (collector *)dev, image, ctm, xtr__pdf_image_object(image) == 0);
}

/** Stencils are the glyphs of bitmap fonts, or scans: the large ones count. */
static void fill_image_mask(fz_context *ctx, fz_device *super, fz_image *image, fz_matrix ctm,
                            fz_colorspace *space, const float *color, float alpha,
                            fz_color_params params) {
    (void)space, (void)color, (void)alpha, (void)params;
    collector *dev = (collector *)super;
    fz_rect r = fz_transform_rect(fz_unit_rect, ctm);
    xtr__pdf_add_thin_box(dev->pdf, (xtr_box){r.x0, r.y0, r.x1, r.y1});
    float share =
        (r.x1 - r.x0) * (r.y1 - r.y0) / (dev->pdf->sheet.width * dev->pdf->sheet.height + 1);
    if (share > 0.1F) {
        add_image(ctx, dev, image, ctm, false);
    } else if (dev->masked == 0) {
        add_area(dev, (xtr_box){r.x0, r.y0, r.x1, r.y1});
    }
}

/* Groups ------------------------------------------------------------------------------------ */

static void begin_mask(fz_context *ctx, fz_device *dev, fz_rect area, int luminosity,
                       fz_colorspace *space, const float *color, fz_color_params params) {
    (void)ctx, (void)area, (void)luminosity, (void)space, (void)color, (void)params;
    ((collector *)dev)->masked++;
}

static void end_mask(fz_context *ctx, fz_device *dev) {
    (void)ctx;
    ((collector *)dev)->masked--;
}

/** Says that the tile is drawn already: patterns hold no text that is read. */
static int begin_tile(fz_context *ctx, fz_device *dev, fz_rect area, fz_rect view, float xstep,
                      float ystep, fz_matrix ctm, int id) {
    (void)ctx, (void)dev, (void)area, (void)view, (void)xstep, (void)ystep, (void)ctm, (void)id;
    return 1;
}

static void drop_collector(fz_context *ctx, fz_device *dev) {
    fz_drop_text(ctx, ((collector *)dev)->drawn);
}

fz_device *xtr__pdf_new_device(xtr__pdf *pdf, xtr__pdf_page *page) {
    fz_context *ctx = pdf->ctx;
    collector *dev = fz_new_derived_device(ctx, collector);
    dev->pdf = pdf;
    dev->page = page;
    dev->super.drop_device = drop_collector;
    dev->super.fill_text = fill_text;
    dev->super.stroke_text = stroke_text;
    dev->super.clip_text = clip_text;
    dev->super.clip_stroke_text = clip_stroke_text;
    dev->super.ignore_text = ignore_text;
    dev->super.fill_path = fill_path;
    dev->super.stroke_path = stroke_path;
    dev->super.fill_image = fill_image;
    dev->super.fill_image_mask = fill_image_mask;
    dev->super.begin_mask = begin_mask;
    dev->super.end_mask = end_mask;
    dev->super.begin_tile = begin_tile;
    return &dev->super;
}
