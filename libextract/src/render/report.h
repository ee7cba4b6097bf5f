/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_REPORT_H
#define XTR_REPORT_H

#include "libextract.h"

/** Gives a visitor what code, not a table, says. Once the visitor has stopped nothing more is said.
 */
typedef struct xtr__report {
    const xtr_visitor *visitor;
    void *payload;
    int stop; /* what the visitor returned */
} xtr__report;

void xtr__report_key(xtr__report *report, const char *name);
void xtr__report_begin(xtr__report *report, const char *type);
void xtr__report_array(xtr__report *report, size_t count);
void xtr__report_end(xtr__report *report);

/** A key with its value. */
void xtr__report_text(xtr__report *report, const char *name, const char *value);
void xtr__report_number(xtr__report *report, const char *name, int64_t value);
void xtr__report_boolean(xtr__report *report, const char *name, bool value);

#endif
