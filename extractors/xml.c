/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XML of vocabularies that have no extractor of their own (XML 1.0), feeds such as RSS and Atom
 * among them. The text of an element is a paragraph; elements inside of text belong to it. Titles
 * are headings. Of attributes those are shown that are names and titles for people; of an element
 * that begins with no text of its own all, by their names, as nothing else says what it is. What
 * feeds carry as HTML is read as such. A document without any text is shown as its source, as code.
 */
#include "container/xml.h"
#include "document/buffer.h"
#include "html/html.h"
#include "markup/source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct state {
    xtr_job *job;
    xtr_builder *builder;
    xtr__buffer text; /* of the block */
    /* Of the element that began last: all its attributes, "name: value, name: value", and those
     * that are shown anyway, each ended by a zero byte */
    xtr__buffer attributes, shown;
    bool any_other; /* than those that are shown anyway */
    unsigned depth;
    unsigned block; /* depth of the element that has the text; 0: none */
    bool done;      /* that element has ended */
    bool heading, has_title, any;
    int code; /* of HTML inside */
} state;

#define OF_TEXT(type) /* not XML */
#define OF_XML(type)  type,
#define OF_BINARY(type)
#define OF_ZIP(type)
#define OF_OLE(type)
#define OF_TIFF(type)
#define OF_MP4(type)
#define OF_OGG(type)
#define OF_MAIL(type)
static const char *const mime_types[] = {
#define XTR_MIME_ALIAS(alias, type)
#define XTR_MIME(type, KIND, ...) OF_##KIND(type)
#include "detect/mime.def"
#undef XTR_MIME
#undef XTR_MIME_ALIAS
    NULL,
};

static const char *const titles[] = {"title", "heading", "head", "headline", "h1",
                                     "h2",    "h3",      "h4",   "h5",       "h6"};

static const char *const shown[] = {"title",   "name",    "label",       "alt",
                                    "caption", "summary", "description", "key"};

/* What programs alone read. */
static const char *const unread[] = {
    "id", "class", "style", "lang", "space", "base", "schemaLocation", "noNamespaceSchemaLocation"};

static bool is_one_of(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!strcasecmp(name, names[i]))
            return true;
    }
    return false;
}

static bool is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (!strchr(" \t\n\r", text[i]))
            return false;
    }
    return true;
}

/* Blocks ----------------------------------------------------------------------------------- */

/* Text of feeds is HTML with its markup escaped. */
static bool is_html(const xtr__buffer *text) {
    const char *tag = memchr(text->data, '<', text->size);
    size_t left = tag ? text->size - (size_t)(tag - text->data) : 0;
    return left > 2 && memchr(tag, '>', left) &&
           ((tag[1] | 32) >= 'a' ? (tag[1] | 32) <= 'z' : tag[1] == '/');
}

/* Without white space at the ends; in between, it is one space. */
static void collapse(xtr__buffer *text) {
    size_t size = 0;
    bool space = false;
    for (size_t i = 0; i < text->size; i++) {
        bool blank = is_blank(text->data + i, 1);
        if (!blank && space && size)
            text->data[size++] = ' ';
        space = blank;
        if (!blank)
            text->data[size++] = text->data[i];
    }
    text->size = size;
}

static void write_element(state *s, xtr_element_type type, int level, const char *text,
                          size_t size) {
    xtr_element_begin(s->builder, &(xtr_element_info){.type = type, .level = level});
    xtr_text(s->builder, text, size);
    xtr_element_end(s->builder);
    s->any = true;
}

static void end_block(state *s) {
    xtr__buffer *text = &s->text;
    if (s->code || !text->size || is_blank(text->data, text->size)) {
        text->size = 0;
    } else if (!s->heading && is_html(text)) {
        const xtr__html_source source = {
            .data = text->data, .size = text->size, .charset = "utf-8", .without_facts = true};
        s->any = true;
        s->code = xtr_job_should_stop(s->job) ? XTR_OK : xtr__html_read(s->job, &source);
    } else {
        int level = s->block > 2 ? (int)s->block - 2 : 1;
        collapse(text);
        write_element(s, s->heading ? XTR_HEADING : XTR_PARAGRAPH, level < 6 ? level : 6,
                      text->data, text->size);
        xtr__putc(text, '\0');
        if (s->heading && !s->has_title && !text->failed)
            xtr_metadata(s->builder, "title", text->data);
        s->has_title = s->has_title || s->heading;
    }
    text->size = 0;
    s->block = 0;
    s->heading = s->done = false;
}

/* Elements --------------------------------------------------------------------------------- */

static bool is_title(const char *name) {
    return is_one_of(name, titles, sizeof titles / sizeof *titles);
}

static bool is_shown(const xtr__xml_attribute *a) {
    return is_one_of(a->name, shown, sizeof shown / sizeof *shown) && !is_blank(a->value, a->size);
}

static bool is_other(const xtr__xml_attribute *a) {
    return !is_one_of(a->name, shown, sizeof shown / sizeof *shown) &&
           !is_one_of(a->name, unread, sizeof unread / sizeof *unread) &&
           !is_blank(a->value, a->size);
}

