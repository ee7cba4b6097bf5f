/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is kept of fonts, against FreeType: glyphs by name, and widths of fonts that are built in.
 */
#include "test.h"

#include <ft2build.h>
#include <mupdf/fitz.h>
#include <stdlib.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H

FT_Error __real_FT_Get_Advance(FT_Face face, FT_UInt glyph, FT_Int32 flags, FT_Fixed *width);

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

static void check_widths(const unsigned char *data, int size) {
    FT_Library library;
    FT_Face face;
    ck_assert_int_eq(FT_Init_FreeType(&library), 0);
    ck_assert_int_eq(FT_New_Memory_Face(library, data, size, 0, &face), 0);
    FT_Set_Char_Size(face, 0, 1000, 72, 72);
    for (FT_UInt i = 0; i < 2 * ((FT_UInt)face->num_glyphs + 1); i++) {
        FT_UInt glyph =
            i / 2; /* each twice: the second time it is known, if there is such a glyph */
        static const FT_Int32 flags[] = {FT_LOAD_NO_SCALE | FT_LOAD_IGNORE_TRANSFORM,
                                         FT_LOAD_NO_SCALE | FT_LOAD_VERTICAL_LAYOUT,
                                         FT_LOAD_NO_HINTING};
        for (size_t k = 0; k < sizeof flags / sizeof *flags; k++) {
            FT_Fixed ours = -1, theirs = -1;
            int error = FT_Get_Advance(face, glyph, flags[k], &ours);
            ck_assert_int_eq(__real_FT_Get_Advance(face, glyph, flags[k], &theirs), error);
            ck_assert_int_eq(ours, theirs);
        }
    }
    FT_Done_Face(face);
    FT_Done_FreeType(library);
}

TEST(pdf_names, widths_are_those_of_the_font) {
    int size;
    const unsigned char *data = fz_lookup_base14_font(NULL, "Times-Italic", &size);
    check_widths(data, size);
    check_widths(data, size); /* all of another face are known */
    unsigned char *copy = malloc((size_t)size);
    memcpy(copy, data, (size_t)size);
    check_widths(copy, size); /* not built in */
    free(copy);
}
