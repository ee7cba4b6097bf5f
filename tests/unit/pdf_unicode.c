/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What characters codes are, carried over by ranges, is what MuPDF says of each code. */
#include "test.h"

#include <mupdf/pdf.h>
#include <stdlib.h>
#include <string.h>

void __real_pdf_load_to_unicode(fz_context *ctx, pdf_document *doc, pdf_font_desc *font,
                                const char **strings, char *collection, pdf_obj *cmap);

static const char entries[] = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
                              "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
                              "4 beginbfrange <0003> <0020> <0041> <0100> <0100> <d835dc00>\n"
                              "<0200> <0202> [<0061> <00660069> <0062>] <fff0> <ffff> <0430>\n"
                              "endbfrange 4 beginbfchar <0001> <0020> <0021> <006600660069>\n"
                              "<0022> <4e00> <0010> <0031> endbfchar endcmap end end\n";

static void ignore(void *user, const char *message) {
    (void)user, (void)message;
}

static void check(fz_context *ctx, pdf_document *doc, pdf_cmap *encoding, const char *text) {
    fz_buffer *data =
        fz_new_buffer_from_copied_data(ctx, (const unsigned char *)text, strlen(text));
    pdf_obj *stream = pdf_add_stream(ctx, doc, data, NULL, 0);
    pdf_font_desc ours = {.encoding = encoding}, theirs = {.encoding = encoding};
    char collection[] = "Adobe-Japan1"; /* the stream comes first */
    pdf_load_to_unicode(ctx, doc, &ours, NULL, collection, stream);
    __real_pdf_load_to_unicode(ctx, doc, &theirs, NULL, collection, stream);
    unsigned known = 0;
    for (unsigned code = 0; code <= 0xffff; code++) {
        int our[PDF_MRANGE_CAP] = {0}, their[PDF_MRANGE_CAP] = {0};
        int count = pdf_lookup_cmap_full(theirs.to_unicode, code, their);
        int found = pdf_lookup_cmap_full(ours.to_unicode, code, our);
        ck_assert_msg(found == count, "code %x: %d characters, not %d", code, found, count);
        ck_assert_mem_eq(our, their, sizeof our);
        known += count > 0;
    }
    ck_assert_uint_gt(known, 30);
    pdf_drop_cmap(ctx, ours.to_unicode);
    pdf_drop_cmap(ctx, theirs.to_unicode);
    pdf_drop_obj(ctx, stream);
    fz_drop_buffer(ctx, data);
}

TEST(pdf_unicode, codes_are_the_characters_that_mupdf_finds) {
    fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
    fz_set_warning_callback(ctx, ignore, NULL);
    pdf_document *doc = pdf_create_document(ctx);
    pdf_cmap *two = pdf_load_system_cmap(ctx, "Identity-H");
    pdf_cmap *one = pdf_new_identity_cmap(ctx, 0, 1);
    check(ctx, doc, two, entries);
    check(ctx, doc, one, entries);
    pdf_cmap *shifted = pdf_new_cmap(ctx);
    pdf_add_codespace(ctx, shifted, 0, 0xffffff, 3);
    pdf_map_range_to_range(ctx, shifted, 0, 0x110, 0x40);
    pdf_map_range_to_range(ctx, shifted, 0x18000, 0x18010, 0x8000);
    pdf_map_range_to_range(ctx, shifted, 0xfff0, 0xffff, 0xfff8); /* to glyphs that are none */
    pdf_sort_cmap(ctx, shifted);
    check(ctx, doc, shifted, entries);
    pdf_drop_cmap(ctx, shifted);
    pdf_drop_cmap(ctx, one);
    pdf_drop_cmap(ctx, two);
    pdf_drop_document(ctx, doc);
    fz_drop_context(ctx);
}
