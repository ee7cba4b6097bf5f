/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Results, and the walk over one that every language sees: driven by result.def. */
#include "render/result.h"
#include "render/json.h"
#include "render/render.h"
#include "render/words.h"
#include "runtime/error.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct xtr_result {
    atomic_uint references;
    xtr__document *document;
    char *content; /* short ones stand behind the result itself, files in the document; NULL when
                      it is unrendered, which is "" to whoever asks */
    size_t content_size;
    xtr_format format; /* of the content */
    xtr_furniture furniture;
    bool is_file;
    xtr_result *outermost; /* of a child: what it stands in, which is counted for it; else NULL */
    xtr_result **children; /* as in the document; NULL for one that could not be read */
};

/* The table --------------------------------------------------------------------------------- */

typedef enum field_kind {
    STRING,  /* xtr__string */
    TEXT,    /* xtr__range of the document's text */
    INTEGER, /* uint32_t; 0 is nothing */
    SIGNED,  /* int32_t; 0 is nothing */
    SIZE,    /* int64_t; -1 is nothing */
    NUMBER,  /* float; 0 is nothing */
    BOOLEAN, /* uint32_t */
    BOX,     /* xtr_box; all 0 is nothing */
    MAP,     /* the document's metadata */
    ALL,     /* every item of an array of the document */
    SOME,    /* xtr__range of such an array */
    BYTES,   /* xtr__range of the document's data */
    ELEMENT_TYPE,
    READ_BY,
    ERROR_NAME,
    STYLES,
    CONTINUATION, /* 0 is nothing */
    CONTENT,      /* computed from the whole object from here on */
    MIME_TYPE,
    STATUS,
    MARKDOWN,
    HTML,
    CSV,
    CHILDREN, /* results of their own */
    FAILURE   /* of a child that has none */
} field_kind;

/* The arrays whose items are objects, and what those are called. */
#define OBJECTS(X)             \
    X(page, pages)             \
    X(word, words)             \
    X(element, elements)       \
    X(span, spans)             \
    X(table, tables)           \
    X(cell, cells)             \
    X(entry, outline)          \
    X(link, links)             \
    X(annotation, annotations) \
    X(form_field, form_fields) \
    X(attachment, attachments) \
    X(image, images)           \
    X(warning, warnings)       \
    X(child, children)

typedef xtr__page_word xtr__word; /* as result.def calls it */
typedef xtr__child xtr__failure;  /* what a child says instead */

typedef enum object_kind {
    OBJECT_result,
#define X(object, array) OBJECT_##object,
    OBJECTS(X)
#undef X
        OBJECT_failure,
    OBJECT_COUNT
} object_kind;

typedef struct object_info {
    const char *name;
    size_t array; /* offset of its xtr__array in xtr__document */
    size_t size;  /* of an item */
} object_info;

