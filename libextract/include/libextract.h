/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libextract: text, Markdown, tables and metadata from any document.
 *
 * Conventions
 *  - Functions that can fail return 0 (XTR_OK) or a number of errors.def, and fill the
 *    xtr_error they are given (which may be NULL). Out-parameters come first and are set to NULL
 *    on failure.
 *  - *new, open, keep, take* give you something to drop; *drop* gives it up and accepts NULL; all
 *    else is borrowed and lives as long as what it came from.
 *  - Text is UTF-8. Durations are milliseconds. Pages count from 1. Lengths on a page are points
 *    (1/72 inch) from the top left corner of the page as displayed.
 *  - Any function may be called on any thread unless it says otherwise. One object must not be
 *    used by two threads at once unless it says so; sources, results, runtimes and jobs may.
 */
#ifndef LIBEXTRACT_H
#define LIBEXTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XTR_VERSION "0.1.0"
#define XTR_API     __attribute__((visibility("default")))

/** The version of the library in use; XTR_VERSION is the one compiled against. */
XTR_API const char *xtr_version(void);

/** Gives back memory that a function of this library said is yours. NULL is ignored. */
XTR_API void xtr_free(void *memory);

/* Errors ------------------------------------------------------------------------------------ */

enum {
    XTR_OK = 0,
#define XTR_ERROR(NAME, number, kind, text) XTR_E_##NAME = number,
#include "libextract/errors.def"
#undef XTR_ERROR
};

/** What went wrong: a value, never shared. `message` is one line, names the input and says what
 *  to do; `os_error` is the errno of a failed system call or 0. */
typedef struct xtr_error {
    int code;
    int os_error;
    char message[1016];
} xtr_error;

typedef struct xtr_error_info {
    int code;         /* as in errors.def */
    const char *name; /* "PASSWORD_WRONG" */
    const char *kind; /* "password": the class of the bindings */
    const char *text; /* one line without a full stop */
} xtr_error_info;

/** All errors in the order of their numbers. Static. */
XTR_API const xtr_error_info *xtr_error_table(size_t *count);

/** The description of one error; an unknown number is described as INTERNAL. Static. */
XTR_API const xtr_error_info *xtr_error_describe(int code);

/* Options ----------------------------------------------------------------------------------- */

typedef enum xtr_format {
    XTR_FORMAT_TEXT,
    XTR_FORMAT_MARKDOWN,
    XTR_FORMAT_JSON,
    XTR_FORMAT_HTML,
    XTR_FORMAT_HOCR, /* from here on: words with their places, of images and PDF */
    XTR_FORMAT_ALTO,
    XTR_FORMAT_TSV,
    XTR_FORMAT_PDF /* bytes */
} xtr_format;
typedef enum xtr_furniture {
    XTR_FURNITURE_AUTO,
    XTR_FURNITURE_KEEP,
    XTR_FURNITURE_DROP
} xtr_furniture;
typedef enum xtr_layout { XTR_LAYOUT_READING, XTR_LAYOUT_PRESERVE } xtr_layout;
typedef enum xtr_ocr { XTR_OCR_AUTO, XTR_OCR_FORCE, XTR_OCR_OFF } xtr_ocr;
typedef enum xtr_content { XTR_CONTENT_FULL, XTR_CONTENT_MAIN } xtr_content;

typedef enum xtr_images { XTR_IMAGES_LIST, XTR_IMAGES_EXTRACT } xtr_images;
typedef enum xtr_attachments { XTR_ATTACHMENTS_LIST, XTR_ATTACHMENTS_EXTRACT } xtr_attachments;
typedef enum xtr_symlinks {
    XTR_SYMLINKS_FILES,
    XTR_SYMLINKS_FOLLOW,
    XTR_SYMLINKS_SKIP
} xtr_symlinks;
typedef enum xtr_same { XTR_SAME_EXTRACT, XTR_SAME_ONCE } xtr_same;
typedef enum xtr_priority { XTR_PRIORITY_HIGH, XTR_PRIORITY_NORMAL, XTR_PRIORITY_LOW } xtr_priority;
typedef enum xtr_isolation {
    XTR_ISOLATION_AUTO,
    XTR_ISOLATION_THREAD,
    XTR_ISOLATION_PROCESS,
    XTR_ISOLATION_FRESH_PROCESS
} xtr_isolation;

