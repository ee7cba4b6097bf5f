/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a page may do to its parser. The algorithm of the standard walks the stack of open elements
 * for nearly every tag, opens all formatting that is still active anew in each block, and compares
 * each attribute with all before: a hostile page of some megabytes takes minutes and gigabytes.
 * Browsers limit the depth as well (Blink: 512). One pass over the tags, with a stack of its own,
 * drops what goes beyond; nothing of the text is lost. It also takes out what nobody reads and the
 * parser is slow at: scripts, styles, comments and most attributes are most of many pages. */
#include "html/tree.h"

#include <stdlib.h>
#include <strings.h>

enum {
    MAX_DEPTH = 400,
    MAX_FORMATTING = 24,  /* b, i, font, ... that nobody closed */
    MAX_ATTRIBUTES = 500, /* of one tag */
    MAX_BODIES = 16,      /* <body> and <html> give their attributes to the first one */
    ASK_EVERY = 256 << 10 /* bytes */
};

typedef enum tag_kind { NESTS, VOID, IMPLIED, FORMATS, RAW, MERGES } tag_kind;

typedef struct tamer {
    xtr_job *job;
    const char *at, *end;
    const char *asked;     /* as far as this when the job was last asked whether to stop */
    const char *copied;    /* as far as this the text is in `page` */
    const char *text_from; /* before this, what is no tag is a declaration */
    xtr__html_tamed *page;
    xtr__buffer *out; /* the text of `page` */
    bool xml, classes, ids, pictures, notes;
    bool keeps_space; /* white space may count from here on */
    struct {
        uint32_t name;
        unsigned formatting; /* open when it was */
    } stack[MAX_DEPTH];
    unsigned depth, dropped;
    uint32_t formatting[MAX_FORMATTING];
    unsigned open_formatting, bodies;
} tamer;

/* VOID has no end tag; IMPLIED closes its like by itself (or counts by its table). */
static const struct {
    const char *name;
    tag_kind kind;
} kinds[] = {{"area", VOID},       {"base", VOID},        {"basefont", VOID},  {"bgsound", VOID},
             {"br", VOID},         {"col", VOID},         {"embed", VOID},     {"frame", VOID},
             {"hr", VOID},         {"img", VOID},         {"image", VOID},     {"input", VOID},
             {"keygen", VOID},     {"link", VOID},        {"meta", VOID},      {"param", VOID},
             {"source", VOID},     {"track", VOID},       {"wbr", VOID},       {"a", IMPLIED},
             {"caption", IMPLIED}, {"colgroup", IMPLIED}, {"dd", IMPLIED},     {"dt", IMPLIED},
             {"head", IMPLIED},    {"li", IMPLIED},       {"option", IMPLIED}, {"p", IMPLIED},
             {"tbody", IMPLIED},   {"td", IMPLIED},       {"tfoot", IMPLIED},  {"th", IMPLIED},
             {"thead", IMPLIED},   {"tr", IMPLIED},       {"b", FORMATS},      {"big", FORMATS},
             {"code", FORMATS},    {"em", FORMATS},       {"font", FORMATS},   {"i", FORMATS},
             {"nobr", FORMATS},    {"s", FORMATS},        {"small", FORMATS},  {"strike", FORMATS},
             {"strong", FORMATS},  {"tt", FORMATS},       {"u", FORMATS},      {"iframe", RAW},
             {"noembed", RAW},     {"noframes", RAW},     {"script", RAW},     {"style", RAW},
             {"textarea", RAW},    {"title", RAW},        {"xmp", RAW},        {"body", MERGES},
             {"html", MERGES}};

static tag_kind kind_of(const char *name, size_t size) {
    if (size > 8)
        return NESTS;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strlen(kinds[i].name) == size && !strncasecmp(kinds[i].name, name, size))
            return kinds[i].kind;
    }
    return NESTS;
}

