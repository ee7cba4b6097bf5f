/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/notes.h"
#include "document/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_LABEL = 31, MOST_NOTES = 100000 };

typedef struct line {
    const char *at;
    size_t size;      /* without its end */
    size_t indent;    /* in columns */
    const char *text; /* behind the indentation */
    bool blank;
} line;

static const char *next_line(const char *at, const char *end, line *out) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    *out = (line){.at = at, .size = (size_t)((stop ? stop : end) - at), .text = at};
    while (out->text < at + out->size && (*out->text == ' ' || *out->text == '\t')) {
        out->indent += *out->text == '\t' ? 4 - out->indent % 4 : 1;
        out->text++;
    }
    size_t left = out->size - (size_t)(out->text - at);
    out->blank = !left || (left == 1 && *out->text == '\r');
    return stop ? stop + 1 : end;
}

/* The size of the label when a line defines a note, else 0; *text is what follows. */
static size_t definition(const line *l, const char **text) {
    const char *end = l->at + l->size;
    const char *label = l->text + 2;
    if (l->indent > 3 || end - l->text < 5 || l->text[0] != '[' || l->text[1] != '^')
        return 0;
    const char *close = memchr(label, ']', (size_t)(end - label));
    if (!close || close == label || close - label > LONGEST_LABEL || close + 1 >= end ||
        close[1] != ':')
        return 0;
    for (const char *p = label; p < close; p++) {
        if (*p <= ' ' && *p >= 0)
            return 0;
    }
    *text = close + 2;
    return (size_t)(close - label);
}

/* The fence that a line opens or closes, or 0. */
static char fence_of(const line *l) {
    const char *end = l->at + l->size;
    if (l->indent > 3 || end - l->text < 3 || (*l->text != '`' && *l->text != '~'))
        return 0;
    return l->text[1] == *l->text && l->text[2] == *l->text ? *l->text : 0;
}

static void put_unindented(xtr__buffer *out, const line *l) {
    const char *from = l->at;
    const char *end = l->at + l->size;
    for (int spaces = 0; from < end && spaces < 4 && (*from == ' ' || *from == '\t'); from++)
        spaces += *from == '\t' ? 4 : 1;
    xtr__put(out, from, (size_t)(end - from));
    xtr__putc(out, '\n');
}

/* Reads the lines of a note from `at`; returns where it ends. */
static const char *read_note(xtr__buffer *out, const char *at, const char *end) {
    bool after_blank = false;
    while (at < end) {
        line l;
        const char *unused;
        const char *next = next_line(at, end, &l);
        if ((after_blank && !l.blank && l.indent < 4) || definition(&l, &unused))
            break;
        put_unindented(out, &l);
        after_blank = l.blank;
        at = next;
    }
    return at;
}

static int compare(const void *a, const void *b) {
    const xtr__markdown_note *l = a, *r = b;
    size_t size = l->label_size < r->label_size ? l->label_size : r->label_size;
    int order = memcmp(l->label, r->label, size);
    return order ? order : (l->label_size > r->label_size) - (l->label_size < r->label_size);
}

static bool add_note(xtr__markdown_notes *out, size_t *room, xtr__buffer *text, const char *label,
                     size_t size) {
    if (out->count == *room) {
        *room = *room ? *room * 2 : 16;
        xtr__markdown_note *items = realloc(out->items, *room * sizeof *items);
        if (!items)
            return false;
        out->items = items;
    }
    xtr__markdown_note *note = &out->items[out->count];
    *note = (xtr__markdown_note){.label = label, .label_size = size, .order = out->count};
    note->text = xtr__buffer_take(text, &note->size);
    out->count += note->text != NULL;
    return note->text != NULL;
}

bool xtr__markdown_notes_find(xtr__markdown_notes *out, const char *text, size_t size) {
    const char *at = text, *end = text + size;
    xtr__buffer rest = {0};
    size_t room = 0;
    char fence = 0;
    bool done = true;
    *out = (xtr__markdown_notes){0};
    if (!memmem(text, size, "[^", 2) || !memmem(text, size, "]:", 2))
        return true;
    while (at < end && done) {
        line l;
        const char *body;
        const char *next = next_line(at, end, &l);
        char marks = fence_of(&l);
        size_t label = fence || out->count >= MOST_NOTES ? 0 : definition(&l, &body);
        if (marks && (!fence || fence == marks))
            fence = fence ? 0 : marks;
        if (label) {
            xtr__buffer note = {0};
            xtr__put(&note, body, (size_t)(l.at + l.size - body));
            xtr__putc(&note, '\n');
            next = read_note(&note, next, end);
            done = add_note(out, &room, &note, l.text + 2, label);
            xtr__putc(&rest, '\n');
        } else {
            xtr__put(&rest, at, (size_t)(next - at));
        }
        at = next;
    }
    if (out->count)
        out->rest = xtr__buffer_take(&rest, &out->rest_size);
    free(out->rest ? NULL : rest.data);
    done = done && (out->rest || !out->count);
    if (!done)
        xtr__markdown_notes_drop(out);
    else if (out->count)
        qsort(out->items, out->count, sizeof *out->items, compare);
    return done;
}

void xtr__markdown_notes_drop(xtr__markdown_notes *notes) {
    for (size_t i = 0; i < notes->count; i++)
        free(notes->items[i].text);
    free(notes->items);
    free(notes->rest);
    *notes = (xtr__markdown_notes){0};
}

const xtr__markdown_note *xtr__markdown_note_of(const xtr__markdown_notes *notes, const char *label,
                                                size_t size) {
    const xtr__markdown_note wanted = {.label = label, .label_size = size};
    if (!notes->count)
        return NULL;
    return bsearch(&wanted, notes->items, notes->count, sizeof wanted, compare);
}
