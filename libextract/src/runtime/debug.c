/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A job whose extractor draws the layout of a page in the place of its text. */
#include "libextract/debug.h"
#include "runtime/error.h"
#include "runtime/runtime.h"

static int take_picture(char **out, size_t *size, xtr_job *job, xtr_error *error) {
    xtr_result *result;
    int code = xtr_job_take(job, &result, error);
    if (code)
        return code;
    code = xtr_result_render(out, size, result, XTR_FORMAT_TEXT, XTR_FURNITURE_KEEP, error);
    xtr_result_drop(result);
    return code;
}

int xtr_debug_layout(char **out, size_t *size, xtr_source *source, uint32_t page,
                     const xtr_options *options, xtr_error *error) {
    const xtr_request request = {.size = sizeof request, .source = source, .options = options};
    xtr_runtime *runtime = NULL;
    xtr_job *job, *queued;
    *out = NULL;
    if (!source || !page)
        return xtr__error(error, XTR_E_ARGUMENT, "the layout to draw needs a source and a page");
    int code = xtr__runtime_resolve(&runtime, error);
    if (!code)
        code = xtr__job_new(&job, runtime, &request, error);
    if (code)
        return code;
    job->drawn_page = page;
    queued = job;
    code = xtr__submit_all(runtime, &queued, 1, error);
    if (!queued)
        return code;
    xtr_job_wait(job, -1);
    code = take_picture(out, size, job, error);
    xtr_job_drop(job);
    return code;
}
