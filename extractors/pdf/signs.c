/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The large signs of TeX's extension fonts (cmex, Computer Modern and Latin Modern): sums,
 * integrals, brackets of four sizes, wide accents. No list of glyph names has them, so MuPDF knows
 * no character; what they are is in their names (The TeXbook, appendix F, and the Type 1 fonts of
 * AMS). They hang below their origin, which is brought down to the line they stand in. */
#include "pdf.h"

#include <string.h>

/** A part of a name, and what it says. */
typedef struct sign {
    const char *name;
    uint16_t character;
} sign;

static const sign operators[] = {
    {"summation", 0x2211},    {"product", 0x220f},       {"coproduct", 0x2210},
    {"integral", 0x222b},     {"contintegral", 0x222e},  {"union", 0x22c3},
    {"intersection", 0x22c2}, {"unionmulti", 0x2a04},    {"unionsq", 0x2a06},
    {"logicaland", 0x22c0},   {"logicalor", 0x22c1},     {"circledot", 0x2a00},
    {"circleplus", 0x2a01},   {"circlemultiply", 0x2a02}};

static const sign brackets[] = {{"parenleft", '('},
                                {"parenright", ')'},
                                {"bracketleft", '['},
                                {"bracketright", ']'},
                                {"braceleft", '{'},
                                {"braceright", '}'},
                                {"angbracketleft", 0x27e8},
                                {"angbracketright", 0x27e9},
                                {"floorleft", 0x230a},
                                {"floorright", 0x230b},
                                {"ceilingleft", 0x2308},
                                {"ceilingright", 0x2309},
                                {"slash", '/'},
                                {"backslash", '\\'},
                                {"radical", 0x221a}};

static const sign accents[] = {{"tildewide", 0x2dc}, {"tildewider", 0x2dc}, {"tildewidest", 0x2dc},
                               {"hatwide", 0x2c6},   {"hatwider", 0x2c6},   {"hatwidest", 0x2c6}};

/** The sign whose name is the first `size` bytes. */
static uint32_t look_up(const sign *signs, size_t count, const char *name, size_t size) {
    for (size_t i = 0; i < count; i++) {
        if (strlen(signs[i].name) == size && memcmp(signs[i].name, name, size) == 0) {
            return signs[i].character;
        }
    }
    return 0;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

/** How far a sign of this height (in em) is brought down: its middle stands where a minus does. */
static float drop_of(float height) {
    return height / 2 + 0.25F;
}

static uint32_t bracket_of(const char *name, float *down) {
    static const struct {
        const char *end;
        float height;
    } sizes[] = {{"big", 1.2F}, {"Big", 1.8F}, {"bigg", 2.4F}, {"Bigg", 3}};
    for (size_t i = COUNT(sizes); i-- > 0;) {
        size_t size = strlen(name), end = strlen(sizes[i].end);
        if (size > end && strcmp(name + size - end, sizes[i].end) == 0) {
            *down = drop_of(sizes[i].height);
            return look_up(brackets, COUNT(brackets), name, size - end);
        }
    }
    return 0;
}

static uint32_t operator_of(const char *name, float *down) {
    static const char *const ends[] = {"display", "text"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        size_t size = strlen(name), end = strlen(ends[i]);
        if (size > end && strcmp(name + size - end, ends[i]) == 0) {
            uint32_t c = look_up(operators, COUNT(operators), name, size - end);
            bool tall = c == 0x222b || c == 0x222e;
            *down = drop_of(i == 0 ? (tall ? 2.2F : 1.4F) : (tall ? 1.1F : 1));
            return c;
        }
    }
    return 0;
}

enum { FIRST_PIECE = 0xf8e5, LAST_PIECE = 0xf8fe };

uint32_t xtr__pdf_whole_of_piece(uint32_t c) {
    switch (c) {
    case 0xf8eb: /* tops of round and square brackets */
        return '(';
    case 0xf8f6:
        return ')';
    case 0xf8ee:
        return '[';
    case 0xf8f9:
        return ']';
    case 0xf8f2: /* middles of curly ones */
        return '{';
    case 0xf8fd:
        return '}';
    default:
        return c >= FIRST_PIECE && c <= LAST_PIECE ? 0 : c;
    }
}

uint32_t xtr__pdf_large_sign(fz_context *ctx, fz_font *font, int glyph, float *down) {
    char name[40];
    *down = 0;
    fz_get_glyph_name(ctx, font, glyph, name, sizeof name);
    uint32_t c = look_up(accents, COUNT(accents), name, strlen(name));
    c = c != 0 ? c : bracket_of(name, down);
    return c != 0 ? c : operator_of(name, down);
}