typedef enum xtr_type {
    XTR_BOOLEAN,
    XTR_INTEGER,
    XTR_DURATION, /* milliseconds; a string may say "15" (seconds), "15s", "500ms", "2m" */
    XTR_SIZE,     /* bytes; a string may say "500MB" (powers of 1000) or "1GiB" (of 1024) */
    XTR_STRING,
    XTR_LIST,   /* of strings: each setting adds one */
    XTR_CHOICE, /* one of `choices` */
    XTR_PAGES   /* ranges: "1-3,7,12-" */
} xtr_type;

typedef struct xtr_option_info {
    const char *name; /* snake_case */
    xtr_type type;
    int64_t minimum, maximum; /* of BOOLEAN, INTEGER, DURATION and SIZE */
    const char *preset;       /* default as a string that xtr_options_set accepts; "" if unset */
    const char *choices;      /* "auto|force|off" for CHOICE, else "" */
    const char *kreuzberg;    /* path in Kreuzberg's nested configuration, or "" */
    const char *doc;          /* one or two sentences */
} xtr_option_info;

/** All options in the order of options.def. Static. Bindings walk this table. */
XTR_API const xtr_option_info *xtr_option_table(size_t *count);

typedef struct xtr_options xtr_options;

/** New options, all at their defaults. NULL when out of memory. Not for two threads at once. */
XTR_API xtr_options *xtr_options_new(void);
XTR_API void xtr_options_drop(xtr_options *options);

/** Sets an option of any type from a string; a LIST gets one more item. The string is copied.
 *  Fails with ARGUMENT: an unknown name (with a hint), a value out of range or malformed. */
XTR_API int xtr_options_set(xtr_options *options, const char *name, const char *value,
                            xtr_error *error);
/** The same for BOOLEAN (0 or 1), INTEGER, DURATION (ms) and SIZE; INTEGER 3 is PAGES "3". */
XTR_API int xtr_options_set_integer(xtr_options *options, const char *name, int64_t value,
                                    xtr_error *error);
/** The value of an option that xtr_options_set_integer sets, but PAGES; of a CHOICE its position.
 *  Fails with ARGUMENT. */
XTR_API int xtr_options_get_integer(const xtr_options *options, const char *name, int64_t *out,
                                    xtr_error *error);

/* Sources ----------------------------------------------------------------------------------- */

/** A document to read. Immutable and reference counted: one source may feed many jobs. */
typedef struct xtr_source xtr_source;

/** A file, opened when a job reads it. The path is copied. NULL when out of memory. */
XTR_API xtr_source *xtr_source_new_path(const char *path);

/** Memory, not copied: it must stay unchanged until `release(payload)` is called, once, on any
 *  thread. `release` may be NULL. NULL when out of memory (`release` is then not called). */
XTR_API xtr_source *xtr_source_new_bytes(const void *data, size_t size,
                                         void (*release)(void *payload), void *payload);
/** Memory, copied before the call returns. NULL when out of memory. */
XTR_API xtr_source *xtr_source_new_copy(const void *data, size_t size);

/** An open file, pipe or socket, duplicated at once and read from its current position (a file
 *  from its start). Fails with IO when it cannot be duplicated, MEMORY. */
XTR_API int xtr_source_open_fd(xtr_source **out, int fd, xtr_error *error);

/** Names a source for messages and for detection by extension ("upload.docx"). Before its first
 *  use only. Fails with MEMORY. */
XTR_API int xtr_source_set_name(xtr_source *source, const char *name);
XTR_API xtr_source *xtr_source_keep(xtr_source *source);
XTR_API void xtr_source_drop(xtr_source *source);

/* Detection --------------------------------------------------------------------------------- */

typedef struct xtr_detection {
    char mime_type[128];
    char charset[32]; /* of text, or "" */
    int bits;         /* how many bits of the content were really checked; 0: only the name */
} xtr_detection;

