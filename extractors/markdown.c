/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Markdown: CommonMark 0.30 with GFM's tables, task lists, strikethrough and autolinks, footnotes
 * as GitHub and Pandoc know them, formulas between dollars, and front matter in YAML, which becomes
 * facts. MD4C parses it; what it calls back for is in markup/markdown.c. */
#include "markup/markdown.h"
#include "libextract/extractor.h"
#include "markup/frontmatter.h"
#include "markup/source.h"

#include <stdlib.h>

static const char *const mime_types[] = {"text/markdown", NULL};

static int run(xtr_job *job) {
    char *text;
    size_t size;
    int code = xtr__source_text(job, &text, &size);
    if (code)
        return code;
    xtr__flow *flow = malloc(sizeof *flow);
    if (!flow) {
        xtr__source_drop(job, text, size);
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    xtr__flow_start(flow, job);
    size_t front = xtr__front_matter_read(xtr_job_builder(job), text, size);
    code = xtr__markdown_write(flow, text + front, size - front);
    xtr__flow_finish(flow);
    free(flow);
    xtr__source_drop(job, text, size);
    return code ? xtr_job_fail(job, code, "cannot be parsed") : XTR_OK;
}

const xtr_extractor xtr_extractor_markdown = {
    .name = "markdown",
    .title = "Markdown",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
