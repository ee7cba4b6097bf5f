/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Preparation of images for recognition. Words are drawn as rows of boxes. */
#include "ocr/ocr.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1000, HEIGHT = 1200, PAPER = 230, INK = 20 };

static const xtr__ocr_module *module_or_skip(void) {
    char message[256];
    return xtr__ocr_load(message);
}

/** Lines of letters `size` pixels high, which fall by `slope` to the right. Yours to free. */
static unsigned char *draw(int size, float slope) {
    unsigned char *page = malloc(WIDTH * HEIGHT);
    memset(page, PAPER, WIDTH * HEIGHT);
    for (int line = 150; line + 150 < HEIGHT; line += 2 * size) {
        for (int left = 120; left + 120 < WIDTH; left += size) {
            for (int y = 0; y < size; y++)
                memset(page + (line + y + (int)(slope * (float)left)) * WIDTH + left, INK,
                       (size_t)size * 2 / 3);
        }
    }
    return page;
}

static void prepare(const unsigned char *page, uint32_t width, uint32_t height,
                    xtr__ocr_prepared *out) {
    const xtr__ocr_module *module = module_or_skip();
    const xtr_ocr_image image = {
        .samples = page, .width = width, .height = height, .stride = width, .dpi = 0};
    ck_assert_int_eq(module->prepare(&image, out), XTR_OK);
}

static void drop(xtr__ocr_prepared *prepared) {
    free((void *)(uintptr_t)prepared->image.samples);
    free(prepared->lines);
}

static unsigned char at(const xtr__ocr_prepared *p, float x, float y) {
    return p->image.samples[(size_t)(y * p->scale) * p->image.stride + (size_t)(x * p->scale)];
}

TEST(ocr_prepare, good_pages_stay_as_they_are) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert(out.scale == 1 && out.skew == 0 && !out.inverted);
    ck_assert_int_eq(memcmp(page, out.image.samples, WIDTH * HEIGHT), 0);
    drop(&out);
    free(page);
}

TEST(ocr_prepare, small_letters_are_scaled_up_and_large_ones_down) {
    if (!module_or_skip())
        return;
    unsigned char *small = draw(10, 0), *large = draw(60, 0);
    xtr__ocr_prepared out;
    prepare(small, WIDTH, HEIGHT, &out);
    ck_assert(out.scale > 1.9F && out.scale < 2.5F);
    ck_assert_int_eq(out.image.width, (int)(WIDTH * out.scale + 0.5F));
    drop(&out);
    prepare(large, WIDTH, HEIGHT, &out);
    ck_assert(out.scale > 0.3F && out.scale < 0.5F);
    drop(&out);
    free(small);
    free(large);
}

TEST(ocr_prepare, dark_pages_are_inverted) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++)
        page[i] = (unsigned char)(255 - page[i]);
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert(out.inverted);
    ck_assert_int_eq(at(&out, 5, 5), PAPER);
    drop(&out);
    free(page);
}

TEST(ocr_prepare, lines_are_made_level) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, tanf(0.03F));
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert(fabsf(out.skew - 0.03F) < 0.004F);
    drop(&out);
    free(page);
}

static void draw_line(unsigned char *page, int x, int y, int width, int height) {
    for (int row = y; row < y + height; row++)
        memset(page + row * WIDTH + x, INK, (size_t)width);
}

TEST(ocr_prepare, frames_are_erased_and_lone_lines_may_be_strokes) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    draw_line(page, 100, 60, 400, 2);
    draw_line(page, 100, 130, 400, 2);
    draw_line(page, 100, 60, 2, 72);
    draw_line(page, 498, 60, 2, 72);
    draw_line(page, 600, 100, 300, 2);
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert_uint_eq(out.line_count, 5);
    ck_assert_uint_gt(at(&out, 300, 61), 200);
    ck_assert_uint_gt(at(&out, 101, 100), 200);
    ck_assert_uint_lt(at(&out, 700, 101), 100);
    drop(&out);
    free(page);
}

