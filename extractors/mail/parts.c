/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Multiparts (RFC 2046, section 5.1): slices of the message, which nothing copies. Which parts are
 * the body, and which are attached, RFC 8621 says in section 4.1.4. */
#include "mail/parts.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PARTS = 10000 };

/* Fields of a part -------------------------------------------------------------------------- */

xtr__slice xtr__mail_part_field(xtr__mail_parts *p, const xtr__mail_part *part, const char *name) {
    xtr__mime_last_field(&p->field, part->entity.header, name);
    return xtr__slice_of(&p->field);
}

static bool put_parameter(xtr__mail_parts *p, const xtr__mail_part *part, const char *field,
                          const char *name, xtr__buffer *out) {
    return xtr__mime_parameter(out, xtr__mail_part_field(p, part, field), name) && out->size;
}

bool xtr__mail_part_name(xtr__mail_parts *p, const xtr__mail_part *part, xtr__buffer *out) {
    return put_parameter(p, part, "Content-Disposition", "filename", out) ||
           put_parameter(p, part, "Content-Type", "name", out);
}

xtr__slice xtr__mail_part_content(xtr__mail_parts *p, const xtr__mail_part *part,
                                  xtr__buffer *out) {
    xtr__slice encoding = xtr__mail_part_field(p, part, "Content-Transfer-Encoding");
    return xtr__mime_content(out, part->entity.body, encoding);
}

