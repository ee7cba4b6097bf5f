/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 << 10, MOST_LIST = 64 << 10 };

enum { PART_NONE, PART_LAST_NAME, PART_YEAR, PART_MONTH, PART_DAY };

static int part_of(const char *name) {
    static const struct {
        const char *name;
        int part;
    } parts[] = {{"surname", PART_LAST_NAME},
                 {"last-name", PART_LAST_NAME},
                 {"year", PART_YEAR},
                 {"month", PART_MONTH},
                 {"day", PART_DAY}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strcmp(name, parts[i].name))
            return parts[i].part;
    }
    return PART_NONE;
}

void xtr__facts_begin(xtr__facts *f, const xtr__xml_element *e, const char *key, bool mute) {
    if (!f->key) {
        if (!key)
            return;
        f->key = key;
        f->depth = 1;
        f->muted = 0;
        f->part = PART_NONE;
        f->value.size = f->last_name.size = 0;
        memset(f->date, 0, sizeof f->date);
        const char *value = xtr__xml_attribute_named(e, "iso-8601-date");
        value = value ? value : xtr__xml_attribute_named(e, "when");
        if (value && !strcmp(key, "created")) {
            xtr__puts(&f->value, value);
            f->muted = 1; /* its text says the same for people */
        }
        return;
    }
    f->depth++;
    f->muted += f->muted || mute;
    if (f->part == PART_NONE) {
        f->part = part_of(e->name);
        f->part_depth = f->depth;
    }
    /* Parts of names have nothing between them but themselves. */
    if (!strcmp(f->key, "authors") && f->value.size && f->value.size < MOST)
        xtr__putc(&f->value, ' ');
}

void xtr__facts_text(xtr__facts *f, const char *text, size_t size) {
    if (!f->key || f->muted || f->value.size > MOST)
        return;
    if (f->part >= PART_YEAR) {
        char *part = f->date[f->part - PART_YEAR];
        size_t at = strlen(part);
        for (size_t i = 0; i < size && at + 1 < sizeof f->date[0]; i++) {
            if (text[i] >= '0' && text[i] <= '9')
                part[at++] = text[i];
        }
        return;
    }
    xtr__put(f->part == PART_LAST_NAME ? &f->last_name : &f->value, text, size);
}

/* White space collapsed; empty when there is nothing else. */
static void squeeze(xtr__buffer *value) {
    size_t out = 0;
    bool space = false;
    for (size_t i = 0; i < value->size; i++) {
        bool blank = strchr(" \t\n\r", value->data[i]) != NULL;
        if (!blank && space && out)
            value->data[out++] = ' ';
        if (!blank)
            value->data[out++] = value->data[i];
        space = blank;
    }
    value->size = out;
}

static void put_date(xtr__facts *f) {
    char text[32];
    long month = strtol(f->date[1], NULL, 10), day = strtol(f->date[2], NULL, 10);
    int at = snprintf(text, sizeof text, "%s", f->date[0]);
    if (month >= 1 && month <= 12)
        at += snprintf(text + at, sizeof text - (size_t)at, "-%02ld", month);
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31)
        snprintf(text + at, sizeof text - (size_t)at, "-%02ld", day);
    if (!f->value.size)
        xtr__puts(&f->value, text);
}

static void append(xtr__buffer *list, const xtr__buffer *value) {
    if (list->size > MOST_LIST)
        return;
    if (list->size)
        xtr__puts(list, ", ");
    xtr__put(list, value->data, value->size);
}

static void write(xtr__facts *f, xtr_builder *builder) {
    if (f->last_name.size) {
        xtr__putc(&f->value, ' ');
        xtr__put(&f->value, f->last_name.data, f->last_name.size);
    }
    squeeze(&f->value);
    if (f->date[0][0])
        put_date(f);
    if (!f->value.size)
        return;
    if (!strcmp(f->key, "authors")) {
        append(&f->authors, &f->value);
    } else if (!strcmp(f->key, "keywords")) {
        append(&f->keywords, &f->value);
    } else {
        xtr__putc(&f->value, '\0');
        if (!f->value.failed)
            xtr_metadata(builder, f->key, f->value.data);
    }
}

void xtr__facts_end(xtr__facts *f, xtr_builder *builder) {
    if (!f->key)
        return;
    f->muted -= f->muted > 0;
    if (f->part != PART_NONE && f->depth == f->part_depth)
        f->part = PART_NONE;
    if (--f->depth)
        return;
    write(f, builder);
    f->key = NULL;
}

static void write_list(xtr_builder *builder, const char *key, xtr__buffer *list) {
    char *text = list->size ? xtr__buffer_take(list, NULL) : NULL;
    xtr_metadata(builder, key, text);
    free(text);
    free(list->data);
}

void xtr__facts_finish(xtr__facts *f, xtr_builder *builder) {
    write_list(builder, "authors", &f->authors);
    write_list(builder, "keywords", &f->keywords);
    free(f->value.data);
    free(f->last_name.data);
    *f = (xtr__facts){0};
}
