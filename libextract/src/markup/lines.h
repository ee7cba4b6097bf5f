/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_MARKUP_LINES_H
#define XTR_MARKUP_LINES_H

#include <stdbool.h>
#include <stddef.h>

/** A stretch of text that somebody else keeps. */
typedef struct xtr__span {
    const char *text;
    size_t size;
} xtr__span;

typedef struct xtr__lines {
    const char *at, *end;
} xtr__lines;

/** The next line without its end ("\n", "\r\n" or "\r"). False at the end of the text. */
bool xtr__lines_next(xtr__lines *lines, xtr__span *line);

/** Without white space on both sides, or on the right only. */
xtr__span xtr__span_trim(xtr__span s);
xtr__span xtr__span_trim_end(xtr__span s);
/** What is left behind its first `count` bytes. */
xtr__span xtr__span_skip(xtr__span s, size_t count);
bool xtr__span_starts(xtr__span s, const char *word);
/** The same text, whatever the case of its ASCII letters. */
bool xtr__span_is(xtr__span s, const char *word);
/** Cuts what stands before `mark` off into *head; without one that is all, and false. */
bool xtr__span_cut(xtr__span *rest, char mark, xtr__span *head);

#endif
