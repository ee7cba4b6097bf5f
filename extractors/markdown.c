/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Markdown: CommonMark 0.30 with GFM's tables, task lists, strikethrough and autolinks, footnotes
 * as GitHub and Pandoc know them, formulas between dollars, and front matter in YAML, which becomes
 * facts. MD4C parses it; what it calls back for is in markup/markdown.c. */
#include "markup/markdown.h"
#include "libextract/extractor.h"
#include "markup/frontmatter.h"

static const char *const mime_types[] = {"text/markdown", NULL};

static int read_source(xtr__flow *flow, const char *text, size_t size) {
    size_t front = xtr__front_matter_read(flow->builder, text, size);
    int code = xtr__markdown_write(flow, text + front, size - front);
    return code ? xtr_job_fail(flow->job, code, "cannot be parsed") : XTR_OK;
}

static int run(xtr_job *job) {
    return xtr__flow_read(job, read_source);
}

const xtr_extractor xtr_extractor_markdown = {
    .name = "markdown",
    .title = "Markdown",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
