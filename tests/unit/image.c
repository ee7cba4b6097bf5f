/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "libextract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr_result *extract(const char *file, xtr_error *error) {
    char name[64];
    snprintf(name, sizeof name, "image/%s", file);
    xtr_source *source = xtr_source_new_path(fixture(name));
    xtr_result *result = NULL;
    xtr_extract(&result, NULL, source, NULL, error);
    xtr_source_drop(source);
    return result;
}

TEST(image, headers) {
    static const struct {
        const char *file, *width, *height, *bits, *color, *dpi;
        size_t pages;
    } cases[] = {
        {"gray.png", "12", "10", "8", "gray", "150", 1},
        {"gray.jpg", "16", "8", "8", "gray", "150", 1},
        {"three.tif", "200", "100", "1", "gray", "100", 3},
        {"big-endian.tif", "200", "100", "1", "gray", "100", 1},
        {"dot.gif", "1", "1", "1", "palette", NULL, 1},
        {"dot.webp", "1", "1", "8", "rgba", NULL, 1},
        {"flag.bmp", "2", "3", "8", "rgb", "72", 1},
        {"box.jp2", "30", "20", "8", "rgb", NULL, 1},
        {"stream.j2k", "30", "20", "8", "gray", NULL, 1},
        {"bits.pbm", "3", "2", "1", "gray", NULL, 1},
        {"gray.pgm", "4", "3", "8", "gray", NULL, 1},
        {"color.ppm", "2", "2", "16", "rgb", NULL, 1},
        {"any.pam", "2", "1", "8", "rgba", NULL, 1},
        {"still.avif", "64", "48", NULL, NULL, NULL, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        xtr_error error = {0};
        xtr_result *result = extract(cases[i].file, &error);
        ck_assert_msg(result != NULL, "%s", error.message);
        ck_assert_pstr_eq(xtr_result_metadata(result, "width"), cases[i].width);
        ck_assert_pstr_eq(xtr_result_metadata(result, "height"), cases[i].height);
        ck_assert_pstr_eq(xtr_result_metadata(result, "bits_per_sample"), cases[i].bits);
        ck_assert_pstr_eq(xtr_result_metadata(result, "color"), cases[i].color);
        ck_assert_pstr_eq(xtr_result_metadata(result, "dpi"), cases[i].dpi);
        ck_assert_uint_eq(xtr_result_page_count(result), cases[i].pages);
        /* Too small for text, but for the last, which cannot be decoded. */
        bool large = i == sizeof cases / sizeof *cases - 1;
        ck_assert_uint_eq(xtr_result_warning_count(result), large);
        if (large)
            ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_UNSUPPORTED);
        xtr_result_drop(result);
    }
}

TEST(image, a_loop_of_pages_ends) {
    xtr_error error = {0};
    xtr_result *result = extract("loop.tif", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_uint_eq(xtr_result_page_count(result), 2);
    ck_assert_int_eq(xtr_result_warning(result, 0).code, XTR_E_CORRUPT);
    xtr_result_drop(result);
}

/* Width and height of the first page as JSON has them: a turned image stands upright. */
TEST(image, orientation_turns_the_page) {
    xtr_error error = {0};
    xtr_result *result = extract("gray.jpg", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_str_eq(xtr_result_metadata(result, "orientation"), "6");
    char *json;
    ck_assert_int_eq(
        xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, &error),
        XTR_OK);
    ck_assert_ptr_nonnull(strstr(json, "\"height\":7.68"));
    xtr_free(json);
    xtr_result_drop(result);
}

TEST(image, damaged_is_refused) {
    static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0";
    xtr_error error = {0};
    xtr_result *result;
    xtr_source *source = xtr_source_new_copy(png, sizeof png - 1);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, NULL, &error), XTR_E_CORRUPT);
    xtr_source_drop(source);
}