/** Finds the type of a document from its content and name. Reads it on the calling thread.
 *  Fails with NOT_FOUND, PERMISSION, DIRECTORY, EMPTY, IO, MEMORY. */
XTR_API int xtr_detect(xtr_detection *out, const xtr_source *source, xtr_error *error);

/** The type that a name's extension promises, or NULL. Static. */
XTR_API const char *xtr_mime_of_name(const char *name);

/** The extensions of a MIME type without dots, NULL-terminated, the usual one first; an empty
 *  list when unknown. Aliases of types are understood. Static. */
XTR_API const char *const *xtr_extensions_of_mime(const char *mime_type);

typedef struct xtr_format_info {
    const char *name;              /* of the extractor: "pdf" */
    const char *title;             /* for people: "Portable Document Format" */
    const char *const *mime_types; /* NULL-terminated */
    const char *const *yields;     /* names of yields.def, NULL-terminated: "text", "tables" */
} xtr_format_info;

/** What this build can extract, an entry an extractor. Static. */
XTR_API const xtr_format_info *xtr_format_table(size_t *count);

/* Runtime ----------------------------------------------------------------------------------- */

/** A queue of jobs and the threads that work on it. */
typedef struct xtr_runtime xtr_runtime;

typedef enum xtr_executor {
    XTR_EXECUTOR_OWN, /* private threads */
    XTR_EXECUTOR_UV   /* libuv's own threadpool, through `loop` */
} xtr_executor;

typedef struct xtr_runtime_config {
    size_t size;      /* sizeof(xtr_runtime_config) */
    unsigned threads; /* jobs run at once; 0: one a processor */
    xtr_executor executor;
    void *loop;     /* uv_loop_t of XTR_EXECUTOR_UV: completions arrive there; it must outlive the
                       runtime and be run by the caller */
    unsigned queue; /* most jobs that wait; 0: no limit */
    uint64_t max_bytes;     /* most bytes of input of waiting and running jobs; 0: no limit. One
                               job is always let in */
    double jobs_per_second; /* most jobs that start in a second; 0: no limit */
    void (*closed)(void *payload); /* called once when xtr_runtime_close is through with it, on the
                                      loop's thread or the one that closes; may be NULL */
    void *payload;                 /* of `closed` */
} xtr_runtime_config;

/** A runtime of its own. `config` may be NULL for the defaults. With XTR_EXECUTOR_UV this and all
 *  other calls on the runtime belong to the loop's thread. Fails with ARGUMENT, MEMORY. */
XTR_API int xtr_runtime_new(xtr_runtime **out, const xtr_runtime_config *config, xtr_error *error);

typedef enum xtr_close { XTR_CLOSE_WAIT, XTR_CLOSE_CANCEL } xtr_close;

/** Refuses new jobs, finishes (WAIT) or cancels (CANCEL) the queued and running ones, joins the
 *  threads, frees. Every job completes; WAIT therefore also waits for the consumers of page
 *  streams. Not from a callback of the runtime. With XTR_EXECUTOR_UV it
 *  returns at once and the loop does the rest. NULL is ignored. */
XTR_API void xtr_runtime_close(xtr_runtime *runtime, xtr_close how);

/** xtr_runtime_close with XTR_CLOSE_WAIT. */
XTR_API void xtr_runtime_drop(xtr_runtime *runtime);

/* Jobs -------------------------------------------------------------------------------------- */

/** One extraction, queued, running or done. */
typedef struct xtr_job xtr_job;

/** What an extraction found; immutable, reference counted. */
typedef struct xtr_result xtr_result;

/** Called exactly once when a job is done. On a thread of the pool, or on the loop's with
 *  XTR_EXECUTOR_UV. It must not block; it may call xtr_job_take, xtr_job_drop and xtr_submit. */
typedef void (*xtr_done)(xtr_job *job, void *payload);

/** What happens to a job that finds a limit of the runtime (queue, max_bytes) reached. */
typedef enum xtr_when_full {
    XTR_FULL_ADMIT, /* it is accepted all the same: for callers that must not block */
    XTR_FULL_WAIT,  /* xtr_submit blocks until there is room; not with XTR_EXECUTOR_UV */
    XTR_FULL_REFUSE /* xtr_submit fails with BUSY */
} xtr_when_full;

