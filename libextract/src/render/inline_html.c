/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/utf8.h"
#include "render/segments.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *open, *close;
} tags[XTR__LEVELS] = {
    [XTR__LINK] = {"<a href=\"", "</a>"},    [XTR__STRIKE] = {"<s>", "</s>"},
    [XTR__BOLD] = {"<strong>", "</strong>"}, [XTR__ITALIC] = {"<em>", "</em>"},
    [XTR__RAISED] = {"<sup>", "</sup>"},     [XTR__LOWERED] = {"<sub>", "</sub>"},
    [XTR__CODE] = {"<code>", "</code>"},
};

typedef struct writer {
    xtr__segments in;
    xtr__buffer *out;
    uint32_t part; /* of joined text: the next to begin */
} writer;

/* Text -------------------------------------------------------------------------------------- */

static const char *escape_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

/* U+FFFE, U+1FFFE, U+FDD0, ...: no HTML may hold them. */
static bool is_noncharacter(uint32_t c) {
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

void xtr__html_escape(xtr__buffer *out, const char *text, size_t size) {
    const char *plain = text;
    const char *end = text + size;
    size_t length;
    for (const char *p = text; p < end; p += length) {
        length = 1;
        const char *escape = escape_of(*p);
        /* No smaller byte begins one. */
        if ((unsigned char)*p >= 0xEF && is_noncharacter(xtr__utf8_decode(p, &length)))
            escape = "\xEF\xBF\xBD";
        if (!escape)
            continue;
        xtr__put(out, plain, (size_t)(p - plain));
        xtr__puts(out, escape);
        plain = p + length;
    }
    xtr__put(out, plain, (size_t)(end - plain));
}

static bool is_rtl(uint32_t c) {
    return (c >= 0x590 && c <= 0x8FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
           (c >= 0xFE70 && c <= 0xFEFE) || (c >= 0x10800 && c <= 0x10FFF) ||
           (c >= 0x1E800 && c <= 0x1EFFF);
}

void xtr__html_direction(xtr__buffer *out, const char *text, size_t size) {
    size_t length;
    for (size_t i = 0; i < size; i += length) {
        length = 1;
        /* No smaller byte begins a character from U+0590 on. */
        if ((unsigned char)text[i] >= 0xD6 && is_rtl(xtr__utf8_decode(text + i, &length))) {
            xtr__puts(out, " dir=\"auto\"");
            return;
        }
    }
}

/* DPUB-ARIA 1.1: where another page begins. */
static void put_page_break(writer *w, uint32_t page) {
    char tag[80];
    snprintf(tag, sizeof tag, "<span role=\"doc-pagebreak\" data-page=\"%" PRIu32 "\"></span>",
             page);
    xtr__puts(w->out, tag);
}

static void put_lines(writer *w, const char *from, const char *to) {
    while (from < to && w->in.what->place != XTR__IN_PRE) {
        const char *line = memchr(from, '\n', (size_t)(to - from));
        if (!line)
            break;
        xtr__html_escape(w->out, from, (size_t)(line - from));
        xtr__puts(w->out, "<br>");
        from = line + 1;
    }
    xtr__html_escape(w->out, from, (size_t)(to - from));
}

static void put_text(writer *w, const char *from, const char *to) {
    const xtr__inline *what = w->in.what;
    for (; w->part < what->parts.size; w->part++) {
        const xtr__part *part = &what->joined->parts[what->parts.at + w->part];
        const char *at = w->in.text + part->at;
        if (at >= to)
            break;
        put_lines(w, from, at);
        from = at;
        if (w->part)
            put_page_break(w, part->page_number);
    }
    put_lines(w, from, to);
}

/* Links ------------------------------------------------------------------------------------- */

static bool is_safe(const char *url, size_t size) {
    static const char *const schemes[] = {"http:", "https:", "mailto:", "tel:", "ftp:", "#"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t length = strlen(schemes[i]);
        if (size > length && !strncasecmp(url, schemes[i], length))
            return true;
    }
    return false;
}

static void put_address(writer *w, xtr__string string) {
    static const char digits[] = "0123456789ABCDEF";
    const char *url = xtr__document_string(w->in.what->document, string);
    for (size_t i = 0; i < string.size; i++) {
        unsigned char c = (unsigned char)url[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c)) {
            char code[3] = {'%', digits[c >> 4], digits[c & 15]};
            xtr__put(w->out, code, 3);
        } else {
            xtr__puts(w->out, c == '&' ? "&amp;" : (const char[]){(char)c, '\0'});
        }
    }
}

/* Levels ------------------------------------------------------------------------------------ */

static bool next_segment(const writer *w, uint32_t *index, xtr__text_segment *out) {
    if (!xtr__segment_next(&w->in, index, out))
        return false;
    if (!is_safe(xtr__document_string(w->in.what->document, out->url), out->url.size))
        out->url = (xtr__string){0, 0};
    return true;
}

static void open_levels(writer *w, const xtr__text_segment *s) {
    for (xtr__level level = XTR__LINK; level < XTR__LEVELS; level++) {
        if (!xtr__segment_has(s, level) || xtr__is_open(&w->in, level))
            continue;
        xtr__puts(w->out, tags[level].open);
        if (level == XTR__LINK) {
            put_address(w, s->url);
            xtr__puts(w->out, "\">");
        }
        xtr__push_level(&w->in, s, level);
    }
}

static void close_levels(writer *w, const xtr__text_segment *next) {
    int kept = xtr__levels_kept(&w->in, next);
    while (w->in.depth > kept)
        xtr__puts(w->out, tags[w->in.open[--w->in.depth].level].close);
}

void xtr__inline_render_html(xtr__buffer *out, const xtr__inline *what) {
    writer w = {.in = xtr__segments_of(what), .out = out};
    const char *p = w.in.text + what->text.at;
    const char *end = p + what->text.size;
    uint32_t index = 0;
    xtr__text_segment s;
    while (next_segment(&w, &index, &s)) {
        if (s.from < p)
            continue;
        close_levels(&w, xtr__is_gap(p, s.from) ? &s : NULL);
        put_text(&w, p, s.from);
        open_levels(&w, &s);
        put_text(&w, s.from, s.to);
        p = s.to;
    }
    close_levels(&w, NULL);
    put_text(&w, p, end);
}
