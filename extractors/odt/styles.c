/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Styles (ODF 1.3 part 3, 16): of paragraphs, of text, and of lists. */
#include "container/numerals.h"
#include "odt/odt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_STYLES = 50000,
    MOST_LISTS = 5000,
    MOST_INHERITED = 32,
    MOST_NAME = 256,
    NOT_SAID = -1
};

int xtr__odt_number(const char *value, int other) {
    char *end;
    long number = value ? strtol(value, &end, 10) : 0;
    return value && end != value && number > -1000000 && number < 1000000 ? (int)number : other;
}

static void copy(char *to, size_t room, const char *from) {
    size_t size = from ? strlen(from) : 0;
    size = size < room ? size : 0;
    if (size)
        memcpy(to, from, size);
    to[size] = 0;
}

/* Table ------------------------------------------------------------------------------------- */

static size_t hash_of(const char *key) {
    uint32_t hash = 2166136261U;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619U;
    return hash;
}

static uint32_t *place_of(const xtr__odt_styles *s, const char *key) {
    for (size_t i = hash_of(key);; i++) {
        uint32_t *place = &s->index[i & (s->index_size - 1)];
        if (!*place || !strcmp(xtr__story_kept(s->store, s->items[*place - 1].key), key))
            return place;
    }
}

static bool make_room(xtr__odt_styles *s) {
    if (s->count >= MOST_STYLES ||
        !xtr__story_grow(s->store, (void **)&s->items, &s->room, s->count + 1, sizeof *s->items))
        return false;
    if (s->count * 2 < s->index_size)
        return true;
    size_t size = s->index_size ? s->index_size * 2 : 256;
    free(s->index);
    s->index = calloc(size, sizeof *s->index);
    s->index_size = s->index ? size : 0;
    s->store->failed |= !s->index;
    for (size_t i = 0; s->index && i < s->count; i++)
        *place_of(s, xtr__story_kept(s->store, s->items[i].key)) = (uint32_t)i + 1;
    return s->index != NULL;
}

static void make_key(char key[MOST_NAME], char family, const char *name) {
    snprintf(key, MOST_NAME, "%c%s", family, name);
}

static xtr__odt_style *find(const xtr__odt_styles *s, const char *key) {
    uint32_t at = s->index_size ? *place_of(s, key) : 0;
    return at ? &s->items[at - 1] : NULL;
}

/* Reading ----------------------------------------------------------------------------------- */

static void begin_style(xtr__odt_styles *s, const xtr__xml_element *e) {
    char key[MOST_NAME], shown[MOST_NAME];
    const char *name = xtr__xml_attribute_of(e, T(NAME));
    const char *family = xtr__xml_attribute_of(e, T(FAMILY));
    const char *parent = xtr__xml_attribute_of(e, T(PARENT));
    const char *display = xtr__xml_attribute_of(e, T(DISPLAY_NAME));
    bool text = family && !strcmp(family, "text");
    if (!name || !family || (!text && strcmp(family, "paragraph") != 0) || !make_room(s))
        return;
    make_key(key, text ? 't' : 'p', name);
    xtr__odt_style style = {.level = NOT_SAID, .key = xtr__story_keep(s->store, key)};
    xtr__opendocument_style_name(shown, sizeof shown, display ? display : name);
    if (!text)
        xtr__style_name(&style.kind, &style.level, shown);
    if (text && (!strcmp(shown, "Source Text") || !strcmp(shown, "Teletype"))) {
        style.said = XTR_MONO;
        style.on = XTR_MONO;
    }
    int level = xtr__odt_number(xtr__xml_attribute_of(e, T(DEFAULT_OUTLINE)), 0);
    if (level > 0)
        style.level = level - 1;
    if (parent) {
        make_key(key, text ? 't' : 'p', parent);
        style.parent = xtr__story_keep(s->store, key);
    }
    style.list = xtr__story_keep(s->store, xtr__xml_attribute_of(e, T(LIST_STYLE_NAME)));
    if (!style.key)
        return;
    s->items[s->count++] = style;
    *place_of(s, xtr__story_kept(s->store, style.key)) = (uint32_t)s->count;
    s->in_style = true;
}