static uint32_t hash(const char *name, size_t size) {
    uint32_t value = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        value = (value ^ (uint32_t)(unsigned char)(name[i] | 32)) * 16777619u;
    return value;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void copy_up_to(tamer *t, const char *to) {
    xtr__put(t->out, t->copied, (size_t)(to - t->copied));
    t->copied = to;
}

/* The same, with names for what is plain. */
static void name_up_to(tamer *t, const char *from, const char *to, bool collapse) {
    copy_up_to(t, from);
    xtr__html_name_runs(t->page, from, (size_t)(to - from), collapse);
    t->copied = to;
}

static void leave_out(tamer *t, const char *from, const char *to) {
    copy_up_to(t, from);
    t->copied = to;
}

/* Past the next `what`, or to the end. */
static const char *past(const tamer *t, const char *from, const char *what) {
    size_t size = strlen(what);
    const char *found = from < t->end ? memmem(from, (size_t)(t->end - from), what, size) : NULL;
    return found ? found + size : t->end;
}

/* The ">" of a tag, or the end; *attributes is about how many it has. */
static const char *tag_end(const tamer *t, const char *p, unsigned *attributes) {
    char before = ' ';
    for (*attributes = 0; p < t->end && *p != '>'; p++) {
        bool apart = xtr__html_is_space(*p) || *p == '/';
        *attributes += !apart && (xtr__html_is_space(before) || before == '/' || before == '"' ||
                                  before == '\'');
        before = *p;
        if (*p != '=')
            continue;
        while (p + 1 < t->end && xtr__html_is_space(p[1]))
            p++;
        if (p + 1 < t->end && (p[1] == '"' || p[1] == '\'')) {
            const char *quote = memchr(p + 2, p[1], (size_t)(t->end - p) - 2);
            p = quote ? quote : t->end - 1;
            before = *p;
        }
    }
    return p;
}

/* Past the end tag of an element that holds nothing but text. */
static const char *raw_end(const tamer *t, const char *from, const char *name, size_t size) {
    for (const char *p = from; p < t->end;) {
        p = memchr(p, '<', (size_t)(t->end - p));
        if (!p || (size_t)(t->end - p) < size + 3)
            return t->end;
        if (p[1] == '/' && !strncasecmp(p + 2, name, size) && !is_letter(p[2 + size]))
            return p;
        p++;
    }
    return t->end;
}

/* The same of a script, in which a commented script may stand ("script data double escaped state").
 */
static const char *script_end(const tamer *t, const char *from) {
    bool escaped = false, inner = false;
    const char *before = from;
    for (const char *p = from; p < t->end; before = ++p) {
        p = memchr(p, '<', (size_t)(t->end - p));
        size_t left = p ? (size_t)(t->end - p) : 0;
        if (left < 9)
            return t->end;
        if (escaped && memmem(before, (size_t)(p - before), "-->", 3))
            escaped = inner = false;
        if (!memcmp(p, "<!--", 4))
            escaped = true;
        else if (escaped && !strncasecmp(p, "<script", 7) && !is_letter(p[7]))
            inner = true;
        else if (strncasecmp(p, "</script", 8) != 0 || is_letter(p[8]))
            continue;
        else if (inner)
            inner = false;
        else
            return p;
    }
    return t->end;
}

/* Past a comment that begins at `p`; "<!-->" and "<!--->" are whole ones, "--!>" ends one too. */
static const char *comment_end(const tamer *t, const char *p) {
    size_t left = (size_t)(t->end - p);
    if ((left > 4 && p[4] == '>') || (left > 5 && p[4] == '-' && p[5] == '>'))
        return past(t, p, ">");
    for (p += 4; p < t->end; p++) {
        p = memmem(p, (size_t)(t->end - p), "--", 2);
        left = p ? (size_t)(t->end - p) : 0;
        if (left > 2 && p[2] == '>')
            return p + 3;
        if (left > 3 && p[2] == '!' && p[3] == '>')
            return p + 4;
        if (left < 3)
            break;
    }
    return t->end;
}

/* Scripts that say something: data about the page, formulas. */
static bool is_read(const char *tag, const char *end) {
    size_t size = (size_t)(end - tag);
    return memmem(tag, size, "json", 4) || memmem(tag, size, "math/tex", 8);
}

/* Whether the element of raw text that begins at `tag` was left out. */
static bool leave_out_raw(tamer *t, const char *tag, const char *name, size_t size) {
    bool script = size == 6 && !strncasecmp(name, "script", 6);
    bool style = size == 5 && !strncasecmp(name, "style", 5);
    if ((!script && !style) || (script && is_read(tag, t->at)))
        return false;
    const char *end = script ? script_end(t, t->at) : raw_end(t, t->at, name, size);
    leave_out(t, tag, past(t, end, ">"));
    t->at = t->copied;
    return true;
}

/* Whether the tag may stay. */
static bool open_tag(tamer *t, tag_kind kind, uint32_t name) {
    bool cell = kind == IMPLIED && (name == hash("td", 2) || name == hash("th", 2));
    if (cell && t->depth && t->stack[t->depth - 1].name == hash("table", 5))
        t->open_formatting = t->stack[t->depth - 1].formatting;
    if (kind == MERGES)
        return t->bodies++ < MAX_BODIES;
    if (kind == FORMATS) {
        if (t->open_formatting == MAX_FORMATTING)
            return false;
        t->formatting[t->open_formatting++] = name;
    }
    if (kind != NESTS)
        return true;
    if (t->depth == MAX_DEPTH) {
        t->dropped++;
        return false;
    }
    t->stack[t->depth].name = name;
    t->stack[t->depth++].formatting = t->open_formatting;
    return true;
}

static bool close_tag(tamer *t, tag_kind kind, uint32_t name) {
    if (kind == FORMATS) {
        unsigned i = t->open_formatting;
        while (i && t->formatting[i - 1] != name)
            i--;
        if (i) {
            memmove(&t->formatting[i - 1], &t->formatting[i],
                    (t->open_formatting - i) * sizeof *t->formatting);
            t->open_formatting--;
        }
    }
    if (kind != NESTS)
        return true;
    if (t->dropped) {
        t->dropped--;
        return false;
    }
    unsigned i = t->depth;
    while (i && t->stack[i - 1].name != name)
        i--;
    t->depth = i ? i - 1 : t->depth;
    return true;
}

/* Attributes that the parser itself or anything behind it reads; the others, for scripts and for
 * choosing among pictures, are often longer than all the text. */
static bool is_idle(const tamer *t, tag_kind kind, const char *name, size_t size) {
    static const char *const read[] = {
        "alt",           "alttext",     "aria-hidden", "aria-level", "bevelled", "checked",
        "close",         "colspan",     "content",     "datetime",   "display",  "encoding",
        "headers",       "hidden",      "href",        "http-equiv", "itemprop", "lang",
        "linethickness", "mathvariant", "name",        "open",       "prompt",   "property",
        "pubdate",       "rel",         "reversed",    "role",       "rowspan",  "scope",
        "selected",      "separators",  "start",       "style",      "summary",  "type",
        "value",         "xml:lang"};
    /* With one of these <font> ends a drawing. */
    static const char *const of_font[] = {"color", "face", "size"};
    if (!size)
        return false; /* the end of the tag, which may be that of the page */
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        if (read[i][0] == (*name | 32) && strlen(read[i]) == size &&
            !strncasecmp(read[i], name, size))
            return false;
    }
    for (size_t i = 0; kind == FORMATS && i < sizeof of_font / sizeof *of_font; i++) {
        if (strlen(of_font[i]) == size && !strncasecmp(of_font[i], name, size))
            return false;
    }
    return !(t->notes && size == 9 && !strncasecmp(name, "epub:type", 9)) &&
           !(t->classes && size == 5 && !strncasecmp(name, "class", 5)) &&
           !(t->ids && size == 2 && !strncasecmp(name, "id", 2)) &&
           !(t->pictures && size == 3 && !strncasecmp(name, "src", 3));
}

