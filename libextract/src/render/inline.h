/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text with spans as inlines of CommonMark or HTML. */
#ifndef XTR_INLINE_H
#define XTR_INLINE_H

#include "document/buffer.h"
#include "document/document.h"
#include "render/joined.h"
#include "render/notes.h"

typedef enum xtr__place {
    XTR__IN_BLOCK,   /* lines start where blocks may start */
    XTR__IN_HEADING, /* one line, after its #s */
    XTR__IN_CELL,    /* one line between pipes */
    XTR__IN_PRE      /* lines as they are: HTML only */
} xtr__place;

typedef struct xtr__inline {
    const xtr__document *document;
    xtr__range text;           /* without white space around it */
    bool is_string;            /* it is one of the document's strings, and has no spans */
    const xtr__joined *joined; /* text and spans are those of this; NULL: the document's */
    xtr__range spans;
    xtr__range parts; /* of what is joined */
    xtr__place place;
    unsigned without;        /* styles not to show */
    const char *prefix;      /* what each further line begins with: "> ", "   ". CommonMark only */
    const xtr__notes *notes; /* raised marks of these are references; NULL: none are. Likewise */
} xtr__inline;

/** What `text` is a range of. */
static inline const char *xtr__inline_text(const xtr__inline *what) {
    return what->joined      ? what->joined->text.data
           : what->is_string ? XTR__ITEMS(what->document, strings, char)
                             : xtr__document_text(what->document);
}

/** What `spans` is a range of. */
static inline const xtr__span *xtr__inline_spans(const xtr__inline *what) {
    return what->joined ? what->joined->spans : XTR__ITEMS(what->document, spans, xtr__span);
}

/** Lets it be all of what an element begins that goes on over pages. */
static inline void xtr__inline_join(xtr__inline *what, const xtr__joined *joined,
                                    const xtr__element *e) {
    const xtr__element *elements = XTR__ITEMS(what->document, elements, xtr__element);
    const xtr__whole *whole = xtr__joined_whole(joined, (uint64_t)(e - elements));
    if (whole) {
        what->joined = joined;
        what->text = whole->text;
        what->spans = whole->spans;
        what->parts = whole->parts;
    }
}

/** Adds text so that CommonMark reads it back as it was: what would be markup is escaped, and only
 *  that. Styles become emphasis where CommonMark's delimiters
 *  work, and are left out elsewhere. */
void xtr__inline_render(xtr__buffer *out, const xtr__inline *what);

/** Adds text as HTML on one line, breaks as <br>. Only a link that leads to the web, mail, a
 *  telephone, a file server or a place inside the document becomes one: http, https, mailto, tel,
 *  ftp and #. Where joined text goes over to another page stands an empty element that says so. */
void xtr__inline_render_html(xtr__buffer *out, const xtr__inline *what);

/** Adds ` dir="auto"` to the tag of a text that holds letters of a right-to-left script. */
void xtr__html_direction(xtr__buffer *out, const char *text, size_t size);

/** Adds text in which nothing is markup, in an element or in an attribute between double quotes. */
void xtr__html_escape(xtr__buffer *out, const char *text, size_t size);

/** Adds the label of a note, as in "[^label]". */
void xtr__inline_label(xtr__buffer *out, const xtr__notes *notes, const xtr__note *note);

#endif
