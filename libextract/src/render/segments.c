/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/segments.h"
#include "render/render.h"

#include <string.h>

xtr__segments xtr__segments_of(const xtr__inline *what) {
    return (xtr__segments){
        .what = what,
        .text = xtr__inline_text(what),
        .spans = xtr__inline_spans(what) + what->spans.at,
    };
}

bool xtr__is_gap(const char *from, const char *to) {
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    return from == to;
}

/* The span at `index` without the space around it; false when it has nothing to show. */
static bool segment_of(const xtr__segments *in, uint32_t index, xtr__text_segment *out) {
    const xtr__span *span = &in->spans[index];
    xtr__range text = in->what->text;
    uint64_t end = (uint64_t)span->text.at + span->text.size;
    uint64_t text_end = (uint64_t)text.at + text.size;
    uint32_t at = span->text.at > text.at ? span->text.at : text.at;
    end = end < text_end ? end : text_end;
    if (at >= end)
        return false;
    xtr__range range = xtr__trim(in->text, (xtr__range){at, (uint32_t)(end - at)});
    *out = (xtr__text_segment){in->text + range.at, in->text + range.at + range.size,
                               span->styles & ~in->what->without, span->url};
    return range.size && (out->styles || out->url.size);
}

bool xtr__same_url(const xtr__segments *in, xtr__string a, xtr__string b) {
    const xtr__document *d = in->what->document;
    return a.size == b.size &&
           !memcmp(xtr__document_string(d, a), xtr__document_string(d, b), a.size);
}

bool xtr__segment_next(const xtr__segments *in, uint32_t *index, xtr__text_segment *out) {
    uint32_t count = in->what->spans.size;
    while (*index < count && !segment_of(in, *index, out))
        ++*index;
    if (*index >= count)
        return false;
    xtr__text_segment more;
    for (++*index; *index < count; ++*index) {
        if (!segment_of(in, *index, &more))
            continue;
        if (more.from < out->to || more.styles != out->styles ||
            !xtr__same_url(in, more.url, out->url) || !xtr__is_gap(out->to, more.from))
            break;
        out->to = more.to;
    }
    return true;
}

bool xtr__segment_has(const xtr__text_segment *segment, xtr__level level) {
    static const unsigned styles[XTR__LEVELS] = {
        [XTR__STRIKE] = XTR_STRIKE,     [XTR__BOLD] = XTR_BOLD,
        [XTR__ITALIC] = XTR_ITALIC,     [XTR__RAISED] = XTR_SUPERSCRIPT,
        [XTR__LOWERED] = XTR_SUBSCRIPT, [XTR__CODE] = XTR_MONO | XTR_MATH,
    };
    return level == XTR__LINK ? segment->url.size != 0 : (segment->styles & styles[level]) != 0;
}

bool xtr__is_open(const xtr__segments *in, xtr__level level) {
    for (int i = 0; i < in->depth; i++) {
        if (in->open[i].level == level)
            return true;
    }
    return false;
}

void xtr__push_level(xtr__segments *in, const xtr__text_segment *segment, xtr__level level) {
    in->open[in->depth].level = level;
    in->open[in->depth].url = segment->url;
    in->depth++;
}

int xtr__levels_kept(const xtr__segments *in, const xtr__text_segment *next) {
    int kept = 0;
    while (next && kept < in->depth && xtr__segment_has(next, in->open[kept].level) &&
           xtr__same_url(in, next->url, in->open[kept].url))
        kept++;
    return kept;
}
