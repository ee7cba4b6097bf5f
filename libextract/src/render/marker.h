/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the printed marker of a list item says. */
#ifndef XTR_MARKER_H
#define XTR_MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A place in a list that counts: `type` is that of HTML's <ol>, one of 1 a A i I; 0: it does not
 *  count. */
typedef struct xtr__marker {
    char type;
    uint32_t value;
} xtr__marker;

/** Reads "12.", "(3)", "b)", "IV.". A letter that may be a Roman number too is what a list of type
 *  `open` (0: none) counts in. */
xtr__marker xtr__marker_read(const char *marker, size_t size, char open);

/** Whether a marker says more than that there is an item: "a)", "iv.", "§ 3", "☑". Bullets,
 * whatever they look like, are one character. */
bool xtr__marker_says_something(const char *marker, size_t size);

#endif
