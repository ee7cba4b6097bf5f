/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Open Packaging Conventions (ECMA-376 part 2): relationships between the parts of a package, and
 * its properties: core (part 2, 8), extended (part 1, 22.2) and custom (part 1, 22.3). Namespaces
 * are those of the transitional and of the strict editions. */
#include "container/opc.h"
#include "container/numerals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAME = 2048, MOST_VALUE = 8192, MOST_CUSTOM = 200, MOST_RELATIONS = 100000 };

enum { RELATIONSHIP = 1, ID, TYPE, TARGET, TARGET_MODE, CUSTOM, NAME, FIRST_PROPERTY = 100 };

static const xtr__xml_space spaces[] = {
    {"r", "http://schemas.openxmlformats.org/package/2006/relationships"},
    {"cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"},
    {"cp", "http://purl.oclc.org/ooxml/package/metadata/core-properties"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"t", "http://purl.org/dc/terms/"},
    {"ep", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"},
    {"ep", "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"},
    {"c", "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"},
    {"c", "http://purl.oclc.org/ooxml/officeDocument/customProperties"},
};

/* Facts by element; the id is FIRST_PROPERTY and its place here. */
static const struct {
    const char *element, *key;
    bool counts; /* where 0 says that nobody counted */
} properties[] = {
    {"dc:title", "title", false},
    {"dc:creator", "authors", false},
    {"dc:subject", "subject", false},
    {"dc:description", "description", false},
    {"dc:language", "language", false},
    {"t:created", "created", false},
    {"t:modified", "modified", false},
    {"cp:keywords", "keywords", false},
    {"cp:category", "category", false},
    {"cp:contentStatus", "content_status", false},
    {"cp:contentType", "content_type", false},
    {"cp:lastModifiedBy", "last_modified_by", false},
    {"cp:lastPrinted", "last_printed", false},
    {"cp:revision", "revision", false},
    {"cp:version", "document_version", false},
    {"ep:Application", "creator", false},
    {"ep:Company", "company", false},
    {"ep:Manager", "manager", false},
    {"ep:Template", "template", false},
    {"ep:Pages", "page_count", true},
    {"ep:Words", "word_count", true},
    {"ep:Characters", "character_count", true},
    {"ep:Lines", "line_count", true},
    {"ep:Paragraphs", "paragraph_count", true},
    {"ep:Slides", "slide_count", true},
    {"ep:HiddenSlides", "hidden_slide_count", true},
    {"ep:Notes", "note_count", true},
};

enum { PROPERTY_COUNT = sizeof properties / sizeof *properties };

static xtr__xml_names *make_names(void) {
    static const xtr__xml_name others[] = {{"r:Relationship", RELATIONSHIP},
                                           {"Id", ID},
                                           {"Type", TYPE},
                                           {"Target", TARGET},
                                           {"TargetMode", TARGET_MODE},
                                           {"c:property", CUSTOM},
                                           {"name", NAME}};
    enum { OTHERS = sizeof others / sizeof *others };
    xtr__xml_name names[OTHERS + PROPERTY_COUNT];
    memcpy(names, others, sizeof others);
    for (int i = 0; i < PROPERTY_COUNT; i++)
        names[OTHERS + i] = (xtr__xml_name){properties[i].element, FIRST_PROPERTY + i};
    return xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                              OTHERS + PROPERTY_COUNT);
}

/* Relationships ----------------------------------------------------------------------------- */

typedef struct raw_relation {
    size_t id, type, target; /* in text */
    bool external;
} raw_relation;

typedef struct relations_state {
    raw_relation *items;
    size_t count, room;
    char *text;
    size_t text_size, text_room;
    bool failed;
} relations_state;

