/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The run-time tables by the visitor: what bindings and generated pages are made from. */
#include "render/report.h"

#include <string.h>

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

static void texts(xtr__report *r, const char *name, const char *const *items) {
    size_t count = 0;
    while (items[count])
        count++;
    xtr__report_key(r, name);
    xtr__report_array(r, count);
    for (; *items && !r->stop; items++)
        r->stop = r->visitor->string(r->payload, *items, strlen(*items));
    xtr__report_end(r);
}

static void format(xtr__report *r, const xtr_format_info *f) {
    size_t count = 0;
    while (f->mime_types[count])
        count++;
    xtr__report_begin(r, "format");
    xtr__report_text(r, "name", f->name);
    xtr__report_text(r, "title", f->title);
    xtr__report_key(r, "types");
    xtr__report_array(r, count);
    for (const char *const *type = f->mime_types; *type; type++) {
        xtr__report_begin(r, "type");
        xtr__report_text(r, "mime_type", *type);
        texts(r, "extensions", xtr_extensions_of_mime(*type));
        xtr__report_end(r);
    }
    xtr__report_end(r);
    texts(r, "yields", f->yields);
    xtr__report_end(r);
}

int xtr_visit_formats(const xtr_visitor *visitor, void *payload) {
    size_t count;
    const xtr_format_info *formats = xtr_format_table(&count);
    xtr__report r = {visitor, payload, 0};
    xtr__report_array(&r, count);
    for (size_t i = 0; i < count; i++)
        format(&r, &formats[i]);
    xtr__report_end(&r);
    return r.stop;
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
