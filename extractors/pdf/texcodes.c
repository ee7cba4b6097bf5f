/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bitmap fonts of TeX. Their glyphs have names like "a28" that say nothing but the code, so MuPDF
 * takes the code for the character, which loses ligatures, quotes, dashes and bullets. Which
 * encoding a font has shows by its ligatures, which are as wide as their letters (OT1: The TeXbook,
 * appendix F; T1, called Cork, and TS1: LaTeX font encodings, encguide). */
#include "pdf.h"

#include <math.h>

enum { FIRST_T1 = 0x80, FIRST_LATIN = 0xc0 };

static const uint16_t ot1_low[32] = {0x393, 0x394, 0x398, 0x39b,  0x39e,  0x3a0,  0x3a3,  0x3a5,
                                     0x3a6, 0x3a8, 0x3a9, 0xfb00, 0xfb01, 0xfb02, 0xfb03, 0xfb04,
                                     0x131, 0x237, 0x60,  0xb4,   0x2c7,  0x2d8,  0xaf,   0x2da,
                                     0xb8,  0xdf,  0xe6,  0x153,  0xf8,   0xc6,   0x152,  0xd8};

static const uint16_t t1_low[32] = {0x60,   0xb4,   0x2c6,  0x2dc,  0xa8,   0x2dd,  0x2da,  0x2c7,
                                    0x2d8,  0xaf,   0x2d9,  0xb8,   0x2db,  0x201a, 0x2039, 0x203a,
                                    0x201c, 0x201d, 0x201e, 0xab,   0xbb,   0x2013, 0x2014, 0x200b,
                                    0x2080, 0x131,  0x237,  0xfb00, 0xfb01, 0xfb02, 0xfb03, 0xfb04};

static const uint16_t t1_high[FIRST_LATIN - FIRST_T1] = {
    0x102, 0x104, 0x106, 0x10c, 0x10e, 0x11a, 0x118, 0x11e, 0x139, 0x13d, 0x141, 0x143, 0x147,
    0x14a, 0x150, 0x154, 0x158, 0x15a, 0x160, 0x15e, 0x164, 0x162, 0x170, 0x16e, 0x178, 0x179,
    0x17d, 0x17b, 0x132, 0x130, 0x111, 0xa7,  0x103, 0x105, 0x107, 0x10d, 0x10f, 0x11b, 0x119,
    0x11f, 0x13a, 0x13e, 0x142, 0x144, 0x148, 0x14b, 0x151, 0x155, 0x159, 0x15b, 0x161, 0x15f,
    0x165, 0x163, 0x171, 0x16f, 0xff,  0x17a, 0x17e, 0x17c, 0x133, 0xa1,  0xbf,  0xa3};

static uint32_t ot1_character(uint32_t code) {
    switch (code) {
    case 34:
        return 0x201d;
    case 60:
        return 0xa1;
    case 62:
        return 0xbf;
    case 92:
        return 0x201c;
    case 94:
        return 0x2c6;
    case 95:
        return 0x2d9;
    case 123:
        return 0x2013;
    case 124:
        return 0x2014;
    case 125:
        return 0x2dd;
    case 126:
        return 0x2dc;
    case 127:
        return 0xa8;
    default:
        return code < 32 ? ot1_low[code] : code;
    }
}

static uint32_t t1_character(uint32_t code) {
    switch (code) {
    case 0x7f:
        return '-';
    case 0xd7:
        return 0x152;
    case 0xdf:
        return 0x1e9e;
    case 0xf7:
        return 0x153;
    case 0xff:
        return 0xdf;
    default:
        return code < 32                                ? t1_low[code]
               : code >= FIRST_T1 && code < FIRST_LATIN ? t1_high[code - FIRST_T1]
                                                        : code;
    }
}

uint32_t xtr__pdf_tex_character(xtr__tex_codes codes, uint32_t code) {
    if (codes == XTR__TEX_NONE || code > 0xff) {
        return code;
    }
    if (codes == XTR__TEX_SIGNS) { /* the bullets of cmsy and TS1, the euro of TS1 */
        return code == 15 || code == 0x88 ? 0x2022 : code == 0xbf ? 0x20ac : code;
    }
    if (code == 39 || code == 96) {
        return code == 39 ? 0x2019 : 0x2018;
    }
    return codes == XTR__TEX_OT1 ? ot1_character(code) : t1_character(code);
}

/** A font and which codes it has glyphs for. */
typedef struct bitmaps {
    fz_context *ctx;
    fz_font *font;
    fz_buffer **glyphs;
} bitmaps;

/** Whether a glyph is as wide as two letters, or a little less. */
static bool joins(const bitmaps *b, int code, int left, int right) {
    if (b->glyphs[code] == NULL || b->glyphs[left] == NULL || b->glyphs[right] == NULL) {
        return false;
    }
    float width = fz_advance_glyph(b->ctx, b->font, code, 0);
    float sum =
        fz_advance_glyph(b->ctx, b->font, left, 0) + fz_advance_glyph(b->ctx, b->font, right, 0);
    return sum > 0 && fabsf(width - sum) < 0.1F * sum;
}

static bool has_any(const bitmaps *b, int first, int last) {
    for (int i = first; i <= last; i++) {
        if (b->glyphs[i] != NULL) {
            return true;
        }
    }
    return false;
}

xtr__tex_codes xtr__pdf_tex_codes(fz_context *ctx, fz_font *font) {
    bitmaps b = {ctx, font, fz_font_t3_procs(ctx, font)};
    if (b.glyphs == NULL) {
        return XTR__TEX_NONE;
    }
    if (joins(&b, 11, 'f', 'f') || joins(&b, 12, 'f', 'i') || joins(&b, 13, 'f', 'l')) {
        return XTR__TEX_OT1;
    }
    if (joins(&b, 27, 'f', 'f') || joins(&b, 28, 'f', 'i') || joins(&b, 29, 'f', 'l')) {
        return XTR__TEX_T1;
    }
    bool letters = has_any(&b, 'a', 'z') || has_any(&b, 'A', 'Z') || has_any(&b, '0', '9');
    bool pair = b.glyphs[16] != NULL && b.glyphs[17] != NULL; /* quotes */
    return !letters                                                        ? XTR__TEX_SIGNS
           : pair || has_any(&b, 21, 22) || has_any(&b, FIRST_LATIN, 0xff) ? XTR__TEX_T1
                                                                           : XTR__TEX_NONE;
}
