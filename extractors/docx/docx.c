/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word documents and templates (DOCX, DOTX, DOCM, DOTM): WordprocessingML in an Open Packaging
 * package, ECMA-376 5th edition parts 1 and 4 (transitional and strict). Macros are not looked at.
 *
 * docx.c opens the package and puts the parts together; body.c reads parts with paragraphs,
 * paragraph.c writes these, table.c tables, note.c notes and comments, field.c links, picture.c
 * pictures and diagrams, styles.c and numbering.c know what paragraphs are. */
#include "docx/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    "application/vnd.ms-word.document.macroEnabled.12",
    "application/vnd.ms-word.template.macroEnabled.12",
    NULL,
};

static int64_t part_of(const xtr__opc_relations *relations, const char *type) {
    const xtr__opc_relation *relation = xtr__opc_by_type(relations, type);
    return relation ? relation->part : -1;
}

/* Settings: how notes are numbered --------------------------------------------------------------
 */

typedef struct settings {
    xtr__docx *d;
    int in; /* footnotePr or endnotePr, 0: neither */
} settings;

static void settings_begin(void *payload, const xtr__xml_element *e) {
    settings *s = payload;
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    if (e->id == W(FOOTNOTEPR) || e->id == W(ENDNOTEPR))
        s->in = e->id;
    if (e->id == W(NUMFMT) && value && s->in == W(FOOTNOTEPR))
        snprintf(s->d->footnote_format, sizeof s->d->footnote_format, "%s", value);
    if (e->id == W(NUMFMT) && value && s->in == W(ENDNOTEPR))
        snprintf(s->d->endnote_format, sizeof s->d->endnote_format, "%s", value);
}

static void settings_end(void *payload, int id, const char *name) {
    settings *s = payload;
    (void)name;
    if (id == s->in)
        s->in = 0;
}

static void read_settings(xtr__docx *d, int64_t part) {
    const xtr__xml_handler handler = {
        .names = d->names, .begin = settings_begin, .end = settings_end};
    settings s = {.d = d};
    snprintf(d->footnote_format, sizeof d->footnote_format, "decimal");
    snprintf(d->endnote_format, sizeof d->endnote_format, "lowerRoman");
    if (part >= 0)
        (void)xtr__xml_parse_part(d->job, d->zip, (size_t)part, &handler, &s);
}

/* Parts --------------------------------------------------------------------------------------- */

/* Headers, or footers, each part once. */
static void read_furniture(xtr__docx *d, const xtr__opc_relations *relations, const char *type,
                           xtr__docx_target target) {
    for (size_t i = 0; i < relations->count && !xtr_job_should_stop(d->job); i++) {
        const xtr__opc_relation *relation = &relations->items[i];
        if (strcmp(relation->type, type) == 0 && relation->part >= 0)
            (void)xtr__docx_read_part(d, relation->part, target, NULL);
    }
}

static int warn(xtr__docx *d, int code, const char *what) {
    if (code == XTR_E_MEMORY)
        return code;
    if (code)
        xtr_warn(d->builder, code, 0, "the %s could not be read: %s", what,
                 xtr_error_describe(code)->text);
    return XTR_OK;
}

static int read_definitions(xtr__docx *d, const xtr__opc_relations *relations) {
    d->names = xtr__docx_names();
    if (!d->names)
        return XTR_E_MEMORY;
    int code = warn(
        d,
        xtr__docx_styles_read(&d->styles, d->job, d->zip, part_of(relations, "styles"), d->names),
        "styles");
    if (!code)
        code = warn(d,
                    xtr__docx_numbering_read(&d->numbering, d->job, d->zip,
                                             part_of(relations, "numbering"), d->names, d->styles),
                    "numbering");
    read_settings(d, part_of(relations, "settings"));
    return code;
}

/* XTR_OK also for what is damaged, when there is some of it. */
static int read_all(xtr__docx *d, const xtr__opc_relations *relations, size_t main_part) {
    int code = read_definitions(d, relations);
    if (code)
        return code;
    read_furniture(d, relations, "header", XTR__DOCX_TO_HEADER);
    code = xtr__docx_read_part(d, (int64_t)main_part, XTR__DOCX_TO_BODY, NULL);
    if (code == XTR_E_MEMORY || code == XTR_E_PASSWORD_REQUIRED || code == XTR_E_UNSUPPORTED)
        return code;
    if (code)
        xtr_partial(d->builder, code, 0,
                    code == XTR_E_LIMIT ? "the document exceeds a limit (depth, attributes, or "
                                          "max_archive_ratio and max_archive_size)"
                                        : "the document is damaged: the rest is missing");
    xtr__docx_write_notes(d, part_of(relations, "footnotes"), part_of(relations, "endnotes"));
    read_furniture(d, relations, "footer", XTR__DOCX_TO_FOOTER);
    xtr__docx_write_comments(d, part_of(relations, "comments"));
    return d->store.failed ? XTR_E_MEMORY : XTR_OK;
}

static int run(xtr_job *job) {
    xtr__docx d = {.job = job,
                   .builder = xtr_job_builder(job),
                   .store = {.job = job, .builder = xtr_job_builder(job)},
                   .charts = {.job = job}};
    xtr__opc_relations relations = {.items = NULL};
    size_t main_part;
    int code = xtr__opc_open(&d.zip, &main_part, job);
    if (code)
        return code;
    code = xtr__opc_relations_read(&relations, job, d.zip, (int64_t)main_part);
    if (code != XTR_E_MEMORY)
        code = read_all(&d, &relations, main_part);
    xtr__opc_relations_free(&relations);
    xtr__docx_styles_drop(d.styles);
    xtr__docx_numbering_drop(d.numbering);
    xtr__xml_names_drop(d.names);
    xtr__charts_end(&d.charts);
    free(d.notes);
    free(d.images);
    xtr__zip_drop(d.zip);
    xtr__story_store_end(&d.store);
    return code ? xtr_job_fail(job, code, "%s", xtr_error_describe(code)->text) : XTR_OK;
}

const xtr_extractor xtr_extractor_docx = {
    .name = "docx",
    .title = "Word document (Office Open XML)",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_IMAGES,
    .run = run,
};
