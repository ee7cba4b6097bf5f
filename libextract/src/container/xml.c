/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XML in one pass by libxml2's SAX2 interface, pulled piece by piece from where it is.
 *
 * Names are told apart by their address: the names of a format are put into the parser's dictionary
 * of strings, which gives each string one address for all parts of a job. Declarations of entities
 * go nowhere, so what a document type defines is missing, but for the characters that HTML, DocBook
 * and JATS name alike. */
#include "container/xml.h"
#include "markup/entity.h"

#include <libxml/parser.h> /* before the others, which need it */

#include <libxml/dict.h>
#include <libxml/hash.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_EVERY = 64 << 10,      /* bytes read */
    MOST_DICTIONARY = 10000000, /* bytes of names that documents bring, one job */
    CHARGED_FROM = 256 << 10,   /* bytes of attributes of one element */
    /* libxml2 2.9 compares each attribute and namespace with all before it */
    MOST_ATTRIBUTES = 4096, /* of one element, roughly */
    MOST_SPACES = 4096,     /* declared at one place, roughly */
    MOST_DEFAULTS = 200     /* of attributes, by the document type */
};

typedef struct known {
    const xmlChar *name, *uri; /* of the dictionary; name NULL: free */
    int id;
} known;

struct xtr__xml_names {
    xmlDictPtr dictionary;
    known *table;
    size_t mask;
};

typedef struct open_element {
    int id;
    const xmlChar *name;
} open_element;

typedef struct parsing {
    xtr_job *job;
    const xtr__xml_handler *handler;
    void *payload;
    const bool *enough; /* NULL: never */
    xmlParserCtxtPtr context;
    /* Where it comes from: a stream, or bytes, or the input */
    xtr__zip_stream *stream;
    const unsigned char *bytes;
    uint64_t at, size; /* of bytes or input */
    size_t until_poll;
    int code;
    bool stopped, any;
    unsigned defaults; /* declared and kept */
    unsigned depth;    /* also of what is left out */
    open_element open[XTR__XML_DEPTH];
    xtr__xml_attribute *attributes;
    size_t attribute_room;
    char *values;
    size_t value_room;
    int64_t charged;
    xmlEntity entity; /* the last that was asked for, and the character that it stands for */
    char character[8];
} parsing;

/* Names ------------------------------------------------------------------------------------- */

static size_t hash_of(const xmlChar *name, const xmlChar *uri) {
    uintptr_t a = (uintptr_t)name;
    uintptr_t b = (uintptr_t)uri;
    return (size_t)((a ^ (a >> 7)) + (b >> 3) * 31);
}

static int id_of(const xtr__xml_names *names, const xmlChar *name, const xmlChar *uri) {
    if (!names)
        return 0;
    for (size_t i = hash_of(name, uri);; i++) {
        const known *k = &names->table[i & names->mask];
        if (!k->name || (k->name == name && k->uri == uri))
            return k->id;
    }
}

static void add_known(xtr__xml_names *names, const xmlChar *name, const xmlChar *uri, int id) {
    if (id_of(names, name, uri))
        return;
    size_t i = hash_of(name, uri);
    while (names->table[i & names->mask].name)
        i++;
    names->table[i & names->mask] = (known){name, uri, id};
}

/* False when out of memory. */
static bool add_name(xtr__xml_names *names, const xtr__xml_name *entry,
                     const xtr__xml_space *spaces, size_t space_count) {
    const char *colon = strchr(entry->name, ':');
    const char *local = colon ? colon + 1 : entry->name;
    const xmlChar *name = xmlDictLookup(names->dictionary, BAD_CAST local, -1);
    if (!name)
        return false;
    if (!colon)
        add_known(names, name, NULL, entry->id);
    for (size_t i = 0; colon && i < space_count; i++) {
        const char *prefix = spaces[i].prefix;
        size_t length = (size_t)(colon - entry->name);
        if (strlen(prefix) != length || memcmp(prefix, entry->name, length) != 0)
            continue;
        const xmlChar *uri = xmlDictLookup(names->dictionary, BAD_CAST spaces[i].uri, -1);
        if (!uri)
            return false;
        add_known(names, name, uri, entry->id);
    }
    return true;
}

