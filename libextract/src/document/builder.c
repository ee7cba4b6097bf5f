/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Collects a document in growing arrays and packs them into one block. */
#include "document/builder.h"
#include "document/join.h"
#include "document/merge.h"
#include "document/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_WARNINGS = 100,
    FIRST_BYTES = 4096, /* an array's first piece, and what is kept of it for the next document */
    MOVED_AT_ONCE = 4 << 20
};
static const uint64_t MAX_BYTES = UINT32_MAX - 1; /* ranges are 32 bits wide */

const size_t xtr__item_size[] = {
#define X(name, type) sizeof(type),
    XTR__ARRAYS(X)
#undef X
};
/* Growing ----------------------------------------------------------------------------------- */

/* What ends something is granted over the limit: see append_end. */
static bool take_memory(xtr_builder *b, uint64_t bytes) {
    if (!b->ending)
        return xtr__account_take(b->account, bytes);
    atomic_fetch_add_explicit(&b->account->used, bytes, memory_order_relaxed);
    return true;
}

bool xtr__builder_reserve(xtr_builder *b, size_t array, size_t more) {
    xtr__vector *v = &b->arrays[array];
    size_t size = xtr__item_size[array];
    if (b->status)
        return false;
    if (more <= v->capacity - v->count)
        return true;
    /* Data is large and comes in large pieces. */
    bool is_large = array == ARRAY_data || array == ARRAY_nested;
    size_t more_of = is_large ? v->capacity / 4 : v->capacity;
    size_t capacity = v->capacity ? v->capacity + more_of : FIRST_BYTES / size;
    if (capacity < v->count + more)
        capacity = v->count + more;
    uint64_t grown = (uint64_t)(capacity - v->capacity) * size;
    if (capacity * size > MAX_BYTES || !take_memory(b, grown)) {
        b->status = XTR_E_MEMORY;
        return false;
    }
    char *items = realloc(v->items, capacity * size);
    if (!items) {
        xtr__account_give(b->account, grown);
        b->status = XTR_E_MEMORY;
        return false;
    }
    v->items = items;
    v->capacity = capacity;
    b->memory += grown;
    return true;
}

static bool append(xtr_builder *b, size_t array, const void *item) {
    if (!xtr__builder_reserve(b, array, 1))
        return false;
    xtr__vector *v = &b->arrays[array];
    memcpy(v->items + v->count++ * xtr__item_size[array], item, xtr__item_size[array]);
    return true;
}

#define APPEND(b, name, item) append((b), ARRAY_##name, (item))

/* Records the end of something whose text is there already: what a limit cut off still has its
 * place, so the limits do not hold for these few bytes. */
static bool append_end(xtr_builder *b, size_t array, const void *item) {
    int status = b->status;
    b->status = XTR_OK;
    b->ending = true;
    bool done = append(b, array, item);
    b->ending = false;
    if (done)
        b->status = status;
    return done;
}

#define APPEND_END(b, name, item) append_end((b), ARRAY_##name, (item))

static uint32_t count(const xtr__vector *v) {
    return (uint32_t)v->count;
}

/* A clean copy among the strings. */
static xtr__string add_string_sized(xtr_builder *b, const char *text, size_t size) {
    /* Each bad byte becomes three. */
    if (!size || size > MAX_BYTES / 3 || !xtr__builder_reserve(b, ARRAY_strings, size * 3 + 1))
        return (xtr__string){0, 0};
    xtr__vector *v = &b->strings;
    size_t length = xtr__utf8_clean(v->items + v->count, text, size);
    v->items[v->count + length] = '\0';
    xtr__string string = {(uint32_t)v->count, (uint32_t)length};
    v->count += length + 1;
    return string;
}

xtr__string xtr__builder_string(xtr_builder *b, const char *text) {
    return text ? add_string_sized(b, text, strlen(text)) : (xtr__string){0, 0};
}

static const char *string_at(const xtr_builder *b, xtr__string string) {
    return b->strings.items + string.at;
}

/* Life -------------------------------------------------------------------------------------- */

void xtr__builder_begin(xtr_builder *b, uint64_t max_text, xtr__account *account) {
    memset(b, 0, offsetof(xtr_builder, arrays));
    b->max_text = max_text && max_text < MAX_BYTES ? max_text : MAX_BYTES;
    b->account = account;
    b->mime_type = "";
    b->strings.items[0] = '\0'; /* the empty string */
    b->strings.count = 1;
}

