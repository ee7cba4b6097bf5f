/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_UTF8_H
#define XTR_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Copies text, putting U+FFFD for each maximal malformed part (Unicode 15, section 3.9, table
 *  3-8) and leaving out control characters but tab and newline, and byte order marks. `out` must
 *  hold 3 * size bytes; returns how many were written. */
size_t xtr__utf8_clean(char *out, const char *text, size_t size);

/** Whether text is what xtr__utf8_clean leaves as it is; zero bytes are let through with `zeros`.
 */
bool xtr__utf8_is_clean(const char *text, size_t size, bool zeros);

/** The largest number of bytes not above `size` that ends between two characters; never 0 for a
 *  size above 3, so that a caller makes progress on malformed text. */
size_t xtr__utf8_floor(const char *text, size_t size);

/** Decodes one character of well-formed text at `text`; its length in *length. */
uint32_t xtr__utf8_decode(const char *text, size_t *length);

/** Writes a character (a scalar value) as UTF-8; returns its length, 1 to 4. */
size_t xtr__utf8_encode(char *out, uint32_t character);

#endif
