/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text documents of OpenDocument (ODT, OTT, FODT), ODF 1.3 part 3 (schema) in packages of part 2 or
 * in one file, and those of its forerunner (SXW) as far as they are alike.
 *
 * odt.c puts the parts together; body.c reads content and styles, paragraph.c writes paragraphs,
 * list.c counts, styles.c knows styles, picture.c pictures and formulas. */
#include "odt/odt.h"

#include <stdlib.h>
#include <string.h>

static const char flat_type[] = "application/vnd.oasis.opendocument.text-flat-xml";

static const char *const mime_types[] = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.text-template",
    "application/vnd.oasis.opendocument.text-master",
    "application/vnd.oasis.opendocument.text-web",
    "application/vnd.sun.xml.writer",
    flat_type,
    NULL,
};

static const xtr__xml_space spaces[] = {
    {"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
    {"office", "http://openoffice.org/2000/office"},
    {"text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"},
    {"text", "http://openoffice.org/2000/text"},
    {"table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"},
    {"table", "http://openoffice.org/2000/table"},
    {"style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"},
    {"style", "http://openoffice.org/2000/style"},
    {"draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"},
    {"draw", "http://openoffice.org/2000/drawing"},
    {"fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"},
    {"fo", "http://www.w3.org/1999/XSL/Format"},
    {"svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"},
    {"svg", "http://www.w3.org/2000/svg"},
    {"xlink", "http://www.w3.org/1999/xlink"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"math", "http://www.w3.org/1998/Math/MathML"},
    {"xml", "http://www.w3.org/XML/1998/namespace"},
};

static xtr__xml_names *make_names(void) {
    static const xtr__xml_name names[] = {
#define X(id, name) {name, XTR__T_##id},
#include "odt/names.def"
#undef X
    };
    return xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                              sizeof names / sizeof *names);
}

/* A part, or the whole flat document. What is left open at its end is closed. */
static int read_part(xtr__odt *o, int64_t part) {
    xtr__xml_handler handler = xtr__odt_handler;
    handler.names = o->names;
    int code = part < 0 ? xtr__xml_parse_input(o->job, &handler, o)
                        : xtr__xml_parse_part(o->job, o->zip, (size_t)part, &handler, o);
    xtr__odt_tables_end(o);
    o->depth = o->skip = o->open = o->box_count = o->list_depth = o->tables = 0;
    o->in_body = false;
    return o->store.failed ? XTR_E_MEMORY : code;
}

static int read_all(xtr__odt *o) {
    int64_t styles = o->zip ? xtr__zip_find(o->zip, "styles.xml") : -1;
    int code = styles >= 0 ? read_part(o, styles) : XTR_OK;
    if (code && code != XTR_E_MEMORY)
        xtr_warn(o->builder, code, 0, "the styles could not be read: %s",
                 xtr_error_describe(code)->text);
    if (code == XTR_E_MEMORY)
        return code;
    code = read_part(o, o->zip ? xtr__zip_find(o->zip, "content.xml") : -1);
    if (code == XTR_E_MEMORY || code == XTR_E_PASSWORD_REQUIRED || code == XTR_E_UNSUPPORTED)
        return code;
    if (code)
        xtr_partial(o->builder, code, 0,
                    code == XTR_E_LIMIT ? "the document exceeds a limit (depth, attributes, or "
                                          "max_archive_ratio and max_archive_size)"
                                        : "the document is damaged: the rest is missing");
    xtr__odt_write_rest(o);
    return o->store.failed ? XTR_E_MEMORY : XTR_OK;
}

static void drop(xtr__odt *o) {
    for (size_t i = 0; i < XTR__ODT_BOXES; i++)
        xtr__story_free(&o->store, &o->paragraphs[i].text);
    xtr__story_table_drop(o->table);
    xtr__story_free(&o->store, &o->notes);
    xtr__story_free(&o->store, &o->annotation);
    xtr__story_free(&o->store, &o->footers);
    xtr__story_free(&o->store, &o->described);
    xtr__story_release(&o->store, o->waiting, o->waiting_room, sizeof *o->waiting);
    xtr__charts_end(&o->charts);
    xtr__odt_styles_free(&o->styles);
    xtr__xml_names_drop(o->names);
    xtr__zip_drop(o->zip);
    xtr__story_store_end(&o->store);
    free(o->lists);
    free(o->note_items);
    free(o->images);
    free(o);
}

static int run(xtr_job *job) {
    xtr__odt *o = calloc(1, sizeof *o);
    if (!o)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    o->job = job;
    o->builder = xtr_job_builder(job);
    o->store = (xtr__story_store){.job = job, .builder = o->builder};
    o->styles.store = &o->store;
    o->charts.job = job;
    o->separator = '\n';
    bool goes_on = false;
    int code = XTR_OK;
    if (strcmp(xtr_job_mime_type(job), flat_type) != 0)
        code = xtr__opendocument_open(&o->zip, job, &goes_on);
    if (!code && !goes_on) {
        o->names = make_names();
        xtr__opendocument_metadata(job, o->zip);
        code = o->names ? read_all(o) : XTR_E_MEMORY;
        if (code)
            code = xtr_job_fail(job, code, "%s", xtr_error_describe(code)->text);
    }
    drop(o);
    return code;
}

const xtr_extractor xtr_extractor_odt = {
    .name = "odt",
    .title = "OpenDocument text",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_IMAGES,
    .run = run,
};
