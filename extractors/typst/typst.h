/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the Typst extractor share. */
#ifndef XTR_TYPST_H
#define XTR_TYPST_H

#include "document/buffer.h"
#include "markup/flow.h"
#include "markup/lines.h"

enum { XTR__TYPST_DEEPEST = 64, XTR__TYPST_VALUES = 1024 };

/** "#let name = [content]", or a string. */
typedef struct xtr__typst_value {
    xtr__span name, value; /* in the source; of content with its brackets */
} xtr__typst_value;

typedef struct xtr__typst {
    xtr_job *job;
    xtr__flow *flow;
    const char *start, *at, *end;
    unsigned depth; /* of what is read within each other */
    unsigned muted; /* what is read is not shown */
    unsigned lists; /* open ones, with their indentation in `indents` */
    size_t indents[XTR__FLOW_LISTS];
    bool ordered[XTR__FLOW_LISTS];
    bool strong, emphasis;
    bool strings;     /* strings of code are text */
    const char *fact; /* that text is collected for; NULL: none */
    xtr__buffer collected;
    xtr__typst_value values[XTR__TYPST_VALUES];
    size_t value_count;
    size_t budget; /* bytes that values may still come to */
    bool exhausted;
    char url[2048];
    bool in_table;
    unsigned inner; /* tables in cells that are being read */
    uint32_t columns, row;
} xtr__typst;

/* typst.c: markup */
void xtr__typst_put(xtr__typst *t, const char *text, size_t size);
void xtr__typst_puts(xtr__typst *t, const char *text);
/** Content up to its closing bracket, of which the opening one was read. */
void xtr__typst_content(xtr__typst *t);
void xtr__typst_style(xtr__typst *t, unsigned styles);
/** Skips white space and comments; line ends too with `lines`. */
void xtr__typst_skip(xtr__typst *t, bool lines);
void xtr__typst_raw(xtr__typst *t);
void xtr__typst_math(xtr__typst *t);
void xtr__typst_read_value(xtr__typst *t, const xtr__typst_value *value);
void xtr__typst_link(xtr__typst *t, xtr__span address);

/* code.c: behind "#" */
void xtr__typst_code(xtr__typst *t);
/** What stands between the marks of a string. */
void xtr__typst_string(xtr__typst *t, xtr__span s);
/** The next cell of the table. */
void xtr__typst_cell(xtr__typst *t);

#endif
