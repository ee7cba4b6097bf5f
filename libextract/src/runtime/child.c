/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents inside documents: each is detected and extracted by a job of its own on the slot of the
 * job around it, which waits meanwhile.
 *
 * To the engine there is one job, the outermost: it has the deadline, the memory account, the stop
 * and the limits of number and size. A child has a builder, a source in memory and a failure of its
 * own; what the slot knows of the document around it stands again when it ends. */
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/runtime.h"

#include <stdlib.h>
#include <string.h>

bool xtr_job_wants_children(const xtr_job *job) {
    return job->options->attachments == XTR_ATTACHMENTS_EXTRACT && !job->drawn_page &&
           job->depth < job->options->max_depth &&
           !xtr__shows_words((xtr_format)job->options->format);
}

/* Archives in archives multiply, and so do wrappers: what is inside, on all levels, may be so many
 * times the document as it was given, as a member may be of an archive. */
static bool swells(const xtr_job *root, uint64_t size) {
    enum { COUNTS_FROM = 32 << 20 };
    uint64_t ratio = (uint64_t)root->options->max_archive_ratio;
    const xtr_input *document = root->outer ? root->outer : root->input;
    return ratio && size > COUNTS_FROM && size / ratio > xtr_input_size(document);
}

/* Whether the limits admit one more; says so when they do not. */
static bool is_admitted(xtr_job *job, uint64_t size) {
    xtr_job *root = xtr__job_root(job);
    const xtr_options *options = job->options;
    uint64_t most = (uint64_t)options->max_input_size;
    if (options->max_children && root->children >= (uint64_t)options->max_children) {
        xtr_partial(job->builder, XTR_E_LIMIT, 0,
                    "attachments were left out: more than max_children (%lld)",
                    (long long)options->max_children);
        return false;
    }
    if (most && (size > most || root->children_size > most - size)) {
        xtr_partial(job->builder, XTR_E_LIMIT, 0,
                    "attachments were left out: together larger than max_input_size (%llu bytes)",
                    (unsigned long long)most);
        return false;
    }
    if (swells(root, root->children_size + size)) {
        root->children_size += size; /* it was unpacked, and so would be others */
        xtr_partial(job->builder, XTR_E_LIMIT, 0,
                    "attachments were left out: together more than max_archive_ratio (%lld) times "
                    "the document",
                    (long long)options->max_archive_ratio);
        return false;
    }
    if (!xtr__builder_text_left(job->builder)) {
        xtr_partial(job->builder, XTR_E_LIMIT, 0,
                    "attachments were left out: max_text_size is reached");
        return false;
    }
    root->children++;
    root->children_size += size;
    return true;
}

/* With isolation `auto` what may abort is for a worker: so is, then, the whole document. */
static int begin_in_worker(xtr_job *job) {
    xtr_job *root = xtr__job_root(job);
    char *none = NULL, *no_languages = strdup("");
    if (!no_languages)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (!atomic_compare_exchange_strong(&root->needs, &none, no_languages))
        free(no_languages);
    return XTR_E_CANCELLED; /* nobody sees it */
}

static int run(xtr_job *job, xtr__document **out) {
    xtr_job *root = xtr__job_root(job);
    int code = xtr__input_open(&job->input, job->source, 0, &root->stop, &job->slot->failure);
    if (!code)
        code = xtr__job_find_reader(job);
    if (!code && xtr__job_is_remote(job))
        code = begin_in_worker(job);
    if (code)
        return code;
    job->builder = xtr__builder_new(xtr__builder_text_left(job->owner->builder), &root->memory);
    if (!job->builder)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (job->options->words)
        xtr__builder_keep_words(job->builder);
    code = xtr__job_read(job);
    if (!code && xtr__job_is_remote(job))
        code = begin_in_worker(job);
    return code ? code : xtr__job_finish_builder(job, out);
}

static void close_child(xtr_job *job) {
    xtr__job_drop_own_state(job);
    xtr__builder_drop(job->builder);
    xtr__job_leave_inside(job);
    xtr__input_drop(job->input);
    xtr_source_drop(job->source);
}

/* Pages, type and character set were said of the document around it. */
static xtr_options options_of_child(const xtr_job *around) {
    xtr_options options = *around->options;
    options.pages = (xtr_page_ranges){NULL, 0};
    options.mime_type = NULL;
    options.charset = NULL;
    return options;
}

static void extract(xtr_job *around, const char *name, const void *data, size_t size) {
    xtr__slot *slot = around->slot;
    xtr_job *root = xtr__job_root(around);
    const xtr_detection detection = slot->detection;
    const xtr_error failure = slot->failure;
    const xtr_options options = options_of_child(around);
    xtr__document *document = NULL;
    xtr_job job = {.state = XTR__RUNNING,
                   .owner = around,
                   .runtime = around->runtime,
                   .source = xtr_source_new_bytes(data, size, NULL, NULL),
                   .options = &options,
                   .depth = around->depth + 1,
                   .extractor = -1,
                   .slot = slot};
    int code = XTR_E_MEMORY;
    slot->failure = (xtr_error){.code = code, .message = "out of memory"};
    if (job.source && (!name || !*name || !xtr_source_set_name(job.source, name)))
        code = run(&job, &document);
    /* The outcome of a job that stops is nobody's. */
    if (!atomic_load(&root->stop) && !atomic_load(&root->needs) && !root->refusal)
        xtr__builder_add_child(around->builder, name, code, code ? slot->failure.message : NULL,
                               document);
    xtr_free(document);
    close_child(&job);
    slot->detection = detection;
    slot->failure = failure;
}

void xtr_child_unlisted(xtr_job *job, const xtr_child_info *info, const void *data, size_t size) {
    if (job->options->attachments == XTR_ATTACHMENTS_EXTRACT && !job->drawn_page &&
        job->depth >= job->options->max_depth)
        xtr_partial(job->builder, XTR_E_LIMIT, 0,
                    "attachments were left out: deeper than max_depth (%lld)",
                    (long long)job->options->max_depth);
    if (data && xtr_job_wants_children(job) && !xtr_job_should_stop(job) && is_admitted(job, size))
        extract(job, info->name, data, size);
}

void xtr_child(xtr_job *job, const xtr_child_info *info, const void *data, size_t size) {
    xtr_attachment(job->builder, info->name, info->mime_type, data ? (int64_t)size : info->size,
                   info->description);
    xtr_child_unlisted(job, info, data, size);
}

void xtr_child_failed(xtr_job *job, const xtr_child_info *info, int code, const char *message) {
    xtr_error error;
    xtr_attachment(job->builder, info->name, info->mime_type, info->size, info->description);
    if (!xtr_job_wants_children(job) || xtr_job_should_stop(job) || !is_admitted(job, 0))
        return;
    xtr__error(&error, code, "%s: %s", info->name ? info->name : "a file", message);
    xtr__builder_add_child(job->builder, info->name, code, error.message, NULL);
}
