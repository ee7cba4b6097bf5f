/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sheet/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_TEXT = 64 << 10,
    FIRST_ENDS = 4096,
    MOST_IDS = 1 << 16,
    MOST_FORMATS = 4096,
    MOST_STYLES = 1 << 17
};

/* Strings ------------------------------------------------------------------------------------- */

/* Moves `items` to room for `need` items; NULL when out of memory. Room grows by half. */
static void *grow(xtr__strings *s, void *items, size_t *room, size_t need, size_t first,
                  size_t size) {
    size_t more = *room ? *room + *room / 2 : first;
    more = more < need ? need : more;
    int64_t bytes = (int64_t)((more - *room) * size);
    if (more > UINT32_MAX - 1 || !xtr_job_charge(s->job, bytes))
        return NULL;
    void *moved = realloc(items, more * size);
    if (!moved) {
        xtr_job_charge(s->job, -bytes);
        return NULL;
    }
    s->charged += bytes;
    *room = more;
    return moved;
}

bool xtr__strings_add(xtr__strings *s, const char *text, size_t size) {
    if (size > s->room - s->size) {
        void *moved = grow(s, s->text, &s->room, s->size + size, FIRST_TEXT, 1);
        if (!moved)
            return false;
        s->text = moved;
    }
    if (size)
        memcpy(s->text + s->size, text, size);
    s->size += size;
    return true;
}

bool xtr__strings_end(xtr__strings *s) {
    if (s->count == s->end_room) {
        void *moved = grow(s, s->ends, &s->end_room, s->count + 1, FIRST_ENDS, sizeof *s->ends);
        if (!moved)
            return false;
        s->ends = moved;
    }
    s->ends[s->count++] = (uint32_t)s->size;
    return true;
}

const char *xtr__strings_at(const xtr__strings *s, size_t index, size_t *size) {
    *size = 0;
    if (index >= s->count)
        return "";
    uint32_t from = index ? s->ends[index - 1] : 0;
    *size = s->ends[index] - from;
    return *size ? s->text + from : "";
}

void xtr__strings_free(xtr__strings *s) {
    free(s->text);
    free(s->ends);
    if (s->job)
        xtr_job_charge(s->job, -s->charged);
    *s = (xtr__strings){.job = s->job};
}

/* Formats ------------------------------------------------------------------------------------- */

void xtr__formats_define(xtr__formats *f, unsigned id, const char *code, size_t size) {
    if (id >= MOST_IDS || f->count >= MOST_FORMATS)
        return;
    if (!f->of_id && !(f->of_id = calloc(MOST_IDS, sizeof *f->of_id)))
        return;
    if (f->count == f->room) {
        size_t room = f->room ? f->room * 2 : 64;
        void *moved = realloc(f->items, room * sizeof *f->items);
        if (!moved)
            return;
        f->items = moved;
        f->room = room;
    }
    xtr__number_format *format = xtr__number_format_new(code, size);
    if (!format)
        return;
    f->items[f->count++] = format;
    f->of_id[id] = (uint16_t)f->count;
}

/* Position in items and 1; 0 for General. */
static uint16_t position(xtr__formats *f, unsigned id) {
    if (id >= MOST_IDS)
        return 0;
    if (!f->of_id || !f->of_id[id]) {
        const char *code = xtr__number_format_builtin(id);
        if (!id || !code)
            return 0;
        xtr__formats_define(f, id, code, strlen(code));
    }
    uint16_t at = f->of_id ? f->of_id[id] : 0;
    return at && !xtr__number_format_is_general(f->items[at - 1]) ? at : 0;
}

void xtr__formats_add_style(xtr__formats *f, unsigned id) {
    if (f->style_count == f->style_room) {
        size_t room = f->style_room ? f->style_room * 2 : 256;
        void *moved = room <= MOST_STYLES ? realloc(f->styles, room * sizeof *f->styles) : NULL;
        if (!moved)
            return;
        f->styles = moved;
        f->style_room = room;
    }
    f->styles[f->style_count++] = position(f, id);
}

const xtr__number_format *xtr__formats_style(const xtr__formats *f, size_t style) {
    uint16_t at = style < f->style_count ? f->styles[style] : 0;
    return at ? f->items[at - 1] : NULL;
}

const xtr__number_format *xtr__formats_by_id(xtr__formats *f, unsigned id) {
    uint16_t at = position(f, id);
    return at ? f->items[at - 1] : NULL;
}

void xtr__formats_free(xtr__formats *f) {
    for (size_t i = 0; i < f->count; i++)
        xtr__number_format_drop(f->items[i]);
    free(f->items);
    free(f->of_id);
    free(f->styles);
    *f = (xtr__formats){.items = NULL};
}
