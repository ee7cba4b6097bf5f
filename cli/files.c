/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* extract FILE...: jobs on libuv's threadpool, printed in the order of the command line.
 *
 * At most WINDOW times as many documents as threads are submitted but not printed: memory stays
 * bounded however many files there are, and one slow document does not leave the threads idle. */
#include "files.h"
#include "pictures.h"
#include "print.h"
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { WINDOW = 4, PATIENCE_MS = 1000, REDRAW_MS = 100 };

typedef struct document {
    xtr_job *job; /* NULL: could not be submitted, see error */
    bool done;
    uint64_t submitted, ended; /* uv_hrtime */
    xtr_error error;
} document;

typedef struct batch {
    const arguments *given;
    output *out;
    uv_loop_t loop;
    uv_timer_t timer;
    xtr_runtime *runtime;
    document *window; /* a ring: the document with index i is window[i % capacity] */
    size_t capacity;
    size_t submitted, printed;
    uint64_t started;       /* uv_hrtime */
    uint64_t waiting_since; /* uv_now: for the document that is printed next */
    uint64_t pages;
    size_t bytes; /* written of the document that is printed */
    int code;     /* of the first failure */
    bool headed;  /* something was printed under its name */
    bool stuck;
} batch;

static const char *file_name(const char *file) {
    return strcmp(file, "-") != 0 ? file : "standard input";
}

int open_source(xtr_source **source, const char *file, xtr_error *error) {
    if (strcmp(file, "-") != 0) {
        *source = xtr_source_new_path(file);
    } else {
        int code = xtr_source_open_fd(source, STDIN_FILENO, error);
        if (code)
            return code;
        if (xtr_source_set_name(*source, file_name(file))) {
            xtr_source_drop(*source);
            *source = NULL;
        }
    }
    if (*source)
        return XTR_OK;
    *error = (xtr_error){.code = XTR_E_MEMORY, .message = "out of memory"};
    return XTR_E_MEMORY;
}

/* Submitting --------------------------------------------------------------------------------- */

static void on_done(xtr_job *job, void *payload) {
    document *doc = payload;
    (void)job;
    doc->done = true;
    doc->ended = uv_hrtime();
}

static void submit(batch *b) {
    document *next = &b->window[b->submitted % b->capacity];
    const char *file = b->given->files[b->submitted++];
    xtr_source *source;
    *next = (document){.submitted = uv_hrtime()};
    if (open_source(&source, file, &next->error)) {
        next->done = true;
        return;
    }
    const xtr_request request = {.size = sizeof request,
                                 .source = source,
                                 .options = b->given->options,
                                 .done = on_done,
                                 .payload = next,
                                 .unrendered = b->given->layout != AS_JSON};
    next->done = xtr_submit(&next->job, b->runtime, &request, &next->error) != XTR_OK;
    xtr_source_drop(source);
}

/* Printing ----------------------------------------------------------------------------------- */

/* A comment in Markdown or HTML cannot hold what would end it. */
static void write_comment(output *out, const char *name) {
    output_string(out, "<!-- ");
    for (; *name; name++) {
        if (*name == '>')
            output_string(out, "&gt;");
        else
            output_write(out, name, 1);
    }
    output_string(out, " -->\n\n");
}

static void write_heading(batch *b, const char *file) {
    char name[4096];
    printable(name, sizeof name, file_name(file));
    if (b->headed)
        output_string(b->out, "\n");
    b->headed = true;
    if (b->given->layout == AS_MARKDOWN || b->given->layout == AS_HTML ||
        b->given->layout == AS_HOCR || b->given->layout == AS_ALTO) {
        write_comment(b->out, name);
        return;
    }
    output_string(b->out, "==> ");
    output_string(b->out, name);
    output_string(b->out, " <==\n");
}

static void write_line(output *out, const char *text, size_t size) {
    output_write(out, text, size);
    if (size && text[size - 1] != '\n')
        output_string(out, "\n");
}

