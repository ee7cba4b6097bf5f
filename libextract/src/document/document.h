/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The document model: flat arrays in one block of memory that refer to each other by offsets,
 * never by pointers, so a document can be copied to another process with one bounds check.
 *
 * Layout of the block: xtr__document, then each array of XTR__ARRAYS, 8-byte aligned. */
#ifndef XTR_DOCUMENT_H
#define XTR_DOCUMENT_H

#include "document/account.h"
#include "libextract/extractor.h"

/** A stretch of `text` or `strings` (bytes), or of an array (items). */
typedef struct xtr__range {
    uint32_t at, size;
} xtr__range;

/** A string in `strings`, NUL-terminated there; at 0 is the empty string. */
typedef xtr__range xtr__string;

typedef struct xtr__page {
    uint32_t number;
    int32_t rotation;
    float width, height, confidence;
    uint32_t read_by; /* xtr_read_by */
    xtr__string label;
    xtr__range content;                 /* of text */
    xtr__range elements;                /* of elements */
    xtr__range words;                   /* of words */
    uint32_t pixel_width, pixel_height; /* of the image the words were found in; 0: none */
} xtr__page;

typedef struct xtr__page_word {
    xtr__string text;
    xtr_box bounding_box;
    float baseline_left, baseline_right, height, confidence;
    uint32_t line, paragraph, block;
} xtr__page_word;

typedef struct xtr__element {
    uint32_t type; /* xtr_element_type */
    int32_t level;
    xtr__string marker;
    uint32_t page_number;
    uint32_t table; /* index into tables when type is XTR_TABLE */
    xtr_box bounding_box;
    xtr__range text;
    xtr__range spans;        /* of spans */
    xtr__string image;       /* name, when type is XTR_IMAGE */
    xtr__string description; /* of an XTR_IMAGE without text, which stands for it then */
    uint32_t continues;      /* xtr_continuation */
} xtr__element;

typedef struct xtr__span {
    xtr__range text;
    uint32_t styles;
    xtr__string url;
} xtr__span;

typedef struct xtr__table {
    uint32_t page_number, rows, columns;
    xtr_box bounding_box;
    xtr__range cells; /* of cells */
} xtr__table;

typedef struct xtr__cell {
    uint32_t row, column, row_span, column_span;
    uint32_t header;
    xtr_box bounding_box;
    xtr__range text;
    xtr__range spans;
} xtr__cell;

typedef struct xtr__entry {
    xtr__string title;
    int32_t level;
    uint32_t page_number;
} xtr__entry;

typedef struct xtr__link {
    xtr__string url;
    uint32_t target_page, page_number;
    xtr_box bounding_box;
} xtr__link;

typedef struct xtr__annotation {
    xtr__string type, text, author;
    uint32_t page_number;
    xtr_box bounding_box;
} xtr__annotation;

typedef struct xtr__form_field {
    xtr__string name, type, value;
    uint32_t page_number;
} xtr__form_field;

typedef struct xtr__attachment {
    int64_t size; /* -1: unknown */
    xtr__string name, mime_type, description;
} xtr__attachment;

typedef struct xtr__image {
    uint32_t page_number, width, height;
    xtr_box bounding_box;
    xtr__string format, name;
    xtr__range data; /* of data; empty where the same name came before */
    xtr__string description;
} xtr__image;

typedef struct xtr__warning {
    int32_t code;
    uint32_t page_number;
    xtr__string message;
} xtr__warning;

/** A document inside the document, or why it could not be read. */
typedef struct xtr__child {
    xtr__string name;
    int32_t code; /* XTR_OK, and a document */
    xtr__string message;
    xtr__range document; /* of nested; a whole document as this one */
} xtr__child;

typedef struct xtr__fact {
    xtr__string key, value;
} xtr__fact;

/* X(member of xtr__document, item type) */
#define XTR__ARRAYS(X)              \
    X(text, char)                   \
    X(strings, char)                \
    X(metadata, xtr__fact)          \
    X(pages, xtr__page)             \
    X(words, xtr__page_word)        \
    X(elements, xtr__element)       \
    X(spans, xtr__span)             \
    X(tables, xtr__table)           \
    X(cells, xtr__cell)             \
    X(outline, xtr__entry)          \
    X(links, xtr__link)             \
    X(annotations, xtr__annotation) \
    X(form_fields, xtr__form_field) \
    X(attachments, xtr__attachment) \
    X(images, xtr__image)           \
    X(warnings, xtr__warning)       \
    X(data, char)                   \
    X(children, xtr__child)         \
    X(nested, uint64_t)

/** Where an array lies: bytes from the start of the document, and its number of items. */
typedef struct xtr__array {
    uint64_t at;
    uint64_t count;
} xtr__array;