xtr__xml_names *xtr__xml_names_new(const xtr__xml_space *spaces, size_t space_count,
                                   const xtr__xml_name *names, size_t name_count) {
    xtr__xml_names *made = calloc(1, sizeof *made);
    size_t most = name_count * 4; /* few prefixes have more than two namespaces */
    size_t size = 64;
    while (size < most)
        size *= 2;
    bool done = made && (made->table = calloc(size, sizeof *made->table)) != NULL &&
                (made->dictionary = xmlDictCreate()) != NULL;
    if (done)
        made->mask = size - 1;
    for (size_t i = 0; i < name_count && done; i++)
        done = add_name(made, &names[i], spaces, space_count);
    if (done) {
        xmlDictSetLimit(made->dictionary, MOST_DICTIONARY);
        return made;
    }
    xtr__xml_names_drop(made);
    return NULL;
}

void xtr__xml_names_drop(xtr__xml_names *names) {
    if (!names)
        return;
    xmlDictFree(names->dictionary);
    free(names->table);
    free(names);
}

const char *xtr__xml_attribute_of(const xtr__xml_element *element, int id) {
    for (size_t i = 0; i < element->attribute_count; i++) {
        if (element->attributes[i].id == id)
            return element->attributes[i].value;
    }
    return NULL;
}

const char *xtr__xml_attribute_named(const xtr__xml_element *element, const char *name) {
    for (size_t i = 0; i < element->attribute_count; i++) {
        if (!strcmp(element->attributes[i].name, name))
            return element->attributes[i].value;
    }
    return NULL;
}

/* Events ------------------------------------------------------------------------------------ */

static void stop(parsing *p, int code) {
    p->code = p->code ? p->code : code;
    p->stopped = true;
    xmlStopParser(p->context);
}

/* Room for the attributes of one element, `size` bytes of values in all. */
static bool reserve(parsing *p, size_t count, size_t size) {
    if (count > p->attribute_room) {
        size_t room = count + 16;
        xtr__xml_attribute *attributes = realloc(p->attributes, room * sizeof *attributes);
        if (!attributes)
            return false;
        p->attributes = attributes;
        p->attribute_room = room;
    }
    if (size > p->value_room) {
        size_t room = size + size / 2 + 1024;
        if (room >= CHARGED_FROM) {
            if (!xtr_job_charge(p->job, (int64_t)room - p->charged))
                return false;
            p->charged = (int64_t)room;
        }
        char *values = realloc(p->values, room);
        if (!values)
            return false;
        p->values = values;
        p->value_room = room;
    }
    return true;
}

/* Returns the size. Where no entities are replaced libxml2 gives each "&" in a value as "&#38;" and
 * a named character by its name, which is longer than what it stands for. */
static size_t copy_value(char *to, const xmlChar *from, size_t size) {
    const char *end = (const char *)from + size;
    char character[8];
    size_t length = 0;
    for (const char *c = (const char *)from; c < end;) {
        size_t named = *c == '&' ? xtr__entity_read(c, (size_t)(end - c), character) : 0;
        size_t bytes = named ? strlen(character) : 1;
        memcpy(to + length, named ? character : c, bytes);
        length += bytes;
        c += named ? named : 1;
    }
    to[length] = 0;
    return length;
}

/* libxml2 gives five pointers an attribute: name, prefix, namespace, value and its end. */
static bool copy_attributes(parsing *p, const xmlChar **from, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += (size_t)(from[i * 5 + 4] - from[i * 5 + 3]) + 1;
    if (!reserve(p, count, size))
        return false;
    char *value = p->values;
    for (size_t i = 0; i < count; i++, from += 5) {
        size_t length = copy_value(value, from[3], (size_t)(from[4] - from[3]));
        p->attributes[i] = (xtr__xml_attribute){.id = id_of(p->handler->names, from[0], from[2]),
                                                .name = (const char *)from[0],
                                                .value = value,
                                                .size = length};
        value += length + 1;
    }
    return true;
}