/* "text/html" of a field; one that is none stands for `otherwise`. */
static void copy_type(char out[XTR__MAIL_TYPE_SIZE], xtr__slice field, const char *otherwise) {
    const char *semicolon = memchr(field.at, ';', field.size);
    if (semicolon)
        field.size = (size_t)(semicolon - field.at);
    field = xtr__slice_trim(field);
    size_t n = 0;
    bool slash = false;
    for (; n < field.size && n + 1 < XTR__MAIL_TYPE_SIZE && field.at[n] > ' '; n++) {
        char c = field.at[n];
        slash = slash || c == '/';
        out[n] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    out[n] = '\0';
    if (!slash)
        strcpy(out, !strcmp(out, "text") ? "text/plain" : otherwise);
}

static void read_head(xtr__mail_parts *p, xtr__mail_part *part, const char *otherwise) {
    copy_type(part->type, xtr__mail_part_field(p, part, "Content-Type"), otherwise);
    part->named = xtr__mail_part_name(p, part, &p->value);
    xtr__slice disposition = xtr__mail_part_field(p, part, "Content-Disposition");
    part->attached = xtr__slice_begins(disposition, "attachment");
}

/* Tree -------------------------------------------------------------------------------------- */

static uint32_t add_part(xtr__mail_parts *p) {
    if (p->count == p->capacity) {
        uint32_t capacity = p->capacity ? p->capacity * 2 : 8;
        xtr__mail_part *items = realloc(p->items, capacity * sizeof *items);
        if (!items) {
            p->failed = true;
            return 0;
        }
        p->items = items;
        p->capacity = capacity;
    }
    p->items[p->count] = (xtr__mail_part){.first = 0};
    return p->count++;
}

/* The next line that is "--boundary", and whether it is the last; NULL when there is none. */
static const char *find_delimiter(xtr__slice body, xtr__slice boundary, bool *last) {
    const char *at = body.at, *end = body.at + body.size;
    while (at < end && (at = memmem(at, (size_t)(end - at), "--", 2))) {
        if (at > body.at && at[-1] != '\n' && at[-1] != '\r') {
            at++;
            continue;
        }
        /* A line is looked at once, however often its text has the boundary in it. */
        xtr__slice line = xtr__mime_line((xtr__slice){at, (size_t)(end - at)});
        xtr__slice name = xtr__slice_from(xtr__mime_bare(line), 2);
        if (name.size >= boundary.size && !memcmp(name.at, boundary.at, boundary.size)) {
            xtr__slice rest = xtr__slice_from(name, boundary.size);
            *last = xtr__slice_begins(rest, "--");
            if (*last || !xtr__slice_trim(rest).size)
                return at;
        }
        at += line.size;
    }
    return NULL;
}

/* A multipart that does not name its boundary has it in the first line that looks like one. */
static xtr__slice guess_boundary(xtr__slice body) {
    while (body.size) {
        xtr__slice line = xtr__mime_line(body), bare = xtr__slice_trim(line);
        if (bare.size > 2 && bare.size < 80 && xtr__slice_begins(bare, "--"))
            return xtr__slice_from(bare, 2);
        body = xtr__slice_from(body, line.size);
    }
    return (xtr__slice){"", 0};
}

static uint32_t read_part(xtr__mail_parts *p, xtr_job *job, xtr__slice whole, int depth,
                          const char *otherwise);

/* The end of the line before a delimiter belongs to that. */
static xtr__slice without_last_break(xtr__slice part) {
    if (part.size && part.at[part.size - 1] == '\n')
        part.size--;
    if (part.size && part.at[part.size - 1] == '\r')
        part.size--;
    return part;
}

/* The boundary that a part has for its own parts; of no size when it is no multipart. */
static void read_inner_boundary(xtr__mail_parts *p, xtr__slice whole, xtr__buffer *out) {
    const xtr__mail_part part = {.entity = xtr__mime_split(whole)};
    xtr__slice type = xtr__mail_part_field(p, &part, "Content-Type");
    if (xtr__slice_begins(type, "multipart/"))
        (void)xtr__mime_parameter(out, type, "boundary");
}

/* Where a part ends: at a delimiter of its multipart. What looks like the last one may be one of a
 * multipart inside, whose boundary goes on with "--": a line is of the innermost that is open. */
static const char *find_end(xtr__mail_parts *p, xtr__slice part, xtr__slice boundary, bool *last) {
    const char *end = part.at + part.size, *at = find_delimiter(part, boundary, last);
    if (!at || !*last)
        return at;
    xtr__buffer inner = {.data = NULL};
    read_inner_boundary(p, (xtr__slice){part.at, (size_t)(at - part.at)}, &inner);
    while (at && *last && inner.size) {
        xtr__slice line = xtr__mime_line((xtr__slice){at, (size_t)(end - at)});
        xtr__slice rest = xtr__slice_from(xtr__slice_trim(line), 2);
        if (rest.size < inner.size || memcmp(rest.at, inner.data, inner.size) != 0)
            break;
        rest = xtr__slice_from(rest, inner.size);
        if (rest.size && !xtr__slice_is(rest, "--"))
            break;
        if (rest.size)
            inner.size = 0; /* it is closed */
        at += line.size;
        at = find_delimiter((xtr__slice){at, (size_t)(end - at)}, boundary, last);
    }
    free(inner.data);
    return at;
}

static void read_parts(xtr__mail_parts *p, xtr_job *job, uint32_t index, xtr__slice boundary,
                       int depth) {
    const char *otherwise =
        strcmp(p->items[index].type, "multipart/digest") != 0 ? "text/plain" : "message/rfc822";
    xtr__slice body = p->items[index].entity.body;
    bool last = false;
    uint32_t before = 0;
    const char *at = find_delimiter(body, boundary, &last);
    while (at && !last && !p->failed && !xtr_job_should_stop(job)) {
        xtr__slice rest = xtr__slice_from(body, (size_t)(at - body.at));
        rest = xtr__slice_from(rest, xtr__mime_line(rest).size);
        at = find_end(p, rest, boundary, &last);
        xtr__slice part = {rest.at, at ? (size_t)(at - rest.at) : rest.size};
        if (!at && !xtr__slice_trim(part).size)
            return;
        uint32_t child = read_part(p, job, without_last_break(part), depth + 1, otherwise);
        if (!child)
            return;
        *(before ? &p->items[before].next : &p->items[index].first) = child;
        before = child;
    }
}

/* The index of the part, 0 when there was no room for it (or it is the message itself). */
static uint32_t read_part(xtr__mail_parts *p, xtr_job *job, xtr__slice whole, int depth,
                          const char *otherwise) {
    if (depth > XTR__MAIL_DEPTH || p->count == MOST_PARTS) {
        p->left_out = true;
        return 0;
    }
    uint32_t index = add_part(p);
    if (p->failed)
        return 0;
    xtr__mail_part *part = &p->items[index];
    part->entity = xtr__mime_split(whole);
    read_head(p, part, otherwise);
    if (strncmp(part->type, "multipart/", 10) != 0)
        return index;
    xtr__buffer boundary = {.data = NULL};
    (void)put_parameter(p, part, "Content-Type", "boundary", &boundary);
    xtr__slice name = xtr__slice_of(&boundary);
    if (!name.size)
        name = guess_boundary(part->entity.body);
    if (name.size)
        read_parts(p, job, index, name, depth);
    free(boundary.data);
    /* Without a single part it is what it looks like: text. */
    if (!p->items[index].first)
        strcpy(p->items[index].type, "text/plain");
    return index;
}

/* Body -------------------------------------------------------------------------------------- */

void xtr__mail_list_add(xtr__mail_parts *p, xtr__mail_list *list, uint32_t index) {
    if (p->failed)
        return;
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity ? list->capacity * 2 : 8;
        uint32_t *items = realloc(list->items, capacity * sizeof *items);
        if (!items) {
            p->failed = true;
            return;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = index;
}

static bool is_media(const char *type) {
    return !strncmp(type, "image/", 6) || !strncmp(type, "audio/", 6) ||
           !strncmp(type, "video/", 6);
}

static bool is_plain(const char *type) {
    return !strcmp(type, "text/plain");
}

static bool is_html(const char *type) {
    return !strcmp(type, "text/html");
}

static bool is_inline(const xtr__mail_part *part, const char *around, bool first) {
    if (part->attached || !(is_plain(part->type) || is_html(part->type) || is_media(part->type)))
        return false;
    return first ||
           (strcmp(around, "multipart/related") != 0 && (is_media(part->type) || !part->named));
}

/* Which lists take part: of alternatives each its own form, of what only stands beside them the
 * form that is open. */
typedef struct sorting {
    bool html, text;
} sorting;

static void sort_leaf(xtr__mail_parts *p, uint32_t index, const char *around, bool first,
                      bool alternative, sorting *open) {
    const xtr__mail_part *part = &p->items[index];
    if (!strcmp(around, "multipart/digest") && !strcmp(part->type, "message/rfc822"))
        return; /* it is text: message.c writes it */
    if (!is_inline(part, around, first)) {
        xtr__mail_list_add(p, &p->attachments, index);
        return;
    }
    if (!strcmp(around, "multipart/alternative")) {
        xtr__mail_list_add(p,
                           is_plain(part->type)  ? &p->text
                           : is_html(part->type) ? &p->html
                                                 : &p->attachments,
                           index);
        return;
    }
    if (alternative && is_plain(part->type))
        open->html = false;
    if (alternative && is_html(part->type))
        open->text = false;
    if (open->text)
        xtr__mail_list_add(p, &p->text, index);
    if (open->html)
        xtr__mail_list_add(p, &p->html, index);
    if (!(open->text && open->html) && is_media(part->type))
        xtr__mail_list_add(p, &p->attachments, index);
}

/* Of alternatives in one form alone the other list gets that form. */
static void share(xtr__mail_parts *p, const xtr__mail_list *from, uint32_t first,
                  xtr__mail_list *to) {
    for (uint32_t i = first; i < from->count; i++)
        xtr__mail_list_add(p, to, from->items[i]);
}

static void sort_parts(xtr__mail_parts *p, uint32_t first, const char *around, bool alternative,
                       sorting open) {
    uint32_t text = p->text.count, html = p->html.count;
    for (uint32_t i = first; i; i = p->items[i].next) {
        const char *type = p->items[i].type;
        if (!strncmp(type, "multipart/", 10))
            sort_parts(p, p->items[i].first, type,
                       alternative || !strcmp(type, "multipart/alternative"), open);
        else
            sort_leaf(p, i, around, i == first, alternative, &open);
    }
    if (strcmp(around, "multipart/alternative") != 0 || !open.text || !open.html)
        return;
    if (text == p->text.count && html != p->html.count)
        share(p, &p->html, html, &p->text);
    else if (html == p->html.count && text != p->text.count)
        share(p, &p->text, text, &p->html);
}

bool xtr__mail_parts_read(xtr__mail_parts *p, xtr_job *job, xtr__slice whole) {
    const sorting both = {true, true};
    read_part(p, job, whole, 0, "text/plain");
    if (p->failed)
        return false;
    const xtr__mail_part *message = p->items;
    if (!strncmp(message->type, "multipart/", 10)) {
        sort_parts(p, message->first, message->type,
                   !strcmp(message->type, "multipart/alternative"), both);
    } else {
        sorting open = both;
        sort_leaf(p, 0, "", true, false, &open);
    }
    return !p->failed;
}

void xtr__mail_parts_drop(xtr__mail_parts *p) {
    free(p->items);
    free(p->field.data);
    free(p->value.data);
    free(p->html.items);
    free(p->text.items);
    free(p->attachments.items);
}
