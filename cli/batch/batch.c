/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* extract batch: a stream of documents over folders, with a journal, into a sink.
 *
 * The first signal lets what is at work end, the second ends it. Neither is lost when the program
 * is killed instead: the journal knows what is safe. */
#include "batch/batch.h"
#include "batch/gauge.h"
#include "batch/sink.h"
#include "files.h"
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 100, FLUSH_EVERY = 5 /* looks */ };

typedef struct batch {
    const arguments *given;
    xtr_runtime *runtime;
    xtr_stream *stream;
    sink sink;
    gauge *gauge;
    size_t next; /* of the paths */
    FILE *list;  /* of more of them, or NULL */
    char *line;
    size_t line_room;
    bool list_failed;
} batch;

static volatile sig_atomic_t signals;

static void on_signal(int number) {
    (void)number;
    signals++;
}

/* SIGTERM is meant as it is said: it counts for two. */
static void on_end(int number) {
    (void)number;
    signals = 2;
}

static void watch_signals(void) {
    struct sigaction polite = {.sa_handler = on_signal}, firm = {.sa_handler = on_end};
    sigaction(SIGINT, &polite, NULL);
    sigaction(SIGTERM, &firm, NULL);
}

/* Sources ------------------------------------------------------------------------------------ */

static const char *next_line(batch *b) {
    int end = b->given->zero ? '\0' : '\n';
    ssize_t size;
    while (b->list && (size = getdelim(&b->line, &b->line_room, end, b->list)) > 0) {
        if (b->line[size - 1] == end)
            b->line[--size] = '\0';
        if (size)
            return b->line;
    }
    b->list_failed = b->list && ferror(b->list);
    return NULL;
}

static xtr_source *next_source(void *payload, void **tag) {
    batch *b = payload;
    (void)tag;
    const char *path = b->next < b->given->file_count ? b->given->files[b->next++] : next_line(b);
    return path ? xtr_source_new_path(path) : NULL;
}

/* Opening ------------------------------------------------------------------------------------ */

static int say(const xtr_error *error) {
    char message[sizeof error->message + 64];
    spell(message, sizeof message, error->message);
    fprintf(stderr, "extract: %s\n", message);
    return error->code;
}

static int open_list(batch *b) {
    const char *path = b->given->files_from;
    if (!path)
        return XTR_OK;
    b->list = strcmp(path, "-") != 0 ? fopen(path, "re") : stdin;
    return b->list ? XTR_OK : complain(path, errno);
}

/* The journal stands beside the output unless it was said where. */
static int set_journal(const arguments *given) {
    char *journal = NULL;
    xtr_error error = {.code = XTR_E_MEMORY, .message = "out of memory"};
    size_t size = strlen(given->output);
    while (size > 1 && given->output[size - 1] == '/')
        size--;
    if (given->journal)
        return XTR_OK;
    int code = asprintf(&journal, "%.*s.journal.jsonl", (int)size, given->output) < 0
                   ? XTR_E_MEMORY
                   : xtr_options_set(given->options, "journal", journal, &error);
    free(journal);
    return code ? say(&error) : XTR_OK;
}

/* What SQLite keeps beside its file while it writes is no document. */
static int pass_over_companion(const arguments *given) {
    char name[NAME_MAX + 16];
    xtr_error error;
    const char *slash = strrchr(given->output, '/');
    snprintf(name, sizeof name, "%s-journal", slash ? slash + 1 : given->output);
    return xtr_options_set(given->options, "exclude", name, &error) ? say(&error) : XTR_OK;
}

static int open_batch(batch *b) {
    xtr_error error;
    const xtr_runtime_config runtime = {.size = sizeof runtime, .threads = b->given->threads};
    const xtr_stream_config config = {.size = sizeof config,
                                      .options = b->given->options,
                                      .folders = true,
                                      .except = b->given->output,
                                      .acknowledges = true,
                                      .has_output = b->sink.kind->has_output,
                                      .output_payload = &b->sink};
    int code = set_journal(b->given);
    if (!code && b->sink.kind == &sink_sqlite)
        code = pass_over_companion(b->given);
    if (!code)
        code = open_list(b);
    if (code)
        return code;
    if (xtr_runtime_new(&b->runtime, &runtime, &error) ||
        xtr_batch_open(&b->stream, b->runtime, next_source, b, &config, &error))
        return say(&error);
    b->sink.stream = b->stream;
    code = b->sink.kind->open(&b->sink, xtr_batch_last_output(b->stream));
    if (!code && !(b->gauge = gauge_new(b->given, b->given->output)))
        code = complain("progress", ENOMEM);
    return code;
}