xtr_builder *xtr__builder_new(uint64_t max_text, xtr__account *account) {
    xtr_builder *b = calloc(1, sizeof *b);
    if (!b || !(b->strings.items = malloc(FIRST_BYTES))) {
        free(b);
        return NULL;
    }
    b->strings.capacity = FIRST_BYTES;
    xtr__builder_begin(b, max_text, account);
    return b;
}

void xtr__builder_end(xtr_builder *b) {
    for (size_t i = 0; i < ARRAY_COUNT; i++) {
        xtr__vector *v = &b->arrays[i];
        v->count = 0;
        size_t kept = i == ARRAY_strings ? FIRST_BYTES : 0; /* its first byte is always there */
        if (v->capacity * xtr__item_size[i] <= FIRST_BYTES)
            continue;
        char *items = kept ? realloc(v->items, kept) : NULL;
        if (kept && !items)
            continue; /* larger than need be */
        if (!kept)
            free(v->items);
        v->items = items;
        v->capacity = kept;
    }
    if (b->account)
        xtr__account_give(b->account, b->memory);
    b->account = NULL;
    b->memory = 0;
}

void xtr__builder_drop(xtr_builder *b) {
    if (!b)
        return;
    xtr__builder_end(b);
    for (size_t i = 0; i < ARRAY_COUNT; i++)
        free(b->arrays[i].items);
    free(b);
}

int xtr__builder_status(const xtr_builder *b) {
    return b->status;
}

void xtr__builder_keep_words(xtr_builder *b) {
    b->keeps_words = true;
}

void xtr__builder_set_mime_type(xtr_builder *b, const char *mime_type) {
    b->mime_type = mime_type;
}

void xtr__builder_set_sink(xtr_builder *b, void (*sink)(void *), void *payload) {
    b->sink = sink;
    b->sink_payload = payload;
}

void xtr__builder_fail(xtr_builder *b, int status) {
    b->status = status;
}

/* Text -------------------------------------------------------------------------------------- */

static void close_span(xtr_builder *b) {
    if (!b->span.styles && !b->span.url.size)
        return;
    b->span.text.size = count(&b->text) - b->span.text.at;
    if (b->span.text.size)
        APPEND_END(b, spans, &b->span);
    b->span.text.at = count(&b->text);
}

void xtr_style(xtr_builder *b, unsigned styles, const char *url) {
    bool same_url = url ? !strcmp(string_at(b, b->span.url), url) : !b->span.url.size;
    if (styles == b->span.styles && same_url)
        return;
    close_span(b);
    b->span.styles = styles;
    b->span.text.at = count(&b->text);
    if (!same_url)
        b->span.url = xtr__builder_string(b, url);
}

static void reset_style(xtr_builder *b) {
    close_span(b);
    b->span = (xtr__span){.styles = 0};
}

static void add_text(xtr_builder *b, const char *text, size_t size) {
    /* Each bad byte becomes three; a caller's piece is small beside the limit. */
    if (size > MAX_BYTES / 3 || !xtr__builder_reserve(b, ARRAY_text, size * 3))
        return;
    xtr__vector *v = &b->text;
    size_t length = xtr__utf8_clean(v->items + v->count, text, size);
    uint64_t left = b->max_text - b->text_taken - v->count;
    if (length > left) {
        length = xtr__utf8_floor(v->items + v->count, (size_t)left);
        b->status = XTR_E_LIMIT;
    }
    v->count += length;
}

void xtr_text(xtr_builder *b, const char *text, size_t size) {
    const size_t piece = (size_t)1 << 20;
    if (!b->in_element || (b->element.type == XTR_TABLE && !b->in_cell))
        return;
    while (size > piece) {
        size_t part = xtr__utf8_floor(text, piece);
        add_text(b, text, part);
        text += part;
        size -= part;
    }
    if (size)
        add_text(b, text, size);
}

/* Between elements, cells and pages: whoever reads the whole text gets whole words. */
static void separate(xtr_builder *b, char with, size_t since) {
    if (b->text.count > since)
        add_text(b, &with, 1);
}

/* Pages and elements ------------------------------------------------------------------------ */