typedef struct xtr_request {
    size_t size; /* sizeof(xtr_request) */
    xtr_source *source;
    const xtr_options *options; /* copied; NULL for the defaults */
    xtr_done done;              /* may be NULL */
    void *payload;              /* of `done` */
    void *tag;                  /* yours, see xtr_job_tag */
    xtr_when_full when_full;
    bool unrendered; /* the result's content is "", and rendered by xtr_result_write alone */
} xtr_request;

/** Queues a job. `runtime` NULL is the shared default runtime, made on first use. When this fails
 *  `done` is never called; otherwise exactly once. *out is set before. The job is yours to drop.
 *  Fails with ARGUMENT, BUSY, CLOSED, MEMORY. */
XTR_API int xtr_submit(xtr_job **out, xtr_runtime *runtime, const xtr_request *request,
                       xtr_error *error);
XTR_API void *xtr_job_tag(const xtr_job *job);

/** Asks a job to stop: a queued one is done at once as CANCELLED, a running one is done at once
 *  for its owner and leaves its thread at the next point where its extractor asks. */
XTR_API void xtr_job_cancel(xtr_job *job);
XTR_API bool xtr_job_is_done(const xtr_job *job);

/** Waits until the job is done (and its callback has returned) or `timeout` milliseconds have
 *  passed; < 0 waits for ever. True when done. Not for XTR_EXECUTOR_UV: run the loop instead. */
XTR_API bool xtr_job_wait(xtr_job *job, int64_t timeout);

/** Waits until one of these jobs is done: its index, or `count` when the time is over. */
XTR_API size_t xtr_jobs_wait_any(xtr_job *const *jobs, size_t count, int64_t timeout);
/** Waits until all are done: true, or false when the time is over. */
XTR_API bool xtr_jobs_wait_all(xtr_job *const *jobs, size_t count, int64_t timeout);

/** The outcome of a job that is done: XTR_OK and a result that is yours to drop, or an error.
 *  A job that is not done fails with BUSY. May be called more than once. */
XTR_API int xtr_job_take(xtr_job *job, xtr_result **out, xtr_error *error);

typedef struct xtr_progress {
    uint32_t pages_done, pages_total; /* total is 0 while unknown */
    uint64_t bytes_done, bytes_total; /* of the input: how far it has been read */
} xtr_progress;
XTR_API void xtr_job_progress(const xtr_job *job, xtr_progress *out);

/** Gives up the job. One that is not done goes on; cancel it first when nobody needs it. */
XTR_API void xtr_job_drop(xtr_job *job);

/** Submits, waits, takes: the blocking form. Not for a runtime with XTR_EXECUTOR_UV. */
XTR_API int xtr_extract(xtr_result **out, xtr_runtime *runtime, xtr_source *source,
                        const xtr_options *options, xtr_error *error);

/* Streams ----------------------------------------------------------------------------------- */

/** Results one after the other: the pages of a document, or the documents of a batch. Belongs to
 * one consumer thread at a time. */
typedef struct xtr_stream xtr_stream;

typedef struct xtr_item {
    size_t index;       /* of the page from 0, or of the source in its batch */
    void *tag;          /* of the source in its batch */
    int code;           /* XTR_OK and a result, or what went wrong with this item alone */
    xtr_result *result; /* yours to drop, or NULL */
    bool provisional;   /* a page that was read without knowing the rest of its document */
    xtr_error error;    /* when `code` is set */

    /* Of a batch that looks into folders or keeps a journal; strings last until the next item */
    const char *path;     /* of the file; NULL: memory, or a descriptor */
    const char *relative; /* the part of it below the folder that was given; else its name */
    bool found;           /* in a folder that was given, of which `index` and `tag` are */
    const char *same_as;  /* the path of a file with the same content, done before: there is no
                          result then; NULL: none */
    const char
        *same_output;     /* what was said of that one's output (xtr_batch_acknowledge), or NULL */
    uint64_t receipt;     /* for xtr_batch_acknowledge; 0: none is needed */
    double milliseconds;  /* that it took */
    uint64_t peak_memory; /* in bytes, as far as it was counted */
} xtr_item;