/* What is written of a result. */
typedef struct text {
    batch *batch;
    char last;
} text;

static int write_piece(void *payload, const void *data, size_t size) {
    text *t = payload;
    output *out = t->batch->out;
    output_write(out, data, size);
    t->batch->bytes += size;
    t->last = ((const char *)data)[size - 1];
    return out->broken ? XTR_E_CANCELLED : out->code;
}

/* With a line end. XTR_OK, or MEMORY: the output knows itself what went wrong with it. */
static int write_content(batch *b, const xtr_result *result, xtr_error *error) {
    text t = {.batch = b};
    int code = xtr_result_write(result, write_piece, &t, error);
    if (!code && t.last && t.last != '\n' && b->given->layout != AS_PDF)
        output_string(b->out, "\n");
    return b->out->broken || b->out->code ? XTR_OK : code;
}

/* The whole result as one object a line: among several with the name of its file before the rest.
 */
static int write_json(batch *b, const char *file, const xtr_result *result, xtr_error *error) {
    char *object;
    size_t size;
    int code =
        xtr_result_render(&object, &size, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, error);
    if (code)
        return code;
    const char *rest = object;
    if (b->given->file_count > 1) {
        printer p = {.out = b->out};
        output_string(b->out, "{\"file\":");
        print_json.string(&p, file, strlen(file));
        output_string(b->out, ",");
        rest++;
        size--;
    }
    write_line(b->out, rest, size);
    xtr_free(object);
    return XTR_OK;
}

static void write_failure(batch *b, const char *file, const xtr_error *error) {
    printer p = {.out = b->out};
    const xtr_visitor *v = &print_json;
    v->begin_object(&p, "failure");
    visit_string(v, &p, "file", file);
    v->key(&p, "error");
    v->begin_object(&p, "error");
    visit_string(v, &p, "code", xtr_error_describe(error->code)->name);
    visit_string(v, &p, "message", error->message);
    v->end(&p);
    v->end(&p);
    output_string(b->out, "\n");
}

static int write_text(batch *b, const char *file, const xtr_result *result, xtr_error *error) {
    if (b->given->file_count > 1 && b->given->layout != AS_PDF)
        write_heading(b, file);
    return write_content(b, result, error);
}

enum { CHILD_NAME = 4096 };

/* "mail.eml/report.pdf" */
static const char *name_child(char name[CHILD_NAME], const char *file,
                              const xtr_child_result *child) {
    snprintf(name, CHILD_NAME, "%s/%s", file_name(file), child->name);
    return name;
}

/* Documents inside of one follow it, each under its name. */
static int write_children(batch *b, const char *file, const xtr_result *result, xtr_error *error) {
    char name[CHILD_NAME];
    int code = XTR_OK;
    for (size_t i = 0; !code && i < xtr_result_child_count(result); i++) {
        const xtr_child_result child = xtr_result_child(result, i);
        if (!child.result)
            continue;
        b->headed = true;
        write_heading(b, name_child(name, file, &child));
        code = write_content(b, child.result, error);
        if (!code)
            code = write_children(b, name, child.result, error);
    }
    return code;
}

/* The place of a warning: pages, or the document when `first` is 0. */
static void say_warning(const char *name, unsigned first, unsigned last, const char *message) {
    char pages[48] = "";
    if (last > first)
        snprintf(pages, sizeof pages, "pages %u-%u: ", first, last);
    else if (first)
        snprintf(pages, sizeof pages, "page %u: ", first);
    fprintf(stderr, "extract: %s: warning: %s%s\n", name, pages, message);
}

/* Of pages one after the other that have the same to say, such as that no language is installed,
 * the first says it. */