/* Past the value of an attribute whose name ends at `p`; *quoted is where it begins behind its
 * quote, or NULL. */
static const char *value_end(const char *p, const char *end, const char **quoted) {
    const char *equals = p;
    *quoted = NULL;
    while (equals < end && xtr__html_is_space(*equals))
        equals++;
    if (equals == end || *equals != '=')
        return p;
    for (p = equals + 1; p < end && xtr__html_is_space(*p); p++)
        ;
    if (p < end && (*p == '"' || *p == '\'')) {
        const char *quote = memchr(p + 1, *p, (size_t)(end - p) - 1);
        *quoted = quote ? p + 1 : NULL;
        return quote ? quote + 1 : end;
    }
    while (p < end && !xtr__html_is_space(*p))
        p++;
    return p;
}

/* Whether an attribute may say that white space counts (CSS Text, white-space). */
static bool may_keep_space(const char *attribute, const char *end) {
    if (end - attribute < 5 || strncasecmp(attribute, "style", 5) != 0)
        return false;
    for (const char *p = attribute; p < end; p++) {
        if (*p == '&' || (end - p > 11 && !strncasecmp(p, "white-space", 11)))
            return true;
    }
    return false;
}

/* `p` is behind the name of a tag that stays, `end` its ">". The parser compares the values of
 * formatting, and reads encodings. */
