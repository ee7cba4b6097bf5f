/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Styles (ECMA-376 part 1, 17.7): what a paragraph is by the name of its style, and what runs look
 * like. */
#include "docx/docx.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_STYLES = 20000, MOST_INHERITED = 32, MOST_NAME = 64, NOT_SAID = -1, BODY_TEXT = 9 };

struct xtr__docx_styles {
    xtr__docx_style *items;
    size_t count, room;
    uint32_t *index; /* by hash of the id: place + 1 */
    size_t mask;
    xtr__docx_style unknown; /* what was asked for last and is none of them */
    char unknown_id[MOST_NAME];
    /* While reading */
    xtr__docx_style *open;
    bool in_condition; /* formats of parts of tables */
    bool failed;
};

int xtr__docx_number(const char *value, int other) {
    char *end;
    long number = value ? strtol(value, &end, 10) : 0;
    return value && end != value && number > -1000000 && number < 1000000 ? (int)number : other;
}

bool xtr__docx_is_on(const char *value) {
    return !value || (strcmp(value, "0") != 0 && strcmp(value, "false") != 0 &&
                      strcmp(value, "off") != 0 && strcmp(value, "none") != 0);
}

static void set(xtr__docx_toggles *t, unsigned flag, bool on) {
    t->said |= flag;
    t->on = on ? t->on | flag : t->on & ~flag;
}

bool xtr__docx_toggle(xtr__docx_toggles *t, const xtr__xml_element *e) {
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    switch (e->id) {
    case W(B):
        set(t, XTR_BOLD, xtr__docx_is_on(value));
        return true;
    case W(I):
        set(t, XTR_ITALIC, xtr__docx_is_on(value));
        return true;
    case W(STRIKE):
    case W(DSTRIKE):
        if (xtr__docx_is_on(value) || e->id == W(STRIKE))
            set(t, XTR_STRIKE, xtr__docx_is_on(value));
        return true;
    case W(VANISH):
        set(t, XTR__DOCX_HIDDEN, xtr__docx_is_on(value));
        return true;
    case W(VERTALIGN):
        set(t, XTR_SUPERSCRIPT, value && !strcmp(value, "superscript"));
        set(t, XTR_SUBSCRIPT, value && !strcmp(value, "subscript"));
        return true;
    case W(RFONTS):
        if (xtr__xml_attribute_of(e, W(ASCII)))
            set(t, XTR_MONO, xtr__style_is_mono(xtr__xml_attribute_of(e, W(ASCII))));
        return true;
    default:
        return false;
    }
}

/* Reading ----------------------------------------------------------------------------------- */

static size_t hash_of(const char *id) {
    uint32_t hash = 2166136261U;
    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 16777619U;
    return hash;
}

static xtr__docx_style *find(const xtr__docx_styles *s, const char *id) {
    for (size_t i = hash_of(id); s->index; i++) {
        uint32_t at = s->index[i & s->mask];
        if (!at)
            return NULL;
        if (!strcmp(s->items[at - 1].id, id))
            return &s->items[at - 1];
    }
    return NULL;
}

static void begin_style(xtr__docx_styles *s, const xtr__xml_element *e) {
    const char *id = xtr__xml_attribute_of(e, W(STYLEID));
    s->open = NULL;
    if (!id || s->count >= MOST_STYLES || s->failed)
        return;
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        xtr__docx_style *grown = realloc(s->items, room * sizeof *grown);
        if (!grown) {
            s->failed = true;
            return;
        }
        s->items = grown;
        s->room = room;
    }
    char *copy = strdup(id);
    if (!copy) {
        s->failed = true;
        return;
    }
    s->open = &s->items[s->count++];
    *s->open =
        (xtr__docx_style){.id = copy, .level = NOT_SAID, .number = NOT_SAID, .indent = NOT_SAID};
}