void xtr_page_begin(xtr_builder *b, uint32_t number, const xtr_page_info *info) {
    xtr_page_end(b);
    b->in_page = true;
    b->pages_begun++;
    b->page_images = count(&b->images);
    b->page = (xtr__page){.number = number ? number : b->pages_begun,
                          .rotation = info->rotation,
                          .width = info->width,
                          .height = info->height,
                          .confidence = info->confidence,
                          .read_by = info->read_by,
                          .label = xtr__builder_string(b, info->label),
                          .content = {count(&b->text), 0},
                          .elements = {count(&b->elements), 0},
                          .words = {count(&b->words), 0},
                          .pixel_width = info->pixel_width,
                          .pixel_height = info->pixel_height};
}

/* Elements for the images of this page, which stand where they do by their boxes. */
static void place_images(xtr_builder *b) {
    uint32_t first = b->page.elements.at, images = count(&b->images) - b->page_images;
    if (!images)
        return;
    const xtr__image *from = (const xtr__image *)(const void *)b->images.items + b->page_images;
    uint32_t named = 0;
    for (uint32_t i = 0; i < images; i++)
        named += from[i].name.size > 0;
    if (!named || !xtr__builder_reserve(b, ARRAY_elements, xtr__placed_most))
        return;
    const xtr__element end = {.text = {count(&b->text), 0}, .spans = {count(&b->spans), 0}};
    xtr__element *elements = (xtr__element *)(void *)b->elements.items + first;
    b->elements.count = first + xtr__place_images(elements, count(&b->elements) - first, from,
                                                  images, &b->page, &end);
}

void xtr_page_end(xtr_builder *b) {
    xtr_element_end(b);
    if (!b->in_page)
        return;
    b->in_page = false;
    place_images(b);
    b->page.content.size = count(&b->text) - b->page.content.at;
    b->page.elements.size = count(&b->elements) - b->page.elements.at;
    b->page.words.size = count(&b->words) - b->page.words.at;
    APPEND_END(b, pages, &b->page);
    if (b->sink)
        b->sink(b->sink_payload);
}

void xtr_element_begin(xtr_builder *b, const xtr_element_info *info) {
    xtr_element_end(b);
    b->in_element = true;
    b->element = (xtr__element){.type = info->type,
                                .level = info->level,
                                .marker = xtr__builder_string(b, info->marker),
                                .page_number = b->in_page ? b->page.number : 0,
                                .bounding_box = info->box,
                                .text = {count(&b->text), 0},
                                .spans = {count(&b->spans), 0},
                                .continues = info->continues};
    if (info->image && info->image <= count(&b->images))
        b->element.image = ITEM_AT(b, images, xtr__image, info->image - 1)->name;
    b->span = (xtr__span){.styles = 0};
}

void xtr_element_end(xtr_builder *b) {
    if (!b->in_element)
        return;
    xtr_cell_end(b);
    reset_style(b);
    b->in_element = false;
    xtr__element *e = &b->element;
    e->text.size = count(&b->text) - e->text.at;
    e->spans.size = count(&b->spans) - e->spans.at;
    if (!e->text.size && e->type != XTR_IMAGE)
        return;
    if (e->type == XTR_TABLE) {
        e->table = count(&b->tables);
        b->table.cells.size = count(&b->cells) - b->table.cells.at;
        if (!APPEND_END(b, tables, &b->table))
            return;
    }
    APPEND_END(b, elements, e);
    separate(b, '\n', e->text.at);
}

/* Tables ------------------------------------------------------------------------------------ */

void xtr_table_begin(xtr_builder *b, xtr_box box) {
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_TABLE, .box = box});
    b->table = (xtr__table){
        .page_number = b->element.page_number, .bounding_box = box, .cells = {count(&b->cells), 0}};
}

void xtr_cell_begin(xtr_builder *b, const xtr_cell_info *info) {
    if (!b->in_element || b->element.type != XTR_TABLE)
        return;
    xtr_cell_end(b);
    if (b->cells.count > b->table.cells.at)
        separate(b, info->row > b->cell.row ? '\n' : '\t', b->element.text.at);
    b->in_cell = true;
    b->cell = (xtr__cell){.row = info->row,
                          .column = info->column,
                          .row_span = info->row_span ? info->row_span : 1,
                          .column_span = info->column_span ? info->column_span : 1,
                          .header = info->header,
                          .bounding_box = info->box,
                          .text = {count(&b->text), 0},
                          .spans = {count(&b->spans), 0}};
}