static void read_attributes(tamer *t, tag_kind kind, const char *p, const char *end) {
    while (p < end) {
        while (p < end && (xtr__html_is_space(*p) || *p == '/'))
            p++;
        const char *name = p, *value;
        while (p < end && !xtr__html_is_space(*p) && *p != '/' && (*p != '=' || p == name))
            p++;
        size_t size = (size_t)(p - name);
        p = value_end(p, end, &value);
        t->keeps_space = t->keeps_space || may_keep_space(name, p);
        if (is_idle(t, kind, name, size))
            leave_out(t, name, p);
        else if (value && t->page->named && kind != FORMATS && (*name | 32) != 'e')
            name_up_to(t, value, p - 1, false);
    }
}

static bool is_preformatted(const char *name, size_t size) {
    return (size == 3 && !strncasecmp(name, "pre", 3)) ||
           (size == 3 && !strncasecmp(name, "xmp", 3)) ||
           (size == 7 && !strncasecmp(name, "listing", 7)) ||
           (size == 9 && !strncasecmp(name, "plaintext", 9));
}

static void read_start_tag(tamer *t, const char *tag) {
    const char *name = tag + 1, *p = name;
    unsigned attributes;
    while (p < t->end && !xtr__html_is_space(*p) && *p != '>' && *p != '/')
        p++;
    size_t size = (size_t)(p - name);
    const char *rest = p, *close = tag_end(t, p, &attributes);
    t->at = close < t->end ? close + 1 : t->end;
    tag_kind kind = kind_of(name, size);
    t->keeps_space = t->keeps_space || is_preformatted(name, size);
    bool empty = t->xml && close < t->end && close[-1] == '/';
    if (empty && kind != VOID) {
        read_attributes(t, kind, rest, close - 1);
        /* Written out as XML means it. */
        copy_up_to(t, close - 1);
        t->copied = t->at;
        xtr__puts(t->out, "></");
        xtr__put(t->out, name, size);
        xtr__putc(t->out, '>');
        return;
    }
    if (attributes > MAX_ATTRIBUTES || !open_tag(t, kind, hash(name, size))) {
        leave_out(t, tag, t->at);
        return;
    }
    if (kind == RAW && leave_out_raw(t, tag, name, size))
        return;
    read_attributes(t, kind, rest, close);
    if (kind == RAW)
        t->at = raw_end(t, t->at, name, size);
}