/* Running ------------------------------------------------------------------------------------ */

static void say_item(const batch *b, const xtr_item *item) {
    char name[1024];
    if (b->given->quiet || !b->given->verbose)
        return;
    gauge_clear(b->gauge);
    printable(name, sizeof name, item->path);
    if (item->code)
        fprintf(stderr, "extract: %s\n", item->error.message);
    else if (item->same_as)
        fprintf(stderr, "extract: %s: the same content as %s\n", name, item->same_as);
    else
        fprintf(stderr, "extract: %s: %s, %zu pages, %.3f s\n", name,
                xtr_result_mime_type(item->result), xtr_result_page_count(item->result),
                item->milliseconds / 1000);
}

/* Whether to go on after a signal. */
static bool heed_signals(batch *b, bool *finishing) {
    if (signals && !*finishing) {
        *finishing = true;
        xtr_batch_finish(b->stream);
        gauge_clear(b->gauge);
        if (signals == 1)
            fprintf(stderr, "extract: ending what is at work; once more to stop now\n");
    }
    return signals < 2;
}

static int take(batch *b, xtr_item *item) {
    xtr_statistics now;
    gauge_note(b->gauge, item);
    say_item(b, item);
    int code = b->sink.kind->write(&b->sink, item);
    xtr_result_drop(item->result);
    xtr_stream_statistics(b->stream, &now);
    gauge_show(b->gauge, &now);
    return code;
}

static int run(batch *b, bool *finishing) {
    xtr_item item;
    unsigned looks = 0;
    int code = XTR_OK;
    while (!code && heed_signals(b, finishing)) {
        int got = xtr_stream_next(b->stream, &item, LOOK_MS);
        if (got == XTR_OK) {
            code = take(b, &item);
        } else if (got == XTR_END) {
            break;
        } else if (got == XTR_E_TIMEOUT && !item.code) {
            xtr_statistics now;
            xtr_stream_statistics(b->stream, &now);
            gauge_show(b->gauge, &now);
            code = ++looks % FLUSH_EVERY ? XTR_OK : b->sink.kind->flush(&b->sink);
        } else {
            gauge_clear(b->gauge);
            code = say(&item.error);
        }
    }
    int flushed = b->sink.kind->flush(&b->sink);
    return code ? code : flushed;
}

static int exit_code(const batch *b, const xtr_statistics *n, bool stopped) {
    uint64_t fine = n->complete + n->partial + n->same + n->unchanged + n->skipped;
    if (stopped)
        return 128 + SIGINT;
    if (b->list_failed)
        return complain(b->given->files_from, EIO);
    if (!fine)
        return BATCH_NOTHING_DONE;
    return n->failed || b->sink.unwritten ? BATCH_SOME_FAILED : 0;
}

int extract_batch(const arguments *given) {
    batch b = {.given = given,
               .sink = {.kind = sink_of(given->as, given->output),
                        .given = given,
                        .target = given->output}};
    bool stopped = false;
    xtr_statistics statistics = {0};
    watch_signals();
    int code = open_batch(&b);
    if (!code) {
        code = run(&b, &stopped);
        xtr_stream_statistics(b.stream, &statistics);
        gauge_sum_up(b.gauge, &statistics);
        if (!code)
            code = exit_code(&b, &statistics, stopped);
        if (code == BATCH_NOTHING_DONE && !statistics.documents && !given->quiet)
            fprintf(stderr, "extract: there was no document to extract\n");
    }
    gauge_drop(b.gauge);
    xtr_stream_drop(b.stream);
    b.sink.kind->close(&b.sink);
    xtr_runtime_drop(b.runtime);
    if (b.list && b.list != stdin)
        fclose(b.list);
    free(b.line);
    return code;
}
