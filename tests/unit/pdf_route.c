/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which pages are recognised: a pure function of what was found on them. */
#include "../../extractors/pdf/pdf.h"
#include "test.h"

#include <string.h>

static xtr__route route(xtr__evidence e) {
    return xtr__pdf_route(&e, XTR_OCR_AUTO);
}

TEST(pdf_route, pages_of_text_are_left_alone) {
    ck_assert_int_eq(route((xtr__evidence){.letters = 2000, .words = 300}), XTR__ROUTE_TEXT);
    /* A slide on a picture, a title page with a large one, a few lines on a background. */
    ck_assert_int_eq(route((xtr__evidence){.letters = 140, .words = 20, .pictures = 1}),
                     XTR__ROUTE_TEXT);
    ck_assert_int_eq(route((xtr__evidence){.letters = 30, .pictures = 0.5F}), XTR__ROUTE_TEXT);
    /* A chapter's title among ornaments. */
    ck_assert_int_eq(route((xtr__evidence){.letters = 30, .shapes = 500}), XTR__ROUTE_TEXT);
}

TEST(pdf_route, blank_pages_and_logos_are_left_alone) {
    ck_assert_int_eq(route((xtr__evidence){0}), XTR__ROUTE_TEXT);
    ck_assert_int_eq(route((xtr__evidence){.letters = 2}), XTR__ROUTE_TEXT);
    ck_assert_int_eq(route((xtr__evidence){.pictures = 0.03F}), XTR__ROUTE_TEXT);
    ck_assert_int_eq(route((xtr__evidence){.shapes = 20}), XTR__ROUTE_TEXT);
}

TEST(pdf_route, scans_are_read_stamped_or_not) {
    ck_assert_int_eq(route((xtr__evidence){.pictures = 1}), XTR__ROUTE_PICTURE);
    ck_assert_int_eq(route((xtr__evidence){.letters = 3, .pictures = 0.2F}), XTR__ROUTE_PICTURE);
    ck_assert_int_eq(route((xtr__evidence){.letters = 40, .pictures = 1}), XTR__ROUTE_SCAN);
    ck_assert_int_eq(route((xtr__evidence){.letters = 200, .edge = 200, .pictures = 1}),
                     XTR__ROUTE_SCAN);
}

TEST(pdf_route, text_turned_into_curves_is_read) {
    ck_assert_int_eq(route((xtr__evidence){.shapes = 400}), XTR__ROUTE_CURVES);
}

TEST(pdf_route, text_without_meaning_is_read) {
    ck_assert_int_eq(route((xtr__evidence){.letters = 900, .unmapped = 600}), XTR__ROUTE_GARBAGE);
    ck_assert_int_eq(route((xtr__evidence){.letters = 900, .unmapped = 100}), XTR__ROUTE_TEXT);
    ck_assert_int_eq(route((xtr__evidence){.letters = 900, .words = 100, .strange_words = 80}),
                     XTR__ROUTE_GARBAGE);
    /* The alphabet, shifted by three letters. */
    static const char shifted[] = "DOO KXPDQ EHLQJV DUH ERUQ IUHH DQG HTXDO LQ GLJQLWB DQG ULJKWV "
                                  "WKHB DUH HQGRZHG ZLWK UHDVRQ DQG FRQVFLHQFH DQG VKRXOG DFW";
    xtr__evidence e = {.letters = 100};
    xtr__judge_text(&e, shifted, strlen(shifted));
    ck_assert_int_eq(route(e), XTR__ROUTE_GARBAGE);
}

TEST(pdf_route, a_hidden_layer_stays_unless_it_is_poor) {
    xtr__evidence layer = {.letters = 900, .words = 150, .hidden = true, .pictures = 1};
    ck_assert_int_eq(route(layer), XTR__ROUTE_TEXT);
    layer.strange_words = 60;
    ck_assert_int_eq(route(layer), XTR__ROUTE_LAYER);
    layer.pictures = 0;
    ck_assert_int_eq(route(layer), XTR__ROUTE_TEXT);
    xtr__evidence slips = {.letters = 2800, .hidden = true, .pictures = 1};
    slips.tokens = 600;
    slips.slips = 4;
    ck_assert_int_eq(route(slips), XTR__ROUTE_TEXT);
    slips.slips = 8;
    ck_assert_int_eq(route(slips), XTR__ROUTE_LAYER);
    slips.hidden = false;
    ck_assert_int_eq(route(slips), XTR__ROUTE_TEXT);
}

