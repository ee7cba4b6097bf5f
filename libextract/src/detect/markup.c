/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XML and HTML. The prolog and the root element's tag are scanned by hand, since the head of a
 * document is no well-formed document, and half of what is served as XML is not well-formed. HTML
 * follows the WHATWG MIME Sniffing Standard, section 7.1. */
#include "detect/probe.h"

#include <string.h>

typedef struct cursor {
    const char *at, *end;
} cursor;

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static void skip_space(cursor *c) {
    while (c->at < c->end && is_space(*c->at))
        c->at++;
}

/* `word` is lower case; letters of the text may be either. */
static bool starts(const cursor *c, const char *word) {
    const char *p = c->at;
    while (*word) {
        if (p == c->end || lower(*p++) != *word++)
            return false;
    }
    return true;
}

static void skip_past(cursor *c, const char *end) {
    const char *found = memmem(c->at, (size_t)(c->end - c->at), end, strlen(end));
    c->at = found ? found + strlen(end) : c->end;
}

/* Past a document type declaration with its internal subset; quotes hide brackets. */
static void skip_doctype(cursor *c) {
    int depth = 0;
    char quote = 0;
    for (; c->at < c->end; c->at++) {
        char now = *c->at;
        if (quote) {
            quote = now == quote ? 0 : quote;
        } else if (now == '"' || now == '\'') {
            quote = now;
        } else if (now == '[') {
            depth++;
        } else if (now == ']') {
            depth--;
        } else if (now == '>' && depth <= 0) {
            c->at++;
            return;
        }
    }
}

/* White space, comments and processing instructions, as far as they go. */
static void skip_misc(cursor *c) {
    for (;;) {
        skip_space(c);
        if (starts(c, "<!--"))
            skip_past(c, "-->");
        else if (starts(c, "<?"))
            skip_past(c, "?>");
        else
            return;
    }
}

/* Elements that begin a web page, each followed by a space or ">". */
static bool is_html_tag(const cursor *c) {
    static const char *const tags[] = {"<html",   "<head",   "<body", "<title",   "<script",
                                       "<iframe", "<h1",     "<div",  "<font",    "<table",
                                       "<a",      "<style",  "<b",    "<br",      "<p",
                                       "<meta",   "<center", "<ul",   "<frameset"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        const char *next = c->at + strlen(tags[i]);
        if (starts(c, tags[i]) && (next == c->end || is_space(*next) || *next == '>'))
            return true;
    }
    return false;
}

/* Roots by local name; a namespace, where given, must appear in the tag (any part of it). */
static const struct {
    const char *name, *space, *type;
} roots[] = {
    {"html", NULL, "application/xhtml+xml"},
    {"svg", NULL, "image/svg+xml"},
    {"FictionBook", NULL, "application/x-fictionbook+xml"},
    {"opml", NULL, "text/x-opml"},
    {"TEI", NULL, "application/tei+xml"},
    {"TEI.2", NULL, "application/tei+xml"},
    {"teiCorpus", NULL, "application/tei+xml"},
    {"rss", NULL, "application/rss+xml"},
    {"RDF", "http://purl.org/rss/1.0/", "application/rss+xml"},
    {"RDF", "http://my.netscape.com/rdf/simple/", "application/rss+xml"},
    {"RDF", "http://www.w3.org/1999/02/22-rdf", "application/rdf+xml"},
    {"feed", "http://www.w3.org/2005/Atom", "application/atom+xml"},
    {"feed", "http://purl.org/atom/", "application/atom+xml"},
    {"entry", "http://www.w3.org/2005/Atom", "application/atom+xml"},
    {"math", NULL, "application/mathml+xml"},
    {"xliff", NULL, "application/xliff+xml"},
    {"tmx", NULL, "application/x-tmx+xml"},
    {"kml", NULL, "application/vnd.google-earth.kml+xml"},
    {"gpx", NULL, "application/gpx+xml"},
    {"ncx", NULL, "application/x-dtbncx+xml"},
    {"package", "http://www.idpf.org/2007/opf", "application/oebps-package+xml"},
    {"smil", NULL, "application/smil+xml"},
    {"tt", "http://www.w3.org/ns/ttml", "application/ttml+xml"},
    {"stylesheet", "http://www.w3.org/1999/XSL/Transform", "application/xslt+xml"},
    {"transform", "http://www.w3.org/1999/XSL/Transform", "application/xslt+xml"},
    {"wordDocument", NULL, "application/vnd.ms-wordml"},
    {"Workbook", "urn:schemas-microsoft-com:office:spreadsheet",
     "application/vnd.ms-spreadsheetml"},
    {"document", "opendocument.text", "application/vnd.oasis.opendocument.text-flat-xml"},
    {"document", "opendocument.spreadsheet",
     "application/vnd.oasis.opendocument.spreadsheet-flat-xml"},
    {"document", "opendocument.presentation",
     "application/vnd.oasis.opendocument.presentation-flat-xml"},
    {"document", "opendocument.graphics", "application/vnd.oasis.opendocument.graphics-flat-xml"},
    /* Article roots of DocBook and JATS differ by namespace, public identifier or attributes. */
    {"article", "docbook.org/ns/docbook", "application/docbook+xml"},
    {"book", "docbook.org/ns/docbook", "application/docbook+xml"},
    {"article", "DTD DocBook", "application/docbook+xml"},
    {"book", "DTD DocBook", "application/docbook+xml"},
    {"chapter", "DTD DocBook", "application/docbook+xml"},
    {"section", "docbook.org/ns/docbook", "application/docbook+xml"},
    {"chapter", "docbook.org/ns/docbook", "application/docbook+xml"},
    {"refentry", NULL, "application/docbook+xml"},
    {"set", "DocBook", "application/docbook+xml"},
    {"article", "//NLM//DTD", "application/vnd.jats+xml"},
    {"article", "jats.nlm.nih.gov", "application/vnd.jats+xml"},
    {"article", "article-type", "application/vnd.jats+xml"},
    {"article", "dtd-version", "application/vnd.jats+xml"},
    {"topic", "DITA", "application/dita+xml"},
    {"concept", "DITA", "application/dita+xml"},
    {"task", "DITA", "application/dita+xml"},
    {"reference", "DITA", "application/dita+xml"},
    {"map", "DITA", "application/dita+xml"},
};

