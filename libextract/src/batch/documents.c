/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A batch over folders, with a journal: a stream of documents over the stream of runtime/batch.c,
 * which schedules and knows nothing of either.
 *
 * A document (xtr__candidate) is in one list at a time: `again` (to be submitted once more), `busy`
 * (submitted), `waiting` (another one with the same content is busy), `ready` (an item without a
 * job: a failure of the walk, or the same content as one that is done), `given` (not acknowledged).
 *
 * `journal` and its holders are under the mutex: threads that read documents look up what they have
 * just hashed. All else is the consumer's. */
#include "batch/document.h"
#include "batch/walk.h"
#include "runtime/error.h"
#include "runtime/options.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A consumer that only looks is an event loop: it is not held longer than this by files that are
 * passed over; one that waits, not longer than it said. */
static const uint64_t PATIENCE_NS = 2000000;
enum { HASH_PIECE = 64 << 10 };

/* Somebody may have killed its process, or the system when another one took its memory: it is read
 * again so often. */
enum { MOST_CRASHES = 2 };

typedef struct xtr__documents {
    xtr_stream stream;
    atomic_uint references; /* the consumer's, and one of each source */
    xtr_stream *inner;
    const xtr_options *options; /* a snapshot */
    xtr_next_source next;
    void *next_payload;
    void (*wake)(void *payload);
    void *wake_payload;
    bool (*has_output)(const char *output, void *payload);
    void *output_payload;
    bool folders, acknowledges, once;
    uint64_t fingerprint;

    xtr__walk *walk;
    bool walks, exhausted, finishing;
    size_t asked;    /* sources */
    size_t at_index; /* of the folder that is walked */
    void *at_tag;
    uint64_t patience; /* uv_hrtime when it ends; 0: without end */
    uint64_t receipts;
    int failure; /* that ends the stream */
    xtr__candidates again, busy, waiting, ready, given;
    xtr__candidate *pending; /* given last: done when the next is asked for */

    uv_mutex_t mutex;
    xtr__journal *journal; /* or NULL */
} documents;

static void release_batch(documents *b) {
    if (atomic_fetch_sub_explicit(&b->references, 1, memory_order_acq_rel) != 1)
        return;
    uv_mutex_destroy(&b->mutex);
    free(b);
}

/* Reading ----------------------------------------------------------------------------------- */

