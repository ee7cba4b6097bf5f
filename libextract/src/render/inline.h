/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text with spans as CommonMark inlines. */
#ifndef XTR_INLINE_H
#define XTR_INLINE_H

#include "document/buffer.h"
#include "document/document.h"
#include "render/notes.h"

typedef enum xtr__place {
    XTR__IN_BLOCK,   /* lines start where blocks may start */
    XTR__IN_HEADING, /* one line, after its #s */
    XTR__IN_CELL     /* one line between pipes */
} xtr__place;

typedef struct xtr__inline {
    const xtr__document *document;
    xtr__range text;  /* without white space around it */
    xtr__range spans; /* of the document's spans */
    xtr__place place;
    unsigned without;        /* styles not to show */
    const char *prefix;      /* what each further line begins with: "> ", "   " */
    const xtr__notes *notes; /* raised marks of these are references; NULL: none are */
} xtr__inline;

/** Adds text so that CommonMark reads it back as it was: what would be markup is escaped, and only
 *  that. Styles become emphasis where CommonMark's delimiters
 *  work, and are left out elsewhere. */
void xtr__inline_render(xtr__buffer *out, const xtr__inline *what);

/** Adds the label of a note, as in "[^label]". */
void xtr__inline_label(xtr__buffer *out, const xtr__notes *notes, const xtr__note *note);

#endif