enum { XTR_END = -1 };

/** The next item: XTR_OK; XTR_END after the last; XTR_E_TIMEOUT when none came within `timeout`
 *  milliseconds (< 0 waits for ever, 0 only looks); or the error that ended the stream, which is
 *  then in item->code too (a document out of time ends with XTR_E_TIMEOUT as well). */
XTR_API int xtr_stream_next(xtr_stream *stream, xtr_item *out, int64_t timeout);

/** Cancels what still runs and frees the stream; `wake` is not called afterwards. A stream may
 *  outlive its runtime. In a fork it does nothing, and xtr_stream_next fails with CLOSED. */
XTR_API void xtr_stream_drop(xtr_stream *stream);

typedef struct xtr_stream_config {
    size_t size;                 /* sizeof(xtr_stream_config) */
    const xtr_options *options;  /* copied; NULL for the defaults */
    void (*wake)(void *payload); /* called on any thread when xtr_stream_next, which had nothing,
                                    may have something; must not block, wait for a lock that is
                                    held over a call of the library, or call back; may be NULL */
    void *payload;               /* of `wake` */

    /* Of a batch only */
    bool in_order;      /* of the sources; else as they complete */
    uint64_t max_bytes; /* of inputs at work and results not taken; 0: 256 MB */
    bool folders;       /* a source that is a folder stands for the files below it */
    const char *except; /* a file or folder that is passed over there, such as that of the output;
                           may be NULL */
    bool acknowledges;  /* an item is done when xtr_batch_acknowledge says so; else when the next
                           one is asked for */
    /* Whether what was said of a document's output is still there: if not it is extracted again.
       Called on any thread; may be NULL. */
    bool (*has_output)(const char *output, void *payload);
    void *output_payload;
} xtr_stream_config;

/** Streams the pages of one document: each is handed out as soon as it is done, in order. What
 *  belongs to no page (metadata, outline, form fields, attachments) comes with the first one; what
 *  ended the document early, or all of one that has no pages, is a last item without pages. A slow
 *  consumer holds the extraction back after a few pages; that time does not count against the
 *  timeout, and another job may run meanwhile (for up to 64 streams a runtime), also when its
 * threads are all taken; with XTR_EXECUTOR_UV as long as libuv has a thread. `config` may be NULL.
 * With XTR_EXECUTOR_UV only look (timeout 0) when `wake` was called. Fails with ARGUMENT, CLOSED,
 *  MEMORY. */
XTR_API int xtr_pages_open(xtr_stream **out, xtr_runtime *runtime, xtr_source *source,
                           const xtr_stream_config *config, xtr_error *error);

/** Gives the next source of a batch, and a tag for its item; NULL after the last. The batch takes
 *  the source over. XTR_SOURCE_LATER when there is none yet: it is asked again at the next call of
 *  xtr_stream_next, which gives XTR_E_TIMEOUT at once when nothing else is at work. Called on the
 * consumer's thread, from xtr_stream_next. */
typedef xtr_source *(*xtr_next_source)(void *payload, void **tag);
#define XTR_SOURCE_LATER ((xtr_source *)-1)

/** Streams the results of many documents; one bad document touches no other. Sources are asked for
 *  as they are needed: the largest of the next 1 024 goes first, within `max_bytes`. With option
 *  `journal`, or `folders`, a document whose process crashed is read up to two times more.
 * `runtime` may be NULL, and must not use XTR_EXECUTOR_UV. Fails with ARGUMENT, MEMORY. */
XTR_API int xtr_batch_open(xtr_stream **out, xtr_runtime *runtime, xtr_next_source next,
                           void *payload, const xtr_stream_config *config, xtr_error *error);

/** Says that what came of an item is safe. Only then its document stands in the journal, with
 *  `output` (any text that says where it is; may be NULL). Fails with IO when the journal cannot be
 *  written; the document is then done again by who resumes. Between two xtr_stream_next. */