static int64_t modified_of(const struct stat *info) {
    return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

static int hash_input(xtr__reading *reading, xtr_job *job) {
    struct sha256_ctx hash;
    xtr_input *input = xtr_job_input(job);
    unsigned char *piece = malloc(HASH_PIECE);
    int64_t got = piece ? 1 : 0;
    sha256_init(&hash);
    for (uint64_t at = 0; got > 0 && !xtr_job_should_stop(job); at += (uint64_t)got) {
        got = xtr_input_read(input, at, piece, HASH_PIECE);
        sha256_update(&hash, got > 0 ? (size_t)got : 0, piece);
    }
    free(piece);
    if (!piece)
        return xtr__error_memory(&job->slot->failure);
    if (got)
        return xtr_job_fail(job, XTR_E_IO, "reading failed");
    sha256_digest(&hash, sizeof reading->content, reading->content);
    reading->has_content = true;
    return XTR_OK;
}

static bool still_has_output(const documents *b, const char *output) {
    return !output || !b->has_output || b->has_output(output, b->output_payload);
}

/* Whether another document has this content, at work or done, with its output in place; else this
 * one has it from now on. */
static bool is_held(documents *b, xtr__candidate *c) {
    char *path, *output;
    const unsigned char *content = c->reading.content;
    uv_mutex_lock(&b->mutex);
    if (c->abandoned) {
        uv_mutex_unlock(&b->mutex);
        return false;
    }
    const xtr__holder *holder = xtr__journal_holder(b->journal, content);
    bool held = holder != NULL;
    if (holder && !holder->document) {
        held = xtr__journal_read(b->journal, holder->place, &path, &output) &&
               still_has_output(b, output) && strcmp(path, c->path) != 0;
        free(path);
        free(output);
    }
    if (!held) /* without memory each is extracted */
        c->holds = xtr__journal_hold(b->journal, content, (xtr__holder){.document = c});
    uv_mutex_unlock(&b->mutex);
    return held;
}

static int on_opened(xtr_job *job, void *payload) {
    xtr__candidate *c = payload;
    documents *b = c->batch;
    xtr__reading *reading = &c->reading;
    reading->opened = uv_hrtime();
    reading->stamped = xtr__input_stamp(job->input, &reading->size, &reading->modified);
    int code = c->hashes ? hash_input(reading, job) : XTR_OK;
    if (code || !c->once || !is_held(b, c))
        return code;
    reading->duplicate = true;
    return xtr_job_fail(job, XTR_E_SKIPPED, "the same content as another");
}

static void on_closed(void *payload) {
    xtr__candidate *c = payload;
    xtr__reading *reading = &c->reading;
    struct stat now;
    reading->closed = uv_hrtime();
    if (c->hashes && reading->stamped)
        reading->changed = stat(c->path, &now) || (uint64_t)now.st_size != reading->size ||
                           modified_of(&now) != reading->modified;
    atomic_store_explicit(&c->is_read, true, memory_order_release);
}

static void on_dropped(void *payload) {
    xtr__candidate *c = payload;
    documents *b = c->batch;
    xtr__candidate_release(c);
    release_batch(b);
}

/* Sources ----------------------------------------------------------------------------------- */

static xtr_source *submit(documents *b, xtr__candidate *c, void **tag) {
    xtr__candidate_move(c, &b->busy);
    *tag = c;
    return xtr_source_keep(c->source);
}

/* NULL when out of memory: the stream then fails. */
static xtr__candidate *add(documents *b, xtr_source *source, const char *path, size_t relative_at) {
    xtr__candidate *c = source ? xtr__candidate_new(source, path, relative_at) : NULL;
    if (!c) {
        b->failure = XTR_E_MEMORY;
        return NULL;
    }
    static const xtr__watch watch = {on_opened, on_closed, on_dropped};
    c->batch = b;
    c->hashes = b->journal && c->path;
    c->once = b->once && c->path;
    atomic_fetch_add(&c->references, 1);
    atomic_fetch_add(&b->references, 1);
    xtr__source_watch(c->source, &watch, c);
    return c;
}

/* What it looked like before it is opened; perhaps it cannot be. */
static void stamp(xtr__candidate *c, uint64_t size, int64_t modified) {
    c->record.size = size;
    c->record.modified = modified;
    xtr__source_set_size(c->source, size);
}

static bool is_unchanged(documents *b, const char *path, uint64_t size, int64_t modified) {
    xtr__past past;
    char *old, *output;
    if (!b->journal || !xtr__journal_find(b->journal, path, &past) || past.size != size ||
        past.modified != modified || past.options != b->fingerprint ||
        (past.status == XTR__FAILED && b->options->retry_failed))
        return false;
    if (!b->has_output)
        return true;
    bool there =
        xtr__journal_read(b->journal, past.place, &old, &output) && still_has_output(b, output);
    free(old);
    free(output);
    return there;
}

/* The walk's next file, or NULL when the folder is done or there is nothing to submit yet. */
static xtr_source *walk_on(documents *b, void **tag) {
    xtr__file file;
    while (!b->failure && (!b->patience || uv_hrtime() < b->patience)) {
        if (!xtr__walk_next(b->walk, &file)) {
            b->walks = false;
            return NULL;
        }
        if (!file.os_error && is_unchanged(b, file.path, file.size, file.modified)) {
            b->stream.statistics.unchanged++;
            continue;
        }
        xtr__candidate *c =
            add(b, xtr_source_new_path(file.path), file.path, (size_t)(file.relative - file.path));
        if (!c)
            return NULL;
        c->found = true;
        c->index = b->at_index;
        c->tag = b->at_tag;
        stamp(c, file.size, file.modified);
        if (!file.os_error)
            return submit(b, c, tag);
        c->error = calloc(1, sizeof *c->error);
        c->code = xtr__error_os(c->error, file.os_error, file.path);
        xtr__candidate_move(c, &b->ready);
        return NULL;
    }
    return NULL;
}

/* A source that the consumer gave: a document, a folder, or a file that is passed over. */
static xtr_source *take_source(documents *b, xtr_source *source, void *user_tag, void **tag) {
    struct stat info;
    const char *path = xtr__source_path(source);
    size_t index = b->asked++;
    bool found = path && (b->folders || b->journal) && !stat(path, &info);
    if (found && b->folders && S_ISDIR(info.st_mode) && !xtr__walk_enter(b->walk, path)) {
        b->walks = true;
        b->at_index = index;
        b->at_tag = user_tag;
        xtr_source_drop(source);
        return NULL;
    }
    const char *slash = path ? strrchr(path, '/') : NULL;
    size_t relative_at = slash ? (size_t)(slash + 1 - path) : 0;
    bool regular = found && S_ISREG(info.st_mode);
    if (regular && b->folders &&
        !xtr__walk_wants(b->walk, path + relative_at, (uint64_t)info.st_size)) {
        xtr_source_drop(source);
        return NULL;
    }
    if (regular && is_unchanged(b, path, (uint64_t)info.st_size, modified_of(&info))) {
        b->stream.statistics.unchanged++;
        xtr_source_drop(source);
        return NULL;
    }
    xtr__candidate *c = add(b, source, path ? path : xtr__source_given_name(source), relative_at);
    if (!c)
        return NULL;
    c->index = index;
    c->tag = user_tag;
    if (regular)
        stamp(c, (uint64_t)info.st_size, modified_of(&info));
    return submit(b, c, tag);
}

/* There is none now, but may be: asked again when something has happened. */
static xtr_source *later(documents *b) {
    if (b->wake)
        b->wake(b->wake_payload);
    return XTR_SOURCE_LATER;
}

static xtr_source *next_source(void *payload, void **tag) {
    documents *b = payload;
    while (!b->failure) {
        xtr_source *source = NULL;
        void *user_tag = NULL;
        if (b->again.first)
            return submit(b, b->again.first, tag);
        if (b->patience && uv_hrtime() >= b->patience)
            return later(b);
        if (b->finishing)
            b->walks = false;
        if (b->walks)
            source = walk_on(b, tag);
        else if (b->exhausted || b->finishing)
            /* One may come back, or leave its content to those that wait for it. */
            return b->busy.count ? XTR_SOURCE_LATER : NULL;
        else if (!(source = b->next(b->next_payload, &user_tag)))
            b->exhausted = true;
        else if (source == XTR_SOURCE_LATER)
            return source;
        else
            source = take_source(b, source, user_tag, tag);
        if (source)
            return source;
        if (b->ready.first)
            return later(b);
    }
    return NULL;
}

/* Journal ----------------------------------------------------------------------------------- */

static bool is_journaled(const documents *b, const xtr__candidate *c) {
    return b->journal && c->path && c->code != XTR_E_CANCELLED && c->code != XTR_E_CLOSED;
}

/* The document leaves: a line in the journal, and whoever has the same content finds it there. */
static int acknowledge(documents *b, xtr__candidate *c, const char *output, xtr_error *error) {
    int code = XTR_OK;
    uv_mutex_lock(&b->mutex);
    if (is_journaled(b, c)) {
        uint64_t place;
        c->record.path = c->path;
        c->record.output = output;
        c->record.options = b->fingerprint;
        code = xtr__journal_append(b->journal, &c->record, &place, error);
        if (c->holds && !code && !c->record.changed)
            (void)xtr__journal_hold(b->journal, c->record.content, (xtr__holder){.place = place});
        else if (c->holds)
            xtr__journal_release(b->journal, c->record.content);
    }
    c->abandoned = true;
    uv_mutex_unlock(&b->mutex);
    xtr__candidate_drop(c);
    return code;
}

/* Items ------------------------------------------------------------------------------------- */

static void drop_list(xtr__candidates *list) {
    while (list->first)
        xtr__candidate_drop(list->first);
}

static void give(documents *b, xtr__candidate *c, xtr_item *out) {
    out->index = c->index;
    out->tag = c->tag;
    out->path = c->path;
    out->relative = c->path ? c->path + c->relative_at : NULL;
    out->found = c->found;
    out->same_as = c->same_as;
    out->same_output = c->same_output;
    out->milliseconds = c->milliseconds;
    out->receipt = c->receipt = ++b->receipts;
    xtr__candidate_note(c, out);
    xtr__candidate_move(c, &b->given);
    b->pending = b->acknowledges ? NULL : c;
}

/* What the one it is the same as was acknowledged with, if that has happened. */
static void find_same_output(documents *b, xtr__candidate *c) {
    char *path = NULL;
    if (!c->same_as || c->same_output)
        return;
    uv_mutex_lock(&b->mutex);
    const xtr__holder *holder = xtr__journal_holder(b->journal, c->record.content);
    if (holder && !holder->document)
        xtr__journal_read(b->journal, holder->place, &path, &c->same_output);
    uv_mutex_unlock(&b->mutex);
    free(path);
}

static void give_ready(documents *b, xtr_item *out) {
    xtr__candidate *c = b->ready.first;
    out->code = c->code;
    find_same_output(b, c);
    if (c->code && c->error)
        out->error = *c->error;
    else if (c->code)
        xtr__error_memory(&out->error);
    give(b, c, out);
}

/* It is to be read once more: by another run, when this one comes to its end. */
static void again(documents *b, xtr__candidate *c) {
    if (b->finishing) {
        xtr__candidate_drop(c);
        return;
    }
    xtr__candidate_reset(c);
    c->abandoned = false;
    xtr__candidate_move(c, &b->again);
}

/* Those that waited for this content: it is in `path`, or (NULL) the first of them reads it. */
static void release_waiting(documents *b, const unsigned char *content, const char *path) {
    for (xtr__candidate *c = b->waiting.first, *next; c; c = next) {
        next = c->next;
        if (memcmp(c->record.content, content, XTR__DIGEST_SIZE) != 0)
            continue;
        if (path && (c->same_as = strdup(path)))
            xtr__candidate_move(c, &b->ready);
        else
            again(b, c);
    }
}

/* A document whose content another one has. */
static void settle_duplicate(documents *b, xtr__candidate *c) {
    uv_mutex_lock(&b->mutex);
    const xtr__holder *holder = xtr__journal_holder(b->journal, c->record.content);
    const xtr__candidate *other = holder ? holder->document : NULL;
    if (other && other->list == &b->given)
        c->same_as = strdup(other->path);
    else if (holder && !other &&
             !xtr__journal_read(b->journal, holder->place, &c->same_as, &c->same_output))
        xtr__journal_release(b->journal, c->record.content);
    uv_mutex_unlock(&b->mutex);
    if (c->same_as) {
        c->code = XTR_OK;
        xtr__candidate_move(c, &b->ready);
    } else if (other && other->list == &b->busy) {
        xtr__candidate_move(c, &b->waiting);
    } else {
        again(b, c);
    }
}

/* Others with its content may refer to it from now on, or, when it failed, may not any more. Its
 * thread may still be at it, but has written `content` before it took the mutex and `holds`. */
static void settle_content(documents *b, xtr__candidate *c, bool failed) {
    if (!c->once)
        return;
    uv_mutex_lock(&b->mutex);
    bool held = c->holds;
    if (failed && held)
        xtr__journal_release(b->journal, c->reading.content);
    c->holds = held && !failed;
    c->abandoned = failed;
    uv_mutex_unlock(&b->mutex);
    if (held)
        release_waiting(b, c->reading.content, failed ? NULL : c->path);
}

/* What a job came to: true when it is to be given. */
static bool settle(documents *b, xtr__candidate *c, xtr_item *item) {
    bool cancelled = item->code == XTR_E_CANCELLED || item->code == XTR_E_CLOSED;
    bool is_read = xtr__candidate_take_reading(c);
    if (is_read && c->reading.duplicate && !cancelled) {
        settle_duplicate(b, c);
        return false;
    }
    settle_content(b, c, item->code != XTR_OK);
    if (item->code == XTR_E_CRASHED && c->crashes++ < MOST_CRASHES) {
        again(b, c);
        return false;
    }
    c->code = item->code;
    give(b, c, item);
    return true;
}

static int fail(documents *b, xtr_item *out, int code) {
    b->failure = code;
    if (!out->error.code)
        xtr__error(&out->error, code, "batch: %s", xtr_error_describe(code)->text);
    return out->code = code;
}

/* At the end another run may have it. */
static int leave_journal(documents *b) {
    if (b->given.count)
        return XTR_END;
    uv_mutex_lock(&b->mutex);
    xtr__journal_drop(b->journal);
    b->journal = NULL;
    uv_mutex_unlock(&b->mutex);
    return XTR_END;
}

static int next_document(xtr_stream *stream, xtr_item *out, uint64_t end) {
    documents *b = (documents *)stream;
    xtr__candidate *pending = b->pending;
    b->pending = NULL;
    b->patience = end == UINT64_MAX ? 0 : end ? end : uv_hrtime() + PATIENCE_NS;
    int code = pending ? acknowledge(b, pending, NULL, &out->error) : XTR_OK;
    if (code)
        return fail(b, out, code);
    for (;;) {
        if (b->failure)
            return fail(b, out, b->failure);
        if (b->ready.first) {
            give_ready(b, out);
            return XTR_OK;
        }
        code = b->inner->kind->next(b->inner, out, end);
        if (code == XTR_OK && settle(b, out->tag, out))
            return XTR_OK;
        if (code == XTR_OK) /* the caller's item is as new */
            *out = (xtr_item){.code = XTR_OK};
        else if (!b->ready.first && !b->again.first && !b->failure)
            return code == XTR_END ? leave_journal(b) : code;
    }
}

/* Life -------------------------------------------------------------------------------------- */

/* Threads that still are at a document of it find it closed. */
static void close_documents(documents *b) {
    xtr__candidates *const lists[] = {&b->again, &b->busy, &b->waiting, &b->ready, &b->given};
    enum { LISTS = sizeof lists / sizeof lists[0] };
    uv_mutex_lock(&b->mutex);
    for (size_t i = 0; i < LISTS; i++) {
        for (xtr__candidate *c = lists[i]->first; c; c = c->next)
            c->abandoned = true;
    }
    xtr__journal_drop(b->journal);
    b->journal = NULL;
    uv_mutex_unlock(&b->mutex);
    for (size_t i = 0; i < LISTS; i++)
        drop_list(lists[i]);
    xtr__walk_drop(b->walk);
    xtr__options_release(b->options);
    release_batch(b);
}

static void drop_documents(xtr_stream *stream) {
    documents *b = (documents *)stream;
    b->wake = NULL;
    xtr_stream_drop(b->inner);
    close_documents(b);
}

static const xtr__stream_kind kind = {next_document, drop_documents};

static int open_parts(documents *b, xtr_runtime *runtime, const xtr_stream_config *config,
                      xtr_error *error) {
    if (config->in_order)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "batch: with a journal or folders, documents come as they are done, not "
                          "in order");
    b->fingerprint = xtr__options_fingerprint(b->options);
    b->once = b->options->same_content == XTR_SAME_ONCE;
    if (b->once && !b->options->journal)
        return xtr__error(error, XTR_E_ARGUMENT, "batch: same_content needs a journal");
    if (b->options->journal) {
        int code = xtr__journal_open(&b->journal, b->options, b->fingerprint, error);
        if (code)
            return code;
    }
    b->walk = xtr__walk_new(b->options, config->except);
    return b->walk ? xtr__batch_open(&b->inner, runtime, next_source, b, config, error)
                   : xtr__error_memory(error);
}