static void say_warnings(const char *name, const xtr_result *result) {
    size_t count = xtr_result_warning_count(result);
    for (size_t i = 0, end; i < count; i = end) {
        xtr_warning first = xtr_result_warning(result, i), last = first;
        for (end = i + 1; first.page && end < count; end++) {
            xtr_warning next = xtr_result_warning(result, end);
            if (next.page != last.page + 1 || strcmp(next.message, first.message))
                break;
            last = next;
        }
        say_warning(name, first.page, first.page, first.message);
        if (last.page > first.page)
            say_warning(name, first.page + 1, last.page, "the same");
    }
}

/* What went wrong with documents inside of one, which does not fail for it. */
static void say_children(const char *file, const xtr_result *result) {
    char name[CHILD_NAME], shown[CHILD_NAME];
    for (size_t i = 0; i < xtr_result_child_count(result); i++) {
        const xtr_child_result child = xtr_result_child(result, i);
        printable(shown, sizeof shown, name_child(name, file, &child));
        if (child.result) {
            say_warnings(shown, child.result);
            say_children(name, child.result);
        } else {
            fprintf(stderr, "extract: %s: warning: %s\n", shown, child.message);
        }
    }
}

static void say_result(batch *b, const char *file, const document *doc, const xtr_result *result) {
    char name[1024];
    printable(name, sizeof name, file_name(file));
    if (!b->given->quiet) {
        say_warnings(name, result);
        say_children(file, result);
    }
    if (!b->given->verbose)
        return;
    size_t pages = xtr_result_page_count(result);
    fprintf(stderr, "extract: %s: %s, %zu page%s, %zu bytes, done after %.3f s\n", name,
            xtr_result_mime_type(result), pages, pages == 1 ? "" : "s", b->bytes,
            (double)(doc->ended - doc->submitted) / 1e9);
}

static void fail(batch *b, const char *file, const xtr_error *error) {
    if (!b->code)
        b->code = error->code;
    if (error->code == XTR_E_TIMEOUT || error->code == XTR_E_CANCELLED)
        b->stuck = true;
    fprintf(stderr, "extract: %s\n", error->message);
    if (b->given->file_count > 1 && b->given->layout == AS_JSON)
        write_failure(b, file, error);
}

/* Of documents inside of one, "1" and "1-2" are the places: names are the documents' own. */
static void save_children(batch *b, const char *inside, const xtr_result *result) {
    char name[400];
    for (size_t i = 0; i < xtr_result_child_count(result); i++) {
        const xtr_child_result child = xtr_result_child(result, i);
        int size = snprintf(name, sizeof name, "%s%s%zu", inside, *inside ? "-" : "", i + 1);
        if (!child.result || size >= (int)sizeof name)
            continue;
        int code = pictures_write(b->given->images, name, child.result);
        b->code = b->code ? b->code : code;
        save_children(b, name, child.result);
    }
}

/* Among several documents each has a folder of its own, for their pictures have the same names. */
static void save_pictures(batch *b, const char *file, const xtr_result *result) {
    char name[300];
    const char *slash = strrchr(file, '/');
    bool several = b->given->file_count > 1;
    if (!b->given->images)
        return;
    snprintf(name, sizeof name, "%zu-%.255s", b->printed + 1, slash ? slash + 1 : file);
    int code = pictures_write(b->given->images, several ? name : NULL, result);
    b->code = b->code ? b->code : code;
    save_children(b, several ? name : "", result);
}

/* Prints the next document, which is done. */
static void print_next(batch *b) {
    document *next = &b->window[b->printed % b->capacity];
    const char *file = b->given->files[b->printed];
    xtr_result *result = NULL;
    b->bytes = 0;
    progress_clear();
    int code = next->job ? xtr_job_take(next->job, &result, &next->error) : next->error.code;
    if (!code && b->given->layout == AS_JSON)
        code = write_json(b, file, result, &next->error);
    else if (!code)
        code = write_text(b, file, result, &next->error);
    if (!code && b->given->layout != AS_JSON)
        code = write_children(b, file, result, &next->error);
    if (code) {
        fail(b, file, &next->error);
    } else {
        b->pages += xtr_result_page_count(result);
        output_flush(b->out);
        save_pictures(b, file, result);
        say_result(b, file, next, result);
    }
    xtr_result_drop(result);
    xtr_job_drop(next->job);
    b->printed++;
    b->waiting_since = uv_now(&b->loop);
}

