/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an extractor sees of the engine.
 *
 * An extractor reads through xtr_input, writes through xtr_builder and asks
 * xtr_job_should_stop() often enough that a stop takes effect within 25 ms. It runs on one thread
 * at a time with state of its own (xtr_job_state) and touches nothing global. This interface may
 * change from release to release; libextract.h may not.
 */
#ifndef LIBEXTRACT_EXTRACTOR_H
#define LIBEXTRACT_EXTRACTOR_H

#include "libextract.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Options as values ------------------------------------------------------------------------- */

typedef struct xtr_list {
    char **items;
    size_t count;
} xtr_list;

typedef struct xtr_page_range {
    uint32_t first, last; /* both included, from 1; last is UINT32_MAX for "12-" */
} xtr_page_range;

typedef struct xtr_page_ranges {
    xtr_page_range *items; /* as given, not sorted */
    size_t count;          /* 0: all pages */
} xtr_page_ranges;

struct xtr_options {
#define XTR_STORE_BOOLEAN                                                 bool
#define XTR_STORE_INTEGER                                                 int64_t
#define XTR_STORE_DURATION                                                int64_t
#define XTR_STORE_SIZE                                                    int64_t
#define XTR_STORE_STRING                                                  char *
#define XTR_STORE_LIST                                                    xtr_list
#define XTR_STORE_CHOICE                                                  int64_t
#define XTR_STORE_PAGES                                                   xtr_page_ranges
#define XTR_OPTION(name, TYPE, preset, min, max, choices, kreuzberg, doc) XTR_STORE_##TYPE name;
#include "libextract/options.def"
#undef XTR_OPTION
};

/** Whether page `number` (from 1) was asked for. */
bool xtr_pages_include(const xtr_page_ranges *ranges, uint32_t number);

/* Input ------------------------------------------------------------------------------------- */

/** The open document of a job. Read by `pread` or from memory, never mapped in the host. */
typedef struct xtr_input xtr_input;

uint64_t xtr_input_size(const xtr_input *input);

/** File name without folders, or NULL when the input has none. */
const char *xtr_input_name(const xtr_input *input);

/** Reads up to `size` bytes at `at`: fewer at the end only. -1 when reading fails. */
int64_t xtr_input_read(xtr_input *input, uint64_t at, void *buffer, size_t size);

/** The first bytes, at most 64 KiB; none when reading fails. Borrowed. NULL when out of memory. */
const unsigned char *xtr_input_head(xtr_input *input, size_t *size);

/** All of it, read into memory once. Borrowed. NULL when out of memory or reading fails. */
const unsigned char *xtr_input_bytes(xtr_input *input, size_t *size);

/* Builder ----------------------------------------------------------------------------------- */

/** Collects a document in reading order. Its functions never fail: when memory or a limit is
 *  gone they do nothing, and xtr_job_should_stop() turns true. Strings are copied. Text may be
 *  any bytes: malformed UTF-8 becomes U+FFFD and control characters but tab and newline go. */
typedef struct xtr_builder xtr_builder;

typedef struct xtr_box {
    float x0, y0, x1, y1; /* left, top, right, bottom in points; all 0: unknown */
} xtr_box;

typedef enum xtr_read_by { XTR_READ_NONE, XTR_READ_TEXT, XTR_READ_OCR } xtr_read_by;

typedef enum xtr_element_type {
    XTR_PARAGRAPH,
    XTR_HEADING,
    XTR_LIST_ITEM,
    XTR_TABLE,
    XTR_CODE,
    XTR_QUOTE,
    XTR_FORMULA,
    XTR_CAPTION,
    XTR_IMAGE,
    XTR_HEADER, /* furniture: running header, footer, page number */
    XTR_FOOTER,
    XTR_FOOTNOTE,
    XTR_VERBATIM /* text that is already what it should look like: line breaks and spaces count */
} xtr_element_type;

enum {
    XTR_BOLD = 1,
    XTR_ITALIC = 2,
    XTR_MONO = 4,
    XTR_SUPERSCRIPT = 8,
    XTR_SUBSCRIPT = 16,
    XTR_STRIKE = 32,
    XTR_MATH = 64 /* a formula: LaTeX, or what its document writes formulas in */
};