static void set(xtr__odt_style *style, unsigned flag, bool on) {
    style->said |= flag;
    style->on = on ? style->on | flag : style->on & ~flag;
}

static void read_position(xtr__odt_style *style, const char *value) {
    int percent = xtr__odt_number(value, 0);
    set(style, XTR_SUPERSCRIPT, !strncmp(value, "super", 5) || percent > 0);
    set(style, XTR_SUBSCRIPT, !strncmp(value, "sub", 3) || percent < 0);
}

static void read_properties(xtr__odt_style *style, const xtr__xml_element *e) {
    for (size_t i = 0; i < e->attribute_count; i++) {
        const char *value = e->attributes[i].value;
        switch (e->attributes[i].id) {
        case T(WEIGHT):
            set(style, XTR_BOLD, !strcmp(value, "bold") || xtr__odt_number(value, 0) >= 600);
            break;
        case T(SLANT):
            set(style, XTR_ITALIC, strcmp(value, "normal") != 0);
            break;
        case T(LINE_THROUGH):
        case T(LINE_THROUGH_TYPE):
        case T(CROSSING):
            set(style, XTR_STRIKE, strcmp(value, "none") != 0);
            break;
        case T(POSITION):
            read_position(style, value);
            break;
        case T(FONT_NAME):
        case T(FONT_FAMILY):
            set(style, XTR_MONO, xtr__style_is_mono(value + (*value == '\'')));
            break;
        case T(DISPLAY):
            set(style, XTR__ODT_HIDDEN, !strcmp(value, "none"));
            break;
        default:
            break;
        }
    }
}

static xtr__odt_list_style *add_list(xtr__odt_styles *s, const xtr__xml_element *e) {
    if (s->list_count >= MOST_LISTS || !xtr__story_grow(s->store, (void **)&s->lists, &s->list_room,
                                                        s->list_count + 1, sizeof *s->lists))
        return NULL;
    xtr__odt_list_style *list = &s->lists[s->list_count++];
    *list =
        (xtr__odt_list_style){.name = xtr__story_keep(s->store, xtr__xml_attribute_of(e, T(NAME)))};
    return list;
}

static void read_level(xtr__odt_list_style *list, const xtr__xml_element *e) {
    int at = xtr__odt_number(xtr__xml_attribute_of(e, T(LEVEL)), 0) - 1;
    if (at < 0 || at >= XTR__ODT_LEVELS)
        return;
    xtr__odt_level *level = &list->levels[at];
    const char *bullet = xtr__xml_attribute_of(e, T(BULLET_CHAR));
    *level =
        (xtr__odt_level){.start = xtr__odt_number(xtr__xml_attribute_of(e, T(START_VALUE)), 1),
                         .shown = xtr__odt_number(xtr__xml_attribute_of(e, T(DISPLAY_LEVELS)), 1)};
    copy(level->format, sizeof level->format, xtr__xml_attribute_of(e, T(NUM_FORMAT)));
    copy(level->prefix, sizeof level->prefix, xtr__xml_attribute_of(e, T(NUM_PREFIX)));
    copy(level->suffix, sizeof level->suffix, xtr__xml_attribute_of(e, T(NUM_SUFFIX)));
    bool symbol = bullet && ((unsigned char)*bullet == 0xEE ||
                             ((unsigned char)*bullet == 0xEF && (unsigned char)bullet[1] < 0xA4));
    if (e->id == T(LEVEL_BULLET))
        copy(level->bullet, sizeof level->bullet, symbol || !bullet ? "•" : bullet);
    else if (e->id == T(LEVEL_IMAGE))
        copy(level->bullet, sizeof level->bullet, "•");
}