XTR_API int xtr_batch_acknowledge(xtr_stream *stream, uint64_t receipt, const char *output,
                                  xtr_error *error);

/** What was said last of an output in the journal that this batch goes on with; NULL: nothing.
 *  Borrowed. What stands behind it in an output that only grows was never acknowledged. */
XTR_API const char *xtr_batch_last_output(const xtr_stream *stream);

/** Takes no more sources: documents that are being read come to their end and are given, those that
 *  wait for it are dropped without an item, and the stream ends. */
XTR_API void xtr_batch_finish(xtr_stream *stream);

/** How many files a batch over these paths would find, by options include, exclude, hidden,
 * symlinks and max_size; fewer when *stop turns true on the way. */
XTR_API uint64_t xtr_count_files(const char *const *paths, size_t count, const xtr_options *options,
                                 const char *except, const volatile bool *stop);

typedef struct xtr_statistics {
    uint64_t documents, pages; /* that were taken from the stream so far */
    uint64_t bytes;            /* of text */
    uint64_t complete, partial, failed;
    uint64_t skipped;   /* were not of the types asked for; these have not failed */
    uint64_t same;      /* of a batch: had the same content as another */
    uint64_t unchanged; /* were passed over, for the journal has them */
    uint64_t too_large; /* were passed over for max_size */
    double seconds;     /* since the stream was opened */
} xtr_statistics;
XTR_API void xtr_stream_statistics(const xtr_stream *stream, xtr_statistics *out);

/* Completion queues ------------------------------------------------------------------------- */

/** Jobs that are done, gathered for one consumer: what a host with an event loop uses. */
typedef struct xtr_completions xtr_completions;

/** A queue that wakes its consumer by `wake(payload)`, called on a pool thread once each time the
 *  queue stops being empty, or, with `wake` NULL, by making xtr_completions_fd readable. Fails
 *  with MEMORY, IO. */
XTR_API int xtr_completions_new(xtr_completions **out, void (*wake)(void *payload), void *payload,
                                xtr_error *error);
/** An xtr_done: give it and the queue to xtr_submit as `done` and `payload`. The queue must live
 *  until all its jobs have been taken. */
XTR_API void xtr_completions_push(xtr_job *job, void *queue);
XTR_API int xtr_completions_fd(const xtr_completions *queue);

/** Calls `each` for the jobs that are done, in order of completion, until none is left or `budget`
 *  milliseconds have passed (< 0: no limit); at least one is given when there is one. `each` takes
 *  the job over, may submit others, and must not drain or drop the queue. True when jobs remain:
 * let the event loop go on, then drain again; the descriptor stays readable meanwhile. For one
 * thread at a time. In a fork it does nothing. */
XTR_API bool xtr_completions_drain(xtr_completions *queue, xtr_done each, void *payload,
                                   int64_t budget);
XTR_API void xtr_completions_drop(xtr_completions *queue);

/* Results ----------------------------------------------------------------------------------- */

XTR_API xtr_result *xtr_result_keep(xtr_result *result);
XTR_API void xtr_result_drop(xtr_result *result);

/** How much memory it holds, in bytes. */
XTR_API size_t xtr_result_size(const xtr_result *result);

/** The text as option `format` asked for (plain for JSON), or the bytes of the PDF. Borrowed,
 *  NUL-terminated; *size (may be NULL) excludes the NUL. */
XTR_API const char *xtr_result_content(const xtr_result *result, size_t *size);
XTR_API const char *xtr_result_mime_type(const xtr_result *result);
/** Whether a limit or damage cut it: the warnings say what. */
XTR_API bool xtr_result_is_partial(const xtr_result *result);
XTR_API size_t xtr_result_page_count(const xtr_result *result);

/** The value of a metadata key, or NULL. Borrowed. */
XTR_API const char *xtr_result_metadata(const xtr_result *result, const char *key);

typedef struct xtr_warning {
    int code;            /* of errors.def */
    uint32_t page;       /* 0: the whole document */
    const char *message; /* one line */
} xtr_warning;
XTR_API size_t xtr_result_warning_count(const xtr_result *result);
XTR_API xtr_warning xtr_result_warning(const xtr_result *result, size_t index);