static const object_info objects[OBJECT_COUNT] = {[OBJECT_result] = {"result", 0, 0},
                                                  [OBJECT_failure] = {"failure", 0, 0},
#define X(object, array) \
    [OBJECT_##object] = {#object, offsetof(xtr__document, array), sizeof(xtr__##object)},
                                                  OBJECTS(X)
#undef X
};

/* What result.def calls a type: its name for people, how it is stored, of which objects. */
#define TYPE_STRING       "string", STRING, OBJECT_result
#define TYPE_TEXT         "string", TEXT, OBJECT_result
#define TYPE_ELEMENT_TYPE "string", ELEMENT_TYPE, OBJECT_result
#define TYPE_READ_BY      "string", READ_BY, OBJECT_result
#define TYPE_ERROR_NAME   "string", ERROR_NAME, OBJECT_result
#define TYPE_STYLES       "string", STYLES, OBJECT_result
#define TYPE_CONTINUATION "string", CONTINUATION, OBJECT_result
#define TYPE_CONTENT      "string", CONTENT, OBJECT_result
#define TYPE_MIME_TYPE    "string", MIME_TYPE, OBJECT_result
#define TYPE_STATUS       "string", STATUS, OBJECT_result
#define TYPE_MARKDOWN     "string", MARKDOWN, OBJECT_result
#define TYPE_HTML         "string", HTML, OBJECT_result
#define TYPE_CSV          "string", CSV, OBJECT_result
#define TYPE_INTEGER      "integer", INTEGER, OBJECT_result
#define TYPE_SIGNED       "integer", SIGNED, OBJECT_result
#define TYPE_SIZE         "integer", SIZE, OBJECT_result
#define TYPE_NUMBER       "number", NUMBER, OBJECT_result
#define TYPE_BOOLEAN      "boolean", BOOLEAN, OBJECT_result
#define TYPE_BOX          "number[]", BOX, OBJECT_result
#define TYPE_MAP          "map", MAP, OBJECT_result
#define TYPE_ALL(object)  #object "[]", ALL, OBJECT_##object
#define TYPE_SOME(object) #object "[]", SOME, OBJECT_##object
#define TYPE_BYTES        "bytes", BYTES, OBJECT_result
#define TYPE_CHILDREN     "child[]", CHILDREN, OBJECT_child
#define TYPE_FAILURE      "failure", FAILURE, OBJECT_failure

typedef struct field {
    object_kind object;
    const char *name;
    const char *type;
    field_kind kind;
    object_kind items;
    bool optional;
    size_t at;
    const char *doc;
} field;

static const field fields[] = {
#define XTR_FIELD(object, name, TYPE, optional, doc) \
    {OBJECT_##object, #name, TYPE_##TYPE, optional, offsetof(xtr__##object, name), doc},
#define XTR_COMPUTED(object, name, TYPE, optional, doc) \
    {OBJECT_##object, #name, TYPE_##TYPE, optional, 0, doc},
#include "libextract/result.def"
#undef XTR_FIELD
#undef XTR_COMPUTED
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* The public view: names instead of positions. Constant once written. */
static xtr_field_info public_fields[FIELD_COUNT];

__attribute__((constructor)) static void fill_public_fields(void) {
    for (size_t i = 0; i < FIELD_COUNT; i++)
        public_fields[i] = (xtr_field_info){objects[fields[i].object].name, fields[i].name,
                                            fields[i].type, fields[i].optional, fields[i].doc};
}

const xtr_field_info *xtr_field_table(size_t *count) {
    *count = FIELD_COUNT;
    return public_fields;
}

/* The walk ---------------------------------------------------------------------------------- */

static const char *const element_types[] = {"paragraph", "heading",  "list_item", "table", "code",
                                            "quote",     "formula",  "caption",   "image", "header",
                                            "footer",    "footnote", "verbatim"};
static const char *const continuation_names[] = {"", "space", "nothing", "hyphen"};
static const char *const read_by_names[] = {"none", "text", "ocr"};
static const char *const style_names[] = {"bold",      "italic", "mono", "superscript",
                                          "subscript", "strike", "math"};

typedef struct walk {
    const xtr_result *result;
    const xtr__document *document;
    const xtr_visitor *visitor;
    void *payload;
} walk;

static int visit_object(const walk *w, object_kind kind, const char *object);

static int say(const walk *w, const char *text) {
    return w->visitor->string(w->payload, text, strlen(text));
}

#define AS(type, object, field) (*(const type *)(const void *)((object) + (field)->at))

/* Whether an optional field has nothing to say. */
static bool is_nothing(const walk *w, const field *f, const char *object) {
    switch (f->kind) {
    case STRING:
    case TEXT:
    case SOME:
    case BYTES:
        return AS(xtr__range, object, f).size == 0;
    case INTEGER:
    case SIGNED:
    case STYLES:
    case CONTINUATION:
        return AS(uint32_t, object, f) == 0;
    case SIZE:
        return AS(int64_t, object, f) < 0;
    case NUMBER:
        return AS(float, object, f) == 0;
    case BOX: {
        xtr_box box = AS(xtr_box, object, f);
        return box.x0 == 0 && box.y0 == 0 && box.x1 == 0 && box.y1 == 0;
    }
    default:
        (void)w;
        return false;
    }
}

static int visit_text(const walk *w, xtr__range text) {
    const char *bytes = xtr__document_text(w->document) + text.at;
    /* A block's text ends without the line break that parts it from the next. */
    while (text.size && bytes[text.size - 1] == '\n')
        text.size--;
    return w->visitor->string(w->payload, bytes, text.size);
}

static int visit_styles(const walk *w, uint32_t styles) {
    char text[80] = "";
    for (size_t i = 0; i < sizeof style_names / sizeof style_names[0]; i++) {
        if (!(styles & 1u << i))
            continue;
        if (*text)
            strcat(text, " ");
        strcat(text, style_names[i]);
    }
    return say(w, text);
}

/* As JSON writes it, for every language: 72.1 where the nearest float is 72.0999985. */
static double rounded(float value) {
    return fabsf(value) < 1e12F ? round((double)value * 1000) / 1000 : (double)value;
}

static int visit_box(const walk *w, xtr_box box) {
    const float sides[] = {box.x0, box.y0, box.x1, box.y1};
    int stop = w->visitor->begin_array(w->payload, 4);
    for (int i = 0; !stop && i < 4; i++)
        stop = w->visitor->number(w->payload, rounded(sides[i]));
    return stop ? stop : w->visitor->end(w->payload);
}

static int visit_map(const walk *w) {
    const xtr__fact *facts = XTR__ITEMS(w->document, metadata, xtr__fact);
    int stop = w->visitor->begin_object(w->payload, "map");
    for (uint64_t i = 0; !stop && i < w->document->metadata.count; i++) {
        stop = w->visitor->key(w->payload, xtr__document_string(w->document, facts[i].key));
        if (!stop)
            stop = w->visitor->string(w->payload, xtr__document_string(w->document, facts[i].value),
                                      facts[i].value.size);
    }
    return stop ? stop : w->visitor->end(w->payload);
}

static int visit_items(const walk *w, object_kind kind, uint64_t first, uint64_t count) {
    const xtr__array *array =
        (const xtr__array *)(const void *)((const char *)w->document + objects[kind].array);
    const char *items = (const char *)w->document + array->at;
    int stop = w->visitor->begin_array(w->payload, count);
    for (uint64_t i = first; !stop && i < first + count; i++)
        stop = visit_object(w, kind, items + i * objects[kind].size);
    return stop ? stop : w->visitor->end(w->payload);
}

static int visit_all(const walk *w, object_kind kind) {
    const xtr__array *array =
        (const xtr__array *)(const void *)((const char *)w->document + objects[kind].array);
    return visit_items(w, kind, 0, array->count);
}

static int visit_table(const walk *w, const field *f, const char *object) {
    const xtr__table *table = (const xtr__table *)(const void *)object;
    xtr__buffer buffer = {.data = NULL};
    size_t size;
    if (f->kind == MARKDOWN)
        xtr__render_table(&buffer, w->document, table);
    else if (f->kind == HTML)
        xtr__render_table_html(&buffer, w->document, table);
    else
        xtr__render_table_csv(&buffer, w->document, table);
    char *text = xtr__buffer_take(&buffer, &size);
    if (!text)
        return XTR_E_MEMORY;
    int stop = w->visitor->string(w->payload, text, size);
    free(text);
    return stop;
}

static int visit_content(const walk *w) {
    const xtr_result *result = w->result;
    size_t size;
    const char *content = xtr_result_content(result, &size);
    return result->is_file ? w->visitor->bytes(w->payload, content, size)
                           : w->visitor->string(w->payload, content, size);
}

static int visit_children(const walk *w);

static int visit_computed(const walk *w, const field *f, const char *object) {
    const xtr__document *d = w->document;
    switch (f->kind) {
    case CHILDREN:
        return visit_children(w);
    case FAILURE:
        return visit_object(w, OBJECT_failure, object);
    case MIME_TYPE:
        return say(w, xtr__document_string(d, d->mime_type));
    case STATUS:
        return say(w, d->partial ? "partial" : "complete");
    case MARKDOWN:
    case HTML:
    case CSV:
        return visit_table(w, f, object);
    case MAP:
        return visit_map(w);
    case ALL:
        return visit_all(w, f->items);
    default:
        return visit_content(w);
    }
}

static int visit_value(const walk *w, const field *f, const char *object) {
    switch (f->kind) {
    case STRING: {
        xtr__string string = AS(xtr__string, object, f);
        return w->visitor->string(w->payload, xtr__document_string(w->document, string),
                                  string.size);
    }
    case TEXT:
        return visit_text(w, AS(xtr__range, object, f));
    case INTEGER:
        return w->visitor->integer(w->payload, AS(uint32_t, object, f));
    case SIGNED:
        return w->visitor->integer(w->payload, AS(int32_t, object, f));
    case SIZE:
        return w->visitor->integer(w->payload, AS(int64_t, object, f));
    case NUMBER:
        return w->visitor->number(w->payload, rounded(AS(float, object, f)));
    case BOOLEAN:
        return w->visitor->boolean(w->payload, AS(uint32_t, object, f) != 0);
    case BOX:
        return visit_box(w, AS(xtr_box, object, f));
    case SOME: {
        xtr__range range = AS(xtr__range, object, f);
        return visit_items(w, f->items, range.at, range.size);
    }
    case BYTES: {
        xtr__range range = AS(xtr__range, object, f);
        return w->visitor->bytes(w->payload, XTR__ITEMS(w->document, data, char) + range.at,
                                 range.size);
    }
    case ELEMENT_TYPE:
        return say(w, element_types[AS(uint32_t, object, f)]);
    case READ_BY:
        return say(w, read_by_names[AS(uint32_t, object, f)]);
    case ERROR_NAME:
        return say(w, xtr_error_describe(AS(int32_t, object, f))->name);
    case STYLES:
        return visit_styles(w, AS(uint32_t, object, f));
    case CONTINUATION:
        return say(w, continuation_names[AS(uint32_t, object, f)]);
    default:
        return visit_computed(w, f, object);
    }
}

/* The fields of an object stand together in result.def. */
static int visit_object(const walk *w, object_kind kind, const char *object) {
    size_t i = 0;
    int stop = w->visitor->begin_object(w->payload, objects[kind].name);
    while (i < FIELD_COUNT && fields[i].object != kind)
        i++;
    for (; !stop && i < FIELD_COUNT && fields[i].object == kind; i++) {
        if (fields[i].optional && is_nothing(w, &fields[i], object))
            continue;
        stop = w->visitor->key(w->payload, fields[i].name);
        if (!stop)
            stop = visit_value(w, &fields[i], object);
    }
    return stop ? stop : w->visitor->end(w->payload);
}

/* Whether a field of a child is one of the result that it is. */
static bool is_of_result(const field *f) {
    return f->kind == CONTENT || f->kind == MIME_TYPE || f->kind == STATUS || f->kind == MAP ||
           f->kind == ALL || f->kind == CHILDREN;
}

/* A whole result, or what went wrong; its name is the outer document's. */
static int visit_child(const walk *w, const xtr__child *child, const xtr_result *result) {
    const walk inner = {result, result ? result->document : NULL, w->visitor, w->payload};
    const char *object = (const char *)child;
    size_t i = 0;
    int stop = w->visitor->begin_object(w->payload, objects[OBJECT_child].name);
    while (i < FIELD_COUNT && fields[i].object != OBJECT_child)
        i++;
    for (; !stop && i < FIELD_COUNT && fields[i].object == OBJECT_child; i++) {
        bool inside = is_of_result(&fields[i]);
        if ((inside && !result) || (fields[i].kind == FAILURE && !child->code))
            continue;
        stop = w->visitor->key(w->payload, fields[i].name);
        if (!stop)
            stop = visit_value(inside ? &inner : w, &fields[i], object);
    }
    return stop ? stop : w->visitor->end(w->payload);
}

static int visit_children(const walk *w) {
    const xtr__child *children = XTR__ITEMS(w->document, children, xtr__child);
    uint64_t count = w->document->children.count;
    int stop = w->visitor->begin_array(w->payload, count);
    for (uint64_t i = 0; !stop && i < count; i++)
        stop = visit_child(w, &children[i], w->result->children ? w->result->children[i] : NULL);
    return stop ? stop : w->visitor->end(w->payload);
}

int xtr_result_visit(const xtr_result *result, const xtr_visitor *visitor, void *payload) {
    const walk w = {result, result->document, visitor, payload};
    return visit_object(&w, OBJECT_result, (const char *)result->document);
}

int xtr_result_visit_field(const xtr_result *result, size_t place, const xtr_visitor *visitor,
                           void *payload) {
    const walk w = {result, result->document, visitor, payload};
    if (place >= FIELD_COUNT || fields[place].object != OBJECT_result)
        return XTR_E_ARGUMENT;
    return visit_value(&w, &fields[place], (const char *)result->document);
}

/* Life -------------------------------------------------------------------------------------- */

static bool render(xtr__buffer *out, const xtr__document *document, xtr_format format,
                   xtr_furniture furniture) {
    switch ((int)format) {
    case XTR_FORMAT_MARKDOWN:
        xtr__render_markdown(out, document, furniture);
        break;
    case XTR_FORMAT_HTML:
    case XTR__HTML_FRAGMENT:
        xtr__render_html(out, document, furniture, format != XTR_FORMAT_HTML);
        break;
    case XTR_FORMAT_HOCR:
        xtr__render_hocr(out, document);
        break;
    case XTR_FORMAT_ALTO:
        xtr__render_alto(out, document);
        break;
    case XTR_FORMAT_TSV:
        xtr__render_tsv(out, document);
        break;
    case XTR_FORMAT_PDF:
        xtr__put(out, XTR__ITEMS(document, data, char) + document->file.at, document->file.size);
        break;
    default:
        xtr__render_text(out, document, furniture);
        break;
    }
    return !out->failed;
}

/* A result with the rendered text, or without one (NULL). That of the outermost document stands
 * behind it. NULL when out of memory. */
static xtr_result *new_result(xtr__document *document, bool outermost, char *content, size_t size) {
    enum { SHORT = 1024 };
    static_assert(XTR__RESULT_ROOM > sizeof(xtr_result), "no room for a result");
    bool is_short = content && size < (outermost ? XTR__RESULT_ROOM - sizeof(xtr_result) : SHORT);
    xtr_result *result = outermost ? (xtr_result *)(void *)((char *)document + document->size)
                                   : malloc(sizeof *result + (is_short ? size + 1 : 0));
    if (!result)
        return NULL;
    *result = (xtr_result){.references = 1,
                           .document = document,
                           .content = content,
                           .content_size = content ? size : 0};
    if (is_short) {
        result->content = memcpy(result + 1, content, size + 1);
        free(content);
    }
    return result;
}

/* A result whose content is the file in the document. */
static int new_file_result(xtr_result **out, xtr__document *document) {
    xtr__range file = document->file;
    if (!file.size) {
        free(document);
        return XTR_E_LIMIT;
    }
    *out = new_result(document, true, NULL, 0);
    (*out)->content = (char *)document + document->data.at + file.at;
    (*out)->content_size = file.size;
    (*out)->is_file = true;
    return XTR_OK;
}

/* All but the document, and what stands behind it. */
static void free_result(xtr_result *result) {
    for (uint64_t i = 0; result->children && i < result->document->children.count; i++) {
        if (result->children[i])
            free_result(result->children[i]);
    }
    free(result->children);
    if (result->content != (char *)(result + 1) && !result->is_file)
        free(result->content);
    if (result->outermost)
        free(result);
}

/* How results come to their content. */
typedef struct rendering {
    xtr_format format;
    xtr_furniture furniture;
    bool unrendered;
} rendering;

static char *render_content(const xtr__document *document, const rendering *how, size_t *size) {
    xtr__buffer buffer = {.data = NULL};
    xtr__expect(&buffer, document->text.count + document->text.count / 32 + 16);
    if (render(&buffer, document, how->format, how->furniture))
        return xtr__buffer_take(&buffer, size);
    free(buffer.data);
    return NULL;
}

/* NULL when out of memory. */
static xtr_result *render_result(xtr__document *document, xtr_result *outermost,
                                 const rendering *how) {
    size_t size = 0;
    char *content = how->unrendered ? NULL : render_content(document, how, &size);
    xtr_result *result =
        content || how->unrendered ? new_result(document, !outermost, content, size) : NULL;
    if (!result) {
        free(content);
        return NULL;
    }
    result->format = how->format;
    result->furniture = how->furniture;
    result->outermost = outermost;
    return result;
}

/* The children of a result, and theirs. Places of words are those of pages, which the outermost
 * document alone has. */
static bool add_children(xtr_result *result, xtr_result *outermost, const rendering *how) {
    rendering of_child = *how;
    if (xtr__shows_words(how->format))
        of_child.format = XTR_FORMAT_TEXT;
    const xtr__document *d = result->document;
    const xtr__child *children = XTR__ITEMS(d, children, xtr__child);
    uint64_t count = d->children.count;
    if (!count)
        return true;
    if (!(result->children = calloc(count, sizeof(xtr_result *))))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (children[i].code)
            continue;
        xtr__document *document = (xtr__document *)(uintptr_t)xtr__document_child(d, &children[i]);
        xtr_result *child = render_result(document, outermost, &of_child);
        if (!(result->children[i] = child))
            return false;
        if (!add_children(child, outermost, &of_child))
            return false;
    }
    return true;
}

int xtr__result_new(xtr_result **out, xtr__document *document, xtr_format format,
                    xtr_furniture furniture, bool unrendered) {
    if (format == XTR_FORMAT_PDF && !unrendered)
        return new_file_result(out, document);
    /* The content of a result in JSON is its text: JSON in JSON helps nobody. */
    const rendering how = {.format = format == XTR_FORMAT_JSON ? XTR_FORMAT_TEXT : format,
                           .furniture = furniture,
                           .unrendered = unrendered};
    *out = render_result(document, NULL, &how);
    if (*out && add_children(*out, *out, &how))
        return XTR_OK;
    if (*out)
        free_result(*out);
    *out = NULL;
    free(document);
    return XTR_E_MEMORY;
}

xtr_result *xtr_result_keep(xtr_result *result) {
    xtr_result *counted = result->outermost ? result->outermost : result;
    atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return result;
}

void xtr_result_drop(xtr_result *result) {
    if (result && result->outermost)
        result = result->outermost;
    if (!result || atomic_fetch_sub_explicit(&result->references, 1, memory_order_acq_rel) != 1)
        return;
    xtr__document *document = result->document;
    free_result(result); /* which looks into it */
    free(document);
}

/* Looking ----------------------------------------------------------------------------------- */

const xtr__document *xtr__result_document(const xtr_result *result) {
    return result->document;
}

bool xtr__result_is_empty(const xtr_result *result) {
    const xtr__document *d = result->document;
    return !d->text.count && !d->outline.count && !d->links.count && !d->annotations.count &&
           !d->form_fields.count && !d->attachments.count && !d->images.count &&
           !d->warnings.count && !d->children.count;
}

/* Without the document. */
static size_t rendered_size(const xtr_result *result) {
    size_t size = sizeof *result + (result->is_file ? 0 : result->content_size + 1);
    for (uint64_t i = 0; result->children && i < result->document->children.count; i++)
        size +=
            sizeof(xtr_result *) + (result->children[i] ? rendered_size(result->children[i]) : 0);
    return size;
}

size_t xtr_result_size(const xtr_result *result) {
    return result->document->size + rendered_size(result);
}

const char *xtr_result_content(const xtr_result *result, size_t *size) {
    if (size)
        *size = result->content_size;
    return result->content ? result->content : "";
}

int xtr_result_write(const xtr_result *result,
                     int (*write)(void *payload, const void *data, size_t size), void *payload,
                     xtr_error *error) {
    if (result->content)
        return result->content_size ? write(payload, result->content, result->content_size)
                                    : XTR_OK;
    xtr__buffer buffer = {.write = write, .payload = payload};
    if (!render(&buffer, result->document, result->format, result->furniture))
        free(buffer.data);
    else if (xtr__buffer_end(&buffer))
        return XTR_OK;
    return buffer.code ? buffer.code : xtr__error_memory(error);
}

const char *xtr_result_mime_type(const xtr_result *result) {
    return xtr__document_string(result->document, result->document->mime_type);
}

bool xtr_result_is_partial(const xtr_result *result) {
    return result->document->partial != 0;
}

size_t xtr_result_page_count(const xtr_result *result) {
    return result->document->pages.count;
}

size_t xtr__result_ocr_pages(const xtr_result *result) {
    const xtr__document *document = result->document;
    size_t count = 0;
    for (uint32_t i = 0; i < document->pages.count; i++)
        count += XTR__ITEMS(document, pages, xtr__page)[i].read_by == XTR_READ_OCR;
    return count;
}

const char *xtr_result_metadata(const xtr_result *result, const char *key) {
    return xtr__document_metadata(result->document, key);
}

size_t xtr_result_warning_count(const xtr_result *result) {
    return result->document->warnings.count;
}

xtr_warning xtr_result_warning(const xtr_result *result, size_t index) {
    const xtr__warning *w = &XTR__ITEMS(result->document, warnings, xtr__warning)[index];
    return (xtr_warning){w->code, w->page_number,
                         xtr__document_string(result->document, w->message)};
}

size_t xtr_result_child_count(const xtr_result *result) {
    return result->children ? result->document->children.count : 0;
}

xtr_child_result xtr_result_child(const xtr_result *result, size_t index) {
    const xtr__document *d = result->document;
    const xtr__child *child = &XTR__ITEMS(d, children, xtr__child)[index];
    return (xtr_child_result){xtr__document_string(d, child->name), result->children[index],
                              child->code, xtr__document_string(d, child->message)};
}

int xtr_result_render(char **out, size_t *size, const xtr_result *result, xtr_format format,
                      xtr_furniture furniture, xtr_error *error) {
    xtr__buffer buffer = {.data = NULL};
    *out = NULL;
    const xtr__document *d = result->document;
    if (format == XTR_FORMAT_PDF && !d->file.size)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "a PDF is made while a document is read: extract with this format");
    if (xtr__shows_words(format) && !result->document->keeps_words)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "this result has no words: extract with this format, or with words");
    if (format == XTR_FORMAT_JSON ? xtr__render_json(&buffer, result)
                                  : render(&buffer, result->document, format, furniture))
        *out = xtr__buffer_take(&buffer, size);
    else
        free(buffer.data);
    return *out ? XTR_OK : xtr__error_memory(error);
}