void xtr__odt_styles_begin(xtr__odt_styles *s, const xtr__xml_element *e) {
    switch (e->id) {
    case T(STYLE):
        begin_style(s, e);
        break;
    case T(TEXT_PROPERTIES):
    case T(PROPERTIES):
        if (s->in_style)
            read_properties(&s->items[s->count - 1], e);
        break;
    case T(LIST_STYLE):
        s->open_list = add_list(s, e);
        break;
    case T(OUTLINE_STYLE):
        s->open_list = &s->outline;
        break;
    case T(LEVEL_NUMBER):
    case T(LEVEL_BULLET):
    case T(LEVEL_IMAGE):
    case T(OUTLINE_LEVEL_STYLE):
        if (s->open_list)
            read_level(s->open_list, e);
        break;
    default:
        break;
    }
}

void xtr__odt_styles_end(xtr__odt_styles *s, int id) {
    if (id == T(STYLE))
        s->in_style = false;
    else if (id == T(LIST_STYLE) || id == T(OUTLINE_STYLE))
        s->open_list = NULL;
}

/* Looking up -------------------------------------------------------------------------------- */

static void inherit(const xtr__odt_styles *s, xtr__odt_style *style) {
    const xtr__odt_style *from = style;
    for (int i = 0; i < MOST_INHERITED && from->parent; i++) {
        from = find(s, xtr__story_kept(s->store, from->parent));
        if (!from || from == style)
            break;
        unsigned more = from->said & ~style->said;
        style->said |= more;
        style->on |= from->on & more;
        style->kind = style->kind ? style->kind : from->kind;
        style->level = style->level != NOT_SAID ? style->level : from->level;
        style->list = style->list ? style->list : from->list;
        if (from->done)
            break;
    }
    style->done = true;
}

xtr__odt_style xtr__odt_style_of(xtr__odt_styles *s, char family, const char *name) {
    char key[MOST_NAME];
    xtr__odt_style unknown = {.level = NOT_SAID};
    if (!name)
        return unknown;
    make_key(key, family, name);
    xtr__odt_style *style = find(s, key);
    if (style && !style->done)
        inherit(s, style);
    if (!style && family == 'p') { /* programs know the names of their own styles */
        xtr__opendocument_style_name(key, sizeof key, name);
        xtr__style_name(&unknown.kind, &unknown.level, key);
    }
    return style ? *style : unknown;
}

const xtr__odt_list_style *xtr__odt_list_of(const xtr__odt_styles *s, const char *name) {
    for (size_t i = s->list_count; *name && i-- > 0;) {
        if (!strcmp(xtr__story_kept(s->store, s->lists[i].name), name))
            return &s->lists[i];
    }
    return NULL;
}

void xtr__odt_styles_free(xtr__odt_styles *s) {
    free(s->items);
    free(s->index);
    free(s->lists);
}

/* Markers ----------------------------------------------------------------------------------- */

static void put_number(char *out, size_t room, int value, char format) {
    static const char *const formats[] = {"decimal", "lowerLetter", "upperLetter", "lowerRoman",
                                          "upperRoman"};
    const char *which = strchr("1aAiI", format);
    xtr__numeral(out, room, value, which && format ? formats[which - "1aAiI"] : "");
}

void xtr__odt_marker(char marker[XTR__ODT_MARKER], const xtr__odt_list_style *style, int level,
                     const int *counters) {
    const xtr__odt_level *l = &style->levels[level];
    *marker = 0;
    if (*l->bullet) {
        snprintf(marker, XTR__ODT_MARKER, "%s", l->bullet);
        return;
    }
    if (!*l->format)
        return;
    size_t size = (size_t)snprintf(marker, XTR__ODT_MARKER, "%s", l->prefix);
    bool any = false;
    for (int i = level + 1 > l->shown ? level + 1 - l->shown : 0; i <= level; i++) {
        char number[32];
        if (!*style->levels[i].format)
            continue;
        put_number(number, sizeof number, counters[i], *style->levels[i].format);
        int more = snprintf(marker + size, XTR__ODT_MARKER - size, "%s%s", any ? "." : "", number);
        size += more > 0 && (size_t)more < XTR__ODT_MARKER - size ? (size_t)more : 0;
        any = true;
    }
    snprintf(marker + size, XTR__ODT_MARKER - size, "%s", l->suffix);
    size = strlen(marker);
    while (size && marker[size - 1] == ' ')
        marker[--size] = 0;
}
