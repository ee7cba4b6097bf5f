/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Web pages: HTML as the HTML Living Standard parses it, whatever their authors wrote, and XHTML
 * (XHTML 1.0 and 1.1, XML syntax of HTML). What is done with them is in libextract/src/html/,
 * which books and mail use as well. */
#include "html/html.h"

#include <string.h>

static const char *const mime_types[] = {"text/html", "application/xhtml+xml", NULL};

static int run(xtr_job *job) {
    size_t size;
    xtr_input *input = xtr_job_input(job);
    const unsigned char *data = xtr_input_bytes(input, &size);
    char first;
    if (!data && xtr_input_read(input, 0, &first, 1) >= 0)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (!data)
        return xtr_job_fail(job, XTR_E_IO, "reading failed");
    const xtr__html_source source = {
        .data = data,
        .size = size,
        .charset = xtr_job_options(job)->charset,
        .main_only = xtr_job_options(job)->content == XTR_CONTENT_MAIN,
        .xml = !strcmp(xtr_job_mime_type(job), mime_types[1]),
    };
    return xtr__html_read(job, &source);
}

const xtr_extractor xtr_extractor_html = {
    .name = "html",
    .title = "Web pages",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