static uint32_t slips(const char *text) {
    xtr__evidence e = {0};
    xtr__judge_text(&e, text, strlen(text));
    return e.slips;
}

TEST(pdf_route, slips_are_what_poor_recognition_leaves) {
    ck_assert_uint_eq(slips("the Yorkshire WoldB, termed a3 t 40 r parts . 20 \\ ' end"), 7);
    ck_assert_uint_eq(slips("I saw a 1st PhD, 3 O's & the A4 of McKay – in LaTeX: 4 x; NaCl"), 0);
    ck_assert_uint_eq(slips("il y a « deux » mots à lire : e o i u y z w v k s"), 0);
    ck_assert_uint_eq(slips("b of a list\n. of a leader\n' of a quote"), 0);
}

TEST(pdf_route, a_wish_goes_before_all) {
    const xtr__evidence text = {.letters = 2000}, scan = {.pictures = 1}, blank = {0};
    ck_assert_int_eq(xtr__pdf_route(&text, XTR_OCR_FORCE), XTR__ROUTE_FORCED);
    ck_assert_int_eq(xtr__pdf_route(&blank, XTR_OCR_FORCE), XTR__ROUTE_TEXT);
    ck_assert_int_eq(xtr__pdf_route(&scan, XTR_OCR_OFF), XTR__ROUTE_TEXT);
}

static double strange(const char *text) {
    xtr__evidence e = {0};
    xtr__judge_text(&e, text, strlen(text));
    ck_assert_uint_ge(e.words, 3);
    return (double)e.strange_words / e.words;
}

TEST(pdf_route, words_are_judged_by_their_letters) {
    ck_assert_double_lt(strange("All human beings are born free and equal in dignity"), 0.01);
    ck_assert_double_lt(strange("Všichni lidé se rodí svobodní, úřadu každý člověk"), 0.2);
    ck_assert_double_lt(strange("BGB HGB StPO und so weiter, the USA's GmbH & Co"), 0.3);
    ck_assert_double_gt(strange("Âñå ëþäè ðîæäàþòñÿ ñâîáîäíûìè è ðàâíûìè"), 0.7);
}

TEST(pdf_route, what_was_read_must_be_better) {
    const xtr__evidence said = {.letters = 100, .words = 20, .strange_words = 12, .tokens = 20};
    const xtr__evidence good = {.letters = 100, .words = 20, .strange_words = 1, .tokens = 22};
    const xtr__evidence few = {.letters = 10, .words = 2};
    ck_assert(xtr__pdf_prefers(XTR__ROUTE_LAYER, &said, &good, 0.9F));
    ck_assert(!xtr__pdf_prefers(XTR__ROUTE_LAYER, &said, &few, 0.9F));
    ck_assert(xtr__pdf_prefers(XTR__ROUTE_GARBAGE, &said, &good, 0.9F));
    ck_assert(!xtr__pdf_prefers(XTR__ROUTE_GARBAGE, &said, &good, 0.2F));
    ck_assert(!xtr__pdf_prefers(XTR__ROUTE_SCAN, &said, &few, 0.9F));
    ck_assert(xtr__pdf_prefers(XTR__ROUTE_PICTURE, &(xtr__evidence){0}, &few, 0.1F));
}

TEST(pdf_route, a_raster_has_the_resolution_of_its_scan) {
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 0, 300, 0), 300);
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 200, 300, 0), 200);
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 400, 300, 0), 400);
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 600, 300, 0), 300);
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 72, 300, 0), 300);
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 300, 150, 0), 150);
    /* Posters get as much as there is room for, or nothing. */
    float poster = xtr__raster_dpi(2400, 3400, 0, 300, 0);
    ck_assert_float_lt(poster, 150);
    ck_assert_float_gt(poster, 100);
    ck_assert_float_eq(xtr__raster_dpi(14400, 14400, 0, 300, 0), 0);
    ck_assert_float_eq(xtr__raster_dpi(612, 792, 0, 300, 100000), 0);
}