static bool mentions(const char *text, size_t size, const char *word) {
    return memmem(text, size, word, strlen(word)) != NULL;
}

/* The type of the element that starts at `c`; the text from `prolog` to the end of its tag may
 * hold the namespace. */
static xtr_match root_type(const char *prolog, const cursor *c) {
    const char *name = c->at + 1;
    const char *end = name;
    while (end < c->end && !is_space(*end) && *end != '>' && *end != '/') {
        if (*end++ == ':')
            name = end;
    }
    const char *close = memchr(end, '>', (size_t)(c->end - end));
    size_t tag = (size_t)((close ? close : c->end) - prolog);
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t length = strlen(roots[i].name);
        if (length == (size_t)(end - name) && !memcmp(name, roots[i].name, length) &&
            (!roots[i].space || mentions(prolog, tag, roots[i].space)))
            return (xtr_match){roots[i].type, 8 * (int)length + 40};
    }
    return xtr__no_match;
}

xtr_match xtr__probe_markup(const char *text, size_t size) {
    cursor c = {text, text + size};
    skip_space(&c);
    if (c.at == c.end || *c.at != '<')
        return xtr__no_match;
    bool xml = starts(&c, "<?xml") && c.end - c.at > 5 && is_space(c.at[5]);
    skip_misc(&c);
    if (starts(&c, "<!doctype")) {
        const char *doctype = c.at;
        cursor name = {c.at + 9, c.end};
        skip_space(&name);
        if (starts(&name, "html"))
            return (xtr_match){xml ? "application/xhtml+xml" : "text/html", 104};
        skip_doctype(&c);
        skip_misc(&c);
        text = doctype;
        xml = true;
    }
    if (c.at < c.end && *c.at == '<') {
        xtr_match match = root_type(text, &c);
        bool html = match.bits && !strcmp(match.mime_type, "application/xhtml+xml");
        const char *close = memchr(c.at, '>', (size_t)(c.end - c.at));
        size_t tag = (size_t)((close ? close : c.end) - c.at);
        if (match.bits && (!html || xml || mentions(c.at, tag, "http://www.w3.org/1999/xhtml")))
            return match;
    }
    if (xml)
        return (xtr_match){"application/xml", 40};
    if (is_html_tag(&c))
        return (xtr_match){"text/html", 32};
    /* XML needs no declaration, but then its root must say that it is XML. */
    if (c.at + 1 < c.end && (lower(c.at[1]) >= 'a' && lower(c.at[1]) <= 'z')) {
        const char *close = memchr(c.at, '>', (size_t)(c.end - c.at));
        if (close && mentions(c.at, (size_t)(close - c.at), "xmlns"))
            return (xtr_match){"application/xml", 40};
    }
    return xtr__no_match;
}
