/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a document says of itself (part 3, 4.3). */
#include "odp/odp.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 1, MOST_VALUE = 4096 };

static const xtr__xml_space spaces[] = {
    {"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
    {"meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
};

/* By id from FIRST on. The first author is who began. */
static const struct {
    const char *name, *key;
} facts[] = {
    {"dc:title", "title"},        {"meta:initial-creator", "authors"}, {"dc:creator", "authors"},
    {"dc:subject", "subject"},    {"dc:description", "description"},   {"meta:keyword", "keywords"},
    {"dc:language", "language"},  {"meta:creation-date", "created"},   {"dc:date", "modified"},
    {"meta:generator", "creator"}};

enum { FACTS = sizeof facts / sizeof *facts, INSIDE = FIRST + FACTS };

typedef struct reading {
    odp *o;
    int open;
    bool inside; /* office:meta */
    char values[FACTS][MOST_VALUE];
} reading;

static void begin(void *payload, const xtr__xml_element *element) {
    reading *r = payload;
    r->inside = r->inside || element->id == INSIDE;
    r->open = r->inside && element->id >= FIRST && element->id < INSIDE ? element->id : 0;
    char *value = r->open ? r->values[r->open - FIRST] : NULL;
    size_t size = value ? strlen(value) : 0;
    if (size && size + 3 < MOST_VALUE)
        memcpy(value + size, ", ", 3);
}

static void end(void *payload, int id, const char *name) {
    reading *r = payload;
    (void)name;
    r->open = 0;
    r->inside = r->inside && id != INSIDE;
}

static void text(void *payload, const char *piece, size_t size) {
    reading *r = payload;
    if (!r->open)
        return;
    char *value = r->values[r->open - FIRST];
    size_t length = strlen(value), room = MOST_VALUE - 1 - length;
    size = size < room ? size : room;
    memcpy(value + length, piece, size);
    value[length + size] = '\0';
}

void odp_read_meta(odp *o) {
    xtr__xml_name names[FACTS + 1];
    for (int i = 0; i < FACTS; i++)
        names[i] = (xtr__xml_name){facts[i].name, FIRST + i};
    names[FACTS] = (xtr__xml_name){"office:meta", INSIDE};
    xtr__xml_names *table = xtr__xml_names_new(spaces, 3, names, FACTS + 1);
    reading *r = calloc(1, sizeof *r);
    const xtr__xml_handler handler = {table, begin, end, text};
    int64_t part = o->zip ? xtr__zip_find(o->zip, "meta.xml") : -1;
    if (table && r) {
        r->o = o;
        if (!o->zip)
            xtr__xml_parse_input(o->job, &handler, r);
        else if (part >= 0)
            xtr__xml_parse_part(o->job, o->zip, (size_t)part, &handler, r);
        for (int i = 0; i < FACTS; i++)
            xtr_metadata(o->builder, facts[i].key, r->values[i]);
    }
    free(r);
    xtr__xml_names_drop(table);
}
