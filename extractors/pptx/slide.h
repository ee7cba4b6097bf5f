/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What slides have in common, whatever file they come from: reading order, bullets, numbers. */
#ifndef XTR_PPTX_SLIDE_H
#define XTR_PPTX_SLIDE_H

#include "libextract/extractor.h"

/** Brings `count` boxes into reading order: order[i] is the index of the i-th to read. Boxes that
 *  are all 0 stay behind the one before them. */
void xtr__slide_order(const xtr_box *boxes, size_t count, uint32_t *order);

/** How a list is numbered, by the numbers of [MS-PPT] 2.9.35 TextAutoNumberSchemeEnum. */
enum { XTR__SLIDE_ARABIC_PERIOD = 3 };

/** Writes the n-th marker of a scheme: "1.", "(iv)", "B)". */
void xtr__slide_number(char *out, size_t size, unsigned scheme, uint32_t n);

/** The scheme with a name of ECMA-376 part 1, 20.1.10.61: "arabicPeriod". */
unsigned xtr__slide_scheme(const char *name);

enum { XTR__SLIDE_LEVELS = 9 };

/** Where each level of a list is in its numbering. */
typedef struct xtr__slide_counter {
    struct {
        bool counts;
        unsigned scheme;
        uint32_t start, number;
    } levels[XTR__SLIDE_LEVELS];
} xtr__slide_counter;

/** Counts a paragraph of this level (from 0) that is numbered; returns its number. */
uint32_t xtr__slide_count(xtr__slide_counter *counter, unsigned level, unsigned scheme,
                          uint32_t start);
/** A paragraph of this level that is not. */
void xtr__slide_uncounted(xtr__slide_counter *counter, unsigned level);

/** The first character of UTF-8; 0 where it is malformed. */
uint32_t xtr__slide_character(const char *text);

/** Writes a bullet as it shows: characters of symbol fonts as what they look like. `font` may be
 *  NULL. */
void xtr__slide_bullet(char *out, size_t size, uint32_t character, const char *font);

#endif
