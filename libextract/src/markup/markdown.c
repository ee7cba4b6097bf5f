/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From MD4C's callbacks to a flow. MD4C calls back in the order of the text, keeps no tree, and
 * ends when a callback says so, so a stop takes effect at once. */
#include "markup/markdown.h"
#include "markup/entity.h"
#include "markup/notes.h"

#include <limits.h>
#include <md4c.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SPANS = 64, STOPPED = 1, CALLS_PER_LOOK = 256 };

typedef struct state {
    xtr__flow *flow;
    const xtr__markdown_notes *notes;
    struct {
        unsigned styles;
        char *url; /* its own, NULL: that of the span around it */
    } spans[MOST_SPANS];
    size_t depth;      /* of spans; deeper ones count and are not shown */
    unsigned images;   /* that are open */
    xtr__buffer image; /* what describes a picture that may be alone in its paragraph */
    bool holds_image;
    bool hidden; /* in a script or style of HTML */
    bool in_html;
    xtr__buffer html; /* of the block: its tags and comments may go on in the next line */
    unsigned calls;
} state;

/* Attributes -------------------------------------------------------------------------------- */

static char *value_of(const MD_ATTRIBUTE *attribute) {
    xtr__buffer out = {0};
    for (int i = 0; attribute->text && attribute->substr_offsets[i] < attribute->size; i++) {
        const char *text = attribute->text + attribute->substr_offsets[i];
        size_t size = attribute->substr_offsets[i + 1] - attribute->substr_offsets[i];
        char character[8];
        if (attribute->substr_types[i] == MD_TEXT_ENTITY &&
            xtr__entity_read(text, size, character) == size)
            xtr__puts(&out, character);
        else
            xtr__put(&out, text, size);
    }
    return xtr__buffer_take(&out, NULL);
}

/* Pictures ---------------------------------------------------------------------------------- */

/* The picture was not alone: what describes it is text. */
static void release_image(state *s) {
    if (!s->holds_image)
        return;
    s->holds_image = false;
    xtr__flow_text(s->flow, s->image.data ? s->image.data : "", s->image.size);
    s->image.size = 0;
}

static void end_paragraph(state *s) {
    if (s->holds_image && s->flow->fresh && !s->flow->in_cell && !s->flow->in_note) {
        s->holds_image = false;
        xtr__flow_block(s->flow, XTR_IMAGE, 0);
        xtr__flow_text(s->flow, s->image.data ? s->image.data : "", s->image.size);
        s->image.size = 0;
    }
    release_image(s);
    xtr__flow_end(s->flow);
}

/* HTML -------------------------------------------------------------------------------------- */

static bool is_tag(const char *at, const char *end, const char *name) {
    size_t size = strlen(name);
    return (size_t)(end - at) > size && !strncasecmp(at, name, size) &&
           strchr(" \t\n/>", at[size]) != NULL;
}

static void read_tag(state *s, const char *at, const char *end) {
    static const struct {
        const char *name;
        unsigned style;
    } styles[] = {{"b", XTR_BOLD},     {"strong", XTR_BOLD},     {"i", XTR_ITALIC},
                  {"em", XTR_ITALIC},  {"sup", XTR_SUPERSCRIPT}, {"sub", XTR_SUBSCRIPT},
                  {"del", XTR_STRIKE}, {"s", XTR_STRIKE},        {"code", XTR_MONO},
                  {"kbd", XTR_MONO},   {"tt", XTR_MONO}};
    bool closes = *at == '/';
    at += closes;
    if (is_tag(at, end, "script") || is_tag(at, end, "style"))
        s->hidden = !closes;
    else if (is_tag(at, end, "br"))
        xtr__flow_break(s->flow);
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        unsigned now = s->flow->styles;
        if (is_tag(at, end, styles[i].name))
            xtr__flow_style(s->flow, closes ? now & ~styles[i].style : now | styles[i].style,
                            s->flow->url);
    }
}

