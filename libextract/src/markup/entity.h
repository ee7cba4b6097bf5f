/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKUP_ENTITY_H
#define XTR_MARKUP_ENTITY_H

#include <stddef.h>

/** What "&name;", "&#9;" or "&#x9;" at the start of `text` stands for, as UTF-8 in `out` (NUL-
 *  terminated). Returns the size of the reference in the text, 0 when it is none that is known. */
size_t xtr__entity_read(const char *text, size_t size, char out[8]);

#endif