static size_t keep(relations_state *s, const char *text) {
    size_t size = (text ? strlen(text) : 0) + 1;
    if (s->failed)
        return 0;
    if (s->text_size + size > s->text_room) {
        size_t room = (s->text_room + size) * 2;
        char *grown = realloc(s->text, room);
        if (!grown) {
            s->failed = true;
            return 0;
        }
        s->text = grown;
        s->text_room = room;
    }
    memcpy(s->text + s->text_size, text ? text : "", size);
    s->text_size += size;
    return s->text_size - size;
}

static void relation_begin(void *payload, const xtr__xml_element *e) {
    relations_state *s = payload;
    if (e->id != RELATIONSHIP || s->failed || s->count >= MOST_RELATIONS)
        return;
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 32;
        raw_relation *grown = realloc(s->items, room * sizeof *grown);
        if (!grown) {
            s->failed = true;
            return;
        }
        s->items = grown;
        s->room = room;
    }
    const char *type = xtr__xml_attribute_of(e, TYPE);
    const char *slash = type ? strrchr(type, '/') : NULL;
    const char *mode = xtr__xml_attribute_of(e, TARGET_MODE);
    s->items[s->count++] = (raw_relation){.id = keep(s, xtr__xml_attribute_of(e, ID)),
                                          .type = keep(s, slash ? slash + 1 : type),
                                          .target = keep(s, xtr__xml_attribute_of(e, TARGET)),
                                          .external = mode && !strcmp(mode, "External")};
}

/* "word/document.xml" has its relationships in "word/_rels/document.xml.rels". */
static int64_t find_relations(const xtr__zip *zip, int64_t part) {
    char name[MOST_NAME];
    const char *owner = part < 0 ? "" : xtr__zip_name(zip, (size_t)part);
    const char *slash = strrchr(owner, '/');
    int folder = slash ? (int)(slash + 1 - owner) : 0;
    int size = snprintf(name, sizeof name, "%.*s_rels/%s.rels", folder, owner, owner + folder);
    return size < MOST_NAME ? xtr__zip_find(zip, name) : -1;
}

static int compare_ids(const void *a, const void *b) {
    const xtr__opc_relation *const *one = a;
    const xtr__opc_relation *const *other = b;
    int order = strcmp((*one)->id, (*other)->id);
    return order ? order : (*one > *other) - (*one < *other);
}

static void sort_ids(xtr__opc_relations *r) {
    for (size_t i = 0; i < r->count; i++)
        r->by_id[i] = &r->items[i];
    qsort(r->by_id, r->count, sizeof *r->by_id, compare_ids);
    for (size_t i = 0; i < r->count; i++) {
        if (!i || strcmp(r->by_id[i]->id, r->by_id[r->id_count - 1]->id) != 0)
            r->by_id[r->id_count++] = r->by_id[i];
    }
}

static int make_items(xtr__opc_relations *out, relations_state *s, const xtr__zip *zip,
                      int64_t part) {
    out->items = s->count && !s->failed ? calloc(s->count, sizeof *out->items) : NULL;
    out->by_id = out->items ? calloc(s->count, sizeof *out->by_id) : NULL;
    out->text = s->text;
    if (!out->by_id)
        return s->count || s->failed ? XTR_E_MEMORY : XTR_OK;
    out->count = s->count;
    for (size_t i = 0; i < s->count; i++) {
        const raw_relation *raw = &s->items[i];
        const char *target = s->text + raw->target;
        out->items[i] =
            (xtr__opc_relation){.id = s->text + raw->id,
                                .type = s->text + raw->type,
                                .target = target,
                                .external = raw->external,
                                .part = raw->external ? -1 : xtr__opc_resolve(zip, part, target)};
    }
    sort_ids(out);
    return XTR_OK;
}

static int read_relations(xtr__opc_relations *out, xtr_job *job, xtr__zip *zip, int64_t part,
                          const xtr__xml_names *names) {
    relations_state s = {.items = NULL};
    const xtr__xml_handler handler = {.names = names, .begin = relation_begin};
    int64_t from = find_relations(zip, part);
    *out = (xtr__opc_relations){.items = NULL};
    if (from < 0)
        return XTR_OK;
    int code = xtr__xml_parse_part(job, zip, (size_t)from, &handler, &s);
    int made = make_items(out, &s, zip, part);
    free(s.items);
    return made ? made : code;
}

