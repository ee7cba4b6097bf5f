/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_SYMBOL_H
#define XTR_SYMBOL_H

#include <stdint.h>

/** The character that a byte, or U+F000 and the byte, stands for in the font Symbol or Wingdings; 0
 *  for another font, or none. */
uint32_t xtr__symbol(const char *font, uint32_t character);

/** The bullet that a character of a font is: itself, or what looks like it, in one unit of UTF-16
 *  when `character` is. */
uint32_t xtr__bullet(const char *font, uint32_t character);

#endif