/* What picture files say of themselves, each in another way. */
TEST(image, facts) {
    static const struct {
        const char *file, *facts[12];
    } cases[] = {
        {"exif.jpg",
         {"authors", "Ann Øther", "copyright", "© Ann", "created", "2024-05-06T07:08:09",
          "exposure_time", "1/125", "f_number", "2.8"}},
        {"exif.jpg",
         {"camera_model", "F-1", "lens", "50 mm", "latitude", "-33.86", "longitude", "-70.5",
          "altitude", "520.5"}},
        {"described.tif",
         {"description", "A fox at dusk", "iso", "400", "focal_length", "50", "modified",
          "2024-05-07T10:00:00", "creator", "Den 2.0"}},
        {"described.webp", {"camera_make", "Foxcam", "title", "Fox", "keywords", "fox; dusk"}},
        {"described.jp2", {"camera_make", "Foxcam", "title", "Fox", "keywords", "fox; dusk"}},
        {"described.heic", {"camera_make", "Foxcam", "title", "Fox", "iso", "400"}},
        {"iptc.jpg",
         {"title", "Renard", "keywords", "fox; dusk", "created", "2024-05-06", "authors",
          "Ann Øther", "country", "Perú"}},
        {"latin.jpg", {"country", "Perú", "city", "Lima"}},
        {"xmp.jpg", {"title", "Fox", "creator", "Den 2.0"}},
        {"text.png",
         {"title", "Fox", "authors", "Ann Øther", "description", "A fox at dusk", "copyright",
          "© Ann", "created", "2024-05-06T07:08:09"}},
        {"said.gif", {"comment", "seen", "title", "Fox"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        xtr_error error = {0};
        xtr_result *result = extract(cases[i].file, &error);
        ck_assert_msg(result != NULL, "%s", error.message);
        for (const char *const *fact = cases[i].facts; *fact; fact += 2)
            ck_assert_msg(xtr_result_metadata(result, fact[0]) &&
                              !strcmp(xtr_result_metadata(result, fact[0]), fact[1]),
                          "%s: %s is %s", cases[i].file, fact[0],
                          xtr_result_metadata(result, fact[0]));
        xtr_result_drop(result);
    }
}

/* Entities of XMP are not read: these would stand for 160 MB. */
TEST(image, entities_do_not_grow) {
    xtr_error error = {0};
    xtr_result *result = extract("laughs.jpg", &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_ptr_null(xtr_result_metadata(result, "title"));
    xtr_result_drop(result);
}

/* Fields that all lead to the same bytes: what they come to has an end, and is told. */
TEST(image, facts_without_end) {
    enum { FIELDS = 1000, FIRST = 10, XMP = FIRST + 12 * FIELDS + 4, SIZE = 64 << 10 };
    static unsigned char file[XMP + SIZE] = "II*\0\x08\0\0\0\xE8\x03";
    static const unsigned char sizes[] = "\0\1\3\0\1\0\0\0\x0A\0\0\0\1\1\3\0\1\0\0\0\x0A\0\0";
    memcpy(file + FIRST, sizes, sizeof sizes);
    for (size_t i = 2; i < FIELDS; i++) {
        const unsigned char field[12] = {0xBC, 2, 1, 0, 0, 0, SIZE >> 16, 0, XMP & 255, XMP >> 8};
        memcpy(file + FIRST + 12 * i, field, sizeof field);
    }
    memset(file + XMP, ' ', SIZE);
    xtr_error error = {0};
    xtr_source *source = xtr_source_new_copy(file, sizeof file);
    xtr_result *result = NULL;
    xtr_extract(&result, NULL, source, NULL, &error);
    xtr_source_drop(source);
    ck_assert_msg(result != NULL, "%s", error.message);
    bool told = false;
    for (size_t i = 0; i < xtr_result_warning_count(result); i++)
        told = told || xtr_result_warning(result, i).code == XTR_E_LIMIT;
    ck_assert(told);
    xtr_result_drop(result);
}

TEST(image, orientation_turns_pages_of_all_formats) {
    static const char *const files[] = {"described.jp2", "described.tif"};
    static const char *const sides[] = {"\"width\":20,\"height\":30", "\"width\":20,\"height\":8"};
    for (size_t i = 0; i < 2; i++) {
        xtr_error error = {0};
        xtr_result *result = extract(files[i], &error);
        char *json;
        ck_assert_ptr_nonnull(result);
        ck_assert_int_eq(
            xtr_result_render(&json, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, &error),
            XTR_OK);
        ck_assert_msg(strstr(json, sides[i]) != NULL, "%s", json);
        xtr_free(json);
        xtr_result_drop(result);
    }
}
