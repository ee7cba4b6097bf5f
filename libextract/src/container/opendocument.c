/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* OpenDocument packages (ODF 1.3 part 2) and metadata (part 3, 4.3). */
#include "container/opendocument.h"
#include "container/odf_crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUE = 8192, MOST_PROPERTIES = 200, MOST_REFERENCE = 1024 };

enum {
    USER_DEFINED = 1,
    NAME,
    STATISTIC,
    CREATOR,
    META,
    BODY,
    FIRST_PROPERTY = 100,
    FIRST_COUNT = 200
};

static const xtr__xml_space spaces[] = {
    {"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
    {"office", "http://openoffice.org/2000/office"},
    {"meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"},
    {"meta", "http://openoffice.org/2000/meta"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
};

static const struct {
    const char *element, *key;
} properties[] = {
    {"dc:title", "title"},
    {"dc:subject", "subject"},
    {"dc:description", "description"},
    {"dc:language", "language"},
    {"dc:date", "modified"},
    {"meta:initial-creator", "authors"},
    {"meta:creation-date", "created"},
    {"meta:generator", "creator"},
    {"meta:printed-by", "printed_by"},
    {"meta:print-date", "last_printed"},
    {"meta:editing-cycles", "revision"},
    {"meta:keyword", "keywords"},
};

static const struct {
    const char *attribute, *key;
} counts[] = {
    {"meta:page-count", "page_count"},           {"meta:word-count", "word_count"},
    {"meta:character-count", "character_count"}, {"meta:paragraph-count", "paragraph_count"},
    {"meta:table-count", "table_count"},         {"meta:image-count", "image_count"},
};

enum {
    PROPERTY_COUNT = sizeof properties / sizeof *properties,
    COUNT_COUNT = sizeof counts / sizeof *counts,
    KEYWORD = FIRST_PROPERTY + PROPERTY_COUNT - 1
};

typedef struct state {
    xtr_builder *builder;
    int id; /* of the open property, 0: none */
    char name[128];
    char value[MOST_VALUE];
    size_t size;
    char keywords[MOST_VALUE];
    char creator[MOST_VALUE];
    unsigned own;
    bool enough; /* office:meta has ended: what follows in a flat document is another's */
} state;

static xtr__xml_names *make_names(void) {
    static const xtr__xml_name others[] = {{"meta:user-defined", USER_DEFINED},
                                           {"meta:name", NAME},
                                           {"meta:document-statistic", STATISTIC},
                                           {"dc:creator", CREATOR},
                                           {"office:meta", META},
                                           {"office:body", BODY}};
    enum { OTHERS = sizeof others / sizeof *others };
    xtr__xml_name names[OTHERS + PROPERTY_COUNT + COUNT_COUNT];
    memcpy(names, others, sizeof others);
    for (int i = 0; i < PROPERTY_COUNT; i++)
        names[OTHERS + i] = (xtr__xml_name){properties[i].element, FIRST_PROPERTY + i};
    for (int i = 0; i < COUNT_COUNT; i++)
        names[OTHERS + PROPERTY_COUNT + i] = (xtr__xml_name){counts[i].attribute, FIRST_COUNT + i};
    return xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                              sizeof names / sizeof *names);
}

static void read_counts(state *s, const xtr__xml_element *e) {
    for (size_t i = 0; i < e->attribute_count; i++) {
        const xtr__xml_attribute *a = &e->attributes[i];
        if (a->id >= FIRST_COUNT && a->id < FIRST_COUNT + COUNT_COUNT && strcmp(a->value, "0") != 0)
            xtr_metadata(s->builder, counts[a->id - FIRST_COUNT].key, a->value);
    }
}

static void begin(void *payload, const xtr__xml_element *e) {
    state *s = payload;
    s->enough = s->enough || e->id == BODY;
    if (s->enough)
        return;
    if (e->id == STATISTIC)
        read_counts(s, e);
    if (e->id != USER_DEFINED && e->id != CREATOR &&
        (e->id < FIRST_PROPERTY || e->id >= FIRST_PROPERTY + PROPERTY_COUNT))
        return;
    s->id = e->id;
    s->size = 0;
    const char *name = xtr__xml_attribute_of(e, NAME);
    snprintf(s->name, sizeof s->name, "%s", name ? name : "");
}

static void text(void *payload, const char *more, size_t size) {
    state *s = payload;
    size_t room = sizeof s->value - 1 - s->size;
    if (!s->id)
        return;
    size = size < room ? size : room;
    memcpy(s->value + s->size, more, size);
    s->size += size;
}

static void add_keyword(state *s) {
    size_t size = strlen(s->keywords);
    snprintf(s->keywords + size, sizeof s->keywords - size, "%s%s", size ? ", " : "", s->value);
}

static void end(void *payload, int id, const char *name) {
    state *s = payload;
    (void)name;
    s->enough = s->enough || id == META;
    if (!s->id || id != s->id)
        return;
    s->value[s->size] = 0;
    s->id = 0;
    if (id == KEYWORD)
        add_keyword(s);
    else if (id == CREATOR && !*s->creator)
        memcpy(s->creator, s->value, s->size + 1);
    else if (id >= FIRST_PROPERTY)
        xtr_metadata(s->builder, properties[id - FIRST_PROPERTY].key, s->value);
    else if (id == USER_DEFINED && *s->name && s->own++ < MOST_PROPERTIES)
        xtr_metadata(s->builder, s->name, s->value);
}

void xtr__opendocument_metadata(xtr_job *job, xtr__zip *zip) {
    xtr__xml_names *names = make_names();
    const xtr__xml_handler handler = {.names = names, .begin = begin, .end = end, .text = text};
    int64_t part = zip ? xtr__zip_find(zip, "meta.xml") : -1;
    state *s = calloc(1, sizeof *s);
    int code = XTR_OK;
    if (s && names && (part >= 0 || !zip)) {
        s->builder = xtr_job_builder(job);
        code = zip ? xtr__xml_parse_part(job, zip, (size_t)part, &handler, s)
                   : xtr__xml_parse_input_until(job, &handler, s, &s->enough);
        xtr_metadata(s->builder, "keywords", s->keywords);
        /* Who wrote it last is its author where no first one is named. */
        xtr_metadata(s->builder, "authors", s->creator);
        xtr_metadata(s->builder, "last_modified_by", s->creator);
    }
    if (code && zip)
        xtr_warn(xtr_job_builder(job), code, 0, "the properties of the document are damaged");
    free(s);
    xtr__xml_names_drop(names);
}

int xtr__opendocument_open(xtr__zip **out, xtr_job *job, bool *goes_on) {
    *goes_on = false;
    int code = xtr__zip_open(out, job);
    if (code)
        return code;
    code = xtr__odf_unlock(job, *out, goes_on);
    if (!code && !*goes_on && xtr__zip_find(*out, "content.xml") < 0)
        code = xtr_job_fail(job, XTR_E_CORRUPT, "has no content.xml");
    if (code || *goes_on) {
        xtr__zip_drop(*out);
        *out = NULL;
    }
    return code;
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void xtr__opendocument_style_name(char *out, size_t room, const char *name) {
    size_t at = 0;
    for (; *name && at + 1 < room; name++) {
        bool escaped =
            name[0] == '_' && digit_of(name[1]) > 0 && digit_of(name[2]) >= 0 && name[3] == '_';
        out[at++] = escaped ? (char)(digit_of(name[1]) * 16 + digit_of(name[2])) : *name;
        name += escaped ? 3 : 0;
    }
    out[at] = 0;
}

int64_t xtr__opendocument_find(const xtr__zip *zip, const char *reference, const char *inside) {
    char name[MOST_REFERENCE];
    if (!zip || !reference)
        return -1;
    reference += strncmp(reference, "./", 2) == 0 ? 2 : 0;
    int size =
        snprintf(name, sizeof name, "%s%s%s", reference, inside ? "/" : "", inside ? inside : "");
    return size > 0 && size < MOST_REFERENCE ? xtr__zip_find(zip, name) : -1;
}
