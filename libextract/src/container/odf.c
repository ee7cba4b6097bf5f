/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* OpenDocument packages (OpenDocument 1.3 part 2) and their metadata (part 3, 4.3). Elements of
 * office:meta are told by their local names, which differ from each other. */
#include "container/odf.h"
#include "container/odf_crypt.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *key;
} facts[] = {
    {"title", "title"},       {"creator", "authors"},         {"initial-creator", "authors"},
    {"subject", "subject"},   {"description", "description"}, {"keyword", "keywords"},
    {"language", "language"}, {"creation-date", "created"},   {"date", "modified"},
    {"generator", "creator"}};

void xtr__odf_meta_begin(xtr__odf_meta *m, const char *name) {
    if (!m->inside) {
        m->inside = !strcmp(name, "meta");
        return;
    }
    m->key = NULL;
    m->size = 0;
    for (size_t i = 0; i < sizeof facts / sizeof *facts && !m->key; i++) {
        if (!strcmp(name, facts[i].name))
            m->key = facts[i].key;
    }
}

void xtr__odf_meta_text(xtr__odf_meta *m, const char *text, size_t size) {
    if (!m->key)
        return;
    size_t room = sizeof m->value - 1 - m->size;
    size = size < room ? size : room;
    memcpy(m->value + m->size, text, size);
    m->size += size;
}

void xtr__odf_meta_end(xtr__odf_meta *m, const char *name) {
    if (m->key) {
        m->value[m->size] = '\0';
        xtr_metadata(m->builder, m->key, m->value);
        m->key = NULL;
    } else if (m->inside && !strcmp(name, "meta")) {
        m->inside = false;
    }
}

static void on_begin(void *payload, const xtr__xml_element *element) {
    xtr__odf_meta_begin(payload, element->name);
}

static void on_end(void *payload, int id, const char *name) {
    (void)id;
    xtr__odf_meta_end(payload, name);
}

static void on_text(void *payload, const char *text, size_t size) {
    xtr__odf_meta_text(payload, text, size);
}

int xtr__odf_open(xtr__zip **zip, size_t *content, xtr_job *job) {
    int code = xtr__zip_open(zip, job);
    if (code)
        return code;
    bool goes_on = false;
    const xtr__xml_handler handler = {.begin = on_begin, .end = on_end, .text = on_text};
    code = xtr__odf_unlock(job, *zip, &goes_on);
    int64_t found = xtr__zip_find(*zip, "content.xml");
    if (!code && !goes_on && found < 0)
        code = xtr_job_fail(job, XTR_E_CORRUPT, "has no content.xml");
    if (code || goes_on) {
        xtr__zip_drop(*zip);
        *zip = NULL;
        return code;
    }
    *content = (size_t)found;
    xtr__odf_meta meta = {.builder = xtr_job_builder(job)};
    int64_t part = xtr__zip_find(*zip, "meta.xml");
    if (part >= 0)
        xtr__xml_parse_part(job, *zip, (size_t)part, &handler, &meta);
    return XTR_OK;
}
