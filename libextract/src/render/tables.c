/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The run-time tables by the visitor: what bindings and generated pages are made from. */
#include "render/report.h"

static void options(xtr__report *r) {
    static const char *const types[] = {
        [XTR_BOOLEAN] = "boolean", [XTR_INTEGER] = "integer", [XTR_DURATION] = "duration",
        [XTR_SIZE] = "size",       [XTR_STRING] = "string",   [XTR_LIST] = "list",
        [XTR_CHOICE] = "choice",   [XTR_PAGES] = "pages"};
    size_t count;
    const xtr_option_info *o = xtr_option_table(&count);
    xtr__report_key(r, "options");
    xtr__report_array(r, count);
    for (; count--; o++) {
        xtr__report_begin(r, "option");
        xtr__report_text(r, "name", o->name);
        xtr__report_text(r, "type", types[o->type]);
        xtr__report_number(r, "minimum", o->minimum);
        xtr__report_number(r, "maximum", o->maximum);
        xtr__report_text(r, "preset", o->preset);
        xtr__report_text(r, "choices", o->choices);
        xtr__report_text(r, "kreuzberg", o->kreuzberg);
        xtr__report_text(r, "doc", o->doc);
        xtr__report_end(r);
    }
    xtr__report_end(r);
}

static void errors(xtr__report *r) {
    size_t count;
    const xtr_error_info *e = xtr_error_table(&count);
    xtr__report_key(r, "errors");
    xtr__report_array(r, count);
    for (; count--; e++) {
        xtr__report_begin(r, "error");
        xtr__report_number(r, "code", e->code);
        xtr__report_text(r, "name", e->name);
        xtr__report_text(r, "kind", e->kind);
        xtr__report_text(r, "text", e->text);
        xtr__report_end(r);
    }
    xtr__report_end(r);
}

static void fields(xtr__report *r) {
    size_t count;
    const xtr_field_info *f = xtr_field_table(&count);
    xtr__report_key(r, "fields");
    xtr__report_array(r, count);
    for (; count--; f++) {
        xtr__report_begin(r, "field");
        xtr__report_text(r, "object", f->object);
        xtr__report_text(r, "name", f->name);
        xtr__report_text(r, "type", f->type);
        xtr__report_boolean(r, "optional", f->optional);
        xtr__report_text(r, "doc", f->doc);
        xtr__report_end(r);
    }
    xtr__report_end(r);
}

int xtr_visit_tables(const xtr_visitor *visitor, void *payload) {
    xtr__report r = {visitor, payload, 0};
    xtr__report_begin(&r, "tables");
    options(&r);
    errors(&r);
    fields(&r);
    xtr__report_end(&r);
    return r.stop;
}
