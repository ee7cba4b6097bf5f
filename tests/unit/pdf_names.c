/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Glyphs by name, which a table finds, against FreeType's names of glyphs. */
#include "test.h"

#include <ft2build.h>
#include <mupdf/fitz.h>
#include FT_FREETYPE_H

TEST(pdf_names, glyphs_are_found_by_name) {
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    int size;
    const unsigned char *data = fz_lookup_base14_font(ctx, "Helvetica", &size);
    FT_Library library;
    FT_Face face;
    ck_assert_int_eq(FT_Init_FreeType(&library), 0);
    ck_assert_int_eq(FT_New_Memory_Face(library, data, size, 0, &face), 0);
    ck_assert_int_gt(face->num_glyphs, 200);
    for (FT_Long i = 0; i < face->num_glyphs; i++) {
        char name[64], other[64];
        ck_assert_int_eq(FT_Get_Glyph_Name(face, (FT_UInt)i, name, sizeof name), 0);
        FT_UInt found = FT_Get_Name_Index(face, name);
        ck_assert_uint_le(found, (FT_UInt)i);
        FT_Get_Glyph_Name(face, found, other, sizeof other);
        ck_assert_str_eq(name, other);
    }
    ck_assert_uint_gt(FT_Get_Name_Index(face, "germandbls"), 0);
    ck_assert_uint_eq(FT_Get_Name_Index(face, "no glyph has this name"), 0);
    ck_assert_uint_eq(FT_Get_Name_Index(face, ""), 0);
    ck_assert_ptr_nonnull(face->generic.data); /* the table */
    FT_Done_Face(face);
    FT_Done_FreeType(library);
    fz_drop_context(ctx);
}
