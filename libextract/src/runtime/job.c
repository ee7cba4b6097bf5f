/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One job: what its extractor sees, and the extraction itself. */
#include "detect/mime.h"
#include "document/document.h"
#include "isolate/isolate.h"
#include "ocr/ocr.h"
#include "render/result.h"
#include "runtime/error.h"
#include "runtime/options.h"
#include "runtime/runtime.h"
#include "runtime/stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an extractor sees -------------------------------------------------------------------- */

xtr_input *xtr_job_input(xtr_job *job) {
    return job->input;
}

const xtr_options *xtr_job_options(const xtr_job *job) {
    return job->options;
}

xtr_builder *xtr_job_builder(xtr_job *job) {
    return job->builder;
}

const char *xtr_job_mime_type(const xtr_job *job) {
    return job->slot->detection.mime_type;
}

const char *xtr_job_charset(const xtr_job *job) {
    return job->options->charset ? job->options->charset : job->slot->detection.charset;
}

void *xtr_job_state(xtr_job *job) {
    return job->own_state ? job->own_state : job->slot->states[job->extractor];
}

bool xtr_job_is_streamed(const xtr_job *job) {
    return job->pages != NULL;
}

bool xtr_job_preserves_layout(const xtr_job *job) {
    int64_t format = job->options->format;
    bool text = format == XTR_FORMAT_TEXT || format == XTR_FORMAT_JSON;
    return text && job->options->layout == XTR_LAYOUT_PRESERVE && !job->drawn_page;
}

bool xtr_job_wants_words(const xtr_job *job) {
    return job->options->words || xtr__shows_words((xtr_format)job->options->format);
}

uint32_t xtr_job_drawn_page(const xtr_job *job) {
    return job->drawn_page;
}

bool xtr_job_should_stop(xtr_job *job) {
    xtr_job *root = xtr__job_root(job);
    /* Some may be lost when helpers ask as well: it only has to change. */
    unsigned beats = atomic_load_explicit(&root->beats, memory_order_relaxed);
    atomic_store_explicit(&root->beats, beats + 1, memory_order_relaxed);
    if (root->runtime->beat)
        root->runtime->beat(root, root->runtime->beat_payload);
    for (xtr_job *around = job; around; around = around->owner) {
        if (around->builder && xtr__builder_status(around->builder))
            return true;
    }
    return atomic_load_explicit(&root->stop, memory_order_relaxed) ||
           atomic_load_explicit(&root->needs, memory_order_relaxed) || root->refusal;
}

/* Pages are those of the outermost document, which helpers count as well. */
static bool is_inside(const xtr_job *job) {
    return job->depth || (job->owner && job->owner->depth);
}

