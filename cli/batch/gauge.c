/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "batch/gauge.h"
#include "output.h"
#include "print.h"
#include "progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOWEST = 10, ERRORS = 64, TYPES = 256, PATH_SIZE = 512, BAR = 24 };

typedef struct slow {
    double milliseconds;
    char path[PATH_SIZE];
} slow;

typedef struct kind {
    char type[128];
    uint64_t documents, partial;
} kind;

typedef struct failures {
    int code;
    uint64_t count;
    char example[PATH_SIZE];
} failures;

struct gauge {
    const arguments *given;
    const char *except;
    pthread_t counter;
    bool counts;
    volatile bool stop, counted;
    volatile uint64_t total;
    double shown; /* seconds */
    slow slowest[SLOWEST];
    size_t slow_count;
    kind types[TYPES];
    size_t type_count;
    failures errors[ERRORS];
    size_t error_count;
};

static void *count(void *payload) {
    gauge *g = payload;
    g->total = xtr_count_files(g->given->files, g->given->file_count, g->given->options, g->except,
                               &g->stop);
    g->counted = !g->stop;
    return NULL;
}

gauge *gauge_new(const arguments *given, const char *except) {
    gauge *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->given = given;
    g->except = except;
    bool watched = given->progress != PROGRESS_NONE && !given->files_from;
    g->counts = watched && !pthread_create(&g->counter, NULL, count, g);
    return g;
}

void gauge_drop(gauge *g) {
    if (!g)
        return;
    g->stop = true;
    if (g->counts)
        pthread_join(g->counter, NULL);
    free(g);
}

/* Noting ------------------------------------------------------------------------------------- */

static void note_time(gauge *g, const xtr_item *item) {
    size_t i = g->slow_count;
    if (i == SLOWEST && g->slowest[i - 1].milliseconds >= item->milliseconds)
        return;
    if (i == SLOWEST)
        i--;
    else
        g->slow_count++;
    for (; i && g->slowest[i - 1].milliseconds < item->milliseconds; i--)
        g->slowest[i] = g->slowest[i - 1];
    g->slowest[i].milliseconds = item->milliseconds;
    printable(g->slowest[i].path, PATH_SIZE, item->path ? item->path : "input");
}

static void note_type(gauge *g, const xtr_result *result) {
    const char *type = xtr_result_mime_type(result);
    size_t i = 0;
    while (i < g->type_count && strcmp(g->types[i].type, type) != 0)
        i++;
    if (i == TYPES)
        return;
    if (i == g->type_count) {
        snprintf(g->types[i].type, sizeof g->types[i].type, "%s", type);
        g->type_count++;
    }
    g->types[i].documents++;
    g->types[i].partial += xtr_result_is_partial(result);
}

static void note_error(gauge *g, const xtr_item *item) {
    size_t i = 0;
    while (i < g->error_count && g->errors[i].code != item->code)
        i++;
    if (i == ERRORS)
        return;
    if (i == g->error_count) {
        g->errors[i].code = item->code;
        printable(g->errors[i].example, PATH_SIZE, item->error.message);
        g->error_count++;
    }
    g->errors[i].count++;
}

void gauge_note(gauge *g, const xtr_item *item) {
    note_time(g, item);
    if (item->code && item->code != XTR_E_SKIPPED)
        note_error(g, item);
    else if (item->result)
        note_type(g, item->result);
}

/* Showing ------------------------------------------------------------------------------------ */

/* Seconds that are left, or -1. What has not changed took no time worth counting. */
static double left(const gauge *g, const xtr_statistics *n) {
    uint64_t gone = n->documents + n->unchanged;
    if (!g->counted || !n->documents || n->seconds < 1 || g->total < gone)
        return -1;
    return n->seconds / (double)n->documents * (double)(g->total - gone);
}

static void say_left(char *text, size_t size, double seconds) {
    unsigned long whole = (unsigned long)(seconds + .5);
    if (seconds < 0)
        *text = '\0';
    else if (whole >= 3600)
        snprintf(text, size, ", %lu h %02lu min left", whole / 3600, whole / 60 % 60);
    else
        snprintf(text, size, ", %lu:%02lu left", whole / 60, whole % 60);
}

static void say_state(const gauge *g, const xtr_statistics *n, char *text, size_t size) {
    char total[32] = "", failed[40] = "", time[48];
    if (g->counted)
        snprintf(total, sizeof total, " of %" PRIu64, g->total);
    if (n->failed)
        snprintf(failed, sizeof failed, ", %" PRIu64 " failed", n->failed);
    say_left(time, sizeof time, left(g, n));
    snprintf(text, size, "%" PRIu64 "%s documents, %.0f pages/s%s%s", n->documents + n->unchanged,
             total, n->seconds > 0 ? (double)n->pages / n->seconds : 0, failed, time);
}

