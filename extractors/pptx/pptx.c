/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentations of PowerPoint 2007 and later (PPTX, PPSX, POTX and with macros): PresentationML
 * (ECMA-376 part 1, 13 and 19) in an OPC package, transitional or strict. A slide is a page: its
 * title heads it, the text of its shapes follows in reading order, then charts and diagrams where
 * they stand, last the speaker's notes as quotes. What only layouts and masters show is left out;
 * hidden slides are not, since they are part of the document. */
#include "pptx/pptx.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    "application/vnd.openxmlformats-officedocument.presentationml.template",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
    "application/vnd.ms-powerpoint.template.macroEnabled.12",
    "application/vnd.ms-powerpoint.addin.macroEnabled.12",
    NULL};

/* Transitional and strict. */
static const xtr__xml_space spaces[] = {
    {"a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
    {"a", "http://purl.oclc.org/ooxml/drawingml/main"},
    {"p", "http://schemas.openxmlformats.org/presentationml/2006/main"},
    {"p", "http://purl.oclc.org/ooxml/presentationml/main"},
    {"r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"},
    {"r", "http://purl.oclc.org/ooxml/officeDocument/relationships"},
    {"c", "http://schemas.openxmlformats.org/drawingml/2006/chart"},
    {"c", "http://purl.oclc.org/ooxml/drawingml/chart"},
    {"dgm", "http://schemas.openxmlformats.org/drawingml/2006/diagram"},
    {"dgm", "http://purl.oclc.org/ooxml/drawingml/diagram"},
    {"m", "http://schemas.openxmlformats.org/officeDocument/2006/math"},
    {"m", "http://purl.oclc.org/ooxml/officeDocument/math"},
    {"mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"},
    {"a14", "http://schemas.microsoft.com/office/drawing/2010/main"},
    {"p188", "http://schemas.microsoft.com/office/powerpoint/2018/8/main"},
};

static const xtr__xml_name names[] = {
#define PPTX_NAME(id, name) {name, id},
#include "pptx/names.def"
#undef PPTX_NAME
#define XTR__OMML_NAME(id, name) {name, XTR__OMML_##id},
#define XTR__OMML_SAME           XTR__OMML_NAME
#include "container/omml.def"
#undef XTR__OMML_NAME
#undef XTR__OMML_SAME
};

/* References -------------------------------------------------------------------------------- */

bool pptx_read(deck *d, xtr__tree *tree, int64_t part) {
    if (part < 0)
        return false;
    int code = xtr__tree_read(tree, d->zip, (size_t)part, d->names);
    if (code)
        xtr_partial(d->builder, code, d->page, "%s is damaged or too large",
                    xtr__zip_name(d->zip, (size_t)part));
    return xtr__tree_first(tree, 0) != 0;
}

int64_t pptx_target(const deck *d, const char *id) {
    const xtr__opc_relation *found = xtr__opc_by_id(&d->relations, id);
    return found ? found->part : -1;
}

int64_t pptx_target_of_type(const deck *d, const char *type) {
    const xtr__opc_relation *found = xtr__opc_by_type(&d->relations, type);
    return found ? found->part : -1;
}

const char *pptx_url(const deck *d, const char *id) {
    const xtr__opc_relation *found = xtr__opc_by_id(&d->relations, id);
    return found && found->external ? found->target : NULL;
}

int64_t pptx_target_from(const deck *d, int64_t part, const char *type) {
    xtr__opc_relations relations;
    xtr__opc_relations_read(&relations, d->job, d->zip, part);
    const xtr__opc_relation *found = xtr__opc_by_type(&relations, type);
    int64_t target = found ? found->part : -1;
    xtr__opc_relations_free(&relations);
    return target;
}

uint32_t pptx_page_of(const deck *d, int64_t part) {
    return part >= 0 ? d->pages[part] : 0;
}

/* The presentation -------------------------------------------------------------------------- */

static bool has_text(int id) {
    return id == A_T || id == P_CM_TEXT || id == XTR__OMML_T;
}

static bool read_slides(deck *d, uint32_t root) {
    uint32_t list = xtr__tree_child(d->side, root, P_SLD_ID_LST);
    size_t count = 0;
    for (uint32_t n = list ? xtr__tree_first(d->side, list) : 0; n; n = xtr__tree_next(d->side, n))
        count++;
    d->slides = calloc(count + 1, sizeof *d->slides);
    d->pages = calloc(xtr__zip_count(d->zip) + 1, sizeof *d->pages);
    if (!d->slides || !d->pages)
        return false;
    for (uint32_t n = list ? xtr__tree_first(d->side, list) : 0; n;
         n = xtr__tree_next(d->side, n)) {
        const char *id = xtr__tree_value(d->side, n, R_ID);
        if (xtr__tree_id(d->side, n) == P_SLD_ID)
            d->slides[d->slide_count++] = id ? pptx_target(d, id) : -1;
    }
    for (size_t i = d->slide_count; i--;) {
        if (d->slides[i] >= 0)
            d->pages[d->slides[i]] = (uint32_t)i + 1;
    }
    return true;
}

static int read_presentation(deck *d, size_t main_part) {
    int64_t part = (int64_t)main_part;
    if (!pptx_read(d, d->side, part))
        return xtr_job_fail(d->job, XTR_E_CORRUPT, "has no presentation in it");
    uint32_t root = xtr__tree_first(d->side, 0);
    if (xtr__tree_id(d->side, root) != P_PRESENTATION)
        return xtr_job_fail(d->job, XTR_E_MISMATCH, "is no presentation");
    int64_t first = xtr__tree_number(d->side, root, AT_FIRST_SLIDE, 1);
    d->first_number = first < 0 || first > 100000 ? 1 : (uint32_t)first;
    uint32_t size = xtr__tree_child(d->side, root, P_SLD_SZ);
    if (size) {
        d->width = (float)xtr__tree_number(d->side, size, AT_CX, 0) / 12700;
        d->height = (float)xtr__tree_number(d->side, size, AT_CY, 0) / 12700;
    }
    pptx_read_levels(d->side, xtr__tree_child(d->side, root, P_DEFAULT_STYLE), &d->defaults);
    xtr__opc_relations_read(&d->relations, d->job, d->zip, part);
    bool done = read_slides(d, root);
    xtr__opc_relations_free(&d->relations);
    pptx_read_authors(d, part);
    return done ? XTR_OK : xtr_job_fail(d->job, XTR_E_MEMORY, "out of memory");
}

/* Slides ------------------------------------------------------------------------------------ */

static void write_slide(deck *d, int64_t part) {
    char label[16];
    snprintf(label, sizeof label, "%u", d->first_number + d->page - 1);
    xtr_page_begin(
        d->builder, d->page,
        &(xtr_page_info){
            .width = d->width, .height = d->height, .label = label, .read_by = XTR_READ_TEXT});
    if (pptx_read(d, d->tree, part)) {
        xtr__opc_relations_read(&d->relations, d->job, d->zip, part);
        uint32_t root = xtr__tree_first(d->tree, 0);
        int64_t layout = pptx_sheet_of(d, pptx_target_of_type(d, "slideLayout"));
        pptx_write_shapes(d, xtr__tree_find(d->tree, root, P_SP_TREE), layout);
        pptx_write_comments(d, pptx_target_of_type(d, "comments"));
        int64_t notes = pptx_target_of_type(d, "notesSlide");
        xtr__opc_relations_free(&d->relations);
        pptx_write_notes(d, notes);
    } else {
        xtr_partial(d->builder, XTR_E_CORRUPT, d->page, "slide %u is missing", d->page);
    }
    xtr_page_end(d->builder);
}

static void write_slides(deck *d) {
    const xtr_options *options = xtr_job_options(d->job);
    int64_t left = options->max_pages > 0 ? options->max_pages : INT64_MAX;
    uint32_t total = (uint32_t)d->slide_count;
    for (uint32_t i = 0; i < total && !xtr_job_should_stop(d->job); i++) {
        if (!xtr_pages_include(&options->pages, i + 1))
            continue;
        if (left-- == 0) {
            xtr_partial(d->builder, XTR_E_LIMIT, 0,
                        "has more than %" PRId64 " pages: only so many were read (max_pages)",
                        options->max_pages);
            break;
        }
        d->page = i + 1;
        write_slide(d, d->slides[i]);
        xtr_job_set_progress(d->job, i + 1, total);
    }
    char count[16];
    snprintf(count, sizeof count, "%u", total);
    xtr_metadata(d->builder, "page_count", count);
}

static void drop(deck *d) {
    for (size_t i = 0; i < d->sheet_count; i++)
        free(d->sheets[i].holders);
    for (size_t i = 0; i < d->author_count; i++) {
        free(d->authors[i].id);
        free(d->authors[i].name);
    }
    free(d->sheets);
    free(d->authors);
    free(d->slides);
    free(d->pages);
    free(d->pictures);
    xtr__omml_drop(d->math);
    xtr__charts_end(&d->charts);
    xtr__tree_drop(d->tree);
    xtr__tree_drop(d->side);
    xtr__xml_names_drop(d->names);
    xtr__zip_drop(d->zip);
}

static int run(xtr_job *job) {
    deck d = {
        .job = job, .builder = xtr_job_builder(job), .first_number = 1, .charts = {.job = job}};
    size_t main_part;
    int code = xtr__opc_open(&d.zip, &main_part, job);
    if (code)
        return code;
    d.names = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                                 sizeof names / sizeof *names);
    d.tree = xtr__tree_new(job, XTR__TREE_SKIP, has_text);
    d.side = xtr__tree_new(job, XTR__TREE_SKIP, has_text);
    d.math = xtr__omml_new();
    if (!d.names || !d.tree || !d.side || !d.math)
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    else
        code = read_presentation(&d, main_part);
    if (!code)
        write_slides(&d);
    drop(&d);
    return code;
}

const xtr_extractor xtr_extractor_pptx = {
    .name = "pptx",
    .title = "PowerPoint presentation",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES | XTR_YIELDS_IMAGES | XTR_YIELDS_CHILDREN,
    .run = run,
};