static void on_begin(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int space_count, const xmlChar **spaces, int count, int defaulted,
                     const xmlChar **attributes) {
    (void)prefix, (void)space_count, (void)spaces;
    parsing *p = context;
    count -= defaulted; /* a document type may add large ones to each element */
    if (p->stopped)
        return;
    p->any = true;
    if (p->depth++ >= XTR__XML_DEPTH) {
        p->code = p->code ? p->code : XTR_E_LIMIT;
        return;
    }
    if (!copy_attributes(p, attributes, (size_t)count)) {
        p->depth--;
        stop(p, XTR_E_MEMORY);
        return;
    }
    open_element *open = &p->open[p->depth - 1];
    *open = (open_element){id_of(p->handler->names, name, uri), name};
    p->handler->begin(p->payload, &(xtr__xml_element){.id = open->id,
                                                      .name = (const char *)name,
                                                      .depth = p->depth,
                                                      .attributes = p->attributes,
                                                      .attribute_count = (size_t)count});
}

static void end_last(parsing *p) {
    if (p->depth-- > XTR__XML_DEPTH)
        return;
    const open_element *open = &p->open[p->depth];
    if (p->handler->end)
        p->handler->end(p->payload, open->id, (const char *)open->name);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    (void)name, (void)prefix, (void)uri;
    parsing *p = context;
    if (p->depth && !p->stopped)
        end_last(p);
}

static void on_text(void *context, const xmlChar *text, int size) {
    parsing *p = context;
    if (size > 0 && p->handler->text && p->depth <= XTR__XML_DEPTH && !p->stopped)
        p->handler->text(p->payload, (const char *)text, (size_t)size);
}

/* Too many defaults are none: each element of their name would be compared with them. */
static void on_declared(void *context, const xmlChar *element, const xmlChar *name, int type,
                        int how, const xmlChar *value, xmlEnumerationPtr choices) {
    (void)element, (void)name, (void)type, (void)how;
    parsing *p = context;
    xmlFreeEnumeration(choices);
    if (!value || p->defaults++ < MOST_DEFAULTS)
        return;
    p->code = p->code ? p->code : XTR_E_LIMIT;
    p->defaults = 1;
    xmlHashFree(p->context->attsDefault, xmlHashDefaultDeallocator);
    p->context->attsDefault = NULL;
}

/* A named character: in text one of those that are part of XML, which libxml2 gives as text; in the
 * value of an attribute, of which it would give the first byte, one that it leaves as it is. */
static xmlEntityPtr on_entity(void *context, const xmlChar *name) {
    parsing *p = context;
    p->context->wellFormed = 1; /* else all that are in text behind some damage would be left out */
    char reference[40];
    int size = snprintf(reference, sizeof reference, "&%s;", (const char *)name);
    if (size >= (int)sizeof reference || !xtr__entity_read(reference, (size_t)size, p->character))
        return NULL;
    bool in_text = p->context->instate != XML_PARSER_ATTRIBUTE_VALUE;
    p->entity =
        (xmlEntity){.type = XML_ENTITY_DECL,
                    .name = name,
                    .etype = in_text ? XML_INTERNAL_PREDEFINED_ENTITY : XML_INTERNAL_GENERAL_ENTITY,
                    .content = in_text ? BAD_CAST p->character : NULL,
                    .checked = 1};
    return &p->entity;
}

/* Messages say nothing to a reader; what was lost is told by the code. */
static void on_error(void *context, xmlErrorPtr error) {
    parsing *p = context;
    if (error->code == XML_ERR_NO_MEMORY)
        p->code = XTR_E_MEMORY;
}

static const xmlSAXHandler events = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_begin,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .attributeDecl = on_declared,
    .getEntity = on_entity,
    .serror = on_error,
};

/* Reading ----------------------------------------------------------------------------------- */

static int64_t read_source(parsing *p, char *buffer, size_t size) {
    if (p->stream)
        return xtr__zip_stream_read(p->stream, buffer, size);
    uint64_t left = p->size - p->at;
    size_t want = left < size ? (size_t)left : size;
    int64_t got = (int64_t)want;
    if (p->bytes)
        memcpy(buffer, p->bytes + p->at, want);
    else
        got = want ? xtr_input_read(xtr_job_input(p->job), p->at, buffer, want) : 0;
    p->at += got > 0 ? (uint64_t)got : 0;
    return got;
}