static void show_bar(const gauge *g, const xtr_statistics *n) {
    char state[160], line[256], bar[BAR + 1];
    uint64_t gone = n->documents + n->unchanged;
    size_t filled = g->counted && g->total ? (size_t)(BAR * gone / g->total) : 0;
    filled = filled < BAR ? filled : BAR;
    memset(bar, '-', BAR);
    memset(bar, '#', filled);
    bar[BAR] = '\0';
    say_state(g, n, state, sizeof state);
    snprintf(line, sizeof line, "[%s] %s", bar, state);
    progress_line(line);
}

static void show_json(const gauge *g, const xtr_statistics *n, bool last) {
    fprintf(stderr,
            "{\"documents\":%" PRIu64 ",\"complete\":%" PRIu64 ",\"partial\":%" PRIu64
            ",\"failed\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"same\":%" PRIu64
            ",\"unchanged\":%" PRIu64 ",\"too_large\":%" PRIu64 ",\"pages\":%" PRIu64
            ",\"seconds\":%.1f",
            n->documents, n->complete, n->partial, n->failed, n->skipped, n->same, n->unchanged,
            n->too_large, n->pages, n->seconds);
    if (g->counted)
        fprintf(stderr, ",\"total\":%" PRIu64, g->total);
    if (left(g, n) >= 0 && !last)
        fprintf(stderr, ",\"left\":%.1f", left(g, n));
    fprintf(stderr, ",\"done\":%s}\n", last ? "true" : "false");
}

void gauge_show(gauge *g, const xtr_statistics *n) {
    static const double every[] = {
        [PROGRESS_NONE] = 1e9, [PROGRESS_BAR] = .1, [PROGRESS_LINES] = 10, [PROGRESS_JSON] = 1};
    char state[160];
    if (n->seconds - g->shown < every[g->given->progress])
        return;
    g->shown = n->seconds;
    if (g->given->progress == PROGRESS_BAR) {
        show_bar(g, n);
    } else if (g->given->progress == PROGRESS_LINES) {
        say_state(g, n, state, sizeof state);
        fprintf(stderr, "extract: %s\n", state);
    } else if (g->given->progress == PROGRESS_JSON) {
        show_json(g, n, false);
    }
}

void gauge_clear(gauge *g) {
    if (g->given->progress == PROGRESS_BAR)
        progress_clear();
}

/* Summing up --------------------------------------------------------------------------------- */

static int by_documents(const void *a, const void *b) {
    const kind *x = a, *y = b;
    return x->documents < y->documents   ? 1
           : x->documents > y->documents ? -1
                                         : strcmp(x->type, y->type);
}

static int by_count(const void *a, const void *b) {
    const failures *x = a, *y = b;
    return x->count < y->count ? 1 : x->count > y->count ? -1 : x->code - y->code;
}

static void say_status(const xtr_statistics *n) {
    const struct {
        const char *name;
        uint64_t count;
    } states[] = {{"complete", n->complete},
                  {"partial", n->partial},
                  {"failed", n->failed},
                  {"same content as another", n->same},
                  {"skipped", n->skipped},
                  {"unchanged", n->unchanged},
                  {"passed over as too large", n->too_large}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (states[i].count)
            fprintf(stderr, "%10" PRIu64 "  %s\n", states[i].count, states[i].name);
    }
}

void gauge_sum_up(gauge *g, const xtr_statistics *n) {
    gauge_clear(g);
    if (g->given->progress == PROGRESS_JSON)
        show_json(g, n, true);
    if (g->given->quiet || g->given->progress == PROGRESS_JSON)
        return;
    double seconds = n->seconds > 0 ? n->seconds : 1;
    fprintf(stderr,
            "extract: %" PRIu64 " document%s, %" PRIu64
            " page%s in %.1f s (%.1f documents/s, %.1f pages/s)\n",
            n->documents, n->documents == 1 ? "" : "s", n->pages, n->pages == 1 ? "" : "s",
            n->seconds, (double)n->documents / seconds, (double)n->pages / seconds);
    say_status(n);
    qsort(g->types, g->type_count, sizeof *g->types, by_documents);
    for (size_t i = 0; i < g->type_count; i++)
        fprintf(stderr, "%s%10" PRIu64 "  %s\n", i ? "" : "By type:\n", g->types[i].documents,
                g->types[i].type);
    qsort(g->errors, g->error_count, sizeof *g->errors, by_count);
    for (size_t i = 0; i < g->error_count; i++)
        fprintf(stderr, "%s%10" PRIu64 "  %s, such as %s\n", i ? "" : "Failed:\n",
                g->errors[i].count, xtr_error_describe(g->errors[i].code)->text,
                g->errors[i].example);
    for (size_t i = 0; i < g->slow_count && g->slowest[i].milliseconds >= 1000; i++)
        fprintf(stderr, "%s%8.1f s  %s\n", i ? "" : "Slowest:\n", g->slowest[i].milliseconds / 1000,
                g->slowest[i].path);
}