static uint32_t furthest(uint32_t most, uint32_t at, uint32_t span) {
    uint64_t end = (uint64_t)at + span;
    return end > most && end <= UINT32_MAX ? (uint32_t)end : most;
}

void xtr_cell_end(xtr_builder *b) {
    if (!b->in_cell)
        return;
    reset_style(b);
    b->in_cell = false;
    b->cell.text.size = count(&b->text) - b->cell.text.at;
    b->cell.spans.size = count(&b->spans) - b->cell.spans.at;
    b->table.rows = furthest(b->table.rows, b->cell.row, b->cell.row_span);
    b->table.columns = furthest(b->table.columns, b->cell.column, b->cell.column_span);
    APPEND_END(b, cells, &b->cell);
}

void xtr__builder_settle_table(xtr_builder *b, uint32_t first_column, const xtr_cell_range *ranges,
                               size_t range_count) {
    if (!b->in_element || b->element.type != XTR_TABLE || b->cells.count == b->table.cells.at)
        return;
    xtr_cell_end(b);
    b->table.cells.size = count(&b->cells) - b->table.cells.at;
    xtr__cell *cells = (xtr__cell *)(void *)b->cells.items + b->table.cells.at;
    xtr__settle_table(&b->table, cells, first_column, ranges, range_count);
}

void xtr_table_end(xtr_builder *b) {
    if (b->in_element && b->element.type == XTR_TABLE)
        xtr_element_end(b);
}

/* Beside the text --------------------------------------------------------------------------- */

void xtr_word(xtr_builder *b, const xtr_word_info *info) {
    if (!b->in_page || !b->keeps_words)
        return;
    xtr__page_word word = {.text = add_string_sized(b, info->text, info->size),
                           .bounding_box = info->box,
                           .baseline_left = info->baseline_left,
                           .baseline_right = info->baseline_right,
                           .height = info->height,
                           .confidence = info->confidence,
                           .line = info->line,
                           .paragraph = info->paragraph,
                           .block = info->block};
    if (word.text.size)
        APPEND(b, words, &word);
}

void xtr_metadata(xtr_builder *b, const char *key, const char *value) {
    if (!value || !*value)
        return;
    const xtr__fact *facts = (const xtr__fact *)(const void *)b->metadata.items;
    for (size_t i = 0; i < b->metadata.count; i++) {
        if (!strcmp(string_at(b, facts[i].key), key))
            return;
    }
    xtr__fact fact = {xtr__builder_string(b, key), xtr__builder_string(b, value)};
    if (fact.key.size && fact.value.size)
        APPEND(b, metadata, &fact);
}

void xtr_entry(xtr_builder *b, const char *title, int level, uint32_t page) {
    xtr__entry entry = {xtr__builder_string(b, title), level, page};
    APPEND(b, outline, &entry);
}

void xtr_link(xtr_builder *b, const char *url, uint32_t target_page, uint32_t page, xtr_box box) {
    xtr__link link = {xtr__builder_string(b, url), target_page, page, box};
    APPEND(b, links, &link);
}

void xtr_annotation(xtr_builder *b, const char *type, const char *text, const char *author,
                    uint32_t page, xtr_box box) {
    xtr__annotation annotation = {xtr__builder_string(b, type), xtr__builder_string(b, text),
                                  xtr__builder_string(b, author), page, box};
    APPEND(b, annotations, &annotation);
}

void xtr_form_field(xtr_builder *b, const char *name, const char *type, const char *value,
                    uint32_t page) {
    xtr__form_field field = {xtr__builder_string(b, name), xtr__builder_string(b, type),
                             xtr__builder_string(b, value), page};
    APPEND(b, form_fields, &field);
}

void xtr_attachment(xtr_builder *b, const char *name, const char *mime_type, int64_t size,
                    const char *description) {
    xtr__attachment attachment = {size, xtr__builder_string(b, name),
                                  xtr__builder_string(b, mime_type),
                                  xtr__builder_string(b, description)};
    APPEND(b, attachments, &attachment);
}

/* Of max_memory pictures take so much, for packing holds them twice and the text must have room. */
enum { SHARE_OF_DATA = 4 };