static void write_html_text(state *s, const char *at, const char *stop) {
    for (const char *p = at; p < stop && !s->hidden;) {
        char character[8];
        size_t entity = xtr__entity_read(p, (size_t)(stop - p), character);
        const char *next = memchr(p + 1, '&', (size_t)(stop - p - 1));
        next = next ? next : stop;
        if (entity)
            xtr__flow_puts(s->flow, character);
        p += entity;
        if (next > p)
            xtr__flow_text(s->flow, p, (size_t)(next - p));
        p = next > p ? next : p;
    }
}

static bool begins_comment(const char *at, const char *end) {
    return end - at > 4 && !memcmp(at, "<!--", 4);
}

static bool begins_tag(const char *at, const char *end) {
    return end - at > 1 && (((at[1] | 32) >= 'a' && (at[1] | 32) <= 'z') || at[1] == '/' ||
                            at[1] == '!' || at[1] == '?');
}

/* The next tag or comment; *close is behind it. What is never closed is text, as is "a < b";
 * *open: so is every comment from here on. */
static const char *find_tag(const char *at, const char *end, const char **close, bool *open) {
    for (; at < end && (at = memchr(at, '<', (size_t)(end - at))); at++) {
        size_t left = (size_t)(end - at);
        if (begins_comment(at, end)) {
            const char *stop = *open ? NULL : memmem(at, left, "-->", 3);
            *open = !stop;
            *close = stop ? stop + 3 : end;
            if (stop)
                return at;
        } else if (begins_tag(at, end)) {
            const char *stop = memchr(at, '>', left);
            *close = stop ? stop + 1 : end;
            return stop ? at : NULL;
        }
    }
    return NULL;
}

/* Tags go, and what stands between them is text. */
static void read_html(state *s, const char *text, size_t size) {
    const char *at = text, *end = text + size, *close;
    bool open = false;
    while (at < end && !xtr_job_should_stop(s->flow->job)) {
        const char *tag = find_tag(at, end, &close, &open);
        write_html_text(s, at, tag ? tag : end);
        if (!tag)
            return;
        if (!begins_comment(tag, end))
            read_tag(s, tag + 1, close);
        at = close;
    }
}

static void end_html(state *s) {
    s->in_html = false;
    read_html(s, s->html.data ? s->html.data : "", s->html.size);
    s->html.size = 0;
}

/* Blocks ------------------------------------------------------------------------------------ */