static void begin(void *payload, const xtr__xml_element *e) {
    xtr__docx_styles *s = payload;
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    if (e->id == W(STYLE))
        begin_style(s, e);
    if (!s->open)
        return;
    if (e->id == W(TBLSTYLEPR)) {
        const char *type = xtr__xml_attribute_of(e, W(TYPE));
        s->open->heads_rows |= type && !strcmp(type, "firstRow");
        s->in_condition = true;
    }
    if (s->in_condition || xtr__docx_toggle(&s->open->toggles, e))
        return;
    if (e->id == W(NAME) && value)
        xtr__style_name(&s->open->kind, &s->open->level, value);
    else if (e->id == W(BASEDON) && value && !s->open->based_on)
        s->open->based_on = strdup(value);
    else if (e->id == W(OUTLINELVL))
        s->open->level = xtr__docx_number(value, NOT_SAID);
    else if (e->id == W(NUMID))
        s->open->number = xtr__docx_number(value, NOT_SAID);
    else if (e->id == W(ILVL))
        s->open->indent = xtr__docx_number(value, NOT_SAID);
}

static void end(void *payload, int id, const char *name) {
    xtr__docx_styles *s = payload;
    (void)name;
    if (id == W(STYLE))
        s->open = NULL;
    if (id == W(TBLSTYLEPR))
        s->in_condition = false;
}

static bool make_index(xtr__docx_styles *s) {
    size_t size = 64;
    while (size < s->count * 2)
        size *= 2;
    s->index = calloc(size, sizeof *s->index);
    s->mask = size - 1;
    for (size_t i = 0; s->index && i < s->count; i++) {
        size_t at = hash_of(s->items[i].id);
        if (find(s, s->items[i].id))
            continue;
        while (s->index[at & s->mask])
            at++;
        s->index[at & s->mask] = (uint32_t)i + 1;
    }
    return s->index != NULL;
}

/* Takes over what the styles it is based on say and it does not. */
static void inherit(const xtr__docx_styles *s, xtr__docx_style *style) {
    const xtr__docx_style *from = style;
    for (int i = 0; i < MOST_INHERITED && !style->done && from->based_on; i++) {
        from = find(s, from->based_on);
        if (!from || from == style)
            break;
        unsigned more = from->toggles.said & ~style->toggles.said;
        style->toggles.said |= more;
        style->toggles.on |= from->toggles.on & more;
        if (style->kind == XTR__STYLE_PLAIN)
            style->kind = from->kind;
        if (style->level == NOT_SAID)
            style->level = from->level;
        if (style->number == NOT_SAID) {
            style->number = from->number;
            if (style->indent == NOT_SAID)
                style->indent = from->indent;
        }
        style->heads_rows |= from->heads_rows;
        if (from->done)
            break;
    }
    style->done = true;
}

int xtr__docx_styles_read(xtr__docx_styles **out, xtr_job *job, xtr__zip *zip, int64_t part,
                          const xtr__xml_names *names) {
    const xtr__xml_handler handler = {.names = names, .begin = begin, .end = end};
    xtr__docx_styles *s = *out = calloc(1, sizeof *s);
    if (!s)
        return XTR_E_MEMORY;
    int code = part < 0 ? XTR_OK : xtr__xml_parse_part(job, zip, (size_t)part, &handler, s);
    if (s->failed || !make_index(s))
        return XTR_E_MEMORY;
    for (size_t i = 0; i < s->count; i++)
        inherit(s, &s->items[i]);
    return code;
}

void xtr__docx_styles_drop(xtr__docx_styles *s) {
    for (size_t i = 0; s && i < s->count; i++) {
        free((void *)(uintptr_t)s->items[i].id);
        free((void *)(uintptr_t)s->items[i].based_on);
    }
    if (s) {
        free(s->items);
        free(s->index);
    }
    free(s);
}

const xtr__docx_style *xtr__docx_style_of(xtr__docx_styles *s, const char *id) {
    const xtr__docx_style *found = find(s, id);
    if (found)
        return found;
    size_t size = strlen(id) < MOST_NAME ? strlen(id) : MOST_NAME - 1;
    memcpy(s->unknown_id, id, size);
    s->unknown_id[size] = 0;
    s->unknown = (xtr__docx_style){
        .id = s->unknown_id, .level = NOT_SAID, .number = NOT_SAID, .indent = NOT_SAID};
    if (!s->count) /* a style that is not among others means nothing */
        xtr__style_name(&s->unknown.kind, &s->unknown.level, s->unknown_id);
    return &s->unknown;
}