static int open_documents(xtr_stream **out, xtr_runtime *runtime, xtr_next_source next,
                          void *payload, const xtr_stream_config *config, xtr_error *error) {
    documents *b = calloc(1, sizeof *b);
    if (!b || !(b->options = xtr__options_snapshot(config->options))) {
        free(b);
        return xtr__error_memory(error);
    }
    b->references = 1;
    uv_mutex_init(&b->mutex);
    b->next = next;
    b->next_payload = payload;
    b->wake = config->wake;
    b->wake_payload = config->payload;
    b->has_output = config->has_output;
    b->output_payload = config->output_payload;
    b->folders = config->folders;
    b->acknowledges = config->acknowledges;
    int code = open_parts(b, runtime, config, error);
    if (code) {
        close_documents(b);
        return code;
    }
    xtr__stream_init(&b->stream, &kind, runtime);
    *out = &b->stream;
    return XTR_OK;
}

static bool is_plain(const xtr_stream_config *config) {
    return !config || !(config->folders || config->acknowledges ||
                        (config->options && (config->options->journal ||
                                             config->options->same_content == XTR_SAME_ONCE)));
}

int xtr_batch_open(xtr_stream **out, xtr_runtime *runtime, xtr_next_source next, void *payload,
                   const xtr_stream_config *config, xtr_error *error) {
    *out = NULL;
    int code = xtr__stream_check(config, error);
    if (!code)
        code = xtr__runtime_resolve(&runtime, error);
    if (code)
        return code;
    if (!next || runtime->executor == &xtr__executor_uv)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "batch: needs sources and a runtime with threads of its own");
    return is_plain(config) ? xtr__batch_open(out, runtime, next, payload, config, error)
                            : open_documents(out, runtime, next, payload, config, error);
}