static int enter_block(MD_BLOCKTYPE type, void *detail, void *payload) {
    state *s = payload;
    xtr__flow *f = s->flow;
    switch (type) {
    case MD_BLOCK_QUOTE:
        xtr__flow_quote_begin(f);
        break;
    case MD_BLOCK_UL:
        xtr__flow_list_begin(f, false, 1, '.');
        break;
    case MD_BLOCK_OL: {
        const MD_BLOCK_OL_DETAIL *list = detail;
        xtr__flow_list_begin(f, true, list->start, list->mark_delimiter);
        break;
    }
    case MD_BLOCK_LI: {
        const MD_BLOCK_LI_DETAIL *item = detail;
        xtr__flow_item_begin(f, !item->is_task ? NULL : item->task_mark == ' ' ? "[ ]" : "[x]");
        break;
    }
    case MD_BLOCK_H:
        xtr__flow_block(f, XTR_HEADING, (int)((const MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        xtr__flow_block(f, XTR_CODE, 0);
        break;
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
        s->in_html = type == MD_BLOCK_HTML;
        xtr__flow_block(f, XTR_PARAGRAPH, 0);
        break;
    case MD_BLOCK_TABLE:
        xtr__flow_table_begin(f);
        break;
    case MD_BLOCK_TR:
        xtr__flow_row(f);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        xtr__flow_cell_begin(f, 1, 1, type == MD_BLOCK_TH);
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
        break;
    }
    return xtr_job_should_stop(f->job) ? STOPPED : 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *payload) {
    state *s = payload;
    xtr__flow *f = s->flow;
    (void)detail;
    switch (type) {
    case MD_BLOCK_QUOTE:
        xtr__flow_quote_end(f);
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        xtr__flow_list_end(f);
        break;
    case MD_BLOCK_LI:
        release_image(s);
        xtr__flow_item_end(f);
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
        if (s->in_html)
            end_html(s);
        s->hidden = false;
        xtr__flow_style(f, 0, NULL); /* tags that HTML left open */
        end_paragraph(s);
        break;
    case MD_BLOCK_H:
        release_image(s);
        xtr__flow_end(f);
        break;
    case MD_BLOCK_CODE:
        xtr__flow_end(f);
        break;
    case MD_BLOCK_TABLE:
        xtr__flow_table_end(f);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        release_image(s);
        xtr__flow_cell_end(f);
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
        break;
    }
    return 0;
}

/* Spans ------------------------------------------------------------------------------------- */

static void show_styles(state *s) {
    unsigned styles = 0;
    const char *url = NULL;
    for (size_t i = 0; i < s->depth && i < MOST_SPANS; i++) {
        styles |= s->spans[i].styles;
        url = s->spans[i].url ? s->spans[i].url : url;
    }
    xtr__flow_style(s->flow, styles, url);
}

static void enter_image(state *s) {
    if (s->images++)
        return;
    release_image(s);
    s->image.size = 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *payload) {
    state *s = payload;
    unsigned style = type == MD_SPAN_EM       ? XTR_ITALIC
                     : type == MD_SPAN_STRONG ? XTR_BOLD
                     : type == MD_SPAN_CODE   ? XTR_MONO
                     : type == MD_SPAN_DEL    ? XTR_STRIKE
                                              : 0;
    char *url = NULL;
    if (type == MD_SPAN_IMG)
        enter_image(s);
    else if (!s->images)
        release_image(s);
    if (type == MD_SPAN_A) {
        url = value_of(&((const MD_SPAN_A_DETAIL *)detail)->href);
        if (url && *url && *url != '#')
            xtr_link(s->flow->builder, url, 0, 0, (xtr_box){0});
    }
    if (s->depth < MOST_SPANS) {
        s->spans[s->depth].styles = style;
        s->spans[s->depth].url = url;
    } else {
        free(url);
    }
    s->depth++;
    show_styles(s);
    if (type == MD_SPAN_LATEXMATH_DISPLAY && s->flow->fresh && !s->flow->in_cell)
        xtr__flow_block(s->flow, XTR_FORMULA, 0);
    else if (type == MD_SPAN_LATEXMATH || type == MD_SPAN_LATEXMATH_DISPLAY)
        xtr__flow_puts(s->flow, type == MD_SPAN_LATEXMATH ? "$" : "$$");
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *payload) {
    state *s = payload;
    (void)detail;
    if (type == MD_SPAN_IMG && !--s->images) {
        s->holds_image = s->image.size > 0;
        if (!s->flow->fresh || s->depth > 1)
            release_image(s);
    }
    if (type == MD_SPAN_LATEXMATH_DISPLAY && s->flow->type == XTR_FORMULA && s->flow->open)
        xtr__flow_end(s->flow);
    else if (type == MD_SPAN_LATEXMATH || type == MD_SPAN_LATEXMATH_DISPLAY)
        xtr__flow_puts(s->flow, type == MD_SPAN_LATEXMATH ? "$" : "$$");
    s->depth--;
    char *url = s->depth < MOST_SPANS ? s->spans[s->depth].url : NULL;
    if (s->depth < MOST_SPANS)
        s->spans[s->depth].url = NULL;
    show_styles(s);
    free(url);
    return 0;
}

/* Text -------------------------------------------------------------------------------------- */

/* Text with the marks of notes that are defined. */
static void write_marks(state *s, const char *text, size_t size) {
    const char *at = text, *end = text + size, *close = text;
    while (s->notes->count && at < end) {
        const char *mark = memmem(at, (size_t)(end - at), "[^", 2);
        if (mark && close <= mark) /* one bracket may close many */
            close = memchr(mark, ']', (size_t)(end - mark));
        if (!mark || !close)
            break;
        const char *label = mark + 2;
        if (xtr__markdown_note_of(s->notes, label, (size_t)(close - label))) {
            xtr__flow_text(s->flow, at, (size_t)(mark - at));
            xtr__flow_mark(s->flow, label, (size_t)(close - label));
            at = close + 1;
        } else {
            xtr__flow_text(s->flow, at, (size_t)(label - at));
            at = label;
        }
    }
    xtr__flow_text(s->flow, at, (size_t)(end - at));
}

static int write_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *payload) {
    state *s = payload;
    char character[8];
    if (++s->calls % CALLS_PER_LOOK == 0 && xtr_job_should_stop(s->flow->job))
        return STOPPED;
    if (s->images) {
        if (type == MD_TEXT_ENTITY && xtr__entity_read(text, size, character) == size)
            xtr__puts(&s->image, character);
        else if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
            xtr__putc(&s->image, ' ');
        else
            xtr__put(&s->image, text, size);
        return 0;
    }
    if (type != MD_TEXT_SOFTBR)
        release_image(s);
    switch (type) {
    case MD_TEXT_BR:
        xtr__flow_break(s->flow);
        break;
    case MD_TEXT_SOFTBR:
        xtr__flow_text(s->flow, " ", 1);
        break;
    case MD_TEXT_NULLCHAR:
        xtr__flow_puts(s->flow, "\xEF\xBF\xBD");
        break;
    case MD_TEXT_ENTITY:
        if (xtr__entity_read(text, size, character) == size)
            xtr__flow_puts(s->flow, character);
        else
            xtr__flow_text(s->flow, text, size);
        break;
    case MD_TEXT_HTML:
        if (s->in_html)
            xtr__put(&s->html, text, size);
        else
            read_html(s, text, size);
        break;
    case MD_TEXT_NORMAL:
        write_marks(s, text, size);
        break;
    case MD_TEXT_CODE:
    case MD_TEXT_LATEXMATH:
        xtr__flow_text(s->flow, text, size);
        break;
    }
    return 0;
}

/* Whole ------------------------------------------------------------------------------------- */

static int parse(state *s, const char *text, size_t size) {
    const MD_PARSER parser = {
        .flags = MD_DIALECT_GITHUB | MD_FLAG_LATEXMATHSPANS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = write_text,
    };
    int code = md_parse(text, (MD_SIZE)size, &parser, s);
    for (size_t i = 0; i < s->depth && i < MOST_SPANS; i++)
        free(s->spans[i].url); /* it was stopped inside them */
    s->depth = s->images = 0;
    s->html.size = 0;
    s->in_html = false;
    s->flow->url = NULL;
    s->flow->styles = 0;
    return code < 0 ? XTR_E_MEMORY : XTR_OK;
}

static int by_order(const void *a, const void *b) {
    const xtr__markdown_note *l = *(xtr__markdown_note *const *)a;
    const xtr__markdown_note *r = *(xtr__markdown_note *const *)b;
    return (l->order > r->order) - (l->order < r->order);
}

static int write_notes(state *s, const xtr__markdown_notes *notes) {
    if (!notes->count)
        return XTR_OK;
    const xtr__markdown_note **items = malloc(notes->count * sizeof *items);
    int code = items ? XTR_OK : XTR_E_MEMORY;
    for (size_t i = 0; items && i < notes->count; i++)
        items[i] = &notes->items[i];
    if (items)
        qsort(items, notes->count, sizeof *items, by_order);
    for (size_t i = 0; !code && i < notes->count && !xtr_job_should_stop(s->flow->job); i++) {
        xtr__flow_note_begin(s->flow, items[i]->label, items[i]->label_size, false);
        code = parse(s, items[i]->text, items[i]->size);
        xtr__flow_note_end(s->flow);
    }
    free(items);
    return code;
}

int xtr__markdown_write(xtr__flow *flow, const char *text, size_t size) {
    xtr__markdown_notes notes;
    if (size > UINT_MAX / 2)
        return XTR_E_LIMIT;
    if (!xtr__markdown_notes_find(&notes, text, size))
        return XTR_E_MEMORY;
    state s = {.flow = flow, .notes = &notes};
    int code = notes.rest ? parse(&s, notes.rest, notes.rest_size) : parse(&s, text, size);
    if (!code)
        code = write_notes(&s, &notes);
    free(s.image.data);
    free(s.html.data);
    xtr__markdown_notes_drop(&notes);
    return code;
}