typedef struct xtr_page_info {
    float width, height; /* points as displayed, 0 if there is no such thing */
    int rotation;
    const char *label; /* NULL if none */
    xtr_read_by read_by;
    float confidence;                   /* 0 to 1 of recognition, else 0 */
    uint32_t pixel_width, pixel_height; /* of the image its words were found in; 0: none */
} xtr_page_info;

/** Pages, where a document has them, enclose elements. The n-th begun page has number n unless
 *  the number of the next one is set first (a document of which only some pages are read). */
void xtr_page_begin(xtr_builder *builder, uint32_t number, const xtr_page_info *info);
void xtr_page_end(xtr_builder *builder);

/** How text goes on from that of the page before: what is between the two. */
typedef enum xtr_continuation {
    XTR_ANEW, /* it does not */
    XTR_AFTER_SPACE,
    XTR_AFTER_NOTHING,
    XTR_AFTER_HYPHEN /* the one at the end of the page before, which goes */
} xtr_continuation;

typedef struct xtr_element_info {
    xtr_element_type type;
    int level;          /* heading 1 to 6; list item from 1 */
    const char *marker; /* list item, footnote: as printed, "1." or a bullet; NULL if none */
    xtr_box box;
    uint32_t image; /* of an image: what xtr_image returned; 0: none */
    xtr_continuation
        continues; /* of a paragraph or quote: the last paragraph, list item or quote of
                      an earlier page, with which it is one in the document's content */
} xtr_element_info;

/** Elements do not nest. One that stays empty leaves nothing behind. */
void xtr_element_begin(xtr_builder *builder, const xtr_element_info *info);
void xtr_element_end(xtr_builder *builder);

/** Style (or-ed flags) and link (NULL for none) of the text that follows in this element. */
void xtr_style(xtr_builder *builder, unsigned styles, const char *url);

/** Adds text to the open element or cell. */
void xtr_text(xtr_builder *builder, const char *text, size_t size);

typedef struct xtr_cell_info {
    uint32_t row, column;           /* from 0 */
    uint32_t row_span, column_span; /* 0 counts as 1 */
    bool header;
    xtr_box box;
} xtr_cell_info;

typedef struct xtr_cell_range {
    uint32_t first_row, first_column, last_row, last_column; /* from 0, all included */
} xtr_cell_range;

/** A table is an element that holds cells, by row and column; text goes into the open cell. */
void xtr_table_begin(xtr_builder *builder, xtr_box box);
void xtr_cell_begin(xtr_builder *builder, const xtr_cell_info *info);
void xtr_cell_end(xtr_builder *builder);
void xtr_table_end(xtr_builder *builder);

/** A word where it stands on its page. */
typedef struct xtr_word_info {
    const char *text;
    size_t size;
    xtr_box box;
    float baseline_left, baseline_right; /* y of the baseline at the sides of the box */
    float height;                        /* from ascender to descender of its line, in points */
    float confidence;                    /* 0 to 1 */
    uint32_t line, paragraph, block;     /* numbers on its page, in reading order from 0 */
} xtr_word_info;

/** Adds a word to the open page, in reading order. Words stand beside the elements, whose text is
 *  that of the same page, and are left out unless the job wants them (xtr_job_wants_words). */
void xtr_word(xtr_builder *builder, const xtr_word_info *info);

/** The file that option `format` asks for, of a job whose extractor makes it, once and at its end.
 */
void xtr_file(xtr_builder *builder, const void *data, size_t size);

/** Adds a fact about the document; an empty value, or a key that is there already, is ignored.
 *  Well-known keys: title, authors, subject, keywords, description, language, created, modified
 *  (ISO 8601), creator, producer, page_count. */
void xtr_metadata(xtr_builder *builder, const char *key, const char *value);

/** Things beside the text, `page` 0 if unknown; strings may be NULL. */
void xtr_entry(xtr_builder *builder, const char *title, int level, uint32_t page);
void xtr_link(xtr_builder *builder, const char *url, uint32_t target_page, uint32_t page,
              xtr_box box);
void xtr_annotation(xtr_builder *builder, const char *type, const char *text, const char *author,
                    uint32_t page, xtr_box box);
void xtr_form_field(xtr_builder *builder, const char *name, const char *type, const char *value,
                    uint32_t page);
void xtr_attachment(xtr_builder *builder, const char *name, const char *mime_type, int64_t size,
                    const char *description);