/* The parser's rooms, which double: five places an attribute, two a namespace. */
static bool is_crowded(const parsing *p) {
    return p->context->maxatts > 5 * MOST_ATTRIBUTES || p->context->nsMax > 2 * MOST_SPACES;
}

/* Trouble looks like the end to the parser, which then gives what it has. */
static int on_read(void *context, char *buffer, int size) {
    parsing *p = context;
    p->stopped = p->stopped || (p->enough && *p->enough);
    if (!p->stopped && is_crowded(p)) {
        p->code = p->code ? p->code : XTR_E_LIMIT;
        p->stopped = true;
    }
    if (p->stopped)
        return 0;
    if (p->until_poll < (size_t)size) {
        p->until_poll = POLL_EVERY;
        if (xtr_job_should_stop(p->job)) {
            p->stopped = true;
            return 0;
        }
    }
    p->until_poll -= (size_t)size < p->until_poll ? (size_t)size : p->until_poll;
    int64_t got = read_source(p, buffer, (size_t)size);
    if (got >= 0)
        return (int)got;
    p->code = p->stream ? xtr__zip_stream_code(p->stream) : XTR_E_IO;
    return 0;
}

/* Whether there was more that was not given. */
static bool ended_early(const parsing *p) {
    xmlParserErrors error = (xmlParserErrors)p->context->errNo;
    return p->depth || !p->any || error == XML_ERR_DOCUMENT_END;
}

static int parse(parsing *p) {
    xmlSAXHandler handler = events;
    p->context = xmlCreateIOParserCtxt(&handler, p, on_read, NULL, p, XML_CHAR_ENCODING_NONE);
    if (!p->context)
        return p->code ? p->code : XTR_E_MEMORY;
    xmlCtxtUseOptions(p->context, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_COMPACT |
                                      XML_PARSE_OLDSAX /* all entities by on_entity */);
    if (p->handler->names) {
        xmlDictFree(p->context->dict);
        p->context->dict = p->handler->names->dictionary;
        xmlDictReference(p->context->dict);
    }
    xmlParseDocument(p->context);
    if (!p->stopped && !p->code && ended_early(p))
        p->code = XTR_E_CORRUPT;
    while (p->depth)
        end_last(p);
    xmlFreeDoc(p->context->myDoc);
    xmlFreeParserCtxt(p->context);
    free(p->attributes);
    free(p->values);
    xtr_job_charge(p->job, -p->charged);
    return p->code;
}

int xtr__xml_parse_part(xtr_job *job, xtr__zip *zip, size_t part, const xtr__xml_handler *handler,
                        void *payload) {
    return xtr__xml_parse_part_until(job, zip, part, handler, payload, NULL);
}

int xtr__xml_parse_part_until(xtr_job *job, xtr__zip *zip, size_t part,
                              const xtr__xml_handler *handler, void *payload, const bool *enough) {
    parsing p = {.job = job, .handler = handler, .payload = payload, .enough = enough};
    int code = xtr__zip_stream_open(&p.stream, zip, part);
    if (!code)
        code = parse(&p);
    xtr__zip_stream_drop(p.stream);
    return code;
}

int xtr__xml_parse_bytes(xtr_job *job, const void *data, size_t size,
                         const xtr__xml_handler *handler, void *payload) {
    return xtr__xml_parse_bytes_until(job, data, size, handler, payload, NULL);
}

int xtr__xml_parse_bytes_until(xtr_job *job, const void *data, size_t size,
                               const xtr__xml_handler *handler, void *payload, const bool *enough) {
    parsing p = {.job = job,
                 .handler = handler,
                 .payload = payload,
                 .enough = enough,
                 .bytes = data,
                 .size = size};
    return parse(&p);
}

int xtr__xml_parse_input(xtr_job *job, const xtr__xml_handler *handler, void *payload) {
    return xtr__xml_parse_input_until(job, handler, payload, NULL);
}

int xtr__xml_parse_input_until(xtr_job *job, const xtr__xml_handler *handler, void *payload,
                               const bool *enough) {
    parsing p = {.job = job,
                 .handler = handler,
                 .payload = payload,
                 .enough = enough,
                 .size = xtr_input_size(xtr_job_input(job))};
    return parse(&p);
}