/* Running ------------------------------------------------------------------------------------ */

static void on_timer(uv_timer_t *timer) {
    batch *b = timer->data;
    const document *next = &b->window[b->printed % b->capacity];
    xtr_progress pages = {0};
    if (uv_now(&b->loop) - b->waiting_since < PATIENCE_MS || next->done)
        return;
    xtr_job_progress(next->job, &pages);
    progress_show(file_name(b->given->files[b->printed]), b->printed + 1, b->given->file_count,
                  &pages);
}

/* How many threads: as asked, or as UV_THREADPOOL_SIZE says, or one a processor. libuv reads the
 * variable when its pool starts. */
static unsigned size_pool(const arguments *given) {
    char value[16];
    const char *set = getenv("UV_THREADPOOL_SIZE");
    unsigned threads = given->threads;
    if (!threads && set && atoi(set) > 0)
        return (unsigned)atoi(set) < 1024 ? (unsigned)atoi(set) : 1024;
    if (!threads)
        threads = uv_available_parallelism();
    snprintf(value, sizeof value, "%u", threads);
    setenv("UV_THREADPOOL_SIZE", value, 1);
    return threads;
}

static int open_batch(batch *b, xtr_error *error) {
    xtr_runtime_config config = {.size = sizeof config,
                                 .threads = size_pool(b->given),
                                 .executor = XTR_EXECUTOR_UV,
                                 .loop = &b->loop};
    b->capacity = (size_t)config.threads * WINDOW;
    b->window = calloc(b->capacity, sizeof *b->window);
    if (!b->window || uv_loop_init(&b->loop)) {
        *error = (xtr_error){.code = XTR_E_MEMORY, .message = "out of memory"};
        return XTR_E_MEMORY;
    }
    b->started = uv_hrtime();
    b->waiting_since = uv_now(&b->loop);
    uv_timer_init(&b->loop, &b->timer);
    b->timer.data = b;
    if (!b->given->quiet && isatty(STDERR_FILENO))
        uv_timer_start(&b->timer, on_timer, PATIENCE_MS, REDRAW_MS);
    return xtr_runtime_new(&b->runtime, &config, error);
}

static void close_batch(batch *b) {
    xtr_runtime_drop(b->runtime);
    uv_close((uv_handle_t *)&b->timer, NULL);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    uv_loop_close(&b->loop);
    free(b->window);
}

int extract_files(const arguments *given, output *out, bool *stuck) {
    /* Not on the stack: a thread that is stuck tells the loop when it ends, if the program is still
     * about to. */
    static batch b;
    b = (batch){.given = given, .out = out};
    xtr_error error;
    int code = open_batch(&b, &error);
    if (code) {
        fprintf(stderr, "extract: %s\n", error.message);
        *stuck = true;
        return code;
    }
    while (b.printed < given->file_count && !out->broken && !out->code) {
        while (b.submitted < given->file_count && b.submitted - b.printed < b.capacity)
            submit(&b);
        if (b.window[b.printed % b.capacity].done)
            print_next(&b);
        else
            uv_run(&b.loop, UV_RUN_ONCE);
    }
    if (given->verbose && given->file_count > 1)
        fprintf(stderr, "extract: %zu documents, %llu pages, %.3f s\n", b.printed,
                (unsigned long long)b.pages, (double)(uv_hrtime() - b.started) / 1e9);
    *stuck = b.stuck || b.printed < given->file_count;
    if (!*stuck)
        close_batch(&b);
    return b.code;
}