/** A document inside the document, of a job that had option `attachments` extract them. */
typedef struct xtr_child_result {
    const char *name;    /* of the file, "" when it has none */
    xtr_result *result;  /* lives as long as the outer one, and xtr_result_keep keeps that;
                            NULL: it could not be read */
    int code;            /* then, of errors.def */
    const char *message; /* and why, one line */
} xtr_child_result;
XTR_API size_t xtr_result_child_count(const xtr_result *result);
XTR_API xtr_child_result xtr_result_child(const xtr_result *result, size_t index);

/** The text in any format, whatever `format` was. *out is yours: xtr_free. Fails with MEMORY, and
 * with ARGUMENT for hOCR, ALTO and TSV when option `words` had not asked for the words, and for
 * PDF, which is made while a document is read, unless that was its format. */
XTR_API int xtr_result_render(char **out, size_t *size, const xtr_result *result, xtr_format format,
                              xtr_furniture furniture, xtr_error *error);

/** Hands the content to `write` piece by piece, from its start to its end. That of an `unrendered`
 *  request is rendered on the way and never held as a whole, which halves the memory of large ones.
 *  What `write` returns other than 0 ends it and is returned. Fails with MEMORY. */
XTR_API int xtr_result_write(const xtr_result *result,
                             int (*write)(void *payload, const void *data, size_t size),
                             void *payload, xtr_error *error);

/** Receives a result as a tree of named values. Each function returns 0 to go on; anything else
 *  stops the visit and is returned. All must be set. */
typedef struct xtr_visitor {
    int (*begin_object)(void *payload, const char *type); /* a type of result.def */
    int (*begin_array)(void *payload, size_t count);
    int (*end)(void *payload);                   /* of the innermost object or array */
    int (*key)(void *payload, const char *name); /* inside objects, before each value */
    int (*string)(void *payload, const char *text, size_t size);
    int (*integer)(void *payload, int64_t value);
    int (*number)(void *payload, double value);
    int (*boolean)(void *payload, bool value);
    int (*bytes)(void *payload, const void *data, size_t size);
    int (*null)(void *payload);
} xtr_visitor;

/** Walks the whole result in the order of result.def. The same for every language. */
XTR_API int xtr_result_visit(const xtr_result *result, const xtr_visitor *visitor, void *payload);
/** Walks the value of one field of the result itself, without its key: the one at this place of
 *  xtr_field_table. Fails with ARGUMENT. */
XTR_API int xtr_result_visit_field(const xtr_result *result, size_t place,
                                   const xtr_visitor *visitor, void *payload);

typedef struct xtr_field_info {
    const char *object; /* "page": the type it belongs to; "result" is the root */
    const char *name;
    const char *type; /* "string", "integer", "number", "boolean", "bytes", an object's name,
                         "map" (of strings), or one of these with "[]" */
    bool optional;    /* left out or null when there is nothing to say */
    const char *doc;
} xtr_field_info;

/** All fields of all objects of a result, in the order a visit gives them. Static. */
XTR_API const xtr_field_info *xtr_field_table(size_t *count);

/** Visits the three tables as one object: `options` (name, type, minimum, maximum, preset, choices,
 *  kreuzberg, doc), `errors` (code, name, kind, text) and `fields` (object, name, type, optional,
 *  doc), each an array of objects. What bindings and generated pages are made from. */
XTR_API int xtr_visit_tables(const xtr_visitor *visitor, void *payload);

/** Visits what xtr_format_table has: an array of objects with `name`, `title`, `types` (an array of
 *  objects: mime_type, extensions) and `yields`. */
XTR_API int xtr_visit_formats(const xtr_visitor *visitor, void *payload);

/* Environment ------------------------------------------------------------------------------- */

/** Visits what this build and machine offer: versions of libraries, recognition languages,
 *  sandbox level; the data of `extract doctor`. */
XTR_API int xtr_doctor(const xtr_visitor *visitor, void *payload);

#ifdef __cplusplus
}
#endif
#endif