void xtr_job_set_progress(xtr_job *job, uint32_t pages_done, uint32_t pages_total) {
    if (is_inside(job))
        return;
    xtr_job *root = xtr__job_root(job);
    atomic_store_explicit(&root->pages_total, pages_total, memory_order_relaxed);
    /* Helpers may come out of turn: progress never goes back. */
    unsigned before = atomic_load_explicit(&root->pages_done, memory_order_relaxed);
    while (before < pages_done &&
           !atomic_compare_exchange_weak_explicit(&root->pages_done, &before, pages_done,
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
}

bool xtr_job_charge(xtr_job *job, int64_t bytes) {
    xtr__account *memory = &xtr__job_root(job)->memory;
    if (bytes >= 0)
        return xtr__account_take(memory, (uint64_t)bytes);
    xtr__account_give(memory, (uint64_t)-bytes);
    return true;
}

/* Whether each of the languages is among those that are there, both joined by "+". */
static bool are_among(const char *languages, const char *there) {
    while (*languages) {
        size_t size = strcspn(languages, "+");
        const char *at = there;
        while (*at && (strcspn(at, "+") != size || memcmp(at, languages, size) != 0)) {
            at += strcspn(at, "+");
            at += *at == '+';
        }
        if (!*at)
            return false;
        languages += size;
        languages += *languages == '+';
    }
    return true;
}

/* In a worker, what it was warmed with is there. In a host all is, but with isolation `auto`
 * recognition is for a worker, where one can be had. */
static bool is_for_another(const xtr_job *job, const char *languages) {
    const char *there = job->runtime->languages;
    if (there)
        return !are_among(languages, there);
    return job->options->isolation == XTR_ISOLATION_AUTO && !job->drawn_page &&
           xtr__worker_is_installed();
}

bool xtr_job_needs(xtr_job *job, const char *languages) {
    xtr_job *owner = xtr__job_root(job);
    if (!xtr__are_languages(languages) || !is_for_another(owner, languages))
        return true;
    char *none = NULL, *needs = strdup(languages);
    if (!needs)
        owner->refusal = xtr_job_fail(owner, XTR_E_MEMORY, "out of memory");
    else if (!atomic_compare_exchange_strong(&owner->needs, &none, needs))
        free(needs); /* helpers may ask at the same time */
    return false;
}

/* Gives up what the extractor found, with what it counts of max_memory. */
static void forget_following(xtr_job *job) {
    if (job->follows)
        (void)xtr_job_charge(job, -(int64_t)xtr__source_size_hint(job->follows));
    xtr_source_drop(job->follows);
    job->follows = NULL;
}

int xtr_job_continue(xtr_job *job, void *data, size_t size, const char *name) {
    enum { MOST_LAYERS = 8 };
    xtr_source *source = xtr_source_new_bytes(data, size, free, data);
    if (!source) {
        free(data);
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    int code = XTR_OK;
    if (job->layers == MOST_LAYERS)
        code = xtr_job_fail(job, XTR_E_LIMIT, "is wrapped more than %d times", MOST_LAYERS);
    else if (name && xtr_source_set_name(source, name))
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    else if (!xtr_job_charge(job, (int64_t)size))
        code = xtr_job_fail(job, XTR_E_MEMORY,
                            "needs more memory than it may take: "
                            "raise max_memory");
    if (code) {
        xtr_source_drop(source);
        return code;
    }
    forget_following(job);
    job->follows = source;
    return XTR_OK;
}

int xtr_job_fail(xtr_job *job, int code, const char *format, ...) {
    char text[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return xtr__error(&job->slot->failure, code, "%s: %s", xtr__source_name(job->source), text);
}

/* Extraction -------------------------------------------------------------------------------- */

static int find_type(xtr_job *job) {
    xtr__slot *slot = job->slot;
    slot->detection = (xtr_detection){.bits = 0};
    if (job->options->mime_type && !job->layers) {
        size_t size = strnlen(job->options->mime_type, sizeof slot->detection.mime_type - 1);
        memcpy(slot->detection.mime_type, job->options->mime_type, size);
        return XTR_OK;
    }
    if (!slot->detector && !(slot->detector = xtr__detector_new()))
        return xtr__error_memory(&slot->failure);
    return xtr__detect_input(slot->detector, job->input, &slot->detection, &slot->failure);
}

/* What the tables say of its type: mostly it is that of the slot's last job. */
static void know_type(xtr__slot *slot) {
    if (slot->known_extractor && !strcmp(slot->known_type, slot->detection.mime_type))
        return;
    memcpy(slot->known_type, slot->detection.mime_type, sizeof slot->known_type);
    slot->known_extractor = xtr__extractor_of_mime(slot->known_type) + 1;
    const xtr__mime *mime = xtr__mime_find(slot->known_type);
    slot->known_zip = mime && mime->family == XTR__FAMILY_ZIP;
}

/* An encrypted Office Open XML document has the type that its name, or the caller, says; to read it
 * is up to who unwraps compound files. */
static bool is_wrapped(const xtr_job *job) {
    static const unsigned char signature[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    size_t size;
    if (!job->slot->known_zip)
        return false;
    const unsigned char *head = xtr_input_head(job->input, &size);
    return head && size >= sizeof signature && !memcmp(head, signature, sizeof signature);
}

void xtr__job_drop_own_state(xtr_job *job) {
    if (job->own_state && xtr__extractors[job->extractor]->drop_state)
        xtr__extractors[job->extractor]->drop_state(job->own_state);
    job->own_state = NULL;
}

/* The slot's, unless an extractor of a document further out is at work with it. */
static int find_state(xtr_job *job) {
    const xtr_extractor *extractor = xtr__extractors[job->extractor];
    void **state = &job->slot->states[job->extractor];
    for (const xtr_job *around = job->owner; around; around = around->owner) {
        if (around->extractor == job->extractor)
            state = &job->own_state;
    }
    if (extractor->open_state && !*state && !(*state = extractor->open_state()))
        return xtr__error_memory(&job->slot->failure);
    return XTR_OK;
}

static int find_extractor(xtr_job *job) {
    xtr__job_drop_own_state(job);
    know_type(job->slot);
    job->extractor = is_wrapped(job) ? xtr__extractor_of_mime("application/encrypted")
                                     : job->slot->known_extractor - 1;
    if (job->extractor < 0)
        return xtr_job_fail(job, XTR_E_UNSUPPORTED, "no extractor for %s (see `extract formats`)",
                            job->slot->detection.mime_type);
    const xtr_extractor *extractor = xtr__extractors[job->extractor];
    if (job->drawn_page && !(extractor->flags & (XTR_DRAWS_LAYOUT | XTR_UNWRAPS)))
        return xtr_job_fail(job, XTR_E_UNSUPPORTED, "%s has no layout to draw",
                            job->slot->detection.mime_type);
    if (xtr__shows_words((xtr_format)job->options->format) &&
        !(extractor->flags & (XTR_FINDS_WORDS | XTR_UNWRAPS)))
        return xtr_job_fail(job, XTR_E_UNSUPPORTED,
                            "words of %s have no places: this format is for images and PDF",
                            job->slot->detection.mime_type);
    return find_state(job);
}

int xtr__job_render(xtr_job *job, xtr__document *document, xtr_result **out) {
    int format = (int)job->options->format;
    *out = NULL;
    if (format == XTR_FORMAT_HTML && xtr_job_is_streamed(job))
        format = XTR__HTML_FRAGMENT;
    bool unrendered =
        job->runtime->leaves_unrendered || (job->unrendered && format != XTR_FORMAT_PDF);
    int code = !document ? XTR_E_MEMORY
                         : xtr__result_new(out, document, (xtr_format)format,
                                           (xtr_furniture)job->options->furniture, unrendered);
    if (code == XTR_E_LIMIT)
        return xtr_job_fail(job, code, "there was no room for the PDF: raise max_memory");
    return code ? xtr_job_fail(job, code, "out of memory") : XTR_OK;
}

int xtr__job_finish_builder(xtr_job *job, xtr__document **out) {
    int status = xtr__builder_status(job->builder);
    if (job->options->join_tables && !xtr_job_is_streamed(job))
        xtr__builder_join_tables(job->builder);
    *out = xtr__builder_finish(job->builder);
    if (!*out || !status || (*out)->text.count)
        return *out ? XTR_OK : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    xtr_free(*out);
    *out = NULL;
    return xtr_job_fail(job, status, "%s", xtr_error_describe(status)->text);
}

int xtr__job_build(xtr_job *job, xtr_result **out) {
    xtr__document *document;
    int code = xtr__job_finish_builder(job, &document);
    return code ? code : xtr__job_render(job, document, out);
}

int xtr__job_begin(xtr_job *job) {
    xtr_builder **builder = &job->slot->builder;
    job->memory.limit = (uint64_t)job->options->max_memory;
    if (*builder)
        xtr__builder_begin(*builder, (uint64_t)job->options->max_text_size, &job->memory);
    else
        *builder = xtr__builder_new((uint64_t)job->options->max_text_size, &job->memory);
    if (!*builder)
        return xtr__error_memory(&job->slot->failure);
    job->builder = *builder;
    if (xtr_job_wants_words(job))
        xtr__builder_keep_words(job->builder);
    return XTR_OK;
}

/* With `auto` that is known once the type is. */
bool xtr__job_is_remote(const xtr_job *job) {
    if (job->drawn_page)
        return false;
    switch ((xtr_isolation)job->options->isolation) {
    case XTR_ISOLATION_PROCESS:
    case XTR_ISOLATION_FRESH_PROCESS:
        return true;
    case XTR_ISOLATION_AUTO:
        return job->extractor >= 0 && xtr__extractors[job->extractor]->flags & XTR_MAY_ABORT;
    case XTR_ISOLATION_THREAD:
        break;
    }
    return false;
}

/* Gives up what is inside, with what it counts of max_memory. */
static void drop_inside(xtr_job *job, xtr_input *inside) {
    (void)xtr_job_charge(job, -(int64_t)xtr_input_size(inside));
    xtr__input_drop(inside);
}

void xtr__job_leave_inside(xtr_job *job) {
    forget_following(job);
    if (!job->outer)
        return;
    drop_inside(job, job->input);
    job->input = job->outer;
    job->outer = NULL;
    job->layers = 0;
}

/* A job that needs more than is here begins again in a worker that has it: one of this process, or
 * of the host, if this is a worker itself. */
static int begin_again(xtr_job *job, xtr_result **out) {
    if (job->runtime->languages)
        return xtr_job_fail(job, XTR_E_MISSING_LANGUAGE, "needs another worker");
    xtr__builder_end(job->builder);
    job->builder = NULL;
    xtr__job_leave_inside(job);
    return xtr__remote_run(job, out);
}

/* What the extractor found takes the place of the input. */
static int go_inside(xtr_job *job) {
    xtr_input *input;
    int code = xtr__input_open(&input, job->follows, (uint64_t)job->options->max_input_size,
                               &xtr__job_root(job)->stop, &job->slot->failure);
    if (code) {
        forget_following(job);
        return code;
    }
    xtr_source_drop(job->follows); /* which its input keeps, and counts */
    job->follows = NULL;
    job->layers++;
    if (job->outer)
        drop_inside(job, job->input);
    else
        job->outer = job->input;
    job->input = input;
    return XTR_OK;
}

/* Whether the type of a document, not of what is inside of it, is one of those asked for: "image/"
 * before a star stands for all of it. */
static int check_type(xtr_job *job) {
    const xtr_list *types = &job->options->types;
    const char *type = job->slot->detection.mime_type;
    for (size_t i = 0; i < types->count; i++) {
        size_t size = strlen(types->items[i]);
        bool star = size && types->items[i][size - 1] == '*';
        if (star ? !strncmp(types->items[i], type, size - 1) : !strcmp(types->items[i], type))
            return XTR_OK;
    }
    return types->count ? xtr_job_fail(job, XTR_E_SKIPPED, "%s was not asked for", type) : XTR_OK;
}

int xtr__job_find_reader(xtr_job *job) {
    int code = find_type(job);
    if (!code && job == xtr__job_root(job) && !job->layers)
        code = check_type(job);
    return code ? code : find_extractor(job);
}

int xtr__job_read(xtr_job *job) {
    const xtr_job *root = xtr__job_root(job);
    for (;;) {
        xtr__builder_set_mime_type(job->builder, job->slot->detection.mime_type);
        int code = xtr__extractors[job->extractor]->run(job);
        if (code || !job->follows || atomic_load(&root->stop) || atomic_load(&root->needs))
            return code;
        code = go_inside(job);
        if (!code)
            code = xtr__job_find_reader(job);
        if (code || xtr__job_is_remote(job))
            return code;
    }
}

static int open_input(xtr_job *job) {
    char message[256];
    void *payload;
    int code = xtr__ocr_check(job->options, message);
    if (code)
        return xtr_job_fail(job, code, "%s", message);
    code = xtr__input_open(&job->input, job->source, (uint64_t)job->options->max_input_size,
                           &job->stop, &job->slot->failure);
    const xtr__watch *watch = xtr__source_watched(job->source, &payload);
    return code || !watch ? code : watch->opened(job, payload);
}

static int extract(xtr_job *job, xtr_result **out) {
    int code = open_input(job);
    if (code)
        return code;
    job->extractor = -1;
    if (xtr__job_is_remote(job))
        return xtr__remote_run(job, out);
    xtr__input_report(job->input, &job->bytes_done, &job->bytes_total);
    code = xtr__job_find_reader(job);
    if (!code && xtr__job_is_remote(job))
        return xtr__remote_run(job, out);
    if (!code)
        code = xtr__job_begin(job);
    if (code)
        return code;
    if (job->pages)
        xtr__builder_set_sink(job->builder, xtr__pages_put, job);
    code = xtr__job_read(job);
    /* A job that was stopped is done already; what its extractor made of it no longer counts. */
    int stop = atomic_load(&job->stop);
    if (stop)
        return stop;
    if (atomic_load(&job->needs) || (!code && xtr__job_is_remote(job)))
        return begin_again(job, out);
    if (!code)
        code = job->refusal;
    return code ? code : xtr__job_build(job, out);
}

void xtr__job_forget(xtr_job *job) {
    memset((char *)job + offsetof(xtr_job, beats), 0, sizeof *job - offsetof(xtr_job, beats));
}

int xtr__job_execute(xtr_job *job, xtr_result **out) {
    *out = NULL;
    if (job->was_another)
        xtr__job_forget(job);
    int code = extract(job, out);
    if (job->builder)
        xtr__builder_end(job->builder);
    job->builder = NULL;
    xtr__job_leave_inside(job);
    void *payload;
    const xtr__watch *watch = xtr__source_watched(job->source, &payload);
    if (watch && job->input)
        watch->closed(payload);
    xtr__input_drop(job->input);
    job->input = NULL;
    return code;
}

/* What the owner sees ----------------------------------------------------------------------- */

void xtr__job_wake(xtr_job *job) {
    xtr__pages_wake(job->pages);
    uv_mutex_lock(&job->runtime->mutex);
    if (job->slot)
        xtr__remote_wake(job->slot);
    uv_mutex_unlock(&job->runtime->mutex);
}

void *xtr_job_tag(const xtr_job *job) {
    return job->tag;
}

void xtr_job_progress(const xtr_job *job, xtr_progress *out) {
    out->pages_done = atomic_load_explicit(&job->pages_done, memory_order_relaxed);
    out->pages_total = atomic_load_explicit(&job->pages_total, memory_order_relaxed);
    out->bytes_done = atomic_load_explicit(&job->bytes_done, memory_order_relaxed);
    out->bytes_total = atomic_load_explicit(&job->bytes_total, memory_order_relaxed);
}

static void release_outcome(xtr_job *job) {
    xtr_result_drop(job->result);
    free(job->error);
    free(job->needs);
    xtr__pages_drop(job->pages);
    xtr_source_drop(job->source);
}

bool xtr__job_empty(xtr_job *job) {
    if (atomic_load_explicit(&job->references, memory_order_acquire) != 1)
        return false;
    release_outcome(job);
    job->result = NULL;
    job->error = NULL;
    atomic_init(&job->needs, NULL);
    job->pages = NULL;
    job->source = NULL;
    return true;
}

void xtr_job_drop(xtr_job *job) {
    if (!job || atomic_fetch_sub_explicit(&job->references, 1, memory_order_acq_rel) != 1)
        return;
    release_outcome(job);
    xtr__options_release(job->options);
    xtr__runtime_release(job->runtime);
    free(job);
}