typedef struct xtr__document {
    uint64_t size; /* of the whole block in bytes */
    uint32_t partial;
    uint32_t keeps_words; /* pages have their words, if they have any */
    xtr__string mime_type;
    xtr__range file; /* of data, behind all images and before a NUL; empty: none was asked for */
#define X(name, type) xtr__array name;
    XTR__ARRAYS(X)
#undef X
} xtr__document;

/** Bytes behind the block of a document, unless that is inside of another: for its result. */
enum { XTR__RESULT_ROOM = 128 };

/** The items of an array: XTR__ITEMS(document, pages, xtr__page)[0]. */
#define XTR__ITEMS(document, name, type) \
    ((const type *)(const void *)((const char *)(document) + (document)->name.at))

static inline const char *xtr__document_text(const xtr__document *document) {
    return XTR__ITEMS(document, text, char);
}

static inline const char *xtr__document_string(const xtr__document *document, xtr__string string) {
    return XTR__ITEMS(document, strings, char) + string.at;
}

/** The document of a child that has one. */
static inline const xtr__document *xtr__document_child(const xtr__document *document,
                                                       const xtr__child *child) {
    return (const xtr__document *)(const void *)(XTR__ITEMS(document, nested, uint64_t) +
                                                 child->document.at);
}

/** Bytes of text in it and in all documents inside of it. */
uint64_t xtr__document_text_size(const xtr__document *document);

/** Puts an element for each image that has a name among the `count` elements of a page of this
 * size, where it stands (place.c). There must be room for xtr__placed_most more. `end` is an
 * element behind the last. Returns how many elements there are then. */
uint32_t xtr__place_images(xtr__element *elements, uint32_t count, const xtr__image *images,
                           uint32_t image_count, const xtr__page *page, const xtr__element *end);
enum { xtr__placed_most = 200 };

/** The value of a metadata key, or NULL. */
const char *xtr__document_metadata(const xtr__document *document, const char *key);

enum { XTR__MOST_DEPTH = 20 }; /* of documents inside documents, the outermost has 0 */

/** Whether a block of `size` bytes from somewhere else is a document as a builder makes them: every
 *  offset stays inside, items are in order and do not overlap, text is clean UTF-8, and so are the
 *  documents inside of it. Everything else here trusts its document. */
bool xtr__document_valid(const void *block, size_t size);

/* Builder ----------------------------------------------------------------------------------- */

/** A builder that takes at most `max_text` bytes of text (0: no limit) and its memory from
 *  `account`, which must outlive it or its xtr__builder_end. NULL when out of memory. */
xtr_builder *xtr__builder_new(uint64_t max_text, xtr__account *account);
void xtr__builder_drop(xtr_builder *builder);

/** Ends with a document, and begins the next. What is kept in between, at most 64 KB, counts for no
 *  account. */
void xtr__builder_end(xtr_builder *builder);
void xtr__builder_begin(xtr_builder *builder, uint64_t max_text, xtr__account *account);

/** XTR_OK, or LIMIT or MEMORY once the builder has refused something. */
int xtr__builder_status(const xtr_builder *builder);
/** Keeps the words of pages, which otherwise are left out. */
void xtr__builder_keep_words(xtr_builder *builder);
/** The string is borrowed until the document is packed. */
void xtr__builder_set_mime_type(xtr_builder *builder, const char *mime_type);

/** Calls `sink(payload)` after each page's end: streaming. It may take what is there. */
void xtr__builder_set_sink(xtr_builder *builder, void (*sink)(void *payload), void *payload);

/** Refuses all that follows with this status: what a sink does when it cannot go on. */
void xtr__builder_fail(xtr_builder *builder, int status);

/** Before the end of a table whose cells came by row and column: see xtr__settle_table (merge.h).
 */
void xtr__builder_settle_table(xtr_builder *builder, uint32_t first_column,
                               const xtr_cell_range *ranges, size_t count);

/** Makes tables that go on over the next page one (join.c). Before the end, and once. */
void xtr__builder_join_tables(xtr_builder *builder);

/** Packs what was built since the last time, with its own warnings, and forgets it. NULL when out
 *  of memory. */
xtr__document *xtr__builder_take(xtr_builder *builder);

/** Adds all of a document behind what is there, its pages and elements in their order. */
void xtr__builder_append(xtr_builder *builder, const xtr__document *document);

/** Bytes of text that there is still room for. */
uint64_t xtr__builder_text_left(const xtr_builder *builder);

/** Adds a document as one inside of what is built, or, with a code, why there is none (`document`
 *  is NULL then). Its text counts against max_text. One for which there is no room is left out,
 *  with a warning. */
void xtr__builder_add_child(xtr_builder *builder, const char *name, int code, const char *message,
                            const xtr__document *document);

/** Packs what was built; open elements and pages are closed. A builder that hit its text limit
 *  gives a partial document with a warning. The document is one block, yours to xtr_free. NULL
 *  when out of memory. */
xtr__document *xtr__builder_finish(xtr_builder *builder);

#endif