/* Pictures without room are left out, and the text goes on. */
static xtr__range add_data(xtr_builder *b, const void *data, size_t size, uint32_t page) {
    xtr__range range = {count(&b->data), 0};
    uint64_t most = b->account->limit ? b->account->limit / SHARE_OF_DATA : MAX_BYTES;
    most = most < MAX_BYTES / 2 ? most : MAX_BYTES / 2;
    if (b->status)
        return range;
    if (size > most || b->data.count > most - size || !xtr__builder_reserve(b, ARRAY_data, size)) {
        b->status = XTR_OK;
        xtr_partial(b, XTR_E_LIMIT, page, "pictures were left out: raise max_memory");
        return range;
    }
    memcpy(b->data.items + b->data.count, data, size);
    b->data.count += size;
    range.size = (uint32_t)size;
    return range;
}

void xtr_file(xtr_builder *b, const void *data, size_t size) {
    if (!xtr__builder_reserve(b, ARRAY_data, size + 1))
        return;
    b->file = (xtr__range){count(&b->data), (uint32_t)size};
    memcpy(b->data.items + b->data.count, data, size);
    b->data.items[b->data.count + size] = '\0';
    b->data.count += size + 1;
}

/* Fit for a file: of nothing but letters, digits, dots and hyphens. */
static xtr__string name_image(xtr_builder *b, const xtr_image_info *info) {
    char name[64];
    const char *extension = !strcmp(info->format, "jpeg") ? "jpg" : info->format;
    snprintf(name, sizeof name, "page-%u-image-%u.%s", info->page,
             count(&b->images) - b->page_images + 1, extension);
    return xtr__builder_string(b, name);
}

static xtr__string describe(xtr_builder *b, const char *text, size_t size) {
    for (; size && (unsigned char)*text <= ' '; size--)
        text++;
    while (size && (unsigned char)text[size - 1] <= ' ')
        size--;
    return add_string_sized(b, text, size);
}

uint32_t xtr_image(xtr_builder *b, const xtr_image_info *info) {
    xtr__image image = {.page_number = info->page,
                        .width = info->width,
                        .height = info->height,
                        .bounding_box = info->box,
                        .format = xtr__builder_string(b, info->format),
                        .data = {count(&b->data), 0},
                        .description = describe(b, info->description, info->description_size)};
    if (info->same_as) {
        const xtr__image *images = (const xtr__image *)(const void *)b->images.items;
        const xtr__image *same = &images[info->same_as - 1];
        image.name = same->name;
        image.format = same->format;
        image.width = same->width;
        image.height = same->height;
    } else if (info->data_size) {
        image.data = add_data(b, info->data, info->data_size, info->page);
        image.name = image.data.size ? name_image(b, info) : (xtr__string){0, 0};
    }
    return APPEND(b, images, &image) ? count(&b->images) : 0;
}

/* Warnings ---------------------------------------------------------------------------------- */

static bool said_before(const xtr_builder *b, uint32_t page, const char *message) {
    const xtr__warning *warnings = (const xtr__warning *)(const void *)b->warnings.items;
    for (size_t i = 0; i < b->warnings.count; i++) {
        if (warnings[i].page_number == page && !strcmp(string_at(b, warnings[i].message), message))
            return true;
    }
    return false;
}

static void warn_v(xtr_builder *b, int code, uint32_t page, const char *format, va_list arguments) {
    char message[512];
    vsnprintf(message, sizeof message, format, arguments);
    for (char *c = message; *c; c++) {
        if ((unsigned char)*c < 0x20)
            *c = ' ';
    }
    if (said_before(b, page, message))
        return;
    if (b->warnings.count >= MAX_WARNINGS && !b->ending) {
        b->warnings_left_out++;
        return;
    }
    xtr__warning warning = {code, page, xtr__builder_string(b, message)};
    APPEND(b, warnings, &warning);
}

void xtr_warn(xtr_builder *b, int code, uint32_t page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    warn_v(b, code, page, format, arguments);
    va_end(arguments);
}

void xtr_partial(xtr_builder *b, int code, uint32_t page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    b->partial = true;
    warn_v(b, code, page, format, arguments);
    va_end(arguments);
}

/* Packing ----------------------------------------------------------------------------------- */

