/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mock format that only wraps: "%mock-wrap NAME", a line end, and what goes on in its place. */
#include "libextract/extractor.h"

#include <stdlib.h>
#include <string.h>

static const char signature[] = "%mock-wrap ";

static const char *const mime_types[] = {"mock:wrap", NULL};

static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    (void)input_size;
    size_t length = sizeof signature - 1;
    return (xtr_match){mime_types[0], size >= length && !memcmp(head, signature, length) ? 88 : 0};
}

static int run(xtr_job *job) {
    size_t size;
    const char *text = (const char *)xtr_input_bytes(xtr_job_input(job), &size);
    const char *end = text ? memchr(text, '\n', size) : NULL;
    size_t length = sizeof signature - 1;
    if (!end || (size_t)(end - text) < length)
        return xtr_job_fail(job, XTR_E_CORRUPT, "has nothing inside");
    size_t rest = size - (size_t)(end + 1 - text);
    char *name = strndup(text + length, (size_t)(end - text) - length);
    char *inside = malloc(rest + 1);
    if (!name || !inside) {
        free(name);
        free(inside);
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    memcpy(inside, end + 1, rest);
    xtr_metadata(xtr_job_builder(job), "wrapping", "mock");
    int code = xtr_job_continue(job, inside, rest, *name ? name : NULL);
    free(name);
    return code;
}

const xtr_extractor xtr_extractor_mock_wrap = {
    .name = "mock_wrap",
    .title = "A mock document around another",
    .mime_types = mime_types,
    .probe = probe,
    .run = run,
    .flags = XTR_UNWRAPS,
};
