/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbering (ECMA-376 part 1, 17.9): what is printed before the paragraphs of lists. Lists that
 * share an abstract definition count on together, but for levels that an instance starts anew. */
#include "container/numerals.h"
#include "container/symbol.h"
#include "document/utf8.h"
#include "docx/docx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEFINITIONS = 5000, TEXT = 64, FORMAT = 24, LEVELS = XTR__DOCX_LEVELS };

typedef struct level {
    int start;
    int restart; /* -1: after any level above; 0: never; else after this level, from 1 */
    bool legal;  /* all numbers decimal */
    bool picture;
    char format[FORMAT];
    char text[TEXT];
    char font[FORMAT];
    char style[TEXT]; /* paragraphs of this style are of this level */
} level;

typedef struct abstract {
    int id;
    char linked[TEXT]; /* its levels are those of this numbering style */
    level levels[LEVELS];
    int counters[LEVELS];
    bool counted[LEVELS];
} abstract;

typedef struct instance {
    int id, abstract_id;
    int starts[LEVELS];    /* -1: none */
    level *levels[LEVELS]; /* instead of the abstract ones, or NULL */
    bool started[LEVELS];
} instance;

struct xtr__docx_numbering {
    abstract *abstracts;
    size_t abstract_count, abstract_room;
    instance *instances;
    size_t instance_count, instance_room;
    xtr__docx_styles *styles;
    /* While reading */
    abstract *open;
    instance *open_instance;
    level *open_level;
    int override; /* the level that is overridden, -1: none */
    bool failed;
};

/* Reading ----------------------------------------------------------------------------------- */

static void copy_text(char *to, size_t room, const char *from) {
    size_t size = from ? strlen(from) : 0;
    size = size < room ? size : room - 1;
    while (size && from[size] && ((unsigned char)from[size] & 0xC0) == 0x80)
        size--;
    if (size)
        memcpy(to, from, size);
    to[size] = 0;
}

static bool grow(xtr__docx_numbering *n, void **items, size_t *room, size_t count, size_t size) {
    if (n->failed || count >= MOST_DEFINITIONS)
        return false;
    if (count < *room)
        return true;
    size_t more = *room ? *room * 2 : 16;
    void *grown = realloc(*items, more * size);
    n->failed = !grown;
    if (!grown)
        return false;
    *items = grown;
    *room = more;
    return true;
}

/* Definitions do not nest: in a damaged file the outer one, which may move, is over. */
static void close_all(xtr__docx_numbering *n) {
    n->open = NULL;
    n->open_instance = NULL;
    n->open_level = NULL;
    n->override = -1;
}

static void begin_abstract(xtr__docx_numbering *n, const xtr__xml_element *e) {
    close_all(n);
    if (!grow(n, (void **)&n->abstracts, &n->abstract_room, n->abstract_count, sizeof(abstract)))
        return;
    n->open = &n->abstracts[n->abstract_count++];
    memset(n->open, 0, sizeof *n->open);
    n->open->id = xtr__docx_number(xtr__xml_attribute_of(e, W(ABSTRACTNUMID)), -1);
    for (int i = 0; i < LEVELS; i++)
        n->open->levels[i] = (level){.start = 1, .restart = -1, .format = "decimal"};
}

static void begin_instance(xtr__docx_numbering *n, const xtr__xml_element *e) {
    close_all(n);
    if (!grow(n, (void **)&n->instances, &n->instance_room, n->instance_count, sizeof(instance)))
        return;
    n->open_instance = &n->instances[n->instance_count++];
    memset(n->open_instance, 0, sizeof *n->open_instance);
    n->open_instance->id = xtr__docx_number(xtr__xml_attribute_of(e, W(NUMID)), -1);
    for (int i = 0; i < LEVELS; i++)
        n->open_instance->starts[i] = -1;
}

