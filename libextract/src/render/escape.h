/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Plain text as Markdown that says the same (CommonMark 0.31, GFM tables and strikethrough). */
#ifndef XTR_ESCAPE_H
#define XTR_ESCAPE_H

#include "render/inline.h"

typedef struct xtr__escape {
    xtr__buffer *out;
    const char *start, *end; /* the whole of the block's text */
    xtr__place place;
    const char *prefix;
    size_t line;    /* where the current line starts in `out`, behind its prefix */
    bool first;     /* line of a block or after a blank one */
    bool in_markup; /* the part stands between delimiters or tags */
    bool in_link;
    bool star, underscore, tilde, dollar, backtick; /* the block has a partner for one of these */
} xtr__escape;

/** Starts a block at the end of `out`; the styles that are going to be written as delimiters make
 *  theirs special. */
void xtr__escape_start(xtr__escape *escape, xtr__buffer *out, const xtr__inline *what,
                       unsigned styles);

/** Adds text[from, to), a part of the block; parts come in order, with markup between them. */
void xtr__escape_add(xtr__escape *escape, const char *from, const char *to);

#endif