int xtr__opc_relations_read(xtr__opc_relations *out, xtr_job *job, xtr__zip *zip, int64_t part) {
    *out = (xtr__opc_relations){.items = NULL};
    xtr__xml_names *names = find_relations(zip, part) < 0 ? NULL : make_names();
    if (!names)
        return find_relations(zip, part) < 0 ? XTR_OK : XTR_E_MEMORY;
    int code = read_relations(out, job, zip, part, names);
    xtr__xml_names_drop(names);
    return code;
}

void xtr__opc_relations_free(xtr__opc_relations *relations) {
    free(relations->items);
    free(relations->by_id);
    free(relations->text);
    *relations = (xtr__opc_relations){.items = NULL};
}

const xtr__opc_relation *xtr__opc_by_id(const xtr__opc_relations *relations, const char *id) {
    size_t low = 0, high = id ? relations->id_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(relations->by_id[middle]->id, id);
        if (!order)
            return relations->by_id[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const xtr__opc_relation *xtr__opc_by_type(const xtr__opc_relations *relations, const char *type) {
    for (size_t i = 0; i < relations->count; i++) {
        if (!strcmp(relations->items[i].type, type))
            return &relations->items[i];
    }
    return NULL;
}

/* Part names ---------------------------------------------------------------------------------- */

/* Adds one segment of a path, or goes up. */
static size_t add_segment(char *name, size_t at, const char *segment, size_t size) {
    if (!size || (size == 1 && *segment == '.'))
        return at;
    if (size == 2 && !memcmp(segment, "..", 2)) {
        while (at && name[at - 1] != '/')
            at--;
        return at ? at - 1 : 0;
    }
    if (at + size + 2 > MOST_NAME)
        return at;
    if (at)
        name[at++] = '/';
    for (size_t i = 0; i < size; i++) {
        bool escaped = segment[i] == '%' && i + 2 < size && xtr__hex(segment[i + 1]) >= 0 &&
                       xtr__hex(segment[i + 2]) >= 0;
        name[at++] =
            escaped ? (char)(xtr__hex(segment[i + 1]) * 16 + xtr__hex(segment[i + 2])) : segment[i];
        i += escaped ? 2 : 0;
    }
    return at;
}

static size_t add_path(char *name, size_t at, const char *path, size_t size) {
    for (size_t i = 0; i < size;) {
        size_t length = 0;
        while (i + length < size && path[i + length] != '/' && path[i + length] != '\\')
            length++;
        at = add_segment(name, at, path + i, length);
        i += length + 1;
    }
    return at;
}

int64_t xtr__opc_resolve(const xtr__zip *zip, int64_t from, const char *target) {
    char name[MOST_NAME];
    size_t size = strcspn(target, "#?");
    size_t at = 0;
    if (*target != '/' && from >= 0) {
        const char *owner = xtr__zip_name(zip, (size_t)from);
        const char *slash = strrchr(owner, '/');
        at = add_path(name, at, owner, slash ? (size_t)(slash - owner) : 0);
    }
    at = add_path(name, at, target, size);
    name[at] = 0;
    int64_t part = xtr__zip_find(zip, name);
    if (part >= 0 || *target == '/')
        return part;
    /* Some writers mean the package where they say the part. */
    at = add_path(name, 0, target, size);
    name[at] = 0;
    return at ? xtr__zip_find(zip, name) : -1;
}

/* Properties ---------------------------------------------------------------------------------- */

typedef struct properties_state {
    xtr_builder *builder;
    int id;         /* of the open property, 0: none */
    char name[128]; /* of a custom one */
    char value[MOST_VALUE];
    size_t size;
    unsigned custom;
} properties_state;

static void property_begin(void *payload, const xtr__xml_element *e) {
    properties_state *s = payload;
    if (e->id < FIRST_PROPERTY && e->id != CUSTOM)
        return;
    s->id = e->id;
    s->size = 0;
    if (e->id == CUSTOM) {
        const char *name = xtr__xml_attribute_of(e, NAME);
        snprintf(s->name, sizeof s->name, "%s", name ? name : "");
    }
}

static void property_text(void *payload, const char *text, size_t size) {
    properties_state *s = payload;
    size_t room = sizeof s->value - 1 - s->size;
    if (!s->id)
        return;
    size_t more = size < room ? size : room;
    memcpy(s->value + s->size, text, more);
    s->size += more;
}

static void property_end(void *payload, int id, const char *name) {
    properties_state *s = payload;
    (void)name;
    if (!s->id || id != s->id)
        return;
    s->id = 0;
    s->value[s->size] = 0;
    char *value = s->value + strspn(s->value, " \t\r\n");
    for (char *end = value + strlen(value); end > value && strchr(" \t\r\n", end[-1]);)
        *--end = 0;
    if (id == CUSTOM) {
        if (*s->name && s->custom++ < MOST_CUSTOM)
            xtr_metadata(s->builder, s->name, value);
        return;
    }
    if (!properties[id - FIRST_PROPERTY].counts || strcmp(value, "0") != 0)
        xtr_metadata(s->builder, properties[id - FIRST_PROPERTY].key, value);
}

static void read_properties(xtr_job *job, xtr__zip *zip, const xtr__opc_relations *relations,
                            const xtr__xml_names *names) {
    static const char *const types[] = {"core-properties", "extended-properties",
                                        "extendedProperties", "custom-properties",
                                        "customProperties"};
    const xtr__xml_handler handler = {
        .names = names, .begin = property_begin, .end = property_end, .text = property_text};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const xtr__opc_relation *relation = xtr__opc_by_type(relations, types[i]);
        properties_state s = {.builder = xtr_job_builder(job)};
        if (relation && relation->part >= 0 &&
            xtr__xml_parse_part(job, zip, (size_t)relation->part, &handler, &s) != XTR_OK)
            xtr_warn(s.builder, XTR_E_CORRUPT, 0, "the properties of the document are damaged");
    }
}

/* Package ------------------------------------------------------------------------------------- */

/* The main part, by its usual name where the relationships are lost; or -1. */
static int64_t find_main(const xtr__zip *zip, const xtr__opc_relations *relations) {
    static const char *const usual[] = {"word/document.xml", "xl/workbook.xml", "xl/workbook.bin",
                                        "ppt/presentation.xml"};
    const xtr__opc_relation *document = xtr__opc_by_type(relations, "officeDocument");
    int64_t part = document ? document->part : -1;
    for (size_t i = 0; i < sizeof usual / sizeof *usual && part < 0; i++)
        part = xtr__zip_find(zip, usual[i]);
    return part;
}

int xtr__opc_open(xtr__zip **out, size_t *main_part, xtr_job *job) {
    xtr__zip *zip;
    *out = NULL;
    int code = xtr__zip_open(&zip, job);
    if (code)
        return code;
    xtr__opc_relations relations = {.items = NULL};
    xtr__xml_names *names = make_names();
    code = names ? read_relations(&relations, job, zip, -1, names) : XTR_E_MEMORY;
    int64_t document = names ? find_main(zip, &relations) : -1;
    if (document >= 0) {
        *main_part = (size_t)document;
        *out = zip;
        read_properties(job, zip, &relations, names);
        code = XTR_OK;
    } else {
        xtr__zip_drop(zip);
        bool damaged = !code || code == XTR_E_CORRUPT;
        code = xtr_job_fail(job, damaged ? XTR_E_CORRUPT : code, "%s",
                            damaged ? "has no main part" : xtr_error_describe(code)->text);
    }
    xtr__opc_relations_free(&relations);
    xtr__xml_names_drop(names);
    return code;
}