TEST(ocr_prepare, letters_in_no_word_are_found) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    const xtr_box words[] = {{110, 140, 890, 218}, {110, 280, 890, 1100}};
    xtr_box pieces[4];
    ck_assert_uint_eq(module_or_skip()->find_missed(&out.image, words, 2, pieces, 4), 1);
    ck_assert(pieces[0].x0 < 120 && pieces[0].x1 > 860);
    ck_assert(pieces[0].y0 > 220 && pieces[0].y1 < 275);
    drop(&out);
    free(page);
}

TEST(ocr_prepare, uneven_light_is_evened_out) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++)
        page[i] = (unsigned char)(page[i] * (WIDTH - (i % WIDTH) * 7 / 10) / WIDTH);
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert(abs(at(&out, 50, 600) - at(&out, 950, 600)) < 30);
    drop(&out);
    free(page);
}

TEST(ocr_prepare, dark_edges_become_light) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    for (int y = 0; y < HEIGHT; y++)
        memset(page + y * WIDTH, 0, 60);
    xtr__ocr_prepared out;
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert_int_ge(at(&out, 30, 600), PAPER);
    drop(&out);
    free(page);
}

/** Black dots on so many of a thousand pixels. */
static void sprinkle(unsigned char *page, unsigned share) {
    uint64_t seed = 1;
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
        if ((seed >> 33) % 1000 < share)
            page[i] = 0;
    }
}

TEST(ocr_prepare, dots_over_print_are_taken_away) {
    if (!module_or_skip())
        return;
    unsigned char *page = draw(22, 0);
    xtr__ocr_prepared out;
    sprinkle(page, 15);
    prepare(page, WIDTH, HEIGHT, &out);
    ck_assert(!out.noise && out.scale == 1);
    size_t dark = 0;
    for (size_t i = 0; i < (size_t)WIDTH * 140; i++) /* above the first line */
        dark += out.image.samples[i] < 128;
    ck_assert_uint_lt(dark, 20);
    ck_assert_int_eq(at(&out, 125, 155), INK);
    drop(&out);
    free(page);
}

TEST(ocr_prepare, dots_alone_are_noise_however_many) {
    if (!module_or_skip())
        return;
    for (unsigned share = 5; share <= 500; share += 45) {
        unsigned char *page = malloc(WIDTH * HEIGHT);
        memset(page, 255, WIDTH * HEIGHT);
        sprinkle(page, share);
        xtr__ocr_prepared out;
        prepare(page, WIDTH, HEIGHT, &out);
        ck_assert_msg(out.noise, "%u of 1000", share);
        drop(&out);
        free(page);
    }
}

TEST(ocr_prepare, hostile_images_are_prepared) {
    if (!module_or_skip())
        return;
    static const uint32_t sizes[][2] = {{1, 1}, {1, 40000}, {40000, 1}, {16, 16}, {17, 3000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int value = 0; value < 256; value += 255) {
            size_t size = (size_t)sizes[i][0] * sizes[i][1];
            unsigned char *page = malloc(size);
            memset(page, value, size);
            xtr__ocr_prepared out;
            prepare(page, sizes[i][0], sizes[i][1], &out);
            ck_assert_int_eq(out.image.width, sizes[i][0]);
            drop(&out);
            free(page);
        }
    }
}

TEST(ocr_prepare, words_turn_about_the_middle_and_back) {
    const xtr__read_word word = {
        .box = {800, 100, 900, 120}, .baseline_left = 116, .baseline_right = 116};
    xtr__read_word turned = word;
    xtr__read_word_turn(&turned, 0.05F, WIDTH, HEIGHT);
    ck_assert(turned.box.x0 > word.box.x0 && turned.box.y0 > word.box.y0);
    ck_assert(fabsf(turned.baseline_right - turned.baseline_left - 5) < 0.1F);
    xtr__read_word_turn(&turned, -0.05F, WIDTH, HEIGHT);
    ck_assert(fabsf(turned.box.x0 - word.box.x0) < 0.01F);
    ck_assert(fabsf(turned.baseline_left - word.baseline_left) < 0.01F);
}