static void read_end_tag(tamer *t, const char *tag) {
    const char *name = tag + 2, *p = name;
    while (p < t->end && !xtr__html_is_space(*p) && *p != '>' && *p != '/')
        p++;
    size_t size = (size_t)(p - name);
    t->at = past(t, p, ">");
    if (!close_tag(t, kind_of(name, size), hash(name, size)))
        leave_out(t, tag, t->at);
}

/* CDATA becomes text: the standard knows it in MathML and SVG alone. */
static void read_cdata(tamer *t, const char *section) {
    const char *end = past(t, section, "]]>");
    const char *last = end - section >= 12 && !memcmp(end - 3, "]]>", 3) ? end - 3 : end;
    copy_up_to(t, section);
    for (const char *p = section + 9; p < last; p++) {
        if (*p == '<')
            xtr__puts(t->out, "&lt;");
        else if (*p == '&')
            xtr__puts(t->out, "&amp;");
        else
            xtr__putc(t->out, *p);
    }
    t->copied = t->at = end;
}

static void read_markup(tamer *t, const char *p) {
    size_t left = (size_t)(t->end - p);
    if (left >= 4 && !memcmp(p, "<!--", 4)) {
        leave_out(t, p, comment_end(t, p));
        t->at = t->copied;
    } else if (t->xml && left >= 9 && !memcmp(p, "<![CDATA[", 9)) {
        read_cdata(t, p);
    } else if (left >= 3 && p[1] == '/' && is_letter(p[2])) {
        read_end_tag(t, p);
    } else if (left >= 2 && is_letter(p[1])) {
        read_start_tag(t, p);
    } else {
        bool section = left >= 9 && !memcmp(p, "<![CDATA[", 9);
        bool declaration = left >= 2 && strchr("!?/", p[1]);
        t->at = p + 1;
        /* What looks like one inside of another is looked at no further. */
        if ((section || declaration) && p >= t->text_from)
            t->text_from = past(t, p, section ? "]]>" : ">");
    }
}

/* What stands before the next tag. */
static void read_text(tamer *t, const char *end) {
    const char *from = t->at < t->text_from ? t->text_from : t->at;
    if (t->page->named && from < end)
        name_up_to(t, from, end, !t->keeps_space);
}

static bool has_notes(const char *text, size_t size) {
    return memmem(text, size, "noteref", 7) || memmem(text, size, "footnote", 8) ||
           memmem(text, size, "endnote", 7) || memmem(text, size, "rearnote", 8);
}

static bool should_stop(tamer *t) {
    if (t->at - t->asked < ASK_EVERY)
        return false;
    t->asked = t->at;
    return xtr_job_should_stop(t->job);
}

void xtr__html_tame(xtr__html_tamed *out, xtr_job *job, const char *text, size_t size,
                    const xtr__html_source *source) {
    out->notes = has_notes(text, size);
    tamer t = {.job = job,
               .at = text,
               .end = text + size,
               .asked = text,
               .copied = text,
               .text_from = text,
               .page = out,
               .out = &out->text,
               .xml = source->xml,
               .classes = source->main_only,
               .ids = source->main_only || source->hooks.anchor || out->notes,
               .notes = out->notes,
               .pictures = source->hooks.image};
    out->named = xtr__html_may_name(text, size);
    while (t.at < t.end && !should_stop(&t)) {
        const char *p = memchr(t.at, '<', (size_t)(t.end - t.at));
        read_text(&t, p ? p : t.end);
        if (!p)
            break;
        read_markup(&t, p);
    }
    copy_up_to(&t, t.end);
}

void xtr__html_tamed_drop(xtr__html_tamed *page) {
    free(page->text.data);
    free(page->runs.data);
}
