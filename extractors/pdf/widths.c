/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Widths of glyphs of the 14 fonts that every PDF may name without bringing them. Where a document
 * does not say widths either, MuPDF asks for 256 of each such font, and FreeType reads the outline
 * of each glyph for that. FT_Get_Advance is wrapped (libextract/CMakeLists.txt): a process reads
 * the width of a glyph of these fonts once. */
#include "pdf.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H

#include <pthread.h>
#include <stdatomic.h>

FT_Error __real_FT_Get_Advance(FT_Face face, FT_UInt glyph, FT_Int32 flags, FT_Fixed *width);
/* Visible, for linkers think that HarfBuzz calls it, too. */
__attribute__((visibility("default"))) FT_Error
__wrap_FT_Get_Advance(FT_Face face, FT_UInt glyph, FT_Int32 flags, FT_Fixed *width);

static const char *const names[] = {
    "Courier",     "Courier-Bold",   "Courier-Oblique",   "Courier-BoldOblique",
    "Helvetica",   "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique",
    "Times-Roman", "Times-Bold",     "Times-Italic",      "Times-BoldItalic",
    "Symbol",      "ZapfDingbats"};

enum { FONTS = sizeof names / sizeof *names, GLYPHS = 1024 };

static const unsigned char *programs[FONTS];
/** In units of the font, + 1; 0: not known. Whoever reads a width writes the same. */
static atomic_ushort widths[FONTS][GLYPHS];

static void find_programs(void) {
    for (int i = 0; i < FONTS; i++) {
        int size;
        programs[i] = fz_lookup_base14_font(NULL, names[i], &size);
    }
}

/** Where the width of a glyph is kept, or NULL. */
static atomic_ushort *place_of(FT_Face face, FT_UInt glyph, FT_Int32 flags) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool plain = (flags & FT_LOAD_NO_SCALE) != 0 && (flags & FT_LOAD_VERTICAL_LAYOUT) == 0;
    if (!plain || glyph >= GLYPHS || face->stream == NULL || face->stream->base == NULL) {
        return NULL;
    }
    pthread_once(&once, find_programs);
    for (int i = 0; i < FONTS; i++) {
        if (programs[i] == face->stream->base) {
            return &widths[i][glyph];
        }
    }
    return NULL;
}

FT_Error __wrap_FT_Get_Advance(FT_Face face, FT_UInt glyph, FT_Int32 flags, FT_Fixed *width) {
    atomic_ushort *place = face != NULL && width != NULL ? place_of(face, glyph, flags) : NULL;
    unsigned known = place != NULL ? atomic_load_explicit(place, memory_order_relaxed) : 0;
    if (known > 0) {
        *width = (FT_Fixed)known - 1;
        return 0;
    }
    FT_Error error = __real_FT_Get_Advance(face, glyph, flags, width);
    if (place != NULL && error == 0 && *width >= 0 && *width < USHRT_MAX) {
        atomic_store_explicit(place, (unsigned short)(*width + 1), memory_order_relaxed);
    }
    return error;
}