/* Says what is missing and why, for which there is always room. */
static void explain(xtr_builder *b, int status) {
    if (b->warnings_left_out) {
        b->warnings.count--;
        xtr_warn(b, XTR_E_LIMIT, 0, "%u more warnings were left out", b->warnings_left_out + 1);
        b->warnings_left_out = 0;
    }
    if (status == XTR_E_LIMIT)
        xtr_partial(b, status, 0, "the text was cut at max_text_size (%llu bytes)",
                    (unsigned long long)b->max_text);
    if (status == XTR_E_MEMORY && b->account->denied)
        xtr_partial(b, status, 0, "the text was cut at max_memory (%llu bytes)",
                    (unsigned long long)b->account->limit);
    else if (status == XTR_E_MEMORY)
        xtr_partial(b, status, 0, "the text was cut: out of memory");
}

static uint64_t aligned(uint64_t size) {
    return (size + 7) & ~(uint64_t)7;
}

/* Moves what is large, from its end on, and lets go what has been moved: nothing is there twice. */
static void move(char *to, xtr__vector *v, size_t item_size) {
    size_t size = v->count * item_size;
    while (size > MOVED_AT_ONCE) {
        size -= MOVED_AT_ONCE;
        memcpy(to + size, v->items + size, MOVED_AT_ONCE);
        char *rest = realloc(v->items, size);
        v->items = rest ? rest : v->items;
    }
    memcpy(to, v->items, size);
    free(v->items);
    *v = (xtr__vector){.items = NULL};
}

/* Copies an array to its place, unless there is nothing in it; up to the next one all is 0, so that
 * a block is the same whatever its memory held before. */
static void pack_array(char *to, xtr__vector *v, size_t item_size, bool may_move) {
    size_t size = v->count * item_size;
    if (!size)
        return;
    memset(to + size, 0, aligned(size) - size);
    if (may_move && v->capacity * item_size > FIRST_BYTES)
        move(to, v, item_size);
    else
        memcpy(to, v->items, size);
}

static xtr__document *pack(xtr_builder *b, bool last) {
    const xtr__string mime_type = xtr__builder_string(b, b->mime_type);
    uint64_t size = aligned(sizeof(xtr__document));
    for (size_t i = 0; i < ARRAY_COUNT; i++)
        size += aligned(b->arrays[i].count * xtr__item_size[i]);
    xtr__document *document = malloc(size + XTR__RESULT_ROOM);
    if (!document)
        return NULL;
    document->size = size;
    document->partial = b->partial;
    document->keeps_words = b->keeps_words;
    document->mime_type = mime_type;
    document->file = b->file;
    xtr__array *arrays = &document->text;
    uint64_t at = aligned(sizeof *document);
    for (size_t i = 0; i < ARRAY_COUNT; i++) {
        arrays[i] = (xtr__array){at, b->arrays[i].count};
        pack_array((char *)document + at, &b->arrays[i], xtr__item_size[i],
                   last && i != ARRAY_strings);
        at += aligned(arrays[i].count * xtr__item_size[i]);
    }
    return document;
}

/* A builder out of room still gives what it has: the few bytes for that are always granted. */
static xtr__document *explain_and_pack(xtr_builder *b, bool last) {
    int status = b->status;
    b->status = XTR_OK;
    b->ending = true;
    explain(b, status);
    xtr__document *document = pack(b, last);
    b->ending = false;
    b->status = status;
    return document;
}

xtr__document *xtr__builder_take(xtr_builder *b) {
    xtr__document *document = explain_and_pack(b, false);
    b->text_taken += b->text.count;
    for (size_t i = 0; i < ARRAY_COUNT; i++)
        b->arrays[i].count = i == ARRAY_strings; /* the empty string stays */
    b->partial = false;
    b->element = (xtr__element){.type = XTR_PARAGRAPH};
    b->span = (xtr__span){.styles = 0};
    return document;
}

void xtr__builder_join_tables(xtr_builder *b) {
    xtr_page_end(b);
    xtr__joining arrays = {.pages = (xtr__page *)(void *)b->pages.items,
                           .elements = (xtr__element *)(void *)b->elements.items,
                           .tables = (xtr__table *)(void *)b->tables.items,
                           .cells = (xtr__cell *)(void *)b->cells.items,
                           .text = b->text.items,
                           .page_count = count(&b->pages),
                           .element_count = count(&b->elements),
                           .table_count = count(&b->tables),
                           .cell_count = count(&b->cells)};
    xtr__join_tables(&arrays);
    b->elements.count = arrays.element_count;
    b->tables.count = arrays.table_count;
    b->cells.count = arrays.cell_count;
}

xtr__document *xtr__builder_finish(xtr_builder *b) {
    xtr_page_end(b);
    return explain_and_pack(b, true);
}