static void begin_level(xtr__docx_numbering *n, const xtr__xml_element *e) {
    int at = xtr__docx_number(xtr__xml_attribute_of(e, W(ILVL)), -1);
    n->open_level = NULL;
    if (at < 0 || at >= LEVELS)
        return;
    if (n->open) {
        n->open_level = &n->open->levels[at];
    } else if (n->open_instance && n->override >= 0) {
        level **own = &n->open_instance->levels[n->override];
        if (!*own && (*own = calloc(1, sizeof **own)) == NULL)
            n->failed = true;
        if (*own)
            **own = (level){.start = 1, .restart = -1, .format = "decimal"};
        n->open_level = *own;
    }
}

static void level_property(level *l, const xtr__xml_element *e, const char *value) {
    if (e->id == W(START))
        l->start = xtr__docx_number(value, 1);
    else if (e->id == W(NUMFMT))
        copy_text(l->format, sizeof l->format, value);
    else if (e->id == W(LVLTEXT))
        copy_text(l->text, sizeof l->text, value);
    else if (e->id == W(LVLRESTART))
        l->restart = xtr__docx_number(value, -1);
    else if (e->id == W(ISLGL))
        l->legal = xtr__docx_is_on(value);
    else if (e->id == W(LVLPICBULLETID))
        l->picture = true;
    else if (e->id == W(PSTYLE))
        copy_text(l->style, sizeof l->style, value);
    else if (e->id == W(RFONTS))
        copy_text(l->font, sizeof l->font, xtr__xml_attribute_of(e, W(ASCII)));
}

static void begin(void *payload, const xtr__xml_element *e) {
    xtr__docx_numbering *n = payload;
    const char *value = xtr__xml_attribute_of(e, W(VAL));
    if (e->id == W(ABSTRACTNUM))
        begin_abstract(n, e);
    else if (e->id == W(NUM))
        begin_instance(n, e);
    else if (e->id == W(LVL))
        begin_level(n, e);
    else if (n->open_level)
        level_property(n->open_level, e, value);
    else if (e->id == W(NUMSTYLELINK) && n->open)
        copy_text(n->open->linked, sizeof n->open->linked, value);
    else if (e->id == W(ABSTRACTNUMID) && n->open_instance)
        n->open_instance->abstract_id = xtr__docx_number(value, -1);
    else if (e->id == W(LVLOVERRIDE)) {
        int at = xtr__docx_number(xtr__xml_attribute_of(e, W(ILVL)), -1);
        n->override = at >= 0 && at < LEVELS ? at : -1;
    } else if (e->id == W(STARTOVERRIDE) && n->open_instance && n->override >= 0)
        n->open_instance->starts[n->override] = xtr__docx_number(value, 1);
}

static void end(void *payload, int id, const char *name) {
    xtr__docx_numbering *n = payload;
    (void)name;
    if (id == W(ABSTRACTNUM) || id == W(NUM))
        close_all(n);
    else if (id == W(LVL))
        n->open_level = NULL;
    else if (id == W(LVLOVERRIDE))
        n->override = -1;
}

int xtr__docx_numbering_read(xtr__docx_numbering **out, xtr_job *job, xtr__zip *zip, int64_t part,
                             const xtr__xml_names *names, xtr__docx_styles *styles) {
    const xtr__xml_handler handler = {.names = names, .begin = begin, .end = end};
    xtr__docx_numbering *n = *out = calloc(1, sizeof *n);
    if (!n)
        return XTR_E_MEMORY;
    n->styles = styles;
    n->override = -1;
    int code = part < 0 ? XTR_OK : xtr__xml_parse_part(job, zip, (size_t)part, &handler, n);
    return n->failed ? XTR_E_MEMORY : code;
}

void xtr__docx_numbering_drop(xtr__docx_numbering *n) {
    for (size_t i = 0; n && i < n->instance_count; i++) {
        for (int l = 0; l < LEVELS; l++)
            free(n->instances[i].levels[l]);
    }
    if (n) {
        free(n->abstracts);
        free(n->instances);
    }
    free(n);
}

/* Counting ---------------------------------------------------------------------------------- */

static instance *find_instance(xtr__docx_numbering *n, int id) {
    for (size_t i = 0; i < n->instance_count; i++) {
        if (n->instances[i].id == id)
            return &n->instances[i];
    }
    return NULL;
}