int xtr_batch_acknowledge(xtr_stream *stream, uint64_t receipt, const char *output,
                          xtr_error *error) {
    documents *b = (documents *)stream;
    if (stream->kind != &kind)
        return XTR_OK;
    for (xtr__candidate *c = b->given.first; c; c = c->next) {
        if (c->receipt == receipt)
            return acknowledge(b, c, output, error);
    }
    return xtr__error(error, XTR_E_ARGUMENT, "batch: there is no item with this receipt");
}

const char *xtr_batch_last_output(const xtr_stream *stream) {
    const documents *b = (const documents *)stream;
    return stream->kind == &kind && b->journal ? xtr__journal_last_output(b->journal) : NULL;
}

void xtr_batch_finish(xtr_stream *stream) {
    if (stream->kind != &kind) {
        xtr__batch_finish(stream);
        return;
    }
    documents *b = (documents *)stream;
    b->finishing = true;
    drop_list(&b->again);
    xtr__batch_finish(b->inner);
}

uint64_t xtr_count_files(const char *const *paths, size_t count, const xtr_options *options,
                         const char *except, const volatile bool *stop) {
    const xtr_options *snapshot = xtr__options_snapshot(options);
    xtr__walk *walk = snapshot ? xtr__walk_new(snapshot, except) : NULL;
    uint64_t found = 0;
    xtr__file file;
    for (size_t i = 0; walk && i < count && !*stop; i++) {
        if (xtr__walk_enter(walk, paths[i]))
            found++;
        while (!*stop && xtr__walk_next(walk, &file))
            found++;
    }
    xtr__walk_drop(walk);
    xtr__options_release(snapshot);
    return found;
}
