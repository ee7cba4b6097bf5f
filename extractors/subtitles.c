/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Subtitles: SubRip (.srt), which has no specification, and WebVTT (W3C). Each cue is a paragraph,
 * without its number and times; names of voices (<v Ann>) come before what they say. */
#include "libextract/extractor.h"
#include "markup/entity.h"
#include "markup/flow.h"

#include <string.h>

typedef struct cursor {
    const char *at, *end;
} cursor;

typedef struct line {
    const char *text;
    size_t size;
} line;

static const char *const mime_types[] = {"application/x-subrip", "text/vtt", NULL};

static bool next_line(cursor *c, line *out) {
    if (c->at >= c->end)
        return false;
    size_t left = (size_t)(c->end - c->at);
    const char *stop = memchr(c->at, '\n', left);
    *out = (line){c->at, stop ? (size_t)(stop - c->at) : left};
    c->at = stop ? stop + 1 : c->end;
    while (out->size && strchr(" \t\r", out->text[out->size - 1]))
        out->size--;
    return true;
}

static bool is_times(const line *l) {
    return memmem(l->text, l->size, "-->", 3) != NULL && memchr(l->text, ':', l->size) != NULL;
}

/* Tags of WebVTT and what SubRip borrowed of HTML; {\an8} and the like place a cue. */
static void read_tag(xtr__flow *flow, const char *tag, size_t size) {
    bool closes = size && *tag == '/';
    tag += closes;
    size -= closes;
    unsigned style = !size                                         ? 0
                     : *tag == 'b' && (size == 1 || tag[1] == '.') ? XTR_BOLD
                     : *tag == 'i' && (size == 1 || tag[1] == '.') ? XTR_ITALIC
                                                                   : 0;
    if (style)
        xtr__flow_style(flow, closes ? flow->styles & ~style : flow->styles | style, NULL);
    const char *space = memchr(tag, ' ', size);
    if (!closes && size > 2 && *tag == 'v' && space && (tag[1] == ' ' || tag[1] == '.')) {
        xtr__flow_text(flow, space + 1, size - (size_t)(space + 1 - tag));
        xtr__flow_puts(flow, ": ");
    }
}

static void write_cue_line(xtr__flow *flow, const line *l) {
    const char *at = l->text, *end = l->text + l->size;
    const char *last_tag = memrchr(at, '>', l->size), *last_place = memrchr(at, '}', l->size);
    char character[8];
    while (at < end) {
        size_t left = (size_t)(end - at);
        bool place = *at == '{' && left > 1 && at[1] == '\\';
        const char *close = *at == '<' && last_tag > at ? memchr(at, '>', left)
                            : place && last_place > at  ? memchr(at, '}', left)
                                                        : NULL;
        size_t entity = *at == '&' ? xtr__entity_read(at, left, character) : 0;
        const char *next = at + 1;
        if (close) {
            if (!place)
                read_tag(flow, at + 1, (size_t)(close - at) - 1);
            next = close + 1;
        } else if (entity) {
            xtr__flow_puts(flow, character);
            next = at + entity;
        } else {
            while (next < end && *next != '<' && *next != '{' && *next != '&')
                next++;
            xtr__flow_text(flow, at, (size_t)(next - at));
        }
        at = next;
    }
}

static void read_cues(xtr__flow *flow, cursor c) {
    line l;
    while (next_line(&c, &l) && !xtr_job_should_stop(flow->job)) {
        if (!is_times(&l))
            continue; /* numbers and names of cues, notes, styles, what a file begins with */
        xtr__flow_block(flow, XTR_PARAGRAPH, 0);
        for (bool first = true; next_line(&c, &l) && l.size; first = false) {
            if (xtr_job_should_stop(flow->job))
                break;
            if (!first)
                xtr__flow_break(flow);
            write_cue_line(flow, &l);
        }
        xtr__flow_style(flow, 0, NULL);
        xtr__flow_end(flow);
    }
}

static int read_source(xtr__flow *flow, const char *text, size_t size) {
    read_cues(flow, (cursor){text, text + size});
    return XTR_OK;
}

static int run(xtr_job *job) {
    return xtr__flow_read(job, read_source);
}

const xtr_extractor xtr_extractor_subtitles = {
    .name = "subtitles",
    .title = "Subtitles",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT,
    .run = run,
};
