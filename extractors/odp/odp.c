/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentations and drawings of OpenDocument (ODP, OTP, ODG, OTG, and flat FODP, FODG),
 * OpenDocument 1.3, part 3. Styles are read first; then each page becomes a tree as it is parsed,
 * is written and forgotten, so that a long presentation takes no more memory than its longest page.
 * Speaker's notes follow their page as quotes. */
#include "odp/odp.h"

#include "container/opendocument.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"application/vnd.oasis.opendocument.presentation",
                                         "application/vnd.oasis.opendocument.presentation-template",
                                         "application/vnd.oasis.opendocument.presentation-flat-xml",
                                         "application/vnd.oasis.opendocument.graphics",
                                         "application/vnd.oasis.opendocument.graphics-template",
                                         "application/vnd.oasis.opendocument.graphics-flat-xml",
                                         NULL};

static const xtr__xml_space spaces[] = {
    {"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
    {"draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"},
    {"presentation", "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"},
    {"text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"},
    {"table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"},
    {"style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"},
    {"chart", "urn:oasis:names:tc:opendocument:xmlns:chart:1.0"},
    {"svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"},
    {"fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"xlink", "http://www.w3.org/1999/xlink"},
};

static const xtr__xml_name names[] = {
#define ODP_NAME(id, name) {name, ODP_##id},
#define ODP_SAME(id, name) {name, ODP_##id},
#include "odp/names.def"
#undef ODP_NAME
#undef ODP_SAME
};

static bool has_text(int id) {
    switch (id) {
    case ODP_P:
    case ODP_H:
    case ODP_SPAN:
    case ODP_LINK:
    case ODP_TITLE:
    case ODP_DESCRIPTION:
    case ODP_CREATOR:
    case ODP_FOOTER_DECL:
    case ODP_HEADER_DECL:
    case ODP_DATE_DECL:
        return true;
    default:
        return false;
    }
}

/* Parsing ----------------------------------------------------------------------------------- */

typedef struct reading {
    odp *o;
    unsigned depth;
} reading;

static bool begins_tree(const odp *o, int id) {
    switch (id) {
    case ODP_PAGE:
        return o->in_body;
    case ODP_FOOTER_DECL:
    case ODP_HEADER_DECL:
    case ODP_DATE_DECL:
        return o->in_body && !o->pages;
    case ODP_LIST_STYLE:
    case ODP_STYLE:
    case ODP_PAGE_LAYOUT:
    case ODP_MASTER:
        return !o->in_body;
    default:
        return false;
    }
}

static void finish_page(odp *o) {
    const xtr_options *options = xtr_job_options(o->job);
    o->page = ++o->pages;
    if (!xtr_pages_include(&options->pages, o->page) || o->limited || xtr_job_should_stop(o->job))
        return;
    if (options->max_pages > 0 && o->written == options->max_pages) {
        xtr_partial(o->builder, XTR_E_LIMIT, 0,
                    "has more than %" PRId64 " pages: only so many were read (max_pages)",
                    options->max_pages);
        o->limited = true;
        return;
    }
    if (xtr__tree_code(o->tree))
        xtr_partial(o->builder, xtr__tree_code(o->tree), o->page, "page %u is too large", o->page);
    odp_write_page(o, xtr__tree_first(o->tree, 0));
    xtr_job_set_progress(o->job, ++o->written, 0);
}

static void finish_tree(odp *o) {
    o->open = 0;
    if (xtr__tree_id(o->tree, xtr__tree_first(o->tree, 0)) == ODP_PAGE)
        finish_page(o);
    else
        odp_read_style(o);
}

static void begin(void *payload, const xtr__xml_element *element) {
    reading *r = payload;
    odp *o = r->o;
    r->depth++;
    if (o->open) {
        xtr__tree_begin(o->tree, element);
        return;
    }
    o->in_body = o->in_body || element->id == ODP_BODY;
    if (!begins_tree(o, element->id))
        return;
    xtr__tree_clear(o->tree);
    xtr__tree_begin(o->tree, element);
    o->open = r->depth;
    /* What is on a master is furniture, and much. */
    if (element->id == ODP_MASTER)
        finish_tree(o);
}

static void end(void *payload, int id, const char *name) {
    reading *r = payload;
    (void)id;
    (void)name;
    if (r->o->open) {
        xtr__tree_end(r->o->tree);
        if (r->depth == r->o->open)
            finish_tree(r->o);
    }
    r->depth--;
}

static void text(void *payload, const char *piece, size_t size) {
    reading *r = payload;
    if (r->o->open)
        xtr__tree_text(r->o->tree, piece, size);
}

static int parse(odp *o, const char *name) {
    reading r = {.o = o};
    const xtr__xml_handler handler = {o->names, begin, end, text};
    if (!o->zip)
        return xtr__xml_parse_input(o->job, &handler, &r);
    int64_t part = xtr__zip_find(o->zip, name);
    o->in_body = false;
    o->open = 0;
    return part < 0 ? XTR_E_CORRUPT
                    : xtr__xml_parse_part(o->job, o->zip, (size_t)part, &handler, &r);
}

/* The document ------------------------------------------------------------------------------ */

static int read_document(odp *o) {
    xtr__opendocument_metadata(o->job, o->zip);
    if (o->zip)
        parse(o, "styles.xml");
    int code = parse(o, "content.xml");
    if (code && !o->in_body)
        return xtr_job_fail(o->job, code, "has no content that can be read");
    if (code)
        xtr_partial(o->builder, code, 0, "the content is damaged or too large");
    char count[16];
    snprintf(count, sizeof count, "%u", o->pages);
    xtr_metadata(o->builder, "page_count", count);
    return XTR_OK;
}

static bool is_flat(const xtr_job *job) {
    return strstr(xtr_job_mime_type(job), "flat-xml") != NULL;
}

static int run(xtr_job *job) {
    odp o = {.job = job, .builder = xtr_job_builder(job)};
    bool goes_on = false;
    int code = is_flat(job) ? XTR_OK : xtr__opendocument_open(&o.zip, job, &goes_on);
    if (code || goes_on)
        return code;
    o.names = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                                 sizeof names / sizeof *names);
    o.tree = xtr__tree_new(job, XTR__TREE_THROUGH, has_text);
    o.side = xtr__tree_new(job, XTR__TREE_THROUGH, has_text);
    code = o.names && o.tree && o.side ? read_document(&o)
                                       : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    odp_drop_styles(&o);
    xtr__tree_drop(o.tree);
    xtr__tree_drop(o.side);
    xtr__xml_names_drop(o.names);
    xtr__zip_drop(o.zip);
    return code;
}

const xtr_extractor xtr_extractor_odp = {
    .name = "odp",
    .title = "OpenDocument presentation",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES | XTR_YIELDS_IMAGES,
    .run = run,
};