static abstract *find_abstract(xtr__docx_numbering *n, int id) {
    for (size_t i = 0; i < n->abstract_count; i++) {
        if (n->abstracts[i].id == id)
            return &n->abstracts[i];
    }
    return NULL;
}

/* The definition of an instance; where it is that of a numbering style (17.9.21), the style's. */
static abstract *definition_of(xtr__docx_numbering *n, const instance *of) {
    abstract *found = find_abstract(n, of->abstract_id);
    if (!found || !*found->linked)
        return found;
    const xtr__docx_style *style = xtr__docx_style_of(n->styles, found->linked);
    const instance *other = style->number >= 0 ? find_instance(n, style->number) : NULL;
    abstract *linked = other ? find_abstract(n, other->abstract_id) : NULL;
    return linked ? linked : found;
}

static const level *level_of(const abstract *a, const instance *of, int at) {
    return of->levels[at] ? of->levels[at] : &a->levels[at];
}

static void count(abstract *a, instance *of, int at) {
    if (of->starts[at] >= 0 && !of->started[at])
        a->counters[at] = of->starts[at];
    else
        a->counters[at] = a->counted[at] ? a->counters[at] + 1 : level_of(a, of, at)->start;
    of->started[at] = true;
    a->counted[at] = true;
    for (int below = at + 1; below < LEVELS; below++) {
        int restart = level_of(a, of, below)->restart;
        if (restart < 0 || at < restart)
            a->counted[below] = false;
    }
}

/* Bullets are often characters of symbol fonts; an "o" of Courier New looks like a circle. */
static void put_bullet(const level *l, char marker[XTR__DOCX_MARKER]) {
    size_t length = 0;
    uint32_t c = *l->text ? xtr__utf8_decode(l->text, &length) : 0;
    bool private_use = c >= 0xE000 && c <= 0xF8FF;
    const char *font = private_use && !*l->font ? "Symbol" : l->font;
    uint32_t known = private_use || !l->text[length] ? xtr__symbol(font, c) : 0;
    const char *other = private_use || l->picture ? "•" : l->text;
    if (known)
        marker[xtr__utf8_encode(marker, known)] = 0;
    else
        snprintf(marker, XTR__DOCX_MARKER, "%s", strcmp(l->text, "o") != 0 ? other : "◦");
}

static void put_text(const abstract *a, const instance *of, int at, char marker[XTR__DOCX_MARKER]) {
    const level *l = level_of(a, of, at);
    size_t size = 0;
    for (const char *p = l->text; *p && size < XTR__DOCX_MARKER - TEXT; p++) {
        if (*p != '%' || p[1] < '1' || p[1] > '9') {
            marker[size++] = *p;
            continue;
        }
        int which = *++p - '1';
        const level *other = level_of(a, of, which);
        int value = a->counted[which] || which == at ? a->counters[which] : other->start;
        bool decimal = l->legal && strcmp(other->format, "none") != 0;
        xtr__numeral(marker + size, 32, value, decimal ? "decimal" : other->format);
        size += strlen(marker + size);
    }
    marker[size] = 0;
}

bool xtr__docx_number_next(xtr__docx_numbering *n, int number, int *at, const char *style,
                           char marker[XTR__DOCX_MARKER]) {
    instance *of = number > 0 ? find_instance(n, number) : NULL;
    abstract *a = of ? definition_of(n, of) : NULL;
    if (!a)
        return false;
    for (int i = 0; i < LEVELS && *at < 0 && style; i++) {
        if (!strcmp(level_of(a, of, i)->style, style))
            *at = i;
    }
    *at = *at < 0 ? 0 : *at < LEVELS ? *at : LEVELS - 1;
    count(a, of, *at);
    const level *l = level_of(a, of, *at);
    if (!strcmp(l->format, "bullet") || l->picture)
        put_bullet(l, marker);
    else
        put_text(a, of, *at, marker);
    while (*marker && strchr(" \t", marker[strlen(marker) - 1]))
        marker[strlen(marker) - 1] = 0;
    return *marker != 0;
}