static void hold_attributes(state *s, const xtr__xml_element *e) {
    for (size_t i = 0; i < e->attribute_count; i++) {
        const xtr__xml_attribute *a = &e->attributes[i];
        bool other = is_other(a);
        if (!other && !is_shown(a))
            continue;
        xtr__puts(&s->attributes, s->attributes.size ? ", " : "");
        xtr__puts(&s->attributes, a->name);
        xtr__puts(&s->attributes, ": ");
        xtr__put(&s->attributes, a->value, a->size);
        if (!other)
            xtr__put(&s->shown, a->value, a->size + 1);
        s->any_other = s->any_other || other;
    }
}

/* Once it is known what follows the beginning of their element. */
static void write_attributes(state *s, bool text_follows) {
    if (s->any_other && !text_follows)
        write_element(s, XTR_PARAGRAPH, 0, s->attributes.data, s->attributes.size);
    else
        for (size_t at = 0; at < s->shown.size; at += strlen(s->shown.data + at) + 1)
            write_element(s, XTR_PARAGRAPH, 0, s->shown.data + at, strlen(s->shown.data + at));
    s->attributes.size = s->shown.size = 0;
    s->any_other = false;
}

static void begin(void *payload, const xtr__xml_element *e) {
    state *s = payload;
    s->depth++;
    if (s->block && !s->done)
        return; /* in the middle of text, of which it is a part */
    end_block(s);
    write_attributes(s, false);
    s->heading = is_title(e->name);
    hold_attributes(s, e);
}

static void end(void *payload, int id, const char *name) {
    state *s = payload;
    (void)id, (void)name;
    write_attributes(s, false);
    s->depth--;
    s->done = s->depth < s->block;
    if (s->depth + 1 < s->block)
        end_block(s); /* what surrounds it has ended too */
    if (!s->block)
        s->heading = false;
}

static void text(void *payload, const char *piece, size_t size) {
    state *s = payload;
    if (is_blank(piece, size)) {
        if (s->block)
            xtr__put(&s->text, " ", 1);
        return;
    }
    write_attributes(s, true);
    /* Right behind the end of an element, which then was a part of this text. */
    if (s->done && s->heading)
        end_block(s);
    s->block = s->block && !s->done ? s->block : s->depth;
    s->done = false;
    xtr__put(&s->text, piece, size);
}

/* Run -------------------------------------------------------------------------------------- */

/* Behind the declaration: its charset is that of the bytes, which are decoded. */
static size_t skip_declaration(const char *source, size_t size) {
    const char *end =
        size > 5 && !memcmp(source, "<?xml", 5) ? memmem(source, size, "?>", 2) : NULL;
    return end ? (size_t)(end + 2 - source) : 0;
}

static void look_at_begin(void *payload, const xtr__xml_element *e) {
    bool *says = payload, other = false, any = false;
    for (size_t i = 0; i < e->attribute_count; i++) {
        any = any || is_shown(&e->attributes[i]);
        other = other || is_other(&e->attributes[i]);
    }
    *says = *says || (any && !other);
}

static void look_at_end(void *payload, int id, const char *name) {
    (void)payload, (void)id, (void)name;
}

static void look_at_text(void *payload, const char *piece, size_t size) {
    bool *says = payload;
    *says = *says || !is_blank(piece, size);
}

/* Whether there is anything but settings, of which the source says more than their values; what
 * parsing it came to. */
static int look_at(xtr_job *job, const char *source, size_t size, bool *says) {
    const xtr__xml_handler look = {
        .begin = look_at_begin, .end = look_at_end, .text = look_at_text};
    *says = false;
    return xtr__xml_parse_bytes_until(job, source, size, &look, says, says);
}

static int run(xtr_job *job) {
    const xtr__xml_handler handler = {.begin = begin, .end = end, .text = text};
    char *source;
    size_t size;
    int code = xtr__source_text(job, &source, &size);
    if (code)
        return code;
    state s = {.job = job, .builder = xtr_job_builder(job)};
    size_t from = skip_declaration(source, size);
    bool says;
    code = look_at(job, source + from, size - from, &says);
    if (says)
        code = xtr__xml_parse_bytes(job, source + from, size - from, &handler, &s);
    end_block(&s);
    if (!s.any && !s.code && code != XTR_E_MEMORY)
        write_element(&s, XTR_CODE, 0, source, size);
    if (code == XTR_E_MEMORY || s.text.failed || s.attributes.failed || s.shown.failed)
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    else if (code && !xtr_job_should_stop(job))
        xtr_partial(s.builder, code, 0,
                    code == XTR_E_LIMIT
                        ? "elements are nested too deeply, or have too many attributes"
                        : "the XML is damaged");
    free(s.text.data);
    free(s.attributes.data);
    free(s.shown.data);
    xtr__source_drop(job, source, size);
    return code == XTR_E_MEMORY ? code : s.code;
}

const xtr_extractor xtr_extractor_xml = {
    .name = "xml",
    .title = "XML",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_METADATA,
    .run = run,
};
