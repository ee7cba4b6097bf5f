/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the name of a paragraph style says, and that of a font. */
#ifndef XTR_STYLE_NAMES_H
#define XTR_STYLE_NAMES_H

#include <stdbool.h>

typedef enum xtr__style_kind {
    XTR__STYLE_PLAIN,
    XTR__STYLE_HEADING,
    XTR__STYLE_TITLE,
    XTR__STYLE_CODE,
    XTR__STYLE_QUOTE,
    XTR__STYLE_CAPTION
} xtr__style_kind;

/** Sets *kind where the name says one; of a heading ("heading 1", "Heading1": 0) also *level,
 * unless it is known (-1: it is not). */
void xtr__style_name(xtr__style_kind *kind, int *level, const char *name);

/** Whether all letters of a font have one width. NULL has not. */
bool xtr__style_is_mono(const char *font);

#endif