typedef struct xtr_image_info {
    const char *format;     /* "jpeg", "png", ...; NULL if unknown */
    uint32_t width, height; /* in pixels */
    uint32_t page;
    xtr_box box;
    const void *data; /* the picture as a file of this format; NULL: not asked for, or none */
    size_t data_size;
    uint32_t same_as; /* the number of an image that shows the same picture, and then says what that
                         is; 0: none */
    const char *description; /* what it is said to show: alternative text; NULL: nothing */
    size_t description_size;
} xtr_image_info;

/** Adds an image and returns its number, which means something until the end of the next streamed
 *  page; 0 when there is no room. One with data, or the same as one that has, gets a name, and when
 *  its page ends an element, by its box among those of the page, unless one shows it already. Data
 * for which max_memory leaves no room is left out, with a warning. */
uint32_t xtr_image(xtr_builder *builder, const xtr_image_info *info);

/** Notes trouble that does not end the extraction. A message said before about the same page is
 *  not repeated; after 100 the rest is counted. */
void xtr_warn(xtr_builder *builder, int code, uint32_t page, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The same, and the result is marked as partial: something asked for is missing. */
void xtr_partial(xtr_builder *builder, int code, uint32_t page, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Job --------------------------------------------------------------------------------------- */

xtr_input *xtr_job_input(xtr_job *job);
const xtr_options *xtr_job_options(const xtr_job *job);
xtr_builder *xtr_job_builder(xtr_job *job);

/** The type that detection or the caller decided on. */
const char *xtr_job_mime_type(const xtr_job *job);

/** The character set that the caller gave or detection found in text, or "". */
const char *xtr_job_charset(const xtr_job *job);

/** What this extractor's `open_state` returned on this slot. */
void *xtr_job_state(xtr_job *job);

/** Whether pages are handed out as they end (xtr_page_end), which may block while the consumer is
 *  slow: an extractor that looks at the whole document before it writes should then not. */
bool xtr_job_is_streamed(const xtr_job *job);

/** Whether text is to keep its places on the page instead of its reading order: it was asked for,
 * and for plain text. Write verbatim elements then. */
bool xtr_job_preserves_layout(const xtr_job *job);

/** Whether pages are to have their words (xtr_word): they were asked for, or the format shows them.
 */
bool xtr_job_wants_words(const xtr_job *job);

/** The page whose layout is to be drawn instead of any text, or 0: only of an extractor with
 *  XTR_DRAWS_LAYOUT, which then writes the picture as one verbatim element. */
uint32_t xtr_job_drawn_page(const xtr_job *job);

/** True when the job was cancelled, is out of time or has nowhere to write: return soon, with
 *  what was read so far and XTR_OK or xtr_job_fail's code; the engine knows why. */
bool xtr_job_should_stop(xtr_job *job);
void xtr_job_set_progress(xtr_job *job, uint32_t pages_done, uint32_t pages_total);

/** Counts `bytes` that the extractor took (or, negative, gave back) against max_memory. False when
 *  they would be too many: the job should end with XTR_E_MEMORY, or xtr_partial with it. Giving
 * back never fails. Costly to call for each allocation: ask for some hundred kilobytes at a time.
 */
bool xtr_job_charge(xtr_job *job, int64_t bytes);

/** Parts of a job, taken in ranges by several slots. */
typedef struct xtr_share xtr_share;

/** Takes the next range of parts, first to last - 1. False when none is left or the job stops. */
bool xtr_share_next(xtr_share *share, uint32_t *first, uint32_t *last);

/** Lets slots that have nothing else to do help with `count` parts, such as pages: calls `work` on
 *  this thread and, at the same time, on theirs; each takes ranges of up to `grain` parts until
 *  there is none. Returns when all have returned. A helper is given a job of its own, with the same
 *  options, an input and the state of its slot, but no builder: results go to where `payload` says,
 *  a place for each part. Helpers are not waited for: the work is done by this slot if none comes.
 */
void xtr_job_share(xtr_job *job, uint32_t count, uint32_t grain,
                   void (*work)(xtr_job *job, xtr_share *share, void *payload), void *payload);

/** Whether the bytes of files inside the document are wanted: they are to be extracted, and there
 *  are not too many levels yet. */
bool xtr_job_wants_children(const xtr_job *job);

typedef struct xtr_child_info {
    const char *name;        /* NULL if none */
    const char *mime_type;   /* as declared, NULL if unknown */
    const char *description; /* as declared, NULL if none */
    int64_t size;            /* -1: unknown; of `data` when that is given */
} xtr_child_info;

/** A file inside the document: listed as xtr_attachment does and, when its bytes are wanted and
 *  given, detected and extracted on this thread before the call returns. What comes of it is one of
 *  the document's children, whole or with its error; nothing else of the job changes. `data` is
 *  borrowed during the call, NULL when not wanted. */
void xtr_child(xtr_job *job, const xtr_child_info *info, const void *data, size_t size);

/** The same for one that is not to be listed: a part of the document, such as a message of a
 *  mailbox. */
void xtr_child_unlisted(xtr_job *job, const xtr_child_info *info, const void *data, size_t size);

/** A file inside the document that cannot be read: listed and, when children are wanted, one of
 * them with this error and message. */
void xtr_child_failed(xtr_job *job, const xtr_child_info *info, int code, const char *message);

/** Says that the job goes on only with the data of these languages, joined by "+". True when they
 *  may be loaded, or were before. When false return XTR_E_MISSING_LANGUAGE at once: the job begins
 *  again in a worker process that has them. */
bool xtr_job_needs(xtr_job *job, const char *languages);

/** Goes on with other bytes: for an extractor that only unwraps (XTR_UNWRAPS), such as an encrypted
 *  or compressed file. When `run` returns XTR_OK, the type of `data` is found, by its content and
 *  `name` (without folders; NULL if none), and the extractor of that type reads them in the place
 *  of the input, within the same job and its limits; what comes of it is the job's result. The
 *  builder keeps what it holds: warnings and metadata of the wrapping, no text.
 *
 *  Takes over `data`, from malloc, in any case, and counts it against max_memory: first give back
 *  what was charged for it. Fails with LIMIT after eight layers, MEMORY. */
int xtr_job_continue(xtr_job *job, void *data, size_t size, const char *name);

/** Fails the job: "name of the input: message". Returns `code`, for `return xtr_job_fail(...)`. */
int xtr_job_fail(xtr_job *job, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Extractor --------------------------------------------------------------------------------- */

/** A type recognised by its content. */
typedef struct xtr_match {
    const char *mime_type; /* static */
    int bits;              /* that really were compared: 32 for a four-byte signature */
} xtr_match;

enum {
    /** Its libraries may end the process they run in (abort, exit): `isolation: auto` then takes a
     *  process of its own. */
    XTR_MAY_ABORT = 1,
    /** It heeds xtr_job_drawn_page. */
    XTR_DRAWS_LAYOUT = 2,
    /** It heeds xtr_job_wants_words, and makes a file (xtr_file) when `format` is pdf. */
    XTR_FINDS_WORDS = 4,
    /** It unwraps (xtr_job_continue): what draws and finds words is the extractor of what is
     * inside.
     */
    XTR_UNWRAPS = 8
};

/** What may come out of a format: XTR_YIELDS_TEXT and so on, of yields.def. */
enum {
#define XTR_YIELD(NAME, bit, name, doc) XTR_YIELDS_##NAME = bit,
#include "libextract/yields.def"
#undef XTR_YIELD
};

typedef struct xtr_extractor {
    const char *name;              /* as in registry.def: "pdf" */
    const char *title;             /* for people: "Portable Document Format" */
    const char *const *mime_types; /* NULL-terminated: what `run` can read */
    unsigned yields;               /* XTR_YIELDS_..., or-ed: what may come out */

    /** Looks at the head of an input (all of it when short). May be NULL when detection knows
     *  the types anyway. A bid of 0 bits means "not mine". */
    xtr_match (*probe)(const unsigned char *head, size_t size, uint64_t input_size);

    /** Reads the input into the builder. XTR_OK, or what xtr_job_fail returned. Text found
     *  before a failure is dropped; keep it by xtr_partial and XTR_OK. */
    int (*run)(xtr_job *job);

    /** What is costly to make and may be kept from job to job, one for each slot; may be NULL.
     *  Made on first need; NULL from it means out of memory. */
    void *(*open_state)(void);
    void (*drop_state)(void *state);

    /** Opens, and keeps open, whatever `run` may need a file for, such as the data of languages
     *  ("eng+deu", "" for none): called in a worker process before its sandbox allows none any
     *  more. May be NULL. */
    void (*warm)(const char *languages);
    unsigned flags;
} xtr_extractor;

#ifdef __cplusplus
}
#endif
#endif
